#include "engine/engine.h"

#include "base/arena.h"
#include "engine/fpmode.h"
#include "engine/pool.h"
#include "engine/shard.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Shards trade balance between threads, and locality in dense windows, against the cost of visiting each of them in
 * sparse ones: 1e6 sleepers, 115 events in a window, on one thread take 89, 131 and 350 ns per event with 1, 8 and 64.
 */
enum { SHARD_ENTITIES = 8192, SHARDS_PER_THREAD = 8, FEW_EVENTS = 500 };

#define LONGEST_WINDOW_NS (60 * CF_NS_PER_S)

struct cf_engine {
  const cf_model *model;
  cf_engine_options options;
  cf_arena *arena;
  cf_stage *stage; /* one per tier */
  int64_t window_ns, inner_window_ns;
  int64_t now_ns; /* everything before has been handled */
  cf_status failed;
  cf_pool *pool; /* NULL with one thread */
  /* The job that the threads share: the chosen shards of one stage. */
  cf_stage *job_stage;
  int64_t job_until_ns;
  bool job_finish;
  unsigned job_count;
  uint8_t job_shard[CF_MAX_SHARDS];
  _Atomic uint32_t changed_mode; /* a floating-point mode that a handler left behind; 0: none */
};

/* --- creation --- */

static unsigned shards_for(const cf_engine_options *options, const cf_tier *tier) {
  unsigned shards = options->shards ? options->shards : tier->shards;
  if (!shards) {
    unsigned most =
        options->threads < CF_MAX_SHARDS / SHARDS_PER_THREAD ? options->threads * SHARDS_PER_THREAD : CF_MAX_SHARDS;
    shards = (tier->count + SHARD_ENTITIES - 1) / SHARD_ENTITIES;
    if (shards > most) shards = most;
  }
  if (shards > CF_MAX_SHARDS) shards = CF_MAX_SHARDS;
  if (shards > tier->count) shards = tier->count;
  return shards;
}

static cf_status check_tier(const cf_model *model, unsigned number, cf_diag *diag) {
  const cf_tier *tier = &model->tier[number];
  if (tier->count == 0) return CF_OK;
  if (!tier->records || !tier->own || !tier->message)
    return cf_fail(diag, CF_INTERNAL, "tier %u has no records or no handlers", number);
  if (tier->record_bytes < sizeof(cf_entity) || tier->record_bytes % 8)
    return cf_fail(diag, CF_INTERNAL, "tier %u has records of %zu bytes, not a multiple of 8 from %zu on", number,
                   tier->record_bytes, sizeof(cf_entity));
  for (unsigned to = 0; to <= number; to++) {
    int64_t latency_ns = model->latency_ns[number][to];
    if (latency_ns <= 0 && model->tier[to].count)
      return cf_fail(diag, CF_INPUT,
                     "no positive lookahead: messages from tier %u to tier %u may take %.9f s, so no window is "
                     "short enough; only messages to a higher tier may take no time",
                     number, to, cf_ticks_to_s(latency_ns));
  }
  return CF_OK;
}

static cf_status check_model(const cf_model *model, const cf_engine_options *options, cf_diag *diag) {
  if (model->tiers < 1 || model->tiers > CF_MAX_TIERS)
    return cf_fail(diag, CF_INTERNAL, "a model has 1 to %d tiers, not %u", CF_MAX_TIERS, model->tiers);
  if (model->inner_tier > model->tiers)
    return cf_fail(diag, CF_INTERNAL, "inner tier %u of %u tiers", model->inner_tier, model->tiers);
  if (options->shards > CF_MAX_SHARDS)
    return cf_fail(diag, CF_USAGE, "at most %d shards, not %u", CF_MAX_SHARDS, options->shards);
  if (options->window_ns < 0) return cf_fail(diag, CF_USAGE, "a window cannot be negative");
  uint64_t entities = 0;
  for (unsigned i = 0; i < model->tiers; i++) {
    cf_status status = check_tier(model, i, diag);
    if (status != CF_OK) return status;
    entities += model->tier[i].count;
  }
  if (entities > UINT32_MAX - 1)
    return cf_fail(diag, CF_INPUT, "%llu entities are too many", (unsigned long long)entities);
  return CF_OK;
}

/* The longest window in which nothing that is sent to a tier in [first, end) can fall due: the least latency of any
 * message from that tier or a higher one. */
static int64_t least_latency_ns(const cf_model *model, unsigned first, unsigned end, int64_t cap_ns) {
  int64_t least_ns = cap_ns;
  for (unsigned to = first; to < end; to++)
    for (unsigned from = to; from < model->tiers; from++)
      if (model->tier[from].count && model->tier[to].count && model->latency_ns[from][to] < least_ns)
        least_ns = model->latency_ns[from][to];
  return least_ns;
}

