/* Leakage that feeds on temperature: every verdict of a reference set, the brink, networks against an independent
 * Newton iteration, and curves within their tolerance. */
#include "physics/leakage.h"

#include "thermal_rows.h"

#include "physics/cholesky.h"

static cf_diag diag;
static cf_arena *arena;

static void verdicts_of_the_reference(void **unused) {
  (void)unused;
  FILE *file = rows_open("tests/reference/leakage_runaway.csv", true);
  char row[512];
  unsigned rows = 0, away = 0;
  double worst_k = 0.0;
  for (; fgets(row, sizeof row, file); rows++) {
    double v[9];
    char *rest = row;
    for (int i = 0; i < 9; i++) v[i] = strtod(i == 0 ? rest : rest + 1, &rest);
    const cf_leakage leakage = {.power_w = v[4], .reference_k = v[5] + 273.15, .beta_per_k = v[6]};
    cf_leakage_verdict got = cf_leakage_one_node(&leakage, v[1], v[0] + 273.15, v[3]);
    assert_int_equal(got.runaway, v[7] == 1.0);
    assert_int_equal(got.runaway, v[3] > got.critical_w);
    if (got.runaway) {
      away++;
      assert_true(isnan(got.steady_k) && isnan(got.unstable_k) && isnan(got.loop_gain));
      continue;
    }
    worst_k = fmax(worst_k, fabs(got.steady_k - (v[8] + 273.15)));
    assert_true(got.loop_gain > 0.0 && got.loop_gain < 1.0 && got.unstable_k > got.steady_k);
  }
  (void)fclose(file);
  assert_int_equal(rows, 100);
  assert_int_equal(away, 29);
  print_message("leakage: largest error of a steady temperature %.2g K\n", worst_k);
  assert_true(worst_k <= 1e-6);
}

/* Both temperatures balance heat; the gain is the slope of what leaks. */
static void steady_temperatures_balance(void **unused) {
  (void)unused;
  uint64_t state = 71;
  for (unsigned trial = 0; trial < 2000; trial++) {
    const cf_leakage leakage = {.power_w = exp(cf_test_between(&state, log(1e-4), log(1.0))),
                                .reference_k = 300.0,
                                .beta_per_k = cf_test_between(&state, 0.01, 0.08)};
    double r = exp(cf_test_between(&state, 0.0, 4.0)), air_k = cf_test_between(&state, 240.0, 330.0);
    double limit_w = cf_leakage_one_node(&leakage, r, air_k, 0.0).critical_w;
    double p = limit_w - exp(cf_test_between(&state, log(1e-3), log(10.0)));
    cf_leakage_verdict got = cf_leakage_one_node(&leakage, r, air_k, p);
    assert_false(got.runaway);
    double two[] = {got.steady_k, got.unstable_k};
    for (int i = 0; i < 2; i++) {
      double leak_w = cf_leakage_w(&leakage, two[i]), gain = leakage.beta_per_k * r * leak_w;
      double want_k = air_k + r * (p + leak_w);
      /* Rounding of the exponent comes back magnified by the distance from the brink. */
      assert_true(fabs(two[i] - want_k) <= 1e-12 * (fabs(two[i]) + r * leak_w + r * fabs(p)) * (1.0 + gain));
      assert_true(i == 0 ? gain < 1.0 : gain > 1.0);
      if (i == 0) assert_true(fabs(gain - got.loop_gain) <= 1e-10);
    }
  }
}

static void the_brink(void **unused) {
  (void)unused;
  /* beta R P0 = 1 and T0 - T_a = 30 K: away iff 30 K > T0 - T_a - 1 / beta over R P_d. */
  const cf_leakage leakage = {.power_w = 3.125, .reference_k = 330.0, .beta_per_k = 0.04};
  cf_leakage_verdict v = cf_leakage_one_node(&leakage, 8.0, 300.0, 0.0);
  assert_true(fabs(v.critical_w - 0.625) <= 1e-13);
  for (double step = 1e-13; step < 0.1; step *= 10.0) {
    v = cf_leakage_one_node(&leakage, 8.0, 300.0, 0.625 - step);
    assert_false(v.runaway);
    double away = sqrt(2.0 * 0.04 * 8.0 * step); /* 1 - gain, to first order */
    assert_true(fabs(1.0 - v.loop_gain - away) <= 0.4 * away * away + 1e-15 / away);
    assert_true(v.steady_k < 330.0 && v.unstable_k > 330.0);
    assert_true(cf_leakage_one_node(&leakage, 8.0, 300.0, 0.625 + step).runaway);
  }
}

