/* The long format: one number of a network per row. */
#include "config/csv.h"
#include "config/graph.h"

#include <string.h>

/* What all networks of a file may hold together: some 250 of 128 nodes, or 16 of 512. */
enum { NETWORKS_MAX = 4096, CELLS_MAX = 1 << 22 };

typedef enum kind { KIND_C, KIND_G_AMB, KIND_G_HOST, KIND_P, KIND_T0, KIND_G, KINDS } kind;

typedef struct kind_row {
  const char *name;
  const char *lowest; /* what the value must be, NULL: anything */
  double low;
  bool above; /* low itself is refused */
  double zero;
} kind_row;

static const kind_row kinds[KINDS] = {
    [KIND_C] = {"C", "a heat capacity is above 0", 0, true, 0},
    [KIND_G_AMB] = {"g_amb", "a conductance is not below 0", 0, false, 0},
    [KIND_G_HOST] = {"g_host", "a conductance is not below 0", 0, false, 0},
    [KIND_P] = {"P", NULL, 0, false, 0},
    [KIND_T0] = {"T0", "a temperature is above absolute zero", -273.15, true, 273.15},
    [KIND_G] = {"g", "a conductance is not below 0", 0, false, 0},
};

/* A network being read: the arrays of each kind, and on which line each number stood (0: not yet). */
typedef struct network {
  struct network *next;
  const char *id;
  uint32_t nodes, line;
  double *value[KINDS];
  uint32_t *seen[KINDS];
  uint32_t given[KINDS];
} network;

typedef struct reading {
  cf_csv *csv;
  uint32_t net, n, kind, i, j, value;
  network *first, *last;
  size_t networks, cells;
} reading;

static bool find_columns(reading *r) {
  cf_csv *csv = r->csv;
  bool found = cf_csv_need(csv, "net", &r->net); /* other columns are not looked at */
  found = cf_csv_need(csv, "n", &r->n) && found;
  found = cf_csv_need(csv, "kind", &r->kind) && found;
  found = cf_csv_need(csv, "i", &r->i) && found;
  found = cf_csv_need(csv, "j", &r->j) && found;
  return cf_csv_need(csv, "value", &r->value) && found;
}

static network *begin_network(reading *r, uint32_t nodes) {
  cf_csv *csv = r->csv;
  for (const network *old = r->first; old; old = old->next)
    if (cf_csv_is(csv, r->net, old->id)) {
      (void)cf_csv_fail(csv, r->net, "the rows of network '%s' are not together: it began on line %u", old->id,
                        old->line);
      return NULL;
    }
  r->cells += (size_t)nodes * nodes;
  if (r->networks == NETWORKS_MAX || r->cells > CELLS_MAX) {
    (void)cf_csv_fail(csv, r->net, "too many networks or nodes for one file");
    csv->errors = CF_DIAG_MAX; /* nothing sensible can follow */
    return NULL;
  }
  network *made = CF_ARENA_NEW(csv->arena, network);
  const char *id = cf_csv_keep(csv, r->net);
  if (!made || !id) {
    (void)cf_csv_no_memory(csv);
    return NULL;
  }
  *made = (network){.id = id, .nodes = nodes, .line = csv->line};
  for (int k = 0; k < KINDS; k++) {
    size_t count = k == KIND_G ? (size_t)nodes * nodes : nodes;
    made->value[k] = CF_ARENA_ARRAY(csv->arena, double, count);
    made->seen[k] = CF_ARENA_ARRAY(csv->arena, uint32_t, count);
    if (!made->value[k] || !made->seen[k]) {
      (void)cf_csv_no_memory(csv);
      return NULL;
    }
  }
  if (r->last)
    r->last->next = made;
  else
    r->first = made;
  r->last = made;
  r->networks++;
  return made;
}

static network *network_of_row(reading *r) {
  cf_csv *csv = r->csv;
  uint32_t nodes = 0;
  if (cf_csv_empty(csv, r->net)) {
    (void)cf_csv_fail(csv, r->net, "the row does not say which network it belongs to");
    return NULL;
  }
  if (!cf_csv_count(csv, r->n, 1, CF_GRAPH_NODES, &nodes)) return NULL;
  if (!r->last || !cf_csv_is(csv, r->net, r->last->id)) return begin_network(r, nodes);
  if (nodes == r->last->nodes) return r->last;
  (void)cf_csv_fail(csv, r->n, "network '%s' has %u nodes here, but %u on line %u", r->last->id, nodes, r->last->nodes,
                    r->last->line);
  return NULL;
}

