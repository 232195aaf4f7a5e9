/* Light on the plane against reference rows and daily sums; properties of the transposition. */
#include "physics/perez.h"
#include "physics/plane.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static cf_lit_sky sky_of(const cf_sun *sun, cf_irradiance light, double extraterrestrial_wm2) {
  return (cf_lit_sky){.light = light,
                      .cos_zenith = sun->up,
                      .zenith_rad = sun->apparent_zenith_rad,
                      .airmass = sun->up > 0.0 ? cf_sky_airmass(sun->apparent_zenith_rad) : 0.0,
                      .extraterrestrial_wm2 = extraterrestrial_wm2};
}

static cf_plane_light on_plane(const cf_plane *plane, cf_transposition model, const cf_sun *sun, cf_irradiance light,
                               double extraterrestrial_wm2, double albedo) {
  cf_lit_sky sky = sky_of(sun, light, extraterrestrial_wm2);
  return cf_plane_light_at(plane, model, &sky, cf_plane_cos_incidence(plane, sun), albedo);
}

static double total(const cf_plane *plane, cf_transposition model, const cf_sun *sun, cf_irradiance light,
                    double extraterrestrial_wm2, double albedo) {
  return cf_plane_total_wm2(on_plane(plane, model, sun, light, extraterrestrial_wm2, albedo));
}

static void rows_agree(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_points.csv"));
  double worst_angle = 0.0, worst_given = 0.0, worst_hay = 0.0, worst_chain = 0.0, worst_hay_chain = 0.0;
  int count = 0;
  while (rows_next(&r)) {
    cf_sun_place place =
        cf_sun_place_at(rows_number(&r, "lat_deg") * RAD, rows_number(&r, "lon_deg") * RAD, rows_number(&r, "alt_m"));
    double t = rows_time(rows_text(&r, "time_utc"));
    cf_plane plane = cf_plane_make(rows_number(&r, "tilt_deg") * RAD, rows_number(&r, "surf_azimuth_deg") * RAD);
    /* The reference's sun and light: only the transposition is tested. */
    double zenith = rows_number(&r, "apparent_zenith_deg") * RAD, azimuth = rows_number(&r, "azimuth_deg") * RAD;
    cf_sun given = {.east = sin(zenith) * sin(azimuth),
                    .north = sin(zenith) * cos(azimuth),
                    .up = cos(zenith),
                    .apparent_zenith_rad = zenith};
    cf_irradiance light = {rows_number(&r, "ghi_ineichen_wm2"), rows_number(&r, "dni_ineichen_wm2"),
                           rows_number(&r, "dhi_ineichen_wm2")};
    double albedo = rows_number(&r, "albedo"), extra = rows_number(&r, "dni_extra_spencer_wm2");
    double expected = rows_number(&r, "poa_iso_global_wm2"), expected_hay = rows_number(&r, "poa_haydavies_global_wm2");
    double angle = acos(cf_plane_cos_incidence(&plane, &given)) / RAD;
    worst_angle = fmax(worst_angle, fabs(angle - rows_number(&r, "aoi_deg")));
    cf_plane_light parts = on_plane(&plane, CF_SKY_ISOTROPIC, &given, light, extra, albedo);
    worst_given = fmax(worst_given, fabs(cf_plane_total_wm2(parts) - expected));
    worst_given = fmax(worst_given, fabs(parts.beam_wm2 - rows_number(&r, "poa_iso_direct_wm2")));
    worst_given = fmax(worst_given, fabs(parts.sky_wm2 - rows_number(&r, "poa_iso_skydiff_wm2")));
    worst_given = fmax(worst_given, fabs(parts.ground_wm2 - rows_number(&r, "poa_iso_ground_wm2")));
    worst_hay = fmax(worst_hay, fabs(total(&plane, CF_SKY_HAY_DAVIES, &given, light, extra, albedo) - expected_hay));
    /* The whole chain from the clock on. */
    cf_sun sun;
    cf_sun_at(&place, t, &sun);
    cf_clear_sky sky = cf_clear_sky_make(place.altitude_m, place.pressure_pa, rows_number(&r, "linke"));
    extra = cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)floor(t / CF_DAY_S)).day_of_year);
    cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, extra, &light);
    worst_chain = fmax(worst_chain, fabs(total(&plane, CF_SKY_ISOTROPIC, &sun, light, extra, albedo) - expected));
    worst_hay_chain =
        fmax(worst_hay_chain, fabs(total(&plane, CF_SKY_HAY_DAVIES, &sun, light, extra, albedo) - expected_hay));
    angle = acos(fmin(fmax(cf_plane_cos_incidence(&plane, &sun), -1.0), 1.0)) / RAD;
    assert_true(fabs(angle - rows_number(&r, "aoi_deg")) <= 0.015);
    count++;
  }
  print_message(
      "incidence %.1e deg; given light: isotropic %.1e, Hay-Davies %.1e W/m2; from the clock: %.3f, %.3f W/m2 "
      "(%d rows)\n",
      worst_angle, worst_given, worst_hay, worst_chain, worst_hay_chain, count);
  assert_int_equal(count, 720);
  assert_true(worst_angle <= 1e-3);
  assert_true(worst_given <= 0.01 && worst_hay <= 0.01);
  assert_true(worst_chain <= 0.5 && worst_hay_chain <= 0.5);
}

