#include "config/explain.h"

#include "config/catalogue.h"
#include "config/reader.h"
#include "config/schema.h"
#include "config/suggest.h"
#include "config/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- YAML out ---- */

static void quoted(FILE *out, const char *text) {
  fputc('"', out);
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    if (*p == '"' || *p == '\\')
      fprintf(out, "\\%c", *p);
    else if (*p == '\n')
      fputs("\\n", out);
    else if (*p < 0x20 || *p == 0x7F)
      fprintf(out, "\\x%02X", *p);
    else
      fputc(*p, out);
  }
  fputc('"', out);
}

/* Plain where it was plain; inside brackets only when nothing there could end it. */
static void scalar(FILE *out, const cf_tree_node *node, bool flow) {
  bool plain = !node->quoted && *node->text && !strchr(node->text, '\n') && (!flow || !strpbrk(node->text, ",[]{}"));
  if (!plain && !node->quoted && !*node->text)
    fputs("null", out);
  else if (plain)
    fputs(node->text, out);
  else
    quoted(out, node->text);
}

static void flow(FILE *out, const cf_tree_node *node) {
  if (node->kind == CF_TREE_SCALAR) {
    scalar(out, node, true);
    return;
  }
  fputc(node->kind == CF_TREE_MAP ? '{' : '[', out);
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    if (child != node->first) fputs(", ", out);
    if (node->kind == CF_TREE_MAP) fprintf(out, "%s: ", child->key);
    flow(out, child);
  }
  fputc(node->kind == CF_TREE_MAP ? '}' : ']', out);
}

/* What a map of a model file says, except what is overridden. */
static void model_rows(FILE *out, const cf_schema_shape *shape, const cf_tree_node *root, const cf_tree_node *map,
                       const cf_tree_node *overrides, const char *prefix, int indent) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    const cf_tree_node *own = cf_tree_get(overrides, row->key), *cited = cf_tree_get(map, row->key);
    if (row->type == CF_TYPE_MAP) {
      char below[80];
      snprintf(below, sizeof below, "%s%s.", prefix, row->key);
      if (cited) model_rows(out, row->shape, root, cited, own, below, indent);
      continue;
    }
    if (own) continue;
    if (!cited) {
      if (row->fallback) fprintf(out, "%*s# %s%s: %s (default)\n", indent, "", prefix, row->key, row->fallback);
      continue;
    }
    if (row->plain && cited->kind == CF_TREE_SCALAR)
      fprintf(out, "%*s# %s%s: %s\n", indent, "", prefix, row->key, cited->text);
    cf_citation c = cf_catalogue_citation(root, cited);
    if (!c.value || !c.status) continue;
    fprintf(out, "%*s# %s%s: ", indent, "", prefix, row->key);
    if (c.value->kind == CF_TREE_SCALAR || row->names)
      flow(out, c.value);
    else
      fputs("table", out);
    fprintf(out, " (%s, %s:%u)\n", c.status, cited->where.file, cited->where.line);
  }
}

static void model_comments(FILE *out, const cf_tree_node *reference, int indent) {
  if (!reference->row) return;
  const cf_schema_shape *shape = cf_catalogue_shape(reference->row->kind, reference->model);
  model_rows(out, shape, reference->model, reference->model, reference, "", indent);
}

static void print_map(FILE *out, const cf_tree_node *map, int indent) {
  for (const cf_tree_node *child = map->first; child; child = child->next) {
    fprintf(out, "%*s%s:", indent, "", child->key);
    const char *mark = child->origin == CF_ORIGIN_DEFAULT ? "  # default" : "";
    if (child->kind == CF_TREE_MAP && child->children) {
      fputc('\n', out);
      print_map(out, child, indent + 2);
    } else {
      fputc(' ', out);
      flow(out, child);
      fprintf(out, "%s\n", mark);
    }
    if (child->model) model_comments(out, child, indent + 2);
  }
}

static cf_status finish(FILE *out, cf_diag *diag) {
  if (fflush(out) != 0 || ferror(out)) return cf_fail(diag, CF_IO, "cannot write the output");
  return CF_OK;
}

cf_status cf_show_resolved(const cf_scenario *scenario, FILE *out, cf_diag *diag) {
  print_map(out, scenario->tree->root, 0);
  return finish(out, diag);
}

/* ---- explain ---- */

static const char *origin_words(cf_origin origin) {
  switch (origin) {
    case CF_ORIGIN_DEFAULT:
      return "default";
    case CF_ORIGIN_MODEL:
      return "model";
    case CF_ORIGIN_INCLUDE:
      return "included file";
    case CF_ORIGIN_SET:
      return "setting";
    default:
      return "scenario";
  }
}

