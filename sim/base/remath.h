/* Reproducible mathematics: the same bits on every CPU, compiler and optimisation level.
 *
 * glibc picks variants by CPU feature, so nothing that a trajectory depends on may call libm's transcendentals;
 * it calls these. They are SLEEF's `cinz` functions (consistent, no FMA), at most 1 ulp off (erfc: 1.5), whose scalar,
 * SSE2 and AVX forms give identical bits (checked by tests/unit/test_remath.c). sqrt, floor, ceil and fabs are exact in
 * IEEE 754 and are used directly. */
#ifndef CF_BASE_REMATH_H
#define CF_BASE_REMATH_H

#include <stdint.h>

double cf_exp(double x);
double cf_expm1(double x);
double cf_log(double x);
double cf_log1p(double x);
double cf_pow(double x, double y);
double cf_sin(double x);
double cf_cos(double x);
double cf_tan(double x);
double cf_asin(double x);
double cf_acos(double x);
double cf_atan2(double y, double x);
double cf_erfc(double x);

/* x[i] <- exp(x[i]), four at once. */
void cf_exp4(double x[4]);

/* Relaxation kernels of y' = -lambda y + q0 + q1 t for z = -lambda dt, four lanes at once:
 *   e  = exp(z)
 *   p1 = (e^z - 1)/z,  p2 = (p1 - 1)/z,  p3 = (p2 - 1/2)/z
 * so that y(dt) = y e + q0 dt p1 + q1 dt^2 p2 and its integral is y dt p1 + q0 dt^2 p2 + q1 dt^3 p3.
 * No cancellation at small |z| (Taylor series below 1). Range: z <= 700. Relative error <= 4e-15. */
typedef struct cf_relax4 {
  double e[4], p1[4], p2[4], p3[4];
} cf_relax4;
void cf_relax(const double z[4], cf_relax4 *out);

/* Hash of fixed evaluations of everything above: two builds with the same id compute alike. */
uint64_t cf_math_id(void);

#endif
