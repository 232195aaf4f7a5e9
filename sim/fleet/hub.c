#include "fleet/hub.h"

#include "cognition/likelihood.h"
#include "fleet/world.h"

enum { TRACE_UPLINK = 30, TRACE_SERVICE, TRACE_DOWNLINK, TRACE_TOGGLE, TRACE_LEDGER };

static void set_next(cf_hub *hub, const cf_hub_class *class) {
  int64_t next = hub->service_ns < hub->toggle_ns ? hub->service_ns : hub->toggle_ns;
  for (uint32_t i = 0; i < hub->downlinks; i++) {
    int64_t at = hub->downlink[i].begin_ns + (hub->downlink[i].on_air ? class->downlink.airtime_ns : 0);
    if (at < next) next = at;
  }
  hub->entity.next_ns = next;
}

static void trace(cf_context *context, const cf_hub *hub, uint32_t kind, uint64_t what) {
  uint64_t words[4] = {what, hub->queued, hub->downlinks, hub->heard};
  cf_trace(context, kind, words, 4);
}

void cf_hub_begin(cf_world *world, uint32_t index) {
  cf_hub *hub = &world->hub[index];
  const cf_hub_class *class = &world->hub_class;
  *hub = (cf_hub){.service_ns = CF_NEVER, .toggle_ns = CF_NEVER};
  cf_aloha_init(&hub->receiver, class->group->radio->demodulators);
  if (class->group->sleep_policy == CF_HUB_SLEEPS_AT_NIGHT) {
    hub->toggle_ns = class->first_night_ns;
    if (hub->toggle_ns > 12 * 3600 * CF_NS_PER_S) { /* the start lies in the night: it ends first */
      hub->toggle_ns -= 12 * 3600 * CF_NS_PER_S;
      hub->asleep = true;
      cf_aloha_hub_tx_begin(&hub->receiver);
    }
  }
  set_next(hub, class);
}

static void serve(cf_hub *hub, const cf_hub_class *class, int64_t now_ns) {
  if (hub->service_ns != CF_NEVER || hub->queued == 0) return;
  hub->service_ns = now_ns + class->think_ns;
}

static bool air_is_free(const cf_hub *hub, int64_t begin_ns, int64_t airtime_ns) {
  for (uint32_t i = 0; i < hub->downlinks; i++) {
    int64_t distance = hub->downlink[i].begin_ns - begin_ns;
    if (distance < airtime_ns && distance > -airtime_ns) return false;
  }
  return hub->downlinks < CF_HUB_DOWNLINKS;
}

static void tell_answer(const cf_context *context, const cf_world *world, uint32_t node, cf_story_link link,
                        uint32_t outcome) {
  cf_story_note_hub(world, node, context->now_ns,
                    (cf_story_event){.kind = CF_STORY_HUB_ANSWERS, .link = link, .outcome = outcome});
}

/* Announces an answer for the first window that is still far enough ahead, allowed and free. */
static void answer(cf_context *context, cf_world *world, cf_hub *hub, const cf_hub_request *request, uint32_t outcome) {
  const cf_hub_class *class = &world->hub_class;
  const cf_radio *radio = class->group->radio;
  int64_t airtime = class->downlink.airtime_ns, now = context->now_ns;
  bool refused = false;
  for (int window = 0; window < 2; window++) {
    int64_t begin = request->end_ns + class->receive_delay_ns + window * CF_NS_PER_S;
    cf_duty *duty = window == 0 ? &hub->first_window : &hub->second_window;
    if (begin - now < class->notice_ns || !air_is_free(hub, begin, airtime)) continue;
    if (!cf_duty_allowed(duty, begin)) {
      refused = true;
      continue;
    }
    cf_duty_note(duty, begin, airtime, window == 0 ? radio->duty_cycle : radio->second_window_duty_cycle);
    hub->downlink[hub->downlinks++] = (cf_hub_downlink){.begin_ns = begin, .on_air = false};
    cf_message message = {
        .at_ns = begin, .to = world->node_base + request->node, .kind = CF_MESSAGE_ANSWER, .tag = (uint16_t)outcome};
    message.body.u32[0] = request->slot;
    cf_send(context, message);
    hub->answers++;
    if (world->story) tell_answer(context, world, request->node, CF_LINK_HEARD, outcome);
    return;
  }
  if (refused)
    hub->refused_duty++;
  else
    hub->too_late++;
  if (world->story) tell_answer(context, world, request->node, refused ? CF_LINK_REFUSED : CF_LINK_TOO_LATE, outcome);
}

