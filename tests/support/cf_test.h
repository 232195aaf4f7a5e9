/* What every unit test needs: cmocka with the headers it wants first, distances in units in the last place, and a
 * trial count that grows with COLDFLEET_LONG=1. */
#ifndef CF_TESTS_SUPPORT_CF_TEST_H
#define CF_TESTS_SUPPORT_CF_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Distance of `got` from the exact value `want` in units in the last place of the double nearest to `want`. */
static inline double cf_test_ulps(double got, long double want) {
  double nearest = (double)want;
  if (got == nearest) return 0.0;
  if (isnan(got) || isnan(nearest)) return isnan(got) && isnan(nearest) ? 0.0 : INFINITY;
  if (isinf(got) || isinf(nearest)) return INFINITY;
  double ulp = nextafter(fabs(nearest), INFINITY) - fabs(nearest);
  return (double)(fabsl((long double)got - want) / (long double)ulp);
}

static inline uint64_t cf_test_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The same bits; any NaN equals any NaN. */
static inline bool cf_test_same(double a, double b) {
  return cf_test_bits(a) == cf_test_bits(b) || (isnan(a) && isnan(b));
}

static inline unsigned cf_test_trials(unsigned usual) { return getenv("COLDFLEET_LONG") ? usual * 20 : usual; }

/* SplitMix64 (Steele, Lea, Flood 2014): arguments for tests, independent of the product's own streams. */
static inline uint64_t cf_test_next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* Uniform in [low, high). */
static inline double cf_test_between(uint64_t *state, double low, double high) {
  return low + (high - low) * ((double)(cf_test_next(state) >> 11) * 0x1p-53);
}

#endif
