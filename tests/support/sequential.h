/* The reference engine: the order of events in its plainest form, to which sim/engine must be equal.
 *
 * One binary heap holds everything that is planned, in the order (instant, tier, entity, then crossing before messages
 * by (sender, sequence) before timers). No windows, no shards, no calendar. An entity that plans anew leaves its old
 * entry in the heap; an entry that no longer agrees with the record is dropped when it comes up. Slow. */
#ifndef CF_TESTS_SUPPORT_SEQUENTIAL_H
#define CF_TESTS_SUPPORT_SEQUENTIAL_H

#include "engine/engine.h"

/* Handles everything before `until_ns`, then every finish at `until_ns`. Fails with the first failure of history. */
cf_status cf_sequential_run(const cf_model *model, int64_t until_ns, cf_digest *digest, uint64_t *events,
                            cf_diag *diag);

#endif
