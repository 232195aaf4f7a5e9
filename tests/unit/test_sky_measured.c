/* A measured sky: factors of an hour, air and wind between instants, repetition, range checks. */
#include "physics/sky_measured.h"

#include "base/civil.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define RAD (3.14159265358979323846 / 180.0)

enum { HOURS = 24 };

typedef struct day {
  cf_sun_place place;
  cf_clear_sky clear;
  double dni_wm2[HOURS], dhi_wm2[HOURS], level_wm2[HOURS], lit_s[HOURS]; /* of the clear sky, by steps of 1 s */
  double given_dni[HOURS], given_dhi[HOURS], air_k[HOURS], wind_ms[HOURS];
  cf_sky_measured measured;
} day;

static void make_day(day *d, int64_t first_unix_s) {
  *d = (day){.place = cf_sun_place_at(45.0 * RAD, 8.0 * RAD, 250.0)};
  d->clear = cf_clear_sky_make(250.0, d->place.pressure_pa, 3.0);
  for (int hour = 0; hour < HOURS; hour++) {
    for (int i = 0; i < 3600; i++) {
      double t = (double)first_unix_s + 3600.0 * hour + i + 0.5;
      cf_sun sun;
      cf_irradiance light;
      cf_sun_at(&d->place, t, &sun);
      cf_clear_sky_at(&d->clear, sun.apparent_zenith_rad, sun.up, cf_sky_extraterrestrial_at_wm2(t), &light);
      d->dni_wm2[hour] += light.dni_wm2 / 3600.0;
      d->level_wm2[hour] += light.dni_wm2 * fmax(sun.up, 0.0) / 3600.0;
      d->dhi_wm2[hour] += light.dhi_wm2 / 3600.0;
      d->lit_s[hour] += sun.up > 0.0 ? 1.0 : 0.0;
    }
    d->given_dni[hour] = 100.0 + hour;
    d->given_dhi[hour] = 40.0 + hour;
    d->air_k[hour] = 280.0;
  }
  d->measured = (cf_sky_measured){.first_unix_s = first_unix_s,
                                  .hours = HOURS,
                                  .dni_wm2 = d->given_dni,
                                  .dhi_wm2 = d->given_dhi,
                                  .air_k = d->air_k,
                                  .wind_ms = d->wind_ms};
}

/* factor * clear mean + even * share of the hour with sun = the mean of the record, for beam and diffuse apart. */
static void factors_give_the_mean(void **state) {
  (void)state;
  int even = 0, dark = 0, broken = 0;
  for (int month = 1; month <= 12; month++) {
    static day d;
    int64_t first_s = cf_civil_days(2026, (uint32_t)month, 7) * CF_DAY_S + month * 300;
    make_day(&d, first_s);
    for (int hour = 0; hour < HOURS; hour++) {
      cf_sky_hour h = cf_sky_measured_hour(&d.measured, &d.place, &d.clear, first_s + 3600 * hour);
      assert_true(h.beam_factor == 0.0 || h.beam_even_wm2 == 0.0);
      if (!(d.lit_s[hour] > 0.0)) {
        assert_true(h.beam_factor == 0.0 && h.beam_even_wm2 == 0.0 && h.diffuse_factor == 0.0 &&
                    h.diffuse_even_wm2 == 0.0);
        dark++;
        continue;
      }
      double lit = d.lit_s[hour] / 3600.0;
      double dni = h.beam_factor * d.dni_wm2[hour] + h.beam_even_wm2 * lit;
      double dhi = h.diffuse_factor * d.dhi_wm2[hour] + h.diffuse_even_wm2 * lit;
      double tolerance = lit < 1.0 ? 5e-3 : 1e-6; /* the steps of this test see the edge within 1 s only */
      if (lit > 0.05) assert_true(fabs(dni / d.given_dni[hour] - 1.0) < tolerance);
      if (lit > 0.05) assert_true(fabs(dhi / d.given_dhi[hour] - 1.0) < tolerance);
      if (fabs(d.dhi_wm2[hour] - 5.0) > 0.1) assert_true((h.diffuse_even_wm2 > 0.0) == (d.dhi_wm2[hour] < 5.0));
      even += h.diffuse_even_wm2 > 0.0;
      broken += lit < 1.0;
      /* The same hour of the next day: the record repeats, the clear sky hardly changes. */
      cf_sky_hour next = cf_sky_measured_hour(&d.measured, &d.place, &d.clear, first_s + 3600 * hour + CF_DAY_S);
      if (!(lit < 1.0)) assert_true(fabs(next.beam_factor / h.beam_factor - 1.0) < 0.1);
    }
  }
  assert_true(even >= 3 && dark > 100 && broken >= 20);
}

