#include "sweep/worker.h"

#include "sweep/board.h"
#include "sweep/labour.h"
#include "sweep/weights.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_NS = 50 * 1000 * 1000, MOST_IDLE_DEATHS = 3 };

typedef struct gang {
  const cf_campaign *campaign;
  const cf_round *round;
  const cf_work_options *options;
  cf_board *board;
  cf_work_state *state;
  cf_diag *diag;
  cf_status status;                   /* the first error */
  unsigned workers;                   /* slots */
  pid_t process[CF_WORK_MOST];        /* 0: nobody */
  unsigned idle_deaths[CF_WORK_MOST]; /* without a run at hand */
  uint8_t *counted;                   /* tasks whose end is in the state */
  uint32_t low;                       /* before it all are counted */
  uint32_t high;                      /* from it on nobody has taken any */
  cf_weights weights;
  double start_s;
  sigset_t child, before;
} gang;

static double monotonic_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void log_path(const gang *g, unsigned worker, char path[CF_CAMPAIGN_PATH]) {
  const char *shard = g->options->shard[worker], *slash = strrchr(shard, '/');
  const char *name = slash ? slash + 1 : shard;
  size_t length = strlen(name);
  if (length > 3 && strcmp(name + length - 3, ".db") == 0) length -= 3;
  if (snprintf(path, CF_CAMPAIGN_PATH, "%s/log/%.*s.log", g->campaign->directory, (int)length, name) >=
      CF_CAMPAIGN_PATH)
    path[0] = '\0';
}

/* In the worker: its streams, its signals, its death. */
static void settle_in(const gang *g, unsigned worker, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(CF_INCOMPLETE);
  static const int left_to_the_watcher[] = {SIGINT, SIGTERM, SIGUSR1};
  static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}; /* whoever handles them, not in here */
  for (unsigned i = 0; i < sizeof left_to_the_watcher / sizeof(int); i++) signal(left_to_the_watcher[i], SIG_IGN);
  for (unsigned i = 0; i < sizeof crashes / sizeof(int); i++) signal(crashes[i], SIG_DFL);
  sigprocmask(SIG_SETMASK, &g->before, NULL);
  char path[CF_CAMPAIGN_PATH];
  log_path(g, worker, path);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
}

static void be_worker(const gang *g, unsigned worker) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_labour labour = {.campaign = g->campaign,
                      .round = g->round,
                      .board = g->board,
                      .slot = worker,
                      .shard = g->options->shard[worker],
                      .version = g->options->version,
                      .command = g->options->command};
  cf_status status = cf_labour_do(&labour, &diag);
  cf_diag_print(&diag, stderr, false);
  fflush(stderr);
  _exit((int)status);
}

static void give_up(gang *g, cf_status status, const char *text) {
  if (g->status == CF_OK) g->status = cf_fail(g->diag, status, "%s", text);
  __atomic_store_n(&g->board->stop, 1, __ATOMIC_RELAXED);
}

static void start(gang *g, unsigned worker) {
  pid_t parent = getpid();
  fflush(NULL); /* so that nothing is written twice */
  pid_t process = fork();
  if (process == 0) {
    settle_in(g, worker, parent);
    be_worker(g, worker);
  }
  if (process < 0) {
    char text[CF_DIAG_TEXT];
    snprintf(text, sizeof text, "cannot start a worker: %s", strerror(errno));
    give_up(g, CF_IO, text);
    return;
  }
  g->process[worker] = process;
}

static unsigned alive(const gang *g) {
  unsigned count = 0;
  for (unsigned i = 0; i < g->workers; i++) count += g->process[i] > 0;
  return count;
}

/* The worker died in the middle of something. */
static void replace(gang *g, unsigned worker, int ended) {
  cf_board *board = g->board;
  uint32_t position;
  if (__atomic_load_n(&board->stop, __ATOMIC_RELAXED)) return;
  if (cf_board_at_hand(board, worker, &position)) {
    cf_task *task = &board->task[position];
    task->deaths++;
    task->signal = WIFSIGNALED(ended) ? (uint8_t)WTERMSIG(ended) : 0;
    task->exit_code = WIFEXITED(ended) ? (uint8_t)WEXITSTATUS(ended) : 0;
  } else if (++g->idle_deaths[worker] > MOST_IDLE_DEATHS) {
    char text[CF_DIAG_TEXT], path[CF_CAMPAIGN_PATH];
    log_path(g, worker, path);
    snprintf(text, sizeof text, "workers die before they begin a run (%s %d); see %.300s",
             WIFSIGNALED(ended) ? "signal" : "exit code", WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended),
             path);
    give_up(g, CF_INTERNAL, text);
    return;
  }
  start(g, worker);
}

static void reap(gang *g) {
  for (unsigned i = 0; i < g->workers; i++) {
    int ended;
    if (g->process[i] <= 0 || waitpid(g->process[i], &ended, WNOHANG) != g->process[i]) continue;
    g->process[i] = 0;
    const cf_slot *slot = &g->board->slot[i];
    if (slot->status)
      give_up(g, slot->status, slot->text);
    else if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
      replace(g, i, ended);
  }
}

