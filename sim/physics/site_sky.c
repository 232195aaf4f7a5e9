#include "physics/site_sky.h"

#include "base/civil.h"

#include <math.h>
#include <stdbool.h>

enum { CHANGES_MAX = 128 };

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

double cf_sky_air_k(const cf_sky_day *block, double t_ms) { return cf_sky_hourly(block->air_k, t_ms); }

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

/* Adds a knot to the block; false when there is no room. */
static bool put(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_base *base,
                const cf_sky_point *point, double index, uint32_t t_ms, cf_sky_day *out) {
  if (out->knots == CF_SKY_KNOTS_MAX) return false;
  cf_lit_sky sky = cf_sky_lit(place, point, index);
  double air_k = cf_sky_hourly(base->air_k, t_ms), wind_ms = cf_sky_hourly(base->wind_ms, t_ms);
  for (uint32_t p = 0; p < panels->count; p++) {
    const cf_sky_panel *panel = &panels->panel[p];
    double plane_wm2 = cf_plane_total_wm2(
        cf_plane_light_at(&panel->plane, panel->transposition, &sky, (double)point->cos_incidence[p], place->albedo));
    double cell_k = cf_pv_cell_temp_k(&panel->pv, plane_wm2, air_k, wind_ms);
    out->pv_w[p][out->knots] = (float)cf_pv_dc_w(&panel->pv, plane_wm2, cell_k);
  }
  out->t_ms[out->knots] = t_ms;
  out->ghi_wm2[out->knots] = (float)sky.light.ghi_wm2;
  out->knots++;
  return true;
}

cf_status cf_sky_fill_from(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_base *base,
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
      if (base->knots == 0 || own_ms < base->t_ms[0] || own_ms > base->t_ms[base->knots - 1]) continue; /* dark */
      if (out->knots > 0 && out->t_ms[out->knots - 1] == own_ms) continue; /* two changes in adjacent seconds */
      /* A measured sky has no changes of its own: clear light is right. */
      cf_sky_point point = cf_sky_clear_point(place, panels, day, own_ms);
      if (point.up <= 0.0F) continue; /* a night inside the UTC day */
      fits = put(place, panels, base, &point, index_at(&path, &cursor, own_ms), own_ms, out);
    } else {
      if (own_ms == shared_ms) own++;
      shared++;
      if (out->knots > 0 && out->t_ms[out->knots - 1] == shared_ms) continue;
      fits = put(place, panels, base, &base->point[shared - 1], index_at(&path, &cursor, shared_ms), shared_ms, out);
    }
  }
  if (!fits)
    return cf_fail(diag, CF_INPUT, "site %u, day %lld: clouds change so often that %d knots a day are too few",
                   (unsigned)entity, (long long)day, CF_SKY_KNOTS_MAX);
  *chain = after;
  return CF_OK;
}

cf_status cf_sky_fill(const cf_sky_place *place, const cf_sky_panels *panels, const cf_random *random, uint32_t entity,
                      int64_t day, cf_sky_chain *chain, cf_sky_day *out, cf_diag *diag) {
  cf_sky_base base;
  cf_status status = cf_sky_base_make(place, panels, day, &base, diag);
  return status == CF_OK ? cf_sky_fill_from(place, panels, &base, random, entity, chain, out, diag) : status;
}

uint32_t cf_sky_knots_expected(const cf_sky_place *place, const cf_sky_base *base) {
  if (base->knots == 0) return 0;
  double leave_per_s = 0.0;
  for (int64_t day = base->day - 1; day <= base->day + 1; day++) /* local time may still, or already, be there */
    leave_per_s = fmax(leave_per_s, place->clouds.leave_per_s[cf_civil_date(day).month - 1]);
  double jumps = leave_per_s * 1e-3 * (double)(base->t_ms[base->knots - 1] - base->t_ms[0]);
  double knots = base->knots + (jumps > 0.0 ? 2.0 * ceil(jumps + 8.0 * sqrt(jumps) + 4.0) : 0.0);
  return knots < CF_SKY_KNOTS_MAX ? (uint32_t)knots : CF_SKY_KNOTS_MAX;
}
