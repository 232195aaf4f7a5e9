/* Runs of a campaign under the eyes of the user: workers, progress, signals, a sign of life for `status`. */
#ifndef CF_CLI_CONDUCT_H
#define CF_CLI_CONDUCT_H

#include "cli/command.h"
#include "cli/stop.h"
#include "sweep/worker.h"

typedef struct cf_conduct {
  const cf_cli *cli;
  const cf_campaign *campaign;
  cf_stop_watch *watch; /* without a thread: workers are forked */
  const char *name;     /* of the sign of life: "local", "part-7" */
  const char *shard;    /* of the shards; with `numbered` their number and ".db" follow */
  bool numbered;
  const char *command; /* for the shards */
  unsigned workers;
  uint32_t max_failures; /* UINT32_MAX: no limit */
  bool quiet;
} cf_conduct;

/* As cf_work. The shards are DIR/shards/SHARD-1.db ..., or DIR/shards/SHARD.db. CF_INTERRUPTED or CF_REQUEUE when a
 * signal has stopped it. */
cf_status cf_conduct_runs(const cf_conduct *conduct, const cf_round *round, uint32_t first, uint32_t count,
                          cf_work_state *state, cf_diag *diag);

/* "12.3 +- 0.4", the plus-minus sign where the terminal knows it; "12.3" where there is no interval, "-" where there is
 * nothing. */
cf_text cf_text_interval(const cf_terminal *terminal, const cf_moments *moments);

/* Processors of this machine, 1 to CF_WORK_MOST. */
unsigned cf_cores(void);

#endif