static void count_new(gang *g) {
  cf_work_state *state = g->state;
  uint32_t next = atomic_load(&g->board->next);
  if (g->high < next) g->high = next;
  while (g->low < g->high && g->counted[g->low]) g->low++;
  for (uint32_t i = g->low; i < g->high; i++) {
    const cf_task *task = &g->board->task[i];
    uint8_t now = atomic_load(&task->state);
    if (g->counted[i] || now == CF_TASK_WAITING) continue;
    g->counted[i] = 1;
    cf_weights_try(&g->weights, i);
    state->done += now == CF_TASK_DONE;
    state->failed += now == CF_TASK_FAILED;
    if (now == CF_TASK_DONE && isfinite(task->value)) cf_moments_add(&state->value, task->value);
  }
}

static void look(gang *g) {
  cf_work_state *state = g->state;
  count_new(g);
  state->events = 0;
  state->workers = 0;
  for (unsigned i = 0; i < g->workers; i++) {
    const cf_slot *slot = &g->board->slot[i];
    state->events += (double)atomic_load(&slot->events_before) + (double)atomic_load(&slot->events_now);
    if (g->process[i] > 0) state->process[state->workers++] = (int)g->process[i];
  }
  state->share = cf_weights_share(&g->weights, g->board);
  state->elapsed_s = monotonic_s() - g->start_s;
  if (g->options->watch) g->options->watch(g->options->self, state);
  const volatile int *stop = g->options->stop;
  if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED)) __atomic_store_n(&g->board->stop, 1, __ATOMIC_RELAXED);
}

static void watch_until_end(gang *g) {
  static const struct timespec tick = {.tv_nsec = TICK_NS};
  while (alive(g)) {
    look(g);
    sigtimedwait(&g->child, NULL, &tick); /* a death wakes it at once; a tick is as good */
    reap(g);
    if (g->options->watch) cf_weights_next(&g->weights, g->campaign, g->board);
  }
  look(g);
}

static bool over(const gang *g) {
  const cf_board *board = g->board;
  return __atomic_load_n(&board->stop, __ATOMIC_RELAXED) || atomic_load(&board->failed) >= board->max_failures ||
         cf_board_waiting(board) == 0;
}

static void direct(gang *g) {
  while (!over(g)) {
    atomic_store(&g->board->next, 0); /* what a death between two steps has left is found from the start */
    for (unsigned i = 0; i < g->workers; i++) start(g, i);
    watch_until_end(g);
  }
}

static void drop_empty_logs(const gang *g) {
  for (unsigned i = 0; i < g->workers; i++) {
    char path[CF_CAMPAIGN_PATH];
    struct stat about;
    log_path(g, i, path);
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0) unlink(path);
  }
}

static void make_log_folder(const gang *g) {
  char path[CF_CAMPAIGN_PATH];
  if (snprintf(path, sizeof path, "%s/log", g->campaign->directory) < (int)sizeof path) mkdir(path, 0777);
}

static cf_board *board_of(const cf_campaign *campaign, const cf_round *round, uint32_t first, uint32_t count,
                          const cf_work_options *options) {
  unsigned workers = options->workers < count ? options->workers : count;
  cf_board *board = cf_board_make(count, workers < CF_WORK_MOST ? workers : CF_WORK_MOST);
  if (!board) return NULL;
  board->max_failures = options->max_failures;
  for (uint32_t i = 0; i < count; i++) {
    cf_task *task = &board->task[i];
    task->run_id = round->list.run_id[first + i];
    cf_campaign_run run = cf_campaign_run_of(campaign, task->run_id);
    task->group = run.trial ? run.evaluation * CF_MAX_POLICIES + run.policy : run.point_id;
    task->value = NAN;
  }
  cf_board_order(board);
  return board;
}

static cf_status verdict(gang *g) {
  if (g->status) return g->status;
  return cf_board_waiting(g->board) ? CF_INCOMPLETE : CF_OK;
}

cf_status cf_work(const cf_campaign *campaign, const cf_round *round, uint32_t first, uint32_t count,
                  const cf_work_options *options, cf_work_state *state, cf_diag *diag) {
  *state = (cf_work_state){.runs = count};
  if (count == 0) return CF_OK;
  gang g = {.campaign = campaign, .round = round, .options = options, .state = state, .diag = diag};
  g.board = board_of(campaign, round, first, count, options);
  g.counted = calloc(count, 1);
  cf_status status = CF_OK;
  if (!g.board || !g.counted || !cf_weights_make(&g.weights, g.board)) {
    status = cf_fail(diag, CF_INTERNAL, "no memory for a list of %u runs", count);
  } else {
    g.workers = g.board->slots;
    g.start_s = monotonic_s();
    make_log_folder(&g);
    struct sigaction plain = {.sa_handler = SIG_DFL}, earlier;
    sigaction(SIGCHLD, &plain, &earlier); /* ignored, children could not be waited for */
    sigemptyset(&g.child);
    sigaddset(&g.child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &g.child, &g.before);
    direct(&g);
    sigprocmask(SIG_SETMASK, &g.before, NULL);
    sigaction(SIGCHLD, &earlier, NULL);
    drop_empty_logs(&g);
    status = verdict(&g);
  }
  cf_weights_free(&g.weights);
  cf_board_free(g.board);
  free(g.counted);
  return status;
}
