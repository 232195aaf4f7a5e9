/* A hub against scripted nodes: receive windows and their duty cycles, deafness, order of service, nights, joules. */
#include "fleet/hub.h"

#include "fixtures/fleet/field.h"

#include "cognition/likelihood.h"

static const int64_t ms = 1000000;

/* A node that sends what it is told to and writes down what it hears. */
enum { FRAMES = 4, FAKES = 40 };
typedef struct frame {
  int64_t begin_ns, airtime_ns;
  uint32_t channel, slot, look_state;
  bool faded, aborted;
} frame;

typedef struct fake {
  cf_entity entity;
  frame frames[FRAMES];
  uint32_t count, done; /* halves: even = begin of frame done/2, odd = its end */
  uint32_t answers, outcome, slot;
  int64_t answer_ns;
} fake;

static int64_t due(const fake *f) {
  if (f->done == 2 * f->count) return CF_NEVER;
  const frame *next = &f->frames[f->done / 2];
  return next->begin_ns + (f->done % 2 ? next->airtime_ns : 0);
}

static void fake_own(cf_context *context, void *record) {
  fake *f = record;
  const cf_world *world = context->world;
  const frame *now = &f->frames[f->done / 2];
  cf_message message = {
      .at_ns = context->now_ns, .to = world->hub_base, .kind = CF_MESSAGE_BEGIN, .tag = (uint16_t)now->channel};
  if (f->done % 2) {
    message.kind = now->aborted ? CF_MESSAGE_ABORT : CF_MESSAGE_END;
    message.body.u32[0] = now->slot;
    message.body.u32[1] = now->look_state;
    message.body.u32[2] = now->faded;
    message.body.i64[2] = now->airtime_ns;
  }
  cf_send(context, message);
  f->done++;
  f->entity.next_ns = due(f);
}

static void fake_message(cf_context *context, void *record, const cf_message *message) {
  fake *f = record;
  assert_int_equal(message->kind, CF_MESSAGE_ANSWER);
  f->answers++;
  f->outcome = message->tag;
  f->slot = message->body.u32[0];
  f->answer_ns = context->now_ns;
}

static fake fakes[FAKES];

static void add_frame(uint32_t node, frame what) {
  fake *f = &fakes[node];
  assert_true(f->count < FRAMES);
  if (what.airtime_ns == 0) what.airtime_ns = 400 * ms;
  f->frames[f->count++] = what;
  f->entity.next_ns = due(f);
}

typedef struct options {
  double duty, second_duty, think_s;
  cf_hub_sleep sleep;
  const char *duration;
} options;

static cf_radio radio; /* of the hub under test */

static field stage(options o) {
  const char *settings[] = {o.duration ? o.duration : "duration=1 h", "fleet.sensors.count=40", NULL};
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", settings);
  radio = *scenario->hubs[0].radio;
  if (o.duty > 0.0) radio.duty_cycle = o.duty;
  if (o.second_duty > 0.0) radio.second_window_duty_cycle = o.second_duty;
  scenario->hubs[0].radio = &radio;
  if (o.think_s > 0.0) scenario->hubs[0].model.cost.time_s = o.think_s;
  scenario->hubs[0].sleep_policy = o.sleep;
  memset(fakes, 0, sizeof fakes);
  for (int i = 0; i < FAKES; i++) fakes[i].entity.next_ns = CF_NEVER;
  return field_make(scenario, 0, 4);
}

static cf_hub *play(field *f) {
  cf_model model = f->world->model;
  model.tier[1] = (cf_tier){.count = FAKES,
                            .record_bytes = sizeof(fake),
                            .records = fakes,
                            .prefetch_lines = 1,
                            .own = fake_own,
                            .message = fake_message};
  field_run(&model, f->scenario->duration_ns);
  return &f->world->hub[0];
}

static void an_answer_opens_the_first_window(void **unused) {
  (void)unused;
  field f = stage((options){0});
  add_frame(3, (frame){.begin_ns = 2000 * ms, .slot = 77, .look_state = 5});
  cf_hub *hub = play(&f);
  assert_int_equal(fakes[3].answers, 1);
  assert_int_equal(fakes[3].slot, 77);
  assert_int_equal(fakes[3].answer_ns, 2400 * ms + CF_NS_PER_S);
  double u = cf_random_uniform(&f.world->random, 3, CF_STREAM_SENSOR, 77 * 4 + 2);
  assert_int_equal(fakes[3].outcome, cf_likelihood_draw(&f.world->hub_class.table, 5, u));
  assert_true(hub->sent == 1 && hub->heard == 1 && hub->inferences == 1 && hub->answers == 1 && hub->refused_duty == 0);
  assert_int_equal(hub->airtime_ns, 400 * ms);
  assert_int_equal(hub->downlink_ns, f.world->hub_class.downlink.airtime_ns);
  for (int i = 0; i < FAKES; i++) assert_int_equal(fakes[i].answers, i == 3);
  field_drop(&f);
}

