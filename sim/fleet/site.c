#include "fleet/site.h"

#include "base/remath.h"

#include "physics/civil.h"

#include <math.h>

enum { TRACE_DAY = 1, TRACE_PRESSURE, TRACE_NUISANCE };
enum { PRESSURE = 0, NUISANCE = 1 };

static int64_t day_number(const cf_site_class *class, int64_t t_ns) {
  return (t_ns + class->into_day_ns) / CF_DAY_NS + class->first_day;
}

static int64_t day_begin_ns(const cf_site_class *class, int64_t day) {
  return (day * 86400 - class->start_unix_s) * CF_NS_PER_S;
}

cf_status cf_site_class_make(cf_site_class *class, const cf_scenario *scenario, const cf_sky_panel *panel,
                             cf_random random, cf_arena *arena, cf_diag *diag) {
  const cf_climate *climate = scenario->climate;
  *class = (cf_site_class){.panel = panel,
                           .process = scenario->world,
                           .random = random,
                           .start_unix_s = scenario->start_unix_s,
                           .first_day = scenario->start_unix_s / 86400,
                           .into_day_ns = (scenario->start_unix_s % 86400) * CF_NS_PER_S};
  cf_sky_climate sky = {.latitude_rad = climate->latitude_rad,
                        .longitude_rad = climate->longitude_rad,
                        .altitude_m = climate->altitude_m,
                        .linke_turbidity = climate->linke_turbidity,
                        .albedo = climate->albedo,
                        .horizon_rad = scenario->horizon_rad};
  for (int m = 0; m < 12; m++) {
    const cf_climate_month *month = &climate->month[m];
    for (int i = 0; i < CF_CLOUD_STATES; i++) sky.cloud[m].clear_sky_index[i] = month->clear_sky_index[i];
    sky.cloud[m].lag1_hour = month->clear_sky_index_lag1_hour;
    sky.air[m] = (cf_air_month){month->air_mean_k, month->air_daily_min_k, month->air_daily_max_k};
    sky.wind_ms[m] = month->wind_mean_ms;
  }
  cf_status status = cf_sky_place_make(&sky, &class->place, diag);
  if (status != CF_OK) return status;

  class->days = (uint32_t)(day_number(class, scenario->duration_ns) - class->first_day) + 1;
  cf_sky_base *base = cf_arena_alloc(arena, sizeof *base * class->days, 64);
  if (!base) return cf_fail(diag, CF_INTERNAL, "no memory for the sky of %u days", class->days);
  class->base = base;
  uint32_t most = 0;
  for (uint32_t i = 0; i < class->days; i++) {
    cf_sky_base_make(&class->place, panel, class->first_day + i, &base[i]);
    if (base[i].knots > most) most = base[i].knots;
  }
  /* Room for cloud jumps, two knots each, at eight standard deviations of the day with most sun. */
  double leave_max_per_s = 0.0;
  for (uint32_t i = 0; i <= class->days; i++) { /* from the day before: its month may still hold, local time */
    cf_civil date = cf_civil_date(class->first_day - 1 + i);
    leave_max_per_s = fmax(leave_max_per_s, -cf_log(climate->month[date.month - 1].clear_sky_index_lag1_hour) / 3600.0);
  }
  double jumps = leave_max_per_s * 900.0 * most;
  class->knots_max = most + 2u * (uint32_t)ceil(jumps + 8.0 * sqrt(jumps) + 4.0);
  if (class->knots_max > CF_SKY_KNOTS_MAX) class->knots_max = CF_SKY_KNOTS_MAX;
  return CF_OK;
}

