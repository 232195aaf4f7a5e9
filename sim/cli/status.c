/* coldfleet status: how far a sweep has come, from its shards and from the signs of life of those at work. */
#include "cli/command.h"
#include "base/json.h"
#include "cli/launch.h"
#include "sweep/beat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct status_flags {
  bool json, watch;
} status_flags;

#define AT(field) offsetof(status_flags, field)
static const cf_flag flags[] = {
    {"json", 0, CF_FLAG_SWITCH, NULL, "as JSON", AT(json), 0},
    {"watch", 'w', CF_FLAG_SWITCH, NULL, "again every two seconds until all is done", AT(watch), 0},
    {0}};

enum { BAR_COLUMNS = 20, MOST_POINTS = 20, MOST_REASONS = 10, SLOWEST = 3 };

typedef struct counts {
  uint32_t planned, done, failed;
} counts;

typedef struct reason {
  const char *error;
  uint32_t runs, first_run;
} reason;

typedef struct view {
  const cf_cli *cli;
  const char *directory;
  cf_campaign *campaign;
  cf_round round;
  cf_outcomes outcomes;
  counts runs, trials;
  counts *point;    /* of each */
  uint32_t missing; /* of the present round */
  double wall_s;    /* of all runs that are done */
  uint32_t slow;
  const cf_outcome *slowest[SLOWEST];
  uint32_t reasons, other_failures;
  reason reason[MOST_REASONS];
  uint32_t beats;
  cf_beat *beat;
} view;

/* ---- looking ----------------------------------------------------------------------------------------------------- */

static void count(view *v, const cf_outcome *outcome) {
  cf_campaign_run run = cf_campaign_run_of(v->campaign, outcome->run_id);
  counts *all = run.trial ? &v->trials : &v->runs;
  all->done += outcome->done;
  all->failed += !outcome->done;
  if (run.trial || run.point_id == 0 || run.point_id > v->campaign->points.count) return;
  v->point[run.point_id - 1].done += outcome->done;
  v->point[run.point_id - 1].failed += !outcome->done;
}

static void keep_slow(view *v, const cf_outcome *outcome) {
  uint32_t at = v->slow < SLOWEST ? v->slow++ : SLOWEST - 1;
  if (at == SLOWEST - 1 && v->slowest[at] && v->slowest[at]->wall_s >= outcome->wall_s) return;
  for (; at > 0 && v->slowest[at - 1]->wall_s < outcome->wall_s; at--) v->slowest[at] = v->slowest[at - 1];
  v->slowest[at] = outcome;
}

static void keep_reason(view *v, const cf_outcome *outcome) {
  const char *error = outcome->error ? outcome->error : "for a reason that nobody told";
  for (uint32_t i = 0; i < v->reasons; i++) {
    if (strcmp(v->reason[i].error, error) != 0) continue;
    v->reason[i].runs++;
    return;
  }
  if (v->reasons < MOST_REASONS)
    v->reason[v->reasons++] = (reason){error, 1, outcome->run_id};
  else
    v->other_failures++;
}

static void keep_beat(void *self, const cf_beat *beat) {
  view *v = self;
  cf_beat *more = realloc(v->beat, (v->beats + 1) * sizeof *more);
  if (!more) return;
  v->beat = more;
  v->beat[v->beats++] = *beat;
}

