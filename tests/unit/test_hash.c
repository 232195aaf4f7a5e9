/* base/hash: the history digest does not depend on order, and on everything else it does. */
#include "../support/cf_test.h"

#include "base/hash.h"

enum { EVENTS = 2000 };

typedef struct event {
  uint32_t entity, kind;
  int64_t time_ns;
  uint64_t word[3];
  unsigned count;
} event;

static void make_events(event *events) {
  uint64_t dice = 9;
  for (unsigned i = 0; i < EVENTS; i++) {
    event *e = &events[i];
    *e = (event){.entity = (uint32_t)(cf_test_next(&dice) % 50), .kind = (uint32_t)(cf_test_next(&dice) % 7)};
    e->time_ns = (int64_t)(cf_test_next(&dice) % 1000000);
    e->count = (unsigned)(cf_test_next(&dice) % 4);
    for (unsigned k = 0; k < e->count; k++) e->word[k] = cf_test_next(&dice) % 3;
  }
}

static void add(cf_digest *digest, const event *e) {
  cf_digest_event(digest, e->entity, e->time_ns, e->kind, e->word, e->count);
}

static bool same(cf_digest a, cf_digest b) { return a.lane[0] == b.lane[0] && a.lane[1] == b.lane[1]; }

static void order_and_grouping_do_not_matter(void **state) {
  (void)state;
  event events[EVENTS];
  make_events(events);
  cf_digest forward = {{0, 0}}, backward = {{0, 0}}, part[3] = {{{0, 0}}, {{0, 0}}, {{0, 0}}};
  for (unsigned i = 0; i < EVENTS; i++) add(&forward, &events[i]);
  for (unsigned i = EVENTS; i-- > 0;) add(&backward, &events[i]);
  for (unsigned i = 0; i < EVENTS; i++) add(&part[i * i % 3], &events[i]);
  assert_true(same(forward, backward));
  cf_digest_merge(&part[2], part[0]);
  cf_digest_merge(&part[2], part[1]);
  assert_true(same(forward, part[2]));
}

static void every_ingredient_matters(void **state) {
  (void)state;
  event base = {.entity = 5, .kind = 2, .time_ns = 1000, .word = {7, 8, 9}, .count = 3};
  cf_digest want = {{0, 0}};
  add(&want, &base);
  event changed[8];
  for (int i = 0; i < 8; i++) changed[i] = base;
  changed[0].entity = 6;
  changed[1].kind = 3;
  changed[2].time_ns = 1001;
  changed[3].word[0] ^= 1;
  changed[4].word[2] ^= UINT64_C(1) << 63;
  changed[5].count = 2;
  changed[6].word[0] = 8, changed[6].word[1] = 7; /* order inside one event is part of it */
  changed[7].entity = 2, changed[7].kind = 5;
  for (int i = 0; i < 8; i++) {
    cf_digest got = {{0, 0}};
    add(&got, &changed[i]);
    assert_true(got.lane[0] != want.lane[0]);
    assert_true(got.lane[1] != want.lane[1]);
  }
}

static void a_trailing_zero_word_is_seen(void **state) {
  (void)state;
  const uint64_t zero[2] = {0, 0};
  cf_digest d[3] = {{{0, 0}}, {{0, 0}}, {{0, 0}}};
  for (unsigned i = 0; i < 3; i++) cf_digest_event(&d[i], 1, 1, 1, zero, i);
  assert_false(same(d[0], d[1]));
  assert_false(same(d[1], d[2]));
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void neighbours_do_not_collide(void **state) {
  (void)state;
  enum { SIDE = 64, COUNT = SIDE * SIDE * 8 };
  uint64_t *lane[2];
  for (int k = 0; k < 2; k++) {
    lane[k] = malloc(COUNT * sizeof **lane);
    assert_non_null(lane[k]);
  }
  unsigned n = 0;
  for (uint32_t entity = 0; entity < SIDE; entity++) {
    for (int64_t t = 0; t < SIDE; t++) {
      for (uint64_t w = 0; w < 8; w++) {
        cf_digest d = {{0, 0}};
        cf_digest_event(&d, entity, t, 1, &w, 1);
        lane[0][n] = d.lane[0];
        lane[1][n++] = d.lane[1];
      }
    }
  }
  for (int k = 0; k < 2; k++) {
    qsort(lane[k], COUNT, sizeof **lane, by_value);
    for (unsigned i = 1; i < COUNT; i++) assert_true(lane[k][i] != lane[k][i - 1]);
    free(lane[k]);
  }
}

static void zeros_have_one_sign(void **state) {
  (void)state;
  assert_int_equal(cf_hash_bits(-0.0), cf_hash_bits(0.0));
  assert_true(cf_hash_bits(1.0) != cf_hash_bits(-1.0));
  assert_int_equal(cf_hash_bits(1.0), UINT64_C(0x3ff0000000000000));
}

/* Stored digests must stay comparable from one build to the next: worked out with unbounded integers elsewhere. */
static void the_function_is_the_published_one(void **state) {
  (void)state;
  assert_int_equal(cf_fold(UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff)), UINT64_C(0xffffffffffffffff));
  assert_int_equal(cf_fold(UINT64_C(1) << 63, 6), 3);
  const uint64_t words[2] = {1, 2};
  cf_digest d = {{0, 0}};
  cf_digest_event(&d, 3, 4, 5, words, 2);
  if (d.lane[0] != UINT64_C(0xf2164e9f5b6f87b0) || d.lane[1] != UINT64_C(0x38f5b5b634800b6d))
    fail_msg("%016llx %016llx", (unsigned long long)d.lane[0], (unsigned long long)d.lane[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(order_and_grouping_do_not_matter),
      cmocka_unit_test(every_ingredient_matters),
      cmocka_unit_test(a_trailing_zero_word_is_seen),
      cmocka_unit_test(neighbours_do_not_collide),
      cmocka_unit_test(zeros_have_one_sign),
      cmocka_unit_test(the_function_is_the_published_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
