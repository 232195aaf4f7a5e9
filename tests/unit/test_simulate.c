/* One run as its caller sees it: the order of calls, stopping, recorders that refuse, progress, identity. */
#include "fleet/simulate.h"

#include "fixtures/fleet/field.h"

#include "base/remath.h"

typedef enum call { BEGIN, DECISION, POWER, SERIES, NODE, LEDGER, LINK, END, CALLS } call;

typedef struct script {
  unsigned count[CALLS];
  call last;
  int64_t power_ns, decision_ns, series_ns;
  cf_status end_status;
  bool end_with_error;
  call refuse; /* this call is refused with `status`; CALLS: none */
  cf_status status;
  unsigned after; /* calls after the refusal, the end not counted */
  bool refused;
} script;

static cf_status noted(script *s, call what, cf_diag *diag) {
  if (s->refused && what != END) s->after++;
  s->count[what]++;
  s->last = what;
  if (what != s->refuse) return CF_OK;
  s->refused = true;
  return cf_fail(diag, s->status, "the recorder refuses");
}

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *diag) {
  script *s = self;
  for (int i = 0; i < CALLS; i++) assert_int_equal(s->count[i], 0);
  assert_int_equal(row->run_id, 3);
  assert_int_equal(row->rep, 2);
  assert_int_equal(row->seed, 77);
  assert_int_equal(row->nodes, 12);
  assert_int_equal(row->math_id, cf_math_id());
  assert_string_equal(row->scenario, "agriculture");
  assert_string_equal(row->policy, "random");
  return noted(s, BEGIN, diag);
}
static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(run_id, 3);
  assert_true(s->count[NODE] + s->count[LEDGER] + s->count[LINK] == 0);
  s->decision_ns = row->t_ns;
  return noted(s, DECISION, diag);
}
static cf_status on_power(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(run_id, 3);
  assert_true(row->t_ns >= s->power_ns);
  assert_true(row->hour_local >= 0.0 && row->hour_local < 24.0);
  s->power_ns = row->t_ns;
  return noted(s, POWER, diag);
}
static cf_status on_series(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(run_id, 3);
  assert_int_equal(row->t_ns, s->series_ns + 7 * 3600 * CF_NS_PER_S);
  s->series_ns = row->t_ns;
  return noted(s, SERIES, diag);
}
static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(run_id, 3);
  assert_int_equal(row->node_id, s->count[NODE]);
  assert_int_equal(s->count[LEDGER] + s->count[LINK], 0);
  return noted(s, NODE, diag);
}
static cf_status on_ledger(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *diag) {
  assert_int_equal(run_id, 3);
  assert_non_null(row->account);
  return noted(self, LEDGER, diag);
}
static cf_status on_link(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(run_id, 3);
  assert_int_equal(row->hub_id, s->count[LINK]);
  return noted(s, LINK, diag);
}
static cf_status on_end(void *self, const cf_run_row *row, cf_diag *diag) {
  script *s = self;
  assert_int_equal(s->count[BEGIN], 1);
  s->end_status = row->status;
  s->end_with_error = row->error != NULL;
  return noted(s, END, diag);
}

static cf_scenario *small(void) {
  static const char *const settings[] = {"fleet.sensors.count=12",
                                         "fleet.gateways.nodes_each=6",
                                         "duration=36 h",
                                         "fleet.sensors.storage.capacitance=0.1 F",
                                         "record.decisions=all",
                                         "record.fleet_every=7 h",
                                         NULL};
  return field_load("scenarios/agriculture.yaml", settings);
}

static cf_recorder recorder_of(script *s) {
  return (cf_recorder){s, on_begin, on_decision, on_power, on_series, on_node, on_ledger, on_link, NULL, on_end};
}

static cf_simulation simulation_of(const cf_scenario *scenario) {
  return (cf_simulation){.scenario = scenario,
                         .run_id = 3,
                         .policy = FIELD_RANDOM,
                         .rep = 2,
                         .seed = 77,
                         .record = true,
                         .engine = {.threads = 1}};
}

