/* What the commands of a sweep share: reading their flags, and the launcher for Slurm. */
#ifndef CF_CLI_LAUNCH_H
#define CF_CLI_LAUNCH_H

#include "cli/command.h"
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

/* "tuning, first half", "runs" */
const char *cf_stage_words(cf_stage stage);

#endif
