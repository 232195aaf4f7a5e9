/* The line of shares: its width, what fits into it, and both alphabets. */
#include "cli/share_line.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t length;

static const char *draw(const cf_share *part, unsigned parts, unsigned columns, bool utf8) {
  free(text);
  text = NULL;
  cf_terminal out = {.out = open_memstream(&text, &length), .utf8 = utf8};
  cf_share_line(&out, part, parts, columns);
  fclose(out.out);
  return text;
}

static void parts_take_their_share(void **state) {
  (void)state;
  static const cf_share part[] = {{"sense", 50}, {"sleep", 25}, {"think", 25}};
  assert_string_equal(draw(part, 3, 42, false), "| sense 50 % -------+ sleep --+ think ---|");
}

static void labels_shrink_and_vanish(void **state) {
  (void)state;
  static const cf_share part[] = {{"converter", 1}, {"converter", 1}};
  assert_string_equal(draw(part, 2, 36, false), "| converter 50 % + converter 50 % -|");
  assert_string_equal(draw(part, 2, 28, false), "| converter -+ converter --|");
  assert_string_equal(draw(part, 2, 21, false), "|converter+converter|");
  assert_string_equal(draw(part, 2, 20, false), "|--------+converter|");
}

static void small_parts_are_the_end(void **state) {
  (void)state;
  static const cf_share part[] = {{"a", 96}, {"b", 2}, {"c", 1}, {"d", 1}};
  assert_string_equal(draw(part, 4, 22, false), "| a 96 % ----------+-|");
}

static void what_is_not_given_has_no_part(void **state) {
  (void)state;
  static const cf_share part[] = {{"stored", -5}, {"a", 1}, {"nothing", 0}, {"unknown", NAN}};
  assert_string_equal(draw(part, 4, 14, false), "| a 100 % ---|");
  assert_string_equal(draw(part, 1, 14, false), "");
}

static void in_utf8(void **state) {
  (void)state;
  static const cf_share part[] = {{"a", 3}, {"b", 1}};
  assert_string_equal(draw(part, 2, 22, true),
                      "\u251c a 75 % \u2500\u2500\u2500\u2500\u2500\u2500\u253c b \u2500\u2500\u2524");
  assert_int_equal(cf_text_columns(text), 22);
}

/* However the whole is divided, the line is as wide as it should be. */
static void the_width_holds(void **state) {
  (void)state;
  for (unsigned n = 1; n < 40; n++) {
    cf_share part[40];
    for (unsigned i = 0; i < n; i++) part[i] = (cf_share){"x", pow(0.5 + 0.012 * n, i)};
    for (unsigned columns = 5; columns < 100; columns++)
      assert_int_equal(strlen(draw(part, n, columns, false)), columns);
  }
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parts_take_their_share),
      cmocka_unit_test(labels_shrink_and_vanish),
      cmocka_unit_test(small_parts_are_the_end),
      cmocka_unit_test(what_is_not_given_has_no_part),
      cmocka_unit_test(in_utf8),
      cmocka_unit_test(the_width_holds),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
