#include "physics/site_sky.h"

#include "base/remath.h"
#include "physics/civil.h"

#include <math.h>
#include <stdbool.h>

#define PI 3.14159265358979323846

enum { GRID_S = 900, GRID_POINTS = CF_DAY_S / GRID_S + 1, CHANGES_MAX = 128 };
#define SIN_TWILIGHT (-0.017452406437283512) /* sin(-1 deg) */

static bool in_range(double value, double low, double high) { return value >= low && value <= high; }

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
  for (int m = 0; m < 12; m++) {
    if (!in_range(climate->wind_ms[m], 0.0, 100.0))
      return cf_fail(diag, CF_INPUT, "month %d: wind %g m/s is not in 0..100", m + 1, climate->wind_ms[m]);
    place->wind_ms[m] = climate->wind_ms[m];
  }
  place->sun = cf_sun_place_at(climate->latitude_rad, climate->longitude_rad, climate->altitude_m);
  place->clear = cf_clear_sky_make(climate->altitude_m, place->sun.pressure_pa, climate->linke_turbidity);
  place->albedo = climate->albedo;
  place->sin_horizon = cf_sin(climate->horizon_rad);
  place->longitude_s = (int64_t)floor(climate->longitude_rad * (43200.0 / PI) + 0.5);
  cf_status status = cf_clouds_make(climate->cloud, &place->clouds, diag);
  if (status != CF_OK) return status;
  return cf_air_make(climate->air, climate->longitude_rad, &place->air, diag);
}

/* Month (0..11) whose cloud table holds at an instant. It changes at local mean midnight, when the sun is down nearly
 * everywhere; at that very second the old one still holds, as with a jump of the chain. */
static uint32_t cloud_month(const cf_sky_place *place, int64_t unix_s) {
  return cf_civil_date(cf_floor_div(unix_s + place->longitude_s - 1, CF_DAY_S)).month - 1;
}

void cf_sky_begin(const cf_sky_place *place, const cf_random *random, uint32_t entity, int64_t day,
                  cf_sky_chain *chain) {
  int64_t start_s = day * CF_DAY_S;
  cf_sky_chain_start(&place->clouds, random, entity, start_s, cloud_month(place, start_s), chain);
}

static double air_at(const float air_k[CF_SKY_HOURS], double t_ms) {
  double hours = t_ms / 3.6e6;
  if (!(hours > 0.0)) return (double)air_k[0];
  if (hours >= CF_SKY_HOURS - 1) return (double)air_k[CF_SKY_HOURS - 1];
  uint32_t hour = (uint32_t)hours;
  return (double)air_k[hour] + (hours - hour) * ((double)air_k[hour + 1] - (double)air_k[hour]);
}

double cf_sky_air_k(const cf_sky_day *block, double t_ms) { return air_at(block->air_k, t_ms); }

double cf_sky_value(const cf_sky_day *block, const float *values, double t_ms) {
  uint32_t n = block->knots;
  if (n == 0 || !(t_ms >= (double)block->t_ms[0] && t_ms <= (double)block->t_ms[n - 1])) return 0.0;
  uint32_t low = 0, high = n - 1; /* t_ms[low] <= t < t_ms[high], or the last knot itself */
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if ((double)block->t_ms[middle] <= t_ms)
      low = middle;
    else
      high = middle;
  }
  if (low == high) return (double)values[low];
  double weight = (t_ms - block->t_ms[low]) / (double)(block->t_ms[high] - block->t_ms[low]);
  return (double)values[low] + weight * ((double)values[high] - (double)values[low]);
}

/* ---- what all sites of a place share ---- */

