/* Samples of the unit cube, for axes that lie between two ends.
 *
 * Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979): the n samples of an axis lie one in each of its
 * n equal strata, at a random place in it, the strata of each axis in an order of its own. Sobol sequence: GSL's, the
 * first n points after the origin, with a digital shift drawn from the seed (each axis's 30 binary digits are xored
 * with 30 random ones, which keeps the points as evenly spread); seed 0: as it is. Random numbers are named
 * (base/random.h), so the result depends on method, seed, n and axis alone. */
#ifndef CF_SWEEP_SAMPLE_H
#define CF_SWEEP_SAMPLE_H

#include "config/plan.h"

/* u[sample * axes + axis], in [0, 1). False: no memory. Up to CF_MAX_AXES axes. */
bool cf_sample_cube(cf_plan_sampling method, uint64_t seed, uint32_t samples, uint32_t axes, double *u);

/* Where u in [0, 1) lies on the axis, in its unit and to CF_PLAN_DIGITS digits: by difference or by ratio between its
 * ends. Whole numbers: the one below, with the high end as likely as the others. `text` is the number. */
enum { CF_SAMPLE_TEXT = 32 };
double cf_sample_place(const cf_plan_axis *axis, double u, char text[CF_SAMPLE_TEXT]);

#endif
