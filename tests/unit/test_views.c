/* Views that compare: intervals, pairs, the front and failures, against the same in C. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "store/tables.h"
#include "support/big_database.h"
#include "sweep/statistics.h"

enum { POINTS = 3, REPS = 6 };
static const big_size size = {.points = POINTS, .reps = REPS, .policies = BIG_POLICIES, .failed_every = 11};

static const char *made(void **state, const big_size *of) {
  const char *path = in_scratch(state, "made.db");
  assert_true(big_database_make(path, of));
  return path;
}

static void assert_near(double value, double expected) {
  if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-12)) fail_msg("%.17g is not %.17g", value, expected);
}

static double value_at(const char *path, const char *column, const char *view, const char *where) {
  char sql[400];
  snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE %s", column, view, where);
  return ask_number(path, sql);
}

static double loss_of(const cf_run_row *run) { return run->loss; }
static double accuracy_of(const cf_run_row *run) { return run->accuracy; }
static double down_of(const cf_run_row *run) { return run->down_frac; }
static double used_of(const cf_run_row *run) { return run->used_j; }
static double nats_of(const cf_run_row *run) { return run->nats_gained / run->used_j; }
static double temp_of(const cf_run_row *run) { return run->temp_max_k - 273.15; }

static const struct {
  const char *column;
  double (*of)(const cf_run_row *run);
} metric[] = {{"loss", loss_of},   {"accuracy", accuracy_of}, {"down_frac", down_of},
              {"used_j", used_of}, {"nats_per_j", nats_of},   {"temp_max_degc", temp_of}};
enum { METRICS = sizeof metric / sizeof metric[0] };

static void check_interval(const char *path, unsigned m, uint32_t point, uint32_t policy) {
  cf_moments moments = {0};
  for (uint32_t rep = 0; rep < REPS; rep++) {
    cf_run_row run = big_run(&size, point, rep, policy);
    if (run.status == CF_OK) cf_moments_add(&moments, metric[m].of(&run));
  }
  cf_interval interval = cf_interval_of(&moments, 0.05);
  char where[96], column[48];
  snprintf(where, sizeof where, "point_id = %u AND policy = '%s'", point, big_policy[policy]);
  assert_near(value_at(path, metric[m].column, "v_interval", where), interval.mean);
  snprintf(column, sizeof column, "%s_lo", metric[m].column);
  assert_near(value_at(path, column, "v_interval", where), interval.low);
  snprintf(column, sizeof column, "%s_hi", metric[m].column);
  assert_near(value_at(path, column, "v_interval", where), interval.high);
  assert_true(value_at(path, "runs", "v_interval", where) == (double)moments.n);
}

static void test_interval(void **state) {
  const char *path = made(state, &size);
  assert_rows(path, "SELECT count(*) FROM v_interval", "12\n");
  assert_rows(path, "SELECT DISTINCT point_id, label, scenario FROM v_interval ORDER BY 1 LIMIT 2",
              "1,storage_f=0.01 F,field\n2,storage_f=0.02 F,field\n");
  for (unsigned m = 0; m < METRICS; m++)
    for (uint32_t point = 1; point <= POINTS; point++)
      for (uint32_t policy = 0; policy < BIG_POLICIES; policy++) check_interval(path, m, point, policy);
}

/* What all runs share has an interval of no width; one run has none. */
static void test_interval_of_equal_and_of_one(void **state) {
  write_fixture(in_scratch(state, "a.db"), 8, 0); /* two replications of four policies */
  const char *path = in_scratch(state, "a.db");
  assert_rows(path,
              "SELECT DISTINCT runs, down_frac, down_frac_lo, down_frac_hi, temp_max_degc_hi - temp_max_degc_lo "
              "FROM v_interval",
              "2,0.125,0.125,0.125,0\n");
  write_fixture(in_scratch(state, "b.db"), 1, 0);
  assert_rows(in_scratch(state, "b.db"), "SELECT runs, loss, loss_lo, loss_hi FROM v_interval", "1,12.5,,\n");
}

