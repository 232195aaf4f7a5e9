/* A thermal RC network as a graph: heat capacities, conductances between nodes, ways to two reservoirs.
 *
 *   C_i dT_i/dt = sum_j g_ij (T_j - T_i) + g_air,i (T_air - T_i) + g_host,i (T_host - T_i) + p_i
 *
 * The air is the ambient; the host is what the device is mounted on or lies in: a machine's wall, blood at 37 degC.
 * Any symmetric graph; ladders (Cauer), fitted step responses (Foster) and tissue around an implant are built in.
 * All memory is the arena's. SI units: J/K, W/K, K. */
#ifndef CF_PHYSICS_NETWORK_H
#define CF_PHYSICS_NETWORK_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdint.h>

enum { CF_NETWORK_NODES = 512 };

typedef struct cf_network {
  uint32_t nodes, room;        /* nodes <= room */
  double *capacity_j_per_k;    /* [nodes], > 0 */
  double *conductance_w_per_k; /* [nodes * nodes], symmetric, >= 0; the diagonal is not read */
  double *air_w_per_k;         /* [nodes], >= 0 */
  double *host_w_per_k;        /* [nodes], >= 0 */
} cf_network;

/* `nodes` isolated nodes without capacity; `room` >= nodes leaves room for cf_network_add. NULL when there is no
 * memory. */
cf_network *cf_network_new(cf_arena *arena, uint32_t nodes, uint32_t room);

/* Adds a node and returns its index; the network must have room. */
uint32_t cf_network_add(cf_network *network, double capacity_j_per_k);

/* Adds to the conductance between two different nodes. */
void cf_network_link(cf_network *network, uint32_t i, uint32_t j, double w_per_k);

/* CF_INPUT when a capacity is not positive, a conductance is negative or not finite, or a part of the network has no
 * way to a reservoir. Whatever passes is positive definite. */
cf_status cf_network_check(const cf_network *network, cf_diag *diag);

/* The conductance matrix G of C dT/dt = -G T + ..., [nodes * nodes]. */
void cf_network_matrix(const cf_network *network, double *g);

/* One step of a ladder: a capacity at the node and a resistance to the next one. */
typedef struct cf_ladder_step {
  double k_per_w;
  double j_per_k;
} cf_ladder_step;

/* A Cauer ladder below node `from`: `from` takes step[0].j_per_k, step[i].k_per_w joins step i to i + 1, the last
 * resistance ends at `to`. Adds `steps` - 1 nodes. CF_INPUT when a step is not positive or the network has no room. */
cf_status cf_network_cauer(cf_network *network, uint32_t from, uint32_t to, const cf_ladder_step *step, uint32_t steps,
                           cf_diag *diag);

/* A Foster chain Z(s) = sum R_i / (1 + s R_i C_i), as data sheets give it, turned into the Cauer ladder of the same
 * step response; `cauer` has room for as many steps. By Golub and Kahan's bidiagonalisation of the square roots of the
 * rates (SIAM J. Numer. Anal. 2 (1965) 205), whose entries are quotients of the ladder's. CF_INPUT when a step is not
 * positive or two have the same time constant. */
enum { CF_FOSTER_STEPS = 8 };
cf_status cf_foster_to_cauer(const cf_ladder_step *foster, uint32_t steps, cf_ladder_step *cauer, cf_diag *diag);

/* Living tissue around a sphere (H. H. Pennes, J. Appl. Physiol. 1 (1948) 93). */
typedef struct cf_tissue {
  double conductivity_w_per_m_k;
  double density_kg_m3, specific_heat_j_per_kg_k;
  double perfusion_per_s; /* volume of blood per volume of tissue and second */
  double blood_density_kg_m3, blood_specific_heat_j_per_kg_k;
} cf_tissue;

/* Steady rise of a sphere's surface per watt: 1 / (4 pi k a (1 + a/lambda)), lambda = sqrt(k / (rho_b c_b w));
 * without perfusion 1 / (4 pi k a). */
double cf_tissue_sphere_k_per_w(const cf_tissue *tissue, double radius_m);

/* Concentric shells of tissue around a sphere of `radius_m` whose surface is `node`; the tissue that touches it has
 * this node's temperature. Adds a node at the outer face of each shell; radii grow geometrically. Each shell is the
 * exact two-port of its steady equation (u = r (T - T_blood), u'' = u / lambda^2), with the blood as host, and beyond
 * the last one the steady sphere carries on: so in steady state any number of shells gives cf_tissue_sphere_k_per_w.
 * Heat capacity is parted between the faces by the steady profile without perfusion; more shells follow a transient
 * more closely. CF_INPUT when the network has no room or a number is out of range. */
cf_status cf_network_tissue(cf_network *network, uint32_t node, const cf_tissue *tissue, double radius_m,
                            uint32_t shells, cf_diag *diag);

/* Steady temperatures under constant powers; power_w, temp_k: [nodes]. Fails as cf_network_check does. */
cf_status cf_network_steady(const cf_network *network, const double *power_w, double air_k, double host_k,
                            double *temp_k, cf_diag *diag);

#endif
