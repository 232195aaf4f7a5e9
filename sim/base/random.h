/* Counter-based random numbers: Philox4x32-10 (Salmon et al., SC'11; Random123).
 *
 * A number is named, never "next": key = (seed, replication), counter = (entity, stream, draw). The stream names the
 * purpose, the draw names the thing it decides (the slot of a fixed grid, an attempt, the n-th candidate of an own
 * clock). So two policies meet the same weather, events and fading whatever else they do. */
#ifndef CF_BASE_RANDOM_H
#define CF_BASE_RANDOM_H

#include <stdint.h>

typedef enum cf_stream {
  CF_STREAM_VARIATION = 1, /* how a node differs from its class; draw = factor */
  CF_STREAM_SCHEDULE,      /* phase and jitter of the sample grid; draw = slot */
  CF_STREAM_WEATHER,       /* sky and air of a site; draw = jump */
  CF_STREAM_FACTOR,        /* hidden factors of a site; draw = jump */
  CF_STREAM_WORLD,         /* hidden process of a node; draw = candidate */
  CF_STREAM_SENSOR,        /* what a model would say of a sample; draw = slot, model */
  CF_STREAM_LINK,          /* fading and back-off; draw = slot, attempt */
  CF_STREAM_POLICY,        /* a policy's own dice; draw = slot */
  CF_STREAM_BENCH,         /* benchmark models and tests */
  CF_STREAM_PLAN           /* samples of a plan's axes; entity = axis, draw = step */
} cf_stream;

typedef struct cf_random {
  uint32_t key[2];
} cf_random;

cf_random cf_random_seed(uint64_t seed, uint64_t replication);

/* Four 32-bit words of the named block. */
void cf_random_block(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw, uint32_t out[4]);

/* Two uniforms in the open interval (0, 1), 52 bits each, from one block. */
void cf_random_uniform2(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw, double u[2]);
double cf_random_uniform(const cf_random *random, uint32_t entity, cf_stream stream, uint64_t draw);

/* Inversion, so that every variate costs a fixed number of uniforms. 0 < u < 1. */
double cf_inverse_exponential(double u, double rate); /* -ln(u)/rate */
double cf_inverse_normal(double u);                   /* Wichura, AS 241 (1988), PPND16: relative error 1e-16 */
/* Index of the first cumulative sum above u; the last index where rounding leaves none. sum(p) = 1. */
unsigned cf_inverse_categorical(double u, const double *p, unsigned count);

#endif
