/* A random model for the engine's tests: what happens to an entity depends on its own history and on the messages it
 * gets, so that a single event out of order changes the digest. Instants are mostly multiples of a unit, so that many
 * coincide; some plans are at the same instant, one nanosecond on, very far away, or withdrawn. */
#ifndef CF_TESTS_UNIT_RANDOM_MODEL_H
#define CF_TESTS_UNIT_RANDOM_MODEL_H

#include "../support/cf_test.h"

#include "base/random.h"
#include "engine/engine.h"

typedef struct body {
  cf_entity head;
  uint64_t draws, state;
  uint64_t spare[3];
} body;

typedef struct recipe {
  const char *name;
  unsigned tiers, inner_tier;
  uint32_t count[CF_MAX_TIERS];
  int64_t latency_ns[CF_MAX_TIERS][CF_MAX_TIERS]; /* 0 stands for CF_NEVER */
  int64_t unit_ns;                                /* most instants are multiples of it, so that many coincide */
  int64_t until_ns;
  unsigned send_own, send_message; /* chances out of 16 */
} recipe;

#define S (CF_NS_PER_S)
static const recipe shapes[] = {
    {"four tiers",
     4,
     2,
     {6, 50, 4, 1},
     {{7 * S}, {0, 3 * S}, {2 * S, 2 * S, S / 2}, {9 * S, 5 * S, S / 3, 4 * S}},
     S / 4,
     400 * S,
     10,
     5},
    {"dense", 2, 1, {4000, 20}, {{S}, {S, S / 8}}, S / 4, 12 * S, 4, 2},
    {"peers", 1, 1, {300}, {{S}}, S / 2, 150 * S, 9, 6},
    {"no traffic downward", 3, 3, {40, 40, 40}, {{0}, {0, 0}, {0, 0, 0}}, S, 3000 * S, 12, 12},
    {"all inner", 2, 0, {30, 30}, {{S}, {2 * S, 3 * S}}, S / 4, 300 * S, 9, 5},
    {"a busy hub", 2, 1, {900, 1}, {{4 * S}, {4 * S, S}}, S / 8, 40 * S, 9, 1},
    {"an empty tier", 3, 2, {200, 0, 7}, {{S}, {0}, {S, 0, S / 5}}, S / 5, 60 * S, 9, 5},
};
#undef S
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct world {
  const recipe *shape;
  cf_model model;
  cf_random random;
  body *records;
} world;

static inline void draw(cf_context *context, body *me, uint32_t word[4]) {
  const world *w = context->world;
  cf_random_block(&w->random, context->self, CF_STREAM_BENCH, me->draws++, word);
}

static inline int64_t pick_delay(const world *w, uint32_t r) {
  int64_t unit_ns = w->shape->unit_ns;
  switch (r % 8) {
    case 0:
    case 1:
      return (r >> 8) % 3 * unit_ns;
    case 2:
    case 3:
    case 4:
      return (r >> 8) % 24 * unit_ns;
    case 5:
      return (r >> 8) % (uint32_t)(unit_ns % 1000000007);
    case 6:
      return 1;
    default:
      return 0;
  }
}

static inline void send_some(cf_context *context, body *me, unsigned chance) {
  const world *w = context->world;
  uint32_t word[4];
  draw(context, me, word);
  if (word[0] % 16 >= chance) return;
  unsigned from = 0, to = word[1] % w->model.tiers;
  while (context->self >= cf_entity_id(&w->model, from + 1, 0)) from++;
  int64_t least_ns = to > from ? 0 : w->model.latency_ns[from][to];
  if (least_ns == CF_NEVER || w->model.tier[to].count == 0) return;
  cf_message message = {.at_ns = context->now_ns + least_ns + pick_delay(w, word[2]),
                        .kind = (uint16_t)(word[0] >> 28)};
  message.to = cf_entity_id(&w->model, to, word[3] % w->model.tier[to].count);
  message.body.u32[0] = (uint32_t)me->state;
  cf_send(context, message);
}

static inline void plan(cf_context *context, body *me) {
  const world *w = context->world;
  uint32_t word[4];
  draw(context, me, word);
  int64_t delay_ns = pick_delay(w, word[0]);
  if (delay_ns == 0 && me->head.at_instant > 6) delay_ns = 1; /* stays clear of the limit at one instant */
  if (word[1] % 32 == 0) delay_ns = w->shape->unit_ns * (1000 + word[2] % 100000);
  me->head.next_ns = word[1] % 32 == 1 ? CF_NEVER : context->now_ns + delay_ns;
  me->head.next_is_crossing = word[3] & 1;
}

static inline void own(cf_context *context, void *record) {
  body *me = record;
  const world *w = context->world;
  if (context->now_ns != me->head.next_ns) cf_context_fail(context, CF_INTERNAL, "an own event at a wrong time");
  uint64_t words[2] = {me->state, me->head.next_is_crossing};
  cf_trace(context, 1, words, 2);
  me->state = cf_hash2(me->state, (uint64_t)context->now_ns);
  plan(context, me);
  send_some(context, me, w->shape->send_own);
}

static inline void message(cf_context *context, void *record, const cf_message *m) {
  body *me = record;
  const world *w = context->world;
  if (context->now_ns != m->at_ns || context->self != m->to) cf_context_fail(context, CF_INTERNAL, "wrong message");
  uint64_t words[4] = {me->state, (uint64_t)m->from << 32 | m->sequence, m->body.u32[0], m->kind};
  cf_trace(context, 2, words, 4);
  me->state = cf_hash2(me->state, m->body.u32[0] + m->sequence);
  if (me->state & 1) plan(context, me);
  send_some(context, me, w->shape->send_message);
}

static inline void finish(cf_context *context, void *record) {
  const body *me = record;
  cf_trace(context, 3, &me->state, 1);
}

static inline void world_init(world *w, const recipe *shape) {
  *w = (world){.shape = shape, .random = cf_random_seed(42, (uint64_t)(shape - shapes))};
  cf_model *model = &w->model;
  *model = (cf_model){.tiers = shape->tiers, .inner_tier = shape->inner_tier, .world = w};
  uint32_t total = 0;
  for (unsigned t = 0; t < shape->tiers; t++) total += shape->count[t];
  w->records = calloc(total, sizeof *w->records);
  assert_non_null(w->records);
  body *next = w->records;
  for (unsigned t = 0; t < shape->tiers; t++) {
    model->tier[t] = (cf_tier){.count = shape->count[t],
                               .record_bytes = sizeof(body),
                               .records = next,
                               .prefetch_lines = 1,
                               .own = own,
                               .message = message,
                               .finish = t == 1 ? NULL : finish};
    next += shape->count[t];
    for (unsigned to = 0; to <= t; to++)
      model->latency_ns[t][to] = shape->latency_ns[t][to] ? shape->latency_ns[t][to] : CF_NEVER;
  }
}

static inline void world_reset(world *w) {
  uint32_t total = cf_entity_id(&w->model, w->model.tiers, 0);
  memset(w->records, 0x5a, total * sizeof *w->records); /* the engine's fields need not be set */
  for (uint32_t i = 0; i < total; i++) {
    w->records[i].draws = 0;
    w->records[i].state = i;
    w->records[i].head.next_ns = i % 7 * w->shape->unit_ns;
    w->records[i].head.next_is_crossing = i % 3 == 0;
  }
}

#endif
