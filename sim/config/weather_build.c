#include "base/civil.h"
#include "config/weather_build.h"

#include "config/instant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is believed of each field, in the unit of messages. */
typedef struct field_rule {
  const char *name, *unit;
  double low, high;
  double zero_from; /* values from `low` to 0 that a sensor's offset explains become 0: only irradiances */
} field_rule;

static const field_rule rules[CF_WEATHER_FIELDS] = {
    [CF_WEATHER_GHI] = {"global irradiance", "W/m2", -5, 1600, 0},
    [CF_WEATHER_DNI] = {"direct normal irradiance", "W/m2", -5, 1600, 0},
    [CF_WEATHER_DHI] = {"diffuse irradiance", "W/m2", -5, 1600, 0},
    [CF_WEATHER_AIR] = {"air temperature", "degC", -90, 60, -INFINITY},
    [CF_WEATHER_WIND] = {"wind speed", "m/s", 0, 100, -INFINITY},
    [CF_WEATHER_PRESSURE] = {"pressure", "Pa", 30000, 110000, -INFINITY},
};

static const double kelvin_at_0_degc = 273.15;
static const double rad_per_deg = 0x1.1df46a2529d39p-6;

/* Diffuse light is part of the global: how much measured values may contradict that. */
static const double diffuse_excess_share = 0.1, diffuse_excess_wm2 = 50;

const char *cf_weather_field_name(cf_weather_field field) { return rules[field].name; }

/* The place -------------------------------------------------------------------------------------------------------- */

typedef struct place_rule {
  const char *name, *unit;
  double low, high, si; /* low and high in the unit, `si` of one unit */
} place_rule;

static const place_rule place_rules[] = {
    [CF_WEATHER_LATITUDE] = {"latitude", "deg", -90, 90, 0x1.1df46a2529d39p-6},
    [CF_WEATHER_LONGITUDE] = {"longitude", "deg", -180, 180, 0x1.1df46a2529d39p-6},
    [CF_WEATHER_ALTITUDE] = {"altitude", "m", -500, 9000, 1},
};

const char *cf_weather_coordinate_name(cf_weather_coordinate which) { return place_rules[which].name; }

bool cf_weather_set_place(cf_csv *csv, cf_weather *weather, cf_weather_coordinate which, double si, uint32_t field) {
  const place_rule *rule = &place_rules[which];
  if (!(si >= rule->low * rule->si && si <= rule->high * rule->si))
    return cf_csv_fail(csv, field, "the %s is %g %s, outside %g .. %g %s", rule->name, si / rule->si, rule->unit,
                       rule->low, rule->high, rule->unit);
  if (which == CF_WEATHER_LATITUDE) weather->latitude_rad = si;
  if (which == CF_WEATHER_LONGITUDE) weather->longitude_rad = si;
  if (which == CF_WEATHER_ALTITUDE) weather->altitude_m = si;
  return true;
}

bool cf_weather_read_place(cf_csv *csv, cf_weather *weather, cf_weather_coordinate which, uint32_t field) {
  double value;
  return cf_csv_double(csv, field, 0, &value) &&
         cf_weather_set_place(csv, weather, which, value * place_rules[which].si, field);
}

bool cf_weather_zone(cf_csv *csv, const cf_weather *weather, uint32_t field, double *zone_h) {
  if (!cf_csv_double(csv, field, 0, zone_h)) return false;
  if (!(*zone_h >= -12 && *zone_h <= 14))
    return cf_csv_fail(csv, field, "the time zone is %g h from UTC, outside -12 .. 14 h", *zone_h);
  double solar_h = weather->longitude_rad / rad_per_deg / 15;
  if (fabs(*zone_h - solar_h) > 3.5)
    cf_csv_warn(csv, field, "the time zone is %g h from UTC, but the sun at this longitude %.1f h: is a sign wrong?",
                *zone_h, solar_h);
  return true;
}

/* Beginning -------------------------------------------------------------------------------------------------------- */

