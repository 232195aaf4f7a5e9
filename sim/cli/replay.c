/* coldfleet replay: a run once more, from its database alone: the digest must be the stored one, a node tells its
 * story, and what the run did not record can be recorded now. */
#include "base/json.h"
#include "cli/command.h"
#include "cli/narrator.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/story_words.h"
#include "cli/version.h"
#include "config/instant.h"
#include "config/quantity.h"
#include "fleet/simulate.h"
#include "store/file.h"
#include "store/inputs.h"
#include "store/query.h"
#include "store/writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct replay_flags {
  const char *from, *to, *format, *output;
  uint64_t run, node, threads;
  bool decisions, json, force, quiet;
} replay_flags;

#define AT(field) offsetof(replay_flags, field)
static const cf_flag flags[] = {
    {"run", 'r', CF_FLAG_COUNT, "R", "which run: run_id of table run", AT(run), 1},
    {"node", 'n', CF_FLAG_COUNT, "N", "tells the story of this node", AT(node), 0},
    {"from", 0, CF_FLAG_TEXT, "T",
     "the story from here on: \"3 d\" since the start, or an instant like 2026-03-04T06:00", AT(from), 0},
    {"to", 0, CF_FLAG_TEXT, "T", "and up to here", AT(to), 0},
    {"decisions", 'd', CF_FLAG_SWITCH, NULL, "of the story the reports only", AT(decisions), 0},
    {"format", 0, CF_FLAG_TEXT, "FORMAT", "table (unless given), csv, json or md", AT(format), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "the same as --format json", AT(json), 0},
    {"output", 'o', CF_FLAG_TEXT, "DB", "writes this one run with nodes, decisions, power events and hourly series",
     AT(output), 0},
    {"force", 'f', CF_FLAG_SWITCH, NULL, "replace the database named by -o", AT(force), 0},
    {"threads", 'j', CF_FLAG_COUNT, "N", "threads; as many as there are cores unless given", AT(threads), 1},
    {"quiet", 'q', CF_FLAG_SWITCH, NULL, "no progress", AT(quiet), 0},
    {0}};

/* What the database says of the run. */
typedef struct stored_run {
  bool found;
  uint32_t run_id, point_id, rep;
  uint64_t seed;
  char scenario[128], policy[128], status[16], error[CF_DIAG_TEXT], digest[33], math_id[17], version[32];
} stored_run;

/* One group of the fleet, from its nodes' rows. */
typedef struct group_sums {
  char name[64];
  uint64_t nodes, decisions, correct, asked, brownouts;
  double used_j, down_s, loss, hottest_k;
} group_sums;

typedef struct replay {
  const cf_cli *cli;
  const replay_flags *flags;
  const char *database;
  cf_format format;
  stored_run stored;
  cf_scenario *scenario;
  cf_recorder next; /* the writer's, or nothing */
  cf_gauge gauge;
  bool has_gauge;
  uint32_t groups;
  group_sums group[CF_MAX_GROUPS];
  cf_progress *progress;
  cf_run_row row;
} replay;

/* ---- what is stored -----------------------------------------------------------------------------------------------
 */

static void keep(char *into, size_t size, const cf_cell *cell) {
  bool text = cell->type == CF_CELL_TEXT;
  snprintf(into, size, "%.*s", text ? (int)cell->length : 0, text ? cell->as.text : "");
}

static cf_status take_run(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  stored_run *run = self;
  run->found = true;
  run->point_id = (uint32_t)cell[0].as.integer;
  run->rep = (uint32_t)cell[1].as.integer;
  run->seed = (uint64_t)cell[2].as.integer;
  keep(run->scenario, sizeof run->scenario, &cell[3]);
  keep(run->policy, sizeof run->policy, &cell[4]);
  keep(run->status, sizeof run->status, &cell[5]);
  keep(run->error, sizeof run->error, &cell[6]);
  keep(run->digest, sizeof run->digest, &cell[7]);
  keep(run->math_id, sizeof run->math_id, &cell[8]);
  keep(run->version, sizeof run->version, &cell[9]);
  return CF_OK;
}

