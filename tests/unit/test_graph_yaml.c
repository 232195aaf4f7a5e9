/* Networks as YAML: every number in its place, every error at its own. */
#include "../support/cf_test.h"

#include "config/graph_yaml.h"

static cf_status read_text(const char *text, cf_arena *arena, cf_graph_list **list, cf_diag *diag) {
  cf_diag_init(diag);
  return cf_graph_read_yaml("n.yaml", text, strlen(text), arena, list, diag);
}

static void values(void **state) {
  (void)state;
  static const char text[] =
      "board:\n"
      "  nodes:\n"
      "    die:  {capacity: 2 J/K, power: 3 W, start: 20 degC}\n"
      "    case: {capacity: 80 J/K, to_air: 100 mW/K, to_host: 0.25 W/K, start: 300 K}\n"
      "  links:\n"
      "    - [case, die, 0.4 W/K]\n"
      "alone: {nodes: {it: {capacity: 1 J/K}}}\n";
  cf_arena *arena = cf_arena_create(0xA5);
  cf_graph_list *list;
  cf_diag diag;
  assert_int_equal(read_text(text, arena, &list, &diag), CF_OK);
  assert_int_equal(list->count, 2);
  const cf_graph *board = &list->graph[0], *alone = &list->graph[1];
  assert_string_equal(board->id, "board");
  assert_int_equal(board->nodes, 2);
  assert_true(board->capacity_jk[0] == 2.0 && board->capacity_jk[1] == 80.0);
  assert_true(board->power_w[0] == 3.0 && board->power_w[1] == 0.0);
  assert_true(board->to_air_wk[0] == 0.0 && board->to_air_wk[1] == 0.1);
  assert_true(board->to_host_wk[0] == 0.0 && board->to_host_wk[1] == 0.25);
  assert_true(board->start_k[0] == 293.15 && board->start_k[1] == 300.0);
  assert_true(board->conductance_wk[1] == 0.4 && board->conductance_wk[2] == 0.4);
  assert_true(board->conductance_wk[0] == 0.0 && board->conductance_wk[3] == 0.0);
  assert_string_equal(alone->id, "alone");
  assert_int_equal(alone->nodes, 1);
  assert_null(alone->start_k);
  cf_arena_destroy(arena);
}

static void refused(const char *text, uint32_t line, uint32_t column, const char *says) {
  cf_arena *arena = cf_arena_create(0xA5);
  cf_graph_list *list;
  cf_diag diag;
  assert_int_equal(read_text(text, arena, &list, &diag), CF_INPUT);
  if (!strstr(diag.entry[0].text, says)) fail_msg("'%s' does not say '%s'", diag.entry[0].text, says);
  assert_int_equal(diag.entry[0].line, line);
  assert_int_equal(diag.entry[0].column, column);
  cf_arena_destroy(arena);
}

#define TWO "a:\n  nodes: {x: {capacity: 1 J/K}, y: {capacity: 1 J/K}}\n"

static void errors(void **state) {
  (void)state;
  refused("[1, 2]\n", 1, 1, "networks are needed");
  refused("a: 1\n", 1, 4, "a network needs nodes");
  refused("a: {nodes: {}}\n", 1, 4, "a network needs nodes");
  refused("a: {nodes: {x: {capacity: 1 J/K}}, edges: []}\n", 1, 36, "only nodes and links");
  refused("a: {nodes: {x: {capacity: 1}}}\n", 1, 27, "unit");
  refused("a: {nodes: {x: {capacity: -1 J/K}}}\n", 1, 27, "must not be negative");
  refused("a: {nodes: {x: {power: 1 W}}}\n", 1, 16, "a node needs a capacity");
  refused("a: {nodes: {x: {capcity: 1 J/K}}}\n", 1, 17, "a node has no 'capcity' (did you mean 'capacity'?)");
  refused("a: {nodes: {x: {capacity: [1 J/K]}}}\n", 1, 27, "a number with its unit");
  refused("a: {nodes: {x: {capacity: 1 J/K, start: 3 K}, y: {capacity: 1 J/K}}}\n", 1, 12, "for all nodes or for none");
  refused(TWO "  links: [[x, y]]\n", 3, 11, "a link is two nodes and a conductance");
  refused(TWO "  links: [[x, z, 1 W/K]]\n", 3, 15, "no such node");
  refused(TWO "  links: [[x, x, 1 W/K]]\n", 3, 15, "not linked with itself");
  refused(TWO "  links: [[x, y, 0 W/K]]\n", 3, 18, "is above 0");
  refused(TWO "  links: [[x, y, 1 W/K], [y, x, 2 W/K]]\n", 3, 26, "there already");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(errors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
