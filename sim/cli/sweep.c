/* coldfleet sweep: works off a plan, here or on a cluster, and prints what came out. */
#include "cli/command.h"
#include "cli/conduct.h"
#include "cli/dry_run.h"
#include "cli/gathered.h"
#include "cli/launch.h"
#include "cli/places.h"
#include "sweep/forecast.h"
#include "sweep/lock.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef enum launcher { LAUNCH_LOCAL, LAUNCH_SLURM, LAUNCH_MANUAL } launcher;

typedef struct sweep_flags {
  const char *directory, *launcher, *chunk, *time_limit, *sbatch, *max_failures, *models;
  uint64_t jobs, shards, retries, at_once;
  bool retry_failed, dry_run, wait, no_merge, quiet, json;
} sweep_flags;

#define AT(field) offsetof(sweep_flags, field)
static const cf_flag flags[] = {
    {"output", 'o', CF_FLAG_TEXT, "DIR", "the sweep's directory; one that holds it already is gone on with",
     AT(directory), 0},
    {"jobs", 'j', CF_FLAG_COUNT, "N", "worker processes; as many as there are cores unless given", AT(jobs), 1},
    {"launcher", 'l', CF_FLAG_TEXT, "NAME", "local (default), slurm, or manual: cut into parts for `work`, run nothing",
     AT(launcher), 0},
    {"shards", 0, CF_FLAG_COUNT, "N", "slurm, manual: parts of each round", AT(shards), 1},
    {"chunk", 0, CF_FLAG_TEXT, "TIME", "slurm, manual: parts of about this length instead, 10min unless given",
     AT(chunk), 0},
    {"time-limit", 0, CF_FLAG_TEXT, "TIME", "slurm: of one task; a run that is longer is refused", AT(time_limit), 0},
    {"sbatch", 0, CF_FLAG_TEXT, "FLAGS", "slurm: passed on, e.g. --sbatch '--partition=short --mem=1G'", AT(sbatch), 0},
    {"at-once", 0, CF_FLAG_COUNT, "N", "slurm: tasks that run at the same time, at most", AT(at_once), 1},
    {"retries", 0, CF_FLAG_COUNT, "N", "slurm: further arrays for what is missing, 2 unless given", AT(retries), 0},
    {"wait", 0, CF_FLAG_SWITCH, NULL, "slurm: return when the results are there", AT(wait), 0},
    {"retry-failed", 0, CF_FLAG_SWITCH, NULL, "run failed runs again", AT(retry_failed), 0},
    {"max-failures", 0, CF_FLAG_TEXT, "N", "stop a round after so many failed runs, or '5%' of its runs",
     AT(max_failures), 0},
    {"dry-run", 'n', CF_FLAG_SWITCH, NULL, "say what would be run, how long and how large; write nothing", AT(dry_run),
     0},
    {"no-merge", 0, CF_FLAG_SWITCH, NULL, "leave the results in their shards", AT(no_merge), 0},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "neither progress nor summary, errors only", AT(quiet), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "the summary as JSON", AT(json), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
    {0}};

static const double PILOT_S = 0.5, CHUNK_S = 600, PATIENCE_S = 3, ASK_S = 30;
enum { RETRIES = 2 };

typedef struct sweep {
  const cf_cli *cli;
  const sweep_flags *given;
  const char *plan_path;
  launcher launcher;
  double chunk_s, time_limit_s; /* 0: none */
  unsigned workers;
  cf_campaign *campaign;
  cf_stop_watch *watch;
  cf_diag *diag;
  char output[CF_CAMPAIGN_PATH], program[CF_CAMPAIGN_PATH];
  double drawn_s; /* when the freezing was last told of */
} sweep;

/* ---- flags ------------------------------------------------------------------------------------------------------- */

