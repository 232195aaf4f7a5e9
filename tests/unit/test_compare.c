/* Comparisons of policies and of databases: pairs are the right ones, and what has none is counted. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "support/big_database.h"
#include "sweep/compare.h"

enum { POINTS = 3, REPS = 6 };
static const big_size size = {.points = POINTS, .reps = REPS, .policies = BIG_POLICIES, .failed_every = 11};

static const char *made(void **state, const char *name, const big_size *of) {
  const char *path = in_scratch(state, name);
  assert_true(big_database_make(path, of));
  return path;
}

static void change(const char *path, const char *sql) {
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(database));
  sqlite3_close(database);
}

static void assert_near(double value, double expected) {
  if (!(fabs(value - expected) <= 1e-12 * fabs(expected) + 1e-12)) fail_msg("%.17g is not %.17g", value, expected);
}

static cf_comparison compare(const cf_compare_options *options) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_comparison comparison;
  if (cf_compare(options, &comparison, &diag) != CF_OK) fail_msg("%s", diag.entry[0].text);
  return comparison;
}

static void assert_refused(const cf_compare_options *options, const char *words) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_comparison comparison;
  assert_int_equal(cf_compare(options, &comparison, &diag), CF_USAGE);
  if (!strstr(diag.entry[0].text, words)) fail_msg("'%s' is not in '%s'", words, diag.entry[0].text);
  cf_comparison_free(&comparison);
}

static const cf_compared *row_of(const cf_comparison *comparison, const char *policy) {
  for (uint32_t i = 0; i < comparison->rows; i++)
    if (strcmp(comparison->row[i].policy, policy) == 0) return &comparison->row[i];
  fail_msg("no row of %s", policy);
  return NULL;
}

/* ---- one database ------------------------------------------------------------------------------------------------ */

static bool all_finished(uint32_t point, uint32_t rep) {
  for (uint32_t policy = 0; policy < BIG_POLICIES; policy++)
    if (big_run(&size, point, rep, policy).status != CF_OK) return false;
  return true;
}

static double gap(uint32_t point, uint32_t rep, uint32_t policy, uint32_t baseline) {
  return big_run(&size, point, rep, policy).loss - big_run(&size, point, rep, baseline).loss;
}

static cf_interval at_point(uint32_t point, uint32_t policy, uint32_t baseline) {
  cf_moments moments = {0};
  for (uint32_t rep = 0; rep < REPS; rep++)
    if (all_finished(point, rep)) cf_moments_add(&moments, gap(point, rep, policy, baseline));
  return cf_interval_of(&moments, 0.05);
}

/* One number for each replication that stands at as many points as any: its mean over them. */
static cf_interval over_points(uint32_t policy, uint32_t baseline) {
  cf_moments moments = {0};
  double sum[REPS] = {0};
  uint32_t met[REPS] = {0}, most = 0;
  for (uint32_t rep = 0; rep < REPS; rep++) {
    for (uint32_t point = 1; point <= POINTS; point++) {
      if (!all_finished(point, rep)) continue;
      sum[rep] += gap(point, rep, policy, baseline);
      met[rep]++;
    }
    if (met[rep] > most) most = met[rep];
  }
  for (uint32_t rep = 0; rep < REPS; rep++)
    if (met[rep] == most) cf_moments_add(&moments, sum[rep] / most);
  return cf_interval_of(&moments, 0.05);
}

static void test_policies(void **state) {
  const char *path = made(state, "a.db", &size);
  cf_compare_options options = {.path = {path}, .alpha = 0.05};
  cf_comparison comparison = compare(&options);
  assert_true(!comparison.two && comparison.chosen && comparison.rows == 4);
  /* the best is the baseline and comes first, the others in the order of their differences */
  static const char *const order[] = {"confidence-threshold", "always-local", "random", "always-escalate"};
  for (uint32_t i = 0; i < 4; i++) {
    assert_string_equal(comparison.row[i].policy, order[i]);
    assert_string_equal(comparison.row[i].baseline, order[0]);
    assert_true(comparison.row[i].is_baseline == (i == 0));
  }
  for (uint32_t policy = 0; policy < 3; policy++) {
    const cf_compared *row = row_of(&comparison, big_policy[policy]);
    assert_int_equal(row->points, POINTS);
    for (uint32_t k = 0; k < row->points; k++) {
      cf_interval expected = at_point(row->point[k].point_id, policy, 3);
      assert_near(row->point[k].difference.mean, expected.mean);
      assert_near(row->point[k].difference.low, expected.low);
      assert_int_equal(row->point[k].difference.n, expected.n);
    }
    cf_interval expected = over_points(policy, 3);
    assert_int_equal(row->difference.n, expected.n);
    assert_near(row->difference.mean, expected.mean);
    assert_near(row->difference.high, expected.high);
    assert_near(row->relative, expected.mean / row->base);
    assert_int_equal(row->alone[0], 0);
    assert_int_equal(row->verdict, CF_VERDICT_WORSE);
    for (uint32_t k = 1; k < row->points; k++)
      assert_true(fabs(row->point[k - 1].difference.mean) >= fabs(row->point[k].difference.mean));
  }
  double left_out = ask_number(path,
                               "SELECT count(*) FROM run WHERE status = 'done' AND (point_id, rep) IN "
                               "(SELECT point_id, rep FROM run WHERE status = 'failed')");
  assert_true(left_out > 0 && (double)comparison.left_out == left_out);
  cf_comparison_free(&comparison);
}

