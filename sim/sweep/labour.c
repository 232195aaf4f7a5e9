#include "sweep/labour.h"

#include "base/remath.h"
#include "base/ticks.h"
#include "fleet/simulate.h"
#include "store/rows.h"
#include "store/shard.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* After so many deaths the loading of its scenario may be what a run's workers die of. */
enum { LOADING_KILLS = 3 };

/* One worker's memory between runs: the scenario that was loaded last. */
typedef struct memory {
  const cf_labour *labour;
  cf_shard *shard;
  cf_recorder recorder;
  uint32_t group;
  cf_inputs inputs;
  bool has_inputs;
  cf_scenario *scenario; /* NULL: none, or it cannot be loaded */
} memory;

bool cf_death_is_crash(int signal) {
  return signal == 0 || signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE ||
         signal == SIGILL;
}

static void forget(memory *m) {
  if (m->scenario) cf_scenario_destroy(m->scenario);
  if (m->has_inputs) cf_inputs_free(&m->inputs);
  m->scenario = NULL;
  m->has_inputs = false;
}

static cf_status load(memory *m, const cf_task *task, const cf_campaign_run *run, cf_diag *diag) {
  const cf_labour *labour = m->labour;
  if (m->scenario && m->group == task->group) return CF_OK;
  forget(m);
  cf_status status = cf_inputs_read(labour->campaign->plan_path, run->point_id, &m->inputs, diag);
  if (status) return status;
  m->has_inputs = true;
  m->group = task->group;
  cf_setting *setting = NULL;
  uint32_t settings = 0;
  cf_arena *arena = m->inputs.arena;
  status = cf_campaign_settings(labour->campaign, labour->round, run, arena, &setting, &settings, diag);
  if (status) return status;
  m->scenario = cf_inputs_load(&m->inputs, setting, settings, diag);
  return m->scenario ? CF_OK : diag->status ? diag->status : CF_INTERNAL;
}

static const char *last_error(const cf_diag *diag) {
  for (unsigned i = diag->stored; i > 0; i--)
    if (diag->entry[i - 1].status) return diag->entry[i - 1].text;
  return "for a reason that nobody told";
}

/* Where the run's scenario cannot be loaded, the figures that depend on its point stay undefined. */
static cf_run_row identity(const memory *m, const cf_campaign_run *run) {
  const cf_scenario *scenario = m->scenario ? m->scenario : m->labour->campaign->base;
  cf_run_row row = {.run_id = run->run_id,
                    .point_id = run->point_id,
                    .scenario = scenario->name,
                    .policy = scenario->policy[run->policy].name,
                    .rep = run->rep,
                    .seed = run->seed,
                    .math_id = cf_math_id(),
                    .sim_s = m->scenario ? cf_ticks_to_s(scenario->duration_ns) : NAN};
  for (uint32_t g = 0; m->scenario && g < scenario->node_groups; g++) row.nodes += scenario->nodes[g].count;
  return row;
}

static cf_status end_failed(const memory *m, cf_run_row *row, const char *error, cf_diag *diag) {
  row->status = CF_INTERNAL;
  row->error = error;
  return m->recorder.end(m->recorder.self, row, diag);
}

static cf_status record_failure(const memory *m, const cf_campaign_run *run, const char *error, cf_diag *diag) {
  cf_run_row row = identity(m, run);
  cf_status status = m->recorder.begin(m->recorder.self, &row, diag);
  return status ? status : end_failed(m, &row, error, diag);
}

static void on_progress(void *self, uint32_t run_id, int64_t now_ns, uint64_t events) {
  (void)run_id;
  const memory *m = self;
  cf_slot *slot = &m->labour->board->slot[m->labour->slot];
  double share = (double)now_ns / (double)m->scenario->duration_ns;
  atomic_store(&slot->share, (uint32_t)(share * UINT32_MAX));
  atomic_store(&slot->events_now, events);
}

/* The gauge costs a rehearsal of the policy and hardly differs between replications: the first one has it. */
static cf_status tell_gauge(const memory *m, const cf_campaign_run *run, cf_diag *diag) {
  cf_gauge gauge;
  cf_diag ignored; /* a run can do without it */
  cf_diag_init(&ignored);
  if (run->trial || run->rep > 0 || !m->recorder.gauge) return CF_OK;
  if (cf_scarcity(m->scenario, run->policy, run->seed, run->rep, &gauge, &ignored) != CF_OK) return CF_OK;
  return m->recorder.gauge(m->recorder.self, run->run_id, &gauge, diag);
}

/* CF_INCOMPLETE when it was told to stop. */
static cf_status simulate(memory *m, const cf_campaign_run *run, cf_run_row *row, cf_diag *diag) {
  *row = identity(m, run);
  cf_status status = m->recorder.begin(m->recorder.self, row, diag);
  if (status) return status;
  status = tell_gauge(m, run, diag);
  if (status == CF_IO) return status;
  if (status) {
    cf_status ended = end_failed(m, row, last_error(diag), diag);
    return ended ? ended : status;
  }
  cf_recorder rest = m->recorder; /* of what follows the beginning */
  rest.begin = NULL;
  if (run->trial) rest = (cf_recorder){.self = rest.self, .end = rest.end};
  cf_simulation simulation = {.scenario = m->scenario,
                              .run_id = run->run_id,
                              .point_id = run->point_id,
                              .policy = run->policy,
                              .rep = run->rep,
                              .seed = run->seed,
                              .record = true,
                              .engine = {.threads = 1},
                              .stop = &m->labour->board->stop,
                              .progress = on_progress,
                              .progress_self = m};
  return cf_simulate(&simulation, &rest, row, diag);
}

