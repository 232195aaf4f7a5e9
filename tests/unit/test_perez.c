/* Perez' coefficients: rows computed apart, every row of the table, limits. */
#include "physics/perez.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The sky's light from F1 and F2, written out as in the paper, against rows of all eight sky clearnesses. */
static void rows_agree(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_perez.csv"));
  double worst = 0.0;
  int count = 0, seen[8] = {0};
  while (rows_next(&r)) {
    double dni = rows_number(&r, "dni_wm2"), dhi = rows_number(&r, "dhi_wm2");
    double zenith = rows_number(&r, "apparent_zenith_deg") * RAD, tilt = rows_number(&r, "tilt_deg") * RAD;
    double a = fmax(cos(rows_number(&r, "aoi_deg") * RAD), 0.0), b = fmax(cos(zenith), cos(85.0 * RAD));
    cf_perez perez = cf_perez_at(dni, dhi, zenith, rows_number(&r, "dni_extra_wm2"), rows_number(&r, "airmass_rel"));
    double sky = dhi * ((1.0 - perez.around_sun) * 0.5 * (1.0 + cos(tilt)) + perez.around_sun * a / b +
                        perez.horizon * sin(tilt));
    worst = fmax(worst, fabs(fmax(sky, 0.0) - rows_number(&r, "perez_sky_wm2")));
    seen[(int)rows_number(&r, "clearness_row")]++;
    count++;
  }
  print_message("sky on the plane within %.1e W/m2 (%d rows)\n", worst, count);
  assert_true(count > 250);
  for (int i = 0; i < 8; i++) assert_true(seen[i] >= 10);
  assert_true(worst <= 1e-5);
}

/* By hand: no beam, the sun overhead, delta 0.1: the first row gives F1 = -0.008 + 0.0588, F2 = -0.060 + 0.0072. */
static void overcast(void **state) {
  (void)state;
  cf_perez perez = cf_perez_at(0.0, 136.1, 0.0, 1361.0, 1.0);
  assert_true(fabs(perez.around_sun - 0.0508) < 1e-12);
  assert_true(fabs(perez.horizon + 0.0528) < 1e-12);
}

/* The brightening around the sun is a share of the diffuse light, whatever comes in. */
static void is_a_share(void **state) {
  (void)state;
  int dim = 0;
  for (double zenith = 0.0; zenith <= 90.0; zenith += 1.5)
    for (double dhi = 0.5; dhi < 700.0; dhi *= 1.3)
      for (double dni = 0.0; dni < 1100.0; dni += 37.0) {
        double mass = 1.0 / (cos(zenith * RAD) + 0.50572 * pow(96.07995 - zenith, -1.6364));
        cf_perez perez = cf_perez_at(dni, dhi, zenith * RAD, 1361.0, mass);
        assert_true(isfinite(perez.horizon));
        assert_true(perez.around_sun >= 0.0);
        dim += !(perez.around_sun > 0.0);
      }
  assert_true(dim > 100); /* the floor of F1 is in use */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_agree),
      cmocka_unit_test(overcast),
      cmocka_unit_test(is_a_share),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
