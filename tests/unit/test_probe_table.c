/* Tables of `probe`: columns by name, what is not defined, errors at their place, what is printed. */
#include "cli/probe_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A, B, WHEN, WORD };
static const cf_probe_input inputs[] = {{"a|other_a", CF_PROBE_NUMBER, true, NAN, "first"},
                                        {"b", CF_PROBE_NUMBER, false, 2.0, "second"},
                                        {"when", CF_PROBE_INSTANT, false, NAN, "instant"},
                                        {"word", CF_PROBE_WORD, false, NAN, "text"},
                                        {0}};
static const cf_probe_output outputs[] = {{"sum", CF_PROBE_REAL, "a + b"},
                                          {"sum_or_nan", CF_PROBE_REAL_OR_NAN, "the same"},
                                          {"rounded", CF_PROBE_COUNT, "the same"},
                                          {"later", CF_PROBE_TIME, "when + a"},
                                          {0}};

static bool add(void *study, const cf_probe_row *row) {
  ++*(int *)study;
  if (!cf_probe_within(row, A, -10.0, 10.0)) return false;
  if (row->column[WORD] != CF_PROBE_NO_COLUMN && cf_csv_is(row->csv, row->column[WORD], "no"))
    return cf_probe_fail(row, WORD, "it says no");
  row->out[0] = row->out[1] = row->out[2] = row->in[A] + row->in[B];
  row->out[3] = row->in[WHEN] + row->in[A];
  return true;
}

static const cf_probe_input day_inputs[] = {{"day", CF_PROBE_INSTANT, true, NAN, "day"}, {0}};
static const cf_probe_output day_outputs[] = {{"seen", CF_PROBE_COUNT, "rows"}, {0}};
static bool see(void *study, const cf_probe_row *row) {
  row->out[0] = ++*(int *)study;
  return true;
}
static const cf_probe_table days = {"probe days", day_inputs, day_outputs, see, NULL};
static const cf_probe_table table = {"probe sums", inputs, outputs, add, &days};

typedef struct answer {
  cf_status status;
  int rows; /* that reached the row function */
  char *text;
  cf_diag diag;
} answer;

static answer ask(const char *text) {
  answer got = {0};
  size_t length;
  cf_arena *arena = cf_arena_create(0xA5);
  cf_probe_printer printer = {.out = open_memstream(&got.text, &length)};
  cf_probe_sink sink = cf_probe_print(&printer);
  cf_diag_init(&got.diag);
  assert_non_null(arena);
  assert_non_null(printer.out);
  got.status =
      cf_probe_compute(&table, &got.rows, (cf_csv_source){"t.csv", text, strlen(text)}, &sink, arena, &got.diag);
  fclose(printer.out);
  cf_arena_destroy(arena);
  return got;
}

static void wants(const char *text, const char *printed) {
  answer got = ask(text);
  assert_int_equal(got.status, CF_OK);
  assert_string_equal(got.text, printed);
  free(got.text);
}

static void columns_by_name(void **state) {
  (void)state;
  wants("a,b\n1,5\n", "a,b,sum,sum_or_nan,rounded,later\n1,5,6,6,6,\n");
  wants("ignored,b,other_a\n9,5,1\n", "b,other_a,sum,sum_or_nan,rounded,later\n5,1,6,6,6,\n");
  /* The first of two names wins; the other is not read and does not come back. */
  wants("other_a,a\n9,1\n", "a,sum,sum_or_nan,rounded,later\n1,3,3,3,\n");
  /* Names of rows come back though they are not read. */
  wants("site,a,c\n\"x, \"\"y\"\"\",1,7\n", "site,a,sum,sum_or_nan,rounded,later\n\"x, \"\"y\"\"\",1,3,3,3,\n");
}

static void not_defined(void **state) {
  (void)state;
  wants("a,b\n,5\nnan,5\n1,\n", "a,b,sum,sum_or_nan,rounded,later\n,5,,nan,,\nnan,5,,nan,,\n1,,,nan,,\n");
}

static void instants(void **state) {
  (void)state;
  wants("a,when\n1,2024-02-28T23:59:59Z\n-1,1970-01-01\n0.6,2024-12-31T23:59:59.9Z\n",
        "a,when,sum,sum_or_nan,rounded,later\n1,2024-02-28T23:59:59Z,3,3,3,2024-02-29T00:00:00Z\n"
        "-1,1970-01-01,1,1,1,1969-12-31T23:59:59Z\n0.6,2024-12-31T23:59:59.9Z,2.6,2.6,3,2025-01-01T00:00:01Z\n");
}

static void all_digits(void **state) {
  (void)state;
  wants("a,b\n0.1,0.2\n", "a,b,sum,sum_or_nan,rounded,later\n0.1,0.2,0.30000000000000004,0.30000000000000004,0,\n");
}

static void another_table(void **state) {
  (void)state;
  wants("b,day\n5,2024-01-01\n6,2024-01-02\n", "day,seen\n2024-01-01,1\n2024-01-02,2\n");
}

static void tells(const char *text, const char *printed, int rows, uint32_t line, uint32_t column, const char *says) {
  answer got = ask(text);
  assert_int_equal(got.status, CF_INPUT);
  assert_string_equal(got.text, printed);
  assert_int_equal(got.rows, rows);
  assert_int_equal(got.diag.entry[0].line, line);
  assert_int_equal(got.diag.entry[0].column, column);
  assert_non_null(strstr(got.diag.entry[0].text, says));
  free(got.text);
}

static void errors_at_their_place(void **state) {
  (void)state;
  tells("b\n1\n", "", 0, 1, 1, "there is no column 'a'");
  tells("b,a\n1,12\n1,2\n", "b,a,sum,sum_or_nan,rounded,later\n1,2,3,3,3,\n", 2, 2, 3, "within -10 and 10, not 12");
  tells("a,word\n1,yes\n2,no\n", "a,word,sum,sum_or_nan,rounded,later\n1,yes,3,3,3,\n", 2, 3, 3, "it says no");
  tells("a,b\n1,x\n2,2\n", "a,b,sum,sum_or_nan,rounded,later\n2,2,4,4,4,\n", 1, 2, 3, "is not a number");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_by_name), cmocka_unit_test(not_defined),   cmocka_unit_test(instants),
      cmocka_unit_test(all_digits),      cmocka_unit_test(another_table), cmocka_unit_test(errors_at_their_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
