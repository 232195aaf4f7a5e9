/* coldfleet work: one part of a sweep's present round; what an array task runs. */
#include "cli/command.h"
#include "cli/conduct.h"
#include "cli/launch.h"
#include "store/shard.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct work_flags {
  uint64_t shard, shards;
  const char *shard_env;
  bool quiet;
} work_flags;

#define AT(field) offsetof(work_flags, field)
static const cf_flag flags[] = {
    {"shard", 'k', CF_FLAG_COUNT, "K", "the part, from 1", AT(shard), 1},
    {"shard-env", 0, CF_FLAG_TEXT, "NAME",
     "take the part from this environment variable; SLURM_ARRAY_TASK_ID by itself", AT(shard_env), 0},
    {"shards", 0, CF_FLAG_COUNT, "N", "check that the round is cut into so many parts", AT(shards), 1},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "no progress, errors only", AT(quiet), 0},
    {0}};

static cf_status read_number(const char *name, const char *text, uint64_t *number, cf_diag *diag) {
  char *end;
  unsigned long long value = strtoull(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end || value == 0 || value > UINT32_MAX)
    return cf_fail(diag, CF_USAGE, "%s is '%s', which is not the number of a part (they count from 1)", name, text);
  *number = value;
  return CF_OK;
}

static cf_status find_shard(work_flags *given, cf_diag *diag) {
  if (given->shard != CF_ABSENT && given->shard_env)
    return cf_fail(diag, CF_USAGE, "--shard and --shard-env exclude each other");
  if (given->shard != CF_ABSENT) return CF_OK;
  const char *name = given->shard_env ? given->shard_env : "SLURM_ARRAY_TASK_ID";
  const char *text = getenv(name);
  if (text && text[0]) return read_number(name, text, &given->shard, diag);
  if (given->shard_env) return cf_fail(diag, CF_USAGE, "the environment variable %s is not set", name);
  return cf_fail(diag, CF_USAGE, "which part? say --shard K");
}

static cf_status check_part(const work_flags *given, const cf_round *round, const char *directory, cf_diag *diag) {
  if (given->shards != CF_ABSENT && given->shards != round->shards)
    return cf_fail(diag, CF_USAGE,
                   "the present round of %s is cut into %u parts, not %llu; `sweep PLAN -o %s --launcher manual "
                   "--shards %llu` cuts it anew",
                   directory, round->shards, (unsigned long long)given->shards, directory,
                   (unsigned long long)given->shards);
  if (given->shard > round->shards)
    return cf_fail(diag, CF_USAGE, "the present round of %s has %u parts; there is no part %llu", directory,
                   round->shards, (unsigned long long)given->shard);
  return CF_OK;
}

/* The part's runs that its shard has not, and those that failed where the round asks for that. */
typedef struct rest {
  cf_run_list list;
  uint32_t done, failed;
  bool retry_failed;
} rest;

