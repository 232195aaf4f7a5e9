#include "fleet/node.h"

#include "fleet/site.h"
#include "network/fading.h"

#include <math.h>
#include <string.h>

enum {
  TRACE_CROSSING = 10,
  TRACE_TRUTH,
  TRACE_ACTIVITY,
  TRACE_SAMPLE,
  TRACE_DAY,
  TRACE_ANSWER,
  TRACE_END,
  TRACE_COUNTS,
  TRACE_JOULES,
  TRACE_MORE
};

cf_body_scale cf_node_scale(const cf_node *node) {
  return (cf_body_scale){
      .harvest = (double)node->harvest, .capacity = (double)node->capacitance, .leakage = (double)node->leakage};
}

static cf_drivers drivers_of(const cf_site_view *view) { return (cf_drivers){.piece = cf_site_piece, .self = view}; }

static cf_at at_of(cf_context *context, cf_node *node) {
  cf_world *world = context->world;
  uint32_t index = context->self - world->node_base;
  return (cf_at){context, world, node, cf_world_class_of(world, index), index, context->now_ns};
}

/* Where loads heat different nodes of a network, what each use does to the die is added up as it happens. */
static void note_rise(cf_at *at, double used_j, double deciding_j) {
  const cf_body_class *body = &at->class->body;
  const cf_load *load = &body->load[at->node->power];
  double share = load->device_w > 0.0 ? load->heat_w / load->device_w : 1.0;
  double k_per_w = share * body->modal.rise_k_per_w[(size_t)body->die_node * body->modal.modes + load->node];
  double *rise_ks = at->world->rise_ks + (size_t)at->index * CF_USES;
  rise_ks[at->class->use[at->node->power]] += used_j * k_per_w;
  rise_ks[CF_USE_DECIDE] += deciding_j * k_per_w;
}

static bool is_on(const cf_node *node) { return node->power != CF_POWER_OFF && node->power != CF_POWER_SHUT; }

/* Brings the body to the present and books what was used on the way. */
static void advance(cf_at *at) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  if (at->t_ns <= node->body_ns) return;
  cf_body_scale scale = cf_node_scale(node);
  cf_site_view view = cf_world_view_of(at->world, at->index);
  cf_drivers drivers = drivers_of(&view);
  cf_walk(&class->body, &scale, &drivers, node->power, node->body_ns, at->t_ns, cf_node_body(node), &node->flows);
  int64_t span_ns = at->t_ns - node->body_ns;
  double used_j = class->body.load[node->power].device_w * cf_ticks_to_s(span_ns);
  double deciding_j = used_j * class->decide_share[node->power];
  node->use_j[class->use[node->power]] += used_j - deciding_j;
  node->use_j[CF_USE_DECIDE] += deciding_j;
  if (at->world->rise_ks) note_rise(at, used_j - deciding_j, deciding_j);
  if (node->activity >= CF_ACTIVITY_SENSE) node->decision_j += (float)used_j;
  if (node->activity == CF_ACTIVITY_DOWN || node->activity == CF_ACTIVITY_SHUT || node->activity == CF_ACTIVITY_BOOT ||
      node->activity == CF_ACTIVITY_CHECKPOINT)
    node->down_ns += span_ns;
  if (node->level > 0 && is_on(node) && node->power != CF_POWER_BOOT) node->throttled_ns += span_ns;
  node->body_ns = at->t_ns;
}

void cf_node_set(cf_at *at, uint32_t power, cf_activity activity, int64_t until_ns) {
  at->node->power = (uint8_t)power;
  at->node->activity = (uint8_t)activity;
  at->node->activity_ns = until_ns;
}

