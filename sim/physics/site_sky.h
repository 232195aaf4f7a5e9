/* One day of a site's sky as knots: what each of its panels gives, the sun on a case, the air.
 *
 * This is the model as loaded: between two knots the values are linear; before the first and after the last knot of a
 * day power and sun are zero; the air is linear between whole hours. Knots stand where the place's base has them
 * (sky_base.h); and at t and t + 1 s for a jump of the cloud state at t that changes it, and for a change of month
 * (local mean midnight, seen where the sun does not set). With the sun up at midnight UTC the block has knots at 0 and
 * at 24 h, whose values equal those of its neighbours.
 *
 * A block is a pure function of (site, panels, random key, entity, day) given the chain's state at the day's start;
 * the blocks of a site are filled day after day, in any number of calls, by any caller: the same bits.
 * Times: day = days since 1970-01-01 UTC; t_ms = milliseconds since that day's start, strictly increasing,
 * 0..86,400,000. All values are >= 0 and finite. */
#ifndef CF_PHYSICS_SITE_SKY_H
#define CF_PHYSICS_SITE_SKY_H

#include "base/diag.h"
#include "base/random.h"
#include "physics/clouds.h"
#include "physics/sky_base.h"

#include <stdint.h>

/* Room for a full base and 48 changes of cloud state in the light; for 24 h of sun in the grid of 15 min and 93. At the
 * lowest autocorrelation allowed (0.3) and 24 h of sun there are 23 on average, and more than 48 on one day in 1e6. */
enum { CF_SKY_KNOTS_MAX = 288 };

/* Slots from `knots` on and rows of panels that the site has not are not written. */
typedef struct cf_sky_day {
  int64_t day;
  uint32_t knots;
  uint32_t t_ms[CF_SKY_KNOTS_MAX];
  float ghi_wm2[CF_SKY_KNOTS_MAX];                 /* on the horizontal, behind the horizon line */
  float air_k[CF_SKY_HOURS];                       /* at 0, 1, ... 24 h */
  float pv_w[CF_SKY_PANELS_MAX][CF_SKY_KNOTS_MAX]; /* DC power of each panel, at its maximum power point */
} cf_sky_day;

/* The chain of a site as it stands at the start of `day`, which is the first day of the scenario. */
void cf_sky_begin(const cf_sky_place *place, const cf_random *random, uint32_t entity, int64_t day,
                  cf_sky_chain *chain);

/* Fills the block of `day` and moves the chain from the day's start to its end. For other panels of the site fill again
 * from a copy of the chain. CF_INPUT when the knots do not fit (the cloud state changes too often); the chain is then
 * left as it was. */
cf_status cf_sky_fill(const cf_sky_place *place, const cf_sky_panels *panels, const cf_random *random, uint32_t entity,
                      int64_t day, cf_sky_chain *chain, cf_sky_day *out, cf_diag *diag);

/* The same from the day's base, for many sites of one place: `panels` must be those of the base. cf_sky_fill is
 * cf_sky_base_make followed by cf_sky_fill_from. `base` is read only. */
cf_status cf_sky_fill_from(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_base *base,
                           const cf_random *random, uint32_t entity, cf_sky_chain *chain, cf_sky_day *out,
                           cf_diag *diag);

/* The knots that a block of this base hardly ever exceeds: eight standard deviations of the number of cloud jumps in
 * its light. At most CF_SKY_KNOTS_MAX. */
uint32_t cf_sky_knots_expected(const cf_sky_place *place, const cf_sky_base *base);

/* ghi_wm2 or a row of pv_w (`values`) of the block at an instant of its day; 0 outside the knots. */
double cf_sky_value(const cf_sky_day *block, const float *values, double t_ms);
double cf_sky_air_k(const cf_sky_day *block, double t_ms);

#endif
