/* coldfleet validate: read scenarios and plans and say everything that is wrong with them, without running. */
#include "cli/command.h"
#include "base/json.h"
#include "cli/load.h"
#include "cli/places.h"
#include "config/plan.h"
#include "fleet/simulate.h"
#include "sweep/check.h"

typedef struct validate_flags {
  const char *models;
  cf_list set;
  bool estimate, json, quiet;
} validate_flags;

#define AT(field) offsetof(validate_flags, field)
static const cf_flag flags[] = {
    {"estimate", 'e', CF_FLAG_SWITCH, NULL, "predict events, memory and database size", AT(estimate), 0},
    {"set", 's', CF_FLAG_LIST, "PATH=VALUE", "changes the scenario first; repeatable", AT(set), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "as JSON", AT(json), 0},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "say nothing about valid files", AT(quiet), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
    {0}};

static void write_errors(cf_json *json, const cf_diag *diag) {
  cf_json_list(json, "messages");
  for (unsigned i = 0; i < diag->stored; i++) {
    const cf_diag_entry *entry = &diag->entry[i];
    cf_json_object(json, NULL);
    cf_json_text(json, "severity", entry->status == CF_OK ? "warning" : "error");
    cf_json_text(json, "file", entry->file[0] ? entry->file : NULL);
    cf_json_count(json, "line", entry->line);
    cf_json_count(json, "column", entry->column);
    cf_json_text(json, "text", entry->text);
    cf_json_close(json);
  }
  cf_json_close(json);
  cf_json_count(json, "errors", diag->errors);
  cf_json_count(json, "warnings", diag->warnings);
}

static void write_estimate(cf_json *json, const cf_estimate *e) {
  cf_json_object(json, "estimate");
  cf_json_real(json, "events", e->events);
  cf_json_real(json, "bytes_per_node", e->bytes_per_node);
  cf_json_real(json, "node_record_bytes", e->node_record_bytes);
  cf_json_real(json, "site_bytes_per_node", e->site_bytes_per_node);
  cf_json_real(json, "hub_bytes_per_node", e->hub_bytes_per_node);
  cf_json_real(json, "engine_bytes_per_node", e->engine_bytes_per_node);
  cf_json_real(json, "rows_run", e->rows_run);
  cf_json_real(json, "rows_node", e->rows_node);
  cf_json_real(json, "rows_series", e->rows_series);
  cf_json_real(json, "rows_decision", e->rows_decision);
  cf_json_real(json, "database_bytes", e->database_bytes);
  cf_json_close(json);
}

static void print_estimate(FILE *out, const cf_scenario *scenario, const cf_estimate *e) {
  double nodes = 0;
  for (uint32_t i = 0; i < scenario->node_groups; i++) nodes += scenario->nodes[i].count;
  fprintf(out, "  predicted for %u run%s, one per policy:\n", scenario->policies, scenario->policies == 1 ? "" : "s");
  fprintf(out, "    events         %s\n", cf_text_count(e->events).text);
  fprintf(out,
          "    memory         %sB in each run = %s nodes x %.0f B (record %.0f, site %.0f, hub %.0f, engine %.0f)\n",
          cf_text_count(nodes * e->bytes_per_node).text, cf_text_grouped((uint64_t)nodes).text, e->bytes_per_node,
          e->node_record_bytes, e->site_bytes_per_node, e->hub_bytes_per_node, e->engine_bytes_per_node);
  fprintf(out, "    database rows  %s of nodes, %s of series, %s of decisions\n", cf_text_count(e->rows_node).text,
          cf_text_count(e->rows_series).text, cf_text_count(e->rows_decision).text);
  fprintf(out, "    database size  %sB, and about 45 B for each power event (brown-out, throttle)\n",
          cf_text_count(e->database_bytes).text);
}

static cf_status validate_one(const cf_cli *cli, const validate_flags *given, const char *path,
                              const cf_load_options *options, cf_json *json) {
  cf_diag diag;
  cf_estimate estimate;
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load(path, options, &diag);
  cf_status status = scenario ? CF_OK : diag.status ? diag.status : CF_INTERNAL;
  if (scenario && given->estimate) cf_estimate_run(scenario, &estimate);
  if (given->json) {
    cf_json_object(json, NULL);
    cf_json_text(json, "file", path);
    cf_json_bool(json, "valid", status == CF_OK);
    write_errors(json, &diag);
    if (scenario && given->estimate) write_estimate(json, &estimate);
    cf_json_close(json);
  } else {
    cf_cli_tell(cli, &diag, status);
    if (scenario && !given->quiet) fprintf(cli->out.out, "%s: valid\n", path);
    if (scenario && given->estimate) print_estimate(cli->out.out, scenario, &estimate);
  }
  if (scenario) cf_scenario_destroy(scenario);
  return status;
}

