/* coldfleet validate: read scenarios and say everything that is wrong with them, without running. */
#include "cli/command.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/places.h"
#include "fleet/simulate.h"

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
    cf_status one = validate_one(cli, &given, words.word[i], &options, &json);
    if (status == CF_OK) status = one;
  }
  if (given.json) cf_json_close(&json);
  return cf_cli_flush(cli, status);
}

const cf_command cf_command_validate = {
    .name = "validate",
    .ring = 3,
    .line = "say what is wrong with scenarios, without running them",
    .usage = "SCENARIO.yaml... [--estimate]",
    .about = "Exit code 3 when a file is not valid. Up to 20 errors are shown, each with its line and column.",
    .example = "coldfleet validate scenarios/agriculture.yaml --estimate",
    .flags = flags,
    .run = run,
};
