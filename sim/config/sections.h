/* The parts of a scenario that are maps from free names, or lists: fleet, policies, models, harvesters, assertions,
 * months. Internal to config. */
#ifndef CF_CONFIG_SECTIONS_H
#define CF_CONFIG_SECTIONS_H

#include "config/load.h"

/* Reads an ENTRIES or LIST row into the struct at `base` (the scenario, a group, a climate, a plan). */
bool cf_section_fill(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base);

/* The column of table run of that name, or of that name without its unit. NULL after a diagnostic at `where` that says
 * what it was wanted for ("asserted"). */
const cf_schema_column *cf_section_column(cf_load *load, const char *name, cf_source where, const char *use);

#endif
