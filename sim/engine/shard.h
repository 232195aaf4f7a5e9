/* A shard: a block of one tier's entities that one thread at a time carries through a window.
 *
 * It keeps two calendars. In the entity calendar an entity's live entry is the one at its posted_ns; posted_ns never
 * exceeds next_ns, so planning something later costs nothing: the entry comes up early, finds nothing due, and is
 * posted again. Entries left behind by planning something sooner come up once and are ignored; when they outnumber the
 * entities the calendar is rebuilt. In the message calendar an item is a slot of the shard's message store.
 *
 * A window runs: drain both calendars; read the mail written for this phase; sort the messages that are due; visit the
 * entities that have anything due in order of their numbers, prefetching records ahead; let each handle its own events
 * and messages up to the window's end; hand the mail it wrote over. No entity sees another one's record. */
#ifndef CF_ENGINE_SHARD_H
#define CF_ENGINE_SHARD_H

#include "engine/calendar.h"
#include "engine/engine.h"
#include "engine/mail.h"

#include <stdatomic.h>

typedef struct cf_shard cf_shard;

/* What shards share about a tier. Written by the coordinator between phases, but for the atomic words. */
typedef struct cf_stage {
  const cf_tier *tier;
  unsigned number;
  uint32_t first_id; /* global id of the tier's entity 0 */
  uint32_t block;    /* entities per shard */
  unsigned shards;
  cf_shard **shard;
  int64_t least_delay_ns[CF_MAX_TIERS]; /* of a message to each tier; CF_NEVER: none may be sent */
  uint64_t phase;                       /* mail to this tier goes into outbox phase % 2 of its sender */
  _Atomic uint64_t mail[2];             /* bit per shard of this tier with mail in that outbox */
  _Atomic int64_t mail_ns[2];           /* earliest instant among it */
  _Atomic bool failed;                  /* some shard's failure is set */
  int64_t earliest_ns[CF_MAX_SHARDS];   /* of each shard's calendars */
  int64_t next_ns;                      /* least of them */
  uint64_t expected;                    /* events in a window, judged by those before */
} cf_stage;

/* The first failure of a shard, by (t_ns, entity); status is CF_OK while there is none. */
typedef struct cf_failure {
  cf_status status;
  int64_t t_ns;
  uint32_t entity;
  char text[360];
} cf_failure;

/* NULL when there is no memory. `stages` is the engine's array of `tiers` stages; `number` is the shard's place in
 * stages[tier]; `width_ns` the width of a calendar's bucket. Posts the first events of its entities. */
cf_shard *cf_shard_create(cf_stage *stages, unsigned tiers, unsigned tier, unsigned number, int64_t width_ns,
                          void *world, uint8_t arena_fill);
void cf_shard_destroy(cf_shard *shard);

/* Handles everything before `until_ns` and writes its stage's earliest_ns. */
void cf_shard_run(cf_shard *shard, int64_t until_ns);

/* Calls finish for each entity. */
void cf_shard_finish(cf_shard *shard, int64_t end_ns);

const cf_context *cf_shard_context(const cf_shard *shard);
const cf_failure *cf_shard_failure(const cf_shard *shard);
size_t cf_shard_bytes(const cf_shard *shard);

#endif
