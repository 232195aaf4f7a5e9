#include "config/catalogue.h"

#include "config/check_model.h"
#include "config/fill.h"
#include "config/suggest.h"
#include "config/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const header_keys[] = {"title", "sources", "note", NULL};
static const char *const cited_keys[] = {"value", "low", "high", "status", "source", "note", NULL};
static const char *const source_keys[] = {"title", "locator", "evidence", "note", NULL};

static const char *text_of(const cf_tree_node *map, const char *key) {
  const cf_tree_node *node = cf_tree_get(map, key);
  return node && node->kind == CF_TREE_SCALAR && *node->text ? node->text : NULL;
}

cf_citation cf_catalogue_citation(const cf_tree_node *model_root, const cf_tree_node *cited) {
  cf_citation c = {0};
  if (!cited || cited->kind != CF_TREE_MAP) return c;
  c.value = cf_tree_get(cited, "value");
  c.low = text_of(cited, "low");
  c.high = text_of(cited, "high");
  c.note = text_of(cited, "note");
  c.status = text_of(cited, "status");
  c.source = text_of(cited, "source");
  const cf_tree_node *source = c.source ? cf_tree_get(cf_tree_get(model_root, "sources"), c.source) : NULL;
  c.title = text_of(source, "title");
  c.locator = text_of(source, "locator");
  c.evidence = text_of(source, "evidence");
  return c;
}

const cf_schema_shape *cf_catalogue_shape(cf_model_kind kind, const cf_tree_node *root) {
  const char *variant = cf_schema_models[kind].variant[1] ? text_of(root, "kind") : NULL;
  const cf_schema_shape *shape = cf_schema_variant(kind, variant);
  return shape ? shape : cf_schema_variant(kind, NULL);
}

static bool unknown_keys(cf_load *load, const cf_tree_node *map, const char *const *known, const char *where) {
  bool good = true;
  for (const cf_tree_node *child = map->first; child && !cf_load_full(load); child = child->next) {
    bool found = false;
    for (unsigned i = 0; known[i] && !found; i++) found = strcmp(known[i], child->key) == 0;
    if (found) continue;
    cf_suggestion suggestion = {.given = child->key};
    for (unsigned i = 0; known[i]; i++) cf_suggest_offer(&suggestion, known[i], cf_tree_get(map, known[i]) ? 1 : 0);
    char hint[120];
    good = cf_load_fail(load, child->key_where, "unknown key '%.60s' in '%s'%s", child->key, where,
                        cf_suggest_text(&suggestion, hint, sizeof hint));
  }
  return good;
}

/* Status and source of a cited value or table; *status is what it counts as. */
static bool citation(cf_load *load, const cf_catalogue_file *file, cf_tree_node *cited, const char *key,
                     cf_citation *out, char *status) {
  if (!unknown_keys(load, cited, cited_keys, key)) return false;
  *out = cf_catalogue_citation(file->root, cited);
  const cf_tree_node *said = cf_tree_get(cited, "status");
  if (!out->value) return cf_load_fail(load, cf_fill_place(cited), "'%s' has no value", key);
  if (!out->status)
    return cf_load_fail(load, said ? said->where : cf_fill_place(cited), "'%s' has no status: V, M or A", key);
  if (strlen(out->status) != 1 || !strchr("VMA", out->status[0]))
    return cf_load_fail(load, said->where,
                        "'%.20s' is not a status: V (read in the source), M (measured) or A (assumed)", out->status);
  *status = out->status[0];
  if (!out->source) {
    if (*status == 'A' && out->note) return true;
    return cf_load_fail(load, cf_fill_place(cited), "'%s' has no source%s", key,
                        *status == 'A' ? " and no note that says why this value" : "");
  }
  if (!cf_tree_get(file->sources, out->source)) {
    const cf_tree_node *named = cf_tree_get(cited, "source");
    cf_suggestion suggestion = {.given = out->source};
    for (const cf_tree_node *s = file->sources ? file->sources->first : NULL; s; s = s->next)
      cf_suggest_offer(&suggestion, s->key, 0);
    char hint[120];
    return cf_load_fail(load, named->where, "no source '%.60s' among this file's sources%s", out->source,
                        cf_suggest_text(&suggestion, hint, sizeof hint));
  }
  if (!out->locator) *status = 'A'; /* a claim that nobody can look up is an assumption */
  return true;
}

