/* The reader of the command line: every way to write a flag, every way to get it wrong. */
#include "cli/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct flags_read {
  bool quiet, force;
  const char *output;
  uint64_t threads;
  cf_list set;
} flags_read;

#define AT(field) offsetof(flags_read, field)
static const cf_flag table[] = {
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "", AT(quiet), 0},   {"force", 'f', CF_FLAG_SWITCH, NULL, "", AT(force), 0},
    {"output", 'o', CF_FLAG_TEXT, "DB", "", AT(output), 0},   {"threads", 'j', CF_FLAG_COUNT, "N", "", AT(threads), 1},
    {"set", 's', CF_FLAG_LIST, "PATH=VALUE", "", AT(set), 0}, {0}};

static flags_read given;
static cf_words words;
static cf_diag diag;

/* Splits `line` at blanks and reads it. */
static cf_status read_line(const char *line) {
  static char text[4096];
  static char *argv[256];
  int argc = 0;
  snprintf(text, sizeof text, "%s", line);
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
  given = (flags_read){.threads = CF_ABSENT};
  cf_diag_init(&diag);
  return cf_arguments_read(table, argc, argv, &given, &words, &diag);
}

static void assert_refused(const char *line, const char *text) {
  assert_int_equal(read_line(line), CF_USAGE);
  assert_string_equal(diag.entry[0].text, text);
}

static void every_spelling_of_a_value(void **state) {
  (void)state;
  static const char *const lines[] = {"a.yaml --output x.db -j4", "--output=x.db a.yaml -j 4",
                                      "-o x.db a.yaml --threads=4", "-ox.db --threads 4 a.yaml"};
  for (unsigned i = 0; i < 4; i++) {
    assert_int_equal(read_line(lines[i]), CF_OK);
    assert_string_equal(given.output, "x.db");
    assert_int_equal(given.threads, 4);
    assert_int_equal(words.count, 1);
    assert_string_equal(words.word[0], "a.yaml");
    assert_false(given.quiet);
  }
}

static void switches_bundle_with_a_value_at_the_end(void **state) {
  (void)state;
  assert_int_equal(read_line("-qfo x.db"), CF_OK);
  assert_true(given.quiet);
  assert_true(given.force);
  assert_string_equal(given.output, "x.db");
  assert_int_equal(words.count, 0);
}

static void what_is_absent_keeps_its_default(void **state) {
  (void)state;
  assert_int_equal(read_line("a b"), CF_OK);
  assert_true(given.threads == CF_ABSENT);
  assert_null(given.output);
  assert_int_equal(words.count, 2);
  assert_string_equal(words.word[1], "b");
}

static void lists_keep_order(void **state) {
  (void)state;
  assert_int_equal(read_line("-s a=1 x --set b=2 --set=c=3 y"), CF_OK);
  assert_int_equal(given.set.count, 3);
  assert_string_equal(given.set.item[0], "a=1");
  assert_string_equal(given.set.item[1], "b=2");
  assert_string_equal(given.set.item[2], "c=3");
  assert_int_equal(words.count, 2);
  assert_string_equal(words.word[0], "x");
  assert_string_equal(words.word[1], "y");
}

static void a_list_is_bounded(void **state) {
  (void)state;
  char line[CF_MAX_LIST * 8 + 32] = "";
  for (unsigned i = 0; i < CF_MAX_LIST; i++) strcat(line, "-s a=1 ");
  assert_int_equal(read_line(line), CF_OK);
  assert_int_equal(given.set.count, CF_MAX_LIST);
  strcat(line, "-s a=1");
  assert_refused(line, "--set was given more than 64 times");
}

static void two_dashes_end_the_flags(void **state) {
  (void)state;
  assert_int_equal(read_line("-q -- -f --output"), CF_OK);
  assert_true(given.quiet);
  assert_false(given.force);
  assert_int_equal(words.count, 2);
  assert_string_equal(words.word[0], "-f");
  assert_int_equal(read_line("-"), CF_OK);
  assert_int_equal(words.count, 1);
}

static void unknown_flags_name_the_nearest(void **state) {
  (void)state;
  assert_refused("--ouptut x", "unknown flag --ouptut (did you mean --output?)");
  assert_refused("--thread=4", "unknown flag --thread (did you mean --threads?)");
  assert_refused("--zebra", "unknown flag --zebra (--help lists the flags)");
  assert_refused("-qx", "unknown flag -x (--help lists the flags)");
}

static void values_are_checked(void **state) {
  (void)state;
  assert_refused("--quiet=yes", "--quiet takes no value");
  assert_refused("--output", "--output needs a value: --output DB");
  assert_refused("-o", "-o needs a value: -o DB");
  assert_refused("-j 4x", "--threads takes a whole number, not '4x'");
  assert_refused("-j -4", "--threads takes a whole number, not '-4'");
  assert_refused("--threads=", "--threads takes a whole number, not ''");
  assert_refused("-j 0", "--threads must be at least 1, not 0");
  assert_refused("-j 18446744073709551615", "--threads takes a whole number, not '18446744073709551615'");
  assert_int_equal(read_line("-j 18446744073709551614"), CF_OK);
  assert_true(given.threads == UINT64_MAX - 1);
}

static void all_errors_are_told(void **state) {
  (void)state;
  assert_int_equal(read_line("--zebra --giraffe -j none"), CF_USAGE);
  assert_int_equal(diag.errors, 3);
}

static void the_nearest_word(void **state) {
  (void)state;
  static const char *const names[] = {"run", "show", "query", "cite", "doctor", "validate", "schema", "help"};
  assert_int_equal(cf_nearest("qeury", names, 8), 2);
  assert_int_equal(cf_nearest("docter", names, 8), 4);
  assert_int_equal(cf_nearest("validat", names, 8), 5);
  assert_int_equal(cf_nearest("rnu", names, 8), 0);
  assert_int_equal(cf_nearest("elephant", names, 8), -1);
  assert_int_equal(cf_nearest("", names, 8), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_spelling_of_a_value),
      cmocka_unit_test(switches_bundle_with_a_value_at_the_end),
      cmocka_unit_test(what_is_absent_keeps_its_default),
      cmocka_unit_test(lists_keep_order),
      cmocka_unit_test(a_list_is_bounded),
      cmocka_unit_test(two_dashes_end_the_flags),
      cmocka_unit_test(unknown_flags_name_the_nearest),
      cmocka_unit_test(values_are_checked),
      cmocka_unit_test(all_errors_are_told),
      cmocka_unit_test(the_nearest_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
