/* config/weather: the order of hours and the range of values, which all formats share. */
#include "weather_text.h"

static void hours_of_a_year_come_in_order(void **state) {
  (void)state;
  assert_edit_fails(YEAR_TMY3, TMY3_FIRST + 100, NULL, 103, 1,
                    "1 hour is missing between 01-05 03:00 on line 102 and 01-05 05:00 on line 103");
  assert_edit_fails(YEAR_TMY3, TMY3_FIRST, NULL, 3, 1, "the first hour begins at 01-01 01:00, not at 01-01 00:00");
  assert_edit_fails(YEAR_TMY3, TMY3_FIRST + 8759, NULL, 8761, 1,
                    "the year ends early: its last hour begins at 12-31 22:00 on line 8761");
  char row[200], rows[401];
  (void)year_row(YEAR_TMY3, row, sizeof row, 100, 1, 5, 4);
  snprintf(rows, sizeof rows, "%s%.*s", row, (int)strlen(row) - 1, row);
  assert_edit_fails(YEAR_TMY3, TMY3_FIRST + 100, rows, 104, 1,
                    "the hour 01-05 04:00 is there twice: first on line 103");
}

static void a_row_out_of_order_is_told_with_both_lines(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char row[200];
  size_t length = year_row(YEAR_TMY3, row, sizeof row, 50, 1, 3, 2);
  row[length - 1] = '\0';
  char *text = year_text(YEAR_TMY3), *edited = with_line(text, TMY3_FIRST + 100, row);
  assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
  assert_int_equal(r.diag.errors, 2);
  assert_entry(&r.diag, 0, 103, 1, "the hour 01-03 02:00 comes after 01-05 03:00 on line 102: out of order");
  assert_entry(&r.diag, 1, 104, 1, "50 hours are missing between 01-03 02:00 on line 103 and 01-05 05:00 on line 104");
  free(edited);
  free(text);
  reading_end(&r);
}

#define SERIES                                                      \
  "# latitude: 10 deg\n# longitude: 20 deg\n# altitude: 0 m\n"      \
  "time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms,pressure_pa\n" \
  "2024-02-28T22:00Z,100,100,100,10,1,100000\n2024-02-28T23:00Z,100,100,100,10,1,100000\n"

static void assert_series_fails(const char *rows, uint32_t line, uint32_t column, const char *message) {
  char text[1000];
  snprintf(text, sizeof text, "%s%s", SERIES, rows);
  reading r = reading_begin();
  cf_weather *w;
  assert_int_equal(read_weather(&r, text, &w), CF_INPUT);
  assert_one_error(&r.diag, line, column, message);
  reading_end(&r);
}

static void hours_of_a_series_come_in_order(void **state) {
  (void)state;
  assert_series_fails("2024-02-29T03:00Z,100,100,100,10,1,100000\n", 7, 1,
                      "3 hours are missing between 2024-02-28T23:00Z on line 6 and 2024-02-29T03:00Z on line 7");
  assert_series_fails("2024-02-28T23:00Z,100,100,100,10,1,100000\n", 7, 1,
                      "the hour 2024-02-28T23:00Z is there twice: first on line 6");
  assert_series_fails("2024-02-28T22:00Z,100,100,100,10,1,100000\n", 7, 1,
                      "the hour 2024-02-28T22:00Z comes after 2024-02-28T23:00Z on line 6: out of order");
}

