#include "physics/sky_base.h"

#include "base/remath.h"
#include "physics/mid_months.h"

#include <math.h>
#include <stdbool.h>

#define PI 3.14159265358979323846

enum { GRID_S = 900, GRID_POINTS = CF_DAY_S / GRID_S + 1 };
#define SIN_TWILIGHT (-0.017452406437283512) /* sin(-1 deg) */

static bool in_range(double value, double low, double high) { return value >= low && value <= high; }

/* A measured sky has its clouds in it: the chain stands at index 1 for ever. */
static cf_status make_measured(const cf_sky_measured *measured, cf_sky_place *place, cf_diag *diag) {
  cf_cloud_month clear[12];
  for (int m = 0; m < 12; m++) {
    clear[m].lag1_hour = 1.0;
    for (int i = 0; i < CF_CLOUD_STATES; i++) clear[m].clear_sky_index[i] = 1.0;
  }
  cf_status status = cf_clouds_make(clear, &place->clouds, diag);
  return status == CF_OK ? cf_sky_measured_check(measured, diag) : status;
}

static cf_status make_monthly(const cf_sky_climate *climate, cf_sky_place *place, cf_diag *diag) {
  for (int m = 0; m < 12; m++) {
    if (!in_range(climate->wind_ms[m], 0.0, 100.0))
      return cf_fail(diag, CF_INPUT, "month %d: wind %g m/s is not in 0..100", m + 1, climate->wind_ms[m]);
    place->wind_ms[m] = climate->wind_ms[m];
  }
  cf_status status = cf_clouds_make(climate->cloud, &place->clouds, diag);
  return status == CF_OK ? cf_air_make(climate->air, climate->longitude_rad, &place->air, diag) : status;
}

cf_status cf_sky_place_make(const cf_sky_climate *climate, cf_sky_place *place, cf_diag *diag) {
  if (!in_range(climate->latitude_rad, -0.5 * PI, 0.5 * PI))
    return cf_fail(diag, CF_INPUT, "latitude %g deg is not in -90..90", climate->latitude_rad * (180.0 / PI));
  if (!in_range(climate->longitude_rad, -PI, PI))
    return cf_fail(diag, CF_INPUT, "longitude %g deg is not in -180..180", climate->longitude_rad * (180.0 / PI));
  if (!in_range(climate->altitude_m, -500.0, 9000.0))
    return cf_fail(diag, CF_INPUT, "altitude %g m is not in -500..9000", climate->altitude_m);
  if (!in_range(climate->linke_turbidity, 1.0, 15.0))
    return cf_fail(diag, CF_INPUT, "Linke turbidity %g is not in 1..15", climate->linke_turbidity);
  if (!in_range(climate->albedo, 0.0, 1.0)) return cf_fail(diag, CF_INPUT, "albedo %g is not in 0..1", climate->albedo);
  if (!in_range(climate->horizon_rad, 0.0, 0.5 * PI))
    return cf_fail(diag, CF_INPUT, "horizon %g deg is not in 0..90", climate->horizon_rad * (180.0 / PI));
  if (climate->tolerance_wm2 != 0.0 && !in_range(climate->tolerance_wm2, 0.1, 100.0))
    return cf_fail(diag, CF_INPUT, "tolerance of the light %g W/m2 is neither 0 (every 15 min) nor in 0.1..100",
                   climate->tolerance_wm2);
  place->sun = cf_sun_place_at(climate->latitude_rad, climate->longitude_rad, climate->altitude_m);
  place->clear = cf_clear_sky_make(climate->altitude_m, place->sun.pressure_pa, climate->linke_turbidity);
  place->albedo = climate->albedo;
  place->sin_horizon = cf_sin(climate->horizon_rad);
  place->tolerance_wm2 = climate->tolerance_wm2;
  place->measured = climate->measured;
  place->longitude_s = (int64_t)floor(climate->longitude_rad * (43200.0 / PI) + 0.5);
  return climate->measured ? make_measured(climate->measured, place, diag) : make_monthly(climate, place, diag);
}

double cf_sky_hourly(const float hourly[CF_SKY_HOURS], double t_ms) {
  double hours = t_ms / 3.6e6;
  if (!(hours > 0.0)) return (double)hourly[0];
  if (hours >= CF_SKY_HOURS - 1) return (double)hourly[CF_SKY_HOURS - 1];
  uint32_t hour = (uint32_t)hours;
  return (double)hourly[hour] + (hours - hour) * ((double)hourly[hour + 1] - (double)hourly[hour]);
}

