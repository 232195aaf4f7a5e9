/* Thermal networks: the graph, steady states against LU and a peer, ladders and the step responses they must have,
 * tissue around a sphere. */
#include "physics/network.h"

#include "thermal_rows.h"

#include <gsl/gsl_linalg.h>

static cf_diag diag;
static cf_arena *arena;

static void nodes_are_added_and_linked(void **unused) {
  (void)unused;
  cf_network *network = cf_network_new(arena, 2, 5);
  network->capacity_j_per_k[0] = 1.0;
  network->air_w_per_k[1] = 0.25;
  cf_network_link(network, 0, 1, 2.0);
  assert_int_equal(cf_network_add(network, 3.0), 2);
  assert_int_equal(cf_network_add(network, 4.0), 3);
  cf_network_link(network, 3, 1, 5.0);
  cf_network_link(network, 1, 0, 0.5);
  network->host_w_per_k[3] = 0.125;
  double g[16];
  cf_network_matrix(network, g);
  const double want[16] = {2.5, -2.5, 0.0, 0.0, -2.5, 7.75, 0.0, -5.0, 0.0, 0.0, 0.0, 0.0, 0.0, -5.0, 0.0, 5.125};
  assert_memory_equal(network->capacity_j_per_k, ((double[]){1.0, 0.0, 3.0, 4.0}), 4 * sizeof(double));
  for (int i = 0; i < 16; i++) assert_true(g[i] == want[i]);
}

static void check_refuses(cf_network *network, const char *words) {
  cf_diag d;
  cf_diag_init(&d);
  double temp_k[8], power_w[8] = {0};
  assert_int_equal(cf_network_check(network, &d), CF_INPUT);
  if (!strstr(d.entry[0].text, words)) fail_msg("%s", d.entry[0].text);
  assert_int_equal(cf_network_steady(network, power_w, 300.0, 300.0, temp_k, &d), CF_INPUT);
}

static void refuses_what_cannot_rest(void **unused) {
  (void)unused;
  static const double bad[] = {0.0, -1.0, (double)NAN, (double)INFINITY};
  for (int i = 0; i < 4; i++) {
    cf_network *network = cf_network_new(arena, 3, 3);
    for (uint32_t k = 0; k < 3; k++) network->capacity_j_per_k[k] = 1.0;
    cf_network_link(network, 0, 1, 1.0);
    network->air_w_per_k[0] = 1.0;
    check_refuses(network, "node 2 has no way to the air");
    network->host_w_per_k[2] = 1e-3;
    assert_int_equal(cf_network_check(network, &diag), CF_OK);
    network->capacity_j_per_k[1] = bad[i];
    check_refuses(network, "heat capacity of thermal node 1");
    network->capacity_j_per_k[1] = 1.0;
    if (i == 0) continue;
    network->air_w_per_k[1] = bad[i];
    check_refuses(network, "conductance of thermal node 1");
    network->air_w_per_k[1] = 0.0;
    cf_network_link(network, 0, 2, bad[i]);
    check_refuses(network, "conductance of thermal node 0");
  }
  cf_network *none = cf_network_new(arena, 0, 3);
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_network_check(none, &d), CF_INPUT);
}

