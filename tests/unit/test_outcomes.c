/* What all shards say together: one outcome for each run, done ones first, equal digests demanded. */
#include "store_fixture.h"

#include "campaign_fixture.h"
#include "store/shard.h"

static fixture f;
static cf_diag diag;

static int set_up(void **state) {
  char path[512];
  if (make_scratch(state) != 0) return -1;
  fixture_make(&f, 5);
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  cf_diag_init(&diag);
  snprintf(f.campaign.directory, sizeof f.campaign.directory, "%s", (const char *)*state);
  snprintf(path, sizeof path, "%s/shards", (const char *)*state);
  return mkdir(path, 0755);
}

static cf_shard *open_shard(const char *name, const char *sha256) {
  char path[CF_CAMPAIGN_PATH + 64];
  cf_shard *shard;
  snprintf(path, sizeof path, "%s/shards/%s", f.campaign.directory, name);
  cf_shard_options options = {.path = path, .plan_sha256 = sha256, .version = "1.2.3"};
  assert_int_equal(cf_shard_open(&options, &shard, &diag), CF_OK);
  return shard;
}

static void put(cf_shard *shard, uint32_t run_id, const char *error, uint64_t digest) {
  cf_recorder to = cf_shard_recorder(shard);
  cf_run_row row = fixture_run(run_id);
  row.point_id = 1;
  row.error = error;
  row.status = error ? CF_INTERNAL : CF_OK;
  row.digest.lane[1] += digest;
  row.missed = 1000 + run_id;
  assert_int_equal(to.begin(to.self, &row, &diag), CF_OK);
  assert_int_equal(to.end(to.self, &row, &diag), CF_OK);
}

static void close_shard(cf_shard *shard) { assert_int_equal(cf_shard_close(shard, &diag), CF_OK); }

static void test_no_shards(void **state) {
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(all.count, 0);
  assert_int_equal(all.shards, 0);
  cf_outcomes_free(&all);
  assert_int_equal(rmdir(in_scratch(state, "shards")), 0);
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(all.count, 0);
  cf_outcomes_free(&all);
}

static void test_shards_unite(void **state) {
  cf_shard *b = open_shard("b.db", f.campaign.plan_sha256);
  put(b, 7, NULL, 0);
  put(b, 2, "b says no", 0);
  put(b, 3, NULL, 0);
  put(b, 9, "b says no", 0);
  close_shard(b);
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256);
  put(a, 2, NULL, 0);
  put(a, 3, "a says no", 0);
  put(a, 9, "a says no", 0);
  put(a, 10, "a says no", 0);
  put(a, 7, NULL, 0);
  close_shard(a);
  FILE *other = fopen(in_scratch(state, "shards/notes.txt"), "w");
  assert_non_null(other);
  fclose(other);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(all.shards, 2);
  assert_string_equal(all.shard[0], in_scratch(state, "shards/a.db"));
  assert_string_equal(all.shard[1], in_scratch(state, "shards/b.db"));
  static const uint32_t id[] = {2, 3, 7, 9, 10};
  assert_int_equal(all.count, 5);
  for (uint32_t i = 0; i < 5; i++) {
    assert_int_equal(all.outcome[i].run_id, id[i]);
    assert_int_equal(all.outcome[i].done, i < 3);
    if (i < 3) {
      assert_null(all.outcome[i].error);
      assert_true(all.outcome[i].value == fixture_run(id[i]).loss);
      cf_digest digest = fixture_run(id[i]).digest;
      assert_memory_equal(&all.outcome[i].digest, &digest, sizeof digest);
      assert_true(all.outcome[i].wall_s == 0.5F && all.outcome[i].cpu_s == 0.25F);
    } else {
      assert_true(isnan(all.outcome[i].value));
      assert_string_equal(all.outcome[i].error, "a says no");
    }
  }
  assert_ptr_equal(all.outcome[3].error, all.outcome[4].error);
  cf_outcomes_free(&all);
}

