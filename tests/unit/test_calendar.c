#include "engine/calendar.h"
#include "../support/cf_test.h"

#include "base/ticks.h"

/* What the calendar is measured against: a plain array. */
enum { MOST = 20000 };

typedef struct entry {
  int64_t t_ns;
  uint32_t item;
} entry;

typedef struct fixture {
  cf_arena *arena;
  cf_calendar calendar;
  entry *held, *taken;
  size_t held_count, taken_count;
  uint32_t next_item;
} fixture;

static int compare(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->t_ns != y->t_ns) return x->t_ns < y->t_ns ? -1 : 1;
  return x->item < y->item ? -1 : x->item > y->item;
}

static void begin(fixture *f, int64_t width_ns, uint8_t fill) {
  *f = (fixture){
      .arena = cf_arena_create(fill), .held = calloc(MOST, sizeof(entry)), .taken = calloc(MOST, sizeof(entry))};
  assert_non_null(f->arena);
  assert_non_null(f->held);
  assert_non_null(f->taken);
  cf_calendar_init(&f->calendar, f->arena, width_ns, 100);
}

static void end(fixture *f) {
  free(f->held);
  free(f->taken);
  cf_arena_destroy(f->arena);
}

static void push(fixture *f, int64_t t_ns) {
  assert_true(f->held_count < MOST);
  f->held[f->held_count++] = (entry){t_ns, f->next_item};
  assert_true(cf_calendar_push(&f->calendar, t_ns, f->next_item++));
}

static void sink(void *self, const int64_t *t_ns, const uint32_t *item, unsigned count) {
  fixture *f = self;
  assert_in_range(count, 1, CF_CHUNK_ITEMS);
  for (unsigned i = 0; i < count; i++) {
    assert_true(f->taken_count < MOST);
    f->taken[f->taken_count++] = (entry){t_ns[i], item[i]};
  }
}

static int64_t earliest_held(const fixture *f) {
  int64_t least_ns = CF_NEVER;
  for (size_t i = 0; i < f->held_count; i++)
    if (f->held[i].t_ns < least_ns) least_ns = f->held[i].t_ns;
  return least_ns;
}

/* Drains and compares with what the array says is due; that leaves the array. */
static void drain(fixture *f, int64_t until_ns) {
  assert_true(cf_calendar_earliest(&f->calendar) <= earliest_held(f));
  f->taken_count = 0;
  assert_true(cf_calendar_drain(&f->calendar, until_ns, sink, f));
  qsort(f->held, f->held_count, sizeof *f->held, compare);
  qsort(f->taken, f->taken_count, sizeof *f->taken, compare);
  size_t due = 0;
  while (due < f->held_count && f->held[due].t_ns < until_ns) due++;
  assert_int_equal(f->taken_count, due);
  for (size_t i = 0; i < due; i++) {
    assert_int_equal(f->taken[i].t_ns, f->held[i].t_ns);
    assert_int_equal(f->taken[i].item, f->held[i].item);
  }
  memmove(f->held, f->held + due, (f->held_count - due) * sizeof *f->held);
  f->held_count -= due;
  assert_int_equal(f->calendar.items, f->held_count);
  assert_true(cf_calendar_earliest(&f->calendar) <= earliest_held(f));
  if (f->held_count == 0) assert_true(cf_calendar_earliest(&f->calendar) == CF_NEVER);
}

static int64_t pick(uint64_t *state, int64_t below) { return (int64_t)(cf_test_next(state) % (uint64_t)below); }

/* Distances over all wheels and beyond: mostly near, some at bucket edges, some very far. */
static int64_t pick_distance(uint64_t *state, int64_t width_ns, int64_t room_ns) {
  unsigned bits = (unsigned)(cf_test_next(state) % 40);
  double far = cf_test_between(state, 0.0, 1.0) * (double)width_ns * ldexp(1.0, (int)bits);
  int64_t distance_ns = far < (double)room_ns ? (int64_t)far : pick(state, room_ns);
  return cf_test_next(state) % 4 ? distance_ns : distance_ns / width_ns * width_ns;
}

static void equals_a_sorted_array(int64_t width_ns, uint8_t fill, uint64_t seed) {
  fixture f;
  begin(&f, width_ns, fill);
  uint64_t state = seed;
  int64_t now_ns = 0;
  for (unsigned step = 0; step < 300; step++) {
    for (int64_t n = pick(&state, 80); n > 0 && f.held_count < MOST; n--)
      push(&f, now_ns + pick_distance(&state, width_ns, CF_NEVER - 1 - now_ns));
    now_ns += pick_distance(&state, width_ns, (CF_NEVER - 1 - now_ns) / 8 + 1);
    drain(&f, now_ns);
  }
  drain(&f, CF_NEVER);
  assert_int_equal(f.held_count, 0);
  end(&f);
}

