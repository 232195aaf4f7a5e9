#include "physics/body.h"

#include "base/remath.h"

#include <math.h>
#include <string.h>

/* Arrhenius law of silicon: 0.7 eV against 55 degC, the usual pair when nothing is known of a part (our choice). */
static const double life_activation_k = 8123.0; /* 0.7 eV / (8.617333e-5 eV/K) */
static const double life_reference_k = 328.15;

/* Largest loss and lowest safe level of a store under each load, whatever is held. */
static void bound_store(const cf_store *store, double loss_w[CF_STORE_STATES], double low_x[CF_STORE_STATES]) {
  static const double coldest_k = 213.15, hottest_k = 423.15;
  cf_store_held cold = cf_store_held_new(), hot = cf_store_held_new();
  if (store->refreshed) {
    cf_store_refresh(store, coldest_k, 0.0, 0.0, NULL, &cold);
    cf_store_refresh(store, hottest_k, 0.0, 0.0, NULL, &hot);
    if (store->input.kind == CF_STORE_PRIMARY) cold.film_v = hot.film_v = (float)store->input.primary.film_max_v;
  }
  double leakage = fmax((double)cold.leakage_factor, (double)hot.leakage_factor);
  double resistance = fmax((double)cold.resistance_factor, (double)hot.resistance_factor);
  for (uint32_t s = 0; s < store->input.states; s++) {
    loss_w[s] = store->leakage_max_w * leakage + store->loss_max_w[s] * fmax(1.0, resistance);
    low_x[s] = fmax(cf_store_off_x(store, s, &cold), cf_store_off_x(store, s, &hot));
    if (low_x[s] > store->x_full) low_x[s] = INFINITY;
  }
}

void cf_body_class_close(cf_body_class *class) {
  bool backed = class->has_store && (class->has_second || class->store.refreshed);
  class->more = backed || class->curves.curves > 0 || class->has_generator || class->radiation_w_per_k4 > 0.0 ||
                class->modal.host_w_per_k > 0.0 || class->keeps_doses;
  if (class->has_store) {
    class->j_per_x = 1.0 / class->store.x_per_j;
    bound_store(&class->store, class->loss_bound_w, class->low_bound_x);
  }
  if (class->has_second) bound_store(&class->second, class->second_bound_w, class->second_low_bound_x);
  if (class->refresh_ns == 0) class->refresh_ns = CF_REFRESH_NS;
  if (class->bus_per_device == 0.0) class->bus_per_device = 1.0;
}

static void find_cells(const cf_body_class *class, double air_k, cf_body *body, cf_body_more *more) {
  for (uint32_t c = 0; c < class->curves.curves; c++) {
    const cf_heat_curve *curve = &class->curves.curve[c];
    double argument_k = cf_modal_temp_k(&class->modal, curve->node, body->mode) - (curve->over_air ? air_k : 0.0);
    more->cell[c] = cf_heat_curve_cell(curve, argument_k);
  }
}

void cf_body_begin(const cf_body_class *class, const cf_body_scale *scale, double temp_k, double share, cf_body *body) {
  memset(body, 0, cf_body_bytes(class));
  cf_modal_uniform(&class->modal, temp_k, body->mode);
  if (class->has_store) body->store_j = share * cf_store_full_j(class, scale);
  cf_body_more *more = cf_body_more_of(class, body);
  if (!more) return;
  more->held = more->second_held = cf_store_held_new();
  if (class->has_second) more->second_j = class->store_second_share * class->second.full_j;
  if (class->has_store && class->store.input.kind == CF_STORE_BATTERY) /* the first turning point of its charge */
    cf_body_note_charge(&class->store, body->store_j * class->store.x_per_j / scale->capacity, more);
  if (class->has_store && class->store.input.kind == CF_STORE_CAPACITOR) {
    const cf_capacitor *capacitor = &class->store.input.capacitor;
    if (capacitor->slow_capacitance_f > 0.0) /* in balance with the main branch */
      more->slow_j = body->store_j * capacitor->slow_capacitance_f / capacitor->capacitance_f;
  }
  find_cells(class, temp_k, body, more);
}

