/* The converter's table both ways, and what is refused. */
#include "physics/converter.h"

#include "../support/cf_test.h"

static cf_converter_curve typical(void) {
  return (cf_converter_curve){.mppt_fraction = 0.95,
                              .points = 5,
                              .input_w = {0.0, 1e-4, 1e-3, 0.01, 0.05},
                              .output_w = {0.0, 0.6e-4, 0.75e-3, 0.0085, 0.044},
                              .cold_start_v = 1.8,
                              .cold_start_w = 15e-6,
                              .cold_efficiency = 0.05};
}

static void it_goes_both_ways(void **unused) {
  (void)unused;
  cf_converter_curve c = typical();
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
  assert_true(cf_converter_output_w(&c, 0.0) == 0.0 && cf_converter_input_w(&c, 0.0) == 0.0);
  for (uint32_t i = 0; i < c.points; i++) {
    assert_true(fabs(cf_converter_output_w(&c, c.input_w[i]) - c.output_w[i]) <= 1e-16);
    assert_true(fabs(cf_converter_input_w(&c, c.output_w[i]) - c.input_w[i]) <= 1e-16);
  }
  /* Half way between two points, and beyond the last by the last slope. */
  assert_true(fabs(cf_converter_output_w(&c, 0.0055) - 0.5 * (0.75e-3 + 0.0085)) <= 1e-16);
  assert_true(fabs(cf_converter_output_w(&c, 0.09) - (0.044 + 0.04 * (0.044 - 0.0085) / 0.04)) <= 1e-15);
  uint64_t state = 32;
  for (int i = 0; i < 20000; i++) {
    double w = exp(cf_test_between(&state, log(1e-7), log(0.5)));
    double out = cf_converter_output_w(&c, w);
    assert_true(out > 0.0 && out <= w);
    assert_true(fabs(cf_converter_input_w(&c, out) - w) <= 1e-13 * w);
  }
  double before = 0.0;
  for (int i = 1; i < 2000; i++) { /* continuous and increasing */
    double out = cf_converter_output_w(&c, 1e-4 * i);
    assert_true(out > before && out - before <= 1.0001e-4);
    before = out;
  }
}

static void two_points_are_enough(void **unused) {
  (void)unused;
  cf_converter_curve c = {.mppt_fraction = 1.0, .points = 2, .input_w = {0.0, 1.0}, .output_w = {0.0, 1.0}};
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
  assert_true(cf_converter_output_w(&c, 0.25) == 0.25 && cf_converter_output_w(&c, 7.0) == 7.0);
  assert_true(cf_converter_input_w(&c, 3.0) == 3.0);
}

static void refused(cf_converter_curve c, const char *why) {
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_converter_check(&c, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, why));
}

static void bad_tables_are_refused(void **unused) {
  (void)unused;
  cf_converter_curve c = typical();
  c.points = 1;
  refused(c, "2 to 16 points");
  c.points = CF_CONVERTER_POINTS + 1;
  refused(c, "2 to 16 points");
  c = typical();
  c.input_w[0] = 1e-6;
  refused(c, "first at (0 W, 0 W)");
  c = typical();
  c.output_w[0] = 1e-6;
  refused(c, "first at (0 W, 0 W)");
  c = typical();
  c.output_w[2] = c.output_w[1]; /* level */
  refused(c, "point 3");
  c = typical();
  c.input_w[3] = c.input_w[2];
  refused(c, "point 4");
  c = typical();
  c.output_w[4] = 0.0085 + 0.0401; /* gains energy */
  refused(c, "point 5");
  c = typical();
  c.input_w[4] = (double)NAN;
  refused(c, "point 5");
  c = typical();
  c.mppt_fraction = 0.0;
  refused(c, "share of the maximum power");
  c.mppt_fraction = 1.01;
  refused(c, "share of the maximum power");
  c = typical();
  c.cold_efficiency = 1.01;
  refused(c, "cold start");
  c = typical();
  c.cold_start_w = -1e-6;
  refused(c, "cold start");
  c = typical();
  c.cold_start_v = (double)NAN;
  refused(c, "cold start");
}

/* Cold it may be as good as warm, and below the least input that starts it the table has no say. */
static void warm_is_no_worse_than_cold(void **unused) {
  (void)unused;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_converter_curve c = typical();
  c.cold_efficiency = 0.6; /* of 0.1 mW, as the table says */
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
  c.cold_efficiency = 0.61;
  refused(c, "9e-06 W of 1.5e-05 W, less than the 61 %");
  c.cold_start_v = 0.0; /* never cold */
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
  c = typical();
  c.cold_efficiency = 0.61;
  c.cold_start_w = 1.1e-4; /* between two points: 0.6e-4 + 0.1e-4 * 0.69e-3 / 0.9e-3 */
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
  c.cold_efficiency = 0.62;
  refused(c, "6.767e-05 W of 0.00011 W");
  c = typical();
  c.output_w[4] = 0.0085 + 0.01;
  c.cold_efficiency = 0.3; /* all points are above, but beyond them a quarter is gained */
  refused(c, "beyond its last point");
  c.cold_efficiency = 0.25;
  assert_int_equal(cf_converter_check(&c, &diag), CF_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_goes_both_ways),
      cmocka_unit_test(two_points_are_enough),
      cmocka_unit_test(bad_tables_are_refused),
      cmocka_unit_test(warm_is_no_worse_than_cold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
