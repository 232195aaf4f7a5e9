#include "fleet/class.h"

#include "base/remath.h"
#include "cognition/belief.h"
#include "fleet/body_class.h"

#include <math.h>

const char *const cf_use_name[CF_USES] = {"sleep",    "sense",    "think", "decide",
                                          "radio-tx", "radio-rx", "boot",  "checkpoint"};

static cf_status ticks(double seconds, int64_t *out, const char *what, cf_diag *diag) {
  if (cf_s_to_ticks_up(seconds, out) && *out >= 0) return CF_OK;
  return cf_fail(diag, CF_INPUT, "%s of %g s does not fit into the simulated time", what, seconds);
}

static cf_status table_of(const cf_ai_model *model, double hard_share, cf_outcome_table *table, cf_diag *diag) {
  cf_likelihood_source source = {.accuracy_in_domain = model->accuracy_in_domain,
                                 .accuracy_shifted = model->accuracy_shifted,
                                 .hard_share = hard_share,
                                 .hard_error_share = model->hard_error_share,
                                 .sure_if_right = model->sure_if_right,
                                 .sure_if_wrong = model->sure_if_wrong};
  return cf_likelihood_rule(&source, table, diag);
}

/* Device watts of a state, and what share of them is deciding. */
static void set_load(cf_node_class *class, uint32_t state, cf_use use, double device_w, double radiated_w,
                     double decide_share) {
  double regulator = class->group->mains ? 1.0 : class->group->converter->output_efficiency;
  class->body.load[state] =
      (cf_load){.device_w = device_w, .bus_w = device_w / regulator, .heat_w = device_w - radiated_w};
  class->use[state] = use;
  class->decide_share[state] = decide_share;
}

/* A piece of work plus the deciding that follows it, as one power state: time and watts. */
static cf_status set_work(cf_node_class *class, uint32_t state, cf_use use, double energy_j, double time_s,
                          uint64_t operations, int64_t *span_ns, cf_diag *diag) {
  const cf_device *device = class->group->device;
  double decide_s = (double)operations * device->cycles_per_operation / device->clock_hz;
  double decide_j = decide_s * device->active_power_w;
  cf_status status = ticks(time_s + decide_s, span_ns, cf_use_name[use], diag);
  if (status != CF_OK) return status;
  double total_j = energy_j + decide_j;
  double span_s = cf_ticks_to_s(*span_ns);
  set_load(class, state, use, span_s > 0.0 ? total_j / span_s : 0.0, 0.0, total_j > 0.0 ? decide_j / total_j : 0.0);
  return CF_OK;
}

static cf_status set_thinking(cf_node_class *class, const cf_policy *policy, cf_diag *diag) {
  const cf_node_group *group = class->group;
  const cf_device *device = group->device;
  cf_decision_view typical = {.states = CF_LOOK_STATES, .options = 2 + group->models};
  uint64_t choose = policy->operations(&typical);
  class->points = device->points > 0 ? device->points : 1;
  for (uint32_t m = 0; m < group->models; m++) {
    for (uint32_t p = 0; p < class->points; p++) {
      double speed = device->points > 0 ? device->point[p].speed : 1.0;
      double power_share = device->points > 0 ? device->point[p].power_w / device->point[0].power_w : 1.0;
      double time_s = group->model[m].cost.time_s / speed;
      double energy_j = group->model[m].cost.energy_j * power_share / speed;
      cf_status status = set_work(class, cf_power_think(m, p), CF_USE_THINK, energy_j, time_s,
                                  cf_operations_update(CF_LOOK_STATES) + choose, &class->think_ns[m][p], diag);
      if (status != CF_OK) return status;
    }
  }
  /* What follows a hub's answer is charged with the sample, where a node can ask at all. */
  uint64_t after_answer = group->radio ? cf_operations_update(CF_LOOK_STATES) + 2 * choose : 0;
  uint64_t frame = after_answer + cf_operations_predict(1, CF_JOINT_STATES) + cf_operations_open(CF_LOOK_STATES) +
                   cf_operations_close(CF_LOOK_STATES) + cf_operations_report(CF_LOOK_STATES) + choose;
  return set_work(class, CF_POWER_SENSE, CF_USE_SENSE, group->sense_energy_j, group->sense_time_s, frame,
                  &class->sense_ns, diag);
}

