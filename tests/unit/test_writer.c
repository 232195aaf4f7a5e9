/* The writer: every row type comes back, nothing undefined or infinite is stored, equal runs give equal bytes whatever
 * the threads do, and an existing file is safe. */
#include "store_fixture.h"

#include <pthread.h>

static cf_writer *open_writer(const char *path) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(path);
  cf_writer *writer = NULL;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  return writer;
}

static cf_status close_quietly(cf_writer *writer) {
  cf_diag diag;
  cf_diag_init(&diag);
  return cf_writer_close(writer, &diag);
}

static void test_run_comes_back(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 2, 10);
  assert_rows(
      path,
      "SELECT run_id, point_id, scenario, policy, rep, seed, status, error, hex(digest), math_id, events, nodes, "
      "sim_s, samples, decisions, loss, episodes, missed, false_alarms, accuracy FROM run",
      "1,1,field,always-local,0,7,done,,0123456789ABCDEFFEDCBA9876543211,a1b2c3d4e5f60718,1001,3,86400,864,800,"
      "12.5,10,1,4,0.98\n"
      "2,1,field,always-escalate,0,7,done,,0123456789ABCDEFFEDCBA9876543212,a1b2c3d4e5f60718,1002,3,86400,864,"
      "800,25,10,2,4,0.97\n");
  assert_rows(path,
              "SELECT base_rate, local_frac, heard_frac, down_frac, brownouts, throttled_s, harvest_j, spilled_j, "
              "used_j, hub_used_j, tokens, nats_gained, rise_mean_k, heat_used_frac, loop_gain, entropy_j_per_k, "
              "temp_max_degc, mean_air_degc, cost_usd, carbon_g, energy_residual, heat_residual, bit_residual, "
              "curve_error, curve_error_k, assumed FROM run WHERE run_id = 1",
              "0.25,0.75,0.5,0.125,3,0,1000,900,90,400,,45,0.25,0.001,0.5,2,40,10,,,1e-13,2e-13,,,0.0625,1\n");
  /* NULL where it was NAN, and nowhere else */
  assert_rows(path, "SELECT count(*) FROM run WHERE tokens IS NULL AND cost_usd IS NULL AND bit_residual IS NULL",
              "2\n");
}

static void test_rows_come_back(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 10);
  assert_rows(path, "SELECT * FROM decision WHERE decision_id IN (0, 3)",
              "1,0,0,1e-09,hub,0,1,0,1,1,0.0125,0.5,0.25,160,294912,0.5,-0.25,\n"
              "1,0,3,900.000000001,node,1,1,1,1,0,0.0125,0.5,0.25,0,294912,0.5,-0.247,\n");
  assert_rows(path, "SELECT * FROM power_event",
              "1,1,0,0,3.5,brown-out,0.5\n1,2,1,1,4.5,power-good,\n1,3,2,2,5.5,throttle,\n1,4,0,3,6.5,unthrottle,\n"
              "1,5,1,4,7.5,shut-down,\n1,6,2,5,8.5,cooled,\n1,7,0,6,9.5,checkpoint,\n");
  assert_rows(path, "SELECT * FROM series WHERE t_s = 7200",
              "1,7200,sensors,3,4,1,0.5,0.125,0.25,0.5,0.75,0.875,17,20,15,16,17,18,19,0,1,2\n");
  assert_rows(path, "SELECT * FROM node WHERE node_id <> 1",
              "1,0,sensors,0,0,0.5,1,1.5,,333,0,0,0,0,0,1,0,1800,40,2.484375,8,0.125,0.75,2,2.5,266,260,40,30,4,0,0\n"
              "1,2,sensors,1,,2.5,1,1.5,,333,0,0,0,0,0,1,7200,1800,42,2.484375,6,0.375,,,,266,260,40,30,4,0,0\n");
  assert_rows(path, "SELECT * FROM ledger WHERE account IN ('sense', 'idle') ORDER BY account",
              "1,hub,gateways,idle,360,360,,,\n1,node,sensors,sense,50,50,0.5,,\n");
  assert_rows(path, "SELECT * FROM link", "1,0,sx1301,200,100,40,30,20,5,5,7,2,12.5,1.25\n");
  assert_rows(path, "SELECT * FROM gauge", "1,150,1.5,1e-05,,night\n");
  assert_rows(path, "SELECT * FROM constant ORDER BY path",
              "1,sensors.count,3,1,,,S,\"\",\"\",\n"
              "1,sensors.device.sleep_power,5,uW,,,V,STM32U575 data sheet,table 40,\n"
              "1,sensors.storage.leakage,5,uA,2,12,A,data sheet of a similar part,p. 3,\n");
  assert_rows(path, "SELECT input_id, scenario, path, length_bytes, CAST(bytes AS TEXT), typeof(bytes) FROM input",
              "1,field,field.yaml,12,\"name: field\n\",blob\n2,field,models/empty.yaml,0,\"\",blob\n");
  assert_rows(path, "SELECT * FROM meta", "finished,yes\nproduct,coldfleet\nversion,1.2.3\n");
  assert_rows(path, "PRAGMA integrity_check", "ok\n");
}

