/* What a sweep will cost, before it starts: a pilot of each policy at the base scenario, and for the points the events
 * that are predicted for them in proportion. Up to CF_FORECAST_POINTS points are looked at, evenly spread. */
#ifndef CF_SWEEP_FORECAST_H
#define CF_SWEEP_FORECAST_H

#include "sweep/campaign.h"

enum { CF_FORECAST_POINTS = 64 };

typedef struct cf_forecast { /* NAN where unknown */
  double mean_s, longest_s;  /* of a run, on one core of this machine */
  uint32_t longest_run;      /* run_id of that one */
  double database_bytes;     /* of the results with the least number of replications */
} cf_forecast;

/* `pilot_s`: CPU time for each policy at most. */
cf_status cf_forecast_make(const cf_campaign *campaign, double pilot_s, cf_forecast *forecast, cf_diag *diag);

#endif
