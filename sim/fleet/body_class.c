#include "fleet/body_class.h"

#include "config/graph.h"
#include "config/weather.h"
#include "physics/leakage.h"
#include "physics/surface.h"

#include <math.h>

enum { NODE_CELLS = 64, LEAKAGE_CELLS = 128, SURFACE_CELLS = 96, LADDER_STEPS = 8 };
static const double stefan_boltzmann_w_per_m2_k4 = 5.670374419e-8; /* CODATA 2018 */
static const double surface_span_k = 60.0;     /* excess over the air that the surface's curve follows */
static const double coldest_stored_k = 213.15; /* as the bounds of a body (physics/body.h) */

/* What is being put together. */
typedef struct builder {
  const cf_body_plan *plan;
  const cf_node_group *group;
  cf_body_class *body;
  cf_network *network;
  uint32_t die, box, tissue; /* nodes; tissue: that which touches the case, or CF_NODE_HOST */
  uint32_t curves;
  cf_heat_curve curve[CF_HEAT_CURVES];
  cf_arena *arena;
  cf_diag *diag;
} builder;

/* ---- heat -------------------------------------------------------------------------------------------------------- */

static cf_status copy_graph(builder *b) {
  const cf_graph *graph = b->group->network;
  b->network = cf_network_new(b->arena, graph->nodes, graph->nodes);
  if (!b->network) return cf_fail(b->diag, CF_INTERNAL, "no memory for a thermal network");
  for (uint32_t i = 0; i < graph->nodes; i++) {
    b->network->capacity_j_per_k[i] = graph->capacity_jk[i];
    b->network->air_w_per_k[i] = graph->to_air_wk[i];
    if (graph->to_host_wk) b->network->host_w_per_k[i] = graph->to_host_wk[i];
    for (uint32_t j = 0; j < i; j++) {
      double w_per_k = graph->conductance_wk[(size_t)i * graph->nodes + j];
      if (w_per_k > 0.0) cf_network_link(b->network, i, j, w_per_k);
    }
  }
  b->die = b->group->network_die;
  b->box = b->group->network_case;
  return CF_OK;
}

static cf_status add_ladder(builder *b) {
  const cf_device *device = b->group->device;
  cf_ladder_step step[LADDER_STEPS], cauer[LADDER_STEPS];
  uint32_t steps = device->ladder.count;
  if (steps > LADDER_STEPS) return cf_fail(b->diag, CF_INPUT, "a thermal ladder has at most %d steps", LADDER_STEPS);
  for (uint32_t i = 0; i < steps; i++)
    cauer[i] = step[i] = (cf_ladder_step){.k_per_w = device->ladder.x[i], .j_per_k = device->ladder.y[i]};
  if (device->ladder_is_foster) {
    cf_status status = cf_foster_to_cauer(step, steps, cauer, b->diag);
    if (status != CF_OK) return status;
  }
  return cf_network_cauer(b->network, b->die, b->box, cauer, steps, b->diag);
}

/* Die, perhaps a ladder, case, perhaps shells of tissue. */
static cf_status build_network(builder *b) {
  const cf_node_group *group = b->group;
  const cf_device *device = group->device;
  b->tissue = CF_NODE_HOST;
  if (group->network) return copy_graph(b);
  b->network = cf_network_new(b->arena, 2, 2 + LADDER_STEPS + group->tissue_shells);
  if (!b->network) return cf_fail(b->diag, CF_INTERNAL, "no memory for a thermal network");
  b->die = 0;
  b->box = 1;
  b->network->capacity_j_per_k[b->box] = group->enclosure->heat_capacity_j_per_k;
  cf_status status = CF_OK;
  if (device->ladder.count > 0) {
    status = add_ladder(b);
  } else {
    b->network->capacity_j_per_k[b->die] = device->die_heat_capacity_j_per_k;
    cf_network_link(b->network, b->die, b->box, 1.0 / device->die_to_case_k_per_w);
  }
  if (status != CF_OK) return status;
  if (group->enclosure->to_air_k_per_w > 0.0) b->network->air_w_per_k[b->box] += 1.0 / group->enclosure->to_air_k_per_w;
  if (group->to_wall_k_per_w > 0.0) b->network->host_w_per_k[b->box] += 1.0 / group->to_wall_k_per_w;
  if (!group->tissue) return CF_OK;
  const cf_tissue_model *model = group->tissue;
  cf_tissue tissue = {.conductivity_w_per_m_k = model->conductivity_w_per_m_k,
                      .density_kg_m3 = model->density_kg_m3,
                      .specific_heat_j_per_kg_k = model->specific_heat_j_per_kg_k,
                      .perfusion_per_s = model->perfusion_m3_per_kg_s * model->density_kg_m3,
                      .blood_density_kg_m3 = model->blood_density_kg_m3,
                      .blood_specific_heat_j_per_kg_k = model->blood_specific_heat_j_per_kg_k};
  b->tissue = b->box; /* the tissue that touches the case has its temperature */
  return cf_network_tissue(b->network, b->box, &tissue, group->tissue_radius_m, group->tissue_shells, b->diag);
}

