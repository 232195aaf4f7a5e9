#include "sequential.h"

#include <stdlib.h>

enum { CROSSING, MESSAGE, TIMER };

typedef struct plan {
  unsigned class;     /* CROSSING, MESSAGE or TIMER */
  cf_message message; /* of an own event: at_ns and to only */
} plan;

typedef struct engine {
  const cf_model *model;
  cf_context context;
  cf_entity *current;
  plan *heap;
  size_t count, capacity;
  cf_status status;
  cf_diag *diag;
} engine;

static unsigned tier_of(const cf_model *model, uint32_t id) {
  unsigned tier = 0;
  while (tier + 1 < model->tiers && id >= cf_entity_id(model, tier + 1, 0)) tier++;
  return tier;
}

static cf_entity *record_of(const cf_model *model, uint32_t id) {
  unsigned tier = tier_of(model, id);
  size_t index = id - cf_entity_id(model, tier, 0);
  return (cf_entity *)(void *)((char *)model->tier[tier].records + index * model->tier[tier].record_bytes);
}

/* Ids rise with the tier, so (tier, entity) is the id. */
static bool before(const plan *a, const plan *b) {
  const cf_message *m = &a->message, *n = &b->message;
  if (m->at_ns != n->at_ns) return m->at_ns < n->at_ns;
  if (m->to != n->to) return m->to < n->to;
  if (a->class != b->class) return a->class < b->class;
  if (m->from != n->from) return m->from < n->from;
  return m->sequence < n->sequence;
}

static void fail(cf_context *context, cf_status status, const char *text) {
  engine *e = context->engine;
  if (e->status == CF_OK)
    e->status = cf_fail(e->diag, status, "entity %u at %lld ns: %s", context->self, (long long)context->now_ns, text);
}

static void push(engine *e, plan p) {
  if (e->count == e->capacity) {
    size_t capacity = e->capacity ? 2 * e->capacity : 1024;
    plan *heap = realloc(e->heap, capacity * sizeof *heap);
    if (!heap) {
      fail(&e->context, CF_INTERNAL, "no memory");
      return;
    }
    e->heap = heap;
    e->capacity = capacity;
  }
  size_t i = e->count++;
  for (; i && before(&p, &e->heap[(i - 1) / 2]); i = (i - 1) / 2) e->heap[i] = e->heap[(i - 1) / 2];
  e->heap[i] = p;
}

static plan pop(engine *e) {
  plan top = e->heap[0], last = e->heap[--e->count];
  size_t i = 0;
  for (size_t child = 1; child < e->count; child = 2 * i + 1) {
    if (child + 1 < e->count && before(&e->heap[child + 1], &e->heap[child])) child++;
    if (!before(&e->heap[child], &last)) break;
    e->heap[i] = e->heap[child];
    i = child;
  }
  e->heap[i] = last;
  return top;
}

static void plan_own(engine *e, uint32_t id) {
  const cf_entity *record = record_of(e->model, id);
  if (record->next_ns == CF_NEVER) return;
  push(e, (plan){record->next_is_crossing ? CROSSING : TIMER, {.at_ns = record->next_ns, .to = id}});
}

static void send(cf_context *context, cf_message message) {
  engine *e = context->engine;
  unsigned from = tier_of(e->model, context->self), to = tier_of(e->model, message.to);
  int64_t least_ns = to > from ? 0 : e->model->latency_ns[from][to];
  if (message.at_ns < context->now_ns || message.at_ns - context->now_ns < least_ns || least_ns == CF_NEVER) {
    fail(context, CF_INTERNAL, "a message breaks its latency");
    return;
  }
  message.from = context->self;
  message.sequence = e->current->sent++;
  push(e, (plan){MESSAGE, message});
}

static void handle(engine *e, const plan *p) {
  const cf_message *message = &p->message;
  cf_entity *record = record_of(e->model, message->to);
  const cf_tier *tier = &e->model->tier[tier_of(e->model, message->to)];
  if (p->class != MESSAGE && (record->next_ns != message->at_ns || record->next_is_crossing != (p->class == CROSSING)))
    return; /* planned otherwise since */
  e->current = record;
  e->context.self = message->to;
  e->context.now_ns = message->at_ns;
  e->context.events++;
  record->at_instant = record->last_ns == message->at_ns ? (uint16_t)(record->at_instant + 1) : 1;
  record->last_ns = message->at_ns;
  if (record->at_instant > CF_MAX_AT_INSTANT) {
    fail(&e->context, CF_INTERNAL, "too many events at one instant");
    return;
  }
  if (p->class == MESSAGE)
    tier->message(&e->context, record, message);
  else
    tier->own(&e->context, record);
  if (record->next_ns < message->at_ns) fail(&e->context, CF_INTERNAL, "planned in the past");
  plan_own(e, message->to);
}

cf_status cf_sequential_run(const cf_model *model, int64_t until_ns, cf_digest *digest, uint64_t *events,
                            cf_diag *diag) {
  engine e = {.model = model, .diag = diag};
  e.context = (cf_context){.world = model->world, .send = send, .fail = fail, .engine = &e};
  uint32_t entities = cf_entity_id(model, model->tiers, 0);
  for (uint32_t id = 0; id < entities; id++) {
    cf_entity *record = record_of(model, id);
    record->sent = 0;
    record->at_instant = 0;
    record->last_ns = -1;
    plan_own(&e, id);
  }
  while (e.status == CF_OK && e.count && e.heap[0].message.at_ns < until_ns) {
    plan p = pop(&e);
    handle(&e, &p);
  }
  for (uint32_t id = 0; e.status == CF_OK && id < entities; id++) {
    const cf_tier *tier = &model->tier[tier_of(model, id)];
    e.context.self = id;
    e.context.now_ns = until_ns;
    if (tier->finish) tier->finish(&e.context, record_of(model, id));
  }
  free(e.heap);
  *digest = e.context.digest;
  *events = e.context.events;
  return e.status;
}
