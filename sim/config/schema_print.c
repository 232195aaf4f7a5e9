#include "config/schema_print.h"

#include "config/schema.h"
#include "config/suggest.h"

#include <string.h>

enum { SCENARIO, PLAN, FIRST_MODEL };

const char *cf_schema_kind(unsigned i) {
  if (i < FIRST_MODEL) return i == SCENARIO ? "scenario" : "plan";
  return i - FIRST_MODEL < CF_MODEL_KINDS ? cf_schema_models[i - FIRST_MODEL].kind : NULL;
}

/* ---- paths ---- */

typedef struct path_walk {
  void (*each)(void *self, const char *path, const char *doc);
  void *self;
} path_walk;

static void walk_shape(const path_walk *walk, const cf_schema_shape *shape, const char *prefix);

/* Whether a reference to a model may say this key of it anew. */
static bool overridable(const cf_schema_row *row) {
  return !row->plain && (row->type == CF_TYPE_QUANTITY || row->type == CF_TYPE_COUNT || row->type == CF_TYPE_CHOICE ||
                         row->type == CF_TYPE_MAP);
}

static void walk_row(const path_walk *walk, const cf_schema_row *row, const char *prefix) {
  char path[256];
  snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "", row->key);
  walk->each(walk->self, path, row->doc);
  if (row->shape) walk_shape(walk, row->shape, path);
  const cf_schema_shape *const *variant = row->type == CF_TYPE_MODEL ? cf_schema_models[row->kind].variant : NULL;
  for (; variant && *variant; variant++) {
    for (uint32_t i = 0; i < (*variant)->rows; i++) {
      const cf_schema_row *own = &(*variant)->row[i];
      if (overridable(own)) walk_row(walk, own, path);
    }
  }
  if (row->type != CF_TYPE_ENTRIES) return;
  char below[512];
  snprintf(below, sizeof below, "%s.%s", path, row->entry);
  for (unsigned s = 0; row->shapes && row->shapes[s]; s++) walk_shape(walk, row->shapes[s], below);
}

static void walk_shape(const path_walk *walk, const cf_schema_shape *shape, const char *prefix) {
  for (uint32_t i = 0; i < shape->rows; i++) walk_row(walk, &shape->row[i], prefix);
}

void cf_schema_each_path(void (*each)(void *self, const char *path, const char *doc), void *self) {
  path_walk walk = {.each = each, .self = self};
  walk_shape(&walk, &cf_schema_scenario, "");
}

/* ---- JSON Schema ---- */

static void json_text(FILE *out, const char *text) {
  fputc('"', out);
  for (const char *p = text; *p; p++) {
    if (*p == '"' || *p == '\\') fputc('\\', out);
    fputc(*p, out);
  }
  fputc('"', out);
}

/* Inside a regular expression inside a JSON text. */
static void pattern_text(FILE *out, const char *text) {
  for (const char *p = text; *p; p++) {
    if (strchr("^$.|?*+()[]{}\\/", *p)) fputs("\\\\", out);
    fputc(*p, out);
  }
}

/* Of a number at or above 0, and the refusal of 0: as much of a range as a pattern can say in any unit. */
#define UNSIGNED_PATTERN "((0|[1-9][0-9]*)(\\\\.[0-9]*)?|\\\\.[0-9]+)([eE][-+]?[0-9]+)?"
#define NOT_ZERO "(?![+]?0*\\\\.?0*([eE]|[^0-9.]|$))"

static void number_pattern(FILE *out, const cf_schema_row *row) {
  bool offset = row->dimension == CF_DIM_TEMPERATURE; /* below 0 degC is above 0 K */
  bool unsigned_only = row->ranged && row->min >= 0 && !offset;
  if (unsigned_only && row->min_open && row->min == 0) fputs(NOT_ZERO, out);
  fprintf(out, "%s" UNSIGNED_PATTERN, unsigned_only ? "[+]?" : "[-+]?");
}

