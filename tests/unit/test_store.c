/* What a store does at run time: its open circuit both ways, what is held from refresh to refresh, where a load drops
 * out, two branches. */
#include "store_inputs.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

static const double room_k = 298.15; /* the reference temperature of the cells */

/* ---- The open circuit -------------------------------------------------------------------------------------------- */

static void voltage_and_energy_go_both_ways(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  uint64_t state = 61;
  for (int kind = 0; kind < 2; kind++) {
    cf_store_input in = kind == 0 ? capacitor_input() : battery_input();
    cf_store store;
    build_store(&store, &in, arena);
    double v_before = 0.0, share_before = -1.0;
    for (int i = 0; i <= 5000; i++) {
      double x = store.x_full * i / 5000.0, v = cf_store_open_v(&store, x), share = cf_store_charge_share(&store, x);
      assert_true(v >= v_before && share > share_before && share <= 1.0);
      if (kind == 0) assert_true(v == sqrt(x) && fabs(share - v / 5.0) <= 1e-15);
      v_before = v;
      share_before = share;
    }
    for (int i = 0; i < 2000; i++) {
      double x = cf_test_between(&state, 1e-3, 1.0) * store.x_full, v = cf_store_open_v(&store, x);
      double back = cf_store_x(&store, v);
      assert_true(fabs(cf_store_open_v(&store, back) - v) <= 4e-15 * v); /* on a level piece its left end */
      assert_true(back <= x * (1 + 1e-13));
      if (kind == 0 || v > 3.6000001 || v < 3.5999999) assert_true(fabs(back - x) <= 1e-12 * store.x_full);
    }
    double full_v = cf_store_open_v(&store, store.x_full);
    assert_true(cf_store_open_v(&store, 2.0 * store.x_full) == full_v);
    assert_true(cf_store_x(&store, full_v * 1.0001) == 2.0 * store.x_full && cf_store_x(&store, 0.0) == 0.0);
    assert_true(cf_store_charge_share(&store, 0.0) == 0.0 && cf_store_charge_share(&store, store.x_full) == 1.0);
  }
  cf_store_input in = battery_input();
  cf_store store;
  build_store(&store, &in, arena);
  assert_true(cf_store_open_v(&store, 0.0) == 3.0 && cf_store_x(&store, 2.9) == 0.0);
  /* 360 C under the trapezes of the table. */
  double mean_v = 0.05 * 3.225 + 0.25 * 3.525 + 0.2 * 3.6 + 0.4 * 3.8 + 0.1 * 4.1;
  assert_true(fabs(store.full_j - 360.0 * mean_v) <= 1e-10 && store.x_per_j == 1.0);
  for (uint32_t k = 0; k < in.battery.points; k++) {
    assert_true(fabs(cf_store_open_v(&store, store.knot_x[k]) - in.battery.open_v[k]) <= 1e-15 * 4.2);
    assert_true(fabs(cf_store_charge_share(&store, store.knot_x[k]) - in.battery.charge_share[k]) <= 1e-15);
  }
  in = primary_input();
  build_store(&store, &in, arena);
  assert_true(fabs(cf_store_open_v(&store, 0.3 * store.x_full) - 3.67) <= 1e-15 * 3.67);
  assert_true(fabs(cf_store_charge_share(&store, 0.25 * store.x_full) - 0.25) <= 1e-15);
  cf_arena_destroy(arena);
}

/* ---- Where a load drops out -------------------------------------------------------------------------------------- */

static void a_load_drops_out_where_its_terminal_is_at_turn_off(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  uint64_t state = 62;
  for (int trial = 0; trial < 300; trial++) {
    cf_store_input in = trial % 2 ? battery_input() : capacitor_input();
    in.bus_w[2] = cf_test_between(&state, 0.0, trial % 2 ? 1.0 : 0.3);
    cf_store store;
    build_store(&store, &in, arena);
    cf_store_held held = cf_store_held_new();
    for (uint32_t s = 0; s < in.states; s++) assert_true(cf_store_off_x(&store, s, &held) == store.x_off[s]);
    held.resistance_factor = (float)cf_test_between(&state, 0.5, 2.0);
    double r = store.resistance_ohm * (double)held.resistance_factor, p = in.bus_w[2];
    double v = cf_store_open_v(&store, cf_store_off_x(&store, 2, &held));
    double terminal_v = 0.5 * (v + sqrt(v * v - 4.0 * p * r));
    assert_true(fabs(terminal_v - in.turn_off_v) <= 1e-12);
  }
  cf_arena_destroy(arena);
}