static void calls_come_in_order(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  script s = {.refuse = CALLS};
  cf_recorder recorder = recorder_of(&s);
  cf_simulation simulation = simulation_of(scenario);
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_OK);
  assert_true(s.count[BEGIN] == 1 && s.count[END] == 1 && s.last == END);
  assert_int_equal(s.count[NODE], 12);
  assert_int_equal(s.count[LINK], 2);
  assert_int_equal(s.count[SERIES], 5);
  assert_int_equal(s.count[DECISION], row.decisions);
  assert_true(s.count[POWER] > 0 && s.count[LEDGER] > 13);
  assert_int_equal(s.end_status, CF_OK);
  assert_false(s.end_with_error);
  assert_int_equal(row.status, CF_OK);
  assert_null(row.error);
  assert_true(row.wall_s > 0.0 && row.cpu_s > 0.0 && row.events > 1000);
  assert_true(fabs(row.sim_s - 36.0 * 3600.0) <= 1e-9);
  /* Not recorded, it tells nothing and computes the same. */
  script quiet = {.refuse = CALLS};
  recorder.self = &quiet;
  simulation.record = false;
  cf_run_row again;
  assert_int_equal(cf_simulate(&simulation, &recorder, &again, &diag), CF_OK);
  for (int i = 0; i < CALLS; i++) assert_int_equal(quiet.count[i], 0);
  assert_memory_equal(&again.digest, &row.digest, sizeof row.digest);
  assert_true(again.used_j == row.used_j);
  /* A scenario that wants fewer rows gets fewer. */
  scenario->record.decisions = CF_DECISIONS_NONE;
  scenario->record.nodes = false;
  scenario->record.fleet_every_ns = 0;
  simulation.record = true;
  script few = {.refuse = CALLS};
  recorder.self = &few;
  assert_int_equal(cf_simulate(&simulation, &recorder, &again, &diag), CF_OK);
  assert_true(few.count[DECISION] + few.count[NODE] + few.count[SERIES] == 0);
  assert_int_equal(few.count[LEDGER], s.count[LEDGER]);
  assert_memory_equal(&again.digest, &row.digest, sizeof row.digest);
  cf_scenario_destroy(scenario);
}

static void a_refusal_stops_the_run(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  static const cf_status how[] = {CF_IO, CF_INTERNAL};
  for (int what = BEGIN; what <= END; what++) {
    for (int i = 0; i < 2; i++) {
      script s = {.refuse = (call)what, .status = how[i]};
      cf_recorder recorder = recorder_of(&s);
      cf_simulation simulation = simulation_of(scenario);
      cf_run_row row;
      cf_diag diag;
      cf_diag_init(&diag);
      assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), how[i]);
      assert_int_equal(s.count[what], 1);
      assert_int_equal(s.after, 0);
      assert_int_equal(diag.status, how[i]);
      /* Nothing can be committed after a failure of the store; a run that failed otherwise is ended as such. */
      if (what == BEGIN || how[i] == CF_IO) {
        assert_int_equal(s.count[END], what == END);
      } else {
        assert_int_equal(s.count[END], 1);
        if (what != END) {
          assert_int_equal(s.end_status, CF_INTERNAL);
          assert_true(s.end_with_error);
        }
      }
      if (what != BEGIN && what != END) {
        assert_int_equal(row.status, how[i]);
        assert_non_null(strstr(row.error, "refuses"));
      }
    }
  }
  cf_scenario_destroy(scenario);
}

static void a_stopped_run_is_incomplete(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  volatile int stop = 1;
  script s = {.refuse = CALLS};
  cf_recorder recorder = recorder_of(&s);
  cf_simulation simulation = simulation_of(scenario);
  simulation.stop = &stop;
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_INCOMPLETE);
  assert_int_equal(row.status, CF_INCOMPLETE);
  assert_int_equal(s.count[BEGIN], 1);
  assert_int_equal(s.count[NODE] + s.count[LEDGER], 0); /* no result is told */
  if (s.count[END]) assert_int_equal(s.end_status, CF_INCOMPLETE);
  /* With the flag down it runs to its end. */
  stop = 0;
  script other = {.refuse = CALLS};
  recorder.self = &other;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_OK);
  cf_scenario_destroy(scenario);
}

typedef struct follow {
  int64_t last_ns;
  uint64_t events;
  unsigned calls;
  volatile int stop;
  int64_t stop_at_ns;
} follow;

