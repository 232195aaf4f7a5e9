/* config/weather: the format is told by the content; a typical year is laid on any other. */
#include "weather_text.h"

static void formats_are_told_by_content(void **state) {
  (void)state;
  static const char *const want[] = {"TMY3", "EPW", "PVGIS"};
  for (int format = 0; format < 3; format++) {
    reading r = reading_begin();
    cf_weather *w;
    char *text = year_text((year_format)format);
    assert_int_equal(read_weather(&r, text, &w), CF_OK);
    assert_string_equal(w->format, want[format]);
    free(text);
    reading_end(&r);
  }
}

static void other_files_are_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\n", "a,b\n1,2\n", "%PDF-1.4\n", "{\"lat\": 3}\n"};
  static const uint32_t lines[] = {0, 1, 1, 1, 1};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    reading r = reading_begin();
    cf_weather *w;
    assert_int_equal(read_weather(&r, texts[i], &w), CF_INPUT);
    assert_one_error(&r.diag, lines[i], 1,
                     "not a weather file that is known: TMY3, EPW ('LOCATION,...'), the TMY of PVGIS "
                     "('Latitude (decimal degrees): ...') or CSV with '# latitude: ...' at its head");
    reading_end(&r);
  }
}

/* A table of ours whose head is missing is told what the head must say. */
static void a_plain_file_is_known_by_its_columns(void **state) {
  (void)state;
  static const char *const texts[] = {"time_utc,ghi_wm2\n", "unix_s,ghi_wm2\n", "# some words\nunix_s,ghi_wm2\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    reading r = reading_begin();
    cf_weather *w;
    assert_int_equal(read_weather(&r, texts[i], &w), CF_INPUT);
    assert_one_error(&r.diag, i == 2, 1,
                     "the latitude is not given: a line '# latitude: 36.1 deg' is needed above the table");
    reading_end(&r);
  }
}

static void a_typical_year_is_laid_on_another(void **state) {
  (void)state;
  cf_weather w = {.first_unix_s = 2434, .typical = true};
  assert_true(cf_weather_first_in(&w, 1970) == 2434);
  assert_true(cf_weather_first_in(&w, 2024) == INT64_C(1704067200) + 2434);
  assert_true(cf_weather_first_in(&w, 1900) == INT64_C(-2208988800) + 2434);
  w.typical = false;
  w.first_unix_s = 1234567;
  assert_true(cf_weather_first_in(&w, 2024) == 1234567);
}

/* Line ends and a byte order mark make no difference, nor does a missing last line end. */
static void line_ends_make_no_difference(void **state) {
  (void)state;
  reading r = reading_begin();
  cf_weather *w;
  char *text = year_text(YEAR_EPW);
  size_t length = strlen(text), out = 3;
  char *other = malloc(length + HOURS + 100);
  assert_non_null(other);
  memcpy(other, "\xEF\xBB\xBF", 3);
  for (size_t i = 0; i + 1 < length; i++) {
    if (text[i] == '\n') other[out++] = '\r';
    other[out++] = text[i];
  }
  other[out] = '\0';
  assert_int_equal(read_weather(&r, other, &w), CF_OK);
  for (uint32_t i = 0; i < HOURS; i++) assert_hour(w, i, ((long)i + 1) % HOURS);
  free(other);
  free(text);
  reading_end(&r);
}

/* Wherever a file is cut off, it is refused, and no byte beyond the cut is read. */
static void cut_files_are_refused(void **state) {
  (void)state;
  for (int format = 0; format < 3; format++) {
    char *text = year_text((year_format)format);
    size_t length = strlen(text), table = length - (format == YEAR_PVGIS ? strlen(PVGIS_LEGEND) : 0) - 12;
    uint64_t seed = 3;
    for (unsigned trial = 0; trial < 60; trial++) {
      size_t cut = trial < 40 ? 40 * trial : cf_test_next(&seed) % table;
      reading r = reading_begin();
      cf_weather *w;
      char *copy = exact_copy(text, cut);
      assert_int_equal(cf_weather_read("w", copy, cut, r.arena, &w, &r.diag), CF_INPUT);
      assert_null(w);
      free(copy);
      reading_end(&r);
    }
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formats_are_told_by_content),          cmocka_unit_test(other_files_are_refused),
      cmocka_unit_test(a_plain_file_is_known_by_its_columns), cmocka_unit_test(a_typical_year_is_laid_on_another),
      cmocka_unit_test(line_ends_make_no_difference),         cmocka_unit_test(cut_files_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
