/* The parts of a plan that are maps from free names, or lists: settings, axes, zips, conditions, policies, tuned
 * parameters. Internal to config. */
#ifndef CF_CONFIG_PLAN_PARTS_H
#define CF_CONFIG_PLAN_PARTS_H

#include "config/load.h"
#include "config/plan.h"

/* Reads a row whose section is CF_SECTION_PLAN_SET or a later one into load->plan. What concerns several rows at once
 * is checked by cf_plan_load. */
bool cf_plan_part(cf_load *load, const cf_schema_row *row, cf_tree_node *node);

enum { CF_PLAN_SETTINGS = 1024 };

/* Makes the plan's settings: all keys of its `record`, those with a sweep's default too, and then what it sets. `set`
 * may be NULL. */
bool cf_plan_read_settings(cf_load *load, const cf_tree_node *record, const cf_tree_node *set);

/* The axis of that name, or -1. */
int cf_plan_axis_named(const cf_plan *plan, const char *name);

#endif
