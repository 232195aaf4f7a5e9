#include "config/plan_axis.h"

#include "base/remath.h"
#include "config/decimal.h"
#include "config/fill.h"
#include "config/flow.h"
#include "config/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- two ends ---- */

/* `from` and `to` of a map that has them. */
typedef struct ends {
  cf_measure first; /* its number is the low end */
  double high;
  const cf_tree_node *from, *to;
  const char *unit;
} ends;

static bool read_ends(cf_load *load, const cf_tree_node *map, ends *out) {
  char why[CF_QUANTITY_WHY];
  out->from = cf_tree_get(map, "from");
  out->to = cf_tree_get(map, "to");
  if (!cf_measure_parse(out->from->text, &out->first))
    return cf_load_fail(load, out->from->where, "'from' needs a number, with its unit if it has one, not '%.60s'",
                        out->from->text);
  if (!cf_measure_like(&out->first, out->to->text, &out->high, why))
    return cf_load_fail(load, out->to->where, "'to' differs from 'from' in kind: %s", why);
  if (!(out->first.number < out->high))
    return cf_load_fail(load, out->to->where, "'to' must be above 'from': '%.60s' is not above '%.60s'", out->to->text,
                        out->from->text);
  if (!isfinite(out->high - out->first.number)) return cf_load_fail(load, out->to->where, "the ends are too far apart");
  out->unit = cf_load_text(load, "%s", out->first.unit);
  return out->unit != NULL;
}

/* Equal ratios need a zero that means something. */
static bool above_zero(cf_load *load, const ends *e) {
  if (strcmp(e->unit, "degC") == 0)
    return cf_load_fail(load, e->from->where, "degC has no ratios: write the ends in K, or without log");
  if (!(e->first.number > 0))
    return cf_load_fail(load, e->from->where, "'from' must be above 0 on a log scale, not '%.60s'", e->from->text);
  return isfinite(e->high / e->first.number) || cf_load_fail(load, e->to->where, "the ends are too far apart");
}

/* ---- lists of values ---- */

static bool make_room(cf_load *load, cf_plan_axis *axis, uint32_t count, const char ***value, double **number) {
  *value = cf_load_zero(load, count * sizeof **value);
  *number = cf_load_zero(load, count * sizeof **number);
  axis->value = *value;
  axis->number = *number;
  axis->values = count;
  return *value && *number;
}

static const char *with_unit(cf_load *load, const char *number, const char *unit) {
  return cf_load_text(load, "%s%s%s", number, *unit ? " " : "", unit);
}

/* Values at equal distances or ratios. */
static bool spread(cf_load *load, const ends *e, uint32_t count, bool ratios, cf_plan_axis *axis) {
  const char **value;
  double *number;
  if (!make_room(load, axis, count, &value, &number)) return false;
  double low = e->first.number, high = e->high;
  for (uint32_t i = 0; i < count; i++) {
    char text[CF_DECIMAL_TEXT];
    bool end = i == 0 || i + 1 == count;
    double inner = ratios ? low * cf_pow(high / low, (double)i / (count - 1)) : low + i * ((high - low) / (count - 1));
    number[i] = cf_decimal_round(i == 0 ? low : end ? high : inner, ratios && !end ? CF_PLAN_DIGITS : 15, text);
    value[i] = with_unit(load, text, e->unit);
    if (!value[i]) return false;
  }
  axis->unit = e->unit;
  return true;
}

static bool steps_of(cf_load *load, const ends *e, const cf_tree_node *node, uint32_t *count) {
  char why[CF_QUANTITY_WHY];
  double step, width = e->high - e->first.number;
  if (!cf_measure_step(&e->first, node->text, &step, why)) return cf_load_fail(load, node->where, "'step': %s", why);
  if (!(step > 0)) return cf_load_fail(load, node->where, "'step' must be above 0: '%.60s' leads nowhere", node->text);
  double steps = width / step, whole = round(steps);
  if (!(steps < CF_MAX_AXIS_VALUES))
    return cf_load_fail(load, node->where, "an axis has at most %d values", CF_MAX_AXIS_VALUES);
  if (whole < 1 || fabs(steps - whole) > 1e-9 * whole)
    return cf_load_fail(load, node->where,
                        "steps of '%.60s' from '%.60s' do not meet '%.60s'; give 'count', or ends that fit", node->text,
                        e->from->text, e->to->text);
  *count = (uint32_t)whole + 1;
  return true;
}

