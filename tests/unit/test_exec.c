/* The database of the execution: one row per run; what is not known is NULL. */
#include "store_fixture.h"

#include "store/exec.h"

static void test_rows(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const char *path = in_scratch(state, "a.exec.db");
  const cf_exec_options options = {path, false, NULL, "coldfleet run a.yaml", 2};
  cf_exec *exec;
  assert_int_equal(cf_exec_open(&options, &exec, &diag), CF_OK);
  cf_exec_row row = {1, CF_RUN_DONE, 3000, 2.0, 1.5, 0};
  assert_int_equal(cf_exec_put(exec, &row, &diag), CF_OK);
  row = (cf_exec_row){2, CF_RUN_UNFINISHED, 0, (double)NAN, (double)NAN, 86400};
  assert_int_equal(cf_exec_put(exec, &row, &diag), CF_OK);
  row = (cf_exec_row){3, CF_RUN_FAILED, 5, 0.0, 0.0, 86400}; /* 5 / 0 events per second are not infinite */
  assert_int_equal(cf_exec_put(exec, &row, &diag), CF_OK);
  row = (cf_exec_row){3, CF_RUN_DONE, 5, 1.0, 1.0, 86400}; /* a second attempt takes the place of the first */
  assert_int_equal(cf_exec_put(exec, &row, &diag), CF_OK);
  assert_int_equal(cf_exec_close(exec, &diag), CF_OK);
  assert_rows(path,
              "SELECT run_id, status, ended_utc, wall_s, cpu_s, events_per_s, threads, version, command FROM run_exec",
              "1,done,1970-01-01T00:00:00Z,2,1.5,1500,2,,coldfleet run a.yaml\n"
              "2,unfinished,1970-01-02T00:00:00Z,,,,2,,coldfleet run a.yaml\n"
              "3,done,1970-01-02T00:00:00Z,1,1,5,2,,coldfleet run a.yaml\n");
  assert_rows(path,
              "SELECT count(*) FROM run_exec WHERE host IS NULL OR machine IS NULL OR os IS NULL OR compiler IS "
              "NULL OR rss_max_bytes < 100000",
              "0\n");
}

static void test_it_cannot_be_opened_in_a_place_that_is_taken(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_exec_options options = {*state, true, NULL, NULL, 0};
  cf_exec *exec;
  assert_int_equal(cf_exec_open(&options, &exec, &diag), CF_IO);
  assert_null(exec);
  assert_int_equal(cf_exec_close(NULL, &diag), CF_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rows, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_it_cannot_be_opened_in_a_place_that_is_taken, make_scratch, remove_scratch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