static void test_settings_stand_at_each_point(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_setting settings[] = {{"seed=3", "--set#1"}, {"fleet.sensors.count=5", "--set#2"}};
  cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
  options.settings = settings;
  options.setting_count = 2;
  options.runs_planned = 8;
  cf_writer *writer;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_rows(options.path, "SELECT value FROM meta WHERE key = 'runs_planned'", "8\n");
  assert_rows(options.path, "SELECT * FROM points", "1,field\n");
  assert_rows(options.path, "SELECT * FROM setting", "1,1,seed=3\n1,2,fleet.sensors.count=5\n");
}

static void test_finished_file_stands_alone(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 10);
  size_t length;
  char *bytes = read_bytes(path, &length);
  assert_int_equal(bytes[18], 1); /* file format: 1 is the rollback journal, 2 is WAL */
  assert_int_equal(bytes[19], 1);
  free(bytes);
  static const char *const companions[] = {"a.db-wal", "a.db-shm", "a.db-journal", "a.exec.db-wal", "a.exec.db-shm"};
  for (unsigned i = 0; i < 5; i++) assert_int_not_equal(access(in_scratch(state, companions[i]), F_OK), 0);
  assert_int_equal(ask_number(path, "PRAGMA application_id"), 0x434c4446);
}

static void test_execution_is_beside(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 2, 0);
  char exec[512];
  assert_true(cf_exec_path(path, exec, sizeof exec));
  assert_string_equal(exec, in_scratch(state, "a.exec.db"));
  assert_rows(exec, "SELECT run_id, status, wall_s, cpu_s, events_per_s, version FROM run_exec",
              "1,done,0.5,0.25,2002,1.2.3\n2,done,0.5,0.25,2004,1.2.3\n");
  assert_rows(exec, "SELECT count(*) FROM run_exec WHERE host <> '' AND ended_utc GLOB '20*T*Z' AND cpus > 0", "2\n");
}

static void test_exec_path(void **state) {
  (void)state;
  char path[32];
  assert_true(cf_exec_path("out/a.db", path, sizeof path));
  assert_string_equal(path, "out/a.exec.db");
  assert_true(cf_exec_path("a.sqlite", path, sizeof path));
  assert_string_equal(path, "a.sqlite.exec.db");
  assert_true(cf_exec_path("out/.db", path, sizeof path));
  assert_string_equal(path, "out/.db.exec.db");
  assert_false(cf_exec_path("0123456789012345678901234567890.db", path, sizeof path));
}

/* ---- what is refused ----------------------------------------------------------------------------------------------
 */

static void assert_refused(cf_status status, cf_status expected, const cf_diag *diag, const char *fragment) {
  assert_int_equal(status, expected);
  assert_true(diag->stored > 0);
  if (!strstr(diag->entry[diag->stored - 1].text, fragment))
    fail_msg("'%s' lacks '%s'", diag->entry[diag->stored - 1].text, fragment);
}

