/* Which runs come next: a pure function of the plan and of what all shards say.
 *
 * Rounds are numbered from 1: the first half of the tuning and its second half, where there are any, then one for each
 * level of the repetitions (until.h), then DONE. What is missing of a round must be tried before the next one begins.
 */
#ifndef CF_SWEEP_NEXT_H
#define CF_SWEEP_NEXT_H

#include "sweep/tune.h"

/* The outcomes of trials among all. */
cf_trials cf_trials_among(const cf_campaign *campaign, const cf_outcomes *outcomes);

/* Everything of the round but `shards`. Errors as cf_campaign_next. */
cf_status cf_next_round(const cf_campaign *campaign, const cf_outcomes *outcomes, bool retry_failed, cf_round *round,
                        cf_diag *diag);

#endif
