#include "physics/store.h"

#include "base/remath.h"

#include <math.h>

/* ---- The open circuit -------------------------------------------------------------------------------------------- */

/* The piece between knots k and k + 1 that holds x. */
static uint32_t piece_of(const cf_store *store, double x) {
  uint32_t k = 0;
  while (k + 2 < store->knots && x >= store->knot_x[k + 1]) k++;
  return k;
}

double cf_store_open_v2(const cf_store *store, double x) {
  if (x >= store->x_full) return store->knot_v2[store->knots - 1];
  if (!(x > 0.0)) return store->knot_v2[0];
  uint32_t k = piece_of(store, x);
  double rise = (store->knot_v2[k + 1] - store->knot_v2[k]) / (store->knot_x[k + 1] - store->knot_x[k]);
  return store->knot_v2[k] + rise * (x - store->knot_x[k]);
}

double cf_store_open_v(const cf_store *store, double x) { return sqrt(cf_store_open_v2(store, x)); }

double cf_store_x(const cf_store *store, double open_v) {
  double v2 = open_v * open_v;
  if (v2 <= store->knot_v2[0]) return 0.0;
  for (uint32_t k = 1; k < store->knots; k++) {
    if (v2 > store->knot_v2[k]) continue;
    double per_v2 = (store->knot_x[k] - store->knot_x[k - 1]) / (store->knot_v2[k] - store->knot_v2[k - 1]);
    return fmin(store->knot_x[k], store->knot_x[k - 1] + per_v2 * (v2 - store->knot_v2[k - 1]));
  }
  return 2.0 * store->x_full;
}

double cf_store_charge_share(const cf_store *store, double x) {
  double inside = fmin(fmax(x, 0.0), store->x_full);
  switch (store->input.kind) {
    case CF_STORE_CAPACITOR:
      return sqrt(inside / store->x_full);
    case CF_STORE_PRIMARY:
      return inside / store->x_full;
    case CF_STORE_BATTERY:
      break;
  }
  /* Between two knots the OCV is linear in the charge, so the mean of both ends turns joules into coulombs. */
  const cf_battery *battery = &store->input.battery;
  uint32_t k = piece_of(store, inside);
  double mean_v = 0.5 * (battery->open_v[k] + cf_store_open_v(store, inside));
  return fmin(1.0, battery->charge_share[k] + (inside - store->knot_x[k]) / (mean_v * battery->capacity_c));
}

/* ---- What is held from one refresh instant to the next ----------------------------------------------------------- */

cf_store_held cf_store_held_new(void) {
  return (cf_store_held){
      .leakage_factor = 1.0f, .resistance_factor = 1.0f, .charge_gain = 1.0f, .full_share = 1.0f, .discharging = true};
}

/* The film's square grows in proportion to (equivalent) time and decays with the charge drawn:
 * d(f^2)/dt = a^2 - 2 r f^2 with the share r of film_charge_c drawn per second, both constant over the interval. */
static double film_after(const cf_primary *primary, double film_v, double temp_k, double drawn_w, double interval_s) {
  double grown = primary->film_v_per_sqrt_s * primary->film_v_per_sqrt_s *
                 cf_arrhenius_s(primary->film_activation_k, primary->reference_k, temp_k, interval_s);
  double faded = 2.0 * drawn_w * interval_s / (primary->open_v * primary->film_charge_c);
  double lasting = faded > 1e-9 ? -cf_expm1(-faded) / faded : 1.0 - 0.5 * faded;
  return fmin(primary->film_max_v, sqrt(film_v * film_v * cf_exp(-faded) + grown * lasting));
}

double cf_store_arriving_share(const cf_store *store, uint32_t cell, double power_w, double resistance_factor) {
  double off_v2 = store->input.turn_off_v * store->input.turn_off_v;
  double open_v2 = fmax(store->open_v[cell] * store->open_v[cell + 1], off_v2);
  return 2.0 / (1.0 + sqrt(1.0 + 4.0 * power_w * store->resistance_ohm * resistance_factor / open_v2));
}

void cf_store_refresh(const cf_store *store, double temp_k, double net_w, double interval_s, const cf_ageing *age,
                      cf_store_held *held) {
  const cf_store_input *in = &store->input;
  switch (in->kind) {
    case CF_STORE_CAPACITOR:
      break;
    case CF_STORE_PRIMARY: {
      const cf_primary *primary = &in->primary;
      held->leakage_factor =
          (float)cf_arrhenius_s(primary->self_discharge_activation_k, primary->reference_k, temp_k, 1.0);
      held->charge_gain = 0.0f;
      if (primary->film_v_per_sqrt_s > 0.0)
        held->film_v = (float)film_after(primary, (double)held->film_v, temp_k, fmax(0.0, -net_w), interval_s);
      return;
    }
    case CF_STORE_BATTERY: {
      const cf_battery *battery = &in->battery;
      double hindrance = cf_arrhenius_s(-battery->resistance_activation_k, battery->reference_k, temp_k, 1.0);
      held->leakage_factor =
          (float)cf_arrhenius_s(battery->self_discharge_activation_k, battery->reference_k, temp_k, 1.0);
      held->resistance_factor = (float)hindrance;
      held->discharging = temp_k >= battery->discharge_low_k && temp_k <= battery->discharge_high_k;
      if (age != NULL) held->full_share = (float)cf_ageing_left(&battery->ageing, age);
      bool charging = temp_k >= battery->charge_low_k && temp_k <= battery->charge_high_k;
      held->charge_gain = charging ? (float)battery->coulomb_efficiency : 0.0f;
      return;
    }
  }
}

double cf_store_off_x(const cf_store *store, uint32_t state, const cf_store_held *held) {
  const cf_store_input *in = &store->input;
  double power_w = in->bus_w[state], off_v = in->turn_off_v;
  if (!held->discharging && power_w > 0.0) return 2.0 * store->x_full;
  double resistance_ohm = store->resistance_ohm * (double)held->resistance_factor;
  if (in->kind == CF_STORE_PRIMARY && held->film_v > 0.0f)
    resistance_ohm += (double)held->film_v / in->primary.film_reference_a;
  /* V = V_t + R P / V_t has its least value at the collapse, V_t = sqrt(P R): lower than that no terminal falls. */
  double terminal_v = fmax(off_v, sqrt(power_w * resistance_ohm));
  double x = cf_store_x(store, terminal_v + power_w * resistance_ohm / terminal_v);
  return in->kind == CF_STORE_CAPACITOR ? x : fmax(x, CF_STORE_LAST_SHARE * store->x_full);
}

/* ---- Two branches ------------------------------------------------------------------------------------------------ */

void cf_store_redistribute(const cf_capacitor *capacitor, double main_j, double slow_j, double interval_s,
                           double *moved_j, double *lost_j) {
  double main_f = capacitor->capacitance_f, slow_f = capacitor->slow_capacitance_f;
  if (!(slow_f > 0.0)) {
    *moved_j = *lost_j = 0.0;
    return;
  }
  double series_f = main_f * slow_f / (main_f + slow_f);
  double main_v = sqrt(2.0 * fmax(main_j, 0.0) / main_f), slow_v = sqrt(2.0 * fmax(slow_j, 0.0) / slow_f);
  double gap_v = main_v - slow_v, relaxations = interval_s / (capacitor->slow_ohm * series_f);
  double charge_c = -series_f * gap_v * cf_expm1(-relaxations);
  *moved_j = charge_c * (main_v - 0.5 * charge_c / main_f);
  *lost_j = -0.5 * series_f * gap_v * gap_v * cf_expm1(-2.0 * relaxations);
}
