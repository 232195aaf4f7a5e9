/* config/flow: one line of YAML that reads back as the same tree. */
#include "../support/cf_test.h"

#include "config/flow.h"
#include "config/yaml.h"

static cf_tree_node *parse(cf_tree *tree, const char *text, size_t before) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_yaml_text yaml = {
      .file = "f", .bytes = text + before, .length = strlen(text + before), .setting = before ? text : NULL};
  cf_tree_node *root = NULL;
  if (cf_yaml_parse(tree, &yaml, &root, &diag) != CF_OK) {
    cf_diag_print(&diag, stderr, false);
    fail_msg("%s", text);
  }
  return root;
}

static bool same(const cf_tree_node *a, const cf_tree_node *b) {
  if (a->kind != b->kind || a->children != b->children) return false;
  if (a->kind == CF_TREE_SCALAR)
    return cf_tree_is_null(a) ? cf_tree_is_null(b) : strcmp(a->text, b->text) == 0 && !cf_tree_is_null(b);
  const cf_tree_node *y = b->first;
  for (const cf_tree_node *x = a->first; x; x = x->next, y = y->next)
    if ((x->key && strcmp(x->key, y->key) != 0) || !same(x, y)) return false;
  return true;
}

static void test_there_and_back(void **state) {
  (void)state;
  static const char *const texts[][2] = {
      {"0.47 F", "0.47 F"},
      {"{model: supercap-5v, capacitance: 0.47 F}", "{model: supercap-5v, capacitance: 0.47 F}"},
      {"[[1, -2.5e-3], [a b, ~], {}]", "[[1, -2.5e-3], [a b, null], {}]"},
      {"2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"},
      {"\"true\"", "\"true\""},
      {"a, b", "\"a, b\""},
      {"\"a\\nb\\\"c\\\\ \\x7f\\u2028\\uFEFF\"", "\"a\\u000Ab\\\"c\\\\ \\u007F\\u2028\\uFEFF\""},
      {"5 \xC2\xB5"
       "A",
       "5 \xC2\xB5"
       "A"},
      {"'<<'", "\"<<\""},
      {"{'<<': 1, 'a: b': \"#\", x: }", "{\"<<\": 1, \"a: b\": \"#\", x: null}"},
      {"|\n  two\n  lines\n", "\"two\\u000Alines\\u000A\""},
      {"\xF0\x9F\x8C\x9E", "\"\xF0\x9F\x8C\x9E\""}};
  for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
    cf_tree tree = {.arena = cf_arena_create(0xA5)};
    const cf_tree_node *root = parse(&tree, texts[i][0], 0);
    const char *flow = cf_flow_text(tree.arena, root);
    assert_string_equal(flow, texts[i][1]);
    char setting[200];
    snprintf(setting, sizeof setting, "a.b=%s", flow);
    assert_true(same(root, parse(&tree, setting, 4)));
    cf_arena_destroy(tree.arena);
  }
}

static void test_plain(void **state) {
  (void)state;
  static const char *const no[] = {"", " a", "a ", "-", "- a", "a: b", "a #b", "[a]", "*a", "%a", "---", "a\nb", "a:"};
  static const char *const yes[] = {"a", "-1", "+.5", "0.1 F", "W/m2K", "50 %", "12:30", "supercap-5v"};
  for (unsigned i = 0; i < sizeof no / sizeof *no; i++)
    if (cf_flow_is_plain(no[i])) fail_msg("'%s'", no[i]);
  for (unsigned i = 0; i < sizeof yes / sizeof *yes; i++)
    if (!cf_flow_is_plain(yes[i])) fail_msg("'%s'", yes[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_plain)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
