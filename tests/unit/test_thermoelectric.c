/* Thermoelectric generator against the full equations, alone and between two thermal resistances; conservation; signs.
 */
#include "physics/thermoelectric.h"

#include "../support/cf_test.h"

/* A bismuth-telluride module of 127 couples; ZT about 0.7. */
static const cf_teg module = {.seebeck_v_per_k = 0.05,
                              .resistance_ohm = 2.0,
                              .conductance_w_per_k = 0.55,
                              .load_ratio = 1.0,
                              .reference_k = 310.0,
                              .bipolar = true};

static cf_diag diag;

typedef struct full {
  double hot_w, cold_w, power_w;
} full;

/* The equations of the header with the temperatures themselves. */
static full full_equations(const cf_teg *g, double hot_k, double cold_k) {
  double s = g->seebeck_v_per_k, r = g->resistance_ohm, d = hot_k - cold_k;
  double i = s * d / (r + g->load_ratio * r), conduction = g->conductance_w_per_k * d;
  return (full){s * hot_k * i + conduction - 0.5 * i * i * r, s * cold_k * i + conduction + 0.5 * i * i * r,
                i * i * g->load_ratio * r};
}

static cf_teg drawn(uint64_t *seed) {
  return (cf_teg){.seebeck_v_per_k = cf_test_between(seed, 1e-3, 0.2),
                  .resistance_ohm = cf_test_between(seed, 0.1, 50.0),
                  .conductance_w_per_k = cf_test_between(seed, 1e-3, 5.0),
                  .load_ratio = cf_test_between(seed, 0.1, 5.0),
                  .reference_k = cf_test_between(seed, 250.0, 450.0),
                  .bipolar = true};
}

static void agrees_at_the_reference(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int n = 0; n < 2000; n++) {
    cf_teg g = drawn(&seed);
    assert_int_equal(cf_teg_check(&g, &diag), CF_OK);
    double d = cf_test_between(&seed, -80.0, 80.0);
    double hot_k = g.reference_k + 0.5 * d, cold_k = g.reference_k - 0.5 * d;
    full want = full_equations(&g, hot_k, cold_k);
    cf_teg_flow got = cf_teg_flow_at(&g, hot_k - cold_k);
    double scale = fabs(want.hot_w) + fabs(want.cold_w);
    assert_true(fabs(got.hot_w - want.hot_w) <= 1e-13 * scale && fabs(got.cold_w - want.cold_w) <= 1e-13 * scale);
    assert_true(fabs(got.power_w - want.power_w) <= 1e-13 * want.power_w);
    assert_true(fabs(got.hot_w - got.cold_w - got.power_w) <= 1e-15 * scale);
  }
}

/* Away from the reference the power stays exact and the heats are off by what the header says. */
static void error_away_from_the_reference(void **state) {
  (void)state;
  uint64_t seed = 6;
  for (int n = 0; n < 2000; n++) {
    cf_teg g = drawn(&seed);
    double d = cf_test_between(&seed, -80.0, 80.0), off_k = cf_test_between(&seed, -60.0, 60.0);
    double hot_k = g.reference_k + off_k + 0.5 * d, cold_k = g.reference_k + off_k - 0.5 * d;
    full want = full_equations(&g, hot_k, cold_k);
    cf_teg_flow got = cf_teg_flow_at(&g, hot_k - cold_k);
    double said = g.seebeck_v_per_k * g.seebeck_v_per_k * off_k / (g.resistance_ohm * (1.0 + g.load_ratio)) * d;
    double scale = fabs(want.hot_w) + fabs(want.cold_w) + fabs(said);
    assert_true(fabs(want.hot_w - got.hot_w - said) <= 1e-12 * scale);
    assert_true(fabs(want.cold_w - got.cold_w - said) <= 1e-12 * scale);
    assert_true(fabs(got.power_w - want.power_w) <= 1e-13 * want.power_w);
    assert_true(fabs(got.hot_w - got.cold_w - got.power_w) <= 1e-15 * scale);
  }
}

/* Second law: less power than Carnot allows; matched load gives the most. */
static void limits(void **state) {
  (void)state;
  for (double d = 1.0; d < 200.0; d += 1.0) {
    cf_teg g = module;
    g.reference_k = 300.0 + 0.5 * d;
    cf_teg_flow flow = cf_teg_flow_at(&g, d);
    assert_true(flow.power_w > 0.0 && flow.power_w < flow.hot_w * d / (300.0 + d));
    cf_teg other = g;
    for (other.load_ratio = 0.1; other.load_ratio < 5.0; other.load_ratio += 0.1)
      assert_true(cf_teg_w(&other, d) <= cf_teg_w(&g, d) * (1.0 + 1e-15));
  }
  assert_true(fabs(cf_teg_w(&module, 20.0) - 1.0 / 8.0) < 1e-16); /* (S dT)^2 / 4R = 1 V^2 / 8 ohm */
  assert_true(fabs(cf_teg_w_per_k2(&module) * 400.0 - cf_teg_w(&module, 20.0)) < 1e-16);
  assert_true(cf_teg_w(&module, 0.0) == 0.0);
  assert_true(fabs(cf_teg_w(&module, 40.0) - 4.0 * cf_teg_w(&module, 20.0)) < 1e-15);
  /* No load (m very large): conduction alone. A short circuit: all of the Peltier heat. */
  cf_teg g = module;
  g.load_ratio = 1e12;
  assert_true(fabs(cf_teg_conductance_w_per_k(&g) - 0.55) < 1e-11 && cf_teg_w(&g, 20.0) < 1e-12);
  g.load_ratio = 1e-12;
  assert_true(fabs(cf_teg_conductance_w_per_k(&g) - (0.55 + 0.0025 * 310.0 / 2.0)) < 1e-11);
}

