/* A plan held against its scenario, before anything is run: does the scenario load with what the plan sets, are
 * policies and tuned parameters known, do conditions leave points, can the results be told apart.
 *
 * Of the points a few are loaded: for each axis one with its first value and one with its last, and some in between.
 * Whoever runs the plan loads all of them and reports what this has not seen. */
#ifndef CF_SWEEP_CHECK_H
#define CF_SWEEP_CHECK_H

#include "config/plan.h"

typedef struct cf_plan_extent {
  uint32_t points, policies;
  uint64_t runs;      /* with `reps` replications */
  uint64_t most_runs; /* with `max_reps` */
  uint64_t trials;    /* of the tuning, before */
  double events;      /* of `runs`, from the points that were loaded */
  double bytes;       /* of their database */
} cf_plan_extent;

/* `extent` may be NULL. CF_OK, or CF_INPUT or CF_IO after diagnostics: at their place in the plan, or in the scenario
 * where that is wrong by itself. An error that a value of an axis makes stands at the axis, with the value. */
cf_status cf_plan_check(const cf_plan *plan, const char *models_dir, cf_plan_extent *extent, cf_diag *diag);

#endif
