/* A shard: the results of some runs of a sweep, written by one process, one run after the other in any order.
 *
 * Each run is one transaction: after a kill at any instant whole runs are there, or not at all. A run that is recorded
 * again replaces its earlier, failed attempt. A shard knows the hash of its plan, so that it cannot be mixed up. It has
 * no table of the plan (points, inputs, constants) but has run_exec of its own; cf_merge puts it all together. Errors:
 * CF_IO naming the path and the cause; also when another process is writing the shard. */
#ifndef CF_STORE_SHARD_H
#define CF_STORE_SHARD_H

#include "base/diag.h"
#include "base/hash.h"
#include "fleet/recorder.h"

typedef struct cf_shard cf_shard;

typedef struct cf_shard_options {
  const char *path;
  const char *plan_sha256; /* 64 hexadecimal digits */
  const char *version;     /* of the program */
  const char *command;     /* command line, for the execution; may be NULL */
} cf_shard_options;

/* Makes the shard, or goes on with it. */
cf_status cf_shard_open(const cf_shard_options *options, cf_shard **opened, cf_diag *diag);
/* For one run at a time, from one thread. A run that ends with a status that is not of its own (stopped, requeue)
 * leaves nothing behind. */
cf_recorder cf_shard_recorder(cf_shard *shard);
cf_status cf_shard_close(cf_shard *shard, cf_diag *diag); /* NULL is fine */

/* One run in a shard. Texts live until the function returns. */
typedef struct cf_shard_run {
  uint32_t run_id;
  bool done; /* else failed */
  cf_digest digest;
  double value; /* of the column asked for; NAN: NULL, or none asked */
  const char *error;
  double wall_s, cpu_s;
} cf_shard_run;

typedef cf_status (*cf_shard_row)(void *self, const cf_shard_run *run, cf_diag *diag);

/* Folds in what a killed writer left, and checks that the file is a shard of the plan. Errors as below. */
cf_status cf_shard_settle(const char *path, const char *plan_sha256, cf_diag *diag);

/* Looks at every run of a shard in order of run_id. `column` of table run; may be NULL. CF_INPUT: not a shard, one of
 * another plan, truncated, or damaged; CF_IO: cannot be read, or is being written. */
cf_status cf_shard_scan(const char *path, const char *plan_sha256, const char *column, cf_shard_row row, void *self,
                        cf_diag *diag);

/* The same without touching anything, while others may be writing: no lock is asked for and nothing is folded in. A
 * shard that has a WAL file is CF_IO: its writer is alive, or was killed and nobody has gone on since. */
cf_status cf_shard_glance(const char *path, const char *plan_sha256, const char *column, cf_shard_row row, void *self,
                          cf_diag *diag);

#endif
