/* The whole world under the engine: same bits however it is run, closed books, the same weather for every policy. */
#include "fleet/world.h"

#include "config/scenario.h"
#include "fleet/node.h"
#include "fleet/results.h"
#include "fleet/simulate.h"
#include "support/sequential.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static cf_diag diag;

/* A small field that sees everything: short nights' worth of store, collisions, throttling limits within reach. */
static cf_scenario *load(const char *path, const char *const *settings, uint32_t count) {
  cf_setting list[16];
  for (uint32_t i = 0; i < count; i++) list[i] = (cf_setting){settings[i], "--set"};
  cf_load_options options = {.models_dir = "models", .settings = list, .setting_count = count};
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load(path, &options, &diag);
  if (!scenario) cf_diag_print(&diag, stderr, false);
  assert_non_null(scenario);
  return scenario;
}

static const char *const busy_field[] = {"fleet.sensors.count=60",        "duration=36 h",
                                         "place.site.nodes_each=7",       "fleet.sensors.sample_every=90 s",
                                         "fleet.gateways.nodes_each=30",  "fleet.sensors.storage.capacitance=0.12 F",
                                         "fleet.sensors.radio.channels=1"};
enum { BUSY_SETTINGS = sizeof busy_field / sizeof *busy_field };

static cf_scenario *busy(void) { return load("scenarios/agriculture.yaml", busy_field, BUSY_SETTINGS); }

enum { LOCAL, ESCALATE, RANDOM, THRESHOLD };

