#include "config/compose.h"

#include "config/fill.h"
#include "config/yaml.h"

#include <stdio.h>
#include <string.h>

/* One file on the way from the scenario down its includes. */
typedef struct chain {
  const struct chain *above;
  const char *path; /* relative to the scenario's folder */
  unsigned depth;
} chain;

/* Joins and resolves . and .. by text alone. NULL when it leads out of the folder or is too long. */
static const char *resolve(cf_load *load, const char *from, const char *to) {
  char joined[600], out[600];
  const char *slash = strrchr(from, '/');
  int length = snprintf(joined, sizeof joined, "%.*s%s", slash ? (int)(slash - from + 1) : 0, from, to);
  if (to[0] == '/' || length < 0 || (size_t)length >= sizeof joined) return NULL;
  size_t n = 0;
  for (const char *p = joined; *p;) {
    size_t part = strcspn(p, "/");
    bool up = part == 2 && p[0] == '.' && p[1] == '.';
    if (up) {
      if (n == 0) return NULL;
      while (n > 0 && out[n - 1] != '/') n--; /* drops the last part, and then its slash */
      if (n > 0) n--;
    } else if (part > 0 && !(part == 1 && p[0] == '.')) {
      if (n > 0) out[n++] = '/';
      memcpy(out + n, p, part);
      n += part;
    }
    p += part;
    while (*p == '/') p++;
  }
  out[n] = '\0';
  return n ? cf_load_text(load, "%s", out) : NULL;
}

static bool cycle(cf_load *load, const chain *at, const char *path, cf_source where) {
  for (const chain *up = at; up; up = up->above) {
    if (strcmp(up->path, path) != 0) continue;
    char text[300] = "";
    const chain *way[CF_COMPOSE_DEPTH + 2] = {NULL};
    unsigned n = 0;
    for (const chain *a = at; a != up->above && n < CF_COMPOSE_DEPTH + 2; a = a->above) way[n++] = a;
    while (n--) {
      size_t used = strlen(text);
      snprintf(text + used, sizeof text - used, "%s -> ", way[n]->path);
    }
    cf_load_fail(load, where, "includes go in a circle: %s%s", text, path);
    return true;
  }
  return false;
}

static cf_tree_node *document(cf_load *load, const chain *at, cf_source where);

static bool include(cf_load *load, const chain *at, cf_tree_node *base, cf_tree_node *node) {
  if (node->kind == CF_TREE_LIST) {
    for (cf_tree_node *child = node->first; child; child = child->next)
      if (!include(load, at, base, child)) return false;
    return true;
  }
  if (node->kind != CF_TREE_SCALAR || cf_tree_is_null(node))
    return cf_load_fail(load, node->where, "'include' needs a path or a list of paths");
  const char *path = resolve(load, at->path, node->text);
  if (!path) return cf_load_fail(load, node->where, "'%.100s' is not below the scenario's folder", node->text);
  if (cycle(load, at, path, node->where)) return false;
  if (at->depth == CF_COMPOSE_DEPTH)
    return cf_load_fail(load, node->where, "includes are nested deeper than %d", CF_COMPOSE_DEPTH);
  chain next = {.above = at, .path = path, .depth = at->depth + 1};
  cf_tree_node *root = document(load, &next, node->where);
  if (!root) return false;
  return cf_tree_overlay(&load->tree, base, root, NULL) ||
         cf_load_fail(load, node->where, "too many values, or no memory");
}

static cf_tree_node *document(cf_load *load, const chain *at, cf_source where) {
  const char *path = cf_load_text(load, "%s%s", load->folder, at->path);
  const cf_input_file *file = path ? cf_load_file(load, path, at->path, where) : NULL;
  if (!file) return NULL;
  cf_yaml_text text = {.file = path,
                       .bytes = file->bytes,
                       .length = file->length,
                       .origin = at->depth ? CF_ORIGIN_INCLUDE : CF_ORIGIN_FILE};
  cf_tree_node *root = NULL;
  if (cf_yaml_parse(&load->tree, &text, &root, load->diag) != CF_OK) return NULL;
  if (root->kind == CF_TREE_SCALAR && cf_tree_is_null(root) && at->depth == 0) {
    cf_load_fail(load, root->where, "the file is empty");
    return NULL;
  }
  root = cf_fill_as_map(load, root);
  cf_tree_node *includes = cf_tree_get(root, "include");
  if (!includes) return root;
  cf_tree_node *base = cf_tree_map(&load->tree, root->origin, root->where);
  if (!base) {
    cf_load_fail(load, root->where, "too many values, or no memory");
    return NULL;
  }
  if (!include(load, at, base, includes)) return NULL;
  if (!cf_tree_overlay(&load->tree, base, root, "include")) {
    cf_load_fail(load, root->where, "too many values, or no memory");
    return NULL;
  }
  base->where = root->where;
  return base;
}

