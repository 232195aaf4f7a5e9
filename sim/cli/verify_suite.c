#include "cli/places.h"
#include "cli/verify.h"

#include <string.h>

#define ABS CF_VERIFY_ABSOLUTE
#define REL CF_VERIFY_RELATIVE

const cf_verify_suite cf_verify_suites[] = {
    {.part = "sun",
     .file = "solar_points.csv",
     .table = &cf_probe_sun,
     .measure = {{"zenith", "zenith_deg,apparent_zenith_deg", NULL, ABS, 0.01, "deg"},
                 {"extraterrestrial light", "dni_extra_spencer_wm2", NULL, ABS, 0.5, "W/m2"}}},
    {.part = "riseset",
     .file = "solar_riseset.csv",
     .table = &cf_probe_riseset,
     .measure = {{"sunrise, transit, sunset", "sunrise,transit,sunset", NULL, ABS, 30.0, "s"}}},
    {.part = "sky",
     .file = "solar_points.csv",
     .table = &cf_probe_sky,
     .measure = {{"clear sky, Ineichen-Perez", "ghi_ineichen_wm2,dni_ineichen_wm2,dhi_ineichen_wm2", NULL, ABS, 0.5,
                  "W/m2"},
                 {"clear sky, Haurwitz", "ghi_haurwitz_wm2", NULL, ABS, 0.3, "W/m2"}}},
    {.part = "sky",
     .file = "solar_daily.csv",
     .table = &cf_probe_daily,
     .measure = {{"sums of a day", "ghi_ineichen_whm2,ghi_haurwitz_whm2,poa_iso_whm2", NULL, REL, 1e-3, ""}}},
    {.part = "pv",
     .file = "solar_points.csv",
     .table = &cf_probe_pv,
     .measure = {{"plane, isotropic", "poa_iso_global_wm2", NULL, ABS, 0.5, "W/m2"},
                 {"plane, Hay-Davies", "poa_haydavies_global_wm2", NULL, ABS, 0.5, "W/m2"},
                 {"cell temperature, Faiman", "tcell_faiman_c", NULL, ABS, 0.05, "K"},
                 {"cell temperature, NOCT", "tcell_noct_sam_c", NULL, ABS, 0.05, "K"},
                 {"power, PVWatts", "pvwatts_dc_w_per_wstc", NULL, ABS, 5e-4, "W/W"}}},
    {.part = "thermal",
     .file = "thermal_networks_ref.csv",
     .table = &cf_probe_at,
     .networks = "thermal_networks.csv",
     .measure = {{"RC networks, temperatures", "T_C", NULL, ABS, 1e-6, "K"}}},
    {.part = "thermal",
     .file = "thermal_networks_cross.csv",
     .table = &cf_probe_crossings,
     .networks = "thermal_networks.csv",
     .measure = {{"RC networks, first crossings", "first_crossing_s_or_-1", NULL, REL, 1e-8, ""}}},
    {.part = "thermal",
     .file = "soc28_conductance.csv",
     .measure = {{"chip, 28 nodes, exponential", NULL, NULL, ABS, 1e-6, "K"},
                 {"chip, 28 nodes, HotSpot", NULL, NULL, ABS, 0.01, "K"}}},
    {.part = "leakage",
     .file = "leakage_runaway.csv",
     .table = &cf_probe_leakage,
     .has_tolerance = true,
     .measure = {{"runaway, yes or no", "runaway", NULL, ABS, 0.0, ""},
                 {"temperature it settles at", "Tsteady_C", NULL, ABS, 1e-3, "K"},
                 {"time to a temperature", "time_from_Ta_to_probe_s", NULL, REL, 1e-6, ""}}},
    {.part = "tissue",
     .file = "pennes_sphere.csv",
     .table = &cf_probe_tissue,
     .measure = {{"sphere, closed form", "surface_rise_K_analytic", NULL, REL, 1e-6, ""},
                 {"sphere, five shells", "surface_rise_K_shells=surface_rise_K_analytic", NULL, REL, 0.02, ""}}},
    {.part = "storage",
     .file = "supercap.csv",
     .table = &cf_probe_storage,
     .has_tolerance = true,
     .measure = {{"capacitor, time under a load", "result_t_s_or_V", "esr_const_power_leak", REL, 1e-8, ""},
                 {"capacitor, voltage after a ramp", "result_t_s_or_V", "pwl_power_leak", REL, 1e-8, ""}}},
    {0}};

