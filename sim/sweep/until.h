/* How often a point is repeated: `reps` replications of every policy first, then more as long as the rule `until` of
 * the plan does not hold.
 *
 * Levels: 0 is `reps` replications; each further one half as many again, at least two more, up to max_reps. A point
 * that has all runs of a level (done or failed) goes on to the next while the interval of any policy is wider, in
 * relation to its mean, than the rule allows; all policies go on together, so that pairs stay complete. The interval is
 * CI95 of the watched column over the runs that are done. A policy without any value there keeps no point going: more
 * of the same would not make it narrower. What is decided at a level rests on the runs of that level alone, in order of
 * their replication, so it does not depend on who ran what when. */
#ifndef CF_SWEEP_UNTIL_H
#define CF_SWEEP_UNTIL_H

#include "sweep/campaign.h"

typedef struct cf_until {
  uint32_t policies, reps, max_reps;
  double rel_halfwidth; /* 0: no rule */
} cf_until;

cf_until cf_until_of(const cf_campaign *campaign);

/* Replications at a level; max_reps from some level on. */
uint32_t cf_until_reps(const cf_until *until, uint32_t level);

/* Where a point stands. */
typedef struct cf_standing {
  uint32_t level;   /* the first at which runs are missing, else the one at which it ended */
  uint32_t missing; /* runs of that level; 0: the point is finished */
} cf_standing;

/* `outcome`: those of the point, by run_id; its first run is `first_run`. With `retry_failed` failed runs are missing.
 */
cf_standing cf_until_standing(const cf_until *until, uint32_t first_run, const cf_outcome *outcome, uint32_t count,
                              bool retry_failed);

/* Whether an outcome stands for a run that need not be run. */
static inline bool cf_outcome_counts(const cf_outcome *outcome, bool retry_failed) {
  return outcome->done || !retry_failed;
}

#endif
