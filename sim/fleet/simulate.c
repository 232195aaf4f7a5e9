#include "fleet/simulate.h"

#include "base/remath.h"
#include "fleet/node.h"
#include "fleet/results.h"
#include "fleet/world.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* How often the run's thread looks up to hand over rows and report progress. */
static const int64_t breath_ns = INT64_C(6) * 3600 * CF_NS_PER_S;

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static cf_status live(const cf_simulation *simulation, cf_world *world, cf_engine *engine, const cf_recorder *recorder,
                      cf_diag *diag) {
  const cf_scenario *scenario = simulation->scenario;
  int64_t end = scenario->duration_ns, every = simulation->record ? scenario->record.fleet_every_ns : 0;
  int64_t next_series = every > 0 ? every : CF_NEVER, next_breath = breath_ns;
  int64_t look_every = simulation->story ? simulation->story->look_every_ns : 0;
  int64_t next_look = look_every > 0 ? look_every : CF_NEVER;
  cf_status status = CF_OK;
  for (int64_t now = 0; now < end && status == CF_OK;) {
    now = next_series < next_breath ? next_series : next_breath;
    if (next_look < now) now = next_look;
    if (end < now) now = end;
    status = cf_engine_run(engine, now, simulation->stop, diag);
    if (status == CF_OK && simulation->record) status = cf_results_notes(world, simulation->run_id, recorder, diag);
    if (status == CF_OK && now == next_series) {
      status = cf_results_series(world, now, simulation->run_id, recorder, diag);
      next_series += every;
    }
    if (status == CF_OK && now == next_look) {
      cf_story_look(world, now);
      next_look += look_every;
    }
    if (status == CF_OK && world->story) status = cf_story_hand_over(world->story, diag);
    if (now == next_breath) next_breath += breath_ns;
    if (simulation->progress)
      simulation->progress(simulation->progress_self, simulation->run_id, now, cf_engine_events(engine));
  }
  if (status == CF_OK) status = cf_engine_finish(engine, end, diag);
  if (status == CF_OK && world->story) status = cf_story_hand_over(world->story, diag);
  return status;
}

static cf_status run_world(const cf_simulation *simulation, cf_arena *arena, const cf_recorder *recorder,
                           cf_run_row *row, cf_diag *diag) {
  cf_world *world = CF_ARENA_NEW(arena, cf_world);
  if (!world) return cf_fail(diag, CF_INTERNAL, "no memory for a run");
  cf_status status =
      cf_world_make(world, simulation->scenario, simulation->policy, simulation->seed, simulation->rep, arena, diag);
  world->note_power = simulation->record && recorder->power_event && simulation->scenario->record.power_events;
  world->note_decisions =
      simulation->record && recorder->decision && simulation->scenario->record.decisions == CF_DECISIONS_ALL;
  cf_engine *engine = status == CF_OK ? cf_engine_create(&world->model, &simulation->engine, diag) : NULL;
  if (status == CF_OK && !engine) status = diag->status != CF_OK ? diag->status : CF_INTERNAL;
  cf_story story = {0};
  if (status == CF_OK && simulation->story) status = cf_story_begin(world, &story, simulation->story, diag);
  if (status == CF_OK) status = live(simulation, world, engine, recorder, diag);
  if (engine) {
    row->digest = cf_engine_digest(engine);
    row->events = cf_engine_events(engine);
  }
  if (status == CF_OK) {
    cf_results_sum(world, row);
    /* Law: a run whose books do not close is not a result. */
    if (!(row->energy_residual <= 1e-6 && row->heat_residual <= 1e-6))
      status = cf_fail(diag, CF_INTERNAL, "the books do not close: energy %.3g, heat %.3g", row->energy_residual,
                       row->heat_residual);
    if (simulation->record) {
      cf_status told = cf_results_tell(world, simulation->run_id, recorder, diag);
      if (status == CF_OK) status = told;
    }
  }
  cf_engine_destroy(engine);
  cf_story_end(&story);
  cf_world_drop(world);
  return status;
}

cf_status cf_simulate(const cf_simulation *simulation, const cf_recorder *recorder, cf_run_row *row, cf_diag *diag) {
  const cf_scenario *scenario = simulation->scenario;
  /* One engine thread is this thread; runs beside it are not its business. */
  clockid_t cpu_clock = simulation->engine.threads > 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID;
  double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(cpu_clock);
  *row = (cf_run_row){.run_id = simulation->run_id,
                      .point_id = simulation->point_id,
                      .scenario = scenario->name,
                      .policy = scenario->policy[simulation->policy].name,
                      .rep = simulation->rep,
                      .seed = simulation->seed,
                      .math_id = cf_math_id(),
                      .sim_s = cf_ticks_to_s(scenario->duration_ns)};
  for (uint32_t g = 0; g < scenario->node_groups; g++) row->nodes += scenario->nodes[g].count;
  cf_status status = CF_OK;
  if (simulation->record && recorder->begin) status = recorder->begin(recorder->self, row, diag);
  if (status != CF_OK) return status;
  cf_arena *arena = cf_arena_create(simulation->engine.arena_fill);
  if (!arena) return cf_fail(diag, CF_INTERNAL, "no memory for a run");
  status = run_world(simulation, arena, recorder, row, diag);
  cf_arena_destroy(arena);
  row->status = status;
  row->error = status != CF_OK && diag->stored > 0 ? diag->entry[diag->stored - 1].text : NULL;
  row->wall_s = seconds(CLOCK_MONOTONIC) - wall;
  row->cpu_s = seconds(cpu_clock) - cpu;
  if (simulation->record && recorder->end && status != CF_IO) {
    cf_status ended = recorder->end(recorder->self, row, diag);
    if (status == CF_OK) status = ended;
  }
  return status;
}
