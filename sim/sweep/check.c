#include "sweep/check.h"

#include "config/schema.h"
#include "config/suggest.h"
#include "config/tree.h"
#include "fleet/simulate.h"
#include "store/tables.h"
#include "sweep/expand.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPREAD = 8, LABEL = 200 }; /* points that are loaded beside those at the ends of the axes */

typedef struct check {
  const cf_plan *plan;
  const char *models_dir;
  cf_diag *diag;
  cf_scenario *base;
  cf_points points;
  bool told[CF_MAX_AXES]; /* an error at this axis */
  uint32_t loaded;
  double events, bytes; /* of one run, summed over what was loaded */
} check;

static cf_status fail(check *c, cf_source where, const char *text) {
  return cf_tree_fail(c->diag, CF_INPUT, where, "%s", text);
}

/* ---- what can be said without the scenario ---- */

static void check_axis_name(check *c, const cf_plan_axis *axis) {
  if (sqlite3_keyword_check(axis->name, (int)strlen(axis->name)))
    cf_tree_fail(c->diag, CF_INPUT, axis->where, "'%s' is a word of SQL; call the axis otherwise", axis->name);
  else if (cf_relation_column(cf_relation_of(CF_TABLE_RUN), axis->name) >= 0)
    cf_tree_fail(c->diag, CF_INPUT, axis->where,
                 "'%s' is a column of table run as well, and queries join it with the axes; call the axis otherwise",
                 axis->name);
}

/* ---- loading ---- */

/* The number behind "--set#", if the error stands at a setting; else 0. */
static uint32_t setting_of(const cf_diag_entry *entry) {
  if (entry->line != 0 || strncmp(entry->file, "--set#", 6) != 0) return 0;
  return (uint32_t)strtoul(entry->file + 6, NULL, 10);
}

/* An error of the scenario with the plan's settings, at the place that it is about. */
static void tell_base(check *c, const cf_diag_entry *entry) {
  uint32_t setting = setting_of(entry);
  cf_source where = {.file = entry->file, .line = entry->line, .column = entry->column};
  if (entry->excerpt[0]) where.excerpt = entry->excerpt;
  if (!entry->file[0]) where = c->plan->scenario_where;
  if (setting && setting <= c->plan->settings) where = c->plan->setting_where[setting - 1];
  if (entry->status == CF_OK)
    cf_warn_at(c->diag, where, "%s", entry->text);
  else
    cf_tree_fail(c->diag, entry->status, where, "%s", entry->text);
}

static void load_base(check *c) {
  cf_diag inner;
  cf_diag_init(&inner);
  cf_load_options options = {
      .models_dir = c->models_dir, .settings = c->plan->setting, .setting_count = c->plan->settings};
  c->base = cf_scenario_load(c->plan->scenario, &options, &inner);
  for (unsigned i = 0; i < inner.stored; i++) tell_base(c, &inner.entry[i]);
  if (!c->base && inner.stored == 0) cf_fail(c->diag, CF_INTERNAL, "no memory");
}

static const cf_diag_entry *first_error(const cf_diag *diag) {
  for (unsigned i = 0; i < diag->stored; i++)
    if (diag->entry[i].status != CF_OK) return &diag->entry[i];
  return NULL;
}

/* "(agriculture.yaml:12:3)" behind an error that stands in a file. */
static const char *place_text(const cf_diag_entry *entry, char *text, size_t size) {
  text[0] = '\0';
  if (entry->line) snprintf(text, size, " (%.150s:%u:%u)", entry->file, entry->line, entry->column);
  return text;
}

/* Once for each axis: its other values would say the same. */
static void tell_point(check *c, uint32_t point, const cf_diag *inner, const int *owner, uint32_t settings) {
  const cf_diag_entry *entry = first_error(inner);
  char label[LABEL], place[CF_DIAG_FILE];
  if (!entry) {
    cf_fail(c->diag, CF_INTERNAL, "no memory");
    return;
  }
  uint32_t setting = setting_of(entry);
  int axis = setting && setting <= settings ? owner[setting - 1] : -1;
  uint32_t at = axis < 0 ? 0 : (uint32_t)axis;
  if (c->told[at]) return;
  c->told[at] = true;
  if (axis < 0)
    cf_tree_fail(c->diag, entry->status, c->plan->axis[0].where, "with %s: %s%s",
                 cf_point_label(c->plan, &c->points, point, label, sizeof label), entry->text,
                 place_text(entry, place, sizeof place));
  else
    cf_tree_fail(c->diag, entry->status, c->plan->axis[at].where, "with '%.80s': %s",
                 c->points.value[(size_t)point * c->points.axes + at], entry->text);
}

static void take_estimate(check *c, const cf_scenario *scenario) {
  cf_estimate estimate;
  cf_estimate_run(scenario, &estimate);
  c->events += estimate.events / scenario->policies;
  c->bytes += estimate.database_bytes / scenario->policies;
  c->loaded++;
}

