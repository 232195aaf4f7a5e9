/* sweep/sample: one sample in each stratum, GSL's sequence and its shift, places between two ends. */
#include "../support/cf_test.h"

#include "sweep/sample.h"

#include <gsl/gsl_qrng.h>

enum { AXES = 4 };

static double *cube(cf_plan_sampling method, uint64_t seed, uint32_t samples) {
  double *u = calloc((size_t)samples * AXES, sizeof *u);
  assert_non_null(u);
  assert_true(cf_sample_cube(method, seed, samples, AXES, u));
  for (size_t i = 0; i < (size_t)samples * AXES; i++) assert_true(u[i] >= 0 && u[i] < 1);
  return u;
}

/* Of each axis every stratum is hit once; axes and seeds differ in their order. */
static void test_strata(void **state) {
  (void)state;
  static const uint32_t sizes[] = {1, 2, 7, 64, 1000};
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    uint32_t n = sizes[s];
    double *u = cube(CF_SAMPLING_LATIN_HYPERCUBE, 1, n), *other = cube(CF_SAMPLING_LATIN_HYPERCUBE, 2, n);
    unsigned *hits = calloc((size_t)n * AXES, sizeof *hits);
    uint32_t same_axis = 0, same_seed = 0;
    for (uint32_t i = 0; i < n; i++) {
      for (uint32_t a = 0; a < AXES; a++) hits[(uint32_t)(u[i * AXES + a] * n) * AXES + a]++;
      same_axis += (uint32_t)(u[i * AXES] * n) == (uint32_t)(u[i * AXES + 1] * n);
      same_seed += (uint32_t)(u[i * AXES] * n) == (uint32_t)(other[i * AXES] * n);
    }
    for (uint32_t i = 0; i < n * AXES; i++) assert_int_equal(hits[i], 1);
    if (n >= 64) assert_true(same_axis < n / 4 && same_seed < n / 4); /* one in the mean */
    free(hits);
    free(u);
    free(other);
  }
}

static void test_sobol(void **state) {
  (void)state;
  enum { SAMPLES = 256 };
  double *plain = cube(CF_SAMPLING_SOBOL, 0, SAMPLES), *shifted = cube(CF_SAMPLING_SOBOL, 7, SAMPLES);
  gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, AXES);
  uint32_t shift[AXES] = {0};
  for (uint32_t i = 0; i < SAMPLES; i++) {
    double point[AXES];
    gsl_qrng_get(sequence, point);
    for (uint32_t a = 0; a < AXES; a++) {
      assert_true(plain[i * AXES + a] == point[a]);
      uint32_t moved = (uint32_t)ldexp(point[a], 30) ^ (uint32_t)ldexp(shifted[i * AXES + a], 30);
      if (i == 0) shift[a] = moved;
      assert_int_equal(moved, shift[a]); /* one shift for all points of an axis */
    }
  }
  for (uint32_t a = 0; a < AXES; a++) assert_true(shift[a] != 0 && (a == 0 || shift[a] != shift[a - 1]));
  gsl_qrng_free(sequence);
  free(plain);
  free(shifted);
}

static void assert_place(cf_plan_axis axis, double u, const char *text) {
  char got[CF_SAMPLE_TEXT];
  double number = cf_sample_place(&axis, u, got);
  assert_string_equal(got, text);
  assert_true(strtod(got, NULL) == number && number >= axis.low && number <= axis.high);
}

static void test_places(void **state) {
  (void)state;
  cf_plan_axis linear = {.low = 1, .high = 3}, ratio = {.low = 1, .high = 10000, .log_scale = true};
  cf_plan_axis whole = {.low = 1, .high = 4, .whole = true},
               octave = {.low = 1, .high = 7, .whole = true, .log_scale = true};
  assert_place(linear, 0, "1");
  assert_place(linear, 0.25, "1.5");
  assert_place(linear, 1.0 / 3, "1.66666666667");
  assert_place(ratio, 0.5, "100");
  assert_place(whole, 0, "1");
  assert_place(whole, 0.2499, "1");
  assert_place(whole, 0.25, "2");
  assert_place(whole, 0.9999, "4");
  assert_place(octave, 0.5, "2");
  /* more digits than are kept: never beyond the ends */
  cf_plan_axis fine = {.low = 0.1234567890123, .high = 0.1234567890124};
  assert_place(fine, 0, "0.1234567890123");
  assert_place(fine, 0.9999999, "0.1234567890123");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_strata), cmocka_unit_test(test_sobol),
                                     cmocka_unit_test(test_places)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
