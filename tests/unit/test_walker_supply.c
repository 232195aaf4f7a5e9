/* The supply at its ends: an empty store, a full one, one that may not be charged or discharged, two that take turns.
 * What must hold there of the books, of what is owed, of cuts, and of the instants at which something happens. */
#include "physics/walker.h"

#include "fixtures/fleet/bodies.h"

/* ---- nodes ---------------------------------------------------------------------------------------------------------
 */

enum { OFF, SLEEP, WORK, SEND };

/* Off, asleep, at work, sending, behind a regulator of `efficiency`; stores and heat are still to be given. */
static bench_body *make_node(double sleep_w, double work_w, double send_w, double efficiency) {
  cf_arena *arena = cf_arena_create(0xA5);
  bench_body *b = CF_ARENA_NEW(arena, bench_body);
  *b = (bench_body){.arena = arena, .scale = {1.0, 1.0, 1.0}};
  cf_body_class *class = &b->class;
  *class = (cf_body_class){.has_store = true, .loads = BODY_LOADS, .case_node = BODY_CASE, .leakage_curve = -1};
  class->converter = (cf_converter_curve){.mppt_fraction = 0.9,
                                          .points = 5,
                                          .input_w = {0.0, 1e-4, 1e-3, 0.01, 0.05},
                                          .output_w = {0.0, 0.6e-4, 0.75e-3, 0.0085, 0.044}};
  class->bus_per_device = 1.0 / efficiency;
  const double watts[BODY_LOADS] = {0.0, sleep_w, work_w, send_w};
  for (uint32_t i = 0; i < BODY_LOADS; i++)
    class->load[i] = (cf_load){.device_w = watts[i],
                               .bus_w = watts[i] / efficiency,
                               .heat_w = watts[i],
                               .node = BODY_DIE,
                               .share = i < 2 ? i : 2};
  return b;
}

static cf_store_input capacitor_of(double farad, double esr_ohm) {
  return (cf_store_input){
      .kind = CF_STORE_CAPACITOR,
      .capacitor = {.capacitance_f = farad, .voltage_max_v = 5.0, .esr_ohm = esr_ohm, .leakage_ohm = INFINITY},
      .turn_on_v = 3.2,
      .turn_off_v = 2.4,
      .states = BODY_LOADS,
      .tolerance = 1e-3,
      .cells_max = 64};
}

static void give_store(bench_body *b, cf_store_input input) {
  cf_diag diag;
  cf_diag_init(&diag);
  for (int i = 0; i < BODY_LOADS; i++) input.bus_w[i] = b->class.load[i].bus_w;
  bench_ok(cf_converter_check(&b->class.converter, &diag), &diag);
  bench_ok(cf_store_build(&b->class.store, &input, b->arena, &diag), &diag);
}

/* A second store: the battery of bodies.h, that works in every cold. */
static void give_second(bench_body *b, double below_v, double above_v) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_body_class *class = &b->class;
  cf_store_input input = bench_battery();
  input.quiescent_a = 0.0;
  input.battery.resistance_activation_k = 0.0;
  input.battery.discharge_low_k = 100.0;
  class->has_second = true;
  class->switch_loss = 0.02;
  class->switch_below_x = cf_store_x(&class->store, below_v);
  class->switch_above_x = cf_store_x(&class->store, above_v);
  class->store_second_share = 0.8;
  for (int i = 0; i < BODY_LOADS; i++) input.bus_w[i] = class->load[i].bus_w / (1.0 - class->switch_loss);
  bench_ok(cf_store_build(&class->second, &input, b->arena, &diag), &diag);
}

