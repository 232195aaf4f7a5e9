/* The recorder's rows as cells, in the column order of the tables (tables.h): the one place that knows which field
 * becomes which column, and in which unit (kelvin of a temperature becomes degC, nanoseconds become seconds).
 *
 * Each function writes exactly the relation's columns into `cell` and returns their number. Text is borrowed from the
 * row. Reals that are NAN become NULL; infinities stay and are refused by cf_cells_check. */
#ifndef CF_STORE_ROWS_H
#define CF_STORE_ROWS_H

#include "fleet/recorder.h"
#include "store/cell.h"
#include "store/tables.h"

/* What a run row says of itself. UNFINISHED: only the identity is filled, all results are NULL. */
typedef enum cf_run_state { CF_RUN_UNFINISHED, CF_RUN_DONE, CF_RUN_FAILED } cf_run_state;

/* Where the digest and the math_id are written out; must live as long as the cells. */
typedef struct cf_run_bytes {
  unsigned char digest[16];
  char math_id[16];
} cf_run_bytes;

uint32_t cf_cells_run(cf_cell *cell, const cf_run_row *row, cf_run_state state, cf_run_bytes *bytes);
uint32_t cf_cells_ledger(cf_cell *cell, uint32_t run_id, const cf_ledger_row *row);
uint32_t cf_cells_node(cf_cell *cell, uint32_t run_id, const cf_node_row *row);
uint32_t cf_cells_power_event(cf_cell *cell, uint32_t run_id, uint64_t event_id, const cf_power_event_row *row);
uint32_t cf_cells_decision(cf_cell *cell, uint32_t run_id, const cf_decision_row *row);
uint32_t cf_cells_series(cf_cell *cell, uint32_t run_id, const cf_series_row *row);
uint32_t cf_cells_link(cf_cell *cell, uint32_t run_id, const cf_link_row *row);
uint32_t cf_cells_gauge(cf_cell *cell, uint32_t run_id, const cf_gauge *row);
uint32_t cf_cells_constant(cf_cell *cell, uint32_t constant_id, const cf_constant *row);

/* Refuses infinity, a NULL where the column is NOT NULL, a wrong type and a wrong count: CF_INTERNAL, naming the
 * run, table and column. */
cf_status cf_cells_check(const cf_cell *cell, uint32_t count, cf_relation_id relation_id, uint32_t run_id,
                         cf_diag *diag);

/* The value of a numeric column of table run, for assertions and summaries; `down` may be said for `down_frac`, and so
 * on. False when there is no such numeric column;
 * *value is NAN where it is not defined. */
bool cf_run_column(const cf_run_row *row, const char *column, double *value);

#endif
