/* Workers as processes: what is run, what a death costs, how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/query.h"
#include "store/shard.h"
#include "sweep/worker.h"

/* ---- a campaign of a few short runs ------------------------------------------------------------------------------ */

typedef struct fixture {
  char directory[64];
  cf_campaign *campaign;
  cf_round round;
  char shard[4][CF_CAMPAIGN_PATH];
  cf_work_options options;
  cf_work_state state;
  cf_diag diag;
} fixture;

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static const char *inside(const fixture *f, const char *name) {
  static char path[4][128];
  static unsigned next;
  char *at = path[next++ % 4];
  snprintf(at, sizeof path[0], "%s/%s", f->directory, name);
  return at;
}

static void next_round(fixture *f) {
  cf_outcomes outcomes;
  cf_round_free(&f->round);
  if (cf_campaign_outcomes(f->campaign, &outcomes, &f->diag) != CF_OK) cf_diag_print(&f->diag, stderr, false);
  assert_int_equal(f->diag.errors, 0);
  assert_int_equal(cf_campaign_next(f->campaign, &outcomes, 1, false, &f->round, &f->diag), CF_OK);
  cf_outcomes_free(&outcomes);
}

/* `body`: what the plan says beside its name and scenario. */
static fixture *begin(const char *body) {
  fixture *f = calloc(1, sizeof *f);
  char here[512], path[128];
  assert_non_null(f);
  snprintf(f->directory, sizeof f->directory, "/tmp/cf-worker-XXXXXX");
  assert_non_null(mkdtemp(f->directory));
  assert_non_null(getcwd(here, sizeof here));
  snprintf(path, sizeof path, "%s", inside(f, "plan.yaml"));
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, "name: test\nscenario: %s/scenarios/quickstart.yaml\n%s", here, body);
  assert_int_equal(fclose(file), 0);
  cf_diag_init(&f->diag);
  if (cf_campaign_start(path, "models", f->directory, NULL, NULL, &f->campaign, &f->diag) != CF_OK)
    cf_diag_print(&f->diag, stderr, false);
  assert_int_equal(f->diag.errors, 0);
  next_round(f);
  mkdir(inside(f, "shards"), 0777);
  for (unsigned i = 0; i < 4; i++)
    snprintf(f->shard[i], sizeof f->shard[i], "%s/shards/local-%u.db", f->directory, i + 1);
  f->options =
      (cf_work_options){.version = "1.2.3", .workers = 2, .shard = f->shard, .max_failures = UINT32_MAX, .self = f};
  return f;
}

