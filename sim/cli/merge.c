/* coldfleet merge: puts the shards of a sweep together, or says what is missing; the second half of a job array. */
#include "cli/command.h"
#include "cli/gathered.h"
#include "cli/launch.h"
#include "cli/stop.h"
#include "sweep/lock.h"
#include "sweep/next.h"
#include "sweep/round.h"

#include <string.h>

typedef struct merge_flags {
  const char *output, *launcher, *time_limit, *sbatch;
  uint64_t attempt, retries, at_once;
  bool allow_missing, quiet, json;
} merge_flags;

#define AT(field) offsetof(merge_flags, field)
static const cf_flag flags[] = {
    {"output", 'o', CF_FLAG_TEXT, "DB", "the results' database; DIR/results.db unless given", AT(output), 0},
    {"allow-missing", 0, CF_FLAG_SWITCH, NULL, "merge what is there", AT(allow_missing), 0},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "no summary, errors only", AT(quiet), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "the summary as JSON", AT(json), 0},
    {"launcher", 0, CF_FLAG_TEXT, "slurm", "what is missing is submitted, in jobs that `sweep` made", AT(launcher), 0},
    {"attempt", 0, CF_FLAG_COUNT, "N", "slurm: how often the round has been submitted again", AT(attempt), 0},
    {"retries", 0, CF_FLAG_COUNT, "N", "slurm: how often it may be", AT(retries), 0},
    {"time-limit", 0, CF_FLAG_TEXT, "TIME", "slurm: as of `sweep`", AT(time_limit), 0},
    {"at-once", 0, CF_FLAG_COUNT, "N", "slurm: as of `sweep`", AT(at_once), 1},
    {"sbatch", 0, CF_FLAG_TEXT, "FLAGS", "slurm: as of `sweep`", AT(sbatch), 0},
    {0}};

static const double PATIENCE_S = 3;

typedef struct merging {
  const cf_cli *cli;
  const merge_flags *given;
  const char *directory;
  bool slurm;
  cf_campaign *campaign;
  cf_stop_watch *watch;
  cf_diag *diag;
  char output[CF_CAMPAIGN_PATH];
} merging;

static cf_status check_flags(const merge_flags *given, cf_diag *diag) {
  if (given->launcher && strcmp(given->launcher, "slurm") != 0)
    return cf_fail(diag, CF_USAGE, "--launcher '%s': the only one that a merge submits to is slurm", given->launcher);
  bool for_slurm = given->time_limit || given->sbatch || given->at_once != CF_ABSENT || given->attempt != CF_ABSENT ||
                   given->retries != CF_ABSENT;
  if (!given->launcher && for_slurm)
    return cf_fail(diag, CF_USAGE,
                   "--attempt, --retries, --time-limit, --at-once and --sbatch belong to --launcher slurm");
  if (given->launcher && given->allow_missing)
    return cf_fail(diag, CF_USAGE, "--allow-missing and --launcher exclude each other");
  return CF_OK;
}

static cf_status submit(const merging *m, const cf_round *round, uint32_t attempt) {
  char program[CF_CAMPAIGN_PATH];
  const merge_flags *given = m->given;
  cf_slurm_options options = {.program = program,
                              .sbatch_flags = given->sbatch,
                              .most_at_once = given->at_once == CF_ABSENT ? 0 : (uint32_t)given->at_once,
                              .retries = given->retries == CF_ABSENT ? 0 : (uint32_t)given->retries,
                              .output = m->output,
                              .stop = cf_stop_flag(m->watch)};
  cf_status status = cf_program_path(program, m->diag);
  if (status == CF_OK && given->time_limit)
    status = cf_flag_time("time-limit", given->time_limit, &options.time_limit_s, m->diag);
  return status ? status : cf_submit_round(m->cli, m->campaign, round, &options, attempt, given->quiet, m->diag);
}

static cf_status tell_missing(const merging *m, const cf_round *round) {
  const char *program = m->cli->program;
  return cf_fail(m->diag, CF_INCOMPLETE,
                 "%u runs are still to be done (%s): `%s work %s --shard K` for K = 1 to %u runs them, or `%s sweep %s "
                 "-o %s` does it all",
                 round->list.count, cf_stage_words(round->stage), program, m->directory, round->shards, program,
                 m->campaign->plan->path, m->directory);
}

