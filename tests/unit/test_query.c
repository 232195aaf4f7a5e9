/* Asking: what can be asked and what cannot, parameters, limits, and files that cannot be opened. */
#include "store_fixture.h"

#include <sys/wait.h>

static int make_fixture(void **state) {
  if (make_scratch(state) != 0) return -1;
  write_fixture(in_scratch(state, "a.db"), 2, 20);
  return 0;
}

static cf_database *open_fixture(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = NULL;
  assert_int_equal(cf_database_open(in_scratch(state, "a.db"), &database, &diag), CF_OK);
  return database;
}

static void assert_says(const cf_diag *diag, const char *fragment) {
  assert_int_equal(diag->errors, 1);
  if (!strstr(diag->entry[0].text, fragment)) fail_msg("'%s' lacks '%s'", diag->entry[0].text, fragment);
}

static void assert_refused(void **state, const char *sql, cf_status expected, const char *fragment) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  FILE *out = tmpfile();
  assert_non_null(out);
  assert_int_equal(cf_query_print(database, sql, NULL, out, &diag), expected);
  assert_says(&diag, fragment);
  assert_int_equal(ftell(out), 0);
  fclose(out);
  cf_database_close(database);
}

/* ---- formats ------------------------------------------------------------------------------------------------------
 */

static void test_rows_and_limit(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  cf_query_options options = {.format = CF_FORMAT_CSV, .row_limit = 2};
  FILE *out = tmpfile();
  assert_non_null(out);
  assert_int_equal(cf_query_print(database, "SELECT node_id FROM node ORDER BY run_id", &options, out, &diag), CF_OK);
  size_t length;
  char *text = read_stream(out, &length);
  assert_string_equal(text, "node_id\n0\n1\n");
  free(text);
  cf_database_close(database);
}

static void test_parameters(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  const cf_parameter parameter[] = {{"run", "2"}, {"name", "always-escalate"}, {"x", "0.5"}};
  cf_query_options options = {.format = CF_FORMAT_CSV, .parameter = parameter, .parameters = 3};
  FILE *out = tmpfile();
  assert_non_null(out);
  assert_int_equal(cf_query_print(database,
                                  "SELECT run_id, typeof(:run), typeof(:name), typeof(:x), typeof(:none) FROM run "
                                  "WHERE run_id = :run AND policy = :name AND rise_mean_k = :x",
                                  &options, out, &diag),
                   CF_OK);
  size_t length;
  char *text = read_stream(out, &length);
  assert_string_equal(strchr(text, '\n') + 1, "2,integer,text,real,null\n");
  free(text);
  assert_int_equal(cf_query_print(database, "SELECT 1", &options, stderr, &diag), CF_USAGE);
  assert_says(&diag, "no parameter :run");
  cf_database_close(database);
}

/* ---- what cannot be asked -----------------------------------------------------------------------------------------
 */

static void test_only_reading(void **state) {
  static const char *const forbidden[] = {
      "DELETE FROM run",
      "INSERT INTO meta VALUES ('a', 'b')",
      "UPDATE run SET loss = 0",
      "DROP TABLE run",
      "CREATE TABLE t (x)",
      "CREATE TEMP TABLE t (x)",
      "ATTACH '/tmp/x.db' AS x",
      "VACUUM INTO '/tmp/cf-store-never.db'",
      "PRAGMA journal_mode = WAL",
      "PRAGMA user_version = 7",
      "PRAGMA writable_schema = ON",
      "BEGIN",
      "EXPLAIN DELETE FROM run",
  };
  for (unsigned i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
    assert_refused(state, forbidden[i], CF_USAGE, "may only read");
  assert_refused(state, "UPDATE sqlite_schema SET sql = ''", CF_USAGE, "may not be modified");
  assert_rows(in_scratch(state, "a.db"), "SELECT count(*) FROM pragma_table_info('meta')", "2\n");
  assert_rows(in_scratch(state, "a.db"), "SELECT sum(value) FROM json_each('[1, 2]')", "3\n");
  assert_refused(state, "SELECT load_extension('x')", CF_USAGE, "not authorized to use function");
  assert_int_equal(access("/tmp/cf-store-never.db", F_OK), -1);
  assert_rows(in_scratch(state, "a.db"), "SELECT count(*) FROM run", "2\n");
}

static void test_one_statement(void **state) {
  assert_refused(state, "SELECT 1; SELECT 2", CF_USAGE, "one statement at a time");
  assert_refused(state, "", CF_USAGE, "no SQL");
  assert_refused(state, " -- nothing\n", CF_USAGE, "no SQL");
  assert_rows(in_scratch(state, "a.db"), "-- a title\nSELECT 1; -- an end /* */\n /* and */ ;", "1\n");
}

static void test_errors_have_a_place(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  assert_int_equal(cf_query_print(database, "SELECT run_id\nFROM run WHERE polcy = 1", NULL, stderr, &diag), CF_USAGE);
  assert_says(&diag, "no such column: polcy");
  assert_int_equal(diag.entry[0].line, 2);
  assert_int_equal(diag.entry[0].column, 16);
  assert_string_equal(diag.entry[0].excerpt, "FROM run WHERE polcy = 1");
  cf_database_close(database);
}

#define FOREVER "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"

static void test_time_limit(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  cf_query_options options = {.time_limit_s = 0.05};
  assert_int_equal(cf_query_print(database, FOREVER, &options, stderr, &diag), CF_INCOMPLETE);
  assert_says(&diag, "time limit");
  double one;
  assert_int_equal(cf_query_number(database, "SELECT 1", &one, &diag), CF_OK); /* it can be asked again */
  assert_true(one == 1.0);
  cf_database_close(database);
}

static void test_stop(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = open_fixture(state);
  volatile int stop = 1;
  cf_query_options options = {.stop = &stop};
  assert_int_equal(cf_query_print(database, FOREVER, &options, stderr, &diag), CF_INTERRUPTED);
  assert_says(&diag, "stopped");
  cf_database_close(database);
}

/* ---- files --------------------------------------------------------------------------------------------------------
 */

static void assert_open_fails(const char *path, const char *fragment) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_IO);
  assert_null(database);
  assert_says(&diag, fragment);
  if (!strstr(diag.entry[0].text, path)) fail_msg("'%s' lacks the path", diag.entry[0].text);
}

