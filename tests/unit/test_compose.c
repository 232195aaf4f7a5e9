/* config/compose: includes, --set, and who wins. */
#include "fixtures/config/config_fixture.h"

#include "config/tree.h"

/* Loads good.yaml's text as an include of a small file, and checks what fails where. */
static cf_scenario *load(fixture_files *files, const char *const *settings, cf_diag *diag) {
  return fixture_load_files(files, settings, diag);
}

static void refused(fixture_files *files, const char *const *settings, const char *file, uint32_t line, uint32_t column,
                    const char *message) {
  cf_diag diag;
  cf_scenario *s = load(files, settings, &diag);
  assert_null(s);
  bool found = false;
  for (unsigned i = 0; i < diag.stored; i++)
    found = found || (strcmp(diag.entry[i].file, file) == 0 && diag.entry[i].line == line &&
                      diag.entry[i].column == column && strstr(diag.entry[i].text, message));
  if (!found) {
    cf_diag_print(&diag, stderr, false);
    fail_msg("no '%s' at %s:%u:%u", message, file, line, column);
  }
}

static cf_origin origin(const cf_scenario *s, const char *path) {
  const cf_tree_node *node = cf_tree_find(s->tree->root, path);
  assert_non_null(node);
  return node->origin;
}

static void precedence(void **state) {
  (void)state;
  char *good = fixture_good();
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", "include: [parts/base.yaml, parts/more.yaml]\nseed: 3\nplace: {horizon: 7 deg}\n");
  fixture_add(&files, "parts/base.yaml", good);
  fixture_add(&files, "parts/more.yaml", "include: ../deep/er.yaml\nseed: 2\nscarce: more\nduration: 3 d\n");
  fixture_add(&files, "deep/er.yaml", "scarce: deep\ntolerance: {power: 1 %}\n");
  const char *const settings[] = {"duration=4 d", "fleet.sensors.storage.capacitance=2 F", NULL};
  cf_diag diag;
  cf_scenario *s = load(&files, settings, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  assert_int_equal(s->seed, 3);                      /* the file */
  assert_string_equal(s->scarce, "more");            /* the later include, over what it includes itself */
  assert_true(s->tolerance_power == 0.01);           /* the deepest include */
  assert_int_equal(s->duration_ns, 345600000000000); /* the setting */
  assert_string_equal(s->name, "good");              /* the first include */
  assert_string_equal(s->climate->name, "field");    /* maps merge */
  assert_true(s->nodes[0].storage->capacitance_f == 2);
  assert_true(s->nodes[0].storage->leakage_a == 5e-6);
  assert_int_equal(origin(s, "seed"), CF_ORIGIN_FILE);
  assert_int_equal(origin(s, "scarce"), CF_ORIGIN_INCLUDE);
  assert_int_equal(origin(s, "duration"), CF_ORIGIN_SET);
  assert_int_equal(origin(s, "fleet.sensors.storage.capacitance"), CF_ORIGIN_SET);
  assert_int_equal(origin(s, "fleet.sensors.sample_jitter"), CF_ORIGIN_DEFAULT);
  assert_null(cf_tree_find(s->tree->root, "include"));
  assert_string_equal(s->input[0].path, "s.yaml");
  assert_string_equal(s->input[1].path, "parts/base.yaml");
  assert_string_equal(s->input[3].path, "deep/er.yaml");
  cf_scenario_destroy(s);
  free(good);
}

static void include_errors(void **state) {
  (void)state;
  const struct {
    const char *text, *message;
    uint32_t column;
  } cases[] = {
      {"include: ../x.yaml\n", "'../x.yaml' is not below the scenario's folder", 10},
      {"include: a/../../x.yaml\n", "is not below the scenario's folder", 10},
      {"include: /etc/passwd\n", "is not below the scenario's folder", 10},
      {"include: .\n", "is not below the scenario's folder", 10},
      {"include: {a: b}\n", "'include' needs a path or a list of paths", 10},
      {"include: [x.yaml, ~]\n", "cannot read 'x.yaml'", 11},
      {"include: s.yaml\n", "includes go in a circle: s.yaml -> s.yaml", 10},
      {"include: a/../s.yaml\n", "includes go in a circle: s.yaml -> s.yaml", 10},
      {"include:\n", "'include' needs a path", 9},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fixture_files files = {.count = 0};
    fixture_add(&files, "s.yaml", cases[i].text);
    refused(&files, NULL, "s.yaml", 1, cases[i].column, cases[i].message);
  }
  fixture_files circle = {.count = 0};
  fixture_add(&circle, "s.yaml", "include: a/b.yaml\n");
  fixture_add(&circle, "a/b.yaml", "include: ../c.yaml\n");
  fixture_add(&circle, "c.yaml", "x: 1\ninclude: [a/b.yaml]\n");
  refused(&circle, NULL, "c.yaml", 2, 11, "includes go in a circle: a/b.yaml -> c.yaml -> a/b.yaml");
}

static void include_depth(void **state) {
  (void)state;
  static const char *const names[] = {"s.yaml", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  static const char *const texts[] = {"include: 1", "include: 2", "include: 3", "include: 4", "include: 5",
                                      "include: 6", "include: 7", "include: 8", "include: 9", "seed: 9"};
  fixture_files files = {.count = 0};
  for (int i = 0; i < 10; i++) fixture_add(&files, names[i], texts[i]);
  refused(&files, NULL, "8", 1, 10, "includes are nested deeper than 8");
}

/* Eight files that include each other many times: the budget of files ends it. */
static void include_bomb(void **state) {
  (void)state;
  static const char *const names[] = {"s.yaml", "1", "2", "3", "4", "5", "6", "7", "8"};
  static const char *const texts[] = {
      "include: [1, 1, 1, 1, 1, 1, 1, 1]", "include: [2, 2, 2, 2, 2, 2, 2, 2]", "include: [3, 3, 3, 3, 3, 3, 3, 3]",
      "include: [4, 4, 4, 4, 4, 4, 4, 4]", "include: [5, 5, 5, 5, 5, 5, 5, 5]", "include: [6, 6, 6, 6, 6, 6, 6, 6]",
      "include: [7, 7, 7, 7, 7, 7, 7, 7]", "include: [8, 8, 8, 8, 8, 8, 8, 8]", "seed: 1"};
  fixture_files files = {.count = 0};
  for (int i = 0; i < 9; i++) fixture_add(&files, names[i], texts[i]);
  cf_diag diag;
  assert_null(load(&files, NULL, &diag));
  assert_non_null(strstr(diag.entry[0].text, "more than 256 input files"));
}

static void settings(void **state) {
  (void)state;
  char *good = fixture_good();
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", good);
  cf_diag diag;
  const char *const through_name[] = {"fleet.sensors.converter.quiescent=1 uA",
                                      "policies={always-local: {}, ask: {kind: random, ask: 0.5}}",
                                      "assert={down: [{max: 1}]}", "assert.down.0.max=50 %", NULL};
  cf_scenario *s = load(&files, through_name, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  assert_true(s->nodes[0].converter->quiescent_a == 1e-6); /* 'boost' became {model: boost, ...} */
  assert_string_equal(s->nodes[0].converter->name, "boost");
  assert_int_equal(s->policies, 2);
  assert_true(s->policy[1].ask == 0.5);
  assert_int_equal(s->assertions, 1);
  assert_true(s->assertion[0].max == 0.5);
  cf_scenario_destroy(s);
  const char *const fresh[] = {"tolerance.power=1 %", "scarce='a=b.c'", NULL};
  s = load(&files, fresh, &diag);
  assert_non_null(s);
  assert_true(s->tolerance_power == 0.01);
  assert_string_equal(s->scarce, "a=b.c");
  cf_scenario_destroy(s);
  const struct {
    const char *text, *message;
    uint32_t column;
  } cases[] = {
      {"seed", "a setting is path=value", 1},
      {"=5", "an empty key", 1},
      {"fleet..count=5", "an empty key", 7},
      {".fleet=5", "an empty key", 1},
      {"seed=x", "'seed' needs a whole number, not 'x'", 6},
      {"sed=5", "unknown key 'sed' in the scenario (did you mean 'seed'?)", 1},
      {"fleet.sensors.cuont=5", "unknown key 'cuont' in 'fleet.sensors' (did you mean 'count'?)", 15},
      {"fleet.sensors.count=5 W", "needs a whole number", 21},
      {"fleet.sensors.sense={energy: 5 W, time: 1 s}", "is a power; needed is an energy", 30},
      {"fleet.sensors.sense={energy: 5 J", "did not find expected", 33},
      {"seed.x=5", "'seed' needs a single value, not a map", 0},
      {"fleet.sensors.sense.energy=", "'energy' has no value", 28},
      {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i=1", "the path is too deep", 65},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const one[] = {cases[i].text, NULL};
    char where[40];
    snprintf(where, sizeof where, "--set#1:%u", cases[i].column);
    if (cases[i].column)
      refused(&files, one, where, 0, cases[i].column, cases[i].message);
    else
      assert_null(load(&files, one, &diag));
  }
  const char *const element[] = {"assert={down: [{max: 1}]}", "assert.down.1.max=50 %", NULL};
  refused(&files, element, "--set#2:13", 0, 13, "'1' is not an element of this list");
  free(good);
}

static void empty_files(void **state) {
  (void)state;
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", "# nothing\n");
  refused(&files, NULL, "s.yaml", 1, 1, "the file is empty");
  fixture_files list = {.count = 0};
  fixture_add(&list, "s.yaml", "- a\n");
  refused(&list, NULL, "s.yaml", 1, 1, "the scenario needs a map, not a list");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(precedence),    cmocka_unit_test(include_errors),
                                     cmocka_unit_test(include_depth), cmocka_unit_test(include_bomb),
                                     cmocka_unit_test(settings),      cmocka_unit_test(empty_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
