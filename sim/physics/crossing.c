#include "physics/crossing.h"

#include "base/remath.h"

#include <math.h>
#include <stddef.h>

enum { MAX_ZEROS = CF_CROSSING_TERMS + 2 };

double cf_exponential_sum_at(const cf_exponential_sum *sum, double s) {
  double value = sum->offset + sum->slope * s;
  for (unsigned k = 0; k < sum->terms; k++) value += sum->amplitude[k] * cf_exp(-sum->rate_per_s[k] * s);
  return value;
}

double cf_bracketed_zero(double (*f)(const void *self, double s), const void *self, double lo, double hi) {
  double f_lo = f(self, lo), f_hi = f(self, hi);
  if (f_lo == 0.0) return lo;
  if (f_hi == 0.0) return hi;
  for (int i = 0; i < 200; i++) {
    double mid = lo + 0.5 * (hi - lo);
    if (mid <= lo || mid >= hi) break;
    double f_mid = f(self, mid);
    double root = sqrt(f_mid * f_mid - f_lo * f_hi);
    double guess = mid;
    if (root > 0.0) guess += (mid - lo) * (f_lo >= f_hi ? 1.0 : -1.0) * f_mid / root;
    double f_guess = f(self, guess);
    if (f_mid == 0.0) return mid;
    if (f_guess == 0.0) return guess;
    /* Keep the tightest bracket among lo, mid, guess, hi. */
    double p[4] = {lo, mid < guess ? mid : guess, mid < guess ? guess : mid, hi};
    double v[4] = {f_lo, mid < guess ? f_mid : f_guess, mid < guess ? f_guess : f_mid, f_hi};
    double width = hi - lo;
    for (int j = 0; j < 3; j++) {
      if ((v[j] < 0.0) == (v[j + 1] < 0.0)) continue;
      lo = p[j];
      f_lo = v[j];
      hi = p[j + 1];
      f_hi = v[j + 1];
      break;
    }
    if (hi - lo <= 4e-16 * hi || hi - lo >= width) break;
  }
  return hi;
}

static double sum_at(const void *self, double s) { return cf_exponential_sum_at(self, s); }

static unsigned zeros(const cf_exponential_sum *sum, double horizon, double out[MAX_ZEROS]);

/* Zeros of `sum` given the zeros of its derivative (up to a positive factor), which part it into monotone pieces. */
static unsigned zeros_between(const cf_exponential_sum *sum, double horizon, const double *critical, unsigned count,
                              double out[MAX_ZEROS]) {
  unsigned found = 0;
  double lo = 0.0, f_lo = cf_exponential_sum_at(sum, 0.0);
  for (unsigned i = 0; i <= count; i++) {
    double hi = i < count ? critical[i] : horizon;
    double f_hi = cf_exponential_sum_at(sum, hi);
    if (f_lo == 0.0) {
      if (found < MAX_ZEROS) out[found++] = lo;
    } else if ((f_lo < 0.0) != (f_hi < 0.0) && found < MAX_ZEROS) {
      out[found++] = cf_bracketed_zero(sum_at, sum, lo, hi);
    }
    lo = hi;
    f_lo = f_hi;
  }
  return found;
}

static unsigned zeros(const cf_exponential_sum *sum, double horizon, double out[MAX_ZEROS]) {
  cf_exponential_sum derivative = {.terms = 0};
  double critical[MAX_ZEROS];
  if (sum->terms == 0) { /* a line: no critical point */
    return zeros_between(sum, horizon, NULL, 0, out);
  }
  if (sum->slope != 0.0 || sum->offset != 0.0) { /* the line falls away after one or two derivatives */
    derivative.offset = sum->slope;
    for (unsigned k = 0; k < sum->terms; k++) {
      derivative.amplitude[k] = -sum->amplitude[k] * sum->rate_per_s[k];
      derivative.rate_per_s[k] = sum->rate_per_s[k];
    }
    derivative.terms = sum->terms;
    unsigned count = zeros(&derivative, horizon, critical);
    return zeros_between(sum, horizon, critical, count, out);
  }
  /* A pure sum of exponentials: times exp(rate_min s) it is a constant and fewer exponentials, with the same zeros. */
  unsigned slowest = 0;
  for (unsigned k = 1; k < sum->terms; k++)
    if (sum->rate_per_s[k] < sum->rate_per_s[slowest]) slowest = k;
  cf_exponential_sum scaled = {.offset = sum->amplitude[slowest]};
  for (unsigned k = 0; k < sum->terms; k++) {
    if (k == slowest) continue;
    scaled.amplitude[scaled.terms] = sum->amplitude[k];
    scaled.rate_per_s[scaled.terms] = sum->rate_per_s[k] - sum->rate_per_s[slowest];
    scaled.terms++;
  }
  if (scaled.offset == 0.0 && scaled.terms == 0) return 0;
  return zeros(&scaled, horizon, out);
}

double cf_first_nonnegative(const cf_exponential_sum *sum, double horizon_s) {
  if (cf_exponential_sum_at(sum, 0.0) >= 0.0) return 0.0;
  double at[MAX_ZEROS];
  unsigned count = zeros(sum, horizon_s, at);
  if (count > 0) return at[0]; /* f(0) < 0, so the first zero is an upward crossing or a touch */
  return cf_exponential_sum_at(sum, horizon_s) >= 0.0 ? horizon_s : -1.0;
}
