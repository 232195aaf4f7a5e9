/* config/check: what one value says of another. */
#include "fixtures/config/config_fixture.h"

typedef struct refusal {
  const char *old, *new, *mark, *message;
} refusal;

static const refusal refusals[] = {
    {"turn_off: 2.4 V", "turn_off: 3.2 V", "3.2 V, boot", "'turn_off' must be below 'turn_on'"}, /* no gap at all */
    {"turn_off: 2.4 V", "turn_off: 3.3 V", "3.3 V", "'turn_off' must be below 'turn_on'"},
    {"turn_on: 3.2 V", "turn_on: 5 V", "5 V, turn", "below the store's voltage_max of 5 V"},
    {"leakage: 5 uA}", "leakage: 5 uA, esr: 9 Ohm}", "2.4 V", "cannot deliver the largest load"},
    {"throttle_below: 80 degC", "throttle_below: 85 degC", "85 degC, shut",
     "'throttle_below' must be below 'throttle_above'"},
    {"shut_down_above: 105 degC", "shut_down_above: 85 degC", "85 degC}",
     "'shut_down_above' must be above 'throttle_above'"},
    {"shut_down_above: 105 degC", "shut_down_above: 126 degC", "126 degC", "above the junction_max of mcu, 125 degC"},
    {"sample_every: 5 min", "sample_every: 5 min\n    sample_jitter: 5 min", "5 min\n    sense",
     "'sample_jitter' must be less"},
    {"sample_every: 5 min", "sample_every: 100 ms", "150 ms", "takes longer than 'sample_every'"},
    {"deadline: 48 h", "deadline: 1 min", "1 min", "'deadline' is shorter than the sample_every of 'fleet.sensors'"},
    {"    converter: boost\n", "", "sensors:", "'converter' is missing in 'fleet.sensors' (or say 'power: mains')"},
    {"    supply: {turn_on: 3.2 V, turn_off: 2.4 V, boot_energy: 20 mJ, boot_time: 80 ms}\n", "",
     "sensors:", "'supply' is missing"},
    {"    storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}\n", "", "sensors:", "'storage' is missing"},
    {"    device: mcu\n", "    device: mcu\n    power: mains\n",
     "converter:", "a node with 'power: mains' has no 'converter'"},
    {"    radio: {model: lora, spreading_factor: 10}\n", "", "sensors:", "'radio' is missing in 'fleet.sensors'"},
    {"  gateways:\n",
     "  more: {tier: node, count: 1, device: mcu, power: mains, sample_every: 5 min, sense: {energy: 1 mJ, time: 1 "
     "ms}, "
     "models: {small: tiny}, enclosure: plastic, limits: {throttle_above: 85 degC, throttle_below: 80 degC, "
     "shut_down_above: 105 degC}, radio: {model: lora, spreading_factor: 9}}\n  gateways:\n",
     "radio: {model: lora, spreading_factor: 9", "must agree on spreading_factor"},
    {"small: tiny\n      large: mid", "large: mid\n      small: tiny", "small:", "models go cheapest first"},
    {"small: tiny", "small: big", "big\n      large", "device 'mcu' has no inference row for 'big'; it has: tiny, mid"},
    {"power: mains\n", "power: harvest\n", "harvest\n", "a hub needs 'power: mains'"},
    {"    nodes_each: 10\n", "", "gateways:", "'count' or 'nodes_each' is missing"},
    {"    nodes_each: 10\n", "    nodes_each: 10\n    count: 2\n", "count: 2\n",
     "say 'count' or 'nodes_each', not both"},
    {"    nodes_each: 10\n", "    count: 26\n", "26\n", "more hubs than nodes"},
    {"models: {hub: big}", "models: {hub: tiny}", "tiny}", "device 'box' has no inference row for 'tiny'; it has: big"},
    {"device: box", "device: mcu", "mcu\n    power", "states no idle_power"},
    {"policies:\n", "tolerance: {refresh: 7 min}\npolicies:\n", "7 min",
     "'refresh' must go into a day a whole number of times"},
    {"policies:\n", "tolerance: {refresh: 2 h}\npolicies:\n", "2 h", "'refresh' must be from 1 s to 3600 s"},
    {"policies:\n", "tolerance: {temperature: 0 K}\npolicies:\n", "0 K", "'temperature' must be above 0 K to 10 K"},
    {"policies:\n", "tolerance: {sun: 5 W}\npolicies:\n", "5 W}", "is a power; needed is a power density"},
    {"escalate: {send: features, size: 20 B, answer: 4 B, give_up_after: 30 s}\n", "", "name: good",
     "key 'escalate' is missing"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    fixture_refused_edit(refusals[i].old, refusals[i].new, refusals[i].mark, refusals[i].message);
}

static void tolerances(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  assert_true(s->tolerance_temperature_k == 0.01);
  assert_true(s->tolerance_sun_wm2 == 0);
  assert_int_equal(s->refresh_ns, 900000000000);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("policies:\n", "tolerance: {temperature: 0.1 K, sun: 5 W/m2, refresh: 75 s}\npolicies:\n");
  assert_true(s->tolerance_temperature_k == 0.1);
  assert_true(s->tolerance_sun_wm2 == 5);
  assert_int_equal(s->refresh_ns, 75000000000);
  cf_scenario_destroy(s);
}

static void without(char *text, const char *from, const char *to) {
  char *start = strstr(text, from), *end = strstr(text, to);
  assert_true(start && end && end > start);
  memmove(start, end, strlen(end) + 1);
}

static void fleets_without_hubs(void **state) {
  (void)state;
  char *good = fixture_good();
  without(good, "  gateways:", "policies:");
  fixture_refused(good, "always-escalate", "policy 'always-escalate' asks a hub, and the fleet has none");
  fixture_refused(good, "random", "policy 'random' asks a hub");
  without(good, "  always-escalate", "  confidence-threshold");
  cf_diag diag;
  cf_scenario *s = fixture_load(good, &diag);
  assert_non_null(s);
  assert_int_equal(s->hub_groups, 0);
  cf_scenario_destroy(s);
  free(good);
}

static void mains(void **state) {
  (void)state;
  char *good = fixture_good();
  without(good, "    harvesters:", "    sleep:");
  char *text = fixture_edit(good, "    device: mcu\n", "    device: mcu\n    power: mains\n");
  cf_diag diag;
  cf_scenario *s = fixture_load(text, &diag);
  assert_non_null(s);
  assert_true(s->nodes[0].mains);
  assert_null(s->nodes[0].storage);
  assert_int_equal(s->nodes[0].harvesters, 0);
  cf_scenario_destroy(s);
  free(text);
  free(good);
}

static void hubs_by_count(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("    nodes_each: 10\n", "    count: 4\n");
  assert_int_equal(s->hubs[0].count, 4);
  assert_int_equal(s->hubs[0].nodes_each, 0);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("    nodes_each: 10\n", "    nodes_each: 25\n");
  assert_int_equal(s->hubs[0].count, 1);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("    nodes_each: 10\n", "    nodes_each: 24\n");
  assert_int_equal(s->hubs[0].count, 2);
  cf_scenario_destroy(s);
}

/* The largest load is booting, 20 mJ in 80 ms = 250 mW: R <= V^2 eta / (4 P) = 2.4^2 * 0.9 / 1 = 5.184 Ohm. */
static void collapse_is_exact(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("leakage: 5 uA}", "leakage: 5 uA, esr: 5.18 Ohm}");
  cf_scenario_destroy(s);
  fixture_refused_edit("leakage: 5 uA}", "leakage: 5 uA, esr: 5.19 Ohm}", "2.4 V", "cannot deliver");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refused), cmocka_unit_test(tolerances),    cmocka_unit_test(fleets_without_hubs),
      cmocka_unit_test(mains),   cmocka_unit_test(hubs_by_count), cmocka_unit_test(collapse_is_exact)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
