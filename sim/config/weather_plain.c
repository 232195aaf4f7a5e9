/* Our own plain CSV: comment lines say where, the table says when and what. */
#include "config/instant.h"
#include "config/quantity.h"
#include "config/weather_build.h"

#include <string.h>

static const char *const columns[CF_WEATHER_FIELDS] = {
    [CF_WEATHER_GHI] = "ghi_wm2",  [CF_WEATHER_DNI] = "dni_wm2",  [CF_WEATHER_DHI] = "dhi_wm2",
    [CF_WEATHER_AIR] = "air_degc", [CF_WEATHER_WIND] = "wind_ms", [CF_WEATHER_PRESSURE] = "pressure_pa",
};
static const char *const known[] = {"time_utc", "unix_s",  "ghi_wm2",     "dni_wm2", "dhi_wm2",
                                    "air_degc", "wind_ms", "pressure_pa", NULL};

/* The years 1700 to 2200, as in instant.h. */
static const int64_t earliest_s = INT64_C(-8520336000), latest_s = INT64_C(7289654400);

static bool read_coordinate(cf_csv *csv, cf_weather *weather, cf_weather_coordinate which) {
  char text[CF_QUANTITY_TEXT], why[CF_QUANTITY_WHY];
  cf_quantity quantity;
  if (!cf_csv_text(csv, 0, text, sizeof text)) return false;
  cf_dimension dimension = which == CF_WEATHER_ALTITUDE ? CF_DIM_LENGTH : CF_DIM_ANGLE;
  if (!cf_quantity_parse(text, dimension, &quantity, why)) return cf_csv_fail(csv, 0, "%s", why);
  return cf_weather_set_place(csv, weather, which, quantity.si, 0);
}

/* "# word: value"; other comments mean nothing. */
static bool read_comment(cf_csv *csv, cf_weather *weather, unsigned *place) {
  const char *line;
  size_t length;
  (void)cf_csv_peek(csv, &line, &length);
  cf_csv_skip(csv);
  const char *colon = memchr(line, ':', length), *word = line;
  if (!colon) return true;
  while (word < colon && (*word == '#' || *word == ' ')) word++;
  size_t letters = (size_t)(colon - word);
  cf_csv_rest(csv, (size_t)(colon + 1 - line));
  if (letters == 4 && memcmp(word, "name", 4) == 0) {
    weather->name = cf_csv_keep(csv, 0);
    return weather->name != NULL;
  }
  for (unsigned i = 0; i < 3; i++) {
    const char *name = cf_weather_coordinate_name((cf_weather_coordinate)i);
    if (letters != strlen(name) || memcmp(word, name, letters) != 0) continue;
    if (*place & 1u << i) return cf_csv_fail(csv, 0, "the %s is given twice", name);
    *place |= 1u << i;
    return read_coordinate(csv, weather, (cf_weather_coordinate)i);
  }
  return true;
}

static bool read_head(cf_csv *csv, cf_weather *weather) {
  const char *line;
  size_t length;
  unsigned place = 0;
  while (cf_csv_peek(csv, &line, &length) && (length == 0 || *line == '#'))
    if (!read_comment(csv, weather, &place)) return false;
  for (unsigned i = 0; i < 3; i++)
    if (!(place & 1u << i)) {
      const char *name = cf_weather_coordinate_name((cf_weather_coordinate)i);
      return cf_csv_fail(csv, CF_CSV_ROW, "the %s is not given: a line '# %s: %s' is needed above the table", name,
                         name, i == CF_WEATHER_ALTITUDE ? "273 m" : "36.1 deg");
    }
  return cf_csv_header(csv);
}

/* Which column has the time: exactly one of the two. */
static bool find_time(cf_csv *csv, uint32_t *column, bool *as_text) {
  uint32_t number;
  *as_text = cf_csv_find(csv, "time_utc", column);
  bool as_number = cf_csv_find(csv, "unix_s", &number);
  if (*as_text && as_number) return cf_csv_fail(csv, number, "there are two columns of time: 'time_utc' and 'unix_s'");
  if (as_number) *column = number;
  return *as_text || as_number || cf_csv_fail(csv, CF_CSV_ROW, "there is no column 'time_utc' or 'unix_s'");
}

static bool read_time(cf_csv *csv, uint32_t column, bool as_text, int64_t *unix_s) {
  int64_t unix_ns;
  if (as_text) {
    if (!cf_csv_instant(csv, column, &unix_ns)) return false;
  } else if (!cf_csv_integer(csv, column, 9, &unix_ns)) {
    return false;
  }
  if (unix_ns % (CF_HOUR_S * INT64_C(1000000000)) != 0)
    return cf_csv_fail(csv, column, "the time is not a full hour of UTC");
  *unix_s = unix_ns / INT64_C(1000000000);
  return (*unix_s >= earliest_s && *unix_s < latest_s) ||
         cf_csv_fail(csv, column, "the time is not in the years 1700 to 2200");
}

cf_status cf_weather_read_plain(cf_csv *csv, cf_weather *weather) {
  if (!read_head(csv, weather)) return csv->status;
  cf_weather_build build = {.csv = csv, .weather = weather};
  uint32_t time = 0;
  bool as_text = false, found = cf_csv_only(csv, known);
  found = find_time(csv, &time, &as_text) && found;
  for (int f = 0; f < CF_WEATHER_PRESSURE; f++) found = cf_csv_need(csv, columns[f], &build.column[f].column) && found;
  cf_weather_column *pressure = &build.column[CF_WEATHER_PRESSURE];
  pressure->absent = !cf_csv_find(csv, columns[CF_WEATHER_PRESSURE], &pressure->column);
  weather->state_offset_s = CF_HOUR_S / 2; /* means over the hour: as of its middle */
  if (!found || !cf_weather_begin_series(&build, cf_csv_rows_left(csv, csv->columns))) return csv->status;
  int64_t unix_s = 0;
  while (cf_csv_next(csv))
    if (read_time(csv, time, as_text, &unix_s)) cf_weather_take_series(&build, unix_s, time);
  return cf_weather_finish(&build);
}