static bool allocate(cf_weather_build *build, size_t capacity) {
  for (int f = 0; f < CF_WEATHER_FIELDS; f++) {
    if (build->column[f].absent) continue;
    build->value[f] = CF_ARENA_ARRAY(build->csv->arena, double, capacity);
    if (!build->value[f]) return cf_csv_no_memory(build->csv);
  }
  return true;
}

bool cf_weather_begin_typical(cf_weather_build *build, int64_t start_s) {
  int64_t shift = start_s / CF_HOUR_S - (start_s % CF_HOUR_S < 0);
  build->weather->typical = true;
  build->weather->first_unix_s = start_s - shift * CF_HOUR_S;
  build->shift_hours = shift;
  return allocate(build, CF_YEAR_HOURS);
}

bool cf_weather_begin_pvgis(cf_weather_build *build, double offset_h) {
  int64_t start_s = (int64_t)floor(offset_h * CF_HOUR_S + 0.5) - CF_HOUR_S / 2;
  build->weather->state_offset_s = -start_s;
  return cf_weather_begin_typical(build, start_s);
}

bool cf_weather_begin_series(cf_weather_build *build, size_t capacity) { return allocate(build, capacity); }

/* Rows ------------------------------------------------------------------------------------------------------------- */

static bool is_missing(double value, double code) {
  if (code == 0) return false;
  return code > 0 ? value >= code : value <= code;
}

/* Files have the pressure in all rows or in none. */
static void take_pressure(cf_weather_build *build, double value, bool missing, uint32_t at) {
  cf_csv *csv = build->csv;
  uint32_t *first = missing ? &build->without_pressure : &build->with_pressure;
  if (*first) return;
  *first = csv->line;
  if (!build->with_pressure || !build->without_pressure) return;
  if (missing)
    (void)cf_csv_fail(csv, at, "the pressure is missing here, but given on line %u", build->with_pressure);
  else
    (void)cf_csv_fail(csv, at, "the pressure is %g Pa here, but missing on line %u", value, build->without_pressure);
}

static void take_field(cf_weather_build *build, cf_weather_field f, size_t element) {
  const cf_weather_column *column = &build->column[f];
  const field_rule *rule = &rules[f];
  cf_csv *csv = build->csv;
  uint32_t at = column->column;
  double value;
  if (cf_csv_empty(csv, at)) {
    (void)cf_csv_fail(csv, at, "the %s is missing", rule->name);
    return;
  }
  if (!cf_csv_double(csv, at, column->shift, &value)) return;
  bool missing = is_missing(value, column->missing);
  if (f == CF_WEATHER_PRESSURE) {
    take_pressure(build, value, missing, at);
    if (missing) return;
  }
  if (missing) {
    (void)cf_csv_fail(csv, at, "the %s is missing: %g stands for that", rule->name, value);
    return;
  }
  if (!(value >= rule->low && value <= rule->high)) {
    (void)cf_csv_fail(csv, at, "the %s is %g %s, outside %g .. %g %s", rule->name, value, rule->unit, rule->low,
                      rule->high, rule->unit);
    return;
  }
  if (value < rule->zero_from) value = 0.0;
  build->value[f][element] = f == CF_WEATHER_AIR ? value + kelvin_at_0_degc : value;
}

static void take_row(cf_weather_build *build, size_t element) {
  unsigned errors = build->csv->errors;
  for (int f = 0; f < CF_WEATHER_FIELDS; f++)
    if (!build->column[f].absent) take_field(build, (cf_weather_field)f, element);
  build->rows++;
  build->last_line = build->csv->line;
  if (build->csv->errors > errors) return;
  double ghi = build->value[CF_WEATHER_GHI][element], dhi = build->value[CF_WEATHER_DHI][element];
  if (dhi > ghi * (1 + diffuse_excess_share) + diffuse_excess_wm2)
    (void)cf_csv_fail(build->csv, build->column[CF_WEATHER_DHI].column,
                      "the diffuse irradiance is %g W/m2, above the global of %g W/m2", dhi, ghi);
}

