/* Results databases of any size, filled with made-up runs through the product's own tables: what views, comparisons and
 * reports are tried on.
 *
 * Runs of equal (point, rep) share a "weather", as simulated ones do, so pairs differ by less than runs do. Every
 * figure is a pure function of (point, rep, policy). Runs are numbered as those of a sweep. */
#ifndef CF_TESTS_SUPPORT_BIG_DATABASE_H
#define CF_TESTS_SUPPORT_BIG_DATABASE_H

#include "fleet/recorder.h"

#include <stdbool.h>
#include <stdint.h>

enum { BIG_POLICIES = 4 };

typedef struct big_size {
  uint32_t points, reps;
  uint32_t policies;     /* at most BIG_POLICIES */
  uint32_t failed_every; /* 0: none; else one run in so many has failed */
  uint32_t constants;    /* of every point */
} big_size;

extern const char *const big_policy[BIG_POLICIES];

/* One run; `point` and `rep` count from 1 and 0. */
cf_run_row big_run(const big_size *size, uint32_t point, uint32_t rep, uint32_t policy);

/* Makes the file, which must not exist: 20 rows of ledger, one of gauge and of link for every run. False after saying
 * why on stderr. */
bool big_database_make(const char *path, const big_size *size);

#endif
