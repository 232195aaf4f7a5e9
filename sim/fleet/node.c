#include "fleet/node.h"

#include "fleet/site.h"
#include "network/fading.h"

#include <math.h>

enum {
  TRACE_CROSSING = 10,
  TRACE_TRUTH,
  TRACE_ACTIVITY,
  TRACE_SAMPLE,
  TRACE_DAY,
  TRACE_ANSWER,
  TRACE_END,
  TRACE_COUNTS,
  TRACE_JOULES
};

cf_body_scale cf_node_scale(const cf_node *node, const cf_node_class *class) {
  return (cf_body_scale){
      .harvest = (double)node->harvest,
      .capacitance_f = class->body.has_store ? class->group->storage->capacitance_f * (double)node->capacitance : 0.0,
      .leakage = (double)node->leakage};
}

static cf_drivers drivers_of(const cf_world *world, uint32_t index) {
  return (cf_drivers){.piece = cf_site_piece, .self = &world->site[cf_world_site_of(world, index)]};
}

static cf_at at_of(cf_context *context, cf_node *node) {
  cf_world *world = context->world;
  uint32_t index = context->self - world->node_base;
  return (cf_at){context, world, node, cf_world_class_of(world, index), index, context->now_ns};
}

/* Brings the body to the present and books what was used on the way. */
static void advance(cf_at *at) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  if (at->t_ns <= node->body_ns) return;
  cf_body_scale scale = cf_node_scale(node, class);
  cf_drivers drivers = drivers_of(at->world, at->index);
  cf_walk(&class->body, &scale, &drivers, node->power, node->body_ns, at->t_ns, &node->body, &node->flows);
  int64_t span_ns = at->t_ns - node->body_ns;
  double used_j = class->body.load[node->power].device_w * cf_ticks_to_s(span_ns);
  double deciding_j = used_j * class->decide_share[node->power];
  node->use_j[class->use[node->power]] += used_j - deciding_j;
  node->use_j[CF_USE_DECIDE] += deciding_j;
  if (node->activity >= CF_ACTIVITY_SENSE) node->decision_j += (float)used_j;
  if (node->activity == CF_ACTIVITY_DOWN || node->activity == CF_ACTIVITY_SHUT || node->activity == CF_ACTIVITY_BOOT)
    node->down_ns += span_ns;
  if (node->level > 0 && node->power != CF_POWER_OFF && node->power != CF_POWER_BOOT) node->throttled_ns += span_ns;
  node->body_ns = at->t_ns;
}

void cf_node_set(cf_at *at, uint32_t power, cf_activity activity, int64_t until_ns) {
  at->node->power = (uint8_t)power;
  at->node->activity = (uint8_t)activity;
  at->node->activity_ns = until_ns;
}

static cf_watch watch_of(const cf_node *node, const cf_node_class *class, const cf_body_scale *scale) {
  cf_watch watch = {-INFINITY, INFINITY, INFINITY, -INFINITY};
  if (node->activity == CF_ACTIVITY_SHUT) {
    watch.die_below_k = class->throttle_below_k[0];
    return watch;
  }
  double j_per_x = 0.5 * scale->capacitance_f;
  if (node->activity == CF_ACTIVITY_DOWN) {
    watch.store_above_j = class->body.supply.x_on * j_per_x;
    return watch;
  }
  if (class->body.has_store) watch.store_below_j = class->body.supply.x_off[node->power] * j_per_x;
  watch.die_above_k = class->throttle_above_k[node->level];
  if (node->level > 0) watch.die_below_k = class->throttle_below_k[node->level];
  return watch;
}

static int64_t own_next(const cf_node *node, const cf_world *world, int64_t t_ns) {
  int64_t next = cf_day_end_ns(world->scenario->start_unix_s, t_ns);
  if (node->truth_ns < next) next = node->truth_ns;
  if (node->activity_ns < next) next = node->activity_ns;
  if (node->sample_ns < next) next = node->sample_ns;
  return next;
}

