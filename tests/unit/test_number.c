/* Doubles as text: exact ones read back as the same bits, in any locale. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "store/number.h"

static void test_numbers(void **state) {
  (void)state;
  char text[CF_NUMBER_BYTES];
  static const double exact[] = {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 123456789012345678.0, -2.5};
  for (unsigned i = 0; i < sizeof exact / sizeof exact[0]; i++) {
    cf_number_exact(text, exact[i]);
    double back = strtod(text, NULL);
    assert_memory_equal(&back, &exact[i], sizeof back);
  }
  cf_number_exact(text, 0.1);
  assert_string_equal(text, "0.1");
  cf_number_short(text, 1234567.0);
  assert_string_equal(text, "1.23457e+06");
}

/* Without a locale with a comma there is nothing to test. */
static void test_numbers_ignore_the_locale(void **state) {
  (void)state;
  static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"};
  bool found = false;
  for (unsigned i = 0; i < 5 && !found; i++) found = setlocale(LC_NUMERIC, comma[i]) != NULL;
  char text[CF_NUMBER_BYTES], native[8];
  cf_number_exact(text, 0.1);
  snprintf(native, sizeof native, "%.1f", 0.1);
  setlocale(LC_NUMERIC, "C");
  if (!found) skip();
  assert_string_equal(native, "0,1");
  assert_string_equal(text, "0.1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_numbers_ignore_the_locale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