static cf_run_row run(const cf_scenario *scenario, uint32_t policy, cf_engine_options engine) {
  cf_recorder silent = {0};
  cf_simulation simulation = {
      .scenario = scenario, .run_id = 1, .policy = policy, .seed = scenario->seed, .engine = engine};
  cf_run_row row;
  cf_status status = cf_simulate(&simulation, &silent, &row, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return row;
}

static void assert_same(const cf_run_row *a, const cf_run_row *b) {
  assert_int_equal(a->digest.lane[0], b->digest.lane[0]);
  assert_int_equal(a->digest.lane[1], b->digest.lane[1]);
  assert_int_equal(a->events, b->events);
  assert_true(a->used_j == b->used_j && a->loss == b->loss && a->nats_gained == b->nats_gained);
}

static void how_it_is_run_does_not_matter(void **unused) {
  (void)unused;
  cf_scenario *scenario = busy();
  static const uint32_t policies[] = {ESCALATE, THRESHOLD};
  for (size_t p = 0; p < 2; p++) {
    cf_run_row plain = run(scenario, policies[p], (cf_engine_options){.threads = 1});
    if (policies[p] == ESCALATE) assert_true(plain.brownouts > 20 && plain.heard_frac < 0.95);
    static const unsigned threads[] = {1, 2, 3, 8}, shards[] = {1, 2, 7, 60};
    for (size_t t = 0; t < 4; t++) {
      for (size_t s = 0; s < 4; s++) {
        cf_run_row other = run(scenario, policies[p], (cf_engine_options){.threads = threads[t], .shards = shards[s]});
        assert_same(&plain, &other);
      }
    }
    static const int64_t divide[] = {2, 7, 1000};
    for (size_t d = 0; d < 3; d++) {
      cf_run_row other = run(scenario, policies[p],
                             (cf_engine_options){.threads = 2, .shards = 3, .window_ns = 500000000 / divide[d]});
      assert_same(&plain, &other);
    }
    for (uint64_t seed = 1; seed < 4; seed++) {
      cf_run_row other = run(scenario, policies[p], (cf_engine_options){.threads = 2, .irregular_seed = seed});
      assert_same(&plain, &other);
    }
    static const uint8_t fill[] = {0xA5, 0xFF};
    for (size_t f = 0; f < 2; f++) {
      cf_run_row other = run(scenario, policies[p], (cf_engine_options){.threads = 1, .arena_fill = fill[f]});
      assert_same(&plain, &other);
    }
  }
  cf_scenario_destroy(scenario);
}

/* A world in hand, for what cf_simulate does not show. */
typedef struct held {
  cf_scenario *scenario;
  cf_arena *arena;
  cf_world *world;
} held;

static held hold(cf_scenario *scenario, uint32_t policy, uint64_t seed) {
  held h = {.scenario = scenario, .arena = cf_arena_create(0)};
  h.world = CF_ARENA_NEW(h.arena, cf_world);
  cf_status status = cf_world_make(h.world, scenario, policy, seed, 0, h.arena, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return h;
}

static void let_go(held *h) {
  cf_world_drop(h->world);
  cf_arena_destroy(h->arena);
}

static cf_digest run_held(held *h, int64_t end) {
  cf_engine_options options = {.threads = 1};
  cf_engine *engine = cf_engine_create(&h->world->model, &options, &diag);
  assert_non_null(engine);
  assert_int_equal(cf_engine_run(engine, end, NULL, &diag), CF_OK);
  assert_int_equal(cf_engine_finish(engine, end, &diag), CF_OK);
  cf_digest digest = cf_engine_digest(engine);
  cf_engine_destroy(engine);
  return digest;
}

static void equals_the_sequential_engine(void **unused) {
  (void)unused;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    cf_scenario *scenario = busy();
    held one = hold(scenario, seed % 4, seed), two = hold(scenario, seed % 4, seed);
    cf_digest ours = run_held(&one, scenario->duration_ns), theirs;
    uint64_t events;
    assert_int_equal(cf_sequential_run(&two.world->model, scenario->duration_ns, &theirs, &events, &diag), CF_OK);
    assert_int_equal(ours.lane[0], theirs.lane[0]);
    assert_int_equal(ours.lane[1], theirs.lane[1]);
    let_go(&one);
    let_go(&two);
    cf_scenario_destroy(scenario);
  }
}

static void one_ulp_changes_the_digest(void **unused) {
  (void)unused;
  cf_scenario *scenario = busy();
  held plain = hold(scenario, THRESHOLD, 1), bent = hold(scenario, THRESHOLD, 1);
  cf_digest a = run_held(&plain, scenario->duration_ns);
  cf_engine_options options = {.threads = 1};
  cf_engine *engine = cf_engine_create(&bent.world->model, &options, &diag);
  assert_int_equal(cf_engine_run(engine, scenario->duration_ns / 3, NULL, &diag), CF_OK);
  double *store = &cf_node_body(cf_world_node(bent.world, 17))->store_j;
  *store = nextafter(*store, 0.0);
  assert_int_equal(cf_engine_run(engine, scenario->duration_ns, NULL, &diag), CF_OK);
  assert_int_equal(cf_engine_finish(engine, scenario->duration_ns, &diag), CF_OK);
  cf_digest b = cf_engine_digest(engine);
  assert_true(a.lane[0] != b.lane[0] && a.lane[1] != b.lane[1]);
  cf_engine_destroy(engine);
  let_go(&plain);
  let_go(&bent);
  cf_scenario_destroy(scenario);
}

static void all_policies_meet_the_same_world(void **unused) {
  (void)unused;
  cf_scenario *scenario = busy();
  held first = hold(scenario, 0, 5);
  (void)run_held(&first, scenario->duration_ns);
  for (uint32_t p = 1; p < scenario->policies; p++) {
    held other = hold(scenario, p, 5);
    (void)run_held(&other, scenario->duration_ns);
    for (uint32_t i = 0; i < first.world->site_count; i++) {
      const cf_site *a = &first.world->site[i], *b = &other.world->site[i];
      assert_int_equal(a->path_count, b->path_count);
      assert_int_equal(a->sky.jump_index, b->sky.jump_index);
      assert_memory_equal(a->path, b->path, sizeof a->path);
    }
    for (uint32_t i = 0; i < first.world->node_count; i++) {
      const cf_node *a = cf_world_node(first.world, i), *b = cf_world_node(other.world, i);
      assert_int_equal(a->truth_draw, b->truth_draw);
      assert_int_equal(a->truth_ns, b->truth_ns);
      assert_int_equal(a->episodes, b->episodes);
      assert_int_equal(a->slot, b->slot);
      assert_int_equal(a->sample_ns, b->sample_ns);
      assert_int_equal(a->event_samples, b->event_samples);
      assert_true(a->harvest == b->harvest && a->loss_chance == b->loss_chance);
      assert_true(fabs(a->flows.harvest_j - b->flows.harvest_j) <= 1e-11 * a->flows.harvest_j);
    }
    let_go(&other);
  }
  let_go(&first);
  cf_scenario_destroy(scenario);
}

/* Counts what the recorder is told, and keeps every row's figures alive. */
typedef struct tally {
  unsigned nodes, ledger, links, series, power, decisions, ends;
  double node_used_j, ledger_used_j, ledger_balance_j, ledger_harvest_j, brown_outs;
  int64_t last_ns;
} tally;

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *d) {
  (void)d;
  (void)self;
  assert_non_null(row->scenario);
  return CF_OK;
}
static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  t->decisions++;
  assert_true(row->latency_s > 0.0 && row->energy_j > 0.0);
  assert_true(row->t_ns >= t->last_ns);
  return CF_OK;
}
static cf_status on_power(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  t->power++;
  t->brown_outs += row->kind == CF_EVENT_BROWN_OUT;
  return CF_OK;
}
static cf_status on_series(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  t->series++;
  assert_true(row->stored_share_mean >= 0.0 && row->stored_share_mean <= 1.0 && row->sampled > 0);
  return CF_OK;
}
static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  assert_int_equal(row->node_id, t->nodes);
  t->nodes++;
  t->node_used_j += row->used_j;
  assert_true(fabs(row->energy_residual) <= 1e-9 && fabs(row->heat_residual) <= 1e-9);
  return CF_OK;
}
static cf_status on_ledger(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  t->ledger++;
  if (strcmp(row->tier, "node") != 0) return CF_OK;
  bool harvest = strcmp(row->account, "harvest") == 0;
  t->ledger_balance_j += harvest ? row->energy_j : -row->energy_j;
  if (harvest) t->ledger_harvest_j += row->energy_j;
  if (!harvest && strcmp(row->account, "spilled") != 0 && strcmp(row->account, "stored") != 0)
    t->ledger_used_j += row->energy_j;
  return CF_OK;
}
static cf_status on_link(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  tally *t = self;
  t->links++;
  assert_true(row->sent >= row->heard + row->collided + row->faded + row->deaf + row->aborted);
  return CF_OK;
}
static cf_status on_end(void *self, const cf_run_row *row, cf_diag *d) {
  (void)d;
  (void)row;
  ((tally *)self)->ends++;
  return CF_OK;
}

