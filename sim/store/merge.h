/* Puts the shards of a sweep together into one results database, and their executions into <name>.exec.db.
 *
 * The result depends on the plan and the runs alone: it is byte-identical however the runs were spread over shards and
 * in whatever order these are given (for one version of SQLite). Table by table, rows go in by key. Runs that stand in
 * several shards must have equal digests; done ones win over failed ones. The file is made under another name and
 * renamed when it is complete and synced; memory stays below 64 MiB and 32 bytes for each run. */
#ifndef CF_STORE_MERGE_H
#define CF_STORE_MERGE_H

#include "base/diag.h"

#include <stdbool.h>
#include <stdint.h>

struct sqlite3;

typedef struct cf_merge_options {
  const char *plan; /* the frozen plan */
  const char *plan_sha256;
  const char *const *shard; /* paths */
  uint32_t shards;
  const char *output; /* replaced if it holds results of the same plan */
  uint32_t runs;      /* of the plan: ids above are trials of the tuning, and become rows of table trial only */
  bool finished;      /* nothing is missing: meta 'finished' says so */
  /* Adds what the sweep knows beside the runs (tables tuned and trial, tuned settings); may be NULL. */
  cf_status (*fill)(void *self, struct sqlite3 *database, cf_diag *diag);
  void *self;
  const volatile int *stop; /* may be NULL */
} cf_merge_options;

typedef struct cf_merged {
  uint32_t done, failed, duplicates;
  uint64_t rows;
} cf_merged;

/* CF_INTERNAL: two repetitions of a run differ (names the run and both shards). CF_INPUT, CF_IO as cf_shard_scan. */
cf_status cf_merge(const cf_merge_options *options, cf_merged *merged, cf_diag *diag);

#endif
