/* coldfleet probe thermal: temperatures of RC networks at given times, first crossings, answers to a power trace. */
#include "cli/probe.h"
#include "config/graph_yaml.h"
#include "physics/walker.h"

#include <string.h>

#define ZERO_DEGC 273.15

/* A network ready to be walked. The constant powers of its nodes are the pattern of a driver: 1 K of the host above the
 * reference stands for all of them, in place of the host's conductances, whose steady part is among them. */
typedef struct walkable {
  cf_network *network;
  cf_body_class class;
  double *pattern; /* [nodes]: modal input */
  double *start_k; /* [nodes] */
  cf_drive drive;
} walkable;

static const cf_body_scale nominal = {1.0, 1.0, 1.0};

static void set_powers(walkable *net, const double *power_w) {
  const cf_modal *modal = &net->class.modal;
  for (uint32_t k = 0; k < modal->modes; k++) {
    net->pattern[k] = 0.0;
    for (uint32_t i = 0; i < modal->modes; i++) net->pattern[k] += modal->weight[i * modal->modes + k] * power_w[i];
  }
}

static cf_status make_walkable(walkable *net, const cf_graph *graph, double ambient_k, double host_k, cf_arena *arena,
                               cf_diag *diag) {
  uint32_t n = graph->nodes;
  double *power_w = CF_ARENA_ARRAY(arena, double, n);
  net->network = cf_network_new(arena, n, n);
  net->pattern = CF_ARENA_ARRAY(arena, double, n);
  net->start_k = CF_ARENA_ARRAY(arena, double, n);
  if (!net->network || !net->pattern || !net->start_k || !power_w) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_network *network = net->network;
  for (uint32_t i = 0; i < n; i++) {
    network->capacity_j_per_k[i] = graph->capacity_jk[i];
    network->air_w_per_k[i] = graph->to_air_wk[i];
    network->host_w_per_k[i] = graph->to_host_wk ? graph->to_host_wk[i] : 0.0;
    net->start_k[i] = graph->start_k ? graph->start_k[i] : ambient_k;
    for (uint32_t j = 0; j < i; j++)
      if (graph->conductance_wk[i * n + j] > 0.0) cf_network_link(network, i, j, graph->conductance_wk[i * n + j]);
  }
  cf_status status = cf_modal_build(&net->class.modal, network, arena, diag);
  if (status) return status;
  for (uint32_t i = 0; i < n; i++) {
    double from_host_w = network->host_w_per_k[i] * (host_k - net->class.modal.reference_k);
    power_w[i] = (graph->power_w ? graph->power_w[i] : 0.0) + from_host_w;
  }
  set_powers(net, power_w);
  net->class.modal.host_gain = net->pattern;
  net->class.leakage_curve = -1;
  net->class.loads = 1;
  cf_body_class_close(&net->class);
  net->drive = (cf_drive){.until_ns = INT64_MAX, .air_k = ambient_k, .host_k = net->class.modal.reference_k + 1.0};
  return CF_OK;
}

static void begin(const walkable *net, cf_body_room *room) {
  cf_body_begin(&net->class, &nominal, net->start_k[0], 1.0, &room->body);
  cf_modal_project(&net->class.modal, net->network, net->start_k, room->body.mode);
}

/* Networks by name ------------------------------------------------------------------------------------------------- */

struct cf_probe_networks {
  cf_graph_list *list;
  walkable **net; /* [list->count]; NULL until asked for */
  cf_arena *arena;
};

cf_status cf_probe_networks_read(cf_csv_source source, cf_arena *arena, struct cf_probe_networks **networks,
                                 cf_diag *diag) {
  struct cf_probe_networks *made = CF_ARENA_NEW(arena, struct cf_probe_networks);
  if (!made) return cf_fail(diag, CF_INTERNAL, "no memory");
  const char *dot = strrchr(source.file, '.');
  bool yaml = dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
  cf_status status = (yaml ? cf_graph_read_yaml : cf_graph_read_long)(source.file, source.bytes, source.length, arena,
                                                                      &made->list, diag);
  if (status) return status;
  made->net = CF_ARENA_ARRAY(arena, walkable *, made->list->count);
  made->arena = arena;
  *networks = made;
  return made->net ? CF_OK : cf_fail(diag, CF_INTERNAL, "no memory");
}

enum { NET, NODE, TIME_OR_LIMIT };

/* The network and node of a row; NULL after an error. */
static walkable *network_of(const cf_probe_study *study, const cf_probe_row *row, uint32_t *node) {
  struct cf_probe_networks *all = study->networks;
  for (size_t g = 0; g < all->list->count; g++) {
    const cf_graph *graph = &all->list->graph[g];
    if (!cf_csv_is(row->csv, row->column[NET], graph->id)) continue;
    if (!cf_csv_count(row->csv, row->column[NODE], 0, graph->nodes - 1, node)) return NULL;
    if (all->net[g]) return all->net[g];
    cf_diag diag;
    cf_diag_init(&diag);
    walkable *net = CF_ARENA_NEW(all->arena, walkable);
    cf_status status =
        net ? make_walkable(net, graph, study->ambient_k, study->host_k, all->arena, &diag) : CF_INTERNAL;
    if (status == CF_OK) return all->net[g] = net;
    cf_probe_fail(row, NET, "%s", net ? diag.entry[0].text : "no memory");
    return NULL;
  }
  cf_probe_fail(row, NET, "there is no such network among those of --network");
  return NULL;
}

