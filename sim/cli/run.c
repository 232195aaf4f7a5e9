/* coldfleet run: every policy and replication of some scenarios, into a database, with a printed report. */
#include "cli/batch.h"
#include "base/log.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "base/json.h"
#include "cli/load.h"
#include "cli/places.h"
#include "cli/stop.h"
#include "cli/summary.h"
#include "cli/version.h"
#include "store/query.h"
#include "store/rows.h"
#include "store/writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run_flags {
  const char *output, *models;
  cf_list set;
  uint64_t threads, seed, reps;
  bool force, quiet, verbose, json;
} run_flags;

#define AT(field) offsetof(run_flags, field)
static const cf_flag flags[] = {
    {"output", 'o', CF_FLAG_TEXT, "DB", "the results' database; out/<scenario>.db unless given", AT(output), 0},
    {"set", 's', CF_FLAG_LIST, "PATH=VALUE", "changes the scenario, e.g. --set fleet.sensors.count=100; repeatable",
     AT(set), 0},
    {"threads", 'j', CF_FLAG_COUNT, "N", "threads; as many as there are cores unless given", AT(threads), 1},
    {"seed", 0, CF_FLAG_COUNT, "N", "instead of the scenario's seed", AT(seed), 0},
    {"reps", 'r', CF_FLAG_COUNT, "N", "replications of each policy, 1 unless given; same weather for all policies",
     AT(reps), 1},
    {"force", 'f', CF_FLAG_SWITCH, NULL, "replace the database named by -o", AT(force), 0},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "neither progress nor report, errors only", AT(quiet), 0},
    {"verbose", 'v', CF_FLAG_SWITCH, NULL, "a line per run on stderr: events, time, digest", AT(verbose), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "the results as JSON instead of the report", AT(json), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
    {0}};

enum { MOST_RUNS = 100000 };

/* What one database is made of. */
typedef struct one_study {
  const cf_cli *cli;
  const run_flags *flags;
  const cf_loaded *loaded; /* its scenarios */
  uint32_t scenarios;
  char *const *path; /* of each scenario */
  char database[CF_PATH_MAX];
  unsigned threads;
  cf_batch batch;
  uint32_t done, failed, unfinished;
} one_study;

static void write_check(void *self, const cf_check *check) {
  cf_json *json = self;
  cf_json_object(json, NULL);
  cf_json_count(json, "run_id", check->run_id);
  cf_json_text(json, "policy", check->policy);
  cf_json_text(json, "column", check->column);
  cf_json_real(json, "value", check->value);
  cf_json_real(json, "min", check->min);
  cf_json_real(json, "max", check->max);
  cf_json_bool(json, "passed", check->passed);
  cf_json_close(json);
}

/* A row of table run, column by column as the database has it. */
static void write_row(cf_json *json, const cf_job *job) {
  static const char hex[] = "0123456789abcdef";
  const cf_relation *run = cf_relation_of(CF_TABLE_RUN);
  cf_cell cell[CF_MAX_COLUMNS];
  cf_run_bytes bytes;
  char text[2 * sizeof bytes.digest + 1], words[512];
  uint32_t columns = cf_cells_run(cell, &job->row, job->status == CF_OK ? CF_RUN_DONE : CF_RUN_FAILED, &bytes);
  cf_json_object(json, NULL);
  for (uint32_t i = 0; i < columns; i++) {
    const char *name = run->column[i].name;
    switch (cell[i].type) {
      case CF_CELL_NULL:
        cf_json_text(json, name, NULL);
        break;
      case CF_CELL_INTEGER:
        cf_json_integer(json, name, cell[i].as.integer);
        break;
      case CF_CELL_REAL:
        cf_json_real(json, name, cell[i].as.real);
        break;
      case CF_CELL_TEXT: /* need not end with a NUL */
        snprintf(words, sizeof words, "%.*s", (int)cell[i].length, cell[i].as.text);
        cf_json_text(json, name, words);
        break;
      case CF_CELL_BLOB:
        for (uint32_t k = 0; k < cell[i].length && k < sizeof bytes.digest; k++) {
          text[2 * k] = hex[bytes.digest[k] >> 4];
          text[2 * k + 1] = hex[bytes.digest[k] & 15];
        }
        text[sizeof text - 1] = '\0';
        cf_json_text(json, name, text);
    }
  }
  cf_json_close(json);
}