/* ---- --set ---- */

static cf_tree_node *list_element(cf_tree_node *list, const char *index) {
  size_t digits = strspn(index, "0123456789");
  if (digits == 0 || index[digits] || digits > 6) return NULL;
  unsigned at = 0;
  for (const char *p = index; *p; p++) at = at * 10 + (unsigned)(*p - '0');
  cf_tree_node *child = list->first;
  while (child && at--) child = child->next;
  return child;
}

/* Makes room for a key below `node`: a plain name becomes {model: name}, nothing becomes a map. */
static bool open_map(cf_load *load, cf_tree_node *node, cf_source where) {
  if (node->kind == CF_TREE_MAP) return true;
  if (cf_tree_is_null(node)) return cf_fill_as_map(load, node) != NULL;
  cf_tree_node *name = cf_tree_scalar(&load->tree, node->text, node->origin, node->where);
  if (!name) return false;
  node->kind = CF_TREE_MAP;
  node->text = NULL;
  return cf_tree_put(&load->tree, node, "model", where, name);
}

static bool set(cf_load *load, cf_tree_node *root, const cf_setting *given) {
  cf_setting kept = {.text = cf_load_text(load, "%s", given->text), .origin = cf_load_text(load, "%s", given->origin)};
  const cf_setting *setting = &kept; /* the tree points into it and outlives the caller's text */
  if (!kept.text || !kept.origin) return false;
  cf_source where = {.file = setting->origin, .excerpt = setting->text, .column = 1};
  const char *equals = strchr(setting->text, '=');
  if (!equals) return cf_load_fail(load, where, "a setting is path=value, such as fleet.sensors.count=100");
  cf_yaml_text text = {.file = setting->origin,
                       .bytes = equals + 1,
                       .length = strlen(equals + 1),
                       .origin = CF_ORIGIN_SET,
                       .setting = setting->text};
  cf_tree_node *value = NULL, *node = root;
  if (cf_yaml_parse(&load->tree, &text, &value, load->diag) != CF_OK) return false;
  const char *p = setting->text;
  for (unsigned depth = 1;; depth++) {
    size_t length = (size_t)(strpbrk(p, ".=") - p);
    where.column = (uint32_t)(p - setting->text) + 1;
    if (length == 0) return cf_load_fail(load, where, "an empty key in the path of a setting");
    if (depth > CF_TREE_DEPTH / 2) return cf_load_fail(load, where, "the path is too deep");
    const char *key = cf_arena_copy(load->arena, p, length);
    if (!key) return cf_load_fail(load, where, "no memory");
    cf_tree_node *child;
    if (node->kind == CF_TREE_LIST) {
      child = list_element(node, key);
      if (!child) return cf_load_fail(load, where, "'%.60s' is not an element of this list", key);
    } else {
      if (!open_map(load, node, where)) return cf_load_fail(load, where, "too many values, or no memory");
      child = cf_tree_get(node, key);
    }
    bool last = p[length] == '=';
    if (!child) {
      child = last ? value : cf_tree_map(&load->tree, CF_ORIGIN_SET, where);
      if (!child || !cf_tree_put(&load->tree, node, key, where, child))
        return cf_load_fail(load, where, "too many values, or no memory");
    } else if (last) {
      cf_tree_replace(child, value);
    }
    if (child->key && (last || child->origin == CF_ORIGIN_SET)) child->key_where = where;
    if (last) return true;
    node = child;
    p += length + 1;
  }
}

cf_tree_node *cf_compose(cf_load *load, const char *path, const cf_setting *settings, uint32_t setting_count) {
  const char *slash = strrchr(path, '/');
  load->folder = cf_arena_copy(load->arena, path, slash ? (size_t)(slash - path) + 1 : 0);
  if (!load->folder) {
    cf_fail(load->diag, CF_INTERNAL, "no memory");
    return NULL;
  }
  chain top = {.path = slash ? slash + 1 : path};
  cf_tree_node *root = document(load, &top, (cf_source){0});
  if (!root) return NULL;
  bool good = true;
  for (uint32_t i = 0; i < setting_count && !cf_load_full(load); i++)
    if (!set(load, root, &settings[i])) good = false;
  return good ? root : NULL;
}