static void a_resistance_that_rises_meets_collapse_first(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = capacitor_input();
  cf_store store;
  build_store(&store, &in, arena);
  cf_store_held held = cf_store_held_new();
  double before = 0.0;
  for (float factor = 1.0f; factor < 80.0f; factor *= 1.01f) { /* at 38.4 P R is V_off^2 */
    held.resistance_factor = factor;
    double pr = 0.3 * 0.5 * (double)factor, x = cf_store_off_x(&store, 2, &held);
    assert_true(x > before || x > store.x_full);
    before = x;
    if (pr > 2.4 * 2.4 && x <= store.x_full) assert_true(fabs(x - 4.0 * pr) <= 1e-12 * x);
    if (4.0 * pr > 25.0 && pr > 2.4 * 2.4) assert_true(x > store.x_full);
  }
  assert_true(before > store.x_full);
  cf_arena_destroy(arena);
}

/* ---- What is held ------------------------------------------------------------------------------------------------ */

static void a_new_store_holds_nothing(void **unused) {
  (void)unused;
  cf_store_held held = cf_store_held_new();
  assert_true(held.leakage_factor == 1.0f && held.resistance_factor == 1.0f && held.charge_gain == 1.0f);
  assert_true(held.full_share == 1.0f && held.film_v == 0.0f && held.discharging);
}

static void a_battery_follows_its_temperature(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = battery_input();
  cf_store store;
  build_store(&store, &in, arena);
  cf_store_held held = cf_store_held_new();
  cf_store_refresh(&store, room_k, 0.0, 900.0, NULL, &held);
  assert_true(held.leakage_factor == 1.0f && held.resistance_factor == 1.0f && held.full_share == 1.0f);
  assert_true(held.charge_gain == 0.99f && held.discharging);
  cf_store_refresh(&store, 283.15, 0.0, 900.0, NULL, &held);
  double inverse = 1.0 / 283.15 - 1.0 / 298.15;
  assert_true(fabs((double)held.resistance_factor / exp(2500.0 * inverse) - 1.0) <= 1e-7); /* more when cold */
  assert_true(fabs((double)held.leakage_factor / exp(-6000.0 * inverse) - 1.0) <= 1e-7);   /* less when cold */
  assert_true(held.resistance_factor > 1.5f && held.leakage_factor < 0.5f);

  /* The gates, on both sides of each limit. */
  const struct {
    double temp_k;
    bool charging, discharging;
  } gate[] = {{253.1, false, false}, {253.2, false, true}, {273.1, false, true}, {273.2, true, true},
              {318.1, true, true},   {318.2, false, true}, {333.1, false, true}, {333.2, false, false}};
  for (size_t i = 0; i < sizeof gate / sizeof *gate; i++) {
    cf_store_refresh(&store, gate[i].temp_k, 0.01, 900.0, NULL, &held);
    assert_true((held.charge_gain > 0.0f) == gate[i].charging && held.discharging == gate[i].discharging);
    for (uint32_t s = 1; s < in.states; s++)
      assert_true((cf_store_off_x(&store, s, &held) > store.x_full) == !gate[i].discharging);
    assert_true(cf_store_off_x(&store, 0, &held) < store.x_full); /* nothing is drawn, nothing is forbidden */
  }
  cf_arena_destroy(arena);
}

static void a_charging_current_loses_in_the_resistance(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  uint64_t state = 63;
  for (int trial = 0; trial < 500; trial++) {
    cf_store_input in = trial % 2 ? battery_input() : capacitor_input();
    cf_store store;
    build_store(&store, &in, arena);
    uint32_t cell = (uint32_t)cf_test_between(&state, 0.6 * store.cells, store.cells - 1);
    double power_w = cf_test_between(&state, 1e-6, 2.0), factor = cf_test_between(&state, 0.5, 3.0);
    double v = sqrt(store.open_v[cell] * store.open_v[cell + 1]), r = store.resistance_ohm * factor;
    if (v < in.turn_off_v) continue;
    double current = (sqrt(v * v + 4.0 * power_w * r) - v) / (2.0 * r);
    double want = (power_w - current * current * r) / power_w;
    assert_true(fabs(cf_store_arriving_share(&store, cell, power_w, factor) - want) <= 1e-9);
  }
  /* An empty capacitor is judged at turn-off, so that it can be filled at all. */
  cf_store_input in = capacitor_input();
  cf_store store;
  build_store(&store, &in, arena);
  double turn_off_v2 = in.turn_off_v * in.turn_off_v;
  double want = 2.0 / (1.0 + sqrt(1.0 + 4.0 * 0.1 * store.resistance_ohm / turn_off_v2));
  assert_true(fabs(cf_store_arriving_share(&store, 0, 0.1, 1.0) - want) <= 1e-12);
  cf_arena_destroy(arena);
}

