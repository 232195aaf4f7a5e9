/* One process at a time may direct a campaign: decide what is run next, and merge. Workers may be many.
 *
 * The lock is flock(2) on DIR/lock. Workers that a process forked hold it too, so that it is free only when the last of
 * them has ended. */
#ifndef CF_SWEEP_LOCK_H
#define CF_SWEEP_LOCK_H

#include "base/diag.h"

/* Makes the directory with its parents. Waits up to `patience_s` for a holder to end. CF_IO: another one works
 * there, naming its process and host, or it cannot be written. `*lock` is for cf_lock_free. */
cf_status cf_lock_take(const char *directory, double patience_s, int *lock, cf_diag *diag);
void cf_lock_free(int lock); /* -1 is fine */

#endif