static void recording_changes_nothing_and_adds_up(void **unused) {
  (void)unused;
  const char *settings[BUSY_SETTINGS + 2];
  memcpy(settings, busy_field, sizeof busy_field);
  settings[BUSY_SETTINGS] = "record.decisions=all";
  settings[BUSY_SETTINGS + 1] = "record.fleet_every=17 min";
  cf_scenario *scenario = load("scenarios/agriculture.yaml", settings, BUSY_SETTINGS + 2);
  cf_run_row silent = run(scenario, RANDOM, (cf_engine_options){.threads = 1});
  tally t = {0};
  cf_recorder recorder = {&t, on_begin, on_decision, on_power, on_series, on_node, on_ledger, on_link, NULL, on_end};
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .policy = RANDOM,
                              .seed = scenario->seed,
                              .record = true,
                              .engine = {.threads = 2, .shards = 5}};
  cf_run_row loud;
  assert_int_equal(cf_simulate(&simulation, &recorder, &loud, &diag), CF_OK);
  assert_same(&silent, &loud);
  assert_int_equal(t.nodes, 60);
  assert_int_equal(t.links, 2);
  assert_int_equal(t.ends, 1);
  assert_int_equal(t.series, 36 * 60 / 17);
  assert_int_equal(t.decisions, loud.decisions);
  assert_true(t.brown_outs == (double)loud.brownouts && loud.brownouts > 0);
  assert_true(fabs(t.node_used_j - loud.used_j) <= 1e-9 * loud.used_j);
  assert_true(fabs(t.ledger_used_j - loud.used_j) <= 1e-9 * loud.used_j);
  assert_true(fabs(t.ledger_balance_j) <= 1e-9 * t.ledger_harvest_j);
  cf_scenario_destroy(scenario);
}

