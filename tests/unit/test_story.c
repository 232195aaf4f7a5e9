/* A node's story: listening changes nothing, the story closes, and it says what the recorder says. */
#include "fleet/story.h"

#include "fixtures/fleet/field.h"

/* What one story adds up to, and what the recorder says of the same node beside it. */
typedef struct heard {
  double joule[CF_STORY_ACCOUNTS];
  double nats, look_nats, worst_look;
  uint64_t events, kind[CF_STORY_KINDS], correct, uplinks[CF_LINK_REFUSED + 1];
  int64_t last_ns;
  cf_story_kind last;
  bool ordered;
  cf_story_books books;
  cf_status answer; /* of the listener */
  cf_node_row row;
  bool has_row;
  uint32_t node;
  uint64_t power_events, power_matched, decisions, decisions_matched;
  cf_power_event_row power[512];
  uint64_t powers_heard;
  int64_t power_ns[512];
  cf_decision_row decision[8192];
  cf_decision_row told[8192];
} heard;

static bool is_power(cf_story_kind kind) { return kind >= CF_STORY_BROWN_OUT && kind <= CF_STORY_CHECKPOINT; }

static cf_status listen(void *self, const cf_story_event *event, cf_diag *diag) {
  heard *to = self;
  if (to->events == 0) assert_int_equal(event->kind, CF_STORY_BEGINS);
  to->ordered = to->ordered && event->t_ns >= to->last_ns;
  to->last_ns = event->t_ns;
  to->last = event->kind;
  to->events++;
  to->kind[event->kind]++;
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) to->joule[a] += event->joule[a];
  if (is_power(event->kind) && to->powers_heard < 512) to->power_ns[to->powers_heard++] = event->t_ns;
  if (event->kind == CF_STORY_UPLINK) to->uplinks[event->link]++;
  if (event->kind == CF_STORY_SENSES) to->look_nats = 0.0;
  if (event->kind == CF_STORY_SAYS || event->kind == CF_STORY_HEARS) to->look_nats += event->gained_nats;
  if (event->kind == CF_STORY_REPORTS) {
    if (to->kind[CF_STORY_REPORTS] <= 8192) to->told[to->kind[CF_STORY_REPORTS] - 1] = event->decision;
    to->nats += event->decision.gained_nats;
    to->correct += event->decision.correct;
    to->worst_look = fmax(to->worst_look, fabs(to->look_nats - event->decision.gained_nats));
  }
  if (event->books) to->books = *event->books;
  return to->answer == CF_OK ? CF_OK : cf_fail(diag, to->answer, "enough");
}

static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag) {
  (void)run_id, (void)diag;
  heard *to = self;
  if (row->node_id != to->node) return CF_OK;
  to->row = *row;
  to->has_row = true;
  return CF_OK;
}

static cf_status on_power(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *diag) {
  (void)run_id, (void)diag;
  heard *to = self;
  if (row->node_id == to->node && to->power_events < 512) to->power[to->power_events++] = *row;
  return CF_OK;
}

static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *diag) {
  (void)run_id, (void)diag;
  heard *to = self;
  if (row->node_id == to->node && to->decisions < 8192) to->decision[to->decisions++] = *row;
  return CF_OK;
}

static cf_digest simulate(const cf_scenario *scenario, uint32_t policy, unsigned threads,
                          const cf_story_listener *listener, heard *to, cf_status expected) {
  cf_recorder recorder = {.self = to};
  if (to) recorder = (cf_recorder){.self = to, .node = on_node, .power_event = on_power, .decision = on_decision};
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .point_id = 1,
                              .policy = policy,
                              .seed = scenario->seed,
                              .record = to != NULL,
                              .story = listener,
                              .engine = {.threads = threads}};
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_simulate(&simulation, &recorder, &row, &diag);
  if (status != expected) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, expected);
  return row.digest;
}

static void near(double a, double b, double through, const char *what) {
  if (!(fabs(a - b) <= 1e-9 * through)) fail_msg("%s: %.17g and %.17g", what, a, b);
}

static double uses_j(const heard *to) {
  double sum = 0.0;
  for (uint32_t a = CF_ACCOUNT_CONVERTER; a < CF_STORY_ACCOUNTS; a++) sum += to->joule[a];
  return sum;
}

