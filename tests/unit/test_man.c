/* The manual of a small program: its pages, and what they are made from. */
#include "cli/man.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const cf_flag flags[] = {{"output", 'o', CF_FLAG_TEXT, "DB", "where it goes", 0, 0},
                                {"quiet", 0, CF_FLAG_SWITCH, NULL, "says nothing", 0, 0},
                                {0}};
static const cf_flag none[] = {{0}};
static void more(FILE *out) { fputs("\nreads the columns\n  a_j   energy\n", out); }
static const cf_command part = {.name = "dig hole",
                                .line = "one hole",
                                .usage = "[FILE]",
                                .example = "coldfleet dig hole x.csv",
                                .flags = none,
                                .more = more};
static const cf_command *const parts[] = {&part, NULL};
static const cf_command commands[] = {
    {.name = "dig",
     .ring = 1,
     .line = "dig for treasure",
     .usage = "FILE [-o DB]",
     .about = "With a spade.\nOr by hand.",
     .example = "coldfleet dig 'a b'",
     .flags = flags,
     .parts = parts},
    {.name = "rest", .ring = 3, .line = "do nothing", .usage = "", .example = "coldfleet rest", .flags = none}};
static const cf_cli cli = {.program = "./coldfleet", .commands = commands, .command_count = 2};
static char *text;
static size_t length;
static cf_diag diag;

static cf_status page(const char *name) {
  free(text);
  text = NULL;
  cf_diag_init(&diag);
  FILE *out = open_memstream(&text, &length);
  cf_status status = cf_man_write(&cli, name, out, &diag);
  fclose(out);
  return status;
}

static void assert_found(const char *part_of_page) {
  if (!strstr(text, part_of_page)) fail_msg("not found:\n%s\nin:\n%s", part_of_page, text);
}

static void add_name(void *self, const char *name, char section) {
  size_t used = strlen(self);
  snprintf((char *)self + used, 512 - used, "%s.%c ", name, section);
}

static void the_pages(void **state) {
  (void)state;
  char names[512] = "";
  cf_man_each(&cli, add_name, names);
  assert_string_equal(names,
                      "coldfleet.1 coldfleet-dig.1 coldfleet-dig-hole.1 coldfleet-rest.1 coldfleet-scenario.5 "
                      "coldfleet-plan.5 coldfleet-database.5 ");
}

static void a_command(void **state) {
  (void)state;
  assert_int_equal(page("dig"), CF_OK);
  assert_found(".TH COLDFLEET\\-DIG 1 ");
  assert_found("\ncoldfleet\\-dig \\- dig for treasure\n");
  assert_found(".SH SYNOPSIS\n\\fBcoldfleet dig FILE [\\-o DB]\\fR\n");
  assert_found(".SH DESCRIPTION\nDig for treasure.\n.PP\nWith a spade. Or by hand.\n");
  assert_found(
      ".SH OPTIONS\n.TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIDB\\fR\nwhere it goes\n"
      ".TP\n\\fB\\-\\-quiet\\fR\nsays nothing\n");
  assert_found(".SH PARTS\n.TP\n\\fBcoldfleet\\-dig\\-hole\\fR(1)\none hole\n");
  assert_found(".SH EXAMPLE\n.EX\ncoldfleet dig \\(aqa b\\(aq\n.EE\n");
}

static void a_part_with_columns(void **state) {
  (void)state;
  assert_int_equal(page("dig-hole"), CF_OK);
  assert_found("\\fBcoldfleet dig hole [FILE]\\fR\n");
  assert_found(".SH COLUMNS\n.EX\nreads the columns\n  a_j   energy\n.EE\n");
  assert_null(strstr(text, "OPTIONS"));
}

static void the_program(void **state) {
  (void)state;
  assert_int_equal(page("coldfleet"), CF_OK);
  assert_found(".SS The ones to begin with\n.TP\n\\fBcoldfleet\\-dig\\fR(1)\ndig for treasure\n");
  assert_found(".SS Plumbing\n.TP\n\\fBcoldfleet\\-rest\\fR(1)\ndo nothing\n");
  assert_null(strstr(text, ".SS More\n")); /* this program has none */
  assert_found(".SH EXIT STATUS\n.TP\n\\fB0\\fR\ndone\n");
  assert_found("\\fBNO_COLOR\\fR\n");
}

static void names_may_be_long_or_short(void **state) {
  (void)state;
  static const char *const names[] = {"rest", "rest.1", "coldfleet-rest", "coldfleet-rest.1"};
  for (unsigned i = 0; i < 4; i++) {
    assert_int_equal(page(names[i]), CF_OK);
    assert_found(".TH COLDFLEET\\-REST 1 ");
  }
}

static void an_unknown_page(void **state) {
  (void)state;
  assert_int_equal(page("rset"), CF_USAGE);
  assert_string_equal(diag.entry[0].text, "no page 'rset' (did you mean 'rest'?)");
  assert_int_equal(page("elephant"), CF_USAGE);
  assert_string_equal(diag.entry[0].text, "no page 'elephant' (`./coldfleet man --list` names them)");
  assert_int_equal(page("databse"), CF_USAGE);
  assert_non_null(strstr(diag.entry[0].text, "'database'"));
}

/* Every key and every column is on a page; plans have one of their own. */
static void files(void **state) {
  (void)state;
  assert_int_equal(page("scenario"), CF_OK);
  assert_found(".TH COLDFLEET\\-SCENARIO 5 ");
  assert_found(".TP\n\\fBseed\\fR\n");
  assert_found(".TP\n\\fBstorage\\fR\n");
  assert_found(".SH UNITS\n");
  assert_int_equal(page("database"), CF_OK);
  assert_found(".SS run\n");
  assert_found(".TP\n\\fBrun_id\\fR\n");
  assert_int_equal(page("plan"), CF_OK);
  assert_found("\\fBcoldfleet\\-scenario\\fR(5)");
  assert_null(strstr(text, ".SH UNITS\n"));
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_pages),
      cmocka_unit_test(a_command),
      cmocka_unit_test(a_part_with_columns),
      cmocka_unit_test(the_program),
      cmocka_unit_test(names_may_be_long_or_short),
      cmocka_unit_test(an_unknown_page),
      cmocka_unit_test(files),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