static void steady_states_against_lu(void **unused) {
  (void)unused;
  uint64_t state = 41;
  for (unsigned trial = 0; trial < 200; trial++) {
    enum { MOST = 30 };
    uint32_t n = 1 + (uint32_t)(cf_test_next(&state) % MOST);
    cf_network *network = cf_network_new(arena, n, n);
    double power_w[MOST], temp_k[MOST], g_data[MOST * MOST], b_data[MOST], x_data[MOST];
    double air_k = cf_test_between(&state, 250.0, 320.0), host_k = cf_test_between(&state, 250.0, 320.0);
    for (uint32_t i = 0; i < n; i++) {
      network->capacity_j_per_k[i] = 1.0;
      power_w[i] = cf_test_between(&state, -1.0, 1.0);
      if (i > 0) cf_network_link(network, i, (uint32_t)(cf_test_next(&state) % i), cf_test_between(&state, 0.1, 5.0));
      if (cf_test_next(&state) % 3 == 0) network->host_w_per_k[i] = cf_test_between(&state, 0.0, 1.0);
    }
    network->air_w_per_k[n - 1] = cf_test_between(&state, 0.01, 1.0);
    assert_int_equal(cf_network_steady(network, power_w, air_k, host_k, temp_k, &diag), CF_OK);
    cf_network_matrix(network, g_data);
    for (uint32_t i = 0; i < n; i++)
      b_data[i] = power_w[i] + network->air_w_per_k[i] * air_k + network->host_w_per_k[i] * host_k;
    gsl_matrix_view g = gsl_matrix_view_array(g_data, n, n);
    gsl_vector_view b = gsl_vector_view_array(b_data, n), x = gsl_vector_view_array(x_data, n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    int sign;
    gsl_linalg_LU_decomp(&g.matrix, p, &sign);
    gsl_linalg_LU_solve(&g.matrix, p, &b.vector, &x.vector);
    gsl_permutation_free(p);
    for (uint32_t i = 0; i < n; i++) assert_true(fabs(temp_k[i] - x_data[i]) <= 1e-9);
  }
}

/* A peer's steady state of the chip under the mean of its powers, printed to 0.01 K. */
static void steady_state_of_the_chip(void **unused) {
  (void)unused;
  static double power_w[SOC_SAMPLES][SOC_BLOCKS];
  const cf_network *network = soc_read(arena);
  soc_read_power(power_w);
  double mean_w[SOC_NODES] = {0}, temp_k[SOC_NODES], worst_k = 0.0, want_k;
  for (unsigned s = 0; s < SOC_SAMPLES; s++)
    for (unsigned i = 0; i < SOC_BLOCKS; i++) mean_w[i] += power_w[s][i] / SOC_SAMPLES;
  assert_int_equal(cf_network_steady(network, mean_w, soc_air_k, 0.0, temp_k, &diag), CF_OK);
  FILE *file = rows_open("tests/reference/soc28_steady.csv", true);
  for (unsigned i = 0; i < SOC_NODES; i++) {
    assert_int_equal(fscanf(file, " %*[^,],%lf", &want_k), 1);
    worst_k = fmax(worst_k, fabs(temp_k[i] - want_k));
  }
  (void)fclose(file);
  print_message("chip: %.2g K from the peer's steady state\n", worst_k);
  assert_true(worst_k <= 0.01);
}

/* Ladders ------------------------------------------------------------------------------------------------------------
 */

/* Temperature rise of node 0 after t_s of one watt, with the ladder's far end held at the air's temperature. */
static double ladder_rise_k(const cf_ladder_step *step, uint32_t steps, double t_s) {
  cf_network *network = cf_network_new(arena, 2, CF_FOSTER_STEPS + 1);
  network->capacity_j_per_k[1] = 1.0;
  network->air_w_per_k[1] = 1e15;
  assert_int_equal(cf_network_cauer(network, 0, 1, step, steps, &diag), CF_OK);
  assert_int_equal(network->nodes, steps + 1);
  cf_modal modal;
  assert_int_equal(cf_modal_build(&modal, network, arena, &diag), CF_OK);
  double mode[CF_FOSTER_STEPS + 1], watt = 1.0;
  cf_modal_uniform(&modal, 300.0, mode);
  rows_advance(&modal, &watt, 1, 300.0, t_s, mode);
  return cf_modal_temp_k(&modal, 0, mode) - 300.0;
}

static double foster_rise_k(const cf_ladder_step *step, uint32_t steps, double t_s) {
  double rise_k = 0.0;
  for (uint32_t i = 0; i < steps; i++) rise_k -= step[i].k_per_w * expm1(-t_s / (step[i].k_per_w * step[i].j_per_k));
  return rise_k;
}

static void foster_chains_keep_their_step_response(void **unused) {
  (void)unused;
  uint64_t state = 42;
  double worst = 0.0;
  for (unsigned trial = 0; trial < 100; trial++) {
    uint32_t steps = 1 + trial % CF_FOSTER_STEPS;
    cf_ladder_step foster[CF_FOSTER_STEPS], cauer[CF_FOSTER_STEPS];
    double total = 0.0, constant_s = exp(cf_test_between(&state, log(1e-5), log(1e-3)));
    for (uint32_t i = 0; i < steps; i++, constant_s *= cf_test_between(&state, 1.5, 12.0)) {
      foster[i].k_per_w = exp(cf_test_between(&state, log(0.05), log(5.0)));
      foster[i].j_per_k = constant_s / foster[i].k_per_w;
      total += foster[i].k_per_w;
    }
    for (uint32_t i = steps; i-- > 1;) { /* in any order */
      uint32_t other = (uint32_t)(cf_test_next(&state) % (i + 1));
      cf_ladder_step swap = foster[i];
      foster[i] = foster[other];
      foster[other] = swap;
    }
    assert_int_equal(cf_foster_to_cauer(foster, steps, cauer, &diag), CF_OK);
    for (double t_s = 1e-7; t_s < 1e4; t_s *= 2.3) {
      double want_k = foster_rise_k(foster, steps, t_s), got_k = ladder_rise_k(cauer, steps, t_s);
      worst = fmax(worst, fabs(got_k - want_k) / total);
    }
  }
  print_message("Foster to Cauer: largest error of a step response %.2g of its end\n", worst);
  assert_true(worst <= 1e-9);
}

static void a_ladder_of_one_and_of_two_by_hand(void **unused) {
  (void)unused;
  cf_ladder_step cauer[2];
  const cf_ladder_step one = {2.0, 5.0};
  assert_int_equal(cf_foster_to_cauer(&one, 1, cauer, &diag), CF_OK);
  assert_true(fabs(cauer[0].k_per_w - 2.0) <= 1e-15 && fabs(cauer[0].j_per_k - 5.0) <= 4e-15);
  /* 1/(s+1) + 1/(s+3) = (2s+4)/(s^2+4s+3) = 1/(s/2 + 1/(1 + 1/(2s + 1/(1/3)))), from 1/Z - s/2 = (2s+3)/(2s+4). */
  const cf_ladder_step two[] = {{1.0, 1.0}, {1.0 / 3.0, 1.0}};
  assert_int_equal(cf_foster_to_cauer(two, 2, cauer, &diag), CF_OK);
  assert_true(fabs(cauer[0].j_per_k - 0.5) <= 1e-15 && fabs(cauer[0].k_per_w - 1.0) <= 1e-14);
  assert_true(fabs(cauer[1].j_per_k - 2.0) <= 2e-14 && fabs(cauer[1].k_per_w - 1.0 / 3.0) <= 1e-14);
}

static void ladders_that_are_none(void **unused) {
  (void)unused;
  cf_ladder_step good[CF_FOSTER_STEPS + 1], cauer[CF_FOSTER_STEPS + 1];
  for (int i = 0; i <= CF_FOSTER_STEPS; i++) good[i] = (cf_ladder_step){1.0, 1.0 + i};
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_foster_to_cauer(good, 0, cauer, &d), CF_INPUT);
  assert_int_equal(cf_foster_to_cauer(good, CF_FOSTER_STEPS + 1, cauer, &d), CF_INPUT);
  const cf_ladder_step bad[] = {{0.0, 1.0}, {1.0, -1.0}, {(double)NAN, 1.0}, {1.0, (double)INFINITY}};
  for (int i = 0; i < 4; i++) {
    cf_ladder_step chain[] = {{1.0, 1.0}, bad[i]};
    cf_network *network = cf_network_new(arena, 2, 4);
    assert_int_equal(cf_foster_to_cauer(chain, 2, cauer, &d), CF_INPUT);
    assert_int_equal(cf_network_cauer(network, 0, 1, chain, 2, &d), CF_INPUT);
    assert_int_equal(network->nodes, 2);
    assert_int_equal(cf_network_cauer(network, 0, 1, good, 4, &d), CF_INPUT); /* no room */
    assert_int_equal(cf_network_cauer(network, 0, 1, good, 3, &d), CF_OK);
  }
  cf_diag_init(&d);
  const cf_ladder_step twins[] = {{1.0, 4.0}, {3.0, 1.0}, {2.0, 2.0}};
  assert_int_equal(cf_foster_to_cauer(twins, 3, cauer, &d), CF_INPUT);
  assert_non_null(strstr(d.entry[0].text, "same time constant"));
}

