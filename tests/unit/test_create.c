/* What is made from the description: the DDL, table doc, docs/database.md and the JSON. */
#include "store_fixture.h"

#include <sqlite3.h>

#include "store/tables.h"

static char *printed(void (*print)(FILE *out)) {
  FILE *out = tmpfile();
  assert_non_null(out);
  print(out);
  size_t length;
  return read_stream(out, &length);
}

static sqlite3 *make(cf_file_kind kind) {
  cf_diag diag;
  cf_diag_init(&diag);
  sqlite3 *database;
  assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
  assert_int_equal(cf_database_create(database, kind, &diag), CF_OK);
  return database;
}

static int number(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement;
  assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  int value = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

static void test_every_table_is_strict(void **state) {
  (void)state;
  sqlite3 *database = make(CF_KIND_RESULTS);
  assert_int_equal(number(database,
                          "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                          "AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                   0);
  assert_int_equal(number(database, "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict"), 20);
  assert_int_equal(sqlite3_exec(database, "INSERT INTO meta VALUES (x'00', 'a')", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  assert_int_equal(sqlite3_exec(database, "INSERT INTO gauge (run_id, sun_ratio) VALUES (1, 'much')", NULL, NULL, NULL),
                   SQLITE_CONSTRAINT);
  assert_int_equal(sqlite3_exec(database,
                                "INSERT INTO run (run_id, point_id, scenario, policy, rep, seed, status) "
                                "VALUES (1, 1, 'a', 'b', 0, 0, 'perhaps')",
                                NULL, NULL, NULL),
                   SQLITE_CONSTRAINT);
  sqlite3_close(database);
}

static void test_ids(void **state) {
  (void)state;
  sqlite3 *results = make(CF_KIND_RESULTS), *exec = make(CF_KIND_EXEC);
  assert_int_equal(number(results, "PRAGMA application_id"), cf_file_kind_id(CF_KIND_RESULTS));
  assert_int_equal(number(exec, "PRAGMA application_id"), cf_file_kind_id(CF_KIND_EXEC));
  assert_int_equal(number(exec, "PRAGMA user_version"), CF_DATABASE_VERSION);
  assert_int_equal(number(exec, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"), 2);
  static const cf_file_kind kinds[] = {CF_KIND_RESULTS, CF_KIND_EXEC, CF_KIND_PLAN, CF_KIND_SHARD};
  for (unsigned i = 0; i < 4; i++) assert_int_equal(cf_file_kind_of(cf_file_kind_id(kinds[i])), kinds[i]);
  assert_int_equal(cf_file_kind_of(1), CF_KIND_NONE);
  sqlite3_close(results);
  sqlite3_close(exec);
}

/* Every column of every table and view stands in doc, and nothing else. */
static void test_doc_is_complete(void **state) {
  (void)state;
  static const cf_file_kind kinds[] = {CF_KIND_RESULTS, CF_KIND_EXEC};
  for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    sqlite3 *database = make(kinds[i]);
    assert_int_equal(number(database,
                            "SELECT count(*) FROM (SELECT s.name AS tbl, c.name AS col FROM sqlite_schema AS s, "
                            "pragma_table_info(s.name) AS c WHERE s.type IN ('table', 'view') EXCEPT "
                            "SELECT tbl, col FROM doc)"),
                     0);
    assert_int_equal(
        number(database,
               "SELECT count(*) FROM (SELECT tbl, col FROM doc WHERE col <> '' EXCEPT SELECT s.name, c.name "
               "FROM sqlite_schema AS s, pragma_table_info(s.name) AS c WHERE s.type IN ('table', 'view'))"),
        0);
    sqlite3_close(database);
  }
}

/* The printed SQL makes the same schema. */
static void test_printed_sql_is_the_schema(void **state) {
  (void)state;
  char *sql = printed(cf_database_print_sql);
  char *exec = strstr(sql, "-- The database of the execution");
  assert_non_null(exec);
  *exec = '\0';
  sqlite3 *database;
  assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3 *made = make(CF_KIND_RESULTS);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_database_index(made, &diag), CF_OK);
  static const char *const count = "SELECT sum(length(sql)) FROM sqlite_schema";
  assert_true(number(made, count) > 1000);
  assert_int_equal(number(database, count), number(made, count));
  sqlite3_close(database);
  sqlite3_close(made);
  free(sql);
}

/* Student's t at 97.5 %, R 4.2 qt(0.975, df), to nine digits. */
static void test_student(void **state) {
  (void)state;
  static const struct {
    int df;
    double t;
  } known[] = {{1, 12.7062047}, {2, 4.30265273}, {10, 2.22813885}, {30, 2.04227246}, {1000, 1.96233908}};
  sqlite3 *database = make(CF_KIND_RESULTS);
  for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT abs(t975 - %.9g) < 1e-8 * t975 FROM student WHERE df = %d", known[i].t,
             known[i].df);
    assert_int_equal(number(database, sql), 1);
  }
  assert_int_equal(number(database, "SELECT count(*) FROM student WHERE df <= 200"), 200);
  sqlite3_close(database);
}

static void test_json_is_valid(void **state) {
  (void)state;
  char *json = printed(cf_database_print_json);
  sqlite3 *database;
  sqlite3_stmt *statement;
  assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(database, "SELECT json_array_length(?, '$.relations')", -1, &statement, NULL),
                   SQLITE_OK);
  sqlite3_bind_text(statement, 1, json, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  assert_int_equal(sqlite3_column_int(statement, 0), CF_RELATIONS);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  free(json);
}

/* docs/database.md is what the program prints. COLDFLEET_UPDATE=1 writes it anew. */
static void test_documentation_is_current(void **state) {
  (void)state;
  char *text = printed(cf_database_print_markdown);
  if (getenv("COLDFLEET_UPDATE")) {
    FILE *file = fopen("docs/database.md", "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
  }
  size_t length;
  char *stored = read_bytes("docs/database.md", &length);
  assert_string_equal(stored, text);
  free(stored);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_table_is_strict),
      cmocka_unit_test(test_ids),
      cmocka_unit_test(test_doc_is_complete),
      cmocka_unit_test(test_printed_sql_is_the_schema),
      cmocka_unit_test(test_student),
      cmocka_unit_test(test_json_is_valid),
      cmocka_unit_test(test_documentation_is_current),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
