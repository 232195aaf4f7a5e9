/* One axis of a plan, and the two ends of a tuned parameter. Internal to config. */
#ifndef CF_CONFIG_PLAN_AXIS_H
#define CF_CONFIG_PLAN_AXIS_H

#include "config/load.h"
#include "config/plan.h"

/* Reads an axis that has its name and place already: its paths, and its values or ends. */
bool cf_plan_read_axis(cf_load *load, cf_tree_node *map, cf_plan_axis *axis);

/* Reads a parameter that has its names and its place already. */
bool cf_plan_read_tuned(cf_load *load, cf_tree_node *map, cf_plan_tuned *tuned);

#endif
