/* cf_campaign_fill: what the tuning did and found, as rows of a results database. */
#include "sweep/campaign.h"

#include "store/file.h"
#include "sweep/next.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

typedef struct filling {
  const cf_campaign *campaign;
  cf_tune tune;
  cf_outcomes outcomes;
  sqlite3 *database;
  cf_diag *diag;
} filling;

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static cf_cell integer_cell(int64_t value) { return (cf_cell){.type = CF_CELL_INTEGER, .as.integer = value}; }

static cf_cell real_cell(double value) { return (cf_cell){.type = CF_CELL_REAL, .as.real = value}; }

static cf_status error(const filling *f) {
  return cf_file_error(f->database, sqlite3_db_filename(f->database, "main"), "write what was tuned", f->diag);
}

/* ---- trials ------------------------------------------------------------------------------------------------------ */

/* "policies.random.ask=12.5 % policies.random.wait=3 s" */
static void write_settings(const filling *f, uint32_t policy, const double *value, sqlite3_str *out) {
  char text[CF_TUNE_TEXT];
  const cf_tune_policy *one = &f->tune.policy[policy];
  for (uint32_t i = 0; i < one->parameters; i++)
    sqlite3_str_appendf(out, "%s%s", i ? " " : "",
                        cf_tune_write(&f->campaign->plan->tune[one->parameter[i]], value[one->parameter[i]], text));
}

static cf_status put_trial(const filling *f, sqlite3_stmt *insert, const cf_outcome *outcome, const double *centre) {
  const cf_plan *plan = f->campaign->plan;
  cf_trial trial = cf_tune_trial(&f->tune, outcome->run_id - f->campaign->runs - 1);
  double value[CF_MAX_TUNED];
  cf_status status = cf_tune_values(&f->tune, trial.policy, trial.evaluation, centre, value, f->diag);
  if (status != CF_OK) return status;
  sqlite3_str *text = sqlite3_str_new(f->database);
  write_settings(f, trial.policy, value, text);
  char *settings = sqlite3_str_finish(text), digest[16];
  for (unsigned i = 0; i < sizeof digest; i++)
    digest[i] = (char)(unsigned char)(outcome->digest.lane[i / 8] >> (56 - 8 * (i % 8)));
  cf_cell row[] = {integer_cell(outcome->run_id),
                   text_cell(f->tune.policy[trial.policy].name),
                   integer_cell(trial.evaluation + 1),
                   integer_cell(trial.rep),
                   integer_cell((int64_t)plan->tune_seed),
                   text_cell(settings ? settings : ""),
                   text_cell(plan->tune_column),
                   outcome->done && !isnan(outcome->value) ? real_cell(outcome->value) : (cf_cell){0},
                   {.type = outcome->done ? CF_CELL_BLOB : CF_CELL_NULL, .length = sizeof digest, .as.text = digest}};
  int rc = settings ? cf_file_insert(insert, row, sizeof row / sizeof row[0]) : SQLITE_NOMEM;
  sqlite3_free(settings);
  return rc == SQLITE_OK ? CF_OK : error(f);
}

/* `centre` NULL: the first half is not complete, so nothing of the second can be there. */
static cf_status put_trials(const filling *f, const cf_trials *trials, const double *centre) {
  sqlite3_stmt *insert = NULL;
  uint64_t first_half = cf_tune_trials(&f->tune, f->tune.first_half);
  cf_status status = cf_file_prepare(f->database, CF_TABLE_TRIAL, false, &insert) == SQLITE_OK ? CF_OK : error(f);
  for (uint32_t i = 0; status == CF_OK && i < trials->count; i++)
    if (centre || trials->outcome[i].run_id - trials->first_run < first_half)
      status = put_trial(f, insert, &trials->outcome[i], centre);
  sqlite3_finalize(insert);
  return status;
}

/* ---- what was found ---------------------------------------------------------------------------------------------- */

static cf_status put_tuned(const filling *f, const double *value) {
  const cf_plan *plan = f->campaign->plan;
  sqlite3_stmt *insert = NULL;
  int rc = cf_file_prepare(f->database, CF_TABLE_TUNED, false, &insert);
  for (uint32_t i = 0; rc == SQLITE_OK && i < plan->tuned; i++) {
    const cf_plan_tuned *one = &plan->tune[i];
    cf_cell row[] = {text_cell(one->policy),
                     text_cell(one->parameter),
                     real_cell(value[i]),
                     text_cell(one->unit),
                     real_cell(one->low),
                     real_cell(one->high),
                     integer_cell(cf_tune_on_edge(one, value[i]))};
    rc = cf_file_insert(insert, row, sizeof row / sizeof row[0]);
  }
  sqlite3_finalize(insert);
  return rc == SQLITE_OK ? CF_OK : error(f);
}

/* Behind the settings that every point has already. */
static cf_status put_settings(const filling *f, const double *value) {
  const cf_plan *plan = f->campaign->plan;
  sqlite3_stmt *insert = NULL;
  char text[CF_TUNE_TEXT];
  int rc = sqlite3_prepare_v2(f->database,
                              "INSERT INTO setting SELECT point_id, 1 + ifnull((SELECT max(n) FROM setting AS s WHERE "
                              "s.point_id = points.point_id), 0), ?1 FROM points",
                              -1, &insert, NULL);
  for (uint32_t i = 0; rc == SQLITE_OK && i < plan->tuned; i++) {
    cf_cell cell = text_cell(cf_tune_write(&plan->tune[i], value[i], text));
    rc = cf_file_insert(insert, &cell, 1);
  }
  sqlite3_finalize(insert);
  return rc == SQLITE_OK ? CF_OK : error(f);
}

/* Whether a round of the stage, or a later one, is what comes next. */
static bool is_past(const cf_round *next, cf_stage stage) { return next->stage > stage; }

static cf_status put_all(const filling *f) {
  double centre[CF_MAX_TUNED] = {0}, value[CF_MAX_TUNED] = {0};
  cf_trials trials = cf_trials_among(f->campaign, &f->outcomes);
  cf_round next = {0};
  cf_status status = cf_next_round(f->campaign, &f->outcomes, false, &next, f->diag);
  if (status != CF_OK) return status;
  bool half = is_past(&next, CF_STAGE_TUNE), whole = is_past(&next, CF_STAGE_REFINE);
  cf_round_free(&next);
  if (half) status = cf_tune_best(&f->tune, &trials, false, centre, f->diag);
  if (status == CF_OK) status = put_trials(f, &trials, half ? centre : NULL);
  if (status != CF_OK || !whole) return status;
  status = cf_tune_best(&f->tune, &trials, true, value, f->diag);
  if (status == CF_OK) status = put_tuned(f, value);
  return status == CF_OK ? put_settings(f, value) : status;
}

cf_status cf_campaign_fill(void *self, sqlite3 *database, cf_diag *diag) {
  const cf_campaign *campaign = self;
  filling f = {.campaign = campaign, .tune = cf_tune_of(campaign->plan), .database = database, .diag = diag};
  if (f.tune.policies == 0) return CF_OK;
  cf_status status = cf_campaign_outcomes(campaign, &f.outcomes, diag);
  if (status != CF_OK) return status;
  status = put_all(&f);
  cf_outcomes_free(&f.outcomes);
  return status;
}
