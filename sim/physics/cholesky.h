/* Cholesky factor of a small symmetric matrix, in place: the steady states of thermal networks, and the test of whether
 * they are positive definite at all (GSL's aborts where they are not). Rows are packed, a[i * n + j]. */
#ifndef CF_PHYSICS_CHOLESKY_H
#define CF_PHYSICS_CHOLESKY_H

#include <stdbool.h>
#include <stdint.h>

/* Replaces the lower triangle by L, A = L L^T, and reads nothing above it. False when A is not positive definite. */
bool cf_cholesky(double *a, uint32_t n);

/* Solves L L^T x = b; x replaces b. */
void cf_cholesky_solve(const double *l, uint32_t n, double *b);

#endif