static void choose_windows(cf_engine *e) {
  const cf_model *model = e->model;
  int64_t cap_ns = LONGEST_WINDOW_NS;
  if (e->options.window_ns && e->options.window_ns < cap_ns) cap_ns = e->options.window_ns;
  e->window_ns = least_latency_ns(model, 0, model->inner_tier, cap_ns);
  e->inner_window_ns = least_latency_ns(model, model->inner_tier, model->tiers, e->window_ns);
}

static void next_of_stage(cf_stage *stage) {
  int64_t next_ns = CF_NEVER;
  for (unsigned i = 0; i < stage->shards; i++)
    if (stage->earliest_ns[i] < next_ns) next_ns = stage->earliest_ns[i];
  stage->next_ns = next_ns;
}

static bool create_stage(cf_engine *e, unsigned number) {
  const cf_model *model = e->model;
  const cf_tier *tier = &model->tier[number];
  cf_stage *stage = &e->stage[number];
  stage->tier = tier;
  stage->number = number;
  stage->first_id = cf_entity_id(model, number, 0);
  stage->expected = tier->count;
  stage->next_ns = CF_NEVER;
  for (unsigned to = 0; to < model->tiers; to++)
    stage->least_delay_ns[to] = to > number ? 0 : model->latency_ns[number][to];
  for (unsigned parity = 0; parity < 2; parity++) {
    atomic_init(&stage->mail[parity], 0);
    atomic_init(&stage->mail_ns[parity], CF_NEVER);
  }
  unsigned shards = shards_for(&e->options, tier);
  if (!shards) return true;
  stage->block = (tier->count + shards - 1) / shards;
  stage->shards = (tier->count + stage->block - 1) / stage->block;
  stage->shard = CF_ARENA_ARRAY(e->arena, cf_shard *, stage->shards);
  if (!stage->shard) return false;
  int64_t width_ns = number < model->inner_tier ? e->window_ns : e->inner_window_ns;
  for (unsigned i = 0; i < stage->shards; i++) {
    stage->shard[i] = cf_shard_create(e->stage, model->tiers, number, i, width_ns, model->world, e->options.arena_fill);
    if (!stage->shard[i]) return false;
  }
  next_of_stage(stage);
  return true;
}

/* --- failures --- */

/* The earliest failure of all shards, in the order of history, goes into the diagnostic. */
static cf_status report_failure(cf_engine *e, cf_diag *diag) {
  const cf_failure *first = NULL;
  for (unsigned t = 0; t < e->model->tiers; t++) {
    for (unsigned i = 0; i < e->stage[t].shards; i++) {
      const cf_failure *f = cf_shard_failure(e->stage[t].shard[i]);
      if (f->status == CF_OK) continue;
      if (!first || f->t_ns < first->t_ns || (f->t_ns == first->t_ns && f->entity < first->entity)) first = f;
    }
  }
  if (first) {
    unsigned tier = e->model->tiers - 1;
    while (first->entity < e->stage[tier].first_id) tier--;
    return cf_fail(diag, first->status, "entity %u (tier %u, index %u) at %.9f s: %s", first->entity, tier,
                   first->entity - e->stage[tier].first_id, cf_ticks_to_s(first->t_ns), first->text);
  }
  uint32_t mode = atomic_load(&e->changed_mode);
  if (mode)
    return cf_fail(diag, CF_INTERNAL, "a handler changed the floating-point mode (MXCSR is 0x%04x, not 0x%04x)",
                   (unsigned)mode, (unsigned)CF_FPMODE_PLAIN);
  return CF_OK;
}

static bool any_failed(const cf_engine *e, unsigned first) {
  if (atomic_load_explicit(&e->changed_mode, memory_order_relaxed)) return true;
  for (unsigned t = first; t < e->model->tiers; t++)
    if (atomic_load_explicit(&e->stage[t].failed, memory_order_relaxed)) return true;
  return false;
}

/* --- phases --- */

static void work(void *self, unsigned item) {
  cf_engine *e = self;
  cf_shard *shard = e->job_stage->shard[e->job_shard[item]];
  if (e->job_finish)
    cf_shard_finish(shard, e->job_until_ns);
  else
    cf_shard_run(shard, e->job_until_ns);
  uint32_t mode = cf_fpmode_get();
  /* cppcheck-suppress knownConditionTrueFalse ; where there is nothing to check */
  if (mode != CF_FPMODE_PLAIN) {
    atomic_store(&e->changed_mode, mode);
    cf_fpmode_set(CF_FPMODE_PLAIN);
  }
}