/* Die and case; `silicon` leaks in the die (NULL: nothing does). */
static void give_heat(bench_body *b, const cf_leakage *silicon, double link_w_per_k) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_body_class *class = &b->class;
  cf_network *network = b->network = cf_network_new(b->arena, 2, 2);
  network->capacity_j_per_k[BODY_DIE] = 0.05;
  network->capacity_j_per_k[BODY_CASE] = 60.0;
  network->air_w_per_k[BODY_CASE] = 0.15;
  cf_network_link(network, BODY_DIE, BODY_CASE, link_w_per_k);
  bench_ok(cf_modal_build(&class->modal, network, b->arena, &diag), &diag);
  if (silicon) {
    static const double share[] = {0.0, 0.1, 1.0};
    cf_heat_curve curve;
    bench_ok(cf_leakage_curve(silicon, BODY_DIE, 233.15, 420.0, 1e-3, 48, &curve, b->arena, &diag), &diag);
    bench_ok(cf_modal_curves_build(&class->curves, &class->modal, &curve, 1, share, 3, b->arena, &diag), &diag);
    class->leakage_curve = 0;
  }
  cf_body_class_close(class);
}

static double joules_at(double farad, double v) { return 0.5 * farad * v * v; }

/* ---- trips ---------------------------------------------------------------------------------------------------------
 */

/* A node under way, and its books. */
typedef struct trip {
  const bench_body *b;
  sky weather;
  cf_body_room start, room;
  cf_flows flows;
  double device_j, heat_j; /* of the loads: the caller's to book */
  int64_t at_ns;
} trip;

/* Sets out in constant weather. */
static trip set_out(const bench_body *b, double share, double panel_w, double air_k) {
  trip t = {.b = b};
  for (int i = 0; i <= SKY_KNOTS; i++) {
    t.weather.panel[i] = panel_w;
    t.weather.air[i] = t.weather.host[i] = air_k;
  }
  memset(&t.room, 0, sizeof t.room);
  cf_body_begin(&b->class, &b->scale, air_k, share, &t.room.body);
  t.start = t.room;
  return t;
}

/* The panel's power from a knot (of a quarter hour) on; over the knot before it goes there straight. */
static void shine(trip *t, int from_knot, double panel_w) {
  for (int i = from_knot; i <= SKY_KNOTS; i++) t->weather.panel[i] = panel_w;
}

static cf_body_more *more_at(trip *t) { return cf_body_more_of(&t->b->class, &t->room.body); }

static void go_to_ns(trip *t, uint32_t state, int64_t to_ns) {
  const bench_body *b = t->b;
  cf_drivers drivers = {sky_piece, &t->weather};
  double span_s = cf_ticks_to_s(to_ns - t->at_ns);
  cf_walk(&b->class, &b->scale, &drivers, state, t->at_ns, to_ns, &t->room.body, &t->flows);
  t->device_j += b->class.load[state].device_w * span_s;
  t->heat_j += b->class.load[state].heat_w * span_s;
  t->at_ns = to_ns;
  assert_true(t->room.body.store_j >= 0.0);
}

/* Under one load to to_s, in cuts + 1 steps. */
static void go(trip *t, uint32_t state, double to_s, unsigned cuts) {
  int64_t end_ns = (int64_t)(to_s * 1e9);
  for (unsigned i = 0; i < cuts; i++)
    go_to_ns(t, state, t->at_ns + (int64_t)((double)(end_ns - t->at_ns) * bodies_uniform(cuts, i) / (cuts - i)));
  go_to_ns(t, state, end_ns);
}

static const double never_cooler_k = 1.0; /* asks for the walk itself, and is never met */

/* What is watched, and when (until_s: nothing is). With `walk` no bound may spare the walk. */
static cf_crossing_kind until(const trip *t, uint32_t state, cf_watch watch, bool walk, double until_s,
                              int64_t *when_ns) {
  const bench_body *b = t->b;
  cf_drivers drivers = {sky_piece, &t->weather};
  cf_drive_bounds bounds = {0};
  for (int i = 0; i <= SKY_KNOTS; i++) {
    bounds.panel_max_w = fmax(bounds.panel_max_w, t->weather.panel[i]);
    bounds.sun_max_w_per_m2 = fmax(bounds.sun_max_w_per_m2, t->weather.sun[i]);
    bounds.air_max_k = fmax(bounds.air_max_k, t->weather.air[i]);
    bounds.host_max_k = fmax(bounds.host_max_k, t->weather.host[i]);
  }
  if (walk) watch.cool_below_k = never_cooler_k;
  *when_ns = (int64_t)(until_s * 1e9);
  return cf_walk_until(&b->class, &b->scale, &drivers, &bounds, state, t->at_ns, *when_ns, &t->room.body, &watch,
                       when_ns);
}

