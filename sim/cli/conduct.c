#include "cli/conduct.h"

#include "base/version.h"
#include "cli/progress.h"
#include "sweep/beat.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct watcher {
  const cf_conduct *conduct;
  cf_progress *progress;
  const char *column;
  double beaten_s; /* when the last sign of life was given */
} watcher;

unsigned cf_cores(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (cores < 1) return 1;
  return cores < CF_WORK_MOST ? (unsigned)cores : CF_WORK_MOST;
}

/* Two digits of the half width, and the mean as far as these reach. */
cf_text cf_text_interval(const cf_terminal *terminal, const cf_moments *moments) {
  cf_text text = {"-"};
  if (moments->n == 0) return text;
  cf_interval interval = cf_interval_of(moments, 0.05);
  double half = (interval.high - interval.low) / 2, size = fmax(fabs(interval.mean), half);
  if (!isfinite(half) || size > 1e7 || (half > 0 && half < 1e-6)) {
    text = cf_text_figure(interval.mean, 4);
  } else {
    unsigned decimals = half > 0 && half < 10 ? (unsigned)(1 - floor(log10(half))) : 0;
    snprintf(text.text, sizeof text.text, "%.*f %s %.*f", (int)decimals, interval.mean, terminal->utf8 ? "±" : "+-",
             (int)decimals, half);
  }
  return text;
}

static void on_look(void *self, const cf_work_state *state) {
  watcher *w = self;
  char note[96];
  cf_stop_poll(w->conduct->watch);
  snprintf(note, sizeof note, "%.40s %s", w->column, cf_text_interval(&w->conduct->cli->err, &state->value).text);
  if (w->progress) {
    cf_progress_state shown = {.done = state->done + state->failed,
                               .runs = state->runs,
                               .share = state->share,
                               .events = state->events,
                               .elapsed_s = state->elapsed_s,
                               .note = state->value.n ? note : NULL};
    cf_progress_show(w->progress, &shown);
  }
  if (w->beaten_s >= 0 && state->elapsed_s - w->beaten_s < CF_BEAT_EVERY_S) return;
  w->beaten_s = state->elapsed_s;
  cf_beat_write(w->conduct->campaign->directory, w->conduct->name, state);
}

static cf_status shard_paths(const cf_conduct *conduct, unsigned workers, char (*path)[CF_CAMPAIGN_PATH],
                             cf_diag *diag) {
  const char *directory = conduct->campaign->directory;
  int length = snprintf(path[0], CF_CAMPAIGN_PATH, "%s/shards", directory);
  if (length > CF_CAMPAIGN_PATH - 100) return cf_fail(diag, CF_USAGE, "%s: the path is too long", directory);
  mkdir(path[0], 0777); /* when that fails, the shard says so */
  for (unsigned i = 0; i < workers; i++) {
    if (conduct->numbered)
      snprintf(path[i], CF_CAMPAIGN_PATH, "%.4000s/shards/%.60s-%u.db", directory, conduct->shard, i + 1);
    else
      snprintf(path[i], CF_CAMPAIGN_PATH, "%.4000s/shards/%.60s.db", directory, conduct->shard);
  }
  return CF_OK;
}

static cf_status work(watcher *w, char (*path)[CF_CAMPAIGN_PATH], const cf_round *round, uint32_t first, uint32_t count,
                      cf_work_state *state, cf_diag *diag) {
  const cf_conduct *conduct = w->conduct;
  cf_work_options options = {.version = CF_VERSION,
                             .command = conduct->command,
                             .workers = conduct->workers,
                             .shard = path,
                             .max_failures = conduct->max_failures,
                             .stop = cf_stop_flag(conduct->watch),
                             .watch = on_look,
                             .self = w};
  cf_status status = cf_work(conduct->campaign, round, first, count, &options, state, diag);
  cf_beat_remove(conduct->campaign->directory, conduct->name);
  unsigned cores = conduct->workers < count ? conduct->workers : count;
  if (w->progress && count) cf_progress_finish(w->progress, cores, conduct->campaign->directory);
  cf_stop_poll(conduct->watch);
  cf_status stopped = cf_stop_status(conduct->watch);
  return stopped && (status == CF_OK || status == CF_INCOMPLETE) ? stopped : status;
}

cf_status cf_conduct_runs(const cf_conduct *conduct, const cf_round *round, uint32_t first, uint32_t count,
                          cf_work_state *state, cf_diag *diag) {
  watcher w = {.conduct = conduct, .column = cf_campaign_column(conduct->campaign, round->stage), .beaten_s = -1};
  unsigned workers = conduct->numbered ? conduct->workers : 1;
  char(*path)[CF_CAMPAIGN_PATH] = calloc(workers, CF_CAMPAIGN_PATH);
  if (!path) return cf_fail(diag, CF_INTERNAL, "no memory for %u workers", workers);
  cf_status status = shard_paths(conduct, workers, path, diag);
  if (status == CF_OK) {
    w.progress = cf_progress_create(&conduct->cli->err, 0, conduct->quiet, NULL);
    status = work(&w, path, round, first, count, state, diag);
    cf_progress_destroy(w.progress);
  }
  free(path);
  return status;
}
