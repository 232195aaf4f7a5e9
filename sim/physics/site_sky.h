/* One day of a site's sky as knots: what a panel of one orientation gives, the sun on a case, the air.
 *
 * This is the model as loaded: between two knots the values are linear; before the first and after the last knot of a
 * day power and sun are zero; the air is linear between whole hours. Knots stand at multiples of 15 min UTC while the
 * sun is above -1 deg apparent elevation; where its centre crosses 0 deg (light begins and ends) and 90 deg incidence
 * on the panel; on both sides, 1 s apart, of its crossing the place's horizon; and at t and t + 1 s for a jump of the
 * cloud state at t that changes it, and for a change of month (local mean midnight, seen where the sun does not set).
 * With the sun up at midnight UTC the block has knots at 0 and at 24 h, whose values equal those of its neighbours.
 *
 * A block is a pure function of (site, panel, random key, entity, day) given the chain's state at the day's start;
 * the blocks of a site are filled day after day, in any number of calls, by any caller: the same bits.
 * Times: day = days since 1970-01-01 UTC; t_ms = milliseconds since that day's start, strictly increasing,
 * 0..86,400,000. All values are >= 0 and finite.
 * Sun up for less than 15 min around noon (first days after the polar night) may be missed: below 0.1 deg elevation. */
#ifndef CF_PHYSICS_SITE_SKY_H
#define CF_PHYSICS_SITE_SKY_H

#include "base/diag.h"
#include "base/random.h"
#include "physics/air.h"
#include "physics/clouds.h"
#include "physics/plane.h"
#include "physics/pv.h"
#include "physics/sky.h"
#include "physics/sun.h"

#include <stdint.h>

/* Room for 24 h of sun and 45 changes of cloud state in the light, or 12 h of sun and 67. At the lowest autocorrelation
 * allowed (0.3) and 24 h of sun there are 23 on average, and more than 45 on one day in a million. */
enum { CF_SKY_KNOTS_MAX = 192, CF_SKY_HOURS = 25, CF_SKY_DAY_MS = 86400000 };

/* Plain numbers of a climate. */
typedef struct cf_sky_climate {
  double latitude_rad;
  double longitude_rad;
  double altitude_m;
  double linke_turbidity;
  double albedo;
  double horizon_rad; /* below this apparent elevation the beam is hidden */
  cf_cloud_month cloud[12];
  cf_air_month air[12];
  double wind_ms[12]; /* monthly mean, interpolated between mid-months */
} cf_sky_climate;

/* A climate made ready; shared by all sites of it, read only. */
typedef struct cf_sky_place {
  cf_sun_place sun;
  cf_clear_sky clear;
  cf_clouds clouds;
  cf_air air;
  double albedo;
  double sin_horizon;
  double wind_ms[12];
  int64_t longitude_s; /* local mean solar time minus UTC, whole seconds */
} cf_sky_place;

typedef struct cf_sky_panel {
  cf_plane plane;
  cf_pv pv;
} cf_sky_panel;

/* Slots from `knots` on are not written. */
typedef struct cf_sky_day {
  int64_t day;
  uint32_t knots;
  uint32_t t_ms[CF_SKY_KNOTS_MAX];
  float pv_w[CF_SKY_KNOTS_MAX];    /* DC power of the panel, at its maximum power point */
  float ghi_wm2[CF_SKY_KNOTS_MAX]; /* on the horizontal, behind the horizon line */
  float air_k[CF_SKY_HOURS];       /* at 0, 1, ... 24 h */
} cf_sky_day;

/* Everything of a day that all sites of a place share, without clouds: made once per (place, panel, day), it makes the
 * blocks of many sites cheap. */
enum { CF_SKY_BASE_MAX = 128 };
typedef struct cf_sky_point {
  double up;            /* cos(apparent zenith) of the sun */
  double cos_incidence; /* on the panel; 0 without one */
  double extraterrestrial_wm2;
  cf_irradiance clear;
  double air_k;
  double wind_ms;
} cf_sky_point;
typedef struct cf_sky_base {
  int64_t day;
  uint32_t knots;
  uint32_t t_ms[CF_SKY_BASE_MAX];
  cf_sky_point point[CF_SKY_BASE_MAX];
  float air_k[CF_SKY_HOURS];
} cf_sky_base;

/* CF_INPUT with the reason when a number is out of range. */
cf_status cf_sky_place_make(const cf_sky_climate *climate, cf_sky_place *place, cf_diag *diag);

/* The chain of a site as it stands at the start of `day`, which is the first day of the scenario. */
void cf_sky_begin(const cf_sky_place *place, const cf_random *random, uint32_t entity, int64_t day,
                  cf_sky_chain *chain);

/* Fills the block of `day` and moves the chain from the day's start to its end. `panel` NULL: pv_w is 0. For a second
 * panel of the site fill again from a copy of the chain. CF_INPUT when the knots do not fit (the cloud state changes
 * too often); the chain is then left as it was. */
cf_status cf_sky_fill(const cf_sky_place *place, const cf_sky_panel *panel, const cf_random *random, uint32_t entity,
                      int64_t day, cf_sky_chain *chain, cf_sky_day *out, cf_diag *diag);

/* The same in two steps, for many sites of one place: `panel` must be the same in both. cf_sky_fill is
 * cf_sky_base_make followed by cf_sky_fill_from. `base` is read only. */
void cf_sky_base_make(const cf_sky_place *place, const cf_sky_panel *panel, int64_t day, cf_sky_base *base);
cf_status cf_sky_fill_from(const cf_sky_place *place, const cf_sky_panel *panel, const cf_sky_base *base,
                           const cf_random *random, uint32_t entity, cf_sky_chain *chain, cf_sky_day *out,
                           cf_diag *diag);

/* pv_w or ghi_wm2 (`values`) of the block at an instant of its day; 0 outside the knots. */
double cf_sky_value(const cf_sky_day *block, const float *values, double t_ms);
double cf_sky_air_k(const cf_sky_day *block, double t_ms);

#endif