/* Runs are watched by one column, trials by another. */
static void test_trials_have_a_column_of_their_own(void **state) {
  (void)state;
  f.plan.tune_column = "missed";
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256);
  uint32_t trial = f.campaign.runs + 3;
  put(a, 1, NULL, 0);
  put(a, trial, NULL, 0);
  put(a, trial + 1, "broken", 0);
  put(a, trial + 2, NULL, 0);
  close_shard(a);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_true(all.outcome[0].value == fixture_run(1).loss);
  assert_true(all.outcome[1].value == 1000 + trial);
  assert_true(isnan(all.outcome[2].value));
  assert_true(all.outcome[3].value == 1000 + trial + 2);
  cf_outcomes_free(&all);
}

static void test_repetitions_must_agree(void **state) {
  (void)state;
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256), *b = open_shard("b.db", f.campaign.plan_sha256);
  put(a, 5, NULL, 0);
  put(b, 5, NULL, 1);
  close_shard(a);
  close_shard(b);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_INTERNAL);
  assert_non_null(strstr(diag.entry[0].text, "run 5 "));
  assert_non_null(strstr(diag.entry[0].text, "/a.db"));
  assert_non_null(strstr(diag.entry[0].text, "/b.db"));
  assert_null(all.arena);
}

static void test_foreign_shards(void **state) {
  (void)state;
  char other[65];
  snprintf(other, sizeof other, "%064d", 43);
  cf_shard *a = open_shard("a.db", other);
  put(a, 5, NULL, 0);
  close_shard(a);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_INPUT);
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_glance(&f.campaign, &all, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "another plan"));
}

static void test_runs_beyond_the_plan(void **state) {
  (void)state;
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256);
  put(a, f.campaign.runs + f.campaign.trials + 1, NULL, 0);
  close_shard(a);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "run 63"));
}

/* A shard that is being written is left out by a glance, and stops whoever decides. */
static void test_busy_shards(void **state) {
  (void)state;
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256), *b = open_shard("b.db", f.campaign.plan_sha256);
  put(a, 1, NULL, 0);
  put(b, 2, NULL, 0);
  close_shard(a);
  cf_outcomes all;
  assert_int_equal(cf_campaign_glance(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(diag.errors, 0);
  assert_int_equal(all.unread, 1);
  assert_int_equal(all.count, 1);
  assert_int_equal(all.outcome[0].run_id, 1);
  cf_outcomes_free(&all);
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_IO);
  close_shard(b);
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(all.count, 2);
  cf_outcomes_free(&all);
}

/* Many texts: each is kept once. */
static void test_errors_are_interned(void **state) {
  (void)state;
  f.campaign.points.count = 500;
  fixture_count(&f);
  cf_shard *a = open_shard("a.db", f.campaign.plan_sha256);
  char text[64];
  for (uint32_t id = 1; id <= 1200; id++) {
    snprintf(text, sizeof text, "reason %u", id % 400);
    put(a, id, text, 0);
  }
  close_shard(a);
  cf_outcomes all;
  assert_int_equal(cf_campaign_outcomes(&f.campaign, &all, &diag), CF_OK);
  assert_int_equal(all.count, 1200);
  for (uint32_t i = 0; i < 1200; i++) {
    snprintf(text, sizeof text, "reason %u", (i + 1) % 400);
    assert_string_equal(all.outcome[i].error, text);
    if (i >= 400) assert_ptr_equal(all.outcome[i].error, all.outcome[i - 400].error);
  }
  cf_outcomes_free(&all);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_no_shards),
      CASE(test_shards_unite),
      CASE(test_trials_have_a_column_of_their_own),
      CASE(test_repetitions_must_agree),
      CASE(test_foreign_shards),
      CASE(test_runs_beyond_the_plan),
      CASE(test_busy_shards),
      CASE(test_errors_are_interned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
