/* The supply at its ends: an empty store, a full one, one that may not be charged or discharged. What must hold there
 * of the books, of what is owed, of cuts, and of the instants at which something happens. */
#include "physics/walker.h"

#include "fixtures/fleet/trips.h"

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
    assert_true(t.room->body.store_j == 0.0);
    assert_books_close(&t);
    double owed = owed_j(&t);
    assert_true(owed > 5.0 * cf_store_full_j(&b->class, &b->scale)); /* far more than it ever held */
    go(&t, OFF, 3600.0, cuts);                                       /* dark and empty all the time: nothing moves */
    assert_true(t.room->body.store_j == 0.0 && fabs(owed_j(&t) - owed) <= 1e-11 * owed);
    assert_books_close(&t);
    go(&t, OFF, 4000.0, cuts); /* the light returns */
    assert_true(owed_j(&t) < 0.9 * owed && owed_j(&t) > 0.0);
    assert_books_close(&t);
    go(&t, OFF, 7200.0, cuts);
    assert_true(owed_j(&t) == 0.0 && t.room->body.store_j > 0.0);
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
  cf_body_more *more = more_at(&t);
  const double asked_j = 900.0 * 2e-3; /* more than a quarter hour of this light gives */
  more->draw_waiting_j = asked_j;
  double paid_before_j = more->silicon_paid_j * b->class.bus_per_device, store_j = t.room->body.store_j;
  go(&t, OFF, 1800.0, 3);
  double paid_j = more->silicon_paid_j * b->class.bus_per_device - paid_before_j;
  assert_true(t.room->body.store_j == 0.0);
  /* All that came in and was there; off, the store loses nothing by itself here. */
  assert_true(fabs(paid_j - (output_w * 900.0 + store_j)) <= 1e-11 * paid_j);
  assert_true(fabs(more->draw_waiting_j - (asked_j - paid_j)) <= 1e-11 * asked_j);
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
    *t.start = *t.room;
    shine(&t, 2, 0.01);
    go(&t, SLEEP, 10.0, cuts);
    go(&t, SEND, 13.0, cuts);
    double promised_j = more_at(&t)->slow_w * 887.0, left_j = t.room->body.store_j, slow_j = more_at(&t)->slow_j;
    assert_true(promised_j > 1.2 * left_j && left_j > 0.0);
    go(&t, OFF, 900.0, cuts);
    assert_true(t.room->body.store_j == 0.0);
    assert_true(more_at(&t)->slow_j > slow_j && more_at(&t)->slow_j < slow_j + left_j);
    assert_books_close(&t);
    go(&t, OFF, 5400.0, cuts); /* it gives back, and light comes */
    assert_true(t.room->body.store_j > 0.0);
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
  unsigned owing = 0, lives = 0;
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
      cf_crossing_kind kind =
          until(&t, on ? WORK : OFF, supply_watch(on ? CF_WATCH_LOW : CF_WATCH_GOOD), false, end_s, &when_ns);
      assert_true(when_ns > t.at_ns || kind != CF_CROSS_NONE);
      trip whole = again(&t);
      go_to_ns(&whole, on ? WORK : OFF, when_ns);
      go_in_parts(&t, on ? WORK : OFF, when_ns, turns % 4);
      assert_same_end(&whole, &t);
      assert_books_close(&t);
      owing += !on && owed_j(&t) > 0.0;
      lives += kind == CF_CROSS_STORE_GOOD;
      if (kind != CF_CROSS_NONE) on = !on;
    }
    assert_true(t.at_ns == (int64_t)(end_s * 1e9)); /* it does not turn on the spot */
    drop_body(b);
  }
  print_message("24 poor nodes: came on %u times, %u times with debts\n", lives, owing);
  assert_true(lives > 24 && owing > 24);
}

/* ---- crossings -----------------------------------------------------------------------------------------------------
 */

