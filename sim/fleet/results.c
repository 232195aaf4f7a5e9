#include "fleet/results.h"

#include "base/exact_sum.h"
#include "base/hash.h"
#include "fleet/node.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double node_uses_j(const cf_node *node) {
  double sum = 0.0;
  for (uint32_t u = 0; u < CF_USES; u++) sum += node->use_j[u];
  return sum;
}

static double node_used_j(const cf_node *node, const cf_node_class *class) {
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  double supply_j = node->flows.converter_j + node->flows.leakage_j + node->flows.esr_j;
  return node_uses_j(node) + supply_j + (more ? more->silicon_paid_j + more->aged_j : 0.0);
}

static double full_j(const cf_node *node, const cf_node_class *class) {
  cf_body_scale scale = cf_node_scale(node);
  return class->body.has_store ? cf_store_full_j(&class->body, &scale) : 0.0;
}

/* Heat that a node's work put into it; the silicon's leakage, which the budget has already set aside, not among it. */
static double work_heat_j(const cf_node *node, const cf_node_class *class) {
  double radiated_share = class->asks ? class->radiated_w / class->body.load[CF_POWER_TX].device_w : 0.0;
  return node_uses_j(node) - radiated_share * node->use_j[CF_USE_TX];
}

/* What one account of a group adds up to, over its nodes. */
typedef struct account {
  const char *name;
  cf_exact_sum energy_j, heat_j, rise_k;
} account;

enum { ACCOUNTS = 18 + CF_USES };

typedef struct group_sums {
  account line[ACCOUNTS];
  uint32_t lines, nodes;
} group_sums;

/* Accounts come in the same order for every node: which ones there are is said by the class alone. */
static void add(group_sums *sums, uint32_t *at, const char *name, double energy_j, double heat_j, double rise_k) {
  assert(*at < ACCOUNTS);
  account *line = &sums->line[(*at)++];
  assert(!line->name || strcmp(line->name, name) == 0);
  line->name = name;
  cf_exact_add(&line->energy_j, energy_j);
  cf_exact_add(&line->heat_j, heat_j);
  cf_exact_add(&line->rise_k, rise_k);
}

/* Has a store whose room shrinks: energy can end in the account "aged". */
static bool ages(const cf_node_class *class) {
  const cf_store_input *store = &class->body.store.input;
  if (!class->body.has_store || store->kind != CF_STORE_BATTERY) return false;
  return store->battery.ageing.q0 > 0.0 || store->battery.ageing.points > 0;
}

static void add_node(group_sums *sums, const cf_world *world, uint32_t index, const cf_node_class *class) {
  const cf_node *node = cf_world_node(world, index);
  const cf_flows *flows = &node->flows;
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  cf_node_stored stored = cf_node_stored_of(node, class);
  cf_node_rise rise;
  cf_node_rises(world, index, &rise);
  uint32_t at = 0;
  add(sums, &at, "harvest", flows->harvest_j, 0.0, 0.0);
  add(sums, &at, "spilled", flows->spilled_j, more ? more->shunted_j : 0.0, rise.shunted_k);
  add(sums, &at, "stored", stored.end_j - stored.start_j, 0.0, 0.0);
  add(sums, &at, "converter", flows->converter_j, flows->converter_j, rise.converter_k);
  add(sums, &at, "leakage", flows->leakage_j, flows->leakage_j, rise.leakage_k);
  add(sums, &at, "esr", flows->esr_j, flows->esr_j, rise.esr_k);
  if (class->body.leakage_curve >= 0) add(sums, &at, "silicon", more->silicon_paid_j, more->silicon_j, rise.silicon_k);
  if (ages(class)) add(sums, &at, "aged", more->aged_j, 0.0, 0.0);
  double radiated_share = class->asks ? class->radiated_w / class->body.load[CF_POWER_TX].device_w : 0.0;
  for (uint32_t u = 0; u < CF_USES; u++) {
    if (u == CF_USE_CHECKPOINT && class->checkpoint_ns == 0) continue;
    double heat_j = u == CF_USE_TX ? node->use_j[u] * (1.0 - radiated_share) : node->use_j[u];
    add(sums, &at, cf_use_name[u], node->use_j[u], heat_j, rise.use_k[u]);
  }
  /* Not of the store, but causes of warmth all the same. */
  add(sums, &at, "sun", 0.0, flows->sun_heat_j, rise.sun_k);
  if (class->body.modal.host_w_per_k > 0.0)
    add(sums, &at, class->group->tissue ? "blood" : "machine", 0.0, -more->host_heat_j, rise.host_k);
  if (class->body.has_generator) add(sums, &at, "generator", 0.0, -more->generator_j, rise.generator_k);
  if (class->body.curves.curves > (class->body.leakage_curve >= 0 ? 1U : 0U))
    add(sums, &at, "surface", 0.0, 0.0, rise.surface_k);
  add(sums, &at, "heat-kept", 0.0, 0.0, rise.stored_k + rise.waiting_k);
  sums->lines = at;
  sums->nodes++;
}

