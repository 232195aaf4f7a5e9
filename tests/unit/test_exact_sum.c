/* base/exact_sum: a sum that does not know in which order it was made. */
#include "../support/cf_test.h"

#include "base/exact_sum.h"

static double sum_of(const double *value, unsigned count, unsigned step) {
  cf_exact_sum sum = {0};
  unsigned at = 0;
  for (unsigned i = 0; i < count; i++) {
    cf_exact_add(&sum, value[at]);
    at = (at + step) % count; /* step and count coprime: a permutation */
  }
  return cf_exact_value(sum);
}

static void order_does_not_matter(void **state) {
  (void)state;
  enum { N = 10007 };
  static double value[N];
  uint64_t dice = 1;
  for (unsigned i = 0; i < N; i++)
    value[i] = ldexp(cf_test_between(&dice, -1.0, 1.0), (int)(cf_test_next(&dice) % 90) - 45);
  double first = sum_of(value, N, 1), naive_forward = 0.0, naive_backward = 0.0;
  for (unsigned i = 0; i < N; i++) naive_forward += value[i];
  for (unsigned i = N; i-- > 0;) naive_backward += value[i];
  assert_true(naive_forward != naive_backward); /* the trial is hard enough to tell */
  for (unsigned step = 2; step < 40; step++) assert_true(sum_of(value, N, step) == first);
}

static void cancellation_is_exact(void **state) {
  (void)state;
  cf_exact_sum sum = {0};
  cf_exact_add(&sum, 1e18);
  cf_exact_add(&sum, 0x1p-60);
  cf_exact_add(&sum, -1e18);
  assert_true(cf_exact_value(sum) == 0x1p-60);
  cf_exact_add(&sum, -0x1p-60);
  assert_true(cf_exact_value(sum) == 0.0);
}

static void each_term_is_cut_at_one_unit(void **state) {
  (void)state;
  uint64_t dice = 2;
  for (unsigned i = 0; i < 100000; i++) {
    double value = ldexp(cf_test_between(&dice, -1.0, 1.0), (int)(cf_test_next(&dice) % 130) - 70);
    cf_exact_sum sum = {0};
    cf_exact_add(&sum, value);
    assert_true(fabsl((long double)sum.units * 0x1p-60L - (long double)value) < 0x1p-60L);
    cf_exact_sum negative = {0};
    cf_exact_add(&negative, -value);
    assert_true(negative.units == -sum.units);
  }
}

static void small_and_zero_terms(void **state) {
  (void)state;
  static const double nothing[] = {0.0, -0.0, 1e-30, -1e-30, 5e-324, -5e-324, 0x1.fffffffffffffp-61};
  for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
    cf_exact_sum sum = {0};
    cf_exact_add(&sum, nothing[i]);
    assert_true(sum.units == 0);
  }
}

static void holds_a_fleets_year(void **state) {
  (void)state;
  cf_exact_sum sum = {0};
  for (unsigned i = 0; i < 1000; i++) cf_exact_add(&sum, 1e17); /* 1e20 J */
  assert_true(cf_exact_value(sum) == 1e20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(order_does_not_matter),        cmocka_unit_test(cancellation_is_exact),
      cmocka_unit_test(each_term_is_cut_at_one_unit), cmocka_unit_test(small_and_zero_terms),
      cmocka_unit_test(holds_a_fleets_year),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
