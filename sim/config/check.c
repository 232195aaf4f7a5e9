#include "config/check.h"

#include "config/catalogue.h"
#include "config/fill.h"
#include "config/suggest.h"

#include <stdio.h>
#include <string.h>

/* The value at a path below `node`, or the nearest thing above it that is written. */
static cf_source at(const cf_tree_node *node, const char *path) {
  char step[64];
  cf_source where = cf_fill_place(node);
  while (node && *path) {
    size_t length = strcspn(path, ".");
    if (length >= sizeof step) break;
    memcpy(step, path, length);
    step[length] = '\0';
    node = cf_tree_get(node, step);
    if (!node) break;
    where = node->kind == CF_TREE_SCALAR ? node->where : cf_fill_place(node);
    path += length + (path[length] == '.');
  }
  return where;
}

/* ---- one group of nodes ---- */

static double largest(double a, double b) { return a > b ? a : b; }

/* The largest power that the store must deliver: deciding, sensing, thinking, sending or listening, through the output
 * converter. */
static double largest_load_w(const cf_node_group *group) {
  double p = group->device->active_power_w;
  if (group->sense_time_s > 0) p = largest(p, group->sense_energy_j / group->sense_time_s);
  for (uint32_t i = 0; i < group->models; i++) {
    const cf_inference_cost *cost = &group->model[i].cost;
    p = largest(p, cost->energy_j / cost->time_s);
  }
  for (uint32_t i = 0; i < group->device->points; i++) p = largest(p, group->device->point[i].power_w);
  if (group->supply.boot_time_s > 0) p = largest(p, group->supply.boot_energy_j / group->supply.boot_time_s);
  if (group->radio) p = largest(p, largest(group->radio->tx_power_w, group->radio->rx_power_w));
  return p / group->converter->output_efficiency;
}

static bool check_supply(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_supply *supply = &group->supply;
  const cf_storage *storage = group->storage;
  if (!(supply->turn_off_v < supply->turn_on_v))
    return cf_load_fail(load, at(map, "supply.turn_off"),
                        "'turn_off' must be below 'turn_on': without a gap the node would flicker");
  if (!(supply->turn_on_v < storage->voltage_max_v))
    return cf_load_fail(load, at(map, "supply.turn_on"), "'turn_on' must be below the store's voltage_max of %g V",
                        storage->voltage_max_v);
  double load_w = largest_load_w(group);
  double need = 4 * load_w * storage->esr_ohm; /* V^2 = 4 P R: the most that a source with resistance R can give */
  if (supply->turn_off_v * supply->turn_off_v < need)
    return cf_load_fail(load, at(map, "supply.turn_off"),
                        "at 'turn_off' the store's ESR of %g Ohm cannot deliver the largest load of %g W (needs "
                        "turn_off^2 >= 4 P ESR = %g V^2)",
                        storage->esr_ohm, load_w, need);
  return true;
}

static bool check_power(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  static const char *const parts[] = {"harvesters", "converter", "storage", "supply"};
  bool good = true;
  for (int i = 0; i < 4; i++) {
    const cf_tree_node *part = cf_tree_get(map, parts[i]);
    if (group->mains && part)
      good = cf_load_fail(load, part->key_where, "a node with 'power: mains' has no '%s'", parts[i]);
    else if (!group->mains && (!part || (i == 0 && group->panels == 0)))
      good = cf_load_fail(load, cf_fill_place(map), "'%s' is missing in 'fleet.%s' (or say 'power: mains')", parts[i],
                          group->name);
  }
  return good && (group->mains || check_supply(load, map, group));
}

static bool check_limits(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_limits *limits = &group->limits;
  if (!(limits->throttle_below_k < limits->throttle_above_k))
    return cf_load_fail(load, at(map, "limits.throttle_below"),
                        "'throttle_below' must be below 'throttle_above': without a gap the node would flicker");
  if (!(limits->throttle_above_k < limits->shut_down_above_k))
    return cf_load_fail(load, at(map, "limits.shut_down_above"), "'shut_down_above' must be above 'throttle_above'");
  if (limits->shut_down_above_k > group->device->junction_max_k)
    return cf_load_fail(load, at(map, "limits.shut_down_above"),
                        "'shut_down_above' is above the junction_max of %s, %g degC", group->device->name,
                        group->device->junction_max_k - 273.15);
  return true;
}