static cf_status tell(const cf_recorder *recorder, uint32_t run_id, cf_ledger_row row, cf_diag *diag) {
  return recorder->ledger ? recorder->ledger(recorder->self, run_id, &row, diag) : CF_OK;
}

static cf_status tell_group(const cf_node_class *class, const group_sums *sums, uint32_t run_id,
                            const cf_recorder *recorder, cf_diag *diag) {
  for (uint32_t i = 0; i < sums->lines; i++) {
    const account *line = &sums->line[i];
    cf_ledger_row row = {"node",
                         class->group->name,
                         line->name,
                         cf_exact_value(line->energy_j),
                         cf_exact_value(line->heat_j),
                         cf_exact_value(line->rise_k) / sums->nodes};
    cf_status status = tell(recorder, run_id, row, diag);
    if (status != CF_OK) return status;
  }
  return CF_OK;
}

/* The share of the silicon that a working node has on. */
static uint32_t working_share(const cf_node_class *class) { return class->body.load[CF_POWER_SENSE].share; }

/* What the node could dissipate for ever in the mean of its surroundings, sun included. */
static double budget_w(const cf_world *world, const cf_node *node, const cf_node_class *class, double air_k) {
  int64_t duration_ns = world->scenario->duration_ns;
  double sun_w = node->flows.sun_heat_j / cf_ticks_to_s(duration_ns);
  double host_k = class->sources.has_host ? cf_profile_mean(&class->sources.host_k, 0, duration_ns) : air_k;
  return cf_body_budget_w(&class->body, working_share(class), class->group->limits.throttle_above_k, sun_w, air_k,
                          host_k);
}

static cf_status tell_node(const cf_world *world, const cf_node_class *class, uint32_t index, uint32_t run_id,
                           const cf_recorder *recorder, cf_diag *diag) {
  if (!recorder->node || !world->scenario->record.nodes) return CF_OK;
  const cf_node *node = cf_world_node(world, index);
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  cf_node_stored stored = cf_node_stored_of(node, class);
  double duration_s = cf_ticks_to_s(world->scenario->duration_ns), nan = (double)NAN;
  double budget = budget_w(world, node, class, cf_world_mean_air_k(world));
  const cf_store_input *store = &class->body.store.input;
  bool ages = class->body.has_store && more && store->kind == CF_STORE_BATTERY;
  cf_node_row row = {
      .node_id = index,
      .grp = class->group->name,
      .site_id = cf_world_site_of(world, index),
      .hub_id = cf_world_hub_of(world, index),
      .harvest_factor = (double)node->harvest,
      .capacitance_factor = (double)node->capacitance,
      .leakage_factor = (double)node->leakage,
      .margin_db = class->group->radio
                       ? class->group->radio->margin_db + cf_draw_factors(class->group, &world->random, index).margin_db
                       : (double)NAN,
      .harvest_j = node->flows.harvest_j,
      .spilled_j = node->flows.spilled_j,
      .used_j = node_used_j(node, class),
      .stored_start_j = stored.start_j,
      .stored_end_j = stored.end_j,
      .stored_min_j = (double)node->flows.store_min_j,
      .brownouts = node->brownouts,
      .down_s = cf_ticks_to_s(node->down_ns),
      .throttled_s = cf_ticks_to_s(node->throttled_ns),
      .temp_max_k = (double)node->flows.watched_max_k,
      .rise_mean_k = node->flows.die_excess_ks / duration_s,
      .thermal_budget_w = budget,
      .heat_used_frac = budget > 0.0 ? work_heat_j(node, class) / duration_s / budget : nan,
      .capacity_left = ages ? cf_ageing_left(&store->battery.ageing, &more->age) : nan,
      .life_s = more ? more->life_s : nan,
      .dose_s = more && class->group->tissue ? more->dose_s : nan,
      .decisions = node->decisions,
      .correct = node->correct,
      .asked = node->decisions - node->local,
      .answered = node->answered,
      .loss = world->loss.miss * node->missed_samples + world->loss.false_alarm * node->false_alarms,
      .energy_residual = cf_node_energy_residual(world, index),
      .heat_residual = cf_node_heat_residual(world, index)};
  return recorder->node(recorder->self, run_id, &row, diag);
}