static void without_leakage(void **unused) {
  (void)unused;
  const cf_leakage none = {.power_w = 0.0, .reference_k = 300.0, .beta_per_k = 0.03};
  cf_leakage_verdict v = cf_leakage_one_node(&none, 10.0, 290.0, 3.0);
  assert_true(!v.runaway && v.steady_k == 320.0 && v.loop_gain == 0.0);
  assert_true(v.unstable_k == (double)INFINITY && v.critical_w == (double)INFINITY);
  const cf_leakage little = {.power_w = 1e-300, .reference_k = 300.0, .beta_per_k = 0.03};
  v = cf_leakage_one_node(&little, 10.0, 290.0, 3.0);
  assert_true(!v.runaway && v.steady_k == 320.0 && v.unstable_k > 2e4);
  const cf_leakage far = {.power_w = 1.0, .reference_k = 300.0, .beta_per_k = 1.0}; /* x = e^1000 and more */
  assert_true(cf_leakage_one_node(&far, 10.0, 1300.0, 0.0).runaway);
}

static cf_network *random_network(uint64_t *state, uint32_t n, double *power_w) {
  cf_network *network = cf_network_new(arena, n, n);
  for (uint32_t i = 0; i < n; i++) {
    network->capacity_j_per_k[i] = 1.0;
    power_w[i] = cf_test_between(state, 0.0, 0.3);
    for (uint32_t j = 0; j < i; j++)
      if (j + 1 == i || cf_test_next(state) % 2) cf_network_link(network, i, j, cf_test_between(state, 0.1, 2.0));
  }
  network->air_w_per_k[n - 1] = cf_test_between(state, 0.05, 0.3);
  if (cf_test_next(state) % 2) network->host_w_per_k[n / 2] = cf_test_between(state, 0.0, 0.2);
  return network;
}

/* Newton on G T = p + P(T) with Cholesky of G - diag(beta P); false when that is not positive definite: runaway. */
static bool newton(const cf_network *network, const cf_leakage *leakage, uint32_t node, const double *power_w,
                   double air_k, double host_k, double *temp_k) {
  uint32_t n = network->nodes;
  double g[36], jacobian[36], step[6], rise_k[6];
  cf_network_matrix(network, g);
  assert_int_equal(cf_network_steady(network, power_w, air_k, host_k, temp_k, &diag), CF_OK);
  for (uint32_t a = 0; a < n; a++) rise_k[a] = temp_k[a] - air_k;
  for (int i = 0; i < 200; i++) { /* from below, where each step falls short of the steady state: monotone */
    double leak_w = cf_leakage_w(leakage, air_k + rise_k[node]), largest = 0.0;
    for (uint32_t a = 0; a < n; a++) {
      step[a] = power_w[a] + network->host_w_per_k[a] * (host_k - air_k) + (a == node ? leak_w : 0.0);
      for (uint32_t b = 0; b < n; b++) step[a] -= g[a * n + b] * rise_k[b];
    }
    memcpy(jacobian, g, sizeof g);
    jacobian[node * n + node] -= leakage->beta_per_k * leak_w;
    if (!cf_cholesky(jacobian, n)) return false;
    cf_cholesky_solve(jacobian, n, step);
    for (uint32_t a = 0; a < n; a++) {
      rise_k[a] += step[a];
      temp_k[a] = air_k + rise_k[a];
      largest = fmax(largest, fabs(step[a]));
    }
    if (largest <= 1e-7) return true; /* what is left is its square */
  }
  return false;
}

