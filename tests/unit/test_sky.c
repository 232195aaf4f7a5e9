/* Extraterrestrial light, airmass and the clear sky against reference rows; clouds by their properties. */
#include "physics/sky.h"
#include "physics/sun.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void clear_sky_rows(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_points.csv"));
  double worst[7] = {0}, worst_own_sun = 0.0, worst_own_haurwitz = 0.0;
  int days = 0;
  while (rows_next(&r)) {
    double altitude = rows_number(&r, "alt_m"), zenith = rows_number(&r, "apparent_zenith_deg");
    double t = rows_time(rows_text(&r, "time_utc"));
    double extra = cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)floor(t / CF_DAY_S)).day_of_year);
    worst[0] = fmax(worst[0], fabs(extra - rows_number(&r, "dni_extra_spencer_wm2")));
    cf_clear_sky sky = cf_clear_sky_make(altitude, rows_number(&r, "pressure_pa"), rows_number(&r, "linke"));
    cf_irradiance light;
    cf_clear_sky_at(&sky, zenith * RAD, cos(zenith * RAD), extra, &light);
    worst[1] = fmax(worst[1], fabs(light.ghi_wm2 - rows_number(&r, "ghi_ineichen_wm2")));
    worst[2] = fmax(worst[2], fabs(light.dni_wm2 - rows_number(&r, "dni_ineichen_wm2")));
    worst[3] = fmax(worst[3], fabs(light.dhi_wm2 - rows_number(&r, "dhi_ineichen_wm2")));
    assert_true(fabs(light.ghi_wm2 - light.dhi_wm2 - light.dni_wm2 * cos(zenith * RAD)) < 1e-9);
    worst[6] = fmax(worst[6], fabs(cf_sky_haurwitz_ghi_wm2(cos(zenith * RAD)) - rows_number(&r, "ghi_haurwitz_wm2")));
    double mass = rows_number(&r, "airmass_rel_kastenyoung");
    if (!isnan(mass)) {
      worst[4] = fmax(worst[4], fabs(cf_sky_airmass(zenith * RAD) / mass - 1.0));
      worst[5] = fmax(worst[5], fabs(mass * sky.pressure_share / rows_number(&r, "airmass_abs") - 1.0));
      days++;
    }
    /* The whole chain from the clock on. */
    cf_sun_place place = cf_sun_place_at(rows_number(&r, "lat_deg") * RAD, rows_number(&r, "lon_deg") * RAD, altitude);
    cf_sun sun;
    cf_sun_at(&place, t, &sun);
    cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, extra, &light);
    worst_own_sun = fmax(worst_own_sun, fabs(light.ghi_wm2 - rows_number(&r, "ghi_ineichen_wm2")));
    worst_own_sun = fmax(worst_own_sun, fabs(light.dhi_wm2 - rows_number(&r, "dhi_ineichen_wm2")));
    worst_own_haurwitz =
        fmax(worst_own_haurwitz, fabs(cf_sky_haurwitz_ghi_wm2(sun.up) - rows_number(&r, "ghi_haurwitz_wm2")));
  }
  print_message(
      "extra %.1e, ghi %.1e, dni %.1e, dhi %.1e W/m2; airmass %.1e, absolute %.1e; Haurwitz %.1e; with own sun %.3f, "
      "Haurwitz "
      "%.3f W/m2 (%d by day)\n",
      worst[0], worst[1], worst[2], worst[3], worst[4], worst[5], worst[6], worst_own_sun, worst_own_haurwitz, days);
  assert_true(days > 250);
  assert_true(worst[0] <= 1e-3);
  for (int i = 1; i <= 3; i++) assert_true(worst[i] <= 0.01);
  assert_true(worst[4] <= 1e-5 && worst[5] <= 1e-5);
  assert_true(worst[6] <= 0.01);
  assert_true(worst_own_sun <= 0.5 && worst_own_haurwitz <= 0.3);
}

/* The flowing form is the daily one at noon, and does not jump at midnight or (by more than a leap day) at new year. */
static void outside_the_atmosphere(void **state) {
  (void)state;
  for (int64_t day = cf_civil_days(2023, 12, 1); day < cf_civil_days(2025, 2, 1); day++) {
    double noon_s = (double)(day * CF_DAY_S) + 43200.0;
    double noon = cf_sky_extraterrestrial_at_wm2(noon_s);
    assert_true(fabs(noon - cf_sky_extraterrestrial_wm2((double)cf_civil_date(day).day_of_year)) < 1e-9);
    double before = cf_sky_extraterrestrial_at_wm2(noon_s + 43199.0),
           after = cf_sky_extraterrestrial_at_wm2(noon_s + 43200.0);
    assert_true(fabs(after - before) < 0.04);
    assert_true(noon > 1310.0 && noon < 1415.0);
  }
}

