/* config/attach: the data files that a scenario names, where they are looked for, and that a replay finds them. */
#include "fixtures/config/config_fixture.h"

#include "config/explain.h"
#include "config/graph.h"
#include "config/trace.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#define PANEL "panel: {kind: pv, model: silicon, area: 4 cm2, tilt: 35 deg, azimuth: 180 deg, soiling: 3 %}"
#define BOX "enclosure: {model: plastic, sun_absorptance: 0.6}"
#define POWERS "t_s,power_mw,other_w\n0,1,7\n60,2,8\n"
#define LADDER \
  "net,n,kind,i,j,value\na,3,C,0,,1\na,3,C,1,,9\na,3,C,2,,4\na,3,g,0,1,0.1\na,3,g,1,2,0.3\na,3,g_amb,2,,0.2\n"

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

static const cf_input_file *input_named(const cf_scenario *s, const char *path) {
  const cf_input_file *found = NULL;
  for (uint32_t i = 0; i < s->inputs; i++)
    if (strcmp(s->input[i].path, path) == 0) {
      assert_null(found); /* once */
      found = &s->input[i];
    }
  return found;
}

static void replays(const cf_scenario *s, const cf_setting *settings, uint32_t count) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *again = fixture_load_inputs(s->input, s->inputs, settings, count, &diag);
  if (!again) cf_diag_print(&diag, stderr, false);
  assert_non_null(again);
  assert_int_equal(again->inputs, s->inputs);
  cf_scenario_destroy(again);
}

static void traces(void **state) {
  (void)state;
  char *good = fixture_good();
  char *text = fixture_edit(good, PANEL,
                            "a: {kind: trace, file: p.csv, column: power_mw}\n"
                            "      b: {kind: trace, file: p.csv, column: other_w, repeat: true}");
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", text);
  fixture_add(&files, "p.csv", POWERS);
  cf_diag diag;
  cf_scenario *s = fixture_load_files(&files, NULL, &diag);
  assert_non_null(s);
  const cf_harvester *h = s->nodes[0].harvester;
  assert_int_equal(h[0].kind, CF_HARVEST_TRACE);
  assert_int_equal(h[0].trace->count, 2);
  near(h[0].trace->value[1], 0.002);
  near(h[1].trace->value[1], 8);
  assert_true(!h[0].repeat && h[1].repeat);
  assert_non_null(input_named(s, "p.csv")); /* read once, though two name it */
  assert_string_equal(input_named(s, "p.csv")->bytes, POWERS);
  replays(s, NULL, 0);
  cf_scenario_destroy(s);
  free(text);

  static const struct {
    const char *harvester, *data, *file, *message;
    uint32_t line, column;
  } bad[] = {
      {"a: {kind: trace, file: p.csv, column: powr_mw}", POWERS, "p.csv", "powr_mw", 1, 0},
      {"a: {kind: trace, file: p.csv}", "t_s,power_mw\n0,1\n60,x\n", "p.csv", "is not a number", 3, 4},
      {"a: {kind: trace, file: none.csv}", POWERS, "s.yaml", "cannot read 'none.csv': No such file", 26, 30},
      {"a: {kind: trace, file: ''}", POWERS, "s.yaml", "'file' needs the name of a file", 26, 30},
      {"a: {kind: trace}", POWERS, "s.yaml", "key 'file' is missing in 'fleet.sensors.harvesters.a'", 26, 7},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    text = fixture_edit(good, PANEL, bad[i].harvester);
    fixture_files wrong = {.count = 0};
    fixture_add(&wrong, "s.yaml", text);
    fixture_add(&wrong, "p.csv", bad[i].data);
    assert_null(fixture_load_files(&wrong, NULL, &diag));
    bool place = diag.entry[0].line == bad[i].line && (bad[i].column == 0 || diag.entry[0].column == bad[i].column);
    if (!place || strcmp(diag.entry[0].file, bad[i].file) != 0 || !strstr(diag.entry[0].text, bad[i].message)) {
      cf_diag_print(&diag, stderr, false);
      fail_msg("case %zu", i);
    }
    free(text);
  }
  free(good);
}

