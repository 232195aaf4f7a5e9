/* Where the sun stands, from the UTC second and the place.
 *
 * Position: the PSA algorithm with the coefficients of 2020, M. J. Blanco, K. Milidonis, A. M. Bonanos, "Updating the
 * PSA sun position algorithm", Solar Energy 212 (2020) 339-341. Good for 2020-2050 by its authors; against the NREL
 * SPA the zenith differs by at most 0.01 deg from 2000 to 2040 (test). The parallax is in, UT1 - UTC (< 0.9 s) is not.
 * Refraction: as in I. Reda, A. Andreas, "Solar position algorithm for solar radiation applications", NREL/TP-560-34302
 * (2008), eq. 42, with the pressure of the place and 12 degC; none below -0.8333 deg.
 * Directions are unit vectors (east, north, up); azimuth is from north over east. Time is UTC seconds since
 * 1970-01-01, without leap seconds. */
#ifndef CF_PHYSICS_SUN_H
#define CF_PHYSICS_SUN_H

#include <stdbool.h>
#include <stdint.h>

/* What is constant about a place. */
typedef struct cf_sun_place {
  double latitude_rad;
  double longitude_rad; /* east positive */
  double altitude_m;
  double pressure_pa; /* of the standard atmosphere at the altitude */
  double sin_latitude, cos_latitude;
  double refraction_rad; /* scale: pressure and 12 degC */
} cf_sun_place;

/* |latitude| <= pi/2, |longitude| <= pi, altitude < 44,331 m. */
cf_sun_place cf_sun_place_at(double latitude_rad, double longitude_rad, double altitude_m);

typedef struct cf_sun {
  double east, north, up;     /* towards the apparent (refracted) sun; up = cos(apparent zenith) */
  double zenith_rad;          /* topocentric, without refraction */
  double apparent_zenith_rad; /* with refraction */
} cf_sun;

void cf_sun_at(const cf_sun_place *place, double unix_s, cf_sun *sun);

/* 0 <= azimuth < 2 pi. */
double cf_sun_azimuth_rad(const cf_sun *sun);

/* Apparent minus mean solar time. */
double cf_sun_equation_of_time_s(double unix_s);

/* The day whose transit falls into the UTC day: the transit, the sunrise before and the sunset after it (which may lie
 * outside the UTC day). Upper limb at the horizon, -0.8333 deg. Where the sun does not cross the horizon between two
 * lower transits, `crosses` is false, `up` tells whether it stays above, and rise and set are NAN. */
typedef struct cf_sun_day {
  double rise_unix_s, transit_unix_s, set_unix_s;
  bool crosses, up;
} cf_sun_day;
void cf_sun_day_at(const cf_sun_place *place, int64_t day, cf_sun_day *out); /* day: days since 1970-01-01 */

#endif