/* Pairs of the points; the moments are of the replications that stand at as many points as any. */
static cf_moments differences(double (*of)(const cf_run_row *run), uint32_t first, uint32_t last, uint32_t policy,
                              uint32_t baseline, uint64_t *pairs) {
  cf_moments moments = {0};
  double sum[REPS] = {0};
  uint32_t met[REPS] = {0}, most = 0;
  *pairs = 0;
  for (uint32_t rep = 0; rep < REPS; rep++) {
    for (uint32_t point = first; point <= last; point++) {
      cf_run_row a = big_run(&size, point, rep, policy), b = big_run(&size, point, rep, baseline);
      if (a.status != CF_OK || b.status != CF_OK) continue;
      sum[rep] += of(&a) - of(&b);
      met[rep]++;
    }
    if (met[rep] > most) most = met[rep];
  }
  for (uint32_t rep = 0; rep < REPS; rep++) {
    if (met[rep] < most) continue;
    cf_moments_add(&moments, sum[rep] / most);
    *pairs += met[rep];
  }
  return moments;
}

static void check_against(const char *path, const char *view, const char *at, uint32_t first, uint32_t last,
                          uint32_t policy, uint32_t baseline) {
  static const struct {
    const char *mean, *low, *high;
    double (*of)(const cf_run_row *run);
  } column[] = {{"loss_diff", "ci95_lo", "ci95_hi", loss_of},
                {"used_j_diff", "used_j_diff_lo", "used_j_diff_hi", used_of},
                {"accuracy_diff", "accuracy_diff_lo", "accuracy_diff_hi", accuracy_of}};
  char where[160];
  snprintf(where, sizeof where, "policy = '%s' AND baseline = '%s'%s", big_policy[policy], big_policy[baseline], at);
  for (int i = 0; i < 3; i++) {
    uint64_t pairs;
    cf_moments moments = differences(column[i].of, first, last, policy, baseline, &pairs);
    cf_interval interval = cf_interval_of(&moments, 0.05);
    assert_near(value_at(path, column[i].mean, view, where), interval.mean);
    assert_near(value_at(path, column[i].low, view, where), interval.low);
    assert_near(value_at(path, column[i].high, view, where), interval.high);
    assert_true(value_at(path, "pairs", view, where) == (double)pairs);
  }
}

static void test_against(void **state) {
  const char *path = made(state, &size);
  assert_rows(path, "SELECT count(*) FROM v_against", "12\n"); /* four policies, each against three */
  assert_rows(path, "SELECT count(*) FROM v_against_at", "36\n");
  for (uint32_t policy = 0; policy < BIG_POLICIES; policy++)
    for (uint32_t baseline = 0; baseline < BIG_POLICIES; baseline++) {
      if (policy == baseline) continue;
      check_against(path, "v_against", "", 1, POINTS, policy, baseline);
      check_against(path, "v_against_at", " AND point_id = 2", 2, 2, policy, baseline);
    }
}

/* The question as it is asked, with the verdicts; the fixture's losses are 12.5 for each run's number. */
static void test_against_as_asked(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 12, 0);
  assert_rows(path,
              "SELECT policy, loss_diff, ci95_lo, ci95_hi, pairs, verdict FROM v_against WHERE baseline='random' "
              "ORDER BY loss_diff",
              "always-local,-25,-25,-25,3,better\nalways-escalate,-12.5,-12.5,-12.5,3,better\n"
              "confidence-threshold,12.5,12.5,12.5,3,worse\n");
  /* what is equal ties */
  assert_rows(path,
              "SELECT used_j_diff, used_j_diff_lo, used_j_diff_hi FROM v_against WHERE baseline='random' AND "
              "policy='always-local'",
              "0,0,0\n");
  write_fixture(in_scratch(state, "b.db"), 4, 0);
  assert_rows(in_scratch(state, "b.db"),
              "SELECT policy, loss_diff, ci95_lo, ci95_hi, pairs, verdict FROM v_against WHERE baseline='always-local' "
              "ORDER BY loss_diff LIMIT 1",
              "always-escalate,12.5,,,1,\n");
}