static cf_status read_launcher(const char *text, launcher *chosen, cf_diag *diag) {
  static const char *const names[] = {"local", "slurm", "manual"}; /* in the order of the enum */
  *chosen = LAUNCH_LOCAL;
  if (!text) return CF_OK;
  for (int i = LAUNCH_LOCAL; i <= LAUNCH_MANUAL; i++) {
    if (strcmp(text, names[i]) != 0) continue;
    *chosen = (launcher)i;
    return CF_OK;
  }
  int nearest = cf_nearest(text, names, 3);
  return cf_fail(diag, CF_USAGE, "--launcher '%s' is none of local, slurm and manual%s%s%s", text,
                 nearest >= 0 ? " (did you mean '" : "", nearest >= 0 ? names[nearest] : "", nearest >= 0 ? "'?)" : "");
}

/* "12", or "5%" of the runs. */
static cf_status read_failures(const char *text, uint32_t runs, uint32_t *most, cf_diag *diag) {
  *most = UINT32_MAX;
  if (!text) return CF_OK;
  char *end;
  double value = strtod(text, &end);
  while (*end == ' ') end++;
  bool share = end[0] == '%' && end[1] == '\0';
  if (end == text || (*end && !share) || !(value > 0) || value > 1e9 || (share && value > 100))
    return cf_fail(diag, CF_USAGE, "--max-failures '%s' is neither a number of runs nor a share like 5%%", text);
  value = ceil(share ? value / 100 * runs : value);
  *most = value < 1 ? 1 : (uint32_t)value;
  return CF_OK;
}

static cf_status check_flags(sweep *s) {
  const sweep_flags *given = s->given;
  cf_diag *diag = s->diag;
  if (!given->directory) return cf_fail(diag, CF_USAGE, "where to? say -o DIR");
  cf_status status = read_launcher(given->launcher, &s->launcher, diag);
  if (status) return status;
  bool local = s->launcher == LAUNCH_LOCAL, slurm = s->launcher == LAUNCH_SLURM;
  bool for_slurm =
      given->time_limit || given->sbatch || given->wait || given->at_once != CF_ABSENT || given->retries != CF_ABSENT;
  if (!slurm && for_slurm)
    return cf_fail(diag, CF_USAGE,
                   "--time-limit, --sbatch, --at-once, --retries and --wait belong to --launcher slurm");
  if (local && (given->chunk || given->shards != CF_ABSENT))
    return cf_fail(diag, CF_USAGE, "--chunk and --shards belong to --launcher slurm or manual");
  if (given->chunk && given->shards != CF_ABSENT)
    return cf_fail(diag, CF_USAGE, "--chunk and --shards exclude each other");
  if (given->shards != CF_ABSENT && given->shards > 100000)
    return cf_fail(diag, CF_USAGE, "--shards must be at most 100000");
  if (given->jobs != CF_ABSENT && given->jobs > CF_WORK_MOST)
    return cf_fail(diag, CF_USAGE, "--jobs must be at most %d", CF_WORK_MOST);
  s->workers = given->jobs != CF_ABSENT ? (unsigned)given->jobs : cf_cores();
  s->chunk_s = CHUNK_S;
  uint32_t ignored;
  status = read_failures(given->max_failures, 1, &ignored, diag);
  if (status == CF_OK && given->chunk) status = cf_flag_time("chunk", given->chunk, &s->chunk_s, diag);
  if (status == CF_OK && given->time_limit)
    status = cf_flag_time("time-limit", given->time_limit, &s->time_limit_s, diag);
  return status;
}

static cf_slurm_options slurm_options(const sweep *s) {
  const sweep_flags *given = s->given;
  return (cf_slurm_options){.program = s->program,
                            .sbatch_flags = given->sbatch,
                            .time_limit_s = s->time_limit_s,
                            .most_at_once = given->at_once == CF_ABSENT ? 0 : (uint32_t)given->at_once,
                            .retries = given->retries == CF_ABSENT ? RETRIES : (uint32_t)given->retries,
                            .output = s->output,
                            .stop = s->watch ? cf_stop_flag(s->watch) : NULL};
}

