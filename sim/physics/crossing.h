/* First crossing of a sum of decaying exponentials and a line, with a guarantee.
 *
 *   f(s) = offset + slope s + sum_k amplitude[k] exp(-rate[k] s),   rate[k] > 0, 0 <= s <= horizon
 *
 * Between two neighbouring zeros of f' there is at most one zero of f (Rolle), and dividing by the slowest exponential
 * and differentiating removes one term; so the recursion isolates every zero before a bracketed search, and none can be
 * missed. (Bound on the number of zeros: Jameson, Math. Gazette 90 (2006), "Counting zeros of generalised
 * polynomials".) */
#ifndef CF_PHYSICS_CROSSING_H
#define CF_PHYSICS_CROSSING_H

enum { CF_CROSSING_TERMS = 4 };

typedef struct cf_exponential_sum {
  double offset;
  double slope; /* per second */
  unsigned terms;
  double amplitude[CF_CROSSING_TERMS];
  double rate_per_s[CF_CROSSING_TERMS];
} cf_exponential_sum;

double cf_exponential_sum_at(const cf_exponential_sum *sum, double s);

/* Smallest s in [0, horizon] with f(s) >= 0; a negative value when there is none. */
double cf_first_nonnegative(const cf_exponential_sum *sum, double horizon_s);

/* A zero of f in [lo, hi] where f(lo) and f(hi) differ in sign (Ridders 1979), to the last bits of s. */
double cf_bracketed_zero(double (*f)(const void *self, double s), const void *self, double lo, double hi);

#endif
