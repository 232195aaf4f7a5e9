#include "store/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ZERO_DEGC_K 273.15

/* A cursor over the cells of a row: one call per column, so that the code reads like the table. */
typedef struct cursor {
  cf_cell *next;
} cursor;

static void integer(cursor *at, int64_t value) {
  *at->next++ = (cf_cell){.type = CF_CELL_INTEGER, .as.integer = value};
}

/* Above 2^63 - 1 a count would come back negative; it becomes a REAL, which cf_cells_check refuses. */
static void large(cursor *at, uint64_t value) {
  if (value <= INT64_MAX)
    integer(at, (int64_t)value);
  else
    *at->next++ = (cf_cell){.type = CF_CELL_REAL, .as.real = (double)value};
}

static void null(cursor *at) { *at->next++ = (cf_cell){.type = CF_CELL_NULL}; }

static void real(cursor *at, double value) {
  if (isnan(value))
    null(at);
  else
    *at->next++ = (cf_cell){.type = CF_CELL_REAL, .as.real = value + 0.0}; /* no -0.0 */
}

static void degc(cursor *at, double temp_k) { real(at, temp_k - ZERO_DEGC_K); }

/* A division is exact for whole seconds, a multiplication by 1e-9 is not. */
static void seconds(cursor *at, int64_t t_ns) { real(at, (double)t_ns / 1e9); }

static void text(cursor *at, const char *value) {
  if (!value)
    null(at);
  else
    *at->next++ = (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(value), .as.text = value};
}

static uint32_t written(const cursor *at, const cf_cell *first) { return (uint32_t)(at->next - first); }

static void digest_bytes(unsigned char bytes[16], cf_digest digest) {
  for (int i = 0; i < 16; i++) bytes[i] = (unsigned char)(digest.lane[i / 8] >> (56 - 8 * (i % 8)));
}

static void hex16(char *out, uint64_t value) {
  for (int i = 0; i < 16; i++) out[i] = "0123456789abcdef"[(value >> (60 - 4 * i)) & 15];
}

static const char *const run_states[] = {"unfinished", "done", "failed"};

uint32_t cf_cells_run(cf_cell *cell, const cf_run_row *row, cf_run_state state, cf_run_bytes *bytes) {
  cursor at = {cell};
  integer(&at, row->run_id);
  integer(&at, row->point_id);
  text(&at, row->scenario);
  text(&at, row->policy);
  integer(&at, row->rep);
  large(&at, row->seed);
  text(&at, run_states[state]);
  uint32_t columns = cf_relation_of(CF_TABLE_RUN)->columns;
  if (state == CF_RUN_UNFINISHED) {
    while (written(&at, cell) < columns) null(&at);
    return columns;
  }
  if (state == CF_RUN_FAILED && !row->error)
    text(&at, "not stated");
  else
    text(&at, row->error);
  digest_bytes(bytes->digest, row->digest);
  if (row->digest.lane[0] | row->digest.lane[1])
    *at.next++ = (cf_cell){.type = CF_CELL_BLOB, .length = 16, .as.text = (const char *)bytes->digest};
  else
    null(&at); /* of a run that failed before its first event */
  hex16(bytes->math_id, row->math_id);
  *at.next++ = (cf_cell){.type = CF_CELL_TEXT, .length = 16, .as.text = bytes->math_id};
  large(&at, row->events);
  integer(&at, row->nodes);
  real(&at, row->sim_s);
  large(&at, row->samples);
  large(&at, row->decisions);
  real(&at, row->loss);
  large(&at, row->episodes);
  large(&at, row->missed);
  large(&at, row->false_alarms);
  real(&at, row->accuracy);
  real(&at, row->base_rate);
  real(&at, row->local_frac);
  real(&at, row->heard_frac);
  real(&at, row->down_frac);
  large(&at, row->brownouts);
  real(&at, row->throttled_s);
  real(&at, row->harvest_j);
  real(&at, row->spilled_j);
  real(&at, row->used_j);
  real(&at, row->hub_used_j);
  real(&at, row->tokens);
  real(&at, row->nats_gained);
  real(&at, row->rise_mean_k);
  real(&at, row->heat_used_frac);
  real(&at, row->loop_gain);
  real(&at, row->entropy_j_per_k);
  degc(&at, row->temp_max_k);
  degc(&at, row->mean_air_k);
  real(&at, row->cost_usd);
  real(&at, row->carbon_g);
  real(&at, row->energy_residual);
  real(&at, row->heat_residual);
  real(&at, row->bit_residual);
  real(&at, row->curve_error);
  real(&at, row->curve_error_k);
  integer(&at, row->assumed);
  return written(&at, cell);
}

