/* Eigen-system of a real symmetric matrix by Jacobi's cyclic rotations.
 *
 * Why not a tridiagonal method: it leaves an error of 1e-16 of the largest eigenvalue in all of them. The rates of a
 * thermal network span six decades and more, and the slowest one decides where it settles. Rotations find each
 * eigenvalue of a positive definite matrix to its own last digits, whatever the scales of its rows (J. Demmel, K.
 * Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204). Only +, *, / and sqrt in a fixed order: the same bits
 * everywhere. */
#ifndef CF_PHYSICS_EIGEN_H
#define CF_PHYSICS_EIGEN_H

#include <stdbool.h>
#include <stdint.h>

/* a: [n * n] symmetric, lost. value: [n], ascending. vector: [k * n + i] component i of the orthonormal eigenvector k,
 * whose first clear component is positive. False when a number is not finite or rotations do not end. */
bool cf_eigen_symmetric(double *a, uint32_t n, double *value, double *vector);

#endif
