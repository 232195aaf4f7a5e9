/* Listens to runs on their way to the database and keeps what the printed report needs.
 *
 * It is a recorder that passes every call on to another. All calls of one run come from one thread and touch only that
 * run's slot, so no lock is needed. */
#ifndef CF_CLI_COLLECT_H
#define CF_CLI_COLLECT_H

#include "fleet/recorder.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_KEPT_LEDGER = 256, CF_HOURS = 24, CF_KEPT_VERDICT = 64 };

typedef struct cf_kept_ledger {
  char tier[16], grp[64], account[32];
  double energy_j, heat_j, rise_k;
} cf_kept_ledger;

/* A figure by hour of the local solar day: sums, and how many there are in each. */
typedef struct cf_kept_hours {
  double sum[CF_HOURS];
  uint32_t count[CF_HOURS];
} cf_kept_hours;

/* The day of a group: means over its nodes, as far as the fleet is recorded over time. */
typedef struct cf_kept_day {
  char grp[64];
  cf_kept_hours stored; /* share of the store's capacity */
  cf_kept_hours temp_k; /* at the watched place */
} cf_kept_day;

/* Heat of a group's nodes, as far as they are recorded. */
typedef struct cf_kept_heat {
  char grp[64];
  uint32_t nodes;
  double budget_w, used_frac, throttled_s; /* sums over nodes; used_frac is NAN when a node has no budget */
  double hottest_k;                        /* of the watched places */
} cf_kept_heat;

typedef struct cf_kept_run {
  double hour_at_start; /* local solar time, 0..24 */
  bool has_gauge;       /* set before the run starts: it is passed on right after `begin` */
  cf_gauge gauge;
  char verdict[CF_KEPT_VERDICT];
  uint32_t ledger_rows; /* further rows than CF_KEPT_LEDGER are only passed on */
  cf_kept_ledger ledger[CF_KEPT_LEDGER];
  uint32_t days;
  cf_kept_day day[CF_MAX_GROUPS];
  uint32_t heats;
  cf_kept_heat heat[CF_MAX_GROUPS];
} cf_kept_run;

typedef struct cf_collector {
  cf_recorder next;
  uint32_t runs; /* run_id 1..runs */
  cf_kept_run *run;
} cf_collector;

/* Local solar hour of the day at the scenario's start, 0..24; indoors UTC. */
double cf_hour_at_start(const cf_scenario *scenario);

/* Keeps a gauge with its own copy of the verdict. */
void cf_kept_gauge(cf_kept_run *run, const cf_gauge *gauge);

/* Means by hour; NAN for an hour without a figure. False when no hour has one. */
bool cf_kept_means(const cf_kept_hours *hours, double mean[CF_HOURS]);

/* The recorder that listens; `collector` must outlive it. */
cf_recorder cf_collector_recorder(cf_collector *collector);

#endif
