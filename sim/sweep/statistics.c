#include "sweep/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

void cf_moments_add(cf_moments *moments, double value) {
  moments->n++;
  double from_old = value - moments->mean;
  moments->mean += from_old / (double)moments->n;
  moments->m2 += from_old * (value - moments->mean);
}

double cf_moments_sd(const cf_moments *moments) {
  return moments->n < 2 ? NAN : sqrt(moments->m2 / (double)(moments->n - 1));
}

double cf_student_quantile(double p, double df) { return gsl_cdf_tdist_Pinv(p, df); }

cf_interval cf_interval_of(const cf_moments *moments, double alpha) {
  cf_interval interval = {.n = moments->n, .mean = moments->n > 0 ? moments->mean : NAN, .low = NAN, .high = NAN};
  if (moments->n < 2) return interval;
  double n = (double)moments->n;
  double half = cf_student_quantile(1.0 - 0.5 * alpha, n - 1.0) * cf_moments_sd(moments) / sqrt(n);
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
  return interval;
}

cf_interval cf_interval_unpaired(const cf_moments *a, const cf_moments *b, double alpha) {
  bool some = a->n > 0 && b->n > 0;
  cf_interval interval = {
      .n = a->n < b->n ? a->n : b->n, .mean = some ? a->mean - b->mean : NAN, .low = NAN, .high = NAN};
  if (interval.n < 2) return interval;
  double rest_a = (double)(a->n - 1), rest_b = (double)(b->n - 1);
  double square_a = a->m2 / rest_a / (double)a->n, square_b = b->m2 / rest_b / (double)b->n;
  double square = square_a + square_b, half = 0.0;
  if (square > 0.0) {
    double df = square * square / (square_a * square_a / rest_a + square_b * square_b / rest_b);
    half = cf_student_quantile(1.0 - 0.5 * alpha, df) * sqrt(square);
  }
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
  return interval;
}

double cf_interval_rel_halfwidth(const cf_interval *interval) {
  if (interval->n < 2) return INFINITY;
  double half = 0.5 * (interval->high - interval->low);
  if (half == 0.0) return 0.0;
  return interval->mean != 0.0 ? half / fabs(interval->mean) : INFINITY;
}
