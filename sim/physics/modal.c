#include "physics/modal.h"

#include "physics/cholesky.h"
#include "physics/eigen.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Close to all the temperatures met, so that modal amplitudes stay small and keep their digits. */
static const double reference_k = 293.15;

static const size_t memory_limit = (size_t)256 << 20;

/* Room for the eigen-systems of symmetric matrices. */
typedef struct workspace {
  double *matrix; /* [n * n], lost in solving */
  double *vector; /* [k * n + i], eigenvectors in rows */
  double *value;  /* [n], ascending */
} workspace;

static bool workspace_open(workspace *work, uint32_t n) {
  size_t square = (size_t)n * n;
  work->matrix = malloc((2 * square + n) * sizeof *work->matrix);
  if (!work->matrix) return false;
  work->vector = work->matrix + square;
  work->value = work->vector + square;
  return true;
}

static void workspace_close(workspace *work) { free(work->matrix); }

/* C^-1/2 G C^-1/2. */
static void scaled_matrix(const cf_network *network, double *s) {
  uint32_t n = network->nodes;
  cf_network_matrix(network, s);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      s[(size_t)i * n + j] /=
          i == j ? network->capacity_j_per_k[i] : sqrt(network->capacity_j_per_k[i] * network->capacity_j_per_k[j]);
}

/* The inverse of G, column by column; it keeps more digits than the sum over modes of a stiff network. */
static bool steady_rises(const cf_network *network, double *g, double *rise_k_per_w) {
  uint32_t n = network->nodes;
  cf_network_matrix(network, g);
  if (!cf_cholesky(g, n)) return false;
  for (uint32_t j = 0; j < n; j++) {
    double *column = &rise_k_per_w[(size_t)j * n]; /* which is also row j */
    memset(column, 0, n * sizeof *column);
    column[j] = 1.0;
    cf_cholesky_solve(g, n, column);
  }
  return true;
}

static cf_status fill(cf_modal *modal, const cf_network *network, workspace *work, cf_arena *arena, cf_diag *diag) {
  uint32_t n = network->nodes;
  double *lambda = CF_ARENA_ARRAY(arena, double, n), *weight = CF_ARENA_ARRAY(arena, double, (size_t)n *n);
  double *air = CF_ARENA_ARRAY(arena, double, n), *host = CF_ARENA_ARRAY(arena, double, n);
  double *stored = CF_ARENA_ARRAY(arena, double, n), *rise = CF_ARENA_ARRAY(arena, double, (size_t)n *n);
  if (!lambda || !weight || !air || !host || !stored || !rise)
    return cf_fail(diag, CF_INTERNAL, "no memory for the modes of a thermal network");
  *modal = (cf_modal){.modes = n,
                      .reference_k = reference_k,
                      .lambda_per_s = lambda,
                      .weight = weight,
                      .air_gain = air,
                      .host_gain = host,
                      .stored_gain = stored,
                      .rise_k_per_w = rise};
  if (!steady_rises(network, work->matrix, rise))
    return cf_fail(diag, CF_INPUT, "conductances of a thermal network are too far apart to solve");
  scaled_matrix(network, work->matrix);
  if (!cf_eigen_symmetric(work->matrix, n, work->value, work->vector) || !(work->value[0] > 0.0))
    return cf_fail(diag, CF_INPUT, "time constants of a thermal network are too far apart to solve");
  memcpy(lambda, work->value, n * sizeof *lambda);
  for (uint32_t i = 0; i < n; i++) {
    double root = sqrt(network->capacity_j_per_k[i]);
    for (uint32_t k = 0; k < n; k++) {
      double v = work->vector[(size_t)k * n + i], w = v / root;
      weight[(size_t)i * n + k] = w;
      air[k] += w * network->air_w_per_k[i];
      host[k] += w * network->host_w_per_k[i];
      stored[k] += v * root;
    }
    modal->air_w_per_k += network->air_w_per_k[i];
    modal->host_w_per_k += network->host_w_per_k[i];
  }
  return CF_OK;
}

cf_status cf_modal_build(cf_modal *modal, const cf_network *network, cf_arena *arena, cf_diag *diag) {
  if (network->nodes > CF_MODAL_MODES)
    return cf_fail(diag, CF_INPUT, "a thermal network that moves has at most %d nodes, this one has %u", CF_MODAL_MODES,
                   network->nodes);
  cf_status status = cf_network_check(network, diag);
  if (status != CF_OK) return status;
  workspace work;
  if (!workspace_open(&work, network->nodes))
    return cf_fail(diag, CF_INTERNAL, "no memory for the eigen-system of a thermal network");
  status = fill(modal, network, &work, arena, diag);
  workspace_close(&work);
  return status;
}