static void end(fixture *f) {
  cf_round_free(&f->round);
  cf_campaign_close(f->campaign);
  nftw(f->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  free(f);
}

static cf_status work(fixture *f) {
  return cf_work(f->campaign, &f->round, 0, f->round.list.count, &f->options, &f->state, &f->diag);
}

static const char two_points[] =
    "set: {duration: 2 d}\naxes: {n: {path: fleet.sensors.count, values: [3, 6]}}\nreps: 4\n";
/* Each run takes a good part of a second, so that it can be killed. */
static const char long_runs[] = "set: {duration: 50 d, fleet.sensors.count: 6}\npolicies: [always-local]\nreps: 2\n";

static const char at_a_point[] =
    "axes:\n  n: {path: fleet.sensors.count, values: [6]}\n  d: {path: duration, values: [50 d]}\n"
    "policies: [always-local]\nreps: 2\n";

static double ask(const char *path, const char *sql) {
  cf_diag diag;
  cf_database *database;
  double value;
  cf_diag_init(&diag);
  if (cf_database_open(path, &database, &diag) != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(diag.errors, 0);
  assert_int_equal(cf_query_number(database, sql, &value, &diag), CF_OK);
  cf_database_close(database);
  return value;
}

/* Over the shards. */
static double ask_all(const fixture *f, const char *sql) {
  double sum = 0;
  for (unsigned i = 0; i < 4; i++)
    if (access(f->shard[i], F_OK) == 0) sum += ask(f->shard[i], sql);
  return sum;
}

typedef struct found {
  unsigned done, failed;
  char error[200];
} found;

static found look(fixture *f) {
  found seen = {0};
  cf_outcomes outcomes;
  assert_int_equal(cf_campaign_outcomes(f->campaign, &outcomes, &f->diag), CF_OK);
  for (uint32_t i = 0; i < outcomes.count; i++) {
    seen.done += outcomes.outcome[i].done;
    seen.failed += !outcomes.outcome[i].done;
    if (outcomes.outcome[i].error) snprintf(seen.error, sizeof seen.error, "%s", outcomes.outcome[i].error);
  }
  cf_outcomes_free(&outcomes);
  return seen;
}

/* ---- work -------------------------------------------------------------------------------------------------------- */

static void every_run_is_recorded(void **state) {
  (void)state;
  for (unsigned workers = 1; workers <= 3; workers++) {
    fixture *f = begin(two_points);
    f->options.workers = workers;
    assert_int_equal(work(f), CF_OK);
    assert_int_equal(f->state.runs, 16);
    assert_int_equal(f->state.done, 16);
    assert_int_equal(f->state.failed, 0);
    assert_true(f->state.share == 1 && f->state.events > 0 && f->state.workers == 0);
    assert_int_equal(f->state.value.n, 16);
    found seen = look(f);
    assert_true(seen.done == 16 && seen.failed == 0);
    /* One gauge for each point and policy; the order of the watched values does not matter to their mean. */
    assert_true(ask_all(f, "SELECT count(*) FROM gauge") == 4);
    double mean = ask_all(f, "SELECT coalesce(sum(loss), 0) FROM run") / 16;
    assert_true(fabs(mean - f->state.value.mean) <= 1e-12 * fabs(mean));
    next_round(f);
    assert_int_equal(f->round.list.count, 0);
    end(f);
  }
}

static void a_part_is_only_that(void **state) {
  (void)state;
  fixture *f = begin(two_points);
  assert_int_equal(cf_work(f->campaign, &f->round, 5, 3, &f->options, &f->state, &f->diag), CF_OK);
  assert_true(ask_all(f, "SELECT count(*) FROM run WHERE run_id BETWEEN 6 AND 8") == 3);
  assert_true(ask_all(f, "SELECT count(*) FROM run") == 3);
  assert_int_equal(cf_work(f->campaign, &f->round, 5, 0, &f->options, &f->state, &f->diag), CF_OK);
  assert_int_equal(f->state.runs, 0);
  end(f);
}

static void trials_leave_their_row_of_run(void **state) {
  (void)state;
  fixture *f = begin(
      "set: {duration: 2 d}\nreps: 1\ntune:\n  metric: loss\n  budget: 4\n  reps: 2\n  seed: 1001\n"
      "  policies: {confidence-threshold: {ask_below: {from: 50 %, to: 99 %}}}\n");
  assert_int_equal(f->round.stage, CF_STAGE_TUNE);
  assert_int_equal(work(f), CF_OK);
  assert_int_equal(f->state.done, f->round.list.count);
  assert_true(ask_all(f, "SELECT count(*) FROM run") == f->round.list.count);
  assert_true(ask_all(f, "SELECT (SELECT count(*) FROM ledger) + (SELECT count(*) FROM gauge)") == 0);
  /* Each evaluation was run with its own parameters. */
  assert_true(ask_all(f, "SELECT count(DISTINCT digest) FROM run") > 2);
  end(f);
}

/* ---- deaths ------------------------------------------------------------------------------------------------------ */

typedef struct killer {
  fixture *f;
  int signal;
  unsigned most, kills;
  int last;
} killer;

/* Kills whoever has a run at hand, each process once. */
static void kill_one(void *self, const cf_work_state *state) {
  killer *k = self;
  if (k->kills == k->most || state->workers == 0 || state->process[0] == k->last) return;
  if (!(state->share > (double)(state->done + state->failed) / state->runs)) return;
  k->last = state->process[0];
  k->kills++;
  kill(k->last, k->signal);
}

static killer killing(fixture *f, int signal, unsigned most) {
  killer k = {.f = f, .signal = signal, .most = most};
  f->options.workers = 1;
  f->options.watch = kill_one;
  return k;
}

static void a_crash_fails_its_run_only(void **state) {
  (void)state;
  fixture *f = begin(at_a_point);
  killer k = killing(f, SIGSEGV, 1);
  f->options.self = &k;
  assert_int_equal(work(f), CF_OK);
  assert_int_equal(k.kills, 1);
  assert_true(ask(f->shard[0], "SELECT nodes FROM run WHERE status = 'failed'") == 6); /* not the scenario's own */
  assert_true(ask(f->shard[0], "SELECT sim_s FROM run WHERE status = 'failed'") == 50 * 86400.0);
  assert_true(f->state.done == 1 && f->state.failed == 1);
  found seen = look(f);
  assert_true(seen.done == 1 && seen.failed == 1);
  assert_string_equal(seen.error, "its worker died of signal 11 (Segmentation fault)");
  end(f);
}

static void one_kill_costs_nothing(void **state) {
  (void)state;
  fixture *f = begin(long_runs);
  killer k = killing(f, SIGKILL, 1);
  f->options.self = &k;
  assert_int_equal(work(f), CF_OK);
  assert_int_equal(k.kills, 1);
  found seen = look(f);
  assert_true(seen.done == 2 && seen.failed == 0);
  end(f);
}

static void two_kills_fail_the_run(void **state) {
  (void)state;
  fixture *f = begin(long_runs);
  killer k = killing(f, SIGKILL, 2);
  f->options.self = &k;
  assert_int_equal(work(f), CF_OK);
  assert_int_equal(k.kills, 2);
  found seen = look(f);
  assert_true(seen.done == 1 && seen.failed == 1);
  assert_string_equal(seen.error, "its worker died of signal 9 (Killed) twice");
  end(f);
}

static void too_many_failures_stop_it(void **state) {
  (void)state;
  fixture *f = begin(long_runs);
  killer k = killing(f, SIGSEGV, 1);
  f->options.self = &k;
  f->options.max_failures = 1;
  assert_int_equal(work(f), CF_INCOMPLETE);
  found seen = look(f);
  assert_true(seen.done + seen.failed < 3 && seen.failed == 1);
  end(f);
}

/* SIGINT and the like go to the whole group of processes; they are the watcher's business. */
static void polite_signals_are_left_to_the_watcher(void **state) {
  (void)state;
  static const int polite[] = {SIGINT, SIGTERM, SIGUSR1};
  for (unsigned i = 0; i < 3; i++) {
    fixture *f = begin(long_runs);
    killer k = killing(f, polite[i], 3);
    f->options.self = &k;
    assert_int_equal(work(f), CF_OK);
    assert_int_equal(k.kills, 1);
    assert_int_equal(f->state.done, 2);
    end(f);
  }
}

typedef struct stopper {
  volatile int stop;
} stopper;

static void stop_soon(void *self, const cf_work_state *state) {
  stopper *s = self;
  if (state->share > 0) s->stop = 1;
}

static void a_stop_gives_up_the_run_at_hand(void **state) {
  (void)state;
  fixture *f = begin(long_runs);
  stopper s = {0};
  f->options.watch = stop_soon;
  f->options.self = &s;
  f->options.stop = &s.stop;
  assert_int_equal(work(f), CF_INCOMPLETE);
  found seen = look(f);
  assert_true(seen.done + seen.failed < 2 && seen.failed == 0);
  f->options.watch = NULL;
  f->options.stop = NULL;
  cf_round_free(&f->round);
  next_round(f);
  assert_int_equal(work(f), CF_OK);
  seen = look(f);
  assert_true(seen.done == 2 && seen.failed == 0);
  end(f);
}

static int workers_of[2];

static void tell_worker(void *self, const cf_work_state *state) {
  (void)self;
  if (state->workers && state->share > 0 && write(workers_of[1], &state->process[0], sizeof(int)) < 0) abort();
}

static bool is_gone(int process) {
  static const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
  for (int i = 0; i < 500; i++, nanosleep(&pause, NULL)) {
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (!file) return true;
    bool dead = fgets(text, sizeof text, file) && strstr(text, ") Z ");
    fclose(file);
    if (dead) return true; /* of nobody's child: it waits for whoever reaps in this container */
  }
  return false;
}

static void workers_die_with_their_watcher(void **state) {
  (void)state;
  fixture *f = begin("set: {duration: 3000 d, fleet.sensors.count: 100}\nreps: 1\n");
  f->options.workers = 1;
  f->options.watch = tell_worker;
  assert_int_equal(pipe(workers_of), 0);
  pid_t watcher = fork();
  if (watcher == 0) {
    work(f);
    _exit(0);
  }
  int worker = 0;
  assert_int_equal(read(workers_of[0], &worker, sizeof worker), (int)sizeof worker);
  assert_int_equal(kill(worker, 0), 0);
  kill(watcher, SIGKILL);
  assert_int_equal(waitpid(watcher, NULL, 0), watcher);
  assert_true(is_gone(worker));
  close(workers_of[0]);
  close(workers_of[1]);
  end(f);
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

static void a_shard_that_cannot_be_written_is_named(void **state) {
  (void)state;
  fixture *f = begin(two_points);
  snprintf(f->shard[1], sizeof f->shard[1], "%s/nowhere/at/all.db", f->directory);
  assert_int_equal(work(f), CF_IO);
  assert_non_null(strstr(f->diag.entry[0].text, "nowhere/at"));
  end(f);
}

static void a_shard_has_one_writer(void **state) {
  (void)state;
  fixture *f = begin(two_points);
  int ready[2];
  char byte;
  assert_int_equal(pipe(ready), 0);
  pid_t writer = fork();
  if (writer == 0) {
    cf_shard *shard;
    cf_shard_options options = {.path = f->shard[0], .plan_sha256 = f->campaign->plan_sha256, .version = "1.2.3"};
    if (cf_shard_open(&options, &shard, &f->diag) != CF_OK || write(ready[1], "", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  assert_int_equal(read(ready[0], &byte, 1), 1);
  f->options.workers = 1;
  assert_int_equal(work(f), CF_IO);
  assert_non_null(strstr(f->diag.entry[0].text, "local-1.db"));
  kill(writer, SIGKILL);
  assert_int_equal(waitpid(writer, NULL, 0), writer);
  close(ready[0]);
  close(ready[1]);
  end(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_run_is_recorded),
                                     cmocka_unit_test(a_part_is_only_that),
                                     cmocka_unit_test(trials_leave_their_row_of_run),
                                     cmocka_unit_test(a_crash_fails_its_run_only),
                                     cmocka_unit_test(one_kill_costs_nothing),
                                     cmocka_unit_test(two_kills_fail_the_run),
                                     cmocka_unit_test(too_many_failures_stop_it),
                                     cmocka_unit_test(polite_signals_are_left_to_the_watcher),
                                     cmocka_unit_test(a_stop_gives_up_the_run_at_hand),
                                     cmocka_unit_test(workers_die_with_their_watcher),
                                     cmocka_unit_test(a_shard_that_cannot_be_written_is_named),
                                     cmocka_unit_test(a_shard_has_one_writer)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
