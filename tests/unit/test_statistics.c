/* Means with intervals: they hold the truth as often as they say, and pairs say more than runs. */
#include "support/cf_test.h"

#include "base/random.h"
#include "fleet/simulate.h"
#include "sweep/statistics.h"

static double normal(uint64_t *state) {
  return cf_inverse_normal(((double)(cf_test_next(state) >> 12) + 0.5) * 0x1p-52);
}

static cf_moments moments_of(const double *value, unsigned count) {
  cf_moments moments = {0};
  for (unsigned i = 0; i < count; i++) cf_moments_add(&moments, value[i]);
  return moments;
}

static void assert_near(double value, double expected, double relative) {
  if (!(fabs(value - expected) <= relative * fabs(expected))) fail_msg("%.17g is not %.17g", value, expected);
}

/* Against two passes in extended precision, with a mean far above the spread. */
static void test_moments(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (unsigned trial = 0; trial < 100; trial++) {
    double value[50];
    unsigned count = 2 + trial % 49;
    long double sum = 0, squares = 0;
    for (unsigned i = 0; i < count; i++) sum += value[i] = 1e6 + normal(&seed);
    for (unsigned i = 0; i < count; i++) squares += (value[i] - sum / count) * (value[i] - sum / count);
    cf_moments moments = moments_of(value, count);
    assert_int_equal(moments.n, count);
    assert_near(moments.mean, (double)(sum / count), 1e-15);
    assert_near(cf_moments_sd(&moments), (double)sqrtl(squares / (count - 1)), 1e-8);
  }
  const double same[] = {0.1, 0.1, 0.1};
  cf_moments none = {0}, one = moments_of(same, 1), three = moments_of(same, 3);
  assert_true(isnan(cf_moments_sd(&none)) && isnan(cf_moments_sd(&one)));
  assert_true(cf_moments_sd(&three) == 0);
}

/* Quantiles as printed tables have them, and the closed forms of one and two degrees of freedom. */
static void test_student(void **state) {
  (void)state;
  const double pi = 3.14159265358979323846;
  assert_near(cf_student_quantile(0.975, 1), tan(pi * 0.475), 1e-12);
  assert_near(cf_student_quantile(0.975, 2), 0.95 / sqrt(2 * 0.975 * 0.025), 1e-12);
  assert_near(cf_student_quantile(0.975, 10), 2.228139, 1e-6);
  assert_near(cf_student_quantile(0.95, 30), 1.697261, 1e-6);
  assert_near(cf_student_quantile(0.975, 1e9), 1.959964, 1e-6);
  assert_near(cf_student_quantile(0.025, 7), -cf_student_quantile(0.975, 7), 1e-12);
}

static void test_interval(void **state) {
  (void)state;
  const double value[] = {1, 2, 3, 4};
  cf_moments moments = moments_of(value, 4);
  cf_interval interval = cf_interval_of(&moments, 0.05);
  double half = 3.182446 * sqrt(5.0 / 3) / 2; /* t of 3 degrees of freedom at 97.5 % */
  assert_int_equal(interval.n, 4);
  assert_true(interval.mean == 2.5);
  assert_near(interval.low, 2.5 - half, 1e-6);
  assert_near(interval.high, 2.5 + half, 1e-6);
  assert_near(cf_interval_rel_halfwidth(&interval), half / 2.5, 1e-6);
  cf_interval wider = cf_interval_of(&moments, 0.01);
  assert_true(wider.low < interval.low && wider.high > interval.high);
}

static void test_interval_of_little(void **state) {
  (void)state;
  const double value[] = {2, 2, -2};
  cf_moments none = {0}, one = moments_of(value, 1), same = moments_of(value, 2), opposite = moments_of(value + 1, 2);
  cf_interval interval = cf_interval_of(&none, 0.05);
  assert_true(isnan(interval.mean) && isnan(interval.low) && isnan(interval.high));
  interval = cf_interval_of(&one, 0.05);
  assert_true(interval.mean == 2 && isnan(interval.low) && isinf(cf_interval_rel_halfwidth(&interval)));
  interval = cf_interval_of(&same, 0.05);
  assert_true(interval.low == 2 && interval.high == 2 && cf_interval_rel_halfwidth(&interval) == 0);
  interval = cf_interval_of(&opposite, 0.05);
  assert_true(interval.mean == 0 && interval.high > 0 && isinf(cf_interval_rel_halfwidth(&interval)));
  const double zeros[] = {0, 0};
  cf_moments nothing = moments_of(zeros, 2);
  interval = cf_interval_of(&nothing, 0.05);
  assert_true(cf_interval_rel_halfwidth(&interval) == 0);
}

/* With equal variances and counts Welch's interval is Student's of 2 n - 2 degrees of freedom. */
static void test_unpaired(void **state) {
  (void)state;
  const double value[] = {1, 2, 3, 11, 12, 13};
  cf_moments low = moments_of(value, 3), high = moments_of(value + 3, 3), one = moments_of(value, 1), none = {0};
  cf_interval interval = cf_interval_unpaired(&high, &low, 0.05);
  double half = 2.776445 * sqrt(2.0 / 3);
  assert_true(interval.n == 3 && interval.mean == 10);
  assert_near(interval.low, 10 - half, 1e-6);
  assert_near(interval.high, 10 + half, 1e-6);
  interval = cf_interval_unpaired(&high, &one, 0.05);
  assert_true(interval.n == 1 && interval.mean == 11 && isnan(interval.low));
  interval = cf_interval_unpaired(&high, &none, 0.05);
  assert_true(interval.n == 0 && isnan(interval.mean));
}

/* ---- coverage ---------------------------------------------------------------------------------------------------- */

enum { EXPERIMENTS = 1000 };

