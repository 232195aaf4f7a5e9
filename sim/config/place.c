#include "config/place.h"

#include "base/civil.h"
#include "config/attach.h"
#include "config/fill.h"
#include "config/instant.h"

#include <math.h>
#include <string.h>

enum { DAY_HOURS = 24 };

static cf_climate *dark_climate(cf_load *load, const char *name) {
  cf_climate *climate = cf_load_zero(load, sizeof *climate);
  if (!climate) return NULL;
  climate->name = name;
  for (int m = 0; m < 12; m++) climate->month[m].clear_sky_index_lag1_hour = 1;
  return climate;
}

static bool indoors(cf_load *load) {
  cf_scenario *s = load->scenario;
  cf_climate *climate = dark_climate(load, "indoors");
  if (!climate) return false;
  for (int m = 0; m < 12; m++) {
    cf_climate_month *month = &climate->month[m];
    month->air_mean_k = month->air_daily_min_k = month->air_daily_max_k = s->indoor_air_k;
  }
  s->indoors = true;
  s->climate = climate;
  return true;
}

/* ---- monthly means of hours ---- */
typedef struct month_sums {
  uint32_t hours, days;
  double air, wind, low, high;
} month_sums;

/* The month, from 0, of each day in turn. */
typedef struct calendar {
  int32_t year;
  uint32_t month;
  int64_t next_day; /* that the next month begins with, since 1970 */
} calendar;

static uint32_t month_of(calendar *at, int64_t day) {
  while (day >= at->next_day) {
    at->month = (at->month + 1) % 12;
    at->year += at->month == 0;
    at->next_day += cf_civil_month_days(at->year, at->month + 1);
  }
  return at->month;
}

static int64_t day_of(int64_t unix_s) { return cf_floor_div(unix_s, CF_DAY_S); }

static void add_up(const cf_weather *weather, month_sums sums[12]) {
  int64_t first_s = weather->first_unix_s + weather->state_offset_s;
  calendar at = {.year = 1700, .next_day = cf_civil_days(1700, 2, 1)};
  uint32_t of_day = 0;
  double low = INFINITY, high = -INFINITY;
  for (uint32_t i = 0; i < weather->hours; i++) {
    int64_t unix_s = first_s + (int64_t)i * CF_HOUR_S;
    month_sums *sum = &sums[month_of(&at, day_of(unix_s))];
    sum->hours++;
    sum->air += weather->air_k[i];
    sum->wind += weather->wind_ms[i];
    low = fmin(low, weather->air_k[i]);
    high = fmax(high, weather->air_k[i]);
    of_day++;
    if (i + 1 < weather->hours && day_of(unix_s + CF_HOUR_S) == day_of(unix_s)) continue;
    if (of_day == DAY_HOURS || weather->hours < 2 * DAY_HOURS) {
      sum->days++;
      sum->low += low;
      sum->high += high;
    }
    of_day = 0;
    low = INFINITY;
    high = -INFINITY;
  }
}

/* Months that the series has no hour of are as the mean of all its hours. */
static void monthly_means(const cf_weather *weather, cf_climate *climate) {
  month_sums sums[12] = {{0}}, all = {0};
  add_up(weather, sums);
  for (int m = 0; m < 12; m++) {
    all.hours += sums[m].hours;
    all.days += sums[m].days;
    all.air += sums[m].air;
    all.wind += sums[m].wind;
    all.low += sums[m].low;
    all.high += sums[m].high;
  }
  for (int m = 0; m < 12; m++) {
    const month_sums *of_hours = sums[m].hours ? &sums[m] : &all, *of_days = sums[m].days ? &sums[m] : &all;
    cf_climate_month *month = &climate->month[m];
    month->air_mean_k = of_hours->air / of_hours->hours;
    month->wind_mean_ms = of_hours->wind / of_hours->hours;
    month->air_daily_min_k = of_days->days ? of_days->low / of_days->days : month->air_mean_k;
    month->air_daily_max_k = of_days->days ? of_days->high / of_days->days : month->air_mean_k;
  }
}

static bool weather(cf_load *load, const cf_tree_node *map) {
  cf_scenario *s = load->scenario;
  if (!cf_attach_weather(load, cf_tree_get(map, "file"), &s->weather)) return false;
  cf_climate *climate = dark_climate(load, *s->weather->name ? s->weather->name : "weather");
  if (!climate) return false;
  climate->latitude_rad = s->weather->latitude_rad;
  climate->longitude_rad = s->weather->longitude_rad;
  climate->altitude_m = s->weather->altitude_m;
  climate->linke_turbidity = s->weather_linke_turbidity;
  climate->albedo = s->weather_albedo;
  monthly_means(s->weather, climate);
  s->climate = climate;
  return true;
}

/* ---- where the sun and the air come from ---- */
static bool sky(cf_load *load, const cf_tree_node *place) {
  static const char *const ways[] = {"climate", "weather", "indoors"};
  const cf_tree_node *said = NULL;
  for (int i = 0; i < 3; i++) {
    const cf_tree_node *node = cf_tree_get(place, ways[i]);
    if (node && said)
      return cf_load_fail(load, node->key_where, "say 'climate', 'weather' or 'indoors': '%s' has been said",
                          said->key);
    if (node) said = node;
  }
  if (!said) return cf_load_fail(load, cf_fill_place(place), "'place' needs 'climate', 'weather' or 'indoors'");
  if (strcmp(said->key, "weather") == 0) return weather(load, said);
  return strcmp(said->key, "indoors") != 0 || indoors(load);
}

static bool machine(cf_load *load, const cf_tree_node *map) {
  cf_machine_spec *machine_spec = &load->scenario->machine;
  machine_spec->has = map;
  if (map && machine_spec->vibration_ms2 > 0 && !cf_tree_get(map, "frequency"))
    return cf_load_fail(load, cf_fill_place(map), "key 'frequency' is missing in 'place.machine': it vibrates");
  return true;
}

static bool line(cf_load *load, const cf_tree_node *map) {
  cf_line_spec *spec = &load->scenario->line;
  spec->has = map;
  if (!map) return true;
  const cf_tree_node *hours = cf_tree_get(map, "current_by_hour"), *trace = cf_tree_get(map, "trace");
  if (!hours == !trace)
    return cf_load_fail(load, trace ? trace->key_where : cf_fill_place(map),
                        "'line' needs 'current_by_hour' or 'trace'%s", trace ? ", not both" : "");
  return !trace || cf_attach_trace(load, trace, cf_tree_get(map, "column"), CF_TRACE_CURRENT, &spec->trace);
}

bool cf_place_settle(cf_load *load, const cf_tree_node *place) {
  if (!place || place->kind != CF_TREE_MAP) return false;
  bool good = sky(load, place);
  good = machine(load, cf_tree_get(place, "machine")) && good;
  return line(load, cf_tree_get(place, "line")) && good;
}
