/* base/diag: where, what, the line itself and a caret; and the exit codes that statuses are. */
#include "../support/cf_test.h"

#include "base/diag.h"

static char *printed(const cf_diag *diag, bool colour) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  cf_diag_print(diag, out, colour);
  fclose(out);
  return text;
}

static void assert_prints(const cf_diag *diag, const char *want) {
  char *text = printed(diag, false);
  assert_string_equal(text, want);
  free(text);
}

static void shows_place_line_and_caret(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_source where = {"farm.yaml", "    cout: 3\n", 14, 5};
  assert_int_equal(cf_fail_at(&diag, CF_INPUT, where, "unknown key '%s' (did you mean '%s'?)", "cout", "count"),
                   CF_INPUT);
  assert_prints(&diag,
                "farm.yaml:14:5: error: unknown key 'cout' (did you mean 'count'?)\n"
                "      cout: 3\n"
                "      ^\n");
}

static void tabs_stay_under_tabs(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_warn_at(&diag, (cf_source){"a.yaml", "\t\tx: 1", 2, 3}, "odd");
  assert_prints(&diag, "a.yaml:2:3: warning: odd\n  \t\tx: 1\n  \t\t^\n");
}

static void parts_may_be_absent(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  (void)cf_fail(&diag, CF_IO, "disk full");
  (void)cf_fail_at(&diag, CF_INPUT, (cf_source){.file = "b.yaml"}, "not there");
  (void)cf_fail_at(&diag, CF_INPUT, (cf_source){"c.yaml", "short", 1, 99}, "column beyond the line");
  assert_prints(&diag,
                "error: disk full\nb.yaml: error: not there\nc.yaml:1:99: error: column beyond the line\n  short\n");
}

static void the_first_error_gives_the_status(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_warn_at(&diag, (cf_source){0}, "only a warning");
  assert_int_equal(diag.status, CF_OK);
  (void)cf_fail(&diag, CF_INPUT, "first");
  (void)cf_fail(&diag, CF_IO, "second");
  assert_int_equal(diag.status, CF_INPUT);
  assert_int_equal(diag.errors, 2);
  assert_int_equal(diag.warnings, 1);
  cf_diag_init(&diag);
  assert_int_equal(diag.errors + diag.warnings + diag.stored, 0);
  assert_prints(&diag, "");
}

static void surplus_is_counted_not_stored(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  for (int i = 0; i < CF_DIAG_MAX + 7; i++) (void)cf_fail(&diag, CF_INPUT, "number %d", i);
  assert_int_equal(diag.stored, CF_DIAG_MAX);
  assert_int_equal(diag.errors, CF_DIAG_MAX + 7);
  char *text = printed(&diag, false);
  assert_non_null(strstr(text, "error: number 19\n... and 7 more\n"));
  free(text);
}

static void long_text_is_cut_and_owned(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  char huge[2000];
  memset(huge, 'x', sizeof huge - 1);
  huge[sizeof huge - 1] = '\0';
  (void)cf_fail_at(&diag, CF_INPUT, (cf_source){huge, huge, 1, 1}, "%s", huge);
  memset(huge, 'y', sizeof huge - 1);
  assert_int_equal(strlen(diag.entry[0].text), CF_DIAG_TEXT - 1);
  assert_int_equal(strlen(diag.entry[0].file), CF_DIAG_FILE - 1);
  assert_int_equal(strlen(diag.entry[0].excerpt), CF_DIAG_EXCERPT - 1);
  assert_null(strchr(diag.entry[0].text, 'y'));
}

static void colour_only_when_asked(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  (void)cf_fail(&diag, CF_INPUT, "red");
  char *plain = printed(&diag, false), *painted = printed(&diag, true);
  assert_null(strchr(plain, '\033'));
  assert_non_null(strchr(painted, '\033'));
  free(plain);
  free(painted);
}

static void statuses_are_the_exit_codes(void **state) {
  (void)state;
  static const int want[][2] = {{CF_OK, 0},        {CF_INTERNAL, 1},     {CF_USAGE, 2},      {CF_INPUT, 3},
                                {CF_ASSERTION, 4}, {CF_SOME_FAILED, 5},  {CF_INCOMPLETE, 6}, {CF_IO, 7},
                                {CF_REQUEUE, 75},  {CF_INTERRUPTED, 130}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) assert_int_equal(want[i][0], want[i][1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shows_place_line_and_caret),    cmocka_unit_test(tabs_stay_under_tabs),
      cmocka_unit_test(parts_may_be_absent),           cmocka_unit_test(the_first_error_gives_the_status),
      cmocka_unit_test(surplus_is_counted_not_stored), cmocka_unit_test(long_text_is_cut_and_owned),
      cmocka_unit_test(colour_only_when_asked),        cmocka_unit_test(statuses_are_the_exit_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