static void json_plain_number(FILE *out, const cf_schema_row *row) {
  fputs("{\"anyOf\": [{\"type\": \"number\"", out);
  if (row->ranged && row->min > -1e300)
    fprintf(out, ", \"%s\": %.17g", row->min_open ? "exclusiveMinimum" : "minimum", row->min);
  if (row->ranged && row->max < 1e300)
    fprintf(out, ", \"%s\": %.17g", row->max_open ? "exclusiveMaximum" : "maximum", row->max);
  fputs("}, {\"type\": \"string\", \"pattern\": \"^", out);
  if (row->ranged && row->max == 1) /* a share: below 100 %, or just that */
    fprintf(out, "(?=[+]?([0-9]{0,2}(\\\\.|[^0-9.])%s))", row->max_open ? "" : "|100(\\\\.0*)?[^0-9.]");
  number_pattern(out, row);
  fputs(" *%$\"}]}", out);
}

static void json_quantity(FILE *out, const cf_schema_row *row) {
  if (row->dimension == CF_DIM_NONE) {
    json_plain_number(out, row);
    return;
  }
  fprintf(out, "{\"type\": \"string\", \"pattern\": \"^%s",
          row->dimension == CF_DIM_TEMPERATURE_DIFFERENCE ? "(delta +)?" : "");
  number_pattern(out, row);
  fputs(" *(", out);
  const char *unit;
  for (unsigned i = 0; (unit = cf_dimension_unit(row->dimension, i)); i++) {
    if (i) fputc('|', out);
    pattern_text(out, unit);
  }
  fputs(")$\", \"examples\": [", out);
  json_text(out, cf_dimension_example(row->dimension));
  fputs("]}", out);
}

static void json_names(FILE *out, const char *const *names) {
  fputs("{\"enum\": [", out);
  for (int i = 0; names[i]; i++) {
    if (i) fputs(", ", out);
    json_text(out, names[i]);
  }
  fputs("]}", out);
}

static void json_shape(FILE *out, const cf_schema_shape *shape, const char *fixed_key, const char *fixed);
static void json_row(FILE *out, const cf_schema_row *row, bool cited);

#define NAME_SCHEMA "{\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9_][A-Za-z0-9._-]*$\", \"maxLength\": 100}"

/* What may be overridden of a shape, after a comma. */
static void json_overrides(FILE *out, const cf_schema_shape *shape) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    if (!overridable(row)) continue;
    fputs(", ", out);
    json_text(out, row->key);
    fputs(": ", out);
    if (row->type != CF_TYPE_MAP) {
      json_row(out, row, false);
      continue;
    }
    fputs("{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {", out);
    for (uint32_t k = 0; k < row->shape->rows; k++) {
      if (k) fputs(", ", out);
      json_text(out, row->shape->row[k].key);
      fputs(": ", out);
      json_row(out, &row->shape->row[k], false);
    }
    fputs("}}", out);
  }
}

static void json_model(FILE *out, cf_model_kind kind) {
  fputs("{\"anyOf\": [" NAME_SCHEMA, out);
  for (const cf_schema_shape *const *variant = cf_schema_models[kind].variant; *variant; variant++) {
    fputs(
        ", {\"type\": \"object\", \"required\": [\"model\"], \"additionalProperties\": false, "
        "\"properties\": {\"model\": " NAME_SCHEMA,
        out);
    json_overrides(out, *variant);
    fputs("}}", out);
  }
  fputs("]}", out);
}

