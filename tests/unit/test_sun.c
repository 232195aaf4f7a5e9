/* Sun position, equation of time, rise and set against the NREL SPA; civil dates against the C library. */
#include "physics/mid_months.h"
#include "physics/sun.h"

#include "solar_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static cf_sun_place place_of(const rows *r, double altitude_m) {
  return cf_sun_place_at(rows_number(r, "lat_deg") * RAD, rows_number(r, "lon_deg") * RAD, altitude_m);
}

static void civil_dates(void **state) {
  (void)state;
  for (int64_t day = -200000; day < 200000; day += 17) {
    time_t t = (time_t)(day * CF_DAY_S);
    struct tm tm;
    gmtime_r(&t, &tm);
    cf_civil date = cf_civil_date(day);
    assert_int_equal(date.year, tm.tm_year + 1900);
    assert_int_equal(date.month, tm.tm_mon + 1);
    assert_int_equal(date.day, tm.tm_mday);
    assert_int_equal(date.day_of_year, tm.tm_yday + 1);
    assert_true(cf_civil_days(date.year, date.month, date.day) == day);
  }
  assert_true(cf_civil_leap(2000) && cf_civil_leap(2024) && !cf_civil_leap(1900) && !cf_civil_leap(2023));
}

static void mid_months(void **state) {
  (void)state;
  double january = (double)(cf_civil_days(2026, 1, 1) * CF_DAY_S) + 15.5 * CF_DAY_S;
  cf_mid_months at = cf_mid_months_at(january);
  assert_int_equal(at.before, 0);
  assert_int_equal(at.after, 1);
  assert_true(at.weight == 0.0);
  at = cf_mid_months_at(january - CF_DAY_S);
  assert_int_equal(at.before, 11);
  assert_int_equal(at.after, 0);
  assert_true(fabs(at.weight - 30.0 / 31.0) < 1e-12);
  /* Position counted in months never jumps and never stands still, over a leap year and before 1970. */
  double last = -1.0;
  for (int i = 0; i < 12 * 400; i++) {
    double t = (double)(cf_civil_days(i % 2 ? 2024 : 1968, 1, 17) * CF_DAY_S) + i / 2 * 3.3 * 3600.0;
    at = cf_mid_months_at(t);
    assert_true(at.weight >= 0.0 && at.weight < 1.0);
    assert_int_equal(at.after, (at.before + 1) % 12);
    if (i % 2) continue;
    double position = at.before + at.weight;
    assert_true(position > last && (last < 0.0 || position - last < 0.01));
    last = position;
  }
}

static void position(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_points.csv"));
  double worst_zenith = 0.0, worst_apparent = 0.0, worst_azimuth = 0.0, worst_time = 0.0, worst_pa = 0.0;
  int count = 0;
  while (rows_next(&r)) {
    cf_sun_place place = place_of(&r, rows_number(&r, "alt_m"));
    double t = rows_time(rows_text(&r, "time_utc"));
    cf_sun sun;
    cf_sun_at(&place, t, &sun);
    double zenith = rows_number(&r, "zenith_deg"), apparent = rows_number(&r, "apparent_zenith_deg");
    double azimuth = fabs(cf_sun_azimuth_rad(&sun) / RAD - rows_number(&r, "azimuth_deg"));
    if (azimuth > 180.0) azimuth = 360.0 - azimuth;
    worst_zenith = fmax(worst_zenith, fabs(sun.zenith_rad / RAD - zenith));
    worst_apparent = fmax(worst_apparent, fabs(sun.apparent_zenith_rad / RAD - apparent));
    worst_azimuth = fmax(worst_azimuth, azimuth * sin(zenith * RAD));
    worst_time = fmax(worst_time, fabs(cf_sun_equation_of_time_s(t) - 60.0 * rows_number(&r, "eot_min")));
    worst_pa = fmax(worst_pa, fabs(place.pressure_pa - rows_number(&r, "pressure_pa")));
    assert_true(fabs(sun.east * sun.east + sun.north * sun.north + sun.up * sun.up - 1.0) < 1e-12);
    assert_true(fabs(sun.up - cos(sun.apparent_zenith_rad)) < 1e-15);
    count++;
  }
  print_message("zenith %.5f deg, apparent %.5f, azimuth on the circle %.5f, equation of time %.3f s (%d rows)\n",
                worst_zenith, worst_apparent, worst_azimuth, worst_time, count);
  assert_int_equal(count, 720);
  assert_true(worst_zenith <= 0.01);
  assert_true(worst_apparent <= 0.011);
  assert_true(worst_azimuth <= 0.011);
  assert_true(worst_time <= 3.0);
  assert_true(worst_pa <= 1e-3);
}

