#include "config/graph_yaml.h"

#include "config/quantity.h"
#include "config/suggest.h"
#include "config/yaml.h"

#include <math.h>
#include <string.h>

typedef struct reading {
  cf_arena *arena;
  cf_diag *diag;
} reading;

static bool fail(const reading *r, cf_source where, const char *what) {
  (void)cf_tree_fail(r->diag, CF_INPUT, where, "%s", what);
  return false;
}

static bool no_memory(const reading *r) {
  (void)cf_fail(r->diag, CF_INTERNAL, "no memory for the networks");
  return false;
}

static bool read_quantity(const reading *r, const cf_tree_node *node, cf_dimension dimension, double *value) {
  char why[CF_QUANTITY_WHY];
  cf_quantity quantity;
  if (node->kind != CF_TREE_SCALAR) return fail(r, node->where, "a number with its unit is needed here");
  if (!cf_quantity_parse(node->text, dimension, &quantity, why)) return fail(r, node->where, why);
  *value = quantity.si;
  return true;
}

/* The keys of a node and what they may be. */
enum { CAPACITY, POWER, TO_AIR, TO_HOST, START, KEYS };
static const struct {
  const char *name;
  cf_dimension dimension;
  double low; /* and not lower */
} keys[KEYS] = {{"capacity", CF_DIM_HEAT_CAPACITY, 0.0},
                {"power", CF_DIM_POWER, -INFINITY},
                {"to_air", CF_DIM_THERMAL_CONDUCTANCE, 0.0},
                {"to_host", CF_DIM_THERMAL_CONDUCTANCE, 0.0},
                {"start", CF_DIM_TEMPERATURE, 0.0}};

static bool read_key(const reading *r, const cf_tree_node *value, double out[KEYS], bool given[KEYS]) {
  cf_suggestion nearest = {.given = value->key};
  for (int k = 0; k < KEYS; k++) {
    cf_suggest_offer(&nearest, keys[k].name, (unsigned)k);
    if (strcmp(value->key, keys[k].name) != 0) continue;
    if (!read_quantity(r, value, keys[k].dimension, &out[k])) return false;
    given[k] = true;
    return out[k] >= keys[k].low || fail(r, value->where, "this must not be negative");
  }
  char text[96];
  (void)cf_tree_fail(r->diag, CF_INPUT, value->key_where, "a node has no '%s'%s", value->key,
                     cf_suggest_text(&nearest, text, sizeof text));
  return false;
}

static bool read_node(const reading *r, const cf_tree_node *node, uint32_t i, cf_graph *graph, uint32_t *starts) {
  double value[KEYS] = {0};
  bool given[KEYS] = {false};
  if (node->kind != CF_TREE_MAP) return fail(r, node->where, "a node is a map: {capacity: 2 J/K, ...}");
  for (const cf_tree_node *child = node->first; child; child = child->next)
    if (!read_key(r, child, value, given)) return false;
  if (!(value[CAPACITY] > 0.0)) return fail(r, node->where, "a node needs a capacity above 0");
  graph->capacity_jk[i] = value[CAPACITY];
  graph->power_w[i] = value[POWER];
  graph->to_air_wk[i] = value[TO_AIR];
  graph->to_host_wk[i] = value[TO_HOST];
  graph->start_k[i] = value[START];
  *starts += given[START];
  return true;
}

static bool node_of(const reading *r, const cf_tree_node *nodes, const cf_tree_node *name, uint32_t *index) {
  *index = 0;
  for (const cf_tree_node *node = nodes->first; node && name->kind == CF_TREE_SCALAR; node = node->next, ++*index)
    if (strcmp(node->key, name->text) == 0) return true;
  return fail(r, name->where, "there is no such node in this network");
}

