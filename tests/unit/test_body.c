/* Bodies: how they begin, where they brown out, turning points of a charge, steady states and what they allow. */
#include "physics/body.h"

#include "fixtures/fleet/bodies.h"

static void a_body_is_as_long_as_its_class_needs(void **unused) {
  (void)unused;
  for (body_kind kind = 0; kind < BODY_KINDS; kind++) {
    bench_body *b = make_body(kind, 1, (body_finesse){0});
    size_t bytes = sizeof(cf_body) + b->class.modal.modes * sizeof(double);
    assert_int_equal(b->class.more, kind != BODY_PLAIN);
    assert_int_equal(cf_body_bytes(&b->class), bytes + (kind == BODY_PLAIN ? 0 : sizeof(cf_body_more)));
    assert_int_equal(b->class.refresh_ns, CF_REFRESH_NS);
    cf_body_room room = start_body(b, 0.6);
    for (uint32_t i = 0; i < b->class.modal.modes; i++) assert_true(fabs(temp_of(b, i, &room) - 290.0) <= 1e-10);
    cf_body_more more = more_of(b, &room);
    if (b->class.has_store)
      assert_true(fabs(room.body.store_j - 0.6 * cf_store_full_j(&b->class, &b->scale)) <= 1e-12 * room.body.store_j);
    if (b->class.has_second) assert_true(more.second_j == 0.8 * b->class.second.full_j);
    if (kind == BODY_HYBRID) { /* both branches at one voltage */
      double main_v2 = room.body.store_j / 1.0, slow_v2 = more.slow_j / 0.2;
      assert_true(fabs(main_v2 - slow_v2) <= 1e-12 * main_v2);
    }
    for (uint32_t c = 0; c < b->class.curves.curves; c++) {
      const cf_heat_curve *curve = &b->class.curves.curve[c];
      assert_int_equal(more.cell[c], cf_heat_curve_cell(curve, curve->over_air ? 0.0 : 290.0));
    }
    drop_body(b);
  }
}

/* Levels are those of the voltages under each load, for a node of any size. */
static void levels_are_those_of_the_voltages(void **unused) {
  (void)unused;
  bench_body *b = make_body(BODY_PLAIN, 2, (body_finesse){0});
  const cf_store_input *in = &b->class.store.input;
  double farad = b->scale.capacity, esr = in->capacitor.esr_ohm;
  for (uint32_t s = 0; s < BODY_LOADS; s++) {
    double open_v = in->turn_off_v + in->bus_w[s] * esr / in->turn_off_v, want = 0.5 * farad * open_v * open_v;
    assert_true(fabs(cf_body_low_j(&b->class, &b->scale, NULL, s) - want) <= 1e-12 * want);
  }
  double good = 0.5 * farad * in->turn_on_v * in->turn_on_v;
  assert_true(fabs(cf_body_good_j(&b->class, &b->scale) - good) <= 1e-12 * good);
  assert_true(cf_body_warn_j(&b->class, &b->scale) == 0.0);
  drop_body(b);
}

/* The first charge counts as a turning point, and then each one from which it has gone back by a thousandth. */
static void turning_points_of_a_charge(void **unused) {
  (void)unused;
  bench_body *b = make_body(BODY_BATTERY, 1, (body_finesse){0});
  cf_body_room room = start_body(b, 0.5);
  cf_body_more more = more_of(b, &room);
  const cf_store *store = &b->class.store;
  float start = (float)cf_store_charge_share(store, 0.5 * store->x_full);
  assert_int_equal(more.age.turns, 1);
  assert_true(more.age.turn[0] == start);
  static const double way[] = {0.52, 0.56, 0.5595, 0.6, 0.58, 0.4, 0.4003, 0.45, 0.7};
  for (size_t i = 0; i < sizeof way / sizeof *way; i++) cf_body_note_charge(store, way[i] * store->x_full, &more);
  /* Up to 0.6, down to 0.4, and up again: 0.5595 and 0.4003 are no turns. The first range holds the start and is closed
   * by the larger one after it. */
  assert_int_equal(more.age.turns, 2);
  assert_true(fabs((double)more.age.turn[0] - cf_store_charge_share(store, 0.6 * store->x_full)) <= 1e-6);
  assert_true(fabs((double)more.age.turn[1] - cf_store_charge_share(store, 0.4 * store->x_full)) <= 1e-6);
  assert_true(more.age.half_cycles == 1.0);
  drop_body(b);
}

