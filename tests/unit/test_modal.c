/* Networks in modal form: peers' temperatures, uniform states, steady rises, heat that is conserved; and the
 * eigen-systems of heat curves, against the matrices they come from. */
#include "physics/modal.h"

#include "thermal_rows.h"

#include <gsl/gsl_linalg.h>

static cf_diag diag;
static cf_arena *arena;

static cf_network *random_network(uint64_t *state, uint32_t nodes) {
  cf_network *network = cf_network_new(arena, nodes, nodes);
  for (uint32_t i = 0; i < nodes; i++) {
    network->capacity_j_per_k[i] = exp(cf_test_between(state, log(0.01), log(500.0)));
    for (uint32_t j = 0; j < i; j++) cf_network_link(network, i, j, exp(cf_test_between(state, log(0.01), log(5.0))));
  }
  network->air_w_per_k[nodes - 1] = exp(cf_test_between(state, log(0.02), log(1.0)));
  if (cf_test_next(state) % 2) network->air_w_per_k[0] += 0.01;
  if (cf_test_next(state) % 2) network->host_w_per_k[nodes / 2] = cf_test_between(state, 0.0, 1.0);
  return network;
}

static void temperatures_of_random_networks(void **unused) {
  (void)unused;
  rows_network row[ROWS_NETWORKS];
  rows_read_networks(row, arena);
  FILE *file = rows_open("tests/reference/thermal_networks_ref.csv", true);
  unsigned rows = 0, net, node;
  double t_s, want_c, worst_k = 0.0;
  for (; fscanf(file, "%u,%lf,%u,%lf", &net, &t_s, &node, &want_c) == 4; rows++) {
    const rows_network *r = &row[net];
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, r->network, arena, &diag), CF_OK);
    double mode[ROWS_NODES];
    cf_modal_project(&modal, r->network, r->start_k, mode);
    rows_advance(&modal, r->power_w, modal.modes, rows_air_k, t_s, mode);
    worst_k = fmax(worst_k, fabs(cf_modal_temp_k(&modal, node, mode) - (want_c + 273.15)));
  }
  (void)fclose(file);
  assert_int_equal(rows, 300);
  print_message("random networks: largest error %.2g K\n", worst_k);
  assert_true(worst_k <= 1e-6);
}

/* Half-second samples of a chip, on the exact rows of a matrix exponential and beside a peer's own trace. */
static void temperatures_of_the_chip(void **unused) {
  (void)unused;
  static double power_w[SOC_SAMPLES][SOC_BLOCKS];
  const cf_network *network = soc_read(arena);
  soc_read_power(power_w);
  cf_modal modal;
  assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
  double mode[SOC_NODES], worst_k = 0.0, from_peer_k = 0.0;
  cf_modal_uniform(&modal, soc_air_k, mode);
  FILE *exact = rows_open("tests/reference/soc28_expm.csv", false),
       *peer = rows_open("tests/reference/soc28_peer.csv", true);
  unsigned rows = 0;
  for (unsigned sample = 1, number; sample <= SOC_SAMPLES; sample++) {
    rows_advance(&modal, power_w[sample - 1], SOC_BLOCKS, soc_air_k, soc_sample_s, mode);
    if (sample % 20 == 0) {
      assert_int_equal(fscanf(exact, "%u", &number), 1);
      assert_int_equal(number, sample);
      for (uint32_t i = 0; i < SOC_NODES; i++, rows++) {
        double want_k;
        assert_int_equal(fscanf(exact, ",%lf", &want_k), 1);
        worst_k = fmax(worst_k, fabs(cf_modal_temp_k(&modal, i, mode) - want_k));
      }
    }
    if (sample % 5 == 0) {
      assert_int_equal(fscanf(peer, "%u", &number), 1);
      assert_int_equal(number, sample);
      for (uint32_t i = 0; i < SOC_BLOCKS; i++, rows++) {
        double want_k;
        assert_int_equal(fscanf(peer, ",%lf", &want_k), 1);
        from_peer_k = fmax(from_peer_k, fabs(cf_modal_temp_k(&modal, i, mode) - want_k));
      }
    }
  }
  (void)fclose(exact);
  (void)fclose(peer);
  assert_int_equal(rows, 20 * SOC_NODES + 80 * SOC_BLOCKS);
  print_message("chip: %.2g K from the matrix exponential, %.2g K from the peer's trace\n", worst_k, from_peer_k);
  assert_true(worst_k <= 1e-6);
  assert_true(from_peer_k <= 0.01);
}

