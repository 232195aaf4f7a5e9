/* config/weather, EPW: hours that end, local standard time, fields by position, codes of missing values. */
#include "weather_text.h"

static void a_year_is_turned_to_utc(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_EPW);
  assert_int_equal(read_weather(&r, text, &w), CF_OK);
  assert_clean(&r);
  assert_string_equal(w->format, "EPW");
  assert_string_equal(w->name, "Hill");
  assert_true(cf_test_ulps(w->latitude_rad, 0.79412480965741995750L) <= 1);
  assert_true(cf_test_ulps(w->longitude_rad, 0.14398966328953219009L) <= 1);
  assert_true(w->altitude_m == 250);
  assert_true(w->typical);
  assert_int_equal(w->hours, 8760);
  assert_int_equal(w->first_unix_s, 0);
  assert_int_equal(w->state_offset_s, 3600);
  for (uint32_t i = 0; i < HOURS; i++) assert_hour(w, i, ((long)i + 1) % HOURS); /* UTC+1: 00:00 UTC is its hour 2 */
  free(text);
  reading_end(&r);
}

/* PVGIS counts hours of UTC whatever the time zone says: hour 1 is the instant 00:15, the middle of 23:45 to 00:45. */
static void files_of_pvgis_are_known(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_EPW), *edited = with_line(text, 7, "COMMENTS 2,Irradiance Time Offset (h):-0.75");
  assert_int_equal(read_weather(&r, edited, &w), CF_OK);
  assert_int_equal(r.diag.warnings, 1);
  assert_entry(&r.diag, 0, 7, 39, "hours are read as UTC, which PVGIS writes whatever the time zone, here 1 h");
  assert_int_equal(w->first_unix_s, 2700);
  assert_int_equal(w->state_offset_s, 900);
  assert_hour(w, 0, 1);
  assert_hour(w, HOURS - 1, 0);
  free(edited);
  edited = with_line(text, 7, "COMMENTS 2,Irradiance Time Offset (h):-1.5");
  cf_diag_init(&r.diag);
  assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
  assert_one_error(&r.diag, 7, 39, "the irradiance is of -1.5 h from the hour's end, outside -1 .. 1 h");
  free(edited);
  free(text);
  reading_end(&r);
}

static void the_head_is_checked(void **state) {
  (void)state;
  assert_edit_fails(YEAR_EPW, 1, "LOCATION,Hill,-,Land,Made,999,45.5,8.25,15.0,250", 1, 41,
                    "the time zone is 15 h from UTC, outside -12 .. 14 h");
  assert_edit_fails(YEAR_EPW, 1, "LOCATION,Hill,-,Land,Made,999,-95.5,8.25,1.0,250", 1, 31,
                    "the latitude is -95.5 deg, outside -90 .. 90 deg");
  assert_edit_fails(YEAR_EPW, 1, "LOCATION,Hill,-,Land,Made,999,45.5,8.25,1.0", 1, 1,
                    "the LOCATION line has 9 fields, not 10");
  assert_edit_fails(YEAR_EPW, 8, "DATA PERIODS,1,4,Data,Sunday, 1/ 1,12/31", 8, 16,
                    "the file has 4 records per hour; needed is one");
  assert_edit_fails(YEAR_EPW, 8, "DATA PERIODS,2,1,Data,Sunday, 1/ 1,12/31", 8, 14,
                    "the file has 2 data periods; needed is one");
  assert_edit_fails(YEAR_EPW, 8, "DATA PERIODS,1", 8, 1, "the DATA PERIODS line has 2 fields, not 3 or more");
  assert_edit_fails(YEAR_EPW, 8, NULL, 7, 1, "there is no DATA PERIODS line before the rows");
}

#define FRONT "1981,1,1,3,60,?9?9,"
#define SKY ",9999,9999,283.5,"
#define BACK ",999999,999999,999999,9999,257,"

static void missing_values_go_by_field(void **state) {
  (void)state;
  assert_edit_fails(YEAR_EPW, 11, FRONT "99.9,1.2,94,99200" SKY "2,302,0.5" BACK "2.25,99", 11, 20,
                    "the air temperature is missing: 99.9 stands for that");
  assert_edit_fails(YEAR_EPW, 11, FRONT "-8.5,1.2,94,99200" SKY "9999,302,0.5" BACK "2.25,99", 11, 54,
                    "the global irradiance is missing: 9999 stands for that");
  assert_edit_fails(YEAR_EPW, 11, FRONT "-8.5,1.2,94,99200" SKY "2,9999,0.5" BACK "2.25,99", 11, 56,
                    "the direct normal irradiance is missing: 9999 stands for that");
  assert_edit_fails(YEAR_EPW, 11, FRONT "-8.5,1.2,94,99200" SKY "2,302,9999" BACK "2.25,99", 11, 60,
                    "the diffuse irradiance is missing: 9999 stands for that");
  assert_edit_fails(YEAR_EPW, 11, FRONT "-8.5,1.2,94,99200" SKY "2,302,0.5" BACK "999,99", 11, 94,
                    "the wind speed is missing: 999 stands for that");
  assert_edit_fails(YEAR_EPW, 11, FRONT "-8.5,1.2,94,999999" SKY "2,302,0.5" BACK "2.25,99", 11, 32,
                    "the pressure is missing here, but given on line 9");
}

static void rows_are_checked(void **state) {
  (void)state;
  static const struct {
    const char *row;
    uint32_t column;
    const char *message;
  } rows[] = {{"1981,13,1,3,60,?", 1, "the row has 6 fields; the wind speed is number 22"},
              {"1981,13,1,3,60,?9?9,-8.5,1.2,94,99200" SKY "2,302,0.5" BACK "2.25,99", 6,
               "'13' is not a whole number from 1 to 12"},
              {"1981,1,1,25,60,?9?9,-8.5,1.2,94,99200" SKY "2,302,0.5" BACK "2.25,99", 10,
               "'25' is not a whole number from 1 to 24"},
              {"1984,2,29,3,60,?9?9,-8.5,1.2,94,99200" SKY "2,302,0.5" BACK "2.25,99", 6,
               "29 February: a typical year has 365 days"}};
  char *text = year_text(YEAR_EPW);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_weather *w;
    char *edited = with_line(text, 11, rows[i].row);
    assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
    assert_int_equal(r.diag.errors, 2);
    assert_entry(&r.diag, 0, 11, rows[i].column, rows[i].message);
    assert_entry(&r.diag, 1, 12, 6, "1 hour is missing between 01-01 01:00 on line 10 and 01-01 03:00 on line 12");
    free(edited);
    reading_end(&r);
  }
  free(text);
}

/* Padded numbers, as some writers make them. */
static void blanks_are_no_harm(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_EPW);
  char *edited = with_line(text, 11, "1981, 1, 1, 3,60,?9?9,  -8.5,1.2,94, 99200" SKY " 2, 302,0.5 " BACK " 2.25,99\r");
  assert_int_equal(read_weather(&r, edited, &w), CF_OK);
  assert_hour(w, 1, 2);
  free(edited);
  free(text);
  reading_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_year_is_turned_to_utc), cmocka_unit_test(files_of_pvgis_are_known),
      cmocka_unit_test(the_head_is_checked),     cmocka_unit_test(missing_values_go_by_field),
      cmocka_unit_test(rows_are_checked),        cmocka_unit_test(blanks_are_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
