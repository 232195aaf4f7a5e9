/* config/tree: maps small and large, paths, copies, overlays. */
#include "fixtures/config/config_fixture.h"

#include "config/tree.h"

typedef struct bed {
  cf_tree tree;
  cf_source here;
} bed;

static int make(void **state) {
  bed *b = calloc(1, sizeof *b);
  if (!b) return 1;
  b->tree.arena = cf_arena_create(0xA5);
  b->here = (cf_source){.file = "f", .line = 3, .column = 4};
  *state = b;
  return 0;
}

static int drop(void **state) {
  bed *b = *state;
  cf_arena_destroy(b->tree.arena);
  free(b);
  return 0;
}

static cf_tree_node *put(bed *b, cf_tree_node *map, const char *key, const char *text) {
  cf_tree_node *node =
      text ? cf_tree_scalar(&b->tree, text, CF_ORIGIN_FILE, b->here) : cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here);
  assert_non_null(node);
  assert_true(cf_tree_put(&b->tree, map, key, b->here, node));
  return node;
}

static void large_maps_find_every_key(void **state) {
  bed *b = *state;
  cf_tree_node *map = cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here);
  static char key[5000][8];
  for (int i = 0; i < 5000; i++) {
    snprintf(key[i], sizeof key[i], "k%d", i);
    put(b, map, key[i], key[i]);
    assert_ptr_equal(cf_tree_get(map, key[i / 2])->text, key[i / 2]);
    assert_null(cf_tree_get(map, "absent"));
  }
  assert_int_equal(map->children, 5000);
  assert_false(cf_tree_put(&b->tree, map, "k77", b->here, cf_tree_scalar(&b->tree, "x", CF_ORIGIN_FILE, b->here)));
  int i = 0; /* the order is that of the file */
  for (const cf_tree_node *child = map->first; child; child = child->next, i++) assert_string_equal(child->key, key[i]);
  assert_null(cf_tree_get(NULL, "k1"));
  assert_null(cf_tree_get(map->first, "k1"));
}

static void paths(void **state) {
  bed *b = *state;
  cf_tree_node *root = cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here);
  cf_tree_node *a = put(b, root, "a", NULL);
  cf_tree_node *list = cf_tree_list(&b->tree, CF_ORIGIN_FILE, b->here);
  assert_true(cf_tree_put(&b->tree, a, "list", b->here, list));
  for (int i = 0; i < 3; i++) cf_tree_append(list, cf_tree_scalar(&b->tree, &"xyz"[i], CF_ORIGIN_FILE, b -> here));
  assert_ptr_equal(cf_tree_find(root, ""), root);
  assert_ptr_equal(cf_tree_find(root, "a"), a);
  assert_string_equal(cf_tree_find(root, "a.list.2")->text, "z");
  assert_null(cf_tree_find(root, "a.list.3"));
  assert_null(cf_tree_find(root, "a.list.x"));
  assert_null(cf_tree_find(root, "a.list.99999999999999999999999"));
  assert_null(cf_tree_find(root, "a."));
  assert_null(cf_tree_find(root, ".a"));
  assert_null(cf_tree_find(root, "a..list"));
  assert_null(cf_tree_find(root, "b"));
  cf_tree_node *model = cf_tree_map(&b->tree, CF_ORIGIN_MODEL, b->here);
  put(b, model, "deep", "value");
  a->model = model;
  assert_string_equal(cf_tree_find(root, "a.deep")->text, "value");
}

static void copies_are_apart(void **state) {
  bed *b = *state;
  cf_tree_node *map = cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here);
  put(b, put(b, map, "inner", NULL), "x", "12345");
  size_t bytes = 0;
  uint32_t before = b->tree.nodes;
  cf_tree_node *copy = cf_tree_copy(&b->tree, map, 1, &bytes);
  assert_int_equal(b->tree.nodes - before, 3);
  assert_int_equal(bytes, 3 * 2 + 5);
  cf_tree_get(copy->first, "x")->text = "changed";
  assert_string_equal(cf_tree_find(map, "inner.x")->text, "12345");
  assert_null(cf_tree_copy(&b->tree, map, CF_TREE_DEPTH - 1, &bytes));
}

