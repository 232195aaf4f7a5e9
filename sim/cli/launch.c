#include "cli/launch.h"

#include "config/quantity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

cf_status cf_flag_time(const char *flag, const char *text, double *time_s, cf_diag *diag) {
  cf_quantity quantity;
  char why[CF_QUANTITY_WHY];
  if (!cf_quantity_parse(text, CF_DIM_TIME, &quantity, why))
    return cf_fail(diag, CF_USAGE, "--%s '%s': %s", flag, text, why);
  if (!(quantity.si > 0)) return cf_fail(diag, CF_USAGE, "--%s must be longer than nothing", flag);
  *time_s = quantity.si;
  return CF_OK;
}

cf_status cf_program_path(char path[CF_CAMPAIGN_PATH], cf_diag *diag) {
  ssize_t length = readlink("/proc/self/exe", path, CF_CAMPAIGN_PATH - 1);
  if (length < 0) return cf_fail(diag, CF_IO, "cannot find the program's own file: %s", strerror(errno));
  path[length] = '\0';
  return CF_OK;
}

cf_status cf_submit_round(const cf_cli *cli, const cf_campaign *campaign, const cf_round *round,
                          const cf_slurm_options *options, uint32_t attempt, bool quiet, cf_diag *diag) {
  cf_slurm_jobs jobs = {0};
  cf_status status = cf_slurm_write(campaign, round, options, attempt, diag);
  if (status == CF_OK) status = cf_slurm_submit(campaign, round, options, attempt, &jobs, diag);
  if (jobs.array[0] && !quiet) {
    fprintf(cli->err.out, "submitted %s: %u runs in %u task%s, job %s", cf_stage_words(round->stage), round->list.count,
            round->shards, round->shards == 1 ? "" : "s", jobs.array);
    if (jobs.merge[0]) fprintf(cli->err.out, "; job %s goes on after it", jobs.merge);
    fputc('\n', cli->err.out);
  }
  return status;
}

const char *cf_stage_words(cf_stage stage) {
  switch (stage) {
    case CF_STAGE_TUNE:
      return "tuning, first half";
    case CF_STAGE_REFINE:
      return "tuning, second half";
    case CF_STAGE_RUN:
      return "runs";
    default:
      return "nothing";
  }
}

static FILE *open_ended(const char *directory, const char *mode) {
  char path[CF_CAMPAIGN_PATH];
  if (snprintf(path, sizeof path, "%s/slurm/ended", directory) >= CF_CAMPAIGN_PATH) return NULL;
  return mode ? fopen(path, mode) : (remove(path), NULL);
}

void cf_launch_begin(const char *directory) { open_ended(directory, NULL); }

void cf_launch_end(const char *directory, cf_status status) {
  FILE *file = open_ended(directory, "w");
  if (!file) return;
  fprintf(file, "%d\n", (int)status);
  fclose(file);
}

bool cf_launch_ended(const char *directory, int *code) {
  FILE *file = open_ended(directory, "r");
  if (!file) return false;
  char line[16] = "", *end;
  bool whole = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  *code = (int)strtol(line, &end, 10);
  return whole && end > line && *end == '\n';
}

static double clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

cf_status cf_launch_wait(const cf_campaign *campaign, double ask_s, cf_stop_watch *watch, int *code, cf_diag *diag) {
  static const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
  double asked_s = clock_s();
  unsigned alone = 0; /* answers that there are no jobs */
  while (!cf_launch_ended(campaign->directory, code)) {
    if (alone == 2)
      return cf_fail(
          diag, CF_INCOMPLETE,
          "the jobs of %s are gone, and none has left its end: they were cancelled or killed. What they said "
          "is in %s/log; the same command goes on from what is done",
          campaign->directory, campaign->directory);
    nanosleep(&pause, NULL);
    cf_stop_poll(watch);
    if (cf_stop_status(watch)) return cf_stop_status(watch);
    if (clock_s() - asked_s < ask_s) continue;
    asked_s = clock_s();
    alone = cf_slurm_may_have_jobs(campaign) ? 0 : alone + 1;
  }
  return CF_OK;
}