static void on_progress(void *self, uint32_t run_id, int64_t now_ns, uint64_t events) {
  follow *f = self;
  assert_int_equal(run_id, 3);
  assert_true(now_ns > f->last_ns && events >= f->events);
  f->last_ns = now_ns;
  f->events = events;
  f->calls++;
  if (f->stop_at_ns > 0 && now_ns >= f->stop_at_ns) f->stop = 1;
}

static void progress_goes_forward_and_can_stop_it(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  follow f = {0};
  cf_recorder silent = {0};
  cf_simulation simulation = simulation_of(scenario);
  simulation.record = false;
  simulation.progress = on_progress;
  simulation.progress_self = &f;
  simulation.stop = &f.stop;
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &silent, &row, &diag), CF_OK);
  assert_int_equal(f.last_ns, scenario->duration_ns);
  assert_true(f.calls >= 6 && f.events > 1000 && f.events <= row.events);
  uint64_t all = f.events;
  f = (follow){.stop_at_ns = scenario->duration_ns / 3};
  assert_int_equal(cf_simulate(&simulation, &silent, &row, &diag), CF_INCOMPLETE);
  assert_true(f.events > 0 && f.events < all * 2 / 3);
  cf_scenario_destroy(scenario);
}

static void seed_and_repetition_name_a_history(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  cf_recorder silent = {0};
  cf_digest digest[4];
  cf_diag diag;
  cf_diag_init(&diag);
  for (int i = 0; i < 4; i++) {
    cf_simulation simulation = simulation_of(scenario);
    simulation.record = false;
    simulation.seed += i == 1;
    simulation.rep += i == 2;
    cf_run_row row;
    assert_int_equal(cf_simulate(&simulation, &silent, &row, &diag), CF_OK);
    digest[i] = row.digest;
  }
  assert_memory_equal(&digest[0], &digest[3], sizeof *digest);
  assert_memory_not_equal(&digest[0], &digest[1], sizeof *digest);
  assert_memory_not_equal(&digest[0], &digest[2], sizeof *digest);
  assert_memory_not_equal(&digest[1], &digest[2], sizeof *digest);
  cf_scenario_destroy(scenario);
}

/* Of every handler that can fail the run: the history says who and when. */
static uint32_t choose_nonsense(const cf_policy_parameters *parameters, const cf_decision_view *view) {
  (void)parameters;
  return view->options;
}

static void a_policy_that_chooses_nonsense_fails_the_run(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  field f = field_make(scenario, FIELD_LOCAL, 1);
  cf_policy nonsense = *f.world->policy;
  nonsense.choose = choose_nonsense;
  f.world->policy = &nonsense;
  cf_engine_options options = {.threads = 1};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&f.world->model, &options, &diag);
  assert_non_null(engine);
  assert_int_equal(cf_engine_run(engine, scenario->duration_ns, NULL, &diag), CF_INTERNAL);
  assert_non_null(strstr(diag.entry[0].text, "not feasible"));
  cf_engine_destroy(engine);
  field_drop(&f);
}

static void an_impossible_scenario_is_told(void **unused) {
  (void)unused;
  cf_scenario *scenario = small();
  cf_storage coin = *scenario->nodes[0].storage;
  coin.esr_ohm = 30.0; /* the radio cannot be fed through it */
  scenario->nodes[0].storage = &coin;
  script s = {.refuse = CALLS};
  cf_recorder recorder = recorder_of(&s);
  cf_simulation simulation = simulation_of(scenario);
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_INPUT);
  assert_int_equal(s.count[END], 1);
  assert_int_equal(s.end_status, CF_INPUT);
  assert_non_null(strstr(row.error, "collapses the voltage"));
  cf_scenario_destroy(scenario);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calls_come_in_order),
      cmocka_unit_test(a_refusal_stops_the_run),
      cmocka_unit_test(a_stopped_run_is_incomplete),
      cmocka_unit_test(progress_goes_forward_and_can_stop_it),
      cmocka_unit_test(seed_and_repetition_name_a_history),
      cmocka_unit_test(a_policy_that_chooses_nonsense_fails_the_run),
      cmocka_unit_test(an_impossible_scenario_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
