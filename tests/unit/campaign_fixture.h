/* A campaign in memory for the tests of sim/sweep that run no simulation, and a source of made-up results. */
#ifndef CF_TEST_CAMPAIGN_FIXTURE_H
#define CF_TEST_CAMPAIGN_FIXTURE_H

#include "support/cf_test.h"

#include "sweep/campaign.h"
#include "sweep/tune.h"

typedef struct fixture {
  cf_plan plan;
  cf_scenario base;
  cf_campaign campaign;
} fixture;

/* Points without axes: two policies, three replications, no rule and no tuning. */
static inline void fixture_make(fixture *f, uint32_t points) {
  memset(f, 0, sizeof *f);
  f->plan = (cf_plan){.path = "plan.yaml", .name = "fixture", .reps = 3, .max_reps = 3, .until_column = "loss"};
  f->base.seed = 7;
  f->base.policies = 3;
  f->base.policy[0].name = "always-local";
  f->base.policy[1].name = "random";
  f->base.policy[2].name = "confidence-threshold";
  f->campaign.plan = &f->plan;
  f->campaign.base = &f->base;
  f->campaign.points.count = points;
  f->campaign.policies = 2;
  f->campaign.policy[0] = 1;
  f->campaign.policy[1] = 2;
  snprintf(f->campaign.plan_sha256, 65, "%064d", 42);
}

/* After a change of the plan. */
static inline void fixture_count(fixture *f) {
  cf_tune tune = cf_tune_of(&f->plan);
  f->campaign.runs = f->campaign.points.count * f->plan.max_reps * f->campaign.policies;
  f->campaign.trials = (uint32_t)cf_tune_trials(&tune, tune.budget);
}

/* One parameter of `random`, two of `confidence-threshold`. */
static inline void fixture_tune(fixture *f, uint32_t budget, uint32_t reps) {
  f->plan.tunes = true;
  f->plan.tune_column = "loss";
  f->plan.tune_budget = budget;
  f->plan.tune_reps = reps;
  f->plan.tune_seed = 1001;
  f->plan.tuned = 3;
  f->plan.tune[0] = (cf_plan_tuned){"random", "ask", "%", 0, 50, false, {0}};
  f->plan.tune[1] = (cf_plan_tuned){"confidence-threshold", "look_again_below", "%", 50, 99.9, false, {0}};
  f->plan.tune[2] = (cf_plan_tuned){"confidence-threshold", "ask_below", "", 0.001, 1, true, {0}};
}

/* Results that have arrived, by run_id. */
typedef struct results {
  uint32_t count, room;
  cf_outcome *outcome;
} results;

static inline void results_put(results *r, cf_outcome outcome) {
  uint32_t at = r->count;
  while (at > 0 && r->outcome[at - 1].run_id >= outcome.run_id) at--;
  bool replaces = at < r->count && r->outcome[at].run_id == outcome.run_id;
  if (!replaces) {
    if (r->count == r->room) {
      r->room = r->room ? 2 * r->room : 64;
      r->outcome = realloc(r->outcome, r->room * sizeof *r->outcome);
      assert_non_null(r->outcome);
    }
    memmove(r->outcome + at + 1, r->outcome + at, (r->count - at) * sizeof *r->outcome);
    r->count++;
  }
  r->outcome[at] = outcome;
}

static inline cf_outcome outcome_done(uint32_t run_id, double value) {
  return (cf_outcome){.run_id = run_id, .done = true, .value = value, .wall_s = 1};
}

static inline cf_outcome outcome_failed(uint32_t run_id, const char *error) {
  return (cf_outcome){.run_id = run_id, .value = (double)NAN, .error = error};
}

static inline cf_outcomes results_all(const results *r) {
  return (cf_outcomes){.count = r->count, .outcome = r->outcome};
}

#endif
