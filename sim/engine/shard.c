#include "engine/shard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 8, RING = 16, MESSAGES_PER_PAGE = 64, MAX_PREFETCH = 16 };

struct cf_shard {
  cf_context context;
  cf_entity *current; /* the record being run */
  cf_stage *stages;   /* all tiers; `stage` is this shard's own */
  cf_stage *stage;
  unsigned tiers, number;
  uint32_t first; /* index in its tier of its first entity */
  uint32_t count;
  unsigned char *records; /* of its first entity */
  size_t record_bytes;
  unsigned prefetch_lines;
  bool stopped;   /* the current entity has failed */
  bool finishing; /* nothing may be sent any more */
  bool exhausted; /* no memory */

  cf_calendar entities;
  cf_calendar messages;
  cf_slab store; /* messages that have been read and not yet handled */
  cf_due *due, *scratch;
  size_t due_count, due_capacity;
  uint64_t *marked;  /* bit per entity with anything due in this window */
  uint64_t *summary; /* bit per word of `marked` */
  uint32_t words, summary_words;

  cf_outbox outbox[CF_MAX_TIERS][2];
  uint64_t sent_to[CF_MAX_TIERS]; /* in this phase: bit per receiving shard */
  int64_t sent_ns[CF_MAX_TIERS];  /* in this phase: earliest instant */
  cf_arena *arena;
  cf_failure failure;

  /* Written by other shards: bit per sending shard of each tier, by outbox. */
  _Alignas(64) _Atomic uint64_t inbound[2][CF_MAX_TIERS];
};

static inline cf_entity *record_at(const cf_shard *s, uint32_t i) {
  return (cf_entity *)(void *)(s->records + (size_t)i * s->record_bytes);
}

/* --- failures --- */

/* The shard goes on with its other entities, so that of all failures in a window the earliest is reported, which does
 * not depend on how entities are spread over shards. */
static void fail(cf_context *context, cf_status status, const char *text) {
  cf_shard *s = context->engine;
  s->stopped = true;
  atomic_store_explicit(&s->stage->failed, true, memory_order_relaxed);
  cf_failure *f = &s->failure;
  bool earlier = context->now_ns < f->t_ns || (context->now_ns == f->t_ns && context->self < f->entity);
  if (f->status != CF_OK && !earlier) return;
  f->status = status == CF_OK ? CF_INTERNAL : status;
  f->t_ns = context->now_ns;
  f->entity = context->self;
  snprintf(f->text, sizeof f->text, "%s", text);
}

static void no_memory(cf_shard *s) {
  if (!s->exhausted) fail(&s->context, CF_INTERNAL, "no memory for events and messages");
  s->exhausted = true;
}

/* --- sending --- */

static void refuse(cf_context *context, const cf_message *message, const char *why) {
  char text[240];
  snprintf(text, sizeof text, "message of kind %u to entity %u at %.9f s %s", message->kind, message->to,
           cf_ticks_to_s(message->at_ns), why);
  fail(context, CF_INTERNAL, text);
}

static void refuse_delay(cf_context *context, const cf_message *message, unsigned to, int64_t least_ns) {
  char why[120];
  if (message->at_ns < context->now_ns)
    snprintf(why, sizeof why, "lies in the past");
  else if (least_ns == CF_NEVER)
    snprintf(why, sizeof why, "goes to tier %u, for which no latency is declared", to);
  else
    snprintf(why, sizeof why, "takes less than the declared latency of %.9f s to tier %u", cf_ticks_to_s(least_ns), to);
  refuse(context, message, why);
}

