#include "cli/gathered.h"

#include "cli/conduct.h"
#include "base/json.h"
#include "cli/plan_checks.h"
#include "store/merge.h"
#include "sweep/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One policy over all points: its replications' means over the points. */
typedef struct policy_figures {
  char name[64];
  uint32_t best_at; /* points */
  cf_moments loss;  /* one value for each replication that is done at every point */
} policy_figures;

typedef struct answer {
  const char *column;
  uint32_t points, policies;
  policy_figures policy[CF_MAX_POLICIES];
  cf_merged merged;
  uint32_t missing;
} answer;

const char *cf_gathered_path(const cf_campaign *campaign, const char *given, char path[CF_CAMPAIGN_PATH],
                             cf_diag *diag) {
  int length = given ? snprintf(path, CF_CAMPAIGN_PATH, "%s", given)
                     : snprintf(path, CF_CAMPAIGN_PATH, "%s/results.db", campaign->directory);
  if (length < CF_CAMPAIGN_PATH) return path;
  cf_fail(diag, CF_USAGE, "the path of the results database is too long");
  return NULL;
}

/* ---- figures ----------------------------------------------------------------------------------------------------- */

static double number_of(const cf_cell *cell) {
  if (cell->type == CF_CELL_INTEGER) return (double)cell->as.integer;
  return cell->type == CF_CELL_REAL ? cell->as.real : NAN;
}

static policy_figures *policy_of(answer *a, const cf_cell *name) {
  for (uint32_t i = 0; i < a->policies; i++)
    if (strcmp(a->policy[i].name, name->as.text) == 0) return &a->policy[i];
  return NULL;
}

static cf_status on_rep(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  policy_figures *policy = policy_of(self, &cell[0]);
  double value = number_of(&cell[1]);
  if (policy && isfinite(value)) cf_moments_add(&policy->loss, value);
  return CF_OK;
}

static cf_status on_best(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  policy_figures *policy = policy_of(self, &cell[0]);
  if (policy) policy->best_at = (uint32_t)number_of(&cell[1]);
  return CF_OK;
}

