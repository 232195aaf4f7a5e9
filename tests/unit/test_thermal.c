/* The eigen-system of a thermal network: a peer's temperatures, uniform states, steady rises, refusals. */
#include "physics/thermal.h"

#include "../support/cf_test.h"

#include "base/remath.h"
#include "fixtures/fleet/networks.h"

#include <gsl/gsl_linalg.h>

static cf_diag diag;

static cf_thermal_network random_network(uint64_t *state, uint32_t nodes) {
  cf_thermal_network network = {.nodes = nodes};
  for (uint32_t i = 0; i < nodes; i++) {
    network.capacity_j_per_k[i] = exp(cf_test_between(state, log(0.01), log(500.0)));
    for (uint32_t j = 0; j < i; j++)
      network.conductance_w_per_k[i][j] = network.conductance_w_per_k[j][i] =
          exp(cf_test_between(state, log(0.01), log(5.0)));
  }
  network.air_w_per_k[nodes - 1] = exp(cf_test_between(state, log(0.02), log(1.0)));
  if (cf_test_next(state) % 2) network.air_w_per_k[0] += 0.01;
  return network;
}

static void temperatures_of_rc_networks(void **unused) {
  (void)unused;
  network_peer peer[NETWORK_MAX];
  networks_read(peer);
  FILE *file = fopen("tests/reference/rc_networks_ref.csv", "r");
  assert_non_null(file);
  char line[256];
  assert_non_null(fgets(line, sizeof line, file));
  unsigned rows = 0;
  while (fgets(line, sizeof line, file)) {
    unsigned net, node;
    double t_s, want_c;
    assert_int_equal(sscanf(line, "%u,%lf,%u,%lf", &net, &t_s, &node, &want_c), 4);
    const network_peer *p = &peer[net];
    cf_thermal thermal;
    assert_int_equal(cf_thermal_build(&thermal, &p->network, &diag), CF_OK);
    double mode[CF_THERMAL_NODES], u[CF_THERMAL_NODES], z[4] = {0};
    network_start(p, &thermal, mode);
    network_inputs(p, &thermal, u);
    for (uint32_t k = 0; k < thermal.modes; k++) z[k] = -thermal.lambda_per_s[k] * t_s;
    cf_relax4 r;
    cf_relax(z, &r);
    for (uint32_t k = 0; k < thermal.modes; k++) mode[k] = mode[k] * r.e[k] + u[k] * t_s * r.p1[k];
    assert_true(fabs(cf_thermal_temp_k(&thermal, node, mode) - (want_c + 273.15)) <= 1e-6);
    rows++;
  }
  (void)fclose(file);
  assert_int_equal(rows, 60);
}

static void a_uniform_state_is_uniform_and_rests(void **unused) {
  (void)unused;
  uint64_t state = 21;
  for (unsigned trial = 0; trial < 300; trial++) {
    cf_thermal_network network = random_network(&state, 1 + trial % 3);
    cf_thermal thermal;
    assert_int_equal(cf_thermal_build(&thermal, &network, &diag), CF_OK);
    assert_int_equal(thermal.modes, network.nodes);
    double temp_k = cf_test_between(&state, 230.0, 380.0), mode[CF_THERMAL_NODES], capacity = 0.0;
    cf_thermal_uniform(&thermal, temp_k, mode);
    for (uint32_t i = 0; i < network.nodes; i++) {
      capacity += network.capacity_j_per_k[i];
      assert_true(fabs(cf_thermal_temp_k(&thermal, i, mode) - temp_k) <= 1e-10);
    }
    for (uint32_t k = network.nodes; k < CF_THERMAL_NODES; k++) assert_true(mode[k] == 0.0);
    double heat_j = capacity * (temp_k - thermal.reference_k);
    assert_true(fabs(cf_thermal_stored_j(&thermal, mode) - heat_j) <= 1e-11 * (fabs(heat_j) + capacity));
    /* In air of its own temperature nothing moves. */
    for (uint32_t k = 0; k < network.nodes; k++) {
      double in = thermal.air_gain[k] * (temp_k - thermal.reference_k), out = thermal.lambda_per_s[k] * mode[k];
      double scale = 0.0;
      for (uint32_t j = 0; j < network.nodes; j++) scale = fmax(scale, fabs(thermal.lambda_per_s[j] * mode[j]));
      assert_true(fabs(in - out) <= 1e-10 * scale);
    }
  }
}

