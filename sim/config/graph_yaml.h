/* Thermal networks as YAML: the same networks as the long format of graph.h, with names and units.
 *
 *   board:                                # name of the network; there may be several
 *     nodes:                              # count from 0 in this order
 *       die:  {capacity: 2 J/K, power: 3 W, start: 20 degC}
 *       case: {capacity: 80 J/K, to_air: 0.1 W/K, to_host: 0 W/K, start: 20 degC}
 *     links:
 *       - [die, case, 0.4 W/K]
 *
 * Only capacity must be there; start of all nodes or of none. A link may be there once. Errors name file:line:column.
 */
#ifndef CF_CONFIG_GRAPH_YAML_H
#define CF_CONFIG_GRAPH_YAML_H

#include "config/graph.h"

cf_status cf_graph_read_yaml(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph_list **list,
                             cf_diag *diag);

#endif
