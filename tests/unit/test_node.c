/* A node's life outside its decisions: brown-outs, power good, throttling, heat, and what is booked meanwhile. */
#include "fleet/node.h"

#include "fixtures/fleet/field.h"

static field lone(uint32_t policy) {
  static const char *const settings[] = {"fleet.sensors.count=1", "duration=4 d", NULL};
  return field_make(field_load("scenarios/agriculture.yaml", settings), policy, 1);
}

static double j_at(const field *f, double x) {
  const cf_node_class *class = &f->world->class[0];
  return x / class->body.store.x_per_j * cf_node_scale(cf_world_node(f->world, 0)).capacity;
}

static double die_of(const cf_node_class *class, const cf_body *body) {
  return cf_modal_temp_k(&class->body.modal, class->body.die_node, body->mode);
}

static const cf_power_event_row *last_note(const field *f) {
  assert_true(f->world->notes[0].power_count > 0);
  return &f->world->notes[0].power[f->world->notes[0].power_count - 1];
}

static void a_brown_out_breaks_the_frame_off(void **unused) {
  (void)unused;
  for (int event = 0; event < 2; event++) {
    field f = lone(FIELD_ESCALATE);
    f.world->note_power = true;
    stepper s = step_begin(f.world, 0);
    cf_world_process frozen;
    step_freeze(&s, f.scenario, &frozen);
    cf_node *node = s.node;
    node->flags = event ? CF_NODE_EVENT : 0;
    step_until(&s, CF_ACTIVITY_SEND);
    const cf_node_class *class = &f.world->class[0];
    cf_message begin = *step_last_mail(&s);
    assert_int_equal(begin.kind, CF_MESSAGE_BEGIN);
    int64_t from = s.context.now_ns, airtime = class->uplink.airtime_ns;
    assert_int_equal(node->activity_ns, from + airtime);
    double bus_w = class->body.load[CF_POWER_TX].bus_w;
    cf_node_body(node)->store_j = j_at(&f, class->body.store.x_off[CF_POWER_TX]) + bus_w * 0.5 * cf_ticks_to_s(airtime);
    step_poke_at(&s, from + airtime / 4);
    uint32_t missed = node->missed_samples, decisions = node->decisions;
    step(&s);
    assert_int_equal(node->activity, CF_ACTIVITY_SEND);
    step(&s);
    int64_t on_air = s.context.now_ns - from;
    assert_true(on_air > airtime / 10 * 4 && on_air <= airtime / 2);
    assert_int_equal(node->brownouts, 1);
    assert_int_equal(node->activity, CF_ACTIVITY_DOWN);
    assert_int_equal(node->power, CF_POWER_OFF);
    assert_true(fabs(cf_node_body(node)->store_j - j_at(&f, class->body.store.x_off[CF_POWER_TX])) <= 1e-8);
    const cf_message *abort = step_last_mail(&s);
    assert_int_equal(s.mails, 2);
    assert_int_equal(abort->kind, CF_MESSAGE_ABORT);
    assert_int_equal(abort->tag, begin.tag);
    assert_int_equal(abort->to, begin.to);
    assert_int_equal(abort->at_ns, s.context.now_ns);
    assert_int_equal(abort->body.i64[2], on_air);
    assert_int_equal(abort->body.u32[0], 0);
    /* The decision is lost: no report, a missed sample if there was something to see. */
    assert_int_equal(node->decisions, decisions);
    assert_int_equal(node->missed_samples, missed + (event ? 1u : 0u));
    for (uint32_t i = 0; i < CF_JOINT_STATES; i++) assert_true(node->belief[i] == class->generative.stationary[i]);
    const cf_power_event_row *row = last_note(&f);
    assert_int_equal(row->kind, CF_EVENT_BROWN_OUT);
    assert_int_equal(row->t_ns, s.context.now_ns);
    double rest_j = class->body.load[CF_POWER_TX].device_w * cf_ticks_to_s(airtime - on_air);
    assert_true(fabs(row->short_j - rest_j) <= 1e-12);
    assert_true(fabs(node->use_j[CF_USE_TX] - class->body.load[CF_POWER_TX].device_w * cf_ticks_to_s(on_air)) <= 1e-12);
    /* A slot while down is missed, and nothing is drawn. */
    uint32_t slot = node->slot;
    while (node->slot == slot) step(&s);
    assert_int_equal(node->activity, CF_ACTIVITY_DOWN);
    assert_int_equal(node->missed_samples, missed + (event ? 2u : 0u));
    assert_int_equal(node->decisions, decisions);
    field_drop(&f);
  }
}

