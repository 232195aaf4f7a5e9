/* Results of queries as JSON and as HTML, against texts written out by hand. */
#include "store_fixture.h"

#include "report/result.h"

static int make_fixture(void **state) {
  if (make_scratch(state) != 0) return -1;
  write_fixture(in_scratch(state, "a.db"), 2, 4);
  return 0;
}

typedef struct asked {
  cf_status status;
  cf_result result;
  cf_diag diag;
} asked;

static asked ask(void **state, const char *sql, cf_result_form form, const char *note, cf_result_parameters given) {
  asked a;
  cf_diag_init(&a.diag);
  cf_database *database;
  assert_int_equal(cf_database_open(in_scratch(state, "a.db"), &database, &a.diag), CF_OK);
  a.status = cf_result_ask(database, sql, &given, form, note, &a.result, &a.diag);
  cf_database_close(database);
  return a;
}

static void assert_form(void **state, const char *sql, cf_result_form form, const char *expected) {
  asked a = ask(state, sql, form, "", (cf_result_parameters){0});
  assert_int_equal(a.status, CF_OK);
  assert_string_equal(a.result.text, expected);
  cf_result_free(&a.result);
}

static void dense_json(void **state) {
  assert_form(state, "SELECT 1 AS a, 1.0 / 3 AS b, '</script>' AS c, NULL AS d, x'00ff' AS e", CF_RESULT_JSON,
              "{\"columns\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
              "\"rows\":[[1,0.3333333,\"\\u003c/script>\",null,\"00ff\"]]}");
  assert_form(state, "SELECT 1e300 * 1e300 AS big, 1234567890.0 AS rounded, -0.5", CF_RESULT_JSON,
              "{\"columns\":[\"big\",\"rounded\",\"-0.5\"],\"rows\":[[null,1234568000,-0.5]]}");
}

static void tables(void **state) {
  assert_form(
      state, "SELECT 'a<b' AS policy, 2 AS \"n<\", 0.125 AS x, '1.2 \u00b1 0.3' AS y, 'word' AS z, NULL AS w",
      CF_RESULT_TABLE,
      "<table><thead><tr><th scope=\"col\">policy</th><th scope=\"col\" class=\"n\">n&lt;</th>"
      "<th scope=\"col\" class=\"n\">x</th><th scope=\"col\" class=\"n\">y</th><th scope=\"col\">z</th>"
      "<th scope=\"col\" class=\"n\">w</th></tr></thead>\n<tbody>\n"
      "<tr><td><i class=\"key\" data-policy=\"a&lt;b\"></i>a&lt;b</td><td class=\"n\">2</td>"
      "<td class=\"n\">0.125</td><td class=\"n\">1.2 \u00b1 0.3</td><td>word</td><td class=\"n\">\u2013</td></tr>\n"
      "</tbody></table>");
  assert_form(state,
              "SELECT 'a text that is so long that a line of it would push all else off the page' AS a, x'ab' AS b",
              CF_RESULT_TABLE,
              "<table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead>\n<tbody>\n"
              "<tr><td class=\"long\">a text that is so long that a line of it would push all else off the page</td>"
              "<td><code>ab</code></td></tr>\n</tbody></table>");
}

static void words(void **state) {
  assert_form(state, "SELECT 'One `a`.' UNION ALL SELECT 'Two.'", CF_RESULT_SENTENCES,
              "<p class=\"summary\">One <code>a</code>.\nTwo.\n</p>\n");
  assert_form(state, "SELECT 'Nodes', '1,000'", CF_RESULT_FACTS,
              "<dl>\n<div><dt>Nodes</dt><dd>1,000</dd></div>\n</dl>\n");
}

static void parameters_where_they_are_asked_for(void **state) {
  cf_result_parameters given = {.run = "2", .hour = "5.5"};
  asked a = ask(state, "SELECT run_id, :hour AS hour FROM run WHERE run_id = :run", CF_RESULT_JSON, "", given);
  assert_int_equal(a.status, CF_OK);
  assert_string_equal(a.result.text, "{\"columns\":[\"run_id\",\"hour\"],\"rows\":[[2,5.5]]}");
  cf_result_free(&a.result);
  a = ask(state, "SELECT count(*) AS n FROM run", CF_RESULT_JSON, "", given);
  assert_int_equal(a.status, CF_OK);
  cf_result_free(&a.result);
}

static void notes(void **state) {
  asked a = ask(state, "SELECT 'at a point' AS why UNION ALL SELECT 'other'", CF_RESULT_JSON, "why",
                (cf_result_parameters){0});
  assert_int_equal(a.status, CF_OK);
  assert_string_equal(a.result.note, "at a point");
  cf_result_free(&a.result);
  a = ask(state, "SELECT 1 AS a", CF_RESULT_JSON, "b", (cf_result_parameters){0});
  assert_int_equal(a.status, CF_INPUT);
  assert_string_equal(a.diag.entry[0].text, "the note 'b' is no column of the query");
  cf_result_free(&a.result);
}

static void nothing_and_too_much(void **state) {
  asked a = ask(state, "SELECT 1 WHERE 0", CF_RESULT_TABLE, "", (cf_result_parameters){0});
  assert_int_equal(a.status, CF_OK);
  assert_int_equal(a.result.rows, 0);
  cf_result_free(&a.result);
  a = ask(state, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 20000) SELECT i FROM n",
          CF_RESULT_JSON, "", (cf_result_parameters){0});
  assert_int_equal(a.status, CF_INPUT);
  assert_non_null(strstr(a.diag.entry[0].text, "more than 20000 rows"));
  cf_result_free(&a.result);
  a = ask(state, "DELETE FROM run", CF_RESULT_JSON, "", (cf_result_parameters){0});
  assert_int_equal(a.status, CF_USAGE);
  cf_result_free(&a.result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dense_json), cmocka_unit_test(tables),
      cmocka_unit_test(words),      cmocka_unit_test(parameters_where_they_are_asked_for),
      cmocka_unit_test(notes),      cmocka_unit_test(nothing_and_too_much),
  };
  return cmocka_run_group_tests(tests, make_fixture, remove_scratch);
}