static cf_watch supply_watch(cf_supply_watch supply) { return (cf_watch){supply, INFINITY, -INFINITY}; }

/* Joules drawn for the silicon that are not paid yet. */
static double owed_j(const trip *t) {
  cf_body_more m = more_of(t->b, &t->room);
  int64_t into_ns = t->at_ns % t->b->class.refresh_ns;
  double left_s = into_ns == 0 ? 0.0 : cf_ticks_to_s(t->b->class.refresh_ns - into_ns);
  return m.draw_waiting_j + m.draw_w * left_s;
}

/* Each of thousands of stretches rounds its flows to some 1e-16 of them: books close to 1e-11 of what went through. */
static void assert_books_close(const trip *t) {
  const bench_body *b = t->b;
  const cf_flows *f = &t->flows;
  cf_body_more m = more_of(b, &t->room);
  double lost_j = f->converter_j + f->leakage_j + f->esr_j;
  double in_j = stored_of(b, &t->start) + f->harvest_j;
  double out_j = f->spilled_j + lost_j + t->device_j + m.silicon_paid_j + m.aged_j + stored_of(b, &t->room);
  assert_true(fabs(in_j - out_j) <= 1e-11 * in_j);

  int64_t into_ns = t->at_ns % b->class.refresh_ns;
  double left_s = into_ns == 0 ? 0.0 : cf_ticks_to_s(b->class.refresh_ns - into_ns);
  double warmer_j = cf_modal_stored_j(&b->class.modal, t->room.body.mode) -
                    cf_modal_stored_j(&b->class.modal, t->start.body.mode);
  double entered_j = t->heat_j + lost_j - t->room.body.waiting_j - t->room.body.held_w * left_s + f->sun_heat_j +
                     m.silicon_j - m.generator_j;
  double left_j = f->air_heat_j + m.host_heat_j + warmer_j;
  double moved_j = f->sun_heat_j + fabs(f->air_heat_j) + fabs(m.host_heat_j) + fabs(warmer_j) + lost_j + t->heat_j +
                   m.silicon_j + m.generator_j;
  assert_true(fabs(entered_j - left_j) <= 1e-11 * moved_j);

  double for_silicon_j = (m.silicon_j - m.silicon_paid_j) * b->class.bus_per_device;
  assert_true(fabs(for_silicon_j - owed_j(t)) <= 1e-11 * m.silicon_j * b->class.bus_per_device);

  /* Nothing flows backwards, but for rounding of what it is the difference of. */
  double least_j = -1e-13 * in_j;
  assert_true(f->spilled_j >= least_j && f->converter_j >= least_j && f->leakage_j >= least_j && f->esr_j >= least_j);
  assert_true(f->spilled_j <= f->harvest_j + m.slow_j + stored_of(b, &t->start));
  assert_true(f->store_min_j >= 0.0F);
}

/* The walker promises 1e-12 of full scale wherever it is cut; flows add up in another order. */
static void assert_same_end(const trip *a, const trip *b) {
  const cf_body_class *class = &a->b->class;
  cf_body_more m = more_of(a->b, &a->room), n = more_of(b->b, &b->room);
  double full_j = cf_store_full_j(class, &a->b->scale), flow_j = full_j + a->flows.harvest_j + a->device_j;
  assert_true(fabs(a->room.body.store_j - b->room.body.store_j) <= 1e-12 * full_j);
  assert_true(fabs(m.slow_j - n.slow_j) <= 1e-12 * full_j);
  if (class->has_second) assert_true(fabs(m.second_j - n.second_j) <= 1e-12 * class->second.full_j);
  assert_int_equal(m.on_second, n.on_second);
  assert_true(fabs(owed_j(a) - owed_j(b)) <= 1e-11 * flow_j);
  assert_true(fabs(a->flows.spilled_j - b->flows.spilled_j) <= 1e-11 * flow_j);
  assert_true(fabs(a->flows.converter_j - b->flows.converter_j) <= 1e-11 * flow_j);
  assert_true(fabs(a->flows.esr_j - b->flows.esr_j) <= 1e-11 * flow_j);
  for (uint32_t i = 0; i < 2; i++) assert_true(fabs(temp_of(a->b, i, &a->room) - temp_of(b->b, i, &b->room)) <= 1e-10);
}

