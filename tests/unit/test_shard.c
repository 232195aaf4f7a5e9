/* Shards: whole runs or nothing after a kill at any instant, second attempts, and files that are not what they should
 * be. */
#include "shard_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include "../support/cf_test.h"

typedef struct scanned {
  uint32_t runs, done, sum;
  double value;
  char error[64];
} scanned;

static cf_status count(void *self, const cf_shard_run *run, cf_diag *diag) {
  (void)diag;
  scanned *seen = self;
  seen->runs++;
  seen->done += run->done;
  seen->sum += run->run_id;
  seen->value += run->value;
  if (run->error) snprintf(seen->error, sizeof seen->error, "%s", run->error);
  return CF_OK;
}

static cf_status scan(const char *path, const char *column, scanned *seen, cf_diag *diag) {
  cf_diag_init(diag);
  *seen = (scanned){0};
  return cf_shard_scan(path, PLAN_HASH, column, count, seen, diag);
}

static void test_runs_come_back_in_order(void **state) {
  const char *path = in_scratch(state, "1.db");
  write_shard(path, 7, 7, 1);
  write_shard(path, 2, 6, 2); /* goes on with the same file */
  scanned seen;
  cf_diag diag;
  assert_int_equal(scan(path, "loss", &seen, &diag), CF_OK);
  assert_int_equal(seen.runs, 4);
  assert_int_equal(seen.done, 4);
  assert_int_equal(seen.sum, 2 + 4 + 6 + 7);
  assert_true(seen.value == 12.5 * (2 + 4 + 6 + 7));
  assert_rows(path, "SELECT run_id, count(*) FROM decision GROUP BY 1", "2,10\n4,10\n6,10\n7,10\n");
  assert_rows(path, "SELECT count(*), sum(status = 'done'), max(threads), max(version) FROM run_exec", "4,4,1,1.2.3\n");
  assert_rows(path, "SELECT count(*) FROM decision WHERE hub_share_j <> 0.5", "0\n");
}

static void test_a_second_attempt_replaces_a_failure(void **state) {
  const char *path = in_scratch(state, "1.db");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = open_shard(path);
  cf_recorder recorder = cf_shard_recorder(shard);
  cf_run_row row = fixture_run(3);
  row.status = CF_INTERNAL;
  row.error = "the books do not close";
  assert_int_equal(recorder.begin(recorder.self, &row, &diag), CF_OK);
  assert_int_equal(deliver_rows(&recorder, 3, 5, &diag), CF_OK);
  assert_int_equal(recorder.end(recorder.self, &row, &diag), CF_OK);
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  scanned seen;
  assert_int_equal(scan(path, NULL, &seen, &diag), CF_OK);
  assert_true(seen.runs == 1 && seen.done == 0 && isnan(seen.value));
  assert_string_equal(seen.error, "the books do not close");
  write_shard(path, 3, 3, 1);
  assert_int_equal(scan(path, NULL, &seen, &diag), CF_OK);
  assert_true(seen.runs == 1 && seen.done == 1);
  assert_rows(path, "SELECT count(*) FROM decision", "10\n");
  assert_rows(path, "SELECT count(*) FROM run_exec", "1\n");
}

static void test_a_stopped_run_leaves_nothing(void **state) {
  const char *path = in_scratch(state, "1.db");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = open_shard(path);
  cf_recorder recorder = cf_shard_recorder(shard);
  cf_run_row row = fixture_run(1);
  row.status = CF_INCOMPLETE;
  assert_int_equal(recorder.begin(recorder.self, &row, &diag), CF_OK);
  assert_int_equal(deliver_rows(&recorder, 1, 5, &diag), CF_OK);
  assert_int_equal(recorder.end(recorder.self, &row, &diag), CF_OK);
  row = fixture_run(2); /* begun, never ended */
  assert_int_equal(recorder.begin(recorder.self, &row, &diag), CF_OK);
  cf_gauge gauge = {.verdict = "nothing"};
  assert_int_equal(recorder.gauge(recorder.self, 3, &gauge, &diag), CF_INTERNAL);
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  scanned seen;
  assert_int_equal(scan(path, NULL, &seen, &diag), CF_OK);
  assert_int_equal(seen.runs, 0);
  assert_rows(path, "SELECT count(*) FROM decision", "0\n");
}

static void test_one_writer_at_a_time(void **state) {
  const char *path = in_scratch(state, "1.db");
  cf_shard *shard = open_shard(path), *second = NULL;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard_options options = {.path = path, .plan_sha256 = PLAN_HASH};
  assert_int_equal(cf_shard_open(&options, &second, &diag), CF_IO);
  assert_null(second);
  assert_non_null(strstr(diag.entry[0].text, "another process is writing this shard"));
  scanned seen;
  assert_int_equal(scan(path, NULL, &seen, &diag), CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "another process is writing this shard"));
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
}

/* Glancing leaves a living writer alone, sees nothing of it, and sees all when it has ended. */
static void test_glance(void **state) {
  const char *path = in_scratch(state, "1.db");
  cf_shard *shard = open_shard(path);
  cf_recorder recorder = cf_shard_recorder(shard);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(deliver_run(&recorder, 1, 10, &diag), CF_OK);
  scanned seen = {0};
  assert_int_equal(cf_shard_glance(path, PLAN_HASH, NULL, count, &seen, &diag), CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "1.db: is being written, or was left so by a killed writer"));
  cf_diag_init(&diag);
  assert_int_equal(deliver_run(&recorder, 2, 10, &diag), CF_OK);
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  assert_int_equal(cf_shard_glance(path, PLAN_HASH, NULL, count, &seen, &diag), CF_OK);
  assert_int_equal(seen.runs, 2);
  assert_int_equal(cf_shard_glance(path, OTHER_HASH, NULL, count, &seen, &diag), CF_INPUT);
}