/* Plans, shards and executions are databases too, and lack either the runs or what they were made from. */
static cf_status check_kind(const char *path, cf_diag *diag) {
  switch (cf_file_kind_of(cf_file_application_id(path))) {
    case CF_KIND_PLAN:
      return cf_fail(diag, CF_USAGE, "%s: is the plan of a sweep and has no runs; the merged results have", path);
    case CF_KIND_SHARD:
      return cf_fail(diag, CF_USAGE, "%s: is a part of a sweep without its scenario; the merged results have it", path);
    case CF_KIND_EXEC:
      return cf_fail(diag, CF_USAGE, "%s: says how runs were executed; the database beside it has the runs", path);
    default:
      return CF_OK; /* what is none is told when it is opened */
  }
}

static cf_status read_stored(const char *path, stored_run *run, cf_diag *diag) {
  char number[16];
  snprintf(number, sizeof number, "%u", run->run_id);
  const cf_parameter parameter = {.name = "run", .value = number};
  const cf_query_options options = {.parameter = &parameter, .parameters = 1};
  cf_database *database = NULL;
  double least = (double)NAN, most = (double)NAN;
  cf_status status = check_kind(path, diag);
  if (status == CF_OK) status = cf_database_open(path, &database, diag);
  if (status == CF_OK)
    status = cf_query_rows(database,
                           "SELECT point_id, rep, seed, scenario, policy, status, error, lower(hex(digest)), math_id, "
                           "(SELECT value FROM meta WHERE key = 'version') FROM run WHERE run_id = :run",
                           &options, take_run, run, diag);
  if (status == CF_OK && !run->found) {
    status = cf_query_number(database, "SELECT min(run_id) FROM run", &least, diag);
    if (status == CF_OK) status = cf_query_number(database, "SELECT max(run_id) FROM run", &most, diag);
    if (status == CF_OK)
      status = isnan(least) ? cf_fail(diag, CF_USAGE, "%s: holds no runs", path)
                            : cf_fail(diag, CF_USAGE, "%s: there is no run %u; its runs are %.0f to %.0f", path,
                                      run->run_id, least, most);
  }
  cf_database_close(database);
  return status;
}

/* ---- the recorder: looks at the nodes' rows on their way -----------------------------------------------------------
 */

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *diag) {
  replay *of = self;
  const cf_recorder *next = &of->next;
  cf_status status = next->begin ? next->begin(next->self, row, diag) : CF_OK;
  if (status != CF_OK || !of->has_gauge || !next->gauge) return status;
  return next->gauge(next->self, row->run_id, &of->gauge, diag);
}

static void add_node(replay *of, const cf_node_row *row) {
  uint32_t at = 0;
  while (at < of->groups && strcmp(of->group[at].name, row->grp) != 0) at++;
  if (at == CF_MAX_GROUPS) return;
  group_sums *group = &of->group[at];
  if (at == of->groups) {
    of->groups++;
    snprintf(group->name, sizeof group->name, "%s", row->grp);
  }
  group->nodes++;
  group->decisions += row->decisions;
  group->correct += row->correct;
  group->asked += row->asked;
  group->brownouts += row->brownouts;
  group->used_j += row->used_j;
  group->down_s += row->down_s;
  group->loss += row->loss;
  group->hottest_k = fmax(group->hottest_k, row->temp_max_k);
}

static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag) {
  replay *of = self;
  add_node(of, row);
  return of->next.node ? of->next.node(of->next.self, run_id, row, diag) : CF_OK;
}

#define PASS_ON(name, type)                                                                 \
  static cf_status on_##name(void *self, uint32_t run_id, const type *row, cf_diag *diag) { \
    const replay *of = self;                                                                \
    return of->next.name ? of->next.name(of->next.self, run_id, row, diag) : CF_OK;         \
  }
PASS_ON(decision, cf_decision_row)
PASS_ON(power_event, cf_power_event_row)
PASS_ON(series, cf_series_row)
PASS_ON(ledger, cf_ledger_row)
PASS_ON(link, cf_link_row)

static cf_status on_end(void *self, const cf_run_row *row, cf_diag *diag) {
  const replay *of = self;
  return of->next.end ? of->next.end(of->next.self, row, diag) : CF_OK;
}

static cf_recorder recorder_of(replay *of) {
  return (cf_recorder){.self = of,
                       .begin = on_begin,
                       .decision = on_decision,
                       .power_event = on_power_event,
                       .series = on_series,
                       .node = on_node,
                       .ledger = on_ledger,
                       .link = on_link,
                       .end = on_end};
}

