#include "base/lambert.h"

#include "base/remath.h"

#include <math.h>

/* 1/e as a sum of two doubles. */
static const double inverse_e = 0.36787944117144233, inverse_e_rest = -1.2428753672788363e-17;
static const double e = 2.7182818284590452;

/* W = sum series[k] p^k; W0 has p > 0, W-1 has p < 0. */
static const double series[] = {-1.0,
                                1.0,
                                -0.3333333333333333,
                                0.1527777777777778,
                                -0.07962962962962963,
                                0.044502314814814814,
                                -0.02598471487360376,
                                0.01563563253233392,
                                -0.009616892024299432,
                                0.006014543252956118,
                                -0.0038112980348919993,
                                0.0024408779911439826,
                                -0.0015769303446867841,
                                0.0010262633205076071,
                                -0.0006720616311561362,
                                0.0004424730618146209,
                                -0.00029267722472962746,
                                0.00019438727605453933,
                                -0.00012957426685274883,
                                8.665035805208128e-05,
                                -5.811360750441382e-05,
                                3.907668486743905e-05,
                                -2.63380647472311e-05,
                                1.7790345805079586e-05,
                                -1.2040352739559977e-05,
                                8.163531982496613e-06,
                                -5.544203208567359e-06,
                                3.7710949611072535e-06};

enum { TERMS = sizeof series / sizeof *series };

static double by_series(double p) {
  double w = series[TERMS - 1];
  for (int k = TERMS - 2; k >= 0; k--) w = w * p + series[k];
  return w;
}

/* p of the series; the first difference is exact where it matters. NAN beyond the branch point. */
static double branch_distance(double x) {
  double beyond = (x + inverse_e) + inverse_e_rest;
  if (x == -inverse_e) return 0.0;
  return beyond >= 0.0 ? sqrt(2.0 * e * beyond) : (double)NAN;
}

/* Steps double the correct digits; the last one only polishes. */
static double polish(double x, double w) {
  for (int i = 0; i < 8; i++) {
    double next = w / (1.0 + w) * (1.0 + cf_log(x / w));
    double change = fabs(next - w);
    w = next;
    if (change <= 1e-9 * fabs(w)) break;
  }
  return w;
}

double cf_lambert_w0(double x) {
  double p = branch_distance(x);
  if (p < 0.4) return by_series(p);
  if (isnan(p) || x == 0.0 || x == INFINITY) return isnan(p) ? p : x;
  if (x < -0.25) return polish(x, by_series(p));
  double l = cf_log1p(x); /* S. Winitzki's global approximation as a start (Proc. ICCSA 2003, LNCS 2667, 780) */
  return polish(x, l * (1.0 - cf_log1p(l) / (2.0 + l)));
}

double cf_lambert_wm1(double x) {
  double p = branch_distance(x);
  if (p < 0.4) return by_series(-p);
  if (isnan(p) || x > 0.0) return (double)NAN;
  if (x == 0.0) return -(double)INFINITY;
  if (x < -0.25) return polish(x, by_series(-p));
  double l1 = cf_log(-x), l2 = cf_log(-l1);
  return polish(x, l1 - l2 + l2 / l1);
}
