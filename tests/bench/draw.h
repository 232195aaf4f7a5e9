/* Two exponential variates with one call for both logarithms: the same bits as cf_inverse_exponential (SLEEF's `cinz`
 * functions agree between one lane and two), in little more than half the time. For models that need them in pairs. */
#ifndef CF_TESTS_BENCH_DRAW_H
#define CF_TESTS_BENCH_DRAW_H

#include "base/random.h"

#if defined(__x86_64__)
#include <sleef.h>
#endif

/* out[i] = -ln(u[i]) / rate[i]. */
static inline void draw_exponential2(const double u[2], const double rate[2], double out[2]) {
#if defined(__x86_64__)
  __m128d ln = Sleef_cinz_logd2_u10sse2(_mm_loadu_pd(u));
  __m128d minus = _mm_xor_pd(ln, _mm_set1_pd(-0.0));
  _mm_storeu_pd(out, _mm_div_pd(minus, _mm_loadu_pd(rate)));
#else
  for (int i = 0; i < 2; i++) out[i] = cf_inverse_exponential(u[i], rate[i]);
#endif
}

#endif