/* Without curves the steady state is the network's; the budget is what reaches the limit. */
static void steady_states_of_a_linear_network(void **unused) {
  (void)unused;
  bench_body *b = make_body(BODY_PLAIN, 1, (body_finesse){0});
  double air_k = 300.0, got = cf_body_steady_k(&b->class, 0, 0.4, 0.9, air_k, 0.0);
  assert_true(fabs(got - (air_k + 0.4 / 0.03 + 1.3 / 0.15)) <= 1e-9);
  double budget = cf_body_budget_w(&b->class, 0, 350.0, 0.9, air_k, 0.0);
  assert_true(fabs(budget - (50.0 - 0.9 / 0.15) / (1.0 / 0.03 + 1.0 / 0.15)) <= 1e-9);
  assert_true(cf_body_budget_w(&b->class, 0, 305.0, 0.9, air_k, 0.0) == 0.0);
  assert_true(cf_body_loop_gain(&b->class, 300.0) == 0.0);
  drop_body(b);
}

/* With silicon and surface: a long walk ends there, and beyond the brink there is none. */
static void steady_states_with_curves(void **unused) {
  (void)unused;
  bench_body *b = make_body(BODY_MAINS, 1, (body_finesse){.refresh_ns = CF_NS_PER_S});
  sky s;
  for (int i = 0; i <= SKY_KNOTS; i++) {
    s.panel[i] = s.sun[i] = 0.0;
    s.air[i] = s.host[i] = b->surface.air_reference_k; /* where the curve of the surface is exact */
  }
  cf_flows flows = {0};
  cf_body_room room = walk_cut(b, &s, 1, INT64_C(30000) * CF_NS_PER_S, 0, 0, start_body(b, 0.0), &flows);
  const cf_load *load = &b->class.load[1];
  double steady_k = cf_body_steady_k(&b->class, load->share, load->heat_w, 0.0, s.air[0], s.air[0]);
  assert_true(fabs(temp_of(b, BODY_DIE, &room) - steady_k) <= 1e-6);
  /* All of the silicon on: the watts that reach a limit are found again from them. */
  double limit_k = 330.0, watts = cf_body_budget_w(&b->class, 2, limit_k, 0.1, 288.15, 288.15);
  assert_true(watts > 0.0);
  assert_true(fabs(cf_body_steady_k(&b->class, 2, watts, 0.1, 288.15, 288.15) - limit_k) <= 1e-6);
  assert_true(watts > cf_body_budget_w(&b->class, 2, limit_k, 0.5, 288.15, 288.15));
  double k_per_w = b->class.modal.rise_k_per_w[0];
  double gain = b->leakage.beta_per_k * cf_leakage_w(&b->leakage, limit_k) * k_per_w;
  assert_true(fabs(cf_body_loop_gain(&b->class, limit_k) - gain) <= 0.1 * gain); /* of a chord's slope */
  assert_true(isinf(cf_body_steady_k(&b->class, 2, 20.0, 0.0, 300.0, 300.0)));
  drop_body(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_body_is_as_long_as_its_class_needs),
      cmocka_unit_test(levels_are_those_of_the_voltages),
      cmocka_unit_test(turning_points_of_a_charge),
      cmocka_unit_test(steady_states_of_a_linear_network),
      cmocka_unit_test(steady_states_with_curves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
