/* Lambert's W against its own definition in long double, against GSL, and around the branch point. */
#include "base/lambert.h"

#include "../support/cf_test.h"

#include <gsl/gsl_sf_lambert.h>

/* Halves [lo, hi] until nothing is left; `rises` says how the residual behaves. */
static long double bisect(long double (*residual)(long double w, long double x), long double x, long double lo,
                          long double hi, bool rises) {
  for (int i = 0; i < 200; i++) {
    long double mid = 0.5L * (lo + hi);
    if ((residual(mid, x) < 0.0L) == rises)
      lo = mid;
    else
      hi = mid;
  }
  return 0.5L * (lo + hi);
}

static long double product(long double w, long double x) { return w * expl(w) - x; }

/* With w = u - 1: 1 + e x = sum_k u^k (k - 1) / k!, in which nothing cancels near the branch point. */
static long double near_branch(long double u, long double x) {
  long double rest = expl(1.0L) * ((x + (long double)0.36787944117144233) - 1.2428753672788363e-17L), power = u,
              factorial = 1.0L;
  for (int k = 2; k < 40; k++) {
    power *= u;
    factorial *= k;
    rest -= power * (k - 1) / factorial;
  }
  return -rest;
}

static double worst0, worst1;

static void note_error(double got, long double want, double *worst) {
  *worst = fmax(*worst, (double)(fabsl((long double)got - want) / fabsl(want)));
}

static void check0(double x) {
  long double y = (long double)x;
  long double want = x < -0.35 ? bisect(near_branch, y, 0.0L, 0.5L, true) - 1.0L
                     : x < 0.0
                         ? bisect(product, y, fmaxl(-1.0L, 2.8L * y), y, true)
                         : bisect(product, y, x < 2.0 ? y / (1.0L + y) : 0.5L, x < 2.0 ? y : logl(y) + 0.5L, true);
  note_error(cf_lambert_w0(x), want, &worst0);
}

static void check1(double x) {
  long double y = (long double)x;
  long double want =
      x < -0.35 ? bisect(near_branch, y, -0.7L, 0.0L, false) - 1.0L : bisect(product, y, -760.0L, -1.0L, false);
  note_error(cf_lambert_wm1(x), want, &worst1);
}

static void both_branches_solve_their_equation(void **unused) {
  (void)unused;
  uint64_t state = 61;
  const double edge = -0.36787944117144233;
  for (unsigned trial = 0; trial < cf_test_trials(2000); trial++) {
    double near = edge + exp(cf_test_between(&state, log(1e-16), log(0.367)));
    if (near > edge) {
      check0(near);
      check1(near);
    }
    check1(-exp(cf_test_between(&state, -700.0, -1.0)));
    check0(-exp(cf_test_between(&state, -300.0, -1.0)));
    check0(exp(cf_test_between(&state, -300.0, 300.0)));
    check0(cf_test_between(&state, -0.36, 3.0));
  }
  print_message("largest relative errors: W0 %.2g, W-1 %.2g\n", worst0, worst1);
  assert_true(worst0 <= 1e-15);
  assert_true(worst1 <= 1e-15);
}

static void neighbours_of_the_branch_point(void **unused) {
  (void)unused;
  const double edge = -0.36787944117144233;
  assert_true(cf_lambert_w0(edge) == -1.0 && cf_lambert_wm1(edge) == -1.0);
  assert_true(isnan(cf_lambert_w0(nextafter(edge, -1.0))) && isnan(cf_lambert_wm1(nextafter(edge, -1.0))));
  double last0 = -1.0, last1 = -1.0, x = edge;
  for (int i = 0; i < 1000; i++) { /* strictly apart at once, and monotone */
    x = nextafter(x, 0.0);
    assert_true(cf_lambert_w0(x) > last0 && cf_lambert_wm1(x) < last1);
    last0 = cf_lambert_w0(x);
    last1 = cf_lambert_wm1(x);
  }
  assert_true(fabs(last0 + 1.0 - sqrt(2.0 * 2.718281828459045 * (x - edge))) <= 1e-10);
}

static void special_values(void **unused) {
  (void)unused;
  assert_true(cf_lambert_w0(0.0) == 0.0);
  assert_true(fabs(cf_lambert_w0(1.0) - 0.56714329040978387) <= 1e-16);
  assert_true(fabs(cf_lambert_w0(2.718281828459045) - 1.0) <= 2.3e-16);
  assert_true(cf_lambert_w0((double)INFINITY) == (double)INFINITY);
  assert_true(cf_lambert_w0(1e-310) == 1e-310);
  assert_true(cf_lambert_wm1(0.0) == -(double)INFINITY && isnan(cf_lambert_wm1(0.1)));
  assert_true(isnan(cf_lambert_w0(-1.0)) && isnan(cf_lambert_wm1(-1.0)));
  assert_true(isnan(cf_lambert_w0((double)NAN)) && isnan(cf_lambert_wm1((double)NAN)));
}

/* GSL stops its iteration on the far branch early: 6e-11 off at -8e-13. */
static void gsl_says_the_same(void **unused) {
  (void)unused;
  uint64_t state = 62;
  for (unsigned trial = 0; trial < 2000; trial++) {
    double x = -exp(cf_test_between(&state, -30.0, -1.05)), y = exp(cf_test_between(&state, -30.0, 30.0));
    assert_true(fabs(cf_lambert_w0(x) - gsl_sf_lambert_W0(x)) <= 1e-14 * fabs(gsl_sf_lambert_W0(x)));
    assert_true(fabs(cf_lambert_w0(y) - gsl_sf_lambert_W0(y)) <= 1e-14 * gsl_sf_lambert_W0(y));
    assert_true(fabs(cf_lambert_wm1(x) - gsl_sf_lambert_Wm1(x)) <= 1e-10 * fabs(gsl_sf_lambert_Wm1(x)));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_branches_solve_their_equation),
      cmocka_unit_test(neighbours_of_the_branch_point),
      cmocka_unit_test(special_values),
      cmocka_unit_test(gsl_says_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
