#include "store/shard.h"

#include "store/file.h"
#include "store/gather.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* Tables that a run has rows in; the execution last. */
static const cf_relation_id of_run[] = {CF_TABLE_RUN,         CF_TABLE_LEDGER,   CF_TABLE_NODE,
                                        CF_TABLE_POWER_EVENT, CF_TABLE_DECISION, CF_TABLE_SERIES,
                                        CF_TABLE_LINK,        CF_TABLE_GAUGE,    CF_TABLE_RUN_EXEC};
enum { TABLES = sizeof of_run / sizeof of_run[0] };

struct cf_shard {
  char *path, *sha256;
  char directory[PATH_BYTES];
  cf_exec_host host;
  sqlite3 *database;
  sqlite3_stmt *insert[CF_RELATIONS], *remove[CF_RELATIONS];
  sqlite3_stmt *begin, *commit, *find;
  bool gathering;
  cf_gather gather;
};

static cf_status error(const cf_shard *shard, cf_diag *diag) {
  if ((sqlite3_errcode(shard->database) & 0xff) == SQLITE_BUSY)
    return cf_fail(diag, CF_IO, "%s: another process is writing this shard", shard->path);
  return cf_file_error(shard->database, shard->path, "write the shard", diag);
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static cf_status fill(void *self, sqlite3 *database, cf_diag *diag) {
  const cf_shard *shard = self;
  sqlite3_stmt *insert = NULL;
  cf_cell product[] = {text_cell("product"), text_cell("coldfleet")};
  cf_cell plan[] = {text_cell("plan_sha256"), text_cell(shard->sha256)};
  int rc = cf_file_prepare(database, CF_TABLE_META, false, &insert);
  if (rc == SQLITE_OK) rc = cf_file_insert(insert, product, 2);
  if (rc == SQLITE_OK) rc = cf_file_insert(insert, plan, 2);
  sqlite3_finalize(insert);
  return rc == SQLITE_OK ? CF_OK : cf_file_error(database, shard->path, "make the shard", diag);
}

/* Whether the open file is a shard of the plan. */
static cf_status check_plan(sqlite3 *database, const char *path, const char *sha256, cf_diag *diag) {
  sqlite3_stmt *find = NULL;
  int rc = sqlite3_prepare_v2(database, "SELECT value FROM meta WHERE key = 'plan_sha256'", -1, &find, NULL);
  bool row = rc == SQLITE_OK && sqlite3_step(find) == SQLITE_ROW;
  const char *found = row ? (const char *)sqlite3_column_text(find, 0) : NULL;
  cf_status status = CF_OK;
  if (!found) {
    int code = sqlite3_errcode(database) & 0xff;
    status = code == SQLITE_BUSY || code == SQLITE_LOCKED
                 ? cf_fail(diag, CF_IO, "%s: another process is writing this shard", path)
                 : cf_fail(diag, CF_INPUT, "%s: is damaged: %s", path, sqlite3_errmsg(database));
  } else if (strcmp(found, sha256) != 0) {
    status =
        cf_fail(diag, CF_INPUT, "%s: is a shard of another plan (%.12s...; this one is %.12s...)", path, found, sha256);
  }
  sqlite3_finalize(find);
  return status;
}

/* The header says how many pages there are; a file that is shorter was cut. Pages of a WAL file are not in it yet. */
static cf_status check_length(const char *path, cf_diag *diag) {
  unsigned char header[32];
  char wal[PATH_BYTES];
  struct stat about;
  FILE *file = fopen(path, "rb");
  size_t got = file ? fread(header, 1, sizeof header, file) : 0;
  if (file) fclose(file);
  if (got < sizeof header || stat(path, &about) != 0) return cf_fail(diag, CF_INPUT, "%s: is truncated", path);
  int64_t page = (int64_t)header[16] << 8 | header[17];
  int64_t pages = (int64_t)header[28] << 24 | (int64_t)header[29] << 16 | (int64_t)header[30] << 8 | header[31];
  snprintf(wal, sizeof wal, "%s-wal", path);
  if (page == 1) page = 65536;
  if (about.st_size < page * pages && access(wal, F_OK) != 0)
    return cf_fail(diag, CF_INPUT, "%s: is truncated: %" PRId64 " bytes are there of %" PRId64, path,
                   (int64_t)about.st_size, page * pages);
  return CF_OK;
}

static cf_status check_file(const char *path, cf_diag *diag) {
  int64_t id = cf_file_application_id(path);
  if (id < 0) return cf_fail(diag, CF_IO, "%s: cannot be read", path);
  if (cf_file_kind_of(id) == CF_KIND_SHARD) return check_length(path, diag);
  struct stat about;
  if (id == 0 && stat(path, &about) == 0 && about.st_size < 100)
    return cf_fail(diag, CF_INPUT, "%s: is truncated", path);
  return cf_fail(diag, CF_INPUT, "%s: is not a shard of a sweep", path);
}

static cf_status open_existing(cf_shard *shard, cf_diag *diag) {
  cf_status status = check_file(shard->path, diag);
  if (status != CF_OK) return status;
  int rc = sqlite3_open_v2(shard->path, &shard->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(shard->database, CF_FILE_PATIENCE_MS); /* somebody may be glancing */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(shard->database,
                      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                      "PRAGMA cell_size_check = ON; BEGIN IMMEDIATE; COMMIT",
                      NULL, NULL, NULL);
  if (rc != SQLITE_OK) return error(shard, diag);
  return check_plan(shard->database, shard->path, shard->sha256, diag);
}

static int prepare(cf_shard *shard) {
  sqlite3 *database = shard->database;
  int rc = sqlite3_prepare_v3(database, "BEGIN IMMEDIATE", -1, SQLITE_PREPARE_PERSISTENT, &shard->begin, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v3(database, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &shard->commit, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v3(database, "SELECT 1 FROM run WHERE run_id = ?", -1, SQLITE_PREPARE_PERSISTENT, &shard->find,
                            NULL);
  for (int i = 0; rc == SQLITE_OK && i < TABLES; i++) {
    cf_relation_id id = of_run[i];
    char sql[96];
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE run_id = ?", cf_relation_of(id)->name);
    rc = cf_file_prepare(database, id, false, &shard->insert[id]);
    if (rc == SQLITE_OK)
      rc = sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &shard->remove[id], NULL);
  }
  return rc;
}

static void destroy(cf_shard *shard) {
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    sqlite3_finalize(shard->insert[id]);
    sqlite3_finalize(shard->remove[id]);
  }
  sqlite3_finalize(shard->begin);
  sqlite3_finalize(shard->commit);
  sqlite3_finalize(shard->find);
  if (shard->gathering) cf_gather_free(&shard->gather);
  sqlite3_close(shard->database);
  cf_exec_host_free(&shard->host);
  free(shard->path);
  free(shard->sha256);
  free(shard);
}

cf_status cf_shard_open(const cf_shard_options *options, cf_shard **opened, cf_diag *diag) {
  *opened = NULL;
  cf_shard *shard = calloc(1, sizeof *shard);
  if (!shard) return cf_fail(diag, CF_INTERNAL, "no memory for the shard %s", options->path);
  shard->path = strdup(options->path);
  shard->sha256 = strdup(options->plan_sha256);
  cf_status status = shard->path && shard->sha256
                         ? cf_exec_host_make(&shard->host, options->version, options->command, 1, diag)
                         : cf_fail(diag, CF_INTERNAL, "no memory for the shard %s", options->path);
  if (status == CF_OK) status = cf_file_directory(shard->path, shard->directory, sizeof shard->directory, diag);
  if (status == CF_OK) {
    if (access(shard->path, F_OK) == 0)
      status = open_existing(shard, diag);
    else
      status = cf_file_make(shard->path, CF_KIND_SHARD, false, fill, shard, &shard->database, diag);
  }
  if (status == CF_OK && prepare(shard) != SQLITE_OK) status = error(shard, diag);
  if (status == CF_OK)
    *opened = shard;
  else
    destroy(shard);
  return status;
}

cf_status cf_shard_close(cf_shard *shard, cf_diag *diag) {
  if (!shard) return CF_OK;
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    sqlite3_finalize(shard->insert[id]);
    sqlite3_finalize(shard->remove[id]);
    shard->insert[id] = shard->remove[id] = NULL;
  }
  sqlite3_finalize(shard->begin);
  sqlite3_finalize(shard->commit);
  sqlite3_finalize(shard->find);
  shard->begin = shard->commit = shard->find = NULL;
  cf_status status = cf_file_settle(&shard->database, shard->path, diag);
  destroy(shard);
  return status;
}

/* ---- the recorder ------------------------------------------------------------------------------------------------ */

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_shard *shard = self;
  (void)diag;
  if (shard->gathering) cf_gather_free(&shard->gather);
  cf_gather_begin(&shard->gather, row, shard->directory);
  shard->gathering = true;
  return CF_OK;
}

