#include "physics/eigen.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

enum { MAX_SWEEPS = 60 }; /* five to ten are usual */

static void turn(double *p, double *q, size_t stride, uint32_t n, double c, double s) {
  for (size_t i = 0; i < n * stride; i += stride) {
    double old_p = p[i], old_q = q[i];
    p[i] = c * old_p - s * old_q;
    q[i] = s * old_p + c * old_q;
  }
}

/* Rotates the plane (p, q) such that a[p][q] vanishes. */
static void rotate(double *a, uint32_t n, uint32_t p, uint32_t q, double *vector) {
  double *row_p = &a[(size_t)p * n], *row_q = &a[(size_t)q * n];
  double app = row_p[p], aqq = row_q[q], apq = row_p[q];
  double theta = (aqq - app) / (2.0 * apq);
  double t = (theta < 0.0 ? -1.0 : 1.0) / (fabs(theta) + sqrt(theta * theta + 1.0));
  double c = 1.0 / sqrt(t * t + 1.0), s = t * c;
  turn(row_p, row_q, 1, n, c, s);
  turn(&a[p], &a[q], n, n, c, s);
  turn(&vector[(size_t)p * n], &vector[(size_t)q * n], 1, n, c, s);
  row_p[p] = app - t * apq;
  row_q[q] = aqq + t * apq;
  row_p[q] = row_q[p] = 0.0;
}

static void sort_ascending(uint32_t n, double *value, double *vector) {
  for (uint32_t k = 0; k + 1 < n; k++) {
    uint32_t least = k;
    for (uint32_t l = k + 1; l < n; l++)
      if (value[l] < value[least]) least = l;
    if (least == k) continue;
    double swap = value[k];
    value[k] = value[least];
    value[least] = swap;
    turn(&vector[(size_t)k * n], &vector[(size_t)least * n], 1, n, 0.0, 1.0); /* a swap, but for a sign */
  }
}

static void fix_sign(uint32_t n, double *vector) {
  uint32_t clear = 0;
  while (clear + 1 < n && fabs(vector[clear]) <= 1e-8) clear++;
  if (vector[clear] >= 0.0) return;
  for (uint32_t i = 0; i < n; i++) vector[i] = -vector[i];
}

bool cf_eigen_symmetric(double *a, uint32_t n, double *value, double *vector) {
  double largest = 0.0;
  for (size_t i = 0; i < (size_t)n * n; i++) {
    if (!isfinite(a[i])) return false;
    largest = fmax(largest, fabs(a[i]));
  }
  memset(vector, 0, (size_t)n * n * sizeof *vector);
  for (uint32_t k = 0; k < n; k++) vector[(size_t)k * n + k] = 1.0;
  bool done = false;
  for (int sweep = 0; sweep < MAX_SWEEPS && !done; sweep++) {
    done = true;
    for (uint32_t p = 0; p + 1 < n; p++) {
      for (uint32_t q = p + 1; q < n; q++) {
        /* Small beside the smaller of its own two rates, not beside the largest of all: that keeps the digits of small
         * eigenvalues, and of small components, by which a node held by a large conductance takes part in slow modes.
         */
        double apq = fabs(a[(size_t)p * n + q]), own = fmin(fabs(a[(size_t)p * n + p]), fabs(a[(size_t)q * n + q]));
        if (apq <= 0.25 * DBL_EPSILON * own || apq <= 1e-40 * largest) continue;
        rotate(a, n, p, q, vector);
        done = false;
      }
    }
  }
  for (uint32_t k = 0; k < n; k++) value[k] = a[(size_t)k * n + k];
  sort_ascending(n, value, vector);
  for (uint32_t k = 0; k < n; k++) fix_sign(n, &vector[(size_t)k * n]);
  return done;
}