static void end_service(cf_context *context, cf_world *world, cf_hub *hub) {
  cf_hub_request request = hub->queue[hub->head];
  hub->head = (hub->head + 1) % CF_HUB_QUEUE;
  hub->queued--;
  hub->service_ns = CF_NEVER;
  hub->inferences++;
  hub->think_ns += world->hub_class.think_ns;
  /* Named by the node's sample, so that every policy would hear the same. */
  double u = cf_random_uniform(&world->random, request.node, CF_STREAM_SENSOR, (uint64_t)request.slot * 4 + 2);
  uint32_t outcome = cf_likelihood_draw(&world->hub_class.table, request.look_state, u);
  answer(context, world, hub, &request, outcome);
  serve(hub, &world->hub_class, context->now_ns);
  trace(context, hub, TRACE_SERVICE, ((uint64_t)request.node << 32) | outcome);
}

/* A downlink begins or ends: the one that is due. */
static bool step_downlink(cf_context *context, cf_hub *hub, const cf_hub_class *class) {
  for (int ending = 1; ending >= 0; ending--) { /* at one instant an end comes before a begin */
    for (uint32_t i = 0; i < hub->downlinks; i++) {
      cf_hub_downlink *down = &hub->downlink[i];
      if (down->on_air != (ending == 1)) continue;
      if (down->begin_ns + (ending ? class->downlink.airtime_ns : 0) != context->now_ns) continue;
      if (ending) {
        cf_aloha_hub_tx_end(&hub->receiver);
        hub->downlink_ns += class->downlink.airtime_ns;
        *down = hub->downlink[--hub->downlinks];
      } else {
        cf_aloha_hub_tx_begin(&hub->receiver);
        down->on_air = true;
      }
      trace(context, hub, TRACE_DOWNLINK, (uint64_t)ending);
      return true;
    }
  }
  return false;
}

static void toggle(cf_context *context, cf_hub *hub) {
  const int64_t half_day = 12 * 3600 * CF_NS_PER_S;
  if (hub->asleep) {
    cf_aloha_hub_tx_end(&hub->receiver);
    hub->asleep_ns += half_day < context->now_ns ? half_day : context->now_ns;
  } else {
    cf_aloha_hub_tx_begin(&hub->receiver);
    hub->too_late += hub->queued; /* what nobody will answer any more */
    const cf_world *world = context->world;
    for (uint32_t i = 0; world->story && i < hub->queued; i++)
      tell_answer(context, world, hub->queue[(hub->head + i) % CF_HUB_QUEUE].node, CF_LINK_TOO_LATE, 0);
    hub->queued = 0;
    hub->service_ns = CF_NEVER;
  }
  hub->asleep = !hub->asleep;
  hub->toggle_ns = context->now_ns + half_day;
  trace(context, hub, TRACE_TOGGLE, hub->asleep);
}

void cf_hub_own(cf_context *context, void *record) {
  cf_hub *hub = record;
  cf_world *world = context->world;
  if (hub->service_ns == context->now_ns)
    end_service(context, world, hub);
  else if (!step_downlink(context, hub, &world->hub_class))
    toggle(context, hub);
  set_next(hub, &world->hub_class);
}

static cf_story_link link_of(const cf_hub *hub, bool faded, cf_verdict verdict) {
  switch (verdict) {
    case CF_VERDICT_COLLIDED:
      return CF_LINK_COLLIDED;
    case CF_VERDICT_DEAF:
      return CF_LINK_DEAF;
    case CF_VERDICT_NO_DEMODULATOR:
      return CF_LINK_BUSY;
    case CF_VERDICT_ABORTED:
      return CF_LINK_BROKEN_OFF;
    case CF_VERDICT_HEARD:
      break;
  }
  if (faded) return CF_LINK_FADED;
  return hub->queued == CF_HUB_QUEUE ? CF_LINK_BUSY : CF_LINK_HEARD;
}

