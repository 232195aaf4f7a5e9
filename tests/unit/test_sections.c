/* config/sections: fleet, models, harvesters, policies, assertions. */
#include "fixtures/config/config_fixture.h"

#include <math.h>

static void fleet(void **state) {
  (void)state;
  fixture_refused_edit("    tier: node\n", "", "sensors:", "key 'tier' is missing in 'fleet.sensors'");
  fixture_refused_edit("tier: node", "teir: node", "teir",
                       "unknown key 'teir' in 'fleet.sensors' (did you mean 'tier'?)");
  fixture_refused_edit("tier: node", "tier: nod", "nod\n", "'nod' is not a tier (did you mean 'node'?)");
  fixture_refused_edit("tier: node", "tier: {a: b}", "{a: b}", "'tier' needs a single value, not a map");
  fixture_refused_edit("  sensors:\n", "  sen sors:\n", "sen sors", "names may have letters");
  fixture_refused_edit("  gateways:\n", "  more: {tier: hub}\n  gateways:\n", "gateways:", "more than 1 group of hubs");
  fixture_refused_edit("  gateways:\n", "  more: 5\n  gateways:\n", "5\n  gateways", "'fleet.more' needs a map");
  char *good = fixture_good();
  char *named = fixture_edit(good, "  sensors:\n", "  sensors: &s\n");
  char groups[400] = "";
  for (int i = 0; i < 8; i++) snprintf(groups + strlen(groups), sizeof groups - strlen(groups), "  g%d: {<<: *s}\n", i);
  strcat(groups, "  gateways:\n");
  char *text = fixture_edit(named, "  gateways:\n", groups);
  fixture_refused(text, "g7:", "more than 8 groups of nodes");
  free(text);
  free(named);
  free(good);
}

static void no_nodes(void **state) {
  (void)state;
  char *good = fixture_good();
  char *from = strstr(good, "  sensors:"), *to = strstr(good, "  gateways:");
  memmove(from, to, strlen(to) + 1);
  fixture_refused(good, "fleet:", "the fleet has no group with 'tier: node'");
  free(good);
  fixture_refused("fleet: {}\n", "fleet", "the fleet has no group");
  fixture_refused("fleet: 7\n", "7", "'fleet' needs a map, not a single value");
}

static void models(void **state) {
  (void)state;
  fixture_refused_edit("      small: tiny\n      large: mid\n", "      {}\n", "models:\n", "'models' names no model");
  fixture_refused_edit("      large: mid\n", "      large: mid\n      b: mid\n      c: mid\n", "c: mid",
                       "more than 3 models in a group");
  fixture_refused_edit("small: tiny", "s!: tiny", "s!", "names may have letters");
  fixture_refused_edit("models: {hub: big}", "models: {hubb: big}", "hubb",
                       "under the name 'hub', not 'hubb' (did you mean 'hub'?)");
  fixture_refused_edit("models: {hub: big}", "models: {hub: big, other: big}", "other", "a hub has one model");
  fixture_refused_edit("models: {hub: big}", "models: {}", "models: {}",
                       "key 'hub' is missing in 'fleet.gateways.models'");
  cf_scenario *s = fixture_accepted_edit("small: tiny", "small: {model: tiny, accuracy_shifted: 55 %}");
  assert_true(s->nodes[0].model[0].cost.model->accuracy_shifted == 0.55);
  assert_int_equal(fixture_constant(s, "sensors.models.small.accuracy_shifted")->status, 'A');
  cf_scenario_destroy(s);
}

#define PANEL "panel: {kind: pv, model: silicon, area: 4 cm2, tilt: 35 deg, azimuth: 180 deg, soiling: 3 %}"
#define MACHINE                                                                                               \
  "  machine: {on_for: 6 h, off_for: 2 h, wall_on: 105 degC, wall_off: 60 degC, warm_up: 20 min, cool_down: " \
  "40 min, vibration: 3 m/s2, frequency: 100 Hz}\n"
#define LINE                                                                                                        \
  "  line: {current_by_hour: [50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, " \
  "50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A, 50 A]}\n"

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

/* good.yaml with another harvester in the place of its panel, a machine and a line. */
static char *harvesting(const char *harvester) {
  char *good = fixture_good(), *placed = fixture_edit(good, "  horizon: 5 deg\n", MACHINE LINE);
  char *text = fixture_edit(placed, PANEL, harvester);
  free(placed);
  free(good);
  return text;
}

