/* What a run tells the outside: a table of functions that the store implements (a NULL function is not called).
 *
 * All calls of one run come from one thread, in a fixed order: begin, then rows by (time, node), decisions by the time
 * of their report, node rows by id, ledger rows, links, end. Rows are plain values in SI units; `run_id` counts from 1.
 * Every function may fail; the run then stops. */
#ifndef CF_FLEET_RECORDER_H
#define CF_FLEET_RECORDER_H

#include "base/diag.h"
#include "base/hash.h"
#include "config/scenario.h"

#include <stdint.h>

/* Not defined: NAN for reals (stored as NULL). */
typedef struct cf_run_row {
  uint32_t run_id;
  uint32_t point_id; /* counts from 1 */
  const char *scenario;
  const char *policy;
  uint32_t rep;
  uint64_t seed;
  cf_status status;  /* CF_OK: done */
  const char *error; /* NULL when done */
  cf_digest digest;
  uint64_t math_id;
  uint64_t events;
  uint32_t nodes;
  double sim_s;
  uint64_t samples;      /* slots of the sample grid, node up or not */
  uint64_t decisions;    /* samples that ended in a report */
  double loss;           /* sum over samples, in false alarms */
  uint64_t episodes;     /* of the hidden event */
  uint64_t missed;       /* episodes without an alarm inside the deadline */
  uint64_t false_alarms; /* samples reported as event while there was none */
  double accuracy;       /* correct reports / decisions */
  double base_rate;      /* share of samples with the event present */
  double local_frac;     /* decisions that needed nobody */
  double heard_frac;     /* uplinks decoded by a hub / uplinks sent; NAN when none was sent */
  double down_frac;      /* node-time without power */
  uint64_t brownouts;
  double throttled_s; /* sum over nodes */
  double harvest_j;   /* nodes, available at the panels' terminals (mains: drawn) */
  double spilled_j;
  double used_j; /* nodes: all uses and losses but spill */
  double hub_used_j;
  double tokens;          /* NAN where no model emits tokens */
  double nats_gained;     /* sum of realised ln q(truth) gains over decisions */
  double rise_mean_k;     /* nodes: mean die rise by their own dissipation */
  double heat_used_frac;  /* of the thermal budget, in the mean: largest over nodes; NAN: no budget */
  double loop_gain;       /* of silicon leakage at the throttle limit, largest over groups: 1 runs away; NAN: none */
  double entropy_j_per_k; /* heat given over the temperature that took it, all nodes */
  double temp_max_k;
  double mean_air_k;
  double cost_usd;        /* NAN until priced */
  double carbon_g;        /* NAN until priced */
  double energy_residual; /* largest |residual| over nodes, relative */
  double heat_residual;
  double curve_error;   /* largest error of the supply's curves in use, relative (physics/store.h); NAN: none in use */
  double curve_error_k; /* what the heat curves' errors could make of a steady temperature; NAN: none in use */
  double bit_residual;  /* NAN until the ledger of bits exists */
  uint32_t assumed;     /* constants of status A */
  double wall_s, cpu_s; /* for exec.db and the terminal only */
} cf_run_row;

typedef struct cf_node_row {
  uint32_t node_id;
  const char *grp;
  uint32_t site_id, hub_id;
  double harvest_factor, capacitance_factor, leakage_factor, margin_db;
  double harvest_j, spilled_j, used_j, stored_start_j, stored_end_j, stored_min_j;
  uint64_t brownouts;
  double down_s, throttled_s;
  double temp_max_k;       /* of the watched place */
  double rise_mean_k;      /* of the die over the air, by all causes */
  double thermal_budget_w; /* steady watts into the die that reach the throttle limit in mean surroundings */
  double heat_used_frac;   /* of it, by the mean of what the node made */
  double capacity_left;    /* of the main store, by age; NAN: does not age */
  double life_s;           /* of the die, as seconds at 55 degC (0.7 eV); NAN: not followed */
  double dose_s;           /* CEM43 at the watched place; NAN outside tissue */
  uint64_t decisions, correct, asked, answered;
  double loss;
  double energy_residual, heat_residual;
} cf_node_row;

typedef struct cf_ledger_row {
  const char *tier; /* "node", "hub" */
  const char *grp;
  const char *account; /* harvest, spilled, converter, leakage, esr, sleep, sense, think, decide, radio-tx, radio-rx,
                          boot, stored, ... */
  double energy_j;
  double heat_j; /* that became heat in the node */
  double rise_k; /* mean rise of the die that this account caused */
} cf_ledger_row;

typedef enum cf_power_event_kind {
  CF_EVENT_BROWN_OUT,
  CF_EVENT_POWER_GOOD,
  CF_EVENT_THROTTLE,
  CF_EVENT_UNTHROTTLE,
  CF_EVENT_SHUT_DOWN,
  CF_EVENT_COOLED,
  CF_EVENT_CHECKPOINT
} cf_power_event_kind;

typedef struct cf_power_event_row {
  uint32_t node_id;
  int64_t t_ns;
  uint32_t sequence; /* orders the events of one node at one instant; not stored */
  double hour_local;
  cf_power_event_kind kind;
  double short_j; /* brown-out: what the interrupted activity still needed; else NAN */
} cf_power_event_row;

typedef struct cf_decision_row {
  uint32_t node_id;
  uint64_t slot;
  int64_t t_ns;        /* of the sample */
  int64_t reported_ns; /* of the report; decisions come in this order */
  const char *tier;    /* where it ended: "node" or "hub" */
  uint32_t truth, answer;
  bool correct, on_time;
  double loss, energy_j, latency_s;
  double sent_bits, raw_bits;
  double surprise_nats, gained_nats;
} cf_decision_row;

enum { CF_SERIES_BANDS = 5 };
/* 5, 25, 50, 75 and 95 %; between two nodes linearly. */
extern const double cf_series_band[CF_SERIES_BANDS];

typedef struct cf_series_row {
  int64_t t_ns;
  const char *grp;
  uint32_t sampled;
  double stored_mean_j, stored_min_j, stored_share_mean;
  double stored_share[CF_SERIES_BANDS]; /* quantiles over the sampled nodes: cf_series_band */
  double temp_mean_k, temp_max_k;
  double temp_k[CF_SERIES_BANDS];
  uint32_t down, throttled, full;
} cf_series_row;

typedef struct cf_link_row {
  uint32_t hub_id;
  const char *radio;
  uint64_t sent, heard, collided, faded, deaf, aborted, busy, refused_duty, too_late;
  double airtime_s; /* of uplinks in range */
  double downlink_s;
} cf_link_row;

typedef struct cf_gauge {
  double sun, night, own_heat, channel; /* have/need; have/need; share; share. NAN: does not apply */
  const char *verdict;                  /* what binds: "nothing", "night", "night, channel", ... */
} cf_gauge;

typedef struct cf_recorder {
  void *self;
  cf_status (*begin)(void *self, const cf_run_row *row, cf_diag *diag); /* identity fields only; status unfinished */
  cf_status (*decision)(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *diag);
  cf_status (*power_event)(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *diag);
  cf_status (*series)(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *diag);
  cf_status (*node)(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag);
  cf_status (*ledger)(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *diag);
  cf_status (*link)(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *diag);
  cf_status (*gauge)(void *self, uint32_t run_id, const cf_gauge *gauge, cf_diag *diag);
  cf_status (*end)(void *self, const cf_run_row *row, cf_diag *diag); /* commits everything of the run */
} cf_recorder;

#endif
