/* base/ticks: seconds become nanoseconds upward, and only when they fit. */
#include "../support/cf_test.h"

#include "base/ticks.h"

static int64_t up(double seconds) {
  int64_t ticks_ns = -1;
  assert_true(cf_s_to_ticks_up(seconds, &ticks_ns));
  return ticks_ns;
}

static void rounds_up(void **state) {
  (void)state;
  assert_int_equal(up(0.0), 0);
  assert_int_equal(up(1.0), CF_NS_PER_S);
  assert_int_equal(up(1e-12), 1); /* something that takes time is never instantaneous */
  assert_int_equal(up(1.5e-9), 2);
  assert_int_equal(up(-1.5e-9), -1);
  assert_int_equal(up(86400.0), INT64_C(86400000000000));
}

static void refuses_what_does_not_fit(void **state) {
  (void)state;
  int64_t ticks_ns = 42;
  assert_false(cf_s_to_ticks_up(NAN, &ticks_ns));
  assert_false(cf_s_to_ticks_up(INFINITY, &ticks_ns));
  assert_false(cf_s_to_ticks_up(-INFINITY, &ticks_ns));
  assert_false(cf_s_to_ticks_up(1e10, &ticks_ns)); /* 317 years */
  assert_false(cf_s_to_ticks_up(1e300, &ticks_ns));
  assert_int_equal(ticks_ns, 42);
  assert_true(cf_s_to_ticks_up(9.1e9, &ticks_ns));
}

static void never_ends_early(void **state) {
  (void)state;
  uint64_t dice = 1;
  for (unsigned i = 0; i < 100000; i++) {
    double seconds = cf_test_between(&dice, 0.0, i % 2 ? 1.0 : 1e6);
    int64_t ticks_ns = up(seconds);
    assert_true((long double)ticks_ns >= (long double)(seconds * 1e9));
    assert_true((long double)ticks_ns - (long double)(seconds * 1e9) < 1.0L);
    assert_true(fabs(cf_ticks_to_s(ticks_ns) - seconds) <= 1e-9 + 4e-16 * seconds);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rounds_up),
      cmocka_unit_test(refuses_what_does_not_fit),
      cmocka_unit_test(never_ends_early),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