static bool check_sampling(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  if (group->sample_jitter_ns >= group->sample_every_ns)
    return cf_load_fail(load, at(map, "sample_jitter"), "'sample_jitter' must be less than 'sample_every'");
  if (group->sense_time_s * 1e9 >= (double)group->sample_every_ns)
    return cf_load_fail(load, at(map, "sense.time"), "taking a sample takes longer than 'sample_every'");
  return true;
}

static bool resolve_costs(cf_load *load, const cf_tree_node *map, const char *group_name, cf_local_model *model,
                          uint32_t models) {
  const cf_tree_node *device = cf_tree_get(map, "device");
  bool good = true;
  for (uint32_t i = 0; i < models; i++) {
    const cf_tree_node *entry = cf_tree_get(cf_tree_get(map, "models"), model[i].role);
    load->path[0] = '\0';
    cf_load_enter(load, "fleet");
    cf_load_enter(load, group_name);
    cf_load_enter(load, "models");
    cf_load_enter(load, model[i].role);
    if (!cf_catalogue_inference(load, device, entry, &model[i].cost)) {
      good = false;
    } else if (good && i > 0 && model[i].cost.energy_j < model[i - 1].cost.energy_j) {
      good = cf_load_fail(load, entry->key_where, "models go cheapest first: '%s' takes %g J, '%s' before it %g J",
                          model[i].role, model[i].cost.energy_j, model[i - 1].role, model[i - 1].cost.energy_j);
    }
  }
  load->path[0] = '\0';
  return good;
}

static bool check_nodes(cf_load *load, const cf_tree_node *map, cf_node_group *group, bool hubs) {
  bool good = resolve_costs(load, map, group->name, group->model, group->models);
  if (!check_sampling(load, map, group)) good = false;
  if (!check_limits(load, map, group)) good = false;
  if (good && !check_power(load, map, group)) good = false;
  if (hubs && !group->radio)
    good = cf_load_fail(load, cf_fill_place(map), "'radio' is missing in 'fleet.%s': there is a hub to reach",
                        group->name);
  return good;
}

/* ---- hubs ---- */

static bool check_hub(cf_load *load, const cf_tree_node *map, cf_hub_group *hub, uint64_t nodes) {
  bool good = resolve_costs(load, map, hub->name, &hub->model, 1);
  const cf_tree_node *count = cf_tree_get(map, "count"), *each = cf_tree_get(map, "nodes_each");
  if (!hub->mains) good = cf_load_fail(load, at(map, "power"), "a hub needs 'power: mains'");
  if (count && each)
    good = cf_load_fail(load, count->key_where, "say 'count' or 'nodes_each', not both");
  else if (!count && !each)
    good = cf_load_fail(load, cf_fill_place(map), "'count' or 'nodes_each' is missing in 'fleet.%s'", hub->name);
  else if (each)
    hub->count = (uint32_t)((nodes + hub->nodes_each - 1) / hub->nodes_each);
  if (hub->count > nodes) good = cf_load_fail(load, at(map, "count"), "more hubs than nodes");
  if (!(hub->device->idle_power_w > 0))
    good = cf_load_fail(load, at(map, "device"), "device '%s' states no idle_power, so it cannot be a hub",
                        hub->device->name);
  return good;
}

/* Nodes and hubs must speak alike. */
/* One hub answers all groups in one way. */
static bool check_radios(cf_load *load, const cf_tree_node *fleet, const cf_scenario *s) {
  const cf_radio *first = NULL;
  bool good = true;
  for (uint32_t i = 0; i < s->node_groups; i++) {
    const cf_radio *radio = s->nodes[i].radio;
    if (!radio) continue;
    if (!first) first = radio;
    if (radio->spreading_factor != first->spreading_factor || radio->bandwidth_hz != first->bandwidth_hz ||
        radio->receive_delay_s != first->receive_delay_s)
      good = cf_load_fail(load, at(cf_tree_get(fleet, s->nodes[i].name), "radio"),
                          "groups that ask one hub must agree on spreading_factor, bandwidth and receive_delay");
  }
  return good;
}