static cf_status tell_hubs(const cf_world *world, uint32_t run_id, const cf_recorder *recorder, cf_diag *diag) {
  double duration_s = cf_ticks_to_s(world->scenario->duration_ns);
  cf_exact_sum idle = {0}, think = {0}, tx = {0}, listen = {0};
  for (uint32_t i = 0; i < world->hub_count; i++) {
    const cf_hub *hub = &world->hub[i];
    cf_hub_energy energy = cf_hub_energy_of(world, i, duration_s);
    cf_exact_add(&idle, energy.idle_j);
    cf_exact_add(&think, energy.think_j);
    cf_exact_add(&tx, energy.tx_j);
    cf_exact_add(&listen, energy.listen_j);
    cf_link_row row = {.hub_id = i,
                       .radio = world->hub_class.group->radio->name,
                       .sent = hub->sent,
                       .heard = hub->heard,
                       .collided = hub->collided,
                       .faded = hub->faded,
                       .deaf = hub->deaf,
                       .aborted = hub->aborted,
                       .busy = hub->busy,
                       .refused_duty = hub->refused_duty,
                       .too_late = hub->too_late,
                       .airtime_s = cf_ticks_to_s(hub->airtime_ns),
                       .downlink_s = cf_ticks_to_s(hub->downlink_ns)};
    cf_status status = recorder->link ? recorder->link(recorder->self, run_id, &row, diag) : CF_OK;
    if (status != CF_OK) return status;
  }
  if (world->hub_count == 0) return CF_OK;
  const char *group = world->hub_class.group->name;
  double idle_j = cf_exact_value(idle), think_j = cf_exact_value(think), tx_j = cf_exact_value(tx),
         listen_j = cf_exact_value(listen);
  double nan = (double)NAN;
  const cf_radio *radio = world->hub_class.group->radio;
  double radiated_share = radio->tx_power_w > 0.0 ? radio->radiated_power_w / radio->tx_power_w : 0.0;
  cf_ledger_row line[] = {{"hub", group, "mains", idle_j + think_j + tx_j + listen_j, 0.0, nan},
                          {"hub", group, "idle", idle_j, idle_j, nan},
                          {"hub", group, "think", think_j, think_j, nan},
                          {"hub", group, "radio-tx", tx_j, tx_j * (1.0 - radiated_share), nan},
                          {"hub", group, "radio-rx", listen_j, listen_j, nan}};
  for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
    cf_status status = tell(recorder, run_id, line[i], diag);
    if (status != CF_OK) return status;
  }
  return CF_OK;
}

cf_status cf_results_tell(const cf_world *world, uint32_t run_id, const cf_recorder *recorder, cf_diag *diag) {
  group_sums sums[CF_MAX_GROUPS] = {0};
  for (uint32_t i = 0; i < world->node_count; i++) {
    const cf_node_class *class = cf_world_class_of(world, i);
    add_node(&sums[class - world->class], world, i, class);
    cf_status status = tell_node(world, class, i, run_id, recorder, diag);
    if (status != CF_OK) return status;
  }
  for (uint32_t g = 0; g < world->classes; g++) {
    cf_status status = tell_group(&world->class[g], &sums[g], run_id, recorder, diag);
    if (status != CF_OK) return status;
  }
  return tell_hubs(world, run_id, recorder, diag);
}

/* Tokens: NAN unless a model of the scenario emits some. */
static double tokens_of(const cf_world *world) {
  const cf_ai_model *hub_model = world->hub_count > 0 ? world->hub_class.group->model.cost.model : NULL;
  bool hub_emits = hub_model && hub_model->tokens > 0.0;
  if (!world->tokens && !hub_emits) return (double)NAN;
  cf_exact_sum tokens = {0};
  for (uint32_t i = 0; world->tokens && i < world->node_count; i++) cf_exact_add(&tokens, world->tokens[i]);
  for (uint32_t i = 0; hub_emits && i < world->hub_count; i++)
    cf_exact_add(&tokens, hub_model->tokens * (double)world->hub[i].inferences);
  return cf_exact_value(tokens);
}