/* ---- the next round ---------------------------------------------------------------------------------------------- */

/* CF_INPUT when a run would not fit into --time-limit. */
static cf_status check_longest(const sweep *s, const cf_forecast *forecast) {
  if (s->time_limit_s <= 0 || !(forecast->longest_s > s->time_limit_s)) return CF_OK;
  const cf_campaign *campaign = s->campaign;
  cf_campaign_run run = cf_campaign_run_of(campaign, forecast->longest_run);
  char label[300];
  return cf_fail(s->diag, CF_INPUT,
                 "run %u (%s, point %u: %s) would take about %s, and --time-limit is %s: raise the limit, or make the "
                 "run shorter",
                 run.run_id, campaign->base->policy[run.policy].name, run.point_id,
                 cf_point_label(campaign->plan, &campaign->points, run.point_id - 1, label, sizeof label),
                 cf_text_duration(forecast->longest_s).text, cf_text_duration(s->time_limit_s).text);
}

static uint32_t parts_of(const sweep *s, const cf_forecast *forecast, uint32_t runs) {
  if (s->launcher == LAUNCH_LOCAL) return 1;
  if (s->given->shards != CF_ABSENT) return (uint32_t)s->given->shards;
  double parts = ceil(runs * forecast->mean_s / s->chunk_s);
  uint32_t most = runs < CF_SLURM_TASKS ? runs : CF_SLURM_TASKS;
  if (isfinite(parts) && parts < most) most = (uint32_t)parts;
  return most > 1 ? most : 1;
}

/* What is to be run now, cut into parts. */
static cf_status next_round(sweep *s, const cf_outcomes *outcomes, const cf_forecast *forecast, bool retry_failed,
                            cf_round *round) {
  cf_status status = cf_campaign_next(s->campaign, outcomes, 1, retry_failed, round, s->diag);
  uint32_t parts = status == CF_OK && round->list.count ? parts_of(s, forecast, round->list.count) : 1;
  if (status || parts == 1) return status;
  cf_round_free(round);
  return cf_campaign_next(s->campaign, outcomes, parts, retry_failed, round, s->diag);
}

static bool needs_forecast(const sweep *s) {
  return s->given->dry_run || s->time_limit_s > 0 || (s->launcher != LAUNCH_LOCAL && s->given->shards == CF_ABSENT);
}

/* ---- here -------------------------------------------------------------------------------------------------------- */

static cf_status run_round(sweep *s, const cf_round *round, bool *too_many) {
  char command[256];
  cf_work_state state;
  const char *program = s->cli->program, *directory = s->given->directory;
  snprintf(command, sizeof command, "coldfleet sweep %.100s -o %.100s", s->plan_path, directory);
  cf_conduct conduct = {.cli = s->cli,
                        .campaign = s->campaign,
                        .watch = s->watch,
                        .name = "local",
                        .shard = "local",
                        .numbered = true,
                        .command = command,
                        .workers = s->workers,
                        .quiet = s->given->quiet};
  cf_status status = read_failures(s->given->max_failures, round->list.count, &conduct.max_failures, s->diag);
  if (status) return status;
  if (!s->given->quiet && round->stage != CF_STAGE_RUN)
    fprintf(s->cli->err.out, "%s: %u trials\n", cf_stage_words(round->stage), round->list.count);
  status = cf_conduct_runs(&conduct, round, 0, round->list.count, &state, s->diag);
  *too_many = status == CF_INCOMPLETE && state.failed >= conduct.max_failures;
  if (*too_many)
    fprintf(s->cli->err.out, "%u runs failed, as many as --max-failures allows; `%s status %s` says why\n",
            state.failed, program, directory);
  if (status == CF_INTERRUPTED || status == CF_REQUEUE)
    fprintf(s->cli->err.out, "stopped: %u of %u runs of this round are done; the same command goes on from there\n",
            state.done + state.failed, state.runs);
  return status;
}

