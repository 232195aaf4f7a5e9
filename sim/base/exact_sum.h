/* An exact sum of doubles as a 128-bit fixed-point integer with 2^-60 units: associative, so totals across
 * entities do not depend on the order of addition. Range +-1.4e20; a term is rounded once, to 8.7e-19. */
#ifndef CF_BASE_EXACT_SUM_H
#define CF_BASE_EXACT_SUM_H

#include "base/int128.h"

#include <assert.h>
#include <math.h>

typedef struct cf_exact_sum {
  cf_i128 units;
} cf_exact_sum;

static inline void cf_exact_add(cf_exact_sum *sum, double value) {
  assert(fabs(value) < 1e19);
  int exponent;
  double mantissa = frexp(value, &exponent); /* |mantissa| < 1: split so that each part fits 64 bits */
  long long bits = (long long)(mantissa * 0x1p53);
  int shift = exponent - 53 + 60;
  if (shift >= 0)
    sum->units += (cf_i128)bits * ((cf_i128)1 << shift);
  else if (shift > -63)
    sum->units += bits / (1LL << -shift);
}

static inline double cf_exact_value(cf_exact_sum sum) { return (double)sum.units * 0x1p-60; }

#endif
