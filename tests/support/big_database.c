#include "support/big_database.h"

#include "base/hash.h"
#include "base/random.h"
#include "store/file.h"
#include "store/rows.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

const char *const big_policy[BIG_POLICIES] = {"always-local", "always-escalate", "random", "confidence-threshold"};

static double normal(uint64_t a, uint64_t b) {
  return cf_inverse_normal(((double)(cf_hash2(a, b) >> 12) + 0.5) * 0x1p-52);
}

cf_run_row big_run(const big_size *size, uint32_t point, uint32_t rep, uint32_t policy) {
  static const double loss[BIG_POLICIES] = {120, 900, 300, 100}, used_j[BIG_POLICIES] = {80, 140, 100, 82};
  uint32_t run_id = ((point - 1) * size->reps + rep) * size->policies + policy + 1;
  double weather = normal(point, rep), own = normal(run_id, 1000003);
  bool failed = size->failed_every > 0 && run_id % size->failed_every == 0;
  return (cf_run_row){.run_id = run_id,
                      .point_id = point,
                      .scenario = "field",
                      .policy = big_policy[policy],
                      .rep = rep,
                      .seed = 1 + rep,
                      .status = failed ? CF_INTERNAL : CF_OK,
                      .error = failed ? "the store's curve has no root" : NULL,
                      .digest = {{cf_hash2(run_id, 1), cf_hash2(run_id, 2)}},
                      .math_id = UINT64_C(0xa1b2c3d4e5f60718),
                      .events = 1000000 + run_id,
                      .nodes = 100,
                      .sim_s = 30 * 86400.0,
                      .samples = 864000,
                      .decisions = 860000 - rep,
                      .loss = loss[policy] * (1 + 0.001 * point) + 20 * weather + 2 * own,
                      .episodes = 400,
                      .missed = 3 + policy,
                      .false_alarms = 40 + rep,
                      .accuracy = 0.98 - 0.01 * policy + 0.001 * weather + 0.0001 * own,
                      .base_rate = 0.02,
                      .local_frac = 0.9 - 0.1 * policy,
                      .heard_frac = policy > 0 ? 0.95 : (double)NAN,
                      .down_frac = 0.01 * fabs(weather),
                      .brownouts = 4,
                      .harvest_j = 4000 + 100 * weather,
                      .spilled_j = 3000,
                      .used_j = used_j[policy] * (1 - 0.0005 * point) + weather + 0.1 * own,
                      .hub_used_j = 4000,
                      .tokens = NAN,
                      .nats_gained = 45 + own,
                      .rise_mean_k = 0.25 + 0.01 * policy,
                      .heat_used_frac = 0.001,
                      .loop_gain = NAN,
                      .entropy_j_per_k = 12 + weather,
                      .temp_max_k = 323.15 + weather + 0.5 * policy,
                      .mean_air_k = 283.15 + 0.1 * weather,
                      .cost_usd = NAN,
                      .carbon_g = NAN,
                      .energy_residual = 1e-14,
                      .heat_residual = 2e-14,
                      .curve_error = 1e-4,
                      .curve_error_k = NAN,
                      .bit_residual = NAN,
                      .assumed = 64};
}

typedef struct maker {
  const big_size *size;
  sqlite3_stmt *run, *ledger, *gauge, *link, *point, *constant, *use;
} maker;

static int insert_ledger(const maker *to, const cf_run_row *run) {
  static const char *const account[] = {"boot",      "checkpoint", "converter", "decide",   "esr",   "harvest",
                                        "heat-kept", "leakage",    "radio-rx",  "radio-tx", "sense", "silicon",
                                        "sleep",     "spilled",    "stored",    "sun",      "think"};
  static const char *const hub_account[] = {"idle", "mains", "think"};
  enum { NODES = sizeof account / sizeof account[0], HUBS = sizeof hub_account / sizeof hub_account[0] };
  cf_cell cell[CF_MAX_COLUMNS];
  int rc = SQLITE_OK;
  for (int i = 0; rc == SQLITE_OK && i < HUBS + NODES; i++) {
    cf_ledger_row row = {.tier = i < HUBS ? "hub" : "node",
                         .grp = i < HUBS ? "gateways" : "sensors",
                         .account = i < HUBS ? hub_account[i] : account[i - HUBS],
                         .energy_j = run->used_j / (1 + i),
                         .heat_j = run->used_j / (2 + i),
                         .rise_k = i < HUBS ? (double)NAN : 0.01 * i};
    rc = cf_file_insert(to->ledger, cell, cf_cells_ledger(cell, run->run_id, &row));
  }
  return rc;
}

