/* The TMY of PVGIS: a head of "name: number" lines, the years of the months, the table, an empty line, a legend. */
#include "config/weather_build.h"

#include <string.h>

typedef struct pvgis_column {
  const char *name, *unit; /* the unit stands in the legend */
} pvgis_column;

static const pvgis_column columns[CF_WEATHER_FIELDS] = {
    [CF_WEATHER_GHI] = {"G(h)", "W/m2"},  [CF_WEATHER_DNI] = {"Gb(n)", "W/m2"},
    [CF_WEATHER_DHI] = {"Gd(h)", "W/m2"}, [CF_WEATHER_AIR] = {"T2m", "degree Celsius"},
    [CF_WEATHER_WIND] = {"WS10m", "m/s"}, [CF_WEATHER_PRESSURE] = {"SP", "Pa"},
};

static const char time_column[] = "time(UTC)";

static bool starts(const char *line, size_t length, const char *with) {
  return length >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

typedef struct pvgis_head {
  unsigned place; /* bits of the coordinates that are known */
  bool has_offset;
  double offset_h;
} pvgis_head;

static bool read_head_line(cf_csv *csv, cf_weather *weather, pvgis_head *head) {
  static const char *const place[] = {[CF_WEATHER_LATITUDE] = "Latitude (decimal degrees):",
                                      [CF_WEATHER_LONGITUDE] = "Longitude (decimal degrees):",
                                      [CF_WEATHER_ALTITUDE] = "Elevation (m):"};
  static const char offset[] = "Irradiance Time Offset (h):";
  const char *line;
  size_t length;
  (void)cf_csv_peek(csv, &line, &length);
  cf_csv_skip(csv);
  for (unsigned i = 0; i < sizeof place / sizeof *place; i++) {
    if (!starts(line, length, place[i])) continue;
    cf_csv_rest(csv, strlen(place[i]));
    head->place |= 1u << i;
    return cf_weather_read_place(csv, weather, (cf_weather_coordinate)i, 0);
  }
  if (!starts(line, length, offset)) return true; /* the years of the months */
  cf_csv_rest(csv, strlen(offset));
  head->has_offset = true;
  if (!cf_csv_double(csv, 0, 0, &head->offset_h)) return false;
  return (head->offset_h >= -1 && head->offset_h <= 1) ||
         cf_csv_fail(csv, 0, "the irradiance is of %g h from the full hour, outside -1 .. 1 h", head->offset_h);
}

static bool read_head(cf_csv *csv, cf_weather *weather, pvgis_head *head) {
  const char *line;
  size_t length;
  while (cf_csv_peek(csv, &line, &length) && !starts(line, length, time_column))
    if (!read_head_line(csv, weather, head)) return false;
  for (unsigned i = 0; i < 3; i++)
    if (!(head->place & 1u << i))
      return cf_csv_fail(csv, CF_CSV_ROW, "the %s is not given above the table",
                         cf_weather_coordinate_name((cf_weather_coordinate)i));
  if (!cf_csv_header(csv)) return false;
  if (!head->has_offset)
    cf_csv_warn(csv, CF_CSV_ROW,
                "there is no 'Irradiance Time Offset (h)': irradiance is taken to be of the full hour");
  return true;
}

/* YYYYMMDD:HHMM */
static bool read_time(cf_csv *csv, uint32_t column, uint32_t *month, uint32_t *day, uint32_t *hour) {
  enum { LENGTH = 13, COLON = 8 };
  const cf_csv_field *field = &csv->field[column];
  uint32_t digit[LENGTH];
  bool fine = field->length == LENGTH && field->text[COLON] == ':';
  for (uint32_t i = 0; fine && i < LENGTH; i++) {
    if (i == COLON) continue;
    digit[i] = (uint32_t)(unsigned char)field->text[i] - '0';
    fine = digit[i] <= 9;
  }
  if (fine) {
    *month = digit[4] * 10 + digit[5];
    *day = digit[6] * 10 + digit[7];
    *hour = digit[9] * 10 + digit[10];
    fine = *month >= 1 && *month <= 12 && *day >= 1 && *hour <= 23 && digit[11] == 0 && digit[12] == 0;
  }
  return fine || cf_csv_fail(csv, column, "the time is not a full hour YYYYMMDD:HH00");
}

/* Where the first empty line begins. */
static const char *end_of_table(const cf_csv *csv) {
  cf_csv ahead = *csv;
  const char *line;
  size_t length;
  while (cf_csv_peek(&ahead, &line, &length) && length > 0) cf_csv_skip(&ahead);
  return ahead.at;
}

/* The legend's lines are "name: words (unit)". */
static void check_legend(cf_csv *csv) {
  const char *line;
  size_t length;
  while (csv->errors < CF_DIAG_MAX && cf_csv_peek(csv, &line, &length)) {
    cf_csv_skip(csv);
    for (int f = 0; f < CF_WEATHER_FIELDS; f++) {
      size_t name = strlen(columns[f].name), unit = strlen(columns[f].unit);
      if (!starts(line, length, columns[f].name) || length == name || line[name] != ':') continue;
      const char *open = memrchr(line, '(', length);
      if (!open) continue;
      size_t inside = (size_t)(line + length - open) - 1;
      if (inside == unit + 1 && memcmp(open + 1, columns[f].unit, unit) == 0) continue;
      cf_csv_rest(csv, (size_t)(open - line));
      (void)cf_csv_fail(csv, 0, "%s is in %.*s, but PVGIS has it in (%s)", columns[f].name, (int)csv->field[0].length,
                        csv->field[0].text, columns[f].unit);
    }
  }
}

cf_status cf_weather_read_pvgis(cf_csv *csv, cf_weather *weather) {
  pvgis_head head = {0};
  if (!read_head(csv, weather, &head)) return csv->status;
  cf_weather_build build = {.csv = csv, .weather = weather};
  uint32_t time = 0, month = 0, day = 0, hour = 0;
  bool found = cf_csv_need(csv, time_column, &time);
  for (int f = 0; f < CF_WEATHER_FIELDS; f++)
    found = cf_csv_need(csv, columns[f].name, &build.column[f].column) && found;
  if (!found || !cf_weather_begin_pvgis(&build, head.offset_h)) return csv->status;
  const char *end = csv->end;
  csv->end = end_of_table(csv);
  while (cf_csv_next(csv))
    if (read_time(csv, time, &month, &day, &hour)) cf_weather_take_typical(&build, month, day, hour, time);
  (void)cf_weather_finish(&build);
  csv->end = end;
  check_legend(csv);
  return csv->status;
}