/* Of the place, over the year: where curves that need an air temperature are taken. */
static double mean_air_k(const cf_scenario *scenario) {
  double sum_k = 0.0;
  const cf_weather *weather = scenario->weather;
  for (uint32_t i = 0; weather && i < weather->hours; i++) sum_k += weather->air_k[i];
  if (weather) return sum_k / weather->hours;
  for (int m = 0; m < 12; m++) sum_k += scenario->climate->month[m].air_mean_k;
  return sum_k / 12.0;
}

static double coldest_air_k(const cf_scenario *scenario) {
  double least_k = INFINITY;
  const cf_weather *weather = scenario->weather;
  for (uint32_t i = 0; weather && i < weather->hours; i++) least_k = fmin(least_k, weather->air_k[i]);
  for (int m = 0; !weather && m < 12; m++) least_k = fmin(least_k, scenario->climate->month[m].air_daily_min_k);
  return least_k;
}

/* Of a machine's wall or of blood; 0: there is no host. */
static double warmest_host_k(const builder *b) {
  const cf_machine_spec *machine = &b->plan->scenario->machine;
  if (b->group->tissue) return b->group->tissue->blood_temperature_k;
  return machine->has ? fmax(machine->wall_on_k, machine->wall_off_k) : 0.0;
}

static cf_status add_surface(builder *b) {
  const cf_enclosure *enclosure = b->group->enclosure;
  if (b->group->network || enclosure->surface_area_m2 == 0.0) return CF_OK;
  double mean_k = mean_air_k(b->plan->scenario);
  cf_surface surface = {.area_m2 = enclosure->surface_area_m2,
                        .height_m = enclosure->surface_height_m,
                        .emissivity = enclosure->surface_emissivity,
                        .air_reference_k = mean_k};
  double linear_w_per_k;
  /* The tolerance is a temperature: what the surface gives over that difference. */
  double tolerance_w = b->plan->scenario->tolerance_temperature_k * enclosure->surface_area_m2 * 5.0;
  cf_status status = cf_surface_curve(&surface, b->box, surface_span_k, tolerance_w, SURFACE_CELLS, &linear_w_per_k,
                                      &b->curve[b->curves], b->arena, b->diag);
  if (status != CF_OK) return status;
  b->curves++;
  b->network->air_w_per_k[b->box] += linear_w_per_k;
  b->body->radiation_w_per_k4 = stefan_boltzmann_w_per_m2_k4 * surface.emissivity * surface.area_m2;
  b->body->radiation_air_k = mean_k;
  return CF_OK;
}

static cf_status add_leakage(builder *b) {
  const cf_device *device = b->group->device;
  b->body->leakage_curve = -1;
  if (device->leakage_power_w == 0.0) return CF_OK;
  cf_leakage leakage = {device->leakage_power_w, device->leakage_at_k, device->leakage_per_k};
  /* From what is colder than any die gets to what is hotter. Inside its edges the curve lies above the exponential;
   * below them it goes on straight, and would fall below zero. */
  double low_k = fmin(coldest_stored_k, coldest_air_k(b->plan->scenario) - 20.0) - 20.0;
  double high_k = fmax(fmax(b->group->limits.shut_down_above_k, device->junction_max_k), warmest_host_k(b)) + 60.0;
  cf_status status = cf_leakage_curve(&leakage, b->die, low_k, high_k, b->plan->scenario->tolerance_power,
                                      LEAKAGE_CELLS, &b->curve[b->curves], b->arena, b->diag);
  if (status != CF_OK) return status;
  b->curve[b->curves].shared_by_load = true;
  b->body->leakage_curve = (int)b->curves++;
  return CF_OK;
}