uint32_t cf_cells_ledger(cf_cell *cell, uint32_t run_id, const cf_ledger_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  text(&at, row->tier);
  text(&at, row->grp);
  text(&at, row->account);
  real(&at, row->energy_j);
  real(&at, row->heat_j);
  real(&at, row->rise_k);
  null(&at); /* cost_usd */
  null(&at); /* carbon_g */
  return written(&at, cell);
}

uint32_t cf_cells_node(cf_cell *cell, uint32_t run_id, const cf_node_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  integer(&at, row->node_id);
  text(&at, row->grp);
  integer(&at, row->site_id);
  if (row->hub_id == UINT32_MAX)
    null(&at);
  else
    integer(&at, row->hub_id);
  real(&at, row->harvest_factor);
  real(&at, row->capacitance_factor);
  real(&at, row->leakage_factor);
  real(&at, row->margin_db);
  real(&at, row->harvest_j);
  real(&at, row->spilled_j);
  real(&at, row->used_j);
  real(&at, row->stored_start_j);
  real(&at, row->stored_end_j);
  real(&at, row->stored_min_j);
  large(&at, row->brownouts);
  real(&at, row->down_s);
  real(&at, row->throttled_s);
  degc(&at, row->temp_max_k);
  real(&at, row->rise_mean_k);
  real(&at, row->thermal_budget_w);
  real(&at, row->heat_used_frac);
  real(&at, row->capacity_left);
  real(&at, row->life_s / 3600.0);
  real(&at, row->dose_s / 60.0); /* doses are quoted in minutes */
  large(&at, row->decisions);
  large(&at, row->correct);
  large(&at, row->asked);
  large(&at, row->answered);
  real(&at, row->loss);
  real(&at, row->energy_residual);
  real(&at, row->heat_residual);
  return written(&at, cell);
}

static const char *event_name(cf_power_event_kind kind) {
  switch (kind) {
    case CF_EVENT_BROWN_OUT:
      return "brown-out";
    case CF_EVENT_POWER_GOOD:
      return "power-good";
    case CF_EVENT_THROTTLE:
      return "throttle";
    case CF_EVENT_UNTHROTTLE:
      return "unthrottle";
    case CF_EVENT_SHUT_DOWN:
      return "shut-down";
    case CF_EVENT_COOLED:
      return "cooled";
    case CF_EVENT_CHECKPOINT:
      return "checkpoint";
  }
  return NULL;
}

uint32_t cf_cells_power_event(cf_cell *cell, uint32_t run_id, uint64_t event_id, const cf_power_event_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  large(&at, event_id);
  integer(&at, row->node_id);
  seconds(&at, row->t_ns);
  real(&at, row->hour_local);
  text(&at, event_name(row->kind));
  real(&at, row->short_j);
  return written(&at, cell);
}

uint32_t cf_cells_decision(cf_cell *cell, uint32_t run_id, const cf_decision_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  integer(&at, row->node_id);
  large(&at, row->slot);
  seconds(&at, row->t_ns);
  text(&at, row->tier);
  integer(&at, row->truth);
  integer(&at, row->answer);
  integer(&at, row->correct);
  integer(&at, row->on_time);
  real(&at, row->loss);
  real(&at, row->energy_j);
  null(&at); /* hub_share_j: known when the run has ended */
  real(&at, row->latency_s);
  real(&at, row->sent_bits);
  real(&at, row->raw_bits);
  real(&at, row->surprise_nats);
  real(&at, row->gained_nats);
  null(&at); /* price_nats_per_j */
  return written(&at, cell);
}

uint32_t cf_cells_series(cf_cell *cell, uint32_t run_id, const cf_series_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  seconds(&at, row->t_ns);
  text(&at, row->grp);
  integer(&at, row->sampled);
  real(&at, row->stored_mean_j);
  real(&at, row->stored_min_j);
  real(&at, row->stored_share_mean);
  for (int i = 0; i < CF_SERIES_BANDS; i++) real(&at, row->stored_share[i]);
  degc(&at, row->temp_mean_k);
  degc(&at, row->temp_max_k);
  for (int i = 0; i < CF_SERIES_BANDS; i++) degc(&at, row->temp_k[i]);
  integer(&at, row->down);
  integer(&at, row->throttled);
  integer(&at, row->full);
  return written(&at, cell);
}

