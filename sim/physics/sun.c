#include "physics/sun.h"

#include "base/remath.h"
#include "base/civil.h"

#include <math.h>

#define PI 3.14159265358979323846
#define RAD (PI / 180.0)
#define J2000_UNIX_S 946728000.0 /* 2000-01-01 12:00 UTC, Julian day 2451545 */
#define RISE_ZENITH_RAD (90.8333 * RAD)

cf_sun_place cf_sun_place_at(double latitude_rad, double longitude_rad, double altitude_m) {
  cf_sun_place place;
  place.latitude_rad = latitude_rad;
  place.longitude_rad = longitude_rad;
  place.altitude_m = altitude_m;
  /* Standard atmosphere (troposphere): 288.15 K, 101325 Pa, 6.5 K/km. */
  place.pressure_pa = 100.0 * cf_pow((44331.514 - altitude_m) / 11880.516, 1.0 / 0.1902632);
  place.sin_latitude = cf_sin(latitude_rad);
  place.cos_latitude = cf_cos(latitude_rad);
  place.refraction_rad = place.pressure_pa / 101000.0 * (283.0 / (273.0 + 12.0)) * (1.02 / 60.0) * RAD;
  return place;
}

/* The sun's equatorial direction times 1, as (x to the equinox, y, z to the pole), with the sidereal angle at
 * longitude 0, and the mean longitude. */
typedef struct equatorial {
  double x, y, z;
  double sidereal_rad; /* Greenwich mean sidereal angle, reduced to about one turn */
} equatorial;

static equatorial equatorial_at(double unix_s) {
  double days = (unix_s - J2000_UNIX_S) / 86400.0;
  double omega = 2.267127827 - 9.300339267e-4 * days;
  double mean_longitude = 4.895036035 + 1.720279602e-2 * days;
  double anomaly = 6.239468336 + 1.720200135e-2 * days;
  double sin_anomaly = cf_sin(anomaly), cos_anomaly = cf_cos(anomaly);
  double sin_omega = cf_sin(omega), cos_omega = cf_cos(omega);
  double longitude = mean_longitude + 3.338320972e-2 * sin_anomaly +
                     3.497596876e-4 * (2.0 * sin_anomaly * cos_anomaly) - 1.544353226e-4 - 8.689729360e-6 * sin_omega;
  double obliquity = 4.090904909e-1 - 6.213605399e-9 * days + 4.418094944e-5 * cos_omega;
  double sin_longitude = cf_sin(longitude);
  equatorial sun;
  sun.x = cf_cos(longitude);
  sun.y = cf_cos(obliquity) * sin_longitude;
  sun.z = cf_sin(obliquity) * sin_longitude;
  double day_share = unix_s / 86400.0;
  day_share -= floor(day_share);
  double turns_h = 6.697096103 + 6.570984737e-2 * days;
  turns_h -= 24.0 * floor(turns_h / 24.0);
  sun.sidereal_rad = (turns_h + 24.0 * day_share) * (PI / 12.0);
  return sun;
}

void cf_sun_at(const cf_sun_place *place, double unix_s, cf_sun *sun) {
  equatorial e = equatorial_at(unix_s);
  double angle = e.sidereal_rad + place->longitude_rad;
  double sin_angle = cf_sin(angle), cos_angle = cf_cos(angle);
  /* In the frame of the meridian: along it in the equator's plane, and west of it (cos dec sin hour angle). */
  double meridian = cos_angle * e.x + sin_angle * e.y;
  double west = sin_angle * e.x - cos_angle * e.y;
  double north = place->cos_latitude * e.z - place->sin_latitude * meridian;
  double up = place->sin_latitude * e.z + place->cos_latitude * meridian;
  double level = sqrt(north * north + west * west);
  double zenith = cf_atan2(level, up);
  zenith += 6371.01 / 149597890.0 * level; /* parallax: the observer is not at the Earth's centre */
  double apparent = zenith;
  if (zenith < RISE_ZENITH_RAD) {
    double elevation_deg = 90.0 - zenith / RAD;
    apparent -= place->refraction_rad / cf_tan((elevation_deg + 10.3 / (elevation_deg + 5.11)) * RAD);
    if (apparent < 0.0) apparent = 0.0; /* the formula is a few 1e-5 deg negative at the zenith */
  }
  sun->zenith_rad = zenith;
  sun->apparent_zenith_rad = apparent;
  sun->up = cf_cos(apparent);
  double scale = cf_sin(apparent) / (level > 1e-12 ? level : 1.0);
  sun->east = -west * scale;
  sun->north = north * scale;
}

double cf_sun_azimuth_rad(const cf_sun *sun) {
  double azimuth = cf_atan2(sun->east, sun->north);
  return azimuth < 0.0 ? azimuth + 2.0 * PI : azimuth;
}

/* Local hour angle at longitude 0, -pi..pi. */
static double hour_angle(const equatorial *e) {
  double sin_angle = cf_sin(e->sidereal_rad), cos_angle = cf_cos(e->sidereal_rad);
  return cf_atan2(sin_angle * e->x - cos_angle * e->y, cos_angle * e->x + sin_angle * e->y);
}

double cf_sun_equation_of_time_s(double unix_s) {
  equatorial e = equatorial_at(unix_s);
  double day_share = unix_s / 86400.0;
  day_share -= floor(day_share);
  double mean = (2.0 * day_share - 1.0) * PI;
  double difference = hour_angle(&e) - mean;
  if (difference > PI) difference -= 2.0 * PI;
  if (difference < -PI) difference += 2.0 * PI;
  return difference * (43200.0 / PI);
}

void cf_sun_day_at(const cf_sun_place *place, int64_t day, cf_sun_day *out) {
  double start_s = (double)day * CF_DAY_S;
  double shift_s = 43200.0 - place->longitude_rad * (43200.0 / PI);
  double transit_s = start_s + 43200.0;
  /* The equation of time drifts by less than 30 s a day, so two corrections are exact to 1e-3 s. */
  for (int i = 0; i < 3; i++) {
    double second = shift_s - cf_sun_equation_of_time_s(transit_s);
    transit_s = start_s + second - CF_DAY_S * floor(second / CF_DAY_S);
  }
  out->transit_unix_s = transit_s;
  double when[2] = {transit_s, transit_s};
  out->crosses = true;
  out->up = true;
  for (int side = 0; side < 2 && out->crosses; side++) {
    for (int i = 0; i < 5; i++) {
      equatorial e = equatorial_at(when[side]);
      double cos_declination = sqrt(e.x * e.x + e.y * e.y);
      double cos_half_day =
          (cf_cos(RISE_ZENITH_RAD) - place->sin_latitude * e.z) / (place->cos_latitude * cos_declination);
      if (!(cos_half_day >= -1.0 && cos_half_day <= 1.0)) {
        out->crosses = false;
        out->up = cos_half_day < -1.0;
        break;
      }
      double half_day_s = cf_acos(cos_half_day) * (43200.0 / PI);
      /* The equation of time at the event itself, against the one at transit. */
      double drift_s = cf_sun_equation_of_time_s(when[side]) - cf_sun_equation_of_time_s(transit_s);
      when[side] = transit_s - drift_s + (side == 0 ? -half_day_s : half_day_s);
    }
  }
  out->up = out->crosses || out->up;
  out->rise_unix_s = out->crosses ? when[0] : (double)NAN;
  out->set_unix_s = out->crosses ? when[1] : (double)NAN;
}
