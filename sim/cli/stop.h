/* Stops a batch in good order: SIGINT, SIGTERM and SIGUSR1 set a flag that the runs look at.
 *
 * A thread waits for the signals, so no handler and no global variable is needed. All threads that are started while
 * the watch exists inherit the blocked signals. A second signal ends the process at once; what was committed stays. */
#ifndef CF_CLI_STOP_H
#define CF_CLI_STOP_H

#include "base/status.h"

#include <stdbool.h>

typedef struct cf_stop_watch cf_stop_watch;

/* NULL when no thread can be started. */
cf_stop_watch *cf_stop_watch_start(void);

/* The same without a thread, for a process that forks: signals wait until they are asked for. NULL: no memory. */
cf_stop_watch *cf_stop_watch_alone(void);
/* Looks whether signals have come. Only for one without a thread. */
void cf_stop_poll(cf_stop_watch *watch);
/* Gives it its thread. False when none can be started. */
bool cf_stop_attend(cf_stop_watch *watch);

void cf_stop_watch_end(cf_stop_watch *watch);

/* Nonzero after the first signal. It is written by another thread: read it with __atomic_load_n. */
const volatile int *cf_stop_flag(const cf_stop_watch *watch);

/* CF_OK, CF_INTERRUPTED (SIGINT) or CF_REQUEUE (SIGTERM, SIGUSR1). */
cf_status cf_stop_status(const cf_stop_watch *watch);

#endif
