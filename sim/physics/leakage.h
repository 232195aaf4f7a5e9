/* Heat that feeds on temperature: what silicon leaks.
 *
 *   P = P0 exp(beta (T - T0))
 *
 * One node over a resistance R settles at T = T_a + R P_d - W0(-x) / beta with x = beta R P0 exp(beta (T_a + R P_d -
 * T0)); its unstable twin is on the branch W-1; it runs away iff x > 1/e, so the brink is at R P_d = T0 - T_a - (1 +
 * ln(beta R P0)) / beta. (Fixed points of an exponential by Lambert's W: R. Corless et al., Adv. Comput. Math. 5 (1996)
 * 329.) A network in which one node leaks looks to that node like one resistance: its steady rise per watt into it,
 * over what the node would be without leakage. So the verdict on it is as exact. */
#ifndef CF_PHYSICS_LEAKAGE_H
#define CF_PHYSICS_LEAKAGE_H

#include "base/arena.h"
#include "base/diag.h"
#include "physics/modal.h"
#include "physics/network.h"

#include <stdbool.h>

typedef struct cf_leakage {
  double power_w; /* at reference_k, all of the silicon on; >= 0 */
  double reference_k;
  double beta_per_k; /* > 0 */
} cf_leakage;

double cf_leakage_w(const cf_leakage *leakage, double temp_k);

typedef struct cf_leakage_verdict {
  bool runaway;      /* there is no steady state */
  double steady_k;   /* stable temperature; NAN on runaway */
  double unstable_k; /* beyond this it runs away; NAN on runaway, INFINITY without leakage */
  double loop_gain;  /* beta R P(steady): 1 at the brink; NAN on runaway */
  double critical_w; /* dynamic power at the brink; may be negative; INFINITY without leakage */
} cf_leakage_verdict;

/* What becomes of one node that makes `dynamic_w` and leaks, over `k_per_w` (> 0) to `ambient_k`. */
cf_leakage_verdict cf_leakage_one_node(const cf_leakage *leakage, double k_per_w, double ambient_k, double dynamic_w);

/* The same in a network of which `node` leaks, under powers [nodes]: temperatures are this node's, loop_gain is beta
 * P(steady) times its steady rise per watt into it, critical_w is the power into `heated` at the brink, all others as
 * given (INFINITY when `heated` does not reach `node`). Fails as cf_network_check does. */
cf_status cf_leakage_network(const cf_leakage *leakage, const cf_network *network, uint32_t node, const double *power_w,
                             double air_k, double host_k, uint32_t heated, cf_leakage_verdict *verdict, cf_diag *diag);

/* Leakage at `node` as a curve that follows the load: chords of equal width on [low_k, high_k], of as many cells as
 * keep the chord within `tolerance` (a fraction) of the leakage at each temperature, but at most `cells_max`.
 * curve->reached_w is the largest distance in watts. CF_INPUT when a number is out of range. */
cf_status cf_leakage_curve(const cf_leakage *leakage, uint32_t node, double low_k, double high_k, double tolerance,
                           uint32_t cells_max, cf_heat_curve *curve, cf_arena *arena, cf_diag *diag);

#endif