static cf_watch watch_of(const cf_node *node, const cf_node_class *class) {
  cf_watch watch = {CF_WATCH_NO_SUPPLY, INFINITY, -INFINITY};
  if (node->activity == CF_ACTIVITY_SHUT) {
    watch.cool_below_k = class->throttle_below_k[0];
    return watch;
  }
  if (node->activity == CF_ACTIVITY_DOWN) {
    watch.supply = CF_WATCH_GOOD;
    /* A receiver that guards its own heat does so without the node. */
    if (class->group->limits.stops_harvest) watch.warm_above_k = class->throttle_above_k[class->levels - 1];
    return watch;
  }
  if (class->body.has_store) {
    /* Boot takes what it takes; from then on the state is worth saving. */
    bool warns =
        class->checkpoint_ns > 0 && node->activity != CF_ACTIVITY_BOOT && node->activity != CF_ACTIVITY_CHECKPOINT;
    watch.supply = warns ? CF_WATCH_WARN : CF_WATCH_LOW;
  }
  watch.warm_above_k = class->throttle_above_k[node->level];
  if (node->level > 0) watch.cool_below_k = class->throttle_below_k[node->level];
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
  cf_body_scale scale = cf_node_scale(node);
  cf_site_view view = cf_world_view_of(at->world, at->index);
  cf_drivers drivers = drivers_of(&view);
  cf_drive_bounds bounds = cf_site_bounds(&view, at->t_ns);
  cf_watch watch = watch_of(node, class);
  node->crossing = (uint8_t)cf_walk_until(&class->body, &scale, &drivers, &bounds, node->power, node->body_ns, next,
                                          cf_node_body(node), &watch, &node->crossing_ns);
  node->entity.next_is_crossing = node->crossing != CF_CROSS_NONE;
  node->entity.next_ns = node->entity.next_is_crossing ? node->crossing_ns : next;
  if (!node->entity.next_is_crossing) node->crossing_ns = CF_NEVER;
}

static void trace(const cf_at *at, uint32_t kind) {
  const cf_node *node = at->node;
  const cf_body *body = cf_node_body(node);
  uint64_t words[6] = {
      cf_hash_bits(body->store_j),
      cf_hash_bits(body->mode[0]),
      cf_hash_bits(body->mode[at->class->body.modal.modes - 1]),
      cf_hash_bits(node->belief[1]),
      ((uint64_t)node->power << 32) | ((uint64_t)node->activity << 24) | ((uint64_t)node->level << 16) | node->flags,
      node->slot};
  cf_trace(at->context, kind, words, 6);
}

/* Changing the level is noted with the one that comes. */
static void tell_power(const cf_at *at, cf_power_event_kind kind, double short_j) {
  static const cf_story_kind story[] = {
      [CF_EVENT_BROWN_OUT] = CF_STORY_BROWN_OUT,   [CF_EVENT_POWER_GOOD] = CF_STORY_POWER_GOOD,
      [CF_EVENT_THROTTLE] = CF_STORY_THROTTLE,     [CF_EVENT_UNTHROTTLE] = CF_STORY_UNTHROTTLE,
      [CF_EVENT_SHUT_DOWN] = CF_STORY_SHUT_DOWN,   [CF_EVENT_COOLED] = CF_STORY_COOLED,
      [CF_EVENT_CHECKPOINT] = CF_STORY_CHECKPOINT,
  };
  uint32_t level = at->node->level;
  if (kind == CF_EVENT_THROTTLE) level++;
  if (kind == CF_EVENT_UNTHROTTLE) level--;
  cf_story_note(at,
                (cf_story_event){.kind = story[kind], .point = level, .points = at->class->points, .short_j = short_j});
}

