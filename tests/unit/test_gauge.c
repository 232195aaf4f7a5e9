/* The scarcity gauge against what runs show. */
#include "fleet/simulate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static cf_diag diag;

enum { MOST_SETTINGS = 12 };

static cf_scenario *load(const char *path, const char *const *settings) {
  cf_setting list[MOST_SETTINGS];
  uint32_t count = 0;
  for (; settings[count]; count++) list[count] = (cf_setting){settings[count], "--set"};
  cf_load_options options = {.models_dir = "models", .settings = list, .setting_count = count};
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load(path, &options, &diag);
  if (!scenario) cf_diag_print(&diag, stderr, false);
  assert_non_null(scenario);
  return scenario;
}

static cf_gauge gauge_of(const cf_scenario *scenario, uint32_t policy) {
  cf_gauge gauge;
  assert_int_equal(cf_scarcity(scenario, policy, scenario->seed, 0, &gauge, &diag), CF_OK);
  return gauge;
}

/* Airtime heard of, from the links. */
static cf_status add_link(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  *(double *)self += row->airtime_s;
  return CF_OK;
}

static cf_run_row run(const cf_scenario *scenario, uint32_t policy, double *airtime_s) {
  cf_recorder recorder = {.self = airtime_s, .link = airtime_s ? add_link : NULL};
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .policy = policy,
                              .seed = scenario->seed,
                              .record = airtime_s != NULL,
                              .engine = {.threads = 1}};
  cf_run_row row;
  assert_int_equal(cf_simulate(&simulation, &recorder, &row, &diag), CF_OK);
  return row;
}

static void sun_is_what_the_run_keeps(void **unused) {
  (void)unused;
  const char *settings[] = {"duration=6 d", "fleet.sensors.storage.capacitance=0.6 F", NULL};
  cf_scenario *scenario = load("scenarios/quickstart.yaml", settings);
  for (uint32_t p = 0; p < scenario->policies; p++) {
    cf_gauge gauge = gauge_of(scenario, p);
    cf_run_row row = run(scenario, p, NULL);
    double shown = row.harvest_j / (row.harvest_j - row.spilled_j);
    assert_true(fabs(gauge.sun / shown - 1.0) <= 0.05);
    assert_true(fabs(gauge.own_heat / row.heat_used_frac - 1.0) <= 0.05);
  }
  cf_scenario_destroy(scenario);
}

/* A controller on a wall: what its generator gives in a run weighs as much as a constant source of the same power. */
static void a_generator_is_weighed(void **unused) {
  (void)unused;
  static const char *const walls[] = {"place.machine.wall_off=110 degC", "place.machine.wall_off=60 degC"};
  for (int swings = 0; swings < 2; swings++) {
    const char *settings[] = {"duration=2 d", walls[swings], NULL};
    cf_scenario *scenario = load("scenarios/actuator.yaml", settings);
    scenario->node_groups = 1;
    cf_node_group *group = &scenario->nodes[0];
    group->harvesters = 1;
    assert_int_equal(group->harvester[0].kind, CF_HARVEST_THERMOELECTRIC);
    cf_gauge gauge = gauge_of(scenario, 0);
    cf_run_row row = run(scenario, 0, NULL);
    double mean_w = row.harvest_j / row.sim_s / group->count;
    group->harvester[0] = (cf_harvester){
        .name = "as much", .kind = CF_HARVEST_CONSTANT, .power_w = mean_w / group->converter->mppt_fraction};
    double same = gauge_of(scenario, 0).sun;
    print_message("generator on a wall that %s: gauge %.1f, its run %.1f\n", swings ? "swings" : "stays", gauge.sun,
                  same);
    /* On a wall that swings the mean of the square is more than the square of the mean. */
    assert_true(fabs(gauge.sun / same - 1.0) <= (swings ? 0.1 : 0.05));
    cf_scenario_destroy(scenario);
  }
}

/* What silicon leaks all day is part of what a node needs. */
static void silicon_is_weighed(void **unused) {
  (void)unused;
  const char *settings[] = {"duration=2 d", "place.machine.wall_off=110 degC", NULL};
  double without = 0.0;
  for (int leaks = 0; leaks < 2; leaks++) {
    cf_scenario *scenario = load("scenarios/actuator.yaml", settings);
    scenario->node_groups = 1;
    cf_node_group *group = &scenario->nodes[0];
    group->harvesters = 1;
    group->harvester[0] = (cf_harvester){.name = "steady", .kind = CF_HARVEST_CONSTANT, .power_w = 5e-3};
    cf_device device = *group->device;
    assert_true(device.leakage_power_w == 0.0);
    if (leaks) {
      device.leakage_power_w = 100e-6;
      device.leakage_at_k = 330.0;
      device.leakage_per_k = 0.02;
      device.leakage_asleep = 1.0;
      device.sleep_power_w += device.leakage_power_w;
      device.sleep_discard_power_w += device.leakage_power_w;
      group->device = &device;
    }
    cf_gauge gauge = gauge_of(scenario, 0);
    cf_run_row row = run(scenario, 0, NULL);
    double shown = row.harvest_j / (row.harvest_j - row.spilled_j);
    print_message("silicon that %s: gauge %.3f, run %.3f\n", leaks ? "leaks" : "does not", gauge.sun, shown);
    assert_true(fabs(gauge.sun / shown - 1.0) <= 0.05);
    if (leaks) assert_true(gauge.sun < 0.8 * without);
    without = gauge.sun;
    cf_scenario_destroy(scenario);
  }
}