static void tell_slot(const memory *m, cf_task *task, const cf_run_row *row) {
  cf_slot *slot = &m->labour->board->slot[m->labour->slot];
  double value = NAN;
  if (!cf_run_column(row, cf_campaign_column(m->labour->campaign, m->labour->round->stage), &value)) value = NAN;
  task->value = value;
  atomic_store(&slot->events_now, 0);
  atomic_fetch_add(&slot->events_before, row->events);
}

static void log_failure(const cf_campaign_run *run, const cf_diag *diag) {
  fprintf(stderr, "run %u failed:\n", run->run_id);
  cf_diag_print(diag, stderr, false);
  fflush(stderr);
}

/* `told` says what became of the run; an error is the worker's own, and its end. */
static cf_status work_on(memory *m, uint32_t position, cf_task_state *told, cf_diag *diag) {
  cf_task *task = &m->labour->board->task[position];
  cf_campaign_run run = cf_campaign_run_of(m->labour->campaign, task->run_id);
  cf_diag own;
  cf_diag_init(&own);
  *told = CF_TASK_WAITING;
  if (load(m, task, &run, &own)) {
    log_failure(&run, &own);
    *told = CF_TASK_FAILED;
    return record_failure(m, &run, last_error(&own), diag);
  }
  cf_run_row row;
  cf_status status = simulate(m, &run, &row, &own);
  if (status == CF_IO) return cf_fail(diag, CF_IO, "%s", last_error(&own));
  if (status == CF_INCOMPLETE) return CF_OK;
  if (status) log_failure(&run, &own);
  tell_slot(m, task, &row);
  *told = status ? CF_TASK_FAILED : CF_TASK_DONE;
  return CF_OK;
}

typedef struct look {
  uint32_t run_id;
  bool done;
} look;

static cf_status on_run(void *self, const cf_shard_run *run, cf_diag *diag) {
  (void)diag;
  look *looked = self;
  if (run->run_id == looked->run_id) looked->done = run->done;
  return CF_OK;
}

/* The earlier worker may have died between committing a run and saying so. */
static bool is_done(const cf_labour *labour, uint32_t run_id) {
  look looked = {.run_id = run_id};
  cf_diag ignored;
  cf_diag_init(&ignored);
  cf_shard_scan(labour->shard, labour->campaign->plan_sha256, NULL, on_run, &looked, &ignored);
  return looked.done;
}

static const char *cause_of(const cf_task *task, char text[80]) {
  if (task->signal)
    snprintf(text, 80, "its worker died of signal %d (%s)%s", task->signal, strsignal(task->signal),
             cf_death_is_crash(task->signal) ? "" : " twice");
  else
    snprintf(text, 80, "its worker ended with exit code %d in the middle of it", task->exit_code);
  return text;
}

/* Deals with the run during which the slot's earlier worker died, before (`opened` false) and after opening the shard:
 * a shard that is open cannot be looked into. */
static cf_status inherit(memory *m, uint32_t position, cf_diag *diag) {
  const cf_task *task = &m->labour->board->task[position];
  if (!cf_death_is_crash(task->signal) && task->deaths < 2) return CF_OK;
  char text[80];
  cf_campaign_run run = cf_campaign_run_of(m->labour->campaign, task->run_id);
  cf_diag ignored; /* the death is what is told */
  cf_diag_init(&ignored);
  if (task->deaths < LOADING_KILLS && load(m, task, &run, &ignored) != CF_OK) forget(m);
  cf_status status = record_failure(m, &run, cause_of(task, text), diag);
  if (status == CF_OK) cf_board_advance(m->labour->board, m->labour->slot, CF_TASK_FAILED);
  return status;
}

static cf_status work_all(memory *m, cf_diag *diag) {
  uint32_t position;
  while (cf_board_take(m->labour->board, m->labour->slot, &position)) {
    cf_task_state told;
    cf_status status = work_on(m, position, &told, diag);
    if (status) return status;
    if (told != CF_TASK_WAITING) cf_board_advance(m->labour->board, m->labour->slot, told);
  }
  return CF_OK;
}

cf_status cf_labour_do(const cf_labour *labour, cf_diag *diag) {
  memory m = {.labour = labour};
  cf_board *board = labour->board;
  cf_shard_options options = {.path = labour->shard,
                              .plan_sha256 = labour->campaign->plan_sha256,
                              .version = labour->version,
                              .command = labour->command};
  uint32_t position = 0;
  bool inherits = cf_board_at_hand(board, labour->slot, &position) && board->task[position].deaths > 0;
  if (inherits && is_done(labour, board->task[position].run_id)) {
    cf_board_advance(board, labour->slot, CF_TASK_DONE);
    inherits = false;
  }
  cf_status status = cf_shard_open(&options, &m.shard, diag);
  if (status == CF_OK) {
    m.recorder = cf_shard_recorder(m.shard);
    if (inherits) status = inherit(&m, position, diag);
    if (status == CF_OK) status = work_all(&m, diag);
    cf_status closed = cf_shard_close(m.shard, diag);
    if (status == CF_OK) status = closed;
  }
  forget(&m);
  if (status) {
    cf_slot *slot = &board->slot[labour->slot];
    snprintf(slot->text, sizeof slot->text, "%s", last_error(diag));
    slot->status = status;
  }
  return status;
}