static void write_json(cf_json *json, const one_study *study) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_json_object(json, NULL);
  cf_json_text(json, "database", study->database);
  cf_json_count(json, "done", study->done);
  cf_json_count(json, "failed", study->failed);
  cf_json_count(json, "unfinished", study->unfinished);
  cf_json_list(json, "runs");
  for (uint32_t i = 0; i < study->batch.jobs; i++)
    if (study->batch.job[i].row.run_id) write_row(json, &study->batch.job[i]);
  cf_json_close(json);
  cf_json_list(json, "assertions");
  cf_checks_run(&study->batch, write_check, json, &diag);
  cf_json_close(json);
  cf_json_close(json);
}

/* One question with its answer, so that the reader sees how asking is done. */
static void show_query(const one_study *study, const cf_scenario *scenario) {
  cf_figures figures;
  cf_figures_make(&study->batch, scenario, &figures);
  if (figures.best < 0) return;
  char sql[160];
  snprintf(sql, sizeof sql, "SELECT tier, account, mj FROM v_decision_cost WHERE run_id=%u ORDER BY mj DESC LIMIT 3",
           figures.policy[figures.best].job + 1);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_database *database = NULL;
  if (cf_database_open(study->database, &database, &diag) == CF_OK) {
    fprintf(study->cli->out.out, "\nWho really pays for one decision, in mJ?\n$ %s query %s \\\n  '%s'\n",
            study->cli->program, study->database, sql);
    fflush(study->cli->out.out);
    cf_query_print(database, sql, NULL, study->cli->out.out, &diag);
  }
  cf_database_close(database);
  cf_cli_tell(study->cli, &diag, diag.status);
}

static void report(const one_study *study) {
  for (uint32_t i = 0; i < study->scenarios; i++) {
    cf_summary summary = {.batch = &study->batch,
                          .scenario = study->loaded[i].scenario,
                          .path = study->path[i],
                          .database = study->database,
                          .program = study->cli->program};
    if (study->scenarios > 1) fprintf(study->cli->out.out, "\n== %s ==\n", study->path[i]);
    cf_summary_print(&study->cli->out, &summary);
    show_query(study, study->loaded[i].scenario);
    cf_summary_next(&study->cli->out, &summary);
  }
}

static void tell_failures(one_study *study) {
  for (uint32_t i = 0; i < study->batch.jobs; i++) {
    const cf_job *job = &study->batch.job[i];
    study->done += job->status == CF_OK;
    study->unfinished += job->status == CF_INCOMPLETE || job->status == CF_IO;
    if (job->status == CF_OK || job->status == CF_INCOMPLETE) {
      cf_cli_tell(study->cli, &job->diag, job->status);
      continue;
    }
    if (job->status != CF_IO) study->failed++;
    fprintf(study->cli->err.out, "run %u (%s) failed:\n", i + 1, job->scenario->policy[job->policy].name);
    cf_cli_tell(study->cli, &job->diag, job->status);
    if (job->status == CF_IO) return; /* the others failed for the same reason */
  }
}

static void tell_runs(const one_study *study) {
  cf_log log = {.out = study->cli->err.out, .level = CF_LOG_INFO, .colour = study->cli->err.colour};
  for (uint32_t i = 0; i < study->batch.jobs; i++) {
    const cf_run_row *row = &study->batch.job[i].row;
    cf_log_write(&log, CF_LOG_INFO, "run %u, %s: %llu events in %.2f s (%.2f s of CPU), digest %016llx%016llx", i + 1,
                 row->policy, (unsigned long long)row->events, row->wall_s, row->cpu_s,
                 (unsigned long long)row->digest.lane[0], (unsigned long long)row->digest.lane[1]);
  }
}

