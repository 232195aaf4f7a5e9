#include "config/fill.h"

#include "base/civil.h"
#include "config/catalogue.h"
#include "config/sections.h"
#include "config/suggest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

cf_source cf_fill_place(const cf_tree_node *map) {
  if (map->key && map->key_where.column) return map->key_where;
  return map->where;
}

static void *field(const cf_schema_row *row, void *base) { return (char *)base + row->offset; }

static void store(const cf_schema_row *row, void *base, const void *value, size_t size) {
  if (!row->unstored) memcpy(field(row, base), value, size);
}

static const char *kind_words(const cf_tree_node *node) {
  return node->kind == CF_TREE_MAP ? "a map" : node->kind == CF_TREE_LIST ? "a list" : "a single value";
}

/* The text of a single value; NULL when there is none, which is an error then. */
static const char *want_scalar(cf_load *load, const cf_schema_row *row, const cf_tree_node *node) {
  if (node->kind != CF_TREE_SCALAR) {
    cf_load_fail(load, node->where, "'%s' needs a single value, not %s", row->key, kind_words(node));
    return NULL;
  }
  if (cf_tree_is_null(node) && row->type != CF_TYPE_TEXT) {
    cf_load_fail(load, node->where, "'%s' has no value", row->key);
    return NULL;
  }
  return node->text;
}

cf_tree_node *cf_fill_as_map(cf_load *load, cf_tree_node *node) {
  if (node->kind == CF_TREE_SCALAR && cf_tree_is_null(node)) {
    node->kind = CF_TREE_MAP;
    node->text = NULL;
  }
  if (node->kind == CF_TREE_MAP) return node;
  char here[CF_LOAD_PATH];
  cf_load_fail(load, node->where, "%s needs a map, not %s", cf_load_here(load, here, sizeof here), kind_words(node));
  return NULL;
}

int cf_fill_choice(cf_load *load, const cf_tree_node *node, const char *what, const char *const *names) {
  char list[200] = "", hint[120];
  cf_suggestion suggestion = {.given = node->kind == CF_TREE_SCALAR ? node->text : ""};
  for (int i = 0; names[i]; i++) {
    if (node->kind == CF_TREE_SCALAR && strcmp(names[i], node->text) == 0) return i;
    cf_suggest_offer(&suggestion, names[i], 0);
    size_t n = strlen(list);
    snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", names[i]);
  }
  if (node->kind != CF_TREE_SCALAR)
    cf_load_fail(load, node->where, "'%s' needs a single value, not %s: %s", what, kind_words(node), list);
  else
    cf_load_fail(load, node->where, "'%.60s' is not a %s%s: %s", node->text, what,
                 cf_suggest_text(&suggestion, hint, sizeof hint), list);
  return -1;
}

static bool out_of_range(cf_load *load, const cf_schema_row *row, const cf_tree_node *node) {
  char range[120];
  return cf_load_fail(load, node->where, "'%.60s' is out of range: '%s' must be %s", node->text, row->key,
                      cf_schema_range(row, range, sizeof range));
}

/* A number with its unit, inside the row's range. */
static bool quantity(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, cf_quantity *out) {
  char why[CF_QUANTITY_WHY];
  if (!want_scalar(load, row, node)) return false;
  if (!cf_quantity_parse(node->text, row->dimension, out, why))
    return cf_load_fail(load, node->where, "'%s': %s", row->key, why);
  return cf_schema_in_range(row, out->si) || out_of_range(load, row, node);
}

static bool ticks(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, cf_quantity *out, int64_t *ns) {
  if (!quantity(load, row, node, out)) return false;
  double exact = floor(out->si * 1e9 + 0.5);
  if (!(fabs(exact) <= 9.2e18)) return cf_load_fail(load, node->where, "'%.60s' is longer than 292 years", node->text);
  *ns = (int64_t)exact;
  if (out->si > 0 && *ns == 0)
    return cf_load_fail(load, node->where, "'%.60s' is shorter than a nanosecond", node->text);
  return true;
}

static bool whole(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, uint64_t most, uint64_t *out) {
  const char *text = node->text;
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || text[digits] || (digits > 1 && text[0] == '0'))
    return cf_load_fail(load, node->where, "'%s' needs a whole number, not '%.60s'", row->key, text);
  uint64_t value = 0;
  for (size_t i = 0; i < digits; i++) {
    uint64_t digit = (uint64_t)(text[i] - '0');
    if (value > (most - digit) / 10) return cf_load_fail(load, node->where, "'%.60s' is too large", text);
    value = value * 10 + digit;
  }
  *out = value;
  return true;
}

