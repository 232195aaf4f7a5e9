#include "sweep/next.h"

#include "sweep/round.h"
#include "sweep/until.h"

#include <stdlib.h>

/* Index of the first outcome whose run_id is not below. */
static uint32_t find(const cf_outcomes *outcomes, uint32_t run_id) {
  uint32_t low = 0, high = outcomes->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (outcomes->outcome[middle].run_id < run_id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

cf_trials cf_trials_among(const cf_campaign *campaign, const cf_outcomes *outcomes) {
  uint32_t first = campaign->runs + 1, at = find(outcomes, first);
  return (cf_trials){outcomes->outcome ? outcomes->outcome + at : NULL, outcomes->count - at, first};
}

typedef struct decision {
  const cf_campaign *campaign;
  const cf_outcomes *outcomes;
  bool retry_failed;
  cf_round *round;
  cf_diag *diag;
} decision;

/* The runs from `first` on that need to be run: counted, and listed where `list` is not NULL. */
static uint32_t missing(const decision *d, uint32_t first, uint32_t count, bool retry_failed, uint32_t *list) {
  uint32_t found = 0, at = find(d->outcomes, first);
  for (uint32_t i = 0; i < count; i++) {
    const cf_outcome *outcome = at < d->outcomes->count ? &d->outcomes->outcome[at] : NULL;
    bool there = outcome && outcome->run_id == first + i;
    if (there) at++;
    if (there && cf_outcome_counts(outcome, retry_failed)) continue;
    if (list) list[found] = first + i;
    found++;
  }
  return found;
}

static cf_status make_round(const decision *d, cf_stage stage, uint32_t number, uint32_t runs, bool retry_failed,
                            const double *tuned) {
  const cf_plan *plan = d->campaign->plan;
  char text[CF_TUNE_TEXT];
  bool good = cf_round_make(d->round, tuned ? plan->tuned : 0, runs);
  d->round->stage = stage;
  d->round->number = number;
  d->round->retry_failed = retry_failed;
  for (uint32_t i = 0; tuned && good && i < plan->tuned; i++)
    good = cf_round_set(d->round, i, cf_tune_write(&plan->tune[i], tuned[i], text));
  return good ? CF_OK : cf_fail(d->diag, CF_INTERNAL, "no memory for a round of %u runs", runs);
}

/* ---- the tuning -------------------------------------------------------------------------------------------------- */

/* Whether any run rests on the results of the stage. */
static bool was_built_upon(const decision *d, cf_stage stage) {
  uint32_t first, count;
  const cf_outcomes *outcomes = d->outcomes;
  if (outcomes->count > 0 && outcomes->outcome[0].run_id <= d->campaign->runs) return true;
  cf_round_runs(d->campaign, CF_STAGE_REFINE, &first, &count);
  return stage == CF_STAGE_TUNE && count > 0 && find(outcomes, first) < outcomes->count;
}

/* *complete, or the round is made. */
static cf_status tune_stage(const decision *d, cf_stage stage, uint32_t number, const double *tuned, bool *complete) {
  uint32_t first, count;
  cf_round_runs(d->campaign, stage, &first, &count);
  bool again = d->retry_failed && !was_built_upon(d, stage);
  uint32_t runs = missing(d, first, count, again, NULL);
  *complete = runs == 0;
  if (*complete) return CF_OK;
  cf_status status = make_round(d, stage, number, runs, again, tuned);
  if (status == CF_OK) missing(d, first, count, again, d->round->list.run_id);
  return status;
}

/* *number becomes that of the first round behind the tuning. */
static cf_status tune(const decision *d, const cf_tune *tune, double value[CF_MAX_TUNED], uint32_t *number,
                      bool *complete) {
  cf_trials trials = cf_trials_among(d->campaign, d->outcomes);
  double centre[CF_MAX_TUNED] = {0};
  cf_status status = tune_stage(d, CF_STAGE_TUNE, 1, NULL, complete);
  if (status != CF_OK || !*complete) return status;
  status = cf_tune_best(tune, &trials, false, centre, d->diag);
  if (status == CF_OK) status = tune_stage(d, CF_STAGE_REFINE, 2, centre, complete);
  if (status != CF_OK || !*complete) return status;
  *number = tune->budget > tune->first_half ? 3 : 2;
  return cf_tune_best(tune, &trials, true, value, d->diag);
}

/* ---- the plan's runs --------------------------------------------------------------------------------------------- */

typedef struct front {
  uint32_t level; /* that is to be run now; that of the furthest point when nothing is missing */
  uint32_t runs;  /* missing of it */
} front;

/* Where each point stands, and where the sweep stands because of that. */
static front survey(const decision *d, const cf_until *until, cf_standing *standing) {
  uint32_t each = until->max_reps * until->policies, at = 0;
  front lowest = {.level = UINT32_MAX}, furthest = {0};
  for (uint32_t i = 0; i < d->campaign->points.count; i++) {
    uint32_t first = i * each + 1, from = at;
    while (at < d->outcomes->count && d->outcomes->outcome[at].run_id < first + each) at++;
    const cf_outcome *own = d->outcomes->outcome ? d->outcomes->outcome + from : NULL;
    standing[i] = cf_until_standing(until, first, own, at - from, d->retry_failed);
    if (standing[i].level > furthest.level) furthest.level = standing[i].level;
    if (standing[i].missing == 0 || standing[i].level > lowest.level) continue;
    if (standing[i].level < lowest.level) lowest = (front){.level = standing[i].level};
    lowest.runs += standing[i].missing;
  }
  return lowest.runs > 0 ? lowest : furthest;
}

static void list_runs(const decision *d, const cf_until *until, const cf_standing *standing, front now) {
  uint32_t listed = 0, count = cf_until_reps(until, now.level) * until->policies;
  for (uint32_t i = 0; i < d->campaign->points.count; i++) {
    if (standing[i].missing == 0) continue;
    uint32_t first = i * until->max_reps * until->policies + 1;
    listed += missing(d, first, count, d->retry_failed, d->round->list.run_id + listed);
  }
}

static cf_status repeat(const decision *d, uint32_t number, const double *tuned) {
  cf_until until = cf_until_of(d->campaign);
  cf_standing *standing = calloc(d->campaign->points.count, sizeof *standing);
  if (!standing) return cf_fail(d->diag, CF_INTERNAL, "no memory for %u points", d->campaign->points.count);
  front now = survey(d, &until, standing);
  bool done = now.runs == 0;
  cf_status status = make_round(d, done ? CF_STAGE_DONE : CF_STAGE_RUN, number + now.level + (done ? 1 : 0), now.runs,
                                d->retry_failed && !done, tuned);
  if (status == CF_OK && !done) list_runs(d, &until, standing, now);
  free(standing);
  return status;
}

cf_status cf_next_round(const cf_campaign *campaign, const cf_outcomes *outcomes, bool retry_failed, cf_round *round,
                        cf_diag *diag) {
  decision d = {campaign, outcomes, retry_failed, round, diag};
  cf_tune tuning = cf_tune_of(campaign->plan);
  double value[CF_MAX_TUNED] = {0};
  uint32_t number = 1;
  bool complete = true;
  *round = (cf_round){0};
  cf_status status = tuning.policies > 0 ? tune(&d, &tuning, value, &number, &complete) : CF_OK;
  if (status == CF_OK && complete) status = repeat(&d, number, tuning.policies > 0 ? value : NULL);
  if (status != CF_OK) cf_round_free(round);
  return status;
}

cf_status cf_campaign_next(const cf_campaign *campaign, const cf_outcomes *outcomes, uint32_t shards, bool retry_failed,
                           cf_round *round, cf_diag *diag) {
  cf_status status = cf_next_round(campaign, outcomes, retry_failed, round, diag);
  if (status != CF_OK) return status;
  round->shards = shards > 0 ? shards : 1;
  status = cf_round_write(campaign, round, diag);
  if (status != CF_OK) cf_round_free(round);
  return status;
}
