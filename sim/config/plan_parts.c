#include "config/plan_parts.h"

#include "config/fill.h"
#include "config/flow.h"
#include "config/plan_axis.h"
#include "config/suggest.h"

#include <stdio.h>
#include <string.h>

/* ---- settings ---- */

typedef struct setting_list {
  cf_setting *setting;
  cf_source *where;
} setting_list;

static bool add_setting(cf_load *load, setting_list list, const char *prefix, const cf_tree_node *node) {
  uint32_t n = load->plan->settings;
  if (n == CF_PLAN_SETTINGS) return cf_load_fail(load, node->key_where, "more than %d settings", CF_PLAN_SETTINGS);
  const char *text = cf_flow_text(load->arena, node);
  if (!text) return cf_load_fail(load, node->key_where, "no memory");
  list.setting[n] = (cf_setting){.text = cf_load_text(load, "%s%s=%s", prefix, node->key, text),
                                 .origin = cf_load_text(load, "--set#%u", n + 1)};
  list.where[n] = node->key_where;
  load->plan->settings++;
  return list.setting[n].text && list.setting[n].origin;
}

bool cf_plan_read_settings(cf_load *load, const cf_tree_node *record, const cf_tree_node *set) {
  setting_list list = {.setting = cf_load_zero(load, CF_PLAN_SETTINGS * sizeof *list.setting),
                       .where = cf_load_zero(load, CF_PLAN_SETTINGS * sizeof *list.where)};
  if (!list.setting || !list.where) return false;
  load->plan->setting = list.setting;
  load->plan->setting_where = list.where;
  const cf_schema_shape *shape = cf_schema_find(&cf_schema_plan, "record")->shape;
  for (uint32_t i = 0; i < shape->rows; i++)
    if (!add_setting(load, list, "record.", cf_tree_get(record, shape->row[i].key))) return false;
  for (const cf_tree_node *child = set ? set->first : NULL; child; child = child->next) {
    if (!*child->key || strchr(child->key, '='))
      return cf_load_fail(load, child->key_where, "'set' needs paths by dots, such as fleet.sensors.count");
    if (!add_setting(load, list, "", child)) return false;
  }
  return true;
}

/* ---- axes ---- */

int cf_plan_axis_named(const cf_plan *plan, const char *name) {
  for (uint32_t i = 0; i < plan->axes; i++)
    if (strcmp(plan->axis[i].name, name) == 0) return (int)i;
  return -1;
}

static bool axis_name(cf_load *load, const cf_tree_node *entry) {
  static const char *const reserved[] = {"point_id", "label", "rowid", "oid"};
  const char *name = entry->key;
  size_t length = strlen(name);
  for (unsigned i = 0; i < sizeof reserved / sizeof *reserved; i++)
    if (strcmp(name, reserved[i]) == 0)
      return cf_load_fail(load, entry->key_where,
                          "'%s' has a meaning of its own in table points; call the axis otherwise", name);
  return (name[0] >= 'a' && name[0] <= 'z' && length <= 60 &&
          strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length) ||
         cf_load_fail(load, entry->key_where,
                      "'%.60s' cannot be a column: a small letter, then small letters, digits and _, at most 60", name);
}

static bool axes(cf_load *load, const cf_tree_node *map) {
  cf_plan *plan = load->plan;
  bool good = true;
  if (map->children == 0)
    return cf_load_fail(load, cf_fill_place(map), "'axes' names no axis; leave it out for one point");
  for (cf_tree_node *entry = map->first; entry && !cf_load_full(load); entry = entry->next) {
    if (plan->axes == CF_MAX_AXES) return cf_load_fail(load, entry->key_where, "more than %d axes", CF_MAX_AXES);
    cf_plan_axis *axis = &plan->axis[plan->axes++];
    *axis = (cf_plan_axis){.name = entry->key, .where = entry->key_where};
    size_t back = cf_load_enter(load, entry->key);
    cf_tree_node *inner = cf_fill_as_map(load, entry);
    if (!axis_name(load, entry) || !inner || !cf_plan_read_axis(load, inner, axis)) good = false;
    cf_load_leave(load, back);
  }
  return good;
}

/* ---- lists ---- */

static bool want_list(cf_load *load, const cf_tree_node *node, const char *what) {
  return node->kind == CF_TREE_LIST || cf_load_fail(load, node->where, "%s", what);
}

static int zipped_axis(cf_load *load, const cf_tree_node *node) {
  const cf_plan *plan = load->plan;
  if (node->kind != CF_TREE_SCALAR) {
    cf_load_fail(load, node->where, "'zip' needs names of axes");
    return -1;
  }
  int axis = cf_plan_axis_named(plan, node->text);
  if (axis >= 0) return axis;
  char hint[120];
  cf_suggestion suggestion = {.given = node->text};
  for (uint32_t i = 0; i < plan->axes; i++) cf_suggest_offer(&suggestion, plan->axis[i].name, 0);
  cf_load_fail(load, node->where, "there is no axis '%.60s'%s", node->text,
               cf_suggest_text(&suggestion, hint, sizeof hint));
  return -1;
}

static bool zipped_already(const cf_plan *plan, uint32_t axis) {
  for (uint32_t z = 0; z < plan->zips; z++)
    for (uint32_t i = 0; i < plan->zip[z].axes; i++)
      if (plan->zip[z].axis[i] == axis) return true;
  return false;
}

