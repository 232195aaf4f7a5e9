#include "fleet/sources.h"

#include "config/graph.h"
#include "config/instant.h"
#include "config/trace.h"
#include "config/weather.h"
#include "physics/mid_months.h"
#include "physics/harvester.h"
#include "physics/machine.h"

#include <math.h>

enum { DAY_S = 86400 };
static const int64_t day_ns = INT64_C(86400) * CF_NS_PER_S;

/* ---- panels ------------------------------------------------------------------------------------------------------ */

static cf_sky_panel panel_of(const cf_harvester *h) {
  return (cf_sky_panel){.plane = cf_plane_make(h->tilt_rad, h->azimuth_rad),
                        .transposition = (cf_transposition)h->transposition,
                        .pv = {.area_m2 = h->area_m2,
                               .efficiency_stc = h->model->pv_efficiency_stc,
                               .power_coefficient_per_k = h->model->pv_power_coefficient_per_k,
                               .faiman_u0_w_per_m2_k = h->model->pv_faiman_u0_w_per_m2_k,
                               .faiman_u1_w_s_per_m3_k = h->model->pv_faiman_u1_w_s_per_m3_k,
                               .soiling = h->soiling}};
}

/* Alike but for size and dirt, in which the power is linear. */
static bool alike(const cf_sky_panel *a, const cf_sky_panel *b) {
  return a->pv.efficiency_stc == b->pv.efficiency_stc &&
         a->pv.power_coefficient_per_k == b->pv.power_coefficient_per_k &&
         a->pv.faiman_u0_w_per_m2_k == b->pv.faiman_u0_w_per_m2_k &&
         a->pv.faiman_u1_w_s_per_m3_k == b->pv.faiman_u1_w_s_per_m3_k && a->transposition == b->transposition &&
         a->plane.east == b->plane.east && a->plane.north == b->plane.north && a->plane.up == b->plane.up;
}

static int find_panel(const cf_sky_panels *panels, const cf_sky_panel *panel) {
  for (uint32_t i = 0; i < panels->count; i++)
    if (alike(&panels->panel[i], panel)) return (int)i;
  return -1;
}

cf_status cf_panels_make(cf_sky_panels *panels, const cf_scenario *scenario, cf_diag *diag) {
  panels->count = 0;
  for (uint32_t g = 0; g < scenario->node_groups; g++) {
    const cf_node_group *group = &scenario->nodes[g];
    for (uint32_t i = 0; i < group->harvesters; i++) {
      if (group->harvester[i].kind != CF_HARVEST_PV) continue;
      cf_sky_panel panel = panel_of(&group->harvester[i]);
      if (find_panel(panels, &panel) >= 0) continue;
      if (panels->count == CF_SKY_PANELS_MAX)
        return cf_fail(diag, CF_INPUT,
                       "the panels of a scenario differ in technology or orientation in more than %d ways (area and "
                       "soiling may differ freely): '%s' of group '%s' is one too many",
                       CF_SKY_PANELS_MAX, group->harvester[i].name, group->name);
      panels->panel[panels->count++] = panel;
    }
  }
  return CF_OK;
}

/* ---- profiles ---------------------------------------------------------------------------------------------------- */

/* Time of the local solar day at the scenario's start. */
static int64_t local_ns(const cf_scenario *scenario) {
  double local_s =
      (double)(scenario->start_unix_s % DAY_S) + scenario->climate->longitude_rad * ((double)DAY_S / 6.283185307179586);
  int64_t ns = (int64_t)floor(local_s + 0.5) * CF_NS_PER_S;
  return (ns % day_ns + day_ns) % day_ns;
}

/* `value` always, or between two times of the local solar day. */
static cf_status make_steady(const cf_scenario *scenario, const cf_harvester *h, double value, cf_arena *arena,
                             cf_profile *profile, cf_diag *diag) {
  if (!h->daily) return cf_profile_constant(arena, value, profile, diag);
  int64_t from = (int64_t)(h->daily_from_s * 1e9), to = (int64_t)(h->daily_to_s * 1e9);
  bool over_midnight = to < from;
  int64_t t[3] = {0, over_midnight ? to : from, over_midnight ? from : to};
  double v[3] = {over_midnight ? value : 0.0, over_midnight ? 0.0 : value, over_midnight ? value : 0.0};
  uint32_t first = t[1] == 0 ? 1 : 0, last = t[2] == day_ns ? 2 : 3;
  return cf_profile_make(arena,
                         &(cf_profile_knots){.count = last - first,
                                             .t_ns = t + first,
                                             .value = v + first,
                                             .period_ns = day_ns,
                                             .phase_ns = local_ns(scenario),
                                             .hold = true},
                         profile, diag);
}