/* low or high of a cited number: same dimension, in the unit of the value. NAN when absent. */
static bool bound(cf_load *load, const cf_schema_row *row, cf_tree_node *cited, const char *which, const cf_quantity *q,
                  double *out, double *si) {
  *out = *si = NAN;
  cf_tree_node *node = cf_tree_get(cited, which);
  if (!node) return true;
  cf_schema_row plain = *row;
  plain.unstored = true;
  cf_quantity other;
  bool good = cf_fill_plain(load, &plain, node, NULL, &other);
  node->row = row;
  if (!good) return false;
  *si = other.si;
  *out = other.value;
  if (strcmp(other.unit, q->unit) == 0) return true;
  char one[CF_QUANTITY_TEXT], why[CF_QUANTITY_WHY];
  snprintf(one, sizeof one, "1 %s", q->unit);
  cf_quantity unit = {.si = 1};
  /* degC is no multiple of K; everything else is converted by the size of the value's unit. */
  if (row->dimension == CF_DIM_TEMPERATURE)
    *out = strcmp(q->unit, "degC") == 0 ? other.si - 273.15 : other.si;
  else if (cf_quantity_parse(one, row->dimension, &unit, why))
    *out = other.si / unit.si;
  return true;
}

static const char *source_text(const cf_citation *c) {
  if (c->title) return c->title;
  if (c->source) return c->source;
  return c->note ? c->note : "";
}

static bool list_cited(cf_load *load, const char *suffix, const cf_citation *c, char status, double value,
                       const char *unit, double low, double high) {
  char *kept = cf_load_text(load, "%s", unit);
  return kept && cf_load_constant(load, suffix,
                                  (cf_constant){.value = value,
                                                .unit = kept,
                                                .low = low,
                                                .high = high,
                                                .status = status,
                                                .source = source_text(c),
                                                .locator = c->locator ? c->locator : ""});
}

static bool cited_number(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                         void *base) {
  if (node->kind != CF_TREE_MAP)
    return cf_load_fail(load, node->where, "'%s' must say where it comes from: {value: %.60s, status: V, source: ...}",
                        row->key, node->kind == CF_TREE_SCALAR ? node->text : "...");
  cf_citation c;
  char status = 'A';
  cf_quantity q;
  node->row = row;
  if (!citation(load, file, node, row->key, &c, &status)) return false;
  cf_tree_node *value = cf_tree_get(node, "value");
  if (!cf_fill_plain(load, row, value, base, &q)) return false;
  if (row->type != CF_TYPE_QUANTITY && row->type != CF_TYPE_COUNT) return true;
  double low, high, low_si, high_si;
  if (!bound(load, row, node, "low", &q, &low, &low_si) || !bound(load, row, node, "high", &q, &high, &high_si))
    return false;
  if (low_si > q.si) return cf_load_fail(load, cf_tree_get(node, "low")->where, "low is above the value");
  if (high_si < q.si) return cf_load_fail(load, cf_tree_get(node, "high")->where, "high is below the value");
  return list_cited(load, NULL, &c, status, q.value, q.unit, low, high);
}

/* A list under one citation. Elements that have names are listed one by one, others as one table. */
static bool cited_list(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                       void *base) {
  if (node->kind != CF_TREE_MAP)
    return cf_load_fail(load, node->where, "'%s' must say where it comes from: {value: [...], status: V, source: ...}",
                        row->key);
  cf_citation c;
  char status = 'A';
  node->row = row;
  if (!citation(load, file, node, row->key, &c, &status)) return false;
  cf_tree_node *value = cf_tree_get(node, "value");
  if (row->type == CF_TYPE_LIST) {
    if (!cf_fill_value(load, row, value, base)) return false;
  } else if (!cf_fill_list(load, row, value, base)) {
    return false;
  }
  if (!row->names) return list_cited(load, NULL, &c, status, NAN, "table", NAN, NAN);
  const cf_tree_node *element = value->first;
  for (unsigned i = 0; row->names[i] && element; i++, element = element->next) {
    cf_quantity q;
    char why[CF_QUANTITY_WHY];
    if (!cf_quantity_parse(element->text, row->dimension, &q, why)) return false; /* was read above */
    if (!list_cited(load, row->names[i], &c, status, q.value, q.unit, NAN, NAN)) return false;
  }
  return true;
}