void cf_modal_uniform(const cf_modal *modal, double temp_k, double *mode) {
  /* z = V^T C^1/2 (T - ref) and stored_gain[k] = sum_i V_ik sqrt(C_i). */
  for (uint32_t k = 0; k < modal->modes; k++) mode[k] = modal->stored_gain[k] * (temp_k - modal->reference_k);
}

void cf_modal_project(const cf_modal *modal, const cf_network *network, const double *temp_k, double *mode) {
  for (uint32_t k = 0; k < modal->modes; k++) mode[k] = 0.0;
  for (uint32_t i = 0; i < modal->modes; i++) {
    double content = network->capacity_j_per_k[i] * (temp_k[i] - modal->reference_k);
    for (uint32_t k = 0; k < modal->modes; k++) mode[k] += modal->weight[(size_t)i * modal->modes + k] * content;
  }
}

/* In modal coordinates a slope h s of heat at node d takes h s w w^T from the diagonal matrix of rates, w = weights of
 * d. */
typedef struct bend {
  const double *weight; /* [modes] of the curve's node */
  double w_per_k;       /* share times slope */
} bend;

/* What the systems of all cells are made with. */
typedef struct cell_maker {
  const cf_modal *modal;
  workspace work;
  cf_arena *arena;
  cf_modal_cell straight;
} cell_maker;

/* Keeps what the workspace holds. */
static cf_status new_cell(cell_maker *maker, cf_modal_cell *cell, cf_diag *diag) {
  size_t n = maker->modal->modes;
  double *lambda = CF_ARENA_ARRAY(maker->arena, double, n *(n + 1));
  if (!lambda) return cf_fail(diag, CF_INTERNAL, "no memory for the eigen-systems of a heat curve");
  memcpy(lambda, maker->work.value, n * sizeof(double));
  memcpy(lambda + n, maker->work.vector, n * n * sizeof(double));
  *cell = (cf_modal_cell){.lambda_per_s = lambda, .rotation = lambda + n};
  return CF_OK;
}

static cf_status straight_cell(cell_maker *maker, cf_diag *diag) {
  size_t n = maker->modal->modes;
  memcpy(maker->work.value, maker->modal->lambda_per_s, n * sizeof(double));
  memset(maker->work.vector, 0, n * n * sizeof(double));
  for (size_t k = 0; k < n; k++) maker->work.vector[k * n + k] = 1.0;
  return new_cell(maker, &maker->straight, diag);
}

static cf_status bent_cell(cell_maker *maker, const bend *pull, uint32_t curves, cf_modal_cell *cell, cf_diag *diag) {
  uint32_t n = maker->modal->modes;
  double *s = maker->work.matrix;
  for (size_t k = 0; k < n; k++) {
    for (size_t l = 0; l < n; l++) {
      s[k * n + l] = k == l ? maker->modal->lambda_per_s[k] : 0.0;
      for (uint32_t c = 0; c < curves; c++)
        if (pull[c].w_per_k != 0.0) s[k * n + l] -= pull[c].w_per_k * pull[c].weight[k] * pull[c].weight[l];
    }
  }
  if (!cf_eigen_symmetric(s, n, maker->work.value, maker->work.vector))
    return cf_fail(diag, CF_INPUT, "a slope of a heat curve is not finite");
  return new_cell(maker, cell, diag);
}

/* Cells that come out alike: all under a further share when no curve follows the load, and those of a first curve that
 * is off. */
static bool same_as_first_share(const cf_modal_curves *curves, uint32_t share) {
  bool follows = curves->curve[0].shared_by_load || (curves->curves > 1 && curves->curve[1].shared_by_load);
  return share > 0 && !follows;
}

static bool first_curve_is_off(const cf_modal_curves *curves, uint32_t share) {
  return curves->curve[0].shared_by_load && curves->share[share] == 0.0;
}

static uint32_t second_cells(const cf_modal_curves *curves) { return curves->curves > 1 ? curves->curve[1].cells : 1; }

static size_t distinct_systems(const cf_modal_curves *curves) {
  size_t systems = 1;
  for (uint32_t h = 0; h < curves->shares; h++)
    if (!same_as_first_share(curves, h))
      systems += (size_t)second_cells(curves) * (first_curve_is_off(curves, h) ? 1 : curves->curve[0].cells);
  return systems;
}

