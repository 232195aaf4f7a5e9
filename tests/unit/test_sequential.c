/* The reference engine against orders worked out by hand: it is what all others are measured by. */
#include "../support/cf_test.h"
#include "../support/sequential.h"

typedef struct entity {
  cf_entity head;
  const int64_t *plan_ns; /* own events, ended by CF_NEVER */
  const bool *crossing;
} entity;

typedef struct world {
  cf_model model;
  entity record[3]; /* two tiers: entities 0 and 1, entity 2 */
  char log[200];
  void (*act)(cf_context *context, entity *me);
} world;

static void note(world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(world *w, const char *format, ...) {
  size_t length = strlen(w->log);
  va_list args;
  va_start(args, format);
  vsnprintf(w->log + length, sizeof w->log - length, format, args);
  va_end(args);
}

static void next(entity *me) {
  me->head.next_ns = *me->plan_ns;
  if (me->head.next_ns != CF_NEVER) {
    me->plan_ns++;
    me->head.next_is_crossing = me->crossing ? *me->crossing++ : false;
  }
}

static void own(cf_context *context, void *record) {
  world *w = context->world;
  entity *me = record;
  note(w, "%lld:%u%s ", (long long)context->now_ns, context->self, me->head.next_is_crossing ? "c" : "t");
  next(me);
  if (w->act) w->act(context, me);
}

static void message(cf_context *context, void *record, const cf_message *m) {
  (void)record;
  note(context->world, "%lld:%u<%u.%u ", (long long)context->now_ns, context->self, m->from, m->sequence);
}

static void finish(cf_context *context, void *record) {
  (void)record;
  note(context->world, "%lld:%uf ", (long long)context->now_ns, context->self);
}

static const int64_t nothing[] = {CF_NEVER};

static void begin(world *w, void (*act)(cf_context *, entity *)) {
  *w = (world){.act = act};
  w->model = (cf_model){.tiers = 2, .inner_tier = 1, .world = w};
  w->model.tier[0] =
      (cf_tier){.count = 2, .record_bytes = sizeof(entity), .records = w->record, .own = own, .message = message};
  w->model.tier[1] =
      (cf_tier){.count = 1, .record_bytes = sizeof(entity), .records = w->record + 2, .own = own, .message = message};
  w->model.latency_ns[0][0] = w->model.latency_ns[1][0] = 10;
  w->model.latency_ns[1][1] = CF_NEVER;
  for (unsigned i = 0; i < 3; i++) w->record[i].plan_ns = nothing;
}

static void expect(world *w, int64_t until_ns, cf_status status, uint64_t events, const char *log) {
  for (unsigned i = 0; i < 3; i++) next(&w->record[i]);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_digest digest;
  uint64_t got;
  assert_int_equal(cf_sequential_run(&w->model, until_ns, &digest, &got, &diag), status);
  assert_string_equal(w->log, log);
  assert_int_equal(got, events);
}

static void by_instant_then_entity(void **unused) {
  (void)unused;
  world w;
  begin(&w, NULL);
  w.record[2].plan_ns = (const int64_t[]){5, 7, CF_NEVER};
  w.record[1].plan_ns = (const int64_t[]){7, 7, 9, CF_NEVER};
  w.record[0].plan_ns = (const int64_t[]){8, 9, CF_NEVER};
  w.model.tier[1].finish = finish;
  expect(&w, 9, CF_OK, 5, "5:2t 7:1t 7:1t 7:2t 8:0t 9:2f ");
}

static void send(cf_context *context, uint32_t to, int64_t delay_ns) {
  cf_send(context, (cf_message){.at_ns = context->now_ns + delay_ns, .to = to});
}

/* Everything meets at 20 at entity 0: from 2 (sent at 5), from 1 (at 6, twice), from 0 itself (at 10). */
static void act_meet(cf_context *context, entity *me) {
  (void)me;
  if (context->now_ns >= 20) return;
  send(context, 0, 20 - context->now_ns);
  if (context->self == 1) send(context, 0, 20 - context->now_ns);
}

static void at_one_instant_crossing_messages_timers(void **unused) {
  (void)unused;
  world w;
  begin(&w, act_meet);
  w.record[0].plan_ns = (const int64_t[]){10, 20, 20, CF_NEVER};
  w.record[0].crossing = (const bool[]){false, true, false};
  w.record[1].plan_ns = (const int64_t[]){6, CF_NEVER};
  w.record[2].plan_ns = (const int64_t[]){5, CF_NEVER};
  expect(&w, 100, CF_OK, 9, "5:2t 6:1t 10:0t 20:0c 20:0<0.0 20:0<1.0 20:0<1.1 20:0<2.0 20:0t ");
}

static void act_up(cf_context *context, entity *me) {
  (void)me;
  if (context->self < 2) send(context, 2, 0);
}

static void upward_takes_no_time(void **unused) {
  (void)unused;
  world w;
  begin(&w, act_up);
  w.record[0].plan_ns = w.record[1].plan_ns = (const int64_t[]){3, CF_NEVER};
  w.record[2].plan_ns = (const int64_t[]){3, CF_NEVER};
  expect(&w, 100, CF_OK, 5, "3:0t 3:1t 3:2<0.0 3:2<1.0 3:2t ");
}

static void act_hasty(cf_context *context, entity *me) {
  (void)me;
  send(context, 0, 9);
}

static void too_short_a_latency_fails(void **unused) {
  (void)unused;
  world w;
  begin(&w, act_hasty);
  w.record[1].plan_ns = (const int64_t[]){3, 4, CF_NEVER};
  expect(&w, 100, CF_INTERNAL, 1, "3:1t ");
}

/* A plan that a message replaced is not carried out. */
static void message_postpones(cf_context *context, void *record, const cf_message *m) {
  message(context, record, m);
  ((entity *)record)->head.next_ns = 50;
}

static void act_once(cf_context *context, entity *me) {
  (void)me;
  if (context->self == 1) send(context, 0, 10);
}

static void replaced_plans_are_dropped(void **unused) {
  (void)unused;
  world w;
  begin(&w, act_once);
  w.model.tier[0].message = message_postpones;
  w.record[0].plan_ns = (const int64_t[]){30, CF_NEVER};
  w.record[1].plan_ns = (const int64_t[]){2, CF_NEVER};
  expect(&w, 100, CF_OK, 3, "2:1t 12:0<1.0 50:0t ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(by_instant_then_entity),     cmocka_unit_test(at_one_instant_crossing_messages_timers),
      cmocka_unit_test(upward_takes_no_time),       cmocka_unit_test(too_short_a_latency_fails),
      cmocka_unit_test(replaced_plans_are_dropped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