static cf_status find_answer(const cf_campaign *campaign, cf_database *database, answer *a, cf_diag *diag) {
  char sql[640];
  a->column = cf_campaign_column(campaign, CF_STAGE_DONE);
  a->points = campaign->points.count;
  a->policies = campaign->policies;
  for (uint32_t i = 0; i < a->policies; i++)
    snprintf(a->policy[i].name, sizeof a->policy[i].name, "%s", campaign->base->policy[campaign->policy[i]].name);
  snprintf(sql, sizeof sql,
           "SELECT policy, avg(%s) FROM run WHERE status = 'done' GROUP BY policy, rep HAVING count(%s) = %u",
           a->column, a->column, a->points);
  cf_status status = cf_query_rows(database, sql, NULL, on_rep, a, diag);
  /* Of equal means the policy that comes first in the scenario is the best. */
  snprintf(
      sql, sizeof sql,
      "SELECT policy, count(*) FROM (SELECT policy, row_number() OVER (PARTITION BY point_id ORDER BY mean, first) "
      "AS place FROM (SELECT point_id, policy, avg(%s) AS mean, min(run_id) AS first FROM run WHERE status = "
      "'done' GROUP BY point_id, policy) WHERE mean IS NOT NULL) WHERE place = 1 GROUP BY policy",
      a->column);
  return status ? status : cf_query_rows(database, sql, NULL, on_best, a, diag);
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static cf_status print_tuned(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  const cf_terminal *out = self;
  bool on_edge = number_of(&cell[6]) != 0;
  fprintf(out->out, "  tuned: %s.%s = %.6g %s%s%s%s\n", cell[0].as.text, cell[1].as.text, number_of(&cell[2]),
          cell[3].type == CF_CELL_TEXT ? cell[3].as.text : "", cf_ink_code(out, on_edge ? CF_INK_YELLOW : CF_INK_NONE),
          on_edge ? ", at the edge of its range" : "", cf_ink_code(out, CF_INK_NONE));
  return CF_OK;
}

static const char tuned_sql[] =
    "SELECT policy, parameter, value, unit, low, high, on_edge FROM tuned ORDER BY policy, parameter";

static void print_policies(const cf_terminal *out, const answer *a) {
  char title[64];
  snprintf(title, sizeof title, "%s%s", a->column, a->points > 1 ? ", mean of points" : "");
  fprintf(out->out, "  %-28s %10s  %s\n", "policy", a->points > 1 ? "best at" : "", title);
  for (uint32_t i = 0; i < a->policies; i++) {
    const policy_figures *policy = &a->policy[i];
    char best[32] = "";
    if (a->points > 1)
      snprintf(best, sizeof best, "%u of %u", policy->best_at, a->points);
    else if (policy->best_at)
      snprintf(best, sizeof best, "best");
    fprintf(out->out, "  %-28s %10s  %s\n", policy->name, best, cf_text_interval(out, &policy->loss).text);
  }
}

static void print_summary(const cf_gathering *g, cf_database *database, const answer *a, cf_diag *diag) {
  const cf_terminal *out = &g->cli->out;
  const cf_campaign *campaign = g->campaign;
  const cf_plan *plan = campaign->plan;
  char reps[48];
  snprintf(reps, sizeof reps, plan->max_reps > plan->reps ? "%u to %u" : "%u", plan->reps, plan->max_reps);
  fprintf(out->out, "%s: %s\n", plan->name, plan->question[0] ? plan->question : "(no question)");
  fprintf(out->out, "  %u point%s x %u polic%s x %s replication%s: %u runs done, %u failed", a->points,
          a->points == 1 ? "" : "s", a->policies, a->policies == 1 ? "y" : "ies", reps, plan->max_reps == 1 ? "" : "s",
          a->merged.done, a->merged.failed);
  if (a->missing) fprintf(out->out, ", %u missing", a->missing);
  fputc('\n', out->out);
  cf_query_rows(database, tuned_sql, NULL, print_tuned, (void *)out, diag);
  print_policies(out, a);
  fprintf(out->out, "-> %s\n", g->output);
  const char *program = g->cli->program;
  fprintf(out->out, "Next: %s compare %s\n", program, g->output);
  fprintf(out->out, "      %s query %s 'SELECT * FROM v_interval'\n", program, g->output);
  fprintf(out->out, "      %s report %s\n", program, g->output);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static cf_status write_tuned(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  cf_json *json = self;
  cf_json_object(json, NULL);
  for (uint32_t i = 0; i < columns; i++) {
    if (cell[i].type == CF_CELL_TEXT)
      cf_json_text(json, names[i], cell[i].as.text);
    else
      cf_json_real(json, names[i], number_of(&cell[i]));
  }
  cf_json_close(json);
  return CF_OK;
}

static void write_check(void *self, const cf_plan_check *check) {
  cf_json *json = self;
  cf_json_object(json, NULL);
  cf_json_count(json, "run_id", check->run_id);
  cf_json_count(json, "point_id", check->point_id);
  cf_json_text(json, "policy", check->policy);
  cf_json_count(json, "rep", check->rep);
  cf_json_text(json, "column", check->column);
  cf_json_real(json, "value", check->value);
  cf_json_real(json, "min", check->min);
  cf_json_real(json, "max", check->max);
  cf_json_close(json);
}

static void write_policies(cf_json *json, const answer *a) {
  cf_json_list(json, "policies");
  for (uint32_t i = 0; i < a->policies; i++) {
    cf_interval interval = cf_interval_of(&a->policy[i].loss, 0.05);
    cf_json_object(json, NULL);
    cf_json_text(json, "policy", a->policy[i].name);
    cf_json_count(json, "best_at", a->policy[i].best_at);
    cf_json_count(json, "replications", a->policy[i].loss.n);
    cf_json_real(json, "mean", a->policy[i].loss.n ? interval.mean : (double)NAN);
    cf_json_real(json, "ci95_low", interval.low);
    cf_json_real(json, "ci95_high", interval.high);
    cf_json_close(json);
  }
  cf_json_close(json);
}

static cf_status write_summary(const cf_gathering *g, cf_database *database, const answer *a, cf_diag *diag) {
  cf_json json = cf_json_start(g->cli->out.out);
  cf_json_object(&json, NULL);
  cf_json_text(&json, "plan", g->campaign->plan->name);
  cf_json_text(&json, "question", g->campaign->plan->question);
  cf_json_text(&json, "directory", g->campaign->directory);
  cf_json_text(&json, "database", g->output);
  cf_json_count(&json, "points", a->points);
  cf_json_count(&json, "done", a->merged.done);
  cf_json_count(&json, "failed", a->merged.failed);
  cf_json_count(&json, "missing", a->missing);
  cf_json_list(&json, "tuned");
  cf_status status = cf_query_rows(database, tuned_sql, NULL, write_tuned, &json, diag);
  cf_json_close(&json);
  cf_json_text(&json, "column", a->column);
  write_policies(&json, a);
  cf_json_list(&json, "broken_assertions");
  cf_status checked = cf_plan_checks_run(g->campaign, database, write_check, &json, diag);
  cf_json_close(&json);
  cf_json_close(&json);
  return status ? status : checked;
}

/* ---- merging ----------------------------------------------------------------------------------------------------- */

static cf_status merge(const cf_gathering *g, const cf_outcomes *outcomes, answer *a, cf_diag *diag) {
  cf_merge_options options = {.plan = g->campaign->plan_path,
                              .plan_sha256 = g->campaign->plan_sha256,
                              .shard = (const char *const *)outcomes->shard,
                              .shards = outcomes->shards,
                              .output = g->output,
                              .runs = g->campaign->runs,
                              .finished = a->missing == 0,
                              .fill = cf_campaign_fill,
                              .self = g->campaign,
                              .stop = g->stop};
  return cf_merge(&options, &a->merged, diag);
}

static cf_status look_at(const cf_gathering *g, answer *a, cf_diag *diag) {
  cf_database *database = NULL;
  cf_status status = cf_database_open(g->output, &database, diag);
  if (status == CF_OK) status = find_answer(g->campaign, database, a, diag);
  if (status == CF_OK && g->json) {
    status = write_summary(g, database, a, diag);
  } else if (status == CF_OK) {
    if (!g->quiet) print_summary(g, database, a, diag);
    status = cf_plan_checks_run(g->campaign, database, NULL, NULL, diag);
  }
  cf_database_close(database);
  return status;
}

cf_status cf_gather_results(const cf_gathering *g, const cf_outcomes *outcomes, uint32_t missing) {
  cf_diag diag;
  cf_diag_init(&diag);
  answer *a = calloc(1, sizeof *a);
  if (!a) return cf_cli_tell(g->cli, &diag, cf_fail(&diag, CF_INTERNAL, "no memory for the results"));
  a->missing = missing;
  cf_status status = merge(g, outcomes, a, &diag);
  if (status == CF_OK) status = look_at(g, a, &diag);
  cf_cli_tell(g->cli, &diag, status);
  if (a->merged.failed && (status == CF_OK || status == CF_ASSERTION)) {
    fprintf(g->cli->err.out, "%u run%s failed; `%s status %s` says why\n", a->merged.failed,
            a->merged.failed == 1 ? "" : "s", g->cli->program, g->campaign->directory);
    status = CF_SOME_FAILED;
  }
  free(a);
  return status;
}