static void random_pushes_and_drains(void **unused) {
  (void)unused;
  static const int64_t width_ns[] = {1, 2, 3, 1000, 1 << 20, 999999937, 60 * CF_NS_PER_S};
  static const uint8_t fill[] = {0x00, 0xa5, 0xff};
  for (unsigned w = 0; w < sizeof width_ns / sizeof *width_ns; w++)
    for (uint64_t seed = 0; seed < cf_test_trials(4); seed++)
      equals_a_sorted_array(width_ns[w], fill[seed % 3], seed * 7919 + w);
}

/* A limit inside a bucket takes what is before it and leaves the rest, however often. */
static void a_bucket_partly_due_keeps_the_rest(void **unused) {
  (void)unused;
  fixture f;
  begin(&f, 1000, 0xff);
  for (int64_t t_ns = 5000; t_ns < 6000; t_ns++) push(&f, t_ns);
  for (int64_t until_ns = 5001; until_ns <= 6000; until_ns += 37) drain(&f, until_ns);
  drain(&f, 6000);
  assert_int_equal(f.held_count, 0);
  end(&f);
}

/* At the edges of each wheel's group, one nanosecond to either side. */
static void edges_of_the_wheels(void **unused) {
  (void)unused;
  fixture f;
  int64_t width_ns = 8;
  begin(&f, width_ns, 0x00);
  for (unsigned wheel = 0; wheel <= CF_CALENDAR_WHEELS; wheel++) {
    int64_t edge_ns = width_ns << (CF_CALENDAR_BITS * wheel);
    for (int64_t k = 1; k < 4; k++)
      for (int64_t off = -1; off <= 1; off++) push(&f, k * edge_ns + off);
  }
  while (f.held_count) drain(&f, earliest_held(&f) + 1);
  end(&f);
}

/* Far times are reached in a few steps, not bucket by bucket, when one drains to behind the bound each time. */
static void empty_buckets_are_skipped(void **unused) {
  (void)unused;
  fixture f;
  begin(&f, CF_NS_PER_S, 0x00);
  static const int64_t hour_ns = 3600 * CF_NS_PER_S;
  static const int64_t at_h[] = {1, 30, 500, 20000, 500000, 2000000};
  for (unsigned i = 0; i < sizeof at_h / sizeof *at_h; i++) push(&f, at_h[i] * hour_ns + 7);
  unsigned steps = 0;
  while (f.held_count) {
    drain(&f, cf_calendar_earliest(&f.calendar) + CF_NS_PER_S);
    assert_true(++steps < 40);
  }
  end(&f);
}

/* Chunks are used again: a steady state allocates nothing. */
static void steady_state_allocates_nothing(void **unused) {
  (void)unused;
  fixture f;
  begin(&f, CF_NS_PER_S, 0xa5);
  uint64_t state = 5;
  size_t used = 0;
  for (int64_t window = 0; window < 6000; window++) {
    for (unsigned i = 0; i < 20; i++) push(&f, window * CF_NS_PER_S + pick(&state, 60 * CF_NS_PER_S));
    drain(&f, (window + 1) * CF_NS_PER_S);
    if (window == 2000) used = cf_arena_used(f.arena);
  }
  assert_int_equal(cf_arena_used(f.arena), used);
  end(&f);
}

static void clearing_forgets_everything(void **unused) {
  (void)unused;
  fixture f;
  begin(&f, 100, 0xff);
  for (int64_t i = 0; i < 1000; i++) push(&f, i * i * i * 1000);
  drain(&f, 100000);
  cf_calendar_clear(&f.calendar);
  f.held_count = 0;
  assert_true(cf_calendar_earliest(&f.calendar) == CF_NEVER);
  push(&f, 123456);
  drain(&f, 123456);
  assert_int_equal(f.held_count, 1);
  drain(&f, 123457);
  assert_int_equal(f.held_count, 0);
  end(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_pushes_and_drains),
      cmocka_unit_test(a_bucket_partly_due_keeps_the_rest),
      cmocka_unit_test(edges_of_the_wheels),
      cmocka_unit_test(empty_buckets_are_skipped),
      cmocka_unit_test(steady_state_allocates_nothing),
      cmocka_unit_test(clearing_forgets_everything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
