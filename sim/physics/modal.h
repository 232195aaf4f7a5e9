/* A thermal network in modal form: the eigen-system in which it advances exactly, and the curves that bend it.
 *
 *   C dT/dt = -G T + p(t) + g_air T_air(t) + g_host T_host(t),   C diagonal, G symmetric positive definite
 *   S = C^-1/2 G C^-1/2 = V L V^T,  z = V^T C^1/2 (T - T_ref)  =>  z_k' = -lambda_k z_k + u_k(t)
 *
 * (Textbook modal form; used for chips by Pagani et al., "MatEx", DATE 2015.) One decomposition per class of nodes, at
 * load.
 *
 * Heat that depends on a temperature (silicon leakage on the die's; convection and radiation on the case's) is a curve:
 * continuous and piecewise linear on a grid fixed in that temperature. Inside one cell of each curve the network is
 * linear again, with its own eigen-system, which is kept per (share of leakage, cell, cell). The state is always given
 * in the modes of the linear network; a rotation leads into the modes of a cell and back. Temperatures in kelvin,
 * powers in watts. */
#ifndef CF_PHYSICS_MODAL_H
#define CF_PHYSICS_MODAL_H

#include "base/arena.h"
#include "base/diag.h"
#include "physics/line.h"
#include "physics/network.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_MODAL_MODES = 256, CF_HEAT_CURVES = 2, CF_HEAT_SHARES = 4, CF_HEAT_CELLS = 8192 };

typedef struct cf_modal {
  uint32_t modes; /* as many as the network has nodes */
  double reference_k;
  const double *lambda_per_s; /* [modes], ascending */
  const double
      *weight; /* [node * modes + k]: T_i - ref = sum_k weight_ik z_k; a watt into i enters mode k by weight_ik */
  const double *air_gain;     /* [modes]: of (T_air - ref) */
  const double *host_gain;    /* [modes]: of (T_host - ref) */
  const double *stored_gain;  /* [modes]: heat content above ref = sum_k stored_gain_k z_k */
  double air_w_per_k;         /* total conductance to the air */
  double host_w_per_k;        /* and to the host */
  const double *rise_k_per_w; /* [i * modes + j]: steady rise of i per watt into j */
} cf_modal;

/* At most CF_MODAL_MODES nodes. CF_INPUT when cf_network_check refuses the network or its numbers are too far apart to
 * solve. */
cf_status cf_modal_build(cf_modal *modal, const cf_network *network, cf_arena *arena, cf_diag *diag);

/* Modes of a network that is everywhere at temp_k; or of given temperatures [nodes] (needs the network's capacities).
 */
void cf_modal_uniform(const cf_modal *modal, double temp_k, double *mode);
void cf_modal_project(const cf_modal *modal, const cf_network *network, const double *temp_k, double *mode);

static inline double cf_modal_temp_k(const cf_modal *modal, uint32_t node, const double *mode) {
  double rise = 0.0;
  const double *weight = &modal->weight[(size_t)node * modal->modes];
  for (uint32_t k = 0; k < modal->modes; k++) rise += weight[k] * mode[k];
  return modal->reference_k + rise;
}

static inline double cf_modal_stored_j(const cf_modal *modal, const double *mode) {
  double stored = 0.0;
  for (uint32_t k = 0; k < modal->modes; k++) stored += modal->stored_gain[k] * mode[k];
  return stored;
}

/* Heat into one node as a curve of that node's temperature, or of its excess over the air. */
typedef struct cf_heat_curve {
  uint32_t node;
  bool over_air;        /* the argument is T_node - T_air instead of T_node */
  bool shared_by_load;  /* multiplied by the load's share (silicon leakage); else always there */
  uint32_t cells;       /* 1..CF_HEAT_CELLS */
  const double *edge_k; /* [cells + 1], ascending; the outermost lines go on beyond the ends */
  const cf_line *line;  /* [cells]: watts into the node by the argument in kelvin; continuous at the edges */
  double reached_w;     /* largest distance to the curved physics inside the edges */
} cf_heat_curve;

/* The eigen-system of one cell of each curve under one share. */
typedef struct cf_modal_cell {
  const double *lambda_per_s; /* [modes]; the smallest may be negative: leakage outruns cooling */
  const double *rotation;     /* [modes * modes]: z_cell[k] = sum_l rotation[k * modes + l] z[l]; orthogonal */
} cf_modal_cell;

typedef struct cf_modal_curves {
  uint32_t curves; /* 0: the network is linear */
  cf_heat_curve curve[CF_HEAT_CURVES];
  uint32_t shares;
  double share[CF_HEAT_SHARES]; /* the distinct shares of leakage that the loads have */
  const cf_modal_cell *cell;    /* [(share * cells of curve 0 + cell 0) * cells of curve 1 + cell 1] */
} cf_modal_curves;

/* Makes all eigen-systems; `curve` and its arrays must stay. Systems that come out alike share their memory; one that
 * no slope bends is the identity. count: 1..CF_HEAT_CURVES; shares: 1..CF_HEAT_SHARES. CF_INPUT beyond 256 MiB. */
cf_status cf_modal_curves_build(cf_modal_curves *curves, const cf_modal *modal, const cf_heat_curve *curve,
                                uint32_t count, const double *share, uint32_t shares, cf_arena *arena, cf_diag *diag);

static inline const cf_modal_cell *cf_modal_cell_of(const cf_modal_curves *curves, uint32_t share, uint32_t cell0,
                                                    uint32_t cell1) {
  uint32_t second = curves->curves > 1 ? curves->curve[1].cells : 1;
  return &curves->cell[((size_t)share * curves->curve[0].cells + cell0) * second + cell1];
}

/* The cell of a curve that holds an argument, edge[cell] <= argument < edge[cell + 1]; the outermost beyond the ends.
 */
uint32_t cf_heat_curve_cell(const cf_heat_curve *curve, double argument_k);

#endif