cf_status cf_site_make_day(cf_site *site, int64_t t_ns, cf_diag *diag) {
  const cf_site_class *class = site->class;
  int64_t day = day_number(class, t_ns);
  cf_sky_day block;
  cf_status status = cf_sky_fill_from(&class->place, class->panel, &class->base[day - class->first_day], &class->random,
                                      site->index, &site->sky, &block, diag);
  if (status != CF_OK) return status;
  if (block.knots > class->knots_max)
    return cf_fail(diag, CF_INTERNAL, "site %u: the sky changes too often on one day (%u knots, room for %u)",
                   site->index, block.knots, class->knots_max);
  cf_site_day *to = &site->day[day & 1];
  cf_site_knot *knot = site->knots + (size_t)(day & 1) * class->knots_max;
  to->begin_ns = day_begin_ns(class, day);
  to->panel_max_w = to->sun_max_wm2 = to->air_max_k = 0.0F;
  uint32_t knots = 0;
  for (uint32_t i = 0; i < block.knots; i++) {
    uint32_t second = block.t_ms[i] / 1000, sun = (uint32_t)(block.ghi_wm2[i] * 16.0F + 0.5F);
    if (sun > 0x7FFF)
      return cf_fail(diag, CF_INTERNAL, "site %u: %g W/m2 of sun is beyond the range of a knot", site->index,
                     (double)block.ghi_wm2[i]);
    if (knots > 0 && cf_knot_second(knot[knots - 1]) == second) knots--; /* within one second the later value stands */
    knot[knots++] = (cf_site_knot){(second << 15) | sun, block.pv_w[i]};
    if (block.pv_w[i] > to->panel_max_w) to->panel_max_w = block.pv_w[i];
    if ((float)sun * 0.0625F > to->sun_max_wm2) to->sun_max_wm2 = (float)sun * 0.0625F;
  }
  to->knots = knots;
  for (uint32_t i = 0; i < CF_SKY_HOURS; i++)
    if (block.air_k[i] > to->air_max_k) to->air_max_k = block.air_k[i];
  return CF_OK;
}

/* The wait of the n-th change of a factor that leaves its state at `rate`. */
static int64_t wait_ns(const cf_site *site, uint32_t which, uint32_t draw, double rate_per_s) {
  if (rate_per_s <= 0.0) return CF_NEVER;
  double u = cf_random_uniform(&site->class->random, site->index, CF_STREAM_FACTOR, 2 * (uint64_t)draw + which);
  int64_t wait;
  return cf_s_to_ticks_up(cf_inverse_exponential(u, rate_per_s), &wait) ? wait : CF_NEVER;
}

static int64_t after(int64_t now_ns, int64_t wait) { return wait > CF_NEVER - now_ns ? CF_NEVER : now_ns + wait; }

static void set_next(cf_site *site) {
  int64_t next = site->next_day_ns;
  if (site->next_pressure_ns < next) next = site->next_pressure_ns;
  if (site->next_nuisance_ns < next) next = site->next_nuisance_ns;
  site->entity.next_ns = next;
}

static void push_factors(cf_site *site, cf_site_factors factors) {
  site->path[site->path_count++ % CF_SITE_PATH] = factors;
}

cf_status cf_site_begin(cf_site *site, const cf_site_class *class, uint32_t index, cf_site_knot *knots, cf_diag *diag) {
  const cf_world_process *process = class->process;
  *site = (cf_site){.class = class, .index = index, .knots = knots};
  cf_sky_begin(&class->place, &class->random, index, class->first_day, &site->sky);
  cf_status status = cf_site_make_day(site, 0, diag);
  if (status != CF_OK) return status;
  site->next_day_ns = cf_day_end_ns(class->start_unix_s, 0);

  /* Factors start in their stationary law. */
  double u[2];
  cf_random_uniform2(&class->random, index, CF_STREAM_FACTOR, UINT64_MAX, u);
  double p_on = process->pressure_on_per_s, p_off = process->pressure_off_per_s;
  double n_on = process->nuisance_on_per_s, n_off = process->nuisance_off_per_s;
  cf_site_factors factors = {
      .since_ns = INT64_MIN,
      .pressure = p_on > 0.0 && u[0]<p_on / (p_on + p_off), .nuisance = n_on> 0.0 && u[1] < n_on / (n_on + n_off)};
  push_factors(site, factors);
  site->next_pressure_ns = wait_ns(site, PRESSURE, site->pressure_draw++, factors.pressure ? p_off : p_on);
  site->next_nuisance_ns = wait_ns(site, NUISANCE, site->nuisance_draw++, factors.nuisance ? n_off : n_on);
  set_next(site);
  return CF_OK;
}