static void power_good_boots_and_a_boot_can_fail(void **unused) {
  (void)unused;
  field f = lone(FIELD_LOCAL);
  f.world->note_power = true;
  stepper s = step_begin(f.world, 0);
  cf_world_process frozen;
  step_freeze(&s, f.scenario, &frozen);
  cf_node *node = s.node;
  const cf_node_class *class = &f.world->class[0];
  step_until(&s, CF_ACTIVITY_SENSE);
  int64_t now = s.context.now_ns;
  cf_node_body(node)->store_j = 0.9 * j_at(&f, class->body.store.x_off[CF_POWER_SENSE]);
  step_poke_at(&s, now + 1000);
  step(&s);
  assert_int_equal(node->entity.next_ns, now + 1000); /* already below: at once */
  assert_true(node->entity.next_is_crossing);
  step(&s);
  assert_int_equal(node->activity, CF_ACTIVITY_DOWN);
  int64_t down_from = s.context.now_ns;
  /* Just below turn-on nothing happens; at it the node boots for its time and joules. */
  cf_node_body(node)->store_j = j_at(&f, class->body.store.x_on) * 0.999;
  step_poke_at(&s, down_from + 1000);
  step(&s);
  assert_false(node->entity.next_is_crossing);
  cf_node_body(node)->store_j = j_at(&f, class->body.store.x_on) * 1.001;
  step_poke_at(&s, down_from + 2000);
  step(&s);
  step(&s);
  assert_int_equal(last_note(&f)->kind, CF_EVENT_POWER_GOOD);
  assert_true(isnan(last_note(&f)->short_j));
  assert_int_equal(node->activity, CF_ACTIVITY_BOOT);
  assert_int_equal(node->activity_ns, down_from + 2000 + class->boot_ns);
  step(&s);
  assert_int_equal(node->activity, CF_ACTIVITY_IDLE);
  assert_int_equal(node->power, CF_POWER_SLEEP);
  assert_int_equal(node->believed_slot, node->slot);
  assert_true(fabs(node->use_j[CF_USE_BOOT] - 0.02) <= 1e-12);
  assert_int_equal(node->down_ns, 2000 + class->boot_ns);
  /* Once more, and the power goes in the middle of the boot. */
  now = s.context.now_ns;
  cf_node_body(node)->store_j = 0.0;
  step_poke_at(&s, now + 1);
  step(&s);
  step(&s);
  assert_int_equal(node->activity, CF_ACTIVITY_DOWN);
  cf_node_body(node)->store_j = j_at(&f, class->body.store.x_on) * 1.001;
  step_poke_at(&s, now + 2);
  step_until(&s, CF_ACTIVITY_BOOT);
  cf_node_body(node)->store_j = 0.5 * j_at(&f, class->body.store.x_off[CF_POWER_BOOT]);
  step_poke_at(&s, s.context.now_ns + class->boot_ns / 2);
  step(&s);
  step(&s);
  assert_int_equal(node->activity, CF_ACTIVITY_DOWN);
  assert_int_equal(node->brownouts, 3);
  assert_true(fabs(last_note(&f)->short_j - 0.01) <= 1e-6);
  field_drop(&f);
}