uint32_t cf_cells_link(cf_cell *cell, uint32_t run_id, const cf_link_row *row) {
  cursor at = {cell};
  integer(&at, run_id);
  integer(&at, row->hub_id);
  text(&at, row->radio);
  large(&at, row->sent);
  large(&at, row->heard);
  large(&at, row->collided);
  large(&at, row->faded);
  large(&at, row->deaf);
  large(&at, row->aborted);
  large(&at, row->busy);
  large(&at, row->refused_duty);
  large(&at, row->too_late);
  real(&at, row->airtime_s);
  real(&at, row->downlink_s);
  return written(&at, cell);
}

uint32_t cf_cells_gauge(cf_cell *cell, uint32_t run_id, const cf_gauge *row) {
  cursor at = {cell};
  integer(&at, run_id);
  real(&at, row->sun);
  real(&at, row->night);
  real(&at, row->own_heat);
  real(&at, row->channel);
  text(&at, row->verdict);
  return written(&at, cell);
}

static const char *constant_status(char status) {
  switch (status) {
    case 'V':
      return "V";
    case 'M':
      return "M";
    case 'S':
      return "S";
    case 'A':
      return "A";
    default:
      return NULL; /* refused by cf_cells_check */
  }
}

uint32_t cf_cells_constant(cf_cell *cell, uint32_t constant_id, const cf_constant *row) {
  cursor at = {cell};
  integer(&at, constant_id);
  text(&at, row->path);
  real(&at, row->value);
  text(&at, row->unit ? row->unit : "");
  real(&at, row->low);
  real(&at, row->high);
  text(&at, constant_status(row->status));
  text(&at, row->source ? row->source : "");
  text(&at, row->locator ? row->locator : "");
  null(&at); /* flips_at */
  return written(&at, cell);
}

static cf_status refuse(const cf_relation *relation, uint32_t column, uint32_t run_id, const char *why, cf_diag *diag) {
  return cf_fail(diag, CF_INTERNAL, "run %u: %s.%s %s", run_id, relation->name, relation->column[column].name, why);
}

cf_status cf_cells_check(const cf_cell *cell, uint32_t count, cf_relation_id relation_id, uint32_t run_id,
                         cf_diag *diag) {
  const cf_relation *relation = cf_relation_of(relation_id);
  if (count != relation->columns)
    return cf_fail(diag, CF_INTERNAL, "run %u: %u values for the %u columns of %s", run_id, count, relation->columns,
                   relation->name);
  for (uint32_t i = 0; i < count; i++) {
    const cf_column *column = &relation->column[i];
    if (cell[i].type == CF_CELL_NULL) {
      if (strncmp(column->constraint, "NOT NULL", 8) == 0) return refuse(relation, i, run_id, "is not defined", diag);
    } else if (cell[i].type != column->type) {
      bool overflow = column->type == CF_CELL_INTEGER && cell[i].type == CF_CELL_REAL;
      return refuse(relation, i, run_id, overflow ? "is above 2^63 - 1" : "has a wrong type", diag);
    } else if (cell[i].type == CF_CELL_REAL && !isfinite(cell[i].as.real)) {
      return refuse(relation, i, run_id, "is infinite", diag);
    }
  }
  return CF_OK;
}

bool cf_run_column(const cf_run_row *row, const char *column, double *value) {
  char share[64];
  int index = cf_relation_column(cf_relation_of(CF_TABLE_RUN), column);
  if (index < 0 && (size_t)snprintf(share, sizeof share, "%s_frac", column) < sizeof share)
    index = cf_relation_column(cf_relation_of(CF_TABLE_RUN), share);
  if (index < 0) return false;
  cf_cell_type type = cf_relation_of(CF_TABLE_RUN)->column[index].type;
  if (type != CF_CELL_INTEGER && type != CF_CELL_REAL) return false;
  cf_cell cell[CF_MAX_COLUMNS];
  cf_run_bytes bytes;
  cf_cells_run(cell, row, CF_RUN_DONE, &bytes);
  switch (cell[index].type) {
    case CF_CELL_INTEGER:
      *value = (double)cell[index].as.integer;
      break;
    case CF_CELL_REAL:
      *value = cell[index].as.real;
      break;
    default:
      *value = NAN;
      break;
  }
  return true;
}
