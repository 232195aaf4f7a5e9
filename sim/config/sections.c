#include "config/sections.h"

#include "config/attach.h"
#include "config/catalogue.h"
#include "config/fill.h"
#include "config/plan_parts.h"
#include "config/suggest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool entry_name(cf_load *load, const cf_tree_node *entry) {
  return cf_load_is_name(entry->key) ||
         cf_load_fail(load, entry->key_where,
                      "'%.60s': names may have letters, digits, '.', '_' and '-' only, and at most 100", entry->key);
}

static bool too_many(cf_load *load, const cf_tree_node *entry, const char *what, uint32_t most) {
  return cf_load_fail(load, entry->key_where, "more than %u %s", most, what);
}

static bool network(cf_load *load, const cf_tree_node *map, cf_node_group *group);

/* ---- fleet ---- */
/* In the largest unit that keeps it whole. */
static char *time_text(cf_load *load, int64_t ns) {
  static const struct {
    int64_t ns;
    const char *unit;
  } units[] = {{3600000000000, "h"}, {60000000000, "min"}, {1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
  int u = 0;
  while (ns % units[u].ns != 0) u++;
  return cf_load_text(load, "%lld %s", (long long)(ns / units[u].ns), units[u].unit);
}

static bool node_group(cf_load *load, cf_tree_node *map, cf_node_group *group) {
  bool good = cf_fill_map(load, &cf_schema_node_group, map, group);
  if (!cf_tree_get(map, "sample_jitter") && group->sample_every_ns > 0) {
    group->sample_jitter_ns = group->sample_every_ns / 10;
    const cf_tree_node *every = cf_tree_get(map, "sample_every");
    char *text = time_text(load, group->sample_jitter_ns);
    cf_tree_node *node = text ? cf_tree_scalar(&load->tree, text, CF_ORIGIN_DEFAULT, every->where) : NULL;
    if (!node || !cf_tree_put(&load->tree, map, "sample_jitter", every->key_where, node)) return false;
    node->row = cf_schema_find(&cf_schema_node_group, "sample_jitter");
  }
  const cf_tree_node *thermal = cf_tree_get(map, "thermal");
  return (!good || !thermal || network(load, thermal, group)) && good;
}

/* Without a tier nobody knows which keys belong there, so a misspelt one is looked for here. */
static bool no_tier(cf_load *load, const cf_tree_node *map) {
  for (const cf_tree_node *child = map->first; child; child = child->next)
    if (cf_suggest_distance(child->key, "tier", 1) == 1)
      return cf_load_fail(load, child->key_where, "unknown key '%.60s' in '%s' (did you mean 'tier'?)", child->key,
                          load->path);
  return cf_fill_missing(load, NULL, map, "tier");
}

static bool fleet(cf_load *load, cf_tree_node *node, cf_scenario *scenario) {
  static const char *const tiers[] = {"node", "hub", NULL};
  bool good = true;
  for (cf_tree_node *entry = node->first; entry && !cf_load_full(load); entry = entry->next) {
    size_t back = cf_load_enter(load, entry->key);
    cf_tree_node *map = cf_fill_as_map(load, entry);
    cf_tree_node *tier = cf_tree_get(map, "tier");
    if (!map || !entry_name(load, entry)) {
      good = false;
    } else if (!tier) {
      good = no_tier(load, map);
    } else {
      int which = cf_fill_choice(load, tier, "tier", tiers);
      if (which < 0) {
        good = false;
      } else if (which == 0 && scenario->node_groups == CF_MAX_GROUPS) {
        good = too_many(load, entry, "groups of nodes", CF_MAX_GROUPS);
      } else if (which == 1 && scenario->hub_groups == 1) {
        good = too_many(load, entry, "group of hubs", 1);
      } else if (which == 0) {
        cf_node_group *group = &scenario->nodes[scenario->node_groups++];
        group->name = entry->key;
        load->tier = CF_TIER_NODES;
        if (!node_group(load, map, group)) good = false;
      } else {
        cf_hub_group *group = &scenario->hubs[scenario->hub_groups++];
        group->name = entry->key;
        load->tier = CF_TIER_HUBS;
        if (!cf_fill_map(load, &cf_schema_hub_group, map, group)) good = false;
      }
    }
    load->tier = CF_TIER_ALL;
    cf_load_leave(load, back);
  }
  if (good && scenario->node_groups == 0)
    good = cf_load_fail(load, cf_fill_place(node), "the fleet has no group with 'tier: node'");
  return good;
}

static bool local_models(cf_load *load, cf_tree_node *node, cf_node_group *group) {
  bool good = true;
  for (cf_tree_node *entry = node->first; entry; entry = entry->next) {
    if (group->models == CF_MAX_MODELS) return too_many(load, entry, "models in a group", CF_MAX_MODELS);
    cf_local_model *model = &group->model[group->models];
    size_t back = cf_load_enter(load, entry->key);
    if (!entry_name(load, entry) || !cf_catalogue_use(load, CF_MODEL_AI, entry, &model->cost.model)) {
      good = false;
    } else {
      model->role = entry->key;
      group->models++;
    }
    cf_load_leave(load, back);
  }
  if (good && group->models == 0) good = cf_load_fail(load, cf_fill_place(node), "'models' names no model");
  return good;
}

static bool hub_model(cf_load *load, cf_tree_node *node, cf_hub_group *group) {
  cf_tree_node *entry = cf_tree_get(node, "hub");
  for (const cf_tree_node *other = node->first; other; other = other->next) {
    if (other == entry) continue;
    cf_suggestion suggestion = {.given = other->key};
    cf_suggest_offer(&suggestion, "hub", 0);
    char hint[120];
    return cf_load_fail(load, other->key_where, "a hub has one model, under the name 'hub', not '%.60s'%s", other->key,
                        cf_suggest_text(&suggestion, hint, sizeof hint));
  }
  if (!entry) return cf_fill_missing(load, NULL, node, "hub");
  size_t back = cf_load_enter(load, "hub");
  group->model.role = "hub";
  bool good = cf_catalogue_use(load, CF_MODEL_AI, entry, &group->model.cost.model);
  cf_load_leave(load, back);
  return good;
}

static bool one_harvester(cf_load *load, cf_tree_node *entry, cf_harvester *harvester) {
  cf_tree_node *map = cf_fill_as_map(load, entry);
  if (!map || !entry_name(load, entry)) return false;
  harvester->name = entry->key;
  const cf_tree_node *said = cf_tree_get(map, "kind");
  int kind = said ? cf_fill_choice(load, said, "kind", cf_schema_harvester_names) : CF_HARVEST_PV;
  if (kind < 0 || !cf_fill_map(load, cf_schema_harvester_shapes[kind], map, harvester)) return false;
  const cf_tree_node *model = cf_tree_get(map, "model");
  if (model && harvester->model->kind != harvester->kind)
    return cf_load_fail(load, model->kind == CF_TREE_MAP ? cf_tree_get(model, "model")->where : model->where,
                        "'%s' is a harvester of kind '%s', not '%s'", harvester->model->name,
                        cf_schema_harvester_names[harvester->model->kind], cf_schema_harvester_names[kind]);
  if (kind == CF_HARVEST_THERMOELECTRIC) {
    harvester->from = cf_schema_heat_places[harvester->from];
    harvester->to = cf_schema_heat_places[harvester->to];
  }
  harvester->daily = cf_tree_get(map, "daily");
  harvester->machine_driven = kind == CF_HARVEST_VIBRATION && !cf_tree_get(map, "acceleration");
  if (kind == CF_HARVEST_VIBRATION && !harvester->machine_driven && !cf_tree_get(map, "frequency"))
    harvester->frequency_hz = harvester->model->resonance_hz;
  return kind != CF_HARVEST_TRACE ||
         cf_attach_trace(load, cf_tree_get(map, "file"), cf_tree_get(map, "column"), CF_TRACE_POWER, &harvester->trace);
}

static bool harvesters(cf_load *load, cf_tree_node *node, cf_node_group *group) {
  bool good = true;
  for (cf_tree_node *entry = node->first; entry; entry = entry->next) {
    if (group->harvesters == CF_MAX_HARVESTERS)
      return too_many(load, entry, "harvesters in a group", CF_MAX_HARVESTERS);
    size_t back = cf_load_enter(load, entry->key);
    if (!one_harvester(load, entry, &group->harvester[group->harvesters++])) good = false;
    cf_load_leave(load, back);
  }
  return good;
}

/* ---- a thermal network ---- */
static bool network_node(cf_load *load, const cf_tree_node *node, const cf_graph *network, uint32_t at) {
  return at < network->nodes ||
         cf_load_fail(load, node->where, "the network has the nodes 0 to %u", network->nodes - 1);
}

/* Where the models heat it; the list of the nodes of the first, second, ... model. */
static bool network_models(cf_load *load, cf_tree_node *list, cf_node_group *group) {
  if (list->kind != CF_TREE_LIST || list->children != group->models)
    return cf_load_fail(load, list->where, "'models' needs a list of %u nodes, one for each model", group->models);
  static const cf_schema_row whole = {
      .key = "models", .type = CF_TYPE_COUNT, .ranged = true, .min = 0, .max = CF_GRAPH_NODES - 1, .size = 4};
  bool good = true;
  uint32_t i = 0;
  for (cf_tree_node *child = list->first; child; child = child->next, i++) {
    if (!cf_fill_plain(load, &whole, child, &group->network_models[i], NULL)) good = false;
    child->row = list->row;
  }
  return good;
}

static bool network(cf_load *load, const cf_tree_node *map, cf_node_group *group) {
  const struct {
    const char *key;
    uint32_t *at;
  } places[] = {{"die", &group->network_die},
                {"case", &group->network_case},
                {"radio", &group->network_radio},
                {"sensor", &group->network_sensor}};
  if (!cf_attach_network(load, cf_tree_get(map, "network"), cf_tree_get(map, "capacity"), &group->network))
    return false;
  bool good = true;
  for (int i = 0; i < 4; i++) {
    const cf_tree_node *said = cf_tree_get(map, places[i].key);
    if (!said)
      *places[i].at = group->network_die;
    else if (!network_node(load, said, group->network, *places[i].at))
      good = false;
  }
  cf_tree_node *models = cf_tree_get(map, "models");
  const cf_tree_node *child = models ? models->first : NULL;
  for (uint32_t i = 0; i < group->models; i++) {
    if (!models) group->network_models[i] = group->network_die;
    if (child && !network_node(load, child, group->network, group->network_models[i])) good = false;
    if (child) child = child->next;
  }
  return good;
}

/* ---- policies ---- */
static bool one_policy(cf_load *load, cf_tree_node *entry, cf_policy_spec *policy) {
  cf_tree_node *map = cf_fill_as_map(load, entry);
  if (!map || !entry_name(load, entry)) return false;
  const cf_tree_node *said = cf_tree_get(map, "kind");
  cf_tree_node key = {.kind = CF_TREE_SCALAR, .text = entry->key, .where = entry->key_where};
  int kind = cf_fill_choice(load, said ? said : &key, "policy", cf_schema_policy_names);
  if (kind < 0) return false;
  policy->name = entry->key;
  policy->kind = (cf_policy_kind)kind;
  return cf_fill_map(load, cf_schema_policy_shapes[kind], map, policy);
}

static bool policies(cf_load *load, cf_tree_node *node, cf_scenario *scenario) {
  bool good = true;
  for (cf_tree_node *entry = node->first; entry && !cf_load_full(load); entry = entry->next) {
    if (scenario->policies == CF_MAX_POLICIES) return too_many(load, entry, "policies", CF_MAX_POLICIES);
    size_t back = cf_load_enter(load, entry->key);
    if (!one_policy(load, entry, &scenario->policy[scenario->policies++])) good = false;
    cf_load_leave(load, back);
  }
  if (good && scenario->policies == 0) good = cf_load_fail(load, cf_fill_place(node), "'policies' names no policy");
  return good;
}

/* ---- assert ---- */
typedef struct assertion_list {
  cf_assertion *assertion; /* room for CF_MAX_ASSERTS */
  uint32_t *count;
} assertion_list;

const cf_schema_column *cf_section_column(cf_load *load, const char *name, cf_source where, const char *use) {
  cf_suggestion suggestion = {.given = name};
  for (const cf_schema_column *c = cf_schema_columns; c->column; c++) {
    if (strcmp(c->column, name) == 0 || (c->brief && strcmp(c->brief, name) == 0)) return c;
    cf_suggest_offer(&suggestion, c->column, 1);
    if (c->brief) cf_suggest_offer(&suggestion, c->brief, 0);
  }
  char hint[120];
  cf_load_fail(load, where, "'%.60s' is not a column of table run that can be %s%s", name, use,
               cf_suggest_text(&suggestion, hint, sizeof hint));
  return NULL;
}

static bool assertion_limit(cf_load *load, const cf_schema_column *column, cf_tree_node *map, const char *which,
                            double *out) {
  cf_tree_node *node = cf_tree_get(map, which);
  if (!node) return true;
  const cf_schema_row *row = cf_schema_find(&cf_schema_assertion, which);
  cf_schema_row own = *row;
  own.dimension = column->dimension;
  cf_quantity q;
  bool good = cf_fill_plain(load, &own, node, NULL, &q);
  node->row = row;
  *out = q.si;
  return good;
}

static bool one_assertion(cf_load *load, const cf_schema_column *column, cf_tree_node *map, assertion_list list) {
  map = cf_fill_as_map(load, map);
  if (!map) return false;
  if (*list.count == CF_MAX_ASSERTS) return cf_load_fail(load, map->where, "more than %d assertions", CF_MAX_ASSERTS);
  cf_assertion *a = &list.assertion[(*list.count)++];
  *a = (cf_assertion){.column = column->column, .min = -INFINITY, .max = INFINITY, .where = cf_fill_place(map)};
  if (!cf_fill_known_keys(load, &cf_schema_assertion, map, NULL)) return false;
  cf_tree_node *policy = cf_tree_get(map, "policy");
  if (policy) {
    policy->row = cf_schema_find(&cf_schema_assertion, "policy");
    if (policy->kind != CF_TREE_SCALAR || cf_tree_is_null(policy))
      return cf_load_fail(load, policy->where, "'policy' needs the name of a policy");
    a->policy = policy->text; /* that it exists is checked when all policies are known */
  }
  if (!assertion_limit(load, column, map, "min", &a->min) || !assertion_limit(load, column, map, "max", &a->max))
    return false;
  if (!cf_tree_get(map, "min") && !cf_tree_get(map, "max"))
    return cf_load_fail(load, cf_fill_place(map), "an assertion needs min or max");
  return a->min <= a->max || cf_load_fail(load, cf_tree_get(map, "min")->where, "min is above max");
}

static bool assertions(cf_load *load, cf_tree_node *node, assertion_list list) {
  bool good = true;
  for (cf_tree_node *entry = node->first; entry && !cf_load_full(load); entry = entry->next) {
    const cf_schema_column *column = cf_section_column(load, entry->key, entry->key_where, "asserted");
    size_t back = cf_load_enter(load, entry->key);
    if (!column) {
      good = false;
    } else if (entry->kind == CF_TREE_LIST) {
      for (cf_tree_node *each = entry->first; each; each = each->next)
        if (!one_assertion(load, column, each, list)) good = false;
    } else if (!one_assertion(load, column, entry, list)) {
      good = false;
    }
    cf_load_leave(load, back);
  }
  return good;
}

/* ---- climates ---- */
static bool months(cf_load *load, const cf_schema_row *row, cf_tree_node *node, cf_climate *climate) {
  if (node->kind != CF_TREE_LIST || node->children != row->count)
    return cf_load_fail(load, node->where, "'months' needs a list of 12, January to December");
  bool good = true, mute = load->mute;
  load->mute = true; /* one citation for the table, one line in the list of constants */
  uint32_t m = 0;
  for (cf_tree_node *child = node->first; child; child = child->next, m++) {
    char number[16];
    snprintf(number, sizeof number, "%u", m + 1);
    size_t back = cf_load_enter(load, number);
    cf_tree_node *map = cf_fill_as_map(load, child);
    if (!map || !cf_fill_map(load, &cf_schema_month, map, &climate->month[m])) good = false;
    cf_load_leave(load, back);
  }
  load->mute = mute;
  return good;
}

bool cf_section_fill(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  if (row->section >= CF_SECTION_PLAN_SET) return cf_plan_part(load, row, node);
  if (row->section == CF_SECTION_MONTHS) return months(load, row, node, base);
  if (row->section == CF_SECTION_NETWORK_MODELS) return network_models(load, node, base);
  cf_tree_node *map = cf_fill_as_map(load, node);
  if (!map) return false;
  switch (row->section) {
    case CF_SECTION_FLEET:
      return fleet(load, map, base);
    case CF_SECTION_POLICIES:
      return policies(load, map, base);
    case CF_SECTION_ASSERT:
      return assertions(load, map,
                        load->plan ? (assertion_list){load->plan->assertion, &load->plan->assertions}
                                   : (assertion_list){load->scenario->assertion, &load->scenario->assertions});
    case CF_SECTION_LOCAL_MODELS:
      return local_models(load, map, base);
    case CF_SECTION_HUB_MODEL:
      return hub_model(load, map, base);
    case CF_SECTION_HARVESTERS:
      return harvesters(load, map, base);
    default:
      return cf_load_fail(load, node->where, "'%s' cannot stand here", row->key);
  }
}