static double monthly_wind_ms(const cf_sky_place *place, double unix_s) {
  cf_mid_months months = cf_mid_months_at(unix_s);
  double before = place->wind_ms[months.before];
  return before + months.weight * (place->wind_ms[months.after] - before);
}

static cf_sun sun_at(const cf_sky_place *place, int64_t day, uint32_t t_ms) {
  cf_sun sun;
  cf_sun_at(&place->sun, (double)(day * CF_DAY_S) + t_ms * 1e-3, &sun);
  return sun;
}

static cf_sky_point point_under(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, uint32_t t_ms,
                                const cf_sun *sun) {
  double extraterrestrial_wm2 = cf_sky_extraterrestrial_at_wm2((double)(day * CF_DAY_S) + t_ms * 1e-3);
  cf_irradiance clear;
  cf_clear_sky_at(&place->clear, sun->apparent_zenith_rad, sun->up, extraterrestrial_wm2, &clear);
  cf_sky_point point = {.up = (float)sun->up,
                        .zenith_rad = (float)sun->apparent_zenith_rad,
                        .airmass = sun->up > 0.0 ? (float)cf_sky_airmass(sun->apparent_zenith_rad) : 0.0F,
                        .extraterrestrial_wm2 = (float)extraterrestrial_wm2,
                        .ghi_wm2 = (float)clear.ghi_wm2,
                        .dni_wm2 = (float)clear.dni_wm2};
  for (uint32_t p = 0; p < panels->count; p++)
    point.cos_incidence[p] = (float)cf_plane_cos_incidence(&panels->panel[p].plane, sun);
  return point;
}

cf_sky_point cf_sky_clear_point(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, uint32_t t_ms) {
  cf_sun sun = sun_at(place, day, t_ms);
  return point_under(place, panels, day, t_ms, &sun);
}

cf_lit_sky cf_sky_lit(const cf_sky_place *place, const cf_sky_point *point, double index) {
  cf_lit_sky sky = {.cos_zenith = (double)point->up,
                    .zenith_rad = (double)point->zenith_rad,
                    .airmass = (double)point->airmass,
                    .extraterrestrial_wm2 = (double)point->extraterrestrial_wm2};
  cf_irradiance cloudless = {.ghi_wm2 = (double)point->ghi_wm2, .dni_wm2 = (double)point->dni_wm2};
  cf_sky_cloudy(&cloudless, sky.cos_zenith, sky.extraterrestrial_wm2, index, &sky.light);
  cf_plane_cut_horizon(sky.cos_zenith, place->sin_horizon, &sky.light);
  return sky;
}

/* Adds a knot in order of time; one that is there already stays as it is. False when there is no room. */
static bool add_knot(cf_sky_base *base, uint32_t t_ms, cf_sky_point point) {
  uint32_t at = base->knots;
  while (at > 0 && base->t_ms[at - 1] > t_ms) at--;
  if (at > 0 && base->t_ms[at - 1] == t_ms) return true;
  if (base->knots == CF_SKY_BASE_MAX) return false;
  for (uint32_t i = base->knots; i > at; i--) {
    base->t_ms[i] = base->t_ms[i - 1];
    base->point[i] = base->point[i - 1];
  }
  base->t_ms[at] = t_ms;
  base->point[at] = point;
  base->knots++;
  return true;
}

/* ---- crossings of the sun ---- */

/* CROSS_PANEL + p: 90 deg incidence on panel p. */
enum { CROSS_HORIZON_LINE, CROSS_LIGHT, CROSS_PANEL };

/* Positive: beam over the horizon line; light at all; sun before the panel. */
static double level_of(uint32_t kind, const cf_sky_place *place, const cf_sky_panels *panels, const cf_sun *sun) {
  if (kind == CROSS_HORIZON_LINE) return sun->up - place->sin_horizon;
  if (kind == CROSS_LIGHT) return sun->up;
  return cf_plane_cos_incidence(&panels->panel[kind - CROSS_PANEL].plane, sun);
}

/* The instant between a and b (s of the day) where the level changes sign, within 1e-4 s: regula falsi (Illinois). */
static double crossing_s(uint32_t kind, const cf_sky_place *place, const cf_sky_panels *panels, double start_s,
                         double a, double level_a, double b, double level_b) {
  int side = 0;
  for (int i = 0; i < 100 && b - a > 1e-4; i++) {
    double t = (a * level_b - b * level_a) / (level_b - level_a);
    if (!(t > a && t < b)) t = 0.5 * (a + b);
    cf_sun sun;
    cf_sun_at(&place->sun, start_s + t, &sun);
    double level = level_of(kind, place, panels, &sun);
    if (fabs(level) < 1e-10) return t;
    if ((level > 0.0) == (level_b > 0.0)) {
      b = t;
      level_b = level;
      if (side == 1) level_a *= 0.5;
      side = 1;
    } else {
      a = t;
      level_a = level;
      if (side == 2) level_b *= 0.5;
      side = 2;
    }
  }
  return 0.5 * (a + b);
}