static void networks_against_newton(void **unused) {
  (void)unused;
  uint64_t state = 72;
  unsigned away = 0, trials = 1000;
  for (unsigned trial = 0; trial < trials; trial++) {
    uint32_t n = 1 + trial % 6, node = (uint32_t)(cf_test_next(&state) % n),
             heated = (uint32_t)(cf_test_next(&state) % n);
    double power_w[6], temp_k[6], air_k = cf_test_between(&state, 280.0, 320.0), host_k = 310.0;
    const cf_network *network = random_network(&state, n, power_w);
    const cf_leakage leakage = {.power_w = cf_test_between(&state, 0.0, 4.0), .reference_k = 330.0, .beta_per_k = 0.05};
    cf_leakage_verdict got;
    assert_int_equal(cf_leakage_network(&leakage, network, node, power_w, air_k, host_k, heated, &got, &diag), CF_OK);
    bool steady = newton(network, &leakage, node, power_w, air_k, host_k, temp_k);
    assert_int_equal(got.runaway, !steady);
    away += got.runaway;
    if (steady) {
      assert_true(fabs(got.steady_k - temp_k[node]) <= 1e-9);
      for (int i = 0; i < 3000 && got.loop_gain < 0.98; i++) { /* and the plain fixed point */
        double with_w[6], leak_w = cf_leakage_w(&leakage, i == 0 ? air_k : temp_k[node]);
        memcpy(with_w, power_w, sizeof with_w);
        with_w[node] += leak_w;
        assert_int_equal(cf_network_steady(network, with_w, air_k, host_k, temp_k, &diag), CF_OK);
        if (fabs(cf_leakage_w(&leakage, temp_k[node]) - leak_w) < 1e-14) break;
      }
      if (got.loop_gain < 0.98) assert_true(fabs(got.steady_k - temp_k[node]) <= 1e-9);
    }
    /* Just below the critical power there is a steady state, just above there is none. */
    for (int side = -1; side <= 1; side += 2) {
      double near_w[6];
      memcpy(near_w, power_w, sizeof near_w);
      near_w[heated] = got.critical_w + side * 1e-6;
      assert_int_equal(newton(network, &leakage, node, near_w, air_k, host_k, temp_k), side < 0);
    }
  }
  assert_true(away > trials / 10 && away < trials / 2);
}

static void one_node_is_a_network_of_one(void **unused) {
  (void)unused;
  uint64_t state = 73;
  for (unsigned trial = 0; trial < 300; trial++) {
    cf_network *network = cf_network_new(arena, 1, 1);
    network->capacity_j_per_k[0] = 1.0;
    network->air_w_per_k[0] = cf_test_between(&state, 0.05, 0.5);
    const cf_leakage leakage = {.power_w = cf_test_between(&state, 0.0, 1.0), .reference_k = 320.0, .beta_per_k = 0.03};
    double power_w = cf_test_between(&state, 0.0, 2.0), air_k = cf_test_between(&state, 270.0, 320.0);
    cf_leakage_verdict a = cf_leakage_one_node(&leakage, 1.0 / network->air_w_per_k[0], air_k, power_w), b;
    assert_int_equal(cf_leakage_network(&leakage, network, 0, &power_w, air_k, 0.0, 0, &b, &diag), CF_OK);
    assert_int_equal(a.runaway, b.runaway);
    assert_true(fabs(a.critical_w - b.critical_w) <= 1e-9);
    if (!a.runaway) assert_true(fabs(a.steady_k - b.steady_k) <= 1e-9 && fabs(a.loop_gain - b.loop_gain) <= 1e-9);
  }
}

static void heat_that_does_not_reach_the_leak(void **unused) {
  (void)unused;
  cf_network *apart = cf_network_new(arena, 2, 2);
  for (int i = 0; i < 2; i++) apart->capacity_j_per_k[i] = apart->air_w_per_k[i] = 1.0;
  const cf_leakage leakage = {.power_w = 0.1, .reference_k = 300.0, .beta_per_k = 0.03};
  const double power_w[2] = {1.0, 1.0};
  cf_leakage_verdict got;
  assert_int_equal(cf_leakage_network(&leakage, apart, 0, power_w, 300.0, 300.0, 1, &got, &diag), CF_OK);
  assert_true(!got.runaway && got.critical_w == (double)INFINITY);
  apart->air_w_per_k[1] = 0.0;
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_leakage_network(&leakage, apart, 0, power_w, 300.0, 300.0, 1, &got, &d), CF_INPUT);
}

