#include "physics/network.h"

#include "base/remath.h"
#include "physics/cholesky.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

cf_network *cf_network_new(cf_arena *arena, uint32_t nodes, uint32_t room) {
  if (room < nodes) room = nodes;
  cf_network *network = CF_ARENA_NEW(arena, cf_network);
  if (!network) return NULL;
  *network = (cf_network){.nodes = nodes,
                          .room = room,
                          .capacity_j_per_k = CF_ARENA_ARRAY(arena, double, room),
                          .conductance_w_per_k = CF_ARENA_ARRAY(arena, double, (size_t)room *room),
                          .air_w_per_k = CF_ARENA_ARRAY(arena, double, room),
                          .host_w_per_k = CF_ARENA_ARRAY(arena, double, room)};
  bool whole = network->capacity_j_per_k && network->conductance_w_per_k && network->air_w_per_k;
  return whole && network->host_w_per_k ? network : NULL;
}

uint32_t cf_network_add(cf_network *network, double capacity_j_per_k) {
  uint32_t n = network->nodes, wider = n + 1;
  double *g = network->conductance_w_per_k;
  for (uint32_t i = n; i-- > 0;) { /* rows move apart, the last one first */
    memmove(&g[(size_t)i * wider], &g[(size_t)i * n], n * sizeof *g);
    g[(size_t)i * wider + n] = 0.0;
  }
  memset(&g[(size_t)n * wider], 0, wider * sizeof *g);
  network->capacity_j_per_k[n] = capacity_j_per_k;
  network->air_w_per_k[n] = 0.0;
  network->host_w_per_k[n] = 0.0;
  network->nodes = wider;
  return n;
}

void cf_network_link(cf_network *network, uint32_t i, uint32_t j, double w_per_k) {
  network->conductance_w_per_k[(size_t)i * network->nodes + j] += w_per_k;
  network->conductance_w_per_k[(size_t)j * network->nodes + i] += w_per_k;
}

void cf_network_matrix(const cf_network *network, double *g) {
  uint32_t n = network->nodes;
  for (uint32_t i = 0; i < n; i++) {
    double sum = network->air_w_per_k[i] + network->host_w_per_k[i];
    for (uint32_t j = 0; j < n; j++) {
      double link = j == i ? 0.0 : network->conductance_w_per_k[(size_t)i * n + j];
      g[(size_t)i * n + j] = -link;
      sum += link;
    }
    g[(size_t)i * n + i] = sum;
  }
}

static bool is_conductance(double w_per_k) { return w_per_k >= 0.0 && w_per_k < INFINITY; }

cf_status cf_network_check(const cf_network *network, cf_diag *diag) {
  uint32_t n = network->nodes;
  if (n == 0 || n > CF_NETWORK_NODES)
    return cf_fail(diag, CF_INPUT, "a thermal network has 1 to %d nodes, this one has %u", CF_NETWORK_NODES, n);
  for (uint32_t i = 0; i < n; i++) {
    if (!(network->capacity_j_per_k[i] > 0.0 && network->capacity_j_per_k[i] < INFINITY))
      return cf_fail(diag, CF_INPUT, "heat capacity of thermal node %u is not positive", i);
    bool good = is_conductance(network->air_w_per_k[i]) && is_conductance(network->host_w_per_k[i]);
    for (uint32_t j = 0; j < n; j++) good &= is_conductance(network->conductance_w_per_k[(size_t)i * n + j]);
    if (!good) return cf_fail(diag, CF_INPUT, "a conductance of thermal node %u is negative or not finite", i);
  }
  /* Warmth seeps in from the reservoirs; whom it does not reach, they cannot cool. */
  bool reached[CF_NETWORK_NODES];
  uint32_t queue[CF_NETWORK_NODES], first = 0, last = 0;
  for (uint32_t i = 0; i < n; i++) {
    reached[i] = network->air_w_per_k[i] + network->host_w_per_k[i] > 0.0;
    if (reached[i]) queue[last++] = i;
  }
  for (; first < last; first++) {
    for (uint32_t j = 0; j < n; j++) {
      if (reached[j] || !(network->conductance_w_per_k[(size_t)queue[first] * n + j] > 0.0)) continue;
      reached[j] = true;
      queue[last++] = j;
    }
  }
  for (uint32_t i = 0; i < n; i++)
    if (!reached[i])
      return cf_fail(diag, CF_INPUT, "thermal node %u has no way to the air or the host: it would warm without bound",
                     i);
  return CF_OK;
}

