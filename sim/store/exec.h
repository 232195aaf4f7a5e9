/* The database of the execution, beside the results: what differs between two honest repetitions of a run, namely
 * when, where and how fast it was executed. Its rows stand in the order in which the runs were written. */
#ifndef CF_STORE_EXEC_H
#define CF_STORE_EXEC_H

#include "base/diag.h"
#include "fleet/recorder.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/utsname.h>
#include <time.h>

typedef struct cf_exec cf_exec;

typedef struct cf_exec_options {
  const char *path;
  bool replace;
  const char *version; /* may be NULL */
  const char *command; /* may be NULL */
  uint32_t threads;    /* 0: not known */
} cf_exec_options;

/* How one run was executed. */
typedef struct cf_exec_row {
  uint32_t run_id;
  cf_run_state state;
  uint64_t events;
  double wall_s, cpu_s; /* NAN: not known */
  time_t ended;
} cf_exec_row;

/* Where the runs are executed: what is the same for all of them. */
typedef struct cf_exec_host {
  char *version, *command; /* NULL: not known */
  uint32_t threads;
  struct utsname system;
} cf_exec_host;

cf_status cf_exec_host_make(cf_exec_host *host, const char *version, const char *command, uint32_t threads,
                            cf_diag *diag);
void cf_exec_host_free(cf_exec_host *host);

/* A row of table run_exec, as rows.h; `text` must live as long as the cells. */
typedef struct cf_exec_text {
  char ended[32], os[132];
} cf_exec_text;
uint32_t cf_cells_exec(cf_cell *cell, const cf_exec_host *host, const cf_exec_row *row, cf_exec_text *text);

cf_status cf_exec_open(const cf_exec_options *options, cf_exec **opened, cf_diag *diag);
cf_status cf_exec_put(cf_exec *exec, const cf_exec_row *row, cf_diag *diag);
cf_status cf_exec_close(cf_exec *exec, cf_diag *diag); /* NULL is fine */

#endif