static cf_status gathered(const cf_shard *shard, uint32_t run_id, cf_diag *diag) {
  if (shard->gathering && shard->gather.run_id == run_id) return CF_OK;
  return cf_fail(diag, CF_INTERNAL, "run %u has not begun, or has ended", run_id);
}

#define ON_ROW(name, type)                                                                  \
  static cf_status on_##name(void *self, uint32_t run_id, const type *row, cf_diag *diag) { \
    cf_shard *shard = self;                                                                 \
    cf_status status = gathered(shard, run_id, diag);                                       \
    return status == CF_OK ? cf_gather_##name(&shard->gather, row, diag) : status;          \
  }
ON_ROW(decision, cf_decision_row)
ON_ROW(power_event, cf_power_event_row)
ON_ROW(series, cf_series_row)
ON_ROW(node, cf_node_row)
ON_ROW(ledger, cf_ledger_row)
ON_ROW(link, cf_link_row)
ON_ROW(gauge, cf_gauge)

static int run_once(sqlite3_stmt *statement) {
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}

static int remove_earlier(cf_shard *shard, uint32_t run_id) {
  sqlite3_bind_int64(shard->find, 1, run_id);
  bool there = sqlite3_step(shard->find) == SQLITE_ROW;
  int rc = sqlite3_reset(shard->find);
  for (int i = 0; there && rc == SQLITE_OK && i < TABLES; i++) {
    sqlite3_bind_int64(shard->remove[of_run[i]], 1, run_id);
    rc = run_once(shard->remove[of_run[i]]);
  }
  return rc;
}