static bool cited_map(cf_load *load, const cf_catalogue_file *file, const cf_schema_shape *shape, cf_tree_node *map,
                      void *base);

/* Every inference row, into nothing: only a check. The ones in use are read by cf_catalogue_inference. */
static bool inference_rows(cf_load *load, const cf_catalogue_file *file, cf_tree_node *node) {
  bool good = true;
  node = cf_fill_as_map(load, node);
  bool mute = load->mute;
  load->mute = true;
  for (cf_tree_node *child = node ? node->first : NULL; child; child = child->next) {
    cf_inference_cost scratch;
    size_t back = cf_load_enter(load, child->key);
    cf_tree_node *map = cf_fill_as_map(load, child);
    if (!map || !cited_map(load, file, &cf_schema_inference, map, &scratch)) good = false;
    cf_load_leave(load, back);
  }
  load->mute = mute;
  return good && node;
}

static bool operating_points(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                             cf_device *device) {
  if (node->kind != CF_TREE_LIST || node->children > row->count || node->children == 0)
    return cf_load_fail(load, node->where, "'%s' needs a list of 1 to %u points", row->key, row->count);
  bool good = true;
  uint32_t i = 0;
  device->points = node->children;
  for (cf_tree_node *child = node->first; child; child = child->next, i++) {
    size_t back = cf_load_enter(load, text_of(child, "name") ? text_of(child, "name") : "?");
    cf_tree_node *map = cf_fill_as_map(load, child);
    if (!map || !cited_map(load, file, &cf_schema_point, map, &device->point[i])) good = false;
    cf_load_leave(load, back);
    if (!good) continue;
    if (i == 0 && device->point[0].speed != 1)
      good = cf_load_fail(load, child->where, "the first operating point has speed 1");
    if (i > 0 && !(device->point[i].speed < device->point[i - 1].speed))
      good = cf_load_fail(load, child->where, "operating points must be in order of falling speed");
  }
  return good;
}

static bool cited_part(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                       cf_tree_node *own, void *base);

static bool cited_value(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                        void *base) {
  node->row = row;
  if (row->section == CF_SECTION_INFERENCE) return inference_rows(load, file, node);
  if (row->section == CF_SECTION_POINTS) return operating_points(load, file, row, node, base);
  if (row->plain) return cf_fill_value(load, row, node, base);
  if (row->type == CF_TYPE_LIST || row->type == CF_TYPE_NUMBERS || row->type == CF_TYPE_TABLE)
    return cited_list(load, file, row, node, base);
  return cited_number(load, file, row, node, base);
}

/* A default of a claim about the world is an assumption of the program. */
static bool default_value(cf_load *load, const cf_schema_row *row, void *base) {
  if (!row->fallback) return true;
  cf_quantity q = {0};
  cf_tree_node node = {.kind = CF_TREE_SCALAR, .origin = CF_ORIGIN_DEFAULT, .text = row->fallback};
  if (!cf_fill_plain(load, row, &node, base, &q)) return false;
  if (row->role != CF_ROLE_COST || q.si == 0) return true; /* 0: the model has no such thing */
  cf_citation nobody = {.note = "default"};
  return list_cited(load, NULL, &nobody, 'A', q.value, q.unit, NAN, NAN);
}

