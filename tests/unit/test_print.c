/* The four formats of a result, and an output that cannot be written. */
#include "store_fixture.h"

static int make_fixture(void **state) {
  if (make_scratch(state) != 0) return -1;
  write_fixture(in_scratch(state, "a.db"), 2, 20);
  return 0;
}

static void assert_prints(void **state, const char *sql, cf_format format, const char *expected) {
  char *text = ask_as(in_scratch(state, "a.db"), sql, format);
  assert_string_equal(text, expected);
  free(text);
}

static void test_table(void **state) {
  assert_prints(state, "SELECT 1 AS n, 'ab' AS name, 0.1234567 AS x UNION ALL SELECT 1000, 'longer', NULL",
                CF_FORMAT_TABLE,
                "   n  name           x\n"
                "----  ------  --------\n"
                "   1  ab      0.123457\n"
                "1000  longer          \n");
  assert_prints(state, "SELECT 'ä' AS a, 'Ω' AS b UNION ALL SELECT 'bcd', 'e'", CF_FORMAT_TABLE,
                "a    b\n---  -\nä    Ω\nbcd  e\n");
  assert_prints(state, "SELECT x'00ff' AS digest", CF_FORMAT_TABLE, "digest\n------\n00ff\n");
  assert_prints(state, "SELECT run_id FROM run WHERE 0", CF_FORMAT_TABLE, "run_id\n------\n");
}

static void test_table_is_safe_for_terminals(void **state) {
  assert_prints(state, "SELECT char(27) || '[2J' || char(10) || 'x' || char(0x9b) AS t, CAST(x'ff41' AS TEXT) AS u",
                CF_FORMAT_TABLE, "t        u\n-------  --\n [2J x   ?A\n");
}

static void test_table_of_many_rows(void **state) {
  char *text = ask_as(in_scratch(state, "a.db"),
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n",
                      CF_FORMAT_TABLE);
  unsigned lines = 0;
  for (const char *c = text; *c; c++) lines += *c == '\n';
  assert_int_equal(lines, 2502);
  assert_string_equal(text + strlen(text) - 10, "2499\n2500\n");
  free(text);
}

static void test_markdown(void **state) {
  assert_prints(state, "SELECT 'a|b' AS name, 2.5 AS x", CF_FORMAT_MARKDOWN,
                "| name |   x |\n|------|----:|\n| a\\|b | 2.5 |\n");
}

static void test_csv(void **state) {
  assert_prints(state,
                "SELECT 'a,\"b\"' AS \"x,y\", NULL AS n, '' AS e, 0.1 AS r, 1e300 * 10 AS big, -5 AS i, x'0aF0' AS b",
                CF_FORMAT_CSV, "\"x,y\",n,e,r,big,i,b\n\"a,\"\"b\"\"\",,\"\",0.1,1e+301,-5,0af0\n");
  assert_prints(state, "SELECT 1 AS a WHERE 0", CF_FORMAT_CSV, "a\n");
}

static void test_json(void **state) {
  assert_prints(state,
                "SELECT 'a\"\\' || char(10) AS t, NULL AS n, 0.1 AS r, 1e999 AS inf, 3 AS a, 4 AS a, x'01' AS b, "
                "CAST(x'c3' AS TEXT) AS bad",
                CF_FORMAT_JSON,
                "[\n {\"t\": \"a\\\"\\\\\\u000a\", \"n\": null, \"r\": 0.1, \"inf\": null, \"a\": 3, \"a_2\": 4, "
                "\"b\": \"01\", \"bad\": \"\\ufffd\"}\n]\n");
  assert_prints(state, "SELECT 1 AS a WHERE 0", CF_FORMAT_JSON, "[]\n");
  assert_prints(state, "SELECT 1 AS a UNION ALL SELECT 2", CF_FORMAT_JSON, "[\n {\"a\": 1},\n {\"a\": 2}\n]\n");
}

static void test_formats_by_name(void **state) {
  (void)state;
  cf_format format = CF_FORMAT_TABLE;
  assert_true(cf_format_parse("csv", &format) && format == CF_FORMAT_CSV);
  assert_true(cf_format_parse("json", &format) && format == CF_FORMAT_JSON);
  assert_true(cf_format_parse("md", &format) && format == CF_FORMAT_MARKDOWN);
  assert_true(cf_format_parse("table", &format) && format == CF_FORMAT_TABLE);
  assert_false(cf_format_parse("parquet", &format));
}

static void test_unwritable_output(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  assert_int_equal(cf_database_open(in_scratch(state, "a.db"), &database, &diag), CF_OK);
  FILE *full = fopen("/dev/full", "w");
  assert_non_null(full);
  assert_int_equal(cf_query_print(database, "SELECT * FROM run", NULL, full, &diag), CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "cannot write the result"));
  fclose(full);
  cf_database_close(database);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_fixture, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_table),
      CASE(test_table_is_safe_for_terminals),
      CASE(test_table_of_many_rows),
      CASE(test_markdown),
      CASE(test_csv),
      CASE(test_json),
      CASE(test_unwritable_output),
      cmocka_unit_test(test_formats_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