/* Who watches for the warning hears of the brown-out where that comes first. */
static void a_warning_does_not_hide_the_brown_out(void **unused) {
  (void)unused;
  const double end_s = 60.0;
  int64_t warn_ns, low_ns;
  /* Eight ohms: sending browns out at a higher level than that of the warning. */
  bench_body *b = make_node(1e-4, 5e-3, 0.15, 0.9);
  cf_store_input input = capacitor_of(1.0, 8.0);
  input.warn_v = 2.6;
  give_store(b, input);
  give_heat(b, NULL, 0.03);
  double low_j = cf_body_low_j(&b->class, &b->scale, NULL, SEND), warn_j = cf_body_warn_j(&b->class, &b->scale);
  assert_true(low_j > warn_j);
  trip t = set_out(b, 0.5 * (low_j + warn_j) / cf_store_full_j(&b->class, &b->scale), 0.0, 300.0);
  assert_int_equal(until(&t, SEND, supply_watch(CF_WATCH_WARN), false, end_s, &warn_ns), CF_CROSS_STORE_LOW);
  assert_true(warn_ns == 0);
  t = set_out(b, (low_j + 1.0) / cf_store_full_j(&b->class, &b->scale), 0.0, 300.0);
  assert_int_equal(until(&t, SEND, supply_watch(CF_WATCH_WARN), false, end_s, &warn_ns), CF_CROSS_STORE_LOW);
  assert_int_equal(until(&t, SEND, supply_watch(CF_WATCH_LOW), false, end_s, &low_ns), CF_CROSS_STORE_LOW);
  assert_true(warn_ns == low_ns && low_ns > 0);
  /* Asleep the warning lies higher. */
  t = set_out(b, (warn_j + 1e-3) / cf_store_full_j(&b->class, &b->scale), 0.0, 300.0);
  assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_WARN), false, end_s, &warn_ns), CF_CROSS_STORE_WARN);
  drop_body(b);

  /* A half full cell that is too cold to give anything. */
  b = make_node(1e-4, 5e-3, 0.03, 0.9);
  input = bench_battery();
  input.warn_v = 3.2;
  give_store(b, input);
  give_heat(b, NULL, 0.03);
  t = set_out(b, 0.5, 0.0, 243.0);
  go(&t, OFF, 1.0, 0);
  assert_true(!more_at(&t)->held.discharging);
  assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_WARN), false, end_s, &warn_ns), CF_CROSS_STORE_LOW);
  assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_LOW), false, end_s, &low_ns), CF_CROSS_STORE_LOW);
  assert_true(warn_ns == t.at_ns && low_ns == t.at_ns);
  drop_body(b);
}

typedef struct tally {
  unsigned nothing, something;
} tally;

/* The bound may spare the walk only where it would find nothing; and what it finds is there when one goes. */
static void assert_until_is_the_walk(const trip *t, uint32_t state, cf_watch watch, double until_s, tally *met) {
  int64_t when_ns, walked_ns;
  cf_crossing_kind kind = until(t, state, watch, false, until_s, &when_ns);
  cf_crossing_kind walked = until(t, state, watch, true, until_s, &walked_ns);
  assert_int_equal(kind, walked);
  assert_true(when_ns == walked_ns);
  met->nothing += kind == CF_CROSS_NONE;
  met->something += kind != CF_CROSS_NONE;
  trip on_foot = again(t); /* in steps that know of no limit */
  for (unsigned step = 1; step <= 16 && on_foot.at_ns < when_ns; step++) {
    go_to_ns(&on_foot, state, t->at_ns + (when_ns - t->at_ns) * step / 16);
    cf_body_more *more = more_at(&on_foot);
    const bench_body *b = on_foot.b;
    double low_j = cf_body_low_j(&b->class, &b->scale, more, state), store_j = on_foot.room->body.store_j;
    double good_j = cf_body_start_j(&b->class, &b->scale, more), full_j = cf_store_full_j(&b->class, &b->scale);
    bool last = step == 16 && kind != CF_CROSS_NONE;
    /* A nanosecond, to which instants are rounded up, moves far less than 1e-9 of full. */
    if (watch.supply == CF_WATCH_LOW && !b->class.has_second)
      assert_true(last ? fabs(store_j - low_j) <= 1e-9 * full_j || on_foot.at_ns == t->at_ns : store_j > low_j);
    if (watch.supply == CF_WATCH_LOW && b->class.has_second) {
      double second_j = more->second_j, second_low_j = cf_body_second_low_j(&b->class, more, state);
      bool carried = store_j > low_j + 1e-9 * full_j || second_j > second_low_j + 1e-9 * b->class.second.full_j;
      assert_true(carried == !last);
    }
    if (watch.supply == CF_WATCH_GOOD && !b->class.has_second)
      assert_true(last ? fabs(store_j - good_j) <= 1e-9 * full_j : store_j < good_j);
    if (watch.warm_above_k < INFINITY) {
      double k = temp_of(b, b->class.watched_node, on_foot.room);
      assert_true(last ? fabs(k - watch.warm_above_k) <= 1e-6 : k < watch.warm_above_k);
    }
  }
}

