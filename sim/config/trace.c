#include "config/trace.h"

#include "config/csv.h"

#include <string.h>

typedef struct unit_row {
  const char *suffix;
  cf_trace_quantity quantity;
  int shift;     /* power of ten to SI, applied to the text */
  double factor; /* beyond it; 1 leaves the value as it is */
  double zero;   /* added last */
} unit_row;

static const unit_row units[] = {
    {"w", CF_TRACE_POWER, 0, 1, 0},
    {"mw", CF_TRACE_POWER, -3, 1, 0},
    {"uw", CF_TRACE_POWER, -6, 1, 0},
    {"nw", CF_TRACE_POWER, -9, 1, 0},
    {"kw", CF_TRACE_POWER, 3, 1, 0},
    {"degc", CF_TRACE_TEMPERATURE, 0, 1, 273.15},
    {"k", CF_TRACE_TEMPERATURE, 0, 1, 0},
    {"v", CF_TRACE_VOLTAGE, 0, 1, 0},
    {"mv", CF_TRACE_VOLTAGE, -3, 1, 0},
    {"a", CF_TRACE_CURRENT, 0, 1, 0},
    {"ma", CF_TRACE_CURRENT, -3, 1, 0},
    {"ua", CF_TRACE_CURRENT, -6, 1, 0},
    {"na", CF_TRACE_CURRENT, -9, 1, 0},
    {"ms2", CF_TRACE_ACCELERATION, 0, 1, 0},
    {"g", CF_TRACE_ACCELERATION, 0, 9.80665, 0}, /* standard gravity, BIPM 1901 */
    {"wm2", CF_TRACE_IRRADIANCE, 0, 1, 0},
    {"ms", CF_TRACE_SPEED, 0, 1, 0},
    {"kmh", CF_TRACE_SPEED, 0, 1 / 3.6, 0},
    {"percent", CF_TRACE_SHARE, -2, 1, 0},
};
enum { UNITS = sizeof units / sizeof *units };
static const unit_row no_unit = {"", CF_TRACE_SHARE, 0, 1, 0};

typedef struct time_row {
  const char *name;
  int shift; /* power of ten to nanoseconds */
  bool utc;
} time_row;

static const time_row times[] = {
    {"t_s", 9, false}, {"time_s", 9, false}, {"t_ms", 6, false}, {"time_ms", 6, false}, {"time_utc", 0, true}};
enum { TIMES = sizeof times / sizeof *times };

static const char *const names[CF_TRACE_QUANTITIES] = {
    [CF_TRACE_POWER] = "power",
    [CF_TRACE_TEMPERATURE] = "temperature",
    [CF_TRACE_VOLTAGE] = "voltage",
    [CF_TRACE_CURRENT] = "current",
    [CF_TRACE_ACCELERATION] = "acceleration",
    [CF_TRACE_IRRADIANCE] = "irradiance",
    [CF_TRACE_SPEED] = "speed",
    [CF_TRACE_SHARE] = "share",
};

const char *cf_trace_quantity_name(cf_trace_quantity quantity) { return names[quantity]; }

/* The unit that a column's name ends with. A share may have none. */
static const unit_row *unit_of(const char *name, cf_trace_quantity quantity) {
  const char *mark = strrchr(name, '_');
  const char *suffix = mark ? mark + 1 : name;
  for (int u = 0; u < UNITS; u++)
    if (units[u].quantity == quantity && strcmp(units[u].suffix, suffix) == 0) return &units[u];
  return NULL;
}

static const time_row *time_of(const char *name) {
  for (int t = 0; t < TIMES; t++)
    if (strcmp(times[t].name, name) == 0) return &times[t];
  return NULL;
}

static const time_row *find_time(cf_csv *csv, uint32_t *column) {
  const time_row *found = NULL;
  for (uint32_t i = 0; i < csv->columns; i++) {
    const time_row *row = time_of(csv->name[i]);
    if (!row) continue;
    if (found) {
      (void)cf_csv_fail(csv, i, "two columns of time: '%s' and '%s'", found->name, row->name);
      return NULL;
    }
    found = row;
    *column = i;
  }
  if (!found) (void)cf_csv_fail(csv, CF_CSV_ROW, "there is no column of time: t_s, time_s, t_ms, time_ms or time_utc");
  return found;
}

