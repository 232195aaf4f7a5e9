/* config/sections: fleet, models, harvesters, policies, assertions. */
#include "fixtures/config/config_fixture.h"

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

static void harvesters(void **state) {
  (void)state;
  fixture_refused_edit("    harvesters:\n", "    harvesters:\n      second: {kind: pv, model: silicon, area: 1 cm2}\n",
                       "panel:", "more than 1 harvester in a group");
  fixture_refused_edit("kind: pv", "kind: teg", "teg", "'teg' is not a kind: pv");
  fixture_refused_edit("area: 4 cm2, ", "", "panel:", "key 'area' is missing in 'fleet.sensors.harvesters.panel'");
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(fleet),    cmocka_unit_test(no_nodes),
                                     cmocka_unit_test(models),   cmocka_unit_test(harvesters),
                                     cmocka_unit_test(policies), cmocka_unit_test(assertions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