cf_status cf_network_steady(const cf_network *network, const double *power_w, double air_k, double host_k,
                            double *temp_k, cf_diag *diag) {
  cf_status status = cf_network_check(network, diag);
  if (status != CF_OK) return status;
  uint32_t n = network->nodes;
  double *g = malloc((size_t)n * n * sizeof *g);
  if (!g) return cf_fail(diag, CF_INTERNAL, "no memory for the steady state of a thermal network");
  cf_network_matrix(network, g);
  /* In rises over the air, which keeps the digits of a small rise. */
  for (uint32_t i = 0; i < n; i++) temp_k[i] = power_w[i] + network->host_w_per_k[i] * (host_k - air_k);
  bool definite = cf_cholesky(g, n);
  if (definite) cf_cholesky_solve(g, n, temp_k);
  free(g);
  for (uint32_t i = 0; i < n; i++) temp_k[i] += air_k;
  return definite ? CF_OK : cf_fail(diag, CF_INPUT, "conductances of a thermal network are too far apart to solve");
}

static bool is_step(const cf_ladder_step *step) {
  return step->k_per_w > 0.0 && step->k_per_w < INFINITY && step->j_per_k > 0.0 && step->j_per_k < INFINITY;
}

static cf_status check_ladder(const cf_ladder_step *step, uint32_t steps, uint32_t most, cf_diag *diag) {
  if (steps < 1 || steps > most)
    return cf_fail(diag, CF_INPUT, "a thermal ladder has 1 to %u steps, not %u", most, steps);
  for (uint32_t i = 0; i < steps; i++)
    if (!is_step(&step[i]))
      return cf_fail(diag, CF_INPUT, "step %u of a thermal ladder needs a resistance and a capacity above zero", i + 1);
  return CF_OK;
}

cf_status cf_network_cauer(cf_network *network, uint32_t from, uint32_t to, const cf_ladder_step *step, uint32_t steps,
                           cf_diag *diag) {
  cf_status status = check_ladder(step, steps, network->room - network->nodes + 1, diag);
  if (status != CF_OK) return status;
  network->capacity_j_per_k[from] += step[0].j_per_k;
  for (uint32_t i = 0; i < steps; i++) {
    uint32_t next = i + 1 < steps ? cf_network_add(network, step[i + 1].j_per_k) : to;
    cf_network_link(network, from, next, 1.0 / step[i].k_per_w);
    from = next;
  }
  return CF_OK;
}

/* Takes from `v` what lies along `earlier` vectors; twice, which is enough for full orthogonality. */
static void orthogonalise(double *v, double earlier[][CF_FOSTER_STEPS], uint32_t count, uint32_t n) {
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t j = 0; j < count; j++) {
      double along = 0.0;
      for (uint32_t i = 0; i < n; i++) along += v[i] * earlier[j][i];
      for (uint32_t i = 0; i < n; i++) v[i] -= along * earlier[j][i];
    }
  }
}

static double normalise(double *v, uint32_t n) {
  double square = 0.0;
  for (uint32_t i = 0; i < n; i++) square += v[i] * v[i];
  double length = sqrt(square);
  for (uint32_t i = 0; i < n && length > 0.0; i++) v[i] /= length;
  return length;
}

cf_status cf_foster_to_cauer(const cf_ladder_step *foster, uint32_t steps, cf_ladder_step *cauer, cf_diag *diag) {
  cf_status status = check_ladder(foster, steps, CF_FOSTER_STEPS, diag);
  if (status != CF_OK) return status;
  /* Z(s) = sum (1/C_i) / (s + a_i^2), a_i^2 = 1 / (R_i C_i). Bidiagonalising diag(a) from the vector (1/sqrt(C_i))
   * gives U^T diag(a) V = B, and V^T diag(a^2) V = B^T B is the ladder's own C^-1/2 G C^-1/2, whose factor has
   * alpha_i^2 = g_i / C_i and beta_i^2 = g_i / C_i+1: quotients, in which nothing cancels. */
  double v[CF_FOSTER_STEPS][CF_FOSTER_STEPS], u[CF_FOSTER_STEPS][CF_FOSTER_STEPS], a[CF_FOSTER_STEPS], fastest = 0.0;
  for (uint32_t i = 0; i < steps; i++) {
    a[i] = 1.0 / sqrt(foster[i].k_per_w * foster[i].j_per_k);
    fastest = fmax(fastest, a[i]);
    v[0][i] = 1.0 / sqrt(foster[i].j_per_k);
  }
  double start = normalise(v[0], steps), capacity = 1.0 / (start * start);
  for (uint32_t k = 0; k < steps; k++) {
    for (uint32_t i = 0; i < steps; i++) u[k][i] = a[i] * v[k][i];
    orthogonalise(u[k], u, k, steps);
    double alpha = normalise(u[k], steps), conductance = alpha * alpha * capacity;
    cauer[k] = (cf_ladder_step){.k_per_w = 1.0 / conductance, .j_per_k = capacity};
    if (k + 1 == steps) break;
    for (uint32_t i = 0; i < steps; i++) v[k + 1][i] = a[i] * u[k][i];
    orthogonalise(v[k + 1], v, k + 1, steps);
    double beta = normalise(v[k + 1], steps);
    if (!(beta > 64.0 * DBL_EPSILON * fastest))
      return cf_fail(diag, CF_INPUT, "two steps of a Foster chain have the same time constant: add them up");
    capacity = conductance / (beta * beta);
  }
  return CF_OK;
}