double cf_body_low_j(const cf_body_class *class, const cf_body_scale *scale, const cf_body_more *more, uint32_t state) {
  const cf_store *store = &class->store;
  double x = store->refreshed && more ? cf_store_off_x(store, state, &more->held) : store->x_off[state];
  return x * class->j_per_x * scale->capacity;
}

double cf_body_second_low_j(const cf_body_class *class, const cf_body_more *more, uint32_t state) {
  return cf_store_off_x(&class->second, state, &more->second_held) / class->second.x_per_j;
}

/* x at which a store can be started: its turn-on, and no load would bring it down at once. */
static double start_x(const cf_store *store, const cf_store_held *held) {
  double x = store->x_on;
  for (uint32_t s = 0; s < store->input.states; s++) x = fmax(x, cf_store_off_x(store, s, held));
  return x > store->x_full ? INFINITY : x;
}

double cf_body_start_j(const cf_body_class *class, const cf_body_scale *scale, const cf_body_more *more) {
  double x = class->store.refreshed && more ? start_x(&class->store, &more->held) : class->store.x_on;
  return x * class->j_per_x * scale->capacity;
}

double cf_body_second_start_j(const cf_body_class *class, const cf_body_more *more) {
  return start_x(&class->second, &more->second_held) / class->second.x_per_j;
}

/* Temperature of what the generator stands on. */
static double end_k(const cf_body_class *class, uint32_t node, double air_k, double host_k, const cf_body *body) {
  if (node == CF_NODE_AIR) return air_k;
  if (node == CF_NODE_HOST) return host_k;
  return cf_modal_temp_k(&class->modal, node, body->mode);
}

static double fourth_power(double x) { return x * x * x * x; }

void cf_body_note_charge(const cf_store *store, double x, cf_body_more *more) {
  static const float back = 1e-3F;
  float share = (float)cf_store_charge_share(store, x);
  if (more->trend == 0) {
    more->trend = 1;
    more->extreme = share;
    cf_ageing_turn(&store->input.battery.ageing, (double)share, &more->age);
  } else if (more->trend > 0 ? share >= more->extreme : share <= more->extreme) {
    more->extreme = share;
  } else if (more->trend > 0 ? share < more->extreme - back : share > more->extreme + back) {
    cf_ageing_turn(&store->input.battery.ageing, (double)more->extreme, &more->age);
    more->trend = (int8_t)-more->trend;
    more->extreme = share;
  }
}

static void refresh_main(const cf_body_class *class, const cf_body_scale *scale, double temp_k, double interval_s,
                         cf_body *body, cf_body_more *more) {
  const cf_store *store = &class->store;
  if (!store->refreshed) return;
  double x = body->store_j * store->x_per_j / scale->capacity;
  double net_w = more->since_s > 0.0 ? more->net_j / more->since_s / scale->capacity : 0.0;
  if (store->input.kind == CF_STORE_BATTERY && more->since_s > 0.0)
    cf_ageing_rest(&store->input.battery.ageing, temp_k, cf_store_charge_share(store, x), more->since_s, &more->age);
  cf_store_refresh(store, temp_k, net_w, more->since_s, &more->age, &more->held);
  double full_j = cf_store_full_j(class, scale) * (double)more->held.full_share;
  if (body->store_j > full_j) {
    more->aged_j += body->store_j - full_j;
    body->store_j = full_j;
  }
  if (store->input.kind == CF_STORE_CAPACITOR && store->input.capacitor.slow_capacitance_f > 0.0) {
    cf_capacitor capacitor = store->input.capacitor;
    capacitor.capacitance_f *= scale->capacity;
    capacitor.slow_capacitance_f *= scale->capacity;
    capacitor.slow_ohm /= scale->capacity; /* as of so many alike side by side: its time constant stays */
    double moved_j, lost_j;
    cf_store_redistribute(&capacitor, body->store_j, more->slow_j, interval_s, &moved_j, &lost_j);
    more->slow_w = moved_j / interval_s;
    more->slow_lost_w = lost_j / interval_s;
  }
}