/* ---- empty ---------------------------------------------------------------------------------------------------------
 */

/* A millifarad that worked in the light; then it is off and dark, and what its silicon leaked is still to be drawn. */
static void silicon_is_paid_when_there_is_something_to_pay_with(void **unused) {
  (void)unused;
  bench_body *b = make_node(1e-3, 5e-3, 0.05, 0.9);
  give_store(b, capacitor_of(1e-3, 0.1));
  give_heat(b, &(cf_leakage){2e-3, 300.0, 0.036}, 0.03);
  trip whole = {0};
  for (unsigned cuts = 0; cuts < 40; cuts += 13) {
    trip t = set_out(b, 0.3, 0.02, 300.0);
    shine(&t, 2, 0.0);
    shine(&t, 5, 0.02);
    go(&t, WORK, 900.0, cuts);
    go(&t, OFF, 1800.0, cuts);
    assert_true(t.room.body.store_j == 0.0);
    assert_books_close(&t);
    double owed = owed_j(&t);
    assert_true(owed > 5.0 * cf_store_full_j(&b->class, &b->scale)); /* far more than it ever held */
    go(&t, OFF, 3600.0, cuts); /* dark and empty all the time: nothing moves */
    assert_true(t.room.body.store_j == 0.0 && fabs(owed_j(&t) - owed) <= 1e-11 * owed);
    assert_books_close(&t);
    go(&t, OFF, 4000.0, cuts); /* the light returns */
    assert_true(owed_j(&t) < 0.9 * owed && owed_j(&t) > 0.0);
    assert_books_close(&t);
    go(&t, OFF, 7200.0, cuts);
    assert_true(owed_j(&t) == 0.0 && t.room.body.store_j > 0.0);
    assert_books_close(&t);
    if (cuts == 0)
      whole = t;
    else
      assert_same_end(&whole, &t);
  }
  drop_body(b);
}

/* So little light that it never pays more than a part. */
static void little_light_pays_a_part(void **unused) {
  (void)unused;
  bench_body *b = make_node(1e-3, 5e-3, 0.05, 0.9);
  give_store(b, capacitor_of(1e-3, 0.1));
  give_heat(b, &(cf_leakage){2e-3, 300.0, 0.036}, 0.03);
  const double panel_w = 1e-3, output_w = cf_converter_output_w(&b->class.converter, 0.9 * panel_w);
  trip t = set_out(b, 0.3, 0.02, 300.0);
  shine(&t, 1, panel_w);
  go(&t, WORK, 60.0, 0);
  go(&t, OFF, 900.0, 0);
  shine(&t, 1, panel_w);
  trip more = t;
  cf_body_more *m = more_at(&more);
  m->draw_waiting_j = 900.0 * 2e-3; /* asked for: 2 mW */
  double drawn_before_j = m->silicon_paid_j * b->class.bus_per_device, store_j = more.room.body.store_j;
  go(&more, OFF, 1800.0, 3);
  m = more_at(&more);
  double paid_j = m->silicon_paid_j * b->class.bus_per_device - drawn_before_j;
  assert_true(more.room.body.store_j == 0.0);
  /* No more than came in and was there, less what the store's own losses took (none when off). */
  assert_true(fabs(paid_j - (output_w * 900.0 + store_j)) <= 1e-11 * paid_j);
  assert_true(fabs(m->draw_waiting_j - (1.8 - paid_j)) <= 1e-11);
  drop_body(b);
}

