/* Metrics: every numeric column that measures something has a direction, and names are found or suggested. */
#include "support/cf_test.h"

#include "store/tables.h"
#include "sweep/metric.h"

static bool has(const char *name) {
  cf_metric metric;
  for (uint32_t i = 0; cf_metric_at(i, &metric); i++)
    if (strcmp(metric.name, name) == 0) return true;
  return false;
}

/* A new column asks for its direction here. */
static void test_every_figure_has_a_direction(void **state) {
  (void)state;
  static const cf_relation_id relation[] = {CF_TABLE_RUN, CF_VIEW_ACCURACY, CF_VIEW_COLDEST, CF_VIEW_AUTONOMY};
  static const char *const identity[] = {"run_id", "point_id", "rep", "seed", "rank"};
  for (int r = 0; r < 4; r++) {
    const cf_relation *of = cf_relation_of(relation[r]);
    for (uint32_t c = 0; c < of->columns; c++) {
      const cf_column *column = &of->column[c];
      bool measures = column->type == CF_CELL_REAL || column->type == CF_CELL_INTEGER;
      for (int i = 0; i < 5; i++) measures = measures && strcmp(column->name, identity[i]) != 0;
      if (has(column->name) != measures) fail_msg("%s.%s", of->name, column->name);
    }
  }
}

/* None is listed that no relation has, and none twice. */
static void test_list(void **state) {
  (void)state;
  cf_metric metric, other;
  uint32_t count = 0;
  for (; cf_metric_at(count, &metric); count++) {
    assert_true(strlen(metric.doc) > 0);
    for (uint32_t k = 0; k < count; k++) {
      assert_true(cf_metric_at(k, &other));
      assert_string_not_equal(metric.name, other.name);
    }
  }
  assert_int_equal(count, 50);
}

static void test_find(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_metric metric;
  assert_int_equal(cf_metric_find("loss", &metric, &diag), CF_OK);
  assert_string_equal(metric.relation, "run");
  assert_string_equal(metric.unit, "false alarms");
  assert_int_equal(metric.better, CF_BETTER_LESS);
  assert_int_equal(cf_metric_find("nats_per_j", &metric, &diag), CF_OK);
  assert_string_equal(metric.relation, "v_coldest");
  assert_int_equal(metric.better, CF_BETTER_MORE);
  assert_int_equal(cf_metric_find("los", &metric, &diag), CF_USAGE);
  assert_non_null(strstr(diag.entry[0].text, "did you mean 'loss'?"));
  assert_int_equal(cf_metric_find("policy", &metric, &diag), CF_USAGE);
  assert_non_null(strstr(diag.entry[1].text, "'policy'"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_figure_has_a_direction),
      cmocka_unit_test(test_list),
      cmocka_unit_test(test_find),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
