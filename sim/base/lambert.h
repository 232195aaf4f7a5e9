/* Lambert's W: the real solutions w of w exp(w) = x. Reproducible like remath.h, over whose functions it is written.
 *
 * Around the branch point -1/e a series in p = sqrt(2 (1 + e x)) (R. Corless et al., Adv. Comput. Math. 5 (1996) 329,
 * eqs. 4.22-4.24); elsewhere the quadratic iteration w <- w / (1 + w) (1 + ln(x / w)) of R. Iacono and J. Boyd, Adv.
 * Comput. Math. 43 (2017) 1403. Relative error at most 1e-15. */
#ifndef CF_BASE_LAMBERT_H
#define CF_BASE_LAMBERT_H

/* Principal branch, >= -1; x >= -1/e. The double nearest to -1/e, which lies 1e-17 below it, gives -1; less gives NAN.
 */
double cf_lambert_w0(double x);

/* The other branch, <= -1; -1/e <= x < 0, with the same edge. At 0 it is -INFINITY. */
double cf_lambert_wm1(double x);

#endif