static bool one_zip(cf_load *load, const cf_tree_node *list) {
  cf_plan *plan = load->plan;
  if (!want_list(load, list, "'zip' needs lists of axes, such as [[storage_f, esr_ohm]]")) return false;
  if (list->children < 2) return cf_load_fail(load, list->where, "at least two axes can move together");
  if (plan->zips == CF_MAX_AXES) return cf_load_fail(load, list->where, "more than %d zips", CF_MAX_AXES);
  cf_plan_zip *zip = &plan->zip[plan->zips++];
  for (const cf_tree_node *node = list->first; node; node = node->next) {
    int axis = zipped_axis(load, node);
    if (axis < 0) return false;
    const cf_plan_axis *own = &plan->axis[axis], *first = &plan->axis[zip->axes ? zip->axis[0] : (uint32_t)axis];
    if (zipped_already(plan, (uint32_t)axis))
      return cf_load_fail(load, node->where, "'%s' moves with other axes already", own->name);
    if (own->sampled)
      return cf_load_fail(load, node->where, "'%s' is sampled, so it cannot move with others", own->name);
    if (own->values && first->values && own->values != first->values) /* none: an error was told before */
      return cf_load_fail(load, node->where, "'%s' has %u values and '%s' has %u: they cannot move together", own->name,
                          own->values, first->name, first->values);
    zip->axis[zip->axes++] = (uint32_t)axis;
  }
  return true;
}

static bool zips(cf_load *load, const cf_tree_node *node) {
  if (!want_list(load, node, "'zip' needs a list of lists of axes, such as [[storage_f, esr_ohm]]")) return false;
  bool good = true;
  for (const cf_tree_node *child = node->first; child && !cf_load_full(load); child = child->next)
    if (!one_zip(load, child)) good = false;
  return good;
}

static bool one_where(cf_load *load, const cf_tree_node *node) {
  cf_plan *plan = load->plan;
  if (node->kind != CF_TREE_SCALAR || cf_tree_is_null(node) || !*node->text)
    return cf_load_fail(load, node->where, "'where' needs conditions, such as storage_f < 1");
  if (plan->wheres == CF_MAX_WHERES) return cf_load_fail(load, node->where, "more than %d conditions", CF_MAX_WHERES);
  plan->where[plan->wheres++] = (cf_plan_text){.text = node->text, .where = node->where};
  return true;
}

static bool wheres(cf_load *load, const cf_tree_node *node) {
  if (node->kind != CF_TREE_LIST) return one_where(load, node);
  for (const cf_tree_node *child = node->first; child; child = child->next)
    if (!one_where(load, child)) return false;
  return true;
}

static bool policies(cf_load *load, const cf_tree_node *node) {
  cf_plan *plan = load->plan;
  if (!want_list(load, node, "'policies' needs a list of names")) return false;
  if (node->children == 0) return cf_load_fail(load, node->where, "'policies' names no policy; leave it out for all");
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    if (child->kind != CF_TREE_SCALAR || !cf_load_is_name(child->text))
      return cf_load_fail(load, child->where, "'policies' needs names");
    for (uint32_t i = 0; i < plan->policies; i++)
      if (strcmp(plan->policy[i], child->text) == 0)
        return cf_load_fail(load, child->where, "'%s' is there already", child->text);
    if (plan->policies == CF_MAX_POLICIES)
      return cf_load_fail(load, child->where, "more than %d policies", CF_MAX_POLICIES);
    plan->policy_where[plan->policies] = child->where;
    plan->policy[plan->policies++] = child->text;
  }
  return true;
}

/* ---- tune ---- */

static bool tuned_parameters(cf_load *load, const char *policy, const cf_tree_node *map) {
  cf_plan *plan = load->plan;
  bool good = true;
  if (map->children == 0) return cf_load_fail(load, cf_fill_place(map), "'%.60s' has no parameter to be tuned", policy);
  for (cf_tree_node *entry = map->first; entry && !cf_load_full(load); entry = entry->next) {
    if (plan->tuned == CF_MAX_TUNED)
      return cf_load_fail(load, entry->key_where, "more than %d parameters to be tuned", CF_MAX_TUNED);
    cf_plan_tuned *tuned = &plan->tune[plan->tuned++];
    *tuned = (cf_plan_tuned){.policy = policy, .parameter = entry->key, .where = entry->key_where};
    size_t back = cf_load_enter(load, entry->key);
    cf_tree_node *inner = cf_fill_as_map(load, entry);
    if (!inner || !cf_plan_read_tuned(load, inner, tuned)) good = false;
    cf_load_leave(load, back);
  }
  return good;
}

static bool tuned(cf_load *load, const cf_tree_node *map) {
  bool good = true;
  if (map->children == 0) return cf_load_fail(load, cf_fill_place(map), "'policies' names no policy to be tuned");
  for (cf_tree_node *entry = map->first; entry && !cf_load_full(load); entry = entry->next) {
    size_t back = cf_load_enter(load, entry->key);
    const cf_tree_node *inner = cf_fill_as_map(load, entry);
    if (!inner || !tuned_parameters(load, entry->key, inner)) good = false;
    cf_load_leave(load, back);
  }
  return good;
}

bool cf_plan_part(cf_load *load, const cf_schema_row *row, cf_tree_node *node) {
  switch (row->section) {
    case CF_SECTION_PLAN_VALUES:
      return want_list(load, node, "'values' needs a list, such as [0.1 F, 0.47 F]");
    case CF_SECTION_PLAN_ZIP:
      return zips(load, node);
    case CF_SECTION_PLAN_WHERE:
      return wheres(load, node);
    case CF_SECTION_PLAN_POLICIES:
      return policies(load, node);
    default:
      break;
  }
  const cf_tree_node *map = cf_fill_as_map(load, node);
  if (!map) return false;
  if (row->section == CF_SECTION_PLAN_SET) return true; /* read when `record` is complete */
  return row->section == CF_SECTION_PLAN_AXES ? axes(load, map) : tuned(load, map);
}
