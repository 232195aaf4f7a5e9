/* Thermal networks and power tables as text files describe them, for whoever computes with them.
 *
 * A network has n nodes (n <= CF_GRAPH_NODES) with heat capacities, conductances between them and to the air, and
 * perhaps to a host body, a constant power and a start temperature. Three formats:
 *
 *  long    CSV with the columns net, n, kind, i, j, value: one number per row, rows of a network together. kind is C
 *          (J/K), g_amb and g_host (W/K to the air and to the host), P (W), T0 (degC), all of node i with j empty, or g
 *          (W/K between nodes i and j, in one of the two orders). Nodes count from 0. C must be there for every node,
 *          T0 for all or none; what is not there is 0.
 *  matrix  CSV of n rows of n numbers without header: the conductance matrix (W/K) as in G dT = P. Off the diagonal -g,
 *          a row's sum the conductance to the air. Symmetric to 1e-9, nothing positive off the diagonal, no row's sum
 *          below -1e-9 of its diagonal (and up to 1e-12 it is 0). A second CSV of n rows of one number: capacities
 * (J/K). ptrace  a header of block names, then rows of that many numbers (W), separated by blanks: the power of each
 * block in one sampling interval per row, as HotSpot reads it (W. Huang et al., HotSpot, IEEE TVLSI 14 (2006) 501).
 *
 * Errors name file:line:column. */
#ifndef CF_CONFIG_GRAPH_H
#define CF_CONFIG_GRAPH_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_GRAPH_NODES = 512 };

typedef struct cf_graph {
  const char *id; /* "" for a matrix */
  uint32_t nodes;
  double *conductance_wk; /* nodes x nodes, row by row, symmetric, 0 on the diagonal */
  double *to_air_wk;
  double *to_host_wk;  /* NULL: no host */
  double *capacity_jk; /* NULL for a matrix until its capacities have been read */
  double *power_w;     /* NULL for a matrix */
  double *start_k;     /* NULL: not given */
} cf_graph;

typedef struct cf_graph_list {
  size_t count;
  cf_graph *graph;
} cf_graph_list;

cf_status cf_graph_read_long(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph_list **list,
                             cf_diag *diag);

cf_status cf_graph_read_matrix(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph **graph,
                               cf_diag *diag);
cf_status cf_graph_read_capacity(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph *graph,
                                 cf_diag *diag);

typedef struct cf_graph_powers {
  uint32_t blocks;
  const char *const *name;
  size_t rows;
  const double *power_w; /* rows x blocks, row by row */
} cf_graph_powers;

cf_status cf_graph_read_ptrace(const char *path, const char *bytes, size_t length, cf_arena *arena,
                               cf_graph_powers **powers, cf_diag *diag);

#endif