static bool read_kind(reading *r, kind *out) {
  for (int k = 0; k < KINDS; k++)
    if (cf_csv_is(r->csv, r->kind, kinds[k].name)) {
      *out = (kind)k;
      return true;
    }
  const cf_csv_field *field = &r->csv->field[r->kind];
  return cf_csv_fail(r->csv, r->kind, "'%.*s' is none of the kinds C, g, g_amb, g_host, P, T0",
                     field->length < 40 ? (int)field->length : 40, field->text);
}

static bool read_value(reading *r, kind k, double *value) {
  const kind_row *row = &kinds[k];
  if (!cf_csv_double(r->csv, r->value, 0, value)) return false;
  if (row->lowest && (row->above ? !(*value > row->low) : !(*value >= row->low)))
    return cf_csv_fail(r->csv, r->value, "%s is %g: %s", row->name, *value, row->lowest);
  *value += row->zero;
  return true;
}

static bool not_twice(reading *r, kind k, const uint32_t *seen) {
  return *seen == 0 || cf_csv_fail(r->csv, r->i, "%s of this %s is there twice: first on line %u", kinds[k].name,
                                   k == KIND_G ? "pair of nodes" : "node", *seen);
}

static void take_row(reading *r) {
  cf_csv *csv = r->csv;
  kind k = KIND_C;
  uint32_t i = 0, j = 0;
  double value = 0;
  network *net = network_of_row(r);
  if (!net || !read_kind(r, &k) || !cf_csv_count(csv, r->i, 0, net->nodes - 1, &i)) return;
  if (k != KIND_G && !cf_csv_empty(csv, r->j)) {
    (void)cf_csv_fail(csv, r->j, "%s belongs to one node: j is to be empty", kinds[k].name);
    return;
  }
  if (k == KIND_G && !cf_csv_count(csv, r->j, 0, net->nodes - 1, &j)) return;
  if (k == KIND_G && i == j) {
    (void)cf_csv_fail(csv, r->j, "a conductance from node %u to itself", i);
    return;
  }
  size_t at = k == KIND_G ? (size_t)i * net->nodes + j : i, mirrored = k == KIND_G ? (size_t)j * net->nodes + i : i;
  if (!not_twice(r, k, &net->seen[k][at]) || !read_value(r, k, &value)) return;
  net->value[k][at] = net->value[k][mirrored] = value;
  net->seen[k][at] = net->seen[k][mirrored] = csv->line;
  net->given[k]++;
}

/* C of every node, T0 of all or none. */
static void check_complete(reading *r, const network *net) {
  static const kind wanted[] = {KIND_C, KIND_T0};
  for (int w = 0; w < 2; w++) {
    kind k = wanted[w];
    if (net->given[k] == net->nodes || (k == KIND_T0 && net->given[k] == 0)) continue;
    uint32_t node = 0;
    while (net->seen[k][node]) node++;
    (void)cf_csv_fail(r->csv, CF_CSV_ROW, "network '%s', which begins on line %u, has no %s of node %u", net->id,
                      net->line, kinds[k].name, node);
  }
}

static cf_graph graph_of(const network *net) {
  return (cf_graph){.id = net->id,
                    .nodes = net->nodes,
                    .conductance_wk = net->value[KIND_G],
                    .to_air_wk = net->value[KIND_G_AMB],
                    .to_host_wk = net->given[KIND_G_HOST] ? net->value[KIND_G_HOST] : NULL,
                    .capacity_jk = net->value[KIND_C],
                    .power_w = net->value[KIND_P],
                    .start_k = net->given[KIND_T0] ? net->value[KIND_T0] : NULL};
}

cf_status cf_graph_read_long(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph_list **list,
                             cf_diag *diag) {
  cf_csv csv;
  *list = NULL;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag) || !cf_csv_header(&csv)) return csv.status;
  reading r = {.csv = &csv};
  if (!find_columns(&r)) return csv.status;
  while (cf_csv_next(&csv)) take_row(&r);
  if (csv.status == CF_OK && !r.first) (void)cf_csv_fail(&csv, CF_CSV_ROW, "there is no network below the header");
  if (csv.status == CF_OK)
    for (const network *net = r.first; net && csv.errors < CF_DIAG_MAX; net = net->next) check_complete(&r, net);
  if (csv.status != CF_OK) return csv.status;
  cf_graph_list *made = CF_ARENA_NEW(arena, cf_graph_list);
  cf_graph *graphs = CF_ARENA_ARRAY(arena, cf_graph, r.networks);
  if (!made || !graphs) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  size_t count = 0;
  for (const network *net = r.first; net; net = net->next) graphs[count++] = graph_of(net);
  *made = (cf_graph_list){.count = count, .graph = graphs};
  *list = made;
  return CF_OK;
}
