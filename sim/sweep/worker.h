/* Works off a list of runs of a campaign in processes of their own.
 *
 * The caller's process only watches; it should have one thread, because it forks. Each worker writes one shard and
 * takes the next runs off a list in shared memory (board.h). A worker that dies is replaced: a run that crashed its
 * worker (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, or an exit in the middle) is recorded as failed by the next one; a
 * run whose worker was killed otherwise is tried once more, then recorded as failed. What is committed stays. On `stop`
 * workers finish nothing: the run at hand is given up, the shard closed. Workers die with the process that started
 * them, and leave SIGINT, SIGTERM and SIGUSR1 to it. What they say on stdout and stderr goes to DIR/log/SHARD.log. */
#ifndef CF_SWEEP_WORKER_H
#define CF_SWEEP_WORKER_H

#include "sweep/campaign.h"
#include "sweep/statistics.h"

enum { CF_WORK_MOST = 256 };

typedef struct cf_work_state { /* what the watcher sees, several times a second */
  uint32_t runs, done, failed;
  double
      share; /* of the work, runs weighed by what is predicted for them, those at hand by their simulated time: 0..1 */
  double events; /* processed so far */
  double elapsed_s;
  cf_moments value;          /* of cf_campaign_column over finished runs */
  unsigned workers;          /* alive */
  int process[CF_WORK_MOST]; /* their ids */
} cf_work_state;

typedef struct cf_work_options {
  const char *version, *command;   /* for the shards */
  unsigned workers;                /* 1 to CF_WORK_MOST; no more are started than there are runs */
  char (*shard)[CF_CAMPAIGN_PATH]; /* a path for each worker */
  uint32_t max_failures;           /* stop starting runs after so many have failed; UINT32_MAX: never */
  const volatile int *stop;        /* may be NULL; looked at after each call of `watch` */
  void (*watch)(void *self, const cf_work_state *state); /* may be NULL */
  void *self;
} cf_work_options;

/* Runs `count` of the round's runs from the `first`. CF_OK: all was tried. CF_INCOMPLETE: stopped, or too many failed.
 * CF_IO: a shard could not be written (naming it). CF_INTERNAL: workers die before they begin a run. */
cf_status cf_work(const cf_campaign *campaign, const cf_round *round, uint32_t first, uint32_t count,
                  const cf_work_options *options, cf_work_state *state, cf_diag *diag);

#endif
