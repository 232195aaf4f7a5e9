/* Assertions of a scenario against results made by hand. */
#include "cli/checks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static cf_scenario scenario;
static cf_job job[2];
static cf_batch batch;
static cf_diag diag;
static unsigned seen, passed;

static void count(void *self, const cf_check *check) {
  (void)self;
  seen++;
  passed += check->passed;
}

static int start(void **state) {
  (void)state;
  memset(&scenario, 0, sizeof scenario);
  memset(job, 0, sizeof job);
  scenario.policies = 2;
  scenario.policy[0].name = "always-local";
  scenario.policy[1].name = "random";
  scenario.assertions = 1;
  for (uint32_t i = 0; i < 2; i++) job[i] = (cf_job){.scenario = &scenario, .policy = i, .row = {.run_id = i + 1}};
  job[0].row.down_frac = 0.25;
  job[1].row.down_frac = 0.5;
  job[0].row.heard_frac = NAN;
  job[1].row.heard_frac = 1;
  job[0].row.temp_max_k = 273.15 + 40;
  job[1].row.temp_max_k = 273.15 + 90;
  batch = (cf_batch){.jobs = 2, .job = job};
  return 0;
}

static cf_status check(const char *column, const char *policy, double min, double max) {
  scenario.assertion[0] =
      (cf_assertion){.column = column, .policy = policy, .min = min, .max = max, .where = {"a.yaml", NULL, 7, 3}};
  cf_diag_init(&diag);
  seen = passed = 0;
  return cf_checks_run(&batch, count, NULL, &diag);
}

static void limits_are_inclusive(void **state) {
  (void)state;
  assert_int_equal(check("down_frac", NULL, 0.25, 0.5), CF_OK);
  assert_int_equal(seen, 2);
  assert_int_equal(passed, 2);
}

static void a_failure_names_everything(void **state) {
  (void)state;
  assert_int_equal(check("down_frac", NULL, -INFINITY, 0.4), CF_ASSERTION);
  assert_int_equal(diag.errors, 1);
  assert_string_equal(diag.entry[0].text, "assertion failed: down_frac is 0.5 in run 2 (random), above the limit 0.4");
  assert_int_equal(diag.entry[0].line, 7);
  assert_int_equal(check("down_frac", NULL, 0.3, INFINITY), CF_ASSERTION);
  assert_string_equal(diag.entry[0].text,
                      "assertion failed: down_frac is 0.25 in run 1 (always-local), below the limit 0.3");
}

static void a_policy_is_checked_alone(void **state) {
  (void)state;
  assert_int_equal(check("down_frac", "always-local", 0, 0.4), CF_OK);
  assert_int_equal(seen, 1);
  assert_int_equal(check("down_frac", "random", 0, 0.4), CF_ASSERTION);
}

static void the_undefined_does_not_hold(void **state) {
  (void)state;
  assert_int_equal(check("heard_frac", NULL, 0, 1), CF_ASSERTION);
  assert_int_equal(seen, 2);
  assert_int_equal(passed, 1);
  assert_string_equal(diag.entry[0].text, "assertion failed: heard_frac is not defined in run 1 (always-local)");
}

static void kelvin_meets_celsius(void **state) {
  (void)state;
  assert_int_equal(check("temp_max_k", NULL, -INFINITY, 273.15 + 91), CF_OK);
  assert_int_equal(check("temp_max_k", NULL, -INFINITY, 273.15 + 60), CF_ASSERTION);
  assert_string_equal(diag.entry[0].text,
                      "assertion failed: temp_max_degc is 90 in run 2 (random), above the limit 60");
}

static void only_finished_runs_are_checked(void **state) {
  (void)state;
  job[1].status = CF_INTERNAL;
  assert_int_equal(check("down_frac", NULL, 0, 0.4), CF_OK);
  assert_int_equal(seen, 1);
  job[0].status = CF_INCOMPLETE;
  assert_int_equal(check("down_frac", NULL, 0, 0.1), CF_OK);
  assert_int_equal(seen, 0);
}

static void no_such_column(void **state) {
  (void)state;
  assert_int_equal(check("elephants", NULL, 0, 1), CF_INPUT);
  assert_int_equal(check("policy", NULL, 0, 1), CF_INPUT); /* a text */
  assert_int_equal(seen, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(limits_are_inclusive, start),
      cmocka_unit_test_setup(a_failure_names_everything, start),
      cmocka_unit_test_setup(a_policy_is_checked_alone, start),
      cmocka_unit_test_setup(the_undefined_does_not_hold, start),
      cmocka_unit_test_setup(kelvin_meets_celsius, start),
      cmocka_unit_test_setup(only_finished_runs_are_checked, start),
      cmocka_unit_test_setup(no_such_column, start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
