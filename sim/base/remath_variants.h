/* The two compiled forms of the four-lane kernels; only remath.c and its test choose between them. */
#ifndef CF_BASE_REMATH_VARIANTS_H
#define CF_BASE_REMATH_VARIANTS_H

#include "base/remath.h"

void cf_relax_sse2(const double z[4], cf_relax4 *out);
void cf_relax_avx(const double z[4], cf_relax4 *out);
void cf_exp4_sse2(double x[4]);
void cf_exp4_avx(double x[4]);

#endif