static void overlay(void **state) {
  bed *b = *state;
  cf_tree_node *base = cf_tree_map(&b->tree, CF_ORIGIN_INCLUDE, b->here),
               *top = cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here);
  put(b, base, "kept", "1");
  put(b, base, "changed", "2");
  cf_tree_node *both = put(b, base, "both", NULL);
  put(b, both, "x", "3");
  put(b, base, "map", NULL);
  put(b, top, "changed", "20");
  cf_tree_node *above = put(b, top, "both", NULL);
  put(b, above, "y", "4");
  put(b, above, "x", "30");
  put(b, top, "map", "now text");
  put(b, top, "new", "5");
  put(b, top, "include", "left out");
  assert_true(cf_tree_overlay(&b->tree, base, top, "include"));
  assert_string_equal(cf_tree_find(base, "kept")->text, "1");
  assert_string_equal(cf_tree_find(base, "changed")->text, "20");
  assert_string_equal(cf_tree_find(base, "both.x")->text, "30");
  assert_string_equal(cf_tree_find(base, "both.y")->text, "4");
  assert_string_equal(cf_tree_find(base, "map")->text, "now text");
  assert_string_equal(cf_tree_find(base, "new")->text, "5");
  assert_null(cf_tree_get(base, "include"));
  assert_int_equal(base->children, 5);
  const char *const order[] = {"kept", "changed", "both", "map", "new"};
  int i = 0;
  for (const cf_tree_node *child = base->first; child; child = child->next, i++)
    assert_string_equal(child->key, order[i]);
  assert_int_equal(i, 5);
}

static void budget(void **state) {
  bed *b = *state;
  b->tree.nodes = CF_TREE_NODES - 1;
  assert_non_null(cf_tree_scalar(&b->tree, "x", CF_ORIGIN_FILE, b->here));
  assert_null(cf_tree_scalar(&b->tree, "x", CF_ORIGIN_FILE, b->here));
  assert_null(cf_tree_map(&b->tree, CF_ORIGIN_FILE, b->here));
}

static void nothing(void **state) {
  (void)state;
  const char *const words[] = {"", "~", "null", "Null", "NULL"};
  for (int i = 0; i < 5; i++) {
    cf_tree_node node = {.kind = CF_TREE_SCALAR, .text = words[i]};
    assert_true(cf_tree_is_null(&node));
    node.quoted = true;
    assert_false(cf_tree_is_null(&node));
  }
  cf_tree_node node = {.kind = CF_TREE_SCALAR, .text = "nULL"};
  assert_false(cf_tree_is_null(&node));
}

static void messages_are_tame(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_source where = {.file = "f", .line = 2, .column = 3, .excerpt = "a\x1b[2J\xC2\x9Bz\tb\nnext"};
  assert_int_equal(cf_tree_fail(&diag, CF_INPUT, where, "bad '%s'", "\x1b]0;x\x07\xC3\xA4"), CF_INPUT);
  assert_string_equal(diag.entry[0].text, "bad '?]0;x?\xC3\xA4'");
  assert_string_equal(diag.entry[0].excerpt, "a?[2J?\x9Bz\tb");
  where.line = 0;
  cf_tree_fail(&diag, CF_INPUT, where, "x");
  assert_string_equal(diag.entry[1].file, "f:3");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(large_maps_find_every_key, make, drop),
                                     cmocka_unit_test_setup_teardown(paths, make, drop),
                                     cmocka_unit_test_setup_teardown(copies_are_apart, make, drop),
                                     cmocka_unit_test_setup_teardown(overlay, make, drop),
                                     cmocka_unit_test_setup_teardown(budget, make, drop),
                                     cmocka_unit_test(nothing),
                                     cmocka_unit_test(messages_are_tame)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