static void a_uniform_state_is_uniform_and_rests(void **unused) {
  (void)unused;
  uint64_t state = 21;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 9;
    const cf_network *network = random_network(&state, n);
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    assert_int_equal(modal.modes, n);
    double temp_k = cf_test_between(&state, 230.0, 380.0), mode[9], capacity = 0.0;
    cf_modal_uniform(&modal, temp_k, mode);
    for (uint32_t i = 0; i < n; i++) {
      capacity += network->capacity_j_per_k[i];
      assert_true(fabs(cf_modal_temp_k(&modal, i, mode) - temp_k) <= 1e-10);
    }
    double heat_j = capacity * (temp_k - modal.reference_k);
    assert_true(fabs(cf_modal_stored_j(&modal, mode) - heat_j) <= 1e-11 * (fabs(heat_j) + capacity));
    /* With air and host at its own temperature nothing moves. */
    double scale = 0.0;
    for (uint32_t k = 0; k < n; k++) scale = fmax(scale, fabs(modal.lambda_per_s[k] * mode[k]));
    for (uint32_t k = 0; k < n; k++) {
      double in = (modal.air_gain[k] + modal.host_gain[k]) * (temp_k - modal.reference_k);
      assert_true(fabs(in - modal.lambda_per_s[k] * mode[k]) <= 1e-10 * scale);
    }
  }
}

static void modes_give_their_temperatures_back(void **unused) {
  (void)unused;
  uint64_t state = 25;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 9;
    const cf_network *network = random_network(&state, n);
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    double temp_k[9], mode[9];
    for (uint32_t i = 0; i < n; i++) temp_k[i] = cf_test_between(&state, 230.0, 380.0);
    cf_modal_project(&modal, network, temp_k, mode);
    for (uint32_t i = 0; i < n; i++) assert_true(fabs(cf_modal_temp_k(&modal, i, mode) - temp_k[i]) <= 2e-10);
  }
}

static void steady_rises_solve_the_conductance_matrix(void **unused) {
  (void)unused;
  uint64_t state = 22;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 9;
    const cf_network *network = random_network(&state, n);
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    double g_data[81], inverse_data[81], air = 0.0, host = 0.0;
    cf_network_matrix(network, g_data);
    for (uint32_t i = 0; i < n; i++) {
      air += network->air_w_per_k[i];
      host += network->host_w_per_k[i];
    }
    gsl_matrix_view g = gsl_matrix_view_array(g_data, n, n), inverse = gsl_matrix_view_array(inverse_data, n, n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    int sign;
    gsl_linalg_LU_decomp(&g.matrix, p, &sign);
    gsl_linalg_LU_invert(&g.matrix, p, &inverse.matrix);
    gsl_permutation_free(p);
    for (uint32_t i = 0; i < n; i++) {
      for (uint32_t j = 0; j < n; j++) {
        double want = inverse_data[i * n + j], by_modes = 0.0;
        assert_true(fabs(modal.rise_k_per_w[i * n + j] - want) <= 1e-10 * want);
        for (uint32_t k = 0; k < n; k++)
          by_modes += modal.weight[i * n + k] * modal.weight[j * n + k] / modal.lambda_per_s[k];
        assert_true(fabs(by_modes - want) <= 1e-8 * want);
      }
    }
    assert_true(fabs(modal.air_w_per_k - air) <= 1e-14 * air);
    assert_true(fabs(modal.host_w_per_k - host) <= 1e-14 * host);
    for (uint32_t k = 1; k < n; k++) assert_true(modal.lambda_per_s[k] >= modal.lambda_per_s[k - 1]);
  }
}

