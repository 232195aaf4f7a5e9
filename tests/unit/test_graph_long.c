/* config/graph: networks in the long format. */
#include "reading.h"

#include "config/graph.h"

static cf_status read_long(reading *r, const char *text, cf_graph_list **list) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_graph_read_long("n", copy, strlen(text), r->arena, list, &r->diag);
  free(copy);
  assert_int_equal(status, r->diag.status);
  assert_true((status == CF_OK) == (*list != NULL));
  return status;
}

#define HEADER "net,n,kind,i,j,value\n"

static void networks_are_read(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph_list *list;
  assert_int_equal(read_long(&r,
                             HEADER "a,3,g,2,0,0.5\n" /* any order */
                                    "a,3,C,0,,1\na,3,C,1,,2\na,3,C,2,,3.5\n"
                                    "a,3,g_amb,1,,0.25\na,3,P,2,,-1.5\n"
                                    "a,3,T0,0,,20\na,3,T0,1,,-10\na,3,T0,2,,0\n"
                                    "a,3,g,0,1,2\n"
                                    "7,1,C,0,,4\n7,1,g_host,0,,0.125\n",
                             &list),
                   CF_OK);
  assert_int_equal(list->count, 2);
  const cf_graph *a = &list->graph[0], *b = &list->graph[1];
  assert_string_equal(a->id, "a");
  assert_int_equal(a->nodes, 3);
  static const double g[9] = {0, 2, 0.5, 2, 0, 0, 0.5, 0, 0}, c[3] = {1, 2, 3.5}, air[3] = {0, 0.25, 0},
                      p[3] = {0, 0, -1.5};
  static const double t0[3] = {293.15, 263.15, 273.15};
  for (int i = 0; i < 9; i++) assert_true(a->conductance_wk[i] == g[i]);
  for (int i = 0; i < 3; i++) {
    assert_true(a->capacity_jk[i] == c[i]);
    assert_true(a->to_air_wk[i] == air[i]);
    assert_true(a->power_w[i] == p[i]);
    assert_true(cf_test_ulps(a->start_k[i], (long double)t0[i]) <= 1);
  }
  assert_null(a->to_host_wk);
  assert_string_equal(b->id, "7");
  assert_int_equal(b->nodes, 1);
  assert_true(b->capacity_jk[0] == 4 && b->to_host_wk[0] == 0.125 && b->to_air_wk[0] == 0 && b->power_w[0] == 0);
  assert_null(b->start_k);
  assert_clean(&r);
  reading_end(&r);
}

/* The networks that the thermal tests use, against values that stand in the file. */
static void the_reference_networks_are_read(void **state) {
  (void)state;
  FILE *file = fopen("tests/reference/thermal_networks.csv", "rb");
  assert_non_null(file);
  static char text[65536];
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  reading r = reading_begin();
  cf_graph_list *list;
  assert_int_equal(read_long(&r, text, &list), CF_OK);
  assert_in_range(list->count, 3, 100);
  assert_string_equal(list->graph[0].id, "0");
  assert_true(list->graph[0].capacity_jk[0] == 2.6462745064277962);
  assert_true(list->graph[0].power_w[0] == 0.7333928660466833);
  assert_true(list->graph[0].start_k[0] == 76.092518090652263 + 273.15);
  for (size_t k = 0; k < list->count; k++) {
    const cf_graph *g = &list->graph[k];
    for (uint32_t i = 0; i < g->nodes; i++)
      for (uint32_t j = 0; j < g->nodes; j++)
        assert_true(g->conductance_wk[i * g->nodes + j] == g->conductance_wk[j * g->nodes + i]);
  }
  reading_end(&r);
}

