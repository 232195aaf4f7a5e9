/* The end of a campaign: its shards merged into one database, its assertions checked, its answer in a few lines. */
#ifndef CF_CLI_GATHERED_H
#define CF_CLI_GATHERED_H

#include "cli/command.h"
#include "sweep/campaign.h"

typedef struct cf_gathering {
  const cf_cli *cli;
  cf_campaign *campaign;
  const char *output;       /* results database */
  const volatile int *stop; /* may be NULL */
  bool quiet, json;         /* neither: the summary on stdout */
} cf_gathering;

/* "DIR/results.db", or `given`. Returns `path`, or NULL after a diagnostic. */
const char *cf_gathered_path(const cf_campaign *campaign, const char *given, char path[CF_CAMPAIGN_PATH],
                             cf_diag *diag);

/* Merges what `outcomes` found, says so, and tells its own errors. CF_SOME_FAILED: merged, but some runs failed;
 * CF_ASSERTION: one of the plan or its scenario is broken; else as cf_merge. `missing`: runs that are not there. */
cf_status cf_gather_results(const cf_gathering *gathering, const cf_outcomes *outcomes, uint32_t missing);

#endif
