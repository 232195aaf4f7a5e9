/* Curves of the supply: how near the interpolants are, where a load browns out, the converter's table both ways. */
#include "physics/supply.h"

#include "../support/cf_test.h"

static cf_supply_input typical(void) {
  return (cf_supply_input){.voltage_max_v = 5.0,
                           .turn_on_v = 3.2,
                           .turn_off_v = 2.4,
                           .esr_ohm = 0.5,
                           .leakage_a = 8e-6,
                           .quiescent_a = 0.5e-6,
                           .mppt_fraction = 0.95,
                           .points = 5,
                           .input_w = {0.0, 1e-4, 1e-3, 0.01, 0.05},
                           .output_w = {0.0, 0.6e-4, 0.75e-3, 0.0085, 0.044},
                           .states = 3,
                           .bus_w = {0.0, 0.02, 0.3},
                           .tolerance = 1e-3};
}

static double esr_w(const cf_supply_input *in, double power_w, double v) {
  double current = (v - sqrt(v * v - 4.0 * power_w * in->esr_ohm)) / (2.0 * in->esr_ohm);
  return current * current * in->esr_ohm;
}

static double line_at(cf_line line, double x) { return line.at_zero + line.slope * x; }

typedef struct error {
  double leakage, quiescent, esr; /* largest, as `tolerance` is meant */
} error;

static error largest_error(const cf_supply_curves *supply, const cf_supply_input *in) {
  error e = {0};
  for (int i = 1; i < 40000; i++) {
    double v = in->turn_off_v + (in->voltage_max_v - in->turn_off_v) * i / 40000.0, x = v * v;
    uint32_t cell = (uint32_t)(v / supply->voltage_step_v);
    assert_true(cell < supply->cells && supply->x_edge[cell] <= x * (1 + 1e-12) &&
                x <= supply->x_edge[cell + 1] * (1 + 1e-12));
    double scale = in->leakage_a * in->voltage_max_v;
    e.leakage = fmax(e.leakage, fabs(line_at(supply->leakage[cell], x) - in->leakage_a * v) / scale);
    scale = in->quiescent_a * in->voltage_max_v;
    e.quiescent = fmax(e.quiescent, fabs(line_at(supply->quiescent[cell], x) - in->quiescent_a * v) / scale);
    for (uint32_t s = 0; s < in->states; s++) {
      double p = in->bus_w[s];
      if (p > 0.0 && x >= supply->x_off[s])
        e.esr = fmax(e.esr, fabs(line_at(supply->esr[s][cell], x) - esr_w(in, p, v)) / p);
    }
  }
  return e;
}

static void interpolants_keep_the_tolerance_and_say_so(void **unused) {
  (void)unused;
  static const double tolerance[] = {1e-2, 3e-3, 1e-3, 3e-4};
  uint32_t last = 0;
  for (size_t i = 0; i < sizeof tolerance / sizeof *tolerance; i++) {
    cf_supply_input in = typical();
    in.tolerance = tolerance[i];
    cf_supply_curves supply;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
    assert_true(supply.reached <= in.tolerance);
    assert_true(supply.cells >= last && supply.cells <= CF_SUPPLY_CELLS);
    last = supply.cells;
    error e = largest_error(&supply, &in);
    double found = fmax(e.leakage, fmax(e.quiescent, e.esr));
    assert_true(found <= 1.02 * supply.reached && found >= 0.15 * supply.reached);
  }
  assert_true(last > 8);
}

/* Wherever turn-off falls in its cell: no state is worse, where it can be on, than what is reported. */
static void what_is_reported_is_no_less_than_what_is(void **unused) {
  (void)unused;
  uint64_t state = 33;
  for (int trial = 0; trial < 60; trial++) {
    cf_supply_input in = typical();
    in.tolerance = exp(cf_test_between(&state, log(2e-4), log(1e-2)));
    in.turn_off_v = cf_test_between(&state, 1.8, 2.8);
    in.esr_ohm = cf_test_between(&state, 0.1, 1.0);
    for (uint32_t s = 0; s < in.states; s++) in.bus_w[s] = cf_test_between(&state, 0.001, 0.4);
    cf_supply_curves supply;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
    error e = largest_error(&supply, &in);
    assert_true(fmax(e.leakage, fmax(e.quiescent, e.esr)) <= 1.05 * supply.reached);
  }
}

static void a_tolerance_out_of_reach_is_reported(void **unused) {
  (void)unused;
  cf_supply_input in = typical();
  in.tolerance = 1e-9;
  cf_supply_curves supply;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
  assert_int_equal(supply.cells, CF_SUPPLY_CELLS);
  assert_true(supply.reached > 1e-9 && supply.reached < 1e-3);
  error e = largest_error(&supply, &in);
  assert_true(fmax(e.leakage, fmax(e.quiescent, e.esr)) <= 1.02 * supply.reached);
}

static void curves_are_continuous_and_bounded(void **unused) {
  (void)unused;
  cf_supply_input in = typical();
  cf_supply_curves supply;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
  assert_true(supply.x_max == 25.0 && supply.x_edge[0] == 0.0 && supply.x_edge[supply.cells] == supply.x_max);
  for (uint32_t i = 0; i < supply.cells; i++) {
    assert_true(supply.x_edge[i + 1] > supply.x_edge[i]);
    double x = supply.x_edge[i + 1];
    for (uint32_t s = 0; s < in.states; s++) {
      double loss = line_at(supply.quiescent[i], x) + line_at(supply.esr[s][i], x);
      assert_true(loss <= supply.loss_max_w[s] * (1 + 1e-12));
      if (i + 1 < supply.cells)
        assert_true(fabs(line_at(supply.esr[s][i], x) - line_at(supply.esr[s][i + 1], x)) <= 1e-15);
    }
    assert_true(line_at(supply.leakage[i], x) <= supply.leakage_max_w * (1 + 1e-12));
    assert_true(line_at(supply.leakage[i], supply.x_edge[i]) >= 0.0);
    if (i + 1 == supply.cells) continue;
    assert_true(fabs(line_at(supply.leakage[i], x) - line_at(supply.leakage[i + 1], x)) <= 1e-18);
    assert_true(fabs(line_at(supply.quiescent[i], x) - line_at(supply.quiescent[i + 1], x)) <= 1e-18);
  }
}