static const cf_probe_input at_inputs[] = {{"net", CF_PROBE_WORD, true, NAN, "which network"},
                                           {"node", CF_PROBE_WORD, true, NAN, "which of its nodes, from 0"},
                                           {"t_s", CF_PROBE_NUMBER, true, NAN, "when"},
                                           {0}};
static const cf_probe_output at_outputs[] = {{"T_C", CF_PROBE_REAL, "temperature of the node"}, {0}};

static bool compute_at(void *self, const cf_probe_row *row) {
  uint32_t node;
  if (!cf_probe_within(row, TIME_OR_LIMIT, 0.0, 1e15)) return false;
  const walkable *net = network_of(self, row, &node);
  if (!net) return false;
  if (isnan(row->in[TIME_OR_LIMIT])) return true;
  cf_body_room room;
  cf_flows flows = {0};
  double when_s;
  begin(net, &room);
  cf_walk_piece(&net->class, &nominal, &net->drive, 0, row->in[TIME_OR_LIMIT], NULL, &room.body, &flows, &when_s);
  row->out[0] = cf_modal_temp_k(&net->class.modal, node, room.body.mode) - ZERO_DEGC;
  return true;
}

const cf_probe_table cf_probe_at = {"probe thermal --at", at_inputs, at_outputs, compute_at, NULL};

static const cf_probe_input crossing_inputs[] = {
    {"net", CF_PROBE_WORD, true, NAN, "which network"},
    {"node", CF_PROBE_WORD, true, NAN, "which of its nodes, from 0"},
    {"threshold_C", CF_PROBE_NUMBER, true, NAN, "temperature, from below or from above"},
    {0}};
static const cf_probe_output crossing_outputs[] = {
    {"first_crossing_s_or_-1", CF_PROBE_REAL, "when the node first has it; -1: never"}, {0}};

/* After 60 of its longest time constants a network has no further to go in a double. */
static bool compute_crossing(void *self, const cf_probe_row *row) {
  uint32_t node;
  if (!cf_probe_within(row, TIME_OR_LIMIT, -ZERO_DEGC, 1e9)) return false;
  walkable *net = network_of(self, row, &node);
  if (!net) return false;
  if (isnan(row->in[TIME_OR_LIMIT])) return true;
  double limit_k = row->in[TIME_OR_LIMIT] + ZERO_DEGC, when_s;
  bool warms = net->start_k[node] < limit_k;
  cf_watch watch = {.warm_above_k = warms ? limit_k : INFINITY, .cool_below_k = warms ? -INFINITY : limit_k};
  cf_body_room room;
  cf_flows flows = {0};
  begin(net, &room);
  net->class.watched_node = node;
  cf_crossing_kind what = cf_walk_piece(&net->class, &nominal, &net->drive, 0, 60.0 / net->class.modal.lambda_per_s[0],
                                        &watch, &room.body, &flows, &when_s);
  row->out[0] = what == CF_CROSS_NONE ? -1.0 : when_s;
  return true;
}

const cf_probe_table cf_probe_crossings = {"probe thermal --crossings", crossing_inputs, crossing_outputs,
                                           compute_crossing, NULL};

/* Traces ----------------------------------------------------------------------------------------------------------- */

cf_status cf_probe_graph_read(cf_csv_source conductance, cf_csv_source capacity, cf_arena *arena, cf_graph **graph,
                              cf_diag *diag) {
  cf_status status = cf_graph_read_matrix(conductance.file, conductance.bytes, conductance.length, arena, graph, diag);
  return status ? status : cf_graph_read_capacity(capacity.file, capacity.bytes, capacity.length, arena, *graph, diag);
}

cf_status cf_probe_powers_read(cf_csv_source source, cf_arena *arena, cf_graph_powers **powers, cf_diag *diag) {
  char *blank = cf_arena_copy(arena, source.bytes, source.length);
  if (!blank) return cf_fail(diag, CF_INTERNAL, "no memory");
  for (size_t i = 0; i < source.length; i++)
    if (blank[i] == ',') blank[i] = ' ';
  return cf_graph_read_ptrace(source.file, blank, source.length, arena, powers, diag);
}

cf_status cf_probe_trace_walk(const cf_probe_trace *trace, cf_arena *arena, cf_diag *diag) {
  uint32_t n = trace->graph->nodes, blocks = trace->powers->blocks;
  if (blocks > n) return cf_fail(diag, CF_INPUT, "the power table has %u columns, the network %u nodes", blocks, n);
  walkable *net = CF_ARENA_NEW(arena, walkable);
  cf_body_room *room = CF_ARENA_NEW(arena, cf_body_room);
  double *power_w = CF_ARENA_ARRAY(arena, double, n), *temp_k = CF_ARENA_ARRAY(arena, double, n);
  if (!net || !room || !power_w || !temp_k) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_status status = make_walkable(net, trace->graph, trace->ambient_k, trace->ambient_k, arena, diag);
  if (status) return status;
  begin(net, room);
  for (size_t r = 0; r < trace->powers->rows; r++) {
    cf_flows flows = {0};
    double when_s;
    memcpy(power_w, &trace->powers->power_w[r * blocks], blocks * sizeof *power_w);
    set_powers(net, power_w);
    cf_walk_piece(&net->class, &nominal, &net->drive, 0, trace->interval_s, NULL, &room->body, &flows, &when_s);
    for (uint32_t i = 0; i < n; i++) temp_k[i] = cf_modal_temp_k(&net->class.modal, i, room->body.mode);
    trace->each(trace->self, r, temp_k, n);
  }
  return CF_OK;
}
