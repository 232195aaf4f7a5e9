/* The reference page of all keys. */
#include "config/schema.h"
#include "config/schema_print.h"

#include <string.h>

/* What the parts of a plan take that are no row of their own. */
static const char *plan_takes(const cf_schema_row *row) {
  switch (row->section) {
    case CF_SECTION_PLAN_SET:
      return "map from `<path>` to what is set";
    case CF_SECTION_PLAN_AXES:
      return "map from `<axis>` to an axis";
    case CF_SECTION_PLAN_TUNED:
      return "map from `<policy>` to a map from its parameters to two ends";
    case CF_SECTION_PLAN_VALUES:
      return "list of numbers with units, or of words";
    case CF_SECTION_PLAN_ZIP:
      return "list of lists of axes, such as `[[storage_f, esr_ohm]]`";
    case CF_SECTION_PLAN_WHERE:
      return "list of conditions, such as `[storage_f < panel_cm2 / 4]`";
    default:
      return "list of names";
  }
}

static const char *takes(const cf_schema_row *row, char *text, size_t size) {
  if (row->section >= CF_SECTION_PLAN_SET) return plan_takes(row);
  switch (row->type) {
    case CF_TYPE_QUANTITY:
    case CF_TYPE_TICKS:
    case CF_TYPE_COUNT:
      if (row->dimension != CF_DIM_NONE)
        snprintf(text, size, "%s, such as `%s`", cf_dimension_name(row->dimension),
                 cf_dimension_example(row->dimension));
      else
        snprintf(text, size, "%s", row->type == CF_TYPE_COUNT ? "whole number" : "number or %");
      break;
    case CF_TYPE_CHOICE:
      text[0] = '\0';
      for (int i = 0; row->names[i]; i++) {
        size_t n = strlen(text);
        snprintf(text + n, size - n, "%s`%s`", i ? ", " : "", row->names[i]);
      }
      break;
    case CF_TYPE_MODEL:
      snprintf(text, size, "a model of `models/%s/`", cf_schema_models[row->kind].folder);
      break;
    case CF_TYPE_ENTRIES:
      snprintf(text, size, "map from `%s` to %s%s", row->entry,
               row->shapes ? row->shapes[0]->name : "a model of `models/", row->shapes ? "" : "ai/`");
      if (row->section == CF_SECTION_POLICIES) snprintf(text, size, "map from `%s` to its parameters", row->entry);
      if (row->section == CF_SECTION_HARVESTERS)
        snprintf(text, size, "map from `%s` to what its kind takes", row->entry);
      if (row->section == CF_SECTION_FLEET) snprintf(text, size, "map from `%s` to a group", row->entry);
      break;
    case CF_TYPE_NUMBERS:
      snprintf(text, size, "list of %u, each %s", row->count,
               row->dimension == CF_DIM_NONE ? "a number or %" : cf_dimension_name(row->dimension));
      break;
    case CF_TYPE_TABLE:
      snprintf(text, size, "list of %u to %u pairs [%s, %s]", row->least, row->count, cf_dimension_name(row->dimension),
               cf_dimension_name(row->result ? row->result->dimension : row->dimension));
      break;
    case CF_TYPE_WORDS:
      snprintf(text, size, "list of %u names", row->count);
      break;
    case CF_TYPE_LIST:
      snprintf(text, size, row->shapes ? "list of maps" : "list of whole numbers");
      break;
    case CF_TYPE_VARIATION:
      snprintf(text, size,
               row->dimension == CF_DIM_NONE ? "`{lognormal: 35 %%}` or `{uniform: [-10 %%, 20 %%]}`"
                                             : "`{normal: 3 dB}` or `{uniform: [-3 dB, 3 dB]}`");
      break;
    case CF_TYPE_ANY:
      return "number with its unit";
    case CF_TYPE_SEED:
      return "whole number";
    case CF_TYPE_BOOL:
      return "`true`, `false`";
    case CF_TYPE_INSTANT:
      return "instant, such as `2026-03-01T00:00:00Z`";
    case CF_TYPE_FILES:
      return "path or list of paths";
    case CF_TYPE_FILE:
      return "path";
    case CF_TYPE_NAME:
      return "name";
    case CF_TYPE_MAP:
      if (!row->brief) return "map";
      snprintf(text, size, "map, or its `%s` alone", row->brief);
      break;
    default:
      return "text";
  }
  return text;
}

