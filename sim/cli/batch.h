/* A batch: runs that go into one database, side by side on threads.
 *
 * Runs are numbered from 1: scenario by scenario, inside one replication by replication, inside one policy by policy.
 * With at least as many runs as threads, each run has one thread and several go at once; else they go one after the
 * other, each on all threads. Results do not depend on it. */
#ifndef CF_CLI_BATCH_H
#define CF_CLI_BATCH_H

#include "cli/collect.h"
#include "cli/progress.h"
#include "fleet/simulate.h"

#include <stdint.h>

typedef struct cf_job {
  const cf_scenario *scenario;
  uint32_t point_id, policy, rep;
  uint64_t seed;
  cf_status status; /* CF_INCOMPLETE: not run, or stopped */
  cf_run_row row;
  cf_diag diag;
} cf_job;

typedef struct cf_batch {
  uint32_t jobs;
  cf_job *job;       /* job[i] is run i + 1 */
  cf_kept_run *kept; /* of each job */
} cf_batch;

/* Lists the runs of the scenarios. `seed` overrides the scenarios' own unless it is NULL. False: no memory. */
bool cf_batch_plan(cf_batch *batch, const cf_scenario *const *scenario, uint32_t scenarios, uint32_t reps,
                   const uint64_t *seed);
void cf_batch_free(cf_batch *batch);

typedef struct cf_batch_options {
  unsigned threads;         /* >= 1 */
  const volatile int *stop; /* may be NULL */
  cf_progress *progress;    /* may be NULL */
} cf_batch_options;

/* Runs all jobs, each after weighing what is scarce in it; their results are in the jobs afterwards. After a job that
 * failed with CF_IO no further one is started, because the rows would be lost; other failures do not stop the rest. */
void cf_batch_run(cf_batch *batch, const cf_recorder *recorder, const cf_batch_options *options);

#endif
