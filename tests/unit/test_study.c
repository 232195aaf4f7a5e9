/* Points, settings, files and constants: what is shared is stored once, what changed in between is refused. */
#include "store_fixture.h"

#include "store/file.h"
#include "store/study.h"

#include <sqlite3.h>

typedef struct given {
  const cf_study_axis *axis;
  uint32_t axes;
  const cf_study_point *point;
  uint32_t points;
} given;

static cf_status fill(void *self, sqlite3 *database, cf_diag *diag) {
  const given *of = self;
  cf_study *study = cf_study_open(database, "study", of->axis, of->axes, diag);
  if (!study) return diag->status;
  cf_status status = CF_OK;
  for (uint32_t i = 0; i < of->points && status == CF_OK; i++) status = cf_study_add(study, &of->point[i], diag);
  cf_study_close(study);
  return status;
}

static cf_status make(const char *path, const given *of, cf_diag *diag) {
  cf_diag_init(diag);
  sqlite3 *database = NULL;
  cf_status status = cf_file_make(path, CF_KIND_RESULTS, false, fill, (void *)(uintptr_t)of, &database, diag);
  if (status != CF_OK) return status;
  return cf_file_settle(&database, path, diag);
}

static const cf_study_axis axes[] = {{"storage_f", "sensors.storage.capacitance", "F"},
                                     {"policy_word", "a.b, c.d", NULL}};

static void test_points_and_axes(void **state) {
  const char *path = in_scratch(state, "a.db");
  static const cf_setting set[] = {{"seed=3", "plan"}, {"storage.capacitance=0.5 F", "plan"}};
  static const double number[2][2] = {{0.5, NAN}, {1.0, NAN}};
  static const char *const text[2][2] = {{"0.5 F", "small"}, {"1 F", "it's"}};
  const cf_study_point points[] = {{1, "storage_f=0.5 F", set, 2, number[0], text[0], &fixture_scenario},
                                   {2, "storage_f=1 F", set, 1, number[1], text[1], &fixture_scenario}};
  cf_diag diag;
  assert_int_equal(make(path, &(given){axes, 2, points, 2}, &diag), CF_OK);
  assert_rows(path, "SELECT * FROM points", "1,storage_f=0.5 F,0.5,small\n2,storage_f=1 F,1,it's\n");
  assert_rows(path, "SELECT * FROM axis", "policy_word,\"a.b, c.d\",\nstorage_f,sensors.storage.capacitance,F\n");
  assert_rows(path, "SELECT * FROM setting", "1,1,seed=3\n1,2,storage.capacitance=0.5 F\n2,1,seed=3\n");
  assert_rows(path, "SELECT col, unit FROM doc WHERE tbl = 'points' ORDER BY col",
              "\"\",\"\"\nlabel,\"\"\npoint_id,\"\"\npolicy_word,\"\"\nstorage_f,F\n");
  /* files and constants once for both points */
  assert_rows(path, "SELECT count(*) FROM input", "2\n");
  assert_rows(path, "SELECT count(*) FROM constant_value", "3\n");
  assert_rows(path, "SELECT point_id, count(*) FROM point_constant GROUP BY 1", "1,3\n2,3\n");
  assert_rows(path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'temp' AND name LIKE 'study%'", "0\n");
}

static void test_another_value_is_another_constant(void **state) {
  const char *path = in_scratch(state, "a.db");
  cf_constant other[3];
  memcpy(other, fixture_constants, sizeof other);
  other[0].value = 7;
  other[1].low = 1; /* was not stated */
  cf_scenario changed = fixture_scenario;
  changed.constant = other;
  const cf_study_point points[] = {{.point_id = 1, .label = "a", .scenario = &fixture_scenario},
                                   {.point_id = 2, .label = "b", .scenario = &changed},
                                   {.point_id = 3, .label = "c", .scenario = &fixture_scenario}};
  cf_diag diag;
  assert_int_equal(make(path, &(given){NULL, 0, points, 3}, &diag), CF_OK);
  assert_rows(path, "SELECT count(*) FROM constant_value", "5\n");
  assert_rows(path,
              "SELECT point_id, value FROM point_constant JOIN constant_value USING (constant_id) "
              "WHERE path = 'sensors.storage.leakage'",
              "1,5\n2,7\n3,5\n");
}

static void test_a_file_that_changes_is_refused(void **state) {
  const char *path = in_scratch(state, "a.db");
  cf_input_file files[2];
  memcpy(files, fixture_inputs, sizeof files);
  files[1].sha256[0] = 'f';
  cf_scenario changed = fixture_scenario;
  changed.input = files;
  const cf_study_point points[] = {{.point_id = 1, .label = "a", .scenario = &fixture_scenario},
                                   {.point_id = 2, .label = "b", .scenario = &changed}};
  cf_diag diag;
  assert_int_equal(make(path, &(given){NULL, 0, points, 2}, &diag), CF_INPUT);
  assert_string_equal(diag.entry[0].text, "models/empty.yaml: changed while it was being read; start again");
  assert_int_equal(access(path, F_OK), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_points_and_axes, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_another_value_is_another_constant, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(test_a_file_that_changes_is_refused, make_scratch, remove_scratch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