/* A trace of dated instants, not repeated, must say something about the run. */
static cf_status check_dates(const cf_scenario *scenario, const char *name, const cf_trace_table *trace,
                             cf_diag *diag) {
  int64_t start_ns = scenario->start_unix_s * CF_NS_PER_S, end_ns = start_ns + scenario->duration_ns;
  int64_t first_ns = trace->t_ns[0], last_ns = trace->t_ns[trace->count - 1];
  if (first_ns < end_ns && start_ns < last_ns) return CF_OK;
  char first[CF_INSTANT_TEXT], last[CF_INSTANT_TEXT], start[CF_INSTANT_TEXT], end[CF_INSTANT_TEXT];
  return cf_fail(diag, CF_INPUT,
                 "the trace of '%s' goes from %s to %s and has nothing of the run, which goes from %s to %s", name,
                 cf_instant_text(first_ns / CF_NS_PER_S, first), cf_instant_text(last_ns / CF_NS_PER_S, last),
                 cf_instant_text(scenario->start_unix_s, start), cf_instant_text(end_ns / CF_NS_PER_S, end));
}

static cf_status make_trace(const cf_scenario *scenario, const char *name, const cf_trace_table *trace, bool repeat,
                            cf_arena *arena, cf_profile *profile, cf_diag *diag) {
  if (trace->utc && !repeat) {
    cf_status status = check_dates(scenario, name, trace, diag);
    if (status != CF_OK) return status;
  }
  int64_t *t_ns = CF_ARENA_ARRAY(arena, int64_t, trace->count);
  if (!t_ns) return cf_fail(diag, CF_INTERNAL, "no memory for a trace of %zu rows", trace->count);
  int64_t origin_ns = trace->utc ? scenario->start_unix_s * CF_NS_PER_S : repeat ? trace->t_ns[0] : 0;
  for (size_t i = 0; i < trace->count; i++) t_ns[i] = trace->t_ns[i] - origin_ns;
  int64_t period_ns = repeat ? t_ns[trace->count - 1] - t_ns[0] : 0, phase_ns = repeat ? -t_ns[0] : 0;
  if (repeat)
    for (size_t i = trace->count; i-- > 0;) t_ns[i] -= t_ns[0];
  return cf_profile_make(arena,
                         &(cf_profile_knots){.count = (uint32_t)trace->count,
                                             .t_ns = t_ns,
                                             .value = trace->value,
                                             .period_ns = period_ns,
                                             .phase_ns = phase_ns},
                         profile, diag);
}

/* Hour by hour from the weather, or the monthly means, a value per day. */
static cf_status make_wind_speed(const cf_scenario *scenario, cf_arena *arena, cf_profile *speed, cf_diag *diag) {
  const cf_weather *weather = scenario->weather;
  uint32_t days = (uint32_t)(scenario->duration_ns / day_ns) + 2, count = weather ? weather->hours + 1 : days;
  int64_t *t_ns = CF_ARENA_ARRAY(arena, int64_t, count);
  double *value = CF_ARENA_ARRAY(arena, double, count);
  if (!t_ns || !value) return cf_fail(diag, CF_INTERNAL, "no memory for %u values of the wind", count);
  if (!weather) {
    for (uint32_t i = 0; i < days; i++) {
      t_ns[i] = (int64_t)i * day_ns;
      cf_mid_months months = cf_mid_months_at((double)(scenario->start_unix_s + (int64_t)i * DAY_S));
      double before = scenario->climate->month[months.before].wind_mean_ms;
      value[i] = before + months.weight * (scenario->climate->month[months.after].wind_mean_ms - before);
    }
    return cf_profile_make(arena, &(cf_profile_knots){.count = days, .t_ns = t_ns, .value = value}, speed, diag);
  }
  for (uint32_t i = 0; i <= weather->hours; i++) {
    t_ns[i] = (int64_t)i * 3600 * CF_NS_PER_S;
    value[i] = weather->wind_ms[i % weather->hours];
  }
  int64_t first_s =
      cf_weather_first_in(weather, cf_civil_date(scenario->start_unix_s / DAY_S).year) + weather->state_offset_s;
  return cf_profile_make(arena,
                         &(cf_profile_knots){.count = count,
                                             .t_ns = t_ns,
                                             .value = value,
                                             .period_ns = t_ns[weather->hours],
                                             .phase_ns = (scenario->start_unix_s - first_s) * CF_NS_PER_S},
                         speed, diag);
}

