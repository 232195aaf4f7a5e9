/* The files of a study, out of its database: the same scenario again, without the disk. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "config/scenario.h"
#include "store/file.h"
#include "store/inputs.h"
#include "store/study.h"

static cf_scenario *load(const char *path, const cf_setting *settings, uint32_t count) {
  cf_load_options options = {.models_dir = "models", .settings = settings, .setting_count = count};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load(path, &options, &diag);
  if (!scenario) cf_diag_print(&diag, stderr, false);
  assert_non_null(scenario);
  return scenario;
}

/* A database of these scenarios, without runs. */
static void write_scenarios(const char *path, const cf_scenario *const *scenario, uint32_t scenarios,
                            const cf_setting *settings, uint32_t count) {
  cf_writer_options options = {
      .path = path, .scenario = scenario, .scenarios = scenarios, .settings = settings, .setting_count = count};
  cf_writer *writer;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_writer_open(&options, &writer, &diag);
  if (status == CF_OK) status = cf_writer_close(writer, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
}

static void change(const char *path, const char *sql) {
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  char *why = NULL;
  if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s", why);
  sqlite3_close(database);
}

static cf_inputs read_point(const char *path, uint32_t point_id) {
  cf_inputs inputs;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_inputs_read(path, point_id, &inputs, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return inputs;
}

static void refused(const char *path, uint32_t point_id, cf_status expected, const char *words) {
  cf_inputs inputs;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_inputs_read(path, point_id, &inputs, &diag), expected);
  assert_null(inputs.arena);
  if (!strstr(diag.entry[0].text, words)) fail_msg("'%s' is not in '%s'", words, diag.entry[0].text);
}

static cf_scenario *load_from(cf_inputs *inputs, const cf_setting *more, uint32_t count) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_inputs_load(inputs, more, count, &diag);
  if (!scenario) cf_diag_print(&diag, stderr, false);
  assert_non_null(scenario);
  return scenario;
}

/* Everything that a scenario was made from, byte by byte; what it means follows from that. */
static void same_inputs(const cf_scenario *a, const cf_scenario *b) {
  assert_int_equal(a->inputs, b->inputs);
  for (uint32_t i = 0; i < a->inputs; i++) {
    assert_string_equal(a->input[i].path, b->input[i].path);
    assert_string_equal(a->input[i].sha256, b->input[i].sha256);
  }
  assert_int_equal(a->constants, b->constants);
  assert_string_equal(a->name, b->name);
}

/* A copy of the repository's scenarios is not needed: the working directory may be any. */
static void test_the_same_scenario_without_the_disk(void **state) {
  const cf_setting settings[] = {{"fleet.sensors.count=3", "--set#1"}, {"duration=1 d", "--set#2"}};
  cf_scenario *scenario = load("scenarios/quickstart.yaml", settings, 2);
  const cf_scenario *const list[] = {scenario};
  const char *path = in_scratch(state, "a.db");
  write_scenarios(path, list, 1, settings, 2);
  char here[4096];
  assert_non_null(getcwd(here, sizeof here));
  assert_int_equal(chdir(*state), 0);
  cf_inputs inputs = read_point(path, 1);
  assert_string_equal(inputs.path, "quickstart.yaml");
  assert_int_equal(inputs.settings, 2);
  assert_string_equal(inputs.setting[0].text, "fleet.sensors.count=3");
  assert_string_equal(inputs.setting[1].text, "duration=1 d");
  cf_scenario *again = load_from(&inputs, NULL, 0);
  same_inputs(scenario, again);
  assert_int_equal(again->nodes[0].count, 3);
  assert_int_equal(again->duration_ns, scenario->duration_ns);
  cf_scenario_destroy(again);
  /* More settings go over those of the point. */
  const cf_setting more[] = {{"fleet.sensors.count=5", "more"}};
  again = load_from(&inputs, more, 1);
  assert_int_equal(again->nodes[0].count, 5);
  assert_int_equal(again->duration_ns, scenario->duration_ns);
  cf_scenario_destroy(again);
  cf_inputs_free(&inputs);
  /* Point 0 has no settings. */
  inputs = read_point(path, 0);
  assert_int_equal(inputs.settings, 0);
  again = load_from(&inputs, NULL, 0);
  assert_int_equal(again->nodes[0].count, 10);
  cf_scenario_destroy(again);
  cf_inputs_free(&inputs);
  assert_int_equal(chdir(here), 0);
  cf_scenario_destroy(scenario);
}