static void perez_rows_agree(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_perez.csv"));
  double worst = 0.0, worst_sky = 0.0;
  int count = 0;
  while (rows_next(&r)) {
    cf_plane plane = cf_plane_make(rows_number(&r, "tilt_deg") * RAD, 0.0);
    double zenith = rows_number(&r, "apparent_zenith_deg") * RAD;
    cf_lit_sky sky = {.light = {rows_number(&r, "ghi_wm2"), rows_number(&r, "dni_wm2"), rows_number(&r, "dhi_wm2")},
                      .cos_zenith = cos(zenith),
                      .zenith_rad = zenith,
                      .airmass = rows_number(&r, "airmass_rel"),
                      .extraterrestrial_wm2 = rows_number(&r, "dni_extra_wm2")};
    cf_plane_light light =
        cf_plane_light_at(&plane, CF_SKY_PEREZ, &sky, cos(rows_number(&r, "aoi_deg") * RAD), rows_number(&r, "albedo"));
    worst_sky = fmax(worst_sky, fabs(light.sky_wm2 - rows_number(&r, "perez_sky_wm2")));
    worst = fmax(worst, fabs(cf_plane_total_wm2(light) - rows_number(&r, "poa_perez_global_wm2")));
    count++;
  }
  print_message("Perez: sky %.1e, plane %.1e W/m2 (%d rows)\n", worst_sky, worst, count);
  assert_true(count > 250);
  assert_true(worst <= 1e-3 && worst_sky <= 1e-3);
}