static void print_place(FILE *out, const char *label, const cf_tree_node *node) {
  const cf_source *w = &node->where;
  fprintf(out, "  %-10s %s", label, origin_words(node->origin));
  if (node->origin != CF_ORIGIN_DEFAULT && w->line)
    fprintf(out, ", %s:%u:%u", w->file, w->line, w->column);
  else if (node->origin == CF_ORIGIN_SET)
    fprintf(out, ", %s:%u", w->file, w->column);
  fputc('\n', out);
}

static void print_value(FILE *out, const cf_tree_node *value, const cf_schema_row *row) {
  flow(out, value);
  cf_quantity q;
  char why[CF_QUANTITY_WHY];
  if (row && value->kind == CF_TREE_SCALAR && row->dimension != CF_DIM_NONE &&
      cf_quantity_parse(value->text, row->dimension, &q, why) && strcmp(q.unit, cf_dimension_si(row->dimension)) != 0)
    fprintf(out, " (%.6g %s)", q.si, cf_dimension_si(row->dimension));
}

static void print_row(FILE *out, const cf_schema_row *row) {
  if (!row) return;
  char range[120];
  if (row->fallback && *row->fallback) fprintf(out, "  %-10s %s\n", "default", row->fallback);
  if (*cf_schema_range(row, range, sizeof range)) fprintf(out, "  %-10s %s\n", "range", range);
  if (row->type == CF_TYPE_CHOICE) {
    fprintf(out, "  %-10s", "one of");
    for (int i = 0; row->names[i]; i++) fprintf(out, "%s %s", i ? "," : "", row->names[i]);
    fputc('\n', out);
  }
  if (row->dimension != CF_DIM_NONE)
    fprintf(out, "  %-10s %s, for example %s\n", "needs", cf_dimension_name(row->dimension),
            cf_dimension_example(row->dimension));
  if (row->digest_free) fprintf(out, "  %-10s does not change the digest: %s\n", "digest", row->digest_free);
  fprintf(out, "  %-10s %s\n", "means", row->doc);
}

static void print_citation(FILE *out, const cf_citation *c) {
  static const char *const words[] = {"V",      "read in the source", "M", "measured or computed from the source", "A",
                                      "assumed"};
  for (int i = 0; i < 6; i += 2)
    if (c->status && strcmp(c->status, words[i]) == 0) {
      bool lost = i < 4 && !c->locator;
      fprintf(out, "  %-10s %s, %s%s\n", "status", c->status, words[i + 1],
              lost ? "; counts as A, it has no locator" : "");
    }
  if (c->low || c->high) fprintf(out, "  %-10s %s to %s\n", "between", c->low ? c->low : "?", c->high ? c->high : "?");
  if (c->title) fprintf(out, "  %-10s %s\n", "source", c->title);
  if (c->locator) fprintf(out, "  %-10s %s\n", "where", c->locator);
  if (c->evidence) fprintf(out, "  %-10s %s\n", "evidence", c->evidence);
  if (c->note) fprintf(out, "  %-10s %s\n", "note", c->note);
}

static void print_cited(FILE *out, const char *path, const cf_tree_node *model, const cf_tree_node *cited) {
  cf_citation c = cf_catalogue_citation(model, cited);
  fprintf(out, "%s = ", path);
  print_value(out, c.value, cited->row);
  fputc('\n', out);
  print_place(out, "from", c.value);
  print_citation(out, &c);
  print_row(out, cited->row);
}

static void print_children(FILE *out, const char *path, const cf_tree_node *node) {
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    fprintf(out, "  %s.%s", path, child->key);
    if (child->kind == CF_TREE_SCALAR) {
      fputs(" = ", out);
      scalar(out, child, false);
    }
    fputc('\n', out);
  }
  if (!node->model || !node->row) return;
  const cf_schema_shape *shape = cf_catalogue_shape(node->row->kind, node->model);
  for (uint32_t i = 0; i < shape->rows; i++) {
    if (cf_tree_get(node, shape->row[i].key)) continue;
    const cf_tree_node *cited = cf_tree_get(node->model, shape->row[i].key);
    cf_citation c = cf_catalogue_citation(node->model, cited);
    fprintf(out, "  %s.%s", path, shape->row[i].key);
    if (c.value && c.value->kind == CF_TREE_SCALAR) fprintf(out, " = %s", c.value->text);
    fputc('\n', out);
  }
}

/* What a path was found to be. `model`: the root of the file that `node` lies in, when that is a model's. */
typedef struct found {
  const cf_tree_node *node, *parent, *model;
  const cf_schema_row *absent; /* no node, but a key of the model's kind with its default */
} found;

