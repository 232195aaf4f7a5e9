/* libFuzzer: two --set of a valid scenario, separated by a newline, and their text as a path to explain (run it from
 * the repository's root). */
#include "config/explain.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 2000) return 0;
  char text[2001];
  memcpy(text, data, size);
  text[size] = '\0';
  char *second = strchr(text, '\n');
  if (second) *second++ = '\0';
  cf_setting setting[2] = {{.text = text, .origin = "--set#1"}, {.text = second, .origin = "--set#2"}};
  cf_load_options options = {
      .models_dir = "tests/unit/fixtures/config/models", .settings = setting, .setting_count = second ? 2 : 1};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load("tests/unit/fixtures/config/good.yaml", &options, &diag);
  if (!scenario) {
    if (diag.errors == 0) abort();
    return 0;
  }
  FILE *nowhere = fopen("/dev/null", "w");
  if (nowhere) {
    text[strcspn(text, "=")] = '\0';
    if (cf_show_explain(scenario, text, nowhere, &diag) != CF_OK) abort(); /* what was set must be there */
    if (cf_show_resolved(scenario, nowhere, &diag) != CF_OK) abort();
    fclose(nowhere);
  }
  cf_scenario_destroy(scenario);
  return 0;
}
