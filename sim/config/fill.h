/* Fills structs from a tree by the schema. Internal to config.
 *
 * Functions return false after a diagnostic; the caller goes on with the next key, so that everything wrong with a file
 * is told at once. Missing values with a default are put into the tree with origin CF_ORIGIN_DEFAULT.
 * Errors stand at the value; unknown and missing keys at the key, missing ones at the key of the map that lacks them.
 */
#ifndef CF_CONFIG_FILL_H
#define CF_CONFIG_FILL_H

#include "config/load.h"

/* Where a missing key is reported: the map's own key, or its first character at the top of a file. */
cf_source cf_fill_place(const cf_tree_node *map);

/* All rows of a shape, and unknown keys. */
bool cf_fill_map(cf_load *load, const cf_schema_shape *shape, cf_tree_node *map, void *base);

/* One present value, as written in a scenario. `base`: the struct that the row's offset counts from. */
bool cf_fill_value(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base);

/* The value alone, without listing it; `quantity` (may be NULL) gets the number as written. */
bool cf_fill_plain(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base, cf_quantity *quantity);

/* NUMBERS, TABLE and WORDS. */
bool cf_fill_list(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base);

/* Reports the keys of `map` that are neither rows of the shape nor in `also` (NULL-terminated, may be NULL). */
bool cf_fill_known_keys(cf_load *load, const cf_schema_shape *shape, const cf_tree_node *map, const char *const *also);

/* The index of a scalar among `names`, -1 after a diagnostic that suggests one. */
int cf_fill_choice(cf_load *load, const cf_tree_node *node, const char *what, const char *const *names);

/* Wants a map; an empty value is an empty map. NULL after a diagnostic. */
cf_tree_node *cf_fill_as_map(cf_load *load, cf_tree_node *node);

/* Reports a missing key, unless an unknown key of the map was surely meant for it. `shape` may be NULL. */
bool cf_fill_missing(cf_load *load, const cf_schema_shape *shape, const cf_tree_node *map, const char *key);

#endif