/* Unlike fmax, a NAN wins: books that cannot be read do not close. */
static double larger(double a, double b) { return isnan(a) || b <= a ? a : b; }

/* How far the class's curves are from what they stand for, and how close its leakage is to running away. */
static void tell_curves(const cf_node_class *class, cf_run_row *row) {
  const cf_body_class *body = &class->body;
  if (body->has_store) row->curve_error = fmax(row->curve_error, body->store.reached);
  if (body->has_second) row->curve_error = fmax(row->curve_error, body->second.reached);
  for (uint32_t c = 0; c < body->curves.curves; c++) {
    const cf_heat_curve *curve = &body->curves.curve[c];
    double k_per_w = body->modal.rise_k_per_w[(size_t)body->watched_node * body->modal.modes + curve->node];
    row->curve_error_k = fmax(row->curve_error_k, curve->reached_w * k_per_w);
  }
  if (body->leakage_curve >= 0)
    row->loop_gain = fmax(row->loop_gain, cf_body_loop_gain(body, class->group->limits.throttle_above_k));
}

void cf_results_sum(const cf_world *world, cf_run_row *row) {
  const cf_scenario *scenario = world->scenario;
  double duration_s = cf_ticks_to_s(scenario->duration_ns);
  cf_exact_sum harvest = {0}, spilled = {0}, used = {0}, nats = {0}, rise = {0}, hub = {0}, entropy = {0};
  uint64_t correct = 0, local = 0, missed_samples = 0, event_samples = 0;
  int64_t down_ns = 0, throttled_ns = 0;
  row->mean_air_k = cf_world_mean_air_k(world);
  for (uint32_t i = 0; i < world->node_count; i++) {
    const cf_node *node = cf_world_node(world, i);
    const cf_node_class *class = cf_world_class_of(world, i);
    cf_exact_add(&harvest, node->flows.harvest_j);
    cf_exact_add(&spilled, node->flows.spilled_j);
    cf_exact_add(&used, node_used_j(node, class));
    cf_exact_add(&entropy, node->flows.entropy_j_per_k);
    cf_exact_add(&nats, node->nats);
    cf_node_rise by_cause;
    cf_node_rises(world, i, &by_cause);
    double own_rise_k = by_cause.silicon_k, causes_k = 0.0;
    for (uint32_t u = 0; u < CF_USES; u++) own_rise_k += by_cause.use_k[u];
    cf_exact_add(&rise, own_rise_k);
    double budget = budget_w(world, node, class, row->mean_air_k);
    /* Not defined where the surroundings alone are above the limit. */
    row->heat_used_frac =
        larger(row->heat_used_frac, budget > 0.0 ? work_heat_j(node, class) / duration_s / budget : (double)NAN);
    row->temp_max_k = fmax(row->temp_max_k, (double)node->flows.watched_max_k);
    causes_k = own_rise_k + by_cause.converter_k + by_cause.leakage_k + by_cause.esr_k + by_cause.waiting_k +
               by_cause.sun_k + by_cause.host_k + by_cause.surface_k + by_cause.generator_k + by_cause.shunted_k +
               by_cause.stored_k;
    /* Degrees are booked like joules: what their causes do not sum to is missing from the heat's books. */
    double degrees = fabs(by_cause.sun_k) + fabs(by_cause.host_k) + fabs(own_rise_k) + fabs(by_cause.stored_k);
    row->heat_residual = larger(row->heat_residual, degrees > 0.0 ? fabs(causes_k - by_cause.mean_k) / degrees : 0.0);
    row->energy_residual = larger(row->energy_residual, fabs(cf_node_energy_residual(world, i)));
    row->heat_residual = larger(row->heat_residual, fabs(cf_node_heat_residual(world, i)));
    row->samples += node->slot;
    row->decisions += node->decisions;
    row->episodes += node->episodes;
    row->missed += node->missed;
    row->false_alarms += node->false_alarms;
    row->brownouts += node->brownouts;
    correct += node->correct;
    local += node->local;
    missed_samples += node->missed_samples;
    event_samples += node->event_samples;
    down_ns += node->down_ns;
    throttled_ns += node->throttled_ns;
  }
  uint64_t sent = 0, heard = 0;
  for (uint32_t i = 0; i < world->hub_count; i++) {
    cf_hub_energy energy = cf_hub_energy_of(world, i, duration_s);
    cf_exact_add(&hub, energy.idle_j + energy.think_j + energy.tx_j + energy.listen_j);
    sent += world->hub[i].sent;
    heard += world->hub[i].heard;
  }
  row->nodes = world->node_count;
  row->sim_s = duration_s;
  row->loss = world->loss.miss * (double)missed_samples + world->loss.false_alarm * (double)row->false_alarms;
  row->accuracy = row->decisions > 0 ? (double)correct / (double)row->decisions : (double)NAN;
  row->base_rate = row->samples > 0 ? (double)event_samples / (double)row->samples : (double)NAN;
  row->local_frac = row->decisions > 0 ? (double)local / (double)row->decisions : (double)NAN;
  row->heard_frac = sent > 0 ? (double)heard / (double)sent : (double)NAN;
  row->down_frac = cf_ticks_to_s(down_ns) / (duration_s * world->node_count);
  row->throttled_s = cf_ticks_to_s(throttled_ns);
  row->harvest_j = cf_exact_value(harvest);
  row->spilled_j = cf_exact_value(spilled);
  row->used_j = cf_exact_value(used);
  row->hub_used_j = cf_exact_value(hub);
  row->tokens = tokens_of(world);
  row->nats_gained = cf_exact_value(nats);
  row->rise_mean_k = cf_exact_value(rise) / world->node_count;
  row->entropy_j_per_k = cf_exact_value(entropy);
  row->cost_usd = row->carbon_g = row->bit_residual = (double)NAN;
  row->curve_error = row->curve_error_k = row->loop_gain = (double)NAN;
  for (uint32_t g = 0; g < world->classes; g++) tell_curves(&world->class[g], row);
  for (uint32_t i = 0; i < scenario->constants; i++) row->assumed += scenario->constant[i].status == 'A';
}