static void table_head(FILE *out) {
  fputs("| key | takes | default | range | meaning |\n|---|---|---|---|---|\n", out);
}

static void table_row(FILE *out, const cf_schema_row *row, const char *prefix) {
  char takes_text[200], range[120];
  const char *fallback = row->fallback && *row->fallback ? row->fallback : NULL;
  fprintf(out, "| `%s%s%s` | %s | %s%s%s | %s | %s%s%s |\n", prefix, *prefix ? "." : "", row->key,
          takes(row, takes_text, sizeof takes_text), fallback ? "`" : "",
          fallback                               ? fallback
          : row->presence == CF_PRESENT_REQUIRED ? "required"
                                                 : "-",
          fallback ? "`" : "", cf_schema_range(row, range, sizeof range), row->doc,
          row->role == CF_ROLE_COST && !row->shape && row->type != CF_TYPE_MODEL ? " *(claim)*" : "",
          row->read_of == CF_TIER_NODES  ? " *(nodes)*"
          : row->read_of == CF_TIER_HUBS ? " *(hubs)*"
                                         : "");
}

/* Nested maps are folded into their parent's table. */
static void rows(FILE *out, const cf_schema_shape *shape, const char *prefix) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    char path[200];
    snprintf(path, sizeof path, "%.140s%s%.50s", prefix, *prefix ? "." : "", row->key);
    table_row(out, row, prefix);
    if (row->type == CF_TYPE_MAP) rows(out, row->shape, path);
  }
}

static void section(FILE *out, const char *title, const cf_schema_shape *shape, const char *prefix) {
  fprintf(out, "\n## %s\n\n%s\n\n", title, shape->doc);
  table_head(out);
  rows(out, shape, prefix);
}

static void units(FILE *out) {
  fputs(
      "\n## Units\n\nEvery number that has a dimension needs a unit; `300` where a power is meant is an error. Units "
      "combine as in `W/m2K` "
      "or `Wh/day`; a year is 365.25 days. `degC` is a temperature, `K` a temperature or a difference, and `delta 2 K` "
      "only a "
      "difference. Plain numbers may be written with `%`.\n\n| dimension | SI | units |\n|---|---|---|\n",
      out);
  for (int d = 0; d < CF_DIM_COUNT; d++) {
    fprintf(out, "| %s | %s |", cf_dimension_name((cf_dimension)d), cf_dimension_si((cf_dimension)d));
    const char *unit;
    for (unsigned i = 0; (unit = cf_dimension_unit((cf_dimension)d, i)); i++)
      fprintf(out, "%s `%s`", i ? "," : "", unit);
    fputs(" |\n", out);
  }
}