/* COUNT rows were checked, so the text is digits. */
static uint32_t count_of(const cf_tree_node *node) { return (uint32_t)strtoul(node->text, NULL, 10); }

static bool range(cf_load *load, const cf_tree_node *map, cf_plan_axis *axis) {
  const cf_tree_node *step = cf_tree_get(map, "step"), *count = cf_tree_get(map, "count");
  uint32_t values = 0;
  ends e;
  if (!step == !count)
    return cf_load_fail(load, step ? count->key_where : cf_fill_place(map), "a range needs either 'step' or 'count'");
  if (!read_ends(load, map, &e)) return false;
  if (count)
    values = count_of(count);
  else if (!steps_of(load, &e, step, &values))
    return false;
  return spread(load, &e, values, false, axis);
}

static bool logspace(cf_load *load, const cf_tree_node *map, cf_plan_axis *axis) {
  ends e;
  return read_ends(load, map, &e) && above_zero(load, &e) &&
         spread(load, &e, count_of(cf_tree_get(map, "count")), true, axis);
}

static bool between(cf_load *load, const cf_tree_node *map, cf_plan_axis *axis) {
  ends e;
  axis->sampled = true;
  if (!read_ends(load, map, &e) || (axis->log_scale && !above_zero(load, &e))) return false;
  axis->unit = e.unit;
  axis->low = e.first.number;
  axis->high = e.high;
  if (!axis->whole) return true;
  if (rint(axis->low) != axis->low) return cf_load_fail(load, e.from->where, "'from' is to be a whole number");
  return rint(axis->high) == axis->high || cf_load_fail(load, e.to->where, "'to' is to be a whole number");
}

/* A word is set as it is, so it must be read back as it was. */
static bool plain_word(cf_load *load, const cf_tree_node *node) {
  return cf_flow_is_plain(node->text) ||
         cf_load_fail(load, node->where,
                      "'%.60s' cannot be a value of an axis: only words of letters, digits and . _ + - / %% * ^",
                      node->text);
}

static bool one_value(cf_load *load, const cf_tree_node *node, cf_measure *first, bool words, double *number) {
  char why[CF_QUANTITY_WHY];
  cf_measure own;
  if (!words) {
    if (cf_measure_like(first, node->text, number, why)) return true;
    return cf_load_fail(load, node->where, "an axis has one unit: %s", why);
  }
  if (!node->quoted && cf_measure_parse(node->text, &own))
    return cf_load_fail(load, node->where, "'%.60s' is a number, but the axis begins with a word", node->text);
  *number = NAN;
  return plain_word(load, node);
}

static bool values(cf_load *load, const cf_tree_node *list, cf_plan_axis *axis) {
  const char **value;
  double *number;
  if (!list->first) return cf_load_fail(load, list->where, "the axis has no values");
  if (list->children > CF_MAX_AXIS_VALUES)
    return cf_load_fail(load, list->where, "an axis has at most %d values", CF_MAX_AXIS_VALUES);
  for (const cf_tree_node *node = list->first; node; node = node->next)
    if (node->kind != CF_TREE_SCALAR || cf_tree_is_null(node))
      return cf_load_fail(load, node->where, "an axis needs single values");
  if (!make_room(load, axis, list->children, &value, &number)) return false;
  cf_measure first;
  bool words = list->first->quoted || !cf_measure_parse(list->first->text, &first), good = true;
  uint32_t i = 0;
  for (const cf_tree_node *node = list->first; node && !cf_load_full(load); node = node->next, i++) {
    value[i] = node->text;
    if (!one_value(load, node, &first, words, &number[i])) good = false;
  }
  if (words)
    axis->number = NULL;
  else
    axis->unit = cf_load_text(load, "%s", first.unit);
  return good && (words || axis->unit);
}

/* ---- the same value twice ---- */

typedef struct valued {
  const char *text;
  double number; /* NAN for words */
  uint32_t index;
} valued;

static int compare(const void *a, const void *b) {
  const valued *x = a, *y = b;
  if (isnan(x->number)) return strcmp(x->text, y->text);
  return (x->number > y->number) - (x->number < y->number);
}

