#include "base/remath.h"

#include "base/hash.h"
#include "base/remath_variants.h"

#include <sleef.h>

double cf_exp(double x) { return Sleef_cinz_expd1_u10purec(x); }
double cf_expm1(double x) { return Sleef_cinz_expm1d1_u10purec(x); }
double cf_log(double x) { return Sleef_cinz_logd1_u10purec(x); }
double cf_log1p(double x) { return Sleef_cinz_log1pd1_u10purec(x); }
double cf_pow(double x, double y) { return Sleef_cinz_powd1_u10purec(x, y); }
double cf_sin(double x) { return Sleef_cinz_sind1_u10purec(x); }
double cf_cos(double x) { return Sleef_cinz_cosd1_u10purec(x); }
double cf_tan(double x) { return Sleef_cinz_tand1_u10purec(x); }
double cf_asin(double x) { return Sleef_cinz_asind1_u10purec(x); }
double cf_acos(double x) { return Sleef_cinz_acosd1_u10purec(x); }
double cf_erfc(double x) { return Sleef_cinz_erfcd1_u15purec(x); }
double cf_atan2(double y, double x) { return Sleef_cinz_atan2d1_u10purec(y, x); }

void cf_exp4(double x[4]) {
  if (__builtin_cpu_supports("avx"))
    cf_exp4_avx(x);
  else
    cf_exp4_sse2(x);
}

void cf_relax(const double z[4], cf_relax4 *out) {
  if (__builtin_cpu_supports("avx"))
    cf_relax_avx(z, out);
  else
    cf_relax_sse2(z, out);
}

uint64_t cf_math_id(void) {
  static double (*const unary[])(double) = {cf_exp, cf_expm1, cf_log,  cf_log1p, cf_sin,
                                            cf_cos, cf_tan,   cf_asin, cf_acos,  cf_erfc};
  cf_digest digest = {{0, 0}};
  for (uint32_t i = 0; i < 256; i++) {
    double x = (i + 0.5) / 257.0;
    for (uint32_t k = 0; k < sizeof unary / sizeof *unary; k++) {
      uint64_t bits = cf_hash_bits(unary[k](x));
      cf_digest_event(&digest, k, i, 0, &bits, 1);
    }
    uint64_t two[2] = {cf_hash_bits(cf_pow(x, 3.0 * x - 1.0)), cf_hash_bits(cf_atan2(x - 0.5, 0.3 - x))};
    cf_digest_event(&digest, 100, i, 0, two, 2);
    double z[4] = {-x, -40.0 * x, x, -1e-6 * x};
    cf_relax4 relax;
    cf_relax(z, &relax);
    uint64_t words[16];
    for (int j = 0; j < 4; j++) {
      words[j] = cf_hash_bits(relax.e[j]);
      words[4 + j] = cf_hash_bits(relax.p1[j]);
      words[8 + j] = cf_hash_bits(relax.p2[j]);
      words[12 + j] = cf_hash_bits(relax.p3[j]);
    }
    cf_digest_event(&digest, 101, i, 0, words, 16);
  }
  return digest.lane[0] ^ digest.lane[1];
}