static void a_closed_window_sends_to_the_second_or_none(void **unused) {
  (void)unused;
  /* An answer of 330 ms closes the first window for 33 s, the second for 3.3 s. */
  field f = stage((options){.duty = 0.01, .second_duty = 0.1});
  add_frame(0, (frame){.begin_ns = 0});
  add_frame(1, (frame){.begin_ns = 2000 * ms});  /* second window at 4.4 s */
  add_frame(2, (frame){.begin_ns = 4800 * ms});  /* both closed: 7.2 s is before 4.4 + 3.3 s */
  add_frame(3, (frame){.begin_ns = 7000 * ms});  /* second window at 9.4 s */
  add_frame(4, (frame){.begin_ns = 33000 * ms}); /* the first again: 34.4 s is past 1.4 + 33 s */
  cf_hub *hub = play(&f);
  assert_int_equal(fakes[0].answer_ns, 1400 * ms);
  assert_int_equal(fakes[1].answer_ns, 4400 * ms);
  assert_int_equal(fakes[2].answers, 0);
  assert_int_equal(fakes[3].answer_ns, 9400 * ms);
  assert_int_equal(fakes[4].answer_ns, 34400 * ms);
  assert_true(hub->heard == 5 && hub->answers == 4 && hub->refused_duty == 1 && hub->inferences == 5);
  field_drop(&f);
}

static void late_service_takes_the_second_window(void **unused) {
  (void)unused;
  field f = stage((options){.duty = 1.0, .think_s = 0.5}); /* notice of 0.9 s is no longer possible in the first */
  add_frame(0, (frame){.begin_ns = 0});
  add_frame(1, (frame){.begin_ns = 20000 * ms});
  cf_hub *hub = play(&f);
  assert_int_equal(fakes[0].answer_ns, 2400 * ms);
  assert_int_equal(fakes[1].answer_ns, 22400 * ms);
  assert_int_equal(hub->think_ns, 1000 * ms);
  field_drop(&f);
  f = stage((options){.duty = 1.0, .think_s = 1.2}); /* too late for either */
  add_frame(0, (frame){.begin_ns = 0});
  hub = play(&f);
  assert_true(fakes[0].answers == 0 && hub->inferences == 1 && hub->too_late == 1 && hub->refused_duty == 0);
  field_drop(&f);
}

static void a_hub_that_sends_is_deaf(void **unused) {
  (void)unused;
  field f = stage((options){0});
  add_frame(0, (frame){.begin_ns = 0, .channel = 0});         /* answered from 1.4 s to 1.73 s */
  add_frame(1, (frame){.begin_ns = 1200 * ms, .channel = 1}); /* cut by it */
  add_frame(2, (frame){.begin_ns = 1500 * ms, .channel = 2}); /* begun meanwhile, on a channel of its own */
  add_frame(3, (frame){.begin_ns = 1740 * ms, .channel = 1}); /* just after: heard */
  cf_hub *hub = play(&f);
  assert_true(hub->sent == 4 && hub->heard == 2 && hub->deaf == 2 && hub->collided == 0);
  assert_true(fakes[1].answers == 0 && fakes[2].answers == 0 && fakes[3].answers == 1);
  assert_int_equal(hub->airtime_ns, 1600 * ms);
  field_drop(&f);
}

static void verdicts_are_counted(void **unused) {
  (void)unused;
  field f = stage((options){0});
  add_frame(0, (frame){.begin_ns = 0, .channel = 1});
  add_frame(1, (frame){.begin_ns = 399 * ms, .channel = 1}); /* collides with node 0 */
  add_frame(2, (frame){.begin_ns = 10000 * ms, .faded = true});
  add_frame(3, (frame){.begin_ns = 20000 * ms, .airtime_ns = 100 * ms, .aborted = true});
  add_frame(4, (frame){.begin_ns = 30000 * ms, .channel = 0});
  add_frame(5, (frame){.begin_ns = 30000 * ms, .channel = 2}); /* beside it, not on it */
  cf_hub *hub = play(&f);
  assert_true(hub->sent == 6 && hub->collided == 2 && hub->faded == 1 && hub->aborted == 1 && hub->heard == 2);
  assert_int_equal(hub->inferences, 2);
  assert_int_equal(hub->airtime_ns, (5 * 400 + 100) * ms);
  field_drop(&f);
}