static int compare_stable(const void *a, const void *b) {
  int order = compare(a, b);
  const valued *x = a, *y = b;
  return order ? order : (x->index > y->index) - (x->index < y->index);
}

static cf_source place_of_value(const cf_tree_node *list, uint32_t index, const cf_plan_axis *axis) {
  const cf_tree_node *node = list ? list->first : NULL;
  while (node && index--) node = node->next;
  return node ? node->where : axis->where;
}

static bool all_differ(cf_load *load, const cf_tree_node *list, const cf_plan_axis *axis) {
  valued *sorted = calloc(axis->values, sizeof *sorted);
  if (!sorted) return cf_load_fail(load, axis->where, "no memory");
  for (uint32_t i = 0; i < axis->values; i++)
    sorted[i] = (valued){axis->value[i], axis->number ? axis->number[i] : NAN, i};
  qsort(sorted, axis->values, sizeof *sorted, compare_stable);
  bool good = true;
  for (uint32_t i = 1; i < axis->values && good; i++)
    if (compare(&sorted[i - 1], &sorted[i]) == 0)
      good = cf_load_fail(load, place_of_value(list, sorted[i].index, axis), "'%.60s' is there already, as '%.60s'",
                          sorted[i].text, sorted[i - 1].text);
  free(sorted);
  return good;
}

/* ---- paths ---- */

static bool path_is_whole(const char *path) {
  size_t length = strlen(path);
  return length > 0 && path[0] != '.' && path[length - 1] != '.' && !strstr(path, "..") && !strchr(path, '=');
}

static bool one_path(cf_load *load, const cf_tree_node *node, cf_plan_axis *axis) {
  if (node->kind != CF_TREE_SCALAR || !path_is_whole(node->text))
    return cf_load_fail(load, node->where, "'path' needs a path by dots, such as fleet.sensors.count");
  if (axis->paths == CF_MAX_AXIS_PATHS)
    return cf_load_fail(load, node->where, "an axis has at most %d paths", CF_MAX_AXIS_PATHS);
  axis->path[axis->paths++] = node->text;
  return true;
}

static bool paths(cf_load *load, const cf_tree_node *node, cf_plan_axis *axis) {
  if (node->kind != CF_TREE_LIST) return one_path(load, node, axis);
  if (node->children == 0) return cf_load_fail(load, node->where, "'path' names no path");
  for (const cf_tree_node *child = node->first; child; child = child->next)
    if (!one_path(load, child, axis)) return false;
  return true;
}

bool cf_plan_read_axis(cf_load *load, cf_tree_node *map, cf_plan_axis *axis) {
  static const char *const ways[] = {"values", "range", "logspace", "between"};
  const cf_tree_node *way[4];
  unsigned given = 0, which = 0;
  if (!cf_fill_map(load, &cf_schema_axis, map, axis)) return false;
  for (unsigned i = 0; i < 4; i++)
    if ((way[i] = cf_tree_get(map, ways[i])) != NULL && given++ == 0) which = i;
  if (!paths(load, cf_tree_get(map, "path"), axis)) return false;
  if (given == 0)
    return cf_load_fail(load, axis->where, "the axis has no values: give values, range, logspace or between");
  for (unsigned i = which + 1; i < 4; i++)
    if (way[i]) return cf_load_fail(load, way[i]->key_where, "the axis has '%s' already", ways[which]);
  switch (which) {
    case 0:
      return values(load, way[0], axis) && all_differ(load, way[0], axis);
    case 1:
      return range(load, way[1], axis) && all_differ(load, NULL, axis);
    case 2:
      return logspace(load, way[2], axis) && all_differ(load, NULL, axis);
    default:
      return between(load, way[3], axis);
  }
}

bool cf_plan_read_tuned(cf_load *load, cf_tree_node *map, cf_plan_tuned *tuned) {
  ends e;
  if (!cf_fill_map(load, &cf_schema_tuned, map, tuned) || !read_ends(load, map, &e)) return false;
  tuned->unit = e.unit;
  tuned->low = e.first.number;
  tuned->high = e.high;
  return !tuned->log_scale || above_zero(load, &e);
}
