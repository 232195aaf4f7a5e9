#include "sweep/sample.h"

#include "base/random.h"
#include "base/remath.h"
#include "config/decimal.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

enum { SOBOL_AXES = 40, SOBOL_BITS = 30 }; /* of GSL */
_Static_assert((int)CF_MAX_AXES <= (int)SOBOL_AXES, "GSL's Sobol sequence has enough dimensions");
_Static_assert((int)CF_SAMPLE_TEXT >= (int)CF_DECIMAL_TEXT, "room for a number");

/* The strata of one axis, shuffled from the end (Fisher and Yates); each step's block also places the sample. */
static void shuffle(const cf_random *random, uint32_t axis, uint32_t samples, uint32_t axes, uint32_t *stratum,
                    double *u) {
  for (uint32_t i = 0; i < samples; i++) stratum[i] = i;
  for (uint32_t i = samples; i-- > 0;) {
    double draw[2];
    cf_random_uniform2(random, axis, CF_STREAM_PLAN, i, draw);
    uint32_t other = (uint32_t)(draw[0] * (i + 1));
    if (other > i) other = i;
    uint32_t taken = stratum[other];
    stratum[other] = stratum[i];
    stratum[i] = taken;
    u[(size_t)i * axes + axis] = (taken + draw[1]) / samples;
  }
}

static bool latin_hypercube(uint64_t seed, uint32_t samples, uint32_t axes, double *u) {
  uint32_t *stratum = calloc(samples, sizeof *stratum);
  if (!stratum) return false;
  cf_random random = cf_random_seed(seed, 0);
  for (uint32_t axis = 0; axis < axes; axis++) shuffle(&random, axis, samples, axes, stratum, u);
  free(stratum);
  return true;
}

static bool sobol(uint64_t seed, uint32_t samples, uint32_t axes, double *u) {
  gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, axes);
  if (!sequence) return false;
  cf_random random = cf_random_seed(seed, 0);
  uint32_t shift[SOBOL_AXES] = {0};
  for (uint32_t axis = 0; seed && axis < axes; axis++) {
    uint32_t block[4];
    cf_random_block(&random, axis, CF_STREAM_PLAN, 0, block);
    shift[axis] = block[0] >> (32 - SOBOL_BITS);
  }
  for (uint32_t i = 0; i < samples; i++) {
    double *point = &u[(size_t)i * axes];
    gsl_qrng_get(sequence, point);
    for (uint32_t axis = 0; axis < axes; axis++)
      point[axis] = ldexp((uint32_t)ldexp(point[axis], SOBOL_BITS) ^ shift[axis], -SOBOL_BITS);
  }
  gsl_qrng_free(sequence);
  return true;
}

bool cf_sample_cube(cf_plan_sampling method, uint64_t seed, uint32_t samples, uint32_t axes, double *u) {
  return method == CF_SAMPLING_SOBOL ? sobol(seed, samples, axes, u) : latin_hypercube(seed, samples, axes, u);
}

double cf_sample_place(const cf_plan_axis *axis, double u, char text[CF_SAMPLE_TEXT]) {
  double low = axis->low, high = axis->high, top = axis->whole ? high + 1 : high;
  double exact = axis->log_scale ? low * cf_pow(top / low, u) : low + u * (top - low);
  if (axis->whole) return cf_decimal_round(fmin(floor(exact), high), 15, text);
  double number = cf_decimal_round(exact, CF_PLAN_DIGITS, text);
  if (number < low) number = cf_decimal_round(low, 15, text);
  if (number > high) number = cf_decimal_round(high, 15, text);
  return number;
}