/* Sums, largest value and time of sun of a day sampled every minute. */
static void daily_sums(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_daily.csv"));
  double worst_ghi = 0.0, worst_plane = 0.0, worst_haurwitz = 0.0, worst_max = 0.0;
  int count = 0, worst_minutes = 0;
  while (rows_next(&r)) {
    cf_sun_place place =
        cf_sun_place_at(rows_number(&r, "lat_deg") * RAD, rows_number(&r, "lon_deg") * RAD, rows_number(&r, "alt_m"));
    cf_plane plane = cf_plane_make(rows_number(&r, "tilt_deg") * RAD, rows_number(&r, "surf_azimuth_deg") * RAD);
    cf_clear_sky sky = cf_clear_sky_make(place.altitude_m, place.pressure_pa, 3.0);
    double start = rows_time(rows_text(&r, "utc_day"));
    double extra = cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)start / CF_DAY_S).day_of_year);
    double ghi_wh = 0.0, plane_wh = 0.0, haurwitz_wh = 0.0, plane_max = 0.0;
    int minutes = 0;
    for (int minute = 0; minute < 1440; minute++) {
      cf_sun sun;
      cf_irradiance light;
      cf_sun_at(&place, start + minute * 60.0, &sun);
      cf_clear_sky_at(&sky, sun.apparent_zenith_rad, sun.up, extra, &light);
      double plane_wm2 = total(&plane, CF_SKY_ISOTROPIC, &sun, light, extra, 0.2);
      ghi_wh += light.ghi_wm2 / 60.0;
      plane_wh += plane_wm2 / 60.0;
      haurwitz_wh += cf_sky_haurwitz_ghi_wm2(sun.up) / 60.0;
      plane_max = fmax(plane_max, plane_wm2);
      minutes += sun.up > 0.0;
    }
    worst_ghi = fmax(worst_ghi, fabs(ghi_wh / rows_number(&r, "ghi_ineichen_whm2") - 1.0));
    worst_haurwitz = fmax(worst_haurwitz, fabs(haurwitz_wh / rows_number(&r, "ghi_haurwitz_whm2") - 1.0));
    worst_plane = fmax(worst_plane, fabs(plane_wh / rows_number(&r, "poa_iso_whm2") - 1.0));
    worst_max = fmax(worst_max, fabs(plane_max - rows_number(&r, "poa_max_wm2")));
    int off = abs(minutes - (int)rows_number(&r, "minutes_sun_up"));
    if (off > worst_minutes) worst_minutes = off;
    count++;
  }
  print_message("daily sums: ghi %.1e, Haurwitz %.1e, plane %.1e; largest %.3f W/m2; sun up %d min off (%d days)\n",
                worst_ghi, worst_haurwitz, worst_plane, worst_max, worst_minutes, count);
  assert_int_equal(count, 72);
  assert_true(worst_ghi <= 1e-3 && worst_plane <= 1e-3 && worst_haurwitz <= 1e-3);
  assert_true(worst_max <= 0.5);
  assert_true(worst_minutes <= 1);
}

static cf_sun sun_at(double elevation_deg, double azimuth_deg) {
  double e = elevation_deg * RAD, a = azimuth_deg * RAD;
  return (cf_sun){.east = cos(e) * sin(a),
                  .north = cos(e) * cos(a),
                  .up = sin(e),
                  .zenith_rad = 90.0 * RAD - e,
                  .apparent_zenith_rad = 90.0 * RAD - e};
}

static const cf_transposition models[] = {CF_SKY_ISOTROPIC, CF_SKY_HAY_DAVIES, CF_SKY_PEREZ};

/* Clear, half clouded and overcast light for a sun. */
static cf_irradiance light_of(const cf_sun *sun, double index) {
  cf_clear_sky sky = cf_clear_sky_make(0.0, 101325.0, 3.0);
  cf_irradiance clear, light;
  cf_clear_sky_at(&sky, sun->apparent_zenith_rad, sun->up, 1361.0, &clear);
  cf_sky_cloudy(&clear, sun->up, 1361.0, index, &light);
  return light;
}

static void horizontal_plane_sees_the_global_light(void **state) {
  (void)state;
  cf_plane flat = cf_plane_make(0.0, 1.234);
  for (int m = 0; m < 3; m++)
    for (double index = 0.1; index < 1.2; index += 0.15)
      for (double elevation = 5.5; elevation < 90.0; elevation += 1.0) {
        cf_sun sun = sun_at(elevation, 100.0 + elevation);
        cf_irradiance light = light_of(&sun, index);
        cf_plane_light on = on_plane(&flat, models[m], &sun, light, 1361.0, 0.2);
        assert_true(fabs(cf_plane_total_wm2(on) - light.ghi_wm2) < 1e-9);
        assert_true(fabs(on.sky_wm2 - light.dhi_wm2) < 1e-9);
        assert_true(fabs(on.ground_wm2) == 0.0);
      }
}

