#include "base/random.h"

#include "base/hash.h"
#include "base/remath.h"

#include <Random123/philox.h>
#include <math.h>

cf_random cf_random_seed(uint64_t seed, uint64_t replication) {
  uint64_t key = cf_hash2(seed, replication);
  return (cf_random){{(uint32_t)key, (uint32_t)(key >> 32)}};
}

void cf_random_block(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw, uint32_t out[4]) {
  philox4x32_ctr_t counter = {{entity, (uint32_t)stream, (uint32_t)draw, (uint32_t)(draw >> 32)}};
  philox4x32_key_t key = {{random->key[0], random->key[1]}};
  philox4x32_ctr_t block = philox4x32(counter, key);
  for (int i = 0; i < 4; i++) out[i] = block.v[i];
}

/* The centre of one of 2^52 equal cells: never 0, never 1, exact in a double. */
static double open_uniform(uint32_t high, uint32_t low) {
  uint64_t cell = (((uint64_t)high << 32) | low) >> 12;
  return ((double)cell + 0.5) * 0x1p-52;
}

void cf_random_uniform2(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw, double u[2]) {
  uint32_t word[4];
  cf_random_block(random, entity, stream, draw, word);
  u[0] = open_uniform(word[0], word[1]);
  u[1] = open_uniform(word[2], word[3]);
}

double cf_random_uniform(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw) {
  double u[2];
  cf_random_uniform2(random, entity, stream, draw, u);
  return u[0];
}

double cf_inverse_exponential(double u, double rate) { return -cf_log(u) / rate; }

static double ratio8(double r, const double num[8], const double den[8]) {
  double n = num[7], d = den[7];
  for (int i = 6; i >= 0; i--) {
    n = n * r + num[i];
    d = d * r + den[i];
  }
  return n / d;
}

double cf_inverse_normal(double u) {
  static const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                              1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                              3.3430575583588128105e4, 2.5090809287301226727e3};
  static const double b[8] = {1.0,
                              4.2313330701600911252e1,
                              6.8718700749205790830e2,
                              5.3941960214247511077e3,
                              2.1213794301586595867e4,
                              3.9307895800092710610e4,
                              2.8729085735721942674e4,
                              5.2264952788528545610e3};
  static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                              3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[8] = {1.0,
                              2.05319162663775882187e0,
                              1.67638483018380384940e0,
                              6.89767334985100004550e-1,
                              1.48103976427480074590e-1,
                              1.51986665636164571966e-2,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
  static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[8] = {1.0,
                              5.99832206555887937690e-1,
                              1.36929880922735805310e-1,
                              1.48753612908506148525e-2,
                              7.86869131145613259100e-4,
                              1.84631831751005468180e-5,
                              1.42151175831644588870e-7,
                              2.04426310338993978564e-15};
  double q = u - 0.5;
  if (fabs(q) <= 0.425) return q * ratio8(0.180625 - q * q, a, b);
  double r = sqrt(-cf_log(q < 0.0 ? u : 1.0 - u));
  double x = r <= 5.0 ? ratio8(r - 1.6, c, d) : ratio8(r - 5.0, e, f);
  return q < 0.0 ? -x : x;
}

unsigned cf_inverse_categorical(double u, const double *p, unsigned count) {
  double sum = 0.0;
  for (unsigned i = 0; i + 1 < count; i++) {
    sum += p[i];
    if (u < sum) return i;
  }
  return count - 1;
}
