/* libFuzzer: a thermal network. First byte: the format. What is read is symmetric, finite and not negative. */
#include "config/graph.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_graph(const cf_graph *g) {
  for (uint32_t i = 0; i < g->nodes; i++) {
    if (!(g->to_air_wk[i] >= 0 && isfinite(g->to_air_wk[i]))) abort();
    if (g->capacity_jk && !(g->capacity_jk[i] > 0)) abort();
    if (g->start_k && !(g->start_k[i] > 0)) abort();
    if (g->to_host_wk && !(g->to_host_wk[i] >= 0)) abort();
    if (g->conductance_wk[(size_t)i * g->nodes + i] != 0) abort();
    for (uint32_t j = 0; j < i; j++) {
      double a = g->conductance_wk[(size_t)i * g->nodes + j], b = g->conductance_wk[(size_t)j * g->nodes + i];
      if (a != b || !(a >= 0)) abort();
    }
  }
}

static bool read_any(char format, const char *bytes, size_t length, cf_arena *arena, cf_diag *diag) {
  cf_graph_list *list;
  cf_graph_powers *powers;
  cf_graph *graph;
  switch (format) {
    case 'L':
      (void)cf_graph_read_long("n", bytes, length, arena, &list, diag);
      for (size_t k = 0; list && k < list->count; k++) check_graph(&list->graph[k]);
      return list != NULL;
    case 'P':
      (void)cf_graph_read_ptrace("p", bytes, length, arena, &powers, diag);
      for (size_t i = 0; powers && i < powers->rows * powers->blocks; i++)
        if (!isfinite(powers->power_w[i])) abort();
      return powers != NULL;
    case 'C': {
      double zero[4] = {0};
      cf_graph two = {.id = "", .nodes = 2, .conductance_wk = zero, .to_air_wk = zero};
      bool read = cf_graph_read_capacity("C", bytes, length, arena, &two, diag) == CF_OK;
      if (read != (two.capacity_jk != NULL)) abort();
      check_graph(&two);
      return read;
    }
    default:
      (void)cf_graph_read_matrix("G", bytes, length, arena, &graph, diag);
      if (graph) check_graph(graph);
      return graph != NULL;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  char *bytes = malloc(size); /* without a NUL behind the last */
  cf_arena *arena = cf_arena_create(0xFF);
  if (bytes && arena) {
    memcpy(bytes, data, size);
    cf_diag diag;
    cf_diag_init(&diag);
    bool read = read_any((char)data[0], bytes + 1, size - 1, arena, &diag);
    if (read != (diag.errors == 0)) abort();
  }
  cf_arena_destroy(arena);
  free(bytes);
  return 0;
}