static void assert_both_met(const char *what, tally met) {
  print_message("%s: %u times something, %u times nothing\n", what, met.something, met.nothing);
  assert_true(met.nothing >= 5 && met.something >= 5);
}

static void until_is_the_walk_with_a_slow_branch(void **unused) {
  (void)unused;
  tally low = {0, 0}, good = {0, 0};
  for (uint32_t which = 0; which < 60; which++) {
    bench_body *b = make_node(1e-6 + 2e-5 * bodies_uniform(which, 1), 1e-4, 0.05, 0.9);
    cf_store_input input = capacitor_of(0.1, 0.2 * bodies_uniform(which, 2));
    input.capacitor.slow_capacitance_f = 0.3;
    input.capacitor.slow_ohm = 200.0 + 4000.0 * bodies_uniform(which, 3);
    give_store(b, input);
    give_heat(b, NULL, 0.03);
    trip t = set_out(b, 0.25 + 0.2 * bodies_uniform(which, 4), 2e-5 * bodies_uniform(which, 5), 300.0);
    more_at(&t)->slow_j = joules_at(0.3, 0.5 + 4.4 * bodies_uniform(which, 6));
    assert_until_is_the_walk(&t, 1 + which % 2, supply_watch(CF_WATCH_LOW), 3600.0, &low);
    t.room->body.store_j = joules_at(0.1, 2.4 + 0.7 * bodies_uniform(which, 7)); /* a load just ended */
    go(&t, OFF, 1.0, 0);
    t.at_ns = 1;
    assert_until_is_the_walk(&t, OFF, supply_watch(CF_WATCH_GOOD), 3600.0, &good);
    drop_body(b);
  }
  assert_both_met("slow branch, low", low);
  assert_both_met("slow branch, good", good);
}

static void until_is_the_walk_of_a_hybrid(void **unused) {
  (void)unused;
  tally low = {0, 0};
  for (uint32_t which = 0; which < 60; which++) {
    bench_body *b = make_node(1e-4, 5e-3, 0.15, 0.9);
    give_store(b, capacitor_of(1.0, 8.0 * bodies_uniform(which, 1)));
    give_second(b, 2.5, 3.2);
    give_heat(b, NULL, 0.03);
    uint32_t state = 1 + which % 3;
    trip t = set_out(b, 0.25 + 0.2 * bodies_uniform(which, 2), 1e-3 * bodies_uniform(which, 3), 300.0);
    go(&t, OFF, 1.0, 0);
    double second_low_j = cf_body_second_low_j(&b->class, more_at(&t), state);
    double lasts_s = 1000.0 * bodies_uniform(which, 4);
    more_at(&t)->second_j = second_low_j + lasts_s * b->class.load[state].bus_w * bodies_uniform(which, 5);
    assert_until_is_the_walk(&t, state, supply_watch(CF_WATCH_LOW), 1.0 + lasts_s, &low);
    drop_body(b);
  }
  assert_both_met("hybrid, low", low);
}

/* What the silicon leaks costs a poor regulator, and that warms it as well. */
static void until_is_the_walk_with_warm_silicon(void **unused) {
  (void)unused;
  tally warm = {0, 0};
  for (uint32_t which = 0; which < 16; which++) {
    bench_body *b = make_node(1e-4, 5e-3, 0.05, 0.5 + 0.4 * bodies_uniform(which, 1));
    for (uint32_t i = 0; i < BODY_LOADS; i++) b->class.load[i].share = 2;
    give_store(b, capacitor_of(2000.0, 0.0));
    give_heat(b, &(cf_leakage){0.5 * bodies_uniform(which, 2), 330.0, 0.036}, 0.5);
    const double end_s = 4.0 * 3600.0;
    trip t = set_out(b, 0.9, 0.0, 310.0), ahead = again(&t);
    go(&ahead, SLEEP, end_s, 0);
    double reached_k = temp_of(b, BODY_DIE, ahead.room);
    for (int i = -3; i <= 3; i++) {
      cf_watch watch = {CF_WATCH_NO_SUPPLY, reached_k + 0.3 * i + 0.05, -INFINITY};
      if (watch.warm_above_k > 310.0) assert_until_is_the_walk(&t, SLEEP, watch, end_s, &warm);
    }
    /* Far above what it can come to. */
    cf_watch never = {CF_WATCH_NO_SUPPLY, reached_k + 30.0, -INFINITY};
    assert_until_is_the_walk(&t, SLEEP, never, end_s, &warm);
    drop_body(b);
  }
  assert_both_met("warm silicon", warm);
}