/* The floors of cos z: near the horizon the light around the sun does not grow without bound. */
static void low_sun_is_bounded(void **state) {
  (void)state;
  cf_plane flat = cf_plane_make(0.0, 0.0);
  cf_irradiance light = {60.0, 200.0, 50.0};
  for (double elevation = 0.1; elevation < 1.0; elevation += 0.2) {
    cf_sun sun = sun_at(elevation, 90.0);
    double a = 200.0 / 1361.0, expected = 50.0 * (1.0 - a + a * sun.up / 0.01745);
    assert_true(fabs(on_plane(&flat, CF_SKY_HAY_DAVIES, &sun, light, 1361.0, 0.2).sky_wm2 - expected) < 1e-9);
    cf_perez perez = cf_perez_at(200.0, 50.0, sun.apparent_zenith_rad, 1361.0, cf_sky_airmass(sun.apparent_zenith_rad));
    expected = 50.0 * (1.0 - perez.around_sun + perez.around_sun * sun.up / cos(85.0 * RAD));
    assert_true(fabs(on_plane(&flat, CF_SKY_PEREZ, &sun, light, 1361.0, 0.2).sky_wm2 - expected) < 1e-9);
  }
}

static void behind_the_plane_no_beam(void **state) {
  (void)state;
  cf_plane north = cf_plane_make(90.0 * RAD, 0.0);
  cf_irradiance light = {600.0, 800.0, 100.0};
  cf_sun south = sun_at(30.0, 180.0), facing = sun_at(1e-9, 0.0);
  assert_true(fabs(total(&north, CF_SKY_ISOTROPIC, &south, light, 1361.0, 0.0) - 50.0) < 1e-9);
  assert_true(fabs(total(&north, CF_SKY_ISOTROPIC, &south, light, 1361.0, 0.5) - 200.0) < 1e-9);
  assert_true(fabs(total(&north, CF_SKY_ISOTROPIC, &facing, light, 1361.0, 0.0) - 850.0) < 1e-9);
  assert_true(fabs(cf_plane_cos_incidence(&north, &facing) - 1.0) < 1e-12);
  /* What comes from around the sun is behind, too. */
  double anisotropy = 800.0 / 1361.0;
  assert_true(fabs(total(&north, CF_SKY_HAY_DAVIES, &south, light, 1361.0, 0.0) - 50.0 * (1.0 - anisotropy)) < 1e-9);
  cf_lit_sky sky = sky_of(&south, light, 1361.0);
  assert_true(cf_plane_light_at(&north, CF_SKY_PEREZ, &sky, -0.9, 0.0).sky_wm2 ==
              cf_plane_light_at(&north, CF_SKY_PEREZ, &sky, 0.0, 0.0).sky_wm2);
  assert_true(cf_plane_light_at(&north, CF_SKY_PEREZ, &sky, 0.5, 0.0).sky_wm2 >
              1.5 * cf_plane_light_at(&north, CF_SKY_PEREZ, &sky, 0.0, 0.0).sky_wm2);
}

/* Facing the sun the sky is brighter than an even one, facing away it is darker; overcast they agree. */
static void bright_around_the_sun(void **state) {
  (void)state;
  cf_plane towards = cf_plane_make(40.0 * RAD, 180.0 * RAD), away = cf_plane_make(40.0 * RAD, 0.0);
  for (double elevation = 15.0; elevation <= 60.0; elevation += 5.0) {
    cf_sun sun = sun_at(elevation, 180.0);
    cf_irradiance clear = light_of(&sun, 1.0), dull = light_of(&sun, 0.1);
    double even = on_plane(&towards, CF_SKY_ISOTROPIC, &sun, clear, 1361.0, 0.2).sky_wm2;
    for (int m = 1; m < 3; m++) {
      assert_true(on_plane(&towards, models[m], &sun, clear, 1361.0, 0.2).sky_wm2 > 1.1 * even);
      assert_true(on_plane(&away, models[m], &sun, clear, 1361.0, 0.2).sky_wm2 < 0.9 * even);
      double overcast = on_plane(&towards, models[m], &sun, dull, 1361.0, 0.2).sky_wm2;
      assert_true(fabs(overcast / on_plane(&towards, CF_SKY_ISOTROPIC, &sun, dull, 1361.0, 0.2).sky_wm2 - 1.0) < 0.1);
    }
  }
}

