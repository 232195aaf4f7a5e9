/* The day's air temperature: extremes, mean, continuity, range checks. */
#include "physics/air.h"

#include "physics/mid_months.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RAD (3.14159265358979323846 / 180.0)

static void months_of(cf_air_month month[12], double mean_share) {
  for (int m = 0; m < 12; m++) {
    double low = 270.0 + 12.0 * (1.0 - cos(m * 30.0 * RAD));
    month[m] = (cf_air_month){low + mean_share * 11.0, low, low + 11.0};
  }
}

static cf_air air_of(const cf_air_month month[12], double longitude_deg) {
  cf_air air;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_air_make(month, longitude_deg * RAD, &air, &diag), CF_OK);
  return air;
}

/* With twelve equal months every day has exactly the given mean, minimum and maximum. */
static void mean_is_kept(void **state) {
  (void)state;
  for (double share = 0.1; share < 0.91; share += 0.1) {
    cf_air_month month[12];
    for (int m = 0; m < 12; m++) month[m] = (cf_air_month){280.0 + share * 11.0, 280.0, 291.0};
    cf_air air = air_of(month, 0.0);
    double start = (double)(cf_civil_days(2026, 4, 3) * CF_DAY_S), mean = 0.0, hourly = 0.0, low = 1e9, high = -1e9;
    for (int minute = 0; minute < 1440; minute++) {
      double t = cf_air_temp_k(&air, start + minute * 60.0);
      mean += t / 1440.0;
      if (minute % 60 == 0) hourly += t / 24.0;
      low = fmin(low, t);
      high = fmax(high, t);
    }
    assert_true(fabs(mean - (280.0 + share * 11.0)) < (share < 0.75 ? 1e-3 : 0.05)); /* 1 min samples of a cusp */
    /* As loaded, linear between hours; a large share has a sharp minimum. */
    assert_true(fabs(hourly - (280.0 + share * 11.0)) < (share < 0.65 ? 0.01 : 0.3));
    assert_true(fabs(low - 280.0) < 1e-6 && fabs(high - 291.0) < 1e-6);
  }
}

static void extremes_at_their_hours(void **state) {
  (void)state;
  cf_air_month month[12];
  months_of(month, 0.47);
  for (double longitude = -180.0; longitude <= 180.0; longitude += 60.0) {
    cf_air air = air_of(month, longitude);
    /* Mid-month: the month's own numbers. */
    double noon_july = (double)(cf_civil_days(2026, 7, 16) * CF_DAY_S) + 12 * 3600.0;
    double solar_midnight = noon_july - fmod(noon_july + longitude * 240.0, CF_DAY_S);
    double coldest = cf_air_temp_k(&air, solar_midnight + 6 * 3600.0);
    double warmest = cf_air_temp_k(&air, solar_midnight + 15 * 3600.0);
    assert_true(fabs(coldest - month[6].daily_min_k) < 0.3);
    assert_true(fabs(warmest - month[6].daily_max_k) < 0.3);
    for (int hour = 0; hour < 24; hour++) {
      double t = cf_air_temp_k(&air, solar_midnight + hour * 3600.0);
      assert_true(t >= coldest - 0.05 && t <= warmest + 0.05);
      double next = cf_air_temp_k(&air, solar_midnight + (hour + 1) * 3600.0);
      if (hour >= 6 && hour < 15) assert_true(next > t);
      if (hour < 5 || hour >= 15) assert_true(next < t);
    }
  }
}

static void continuous(void **state) {
  (void)state;
  cf_air_month month[12];
  months_of(month, 0.47);
  cf_air air = air_of(month, 77.0);
  double last = cf_air_temp_k(&air, (double)(cf_civil_days(2024, 1, 1) * CF_DAY_S));
  for (int64_t i = 1; i < 800 * 48; i++) {
    double t = cf_air_temp_k(&air, (double)(cf_civil_days(2024, 1, 1) * CF_DAY_S) + (double)i * 1800.0);
    assert_true(fabs(t - last) < 1.2); /* 11 K in 9 h: at most 0.96 K in half an hour */
    last = t;
  }
}

static void refuses(void **state) {
  (void)state;
  static const cf_air_month bad[] = {{280.0, 281.0, 290.0}, {290.0, 281.0, 290.0}, {285.0, 290.0, 281.0},
                                     {12.0, 5.0, 20.0},     {NAN, 281.0, 290.0},   {285.0, NAN, 290.0}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    cf_air_month month[12];
    cf_air air;
    cf_diag diag;
    cf_diag_init(&diag);
    months_of(month, 0.5);
    month[11] = bad[i];
    assert_int_equal(cf_air_make(month, 0.0, &air, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
  cf_air_month flat[12];
  for (int m = 0; m < 12; m++) flat[m] = (cf_air_month){285.0, 285.0, 285.0};
  cf_air air = air_of(flat, 0.0);
  assert_true(cf_air_temp_k(&air, 1.7e9) == 285.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mean_is_kept),
      cmocka_unit_test(extremes_at_their_hours),
      cmocka_unit_test(continuous),
      cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
