/* Rows as cells: each table's function gives exactly its columns, and values that no table may hold are refused. */
#include "store_fixture.h"

#include "store/rows.h"

static void test_counts_match_the_tables(void **state) {
  (void)state;
  cf_cell cell[CF_MAX_COLUMNS];
  cf_run_bytes bytes;
  const cf_run_row run = fixture_run(1);
  const cf_node_row node = {.grp = "a"};
  const cf_power_event_row event = {0};
  const cf_decision_row decision = fixture_decision(1);
  const cf_series_row series = {.grp = "a"};
  const cf_link_row link = {.radio = "r"};
  const cf_gauge gauge = {0};
  const struct {
    cf_relation_id table;
    uint32_t count;
  } row[] = {
      {CF_TABLE_RUN, cf_cells_run(cell, &run, CF_RUN_DONE, &bytes)},
      {CF_TABLE_RUN, cf_cells_run(cell, &run, CF_RUN_UNFINISHED, &bytes)},
      {CF_TABLE_LEDGER, cf_cells_ledger(cell, 1, &fixture_ledger[0])},
      {CF_TABLE_NODE, cf_cells_node(cell, 1, &node)},
      {CF_TABLE_POWER_EVENT, cf_cells_power_event(cell, 1, 1, &event)},
      {CF_TABLE_DECISION, cf_cells_decision(cell, 1, &decision)},
      {CF_TABLE_SERIES, cf_cells_series(cell, 1, &series)},
      {CF_TABLE_LINK, cf_cells_link(cell, 1, &link)},
      {CF_TABLE_GAUGE, cf_cells_gauge(cell, 1, &gauge)},
      {CF_TABLE_CONSTANT_VALUE, cf_cells_constant(cell, 1, &fixture_constants[0])},
  };
  for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
    assert_int_equal(row[i].count, cf_relation_of(row[i].table)->columns);
}

static void test_check_refuses(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_cell one = {.type = CF_CELL_INTEGER, .as.integer = 1}, null = {.type = CF_CELL_NULL};
  cf_cell cell[2] = {{.type = CF_CELL_TEXT, .length = 1, .as.text = "a"}, {.type = CF_CELL_TEXT, .as.text = ""}};
  assert_int_equal(cf_cells_check(cell, 2, CF_TABLE_META, 1, &diag), CF_OK);
  assert_int_equal(cf_cells_check(cell, 1, CF_TABLE_META, 1, &diag), CF_INTERNAL);
  cell[1] = one;
  assert_int_equal(cf_cells_check(cell, 2, CF_TABLE_META, 3, &diag), CF_INTERNAL);
  assert_string_equal(diag.entry[1].text, "run 3: meta.value has a wrong type");
  cell[1] = null;
  assert_int_equal(cf_cells_check(cell, 2, CF_TABLE_META, 3, &diag), CF_INTERNAL);
  assert_string_equal(diag.entry[2].text, "run 3: meta.value is not defined");
}

/* A defect elsewhere must not become a constant without a status. */
static void test_unknown_codes_are_refused(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_cell cell[CF_MAX_COLUMNS];
  cf_constant constant = fixture_constants[0];
  constant.status = '?';
  uint32_t count = cf_cells_constant(cell, 1, &constant);
  assert_int_equal(cf_cells_check(cell, count, CF_TABLE_CONSTANT_VALUE, 1, &diag), CF_INTERNAL);
  cf_power_event_row event = {.kind = (cf_power_event_kind)77};
  count = cf_cells_power_event(cell, 1, 1, &event);
  assert_int_equal(cf_cells_check(cell, count, CF_TABLE_POWER_EVENT, 1, &diag), CF_INTERNAL);
}

static void test_no_negative_zero(void **state) {
  (void)state;
  cf_cell cell[CF_MAX_COLUMNS];
  const cf_gauge gauge = {.sun = -0.0};
  cf_cells_gauge(cell, 1, &gauge);
  assert_int_equal(cell[1].type, CF_CELL_REAL);
  assert_int_equal(signbit(cell[1].as.real) != 0, 0);
}

/* Multiples of a second are exact. */
static void test_times(void **state) {
  (void)state;
  cf_cell cell[CF_MAX_COLUMNS];
  for (int64_t t_s = 0; t_s < 100000; t_s += 300) {
    const cf_series_row row = {.t_ns = t_s * CF_NS_PER_S, .grp = "a"};
    cf_cells_series(cell, 1, &row);
    assert_true(cell[1].as.real == (double)t_s);
  }
}

static cf_cell node_cell(const cf_node_row *row, const char *column) {
  cf_cell cell[CF_MAX_COLUMNS];
  cf_cells_node(cell, 1, row);
  return cell[cf_relation_column(cf_relation_of(CF_TABLE_NODE), column)];
}

/* Doses are quoted in minutes; what a node does not have is NULL. */
static void test_heat_of_a_node(void **state) {
  (void)state;
  cf_node_row row = fixture_node(0);
  assert_true(node_cell(&row, "dose_cem43_min").as.real == 2.5);
  assert_true(node_cell(&row, "thermal_budget_w").as.real == 8.0);
  assert_true(node_cell(&row, "heat_used_frac").as.real == 0.125);
  assert_true(node_cell(&row, "capacity_left").as.real == 0.75);
  assert_true(node_cell(&row, "rise_mean_k").as.real == 2.484375);
  row = fixture_node(2);
  assert_int_equal(node_cell(&row, "dose_cem43_min").type, CF_CELL_NULL);
  assert_int_equal(node_cell(&row, "capacity_left").type, CF_CELL_NULL);
}

static void test_columns_of_a_run_by_name(void **state) {
  (void)state;
  const cf_run_row run = fixture_run(2);
  double value = -1;
  assert_true(cf_run_column(&run, "loss", &value) && value == 25.0);
  assert_true(cf_run_column(&run, "missed", &value) && value == 2.0);
  assert_true(cf_run_column(&run, "temp_max_degc", &value) && value == 40.0);
  assert_true(cf_run_column(&run, "down_frac", &value) && value == 0.125);
  assert_true(cf_run_column(&run, "down", &value) && value == 0.125);
  assert_true(cf_run_column(&run, "energy_residual", &value) && value == 1e-13);
  assert_true(cf_run_column(&run, "loop_gain", &value) && value == 1.0);
  assert_true(cf_run_column(&run, "entropy_j_per_k", &value) && value == 4.0);
  assert_true(cf_run_column(&run, "curve_error_k", &value) && value == 0.0625);
  assert_true(cf_run_column(&run, "curve_error", &value) && isnan(value));
  assert_true(cf_run_column(&run, "tokens", &value) && isnan(value));
  assert_true(cf_run_column(&run, "point_id", &value) && value == 1.0);
  assert_false(cf_run_column(&run, "policy", &value));
  assert_false(cf_run_column(&run, "digest", &value));
  assert_false(cf_run_column(&run, "temp_max_k", &value));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counts_match_the_tables),
      cmocka_unit_test(test_check_refuses),
      cmocka_unit_test(test_unknown_codes_are_refused),
      cmocka_unit_test(test_no_negative_zero),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_heat_of_a_node),
      cmocka_unit_test(test_columns_of_a_run_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