/* Relative to the file that says it; in a setting to the scenario; also outside its folder, and absolute. */
static void places(void **state) {
  (void)state;
  char folder[] = "/tmp/cf_attach_XXXXXX", path[9][80];
  assert_non_null(mkdtemp(folder));
  static const char *const names[] = {"run",       "run/part", "run/s.yaml", "run/part/p.yaml", "run/part/x.csv",
                                      "run/y.csv", "z.csv"};
  for (int i = 0; i < 7; i++) snprintf(path[i], sizeof path[i], "%s/%s", folder, names[i]);
  for (int i = 0; i < 2; i++) assert_int_equal(mkdir(path[i], 0700), 0);
  char *good = fixture_good(), *text = fixture_edit(good, "name: good\n", "name: good\ninclude: part/p.yaml\n");
  char absolute[200], part[400];
  snprintf(part, sizeof part,
           "fleet: {sensors: {harvesters: {a: {kind: trace, file: x.csv}, b: {kind: trace, file: ../../z.csv}, c: "
           "{kind: constant, power: 1 mW}}}}\n");
  snprintf(absolute, sizeof absolute, "fleet.sensors.harvesters.panel={kind: trace, file: %s}", path[6]);
  const char *const content[] = {text, part, "t_s,a_w\n0,1\n1,1\n", "t_s,a_w\n0,2\n1,2\n", "t_s,a_w\n0,3\n1,3\n"};
  for (int i = 2; i < 7; i++) {
    FILE *out = fopen(path[i], "w");
    assert_non_null(out);
    fputs(content[i - 2], out);
    fclose(out);
  }
  cf_setting settings[] = {{"fleet.sensors.harvesters.c={kind: trace, file: y.csv}", "--set#1"}, {absolute, "--set#2"}};
  cf_load_options options = {.models_dir = FIXTURES "models", .settings = settings, .setting_count = 2};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *s = cf_scenario_load(path[2], &options, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  for (uint32_t i = 0; i < 4; i++) {
    const cf_harvester *h = &s->nodes[0].harvester[i];
    double want = strcmp(h->name, "a") == 0 ? 1 : strcmp(h->name, "c") == 0 ? 2 : 3;
    near(h->trace->value[0], want);
  }
  assert_non_null(input_named(s, "part/x.csv"));
  assert_non_null(input_named(s, "part/../../z.csv"));
  assert_non_null(input_named(s, "y.csv"));
  assert_non_null(input_named(s, path[6]));
  for (int i = 6; i >= 2; i--) assert_int_equal(unlink(path[i]), 0);
  for (int i = 1; i >= 0; i--) assert_int_equal(rmdir(path[i]), 0);
  assert_int_equal(rmdir(folder), 0);
  replays(s, settings, 2); /* from memory alone */
  cf_scenario_destroy(s);
  free(text);
  free(good);
}

static cf_scenario *networked(const char *thermal, const char *data, const char *more, cf_diag *diag) {
  char said[300];
  snprintf(said, sizeof said, BOX "\n    thermal: {%s}", thermal);
  char *good = fixture_good(), *text = fixture_edit(good, BOX, said);
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", text);
  fixture_add(&files, "n.csv", data);
  if (more) fixture_add(&files, "c.csv", more);
  cf_scenario *s = fixture_load_files(&files, NULL, diag);
  free(text);
  free(good);
  return s;
}

static void networks(void **state) {
  (void)state;
  cf_diag diag;
  cf_scenario *s = networked("network: n.csv, die: 1, case: 2, radio: 0, models: [2, 0]", LADDER, NULL, &diag);
  assert_non_null(s);
  const cf_node_group *g = &s->nodes[0];
  assert_int_equal(g->network->nodes, 3);
  near(g->network->capacity_jk[1], 9);
  near(g->network->conductance_wk[5], 0.3);
  assert_int_equal(g->network_die, 1);
  assert_int_equal(g->network_case, 2);
  assert_int_equal(g->network_radio, 0);
  assert_int_equal(g->network_sensor, 1); /* that of the die */
  assert_int_equal(g->network_models[0], 2);
  assert_int_equal(g->network_models[1], 0);
  replays(s, NULL, 0);
  cf_scenario_destroy(s);
  s = networked("network: n.csv, capacity: c.csv, die: 0, case: 1", "1.5,-1\n-1,1.2\n", "3\n4\n", &diag);
  assert_non_null(s);
  g = &s->nodes[0];
  near(g->network->capacity_jk[1], 4);
  near(g->network->to_air_wk[0], 0.5);
  assert_int_equal(g->network_models[1], 0);
  cf_scenario_destroy(s);

  static const struct {
    const char *thermal, *data, *more, *message;
    uint32_t line, column;
  } bad[] = {
      {"network: n.csv, die: 3, case: 1", LADDER, NULL, "the network has the nodes 0 to 2", 32, 36},
      {"network: n.csv, die: 0, case: 1, models: [0, 4]", LADDER, NULL, "the network has the nodes 0 to 2", 32, 60},
      {"network: n.csv, die: 0, case: 1, models: [0]", LADDER, NULL, "'models' needs a list of 2 nodes", 32, 56},
      {"network: n.csv, die: 0, case: 1, models: [0, x]", LADDER, NULL, "'models' needs a whole number, not 'x'", 32,
       60},
      {"network: n.csv, die: 0, case: 512", LADDER, NULL, "out of range: 'case' must be from 0 to 511", 32, 45},
      {"network: n.csv, die: 0", LADDER, NULL, "key 'case' is missing in 'fleet.sensors.thermal'", 32, 5},
      {"network: n.csv, die: 0, case: 1", "1.5,-1\n-1,1.2\n", NULL, "'n.csv' is a matrix: it needs 'capacity'", 32, 24},
      {"network: n.csv, die: 0, case: 0",
       "net,n,kind,i,j,value\na,1,C,0,,1\na,1,g_amb,0,,1\nb,1,C,0,,1\nb,1,g_amb,0,,1\n", NULL,
       "'n.csv' has 2 networks, and a node has one", 32, 24},
      {"network: n.csv, die: 0, case: 1", "net,n,kind,i,j,value\na,2,C,0,,1\na,2,C,1,,1\na,2,g,0,1,1\n", NULL,
       "heat has no way out of the network", 32, 24},
      {"network: n.csv, die: 0, case: 1",
       "net,n,kind,i,j,value\na,2,C,0,,1\na,2,C,1,,1\na,2,g,0,1,1\na,2,g_host,1,,1\n", NULL,
       "the network gives heat to a host: that needs 'place.machine'", 32, 24},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_null(networked(bad[i].thermal, bad[i].data, bad[i].more, &diag));
    if (diag.entry[0].line != bad[i].line || diag.entry[0].column != bad[i].column ||
        !strstr(diag.entry[0].text, bad[i].message)) {
      cf_diag_print(&diag, stderr, false);
      fail_msg("case %zu", i);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(traces), cmocka_unit_test(places), cmocka_unit_test(networks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