/* Asks for the next crossing before the next own event, and posts the earlier of the two. */
static void plan(cf_at *at) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  int64_t next = own_next(node, at->world, at->t_ns);
  cf_body_scale scale = cf_node_scale(node, class);
  cf_drivers drivers = drivers_of(at->world, at->index);
  cf_drive_bounds bounds = cf_site_bounds(drivers.self, at->t_ns);
  cf_watch watch = watch_of(node, class, &scale);
  node->crossing = (uint8_t)cf_walk_until(&class->body, &scale, &drivers, &bounds, node->power, node->body_ns, next,
                                          &node->body, &watch, &node->crossing_ns);
  node->entity.next_is_crossing = node->crossing != CF_CROSS_NONE;
  node->entity.next_ns = node->entity.next_is_crossing ? node->crossing_ns : next;
  if (!node->entity.next_is_crossing) node->crossing_ns = CF_NEVER;
}

static void trace(const cf_at *at, uint32_t kind) {
  const cf_node *node = at->node;
  uint64_t words[6] = {
      cf_hash_bits(node->body.store_j),
      cf_hash_bits(node->body.mode[0]),
      cf_hash_bits(node->body.mode[1]),
      cf_hash_bits(node->belief[1]),
      ((uint64_t)node->power << 32) | ((uint64_t)node->activity << 24) | ((uint64_t)node->level << 16) | node->flags,
      node->slot};
  cf_trace(at->context, kind, words, 6);
}

static void note_power(cf_at *at, cf_power_event_kind kind, double short_j) {
  if (!at->world->note_power) return;
  cf_power_event_row row = {.sequence = (uint32_t)at->world->notes[at->context->shard].power_count,
                            .node_id = at->index,
                            .t_ns = at->t_ns,
                            .hour_local = cf_world_local_hour(at->world, at->t_ns),
                            .kind = kind,
                            .short_j = short_j};
  if (!cf_note_power(&at->world->notes[at->context->shard], &row))
    at->context->fail(at->context, CF_INTERNAL, "no memory for power events");
}

static bool in_decision(const cf_node *node) { return node->activity >= CF_ACTIVITY_SENSE; }

/* Power is gone, by brown-out or heat: whatever was going on is lost, and so is the belief. */
static void fall(cf_at *at, cf_activity into) {
  cf_node *node = at->node;
  if (in_decision(node)) cf_decide_lose(at);
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) node->belief[s] = at->class->generative.stationary[s];
  node->believed_slot = node->slot;
  cf_node_set(at, CF_POWER_OFF, into, CF_NEVER);
}

static void rise(cf_at *at) {
  int64_t boot_ns = at->class->boot_ns;
  if (boot_ns > 0)
    cf_node_set(at, CF_POWER_BOOT, CF_ACTIVITY_BOOT, at->t_ns + boot_ns);
  else
    cf_node_set(at, CF_POWER_SLEEP, CF_ACTIVITY_IDLE, CF_NEVER);
}

/* Joules that the activity in progress would still have needed. */
static double still_needed_j(const cf_at *at) {
  const cf_node *node = at->node;
  if (node->activity_ns == CF_NEVER) return 0.0;
  return at->class->body.load[node->power].device_w * cf_ticks_to_s(node->activity_ns - at->t_ns);
}

/* Thinking in progress goes on at the new operating point: what is left takes longer or shorter. */
static void change_level(cf_at *at, uint8_t level) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  uint8_t old = node->level;
  node->level = level;
  if (node->activity != CF_ACTIVITY_THINK || class->points == 1) return;
  uint32_t model = (uint32_t)(node->power - CF_POWER_THINK) / CF_MAX_POINTS;
  double left = (double)(node->activity_ns - at->t_ns) * (double)class->think_ns[model][level] /
                (double)class->think_ns[model][old];
  node->power = (uint8_t)cf_power_think(model, level);
  node->activity_ns = at->t_ns + (int64_t)ceil(left);
}

