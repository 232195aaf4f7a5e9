/* The cloud chain: stationary law, autocorrelation, named draws, range checks. */
#include "physics/clouds.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void same_months(cf_cloud_month month[12], double lag1) {
  static const double level[CF_CLOUD_STATES] = {0.34, 0.51, 0.78, 0.92, 1.02};
  for (int m = 0; m < 12; m++) {
    for (int i = 0; i < CF_CLOUD_STATES; i++) month[m].clear_sky_index[i] = level[i];
    month[m].lag1_hour = lag1;
  }
}

static cf_clouds clouds_of(double lag1) {
  cf_cloud_month month[12];
  cf_clouds clouds;
  cf_diag diag;
  cf_diag_init(&diag);
  same_months(month, lag1);
  assert_int_equal(cf_clouds_make(month, &clouds, &diag), CF_OK);
  return clouds;
}

static void stationary_law_and_autocorrelation(void **state) {
  (void)state;
  enum { HOURS = 24 * 365 * 100 };
  const double lag1 = 0.6;
  cf_clouds clouds = clouds_of(lag1);
  cf_random random = cf_random_seed(7, 0);
  cf_sky_chain chain;
  cf_sky_chain_start(&clouds, &random, 3, 0, 0, &chain);
  double *hourly = malloc(sizeof(double) * HOURS);
  assert_non_null(hourly);
  double share_s[CF_CLOUD_STATES] = {0}, mean = 0.0, expected = 0.0;
  int64_t now_s = 0;
  for (int hour = 0; hour < HOURS; hour++) {
    int64_t sample_s = (int64_t)hour * 3600;
    while (chain.next_jump_s < sample_s) {
      share_s[chain.state] += (double)(chain.next_jump_s - now_s);
      now_s = chain.next_jump_s;
      cf_sky_chain_jump(&clouds, &random, 3, 0, &chain);
      assert_true(chain.next_jump_s > now_s);
      assert_true(chain.state < CF_CLOUD_STATES);
    }
    hourly[hour] = clouds.month[0].clear_sky_index[chain.state];
    mean += hourly[hour] / HOURS;
  }
  for (int i = 0; i < CF_CLOUD_STATES; i++) {
    expected += clouds.month[0].clear_sky_index[i] / CF_CLOUD_STATES;
    assert_true(fabs(share_s[i] / (double)now_s - 0.2) < 0.004); /* 2 %: 4.5 sd */
  }
  print_message("mean %.5f, exact %.5f\n", mean, expected);
  assert_true(fabs(mean / expected - 1.0) < 0.01);
  double variance = 0.0;
  for (int i = 0; i < HOURS; i++) variance += (hourly[i] - mean) * (hourly[i] - mean);
  for (int lag = 1; lag <= 3; lag++) {
    double covariance = 0.0;
    for (int i = 0; i + lag < HOURS; i++) covariance += (hourly[i] - mean) * (hourly[i + lag] - mean);
    print_message("autocorrelation at %d h: %.4f, exact %.4f\n", lag, covariance / variance, pow(lag1, lag));
    assert_true(fabs(covariance / variance - pow(lag1, lag)) < 0.01);
  }
  free(hourly);
}

/* One year at many sites. The mean of a year has the standard deviation sigma sqrt(2 tau/T (1 - tau/T)) with
 * tau = 1/r (from the autocorrelation exp(-t/tau), T >> tau): 0.8 % of the mean here; that of all sites together is
 * sqrt(SITES) times smaller, 0.04 %. Wanted: the mean within four of those, the spread of the sites within 15 % (four
 * of its own, 1/sqrt(2 SITES) = 3.5 %), and within 1 % whatever the rates. */