/* Tissue -------------------------------------------------------------------------------------------------------------
 */

/* A sphere of 3 mm with 3 J/(cm3 K) in tissue, `shells` shells. */
static cf_network *implant(const cf_tissue *tissue, double radius_m, uint32_t shells) {
  cf_network *network = cf_network_new(arena, 1, shells + 1);
  network->capacity_j_per_k[0] = 3e6 * 4.0 / 3.0 * 3.14159265358979 * radius_m * radius_m * radius_m;
  assert_int_equal(cf_network_tissue(network, 0, tissue, radius_m, shells, &diag), CF_OK);
  assert_int_equal(network->nodes, shells + 1);
  return network;
}

static double steady_rise_k(const cf_network *network, double watt) {
  double power_w[CF_NETWORK_NODES] = {watt}, temp_k[CF_NETWORK_NODES];
  assert_int_equal(cf_network_steady(network, power_w, 280.0, 310.15, temp_k, &diag), CF_OK);
  return temp_k[0] - 310.15;
}

static void spheres_of_the_reference(void **unused) {
  (void)unused;
  FILE *file = rows_open("tests/reference/pennes_sphere.csv", true);
  double a, k, w, rho, c, watt, lambda, want_k, differences_k, worst = 0.0, worst_shells = 0.0;
  unsigned rows = 0;
  for (; fscanf(file, "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", &a, &k, &w, &rho, &c, &watt, &lambda, &want_k,
                &differences_k) == 9;
       rows++) {
    const cf_tissue tissue = {k, 1050.0, 3600.0, w, rho, c};
    worst = fmax(worst, fabs(watt * cf_tissue_sphere_k_per_w(&tissue, a) / want_k - 1.0));
    for (uint32_t shells = 1; shells <= 20; shells++)
      worst_shells = fmax(worst_shells, fabs(steady_rise_k(implant(&tissue, a, shells), watt) / want_k - 1.0));
  }
  (void)fclose(file);
  assert_int_equal(rows, 20);
  print_message("tissue: sphere %.2g, 1 to 20 shells %.2g of the rise\n", worst, worst_shells);
  assert_true(worst <= 1e-6);
  assert_true(worst_shells <= 1e-6);
}

