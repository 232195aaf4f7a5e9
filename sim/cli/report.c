/* coldfleet report: one self-contained HTML page from a database of results. */
#include "cli/collect.h"
#include "cli/command.h"
#include "cli/places.h"
#include "cli/version.h"
#include "report/page.h"
#include "store/inputs.h"
#include "store/query.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct report_flags {
  const char *output, *template, *title;
  uint64_t run;
} report_flags;

#define AT(field) offsetof(report_flags, field)
static const cf_flag flags[] = {
    {"output", 'o', CF_FLAG_TEXT, "FILE.html", "the page; beside the database and named like it unless given",
     AT(output), 0},
    {"run", 'r', CF_FLAG_COUNT, "N", "of run N only; of all runs unless given", AT(run), 1},
    {"template", 't', CF_FLAG_TEXT, "DIR", "other figures: NN-name.vl.json, NN-name.table.json and their queries",
     AT(template), 0},
    {"title", 0, CF_FLAG_TEXT, "TEXT", "instead of the name of the plan or scenario", AT(title), 0},
    {0}};

/* "out/a.db" becomes "out/a.html". */
static cf_status name_output(const char *database, char path[CF_PATH_MAX], cf_diag *diag) {
  size_t length = strlen(database);
  if (length > 3 && strcmp(database + length - 3, ".db") == 0) length -= 3;
  int written = snprintf(path, CF_PATH_MAX, "%.*s.html", (int)length, database);
  if (written > 0 && written < CF_PATH_MAX) return CF_OK;
  return cf_fail(diag, CF_USAGE, "the name of the database is too long: name the page with -o");
}

/* An earlier report may be replaced, and nothing else. */
static cf_status check_output(const char *path, cf_diag *diag) {
  char start[2048] = "";
  FILE *file = fopen(path, "rb");
  if (!file) return CF_OK;
  size_t got = fread(start, 1, sizeof start - 1, file);
  fclose(file);
  start[got] = '\0';
  if (got == 0 || strstr(start, "name=\"generator\" content=\"coldfleet ")) return CF_OK;
  return cf_fail(diag, CF_IO, "%s: exists and is no report of coldfleet; remove it, or name another file with -o",
                 path);
}

static cf_status find_places(const report_flags *given, cf_page_options *options, char place[4][CF_PATH_MAX],
                             cf_diag *diag) {
  cf_status status = cf_find_web(place[0], diag);
  if (status == CF_OK) status = cf_find_style(place[1], diag);
  if (status == CF_OK) status = cf_find_queries(place[2], diag);
  if (status == CF_OK) status = cf_find_charts(place[3], diag);
  if (given->template && !cf_is_directory(given->template))
    status = cf_fail(diag, CF_USAGE, "--template: %s is not a directory", given->template);
  options->web = place[0];
  options->style = place[1];
  options->queries = place[2];
  options->shipped = place[3];
  options->charts = given->template ? given->template : place[3];
  return status;
}

/* Under another name first, so that a failure leaves what was there. */
static cf_status write_page(const cf_page_options *options, const char *path, cf_page_outcome *outcome, long *bytes,
                            cf_diag *diag) {
  char new[CF_PATH_MAX + 16];
  snprintf(new, sizeof new, "%s.%ld", path, (long)getpid());
  FILE *out = fopen(new, "wb");
  if (!out) return cf_fail(diag, CF_IO, "%s: cannot be written: %s", path, strerror(errno));
  cf_status status = cf_page_write(options, out, outcome, diag);
  *bytes = ftell(out);
  bool whole = !ferror(out);
  if (fclose(out) != 0) whole = false;
  if (status == CF_OK && !whole) status = cf_fail(diag, CF_IO, "%s: cannot be written: %s", path, strerror(errno));
  if (status == CF_OK && rename(new, path) != 0)
    status = cf_fail(diag, CF_IO, "%s: cannot be written: %s", path, strerror(errno));
  if (status != CF_OK) unlink(new);
  return status;
}

/* NAN where the scenario cannot be loaded: the report then does without. */
static double find_hour(const char *database, uint32_t run) {
  char sql[96] = "SELECT min(point_id) FROM run";
  if (run) snprintf(sql, sizeof sql, "SELECT point_id FROM run WHERE run_id = %u", run);
  cf_diag ignored;
  cf_diag_init(&ignored);
  cf_database *opened = NULL;
  double point = NAN, hour = NAN;
  if (cf_database_open(database, &opened, &ignored) == CF_OK) cf_query_number(opened, sql, &point, &ignored);
  cf_database_close(opened);
  cf_inputs inputs = {0};
  if (!(point >= 1) || cf_inputs_read(database, (uint32_t)point, &inputs, &ignored)) return NAN;
  cf_scenario *scenario = cf_inputs_load(&inputs, NULL, 0, &ignored);
  if (scenario) hour = cf_hour_at_start(scenario);
  cf_scenario_destroy(scenario);
  cf_inputs_free(&inputs);
  return hour;
}

/* The path is what a script may want; the rest is talk. */
static void tell(const cf_cli *cli, const char *path, long bytes, const cf_page_outcome *outcome) {
  fprintf(cli->out.out, "%s\n", path);
  fflush(cli->out.out);
  fprintf(cli->err.out, "%u figure%s, %.1f MB\n", outcome->shown, outcome->shown == 1 ? "" : "s", (double)bytes / 1e6);
  if (outcome->left_out)
    fprintf(cli->err.out, "%u left out for want of data; the page says which and why\n", outcome->left_out);
}

static cf_status report(const cf_cli *cli, const report_flags *given, const char *database, cf_diag *diag) {
  char output[CF_PATH_MAX], place[4][CF_PATH_MAX];
  cf_page_options options = {.database = database,
                             .title = given->title,
                             .version = CF_VERSION,
                             .run = given->run == CF_ABSENT ? 0 : (uint32_t)given->run,
                             .hour_at_start = NAN};
  if (given->run != CF_ABSENT && given->run > UINT32_MAX)
    return cf_fail(diag, CF_USAGE, "%s has no run %llu", database, (unsigned long long)given->run);
  cf_page_outcome outcome = {0};
  long bytes = 0;
  cf_status status = CF_OK;
  if (!given->output) status = name_output(database, output, diag);
  const char *path = given->output ? given->output : output;
  if (status == CF_OK) status = check_output(path, diag);
  if (status == CF_OK) status = find_places(given, &options, place, diag);
  if (status == CF_OK) options.hour_at_start = find_hour(database, options.run);
  if (status == CF_OK) status = write_page(&options, path, &outcome, &bytes, diag);
  if (status == CF_OK) tell(cli, path, bytes, &outcome);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  report_flags given = {.run = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_report, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  status = report(cli, &given, words.word[0], &diag);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_report = {
    .name = "report",
    .ring = 1,
    .line = "make one HTML page of results, with charts",
    .usage = "DB [-o FILE.html] [--run N] [--template DIR] [--title TEXT]",
    .about =
        "The page holds everything it needs and asks the network for nothing, so it can be mailed and archived.\n"
        "Charts are Vega-Lite specifications bound to saved queries (analysis/charts, analysis/queries).",
    .example = "coldfleet report out/quickstart.db",
    .flags = flags,
    .run = run,
};
