/* The stopping rule: levels, what is missing of one, and when a point ends. */
#include "campaign_fixture.h"

#include "sweep/statistics.h"
#include "sweep/until.h"

static const cf_until rule = {.policies = 2, .reps = 4, .max_reps = 40, .rel_halfwidth = 0.1};

static void test_levels_grow_by_half(void **state) {
  (void)state;
  static const uint32_t expected[] = {4, 6, 9, 13, 19, 28, 40, 40, 40};
  for (uint32_t level = 0; level < sizeof expected / sizeof expected[0]; level++)
    assert_int_equal(cf_until_reps(&rule, level), expected[level]);
  const cf_until once = {.policies = 1, .reps = 1, .max_reps = 1};
  assert_int_equal(cf_until_reps(&once, 3), 1);
  const cf_until two = {.policies = 1, .reps = 2, .max_reps = 9, .rel_halfwidth = 0.1};
  assert_int_equal(cf_until_reps(&two, 1), 4);
  const cf_until tight = {.policies = 1, .reps = 2, .max_reps = 3, .rel_halfwidth = 0.1};
  assert_int_equal(cf_until_reps(&tight, 1), 3);
}

/* `reps` complete replications of a point that begins at run 101. */
static void fill(results *r, uint32_t reps, double mean, double spread) {
  for (uint32_t i = 0; i < reps * rule.policies; i++)
    results_put(r, outcome_done(101 + i, mean + (i / rule.policies % 2 ? spread : -spread)));
}

static void test_missing_runs_come_first(void **state) {
  (void)state;
  results r = {0};
  cf_standing s = cf_until_standing(&rule, 101, NULL, 0, false);
  assert_int_equal(s.level, 0);
  assert_int_equal(s.missing, 8);
  fill(&r, 4, 1, 10);
  s = cf_until_standing(&rule, 101, r.outcome + 1, 7, false); /* the first is not there: nothing is decided */
  assert_int_equal(s.level, 0);
  assert_int_equal(s.missing, 1);
  s = cf_until_standing(&rule, 101, r.outcome, r.count, false);
  assert_int_equal(s.level, 1);
  assert_int_equal(s.missing, 4);
  free(r.outcome);
}

static void test_it_ends_when_narrow(void **state) {
  (void)state;
  results r = {0};
  fill(&r, 4, 100, 1);
  cf_standing s = cf_until_standing(&rule, 101, r.outcome, r.count, false);
  assert_int_equal(s.level, 0);
  assert_int_equal(s.missing, 0);
  /* one policy alone that is wide is enough to go on */
  for (uint32_t rep = 0; rep < 4; rep++) results_put(&r, outcome_done(101 + 2 * rep + 1, rep % 2 ? 150 : 50));
  s = cf_until_standing(&rule, 101, r.outcome, r.count, false);
  assert_int_equal(s.level, 1);
  assert_int_equal(s.missing, 4);
  free(r.outcome);
}

static void test_it_ends_at_max_reps(void **state) {
  (void)state;
  results r = {0};
  fill(&r, 40, 1, 100);
  cf_standing s = cf_until_standing(&rule, 101, r.outcome, r.count, false);
  assert_int_equal(cf_until_reps(&rule, s.level), 40);
  assert_int_equal(s.missing, 0);
  free(r.outcome);
}

static void test_zeros_are_narrow(void **state) {
  (void)state;
  results r = {0};
  fill(&r, 4, 0, 0); /* may be chance */
  assert_true(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing > 0);
  free(r.outcome);
  r = (results){0};
  fill(&r, 6, 0, 0);
  assert_int_equal(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing, 0);
  free(r.outcome);
}

static void test_failed_runs_count_as_tried(void **state) {
  (void)state;
  results r = {0};
  fill(&r, 4, 100, 1);
  results_put(&r, outcome_failed(103, "broken"));
  assert_int_equal(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing, 0);
  cf_standing s = cf_until_standing(&rule, 101, r.outcome, r.count, true);
  assert_int_equal(s.level, 0);
  assert_int_equal(s.missing, 1);
  /* a policy that only fails keeps nothing going, one with a single value does */
  for (uint32_t rep = 0; rep < 4; rep++) results_put(&r, outcome_failed(101 + 2 * rep, "broken"));
  assert_int_equal(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing, 0);
  results_put(&r, outcome_done(101, 100));
  assert_int_equal(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing, 4);
  /* nor does one without a value */
  for (uint32_t rep = 0; rep < 4; rep++) results_put(&r, outcome_done(101 + 2 * rep, (double)NAN));
  assert_int_equal(cf_until_standing(&rule, 101, r.outcome, r.count, false).missing, 0);
  free(r.outcome);
}

/* Against the rule written out: means over all runs of a level, level by level. */
static bool is_narrow(const double *value, uint32_t reps) {
  for (uint32_t policy = 0; policy < rule.policies; policy++) {
    double sum = 0, squares = 0;
    for (uint32_t rep = 0; rep < reps; rep++) sum += value[rep * rule.policies + policy];
    double mean = sum / reps;
    for (uint32_t rep = 0; rep < reps; rep++) {
      double d = value[rep * rule.policies + policy] - mean;
      squares += d * d;
    }
    double half = cf_student_quantile(0.975, reps - 1) * sqrt(squares / (reps - 1) / reps);
    if (half > rule.rel_halfwidth * fabs(mean)) return false;
  }
  return true;
}

static void test_random_points(void **state) {
  (void)state;
  uint64_t seed = 11;
  unsigned early = 0, late = 0;
  for (unsigned trial = 0; trial < cf_test_trials(300); trial++) {
    double value[80], spread = cf_test_between(&seed, 0, 60);
    results r = {0};
    for (uint32_t i = 0; i < 80; i++) value[i] = 100 + cf_test_between(&seed, -spread, spread);
    uint32_t level = 0;
    while (cf_until_reps(&rule, level) < 40 && !is_narrow(value, cf_until_reps(&rule, level))) level++;
    uint32_t reps = cf_until_reps(&rule, level);
    for (uint32_t i = 0; i < reps * rule.policies; i++) {
      cf_standing s = cf_until_standing(&rule, 1, r.outcome, r.count, false);
      assert_true(s.missing > 0 && cf_until_reps(&rule, s.level) * rule.policies == i + s.missing);
      results_put(&r, outcome_done(i + 1, value[i]));
    }
    cf_standing s = cf_until_standing(&rule, 1, r.outcome, r.count, false);
    assert_int_equal(s.missing, 0);
    assert_int_equal(s.level, level);
    if (reps == 40) late++;
    if (reps == 4) early++;
    free(r.outcome);
  }
  assert_true(early > 0 && late > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_levels_grow_by_half), cmocka_unit_test(test_missing_runs_come_first),
      cmocka_unit_test(test_it_ends_when_narrow), cmocka_unit_test(test_it_ends_at_max_reps),
      cmocka_unit_test(test_zeros_are_narrow),    cmocka_unit_test(test_failed_runs_count_as_tried),
      cmocka_unit_test(test_random_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