/* The slow branch was promised more for this interval than a sender has left. */
static void a_slow_branch_takes_no_more_than_there_is(void **unused) {
  (void)unused;
  bench_body *b = make_node(1e-6, 1e-5, 0.05, 0.9);
  cf_store_input input = capacitor_of(0.1, 0.1);
  input.capacitor.slow_capacitance_f = 0.3;
  input.capacitor.slow_ohm = 2000.0;
  give_store(b, input);
  give_heat(b, NULL, 0.03);
  trip whole = {0};
  for (unsigned cuts = 0; cuts < 40; cuts += 13) {
    trip t = set_out(b, 0.3, 0.0, 300.0);
    more_at(&t)->slow_j = 0.0;
    t.start = t.room;
    shine(&t, 2, 0.01);
    go(&t, SLEEP, 10.0, cuts);
    go(&t, SEND, 13.0, cuts);
    double promised_j = more_at(&t)->slow_w * 887.0, left_j = t.room.body.store_j, slow_j = more_at(&t)->slow_j;
    assert_true(promised_j > 1.2 * left_j && left_j > 0.0);
    go(&t, OFF, 900.0, cuts);
    assert_true(t.room.body.store_j == 0.0);
    assert_true(more_at(&t)->slow_j > slow_j && more_at(&t)->slow_j < slow_j + left_j);
    assert_books_close(&t);
    go(&t, OFF, 5400.0, cuts); /* it gives back, and light comes */
    assert_true(t.room.body.store_j > 0.0);
    assert_books_close(&t);
    if (cuts == 0)
      whole = t;
    else
      assert_same_end(&whole, &t);
  }
  drop_body(b);
}

/* A node that lives as it can, by its own checkpoints, with slow branch and leaking silicon. */
static void a_poor_life_keeps_its_books(void **unused) {
  (void)unused;
  unsigned starved = 0, owing = 0, lives = 0;
  for (uint32_t which = 0; which < 24; which++) {
    bench_body *b = make_node(2e-4, 5e-3, 0.05, 0.9);
    cf_store_input input = capacitor_of(0.02 + 0.1 * bodies_uniform(which, 1), 0.1);
    input.capacitor.slow_capacitance_f = 0.05 + 0.1 * bodies_uniform(which, 2);
    input.capacitor.slow_ohm = 200.0 + 2000.0 * bodies_uniform(which, 3);
    give_store(b, input);
    give_heat(b, &(cf_leakage){1e-3, 300.0, 0.036}, 0.03);
    b->scale = (cf_body_scale){1.0, 0.7 + 0.6 * bodies_uniform(which, 4), 1.0};
    trip t = set_out(b, 0.6, 0.0, 300.0);
    for (uint32_t i = 0; i <= SKY_KNOTS; i++) {
      double light = bodies_uniform(which, 100 + i);
      t.weather.panel[i] = 0.02 * light * light * (bodies_uniform(which, 500 + i / 4) < 0.5);
    }
    const double end_s = 24.0 * 3600.0;
    bool on = true;
    for (unsigned turns = 0; turns < 2000 && t.at_ns < (int64_t)(end_s * 1e9); turns++) {
      int64_t when_ns;
      cf_crossing_kind kind = until(&t, on ? WORK : OFF, supply_watch(on ? CF_WATCH_LOW : CF_WATCH_GOOD), false,
                                    end_s, &when_ns);
      assert_true(when_ns > t.at_ns || kind != CF_CROSS_NONE);
      go_to_ns(&t, on ? WORK : OFF, when_ns);
      assert_books_close(&t);
      starved += t.room.body.store_j == 0.0;
      owing += !on && owed_j(&t) > 0.0;
      lives += kind == CF_CROSS_STORE_GOOD;
      if (kind != CF_CROSS_NONE) on = !on;
    }
    assert_true(t.at_ns == (int64_t)(end_s * 1e9)); /* it does not turn on the spot */
    drop_body(b);
  }
  print_message("24 poor nodes: came on %u times, %u times with debts\n", lives, owing);
  assert_true(lives > 24 && owing > 24);
  (void)starved;
}
