#include "store/gather.h"

#include <math.h>
#include <string.h>
#include <time.h>

void cf_gather_begin(cf_gather *gather, const cf_run_row *row, const char *directory) {
  *gather = (cf_gather){.run_id = row->run_id, .hub_share_j = NAN};
  gather->exec = (cf_exec_row){.run_id = row->run_id, .state = CF_RUN_UNFINISHED, .wall_s = NAN, .cpu_s = NAN};
  cf_spool_init(&gather->rows, directory, CF_SPOOL_MEMORY_BYTES);
}

void cf_gather_free(cf_gather *gather) { cf_spool_free(&gather->rows); }

static cf_status put(cf_spool *spool, cf_relation_id relation, const cf_cell *cell, uint32_t count, uint32_t run_id,
                     cf_diag *diag) {
  cf_status status = cf_cells_check(cell, count, relation, run_id, diag);
  return status == CF_OK ? cf_spool_put(spool, relation, cell, count, diag) : status;
}

#define GATHER(name, type, table)                                                 \
  cf_status cf_gather_##name(cf_gather *gather, const type *row, cf_diag *diag) { \
    cf_cell cell[CF_MAX_COLUMNS];                                                 \
    uint32_t count = cf_cells_##name(cell, gather->run_id, row);                  \
    return put(&gather->rows, table, cell, count, gather->run_id, diag);          \
  }
GATHER(decision, cf_decision_row, CF_TABLE_DECISION)
GATHER(series, cf_series_row, CF_TABLE_SERIES)
GATHER(node, cf_node_row, CF_TABLE_NODE)
GATHER(ledger, cf_ledger_row, CF_TABLE_LEDGER)
GATHER(link, cf_link_row, CF_TABLE_LINK)
GATHER(gauge, cf_gauge, CF_TABLE_GAUGE)

cf_status cf_gather_power_event(cf_gather *gather, const cf_power_event_row *row, cf_diag *diag) {
  cf_cell cell[CF_MAX_COLUMNS];
  uint32_t count = cf_cells_power_event(cell, gather->run_id, ++gather->power_events, row);
  return put(&gather->rows, CF_TABLE_POWER_EVENT, cell, count, gather->run_id, diag);
}

cf_status cf_gather_run(cf_spool *spool, const cf_run_row *row, cf_run_state state, cf_diag *diag) {
  cf_cell cell[CF_MAX_COLUMNS];
  cf_run_bytes bytes;
  uint32_t count = cf_cells_run(cell, row, state, &bytes);
  return put(spool, CF_TABLE_RUN, cell, count, row->run_id, diag);
}

cf_run_state cf_gather_state(cf_status status) {
  switch (status) {
    case CF_OK:
      return CF_RUN_DONE;
    case CF_INCOMPLETE:
    case CF_REQUEUE:
    case CF_INTERRUPTED:
      return CF_RUN_UNFINISHED;
    default:
      return CF_RUN_FAILED;
  }
}

cf_status cf_gather_end(cf_gather *gather, const cf_run_row *row, cf_diag *diag) {
  cf_run_state state = cf_gather_state(row->status);
  cf_status status = cf_gather_run(&gather->rows, row, state, diag);
  if (status != CF_OK) return status;
  gather->exec.state = state;
  gather->exec.events = row->events;
  gather->exec.wall_s = row->wall_s;
  gather->exec.cpu_s = row->cpu_s;
  gather->exec.ended = time(NULL);
  if (row->decisions > 0 && isfinite(row->hub_used_j)) gather->hub_share_j = row->hub_used_j / (double)row->decisions;
  return CF_OK;
}

typedef struct reading {
  cf_spool_row row;
  void *self;
  double hub_share_j;
} reading;

static cf_status pass_on(void *self, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag) {
  const reading *of = self;
  if (relation != CF_TABLE_DECISION || isnan(of->hub_share_j)) return of->row(of->self, relation, cell, count, diag);
  cf_cell copy[CF_MAX_COLUMNS];
  memcpy(copy, cell, count * sizeof *cell);
  int share = cf_relation_column(cf_relation_of(CF_TABLE_DECISION), "hub_share_j");
  copy[share] = (cf_cell){.type = CF_CELL_REAL, .as.real = of->hub_share_j};
  return of->row(of->self, relation, copy, count, diag);
}

cf_status cf_gather_read(cf_gather *gather, cf_spool_row row, void *self, cf_diag *diag) {
  reading of = {row, self, gather->hub_share_j};
  return cf_spool_read(&gather->rows, pass_on, &of, diag);
}