static void test_infinity_and_missing_values_are_refused(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer *writer = open_writer(in_scratch(state, "a.db"));
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row run = fixture_run(1);
  assert_int_equal(to.begin(to.self, &run, &diag), CF_OK);
  cf_gauge gauge = {(double)INFINITY, 1, 1, 1, "nothing"};
  assert_refused(to.gauge(to.self, 1, &gauge, &diag), CF_INTERNAL, &diag, "run 1: gauge.sun_ratio is infinite");
  cf_ledger_row ledger = {"node", "sensors", "sense", (double)NAN, 0, 0};
  assert_refused(to.ledger(to.self, 1, &ledger, &diag), CF_INTERNAL, &diag, "ledger.energy_j is not defined");
  ledger = (cf_ledger_row){"node", NULL, "sense", 1, 0, 0};
  assert_refused(to.ledger(to.self, 1, &ledger, &diag), CF_INTERNAL, &diag, "ledger.grp is not defined");
  cf_link_row link = {.radio = "r", .sent = UINT64_MAX};
  assert_refused(to.link(to.self, 1, &link, &diag), CF_INTERNAL, &diag, "link.sent is above 2^63 - 1");
  run.loss = (double)-INFINITY;
  assert_refused(to.end(to.self, &run, &diag), CF_INTERNAL, &diag, "run.loss is infinite");
  run.loss = 0;
  assert_int_equal(to.end(to.self, &run, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_rows(in_scratch(state, "a.db"), "SELECT count(*) FROM ledger", "0\n");
}

static void test_calls_out_of_order_are_refused(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer *writer = open_writer(in_scratch(state, "a.db"));
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row run = fixture_run(1);
  assert_refused(to.end(to.self, &run, &diag), CF_INTERNAL, &diag, "run 1 has not begun");
  assert_int_equal(to.begin(to.self, &run, &diag), CF_OK);
  assert_refused(to.begin(to.self, &run, &diag), CF_INTERNAL, &diag, "run 1 begins twice");
  assert_int_equal(to.end(to.self, &run, &diag), CF_OK);
  assert_refused(to.begin(to.self, &run, &diag), CF_INTERNAL, &diag, "run 1 begins twice");
  run = fixture_run(2);
  run.scenario = "forest";
  assert_refused(to.begin(to.self, &run, &diag), CF_INTERNAL, &diag, "does not know scenario 'forest'");
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
}

static void test_equal_names_of_scenarios_are_refused(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_scenario *const twice[] = {&fixture_scenario, &fixture_scenario};
  cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
  options.scenario = twice;
  options.scenarios = 2;
  cf_writer *writer;
  assert_refused(cf_writer_open(&options, &writer, &diag), CF_INPUT, &diag, "two scenarios are named 'field'");
  assert_null(writer);
}

/* ---- ends other than done -----------------------------------------------------------------------------------------
 */

static void test_failed_run_keeps_its_rows_and_says_why(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer *writer = open_writer(in_scratch(state, "a.db"));
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row run = fixture_run(1);
  assert_int_equal(to.begin(to.self, &run, &diag), CF_OK);
  assert_int_equal(deliver_rows(&to, 1, 5, &diag), CF_OK);
  run.status = CF_INTERNAL;
  run.error = "node 2: the die melts";
  assert_int_equal(to.end(to.self, &run, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  const char *path = in_scratch(state, "a.db");
  assert_rows(path, "SELECT status, error, (SELECT count(*) FROM decision) FROM run",
              "failed,node 2: the die melts,5\n");
  assert_rows(path, "SELECT value FROM meta WHERE key = 'finished'", "yes\n");
}

static void test_stopped_run_stays_unfinished(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer *writer = open_writer(in_scratch(state, "a.db"));
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row first = fixture_run(1), third = fixture_run(3);
  assert_int_equal(to.begin(to.self, &first, &diag), CF_OK);
  assert_int_equal(deliver_run(&to, 2, 5, &diag), CF_OK);
  assert_int_equal(to.begin(to.self, &third, &diag), CF_OK); /* never ends */
  assert_int_equal(deliver_rows(&to, 1, 5, &diag), CF_OK);
  first.status = CF_INTERRUPTED;
  assert_int_equal(to.end(to.self, &first, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  const char *path = in_scratch(state, "a.db");
  assert_rows(path, "SELECT run_id, status, loss FROM run ORDER BY run_id",
              "1,unfinished,\n2,done,25\n3,unfinished,\n");
  assert_rows(path, "SELECT DISTINCT run_id FROM decision", "2\n");
  assert_rows(path, "SELECT value FROM meta WHERE key = 'finished'", "no\n");
}

static void test_run_is_announced_when_it_begins(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer *writer = open_writer(in_scratch(state, "a.db"));
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row run = fixture_run(1);
  assert_int_equal(to.begin(to.self, &run, &diag), CF_OK);
  /* What another process would find if this one died now: the two files, as they are. */
  const char *copy = in_scratch(state, "copy.db");
  char command[1200];
  size_t length;
  for (int wal = 0; wal < 2; wal++) {
    snprintf(command, sizeof command, "%s%s", in_scratch(state, "a.db"), wal ? "-wal" : "");
    char *bytes = read_bytes(command, &length);
    snprintf(command, sizeof command, "%s%s", copy, wal ? "-wal" : "");
    FILE *file = fopen(command, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    free(bytes);
  }
  assert_rows(copy, "SELECT run_id, policy, status, nodes FROM run", "1,always-local,unfinished,\n");
  assert_int_equal(close_quietly(writer), CF_OK);
}

/* ---- same bytes ---------------------------------------------------------------------------------------------------
 */

enum { RUNS = 12, DECISIONS = 400 };

static void test_two_writes_give_equal_bytes(void **state) {
  write_fixture(in_scratch(state, "a.db"), 4, 2000);
  write_fixture(in_scratch(state, "b.db"), 4, 2000);
  assert_same_bytes(in_scratch(state, "a.db"), in_scratch(state, "b.db"));
}

static void test_order_of_delivery_does_not_show(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  write_fixture(in_scratch(state, "a.db"), RUNS, DECISIONS);
  cf_writer *writer = open_writer(in_scratch(state, "b.db"));
  cf_recorder to = cf_writer_recorder(writer);
  for (uint32_t run = RUNS; run >= 1; run--) { /* all begin, backwards */
    cf_run_row row = fixture_run(run);
    assert_int_equal(to.begin(to.self, &row, &diag), CF_OK);
  }
  for (uint32_t i = 0; i < RUNS; i++) { /* 5 is coprime to 12: a shuffle */
    uint32_t run = (i * 5 + 7) % RUNS + 1;
    cf_run_row row = fixture_run(run);
    assert_int_equal(deliver_rows(&to, run, DECISIONS, &diag), CF_OK);
    assert_int_equal(to.end(to.self, &row, &diag), CF_OK);
  }
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_same_bytes(in_scratch(state, "a.db"), in_scratch(state, "b.db"));
}

typedef struct worker {
  cf_recorder to;
  uint32_t *next;
  cf_status status;
} worker;

static void *deliver_some(void *argument) {
  worker *self = argument;
  cf_diag diag;
  cf_diag_init(&diag);
  for (;;) {
    uint32_t run = __atomic_fetch_add(self->next, 1, __ATOMIC_RELAXED);
    if (run > RUNS) return NULL;
    if (run % 3 == 1) usleep(2000); /* later runs overtake */
    cf_status status = deliver_run(&self->to, run, DECISIONS, &diag);
    if (status != CF_OK) self->status = status;
  }
}

static void test_threads_do_not_show(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  write_fixture(in_scratch(state, "a.db"), RUNS, DECISIONS);
  for (int repeat = 0; repeat < 5; repeat++) {
    cf_writer_options options = fixture_options(in_scratch(state, "b.db"));
    options.replace = true;
    cf_writer *writer;
    assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
    uint32_t next = 1;
    worker self[3];
    pthread_t thread[3];
    for (int i = 0; i < 3; i++) {
      self[i] = (worker){cf_writer_recorder(writer), &next, CF_OK};
      assert_int_equal(pthread_create(&thread[i], NULL, deliver_some, &self[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
      pthread_join(thread[i], NULL);
      assert_int_equal(self[i].status, CF_OK);
    }
    assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
    assert_same_bytes(in_scratch(state, "a.db"), in_scratch(state, "b.db"));
  }
}

/* More than the spool keeps in memory. */
static void test_large_runs_come_back(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 80000);
  assert_rows(path, "SELECT count(*), min(decision_id), max(decision_id), sum(decision_id) FROM decision",
              "80000,0,79999,3199960000\n");
  assert_rows(path,
              "SELECT count(*) FROM (SELECT decision_id, row_number() OVER () AS n FROM decision) "
              "WHERE n <> decision_id + 1",
              "0\n");
}

/* ---- the place ----------------------------------------------------------------------------------------------------
 */

static void assert_open_fails(const char *path, bool replace, const char *fragment) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(path);
  options.replace = replace;
  cf_writer *writer;
  cf_status status = cf_writer_open(&options, &writer, &diag);
  assert_null(writer);
  assert_refused(status, CF_IO, &diag, fragment);
  if (!strstr(diag.entry[0].text, path) && !strstr(path, "/no/")) fail_msg("'%s' lacks the path", diag.entry[0].text);
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void test_existing_files_are_safe(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 0);
  assert_open_fails(path, false, "--force");
  assert_rows(path, "SELECT count(*) FROM run", "1\n");
  const char *text = in_scratch(state, "letter.txt"), *empty = in_scratch(state, "empty.db");
  write_text(text,
             "Dear reader, this letter is longer than a hundred bytes, so that it could be taken for a header, "
             "which it is not.\n");
  write_text(empty, "");
  assert_open_fails(text, true, "is not a coldfleet database");
  assert_open_fails(text, false, "is not a coldfleet database");
  assert_open_fails(empty, true, "is not a coldfleet database");
  assert_int_equal(access(in_scratch(state, "letter.txt.exec.db"), F_OK), -1);
  size_t length;
  char *bytes = read_bytes(text, &length);
  assert_int_equal(strncmp(bytes, "Dear reader", 11), 0);
  free(bytes);
}

static void test_a_foreign_exec_file_is_safe(void **state) {
  write_text(in_scratch(state, "a.exec.db"), "mine");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
  cf_writer *writer;
  assert_refused(cf_writer_open(&options, &writer, &diag), CF_IO, &diag, "a.exec.db: exists and is not a coldfleet");
  assert_int_equal(access(options.path, F_OK), -1);
}

static void test_replace(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
  write_fixture(options.path, 3, 10);
  options.replace = true;
  cf_writer *writer, *second;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  /* not while somebody writes it */
  assert_refused(cf_writer_open(&options, &second, &diag), CF_IO, &diag, "another process is using it");
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_rows(options.path, "SELECT count(*) FROM run", "0\n");
}

static void test_bad_places(void **state) {
  assert_open_fails(*state, true, "it is a directory");
  assert_open_fails(in_scratch(state, "no/such/a.db"), false, "No such file or directory");
  write_text(in_scratch(state, "file"), "x");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(in_scratch(state, "file/a.db"));
  cf_writer *writer;
  assert_refused(cf_writer_open(&options, &writer, &diag), CF_IO, &diag, "not a directory");
}

static void test_last_part_of_the_directory_is_made(void **state) {
  write_fixture(in_scratch(state, "out/a.db"), 1, 0);
  assert_rows(in_scratch(state, "out/a.db"), "SELECT count(*) FROM run", "1\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_run_comes_back),
      CASE(test_rows_come_back),
      CASE(test_settings_stand_at_each_point),
      CASE(test_finished_file_stands_alone),
      CASE(test_execution_is_beside),
      cmocka_unit_test(test_exec_path),
      CASE(test_infinity_and_missing_values_are_refused),
      CASE(test_calls_out_of_order_are_refused),
      CASE(test_equal_names_of_scenarios_are_refused),
      CASE(test_failed_run_keeps_its_rows_and_says_why),
      CASE(test_stopped_run_stays_unfinished),
      CASE(test_run_is_announced_when_it_begins),
      CASE(test_two_writes_give_equal_bytes),
      CASE(test_order_of_delivery_does_not_show),
      CASE(test_threads_do_not_show),
      CASE(test_large_runs_come_back),
      CASE(test_existing_files_are_safe),
      CASE(test_a_foreign_exec_file_is_safe),
      CASE(test_replace),
      CASE(test_bad_places),
      CASE(test_last_part_of_the_directory_is_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
