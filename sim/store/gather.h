/* The rows of one run, gathered between its begin and its end: the part that every recorder of the store shares.
 *
 * Rows are checked when they are put. The rows of a run that has ended come back with the hubs' share of each decision,
 * which is known only then. One thread at a time. Internal to store. */
#ifndef CF_STORE_GATHER_H
#define CF_STORE_GATHER_H

#include "store/exec.h"
#include "store/rows.h"
#include "store/spool.h"

typedef struct cf_gather {
  uint32_t run_id;
  uint64_t power_events;
  double hub_share_j; /* NAN: no decision, or no hub */
  cf_spool rows;      /* last the final row of the run */
  cf_exec_row exec;
} cf_gather;

/* `directory`: where large runs spill to. */
void cf_gather_begin(cf_gather *gather, const cf_run_row *row, const char *directory);
void cf_gather_free(cf_gather *gather);

cf_status cf_gather_decision(cf_gather *gather, const cf_decision_row *row, cf_diag *diag);
cf_status cf_gather_power_event(cf_gather *gather, const cf_power_event_row *row, cf_diag *diag);
cf_status cf_gather_series(cf_gather *gather, const cf_series_row *row, cf_diag *diag);
cf_status cf_gather_node(cf_gather *gather, const cf_node_row *row, cf_diag *diag);
cf_status cf_gather_ledger(cf_gather *gather, const cf_ledger_row *row, cf_diag *diag);
cf_status cf_gather_link(cf_gather *gather, const cf_link_row *row, cf_diag *diag);
cf_status cf_gather_gauge(cf_gather *gather, const cf_gauge *row, cf_diag *diag);
cf_status cf_gather_end(cf_gather *gather, const cf_run_row *row, cf_diag *diag);

/* The row of table run into a spool; also used for the identity of a run that has not ended. */
cf_status cf_gather_run(cf_spool *spool, const cf_run_row *row, cf_run_state state, cf_diag *diag);

/* A run that was stopped can be begun again and is not a failure of the run. */
cf_run_state cf_gather_state(cf_status status);

/* Calls `row` for each row put, in order. */
cf_status cf_gather_read(cf_gather *gather, cf_spool_row row, void *self, cf_diag *diag);

#endif