static bool cited_rows(cf_load *load, const cf_catalogue_file *file, const cf_schema_shape *shape, cf_tree_node *map,
                       const cf_tree_node *overrides, void *base) {
  bool good = true;
  for (uint32_t i = 0; i < shape->rows && !cf_load_full(load); i++) {
    const cf_schema_row *row = &shape->row[i];
    cf_tree_node *own = cf_tree_get(overrides, row->key);
    cf_tree_node *node = row->scenario_only ? NULL : cf_tree_get(map, row->key);
    size_t back = cf_load_enter(load, row->key);
    bool unread = row->read_of != CF_TIER_ALL && load->tier != CF_TIER_ALL && row->read_of != load->tier;
    bool mute = load->mute;
    load->mute = mute || unread; /* what this tier never reads is no constant of the run */
    if (own) {
      bool composite = row->type == CF_TYPE_LIST || row->type == CF_TYPE_ENTRIES || row->type == CF_TYPE_TABLE ||
                       row->type == CF_TYPE_NUMBERS || row->type == CF_TYPE_WORDS || row->plain;
      if (composite)
        good =
            cf_load_fail(load, own->key_where, "'%s' cannot be overridden in a scenario: write a model file", row->key);
      else if (unread)
        good = cf_load_fail(load, own->key_where, "'%s' is read of %s only, not of a %s", row->key,
                            row->read_of == CF_TIER_NODES ? "nodes" : "hubs",
                            load->tier == CF_TIER_NODES ? "node" : "hub");
      else if (row->type == CF_TYPE_MAP) {
        if (!cited_part(load, file, row, node, own, base)) good = false;
      } else if (!cf_fill_value(load, row, own, base))
        good = false;
      else if (row->role == CF_ROLE_DESIGN && (row->type == CF_TYPE_QUANTITY || row->type == CF_TYPE_COUNT)) {
        cf_quantity q;
        char why[CF_QUANTITY_WHY];
        if (cf_quantity_parse(own->text, row->dimension, &q, why)) {
          char *unit = cf_load_text(load, "%s", q.unit);
          if (!unit || !cf_load_constant(load, NULL,
                                         (cf_constant){.value = q.value,
                                                       .unit = unit,
                                                       .low = NAN,
                                                       .high = NAN,
                                                       .status = 'S',
                                                       .source = "",
                                                       .locator = ""}))
            good = false;
        }
      }
    } else if (node && row->type == CF_TYPE_MAP) {
      if (!cited_part(load, file, row, node, NULL, base)) good = false;
    } else if (node) {
      if (!cited_value(load, file, row, node, base)) good = false;
    } else if (row->presence == CF_PRESENT_DEFAULT) {
      if (!default_value(load, row, base)) good = false;
    }
    load->mute = mute;
    cf_load_leave(load, back);
    if (!own && !node && row->presence == CF_PRESENT_REQUIRED) good = cf_fill_missing(load, shape, map, row->key);
  }
  return good;
}

static bool cited_map(cf_load *load, const cf_catalogue_file *file, const cf_schema_shape *shape, cf_tree_node *map,
                      void *base) {
  bool good = cf_fill_known_keys(load, shape, map, NULL);
  return cited_rows(load, file, shape, map, NULL, base) && good;
}

/* A map inside a model: its rows are cited one by one, and overridden one by one. */
static bool cited_part(cf_load *load, const cf_catalogue_file *file, const cf_schema_row *row, cf_tree_node *node,
                       cf_tree_node *own, void *base) {
  cf_tree_node *map = node ? cf_fill_as_map(load, node) : NULL;
  cf_tree_node *overrides = own ? cf_fill_as_map(load, own) : NULL;
  if ((node && !map) || (own && !overrides)) return false;
  bool good = (!map || cf_fill_known_keys(load, row->shape, map, NULL)) &&
              (!overrides || cf_fill_known_keys(load, row->shape, overrides, NULL));
  if (map) map->row = row;
  if (overrides) overrides->row = row;
  return good && cited_rows(load, file, row->shape, map ? map : overrides, overrides, (char *)base + row->offset);
}

/* Which variant of its kind a file is. */
static bool find_variant(cf_load *load, cf_catalogue_file *file) {
  const cf_schema_model *model = &cf_schema_models[file->kind];
  const cf_tree_node *said = model->variant[1] ? cf_tree_get(file->root, "kind") : NULL;
  const char *names[16] = {NULL};
  for (unsigned i = 0; model->variant[i]; i++) names[i] = model->variant[i]->name;
  int which = said ? cf_fill_choice(load, said, "kind", names) : 0;
  file->shape = which < 0 ? NULL : model->variant[which];
  return file->shape;
}

