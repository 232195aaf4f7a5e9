/* The page: what it holds, that it is the same again, that names stay text, what is left out, what is refused. The
 * libraries are stand-ins here; tests/report draws the charts. */
#include "store_fixture.h"

#include "report/html.h"
#include "report/page.h"

static void put(void **state, const char *name, const char *text) {
  FILE *file = fopen(in_scratch(state, name), "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static int make_folders(void **state) {
  if (make_scratch(state) != 0) return -1;
  write_fixture(in_scratch(state, "a.db"), 4, 8);
  mkdir(in_scratch(state, "web"), 0755);
  put(state, "web/vega.min.js", "one()");
  put(state, "web/vega-lite.min.js", "two()");
  put(state, "web/vega-embed.min.js", "three()");
  put(state, "web/licences.txt", "free & open\n");
  return 0;
}

static cf_page_options options_of(void **state) {
  static char database[512], web[512];
  snprintf(database, sizeof database, "%s", in_scratch(state, "a.db"));
  snprintf(web, sizeof web, "%s", in_scratch(state, "web"));
  return (cf_page_options){.database = database,
                           .charts = "analysis/charts",
                           .shipped = "analysis/charts",
                           .queries = "analysis/queries",
                           .style = "analysis/web",
                           .web = web,
                           .version = "1.2.3",
                           .hour_at_start = 5.5};
}

/* The page as text; the caller frees it. */
static char *write_page(const cf_page_options *options, cf_status expected, cf_page_outcome *outcome, cf_diag *diag) {
  char *text = NULL;
  size_t length;
  cf_diag_init(diag);
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  cf_status status = cf_page_write(options, out, outcome, diag);
  fclose(out);
  if (status != expected) cf_diag_print(diag, stderr, false);
  assert_int_equal(status, expected);
  return text;
}

static void assert_holds(const char *page, const char *part) {
  if (!strstr(page, part)) fail_msg("the page lacks '%s'", part);
}

static void everything_is_in_it(void **state) {
  cf_page_options options = options_of(state);
  cf_page_outcome outcome;
  cf_diag diag;
  char *page = write_page(&options, CF_OK, &outcome, &diag);
  assert_memory_equal(page, "<!doctype html>\n", 16);
  assert_holds(page, "<h1>field</h1>");
  assert_holds(page, "default-src 'none'");
  assert_holds(page, "content=\"coldfleet 1.2.3\"");
  assert_holds(page, "<script>two()</script>");
  assert_holds(page, "free &amp; open");
  assert_holds(page, "data-figure=\"stored\"");
  assert_holds(page, "<section class=\"table\" id=\"how-it-went\">");
  assert_holds(page, "coldfleet query a.db --format csv --saved chart-stored\n");
  char hash[CF_HTML_HASH];
  cf_html_hash("three()", 7, hash);
  assert_holds(page, hash);
  assert_null(strstr(page, "unsafe-eval"));
  assert_true(outcome.shown >= 12);
  free(page);
}

static void the_same_again(void **state) {
  cf_page_options options = options_of(state);
  cf_page_outcome outcome;
  cf_diag diag;
  char *first = write_page(&options, CF_OK, &outcome, &diag), *second = write_page(&options, CF_OK, &outcome, &diag);
  assert_string_equal(first, second);
  free(first);
  free(second);
}

static void of_one_run(void **state) {
  cf_page_options options = options_of(state);
  cf_page_outcome outcome;
  cf_diag diag;
  options.run = 2;
  options.title = "</title><script>";
  char *page = write_page(&options, CF_OK, &outcome, &diag);
  assert_holds(page, "<title>&lt;/title&gt;&lt;script&gt;</title>");
  assert_holds(page, "coldfleet replay a.db --run 2");
  assert_null(strstr(page, "data-policy=\"random\""));
  assert_holds(page, "<b>Policy against policy</b>"); /* left out, and told */
  free(page);
  options.run = 9;
  page = write_page(&options, CF_USAGE, &outcome, &diag);
  assert_non_null(strstr(diag.entry[0].text, "has no run 9"));
  free(page);
}

#define META "\"title\": \"T<\", \"question\": \"Q\""

static void a_template(void **state) {
  cf_page_options options = options_of(state);
  cf_page_outcome outcome;
  cf_diag diag;
  char folder[512];
  snprintf(folder, sizeof folder, "%s", in_scratch(state, "t"));
  mkdir(folder, 0755);
  options.charts = folder;
  put(state, "t/1-own.table.json", "{\"usermeta\": {\"query\": \"own\", " META "}}");
  put(state, "t/2-saved.table.json", "{\"usermeta\": {\"query\": \"coldest\", " META "}}");
  put(state, "t/3-none.table.json", "{\"usermeta\": {\"query\": \"none\", " META ", \"needs\": \"there is no `x`\"}}");
  put(state, "t/4-silent.table.json", "{\"usermeta\": {\"query\": \"none\", " META "}}");
  put(state, "t/own.sql", "SELECT 'mine' AS whose, count(*) AS runs FROM run");
  put(state, "t/none.sql", "SELECT 1 WHERE 0");
  char *page = write_page(&options, CF_OK, &outcome, &diag);
  assert_holds(page, "<td>mine</td><td class=\"n\">4</td>");
  assert_holds(page, "<h2>T&lt;</h2>");
  assert_holds(page, "there is no <code>x</code>.</li>");
  assert_null(strstr(page, "silent"));
  assert_int_equal(outcome.shown, 2);
  assert_int_equal(outcome.left_out, 1);
  free(page);
  put(state, "t/own.sql", "SELECT nothing FROM run");
  page = write_page(&options, CF_USAGE, &outcome, &diag);
  assert_non_null(strstr(diag.entry[1].text, "1-own.table.json: its query 'own' cannot be used"));
  free(page);
}

static void what_is_missing(void **state) {
  cf_page_options options = options_of(state);
  cf_page_outcome outcome;
  cf_diag diag;
  put(state, "web/vega.min.js", "'</script>'");
  free(write_page(&options, CF_INPUT, &outcome, &diag));
  remove(in_scratch(state, "web/vega.min.js"));
  free(write_page(&options, CF_IO, &outcome, &diag));
  assert_non_null(strstr(diag.entry[0].text, "web/vega.min.js: No such file"));
  put(state, "web/vega.min.js", "one()");
  options.database = in_scratch(state, "none.db");
  free(write_page(&options, CF_IO, &outcome, &diag));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_is_in_it), cmocka_unit_test(the_same_again),  cmocka_unit_test(of_one_run),
      cmocka_unit_test(a_template),          cmocka_unit_test(what_is_missing),
  };
  return cmocka_run_group_tests(tests, make_folders, remove_scratch);
}