/* The beam jumps where the sun crosses the horizon line: the last second on the one side, the first on the other. */
static bool add_horizon_line(const cf_sky_place *place, const cf_sky_panels *panels, double root_s, bool rising,
                             cf_sky_base *base) {
  uint32_t before_s = (uint32_t)floor(root_s);
  for (int i = 0; i < 3 && before_s > 0; i++) {
    cf_sun sun = sun_at(place, base->day, before_s * 1000);
    if ((sun.up >= place->sin_horizon) != rising) break;
    before_s--;
  }
  bool fits = add_knot(base, before_s * 1000, cf_sky_clear_point(place, panels, base->day, before_s * 1000));
  if (!fits || before_s == CF_DAY_S) return fits;
  before_s++;
  return add_knot(base, before_s * 1000, cf_sky_clear_point(place, panels, base->day, before_s * 1000));
}

static bool add_crossing(const cf_sky_place *place, const cf_sky_panels *panels, uint32_t kind, double root_s,
                         bool rising, cf_sky_base *base) {
  if (kind == CROSS_HORIZON_LINE) return add_horizon_line(place, panels, root_s, rising, base);
  uint32_t t_ms = (uint32_t)floor(root_s * 1e3 + 0.5);
  cf_sky_point point = cf_sky_clear_point(place, panels, base->day, t_ms);
  /* Light begins and ends at exactly zero, whichever side the rounding to 1 ms fell on. */
  if (kind == CROSS_LIGHT) point.ghi_wm2 = point.dni_wm2 = 0.0F;
  if (kind >= CROSS_PANEL && point.up <= 0.0F) return true;
  return add_knot(base, t_ms, point);
}

static bool add_crossings(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sun sun[GRID_POINTS],
                          cf_sky_base *base) {
  double start_s = (double)(base->day * CF_DAY_S);
  for (uint32_t i = 0; i + 1 < GRID_POINTS; i++) {
    bool lit = sun[i].up > 0.0 || sun[i + 1].up > 0.0;
    for (uint32_t kind = CROSS_HORIZON_LINE; kind < CROSS_PANEL + panels->count; kind++) {
      if (!lit || (kind == CROSS_HORIZON_LINE && place->sin_horizon <= 0.0)) continue;
      double a = level_of(kind, place, panels, &sun[i]), b = level_of(kind, place, panels, &sun[i + 1]);
      if ((a > 0.0) == (b > 0.0)) continue;
      double t = i * (double)GRID_S;
      double root_s = crossing_s(kind, place, panels, start_s, t, a, t + GRID_S, b);
      if (!add_crossing(place, panels, kind, root_s, b > 0.0, base)) return false;
    }
  }
  return true;
}

/* ---- knots by tolerance ---- */

enum { CURVES_MAX = 1 + CF_SKY_PANELS_MAX, SAMPLES_MAX = 2048 };

/* Samples are not farther apart: less where the sun is low and the light bends, and steps come close together. */
enum { GAP_MS = 225000, GAP_LOW_SUN_MS = 30000 };
#define UP_LOW_SUN 0.05F
#define SAMPLE_SHARE 0.1 /* of the tolerance goes to the samples, the rest to the knots */

/* Light on the horizontal and on each panel: what must be linear between knots. */
typedef struct sample {
  uint32_t t_ms;
  float light_wm2[CURVES_MAX];
} sample;

/* The smooth curve between two crossings, in samples so dense that it is linear between them. */
typedef struct curve {
  const cf_sky_place *place;
  const cf_sky_panels *panels;
  int64_t day;
  uint32_t count;
  sample sample[SAMPLES_MAX];
} curve;

static sample sample_of(const curve *c, uint32_t t_ms, const cf_sky_point *point) {
  sample s = {.t_ms = t_ms};
  cf_lit_sky sky = cf_sky_lit(c->place, point, 1.0);
  s.light_wm2[0] = (float)sky.light.ghi_wm2;
  for (uint32_t p = 0; p < c->panels->count; p++) {
    const cf_sky_panel *panel = &c->panels->panel[p];
    s.light_wm2[1 + p] = (float)cf_plane_total_wm2(cf_plane_light_at(
        &panel->plane, panel->transposition, &sky, (double)point->cos_incidence[p], c->place->albedo));
  }
  return s;
}