static void curves_keep_their_tolerance(void **unused) {
  (void)unused;
  uint64_t state = 74;
  for (unsigned trial = 0; trial < 60; trial++) {
    const cf_leakage leakage = {.power_w = exp(cf_test_between(&state, -9.0, 1.0)),
                                .reference_k = cf_test_between(&state, 290.0, 390.0),
                                .beta_per_k = cf_test_between(&state, 0.01, 0.08)};
    double low_k = cf_test_between(&state, 220.0, 280.0), high_k = cf_test_between(&state, 320.0, 450.0);
    double tolerance = exp(cf_test_between(&state, log(1e-4), log(0.3)));
    cf_heat_curve curve;
    assert_int_equal(cf_leakage_curve(&leakage, 2, low_k, high_k, tolerance, CF_HEAT_CELLS, &curve, arena, &diag),
                     CF_OK);
    assert_true(curve.node == 2 && curve.shared_by_load && !curve.over_air);
    assert_true(curve.edge_k[0] == low_k && curve.edge_k[curve.cells] == high_k);
    double worst = 0.0, furthest_w = 0.0;
    for (int i = 0; i <= 20000; i++) {
      double t = low_k + (high_k - low_k) * i / 20000.0, want_w = cf_leakage_w(&leakage, t);
      double error_w = cf_line_at(curve.line[cf_heat_curve_cell(&curve, t)], t) - want_w;
      worst = fmax(worst, fabs(error_w) / want_w);
      furthest_w = fmax(furthest_w, fabs(error_w));
    }
    assert_true(worst <= tolerance * (1.0 + 1e-9));
    if (curve.cells > 10) assert_true(worst >= 0.8 * tolerance); /* and no more cells than it takes */
    assert_true(furthest_w <= curve.reached_w * (1.0 + 1e-9) + 1e-15 && furthest_w >= 0.99 * curve.reached_w);
    for (uint32_t i = 1; i < curve.cells; i++) {
      double left_w = cf_line_at(curve.line[i - 1], curve.edge_k[i]),
             right_w = cf_line_at(curve.line[i], curve.edge_k[i]);
      assert_true(fabs(left_w - right_w) <= 1e-12 * fabs(curve.line[i].at_zero));
    }
  }
}

static void few_cells_say_what_they_reach(void **unused) {
  (void)unused;
  const cf_leakage leakage = {.power_w = 0.5, .reference_k = 330.0, .beta_per_k = 0.036};
  cf_heat_curve fine, coarse, one;
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 1e-4, 1000, &fine, arena, &diag), CF_OK);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 1e-4, 10, &coarse, arena, &diag), CF_OK);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 1e-4, 1, &one, arena, &diag), CF_OK);
  assert_int_equal(fine.cells, 191);
  assert_int_equal(coarse.cells, 10);
  assert_int_equal(one.cells, 1);
  assert_true(fine.reached_w < 1e-4 * cf_leakage_w(&leakage, 400.0));
  assert_true(coarse.reached_w > 100.0 * fine.reached_w && one.reached_w > coarse.reached_w);
  const cf_leakage none = {.power_w = 0.0, .reference_k = 330.0, .beta_per_k = 0.036};
  assert_int_equal(cf_leakage_curve(&none, 0, 250.0, 400.0, 0.1, 10, &one, arena, &diag), CF_OK);
  assert_true(one.reached_w == 0.0 && one.line[0].slope == 0.0 && one.line[0].at_zero == 0.0);
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 400.0, 250.0, 1e-4, 10, &one, arena, &d), CF_INPUT);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 0.0, 10, &one, arena, &d), CF_INPUT);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 1e-4, 0, &one, arena, &d), CF_INPUT);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 400.0, 1e-4, CF_HEAT_CELLS + 1, &one, arena, &d), CF_INPUT);
  assert_int_equal(cf_leakage_curve(&leakage, 0, 250.0, 1e6, 1e-4, 10, &one, arena, &d), CF_INPUT);
}

int main(void) {
  cf_diag_init(&diag);
  arena = cf_arena_create(0xA5);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(verdicts_of_the_reference),
      cmocka_unit_test(steady_temperatures_balance),
      cmocka_unit_test(the_brink),
      cmocka_unit_test(without_leakage),
      cmocka_unit_test(networks_against_newton),
      cmocka_unit_test(one_node_is_a_network_of_one),
      cmocka_unit_test(heat_that_does_not_reach_the_leak),
      cmocka_unit_test(curves_keep_their_tolerance),
      cmocka_unit_test(few_cells_say_what_they_reach),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cf_arena_destroy(arena);
  return failed;
}
