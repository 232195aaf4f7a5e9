/* config/yaml: trees with places, the merge key, and every refusal at its place. */
#include "fixtures/config/config_fixture.h"

#include "config/yaml.h"

#include <time.h>

typedef struct parsed {
  cf_tree tree;
  cf_tree_node *root;
  cf_diag diag;
  cf_status status;
} parsed;

static parsed *parse_bytes(const char *bytes, size_t length) {
  parsed *p = calloc(1, sizeof *p);
  assert_non_null(p);
  p->tree.arena = cf_arena_create(0xA5);
  cf_diag_init(&p->diag);
  cf_yaml_text text = {.file = "t.yaml", .bytes = bytes, .length = length, .origin = CF_ORIGIN_FILE};
  p->status = cf_yaml_parse(&p->tree, &text, &p->root, &p->diag);
  return p;
}

static parsed *parse(const char *text) { return parse_bytes(text, strlen(text)); }

static void release(parsed *p) {
  cf_arena_destroy(p->tree.arena);
  free(p);
}

static const char *text_at(const parsed *p, const char *path) {
  const cf_tree_node *node = cf_tree_find(p->root, path);
  return node ? node->text : NULL;
}

static void values_and_places(void **state) {
  (void)state;
  parsed *p = parse("# head\nname: x\nlist:\n  - 1\n  - {a: 'b c', d: \"e\"}\nempty:\n");
  assert_int_equal(p->status, CF_OK);
  assert_string_equal(text_at(p, "name"), "x");
  assert_string_equal(text_at(p, "list.1.a"), "b c");
  const cf_tree_node *e = cf_tree_find(p->root, "list.1.d");
  assert_true(e->quoted);
  assert_int_equal(e->where.line, 5);
  assert_int_equal(e->where.column, 19);
  assert_int_equal(e->key_where.column, 16);
  assert_memory_equal(e->where.excerpt, "  - {a: 'b c', d: \"e\"}\n", 22);
  assert_string_equal(e->where.file, "t.yaml");
  assert_true(cf_tree_is_null(cf_tree_find(p->root, "empty")));
  assert_false(cf_tree_is_null(e));
  assert_int_equal(cf_tree_find(p->root, "list.0")->origin, CF_ORIGIN_FILE);
  release(p);
}

static void empty_documents(void **state) {
  (void)state;
  const char *const texts[] = {"", "# only a comment\n", "---\n...\n", "\xEF\xBB\xBF"};
  for (int i = 0; i < 4; i++) {
    parsed *p = parse(texts[i]);
    assert_int_equal(p->status, CF_OK);
    assert_true(cf_tree_is_null(p->root));
    release(p);
  }
}

static void columns_count_characters(void **state) {
  (void)state;
  parsed *p = parse("\xEF\xBB\xBF{a: \"\xC3\xA4\xE2\x82\xAC\", b: c}\r\nd: e\n");
  assert_int_equal(p->status, CF_INPUT); /* a second value after the first */
  release(p);
  p = parse("\xEF\xBB\xBF{a: \"\xC3\xA4\xE2\x82\xAC\", b: c}\r\n");
  assert_int_equal(p->status, CF_OK);
  const cf_tree_node *c = cf_tree_find(p->root, "b");
  assert_int_equal(c->where.line, 1);
  assert_int_equal(c->where.column, 14);
  release(p);
}

static void anchors_and_merges(void **state) {
  (void)state;
  parsed *p = parse(
      "base: &b {x: 1, y: 2}\n"
      "other: &o {y: 3, z: 4}\n"
      "one: {<<: *b, y: 9}\n"
      "two:\n  w: 0\n  <<: [*b, *o]\n"
      "three: *b\n"
      "four: {'<<': plain}\n");
  assert_int_equal(p->status, CF_OK);
  assert_string_equal(text_at(p, "one.x"), "1");
  assert_string_equal(text_at(p, "one.y"), "9");
  assert_null(text_at(p, "one.<<"));
  assert_string_equal(text_at(p, "two.y"), "2"); /* the earlier map wins */
  assert_string_equal(text_at(p, "two.z"), "4");
  assert_int_equal(cf_tree_find(p->root, "two")->children, 4);
  assert_string_equal(text_at(p, "three.y"), "2");
  assert_string_equal(text_at(p, "four.<<"), "plain");
  assert_int_equal(cf_tree_find(p->root, "three.y")->where.line, 1); /* where it was written */
  release(p);
}