static void patch(const char *path, long offset, const void *bytes, size_t length) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, offset, SEEK_SET), 0);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static void test_what_is_not_a_database(void **state) {
  assert_open_fails(in_scratch(state, "none.db"), "no such file");
  assert_open_fails(*state, "cannot be read, or is not a file");
  const char *path = in_scratch(state, "a.db");
  patch(path, 60, "\0\0\0\7", 4); /* user_version */
  assert_open_fails(path, "newer coldfleet (schema 7");
  patch(path, 68, "XXXX", 4); /* application_id */
  assert_open_fails(path, "is not a coldfleet database");
}

static void test_a_damaged_file(void **state) {
  const char *path = in_scratch(state, "a.db");
  assert_int_equal(truncate(path, 4096), 0);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = NULL;
  cf_status status = cf_database_open(path, &database, &diag);
  FILE *out = tmpfile();
  assert_non_null(out);
  if (status == CF_OK) status = cf_query_print(database, "SELECT * FROM ledger", NULL, out, &diag);
  assert_int_equal(status, CF_IO);
  assert_true(diag.errors == 1 && strstr(diag.entry[0].text, path));
  fclose(out);
  cf_database_close(database);
}

static void test_odd_names(void **state) {
  const char *from = in_scratch(state, "a.db"), *to = in_scratch(state, "what? 100%#1 ä.db");
  assert_int_equal(rename(from, to), 0);
  assert_rows(to, "SELECT count(*) FROM run", "2\n");
}

/* Root may write anywhere, so the asking is done by a child that is nobody. Exit codes: what came out. */
static int as_nobody(cf_status (*ask)(const char *path, cf_diag *diag), const char *path, const char *fragment) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(99);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_status status = ask(path, &diag);
    if (fragment && (diag.errors != 1 || !strstr(diag.entry[0].text, fragment))) {
      cf_diag_print(&diag, stderr, false);
      _exit(98);
    }
    _exit((int)status);
  }
  int result;
  assert_int_equal(waitpid(child, &result, 0), child);
  assert_true(WIFEXITED(result));
  return WEXITSTATUS(result);
}

static cf_status count_runs(const char *path, cf_diag *diag) {
  cf_database *database;
  cf_status status = cf_database_open(path, &database, diag);
  if (status != CF_OK) return status;
  double runs;
  status = cf_query_number(database, "SELECT count(*) FROM run", &runs, diag);
  cf_database_close(database);
  return status == CF_OK && !(runs == 2.0) ? CF_ASSERTION : status;
}

static cf_status open_writer(const char *path, cf_diag *diag) {
  cf_writer_options options = fixture_options(path);
  cf_writer *writer;
  return cf_writer_open(&options, &writer, diag);
}

static void test_read_only_directory(void **state) {
  assert_int_equal(chmod(in_scratch(state, "a.db"), 0444), 0);
  assert_int_equal(chmod(*state, 0555), 0);
  assert_int_equal(as_nobody(count_runs, in_scratch(state, "a.db"), NULL), CF_OK);
  assert_int_equal(as_nobody(open_writer, in_scratch(state, "b.db"), "write in the directory: Permission denied"),
                   CF_IO);
  /* the file says WAL, but nothing is pending: it is complete, and is read as immutable */
  assert_int_equal(chmod(*state, 0755), 0);
  assert_int_equal(chmod(in_scratch(state, "a.db"), 0644), 0);
  patch(in_scratch(state, "a.db"), 18, "\2\2", 2);
  assert_int_equal(chmod(*state, 0555), 0);
  assert_int_equal(as_nobody(count_runs, in_scratch(state, "a.db"), NULL), CF_OK);
  assert_int_equal(chmod(*state, 0755), 0);
  FILE *wal = fopen(in_scratch(state, "a.db-wal"), "wb");
  assert_non_null(wal);
  fputc('x', wal);
  fclose(wal);
  assert_int_equal(chmod(*state, 0555), 0);
  assert_int_equal(as_nobody(count_runs, in_scratch(state, "a.db"), "its writer was killed"), CF_IO);
  assert_int_equal(chmod(*state, 0755), 0);
}

static void test_while_it_is_written(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(in_scratch(state, "b.db"));
  cf_writer *writer;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  assert_open_fails(options.path, "a running process is writing it");
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_fixture, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_rows_and_limit),
      CASE(test_parameters),
      CASE(test_only_reading),
      CASE(test_one_statement),
      CASE(test_errors_have_a_place),
      CASE(test_time_limit),
      CASE(test_stop),
      CASE(test_what_is_not_a_database),
      CASE(test_a_damaged_file),
      CASE(test_odd_names),
      CASE(test_read_only_directory),
      CASE(test_while_it_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