static uint32_t place_node(const builder *b, cf_heat_place place) {
  switch (place) {
    case CF_HEAT_DIE:
      return b->die;
    case CF_HEAT_CASE:
      return b->box;
    case CF_HEAT_TISSUE:
      return b->tissue;
    case CF_HEAT_HOST:
      return CF_NODE_HOST;
    case CF_HEAT_AIR:
      break;
  }
  return CF_NODE_AIR;
}

static cf_status add_generator(builder *b) {
  const cf_harvester *harvester = NULL;
  for (uint32_t i = 0; i < b->group->harvesters; i++) {
    if (b->group->harvester[i].kind != CF_HARVEST_THERMOELECTRIC) continue;
    if (harvester)
      return cf_fail(b->diag, CF_INPUT, "group '%s' has two thermoelectric generators ('%s' and '%s'): one is allowed",
                     b->group->name, harvester->name, b->group->harvester[i].name);
    harvester = &b->group->harvester[i];
  }
  if (!harvester) return CF_OK;
  cf_body_class *body = b->body;
  const cf_harvester_model *model = harvester->model;
  double mean_k = mean_air_k(b->plan->scenario);
  body->generator = (cf_teg){.seebeck_v_per_k = model->seebeck_v_per_k,
                             .resistance_ohm = model->resistance_ohm,
                             .conductance_w_per_k = model->conductance_w_per_k,
                             .load_ratio = 1.0,
                             .reference_k = mean_k,
                             .bipolar = model->bipolar};
  cf_status status = cf_teg_check(&body->generator, b->diag);
  if (status != CF_OK) return status;
  body->has_generator = true;
  body->generator_hot = place_node(b, harvester->from);
  body->generator_cold = place_node(b, harvester->to);
  double w_per_k = cf_teg_conductance_w_per_k(&body->generator);
  bool hot_inside = body->generator_hot < b->network->nodes, cold_inside = body->generator_cold < b->network->nodes;
  if (!hot_inside && !cold_inside)
    return cf_fail(b->diag, CF_INPUT, "harvester '%s' stands between two surroundings: one end must be of the node",
                   harvester->name);
  if (hot_inside && cold_inside) {
    cf_network_link(b->network, body->generator_hot, body->generator_cold, w_per_k);
  } else {
    uint32_t inside = hot_inside ? body->generator_hot : body->generator_cold;
    uint32_t outside = hot_inside ? body->generator_cold : body->generator_hot;
    double *way = outside == CF_NODE_AIR ? b->network->air_w_per_k : b->network->host_w_per_k;
    way[inside] += w_per_k;
  }
  return CF_OK;
}

/* The distinct shares of silicon that loads have on, and which load has which. */
static uint32_t set_shares(builder *b, double share[CF_HEAT_SHARES]) {
  uint32_t shares = 0;
  for (uint32_t s = 0; s < b->plan->states; s++) {
    uint32_t i = 0;
    while (i < shares && share[i] != b->plan->silicon_share[s]) i++;
    if (i == shares) share[shares++] = b->plan->silicon_share[s];
    b->body->load[s].share = i;
  }
  return shares;
}

static cf_status build_heat(builder *b) {
  cf_body_class *body = b->body;
  const cf_node_group *group = b->group;
  cf_status status = build_network(b);
  if (status == CF_OK) status = add_surface(b);
  if (status == CF_OK) status = add_leakage(b);
  if (status == CF_OK) status = add_generator(b);
  if (status == CF_OK) status = cf_modal_build(&body->modal, b->network, b->arena, b->diag);
  if (status != CF_OK) return status;
  double share[CF_HEAT_SHARES] = {0};
  uint32_t shares = set_shares(b, share);
  if (b->curves > 0)
    status = cf_modal_curves_build(&body->curves, &body->modal, b->curve, b->curves, share, shares, b->arena, b->diag);
  if (status != CF_OK) return status;
  body->die_node = b->die;
  body->case_node = b->box;
  body->watched_node = place_node(b, group->limits.at);
  if (body->watched_node >= b->network->nodes)
    return cf_fail(b->diag, CF_INPUT, "limits of group '%s' are at the tissue, but it has none", group->name);
  body->sun_area_m2 = group->enclosure ? group->enclosure->sun_absorptance * group->enclosure->projected_area_m2 : 0.0;
  return CF_OK;
}

