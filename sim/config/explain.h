/* What a loaded scenario says, and why: the resolved file, one value's story. */
#ifndef CF_CONFIG_EXPLAIN_H
#define CF_CONFIG_EXPLAIN_H

#include "config/scenario.h"

#include <stdio.h>

/* The scenario as YAML with includes, settings and defaults in place. It loads again to the same scenario. What comes
 * from model files stands in comments. */
cf_status cf_show_resolved(const cf_scenario *scenario, FILE *out, cf_diag *diag);

/* One value: what it is, file:line:column it came from, its default, range, meaning, and source. For a map, its keys.
 * CF_USAGE with a suggestion when there is no such path. Paths are as in the file: fleet.sensors.storage.leakage; the
 * word fleet may be left out. */
cf_status cf_show_explain(const cf_scenario *scenario, const char *path, FILE *out, cf_diag *diag);

#endif
