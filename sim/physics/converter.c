#include "physics/converter.h"

#include <math.h>

/* Started it works at least as well as cold, at every input that starts it: at the least of them, at the points above
 * (so between them), and beyond the last. */
static cf_status check_start(const cf_converter_curve *converter, cf_diag *diag) {
  const double rounding = 1e-12, least = converter->cold_efficiency * (1.0 - rounding);
  uint32_t last = converter->points - 1;
  for (uint32_t i = 0; i <= last; i++) {
    double input_w = fmax(converter->input_w[i], converter->cold_start_w);
    double output_w = cf_converter_output_w(converter, input_w);
    if (output_w < least * input_w)
      return cf_fail(diag, CF_INPUT,
                     "a converter that has started gives %.4g W of %.4g W, less than the %.4g %% at which it starts: "
                     "it would work better cold",
                     output_w, input_w, 100.0 * converter->cold_efficiency);
  }
  if (converter->slope[last] < least)
    return cf_fail(diag, CF_INPUT,
                   "beyond its last point a converter table gives %.4g %% of what more comes in, less than the %.4g %% "
                   "at which it starts",
                   100.0 * converter->slope[last], 100.0 * converter->cold_efficiency);
  return CF_OK;
}

cf_status cf_converter_check(cf_converter_curve *converter, cf_diag *diag) {
  if (converter->points < 2 || converter->points > CF_CONVERTER_POINTS || converter->input_w[0] != 0.0 ||
      converter->output_w[0] != 0.0)
    return cf_fail(diag, CF_INPUT, "a converter table needs 2 to %d points, the first at (0 W, 0 W)",
                   CF_CONVERTER_POINTS);
  for (uint32_t i = 1; i < converter->points; i++) {
    double dx = converter->input_w[i] - converter->input_w[i - 1];
    double dy = converter->output_w[i] - converter->output_w[i - 1];
    if (!(dx > 0.0) || !(dy > 0.0) || dy > dx)
      return cf_fail(
          diag, CF_INPUT,
          "point %u of a converter table must raise input and output power, and output by no more than input", i + 1);
    converter->slope[i - 1] = dy / dx;
  }
  converter->slope[converter->points - 1] = converter->slope[converter->points - 2];

  if (!(converter->mppt_fraction > 0.0 && converter->mppt_fraction <= 1.0))
    return cf_fail(diag, CF_INPUT, "a converter's tracker draws a share of the maximum power in (0, 1], not %.4g",
                   converter->mppt_fraction);
  if (!(converter->cold_start_v >= 0.0) || !(converter->cold_start_w >= 0.0) || !(converter->cold_efficiency >= 0.0) ||
      converter->cold_efficiency > 1.0)
    return cf_fail(diag, CF_INPUT,
                   "a converter's cold start needs a voltage and a power >= 0 and an efficiency in 0..1, not "
                   "%.4g V, %.4g W and %.4g",
                   converter->cold_start_v, converter->cold_start_w, converter->cold_efficiency);
  return converter->cold_start_v > 0.0 ? check_start(converter, diag) : CF_OK;
}
