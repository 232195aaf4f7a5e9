/* libFuzzer: a plan, from its bytes to its points. Whatever is read can be expanded or says why not, and what it sets
 * is read back as the same text. */
#include "config/flow.h"
#include "config/plan.h"
#include "config/reader.h"
#include "config/yaml.h"
#include "sweep/expand.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_SAMPLES = 2000 }; /* more would only be slow */

/* The value of a setting gives itself when it is read and written again. */
static void check_setting(const char *text) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_tree tree = {.arena = cf_arena_create(0)};
  const char *value = strchr(text, '=') + 1;
  cf_yaml_text yaml = {.file = "set", .bytes = value, .length = strlen(value), .setting = text};
  if (!tree.arena) abort();
  /* A key above 1024 bytes cannot stand in brackets, and a deep one gets deeper. */
  if (strlen(value) < 1000 && cf_yaml_parse(&tree, &yaml, &tree.root, &diag) == CF_OK) {
    const char *again = cf_flow_text(tree.arena, tree.root);
    if (!again || strcmp(again, value) != 0) abort();
  } else if (strlen(value) < 1000) {
    abort();
  }
  cf_arena_destroy(tree.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *copy = malloc(size + 1);
  if (!copy) return 0;
  memcpy(copy, data, size);
  copy[size] = '\0';
  cf_input_file file = {.path = "plans/p.yaml", .bytes = copy, .length = size};
  cf_reader_files files = {.file = &file, .count = 1};
  cf_reader reader = cf_reader_memory(&files);
  cf_load_options options = {.reader = &reader};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_plan *plan = cf_plan_load("plans/p.yaml", &options, &diag);
  if (!plan && diag.errors == 0) abort();
  for (uint32_t i = 0; plan && i < plan->settings; i++) check_setting(plan->setting[i].text);
  if (plan && plan->sample_points <= MOST_SAMPLES) {
    cf_points points;
    cf_status status = cf_expand(plan, &points, &diag);
    if ((status == CF_OK) != (points.count > 0) || (status != CF_OK) != (diag.errors > 0)) abort();
    if (status == CF_OK) {
      char label[300];
      cf_point_label(plan, &points, points.count - 1, label, sizeof label);
      cf_points_free(&points);
    }
  }
  cf_plan_destroy(plan);
  free(copy);
  return 0;
}
