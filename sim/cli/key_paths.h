/* The key paths of a scenario that --set takes, from the schema. */
#ifndef CF_CLI_KEY_PATHS_H
#define CF_CLI_KEY_PATHS_H

#include "config/scenario.h"

#include <stdio.h>

/* Prints every path once, one per line, sorted by its bytes. Where the schema leaves a name to the author (group,
 * harvester, policy, column) stand the names of `scenario`, and what its groups cannot have is left out; without
 * a scenario such a name stands as <group>, and so on. CF_INTERNAL: no memory. */
cf_status cf_key_paths_print(const cf_scenario *scenario, FILE *out, cf_diag *diag);

#endif