/* The story's sums against the node's books and against what the recorder was told. */
static void check_sums(const heard *to) {
  double through = fmax(to->row.harvest_j, to->row.used_j + to->row.spilled_j);
  assert_true(to->has_row && through > 0.0);
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) near(to->joule[a], to->books.joule[a], through, cf_story_account(a));
  near(to->joule[CF_ACCOUNT_HARVEST], to->row.harvest_j, through, "harvest");
  near(to->joule[CF_ACCOUNT_SPILLED], to->row.spilled_j, through, "spilled");
  near(to->joule[CF_ACCOUNT_STORED], to->row.stored_end_j - to->row.stored_start_j, through, "stored");
  near(uses_j(to), to->row.used_j, through, "used");
  near(to->joule[CF_ACCOUNT_HARVEST], to->joule[CF_ACCOUNT_SPILLED] + to->joule[CF_ACCOUNT_STORED] + uses_j(to),
       through, "balance");
  near(to->nats, to->books.nats, 1.0 + fabs(to->books.nats), "nats");
  assert_true(to->worst_look < 1e-5); /* what was believed before the looks is kept as a float */
  assert_int_equal(to->kind[CF_STORY_REPORTS], to->row.decisions);
  assert_int_equal(to->correct, to->row.correct);
  assert_int_equal(to->kind[CF_STORY_HEARS], to->row.answered);
  assert_int_equal(to->kind[CF_STORY_BROWN_OUT] + to->kind[CF_STORY_SAVED], to->row.brownouts);
}

static void check_rows(const heard *to) {
  assert_int_equal(to->powers_heard, to->power_events);
  for (uint64_t i = 0; i < to->power_events; i++) assert_int_equal(to->power_ns[i], to->power[i].t_ns);
  assert_true(to->decisions == to->kind[CF_STORY_REPORTS]);
  for (uint64_t i = 0; i < to->decisions; i++) {
    assert_int_equal(to->told[i].t_ns, to->decision[i].t_ns);
    assert_int_equal(to->told[i].reported_ns, to->decision[i].reported_ns);
    assert_int_equal(to->told[i].answer, to->decision[i].answer);
    assert_true(to->told[i].energy_j == to->decision[i].energy_j);
  }
}

/* Frames end once: heard, lost or broken off. One may be in the air at the end. */
static void check_frames(const heard *to) {
  uint64_t ended = 0;
  for (uint32_t i = 0; i <= CF_LINK_BROKEN_OFF; i++) ended += to->uplinks[i];
  uint64_t asked = to->kind[CF_STORY_ASKS];
  assert_true(ended == asked || ended + 1 == asked);
  assert_true(to->kind[CF_STORY_HUB_ANSWERS] <= to->uplinks[CF_LINK_HEARD]);
  assert_true(to->kind[CF_STORY_LISTENS] >= to->kind[CF_STORY_HEARS] + to->kind[CF_STORY_SILENCE]);
}

static void tell_one(const cf_scenario *scenario, uint32_t policy, uint32_t node, cf_digest plain) {
  heard *to = calloc(1, sizeof *to);
  assert_non_null(to);
  *to = (heard){.node = node, .ordered = true};
  cf_story_listener listener = {.node = node, .look_every_ns = INT64_C(1800) * CF_NS_PER_S, .self = to, .tell = listen};
  for (unsigned threads = 1; threads <= 2; threads++) {
    *to = (heard){.node = node, .ordered = true};
    cf_digest told = simulate(scenario, policy, threads, &listener, to, CF_OK);
    assert_memory_equal(&told, &plain, sizeof told);
    assert_true(to->ordered);
    assert_int_equal(to->last, CF_STORY_ENDS);
    assert_int_equal(to->last_ns, scenario->duration_ns);
    assert_int_equal(to->kind[CF_STORY_BEGINS], 1);
    assert_int_equal(to->kind[CF_STORY_LOOK], scenario->duration_ns / listener.look_every_ns);
    check_sums(to);
    check_rows(to);
    check_frames(to);
  }
  free(to);
}

