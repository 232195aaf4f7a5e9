/* Axes as rows: numbers and words, names that need quotes, databases without axes. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "report/axes.h"

static void execute(const char *path, const char *sql) {
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static void assert_rows_of(const char *path, const char *sql, const char *expected) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_OK);
  char *whole = NULL;
  assert_int_equal(cf_axes_offer(database, sql, &whole, &diag), CF_OK);
  cf_database_close(database);
  assert_non_null(whole);
  assert_rows(path, whole, expected);
  free(whole);
}

static void numbers_and_words(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 1);
  execute(path,
          "ALTER TABLE points ADD COLUMN storage_f REAL; ALTER TABLE points ADD COLUMN \"o\"\"dd\" TEXT;"
          "UPDATE points SET storage_f = 0.5, \"o\"\"dd\" = 'it''s';"
          "INSERT INTO axis VALUES ('storage_f', 'a.b', 'F'), ('o\"dd', 'c', NULL)");
  assert_rows_of(path, "SELECT axis, unit, number, text FROM axis_value ORDER BY axis DESC;\n",
                 "storage_f,F,0.5,\n\"o\"\"dd\",,,it's\n");
  assert_rows_of(path,
                 "-- a comment\nWITH a AS (SELECT * FROM axis_value WHERE number > 0)\nSELECT point_id, number FROM a "
                 "-- and one behind",
                 "1,0.5\n");
}

static void without_axes(void **state) {
  const char *path = in_scratch(state, "b.db");
  write_fixture(path, 1, 1);
  assert_rows_of(path, "SELECT point_id, axis, unit, number, text FROM axis_value", "");
}

static void only_for_those_who_ask(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const char *path = in_scratch(state, "c.db");
  write_fixture(path, 1, 1);
  cf_database *database;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_OK);
  char *whole = "anything";
  assert_int_equal(cf_axes_offer(database, "SELECT 1", &whole, &diag), CF_OK);
  assert_null(whole);
  cf_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(numbers_and_words, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(without_axes, make_scratch, remove_scratch),
      cmocka_unit_test_setup_teardown(only_for_those_who_ask, make_scratch, remove_scratch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
