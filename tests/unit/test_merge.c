/* Merging: the same bytes however the runs lie, duplicates that agree and that do not, failures, and errors that leave
 * what was there. */
#include "shard_fixture.h"

#include "../support/cf_test.h"

enum { RUNS = 48, MOST_SHARDS = 100 };

typedef struct shards {
  uint32_t count;
  char name[MOST_SHARDS][512];
  const char *path[MOST_SHARDS];
} shards;

static void add(shards *all, void **state, const char *prefix) {
  snprintf(all->name[all->count], sizeof all->name[0], "%s/%s-%u.db", (const char *)*state, prefix, all->count);
  all->path[all->count] = all->name[all->count];
  all->count++;
}

static cf_merge_options options_of(const char *plan, const shards *all, const char *output) {
  return (cf_merge_options){.plan = plan,
                            .plan_sha256 = PLAN_HASH,
                            .shard = all->path,
                            .shards = all->count,
                            .output = output,
                            .runs = RUNS,
                            .finished = true};
}

static cf_merged merge(const cf_merge_options *options) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_merged merged;
  cf_status status = cf_merge(options, &merged, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return merged;
}

static void expect_refused(const cf_merge_options *options, cf_status status, const char *words) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_merged merged;
  assert_int_equal(cf_merge(options, &merged, &diag), status);
  if (!strstr(diag.entry[0].text, words)) fail_msg("'%s' lacks '%s'", diag.entry[0].text, words);
}

static void expect_same_bytes(const char *a, const char *b) {
  size_t length_a, length_b;
  char *bytes_a = read_bytes(a, &length_a), *bytes_b = read_bytes(b, &length_b);
  assert_int_equal(length_a, length_b);
  assert_memory_equal(bytes_a, bytes_b, length_a);
  free(bytes_a);
  free(bytes_b);
}

static void shuffle(shards *all, uint64_t *random) {
  for (uint32_t i = all->count; i > 1; i--) {
    uint32_t k = (uint32_t)cf_test_between(random, 0, i);
    const char *other = all->path[k];
    all->path[k] = all->path[i - 1];
    all->path[i - 1] = other;
  }
}

static void test_same_bytes_however_it_was_cut(void **state) {
  const char *plan = in_scratch(state, "plan.db"), *one = in_scratch(state, "one.db");
  write_plan(plan);
  shards all = {0};
  add(&all, state, "whole");
  write_shard(all.path[0], 1, RUNS, 1);
  cf_merge_options options = options_of(plan, &all, one);
  cf_merged merged = merge(&options);
  assert_int_equal(merged.done, RUNS);
  assert_rows(one, "SELECT count(*), min(run_id), max(run_id) FROM run", "48,1,48\n");
  assert_rows(one, "SELECT count(*) FROM decision", "480\n");
  assert_rows(one, "SELECT * FROM points", "1,0.5 F,0.5\n2,1 F,1\n");
  assert_rows(one, "SELECT col FROM doc WHERE tbl = 'points' AND col = 'storage_f'", "storage_f\n");
  assert_rows(one, "SELECT count(*) FROM constant WHERE run_id = 3", "3\n");
  assert_rows(one, "SELECT value FROM meta WHERE key = 'finished'", "yes\n");
  assert_rows(one, "PRAGMA integrity_check", "ok\n");
  assert_rows(in_scratch(state, "one.exec.db"), "SELECT count(*) FROM run_exec", "48\n");
  static const uint32_t cuts[] = {2, 7, 20, MOST_SHARDS};
  uint64_t random = 3;
  for (unsigned c = 0; c < sizeof cuts / sizeof cuts[0]; c++) {
    shards parts = {0};
    char prefix[16];
    snprintf(prefix, sizeof prefix, "cut%u", cuts[c]);
    for (uint32_t i = 0; i < cuts[c]; i++) {
      add(&parts, state, prefix);
      write_shard(parts.path[i], i + 1, RUNS, cuts[c]); /* interleaved; many have no run at all */
    }
    shuffle(&parts, &random);
    const char *output = in_scratch(state, "cut.db");
    options = options_of(plan, &parts, output);
    merge(&options);
    expect_same_bytes(one, output);
  }
}