static bool check_header(cf_load *load, cf_catalogue_file *file) {
  const cf_schema_model *model = &cf_schema_models[file->kind];
  cf_tree_node *root = file->root;
  if (root->kind != CF_TREE_MAP) return cf_load_fail(load, root->where, "a model file is a map");
  const cf_tree_node *first = root->first;
  if (!first || strcmp(first->key, model->kind) != 0)
    return cf_load_fail(load, first ? first->key_where : root->where, "the first key must be '%s: %s'", model->kind,
                        file->name);
  if (first->kind != CF_TREE_SCALAR || strcmp(first->text, file->name) != 0)
    return cf_load_fail(load, first->where, "the name must be that of the file, '%s'", file->name);
  file->sources = cf_tree_get(root, "sources");
  bool good = true;
  if (!find_variant(load, file)) return false;
  if (!text_of(root, "title")) good = cf_load_fail(load, root->where, "the model has no title");
  if (file->sources && file->sources->kind != CF_TREE_MAP)
    return cf_load_fail(load, file->sources->where, "'sources' needs a map");
  for (const cf_tree_node *s = file->sources ? file->sources->first : NULL; s; s = s->next) {
    if (s->kind != CF_TREE_MAP)
      good = cf_load_fail(load, s->where, "a source is a map {title, locator, evidence}");
    else if (!text_of(s, "title"))
      good = cf_load_fail(load, s->key_where, "source '%.60s' has no title", s->key);
    else if (!unknown_keys(load, s, source_keys, s->key))
      good = false;
  }
  const char *also[8] = {model->kind};
  for (unsigned i = 0; header_keys[i]; i++) also[i + 1] = header_keys[i];
  if (!cf_fill_known_keys(load, file->shape, root, also)) good = false;
  for (uint32_t i = 0; i < file->shape->rows; i++) {
    const cf_tree_node *node = cf_tree_get(root, file->shape->row[i].key);
    if (node && file->shape->row[i].scenario_only)
      good = cf_load_fail(load, node->key_where, "'%s' belongs into a scenario, not into a model", node->key);
  }
  return good;
}

/* Reads the whole file once and tells everything that is wrong with it. */
static void check_file(cf_load *load, cf_catalogue_file *file) {
  unsigned errors = load->diag->errors;
  void *scratch = cf_load_zero(load, cf_schema_variant(file->kind, NULL)->size);
  bool mute = load->mute;
  char path[CF_LOAD_PATH];
  memcpy(path, load->path, sizeof path);
  load->path[0] = '\0';
  load->mute = true;
  if (scratch && check_header(load, file) && cited_rows(load, file, file->shape, file->root, NULL, scratch))
    cf_check_model(load, file, NULL, scratch);
  load->mute = mute;
  memcpy(load->path, path, sizeof path);
  file->bad = load->diag->errors != errors;
}

enum { NAMES_TOLD = 8 };

typedef struct name_search {
  cf_suggestion suggestion;
  char best[104];
  char list[NAMES_TOLD * 104];
  unsigned count;
} name_search;

static bool stem(const char *name, char *out, size_t size) {
  size_t length = strlen(name);
  if (length <= 5 || length - 5 >= size || strcmp(name + length - 5, ".yaml") != 0) return false;
  memcpy(out, name, length - 5);
  out[length - 5] = '\0';
  return true;
}

static void offer_file(void *self, const char *name) {
  name_search *search = self;
  char word[104];
  if (!stem(name, word, sizeof word)) return;
  size_t length = strlen(search->list);
  if (search->count++ < NAMES_TOLD)
    snprintf(search->list + length, sizeof search->list - length, "%s%s", length ? ", " : "", word);
  const char *before = search->suggestion.best;
  cf_suggest_offer(&search->suggestion, word, 0);
  if (search->suggestion.best != before) { /* the word is the reader's; keep it */
    memcpy(search->best, word, sizeof word);
    search->suggestion.best = search->best;
  }
}

