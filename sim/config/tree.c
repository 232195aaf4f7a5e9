#include "config/tree.h"

#include <stdio.h>
#include <string.h>

enum { HASHED_FROM = 16 };

static cf_tree_node *new_node(cf_tree *tree, cf_tree_kind kind, cf_origin origin, cf_source where) {
  if (tree->nodes >= CF_TREE_NODES) return NULL;
  cf_tree_node *node = CF_ARENA_NEW(tree->arena, cf_tree_node);
  if (!node) return NULL;
  tree->nodes++;
  node->kind = kind;
  node->origin = origin;
  node->where = where;
  return node;
}

cf_tree_node *cf_tree_scalar(cf_tree *tree, const char *text, cf_origin origin, cf_source where) {
  cf_tree_node *node = new_node(tree, CF_TREE_SCALAR, origin, where);
  if (node) node->text = text;
  return node;
}

cf_tree_node *cf_tree_map(cf_tree *tree, cf_origin origin, cf_source where) {
  return new_node(tree, CF_TREE_MAP, origin, where);
}

cf_tree_node *cf_tree_list(cf_tree *tree, cf_origin origin, cf_source where) {
  return new_node(tree, CF_TREE_LIST, origin, where);
}

static uint32_t hash(const char *key) {
  uint32_t h = 2166136261U; /* FNV-1a */
  for (const char *p = key; *p; p++) h = (h ^ (unsigned char)*p) * 16777619U;
  return h ^ (h >> 15);
}

static void insert(cf_tree_node *map, cf_tree_node *child) {
  uint32_t i = hash(child->key) & (map->slots - 1);
  while (map->slot[i]) i = (i + 1) & (map->slots - 1);
  map->slot[i] = child;
}

/* Large maps get a hash table, so that hostile files stay linear. */
static bool make_room(cf_tree *tree, cf_tree_node *map) {
  if (map->children < HASHED_FROM || map->children * 2 < map->slots) return true;
  uint32_t size = map->slots ? map->slots * 4 : 64;
  cf_tree_node **slot = CF_ARENA_ARRAY(tree->arena, cf_tree_node *, size);
  if (!slot) return false;
  map->slot = slot;
  map->slots = size;
  for (cf_tree_node *child = map->first; child; child = child->next) insert(map, child);
  return true;
}

void cf_tree_append(cf_tree_node *list, cf_tree_node *child) {
  child->next = NULL;
  if (list->last)
    list->last->next = child;
  else
    list->first = child;
  list->last = child;
  list->children++;
}

bool cf_tree_put(cf_tree *tree, cf_tree_node *map, const char *key, cf_source key_where, cf_tree_node *child) {
  if (cf_tree_get(map, key) || !make_room(tree, map)) return false;
  child->key = key;
  child->key_where = key_where;
  cf_tree_append(map, child);
  if (map->slots) insert(map, child);
  return true;
}

cf_tree_node *cf_tree_get(const cf_tree_node *map, const char *key) {
  if (!map || map->kind != CF_TREE_MAP) return NULL;
  if (map->slots) {
    for (uint32_t i = hash(key) & (map->slots - 1); map->slot[i]; i = (i + 1) & (map->slots - 1))
      if (strcmp(map->slot[i]->key, key) == 0) return map->slot[i];
    return NULL;
  }
  for (cf_tree_node *child = map->first; child; child = child->next)
    if (strcmp(child->key, key) == 0) return child;
  return NULL;
}

static const cf_tree_node *element(const cf_tree_node *list, const char *index) {
  unsigned long at = 0;
  for (const char *p = index; *p; p++) {
    if (*p < '0' || *p > '9' || at > CF_TREE_NODES) return NULL;
    at = at * 10 + (unsigned long)(*p - '0');
  }
  const cf_tree_node *child = list->first;
  while (child && at--) child = child->next;
  return child;
}

