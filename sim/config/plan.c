/* cf_plan_load: the file, its keys, and what concerns several of them. */
#include "config/plan.h"

#include "config/fill.h"
#include "config/plan_parts.h"
#include "config/sections.h"
#include "config/suggest.h"
#include "config/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one thing set twice ---- */

/* Whether setting `a` also sets `b`: equal, or above it. */
static bool covers(const char *a, const char *b) {
  size_t length = strlen(a);
  return strncmp(a, b, length) == 0 && (b[length] == '\0' || b[length] == '.');
}

static bool collide(const char *a, const char *b) { return covers(a, b) || covers(b, a); }

static bool path_is_free(cf_load *load, const cf_plan *plan, uint32_t axis, uint32_t path) {
  const cf_plan_axis *own = &plan->axis[axis];
  const char *text = own->path[path];
  for (uint32_t a = 0; a <= axis; a++) {
    const cf_plan_axis *other = &plan->axis[a];
    for (uint32_t p = 0; p < (a == axis ? path : other->paths); p++) {
      if (!collide(text, other->path[p])) continue;
      if (a == axis) return cf_load_fail(load, own->where, "'%.100s' and '%.100s' are one path", other->path[p], text);
      return cf_load_fail(load, own->where, "'%.100s' is set by axis '%s' as well (%.100s)", text, other->name,
                          other->path[p]);
    }
  }
  for (uint32_t i = 0; i < plan->tuned; i++) {
    char tuned[256];
    snprintf(tuned, sizeof tuned, "policies.%.100s.%.100s", plan->tune[i].policy, plan->tune[i].parameter);
    if (collide(text, tuned)) return cf_load_fail(load, own->where, "'%.100s' is tuned as well", text);
  }
  return true;
}

/* A setting that no point would ever see is a mistake. */
static bool settings_are_seen(cf_load *load, const cf_plan *plan) {
  bool good = true;
  for (uint32_t i = 0; i < plan->settings; i++) {
    char path[256];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(plan->setting[i].text, "="), plan->setting[i].text);
    for (uint32_t a = 0; a < plan->axes; a++)
      for (uint32_t p = 0; p < plan->axis[a].paths; p++)
        if (covers(plan->axis[a].path[p], path))
          good = cf_load_fail(load, plan->setting_where[i], "'%.100s' is set by axis '%s' at every point", path,
                              plan->axis[a].name);
  }
  return good;
}

static bool check_paths(cf_load *load, const cf_plan *plan) {
  bool good = true;
  for (uint32_t a = 0; a < plan->axes; a++)
    for (uint32_t p = 0; p < plan->axis[a].paths; p++)
      if (!path_is_free(load, plan, a, p)) good = false;
  return settings_are_seen(load, plan) && good;
}

/* ---- sampling, repeating, tuning ---- */

static bool check_sample(cf_load *load, const cf_plan *plan, const cf_tree_node *sample) {
  const cf_plan_axis *sampled = NULL;
  for (uint32_t a = 0; a < plan->axes && !sampled; a++)
    if (plan->axis[a].sampled) sampled = &plan->axis[a];
  if (sampled && !sample)
    return cf_load_fail(load, sampled->where, "axis '%s' lies between two ends, so the plan needs 'sample'",
                        sampled->name);
  return sampled || !sample ||
         cf_load_fail(load, sample->key_where, "no axis has 'between', so there is nothing to sample");
}

static bool check_until(cf_load *load, cf_plan *plan, const cf_tree_node *root) {
  const cf_tree_node *until = cf_tree_get(root, "until"), *most = cf_tree_get(until, "max_reps");
  if (!until) {
    plan->max_reps = plan->reps;
    return true;
  }
  const cf_tree_node *of = cf_tree_get(until, "of");
  const cf_schema_column *column = cf_section_column(load, of->text, of->where, "followed");
  if (!column) return false;
  if (column->dimension == CF_DIM_TEMPERATURE)
    return cf_load_fail(load, of->where, "'%s' is a temperature, whose interval has no meaning in relation to its mean",
                        of->text);
  plan->until_column = column->column;
  if (plan->reps < 2) {
    const cf_tree_node *reps = cf_tree_get(root, "reps");
    return cf_load_fail(load, reps && reps->origin != CF_ORIGIN_DEFAULT ? reps->where : until->key_where,
                        "'until' needs 'reps' of at least 2: one run has no interval");
  }
  return plan->max_reps >= plan->reps ||
         cf_load_fail(load, most->where, "'max_reps' is below 'reps', which is %u", plan->reps);
}

/* A plan that names its policies must name this one. */
static bool is_run(cf_load *load, const cf_plan *plan, const char *policy, cf_source where) {
  cf_suggestion suggestion = {.given = policy};
  for (uint32_t i = 0; i < plan->policies; i++) {
    if (strcmp(plan->policy[i], policy) == 0) return true;
    cf_suggest_offer(&suggestion, plan->policy[i], 0);
  }
  char hint[120];
  return plan->policies == 0 || cf_load_fail(load, where, "'%.60s' is not among the plan's policies%s", policy,
                                             cf_suggest_text(&suggestion, hint, sizeof hint));
}

/* Table run has temperatures in degC. */
static const char *tuned_column(const cf_schema_column *column) {
  return strcmp(column->column, "temp_max_k") == 0 ? "temp_max_degc" : column->column;
}

