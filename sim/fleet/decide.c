/* One decision: sense, then look, ask or report as the policy chooses, the belief updated after each outcome. */
#include "fleet/node.h"

#include "base/remath.h"
#include "cognition/belief.h"
#include "cognition/report.h"
#include "fleet/site.h"

#include <math.h>

/* Draws of one attempt in stream LINK: channel and back-off, fading up and first answer, fading of the second answer.
 */
enum { LINK_CHANNEL, LINK_FADING, LINK_SECOND, LINK_DRAWS = 4, ATTEMPTS_MAX = 16 };
/* Draws of one sample in stream SENSOR: difficulty and model 0, models 1 and 2, the hub's. */
enum { SENSOR_DRAWS = 4 };

/* Of the decision in flight. Not slot - 1: samples may go by while it lasts. */
static uint32_t slot_of(const cf_node *node) { return node->believed_slot; }

static void link_uniforms(const cf_at *at, uint32_t which, double u[2]) {
  uint64_t attempt = (uint64_t)slot_of(at->node) * ATTEMPTS_MAX + at->node->attempt;
  cf_random_uniform2(&at->world->random, at->index, CF_STREAM_LINK, attempt * LINK_DRAWS + which, u);
}

static uint32_t channel_of(const cf_at *at) {
  double u[2];
  link_uniforms(at, LINK_CHANNEL, u);
  return (uint32_t)(u[0] * at->class->group->radio->channels);
}

static double p_event(const cf_node *node) { return cf_belief_event(node->belief, CF_LOOK_STATES); }

/* Whether the store would survive taking energy_j in power state `power`. */
static bool affordable(const cf_at *at, uint32_t power, double energy_j) {
  if (!at->class->body.has_store) return true;
  cf_body_scale scale = cf_node_scale(at->node);
  cf_body *body = cf_node_body(at->node);
  const cf_body_more *more = cf_body_more_of(&at->class->body, body);
  if (more && more->on_second) return more->second_j - energy_j > cf_body_second_low_j(&at->class->body, more, power);
  return body->store_j - energy_j > cf_body_low_j(&at->class->body, &scale, more, power);
}

static uint32_t list_options(const cf_at *at, cf_option option[CF_MAX_OPTIONS]) {
  const cf_node *node = at->node;
  const cf_node_class *class = at->class;
  const cf_body_class *body = &class->body;
  uint32_t point = class->points > 1 ? node->level : 0, count = 0;
  option[count++] = (cf_option){.kind = CF_OPTION_REPORT, .feasible = true, .way_up = 1.0};
  for (uint32_t m = 0; m < class->group->models; m++) {
    uint32_t power = cf_power_think(m, point);
    double time_s = cf_ticks_to_s(class->think_ns[m][point]);
    double energy_j = body->load[power].bus_w * time_s;
    option[count++] = (cf_option){.kind = CF_OPTION_INFER,
                                  .model = m,
                                  .feasible = !(node->used & (1u << m)) && affordable(at, power, energy_j),
                                  .table = &class->table[m],
                                  .energy_j = energy_j,
                                  .time_s = time_s,
                                  .rise_k = energy_j * class->die_k_per_j,
                                  .way_up = 1.0};
  }
  if (class->asks) {
    option[count++] = (cf_option){.kind = CF_OPTION_ESCALATE,
                                  .feasible = node->asked == 0 && cf_duty_allowed(&node->duty, at->t_ns) &&
                                              cf_ticks_to_s(at->t_ns - node->decision_ns) + class->exchange_time_s <=
                                                  at->world->scenario->escalate.give_up_after_s &&
                                              affordable(at, CF_POWER_TX, class->exchange_energy_j),
                                  .table = &class->hub_table,
                                  .energy_j = class->exchange_energy_j,
                                  .time_s = class->exchange_time_s,
                                  .sent_bytes = (double)class->uplink.sent_bytes,
                                  .way_up = 1.0 - (double)node->loss_chance};
  }
  return count;
}

