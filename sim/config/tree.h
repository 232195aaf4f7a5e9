/* A document as a tree of maps, lists and scalars in an arena, where every node knows the place it came from.
 *
 * Invariants: keys of a map are distinct; depth <= CF_TREE_DEPTH; a tree and everything that is merged into it has at
 * most CF_TREE_NODES nodes; scalar text is UTF-8 without NUL. Children keep the order of the file.
 * Functions that make nodes return NULL when there is no memory or the budget is spent. */
#ifndef CF_CONFIG_TREE_H
#define CF_CONFIG_TREE_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_TREE_DEPTH = 64, CF_TREE_NODES = 100000, CF_TREE_EXPANSION = 10 };

typedef enum cf_tree_kind { CF_TREE_SCALAR, CF_TREE_MAP, CF_TREE_LIST } cf_tree_kind;

/* Who said so, weakest first. */
typedef enum cf_origin {
  CF_ORIGIN_DEFAULT,
  CF_ORIGIN_MODEL,
  CF_ORIGIN_INCLUDE,
  CF_ORIGIN_FILE,
  CF_ORIGIN_SET
} cf_origin;

typedef struct cf_tree_node {
  cf_tree_kind kind;
  cf_origin origin;
  bool quoted;         /* scalar: written in quotes or as a block, hence text */
  bool open;           /* while it is being read: an alias to it would be endless */
  uint32_t children;   /* of a map or list */
  uint32_t slots;      /* size of `slot` */
  const char *key;     /* inside a map, else NULL */
  const char *text;    /* of a scalar, else NULL */
  cf_source where;     /* of the value; line 0 with a column: a --set */
  cf_source key_where; /* of the key */
  struct cf_tree_node *first, *last, *next;
  struct cf_tree_node **slot;       /* hash table of the children, for large maps */
  const struct cf_tree_node *model; /* the model file that stands behind this reference */
  const struct cf_schema_row *row;  /* what the schema knows of it, once read */
} cf_tree_node;

typedef struct cf_tree {
  cf_arena *arena;
  cf_tree_node *root;
  uint32_t nodes;
} cf_tree;

cf_tree_node *cf_tree_scalar(cf_tree *tree, const char *text, cf_origin origin, cf_source where);
cf_tree_node *cf_tree_map(cf_tree *tree, cf_origin origin, cf_source where);
cf_tree_node *cf_tree_list(cf_tree *tree, cf_origin origin, cf_source where);

/* Appends; false when the key is there already or there is no memory. */
bool cf_tree_put(cf_tree *tree, cf_tree_node *map, const char *key, cf_source key_where, cf_tree_node *child);
void cf_tree_append(cf_tree_node *list, cf_tree_node *child);

/* NULL when there is none or `map` is NULL or no map. */
cf_tree_node *cf_tree_get(const cf_tree_node *map, const char *key);

/* By dots: "fleet.sensors.count"; a list takes numbers from 0. Looks through models too. NULL when there is none. */
const cf_tree_node *cf_tree_find(const cf_tree_node *root, const char *path);

/* A copy that shares the texts. `depth`: where it will hang. NULL as above, or when it gets too deep. `bytes`
 * (may be NULL) grows by the text that the copy stands for. */
cf_tree_node *cf_tree_copy(cf_tree *tree, const cf_tree_node *node, unsigned depth, size_t *bytes);

/* Puts `top` over `base`: maps merge, everything else is replaced. The key `except` (may be NULL) of the outermost map
 * is left out. */
bool cf_tree_overlay(cf_tree *tree, cf_tree_node *base, cf_tree_node *top, const char *except);

/* Gives the place of `from` to `to` in its map or list: key and neighbours stay. */
void cf_tree_replace(cf_tree_node *to, const cf_tree_node *from);

/* A plain scalar that means "nothing": empty, ~ or null. */
bool cf_tree_is_null(const cf_tree_node *node);

/* Reports at `where`; a place in a --set is shown as "--set#1:5". */
cf_status cf_tree_fail(cf_diag *diag, cf_status status, cf_source where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
