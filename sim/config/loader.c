/* cf_scenario_load: compose, fill, check. */
#include "config/check.h"
#include "config/compose.h"
#include "config/fill.h"
#include "config/place.h"
#include "config/catalogue.h"

#include <stdlib.h>

/* Everything lives in the arena, the loader's own bookkeeping too: the tree is read again by show and explain. */
static cf_scenario *load_into(cf_load *load, const char *path, const cf_load_options *options) {
  unsigned errors = load->diag->errors;
  load->scenario = cf_load_zero(load, sizeof *load->scenario);
  cf_tree *tree = cf_load_zero(load, sizeof *tree);
  if (!load->scenario || !tree) return NULL;
  cf_tree_node *root = cf_compose(load, path, options->settings, options->setting_count);
  if (!root) return NULL;
  cf_scenario *scenario = load->scenario;
  bool good = cf_fill_map(load, &cf_schema_scenario, root, scenario);
  if (!cf_place_settle(load, cf_tree_get(root, "place")) || !good) return NULL;
  if (!cf_check_scenario(load, root) || load->diag->errors != errors) return NULL;
  *tree = load->tree;
  tree->root = root;
  scenario->tree = tree;
  scenario->constant = load->constant;
  scenario->constants = load->constants;
  scenario->input = load->input;
  scenario->inputs = load->inputs;
  return scenario;
}

cf_scenario *cf_scenario_load(const char *path, const cf_load_options *options, cf_diag *diag) {
  static const cf_load_options nothing = {.models_dir = "models"};
  if (!options) options = &nothing;
  cf_load *load = calloc(1, sizeof *load);
  cf_arena *arena = cf_arena_create(0);
  cf_scenario *scenario = NULL;
  unsigned stored = diag->stored;
  if (load && arena) {
    load->arena = load->tree.arena = arena;
    load->diag = diag;
    load->reader = options->reader ? *options->reader : cf_reader_disk();
    load->models_dir = options->models_dir ? options->models_dir : "models";
    scenario = load_into(load, path, options);
  } else {
    cf_fail(diag, CF_INTERNAL, "no memory");
  }
  free(load);
  cf_load_sort_errors(diag, stored);
  if (scenario) {
    scenario->arena = arena;
  } else {
    if (diag->errors == 0) cf_fail(diag, CF_INTERNAL, "no memory");
    cf_arena_destroy(arena);
  }
  return scenario;
}

void cf_scenario_destroy(cf_scenario *scenario) {
  if (scenario) cf_arena_destroy(scenario->arena);
}
