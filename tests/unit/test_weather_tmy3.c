/* config/weather, TMY3: hours that end, local standard time, columns by name, units from the header. */
#include "weather_text.h"

static void a_year_is_turned_to_utc(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_TMY3);
  assert_int_equal(read_weather(&r, text, &w), CF_OK);
  assert_clean(&r);
  assert_string_equal(w->format, "TMY3");
  assert_string_equal(w->name, "HILL, NORTH");
  assert_true(cf_test_ulps(w->latitude_rad, 0.63006385996995297726L) <= 1); /* 36.1 pi/180 */
  assert_true(cf_test_ulps(w->longitude_rad, -1.3953907369694664967L) <= 1);
  assert_true(w->altitude_m == 273);
  assert_true(w->typical);
  assert_int_equal(w->hours, 8760);
  assert_int_equal(w->first_unix_s, 0);
  assert_int_equal(w->state_offset_s, 3600);
  assert_hour(w, 5, 0);    /* 1 January 00:00 to 01:00 at UTC-5 begins at 05:00 UTC */
  assert_hour(w, 0, 8755); /* and 00:00 UTC is 31 December 19:00 */
  for (uint32_t i = 0; i < HOURS; i++) assert_hour(w, i, ((long)i + HOURS - 5) % HOURS);
  free(text);
  reading_end(&r);
}

static void zones_east_and_between(void **state) {
  (void)state;
  static const struct {
    const char *place;
    int64_t first_unix_s;
    uint32_t element; /* of the file's first hour */
  } rows[] = {{"1,E,X,8.0,30,115,9", 0, 8752},   {"1,I,X,5.5,20,80,9", 1800, 8754}, {"1,N,X,-3.5,47,-53,9", 1800, 3},
              {"1,K,X,5.75,28,85,9", 900, 8754}, {"1,Z,X,0,28,0,9", 0, 0},          {"1,S,X,-12,5,-178,9", 0, 12},
              {"1,T,X,14,5,179,9", 0, 8746}};
  char *text = year_text(YEAR_TMY3);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_weather *w;
    char *edited = with_line(text, 1, rows[i].place);
    assert_int_equal(read_weather(&r, edited, &w), CF_OK);
    assert_clean(&r);
    assert_int_equal(w->first_unix_s, rows[i].first_unix_s);
    assert_hour(w, rows[i].element, 0);
    assert_hour(w, (rows[i].element + 5000) % HOURS, 5000);
    free(edited);
    reading_end(&r);
  }
  free(text);
}

static void the_place_is_checked(void **state) {
  (void)state;
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,-5.0,91,-79.95,273", 1, 13, "the latitude is 91 deg, outside -90 .. 90 deg");
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,-5.0,36.1,-181,273", 1, 18,
                    "the longitude is -181 deg, outside -180 .. 180 deg");
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,-5.0,36.1,-79.95,9001", 1, 25,
                    "the altitude is 9001 m, outside -500 .. 9000 m");
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,-13,36.1,-79.95,273", 1, 8,
                    "the time zone is -13 h from UTC, outside -12 .. 14 h");
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,EST,36.1,-79.95,273", 1, 8, "'EST' is not a number");
  assert_edit_fails(YEAR_TMY3, 1, "1,X,NC,-5.0,36.1", 1, 1,
                    "the first line of a TMY3 file has station, name, state, time zone, latitude, longitude, altitude");
}

static void a_zone_against_the_sun_is_warned_of(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_TMY3), *edited = with_line(text, 1, "1,X,NC,5.0,36.1,-79.95,273");
  assert_int_equal(read_weather(&r, edited, &w), CF_OK);
  assert_int_equal(r.diag.warnings, 1);
  assert_entry(&r.diag, 0, 1, 8,
               "the time zone is 5 h from UTC, but the sun at this longitude -5.3 h: is a sign wrong?");
  free(edited);
  free(text);
  reading_end(&r);
}

