/* Jacobi's eigen-systems: residual and orthogonality, GSL's eigenvalues, and digits of small ones that GSL's method
 * loses. */
#include "physics/eigen.h"

#include "../support/cf_test.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort_vector.h>

enum { MOST = 40 };

static void eigenvectors_are_what_they_say(void **unused) {
  (void)unused;
  uint64_t state = 91;
  static double a[MOST * MOST], kept[MOST * MOST], vector[MOST * MOST];
  for (unsigned trial = 0; trial < cf_test_trials(100); trial++) {
    uint32_t n = 1 + (uint32_t)(cf_test_next(&state) % MOST);
    double value[MOST], scale = 0.0;
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = cf_test_between(&state, -1.0, 1.0);
    memcpy(kept, a, sizeof a);
    assert_true(cf_eigen_symmetric(a, n, value, vector));
    scale = fmax(fabs(value[0]), fabs(value[n - 1]));
    for (uint32_t k = 0; k < n; k++) {
      assert_true(k == 0 || value[k] >= value[k - 1]);
      for (uint32_t i = 0; i < n; i++) {
        double product = 0.0;
        for (uint32_t j = 0; j < n; j++) product += kept[i * n + j] * vector[k * n + j];
        assert_true(fabs(product - value[k] * vector[k * n + i]) <= 1e-14 * n * scale);
      }
      for (uint32_t l = 0; l <= k; l++) {
        double product = 0.0;
        for (uint32_t i = 0; i < n; i++) product += vector[k * n + i] * vector[l * n + i];
        assert_true(fabs(product - (k == l ? 1.0 : 0.0)) <= 1e-15 * n + 1e-15);
      }
      uint32_t clear = 0;
      while (fabs(vector[k * n + clear]) <= 1e-8) clear++;
      assert_true(vector[k * n + clear] > 0.0);
    }
    gsl_matrix_view m = gsl_matrix_view_array(kept, n, n);
    gsl_vector *want = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);
    gsl_eigen_symm(&m.matrix, want, work);
    gsl_eigen_symm_free(work);
    gsl_sort_vector(want);
    for (uint32_t k = 0; k < n; k++) assert_true(fabs(value[k] - gsl_vector_get(want, k)) <= 2e-14 * scale);
    gsl_vector_free(want);
  }
}

/* D K D with K = tridiag(-1, 2, -1) of 3 and D of ten decades: the smallest eigenvalue is d^2 det K_3 / det K_2 = d^2
 * 4/3 to 1e-16, whichever row holds it. */
static void small_eigenvalues_keep_their_digits(void **unused) {
  (void)unused;
  const double scale[3] = {1e5, 1.0, 1e-5};
  double a[9] = {0}, value[3], vector[9];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) a[i * 3 + j] = (i == j ? 2.0 : abs(i - j) == 1 ? -1.0 : 0.0) * scale[i] * scale[j];
  assert_true(cf_eigen_symmetric(a, 3, value, vector));
  assert_true(fabs(value[0] / (4.0 / 3.0 * 1e-10) - 1.0) <= 1e-9); /* the next term is 1e-10 of it */
  assert_true(fabs(value[1] / 1.5 - 1.0) <= 1e-9);
  assert_true(fabs(value[2] / 2e10 - 1.0) <= 1e-9);
  assert_true(fabs(value[0] * value[1] * value[2] / 4.0 - 1.0) <= 1e-15 * 8); /* the determinant */
}

static void easy_ones(void **unused) {
  (void)unused;
  double one[1] = {-3.0}, value[3], vector[9];
  assert_true(cf_eigen_symmetric(one, 1, value, vector));
  assert_true(value[0] == -3.0 && vector[0] == 1.0);
  double diagonal[9] = {3.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0};
  assert_true(cf_eigen_symmetric(diagonal, 3, value, vector));
  const double want[9] = {0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0};
  for (int i = 0; i < 9; i++) assert_true(vector[i] == want[i]);
  assert_true(value[0] == 1.0 && value[1] == 2.0 && value[2] == 3.0);
  double zero[4] = {0};
  assert_true(cf_eigen_symmetric(zero, 2, value, vector) && value[0] == 0.0 && value[1] == 0.0);
  double none[4] = {1.0, (double)NAN, (double)NAN, 1.0};
  assert_false(cf_eigen_symmetric(none, 2, value, vector));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(eigenvectors_are_what_they_say),
      cmocka_unit_test(small_eigenvalues_keep_their_digits),
      cmocka_unit_test(easy_ones),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
