#include "sweep/until.h"

#include "sweep/statistics.h"

#include <math.h>

static const double ALPHA = 0.05;
enum { LEAST_EQUAL = 5 }; /* runs that must agree entirely before that counts as sure: two zeros may be chance */

cf_until cf_until_of(const cf_campaign *campaign) {
  const cf_plan *plan = campaign->plan;
  return (cf_until){campaign->policies, plan->reps, plan->max_reps, plan->rel_halfwidth};
}

static uint32_t next_reps(const cf_until *until, uint32_t reps) {
  uint64_t more = reps / 2 > 2 ? reps / 2 : 2;
  return reps + more < until->max_reps ? reps + (uint32_t)more : until->max_reps;
}

uint32_t cf_until_reps(const cf_until *until, uint32_t level) {
  uint32_t reps = until->reps;
  for (uint32_t i = 0; i < level && reps < until->max_reps; i++) reps = next_reps(until, reps);
  return reps;
}

static bool narrow_enough(const cf_until *until, const cf_moments *moments) {
  for (uint32_t i = 0; i < until->policies; i++) {
    if (moments[i].n == 0) continue;
    cf_interval interval = cf_interval_of(&moments[i], ALPHA);
    if (!(cf_interval_rel_halfwidth(&interval) <= until->rel_halfwidth)) return false;
    if (interval.low == interval.high && interval.n < LEAST_EQUAL) return false;
  }
  return true;
}

cf_standing cf_until_standing(const cf_until *until, uint32_t first_run, const cf_outcome *outcome, uint32_t count,
                              bool retry_failed) {
  cf_moments moments[CF_MAX_POLICIES] = {0};
  cf_standing standing = {0};
  uint32_t reps = until->reps, at = 0, tried = 0;
  for (;;) {
    for (; at < count && outcome[at].run_id - first_run < reps * until->policies; at++) {
      const cf_outcome *one = &outcome[at];
      if (cf_outcome_counts(one, retry_failed)) tried++;
      if (one->done && !isnan(one->value))
        cf_moments_add(&moments[(one->run_id - first_run) % until->policies], one->value);
    }
    standing.missing = reps * until->policies - tried;
    if (standing.missing > 0 || reps >= until->max_reps || narrow_enough(until, moments)) return standing;
    reps = next_reps(until, reps);
    standing.level++;
  }
}