/* A function of the instant alone, so that 24 h of one day and 0 h of the next are the same bits. */
static cf_sky_point point_at(const cf_sky_place *place, const cf_sky_panel *panel, const float air_k[CF_SKY_HOURS],
                             int64_t day, uint32_t t_ms, const cf_sun *sun) {
  double unix_s = (double)(day * CF_DAY_S) + t_ms * 1e-3;
  int64_t that_day = day + (t_ms == CF_SKY_DAY_MS);
  cf_mid_months months = cf_mid_months_at(unix_s);
  cf_sky_point point;
  point.up = sun->up;
  point.cos_incidence = panel ? cf_plane_cos_incidence(&panel->plane, sun) : 0.0;
  /* Spencer's series takes the day's number for the whole day: noon is where it is exact, in between it flows. */
  double day_share = (unix_s - (double)(that_day * CF_DAY_S)) / CF_DAY_S;
  point.extraterrestrial_wm2 =
      cf_sky_extraterrestrial_wm2((double)cf_civil_date(that_day).day_of_year + day_share - 0.5);
  cf_clear_sky_at(&place->clear, sun->apparent_zenith_rad, sun->up, point.extraterrestrial_wm2, &point.clear);
  point.air_k = air_at(air_k, t_ms);
  double wind = place->wind_ms[months.before];
  point.wind_ms = wind + months.weight * (place->wind_ms[months.after] - wind);
  return point;
}

typedef enum crossing { CROSS_HORIZON_LINE, CROSS_LIGHT, CROSS_PANEL, CROSSINGS } crossing;

/* Positive: beam over the horizon line; light at all; sun before the panel. */
static double level_of(crossing kind, const cf_sky_place *place, const cf_sky_panel *panel, const cf_sun *sun) {
  switch (kind) {
    case CROSS_HORIZON_LINE:
      return sun->up - place->sin_horizon;
    case CROSS_LIGHT:
      return sun->up;
    case CROSS_PANEL:
    case CROSSINGS:
      break;
  }
  return cf_plane_cos_incidence(&panel->plane, sun);
}

