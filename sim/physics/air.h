/* Air temperature over the day, from monthly means of the daily mean, minimum and maximum.
 *
 * One day: a half cosine from the minimum at 6 h to the maximum at 15 h local mean solar time, another one back to 6 h.
 * With c the half cosine (0 at the minimum, 1 at the maximum) the temperature is min + (max - min) c^p, where p is
 * chosen such that the mean over the day is the given mean: mean of c^p = Gamma(p + 1/2) / (sqrt(pi) Gamma(p + 1)).
 * Between mid-months the days of the two months are interpolated linearly, so the value is continuous in time.
 * The model as loaded is linear between whole UTC hours. Deterministic: no weather in it. */
#ifndef CF_PHYSICS_AIR_H
#define CF_PHYSICS_AIR_H

#include "base/diag.h"

typedef struct cf_air_month {
  double mean_k, daily_min_k, daily_max_k; /* min < mean < max, or all three equal */
} cf_air_month;

typedef struct cf_air {
  double longitude_s; /* local mean solar time minus UTC */
  double min_k[12], range_k[12], power[12];
} cf_air;

/* CF_INPUT when a month is out of range (mean must lie at 5..95 % between minimum and maximum). */
cf_status cf_air_make(const cf_air_month month[12], double longitude_rad, cf_air *air, cf_diag *diag);

/* The smooth value at an instant; the driver is this at whole hours and linear between them. */
double cf_air_temp_k(const cf_air *air, double unix_s);

#endif
