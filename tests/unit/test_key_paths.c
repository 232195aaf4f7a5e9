/* The keys that --set takes, with the names of a scenario in place. */
#include "cli/key_paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t length;

static void list(const cf_scenario *scenario) {
  cf_diag diag;
  free(text);
  text = NULL;
  cf_diag_init(&diag);
  FILE *out = open_memstream(&text, &length);
  assert_int_equal(cf_key_paths_print(scenario, out, &diag), CF_OK);
  fclose(out);
}

static bool has(const char *path) {
  char line[256];
  snprintf(line, sizeof line, "\n%s\n", path);
  return strstr(text, line) != NULL;
}

static void assert_sorted(void) {
  char before[512] = "";
  for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = '\0';
    if (strcmp(before, line) >= 0) fail_msg("%s stands before %s", before, line);
    snprintf(before, sizeof before, "%s", line);
  }
}

static void without_a_scenario(void **state) {
  (void)state;
  list(NULL);
  assert_true(has("seed"));
  assert_true(has("fleet.<group>.storage.capacitance"));
  assert_true(has("policies.<policy>.ask_below"));
  assert_sorted();
}

static void with_the_names_of_one(void **state) {
  (void)state;
  static cf_scenario scenario;
  scenario.node_groups = 2;
  scenario.nodes[0] = (cf_node_group){.name = "crops", .harvesters = 1};
  scenario.nodes[0].harvester[0].name = "panel";
  scenario.nodes[1] = (cf_node_group){.name = "pumps"};
  scenario.hub_groups = 1;
  scenario.hubs[0] = (cf_hub_group){.name = "gateways"};
  scenario.policies = 1;
  scenario.policy[0].name = "mine";
  list(&scenario);
  assert_null(strchr(text, '<'));
  assert_true(has("fleet.crops.storage.capacitance") && has("fleet.pumps.storage.capacitance"));
  assert_true(has("fleet.crops.harvesters.panel.area"));
  assert_null(strstr(text, "fleet.pumps.harvesters.")); /* it has none */
  assert_true(has("fleet.gateways.nodes_each"));
  assert_null(strstr(text, "fleet.gateways.storage"));
  assert_null(strstr(text, "fleet.crops.nodes_each"));
  assert_true(has("policies.mine.ask_below"));
  assert_true(has("assert.down_frac.max"));
  assert_sorted();
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(without_a_scenario), cmocka_unit_test(with_the_names_of_one)};
  return cmocka_run_group_tests(tests, NULL, free_text);
}
