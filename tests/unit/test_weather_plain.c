/* config/weather, the plain CSV: a real series with the place in comments. */
#include "weather_text.h"

#define PLACE \
  "# name: Hill, north\n# latitude: 36.1 deg\n#longitude: -79.95 deg\n# altitude: 0.273 km\n# any other words\n"
#define HEADER "time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n"

static void a_series_keeps_its_instants(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  assert_int_equal(read_weather(&r,
                                PLACE HEADER "2024-02-28T23:00Z,0,-0,0,-10,0\n2024-02-29T00:00Z,-4.9,0,0,0.5,3.25\n"
                                             "2024-02-29T02:00+01:00,812.5,903,77,60,100\n",
                                &w),
                   CF_OK);
  assert_clean(&r);
  assert_string_equal(w->format, "CSV");
  assert_string_equal(w->name, "Hill, north");
  assert_true(cf_test_ulps(w->latitude_rad, 0.6300638599699529772L) <= 1);
  assert_true(cf_test_ulps(w->longitude_rad, -1.3953907369694664967L) <= 1);
  assert_true(cf_test_ulps(w->altitude_m, 273) <= 1);
  assert_false(w->typical);
  assert_int_equal(w->hours, 3);
  assert_int_equal(w->first_unix_s, 1709161200);
  assert_int_equal(w->state_offset_s, 1800);
  assert_null(w->pressure_pa);
  static const double ghi[3] = {0, 0, 812.5}, dni[3] = {0, 0, 903}, dhi[3] = {0, 0, 77}, wind[3] = {0, 3.25, 100};
  static const double air[3] = {-10 + 273.15, 0.5 + 273.15, 60 + 273.15};
  for (int i = 0; i < 3; i++) {
    assert_true(cf_test_same(w->ghi_wm2[i], ghi[i]));
    assert_true(cf_test_same(w->dni_wm2[i], dni[i]));
    assert_true(w->dhi_wm2[i] == dhi[i] && w->wind_ms[i] == wind[i] && w->air_k[i] == air[i]);
  }
  reading_end(&r);
}

static void seconds_and_pressure(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  assert_int_equal(read_weather(&r,
                                PLACE "wind_ms,unix_s,pressure_pa,ghi_wm2,dni_wm2,dhi_wm2,air_degc\n"
                                      "1,-3600,30000,2,3,4,5\n1,0,110000,2,3,4,5\n",
                                &w),
                   CF_OK);
  assert_int_equal(w->first_unix_s, -3600);
  assert_int_equal(w->hours, 2);
  assert_true(w->pressure_pa[0] == 30000 && w->pressure_pa[1] == 110000);
  reading_end(&r);
}

static void assert_fails(const char *text, uint32_t line, uint32_t column, const char *message) {
  reading r = reading_begin();
  cf_weather *w;
  assert_int_equal(read_weather(&r, text, &w), CF_INPUT);
  assert_one_error(&r.diag, line, column, message);
  reading_end(&r);
}

#define LATITUDE "# latitude: 36.1 deg\n"
#define LONGITUDE "# longitude: 1 deg\n"
#define ALTITUDE "# altitude: 2 m\n"
#define ROW1 "2024-01-01T00:00Z,1,1,1,1,1\n"

static void the_place_must_be_there(void **state) {
  (void)state;
  assert_fails(LONGITUDE ALTITUDE HEADER ROW1, 2, 1,
               "the latitude is not given: a line '# latitude: 36.1 deg' is needed above the table");
  assert_fails(LATITUDE LONGITUDE HEADER ROW1, 2, 1,
               "the altitude is not given: a line '# altitude: 273 m' is needed above the table");
  assert_fails(LATITUDE LONGITUDE "# altitude: 2\n" HEADER ROW1, 3, 13,
               "'2' has no unit; needed is a length, for example '2 mm'");
  assert_fails("# latitude: 36.1\n", 1, 13, "'36.1' has no unit; needed is an angle, for example '36.1 deg'");
  assert_fails("# latitude: 2 rad\n", 1, 13, "the latitude is 114.592 deg, outside -90 .. 90 deg");
  assert_fails(LATITUDE "\n" LATITUDE, 3, 13, "the latitude is given twice");
  assert_fails(LATITUDE LONGITUDE ALTITUDE, 3, 1, "there is no row: a header with the columns' names is needed");
}

static void columns_must_be_there(void **state) {
  (void)state;
  assert_fails(PLACE "time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc\n", 6, 1, "there is no column 'wind_ms'");
  assert_fails(PLACE "ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n", 6, 1, "there is no column 'time_utc' or 'unix_s'");
  assert_fails(PLACE "time_utc,unix_s,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n", 6, 10,
               "there are two columns of time: 'time_utc' and 'unix_s'");
  assert_fails(PLACE "time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms,wind_deg\n", 6, 51,
               "unknown column 'wind_deg'");
  assert_fails(PLACE HEADER, 6, 1, "there is no row with an hour of weather");
}

static void times_are_full_hours(void **state) {
  (void)state;
  assert_fails(PLACE HEADER "2024-01-01T00:30Z,1,1,1,1,1\n" ROW1, 7, 1, "the time is not a full hour of UTC");
  assert_fails(PLACE HEADER "1 Jan,1,1,1,1,1\n" ROW1, 7, 1,
               "column 'time_utc': '1 Jan' is not an instant such as 2024-03-01T07:00Z");
  assert_fails(PLACE "unix_s,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n7200.5,1,1,1,1,1\n3600,1,1,1,1,1\n", 7, 1,
               "the time is not a full hour of UTC");
  assert_fails(PLACE "unix_s,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n7289654400,1,1,1,1,1\n3600,1,1,1,1,1\n", 7, 1,
               "the time is not in the years 1700 to 2200");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_series_keeps_its_instants), cmocka_unit_test(seconds_and_pressure),
      cmocka_unit_test(the_place_must_be_there),     cmocka_unit_test(columns_must_be_there),
      cmocka_unit_test(times_are_full_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
