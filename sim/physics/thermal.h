/* Thermal RC network of a node, advanced exactly through its eigen-system.
 *
 *   C dT/dt = -G T + p(t) + g_air T_air(t),   C diagonal, G symmetric positive definite
 *   S = C^-1/2 G C^-1/2 = V L V^T,  z = V^T C^1/2 (T - T_ref)  =>  z_k' = -lambda_k z_k + u_k(t)
 *
 * (Textbook modal form; used for chips by Pagani et al., "MatEx", DATE 2015.) Node 0 is the die, the last node the
 * case. One decomposition per class of nodes, by GSL at load. Temperatures in kelvin, powers in watts. */
#ifndef CF_PHYSICS_THERMAL_H
#define CF_PHYSICS_THERMAL_H

#include "base/diag.h"

#include <stdint.h>

enum { CF_THERMAL_NODES = 3 };

/* Symmetric network: conductance[i][j] (W/K) between nodes, air[i] (W/K) to the ambient, capacity[i] (J/K) > 0. */
typedef struct cf_thermal_network {
  uint32_t nodes; /* 1..CF_THERMAL_NODES */
  double capacity_j_per_k[CF_THERMAL_NODES];
  double conductance_w_per_k[CF_THERMAL_NODES][CF_THERMAL_NODES];
  double air_w_per_k[CF_THERMAL_NODES];
} cf_thermal_network;

typedef struct cf_thermal {
  uint32_t modes;
  double reference_k;
  double lambda_per_s[CF_THERMAL_NODES];
  double weight[CF_THERMAL_NODES]
               [CF_THERMAL_NODES];   /* T_i - ref = sum_k weight[i][k] z_k; input at i enters mode k by weight[i][k] */
  double air_gain[CF_THERMAL_NODES]; /* of (T_air - ref) into mode k */
  double stored_gain[CF_THERMAL_NODES];                    /* heat content above ref = sum_k stored_gain[k] z_k */
  double air_w_per_k;                                      /* total conductance to the air */
  double rise_k_per_w[CF_THERMAL_NODES][CF_THERMAL_NODES]; /* steady rise of i per watt into j */
} cf_thermal;

/* CF_INPUT when the network is not positive definite (a node without a way to the air) or a capacity is not positive.
 */
cf_status cf_thermal_build(cf_thermal *thermal, const cf_thermal_network *network, cf_diag *diag);

/* Modal state of a network that is everywhere at temp_k. */
void cf_thermal_uniform(const cf_thermal *thermal, double temp_k, double mode[CF_THERMAL_NODES]);

static inline double cf_thermal_temp_k(const cf_thermal *thermal, uint32_t node, const double *mode) {
  double rise = 0.0;
  for (uint32_t k = 0; k < thermal->modes; k++) rise += thermal->weight[node][k] * mode[k];
  return thermal->reference_k + rise;
}

static inline double cf_thermal_stored_j(const cf_thermal *thermal, const double *mode) {
  double stored = 0.0;
  for (uint32_t k = 0; k < thermal->modes; k++) stored += thermal->stored_gain[k] * mode[k];
  return stored;
}

#endif
