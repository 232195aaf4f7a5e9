/* The printed report of a batch: what is scarce, how it went, where the joules went, whose the degrees are, and what
 * to ask next.
 *
 * Figures of a policy are means over its replications that are done. The best policy is the one with the least loss;
 * the coldest the one with the highest accuracy per watt (of one node) per kelvin (of its own mean rise). */
#ifndef CF_CLI_SUMMARY_H
#define CF_CLI_SUMMARY_H

#include "cli/batch.h"
#include "cli/terminal.h"

/* Results of one policy. NAN where not defined. */
typedef struct cf_policy_figures {
  const char *name;
  uint32_t runs; /* done */
  uint32_t job;  /* index of the first of them */
  double loss_per_1000, missed, false_per_node, down, heard, local, node_mj_each, coldness;
} cf_policy_figures;

typedef struct cf_figures {
  uint32_t policies;
  cf_policy_figures policy[CF_MAX_POLICIES];
  int best, coldest; /* indices, -1: none */
} cf_figures;

/* Figures of one scenario of the batch. */
void cf_figures_make(const cf_batch *batch, const cf_scenario *scenario, cf_figures *figures);

/* "scenarios/a.yaml: 1,000 sensors, 10 gateways, greensboro, 30 d from 2026-03-01, 4 policies" */
void cf_summary_headline(const cf_terminal *out, const cf_scenario *scenario, const char *path, uint32_t reps);

typedef struct cf_summary {
  const cf_batch *batch;
  const cf_scenario *scenario;
  const char *path;     /* of the scenario */
  const char *database; /* where the results are */
  const char *program;  /* for lines to copy */
} cf_summary;

void cf_summary_print(const cf_terminal *out, const cf_summary *summary);
/* "Next:", command lines to go on with. */
void cf_summary_next(const cf_terminal *out, const cf_summary *summary);

#endif
