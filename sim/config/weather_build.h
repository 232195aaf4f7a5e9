/* What the readers of the four weather formats share: the table being filled, its checks, and the order of the hours.
 *
 * A reader takes the place from the file's head, begins, and for each row says which hour it is and takes the fields.
 */
#ifndef CF_CONFIG_WEATHER_BUILD_H
#define CF_CONFIG_WEATHER_BUILD_H

#include "config/csv.h"
#include "config/weather.h"

typedef enum cf_weather_field {
  CF_WEATHER_GHI,
  CF_WEATHER_DNI,
  CF_WEATHER_DHI,
  CF_WEATHER_AIR,
  CF_WEATHER_WIND,
  CF_WEATHER_PRESSURE,
  CF_WEATHER_FIELDS
} cf_weather_field;
const char *cf_weather_field_name(cf_weather_field field); /* "global irradiance" */

/* Where a format has a field, and how. */
typedef struct cf_weather_column {
  uint32_t column;
  int shift;      /* power of ten to W/m2, degC, m/s, Pa */
  double missing; /* a value this far from 0, on this side, says that there is none; 0: no such code */
  bool absent;    /* the file has no such column */
} cf_weather_column;

typedef struct cf_weather_build {
  cf_csv *csv;
  cf_weather *weather;
  cf_weather_column column[CF_WEATHER_FIELDS];
  double *value[CF_WEATHER_FIELDS];
  uint32_t rows;
  int64_t shift_hours; /* hour k of a typical year becomes element k + shift, modulo the year */
  int64_t last_hour;   /* of the row before: since the year's begin, or since 1970 */
  uint32_t last_line;
  uint32_t with_pressure, without_pressure; /* the first line of each kind, 0 while there is none */
} cf_weather_build;

/* The three numbers of a place, in SI units: radians, metres. */
typedef enum cf_weather_coordinate {
  CF_WEATHER_LATITUDE,
  CF_WEATHER_LONGITUDE,
  CF_WEATHER_ALTITUDE
} cf_weather_coordinate;
enum { CF_WEATHER_PLACE_KNOWN = 7 }; /* one bit each, by 1u << coordinate */
const char *cf_weather_coordinate_name(cf_weather_coordinate which);

/* Keeps one of them, checked; an error stands at `field` of the current row. */
bool cf_weather_set_place(cf_csv *csv, cf_weather *weather, cf_weather_coordinate which, double si, uint32_t field);
/* The same from the field's text: decimal degrees, or metres. */
bool cf_weather_read_place(cf_csv *csv, cf_weather *weather, cf_weather_coordinate which, uint32_t field);

/* Hours from UTC of local standard time, checked against the range and, with a warning, against the longitude. */
bool cf_weather_zone(cf_csv *csv, const cf_weather *weather, uint32_t field, double *zone_h);

/* A typical year whose hour 0 of 1 January begins `start_s` after 1 January 00:00 UTC, or before it. */
bool cf_weather_begin_typical(cf_weather_build *build, int64_t start_s);
/* A real series of at most `capacity` hours. */
bool cf_weather_begin_series(cf_weather_build *build, size_t capacity);

/* Takes the current row as the hour that begins at `hour` (0..23) of a day of a typical year, or at `unix_s`. Errors of
 * the time stand at `field`. */
void cf_weather_take_typical(cf_weather_build *build, uint32_t month, uint32_t day, uint32_t hour, uint32_t field);
void cf_weather_take_series(cf_weather_build *build, int64_t unix_s, uint32_t field);

/* Checks the end and hands the arrays over. The status is the csv's. */
cf_status cf_weather_finish(cf_weather_build *build);

/* The formats. `weather` is zeroed; csv stands before the first line. */
cf_status cf_weather_read_tmy3(cf_csv *csv, cf_weather *weather);
cf_status cf_weather_read_epw(cf_csv *csv, cf_weather *weather);
cf_status cf_weather_read_pvgis(cf_csv *csv, cf_weather *weather);
cf_status cf_weather_read_plain(cf_csv *csv, cf_weather *weather);

/* Irradiance of one instant `offset_h` after each full hour of UTC is the mean of the hour around it, the state that of
 * the full hour: begins such a year. */
bool cf_weather_begin_pvgis(cf_weather_build *build, double offset_h);

#endif