static cf_status make_machine(const cf_scenario *scenario, cf_arena *arena, cf_machine_drivers *drivers,
                              cf_diag *diag) {
  const cf_machine_spec *spec = &scenario->machine;
  cf_machine machine = {.on_k = spec->wall_on_k,
                        .off_k = spec->wall_off_k,
                        .warm_up_s = spec->warm_up_s,
                        .cool_down_s = spec->cool_down_s,
                        .vibration_on_ms2 = spec->vibration_ms2,
                        .vibration_hz = spec->frequency_hz,
                        .tolerance_k = scenario->tolerance_temperature_k};
  cf_status status = cf_machine_duty_cycle(spec->on_ns, spec->off_ns, -spec->starts_after_ns, &machine.duty, diag);
  return status == CF_OK ? cf_machine_make(arena, &machine, drivers, diag) : status;
}

/* ---- the harvesters ---------------------------------------------------------------------------------------------- */

static cf_status make_vibration(const cf_scenario *scenario, const cf_harvester *h, cf_arena *arena, cf_profile *power,
                                cf_diag *diag) {
  cf_vibration vibration = {.mass_kg = h->model->mass_kg,
                            .resonance_hz = h->model->resonance_hz,
                            .damping_electrical = h->model->electrical_damping,
                            .damping_mechanical = h->model->mechanical_damping,
                            .stroke_m = h->model->stroke_m};
  cf_status status = cf_vibration_check(&vibration, diag);
  if (status != CF_OK) return status;
  if (!h->machine_driven)
    return make_steady(scenario, h, cf_vibration_w(&vibration, h->acceleration_ms2, h->frequency_hz), arena, power,
                       diag);
  cf_machine_drivers machine;
  status = make_machine(scenario, arena, &machine, diag);
  if (status != CF_OK) return status;
  double most_w = cf_vibration_w(&vibration, machine.vibration_ms2.max, machine.vibration_hz);
  return cf_vibration_profile(arena, &vibration, &machine.vibration_ms2, machine.vibration_hz,
                              fmax(scenario->tolerance_power * most_w, 1e-15), power, diag);
}

static cf_status make_rf(const cf_scenario *scenario, const cf_harvester *h, cf_arena *arena, cf_profile *power,
                         cf_diag *diag) {
  const cf_harvester_model *model = h->model;
  cf_rectifier rectifier = {.points = model->efficiency.count};
  for (uint32_t i = 0; i < rectifier.points && i < CF_RECTIFIER_POINTS; i++) {
    rectifier.input_w[i] = model->efficiency.x[i];
    rectifier.efficiency[i] = model->efficiency.y[i];
  }
  cf_status status = cf_rectifier_check(&rectifier, diag);
  if (status != CF_OK) return status;
  double input_w = h->power_density_w_per_m2 * model->aperture_m2;
  if (h->distance_m > 0.0) {
    cf_radio_path path = {.transmitter_w = model->transmit_power_w,
                          .gain_transmitter = model->transmit_gain,
                          .gain_receiver = model->receive_gain,
                          .frequency_hz = model->frequency_hz,
                          .distance_m = h->distance_m};
    status = cf_radio_path_check(&path, diag);
    if (status != CF_OK) return status;
    input_w = cf_radio_path_w(&path);
  }
  return make_steady(scenario, h, cf_rectifier_w(&rectifier, input_w), arena, power, diag);
}

static cf_status make_wind(const cf_scenario *scenario, const cf_harvester *h, cf_arena *arena, cf_profile *power,
                           cf_diag *diag) {
  const cf_harvester_model *model = h->model;
  cf_wind wind = {.area_m2 = model->area_m2,
                  .air_density_kg_m3 = model->air_density_kg_m3,
                  .power_coefficient = model->power_coefficient,
                  .cut_in_ms = model->cut_in_ms,
                  .rated_ms = model->rated_ms,
                  .cut_out_ms = model->cut_out_ms};
  cf_status status = cf_wind_check(&wind, diag);
  cf_profile speed;
  if (status == CF_OK) status = make_wind_speed(scenario, arena, &speed, diag);
  if (status != CF_OK) return status;
  double tolerance_w = fmax(scenario->tolerance_power * cf_wind_w(&wind, wind.rated_ms), 1e-15);
  return cf_wind_profile(arena, &wind, &speed, scenario->weather == NULL, tolerance_w, power, diag);
}

