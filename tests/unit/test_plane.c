/* Light on the plane against reference rows and daily sums; properties of the transposition. */
#include "physics/plane.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void rows_agree(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_points.csv"));
  double worst_angle = 0.0, worst_given = 0.0, worst_chain = 0.0;
  int count = 0;
  while (rows_next(&r)) {
    cf_sun_place place =
        cf_sun_place_at(rows_number(&r, "lat_deg") * RAD, rows_number(&r, "lon_deg") * RAD, rows_number(&r, "alt_m"));
    double t = rows_time(rows_text(&r, "time_utc"));
    cf_plane plane = cf_plane_make(rows_number(&r, "tilt_deg") * RAD, rows_number(&r, "surf_azimuth_deg") * RAD);
    /* The reference's sun and light: only the transposition is tested. */
    double zenith = rows_number(&r, "apparent_zenith_deg") * RAD, azimuth = rows_number(&r, "azimuth_deg") * RAD;
    cf_sun given = {.east = sin(zenith) * sin(azimuth), .north = sin(zenith) * cos(azimuth), .up = cos(zenith)};
    cf_irradiance light = {rows_number(&r, "ghi_ineichen_wm2"), rows_number(&r, "dni_ineichen_wm2"),
                           rows_number(&r, "dhi_ineichen_wm2")};
    double albedo = rows_number(&r, "albedo"), expected = rows_number(&r, "poa_iso_global_wm2");
    double angle = acos(cf_plane_cos_incidence(&plane, &given)) / RAD;
    worst_angle = fmax(worst_angle, fabs(angle - rows_number(&r, "aoi_deg")));
    worst_given = fmax(worst_given, fabs(cf_plane_irradiance_wm2(&plane, &given, &light, albedo) - expected));
    /* The whole chain from the clock on. */
    cf_sun sun;
    cf_sun_at(&place, t, &sun);
    cf_clear_sky sky = cf_clear_sky_make(place.altitude_m, place.pressure_pa, rows_number(&r, "linke"));
    cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, rows_number(&r, "dni_extra_spencer_wm2"), &light);
    worst_chain = fmax(worst_chain, fabs(cf_plane_irradiance_wm2(&plane, &sun, &light, albedo) - expected));
    count++;
  }
  print_message("incidence %.1e deg, plane %.1e W/m2, from the clock %.3f W/m2 (%d rows)\n", worst_angle, worst_given,
                worst_chain, count);
  assert_int_equal(count, 720);
  assert_true(worst_angle <= 1e-3);
  assert_true(worst_given <= 0.01);
  assert_true(worst_chain <= 0.5);
}

static void daily_sums(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_daily.csv"));
  double worst_ghi = 0.0, worst_plane = 0.0;
  int count = 0;
  while (rows_next(&r)) {
    cf_sun_place place =
        cf_sun_place_at(rows_number(&r, "lat_deg") * RAD, rows_number(&r, "lon_deg") * RAD, rows_number(&r, "alt_m"));
    cf_plane plane = cf_plane_make(rows_number(&r, "tilt_deg") * RAD, rows_number(&r, "surf_azimuth_deg") * RAD);
    cf_clear_sky sky = cf_clear_sky_make(place.altitude_m, place.pressure_pa, 3.0);
    double start = rows_time(rows_text(&r, "utc_day"));
    double extra = cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)start / CF_DAY_S).day_of_year);
    double ghi_wh = 0.0, plane_wh = 0.0;
    for (int minute = 0; minute < 1440; minute++) {
      cf_sun sun;
      cf_irradiance light;
      cf_sun_at(&place, start + minute * 60.0, &sun);
      cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, extra, &light);
      ghi_wh += light.ghi_wm2 / 60.0;
      plane_wh += cf_plane_irradiance_wm2(&plane, &sun, &light, 0.2) / 60.0;
    }
    worst_ghi = fmax(worst_ghi, fabs(ghi_wh / rows_number(&r, "ghi_ineichen_whm2") - 1.0));
    worst_plane = fmax(worst_plane, fabs(plane_wh / rows_number(&r, "poa_iso_whm2") - 1.0));
    count++;
  }
  print_message("daily sums: ghi %.1e, plane %.1e (%d days)\n", worst_ghi, worst_plane, count);
  assert_int_equal(count, 72);
  assert_true(worst_ghi <= 1e-3 && worst_plane <= 1e-3);
}