/* Thresholds staged between the throttle and the shut-down limit, one per throttle level. */
static void set_limits(cf_node_class *class) {
  const cf_limits *limits = &class->group->limits;
  class->levels = class->points > 1 ? class->points : 2;
  double step = (limits->shut_down_above_k - limits->throttle_above_k) / (class->levels - 1);
  for (uint32_t p = 0; p + 1 < class->levels; p++) class->throttle_above_k[p] = limits->throttle_above_k + step * p;
  class->throttle_above_k[class->levels - 1] = limits->shut_down_above_k;
  for (uint32_t p = 1; p < class->levels; p++)
    class->throttle_below_k[p] = class->throttle_above_k[p - 1] - (limits->throttle_above_k - limits->throttle_below_k);
  class->throttle_below_k[0] = limits->throttle_below_k;
}

static cf_lora lora_of(const cf_radio *radio, bool uplink) {
  return (cf_lora){.spreading_factor = radio->spreading_factor,
                   .coding_rate = radio->coding_rate,
                   .bandwidth_hz = radio->bandwidth_hz,
                   .preamble_symbols = radio->preamble_symbols,
                   .implicit_header = false,
                   .crc = uplink,
                   .low_data_rate = cf_lora_low_data_rate(radio->spreading_factor, radio->bandwidth_hz)};
}

/* The hub answers as it was asked: its own radio's coding, the nodes' spreading factor and bandwidth. */
static cf_lora answer_of(const cf_radio *hub, const cf_radio *node) {
  cf_lora down = lora_of(hub, false);
  down.spreading_factor = node->spreading_factor;
  down.bandwidth_hz = node->bandwidth_hz;
  down.low_data_rate = cf_lora_low_data_rate(node->spreading_factor, node->bandwidth_hz);
  return down;
}

static cf_status set_radio(cf_node_class *class, const cf_scenario *scenario, cf_diag *diag) {
  const cf_radio *radio = class->group->radio;
  class->asks = radio && scenario->hub_groups > 0;
  set_load(class, CF_POWER_TX, CF_USE_TX, 0.0, 0.0, 0.0);
  set_load(class, CF_POWER_RX, CF_USE_RX, 0.0, 0.0, 0.0);
  if (!class->asks) return CF_OK;
  cf_lora up = lora_of(radio, true), down = answer_of(scenario->hubs[0].radio, radio);
  cf_status status = cf_lora_check(&up, diag);
  if (status == CF_OK) status = cf_lora_check(&down, diag);
  if (status == CF_OK)
    status = cf_lora_fragment(&up, scenario->escalate.size_bytes, radio->payload_max_bytes, radio->header_bytes,
                              &class->uplink, diag);
  if (status == CF_OK)
    status = cf_lora_fragment(&down, scenario->escalate.answer_bytes, scenario->hubs[0].radio->payload_max_bytes,
                              scenario->hubs[0].radio->header_bytes, &class->downlink, diag);
  if (status != CF_OK) return status;
  double symbol_s = (double)(1u << radio->spreading_factor) / radio->bandwidth_hz;
  status = ticks((radio->preamble_symbols + 4.25) * symbol_s, &class->listen_ns, "a receive window", diag);
  if (status == CF_OK) status = ticks(radio->receive_delay_s, &class->receive_delay_ns, "the receive delay", diag);
  if (status != CF_OK) return status;
  /* The answer must be over before the second window opens, one second after the first. */
  if (class->listen_ns >= CF_NS_PER_S)
    return cf_fail(
        diag, CF_INPUT,
        "a preamble of %.3g s does not fit between the two receive windows, 1 s apart (use a smaller spreading factor)",
        cf_ticks_to_s(class->listen_ns));
  if (class->downlink.airtime_ns >= CF_NS_PER_S)
    return cf_fail(diag, CF_INPUT,
                   "an answer of %u bytes lasts %.3g s on the air: it must end before the second receive window, 1 s "
                   "after the first (use a smaller spreading factor)",
                   scenario->escalate.answer_bytes, class->downlink.airtime_s);
  class->radiated_w = radio->radiated_power_w;
  set_load(class, CF_POWER_TX, CF_USE_TX, radio->tx_power_w, radio->radiated_power_w, 0.0);
  set_load(class, CF_POWER_RX, CF_USE_RX, radio->rx_power_w, 0.0, 0.0);
  class->exchange_time_s = class->uplink.airtime_s + radio->receive_delay_s + class->downlink.airtime_s;
  class->exchange_energy_j = class->body.load[CF_POWER_TX].bus_w * class->uplink.airtime_s +
                             class->body.load[CF_POWER_RX].bus_w * class->downlink.airtime_s;
  return table_of(scenario->hubs[0].model.cost.model, scenario->world->hard_share, &class->hub_table, diag);
}