static cf_status tell_lost(const sweep *s, uint32_t runs) {
  return cf_fail(s->diag, CF_INTERNAL,
                 "runs could not be recorded: %u were tried, and %s/shards still has none of them; see that nothing "
                 "else changes the directory, and repeat the command",
                 runs, s->campaign->directory);
}

/* Rounds until there is none. `outcomes` are those of the end. */
static cf_status run_rounds(sweep *s, cf_outcomes *outcomes) {
  bool retry_failed = s->given->retry_failed, too_many = false;
  uint32_t number = 0, runs = 0; /* of the round before */
  for (;;) {
    cf_round round;
    cf_forecast nothing = {NAN, NAN, 0, NAN};
    cf_status status = cf_campaign_outcomes(s->campaign, outcomes, s->diag);
    if (status) return status;
    status = next_round(s, outcomes, &nothing, retry_failed, &round);
    if (status == CF_OK && round.list.count == 0) {
      cf_round_free(&round);
      return CF_OK;
    }
    cf_outcomes_free(outcomes);
    if (status == CF_OK) {
      bool again = round.number == number && round.list.count == runs;
      number = round.number;
      runs = round.list.count;
      status = again ? tell_lost(s, runs) : run_round(s, &round, &too_many);
      cf_round_free(&round);
    }
    if (status) return status;
    retry_failed = false; /* once is enough: what fails, fails again */
  }
}

/* What a merge would say of runs that failed. */
static cf_status tell_failed(const sweep *s, const cf_outcomes *outcomes) {
  uint32_t failed = 0;
  for (uint32_t i = 0; i < outcomes->count && outcomes->outcome[i].run_id <= s->campaign->runs; i++)
    failed += !outcomes->outcome[i].done;
  if (failed == 0) return CF_OK;
  fprintf(s->cli->err.out, "%u run%s failed; `%s status %s` says why\n", failed, failed == 1 ? "" : "s",
          s->cli->program, s->campaign->directory);
  return CF_SOME_FAILED;
}

static cf_status sweep_here(sweep *s) {
  cf_outcomes outcomes;
  cf_status status = run_rounds(s, &outcomes);
  if (status) return status;
  if (s->given->no_merge) {
    status = tell_failed(s, &outcomes);
    cf_outcomes_free(&outcomes);
    return status;
  }
  cf_gathering gathering = {.cli = s->cli,
                            .campaign = s->campaign,
                            .output = s->output,
                            .stop = cf_stop_flag(s->watch),
                            .quiet = s->given->quiet,
                            .json = s->given->json};
  if (cf_stop_attend(s->watch)) /* no more forks: a thread may listen, since merging does not ask */
    status = cf_gather_results(&gathering, &outcomes, 0);
  else
    status = cf_fail(s->diag, CF_INTERNAL, "cannot start a thread");
  cf_outcomes_free(&outcomes);
  return cf_stop_status(s->watch) ? cf_stop_status(s->watch) : status;
}

/* ---- elsewhere --------------------------------------------------------------------------------------------------- */

static void tell_manual(const sweep *s, const cf_round *round) {
  const char *program = s->cli->program, *directory = s->given->directory;
  FILE *out = s->cli->out.out;
  if (s->given->quiet) return;
  if (round->list.count == 0) {
    fprintf(out, "nothing is left to run; next: %s merge %s\n", program, directory);
    return;
  }
  fprintf(out, "%s: %u runs in %u part%s; run each of them, anywhere that sees the directory:\n",
          cf_stage_words(round->stage), round->list.count, round->shards, round->shards == 1 ? "" : "s");
  fprintf(out, "  %s work %s --shard K    K = 1%s\n", program, directory, round->shards > 1 ? " ..." : "");
  fprintf(out, "then: %s merge %s\n", program, directory);
}