static bool read_link(const reading *r, const cf_tree_node *nodes, const cf_tree_node *link, cf_graph *graph) {
  uint32_t i, j, n = graph->nodes;
  double value;
  if (link->kind != CF_TREE_LIST || link->children != 3)
    return fail(r, link->where, "a link is two nodes and a conductance: [die, case, 0.4 W/K]");
  const cf_tree_node *second = link->first->next;
  if (!node_of(r, nodes, link->first, &i) || !node_of(r, nodes, second, &j) ||
      !read_quantity(r, second->next, CF_DIM_THERMAL_CONDUCTANCE, &value))
    return false;
  if (i == j) return fail(r, second->where, "a node is not linked with itself");
  if (!(value > 0.0)) return fail(r, second->next->where, "the conductance of a link is above 0");
  if (graph->conductance_wk[i * n + j] > 0.0) return fail(r, link->where, "this link is there already");
  graph->conductance_wk[i * n + j] = graph->conductance_wk[j * n + i] = value;
  return true;
}

static bool read_network(const reading *r, const cf_tree_node *network, cf_graph *graph) {
  const cf_tree_node *nodes = cf_tree_get(network, "nodes"), *links = cf_tree_get(network, "links");
  if (!nodes || nodes->kind != CF_TREE_MAP || nodes->children == 0)
    return fail(r, network->where, "a network needs nodes: {name: {capacity: 2 J/K, ...}, ...}");
  for (const cf_tree_node *key = network->first; key; key = key->next)
    if (key != nodes && key != links) return fail(r, key->key_where, "a network has only nodes and links");
  if (nodes->children > CF_GRAPH_NODES) return fail(r, nodes->where, "these are more than 512 nodes");
  uint32_t n = nodes->children, i = 0, starts = 0;
  *graph = (cf_graph){.id = network->key,
                      .nodes = n,
                      .conductance_wk = CF_ARENA_ARRAY(r->arena, double, (size_t)n *n),
                      .to_air_wk = CF_ARENA_ARRAY(r->arena, double, n),
                      .to_host_wk = CF_ARENA_ARRAY(r->arena, double, n),
                      .capacity_jk = CF_ARENA_ARRAY(r->arena, double, n),
                      .power_w = CF_ARENA_ARRAY(r->arena, double, n),
                      .start_k = CF_ARENA_ARRAY(r->arena, double, n)};
  if (!graph->conductance_wk || !graph->to_air_wk || !graph->to_host_wk || !graph->capacity_jk || !graph->power_w ||
      !graph->start_k)
    return no_memory(r);
  for (const cf_tree_node *node = nodes->first; node; node = node->next)
    if (!read_node(r, node, i++, graph, &starts)) return false;
  if (starts != 0 && starts != n) return fail(r, nodes->where, "start is given for all nodes or for none");
  if (starts == 0) graph->start_k = NULL;
  if (links && links->kind != CF_TREE_LIST) return fail(r, links->where, "links are a list: - [die, case, 0.4 W/K]");
  for (const cf_tree_node *link = links ? links->first : NULL; link; link = link->next)
    if (!read_link(r, nodes, link, graph)) return false;
  return true;
}

static bool read_networks(const reading *r, const cf_yaml_text *text, cf_graph_list *list) {
  cf_tree tree = {.arena = r->arena};
  cf_tree_node *root;
  if (cf_yaml_parse(&tree, text, &root, r->diag) != CF_OK) return false;
  if (root->kind != CF_TREE_MAP || root->children == 0)
    return fail(r, root->where, "networks are needed: name: {nodes: {...}, links: [...]}");
  list->graph = CF_ARENA_ARRAY(r->arena, cf_graph, root->children);
  if (!list->graph) return no_memory(r);
  for (const cf_tree_node *network = root->first; network; network = network->next)
    if (!read_network(r, network, &list->graph[list->count++])) return false;
  return true;
}

cf_status cf_graph_read_yaml(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph_list **list,
                             cf_diag *diag) {
  const reading r = {arena, diag};
  const char *kept = cf_arena_copy(arena, bytes, length); /* with a NUL behind it */
  cf_yaml_text text = {.file = path, .bytes = kept, .length = length, .origin = CF_ORIGIN_FILE};
  *list = CF_ARENA_NEW(arena, cf_graph_list);
  bool read = kept && *list ? read_networks(&r, &text, *list) : no_memory(&r);
  return read ? CF_OK : diag->status;
}