static cf_scenario *harvested(const char *harvester) {
  char *text = harvesting(harvester);
  cf_diag diag;
  cf_scenario *s = fixture_load(text, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  assert_int_equal(s->nodes[0].harvesters, 1);
  assert_string_equal(s->nodes[0].harvester[0].name, "h");
  free(text);
  return s;
}

static void not_harvested(const char *harvester, const char *mark, const char *message) {
  char *text = harvesting(harvester);
  fixture_refused(text, mark, message);
  free(text);
}

static void harvesters(void **state) {
  (void)state;
  fixture_refused_edit(
      "    harvesters:\n",
      "    harvesters:\n      a: {kind: constant, power: 1 mW}\n      b: {kind: constant, power: 1 mW}\n"
      "      c: {kind: constant, power: 1 mW}\n      d: {kind: constant, power: 1 mW}\n",
      "panel:", "more than 4 harvesters in a group");
  fixture_refused_edit(
      "kind: pv", "kind: teg", "teg",
      "'teg' is not a kind: pv, thermoelectric, vibration, rf, wind, induction, biofuel, constant, trace");
  fixture_refused_edit("kind: pv", "kind: winde", "winde", "(did you mean 'wind'?)");
  fixture_refused_edit("area: 4 cm2, ", "", "panel:", "key 'area' is missing in 'fleet.sensors.harvesters.panel'");
  fixture_refused_edit("soiling: 3 %}", "power: 3 W}", "power: 3 W", "unknown key 'power'"); /* of another kind */
  fixture_refused_edit("soiling: 3 %}", "transposition: peres}", "peres}",
                       "'peres' is not a transposition (did you mean 'perez'?): isotropic, hay-davies, perez");
  fixture_refused_edit("model: silicon", "model: mill", "mill", "'mill' is a harvester of kind 'wind', not 'pv'");
  not_harvested("h: {kind: wind, model: {model: silicon}}", "silicon", "of kind 'pv', not 'wind'");
  not_harvested("h: {kind: thermoelectric, model: couple, from: roof}", "roof",
                "'roof' is not a place of heat: die, case, host, air");
  cf_scenario *s = fixture_accepted_edit("soiling: 3 %}", "transposition: hay-davies}");
  assert_int_equal(s->nodes[0].harvester[0].transposition, 1);
  cf_scenario_destroy(s);
}

static void kinds(void **state) {
  (void)state;
  cf_scenario *s = harvested("h: {model: silicon, area: 5 cm2}");
  const cf_harvester *h = &s->nodes[0].harvester[0];
  assert_int_equal(h->kind, CF_HARVEST_PV);
  assert_int_equal(h->transposition, 2); /* Perez is the default */
  near(h->model->pv_faiman_u1_w_s_per_m3_k, 6.84);
  near(h->area_m2, 5e-4);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: thermoelectric, model: {model: couple, resistance: 5 Ohm}, from: die, to: air}");
  h = &s->nodes[0].harvester[0];
  assert_int_equal(h->kind, CF_HARVEST_THERMOELECTRIC);
  assert_int_equal(h->from, CF_HEAT_DIE);
  assert_int_equal(h->to, CF_HEAT_AIR);
  near(h->model->seebeck_v_per_k, 0.05);
  near(h->model->resistance_ohm, 5);
  near(h->model->conductance_w_per_k, 0.3);
  assert_true(h->model->bipolar);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: vibration, model: spring}");
  h = &s->nodes[0].harvester[0];
  assert_true(h->machine_driven && !h->daily);
  near(h->model->mass_kg, 0.008);
  near(h->model->resonance_hz, 100);
  near(h->model->electrical_damping, 0.01);
  near(h->model->mechanical_damping, 0.005);
  near(h->model->stroke_m, 0.002);
  cf_scenario_destroy(s);

  s = harvested(
      "h: {kind: vibration, model: {model: spring, resonance: 2 Hz}, acceleration: 0.1 gn, "
      "daily: {from: 22 h, to: 390 min}}");
  h = &s->nodes[0].harvester[0];
  assert_true(!h->machine_driven && h->daily);
  near(h->acceleration_ms2, 0.980665);
  near(h->frequency_hz, 2); /* the resonance */
  near(h->daily_from_s, 79200);
  near(h->daily_to_s, 23400);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: rf, model: antenna, distance: 5 m}");
  h = &s->nodes[0].harvester[0];
  near(h->distance_m, 5);
  assert_true(h->power_density_w_per_m2 == 0);
  near(h->model->transmit_power_w, 3);
  near(h->model->transmit_gain, 1.64);
  near(h->model->receive_gain, 4);
  near(h->model->frequency_hz, 915e6);
  near(h->model->aperture_m2, 0.034);
  assert_int_equal(h->model->efficiency.count, 2);
  near(h->model->efficiency.x[0], 1e-5);
  near(h->model->efficiency.y[1], 0.6);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: rf, model: antenna, power_density: 1 uW/cm2}");
  near(s->nodes[0].harvester[0].power_density_w_per_m2, 0.01);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: wind, model: mill}");
  h = &s->nodes[0].harvester[0];
  near(h->model->area_m2, 0.02);
  near(h->model->power_coefficient, 0.2);
  near(h->model->air_density_kg_m3, 1.2);
  near(h->model->cut_in_ms, 3);
  near(h->model->rated_ms, 10);
  near(h->model->cut_out_ms, 20);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: induction, model: coil}");
  h = &s->nodes[0].harvester[0];
  near(h->model->w_per_a2, 92e-6);
  near(h->model->saturation_w, 0.5);
  near(h->model->start_a, 10);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: biofuel, model: yeast, area: 2 cm2}");
  h = &s->nodes[0].harvester[0];
  near(h->area_m2, 2e-4);
  near(h->model->w_per_m2, 0.03);
  near(h->model->decay_s, 300 * 86400.0);
  cf_scenario_destroy(s);

  s = harvested("h: {kind: constant, power: 40 mW, daily: {from: 2 h, to: 3 h}}");
  h = &s->nodes[0].harvester[0];
  assert_null(h->model);
  near(h->power_w, 0.04);
  near(h->daily_to_s, 10800);
  assert_int_equal(fixture_constant(s, "sensors.harvesters.h.power")->status, 'A');
  cf_scenario_destroy(s);
}