static cf_status wait_for_end(sweep *s) {
  int ended;
  cf_status status = cf_launch_wait(s->campaign, ASK_S, s->watch, &ended, s->diag);
  if (cf_stop_status(s->watch)) fputs("not waiting any more; the jobs go on\n", s->cli->err.out);
  if (status) return status;
  if (!s->given->quiet)
    fprintf(s->cli->err.out, "the last job ended with exit code %d; what it said is in %s/log\n", ended,
            s->given->directory);
  return (cf_status)ended;
}

static cf_status sweep_on_slurm(sweep *s, const cf_round *round, int *lock) {
  cf_slurm_options options = slurm_options(s);
  cf_launch_begin(s->campaign->directory);
  cf_status status = cf_submit_round(s->cli, s->campaign, round, &options, 0, s->given->quiet, s->diag);
  cf_lock_free(*lock); /* the merging job needs it */
  *lock = -1;
  return status || !s->given->wait ? status : wait_for_end(s);
}

/* Jobs that are still there would run the new round as if it were theirs. */
static cf_status check_idle(const sweep *s) {
  cf_slurm_options options = slurm_options(s);
  return s->launcher == LAUNCH_SLURM ? cf_slurm_check_idle(s->campaign, &options, s->diag) : CF_OK;
}

static cf_status sweep_elsewhere(sweep *s, int *lock) {
  cf_outcomes outcomes;
  cf_round round;
  cf_forecast forecast = {NAN, NAN, 0, NAN};
  cf_status status = needs_forecast(s) ? cf_forecast_make(s->campaign, PILOT_S, &forecast, s->diag) : CF_OK;
  if (status == CF_OK) status = check_longest(s, &forecast);
  if (status == CF_OK) status = cf_campaign_outcomes(s->campaign, &outcomes, s->diag);
  if (status) return status;
  status = check_idle(s);
  if (status == CF_OK) status = next_round(s, &outcomes, &forecast, s->given->retry_failed, &round);
  cf_outcomes_free(&outcomes);
  if (status) return status;
  if (s->launcher == LAUNCH_MANUAL || round.list.count == 0)
    tell_manual(s, &round);
  else
    status = sweep_on_slurm(s, &round, lock);
  cf_round_free(&round);
  return status;
}

/* ---- nowhere ----------------------------------------------------------------------------------------------------- */