/* Heat put in equals heat stored plus heat given away, for the sums over modes that a walk uses. */
static void gains_conserve_heat(void **unused) {
  (void)unused;
  uint64_t state = 23;
  for (unsigned trial = 0; trial < 300; trial++) {
    uint32_t n = 1 + trial % 9;
    const cf_network *network = random_network(&state, n);
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    double scale = 0.0;
    for (uint32_t k = 0; k < n; k++) scale = fmax(scale, fabs(modal.lambda_per_s[k] * modal.stored_gain[k]));
    for (uint32_t i = 0; i < n; i++) {
      double stored_rate = 0.0; /* of one watt into node i */
      for (uint32_t k = 0; k < n; k++) stored_rate += modal.stored_gain[k] * modal.weight[i * n + k];
      assert_true(fabs(stored_rate - 1.0) <= 1e-11);
    }
    for (uint32_t k = 0; k < n; k++) { /* what a mode loses is what its temperatures give to air and host */
      double to_air = 0.0, to_host = 0.0;
      for (uint32_t i = 0; i < n; i++) {
        to_air += network->air_w_per_k[i] * modal.weight[i * n + k];
        to_host += network->host_w_per_k[i] * modal.weight[i * n + k];
      }
      assert_true(fabs(to_air - modal.air_gain[k]) <= 1e-12 * (fabs(to_air) + 1e-3));
      assert_true(fabs(to_host - modal.host_gain[k]) <= 1e-12 * (fabs(to_host) + 1e-3));
      double fastest = modal.lambda_per_s[n - 1] * sqrt(500.0);
      assert_true(fabs(modal.lambda_per_s[k] * modal.stored_gain[k] - to_air - to_host) <= 1e-13 * (scale + fastest));
    }
  }
}

static void refuses_what_cannot_move(void **unused) {
  (void)unused;
  uint64_t state = 24;
  cf_modal modal;
  cf_diag d;
  cf_network *network = random_network(&state, 5);
  for (uint32_t i = 0; i < 5; i++) network->air_w_per_k[i] = network->host_w_per_k[i] = 0.0;
  cf_diag_init(&d);
  assert_int_equal(cf_modal_build(&modal, network, arena, &d), CF_INPUT);
  assert_non_null(strstr(d.entry[0].text, "no way to the air"));

  network = cf_network_new(arena, 2, 2); /* the way to the air is lost beside the link */
  network->capacity_j_per_k[0] = network->capacity_j_per_k[1] = 1.0;
  network->air_w_per_k[0] = 1e-18;
  cf_network_link(network, 0, 1, 1.0);
  cf_diag_init(&d);
  assert_int_equal(cf_modal_build(&modal, network, arena, &d), CF_INPUT);
  assert_non_null(strstr(d.entry[0].text, "too far apart"));

  network = cf_network_new(arena, CF_MODAL_MODES + 1, 0);
  cf_diag_init(&d);
  assert_int_equal(cf_modal_build(&modal, network, arena, &d), CF_INPUT);
  assert_non_null(strstr(d.entry[0].text, "at most 256 nodes"));
}

/* Curves -------------------------------------------------------------------------------------------------------------
 */

static const double edges_k[] = {280.0, 300.0, 310.0, 340.0, 360.0};
static const cf_line steeper[] = {{-2.8, 0.01}, {-8.8, 0.03}, {-18.1, 0.06}, {-38.5, 0.12}};
static const cf_line surface[] = {{0.0, 0.0}, {6.0, -0.02}, {21.5, -0.07}};

/* rotation^T diag(lambda) rotation is diag(base) less the curves' slopes, in modes. */
static void assert_cell(const cf_modal *modal, const cf_modal_cell *cell, const cf_heat_curve *curve,
                        const double *slope, uint32_t curves) {
  uint32_t n = modal->modes;
  double scale = fmax(fabs(cell->lambda_per_s[0]), fabs(cell->lambda_per_s[n - 1]));
  for (uint32_t a = 0; a < n; a++) {
    assert_true(a == 0 || cell->lambda_per_s[a] >= cell->lambda_per_s[a - 1]);
    for (uint32_t b = 0; b < n; b++) {
      double got = 0.0, unit = 0.0, want = a == b ? modal->lambda_per_s[a] : 0.0;
      for (uint32_t k = 0; k < n; k++) {
        double pair = cell->rotation[k * n + a] * cell->rotation[k * n + b];
        got += pair * cell->lambda_per_s[k];
        unit += pair;
      }
      for (uint32_t c = 0; c < curves; c++)
        want -= slope[c] * modal->weight[curve[c].node * n + a] * modal->weight[curve[c].node * n + b];
      assert_true(fabs(got - want) <= 1e-13 * scale);
      assert_true(fabs(unit - (a == b ? 1.0 : 0.0)) <= 1e-13);
    }
  }
}

