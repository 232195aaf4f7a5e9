/* The data files that a scenario names: weather, traces, thermal networks. Internal to config.
 *
 * A path is relative to the file that says it, in a setting to the scenario; it may lead anywhere. The bytes go through
 * the load's reader and are kept among the inputs, so that a replay from memory finds them; a file that is named twice
 * is read once. `file` is the scalar with the path. False after diagnostics, which stand in the data file or at `file`.
 */
#ifndef CF_CONFIG_ATTACH_H
#define CF_CONFIG_ATTACH_H

#include "config/graph.h"
#include "config/load.h"
#include "config/trace.h"
#include "config/weather.h"

bool cf_attach_weather(cf_load *load, const cf_tree_node *file, const cf_weather **weather);

/* `column` (may be NULL): the scalar with the column's name. */
bool cf_attach_trace(cf_load *load, const cf_tree_node *file, const cf_tree_node *column, cf_trace_quantity quantity,
                     const cf_trace_table **trace);

/* `capacity` (may be NULL): a second file with the capacities, when the first is a matrix. */
bool cf_attach_network(cf_load *load, const cf_tree_node *file, const cf_tree_node *capacity, const cf_graph **network);

#endif
