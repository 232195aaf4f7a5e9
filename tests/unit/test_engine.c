#include "engine/engine.h"
#include "../support/cf_test.h"
#include "../support/sequential.h"
#include "random_model.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define SECOND CF_NS_PER_S

typedef struct result {
  cf_digest digest;
  uint64_t events;
} result;

static result run_sequential(world *w) {
  cf_diag diag;
  cf_diag_init(&diag);
  result r;
  world_reset(w);
  assert_int_equal(cf_sequential_run(&w->model, w->shape->until_ns, &r.digest, &r.events, &diag), CF_OK);
  return r;
}

/* Runs in `pieces` calls with the last one reaching the end, at odd places. */
static result run_engine(world *w, const cf_engine_options *options, unsigned pieces) {
  cf_diag diag;
  cf_diag_init(&diag);
  world_reset(w);
  cf_engine *engine = cf_engine_create(&w->model, options, &diag);
  assert_non_null(engine);
  for (unsigned i = 1; i <= pieces; i++) {
    int64_t until_ns = w->shape->until_ns / pieces * i + (i * 7919) % 1000;
    assert_int_equal(cf_engine_run(engine, i < pieces ? until_ns : w->shape->until_ns, NULL, &diag), CF_OK);
  }
  assert_int_equal(cf_engine_finish(engine, w->shape->until_ns, &diag), CF_OK);
  result r = {cf_engine_digest(engine), cf_engine_events(engine)};
  cf_engine_destroy(engine);
  return r;
}

static void must_equal(result got, result want, const recipe *shape, const cf_engine_options *o, unsigned pieces) {
  if (got.events == want.events && memcmp(&got.digest, &want.digest, sizeof got.digest) == 0) return;
  fail_msg("%s: threads %u, shards %u, window %lld, irregular %llu, fill %02x, pieces %u: %llu events, not %llu",
           shape->name, o->threads, o->shards, (long long)o->window_ns, (unsigned long long)o->irregular_seed,
           o->arena_fill, pieces, (unsigned long long)got.events, (unsigned long long)want.events);
}

static int64_t full_window_ns(world *w) {
  cf_diag diag;
  cf_diag_init(&diag);
  world_reset(w);
  cf_engine *engine = cf_engine_create(&w->model, &(cf_engine_options){.threads = 1}, &diag);
  assert_non_null(engine);
  int64_t window_ns = cf_engine_window_ns(engine);
  cf_engine_destroy(engine);
  return window_ns;
}

/* The central promise: one history, however it is cut into windows, shards, threads and calls. */
static void history_does_not_depend_on_how_it_is_run(void **unused) {
  (void)unused;
  static const unsigned threads[] = {1, 2, 3, 8}, shards[] = {1, 2, 7, 64}, pieces[] = {1, 3, 40};
  static const uint8_t fill[] = {0x00, 0xa5, 0xff};
  for (unsigned k = 0; k < SHAPES; k++) {
    world w;
    world_init(&w, &shapes[k]);
    result want = run_sequential(&w);
    assert_in_range(want.events, 2000, 400000);
    int64_t full_ns = full_window_ns(&w);
    const cf_engine_options window[] = {{.window_ns = 0},
                                        {.window_ns = full_ns / 2},
                                        {.window_ns = full_ns / 7},
                                        {.irregular_seed = 1},
                                        {.irregular_seed = 99}};
    unsigned runs = 0;
    for (unsigned t = 0; t < 4; t++)
      for (unsigned s = 0; s < 4; s++)
        for (unsigned i = 0; i < 5; i++, runs++) {
          cf_engine_options options = window[i];
          options.threads = threads[t];
          options.shards = shards[s];
          options.arena_fill = fill[runs % 3];
          unsigned cut = pieces[runs / 3 % 3];
          must_equal(run_engine(&w, &options, cut), want, &shapes[k], &options, cut);
        }
    for (unsigned f = 0; f < 3; f++) {
      cf_engine_options options = {.threads = 2, .arena_fill = fill[f]};
      must_equal(run_engine(&w, &options, 1), want, &shapes[k], &options, 1);
    }
    free(w.records);
  }
}

/* The digest above would be worthless if it did not see a change of one event. */
static void digest_sees_a_changed_history(void **unused) {
  (void)unused;
  world w;
  world_init(&w, &shapes[2]);
  cf_engine_options options = {.threads = 1};
  result one = run_engine(&w, &options, 1);
  w.random = cf_random_seed(43, 2);
  result two = run_engine(&w, &options, 1);
  assert_true(memcmp(&one.digest, &two.digest, sizeof one.digest) != 0);
  free(w.records);
}

