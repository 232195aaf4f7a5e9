#include "base/civil.h"
#include "config/weather.h"

#include "config/instant.h"
#include "config/weather_build.h"

#include <string.h>

static bool begins(const char *line, size_t length, const char *with) {
  size_t n = strlen(with);
  return length >= n && memcmp(line, with, n) == 0;
}

/* TMY3 is the only format whose second line is the header. */
static bool second_line_begins(const cf_csv *csv, const char *with) {
  cf_csv ahead = *csv;
  const char *line;
  size_t length;
  cf_csv_skip(&ahead);
  return cf_csv_peek(&ahead, &line, &length) && begins(line, length, with);
}

typedef cf_status (*format_reader)(cf_csv *csv, cf_weather *weather);

static format_reader reader_of(const cf_csv *csv, const char **name) {
  const char *line;
  size_t length;
  if (!cf_csv_peek(csv, &line, &length)) return NULL;
  *name = "EPW";
  if (begins(line, length, "LOCATION,")) return cf_weather_read_epw;
  *name = "PVGIS";
  if (begins(line, length, "Latitude (decimal degrees)")) return cf_weather_read_pvgis;
  *name = "TMY3";
  if (second_line_begins(csv, "Date (MM/DD/YYYY)")) return cf_weather_read_tmy3;
  *name = "CSV";
  if (begins(line, length, "#") || begins(line, length, "time_utc,") || begins(line, length, "unix_s,"))
    return cf_weather_read_plain;
  return NULL;
}

cf_status cf_weather_read(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_weather **weather,
                          cf_diag *diag) {
  cf_csv csv;
  *weather = NULL;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag)) return csv.status;
  cf_weather *made = CF_ARENA_NEW(arena, cf_weather);
  if (!made) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  made->name = "";
  format_reader read = reader_of(&csv, &made->format);
  if (!read) {
    cf_csv_skip(&csv);
    (void)cf_csv_fail(&csv, CF_CSV_ROW,
                      "not a weather file that is known: TMY3, EPW ('LOCATION,...'), the TMY of PVGIS "
                      "('Latitude (decimal degrees): ...') or CSV with '# latitude: ...' at its head");
    return csv.status;
  }
  cf_status status = read(&csv, made);
  if (status == CF_OK) *weather = made;
  return status;
}

int64_t cf_weather_first_in(const cf_weather *weather, int32_t year) {
  if (!weather->typical) return weather->first_unix_s;
  return weather->first_unix_s + cf_civil_days(year, 1, 1) * 24 * CF_HOUR_S;
}