static void mean_of_a_year(void **state) {
  (void)state;
  enum { SITES = 400, YEAR_S = 365 * 86400 };
  static const double lags[] = {0.3, 0.6, 0.87};
  for (int k = 0; k < 3; k++) {
    cf_clouds clouds = clouds_of(lags[k]);
    cf_random random = cf_random_seed(11, (uint32_t)k);
    const double *level = clouds.month[0].clear_sky_index;
    double exact = 0.0, variance = 0.0;
    for (int i = 0; i < CF_CLOUD_STATES; i++) exact += level[i] / CF_CLOUD_STATES;
    for (int i = 0; i < CF_CLOUD_STATES; i++) variance += (level[i] - exact) * (level[i] - exact) / CF_CLOUD_STATES;
    double tau_s = 3600.0 / -log(lags[k]);
    double year_sd = sqrt(variance * 2.0 * tau_s / YEAR_S * (1.0 - tau_s / YEAR_S));
    double sum = 0.0, squares = 0.0;
    for (uint32_t site = 0; site < SITES; site++) {
      cf_sky_chain chain;
      cf_sky_chain_start(&clouds, &random, site, 0, 0, &chain);
      double index_s = 0.0;
      int64_t now_s = 0;
      while (chain.next_jump_s < YEAR_S) {
        index_s += level[chain.state] * (double)(chain.next_jump_s - now_s);
        now_s = chain.next_jump_s;
        cf_sky_chain_jump(&clouds, &random, site, 0, &chain);
      }
      index_s += level[chain.state] * (double)(YEAR_S - now_s);
      double off = index_s / YEAR_S - exact;
      sum += off;
      squares += off * off;
    }
    double error = sum / SITES, standard_error = year_sd / sqrt(SITES), spread = sqrt(squares / SITES);
    print_message("lag %.2f: mean of %d years %+.4f %% off (standard error %.4f %%), spread %.5f, exact %.5f\n",
                  lags[k], SITES, 100.0 * error / exact, 100.0 * standard_error / exact, spread, year_sd);
    assert_true(fabs(error) < 4.0 * standard_error);
    assert_true(fabs(error / exact) < 0.01);
    assert_true(fabs(spread / year_sd - 1.0) < 0.15);
  }
}

/* The same jump of the same site is the same however one got there; another site has another sky. */
static void draws_are_named(void **state) {
  (void)state;
  cf_clouds clouds = clouds_of(0.5);
  cf_random random = cf_random_seed(7, 0);
  cf_sky_chain a, b, other;
  cf_sky_chain_start(&clouds, &random, 11, 1000, 0, &a);
  cf_sky_chain_start(&clouds, &random, 11, 500000, 0, &b);
  cf_sky_chain_start(&clouds, &random, 12, 1000, 0, &other);
  int differ = 0;
  for (int i = 0; i < 200; i++) {
    assert_int_equal(a.state, b.state);
    assert_true(b.next_jump_s - a.next_jump_s == 499000);
    assert_int_equal(a.jump_index, i + 1);
    differ += a.state != other.state;
    cf_sky_chain_jump(&clouds, &random, 11, 0, &a);
    cf_sky_chain_jump(&clouds, &random, 11, 0, &b);
    cf_sky_chain_jump(&clouds, &random, 12, 0, &other);
  }
  assert_in_range(differ, 120, 195);
}

static void a_month_has_its_rate(void **state) {
  (void)state;
  cf_cloud_month month[12];
  cf_clouds clouds;
  cf_diag diag;
  cf_diag_init(&diag);
  same_months(month, 0.9);
  month[6].lag1_hour = 0.3;
  month[7].lag1_hour = 1.0;
  assert_int_equal(cf_clouds_make(month, &clouds, &diag), CF_OK);
  cf_random random = cf_random_seed(1, 2);
  double wait_s[2] = {0.0, 0.0};
  for (uint32_t m = 0; m < 2; m++) {
    cf_sky_chain chain;
    cf_sky_chain_start(&clouds, &random, 0, 0, m == 0 ? 0 : 6, &chain);
    for (int i = 0; i < 20000; i++) cf_sky_chain_jump(&clouds, &random, 0, m == 0 ? 0 : 6, &chain);
    wait_s[m] = (double)chain.next_jump_s / 20001.0;
  }
  assert_true(fabs(wait_s[0] / (3600.0 / -log(0.9)) - 1.0) < 0.03);
  assert_true(fabs(wait_s[1] / (3600.0 / -log(0.3)) - 1.0) < 0.03);
  cf_sky_chain still;
  cf_sky_chain_start(&clouds, &random, 0, 0, 7, &still);
  assert_true(still.next_jump_s == INT64_MAX);
}

static void refuses(void **state) {
  (void)state;
  static const double bad_lag[] = {0.0, 0.29, 1.01, -1.0, NAN};
  cf_cloud_month month[12];
  cf_clouds clouds;
  cf_diag diag;
  for (size_t i = 0; i < sizeof bad_lag / sizeof *bad_lag; i++) {
    cf_diag_init(&diag);
    same_months(month, 0.5);
    month[4].lag1_hour = bad_lag[i];
    assert_int_equal(cf_clouds_make(month, &clouds, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
  cf_diag_init(&diag);
  same_months(month, 0.5);
  month[0].clear_sky_index[2] = 0.1;
  assert_int_equal(cf_clouds_make(month, &clouds, &diag), CF_INPUT);
  month[0].clear_sky_index[2] = NAN;
  assert_int_equal(cf_clouds_make(month, &clouds, &diag), CF_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stationary_law_and_autocorrelation),
      cmocka_unit_test(mean_of_a_year),
      cmocka_unit_test(draws_are_named),
      cmocka_unit_test(a_month_has_its_rate),
      cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