/* Runs the jobs and closes the database. */
static cf_status execute(one_study *study, cf_writer *writer, cf_stop_watch *watch, cf_diag *diag) {
  const cf_cli *cli = study->cli;
  bool quiet = study->flags->quiet;
  cf_collector collector = {.next = cf_writer_recorder(writer), .runs = study->batch.jobs, .run = study->batch.kept};
  cf_recorder recorder = cf_collector_recorder(&collector);
  cf_progress *progress = cf_progress_create(&cli->err, study->batch.jobs, quiet, NULL);
  cf_batch_options options = {.threads = study->threads, .stop = cf_stop_flag(watch), .progress = progress};
  cf_batch_run(&study->batch, &recorder, &options);
  cf_status closed = cf_writer_close(writer, diag);
  if (progress) cf_progress_finish(progress, study->threads, study->database);
  cf_progress_destroy(progress);
  return closed;
}

static cf_status open_writer(one_study *study, cf_writer **writer, cf_diag *diag) {
  const cf_scenario *scenario[CF_MAX_LIST];
  cf_setting setting[CF_MAX_LIST];
  char origin[CF_MAX_LIST][CF_ORIGIN_TEXT];
  cf_settings_of(&study->flags->set, setting, origin);
  for (uint32_t i = 0; i < study->scenarios; i++) scenario[i] = study->loaded[i].scenario;
  cf_writer_options options = {.path = study->database,
                               .replace = study->flags->force || !study->flags->output,
                               .scenario = scenario,
                               .scenarios = study->scenarios,
                               .settings = setting,
                               .setting_count = study->flags->set.count,
                               .runs_planned = study->batch.jobs,
                               .version = CF_VERSION,
                               .threads = study->threads};
  return cf_writer_open(&options, writer, diag);
}

/* One database from start to end. `json` is NULL for the printed report. */
static cf_status run_study(one_study *study, cf_stop_watch *watch, cf_json *json) {
  const cf_cli *cli = study->cli;
  const run_flags *given = study->flags;
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_scenario *scenario[CF_MAX_LIST];
  for (uint32_t i = 0; i < study->scenarios; i++) scenario[i] = study->loaded[i].scenario;
  uint32_t reps = (uint32_t)given->reps;
  const uint64_t *seed = given->seed == CF_ABSENT ? NULL : &given->seed;
  if (!cf_batch_plan(&study->batch, scenario, study->scenarios, reps, seed))
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_INTERNAL, "no memory for the runs"));
  if (study->threads > study->batch.jobs * CF_MAX_SHARDS) study->threads = study->batch.jobs * CF_MAX_SHARDS;
  cf_writer *writer = NULL;
  cf_status status = open_writer(study, &writer, &diag);
  if (status) {
    cf_cli_tell(cli, &diag, status);
    fprintf(cli->err.out, "nothing was run, because %s cannot be made\n", study->database);
    return status;
  }
  if (!given->quiet && !given->json)
    for (uint32_t i = 0; i < study->scenarios; i++) cf_summary_headline(&cli->out, scenario[i], study->path[i], reps);
  fflush(cli->out.out);
  status = execute(study, writer, watch, &diag);
  tell_failures(study);
  if (given->verbose) tell_runs(study);
  if (status) return cf_cli_tell(cli, &diag, status);
  if (json)
    write_json(json, study);
  else if (!given->quiet && study->done)
    report(study);
  fflush(cli->out.out);
  cf_status checked = cf_checks_run(&study->batch, NULL, NULL, &diag);
  cf_cli_tell(cli, &diag, checked);
  for (uint32_t i = 0; i < study->batch.jobs; i++)
    if (study->batch.job[i].status == CF_IO) return CF_IO;
  if (cf_stop_status(watch)) {
    fprintf(cli->err.out, "stopped: %u of %u runs are done and saved in %s\n", study->done, study->batch.jobs,
            study->database);
    return cf_stop_status(watch);
  }
  if (study->failed)
    fprintf(cli->err.out, "%u of %u runs failed; what is done is in %s\n", study->failed, study->batch.jobs,
            study->database);
  return study->failed ? CF_SOME_FAILED : checked;
}