void cf_body_refresh(const cf_body_class *class, const cf_body_scale *scale, double air_k, double host_k,
                     cf_body *body) {
  double interval_s = cf_ticks_to_s(class->refresh_ns);
  body->held_w = body->waiting_j / interval_s;
  body->waiting_j = 0.0;
  cf_body_more *more = cf_body_more_of(class, body);
  if (!more) return;
  more->draw_w = more->draw_waiting_j / interval_s;
  more->draw_waiting_j = 0.0;
  double since_s = more->since_s, reference_k = class->modal.reference_k;
  if (since_s > 0.0) {
    more->life_s += cf_arrhenius_s(life_activation_k, life_reference_k, reference_k + more->die_ks / since_s, since_s);
    more->dose_s += cf_cem43_s(reference_k + more->watched_ks / since_s, since_s);
  }
  if (class->has_store) {
    double temp_k = since_s > 0.0 ? reference_k + more->store_ks / since_s
                                  : cf_modal_temp_k(&class->modal, class->case_node, body->mode);
    refresh_main(class, scale, temp_k, interval_s, body, more);
    if (class->has_second) {
      double net_w = since_s > 0.0 ? more->second_net_j / since_s : 0.0;
      if (class->second.input.kind == CF_STORE_BATTERY && since_s > 0.0)
        cf_ageing_rest(&class->second.input.battery.ageing, temp_k,
                       cf_store_charge_share(&class->second, more->second_j * class->second.x_per_j), since_s,
                       &more->second_age);
      cf_store_refresh(&class->second, temp_k, net_w, since_s, &more->second_age, &more->second_held);
    }
  }
  if (class->has_generator) {
    double hot_k = end_k(class, class->generator_hot, air_k, host_k, body);
    double cold_k = end_k(class, class->generator_cold, air_k, host_k, body);
    more->generator_w = cf_teg_w(&class->generator, hot_k - cold_k);
  }
  if (class->radiation_w_per_k4 > 0.0) {
    double case_k = cf_modal_temp_k(&class->modal, class->case_node, body->mode), excess_k = case_k - air_k;
    double held = fourth_power(class->radiation_air_k + excess_k) - fourth_power(class->radiation_air_k);
    more->radiation_w = class->radiation_w_per_k4 * (fourth_power(case_k) - fourth_power(air_k) - held);
  }
  find_cells(class, air_k, body, more); /* the air may have been another when the body began */
  more->since_s = more->net_j = more->second_net_j = 0.0;
  more->store_ks = more->die_ks = more->watched_ks = 0.0;
}

/* ---- steady states ----------------------------------------------------------------------------------------------- */

/* Every cell's network is linear; from the coldest on, the steady state climbs from cell to cell until it stays.
 * Leakage is convex, so that each cell's line is below the curve further up, and the climb ends at the lower, stable
 * state. */
