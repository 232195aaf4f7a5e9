/* One run: one policy of a scenario, from its start to its end. */
#ifndef CF_FLEET_SIMULATE_H
#define CF_FLEET_SIMULATE_H

#include "config/scenario.h"
#include "engine/engine.h"
#include "fleet/recorder.h"
#include "fleet/story.h"

typedef struct cf_simulation {
  const cf_scenario *scenario;
  uint32_t run_id;
  uint32_t point_id; /* for the run's row; counts from 1 */
  uint32_t policy;   /* index into scenario->policy */
  uint32_t rep;
  uint64_t seed;
  bool record;                    /* false: results only, no rows (the digest is the same) */
  const cf_story_listener *story; /* hears what happens to one node; NULL: nobody does (the digest is the same) */
  cf_engine_options engine;
  const volatile int *stop; /* set by a signal handler; may be NULL */
  void (*progress)(void *self, uint32_t run_id, int64_t now_ns,
                   uint64_t events); /* may be NULL; called from the run's thread */
  void *progress_self;
} cf_simulation;

/* Runs it and tells the recorder. `row` receives the result (also on failure, as far as it got). */
cf_status cf_simulate(const cf_simulation *simulation, const cf_recorder *recorder, cf_run_row *row, cf_diag *diag);

/* What is scarce, before running: have against need in closed form from the drivers, the sizing and a short rehearsal
 * of the policy's choices (which needs no energy). */
cf_status cf_scarcity(const cf_scenario *scenario, uint32_t policy, uint64_t seed, uint32_t rep, cf_gauge *gauge,
                      cf_diag *diag);

/* Predicted sizes of all runs of a scenario, one per policy; without power events, which nobody knows beforehand. */
typedef struct cf_estimate {
  double events;
  double bytes_per_node; /* in memory, all arrays */
  double node_record_bytes, site_bytes_per_node, hub_bytes_per_node, engine_bytes_per_node;
  double rows_run, rows_node, rows_series, rows_decision;
  double database_bytes;
} cf_estimate;
void cf_estimate_run(const cf_scenario *scenario, cf_estimate *estimate);

#endif