const cf_tree_node *cf_tree_find(const cf_tree_node *root, const char *path) {
  const cf_tree_node *node = root;
  const char *p = path;
  while (node && *p) {
    char key[128];
    size_t length = strcspn(p, ".");
    if (length == 0 || length >= sizeof key) return NULL;
    memcpy(key, p, length);
    key[length] = '\0';
    const cf_tree_node *child = node->kind == CF_TREE_LIST ? element(node, key) : cf_tree_get(node, key);
    if (!child && node->model) child = cf_tree_get(node->model, key);
    node = child;
    p += length;
    if (*p == '.') {
      p++;
      if (!*p) return NULL;
    }
  }
  return node;
}

cf_tree_node *cf_tree_copy(cf_tree *tree, const cf_tree_node *node, unsigned depth, size_t *bytes) {
  if (depth > CF_TREE_DEPTH) return NULL;
  cf_tree_node *copy = new_node(tree, node->kind, node->origin, node->where);
  if (!copy) return NULL;
  copy->quoted = node->quoted;
  copy->text = node->text;
  if (bytes) *bytes += 2 + (node->text ? strlen(node->text) : 0);
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    cf_tree_node *twin = cf_tree_copy(tree, child, depth + 1, bytes);
    if (!twin) return NULL;
    if (node->kind == CF_TREE_LIST) {
      cf_tree_append(copy, twin);
    } else if (!cf_tree_put(tree, copy, child->key, child->key_where, twin)) {
      return NULL;
    }
  }
  return copy;
}

void cf_tree_replace(cf_tree_node *to, const cf_tree_node *from) {
  cf_tree_node kept = *to;
  *to = *from;
  to->next = kept.next;
  to->key = kept.key;
  if (!from->key) to->key_where = kept.key_where;
}

bool cf_tree_overlay(cf_tree *tree, cf_tree_node *base, cf_tree_node *top, const char *except) {
  for (cf_tree_node *child = top->first, *next; child; child = next) {
    next = child->next; /* putting it elsewhere cuts the link */
    if (except && strcmp(child->key, except) == 0) continue;
    cf_tree_node *below = cf_tree_get(base, child->key);
    if (!below) {
      if (!cf_tree_put(tree, base, child->key, child->key_where, child)) return false;
    } else if (below->kind == CF_TREE_MAP && child->kind == CF_TREE_MAP) {
      below->key_where = child->key_where;
      below->where = child->where;
      if (child->origin > below->origin) below->origin = child->origin;
      if (!cf_tree_overlay(tree, below, child, NULL)) return false;
    } else {
      cf_tree_replace(below, child);
    }
  }
  return true;
}

bool cf_tree_is_null(const cf_tree_node *node) {
  if (node->kind != CF_TREE_SCALAR || node->quoted) return false;
  static const char *const words[] = {"", "~", "null", "Null", "NULL"};
  for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(node->text, words[i]) == 0) return true;
  return false;
}

/* Bytes of a hostile file must not steer a terminal. */
static void tame(char *text) {
  for (unsigned char *p = (unsigned char *)text; *p; p++)
    if ((*p < 0x20 && *p != '\t') || *p == 0x7F || (p[0] == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0)) *p = '?';
}

cf_status cf_tree_fail(cf_diag *diag, cf_status status, cf_source where, const char *format, ...) {
  char text[CF_DIAG_TEXT], excerpt[CF_DIAG_EXCERPT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  tame(text);
  if (where.excerpt) {
    size_t length = strcspn(where.excerpt, "\r\n");
    snprintf(excerpt, sizeof excerpt, "%.*s", (int)(length < sizeof excerpt ? length : sizeof excerpt), where.excerpt);
    tame(excerpt);
    where.excerpt = excerpt;
  }
  if (where.line == 0 && where.column > 0 && where.file) {
    char file[CF_DIAG_FILE];
    snprintf(file, sizeof file, "%.200s:%u", where.file, where.column);
    where.file = file;
    return cf_fail_at(diag, status, where, "%s", text);
  }
  return cf_fail_at(diag, status, where, "%s", text);
}
