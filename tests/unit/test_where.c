/* sweep/where: conditions keep what a loop in C would keep; what is refused is named at its place in the condition. */
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

typedef struct condition {
  const char *sql;
  bool (*holds)(double a, double b);
} condition;

static bool sum(double a, double b) { return a + b > 9; }
static bool ratio(double a, double b) { return a * 10 >= b && b != 3; }
static bool within(double a, double b) { return a >= 2 && a <= 5 && fabs(a - b) < 3; }
static bool remainder_is(double a, double b) { return fmod(a, 2) == 0 || b == 1; }
static bool defined(double a, double b) { return b != 4 && a / (b - 4) > 0; }

static void test_where(void **state) {
  (void)state;
  static const condition conditions[] = {{"a + b > 9", sum},
                                         {"a * 10 >= b AND b <> 3 -- not three", ratio},
                                         {"a BETWEEN 2 AND 5 AND abs(a - b) < 3", within},
                                         {"mod(a, 2) = 0 OR b IN (1)", remainder_is},
                                         {"a / nullif(b - 4, 0) > 0", defined}};
  for (unsigned i = 0; i < sizeof conditions / sizeof *conditions; i++) {
    for (unsigned k = i; k < sizeof conditions / sizeof *conditions; k++) {
      char text[400];
      snprintf(text, sizeof text,
               PLAN_HEAD
               "axes: {a: {path: p.a, range: {from: 0, to: 9, step: 1}}, b: {path: p.b, values: [9, 1, 5, 3, 4]}}\n"
               "where:\n  - %s\n  - %s\n",
               conditions[i].sql, conditions[k].sql);
      cf_plan *plan = plan_good(text);
      cf_points points = expanded(plan);
      static const double b[] = {9, 1, 5, 3, 4};
      uint32_t kept = 0;
      for (uint32_t p = 0; p < 50; p++) {
        double x = p / 5, y = b[p % 5];
        if (!conditions[i].holds(x, y) || !conditions[k].holds(x, y)) continue;
        assert_true(kept < points.count && number(&points, kept, 0) == x && number(&points, kept, 1) == y);
        kept++;
      }
      assert_int_equal(points.count, kept);
      cf_points_free(&points);
      cf_plan_destroy(plan);
    }
  }
}

static void test_words_in_conditions(void **state) {
  (void)state;
  cf_plan *plan = plan_good(
      PLAN_HEAD "axes: {a: {path: p.a, values: [abs-box, alu-box, open]}}\nwhere: a LIKE '%-box' AND a <> 'abs-box'\n");
  cf_points points = expanded(plan);
  assert_int_equal(points.count, 1);
  assert_string_equal(points.value[0], "alu-box");
  cf_points_free(&points);
  cf_plan_destroy(plan);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *where, *words;
    uint32_t column;
  } cases[] = {{"a > 5", "no point is left: none of the 2 satisfies this", 8},
               {"1 + other > 0", "there is no axis 'other'", 12},
               {"'a > ''x'''", "no point is left", 8},
               {"\"b > 1\"", "there is no axis 'b' (did you mean 'a'?)", 9},
               {"a IN (SELECT 1)", "a condition cannot hold a SELECT", 8},
               {"a IN points", "can read the axes only", 8},
               {"max(a) > 1", "misuse of aggregate", 8},
               {"row_number() OVER () > 1", "knows no function 'row_number'", 8},
               {"date('now') > '2000'", "knows no function 'date'", 8},
               {"random() > 0", "knows no function 'random'", 8},
               {"1) GROUP BY (1", "not one whole expression", 8},
               {"1; DROP TABLE points", "syntax error", 9},
               {"rowid > 1", "can read the axes only", 8},
               {"a > ?1", "has no parameters", 8},
               {"a > 1 /* open", "not one whole expression", 8},
               {"a >", "not one whole expression", 8}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[200];
    snprintf(text, sizeof text, PLAN_HEAD "axes: {a: {path: p.a, values: [1, 2]}}\nwhere: %s\n", cases[i].where);
    cf_plan *plan = plan_good(text);
    cf_points points;
    cf_diag diag;
    cf_diag_init(&diag);
    cf_status status = cf_expand(plan, &points, &diag);
    assert_int_equal(status, CF_INPUT);
    if (!strstr(diag.entry[0].text, cases[i].words)) fail_msg("%s: %s", cases[i].where, diag.entry[0].text);
    if (diag.entry[0].column != cases[i].column) fail_msg("%s: column %u", cases[i].where, diag.entry[0].column);
    assert_int_equal(diag.entry[0].line, 4);
    assert_true(points.count == 0 && !points.arena);
    cf_plan_destroy(plan);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_where), cmocka_unit_test(test_words_in_conditions),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
