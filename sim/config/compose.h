/* A scenario's tree before the schema sees it: the file over what it includes, --set over both. Internal to config.
 *
 * `include:` is a path or a list of paths, relative to the file that has it, depth <= CF_COMPOSE_DEPTH, nowhere but in
 * the scenario's folder and below. Maps merge key by key; everything else is replaced. A --set is `path=value` with
 * keys joined by dots and a value in YAML; where its path leads through a plain model name, the name becomes the key
 * `model` of a map. */
#ifndef CF_CONFIG_COMPOSE_H
#define CF_CONFIG_COMPOSE_H

#include "config/load.h"

enum { CF_COMPOSE_DEPTH = 8 };

/* NULL after diagnostics. */
cf_tree_node *cf_compose(cf_load *load, const char *path, const cf_setting *settings, uint32_t setting_count);

#endif