static void end_uplink(cf_context *context, cf_world *world, cf_hub *hub, const cf_message *message,
                       cf_verdict verdict) {
  uint32_t node = message->from - world->node_base;
  bool faded = message->body.u32[2] != 0;
  if (world->story)
    cf_story_note_hub(world, node, context->now_ns,
                      (cf_story_event){.kind = CF_STORY_UPLINK, .link = link_of(hub, faded, verdict)});
  switch (verdict) {
    case CF_VERDICT_COLLIDED:
      hub->collided++;
      return;
    case CF_VERDICT_DEAF:
      hub->deaf++;
      return;
    case CF_VERDICT_NO_DEMODULATOR:
      hub->busy++;
      return;
    case CF_VERDICT_ABORTED:
      hub->aborted++;
      return;
    case CF_VERDICT_HEARD:
      break;
  }
  if (faded) {
    hub->faded++;
    return;
  }
  if (hub->queued == CF_HUB_QUEUE) {
    hub->busy++;
    return;
  }
  hub->heard++;
  hub->queue[(hub->head + hub->queued++) % CF_HUB_QUEUE] =
      (cf_hub_request){.end_ns = context->now_ns,
                       .node = node,
                       .slot = message->body.u32[0],
                       .look_state = (uint8_t)message->body.u32[1]};
  serve(hub, &world->hub_class, context->now_ns);
}

void cf_hub_message(cf_context *context, void *record, const cf_message *message) {
  cf_hub *hub = record;
  cf_world *world = context->world;
  uint32_t sender = message->from, channel = message->tag;
  cf_verdict verdict = CF_VERDICT_HEARD;
  if (message->kind == CF_MESSAGE_BEGIN) {
    hub->sent++;
    cf_aloha_begin(&hub->receiver, channel, sender);
  } else {
    bool aborted = message->kind == CF_MESSAGE_ABORT;
    verdict =
        aborted ? cf_aloha_abort(&hub->receiver, channel, sender) : cf_aloha_finish(&hub->receiver, channel, sender);
    hub->airtime_ns += message->body.i64[2];
    end_uplink(context, world, hub, message, verdict);
  }
  set_next(hub, &world->hub_class);
  trace(context, hub, TRACE_UPLINK, ((uint64_t)sender << 32) | ((uint64_t)message->kind << 8) | (uint64_t)verdict);
}

void cf_hub_finish(cf_context *context, void *record) {
  cf_hub *hub = record;
  const int64_t half_day = 12 * 3600 * CF_NS_PER_S;
  for (uint32_t i = 0; i < hub->downlinks; i++) /* still in the air */
    if (hub->downlink[i].on_air) hub->downlink_ns += context->now_ns - hub->downlink[i].begin_ns;
  if (hub->asleep) {
    int64_t since = hub->toggle_ns - half_day;
    hub->asleep_ns += context->now_ns - (since > 0 ? since : 0);
  }
  trace(context, hub, TRACE_TOGGLE, hub->inferences);
  /* Joules and tokens steer nothing, but they are what the run says. */
  cf_world *world = context->world;
  cf_hub_energy energy = cf_hub_energy_of(world, context->self - world->hub_base, cf_ticks_to_s(context->now_ns));
  double tokens = (double)hub->inferences * world->hub_class.group->model.cost.model->tokens;
  uint64_t words[] = {cf_hash_bits(energy.idle_j), cf_hash_bits(energy.think_j), cf_hash_bits(energy.tx_j),
                      cf_hash_bits(energy.listen_j), cf_hash_bits(tokens)};
  cf_trace(context, TRACE_LEDGER, words, sizeof words / sizeof *words);
}

cf_hub_energy cf_hub_energy_of(const cf_world *world, uint32_t index, double duration_s) {
  const cf_hub *hub = &world->hub[index];
  const cf_hub_class *class = &world->hub_class;
  double asleep_s = cf_ticks_to_s(hub->asleep_ns), think_s = cf_ticks_to_s(hub->think_ns);
  if (class->group->sleep_policy == CF_HUB_SLEEPS_BETWEEN_REQUESTS) asleep_s = duration_s - think_s;
  double listen_w = class->group->radio->rx_power_w;
  double deaf_s =
      class->group->sleep_policy == CF_HUB_SLEEPS_AT_NIGHT ? asleep_s : 0.0; /* else the receiver stays on */
  return (cf_hub_energy){
      .idle_j = (class->idle_w - listen_w) * (duration_s - asleep_s) + (class->asleep_w - listen_w) * asleep_s,
      .think_j = class->think_w * think_s,
      .tx_j = class->tx_w * cf_ticks_to_s(hub->downlink_ns),
      .listen_j = listen_w * (duration_s - deaf_s)};
}