static void test_duplicates(void **state) {
  const char *plan = in_scratch(state, "plan.db"), *output = in_scratch(state, "a.db");
  write_plan(plan);
  shards all = {0};
  add(&all, state, "s");
  add(&all, state, "s");
  write_shard(all.path[0], 1, 6, 1);
  write_shard(all.path[1], 4, 9, 1); /* 4, 5 and 6 again */
  cf_merge_options options = options_of(plan, &all, output);
  cf_merged merged = merge(&options);
  assert_int_equal(merged.duplicates, 3);
  assert_int_equal(merged.done, 9);
  assert_rows(output, "SELECT count(*) FROM decision", "90\n");
  /* One that differs. */
  add(&all, state, "s");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = open_shard(all.path[2]);
  cf_recorder recorder = cf_shard_recorder(shard);
  cf_run_row row = fixture_run(5);
  row.digest.lane[1]++;
  assert_int_equal(recorder.begin(recorder.self, &row, &diag), CF_OK);
  assert_int_equal(recorder.end(recorder.self, &row, &diag), CF_OK);
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  options = options_of(plan, &all, output);
  size_t length, after;
  char *before = read_bytes(output, &length);
  expect_refused(&options, CF_INTERNAL, "run 5 came out differently in ");
  char *now = read_bytes(output, &after);
  assert_int_equal(length, after);
  assert_memory_equal(before, now, length); /* what was there stays */
  free(before);
  free(now);
}

static void test_done_wins_over_failed(void **state) {
  const char *plan = in_scratch(state, "plan.db"), *output = in_scratch(state, "a.db");
  write_plan(plan);
  shards all = {0};
  add(&all, state, "s");
  add(&all, state, "s");
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = open_shard(all.path[0]);
  cf_recorder recorder = cf_shard_recorder(shard);
  for (uint32_t run = 1; run <= 2; run++) {
    cf_run_row row = fixture_run(run);
    row.status = CF_INTERNAL;
    row.error = "no memory";
    assert_int_equal(recorder.begin(recorder.self, &row, &diag), CF_OK);
    assert_int_equal(recorder.end(recorder.self, &row, &diag), CF_OK);
  }
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  write_shard(all.path[1], 2, 3, 1);
  cf_merge_options options = options_of(plan, &all, output);
  cf_merged merged = merge(&options);
  assert_true(merged.done == 2 && merged.failed == 1);
  assert_rows(output, "SELECT run_id, status, error FROM run", "1,failed,no memory\n2,done,\n3,done,\n");
}

static cf_status add_trial(void *self, sqlite3 *database, cf_diag *diag) {
  (void)self, (void)diag;
  return sqlite3_exec(database,
                      "INSERT INTO trial VALUES (49, 'random', 1, 0, 7, 'policies.random.ask=10 %', 'loss', 3.5, NULL)",
                      NULL, NULL, NULL) == SQLITE_OK
             ? CF_OK
             : CF_IO;
}

/* Runs behind the plan's are trials of a tuning. */
static void test_trials_are_no_runs(void **state) {
  const char *plan = in_scratch(state, "plan.db"), *output = in_scratch(state, "a.db");
  write_plan(plan);
  shards all = {0};
  add(&all, state, "s");
  write_shard(all.path[0], RUNS - 1, RUNS + 4, 1);
  cf_merge_options options = options_of(plan, &all, output);
  options.fill = add_trial;
  options.finished = false;
  cf_merged merged = merge(&options);
  assert_int_equal(merged.done, 2);
  assert_rows(output, "SELECT max(run_id) FROM run", "48\n");
  assert_rows(output, "SELECT max(run_id) FROM ledger", "48\n");
  assert_rows(output, "SELECT run_id, value FROM trial", "49,3.5\n");
  assert_rows(output, "SELECT value FROM meta WHERE key = 'finished'", "no\n");
}

static void test_errors(void **state) {
  const char *plan = in_scratch(state, "plan.db"), *output = in_scratch(state, "a.db");
  write_plan(plan);
  shards all = {0};
  add(&all, state, "s");
  add(&all, state, "t");
  write_shard(all.path[0], 1, 3, 1);
  write_fixture(all.path[1], 1, 1);
  cf_merge_options options = options_of(plan, &all, output);
  expect_refused(&options, CF_INPUT, "t-1.db: is not a shard of a sweep");
  options.shards = 1;
  options.plan_sha256 = OTHER_HASH;
  expect_refused(&options, CF_INPUT, "is a shard of another plan");
  options.plan_sha256 = PLAN_HASH;
  options.output = in_scratch(state, "none/such/a.db");
  expect_refused(&options, CF_IO, "none/such");
  options.output = all.path[0];
  expect_refused(&options, CF_IO, "exists and is not a coldfleet database");
  const int stop = 1;
  options.output = output;
  options.stop = &stop;
  expect_refused(&options, CF_INTERRUPTED, "stopped");
  assert_int_equal(access(output, F_OK), -1);
  options.stop = NULL;
  write_fixture(output, 2, 1); /* results of something else */
  expect_refused(&options, CF_IO, "a.db: holds other results than this sweep's");
  assert_rows(output, "SELECT count(*) FROM run", "2\n");
  assert_int_equal(unlink(output), 0);
  merge(&options);
  merge(&options); /* its own are replaced */
  assert_rows(output, "SELECT count(*) FROM run", "3\n");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_same_bytes_however_it_was_cut),
      CASE(test_duplicates),
      CASE(test_done_wins_over_failed),
      CASE(test_trials_are_no_runs),
      CASE(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
