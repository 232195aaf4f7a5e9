/* The tuning: equal budgets, points inside the box, the best found as written, settings that can be read back. */
#include "campaign_fixture.h"

#include <gsl/gsl_qrng.h>

static fixture f;
static cf_diag diag;

static int set_up(void **state) {
  (void)state;
  fixture_make(&f, 2);
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  cf_diag_init(&diag);
  return 0;
}

static void test_policies_have_equal_budgets(void **state) {
  (void)state;
  cf_tune tune = cf_tune_of(&f.plan);
  assert_int_equal(tune.policies, 2);
  assert_string_equal(tune.policy[0].name, "random");
  assert_int_equal(tune.policy[1].parameters, 2);
  assert_int_equal(f.campaign.trials, 8 * 2 * 2);
  uint32_t seen[2][8][2] = {0};
  for (uint32_t i = 0; i < f.campaign.trials; i++) {
    cf_trial trial = cf_tune_trial(&tune, i);
    seen[trial.policy][trial.evaluation][trial.rep]++;
    assert_true((i < cf_tune_trials(&tune, tune.first_half)) == (trial.evaluation < 4));
  }
  for (uint32_t i = 0; i < 32; i++) assert_int_equal((&seen[0][0][0])[i], 1);
  f.plan.tune_budget = 7;
  assert_int_equal(cf_tune_of(&f.plan).first_half, 4);
  f.plan.tunes = false;
  assert_int_equal(cf_tune_of(&f.plan).policies, 0);
}

static void test_first_half_is_sobol(void **state) {
  (void)state;
  cf_tune tune = cf_tune_of(&f.plan);
  gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, 2);
  for (uint32_t e = 0; e < tune.first_half; e++) {
    double u[2], value[CF_MAX_TUNED] = {-1, -1, -1};
    gsl_qrng_get(sequence, u);
    assert_int_equal(cf_tune_values(&tune, 1, e, NULL, value, &diag), CF_OK);
    assert_true(value[0] == -1); /* another policy's */
    assert_true(fabs(value[1] - (50 + u[0] * 49.9)) <= 0.005 + 1e-12);
    assert_true(fabs(value[2] / pow(10, -3 + 3 * u[1]) - 1) <= 5e-4 + 1e-12);
  }
  gsl_qrng_free(sequence);
}

static void test_second_half_stays_near(void **state) {
  (void)state;
  f.plan.tune_budget = 200;
  cf_tune tune = cf_tune_of(&f.plan);
  uint64_t seed = 5;
  for (unsigned trial = 0; trial < cf_test_trials(200); trial++) {
    const double centre[CF_MAX_TUNED] = {cf_test_between(&seed, 0, 50), cf_test_between(&seed, 50, 99.9),
                                         pow(10, cf_test_between(&seed, -3, 0))};
    double value[CF_MAX_TUNED] = {0};
    uint32_t e = 100 + (uint32_t)(cf_test_next(&seed) % 100);
    for (uint32_t p = 0; p < 2; p++) assert_int_equal(cf_tune_values(&tune, p, e, centre, value, &diag), CF_OK);
    assert_true(value[0] >= 0 && value[0] <= 50 && fabs(value[0] - centre[0]) <= 50.0 / 8 + 0.005);
    assert_true(value[1] >= 50 && value[1] <= 99.9 && fabs(value[1] - centre[1]) <= 49.9 / 8 + 0.005);
    assert_true(value[2] >= 0.001 && value[2] <= 1);
    assert_true(fabs(log10(value[2] / centre[2])) <= 3.0 / 8 + 0.001);
  }
}

/* The middle has been evaluated, so the second half does not begin there. */
static void test_second_half_does_not_repeat_the_best(void **state) {
  (void)state;
  cf_tune tune = cf_tune_of(&f.plan);
  const double centre[CF_MAX_TUNED] = {25, 75, 0.1};
  for (uint32_t e = tune.first_half; e < tune.budget; e++) {
    double value[CF_MAX_TUNED];
    assert_int_equal(cf_tune_values(&tune, 0, e, centre, value, &diag), CF_OK);
    assert_true(fabs(value[0] - 25) > 0.01);
  }
}