/* ---- what is turned away -------------------------------------------------------------------------------------------
 */

/* A generator cannot be told to stop: its heat has left its ends. What nobody uses is spilled, and warms a shunt in the
 * case; the panel's part that nobody uses stays in the panel. */
static void a_generator_that_feeds_nobody_warms_the_case(void **unused) {
  (void)unused;
  static const double panel_w[] = {0.0, 1e-3, 0.05};
  for (uint32_t which = 0; which < 3; which++) {
    for (int i = 0; i < 3; i++) {
      for (int cold = 0; cold < 2; cold++) { /* full; or half full, and too cold to charge */
        bench_body *b = make_body(BODY_EVERYTHING, which, (body_finesse){0});
        b->class.store_second_share = 1.0;
        trip t = set_out(b, cold ? 0.5 : 1.0, panel_w[i], cold ? 262.0 : 290.0);
        for (int k = 0; k <= SKY_KNOTS; k++) t.weather.host[k] = (cold ? 275.0 : 310.0);
        go(&t, SLEEP, 4.0 * 3600.0, 5);
        cf_body_more *more = more_at(&t);
        double used_j = t.device_j + more->silicon_paid_j;
        if (cold)
          assert_true(more->held.charge_gain == 0.0F);
        else
          assert_true(t.room->body.store_j > 0.999 * cf_store_full_j(&b->class, &b->scale));
        assert_true(more->generator_j > 3.0 * used_j); /* far more than is wanted */
        double panel_j = t.flows.harvest_j - more->generator_j;
        assert_true(fabs(panel_j - 0.9 * b->scale.harvest * panel_w[i] * 4.0 * 3600.0) <= 1e-11 * t.flows.harvest_j);
        double in_panel_j = t.flows.spilled_j - more->shunted_j, room_j = 1e-11 * t.flows.harvest_j;
        assert_true(in_panel_j >= -room_j && in_panel_j <= panel_j + room_j);
        /* It is drawn on first: while it gives more than is wanted, all of the panel is left. */
        assert_true(more->shunted_j > 0.5 * more->generator_j && fabs(in_panel_j - panel_j) <= room_j);
        assert_books_close(&t);
        drop_body(b);
      }
    }
  }
}

/* The converter takes in what it gives on and no more: what is left stays in the panel and warms nobody. */
static void what_is_not_drawn_is_spilled(void **unused) {
  (void)unused;
  const double span_s = 900.0;
  { /* too little to start a cold converter */
    bench_body *b = make_node(1e-6, 1e-5, 0.05, 0.9);
    b->class.converter.cold_start_v = 2.6;
    b->class.converter.cold_start_w = 1e-2;
    b->class.converter.cold_efficiency = 0.05;
    cf_store_input input = capacitor_of(0.01, 0.1);
    input.edge_v = 2.6;
    give_store(b, input);
    give_heat(b, NULL, 0.03);
    trip t = set_out(b, 0.1, 9e-3, 300.0);
    go(&t, OFF, span_s, 0);
    assert_true(fabs(t.flows.harvest_j - 0.9 * 9e-3 * span_s) <= 1e-12);
    assert_true(t.flows.spilled_j == t.flows.harvest_j && t.flows.converter_j == 0.0);
    assert_books_close(&t);
    drop_body(b);
  }
  /* A cell in the cold that may not be charged; one that is charged as fast as it may be. */
  for (int cold = 0; cold < 2; cold++) {
    bench_body *b = make_node(3e-4, 5e-3, 0.03, 0.9);
    cf_store_input input = bench_battery();
    input.quiescent_a = 0.0;
    input.battery.charge_c_rate = 0.1;
    give_store(b, input);
    give_heat(b, NULL, 0.03);
    trip t = set_out(b, 0.5, 0.05, cold ? 260.0 : 290.0);
    double before_j = t.room->body.store_j, available_j = 0.9 * 0.05 * span_s;
    go(&t, SLEEP, span_s, 3);
    cf_body_more *more = more_at(&t);
    const cf_load *load = &b->class.load[SLEEP];
    assert_true(cold ? more->held.charge_gain == 0.0F : more->held.charge_gain > 0.9F);
    double in_w = cold ? 0.0 : b->class.store.charge_limit_w;
    double stored_j = t.room->body.store_j - before_j + t.flows.leakage_j;
    assert_true(fabs(stored_j - in_w * span_s) <= 1e-11 * before_j);
    /* Arriving power over the share that arrives is what the converter must give beside the load. */
    double arriving_w = in_w + t.flows.esr_j / span_s, output_w = load->bus_w + arriving_w;
    assert_true(output_w < cf_converter_output_w(&b->class.converter, 0.9 * 0.05)); /* the limit binds */
    double taken_j = cf_converter_input_w(&b->class.converter, output_w) * span_s;
    assert_true(fabs(t.flows.spilled_j - (available_j - taken_j)) <= 1e-11 * available_j);
    double lost_j = taken_j - output_w * span_s + (load->bus_w - load->device_w) * span_s;
    assert_true(fabs(t.flows.converter_j - lost_j) <= 1e-11 * available_j);
    assert_books_close(&t);
    drop_body(b);
  }
}