static void cross(cf_at *at) {
  cf_node *node = at->node;
  switch ((cf_crossing_kind)node->crossing) {
    case CF_CROSS_STORE_BELOW:
      node->brownouts++;
      note_power(at, CF_EVENT_BROWN_OUT, still_needed_j(at));
      fall(at, CF_ACTIVITY_DOWN);
      break;
    case CF_CROSS_STORE_ABOVE:
      note_power(at, CF_EVENT_POWER_GOOD, NAN);
      rise(at);
      break;
    case CF_CROSS_DIE_ABOVE:
      if (node->level + 1u < at->class->levels) {
        note_power(at, CF_EVENT_THROTTLE, NAN);
        change_level(at, (uint8_t)(node->level + 1));
      } else {
        note_power(at, CF_EVENT_SHUT_DOWN, NAN);
        fall(at, CF_ACTIVITY_SHUT);
      }
      break;
    case CF_CROSS_DIE_BELOW:
      if (node->activity == CF_ACTIVITY_SHUT) {
        note_power(at, CF_EVENT_COOLED, NAN);
        node->level = 0;
        if (at->class->body.has_store)
          cf_node_set(at, CF_POWER_OFF, CF_ACTIVITY_DOWN,
                      CF_NEVER); /* boots when the store is good, which may be at once */
        else
          rise(at);
      } else {
        note_power(at, CF_EVENT_UNTHROTTLE, NAN);
        change_level(at, (uint8_t)(node->level - 1));
      }
      break;
    case CF_CROSS_NONE:
      break;
  }
}

cf_site_factors cf_node_factors_now(const cf_at *at) {
  cf_site_factors factors;
  if (!cf_site_factors_at(&at->world->site[cf_world_site_of(at->world, at->index)], at->t_ns, &factors))
    cf_context_fail(at->context, CF_INPUT,
                    "a site's hidden factors change more than four times within one window: use slower rates");
  return factors;
}

/* The candidate stream runs at one rate for ever; a candidate counts with the chance that the present rate asks for. */
static void step_truth(cf_at *at) {
  cf_node *node = at->node;
  const cf_world *world = at->world;
  const cf_world_process *process = world->scenario->world;
  double u[2];
  cf_random_uniform2(&world->random, at->index, CF_STREAM_WORLD, node->truth_draw++, u);
  bool event = node->flags & CF_NODE_EVENT;
  uint8_t pressure = cf_node_factors_now(at).pressure;
  double rate = event ? process->recovery_per_s : process->onset_per_s[pressure];
  if (u[1] * world->world_rate_max_per_s < rate) {
    node->flags ^= CF_NODE_EVENT;
    if (event) {
      if (!(node->flags & CF_NODE_ALARMED)) node->missed++;
    } else {
      node->episodes++;
      node->deadline_ns =
          at->t_ns > CF_NEVER - world->scenario->deadline_ns ? CF_NEVER : at->t_ns + world->scenario->deadline_ns;
      node->flags &= (uint8_t)~CF_NODE_ALARMED;
    }
  }
  int64_t wait;
  bool fits = cf_s_to_ticks_up(cf_inverse_exponential(u[0], world->world_rate_max_per_s), &wait);
  node->truth_ns = fits && wait < CF_NEVER - at->t_ns ? at->t_ns + (wait > 0 ? wait : 1) : CF_NEVER;
}

static int64_t sample_at(const cf_world *world, const cf_node_class *class, uint32_t index, uint32_t slot) {
  double phase, jitter;
  int64_t every = class->group->sample_every_ns, spread = class->group->sample_jitter_ns;
  phase = cf_random_uniform(&world->random, index, CF_STREAM_SCHEDULE, UINT64_MAX);
  jitter = cf_random_uniform(&world->random, index, CF_STREAM_SCHEDULE, slot);
  return (int64_t)slot * every + (int64_t)(phase * (double)(every - spread)) + (int64_t)(jitter * (double)spread);
}

static void sample(cf_at *at) {
  cf_node *node = at->node;
  if (node->flags & CF_NODE_EVENT) node->event_samples++;
  bool resting = at->class->points == 1 && node->level > 0;
  if (node->activity == CF_ACTIVITY_IDLE && !resting)
    cf_decide_sample(at);
  else
    cf_decide_missed(at);
  node->slot++;
  node->sample_ns = sample_at(at->world, at->class, at->index, node->slot);
}

/* A packet is lost when margin + fading Phi^-1(u) < 0, that is when u is below this. */
static float loss_chance(const cf_radio *radio, double margin_offset_db) {
  return radio ? (float)cf_packet_loss_chance(radio->margin_db + margin_offset_db, radio->fading_db) : 1.0F;
}

