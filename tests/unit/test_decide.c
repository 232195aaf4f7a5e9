/* The life of one decision: what it costs, how it asks, retries and gives up, what it believes, what is counted. */
#include "fleet/node.h"

#include "fixtures/fleet/field.h"

#include "cognition/belief.h"

static field lone(uint32_t policy, const char *a, const char *b, const char *c) {
  const char *settings[] = {"fleet.sensors.count=1", "duration=4 d", a, b, c, NULL};
  return field_make(field_load("scenarios/agriculture.yaml", settings), policy, 1);
}

/* A node on the stage with its truth at rest. */
typedef struct scene {
  field f;
  stepper s;
  cf_world_process frozen;
} scene;

static void scene_begin(scene *x, field f) {
  x->f = f;
  x->s = step_begin(f.world, 0);
  step_freeze(&x->s, f.scenario, &x->frozen);
}

static void tell_answer(stepper *s, uint32_t slot, uint32_t outcome) {
  cf_message answer = {.at_ns = s->node->activity_ns, .kind = CF_MESSAGE_ANSWER, .tag = (uint16_t)outcome};
  answer.body.u32[0] = slot;
  s->context.now_ns = s->node->activity_ns;
  cf_node_message(&s->context, s->node, &answer);
}

static void a_local_decision_costs_its_parts(void **unused) {
  (void)unused;
  scene x;
  scene_begin(&x, lone(FIELD_LOCAL, NULL, NULL, NULL));
  x.f.world->note_decisions = true;
  const cf_node_class *class = &x.f.world->class[0];
  step_until(&x.s, CF_ACTIVITY_SENSE);
  int64_t from = x.s.context.now_ns;
  assert_int_equal(x.s.node->decision_ns, from);
  step_until(&x.s, CF_ACTIVITY_THINK);
  assert_int_equal(x.s.context.now_ns, from + class->sense_ns);
  assert_int_equal(x.s.node->power, cf_power_think(0, 0));
  step_until(&x.s, CF_ACTIVITY_IDLE);
  assert_int_equal(x.s.context.now_ns, from + class->sense_ns + class->think_ns[0][0]);
  assert_int_equal(x.f.world->notes[0].decision_count, 1);
  const cf_decision_row *row = &x.f.world->notes[0].decision[0];
  double energy = class->body.load[CF_POWER_SENSE].device_w * cf_ticks_to_s(class->sense_ns) +
                  class->body.load[cf_power_think(0, 0)].device_w * cf_ticks_to_s(class->think_ns[0][0]);
  assert_true(fabs(row->energy_j - energy) <= 1e-6 * energy);
  assert_true(row->latency_s == cf_ticks_to_s(class->sense_ns + class->think_ns[0][0]));
  assert_int_equal(row->t_ns, from);
  assert_int_equal(row->slot, 0);
  assert_string_equal(row->tier, "node");
  assert_true(row->sent_bits == 0.0 && row->raw_bits == 0.0);
  assert_true(row->correct == (row->truth == row->answer) && row->surprise_nats >= 0.0);
  assert_int_equal(x.s.node->local, 1);
  assert_int_equal(x.s.mails, 0);
  /* The belief after it is the prior at the slot with this outcome; the gain is its logarithm at the truth. */
  double q8[CF_JOINT_STATES], q16[CF_LOOK_STATES], after[CF_JOINT_STATES], u[2];
  memcpy(q8, class->generative.stationary, sizeof q8);
  cf_belief_open(q8, x.frozen.hard_share, q16);
  cf_random_uniform2(&x.f.world->random, 0, CF_STREAM_SENSOR, 0, u);
  cf_belief_update(q16, &class->table[0], cf_likelihood_draw(&class->table[0], x.s.node->look_state, u[1]));
  cf_belief_close(q16, after);
  for (int i = 0; i < CF_JOINT_STATES; i++) assert_true(fabs(after[i] - x.s.node->belief[i]) <= 1e-15);
  uint32_t truth = x.s.node->look_state & 7u;
  assert_true(fabs(row->gained_nats - log(after[truth] / q8[truth])) <= 1e-6);
  assert_true(x.s.node->nats == row->gained_nats);
  field_drop(&x.f);
}