/* Two policies that differ by noise only: see that zero inside the interval is a tie, seen from both sides. */
static void test_tie(void **state) {
  const big_size few = {.points = 1, .reps = 5, .policies = 1};
  const char *path = made(state, &few);
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  const char *copy =
      "CREATE TEMP TABLE twin AS SELECT * FROM run;"
      "UPDATE twin SET run_id = run_id + 100, policy = 'twin', loss = loss + (rep - 2);"
      "INSERT INTO run SELECT * FROM twin";
  assert_int_equal(sqlite3_exec(database, copy, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
  assert_rows(path, "SELECT policy, pairs, round(loss_diff, 9), verdict, ci95_lo < -1.9, ci95_hi > 1.9 FROM v_against",
              "twin,5,0,tie,1,1\nalways-local,5,0,tie,1,1\n");
}

/* ---- the front --------------------------------------------------------------------------------------------------- */

typedef struct candidate {
  uint32_t point, policy;
  double accuracy, used, temp;
} candidate;

static bool beats(const candidate *a, const candidate *b) {
  return a->accuracy >= b->accuracy && a->used <= b->used && a->temp <= b->temp &&
         (a->accuracy > b->accuracy || a->used < b->used || a->temp < b->temp);
}

static void test_front(void **state) {
  const char *path = made(state, &size);
  candidate all[POINTS * BIG_POLICIES];
  unsigned count = 0, front = 0;
  for (uint32_t point = 1; point <= POINTS; point++)
    for (uint32_t policy = 0; policy < BIG_POLICIES; policy++) {
      char where[96];
      snprintf(where, sizeof where, "point_id = %u AND policy = '%s'", point, big_policy[policy]);
      all[count++] = (candidate){point, policy, value_at(path, "accuracy", "v_interval", where),
                                 value_at(path, "used_j", "v_interval", where),
                                 value_at(path, "temp_max_degc", "v_interval", where)};
    }
  for (unsigned i = 0; i < count; i++) {
    bool beaten = false;
    for (unsigned k = 0; k < count; k++) beaten = beaten || beats(&all[k], &all[i]);
    char where[96];
    snprintf(where, sizeof where, "point_id = %u AND policy = '%s'", all[i].point, big_policy[all[i].policy]);
    assert_true(value_at(path, "on_front", "v_pareto", where) == !beaten);
    assert_near(value_at(path, "used_j_per_node_day", "v_pareto", where), all[i].used / 100 / 30);
    assert_near(value_at(path, "missed_frac", "v_pareto", where), (3 + all[i].policy) / 400.0);
    front += !beaten;
  }
  assert_true(front > 0 && front < count);
}

static void test_failures(void **state) {
  const char *path = made(state, &size);
  assert_rows(path, "SELECT * FROM v_failures", "the store's curve has no root,6,11,random,1,storage_f=0.01 F\n");
  assert_rows(path, "SELECT count(*) FROM run WHERE status='failed'", "6\n");
}

/* The constants of a run by way of its point. */
static void test_constant(void **state) {
  const big_size few = {.points = 2, .reps = 1, .policies = 1, .constants = 3};
  const char *path = made(state, &few);
  assert_rows(path, "SELECT run_id, path, value, unit, status, source FROM constant WHERE run_id = 2 ORDER BY path",
              "2,sensors.part.1,1,J,A,made up\n2,sensors.part.2,2,J,A,made up\n2,sensors.part.3,3,J,A,made up\n");
}

static void test_no_runs(void **state) {
  const big_size none = {0};
  const char *path = made(state, &none);
  static const char *const view[] = {"v_interval", "v_against", "v_against_at", "v_pareto", "v_failures", "v_coldest"};
  for (int i = 0; i < 6; i++) {
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", view[i]);
    assert_true(ask_number(path, sql) == 0);
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_interval), CASE(test_interval_of_equal_and_of_one),
      CASE(test_against),  CASE(test_against_as_asked),
      CASE(test_tie),      CASE(test_front),
      CASE(test_failures), CASE(test_constant),
      CASE(test_no_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