static cf_sun sun_at(double elevation_deg, double azimuth_deg) {
  double e = elevation_deg * RAD, a = azimuth_deg * RAD;
  return (cf_sun){.east = cos(e) * sin(a),
                  .north = cos(e) * cos(a),
                  .up = sin(e),
                  .zenith_rad = 90.0 * RAD - e,
                  .apparent_zenith_rad = 90.0 * RAD - e};
}

static void horizontal_plane_sees_the_global_light(void **state) {
  (void)state;
  cf_plane flat = cf_plane_make(0.0, 1.234);
  cf_clear_sky sky = cf_clear_sky_make(0.0, 101325.0, 3.0);
  for (double elevation = 0.5; elevation < 90.0; elevation += 1.0) {
    cf_sun sun = sun_at(elevation, 100.0 + elevation);
    cf_irradiance light;
    cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, 1361.0, &light);
    assert_true(fabs(cf_plane_irradiance_wm2(&flat, &sun, &light, 0.2) - light.ghi_wm2) < 1e-9);
  }
}

static void behind_the_plane_no_beam(void **state) {
  (void)state;
  cf_plane north = cf_plane_make(90.0 * RAD, 0.0);
  cf_irradiance light = {600.0, 800.0, 100.0};
  cf_sun south = sun_at(30.0, 180.0), facing = sun_at(0.0, 0.0);
  assert_true(fabs(cf_plane_irradiance_wm2(&north, &south, &light, 0.0) - 50.0) < 1e-9);
  assert_true(fabs(cf_plane_irradiance_wm2(&north, &south, &light, 0.5) - 200.0) < 1e-9);
  assert_true(fabs(cf_plane_irradiance_wm2(&north, &facing, &light, 0.0) - 850.0) < 1e-9);
  assert_true(fabs(cf_plane_cos_incidence(&north, &facing) - 1.0) < 1e-12);
}

static void horizon_hides_the_beam(void **state) {
  (void)state;
  for (double elevation = 0.5; elevation < 20.0; elevation += 1.0) {
    cf_irradiance light = {300.0, 500.0, 120.0};
    cf_plane_cut_horizon(sin(elevation * RAD), sin(5.0 * RAD), &light);
    assert_true(light.dhi_wm2 == 120.0);
    assert_true(light.dni_wm2 == (elevation < 5.0 ? 0.0 : 500.0));
    assert_true(light.ghi_wm2 == (elevation < 5.0 ? 120.0 : 300.0));
  }
}

static void fast(void **state) {
  (void)state;
  cf_sun_place place = cf_sun_place_at(45.0 * RAD, 8.0 * RAD, 250.0);
  cf_plane plane = cf_plane_make(35.0 * RAD, 180.0 * RAD);
  cf_clear_sky sky = cf_clear_sky_make(250.0, place.pressure_pa, 3.0);
  struct timespec a, b;
  double sum = 0.0;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int i = 0; i < 100000; i++) {
    cf_sun sun;
    cf_irradiance light;
    cf_sun_at(&place, 1.75e9 + i * 317.0, &sun);
    cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, 1361.0, &light);
    sum += cf_plane_irradiance_wm2(&plane, &sun, &light, 0.2);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  double us = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e8;
  print_message("%.3f us per position, clear sky and plane (sum %g)\n", us, sum);
  assert_true(us < 20.0); /* generous: sanitizers and loaded machines; the aim is 1 us */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_agree),
      cmocka_unit_test(daily_sums),
      cmocka_unit_test(horizontal_plane_sees_the_global_light),
      cmocka_unit_test(behind_the_plane_no_beam),
      cmocka_unit_test(horizon_hides_the_beam),
      cmocka_unit_test(fast),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