static void either_sign(void **state) {
  (void)state;
  cf_teg diode = module;
  diode.bipolar = false;
  for (double d = -50.0; d <= 50.0; d += 2.5) {
    cf_teg_flow both = cf_teg_flow_at(&module, d), mirrored = cf_teg_flow_at(&module, -d),
                one = cf_teg_flow_at(&diode, d);
    assert_true(both.power_w == mirrored.power_w && both.hot_w == -mirrored.cold_w && both.cold_w == -mirrored.hot_w);
    assert_true(one.power_w == (d < 0.0 ? 0.0 : both.power_w));
    assert_true(fabs(one.hot_w - one.cold_w - one.power_w) < 1e-14);
    assert_true(one.hot_w >= 0.0 ? d >= 0.0 : d < 0.0); /* heat runs downhill */
  }
}

/* Temperatures of the two sides between a wall and the air, each behind a contact, by the full equations: nested
 * bisection. The heat that leaves the wall gives T_h, the hot equation T_c, and the air's balance says which way to go.
 */
static full solved(const cf_teg *g, double wall_k, double air_k, double hot_r, double cold_r, double *hot_k,
                   double *cold_k) {
  full f = {0};
  double low = air_k, high = wall_k;
  for (int n = 0; n < 200; n++) {
    *hot_k = 0.5 * (low + high);
    double from_wall_w = (wall_k - *hot_k) / hot_r, a = air_k - 50.0, b = *hot_k;
    for (int k = 0; k < 200; k++) { /* Q_h falls as T_c rises */
      *cold_k = 0.5 * (a + b);
      f = full_equations(g, *hot_k, *cold_k);
      if (f.hot_w > from_wall_w)
        a = *cold_k;
      else
        b = *cold_k;
    }
    if (f.cold_w > (*cold_k - air_k) / cold_r) /* more than the air takes: less heat, so a warmer hot side */
      low = *hot_k;
    else
      high = *hot_k;
  }
  return f;
}

static void between_contacts(void **state) {
  (void)state;
  double worst_k = 0.0, worst_w = 0.0;
  const double wall_k = 350.0, air_k = 295.0;
  for (double contact = 0.2; contact < 8.0; contact *= 1.5) {
    /* The linear module in the row, with a reference that is off: no further away than what it leaves out. */
    double hot_r = 0.2 * contact, cold_r = contact, hot_k, cold_k;
    full f = solved(&module, wall_k, air_k, hot_r, cold_r, &hot_k, &cold_k);
    double share = cf_teg_share(&module, hot_r, cold_r), linear_k = share * (wall_k - air_k);
    double off_k = fabs(linear_k / (hot_k - cold_k) - 1.0), off_w = fabs(cf_teg_w(&module, linear_k) / f.power_w - 1.0);
    double peltier = module.seebeck_v_per_k * module.seebeck_v_per_k / (2.0 * module.resistance_ohm) *
                     fabs(0.5 * (hot_k + cold_k) - module.reference_k) / cf_teg_conductance_w_per_k(&module);
    double left_out = (1.0 - share) * (peltier + 0.5 * f.power_w / f.cold_w);
    assert_true(off_k <= 1.05 * left_out && off_w <= 2.2 * left_out);
    worst_k = fmax(worst_k, off_k);
    worst_w = fmax(worst_w, off_w);
    /* With equal contacts and the reference at the mean temperature nothing is left out. */
    cf_teg g = module;
    for (int n = 0; n < 30; n++) {
      f = solved(&g, wall_k, air_k, contact, contact, &hot_k, &cold_k);
      if (n < 29) g.reference_k = 0.5 * (hot_k + cold_k);
    }
    linear_k = cf_teg_share(&g, contact, contact) * (wall_k - air_k);
    assert_true(fabs(linear_k - (hot_k - cold_k)) < 1e-8 && fabs(cf_teg_w(&g, linear_k) / f.power_w - 1.0) < 1e-8);
  }
  print_message("between contacts: difference off by %.2f %%, power by %.2f %%\n", 100.0 * worst_k, 100.0 * worst_w);
  double own = 1.0 / cf_teg_conductance_w_per_k(&module);
  assert_true(fabs(cf_teg_share(&module, 0.5 * own, 0.5 * own) - 0.5) < 1e-15);
  assert_true(cf_teg_share(&module, 0.0, 0.0) == 1.0);
}

static void refuses(void **state) {
  (void)state;
  cf_diag_init(&diag);
  assert_int_equal(cf_teg_check(&module, &diag), CF_OK);
  static const double bad[] = {0.0, -1.0, INFINITY, NAN};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    cf_teg g[5] = {module, module, module, module, module};
    g[0].seebeck_v_per_k = g[1].resistance_ohm = g[2].conductance_w_per_k = bad[i];
    g[3].load_ratio = g[4].reference_k = bad[i];
    for (int k = 0; k < 5; k++) assert_int_equal(cf_teg_check(&g[k], &diag), CF_INPUT);
  }
  assert_int_equal(diag.errors, 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_at_the_reference),
      cmocka_unit_test(error_away_from_the_reference),
      cmocka_unit_test(limits),
      cmocka_unit_test(either_sign),
      cmocka_unit_test(between_contacts),
      cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
