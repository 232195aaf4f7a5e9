/* Weather files of a typical year in three formats, made by one rule: hour k of the file's own year has
 *   global k mod 1000, direct (k + 300) mod 1000, diffuse a quarter of the global (W/m2), air k mod 40 - 10.5 degC,
 *   wind k mod 20 + 0.25 m/s, pressure 990 + k mod 30 hPa.
 * Rows of hour k stand on line FIRST + k. */
#ifndef CF_TESTS_UNIT_WEATHER_TEXT_H
#define CF_TESTS_UNIT_WEATHER_TEXT_H

#include "reading.h"

#include "config/weather.h"

enum { TMY3_FIRST = 3, EPW_FIRST = 9, PVGIS_FIRST = 7, HOURS = 8760 };

#define TMY3_PLACE "999999,\"HILL, NORTH\",NC,-5.0,36.100,-79.950,273\n"
#define TMY3_HEADER                                                                                                  \
  "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),GHI source,DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Pressure (mbar),Wspd " \
  "(m/s)\n"
#define EPW_LOCATION "LOCATION,Hill,-,Land,Made,999,45.5,8.25,1.0,250\n"
#define EPW_HEADER                                                                          \
  "DESIGN CONDITIONS,0\nTYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\n"                 \
  "HOLIDAYS/DAYLIGHT SAVINGS,No,3/29,10/25,0\nCOMMENTS 1,made by \"rule\nCOMMENTS 2,none\n" \
  "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n"
#define PVGIS_HEADER                                                                               \
  "Latitude (decimal degrees): 45.500\nLongitude (decimal degrees): 8.250\nElevation (m): 250.0\n" \
  "Irradiance Time Offset (h): 0.25\nmonth,year\ntime(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP\n"
#define PVGIS_LEGEND                                                                                                 \
  "\nT2m: 2-m air temperature (degree Celsius)\nRH: relative humidity (%)\nG(h): Global irradiance (W/m2)\n"         \
  "Gb(n): Direct irradiance, normal to the rays (W/m2)\nGd(h): Diffuse irradiance (W/m2)\nWS10m: wind speed (m/s)\n" \
  "SP: Surface (air) pressure (Pa)\n\nMade for a test\n"

static inline double rule_ghi(long k) { return (double)(k % 1000); }
static inline double rule_dni(long k) { return (double)((k + 300) % 1000); }
static inline double rule_dhi(long k) { return rule_ghi(k) / 4; }
static inline double rule_air_degc(long k) { return (double)(k % 40) - 10.5; }
static inline double rule_wind(long k) { return (double)(k % 20) + 0.25; }
static inline double rule_hpa(long k) { return (double)(990 + k % 30); }

typedef enum year_format { YEAR_TMY3, YEAR_EPW, YEAR_PVGIS } year_format;

static inline size_t year_row(year_format format, char *text, size_t size, long k, int month, int day, int hour) {
  int n = 0;
  switch (format) {
    case YEAR_TMY3: /* the years of the months differ */
      n = snprintf(text, size, "%02d/%02d/%d,%02d:00,%g,1,%g,%g,%g,%g,%g\n", month, day, 1980 + month, hour + 1,
                   rule_ghi(k), rule_dni(k), rule_dhi(k), rule_air_degc(k), rule_hpa(k), rule_wind(k));
      break;
    case YEAR_EPW:
      n = snprintf(text, size,
                   "%d,%d,%d,%d,60,?9?9,%g,1.2,94,%g,9999,9999,283.5,%g,%g,%g,999999,999999,999999,9999,257,%g,99\n",
                   1980 + month, month, day, hour + 1, rule_air_degc(k), rule_hpa(k) * 100, rule_ghi(k), rule_dni(k),
                   rule_dhi(k), rule_wind(k));
      break;
    case YEAR_PVGIS:
      n = snprintf(text, size, "%d%02d%02d:%02d00,%g,94.38,%g,%g,%g,283.58,%g,257.0,%g\n", 2000 + month, month, day,
                   hour, rule_air_degc(k), rule_ghi(k), rule_dni(k), rule_dhi(k), rule_wind(k), rule_hpa(k) * 100);
      break;
  }
  assert_in_range(n, 1, size - 1);
  return (size_t)n;
}

/* The whole file; to be freed. */
static inline char *year_text(year_format format) {
  static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  static const char *const head[] = {TMY3_PLACE TMY3_HEADER, EPW_LOCATION EPW_HEADER, PVGIS_HEADER};
  size_t size = 200 * HOURS, length = strlen(head[format]);
  char *text = malloc(size);
  assert_non_null(text);
  memcpy(text, head[format], length + 1);
  long k = 0;
  for (int month = 1; month <= 12; month++)
    for (int day = 1; day <= days[month - 1]; day++)
      for (int hour = 0; hour < 24; hour++, k++)
        length += year_row(format, text + length, size - length, k, month, day, hour);
  if (format == YEAR_PVGIS) memcpy(text + length, PVGIS_LEGEND, sizeof PVGIS_LEGEND);
  return text;
}

static inline cf_status read_weather(reading *r, const char *text, cf_weather **weather) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_weather_read("w", copy, strlen(text), r->arena, weather, &r->diag);
  free(copy);
  assert_int_equal(status, r->diag.status);
  assert_true((status == CF_OK) == (*weather != NULL));
  return status;
}

/* The year with one line changed gives exactly this error. */
static inline void assert_edit_fails(year_format format, uint32_t line, const char *with, uint32_t error_line,
                                     uint32_t column, const char *message) {
  reading r = reading_begin();
  cf_weather *weather;
  char *text = year_text(format), *edited = with_line(text, line, with);
  assert_int_equal(read_weather(&r, edited, &weather), CF_INPUT);
  assert_one_error(&r.diag, error_line, column, message);
  free(edited);
  free(text);
  reading_end(&r);
}

/* Element i of the weather holds hour k of the file. */
static inline void assert_hour(const cf_weather *w, uint32_t i, long k) {
  assert_true(w->ghi_wm2[i] == rule_ghi(k));
  assert_true(w->dni_wm2[i] == rule_dni(k));
  assert_true(w->dhi_wm2[i] == rule_dhi(k));
  assert_true(w->air_k[i] == rule_air_degc(k) + 273.15);
  assert_true(w->wind_ms[i] == rule_wind(k));
  assert_true(w->pressure_pa[i] == rule_hpa(k) * 100);
}

#endif
