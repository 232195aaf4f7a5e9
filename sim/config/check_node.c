#include "config/check_node.h"

#include "config/catalogue.h"
#include "config/fill.h"
#include "config/graph.h"

static bool check_sampling(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  if (group->sample_jitter_ns >= group->sample_every_ns)
    return cf_load_fail(load, cf_check_at(map, "sample_jitter"), "'sample_jitter' must be less than 'sample_every'");
  if (group->sense_time_s * 1e9 >= (double)group->sample_every_ns)
    return cf_load_fail(load, cf_check_at(map, "sense.time"), "taking a sample takes longer than 'sample_every'");
  return true;
}

bool cf_check_costs(cf_load *load, const cf_tree_node *map, const char *group_name, cf_local_model *model,
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

/* ---- heat ---- */
static bool has_host(const cf_load *load, const cf_node_group *group) {
  return load->scenario->machine.has || group->tissue;
}

static bool reaches(const double *conductance, uint32_t nodes) {
  for (uint32_t i = 0; conductance && i < nodes; i++)
    if (conductance[i] > 0) return true;
  return false;
}

static bool check_ways_out(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_enclosure *enclosure = group->enclosure;
  const cf_graph *network = group->network;
  if (network && reaches(network->to_host_wk, network->nodes) && !load->scenario->machine.has)
    return cf_load_fail(load, cf_check_at(map, "thermal.network"),
                        "the network gives heat to a host: that needs 'place.machine'");
  if (group->to_wall_k_per_w > 0 || group->tissue) return true;
  if (network)
    return reaches(network->to_air_wk, network->nodes) || reaches(network->to_host_wk, network->nodes) ||
           cf_load_fail(load, cf_check_at(map, "thermal.network"), "heat has no way out of the network");
  return enclosure->to_air_k_per_w > 0 || enclosure->surface_area_m2 > 0 ||
         cf_load_fail(
             load, cf_check_at(map, "enclosure"),
             "heat has no way out of 'fleet.%s': enclosure '%s' has neither to_air nor surface, and there is no "
             "'mount' and no 'tissue'",
             group->name, enclosure->name);
}

typedef struct tree_key {
  const char *key;
  const cf_tree_node *node;
} tree_key;

static bool check_hosts(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_tree_node *mount = cf_tree_get(map, "mount");
  if (mount && !load->scenario->machine.has)
    return cf_load_fail(load, mount->key_where, "'mount' needs a machine to sit on: 'place.machine' is missing");
  if (mount && group->tissue)
    return cf_load_fail(load, mount->key_where, "'mount' and 'tissue' exclude each other: a node has one host");
  if (!group->network) return true;
  /* A network of the author's holds every way out itself; neither would have an effect on it. */
  const tree_key ways[] = {{"mount", mount}, {"tissue", cf_tree_get(map, "tissue")}};
  for (int i = 0; i < 2; i++)
    if (ways[i].node)
      return cf_load_fail(load, ways[i].node->key_where,
                          "'%s' and 'thermal.network' exclude each other: the network itself says where heat goes",
                          ways[i].key);
  return true;
}

static bool check_limits(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_limits *limits = &group->limits;
  if (!(limits->throttle_below_k < limits->throttle_above_k))
    return cf_load_fail(load, cf_check_at(map, "limits.throttle_below"),
                        "'throttle_below' must be below 'throttle_above': without a gap the node would flicker");
  if (!(limits->throttle_above_k < limits->shut_down_above_k))
    return cf_load_fail(load, cf_check_at(map, "limits.shut_down_above"),
                        "'shut_down_above' must be above 'throttle_above'");
  if (limits->shut_down_above_k > group->device->junction_max_k)
    return cf_load_fail(load, cf_check_at(map, "limits.shut_down_above"),
                        "'shut_down_above' is above the junction_max of %s, %g degC", group->device->name,
                        group->device->junction_max_k - 273.15);
  if (limits->at != CF_HEAT_TISSUE) return true;
  if (!group->tissue)
    return cf_load_fail(load, cf_check_at(map, "limits.at"), "there is no 'tissue' to watch in 'fleet.%s'",
                        group->name);
  if (!(limits->throttle_below_k > group->tissue->blood_temperature_k))
    return cf_load_fail(load, cf_check_at(map, "limits.throttle_below"),
                        "'throttle_below' must be above the blood's %g degC: tissue does not cool below it",
                        group->tissue->blood_temperature_k - 273.15);
  return true;
}

bool cf_check_heat(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  bool good = check_limits(load, map, group);
  if (!check_hosts(load, map, group)) return false;
  return check_ways_out(load, map, group) && good;
}

/* ---- harvesters ---- */
static bool check_generator(cf_load *load, const cf_tree_node *entry, const cf_node_group *group,
                            const cf_harvester *harvester) {
  static const char *const ends[] = {"from", "to"};
  const cf_heat_place place[] = {harvester->from, harvester->to};
  if (place[0] == place[1])
    return cf_load_fail(load, cf_check_at(entry, "to"), "a generator needs two places: 'from' and 'to' are the same");
  if (place[0] >= CF_HEAT_HOST && place[1] >= CF_HEAT_HOST)
    return cf_load_fail(load, cf_check_at(entry, "to"), "one end of a generator must be of the node: die or case");
  for (int i = 0; i < 2; i++) {
    if (place[i] == CF_HEAT_HOST && !has_host(load, group))
      return cf_load_fail(load, cf_check_at(entry, ends[i]),
                          "there is no host: that is the wall of 'place.machine', or the blood of 'tissue'");
  }
  return true;
}

static bool check_shaker(cf_load *load, const cf_tree_node *entry, const cf_harvester *harvester) {
  const cf_tree_node *frequency = cf_tree_get(entry, "frequency"), *daily = cf_tree_get(entry, "daily");
  if (!harvester->machine_driven) return true;
  if (frequency)
    return cf_load_fail(load, frequency->key_where,
                        "'frequency' belongs to an 'acceleration' of its own, which is missing");
  if (daily)
    return cf_load_fail(load, daily->key_where, "it swings when the machine runs: 'daily' has no meaning here");
  if (!(load->scenario->machine.vibration_ms2 > 0))
    return cf_load_fail(load, cf_fill_place(entry),
                        "nothing shakes it: say 'acceleration', or 'place.machine.vibration'");
  return true;
}

static bool check_antenna(cf_load *load, const cf_tree_node *entry, const cf_harvester *harvester) {
  const cf_tree_node *distance = cf_tree_get(entry, "distance"), *density = cf_tree_get(entry, "power_density");
  if (!distance == !density)
    return cf_load_fail(load, density ? density->key_where : cf_fill_place(entry),
                        "say 'distance' or 'power_density'%s", density ? ", not both" : "");
  if (distance && !(harvester->model->transmit_power_w > 0))
    return cf_load_fail(load, distance->key_where, "a distance needs the transmit_power of '%s'",
                        harvester->model->name);
  if (density && !(harvester->model->aperture_m2 > 0))
    return cf_load_fail(load, density->key_where, "a power density needs the aperture of '%s'", harvester->model->name);
  return true;
}

static bool check_source(cf_load *load, const cf_tree_node *entry, const cf_node_group *group,
                         const cf_harvester *harvester) {
  if (harvester->daily && harvester->daily_from_s == harvester->daily_to_s)
    return cf_load_fail(load, cf_check_at(entry, "daily.to"), "'daily' is empty: 'from' and 'to' are the same time");
  switch (harvester->kind) {
    case CF_HARVEST_PV:
      return !load->scenario->indoors ||
             cf_load_fail(load, cf_fill_place(entry), "a panel needs a sun: the place is indoors");
    case CF_HARVEST_WIND:
      return !load->scenario->indoors ||
             cf_load_fail(load, cf_fill_place(entry), "a turbine needs wind: the place is indoors");
    case CF_HARVEST_INDUCTION:
      return load->scenario->line.has ||
             cf_load_fail(load, cf_fill_place(entry), "a coil needs a line: 'place.line' is missing");
    case CF_HARVEST_THERMOELECTRIC:
      return check_generator(load, entry, group, harvester);
    case CF_HARVEST_VIBRATION:
      return check_shaker(load, entry, harvester);
    case CF_HARVEST_RF:
      return check_antenna(load, entry, harvester);
    default:
      return true;
  }
}

bool cf_check_harvesters(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_tree_node *entries = cf_tree_get(map, "harvesters");
  bool good = true;
  uint32_t generators = 0;
  for (uint32_t i = 0; i < group->harvesters; i++) {
    const cf_harvester *harvester = &group->harvester[i];
    const cf_tree_node *entry = cf_tree_get(entries, harvester->name);
    if (!check_source(load, entry, group, harvester)) good = false;
    if (harvester->kind == CF_HARVEST_THERMOELECTRIC && ++generators == 2)
      good = cf_load_fail(load, cf_fill_place(entry), "a node has one thermoelectric generator at most");
  }
  return good;
}

/* ---- the whole ---- */
bool cf_check_nodes(cf_load *load, const cf_tree_node *map, cf_node_group *group) {
  bool good = cf_check_costs(load, map, group->name, group->model, group->models);
  if (!check_sampling(load, map, group)) good = false;
  if (!cf_check_heat(load, map, group)) good = false;
  if (!cf_check_harvesters(load, map, group)) good = false;
  if (good && !cf_check_power(load, map, group)) good = false;
  if (load->scenario->hub_groups && !group->radio)
    good = cf_load_fail(load, cf_fill_place(map), "'radio' is missing in 'fleet.%s': there is a hub to reach",
                        group->name);
  return good;
}
