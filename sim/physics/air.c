#include "physics/air.h"

#include "base/remath.h"
#include "physics/mid_months.h"

#include <math.h>

#define PI 3.14159265358979323846

enum { MIN_AT_S = 6 * 3600, MAX_AT_S = 15 * 3600 };

/* Gamma(p + 1/2) / (sqrt(pi) Gamma(p + 1)): upward recurrence to p + 20, there the square-root form
 * Gamma(x + 1)/Gamma(x + 1/2) = sqrt(x + 1/4 + 1/(32 x + 8)) with a relative error below 1e-7. */
static double mean_of_power(double p) {
  double ratio = 1.0;
  for (int k = 0; k < 20; k++) ratio *= (p + k + 1.0) / (p + k + 0.5);
  double x = p + 20.0;
  return ratio / sqrt(PI * (x + 0.25 + 1.0 / (32.0 * x + 8.0)));
}

static double power_for_mean(double mean) {
  double low = 0.01, high = 200.0; /* mean_of_power falls from 0.987 to 0.04 */
  for (int i = 0; i < 60; i++) {
    double p = 0.5 * (low + high);
    if (mean_of_power(p) > mean)
      low = p;
    else
      high = p;
  }
  return 0.5 * (low + high);
}

cf_status cf_air_make(const cf_air_month month[12], double longitude_rad, cf_air *air, cf_diag *diag) {
  air->longitude_s = longitude_rad * (43200.0 / PI);
  for (int m = 0; m < 12; m++) {
    double low = month[m].daily_min_k, high = month[m].daily_max_k, mean = month[m].mean_k;
    if (!(low > 100.0 && high < 400.0 && low <= high))
      return cf_fail(diag, CF_INPUT, "month %d: air temperatures %g..%g K are not in 100..400 K or fall", m + 1, low,
                     high);
    air->min_k[m] = low;
    air->range_k[m] = high - low;
    air->power[m] = 1.0;
    if (low == high && mean == low) continue;
    double share = (mean - low) / (high - low);
    if (!(share >= 0.05 && share <= 0.95))
      return cf_fail(diag, CF_INPUT, "month %d: mean air temperature %g K is not within 5..95 %% of %g..%g K", m + 1,
                     mean, low, high);
    air->power[m] = power_for_mean(share);
  }
  return CF_OK;
}

/* 0 at the minimum, 1 at the maximum. */
static double half_cosine(double solar_s) {
  double since_min = solar_s - MIN_AT_S;
  since_min -= CF_DAY_S * floor(since_min / CF_DAY_S);
  const double rise_s = MAX_AT_S - MIN_AT_S;
  double phase = since_min < rise_s ? since_min / rise_s : 1.0 + (since_min - rise_s) / (CF_DAY_S - rise_s);
  double s = cf_sin(0.5 * PI * phase);
  return s * s;
}

double cf_air_temp_k(const cf_air *air, double unix_s) {
  double c = half_cosine(unix_s + air->longitude_s);
  cf_mid_months at = cf_mid_months_at(unix_s);
  double before = air->min_k[at.before] + air->range_k[at.before] * cf_pow(c, air->power[at.before]);
  double after = air->min_k[at.after] + air->range_k[at.after] * cf_pow(c, air->power[at.after]);
  return before + at.weight * (after - before);
}
