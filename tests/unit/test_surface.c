/* What a case gives to still air: air's properties against a table, cooling of a box against wall coefficients in use,
 * curves within their tolerance that never heat. */
#include "physics/surface.h"

#include "../support/cf_test.h"

static cf_diag diag;
static cf_arena *arena;

/* A vertical plate of 1 m2 whose Nusselt number is found by hand from table values of air at 300 K: nu 15.89e-6 m2/s,
 * alpha 22.5e-6 m2/s, k 26.3e-3 W/(m K), Pr 0.707 (Incropera et al., Fundamentals of Heat and Mass Transfer, table
 * A.4). */
static void convection_from_table_values(void **unused) {
  (void)unused;
  for (double height_m = 0.02; height_m < 3.0; height_m *= 2.0) {
    for (double excess_k = 0.5; excess_k < 60.0; excess_k *= 2.0) {
      const cf_surface plate = {.area_m2 = 1.0, .height_m = height_m, .air_reference_k = 300.0};
      double ra = 9.80665 / 300.0 * excess_k * pow(height_m, 3.0) / (15.89e-6 * 22.5e-6);
      double nu = pow(0.825 + 0.387 * pow(ra, 1.0 / 6.0) / pow(1.0 + pow(0.492 / 0.707, 9.0 / 16.0), 8.0 / 27.0), 2.0);
      double want_w = nu * 26.3e-3 / height_m * excess_k;
      assert_true(fabs(cf_surface_w(&plate, excess_k) - want_w) <= 0.01 * want_w);
      assert_true(cf_surface_w(&plate, -excess_k) == -cf_surface_w(&plate, excess_k));
    }
  }
}

static void radiation_alone(void **unused) {
  (void)unused;
  const cf_surface bare = {.area_m2 = 0.5, .height_m = 0.1, .air_reference_k = 300.0};
  cf_surface black = bare;
  black.emissivity = 1.0;
  for (double excess_k = -50.0; excess_k <= 50.0; excess_k += 7.0) {
    double got_w = cf_surface_w(&black, excess_k) - cf_surface_w(&bare, excess_k);
    double want_w = 0.5 * 5.670374419e-8 * (pow(300.0 + excess_k, 4.0) - pow(300.0, 4.0));
    assert_true(fabs(got_w - want_w) <= 1e-11);
  }
}

/* Boxes of 10 cm, 10 to 20 K over the air. Wall coefficients in use, with radiation in them: painted steel 5.5,
 * plastic 3.5 W/(m2 K), uncertain by a factor of two. */
static void a_box_in_still_air(void **unused) {
  (void)unused;
  for (double excess_k = 10.0; excess_k <= 20.0; excess_k += 5.0) {
    cf_surface box = {.area_m2 = 0.06, .height_m = 0.1, .emissivity = 0.0, .air_reference_k = 293.15};
    double polished = cf_surface_w(&box, excess_k) / (box.area_m2 * excess_k);
    box.emissivity = 0.9;
    double painted = cf_surface_w(&box, excess_k) / (box.area_m2 * excess_k);
    print_message("box, %g K over the air: %.2f W/(m2 K) by convection, %.2f with radiation\n", excess_k, polished,
                  painted);
    assert_true(polished > 3.0 && polished < 10.0);
    assert_true(painted > 5.5 && painted < 2.0 * 5.5 + 0.5);
  }
}