static void note_decision(cf_at *at, uint32_t truth, uint32_t answer, double loss, double gained) {
  const cf_node *node = at->node;
  const cf_node_class *class = at->class;
  cf_decision_row row = {.node_id = at->index,
                         .slot = slot_of(node),
                         .t_ns = node->decision_ns,
                         .reported_ns = at->t_ns,
                         .tier = node->answers ? "hub" : "node",
                         .truth = truth,
                         .answer = answer,
                         .correct = truth == answer,
                         .on_time = !truth || at->t_ns <= node->deadline_ns,
                         .loss = loss,
                         .energy_j = (double)node->decision_j,
                         .latency_s = cf_ticks_to_s(at->t_ns - node->decision_ns),
                         .sent_bits = node->asked ? 8.0 * (double)class->uplink.sent_bytes * (node->attempt + 1) : 0.0,
                         .raw_bits = node->asked ? 8.0 * at->world->scenario->escalate.size_bytes : 0.0,
                         .surprise_nats = -cf_log((double)node->truth_before),
                         .gained_nats = gained};
  if (at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_REPORTS, .decision = row});
  if (!at->world->note_decisions) return;
  if (!cf_note_decision(&at->world->notes[at->context->shard], &row))
    at->context->fail(at->context, CF_INTERNAL, "no memory for decisions");
}

/* Difficulty belongs to the sample alone: what is kept between decisions is the belief in the joint state. */
static void close_belief(cf_node *node) {
  double q8[CF_JOINT_STATES];
  cf_belief_close(node->belief, q8);
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) node->belief[s] = q8[s];
}

static void report(cf_at *at) {
  cf_node *node = at->node;
  double p = p_event(node);
  uint32_t answer = cf_report(p, at->world->loss);
  uint32_t joint = node->look_state & 7u;
  uint32_t truth = cf_joint_event(joint); /* of the sample */
  double loss = cf_report_loss(truth, answer, at->world->loss);
  close_belief(node);
  double after = node->belief[joint] > 1e-300 ? node->belief[joint] : 1e-300;
  double gained = cf_log(after / (double)node->truth_before);
  node->nats += gained;
  node->decisions++;
  node->correct += truth == answer;
  node->false_alarms += answer && !truth;
  node->missed_samples += truth && !answer;
  if (!node->asked) node->local++;
  /* An alarm must be about an event that was in the sample, and still in time; one that has gone meanwhile was missed.
   */
  if (answer && truth && (node->flags & CF_NODE_EVENT) && at->t_ns <= node->deadline_ns) node->flags |= CF_NODE_ALARMED;
  cf_node_set(at, CF_POWER_SLEEP, CF_ACTIVITY_IDLE, CF_NEVER);
  if (at->world->note_decisions || at->world->story) note_decision(at, truth, answer, loss, gained);
}

static void send_frame(cf_at *at) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  int64_t airtime = class->uplink.airtime_ns;
  node->asked = 1;
  node->answer = 0;
  node->flags &= (uint8_t)~CF_NODE_SECOND_WINDOW;
  cf_duty_note(&node->duty, at->t_ns, airtime, class->group->radio->duty_cycle);
  cf_node_set(at, CF_POWER_TX, CF_ACTIVITY_SEND, at->t_ns + airtime);
  cf_message begin = {.at_ns = at->t_ns,
                      .to = at->world->hub_base + cf_world_hub_of(at->world, at->index),
                      .kind = CF_MESSAGE_BEGIN,
                      .tag = (uint16_t)channel_of(at)};
  begin.body.i64[0] = at->t_ns + airtime;
  if (at->world->story)
    cf_story_note(
        at, (cf_story_event){
                .kind = CF_STORY_ASKS, .attempt = node->attempt, .channel = begin.tag, .until_ns = at->t_ns + airtime});
  cf_send(at->context, begin);
}