/* ---- supply ------------------------------------------------------------------------------------------------------ */

static void fill_ageing(const cf_storage *storage, cf_ageing_law *law) {
  *law = (cf_ageing_law){.q0 = storage->calendar_q0,
                         .a_per_sqrt_day = storage->calendar_a_per_sqrt_day,
                         .b_k = storage->calendar_b_k,
                         .c_k = storage->calendar_c_k,
                         .points = storage->cycle_life.count,
                         .end_share = storage->end_of_life_share};
  for (uint32_t i = 0; i < law->points && i < CF_CYCLE_POINTS; i++) {
    law->depth[i] = storage->cycle_life.x[i];
    law->cycles[i] = storage->cycle_life.y[i];
  }
}

static double or_infinite(double value) { return value > 0.0 ? value : INFINITY; }

static void fill_store(const cf_storage *storage, cf_store_input *input) {
  switch (storage->kind) {
    case CF_STORAGE_CAPACITOR:
      input->kind = CF_STORE_CAPACITOR;
      input->capacitor = (cf_capacitor){.capacitance_f = storage->capacitance_f,
                                        .voltage_max_v = storage->voltage_max_v,
                                        .esr_ohm = storage->esr_ohm,
                                        .leakage_a = storage->leakage_a,
                                        .leakage_ohm = or_infinite(storage->leakage_resistance_ohm),
                                        .slow_capacitance_f = storage->slow_capacitance_f,
                                        .slow_ohm = storage->slow_resistance_ohm};
      break;
    case CF_STORAGE_BATTERY:
      input->kind = CF_STORE_BATTERY;
      input->battery = (cf_battery){.capacity_c = storage->capacity_c,
                                    .points = storage->open_voltage.count,
                                    .resistance_ohm = storage->resistance_ohm,
                                    .reference_k = storage->reference_k,
                                    .resistance_activation_k = storage->resistance_activation_k,
                                    .coulomb_efficiency = storage->coulomb_efficiency,
                                    .self_discharge_per_s = storage->self_discharge_per_s,
                                    .self_discharge_activation_k = storage->self_discharge_activation_k,
                                    .charge_c_rate = or_infinite(storage->charge_rate_per_s * 3600.0),
                                    .discharge_c_rate = or_infinite(storage->discharge_rate_per_s * 3600.0),
                                    .charge_low_k = storage->charge_from_k,
                                    .charge_high_k = or_infinite(storage->charge_to_k),
                                    .discharge_low_k = storage->discharge_from_k,
                                    .discharge_high_k = or_infinite(storage->discharge_to_k)};
      for (uint32_t i = 0; i < storage->open_voltage.count; i++) {
        input->battery.charge_share[i] = storage->open_voltage.x[i];
        input->battery.open_v[i] = storage->open_voltage.y[i];
      }
      fill_ageing(storage, &input->battery.ageing);
      break;
    case CF_STORAGE_PRIMARY:
      input->kind = CF_STORE_PRIMARY;
      input->primary = (cf_primary){.points = storage->capacity_by_current.count,
                                    .open_v = storage->open_voltage_v,
                                    .resistance_ohm = storage->resistance_ohm,
                                    .cut_off_v = storage->cut_off_v,
                                    .reference_k = storage->reference_k,
                                    .self_discharge_per_s = storage->self_discharge_per_s,
                                    .self_discharge_activation_k = storage->self_discharge_activation_k,
                                    .current_max_a = or_infinite(storage->current_max_a),
                                    .film_v_per_sqrt_s = storage->film_after_hour_v / 60.0,
                                    .film_max_v = storage->film_max_v,
                                    .film_reference_a = storage->film_reference_a,
                                    .film_activation_k = storage->film_activation_k,
                                    .film_charge_c = storage->film_charge_c};
      for (uint32_t i = 0; i < storage->capacity_by_current.count; i++) {
        input->primary.current_a[i] = storage->capacity_by_current.x[i];
        input->primary.capacity_c[i] = storage->capacity_by_current.y[i];
      }
      break;
  }
}