static const double pi = 3.14159265358979323846;

/* rho_b c_b w: heat carried off per volume and kelvin. */
static double perfusion_w_per_m3_k(const cf_tissue *tissue) {
  return tissue->blood_density_kg_m3 * tissue->blood_specific_heat_j_per_kg_k * tissue->perfusion_per_s;
}

double cf_tissue_sphere_k_per_w(const cf_tissue *tissue, double radius_m) {
  double per_length = sqrt(perfusion_w_per_m3_k(tissue) / tissue->conductivity_w_per_m_k);
  return 1.0 / (4.0 * pi * tissue->conductivity_w_per_m_k * radius_m * (1.0 + radius_m * per_length));
}

/* How far out the shells reach, in perfusion lengths, and in radii where there is little perfusion: beyond, heat flows
 * but is not stored. Further out, few shells are too coarse near the surface; these are a good mean for 5 to 10 shells.
 */
static const double reach_lengths = 1.5, reach_radii = 8.0;

/* Heat capacity of the shell [inner, outer] that moves with its inner face, when the temperature between the faces goes
 * as 1 / r does: the integral of rho c 4 pi r^2 (1/r - 1/outer) / (1/inner - 1/outer). */
static double inner_capacity_j_per_k(const cf_tissue *tissue, double inner, double outer) {
  double square = 0.5 * (outer - inner) * (outer + inner);
  double cube = (outer - inner) * (outer * outer + outer * inner + inner * inner) / 3.0;
  double shape = (square - cube / outer) * inner * outer / (outer - inner);
  return 4.0 * pi * tissue->density_kg_m3 * tissue->specific_heat_j_per_kg_k * shape;
}

static double whole_capacity_j_per_k(const cf_tissue *tissue, double inner, double outer) {
  double cube = (outer - inner) * (outer * outer + outer * inner + inner * inner) / 3.0;
  return 4.0 * pi * tissue->density_kg_m3 * tissue->specific_heat_j_per_kg_k * cube;
}

/* h coth h - 1 and 1 - h / sinh h, both of order h^2. */
static void shell_losses(double h, double *own, double *across) {
  double h2 = h * h, e = cf_exp(-2.0 * h);
  if (h < 0.1) {
    *own = h2 * (1.0 / 3 - h2 * (1.0 / 45 - h2 * (2.0 / 945 - h2 / 4725)));
    *across = h2 * (1.0 / 6 - h2 * (7.0 / 360 - h2 * (31.0 / 15120 - h2 * 127 / 604800)));
  } else {
    *own = h * (1.0 + e) / (1.0 - e) - 1.0;
    *across = 1.0 - 2.0 * h * cf_exp(-h) / (1.0 - e);
  }
}

cf_status cf_network_tissue(cf_network *network, uint32_t node, const cf_tissue *tissue, double radius_m,
                            uint32_t shells, cf_diag *diag) {
  if (shells < 1 || shells > network->room - network->nodes)
    return cf_fail(diag, CF_INPUT, "a thermal network has room for 1 to %u shells of tissue, not %u",
                   network->room - network->nodes, shells);
  double k = tissue->conductivity_w_per_m_k, per_length = sqrt(perfusion_w_per_m3_k(tissue) / k);
  bool good = k > 0.0 && tissue->density_kg_m3 * tissue->specific_heat_j_per_kg_k > 0.0 && radius_m > 0.0;
  if (!good || !(per_length >= 0.0 && per_length < INFINITY))
    return cf_fail(diag, CF_INPUT, "tissue needs conductivity, density, heat capacity and a radius above zero");
  double reach = fmin(reach_lengths / (per_length * radius_m), reach_radii);
  double growth = cf_pow(1.0 + reach, 1.0 / shells), inner = radius_m;
  for (uint32_t i = 0; i < shells; i++) {
    double outer = inner * growth, thickness = outer - inner, own, across;
    shell_losses(thickness * per_length, &own, &across);
    double per_metre = 4.0 * pi * k / thickness, held = inner_capacity_j_per_k(tissue, inner, outer);
    uint32_t next = cf_network_add(network, whole_capacity_j_per_k(tissue, inner, outer) - held);
    cf_network_link(network, node, next, per_metre * inner * outer * (1.0 - across));
    network->host_w_per_k[node] += per_metre * inner * (inner * own + outer * across);
    network->host_w_per_k[next] += per_metre * outer * (outer * own + inner * across);
    network->capacity_j_per_k[node] += held;
    node = next;
    inner = outer;
  }
  network->host_w_per_k[node] += 1.0 / cf_tissue_sphere_k_per_w(tissue, inner);
  return CF_OK;
}
