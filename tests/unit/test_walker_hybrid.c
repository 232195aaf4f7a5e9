/* Two stores that take turns: who carries the load, when they change, and that a node is low only when neither can. */
#include "physics/walker.h"

#include "fixtures/fleet/trips.h"

static bench_body *make_hybrid(double esr_ohm, double send_w, double below_v, double above_v) {
  bench_body *b = make_node(1e-4, 5e-3, send_w, 0.9);
  cf_store_input input = capacitor_of(1.0, esr_ohm);
  input.turn_on_v = 3.5;
  give_store(b, input);
  give_second(b, below_v, above_v);
  give_heat(b, NULL, 0.03);
  return b;
}

/* A load that the main store could not carry down to the switch's own level is taken over above that. */
static void the_second_store_takes_over_before_the_first_is_low(void **unused) {
  (void)unused;
  bench_body *b = make_hybrid(8.0, 0.15, 2.5, 3.2);
  const cf_body_class *class = &b->class;
  const double full_j = cf_store_full_j(class, &b->scale);
  const double below_j = joules_at(1.0, 2.5), above_j = joules_at(1.0, 3.2);
  for (uint32_t state = WORK; state <= SEND; state++) {
    trip t = set_out(b, 0.0, 0.0, 300.0);
    double low_j = cf_body_low_j(class, &b->scale, NULL, state), down_j = fmax(low_j, below_j);
    assert_true(state == SEND ? low_j > 1.3 * below_j : low_j < below_j);
    t.room->body.store_j = down_j + 0.3;
    *t.start = *t.room;
    int64_t when_ns;
    assert_int_equal(until(&t, state, supply_watch(CF_WATCH_LOW), false, 600.0, &when_ns), CF_CROSS_NONE);
    assert_int_equal(until(&t, state, supply_watch(CF_WATCH_LOW), true, 600.0, &when_ns), CF_CROSS_NONE);
    double second_j = more_at(&t)->second_j;
    go(&t, state, 600.0, 0);
    /* At rest where it was left: nothing leaks from it here. */
    assert_true(more_at(&t)->on_second);
    assert_true(fabs(t.room->body.store_j - down_j) <= 1e-11 * full_j);
    assert_true(more_at(&t)->second_j < second_j);
    /* In the light it is charged up to the upper level, as far above as the lower one was raised. */
    double up_j = fmin(above_j + (down_j - below_j), full_j);
    shine(&t, 0, 0.05);
    double output_w = cf_converter_output_w(&class->converter, 0.9 * 0.05);
    double step_s = 0.005 * (up_j - down_j) / output_w, reached_j = down_j;
    for (unsigned step = 1; step < 400 && more_at(&t)->on_second; step++) {
      reached_j = t.room->body.store_j;
      go(&t, state, 600.0 + step * step_s, 0);
    }
    assert_true(!more_at(&t)->on_second);
    assert_true(reached_j <= up_j * (1.0 + 1e-12) && reached_j >= up_j - 1.001 * output_w * step_s);
    assert_books_close(&t);
  }
  drop_body(b);
}

/* Both stores near their ends: first the second one is used up, then what is left in the main one, and only then the
 * node is low. */
static void the_first_store_carries_on_when_the_second_is_used_up(void **unused) {
  (void)unused;
  bench_body *b = make_hybrid(0.0, 0.03, 2.8, 3.2);
  const cf_body_class *class = &b->class;
  const double load_w = class->load[SLEEP].bus_w, main_j = joules_at(1.0, 2.7);
  trip whole = {0};
  double low_s = 0.0;
  for (unsigned cuts = 0; cuts < 40; cuts += 13) {
    trip t = set_out(b, 0.0, 0.0, 300.0);
    cf_body_more *more = more_at(&t);
    cf_body_refresh(class, &b->scale, 300.0, 300.0, &t.room->body); /* the levels as they will be held */
    double low_j = cf_body_low_j(class, &b->scale, more, SLEEP);
    t.room->body.store_j = main_j;
    more->on_second = true;
    more->second_j = cf_body_second_low_j(class, more, SLEEP) + 0.005;
    *t.start = *t.room;
    int64_t when_ns;
    const double end_s = 30000.0;
    assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_LOW), false, end_s, &when_ns), CF_CROSS_STORE_LOW);
    low_s = cf_ticks_to_s(when_ns);
    /* The second one gives its 5 mJ, less the switch's part and a self-discharge that counts for seconds here; then
     * the first one all that it has above low. */
    double first_s = (main_j - low_j) / load_w, second_s = 0.005 * 0.98 / load_w;
    assert_true(low_s > first_s && low_s < first_s + second_s && low_s > first_s + 0.9 * second_s);
    go(&t, SLEEP, 20.0, 0);
    assert_true(more_at(&t)->on_second && t.room->body.store_j == main_j);
    go(&t, SLEEP, 800.0, cuts);
    assert_true(!more_at(&t)->on_second && t.room->body.store_j < main_j);
    assert_books_close(&t);
    if (cuts == 0)
      whole = t;
    else
      assert_same_end(&whole, &t);
    assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_LOW), false, end_s, &when_ns), CF_CROSS_STORE_LOW);
    assert_true(fabs(cf_ticks_to_s(when_ns) - low_s) <= 1e-8 * low_s);
  }
  drop_body(b);
}

/* A main cell that the cold forbids to give; the second one works. Half full or full it gives nothing, and the node is
 * not low before the second one is. A cell that loses nothing by itself stays full. */