void cf_node_begin(cf_world *world, uint32_t index) {
  cf_node *node = &world->node[index];
  const cf_node_class *class = cf_world_class_of(world, index);
  const cf_world_process *process = world->scenario->world;
  const cf_site *site = &world->site[cf_world_site_of(world, index)];
  cf_node_factors factors = cf_draw_factors(class->group, &world->random, index);
  double panel_share = 1.0;
  if (class->group->panels > 0)
    panel_share = class->group->panel[0].area_m2 * (1.0 - class->group->panel[0].soiling) /
                  (world->panel.pv.area_m2 * (1.0 - world->panel.pv.soiling));
  *node = (cf_node){.activity_ns = CF_NEVER,
                    .harvest = (float)(factors.harvest * panel_share),
                    .capacitance = (float)factors.capacitance,
                    .leakage = (float)factors.leakage,
                    .loss_chance = loss_chance(class->group->radio, factors.margin_db),
                    .crossing_ns = CF_NEVER};
  cf_thermal_uniform(&class->body.thermal, world->air_start_k, node->body.mode);
  node->flows.die_max_k = (float)world->air_start_k;
  if (class->body.has_store) {
    cf_body_scale scale = cf_node_scale(node, class);
    node->body.store_j = class->initial_store_share * cf_store_full_j(&class->body, &scale);
    node->flows.store_min_j = (float)node->body.store_j;
    bool good = node->body.store_j >= 0.5 * scale.capacitance_f * class->body.supply.x_on;
    node->power = good ? CF_POWER_SLEEP : CF_POWER_OFF;
    node->activity = good ? CF_ACTIVITY_IDLE : CF_ACTIVITY_DOWN;
  } else {
    node->power = CF_POWER_SLEEP;
    node->activity = CF_ACTIVITY_IDLE;
  }
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) node->belief[s] = class->generative.stationary[s];

  /* The truth starts in its stationary law, given the site's pressure. */
  double u[2];
  cf_random_uniform2(&world->random, index, CF_STREAM_WORLD, UINT64_MAX, u);
  cf_site_factors site_factors = site->path[0]; /* nothing has changed yet */
  double with = class->generative.stationary[cf_joint_state(1, site_factors.nuisance, site_factors.pressure)];
  double without = class->generative.stationary[cf_joint_state(0, site_factors.nuisance, site_factors.pressure)];
  if (u[0] * (with + without) < with) {
    node->flags |= CF_NODE_EVENT;
    node->episodes = 1;
    node->deadline_ns = world->scenario->deadline_ns;
  }
  double fastest = fmax(process->recovery_per_s, fmax(process->onset_per_s[0], process->onset_per_s[1]));
  int64_t wait;
  node->truth_ns = fastest > 0.0 && cf_s_to_ticks_up(cf_inverse_exponential(u[1], fastest), &wait) ? wait : CF_NEVER;
  node->sample_ns = sample_at(world, class, index, 0);
  node->entity.next_ns = 0; /* the first own event, at the start, plans the rest */
}

void cf_node_own(cf_context *context, void *record) {
  cf_at at = at_of(context, record);
  cf_node *node = at.node;
  advance(&at);
  uint32_t kind = TRACE_DAY;
  if (node->crossing_ns == at.t_ns) {
    kind = TRACE_CROSSING;
    cross(&at);
  } else if (node->truth_ns == at.t_ns) {
    kind = TRACE_TRUTH;
    step_truth(&at);
  } else if (node->activity_ns == at.t_ns) {
    kind = TRACE_ACTIVITY;
    if (node->activity == CF_ACTIVITY_BOOT) {
      node->believed_slot = node->slot;
      cf_node_set(&at, CF_POWER_SLEEP, CF_ACTIVITY_IDLE, CF_NEVER);
    } else {
      cf_decide_continue(&at);
    }
  } else if (node->sample_ns == at.t_ns) {
    kind = TRACE_SAMPLE;
    sample(&at);
  }
  plan(&at);
  trace(&at, kind);
}

void cf_node_message(cf_context *context, void *record, const cf_message *message) {
  cf_at at = at_of(context, record);
  cf_decide_answer(&at, message);
  trace(&at, TRACE_ANSWER);
}