static void demodulators_run_out(void **unused) {
  (void)unused;
  field f = stage((options){0});
  f.world->hub[0].receiver.demodulators = 2;
  for (uint32_t i = 0; i < 4; i++) add_frame(i, (frame){.begin_ns = i * ms, .channel = i});
  cf_hub *hub = play(&f);
  assert_true(hub->sent == 4 && hub->heard == 2 && hub->busy == 2);
  assert_true(fakes[2].answers == 0 && fakes[3].answers == 0);
  field_drop(&f);
}

static void requests_are_served_in_order_and_the_queue_ends(void **unused) {
  (void)unused;
  /* One short frame after the other while each service takes 100 times as long. */
  field f = stage((options){.duty = 1.0, .second_duty = 1.0, .think_s = 1.0});
  for (uint32_t i = 0; i < 16; i++)
    add_frame(i, (frame){.begin_ns = (int64_t)i * 10 * ms, .airtime_ns = 9 * ms, .slot = i});
  cf_hub *hub = play(&f);
  assert_int_equal(hub->busy, 16 - CF_HUB_QUEUE); /* the one in service keeps its place until it is done */
  assert_int_equal(hub->heard, CF_HUB_QUEUE);
  assert_int_equal(hub->inferences, CF_HUB_QUEUE);
  assert_int_equal(hub->answers + hub->too_late, CF_HUB_QUEUE);
  assert_int_equal(hub->refused_duty, 0);
  assert_int_equal(fakes[0].answer_ns, 2009 * ms);
  field_drop(&f);
  /* Quick services: the first come takes the window, the next ones, whose answers would overlap it, the second. */
  f = stage((options){.duty = 1.0, .second_duty = 1.0});
  add_frame(9, (frame){.begin_ns = 0, .airtime_ns = 100 * ms, .channel = 0});
  add_frame(4, (frame){.begin_ns = 1 * ms, .airtime_ns = 100 * ms, .channel = 1});
  add_frame(1, (frame){.begin_ns = 2 * ms, .airtime_ns = 100 * ms, .channel = 2});
  hub = play(&f);
  assert_int_equal(fakes[9].answer_ns, 1100 * ms);
  assert_int_equal(fakes[4].answer_ns, 2101 * ms);
  assert_int_equal(fakes[1].answers, 0); /* both windows would overlap a sending under way */
  assert_true(hub->inferences == 3 && hub->answers == 2 && hub->too_late == 1 && hub->refused_duty == 0);
  field_drop(&f);
}

static void a_hub_sleeps_at_night(void **unused) {
  (void)unused;
  /* 00:00 UTC at 79.95 W is 18:40:12 local: it sleeps from the start to 06:00, 40,788 s later, and again from 18:00. */
  field f = stage((options){.sleep = CF_HUB_SLEEPS_AT_NIGHT, .duration = "duration=2 d"});
  const int64_t dawn = 40788 * CF_NS_PER_S, half = 43200 * CF_NS_PER_S;
  assert_true(f.world->hub[0].asleep);
  add_frame(0, (frame){.begin_ns = dawn - 500 * ms});              /* over before dawn */
  add_frame(1, (frame){.begin_ns = dawn - 50 * ms, .channel = 1}); /* begun in the night */
  add_frame(2, (frame){.begin_ns = dawn + 50 * ms, .channel = 2});
  add_frame(3, (frame){.begin_ns = dawn + half - 500 * ms});              /* the day's last */
  add_frame(4, (frame){.begin_ns = dawn + half - 50 * ms, .channel = 1}); /* cut by dusk */
  add_frame(5, (frame){.begin_ns = dawn + half + 50 * ms, .channel = 2});
  add_frame(6, (frame){.begin_ns = dawn + 2 * half + 50 * ms});
  cf_hub *hub = play(&f);
  assert_true(hub->sent == 7 && hub->heard == 3 && hub->deaf == 4);
  assert_true(fakes[2].answers == 1 && fakes[6].answers == 1);
  assert_true(hub->asleep);
  int64_t last = f.scenario->duration_ns - dawn - 3 * half, rounding = 1000;
  assert_true(llabs(hub->asleep_ns - (dawn + half + last)) <= rounding);
  cf_hub_energy energy = cf_hub_energy_of(f.world, 0, 172800.0);
  assert_true(fabs(energy.listen_j - radio.rx_power_w * (172800.0 - cf_ticks_to_s(hub->asleep_ns))) <= 1e-6);
  /* Jetson: 2.6 W asleep and idle alike, so the accounts can only be told apart by another figure. */
  f.world->hub_class.asleep_w = 0.5 + radio.rx_power_w;
  cf_hub_energy cool = cf_hub_energy_of(f.world, 0, 172800.0);
  assert_true(fabs((energy.idle_j - cool.idle_j) - 2.1 * cf_ticks_to_s(hub->asleep_ns)) <= 1e-6);
  field_drop(&f);
}