void cf_schema_print_markdown(FILE *out) {
  fputs(
      "# Scenario reference\n\nGenerated by `coldfleet schema --markdown` from the table that also reads the files.\n\n"
      "A scenario is one YAML file: UTF-8, YAML 1.2 core values (`true` and `false` only, no octal numbers), no "
      "duplicate keys. Values come, "
      "weakest first, from the defaults below, included files, the file itself, and `--set path=value`. *(claim)* "
      "marks what is said about "
      "the world rather than chosen: written in a scenario, it is listed as assumed. *(nodes)* and *(hubs)* mark what "
      "is read of one tier only: a scenario may not override it for the other.\n",
      out);
  section(out, "Scenario", &cf_schema_scenario, "");
  fputs(
      "\nAnything with a model takes its name, or a map with `model:` and keys of the model to override: "
      "`storage: {model: supercap-5v, capacitance: 0.47 F}`.\n",
      out);
  section(out, "Groups of nodes: `fleet.<group>` with `tier: node`", &cf_schema_node_group, "");
  fputs("\n## Harvesters: `fleet.<group>.harvesters.<harvester>`\n\n`kind` says which keys there are.\n", out);
  for (int i = 0; cf_schema_harvester_names[i]; i++) {
    fprintf(out, "\n### %s\n\n%s\n\n", cf_schema_harvester_names[i], cf_schema_harvester_shapes[i]->doc);
    table_head(out);
    rows(out, cf_schema_harvester_shapes[i], "");
  }
  section(out, "Groups of hubs: `fleet.<group>` with `tier: hub`", &cf_schema_hub_group, "");
  fputs(
      "\n## Policies: `policies.<policy>`\n\nThe name says which policy it is; under a name of your own, `kind` "
      "does.\n",
      out);
  for (int i = 0; cf_schema_policy_names[i]; i++) {
    fprintf(out, "\n### %s\n\n%s\n\n", cf_schema_policy_names[i], cf_schema_policy_shapes[i]->doc);
    table_head(out);
    rows(out, cf_schema_policy_shapes[i], "");
  }
  section(out, "Assertions: `assert.<column>`", &cf_schema_assertion, "");
  fputs("\nOne assertion, or a list of them, per column. Limits carry the column's unit. Columns:", out);
  for (const cf_schema_column *c = cf_schema_columns; c->column; c++) {
    fprintf(out, "%s `%s`", c == cf_schema_columns ? "" : ",", c->column);
    if (c->brief) fprintf(out, " (`%s`)", c->brief);
  }
  fputs(".\n", out);
  section(out, "Plans", &cf_schema_plan, "");
  fputs(
      "\nA plan is a file of its own, for `sweep`: a scenario, what is varied of it and how often it is repeated. Its "
      "points are all combinations of the axes' values, the first axis varying slowest.\n",
      out);
  section(out, "Axes of a plan: `axes.<axis>`", &cf_schema_axis, "");
  section(out, "Tuned parameters of a plan: `tune.policies.<policy>.<parameter>`", &cf_schema_tuned, "");
  fputs(
      "\n## Model files\n\n`models/<folder>/<name>.yaml`. The first key is the kind and its value the file's name; "
      "then `title`, `sources` (a map from "
      "keys to `{title, locator, evidence}`), and the keys of the kind. Every number is a map `{value, status, "
      "source}` with `low`, `high` and "
      "`note` where known. Status `V`: read in the source; `M`: measured, or computed from it; `A`: assumed, with a "
      "source or a note that says "
      "why. `V` and `M` of a source without a locator count as `A`.\n",
      out);
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    char title[100];
    const cf_schema_shape *const *variant = cf_schema_models[k].variant;
    snprintf(title, sizeof title, "`models/%s/`: %s", cf_schema_models[k].folder, cf_schema_models[k].kind);
    if (!variant[1]) section(out, title, variant[0], "");
    if (variant[1]) fprintf(out, "\n## %s\n\n`kind` says which keys there are; without it the first.\n", title);
    for (int v = 0; variant[1] && variant[v]; v++) {
      fprintf(out, "\n### kind: %s\n\n%s\n\n", variant[v]->name, variant[v]->doc);
      table_head(out);
      rows(out, variant[v], "");
    }
    if (k == CF_MODEL_DEVICE) {
      fputs("\nOf each entry of `inference`, and of each operating point:\n\n", out);
      table_head(out);
      rows(out, &cf_schema_inference, "inference.<ai model>");
      rows(out, &cf_schema_point, "operating_points");
    }
    if (k == CF_MODEL_CLIMATE) {
      fputs("\nOf each month, without citations of their own:\n\n", out);
      table_head(out);
      rows(out, &cf_schema_month, "months");
    }
  }
  units(out);
}