static cf_status fill_curves(const cf_modal_curves *curves, cell_maker *maker, cf_modal_cell *cell, cf_diag *diag) {
  const cf_modal *modal = maker->modal;
  uint32_t first = curves->curve[0].cells, second = second_cells(curves), count = curves->curves;
  assert(count <= CF_HEAT_CURVES);
  cf_status status = straight_cell(maker, diag);
  size_t at = 0;
  for (uint32_t h = 0; h < curves->shares; h++) {
    for (uint32_t i = 0; i < first; i++) {
      for (uint32_t j = 0; j < second && status == CF_OK; j++, at++) {
        const uint32_t which[CF_HEAT_CURVES] = {i, j};
        bend pull[CF_HEAT_CURVES] = {{NULL, 0.0}, {NULL, 0.0}};
        for (uint32_t c = 0; c < count; c++) {
          const cf_heat_curve *curve = &curves->curve[c];
          pull[c].weight = &modal->weight[(size_t)curve->node * modal->modes];
          pull[c].w_per_k = (curve->shared_by_load ? curves->share[h] : 1.0) * curve->line[which[c]].slope;
        }
        if (pull[0].w_per_k == 0.0 && pull[1].w_per_k == 0.0)
          cell[at] = maker->straight;
        else if (same_as_first_share(curves, h))
          cell[at] = cell[at % ((size_t)first * second)];
        else if (i > 0 && first_curve_is_off(curves, h))
          cell[at] = cell[at - second];
        else
          status = bent_cell(maker, pull, count, &cell[at], diag);
      }
    }
  }
  return status;
}

static cf_status check_curve(const cf_modal *modal, const cf_heat_curve *curve, cf_diag *diag) {
  if (curve->node >= modal->modes)
    return cf_fail(diag, CF_INPUT, "a heat curve belongs to thermal node %u of %u", curve->node, modal->modes);
  if (curve->cells < 1 || curve->cells > CF_HEAT_CELLS)
    return cf_fail(diag, CF_INPUT, "a heat curve has 1 to %d cells, this one has %u", CF_HEAT_CELLS, curve->cells);
  return CF_OK;
}

cf_status cf_modal_curves_build(cf_modal_curves *curves, const cf_modal *modal, const cf_heat_curve *curve,
                                uint32_t count, const double *share, uint32_t shares, cf_arena *arena, cf_diag *diag) {
  if (count < 1 || count > CF_HEAT_CURVES)
    return cf_fail(diag, CF_INPUT, "a thermal network has 1 to %d heat curves, this one has %u", CF_HEAT_CURVES, count);
  if (shares < 1 || shares > CF_HEAT_SHARES)
    return cf_fail(diag, CF_INPUT, "loads have 1 to %d shares of leakage, these have %u", CF_HEAT_SHARES, shares);
  size_t systems = shares;
  *curves = (cf_modal_curves){.curves = count, .shares = shares};
  for (uint32_t c = 0; c < count; c++) {
    cf_status status = check_curve(modal, &curve[c], diag);
    if (status != CF_OK) return status;
    curves->curve[c] = curve[c];
    systems *= curve[c].cells;
  }
  memcpy(curves->share, share, shares * sizeof *share);
  size_t n = modal->modes, bytes = systems * sizeof(cf_modal_cell);
  if (bytes <= memory_limit) bytes += distinct_systems(curves) * n * (n + 1) * sizeof(double);
  if (bytes > memory_limit)
    return cf_fail(diag, CF_INPUT, "eigen-systems of the heat curves would take more than %zu MiB: ask for fewer cells",
                   memory_limit >> 20);
  cf_modal_cell *cell = CF_ARENA_ARRAY(arena, cf_modal_cell, systems);
  if (!cell) return cf_fail(diag, CF_INTERNAL, "no memory for the cells of a heat curve");
  curves->cell = cell;
  cell_maker maker = {.modal = modal, .arena = arena};
  if (!workspace_open(&maker.work, modal->modes))
    return cf_fail(diag, CF_INTERNAL, "no memory for the eigen-systems of a heat curve");
  cf_status status = fill_curves(curves, &maker, cell, diag);
  workspace_close(&maker.work);
  return status;
}

uint32_t cf_heat_curve_cell(const cf_heat_curve *curve, double argument_k) {
  uint32_t low = 0, high = curve->cells; /* edge[low] <= argument < edge[high], but for the ends */
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (argument_k < curve->edge_k[middle])
      high = middle;
    else
      low = middle;
  }
  return low;
}
