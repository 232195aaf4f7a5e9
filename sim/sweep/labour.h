/* What one worker process does: runs of a campaign, one after the other, into its shard. Internal to sweep. */
#ifndef CF_SWEEP_LABOUR_H
#define CF_SWEEP_LABOUR_H

#include "sweep/board.h"
#include "sweep/campaign.h"

typedef struct cf_labour {
  const cf_campaign *campaign;
  const cf_round *round;
  cf_board *board;
  uint32_t slot;
  const char *shard;             /* path */
  const char *version, *command; /* for the shard */
} cf_labour;

/* Works until the board has nothing more. A failed run is recorded and no error. When the slot has a run at hand whose
 * earlier worker died, it goes by the task's deaths: see worker.h. Runs of rep 0 get a row of table gauge; trials get
 * their row of table run and nothing else. Errors, also in the slot: CF_IO, naming the shard; CF_INTERNAL: no memory.
 */
cf_status cf_labour_do(const cf_labour *labour, cf_diag *diag);

/* Whether a death by this signal is the run's own fault. 0, an exit, is. */
bool cf_death_is_crash(int signal);

#endif