/* ---- limits of the story -------------------------------------------------------------------------------------------
 */

static cf_status read_time(const char *flag, const char *text, const cf_scenario *scenario, int64_t *t_ns,
                           cf_diag *diag) {
  char why[CF_QUANTITY_WHY];
  cf_quantity quantity;
  int64_t unix_ns;
  if (cf_instant_parse(text, strlen(text), &unix_ns))
    *t_ns = unix_ns - scenario->start_unix_s * CF_NS_PER_S;
  else if (!cf_quantity_parse(text, CF_DIM_TIME, &quantity, why) || !cf_s_to_ticks_up(quantity.si, t_ns))
    return cf_fail(diag, CF_USAGE,
                   "%s takes a time since the start like '3 d', or an instant like 2026-03-04T06:00, not '%s'", flag,
                   text);
  return CF_OK;
}

static cf_status read_limits(const replay *of, cf_narrator_options *options, cf_diag *diag) {
  options->from_ns = 0;
  options->to_ns = CF_NEVER;
  cf_status status = CF_OK;
  if (of->flags->from) status = read_time("--from", of->flags->from, of->scenario, &options->from_ns, diag);
  if (status == CF_OK && of->flags->to) status = read_time("--to", of->flags->to, of->scenario, &options->to_ns, diag);
  if (status == CF_OK && options->from_ns >= options->to_ns)
    status = cf_fail(diag, CF_USAGE, "--from lies behind --to: nothing is left of the story");
  return status;
}

/* ---- running -------------------------------------------------------------------------------------------------------
 */

static void on_progress(void *self, uint32_t run_id, int64_t now_ns, uint64_t events) {
  (void)run_id;
  cf_progress_run(self, 1, now_ns, events);
}

static cf_status find_policy(const replay *of, uint32_t *policy, cf_diag *diag) {
  for (uint32_t i = 0; i < of->scenario->policies; i++) {
    *policy = i;
    if (strcmp(of->scenario->policy[i].name, of->stored.policy) == 0) return CF_OK;
  }
  return cf_fail(diag, CF_INTERNAL, "%s: the stored scenario has no policy '%s'", of->database, of->stored.policy);
}

static cf_status simulate(replay *of, const cf_story_listener *story, const volatile int *stop, cf_diag *diag) {
  uint32_t policy = 0;
  cf_status status = find_policy(of, &policy, diag);
  if (status != CF_OK) return status;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned threads = of->flags->threads != CF_ABSENT ? (unsigned)of->flags->threads : cores > 0 ? (unsigned)cores : 1;
  cf_simulation simulation = {.scenario = of->scenario,
                              .run_id = of->stored.run_id,
                              .point_id = of->stored.point_id,
                              .policy = policy,
                              .rep = of->stored.rep,
                              .seed = of->stored.seed,
                              .record = of->next.begin || !story,
                              .story = story,
                              .engine = {.threads = threads},
                              .stop = stop,
                              .progress = of->progress ? on_progress : NULL,
                              .progress_self = of->progress};
  if (of->next.begin)
    of->has_gauge = cf_scarcity(of->scenario, policy, of->stored.seed, of->stored.rep, &of->gauge, diag) == CF_OK;
  cf_recorder recorder = recorder_of(of);
  return cf_simulate(&simulation, &recorder, &of->row, diag);
}

static bool same_file(const char *a, const char *b) {
  struct stat about_a, about_b;
  return stat(a, &about_a) == 0 && stat(b, &about_b) == 0 && about_a.st_dev == about_b.st_dev &&
         about_a.st_ino == about_b.st_ino;
}

