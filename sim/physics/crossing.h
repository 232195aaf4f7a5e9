/* First crossing of a sum of exponentials and a line, with a guarantee.
 *
 *   f(s) = offset + slope s + sum_k amplitude[k] exp(-rate[k] s),   0 <= s <= horizon, rates of either sign, in any
 * order
 *
 * The terms of positive amplitude add up to a convex function P, the others to -N with N convex. So between two points
 * P lies below its chord and N above its tangents: a bound on f that is exact at both ends and tight to second order.
 * Likewise P' and N' only grow, which bounds f'. An interval is left behind when the bound is below zero; it is solved
 * when f' is above zero in it and f changes sign; else it is cut in two, and the left part comes first. So no crossing
 * can be missed, however many terms there are and however far their rates are apart. What rounding can hide is hidden:
 * a summit that rises above zero by less than 4e-15 (|offset| + |slope| s + sum |amplitude| exp(-rate s)) may pass for
 * a touch from below. */
#ifndef CF_PHYSICS_CROSSING_H
#define CF_PHYSICS_CROSSING_H

enum { CF_CROSSING_TERMS = 258 };

/* Set `terms` and as many entries as it says: an initialiser would clear four kilobytes. */
typedef struct cf_exponential_sum {
  double offset;
  double slope; /* per second */
  unsigned terms;
  double amplitude[CF_CROSSING_TERMS];
  double rate_per_s[CF_CROSSING_TERMS]; /* negative: growing */
} cf_exponential_sum;

double cf_exponential_sum_at(const cf_exponential_sum *sum, double s);

/* Smallest s in [0, horizon] with f(s) >= 0; a negative value when there is none, or when a number is not finite. */
double cf_first_nonnegative(const cf_exponential_sum *sum, double horizon_s);

/* A zero of f in [lo, hi] where f(lo) and f(hi) differ in sign (Ridders 1979), to the last bits of s. */
double cf_bracketed_zero(double (*f)(const void *self, double s), const void *self, double lo, double hi);

#endif