/* Muscle and brain (thermal properties of soft tissue as handbooks give them), and no perfusion at all. */
static const cf_tissue muscle = {0.49, 1090.0, 3421.0, 0.0007, 1050.0, 3617.0};
static const cf_tissue brain = {0.51, 1046.0, 3630.0, 0.0097, 1050.0, 3617.0};
static const cf_tissue still = {0.49, 1090.0, 3421.0, 0.0, 1050.0, 3617.0};
static const cf_tissue *const tissues[] = {&muscle, &brain, &still};

static void shells_in_steady_state_are_the_sphere(void **unused) {
  (void)unused;
  for (int t = 0; t < 3; t++) {
    for (double a = 1e-3; a < 0.03; a *= 1.7) {
      double want = cf_tissue_sphere_k_per_w(tissues[t], a);
      for (uint32_t shells = 1; shells <= 100; shells += 9)
        assert_true(fabs(steady_rise_k(implant(tissues[t], a, shells), 0.1) / (0.1 * want) - 1.0) <= 1e-9);
    }
  }
  const double pi = 3.14159265358979323846;
  assert_true(fabs(cf_tissue_sphere_k_per_w(&still, 0.005) * 4.0 * pi * 0.49 * 0.005 - 1.0) <= 1e-14);
}

/* Capacities add up to the mass of the tissue out to the last face, however it is cut. */
static void shells_hold_the_mass_between_them(void **unused) {
  (void)unused;
  double first = 0.0;
  for (uint32_t shells = 1; shells <= 40; shells += 13) {
    const cf_network *network = implant(&brain, 4e-3, shells);
    double all = 0.0;
    for (uint32_t i = 0; i < network->nodes; i++) {
      all += network->capacity_j_per_k[i];
      assert_true(network->capacity_j_per_k[i] > 0.0);
    }
    if (shells == 1) first = all;
    assert_true(fabs(all - first) <= 1e-12 * first);
  }
}

/* The same sphere by plain finite volumes, which know nothing of the shells' closed forms: out to 60 radii. */
static cf_network *finite_volumes(const cf_tissue *tissue, double radius_m) {
  enum { CELLS = 250 };
  cf_network *network = cf_network_new(arena, CELLS + 1, CELLS + 1);
  double growth = pow(60.0, 1.0 / CELLS), face = radius_m, sphere = 4.0 * 3.14159265358979, from = radius_m;
  network->capacity_j_per_k[0] = 3e6 / 3.0 * sphere * pow(radius_m, 3.0);
  for (uint32_t i = 1; i <= CELLS; i++, face *= growth) {
    double centre = face * sqrt(growth), volume = sphere / 3.0 * (pow(face * growth, 3.0) - pow(face, 3.0));
    cf_network_link(network, i - 1, i, sphere * tissue->conductivity_w_per_m_k / (1.0 / from - 1.0 / centre));
    network->capacity_j_per_k[i] = tissue->density_kg_m3 * tissue->specific_heat_j_per_kg_k * volume;
    network->host_w_per_k[i] =
        tissue->perfusion_per_s * tissue->blood_density_kg_m3 * tissue->blood_specific_heat_j_per_kg_k * volume;
    from = centre;
  }
  network->host_w_per_k[CELLS] += sphere * tissue->conductivity_w_per_m_k * from;
  return network;
}