static void curves_keep_their_tolerance(void **unused) {
  (void)unused;
  uint64_t state = 81;
  for (unsigned trial = 0; trial < 20; trial++) {
    const cf_surface surface = {.area_m2 = exp(cf_test_between(&state, log(1e-3), 0.0)),
                                .height_m = cf_test_between(&state, 0.01, 0.5),
                                .emissivity = cf_test_between(&state, 0.0, 1.0),
                                .air_reference_k = cf_test_between(&state, 260.0, 320.0)};
    double span_k = cf_test_between(&state, 10.0, 80.0), linear_w_per_k, worst_w = 0.0;
    double tolerance_w = cf_surface_w(&surface, span_k) * exp(cf_test_between(&state, log(1e-4), log(0.02)));
    cf_heat_curve curve;
    assert_int_equal(cf_surface_curve(&surface, 1, span_k, tolerance_w, 1000, &linear_w_per_k, &curve, arena, &diag),
                     CF_OK);
    assert_true(curve.node == 1 && curve.over_air && !curve.shared_by_load && linear_w_per_k > 0.0);
    assert_true(curve.edge_k[0] == -span_k && curve.edge_k[curve.cells] == span_k);
    for (int i = 0; i <= 20000; i++) {
      double x = span_k * (i - 10000) / 10000.0;
      double got_w = linear_w_per_k * x - cf_line_at(curve.line[cf_heat_curve_cell(&curve, x)], x);
      worst_w = fmax(worst_w, fabs(got_w - cf_surface_w(&surface, x)));
    }
    assert_true(worst_w <= 1.03 * tolerance_w && worst_w <= 1.03 * curve.reached_w &&
                worst_w >= 0.97 * curve.reached_w);
    if (curve.cells > 10) assert_true(worst_w >= 0.9 * tolerance_w); /* and no more cells than it takes */
    bool touches = false;
    for (uint32_t i = 0; i < curve.cells; i++) {
      assert_true(curve.edge_k[i + 1] > curve.edge_k[i] && curve.line[i].slope <= 0.0);
      touches |= curve.line[i].slope == 0.0;
      if (i == 0) continue;
      double left_w = cf_line_at(curve.line[i - 1], curve.edge_k[i]),
             right_w = cf_line_at(curve.line[i], curve.edge_k[i]);
      assert_true(fabs(left_w - right_w) <= 1e-12 * fabs(cf_surface_w(&surface, span_k)));
    }
    assert_true(touches); /* the conductance is the smallest slope, no less */
  }
}

static void few_cells_say_what_they_reach(void **unused) {
  (void)unused;
  const cf_surface surface = {.area_m2 = 0.06, .height_m = 0.1, .emissivity = 0.9, .air_reference_k = 293.15};
  double before_w = (double)INFINITY, linear_w_per_k;
  for (uint32_t most = 2; most <= 64; most *= 2) {
    cf_heat_curve curve;
    assert_int_equal(cf_surface_curve(&surface, 0, 50.0, 1e-6, most, &linear_w_per_k, &curve, arena, &diag), CF_OK);
    assert_true(curve.cells <= most && curve.cells >= most / 2);
    assert_true(curve.reached_w < before_w);
    before_w = curve.reached_w;
  }
  assert_true(before_w < 2e-3 * cf_surface_w(&surface, 50.0));
}

static void surfaces_that_are_none(void **unused) {
  (void)unused;
  const cf_surface good = {.area_m2 = 0.06, .height_m = 0.1, .emissivity = 0.9, .air_reference_k = 293.15};
  cf_surface bad[6] = {good, good, good, good, good, good};
  bad[0].area_m2 = 0.0;
  bad[1].height_m = -0.1;
  bad[2].emissivity = 1.1;
  bad[3].emissivity = (double)NAN;
  bad[4].air_reference_k = 40.0; /* less than the span */
  bad[5].air_reference_k = (double)NAN;
  double linear_w_per_k;
  cf_heat_curve curve;
  cf_diag d;
  cf_diag_init(&d);
  for (int i = 0; i < 6; i++)
    assert_int_equal(cf_surface_curve(&bad[i], 0, 50.0, 0.1, 10, &linear_w_per_k, &curve, arena, &d), CF_INPUT);
  assert_int_equal(cf_surface_curve(&good, 0, 0.0, 0.1, 10, &linear_w_per_k, &curve, arena, &d), CF_INPUT);
  assert_int_equal(cf_surface_curve(&good, 0, 50.0, 0.0, 10, &linear_w_per_k, &curve, arena, &d), CF_INPUT);
  assert_int_equal(cf_surface_curve(&good, 0, 50.0, 0.1, 1, &linear_w_per_k, &curve, arena, &d), CF_INPUT);
  assert_int_equal(cf_surface_curve(&good, 0, 50.0, 0.1, CF_HEAT_CELLS + 1, &linear_w_per_k, &curve, arena, &d),
                   CF_INPUT);
}

int main(void) {
  cf_diag_init(&diag);
  arena = cf_arena_create(0xA5);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(convection_from_table_values),
      cmocka_unit_test(radiation_alone),
      cmocka_unit_test(a_box_in_still_air),
      cmocka_unit_test(curves_keep_their_tolerance),
      cmocka_unit_test(few_cells_say_what_they_reach),
      cmocka_unit_test(surfaces_that_are_none),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cf_arena_destroy(arena);
  return failed;
}
