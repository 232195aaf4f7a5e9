/* Databases for the tests of sim/store: a small scenario, and runs with a few rows of every kind whose values follow
 * from the run's number. Every test has a scratch directory of its own under /tmp, removed at the end. */
#ifndef CF_TEST_STORE_FIXTURE_H
#define CF_TEST_STORE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <ftw.h>
#include <cmocka.h>

#include "base/ticks.h"
#include "fleet/recorder.h"
#include "store/query.h"
#include "store/writer.h"

/* ---- scratch directories ------------------------------------------------------------------------------------------
 */

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static inline int make_scratch(void **state) {
  char *directory = strdup("/tmp/cf-store-XXXXXX");
  if (!directory || !mkdtemp(directory) || chmod(directory, 0755) != 0) return -1;
  *state = directory;
  return 0;
}

static inline int remove_scratch(void **state) {
  nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  free(*state);
  return 0;
}

/* "DIRECTORY/NAME" in a static buffer; eight calls later it is used again. */
static inline const char *in_scratch(void **state, const char *name) {
  static char path[8][512];
  static unsigned next;
  char *at = path[next++ % 8];
  snprintf(at, sizeof path[0], "%s/%s", (const char *)*state, name);
  return at;
}

/* ---- the scenario -------------------------------------------------------------------------------------------------
 */

static const cf_constant fixture_constants[] = {
    {"sensors.storage.leakage", 5.0, "uA", 2.0, 12.0, 'A', "data sheet of a similar part", "p. 3"},
    {"sensors.device.sleep_power", 5.0, "uW", (double)NAN, (double)NAN, 'V', "STM32U575 data sheet", "table 40"},
    {"sensors.count", 3.0, "1", (double)NAN, (double)NAN, 'S', "", ""},
};