/* Whether there is an outcome of the run. */
static bool is_known(const cf_outcomes *outcomes, uint32_t run_id) {
  uint32_t low = 0, high = outcomes->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (outcomes->outcome[middle].run_id < run_id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < outcomes->count && outcomes->outcome[low].run_id == run_id;
}

static void count_planned(view *v) {
  const cf_campaign *campaign = v->campaign;
  uint32_t least = campaign->policies * campaign->plan->reps;
  for (uint32_t i = 0; i < campaign->points.count; i++) v->point[i].planned = v->point[i].done + v->point[i].failed;
  for (uint32_t i = 0; i < v->round.list.count; i++) {
    if (is_known(&v->outcomes, v->round.list.run_id[i])) continue;
    cf_campaign_run run = cf_campaign_run_of(campaign, v->round.list.run_id[i]);
    v->missing++;
    if (!run.trial) v->point[run.point_id - 1].planned++;
  }
  for (uint32_t i = 0; i < campaign->points.count; i++) {
    if (v->point[i].planned < least) v->point[i].planned = least;
    v->runs.planned += v->point[i].planned;
  }
  v->trials.planned = campaign->trials;
}

static void look(view *v) {
  for (uint32_t i = 0; i < v->outcomes.count; i++) {
    const cf_outcome *outcome = &v->outcomes.outcome[i];
    count(v, outcome);
    if (outcome->done) {
      v->wall_s += (double)outcome->wall_s;
      keep_slow(v, outcome);
    } else {
      keep_reason(v, outcome);
    }
  }
  count_planned(v);
  cf_beat_read(v->campaign->directory, keep_beat, v);
}

static uint32_t at_work(const view *v, uint32_t *done) {
  uint32_t workers = 0;
  *done = 0;
  for (uint32_t i = 0; i < v->beats; i++) {
    if (v->beat[i].age_s > CF_BEAT_OLD_S) continue;
    workers += v->beat[i].workers;
    *done += v->beat[i].done + v->beat[i].failed;
  }
  return workers;
}

/* Of the present round, with those who are at work now; NAN: nobody is, or nothing has been timed. */
static double left_s(const view *v) {
  uint32_t done, workers = at_work(v, &done);
  double most_s = NAN;
  if (workers == 0) return NAN;
  for (uint32_t i = 0; i < v->beats; i++) {
    const cf_beat *beat = &v->beat[i];
    if (beat->age_s > CF_BEAT_OLD_S || !(beat->share > 0.01)) continue;
    double own_s = beat->elapsed_s * (1 - beat->share) / beat->share - beat->age_s;
    if (!(most_s >= own_s)) most_s = own_s > 0 ? own_s : 0;
  }
  uint32_t known = v->runs.done + v->trials.done;
  if (known == 0) return most_s;
  double all_s = v->wall_s / known * (v->missing > done ? v->missing - done : 0) / workers;
  return most_s >= all_s ? most_s : all_s;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void print_counts(const cf_terminal *out, const char *name, const counts *c) {
  char bar[3 * BAR_COLUMNS + 1];
  uint32_t tried = c->done + c->failed;
  cf_bar(out, c->planned ? (double)tried / c->planned : 0, BAR_COLUMNS, bar);
  fprintf(out->out, "  [%s] %u/%u", bar, tried, c->planned);
  if (c->failed)
    fprintf(out->out, "  %s%u failed%s", cf_ink_code(out, CF_INK_RED), c->failed, cf_ink_code(out, CF_INK_NONE));
  fprintf(out->out, "  %s\n", name);
}

static void print_points(const view *v) {
  const cf_terminal *out = &v->cli->out;
  const cf_campaign *campaign = v->campaign;
  uint32_t shown = 0, whole = 0, rest = 0;
  if (campaign->points.count < 2) return;
  for (uint32_t i = 0; i < campaign->points.count; i++) {
    const counts *c = &v->point[i];
    bool is_whole = c->done == c->planned, is_new = c->done + c->failed == 0;
    if (campaign->points.count > MOST_POINTS && (is_whole || is_new || shown == MOST_POINTS)) {
      whole += is_whole;
      rest += !is_whole;
      continue;
    }
    char label[300], name[340];
    cf_point_label(campaign->plan, &campaign->points, i, label, sizeof label);
    snprintf(name, sizeof name, "point %u: %s", i + 1, label);
    print_counts(out, name, c);
    shown++;
  }
  if (whole + rest) fprintf(out->out, "  ... %u further points are complete, %u are not\n", whole, rest);
}

static void print_run(const view *v, uint32_t run_id, const char *before) {
  cf_campaign_run run = cf_campaign_run_of(v->campaign, run_id);
  char label[300] = "a trial";
  if (!run.trial) cf_point_label(v->campaign->plan, &v->campaign->points, run.point_id - 1, label, sizeof label);
  fprintf(v->cli->out.out, "%srun %u (%s, rep %u%s%s)", before, run_id, v->campaign->base->policy[run.policy].name,
          run.rep, label[0] ? ", " : "", label);
}

static void print_failures(const view *v) {
  FILE *out = v->cli->out.out;
  if (v->reasons == 0) return;
  fputs("why runs failed\n", out);
  for (uint32_t i = 0; i < v->reasons; i++) {
    fprintf(out, "  %u x %s\n", v->reason[i].runs, v->reason[i].error);
    print_run(v, v->reason[i].first_run, v->reason[i].runs > 1 ? "      first: " : "      ");
    fputc('\n', out);
  }
  if (v->other_failures) fprintf(out, "  %u for other reasons\n", v->other_failures);
}

static void print_slowest(const view *v) {
  FILE *out = v->cli->out.out;
  if (v->slow == 0) return;
  fputs("slowest runs\n", out);
  for (uint32_t i = 0; i < v->slow; i++) {
    fprintf(out, "  %8s  ", cf_text_duration((double)v->slowest[i]->wall_s).text);
    print_run(v, v->slowest[i]->run_id, "");
    fputc('\n', out);
  }
}

static void print_beats(const view *v) {
  FILE *out = v->cli->out.out;
  if (v->beats) fputs("at work\n", out);
  for (uint32_t i = 0; i < v->beats; i++) {
    const cf_beat *beat = &v->beat[i];
    fprintf(out, "  %s on %s, process %ld: %u of %u runs, %u worker%s", beat->name, beat->host, beat->process,
            beat->done + beat->failed, beat->runs, beat->workers, beat->workers == 1 ? "" : "s");
    if (beat->age_s > CF_BEAT_OLD_S)
      fprintf(out, "; not heard of for %s, it may have been killed", cf_text_duration(floor(beat->age_s)).text);
    fputc('\n', out);
  }
  if (v->outcomes.unread)
    fprintf(out, "%u shard%s being written, or left by a killed writer; what %s is counted when a writer has ended\n",
            v->outcomes.unread, v->outcomes.unread == 1 ? " is" : "s are",
            v->outcomes.unread == 1 ? "it holds" : "they hold");
}

static void print_view(const view *v) {
  const cf_terminal *out = &v->cli->out;
  const cf_plan *plan = v->campaign->plan;
  double eta_s = left_s(v);
  fprintf(out->out, "%s: %s\n", plan->name, plan->question[0] ? plan->question : "(no question)");
  if (v->round.stage == CF_STAGE_DONE)
    fputs("stage: all is run\n", out->out);
  else
    fprintf(out->out, "stage: round %u, %s, %u in %u part%s, %u missing%s%s\n", v->round.number,
            cf_stage_words(v->round.stage), v->round.list.count, v->round.shards, v->round.shards == 1 ? "" : "s",
            v->missing, isfinite(eta_s) ? "; about " : "", isfinite(eta_s) ? cf_text_duration(ceil(eta_s)).text : "");
  if (v->trials.planned) print_counts(out, "trials of the tuning", &v->trials);
  print_counts(out, "runs", &v->runs);
  print_points(v);
  print_failures(v);
  print_slowest(v);
  print_beats(v);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void write_counts(cf_json *json, const counts *c) {
  cf_json_count(json, "planned", c->planned);
  cf_json_count(json, "done", c->done);
  cf_json_count(json, "failed", c->failed);
}

static void write_points(cf_json *json, const view *v) {
  cf_json_list(json, "points");
  for (uint32_t i = 0; i < v->campaign->points.count; i++) {
    char label[300];
    cf_json_object(json, NULL);
    cf_json_count(json, "point_id", i + 1);
    cf_json_text(json, "label", cf_point_label(v->campaign->plan, &v->campaign->points, i, label, sizeof label));
    write_counts(json, &v->point[i]);
    cf_json_close(json);
  }
  cf_json_close(json);
}

static void write_beats(cf_json *json, const view *v) {
  cf_json_list(json, "at_work");
  for (uint32_t i = 0; i < v->beats; i++) {
    const cf_beat *beat = &v->beat[i];
    cf_json_object(json, NULL);
    cf_json_text(json, "name", beat->name);
    cf_json_text(json, "host", beat->host);
    cf_json_count(json, "process", (uint64_t)beat->process);
    cf_json_list(json, "workers");
    for (unsigned k = 0; k < beat->workers; k++) cf_json_count(json, NULL, (uint64_t)beat->worker[k]);
    cf_json_close(json);
    cf_json_count(json, "runs", beat->runs);
    cf_json_count(json, "done", beat->done);
    cf_json_count(json, "failed", beat->failed);
    cf_json_real(json, "share", beat->share);
    cf_json_real(json, "events", beat->events);
    cf_json_real(json, "elapsed_s", beat->elapsed_s);
    cf_json_real(json, "age_s", beat->age_s);
    cf_json_close(json);
  }
  cf_json_close(json);
}

static void write_failures(cf_json *json, const view *v) {
  cf_json_list(json, "failures");
  for (uint32_t i = 0; i < v->reasons; i++) {
    cf_json_object(json, NULL);
    cf_json_text(json, "error", v->reason[i].error);
    cf_json_count(json, "runs", v->reason[i].runs);
    cf_json_count(json, "first_run_id", v->reason[i].first_run);
    cf_json_close(json);
  }
  cf_json_close(json);
  cf_json_list(json, "slowest");
  for (uint32_t i = 0; i < v->slow; i++) {
    cf_json_object(json, NULL);
    cf_json_count(json, "run_id", v->slowest[i]->run_id);
    cf_json_real(json, "wall_s", (double)v->slowest[i]->wall_s);
    cf_json_close(json);
  }
  cf_json_close(json);
}

static void write_view(const view *v) {
  cf_json json = cf_json_start(v->cli->out.out);
  cf_json_object(&json, NULL);
  cf_json_text(&json, "plan", v->campaign->plan->name);
  cf_json_text(&json, "directory", v->directory);
  cf_json_text(&json, "stage", v->round.stage == CF_STAGE_DONE ? "done" : cf_stage_words(v->round.stage));
  cf_json_count(&json, "round", v->round.number);
  cf_json_count(&json, "round_runs", v->round.list.count);
  cf_json_count(&json, "parts", v->round.shards);
  cf_json_count(&json, "missing", v->missing);
  cf_json_count(&json, "unread_shards", v->outcomes.unread);
  cf_json_real(&json, "left_s", left_s(v));
  cf_json_object(&json, "runs");
  write_counts(&json, &v->runs);
  cf_json_close(&json);
  cf_json_object(&json, "trials");
  write_counts(&json, &v->trials);
  cf_json_close(&json);
  write_points(&json, v);
  write_failures(&json, v);
  write_beats(&json, v);
  cf_json_close(&json);
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static cf_status show(const cf_cli *cli, const status_flags *given, cf_campaign *campaign, const char *directory,
                      bool *over, cf_diag *diag) {
  view v = {.cli = cli, .directory = directory, .campaign = campaign};
  cf_status status = cf_round_read(campaign, &v.round, diag);
  if (status) return status;
  status = cf_campaign_glance(campaign, &v.outcomes, diag);
  if (status == CF_OK) {
    v.point = calloc(campaign->points.count, sizeof *v.point);
    if (v.point) {
      look(&v);
      if (given->json)
        write_view(&v);
      else
        print_view(&v);
    } else {
      status = cf_fail(diag, CF_INTERNAL, "no memory for %u points", campaign->points.count);
    }
    *over = v.round.stage == CF_STAGE_DONE;
    free(v.point);
    free(v.beat);
    cf_outcomes_free(&v.outcomes);
  }
  cf_round_free(&v.round);
  return status;
}

static cf_status watch(const cf_cli *cli, const status_flags *given, cf_campaign *campaign, const char *directory,
                       cf_diag *diag) {
  static const struct timespec pause = {.tv_sec = 2};
  bool over = false;
  for (;;) {
    if (cli->out.tty && given->watch && !given->json) fputs("\033[H\033[2J", cli->out.out);
    cf_status status = show(cli, given, campaign, directory, &over, diag);
    if (status == CF_OK) status = cf_cli_flush(cli, CF_OK);
    if (status || over || !given->watch) return status;
    nanosleep(&pause, NULL);
  }
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  status_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_status, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_campaign *campaign = NULL;
  cf_diag_init(&diag);
  status = cf_campaign_open(words.word[0], &campaign, &diag);
  if (status == CF_OK) status = watch(cli, &given, campaign, words.word[0], &diag);
  cf_campaign_close(campaign);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_status = {
    .name = "status",
    .ring = 3,
    .line = "how far a sweep has come",
    .usage = "DIR [--watch] [--json]",
    .about = "From the shards and the signs of life of those at work, wherever they are; no scheduler is asked.",
    .example =
        "coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor --launcher manual --shards 2 -q && "
        "coldfleet status out/capacitor",
    .flags = flags,
    .run = run,
};
