/* What the tuning leaves in a results database: trials, what was found, and the settings of every point. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "campaign_fixture.h"
#include "store/file.h"
#include "store/shard.h"
#include "sweep/round.h"

static fixture f;
static cf_diag diag;

static int set_up(void **state) {
  char path[512];
  if (make_scratch(state) != 0) return -1;
  fixture_make(&f, 2);
  fixture_tune(&f, 4, 2);
  fixture_count(&f);
  cf_diag_init(&diag);
  snprintf(f.campaign.directory, sizeof f.campaign.directory, "%s", (const char *)*state);
  snprintf(path, sizeof path, "%s/shards", (const char *)*state);
  return mkdir(path, 0755);
}

/* The loss of a trial: its number, but for one evaluation that is best. */
static double loss_of(uint32_t number) { return number / 4 == 2 ? 1 : 100 + number; }

/* The runs of the present round, but for those that fail. */
static void work(void **state, const char *shard_name, uint32_t failing) {
  cf_outcomes all;
  cf_round round;
  cf_shard *shard;
  cf_shard_options options = {.path = in_scratch(state, shard_name), .plan_sha256 = f.campaign.plan_sha256};
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(cf_campaign_next(&f.campaign, &all, 1, false, &round, &diag), CF_OK);
  assert_int_equal(cf_shard_open(&options, &shard, &diag), CF_OK);
  cf_recorder to = cf_shard_recorder(shard);
  for (uint32_t i = 0; i < round.list.count; i++) {
    uint32_t id = round.list.run_id[i];
    cf_run_row row = fixture_run(id);
    row.point_id = 1;
    row.loss = loss_of(id - f.campaign.runs - 1);
    if (id == failing) row.error = "broken";
    if (id == failing) row.status = CF_INTERNAL;
    assert_int_equal(to.begin(to.self, &row, &diag), CF_OK);
    assert_int_equal(to.end(to.self, &row, &diag), CF_OK);
  }
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
  cf_round_free(&round);
  cf_outcomes_free(&all);
}

static cf_status fill(void *self, sqlite3 *database, cf_diag *own) {
  (void)self;
  assert_int_equal(sqlite3_exec(database,
                                "INSERT INTO points VALUES (1, 'a'), (2, 'b');"
                                "INSERT INTO setting VALUES (1, 1, 'duration=1 d'), (1, 2, 'seed=7')",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  return cf_campaign_fill(&f.campaign, database, own);
}

static const char *make_results(void **state) {
  sqlite3 *database;
  const char *path = in_scratch(state, "results.db");
  cf_status status = cf_file_make(path, CF_KIND_RESULTS, true, fill, NULL, &database, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  assert_int_equal(cf_file_settle(&database, path, &diag), CF_OK);
  return path;
}

static void test_nothing_is_tuned(void **state) {
  f.plan.tunes = false;
  const char *path = make_results(state);
  assert_rows(path, "SELECT (SELECT count(*) FROM trial), (SELECT count(*) FROM tuned), count(*) FROM setting",
              "0,0,2\n");
}

static void test_half_of_it(void **state) {
  const char *path = make_results(state);
  assert_rows(path, "SELECT count(*) FROM trial", "0\n");
  work(state, "shards/1.db", f.campaign.runs + 2);
  path = make_results(state);
  /* run_id 13 is trial 0: evaluation 1, replication 0, the first policy */
  assert_rows(path,
              "SELECT run_id, policy, evaluation, rep, seed, setting, metric, value, hex(digest) FROM trial LIMIT 2",
              "13,random,1,0,1001,policies.random.ask=25 %,loss,100,0123456789ABCDEFFEDCBA987654321D\n"
              "14,confidence-threshold,1,0,1001,policies.confidence-threshold.look_again_below=74.95 % "
              "policies.confidence-threshold.ask_below=0.03162,loss,,\"\"\n");
  assert_rows(path, "SELECT evaluation, count(*), count(value) FROM trial GROUP BY 1", "1,4,3\n2,4,4\n");
  assert_rows(path, "SELECT (SELECT count(*) FROM tuned), count(*) FROM setting", "0,2\n");
}

static void test_all_of_it(void **state) {
  work(state, "shards/1.db", 0);
  work(state, "shards/2.db", 0);
  const char *path = make_results(state);
  assert_rows(path, "SELECT evaluation, count(*), avg(value) FROM trial GROUP BY 1",
              "1,4,101.5\n2,4,105.5\n3,4,1\n4,4,113.5\n");
  /* what is found is what the best evaluation was run with, and what every point is set to */
  assert_rows(path, "SELECT policy, parameter, unit, low, high, on_edge FROM tuned ORDER BY policy, parameter",
              "confidence-threshold,ask_below,\"\",0.001,1,0\n"
              "confidence-threshold,look_again_below,%,50,99.9,0\n"
              "random,ask,%,0,50,0\n");
  assert_rows(path,
              "SELECT DISTINCT 'policies.random.ask=' || printf('%!.15g', value) || ' %' = (SELECT setting FROM "
              "trial WHERE policy = 'random' AND evaluation = 3) FROM tuned WHERE policy = 'random'",
              "1\n");
  assert_rows(path, "SELECT point_id, group_concat(n) FROM (SELECT * FROM setting ORDER BY point_id, n) GROUP BY 1",
              "1,\"1,2,3,4,5\"\n2,\"1,2,3\"\n");
  assert_rows(path,
              "SELECT count(*) FROM setting AS a JOIN setting AS b ON a.text = b.text WHERE a.point_id = 1 AND "
              "b.point_id = 2 AND a.n = b.n + 2",
              "3\n");
  assert_rows(path,
              "SELECT setting = (SELECT text FROM setting WHERE point_id = 1 AND n = 3) FROM trial WHERE "
              "policy = 'random' AND evaluation = 3 AND rep = 0",
              "1\n");
}

static void test_a_damaged_shard(void **state) {
  FILE *file = fopen(in_scratch(state, "shards/1.db"), "w");
  assert_non_null(file);
  fclose(file);
  sqlite3 *database;
  assert_int_equal(cf_file_make(in_scratch(state, "r.db"), CF_KIND_RESULTS, true, fill, NULL, &database, &diag),
                   CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "1.db"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_nothing_is_tuned),
      CASE(test_half_of_it),
      CASE(test_all_of_it),
      CASE(test_a_damaged_shard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
