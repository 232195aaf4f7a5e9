/* A place's weather, hour by hour, from a file: TMY3, EPW, the TMY of PVGIS, or a plain CSV of our own.
 *
 * Element i of the irradiances is the mean over [first_unix_s + 3600 i, first_unix_s + 3600 (i + 1)); element i of the
 * air, the wind and the pressure holds at the instant first_unix_s + 3600 i + state_offset_s.
 *
 * A typical year (`typical`) joins months of different years; it has 8760 hours, no 29 February, repeats, and is laid
 * on 1970: its element 0 is the first hour that does not begin before 1 January 1970 00:00 UTC, the hours before
 * wrapped around to the year's end. So 0 <= first_unix_s < 3600, and it is not 0 where the file's hours are no whole
 * hours of UTC. cf_weather_first_in moves it to another year. A real series keeps its instants.
 *
 * How the formats are read, and by which document:
 *  TMY3   local standard time; the row 01:00 is the mean over 00:00 to 01:00, the state at 01:00. Columns by name,
 * units from the header. -9900 is missing. (S. Wilcox and W. Marion, Users Manual for TMY3 Data Sets,
 *         NREL/TP-581-43156, 2008)
 *  EPW    local standard time; hour 1 is the mean over 00:00 to 01:00, the state at 01:00. Columns by position, missing
 *         values by field. The header's daylight saving period concerns schedules, not the rows.
 *         (EnergyPlus documentation, Auxiliary Programs, EnergyPlus Weather File data dictionary)
 *         Files that PVGIS writes in this format count their hours in UTC, whatever time zone their first line names;
 * they are known by the comment "Irradiance Time Offset (h)" and read as the next format. PVGIS  UTC; irradiance is of
 * one instant, the row's hour plus the header's "Irradiance Time Offset (h)", and taken as the mean of the hour that
 * has this instant in its middle; the state is of the row's full hour. (European Commission, Joint Research Centre,
 * PVGIS TMY generator: header and footer of its files) plain  `# latitude: 36.1 deg`, `# longitude: -79.95 deg`, `#
 * altitude: 273 m`, optionally `# name: text`, then a table with time_utc (instant.h) or unix_s, the hour's start, and
 * ghi_wm2, dni_wm2, dhi_wm2, air_degc, wind_ms, optionally pressure_pa: means over the hour. The state's instant is the
 * hour's middle.
 *
 * Errors name file:line:column: hours that are missing, doubled or out of order with both lines; values that are
 * missing or outside GHI, DNI, DHI -5..1600 W/m2 (below 0 becomes 0), air -90..60 degC, wind 0..100 m/s, pressure
 * 30..110 kPa; diffuse above global irradiance by more than 10 % and 50 W/m2; units other than the format's. */
#ifndef CF_CONFIG_WEATHER_H
#define CF_CONFIG_WEATHER_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_weather {
  const char *name;                   /* of the place; "" when the file has none */
  const char *format;                 /* "TMY3", "EPW", "PVGIS", "CSV" */
  double latitude_rad, longitude_rad; /* north and east positive */
  double altitude_m;
  int64_t first_unix_s;
  int64_t state_offset_s; /* from the start of an element's hour; may lie outside it */
  uint32_t hours;
  bool typical;
  const double *ghi_wm2, *dni_wm2, *dhi_wm2;
  const double *air_k, *wind_ms;
  const double *pressure_pa; /* NULL when the file has none */
} cf_weather;

/* Tells the format by the content. */
cf_status cf_weather_read(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_weather **weather,
                          cf_diag *diag);

/* first_unix_s of a typical year laid on `year`; of a real series first_unix_s as it is. In a leap year the hours after
 * 28 February come a day early by the calendar: the year has one day more than the file. */
int64_t cf_weather_first_in(const cf_weather *weather, int32_t year);

#endif