void cf_site_own(cf_context *context, void *record) {
  cf_site *site = record;
  const cf_world_process *process = site->class->process;
  int64_t now = context->now_ns;
  cf_site_factors factors = site->path[(site->path_count - 1) % CF_SITE_PATH];
  factors.since_ns = now;
  uint32_t kind;
  if (site->next_pressure_ns == now) {
    kind = TRACE_PRESSURE;
    factors.pressure = !factors.pressure;
    push_factors(site, factors);
    double rate = factors.pressure ? process->pressure_off_per_s : process->pressure_on_per_s;
    site->next_pressure_ns = after(now, wait_ns(site, PRESSURE, site->pressure_draw++, rate));
  } else if (site->next_nuisance_ns == now) {
    kind = TRACE_NUISANCE;
    factors.nuisance = !factors.nuisance;
    push_factors(site, factors);
    double rate = factors.nuisance ? process->nuisance_off_per_s : process->nuisance_on_per_s;
    site->next_nuisance_ns = after(now, wait_ns(site, NUISANCE, site->nuisance_draw++, rate));
  } else {
    kind = TRACE_DAY;
    cf_diag diag;
    cf_diag_init(&diag);
    cf_status status = cf_site_make_day(site, now, &diag);
    if (status != CF_OK) context->fail(context, status, diag.entry[0].text);
    bool last = day_number(site->class, now) + 1 == site->class->first_day + site->class->days;
    site->next_day_ns = last ? CF_NEVER : now + CF_DAY_NS;
  }
  set_next(site);
  uint64_t words[2] = {((uint64_t)factors.pressure << 1) | factors.nuisance, site->sky.jump_index};
  cf_trace(context, kind, words, 2);
}

void cf_site_message(cf_context *context, void *record, const cf_message *message) {
  (void)record;
  (void)message;
  context->fail(context, CF_INTERNAL, "a site received a message, but nothing acts on sites");
}

void cf_site_piece(const void *self, int64_t t_ns, cf_drive *out) {
  const cf_site *site = self;
  const cf_site_class *class = site->class;
  int64_t number = day_number(class, t_ns);
  const cf_site_day *day = &site->day[number & 1];
  const cf_site_knot *knot = site->knots + (size_t)(number & 1) * class->knots_max;
  int64_t into_ns = t_ns - day->begin_ns;

  int64_t hour = into_ns / (3600 * CF_NS_PER_S);
  int64_t from = hour * 3600 * CF_NS_PER_S, until = from + 3600 * CF_NS_PER_S;
  const float *air_k = class->base[number - class->first_day].air_k; /* air has no weather: one for all sites */
  double air0 = (double)air_k[hour], air_slope = ((double)air_k[hour + 1] - air0) / 3600.0;
  int64_t air_from = from;

  uint32_t second = (uint32_t)(into_ns / CF_NS_PER_S);
  uint32_t lo = 0; /* knots before lo are at or before t; halved without branches */
  for (uint32_t left = day->knots; left > 0;) {
    uint32_t half = (left + 1) / 2;
    lo += cf_knot_second(knot[lo + half - 1]) <= second ? half : 0;
    left -= half;
  }
  out->panel_w = out->panel_w_per_s = out->sun_w_per_m2 = out->sun_slope = 0.0;
  if (lo > 0) {
    cf_site_knot a = knot[lo - 1];
    int64_t knot_ns = (int64_t)cf_knot_second(a) * CF_NS_PER_S;
    if (knot_ns > from) from = knot_ns;
    if (lo < day->knots) {
      cf_site_knot b = knot[lo];
      double span_s = (double)(cf_knot_second(b) - cf_knot_second(a));
      double since_s = cf_ticks_to_s(from - knot_ns);
      out->panel_w_per_s = ((double)b.panel_w - (double)a.panel_w) / span_s;
      out->sun_slope = (cf_knot_sun_wm2(b) - cf_knot_sun_wm2(a)) / span_s;
      out->panel_w = (double)a.panel_w + out->panel_w_per_s * since_s;
      out->sun_w_per_m2 = cf_knot_sun_wm2(a) + out->sun_slope * since_s;
    }
  }
  if (lo < day->knots) {
    int64_t next_ns = (int64_t)cf_knot_second(knot[lo]) * CF_NS_PER_S;
    if (next_ns < until) until = next_ns;
  }
  out->air_k = air0 + air_slope * cf_ticks_to_s(from - air_from);
  out->air_slope = air_slope;
  out->from_ns = day->begin_ns + from;
  out->until_ns = day->begin_ns + until;
}

cf_drive_bounds cf_site_bounds(const cf_site *site, int64_t t_ns) {
  const cf_site_day *day = &site->day[day_number(site->class, t_ns) & 1];
  return (cf_drive_bounds){day->panel_max_w, day->sun_max_wm2, day->air_max_k};
}

bool cf_site_factors_at(const cf_site *site, int64_t t_ns, cf_site_factors *factors) {
  uint32_t i = site->path_count;
  uint32_t oldest = i > CF_SITE_PATH ? i - CF_SITE_PATH : 0;
  while (i > oldest + 1 && site->path[(i - 1) % CF_SITE_PATH].since_ns > t_ns) i--;
  *factors = site->path[(i - 1) % CF_SITE_PATH];
  return factors->since_ns <= t_ns;
}
