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
  char *version; /* NULL: not known */
  char *command;
  uint32_t threads;
  struct utsname system;
  sqlite3 *database;
  sqlite3_stmt *insert;
};

static void destroy(cf_exec *exec) {
  free(exec->path);
  free(exec->version);
  free(exec->command);
  free(exec);
}

cf_status cf_exec_open(const cf_exec_options *options, cf_exec **opened, cf_diag *diag) {
  *opened = NULL;
  cf_exec *exec = calloc(1, sizeof *exec);
  if (!exec) return cf_fail(diag, CF_INTERNAL, "no memory for the database of the execution");
  exec->path = strdup(options->path);
  exec->version = options->version ? strdup(options->version) : NULL;
  exec->command = options->command ? strdup(options->command) : NULL;
  exec->threads = options->threads;
  if (uname(&exec->system) != 0) memset(&exec->system, 0, sizeof exec->system);
  cf_status status = exec->path ? cf_file_make(exec->path, true, options->replace, NULL, NULL, &exec->database, diag)
                                : cf_fail(diag, CF_INTERNAL, "no memory for the database of the execution");
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

cf_status cf_exec_put(cf_exec *exec, const cf_exec_row *row, cf_diag *diag) {
  static const char *const state[] = {"unfinished", "done", "failed"};
  char ended[32] = "unknown", os[2 * sizeof exec->system.sysname + 2];
  struct tm utc;
  if (gmtime_r(&row->ended, &utc)) strftime(ended, sizeof ended, "%Y-%m-%dT%H:%M:%SZ", &utc);
  snprintf(os, sizeof os, "%s %s", exec->system.sysname, exec->system.release);
  struct rusage usage;
  int64_t rss_bytes = getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
  const cf_cell cell[] = {
    integer(row->run_id),
    text(state[row->state]),
    text(ended),
    real(row->wall_s),
    real(row->cpu_s),
    real((double)row->events / row->wall_s),
    integer(rss_bytes),
    integer(exec->threads),
    integer(sysconf(_SC_NPROCESSORS_ONLN)),
    text(exec->system.nodename),
    text(exec->system.machine),
    text(os),
#if defined __clang__
    text(__VERSION__),
#else
    text("gcc " __VERSION__),
#endif
    text(exec->version),
    text(exec->command)
  };
  uint32_t count = sizeof cell / sizeof cell[0];
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