/* Rise of node 0 after t_s of one watt. */
static double rise_k(const cf_modal *modal, double t_s) {
  double rise = 0.0;
  for (uint32_t k = 0; k < modal->modes; k++)
    rise -= modal->weight[k] * modal->weight[k] / modal->lambda_per_s[k] * expm1(-modal->lambda_per_s[k] * t_s);
  return rise;
}

/* Distance of few shells from finite volumes at any time, as a part of the final rise. */
static void few_shells_follow_a_transient(void **unused) {
  (void)unused;
  for (int t = 0; t < 3; t++) {
    for (double a = 2e-3; a < 0.02; a *= 4.0) {
      cf_modal fine, modal;
      assert_int_equal(cf_modal_build(&fine, finite_volumes(tissues[t], a), arena, &diag), CF_OK);
      double worst[2] = {0.0, 0.0}, end_k = cf_tissue_sphere_k_per_w(tissues[t], a);
      assert_true(fabs(rise_k(&fine, 1e9) / end_k - 1.0) <= 1e-3);
      for (int i = 0; i < 2; i++) {
        assert_int_equal(cf_modal_build(&modal, implant(tissues[t], a, i == 0 ? 5 : 10), arena, &diag), CF_OK);
        for (double t_s = 0.05; t_s < 1e6; t_s *= 1.4)
          worst[i] = fmax(worst[i], fabs(rise_k(&modal, t_s) - rise_k(&fine, t_s)) / end_k);
      }
      print_message("tissue %d, %2.0f mm: 5 shells within %.1f %% of the final rise, 10 within %.1f %%\n", t, 1e3 * a,
                    100.0 * worst[0], 100.0 * worst[1]);
      assert_true(worst[0] <= 0.05 && worst[1] <= (tissues[t] == &still ? 0.05 : 0.02));
    }
  }
}

static void tissue_that_is_none(void **unused) {
  (void)unused;
  cf_network *network = cf_network_new(arena, 1, 4);
  cf_diag d;
  cf_diag_init(&d);
  assert_int_equal(cf_network_tissue(network, 0, &muscle, 1e-3, 0, &d), CF_INPUT);
  assert_int_equal(cf_network_tissue(network, 0, &muscle, 1e-3, 4, &d), CF_INPUT);
  assert_int_equal(cf_network_tissue(network, 0, &muscle, 0.0, 2, &d), CF_INPUT);
  cf_tissue bad = muscle;
  bad.conductivity_w_per_m_k = 0.0;
  assert_int_equal(cf_network_tissue(network, 0, &bad, 1e-3, 2, &d), CF_INPUT);
  bad = muscle;
  bad.perfusion_per_s = -1e-3;
  assert_int_equal(cf_network_tissue(network, 0, &bad, 1e-3, 2, &d), CF_INPUT);
  bad = muscle;
  bad.density_kg_m3 = 0.0;
  assert_int_equal(cf_network_tissue(network, 0, &bad, 1e-3, 2, &d), CF_INPUT);
  assert_int_equal(network->nodes, 1);
}

int main(void) {
  cf_diag_init(&diag);
  arena = cf_arena_create(0xFF);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_are_added_and_linked),
      cmocka_unit_test(refuses_what_cannot_rest),
      cmocka_unit_test(steady_states_against_lu),
      cmocka_unit_test(steady_state_of_the_chip),
      cmocka_unit_test(foster_chains_keep_their_step_response),
      cmocka_unit_test(a_ladder_of_one_and_of_two_by_hand),
      cmocka_unit_test(ladders_that_are_none),
      cmocka_unit_test(spheres_of_the_reference),
      cmocka_unit_test(shells_in_steady_state_are_the_sphere),
      cmocka_unit_test(shells_hold_the_mass_between_them),
      cmocka_unit_test(few_shells_follow_a_transient),
      cmocka_unit_test(tissue_that_is_none),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cf_arena_destroy(arena);
  return failed;
}