static void windows_open_where_they_should(void **unused) {
  (void)unused;
  scene x;
  scene_begin(&x, lone(FIELD_ESCALATE, NULL, NULL, NULL));
  const cf_node_class *class = &x.f.world->class[0];
  stepper *s = &x.s;
  step_until(s, CF_ACTIVITY_SEND);
  int64_t begun = s->context.now_ns;
  step_until(s, CF_ACTIVITY_WAIT);
  int64_t ended = s->context.now_ns;
  assert_int_equal(ended, begun + class->uplink.airtime_ns);
  const cf_message *end = step_last_mail(s);
  assert_int_equal(end->kind, CF_MESSAGE_END);
  assert_int_equal(end->body.i64[2], class->uplink.airtime_ns);
  assert_int_equal(end->body.u32[1], s->node->look_state);
  step_until(s, CF_ACTIVITY_RECEIVE); /* the first window, empty */
  assert_int_equal(s->context.now_ns, ended + CF_NS_PER_S);
  assert_int_equal(s->node->power, CF_POWER_RX);
  step_until(s, CF_ACTIVITY_WAIT);
  assert_int_equal(s->context.now_ns, ended + CF_NS_PER_S + class->listen_ns);
  step_until(s, CF_ACTIVITY_RECEIVE); /* the second */
  assert_int_equal(s->context.now_ns, ended + 2 * CF_NS_PER_S);
  step_until(s, CF_ACTIVITY_BACK_OFF);
  assert_int_equal(s->context.now_ns, ended + 2 * CF_NS_PER_S + class->listen_ns);
  /* The retry waits for the band: airtime / 1 % after the first try began. */
  assert_true(s->node->activity_ns >= begun + 100 * class->uplink.airtime_ns);
  step_until(s, CF_ACTIVITY_SEND);
  assert_int_equal(s->node->attempt, 1);
  assert_int_equal(s->mails, 3);    /* begin, end, begin */
  step_until(s, CF_ACTIVITY_THINK); /* the only retry is over: think by itself */
  assert_int_equal(s->node->power, cf_power_think(0, 0));
  assert_int_equal(s->mails, 4);
  step_until(s, CF_ACTIVITY_IDLE);
  assert_int_equal(s->node->decisions, 1);
  assert_int_equal(s->node->local, 0); /* it asked, in vain */
  assert_int_equal(s->node->answered, 0);
  double rx_j = 4.0 * class->body.load[CF_POWER_RX].device_w * cf_ticks_to_s(class->listen_ns);
  double tx_j = 2.0 * class->body.load[CF_POWER_TX].device_w * cf_ticks_to_s(class->uplink.airtime_ns);
  assert_true(fabs(s->node->use_j[CF_USE_RX] - rx_j) <= 1e-12 && fabs(s->node->use_j[CF_USE_TX] - tx_j) <= 1e-12);
  field_drop(&x.f);
}

static void it_gives_up_when_a_retry_would_last_too_long(void **unused) {
  (void)unused;
  scene x;
  scene_begin(&x, lone(FIELD_ESCALATE, "escalate.give_up_after=20 s", NULL, NULL)); /* the band opens after 45 s */
  step_until(&x.s, CF_ACTIVITY_SEND);
  step_until(&x.s, CF_ACTIVITY_THINK);
  assert_int_equal(x.s.mails, 2);
  assert_int_equal(x.s.node->attempt, 0);
  field_drop(&x.f);
  /* Not even one exchange fits: it does not ask. */
  scene_begin(&x, lone(FIELD_ESCALATE, "escalate.give_up_after=1 s", NULL, NULL));
  step_until(&x.s, CF_ACTIVITY_SENSE);
  step(&x.s);
  assert_int_equal(x.s.node->activity, CF_ACTIVITY_THINK);
  assert_int_equal(x.s.mails, 0);
  field_drop(&x.f);
  /* More retries, while they fit. */
  scene_begin(&x, lone(FIELD_ESCALATE, "escalate.give_up_after=200 s", "fleet.sensors.radio.retries=3", NULL));
  step_until(&x.s, CF_ACTIVITY_SEND);
  step_until(&x.s, CF_ACTIVITY_THINK);
  assert_int_equal(x.s.mails, 8);
  field_drop(&x.f);
}

