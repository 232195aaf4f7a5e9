/* What the views of a results database cost, in processor time: 1e5 runs of a sweep, 250 points of 100 replications of
 * 4 policies, with 20 rows of ledger each. Views that sum up are read whole; those with rows for every run are asked
 * for one run, and counted. Run from anywhere; makes 170 MB under /tmp for the while. */
#include "bench/yardstick.h"

#include "store/query.h"
#include "store/tables.h"
#include "support/big_database.h"

#include <string.h>
#include <unistd.h>

enum { REPEATS = 3 };

static cf_status count_row(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names, (void)cell;
  ++*(uint64_t *)self;
  return CF_OK;
}

/* False after saying why. */
static bool time_query(cf_database *database, const char *name, const char *sql) {
  double sample[REPEATS];
  cf_diag diag;
  cf_diag_init(&diag);
  for (int r = 0; r < REPEATS; r++) {
    uint64_t rows = 0;
    double start = yardstick_cpu_ns();
    if (cf_query_rows(database, sql, NULL, count_row, &rows, &diag) != CF_OK) {
      cf_diag_print(&diag, stderr, false);
      return false;
    }
    sample[r] = (yardstick_cpu_ns() - start) * 1e-9;
  }
  printf("%s,%.4f,s\n", name, yardstick_median(sample, REPEATS));
  fflush(stdout);
  return true;
}

static bool is_in(const char *name, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(name, list[i]) == 0) return true;
  return false;
}

static bool time_view(cf_database *database, const char *view) {
  static const char *const of_runs[] = {"constant",   "v_energy_balance", "v_decision_cost", "v_coldest",
                                        "v_autonomy", "v_accuracy",       "v_landauer"};
  char sql[96], name[64];
  if (!is_in(view, of_runs, sizeof of_runs / sizeof of_runs[0])) {
    snprintf(sql, sizeof sql, "SELECT * FROM %s", view);
    return time_query(database, view, sql);
  }
  snprintf(name, sizeof name, "%s_one_run", view);
  snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE run_id = 50001", view);
  if (!time_query(database, name, sql)) return false;
  snprintf(name, sizeof name, "%s_count", view);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", view);
  return strcmp(view, "constant") == 0 || time_query(database, name, sql); /* it would count 1e7 rows */
}

static bool time_views(const char *path) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database;
  if (cf_database_open(path, &database, &diag) != CF_OK) {
    cf_diag_print(&diag, stderr, false);
    return false;
  }
  bool good = true;
  for (cf_relation_id id = CF_VIEW_FIRST; good && id < CF_RELATIONS; id++)
    good = time_view(database, cf_relation_of(id)->name);
  cf_database_close(database);
  return good;
}

int main(void) {
  char directory[] = "/tmp/cf-views-XXXXXX", path[64];
  if (!mkdtemp(directory)) {
    fprintf(stderr, "cannot make a directory under /tmp\n");
    return 1;
  }
  snprintf(path, sizeof path, "%s/views.db", directory);
  const big_size size = {.points = 250, .reps = 100, .policies = BIG_POLICIES, .failed_every = 997, .constants = 100};
  bool good = big_database_make(path, &size) && time_views(path);
  unlink(path);
  rmdir(directory);
  return good ? 0 : 1;
}
