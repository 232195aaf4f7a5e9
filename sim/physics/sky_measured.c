#include "physics/sky_measured.h"

#include "base/civil.h"

#include <math.h>
#include <stdbool.h>

enum { HOUR_S = 3600, QUARTER_S = 900 };
#define CLEAR_MEAN_MIN_WM2 5.0
#define GLOBAL_SCALE_MAX 1.1

static cf_status check_range(const char *what, const char *unit, const double *values, uint32_t count, double low,
                             double high, cf_diag *diag) {
  for (uint32_t i = 0; i < count; i++)
    if (!(values[i] >= low && values[i] <= high))
      return cf_fail(diag, CF_INPUT, "measured sky, hour %u: %s %g %s is not in %g..%g", (unsigned)i, what, values[i],
                     unit, low, high);
  return CF_OK;
}

cf_status cf_sky_measured_check(const cf_sky_measured *measured, cf_diag *diag) {
  if (measured->hours == 0) return cf_fail(diag, CF_INPUT, "measured sky: no hours");
  if (!(fabs(measured->state_offset_s) <= 2.0 * HOUR_S))
    return cf_fail(diag, CF_INPUT, "measured sky: air and wind %g s after the start of the hour, not within 2 h",
                   measured->state_offset_s);
  uint32_t n = measured->hours;
  cf_status status = check_range("beam", "W/m2", measured->dni_wm2, n, 0.0, 2000.0, diag);
  if (status == CF_OK) status = check_range("diffuse light", "W/m2", measured->dhi_wm2, n, 0.0, 2000.0, diag);
  if (status == CF_OK && measured->ghi_wm2)
    status = check_range("global light", "W/m2", measured->ghi_wm2, n, 0.0, 2000.0, diag);
  if (status == CF_OK) status = check_range("air", "K", measured->air_k, n, 150.0, 350.0, diag);
  if (status == CF_OK) status = check_range("wind", "m/s", measured->wind_ms, n, 0.0, 100.0, diag);
  return status;
}

/* Index into the record, which repeats. */
static uint32_t element(const cf_sky_measured *measured, int64_t hour) {
  int64_t hours = (int64_t)measured->hours;
  return (uint32_t)(hour - cf_floor_div(hour, hours) * hours);
}

static double state_at(const cf_sky_measured *measured, const double *values, double unix_s) {
  double hours = (unix_s - (double)measured->first_unix_s - measured->state_offset_s) / HOUR_S;
  double whole = floor(hours);
  double before = values[element(measured, (int64_t)whole)], after = values[element(measured, (int64_t)whole + 1)];
  return before + (hours - whole) * (after - before);
}

double cf_sky_measured_air_k(const cf_sky_measured *measured, double unix_s) {
  return state_at(measured, measured->air_k, unix_s);
}

double cf_sky_measured_wind_ms(const cf_sky_measured *measured, double unix_s) {
  return state_at(measured, measured->wind_ms, unix_s);
}

int64_t cf_sky_measured_hour_begin_s(const cf_sky_measured *measured, int64_t unix_s) {
  return measured->first_unix_s + HOUR_S * cf_floor_div(unix_s - measured->first_unix_s, HOUR_S);
}

/* Integrals of the clear sky, J/m2, and the time with the sun up. */
typedef struct clear_sum {
  double beam_j, level_beam_j, diffuse_j, lit_s; /* level: on the horizontal */
} clear_sum;

/* Gauss-Legendre with five points: the sun is up throughout, the light smooth. */
static void add_lit(const cf_sun_place *place, const cf_clear_sky *clear, double from_s, double to_s, clear_sum *sum) {
  static const double at[5] = {-0.906179845938664, -0.538469310105683, 0.0, 0.538469310105683, 0.906179845938664};
  static const double weight[5] = {0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366,
                                   0.236926885056189};
  double half_s = 0.5 * (to_s - from_s), middle_s = 0.5 * (to_s + from_s);
  for (int i = 0; i < 5; i++) {
    double t = middle_s + half_s * at[i];
    cf_sun sun;
    cf_irradiance light;
    cf_sun_at(place, t, &sun);
    cf_clear_sky_at(clear, sun.apparent_zenith_rad, sun.up, cf_sky_extraterrestrial_at_wm2(t), &light);
    sum->beam_j += half_s * weight[i] * light.dni_wm2;
    sum->level_beam_j += half_s * weight[i] * light.dni_wm2 * sun.up;
    sum->diffuse_j += half_s * weight[i] * light.dhi_wm2;
  }
  sum->lit_s += to_s - from_s;
}

/* Where light begins or ends, within 1 ms: there is one such instant between. */
static double edge_of_light_s(const cf_sun_place *place, double from_s, double to_s, bool lit_from) {
  while (to_s - from_s > 1e-3) {
    double middle_s = 0.5 * (from_s + to_s);
    cf_sun sun;
    cf_sun_at(place, middle_s, &sun);
    if ((sun.up > 0.0) == lit_from)
      from_s = middle_s;
    else
      to_s = middle_s;
  }
  return 0.5 * (from_s + to_s);
}

static void shape(double mean_wm2, double clear_j, double lit_s, double *factor, double *even_wm2) {
  *factor = *even_wm2 = 0.0;
  if (clear_j >= CLEAR_MEAN_MIN_WM2 * HOUR_S)
    *factor = mean_wm2 * HOUR_S / clear_j;
  else if (lit_s > 0.0)
    *even_wm2 = mean_wm2 * HOUR_S / lit_s;
}

cf_sky_hour cf_sky_measured_hour(const cf_sky_measured *measured, const cf_sun_place *place, const cf_clear_sky *clear,
                                 int64_t begin_unix_s) {
  clear_sum sum = {0.0, 0.0, 0.0, 0.0};
  cf_sun sun;
  cf_sun_at(place, (double)begin_unix_s, &sun);
  bool lit = sun.up > 0.0;
  for (int quarter = 0; quarter < HOUR_S / QUARTER_S; quarter++) {
    double from_s = (double)(begin_unix_s + quarter * QUARTER_S), to_s = from_s + QUARTER_S;
    cf_sun_at(place, to_s, &sun);
    bool lit_after = sun.up > 0.0;
    if (lit != lit_after) {
      double edge_s = edge_of_light_s(place, from_s, to_s, lit);
      if (lit)
        to_s = edge_s;
      else
        from_s = edge_s;
    }
    if (lit || lit_after) add_lit(place, clear, from_s, to_s, &sum);
    lit = lit_after;
  }
  uint32_t i = element(measured, cf_floor_div(begin_unix_s - measured->first_unix_s, HOUR_S));
  cf_sky_hour hour;
  shape(measured->dni_wm2[i], sum.beam_j, sum.lit_s, &hour.beam_factor, &hour.beam_even_wm2);
  shape(measured->dhi_wm2[i], sum.diffuse_j, sum.lit_s, &hour.diffuse_factor, &hour.diffuse_even_wm2);
  double level_beam_j = hour.beam_factor * sum.level_beam_j;
  if (measured->ghi_wm2 && level_beam_j > 0.0) {
    double scale = (measured->ghi_wm2[i] - measured->dhi_wm2[i]) * HOUR_S / level_beam_j;
    hour.beam_factor *= fmin(fmax(scale, 1.0 / GLOBAL_SCALE_MAX), GLOBAL_SCALE_MAX);
  }
  return hour;
}
