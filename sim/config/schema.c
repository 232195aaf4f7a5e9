#include "config/schema.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const cf_schema_row *cf_schema_find(const cf_schema_shape *shape, const char *key) {
  for (uint32_t i = 0; i < shape->rows; i++)
    if (strcmp(shape->row[i].key, key) == 0) return &shape->row[i];
  return NULL;
}

const cf_schema_shape *cf_schema_variant(cf_model_kind kind, const char *name) {
  const cf_schema_shape *const *variant = cf_schema_models[kind].variant;
  while (name && *variant && strcmp((*variant)->name, name) != 0) variant++;
  return *variant;
}

bool cf_schema_in_range(const cf_schema_row *row, double si) {
  if (!row->ranged) return true;
  if (row->min_open ? !(si > row->min) : !(si >= row->min)) return false;
  return row->max_open ? si < row->max : si <= row->max;
}

/* Angles and temperatures are limited in the units that people think in. */
static void bound(const cf_schema_row *row, double si, char *text, size_t size) {
  const char *unit = cf_dimension_si(row->dimension);
  if (row->dimension == CF_DIM_ANGLE)
    snprintf(text, size, "%g deg", round(si / 0x1.1df46a2529d39p-6));
  else if (row->dimension == CF_DIM_TEMPERATURE)
    snprintf(text, size, "%g degC", round((si - 273.15) * 100) / 100);
  else
    snprintf(text, size, "%g%s%s", si, *unit ? " " : "", unit);
}

const char *cf_schema_range(const cf_schema_row *row, char *text, size_t size) {
  char low[48], high[48];
  if (size) text[0] = '\0';
  if (!row->ranged) return text;
  bound(row, row->min, low, sizeof low);
  bound(row, row->max, high, sizeof high);
  const char *from = row->min_open ? "above" : "from";
  const char *to = row->max_open ? "to below" : "to";
  if (isinf(row->min) && isinf(row->max)) return text;
  if (isinf(row->max))
    snprintf(text, size, "%s %s", row->min_open ? "above" : "at least", low);
  else if (isinf(row->min))
    snprintf(text, size, "%s %s", row->max_open ? "below" : "at most", high);
  else
    snprintf(text, size, "%s %s %s %s", from, low, to, high);
  return text;
}
