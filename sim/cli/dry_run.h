/* What a sweep would do: `sweep --dry-run`. */
#ifndef CF_CLI_DRY_RUN_H
#define CF_CLI_DRY_RUN_H

#include "cli/launch.h"
#include "sweep/forecast.h"

typedef struct cf_dry_run {
  const cf_cli *cli;
  const cf_campaign *campaign;
  const char *directory; /* as the user named it */
  bool begun;            /* there is a sweep in it */
  const cf_forecast *forecast;
  const cf_round *round;         /* the first */
  unsigned workers;              /* 0: not run here */
  const cf_slurm_options *slurm; /* NULL: no scripts */
} cf_dry_run;

/* Points, runs, trials, time, size, the first points, and with Slurm both scripts; on stdout. */
cf_status cf_dry_run_print(const cf_dry_run *dry, cf_diag *diag);
void cf_dry_run_json(const cf_dry_run *dry);

#endif