/* "path=value" */
static char *join_setting(cf_arena *arena, const char *path, const char *value) {
  size_t size = strlen(path) + strlen(value) + 2;
  char *text = cf_arena_alloc(arena, size, 1);
  if (text) snprintf(text, size, "%s=%s", path, value);
  return text;
}

/* Everything that is set at a point: the plan's settings, then each axis's paths; *axis gets for each the index of its
 * axis, -1 for the plan's own. NULL: no memory. */
static const cf_setting *settings_at(const check *c, uint32_t point, cf_arena *arena, uint32_t *count,
                                     const int **axis) {
  const cf_plan *plan = c->plan;
  const cf_points *points = &c->points;
  uint32_t n = plan->settings;
  for (uint32_t a = 0; a < plan->axes; a++) n += plan->axis[a].paths;
  cf_setting *setting = CF_ARENA_ARRAY(arena, cf_setting, n + 1);
  int *owner = CF_ARENA_ARRAY(arena, int, n + 1);
  if (!setting || !owner) return NULL;
  *count = 0;
  for (uint32_t i = 0; i < plan->settings; i++) {
    owner[*count] = -1;
    setting[(*count)++] = plan->setting[i];
  }
  for (uint32_t a = 0; a < plan->axes; a++) {
    const char *value = points->value[(size_t)point * points->axes + a];
    for (uint32_t p = 0; p < plan->axis[a].paths; p++) {
      char origin[24], *text = join_setting(arena, plan->axis[a].path[p], value);
      int length = snprintf(origin, sizeof origin, "--set#%u", *count + 1);
      owner[*count] = (int)a;
      setting[*count] = (cf_setting){.text = text, .origin = cf_arena_copy(arena, origin, (size_t)length)};
      if (!text || !setting[*count].origin) return NULL;
      ++*count;
    }
  }
  *axis = owner;
  return setting;
}

static void load_point(check *c, uint32_t point) {
  cf_arena *arena = cf_arena_create(0);
  uint32_t settings = 0;
  const int *owner = NULL;
  const cf_setting *setting = arena ? settings_at(c, point, arena, &settings, &owner) : NULL;
  if (setting) {
    cf_diag inner;
    cf_diag_init(&inner);
    cf_load_options options = {.models_dir = c->models_dir, .settings = setting, .setting_count = settings};
    cf_scenario *scenario = cf_scenario_load(c->plan->scenario, &options, &inner);
    if (scenario)
      take_estimate(c, scenario);
    else
      tell_point(c, point, &inner, owner, settings);
    cf_scenario_destroy(scenario);
  } else {
    cf_fail(c->diag, CF_INTERNAL, "no memory");
  }
  cf_arena_destroy(arena);
}

/* The first point with the axis's least (or greatest) value in the order of the plan. */
static uint32_t point_at_end(const check *c, uint32_t axis, bool last) {
  const cf_plan_axis *own = &c->plan->axis[axis];
  const char *wanted = own->sampled ? NULL : own->value[last ? own->values - 1 : 0];
  for (uint32_t p = 0; wanted && p < c->points.count; p++)
    if (c->points.value[(size_t)p * c->points.axes + axis] == wanted) return p;
  return last ? c->points.count - 1 : 0;
}

static void load_points(check *c) {
  uint32_t chosen[2 * CF_MAX_AXES + SPREAD], count = 0;
  for (uint32_t i = 0; i < SPREAD; i++)
    chosen[count++] = (uint32_t)((uint64_t)(c->points.count - 1) * i / (SPREAD - 1));
  for (uint32_t a = 0; a < c->plan->axes; a++) {
    chosen[count++] = point_at_end(c, a, false);
    chosen[count++] = point_at_end(c, a, true);
  }
  for (uint32_t i = 0; i < count; i++) {
    bool done = false;
    for (uint32_t k = 0; k < i; k++) done = done || chosen[k] == chosen[i];
    if (!done && c->diag->errors < CF_DIAG_MAX) load_point(c, chosen[i]);
  }
}

/* ---- policies ---- */

static const cf_policy_spec *policy_named(check *c, const char *name, cf_source where) {
  cf_suggestion suggestion = {.given = name};
  for (uint32_t i = 0; i < c->base->policies; i++) {
    if (strcmp(c->base->policy[i].name, name) == 0) return &c->base->policy[i];
    cf_suggest_offer(&suggestion, c->base->policy[i].name, 0);
  }
  char hint[120];
  cf_tree_fail(c->diag, CF_INPUT, where, "the scenario has no policy '%.60s'%s", name,
               cf_suggest_text(&suggestion, hint, sizeof hint));
  return NULL;
}