static const cf_input_file fixture_inputs[] = {
    {"field.yaml", "name: field\n", 12, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
    {"models/empty.yaml", "", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
};

static const cf_scenario fixture_scenario = {
    .name = "field", .constants = 3, .constant = fixture_constants, .inputs = 2, .input = fixture_inputs};
static const cf_scenario *const fixture_scenarios[] = {&fixture_scenario};

static inline cf_writer_options fixture_options(const char *path) {
  return (cf_writer_options){.path = path, .scenario = fixture_scenarios, .scenarios = 1, .version = "1.2.3"};
}

/* ---- runs ---------------------------------------------------------------------------------------------------------
 */

static inline cf_run_row fixture_run(uint32_t run_id) {
  static const char *const policy[] = {"always-local", "always-escalate", "random", "confidence-threshold"};
  double k = run_id;
  return (cf_run_row){.run_id = run_id,
                      .point_id = 1,
                      .scenario = "field",
                      .policy = policy[(run_id - 1) % 4],
                      .rep = (run_id - 1) / 4,
                      .seed = 7,
                      .digest = {{UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210) + run_id}},
                      .math_id = UINT64_C(0xa1b2c3d4e5f60718),
                      .events = 1000 + run_id,
                      .nodes = 3,
                      .sim_s = 86400,
                      .samples = 864,
                      .decisions = 800,
                      .loss = 12.5 * k,
                      .episodes = 10,
                      .missed = run_id % 3,
                      .false_alarms = 4,
                      .accuracy = 0.99 - 0.01 * k,
                      .base_rate = 0.25,
                      .local_frac = 0.75,
                      .heard_frac = 0.5,
                      .down_frac = 0.125,
                      .brownouts = 3,
                      .throttled_s = 0,
                      .harvest_j = 1000,
                      .spilled_j = 900,
                      .used_j = 90,
                      .hub_used_j = 400,
                      .tokens = NAN,
                      .nats_gained = 45,
                      .rise_mean_k = 0.25 * k,
                      .heat_used_frac = 0.001,
                      .loop_gain = 0.5 * k,
                      .entropy_j_per_k = 2 * k,
                      .temp_max_k = 313.15,
                      .mean_air_k = 283.15,
                      .cost_usd = NAN,
                      .carbon_g = NAN,
                      .energy_residual = 1e-13,
                      .heat_residual = 2e-13,
                      .curve_error = NAN,
                      .curve_error_k = 0.0625,
                      .bit_residual = NAN,
                      .assumed = 1,
                      .wall_s = 0.5,
                      .cpu_s = 0.25};
}

/* The ledger closes: 1000 = 900 + 10 + 20 + 15 + 2 + 3 + 50, and the rises sum to that of fixture_node. */
static const cf_ledger_row fixture_ledger[] = {
    {"node", "sensors", "harvest", 1000, 0, 0},
    {"node", "sensors", "spilled", 900, 0, 0},
    {"node", "sensors", "stored", 10, 0, 0},
    {"node", "sensors", "converter", 20, 20, 0.125},
    {"node", "sensors", "leakage", 15, 15, 0.0625},
    {"node", "sensors", "silicon", 2, 2, 0.015625},
    {"node", "sensors", "sleep", 3, 3, 0.03125},
    {"node", "sensors", "sense", 50, 50, 0.5},
    {"node", "sensors", "decide", 0, 0, 0},
    {"node", "sensors", "sun", 0, 120, 2},
    {"node", "sensors", "heat-kept", 0, 0, -0.25},
    {"hub", "gateways", "mains", 400, 0, (double)NAN},
    {"hub", "gateways", "idle", 360, 360, (double)NAN},
    {"hub", "gateways", "think", 40, 40, (double)NAN},
};

static inline cf_decision_row fixture_decision(uint32_t i) {
  return (cf_decision_row){.node_id = i % 3,
                           .slot = i,
                           .t_ns = (int64_t)i * INT64_C(300000000000) + 1,
                           .tier = i % 4 == 0 ? "hub" : "node",
                           .truth = i % 2,
                           .answer = i % 5 == 0 ? 1 : i % 2,
                           .correct = i % 5 != 0 || i % 2 == 1,
                           .on_time = true,
                           .loss = i % 5 == 0 ? 1.0 : 0.0,
                           .energy_j = 0.0125,
                           .latency_s = 0.25,
                           .sent_bits = i % 4 == 0 ? 160 : 0,
                           .raw_bits = 294912,
                           .surprise_nats = 0.5,
                           .gained_nats = -0.25 + 0.001 * i};
}

static inline cf_node_row fixture_node(uint32_t i) {
  return (cf_node_row){.node_id = i,
                       .grp = "sensors",
                       .site_id = i / 2,
                       .hub_id = i == 2 ? UINT32_MAX : 0,
                       .harvest_factor = 0.5 + i,
                       .capacitance_factor = 1,
                       .leakage_factor = 1.5,
                       .margin_db = NAN,
                       .harvest_j = 333,
                       .brownouts = 1,
                       .down_s = 3600.0 * i,
                       .throttled_s = 1800,
                       .temp_max_k = 313.15 + i,
                       .rise_mean_k = 2.484375,
                       .thermal_budget_w = 8 - i,
                       .heat_used_frac = 0.125 * (i + 1),
                       .capacity_left = i == 2 ? NAN : 0.75 + 0.125 * i,
                       .life_s = i == 0 ? 7200 : NAN,
                       .dose_s = i == 0 ? 150 : NAN,
                       .decisions = 266,
                       .correct = 260,
                       .asked = 40,
                       .answered = 30,
                       .loss = 4};
}

/* What one run delivers. `decisions`: how many of those. Stops at the first error. */
static inline cf_status deliver_rows(const cf_recorder *to, uint32_t run_id, uint32_t decisions, cf_diag *diag) {
  cf_status status = CF_OK;
  for (uint32_t i = 0; status == CF_OK && i < decisions; i++) {
    cf_decision_row row = fixture_decision(i);
    status = to->decision(to->self, run_id, &row, diag);
  }
  for (uint32_t i = 0; status == CF_OK && i <= CF_EVENT_CHECKPOINT; i++) {
    cf_power_event_row row = {.node_id = i % 3,
                              .t_ns = (int64_t)i * CF_NS_PER_S,
                              .hour_local = 3.5 + i,
                              .kind = (cf_power_event_kind)i,
                              .short_j = i == 0 ? 0.5 : (double)NAN};
    status = to->power_event(to->self, run_id, &row, diag);
  }
  for (uint32_t i = 0; status == CF_OK && i < 24; i++) {
    cf_series_row row = {.t_ns = (int64_t)i * 3600 * CF_NS_PER_S,
                         .grp = "sensors",
                         .sampled = 3,
                         .stored_mean_j = 2.0 + i,
                         .stored_min_j = 1.0,
                         .stored_share_mean = 0.5,
                         .stored_share = {0.125, 0.25, 0.5, 0.75, 0.875},
                         .temp_mean_k = 290.15,
                         .temp_max_k = 293.15,
                         .temp_k = {288.15, 289.15, 290.15, 291.15, 292.15},
                         .throttled = 1,
                         .full = 2};
    status = to->series(to->self, run_id, &row, diag);
  }
  for (uint32_t i = 0; status == CF_OK && i < 3; i++) {
    cf_node_row row = fixture_node(i);
    status = to->node(to->self, run_id, &row, diag);
  }
  for (uint32_t i = 0; status == CF_OK && i < sizeof fixture_ledger / sizeof *fixture_ledger; i++)
    status = to->ledger(to->self, run_id, &fixture_ledger[i], diag);
  cf_link_row link = {0, "sx1301", 200, 100, 40, 30, 20, 5, 5, 7, 2, 12.5, 1.25};
  if (status == CF_OK) status = to->link(to->self, run_id, &link, diag);
  cf_gauge gauge = {150, 1.5, 0.00001, (double)NAN, "night"};
  if (status == CF_OK) status = to->gauge(to->self, run_id, &gauge, diag);
  return status;
}

static inline cf_status deliver_run(const cf_recorder *to, uint32_t run_id, uint32_t decisions, cf_diag *diag) {
  cf_run_row row = fixture_run(run_id);
  cf_status status = to->begin(to->self, &row, diag);
  if (status == CF_OK) status = deliver_rows(to, run_id, decisions, diag);
  return status == CF_OK ? to->end(to->self, &row, diag) : status;
}

/* A finished database of `runs` runs. */
static inline void write_fixture(const char *path, uint32_t runs, uint32_t decisions) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(path);
  cf_writer *writer;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  cf_recorder recorder = cf_writer_recorder(writer);
  for (uint32_t run = 1; run <= runs; run++) assert_int_equal(deliver_run(&recorder, run, decisions, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
}

/* ---- looking ------------------------------------------------------------------------------------------------------
 */

/* All bytes of the stream, which is closed; the caller frees them. */
static inline char *read_stream(FILE *file, size_t *length) {
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  long size = ftell(file);
  assert_true(size >= 0);
  rewind(file);
  char *bytes = malloc((size_t)size + 1);
  assert_non_null(bytes);
  *length = fread(bytes, 1, (size_t)size, file);
  bytes[*length] = '\0';
  fclose(file);
  assert_int_equal(*length, size);
  return bytes;
}

static inline char *read_bytes(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  return read_stream(file, length);
}

/* The query's output as text; the caller frees it. Fails the test when the query does. */
static inline char *ask_as(const char *path, const char *sql, cf_format format) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  if (cf_database_open(path, &database, &diag) != CF_OK) {
    cf_diag_print(&diag, stderr, false);
    fail();
  }
  FILE *out = tmpfile();
  assert_non_null(out);
  cf_query_options options = {.format = format};
  cf_status status = cf_query_print(database, sql, &options, out, &diag);
  cf_database_close(database);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  size_t length;
  return read_stream(out, &length);
}

/* The rows as CSV without the line of names equal `expected`. */
static inline void assert_rows(const char *path, const char *sql, const char *expected) {
  char *text = ask_as(path, sql, CF_FORMAT_CSV);
  assert_non_null(strchr(text, '\n'));
  assert_string_equal(strchr(text, '\n') + 1, expected);
  free(text);
}

static inline double ask_number(const char *path, const char *sql) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  double value;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_OK);
  assert_int_equal(cf_query_number(database, sql, &value, &diag), CF_OK);
  cf_database_close(database);
  return value;
}

static inline void assert_same_bytes(const char *a, const char *b) {
  size_t length_a, length_b;
  char *bytes_a = read_bytes(a, &length_a), *bytes_b = read_bytes(b, &length_b);
  assert_int_equal(length_a, length_b);
  assert_memory_equal(bytes_a, bytes_b, length_a);
  free(bytes_a);
  free(bytes_b);
}

#endif