static cf_status make_induction(const cf_scenario *scenario, const cf_harvester *h, cf_arena *arena, cf_profile *power,
                                cf_diag *diag) {
  cf_induction induction = {.w_per_a2 = h->model->w_per_a2,
                            .start_a = h->model->start_a,
                            .saturation_w = h->model->saturation_w > 0.0 ? h->model->saturation_w : INFINITY};
  cf_status status = cf_induction_check(&induction, diag);
  if (status != CF_OK) return status;
  cf_profile current = {0};
  if (scenario->line.trace)
    status = make_trace(scenario, "place.line", scenario->line.trace, scenario->line.repeat, arena, &current, diag);
  else
    status = cf_profile_daily(arena, scenario->line.current_a, false, local_ns(scenario), &current, diag);
  if (status != CF_OK) return status;
  double tolerance_w = fmax(scenario->tolerance_power * cf_induction_w(&induction, current.max), 1e-15);
  return cf_induction_profile(arena, &induction, &current, tolerance_w, power, diag);
}

static cf_status make_source(cf_harvest_source *source, const cf_scenario *scenario, const cf_harvester *h,
                             const cf_sky_panels *panels, cf_arena *arena, cf_diag *diag) {
  *source = (cf_harvest_source){.harvester = h, .panel = -1};
  cf_profile *power = &source->power_w;
  switch (h->kind) {
    case CF_HARVEST_PV: {
      cf_sky_panel panel = panel_of(h);
      source->panel = find_panel(panels, &panel);
      const cf_pv *shared = &panels->panel[source->panel].pv;
      source->panel_share = h->area_m2 * (1.0 - h->soiling) / (shared->area_m2 * (1.0 - shared->soiling));
      return CF_OK;
    }
    case CF_HARVEST_THERMOELECTRIC:
      return CF_OK;
    case CF_HARVEST_VIBRATION:
      return make_vibration(scenario, h, arena, power, diag);
    case CF_HARVEST_RF:
      return make_rf(scenario, h, arena, power, diag);
    case CF_HARVEST_WIND:
      return make_wind(scenario, h, arena, power, diag);
    case CF_HARVEST_INDUCTION:
      return make_induction(scenario, h, arena, power, diag);
    case CF_HARVEST_BIOFUEL: {
      cf_biofuel biofuel = {.density_wm2 = h->model->w_per_m2,
                            .area_m2 = h->area_m2,
                            .decay_s = h->model->decay_s > 0.0 ? h->model->decay_s : INFINITY};
      cf_status status = cf_biofuel_check(&biofuel, diag);
      if (status != CF_OK) return status;
      return cf_biofuel_profile(arena, &biofuel, scenario->duration_ns,
                                fmax(scenario->tolerance_power * cf_biofuel_w(&biofuel, 0.0), 1e-15), power, diag);
    }
    case CF_HARVEST_CONSTANT:
      return make_steady(scenario, h, h->power_w, arena, power, diag);
    case CF_HARVEST_TRACE:
      return make_trace(scenario, h->name, h->trace, h->repeat, arena, power, diag);
  }
  return CF_OK;
}

cf_status cf_sources_make(cf_sources *sources, const cf_scenario *scenario, const cf_node_group *group,
                          const cf_sky_panels *panels, cf_arena *arena, cf_diag *diag) {
  *sources = (cf_sources){0};
  if (!group->mains) {
    for (uint32_t i = 0; i < group->harvesters; i++) {
      cf_harvest_source *source = &sources->source[sources->count++];
      cf_status status = make_source(source, scenario, &group->harvester[i], panels, arena, diag);
      if (status != CF_OK) return status;
      sources->has_profiles = sources->has_profiles || source->power_w.count > 0;
    }
  }
  bool on_wall = group->to_wall_k_per_w > 0.0;
  for (uint32_t i = 0; i < group->harvesters; i++)
    if (group->harvester[i].kind == CF_HARVEST_THERMOELECTRIC &&
        (group->harvester[i].from == CF_HEAT_HOST || group->harvester[i].to == CF_HEAT_HOST))
      on_wall = on_wall || !group->tissue;
  if (group->network && group->network->to_host_wk) on_wall = on_wall || !group->tissue;
  if (group->tissue) {
    sources->has_host = true;
    return cf_profile_constant(arena, group->tissue->blood_temperature_k, &sources->host_k, diag);
  }
  if (!on_wall) return CF_OK;
  if (!scenario->machine.has)
    return cf_fail(diag, CF_INPUT, "group '%s' is mounted on a wall, but place.machine says nothing of it",
                   group->name);
  cf_machine_drivers machine;
  cf_status status = make_machine(scenario, arena, &machine, diag);
  sources->has_host = true;
  sources->host_k = machine.wall_k;
  return status;
}