static void units_of_the_header_are_checked(void **state) {
  (void)state;
  char header[] = TMY3_HEADER;
  header[strlen(header) - 1] = '\0';
  char *global = strstr(header, "GHI (W/m^2)"), *speed = strstr(header, "(m/s)");
  memcpy(global, "GHI (J/m^2)", 11);
  assert_edit_fails(YEAR_TMY3, 2, header, 2, 32, "GHI is in 'J/m^2', but TMY3 has it in 'W/m^2'");
  memcpy(global, "GHX (W/m^2)", 11);
  assert_edit_fails(YEAR_TMY3, 2, header, 2, 1, "there is no column 'GHI (W/m^2)'");
  memcpy(global, "GHI (W/m^2)", 11);
  memcpy(speed, "(kmh)", 5);
  assert_edit_fails(YEAR_TMY3, 2, header, 2, (uint32_t)(speed - header) - 4,
                    "Wspd is in 'kmh', but TMY3 has it in 'm/s'");
}

/* A column may stand anywhere. */
static void columns_go_by_name(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_TMY3), *dni = strstr(text, "DNI"), *dhi = strstr(text, "DHI");
  dni[1] = 'H';
  dhi[1] = 'N';
  /* A direct irradiance that small and a diffuse one that large contradict the global one. */
  assert_int_equal(read_weather(&r, text, &w), CF_INPUT);
  assert_entry(&r.diag, 0, 3, 22, "the diffuse irradiance is 300 W/m2, above the global of 0 W/m2");
  free(text);
  reading_end(&r);
}

static void rows_are_checked(void **state) {
  (void)state;
  const char *rest = "500,1,100,50,20,990,3";
  static const struct {
    const char *date, *time;
    uint32_t column;
    const char *message;
  } rows[] = {{"13/01/1981", "05:00", 1, "'13/01/1981' is not a date MM/DD/YYYY"},
              {"1981-01-01", "05:00", 1, "'1981-01-01' is not a date MM/DD/YYYY"},
              {"01/00/1981", "05:00", 1, "'01/00/1981' is not a date MM/DD/YYYY"},
              {"02/29/1984", "05:00", 1, "29 February: a typical year has 365 days"},
              {"04/31/1984", "05:00", 1, "there is no day 31 in month 4"},
              {"01/01/1981", "00:00", 12, "'00:00' is not an hour's end from 01:00 to 24:00"},
              {"01/01/1981", "25:00", 12, "'25:00' is not an hour's end from 01:00 to 24:00"},
              {"01/01/1981", "05:30", 12, "'05:30' is not an hour's end from 01:00 to 24:00"},
              {"01/01/1981", "05", 12, "'05' is not an hour's end from 01:00 to 24:00"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char row[100];
    snprintf(row, sizeof row, "%s,%s,%s", rows[i].date, rows[i].time, rest);
    reading r = reading_begin();
    cf_weather *w;
    char *text = year_text(YEAR_TMY3), *edited = with_line(text, TMY3_FIRST + 4, row);
    assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
    /* the row does not count, so the next one finds an hour missing */
    assert_int_equal(r.diag.errors, 2);
    assert_entry(&r.diag, 0, TMY3_FIRST + 4, rows[i].column, rows[i].message);
    assert_entry(&r.diag, 1, TMY3_FIRST + 5, 1,
                 "1 hour is missing between 01-01 03:00 on line 6 and 01-01 05:00 on line 8");
    free(edited);
    free(text);
    reading_end(&r);
  }
}

static void missing_values_are_named(void **state) {
  (void)state;
  assert_edit_fails(YEAR_TMY3, 5, "01/01/1981,03:00,-9900,1,302,0.5,-8.5,992,2.25", 5, 18,
                    "the global irradiance is missing: -9900 stands for that");
  assert_edit_fails(YEAR_TMY3, 5, "01/01/1981,03:00,2,1,302,0.5,-9900,992,2.25", 5, 30,
                    "the air temperature is missing: -9900 stands for that");
  assert_edit_fails(YEAR_TMY3, 5, "01/01/1981,03:00,2,1,302,0.5,,992,2.25", 5, 30, "the air temperature is missing");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_year_is_turned_to_utc),
      cmocka_unit_test(zones_east_and_between),
      cmocka_unit_test(the_place_is_checked),
      cmocka_unit_test(a_zone_against_the_sun_is_warned_of),
      cmocka_unit_test(units_of_the_header_are_checked),
      cmocka_unit_test(columns_go_by_name),
      cmocka_unit_test(rows_are_checked),
      cmocka_unit_test(missing_values_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