static void send(cf_context *context, cf_message message) {
  cf_shard *s = context->engine;
  unsigned to = s->tiers;
  do to--;
  while (message.to < s->stages[to].first_id); /* first_id of tier 0 is 0 */
  const cf_stage *target = &s->stages[to];
  uint32_t index = message.to - target->first_id;
  if (index >= target->tier->count) {
    refuse(context, &message, "has no receiver");
    return;
  }
  int64_t least_ns = s->stage->least_delay_ns[to];
  if (message.at_ns < context->now_ns || message.at_ns - context->now_ns < least_ns) {
    refuse_delay(context, &message, to, least_ns);
    return;
  }
  if (s->finishing) {
    refuse(context, &message, "was sent while finishing");
    return;
  }
  message.from = context->self;
  message.sequence = s->current->sent++;
  unsigned shard = index / target->block;
  if (!cf_outbox_put(&s->outbox[to][target->phase & 1], target->phase, shard, &message)) {
    no_memory(s);
    return;
  }
  s->sent_to[to] |= UINT64_C(1) << shard;
  if (message.at_ns < s->sent_ns[to]) s->sent_ns[to] = message.at_ns;
}

static void lower(_Atomic int64_t *least, int64_t value) {
  int64_t seen = atomic_load_explicit(least, memory_order_relaxed);
  while (value < seen &&
         !atomic_compare_exchange_weak_explicit(least, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
  }
}

/* Tells the receiving tiers and shards that there is mail. The barrier at the end of the phase orders the rest. */
static void hand_over(cf_shard *s) {
  for (unsigned to = 0; to < s->tiers; to++) {
    uint64_t shards = s->sent_to[to];
    if (!shards) continue;
    cf_stage *target = &s->stages[to];
    unsigned parity = target->phase & 1;
    atomic_fetch_or_explicit(&target->mail[parity], shards, memory_order_relaxed);
    lower(&target->mail_ns[parity], s->sent_ns[to]);
    for (; shards; shards &= shards - 1)
      atomic_fetch_or_explicit(&target->shard[__builtin_ctzll(shards)]->inbound[parity][s->stage->number],
                               UINT64_C(1) << s->number, memory_order_relaxed);
    s->sent_to[to] = 0;
    s->sent_ns[to] = CF_NEVER;
  }
}

/* --- what is due --- */

static inline void mark(cf_shard *s, uint32_t i) {
  s->marked[i / 64] |= UINT64_C(1) << (i % 64);
  s->summary[i / 4096] |= UINT64_C(1) << (i / 64 % 64);
}

static void mark_due(void *self, const int64_t *t_ns, const uint32_t *item, unsigned count) {
  (void)t_ns; /* whether an entry is live is seen from the record, which is not in the cache yet */
  cf_shard *s = self;
  for (unsigned i = 0; i < count; i++) mark(s, item[i]);
}

static bool reserve_due(cf_shard *s, size_t more) {
  if (s->due_count + more <= s->due_capacity) return true;
  size_t capacity = s->due_capacity ? 2 * s->due_capacity : 64;
  while (capacity < s->due_count + more) capacity *= 2;
  cf_due *due = cf_arena_alloc(s->arena, capacity * sizeof *due, _Alignof(cf_due));
  cf_due *scratch = cf_arena_alloc(s->arena, capacity * sizeof *due, _Alignof(cf_due));
  if (!due || !scratch) {
    no_memory(s);
    return false;
  }
  if (s->due_count) memcpy(due, s->due, s->due_count * sizeof *due);
  s->due = due;
  s->scratch = scratch;
  s->due_capacity = capacity;
  return true;
}

static void collect_due(void *self, const int64_t *t_ns, const uint32_t *item, unsigned count) {
  cf_shard *s = self;
  if (!reserve_due(s, count)) return;
  for (unsigned i = 0; i < count; i++) {
    __builtin_prefetch(cf_slab_at(&s->store, item[i]));
    s->due[s->due_count++] = (cf_due){.at_ns = t_ns[i], .slot = item[i]};
  }
}

/* Takes one message over into this shard's store. */
static bool receive(cf_shard *s, const cf_message *message, int64_t until_ns) {
  uint32_t slot = cf_slab_take(&s->store);
  if (slot == CF_SLAB_NONE) return false;
  memcpy(cf_slab_at(&s->store, slot), message, sizeof *message);
  if (message->at_ns >= until_ns)
    return message->at_ns == CF_NEVER || cf_calendar_push(&s->messages, message->at_ns, slot);
  if (!reserve_due(s, 1)) return false;
  s->due[s->due_count++] = (cf_due){.at_ns = message->at_ns, .slot = slot};
  return true;
}

static bool read_outbox(cf_shard *s, const cf_outbox *outbox, int64_t until_ns) {
  uint32_t id = outbox->head[s->number] >> CF_MAIL_COUNT_BITS;
  uint32_t count = outbox->head[s->number] & CF_MAIL_COUNT_MASK;
  while (id != CF_SLAB_NONE) {
    const cf_mail_chunk *chunk = cf_slab_at(&outbox->chunks, id);
    if (chunk->next != CF_SLAB_NONE) __builtin_prefetch(cf_slab_at(&outbox->chunks, chunk->next));
    for (uint32_t i = 0; i < count; i++)
      if (!receive(s, &chunk->message[i], until_ns)) return false;
    id = chunk->next;
    count = CF_MAIL_CHUNK;
  }
  return true;
}

/* Reads the mail that was written for this phase: that is in the outboxes of the phase before. */
static bool read_mail(cf_shard *s, int64_t until_ns) {
  unsigned parity = (s->stage->phase - 1) & 1;
  for (unsigned from = 0; from < s->tiers; from++) {
    uint64_t senders = atomic_load_explicit(&s->inbound[parity][from], memory_order_relaxed);
    if (!senders) continue;
    atomic_store_explicit(&s->inbound[parity][from], 0, memory_order_relaxed);
    for (; senders; senders &= senders - 1) {
      const cf_shard *sender = s->stages[from].shard[__builtin_ctzll(senders)];
      if (!read_outbox(s, &sender->outbox[s->stage->number][parity], until_ns)) return false;
    }
  }
  return true;
}

static void sort_due(cf_shard *s) {
  if (s->due_count == 0) return;
  uint32_t first = s->stage->first_id + s->first;
  for (size_t i = 0; i < s->due_count; i++) {
    const cf_message *message = cf_slab_at(&s->store, s->due[i].slot);
    s->due[i].to = message->to - first;
    mark(s, s->due[i].to);
  }
  cf_due *sorted = cf_due_sort(s->due, s->scratch, s->due_count, s->count, &s->store);
  if (sorted != s->due) {
    s->scratch = s->due;
    s->due = sorted;
  }
}

/* --- running --- */

static void check_instant(cf_shard *s, cf_entity *record) {
  if (record->at_instant < CF_MAX_AT_INSTANT) {
    record->at_instant++;
    return;
  }
  char text[80];
  snprintf(text, sizeof text, "more than %d events at one instant", CF_MAX_AT_INSTANT);
  fail(&s->context, CF_INTERNAL, text);
}

static void check_plan(cf_shard *s, const cf_entity *record) {
  char text[120];
  snprintf(text, sizeof text, "its next event was planned for %.9f s, in the past", cf_ticks_to_s(record->next_ns));
  fail(&s->context, CF_INTERNAL, text);
}

/* Before every event of the current entity; false when it may not happen. */
static inline bool begin_event(cf_shard *s, cf_entity *record, int64_t t_ns) {
  s->context.now_ns = t_ns;
  s->context.events++;
  if (record->last_ns == t_ns) {
    check_instant(s, record);
    return !s->stopped;
  }
  record->last_ns = t_ns;
  record->at_instant = 1;
  return true;
}

static inline void run_own(cf_shard *s, const cf_tier *tier, cf_entity *record) {
  int64_t t_ns = record->next_ns;
  if (!begin_event(s, record, t_ns)) return;
  tier->own(&s->context, record);
  if (record->next_ns < t_ns) check_plan(s, record);
}

static inline void run_message(cf_shard *s, const cf_tier *tier, cf_entity *record, const cf_message *message) {
  if (!begin_event(s, record, message->at_ns)) return;
  tier->message(&s->context, record, message);
  if (record->next_ns < message->at_ns) check_plan(s, record);
}

/* One entity's events and messages up to the window's end, merged: at one instant its crossing, then messages in the
 * order in which they were sorted, then its timers. Returns the first message of the next entity. */
static size_t run_entity(cf_shard *s, uint32_t i, size_t m, int64_t until_ns) {
  cf_entity *record = record_at(s, i);
  const cf_tier *tier = s->stage->tier;
  s->current = record;
  s->context.self = s->stage->first_id + s->first + i;
  s->stopped = false;
  for (; m < s->due_count && s->due[m].to == i; m++) {
    int64_t at_ns = s->due[m].at_ns;
    while (!s->stopped && record->next_ns <= at_ns && (record->next_ns < at_ns || record->next_is_crossing))
      run_own(s, tier, record);
    if (!s->stopped) run_message(s, tier, record, cf_slab_at(&s->store, s->due[m].slot));
    cf_slab_give(&s->store, s->due[m].slot);
  }
  while (record->next_ns < until_ns && !s->stopped) run_own(s, tier, record);
  /* Its entry has been taken (posted_ns < until_ns), or something sooner than the entry was planned. */
  if (record->posted_ns < until_ns || record->next_ns < record->posted_ns) {
    record->posted_ns = record->next_ns;
    if (record->next_ns != CF_NEVER && !s->stopped && !cf_calendar_push(&s->entities, record->next_ns, i)) no_memory(s);
  }
  return m;
}

/* The marked entities in order of their numbers; unmarks them. */
typedef struct walk {
  uint32_t summary_word, word;
  uint64_t summary, bits;
} walk;

static bool next_marked(cf_shard *s, walk *w, uint32_t *i) {
  while (!w->bits) {
    while (!w->summary) {
      if (w->summary_word == s->summary_words) return false;
      w->summary = s->summary[w->summary_word];
      s->summary[w->summary_word++] = 0;
    }
    w->word = (w->summary_word - 1) * 64 + (uint32_t)__builtin_ctzll(w->summary);
    w->summary &= w->summary - 1;
    w->bits = s->marked[w->word];
    s->marked[w->word] = 0;
  }
  *i = w->word * 64 + (uint32_t)__builtin_ctzll(w->bits);
  w->bits &= w->bits - 1;
  return true;
}

/* Runs the marked entities, their records asked for AHEAD entities before they are needed. */
static void run_marked(cf_shard *s, int64_t until_ns) {
  walk w = {0};
  uint32_t ring[RING], next;
  unsigned head = 0, tail = 0;
  size_t m = 0;
  for (;;) {
    while (tail - head < AHEAD && next_marked(s, &w, &next)) {
      const char *record = (const char *)record_at(s, next);
      for (unsigned line = 0; line < s->prefetch_lines; line++) __builtin_prefetch(record + (size_t)line * 64, 1);
      ring[tail++ % RING] = next;
    }
    if (head == tail) break;
    m = run_entity(s, ring[head++ % RING], m, until_ns);
  }
  s->due_count = 0;
}

/* Posts every entity afresh, when entries that were left behind have come to outnumber the entities. */
static bool rebuild(cf_shard *s) {
  cf_calendar_clear(&s->entities);
  for (uint32_t i = 0; i < s->count; i++) {
    cf_entity *record = record_at(s, i);
    record->posted_ns = record->next_ns;
    if (record->next_ns != CF_NEVER && !cf_calendar_push(&s->entities, record->next_ns, i)) return false;
  }
  return true;
}

void cf_shard_run(cf_shard *s, int64_t until_ns) {
  bool whole = cf_calendar_drain(&s->entities, until_ns, mark_due, s) &&
               cf_calendar_drain(&s->messages, until_ns, collect_due, s) && read_mail(s, until_ns);
  if (whole) {
    sort_due(s);
    run_marked(s, until_ns);
    hand_over(s);
    bool failed = s->failure.status != CF_OK;
    if (!failed && s->entities.items > 2 * (size_t)s->count + 1024) whole = rebuild(s);
  }
  if (!whole) no_memory(s);
  int64_t entity_ns = cf_calendar_earliest(&s->entities), message_ns = cf_calendar_earliest(&s->messages);
  s->stage->earliest_ns[s->number] = entity_ns < message_ns ? entity_ns : message_ns;
}

void cf_shard_finish(cf_shard *s, int64_t end_ns) {
  const cf_tier *tier = s->stage->tier;
  s->context.now_ns = end_ns;
  s->finishing = true;
  for (uint32_t i = 0; i < s->count; i++) {
    s->current = record_at(s, i);
    s->context.self = s->stage->first_id + s->first + i;
    tier->finish(&s->context, s->current);
  }
  s->finishing = false;
}

/* --- life --- */

/* The engine's part of every record, and the first entries of the calendar. */
static bool post_all(cf_shard *s) {
  for (uint32_t i = 0; i < s->count; i++) {
    cf_entity *record = record_at(s, i);
    record->last_ns = -1;
    record->sent = 0;
    record->at_instant = 0;
    record->spare = 0;
    if (record->next_ns >= 0) continue;
    s->context.self = s->stage->first_id + s->first + i;
    check_plan(s, record);
    record->next_ns = CF_NEVER;
  }
  return rebuild(s);
}

static bool set_up(cf_shard *s, int64_t width_ns) {
  cf_calendar_init(&s->entities, s->arena, width_ns, s->count);
  cf_calendar_init(&s->messages, s->arena, width_ns, s->count / 16);
  cf_slab_init(&s->store, s->arena, sizeof(cf_message), MESSAGES_PER_PAGE);
  s->words = (s->count + 63) / 64;
  s->summary_words = (s->words + 63) / 64;
  s->marked = CF_ARENA_ARRAY(s->arena, uint64_t, s->words);
  s->summary = CF_ARENA_ARRAY(s->arena, uint64_t, s->summary_words);
  if (!s->marked || !s->summary) return false;
  for (unsigned to = 0; to < s->tiers; to++) {
    s->sent_ns[to] = CF_NEVER;
    cf_outbox_init(&s->outbox[to][0], s->arena);
    cf_outbox_init(&s->outbox[to][1], s->arena);
  }
  return post_all(s);
}

cf_shard *cf_shard_create(cf_stage *stages, unsigned tiers, unsigned tier, unsigned number, int64_t width_ns,
                          void *world, uint8_t arena_fill) {
  cf_arena *arena = cf_arena_create(arena_fill);
  cf_shard *s = arena ? cf_arena_zero(arena, sizeof *s, _Alignof(cf_shard)) : NULL;
  if (!s) {
    cf_arena_destroy(arena);
    return NULL;
  }
  cf_stage *stage = &stages[tier];
  s->arena = arena;
  s->stages = stages;
  s->stage = stage;
  s->tiers = tiers;
  s->number = number;
  s->first = number * stage->block;
  uint32_t left = stage->tier->count - s->first;
  s->count = left < stage->block ? left : stage->block;
  s->record_bytes = stage->tier->record_bytes;
  s->records = (unsigned char *)stage->tier->records + (size_t)s->first * s->record_bytes;
  s->prefetch_lines = stage->tier->prefetch_lines < MAX_PREFETCH ? stage->tier->prefetch_lines : MAX_PREFETCH;
  s->context = (cf_context){.shard = number, .world = world, .send = send, .fail = fail, .engine = s};
  if (!set_up(s, width_ns)) {
    cf_arena_destroy(arena);
    return NULL;
  }
  int64_t earliest_ns = cf_calendar_earliest(&s->entities);
  stage->earliest_ns[number] = earliest_ns;
  return s;
}

void cf_shard_destroy(cf_shard *s) {
  if (s) cf_arena_destroy(s->arena);
}

const cf_context *cf_shard_context(const cf_shard *s) { return &s->context; }
const cf_failure *cf_shard_failure(const cf_shard *s) { return &s->failure; }
size_t cf_shard_bytes(const cf_shard *s) { return cf_arena_used(s->arena); }
