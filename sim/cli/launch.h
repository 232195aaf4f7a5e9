/* What the commands of a sweep share: reading their flags, and the launcher for Slurm. */
#ifndef CF_CLI_LAUNCH_H
#define CF_CLI_LAUNCH_H

#include "cli/command.h"
#include "cli/stop.h"
#include "sweep/slurm.h"

/* "10min", "1 h", "90s" to seconds. CF_USAGE, naming the flag. */
cf_status cf_flag_time(const char *flag, const char *text, double *time_s, cf_diag *diag);

/* The program that is running. */
cf_status cf_program_path(char path[CF_CAMPAIGN_PATH], cf_diag *diag);

/* Writes the scripts of the round and submits them; prints the job numbers on stderr unless `quiet`. */
cf_status cf_submit_round(const cf_cli *cli, const cf_campaign *campaign, const cf_round *round,
                          const cf_slurm_options *options, uint32_t attempt, bool quiet, cf_diag *diag);

/* The last job of a campaign on Slurm leaves its exit code in DIR/slurm/ended, which a submission removes. */
void cf_launch_begin(const char *directory);
void cf_launch_end(const char *directory, cf_status status);
bool cf_launch_ended(const char *directory, int *code);

/* Waits for that exit code. Every `ask_s` Slurm is asked whether it has jobs of the campaign: CF_INCOMPLETE when twice
 * running it has none and nobody has left a code. CF_INTERRUPTED or CF_REQUEUE: `watch`, without a thread, has seen a
 * signal. */
cf_status cf_launch_wait(const cf_campaign *campaign, double ask_s, cf_stop_watch *watch, int *code, cf_diag *diag);

/* "tuning, first half", "runs" */
const char *cf_stage_words(cf_stage stage);

#endif