static int drop_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static cf_status print_dry(sweep *s, const char *directory) {
  cf_outcomes outcomes;
  cf_round round;
  cf_forecast forecast;
  cf_status status = cf_forecast_make(s->campaign, PILOT_S, &forecast, s->diag);
  if (status == CF_OK) status = check_longest(s, &forecast);
  if (status == CF_OK) status = cf_campaign_outcomes(s->campaign, &outcomes, s->diag);
  if (status) return status;
  status = next_round(s, &outcomes, &forecast, s->given->retry_failed, &round);
  cf_outcomes_free(&outcomes);
  if (status) return status;
  char frozen[CF_CAMPAIGN_PATH];
  snprintf(frozen, sizeof frozen, "%.4000s/plan.db", directory);
  cf_slurm_options slurm = slurm_options(s);
  cf_dry_run dry = {.cli = s->cli,
                    .campaign = s->campaign,
                    .directory = directory,
                    .begun = access(frozen, F_OK) == 0,
                    .forecast = &forecast,
                    .round = &round,
                    .workers = s->launcher == LAUNCH_LOCAL ? s->workers : 0,
                    .slurm = s->launcher == LAUNCH_SLURM ? &slurm : NULL};
  snprintf(s->campaign->directory, sizeof s->campaign->directory, "%s", directory); /* that scripts should name */
  if (s->given->json)
    cf_dry_run_json(&dry);
  else
    status = cf_dry_run_print(&dry, s->diag);
  cf_round_free(&round);
  return status;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void on_point(void *self, uint32_t done, uint32_t points) {
  sweep *s = self;
  const cf_terminal *err = &s->cli->err;
  double now = now_s();
  if (s->given->quiet || (done < points && now - s->drawn_s < (err->tty ? 0.1 : 10))) return;
  if (err->tty && done == points)
    fputs("\r\033[K", err->out);
  else if (done < points && s->drawn_s > 0)
    fprintf(err->out, "%schecking the points: %u of %u%s", err->tty ? "\r" : "", done, points, err->tty ? "" : "\n");
  fflush(err->out);
  s->drawn_s = now;
}

static cf_status start(sweep *s, const char *directory) {
  char models[CF_PATH_MAX];
  cf_status status = cf_find_models(s->given->models, models, s->diag);
  s->drawn_s = now_s();
  if (status == CF_OK) status = cf_campaign_start(s->plan_path, models, directory, on_point, s, &s->campaign, s->diag);
  if (status == CF_OK && !cf_gathered_path(s->campaign, NULL, s->output, s->diag)) status = CF_USAGE;
  if (status == CF_OK) status = cf_program_path(s->program, s->diag);
  return status;
}

/* A plan that cannot be started leaves nothing behind. */
static void drop_empty(const char *directory) {
  char path[CF_CAMPAIGN_PATH];
  if (snprintf(path, sizeof path, "%s/plan.db", directory) >= (int)sizeof path || access(path, F_OK) == 0) return;
  if (snprintf(path, sizeof path, "%s/lock", directory) < (int)sizeof path) unlink(path);
  rmdir(directory); /* unless there is something else in it */
}

static cf_status sweep_there(sweep *s) {
  int lock;
  cf_status status = cf_lock_take(s->given->directory, PATIENCE_S, &lock, s->diag);
  if (status == CF_OK && (status = start(s, s->given->directory))) drop_empty(s->given->directory);
  if (status == CF_OK && !(s->watch = cf_stop_watch_alone())) status = cf_fail(s->diag, CF_INTERNAL, "no memory");
  if (status == CF_OK) status = s->launcher == LAUNCH_LOCAL ? sweep_here(s) : sweep_elsewhere(s, &lock);
  cf_stop_watch_end(s->watch);
  cf_lock_free(lock);
  return status;
}

/* In a directory of its own, which is gone afterwards: nothing is decided differently from what would be. */
static cf_status sweep_dry(sweep *s) {
  char scratch[CF_CAMPAIGN_PATH];
  const char *folder = getenv("TMPDIR");
  snprintf(scratch, sizeof scratch, "%.4000s/coldfleet-XXXXXX", folder && folder[0] ? folder : "/tmp");
  if (!mkdtemp(scratch)) return cf_fail(s->diag, CF_IO, "%s: a scratch directory cannot be made", scratch);
  cf_status status = start(s, scratch);
  if (status == CF_OK) {
    snprintf(s->output, sizeof s->output, "%.4000s/results.db", s->given->directory);
    status = print_dry(s, s->given->directory);
  }
  nftw(scratch, drop_entry, 16, FTW_DEPTH | FTW_PHYS);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  sweep_flags given = {.jobs = CF_ABSENT, .shards = CF_ABSENT, .retries = CF_ABSENT, .at_once = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_sweep, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  sweep s = {.cli = cli, .given = &given, .plan_path = words.word[0], .diag = &diag};
  status = check_flags(&s);
  if (status == CF_OK) status = given.dry_run ? sweep_dry(&s) : sweep_there(&s);
  cf_campaign_close(s.campaign);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_sweep = {
    .name = "sweep",
    .ring = 2,
    .line = "work off a plan: points, policies, replications, tuning",
    .usage = "PLAN.yaml -o DIR [-j N] [--launcher slurm|manual]",
    .about =
        "The plan is frozen in DIR, its runs are worked off by processes, and their shards merged into\n"
        "DIR/results.db. Whatever stops it, the same command goes on from there, and the database comes out the\n"
        "same to the byte.",
    .example = "coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor --dry-run",
    .flags = flags,
    .run = run,
};
