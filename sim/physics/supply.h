/* Supply of a node: harvester -> converter -> supercapacitor -> regulator -> load, as curves in the stored energy.
 *
 * The store's state is E = C V^2/2, in which constant power is exactly linear. What depends on the voltage is a curve
 * in x = V^2, replaced at load by a continuous piecewise-linear interpolant on one grid, uniform in V, fixed for the
 * class: leakage     I_leak V        (constant leakage current, scaled per node) quiescent   I_q V (converter) ESR i^2
 * R with i = (V - sqrt(V^2 - 4 P R)) / (2 R) for the bus power P of each power state ESR carries the load's current;
 * the loss of the charging current in it is neglected. Converter: output power is piecewise linear in input power, so a
 * ramp stays a ramp. SI units. */
#ifndef CF_PHYSICS_SUPPLY_H
#define CF_PHYSICS_SUPPLY_H

#include "base/diag.h"

#include <stdint.h>

enum { CF_SUPPLY_CELLS = 64, CF_SUPPLY_STATES = 24, CF_CONVERTER_POINTS = 16 };

typedef struct cf_supply_input {
  double voltage_max_v;
  double turn_on_v, turn_off_v;
  double esr_ohm;
  double leakage_a;
  double quiescent_a;
  double mppt_fraction;
  uint32_t points; /* of the converter's table, from (0, 0) on, x increasing; at least 2 */
  double input_w[CF_CONVERTER_POINTS];
  double output_w[CF_CONVERTER_POINTS];
  uint32_t states;
  double bus_w[CF_SUPPLY_STATES]; /* drawn from the store in each power state */
  double tolerance;               /* of each curve, relative to its largest value in use */
} cf_supply_input;

/* A straight piece of a curve: value = at_zero + slope x, x = V^2. */
typedef struct cf_line {
  double at_zero;
  double slope;
} cf_line;

typedef struct cf_supply_curves {
  double x_max; /* V_max^2 */
  double voltage_step_v;
  double cells_per_v; /* its reciprocal */
  uint32_t cells;
  double x_edge[CF_SUPPLY_CELLS + 1];
  cf_line leakage[CF_SUPPLY_CELLS];
  cf_line quiescent[CF_SUPPLY_CELLS];
  cf_line esr[CF_SUPPLY_STATES][CF_SUPPLY_CELLS];
  double x_on;                    /* open-circuit V^2 at turn-on */
  double x_off[CF_SUPPLY_STATES]; /* V^2 at which the terminal falls to turn-off under each state's load */
  double bus_w[CF_SUPPLY_STATES];
  double loss_max_w[CF_SUPPLY_STATES]; /* upper bound of leakage(unscaled) + quiescent + esr */
  double leakage_max_w;
  double mppt_fraction;
  uint32_t points;
  double input_w[CF_CONVERTER_POINTS];
  double output_w[CF_CONVERTER_POINTS];
  double slope[CF_CONVERTER_POINTS]; /* of the piece that begins at point j; the last one goes on */
  double reached;                    /* largest interpolation error found, relative as `tolerance` */
} cf_supply_curves;

/* CF_INPUT when a load would collapse the terminal voltage above turn-off (V^2 < 4 P R) or the table is not increasing.
 */
cf_status cf_supply_build(cf_supply_curves *supply, const cf_supply_input *input, cf_diag *diag);

/* Output power for `input_w` >= 0, and input power for `output_w` >= 0 (inverse; the table must increase). */
double cf_converter_output_w(const cf_supply_curves *supply, double input_w);
double cf_converter_input_w(const cf_supply_curves *supply, double output_w);

#endif