static void note_power(cf_at *at, cf_power_event_kind kind, double short_j) {
  if (at->world->story) tell_power(at, kind, short_j);
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

/* Power is gone, by brown-out or heat: whatever was going on is lost, and so is the belief unless it was saved. */
static void fall(cf_at *at, cf_activity into) {
  cf_node *node = at->node;
  if (in_decision(node)) cf_decide_lose(at);
  if (!(node->flags & CF_NODE_SAVED)) {
    for (uint32_t s = 0; s < CF_JOINT_STATES; s++) node->belief[s] = at->class->generative.stationary[s];
    node->believed_slot = node->slot;
  }
  cf_node_set(at, into == CF_ACTIVITY_SHUT ? CF_POWER_SHUT : CF_POWER_OFF, into, CF_NEVER);
}

/* The store runs low: what goes on is given up, and the state is saved while there is power. */
static void save(cf_at *at) {
  if (in_decision(at->node)) cf_decide_lose(at);
  cf_node_set(at, CF_POWER_CHECKPOINT, CF_ACTIVITY_CHECKPOINT, at->t_ns + at->class->checkpoint_ns);
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
    case CF_CROSS_STORE_WARN:
      note_power(at, CF_EVENT_CHECKPOINT, NAN);
      save(at);
      break;
    case CF_CROSS_STORE_LOW:
      node->brownouts++;
      note_power(at, CF_EVENT_BROWN_OUT, still_needed_j(at));
      fall(at, CF_ACTIVITY_DOWN);
      break;
    case CF_CROSS_STORE_GOOD:
      note_power(at, CF_EVENT_POWER_GOOD, NAN);
      rise(at);
      break;
    case CF_CROSS_WARM:
      if (node->activity != CF_ACTIVITY_DOWN && node->level + 1u < at->class->levels) {
        note_power(at, CF_EVENT_THROTTLE, NAN);
        change_level(at, (uint8_t)(node->level + 1));
      } else {
        note_power(at, CF_EVENT_SHUT_DOWN, NAN);
        fall(at, CF_ACTIVITY_SHUT);
      }
      break;
    case CF_CROSS_COOL:
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

static void tell_truth(const cf_at *at, bool ended) {
  bool missed = ended && !(at->node->flags & CF_NODE_ALARMED);
  cf_story_note(at, (cf_story_event){.kind = ended ? CF_STORY_EVENT_ENDS : CF_STORY_EVENT_BEGINS, .missed = missed});
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
    if (world->story) tell_truth(at, event);
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
  cf_node *node = cf_world_node(world, index);
  const cf_node_class *class = cf_world_class_of(world, index);
  const cf_world_process *process = world->scenario->world;
  const cf_site *site = &world->site[cf_world_site_of(world, index)];
  cf_node_factors factors = cf_draw_factors(class->group, &world->random, index);
  *node = (cf_node){.activity_ns = CF_NEVER,
                    .harvest = (float)factors.harvest,
                    .capacitance = (float)factors.capacitance,
                    .leakage = (float)factors.leakage,
                    .loss_chance = loss_chance(class->group->radio, factors.margin_db),
                    .crossing_ns = CF_NEVER};
  cf_body *body = cf_node_body(node);
  cf_body_scale scale = cf_node_scale(node);
  cf_body_begin(&class->body, &scale, world->air_start_k, class->initial_store_share, body);
  node->flows.watched_max_k = (float)world->air_start_k;
  if (class->body.has_store) {
    node->flows.store_min_j = (float)body->store_j;
    const cf_body_more *more = cf_body_more_of(&class->body, body);
    bool good = body->store_j >= cf_body_start_j(&class->body, &scale, more) ||
                (class->body.has_second && more->second_j >= cf_body_second_start_j(&class->body, more));
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
      if (!(node->flags & CF_NODE_SAVED)) node->believed_slot = node->slot;
      node->flags &= (uint8_t)~CF_NODE_SAVED;
      cf_node_set(&at, CF_POWER_SLEEP, CF_ACTIVITY_IDLE, CF_NEVER);
      if (at.world->story) cf_story_note(&at, (cf_story_event){.kind = CF_STORY_AWAKE});
    } else if (node->activity == CF_ACTIVITY_CHECKPOINT) {
      if (at.world->story) cf_story_note(&at, (cf_story_event){.kind = CF_STORY_SAVED});
      node->flags |= CF_NODE_SAVED;
      node->brownouts++;
      fall(&at, CF_ACTIVITY_DOWN);
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
  double joules[] = {flows->harvest_j,  flows->spilled_j,  flows->converter_j,   flows->leakage_j,      flows->esr_j,
                     flows->sun_heat_j, flows->air_heat_j, flows->die_excess_ks, flows->entropy_j_per_k};
  uint64_t words[sizeof joules / sizeof *joules + CF_USES];
  unsigned count = 0;
  for (size_t i = 0; i < sizeof joules / sizeof *joules; i++) words[count++] = cf_hash_bits(joules[i]);
  for (uint32_t i = 0; i < CF_USES; i++) words[count++] = cf_hash_bits(node->use_j[i]);
  cf_trace(at->context, TRACE_COUNTS, counts, sizeof counts / sizeof *counts);
  cf_trace(at->context, TRACE_JOULES, words, count);
  const cf_body_more *more = cf_body_more_of(&at->class->body, cf_node_body(node));
  if (!more) return;
  uint64_t held[] = {cf_hash_bits(more->second_j),
                     cf_hash_bits(more->slow_j),
                     cf_hash_bits(more->silicon_j),
                     cf_hash_bits(more->generator_j),
                     cf_hash_bits(more->host_heat_j),
                     cf_hash_bits(more->dose_s),
                     cf_hash_bits(more->age.cycle_damage),
                     cf_hash_bits((double)more->held.full_share),
                     cf_hash_bits((double)more->held.film_v),
                     cf_hash_bits((double)more->second_held.film_v)};
  cf_trace(at->context, TRACE_MORE, held, sizeof held / sizeof *held);
}

void cf_node_finish(cf_context *context, void *record) {
  cf_at at = at_of(context, record);
  cf_node *node = at.node;
  advance(&at);
  bool open = (node->flags & CF_NODE_EVENT) && !(node->flags & CF_NODE_ALARMED);
  if (open && node->deadline_ns <= at.t_ns) node->missed++;
  if (at.world->story) cf_story_note(&at, (cf_story_event){.kind = CF_STORY_ENDS});
  trace(&at, TRACE_END);
  trace_ledger(&at);
}

void cf_node_peek(const cf_world *world, uint32_t index, int64_t t_ns, cf_body_room *room) {
  const cf_node *node = cf_world_node(world, index);
  const cf_node_class *class = cf_world_class_of(world, index);
  memcpy(&room->body, cf_node_body(node), cf_body_bytes(&class->body));
  cf_flows unused = {0};
  cf_body_scale scale = cf_node_scale(node);
  cf_site_view view = cf_world_view_of(world, index);
  cf_drivers drivers = drivers_of(&view);
  cf_walk(&class->body, &scale, &drivers, node->power, node->body_ns, t_ns, &room->body, &unused);
}

static double uses_j(const cf_node *node) {
  double sum = 0.0;
  for (uint32_t i = 0; i < CF_USES; i++) sum += node->use_j[i];
  return sum;
}

/* Seconds for which what was taken at the last refresh instant is still held. */
static double held_s(const cf_node *node, const cf_node_class *class) {
  int64_t into_refresh = node->body_ns % class->body.refresh_ns;
  return into_refresh == 0 ? 0.0 : cf_ticks_to_s(class->body.refresh_ns - into_refresh);
}

/* What the silicon has leaked, less what has been paid of it and what is still to be drawn, relative to the first.
 * Heat and pay are booked at different times from different integrals: neither of the two books shows a payment that
 * was never asked for. */
static double silicon_residual(const cf_node *node, const cf_node_class *class, const cf_body_more *more) {
  if (!more || class->body.leakage_curve < 0 || more->silicon_j == 0.0) return 0.0;
  double owed_j = more->silicon_j * class->body.bus_per_device;
  double paid_j = more->silicon_paid_j * class->body.bus_per_device;
  return (owed_j - paid_j - more->draw_waiting_j - more->draw_w * held_s(node, class)) / owed_j;
}

double cf_node_energy_residual(const cf_world *world, uint32_t index) {
  const cf_node *node = cf_world_node(world, index);
  const cf_node_class *class = cf_world_class_of(world, index);
  cf_node_stored stored = cf_node_stored_of(node, class);
  const cf_flows *flows = &node->flows;
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  double in = flows->harvest_j + stored.start_j;
  double out = flows->spilled_j + flows->converter_j + flows->leakage_j + flows->esr_j + uses_j(node) + stored.end_j;
  if (more) out += more->silicon_paid_j + more->aged_j;
  double through = in > out ? in : out;
  double books = through == 0.0 ? 0.0 : (in - out) / through;
  double pay = silicon_residual(node, class, more);
  return isnan(books) || fabs(pay) <= fabs(books) ? books : pay;
}

cf_node_stored cf_node_stored_of(const cf_node *node, const cf_node_class *class) {
  cf_node_stored stored = {0.0, 0.0};
  if (!class->body.has_store) return stored;
  cf_body_scale scale = cf_node_scale(node);
  cf_body_room start;
  cf_body_begin(&class->body, &scale, 293.15, class->initial_store_share, &start.body);
  const cf_body *body = cf_node_body(node);
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  const cf_body_more *more_start = cf_body_more_of(&class->body, &start.body);
  stored.start_j = start.body.store_j + (more_start ? more_start->second_j + more_start->slow_j : 0.0);
  stored.end_j = body->store_j + (more ? more->second_j + more->slow_j : 0.0);
  return stored;
}

/* Supply-side losses that have not warmed the case yet. */
static double waiting_j(const cf_node *node, const cf_node_class *class) {
  const cf_body *body = cf_node_body(node);
  return body->waiting_j + body->held_w * held_s(node, class);
}

double cf_node_heat_residual(const cf_world *world, uint32_t index) {
  const cf_node *node = cf_world_node(world, index);
  const cf_node_class *class = cf_world_class_of(world, index);
  const cf_flows *flows = &node->flows;
  const cf_body *body = cf_node_body(node);
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  cf_body_room start;
  cf_modal_uniform(&class->body.modal, world->air_start_k, start.body.mode);
  double radiated_share = class->asks ? class->radiated_w / class->body.load[CF_POWER_TX].device_w : 0.0;
  double lost = flows->converter_j + flows->leakage_j + flows->esr_j;
  double entered =
      uses_j(node) - radiated_share * node->use_j[CF_USE_TX] + lost - waiting_j(node, class) + flows->sun_heat_j;
  double left = flows->air_heat_j + cf_modal_stored_j(&class->body.modal, body->mode) -
                cf_modal_stored_j(&class->body.modal, start.body.mode);
  if (more) {
    entered += more->silicon_j - more->generator_j + more->shunted_j;
    left += more->host_heat_j;
  }
  /* Against the heat that moved: a node may give and take far more with the air than it makes. */
  double scale =
      uses_j(node) + lost + flows->sun_heat_j + fabs(flows->air_heat_j) + (more ? fabs(more->host_heat_j) : 0.0);
  return scale == 0.0 ? 0.0 : (entered - left) / scale;
}

/* ---- degrees by cause -------------------------------------------------------------------------------------------- */

/* Mean rise of the die over the air by what caused it. The network is linear: over a run
 *   G int(theta) dt = sum of the joules into each node + g_host int(T_host - T_air) dt - C (T_end - T_start),
 * theta = T - T_air, so each joule raises the mean by the steady rise that a watt causes over the run's seconds. */
void cf_node_rises(const cf_world *world, uint32_t index, cf_node_rise *rise) {
  const cf_node *node = cf_world_node(world, index);
  const cf_node_class *class = cf_world_class_of(world, index);
  const cf_body_class *body_class = &class->body;
  const cf_modal *modal = &body_class->modal;
  const cf_body *body = cf_node_body(node);
  const cf_body_more *more = cf_body_more_of(body_class, cf_node_body(node));
  double per_s = 1.0 / cf_ticks_to_s(world->scenario->duration_ns);
  const double *by_node = &modal->rise_k_per_w[(size_t)body_class->die_node * modal->modes];
  double at_case = by_node[body_class->case_node] * per_s;
  *rise = (cf_node_rise){.mean_k = node->flows.die_excess_ks * per_s};
  double radiated_share = class->asks ? class->radiated_w / body_class->load[CF_POWER_TX].device_w : 0.0;
  for (uint32_t u = 0; u < CF_USES; u++) {
    double heat_j = u == CF_USE_TX ? node->use_j[u] * (1.0 - radiated_share) : node->use_j[u];
    double ks = world->rise_ks ? world->rise_ks[(size_t)index * CF_USES + u] : heat_j * by_node[body_class->die_node];
    rise->use_k[u] = ks * per_s;
  }
  const cf_flows *flows = &node->flows;
  rise->converter_k = flows->converter_j * at_case;
  rise->leakage_k = flows->leakage_j * at_case;
  rise->esr_k = flows->esr_j * at_case;
  rise->waiting_k = -waiting_j(node, class) * at_case;
  rise->sun_k = flows->sun_heat_j * at_case;
  /* Heat that is still in the network, and what the run began with. */
  double die_weight = 0.0;
  cf_body_room start;
  cf_modal_uniform(modal, world->air_start_k, start.body.mode);
  const double *weight = &modal->weight[(size_t)body_class->die_node * modal->modes];
  for (uint32_t k = 0; k < modal->modes; k++)
    die_weight += weight[k] * (body->mode[k] - start.body.mode[k]) / modal->lambda_per_s[k];
  rise->stored_k = -die_weight * per_s;
  if (!more) return;
  for (uint32_t k = 0; k < modal->modes; k++)
    rise->host_k += weight[k] * modal->host_gain[k] / modal->lambda_per_s[k] * more->host_excess_ks * per_s;
  for (uint32_t c = 0; c < body_class->curves.curves; c++) {
    double k = more->curve_j[c] * by_node[body_class->curves.curve[c].node] * per_s;
    if ((int)c == body_class->leakage_curve)
      rise->silicon_k += k;
    else
      rise->surface_k += k;
  }
  rise->surface_k -= more->radiation_j * at_case;
  if (body_class->has_generator) {
    rise->shunted_k = more->shunted_j * at_case;
    double half_j = 0.5 * more->generator_j * per_s;
    if (body_class->generator_hot < modal->modes) rise->generator_k -= half_j * by_node[body_class->generator_hot];
    if (body_class->generator_cold < modal->modes) rise->generator_k -= half_j * by_node[body_class->generator_cold];
  }
}
