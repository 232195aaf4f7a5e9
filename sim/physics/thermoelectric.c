#include "physics/thermoelectric.h"

#include <math.h>

static bool positive(double x) { return x > 0.0 && isfinite(x); }

cf_status cf_teg_check(const cf_teg *teg, cf_diag *diag) {
  if (!positive(teg->seebeck_v_per_k) || !positive(teg->resistance_ohm) || !positive(teg->conductance_w_per_k))
    return cf_fail(diag, CF_INPUT,
                   "a thermoelectric generator needs a Seebeck coefficient, a resistance and a conductance above zero");
  if (!positive(teg->load_ratio))
    return cf_fail(diag, CF_INPUT, "a thermoelectric generator's load ratio must be above zero, not %g",
                   teg->load_ratio);
  if (!(teg->reference_k >= 100.0 && teg->reference_k <= 1500.0))
    return cf_fail(diag, CF_INPUT, "a thermoelectric generator's reference temperature %g K is not within 100..1500 K",
                   teg->reference_k);
  return CF_OK;
}

/* Current per kelvin. */
static double a_per_k(const cf_teg *teg) {
  return teg->seebeck_v_per_k / (teg->resistance_ohm * (1.0 + teg->load_ratio));
}

double cf_teg_conductance_w_per_k(const cf_teg *teg) {
  return teg->conductance_w_per_k + teg->seebeck_v_per_k * teg->reference_k * a_per_k(teg);
}

double cf_teg_w_per_k2(const cf_teg *teg) {
  return teg->load_ratio * teg->resistance_ohm * a_per_k(teg) * a_per_k(teg);
}

double cf_teg_w(const cf_teg *teg, double difference_k) {
  if (difference_k < 0.0 && !teg->bipolar) return 0.0;
  return cf_teg_w_per_k2(teg) * difference_k * difference_k;
}

cf_teg_flow cf_teg_flow_at(const cf_teg *teg, double difference_k) {
  double power_w = cf_teg_w(teg, difference_k);
  double through_w = cf_teg_conductance_w_per_k(teg) * difference_k;
  return (cf_teg_flow){through_w + 0.5 * power_w, through_w - 0.5 * power_w, power_w};
}

double cf_teg_share(const cf_teg *teg, double hot_k_per_w, double cold_k_per_w) {
  double own_k_per_w = 1.0 / cf_teg_conductance_w_per_k(teg);
  return own_k_per_w / (own_k_per_w + hot_k_per_w + cold_k_per_w);
}