static void age_takes_its_share(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = battery_input();
  in.battery.ageing = (cf_ageing_law){.q0 = 1.0, .a_per_sqrt_day = 2.66e-3, .b_k = -7280.0, .c_k = 930.0};
  cf_store store;
  build_store(&store, &in, arena);
  cf_ageing age = {.calendar = 0.04};
  cf_store_held held = cf_store_held_new();
  cf_store_refresh(&store, room_k, 0.0, 900.0, &age, &held);
  assert_true(held.full_share == 0.8f);
  cf_arena_destroy(arena);
}

/* ---- Passivation ------------------------------------------------------------------------------------------------- */

static void a_film_grows_at_rest_and_goes_with_the_charge(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = primary_input();
  cf_store store;
  build_store(&store, &in, arena);
  cf_store_held held = cf_store_held_new();
  cf_store_refresh(&store, room_k, 0.0, 900.0, NULL, &held);
  assert_true(fabs((double)held.film_v - 1e-4 * 30.0) <= 1e-9); /* root of 900 s */
  assert_true(held.charge_gain == 0.0f && held.leakage_factor == 1.0f);
  for (int i = 1; i < 100; i++) cf_store_refresh(&store, room_k, 0.0, 900.0, NULL, &held);
  assert_true(fabs((double)held.film_v - 1e-4 * 300.0) <= 1e-7); /* after a hundred of them ten times as much */
  cf_store_held hot = cf_store_held_new();
  cf_store_refresh(&store, 333.15, 0.0, 90000.0, NULL, &hot);
  assert_true(hot.film_v > 2.0f * held.film_v && hot.leakage_factor > 3.0f);
  for (int i = 0; i < 40; i++) cf_store_refresh(&store, 333.15, 0.0, 1e9, NULL, &hot);
  assert_true(hot.film_v == 1.0f); /* at most so much */

  /* 0.5 C take it down to 1/e, whether at once or in parts. */
  in.primary.film_v_per_sqrt_s = 1e-12;
  build_store(&store, &in, arena);
  cf_store_held whole = held, parts = held;
  double drawn_w = 0.5 * 3.67 / 900.0;
  cf_store_refresh(&store, room_k, -drawn_w, 900.0, NULL, &whole);
  assert_true(fabs((double)whole.film_v / (double)held.film_v - exp(-1.0)) <= 1e-6);
  for (int i = 0; i < 10; i++) cf_store_refresh(&store, room_k, -drawn_w, 90.0, NULL, &parts);
  assert_true(fabs((double)parts.film_v / (double)whole.film_v - 1.0) <= 1e-6);

  /* Growing and fading together: split or not. */
  in.primary.film_v_per_sqrt_s = 1e-3;
  build_store(&store, &in, arena);
  whole = parts = held;
  cf_store_refresh(&store, 310.0, -drawn_w, 900.0, NULL, &whole);
  for (int i = 0; i < 10; i++) cf_store_refresh(&store, 310.0, -drawn_w, 90.0, NULL, &parts);
  assert_true(fabs((double)parts.film_v / (double)whole.film_v - 1.0) <= 1e-6);
  cf_arena_destroy(arena);
}

static void a_film_can_keep_a_load_from_starting(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = primary_input();
  cf_store store;
  build_store(&store, &in, arena);
  cf_store_held held = cf_store_held_new();
  assert_true(cf_store_off_x(&store, 2, &held) == CF_STORE_LAST_SHARE * store.x_full);
  /* 0.1 W at 2.8 V are 35.7 mA: over 5 Ohm 0.179 V, so 0.691 V are left, 0.387 V at 20 mA. */
  double left_v = (3.67 - 2.8 - 5.0 * 0.1 / 2.8) * 0.02 / (0.1 / 2.8);
  held.film_v = (float)(left_v * 0.999);
  assert_true(cf_store_off_x(&store, 2, &held) < store.x_full);
  held.film_v = (float)(left_v * 1.001);
  assert_true(cf_store_off_x(&store, 2, &held) > store.x_full);
  assert_true(cf_store_off_x(&store, 1, &held) < store.x_full); /* a small load does not mind */
  cf_arena_destroy(arena);
}