/* At night the slow branch gives a full main store more than load and losses take: without harvest nothing can be
 * turned away but of that gift. */
static void a_gift_to_a_full_store_is_booked_once(void **unused) {
  (void)unused;
  bench_body *b = make_node(1e-4, 2e-4, 0.05, 0.9);
  cf_store_input input = capacitor_of(0.1, 0.0);
  input.capacitor.slow_capacitance_f = 0.3;
  input.capacitor.slow_ohm = 200.0;
  give_store(b, input);
  give_heat(b, NULL, 0.03);
  trip whole = {0};
  for (unsigned cuts = 0; cuts < 40; cuts += 13) {
    trip t = set_out(b, 1.0, 0.0, 300.0);
    t.room->body.store_j = joules_at(0.1, 4.6); /* the slow branch at 5 V */
    *t.start = *t.room;
    go(&t, SLEEP, 1.0, 0);
    double gift_w = -more_at(&t)->slow_w;
    const double load_w = b->class.load[SLEEP].bus_w;
    assert_true(gift_w > load_w);
    t.room->body.store_j = cf_store_full_j(&b->class, &b->scale); /* filled at a stroke */
    *t.start = *t.room;
    t.flows = (cf_flows){.store_min_j = INFINITY};
    t.device_j = t.heat_j = 0.0;
    go(&t, SLEEP, 801.0, cuts);
    assert_true(t.room->body.store_j == cf_store_full_j(&b->class, &b->scale));
    assert_true(t.flows.harvest_j == 0.0);
    assert_true(fabs(t.flows.spilled_j - (gift_w - load_w) * 800.0) <= 1e-11 * gift_w * 800.0);
    const cf_load *load = &b->class.load[SLEEP];
    assert_true(fabs(t.flows.converter_j - (load->bus_w - load->device_w) * 800.0) <= 1e-11 * load->bus_w * 800.0);
    assert_books_close(&t);
    if (cuts == 0)
      whole = t;
    else
      assert_same_end(&whole, &t);
  }
  drop_body(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(silicon_is_paid_when_there_is_something_to_pay_with),
      cmocka_unit_test(little_light_pays_a_part),
      cmocka_unit_test(a_slow_branch_takes_no_more_than_there_is),
      cmocka_unit_test(a_poor_life_keeps_its_books),
      cmocka_unit_test(a_warning_does_not_hide_the_brown_out),
      cmocka_unit_test(until_is_the_walk_with_a_slow_branch),
      cmocka_unit_test(until_is_the_walk_of_a_hybrid),
      cmocka_unit_test(until_is_the_walk_with_warm_silicon),
      cmocka_unit_test(a_generator_that_feeds_nobody_warms_the_case),
      cmocka_unit_test(what_is_not_drawn_is_spilled),
      cmocka_unit_test(a_gift_to_a_full_store_is_booked_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