/* Comparing columns ------------------------------------------------------------------------------------------------ */

enum { COLUMNS = 4 };

/* A measure at work: which output is held against which column of the file. */
typedef struct pairing {
  unsigned count;
  unsigned output[COLUMNS];
  uint32_t column[COLUMNS];
} pairing;

typedef struct judge {
  const cf_verify_suite *suite;
  cf_verify_result *result;
  pairing pairs[CF_VERIFY_MEASURES];
  uint32_t case_column;
} judge;

static double error_of(cf_verify_kind kind, double got, double wanted) {
  if (isnan(got) && isnan(wanted)) return 0.0;
  if (isnan(got) || isnan(wanted)) return INFINITY;
  double off = fabs(got - wanted);
  return kind == CF_VERIFY_ABSOLUTE || off == 0.0 ? off : off / fabs(wanted);
}

static bool find_output(const cf_probe_table *table, const char *name, size_t length, unsigned *output) {
  for (*output = 0; table->output[*output].name; ++*output)
    if (strlen(table->output[*output].name) == length && memcmp(table->output[*output].name, name, length) == 0)
      return true;
  return false;
}

static bool find_columns(const cf_verify_measure *measure, const cf_probe_table *table, cf_csv *csv, pairing *pairs) {
  char reference[CF_CSV_NAME];
  for (const char *at = measure->columns; *at && pairs->count < COLUMNS;) {
    size_t whole = strcspn(at, ","), left = strcspn(at, ",="), skip = left < whole ? left + 1 : 0;
    snprintf(reference, sizeof reference, "%.*s", (int)(whole - skip), at + skip);
    unsigned c = pairs->count++;
    if (!cf_csv_need(csv, reference, &pairs->column[c])) return false;
    if (!find_output(table, at, left, &pairs->output[c]))
      return cf_csv_fail(csv, CF_CSV_ROW, "%s does not give '%.*s'", table->part, (int)left, at);
    at += whole + (at[whole] == ',');
  }
  return true;
}

static bool judge_begin(void *self, const cf_probe_table *table, cf_csv *csv, const uint32_t *column) {
  (void)column;
  judge *j = self;
  if (!cf_csv_find(csv, "case", &j->case_column)) j->case_column = CF_PROBE_NO_COLUMN;
  for (unsigned m = 0; j->suite->measure[m].component; m++)
    if (!find_columns(&j->suite->measure[m], table, csv, &j->pairs[m])) return false;
  return true;
}

static bool reference_of(cf_csv *csv, uint32_t column, cf_probe_write write, double *value) {
  int64_t unix_ns;
  if (write != CF_PROBE_TIME || cf_csv_empty(csv, column)) return cf_csv_double_or_nan(csv, column, 0, value);
  if (!cf_csv_instant(csv, column, &unix_ns)) return false;
  *value = (double)unix_ns * 1e-9;
  return true;
}

static bool judge_row(void *self, const cf_probe_table *table, const cf_probe_row *row) {
  judge *j = self;
  for (unsigned m = 0; j->suite->measure[m].component; m++) {
    const cf_verify_measure *measure = &j->suite->measure[m];
    const pairing *pairs = &j->pairs[m];
    if (measure->only && !cf_csv_is(row->csv, j->case_column, measure->only)) continue;
    j->result[m].rows++;
    for (unsigned c = 0; c < pairs->count; c++) {
      unsigned output = pairs->output[c];
      double wanted;
      if (!reference_of(row->csv, pairs->column[c], table->output[output].write, &wanted)) return false;
      j->result[m].error = fmax(j->result[m].error, error_of(measure->kind, row->out[output], wanted));
    }
  }
  return true;
}

/* The power trace -------------------------------------------------------------------------------------------------- */

/* Rows of temperatures by the number of the interval, from 1, in the first column. */
typedef struct expected {
  cf_csv csv;
  bool more;
  uint32_t interval;
  cf_verify_result *result;
} expected;

typedef struct expectations {
  expected exponential, peer;
} expectations;

static void advance(expected *rows) {
  rows->more = cf_csv_next(&rows->csv) && cf_csv_count(&rows->csv, 0, 1, UINT32_MAX - 1, &rows->interval);
}