static void window_is_the_least_latency(void **unused) {
  (void)unused;
  static const int64_t want_ns[SHAPES] = {2000000000,  1000000000, 1000000000, 60000000000,
                                          60000000000, 4000000000, 1000000000};
  for (unsigned k = 0; k < SHAPES; k++) {
    world w;
    world_init(&w, &shapes[k]);
    assert_int_equal(full_window_ns(&w), want_ns[k]);
    free(w.records);
  }
}

/* --- small models with one behaviour each --- */

typedef struct tiny {
  cf_model model;
  body record[2][4]; /* two tiers of four */
  void (*act)(cf_context *context, body *me);
  unsigned seen;
  volatile int stop;
} tiny;

static void tiny_own(cf_context *context, void *record) {
  tiny *w = context->world;
  body *me = record;
  me->head.next_ns = CF_NEVER;
  w->act(context, me);
}

static void tiny_message(cf_context *context, void *record, const cf_message *m) {
  (void)context;
  (void)m;
  ((body *)record)->state++;
}

static void tiny_init(tiny *w, void (*act)(cf_context *, body *)) {
  *w = (tiny){.act = act};
  w->model = (cf_model){.tiers = 2, .inner_tier = 1, .world = w};
  for (unsigned t = 0; t < 2; t++) {
    w->model.tier[t] = (cf_tier){.count = 4,
                                 .record_bytes = sizeof(body),
                                 .records = w->record[t],
                                 .prefetch_lines = 1,
                                 .own = tiny_own,
                                 .message = tiny_message};
    for (unsigned i = 0; i < 4; i++) w->record[t][i].head.next_ns = CF_NEVER;
    for (unsigned to = 0; to <= t; to++) w->model.latency_ns[t][to] = SECOND;
  }
}

/* Runs to 100 s under several options and expects the same text each time. */
static void expect_failure(tiny *w, cf_status status, const char *text) {
  static const cf_engine_options options[] = {{.threads = 1},
                                              {.threads = 1, .shards = 2},
                                              {.threads = 3, .shards = 4, .window_ns = 300000000},
                                              {.threads = 2, .irregular_seed = 5, .arena_fill = 0xff}};
  tiny fresh = *w;
  for (unsigned i = 0; i < sizeof options / sizeof *options; i++) {
    memcpy(w->record, fresh.record, sizeof w->record);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_engine *engine = cf_engine_create(&w->model, &options[i], &diag);
    assert_non_null(engine);
    assert_int_equal(cf_engine_run(engine, 100 * SECOND, NULL, &diag), status);
    assert_string_equal(diag.entry[0].text, text);
    assert_int_equal(cf_engine_run(engine, 200 * SECOND, NULL, &diag), status); /* there is no way on */
    cf_engine_destroy(engine);
  }
}

static void send_to(cf_context *context, uint32_t to, int64_t delay_ns) {
  cf_send(context, (cf_message){.at_ns = context->now_ns + delay_ns, .to = to, .kind = 9});
}

static void act_early_peer(cf_context *context, body *me) {
  (void)me;
  send_to(context, 2, SECOND - 1);
}
static void act_early_down(cf_context *context, body *me) {
  (void)me;
  send_to(context, 3, SECOND / 2);
}
static void act_past(cf_context *context, body *me) {
  (void)me;
  send_to(context, 5, -1);
}
static void act_nowhere(cf_context *context, body *me) {
  (void)me;
  send_to(context, 8, SECOND);
}
static void act_own_past(cf_context *context, body *me) { me->head.next_ns = context->now_ns - 1; }
static void act_at_once_for_ever(cf_context *context, body *me) { me->head.next_ns = context->now_ns; }
static void act_says_no(cf_context *context, body *me) {
  (void)me;
  cf_context_fail(context, CF_INPUT, "the store is on fire");
}

