/* config/plan: what a plan says arrives as it was said, ranges have the numbers that people expect, defaults are a
 * sweep's. What is refused has a file each in tests/cli/bad-plans; here are the cases that no file can show. */
#include "plan_text.h"

static void test_whole(void **state) {
  (void)state;
  cf_plan *p = plan_good(
      "name: whole\nquestion: What?\nscenario: ../s.yaml\n"
      "set: {fleet.a.count: 5, fleet.a.limits: {throttle_above: 60 degC, 'odd key': [1, \"2\"]}}\n"
      "record: {nodes: true}\n"
      "axes:\n  a: {path: [x.a, y.a], values: [1 F, 220 mF]}\n  b: {path: x.b, values: [slow, fast]}\n"
      "  c: {path: x.c, between: {from: 1 uA, to: 0.05 mA, scale: log}}\n"
      "zip: [[a, b]]\nsample: {method: latin-hypercube, points: 9, seed: 3}\nwhere: a > c\npolicies: [one, two]\nreps: "
      "3\n"
      "until: {rel_halfwidth: 2 %, of: down, max_reps: 9}\n"
      "tune: {metric: temp_max, budget: 6, seed: 8, policies: {one: {k: {from: 1 %, to: 0.5, scale: log}}}}\n"
      "assert: {loss: [{max: 3}, {min: 1, policy: two}]}\n");
  assert_string_equal(p->name, "whole");
  assert_string_equal(p->question, "What?");
  assert_string_equal(p->path, "plans/p.yaml");
  assert_string_equal(p->scenario, "plans/../s.yaml");
  assert_string_equal(p->input.path, "p.yaml");
  assert_int_equal(strlen(p->input.sha256), 64);
  static const char *const settings[] = {
      "record.fleet_every=0 s", "record.nodes=true",
      "record.decisions=none",  "record.power_events=false",
      "fleet.a.count=5",        "fleet.a.limits={throttle_above: 60 degC, odd key: [1, \"2\"]}"};
  assert_int_equal(p->settings, 6);
  for (unsigned i = 0; i < 6; i++) assert_string_equal(p->setting[i].text, settings[i]);
  assert_string_equal(p->setting[5].origin, "--set#6");
  assert_int_equal(p->setting_where[4].line, 4);
  assert_int_equal(p->axes, 3);
  const cf_plan_axis *a = &p->axis[0], *b = &p->axis[1], *c = &p->axis[2];
  assert_int_equal(a->paths, 2);
  assert_string_equal(a->path[1], "y.a");
  assert_string_equal(a->value[1], "220 mF");
  assert_string_equal(a->unit, "F");
  assert_true(a->number[1] == 0.22 && a->values == 2 && !a->sampled && a->where.line == 7);
  assert_true(b->number == NULL && b->unit == NULL && b->values == 2);
  assert_string_equal(b->value[0], "slow");
  assert_true(c->sampled && c->log_scale && !c->whole && c->low == 1 && c->high == 50 && c->values == 0);
  assert_true(p->zips == 1 && p->zip[0].axes == 2 && p->zip[0].axis[0] == 0 && p->zip[0].axis[1] == 1);
  assert_true(p->sampling == CF_SAMPLING_LATIN_HYPERCUBE && p->sample_points == 9 && p->sample_seed == 3);
  assert_int_equal(p->wheres, 1);
  assert_string_equal(p->where[0].text, "a > c");
  assert_true(p->policies == 2 && p->reps == 3 && p->max_reps == 9 && p->rel_halfwidth == 0.02);
  assert_string_equal(p->until_column, "down_frac");
  assert_true(p->tunes && p->tune_budget == 6 && p->tune_reps == 4 && p->tune_seed == 8 && p->tuned == 1);
  assert_string_equal(p->tune_column, "temp_max_degc");
  assert_string_equal(p->tune[0].parameter, "k");
  assert_true(p->tune[0].low == 1 && p->tune[0].high == 50 && p->tune[0].log_scale);
  assert_string_equal(p->tune[0].unit, "%");
  assert_int_equal(p->assertions, 2);
  assert_string_equal(p->assertion[1].policy, "two");
  cf_plan_destroy(p);
}

static void test_least(void **state) {
  (void)state;
  cf_plan *p = plan_good(PLAN_HEAD);
  assert_true(p->axes == 0 && p->settings == 4 && p->reps == 1 && p->max_reps == 1 && !p->tunes && p->policies == 0);
  assert_int_equal(p->sampling, CF_SAMPLING_NONE);
  assert_null(p->until_column);
  assert_string_equal(p->question, "");
  cf_plan_destroy(p);
}

/* The texts of the only axis, joined. */
static void assert_values(const char *axis, const char *expected) {
  char text[400], joined[400] = "";
  snprintf(text, sizeof text, PLAN_HEAD "axes: {a: {path: x.y, %s}}\n", axis);
  cf_plan *p = plan_good(text);
  for (uint32_t i = 0; i < p->axis[0].values; i++) {
    size_t used = strlen(joined);
    snprintf(joined + used, sizeof joined - used, "%s%s", i ? ", " : "", p->axis[0].value[i]);
    if (strncmp(axis, "values", 6) != 0) /* the text reads back as the number */
      assert_true(strtod(p->axis[0].value[i], NULL) == p->axis[0].number[i]);
  }
  assert_string_equal(joined, expected);
  cf_plan_destroy(p);
}

