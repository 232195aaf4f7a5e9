/* sweep/expand: a grid is the product of its axes in their order, zipped axes go together, samples are combined with
 * the rest, conditions keep what a loop in C would keep. */
#include "plan_text.h"

#include "sweep/expand.h"

static cf_points expanded(const cf_plan *plan) {
  cf_points points;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_expand(plan, &points, &diag);
  if (status) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return points;
}

static double number(const cf_points *points, uint32_t point, uint32_t axis) {
  return points->number[(size_t)point * points->axes + axis];
}

static void test_order(void **state) {
  (void)state;
  static const char *const labels[] = {"a=1 F, b=x, c=7", "a=1 F, b=x, c=8", "a=2 F, b=y, c=7",
                                       "a=2 F, b=y, c=8", "a=3 F, b=z, c=7", "a=3 F, b=z, c=8"};
  cf_plan *plan = plan_good(PLAN_HEAD
                            "axes: {a: {path: p.a, values: [1 F, 2 F, 3 F]}, b: {path: p.b, values: [x, y, z]},\n"
                            "       c: {path: p.c, values: [7, 8]}}\nzip: [[b, a]]\n");
  cf_points points = expanded(plan);
  assert_true(points.count == 6 && points.axes == 3);
  for (uint32_t p = 0; p < 6; p++) {
    char text[80];
    assert_string_equal(cf_point_label(plan, &points, p, text, sizeof text), labels[p]);
    assert_true(isnan(number(&points, p, 1)) && number(&points, p, 0) == 1 + p / 2);
  }
  char narrow[6];
  assert_string_equal(cf_point_label(plan, &points, 0, narrow, sizeof narrow), "a=1 F");
  cf_points_free(&points);
  cf_plan_destroy(plan);
}

static void test_one_point(void **state) {
  (void)state;
  cf_plan *plan = plan_good(PLAN_HEAD "where: 1\n");
  cf_points points = expanded(plan);
  char text[8] = "?";
  assert_int_equal(points.count, 1);
  assert_string_equal(cf_point_label(plan, &points, 0, text, sizeof text), "");
  cf_points_free(&points);
  cf_plan_destroy(plan);
}

/* Random grids: as many points as the product, all different, the first axis slowest. */
static void test_grids(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (unsigned trial = 0; trial < cf_test_trials(40); trial++) {
    char text[1000] = PLAN_HEAD "axes:\n";
    uint32_t axes = 1 + (uint32_t)(cf_test_next(&seed) % 4), count[4], product = 1;
    for (uint32_t a = 0; a < axes; a++) {
      size_t used = strlen(text);
      count[a] = 2 + (uint32_t)(cf_test_next(&seed) % 5);
      product *= count[a];
      snprintf(text + used, sizeof text - used, "  a%u: {path: p%u, range: {from: 0, to: %u, step: 1}}\n", a, a,
               count[a] - 1);
    }
    cf_plan *plan = plan_good(text);
    cf_points points = expanded(plan);
    assert_int_equal(points.count, product);
    for (uint32_t p = 0; p < product; p++) {
      uint32_t index = 0;
      for (uint32_t a = 0; a < axes; a++) index = index * count[a] + (uint32_t)number(&points, p, a);
      assert_int_equal(index, p);
    }
    cf_points_free(&points);
    cf_plan_destroy(plan);
  }
}

/* Two sampled axes go together where the first of them stands, and meet every value of the third. */
static void test_samples(void **state) {
  (void)state;
  cf_plan *plan = plan_good(PLAN_HEAD
                            "axes: {a: {path: p.a, between: {from: 1 V, to: 2 V}}, b: {path: p.b, values: [1, 2, 3]},\n"
                            "       c: {path: p.c, between: {from: 1, to: 1000, scale: log}}}\n"
                            "sample: {method: latin-hypercube, points: 5, seed: 2}\n");
  cf_points points = expanded(plan), again = expanded(plan);
  assert_int_equal(points.count, 15);
  for (uint32_t p = 0; p < 15; p++) {
    assert_true(number(&points, p, 1) == 1 + p % 3);
    assert_true(number(&points, p, 0) == number(&points, p - p % 3, 0) &&
                number(&points, p, 2) == number(&points, p - p % 3, 2));
    assert_true(number(&points, p, 0) >= 1 && number(&points, p, 0) <= 2);
    assert_true(strtod(points.value[p * 3], NULL) == number(&points, p, 0));
    assert_non_null(strstr(points.value[p * 3], " V"));
    assert_true(number(&again, p, 0) == number(&points, p, 0) && number(&again, p, 2) == number(&points, p, 2));
  }
  cf_points_free(&points);
  cf_points_free(&again);
  cf_plan_destroy(plan);
}

static void test_too_many(void **state) {
  (void)state;
  cf_plan *plan = plan_good(PLAN_HEAD
                            "axes: {a: {path: p.a, range: {from: 1, to: 1001, step: 1}}, b: {path: p.b, range: {from: "
                            "1, to: 1000, step: 1}}}\n");
  cf_points points;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_expand(plan, &points, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "1001000 combinations"));
  cf_plan_destroy(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_one_point),
                                     cmocka_unit_test(test_grids), cmocka_unit_test(test_samples),
                                     cmocka_unit_test(test_too_many)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
