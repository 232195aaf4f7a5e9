/* What one value of a group says of another. Internal to config.
 *
 * `map`: the group in the tree. All return false after diagnostics, which stand at the value to change. */
#ifndef CF_CONFIG_CHECK_NODE_H
#define CF_CONFIG_CHECK_NODE_H

#include "config/load.h"

/* The value at a path below `node`, or the nearest thing above it that is written. */
cf_source cf_check_at(const cf_tree_node *node, const char *path);

/* Finds what an inference of each model costs on the device of the group, and that they go cheapest first. */
bool cf_check_costs(cf_load *load, const cf_tree_node *map, const char *group_name, cf_local_model *model,
                    uint32_t models);

/* A whole group of nodes; load->scenario is filled. */
bool cf_check_nodes(cf_load *load, const cf_tree_node *map, cf_node_group *group);

/* Of that: stores, converter and supply; where heat comes from and where it goes; each harvester. */
bool cf_check_power(cf_load *load, const cf_tree_node *map, const cf_node_group *group);
bool cf_check_heat(cf_load *load, const cf_tree_node *map, const cf_node_group *group);
bool cf_check_harvesters(cf_load *load, const cf_tree_node *map, const cf_node_group *group);

#endif