static void turbidity_takes_beam(void **state) {
  (void)state;
  for (double zenith = 0.0; zenith < 85.0; zenith += 5.0) {
    double last = 1e9, last_global = 1e9;
    for (double turbidity = 2.0; turbidity <= 8.0; turbidity += 0.5) {
      cf_clear_sky sky = cf_clear_sky_make(300.0, 97000.0, turbidity);
      cf_irradiance light;
      cf_clear_sky_at(&sky, zenith * RAD, cos(zenith * RAD), 1361.0, &light);
      assert_true(light.dni_wm2 < last && light.ghi_wm2 < last_global);
      assert_true(light.dni_wm2 >= 0.0 && light.dhi_wm2 >= 0.0);
      last = light.dni_wm2;
      last_global = light.ghi_wm2;
    }
  }
}

static void dark_at_night(void **state) {
  (void)state;
  cf_clear_sky sky = cf_clear_sky_make(300.0, 97000.0, 3.0);
  for (double zenith = 90.0; zenith <= 180.0; zenith += 1.0) {
    cf_irradiance light, cloudy;
    cf_clear_sky_at(&sky, zenith * RAD, -fabs(cos(zenith * RAD)), 1361.0, &light);
    cf_sky_cloudy(&light, -fabs(cos(zenith * RAD)), 1361.0, 0.5, &cloudy);
    assert_true(light.ghi_wm2 == 0.0 && light.dni_wm2 == 0.0 && light.dhi_wm2 == 0.0);
    assert_true(cloudy.ghi_wm2 == 0.0 && cloudy.dni_wm2 == 0.0 && cloudy.dhi_wm2 == 0.0);
  }
}

static void erbs(void **state) {
  (void)state;
  assert_true(cf_sky_erbs_diffuse_share(0.0) == 1.0);
  assert_true(fabs(cf_sky_erbs_diffuse_share(0.1) - 0.991) < 1e-12);
  /* By hand: 0.9511 - 0.0802 + 1.097 - 2.07975 + 0.771. */
  assert_true(fabs(cf_sky_erbs_diffuse_share(0.5) - 0.65915) < 1e-9);
  assert_true(fabs(cf_sky_erbs_diffuse_share(0.9) - 0.165) < 1e-12);
  /* The published pieces meet within 0.3 % at 0.22 and 0.80. */
  assert_true(fabs(cf_sky_erbs_diffuse_share(0.22) - cf_sky_erbs_diffuse_share(0.2200001)) < 3e-3);
  assert_true(fabs(cf_sky_erbs_diffuse_share(0.80) - cf_sky_erbs_diffuse_share(0.8000001)) < 3e-3);
}

static void clouds_take_beam(void **state) {
  (void)state;
  for (double zenith = 0.0; zenith < 89.9; zenith += 2.9) {
    double up = cos(zenith * RAD);
    cf_clear_sky sky = cf_clear_sky_make(300.0, 97000.0, 3.0);
    cf_irradiance clear, light;
    cf_clear_sky_at(&sky, zenith * RAD, up, 1361.0, &clear);
    double last_beam = -1.0;
    for (int i = 0; i <= 140; i++) {
      double index = i / 100.0;
      cf_sky_cloudy(&clear, up, 1361.0, index, &light);
      assert_true(fabs(light.ghi_wm2 - index * clear.ghi_wm2) < 1e-9);
      assert_true(fabs(light.ghi_wm2 - light.dhi_wm2 - light.dni_wm2 * up) < 1e-9);
      assert_true(light.dhi_wm2 >= 0.0);
      assert_true(light.dni_wm2 >= last_beam - 1.0 && light.dni_wm2 <= clear.dni_wm2);
      last_beam = light.dni_wm2;
      if (i == 30) assert_true(light.dni_wm2 < (zenith < 70.0 ? 0.03 : 0.1) * clear.dni_wm2); /* low sun: index^2 */
      if (i == 0) assert_true(light.dni_wm2 == 0.0);
      if (i == 100) {
        assert_true(fabs(light.dni_wm2 - clear.dni_wm2) < 1e-9);
        assert_true(fabs(light.dhi_wm2 - clear.dhi_wm2) < 1e-9);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clear_sky_rows),
      cmocka_unit_test(outside_the_atmosphere),
      cmocka_unit_test(turbidity_takes_beam),
      cmocka_unit_test(dark_at_night),
      cmocka_unit_test(erbs),
      cmocka_unit_test(clouds_take_beam),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