/* ---- the whole ---- */

static bool check_policies(cf_load *load, const cf_tree_node *root, const cf_scenario *s) {
  const cf_tree_node *policies = cf_tree_get(root, "policies");
  bool good = true;
  for (uint32_t i = 0; i < s->policies; i++) {
    const cf_policy_spec *policy = &s->policy[i];
    bool asks = policy->kind == CF_POLICY_ALWAYS_ESCALATE || (policy->kind == CF_POLICY_RANDOM && policy->ask > 0);
    if (asks && s->hub_groups == 0)
      good = cf_load_fail(load, cf_tree_get(policies, policy->name)->key_where,
                          "policy '%s' asks a hub, and the fleet has none", policy->name);
  }
  return good;
}

static bool check_assertions(cf_load *load, const cf_tree_node *root, const cf_scenario *s) {
  const cf_tree_node *asserts = cf_tree_get(root, "assert");
  bool good = true;
  for (uint32_t i = 0; i < s->assertions; i++) {
    const cf_assertion *a = &s->assertion[i];
    if (!a->policy) continue;
    bool found = false;
    cf_suggestion suggestion = {.given = a->policy};
    for (uint32_t p = 0; p < s->policies; p++) {
      found = found || strcmp(s->policy[p].name, a->policy) == 0;
      cf_suggest_offer(&suggestion, s->policy[p].name, 0);
    }
    if (found) continue;
    cf_source where = a->where;
    for (const cf_tree_node *entry = asserts->first; entry; entry = entry->next) {
      const cf_tree_node *each = entry->kind == CF_TREE_LIST ? entry->first : entry;
      for (; each; each = entry->kind == CF_TREE_LIST ? each->next : NULL) {
        const cf_tree_node *policy = cf_tree_get(each, "policy");
        if (policy && policy->text == a->policy) where = policy->where;
      }
    }
    char hint[120];
    good = cf_load_fail(load, where, "no policy '%.60s' in this scenario%s", a->policy,
                        cf_suggest_text(&suggestion, hint, sizeof hint));
  }
  return good;
}

bool cf_check_scenario(cf_load *load, cf_tree_node *root) {
  cf_scenario *s = load->scenario;
  const cf_tree_node *fleet = cf_tree_get(root, "fleet");
  bool good = true;
  uint64_t nodes = 0;
  for (uint32_t i = 0; i < s->node_groups; i++) {
    nodes += s->nodes[i].count;
    if (!check_nodes(load, cf_tree_get(fleet, s->nodes[i].name), &s->nodes[i], s->hub_groups > 0)) good = false;
  }
  if (nodes > 10000000)
    good = cf_load_fail(load, cf_fill_place(fleet), "%llu nodes: at most 10,000,000 are possible",
                        (unsigned long long)nodes);
  if (s->hub_groups) {
    if (!check_hub(load, cf_tree_get(fleet, s->hubs[0].name), &s->hubs[0], nodes)) good = false;
    if (!cf_tree_get(root, "escalate"))
      good =
          cf_load_fail(load, cf_fill_place(root), "key 'escalate' is missing in the scenario: there is a hub to ask");
    if (good && !check_radios(load, fleet, s)) good = false;
  }
  for (uint32_t i = 0; i < s->node_groups; i++)
    if (s->deadline_ns < s->nodes[i].sample_every_ns)
      good = cf_load_fail(load, at(root, "world.deadline"), "'deadline' is shorter than the sample_every of 'fleet.%s'",
                          s->nodes[i].name);
  if (!check_policies(load, root, s)) good = false;
  if (!check_assertions(load, root, s)) good = false;
  return good;
}
