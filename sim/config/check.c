#include "config/check.h"

#include "config/catalogue.h"
#include "config/check_node.h"
#include "config/fill.h"
#include "config/instant.h"
#include "config/suggest.h"
#include "config/weather.h"

#include <stdio.h>
#include <string.h>

/* The value at a path below `node`, or the nearest thing above it that is written. */
cf_source cf_check_at(const cf_tree_node *node, const char *path) {
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

/* ---- hubs ---- */

static bool check_hub(cf_load *load, const cf_tree_node *map, cf_hub_group *hub, uint64_t nodes) {
  bool good = cf_check_costs(load, map, hub->name, &hub->model, 1);
  const cf_tree_node *count = cf_tree_get(map, "count"), *each = cf_tree_get(map, "nodes_each");
  if (!hub->mains) good = cf_load_fail(load, cf_check_at(map, "power"), "a hub needs 'power: mains'");
  if (count && each)
    good = cf_load_fail(load, count->key_where, "say 'count' or 'nodes_each', not both");
  else if (!count && !each)
    good = cf_load_fail(load, cf_fill_place(map), "'count' or 'nodes_each' is missing in 'fleet.%s'", hub->name);
  else if (each)
    hub->count = (uint32_t)((nodes + hub->nodes_each - 1) / hub->nodes_each);
  if (hub->count > nodes) good = cf_load_fail(load, cf_check_at(map, "count"), "more hubs than nodes");
  if (!(hub->device->idle_power_w > 0))
    good = cf_load_fail(load, cf_check_at(map, "device"), "device '%s' states no idle_power, so it cannot be a hub",
                        hub->device->name);
  return good;
}

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
      good = cf_load_fail(load, cf_check_at(cf_tree_get(fleet, s->nodes[i].name), "radio"),
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

static bool check_weather(cf_load *load, const cf_tree_node *root, const cf_scenario *s) {
  if (!s->weather || s->weather->typical) return true;
  int64_t first_s = s->weather->first_unix_s, end_s = first_s + (int64_t)s->weather->hours * CF_HOUR_S;
  if (s->start_unix_s >= first_s && s->start_unix_s + s->duration_ns / 1000000000 <= end_s) return true;
  char from[CF_INSTANT_TEXT], to[CF_INSTANT_TEXT];
  return cf_load_fail(load, cf_check_at(root, "place.weather.file"),
                      "the weather goes from %s to %s, and the run beyond that", cf_instant_text(first_s, from),
                      cf_instant_text(end_s, to));
}

static bool check_refresh(cf_load *load, const cf_tree_node *root, const cf_scenario *s) {
  const int64_t day_ns = INT64_C(86400000000000);
  return day_ns % s->refresh_ns == 0 || cf_load_fail(load, cf_check_at(root, "tolerance.refresh"),
                                                     "'refresh' must go into a day a whole number of times");
}

bool cf_check_scenario(cf_load *load, cf_tree_node *root) {
  cf_scenario *s = load->scenario;
  const cf_tree_node *fleet = cf_tree_get(root, "fleet");
  bool good = true;
  uint64_t nodes = 0;
  for (uint32_t i = 0; i < s->node_groups; i++) {
    nodes += s->nodes[i].count;
    if (!cf_check_nodes(load, cf_tree_get(fleet, s->nodes[i].name), &s->nodes[i])) good = false;
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
      good = cf_load_fail(load, cf_check_at(root, "world.deadline"),
                          "'deadline' is shorter than the sample_every of 'fleet.%s'", s->nodes[i].name);
  if (!check_weather(load, root, s)) good = false;
  if (!check_refresh(load, root, s)) good = false;
  if (!check_policies(load, root, s)) good = false;
  if (!check_assertions(load, root, s)) good = false;
  return good;
}