static void an_answer_is_heard_in_its_window(void **unused) {
  (void)unused;
  for (int window = 0; window < 2; window++) {
    scene x;
    scene_begin(&x, lone(FIELD_ESCALATE, "fleet.sensors.radio.fading=0 dB", NULL, NULL));
    x.f.world->note_decisions = true;
    stepper *s = &x.s;
    const cf_node_class *class = &x.f.world->class[0];
    assert_true(s->node->loss_chance == 0.0F);
    step_until(s, CF_ACTIVITY_WAIT);
    if (window) step_until(s, CF_ACTIVITY_WAIT);
    double before[CF_LOOK_STATES], want[CF_LOOK_STATES];
    memcpy(before, s->node->belief, sizeof before);
    tell_answer(s, 0, 3);
    step_until(s, CF_ACTIVITY_RECEIVE);
    int64_t opened = s->context.now_ns;
    step_until(s, CF_ACTIVITY_IDLE);
    assert_int_equal(s->context.now_ns, opened + class->downlink.airtime_ns);
    assert_true(s->node->answered == 1 && s->node->decisions == 1 && s->mails == 2);
    memcpy(want, before, sizeof want);
    cf_belief_update(want, &class->hub_table, 3);
    double q8[CF_JOINT_STATES];
    cf_belief_close(want, q8);
    for (int i = 0; i < CF_JOINT_STATES; i++) assert_true(fabs(q8[i] - s->node->belief[i]) <= 1e-15);
    const cf_decision_row *row = &x.f.world->notes[0].decision[0];
    assert_string_equal(row->tier, "hub");
    assert_true(row->sent_bits == 8.0 * 33.0 && row->raw_bits == 160.0);
    field_drop(&x.f);
  }
}

static void a_wrong_answer_or_a_faded_one_is_none(void **unused) {
  (void)unused;
  for (int how = 0; how < 2; how++) {
    /* 30 dB below the sensitivity: everything fades. */
    scene x;
    scene_begin(&x, lone(FIELD_ESCALATE, how ? "fleet.sensors.radio.fading=0 dB" : "fleet.sensors.radio.margin=-30 dB",
                         NULL, NULL));
    stepper *s = &x.s;
    const cf_node_class *class = &x.f.world->class[0];
    step_until(s, CF_ACTIVITY_WAIT);
    assert_int_equal(step_last_mail(s)->body.u32[2], how ? 0 : 1);
    tell_answer(s, how ? 7 : 0, 3); /* another slot's, or inaudible */
    step_until(s, CF_ACTIVITY_RECEIVE);
    int64_t opened = s->context.now_ns;
    step_until(s, CF_ACTIVITY_WAIT); /* on to the second window, one second after the first opened */
    assert_int_equal(s->context.now_ns, opened + (how ? class->listen_ns : class->downlink.airtime_ns));
    assert_int_equal(s->node->activity_ns, opened + CF_NS_PER_S);
    assert_int_equal(s->node->answered, 0);
    field_drop(&x.f);
  }
}

/* Samples may come faster than a decision ends: it keeps its own slot, its channel and its draws. */
static void the_next_slot_does_not_change_a_decision_under_way(void **unused) {
  (void)unused;
  scene x;
  scene_begin(&x, lone(FIELD_ESCALATE, "fleet.sensors.sample_every=0.25 s", "fleet.sensors.radio.fading=0 dB", NULL));
  x.f.world->note_decisions = true;
  stepper *s = &x.s;
  step_until(s, CF_ACTIVITY_SEND);
  const cf_message begin = *step_last_mail(s);
  uint32_t slot = s->node->slot - 1;
  step_until(s, CF_ACTIVITY_WAIT);
  const cf_message *end = step_last_mail(s);
  assert_true(s->node->slot > slot + 1); /* a slot went by */
  assert_int_equal(end->kind, CF_MESSAGE_END);
  assert_int_equal(end->tag, begin.tag);
  assert_int_equal(end->body.u32[0], slot);
  while (s->node->entity.next_ns < s->node->activity_ns) step(s);
  tell_answer(s, slot, 1);
  step_until(s, CF_ACTIVITY_IDLE);
  assert_int_equal(s->node->answered, 1);
  assert_int_equal(x.f.world->notes[0].decision[0].slot, slot);
  field_drop(&x.f);
}

static double j_per_x_of(const stepper *s, const cf_node_class *class) {
  return cf_node_scale(s->node).capacity / class->body.store.x_per_j;
}