static void a_load_browns_out_where_its_terminal_falls_to_turn_off(void **unused) {
  (void)unused;
  uint64_t state = 31;
  for (int trial = 0; trial < 500; trial++) {
    cf_supply_input in = typical();
    in.esr_ohm = cf_test_between(&state, 0.0, 2.0);
    in.turn_off_v = cf_test_between(&state, 1.8, 2.6);
    for (uint32_t s = 0; s < in.states; s++) in.bus_w[s] = cf_test_between(&state, 0.0, 0.3);
    cf_supply_curves supply;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
    assert_true(supply.x_on == in.turn_on_v * in.turn_on_v);
    for (uint32_t s = 0; s < in.states; s++) {
      double internal = sqrt(supply.x_off[s]), current = in.bus_w[s] / in.turn_off_v;
      assert_true(fabs(internal - current * in.esr_ohm - in.turn_off_v) <= 1e-12);
      assert_true(supply.bus_w[s] == in.bus_w[s]);
      /* There the loss curve gives the current's loss, to within the interpolant. */
      uint32_t cell = (uint32_t)(internal / supply.voltage_step_v);
      double want = current * current * in.esr_ohm;
      assert_true(fabs(line_at(supply.esr[s][cell], supply.x_off[s]) - want) <=
                  2.0 * supply.reached * in.bus_w[s] + 1e-15);
    }
  }
}

static void refused(cf_supply_input in, const char *why) {
  cf_supply_curves supply;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, why));
}

static void loads_beyond_the_store_are_refused(void **unused) {
  (void)unused;
  cf_supply_input in = typical();
  in.bus_w[2] = 2.4 * 2.4 / (4.0 * in.esr_ohm) * 1.0001;
  refused(in, "collapses the voltage");
  in = typical();
  in.turn_on_v = 2.45;
  refused(in, "brown out at once");
  in.turn_on_v = 2.4 + 0.3 * 0.5 / 2.4 + 1e-9; /* just enough */
  cf_supply_curves supply;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
}

static void the_converter_goes_both_ways(void **unused) {
  (void)unused;
  cf_supply_input in = typical();
  cf_supply_curves supply;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_supply_build(&supply, &in, &diag), CF_OK);
  assert_true(cf_converter_output_w(&supply, 0.0) == 0.0 && cf_converter_input_w(&supply, 0.0) == 0.0);
  for (uint32_t i = 0; i < in.points; i++) {
    assert_true(fabs(cf_converter_output_w(&supply, in.input_w[i]) - in.output_w[i]) <= 1e-16);
    assert_true(fabs(cf_converter_input_w(&supply, in.output_w[i]) - in.input_w[i]) <= 1e-16);
  }
  /* Half way between two points, and beyond the last by the last slope. */
  assert_true(fabs(cf_converter_output_w(&supply, 0.0055) - 0.5 * (0.75e-3 + 0.0085)) <= 1e-16);
  assert_true(fabs(cf_converter_output_w(&supply, 0.09) - (0.044 + 0.04 * (0.044 - 0.0085) / 0.04)) <= 1e-15);
  uint64_t state = 32;
  double before = 0.0;
  for (int i = 0; i < 20000; i++) {
    double w = exp(cf_test_between(&state, log(1e-7), log(0.5)));
    double out = cf_converter_output_w(&supply, w);
    assert_true(out > 0.0 && out <= w);
    assert_true(fabs(cf_converter_input_w(&supply, out) - w) <= 1e-13 * w);
  }
  for (int i = 1; i < 2000; i++) { /* continuous and increasing */
    double out = cf_converter_output_w(&supply, 1e-4 * i);
    assert_true(out > before && out - before <= 1.0001e-4);
    before = out;
  }
}

static void bad_tables_are_refused(void **unused) {
  (void)unused;
  cf_supply_input in = typical();
  in.points = 1;
  refused(in, "2 to 16 points");
  in.points = CF_CONVERTER_POINTS + 1;
  refused(in, "2 to 16 points");
  in = typical();
  in.input_w[0] = 1e-6;
  refused(in, "first at (0 W, 0 W)");
  in = typical();
  in.output_w[0] = 1e-6;
  refused(in, "first at (0 W, 0 W)");
  in = typical();
  in.output_w[2] = in.output_w[1]; /* level */
  refused(in, "point 3");
  in = typical();
  in.input_w[3] = in.input_w[2];
  refused(in, "point 4");
  in = typical();
  in.output_w[4] = 0.0085 + 0.0401; /* gains energy */
  refused(in, "point 5");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(interpolants_keep_the_tolerance_and_say_so),
      cmocka_unit_test(what_is_reported_is_no_less_than_what_is),
      cmocka_unit_test(a_tolerance_out_of_reach_is_reported),
      cmocka_unit_test(curves_are_continuous_and_bounded),
      cmocka_unit_test(a_load_browns_out_where_its_terminal_falls_to_turn_off),
      cmocka_unit_test(loads_beyond_the_store_are_refused),
      cmocka_unit_test(the_converter_goes_both_ways),
      cmocka_unit_test(bad_tables_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