static void policies(void **state) {
  (void)state;
  fixture_refused_edit("  always-local: {}\n", "  always-locl: {}\n", "always-locl",
                       "is not a policy (did you mean 'always-local'?)");
  fixture_refused_edit("  always-local: {}\n", "  mine: {}\n", "mine", "'mine' is not a policy");
  fixture_refused_edit("kind: confidence-threshold", "kind: confidence", "confidence, ask", "is not a policy");
  fixture_refused_edit("random: {ask: 15 %}", "random: {aks: 15 %}", "aks",
                       "unknown key 'aks' in 'policies.random' (did you mean 'ask'?)");
  fixture_refused_edit("random: {ask: 15 %}", "random: {}", "random:", "key 'ask' is missing in 'policies.random'");
  fixture_refused_edit("random: {ask: 15 %}", "random: {ask: 15 %, ask_below: 3 %}", "ask_below: 3",
                       "unknown key 'ask_below'");
  fixture_refused_edit("  always-local: {}\n", "  a b: {kind: always-local}\n", "a b", "names may have letters");
  fixture_refused("policies: {}\n", "policies", "'policies' names no policy");
  char many[800] = "  always-local: {}\n";
  for (int i = 0; i < 12; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), "  p%d: {kind: always-local}\n", i);
  fixture_refused_edit("  always-local: {}\n", many, "careful: {kind", "more than 16 policies");
}

static void assertions(void **state) {
  (void)state;
  fixture_refused_edit("energy_residual: {", "enery_residual: {", "enery_residual",
                       "(did you mean 'energy_residual'?)");
  fixture_refused_edit("down: {policy: careful, max: 0.1 %}", "down: {policy: carefull, max: 0.1 %}", "carefull",
                       "no policy 'carefull' in this scenario (did you mean 'careful'?)");
  fixture_refused_edit("down: {policy: careful, max: 0.1 %}", "down: {policy: careful}", "down:", "needs min or max");
  fixture_refused_edit("max: 0.1 %", "max: 0.1 s", "0.1 s", "is a time; needed is a plain number");
  fixture_refused_edit("max: 0.1 %", "max: 1, min: 2", "2}", "min is above max");
  fixture_refused_edit("max: 0.1 %", "maxx: 0.1 %", "maxx", "(did you mean 'max'?)");
  fixture_refused_edit("down: {policy: careful, max: 0.1 %}", "down: [{max: 1}, 555]", "555]", "needs a map");
  fixture_refused_edit("down: {policy: careful, max: 0.1 %}", "used: {max: 555}", "555}",
                       "has no unit; needed is an energy");
  char many[400] = "down: [";
  for (int i = 0; i < 17; i++) strcat(many, "{max: 1}, ");
  strcat(many, "]");
  fixture_refused_edit("down: {policy: careful, max: 0.1 %}", many, "{max: 1}, ]", "more than 16 assertions");
  cf_scenario *s =
      fixture_accepted_edit("down: {policy: careful, max: 0.1 %}",
                            "used_j: [{max: 5 kJ}, {policy: random, min: 1 J, max: 2 J}]\n  temp_max: {max: 60 degC}");
  assert_int_equal(s->assertions, 4);
  assert_string_equal(s->assertion[1].column, "used_j");
  assert_true(s->assertion[1].max == 5000);
  assert_string_equal(s->assertion[2].policy, "random");
  assert_true(s->assertion[2].min == 1);
  assert_true(s->assertion[3].max == 60 + 273.15);
  cf_scenario_destroy(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fleet), cmocka_unit_test(no_nodes), cmocka_unit_test(models),    cmocka_unit_test(harvesters),
      cmocka_unit_test(kinds), cmocka_unit_test(policies), cmocka_unit_test(assertions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