/* ---- plans ---- */

static void write_extent(cf_json *json, const cf_plan_extent *e, bool estimate) {
  cf_json_count(json, "points", e->points);
  cf_json_count(json, "policies", e->policies);
  cf_json_count(json, "runs", e->runs);
  cf_json_count(json, "most_runs", e->most_runs);
  cf_json_count(json, "trials", e->trials);
  if (!estimate) return;
  cf_json_object(json, "estimate");
  cf_json_real(json, "events", e->events);
  cf_json_real(json, "database_bytes", e->bytes);
  cf_json_close(json);
}

static void print_extent(FILE *out, const char *path, const cf_plan_extent *e, bool estimate) {
  fprintf(out, "%s: valid: %s point%s, %s run%s", path, cf_text_grouped(e->points).text, e->points == 1 ? "" : "s",
          cf_text_grouped(e->runs).text, e->runs == 1 ? "" : "s");
  if (e->most_runs > e->runs) fprintf(out, " to %s", cf_text_grouped(e->most_runs).text);
  if (e->trials) fprintf(out, ", %s trials before", cf_text_grouped(e->trials).text);
  fputc('\n', out);
  if (!estimate) return;
  fprintf(out, "  predicted for %s runs:\n", cf_text_grouped(e->runs).text);
  fprintf(out, "    events         %s\n", cf_text_count(e->events).text);
  fprintf(out, "    database size  %sB\n", cf_text_count(e->bytes).text);
}

static cf_status validate_plan(const cf_cli *cli, const validate_flags *given, const char *path, const char *models,
                               cf_json *json) {
  cf_diag diag;
  cf_plan_extent extent = {0};
  cf_diag_init(&diag);
  cf_plan *plan = NULL;
  cf_status status = CF_USAGE;
  if (given->set.count)
    cf_fail(&diag, CF_USAGE, "%s is a plan: --set changes scenarios, a plan has the key 'set'", path);
  else if ((plan = cf_plan_load(path, NULL, &diag)) != NULL)
    status = cf_plan_check(plan, models, &extent, &diag);
  else
    status = diag.status;
  if (given->json) {
    cf_json_object(json, NULL);
    cf_json_text(json, "file", path);
    cf_json_bool(json, "valid", status == CF_OK);
    write_errors(json, &diag);
    if (status == CF_OK) write_extent(json, &extent, given->estimate);
    cf_json_close(json);
  } else {
    cf_cli_tell(cli, &diag, status);
    if (status == CF_OK && !given->quiet) print_extent(cli->out.out, path, &extent, given->estimate);
  }
  cf_plan_destroy(plan);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  validate_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_validate, argc, argv, &given, &words, 1, UINT32_MAX);
  if (status) return status;
  char models[CF_PATH_MAX], origin[CF_MAX_LIST][CF_ORIGIN_TEXT];
  cf_setting setting[CF_MAX_LIST];
  cf_diag diag;
  cf_diag_init(&diag);
  status = cf_find_models(given.models, models, &diag);
  if (status) return cf_cli_tell(cli, &diag, status);
  cf_settings_of(&given.set, setting, origin);
  cf_load_options options = {.models_dir = models, .settings = setting, .setting_count = given.set.count};
  cf_json json = cf_json_start(cli->out.out);
  if (given.json) cf_json_list(&json, NULL);
  for (unsigned i = 0; i < words.count; i++) {
    cf_status one = cf_plan_is_one(words.word[i]) ? validate_plan(cli, &given, words.word[i], models, &json)
                                                  : validate_one(cli, &given, words.word[i], &options, &json);
    if (status == CF_OK) status = one;
  }
  if (given.json) cf_json_close(&json);
  return cf_cli_flush(cli, status);
}

const cf_command cf_command_validate = {
    .name = "validate",
    .ring = 3,
    .line = "say what is wrong with scenarios and plans, without running them",
    .usage = "SCENARIO.yaml|PLAN.yaml... [--estimate]",
    .about =
        "A file with the key 'scenario' is a plan. Exit code 3 when a file is not valid. Up to 20 errors are shown,\n"
        "each with its line and column.",
    .example = "coldfleet validate scenarios/agriculture.yaml --estimate",
    .flags = flags,
    .run = run,
};