static cf_catalogue_file *get(cf_load *load, cf_model_kind kind, const cf_tree_node *name) {
  const cf_schema_model *model = &cf_schema_models[kind];
  for (cf_catalogue_file *f = load->models; f; f = f->next)
    if (f->kind == kind && strcmp(f->name, name->text) == 0) return f;
  if (!cf_load_is_name(name->text)) {
    cf_load_fail(load, name->where, "'%.60s' is not the name of a model", name->text);
    return NULL;
  }
  char *path = cf_load_text(load, "%s/%s/%s.yaml", load->models_dir, model->folder, name->text);
  char *stored_as = cf_load_text(load, "models/%s/%s.yaml", model->folder, name->text);
  cf_catalogue_file *file = cf_load_zero(load, sizeof *file);
  if (!path || !stored_as || !file) return NULL;
  cf_diag trouble;
  cf_diag_init(&trouble);
  cf_diag *diag = load->diag;
  load->diag = &trouble;
  const cf_input_file *input = cf_load_file(load, path, stored_as, name->where);
  load->diag = diag;
  if (!input) {
    char folder[600], hint[120];
    snprintf(folder, sizeof folder, "%.400s/%s", load->models_dir, model->folder);
    name_search search = {.suggestion = {.given = name->text}};
    load->reader.list(load->reader.self, folder, offer_file, &search);
    if (trouble.status == CF_IO)
      cf_load_fail(load, name->where, "no %s model '%s' in %.200s%s%s%s%s", model->kind, name->text, folder,
                   cf_suggest_text(&search.suggestion, hint, sizeof hint), search.count ? ": " : "", search.list,
                   search.count > NAMES_TOLD ? ", ..." : "");
    else
      cf_tree_fail(diag, trouble.status, name->where, "%s", trouble.entry[0].text);
    return NULL;
  }
  *file = (cf_catalogue_file){.next = load->models, .kind = kind, .name = name->text, .path = path, .bad = true};
  load->models = file;
  cf_yaml_text text = {.file = path, .bytes = input->bytes, .length = input->length, .origin = CF_ORIGIN_MODEL};
  if (cf_yaml_parse(&load->tree, &text, &file->root, load->diag) == CF_OK) check_file(load, file);
  return file;
}

/* The variant that most of the overriding keys belong to, where the model itself is not known. */
static const cf_schema_shape *likely_variant(cf_model_kind kind, const cf_tree_node *reference) {
  const cf_schema_shape *const *variant = cf_schema_models[kind].variant, *best = *variant;
  unsigned most = 0;
  for (; *variant; variant++) {
    unsigned known = 0;
    for (const cf_tree_node *child = reference->first; child; child = child->next)
      known += cf_schema_find(*variant, child->key) != NULL;
    if (known > most) best = *variant;
    if (known > most) most = known;
  }
  return best;
}

static bool known_overrides(cf_load *load, const cf_schema_shape *shape, const cf_tree_node *reference) {
  static const char *const also[] = {"model", NULL};
  return cf_fill_known_keys(load, shape, reference, also);
}

bool cf_catalogue_use(cf_load *load, cf_model_kind kind, cf_tree_node *reference, void *out) {
  const cf_schema_model *model = &cf_schema_models[kind];
  const cf_tree_node *name = reference, *overrides = NULL;
  if (reference->kind == CF_TREE_MAP) {
    name = cf_tree_get(reference, "model");
    overrides = reference;
    if (!name) {
      known_overrides(load, likely_variant(kind, reference), reference);
      return cf_fill_missing(load, NULL, reference, "model");
    }
  }
  if (name->kind != CF_TREE_SCALAR || cf_tree_is_null(name))
    return cf_load_fail(load, name->where, "needs the name of a %s model, or a map with 'model'", model->kind);
  cf_catalogue_file *file = get(load, kind, name);
  if (!file || file->bad) {
    if (overrides) known_overrides(load, likely_variant(kind, reference), reference);
    return false;
  }
  const cf_schema_shape *shape = file->shape;
  if (overrides && !known_overrides(load, shape, reference)) return false;
  void *made = cf_load_zero(load, shape->size);
  if (!made) return false;
  memcpy((char *)made + shape->name_offset, &file->name, sizeof file->name);
  if (!cited_rows(load, file, shape, file->root, overrides, made)) return false;
  if (overrides && !cf_check_model(load, file, overrides, made)) return false;
  reference->model = file->root;
  memcpy(out, &made, sizeof made);
  return true;
}

