/* DIR/round: what is to be run now, as a small text.
 *
 *   coldfleet round
 *   plan 9f86...            the plan's hash
 *   stage run               tune, refine, run or done
 *   number 3
 *   shards 20
 *   retry failed            only when failed runs are to be run again
 *   set policies.random.ask=12.5 %      none or one for each tuned parameter, in the plan's order
 *   runs 1-8 10 12-40       as many such lines as it takes
 *   sha256 2c26...          of everything above
 *
 * It is written under another name, synced and renamed, so that it is always whole. What is read must be what is
 * written: order, ranges, and runs of the stage and of this plan. */
#ifndef CF_SWEEP_ROUND_H
#define CF_SWEEP_ROUND_H

#include "sweep/campaign.h"

#include <stddef.h>

enum { CF_ROUND_BYTES = 1 << 30 }; /* of the longest that is read */

/* Room for the round's lists, all zero. False: no memory, and nothing needs to be freed. */
bool cf_round_make(cf_round *round, uint32_t settings, uint32_t runs);

/* `text` lives as long as the round. False: no memory. */
bool cf_round_set(cf_round *round, uint32_t index, const char *text);

/* CF_IO with the path; the earlier round is then still there. */
cf_status cf_round_write(const cf_campaign *campaign, const cf_round *round, cf_diag *diag);

/* Of bytes that were read from `path`: CF_INPUT when they are not such a text, or belong to another plan. */
cf_status cf_round_parse(const cf_campaign *campaign, const char *path, const char *bytes, size_t length,
                         cf_round *round, cf_diag *diag);

/* First run_id of a stage and how many it can have; DONE: none. */
void cf_round_runs(const cf_campaign *campaign, cf_stage stage, uint32_t *first, uint32_t *count);

#endif