/* With -o the rows go into a database of this one run. */
static cf_status simulate_into(replay *of, const cf_inputs *inputs, const cf_setting *more, uint32_t more_count,
                               const cf_story_listener *story, const volatile int *stop, cf_diag *diag) {
  if (!of->flags->output) return simulate(of, story, stop, diag);
  if (same_file(of->flags->output, of->database))
    return cf_fail(diag, CF_USAGE, "%s: is what is being replayed; give another name", of->flags->output);
  cf_setting *all = calloc(inputs->settings + more_count + 1, sizeof *all);
  if (!all) return cf_fail(diag, CF_INTERNAL, "no memory for the settings");
  for (uint32_t i = 0; i < inputs->settings; i++) all[i] = inputs->setting[i];
  for (uint32_t i = 0; i < more_count; i++) all[inputs->settings + i] = more[i];
  const cf_scenario *scenario = of->scenario;
  cf_writer_options options = {.path = of->flags->output,
                               .replace = of->flags->force,
                               .scenario = &scenario,
                               .scenarios = 1,
                               .point_id = &of->stored.point_id,
                               .settings = all,
                               .setting_count = inputs->settings + more_count,
                               .runs_planned = 1,
                               .first_run_id = of->stored.run_id,
                               .version = CF_VERSION};
  cf_writer *writer = NULL;
  cf_status status = cf_writer_open(&options, &writer, diag);
  if (status == CF_OK) {
    of->next = cf_writer_recorder(writer);
    status = simulate(of, story, stop, diag);
    cf_status closed = cf_writer_close(writer, diag);
    if (status == CF_OK) status = closed;
  }
  free(all);
  return status;
}

/* ---- the digest ----------------------------------------------------------------------------------------------------
 */

/* Equal digests, or the reason why not. */
static cf_status compare(const replay *of, cf_diag *diag) {
  const stored_run *stored = &of->stored;
  if (!stored->digest[0]) return CF_OK;
  cf_text now = cf_text_digest(of->row.digest.lane);
  if (strcmp(now.text, stored->digest) == 0) return CF_OK;
  char math_id[24], why[160] = "";
  snprintf(math_id, sizeof math_id, "%016" PRIx64, of->row.math_id);
  if (strcmp(math_id, stored->math_id) != 0)
    snprintf(why, sizeof why, "; the arithmetic differs (math_id %s then, %s now), so they cannot be compared",
             stored->math_id, math_id);
  else if (strcmp(stored->version, CF_VERSION) != 0)
    snprintf(why, sizeof why, "; it was made by coldfleet %s, and this is %s", stored->version, CF_VERSION);
  return cf_fail(diag, CF_INTERNAL, "%s: run %u had the digest %s, and now has %s%s", of->database, stored->run_id,
                 stored->digest, now.text, why);
}

static void print_groups(const replay *of) {
  FILE *out = of->cli->out.out;
  for (uint32_t g = 0; g < of->groups; g++) {
    const group_sums *group = &of->group[g];
    double node_s = of->row.sim_s * (double)group->nodes;
    fprintf(out, "  %s: %s nodes, %s decisions", group->name, cf_text_grouped(group->nodes).text,
            cf_text_grouped(group->decisions).text);
    if (group->decisions > 0)
      fprintf(out, " (%.1f %% right, %.1f %% asked)", 100.0 * (double)group->correct / (double)group->decisions,
              100.0 * (double)group->asked / (double)group->decisions);
    fprintf(out, ", loss %s, %s used, %s brown-outs, down %s, at most %.1f degC\n", cf_text_figure(group->loss, 6).text,
            cf_story_joules(group->used_j).text, cf_text_grouped(group->brownouts).text,
            cf_text_small_share(group->down_s / node_s).text, group->hottest_k - 273.15);
  }
}

static void print_head(const replay *of) {
  const stored_run *run = &of->stored;
  fprintf(of->cli->out.out, "run %u of %s: %s, %s, replication %u, %s from %s\n", run->run_id, of->database,
          run->scenario, run->policy, run->rep, cf_text_duration(cf_ticks_to_s(of->scenario->duration_ns)).text,
          cf_text_date(of->scenario->start_unix_s).text);
  if (of->flags->node == CF_ABSENT) return;
  uint64_t first = 0;
  for (uint32_t g = 0; g < of->scenario->node_groups; g++) {
    uint32_t count = of->scenario->nodes[g].count;
    if (of->flags->node < first + count)
      fprintf(of->cli->out.out, "node %" PRIu64 ", of %s\n", of->flags->node, of->scenario->nodes[g].name);
    if (of->flags->node < first + count) return;
    first += count;
  }
}

static void print_tail(const replay *of, bool same) {
  FILE *out = of->cli->out.out;
  if (of->flags->node == CF_ABSENT) print_groups(of);
  if (!of->stored.digest[0])
    fprintf(out, "The run is %s in the database: there is no digest to compare with.\n", of->stored.status);
  else if (same)
    fprintf(out, "Digest %s, as stored: the same run.\n", of->stored.digest);
  if (of->flags->output) fprintf(out, "Everything of it is in %s.\n", of->flags->output);
}