double cf_body_steady_k(const cf_body_class *class, uint32_t share, double die_w, double case_w, double air_k,
                        double host_k) {
  const cf_modal *modal = &class->modal;
  const cf_modal_curves *curves = &class->curves;
  uint32_t n = modal->modes;
  const double *die = &modal->weight[(size_t) class->die_node * n],
               *box = &modal->weight[(size_t) class->case_node * n];
  double mode[CF_MODAL_MODES], turned[CF_MODAL_MODES];
  uint32_t cell[CF_HEAT_CURVES] = {0}, most = 1;
  for (uint32_t c = 0; c < curves->curves; c++) {
    const cf_heat_curve *curve = &curves->curve[c];
    cell[c] =
        cf_heat_curve_cell(curve, curve->over_air ? 0.0 : fmin(air_k, modal->host_w_per_k > 0.0 ? host_k : air_k));
    most += curve->cells;
  }
  uint32_t tries = 0;
  bool stays;
  do {
    for (uint32_t k = 0; k < n; k++)
      mode[k] = die[k] * die_w + box[k] * case_w + modal->air_gain[k] * (air_k - modal->reference_k) +
                modal->host_gain[k] * (host_k - modal->reference_k);
    for (uint32_t c = 0; c < curves->curves; c++) {
      const cf_heat_curve *curve = &curves->curve[c];
      cf_line line = curve->line[cell[c]];
      double on = curve->shared_by_load ? curves->share[share] : 1.0;
      double heat_w =
          on * (line.at_zero + line.slope * (curve->over_air ? modal->reference_k - air_k : modal->reference_k));
      for (uint32_t k = 0; k < n; k++) mode[k] += modal->weight[(size_t)curve->node * n + k] * heat_w;
    }
    if (curves->curves == 0) {
      for (uint32_t k = 0; k < n; k++) mode[k] /= modal->lambda_per_s[k];
      break;
    }
    const cf_modal_cell *system = cf_modal_cell_of(curves, share, cell[0], curves->curves > 1 ? cell[1] : 0);
    for (uint32_t k = 0; k < n; k++) {
      if (!(system->lambda_per_s[k] > 0.0)) return INFINITY;
      turned[k] = 0.0;
      for (uint32_t l = 0; l < n; l++) turned[k] += system->rotation[(size_t)k * n + l] * mode[l];
      turned[k] /= system->lambda_per_s[k];
    }
    for (uint32_t k = 0; k < n; k++) {
      mode[k] = 0.0;
      for (uint32_t l = 0; l < n; l++) mode[k] += system->rotation[(size_t)l * n + k] * turned[l];
    }
    stays = true;
    for (uint32_t c = 0; c < curves->curves; c++) {
      const cf_heat_curve *curve = &curves->curve[c];
      double argument_k = cf_modal_temp_k(modal, curve->node, mode) - (curve->over_air ? air_k : 0.0);
      uint32_t at = cf_heat_curve_cell(curve, argument_k);
      if (at != cell[c]) {
        cell[c] += at > cell[c] ? 1 : (uint32_t)-1;
        stays = false;
      }
    }
    tries++;
  } while (!stays && tries < 2 * most);
  return cf_modal_temp_k(modal, class->watched_node, mode);
}

double cf_body_budget_w(const cf_body_class *class, uint32_t share, double limit_k, double case_w, double air_k,
                        double host_k) {
  double idle_k = cf_body_steady_k(class, share, 0.0, case_w, air_k, host_k);
  if (!(idle_k < limit_k)) return 0.0;
  double k_per_w = class->modal.rise_k_per_w[(size_t) class->watched_node * class->modal.modes + class->die_node];
  double high = (limit_k - idle_k) / k_per_w;
  if (class->curves.curves == 0) return high;
  /* The surface gives more as it warms, leakage takes it away: the bracket grows until it holds. */
  double low = 0.0;
  for (int i = 0; i < 60 && cf_body_steady_k(class, share, high, case_w, air_k, host_k) < limit_k; i++) {
    low = high;
    high *= 1.5;
  }
  for (int i = 0; i < 60; i++) {
    double middle = 0.5 * (low + high);
    if (cf_body_steady_k(class, share, middle, case_w, air_k, host_k) < limit_k)
      low = middle;
    else
      high = middle;
  }
  return low;
}

double cf_body_loop_gain(const cf_body_class *class, double temp_k) {
  if (class->leakage_curve < 0) return 0.0;
  const cf_heat_curve *curve = &class->curves.curve[class->leakage_curve];
  double most = 0.0;
  for (uint32_t i = 0; i < class->curves.shares; i++) most = fmax(most, class->curves.share[i]);
  double slope = curve->line[cf_heat_curve_cell(curve, temp_k)].slope;
  return most * slope * class->modal.rise_k_per_w[(size_t)curve->node * class->modal.modes + curve->node];
}

double cf_body_steady_node_k(const cf_body_class *class, uint32_t share, uint32_t node, double die_w, double case_w,
                             double air_k, double host_k) {
  if (node == CF_NODE_AIR) return air_k;
  if (node == CF_NODE_HOST) return host_k;
  cf_body_class elsewhere = *class;
  elsewhere.watched_node = node;
  return cf_body_steady_k(&elsewhere, share, die_w, case_w, air_k, host_k);
}