static void cells_hold_the_bent_network(void **unused) {
  (void)unused;
  uint64_t state = 31;
  unsigned grow = 0;
  for (unsigned trial = 0; trial < 60; trial++) {
    uint32_t n = 1 + trial % 6, count = 1 + (trial / 6) % 2, shares = 1 + trial % CF_HEAT_SHARES;
    const cf_network *network = random_network(&state, n);
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    const cf_heat_curve curve[2] = {
        {.node = 0, .shared_by_load = true, .cells = 4, .edge_k = edges_k, .line = steeper},
        {.node = n - 1,
         .over_air = true,
         .shared_by_load = trial % 3 == 0,
         .cells = 3,
         .edge_k = edges_k,
         .line = surface},
    };
    const double share[CF_HEAT_SHARES] = {1.0, 0.0, 0.25, 0.5};
    cf_modal_curves curves;
    assert_int_equal(cf_modal_curves_build(&curves, &modal, curve, count, share, shares, arena, &diag), CF_OK);
    for (uint32_t h = 0; h < shares; h++) {
      for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t j = 0; j < (count > 1 ? 3 : 1); j++) {
          const cf_modal_cell *cell = cf_modal_cell_of(&curves, h, i, j);
          double slope[2] = {share[h] * steeper[i].slope,
                             (curve[1].shared_by_load ? share[h] : 1.0) * surface[j].slope};
          assert_cell(&modal, cell, curve, slope, count);
          grow += cell->lambda_per_s[0] < 0.0;
          if (slope[0] == 0.0 && (count == 1 || slope[1] == 0.0)) {
            for (uint32_t k = 0; k < n; k++) {
              assert_true(cell->lambda_per_s[k] == modal.lambda_per_s[k]);
              for (uint32_t l = 0; l < n; l++) assert_true(cell->rotation[k * n + l] == (k == l ? 1.0 : 0.0));
            }
          }
        }
      }
    }
  }
  assert_true(grow > 10); /* leakage outruns cooling in some */
}

/* The rates of a cell are those of the network with the slope taken from its conductance. */
static void a_cooling_slope_is_a_conductance_to_the_air(void **unused) {
  (void)unused;
  uint64_t state = 32;
  for (unsigned trial = 0; trial < 100; trial++) {
    uint32_t n = 1 + trial % 6, node = (uint32_t)(cf_test_next(&state) % n);
    cf_network *network = random_network(&state, n);
    cf_modal modal, cooler;
    assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
    const cf_line line = {50.0, -0.2};
    const cf_heat_curve curve = {.node = node, .cells = 1, .edge_k = edges_k, .line = &line};
    const double share = 1.0;
    cf_modal_curves curves;
    assert_int_equal(cf_modal_curves_build(&curves, &modal, &curve, 1, &share, 1, arena, &diag), CF_OK);
    network->air_w_per_k[node] += 0.2;
    assert_int_equal(cf_modal_build(&cooler, network, arena, &diag), CF_OK);
    double fastest = cooler.lambda_per_s[n - 1];
    for (uint32_t k = 0; k < n; k++)
      assert_true(fabs(curves.cell[0].lambda_per_s[k] - cooler.lambda_per_s[k]) <= 1e-14 * fastest * n);
  }
}

static void alike_cells_share_their_memory(void **unused) {
  (void)unused;
  uint64_t state = 33;
  cf_modal modal;
  assert_int_equal(cf_modal_build(&modal, random_network(&state, 3), arena, &diag), CF_OK);
  const cf_heat_curve curve[2] = {
      {.node = 0, .shared_by_load = true, .cells = 4, .edge_k = edges_k, .line = steeper},
      {.node = 2, .cells = 3, .edge_k = edges_k, .line = surface},
  };
  const double share[2] = {1.0, 0.0};
  cf_modal_curves curves;
  assert_int_equal(cf_modal_curves_build(&curves, &modal, curve, 2, share, 2, arena, &diag), CF_OK);
  for (uint32_t j = 0; j < 3; j++)
    for (uint32_t i = 1; i < 4; i++)
      assert_ptr_equal(cf_modal_cell_of(&curves, 1, i, j)->rotation, cf_modal_cell_of(&curves, 1, 0, j)->rotation);
  assert_ptr_not_equal(cf_modal_cell_of(&curves, 0, 1, 1)->rotation, cf_modal_cell_of(&curves, 0, 2, 1)->rotation);
  assert_ptr_not_equal(cf_modal_cell_of(&curves, 1, 1, 1)->rotation, cf_modal_cell_of(&curves, 0, 1, 1)->rotation);
}