static void values_are_in_their_range(void **state) {
  (void)state;
  static const struct {
    const char *values;
    uint32_t column;
    const char *message;
  } rows[] = {{"-5.1,1,1,10,1,100000", 19, "the global irradiance is -5.1 W/m2, outside -5 .. 1600 W/m2"},
              {"1600.1,1,1,10,1,100000", 19, "the global irradiance is 1600.1 W/m2, outside -5 .. 1600 W/m2"},
              {"1,1601,1,10,1,100000", 21, "the direct normal irradiance is 1601 W/m2, outside -5 .. 1600 W/m2"},
              {"1,1,-6,10,1,100000", 23, "the diffuse irradiance is -6 W/m2, outside -5 .. 1600 W/m2"},
              {"1,1,1,-90.1,1,100000", 25, "the air temperature is -90.1 degC, outside -90 .. 60 degC"},
              {"1,1,1,60.1,1,100000", 25, "the air temperature is 60.1 degC, outside -90 .. 60 degC"},
              {"1,1,1,10,-0.1,100000", 28, "the wind speed is -0.1 m/s, outside 0 .. 100 m/s"},
              {"1,1,1,10,101,100000", 28, "the wind speed is 101 m/s, outside 0 .. 100 m/s"},
              {"1,1,1,10,1,1000", 30, "the pressure is 1000 Pa, outside 30000 .. 110000 Pa"},
              {"1,1,1,10,1,110001", 30, "the pressure is 110001 Pa, outside 30000 .. 110000 Pa"},
              {"1,1,1,,1,100000", 25, "the air temperature is missing"},
              {"1,1,1,nan,1,100000", 25, "column 'air_degc': 'nan' is not a number"},
              {"100,0,161,10,1,100000", 25, "the diffuse irradiance is 161 W/m2, above the global of 100 W/m2"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char row[200];
    snprintf(row, sizeof row, "2024-02-29T00:00Z,%s\n", rows[i].values);
    assert_series_fails(row, 7, rows[i].column, rows[i].message);
  }
}

static void edges_of_the_ranges_are_inside(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  assert_int_equal(
      read_weather(&r,
                   SERIES "2024-02-29T00:00Z,-5,1600,-5,-90,0,30000\n2024-02-29T01:00Z,1600,-0.0,1600,60,100,110000\n"
                          "2024-02-29T02:00Z,100,0,160,10,1,100000\n",
                   &w),
      CF_OK);
  assert_clean(&r);
  assert_true(cf_test_same(w->ghi_wm2[2], 0) && cf_test_same(w->dhi_wm2[2], 0) && cf_test_same(w->dni_wm2[3], 0));
  assert_true(w->ghi_wm2[3] == 1600 && w->wind_ms[3] == 100 && w->air_k[2] == -90 + 273.15);
  reading_end(&r);
}

static void several_errors_come_at_once_up_to_twenty(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_TMY3);
  for (char *p = strstr(text, "\n01/02/"); p; p = strstr(p + 1, "\n01/02/")) p[12] = 'x'; /* 24 rows */
  assert_int_equal(read_weather(&r, text, &w), CF_INPUT);
  assert_int_equal(r.diag.errors, CF_DIAG_MAX);
  assert_entry(&r.diag, 0, 27, 12, "'x1:00' is not an hour's end from 01:00 to 24:00");
  assert_entry(&r.diag, 19, 46, 12, "'x0:00' is not an hour's end from 01:00 to 24:00");
  free(text);
  reading_end(&r);
}

/* A file without pressure has it nowhere; one with gaps is refused. */
static void pressure_is_all_or_nothing(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_TMY3), *none = malloc(strlen(text) + 8 * HOURS), *out = none;
  assert_non_null(none);
  unsigned line = 1, comma = 0;
  for (const char *p = text; *p; p++) {
    if (line >= TMY3_FIRST && comma == 7 && *p != ',') continue;
    *out++ = *p;
    if (*p == ',' && ++comma == 7 && line >= TMY3_FIRST) out += sprintf(out, "-9900");
    if (*p == '\n') line++, comma = 0;
  }
  *out = '\0';
  assert_int_equal(read_weather(&r, none, &w), CF_OK);
  assert_null(w->pressure_pa);
  assert_true(w->wind_ms[5] == rule_wind(0));
  char row[200];
  size_t length = year_row(YEAR_TMY3, row, sizeof row, 1, 1, 1, 1);
  row[length - 1] = '\0';
  char *edited = with_line(none, TMY3_FIRST + 1, row);
  assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
  assert_one_error(&r.diag, 4, 36, "the pressure is 99100 Pa here, but missing on line 3");
  free(edited);
  free(none);
  free(text);
  reading_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hours_of_a_year_come_in_order),   cmocka_unit_test(a_row_out_of_order_is_told_with_both_lines),
      cmocka_unit_test(hours_of_a_series_come_in_order), cmocka_unit_test(values_are_in_their_range),
      cmocka_unit_test(edges_of_the_ranges_are_inside),  cmocka_unit_test(several_errors_come_at_once_up_to_twenty),
      cmocka_unit_test(pressure_is_all_or_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