/* A store of this many farads without variation: its gauge, and how often its nodes brown out. */
static double night_of(double farad, uint64_t *brownouts) {
  char capacitance[64];
  snprintf(capacitance, sizeof capacitance, "fleet.sensors.storage.capacitance=%.6f F", farad);
  const char *settings[] = {"duration=6 d", capacitance, NULL};
  cf_scenario *scenario = load("scenarios/quickstart.yaml", settings);
  cf_gauge gauge = gauge_of(scenario, 0);
  if (brownouts) *brownouts = run(scenario, 0, NULL).brownouts;
  cf_scenario_destroy(scenario);
  return gauge.night;
}

static double farad_for(double night) {
  double low = 0.05, high = 5.0;
  for (int i = 0; i < 30; i++) {
    double middle = 0.5 * (low + high);
    if (night_of(middle, NULL) < night)
      low = middle;
    else
      high = middle;
  }
  return high;
}

static void a_store_too_small_browns_out_and_one_large_enough_does_not(void **unused) {
  (void)unused;
  uint64_t brownouts = 0;
  assert_true(fabs(night_of(farad_for(0.9), &brownouts) - 0.9) < 0.01);
  assert_true(brownouts > 0);
  assert_true(fabs(night_of(farad_for(1.1), &brownouts) - 1.1) < 0.01);
  assert_int_equal(brownouts, 0);
}

static void channel_is_what_the_hubs_hear(void **unused) {
  (void)unused;
  const char *settings[] = {"duration=2 d", "fleet.sensors.count=100", "fleet.sensors.storage.capacitance=5 F",
                            "fleet.sensors.varies={}", NULL};
  cf_scenario *scenario = load("scenarios/agriculture.yaml", settings);
  cf_gauge gauge = gauge_of(scenario, 1);
  double airtime_s = 0.0;
  cf_run_row row = run(scenario, 1, &airtime_s);
  double shown = airtime_s / (row.sim_s * scenario->nodes[0].radio->channels * scenario->hubs[0].count);
  print_message("channel: gauge %.4f, run %.4f\n", gauge.channel, shown);
  assert_int_equal(row.brownouts, 0);
  assert_true(fabs(gauge.channel / shown - 1.0) <= 0.05);
  cf_scenario_destroy(scenario);
}

/* Four hours at noon have no night, four at midnight no sun. */
static void what_a_run_does_not_have_is_not_defined(void **unused) {
  (void)unused;
  const char *noon[] = {"start=2026-06-01T15:00:00Z", "duration=4 h", NULL};
  cf_scenario *scenario = load("scenarios/quickstart.yaml", noon);
  cf_gauge gauge = gauge_of(scenario, 0);
  assert_true(isnan(gauge.night) && gauge.sun > 1.0);
  cf_scenario_destroy(scenario);
  const char *midnight[] = {"start=2026-06-01T03:00:00Z", "duration=4 h", NULL};
  scenario = load("scenarios/quickstart.yaml", midnight);
  gauge = gauge_of(scenario, 0);
  assert_true(gauge.night > 1.0 && !isinf(gauge.sun));
  cf_scenario_destroy(scenario);
}

static void the_verdict_names_what_binds(void **unused) {
  (void)unused;
  const char *none[] = {NULL};
  cf_scenario *scenario = load("scenarios/small-capacitor.yaml", none);
  assert_string_equal(gauge_of(scenario, 0).verdict, "night");
  cf_scenario_destroy(scenario);
  scenario = load("scenarios/hot-module.yaml", none);
  cf_gauge gauge = gauge_of(scenario, 1);
  assert_string_equal(gauge.verdict, "heat");
  assert_true(isnan(gauge.sun) && isnan(gauge.night) && isnan(gauge.channel));
  cf_scenario_destroy(scenario);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sun_is_what_the_run_keeps),
      cmocka_unit_test(a_generator_is_weighed),
      cmocka_unit_test(silicon_is_weighed),
      cmocka_unit_test(a_store_too_small_browns_out_and_one_large_enough_does_not),
      cmocka_unit_test(channel_is_what_the_hubs_hear),
      cmocka_unit_test(what_a_run_does_not_have_is_not_defined),
      cmocka_unit_test(the_verdict_names_what_binds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
