/* config/graph: conductance matrices, capacities and power tables. */
#include "reading.h"

#include "config/graph.h"

static cf_status read_matrix(reading *r, const char *text, cf_graph **graph) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_graph_read_matrix("G", copy, strlen(text), r->arena, graph, &r->diag);
  free(copy);
  assert_int_equal(status, r->diag.status);
  assert_true((status == CF_OK) == (*graph != NULL));
  return status;
}

static cf_status read_capacity(reading *r, const char *text, cf_graph *graph) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_graph_read_capacity("C", copy, strlen(text), r->arena, graph, &r->diag);
  free(copy);
  return status;
}

static const char good[] =
    "# W/K\n"
    "3,-1,-2\n"
    "-1,1.5,0\n"
    "-2,-0,2.25\n";

static void a_matrix_and_its_capacities(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph *g;
  assert_int_equal(read_matrix(&r, good, &g), CF_OK);
  assert_int_equal(g->nodes, 3);
  static const double conductance[9] = {0, 1, 2, 1, 0, 0, 2, 0, 0}, air[3] = {0, 0.5, 0.25};
  for (int i = 0; i < 9; i++) assert_true(cf_test_same(g->conductance_wk[i], conductance[i]));
  for (int i = 0; i < 3; i++) assert_true(cf_test_same(g->to_air_wk[i], air[i]));
  assert_null(g->capacity_jk);
  assert_null(g->power_w);
  assert_null(g->start_k);
  assert_null(g->to_host_wk);
  assert_string_equal(g->id, "");
  assert_int_equal(read_capacity(&r, "0.5\n\n1e-3\n7", g), CF_OK);
  static const double capacity[3] = {0.5, 1e-3, 7};
  for (int i = 0; i < 3; i++) assert_true(g->capacity_jk[i] == capacity[i]);
  assert_clean(&r);
  reading_end(&r);
}

/* Sums that are 0 but for rounding, and pairs that agree but for rounding. */
static void rounding_is_forgiven(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph *g;
  assert_int_equal(read_matrix(&r, "1,-1.0000000005\n-1.0000000003,1.0000000000000002\n", &g), CF_OK);
  assert_true(g->to_air_wk[0] == 0 && g->to_air_wk[1] == 0);
  assert_true(cf_test_ulps(g->conductance_wk[1], 1.0000000004L) <= 1 && g->conductance_wk[1] == g->conductance_wk[2]);
  assert_int_equal(read_matrix(&r, "1.0000000000001,-1\n-1,1.00001\n", &g), CF_OK);
  assert_true(g->to_air_wk[0] == 0); /* 1e-13 */
  assert_true(cf_test_ulps(g->to_air_wk[1], 1.00001 - 1.0L) <= 1);
  reading_end(&r);
}

static void assert_matrix_fails(const char *text, uint32_t line, uint32_t column, const char *message) {
  reading r = reading_begin();
  cf_graph *g;
  assert_int_equal(read_matrix(&r, text, &g), CF_INPUT);
  assert_one_error(&r.diag, line, column, message);
  reading_end(&r);
}

static void matrices_are_checked(void **state) {
  (void)state;
  assert_matrix_fails("", 0, 1, "there is no row of numbers");
  assert_matrix_fails("2,-1\n-1.1,2\n", 2, 1,
                      "not symmetric: row 2, column 1 is -1.1, but row 1, column 2 (1:3) is -1");
  assert_matrix_fails("2,-1,0\n-1,2, -0.5\n0, 0,2\n", 3, 4,
                      "not symmetric: row 3, column 2 is 0, but row 2, column 3 (2:7) is -0.5");
  assert_matrix_fails("2,1\n-1,2\n", 1, 3, "the cell is 1: off the diagonal stand negative conductances, or 0");
  assert_matrix_fails("1,-2\n-2,3\n", 1, 1, "the sum of row 1 is -1: the conductance to the air is not below 0");
  assert_matrix_fails("2,-1\n-1.000000002,2\n", 2, 1,
                      "not symmetric: row 2, column 1 is -1.000000002, but row 1, column 2 (1:3) is -1");
  assert_matrix_fails("1,-1\n-1,0.99999999254941940308\n", 2, 4,
                      "the sum of row 2 is -7.450580597e-09: the conductance to the air is not below 0");
  assert_matrix_fails("1,0\n0,1\n0,1\n", 3, 1, "the matrix has 2 columns, but this is row 3");
  assert_matrix_fails("1,0\n", 1, 1, "the matrix has 2 columns, but only 1 rows");
  assert_matrix_fails("1,0\n0,1,0\n", 2, 5, "row 2 of the matrix has 3 cells, the first row 2");
  assert_matrix_fails("1,0\n0\n", 2, 1, "row 2 of the matrix has 1 cells, the first row 2");
  assert_matrix_fails("1,0\n0,x\n", 2, 3, "'x' is not a number");
  static char wide[2 * (CF_GRAPH_NODES + 1) + 1];
  for (int i = 0; i <= CF_GRAPH_NODES; i++) memcpy(wide + 2 * i, "0,", 2);
  wide[2 * CF_GRAPH_NODES + 1] = '\n';
  assert_matrix_fails(wide, 1, 2 * CF_GRAPH_NODES + 1, "the matrix has 513 columns; the most are 512");
}