/* Jobs that are still there would run the new round as if it were theirs. */
static cf_status check_idle(const merging *m) {
  cf_slurm_options options = {.stop = cf_stop_flag(m->watch)};
  return m->slurm ? cf_slurm_check_idle(m->campaign, &options, m->diag) : CF_OK;
}

/* Not everything is there: `before` is the round that was found, `round` what is to be run now. */
static cf_status go_on(const merging *m, const cf_round *before, cf_round *round) {
  round->shards = before->shards;
  cf_status status = check_idle(m);
  if (status == CF_OK) status = cf_round_write(m->campaign, round, m->diag);
  if (status) return status;
  if (!m->slurm) return tell_missing(m, round);
  if (round->number != before->number) return submit(m, round, 0);
  uint32_t attempt = m->given->attempt == CF_ABSENT ? 0 : (uint32_t)m->given->attempt;
  uint32_t retries = m->given->retries == CF_ABSENT ? 0 : (uint32_t)m->given->retries;
  return attempt < retries ? submit(m, round, attempt + 1) : tell_missing(m, round);
}

static cf_status gather(const merging *m, const cf_outcomes *outcomes, uint32_t missing) {
  cf_gathering gathering = {.cli = m->cli,
                            .campaign = m->campaign,
                            .output = m->output,
                            .stop = cf_stop_flag(m->watch),
                            .quiet = m->given->quiet,
                            .json = m->given->json};
  return cf_gather_results(&gathering, outcomes, missing);
}

/* What is left out stays to be done, in the parts that it was cut into: only who goes on decides the round anew. */
static cf_status settle(const merging *m, const cf_outcomes *outcomes, const cf_round *before, cf_round *round) {
  if (round->list.count && !m->given->allow_missing) return go_on(m, before, round);
  cf_status status = CF_OK;
  if (round->list.count == 0) {
    round->shards = before->shards;
    status = cf_round_write(m->campaign, round, m->diag);
  }
  return status ? status : gather(m, outcomes, round->list.count);
}

static cf_status merge(merging *m, bool *submitted) {
  cf_outcomes outcomes;
  cf_round before, round = {0};
  cf_status status = cf_round_read(m->campaign, &before, m->diag);
  if (status) return status;
  status = cf_campaign_outcomes(m->campaign, &outcomes, m->diag);
  if (status == CF_OK) {
    status = cf_next_round(m->campaign, &outcomes, false, &round, m->diag);
    if (status == CF_OK) {
      status = settle(m, &outcomes, &before, &round);
      *submitted = m->slurm && round.list.count && status == CF_OK;
      cf_round_free(&round);
    }
    cf_outcomes_free(&outcomes);
  }
  cf_round_free(&before);
  return status;
}

static cf_status merge_in(merging *m) {
  int lock = -1;
  bool submitted = false;
  cf_status status = cf_campaign_open(m->directory, &m->campaign, m->diag);
  if (status == CF_OK) status = cf_lock_take(m->directory, PATIENCE_S, &lock, m->diag);
  if (status == CF_OK && !cf_gathered_path(m->campaign, m->given->output, m->output, m->diag)) status = CF_USAGE;
  if (status == CF_OK && !(m->watch = cf_stop_watch_start()))
    status = cf_fail(m->diag, CF_INTERNAL, "cannot start a thread");
  if (status == CF_OK) {
    status = merge(m, &submitted);
    if (cf_stop_status(m->watch)) status = cf_stop_status(m->watch);
  }
  cf_stop_watch_end(m->watch);
  if (m->slurm && !submitted) cf_launch_end(m->directory, status); /* the lock keeps a new submission out */
  cf_lock_free(lock);
  cf_campaign_close(m->campaign);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  merge_flags given = {.attempt = CF_ABSENT, .retries = CF_ABSENT, .at_once = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_merge, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  merging m = {.cli = cli, .given = &given, .directory = words.word[0], .slurm = given.launcher, .diag = &diag};
  status = check_flags(&given, &diag);
  if (status == CF_OK)
    status = merge_in(&m);
  else if (m.slurm)
    cf_launch_end(m.directory, status);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_merge = {
    .name = "merge",
    .ring = 3,
    .line = "put the shards of a sweep together into one database",
    .usage = "DIR [-o DB] [--allow-missing]",
    .about =
        "The database is the same to the byte however the runs were spread over shards. While runs are missing,\n"
        "nothing is merged: it says how many, and how to run them (exit code 6).",
    .example =
        "coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor -q && coldfleet merge out/capacitor",
    .flags = flags,
    .run = run,
};
