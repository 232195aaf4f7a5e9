#include "config/check_node.h"
#include "config/fill.h"

static double largest(double a, double b) { return a > b ? a : b; }

/* The largest power that the store must deliver: deciding, sensing, thinking, sending or listening, saving the state,
 * through the output converter. */
static double largest_load_w(const cf_node_group *group) {
  double p = group->device->active_power_w;
  if (group->sense_time_s > 0) p = largest(p, group->sense_energy_j / group->sense_time_s);
  for (uint32_t i = 0; i < group->models; i++) {
    const cf_inference_cost *cost = &group->model[i].cost;
    p = largest(p, cost->energy_j / cost->time_s);
  }
  for (uint32_t i = 0; i < group->device->points; i++) p = largest(p, group->device->point[i].power_w);
  if (group->supply.boot_time_s > 0) p = largest(p, group->supply.boot_energy_j / group->supply.boot_time_s);
  if (group->supply.checkpoint_time_s > 0)
    p = largest(p, group->supply.checkpoint_energy_j / group->supply.checkpoint_time_s);
  if (group->radio) p = largest(p, largest(group->radio->tx_power_w, group->radio->rx_power_w));
  return p / group->converter->output_efficiency;
}

static double full_v(const cf_storage *storage) {
  if (storage->kind == CF_STORAGE_CAPACITOR) return storage->voltage_max_v;
  if (storage->kind == CF_STORAGE_PRIMARY) return storage->open_voltage_v;
  return storage->open_voltage.y[storage->open_voltage.count - 1];
}

/* Of its current; 0: no limit. */
static double limit_a(const cf_storage *storage) {
  return storage->kind == CF_STORAGE_PRIMARY ? storage->current_max_a
                                             : storage->discharge_rate_per_s * storage->capacity_c;
}

/* That a store can carry the largest load down to the voltage at which the node gives up. `key`: the store's own. */
static bool check_strength(cf_load *load, const cf_tree_node *map, const cf_node_group *group,
                           const cf_storage *storage, const char *key) {
  bool capacitor = storage->kind == CF_STORAGE_CAPACITOR;
  double ohm = capacitor ? storage->esr_ohm : storage->resistance_ohm, off_v = group->supply.turn_off_v;
  double load_w = largest_load_w(group);
  double need = 4 * load_w * ohm; /* V^2 = 4 P R: the most that a source with resistance R can give */
  if (off_v * off_v < need)
    return cf_load_fail(load, cf_check_at(map, "supply.turn_off"),
                        "at 'turn_off' the %s's %s of %g Ohm cannot deliver the largest load of %g W (needs "
                        "turn_off^2 >= 4 P %s = %g V^2)",
                        key, capacitor ? "ESR" : "resistance", ohm, load_w, capacitor ? "ESR" : "R", need);
  if (!capacitor && limit_a(storage) > 0 && load_w / off_v > limit_a(storage))
    return cf_load_fail(load, cf_check_at(map, "supply.turn_off"),
                        "at 'turn_off' the largest load of %g W draws %g A from the %s, which may give %g A", load_w,
                        load_w / off_v, key, limit_a(storage));
  if (storage->kind == CF_STORAGE_PRIMARY && off_v < storage->cut_off_v)
    return cf_load_fail(load, cf_check_at(map, "supply.turn_off"),
                        "'turn_off' must not be below the %s's cut_off of %g V", key, storage->cut_off_v);
  return true;
}

static bool check_checkpoint(cf_load *load, const cf_tree_node *map, const cf_supply *supply) {
  if (!(supply->checkpoint_v > 0)) return true;
  return (supply->turn_off_v < supply->checkpoint_v && supply->checkpoint_v < supply->turn_on_v) ||
         cf_load_fail(load, cf_check_at(map, "supply.checkpoint.at"), "'at' must lie between 'turn_off' and 'turn_on'");
}

static bool check_supply(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  const cf_supply *supply = &group->supply;
  const cf_storage *storage = group->storage;
  bool capacitor = storage->kind == CF_STORAGE_CAPACITOR;
  if (!(supply->turn_off_v < supply->turn_on_v))
    return cf_load_fail(load, cf_check_at(map, "supply.turn_off"),
                        "'turn_off' must be below 'turn_on': without a gap the node would flicker");
  if (!(supply->turn_on_v < full_v(storage)))
    return cf_load_fail(load, cf_check_at(map, "supply.turn_on"), "'turn_on' must be below the %s of %g V",
                        capacitor ? "store's voltage_max" : "full store's open_voltage", full_v(storage));
  return check_checkpoint(load, map, supply) && check_strength(load, map, group, storage, "store");
}

static bool check_backup(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  if (!group->backup) return true;
  if (!(group->switch_below_v < group->switch_above_v))
    return cf_load_fail(load, cf_check_at(map, "backup.switch_below"),
                        "'switch_below' must be below 'switch_above': without a gap the switch would flicker");
  if (!(group->supply.turn_off_v < group->switch_below_v))
    return cf_load_fail(load, cf_check_at(map, "backup.switch_below"), "'switch_below' must be above 'turn_off'");
  if (!(group->switch_above_v < full_v(group->storage)))
    return cf_load_fail(load, cf_check_at(map, "backup.switch_above"),
                        "'switch_above' must be below the full store's %g V", full_v(group->storage));
  if (!(group->supply.turn_off_v < full_v(group->backup)))
    return cf_load_fail(load, cf_check_at(map, "backup.model"),
                        "'%s' has %g V when full, which is not above 'turn_off'", group->backup->name,
                        full_v(group->backup));
  return check_strength(load, map, group, group->backup, "backup");
}

static bool check_charging(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  bool primary = group->storage->kind == CF_STORAGE_PRIMARY;
  if (primary && group->harvesters > 0)
    return cf_load_fail(load, cf_check_at(map, "storage"),
                        "'%s' is a primary cell, which nothing charges: with harvesters it can be the 'backup'",
                        group->storage->name);
  if (group->harvesters > 0 || group->storage->kind != CF_STORAGE_CAPACITOR || group->backup) return true;
  return cf_load_fail(load, cf_fill_place(map),
                      "'harvesters' is missing in 'fleet.%s': a capacitor alone does not last", group->name);
}

bool cf_check_power(cf_load *load, const cf_tree_node *map, const cf_node_group *group) {
  static const char *const parts[] = {"harvesters", "converter", "storage", "supply", "backup"};
  enum { PARTS = sizeof parts / sizeof *parts };
  bool good = true;
  for (int i = 0; i < PARTS; i++) {
    const cf_tree_node *part = cf_tree_get(map, parts[i]);
    bool needed = i >= 1 && i <= 3;
    if (group->mains && part)
      good = cf_load_fail(load, part->key_where, "a node with 'power: mains' has no '%s'", parts[i]);
    else if (!group->mains && needed && !part)
      good = cf_load_fail(load, cf_fill_place(map), "'%s' is missing in 'fleet.%s' (or say 'power: mains')", parts[i],
                          group->name);
  }
  if (!good || group->mains) return good;
  return check_charging(load, map, group) && check_supply(load, map, group) && check_backup(load, map, group);
}
