/* Cholesky factors: solutions of random systems, and the refusal of what is not positive definite. */
#include "physics/cholesky.h"

#include "../support/cf_test.h"

enum { MOST = 40 };

static void solves_what_it_factors(void **unused) {
  (void)unused;
  uint64_t state = 51;
  for (unsigned trial = 0; trial < 200; trial++) {
    uint32_t n = 1 + (uint32_t)(cf_test_next(&state) % MOST);
    static double root[MOST * MOST], a[MOST * MOST], b[MOST], x[MOST];
    for (uint32_t i = 0; i < n * n; i++) root[i] = cf_test_between(&state, -1.0, 1.0);
    for (uint32_t i = 0; i < n; i++) x[i] = cf_test_between(&state, -1.0, 1.0);
    for (uint32_t i = 0; i < n; i++) {
      b[i] = 0.0;
      for (uint32_t j = 0; j < n; j++) {
        double sum = i == j ? 1.0 : 0.0;
        for (uint32_t k = 0; k < n; k++) sum += root[i * n + k] * root[j * n + k];
        a[i * n + j] = j > i ? (double)NAN : sum; /* nothing above the diagonal is read */
        b[i] += sum * x[j];
      }
    }
    assert_true(cf_cholesky(a, n));
    cf_cholesky_solve(a, n, b);
    for (uint32_t i = 0; i < n; i++) assert_true(fabs(b[i] - x[i]) <= 1e-12);
  }
}

static void refuses_what_is_not_definite(void **unused) {
  (void)unused;
  double rank_one[4] = {1.0, 0.0, 2.0, 4.0}, saddle[4] = {1.0, 0.0, 2.0, 3.0}, good[4] = {1.0, 0.0, 2.0, 5.0};
  double none[1] = {(double)NAN}, beyond[1] = {(double)INFINITY};
  assert_false(cf_cholesky(rank_one, 2));
  assert_false(cf_cholesky(saddle, 2));
  assert_true(cf_cholesky(good, 2));
  assert_true(good[0] == 1.0 && good[2] == 2.0 && good[3] == 1.0);
  assert_false(cf_cholesky(none, 1));
  assert_false(cf_cholesky(beyond, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(solves_what_it_factors),
      cmocka_unit_test(refuses_what_is_not_definite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