static void refuses_curves_beyond_their_bounds(void **unused) {
  (void)unused;
  uint64_t state = 34;
  cf_modal modal;
  assert_int_equal(cf_modal_build(&modal, random_network(&state, 40), arena, &diag), CF_OK);
  static double edge_k[3001];
  static cf_line line[3000];
  for (unsigned i = 0; i <= 3000; i++) edge_k[i] = 200.0 + 0.1 * i;
  for (unsigned i = 0; i < 3000; i++) line[i].slope = 1e-6 * (i + 1);
  cf_heat_curve curve[2] = {{.node = 40, .shared_by_load = true, .cells = 3000, .edge_k = edge_k, .line = line},
                            {.node = 2, .cells = 3, .edge_k = edge_k, .line = line}};
  const double share[5] = {1.0, 0.5, 0.25, 0.125, 0.0};
  cf_modal_curves curves;
  cf_diag d;
  const char *want[] = {
      "thermal node 40 of 40", "heat curves, this one has 0", "have 5", "has 0", "256 MiB", "not finite"};
  for (unsigned i = 0; i < 6; i++) {
    if (i == 1) curve[0].node = 0;
    curve[0].cells = i == 3 ? 0 : i == 5 ? 1 : 3000;
    line[0].slope = i == 5 ? (double)NAN : 1e-6;
    cf_arena *scrap = cf_arena_create(0xA5);
    cf_diag_init(&d);
    uint32_t shares = i == 2 ? 5 : i == 4 ? 3 : 1, count = i == 1 ? 0 : i == 4 ? 2 : 1;
    assert_int_equal(cf_modal_curves_build(&curves, &modal, curve, count, share, shares, scrap, &d), CF_INPUT);
    if (!strstr(d.entry[0].text, want[i])) fail_msg("%s", d.entry[0].text);
    cf_arena_destroy(scrap);
  }
}

static void the_cell_of_an_argument(void **unused) {
  (void)unused;
  const cf_heat_curve curve = {.cells = 4, .edge_k = edges_k, .line = steeper};
  assert_int_equal(cf_heat_curve_cell(&curve, 0.0), 0);
  assert_int_equal(cf_heat_curve_cell(&curve, 299.999), 0);
  assert_int_equal(cf_heat_curve_cell(&curve, 300.0), 1);
  assert_int_equal(cf_heat_curve_cell(&curve, nextafter(310.0, 0.0)), 1);
  assert_int_equal(cf_heat_curve_cell(&curve, 310.0), 2);
  assert_int_equal(cf_heat_curve_cell(&curve, 345.0), 3);
  assert_int_equal(cf_heat_curve_cell(&curve, 1e9), 3);
  const cf_heat_curve one = {.cells = 1, .edge_k = edges_k, .line = steeper};
  assert_int_equal(cf_heat_curve_cell(&one, 500.0), 0);
}

int main(void) {
  cf_diag_init(&diag);
  arena = cf_arena_create(0xFF);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(temperatures_of_random_networks),
      cmocka_unit_test(temperatures_of_the_chip),
      cmocka_unit_test(a_uniform_state_is_uniform_and_rests),
      cmocka_unit_test(modes_give_their_temperatures_back),
      cmocka_unit_test(steady_rises_solve_the_conductance_matrix),
      cmocka_unit_test(gains_conserve_heat),
      cmocka_unit_test(refuses_what_cannot_move),
      cmocka_unit_test(cells_hold_the_bent_network),
      cmocka_unit_test(a_cooling_slope_is_a_conductance_to_the_air),
      cmocka_unit_test(alike_cells_share_their_memory),
      cmocka_unit_test(refuses_curves_beyond_their_bounds),
      cmocka_unit_test(the_cell_of_an_argument),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cf_arena_destroy(arena);
  return failed;
}