static void a_node_that_starts_empty_waits_for_the_sun(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=1", "duration=4 d", NULL};
  cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
  cf_storage empty = *scenario->nodes[0].storage;
  empty.initial_share = 0.0;
  scenario->nodes[0].storage = &empty;
  field f = field_make(scenario, FIELD_LOCAL, 1);
  stepper s = step_begin(f.world, 0);
  assert_int_equal(s.node->activity, CF_ACTIVITY_DOWN);
  step_until(&s, CF_ACTIVITY_BOOT);
  int64_t good = s.context.now_ns;
  double hour = cf_world_local_hour(f.world, good);
  assert_true(hour > 6.0 && hour < 18.0);
  assert_true(fabs(cf_node_body(s.node)->store_j - j_at(&f, f.world->class[0].body.store.x_on)) <= 1e-8);
  step_until(&s, CF_ACTIVITY_IDLE);
  assert_int_equal(s.node->down_ns, good + f.world->class[0].boot_ns);
  assert_int_equal(s.node->brownouts, 0);
  assert_int_equal(s.node->decisions, 0);
  assert_true(s.node->slot > 100);
  field_drop(&f);
}

/* Sizes are kept in single precision, and everything is reckoned from what was kept. */
static void books_begin_with_what_is_in_the_store(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=50", NULL};
  field f = field_make(field_load("scenarios/agriculture.yaml", settings), FIELD_LOCAL, 1);
  for (uint32_t i = 0; i < 50; i++) {
    const cf_node *node = cf_world_node(f.world, i);
    assert_true(node->capacitance != 1.0F);
    assert_true(cf_node_body(node)->store_j == cf_node_stored_of(node, &f.world->class[0]).start_j);
  }
  field_drop(&f);
}

/* ---- heat ----------------------------------------------------------------------------------------------------------
 */

static void a_throttle_stretches_what_is_left_to_think(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/hot-module.yaml", NULL), 1, 1);
  f.world->note_power = true;
  stepper s = step_begin(f.world, 0);
  cf_world_process frozen;
  step_freeze(&s, f.scenario, &frozen);
  cf_node *node = s.node;
  cf_node_class *class = &f.world->class[0];
  while (node->power != cf_power_think(1, 0)) step(&s);
  int64_t t0 = s.context.now_ns;
  const double fast = (double)class->think_ns[1][0], slow = (double)class->think_ns[1][1];
  assert_int_equal(node->activity_ns, t0 + class->think_ns[1][0]);
  int64_t half = t0 + class->think_ns[1][0] / 2;
  cf_body_room at_half;
  cf_node_peek(f.world, 0, half, &at_half);
  double die_k = die_of(class, &at_half.body);
  assert_true(die_k > die_of(class, cf_node_body(node)) + 0.01);
  class->throttle_above_k[0] = die_k;
  step_poke_at(&s, t0 + class->think_ns[1][0] / 10);
  step(&s);
  step(&s);
  int64_t t1 = s.context.now_ns;
  assert_true(llabs(t1 - half) <= 10);
  assert_int_equal(node->level, 1);
  assert_int_equal(last_note(&f)->kind, CF_EVENT_THROTTLE);
  assert_int_equal(node->activity, CF_ACTIVITY_THINK);
  assert_int_equal(node->power, cf_power_think(1, 1));
  double left = (double)(t0 + class->think_ns[1][0] - t1) * slow / fast;
  assert_int_equal(node->activity_ns, t1 + (int64_t)ceil(left));
  /* And back, after a while. */
  for (int p = 0; p < 3; p++) class->throttle_above_k[p] = 900.0;
  class->throttle_below_k[1] = 800.0;
  int64_t ended = node->activity_ns, t2 = t1 + 200 * 1000000;
  step_poke_at(&s, t2);
  step(&s);
  step(&s);
  assert_int_equal(s.context.now_ns, t2);
  assert_int_equal(last_note(&f)->kind, CF_EVENT_UNTHROTTLE);
  assert_int_equal(node->level, 0);
  assert_int_equal(node->power, cf_power_think(1, 0));
  assert_int_equal(node->activity_ns, t2 + (int64_t)ceil((double)(ended - t2) * fast / slow));
  double work = (double)(t1 - t0) / fast + (double)(t2 - t1) / slow + (double)(node->activity_ns - t2) / fast;
  assert_true(fabs(work - 1.0) <= 3e-9);
  assert_int_equal(node->throttled_ns, t2 - t1);
  field_drop(&f);
}

