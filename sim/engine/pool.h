/* A few threads that work through numbered items together with the calling thread.
 *
 * Items are claimed one by one from an atomic ticket, so a slow core takes fewer; which thread does which item must
 * not matter. One word holds (generation, count, next), so a thread that wakes late cannot claim from a later job by
 * mistake, and a job ends when its items are done, whether or not every thread woke. Waiting spins at most 200 times,
 * then blocks. */
#ifndef CF_ENGINE_POOL_H
#define CF_ENGINE_POOL_H

#include "base/diag.h"

typedef struct cf_pool cf_pool;

typedef void (*cf_pool_work)(void *self, unsigned item);

/* `threads` counts the calling thread: threads - 1 are started, with all signals blocked. `start` (may be NULL) runs
 * once on each of them. NULL and a diagnostic when a thread cannot be started. */
cf_pool *cf_pool_create(unsigned threads, cf_pool_work work, void (*start)(void), void *self, cf_diag *diag);
void cf_pool_destroy(cf_pool *pool);

/* Calls work(self, 0 .. count-1), each once, on any thread; returns when all are done. At most 65535 items. What the
 * caller wrote before is seen by the workers, what they wrote is seen by the caller after. */
void cf_pool_run(cf_pool *pool, unsigned count);

#endif
