#include "physics/crossing.h"

#include "base/remath.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { LANES = 4, ROOM = (CF_CROSSING_TERMS + LANES - 1) / LANES * LANES };

/* Each step to the left halves an interval at least: finer than 2^-96 of the horizon nothing is looked at. */
enum { DEPTH = 96 };

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

/* The terms that count, filled up to whole fours with terms that are zero. */
typedef struct question {
  double offset, slope;
  unsigned fours;
  double amplitude[ROOM], rate[ROOM];
} question;

/* f = offset + slope s + p - n at a point, and the derivatives. */
typedef struct point {
  double s, f;
  double p, p_slope; /* of the positive terms */
  double n, n_slope; /* of the negative ones, sign turned */
} point;

static point look(const question *q, double s) {
  double p[LANES] = {0}, n[LANES] = {0}, p_slope[LANES] = {0}, n_slope[LANES] = {0};
  for (unsigned k = 0; k < LANES * q->fours; k += LANES) {
    const double *amplitude = &q->amplitude[k], *rate = &q->rate[k];
    double e[LANES];
    for (int j = 0; j < LANES; j++) e[j] = -rate[j] * s;
    cf_exp4(e);
    for (int j = 0; j < LANES; j++) {
      double value = amplitude[j] * e[j], above = value > 0.0 ? value : 0.0, below = above - value;
      p[j] += above;
      n[j] += below;
      p_slope[j] -= rate[j] * above;
      n_slope[j] -= rate[j] * below;
    }
  }
  point at = {.s = s,
              .p = (p[0] + p[1]) + (p[2] + p[3]),
              .p_slope = (p_slope[0] + p_slope[1]) + (p_slope[2] + p_slope[3]),
              .n = (n[0] + n[1]) + (n[2] + n[3]),
              .n_slope = (n_slope[0] + n_slope[1]) + (n_slope[2] + n_slope[3])};
  at.f = q->offset + q->slope * s + (at.p - at.n);
  return at;
}

/* Whether f stays below zero between two points where it is. */
static bool stays_below(const question *q, const point *a, const point *b) {
  if (b->p_slope - a->n_slope + q->slope <= 0.0) return true; /* falls all the way */
  if (a->p_slope - b->n_slope + q->slope >= 0.0) return true; /* rises all the way */
  /* Left of x the tangent of N at a, right of it the one at b: each bound is a line, so its ends are enough. x is where
   * the tangents meet. */
  double width = b->s - a->s, turn = b->n_slope - a->n_slope;
  double x = 0.5 * width;
  if (turn > 0.0) x = fmin(fmax((a->n - b->n + b->n_slope * width) / turn, 0.0), width);
  double chord = a->p + (b->p - a->p) / width * x, drop = b->n_slope * (width - x);
  double bound = q->offset + q->slope * (a->s + x) + (chord - fmin(a->n + a->n_slope * x, b->n - drop));
  /* In a wide interval the bound's own rounding counts; in a narrow one what f's rounding hides is let go. */
  double line = fabs(q->offset) + fabs(q->slope) * a->s;
  double hidden = line + fmin(a->p, b->p) + fmin(a->n, b->n);
  double rounding = line + fabs(q->slope) * width + fmax(a->p, b->p) + fmax(a->n, b->n) + fabs(drop);
  return bound < DBL_EPSILON * (16.0 * hidden - 4.0 * rounding);
}

static bool rises(const question *q, const point *a, const point *b) {
  return a->p_slope - b->n_slope + q->slope > 0.0;
}

/* Where to cut: at the corner of the tangents of P + N, which is as far in as the fastest term that counts reaches, but
 * not beyond the middle. */
static double cut(const point *a, const point *b) {
  double width = b->s - a->s, drop = (a->p + a->n) - (b->p + b->n);
  double slope_a = a->p_slope + a->n_slope, slope_b = b->p_slope + b->n_slope;
  double corner = (drop + slope_b * width) / (slope_b - slope_a);
  return a->s + (corner > 0.0 && corner < 0.5 * width ? corner : 0.5 * width);
}