typedef struct heat_log {
  uint8_t level[4];
  bool shut[4];
  int64_t shut_ns[4];
  double down_s[4], told_down_s[4];
  unsigned kinds[CF_EVENT_CHECKPOINT + 1];
  uint32_t levels;
} heat_log;

static cf_status on_event(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *diag) {
  (void)run_id;
  (void)diag;
  heat_log *log = self;
  uint32_t n = row->node_id;
  log->kinds[row->kind]++;
  switch (row->kind) {
    case CF_EVENT_THROTTLE:
      assert_false(log->shut[n]);
      log->level[n]++;
      assert_true(log->level[n] < log->levels);
      break;
    case CF_EVENT_UNTHROTTLE:
      assert_false(log->shut[n]);
      assert_true(log->level[n] > 0);
      log->level[n]--;
      break;
    case CF_EVENT_SHUT_DOWN:
      assert_false(log->shut[n]);
      assert_int_equal(log->level[n], log->levels - 1); /* only from the last level */
      log->shut[n] = true;
      log->shut_ns[n] = row->t_ns;
      break;
    case CF_EVENT_COOLED:
      assert_true(log->shut[n]);
      log->shut[n] = false;
      log->level[n] = 0;
      log->down_s[n] += cf_ticks_to_s(row->t_ns - log->shut_ns[n]);
      break;
    case CF_EVENT_BROWN_OUT:
    case CF_EVENT_POWER_GOOD:
    case CF_EVENT_CHECKPOINT:
      break;
  }
  return CF_OK;
}

static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag) {
  (void)run_id;
  (void)diag;
  ((heat_log *)self)->told_down_s[row->node_id] = row->down_s;
  return CF_OK;
}

static void heat_shuts_down_and_lets_go(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=1 d", "fleet.modules.limits.throttle_above=48 degC",
                                         "fleet.modules.limits.throttle_below=44 degC",
                                         "fleet.modules.limits.shut_down_above=52 degC", NULL};
  cf_scenario *scenario = field_load("scenarios/hot-module.yaml", settings);
  heat_log log = {.levels = 3};
  cf_recorder recorder = {.self = &log, .power_event = on_event, .node = on_node};
  cf_simulation simulation = {
      .scenario = scenario, .run_id = 1, .policy = 1, .seed = 1, .record = true, .engine = {.threads = 1}};
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_OK);
  assert_true(log.kinds[CF_EVENT_THROTTLE] > 10 && log.kinds[CF_EVENT_UNTHROTTLE] > 0);
  assert_true(log.kinds[CF_EVENT_SHUT_DOWN] > 4 && log.kinds[CF_EVENT_COOLED] > 4);
  assert_int_equal(log.kinds[CF_EVENT_BROWN_OUT], 0);
  for (uint32_t n = 0; n < 4; n++) {
    if (log.shut[n]) log.down_s[n] += row.sim_s - cf_ticks_to_s(log.shut_ns[n]);
    assert_true(fabs(log.down_s[n] - log.told_down_s[n]) <= 1e-6);
  }
  assert_true(row.temp_max_k <= 52.0 + 273.15 + 1e-3);
  assert_true(row.down_frac > 0.0 && row.decisions > 0 && row.decisions < row.samples);
  cf_scenario_destroy(scenario);
}

/* With one operating point a throttled node rests: it starts no sample until it has cooled. */
static void a_single_point_rests_when_throttled(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=1",
                                         "duration=2 d",
                                         "fleet.sensors.limits.throttle_above=14 degC",
                                         "fleet.sensors.limits.throttle_below=10 degC",
                                         "fleet.sensors.limits.shut_down_above=95 degC",
                                         NULL};
  field f = field_make(field_load("scenarios/quickstart.yaml", settings), 0, 1);
  stepper s = step_begin(f.world, 0);
  unsigned rested = 0, sampled = 0;
  while (s.node->entity.next_ns < f.scenario->duration_ns) {
    uint32_t slot = s.node->slot, missed = s.node->missed_samples;
    bool resting = s.node->level > 0, event = s.node->flags & CF_NODE_EVENT;
    step(&s);
    if (s.node->slot == slot) continue;
    if (resting) {
      assert_int_equal(s.node->activity, CF_ACTIVITY_IDLE);
      assert_int_equal(s.node->missed_samples, missed + event);
      rested++;
    } else {
      assert_int_equal(s.node->activity, CF_ACTIVITY_SENSE);
      sampled++;
    }
  }
  assert_true(rested > 20 && sampled > 200);
  assert_true(s.node->throttled_ns > (int64_t)(rested - 5) * 300 * CF_NS_PER_S);
  assert_int_equal(s.node->down_ns, 0);
  field_drop(&f);
}