static void write_head(const replay *of, cf_json *json) {
  const stored_run *run = &of->stored;
  cf_json_object(json, NULL);
  cf_json_text(json, "database", of->database);
  cf_json_count(json, "run_id", run->run_id);
  cf_json_count(json, "point_id", run->point_id);
  cf_json_text(json, "scenario", run->scenario);
  cf_json_text(json, "policy", run->policy);
  cf_json_count(json, "rep", run->rep);
  cf_json_count(json, "seed", run->seed);
  if (of->flags->node != CF_ABSENT) cf_json_count(json, "node_id", of->flags->node);
}

static void write_tail(const replay *of, cf_json *json, bool same) {
  if (of->flags->node == CF_ABSENT) {
    cf_json_list(json, "groups");
    for (uint32_t g = 0; g < of->groups; g++) {
      const group_sums *group = &of->group[g];
      cf_json_object(json, NULL);
      cf_json_text(json, "grp", group->name);
      cf_json_count(json, "nodes", group->nodes);
      cf_json_count(json, "decisions", group->decisions);
      cf_json_count(json, "correct", group->correct);
      cf_json_count(json, "asked", group->asked);
      cf_json_real(json, "loss", group->loss);
      cf_json_real(json, "used_j", group->used_j);
      cf_json_count(json, "brownouts", group->brownouts);
      cf_json_real(json, "down_s", group->down_s);
      cf_json_real(json, "temp_max_degc", group->hottest_k - 273.15);
      cf_json_close(json);
    }
    cf_json_close(json);
  }
  cf_json_text(json, "digest_stored", of->stored.digest[0] ? of->stored.digest : NULL);
  cf_json_text(json, "digest", cf_text_digest(of->row.digest.lane).text);
  cf_json_bool(json, "same", same);
  cf_json_close(json);
}

/* ---- the command ---------------------------------------------------------------------------------------------------
 */

/* A run that failed then is expected to fail now. */
static cf_status judge(const replay *of, cf_status status, cf_diag *diag) {
  if (strcmp(of->stored.status, "failed") != 0) return status;
  if (status == CF_OK)
    return cf_fail(diag, CF_INTERNAL, "%s: run %u failed then, and did not now: %s", of->database, of->stored.run_id,
                   of->stored.error);
  return status;
}

static cf_status tell(replay *of, cf_inputs *inputs, const cf_setting *more, uint32_t more_count,
                      const volatile int *stop, cf_diag *diag) {
  const cf_cli *cli = of->cli;
  bool story = of->flags->node != CF_ABSENT;
  cf_json json = cf_json_start(cli->out.out);
  cf_narrator_options options = {.out = &cli->out,
                                 .format = of->format,
                                 .json = &json,
                                 .scenario = of->scenario,
                                 .decisions = of->flags->decisions};
  cf_status status = read_limits(of, &options, diag);
  cf_narrator *narrator = status == CF_OK && story ? cf_narrator_create(&options) : NULL;
  if (status == CF_OK && story && !narrator) status = cf_fail(diag, CF_INTERNAL, "no memory for the story");
  if (status != CF_OK) return status;
  cf_story_listener listener = {.node = (uint32_t)of->flags->node,
                                .look_every_ns = of->format == CF_FORMAT_TABLE ? CF_STORY_LOOK_NS : 0,
                                .self = narrator,
                                .tell = cf_narrator_tell};
  if (of->format == CF_FORMAT_TABLE) print_head(of);
  if (of->format == CF_FORMAT_JSON) write_head(of, &json);
  status = simulate_into(of, inputs, more, more_count, story ? &listener : NULL, stop, diag);
  if (of->progress) cf_progress_clear(of->progress);
  status = judge(of, status, diag);
  cf_story_check check;
  if (narrator && (status == CF_OK || of->format == CF_FORMAT_JSON)) {
    cf_status closes = cf_narrator_finish(narrator, &check, diag);
    if (status == CF_OK) status = closes;
  }
  cf_narrator_destroy(narrator);
  if (status == CF_OK) status = compare(of, diag);
  if (of->format == CF_FORMAT_TABLE && status == CF_OK) print_tail(of, true);
  if (of->format == CF_FORMAT_JSON) write_tail(of, &json, status == CF_OK && of->stored.digest[0]);
  return status;
}