static bool check_tune(cf_load *load, cf_plan *plan, const cf_tree_node *root) {
  const cf_tree_node *tune = cf_tree_get(root, "tune");
  if (!tune) return true;
  const cf_tree_node *metric = cf_tree_get(tune, "metric");
  const cf_schema_column *column = cf_section_column(load, metric->text, metric->where, "tuned for");
  plan->tunes = true;
  plan->tune_seed_where = cf_tree_get(tune, "seed")->where;
  bool good = column != NULL;
  if (column) plan->tune_column = tuned_column(column);
  for (uint32_t i = 0; i < plan->tuned; i++)
    if ((i == 0 || strcmp(plan->tune[i].policy, plan->tune[i - 1].policy) != 0) &&
        !is_run(load, plan, plan->tune[i].policy, plan->tune[i].where))
      good = false;
  return good;
}

static bool check_assertions(cf_load *load, const cf_plan *plan) {
  bool good = true;
  for (uint32_t i = 0; i < plan->assertions; i++)
    if (plan->assertion[i].policy && !is_run(load, plan, plan->assertion[i].policy, plan->assertion[i].where))
      good = false;
  return good;
}

static bool check(cf_load *load, cf_plan *plan, const cf_tree_node *root) {
  bool good = check_paths(load, plan);
  good = check_sample(load, plan, cf_tree_get(root, "sample")) && good;
  good = check_until(load, plan, root) && good;
  good = check_tune(load, plan, root) && good;
  return check_assertions(load, plan) && good;
}

/* ---- the file ---- */

/* A path in the plan starts from the plan's folder. */
static const char *beside(cf_load *load, const char *plan_path, const char *path) {
  const char *slash = strrchr(plan_path, '/');
  if (path[0] == '/' || !slash) return cf_load_text(load, "%s", path);
  return cf_load_text(load, "%.*s%s", (int)(slash - plan_path + 1), plan_path, path);
}

static cf_tree_node *read_file(cf_load *load, cf_plan *plan, const char *path) {
  const char *slash = strrchr(path, '/');
  const cf_input_file *file = cf_load_file(load, path, slash ? slash + 1 : path, (cf_source){0});
  plan->path = cf_load_text(load, "%s", path);
  if (!file || !plan->path) return NULL;
  plan->input = *file;
  cf_yaml_text text = {.file = plan->path, .bytes = file->bytes, .length = file->length, .origin = CF_ORIGIN_FILE};
  cf_tree_node *root = NULL;
  if (cf_yaml_parse(&load->tree, &text, &root, load->diag) != CF_OK) return NULL;
  if (root->kind == CF_TREE_SCALAR && cf_tree_is_null(root)) {
    cf_load_fail(load, root->where, "the file is empty");
    return NULL;
  }
  return cf_fill_as_map(load, root);
}

static cf_plan *load_into(cf_load *load, const char *path) {
  unsigned errors = load->diag->errors;
  cf_plan *plan = load->plan = cf_load_zero(load, sizeof *plan);
  cf_tree_node *root = plan ? read_file(load, plan, path) : NULL;
  if (!root || !cf_fill_map(load, &cf_schema_plan, root, plan)) return NULL;
  if (!cf_plan_read_settings(load, cf_tree_get(root, "record"), cf_tree_get(root, "set"))) return NULL;
  const cf_tree_node *scenario = cf_tree_get(root, "scenario");
  plan->scenario_where = scenario->where;
  plan->scenario = beside(load, path, scenario->text);
  if (cf_tree_get(root, "sample")) plan->sampling++; /* the schema counts the methods from 0 */
  if (!plan->scenario || !check(load, plan, root) || load->diag->errors != errors) return NULL;
  return plan;
}

cf_plan *cf_plan_load(const char *path, const cf_load_options *options, cf_diag *diag) {
  cf_load *load = calloc(1, sizeof *load);
  cf_arena *arena = cf_arena_create(0);
  cf_plan *plan = NULL;
  unsigned stored = diag->stored;
  if (load && arena) {
    load->arena = load->tree.arena = arena;
    load->diag = diag;
    load->mute = true; /* a plan has no constants of its own */
    load->reader = options && options->reader ? *options->reader : cf_reader_disk();
    plan = load_into(load, path);
  }
  free(load);
  cf_load_sort_errors(diag, stored);
  if (plan) {
    plan->arena = arena;
  } else {
    if (diag->errors == 0) cf_fail(diag, CF_INTERNAL, "no memory");
    cf_arena_destroy(arena);
  }
  return plan;
}

bool cf_plan_is_one(const char *path) {
  cf_reader disk = cf_reader_disk();
  cf_yaml_text text = {.file = path};
  char why[CF_READER_WHY];
  cf_diag diag;
  cf_diag_init(&diag);
  cf_tree tree = {.arena = cf_arena_create(0)};
  bool is_one = tree.arena && disk.read(disk.self, path, tree.arena, &text.bytes, &text.length, why) == CF_OK &&
                cf_yaml_parse(&tree, &text, &tree.root, &diag) == CF_OK &&
                (cf_tree_get(tree.root, "scenario") || cf_tree_get(tree.root, "axes"));
  cf_arena_destroy(tree.arena);
  return is_one;
}

void cf_plan_destroy(cf_plan *plan) {
  if (plan) cf_arena_destroy(plan->arena);
}