/* Where the heat of each power state goes, how much of the silicon it has on, and whether its watts hold that. */
static void plan_body(const cf_node_class *class, cf_body_plan *plan) {
  const cf_node_group *group = class->group;
  plan->states = CF_POWER_STATES;
  for (uint32_t s = 0; s < CF_POWER_STATES; s++) {
    bool off = s == CF_POWER_OFF || s == CF_POWER_SHUT;
    plan->silicon_share[s] = off ? 0.0 : s == CF_POWER_SLEEP ? group->device->leakage_asleep : 1.0;
    /* What a sensor and a radio draw is cited without the processor that waits for them. */
    plan->own[s] =
        !off && s != CF_POWER_SENSE && s != CF_POWER_TX && s != CF_POWER_RX && class->body.load[s].device_w > 0.0;
    plan->network_node[s] = group->network_die;
  }
  plan->network_node[CF_POWER_SENSE] = group->network_sensor;
  plan->network_node[CF_POWER_TX] = plan->network_node[CF_POWER_RX] = group->network_radio;
  for (uint32_t m = 0; m < CF_MAX_MODELS; m++)
    for (uint32_t p = 0; p < CF_MAX_POINTS; p++) plan->network_node[cf_power_think(m, p)] = group->network_models[m];
}

static cf_status set_body(cf_node_class *class, const cf_scenario *scenario, const cf_sky_panels *panels,
                          cf_arena *arena, cf_diag *diag) {
  const cf_node_group *group = class->group;
  class->initial_store_share = group->mains ? 1.0 : group->storage->initial_share;
  class->body.load[CF_POWER_SHUT].disconnected = group->limits.stops_harvest;
  cf_status status = cf_sources_make(&class->sources, scenario, group, panels, arena, diag);
  if (status != CF_OK) return status;
  cf_body_plan plan = {.group = group, .scenario = scenario};
  plan_body(class, &plan);
  status = cf_body_class_make(&class->body, &plan, arena, diag);
  if (status != CF_OK) return status;
  const cf_modal *modal = &class->body.modal;
  const double *die = &modal->weight[(size_t) class->body.die_node * modal->modes];
  for (uint32_t k = 0; k < modal->modes; k++) class->die_k_per_j += die[k] * die[k];
  return CF_OK;
}

cf_status cf_node_class_make(cf_node_class *class, const cf_scenario *scenario, uint32_t index, const cf_policy *policy,
                             const cf_sky_panels *panels, cf_arena *arena, cf_diag *diag) {
  const cf_node_group *group = &scenario->nodes[index];
  *class = (cf_node_class){.group = group};
  for (uint32_t g = 0; g < index; g++) class->first_node += scenario->nodes[g].count;
  for (uint32_t s = 0; s < CF_POWER_STATES; s++) set_load(class, s, CF_USE_SLEEP, 0.0, 0.0, 0.0);
  set_load(class, CF_POWER_SLEEP, CF_USE_SLEEP,
           group->sleep_retain ? group->device->sleep_power_w : group->device->sleep_discard_power_w, 0.0, 0.0);
  cf_status status = CF_OK;
  if (!group->mains)
    status = set_work(class, CF_POWER_BOOT, CF_USE_BOOT, group->supply.boot_energy_j, group->supply.boot_time_s, 0,
                      &class->boot_ns, diag);
  if (status == CF_OK && !group->mains && group->supply.checkpoint_v > 0.0)
    status = set_work(class, CF_POWER_CHECKPOINT, CF_USE_CHECKPOINT, group->supply.checkpoint_energy_j,
                      group->supply.checkpoint_time_s, 0, &class->checkpoint_ns, diag);
  if (status == CF_OK) status = set_thinking(class, policy, diag);
  if (status == CF_OK) status = set_radio(class, scenario, diag);
  if (status != CF_OK) return status;
  set_limits(class);
  for (uint32_t m = 0; m < group->models; m++) {
    status = table_of(group->model[m].cost.model, scenario->world->hard_share, &class->table[m], diag);
    if (status != CF_OK) return status;
  }
  class->slot_s = cf_ticks_to_s(group->sample_every_ns);
  const cf_world_process *world = scenario->world;
  cf_process_rates rates = {{world->onset_per_s[0], world->onset_per_s[1]},
                            world->recovery_per_s,
                            world->pressure_on_per_s,
                            world->pressure_off_per_s,
                            world->nuisance_on_per_s,
                            world->nuisance_off_per_s};
  status = cf_generative_init(&class->generative, &rates, class->slot_s, diag);
  if (status == CF_OK) status = set_body(class, scenario, panels, arena, diag);
  return status;
}