const double cf_series_band[CF_SERIES_BANDS] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* Moves the k-th smallest of value[low..high] to its place, smaller ones before it, larger ones behind: Hoare's FIND
 * (Communications of the ACM 4, 1961). A sort would cost several times as much. */
static void find(double *value, uint32_t low, uint32_t high, uint32_t k) {
  while (low < high) {
    double pivot = value[low + (high - low) / 2];
    uint32_t i = low, j = high + 1; /* j is one more than the place, so that it cannot fall below 0 */
    while (i < j) {
      while (value[i] < pivot) i++;
      while (pivot < value[j - 1]) j--;
      if (i >= j) break;
      double other = value[i];
      value[i++] = value[j - 1];
      value[--j] = other;
    }
    if (k < j)
      high = j - 1;
    else if (k >= i)
      low = i;
    else
      return;
  }
}

/* Quantiles of `count` >= 1 values, between two of them linearly (type 7 of Hyndman and Fan, The American Statistician
 * 50, 1996). Changes the order of the values. */
static void bands_of(double *value, uint32_t count, double *band) {
  uint32_t from = 0;
  for (int i = 0; i < CF_SERIES_BANDS; i++) {
    double at = cf_series_band[i] * (count - 1);
    uint32_t below = (uint32_t)at, above = below + 1 < count ? below + 1 : below;
    find(value, from, count - 1, below);
    find(value, below, count - 1, above);
    from = below;
    band[i] = value[below] + (at - below) * (value[above] - value[below]);
  }
}

/* What the sampled nodes of a group show. */
typedef struct samples {
  cf_exact_sum stored, share, temp;
  double share_of[CF_SERIES_NODES], temp_of_k[CF_SERIES_NODES];
} samples;

