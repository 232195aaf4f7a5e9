/* config/instant: ISO 8601 and the calendar. Seconds since 1970 of the rows: date(1) of GNU coreutils. */
#include "base/civil.h"
#include "../support/cf_test.h"

#include "config/instant.h"

static void instants_have_their_seconds(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t ns;
  } rows[] = {{"1970-01-01T00:00Z", 0},
              {"2024-02-29T12:34:56Z", INT64_C(1709210096) * 1000000000},
              {"2024-02-29 12:34:56", INT64_C(1709210096) * 1000000000},
              {"2024-02-29t12:34:56z", INT64_C(1709210096) * 1000000000},
              {"2024-03-01", INT64_C(1709251200) * 1000000000},
              {"2024-03-01T01:30+01:30", INT64_C(1709251200) * 1000000000},
              {"2024-02-29T19:00-0500", INT64_C(1709251200) * 1000000000},
              {"2024-02-29T19:00-05", INT64_C(1709251200) * 1000000000},
              {"1969-12-31T23:59:59.5Z", -500000000},
              {"1700-01-01T00:00Z", INT64_C(-8520336000) * 1000000000},
              {"2200-12-31T23:59:59.999999999Z", INT64_C(7289654400) * 1000000000 - 1},
              {"1970-01-01T00:00:00.0000000019", 1}}; /* cut behind the ninth digit */
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t ns = 42;
    assert_true(cf_instant_parse(rows[i].text, strlen(rows[i].text), &ns));
    assert_true(ns == rows[i].ns);
  }
}

static void other_texts_are_no_instants(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "2024",
                                      "2024-02",
                                      "2024-2-1",
                                      "2023-02-29",
                                      "1900-02-29",
                                      "2024-13-01",
                                      "2024-00-01",
                                      "2024-01-00",
                                      "2024-01-32",
                                      "1699-12-31",
                                      "2201-01-01",
                                      "2024-01-01T",
                                      "2024-01-01T24:00",
                                      "2024-01-01T00:60",
                                      "2024-01-01T00:00:60",
                                      "2024-01-01T00:00:00.",
                                      "2024-01-01T00:00+15",
                                      "2024-01-01T00:00+",
                                      "2024-01-01T00:00+01:60",
                                      "2024-01-01T00:00Zulu",
                                      "2024-01-01  00:00",
                                      "24-01-01",
                                      "2024/01/01"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t ns;
    assert_false(cf_instant_parse(texts[i], strlen(texts[i]), &ns));
  }
}

/* Every day of five centuries follows the one before, and its text reads back. */
static void days_count_up(void **state) {
  (void)state;
  int64_t want = cf_civil_days(1700, 1, 1);
  for (int32_t year = 1700; year <= 2200; year++)
    for (uint32_t month = 1; month <= 12; month++)
      for (uint32_t day = 1; day <= cf_civil_month_days(year, month); day++, want++) {
        assert_true(cf_civil_days(year, month, day) == want);
        char text[CF_INSTANT_TEXT], expected[CF_INSTANT_TEXT];
        snprintf(expected, sizeof expected, "%04d-%02u-%02uT17:05Z", year, month, day);
        assert_string_equal(cf_instant_text(want * 86400 + 17 * 3600 + 5 * 60 + 59, text), expected);
      }
  assert_int_equal(cf_civil_days(1970, 1, 1), 0);
  assert_int_equal(cf_civil_days(2000, 3, 1), 11017);
  assert_int_equal(cf_civil_month_days(1900, 2), 28);
  assert_int_equal(cf_civil_month_days(2000, 2), 29);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(instants_have_their_seconds),
      cmocka_unit_test(other_texts_are_no_instants),
      cmocka_unit_test(days_count_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