static void json_variation(FILE *out, const cf_schema_row *row) {
  cf_schema_row number = {.type = CF_TYPE_QUANTITY, .dimension = row->dimension};
  fprintf(out,
          "{\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 1, \"additionalProperties\": false, "
          "\"properties\": {\"%s\": ",
          row->dimension == CF_DIM_NONE ? "lognormal" : "normal");
  json_quantity(out, &number);
  fputs(", \"uniform\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": ", out);
  json_quantity(out, &number);
  fputs("}}}", out);
}

#define ANY_SCHEMA "{\"type\": [\"number\", \"string\", \"boolean\"]}"
#define LIST_OF "{\"type\": \"array\", \"items\": "

/* Lists of a plan. */
static void json_plan_list(FILE *out, const cf_schema_row *row) {
  if (row->section == CF_SECTION_PLAN_VALUES)
    fprintf(out, LIST_OF ANY_SCHEMA ", \"minItems\": 1, \"maxItems\": %u}", row->count);
  else if (row->section == CF_SECTION_PLAN_ZIP)
    fprintf(out, LIST_OF LIST_OF NAME_SCHEMA ", \"minItems\": 2}, \"maxItems\": %u}", row->count);
  else if (row->section == CF_SECTION_PLAN_WHERE)
    fprintf(out,
            "{\"anyOf\": [{\"type\": \"string\"}, " LIST_OF "{\"type\": [\"string\", \"number\"]}, \"maxItems\": %u}]}",
            row->count);
  else
    fprintf(out, LIST_OF NAME_SCHEMA ", \"minItems\": 1, \"maxItems\": %u}", row->count);
}

static void json_array(FILE *out, const cf_schema_row *row) {
  if (row->section >= CF_SECTION_PLAN_SET) {
    json_plan_list(out, row);
    return;
  }
  bool few = row->section == CF_SECTION_POINTS || row->section == CF_SECTION_NETWORK_MODELS;
  unsigned least = row->type == CF_TYPE_TABLE ? row->least : few ? 1 : row->count;
  fprintf(out, "{\"type\": \"array\", \"minItems\": %u, \"maxItems\": %u, \"items\": ", least, row->count);
  cf_schema_row number = *row;
  number.type = CF_TYPE_QUANTITY;
  if (row->type == CF_TYPE_TABLE) {
    fputs("{\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"prefixItems\": [", out);
    json_quantity(out, &number);
    fputs(", ", out);
    json_quantity(out, row->result ? row->result : &number);
    fputs("]}}", out);
    return;
  }
  if (row->type == CF_TYPE_WORDS)
    fputs(NAME_SCHEMA, out);
  else if (row->section == CF_SECTION_NETWORK_MODELS)
    fputs("{\"type\": \"integer\", \"minimum\": 0}", out);
  else if (row->type == CF_TYPE_LIST)
    json_shape(out, row->shapes[0], NULL, NULL);
  else
    json_quantity(out, &number);
  fputc('}', out);
}

/* Maps of a plan. */
static void json_plan_entries(FILE *out, const cf_schema_row *row) {
  if (row->section == CF_SECTION_PLAN_SET) {
    fputs("{\"type\": [\"object\", \"null\"]}", out);
    return;
  }
  fprintf(out, "{\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": %u, ", row->count);
  if (row->section == CF_SECTION_PLAN_AXES)
    fputs("\"propertyNames\": {\"pattern\": \"^[a-z][a-z0-9_]*$\", \"maxLength\": 60}, ", out);
  fputs("\"additionalProperties\": ", out);
  if (row->section == CF_SECTION_PLAN_TUNED)
    fputs("{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": ", out);
  json_shape(out, row->shapes[0], NULL, NULL);
  fputs(row->section == CF_SECTION_PLAN_TUNED ? "}}" : "}", out);
}

static void json_entries(FILE *out, const cf_schema_row *row) {
  if (row->section >= CF_SECTION_PLAN_SET) {
    json_plan_entries(out, row);
    return;
  }
  fputs("{\"type\": \"object\"", out);
  if (row->presence == CF_PRESENT_REQUIRED) fputs(", \"minProperties\": 1", out);
  if (row->count)
    fprintf(out, ", \"maxProperties\": %u", row->section == CF_SECTION_FLEET ? row->count + 1 : row->count);
  if (row->section == CF_SECTION_POLICIES) {
    fputs(", \"properties\": {", out);
    for (int i = 0; cf_schema_policy_names[i]; i++) {
      if (i) fputs(", ", out);
      json_text(out, cf_schema_policy_names[i]);
      fputs(": ", out);
      json_shape(out, row->shapes[i], NULL, NULL);
    }
    fputs("}, \"additionalProperties\": {\"anyOf\": [", out);
    for (int i = 0; cf_schema_policy_names[i]; i++) {
      if (i) fputs(", ", out);
      json_shape(out, row->shapes[i], "kind", cf_schema_policy_names[i]);
    }
    fputs("]}}", out);
    return;
  }
  if (row->section == CF_SECTION_ASSERT) {
    /* A limit has the dimension of its column, which the loader checks. */
    fputs(", \"additionalProperties\": {\"$ref\": \"#/$defs/assertion\"}, \"propertyNames\": {\"enum\": [", out);
    for (const cf_schema_column *c = cf_schema_columns; c->column; c++) {
      fprintf(out, "%s\"%s\"", c == cf_schema_columns ? "" : ", ", c->column);
      if (c->brief) fprintf(out, ", \"%s\"", c->brief);
    }
    fputs("]}}", out);
    return;
  }
  if (row->section == CF_SECTION_HUB_MODEL) {
    fputs(", \"additionalProperties\": false, \"required\": [\"hub\"], \"properties\": {\"hub\": ", out);
    json_model(out, row->kind);
    fputs("}}", out);
    return;
  }
  fputs(", \"additionalProperties\": ", out);
  if (row->section == CF_SECTION_FLEET) {
    fputs("{\"anyOf\": [", out);
    json_shape(out, row->shapes[0], "tier", "node");
    fputs(", {\"oneOf\": [{\"required\": [\"count\"]}, {\"required\": [\"nodes_each\"]}], \"allOf\": [", out);
    json_shape(out, row->shapes[1], "tier", "hub");
    fputs("]}]}", out);
  } else if (row->section == CF_SECTION_HARVESTERS) {
    fputs("{\"anyOf\": [", out);
    for (int i = 0; row->shapes[i]; i++) {
      if (i) fputs(", ", out);
      json_shape(out, row->shapes[i], "kind", row->shapes[i]->name);
    }
    fputs("]}", out);
  } else if (row->shapes) {
    json_shape(out, row->shapes[0], NULL, NULL);
  } else {
    json_model(out, row->kind);
  }
  fputc('}', out);
}

static void json_plain(FILE *out, const cf_schema_row *row) {
  switch (row->type) {
    case CF_TYPE_COUNT:
      if (row->dimension != CF_DIM_NONE) {
        json_quantity(out, row);
        break;
      }
      fputs("{\"type\": \"integer\"", out);
      if (row->ranged) fprintf(out, ", \"minimum\": %.0f, \"maximum\": %.0f", row->min, row->max);
      fputc('}', out);
      break;
    case CF_TYPE_SEED:
      fputs("{\"type\": \"integer\", \"minimum\": 0}", out);
      break;
    case CF_TYPE_BOOL:
      fputs("{\"type\": \"boolean\"}", out);
      break;
    case CF_TYPE_TEXT:
    case CF_TYPE_FILE:
      fputs("{\"type\": \"string\"}", out);
      break;
    case CF_TYPE_ANY:
      fputs(ANY_SCHEMA, out);
      break;
    case CF_TYPE_NAME:
      fputs(NAME_SCHEMA, out);
      break;
    case CF_TYPE_CHOICE:
      json_names(out, row->names);
      break;
    case CF_TYPE_INSTANT:
      fputs("{\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$\"}",
            out);
      break;
    default:
      json_quantity(out, row);
  }
}

static void json_value(FILE *out, const cf_schema_row *row) {
  switch (row->type) {
    case CF_TYPE_MAP:
      if (row->brief) {
        fputs("{\"anyOf\": [", out);
        json_row(out, cf_schema_find(row->shape, row->brief), false);
        fputs(", ", out);
      }
      json_shape(out, row->shape, NULL, NULL);
      if (row->brief) fputs("]}", out);
      break;
    case CF_TYPE_MODEL:
      json_model(out, row->kind);
      break;
    case CF_TYPE_VARIATION:
      json_variation(out, row);
      break;
    case CF_TYPE_WORDS:
    case CF_TYPE_NUMBERS:
    case CF_TYPE_TABLE:
    case CF_TYPE_LIST:
      json_array(out, row);
      break;
    case CF_TYPE_ENTRIES:
      json_entries(out, row);
      break;
    case CF_TYPE_FILES:
      fputs("{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]}", out);
      break;
    default:
      json_plain(out, row);
  }
}

/* One key. In a model file a number carries its citation. */
static void json_row(FILE *out, const cf_schema_row *row, bool cited) {
  bool bare = row->plain || row->type == CF_TYPE_MAP || row->section == CF_SECTION_INFERENCE ||
              row->section == CF_SECTION_POINTS;
  fputs("{\"description\": ", out);
  json_text(out, row->doc);
  if (row->fallback && *row->fallback) {
    fputs(", \"default\": ", out);
    json_text(out, row->fallback);
  }
  fputs(", \"allOf\": [", out);
  if (cited && !bare) {
    fputs(
        "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"value\", \"status\"], \"anyOf\": "
        "[{\"required\": [\"source\"]}, {\"required\": [\"note\"], \"properties\": {\"status\": {\"const\": \"A\"}}}], "
        "\"properties\": {\"value\": ",
        out);
    json_value(out, row);
    if (row->type == CF_TYPE_QUANTITY || row->type == CF_TYPE_COUNT) {
      fputs(", \"low\": ", out);
      json_value(out, row);
      fputs(", \"high\": ", out);
      json_value(out, row);
    }
    fputs(
        ", \"status\": {\"enum\": [\"V\", \"M\", \"A\"]}, \"source\": {\"type\": \"string\"}, \"note\": {\"type\": "
        "\"string\"}}}",
        out);
  } else {
    json_value(out, row);
  }
  fputs("]}", out);
}

static void json_properties(FILE *out, const cf_schema_shape *shape, const char *fixed_key, const char *fixed) {
  bool first = true;
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    if (shape->cited && row->scenario_only) continue;
    fputs(first ? "\n" : ",\n", out);
    first = false;
    json_text(out, row->key);
    fputs(": ", out);
    if (fixed_key && strcmp(row->key, fixed_key) == 0) {
      fputs("{\"description\": ", out);
      json_text(out, row->doc);
      fprintf(out, ", \"const\": \"%s\"}", fixed);
    } else {
      json_row(out, row, shape->cited);
    }
  }
}

/* A key with a fixed value may only be left out where that value is its default. */
static bool required(const cf_schema_row *row, const char *fixed_key, const char *fixed) {
  if (row->presence == CF_PRESENT_REQUIRED) return true;
  if (!fixed_key || strcmp(row->key, fixed_key) != 0) return false;
  return !row->fallback || strcmp(row->fallback, fixed) != 0;
}

static void json_required(FILE *out, const cf_schema_shape *shape, const char *fixed_key, const char *fixed) {
  bool first = true;
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    if (!required(row, fixed_key, fixed)) continue;
    fprintf(out, "%s\"%s\"", first ? "" : ", ", row->key);
    first = false;
  }
}

static bool needs_nothing(const cf_schema_shape *shape, const char *fixed_key) {
  for (uint32_t i = 0; i < shape->rows; i++)
    if (shape->row[i].presence == CF_PRESENT_REQUIRED) return false;
  return !fixed_key;
}

static void json_shape(FILE *out, const cf_schema_shape *shape, const char *fixed_key, const char *fixed) {
  fprintf(out, "{\"type\": %s, \"additionalProperties\": false, \"required\": [",
          needs_nothing(shape, fixed_key) ? "[\"object\", \"null\"]" : "\"object\"");
  json_required(out, shape, fixed_key, fixed);
  fputs("], \"properties\": {", out);
  json_properties(out, shape, fixed_key, fixed);
  fputs("}}", out);
}

static const char sources_schema[] =
    "\"title\": {\"type\": \"string\", \"minLength\": 1}, \"note\": {\"type\": \"string\"}, \"sources\": {\"type\": "
    "\"object\", "
    "\"additionalProperties\": {\"type\": \"object\", \"required\": [\"title\"], \"additionalProperties\": false, "
    "\"properties\": "
    "{\"title\": {\"type\": \"string\"}, \"locator\": {\"type\": \"string\"}, \"evidence\": {\"type\": \"string\"}, "
    "\"note\": "
    "{\"type\": \"string\"}}}}";

/* A whole file of one shape. `variant` (may be NULL): which of its kind. */
static void json_file(FILE *out, const char *kind, const cf_schema_shape *shape, bool model, const char *variant) {
  fputs("\"type\": \"object\", \"additionalProperties\": false, \"required\": [", out);
  if (model) fprintf(out, "\"%s\", \"title\", ", kind);
  json_required(out, shape, variant ? "kind" : NULL, variant);
  fputs("],\n\"properties\": {", out);
  if (model) fprintf(out, "\"%s\": " NAME_SCHEMA ", %s,", kind, sources_schema);
  json_properties(out, shape, variant ? "kind" : NULL, variant);
  fputs("}", out);
}

/* `variant`: of a model; NULL: a scenario or a plan. */
static void json_top(FILE *out, const char *kind, const cf_schema_shape *shape, const cf_schema_shape *const *variant) {
  fprintf(out,
          "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n\"title\": \"coldfleet "
          "%s\",\n\"description\": ",
          kind);
  json_text(out, variant && variant[1] ? "One of several kinds." : shape->doc);
  if (variant && variant[1]) {
    fputs(",\n\"anyOf\": [", out);
    for (int v = 0; variant[v]; v++) {
      fputs(v ? ",\n{" : "{", out);
      json_file(out, kind, variant[v], true, variant[v]->name);
      fputs("}", out);
    }
    fputs("]", out);
  } else {
    fputs(",\n", out);
    json_file(out, kind, shape, variant, NULL);
  }
  if (!variant) {
    /* A list of assertions is several of one column. */
    const char *limit = "{\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"string\"}]}";
    fprintf(
        out,
        ",\n\"$defs\": {\"limits\": {\"type\": \"object\", \"additionalProperties\": false, \"anyOf\": [{\"required\": "
        "[\"min\"]}, {\"required\": [\"max\"]}], "
        "\"properties\": {\"policy\": {\"type\": \"string\"}, \"min\": %s, \"max\": %s}},\n\"assertion\": {\"anyOf\": "
        "[{\"$ref\": \"#/$defs/limits\"}, {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/limits\"}}]}}",
        limit, limit);
  }
  fputs("}\n", out);
}

cf_status cf_schema_print_json(FILE *out, const char *kind, cf_diag *diag) {
  cf_suggestion suggestion = {.given = kind};
  for (unsigned i = 0; cf_schema_kind(i); i++) {
    cf_suggest_offer(&suggestion, cf_schema_kind(i), 0);
    if (strcmp(cf_schema_kind(i), kind) != 0) continue;
    const cf_schema_shape *const *variant = i >= FIRST_MODEL ? cf_schema_models[i - FIRST_MODEL].variant : NULL;
    json_top(out, kind, variant ? *variant : i == PLAN ? &cf_schema_plan : &cf_schema_scenario, variant);
    if (fflush(out) != 0 || ferror(out)) return cf_fail(diag, CF_IO, "cannot write the schema");
    return CF_OK;
  }
  char hint[120];
  return cf_fail(diag, CF_USAGE, "no schema '%.60s'%s", kind, cf_suggest_text(&suggestion, hint, sizeof hint));
}
