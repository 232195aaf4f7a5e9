/* config/fill: every type of value, right and wrong, at its place. */
#include "fixtures/config/config_fixture.h"

#include <math.h>

typedef struct refusal {
  const char *old, *new, *mark, *message;
} refusal;

static const refusal refusals[] = {
    /* keys */
    {"seed: 7", "sed: 7", "sed: 7", "unknown key 'sed' in the scenario (did you mean 'seed'?)"},
    {"    count: 25", "    cout: 25", "cout: 25", "unknown key 'cout' in 'fleet.sensors' (did you mean 'count'?)"},
    {"    count: 25\n", "", "sensors:", "key 'count' is missing in 'fleet.sensors'"},
    {"name: good\n", "", "scarce", "key 'name' is missing in the scenario"},
    {"loss: {miss: 5, false_alarm: 1}", "loss: {false_alarm: 1}", "loss: {false",
     "key 'miss' is missing in 'world.loss'"},
    {"energy: 12 mJ", "enrgy: 12 mJ", "enrgy: 12", "(did you mean 'energy'?)"},
    {"turn_off: 2.4 V, ", "", "supply: {", "key 'turn_off' is missing in 'fleet.sensors.supply'"},
    /* quantities */
    {"energy: 12 mJ", "energy: 12", "12, time", "'energy': '12' has no unit; needed is an energy, for example '12 mJ'"},
    {"energy: 12 mJ", "energy: 12 mW", "12 mW", "is a power; needed is an energy"},
    {"energy: 12 mJ", "energy: [12 mJ]", "[12 mJ]", "needs a single value, not a list"},
    {"energy: 12 mJ", "energy: {value: 12 mJ}", "{value: 12 mJ}", "needs a single value, not a map"},
    {"energy: 12 mJ", "energy: ", ", time: 150", "'energy' has no value"},
    {"time: 150 ms", "time: 0 ms", "0 ms}\n    models", "out of range: 'time' must be above 0 s"},
    {"soiling: 3 %", "soiling: 100 %", "100 %", "must be from 0 to below 1"},
    {"tilt: 35 deg", "tilt: 95 deg", "95 deg", "must be from 0 deg to 90 deg"},
    {"ask: 15 %", "ask: 150 %", "150 %", "'ask' must be from 0 to 1"},
    {"ask: 15 %", "ask: -1 %", "-1 %", "'ask' must be from 0 to 1"},
    {"ask: 15 %", "ask: .nan", ".nan", "not a finite number"},
    {"ask: 15 %", "ask: 15 s", "15 s", "is a time; needed is a plain number"},
    /* times */
    {"duration: 2 d", "duration: 300 year", "300 year", "longer than 292 years"},
    {"duration: 2 d", "duration: 0.1 ns", "0.1 ns", "shorter than a nanosecond"},
    {"duration: 2 d", "duration: 0 s", "0 s\nplace", "must be above 0 s"},
    {"duration: 2 d", "duration: 15:00", "15:00", "'duration'"},
    /* whole numbers */
    {"count: 25", "count: 2.5", "2.5\n", "'count' needs a whole number, not '2.5'"},
    {"count: 25\n", "count: 0 # none\n", "0 # none", "must be from 1 to"},
    {"count: 25", "count: -3", "-3\n", "needs a whole number"},
    {"count: 25", "count: 010", "010", "needs a whole number"},
    {"count: 25", "count: 1e3", "1e3", "needs a whole number"},
    {"count: 25", "count: 99999999999", "99999999999", "is too large"},
    {"count: 25", "count: 20000000", "20000000", "must be from 1 to"},
    {"seed: 7", "seed: 18446744073709551616", "18446744073709551616", "is too large"},
    {"seed: 7", "seed: [7]", "[7]", "needs a single value"},
    {"spreading_factor: 10", "spreading_factor: 13", "13}", "must be from 7 to 12"},
    {"size: 20 B", "size: 20", "20, answer", "has no unit; needed is a data size, for example '20 B'"},
    {"size: 20 B", "size: 20 bit", "20 bit", "needs whole bytes"},
    {"size: 20 B", "size: 0 B", "0 B", "must be from 1 B"},
    /* booleans, choices, names, instants */
    {"retain: true", "retain: yes", "yes}", "'retain' needs true or false, not 'yes'"},
    {"retain: true", "retain: 'true'", "'true'", "needs true or false"},
    {"retain: true", "retain: 1", "1}\n    enclosure", "needs true or false"},
    {"sleep_policy: never", "sleep_policy: nver", "nver\n", "'nver' is not a sleep_policy (did you mean 'never'?)"},
    {"sleep_policy: never", "sleep_policy: [never]", "[never]", "a list"},
    {"send: features", "send: feature", "feature,", "(did you mean 'features'?)"},
    {"name: good", "name: a/b", "a/b", "'name' may have letters"},
    {"name: good", "name: ..", "..", "'name' may have letters"},
    {"start: 2026-03-01T00:00:00Z", "start: 2026-02-29T00:00:00Z", "2026-02-29", "'start' needs an instant such as"},
    {"start: 2026-03-01T00:00:00Z", "start: 2026-03-01 00:00:00", "2026-03-01 00", "needs an instant"},
    {"start: 2026-03-01T00:00:00Z", "start: 2026-03-01T24:00:00Z", "2026-03-01T24", "needs an instant"},
    {"start: 2026-03-01T00:00:00Z", "start: 2026-13-01", "2026-13-01", "needs an instant"},
    {"start: 2026-03-01T00:00:00Z", "start: tomorrow", "tomorrow", "needs an instant"},
    /* maps */
    {"site: {nodes_each: 5}", "site: 5", "5\nworld", "'place.site' needs a map, not a single value"},
    {"site: {nodes_each: 5}", "site: [5]", "[5]", "needs a map, not a list"},
    /* variations */
    {"{lognormal: 35 %}", "{lognorml: 35 %}", "lognorml", "is not a distribution (did you mean 'lognormal'?)"},
    {"{lognormal: 35 %}", "{lognormal: 35 %, uniform: [1, 2]}", "{lognormal: 35", "needs one distribution"},
    {"{lognormal: 35 %}", "{lognormal: -35 %}", "-35 %", "out of range"},
    {"{lognormal: 35 %}", "{normal: 3 dB}\n      # ", "normal: 3 dB}\n      #", "is not a distribution"},
    {"[-10 %, 20 %]", "[20 %, -10 %]", "[20 %", "needs low below high"},
    {"[-10 %, 20 %]", "[-100 %, 20 %]", "-100 %", "out of range"},
    {"[-10 %, 20 %]", "[-10 %]", "[-10 %]", "'uniform' needs [low, high]"},
    {"{normal: 3 dB}", "{normal: 3}", "3}\n  gateways", "has no unit; needed is a level"},
    {"{normal: 3 dB}", "{lognormal: 3 dB}", "lognormal: 3 dB", "is not a distribution"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    fixture_refused_edit(refusals[i].old, refusals[i].new, refusals[i].mark, refusals[i].message);
}

static void accepted(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("seed: 7", "seed: 18446744073709551615");
  assert_true(s->seed == UINT64_MAX);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("start: 2026-03-01T00:00:00Z", "start: 2024-02-29"); /* a leap day, midnight UTC */
  assert_int_equal(s->start_unix_s, 1709164800);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("start: 2026-03-01T00:00:00Z", "start: 1969-12-31T23:59:59Z");
  assert_int_equal(s->start_unix_s, -1);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("start: 2026-03-01T00:00:00Z", "start: 2000-12-31T12:34:56Z");
  assert_int_equal(s->start_unix_s, 978266096);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("retain: true", "retain: False");
  assert_false(s->nodes[0].sleep_retain);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("sleep_policy: never", "sleep_policy: night");
  assert_int_equal(s->hubs[0].sleep_policy, CF_HUB_SLEEPS_AT_NIGHT);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("energy: 12 mJ", "energy: '12 mJ'"); /* quotes do no harm to a quantity */
  assert_true(s->nodes[0].sense_energy_j == 0.012);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("scarce: the night", "scarce: 'yes: \"no\"'");
  assert_string_equal(s->scarce, "yes: \"no\"");
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("{normal: 3 dB}", "{uniform: [-3 dB, 6 dB]}");
  assert_int_equal(s->nodes[0].varies_margin.kind, CF_UNIFORM);
  assert_true(s->nodes[0].varies_margin.b == 6);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("fleet_every: 1 h", "fleet_every: 0 s");
  assert_int_equal(s->record.fleet_every_ns, 0);
  cf_scenario_destroy(s);
}

static void defaults(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("record: {fleet_every: 1 h, nodes: true, decisions: none}\n", "");
  assert_int_equal(s->record.fleet_every_ns, 3600000000000);
  assert_true(s->record.nodes);
  assert_int_equal(s->record.decisions, CF_DECISIONS_NONE);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("  site: {nodes_each: 5}\n", "");
  assert_int_equal(s->site_nodes, 50);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("    sleep: {retain: true}\n", "");
  assert_true(s->nodes[0].sleep_retain);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("scarce: the night\n", "");
  assert_string_equal(s->scarce, "");
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("seed: 7\n", "");
  assert_int_equal(s->seed, 1);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("      margin: {normal: 3 dB}\n", "");
  assert_int_equal(s->nodes[0].varies_margin.kind, CF_SAME);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("    sample_every: 5 min\n", "    sample_every: 5 min\n    sample_jitter: 1 s\n");
  assert_int_equal(s->nodes[0].sample_jitter_ns, 1000000000);
  cf_scenario_destroy(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(refused), cmocka_unit_test(accepted), cmocka_unit_test(defaults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
