/* coldfleet show: a scenario as the program understands it, or the story of one value. */
#include "cli/command.h"
#include "cli/load.h"
#include "config/explain.h"

typedef struct show_flags {
  const char *models, *explain;
  cf_list set;
  bool resolved;
} show_flags;

#define AT(field) offsetof(show_flags, field)
static const cf_flag flags[] = {
    {"resolved", 0, CF_FLAG_SWITCH, NULL, "the scenario with every default filled in (so without a flag too)",
     AT(resolved), 0},
    {"explain", 'e', CF_FLAG_TEXT, "PATH", "one value: where it came from, its range, meaning and source", AT(explain),
     0},
    {"set", 's', CF_FLAG_LIST, "PATH=VALUE", "changes the scenario first; repeatable", AT(set), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
    {0}};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  show_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_show, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  if (given.resolved && given.explain)
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "--resolved or --explain, not both"));
  cf_loaded loaded = {0};
  status = cf_load_all(cli, &words, given.models, &given.set, &loaded);
  if (status == CF_OK) {
    if (given.explain)
      status = cf_show_explain(loaded.scenario, given.explain, cli->out.out, &diag);
    else
      status = cf_show_resolved(loaded.scenario, cli->out.out, &diag);
    cf_cli_tell(cli, &diag, status);
  }
  cf_load_free(&loaded, 1);
  return cf_cli_flush(cli, status);
}

const cf_command cf_command_show = {
    .name = "show",
    .ring = 1,
    .line = "a scenario with all defaults, or where one value came from",
    .usage = "SCENARIO.yaml [--resolved | --explain PATH]",
    .about =
        "PATH is as in the file, with dots: fleet.sensors.storage.capacitance. A path that stands for a group\n"
        "lists what is in it.",
    .example = "coldfleet show scenarios/agriculture.yaml --explain fleet.sensors.storage.capacitance",
    .flags = flags,
    .run = run,
};