/* Points that are copies of each other say no more than one of them: the interval is the same, not narrower. */
static void test_points_are_no_replications(void **state) {
  const big_size one = {.points = 1, .reps = REPS, .policies = 2};
  const char *path = made(state, "one.db", &one);
  change(path, "DELETE FROM run WHERE rep IN (SELECT rep FROM run WHERE status = 'failed')");
  cf_compare_options options = {.path = {path}, .alpha = 0.05};
  cf_comparison alone = compare(&options);
  change(path,
         "CREATE TEMP TABLE other AS SELECT * FROM points; UPDATE other SET point_id = point_id + 1, label = 'twin';"
         "INSERT INTO points SELECT * FROM other;"
         "CREATE TEMP TABLE twin AS SELECT * FROM run;"
         "UPDATE twin SET run_id = run_id + 1000, point_id = point_id + 1; INSERT INTO run SELECT * FROM twin");
  cf_comparison both = compare(&options);
  assert_true(both.row[1].pairs == 2 * alone.row[1].pairs && both.row[1].difference.n == alone.row[1].difference.n);
  assert_near(both.row[1].difference.low, alone.row[1].difference.low);
  assert_near(both.row[1].difference.high, alone.row[1].difference.high);
  options.unpaired = true;
  cf_comparison means = compare(&options);
  assert_int_equal(means.row[1].difference.n, alone.row[1].difference.n);
  cf_comparison_free(&alone);
  cf_comparison_free(&both);
  cf_comparison_free(&means);
}

/* A policy whose worst runs failed is not the best of them for that. */
static void test_survivors(void **state) {
  const big_size few = {.points = 1, .reps = 6, .policies = 2};
  const char *path = made(state, "a.db", &few);
  change(path,
         "UPDATE run SET status = 'done', loss = 10 * rep + (policy = 'always-local');"
         "UPDATE run SET status = 'failed' WHERE policy = 'always-local' AND rep >= 3");
  cf_compare_options options = {.path = {path}, .alpha = 0.05};
  cf_comparison comparison = compare(&options);
  assert_string_not_equal(comparison.row[0].policy, "always-local");
  assert_true(comparison.left_out == 3 && comparison.row[0].own.mean == 10 && comparison.row[1].own.mean == 11);
  assert_near(comparison.row[1].difference.mean, 1);
  cf_comparison_free(&comparison);
}

/* The view says the same. */
static void test_as_the_view(void **state) {
  const char *path = made(state, "a.db", &size);
  change(path, "DELETE FROM run WHERE rep IN (SELECT rep FROM run WHERE status = 'failed')");
  cf_compare_options options = {.path = {path}, .alpha = 0.05, .metric = "used_j", .baseline = "random"};
  cf_comparison comparison = compare(&options);
  const cf_compared *row = row_of(&comparison, "always-local");
  const char *where = "FROM v_against WHERE policy = 'always-local' AND baseline = 'random'";
  char sql[200];
  snprintf(sql, sizeof sql, "SELECT used_j_diff_lo %s", where);
  assert_true(fabs(ask_number(path, sql) - row->difference.low) < 1e-9);
  snprintf(sql, sizeof sql, "SELECT pairs %s", where);
  assert_true(ask_number(path, sql) == (double)row->pairs);
  assert_true(!comparison.chosen && row->verdict == CF_VERDICT_BETTER);
  cf_comparison_free(&comparison);
}