static cf_status build_supply(builder *b) {
  cf_body_class *body = b->body;
  const cf_node_group *group = b->group;
  body->has_store = !group->mains;
  body->bus_per_device = 1.0;
  if (group->mains) return CF_OK;
  const cf_converter *converter = group->converter;
  body->bus_per_device = 1.0 / converter->output_efficiency;
  body->converter = (cf_converter_curve){.mppt_fraction = converter->mppt_fraction,
                                         .points = converter->output_w.count,
                                         .cold_start_v = converter->cold_start_v,
                                         .cold_start_w = converter->cold_start_w,
                                         .cold_efficiency = converter->cold_efficiency};
  if (body->converter.points > CF_CONVERTER_POINTS)
    return cf_fail(b->diag, CF_INPUT, "a converter's table has at most %d points", CF_CONVERTER_POINTS);
  for (uint32_t i = 0; i < body->converter.points; i++) {
    body->converter.input_w[i] = converter->output_w.x[i];
    body->converter.output_w[i] = converter->output_w.y[i];
  }
  cf_status status = cf_converter_check(&body->converter, b->diag);
  if (status != CF_OK) return status;
  cf_store_input input = {.turn_on_v = group->supply.turn_on_v,
                          .turn_off_v = group->supply.turn_off_v,
                          .warn_v = group->supply.checkpoint_v,
                          .quiescent_a = converter->quiescent_a,
                          .edge_v = converter->cold_start_v,
                          .states = b->plan->states,
                          .tolerance = b->plan->scenario->tolerance_power,
                          .cells_max = NODE_CELLS};
  for (uint32_t s = 0; s < input.states; s++) input.bus_w[s] = body->load[s].bus_w;
  fill_store(group->storage, &input);
  status = cf_store_build(&body->store, &input, b->arena, b->diag);
  if (status != CF_OK || !group->backup) return status;
  body->has_second = true;
  body->switch_loss = group->switch_loss;
  body->switch_below_x = cf_store_x(&body->store, group->switch_below_v);
  body->switch_above_x = cf_store_x(&body->store, group->switch_above_v);
  body->store_second_share = group->backup->initial_share;
  cf_store_input second = input;
  second.quiescent_a = 0.0; /* the converter hangs on the main store */
  second.warn_v = second.edge_v = 0.0;
  for (uint32_t s = 0; s < input.states; s++) second.bus_w[s] = input.bus_w[s] / (1.0 - group->switch_loss);
  fill_store(group->backup, &second);
  return cf_store_build(&body->second, &second, b->arena, b->diag);
}

cf_status cf_body_class_make(cf_body_class *body, const cf_body_plan *plan, cf_arena *arena, cf_diag *diag) {
  builder b = {.plan = plan, .group = plan->group, .body = body, .arena = arena, .diag = diag};
  const double rounding = 1e-12; /* watts that were made from joules and seconds */
  /* What a data sheet gives as power of a state holds its leakage at the reference temperature. */
  double leakage_w = plan->group->device->leakage_power_w;
  body->loads = plan->states;
  double bus_per_device = plan->group->mains ? 1.0 : 1.0 / plan->group->converter->output_efficiency;
  for (uint32_t s = 0; s < plan->states; s++) {
    cf_load *load = &body->load[s];
    double inside_w = plan->own[s] ? plan->silicon_share[s] * leakage_w : 0.0;
    if (inside_w == 0.0) continue;
    if (inside_w > load->device_w * (1.0 + rounding))
      return cf_fail(diag, CF_INPUT, "group '%s': %.4g W of leakage are more than a state of its device draws (%.4g W)",
                     plan->group->name, inside_w, load->device_w);
    /* What follows from the device's watts is taken from them anew: of nothing left, nothing. */
    double radiated_w = load->device_w - load->heat_w;
    load->device_w = fmax(0.0, load->device_w - inside_w);
    load->bus_w = load->device_w * bus_per_device;
    load->heat_w = fmax(0.0, load->device_w - radiated_w);
  }
  cf_status status = build_heat(&b);
  if (status == CF_OK) status = build_supply(&b);
  if (status != CF_OK) return status;
  for (uint32_t s = 0; s < plan->states; s++) {
    body->load[s].node = plan->group->network ? plan->network_node[s] : b.die;
    if (body->load[s].node >= b.network->nodes)
      return cf_fail(diag, CF_INPUT, "group '%s': the thermal network has no node %u", plan->group->name,
                     body->load[s].node);
  }
  body->refresh_ns = plan->scenario->refresh_ns;
  body->keeps_doses = plan->group->tissue != NULL;
  cf_body_class_close(body);
  return CF_OK;
}