static void test_several_scenarios(void **state) {
  cf_scenario *one = load("scenarios/quickstart.yaml", NULL, 0);
  cf_scenario *two = load("scenarios/infrastructure.yaml", NULL, 0);
  const cf_scenario *const list[] = {one, two};
  const char *path = in_scratch(state, "both.db");
  write_scenarios(path, list, 2, NULL, 0);
  for (uint32_t i = 0; i < 2; i++) {
    cf_inputs inputs = read_point(path, i + 1);
    cf_scenario *again = load_from(&inputs, NULL, 0);
    same_inputs(list[i], again);
    cf_scenario_destroy(again);
    cf_inputs_free(&inputs);
  }
  refused(path, 0, CF_USAGE, "holds 2 scenarios, so a point must be named");
  refused(path, 3, CF_USAGE, "there is no point 3");
  cf_scenario_destroy(one);
  cf_scenario_destroy(two);
}

static cf_status fill_plan(void *self, sqlite3 *database, cf_diag *diag) {
  const cf_scenario *scenario = self;
  const cf_study_axis axis = {"nodes", "fleet.sensors.count", ""};
  cf_study *study = cf_study_open(database, "plan.db", &axis, 1, diag);
  assert_non_null(study);
  static const char *const text[] = {"fleet.sensors.count=2", "fleet.sensors.count=4"};
  cf_status status = CF_OK;
  for (uint32_t i = 0; i < 2 && status == CF_OK; i++) {
    const cf_setting setting = {text[i], "nodes"};
    const double number = 2.0 + 2.0 * i;
    const cf_study_point point = {i + 1, i ? "nodes=4" : "nodes=2", &setting, 1, &number, NULL, scenario};
    status = cf_study_add(study, &point, diag);
  }
  cf_study_close(study);
  return status;
}

/* The points of a sweep share the files of one scenario; a frozen plan has no runs. */
static void test_a_frozen_plan(void **state) {
  cf_scenario *scenario = load("scenarios/quickstart.yaml", NULL, 0);
  const char *path = in_scratch(state, "plan.db");
  cf_diag diag;
  cf_diag_init(&diag);
  sqlite3 *database = NULL;
  cf_status status = cf_file_make(path, CF_KIND_PLAN, false, fill_plan, scenario, &database, &diag);
  if (status == CF_OK) status = cf_file_settle(&database, path, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  for (uint32_t i = 0; i < 2; i++) {
    cf_inputs inputs = read_point(path, i + 1);
    cf_scenario *again = load_from(&inputs, NULL, 0);
    assert_int_equal(again->nodes[0].count, 2 + 2 * i);
    cf_scenario_destroy(again);
    cf_inputs_free(&inputs);
  }
  cf_scenario_destroy(scenario);
}

static void copy_file(const char *from, const char *to, char more) {
  size_t length;
  char *bytes = read_bytes(from, &length);
  FILE *file = fopen(to, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  if (more) fputc(more, file);
  fclose(file);
  free(bytes);
}

static void test_what_is_not_in_the_database(void **state) {
  cf_scenario *scenario = load("scenarios/quickstart.yaml", NULL, 0);
  const cf_scenario *const list[] = {scenario};
  const char *path = in_scratch(state, "a.db");
  write_scenarios(path, list, 1, NULL, 0);
  char here[4096], original[8192];
  assert_non_null(getcwd(here, sizeof here));
  snprintf(original, sizeof original, "%s/scenarios/quickstart.yaml", here);
  assert_int_equal(chdir(*state), 0);
  /* Kept by its hash only: the disk must have it, and the same. */
  change(path, "UPDATE input SET bytes = NULL WHERE path = 'quickstart.yaml'");
  refused(path, 1, CF_IO,
          "of 'quickstart.yaml' only the hash was kept, and the file itself cannot be read: No such file");
  copy_file(original, "quickstart.yaml", '\n');
  refused(path, 1, CF_IO, "quickstart.yaml: is not the file that");
  copy_file(original, "quickstart.yaml", 0);
  cf_inputs inputs = read_point(path, 1);
  cf_scenario *again = load_from(&inputs, NULL, 0);
  same_inputs(scenario, again);
  cf_scenario_destroy(again);
  cf_inputs_free(&inputs);
  /* Bytes that were changed. */
  change(path, "UPDATE input SET bytes = x'6162' WHERE path LIKE 'models/%'");
  refused(path, 1, CF_IO, "is damaged: the hash of its input 'models/");
  change(path, "DELETE FROM input");
  refused(path, 1, CF_IO, "holds no input files");
  refused("none.db", 1, CF_IO, "there is no such file");
  assert_int_equal(chdir(here), 0);
  cf_scenario_destroy(scenario);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_the_same_scenario_without_the_disk, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_several_scenarios, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_a_frozen_plan, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_what_is_not_in_the_database, make_scratch, remove_scratch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