static void steady_rises_solve_the_conductance_matrix(void **unused) {
  (void)unused;
  uint64_t state = 22;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 3;
    cf_thermal_network network = random_network(&state, n);
    cf_thermal thermal;
    assert_int_equal(cf_thermal_build(&thermal, &network, &diag), CF_OK);
    double g_data[9], inverse_data[9], air = 0.0;
    for (uint32_t i = 0; i < n; i++) {
      double diagonal = network.air_w_per_k[i];
      air += network.air_w_per_k[i];
      for (uint32_t j = 0; j < n; j++) {
        if (j == i) continue;
        diagonal += network.conductance_w_per_k[i][j];
        g_data[i * n + j] = -network.conductance_w_per_k[i][j];
      }
      g_data[i * n + i] = diagonal;
    }
    gsl_matrix_view g = gsl_matrix_view_array(g_data, n, n), inverse = gsl_matrix_view_array(inverse_data, n, n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    int sign;
    gsl_linalg_LU_decomp(&g.matrix, p, &sign);
    gsl_linalg_LU_invert(&g.matrix, p, &inverse.matrix);
    gsl_permutation_free(p);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++)
        assert_true(fabs(thermal.rise_k_per_w[i][j] - inverse_data[i * n + j]) <= 1e-9 * inverse_data[i * n + j]);
    assert_true(fabs(thermal.air_w_per_k - air) <= 1e-14 * air);
    for (uint32_t k = 1; k < n; k++) assert_true(thermal.lambda_per_s[k] >= thermal.lambda_per_s[k - 1]);
  }
}

/* Heat put in equals heat stored plus heat to the air, for the sums over modes that the walker uses. */
static void gains_conserve_heat(void **unused) {
  (void)unused;
  uint64_t state = 23;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 3;
    cf_thermal_network network = random_network(&state, n);
    cf_thermal thermal;
    assert_int_equal(cf_thermal_build(&thermal, &network, &diag), CF_OK);
    for (uint32_t i = 0; i < n; i++) {
      double stored_rate = 0.0; /* of one watt into node i */
      for (uint32_t k = 0; k < n; k++) stored_rate += thermal.stored_gain[k] * thermal.weight[i][k];
      assert_true(fabs(stored_rate - 1.0) <= 1e-11);
    }
    for (uint32_t k = 0; k < n; k++) { /* what a mode loses is what its temperatures give to the air */
      double to_air = 0.0;
      for (uint32_t i = 0; i < n; i++) to_air += network.air_w_per_k[i] * thermal.weight[i][k];
      assert_true(fabs(to_air - thermal.air_gain[k]) <= 1e-12 * (fabs(to_air) + 1e-3));
      double scale = thermal.lambda_per_s[n - 1] * fabs(thermal.stored_gain[0]);
      assert_true(fabs(thermal.lambda_per_s[k] * thermal.stored_gain[k] - to_air) <= 1e-11 * scale);
    }
  }
}

static void refuses_what_cannot_rest(void **unused) {
  (void)unused;
  uint64_t state = 24;
  cf_thermal thermal;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 3;
    cf_thermal_network network = random_network(&state, n);
    for (uint32_t i = 0; i < n; i++) network.air_w_per_k[i] = 0.0;
    cf_diag d;
    cf_diag_init(&d);
    assert_int_equal(cf_thermal_build(&thermal, &network, &d), CF_INPUT);
    assert_non_null(strstr(d.entry[0].text, "no way to the air"));
  }
  /* One node of two is cut off. */
  cf_thermal_network apart = {.nodes = 2, .capacity_j_per_k = {1.0, 2.0}, .air_w_per_k = {0.0, 0.5}};
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_thermal_build(&thermal, &apart, &d), CF_INPUT);
  static const double bad[] = {0.0, -1.0, (double)NAN};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    cf_thermal_network network = random_network(&state, 3);
    network.capacity_j_per_k[i] = bad[i];
    cf_diag_init(&d);
    assert_int_equal(cf_thermal_build(&thermal, &network, &d), CF_INPUT);
    assert_non_null(strstr(d.entry[0].text, "heat capacity"));
  }
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(temperatures_of_rc_networks),
      cmocka_unit_test(a_uniform_state_is_uniform_and_rests),
      cmocka_unit_test(steady_rises_solve_the_conductance_matrix),
      cmocka_unit_test(gains_conserve_heat),
      cmocka_unit_test(refuses_what_cannot_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
