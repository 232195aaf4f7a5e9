/* What the rows of the schema cannot say: relations between values, and what one part needs of another.
 * Internal to config. Every error stands at the value that is wrong, or at the key of the part that lacks something. */
#ifndef CF_CONFIG_CHECK_H
#define CF_CONFIG_CHECK_H

#include "config/load.h"

/* `root`: the scenario's tree, whose values are already in load->scenario without errors. Also resolves what depends on
 * several parts: the number of hubs, the costs of inference. */
bool cf_check_scenario(cf_load *load, cf_tree_node *root);

#endif
