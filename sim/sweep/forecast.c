#include "sweep/forecast.h"

#include "fleet/simulate.h"

#include <math.h>
#include <time.h>

typedef struct pilot {
  volatile int stop;
  double start_s, most_s;
  int64_t reached_ns;
} pilot;

static double cpu_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void on_progress(void *self, uint32_t run_id, int64_t now_ns, uint64_t events) {
  (void)run_id, (void)events;
  pilot *p = self;
  p->reached_ns = now_ns;
  if (cpu_s() - p->start_s > p->most_s) p->stop = 1;
}

/* Seconds of a whole run; NAN when it fails. */
static double time_policy(const cf_campaign *campaign, uint32_t policy, double most_s) {
  pilot p = {.start_s = cpu_s(), .most_s = most_s};
  cf_simulation simulation = {.scenario = campaign->base,
                              .run_id = 1,
                              .point_id = 1,
                              .policy = policy,
                              .seed = campaign->base->seed,
                              .engine = {.threads = 1},
                              .stop = &p.stop,
                              .progress = on_progress,
                              .progress_self = &p};
  cf_recorder nobody = {0};
  cf_run_row row;
  cf_diag ignored;
  cf_diag_init(&ignored);
  cf_status status = cf_simulate(&simulation, &nobody, &row, &ignored);
  double took_s = cpu_s() - p.start_s;
  if (status == CF_OK) return took_s;
  if (status != CF_INCOMPLETE || p.reached_ns <= 0) return NAN;
  return took_s * (double)campaign->base->duration_ns / (double)p.reached_ns;
}

static cf_status estimate_point(const cf_campaign *campaign, uint32_t point_id, cf_estimate *estimate, cf_diag *diag) {
  cf_inputs inputs;
  cf_status status = cf_inputs_read(campaign->plan_path, point_id, &inputs, diag);
  if (status) return status;
  cf_scenario *scenario = cf_inputs_load(&inputs, NULL, 0, diag);
  if (scenario) cf_estimate_run(scenario, estimate);
  if (scenario) cf_scenario_destroy(scenario);
  cf_inputs_free(&inputs);
  return scenario ? CF_OK : diag->status ? diag->status : CF_INTERNAL;
}

cf_status cf_forecast_make(const cf_campaign *campaign, double pilot_s, cf_forecast *forecast, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  uint32_t points = campaign->points.count, slowest = 0, slowest_point = 1;
  uint32_t looked = points < CF_FORECAST_POINTS ? points : CF_FORECAST_POINTS;
  double sum_s = 0, most_s = NAN, bytes = 0, factors = 0, largest = 0;
  *forecast = (cf_forecast){NAN, NAN, 0, NAN};
  for (uint32_t i = 0; i < campaign->policies; i++) {
    double run_s = time_policy(campaign, campaign->policy[i], pilot_s);
    sum_s += run_s;
    if (!(most_s >= run_s)) most_s = run_s, slowest = i;
  }
  cf_estimate base, estimate;
  cf_estimate_run(campaign->base, &base);
  for (uint32_t i = 0; i < looked; i++) {
    uint32_t point_id = looked > 1 ? 1 + (uint32_t)((uint64_t)i * (points - 1) / (looked - 1)) : 1;
    cf_status status = estimate_point(campaign, point_id, &estimate, diag);
    if (status) return status;
    double factor = estimate.events / base.events;
    if (factor > largest) largest = factor, slowest_point = point_id;
    factors += factor;
    bytes += estimate.database_bytes;
  }
  /* An estimate is of all policies of the scenario once. */
  double share = (double)campaign->policies / campaign->base->policies;
  forecast->mean_s = sum_s / campaign->policies * factors / looked;
  forecast->longest_s = most_s * largest;
  forecast->longest_run = (slowest_point - 1) * plan->max_reps * campaign->policies + slowest + 1;
  forecast->database_bytes = bytes / looked * points * plan->reps * share;
  return CF_OK;
}
