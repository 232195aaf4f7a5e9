/* Cell temperature and DC power against reference rows; properties. */
#include "physics/pv.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const cf_pv one_watt = {.area_m2 = 0.005,
                               .efficiency_stc = 0.2,
                               .power_coefficient_per_k = -0.004,
                               .faiman_u0_w_per_m2_k = 25.0,
                               .faiman_u1_w_s_per_m3_k = 6.84,
                               .soiling = 0.0};

static void rows_agree(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_points.csv"));
  double worst_k = 0.0, worst_noct_k = 0.0, worst_share = 0.0;
  int lit = 0;
  while (rows_next(&r)) {
    double plane = rows_number(&r, "poa_iso_global_wm2"), dc = rows_number(&r, "pvwatts_dc_w_per_wstc");
    double air_k = rows_number(&r, "air_temp_c") + 273.15;
    double noct = cf_pv_cell_temp_noct_k(318.15, 0.18, plane, air_k, rows_number(&r, "wind_ms"));
    worst_noct_k = fmax(worst_noct_k, fabs(noct - 273.15 - rows_number(&r, "tcell_noct_sam_c")));
    double cell = cf_pv_cell_temp_k(&one_watt, plane, air_k, rows_number(&r, "wind_ms"));
    worst_k = fmax(worst_k, fabs(cell - 273.15 - rows_number(&r, "tcell_faiman_c")));
    double got = cf_pv_dc_w(&one_watt, plane, cell);
    if (dc > 0.01) {
      worst_share = fmax(worst_share, fabs(got / dc - 1.0));
      lit++;
    } else {
      assert_true(fabs(got - dc) <= 2e-6);
    }
  }
  print_message("cell %.1e K (Faiman), %.1e K (NOCT), power %.1e of itself (%d lit rows)\n", worst_k, worst_noct_k,
                worst_share, lit);
  assert_true(lit > 250);
  assert_true(worst_k <= 1e-4 && worst_noct_k <= 1e-4);
  assert_true(worst_share <= 5e-4);
}

static void properties(void **state) {
  (void)state;
  assert_true(cf_pv_cell_temp_k(&one_watt, 0.0, 280.0, 3.0) == 280.0);
  assert_true(cf_pv_dc_w(&one_watt, 0.0, 280.0) == 0.0);
  assert_true(fabs(cf_pv_dc_w(&one_watt, 1000.0, 298.15) - 1.0) < 1e-12);
  assert_true(cf_pv_cell_temp_k(&one_watt, 800.0, 300.0, 1.0) > cf_pv_cell_temp_k(&one_watt, 800.0, 300.0, 2.0));
  /* At its own conditions (800 W/m2, 20 degC, 1 m/s) an unloaded cell has nearly its nominal temperature. */
  assert_true(cf_pv_cell_temp_noct_k(318.15, 0.18, 0.0, 280.0, 3.0) == 280.0);
  assert_true(fabs(cf_pv_cell_temp_noct_k(318.15, 0.0, 800.0, 293.15, 1.0 / 0.51) - 318.15) < 1e-9);
  cf_pv dirty = one_watt, large = one_watt;
  dirty.soiling = 0.03;
  large.area_m2 *= 2.0;
  assert_true(fabs(cf_pv_dc_w(&dirty, 500.0, 310.0) / cf_pv_dc_w(&one_watt, 500.0, 310.0) - 0.97) < 1e-12);
  assert_true(fabs(cf_pv_dc_w(&large, 500.0, 310.0) / cf_pv_dc_w(&one_watt, 500.0, 310.0) - 2.0) < 1e-12);
  /* Hot enough for the linear law to turn negative: nothing, not a load. */
  assert_true(cf_pv_dc_w(&one_watt, 500.0, 298.15 + 300.0) == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_agree), cmocka_unit_test(properties)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
