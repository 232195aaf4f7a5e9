/* PHOLD: as many event chains as entities; each event draws a delay, and the chain goes on where it is or, one time in
 * ten, at a random other entity. The classic empty handler, but for the random number and the digest.
 *
 * dense: delay 1 s + Exp(1 s), window 1 s: about half of all entities have an event in each window.
 * sparse: delay log-uniform over 60..3600 s, as in a fleet of sleeping sensors; the window is given.
 *
 * `phold` prints every figure; `phold NAME [SHARDS]` one, for a profiler. */
#include "base/arena.h"
#include "base/random.h"
#include "engine/engine.h"
#include "yardstick.h"

#include <string.h>

enum { CHAINS = 8 };

typedef struct entity {
  cf_entity head;
  int64_t chain_ns[CHAINS]; /* rising */
  uint64_t draws;
  uint32_t chains;
  uint32_t spare[5];
} entity;

_Static_assert(sizeof(entity) == 128, "two cache lines, as a fleet's hot record");

typedef struct world {
  cf_model model;
  cf_random random;
  bool sparse;
} world;

static int64_t delay_ns(const world *w, double u) {
  if (!w->sparse) return CF_NS_PER_S + (int64_t)(1e9 * cf_inverse_exponential(u, 1.0));
  return (int64_t)(60e9 * cf_exp(u * 4.0943445622221)); /* ln(3600/60) */
}

/* One block names the delay, whether the chain moves, and where to. */
static void fire(cf_context *context, entity *me) {
  const world *w = context->world;
  double u[2];
  cf_random_uniform2(&w->random, context->self, CF_STREAM_BENCH, me->draws++, u);
  cf_trace(context, 1, &me->draws, 1);
  int64_t at_ns = context->now_ns + delay_ns(w, u[0]);
  if (u[1] < 0.1) {
    uint32_t others = w->model.tier[0].count - 1;
    uint32_t to = (uint32_t)(u[1] * 10.0 * others);
    cf_send(context, (cf_message){.at_ns = at_ns, .to = to < context->self ? to : to + 1});
  } else if (me->chains == CHAINS) {
    cf_send(context, (cf_message){.at_ns = at_ns, .to = context->self});
  } else {
    uint32_t i = me->chains++;
    for (; i > 0 && me->chain_ns[i - 1] > at_ns; i--) me->chain_ns[i] = me->chain_ns[i - 1];
    me->chain_ns[i] = at_ns;
  }
}

static void set_next(entity *me) { me->head.next_ns = me->chains ? me->chain_ns[0] : CF_NEVER; }

static void own(cf_context *context, void *record) {
  entity *me = record;
  me->chains--;
  for (uint32_t i = 0; i < me->chains; i++) me->chain_ns[i] = me->chain_ns[i + 1];
  fire(context, me);
  set_next(me);
}

static void message(cf_context *context, void *record, const cf_message *m) {
  (void)m;
  fire(context, record);
  set_next(record);
}

typedef struct setup {
  const char *name;
  uint32_t entities;
  bool sparse;
  double window_s;
  double warm_s, span_s; /* simulated: before the first sample, of each sample */
} setup;

static void fill(world *w, entity *records, const setup *what) {
  int64_t spread_ns = what->sparse ? 3600 * CF_NS_PER_S : 2 * CF_NS_PER_S;
  for (uint32_t i = 0; i < what->entities; i++) {
    records[i].chain_ns[0] = (int64_t)(cf_hash2(i, 7) % (uint64_t)spread_ns);
    records[i].chains = 1;
    records[i].head.next_ns = records[i].chain_ns[0];
  }
  *w = (world){.random = cf_random_seed(1, 0), .sparse = what->sparse};
  w->model = (cf_model){.tiers = 1, .inner_tier = 1, .world = w};
  w->model.tier[0] = (cf_tier){.count = what->entities,
                               .record_bytes = sizeof(entity),
                               .records = records,
                               .prefetch_lines = 2,
                               .own = own,
                               .message = message};
  w->model.latency_ns[0][0] = (int64_t)(what->window_s * 1e9);
}

/* Median time per event by the given clock; also the engine's bytes per entity. */
static double measure(const setup *what, cf_engine_options options, double (*clock_ns)(void), double *bytes) {
  cf_arena *arena = cf_arena_create(0);
  entity *records = arena ? cf_arena_zero(arena, what->entities * sizeof *records, 64) : NULL;
  if (!records) exit(1);
  world w;
  fill(&w, records, what);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&w.model, &options, &diag);
  double sample[YARDSTICK_REPEATS], until_s = what->warm_s;
  if (!engine || cf_engine_run(engine, (int64_t)(until_s * 1e9), NULL, &diag) != CF_OK) {
    cf_diag_print(&diag, stderr, false);
    exit(1);
  }
  for (int r = 0; r < YARDSTICK_REPEATS; r++) {
    uint64_t events = cf_engine_events(engine);
    double start = clock_ns();
    until_s += what->span_s;
    if (cf_engine_run(engine, (int64_t)(until_s * 1e9), NULL, &diag) != CF_OK) exit(1);
    sample[r] = (clock_ns() - start) / (double)(cf_engine_events(engine) - events);
  }
  *bytes = (double)cf_engine_bytes(engine) / what->entities;
  cf_engine_destroy(engine);
  cf_arena_destroy(arena);
  return yardstick_median(sample, YARDSTICK_REPEATS);
}

int main(int count, char **argument) {
  static const setup setups[] = {
      {"phold_1e4", 10000, false, 1.0, 20.0, 200.0},
      {"phold_1e5", 100000, false, 1.0, 6.0, 20.0},
      {"phold_1e6", 1000000, false, 1.0, 4.0, 4.0},
      {"sparse_1e4_w5s", 10000, true, 5.0, 7200.0, 50000.0},
      {"sparse_1e6_w5s", 1000000, true, 5.0, 600.0, 900.0},
      {"sparse_1e6_w500ms", 1000000, true, 0.5, 600.0, 900.0},
      {"sparse_1e6_w50ms", 1000000, true, 0.05, 600.0, 450.0},
  };
  const char *only = count > 1 ? argument[1] : NULL;
  cf_engine_options options = {.threads = 1, .shards = count > 2 ? (unsigned)strtoul(argument[2], NULL, 10) : 0};
  double bytes = 0.0, one = 0.0;
  if (!only) yardstick_report();
  for (size_t i = 0; i < sizeof setups / sizeof *setups; i++) {
    if (only && strcmp(only, setups[i].name) != 0) continue;
    yardstick_print(setups[i].name, measure(&setups[i], options, yardstick_cpu_ns, &bytes), "ns/event");
    if (setups[i].entities == 1000000 && !setups[i].sparse) yardstick_print("phold_1e6_engine", bytes, "B/entity");
  }
  if (only && strcmp(only, "threads") != 0) return 0;
  one = measure(&setups[2], options, yardstick_wall_ns, &bytes);
  options.threads = 2;
  double two = measure(&setups[2], options, yardstick_wall_ns, &bytes);
  yardstick_print("phold_1e6_2_threads", two, "ns/event wall");
  yardstick_print("phold_1e6_2_threads_speedup", one / two, "times");
  return 0;
}