static void set_plain_mode(void) { cf_fpmode_set(CF_FPMODE_PLAIN); }

static void run_job(cf_engine *e, bool many) {
  if (e->pool && many && e->job_count > 1)
    cf_pool_run(e->pool, e->job_count);
  else
    for (unsigned i = 0; i < e->job_count; i++) work(e, i);
}

static int64_t stage_earliest_ns(const cf_stage *stage) {
  int64_t mail_ns = atomic_load_explicit(&stage->mail_ns[stage->phase & 1], memory_order_relaxed);
  return mail_ns < stage->next_ns ? mail_ns : stage->next_ns;
}

static uint64_t events_of_job(const cf_engine *e) {
  uint64_t events = 0;
  for (unsigned i = 0; i < e->job_count; i++) events += cf_shard_context(e->job_stage->shard[e->job_shard[i]])->events;
  return events;
}

/* Carries one tier to `until_ns`, if anything of it is due before. */
static void run_phase(cf_engine *e, cf_stage *stage, int64_t until_ns) {
  if (stage_earliest_ns(stage) >= until_ns) return;
  unsigned read = stage->phase & 1;
  uint64_t mail = atomic_load_explicit(&stage->mail[read], memory_order_relaxed);
  atomic_store_explicit(&stage->mail[read], 0, memory_order_relaxed);
  atomic_store_explicit(&stage->mail_ns[read], CF_NEVER, memory_order_relaxed);
  stage->phase++;
  e->job_stage = stage;
  e->job_until_ns = until_ns;
  e->job_count = 0;
  for (unsigned i = 0; i < stage->shards; i++)
    if (stage->earliest_ns[i] < until_ns || (mail >> i & 1)) e->job_shard[e->job_count++] = (uint8_t)i;
  uint64_t before = events_of_job(e);
  run_job(e, stage->expected >= FEW_EVENTS);
  stage->expected = (stage->expected + events_of_job(e) - before) / 2;
  next_of_stage(stage);
}

/* --- windows --- */

/* End of the window that holds `t_ns`: the next line of a grid of `width_ns`, or an irregular line before it that
 * depends on the seed and the time alone. */
static int64_t window_end_ns(const cf_engine *e, int64_t t_ns, int64_t width_ns) {
  int64_t step_ns = width_ns - t_ns % width_ns;
  if (e->options.irregular_seed) {
    int64_t unit_ns = width_ns > 16 ? width_ns / 16 : 1;
    uint64_t cell = (uint64_t)(t_ns / unit_ns);
    step_ns = (int64_t)(cf_hash2(e->options.irregular_seed, cell) % 15 + 1) * unit_ns;
    if (step_ns > width_ns) step_ns = width_ns;
  }
  return t_ns > CF_NEVER - step_ns ? CF_NEVER : t_ns + step_ns;
}

static int64_t earliest_ns(const cf_engine *e, unsigned first, unsigned end) {
  int64_t least_ns = CF_NEVER;
  for (unsigned t = first; t < end; t++) {
    int64_t stage_ns = stage_earliest_ns(&e->stage[t]);
    if (stage_ns < least_ns) least_ns = stage_ns;
  }
  return least_ns;
}

/* Carries the upper tiers over the same time in steps of their own, and stops early when one of them fails. */
static void run_inner_windows(cf_engine *e, int64_t until_ns) {
  unsigned first = e->model->inner_tier, tiers = e->model->tiers;
  int64_t now_ns = e->now_ns;
  while (now_ns < until_ns && !any_failed(e, first)) {
    int64_t next_ns = earliest_ns(e, first, tiers);
    if (next_ns >= until_ns) return;
    if (next_ns < now_ns) next_ns = now_ns;
    int64_t end_ns = window_end_ns(e, next_ns, e->inner_window_ns);
    if (end_ns > until_ns) end_ns = until_ns;
    for (unsigned t = first; t < tiers; t++) run_phase(e, &e->stage[t], end_ns);
    now_ns = end_ns;
  }
}

static cf_status run_windows(cf_engine *e, int64_t until_ns, const volatile int *stop, cf_diag *diag) {
  while (e->now_ns < until_ns) {
    if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED)) return CF_INCOMPLETE;
    int64_t next_ns = earliest_ns(e, 0, e->model->tiers);
    if (next_ns >= until_ns) break;
    if (next_ns < e->now_ns) next_ns = e->now_ns;
    int64_t end_ns = window_end_ns(e, next_ns, e->window_ns);
    if (end_ns > until_ns) end_ns = until_ns;
    for (unsigned t = 0; t < e->model->inner_tier; t++) run_phase(e, &e->stage[t], end_ns);
    run_inner_windows(e, end_ns);
    e->now_ns = end_ns;
    if (any_failed(e, 0)) return e->failed = report_failure(e, diag);
  }
  e->now_ns = until_ns;
  return CF_OK;
}