/* The step from a node to its child `key`. */
static found step(found at, const char *key) {
  found next = {.parent = at.node, .model = at.model};
  char one[128];
  snprintf(one, sizeof one, "%s", key);
  next.node = at.node->kind == CF_TREE_LIST ? cf_tree_find(at.node, one) : cf_tree_get(at.node, key);
  if (next.node || !at.node->model) return next;
  next.model = at.node->model;
  next.node = cf_tree_get(at.node->model, key);
  if (!next.node && at.node->row && at.node->row->type == CF_TYPE_MODEL)
    next.absent = cf_schema_find(cf_catalogue_shape(at.node->row->kind, at.node->model), key);
  return next;
}

static found walk(const cf_tree_node *root, const char *path, const char **stuck) {
  found at = {.node = root};
  for (const char *p = path; *p;) {
    char key[128];
    size_t length = strcspn(p, ".");
    *stuck = p;
    if (!at.node || length == 0 || length >= sizeof key) return (found){.parent = at.node};
    memcpy(key, p, length);
    key[length] = '\0';
    found next = step(at, key);
    if (!next.node && !(next.absent && !p[length])) return (found){.parent = at.node};
    at = next;
    p += length;
    if (*p == '.') p++;
  }
  return at;
}

static cf_status not_found(const cf_tree_node *parent, const char *path, const char *stuck, cf_diag *diag) {
  char key[128], hint[160] = "";
  snprintf(key, sizeof key, "%.*s", (int)strcspn(stuck, "."), stuck);
  cf_suggestion suggestion = {.given = key};
  for (const cf_tree_node *c = parent ? parent->first : NULL; c; c = c->next)
    if (c->key) cf_suggest_offer(&suggestion, c->key, 0);
  if (parent && parent->model && parent->row) {
    const cf_schema_shape *shape = cf_catalogue_shape(parent->row->kind, parent->model);
    for (uint32_t i = 0; i < shape->rows; i++) cf_suggest_offer(&suggestion, shape->row[i].key, 0);
  }
  return cf_fail(diag, CF_USAGE, "no value '%.200s' in this scenario: '%s' is unknown%s", path, key,
                 cf_suggest_text(&suggestion, hint, sizeof hint));
}

cf_status cf_show_explain(const cf_scenario *scenario, const char *path, FILE *out, cf_diag *diag) {
  const cf_tree_node *root = scenario->tree->root;
  const char *stuck = path;
  char full[300];
  snprintf(full, sizeof full, "%s", path);
  found at = walk(root, path, &stuck);
  if (!at.node && !at.absent) {
    char below[300];
    const char *further = below;
    snprintf(below, sizeof below, "fleet.%s", path);
    found again = walk(root, below, &further);
    bool nearer = (size_t)(further - below) > (size_t)(stuck - path) + 6;
    if (again.node || again.absent) snprintf(full, sizeof full, "%s", below);
    if (again.node || again.absent || nearer) at = again;
    if (!at.node && !at.absent) return not_found(at.parent, path, nearer ? further : stuck, diag);
  }
  if (at.absent) {
    fprintf(out, "%s = %s\n  %-10s default\n", full, at.absent->fallback ? at.absent->fallback : "none", "from");
    print_row(out, at.absent);
    return finish(out, diag);
  }
  if (at.model && cf_catalogue_citation(at.model, at.node).value) {
    print_cited(out, full, at.model, at.node);
    return finish(out, diag);
  }
  const cf_tree_node *node = at.node;
  if (node->kind == CF_TREE_SCALAR || node->kind == CF_TREE_LIST) {
    fprintf(out, "%s = ", full);
    print_value(out, node, node->row);
    fputc('\n', out);
  } else {
    fprintf(out, "%s\n", *full ? full : "the scenario");
  }
  print_place(out, "from", node);
  print_row(out, node->row);
  if (node->kind == CF_TREE_MAP || node->model) print_children(out, full, node);
  /* An override hides what the model says: tell that too. */
  const cf_tree_node *hidden = at.parent && at.parent->model ? cf_tree_get(at.parent->model, node->key) : NULL;
  cf_citation c = hidden ? cf_catalogue_citation(at.parent->model, hidden) : (cf_citation){0};
  if (c.value && c.value->kind == CF_TREE_SCALAR && hidden != node)
    fprintf(out, "  %-10s %s, %s:%u:%u (%s)\n", "instead of", c.value->text, c.value->where.file, c.value->where.line,
            c.value->where.column, c.status ? c.status : "?");
  return finish(out, diag);
}
