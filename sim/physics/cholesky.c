#include "physics/cholesky.h"

#include <math.h>
#include <stddef.h>

bool cf_cholesky(double *a, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    double *row = &a[(size_t)i * n];
    for (uint32_t j = 0; j <= i; j++) {
      const double *other = &a[(size_t)j * n];
      double rest = row[j];
      for (uint32_t k = 0; k < j; k++) rest -= row[k] * other[k];
      if (j < i)
        row[j] = rest / other[j];
      else if (rest > 0.0 && rest < INFINITY)
        row[j] = sqrt(rest);
      else
        return false;
    }
  }
  return true;
}

void cf_cholesky_solve(const double *l, uint32_t n, double *b) {
  for (uint32_t i = 0; i < n; i++) {
    const double *row = &l[(size_t)i * n];
    for (uint32_t k = 0; k < i; k++) b[i] -= row[k] * b[k];
    b[i] /= row[i];
  }
  for (uint32_t i = n; i-- > 0;) {
    b[i] /= l[(size_t)i * n + i];
    for (uint32_t k = 0; k < i; k++) b[k] -= l[(size_t)i * n + k] * b[i];
  }
}
