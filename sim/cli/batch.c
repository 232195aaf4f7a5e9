#include "cli/batch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct shared_state {
  cf_batch *batch;
  const cf_recorder *recorder;
  const cf_batch_options *options;
  unsigned engine_threads;
  atomic_uint next;
  atomic_bool lost; /* the database is gone */
} shared_state;

bool cf_batch_plan(cf_batch *batch, const cf_scenario *const *scenario, uint32_t scenarios, uint32_t reps,
                   const uint64_t *seed) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < scenarios; i++) count += (uint64_t)scenario[i]->policies * reps;
  *batch = (cf_batch){0};
  if (count == 0 || count > UINT32_MAX / 2) return false;
  batch->job = calloc(count, sizeof *batch->job);
  batch->kept = calloc(count, sizeof *batch->kept);
  if (!batch->job || !batch->kept) {
    cf_batch_free(batch);
    return false;
  }
  for (uint32_t i = 0; i < scenarios; i++) {
    for (uint32_t rep = 0; rep < reps; rep++) {
      for (uint32_t policy = 0; policy < scenario[i]->policies; policy++) {
        batch->kept[batch->jobs].hour_at_start = cf_hour_at_start(scenario[i]);
        batch->job[batch->jobs++] = (cf_job){.scenario = scenario[i],
                                             .point_id = i + 1,
                                             .policy = policy,
                                             .rep = rep,
                                             .seed = seed ? *seed : scenario[i]->seed,
                                             .status = CF_INCOMPLETE};
      }
    }
  }
  return true;
}

void cf_batch_free(cf_batch *batch) {
  free(batch->job);
  free(batch->kept);
  *batch = (cf_batch){0};
}

static void run_job(shared_state *shared, uint32_t index) {
  const cf_batch_options *options = shared->options;
  cf_job *job = &shared->batch->job[index];
  cf_simulation simulation = {.scenario = job->scenario,
                              .run_id = index + 1,
                              .point_id = job->point_id,
                              .policy = job->policy,
                              .rep = job->rep,
                              .seed = job->seed,
                              .record = true,
                              .engine = {.threads = shared->engine_threads},
                              .stop = options->stop,
                              .progress = options->progress ? cf_progress_run : NULL,
                              .progress_self = options->progress};
  cf_diag_init(&job->diag);
  cf_gauge gauge;
  /* A gauge that fails leaves its error in the diagnostics, but the run can do without. */
  if (cf_scarcity(job->scenario, job->policy, job->seed, job->rep, &gauge, &job->diag) == CF_OK)
    cf_kept_gauge(&shared->batch->kept[index], &gauge);
  job->status = cf_simulate(&simulation, shared->recorder, &job->row, &job->diag);
  if (job->status == CF_IO) atomic_store(&shared->lost, true);
  if (options->progress && job->status != CF_INCOMPLETE)
    cf_progress_run_done(options->progress, index + 1, job->row.events);
}

static void *work(void *self) {
  shared_state *shared = self;
  for (;;) {
    uint32_t index = atomic_fetch_add(&shared->next, 1);
    if (index >= shared->batch->jobs || atomic_load(&shared->lost)) return NULL;
    if (shared->options->stop && __atomic_load_n(shared->options->stop, __ATOMIC_RELAXED)) return NULL;
    run_job(shared, index);
  }
}

void cf_batch_run(cf_batch *batch, const cf_recorder *recorder, const cf_batch_options *options) {
  enum { MOST = 256 };
  unsigned workers = batch->jobs >= options->threads ? options->threads : 1;
  if (workers > MOST) workers = MOST;
  shared_state shared = {
      .batch = batch, .recorder = recorder, .options = options, .engine_threads = workers > 1 ? 1 : options->threads};
  if (options->progress)
    for (uint32_t i = 0; i < batch->jobs; i++)
      cf_progress_length(options->progress, i + 1, batch->job[i].scenario->duration_ns);
  pthread_t thread[MOST];
  unsigned started = 0;
  /* This thread works too; a thread that cannot be started is only a loss of speed. */
  while (started + 1 < workers && pthread_create(&thread[started], NULL, work, &shared) == 0) started++;
  work(&shared);
  for (unsigned i = 0; i < started; i++) pthread_join(thread[i], NULL);
}
