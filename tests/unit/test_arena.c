/* base/arena: aligned, never overlapping, filled as asked. */
#include "../support/cf_test.h"

#include "base/arena.h"

static void pieces_are_aligned_and_apart(void **state) {
  (void)state;
  cf_arena *arena = cf_arena_create(0);
  assert_non_null(arena);
  enum { N = 3000 };
  static uint8_t *piece[N];
  static size_t size[N];
  uint64_t dice = 1;
  size_t total = 0;
  for (unsigned i = 0; i < N; i++) {
    size_t align = (size_t)1 << (cf_test_next(&dice) % 13); /* up to 4096 */
    size[i] = 1 + (size_t)(cf_test_next(&dice) % (i % 50 == 0 ? 300000 : 500));
    piece[i] = cf_arena_alloc(arena, size[i], align);
    assert_non_null(piece[i]);
    assert_int_equal((uintptr_t)piece[i] % align, 0);
    memset(piece[i], (int)(i & 0xff), size[i]);
    total += size[i];
  }
  for (unsigned i = 0; i < N; i++) {
    assert_int_equal(piece[i][0], i & 0xff);
    assert_int_equal(piece[i][size[i] - 1], i & 0xff);
  }
  assert_int_equal(cf_arena_used(arena), total);
  cf_arena_destroy(arena);
}

static void fresh_memory_holds_the_fill_byte(void **state) {
  (void)state;
  static const uint8_t fills[] = {0x00, 0xA5, 0xFF};
  for (size_t f = 0; f < sizeof fills; f++) {
    cf_arena *arena = cf_arena_create(fills[f]);
    assert_non_null(arena);
    static const size_t sizes[] = {1, 100, 70000, 3000000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      const uint8_t *raw = cf_arena_alloc(arena, sizes[s], 8), *zero = cf_arena_zero(arena, sizes[s], 8);
      assert_true(raw && zero);
      for (size_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 1000) {
        assert_int_equal(raw[i], fills[f]);
        assert_int_equal(zero[i], 0);
      }
      assert_int_equal(raw[sizes[s] - 1], fills[f]);
      assert_int_equal(zero[sizes[s] - 1], 0);
    }
    cf_arena_destroy(arena);
  }
}

static void typed_helpers_zero(void **state) {
  (void)state;
  cf_arena *arena = cf_arena_create(0xA5);
  assert_non_null(arena);
  double *one = CF_ARENA_NEW(arena, double);
  int64_t *many = CF_ARENA_ARRAY(arena, int64_t, 1000);
  assert_true(one && many);
  assert_true(*one == 0.0);
  for (int i = 0; i < 1000; i++) assert_int_equal(many[i], 0);
  cf_arena_destroy(arena);
}

static void copies_end_with_nul(void **state) {
  (void)state;
  cf_arena *arena = cf_arena_create(0xFF);
  assert_non_null(arena);
  char *copy = cf_arena_copy(arena, "sensors.storage", 7);
  assert_string_equal(copy, "sensors");
  assert_string_equal(cf_arena_copy(arena, "", 0), "");
  cf_arena_destroy(arena);
}

static void the_impossible_is_null(void **state) {
  (void)state;
  cf_arena *arena = cf_arena_create(0);
  assert_non_null(arena);
  assert_null(cf_arena_alloc(arena, SIZE_MAX, 1));
  assert_null(cf_arena_zero(arena, SIZE_MAX / 2 + 1, 8));
  assert_null(cf_arena_alloc(arena, SIZE_MAX / 4, 8));
  assert_non_null(cf_arena_alloc(arena, 16, 8)); /* and it goes on working */
  cf_arena_destroy(arena);
  cf_arena_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_aligned_and_apart), cmocka_unit_test(fresh_memory_holds_the_fill_byte),
      cmocka_unit_test(typed_helpers_zero),           cmocka_unit_test(copies_end_with_nul),
      cmocka_unit_test(the_impossible_is_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