static void compare(expected *rows, size_t interval, const double *temp_k) {
  if (!rows->more || rows->interval != interval + 1) return;
  for (uint32_t i = 1; i < rows->csv.count; i++) {
    double wanted_k;
    if (!cf_csv_double(&rows->csv, i, 0, &wanted_k)) return;
    rows->result->error = fmax(rows->result->error, fabs(temp_k[i - 1] - wanted_k));
  }
  rows->result->rows++;
  advance(rows);
}

static void compare_all(void *self, size_t interval, const double *temp_k, uint32_t nodes) {
  (void)nodes;
  expectations *all = self;
  compare(&all->exponential, interval, temp_k);
  compare(&all->peer, interval, temp_k);
}

static cf_status open_in(const char *folder, const char *name, cf_arena *arena, cf_csv_source *source, cf_diag *diag) {
  char path[CF_PATH_MAX];
  *source = (cf_csv_source){.file = name};
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (length < 0 || length >= CF_PATH_MAX) return cf_fail(diag, CF_IO, "the path of '%s' is too long", name);
  char *kept = cf_arena_copy(arena, path, (size_t)length);
  return kept ? cf_probe_open(kept, arena, source, diag) : cf_fail(diag, CF_INTERNAL, "no memory");
}

static cf_status expect(const char *folder, const char *name, bool header, cf_verify_result *result, expected *rows,
                        cf_arena *arena, cf_diag *diag) {
  cf_csv_source source;
  cf_status status = open_in(folder, name, arena, &source, diag);
  if (status) return status;
  rows->result = result;
  if (!cf_csv_begin(&rows->csv, source, CF_CSV_COMMAS, arena, diag)) return rows->csv.status;
  if (header && !cf_csv_header(&rows->csv)) return rows->csv.status;
  advance(rows);
  return rows->csv.status;
}

static cf_status run_trace(const char *folder, cf_verify_result *result, cf_arena *arena, cf_diag *diag) {
  cf_csv_source conductance, capacity, power;
  cf_graph *graph;
  cf_graph_powers *powers;
  expectations all = {0};
  cf_status status = expect(folder, "soc28_expm.csv", false, &result[0], &all.exponential, arena, diag);
  if (status == CF_OK) status = expect(folder, "soc28_peer.csv", true, &result[1], &all.peer, arena, diag);
  if (status == CF_OK) status = open_in(folder, "soc28_conductance.csv", arena, &conductance, diag);
  if (status == CF_OK) status = open_in(folder, "soc28_capacity.csv", arena, &capacity, diag);
  if (status == CF_OK) status = open_in(folder, "soc28_power.csv", arena, &power, diag);
  if (status == CF_OK) status = cf_probe_graph_read(conductance, capacity, arena, &graph, diag);
  if (status == CF_OK) status = cf_probe_powers_read(power, arena, &powers, diag);
  if (status) return status;
  cf_probe_trace trace = {graph, powers, 0.5, 308.15, compare_all, &all};
  status = cf_probe_trace_walk(&trace, arena, diag);
  if (status == CF_OK) status = all.exponential.csv.status;
  return status ? status : all.peer.csv.status;
}

static cf_status run_table(const cf_verify_suite *suite, const char *folder, double tolerance, cf_verify_result *result,
                           cf_arena *arena, cf_diag *diag) {
  judge j = {.suite = suite, .result = result};
  cf_probe_sink sink = {&j, judge_begin, judge_row};
  cf_probe_study study = cf_probe_study_new();
  cf_csv_source source;
  study.tolerance = tolerance;
  cf_status status = CF_OK;
  if (suite->networks) {
    status = open_in(folder, suite->networks, arena, &source, diag);
    if (status == CF_OK) status = cf_probe_networks_read(source, arena, &study.networks, diag);
  }
  if (status == CF_OK) status = open_in(folder, suite->file, arena, &source, diag);
  return status ? status : cf_probe_compute(suite->table, &study, source, &sink, arena, diag);
}

cf_status cf_verify_suite_run(const cf_verify_suite *suite, const char *folder, double tolerance,
                              cf_verify_result result[CF_VERIFY_MEASURES], cf_diag *diag) {
  memset(result, 0, CF_VERIFY_MEASURES * sizeof *result);
  cf_arena *arena = cf_arena_create(0);
  if (!arena) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_status status =
      suite->table ? run_table(suite, folder, tolerance, result, arena, diag) : run_trace(folder, result, arena, diag);
  cf_arena_destroy(arena);
  return status;
}