static void never_negative(void **state) {
  (void)state;
  int none = 0;
  for (int m = 0; m < 3; m++)
    for (double tilt = 0.0; tilt <= 180.0; tilt += 15.0)
      for (double elevation = -2.0; elevation < 90.0; elevation += 0.7)
        for (double dhi = 0.0; dhi < 500.0; dhi += 61.0)
          for (double dni = 0.0; dni < 1100.0; dni += 213.0) {
            cf_plane plane = cf_plane_make(tilt * RAD, 60.0 * RAD);
            cf_sun sun = sun_at(elevation, 200.0);
            cf_irradiance light = {dhi + dni * fmax(sun.up, 0.0), dni, dhi};
            cf_plane_light on = on_plane(&plane, models[m], &sun, light, 1361.0, 0.2);
            assert_true(on.beam_wm2 >= 0.0 && on.sky_wm2 >= 0.0 && on.ground_wm2 >= 0.0);
            assert_true(on.sky_wm2 < 1361.0 * 7.0);
            if (sun.up <= 0.0) assert_true(cf_plane_total_wm2(on) == 0.0);
            none += models[m] == CF_SKY_PEREZ && sun.up > 0.0 && dhi > 0.0 && !(on.sky_wm2 > 0.0);
          }
  assert_true(none > 0); /* Perez' formula does go below zero */
}

/* As the sun climbs slowly a plane's light moves slowly, but for the few steps of Perez' table. */
static void steps_are_few(void **state) {
  (void)state;
  cf_plane plane = cf_plane_make(35.0 * RAD, 180.0 * RAD);
  for (int m = 0; m < 3; m++) {
    int steps = 0;
    double last = 0.0, largest = 0.0;
    for (int i = 0; i <= 60000; i++) {
      cf_sun sun = sun_at(0.5 + i * 1e-3, 120.0);
      double now = total(&plane, models[m], &sun, light_of(&sun, 1.0), 1361.0, 0.2);
      if (i > 0 && fabs(now - last) > 0.1) {
        steps++;
        largest = fmax(largest, fabs(now - last));
      }
      last = now;
    }
    print_message("model %d: %d steps, largest %.2f W/m2\n", m, steps, largest);
    assert_true(models[m] == CF_SKY_PEREZ ? steps >= 1 && steps <= 7 && largest < 10.0 : steps == 0);
  }
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
    sum += total(&plane, CF_SKY_PEREZ, &sun, light, 1361.0, 0.2);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  double us = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e8;
  print_message("%.3f us per position, clear sky and plane (sum %g)\n", us, sum);
  assert_true(us < 20.0); /* generous: sanitizers and loaded machines; the aim is 1 us */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_agree),
      cmocka_unit_test(perez_rows_agree),
      cmocka_unit_test(daily_sums),
      cmocka_unit_test(horizontal_plane_sees_the_global_light),
      cmocka_unit_test(low_sun_is_bounded),
      cmocka_unit_test(behind_the_plane_no_beam),
      cmocka_unit_test(bright_around_the_sun),
      cmocka_unit_test(never_negative),
      cmocka_unit_test(steps_are_few),
      cmocka_unit_test(horizon_hides_the_beam),
      cmocka_unit_test(fast),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