/* More is better of a metric that a view defines; unpaired intervals are wider where pairs have much in common. */
static void test_direction_and_unpaired(void **state) {
  cf_compare_options options = {.path = {made(state, "a.db", &size)}, .alpha = 0.05, .metric = "decisions_per_wh"};
  cf_comparison paired = compare(&options);
  options.unpaired = true;
  cf_comparison unpaired = compare(&options);
  const cf_compared *with = row_of(&paired, "always-escalate"), *without = row_of(&unpaired, "always-escalate");
  assert_true(with->difference.mean < 0 && with->verdict == CF_VERDICT_WORSE && with->points == POINTS);
  assert_true(without->points == 0 && without->alone[0] == 0);
  assert_true(without->difference.high - without->difference.low > with->difference.high - with->difference.low);
  assert_true(fabs(without->difference.mean / with->difference.mean - 1) < 0.02);
  cf_comparison_free(&paired);
  options = (cf_compare_options){.path = {options.path[0]}, .alpha = 0.05, .metric = "harvest_j"};
  cf_comparison same = compare(&options);
  assert_int_equal(same.row[1].verdict, CF_VERDICT_TIE);
  cf_comparison_free(&same);
  cf_comparison_free(&unpaired);
}

static void test_one_pair(void **state) {
  const big_size one = {.points = 1, .reps = 1, .policies = 2};
  cf_compare_options options = {.path = {made(state, "a.db", &one)}, .alpha = 0.05};
  cf_comparison comparison = compare(&options);
  const cf_compared *row = &comparison.row[1];
  assert_true(row->difference.n == 1 && row->difference.mean > 0 && isnan(row->difference.low));
  assert_true(row->verdict == CF_VERDICT_NONE && !cf_verdict_word(row->verdict) && row->points == 0);
  assert_true(cf_compared_fails(row, CF_BETTER_LESS, 0.01) && !cf_compared_fails(row, CF_BETTER_MORE, 0.01));
  cf_comparison_free(&comparison);
}

static void test_refusals(void **state) {
  const big_size one = {.points = 1, .reps = 2, .policies = 1}, none = {0};
  cf_compare_options options = {.path = {made(state, "a.db", &size)}, .alpha = 0.05, .metric = "los"};
  assert_refused(&options, "did you mean 'loss'?");
  options.metric = "tokens";
  assert_refused(&options, "tokens is not defined in any finished run of");
  options.metric = NULL;
  options.baseline = "randon";
  assert_refused(&options, "'field' has no finished run of policy 'randon' (did you mean 'random'?)");
  options = (cf_compare_options){.path = {made(state, "one.db", &one)}, .alpha = 0.05};
  assert_refused(&options, "of one policy only, always-local; give a second database");
  options.path[0] = made(state, "none.db", &none);
  assert_refused(&options, "has no finished run to compare");
  change(in_scratch(state, "a.db"),
         "UPDATE run SET status = 'failed' WHERE policy <> 'random' AND rep < 3;"
         "UPDATE run SET status = 'failed' WHERE policy = 'random' AND rep >= 3");
  options = (cf_compare_options){.path = {in_scratch(state, "a.db")}, .alpha = 0.05, .baseline = "random"};
  assert_refused(&options, "no two policies have a finished run of the same point and replication");
}

/* Scenarios in one database are compared each by itself. */
static void test_scenarios(void **state) {
  const char *path = made(state, "a.db", &size);
  /* a seed of its own for every run: within one database they do not decide about pairs */
  change(path, "UPDATE run SET scenario = 'wood', loss = 1000 - loss WHERE point_id = 3; UPDATE run SET seed = run_id");
  cf_compare_options options = {.path = {path}, .alpha = 0.05};
  cf_comparison comparison = compare(&options);
  assert_int_equal(comparison.rows, 8);
  assert_string_equal(comparison.row[3].scenario, "field");
  assert_string_equal(comparison.row[4].scenario, "wood");
  assert_string_equal(comparison.row[0].baseline, "confidence-threshold");
  assert_string_equal(comparison.row[4].baseline, "always-escalate");
  assert_true(comparison.row[1].points == 2 && comparison.row[5].points == 0);
  cf_comparison_free(&comparison);
}

/* ---- two databases ----------------------------------------------------------------------------------------------- */