static void the_largest_matrix_is_read(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph *g;
  char *text = malloc(CF_GRAPH_NODES * (CF_GRAPH_NODES * 2 + 2) + 1), *p = text;
  assert_non_null(text);
  for (int i = 0; i < CF_GRAPH_NODES; i++)
    for (int j = 0; j < CF_GRAPH_NODES; j++) {
      *p++ = i == j ? '1' : '0';
      *p++ = j == CF_GRAPH_NODES - 1 ? '\n' : ',';
    }
  *p = '\0';
  assert_int_equal(read_matrix(&r, text, &g), CF_OK);
  assert_int_equal(g->nodes, CF_GRAPH_NODES);
  assert_true(g->to_air_wk[CF_GRAPH_NODES - 1] == 1);
  free(text);
  reading_end(&r);
}

static void assert_capacity_fails(const char *text, uint32_t line, uint32_t column, const char *message) {
  reading r = reading_begin();
  cf_graph *g;
  assert_int_equal(read_matrix(&r, good, &g), CF_OK);
  assert_int_equal(read_capacity(&r, text, g), CF_INPUT);
  assert_one_error(&r.diag, line, column, message);
  assert_null(g->capacity_jk);
  reading_end(&r);
}

static void capacities_are_checked(void **state) {
  (void)state;
  assert_capacity_fails("1\n2\n", 2, 1, "there are 2 heat capacities for 3 nodes");
  assert_capacity_fails("1\n2\n3\n4\n5\n", 4, 1, "row 4: the network has 3 nodes");
  assert_capacity_fails("1\n0\n3\n", 2, 1, "the heat capacity is 0: it is above 0");
  assert_capacity_fails("1\n-2\n3\n", 2, 1, "the heat capacity is -2: it is above 0");
  assert_capacity_fails("1\n2,9\n3\n", 2, 3, "the row has 2 numbers: one heat capacity belongs on a row");
}

static cf_status read_powers(reading *r, const char *text, cf_graph_powers **powers) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_graph_read_ptrace("p", copy, strlen(text), r->arena, powers, &r->diag);
  free(copy);
  return status;
}

static void a_power_table(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph_powers *p;
  assert_int_equal(read_powers(&r, "cpu\tnpu  sram\n1.2 3.0\t0.4\n\n 0.5 0 1e-3 \n", &p), CF_OK);
  assert_int_equal(p->blocks, 3);
  assert_int_equal(p->rows, 2);
  assert_string_equal(p->name[2], "sram");
  static const double want[6] = {1.2, 3.0, 0.4, 0.5, 0, 1e-3};
  for (int i = 0; i < 6; i++) assert_true(p->power_w[i] == want[i]);
  assert_clean(&r);
  reading_end(&r);
}

static void power_tables_are_checked(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t line, column;
    const char *message;
  } rows[] = {{"", 0, 1, "there is no row: a header with the columns' names is needed"},
              {"a b\n", 1, 1, "there is no row of powers below the names"},
              {"a b\n1\n", 2, 2, "the row has 1 field, the header 2"},
              {"a b\n1 2  3\n", 2, 6, "the row has 3 fields, the header 2"},
              {"a b\n1 2W\n", 2, 3, "column 'b': '2W' is not a number"},
              {"a a\n1 2\n", 1, 3, "the column 'a' is there twice"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_graph_powers *p;
    assert_int_equal(read_powers(&r, rows[i].text, &p), CF_INPUT);
    assert_null(p);
    assert_one_error(&r.diag, rows[i].line, rows[i].column, rows[i].message);
    reading_end(&r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_matrix_and_its_capacities), cmocka_unit_test(rounding_is_forgiven),
      cmocka_unit_test(matrices_are_checked),        cmocka_unit_test(the_largest_matrix_is_read),
      cmocka_unit_test(capacities_are_checked),      cmocka_unit_test(a_power_table),
      cmocka_unit_test(power_tables_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