static bool count(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, cf_quantity *q, uint32_t *out) {
  if (row->dimension == CF_DIM_INFORMATION) {
    if (!quantity(load, row, node, q)) return false;
    if (q->si != floor(q->si) || q->si < 0 || q->si > UINT32_MAX)
      return cf_load_fail(load, node->where, "'%s' needs whole bytes, not '%.60s'", row->key, node->text);
    *out = (uint32_t)q->si;
    return true;
  }
  uint64_t value = 0;
  if (!want_scalar(load, row, node) || !whole(load, row, node, UINT32_MAX, &value)) return false;
  q->si = q->value = (double)value;
  *out = (uint32_t)value;
  return cf_schema_in_range(row, q->si) || out_of_range(load, row, node);
}

static bool boolean(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, bool *out) {
  static const char *const words[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
  for (int i = 0; i < 6 && !node->quoted; i++)
    if (strcmp(node->text, words[i]) == 0) {
      *out = i < 3;
      return true;
    }
  return cf_load_fail(load, node->where, "'%s' needs true or false, not '%.60s'", row->key, node->text);
}

static bool digits_at(const char *text, unsigned from, unsigned n, int *out) {
  *out = 0;
  for (unsigned i = from; i < from + n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return true;
}

static bool parse_instant(const char *text, int64_t *out) {
  int year, month, day, hour = 0, minute = 0, second = 0;
  size_t length = strlen(text);
  if (length != 10 && length != 20) return false;
  if (!digits_at(text, 0, 4, &year) || text[4] != '-' || !digits_at(text, 5, 2, &month) || text[7] != '-' ||
      !digits_at(text, 8, 2, &day))
    return false;
  if (length == 20 && ((text[10] != 'T' && text[10] != 't') || !digits_at(text, 11, 2, &hour) || text[13] != ':' ||
                       !digits_at(text, 14, 2, &minute) || text[16] != ':' || !digits_at(text, 17, 2, &second) ||
                       (text[19] != 'Z' && text[19] != 'z')))
    return false;
  if (year < 1900 || month < 1 || month > 12) return false;
  if (day < 1 || (uint32_t)day > cf_civil_month_days(year, (uint32_t)month)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  *out = cf_civil_days(year, (uint32_t)month, (uint32_t)day) * CF_DAY_S + hour * 3600 + minute * 60 + second;
  return true;
}

static bool choice(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, void *base) {
  int index = cf_fill_choice(load, node, row->entry ? row->entry : row->key, row->names);
  if (index < 0) return false;
  uint8_t byte = (uint8_t)index;
  uint32_t word = (uint32_t)index;
  if (row->size == 1)
    store(row, base, &byte, 1);
  else
    store(row, base, &word, sizeof word);
  return true;
}

bool cf_fill_plain(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base, cf_quantity *written) {
  cf_quantity local = {0};
  cf_quantity *q = written ? written : &local;
  *q = (cf_quantity){0};
  node->row = row;
  const char *text = want_scalar(load, row, node);
  if (!text) return false;
  uint32_t small = 0;
  uint64_t large = 0;
  int64_t wide = 0;
  bool flag = false;
  switch (row->type) {
    case CF_TYPE_QUANTITY:
      if (!quantity(load, row, node, q)) return false;
      store(row, base, &q->si, sizeof q->si);
      return true;
    case CF_TYPE_TICKS:
      if (!ticks(load, row, node, q, &wide)) return false;
      store(row, base, &wide, sizeof wide);
      return true;
    case CF_TYPE_COUNT:
      if (!count(load, row, node, q, &small)) return false;
      store(row, base, &small, sizeof small);
      return true;
    case CF_TYPE_SEED:
      if (!whole(load, row, node, UINT64_MAX, &large)) return false;
      store(row, base, &large, sizeof large);
      return true;
    case CF_TYPE_BOOL:
      if (!boolean(load, row, node, &flag)) return false;
      store(row, base, &flag, sizeof flag);
      return true;
    case CF_TYPE_NAME:
      if (!cf_load_is_name(node->text))
        return cf_load_fail(load, node->where, "'%s' may have letters, digits, '.', '_' and '-' only, and at most 100",
                            row->key);
      store(row, base, &node->text, sizeof node->text);
      return true;
    case CF_TYPE_FILE:
      if (!*text) return cf_load_fail(load, node->where, "'%s' needs the name of a file", row->key);
      return true;
    case CF_TYPE_TEXT:
    case CF_TYPE_ANY:
      store(row, base, &node->text, sizeof node->text);
      return true;
    case CF_TYPE_CHOICE:
      return choice(load, row, node, base);
    case CF_TYPE_INSTANT:
      if (!parse_instant(node->text, &wide))
        return cf_load_fail(load, node->where, "'%s' needs an instant such as 2026-03-01T00:00:00Z, not '%.60s'",
                            row->key, node->text);
      store(row, base, &wide, sizeof wide);
      return true;
    default:
      return cf_load_fail(load, node->where, "'%s' cannot be a single value", row->key);
  }
}

/* A number that the author puts in the place of a cited one, or claims of the world, is an assumption. */
static bool list_own(cf_load *load, const cf_schema_row *row, const cf_tree_node *node, const cf_quantity *q) {
  if (node->origin == CF_ORIGIN_DEFAULT && q->si == 0) return true; /* no such thing in this scenario */
  char *unit = cf_load_text(load, "%s", q->unit);
  return unit &&
         cf_load_constant(load, NULL,
                          (cf_constant){.value = q->value,
                                        .unit = unit,
                                        .low = NAN,
                                        .high = NAN,
                                        .status = row->role == CF_ROLE_COST ? 'A' : 'S',
                                        .source = node->origin == CF_ORIGIN_DEFAULT ? "default" : "the scenario",
                                        .locator = ""});
}

static bool variation(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  static const char *const factor_names[] = {"lognormal", "uniform", NULL};
  static const char *const addend_names[] = {"normal", "uniform", NULL};
  bool factor = row->dimension == CF_DIM_NONE;
  const char *const *names = factor ? factor_names : addend_names;
  cf_variation out = {.kind = CF_SAME};
  node = cf_fill_as_map(load, node);
  if (!node) return false;
  if (node->children != 1)
    return cf_load_fail(load, node->where, "'%s' needs one distribution: {%s: ...} or {uniform: [low, high]}", row->key,
                        names[0]);
  cf_tree_node *child = node->first;
  cf_tree_node key = {.kind = CF_TREE_SCALAR, .text = child->key, .where = child->key_where};
  int which = cf_fill_choice(load, &key, "distribution", names);
  if (which < 0) return false;
  cf_schema_row number = {
      .key = child->key, .type = CF_TYPE_QUANTITY, .dimension = row->dimension, .unstored = true, .role = row->role};
  cf_quantity q[2] = {{0}};
  size_t back = cf_load_enter(load, child->key);
  bool good;
  if (which == 0) {
    number.ranged = true;
    number.max = factor ? 10 : 100;
    good = cf_fill_plain(load, &number, child, base, &q[0]) && list_own(load, row, child, &q[0]);
    child->row = row; /* not the local one */
    out = (cf_variation){.kind = factor ? CF_LOGNORMAL : CF_NORMAL, .a = q[0].si};
  } else if (child->kind != CF_TREE_LIST || child->children != 2) {
    good = cf_load_fail(load, child->where, "'uniform' needs [low, high]");
  } else {
    number.ranged = true;
    number.min_open = factor;
    number.min = factor ? -1 : -100;
    number.max = factor ? 10 : 100;
    static const char *const ends[] = {"low", "high"};
    good = true;
    cf_tree_node *element = child->first;
    for (int i = 0; i < 2; i++, element = element->next) {
      size_t inner = cf_load_enter(load, ends[i]);
      if (!cf_fill_plain(load, &number, element, base, &q[i]) || !list_own(load, row, element, &q[i])) good = false;
      element->row = row;
      cf_load_leave(load, inner);
    }
    if (good && !(q[0].si < q[1].si)) good = cf_load_fail(load, child->where, "'uniform' needs low below high");
    out = (cf_variation){.kind = CF_UNIFORM, .a = q[0].si, .b = q[1].si};
  }
  cf_load_leave(load, back);
  if (good) store(row, base, &out, sizeof out);
  return good;
}

static bool numbers(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  double *out = field(row, base);
  if (node->children != row->count)
    return cf_load_fail(load, node->where, "'%s' needs %u numbers, not %u", row->key, row->count, node->children);
  bool good = true;
  uint32_t i = 0;
  for (const cf_tree_node *child = node->first; child; child = child->next, i++) {
    cf_quantity q;
    if (quantity(load, row, child, &q))
      out[i] = q.si;
    else
      good = false;
  }
  return good;
}

static bool words(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  const char **out = field(row, base);
  if (node->children != row->count)
    return cf_load_fail(load, node->where, "'%s' needs %u names, not %u", row->key, row->count, node->children);
  uint32_t i = 0;
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    if (child->kind != CF_TREE_SCALAR || !cf_load_is_name(child->text))
      return cf_load_fail(load, child->where, "'%s' needs plain names", row->key);
    out[i++] = child->text;
  }
  return true;
}

/* One pair of a table, against what the row asks of its pairs. */
static bool table_pair(cf_load *load, const cf_schema_row *row, const cf_tree_node *pair, cf_table *out) {
  const cf_schema_row *result = row->result ? row->result : row;
  uint32_t n = out->count;
  if (pair->kind != CF_TREE_LIST || pair->children != 2)
    return cf_load_fail(load, pair->where, "'%s' needs pairs [%s, %s]", row->key,
                        row->result ? cf_dimension_name(row->dimension) : "input",
                        row->result ? cf_dimension_name(result->dimension) : "output");
  cf_quantity x, y;
  if (!quantity(load, row, pair->first, &x) || !quantity(load, result, pair->last, &y)) return false;
  if ((row->table & CF_TABLE_FROM_ORIGIN) && n == 0 && (x.si != 0 || y.si != 0))
    return cf_load_fail(load, pair->where, "'%s' must start with no input and no output", row->key);
  if ((row->table & CF_TABLE_WHOLE) && n == 0 && x.si != 0)
    return cf_load_fail(load, pair->first->where, "'%s' must start at 0", row->key);
  if (!(row->table & CF_TABLE_UNORDERED) && n && !(x.si > out->x[n - 1]))
    return cf_load_fail(load, pair->first->where, "'%s': inputs must rise", row->key);
  if ((row->table & CF_TABLE_LOSSY) && y.si > x.si)
    return cf_load_fail(load, pair->last->where, "'%s': more comes out than goes in", row->key);
  if ((row->table & CF_TABLE_NOT_FALLING) && n && y.si < out->y[n - 1])
    return cf_load_fail(load, pair->last->where, "'%s': outputs must not fall", row->key);
  if ((row->table & CF_TABLE_NOT_RISING) && n && y.si > out->y[n - 1])
    return cf_load_fail(load, pair->last->where, "'%s': outputs must not rise", row->key);
  out->x[n] = x.si;
  out->y[n] = y.si;
  out->count++;
  return true;
}

static bool table(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  cf_table *out = field(row, base);
  if (node->children < row->least || node->children > row->count)
    return cf_load_fail(load, node->where, "'%s' needs %u to %u pairs, not %u", row->key, row->least, row->count,
                        node->children);
  out->count = 0;
  for (const cf_tree_node *pair = node->first; pair; pair = pair->next)
    if (!table_pair(load, row, pair, out)) return false;
  if ((row->table & CF_TABLE_WHOLE) && out->x[out->count - 1] != 1)
    return cf_load_fail(load, node->last->first->where, "'%s' must end at 1", row->key);
  return true;
}

bool cf_fill_list(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  node->row = row;
  if (node->kind != CF_TREE_LIST)
    return cf_load_fail(load, node->where, "'%s' needs a list, not %s", row->key, kind_words(node));
  if (row->type == CF_TYPE_NUMBERS) return numbers(load, row, node, base);
  if (row->type == CF_TYPE_WORDS) return words(load, row, node, base);
  return table(load, row, node, base);
}

/* The map that a single value stands for. A setting below such a value has made {model: value} of it. */
static cf_tree_node *long_form(cf_load *load, const cf_schema_row *row, cf_tree_node *node) {
  cf_tree_node *made = cf_tree_get(node, "model");
  if (made && !cf_schema_find(row->shape, "model")) made->key = row->brief;
  if (node->kind != CF_TREE_SCALAR || cf_tree_is_null(node)) return cf_fill_as_map(load, node);
  cf_tree_node *value = cf_tree_scalar(&load->tree, node->text, node->origin, node->where);
  if (!value) {
    cf_load_fail(load, node->where, "too many values, or no memory");
    return NULL;
  }
  value->quoted = node->quoted;
  node->kind = CF_TREE_MAP;
  node->text = NULL;
  cf_tree_put(&load->tree, node, row->brief, node->where, value);
  return node;
}

bool cf_fill_value(cf_load *load, const cf_schema_row *row, cf_tree_node *node, void *base) {
  cf_quantity q;
  node->row = row;
  switch (row->type) {
    case CF_TYPE_MAP: {
      cf_tree_node *map = row->brief ? long_form(load, row, node) : cf_fill_as_map(load, node);
      return map && cf_fill_map(load, row->shape, map, field(row, base));
    }
    case CF_TYPE_MODEL:
      return cf_catalogue_use(load, row->kind, node, field(row, base));
    case CF_TYPE_VARIATION:
      return variation(load, row, node, base);
    case CF_TYPE_WORDS:
    case CF_TYPE_NUMBERS:
    case CF_TYPE_TABLE:
      if (!cf_fill_list(load, row, node, base)) return false;
      return row->role != CF_ROLE_COST || list_own(load, row, node, &(cf_quantity){.value = NAN, .unit = "table"});
    case CF_TYPE_LIST:
    case CF_TYPE_ENTRIES:
      return cf_section_fill(load, row, node, base);
    case CF_TYPE_FILES:
      return true; /* was read before */
    default:
      if (!cf_fill_plain(load, row, node, base, &q)) return false;
      return row->role != CF_ROLE_COST || list_own(load, row, node, &q);
  }
}

bool cf_fill_known_keys(cf_load *load, const cf_schema_shape *shape, const cf_tree_node *map, const char *const *also) {
  bool good = true;
  for (const cf_tree_node *child = map->first; child && !cf_load_full(load); child = child->next) {
    if (cf_schema_find(shape, child->key)) continue;
    bool known = false;
    for (unsigned i = 0; also && also[i]; i++) known = known || strcmp(also[i], child->key) == 0;
    if (known) continue;
    cf_suggestion suggestion = {.given = child->key};
    /* A key that is there already is less likely to be the one that was meant. */
    for (uint32_t i = 0; i < shape->rows; i++)
      cf_suggest_offer(&suggestion, shape->row[i].key, cf_tree_get(map, shape->row[i].key) ? 1 : 0);
    for (unsigned i = 0; also && also[i]; i++)
      cf_suggest_offer(&suggestion, also[i], cf_tree_get(map, also[i]) ? 1 : 0);
    char here[CF_LOAD_PATH], hint[120];
    good = cf_load_fail(load, child->key_where, "unknown key '%.60s' in %s%s", child->key,
                        cf_load_here(load, here, sizeof here), cf_suggest_text(&suggestion, hint, sizeof hint));
  }
  return good;
}

bool cf_fill_missing(cf_load *load, const cf_schema_shape *shape, const cf_tree_node *map, const char *key) {
  for (const cf_tree_node *child = shape ? map->first : NULL; child; child = child->next)
    if (!cf_schema_find(shape, child->key) && cf_suggest_distance(child->key, key, 1) <= 1) return false;
  char here[CF_LOAD_PATH];
  return cf_load_fail(load, cf_fill_place(map), "key '%s' is missing in %s", key,
                      cf_load_here(load, here, sizeof here));
}

/* A value that is not written: nothing, an error, or its default, which then stands in the tree. */
static bool fill_absent(cf_load *load, const cf_schema_shape *shape, const cf_schema_row *row, cf_tree_node *map,
                        void *base) {
  if (row->presence == CF_PRESENT_OPTIONAL) return true;
  if (row->presence == CF_PRESENT_REQUIRED) return cf_fill_missing(load, shape, map, row->key);
  cf_source where = cf_fill_place(map);
  cf_tree_node *node = row->type == CF_TYPE_MAP || row->type == CF_TYPE_ENTRIES
                           ? cf_tree_map(&load->tree, CF_ORIGIN_DEFAULT, where)
                           : cf_tree_scalar(&load->tree, row->fallback, CF_ORIGIN_DEFAULT, where);
  if (!node || !cf_tree_put(&load->tree, map, row->key, where, node))
    return cf_load_fail(load, where, "too many values, or no memory");
  if (node->text && !*node->text) {
    node->quoted = true;
    node->row = row;
    store(row, base, &node->text, sizeof node->text);
    return true;
  }
  size_t back = cf_load_enter(load, row->key);
  bool good = cf_fill_value(load, row, node, base);
  cf_load_leave(load, back);
  return good;
}

bool cf_fill_map(cf_load *load, const cf_schema_shape *shape, cf_tree_node *map, void *base) {
  bool good = cf_fill_known_keys(load, shape, map, NULL);
  for (uint32_t i = 0; i < shape->rows && !cf_load_full(load); i++) {
    const cf_schema_row *row = &shape->row[i];
    cf_tree_node *node = cf_tree_get(map, row->key);
    size_t back = cf_load_enter(load, row->key);
    if (node && !cf_fill_value(load, row, node, base)) good = false;
    cf_load_leave(load, back);
    if (!node && !fill_absent(load, shape, row, map, base)) good = false;
  }
  return good;
}
