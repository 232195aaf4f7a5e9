/* Messages on their way: what a shard has sent to the shards of one tier, and what has fallen due at a shard.
 *
 * An outbox holds, for each receiving shard, a list of 256-byte chunks of five messages. A shard has two outboxes per
 * receiving tier. Mail written while that tier's phase number is p goes into outbox p % 2 and is read, whole, in phase
 * p + 1; so a tier's shards may write to one while they read the others', and no one waits. The writer empties an
 * outbox when it first writes to it in a later phase.
 *
 * The order in which mail is read never matters: what is due is sorted by (receiver, instant, sender, sequence), which
 * is total. */
#ifndef CF_ENGINE_MAIL_H
#define CF_ENGINE_MAIL_H

#include "engine/engine.h"
#include "engine/slab.h"

enum { CF_MAIL_CHUNK = 5, CF_MAIL_COUNT_BITS = 3, CF_MAIL_COUNT_MASK = (1 << CF_MAIL_COUNT_BITS) - 1 };

typedef struct cf_mail_chunk {
  cf_message message[CF_MAIL_CHUNK];
  uint32_t next;
  uint32_t spare[3];
} cf_mail_chunk;

typedef struct cf_outbox {
  uint64_t phase;               /* of the receiving tier when it was last emptied */
  uint64_t used;                /* bit per receiving shard with a list */
  uint32_t head[CF_MAX_SHARDS]; /* chunk << CF_MAIL_COUNT_BITS | messages in it (the rest of its list
                                 is full); only where `used` says so */
  cf_slab chunks;
} cf_outbox;

void cf_outbox_init(cf_outbox *outbox, cf_arena *arena);

/* False when there is no memory. */
bool cf_outbox_put(cf_outbox *outbox, uint64_t phase, unsigned shard, const cf_message *message);

/* A message that falls due in this window: `slot` in the receiving shard's store of messages. */
typedef struct cf_due {
  int64_t at_ns;
  uint32_t to; /* index of the entity within its shard */
  uint32_t slot;
} cf_due;

/* Sorts by (to, at_ns, from, sequence) and returns the sorted array, which is `due` or `scratch` (as long). All `to`
 * are below `bound`; `store` holds cf_message at `slot`. */
cf_due *cf_due_sort(cf_due *due, cf_due *scratch, size_t count, uint32_t bound, const cf_slab *store);

#endif