static void violations_name_the_entity(void **unused) {
  (void)unused;
  tiny w;
  tiny_init(&w, act_early_peer);
  w.record[0][1].head.next_ns = 3 * SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 1 (tier 0, index 1) at 3.000000000 s: message of kind 9 to entity 2 at 3.999999999 s takes "
                 "less than the declared latency of 1.000000000 s to tier 0");
  tiny_init(&w, act_early_down);
  w.record[1][2].head.next_ns = 2 * SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 6 (tier 1, index 2) at 2.000000000 s: message of kind 9 to entity 3 at 2.500000000 s takes "
                 "less than the declared latency of 1.000000000 s to tier 0");
  tiny_init(&w, act_early_down);
  w.model.latency_ns[1][0] = CF_NEVER;
  w.record[1][2].head.next_ns = 2 * SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 6 (tier 1, index 2) at 2.000000000 s: message of kind 9 to entity 3 at 2.500000000 s goes to "
                 "tier 0, for which no latency is declared");
  tiny_init(&w, act_past);
  w.record[0][0].head.next_ns = SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 0 (tier 0, index 0) at 1.000000000 s: message of kind 9 to entity 5 at 0.999999999 s lies in "
                 "the past");
  tiny_init(&w, act_nowhere);
  w.record[0][0].head.next_ns = SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 0 (tier 0, index 0) at 1.000000000 s: message of kind 9 to entity 8 at 2.000000000 s has no "
                 "receiver");
  tiny_init(&w, act_own_past);
  w.record[0][3].head.next_ns = SECOND;
  expect_failure(&w, CF_INTERNAL,
                 "entity 3 (tier 0, index 3) at 1.000000000 s: its next event was planned for 0.999999999 s, in the "
                 "past");
  tiny_init(&w, act_at_once_for_ever);
  w.record[1][3].head.next_ns = 7 * SECOND;
  expect_failure(&w, CF_INTERNAL, "entity 7 (tier 1, index 3) at 7.000000000 s: more than 1000 events at one instant");
}

/* Of several failures the first in history is told, whichever shard met it first. */
static void the_first_failure_is_reported(void **unused) {
  (void)unused;
  tiny w;
  tiny_init(&w, act_says_no);
  w.record[0][0].head.next_ns = 50 * SECOND + 900;
  w.record[0][1].head.next_ns = 50 * SECOND + 700;
  w.record[0][3].head.next_ns = 50 * SECOND + 700;
  w.record[1][0].head.next_ns = 50 * SECOND + 800;
  expect_failure(&w, CF_INPUT, "entity 1 (tier 0, index 1) at 50.000000700 s: the store is on fire");
  w.record[1][1].head.next_ns = 50 * SECOND + 699;
  expect_failure(&w, CF_INPUT, "entity 5 (tier 1, index 1) at 50.000000699 s: the store is on fire");
}

static void act_thousand(cf_context *context, body *me) {
  if (me->head.at_instant < CF_MAX_AT_INSTANT) me->head.next_ns = context->now_ns;
}

static cf_status run_tiny(tiny *w, int64_t until_ns, uint64_t *events) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&w->model, &(cf_engine_options){.threads = 1}, &diag);
  assert_non_null(engine);
  cf_status status = cf_engine_run(engine, until_ns, NULL, &diag);
  *events = cf_engine_events(engine);
  cf_engine_destroy(engine);
  return status;
}

static void a_thousand_events_at_one_instant_are_allowed(void **unused) {
  (void)unused;
  tiny w;
  uint64_t events;
  tiny_init(&w, act_thousand);
  w.record[0][0].head.next_ns = SECOND;
  assert_int_equal(run_tiny(&w, 10 * SECOND, &events), CF_OK);
  assert_int_equal(events, 1000);
}

static void act_least_delays(cf_context *context, body *me) {
  (void)me;
  send_to(context, 0, SECOND); /* to itself */
  send_to(context, 7, 0);
}

static void least_delays_are_allowed(void **unused) {
  (void)unused;
  tiny w;
  uint64_t events;
  tiny_init(&w, act_least_delays);
  w.record[0][0].head.next_ns = SECOND;
  assert_int_equal(run_tiny(&w, 2 * SECOND, &events), CF_OK);
  assert_int_equal(events, 2);
  assert_int_equal(w.record[1][3].state, 1);
  assert_int_equal(w.record[0][0].state, 0); /* what falls due at the end is not handled */
}

static void refusal(const tiny *w, const cf_engine_options *options, cf_status status, const char *start) {
  cf_diag diag;
  cf_diag_init(&diag);
  assert_null(cf_engine_create(&w->model, options, &diag));
  assert_int_equal(diag.status, status);
  if (strncmp(diag.entry[0].text, start, strlen(start)) != 0) fail_msg("%s", diag.entry[0].text);
}

