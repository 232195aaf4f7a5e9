/* Means with intervals: what the sweep's stopping rule and `compare` rest on. */
#ifndef CF_SWEEP_STATISTICS_H
#define CF_SWEEP_STATISTICS_H

#include <stdint.h>

/* Welford's running moments (Technometrics 4, 1962): mean and the sum of squared deviations. */
typedef struct cf_moments {
  uint64_t n;
  double mean, m2;
} cf_moments;

void cf_moments_add(cf_moments *moments, double value);
double cf_moments_sd(const cf_moments *moments); /* of the sample; NAN below two values */

/* A mean and the ends of its interval; the ends are NAN below two values. */
typedef struct cf_interval {
  uint64_t n;
  double mean, low, high;
} cf_interval;

/* Student's interval of the mean. `alpha`: 0.05 for CI95. */
cf_interval cf_interval_of(const cf_moments *moments, double alpha);

/* The interval of mean(a) - mean(b) without pairs, of unequal variances (Welch, Biometrika 34, 1947); n is the smaller
 * number of values. The ends are NAN when one has fewer than two. */
cf_interval cf_interval_unpaired(const cf_moments *a, const cf_moments *b, double alpha);

/* Half of the interval over |mean|; INFINITY below two values and for a mean of zero whose interval is not. */
double cf_interval_rel_halfwidth(const cf_interval *interval);

/* Quantile of Student's t: p in (0, 1), df >= 1. */
double cf_student_quantile(double p, double df);

#endif