/* Every shipped scenario, small; of each group the first node, and the last of all. */
static void listening_changes_nothing(void **unused) {
  (void)unused;
  static const struct {
    const char *path;
    const char *settings[6];
  } small[] = {
      {"scenarios/quickstart.yaml", {"duration=1 d"}},
      {"scenarios/small-capacitor.yaml", {"duration=3 d", "fleet.sensors.count=4"}},
      {"scenarios/agriculture.yaml", {"duration=14 h", "fleet.sensors.count=60"}},
      {"scenarios/hot-module.yaml", {"duration=70 min", "start=2026-07-01T17:00:00Z"}},
      {"scenarios/implant.yaml", {"duration=16 h"}},
      {"scenarios/infrastructure.yaml", {"duration=6 d"}},
      {"scenarios/actuator.yaml", {"duration=8 h"}},
  };
  for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
    const char *settings[9] = {"record.nodes=true", "record.decisions=all", "record.power_events=true"};
    for (int k = 0; k < 6 && small[i].settings[k]; k++) settings[3 + k] = small[i].settings[k];
    cf_scenario *scenario = field_load(small[i].path, settings);
    for (uint32_t policy = 0; policy < scenario->policies; policy++) {
      cf_digest plain = simulate(scenario, policy, 1, NULL, NULL, CF_OK);
      uint32_t first = 0;
      for (uint32_t g = 0; g < scenario->node_groups; g++) {
        tell_one(scenario, policy, first, plain);
        first += scenario->nodes[g].count;
      }
      tell_one(scenario, policy, first - 1, plain);
    }
    cf_scenario_destroy(scenario);
  }
}

/* A small store that is emptied: the whole way from the brown-out to the next report is told. */
static void a_night_is_told(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=2 d", "fleet.sensors.count=1", "record.nodes=true", NULL};
  cf_scenario *scenario = field_load("scenarios/small-capacitor.yaml", settings);
  heard *to = calloc(1, sizeof *to);
  assert_non_null(to);
  to->ordered = true;
  cf_story_listener listener = {.node = 0, .self = to, .tell = listen};
  simulate(scenario, 0, 1, &listener, to, CF_OK);
  assert_true(to->kind[CF_STORY_BROWN_OUT] >= 1);
  assert_int_equal(to->kind[CF_STORY_POWER_GOOD], to->kind[CF_STORY_AWAKE]);
  assert_true(to->kind[CF_STORY_POWER_GOOD] >= 1);
  assert_true(to->kind[CF_STORY_SKIPS] > 50);
  assert_int_equal(to->kind[CF_STORY_LOOK], 0);
  uint64_t slots = to->kind[CF_STORY_SENSES] + to->kind[CF_STORY_SKIPS];
  assert_true(slots == 576);
  assert_true(to->kind[CF_STORY_SENSES] - to->kind[CF_STORY_REPORTS] <= to->kind[CF_STORY_LOSES] + 1);
  free(to);
  cf_scenario_destroy(scenario);
}

static cf_status sum_links(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *diag) {
  (void)run_id, (void)diag;
  *(cf_link_row *)self = *row;
  return CF_OK;
}

/* A fleet of one node: what became of its frames is what its hub counts. */
static void a_lone_sender_is_all_that_its_hub_hears(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=10 h", "fleet.sensors.count=1",
                                         "fleet.sensors.radio={model: sx1276-eu868, margin: 2 dB, fading: 8 dB}", NULL};
  cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
  heard *to = calloc(1, sizeof *to);
  assert_non_null(to);
  to->ordered = true;
  cf_story_listener listener = {.node = 0, .self = to, .tell = listen};
  cf_link_row link = {0};
  cf_recorder recorder = {.self = &link, .link = sum_links};
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .point_id = 1,
                              .policy = FIELD_ESCALATE,
                              .seed = 1,
                              .record = true,
                              .story = &listener,
                              .engine = {.threads = 1}};
  cf_run_row row;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_OK);
  assert_true(link.faded > 0 && link.heard > 0);
  assert_int_equal(to->kind[CF_STORY_ASKS], link.sent);
  assert_int_equal(to->uplinks[CF_LINK_HEARD], link.heard);
  assert_int_equal(to->uplinks[CF_LINK_FADED], link.faded);
  assert_int_equal(to->uplinks[CF_LINK_BROKEN_OFF], link.aborted);
  assert_int_equal(to->uplinks[CF_LINK_DEAF], link.deaf);
  assert_true(to->kind[CF_STORY_FADED] > 0 && to->kind[CF_STORY_HEARS] > 0);
  free(to);
  cf_scenario_destroy(scenario);
}

