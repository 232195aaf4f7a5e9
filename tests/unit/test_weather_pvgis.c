/* config/weather, the TMY of PVGIS: instants of irradiance become hours around them, the legend gives the units. */
#include "weather_text.h"

static void a_year_lies_around_its_instants(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_PVGIS);
  assert_int_equal(read_weather(&r, text, &w), CF_OK);
  assert_clean(&r);
  assert_string_equal(w->format, "PVGIS");
  assert_string_equal(w->name, "");
  assert_true(cf_test_ulps(w->latitude_rad, 0.79412480965741995750L) <= 1);
  assert_true(cf_test_ulps(w->longitude_rad, 0.14398966328953219009L) <= 1);
  assert_true(w->altitude_m == 250);
  assert_true(w->typical);
  assert_int_equal(w->hours, 8760);
  /* Hour 0 is of 00:15, the middle of 23:45 to 00:45; so element 0, from 00:45, is hour 1, its state of 01:00. */
  assert_int_equal(w->first_unix_s, 2700);
  assert_int_equal(w->state_offset_s, 900);
  for (uint32_t i = 0; i < HOURS; i++) assert_hour(w, i, ((long)i + 1) % HOURS);
  free(text);
  reading_end(&r);
}

static void offsets_move_the_hours(void **state) {
  (void)state;
  static const struct {
    const char *line;
    int64_t first_unix_s, state_offset_s;
    long hour; /* in element 0 */
  } rows[] = {{"Irradiance Time Offset (h): 0.1761", 2434, 1166, 1},
              {"Irradiance Time Offset (h): 0.5", 0, 0, 0},
              {"Irradiance Time Offset (h): 0.75", 900, -900, 0},
              {"Irradiance Time Offset (h): 0", 1800, 1800, 1},
              {"Irradiance Time Offset (h): -0.25", 900, 2700, 1}};
  char *text = year_text(YEAR_PVGIS);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_weather *w;
    char *edited = with_line(text, 4, rows[i].line);
    assert_int_equal(read_weather(&r, edited, &w), CF_OK);
    assert_clean(&r);
    assert_int_equal(w->first_unix_s, rows[i].first_unix_s);
    assert_int_equal(w->state_offset_s, rows[i].state_offset_s);
    assert_hour(w, 0, rows[i].hour);
    free(edited);
    reading_end(&r);
  }
  free(text);
}

static void an_old_file_has_no_offset(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_PVGIS), *edited = with_line(text, 4, NULL);
  assert_int_equal(read_weather(&r, edited, &w), CF_OK);
  assert_int_equal(r.diag.warnings, 1);
  assert_entry(&r.diag, 0, 5, 1,
               "there is no 'Irradiance Time Offset (h)': irradiance is taken to be of the full hour");
  assert_int_equal(w->first_unix_s, 1800);
  free(edited);
  free(text);
  reading_end(&r);
}

static void the_head_is_checked(void **state) {
  (void)state;
  assert_edit_fails(YEAR_PVGIS, 2, NULL, 4, 1, "the longitude is not given above the table");
  assert_edit_fails(YEAR_PVGIS, 2, "Longitude (decimal degrees): 188", 2, 30,
                    "the longitude is 188 deg, outside -180 .. 180 deg");
  assert_edit_fails(YEAR_PVGIS, 3, "Elevation (m): high", 3, 16, "'high' is not a number");
  assert_edit_fails(YEAR_PVGIS, 4, "Irradiance Time Offset (h): 2", 4, 29,
                    "the irradiance is of 2 h from the full hour, outside -1 .. 1 h");
  assert_edit_fails(YEAR_PVGIS, 6, "time(UTC),T2m,RH,G(i),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP", 6, 18,
                    "there is no column 'G(h)', but 'G(i)': is that meant?");
}

static void the_legend_is_checked(void **state) {
  (void)state;
  uint32_t legend = PVGIS_FIRST + HOURS + 1;
  assert_edit_fails(YEAR_PVGIS, legend, "T2m: 2-m air temperature (K)", legend, 26,
                    "T2m is in (K), but PVGIS has it in (degree Celsius)");
  assert_edit_fails(YEAR_PVGIS, legend + 2, "G(h): Global irradiation (Wh/m2)", legend + 2, 26,
                    "G(h) is in (Wh/m2), but PVGIS has it in (W/m2)");
}

static void rows_are_checked(void **state) {
  (void)state;
  static const char *const times[] = {"20010101:0230", "20011301:0200", "20010100:0200", "20010101:2400",
                                      "2001-0101:020", "20010101 0200", "200101:0200"};
  char *text = year_text(YEAR_PVGIS);
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    char row[100];
    snprintf(row, sizeof row, "%s,-8.5,94.38,2,302,0.5,283.58,2.25,257.0,99200", times[i]);
    reading r = reading_begin();
    cf_weather *w;
    char *edited = with_line(text, PVGIS_FIRST + 2, row);
    assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
    assert_int_equal(r.diag.errors, 2);
    assert_entry(&r.diag, 0, 9, 1, "the time is not a full hour YYYYMMDD:HH00");
    assert_entry(&r.diag, 1, 10, 1, "1 hour is missing between 01-01 01:00 on line 8 and 01-01 03:00 on line 10");
    free(edited);
    reading_end(&r);
  }
  free(text);
  assert_edit_fails(YEAR_PVGIS, PVGIS_FIRST + HOURS - 1, NULL, PVGIS_FIRST + HOURS - 2, 1,
                    "the year ends early: its last hour begins at 12-31 22:00 on line 8765");
  /* A row cut off at the table's end is told as such, and the legend is not taken for rows. */
  reading r = reading_begin();
  cf_weather *w;
  text = year_text(YEAR_PVGIS);
  char *edited = with_line(text, PVGIS_FIRST + HOURS - 1, "20121231:2300,1");
  assert_int_equal(read_weather(&r, edited, &w), CF_INPUT);
  assert_int_equal(r.diag.errors, 2);
  assert_entry(&r.diag, 0, 8766, 16, "the row has 2 fields, the header 10");
  assert_entry(&r.diag, 1, 8766, 1, "the year ends early: its last hour begins at 12-31 22:00 on line 8765");
  free(edited);
  free(text);
  reading_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_year_lies_around_its_instants), cmocka_unit_test(offsets_move_the_hours),
      cmocka_unit_test(an_old_file_has_no_offset),       cmocka_unit_test(the_head_is_checked),
      cmocka_unit_test(the_legend_is_checked),           cmocka_unit_test(rows_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
