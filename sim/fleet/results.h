/* What a finished world has to say: the rows of nodes, hubs and ledger, and the result of the run. */
#ifndef CF_FLEET_RESULTS_H
#define CF_FLEET_RESULTS_H

#include "fleet/world.h"

/* Tells the recorder node rows (if the scenario wants them), ledger rows and links, in id order. */
cf_status cf_results_tell(const cf_world *world, uint32_t run_id, const cf_recorder *recorder, cf_diag *diag);

/* Fills what the world knows of the run's result. Sums over entities are exact, so they depend on no order. */
void cf_results_sum(const cf_world *world, cf_run_row *row);

/* One row of the fleet series at t_ns per group, from at most CF_SERIES_NODES nodes each, chosen by a hash of
 * their id. */
enum { CF_SERIES_NODES = 1024 };
cf_status cf_results_series(const cf_world *world, int64_t t_ns, uint32_t run_id, const cf_recorder *recorder,
                            cf_diag *diag);

/* Hands over the notes of all shards in the order of (time, node), and empties them. */
cf_status cf_results_notes(cf_world *world, uint32_t run_id, const cf_recorder *recorder, cf_diag *diag);

#endif
