/* Ageing without a step: calendar and cycle ageing of a cell, Arrhenius life of parts, thermal dose of tissue.
 *
 * Calendar (the law of the System Advisor Model for Li-ion): capacity share q = q0 - sqrt(s), s = sum k_i^2 dt_i with
 * k = a exp(b (1/T - 1/296 K)) exp(c (soc/T - 1/296 K)), a in 1/sqrt(d): the sum needs no step, any split of an
 * interval gives the same.
 *
 * Cycles: rainflow on the turning points of the state of charge, counted as they come (ASTM E1049-85, 5.4.4, with its
 * rule for ranges that hold the starting point), damage 1/N per cycle of a depth that a cell stands N times (Palmgren,
 * Miner). N(depth) is linear in logarithms; beyond the ends of the table the outermost piece goes on; with one point
 * damage is proportional to depth. Capacity left by cycles is 1 - (1 - end_share) damage; of calendar and cycles the
 * lesser counts, as in the System Advisor Model.
 *
 * Life: sum of exp(-(E_a/k)(1/T - 1/T_ref)) dt. Dose: CEM43 = sum R^(43 - T) dt, R 0.5 above 43 degC, 0.25 from 39 to
 * 43 degC, 0 below (S. A. Sapareto, W. C. Dewey, Int. J. Radiat. Oncol. 10 (1984) 787; the floor of 39 degC by common
 * use). Rates are taken at the mean temperature of each refresh interval. Pure functions, SI units, shares 0..1. */
#ifndef CF_PHYSICS_AGEING_H
#define CF_PHYSICS_AGEING_H

#include "base/diag.h"

#include <stdint.h>

enum { CF_RAINFLOW_DEPTH = 12, CF_CYCLE_POINTS = 8 };

typedef struct cf_ageing_law {
  double q0; /* share at the start, e.g. 1.02; 0: the cell does not age by the calendar */
  double a_per_sqrt_day, b_k, c_k;
  uint32_t points;                /* of cycles to end of life against depth; 0: no cycle ageing; linear in logarithms */
  double depth[CF_CYCLE_POINTS];  /* ascending, in (0, 1] */
  double cycles[CF_CYCLE_POINTS]; /* to end_share; > 0, not rising */
  double end_share;               /* capacity share at end of life, e.g. 0.8 */
} cf_ageing_law;

/* CF_INPUT when a table is out of order or a share out of range. A law of zeros does not age and is valid. */
cf_status cf_ageing_check(const cf_ageing_law *law, cf_diag *diag);

/* What a cell has been through; zeros: new. Turning points not yet closed are kept; when there is no room for another,
 * the range to it is counted as a half cycle and it is forgotten: it is the smallest of those that are open. */
typedef struct cf_ageing {
  double calendar;     /* s, in capacity share squared */
  double cycle_damage; /* 1 = end of life by cycling */
  double half_cycles;  /* counted, in half cycles */
  float turn[CF_RAINFLOW_DEPTH];
  uint32_t turns;
} cf_ageing;

void cf_ageing_rest(const cf_ageing_law *law, double temp_k, double charge_share, double span_s, cf_ageing *age);

/* The state of charge has turned here. A point on the way from the last turn on is taken for its continuation. */
void cf_ageing_turn(const cf_ageing_law *law, double charge_share, cf_ageing *age);

/* Capacity share left, 0..1; counts open half cycles as they stand. */
double cf_ageing_left(const cf_ageing_law *law, const cf_ageing *age);

/* Seconds at temp_k as equivalent seconds at reference_k. */
double cf_arrhenius_s(double activation_k, double reference_k, double temp_k, double span_s);

/* CEM43 in equivalent seconds at 43 degC. */
double cf_cem43_s(double temp_k, double span_s);

#endif