/* A record whose ghi is not quite dni cos z + dhi: the hour's global is that of the record, within a tenth of beam. */
static void global_light_agrees(void **state) {
  (void)state;
  static day d;
  static double ghi[HOURS];
  int64_t first_s = cf_civil_days(2026, 5, 7) * CF_DAY_S;
  make_day(&d, first_s);
  int scaled = 0;
  for (int share = -15; share <= 15; share += 5) {
    for (int hour = 0; hour < HOURS; hour++) {
      if (d.lit_s[hour] < 3600.0) continue;
      d.measured.ghi_wm2 = NULL;
      cf_sky_hour plain = cf_sky_measured_hour(&d.measured, &d.place, &d.clear, first_s + 3600 * hour);
      double level_wm2 = d.level_wm2[hour] * plain.beam_factor;
      ghi[hour] = d.given_dhi[hour] + level_wm2 * (1.0 + share / 100.0);
      d.measured.ghi_wm2 = ghi;
      cf_sky_hour with = cf_sky_measured_hour(&d.measured, &d.place, &d.clear, first_s + 3600 * hour);
      double expected = share > 10 ? 1.1 : share < -9 ? 1.0 / 1.1 : 1.0 + share / 100.0;
      assert_true(fabs(with.beam_factor / plain.beam_factor - expected) < 1e-6);
      assert_true(with.diffuse_factor == plain.diffuse_factor);
      scaled++;
    }
  }
  assert_true(scaled > 50);
}

static void air_wind_and_repetition(void **state) {
  (void)state;
  static const double none[3] = {0.0, 0.0, 0.0}, air[3] = {280.0, 281.0, 285.0}, wind[3] = {1.0, 2.0, 6.0};
  cf_sky_measured measured = {.first_unix_s = 1000,
                              .hours = 3,
                              .dni_wm2 = none,
                              .dhi_wm2 = none,
                              .state_offset_s = 1800.0,
                              .air_k = air,
                              .wind_ms = wind};
  assert_true(cf_sky_measured_air_k(&measured, 2800.0) == 280.0);
  assert_true(fabs(cf_sky_measured_air_k(&measured, 2800.0 + 900.0) - 280.25) < 1e-12);
  assert_true(fabs(cf_sky_measured_air_k(&measured, 2800.0 + 2.5 * 3600.0) - 282.5) < 1e-12); /* back to the first */
  assert_true(fabs(cf_sky_measured_air_k(&measured, 2800.0 - 0.25 * 3600.0) - 281.25) < 1e-12);
  assert_true(fabs(cf_sky_measured_wind_ms(&measured, 1000.0 + 3 * 3600.0 * 1000.0) - 3.5) < 1e-9);
  assert_true(cf_sky_measured_hour_begin_s(&measured, 999) == -2600);
  assert_true(cf_sky_measured_hour_begin_s(&measured, 1000) == 1000);
  assert_true(cf_sky_measured_hour_begin_s(&measured, 4599) == 1000);
}

static void refuses(void **state) {
  (void)state;
  static const double good[2] = {1.0, 300.0}, bad[2] = {1.0, -1.0}, bright[2] = {1.0, 2500.0}, cold[2] = {280.0, 1.0};
  static const double air[2] = {280.0, 281.0}, nan_wind[2] = {1.0, NAN};
  static const char *said[] = {NULL,
                               "no hours",
                               "hour 1: beam -1",
                               "hour 1: diffuse light 2500",
                               "hour 1: air 1 K",
                               "wind",
                               "after the start of the hour"};
  cf_diag diag;
  for (int i = 0; i < 7; i++) {
    cf_sky_measured measured = {.hours = 2, .dni_wm2 = good, .dhi_wm2 = good, .air_k = air, .wind_ms = good};
    static const double calm[2] = {0.0, 3.0};
    measured.wind_ms = calm;
    if (i == 1) measured.hours = 0;
    if (i == 2) measured.dni_wm2 = bad;
    if (i == 3) measured.dhi_wm2 = bright;
    if (i == 4) measured.air_k = cold;
    if (i == 5) measured.wind_ms = nan_wind;
    if (i == 6) measured.state_offset_s = 7201.0;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_measured_check(&measured, &diag), i == 0 ? CF_OK : CF_INPUT);
    if (i > 0) assert_non_null(strstr(diag.entry[0].text, said[i]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(factors_give_the_mean),
      cmocka_unit_test(global_light_agrees),
      cmocka_unit_test(air_wind_and_repetition),
      cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
