/* The parts of a scenario that are maps from free names, or lists: fleet, policies, models, harvesters, assertions,
 * months. Internal to config. */
#ifndef CF_CONFIG_SECTIONS_H
#define CF_CONFIG_SECTIONS_H

#include "config/load.h"

/* Reads an ENTRIES or LIST row into the struct at `base` (the scenario, a group, a climate). */
bool cf_section_fill(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base);

#endif