cf_status cf_hub_class_make(cf_hub_class *class, const cf_scenario *scenario, cf_diag *diag) {
  const cf_hub_group *group = &scenario->hubs[0];
  const cf_device *device = group->device;
  *class = (cf_hub_class){.group = group,
                          .idle_w = device->idle_power_w + group->radio->rx_power_w,
                          .asleep_w = device->sleep_power_w + group->radio->rx_power_w,
                          .tx_w = group->radio->tx_power_w};
  const cf_inference_cost *cost = &group->model.cost;
  /* The row is what the device draws in all; the floor is booked as idle. */
  class->think_w = cost->time_s > 0.0 ? fmax(0.0, cost->energy_j / cost->time_s - device->idle_power_w) : 0.0;
  const cf_radio *asking = group->radio;
  for (uint32_t g = scenario->node_groups; g-- > 0;)
    if (scenario->nodes[g].radio) asking = scenario->nodes[g].radio;
  cf_lora down = answer_of(group->radio, asking);
  cf_status status = ticks(cost->time_s, &class->think_ns, "the hub's inference", diag);
  if (status == CF_OK) status = ticks(asking->receive_delay_s, &class->receive_delay_ns, "the receive delay", diag);
  if (status == CF_OK) status = cf_lora_check(&down, diag);
  if (status == CF_OK)
    status = cf_lora_fragment(&down, scenario->escalate.answer_bytes, group->radio->payload_max_bytes,
                              group->radio->header_bytes, &class->downlink, diag);
  if (status == CF_OK) status = table_of(cost->model, scenario->world->hard_share, &class->table, diag);
  /* Time to infer and to queue for it; the rest of the delay is the engine's lookahead. */
  class->notice_ns = class->receive_delay_ns / 10 * 9;
  if (class->notice_ns < 1)
    return cf_fail(diag, CF_INPUT, "a receive delay of %g s leaves the engine no lookahead", asking->receive_delay_s);
  /* Local mean solar time is UTC plus longitude / (2 pi) days. */
  double local_s =
      (double)(scenario->start_unix_s % 86400) + scenario->climate->longitude_rad * (86400.0 / 6.283185307179586);
  double to_night_s = fmod(18.0 * 3600.0 - local_s + 2.0 * 86400.0, 86400.0);
  if (status == CF_OK) status = ticks(to_night_s, &class->first_night_ns, "the first night", diag);
  return status;
}

static double vary(cf_variation variation, double u, double same) {
  switch (variation.kind) {
    case CF_LOGNORMAL: /* a is the relative standard deviation: sigma^2 = ln(1 + a^2), median 1 */
      return cf_exp(sqrt(cf_log1p(variation.a * variation.a)) * cf_inverse_normal(u));
    case CF_UNIFORM:
      return same + variation.a + (variation.b - variation.a) * u;
    case CF_NORMAL:
      return variation.a * cf_inverse_normal(u);
    case CF_SAME:
      break;
  }
  return same;
}

cf_node_factors cf_draw_factors(const cf_node_group *group, const cf_random *random, uint32_t index) {
  double a[2], b[2];
  cf_random_uniform2(random, index, CF_STREAM_VARIATION, 0, a);
  cf_random_uniform2(random, index, CF_STREAM_VARIATION, 1, b);
  return (cf_node_factors){.harvest = vary(group->varies_harvest, a[0], 1.0),
                           .capacitance = vary(group->varies_capacitance, a[1], 1.0),
                           .leakage = vary(group->varies_leakage, b[0], 1.0),
                           .margin_db = vary(group->varies_margin, b[1], 0.0)};
}
