/* EPW: header lines that begin with a word, then rows whose fields are known by position. */
#include "config/weather_build.h"

#include <string.h>

/* Of the LOCATION line, and of the rows. */
enum { CITY = 1, LATITUDE = 6, LONGITUDE, ZONE, ALTITUDE, LOCATION_FIELDS };
enum { MONTH = 1, DAY, HOUR, ROW_FIELDS = 22 };

/* Columns and the codes of missing values, of the data dictionary. Wh/m2 in an hour are W/m2. */
static const cf_weather_column columns[CF_WEATHER_FIELDS] = {
    [CF_WEATHER_GHI] = {.column = 13, .missing = 9999}, [CF_WEATHER_DNI] = {.column = 14, .missing = 9999},
    [CF_WEATHER_DHI] = {.column = 15, .missing = 9999}, [CF_WEATHER_AIR] = {.column = 6, .missing = 99.9},
    [CF_WEATHER_WIND] = {.column = 21, .missing = 999}, [CF_WEATHER_PRESSURE] = {.column = 9, .missing = 999999},
};

static const char pvgis_mark[] = "Irradiance Time Offset (h):";

typedef struct epw_head {
  double zone_h;
  bool pvgis;
  double offset_h; /* of the irradiance's instant from the hour's end, in files of PVGIS */
  bool periods;
} epw_head;

static bool read_location(cf_csv *csv, cf_weather *weather, epw_head *head) {
  if (!cf_csv_next(csv)) return false;
  if (csv->count < LOCATION_FIELDS)
    return cf_csv_fail(csv, CF_CSV_ROW, "the LOCATION line has %u fields, not %d", csv->count, LOCATION_FIELDS);
  weather->name = cf_csv_keep(csv, CITY);
  return weather->name && cf_weather_read_place(csv, weather, CF_WEATHER_LATITUDE, LATITUDE) &&
         cf_weather_read_place(csv, weather, CF_WEATHER_LONGITUDE, LONGITUDE) &&
         cf_weather_read_place(csv, weather, CF_WEATHER_ALTITUDE, ALTITUDE) &&
         cf_weather_zone(csv, weather, ZONE, &head->zone_h);
}

static bool starts(const char *line, size_t length, const char *with) {
  return length >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/* DATA PERIODS, number of periods, records per hour, ... */
static bool read_periods(cf_csv *csv) {
  uint32_t periods, per_hour;
  if (!cf_csv_next(csv)) return false;
  if (csv->count < 3)
    return cf_csv_fail(csv, CF_CSV_ROW, "the DATA PERIODS line has %u fields, not 3 or more", csv->count);
  if (!cf_csv_count(csv, 1, 0, 1000, &periods) || !cf_csv_count(csv, 2, 0, 60, &per_hour)) return false;
  if (periods != 1) return cf_csv_fail(csv, 1, "the file has %u data periods; needed is one", periods);
  if (per_hour != 1) return cf_csv_fail(csv, 2, "the file has %u records per hour; needed is one", per_hour);
  return true;
}

static bool read_comment(cf_csv *csv, size_t offset, epw_head *head) {
  cf_csv_skip(csv);
  cf_csv_rest(csv, offset);
  head->pvgis = true;
  if (!cf_csv_double(csv, 0, 0, &head->offset_h)) return false;
  if (!(head->offset_h >= -1 && head->offset_h <= 1))
    return cf_csv_fail(csv, 0, "the irradiance is of %g h from the hour's end, outside -1 .. 1 h", head->offset_h);
  if (head->zone_h != 0)
    cf_csv_warn(csv, 0, "hours are read as UTC, which PVGIS writes whatever the time zone, here %g h", head->zone_h);
  return true;
}

/* The lines up to the first that begins with a digit. */
static bool read_head(cf_csv *csv, cf_weather *weather, epw_head *head) {
  const char *line;
  size_t length;
  if (!read_location(csv, weather, head)) return false;
  while (cf_csv_peek(csv, &line, &length) && !(length && *line >= '0' && *line <= '9')) {
    const char *mark = starts(line, length, "COMMENTS") ? memmem(line, length, pvgis_mark, strlen(pvgis_mark)) : NULL;
    bool fine = true;
    if (starts(line, length, "DATA PERIODS"))
      fine = head->periods = read_periods(csv);
    else if (mark)
      fine = read_comment(csv, (size_t)(mark - line) + strlen(pvgis_mark), head);
    else
      cf_csv_skip(csv);
    if (!fine) return false;
  }
  return head->periods || cf_csv_fail(csv, CF_CSV_ROW, "there is no DATA PERIODS line before the rows");
}

static void take_row(cf_weather_build *build) {
  cf_csv *csv = build->csv;
  uint32_t month, day, hour;
  if (csv->count < ROW_FIELDS) {
    (void)cf_csv_fail(csv, CF_CSV_ROW, "the row has %u fields; the wind speed is number %d", csv->count, ROW_FIELDS);
    return;
  }
  if (cf_csv_count(csv, MONTH, 1, 12, &month) && cf_csv_count(csv, DAY, 1, 31, &day) &&
      cf_csv_count(csv, HOUR, 1, 24, &hour))
    cf_weather_take_typical(build, month, day, hour - 1, MONTH);
}

cf_status cf_weather_read_epw(cf_csv *csv, cf_weather *weather) {
  epw_head head = {0};
  if (!read_head(csv, weather, &head)) return csv->status;
  cf_weather_build build = {.csv = csv, .weather = weather};
  memcpy(build.column, columns, sizeof columns);
  weather->state_offset_s = 3600; /* the state is of the hour's end */
  bool begun = head.pvgis ? cf_weather_begin_pvgis(&build, 1 + head.offset_h)
                          : cf_weather_begin_typical(&build, -(int64_t)(head.zone_h * 3600));
  if (!begun) return csv->status;
  while (cf_csv_next(csv)) take_row(&build);
  return cf_weather_finish(&build);
}
