#include "physics/sky.h"

#include "base/remath.h"
#include "base/civil.h"

#include <math.h>

#define PI 3.14159265358979323846

double cf_sky_extraterrestrial_wm2(double day_of_year) {
  double angle = 2.0 * PI / 365.0 * (day_of_year - 1.0);
  double s = cf_sin(angle), c = cf_cos(angle);
  double s2 = 2.0 * s * c, c2 = c * c - s * s;
  return 1366.1 * (1.00011 + 0.034221 * c + 0.00128 * s + 0.000719 * c2 + 7.7e-5 * s2);
}

double cf_sky_extraterrestrial_at_wm2(double unix_s) {
  double day = floor(unix_s / CF_DAY_S);
  double day_share = (unix_s - day * CF_DAY_S) / CF_DAY_S;
  return cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)day).day_of_year + day_share - 0.5);
}

/* The elevation enters in degrees, the cosine comes from the caller, who has it. */
static double airmass(double elevation_deg, double cos_zenith) {
  return 1.0 / (cos_zenith + 0.50572 * cf_pow(elevation_deg + 6.07995, -1.6364));
}

double cf_sky_airmass(double apparent_zenith_rad) {
  return airmass(90.0 - apparent_zenith_rad * (180.0 / PI), cf_cos(apparent_zenith_rad));
}

cf_clear_sky cf_clear_sky_make(double altitude_m, double pressure_pa, double linke_turbidity) {
  double fh1 = cf_exp(-altitude_m / 8000.0), fh2 = cf_exp(-altitude_m / 1250.0);
  cf_clear_sky sky;
  sky.linke_turbidity = linke_turbidity;
  sky.pressure_share = pressure_pa / 101325.0;
  sky.global_scale = 5.09e-5 * altitude_m + 0.868;
  sky.global_decay = (3.92e-5 * altitude_m + 0.0387) * (fh1 + fh2 * (linke_turbidity - 1.0));
  sky.beam_scale = 0.664 + 0.163 / fh1;
  sky.beam_decay = 0.09 * (linke_turbidity - 1.0);
  sky.beam_share_max = 1.0 - (0.1 - 0.2 * cf_exp(-linke_turbidity)) / (0.1 + 0.882 / fh1);
  return sky;
}

void cf_clear_sky_at(const cf_clear_sky *sky, double apparent_zenith_rad, double cos_zenith,
                     double extraterrestrial_wm2, cf_irradiance *out) {
  *out = (cf_irradiance){0.0, 0.0, 0.0};
  if (!(cos_zenith > 0.0)) return;
  double mass = airmass(90.0 - apparent_zenith_rad * (180.0 / PI), cos_zenith) * sky->pressure_share;
  double ghi = sky->global_scale * extraterrestrial_wm2 * cos_zenith * cf_exp(-sky->global_decay * mass);
  double dni = extraterrestrial_wm2 * sky->beam_scale * cf_exp(-sky->beam_decay * mass);
  double dni_max = ghi * sky->beam_share_max / cos_zenith;
  if (dni > dni_max) dni = dni_max;
  out->ghi_wm2 = ghi;
  out->dni_wm2 = dni;
  out->dhi_wm2 = ghi - dni * cos_zenith;
}

double cf_sky_haurwitz_ghi_wm2(double cos_zenith) {
  return cos_zenith > 0.0 ? 1098.0 * cos_zenith * cf_exp(-0.059 / cos_zenith) : 0.0;
}

/* 1 - Erbs' diffuse share, written so that it keeps its digits at small k. */
static double erbs_beam_share(double k) {
  if (k <= 0.22) return 0.09 * k;
  if (k <= 0.80) return 0.0489 + k * (0.1604 - k * (4.388 - k * (16.638 - k * 12.336)));
  return 0.835;
}

double cf_sky_erbs_diffuse_share(double clearness) { return 1.0 - erbs_beam_share(clearness); }

void cf_sky_cloudy(const cf_irradiance *clear, double cos_zenith, double extraterrestrial_wm2, double index,
                   cf_irradiance *out) {
  double ghi = index * clear->ghi_wm2;
  double dni = clear->dni_wm2;
  if (index < 1.0 && ghi > 0.0) {
    double k_clear = clear->ghi_wm2 / (extraterrestrial_wm2 * cos_zenith);
    double k = index * k_clear;
    double ratio = index * erbs_beam_share(k) / erbs_beam_share(k_clear);
    if (ratio < 1.0) dni *= ratio;
  }
  if (!(ghi > 0.0)) dni = 0.0;
  double beam = dni * cos_zenith;
  out->ghi_wm2 = ghi;
  out->dni_wm2 = dni;
  out->dhi_wm2 = ghi > beam ? ghi - beam : 0.0;
}