static cf_status write_row(void *self, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag) {
  cf_shard *shard = self;
  return cf_file_insert(shard->insert[relation], cell, count) == SQLITE_OK ? CF_OK : error(shard, diag);
}

static cf_status write_exec(cf_shard *shard, cf_diag *diag) {
  cf_cell cell[CF_MAX_COLUMNS];
  cf_exec_text text;
  uint32_t count = cf_cells_exec(cell, &shard->host, &shard->gather.exec, &text);
  cf_status status = cf_cells_check(cell, count, CF_TABLE_RUN_EXEC, shard->gather.run_id, diag);
  return status == CF_OK ? write_row(shard, CF_TABLE_RUN_EXEC, cell, count, diag) : status;
}

static cf_status commit(cf_shard *shard, cf_diag *diag) {
  if (run_once(shard->begin) != SQLITE_OK) return error(shard, diag);
  cf_status status = remove_earlier(shard, shard->gather.run_id) == SQLITE_OK ? CF_OK : error(shard, diag);
  if (status == CF_OK) status = cf_gather_read(&shard->gather, write_row, shard, diag);
  if (status == CF_OK) status = write_exec(shard, diag);
  if (status == CF_OK && run_once(shard->commit) != SQLITE_OK) status = error(shard, diag);
  /* A full disk may have rolled back already; then this one does nothing. */
  if (status != CF_OK) sqlite3_exec(shard->database, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

static cf_status on_end(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_shard *shard = self;
  cf_status status = gathered(shard, row->run_id, diag);
  if (status != CF_OK) return status;
  if (cf_gather_state(row->status) != CF_RUN_UNFINISHED) {
    status = cf_gather_end(&shard->gather, row, diag);
    if (status == CF_OK) status = commit(shard, diag);
  }
  cf_gather_free(&shard->gather);
  shard->gathering = false;
  return status;
}

cf_recorder cf_shard_recorder(cf_shard *shard) {
  return (cf_recorder){.self = shard,
                       .begin = on_begin,
                       .decision = on_decision,
                       .power_event = on_power_event,
                       .series = on_series,
                       .node = on_node,
                       .ledger = on_ledger,
                       .link = on_link,
                       .gauge = on_gauge,
                       .end = on_end};
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static cf_status scan_error(sqlite3 *database, const char *path, cf_diag *diag) {
  int code = database ? sqlite3_errcode(database) & 0xff : SQLITE_NOMEM;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return cf_fail(diag, CF_IO, "%s: another process is writing this shard", path);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR)
    return cf_fail(diag, CF_INPUT, "%s: is damaged: %s", path, sqlite3_errmsg(database));
  return cf_file_error(database, path, "read the shard", diag);
}

cf_status cf_shard_settle(const char *path, const char *plan_sha256, cf_diag *diag) {
  cf_status status = check_file(path, diag);
  if (status != CF_OK) return status;
  sqlite3 *database = NULL;
  int rc = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  /* Folds in what a killed writer left in its WAL file. With nothing to fold in a read-only place is good enough. */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(database,
                      "PRAGMA cell_size_check = ON; PRAGMA locking_mode = EXCLUSIVE;"
                      "PRAGMA journal_mode = DELETE; SELECT count(*) FROM sqlite_schema",
                      NULL, NULL, NULL);
  status = rc == SQLITE_OK ? check_plan(database, path, plan_sha256, diag) : scan_error(database, path, diag);
  sqlite3_close(database);
  return status;
}

static cf_status scan_rows(sqlite3 *database, sqlite3_stmt *rows, const char *path, cf_shard_row row, void *self,
                           cf_diag *diag) {
  for (;;) {
    int rc = sqlite3_step(rows);
    if (rc == SQLITE_DONE) return CF_OK;
    if (rc != SQLITE_ROW) return scan_error(database, path, diag);
    const char *state = (const char *)sqlite3_column_text(rows, 1);
    if (!state) return cf_fail(diag, CF_INPUT, "%s: is damaged: a run without a status", path);
    cf_shard_run run = {.run_id = (uint32_t)sqlite3_column_int64(rows, 0),
                        .done = strcmp(state, "done") == 0,
                        .error = (const char *)sqlite3_column_text(rows, 3),
                        .wall_s = sqlite3_column_double(rows, 4),
                        .cpu_s = sqlite3_column_double(rows, 5),
                        .value = NAN};
    const unsigned char *digest = sqlite3_column_blob(rows, 2);
    if (digest && sqlite3_column_bytes(rows, 2) == 16)
      for (int i = 0; i < 16; i++) run.digest.lane[i / 8] = run.digest.lane[i / 8] << 8 | digest[i];
    if (sqlite3_column_type(rows, 6) != SQLITE_NULL) run.value = sqlite3_column_double(rows, 6);
    cf_status status = row(self, &run, diag);
    if (status != CF_OK) return status;
  }
}

static cf_status read_runs(const char *path, const char *plan_sha256, const char *column, cf_shard_row row, void *self,
                           cf_diag *diag) {
  sqlite3 *database = NULL;
  sqlite3_stmt *rows = NULL;
  char sql[256];
  snprintf(sql, sizeof sql,
           "SELECT run_id, run.status, digest, error, wall_s, cpu_s, %s FROM run LEFT JOIN run_exec USING (run_id) "
           "ORDER BY run_id",
           column && cf_relation_column(cf_relation_of(CF_TABLE_RUN), column) >= 0 ? column : "NULL");
  int rc = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_exec(database, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
  cf_status status = rc == SQLITE_OK ? check_plan(database, path, plan_sha256, diag) : scan_error(database, path, diag);
  if (status == CF_OK) {
    rc = sqlite3_prepare_v2(database, sql, -1, &rows, NULL);
    status = rc == SQLITE_OK ? scan_rows(database, rows, path, row, self, diag) : scan_error(database, path, diag);
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
  return status;
}

cf_status cf_shard_scan(const char *path, const char *plan_sha256, const char *column, cf_shard_row row, void *self,
                        cf_diag *diag) {
  cf_status status = cf_shard_settle(path, plan_sha256, diag);
  return status == CF_OK ? read_runs(path, plan_sha256, column, row, self, diag) : status;
}

cf_status cf_shard_glance(const char *path, const char *plan_sha256, const char *column, cf_shard_row row, void *self,
                          cf_diag *diag) {
  char wal[PATH_BYTES];
  cf_status status = check_file(path, diag);
  if (status != CF_OK) return status;
  if (snprintf(wal, sizeof wal, "%s-wal", path) < PATH_BYTES && access(wal, F_OK) == 0)
    return cf_fail(diag, CF_IO, "%s: is being written, or was left so by a killed writer", path);
  return read_runs(path, plan_sha256, column, row, self, diag);
}
