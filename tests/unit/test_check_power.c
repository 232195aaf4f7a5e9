/* config/check_power: stores, converters and what a node asks of them. */
#include "fixtures/config/config_fixture.h"

#define CAP "storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}\n"
#define BACKUP(text) CAP "    backup: {model: pile, " text "}\n"

typedef struct refusal {
  const char *old, *new, *mark, *message;
} refusal;

static const refusal refusals[] = {
    {"boot_time: 80 ms}", "boot_time: 80 ms, checkpoint: {at: 2.4 V, energy: 1 mJ, time: 5 ms}}", "2.4 V, energy",
     "'at' must lie between 'turn_off' and 'turn_on'"},
    {"boot_time: 80 ms}", "boot_time: 80 ms, checkpoint: {at: 3.2 V, energy: 1 mJ, time: 5 ms}}", "3.2 V, energy",
     "'at' must lie between"},
    {"boot_time: 80 ms}", "boot_time: 80 ms, checkpoint: {at: 2.6 V, energy: 1 mJ}}", "checkpoint",
     "key 'time' is missing in 'fleet.sensors.supply.checkpoint'"},
    {"boot_time: 80 ms}", "boot_time: 80 ms, checkpoint: {at: 2.6 V, energy: 80 J, time: 5 ms}}", "2.4 V",
     "cannot deliver the largest load"}, /* saving the state is a load, too */
    /* backup */
    {CAP, BACKUP("switch_below: 3 V, switch_above: 3 V"), "3 V, switch_above",
     "'switch_below' must be below 'switch_above'"},
    {CAP, BACKUP("switch_below: 2.4 V, switch_above: 3 V"), "2.4 V, switch_above", "must be above 'turn_off'"},
    {CAP, BACKUP("switch_below: 3 V, switch_above: 5 V"), "5 V}\n    supply",
     "'switch_above' must be below the full store's 5 V"},
    {CAP, CAP "    backup: {model: {model: pile, open_voltage: 2.4 V}, switch_below: 3 V, switch_above: 4 V}\n",
     "model: {model: pile, open", "'pile' has 2.4 V when full, which is not above 'turn_off'"},
    {CAP, CAP "    backup: {model: {model: pile, resistance: 6 Ohm}, switch_below: 3 V, switch_above: 4 V}\n", "2.4 V",
     "the backup's resistance of 6 Ohm cannot deliver the largest load"},
    {CAP, CAP "    backup: {model: {model: pile, current_max: 100 mA}, switch_below: 3 V, switch_above: 4 V}\n",
     "2.4 V", "draws 0.115741 A from the backup, which may give 0.1 A"},
    {CAP, CAP "    backup: {model: {model: pile, cut_off: 2.5 V}, switch_below: 3 V, switch_above: 4 V}\n", "2.4 V",
     "'turn_off' must not be below the backup's cut_off of 2.5 V"},
    {CAP, CAP "    backup: pile\n", "pile\n", "'fleet.sensors.backup' needs a map"},
    /* other stores */
    {CAP, "storage: pile\n", "pile\n    supply", "'pile' is a primary cell, which nothing charges"},
    {CAP, "storage: {model: cell, resistance: 6 Ohm}\n", "2.4 V", "the store's resistance of 6 Ohm cannot deliver"},
    {CAP, "storage: {model: cell, discharge_rate: 0.1 1/h}\n", "2.4 V", "which may give 0.04 A"},
    {"turn_on: 3.2 V", "turn_on: 5 V", "5 V, turn", "'turn_on' must be below the store's voltage_max of 5 V"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    fixture_refused_edit(refusals[i].old, refusals[i].new, refusals[i].mark, refusals[i].message);
  char *good = fixture_good(), *cell = fixture_edit(good, CAP, "storage: cell\n");
  char *text = fixture_edit(cell, "turn_on: 3.2 V", "turn_on: 4.2 V");
  fixture_refused(text, "4.2 V", "'turn_on' must be below the full store's open_voltage of 4.2 V");
  free(text);
  free(cell);
  free(good);
}

static void without(char *text, const char *from, const char *to) {
  char *start = strstr(text, from), *end = strstr(text, to);
  assert_true(start && end && end > start);
  memmove(start, end, strlen(end) + 1);
}

/* A cell lasts without a harvester, a capacitor does not, but for one with a backup. */
static void nothing_to_harvest(void **state) {
  (void)state;
  char *good = fixture_good();
  without(good, "    harvesters:", "    converter:");
  fixture_refused(good, "sensors:", "'harvesters' is missing in 'fleet.sensors': a capacitor alone does not last");
  static const char *const stores[] = {"storage: pile\n", "storage: cell\n",
                                       BACKUP("switch_below: 2.6 V, switch_above: 2.8 V")};
  for (int i = 0; i < 3; i++) {
    char *text = fixture_edit(good, CAP, stores[i]);
    cf_diag diag;
    cf_scenario *s = fixture_load(text, &diag);
    if (!s) cf_diag_print(&diag, stderr, false);
    assert_non_null(s);
    assert_int_equal(s->nodes[0].harvesters, 0);
    assert_true((s->nodes[0].backup != NULL) == (i == 2));
    cf_scenario_destroy(s);
    free(text);
  }
  free(good);
}

static void checkpoint(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("boot_time: 80 ms}",
                                         "boot_time: 80 ms, checkpoint: {at: 2.6 V, energy: 1 mJ, time: 5 ms}}");
  assert_true(s->nodes[0].supply.checkpoint_v == 2.6);
  assert_true(s->nodes[0].supply.checkpoint_energy_j == 1e-3);
  assert_true(s->nodes[0].supply.checkpoint_time_s == 5e-3);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("", "");
  assert_true(s->nodes[0].supply.checkpoint_v == 0);
  assert_null(s->nodes[0].backup);
  cf_scenario_destroy(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(refused), cmocka_unit_test(nothing_to_harvest),
                                     cmocka_unit_test(checkpoint)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