/* "w, mw, uw, nw, kw" */
static void list_units(cf_trace_quantity quantity, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (int u = 0; u < UNITS && used < size; u++)
    if (units[u].quantity == quantity)
      used += (size_t)snprintf(text + used, size - used, "%s_%s", used ? ", " : "", units[u].suffix);
}

static const unit_row *find_value(cf_csv *csv, const char *name, cf_trace_quantity quantity, uint32_t *column) {
  char list[80];
  list_units(quantity, list, sizeof list);
  if (name) {
    if (!cf_csv_need(csv, name, column)) return NULL;
    const unit_row *unit = unit_of(name, quantity);
    if (!unit && quantity == CF_TRACE_SHARE) return &no_unit;
    if (!unit) (void)cf_csv_fail(csv, *column, "'%s' does not end in a unit of %s: %s", name, names[quantity], list);
    return unit;
  }
  const unit_row *found = NULL;
  for (uint32_t i = 0; i < csv->columns; i++) {
    const unit_row *unit = time_of(csv->name[i]) ? NULL : unit_of(csv->name[i], quantity);
    if (!unit) continue;
    if (found) {
      (void)cf_csv_fail(csv, i, "two columns of %s: '%s' and '%s'; name the one that is meant", names[quantity],
                        csv->name[*column], csv->name[i]);
      return NULL;
    }
    found = unit;
    *column = i;
  }
  if (!found)
    (void)cf_csv_fail(csv, CF_CSV_ROW, "there is no column of %s: its name ends in %s", names[quantity], list);
  return found;
}

typedef struct filling {
  int64_t *t_ns;
  double *value;
  size_t count;
  uint32_t last_line;
} filling;

static void take_row(cf_csv *csv, filling *fill, const time_row *time, uint32_t time_column, const unit_row *unit,
                     uint32_t value_column) {
  int64_t t_ns = 0;
  double value = 0;
  bool fine =
      time->utc ? cf_csv_instant(csv, time_column, &t_ns) : cf_csv_integer(csv, time_column, time->shift, &t_ns);
  if (fine && fill->count && t_ns <= fill->t_ns[fill->count - 1])
    fine = cf_csv_fail(csv, time_column, "the time is not later than that of line %u", fill->last_line);
  if (!cf_csv_double(csv, value_column, unit->shift, &value) || !fine) return;
  value = value * unit->factor + unit->zero;
  if ((unit->quantity == CF_TRACE_POWER || unit->quantity == CF_TRACE_CURRENT) && value < 0) {
    (void)cf_csv_fail(csv, value_column, "the %s is %g %s, below zero", names[unit->quantity], value,
                      unit->quantity == CF_TRACE_POWER ? "W" : "A");
    return;
  }
  if (unit->quantity == CF_TRACE_TEMPERATURE && value < 0) {
    (void)cf_csv_fail(csv, value_column, "the temperature is %g K, below absolute zero", value);
    return;
  }
  fill->t_ns[fill->count] = t_ns;
  fill->value[fill->count++] = value;
  fill->last_line = csv->line;
}

cf_status cf_trace_read(const char *path, const char *bytes, size_t length, const char *column,
                        cf_trace_quantity quantity, cf_arena *arena, cf_trace_table **table, cf_diag *diag) {
  cf_csv csv;
  *table = NULL;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag) || !cf_csv_header(&csv)) return csv.status;
  uint32_t time_column = 0, value_column = 0;
  const time_row *time = find_time(&csv, &time_column);
  const unit_row *unit = find_value(&csv, column, quantity, &value_column);
  if (!time || !unit) return csv.status;
  size_t rows = cf_csv_rows_left(&csv, csv.columns);
  filling fill = {.t_ns = CF_ARENA_ARRAY(arena, int64_t, rows), .value = CF_ARENA_ARRAY(arena, double, rows)};
  cf_trace_table *made = CF_ARENA_NEW(arena, cf_trace_table);
  if (!fill.t_ns || !fill.value || !made) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  while (cf_csv_next(&csv)) take_row(&csv, &fill, time, time_column, unit, value_column);
  if (csv.status == CF_OK && fill.count < 2)
    (void)cf_csv_fail(&csv, CF_CSV_ROW, "a trace has at least two rows, this one %zu", fill.count);
  if (csv.status != CF_OK) return csv.status;
  *made = (cf_trace_table){.count = fill.count, .t_ns = fill.t_ns, .value = fill.value, .utc = time->utc};
  *table = made;
  return CF_OK;
}