/* Closes the frame at the hub: it ended, or broke off after on_air_ns. */
static void end_frame(cf_at *at, cf_message_kind kind, int64_t on_air_ns) {
  const cf_node *node = at->node;
  double u[2];
  link_uniforms(at, LINK_FADING, u);
  cf_message end = {.at_ns = at->t_ns,
                    .to = at->world->hub_base + cf_world_hub_of(at->world, at->index),
                    .kind = (uint16_t)kind,
                    .tag = (uint16_t)channel_of(at)};
  end.body.u32[0] = slot_of(node);
  end.body.u32[1] = node->look_state;
  end.body.u32[2] = u[0] < (double)node->loss_chance;
  end.body.i64[2] = on_air_ns;
  cf_send(at->context, end);
}

/* Whatever comes next in this decision, as the policy chooses. */
static void choose(cf_at *at) {
  cf_node *node = at->node;
  const cf_world *world = at->world;
  cf_option option[CF_MAX_OPTIONS];
  uint32_t count = list_options(at, option);
  const cf_body *body = cf_node_body(node);
  double watched_k = cf_modal_temp_k(&at->class->body.modal, at->class->body.watched_node, body->mode);
  cf_body_scale scale = cf_node_scale(node);
  cf_decision_view view = {
      .belief = node->belief,
      .states = CF_LOOK_STATES,
      .options = count,
      .option = option,
      .p_event = p_event(node),
      .looks = node->looks,
      .asked = node->asked,
      .answers = node->answers,
      .loss = world->loss,
      .deadline_s = cf_ticks_to_s(world->scenario->deadline_ns),
      .stored_share = at->class->body.has_store ? body->store_j / cf_store_full_j(&at->class->body, &scale) : 1.0,
      .temp_k = watched_k,
      .headroom_k = at->class->throttle_above_k[0] - watched_k,
      .link_up = count > 1 + at->class->group->models ? option[count - 1].way_up : 0.0,
      .dice = world->policy->rolls_dice ? cf_random_uniform(&world->random, at->index, CF_STREAM_POLICY, slot_of(node))
                                        : 0.0};
  uint32_t chosen = world->policy->choose(&world->parameters, &view);
  const cf_option *take = &option[chosen];
  if (chosen >= count || !take->feasible) {
    at->context->fail(at->context, CF_INTERNAL, "the policy chose an option that is not feasible");
    return;
  }
  switch (take->kind) {
    case CF_OPTION_REPORT:
      report(at);
      break;
    case CF_OPTION_INFER: {
      uint32_t point = at->class->points > 1 ? node->level : 0;
      node->used |= (uint8_t)(1u << take->model);
      cf_node_set(at, cf_power_think(take->model, point), CF_ACTIVITY_THINK,
                  at->t_ns + at->class->think_ns[take->model][point]);
      if (world->story)
        cf_story_note(at, (cf_story_event){.kind = CF_STORY_THINKS,
                                           .model = at->class->group->model[take->model].role,
                                           .point = point,
                                           .points = at->class->points,
                                           .until_ns = node->activity_ns});
      break;
    }
    case CF_OPTION_ESCALATE:
      send_frame(at);
      break;
  }
}