static double bowl(const double *value, uint32_t policy) {
  return policy == 0 ? (value[0] - 12) * (value[0] - 12) : fabs(value[1] - 90) + 10 * fabs(log10(value[2]) + 1);
}

/* Results of all trials below `evaluations`, by a function with its least value inside the box. */
static void play(const cf_tune *tune, uint32_t from, uint32_t evaluations, const double *centre, results *r) {
  uint32_t first = (uint32_t)cf_tune_trials(tune, from), last = (uint32_t)cf_tune_trials(tune, evaluations);
  for (uint32_t i = first; i < last; i++) {
    cf_trial trial = cf_tune_trial(tune, i);
    double value[CF_MAX_TUNED];
    assert_int_equal(cf_tune_values(tune, trial.policy, trial.evaluation, centre, value, &diag), CF_OK);
    double noise = trial.rep % 2 ? 0.25 : -0.25;
    results_put(r, outcome_done(f.campaign.runs + 1 + i, bowl(value, trial.policy) + noise));
  }
}

static double least_of(const cf_tune *tune, uint32_t policy, uint32_t from, uint32_t to, const double *centre) {
  double least = INFINITY, value[CF_MAX_TUNED];
  for (uint32_t e = from; e < to; e++) {
    assert_int_equal(cf_tune_values(tune, policy, e, centre, value, &diag), CF_OK);
    least = fmin(least, bowl(value, policy));
  }
  return least;
}

static cf_trials trials_of(const results *r) { return (cf_trials){r->outcome, r->count, f.campaign.runs + 1}; }

static void test_best_is_the_least_mean(void **state) {
  (void)state;
  f.plan.tune_budget = 64;
  fixture_count(&f);
  cf_tune tune = cf_tune_of(&f.plan);
  results r = {0};
  double half[CF_MAX_TUNED], whole[CF_MAX_TUNED];
  play(&tune, 0, tune.first_half, NULL, &r);
  cf_trials trials = trials_of(&r);
  assert_int_equal(cf_tune_best(&tune, &trials, false, half, &diag), CF_OK);
  double least[2] = {least_of(&tune, 0, 0, tune.first_half, NULL), least_of(&tune, 1, 0, tune.first_half, NULL)};
  for (uint32_t p = 0; p < 2; p++) assert_true(bowl(half, p) == least[p]);
  play(&tune, tune.first_half, tune.budget, half, &r);
  trials = trials_of(&r);
  assert_int_equal(cf_tune_best(&tune, &trials, true, whole, &diag), CF_OK);
  for (uint32_t p = 0; p < 2; p++)
    assert_true(bowl(whole, p) == fmin(least[p], least_of(&tune, p, tune.first_half, tune.budget, half)));
  assert_true(bowl(whole, 0) < least[0]);
  double value[CF_MAX_TUNED];
  /* what came second does not change what the first half says */
  assert_int_equal(cf_tune_best(&tune, &trials, false, value, &diag), CF_OK);
  for (uint32_t i = 0; i < 3; i++) assert_true(value[i] == half[i]);
  free(r.outcome);
}

static void test_failures_and_ties(void **state) {
  (void)state;
  cf_tune tune = cf_tune_of(&f.plan);
  results r = {0};
  double value[CF_MAX_TUNED], expected[CF_MAX_TUNED];
  for (uint32_t i = 0; i < cf_tune_trials(&tune, 4); i++) {
    cf_trial trial = cf_tune_trial(&tune, i);
    results_put(&r, outcome_done(f.campaign.runs + 1 + i, trial.evaluation == 0 ? 1 : trial.evaluation == 3 ? 3 : 2));
  }
  results_put(&r, outcome_failed(f.campaign.runs + 1, "broken"));  /* evaluation 0, random */
  results_put(&r, outcome_done(f.campaign.runs + 2, (double)NAN)); /* evaluation 0, confidence-threshold */
  cf_trials trials = trials_of(&r);
  assert_int_equal(cf_tune_best(&tune, &trials, false, value, &diag), CF_OK);
  for (uint32_t p = 0; p < 2; p++) assert_int_equal(cf_tune_values(&tune, p, 1, NULL, expected, &diag), CF_OK);
  for (uint32_t i = 0; i < 3; i++) assert_true(value[i] == expected[i]);
  /* what is not there counts as failed */
  trials.count = 4 * 3 - 1;
  trials.outcome += 4;
  assert_int_equal(cf_tune_best(&tune, &trials, false, value, &diag), CF_OK);
  assert_true(value[0] == expected[0]);
  free(r.outcome);
}

