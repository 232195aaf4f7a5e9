/* How a mean with its interval is written. */
#include "cli/conduct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *written(const double *value, unsigned count, bool utf8) {
  static cf_text text;
  cf_moments moments = {0};
  cf_terminal terminal = {.utf8 = utf8};
  for (unsigned i = 0; i < count; i++) cf_moments_add(&moments, value[i]);
  text = cf_text_interval(&terminal, &moments);
  return text.text;
}

/* Two values a and b: Student's t for one degree of freedom is 12.706, so the half width is 6.353 |a - b|. */
static void two_digits_of_the_half_width(void **state) {
  (void)state;
  assert_string_equal(written(NULL, 0, false), "-");
  assert_string_equal(written((double[]){12.25}, 1, false), "12.25");
  assert_string_equal(written((double[]){10, 12}, 2, false), "11 +- 13");
  assert_string_equal(written((double[]){10, 12}, 2, true), "11 ± 13");
  assert_string_equal(written((double[]){10, 10.25}, 2, false), "10.1 +- 1.6");
  assert_string_equal(written((double[]){1000, 1100}, 2, false), "1050 +- 635");
  assert_string_equal(written((double[]){0.5, 0.5005}, 2, false), "0.5002 +- 0.0032");
  assert_string_equal(written((double[]){3, 3, 3}, 3, false), "3 +- 0");
  assert_string_equal(written((double[]){1e12, 2e12}, 2, false), "1.5e+12");
}

static void there_is_a_core(void **state) {
  (void)state;
  assert_in_range(cf_cores(), 1, CF_WORK_MOST);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(two_digits_of_the_half_width), cmocka_unit_test(there_is_a_core)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
