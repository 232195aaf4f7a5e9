/* A windowed, sharded discrete-event engine. It knows no physics and no policy.
 *
 * A model is up to CF_MAX_TIERS tiers of entities, lowest first. An entity is a record that begins with a cf_entity and
 * is driven by three functions: its own next event, a message, and the end. Entities meet only through messages.
 *
 * Windows. Entities of one tier are independent inside a window, because a message to an entity of the same or a lower
 * tier takes at least latency_ns[from][to]; a message upward may take no time at all, because inside a window tiers run
 * upward. Tiers below `inner_tier` share windows of W = the least latency of anything that enters them; the tiers from
 * `inner_tier` on then run the same window in steps of their own, smaller or equal, least latency. Windows are capped,
 * skipped when empty, and invisible: no handler sees one, and the digest is the same for any smaller windows, any
 * number of shards and threads.
 *
 * Order of one entity at one instant: its crossing, then messages by (sender, sequence), then its timers.
 *
 * Errors. A handler calls cf_context_fail; the run stops at the end of the window with CF_INTERNAL (or the given
 * status) and a text that names the entity. So does a message that breaks its declared latency, one into the past, an
 * entity that handles more than CF_MAX_AT_INSTANT events at one instant, and a changed MXCSR. Of several failures the
 * one with the least (instant, entity) is told, so that the text, too, does not depend on windows, shards and threads.
 * After a failure the engine only answers for its digest and counts. */
#ifndef CF_ENGINE_ENGINE_H
#define CF_ENGINE_ENGINE_H

#include "base/diag.h"
#include "base/hash.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_MAX_TIERS = 4, CF_MAX_SHARDS = 64, CF_MAX_AT_INSTANT = 1000 };

/* The head of every record. The model sets next_ns (CF_NEVER: nothing planned) and next_is_crossing; the rest is the
 * engine's. At start all records must hold next_ns; the engine sets the other fields itself. */
typedef struct cf_entity {
  int64_t next_ns;
  int64_t posted_ns; /* engine: instant under which the calendar knows this entity; <= next_ns */
  int64_t last_ns;   /* engine: instant of the last event handled */
  uint32_t sent;     /* engine: sequence number of the next message */
  uint16_t at_instant;
  bool next_is_crossing; /* at one instant a crossing precedes messages, a timer follows them */
  uint8_t spare;
} cf_entity;

typedef struct cf_message {
  int64_t at_ns;
  uint32_t to; /* global ids: see cf_entity_id */
  uint32_t from;
  uint32_t sequence; /* engine */
  uint16_t kind;
  uint16_t tag;
  union {
    int64_t i64[3];
    double f64[3];
    uint32_t u32[6];
    uint8_t u8[24];
  } body;
} cf_message;

/* What a handler may do. One context per shard; handlers never see another entity's record. */
typedef struct cf_context {
  int64_t now_ns;
  uint32_t self;  /* global id of the entity being run */
  uint32_t shard; /* within its tier, < CF_MAX_SHARDS: for the model's own buffers; must not influence results. Shards
                     of one tier may run at the same time, tiers never do */
  void *world;    /* cf_model.world */
  cf_digest digest;
  uint64_t events;
  void (*send)(struct cf_context *context, cf_message message);
  void (*fail)(struct cf_context *context, cf_status status, const char *text);
  void *engine;
} cf_context;

/* Sends from context->self; the engine fills `from` and `sequence`. */
static inline void cf_send(cf_context *context, cf_message message) { context->send(context, message); }

/* Ends the run with `text`, which the engine puts behind the entity and the instant. The handler should return. The
 * name stands in brackets because test frameworks define a macro `fail`. */
static inline void cf_context_fail(cf_context *context, cf_status status, const char *text) {
  (context->fail)(context, status, text);
}

/* Records the event in the history digest: what kind, and the state words that it left behind. */
static inline void cf_trace(cf_context *context, uint32_t kind, const uint64_t *words, unsigned count) {
  cf_digest_event(&context->digest, context->self, context->now_ns, kind, words, count);
}

typedef struct cf_tier {
  uint32_t count;
  size_t record_bytes;     /* multiple of 8; cf_entity first */
  void *records;           /* count * record_bytes */
  unsigned prefetch_lines; /* 64-byte lines of a record worth prefetching, 1..16 */
  unsigned shards;         /* 0: the engine chooses; else at most CF_MAX_SHARDS are made */
  /* Handles exactly one own event, at context->now_ns == record->next_ns, and sets the following next_ns (>= now). */
  void (*own)(cf_context *context, void *record);
  void (*message)(cf_context *context, void *record, const cf_message *message);
  void (*finish)(cf_context *context,
                 void *record); /* at the end, context->now_ns == end; may be NULL; sends nothing */
} cf_tier;

typedef struct cf_model {
  unsigned tiers;
  unsigned inner_tier; /* first tier that runs in inner windows; == tiers when there are none */
  cf_tier tier[CF_MAX_TIERS];
  int64_t latency_ns[CF_MAX_TIERS]
                    [CF_MAX_TIERS]; /* [from][to], to <= from: least latency; CF_NEVER: never sent; must be > 0 */
  void *world;
} cf_model;

/* Global id of entity `index` of `tier`: tiers are numbered one after the other. */
static inline uint32_t cf_entity_id(const cf_model *model, unsigned tier, uint32_t index) {
  uint32_t base = 0;
  for (unsigned i = 0; i < tier; i++) base += model->tier[i].count;
  return base + index;
}

typedef struct cf_engine_options {
  unsigned threads;        /* >= 1 */
  unsigned shards;         /* 0: chosen by size and threads; else for every tier, at most CF_MAX_SHARDS (tests) */
  int64_t window_ns;       /* 0: the largest allowed; else at most that (tests) */
  uint64_t irregular_seed; /* 0: regular windows; else windows of varying width (tests) */
  uint8_t arena_fill;      /* tests */
} cf_engine_options;

typedef struct cf_engine cf_engine;

/* NULL and a diagnostic when the model is not valid (no positive window: "no positive lookahead ...") or there is no
 * memory. The model and its records must outlive the engine. */
cf_engine *cf_engine_create(const cf_model *model, const cf_engine_options *options, cf_diag *diag);
void cf_engine_destroy(cf_engine *engine);

/* Handles all events before `until_ns`. May be called again with a later instant; where the calls cut does not matter.
 * Between calls every record stands after its last event before `until_ns`. `*stop` (may be NULL) is looked at between
 * windows; when nonzero the call returns CF_INCOMPLETE. */
cf_status cf_engine_run(cf_engine *engine, int64_t until_ns, const volatile int *stop, cf_diag *diag);

/* Calls every entity's finish function at `end_ns`, in parallel. */
cf_status cf_engine_finish(cf_engine *engine, int64_t end_ns, cf_diag *diag);

cf_digest cf_engine_digest(const cf_engine *engine);
uint64_t cf_engine_events(const cf_engine *engine);
int64_t cf_engine_window_ns(const cf_engine *engine); /* outer window in use */
size_t cf_engine_bytes(const cf_engine *engine);      /* memory handed out to it, records not counted */

#endif