static void test_nothing_that_counts(void **state) {
  (void)state;
  cf_tune tune = cf_tune_of(&f.plan);
  results r = {0};
  double value[CF_MAX_TUNED];
  for (uint32_t i = 0; i < cf_tune_trials(&tune, 4); i++)
    results_put(&r, cf_tune_trial(&tune, i).policy ? outcome_done(f.campaign.runs + 1 + i, 1)
                                                   : outcome_failed(f.campaign.runs + 1 + i, "the ledger is off"));
  cf_trials trials = trials_of(&r);
  assert_int_equal(cf_tune_best(&tune, &trials, false, value, &diag), CF_SOME_FAILED);
  assert_non_null(strstr(diag.entry[0].text, "'random'"));
  assert_non_null(strstr(diag.entry[0].text, "the ledger is off"));
  free(r.outcome);
}

static void test_settings_read_back(void **state) {
  (void)state;
  char text[CF_TUNE_TEXT];
  assert_string_equal(cf_tune_write(&f.plan.tune[0], 12.5, text), "policies.random.ask=12.5 %");
  assert_string_equal(cf_tune_write(&f.plan.tune[2], 0.25, text), "policies.confidence-threshold.ask_below=0.25");
  assert_true(cf_tune_read(&f.plan.tune[0], "policies.random.ask=12.5 %") == 12.5);
  assert_true(cf_tune_read(&f.plan.tune[2], text) == 0.25);
  static const char *const bad[] = {
      "policies.random.ask=12.5",    "policies.random.ask=12.5 % ", "policies.random.ask=",
      "policies.random.ask=12.50 %", "policies.random.ask=51 %",    "policies.random.as=1 %",
      "policies.random.ask=-1 %",    "policies.random.ask=nan %",   ""};
  for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_true(isnan(cf_tune_read(&f.plan.tune[0], bad[i])));
  uint64_t seed = 3;
  for (unsigned i = 0; i < cf_test_trials(500); i++) {
    const cf_plan_tuned *one = &f.plan.tune[i % 3];
    double value = cf_test_between(&seed, one->low, one->high);
    assert_true(cf_tune_read(one, cf_tune_write(one, value, text)) == value);
  }
}

/* 0.00123 is ten per cent from the end of a decade's scale of three, and near the end of a linear one. */
static void test_edges(void **state) {
  (void)state;
  assert_true(cf_tune_on_edge(&f.plan.tune[0], 0.4) && cf_tune_on_edge(&f.plan.tune[0], 49.6));
  assert_false(cf_tune_on_edge(&f.plan.tune[0], 0.6) || cf_tune_on_edge(&f.plan.tune[0], 49.4));
  assert_false(cf_tune_on_edge(&f.plan.tune[2], 0.0013));
  assert_true(cf_tune_on_edge(&f.plan.tune[2], 0.00105) && cf_tune_on_edge(&f.plan.tune[2], 1));
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_policies_have_equal_budgets),
      CASE(test_first_half_is_sobol),
      CASE(test_second_half_stays_near),
      CASE(test_second_half_does_not_repeat_the_best),
      CASE(test_best_is_the_least_mean),
      CASE(test_failures_and_ties),
      CASE(test_nothing_that_counts),
      CASE(test_settings_read_back),
      CASE(test_edges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