/* The zero between a and b, f(a) < 0 <= f(b), where f rises: Newton's steps while they halve, else the bracket's
 * middle. */
static double solve(const question *q, const point *a, const point *b) {
  double lo = a->s, hi = b->s, step = hi - lo, step_before = step;
  point at = -a->f < b->f ? *a : *b;
  while (at.f != 0.0) {
    double newton = -at.f / (at.p_slope - at.n_slope + q->slope), next = at.s + newton;
    if (!(next > lo && next < hi && fabs(newton) <= 0.5 * step_before)) next = lo + 0.5 * (hi - lo);
    if (next <= lo || next >= hi) return hi;
    step_before = step;
    step = fabs(next - at.s);
    at = look(q, next);
    if (at.f >= 0.0)
      hi = next;
    else
      lo = next;
    if (step <= DBL_EPSILON * next) break;
  }
  return at.s;
}

/* Copies the terms; drops those that are always lost in the rounding of the offset. False when a number is not finite.
 */
static bool ask(const cf_exponential_sum *sum, double horizon, question *q) {
  double check = sum->offset + sum->slope * horizon, least = fabs(sum->offset) * (DBL_EPSILON / 16 / CF_CROSSING_TERMS);
  unsigned terms = 0;
  for (unsigned k = 0; k < sum->terms; k++) {
    double amplitude = sum->amplitude[k], rate = sum->rate_per_s[k];
    check += amplitude + rate;
    if (fabs(amplitude) <= least && rate >= 0.0) continue;
    q->amplitude[terms] = amplitude;
    q->rate[terms++] = rate;
  }
  for (; terms % LANES != 0; terms++) q->amplitude[terms] = q->rate[terms] = 0.0;
  q->fours = terms / LANES;
  q->offset = sum->offset;
  q->slope = sum->slope;
  return isfinite(check);
}

/* f at 0, and whether all that can add to f is too little: without a single exponential. */
static point start(const question *q, double horizon, bool *hopeless) {
  point at = {.s = 0.0};
  bool grows = false;
  for (unsigned k = 0; k < LANES * q->fours; k++) {
    double amplitude = q->amplitude[k], above = amplitude > 0.0 ? amplitude : 0.0, below = above - amplitude;
    at.p += above;
    at.n += below;
    at.p_slope -= q->rate[k] * above;
    at.n_slope -= q->rate[k] * below;
    grows |= above > 0.0 && q->rate[k] < 0.0;
  }
  at.f = q->offset + (at.p - at.n);
  *hopeless = !grows && q->offset + fmax(q->slope * horizon, 0.0) + at.p < 0.0;
  return at;
}

double cf_first_nonnegative(const cf_exponential_sum *sum, double horizon_s) {
  question q;
  if (!ask(sum, horizon_s, &q)) return -1.0;
  bool hopeless;
  point a = start(&q, horizon_s, &hopeless);
  if (a.f >= 0.0) return 0.0;
  if (hopeless || !(horizon_s > 0.0)) return -1.0;
  point right[DEPTH]; /* ends of the intervals still to be seen, the nearest on top */
  unsigned depth = 0;
  right[depth++] = look(&q, horizon_s);
  while (depth > 0) {
    const point *b = &right[depth - 1];
    bool crosses = b->f >= 0.0, settled;
    if (crosses) {
      if (rises(&q, &a, b)) return solve(&q, &a, b);
      settled = false;
    } else {
      settled = stays_below(&q, &a, b);
    }
    double middle = cut(&a, b);
    bool finest = depth == DEPTH || middle <= a.s || middle >= b->s || b->s - a.s <= 2.0 * DBL_EPSILON * b->s;
    if (!settled && finest) {
      if (crosses) return b->s;
      settled = true;
    }
    if (settled) {
      a = *b;
      depth--;
    } else {
      right[depth++] = look(&q, middle);
    }
  }
  return -1.0;
}