/* ---- Two branches ------------------------------------------------------------------------------------------------ */

static int branches(double t, const double y[], double rate[], void *self) {
  (void)t;
  const cf_capacitor *c = self;
  double main_v = sqrt(2.0 * y[0] / c->capacitance_f), slow_v = sqrt(2.0 * y[1] / c->slow_capacitance_f);
  double current = (main_v - slow_v) / c->slow_ohm;
  rate[0] = -main_v * current;
  rate[1] = slow_v * current;
  rate[2] = current * current * c->slow_ohm;
  return GSL_SUCCESS;
}

static void two_branches_relax_as_integrated(void **unused) {
  (void)unused;
  uint64_t state = 64;
  for (int trial = 0; trial < 40; trial++) {
    cf_capacitor c = {.capacitance_f = cf_test_between(&state, 0.1, 10.0),
                      .slow_capacitance_f = cf_test_between(&state, 0.1, 10.0),
                      .slow_ohm = cf_test_between(&state, 1.0, 1000.0)};
    double main_j = cf_test_between(&state, 1.0, 50.0), slow_j = cf_test_between(&state, 1.0, 50.0);
    double span_s = cf_test_between(&state, 0.01, 5.0) * c.slow_ohm * c.capacitance_f;
    double moved, lost, y[3] = {main_j, slow_j, 0.0}, t = 0.0;
    cf_store_redistribute(&c, main_j, slow_j, span_s, &moved, &lost);
    gsl_odeiv2_system system = {.function = branches, .dimension = 3, .params = &c};
    gsl_odeiv2_driver *driver =
        gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 1e-6 * span_s, 1e-12, 1e-12);
    assert_int_equal(gsl_odeiv2_driver_apply(driver, &t, span_s, y), GSL_SUCCESS);
    gsl_odeiv2_driver_free(driver);
    assert_true(fabs(main_j - moved - y[0]) <= 1e-9 * main_j);
    assert_true(fabs(slow_j + moved - lost - y[1]) <= 1e-9 * slow_j);
    assert_true(fabs(lost - y[2]) <= 1e-9 * (main_j + slow_j) && lost >= 0.0);

    /* In parts. */
    double main_part = main_j, slow_part = slow_j;
    for (int i = 0; i < 7; i++) {
      double moved_part, lost_part;
      cf_store_redistribute(&c, main_part, slow_part, span_s / 7.0, &moved_part, &lost_part);
      main_part -= moved_part;
      slow_part += moved_part - lost_part;
    }
    assert_true(fabs(main_part - (main_j - moved)) <= 1e-12 * main_j);
    assert_true(fabs(slow_part - (slow_j + moved - lost)) <= 1e-12 * slow_j);
  }
  /* In balance, or alone, nothing moves. */
  cf_capacitor c = {.capacitance_f = 2.0, .slow_capacitance_f = 1.0, .slow_ohm = 10.0};
  double moved, lost;
  cf_store_redistribute(&c, 16.0, 8.0, 1000.0, &moved, &lost);
  assert_true(moved == 0.0 && lost == 0.0);
  cf_store_redistribute(&c, 0.0, 8.0, 1e6, &moved, &lost); /* back to the main branch */
  assert_true(moved < 0.0 && lost > 0.0 && fabs(8.0 + moved - lost - 8.0 / 9.0) <= 1e-12);
  c.slow_capacitance_f = 0.0;
  cf_store_redistribute(&c, 16.0, 0.0, 1000.0, &moved, &lost);
  assert_true(moved == 0.0 && lost == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(voltage_and_energy_go_both_ways),
      cmocka_unit_test(a_load_drops_out_where_its_terminal_is_at_turn_off),
      cmocka_unit_test(a_resistance_that_rises_meets_collapse_first),
      cmocka_unit_test(a_new_store_holds_nothing),
      cmocka_unit_test(a_battery_follows_its_temperature),
      cmocka_unit_test(a_charging_current_loses_in_the_resistance),
      cmocka_unit_test(age_takes_its_share),
      cmocka_unit_test(a_film_grows_at_rest_and_goes_with_the_charge),
      cmocka_unit_test(a_film_can_keep_a_load_from_starting),
      cmocka_unit_test(two_branches_relax_as_integrated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