/* --- the public functions --- */

cf_status cf_engine_run(cf_engine *e, int64_t until_ns, const volatile int *stop, cf_diag *diag) {
  if (e->failed != CF_OK) return cf_fail(diag, e->failed, "the engine has failed before and cannot go on");
  uint32_t mode = cf_fpmode_get();
  cf_fpmode_set(CF_FPMODE_PLAIN);
  cf_status status = run_windows(e, until_ns, stop, diag);
  cf_fpmode_set(mode);
  return status;
}

cf_status cf_engine_finish(cf_engine *e, int64_t end_ns, cf_diag *diag) {
  if (e->failed != CF_OK) return cf_fail(diag, e->failed, "the engine has failed before and cannot go on");
  uint32_t mode = cf_fpmode_get();
  cf_fpmode_set(CF_FPMODE_PLAIN);
  e->job_finish = true;
  e->job_until_ns = end_ns;
  for (unsigned t = 0; t < e->model->tiers; t++) {
    cf_stage *stage = &e->stage[t];
    if (!stage->tier->finish) continue;
    e->job_stage = stage;
    e->job_count = stage->shards;
    for (unsigned i = 0; i < stage->shards; i++) e->job_shard[i] = (uint8_t)i;
    run_job(e, stage->tier->count >= FEW_EVENTS);
  }
  e->job_finish = false;
  cf_fpmode_set(mode);
  if (any_failed(e, 0)) e->failed = report_failure(e, diag);
  return e->failed;
}

cf_engine *cf_engine_create(const cf_model *model, const cf_engine_options *options, cf_diag *diag) {
  if (check_model(model, options, diag) != CF_OK) return NULL;
  cf_arena *arena = cf_arena_create(options->arena_fill);
  cf_engine *e = arena ? CF_ARENA_NEW(arena, cf_engine) : NULL;
  if (!e) {
    cf_arena_destroy(arena);
    cf_fail(diag, CF_INTERNAL, "no memory for the engine");
    return NULL;
  }
  e->model = model;
  e->options = *options;
  e->arena = arena;
  choose_windows(e);
  e->stage = CF_ARENA_ARRAY(arena, cf_stage, model->tiers);
  bool whole = e->stage != NULL;
  for (unsigned i = 0; whole && i < model->tiers; i++) whole = create_stage(e, i);
  if (!whole) {
    cf_fail(diag, CF_INTERNAL, "no memory for the engine's calendars");
  } else if (any_failed(e, 0)) {
    report_failure(e, diag);
    whole = false;
  } else if (options->threads > 1) {
    e->pool = cf_pool_create(options->threads, work, set_plain_mode, e, diag);
    whole = e->pool != NULL;
  }
  if (whole) return e;
  cf_engine_destroy(e);
  return NULL;
}

void cf_engine_destroy(cf_engine *e) {
  if (!e) return;
  cf_pool_destroy(e->pool);
  for (unsigned t = 0; e->stage && t < e->model->tiers; t++)
    for (unsigned i = 0; e->stage[t].shard && i < e->stage[t].shards; i++) cf_shard_destroy(e->stage[t].shard[i]);
  cf_arena_destroy(e->arena);
}

cf_digest cf_engine_digest(const cf_engine *e) {
  cf_digest digest = {{0, 0}};
  for (unsigned t = 0; t < e->model->tiers; t++)
    for (unsigned i = 0; i < e->stage[t].shards; i++)
      cf_digest_merge(&digest, cf_shard_context(e->stage[t].shard[i])->digest);
  return digest;
}

uint64_t cf_engine_events(const cf_engine *e) {
  uint64_t events = 0;
  for (unsigned t = 0; t < e->model->tiers; t++)
    for (unsigned i = 0; i < e->stage[t].shards; i++) events += cf_shard_context(e->stage[t].shard[i])->events;
  return events;
}

int64_t cf_engine_window_ns(const cf_engine *e) { return e->window_ns; }

size_t cf_engine_bytes(const cf_engine *e) {
  size_t bytes = cf_arena_used(e->arena);
  for (unsigned t = 0; t < e->model->tiers; t++)
    for (unsigned i = 0; i < e->stage[t].shards; i++) bytes += cf_shard_bytes(e->stage[t].shard[i]);
  return bytes;
}