/* Appends the samples after `a` up to `b`, halving until the middle lies on the line within their share of the
 * tolerance (or 1 s is left, at a step). Eleven levels deep at most. */
static bool sample_between(curve *c, const sample *a, const sample *b) {
  uint32_t gap_ms = b->t_ms - a->t_ms, middle_ms = (a->t_ms + gap_ms / 2) / 1000 * 1000;
  if (middle_ms <= a->t_ms) middle_ms += 1000;
  if (middle_ms < b->t_ms) {
    cf_sky_point point = cf_sky_clear_point(c->place, c->panels, c->day, middle_ms);
    sample middle = sample_of(c, middle_ms, &point);
    double share = (double)(middle_ms - a->t_ms) / (double)gap_ms;
    bool linear = gap_ms <= (point.up < UP_LOW_SUN ? GAP_LOW_SUN_MS : GAP_MS);
    for (uint32_t i = 0; i <= c->panels->count && linear; i++) {
      double from = (double)a->light_wm2[i], to = (double)b->light_wm2[i];
      linear =
          fabs((double)middle.light_wm2[i] - (from + share * (to - from))) <= SAMPLE_SHARE * c->place->tolerance_wm2;
    }
    if (!linear) return sample_between(c, a, &middle) && sample_between(c, &middle, b);
    if (c->count == SAMPLES_MAX) return false;
    c->sample[c->count++] = middle;
  }
  if (c->count == SAMPLES_MAX) return false;
  c->sample[c->count++] = *b;
  return true;
}

/* The farthest sample to which a straight line from sample `from` stays within `tolerance` of those between. */
static uint32_t farthest(const curve *c, uint32_t from, double tolerance) {
  double low[CURVES_MAX], high[CURVES_MAX];
  for (uint32_t i = 0; i < CURVES_MAX; i++) {
    low[i] = -INFINITY;
    high[i] = INFINITY;
  }
  uint32_t best = from + 1;
  const sample *a = &c->sample[from];
  for (uint32_t j = from + 1; j < c->count; j++) {
    double span = (double)(c->sample[j].t_ms - a->t_ms);
    bool within = true, open = true;
    for (uint32_t i = 0; i <= c->panels->count; i++) {
      double rise = (double)c->sample[j].light_wm2[i] - (double)a->light_wm2[i];
      within = within && rise >= low[i] * span && rise <= high[i] * span;
      low[i] = fmax(low[i], (rise - tolerance) / span);
      high[i] = fmin(high[i], (rise + tolerance) / span);
      open = open && low[i] <= high[i];
    }
    if (within) best = j;
    if (!open) break;
  }
  return best;
}

/* Knots between each two of those that are there (crossings), where the sun is up. */
static bool add_curve(const cf_sky_place *place, const cf_sky_panels *panels, cf_sky_base *base) {
  curve c = {.place = place, .panels = panels, .day = base->day};
  cf_sky_base crossings = *base;
  double tolerance = (1.0 - SAMPLE_SHARE) * place->tolerance_wm2;
  for (uint32_t k = 0; k + 1 < crossings.knots; k++) {
    uint32_t from_ms = crossings.t_ms[k], to_ms = crossings.t_ms[k + 1];
    if (sun_at(place, base->day, from_ms + (to_ms - from_ms) / 2).up <= 0.0) continue;
    sample last = sample_of(&c, to_ms, &crossings.point[k + 1]);
    c.sample[0] = sample_of(&c, from_ms, &crossings.point[k]);
    c.count = 1;
    if (!sample_between(&c, &c.sample[0], &last)) return false;
    for (uint32_t i = farthest(&c, 0, tolerance); i + 1 < c.count; i = farthest(&c, i, tolerance)) {
      uint32_t t_ms = c.sample[i].t_ms;
      if (!add_knot(base, t_ms, cf_sky_clear_point(place, panels, base->day, t_ms))) return false;
    }
  }
  return true;
}

/* ---- a measured sky ---- */

