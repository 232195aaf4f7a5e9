/* The cloudless day of a place: everything about its light, air and wind that all sites of the place share, as knots.
 *
 * Between knots the light is linear, before the first and after the last it is zero; air and wind are linear between
 * whole hours UTC. Knots stand where the sun's centre crosses 0 deg apparent elevation (light begins and ends) and
 * 90 deg incidence on a panel, on both sides, 1 s apart, of its crossing the place's horizon, and between those
 *   with tolerance 0   at multiples of 15 min UTC while the sun is above -1 deg apparent elevation;
 *   with a tolerance   as few as keep the light on the horizontal and on every panel within the tolerance of the clear
 *                      sky's smooth curve. Steps of it that exceed the tolerance (Perez' table, the beam at sunrise)
 *                      become ramps of at most 1 s.
 * With the sun up at midnight UTC there are knots at 0 and at 24 h, whose values equal those of the neighbour days.
 *
 * The light is that of the clear sky, to which each site adds its clouds; or, where the place has a measured sky, that
 * one, with knots at t and t + 1 s for every change of averaging hour at t with the sun up, and no clouds to add.
 *
 * A base is a pure function of (place, panels, day); an instant's values are a function of the instant alone.
 * Times: day = days since 1970-01-01 UTC; t_ms = milliseconds since that day's start, strictly increasing,
 * 0..86,400,000. All values are finite, light is >= 0.
 * Sun up for less than 15 min around noon (first days after the polar night) may be missed: below 0.1 deg elevation. */
#ifndef CF_PHYSICS_SKY_BASE_H
#define CF_PHYSICS_SKY_BASE_H

#include "base/diag.h"
#include "physics/air.h"
#include "physics/clouds.h"
#include "physics/plane.h"
#include "physics/pv.h"
#include "physics/sky.h"
#include "physics/sky_measured.h"
#include "physics/sun.h"

#include <stdint.h>

/* Room for 97 knots of the grid, 4 of light, 8 of the horizon, 12 of the panels and 48 of measured hours. */
enum { CF_SKY_PANELS_MAX = 4, CF_SKY_BASE_MAX = 192, CF_SKY_HOURS = 25, CF_SKY_DAY_MS = 86400000 };

/* Plain numbers of a climate. With a measured sky the monthly tables (cloud, air, wind) are not read. */
typedef struct cf_sky_climate {
  double latitude_rad;
  double longitude_rad;
  double altitude_m;
  double linke_turbidity;
  double albedo;
  double horizon_rad;              /* below this apparent elevation the beam is hidden */
  double tolerance_wm2;            /* of knots between the smooth curve; 0: every 15 min */
  const cf_sky_measured *measured; /* borrowed; NULL: clouds, air and wind below */
  cf_cloud_month cloud[12];
  cf_air_month air[12];
  double wind_ms[12]; /* monthly mean, interpolated between mid-months */
} cf_sky_climate;

/* A climate made ready; shared by all sites of it, read only. */
typedef struct cf_sky_place {
  cf_sun_place sun;
  cf_clear_sky clear;
  cf_clouds clouds; /* with a measured sky: none, for ever */
  cf_air air;       /* not made with a measured sky */
  double albedo;
  double sin_horizon;
  double tolerance_wm2;
  const cf_sky_measured *measured;
  double wind_ms[12];
  int64_t longitude_s; /* local mean solar time minus UTC, whole seconds */
} cf_sky_place;

/* CF_INPUT with the reason when a number is out of range. */
cf_status cf_sky_place_make(const cf_sky_climate *climate, cf_sky_place *place, cf_diag *diag);

typedef struct cf_sky_panel {
  cf_plane plane;
  cf_pv pv;
  cf_transposition transposition;
} cf_sky_panel;

typedef struct cf_sky_panels {
  uint32_t count; /* 0..CF_SKY_PANELS_MAX */
  cf_sky_panel panel[CF_SKY_PANELS_MAX];
} cf_sky_panels;

/* A run keeps one base for every day, hence floats. */
typedef struct cf_sky_point {
  float up;         /* cos(apparent zenith) of the sun */
  float zenith_rad; /* apparent */
  float airmass;    /* relative; 0 with the sun down */
  float extraterrestrial_wm2;
  float ghi_wm2, dni_wm2; /* cloudless, without the horizon line */
  float cos_incidence[CF_SKY_PANELS_MAX];
} cf_sky_point;

/* Slots from `knots` on are not written. */
typedef struct cf_sky_base {
  int64_t day;
  uint32_t knots;
  uint32_t t_ms[CF_SKY_BASE_MAX];
  cf_sky_point point[CF_SKY_BASE_MAX];
  float air_k[CF_SKY_HOURS], wind_ms[CF_SKY_HOURS]; /* at 0, 1, ... 24 h */
} cf_sky_base;

/* CF_INPUT when the tolerance wants more knots than a base holds. */
cf_status cf_sky_base_make(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, cf_sky_base *base,
                           cf_diag *diag);

/* Under the clear sky, at any instant of a day; 0 <= t_ms <= CF_SKY_DAY_MS. */
cf_sky_point cf_sky_clear_point(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, uint32_t t_ms);

/* The point with its cloudless light times a clear-sky index (cf_sky_cloudy), behind the horizon line of the place. */
cf_lit_sky cf_sky_lit(const cf_sky_place *place, const cf_sky_point *point, double index);

/* air_k or wind_ms (`hourly`) of a base or a block at an instant of its day. */
double cf_sky_hourly(const float hourly[CF_SKY_HOURS], double t_ms);

#endif