static void what_cannot_be_paid_is_not_offered(void **unused) {
  (void)unused;
  scene x;
  scene_begin(&x, lone(FIELD_ESCALATE, NULL, NULL, NULL));
  stepper *s = &x.s;
  const cf_node_class *class = &x.f.world->class[0];
  double j_per_x = j_per_x_of(s, class);
  step_until(s, CF_ACTIVITY_SENSE);
  /* Enough for the thought, not for the frame. */
  double think_j = class->body.load[cf_power_think(0, 0)].bus_w * cf_ticks_to_s(class->think_ns[0][0]);
  double sense_j = class->body.load[CF_POWER_SENSE].bus_w * cf_ticks_to_s(class->sense_ns);
  double need = class->body.store.x_off[cf_power_think(0, 0)] * j_per_x + 1.5 * think_j;
  cf_node_body(s->node)->store_j = need + sense_j;
  step(s);
  assert_int_equal(s->node->activity, CF_ACTIVITY_THINK);
  assert_int_equal(s->mails, 0);
  field_drop(&x.f);
  /* Not even for that: it reports what it believes. */
  scene_begin(&x, lone(FIELD_ESCALATE, NULL, NULL, NULL));
  step_until(s, CF_ACTIVITY_SENSE);
  j_per_x = j_per_x_of(s, &x.f.world->class[0]);
  need = x.f.world->class[0].body.store.x_off[cf_power_think(0, 0)] * j_per_x + 0.5 * think_j;
  cf_node_body(s->node)->store_j = need + sense_j;
  step(s);
  assert_int_equal(s->node->activity, CF_ACTIVITY_IDLE);
  assert_int_equal(s->node->decisions, 1);
  assert_int_equal(s->node->looks, 0);
  field_drop(&x.f);
}

static void a_belief_is_kept_or_discarded(void **unused) {
  (void)unused;
  for (int retain = 0; retain < 2; retain++) {
    scene x;
    scene_begin(&x, lone(FIELD_LOCAL, retain ? "fleet.sensors.sleep.retain=true" : "fleet.sensors.sleep.retain=false",
                         NULL, NULL));
    stepper *s = &x.s;
    const cf_node_class *class = &x.f.world->class[0];
    const cf_device *device = class->group->device;
    assert_true(class->body.load[CF_POWER_SLEEP].device_w ==
                (retain ? device->sleep_power_w : device->sleep_discard_power_w));
    unsigned moved = 0;
    for (int slot = 0; slot < 50; slot++) {
      step_until(s, CF_ACTIVITY_IDLE);
      double kept[CF_JOINT_STATES], got[CF_JOINT_STATES], q16[CF_LOOK_STATES];
      memcpy(kept, s->node->belief, sizeof kept);
      step_until(s, CF_ACTIVITY_SENSE);
      if (retain)
        cf_predict(&class->generative, slot > 0, kept);
      else
        memcpy(kept, class->generative.stationary, sizeof kept);
      cf_belief_open(kept, x.frozen.hard_share, q16);
      assert_memory_equal(q16, s->node->belief, sizeof q16);
      cf_belief_close(s->node->belief, got);
      moved += fabs(cf_belief_event(got, 8) - cf_belief_event(class->generative.stationary, 8)) > 1e-9;
    }
    if (retain)
      assert_true(moved > 40);
    else
      assert_int_equal(moved, 0);
    field_drop(&x.f);
  }
}

/* ---- counting, against a bookkeeper that sees only events ----------------------------------------------------------
 */

typedef struct books {
  uint64_t samples, decisions, passed, lost, missed_samples, false_alarms, correct, event_samples, local;
  uint64_t episodes, missed;
} books;