static int insert_run(const maker *to, const cf_run_row *run) {
  cf_cell cell[CF_MAX_COLUMNS];
  cf_run_bytes bytes;
  bool done = run->status == CF_OK;
  int rc = cf_file_insert(to->run, cell, cf_cells_run(cell, run, done ? CF_RUN_DONE : CF_RUN_FAILED, &bytes));
  cf_gauge gauge = {150, 1.5, 1e-5, 0.001, "night"};
  cf_link_row link = {0, "sx1301", 2000, 1900, 60, 30, 5, 3, 2, 1, 0, 125, 12};
  if (rc == SQLITE_OK) rc = cf_file_insert(to->gauge, cell, cf_cells_gauge(cell, run->run_id, &gauge));
  if (rc == SQLITE_OK) rc = cf_file_insert(to->link, cell, cf_cells_link(cell, run->run_id, &link));
  return rc == SQLITE_OK ? insert_ledger(to, run) : rc;
}

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static int insert_point(const maker *to, uint32_t point) {
  char label[64];
  double storage_f = 0.01 * point;
  snprintf(label, sizeof label, "storage_f=%.6g F", storage_f);
  cf_cell cell[CF_MAX_COLUMNS] = {
      {.type = CF_CELL_INTEGER, .as.integer = point}, text_cell(label), {.type = CF_CELL_REAL, .as.real = storage_f}};
  int rc = cf_file_insert(to->point, cell, 3);
  for (uint32_t i = 1; rc == SQLITE_OK && i <= to->size->constants; i++) {
    cell[1] = (cf_cell){.type = CF_CELL_INTEGER, .as.integer = i};
    rc = cf_file_insert(to->use, cell, 2);
  }
  for (uint32_t rep = 0; rc == SQLITE_OK && rep < to->size->reps; rep++)
    for (uint32_t policy = 0; rc == SQLITE_OK && policy < to->size->policies; policy++) {
      cf_run_row run = big_run(to->size, point, rep, policy);
      rc = insert_run(to, &run);
    }
  return rc;
}

static int insert_constants(const maker *to) {
  int rc = SQLITE_OK;
  for (uint32_t i = 1; rc == SQLITE_OK && i <= to->size->constants; i++) {
    char path[32];
    snprintf(path, sizeof path, "sensors.part.%u", i);
    cf_constant row = {.path = path,
                       .value = i,
                       .unit = "J",
                       .low = NAN,
                       .high = NAN,
                       .status = 'A',
                       .source = "made up",
                       .locator = ""};
    cf_cell cell[CF_MAX_COLUMNS];
    rc = cf_file_insert(to->constant, cell, cf_cells_constant(cell, i, &row));
  }
  return rc;
}

static int fill(sqlite3 *database, maker *to) {
  static const char axis[] =
      "ALTER TABLE points ADD COLUMN storage_f REAL;"
      "INSERT INTO axis VALUES ('storage_f', 'fleet.sensors.storage.capacitance', 'F'); BEGIN";
  struct {
    sqlite3_stmt **statement;
    cf_relation_id id;
  } list[] = {
      {&to->run, CF_TABLE_RUN},   {&to->ledger, CF_TABLE_LEDGER},           {&to->gauge, CF_TABLE_GAUGE},
      {&to->link, CF_TABLE_LINK}, {&to->constant, CF_TABLE_CONSTANT_VALUE}, {&to->use, CF_TABLE_POINT_CONSTANT}};
  enum { LISTED = sizeof list / sizeof list[0] };
  int rc = sqlite3_exec(database, axis, NULL, NULL, NULL);
  for (int i = 0; rc == SQLITE_OK && i < LISTED; i++)
    rc = cf_file_prepare(database, list[i].id, false, list[i].statement);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(database, "INSERT INTO points VALUES (?, ?, ?)", -1, &to->point, NULL);
  if (rc == SQLITE_OK) rc = insert_constants(to);
  for (uint32_t point = 1; rc == SQLITE_OK && point <= to->size->points; point++) rc = insert_point(to, point);
  for (int i = 0; i < LISTED; i++) sqlite3_finalize(*list[i].statement);
  sqlite3_finalize(to->point);
  return rc == SQLITE_OK ? sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) : rc;
}

bool big_database_make(const char *path, const big_size *size) {
  cf_diag diag;
  cf_diag_init(&diag);
  sqlite3 *database = NULL;
  maker to = {.size = size};
  cf_status status = cf_file_make(path, CF_KIND_RESULTS, false, NULL, NULL, &database, &diag);
  if (status == CF_OK && fill(database, &to) != SQLITE_OK)
    status = cf_file_error(database, path, "fill the database", &diag);
  if (status == CF_OK) status = cf_database_index(database, &diag);
  if (database && cf_file_settle(&database, path, &diag) != CF_OK) status = CF_IO;
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  return status == CF_OK;
}