void cf_decide_sample(cf_at *at) {
  cf_node *node = at->node;
  const cf_world *world = at->world;
  const cf_generative *generative = &at->class->generative;
  if (at->class->group->sleep_retain) {
    cf_predict(generative, node->slot - node->believed_slot, node->belief);
  } else {
    for (uint32_t s = 0; s < CF_JOINT_STATES; s++) node->belief[s] = generative->stationary[s];
  }
  node->believed_slot = node->slot;
  cf_site_factors factors = cf_node_factors_now(at);
  uint32_t joint = cf_joint_state(node->flags & CF_NODE_EVENT ? 1 : 0, factors.nuisance, factors.pressure);
  double u[2];
  cf_random_uniform2(&world->random, at->index, CF_STREAM_SENSOR, (uint64_t)node->slot * SENSOR_DRAWS, u);
  node->look_state = (uint8_t)cf_look_state(joint, u[0] < world->scenario->world->hard_share);
  node->truth_before = (float)(node->belief[joint] > 1e-30 ? node->belief[joint] : 1e-30);
  double q8[CF_JOINT_STATES];
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) q8[s] = node->belief[s];
  cf_belief_open(q8, world->scenario->world->hard_share, node->belief);
  node->used = node->attempt = node->answer = node->looks = node->asked = node->answers = 0;
  node->decision_ns = at->t_ns;
  node->decision_j = 0.0F;
  cf_node_set(at, CF_POWER_SENSE, CF_ACTIVITY_SENSE, at->t_ns + at->class->sense_ns);
  if (world->story)
    cf_story_note(at, (cf_story_event){.kind = CF_STORY_SENSES, .until_ns = at->t_ns + at->class->sense_ns});
}

static void tell_skip(const cf_at *at) {
  const cf_node *node = at->node;
  const char *busy = node->activity == CF_ACTIVITY_DOWN   ? "down"
                     : node->activity == CF_ACTIVITY_SHUT ? "shut"
                     : node->activity == CF_ACTIVITY_IDLE ? "hot"
                                                          : "busy";
  cf_story_note(at,
                (cf_story_event){.kind = CF_STORY_SKIPS, .busy = busy, .missed = (node->flags & CF_NODE_EVENT) != 0});
}

void cf_decide_missed(cf_at *at) {
  if (at->node->flags & CF_NODE_EVENT) at->node->missed_samples++;
  if (at->world->story) tell_skip(at);
}

/* What model m says of this sample is drawn by (sample, model), so that it would say the same under any policy. */
static void hear_model(cf_at *at, uint32_t model) {
  cf_node *node = at->node;
  double u[2];
  cf_random_uniform2(&at->world->random, at->index, CF_STREAM_SENSOR,
                     (uint64_t)slot_of(node) * SENSOR_DRAWS + (model + 1) / 2, u);
  uint32_t outcome = cf_likelihood_draw(&at->class->table[model], node->look_state, u[(model + 1) % 2]);
  cf_belief_update(node->belief, &at->class->table[model], outcome);
  node->looks++;
  if (at->world->story)
    cf_story_note(
        at, (cf_story_event){.kind = CF_STORY_SAYS, .model = at->class->group->model[model].role, .outcome = outcome});
  if (at->world->tokens) at->world->tokens[at->index] += at->class->group->model[model].cost.model->tokens;
}

/* No answer in either window: again, or give up. */
static void retry(cf_at *at) {
  cf_node *node = at->node;
  const cf_radio *radio = at->class->group->radio;
  double u[2];
  link_uniforms(at, LINK_CHANNEL, u);
  if (node->attempt < radio->retries && node->attempt + 1 < ATTEMPTS_MAX) {
    int64_t wait;
    bool fits = cf_s_to_ticks_up(cf_inverse_exponential(u[1], 1.0) * radio->back_off_s, &wait);
    fits = fits && wait < CF_NEVER - at->t_ns;
    int64_t start = fits ? cf_duty_opens_ns(&node->duty, at->t_ns + wait) : CF_NEVER;
    double would_take_s = cf_ticks_to_s(start - node->decision_ns) + at->class->exchange_time_s;
    if (start < CF_NEVER && would_take_s <= at->world->scenario->escalate.give_up_after_s) {
      node->attempt++;
      cf_node_set(at, CF_POWER_SLEEP, CF_ACTIVITY_BACK_OFF, start);
      if (at->world->story)
        cf_story_note(at, (cf_story_event){.kind = CF_STORY_BACKS_OFF, .attempt = node->attempt, .until_ns = start});
      return;
    }
  }
  if (at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_GIVES_UP, .attempt = node->attempt});
  choose(at);
}