static void a_frozen_first_store_gives_nothing(void **unused) {
  (void)unused;
  static const double share[] = {0.6, 1.0, 1.0};
  for (int i = 0; i < 3; i++) {
    bench_body *b = make_node(1e-4, 5e-3, 0.03, 0.9);
    cf_store_input input = bench_battery();
    if (i == 2) input.quiescent_a = input.battery.self_discharge_per_s = 0.0;
    give_store(b, input);
    give_second(b, 3.3, 3.5);
    give_heat(b, NULL, 0.03);
    trip whole = {0};
    for (unsigned cuts = 0; cuts < 40; cuts += 13) {
      trip t = set_out(b, share[i], 0.0, 243.0);
      double second_j = more_at(&t)->second_j, main_j = t.room->body.store_j;
      go(&t, SLEEP, 1.0, 0);
      assert_true(!more_at(&t)->held.discharging && more_at(&t)->second_held.discharging);
      int64_t when_ns;
      for (int walk = 0; walk < 2; walk++)
        assert_int_equal(until(&t, SLEEP, supply_watch(CF_WATCH_LOW), walk, 1800.0, &when_ns), CF_CROSS_NONE);
      go(&t, SLEEP, 801.0, cuts);
      assert_true(more_at(&t)->on_second);
      double lost_j = main_j - t.room->body.store_j, load_j = b->class.load[SLEEP].bus_w * 801.0;
      /* At most its own quiescent current and self-discharge; the latter is part of all that leaks. */
      double own_j = input.quiescent_a * 4.2 * 801.0 + t.flows.leakage_j;
      assert_true(lost_j >= 0.0 && lost_j <= own_j * (1.0 + 1e-6) + 1e-12 * main_j);
      assert_true(second_j - more_at(&t)->second_j >= load_j / 0.98);
      assert_books_close(&t);
      if (cuts == 0)
        whole = t;
      else
        assert_same_end(&whole, &t);
    }
    drop_body(b);
  }
}

/* Hybrids that live by their checkpoints: low means that neither store can carry the load, good that one can start; and
 * never both at one instant. */
static void a_hybrid_is_low_only_when_neither_can(void **unused) {
  (void)unused;
  unsigned lows = 0, frozen = 0;
  for (uint32_t which = 0; which < 16; which++) {
    bool cell = which % 2 == 1; /* in the cold */
    bench_body *b =
        cell ? make_node(1e-4, 5e-3, 0.03, 0.9) : make_hybrid(8.0 * bodies_uniform(which, 1), 0.15, 2.6, 3.2);
    if (cell) {
      give_store(b, bench_battery());
      give_second(b, 3.3, 3.5);
      give_heat(b, NULL, 0.03);
    }
    const cf_body_class *class = &b->class;
    trip t = set_out(b, 0.3 + 0.2 * bodies_uniform(which, 2), 0.0, cell ? 243.0 : 300.0);
    for (uint32_t i = 0; i <= SKY_KNOTS; i++) {
      double light = bodies_uniform(which, 100 + i);
      t.weather.panel[i] = 0.02 * light * light;
      if (cell && i > 20) t.weather.air[i] = t.weather.host[i] = 240.0 + 30.0 * bodies_uniform(which, 500 + i / 8);
    }
    more_at(&t)->second_j = cf_body_second_low_j(class, more_at(&t), SEND) + 20.0 * bodies_uniform(which, 3);
    *t.start = *t.room;
    const double end_s = 40.0 * 3600.0;
    bool on = true;
    int64_t before_ns = -1;
    for (unsigned turns = 0; turns < 3000 && t.at_ns < (int64_t)(end_s * 1e9); turns++) {
      uint32_t state = on ? (turns % 4 == 0 ? SEND : WORK) : OFF;
      int64_t when_ns;
      cf_crossing_kind kind = until(&t, state, supply_watch(on ? CF_WATCH_LOW : CF_WATCH_GOOD), false, end_s, &when_ns);
      trip whole = again(&t);
      go_to_ns(&whole, state, when_ns);
      go_in_parts(&t, state, when_ns, turns % 4);
      assert_same_end(&whole, &t);
      trip seen = again(&t); /* a nanosecond on: as held from this instant on */
      if (kind != CF_CROSS_NONE) go_to_ns(&seen, state, t.at_ns + 1);
      const cf_body_more *more = more_at(&seen);
      double room_j = 1e-9 * cf_store_full_j(class, &b->scale), store_j = t.room->body.store_j;
      if (kind == CF_CROSS_STORE_LOW) {
        lows++;
        frozen += !more->held.discharging && store_j > cf_body_good_j(class, &b->scale);
        assert_true(store_j <= cf_body_low_j(class, &b->scale, more, state) + room_j);
        assert_true(more->second_j <= cf_body_second_low_j(class, more, state) + room_j);
      } else if (kind == CF_CROSS_STORE_GOOD) {
        assert_true(store_j >= cf_body_start_j(class, &b->scale, more) - room_j ||
                    more->second_j >= cf_body_second_start_j(class, more) - room_j);
      }
      if (kind != CF_CROSS_NONE) {
        assert_true(t.at_ns > before_ns);
        before_ns = t.at_ns;
        on = !on;
      }
      assert_books_close(&t);
    }
    assert_true(t.at_ns == (int64_t)(end_s * 1e9));
    drop_body(b);
  }
  print_message("16 hybrids: %u times low, %u of them frozen\n", lows, frozen);
  assert_true(lows >= 16 && frozen >= 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_second_store_takes_over_before_the_first_is_low),
      cmocka_unit_test(the_first_store_carries_on_when_the_second_is_used_up),
      cmocka_unit_test(a_frozen_first_store_gives_nothing),
      cmocka_unit_test(a_hybrid_is_low_only_when_neither_can),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