static books watch(stepper *s, int64_t end_ns, int64_t deadline_ns) {
  const cf_node *node = s->node;
  books b = {0};
  bool event = node->flags & CF_NODE_EVENT, alarmed = false;
  int64_t since = 0;
  if (event) b.episodes = 1;
  while (node->entity.next_ns < end_ns) {
    cf_node before = *node;
    step(s);
    int64_t now = s->context.now_ns;
    bool is = node->flags & CF_NODE_EVENT;
    bool deciding = before.activity >= CF_ACTIVITY_SENSE;
    if (node->slot != before.slot) {
      b.samples++;
      b.event_samples += event;
      if (before.activity == CF_ACTIVITY_IDLE && node->activity == CF_ACTIVITY_SENSE) {
        assert_int_equal(node->look_state & 1u, event);
      } else {
        b.passed++;
        b.missed_samples += event;
      }
    }
    uint32_t truth = before.look_state & 1u;
    if (node->decisions != before.decisions) {
      b.decisions++;
      assert_true(deciding && node->activity == CF_ACTIVITY_IDLE);
      uint32_t answer = node->false_alarms != before.false_alarms || (truth && node->correct != before.correct);
      b.correct += answer == truth;
      b.false_alarms += answer && !truth;
      b.missed_samples += truth && !answer;
      b.local += !before.asked;
      if (answer && truth && is && now <= since + deadline_ns) alarmed = true; /* of an event that was in the sample */
      /* What was said follows from the belief that it leaves behind. */
      double p = cf_belief_event(node->belief, CF_JOINT_STATES);
      assert_int_equal(answer, cf_report(p, s->world->loss));
    } else if (deciding && (node->activity == CF_ACTIVITY_DOWN || node->activity == CF_ACTIVITY_SHUT)) {
      b.lost++;
      b.missed_samples += truth;
    }
    if (is && !event) {
      b.episodes++;
      since = now;
      alarmed = false;
    }
    if (event && !is) b.missed += !alarmed;
    event = is;
  }
  if (event && !alarmed && since + deadline_ns <= end_ns) b.missed++;
  s->context.now_ns = end_ns;
  cf_node_finish(&s->context, s->node);
  return b;
}

static void counts_are_what_happened(void **unused) {
  (void)unused;
  /* Miss worth nothing: never an alarm. False alarm worth nothing: always one. Between: sometimes. */
  static const cf_loss losses[] = {{0.0, 1.0}, {1.0, 0.0}, {5.0, 1.0}};
  static const double deadlines_s[] = {0.5, 3600.0, 1e7};
  for (size_t which = 0; which < 3; which++) {
    for (size_t late = 0; late < 3; late++) {
      static const char *const settings[] = {"fleet.sensors.count=1", "duration=6 d",
                                             "fleet.sensors.storage.capacitance=0.08 F",
                                             "fleet.sensors.storage.leakage=2 uA", NULL};
      cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
      cf_world_process quick = *scenario->world; /* episodes of about three hours */
      quick.onset_per_s[0] = 1.0 / 9000.0;
      quick.onset_per_s[1] = 1.0 / 5000.0;
      quick.recovery_per_s = 1.0 / 9000.0;
      scenario->world = &quick;
      int64_t deadline_ns = (int64_t)(deadlines_s[late] * 1e9);
      scenario->deadline_ns = deadline_ns;
      scenario->loss_miss = losses[which].miss;
      scenario->loss_false_alarm = losses[which].false_alarm;
      field f = field_make(scenario, which == 2 ? FIELD_RANDOM : FIELD_LOCAL, 7);
      stepper s = step_begin(f.world, 0);
      books b = watch(&s, scenario->duration_ns, deadline_ns);
      const cf_node *node = s.node;
      assert_int_equal(node->slot, b.samples);
      assert_int_equal(node->decisions, b.decisions);
      assert_int_equal(node->correct, b.correct);
      assert_int_equal(node->false_alarms, b.false_alarms);
      assert_int_equal(node->missed_samples, b.missed_samples);
      assert_int_equal(node->event_samples, b.event_samples);
      assert_int_equal(node->local, b.local);
      assert_int_equal(node->episodes, b.episodes);
      assert_int_equal(node->missed, b.missed);
      uint64_t open = node->activity >= CF_ACTIVITY_SENSE;
      assert_int_equal(b.samples, b.decisions + b.passed + b.lost + open);
      assert_true(b.episodes > 20 && node->brownouts > 0 && b.passed > 100);
      if (which == 0) assert_true(node->false_alarms == 0 && b.missed >= b.episodes - 1);
      if (which == 1) assert_int_equal(node->correct + node->false_alarms, node->decisions);
      if (which == 1 && late == 0) assert_true(b.missed > b.episodes / 2); /* the alarm comes, too late */
      if (which == 1 && late == 2) assert_true(b.missed < b.episodes);
      field_drop(&f);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_local_decision_costs_its_parts),
      cmocka_unit_test(windows_open_where_they_should),
      cmocka_unit_test(it_gives_up_when_a_retry_would_last_too_long),
      cmocka_unit_test(an_answer_is_heard_in_its_window),
      cmocka_unit_test(a_wrong_answer_or_a_faded_one_is_none),
      cmocka_unit_test(the_next_slot_does_not_change_a_decision_under_way),
      cmocka_unit_test(what_cannot_be_paid_is_not_offered),
      cmocka_unit_test(a_belief_is_kept_or_discarded),
      cmocka_unit_test(counts_are_what_happened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
