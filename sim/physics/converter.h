/* The power converter between harvesters and store, as a table: output power against input power, linear in between, so
 * that a ramp stays a ramp. Below the cold-start voltage of the store it works badly (a fixed efficiency) and only from
 * a least input power on. SI units.
 *
 * Invariants after cf_converter_check: the table begins at (0, 0), both columns rise, output never rises faster than
 * input. So the table can be read both ways and never gives more than it takes. Beyond its last point it goes on by its
 * last slope. At no input that starts it does it work better cold than warm: a store that reaches the cold-start
 * voltage goes on to rise. */
#ifndef CF_PHYSICS_CONVERTER_H
#define CF_PHYSICS_CONVERTER_H

#include "base/diag.h"

#include <stdint.h>

enum { CF_CONVERTER_POINTS = 16 };

typedef struct cf_converter_curve {
  double mppt_fraction; /* of the maximum power, drawn by the tracker: 0..1 */
  uint32_t points;      /* from (0, 0) on, x increasing; at least 2 */
  double input_w[CF_CONVERTER_POINTS];
  double output_w[CF_CONVERTER_POINTS];
  double slope[CF_CONVERTER_POINTS]; /* of the piece that begins at point j; the last one goes on */
  double cold_start_v;               /* 0: starts at any voltage */
  double cold_start_w;               /* least input below cold_start_v */
  double cold_efficiency;            /* there */
} cf_converter_curve;

/* Fills slope and checks: CF_INPUT when the table does not begin at (0, 0), does not rise, or gives more than it takes,
 * when the tracker's share or what is said of the cold start is out of range, and when it works better cold. */
cf_status cf_converter_check(cf_converter_curve *converter, cf_diag *diag);

/* The piece of a table that holds `w`: the last j with x[j] <= w. */
static inline uint32_t cf_converter_piece(const double *x, uint32_t points, double w) {
  uint32_t j = points - 1;
  while (j > 0 && w < x[j]) j--;
  return j;
}

/* Output for input >= 0, and input for output >= 0 (inverse; the table rises). Above the cold-start voltage. */
static inline double cf_converter_output_w(const cf_converter_curve *converter, double input_w) {
  uint32_t j = cf_converter_piece(converter->input_w, converter->points, input_w);
  return converter->output_w[j] + converter->slope[j] * (input_w - converter->input_w[j]);
}

static inline double cf_converter_input_w(const cf_converter_curve *converter, double output_w) {
  uint32_t j = cf_converter_piece(converter->output_w, converter->points, output_w);
  return converter->input_w[j] + (output_w - converter->output_w[j]) / converter->slope[j];
}

#endif