static void test_databases(void **state) {
  const char *a = made(state, "a.db", &size), *b = made(state, "b.db", &size);
  /* other numbers for the points, a constant gain for one policy, and another history for one run */
  change(b,
         "UPDATE points SET point_id = point_id + 10; UPDATE run SET point_id = point_id + 10;"
         "UPDATE run SET used_j = used_j - 8 WHERE policy = 'random';"
         "UPDATE run SET digest = zeroblob(16) WHERE run_id = 1; UPDATE run SET seed = 99 WHERE rep = 5");
  cf_compare_options options = {.path = {a, b}, .alpha = 0.05, .metric = "used_j"};
  cf_comparison comparison = compare(&options);
  assert_true(comparison.two && comparison.rows == 4);
  uint64_t pairs = 0, same = 0, alone[2] = {0};
  for (uint32_t i = 0; i < 4; i++) {
    const cf_compared *row = &comparison.row[i];
    bool changed = strcmp(row->policy, "random") == 0;
    assert_string_equal(row->policy, row->baseline);
    assert_near(row->difference.mean, changed ? -8 : 0);
    assert_true(row->difference.high - row->difference.low < 1e-9);
    assert_int_equal(row->verdict, changed ? CF_VERDICT_BETTER : CF_VERDICT_TIE);
    assert_true(row->own.n == row->pairs && row->other.n == row->own.n);
    assert_int_equal(row->points, POINTS);
    assert_int_equal(row->point[0].point_id <= POINTS, 1);
    pairs += row->pairs;
    same += row->same_digest;
    alone[0] += row->alone[0];
    alone[1] += row->alone[1];
  }
  double finished = ask_number(a, "SELECT count(*) FROM run WHERE status = 'done'");
  double with_seed = ask_number(a, "SELECT count(*) FROM run WHERE status = 'done' AND rep < 5");
  assert_true((double)pairs == with_seed && same == pairs - 1);
  assert_true((double)alone[0] == finished - with_seed && alone[0] == alone[1]);
  cf_comparison_free(&comparison);
}

/* A policy or a point that only one of them has is no pair, and is counted. */
static void test_missing(void **state) {
  const big_size less = {.points = 2, .reps = REPS, .policies = BIG_POLICIES};
  const big_size full = {.points = 3, .reps = REPS, .policies = BIG_POLICIES};
  const char *a = made(state, "a.db", &full), *b = made(state, "b.db", &less);
  change(b, "DELETE FROM run WHERE policy = 'random'");
  cf_compare_options options = {.path = {a, b}, .alpha = 0.05};
  cf_comparison comparison = compare(&options);
  const cf_compared *random = row_of(&comparison, "random"), *local = row_of(&comparison, "always-local");
  assert_true(random->pairs == 0 && random->alone[0] == 0 && random->alone[1] == 3 * REPS);
  assert_true(local->pairs == 2 * REPS && local->alone[0] == 0 && local->alone[1] == REPS);
  assert_false(cf_compared_fails(random, CF_BETTER_LESS, 0));
  cf_comparison_free(&comparison);
  change(b, "UPDATE run SET seed = seed + 100");
  assert_refused(&options, "no run of");
  options.unpaired = true;
  comparison = compare(&options);
  assert_true(row_of(&comparison, "always-local")->pairs == 2 * REPS);
  cf_comparison_free(&comparison);
}

/* ---- tolerance --------------------------------------------------------------------------------------------------- */

static void test_tolerance(void **state) {
  (void)state;
  cf_compared row = {.base = -100, .difference = {.n = 4, .mean = 5, .low = 3, .high = 7}};
  assert_true(cf_compared_fails(&row, CF_BETTER_LESS, 0.029));
  assert_false(cf_compared_fails(&row, CF_BETTER_LESS, 0.031)); /* the interval reaches it */
  assert_false(cf_compared_fails(&row, CF_BETTER_MORE, 0));
  assert_false(cf_compared_fails(&row, CF_BETTER_NEITHER, 0));
  row.difference = (cf_interval){.n = 4, .mean = -5, .low = -7, .high = -3};
  assert_true(cf_compared_fails(&row, CF_BETTER_MORE, 0.029));
  assert_false(cf_compared_fails(&row, CF_BETTER_MORE, 0.031));
  row.difference = (cf_interval){.n = 1, .mean = 5, .low = NAN, .high = NAN};
  assert_true(cf_compared_fails(&row, CF_BETTER_LESS, 0.049));
  assert_false(cf_compared_fails(&row, CF_BETTER_LESS, 0.051));
  row.base = 0;
  assert_true(cf_compared_fails(&row, CF_BETTER_LESS, 0.5));
  row.is_baseline = true;
  assert_false(cf_compared_fails(&row, CF_BETTER_LESS, 0));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_policies),
      CASE(test_points_are_no_replications),
      CASE(test_survivors),
      CASE(test_as_the_view),
      CASE(test_direction_and_unpaired),
      CASE(test_one_pair),
      CASE(test_refusals),
      CASE(test_scenarios),
      CASE(test_databases),
      CASE(test_missing),
      cmocka_unit_test(test_tolerance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