static void expect_refused(const char *path, cf_status status, const char *words) {
  cf_diag diag;
  scanned seen;
  cf_shard *shard = NULL;
  assert_int_equal(scan(path, NULL, &seen, &diag), status);
  if (!strstr(diag.entry[0].text, words)) fail_msg("'%s' lacks '%s'", diag.entry[0].text, words);
  cf_diag_init(&diag);
  cf_shard_options options = {.path = path, .plan_sha256 = PLAN_HASH};
  assert_int_equal(cf_shard_open(&options, &shard, &diag), status);
  assert_non_null(strstr(diag.entry[0].text, words));
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void test_foreign_files(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 1);
  expect_refused(path, CF_INPUT, "a.db: is not a shard of a sweep");
  path = in_scratch(state, "letter.db");
  write_text(path, "Dear reader");
  expect_refused(path, CF_INPUT, "letter.db: is truncated");
  path = in_scratch(state, "1.db");
  write_shard(path, 1, 1, 1);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = NULL;
  cf_shard_options options = {.path = path, .plan_sha256 = OTHER_HASH};
  assert_int_equal(cf_shard_open(&options, &shard, &diag), CF_INPUT);
  assert_non_null(
      strstr(diag.entry[0].text, "is a shard of another plan (0123456789ab...; this one is ffff456789ab...)"));
}

/* Cut anywhere, and with bytes turned over: an error, never a crash, never fewer runs without one. */
static void test_cut_and_damaged(void **state) {
  const char *path = in_scratch(state, "1.db");
  write_shard(path, 1, 40, 1);
  size_t length;
  char *bytes = read_bytes(path, &length);
  uint64_t random = 5;
  for (unsigned i = 0; i < cf_test_trials(40); i++) {
    size_t cut = (size_t)cf_test_between(&random, 0, (double)length);
    const char *copy = in_scratch(state, "cut.db");
    FILE *file = fopen(copy, "wb");
    fwrite(bytes, 1, cut, file);
    fclose(file);
    expect_refused(copy, CF_INPUT, "is truncated");
  }
  for (unsigned i = 0; i < cf_test_trials(40); i++) {
    const char *copy = in_scratch(state, "bad.db");
    FILE *file = fopen(copy, "wb");
    size_t at = (size_t)cf_test_between(&random, 100, (double)length);
    fwrite(bytes, 1, length, file);
    fseek(file, (long)at, SEEK_SET);
    for (int k = 0; k < 64; k++) fputc((int)(cf_test_next(&random) & 255), file);
    fclose(file);
    cf_diag diag;
    scanned seen;
    cf_status status = scan(copy, NULL, &seen, &diag);
    assert_true(status == CF_OK || status == CF_INPUT);
    if (status == CF_INPUT) assert_non_null(strstr(diag.entry[0].text, "bad.db: is "));
  }
  free(bytes);
}

/* A writer that is killed at any instant loses at most the run at hand. It says how far it is on a pipe. */
static void test_kill(void **state) {
  uint64_t random = 11;
  for (unsigned trial = 0; trial < cf_test_trials(10); trial++) {
    const char *path = in_scratch(state, "k.db");
    unlink(path);
    char wal[600];
    snprintf(wal, sizeof wal, "%s-wal", path);
    unlink(wal);
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
      cf_diag diag;
      cf_diag_init(&diag);
      cf_shard *shard = open_shard(path);
      cf_recorder recorder = cf_shard_recorder(shard);
      for (uint32_t run = 1;; run++) {
        if (deliver_run(&recorder, run, 10, &diag) != CF_OK) _exit(1);
        if (write(told[1], &run, sizeof run) != sizeof run) _exit(1);
      }
    }
    close(told[1]);
    uint32_t least = 0, run;
    assert_int_equal(read(told[0], &least, sizeof least), sizeof least);
    usleep((useconds_t)cf_test_between(&random, 0, 20000));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(told[0], &run, sizeof run) == sizeof run) least = run;
    close(told[0]);
    scanned seen;
    cf_diag diag;
    assert_int_equal(scan(path, NULL, &seen, &diag), CF_OK);
    assert_true(seen.runs == least || seen.runs == least + 1);
    assert_rows(path, "SELECT count(*) FROM (SELECT run_id FROM decision GROUP BY 1 HAVING count(*) <> 10)", "0\n");
    assert_rows(path, "SELECT (SELECT count(*) FROM run) = (SELECT count(DISTINCT run_id) FROM decision)", "1\n");
    assert_rows(path, "PRAGMA integrity_check", "ok\n");
  }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_runs_come_back_in_order),
      CASE(test_a_second_attempt_replaces_a_failure),
      CASE(test_a_stopped_run_leaves_nothing),
      CASE(test_one_writer_at_a_time),
      CASE(test_glance),
      CASE(test_foreign_files),
      CASE(test_cut_and_damaged),
      CASE(test_kill),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