typedef struct few_events {
  cf_story_event event[8];
  uint32_t count;
} few_events;

static cf_status keep(void *self, const cf_story_event *event, cf_diag *diag) {
  (void)diag;
  few_events *to = self;
  assert_true(to->count < 8);
  to->event[to->count++] = *event;
  return CF_OK;
}

/* A hub's events of a window come after all of the node's, and are told in their time; no account is forgotten. */
static void events_are_told_in_order_with_every_account(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=1 d", NULL};
  field f = field_make(field_load("scenarios/implant.yaml", settings), 0, 1);
  uint32_t index = f.scenario->nodes[0].count; /* the first recorder: its battery ages */
  few_events told = {.count = 0};
  cf_story_listener listener = {.node = index, .self = &told, .tell = keep};
  cf_story story;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_story_begin(f.world, &story, &listener, &diag), CF_OK);
  cf_node *node = cf_world_node(f.world, index);
  const cf_node_class *class = cf_world_class_of(f.world, index);
  cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  assert_non_null(more);
  more->aged_j += 1.0;
  more->silicon_paid_j += 2.0;
  node->flows.esr_j += 4.0;
  cf_at at = {.world = f.world, .node = node, .class = class, .index = index, .t_ns = 3 * CF_NS_PER_S};
  cf_story_note(&at, (cf_story_event){.kind = CF_STORY_AWAKE});
  at.index = index + 1; /* another node: nothing */
  cf_story_note(&at, (cf_story_event){.kind = CF_STORY_AWAKE});
  at.index = index;
  at.t_ns = CF_NS_PER_S; /* as a hub's would stand, behind later ones */
  cf_story_note(&at, (cf_story_event){.kind = CF_STORY_COOLED});
  assert_int_equal(cf_story_hand_over(&story, &diag), CF_OK);
  assert_int_equal(told.count, 3);
  assert_int_equal(told.event[0].kind, CF_STORY_BEGINS);
  assert_int_equal(told.event[1].kind, CF_STORY_COOLED);
  assert_int_equal(told.event[2].kind, CF_STORY_AWAKE);
  assert_true(told.event[2].joule[CF_ACCOUNT_AGED] == 1.0);
  assert_true(told.event[2].joule[CF_ACCOUNT_SILICON] == 2.0);
  assert_true(told.event[2].joule[CF_ACCOUNT_ESR] == 4.0);
  assert_true(told.event[1].joule[CF_ACCOUNT_AGED] == 0.0);
  cf_story_end(&story);
  f.world->story = NULL;
  field_drop(&f);
}

static void there_must_be_such_a_node(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  heard *to = calloc(1, sizeof *to);
  assert_non_null(to);
  cf_story_listener listener = {.node = 10, .self = to, .tell = listen};
  simulate(scenario, 0, 1, &listener, NULL, CF_USAGE);
  assert_int_equal(to->events, 0);
  free(to);
  cf_scenario_destroy(scenario);
}

static void a_listener_may_end_the_run(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  heard *to = calloc(1, sizeof *to);
  assert_non_null(to);
  to->answer = CF_IO;
  cf_story_listener listener = {.node = 0, .self = to, .tell = listen};
  simulate(scenario, 0, 1, &listener, NULL, CF_IO);
  assert_int_equal(to->events, 1);
  free(to);
  cf_scenario_destroy(scenario);
}

static void names_are_distinct(void **unused) {
  (void)unused;
  for (uint32_t i = 0; i < CF_STORY_KINDS; i++) {
    assert_non_null(cf_story_name[i]);
    for (uint32_t k = 0; k < i; k++) assert_string_not_equal(cf_story_name[i], cf_story_name[k]);
  }
  for (uint32_t i = 0; i < CF_STORY_ACCOUNTS; i++)
    for (uint32_t k = 0; k < i; k++) assert_string_not_equal(cf_story_account(i), cf_story_account(k));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(listening_changes_nothing),
      cmocka_unit_test(a_night_is_told),
      cmocka_unit_test(a_lone_sender_is_all_that_its_hub_hears),
      cmocka_unit_test(events_are_told_in_order_with_every_account),
      cmocka_unit_test(there_must_be_such_a_node),
      cmocka_unit_test(a_listener_may_end_the_run),
      cmocka_unit_test(names_are_distinct),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