static void unknown_parameter(check *c, const cf_plan_tuned *tuned, const cf_schema_shape *shape) {
  char list[200] = "", hint[120];
  cf_suggestion suggestion = {.given = tuned->parameter};
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    size_t used = strlen(list);
    if (row->type != CF_TYPE_QUANTITY) continue;
    cf_suggest_offer(&suggestion, row->key, 0);
    snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", row->key);
  }
  cf_tree_fail(c->diag, CF_INPUT, tuned->where, "'%.60s' is no parameter of policy '%s' that can be tuned%s: %s",
               tuned->parameter, tuned->policy, cf_suggest_text(&suggestion, hint, sizeof hint),
               *list ? list : "it has none");
}

static void check_end(check *c, const cf_plan_tuned *tuned, const cf_schema_row *row, double end) {
  char text[64 + CF_UNIT_TEXT], why[CF_QUANTITY_WHY], range[120];
  cf_quantity q;
  snprintf(text, sizeof text, "%.15g%s%s", end, *tuned->unit ? " " : "", tuned->unit);
  if (!cf_quantity_parse(text, row->dimension, &q, why))
    fail(c, tuned->where, why);
  else if (!cf_schema_in_range(row, q.si))
    cf_tree_fail(c->diag, CF_INPUT, tuned->where, "'%s' is out of range: '%s' must be %s", text, row->key,
                 cf_schema_range(row, range, sizeof range));
}

static void check_tuned(check *c, const cf_plan_tuned *tuned) {
  const cf_policy_spec *policy = policy_named(c, tuned->policy, tuned->where);
  if (!policy) return;
  const cf_schema_shape *shape = cf_schema_policy_shapes[policy->kind];
  const cf_schema_row *row = cf_schema_find(shape, tuned->parameter);
  if (strchr(tuned->policy, '.')) {
    fail(c, tuned->where, "a policy with a point in its name has no path, so it cannot be tuned");
  } else if (!row || row->type != CF_TYPE_QUANTITY) {
    unknown_parameter(c, tuned, shape);
  } else {
    check_end(c, tuned, row, tuned->low);
    check_end(c, tuned, row, tuned->high);
  }
}

static void check_policies(check *c) {
  const cf_plan *plan = c->plan;
  for (uint32_t i = 0; i < plan->policies; i++) policy_named(c, plan->policy[i], plan->policy_where[i]);
  for (uint32_t i = 0; i < plan->assertions; i++)
    if (plan->assertion[i].policy) policy_named(c, plan->assertion[i].policy, plan->assertion[i].where);
  for (uint32_t i = 0; i < plan->tuned; i++) check_tuned(c, &plan->tune[i]);
  if (plan->tunes && plan->tune_seed == c->base->seed)
    cf_tree_fail(c->diag, CF_INPUT, plan->tune_seed_where,
                 "the scenario has the seed %" PRIu64
                 " too: tuned on the runs that are compared, a policy looks better than it is",
                 plan->tune_seed);
}

/* ---- all of it ---- */

static uint32_t tuned_policies(const cf_plan *plan) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < plan->tuned; i++)
    count += i == 0 || strcmp(plan->tune[i].policy, plan->tune[i - 1].policy) != 0;
  return count;
}

static cf_plan_extent measure(const check *c) {
  const cf_plan *plan = c->plan;
  cf_plan_extent e = {.points = c->points.count, .policies = plan->policies ? plan->policies : c->base->policies};
  uint64_t pairs = (uint64_t)e.points * e.policies;
  e.runs = pairs * plan->reps;
  e.most_runs = pairs * plan->max_reps;
  e.trials = (uint64_t)tuned_policies(plan) * plan->tune_budget * plan->tune_reps;
  if (c->loaded) e.events = c->events / c->loaded * (double)e.runs;
  if (c->loaded) e.bytes = c->bytes / c->loaded * (double)e.runs;
  return e;
}

static void check_all(check *c, cf_plan_extent *extent) {
  unsigned errors = c->diag->errors;
  for (uint32_t a = 0; a < c->plan->axes; a++) check_axis_name(c, &c->plan->axis[a]);
  load_base(c);
  if (c->base) check_policies(c);
  cf_status expanded = cf_expand(c->plan, &c->points, c->diag);
  if (!c->base || expanded != CF_OK) return;
  load_points(c);
  cf_plan_extent e = measure(c);
  if (e.most_runs + e.trials > UINT32_MAX)
    cf_tree_fail(c->diag, CF_INPUT, c->plan->axes ? c->plan->axis[0].where : c->plan->scenario_where,
                 "the plan may come to %" PRIu64 " runs; a sweep has at most %" PRIu32, e.most_runs + e.trials,
                 UINT32_MAX);
  if (extent && c->diag->errors == errors) *extent = e;
}

cf_status cf_plan_check(const cf_plan *plan, const char *models_dir, cf_plan_extent *extent, cf_diag *diag) {
  check c = {.plan = plan, .models_dir = models_dir, .diag = diag};
  unsigned errors = diag->errors;
  if (extent) *extent = (cf_plan_extent){0};
  check_all(&c, extent);
  cf_points_free(&c.points);
  cf_scenario_destroy(c.base);
  return diag->errors == errors ? CF_OK : diag->status;
}