/* An empty receive window closes after a preamble's time; one with an answer lasts as long as the answer. */
static int64_t window_length_ns(const cf_at *at) {
  return at->node->answer ? at->class->downlink.airtime_ns : at->class->listen_ns;
}

static void tell_answer(const cf_at *at, uint32_t outcome) {
  const char *model = at->world->hub_class.group->model.role;
  cf_story_note(at, (cf_story_event){.kind = CF_STORY_HEARS, .model = model, .outcome = outcome});
}

static void end_window(cf_at *at) {
  cf_node *node = at->node;
  int64_t opened_ns = at->t_ns - window_length_ns(at);
  bool second = node->flags & CF_NODE_SECOND_WINDOW;
  if (!node->answer && at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_SILENCE});
  if (node->answer) {
    double u[2];
    link_uniforms(at, second ? LINK_SECOND : LINK_FADING, u);
    uint32_t outcome = node->answer - 1u;
    node->answer = 0;
    if (u[1] >= (double)node->loss_chance) {
      cf_belief_update(node->belief, &at->class->hub_table, outcome);
      node->answers = 1;
      node->answered++;
      if (at->world->story) tell_answer(at, outcome);
      choose(at);
      return;
    }
    if (at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_FADED});
  }
  if (second) {
    retry(at);
  } else {
    node->flags |= CF_NODE_SECOND_WINDOW;
    cf_node_set(at, CF_POWER_SLEEP, CF_ACTIVITY_WAIT, opened_ns + CF_NS_PER_S); /* the second opens one second later */
  }
}

void cf_decide_continue(cf_at *at) {
  cf_node *node = at->node;
  const cf_node_class *class = at->class;
  switch ((cf_activity)node->activity) {
    case CF_ACTIVITY_SENSE:
      choose(at);
      break;
    case CF_ACTIVITY_THINK:
      hear_model(at, (uint32_t)(node->power - CF_POWER_THINK) / CF_MAX_POINTS);
      choose(at);
      break;
    case CF_ACTIVITY_SEND:
      end_frame(at, CF_MESSAGE_END, class->uplink.airtime_ns);
      cf_node_set(at, CF_POWER_SLEEP, CF_ACTIVITY_WAIT, at->t_ns + class->receive_delay_ns);
      if (at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_SENT, .until_ns = node->activity_ns});
      break;
    case CF_ACTIVITY_WAIT:
      cf_node_set(at, CF_POWER_RX, CF_ACTIVITY_RECEIVE, at->t_ns + window_length_ns(at));
      if (at->world->story)
        cf_story_note(at, (cf_story_event){.kind = CF_STORY_LISTENS, .until_ns = node->activity_ns});
      break;
    case CF_ACTIVITY_RECEIVE:
      end_window(at);
      break;
    case CF_ACTIVITY_BACK_OFF:
      send_frame(at);
      break;
    case CF_ACTIVITY_IDLE:
    case CF_ACTIVITY_DOWN:
    case CF_ACTIVITY_SHUT:
    case CF_ACTIVITY_CHECKPOINT:
    case CF_ACTIVITY_BOOT:
      break;
  }
}

void cf_decide_lose(cf_at *at) {
  cf_node *node = at->node;
  if (node->activity == CF_ACTIVITY_SEND)
    end_frame(at, CF_MESSAGE_ABORT, at->t_ns - (node->activity_ns - at->class->uplink.airtime_ns));
  if (cf_joint_event(node->look_state & 7u)) node->missed_samples++;
  close_belief(node); /* a checkpoint keeps it */
  if (at->world->story) cf_story_note(at, (cf_story_event){.kind = CF_STORY_LOSES});
}

void cf_decide_answer(cf_at *at, const cf_message *message) {
  cf_node *node = at->node;
  if (node->activity == CF_ACTIVITY_WAIT && message->body.u32[0] == slot_of(node) && node->activity_ns == at->t_ns)
    node->answer = (uint8_t)(message->tag + 1);
}