/* The instant between a and b (s of the day) where the level changes sign, within 1e-4 s: regula falsi (Illinois). */
static double crossing_s(crossing kind, const cf_sky_place *place, const cf_sky_panel *panel, double start_s, double a,
                         double level_a, double b, double level_b) {
  int side = 0;
  for (int i = 0; i < 100 && b - a > 1e-4; i++) {
    double t = (a * level_b - b * level_a) / (level_b - level_a);
    if (!(t > a && t < b)) t = 0.5 * (a + b);
    cf_sun sun;
    cf_sun_at(&place->sun, start_s + t, &sun);
    double level = level_of(kind, place, panel, &sun);
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

/* Adds a knot in order of time; one that is there already stays as it is. */
static void add_knot(cf_sky_base *base, uint32_t t_ms, cf_sky_point point) {
  if (base->knots == CF_SKY_BASE_MAX) return; /* cannot be: 97 + at most 4 crossings of each kind */
  uint32_t at = base->knots;
  while (at > 0 && base->t_ms[at - 1] > t_ms) at--;
  if (at > 0 && base->t_ms[at - 1] == t_ms) return;
  for (uint32_t i = base->knots; i > at; i--) {
    base->t_ms[i] = base->t_ms[i - 1];
    base->point[i] = base->point[i - 1];
  }
  base->t_ms[at] = t_ms;
  base->point[at] = point;
  base->knots++;
}

static void add_crossing(const cf_sky_place *place, const cf_sky_panel *panel, crossing kind, double root_s,
                         bool rising, cf_sky_base *base) {
  double start_s = (double)(base->day * CF_DAY_S);
  cf_sun sun;
  if (kind != CROSS_HORIZON_LINE) {
    uint32_t t_ms = (uint32_t)floor(root_s * 1e3 + 0.5);
    cf_sun_at(&place->sun, start_s + t_ms * 1e-3, &sun);
    if (kind == CROSS_PANEL && sun.up <= 0.0) return;
    cf_sky_point point = point_at(place, panel, base->air_k, base->day, t_ms, &sun);
    /* Light begins and ends at exactly zero, whichever side the rounding to 1 ms fell on. */
    if (kind == CROSS_LIGHT) point.clear = (cf_irradiance){0.0, 0.0, 0.0};
    add_knot(base, t_ms, point);
    return;
  }
  /* The beam jumps here: the last second on the one side, the first on the other. */
  uint32_t before_s = (uint32_t)floor(root_s);
  for (int i = 0; i < 3; i++) {
    cf_sun_at(&place->sun, start_s + before_s, &sun);
    if (before_s > 0 && (sun.up >= place->sin_horizon) == rising) {
      before_s--;
      continue;
    }
    break;
  }
  for (uint32_t s = before_s; s <= before_s + 1 && s <= CF_DAY_S; s++) {
    cf_sun_at(&place->sun, start_s + s, &sun);
    add_knot(base, s * 1000, point_at(place, panel, base->air_k, base->day, s * 1000, &sun));
  }
}

void cf_sky_base_make(const cf_sky_place *place, const cf_sky_panel *panel, int64_t day, cf_sky_base *base) {
  double start_s = (double)(day * CF_DAY_S);
  base->day = day;
  base->knots = 0;
  for (int hour = 0; hour < CF_SKY_HOURS; hour++)
    base->air_k[hour] = (float)cf_air_temp_k(&place->air, start_s + 3600.0 * hour);
  cf_sun sun[GRID_POINTS];
  for (uint32_t i = 0; i < GRID_POINTS; i++) {
    cf_sun_at(&place->sun, start_s + (double)(i * GRID_S), &sun[i]);
    if (sun[i].up > SIN_TWILIGHT)
      add_knot(base, i * (GRID_S * 1000), point_at(place, panel, base->air_k, day, i * (GRID_S * 1000), &sun[i]));
  }
  for (uint32_t i = 0; i + 1 < GRID_POINTS; i++) {
    for (crossing kind = CROSS_HORIZON_LINE; kind < CROSSINGS; kind++) {
      if (kind == CROSS_PANEL && (!panel || (sun[i].up <= 0.0 && sun[i + 1].up <= 0.0))) continue;
      if (kind == CROSS_HORIZON_LINE && place->sin_horizon <= 0.0) continue;
      double a = level_of(kind, place, panel, &sun[i]), b = level_of(kind, place, panel, &sun[i + 1]);
      if ((a > 0.0) == (b > 0.0)) continue;
      double t = i * (double)GRID_S;
      add_crossing(place, panel, kind, crossing_s(kind, place, panel, start_s, t, a, t + GRID_S, b), b > 0.0, base);
    }
  }
}

/* ---- the clouds of one site ---- */

typedef struct change {
  uint32_t at_s; /* of the day; done one second later */
  double before, after;
} change;

/* The clear-sky index over a day: constant between changes. */
typedef struct index_path {
  uint32_t changes;
  change change[CHANGES_MAX];
  double first; /* at the day's start */
} index_path;

/* Runs the chain through the day. False when the changes do not fit. */
static bool index_over_day(const cf_sky_place *place, const cf_random *random, uint32_t entity, int64_t day,
                           cf_sky_chain *chain, index_path *path) {
  const cf_clouds *clouds = &place->clouds;
  int64_t start_s = day * CF_DAY_S, end_s = start_s + CF_DAY_S;
  int64_t local_midnight_s =
      cf_floor_div(end_s - 1 + place->longitude_s, CF_DAY_S) * CF_DAY_S - place->longitude_s; /* the one in this day */
  uint32_t month = cloud_month(place, start_s);
  double index = clouds->month[month].clear_sky_index[chain->state];
  path->first = index;
  path->changes = 0;
  bool month_done = false;
  for (;;) {
    bool jumps = chain->next_jump_s < end_s;
    if (!jumps && month_done) return true;
    int64_t now_s =
        jumps && (month_done || chain->next_jump_s <= local_midnight_s) ? chain->next_jump_s : local_midnight_s;
    if (jumps && now_s == chain->next_jump_s) cf_sky_chain_jump(clouds, random, entity, month, chain);
    if (now_s == local_midnight_s) {
      month = cloud_month(place, now_s + 1);
      month_done = true;
    }
    double after = clouds->month[month].clear_sky_index[chain->state];
    if (after == index) continue;
    if (path->changes == CHANGES_MAX) return false;
    path->change[path->changes++] = (change){(uint32_t)(now_s - start_s), index, after};
    index = after;
  }
}

/* The index at an instant; *cursor walks forward only. */
static double index_at(const index_path *path, uint32_t *cursor, uint32_t t_ms) {
  while (*cursor < path->changes && (path->change[*cursor].at_s + 1) * 1000 <= t_ms) ++*cursor;
  if (*cursor < path->changes) {
    const change *next = &path->change[*cursor];
    uint32_t from_ms = next->at_s * 1000;
    if (t_ms <= from_ms) return next->before;
    return next->before + (next->after - next->before) * ((t_ms - from_ms) * 1e-3);
  }
  return path->changes > 0 ? path->change[path->changes - 1].after : path->first;
}

static bool put(const cf_sky_place *place, const cf_sky_panel *panel, const cf_sky_point *point, double index,
                uint32_t t_ms, cf_sky_day *out) {
  if (out->knots == CF_SKY_KNOTS_MAX) return false;
  cf_irradiance light;
  cf_sky_cloudy(&point->clear, point->up, point->extraterrestrial_wm2, index, &light);
  cf_plane_cut_horizon(point->up, place->sin_horizon, &light);
  double dc_w = 0.0;
  if (panel) {
    double plane_wm2 = cf_plane_light_wm2(&panel->plane, point->cos_incidence, &light, place->albedo);
    dc_w = cf_pv_dc_w(&panel->pv, plane_wm2, cf_pv_cell_temp_k(&panel->pv, plane_wm2, point->air_k, point->wind_ms));
  }
  out->t_ms[out->knots] = t_ms;
  out->pv_w[out->knots] = (float)dc_w;
  out->ghi_wm2[out->knots] = (float)light.ghi_wm2;
  out->knots++;
  return true;
}

cf_status cf_sky_fill_from(const cf_sky_place *place, const cf_sky_panel *panel, const cf_sky_base *base,
                           const cf_random *random, uint32_t entity, cf_sky_chain *chain, cf_sky_day *out,
                           cf_diag *diag) {
  int64_t day = base->day;
  if (chain->next_jump_s < day * CF_DAY_S)
    return cf_fail(diag, CF_INTERNAL, "site %u: the cloud chain stands before day %lld: days must follow one another",
                   (unsigned)entity, (long long)day);
  cf_sky_chain after = *chain;
  index_path path;
  bool fits = index_over_day(place, random, entity, day, &after, &path);
  out->day = day;
  out->knots = 0;
  for (int hour = 0; hour < CF_SKY_HOURS; hour++) out->air_k[hour] = base->air_k[hour];
  /* Merge: the knots that all sites share, and t, t + 1 s of every change. */
  uint32_t cursor = 0, shared = 0, own = 0;
  while (fits && (shared < base->knots || own < 2 * path.changes)) {
    uint32_t shared_ms = shared < base->knots ? base->t_ms[shared] : UINT32_MAX;
    uint32_t own_ms = own < 2 * path.changes ? (path.change[own / 2].at_s + own % 2) * 1000 : UINT32_MAX;
    if (own_ms < shared_ms) {
      own++;
      if (out->knots > 0 && out->t_ms[out->knots - 1] == own_ms) continue; /* two changes in adjacent seconds */
      cf_sun sun;
      cf_sun_at(&place->sun, (double)(day * CF_DAY_S) + own_ms * 1e-3, &sun);
      if (sun.up <= 0.0) continue; /* clouds of the night */
      cf_sky_point point = point_at(place, panel, base->air_k, day, own_ms, &sun);
      fits = put(place, panel, &point, index_at(&path, &cursor, own_ms), own_ms, out);
    } else {
      if (own_ms == shared_ms) own++;
      shared++;
      if (out->knots > 0 && out->t_ms[out->knots - 1] == shared_ms) continue;
      fits = put(place, panel, &base->point[shared - 1], index_at(&path, &cursor, shared_ms), shared_ms, out);
    }
  }
  if (!fits)
    return cf_fail(diag, CF_INPUT, "site %u, day %lld: clouds change so often that %d knots a day are too few",
                   (unsigned)entity, (long long)day, CF_SKY_KNOTS_MAX);
  *chain = after;
  return CF_OK;
}

cf_status cf_sky_fill(const cf_sky_place *place, const cf_sky_panel *panel, const cf_random *random, uint32_t entity,
                      int64_t day, cf_sky_chain *chain, cf_sky_day *out, cf_diag *diag) {
  cf_sky_base base;
  cf_sky_base_make(place, panel, day, &base);
  return cf_sky_fill_from(place, panel, &base, random, entity, chain, out, diag);
}
