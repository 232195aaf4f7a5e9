/* config/decimal: plain decimal numbers, rounded once. */
#include "../support/cf_test.h"

#include "config/decimal.h"

static cf_decimal_fault as_double(const char *text, int shift, double *value) {
  return cf_decimal_double(text, strlen(text), shift, value);
}

static void values_are_the_nearest_doubles(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int shift;
    double want;
  } rows[] = {{"12", 0, 12},
              {"-0.5", 0, -0.5},
              {"+.25e-3", 0, 0.25e-3},
              {"007", 0, 7},
              {"5.", 0, 5},
              {"5", -6, 5e-6},
              {"0.1", -3, 1e-4},
              {"9007199254740993", 0, 9007199254740992.0}, /* 2^53 + 1, a tie to even */
              {"9007199254740993.0000001", 0, 9007199254740994.0},
              {"2.6462745064277962", 0, 2.6462745064277962},
              {"1e23", 0, 1e23},
              {"1e-400", 0, 0.0},
              {"4.9e-324", 0, 4.9e-324},
              {"1.7976931348623157e308", 0, 1.7976931348623157e308},
              {"0.000000000000000000000000000123456789012345678901234567890", 0, 1.2345678901234567890e-28},
              {"123456789012345678901234567890", 0, 1.2345678901234568e29}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double value = NAN;
    assert_int_equal(as_double(rows[i].text, rows[i].shift, &value), CF_DECIMAL_OK);
    assert_true(value == rows[i].want);
  }
}

static void random_numbers_agree_with_strtod(void **state) {
  (void)state;
  uint64_t seed = 7;
  for (unsigned i = 0; i < cf_test_trials(20000); i++) {
    char text[64];
    uint64_t word = cf_test_next(&seed);
    int digits = 1 + (int)(word % 19), exponent = (int)((word >> 8) % 61) - 30;
    snprintf(text, sizeof text, "%.*fe%d", digits, cf_test_between(&seed, -1000, 1000), exponent);
    double value = NAN;
    assert_int_equal(as_double(text, 0, &value), CF_DECIMAL_OK);
    assert_true(value == strtod(text, NULL));
  }
}

static void minus_zero_is_zero(void **state) {
  (void)state;
  static const char *const texts[] = {"-0", "-0.0e5", "-1e-400", "-0.00"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double value = NAN;
    assert_int_equal(as_double(texts[i], 0, &value), CF_DECIMAL_OK);
    assert_true(cf_test_same(value, 0.0));
  }
}

static void other_texts_are_no_numbers(void **state) {
  (void)state;
  static const char *const texts[] = {"",     ".",   "-",   "+",   "1e",  "1e+", "e5", "1.2.3", "1,5",
                                      "0x10", "inf", "nan", "NaN", "1 2", "--1", "1f", "1_000", "\xC2\xBD"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double value;
    int64_t whole;
    assert_int_equal(as_double(texts[i], 0, &value), CF_DECIMAL_NOT);
    assert_int_equal(cf_decimal_integer(texts[i], strlen(texts[i]), 0, &whole), CF_DECIMAL_NOT);
  }
}

static void too_much_is_said_to_be_so(void **state) {
  (void)state;
  double value;
  int64_t whole;
  char zeros[200];
  memset(zeros, '0', sizeof zeros);
  assert_int_equal(as_double("1e309", 0, &value), CF_DECIMAL_RANGE);
  assert_int_equal(as_double("-1e300", 9, &value), CF_DECIMAL_RANGE);
  assert_int_equal(as_double("1e999999999999", 0, &value), CF_DECIMAL_RANGE);
  assert_int_equal(cf_decimal_double(zeros, sizeof zeros, 0, &value), CF_DECIMAL_LONG);
  assert_int_equal(cf_decimal_integer(zeros, sizeof zeros, 0, &whole), CF_DECIMAL_LONG);
  assert_string_equal(cf_decimal_why(CF_DECIMAL_NOT), "is not a number");
  assert_string_equal(cf_decimal_why(CF_DECIMAL_LONG), "has too many characters for a number");
  assert_string_equal(cf_decimal_why(CF_DECIMAL_RANGE), "is out of range");
}

static void integers_are_exact(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int shift;
    int64_t want;
  } rows[] = {{"1700000000.123456789", 9, INT64_C(1700000000123456789)}, /* a double would be 256 ns apart */
              {"-1700000000.123456789", 9, INT64_C(-1700000000123456789)},
              {"0.1", 9, 100000000},
              {"1e-9", 9, 1},
              {"1.4999e-9", 9, 1},
              {"1.5e-9", 9, 2},
              {"-1.5e-9", 9, -2},
              {"0.04", 0, 0},
              {"1e-30", 9, 0},
              {"1234567890.1234567899", 9, INT64_C(1234567890123456790)}, /* a digit beyond the 19 decides */
              {"1234567890.1234567895", 9, INT64_C(1234567890123456790)},
              {"1234567890.1234567894", 9, INT64_C(1234567890123456789)},
              {"9223372036854775807", 0, INT64_MAX},
              {"25", 0, 25},
              {"0e99", 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t value = 99;
    assert_int_equal(cf_decimal_integer(rows[i].text, strlen(rows[i].text), rows[i].shift, &value), CF_DECIMAL_OK);
    assert_true(value == rows[i].want);
  }
  int64_t value;
  assert_int_equal(cf_decimal_integer("9223372036854775808", 19, 0, &value), CF_DECIMAL_RANGE);
  assert_int_equal(cf_decimal_integer("1e10", 4, 9, &value), CF_DECIMAL_RANGE);
  assert_int_equal(cf_decimal_integer("123456789012345678901", 21, 0, &value), CF_DECIMAL_RANGE);
}

static void test_round(void **state) {
  (void)state;
  char text[CF_DECIMAL_TEXT];
  assert_true(cf_decimal_round(0.1 + 0.2, 15, text) == 0.3);
  assert_string_equal(text, "0.3");
  assert_true(cf_decimal_round(2.0 / 3, 4, text) == 0.6667);
  assert_string_equal(text, "0.6667");
  assert_true(cf_decimal_round(-0.0, 15, text) == 0 && !signbit(cf_decimal_round(-0.0, 15, text)));
  assert_string_equal(text, "0");
  uint64_t seed = 5;
  for (unsigned i = 0; i < cf_test_trials(10000); i++) {
    double value =
        cf_decimal_round(ldexp(cf_test_between(&seed, -1, 1), (int)(cf_test_next(&seed) % 400) - 200), 15, text);
    assert_true(strtod(text, NULL) == value);
    assert_true(cf_decimal_round(value, 15, text) == value);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_the_nearest_doubles),
      cmocka_unit_test(test_round),
      cmocka_unit_test(random_numbers_agree_with_strtod),
      cmocka_unit_test(minus_zero_is_zero),
      cmocka_unit_test(other_texts_are_no_numbers),
      cmocka_unit_test(too_much_is_said_to_be_so),
      cmocka_unit_test(integers_are_exact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
