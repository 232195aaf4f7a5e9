/* How far a set of runs has come: a bar with the time left on a terminal, else one line per ten seconds.
 *
 * The runs' threads call cf_progress_run; a mutex inside makes that safe. Nothing here influences a run. */
#ifndef CF_CLI_PROGRESS_H
#define CF_CLI_PROGRESS_H

#include "cli/terminal.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct cf_progress cf_progress;

/* What a line says; pure. */
typedef struct cf_progress_state {
  uint32_t done, runs;
  double share; /* of the simulated time of all runs, 0..1 */
  double events;
  double elapsed_s;
  const char *note; /* stands behind the rest: "loss 12.3 +- 0.4"; NULL: nothing */
} cf_progress_state;
void cf_progress_line(const cf_terminal *terminal, const cf_progress_state *state, char *line, size_t size);

/* `now_s` is a clock (NULL: the monotonic one; tests bring their own). NULL when
 * there is no memory. A quiet one prints nothing at all. */
cf_progress *cf_progress_create(const cf_terminal *terminal, uint32_t runs, bool quiet, double (*now_s)(void));
void cf_progress_destroy(cf_progress *progress);

/* How long that run will be; before the runs start. Runs count from 1. */
void cf_progress_length(cf_progress *progress, uint32_t run_id, int64_t run_ns);

/* The callback of cf_simulation; `self` is the cf_progress. */
void cf_progress_run(void *self, uint32_t run_id, int64_t now_ns, uint64_t events);
/* That run is over; `events` is its final count. */
void cf_progress_run_done(cf_progress *progress, uint32_t run_id, uint64_t events);

/* For work that is watched from outside (other processes do it): draws this state. Create it with `runs` 0. */
void cf_progress_show(cf_progress *progress, const cf_progress_state *state);

/* The last line: what was done, in how long, on how many cores, into which file. Erases the bar. */
void cf_progress_finish(cf_progress *progress, unsigned cores, const char *database);
/* Erases the bar, so that something else can be printed. */
void cf_progress_clear(cf_progress *progress);

#endif