typedef struct refusal {
  const char *text;
  uint32_t line, column;
  const char *message;
} refusal;

static const refusal refusals[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key 'a' (first in line 1)"},
    {"{a: 1, a: 2}", 1, 8, "duplicate key 'a'"},
    {"a: &x {y: 1}\nb: {<<: *x, <<: *x}\n", 2, 13, "duplicate key '<<'"},
    {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
    {"a: !!binary x\n", 1, 4, "is not allowed"},
    {"a: !mine {b: c}\n", 1, 4, "is not allowed"},
    {"[a]: b\n", 1, 1, "a key must be a plain word"},
    {"? {a: b}\n: c\n", 1, 3, "a key must be a plain word"},
    {"a: *x\n", 1, 4, "alias '*x' has no anchor"},
    {"a: &x [*x]\n", 1, 8, "contains itself"},
    {"a: &x {b: {c: *x}}\n", 1, 15, "contains itself"},
    {"a: 1\n<<: 5\n", 2, 5, "'<<' needs a map"},
    {"<<: [1]\n", 1, 6, "'<<' needs a map"},
    {"a: \"x\\0y\"\n", 1, 4, "NUL inside a text"},
    {"a: [1, 2\nb: 3\n", 2, 2, "did not find expected"},
    {"a:\n\tb: 1\n", 2, 1, "found character that cannot start any token"},
    {"a: b: c\n", 1, 5, "mapping values are not allowed"},
    {"a: \xFF\n", 1, 4, "not UTF-8"},
    {"a: 1\nb: \xC0\x80\n", 2, 4, "not UTF-8"},
    {"a: 1\nb: \xED\xA0\x80\n", 2, 4, "not UTF-8"},
    {"a: \xE2\x82", 1, 4, "not UTF-8"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *r = &refusals[i];
    parsed *p = parse(r->text);
    assert_int_equal(p->status, CF_INPUT);
    const cf_diag_entry *e = &p->diag.entry[0];
    if (e->line != r->line || e->column != r->column || !strstr(e->text, r->message))
      fail_msg("%s -> %u:%u: %s", r->text, e->line, e->column, e->text);
    assert_int_equal(p->diag.errors, 1);
    release(p);
  }
}

static void control_characters(void **state) {
  (void)state;
  parsed *p = parse("a: 1\nb: \x01\n");
  assert_int_equal(p->status, CF_INPUT);
  assert_null(strchr(p->diag.entry[0].excerpt, 1));
  release(p);
  p = parse_bytes("a: \0b\n", 6);
  assert_int_equal(p->status, CF_INPUT);
  release(p);
}

static char *repeat(const char *piece, size_t times, size_t extra) {
  size_t n = strlen(piece);
  char *text = malloc(n * times + extra + 1);
  assert_non_null(text);
  for (size_t i = 0; i < times; i++) memcpy(text + i * n, piece, n);
  text[n * times] = '\0';
  return text;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Every hostile file ends quickly, small in memory, with an error or a small tree. */
static void hostile(void **state) {
  (void)state;
  const struct {
    const char *piece;
    size_t times;
    const char *message;
  } cases[] = {
      {"[", 1000000, "nested deeper than 64"},
      {"{a: ", 250000, "nested deeper than 64"},
      {"- ", 500000, "nested deeper than 64"},
      {"? ", 500000, "a key must be a plain word"},
      {"- 1\n", 250000, "more than 100000 values"},
      {"%TAG !a! b\n", 90000, "more than 16 directives"},
      {"- &a 1\n", 140000, "more than 1000 anchors"},
      {"a", 1000000, NULL},
      {"\n", 1000000, NULL},
      {"#", 1000000, NULL},
      {"\"", 1000000, "did not find expected"},
      {"&", 1000000, "anchor"},
      {"!", 1000000, "tag"},
      {"a: ", 300000, "mapping values are not allowed"},
      {"'", 1000001, "unexpected end of stream"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = repeat(cases[i].piece, cases[i].times, 0);
    double start = seconds();
    parsed *p = parse(text);
    double took = seconds() - start;
    if (cases[i].message) {
      assert_int_not_equal(p->status, CF_OK);
      if (!strstr(p->diag.entry[0].text, cases[i].message) && strlen(cases[i].message) > 6)
        fail_msg("%.10s: %s", cases[i].piece, p->diag.entry[0].text);
    } else {
      assert_int_equal(p->status, CF_OK);
    }
    if (took > 5) fail_msg("%.10s took %.1f s", cases[i].piece, took); /* a second when the machine is idle */
    assert_true(cf_arena_used(p->tree.arena) < 256u * 1024 * 1024);
    release(p);
    free(text);
  }
}

static void depth_is_counted_exactly(void **state) {
  (void)state;
  for (int depth = 63; depth <= 65; depth++) {
    char text[140] = "";
    for (int i = 0; i < depth; i++) strcat(text, "[");
    for (int i = 0; i < depth; i++) strcat(text, "]");
    parsed *p = parse(text);
    assert_int_equal(p->status, depth <= 64 ? CF_OK : CF_INPUT);
    if (depth == 65) {
      assert_int_equal(p->diag.entry[0].line, 1);
      assert_int_equal(p->diag.entry[0].column, 65);
    }
    release(p);
  }
}

static void billion_laughs(void **state) {
  (void)state;
  char text[4000] = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 10; i++) {
    size_t n = strlen(text);
    n += (size_t)snprintf(text + n, sizeof text - n, "a%d: &a%d [", i, i);
    for (int k = 0; k < 9; k++) n += (size_t)snprintf(text + n, sizeof text - n, "%s*a%d", k ? ", " : "", i - 1);
    snprintf(text + n, sizeof text - n, "]\n");
  }
  parsed *p = parse(text);
  assert_int_equal(p->status, CF_INPUT);
  assert_non_null(strstr(p->diag.entry[0].text, "aliases stand for more than 10 times the file"));
  assert_true(p->tree.nodes <= CF_TREE_NODES);
  release(p);
}

static void alias_chain_depth(void **state) {
  (void)state;
  char text[8000] = "a0: &a0 [x]\n";
  for (int i = 1; i < 80; i++) {
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "a%d: &a%d [*a%d]\n", i, i, i - 1);
  }
  parsed *p = parse(text);
  assert_int_equal(p->status, CF_INPUT);
  assert_non_null(strstr(p->diag.entry[0].text, "nested deeper than 64"));
  release(p);
}

static void places_in_settings(void **state) {
  (void)state;
  cf_tree tree = {.arena = cf_arena_create(0)};
  cf_diag diag;
  cf_diag_init(&diag);
  const char *setting = "a.b={c: [1, 2}";
  cf_yaml_text text = {.file = "--set#1",
                       .bytes = setting + 4,
                       .length = strlen(setting + 4),
                       .origin = CF_ORIGIN_SET,
                       .setting = setting};
  cf_tree_node *root;
  assert_int_equal(cf_yaml_parse(&tree, &text, &root, &diag), CF_INPUT);
  assert_string_equal(diag.entry[0].file, "--set#1:14");
  assert_int_equal(diag.entry[0].line, 0);
  assert_int_equal(diag.entry[0].column, 14);
  assert_string_equal(diag.entry[0].excerpt, setting);
  cf_arena_destroy(tree.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values_and_places),
                                     cmocka_unit_test(empty_documents),
                                     cmocka_unit_test(columns_count_characters),
                                     cmocka_unit_test(anchors_and_merges),
                                     cmocka_unit_test(refused),
                                     cmocka_unit_test(control_characters),
                                     cmocka_unit_test(hostile),
                                     cmocka_unit_test(depth_is_counted_exactly),
                                     cmocka_unit_test(billion_laughs),
                                     cmocka_unit_test(alias_chain_depth),
                                     cmocka_unit_test(places_in_settings)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