static void every_shipped_scenario_closes_its_books(void **unused) {
  (void)unused;
  static const struct {
    const char *path, *duration;
  } shipped[] = {{"scenarios/agriculture.yaml", "duration=1 d"},     {"scenarios/quickstart.yaml", "duration=1 d"},
                 {"scenarios/small-capacitor.yaml", "duration=3 d"}, {"scenarios/hot-module.yaml", "duration=2 d"},
                 {"scenarios/actuator.yaml", "duration=1 d"},        {"scenarios/implant.yaml", "duration=1 d"},
                 {"scenarios/infrastructure.yaml", "duration=2 d"}};
  for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
    cf_scenario *scenario = load(shipped[i].path, &shipped[i].duration, 1);
    for (uint32_t p = 0; p < scenario->policies; p++) {
      held h = hold(scenario, p, 1);
      (void)run_held(&h, scenario->duration_ns);
      for (uint32_t n = 0; n < h.world->node_count; n++) {
        assert_true(fabs(cf_node_energy_residual(h.world, n)) <= 1e-9);
        assert_true(fabs(cf_node_heat_residual(h.world, n)) <= 1e-9);
      }
      /* Law: dropping any entry above 1e-8 of the total must fail the check. */
      cf_node *node = cf_world_node(h.world, 0);
      double *entry[] = {&node->flows.harvest_j,
                         &node->flows.spilled_j,
                         &node->flows.converter_j,
                         &node->flows.leakage_j,
                         &node->flows.esr_j,
                         &node->use_j[0],
                         &node->use_j[1],
                         &node->use_j[2],
                         &node->use_j[3],
                         &node->use_j[4],
                         &node->use_j[5],
                         &node->use_j[6],
                         &cf_node_body(node)->store_j};
      double total = node->flows.harvest_j;
      for (size_t e = 0; e < sizeof entry / sizeof *entry; e++) {
        double kept = *entry[e];
        if (fabs(kept) <= 1e-8 * total) continue;
        *entry[e] = 0.0;
        assert_true(fabs(cf_node_energy_residual(h.world, 0)) > 1e-9);
        *entry[e] = kept;
      }
      let_go(&h);
    }
    cf_scenario_destroy(scenario);
  }
}

/* Watching must not touch: peeking at all nodes between two halves leaves the digest alone. */
static void peeking_touches_nothing(void **unused) {
  (void)unused;
  cf_scenario *scenario = busy();
  held plain = hold(scenario, RANDOM, 3), watched = hold(scenario, RANDOM, 3);
  cf_digest a = run_held(&plain, scenario->duration_ns);
  cf_engine_options options = {.threads = 1};
  cf_engine *engine = cf_engine_create(&watched.world->model, &options, &diag);
  for (int64_t t = scenario->duration_ns / 50; t <= scenario->duration_ns; t += scenario->duration_ns / 50) {
    assert_int_equal(cf_engine_run(engine, t, NULL, &diag), CF_OK);
    for (uint32_t n = 0; n < watched.world->node_count; n++) {
      cf_body_room room;
      cf_node_peek(watched.world, n, t, &room);
      assert_true(room.body.store_j >= 0.0 && isfinite(room.body.mode[0]));
    }
  }
  assert_int_equal(cf_engine_finish(engine, scenario->duration_ns, &diag), CF_OK);
  cf_digest b = cf_engine_digest(engine);
  assert_int_equal(a.lane[0], b.lane[0]);
  assert_int_equal(a.lane[1], b.lane[1]);
  cf_engine_destroy(engine);
  let_go(&plain);
  let_go(&watched);
  cf_scenario_destroy(scenario);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(how_it_is_run_does_not_matter),
      cmocka_unit_test(equals_the_sequential_engine),
      cmocka_unit_test(one_ulp_changes_the_digest),
      cmocka_unit_test(all_policies_meet_the_same_world),
      cmocka_unit_test(recording_changes_nothing_and_adds_up),
      cmocka_unit_test(every_shipped_scenario_closes_its_books),
      cmocka_unit_test(peeking_touches_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
