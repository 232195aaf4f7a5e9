#include "config/check_model.h"

#include "config/fill.h"

/* Where a key of a model is said: in the reference that overrides it, in the file, else at the file's first key. */
static cf_source said_at(const cf_catalogue_file *file, const cf_tree_node *overrides, const char *key) {
  const cf_tree_node *node = cf_tree_get(overrides, key);
  if (!node) node = cf_tree_get(file->root, key);
  return cf_fill_place(node ? node : file->root->first);
}

static bool check_radio(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides,
                        const cf_radio *radio) {
  const char *key =
      cf_tree_get(overrides, "tx_power") && !cf_tree_get(overrides, "radiated_power") ? "tx_power" : "radiated_power";
  return radio->radiated_power_w <= radio->tx_power_w ||
         cf_load_fail(load, said_at(file, overrides, key), "radiates more than it draws");
}

static bool check_climate(cf_load *load, const cf_catalogue_file *file, const cf_climate *climate) {
  const cf_tree_node *month = cf_tree_get(cf_tree_get(file->root, "months"), "value")->first;
  for (int m = 0; m < 12; m++, month = month->next) {
    const cf_climate_month *now = &climate->month[m];
    for (int q = 1; q < 5; q++)
      if (now->clear_sky_index[q] < now->clear_sky_index[q - 1])
        return cf_load_fail(load, cf_tree_get(month, "clear_sky_index")->where, "quantiles must not fall");
    if (!(now->air_daily_min_k <= now->air_mean_k && now->air_mean_k <= now->air_daily_max_k))
      return cf_load_fail(load, cf_tree_get(month, "air_mean")->where,
                          "air_mean must lie between air_daily_min and air_daily_max");
  }
  return true;
}

static bool check_device(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides,
                         const cf_device *device) {
  bool lumped = device->die_to_case_k_per_w > 0 && device->die_heat_capacity_j_per_k > 0;
  if (device->ladder.count == 0 && !lumped)
    return cf_load_fail(load,
                        said_at(file, overrides, device->die_to_case_k_per_w > 0 ? "die_to_case" : "die_heat_capacity"),
                        "needs die_to_case and die_heat_capacity, or a thermal_ladder");
  if (device->ladder.count > 0 && (device->die_to_case_k_per_w > 0 || device->die_heat_capacity_j_per_k > 0))
    return cf_load_fail(load, said_at(file, overrides, "thermal_ladder"),
                        "'thermal_ladder' takes the place of die_to_case and die_heat_capacity");
  if (device->leakage_power_w > 0 && !(device->leakage_at_k > 0 && device->leakage_per_k > 0))
    return cf_load_fail(load, said_at(file, overrides, "leakage_power"),
                        "'leakage_power' needs leakage_at and leakage_per_kelvin");
  if (device->leakage_power_w > device->active_power_w)
    return cf_load_fail(load, said_at(file, overrides, "leakage_power"), "'leakage_power' is more than active_power");
  if (device->leakage_power_w * device->leakage_asleep > device->sleep_power_w)
    return cf_load_fail(load, said_at(file, overrides, "leakage_asleep"),
                        "asleep, %g W would leak, which is more than sleep_power",
                        device->leakage_power_w * device->leakage_asleep);
  return true;
}

static bool check_storage(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides,
                          const cf_storage *storage) {
  if ((storage->slow_capacitance_f > 0) != (storage->slow_resistance_ohm > 0))
    return cf_load_fail(
        load, said_at(file, overrides, storage->slow_capacitance_f > 0 ? "slow_capacitance" : "slow_resistance"),
        "'slow_capacitance' and 'slow_resistance' need each other");
  if (storage->charge_to_k > 0 && !(storage->charge_from_k < storage->charge_to_k))
    return cf_load_fail(load, said_at(file, overrides, "charge_from"), "'charge_from' must be below 'charge_to'");
  if (storage->discharge_to_k > 0 && !(storage->discharge_from_k < storage->discharge_to_k))
    return cf_load_fail(load, said_at(file, overrides, "discharge_from"),
                        "'discharge_from' must be below 'discharge_to'");
  if (storage->kind == CF_STORAGE_PRIMARY && !(storage->cut_off_v < storage->open_voltage_v))
    return cf_load_fail(load, said_at(file, overrides, "cut_off"), "'cut_off' must be below 'open_voltage'");
  return true;
}

static bool check_harvester(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides,
                            const cf_harvester_model *harvester) {
  if (harvester->kind != CF_HARVEST_WIND) return true;
  if (!(harvester->cut_in_ms < harvester->rated_ms))
    return cf_load_fail(load, said_at(file, overrides, "cut_in"), "'cut_in' must be below 'rated'");
  return harvester->rated_ms < harvester->cut_out_ms ||
         cf_load_fail(load, said_at(file, overrides, "cut_out"), "'cut_out' must be above 'rated'");
}

bool cf_check_model(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides, const void *model) {
  switch (file->kind) {
    case CF_MODEL_RADIO:
      return check_radio(load, file, overrides, model);
    case CF_MODEL_CLIMATE:
      return check_climate(load, file, model);
    case CF_MODEL_DEVICE:
      return check_device(load, file, overrides, model);
    case CF_MODEL_STORAGE:
      return check_storage(load, file, overrides, model);
    case CF_MODEL_HARVESTER:
      return check_harvester(load, file, overrides, model);
    case CF_MODEL_CONVERTER: {
      const cf_converter *converter = model;
      return !(converter->cold_start_v > 0) || converter->cold_efficiency > 0 ||
             cf_load_fail(load, said_at(file, overrides, "cold_start_voltage"),
                          "'cold_start_voltage' needs cold_efficiency");
    }
    case CF_MODEL_WORLD: {
      const cf_world_process *world = model;
      return world->onset_per_s[0] <= world->onset_per_s[1] ||
             cf_load_fail(load, said_at(file, overrides, "onset"),
                          "the event must not begin more often under low pressure than under high");
    }
    default:
      return true;
  }
}
