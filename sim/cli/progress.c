#include "cli/progress.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double BAR_EVERY_S = 0.1, LINE_EVERY_S = 10;
enum { BAR_COLUMNS = 30 };

typedef struct run_state {
  int64_t length_ns; /* > 0 */
  int64_t now_ns;
  uint64_t events;
  bool done;
} run_state;

struct cf_progress {
  cf_terminal terminal;
  uint32_t runs;
  bool quiet;
  bool drawn; /* a bar stands on the current line */
  double (*now_s)(void);
  double start_s, last_s;
  bool shown; /* by cf_progress_show: `state` is what was */
  cf_progress_state state;
  pthread_mutex_t lock;
  run_state run[];
};

static double monotonic_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

cf_progress *cf_progress_create(const cf_terminal *terminal, uint32_t runs, bool quiet, double (*now_s)(void)) {
  cf_progress *progress = calloc(1, sizeof *progress + runs * sizeof progress->run[0]);
  if (!progress) return NULL;
  progress->terminal = *terminal;
  progress->runs = runs;
  progress->quiet = quiet;
  for (uint32_t i = 0; i < runs; i++) progress->run[i].length_ns = 1;
  progress->now_s = now_s ? now_s : monotonic_s;
  progress->start_s = progress->last_s = progress->now_s();
  pthread_mutex_init(&progress->lock, NULL);
  return progress;
}

void cf_progress_destroy(cf_progress *progress) {
  if (!progress) return;
  pthread_mutex_destroy(&progress->lock);
  free(progress);
}

void cf_progress_length(cf_progress *progress, uint32_t run_id, int64_t run_ns) {
  if (run_id >= 1 && run_id <= progress->runs && run_ns > 0) progress->run[run_id - 1].length_ns = run_ns;
}

void cf_progress_line(const cf_terminal *terminal, const cf_progress_state *state, char *line, size_t size) {
  char bar[3 * BAR_COLUMNS + 1];
  char left[64] = "";
  cf_bar(terminal, state->share, BAR_COLUMNS, bar);
  /* The first moments say nothing about the rest. */
  if (state->done < state->runs && state->share > 0.01 && state->elapsed_s > 1)
    snprintf(left, sizeof left, "  %s left",
             cf_text_duration(ceil(state->elapsed_s * (1 - state->share) / state->share)).text);
  snprintf(line, size, "[%s] %u/%u runs  %s events  %s%s%s%s", bar, state->done, state->runs,
           cf_text_count(state->events).text, cf_text_duration(state->elapsed_s).text, left, state->note ? "  " : "",
           state->note ? state->note : "");
}

static cf_progress_state state_of(const cf_progress *progress, double now_s) {
  if (progress->shown) return progress->state;
  cf_progress_state state = {.runs = progress->runs, .elapsed_s = now_s - progress->start_s};
  for (uint32_t i = 0; i < progress->runs; i++) {
    const run_state *run = &progress->run[i];
    double share = run->done ? 1 : (double)run->now_ns / (double)run->length_ns;
    state.done += run->done;
    state.share += share < 1 ? share : 1;
    state.events += (double)run->events;
  }
  if (progress->runs) state.share /= progress->runs;
  return state;
}

static void clear_locked(cf_progress *progress) {
  if (!progress->drawn) return;
  fputs("\r\033[K", progress->terminal.out);
  fflush(progress->terminal.out);
  progress->drawn = false;
}

/* Called with the lock held. */
static void draw(cf_progress *progress) {
  if (progress->quiet) return;
  double now_s = progress->now_s();
  if (now_s - progress->last_s < (progress->terminal.tty ? BAR_EVERY_S : LINE_EVERY_S)) return;
  progress->last_s = now_s;
  char line[256];
  cf_progress_state state = state_of(progress, now_s);
  cf_progress_line(&progress->terminal, &state, line, sizeof line);
  if (progress->terminal.tty) {
    if (cf_text_columns(line) >= progress->terminal.width && state.note) { /* a wrapped bar cannot be redrawn */
      state.note = NULL;
      cf_progress_line(&progress->terminal, &state, line, sizeof line);
    }
    if (cf_text_columns(line) >= progress->terminal.width) snprintf(line, sizeof line, "%.0f %%", state.share * 100);
    fprintf(progress->terminal.out, "\r%s\033[K", line);
    progress->drawn = true;
  } else {
    fprintf(progress->terminal.out, "%s\n", line);
  }
  fflush(progress->terminal.out);
}

void cf_progress_run(void *self, uint32_t run_id, int64_t now_ns, uint64_t events) {
  cf_progress *progress = self;
  if (run_id == 0 || run_id > progress->runs) return;
  pthread_mutex_lock(&progress->lock);
  progress->run[run_id - 1].now_ns = now_ns;
  progress->run[run_id - 1].events = events;
  draw(progress);
  pthread_mutex_unlock(&progress->lock);
}

void cf_progress_run_done(cf_progress *progress, uint32_t run_id, uint64_t events) {
  if (run_id == 0 || run_id > progress->runs) return;
  pthread_mutex_lock(&progress->lock);
  progress->run[run_id - 1].done = true;
  progress->run[run_id - 1].events = events;
  draw(progress);
  pthread_mutex_unlock(&progress->lock);
}

void cf_progress_show(cf_progress *progress, const cf_progress_state *state) {
  pthread_mutex_lock(&progress->lock);
  progress->shown = true;
  progress->state = *state;
  draw(progress);
  progress->state.note = NULL; /* it is the caller's */
  pthread_mutex_unlock(&progress->lock);
}

void cf_progress_clear(cf_progress *progress) {
  pthread_mutex_lock(&progress->lock);
  clear_locked(progress);
  pthread_mutex_unlock(&progress->lock);
}

void cf_progress_finish(cf_progress *progress, unsigned cores, const char *database) {
  if (progress->quiet) return;
  pthread_mutex_lock(&progress->lock);
  clear_locked(progress);
  char line[256];
  cf_progress_state state = state_of(progress, progress->now_s());
  cf_progress_line(&progress->terminal, &state, line, sizeof line);
  fprintf(progress->terminal.out, "%s on %u core%s -> %s\n", line, cores, cores == 1 ? "" : "s", database);
  fflush(progress->terminal.out);
  pthread_mutex_unlock(&progress->lock);
}