/* What the run adds up to belongs to its digest, also where it steered nothing: deadlines missed, tokens, joules. */
static void trace_ledger(const cf_at *at) {
  const cf_node *node = at->node;
  double tokens = at->world->tokens ? at->world->tokens[at->index] : 0.0;
  const cf_flows *flows = &node->flows;
  uint64_t counts[] = {node->brownouts,    node->decisions,      node->correct,       node->answered,
                       node->false_alarms, node->missed_samples, node->event_samples, node->episodes,
                       node->missed,       node->local,          cf_hash_bits(tokens)};
  double joules[] = {flows->harvest_j, flows->spilled_j,  flows->converter_j, flows->leakage_j,
                     flows->esr_j,     flows->sun_heat_j, flows->air_heat_j};
  uint64_t words[sizeof joules / sizeof *joules + CF_USES];
  unsigned count = 0;
  for (size_t i = 0; i < sizeof joules / sizeof *joules; i++) words[count++] = cf_hash_bits(joules[i]);
  for (uint32_t i = 0; i < CF_USES; i++) words[count++] = cf_hash_bits(node->use_j[i]);
  cf_trace(at->context, TRACE_COUNTS, counts, sizeof counts / sizeof *counts);
  cf_trace(at->context, TRACE_JOULES, words, count);
}

void cf_node_finish(cf_context *context, void *record) {
  cf_at at = at_of(context, record);
  cf_node *node = at.node;
  advance(&at);
  bool open = (node->flags & CF_NODE_EVENT) && !(node->flags & CF_NODE_ALARMED);
  if (open && node->deadline_ns <= at.t_ns) node->missed++;
  trace(&at, TRACE_END);
  trace_ledger(&at);
}

cf_body cf_node_peek(const cf_world *world, uint32_t index, int64_t t_ns) {
  const cf_node *node = &world->node[index];
  const cf_node_class *class = cf_world_class_of(world, index);
  cf_body body = node->body;
  cf_flows unused = {0};
  cf_body_scale scale = cf_node_scale(node, class);
  cf_drivers drivers = drivers_of(world, index);
  cf_walk(&class->body, &scale, &drivers, node->power, node->body_ns, t_ns, &body, &unused);
  return body;
}

static double uses_j(const cf_node *node) {
  double sum = 0.0;
  for (uint32_t i = 0; i < CF_USES; i++) sum += node->use_j[i];
  return sum;
}

double cf_node_energy_residual(const cf_world *world, uint32_t index) {
  const cf_node *node = &world->node[index];
  const cf_node_class *class = cf_world_class_of(world, index);
  cf_body_scale scale = cf_node_scale(node, class);
  double start_j = class->body.has_store ? class->initial_store_share * cf_store_full_j(&class->body, &scale) : 0.0;
  const cf_flows *flows = &node->flows;
  double in = flows->harvest_j + start_j;
  double out =
      flows->spilled_j + flows->converter_j + flows->leakage_j + flows->esr_j + uses_j(node) + node->body.store_j;
  double through = in > out ? in : out;
  return through == 0.0 ? 0.0 : (in - out) / through;
}

double cf_node_heat_residual(const cf_world *world, uint32_t index) {
  const cf_node *node = &world->node[index];
  const cf_node_class *class = cf_world_class_of(world, index);
  const cf_flows *flows = &node->flows;
  double start[CF_THERMAL_NODES];
  cf_thermal_uniform(&class->body.thermal, world->air_start_k, start);
  double radiated_share = class->asks ? class->radiated_w / class->body.load[CF_POWER_TX].device_w : 0.0;
  int64_t into_refresh = node->body_ns % CF_REFRESH_NS;
  double held_s = into_refresh == 0 ? 0.0 : cf_ticks_to_s(CF_REFRESH_NS - into_refresh);
  double lost = flows->converter_j + flows->leakage_j + flows->esr_j;
  double entered = uses_j(node) - radiated_share * node->use_j[CF_USE_TX] + lost - node->body.waiting_j -
                   node->body.held_w * held_s + flows->sun_heat_j;
  double left = flows->air_heat_j + cf_thermal_stored_j(&class->body.thermal, node->body.mode) -
                cf_thermal_stored_j(&class->body.thermal, start);
  /* Against the heat that moved: a node may give and take far more with the air than it makes. */
  double scale = uses_j(node) + lost + flows->sun_heat_j + fabs(flows->air_heat_j);
  return scale == 0.0 ? 0.0 : (entered - left) / scale;
}