static void look_at(const cf_world *world, const cf_node_class *class, uint32_t index, cf_series_row *row,
                    samples *seen) {
  const cf_node *node = cf_world_node(world, index);
  cf_body_room room;
  cf_node_peek(world, index, row->t_ns, &room);
  double store_j = room.body.store_j, full = full_j(node, class);
  double share = full > 0.0 ? store_j / full : 1.0;
  double die_k = cf_modal_temp_k(&class->body.modal, class->body.die_node, room.body.mode);
  cf_exact_add(&seen->stored, store_j);
  cf_exact_add(&seen->share, share);
  cf_exact_add(&seen->temp, die_k);
  seen->share_of[row->sampled] = share;
  seen->temp_of_k[row->sampled] = die_k;
  row->stored_min_j = fmin(row->stored_min_j, store_j);
  row->temp_max_k = fmax(row->temp_max_k, die_k);
  row->down += node->power == CF_POWER_OFF || node->power == CF_POWER_SHUT;
  row->throttled += node->level > 0 || node->power == CF_POWER_SHUT;
  row->full += full > 0.0 && store_j >= full;
  row->sampled++;
}

cf_status cf_results_series(const cf_world *world, int64_t t_ns, uint32_t run_id, const cf_recorder *recorder,
                            cf_diag *diag) {
  if (!recorder->series) return CF_OK;
  for (uint32_t g = 0; g < world->classes; g++) {
    const cf_node_class *class = &world->class[g];
    uint32_t count = class->group->count;
    cf_series_row row = {.t_ns = t_ns, .grp = class->group->name, .stored_min_j = INFINITY};
    samples seen = {0};
    for (uint32_t i = 0; i < count && row.sampled < CF_SERIES_NODES; i++) {
      uint32_t index = class->first_node + i;
      /* A node is sampled when its hash is among the lowest CF_SERIES_NODES parts of the group. */
      if (count > CF_SERIES_NODES && cf_hash2(index, g) % count >= CF_SERIES_NODES) continue;
      look_at(world, class, index, &row, &seen);
    }
    if (row.sampled == 0) continue;
    row.stored_mean_j = cf_exact_value(seen.stored) / row.sampled;
    row.stored_share_mean = cf_exact_value(seen.share) / row.sampled;
    row.temp_mean_k = cf_exact_value(seen.temp) / row.sampled;
    bands_of(seen.share_of, row.sampled, row.stored_share);
    bands_of(seen.temp_of_k, row.sampled, row.temp_k);
    cf_status status = recorder->series(recorder->self, run_id, &row, diag);
    if (status != CF_OK) return status;
  }
  return CF_OK;
}

static int by_time(int64_t t_a, uint32_t node_a, int64_t t_b, uint32_t node_b) {
  if (t_a != t_b) return t_a < t_b ? -1 : 1;
  return node_a < node_b ? -1 : node_a > node_b;
}

static int power_order(const void *a, const void *b) {
  const cf_power_event_row *x = a, *y = b;
  int order = by_time(x->t_ns, x->node_id, y->t_ns, y->node_id);
  if (order) return order;
  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence; /* one node is always of one shard */
}

static int decision_order(const void *a, const void *b) {
  const cf_decision_row *x = a, *y = b;
  return by_time(x->reported_ns, x->node_id, y->reported_ns, y->node_id);
}

/* Gathers the rows of all shards into the first shard's notes. */
static bool gather(cf_world *world) {
  for (int i = 1; i < CF_MAX_SHARDS; i++) {
    cf_notes *from = &world->notes[i];
    for (size_t k = 0; k < from->power_count; k++)
      if (!cf_note_power(&world->notes[0], &from->power[k])) return false;
    for (size_t k = 0; k < from->decision_count; k++)
      if (!cf_note_decision(&world->notes[0], &from->decision[k])) return false;
    from->power_count = from->decision_count = 0;
  }
  return true;
}

cf_status cf_results_notes(cf_world *world, uint32_t run_id, const cf_recorder *recorder, cf_diag *diag) {
  if (!gather(world)) return cf_fail(diag, CF_INTERNAL, "no memory for recorded rows");
  cf_notes *notes = &world->notes[0];
  if (notes->power_count > 0) qsort(notes->power, notes->power_count, sizeof *notes->power, power_order);
  if (notes->decision_count > 0) qsort(notes->decision, notes->decision_count, sizeof *notes->decision, decision_order);
  cf_status status = CF_OK;
  for (size_t i = 0; i < notes->power_count && status == CF_OK; i++)
    status = recorder->power_event(recorder->self, run_id, &notes->power[i], diag);
  for (size_t i = 0; i < notes->decision_count && status == CF_OK; i++)
    status = recorder->decision(recorder->self, run_id, &notes->decision[i], diag);
  notes->power_count = notes->decision_count = 0;
  return status;
}