static int compare_ids(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static cf_status drop_tried(void *self, const cf_shard_run *run, cf_diag *diag) {
  (void)diag;
  rest *r = self;
  if (!run->done && r->retry_failed) return CF_OK;
  uint32_t *found = bsearch(&run->run_id, r->list.run_id, r->list.count, sizeof *r->list.run_id, compare_ids);
  if (!found) return CF_OK;
  size_t behind = (size_t)(r->list.run_id + r->list.count - (found + 1));
  memmove(found, found + 1, behind * sizeof *found);
  r->list.count--;
  r->done += run->done;
  r->failed += !run->done;
  return CF_OK;
}

static cf_status find_rest(const cf_campaign *campaign, const cf_round *round, const char *shard, uint32_t first,
                           uint32_t count, rest *r, cf_diag *diag) {
  *r = (rest){.list = {.count = count, .run_id = calloc((size_t)count + 1, sizeof(uint32_t))},
              .retry_failed = round->retry_failed};
  if (!r->list.run_id) return cf_fail(diag, CF_INTERNAL, "no memory for a list of %u runs", count);
  if (count) memcpy(r->list.run_id, round->list.run_id + first, count * sizeof(uint32_t));
  char path[CF_CAMPAIGN_PATH];
  if (snprintf(path, sizeof path, "%s/shards/%s.db", campaign->directory, shard) >= (int)sizeof path)
    return cf_fail(diag, CF_USAGE, "%s: the path is too long", campaign->directory);
  if (access(path, F_OK) != 0) return CF_OK;
  return cf_shard_scan(path, campaign->plan_sha256, NULL, drop_tried, r, diag);
}

static cf_status tell_end(const cf_cli *cli, const work_flags *given, const cf_round *round, const rest *r,
                          const cf_work_state *state, cf_status status) {
  if (status == CF_INTERRUPTED || status == CF_REQUEUE)
    fprintf(cli->err.out, "stopped: %u of %u runs are done; the same command goes on with the rest\n",
            state->done + state->failed, state->runs);
  if (status) return status;
  if (!given->quiet) {
    fprintf(cli->out.out, "part %u of %u: %u runs done, %u failed, %u were done before", (unsigned)given->shard,
            round->shards, state->done, state->failed, r->done);
    if (r->failed) fprintf(cli->out.out, ", %u had failed before", r->failed);
    fputc('\n', cli->out.out);
  }
  return state->failed + r->failed ? CF_SOME_FAILED : CF_OK;
}

static cf_status work_part(const cf_cli *cli, const work_flags *given, const cf_campaign *campaign,
                           const cf_round *round, cf_stop_watch *watch, cf_diag *diag) {
  char name[32], command[256];
  uint32_t first, count;
  rest r;
  cf_round_part(round, (uint32_t)given->shard, &first, &count);
  snprintf(name, sizeof name, "part-%u", (unsigned)given->shard);
  snprintf(command, sizeof command, "coldfleet work %.180s --shard %u", campaign->directory, (unsigned)given->shard);
  cf_status status = find_rest(campaign, round, name, first, count, &r, diag);
  if (status == CF_OK) {
    cf_round own = *round;
    own.list = r.list;
    cf_work_state state;
    cf_conduct conduct = {.cli = cli,
                          .campaign = campaign,
                          .watch = watch,
                          .name = name,
                          .shard = name,
                          .command = command,
                          .workers = 1,
                          .max_failures = UINT32_MAX,
                          .quiet = given->quiet};
    status = cf_conduct_runs(&conduct, &own, 0, own.list.count, &state, diag);
    status = tell_end(cli, given, round, &r, &state, status);
  }
  free(r.list.run_id);
  return status;
}

static cf_status work_in(const cf_cli *cli, const work_flags *given, const char *directory, cf_diag *diag) {
  cf_campaign *campaign = NULL;
  cf_round round = {0};
  cf_stop_watch *watch = NULL;
  cf_status status = cf_campaign_open(directory, &campaign, diag);
  if (status) return status;
  status = cf_round_read(campaign, &round, diag);
  if (status == CF_OK) {
    status = check_part(given, &round, directory, diag);
    if (status == CF_OK && !(watch = cf_stop_watch_alone())) status = cf_fail(diag, CF_INTERNAL, "no memory");
    if (status == CF_OK) status = work_part(cli, given, campaign, &round, watch, diag);
    cf_stop_watch_end(watch);
    cf_round_free(&round);
  }
  cf_campaign_close(campaign);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  work_flags given = {.shard = CF_ABSENT, .shards = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_work, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  status = find_shard(&given, &diag);
  if (status == CF_OK) status = work_in(cli, &given, words.word[0], &diag);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_work = {
    .name = "work",
    .ring = 3,
    .line = "run one part of a sweep's present round",
    .usage = "DIR --shard K",
    .about =
        "What a task of a job array runs, on any machine that sees DIR. `sweep --launcher manual --shards N` cuts\n"
        "the round into N parts; results go to DIR/shards/part-K.db, and runs that are done there are left out, as "
        "are\n"
        "failed ones unless that `sweep` was given --retry-failed.\n"
        "SIGTERM and SIGUSR1 stop it in good order with exit code 75: the same command goes on.",
    .example =
        "coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor --launcher manual --shards 2 && "
        "coldfleet work out/capacitor --shard 1",
    .flags = flags,
    .run = run,
};