static void errors_name_their_cell(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t line, column;
    const char *message;
  } rows[] = {
      {"", 0, 1, "there is no row: a header with the columns' names is needed"},
      {HEADER, 1, 1, "there is no network below the header"},
      {HEADER "a,0,C,0,,1\n", 2, 3, "column 'n': '0' is not a whole number from 1 to 512"},
      {HEADER "a,513,C,0,,1\n", 2, 3, "column 'n': '513' is not a whole number from 1 to 512"},
      {HEADER ",1,C,0,,1\n", 2, 1, "the row does not say which network it belongs to"},
      {HEADER "a,1,c,0,,1\na,1,C,0,,1\n", 2, 5, "'c' is none of the kinds C, g, g_amb, g_host, P, T0"},
      {HEADER "a,2,C,0,,1\na,2,C,2,,1\na,2,C,1,,1\n", 3, 7, "column 'i': '2' is not a whole number from 0 to 1"},
      {HEADER "a,1,C,0,0,1\n", 2, 9, "C belongs to one node: j is to be empty"},
      {HEADER "a,2,C,0,,1\na,2,C,1,,1\na,2,g,1,1,3\n", 4, 9, "a conductance from node 1 to itself"},
      {HEADER "a,2,C,0,,1\na,2,C,1,,1\na,2,g,1,,3\n", 4, 9, "column 'j': the field is empty"},
      {HEADER "a,2,C,0,,1\na,2,C,1,,1\na,2,g,1,0,3\na,2,g,0,1,3\n", 5, 7,
       "g of this pair of nodes is there twice: first on line 4"},
      {HEADER "a,1,C,0,,1\na,1,P,0,,1\na,1,P,0,,2\n", 4, 7, "P of this node is there twice: first on line 3"},
      {HEADER "a,1,C,0,,0\n", 2, 10, "C is 0: a heat capacity is above 0"},
      {HEADER "a,1,C,0,,1\na,1,g_amb,0,,-1\n", 3, 14, "g_amb is -1: a conductance is not below 0"},
      {HEADER "a,1,C,0,,1\na,1,T0,0,,-273.15\n", 3, 11, "T0 is -273.15: a temperature is above absolute zero"},
      {HEADER "a,1,C,0,,1\na,2,P,0,,1\n", 3, 3, "network 'a' has 2 nodes here, but 1 on line 2"},
      {HEADER "a,1,C,0,,1\nb,1,C,0,,1\na,1,P,0,,1\n", 4, 1,
       "the rows of network 'a' are not together: it began on line 2"},
      {HEADER "a,2,C,0,,1\nb,1,C,0,,1\n", 3, 1, "network 'a', which begins on line 2, has no C of node 1"},
      {HEADER "a,2,C,0,,1\na,2,C,1,,1\na,2,T0,1,,1\n", 4, 1,
       "network 'a', which begins on line 2, has no T0 of node 0"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_graph_list *list;
    assert_int_equal(read_long(&r, rows[i].text, &list), CF_INPUT);
    assert_one_error(&r.diag, rows[i].line, rows[i].column, rows[i].message);
    reading_end(&r);
  }
}

static void a_misspelt_column_is_missing(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph_list *list;
  assert_int_equal(read_long(&r, "net,n,kind,i,j,valeu\na,1,C,0,,1\n", &list), CF_INPUT);
  assert_int_equal(r.diag.errors, 1);
  assert_entry(&r.diag, 0, 1, 16, "there is no column 'value', but 'valeu': is that meant?");
  reading_end(&r);
}

static void other_columns_are_not_looked_at(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_graph_list *list;
  assert_int_equal(read_long(&r, "note,net,n,kind,i,j,value,who\nx,a,1,C,0,,1,y\nx,a,1,g_amb,0,,2,y\n", &list), CF_OK);
  assert_true(list->graph[0].capacity_jk[0] == 1.0 && list->graph[0].to_air_wk[0] == 2.0);
  reading_end(&r);
}

/* A small file cannot ask for much memory: 17 networks of 512 nodes are refused, their rows are a few bytes each. */
static void large_files_are_bounded(void **state) {
  (void)state;
  char text[2000] = HEADER;
  for (int k = 0; k < 17; k++) {
    char row[40];
    snprintf(row, sizeof row, "%d,512,P,0,,1\n", k);
    strcat(text, row);
  }
  reading r = reading_begin();
  cf_graph_list *list;
  assert_int_equal(read_long(&r, text, &list), CF_INPUT);
  assert_one_error(&r.diag, 18, 1, "too many networks or nodes for one file");
  reading_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(networks_are_read),
      cmocka_unit_test(the_reference_networks_are_read),
      cmocka_unit_test(errors_name_their_cell),
      cmocka_unit_test(a_misspelt_column_is_missing),
      cmocka_unit_test(other_columns_are_not_looked_at),
      cmocka_unit_test(large_files_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