bool cf_catalogue_inference(cf_load *load, const cf_tree_node *device, const cf_tree_node *model,
                            cf_inference_cost *cost) {
  const char *name = cost->model->name;
  const cf_catalogue_file *file = load->models;
  while (file && file->root != device->model) file = file->next;
  if (!file) return false;
  const cf_tree_node *rows = cf_tree_get(file->root, "inference");
  cf_tree_node *row = cf_tree_get(rows, name);
  if (!row) {
    cf_suggestion suggestion = {.given = name};
    char list[240] = "", hint[120];
    for (const cf_tree_node *r = rows ? rows->first : NULL; r; r = r->next) {
      cf_suggest_offer(&suggestion, r->key, 0);
      size_t n = strlen(list);
      snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", r->key);
    }
    const cf_tree_node *at = model->kind == CF_TREE_MAP ? cf_tree_get(model, "model") : model;
    return cf_load_fail(load, at->where, "device '%s' has no inference row for '%s'%s; it has: %s", file->name, name,
                        cf_suggest_text(&suggestion, hint, sizeof hint), *list ? list : "none");
  }
  return cited_map(load, file, &cf_schema_inference, row, cost);
}

/* ---- the whole catalogue ---- */
static bool start_alone(cf_load *load, const char *models_dir, const cf_reader *reader, cf_diag *diag) {
  *load = (cf_load){.arena = cf_arena_create(0), .diag = diag, .models_dir = models_dir, .mute = true};
  load->reader = reader ? *reader : cf_reader_disk();
  load->tree.arena = load->arena;
  if (!load->arena) cf_fail(diag, CF_INTERNAL, "no memory");
  return load->arena;
}

cf_status cf_catalogue_check(const char *models_dir, const cf_reader *reader, const char *kind, const char *name,
                             cf_diag *diag) {
  cf_load load;
  unsigned errors = diag->errors;
  if (!start_alone(&load, models_dir, reader, diag)) return CF_INTERNAL;
  cf_tree_node node = {.kind = CF_TREE_SCALAR, .text = name};
  int k = 0;
  while (k < CF_MODEL_KINDS && strcmp(cf_schema_models[k].kind, kind) != 0) k++;
  if (k == CF_MODEL_KINDS)
    cf_fail(diag, CF_USAGE, "no model kind '%.60s'", kind);
  else
    get(&load, (cf_model_kind)k, &node);
  cf_arena_destroy(load.arena);
  return diag->errors == errors ? CF_OK : diag->status;
}

typedef struct folder_walk {
  void (*each)(void *self, const char *kind, const char *name);
  void *self;
  const char *kind;
} folder_walk;

static void walk_file(void *self, const char *file_name) {
  const folder_walk *walk = self;
  char name[104];
  if (stem(file_name, name, sizeof name)) walk->each(walk->self, walk->kind, name);
}

void cf_catalogue_each(const char *models_dir, const cf_reader *reader,
                       void (*each)(void *self, const char *kind, const char *name), void *self) {
  cf_reader from = reader ? *reader : cf_reader_disk();
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    char folder[600];
    snprintf(folder, sizeof folder, "%.400s/%s", models_dir, cf_schema_models[k].folder);
    folder_walk walk = {.each = each, .self = self, .kind = cf_schema_models[k].kind};
    from.list(from.self, folder, walk_file, &walk);
  }
}

typedef struct list_walk {
  const char *models_dir;
  const cf_reader *reader;
  cf_diag *diag;
  FILE *out;
} list_walk;

static void list_one(void *self, const char *kind, const char *name) {
  const list_walk *walk = self;
  cf_load load;
  if (!start_alone(&load, walk->models_dir, walk->reader, walk->diag)) return;
  cf_tree_node node = {.kind = CF_TREE_SCALAR, .text = name};
  int k = 0;
  while (strcmp(cf_schema_models[k].kind, kind) != 0) k++;
  const cf_catalogue_file *file = get(&load, (cf_model_kind)k, &node);
  const char *title = file ? text_of(file->root, "title") : NULL;
  fprintf(walk->out, "%-10s %-28s %s\n", kind, name, title ? title : "");
  cf_arena_destroy(load.arena);
}

cf_status cf_catalogue_list(const char *models_dir, const cf_reader *reader, FILE *out, cf_diag *diag) {
  unsigned errors = diag->errors;
  list_walk walk = {.models_dir = models_dir, .reader = reader, .diag = diag, .out = out};
  cf_catalogue_each(models_dir, reader, list_one, &walk);
  return diag->errors == errors ? CF_OK : diag->status;
}