/* Whether `hour` follows the hour of the row before; texts are of the two. */
static void check_order(cf_weather_build *build, int64_t hour, const char *now, const char *before, uint32_t field) {
  cf_csv *csv = build->csv;
  int64_t gap = hour - build->last_hour - 1;
  if (gap == -1)
    (void)cf_csv_fail(csv, field, "the hour %s is there twice: first on line %u", now, build->last_line);
  else if (gap < 0)
    (void)cf_csv_fail(csv, field, "the hour %s comes after %s on line %u: out of order", now, before, build->last_line);
  else if (gap > 0)
    (void)cf_csv_fail(csv, field, "%lld hour%s missing between %s on line %u and %s on line %u", (long long)gap,
                      gap == 1 ? " is" : "s are", before, build->last_line, now, csv->line);
}

static void typical_text(int64_t hour, char text[CF_INSTANT_TEXT]) {
  char instant[CF_INSTANT_TEXT];
  (void)cf_instant_text(hour * CF_HOUR_S, instant); /* 1970-MM-DDThh:00Z */
  snprintf(text, CF_INSTANT_TEXT, "%.5s %.5s", instant + 5, instant + 11);
}

void cf_weather_take_typical(cf_weather_build *build, uint32_t month, uint32_t day, uint32_t hour, uint32_t field) {
  cf_csv *csv = build->csv;
  if (day > cf_civil_month_days(1970, month)) {
    (void)cf_csv_fail(
        csv, field,
        month == 2 && day == 29 ? "29 February: a typical year has 365 days" : "there is no day %u in month %u", day,
        month);
    return;
  }
  int64_t of_year = cf_civil_days(1970, month, day) * 24 + hour;
  char now[CF_INSTANT_TEXT], before[CF_INSTANT_TEXT];
  typical_text(of_year, now);
  typical_text(build->last_hour, before);
  if (build->rows)
    check_order(build, of_year, now, before, field);
  else if (of_year != 0)
    (void)cf_csv_fail(csv, field, "the first hour begins at %s, not at 01-01 00:00", now);
  build->last_hour = of_year;
  int64_t element = (of_year + build->shift_hours) % CF_YEAR_HOURS;
  take_row(build, (size_t)(element < 0 ? element + CF_YEAR_HOURS : element));
}

void cf_weather_take_series(cf_weather_build *build, int64_t unix_s, uint32_t field) {
  int64_t hour = unix_s / CF_HOUR_S; /* whole, by the caller's check */
  if (build->rows) {
    char now[CF_INSTANT_TEXT], before[CF_INSTANT_TEXT];
    check_order(build, hour, cf_instant_text(unix_s, now), cf_instant_text(build->last_hour * CF_HOUR_S, before),
                field);
  } else {
    build->weather->first_unix_s = unix_s;
  }
  build->last_hour = hour;
  take_row(build, build->rows);
}

/* The end ---------------------------------------------------------------------------------------------------------- */

cf_status cf_weather_finish(cf_weather_build *build) {
  cf_csv *csv = build->csv;
  cf_weather *weather = build->weather;
  if (csv->errors < CF_DIAG_MAX) {
    char last[CF_INSTANT_TEXT];
    if (build->rows == 0)
      (void)cf_csv_fail(csv, CF_CSV_ROW, "there is no row with an hour of weather");
    else if (weather->typical && build->last_hour != CF_YEAR_HOURS - 1) {
      typical_text(build->last_hour, last);
      (void)cf_csv_fail(csv, CF_CSV_ROW, "the year ends early: its last hour begins at %s on line %u", last,
                        build->last_line);
    }
  }
  if (csv->status != CF_OK) return csv->status;
  weather->hours = build->rows;
  weather->ghi_wm2 = build->value[CF_WEATHER_GHI];
  weather->dni_wm2 = build->value[CF_WEATHER_DNI];
  weather->dhi_wm2 = build->value[CF_WEATHER_DHI];
  weather->air_k = build->value[CF_WEATHER_AIR];
  weather->wind_ms = build->value[CF_WEATHER_WIND];
  weather->pressure_pa = build->with_pressure ? build->value[CF_WEATHER_PRESSURE] : NULL;
  return CF_OK;
}
