/* Clouds: a continuous-time Markov chain over five equally likely levels of the clear-sky index.
 *
 * The chain leaves its state at rate r = -ln(lag1)/3600 s and then picks one of the five states, all alike and the old
 * one among them. So its stationary law is uniform and its autocorrelation is exp(-r t), lag1 at one hour. The levels
 * are monthly tables (quantiles); a change of month changes the table, not the state.
 *
 * Jumps fall on whole seconds: the wait is the exponential one rounded up, a geometric law with the same
 * autocorrelation at whole seconds. Everything is exogenous: jump number n of a site draws its wait and its state from
 * (entity, CF_STREAM_WEATHER, n), whatever else happens. */
#ifndef CF_PHYSICS_CLOUDS_H
#define CF_PHYSICS_CLOUDS_H

#include "base/diag.h"
#include "base/random.h"

#include <stdint.h>

enum { CF_CLOUD_STATES = 5 };

typedef struct cf_cloud_month {
  double clear_sky_index[CF_CLOUD_STATES]; /* >= 0, ascending */
  double lag1_hour;                        /* autocorrelation at one hour, 0.3 <= lag1 <= 1; 1: never changes */
} cf_cloud_month;

typedef struct cf_clouds {
  cf_cloud_month month[12];
  double leave_per_s[12];
} cf_clouds;

/* The chain between two jumps. A jump takes one second: the index is still the old one at `next_jump_s`, the new one at
 * next_jump_s + 1, linear in between. */
typedef struct cf_sky_chain {
  int64_t next_jump_s; /* UTC, whole seconds since 1970-01-01; INT64_MAX: never */
  uint64_t jump_index; /* number of the next jump; 0 was the start */
  uint32_t state;      /* 0..4 until next_jump_s */
} cf_sky_chain;

/* CF_INPUT when a value is out of range. */
cf_status cf_clouds_make(const cf_cloud_month month[12], cf_clouds *clouds, cf_diag *diag);

/* Draw 0: the state at `from_s` and the first wait. `month` 0..11 is the month at from_s. */
void cf_sky_chain_start(const cf_clouds *clouds, const cf_random *random, uint32_t entity, int64_t from_s,
                        uint32_t month, cf_sky_chain *chain);

/* Does the jump at next_jump_s: new state, next wait. `month` is the one at the jump; its rate holds for the wait. */
void cf_sky_chain_jump(const cf_clouds *clouds, const cf_random *random, uint32_t entity, uint32_t month,
                       cf_sky_chain *chain);

#endif
