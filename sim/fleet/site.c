#include "fleet/site.h"

#include "config/weather.h"

#include "base/civil.h"

#include <math.h>

enum { TRACE_DAY = 1, TRACE_PRESSURE, TRACE_NUISANCE };
enum { PRESSURE = 0, NUISANCE = 1 };

static int64_t day_number(const cf_site_class *class, int64_t t_ns) {
  return (t_ns + class->into_day_ns) / CF_DAY_NS + class->first_day;
}

static int64_t day_begin_ns(const cf_site_class *class, int64_t day) {
  return (day * 86400 - class->start_unix_s) * CF_NS_PER_S;
}

/* The hours of a weather file; its arrays are the scenario's. */
static const cf_sky_measured *measured_of(const cf_scenario *scenario, cf_arena *arena) {
  const cf_weather *weather = scenario->weather;
  cf_sky_measured *measured = CF_ARENA_NEW(arena, cf_sky_measured);
  if (!measured) return NULL;
  int32_t year = cf_civil_date(scenario->start_unix_s / CF_DAY_S).year;
  *measured = (cf_sky_measured){.first_unix_s = cf_weather_first_in(weather, year),
                                .hours = weather->hours,
                                .ghi_wm2 = weather->ghi_wm2,
                                .dni_wm2 = weather->dni_wm2,
                                .dhi_wm2 = weather->dhi_wm2,
                                .state_offset_s = (double)weather->state_offset_s,
                                .air_k = weather->air_k,
                                .wind_ms = weather->wind_ms};
  return measured;
}

cf_status cf_site_class_make(cf_site_class *class, const cf_scenario *scenario, const cf_sky_panels *panels,
                             cf_random random, cf_arena *arena, cf_diag *diag) {
  const cf_climate *climate = scenario->climate;
  *class = (cf_site_class){.process = scenario->world,
                           .random = random,
                           .start_unix_s = scenario->start_unix_s,
                           .first_day = scenario->start_unix_s / 86400,
                           .into_day_ns = (scenario->start_unix_s % 86400) * CF_NS_PER_S};
  class->panels = *panels;
  cf_sky_climate sky = {.latitude_rad = climate->latitude_rad,
                        .longitude_rad = climate->longitude_rad,
                        .altitude_m = climate->altitude_m,
                        /* Indoors no light comes through, whatever the sky is like. */
                        .linke_turbidity = scenario->indoors ? 3.0 : climate->linke_turbidity,
                        .albedo = climate->albedo,
                        .horizon_rad = scenario->horizon_rad,
                        .tolerance_wm2 = scenario->tolerance_sun_wm2};
  if (scenario->weather) {
    sky.measured = measured_of(scenario, arena);
    if (!sky.measured) return cf_fail(diag, CF_INTERNAL, "no memory for the weather");
  }
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
  for (uint32_t i = 0; i < class->days; i++) {
    status = cf_sky_base_make(&class->place, &class->panels, class->first_day + i, &base[i], diag);
    if (status != CF_OK) return status;
    uint32_t knots = cf_sky_knots_expected(&class->place, &base[i]);
    if (knots > class->knots_max) class->knots_max = knots;
  }
  return CF_OK;
}

