#include "store/exec.h"

#include "store/file.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

struct cf_exec {
  char *path;
  cf_exec_host host;
  sqlite3 *database;
  sqlite3_stmt *insert;
};

cf_status cf_exec_host_make(cf_exec_host *host, const char *version, const char *command, uint32_t threads,
                            cf_diag *diag) {
  *host = (cf_exec_host){
      .version = version ? strdup(version) : NULL, .command = command ? strdup(command) : NULL, .threads = threads};
  if ((version && !host->version) || (command && !host->command)) {
    cf_exec_host_free(host);
    return cf_fail(diag, CF_INTERNAL, "no memory for the description of the execution");
  }
  if (uname(&host->system) != 0) memset(&host->system, 0, sizeof host->system);
  return CF_OK;
}

void cf_exec_host_free(cf_exec_host *host) {
  free(host->version);
  free(host->command);
  host->version = host->command = NULL;
}

static void destroy(cf_exec *exec) {
  cf_exec_host_free(&exec->host);
  free(exec->path);
  free(exec);
}

cf_status cf_exec_open(const cf_exec_options *options, cf_exec **opened, cf_diag *diag) {
  *opened = NULL;
  cf_exec *exec = calloc(1, sizeof *exec);
  if (!exec) return cf_fail(diag, CF_INTERNAL, "no memory for the database of the execution");
  exec->path = strdup(options->path);
  cf_status status = exec->path
                         ? cf_exec_host_make(&exec->host, options->version, options->command, options->threads, diag)
                         : cf_fail(diag, CF_INTERNAL, "no memory for the database of the execution");
  if (status == CF_OK)
    status = cf_file_make(exec->path, CF_KIND_EXEC, options->replace, NULL, NULL, &exec->database, diag);
  if (status == CF_OK && cf_file_prepare(exec->database, CF_TABLE_RUN_EXEC, true, &exec->insert) != SQLITE_OK) {
    status = cf_file_error(exec->database, exec->path, "write the database", diag);
    sqlite3_close(exec->database);
  }
  if (status == CF_OK)
    *opened = exec;
  else
    destroy(exec);
  return status;
}

static cf_cell integer(int64_t value) {
  return value > 0 ? (cf_cell){.type = CF_CELL_INTEGER, .as.integer = value} : (cf_cell){.type = CF_CELL_NULL};
}

static cf_cell real(double value) {
  return isfinite(value) ? (cf_cell){.type = CF_CELL_REAL, .as.real = value} : (cf_cell){.type = CF_CELL_NULL};
}

static cf_cell text(const char *value) {
  return value && value[0] ? (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(value), .as.text = value}
                           : (cf_cell){.type = CF_CELL_NULL};
}

uint32_t cf_cells_exec(cf_cell *cell, const cf_exec_host *host, const cf_exec_row *row, cf_exec_text *texts) {
  static const char *const state[] = {"unfinished", "done", "failed"};
  struct tm utc;
  if (!gmtime_r(&row->ended, &utc) || strftime(texts->ended, sizeof texts->ended, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
    snprintf(texts->ended, sizeof texts->ended, "unknown");
  snprintf(texts->os, sizeof texts->os, "%s %s", host->system.sysname, host->system.release);
  struct rusage usage;
  int64_t rss_bytes = getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
  const cf_cell row_cells[] = {
    integer(row->run_id),
    text(state[row->state]),
    text(texts->ended),
    real(row->wall_s),
    real(row->cpu_s),
    real((double)row->events / row->wall_s),
    integer(rss_bytes),
    integer(host->threads),
    integer(sysconf(_SC_NPROCESSORS_ONLN)),
    text(host->system.nodename),
    text(host->system.machine),
    text(texts->os),
#if defined __clang__
    text(__VERSION__),
#else
    text("gcc " __VERSION__),
#endif
    text(host->version),
    text(host->command)
  };
  memcpy(cell, row_cells, sizeof row_cells);
  return sizeof row_cells / sizeof row_cells[0];
}

cf_status cf_exec_put(cf_exec *exec, const cf_exec_row *row, cf_diag *diag) {
  cf_cell cell[CF_MAX_COLUMNS];
  cf_exec_text texts;
  uint32_t count = cf_cells_exec(cell, &exec->host, row, &texts);
  cf_status status = cf_cells_check(cell, count, CF_TABLE_RUN_EXEC, row->run_id, diag);
  if (status != CF_OK) return status;
  if (cf_file_insert(exec->insert, cell, count) != SQLITE_OK)
    return cf_file_error(exec->database, exec->path, "write the database", diag);
  return CF_OK;
}

cf_status cf_exec_close(cf_exec *exec, cf_diag *diag) {
  if (!exec) return CF_OK;
  sqlite3_finalize(exec->insert);
  cf_status status = cf_file_settle(&exec->database, exec->path, diag);
  destroy(exec);
  return status;
}