static void models_without_a_window_are_refused(void **unused) {
  (void)unused;
  tiny w;
  cf_engine_options options = {.threads = 1};
  tiny_init(&w, act_past);
  w.model.latency_ns[1][0] = 0;
  refusal(&w, &options, CF_INPUT, "no positive lookahead: messages from tier 1 to tier 0 may take 0.000000000 s");
  w.model.tier[0].count = 0; /* nobody there to be told */
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&w.model, &options, &diag);
  assert_non_null(engine);
  cf_engine_destroy(engine);
  tiny_init(&w, act_past);
  w.model.latency_ns[1][1] = -5;
  refusal(&w, &options, CF_INPUT, "no positive lookahead: messages from tier 1 to tier 1 may take -0.000000005 s");
  tiny_init(&w, act_past);
  w.record[0][2].head.next_ns = -1;
  refusal(&w, &options, CF_INTERNAL,
          "entity 2 (tier 0, index 2) at 0.000000000 s: its next event was planned for -0.0");
  tiny_init(&w, act_past);
  w.model.tier[1].record_bytes = 36;
  refusal(&w, &options, CF_INTERNAL, "tier 1 has records of 36 bytes");
  tiny_init(&w, act_past);
  options.shards = CF_MAX_SHARDS + 1;
  refusal(&w, &options, CF_USAGE, "at most 64 shards");
}

static void act_every_second(cf_context *context, body *me) {
  tiny *w = context->world;
  me->head.next_ns = context->now_ns + SECOND;
  cf_trace(context, 1, &me->state, 1);
  if (++w->seen == 20) w->stop = 1;
}

static void a_stop_ends_between_windows_and_can_go_on(void **unused) {
  (void)unused;
  tiny w;
  cf_diag diag;
  cf_diag_init(&diag);
  tiny_init(&w, act_every_second);
  w.record[0][0].head.next_ns = 0;
  cf_engine *engine = cf_engine_create(&w.model, &(cf_engine_options){.threads = 1}, &diag);
  assert_int_equal(cf_engine_run(engine, 100 * SECOND, &w.stop, &diag), CF_INCOMPLETE);
  assert_int_equal(cf_engine_events(engine), 20);
  assert_int_equal(diag.errors, 0);
  w.stop = 0;
  assert_int_equal(cf_engine_run(engine, 100 * SECOND, &w.stop, &diag), CF_OK);
  assert_int_equal(cf_engine_events(engine), 100);
  cf_engine_destroy(engine);
}

static void act_send_at_end(cf_context *context, void *record) {
  (void)record;
  send_to(context, 1, SECOND);
}

static void nothing_is_sent_while_finishing(void **unused) {
  (void)unused;
  tiny w;
  cf_diag diag;
  cf_diag_init(&diag);
  tiny_init(&w, act_past);
  w.model.tier[0].finish = act_send_at_end;
  cf_engine *engine = cf_engine_create(&w.model, &(cf_engine_options){.threads = 1}, &diag);
  assert_int_equal(cf_engine_finish(engine, 5 * SECOND, &diag), CF_INTERNAL);
  assert_string_equal(diag.entry[0].text,
                      "entity 0 (tier 0, index 0) at 5.000000000 s: message of kind 9 to entity 1 at 6.000000000 s was "
                      "sent while finishing");
  cf_engine_destroy(engine);
}

/* An entity that keeps a far timer and is woken for a later window leaves an entry behind each time: bounded all the
 * same. */
static void act_pulse(cf_context *context, body *me) {
  me->head.next_ns = context->self == 0 ? context->now_ns + 4 * SECOND : 900000 * SECOND;
  if (context->self == 0) send_to(context, 4, 0);
}
static void pulse_message(cf_context *context, void *record, const cf_message *m) {
  (void)m;
  ((body *)record)->head.next_ns = context->now_ns + 3 * SECOND / 2;
}

