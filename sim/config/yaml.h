/* YAML text to a tree, by libyaml's events.
 *
 * Accepted: one document, UTF-8, plain words as keys, tags of the core schema only, anchors, aliases and the merge key
 * `<<` (explicit keys win over merged ones, earlier maps of a merge list over later ones). Refused, each at its place:
 * duplicate keys, a second document, depth above CF_TREE_DEPTH, more nodes than CF_TREE_NODES, aliases that stand for
 * more than CF_TREE_EXPANSION times the input, endless aliases, NUL in a text, text that is not UTF-8.
 * Scalars stay text here; the schema says what they must be. */
#ifndef CF_CONFIG_YAML_H
#define CF_CONFIG_YAML_H

#include "config/tree.h"

#include <stddef.h>

typedef struct cf_yaml_text {
  const char *file;  /* for messages; must outlive the tree */
  const char *bytes; /* NUL behind the last byte; must outlive the tree */
  size_t length;
  cf_origin origin;
  const char *setting; /* of a --set: its whole text, which `bytes` ends; else NULL */
} cf_yaml_text;

/* An empty document is an empty scalar. */
cf_status cf_yaml_parse(cf_tree *tree, const cf_yaml_text *text, cf_tree_node **root, cf_diag *diag);

#endif