/* Requests that wait when the hub falls asleep are not answered, and do not hold up the morning's. */
static void dusk_empties_the_queue(void **unused) {
  (void)unused;
  field f = stage((options){.sleep = CF_HUB_SLEEPS_AT_NIGHT, .duration = "duration=2 d", .think_s = 1.0});
  const int64_t dawn = 40788 * CF_NS_PER_S, half = 43200 * CF_NS_PER_S;
  add_frame(0, (frame){.begin_ns = dawn + half - 700 * ms, .channel = 0});
  add_frame(1, (frame){.begin_ns = dawn + half - 690 * ms, .channel = 1});
  add_frame(2, (frame){.begin_ns = dawn + 2 * half + 50 * ms});
  cf_hub *hub = play(&f);
  assert_true(hub->heard == 3 && hub->too_late == 2 && hub->inferences == 1 && hub->answers == 1);
  assert_true(fakes[0].answers == 0 && fakes[1].answers == 0 && fakes[2].answers == 1);
  field_drop(&f);
}

static void accounts_of_a_known_history(void **unused) {
  (void)unused;
  static const cf_hub_sleep policies[] = {CF_HUB_NEVER_SLEEPS, CF_HUB_SLEEPS_BETWEEN_REQUESTS};
  for (size_t i = 0; i < 2; i++) {
    field f = stage((options){.sleep = policies[i], .think_s = 0.02});
    cf_device device = *f.scenario->hubs[0].device;
    device.sleep_power_w = 0.7;
    f.scenario->hubs[0].device = &device;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_hub_class_make(&f.world->hub_class, f.scenario, &diag), CF_OK);
    for (uint32_t n = 0; n < 5; n++) add_frame(n, (frame){.begin_ns = (int64_t)n * 60 * CF_NS_PER_S, .faded = n == 2});
    cf_hub *hub = play(&f);
    assert_true(hub->heard == 4 && hub->answers == 4 && hub->inferences == 4);
    double think_s = 4 * 0.02, sent_s = 4 * cf_ticks_to_s(f.world->hub_class.downlink.airtime_ns);
    double floor_w = device.idle_power_w, asleep_s = i == 0 ? 0.0 : 3600.0 - think_s;
    cf_hub_energy energy = cf_hub_energy_of(f.world, 0, 3600.0);
    assert_true(fabs(energy.idle_j - (floor_w * (3600.0 - asleep_s) + 0.7 * asleep_s)) <= 1e-8);
    /* An inference's row is all that the device draws; the floor is in the idle account already. */
    assert_true(fabs(energy.think_j - (4 * 0.125 - floor_w * think_s)) <= 1e-9);
    assert_true(fabs(energy.tx_j - radio.tx_power_w * sent_s) <= 1e-12);
    assert_true(fabs(energy.listen_j - radio.rx_power_w * 3600.0) <= 1e-9);
    field_drop(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_answer_opens_the_first_window),
      cmocka_unit_test(a_closed_window_sends_to_the_second_or_none),
      cmocka_unit_test(late_service_takes_the_second_window),
      cmocka_unit_test(a_hub_that_sends_is_deaf),
      cmocka_unit_test(verdicts_are_counted),
      cmocka_unit_test(demodulators_run_out),
      cmocka_unit_test(requests_are_served_in_order_and_the_queue_ends),
      cmocka_unit_test(a_hub_sleeps_at_night),
      cmocka_unit_test(dusk_empties_the_queue),
      cmocka_unit_test(accounts_of_a_known_history),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
