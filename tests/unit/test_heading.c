/* The head of a report: title, question, what is scarce, policies in their order. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "report/heading.h"

static void execute(const char *path, const char *sql) {
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static cf_heading read_heading(const char *path, cf_status expected) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  cf_heading heading;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_OK);
  assert_int_equal(cf_heading_read(database, &heading, &diag), expected);
  cf_database_close(database);
  return heading;
}

static void of_a_run(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 6, 1);
  cf_heading heading = read_heading(path, CF_OK);
  assert_string_equal(heading.title, "field");
  assert_string_equal(heading.question, "");
  assert_int_equal(heading.scenarios, 1);
  assert_string_equal(heading.scenario[0].scarce, "");
  assert_int_equal(heading.policies, 4);
  assert_string_equal(heading.policy[0], "always-local");
  assert_string_equal(heading.policy[3], "confidence-threshold");
  cf_heading_free(&heading);
}

static void of_a_plan(void **state) {
  const char *path = in_scratch(state, "b.db");
  write_fixture(path, 1, 1);
  execute(
      path,
      "UPDATE input SET bytes = CAST('name: field' || char(10) || 'scarce: \"the night: it is long\"' || char(10) AS "
      "BLOB) WHERE input_id = 1;"
      "INSERT INTO plan VALUES ('larger', 'p.yaml', 'How large?', printf('%064d', 0), '')");
  cf_heading heading = read_heading(path, CF_OK);
  assert_string_equal(heading.title, "larger");
  assert_string_equal(heading.question, "How large?");
  assert_string_equal(heading.scenario[0].scarce, "the night: it is long");
  cf_heading_free(&heading);
}

/* What the program could read once may be unreadable to a later one; the report does without. */
static void a_scenario_that_cannot_be_read(void **state) {
  const char *path = in_scratch(state, "c.db");
  write_fixture(path, 1, 1);
  execute(path, "UPDATE input SET bytes = CAST('{[' AS BLOB) WHERE input_id = 1");
  cf_heading heading = read_heading(path, CF_OK);
  assert_string_equal(heading.scenario[0].scarce, "");
  cf_heading_free(&heading);
  execute(path, "UPDATE input SET bytes = NULL");
  heading = read_heading(path, CF_OK);
  assert_string_equal(heading.scenario[0].scarce, "");
  cf_heading_free(&heading);
}

static void nothing_to_report(void **state) {
  const char *path = in_scratch(state, "d.db");
  write_fixture(path, 0, 0);
  cf_heading heading = read_heading(path, CF_INPUT);
  cf_heading_free(&heading);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(of_a_run, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(of_a_plan, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(a_scenario_that_cannot_be_read, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(nothing_to_report, make_scratch, remove_scratch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