/* A decision that a checkpoint breaks off leaves a belief in the joint states, not half of one in the looks. */
static void a_checkpoint_keeps_a_whole_belief(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=1",
                                         "duration=7 d",
                                         "fleet.sensors.sense.time=20 s",
                                         "fleet.sensors.sense.energy=60 mJ",
                                         "fleet.sensors.supply.checkpoint={at: 2.6 V, energy: 5 mJ, time: 50 ms}",
                                         NULL};
  field f = field_make(field_load("scenarios/small-capacitor.yaml", settings), 0, 1);
  stepper s = step_begin(f.world, 0);
  unsigned broken_off = 0;
  while (s.node->entity.next_ns < f.scenario->duration_ns) {
    bool deciding = s.node->activity >= CF_ACTIVITY_SENSE;
    step(&s);
    if (s.node->activity != CF_ACTIVITY_CHECKPOINT || !deciding) continue;
    double sum = 0.0;
    for (uint32_t i = 0; i < CF_JOINT_STATES; i++) sum += s.node->belief[i];
    assert_true(fabs(sum - 1.0) <= 1e-12);
    broken_off++;
  }
  assert_true(broken_off > 0);
  field_drop(&f);
}

/* A node with a store that was too hot waits for power good as well, which may be at once. */
static void after_the_heat_comes_power_good(void **unused) {
  (void)unused;
  field f = lone(FIELD_LOCAL);
  f.world->note_power = true;
  stepper s = step_begin(f.world, 0);
  cf_world_process frozen;
  step_freeze(&s, f.scenario, &frozen);
  cf_node_class *class = &f.world->class[0];
  step_until(&s, CF_ACTIVITY_SENSE);
  int64_t now = s.context.now_ns;
  uint32_t missed = s.node->missed_samples;
  s.node->look_state = 1; /* there was something to see */
  class->throttle_above_k[0] = class->throttle_above_k[1] = 200.0;
  class->throttle_below_k[0] = class->throttle_below_k[1] = 190.0;
  step_poke_at(&s, now + 5);
  for (int i = 0; i < 3; i++) step(&s);
  assert_int_equal(s.node->activity, CF_ACTIVITY_SHUT);
  assert_int_equal(s.node->power, CF_POWER_SHUT);
  assert_int_equal(s.node->missed_samples, missed + 1);
  assert_int_equal(s.context.now_ns, now + 5); /* both limits were passed */
  class->throttle_below_k[0] = 500.0;
  class->throttle_above_k[0] = class->throttle_above_k[1] = 600.0;
  step_poke_at(&s, now + 1000);
  for (int i = 0; i < 3; i++) step(&s);
  assert_int_equal(s.context.now_ns, now + 1000);
  assert_int_equal(s.node->activity, CF_ACTIVITY_BOOT);
  assert_int_equal(s.node->level, 0);
  static const cf_power_event_kind want[] = {CF_EVENT_THROTTLE, CF_EVENT_SHUT_DOWN, CF_EVENT_COOLED,
                                             CF_EVENT_POWER_GOOD};
  assert_int_equal(f.world->notes[0].power_count, 4);
  for (int i = 0; i < 4; i++) assert_int_equal(f.world->notes[0].power[i].kind, want[i]);
  step_until(&s, CF_ACTIVITY_IDLE);
  assert_int_equal(s.node->down_ns, 995 + class->boot_ns);
  assert_int_equal(s.node->brownouts, 0);
  field_drop(&f);
}