static void assert_covers(unsigned held) {
  double share = (double)held / EXPERIMENTS;
  if (!(share >= 0.93 && share <= 0.97)) fail_msg("the CI95 held the mean in %.1f %% of the experiments", 100 * share);
}

static void test_coverage(void **state) {
  (void)state;
  uint64_t seed = 20261121;
  unsigned held = 0;
  for (unsigned experiment = 0; experiment < EXPERIMENTS; experiment++) {
    cf_moments moments = {0};
    unsigned count = 8 + experiment % 23;
    for (unsigned i = 0; i < count; i++) cf_moments_add(&moments, 3 + 2 * normal(&seed));
    cf_interval interval = cf_interval_of(&moments, 0.05);
    held += interval.low <= 3 && interval.high >= 3;
  }
  assert_covers(held);
}

/* Few values of the wide one, many of the narrow one: where equal variances would be a bad guess. */
static void test_coverage_unpaired(void **state) {
  (void)state;
  uint64_t seed = 7;
  unsigned held = 0;
  for (unsigned experiment = 0; experiment < EXPERIMENTS; experiment++) {
    cf_moments wide = {0}, narrow = {0};
    for (unsigned i = 0; i < 8; i++) cf_moments_add(&wide, 5 + 3 * normal(&seed));
    for (unsigned i = 0; i < 30; i++) cf_moments_add(&narrow, 2 + 0.5 * normal(&seed));
    cf_interval interval = cf_interval_unpaired(&wide, &narrow, 0.05);
    held += interval.low <= 3 && interval.high >= 3;
  }
  assert_covers(held);
}

/* Mean time in system of an M/M/1 queue at load 0.5, whose closed form is 1 / (mu - lambda) = 2: means of long runs are
 * neither normal nor independent inside, and still the interval over replications holds. Lindley's recursion. */
static double time_in_system(uint64_t *seed, unsigned customers) {
  const unsigned warm_up = 500;
  double wait = 0, sum = 0;
  for (unsigned i = 0; i < warm_up + customers; i++) {
    double service = cf_inverse_exponential(((double)(cf_test_next(seed) >> 12) + 0.5) * 0x1p-52, 1.0);
    double gap = cf_inverse_exponential(((double)(cf_test_next(seed) >> 12) + 0.5) * 0x1p-52, 0.5);
    if (i >= warm_up) sum += wait + service;
    wait = fmax(0, wait + service - gap);
  }
  return sum / customers;
}

static void test_coverage_of_queues(void **state) {
  (void)state;
  if (!getenv("COLDFLEET_LONG")) skip();
  uint64_t seed = 3;
  unsigned held = 0;
  for (unsigned experiment = 0; experiment < EXPERIMENTS; experiment++) {
    cf_moments moments = {0};
    for (unsigned rep = 0; rep < 10; rep++) cf_moments_add(&moments, time_in_system(&seed, 10000));
    cf_interval interval = cf_interval_of(&moments, 0.05);
    held += interval.low <= 2 && interval.high >= 2;
  }
  assert_covers(held);
}

/* ---- common random numbers --------------------------------------------------------------------------------------- */

enum { REPS = 12 };

static double loss_of(const cf_scenario *scenario, uint32_t policy, uint32_t rep) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_recorder silent = {0};
  cf_simulation simulation = {
      .scenario = scenario, .run_id = 1, .policy = policy, .rep = rep, .seed = 1, .engine = {.threads = 1}};
  cf_run_row row;
  if (cf_simulate(&simulation, &silent, &row, &diag) != CF_OK) fail_msg("%s", diag.entry[0].text);
  return row.loss;
}

/* Policies that meet the same events: their difference varies less than that of runs of different replications. */
static void test_pairs_vary_less(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_setting setting[] = {{"policies.confidence-threshold.ask_below=70 %", "--set"},
                                {"record={fleet_every: 0 s, nodes: false, decisions: none}", "--set"}};
  cf_load_options options = {.models_dir = "models", .settings = setting, .setting_count = 2};
  cf_scenario *scenario = cf_scenario_load("scenarios/quickstart.yaml", &options, &diag);
  if (!scenario) fail_msg("%s", diag.entry[0].text);
  double loss[2][REPS];
  for (uint32_t rep = 0; rep < REPS; rep++)
    for (uint32_t policy = 0; policy < 2; policy++) loss[policy][rep] = loss_of(scenario, policy, rep);
  cf_scenario_destroy(scenario);
  cf_moments paired = {0}, crossed = {0}, own[2] = {0};
  for (uint32_t rep = 0; rep < REPS; rep++) {
    cf_moments_add(&paired, loss[1][rep] - loss[0][rep]);
    cf_moments_add(&crossed, loss[1][rep] - loss[0][(rep + 1) % REPS]);
    for (int policy = 0; policy < 2; policy++) cf_moments_add(&own[policy], loss[policy][rep]);
  }
  assert_true(cf_moments_sd(&own[0]) > 0);
  assert_true(cf_moments_sd(&paired) < 0.8 * cf_moments_sd(&crossed));
  cf_interval with = cf_interval_of(&paired, 0.05), without = cf_interval_unpaired(&own[1], &own[0], 0.05);
  assert_near(with.mean, without.mean, 1e-9);
  assert_true(with.high - with.low < without.high - without.low);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_moments),           cmocka_unit_test(test_student),
      cmocka_unit_test(test_interval),          cmocka_unit_test(test_interval_of_little),
      cmocka_unit_test(test_unpaired),          cmocka_unit_test(test_coverage),
      cmocka_unit_test(test_coverage_unpaired), cmocka_unit_test(test_coverage_of_queues),
      cmocka_unit_test(test_pairs_vary_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
