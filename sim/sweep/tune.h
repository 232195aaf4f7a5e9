/* The tuning of policies before a sweep: every policy of the plan's `tune` block gets the same number of evaluations.
 *
 * An evaluation is one set of the policy's parameters, run `tune_reps` times on the base scenario with the training
 * seed. The first half of the budget (rounded up) are Sobol points (GSL's, in its order) over the whole box; the rest
 * are Sobol points in a box a quarter as wide around the best of the first half, cut off at the ends of the whole box,
 * without their first one, which is the middle and has been evaluated. Widths are those of the tuned scale: linear or
 * logarithmic. Values are rounded to four significant digits, inside the box, and evaluated as they are written.
 *
 * The best evaluation has the least mean of the metric over its runs, the first of equals; one with a run that failed
 * or has no such value does not count.
 *
 * Trials are numbered from 0 behind the runs of the plan: (evaluation * reps + rep) * policies + policy. */
#ifndef CF_SWEEP_TUNE_H
#define CF_SWEEP_TUNE_H

#include "sweep/campaign.h"

enum { CF_TUNE_TEXT = 256 };

typedef struct cf_tune_policy {
  const char *name;
  uint32_t parameters;
  uint32_t parameter[CF_MAX_TUNED]; /* indices of plan->tune */
} cf_tune_policy;

typedef struct cf_tune {
  const cf_plan *plan;
  uint32_t policies; /* 0: nothing is tuned */
  cf_tune_policy policy[CF_MAX_POLICIES];
  uint32_t reps, budget, first_half;
} cf_tune;

/* The outcomes of trials, by run_id. */
typedef struct cf_trials {
  const cf_outcome *outcome;
  uint32_t count;
  uint32_t first_run; /* run_id of trial 0 */
} cf_trials;

cf_tune cf_tune_of(const cf_plan *plan);

/* Number of trials of so many evaluations of every policy. */
uint64_t cf_tune_trials(const cf_tune *tune, uint32_t evaluations);

typedef struct cf_trial {
  uint32_t policy; /* index of cf_tune.policy */
  uint32_t evaluation, rep;
} cf_trial;
cf_trial cf_tune_trial(const cf_tune *tune, uint32_t number);

/* The parameters that an evaluation of a policy tries, into their places of `value` (by plan->tune; other places stay).
 * `centre`, by plan->tune: the best of the first half; not read for evaluations of it. CF_INTERNAL: no memory. */
cf_status cf_tune_values(const cf_tune *tune, uint32_t policy, uint32_t evaluation, const double *centre, double *value,
                         cf_diag *diag);

/* The best parameters of every policy after the first half (`whole` false) or the whole budget, by plan->tune. Trials
 * that are not there count as failed. CF_SOME_FAILED: a policy has no evaluation that counts. */
cf_status cf_tune_best(const cf_tune *tune, const cf_trials *trials, bool whole, double value[CF_MAX_TUNED],
                       cf_diag *diag);

/* "policies.random.ask=12.5 %", and the value out of it; NAN when it is not such a text or lies outside the box. */
const char *cf_tune_write(const cf_plan_tuned *tuned, double value, char text[CF_TUNE_TEXT]);
double cf_tune_read(const cf_plan_tuned *tuned, const char *text);

/* Within 1 % of the box's width of an end, so that the best may lie outside. */
bool cf_tune_on_edge(const cf_plan_tuned *tuned, double value);

#endif
