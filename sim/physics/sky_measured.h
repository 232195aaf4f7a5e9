/* A measured sky: hourly means of beam and diffuse light, hourly air and wind, in place of clouds and monthly tables.
 *
 * Within an averaging hour the light keeps the shape of the clear sky of the place: beam and diffuse each by the factor
 * that gives the mean of the hour, so the hour's irradiation is that of the record. Records are not always consistent
 * (ghi against dni cos z + dhi differ by a percent in typical years): where one has ghi, the beam is scaled by up to a
 * tenth so that the hour's global agrees, too. Where the clear mean is below
 * 5 W/m2 the mean of the hour is spread evenly over the part of it with the sun up. An hour in which the sun rises or
 * sets has all its light while the sun is up; what a record has in an hour without sun (twilight) is dropped. The beam
 * never exceeds the extraterrestrial one.
 * Air and wind are linear between the instants of the record.
 *
 * The record repeats after its `hours`: a typical year of 8760 h goes on for ever. It knows no calendar: in a run over
 * 29 February what follows comes one day early against the sun, which the factors do not mind.
 * The rule is our own. */
#ifndef CF_PHYSICS_SKY_MEASURED_H
#define CF_PHYSICS_SKY_MEASURED_H

#include "base/diag.h"
#include "physics/sky.h"
#include "physics/sun.h"

#include <stdint.h>

/* Arrays are borrowed and have `hours` elements: light of hour i is the mean over 3600 s from first_unix_s + 3600 i. */
typedef struct cf_sky_measured {
  int64_t first_unix_s; /* start of the first averaging hour; need not be a whole hour */
  uint32_t hours;
  const double *dni_wm2, *dhi_wm2;
  const double *ghi_wm2; /* may be NULL */
  double state_offset_s; /* air and wind of hour i are those at this many seconds after its start; within 2 h */
  const double *air_k, *wind_ms;
} cf_sky_measured;

/* CF_INPUT when an element is out of range (light 0..2000 W/m2, air 150..350 K, wind 0..100 m/s) or there is none. */
cf_status cf_sky_measured_check(const cf_sky_measured *measured, cf_diag *diag);

double cf_sky_measured_air_k(const cf_sky_measured *measured, double unix_s);
double cf_sky_measured_wind_ms(const cf_sky_measured *measured, double unix_s);

/* Start of the averaging hour that holds an instant: at or before it, less than an hour. */
int64_t cf_sky_measured_hour_begin_s(const cf_sky_measured *measured, int64_t unix_s);

/* What makes the clear sky the measured one, in one averaging hour: light = factor * clear + even. */
typedef struct cf_sky_hour {
  double beam_factor, beam_even_wm2;
  double diffuse_factor, diffuse_even_wm2;
} cf_sky_hour;

/* A function of the hour's start alone. */
cf_sky_hour cf_sky_measured_hour(const cf_sky_measured *measured, const cf_sun_place *place, const cf_clear_sky *clear,
                                 int64_t begin_unix_s);

#endif