static void a_peek_sees_what_will_be(void **unused) {
  (void)unused;
  field f = lone(FIELD_THRESHOLD);
  stepper s = step_begin(f.world, 0);
  double booked = 0.0;
  for (int i = 0; i < 3000; i++) {
    int64_t next = s.node->entity.next_ns, before = s.node->body_ns;
    double watts = f.world->class[0].body.load[s.node->power].device_w;
    cf_body_room seen;
    cf_node_peek(f.world, 0, next, &seen);
    step(&s);
    assert_memory_equal(&seen.body, cf_node_body(s.node), cf_body_bytes(&f.world->class[0].body));
    booked += watts * cf_ticks_to_s(next - before);
    assert_int_equal(s.node->body_ns, next);
  }
  double uses = 0.0;
  for (int u = 0; u < CF_USES; u++) uses += s.node->use_j[u];
  assert_true(fabs(uses - booked) <= 1e-12 * booked);
  assert_true(fabs(cf_node_energy_residual(f.world, 0)) <= 1e-11);
  assert_true(fabs(cf_node_heat_residual(f.world, 0)) <= 1e-11);
  field_drop(&f);
}

/* Silicon pays in the next interval for what it leaked in this one. In the middle of one, from a store, on mains: what
 * is not paid is missed, also where the other books are made to close without it. */
static void silicon_pays_what_it_leaks(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=1", "duration=100007 s", NULL};
  for (int mains = 0; mains < 2; mains++) {
    cf_scenario *scenario = field_load("scenarios/quickstart.yaml", settings);
    cf_device device = *scenario->nodes[0].device;
    device.leakage_power_w = 1e-6;
    device.leakage_at_k = 300.0;
    device.leakage_per_k = 0.03;
    device.leakage_asleep = 0.5;
    scenario->nodes[0].device = &device;
    if (mains) {
      scenario->nodes[0].mains = true;
      scenario->nodes[0].harvesters = 0;
    }
    field f = field_make(scenario, 0, 1);
    field_run(&f.world->model, scenario->duration_ns);
    cf_node *node = cf_world_node(f.world, 0);
    cf_body_more *more = cf_body_more_of(&f.world->class[0].body, cf_node_body(node));
    assert_true(more->silicon_j > 0.0 && more->silicon_paid_j > 0.0);
    assert_true(fabs(cf_node_energy_residual(f.world, 0)) <= 1e-11);
    if (!mains) {
      double *owed[] = {&more->draw_waiting_j, &more->draw_w};
      for (int i = 0; i < 2; i++) {
        double kept = *owed[i];
        assert_true(kept > 0.0);
        *owed[i] = 0.0;
        assert_true(fabs(cf_node_energy_residual(f.world, 0)) > 1e-9);
        *owed[i] = kept;
      }
    }
    double paid_j = more->silicon_paid_j;
    more->silicon_paid_j = 0.0;
    node->flows.spilled_j += paid_j;
    assert_true(fabs(cf_node_energy_residual(f.world, 0)) > 1e-9);
    more->silicon_paid_j = paid_j;
    node->flows.spilled_j -= paid_j;
    more->silicon_j *= 1.0 + 1e-8;
    assert_true(fabs(cf_node_energy_residual(f.world, 0)) > 1e-9);
    field_drop(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_brown_out_breaks_the_frame_off),
      cmocka_unit_test(power_good_boots_and_a_boot_can_fail),
      cmocka_unit_test(a_node_that_starts_empty_waits_for_the_sun),
      cmocka_unit_test(books_begin_with_what_is_in_the_store),
      cmocka_unit_test(a_throttle_stretches_what_is_left_to_think),
      cmocka_unit_test(heat_shuts_down_and_lets_go),
      cmocka_unit_test(a_single_point_rests_when_throttled),
      cmocka_unit_test(a_checkpoint_keeps_a_whole_belief),
      cmocka_unit_test(after_the_heat_comes_power_good),
      cmocka_unit_test(a_peek_sees_what_will_be),
      cmocka_unit_test(silicon_pays_what_it_leaks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