cf_status cf_site_make_day(cf_site *site, int64_t t_ns, cf_diag *diag) {
  const cf_site_class *class = site->class;
  int64_t day = day_number(class, t_ns);
  cf_sky_day block;
  cf_status status = cf_sky_fill_from(&class->place, &class->panels, &class->base[day - class->first_day],
                                      &class->random, site->index, &site->sky, &block, diag);
  if (status != CF_OK) return status;
  if (block.knots > class->knots_max)
    return cf_fail(diag, CF_INTERNAL, "site %u: the sky changes too often on one day (%u knots, room for %u)",
                   site->index, block.knots, class->knots_max);
  cf_site_day *to = &site->day[day & 1];
  uint32_t panels = class->panels.count, stride = 1 + panels, knots = 0;
  cf_site_word *word = site->words + (size_t)(day & 1) * class->knots_max * stride;
  *to = (cf_site_day){.begin_ns = day_begin_ns(class, day)};
  for (uint32_t i = 0; i < block.knots; i++) {
    uint32_t second = block.t_ms[i] / 1000, sun = (uint32_t)(block.ghi_wm2[i] * 16.0F + 0.5F);
    if (sun > 0x7FFF)
      return cf_fail(diag, CF_INTERNAL, "site %u: %g W/m2 of sun is beyond the range of a knot", site->index,
                     (double)block.ghi_wm2[i]);
    /* Within one second the later value stands. */
    if (knots > 0 && cf_knot_second(word[(size_t)(knots - 1) * stride]) == second) knots--;
    cf_site_word *knot = word + (size_t)knots++ * stride;
    knot[0].second_and_sun = (second << 15) | sun;
    for (uint32_t p = 0; p < panels; p++) {
      knot[1 + p].panel_w = block.pv_w[p][i];
      if (block.pv_w[p][i] > to->panel_max_w[p]) to->panel_max_w[p] = block.pv_w[p][i];
    }
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

cf_status cf_site_begin(cf_site *site, const cf_site_class *class, uint32_t index, cf_site_word *words, cf_diag *diag) {
  const cf_world_process *process = class->process;
  *site = (cf_site){.class = class, .index = index, .words = words};
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

static void narrow(int64_t from_ns, int64_t until_ns, int64_t *from, int64_t *until) {
  if (from_ns > *from) *from = from_ns;
  if (until_ns < *until) *until = until_ns;
}

void cf_site_piece(const void *view, int64_t t_ns, cf_drive *out) {
  const cf_site *site = ((const cf_site_view *)view)->site;
  const cf_sources *sources = ((const cf_site_view *)view)->sources;
  const cf_site_class *class = site->class;
  int64_t number = day_number(class, t_ns);
  const cf_site_day *day = &site->day[number & 1];
  uint32_t stride = 1 + class->panels.count;
  const cf_site_word *word = site->words + (size_t)(number & 1) * class->knots_max * stride;
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
    lo += cf_knot_second(word[(size_t)(lo + half - 1) * stride]) <= second ? half : 0;
    left -= half;
  }
  const cf_site_word *a = word + (size_t)(lo - 1) * stride, *b = word + (size_t)lo * stride;
  bool lit = lo > 0 && lo < day->knots;
  int64_t knot_ns = lo > 0 ? (int64_t)cf_knot_second(*a) * CF_NS_PER_S : 0;
  if (lo > 0 && knot_ns > from) from = knot_ns;
  if (lo < day->knots) {
    int64_t next_ns = (int64_t)cf_knot_second(*b) * CF_NS_PER_S;
    if (next_ns < until) until = next_ns;
  }
  from += day->begin_ns;
  until += day->begin_ns;

  /* The other sources and the host may break the piece further. */
  cf_profile_piece power[CF_MAX_HARVESTERS], host = {0};
  uint32_t count = sources ? sources->count : 0;
  bool has_host = sources && sources->has_host;
  for (uint32_t i = 0; i < count && sources->has_profiles; i++) {
    if (sources->source[i].power_w.count == 0) continue;
    cf_profile_piece_at(&sources->source[i].power_w, t_ns, &power[i]);
    narrow(power[i].from_ns, power[i].until_ns, &from, &until);
  }
  if (has_host) {
    cf_profile_piece_at(&sources->host_k, t_ns, &host);
    narrow(host.from_ns, host.until_ns, &from, &until);
  }

  *out = (cf_drive){.from_ns = from, .until_ns = until};
  double share_s = lit ? 1.0 / (double)(cf_knot_second(*b) - cf_knot_second(*a)) : 0.0;
  double since_s = lit ? cf_ticks_to_s(from - day->begin_ns - knot_ns) : 0.0;
  if (lit) {
    out->sun_slope = (cf_knot_sun_wm2(*b) - cf_knot_sun_wm2(*a)) * share_s;
    out->sun_w_per_m2 = cf_knot_sun_wm2(*a) + out->sun_slope * since_s;
  }
  for (uint32_t i = 0; i < count; i++) {
    const cf_harvest_source *source = &sources->source[i];
    if (source->panel >= 0) {
      if (!lit) continue;
      double a_w = (double)a[1 + source->panel].panel_w, b_w = (double)b[1 + source->panel].panel_w;
      double slope = (b_w - a_w) * share_s * source->panel_share;
      out->panel_w_per_s += slope;
      out->panel_w += a_w * source->panel_share + slope * since_s;
    } else if (sources->has_profiles && source->power_w.count > 0) {
      out->panel_w += cf_profile_piece_value(&power[i], from);
      out->panel_w_per_s += power[i].slope_per_s;
    }
  }
  if (has_host) {
    out->host_k = cf_profile_piece_value(&host, from);
    out->host_slope = host.slope_per_s;
  }
  out->air_k = air0 + air_slope * cf_ticks_to_s(from - day->begin_ns - air_from);
  out->air_slope = air_slope;
}

cf_drive_bounds cf_site_bounds(const cf_site_view *view, int64_t t_ns) {
  const cf_site_day *day = &view->site->day[day_number(view->site->class, t_ns) & 1];
  cf_drive_bounds bounds = {.sun_max_w_per_m2 = (double)day->sun_max_wm2, .air_max_k = (double)day->air_max_k};
  const cf_sources *sources = view->sources;
  if (!sources) return bounds;
  for (uint32_t i = 0; i < sources->count; i++) {
    const cf_harvest_source *source = &sources->source[i];
    bounds.panel_max_w +=
        source->panel >= 0 ? source->panel_share * (double)day->panel_max_w[source->panel] : source->power_w.max;
  }
  if (sources->has_host) bounds.host_max_k = sources->host_k.max;
  return bounds;
}

bool cf_site_factors_at(const cf_site *site, int64_t t_ns, cf_site_factors *factors) {
  uint32_t i = site->path_count;
  uint32_t oldest = i > CF_SITE_PATH ? i - CF_SITE_PATH : 0;
  while (i > oldest + 1 && site->path[(i - 1) % CF_SITE_PATH].since_ns > t_ns) i--;
  *factors = site->path[(i - 1) % CF_SITE_PATH];
  return factors->since_ns <= t_ns;
}
