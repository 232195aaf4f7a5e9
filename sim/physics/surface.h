/* What a case gives to still air and by radiation.
 *
 * Natural convection of a vertical plate: Nu = (0.825 + 0.387 Ra^(1/6) / (1 + (0.492 / Pr)^(9/16))^(8/27))^2 for all Ra
 * (S. Churchill, H. Chu, Int. J. Heat Mass Transfer 18 (1975) 1323); grey radiation against surroundings at the air's
 * temperature, eps sigma A ((T_ref + excess)^4 - T_ref^4). Dry air at 101325 Pa: viscosity and conductivity by
 * Sutherland's formula with the constants of F. White, Viscous Fluid Flow (3rd ed., 2006), tables 1-2 and 1-3; an ideal
 * gas of 287.05 J/(kg K) and 1006 J/(kg K). All of the case counts as a vertical plate of its height: a rule of ours.
 */
#ifndef CF_PHYSICS_SURFACE_H
#define CF_PHYSICS_SURFACE_H

#include "base/arena.h"
#include "base/diag.h"
#include "physics/modal.h"

typedef struct cf_surface {
  double area_m2;
  double height_m;        /* characteristic length of natural convection */
  double emissivity;      /* 0..1; 0: no radiation */
  double air_reference_k; /* where the air's properties and the radiation are taken */
} cf_surface;

/* Heat given at `excess_k` over the air; odd in the convective part. */
double cf_surface_w(const cf_surface *surface, double excess_k);

/* Chords of cf_surface_w on [-span_k, span_k], 0 < span_k < air_reference_k, not further than `tolerance_w` from it,
 * but at most `cells_max` (2..CF_HEAT_CELLS) of them. Their smallest slope goes into the linear network as a
 * conductance from the node to the air, `linear_w_per_k`; the curve is the rest as heat into the node, over the air, so
 * that all its slopes are
 * <= 0 and no cell of it grows. curve->reached_w is the largest distance. CF_INPUT when a number is out of range. */
cf_status cf_surface_curve(const cf_surface *surface, uint32_t node, double span_k, double tolerance_w,
                           uint32_t cells_max, double *linear_w_per_k, cf_heat_curve *curve, cf_arena *arena,
                           cf_diag *diag);

#endif
