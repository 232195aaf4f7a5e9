#include "physics/clouds.h"

#include "base/remath.h"

#include <math.h>

cf_status cf_clouds_make(const cf_cloud_month month[12], cf_clouds *clouds, cf_diag *diag) {
  for (int m = 0; m < 12; m++) {
    const cf_cloud_month *given = &month[m];
    for (int i = 0; i < CF_CLOUD_STATES; i++) {
      double index = given->clear_sky_index[i];
      if (!(index >= 0.0 && index <= 2.0))
        return cf_fail(diag, CF_INPUT, "month %d: clear-sky index %g is not in 0..2", m + 1, index);
      if (i > 0 && index < given->clear_sky_index[i - 1])
        return cf_fail(diag, CF_INPUT, "month %d: clear-sky indices must not fall", m + 1);
    }
    if (!(given->lag1_hour >= 0.3 && given->lag1_hour <= 1.0))
      return cf_fail(diag, CF_INPUT,
                     "month %d: autocorrelation of the clear-sky index at one hour is %g, not in 0.3..1", m + 1,
                     given->lag1_hour);
    clouds->month[m] = *given;
    clouds->leave_per_s[m] = given->lag1_hour < 1.0 ? -cf_log(given->lag1_hour) / 3600.0 : 0.0;
  }
  return CF_OK;
}

/* Both numbers of draw `jump_index`: the state, and the wait from `now_s` on. */
static void draw(const cf_clouds *clouds, const cf_random *random, uint32_t entity, uint32_t month, int64_t now_s,
                 cf_sky_chain *chain) {
  double u[2];
  cf_random_uniform2(random, entity, CF_STREAM_WEATHER, chain->jump_index, u);
  double rate = clouds->leave_per_s[month];
  double wait_s = rate > 0.0 ? ceil(cf_inverse_exponential(u[0], rate)) : INFINITY;
  if (wait_s < 1.0) wait_s = 1.0;
  chain->next_jump_s = wait_s < 1e15 ? now_s + (int64_t)wait_s : INT64_MAX;
  uint32_t state = (uint32_t)(u[1] * CF_CLOUD_STATES); /* 0 < u < 1 */
  chain->state = state < CF_CLOUD_STATES ? state : CF_CLOUD_STATES - 1;
  chain->jump_index++;
}

void cf_sky_chain_start(const cf_clouds *clouds, const cf_random *random, uint32_t entity, int64_t from_s,
                        uint32_t month, cf_sky_chain *chain) {
  *chain = (cf_sky_chain){0, 0, 0};
  draw(clouds, random, entity, month, from_s, chain);
}

void cf_sky_chain_jump(const cf_clouds *clouds, const cf_random *random, uint32_t entity, uint32_t month,
                       cf_sky_chain *chain) {
  draw(clouds, random, entity, month, chain->next_jump_s, chain);
}
