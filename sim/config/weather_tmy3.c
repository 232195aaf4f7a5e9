/* TMY3: first line station, name, state, zone, latitude, longitude, altitude; then a header; then the rows. */
#include "config/weather_build.h"

#include <string.h>

enum { ZONE = 3, LATITUDE, LONGITUDE, ALTITUDE, PLACE_FIELDS };

typedef struct tmy3_column {
  const char *name, *unit;
  int shift;
} tmy3_column;

static const tmy3_column columns[CF_WEATHER_FIELDS] = {
    [CF_WEATHER_GHI] = {"GHI", "W/m^2", 0}, [CF_WEATHER_DNI] = {"DNI", "W/m^2", 0},
    [CF_WEATHER_DHI] = {"DHI", "W/m^2", 0}, [CF_WEATHER_AIR] = {"Dry-bulb", "C", 0},
    [CF_WEATHER_WIND] = {"Wspd", "m/s", 0}, [CF_WEATHER_PRESSURE] = {"Pressure", "mbar", 2},
};

static bool read_place(cf_csv *csv, cf_weather *weather, double *zone_h) {
  if (!cf_csv_next(csv)) return false;
  if (csv->count < PLACE_FIELDS)
    return cf_csv_fail(
        csv, CF_CSV_ROW,
        "the first line of a TMY3 file has station, name, state, time zone, latitude, longitude, altitude");
  weather->name = cf_csv_keep(csv, 1);
  return weather->name && cf_weather_read_place(csv, weather, CF_WEATHER_LATITUDE, LATITUDE) &&
         cf_weather_read_place(csv, weather, CF_WEATHER_LONGITUDE, LONGITUDE) &&
         cf_weather_read_place(csv, weather, CF_WEATHER_ALTITUDE, ALTITUDE) &&
         cf_weather_zone(csv, weather, ZONE, zone_h);
}

/* The column "NAME (UNIT)": the name decides, the unit is checked. */
static bool find_column(cf_csv *csv, const tmy3_column *want, cf_weather_column *out) {
  size_t length = strlen(want->name);
  for (uint32_t i = 0; i < csv->columns; i++) {
    const char *name = csv->name[i];
    if (strncmp(name, want->name, length) != 0 || strncmp(name + length, " (", 2) != 0) continue;
    const char *unit = name + length + 2;
    size_t unit_length = strcspn(unit, ")");
    if (unit_length != strlen(want->unit) || strncmp(unit, want->unit, unit_length) != 0)
      return cf_csv_fail(csv, i, "%s is in '%.*s', but TMY3 has it in '%s'", want->name, (int)unit_length, unit,
                         want->unit);
    *out = (cf_weather_column){.column = i, .shift = want->shift, .missing = -9900};
    return true;
  }
  return cf_csv_fail(csv, CF_CSV_ROW, "there is no column '%s (%s)'", want->name, want->unit);
}

/* "MM/DD/..." or "HH:MM": two numbers of one or two digits, a mark between them; returns what follows, or NULL. */
static const char *two_numbers(const char *p, char mark, uint32_t number[2]) {
  for (int i = 0; i < 2; i++) {
    if (i == 1 && *p++ != mark) return NULL;
    if (*p < '0' || *p > '9') return NULL;
    number[i] = (uint32_t)(*p++ - '0');
    if (*p >= '0' && *p <= '9') number[i] = number[i] * 10 + (uint32_t)(*p++ - '0');
  }
  return p;
}

static void take_row(cf_weather_build *build, uint32_t date_column, uint32_t time_column) {
  cf_csv *csv = build->csv;
  char date[16], time[16];
  uint32_t month_day[2], hour_minute[2];
  if (!cf_csv_text(csv, date_column, date, sizeof date) || !cf_csv_text(csv, time_column, time, sizeof time)) return;
  const char *year = two_numbers(date, '/', month_day);
  if (!year || *year != '/' || month_day[0] < 1 || month_day[0] > 12 || month_day[1] < 1) {
    (void)cf_csv_fail(csv, date_column, "'%s' is not a date MM/DD/YYYY", date);
    return;
  }
  const char *end = two_numbers(time, ':', hour_minute);
  if (!end || *end || hour_minute[0] < 1 || hour_minute[0] > 24 || hour_minute[1] != 0) {
    (void)cf_csv_fail(csv, time_column, "'%s' is not an hour's end from 01:00 to 24:00", time);
    return;
  }
  cf_weather_take_typical(build, month_day[0], month_day[1], hour_minute[0] - 1, date_column);
}

cf_status cf_weather_read_tmy3(cf_csv *csv, cf_weather *weather) {
  double zone_h;
  if (!read_place(csv, weather, &zone_h) || !cf_csv_header(csv)) return csv->status;
  cf_weather_build build = {.csv = csv, .weather = weather};
  uint32_t date, time;
  bool found = cf_csv_need(csv, "Date (MM/DD/YYYY)", &date);
  found = cf_csv_need(csv, "Time (HH:MM)", &time) && found;
  for (int f = 0; f < CF_WEATHER_FIELDS; f++) found = find_column(csv, &columns[f], &build.column[f]) && found;
  weather->state_offset_s = 3600; /* the state is of the hour's end */
  if (!found || !cf_weather_begin_typical(&build, -(int64_t)(zone_h * 3600))) return csv->status;
  while (cf_csv_next(csv)) take_row(&build, date, time);
  return cf_weather_finish(&build);
}