static void entries_left_behind_are_cleared_away(void **unused) {
  (void)unused;
  tiny w;
  cf_diag diag;
  cf_diag_init(&diag);
  tiny_init(&w, act_pulse);
  w.model.tier[1].message = pulse_message;
  w.record[0][0].head.next_ns = 0;
  cf_engine *engine = cf_engine_create(&w.model, &(cf_engine_options){.threads = 1}, &diag);
  assert_int_equal(cf_engine_run(engine, 20000 * SECOND, NULL, &diag), CF_OK);
  size_t bytes = cf_engine_bytes(engine);
  assert_int_equal(cf_engine_run(engine, 400000 * SECOND, NULL, &diag), CF_OK);
  assert_int_equal(cf_engine_bytes(engine), bytes);
  assert_int_equal(cf_engine_events(engine), 300000);
  cf_engine_destroy(engine);
}

#if defined(__x86_64__)
static void act_flush_to_zero(cf_context *context, body *me) {
  (void)context;
  (void)me;
  _mm_setcsr(_mm_getcsr() | 0x8040);
}

static void a_changed_floating_point_mode_is_an_error(void **unused) {
  (void)unused;
  tiny w;
  tiny_init(&w, act_flush_to_zero);
  w.record[0][0].head.next_ns = SECOND;
  expect_failure(&w, CF_INTERNAL, "a handler changed the floating-point mode (MXCSR is 0x9fc0, not 0x1f80)");
  assert_int_equal(_mm_getcsr() & 0xffc0, 0x1f80);
}

static void act_subnormal(cf_context *context, body *me) {
  (void)context;
  volatile double tiny_value = 0x1p-1060;
  me->state = cf_hash_bits(tiny_value * 0.5);
}

/* A host program may run in another mode: the engine sets its own and puts the host's back. */
static void the_callers_mode_does_not_matter(void **unused) {
  (void)unused;
  tiny w;
  uint64_t events;
  tiny_init(&w, act_subnormal);
  w.record[0][0].head.next_ns = SECOND;
  uint32_t before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  cf_status status = run_tiny(&w, 2 * SECOND, &events);
  uint32_t after = _mm_getcsr();
  _mm_setcsr(before);
  assert_int_equal(status, CF_OK);
  assert_true(w.record[0][0].state != 0);
  assert_int_equal(after & 0x8040, 0x8040);
}
#endif

/* --- a large fleet: bytes --- */

typedef struct sleeper {
  cf_entity head;
  uint64_t spare[4];
} sleeper;

static void sleeper_own(cf_context *context, void *record) {
  ((sleeper *)record)->head.next_ns = context->now_ns + (int64_t)(context->self % 3600 + 1) * SECOND;
}

static void overhead_is_at_most_20_bytes_per_entity(void **unused) {
  (void)unused;
  enum { FLEET = 1000000 };
  sleeper *record = calloc(FLEET, sizeof *record);
  assert_non_null(record);
  for (uint32_t i = 0; i < FLEET; i++) record[i].head.next_ns = (int64_t)(i * UINT64_C(2654435761) % 3600) * SECOND + i;
  cf_model model = {.tiers = 1, .inner_tier = 1};
  model.latency_ns[0][0] = SECOND;
  model.tier[0] = (cf_tier){.count = FLEET,
                            .record_bytes = sizeof(sleeper),
                            .records = record,
                            .prefetch_lines = 1,
                            .own = sleeper_own,
                            .message = tiny_message};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&model, &(cf_engine_options){.threads = 1}, &diag);
  assert_non_null(engine);
  assert_int_equal(cf_engine_run(engine, 60 * SECOND, NULL, &diag), CF_OK);
  assert_in_range(cf_engine_bytes(engine), 1, 20 * (size_t)FLEET);
  cf_engine_destroy(engine);
  free(record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(history_does_not_depend_on_how_it_is_run),
    cmocka_unit_test(digest_sees_a_changed_history),
    cmocka_unit_test(window_is_the_least_latency),
    cmocka_unit_test(violations_name_the_entity),
    cmocka_unit_test(the_first_failure_is_reported),
    cmocka_unit_test(a_thousand_events_at_one_instant_are_allowed),
    cmocka_unit_test(least_delays_are_allowed),
    cmocka_unit_test(models_without_a_window_are_refused),
    cmocka_unit_test(a_stop_ends_between_windows_and_can_go_on),
    cmocka_unit_test(nothing_is_sent_while_finishing),
    cmocka_unit_test(entries_left_behind_are_cleared_away),
#if defined(__x86_64__)
    cmocka_unit_test(a_changed_floating_point_mode_is_an_error),
    cmocka_unit_test(the_callers_mode_does_not_matter),
#endif
    cmocka_unit_test(overhead_is_at_most_20_bytes_per_entity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