/* Two knots at every change of averaging hour with the sun up. */
static bool add_hours(const cf_sky_place *place, const cf_sky_panels *panels, cf_sky_base *base) {
  int64_t start_s = base->day * CF_DAY_S;
  int64_t first_s = cf_sky_measured_hour_begin_s(place->measured, start_s) - start_s;
  for (int64_t t_s = first_s < 0 ? first_s + 3600 : first_s; t_s < CF_DAY_S; t_s += 3600) {
    uint32_t t_ms = (uint32_t)t_s * 1000;
    cf_sky_point before = cf_sky_clear_point(place, panels, base->day, t_ms);
    cf_sky_point after = cf_sky_clear_point(place, panels, base->day, t_ms + 1000);
    if (before.up <= 0.0F && after.up <= 0.0F) continue;
    if (!add_knot(base, t_ms, before) || !add_knot(base, t_ms + 1000, after)) return false;
  }
  return true;
}

/* Replaces the clear light of the knots by the measured one. At the start of an hour the one before still holds, one
 * second later the new one. */
static void measure(const cf_sky_place *place, cf_sky_base *base) {
  int64_t begin_s = INT64_MIN;
  cf_sky_hour hour = {0}, last = {0};
  for (uint32_t i = 0; i < base->knots; i++) {
    cf_sky_point *point = &base->point[i];
    if (!(point->ghi_wm2 > 0.0F)) continue;
    int64_t now_s = base->day * CF_DAY_S + base->t_ms[i] / 1000;
    int64_t its_begin_s = cf_sky_measured_hour_begin_s(place->measured, now_s);
    if (its_begin_s != begin_s) {
      last = begin_s == its_begin_s - 3600
                 ? hour
                 : cf_sky_measured_hour(place->measured, &place->sun, &place->clear, its_begin_s - 3600);
      hour = cf_sky_measured_hour(place->measured, &place->sun, &place->clear, its_begin_s);
      begin_s = its_begin_s;
    }
    double weight = now_s > its_begin_s ? 1.0 : (base->t_ms[i] % 1000) * 1e-3;
    double up = (double)point->up, dni = (double)point->dni_wm2, dhi = (double)point->ghi_wm2 - dni * up;
    double dni_now = hour.beam_factor * dni + hour.beam_even_wm2,
           dni_last = last.beam_factor * dni + last.beam_even_wm2;
    double dhi_now = hour.diffuse_factor * dhi + hour.diffuse_even_wm2;
    double dhi_last = last.diffuse_factor * dhi + last.diffuse_even_wm2;
    dni = fmin(dni_last + weight * (dni_now - dni_last), (double)point->extraterrestrial_wm2);
    dhi = dhi_last + weight * (dhi_now - dhi_last);
    point->dni_wm2 = (float)dni;
    point->ghi_wm2 = (float)(dhi + dni * up);
  }
}

/* ---- the day ---- */

static bool add_all(const cf_sky_place *place, const cf_sky_panels *panels, cf_sky_base *base) {
  cf_sun sun[GRID_POINTS];
  for (uint32_t i = 0; i < GRID_POINTS; i++) {
    uint32_t t_ms = i * (GRID_S * 1000);
    sun[i] = sun_at(place, base->day, t_ms);
    bool wanted =
        place->tolerance_wm2 > 0.0 ? (i == 0 || i == GRID_POINTS - 1) && sun[i].up > 0.0 : sun[i].up > SIN_TWILIGHT;
    if (wanted && !add_knot(base, t_ms, point_under(place, panels, base->day, t_ms, &sun[i]))) return false;
  }
  if (!add_crossings(place, panels, sun, base)) return false;
  if (place->tolerance_wm2 > 0.0 && !add_curve(place, panels, base)) return false;
  return !place->measured || add_hours(place, panels, base);
}

cf_status cf_sky_base_make(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, cf_sky_base *base,
                           cf_diag *diag) {
  double start_s = (double)(day * CF_DAY_S);
  base->day = day;
  base->knots = 0;
  for (int hour = 0; hour < CF_SKY_HOURS; hour++) {
    double unix_s = start_s + 3600.0 * hour;
    base->air_k[hour] =
        (float)(place->measured ? cf_sky_measured_air_k(place->measured, unix_s) : cf_air_temp_k(&place->air, unix_s));
    base->wind_ms[hour] =
        (float)(place->measured ? cf_sky_measured_wind_ms(place->measured, unix_s) : monthly_wind_ms(place, unix_s));
  }
  if (!add_all(place, panels, base))
    return cf_fail(diag, CF_INPUT,
                   "day %lld: %d knots are too few for a tolerance of %g W/m2 of the light on %u panels: widen it",
                   (long long)day, CF_SKY_BASE_MAX, place->tolerance_wm2, (unsigned)panels->count);
  if (place->measured) measure(place, base);
  return CF_OK;
}