static cf_status replay_run(replay *of, cf_stop_watch *watch, cf_diag *diag) {
  static const cf_setting more[] = {{"record.nodes=true", "replay#1"},
                                    {"record.decisions=all", "replay#2"},
                                    {"record.power_events=true", "replay#3"},
                                    {"record.fleet_every=1 h", "replay#4"}};
  /* Without -o only the nodes' rows are looked at. */
  uint32_t more_count = of->flags->output ? 4 : 1;
  cf_status status = read_stored(of->database, &of->stored, diag);
  cf_inputs inputs = {0};
  if (status == CF_OK) status = cf_inputs_read(of->database, of->stored.point_id, &inputs, diag);
  if (status != CF_OK) return status;
  of->scenario = cf_inputs_load(&inputs, more, more_count, diag);
  if (of->scenario) {
    of->progress = cf_progress_create(&of->cli->err, 1, of->flags->quiet || !of->cli->err.tty, NULL);
    if (of->progress) cf_progress_length(of->progress, 1, of->scenario->duration_ns);
    status = tell(of, &inputs, more, more_count, cf_stop_flag(watch), diag);
    cf_progress_destroy(of->progress);
  } else {
    status = diag->status ? diag->status : CF_INTERNAL;
  }
  cf_scenario_destroy(of->scenario);
  cf_inputs_free(&inputs);
  return cf_stop_status(watch) ? cf_stop_status(watch) : status;
}

static cf_status check_flags(replay *of, cf_diag *diag) {
  const replay_flags *given = of->flags;
  if (given->run == CF_ABSENT)
    return cf_fail(diag, CF_USAGE,
                   "which run? --run R names one (`%s query %s 'SELECT run_id, policy FROM run'` lists them)",
                   of->cli->program, of->database);
  if (given->run > UINT32_MAX) return cf_fail(diag, CF_USAGE, "--run must be at most %u", UINT32_MAX);
  bool story = given->node != CF_ABSENT;
  if (story && given->node > UINT32_MAX) return cf_fail(diag, CF_USAGE, "--node must be at most %u", UINT32_MAX);
  if (!story && (given->from || given->to || given->decisions))
    return cf_fail(diag, CF_USAGE, "--from, --to and --decisions belong to the story of a node: add --node N%s",
                   given->decisions ? "; -o DB writes the decisions of all nodes" : "");
  if (given->threads != CF_ABSENT && given->threads > 1024)
    return cf_fail(diag, CF_USAGE, "--threads must be at most 1024");
  if (given->format && !cf_format_parse(given->format, &of->format))
    return cf_fail(diag, CF_USAGE, "--format is table, csv, json or md, not '%s'", given->format);
  if (given->json) of->format = CF_FORMAT_JSON;
  if (!story && (of->format == CF_FORMAT_CSV || of->format == CF_FORMAT_MARKDOWN))
    return cf_fail(diag, CF_USAGE, "--format %s is for the story of a node: add --node N", given->format);
  return CF_OK;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  replay_flags given = {.run = CF_ABSENT, .node = CF_ABSENT, .threads = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_replay, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  replay of = {.cli = cli, .flags = &given, .database = words.word[0], .format = CF_FORMAT_TABLE};
  status = check_flags(&of, &diag);
  if (status != CF_OK) return cf_cli_tell(cli, &diag, status);
  of.stored.run_id = (uint32_t)given.run;
  cf_stop_watch *watch = cf_stop_watch_start();
  if (!watch) return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_INTERNAL, "cannot start a thread"));
  status = replay_run(&of, watch, &diag);
  cf_stop_watch_end(watch);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_replay = {
    .name = "replay",
    .ring = 2,
    .line = "run a run again from its database alone, and tell a node's story",
    .usage = "DB --run R [--node N] [--from T] [--to T] [--decisions] [--format table|csv|json|md] [-o DB]",
    .about =
        "The scenario, its models and its data come out of the database; the digest must be the stored one. With\n"
        "--node everything that happened to that node is told, although nothing of it was recorded. With -o the run\n"
        "is written with everything recorded. Times are since the start (\"3 d\") or instants in UTC; the story tells\n"
        "local solar time.",
    .example = "coldfleet replay out/quickstart.db --run 2 --node 3 --to 6h",
    .flags = flags,
    .run = run,
};
