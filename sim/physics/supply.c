#include "physics/supply.h"

#include <math.h>

static double leakage_at(const cf_supply_input *in, double v) { return in->leakage_a * v; }
static double quiescent_at(const cf_supply_input *in, double v) { return in->quiescent_a * v; }

/* Below turn-off the load is off: the curve goes on level, so that it stays finite. */
static double esr_at(const cf_supply_input *in, double power_w, double v) {
  if (in->esr_ohm == 0.0 || power_w == 0.0) return 0.0;
  if (v < in->turn_off_v) v = in->turn_off_v;
  double current = (v - sqrt(v * v - 4.0 * power_w * in->esr_ohm)) / (2.0 * in->esr_ohm);
  return current * current * in->esr_ohm;
}

static cf_line chord(double x0, double x1, double f0, double f1) {
  double slope = (f1 - f0) / (x1 - x0);
  return (cf_line){f0 - slope * x0, slope};
}

static double line_at(cf_line line, double x) { return line.at_zero + line.slope * x; }

static void fill(cf_supply_curves *supply, const cf_supply_input *in, uint32_t cells) {
  supply->cells = cells;
  supply->voltage_step_v = in->voltage_max_v / cells;
  supply->cells_per_v = cells / in->voltage_max_v;
  supply->reached = 0.0;
  for (uint32_t i = 0; i <= cells; i++) supply->x_edge[i] = (supply->voltage_step_v * i) * (supply->voltage_step_v * i);
  supply->x_edge[cells] = in->voltage_max_v * in->voltage_max_v;
  supply->x_max = supply->x_edge[cells];
  for (uint32_t i = 0; i < cells; i++) {
    double x0 = supply->x_edge[i], x1 = supply->x_edge[i + 1];
    double v0 = sqrt(x0), v1 = sqrt(x1), vm = sqrt(0.5 * (x0 + x1)), vq = 0.5 * (v0 + v1);
    supply->leakage[i] = chord(x0, x1, leakage_at(in, v0), leakage_at(in, v1));
    supply->quiescent[i] = chord(x0, x1, quiescent_at(in, v0), quiescent_at(in, v1));
    /* sqrt's chord errs most at v = (v0 + v1)/2; judged where the node can be on. */
    if (v1 > in->turn_off_v)
      supply->reached = fmax(supply->reached, fabs(vq - (v0 + (vq * vq - x0) / (v0 + v1))) / in->voltage_max_v);
    for (uint32_t s = 0; s < in->states; s++) {
      double p = in->bus_w[s];
      supply->esr[s][i] = chord(x0, x1, esr_at(in, p, v0), esr_at(in, p, v1));
      /* Relative to the power that flows, as the tolerance is meant. */
      if (p > 0.0 && v1 > in->turn_off_v)
        supply->reached = fmax(supply->reached, fabs(line_at(supply->esr[s][i], vm * vm) - esr_at(in, p, vm)) / p);
    }
  }
}

cf_status cf_supply_build(cf_supply_curves *supply, const cf_supply_input *in, cf_diag *diag) {
  *supply = (cf_supply_curves){.mppt_fraction = in->mppt_fraction, .points = in->points};
  if (in->points < 2 || in->points > CF_CONVERTER_POINTS || in->input_w[0] != 0.0 || in->output_w[0] != 0.0)
    return cf_fail(diag, CF_INPUT, "a converter table needs 2 to %d points, the first at (0 W, 0 W)",
                   CF_CONVERTER_POINTS);
  for (uint32_t i = 0; i < in->points; i++) {
    supply->input_w[i] = in->input_w[i];
    supply->output_w[i] = in->output_w[i];
    if (i == 0) continue;
    double dx = in->input_w[i] - in->input_w[i - 1], dy = in->output_w[i] - in->output_w[i - 1];
    if (!(dx > 0.0) || !(dy > 0.0) || dy > dx)
      return cf_fail(
          diag, CF_INPUT,
          "point %u of a converter table must raise input and output power, and output by no more than input", i + 1);
    supply->slope[i - 1] = dy / dx;
  }
  supply->slope[in->points - 1] = supply->slope[in->points - 2];

  for (uint32_t s = 0; s < in->states; s++) {
    double p = in->bus_w[s];
    supply->bus_w[s] = p;
    if (in->turn_off_v * in->turn_off_v <= 4.0 * p * in->esr_ohm)
      return cf_fail(diag, CF_INPUT,
                     "a load of %.4g W collapses the voltage before turn-off at %.4g V through an ESR of %.4g Ohm", p,
                     in->turn_off_v, in->esr_ohm);
    double internal_v = in->turn_off_v + p * in->esr_ohm / in->turn_off_v;
    supply->x_off[s] = internal_v * internal_v;
    if (internal_v >= in->turn_on_v)
      return cf_fail(
          diag, CF_INPUT,
          "turn-on at %.4g V is below what a load of %.4g W needs (%.4g V): the node would brown out at once",
          in->turn_on_v, p, internal_v);
  }
  supply->x_on = in->turn_on_v * in->turn_on_v;

  for (uint32_t cells = 8;; cells *= 2) {
    fill(supply, in, cells);
    if (supply->reached <= in->tolerance || cells == CF_SUPPLY_CELLS) break;
  }
  supply->leakage_max_w = leakage_at(in, in->voltage_max_v);
  for (uint32_t s = 0; s < in->states; s++)
    supply->loss_max_w[s] = quiescent_at(in, in->voltage_max_v) + esr_at(in, in->bus_w[s], in->turn_off_v);
  return CF_OK;
}

double cf_converter_output_w(const cf_supply_curves *supply, double input_w) {
  uint32_t j = supply->points - 1;
  while (j > 0 && input_w < supply->input_w[j]) j--;
  return supply->output_w[j] + supply->slope[j] * (input_w - supply->input_w[j]);
}

double cf_converter_input_w(const cf_supply_curves *supply, double output_w) {
  uint32_t j = supply->points - 1;
  while (j > 0 && output_w < supply->output_w[j]) j--;
  return supply->input_w[j] + (output_w - supply->output_w[j]) / supply->slope[j];
}