static void test_ranges(void **state) {
  (void)state;
  assert_values("range: {from: 0.1, to: 0.5, step: 0.1}", "0.1, 0.2, 0.3, 0.4, 0.5");
  assert_values("range: {from: 1 cm2, to: 4 cm2, count: 4}", "1 cm2, 2 cm2, 3 cm2, 4 cm2");
  assert_values("range: {from: 100 mF, to: 0.3 F, step: 0.1 F}", "100 mF, 200 mF, 300 mF");
  assert_values("range: {from: -20 degC, to: 300 K, count: 3}", "-20 degC, 3.425 degC, 26.85 degC");
  assert_values("range: {from: 20 degC, to: 40 degC, step: 10 K}", "20 degC, 30 degC, 40 degC");
  assert_values("range: {from: 0 %, to: 0.3, step: 10 %}", "0 %, 10 %, 20 %, 30 %");
  assert_values("logspace: {from: 0.01 Ohm, to: 10 Ohm, count: 4}", "0.01 Ohm, 0.1 Ohm, 1 Ohm, 10 Ohm");
  assert_values("logspace: {from: 1, to: 1e12, count: 13}",
                "1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, "
                "1000000000000");
  assert_values("logspace: {from: 1, to: 10, count: 3}", "1, 3.16227766017, 10");
  assert_values("values: [delta 2 K, 5 K]", "delta 2 K, 5 K");
  assert_values("values: [3, 1e-3, -.5]", "3, 1e-3, -.5");
}

/* Tenths over a long range, where adding up steps would have gone astray. */
static void test_tenths(void **state) {
  (void)state;
  cf_plan *p = plan_good(PLAN_HEAD "axes: {a: {path: x.y, range: {from: 0 s, to: 5000 s, step: 0.1 s}}}\n");
  assert_int_equal(p->axis[0].values, 50001);
  for (uint32_t i = 0; i <= 50000; i++) {
    char text[40];
    snprintf(text, sizeof text, i % 10 ? "%u.%u s" : "%u s", i / 10, i % 10);
    assert_string_equal(p->axis[0].value[i], text);
  }
  cf_plan_destroy(p);
}

static void test_refused(void **state) {
  (void)state;
  plan_refused("", 1, 1, "the file is empty");
  plan_refused("[1]\n", 1, 1, "needs a map");
  plan_refused(PLAN_HEAD "set: {a=b: 1}\n", 3, 7, "'set' needs paths");
  plan_refused(PLAN_HEAD "axes: {a: {path: x, logspace: {from: 1 degC, to: 9 degC, count: 2}}}\n", 3, 38, "no ratios");
  plan_refused(PLAN_HEAD "axes: {a: {path: x, range: {from: -1e308, to: 1e308, count: 3}}}\n", 3, 47, "too far apart");
  plan_refused(PLAN_HEAD "axes: {a: {path: x, range: {from: 0, to: 1, step: 1e-9}}}\n", 3, 51, "at most 100000 values");
  plan_refused(PLAN_HEAD "axes: {a: {path: x, values: ['a: b']}}\n", 3, 30, "cannot be a value of an axis");
  plan_refused(PLAN_HEAD "axes: {a: {path: [x.y, x.y.z], values: [1]}}\n", 3, 8, "'x.y' and 'x.y.z' are one path");
  plan_refused(PLAN_HEAD
               "axes: {a: {path: x, between: {from: 1.5, to: 3, whole: true}}}\nsample: {method: sobol, points: 1}\n",
               3, 37, "whole number");
  plan_refused(PLAN_HEAD
               "axes: {a: {path: policies.p, values: [1]}}\n"
               "tune: {metric: loss, budget: 2, seed: 9, policies: {p: {k: {from: 0, to: 1}}}}\n",
               3, 8, "is tuned as well");
  char many[1200] = PLAN_HEAD "axes:\n";
  for (int i = 0; i <= CF_MAX_AXES; i++) {
    size_t used = strlen(many);
    snprintf(many + used, sizeof many - used, "  a%d: {path: x%d, values: [1]}\n", i, i);
  }
  plan_refused(many, 20, 3, "more than 16 axes");
}

static void test_reading(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_null(cf_plan_load("nowhere/p.yaml", NULL, &diag));
  assert_int_equal(diag.status, CF_IO);
  assert_true(cf_plan_is_one("scenarios/plans/smallest-capacitor.yaml"));
  assert_false(cf_plan_is_one("scenarios/agriculture.yaml"));
  assert_false(cf_plan_is_one("nowhere/p.yaml"));
  cf_plan_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole),   cmocka_unit_test(test_least),
                                     cmocka_unit_test(test_ranges),  cmocka_unit_test(test_tenths),
                                     cmocka_unit_test(test_refused), cmocka_unit_test(test_reading)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