static cf_status check_names(const cf_loaded *loaded, uint32_t count, cf_diag *diag) {
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t k = 0; k < i; k++)
      if (strcmp(loaded[i].scenario->name, loaded[k].scenario->name) == 0)
        return cf_fail(diag, CF_USAGE, "two scenarios are named '%s'; a database needs them distinct",
                       loaded[i].scenario->name);
  return CF_OK;
}

/* With -o all scenarios share one database, else each has its own. */
static cf_status run_all(const cf_cli *cli, const run_flags *given, const cf_words *words, const cf_loaded *loaded,
                         cf_stop_watch *watch) {
  uint32_t together = given->output ? words->count : 1;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned threads = given->threads != CF_ABSENT ? (unsigned)given->threads : cores > 0 ? (unsigned)cores : 1;
  cf_json json = cf_json_start(cli->out.out);
  cf_status worst = CF_OK;
  if (given->json) {
    cf_json_object(&json, NULL);
    cf_json_text(&json, "version", CF_VERSION);
    cf_json_list(&json, "studies");
  }
  for (uint32_t at = 0; at < words->count; at += together) {
    one_study study = {.cli = cli,
                       .flags = given,
                       .loaded = loaded + at,
                       .scenarios = together,
                       .path = words->word + at,
                       .threads = threads};
    cf_diag diag;
    cf_diag_init(&diag);
    cf_status status = CF_OK;
    if (given->output)
      snprintf(study.database, sizeof study.database, "%s", given->output);
    else
      status = cf_default_database(loaded[at].scenario->name, study.database, &diag);
    cf_cli_tell(cli, &diag, status);
    if (status == CF_OK) status = run_study(&study, watch, given->json ? &json : NULL);
    cf_batch_free(&study.batch);
    if (worst == CF_OK) worst = status;
    if (status == CF_IO || cf_stop_status(watch)) break;
  }
  if (given->json) {
    cf_json_close(&json);
    cf_json_close(&json);
  }
  return worst;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  run_flags given = {.threads = CF_ABSENT, .seed = CF_ABSENT, .reps = 1};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_run, argc, argv, &given, &words, 1, CF_MAX_LIST);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  if (given.threads != CF_ABSENT && given.threads > 1024)
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "--threads must be at most 1024"));
  if (given.reps > MOST_RUNS)
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "--reps must be at most %d", MOST_RUNS));
  cf_loaded loaded[CF_MAX_LIST] = {0};
  status = cf_load_all(cli, &words, given.models, &given.set, loaded);
  if (status == CF_OK && given.output) status = cf_cli_tell(cli, &diag, check_names(loaded, words.count, &diag));
  if (status == CF_OK) {
    cf_stop_watch *watch = cf_stop_watch_start();
    if (watch)
      status = run_all(cli, &given, &words, loaded, watch);
    else
      status = cf_cli_tell(cli, &diag, cf_fail(&diag, CF_INTERNAL, "cannot start a thread"));
    cf_stop_watch_end(watch);
  }
  cf_load_free(loaded, words.count);
  return cf_cli_flush(cli, status);
}

const cf_command cf_command_run = {
    .name = "run",
    .ring = 1,
    .line = "simulate scenarios, write a database, print what happened",
    .usage = "SCENARIO.yaml... [-o DB] [--set PATH=VALUE]... [--reps N]",
    .about =
        "Each policy and replication is one run. Without -o the results go to out/<scenario>.db, which is\n"
        "replaced; a database named by -o is only replaced with --force. With -o several scenarios share one\n"
        "database. Ctrl-C stops in good order: runs that are done stay.",
    .example = "coldfleet run scenarios/quickstart.yaml --set fleet.sensors.count=5",
    .flags = flags,
    .run = run,
};
