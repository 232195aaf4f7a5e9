/* config/measure: the first number decides what the others may be and which unit they are told in. */
#include "../support/cf_test.h"

#include "config/measure.h"

static void test_first(void **state) {
  (void)state;
  cf_measure m;
  assert_true(cf_measure_parse("0.47 F", &m));
  assert_true(m.number == 0.47 && m.dimensions == UINT64_C(1) << CF_DIM_CAPACITANCE);
  assert_string_equal(m.unit, "F");
  assert_true(cf_measure_parse("20 K", &m));
  assert_true(m.dimensions == (UINT64_C(1) << CF_DIM_TEMPERATURE | UINT64_C(1) << CF_DIM_TEMPERATURE_DIFFERENCE));
  assert_true(cf_measure_parse("5 %", &m) && m.number == 5 && m.dimensions == 1);
  static const char *const no[] = {"", "fast", "2 furlongs", "2026-03-01", "0x10", "inf"};
  for (unsigned i = 0; i < sizeof no / sizeof *no; i++) assert_false(cf_measure_parse(no[i], &m));
}

static void like(const char *first, const char *text, double expected) {
  cf_measure m;
  char why[CF_QUANTITY_WHY];
  double number = NAN;
  assert_true(cf_measure_parse(first, &m));
  if (!cf_measure_like(&m, text, &number, why)) fail_msg("%s: %s", text, why);
  assert_true(number == expected);
}

static void test_like(void **state) {
  (void)state;
  like("1 F", "0.47 F", 0.47);
  like("1 F", "100 mF", 0.1);
  like("100 mF", "0.47 F", 470);
  like("50 %", "0.6", 60);
  like("0.5", "60 %", 0.6);
  like("20 degC", "300 K", 26.85);
  like("300 K", "20 degC", 293.15);
  like("1 h", "90 min", 1.5);
  cf_measure m;
  char why[CF_QUANTITY_WHY];
  double number;
  assert_true(cf_measure_parse("20 K", &m) && cf_measure_like(&m, "5 degC", &number, why));
  assert_false(cf_measure_like(&m, "delta 5 K", &number, why)); /* a temperature since */
  assert_true(cf_measure_parse("1 F", &m));
  assert_false(cf_measure_like(&m, "1 V", &number, why));
  assert_non_null(strstr(why, "'1 V' is a voltage; needed is a capacitance"));
}

static void test_step(void **state) {
  (void)state;
  cf_measure m;
  char why[CF_QUANTITY_WHY];
  double number;
  assert_true(cf_measure_parse("20 degC", &m) && cf_measure_step(&m, "10 K", &number, why) && number == 10);
  assert_false(cf_measure_step(&m, "10 degC", &number, why));
  assert_true(cf_measure_parse("20 K", &m) && cf_measure_step(&m, "10 K", &number, why) && number == 10);
  assert_true(cf_measure_parse("1 F", &m) && cf_measure_step(&m, "50 mF", &number, why) && number == 0.05);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_first), cmocka_unit_test(test_like),
                                     cmocka_unit_test(test_step)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
