/* Stores for tests: one of each kind. */
#ifndef CF_TESTS_UNIT_STORE_INPUTS_H
#define CF_TESTS_UNIT_STORE_INPUTS_H

#include "physics/store.h"

#include "../support/cf_test.h"

static inline cf_store_input capacitor_input(void) {
  return (cf_store_input){
      .kind = CF_STORE_CAPACITOR,
      .capacitor = {.capacitance_f = 10.0, .voltage_max_v = 5.0, .esr_ohm = 0.5, .leakage_a = 8e-6, .leakage_ohm = 1e6},
      .turn_on_v = 3.2,
      .turn_off_v = 2.4,
      .warn_v = 2.7,
      .quiescent_a = 0.5e-6,
      .edge_v = 1.8,
      .states = 3,
      .bus_w = {0.0, 0.02, 0.3},
      .tolerance = 1e-3,
      .cells_max = 64};
}

/* 100 mAh; the shape of a lithium-ion cell, with a level piece. */
static inline cf_store_input battery_input(void) {
  return (cf_store_input){.kind = CF_STORE_BATTERY,
                          .battery = {.capacity_c = 360.0,
                                      .points = 6,
                                      .charge_share = {0.0, 0.05, 0.3, 0.5, 0.9, 1.0},
                                      .open_v = {3.0, 3.45, 3.6, 3.6, 4.0, 4.2},
                                      .resistance_ohm = 0.4,
                                      .reference_k = 298.15,
                                      .resistance_activation_k = 2500.0,
                                      .coulomb_efficiency = 0.99,
                                      .self_discharge_per_s = 1e-8,
                                      .self_discharge_activation_k = 6000.0,
                                      .charge_c_rate = 0.5,
                                      .discharge_c_rate = 5.0,
                                      .charge_low_k = 273.15,
                                      .charge_high_k = 318.15,
                                      .discharge_low_k = 253.15,
                                      .discharge_high_k = 333.15},
                          .turn_on_v = 3.5,
                          .turn_off_v = 3.1,
                          .quiescent_a = 1e-6,
                          .edge_v = 1.8,
                          .states = 3,
                          .bus_w = {0.0, 0.02, 0.8},
                          .tolerance = 1e-3,
                          .cells_max = 64};
}

/* A D-size bobbin cell of lithium thionyl chloride. */
static inline cf_store_input primary_input(void) {
  return (cf_store_input){.kind = CF_STORE_PRIMARY,
                          .primary = {.points = 6,
                                      .current_a = {0.2e-3, 1e-3, 2e-3, 4e-3, 20e-3, 35e-3},
                                      .capacity_c = {17.0 * 3600.0, 18.4 * 3600.0, 18.8 * 3600.0, 19.0 * 3600.0,
                                                     13.5 * 3600.0, 7.0 * 3600.0},
                                      .open_v = 3.67,
                                      .resistance_ohm = 5.0,
                                      .cut_off_v = 2.0,
                                      .reference_k = 298.15,
                                      .self_discharge_per_s = 0.011 / (365.25 * 86400.0),
                                      .self_discharge_activation_k = 5000.0,
                                      .current_max_a = 0.1,
                                      .film_v_per_sqrt_s = 1e-4,
                                      .film_max_v = 1.0,
                                      .film_reference_a = 0.02,
                                      .film_activation_k = 6000.0,
                                      .film_charge_c = 0.5},
                          .turn_on_v = 3.3,
                          .turn_off_v = 2.8,
                          .quiescent_a = 1e-6,
                          .states = 3,
                          .bus_w = {0.0, 0.01, 0.1},
                          .tolerance = 1e-3,
                          .cells_max = 64};
}

/* Builds or fails the test with what was said. */
static inline void build_store(cf_store *store, const cf_store_input *in, cf_arena *arena) {
  cf_diag diag;
  cf_diag_init(&diag);
  if (cf_store_build(store, in, arena, &diag) != CF_OK) fail_msg("%s", diag.entry[0].text);
}

/* Loss of a load in an inner resistance, from the quadratic of the current. */
static inline double inner_loss_w(double power_w, double v, double resistance_ohm) {
  long double p = power_w, u = v, r = resistance_ohm;
  long double current = 2.0L * p / (u + sqrtl(fmaxl(0.0L, u * u - 4.0L * p * r)));
  return (double)(current * current * r);
}

#endif