static void rise_and_set(void **state) {
  (void)state;
  rows r;
  assert_true(rows_open(&r, "tests/reference/solar_riseset.csv"));
  double worst = 0.0;
  int count = 0, evenings = 0;
  while (rows_next(&r)) {
    cf_sun_place place = place_of(&r, 0.0);
    cf_sun_day day;
    int64_t utc_day = (int64_t)rows_time(rows_text(&r, "utc_day")) / CF_DAY_S;
    cf_sun_day_at(&place, utc_day, &day);
    assert_true(day.crosses);
    double limit = fabs(rows_number(&r, "lat_deg")) > 60.0 ? 60.0 : 30.0;
    double off = fabs(day.transit_unix_s - rows_time(rows_text(&r, "transit")));
    off = fmax(off, fabs(day.rise_unix_s - rows_time(rows_text(&r, "sunrise"))));
    /* The SPA takes its sunset inside the UTC day; where the evening falls into the next one (Honolulu) the row holds
     * the evening before, put a day later. */
    double set = rows_time(rows_text(&r, "sunset"));
    if (set >= (double)((utc_day + 1) * CF_DAY_S)) {
      cf_sun_day_at(&place, utc_day - 1, &day);
      set -= CF_DAY_S;
      evenings++;
    }
    off = fmax(off, fabs(day.set_unix_s - set));
    assert_true(off <= limit);
    worst = fmax(worst, off);
    count++;
  }
  print_message("rise, transit, set within %.1f s (%d rows)\n", worst, count);
  assert_int_equal(count, 72);
  assert_int_equal(evenings, 12);
}

/* Rise and set are where the position says that the centre stands at 90.8333 deg, transit where it is due south. */
static void rise_agrees_with_position(void **state) {
  (void)state;
  for (int i = 0; i < 300; i++) {
    cf_sun_place place =
        cf_sun_place_at((-65.0 + 130.0 * ((i * 7) % 300) / 300.0) * RAD, (i * 47 % 360 - 180) * RAD, 0.0);
    int64_t day = cf_civil_days(2026, 1, 1) + i;
    cf_sun_day events;
    cf_sun_day_at(&place, day, &events);
    assert_true(events.transit_unix_s >= (double)(day * CF_DAY_S) &&
                events.transit_unix_s < (double)((day + 1) * CF_DAY_S));
    if (!events.crosses) continue;
    assert_true(events.rise_unix_s < events.transit_unix_s && events.transit_unix_s < events.set_unix_s);
    cf_sun sun;
    cf_sun_at(&place, events.rise_unix_s, &sun);
    assert_true(fabs(sun.zenith_rad / RAD - 90.8333) < 0.01); /* parallax 0.0024 deg */
    cf_sun_at(&place, events.set_unix_s, &sun);
    assert_true(fabs(sun.zenith_rad / RAD - 90.8333) < 0.01);
    cf_sun_at(&place, events.transit_unix_s, &sun);
    assert_true(fabs(sun.east) < 1e-5);
  }
}

static void polar_days(void **state) {
  (void)state;
  cf_sun_place tromso = cf_sun_place_at(69.65 * RAD, 18.96 * RAD, 0.0);
  cf_sun_day day;
  cf_sun_day_at(&tromso, cf_civil_days(2026, 6, 21), &day);
  assert_true(!day.crosses && day.up && isnan(day.rise_unix_s) && isnan(day.set_unix_s));
  cf_sun_day_at(&tromso, cf_civil_days(2026, 12, 21), &day);
  assert_true(!day.crosses && !day.up);
  cf_sun_place pole = cf_sun_place_at(90.0 * RAD, 0.0, 0.0);
  cf_sun_day_at(&pole, cf_civil_days(2026, 6, 21), &day);
  assert_true(!day.crosses && day.up);
  cf_sun sun;
  cf_sun_at(&pole, (double)(cf_civil_days(2026, 6, 21) * CF_DAY_S), &sun);
  assert_true(fabs(sun.zenith_rad / RAD - (90.0 - 23.44)) < 0.02);
}

/* Refraction lifts, less with height of the sun and less air; none far below the horizon. */
static void refraction(void **state) {
  (void)state;
  cf_sun_place low = cf_sun_place_at(45.0 * RAD, 8.0 * RAD, 0.0), high = cf_sun_place_at(45.0 * RAD, 8.0 * RAD, 4000.0);
  double start = (double)(cf_civil_days(2026, 3, 20) * CF_DAY_S);
  for (int i = 0; i < 144; i++) {
    cf_sun a, b;
    cf_sun_at(&low, start + i * 600.0, &a);
    cf_sun_at(&high, start + i * 600.0, &b);
    double lift_a = a.zenith_rad - a.apparent_zenith_rad, lift_b = b.zenith_rad - b.apparent_zenith_rad;
    assert_true(a.zenith_rad == b.zenith_rad);
    if (a.zenith_rad > 91.0 * RAD)
      assert_true(lift_a == 0.0);
    else
      assert_true(lift_a > lift_b && lift_b > 0.0 && lift_a < 0.7 * RAD);
  }
}

static void fast(void **state) {
  (void)state;
  cf_sun_place place = cf_sun_place_at(45.0 * RAD, 8.0 * RAD, 250.0);
  struct timespec a, b;
  double sum = 0.0;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int i = 0; i < 100000; i++) {
    cf_sun sun;
    cf_sun_at(&place, 1.75e9 + i * 317.0, &sun);
    sum += sun.up;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  double us = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e8;
  print_message("%.3f us per position (sum %g)\n", us, sum);
  assert_true(us < 20.0); /* generous: sanitizers and loaded machines; the aim is 1 us */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(civil_dates),
      cmocka_unit_test(mid_months),
      cmocka_unit_test(position),
      cmocka_unit_test(rise_and_set),
      cmocka_unit_test(rise_agrees_with_position),
      cmocka_unit_test(polar_days),
      cmocka_unit_test(refraction),
      cmocka_unit_test(fast),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
