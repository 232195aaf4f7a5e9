#include "sweep/campaign.h"

#include "sweep/check.h"
#include "sweep/freeze.h"
#include "sweep/frozen.h"
#include "sweep/tune.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_RUNS = 100000000 };

/* ---- what runs there are ----------------------------------------------------------------------------------------- */

static int policy_of(const cf_scenario *scenario, const char *name) {
  for (uint32_t i = 0; i < scenario->policies; i++)
    if (strcmp(scenario->policy[i].name, name) == 0) return (int)i;
  return -1;
}

static cf_status take_policies(cf_campaign *campaign, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  campaign->policies = plan->policies ? plan->policies : campaign->base->policies;
  for (uint32_t i = 0; i < campaign->policies; i++) {
    int policy = plan->policies ? policy_of(campaign->base, plan->policy[i]) : (int)i;
    if (policy < 0)
      return cf_fail_at(diag, CF_INPUT, plan->policy_where[i], "the scenario has no policy '%.60s'", plan->policy[i]);
    campaign->policy[i] = (uint32_t)policy;
  }
  for (uint32_t i = 0; i < plan->tuned; i++)
    if (policy_of(campaign->base, plan->tune[i].policy) < 0)
      return cf_fail_at(diag, CF_INPUT, plan->tune[i].where, "the scenario has no policy '%.60s'",
                        plan->tune[i].policy);
  return CF_OK;
}

/* Replications have numbers, and pairs of them meet under one seed. */
static cf_status check_seeds(const cf_campaign *campaign, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  for (uint32_t a = 0; a < plan->axes; a++)
    for (uint32_t i = 0; i < plan->axis[a].paths; i++)
      if (strcmp(plan->axis[a].path[i], "seed") == 0)
        return cf_fail_at(diag, CF_INPUT, plan->axis[a].where,
                          "'seed' cannot be an axis: 'reps' repeats every point with other random numbers");
  return CF_OK;
}

static cf_status count_runs(cf_campaign *campaign, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  cf_tune tune = cf_tune_of(plan);
  uint64_t runs = (uint64_t)campaign->points.count * plan->max_reps * campaign->policies;
  uint64_t trials = cf_tune_trials(&tune, tune.budget);
  if (runs > MOST_RUNS || trials > MOST_RUNS)
    return cf_fail(diag, CF_INPUT,
                   "%s: %llu runs (%u points, up to %u replications, %u policies) and %llu trials: more than %d of one "
                   "kind cannot be numbered; split the plan",
                   plan->path, (unsigned long long)runs, campaign->points.count, plan->max_reps, campaign->policies,
                   (unsigned long long)trials, MOST_RUNS);
  campaign->runs = (uint32_t)runs;
  campaign->trials = (uint32_t)trials;
  return CF_OK;
}

/* Everything that follows from plan and base scenario. */
static cf_status derive(cf_campaign *campaign, cf_diag *diag) {
  cf_status status = cf_expand(campaign->plan, &campaign->points, diag);
  if (status == CF_OK) status = take_policies(campaign, diag);
  if (status == CF_OK) status = check_seeds(campaign, diag);
  return status == CF_OK ? count_runs(campaign, diag) : status;
}

cf_campaign_run cf_campaign_run_of(const cf_campaign *campaign, uint32_t run_id) {
  const cf_plan *plan = campaign->plan;
  if (run_id <= campaign->runs) {
    uint32_t number = run_id - 1, pair = number / campaign->policies;
    return (cf_campaign_run){.run_id = run_id,
                             .point_id = pair / plan->max_reps + 1,
                             .policy = campaign->policy[number % campaign->policies],
                             .rep = pair % plan->max_reps,
                             .seed = campaign->base->seed};
  }
  cf_tune tune = cf_tune_of(plan);
  cf_trial trial = cf_tune_trial(&tune, run_id - campaign->runs - 1);
  return (cf_campaign_run){.run_id = run_id,
                           .policy = (uint32_t)policy_of(campaign->base, tune.policy[trial.policy].name),
                           .rep = trial.rep,
                           .seed = plan->tune_seed,
                           .trial = true,
                           .evaluation = trial.evaluation};
}

const char *cf_campaign_column(const cf_campaign *campaign, cf_stage stage) {
  const cf_plan *plan = campaign->plan;
  if (plan->tunes && (stage == CF_STAGE_TUNE || stage == CF_STAGE_REFINE)) return plan->tune_column;
  return plan->until_column && plan->until_column[0] ? plan->until_column : "loss";
}

/* ---- what a run sets --------------------------------------------------------------------------------------------- */

static bool put_setting(cf_arena *arena, cf_setting *setting, const char *text) {
  setting->text = cf_arena_copy(arena, text, strlen(text));
  setting->origin = "tune";
  return setting->text != NULL;
}

static cf_status trial_values(const cf_campaign *campaign, const cf_round *round, const cf_tune *tune, cf_trial trial,
                              double value[CF_MAX_TUNED], cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  double centre[CF_MAX_TUNED] = {0};
  if (trial.evaluation >= tune->first_half) {
    if (round->settings != plan->tuned)
      return cf_fail(diag, CF_INTERNAL, "%s: this round does not say what to search around", campaign->directory);
    for (uint32_t i = 0; i < plan->tuned; i++) centre[i] = cf_tune_read(&plan->tune[i], round->setting[i].text);
  }
  return cf_tune_values(tune, trial.policy, trial.evaluation, centre, value, diag);
}

static cf_status trial_settings(const cf_campaign *campaign, const cf_round *round, uint32_t run_id, cf_arena *arena,
                                cf_setting *setting, uint32_t *settings, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  cf_tune tune = cf_tune_of(plan);
  cf_trial trial = cf_tune_trial(&tune, run_id - campaign->runs - 1);
  double value[CF_MAX_TUNED];
  char text[CF_TUNE_TEXT];
  cf_status status = trial_values(campaign, round, &tune, trial, value, diag);
  for (uint32_t i = 0; i < plan->settings; i++) setting[(*settings)++] = plan->setting[i];
  for (uint32_t i = 0; status == CF_OK && i < tune.policy[trial.policy].parameters; i++) {
    uint32_t at = tune.policy[trial.policy].parameter[i];
    if (!put_setting(arena, &setting[(*settings)++], cf_tune_write(&plan->tune[at], value[at], text)))
      status = cf_fail(diag, CF_INTERNAL, "no memory for the settings of run %u", run_id);
  }
  return status;
}

cf_status cf_campaign_settings(const cf_campaign *campaign, const cf_round *round, const cf_campaign_run *run,
                               cf_arena *arena, cf_setting **setting, uint32_t *settings, cf_diag *diag) {
  uint32_t most = run->trial ? campaign->plan->settings + CF_MAX_TUNED : round->settings;
  *settings = 0;
  *setting = CF_ARENA_ARRAY(arena, cf_setting, most + 1);
  bool good = *setting != NULL;
  if (good && run->trial) return trial_settings(campaign, round, run->run_id, arena, *setting, settings, diag);
  for (uint32_t i = 0; good && i < round->settings; i++)
    good = put_setting(arena, &(*setting)[(*settings)++], round->setting[i].text);
  return good ? CF_OK : cf_fail(diag, CF_INTERNAL, "no memory for the settings of run %u", run->run_id);
}

/* ---- directories ------------------------------------------------------------------------------------------------- */

static cf_status make_directory(const char *path, cf_diag *diag) {
  char cause[128];
  struct stat about;
  if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode))) return CF_OK;
  return cf_fail(diag, CF_IO, "%s: cannot make the directory: %s", path, strerror_r(errno, cause, sizeof cause));
}

/* With those above it. */
static cf_status make_directories(const char *path, cf_diag *diag) {
  char part[CF_CAMPAIGN_PATH];
  snprintf(part, sizeof part, "%s", path);
  cf_status status = CF_OK;
  for (char *slash = strchr(part + 1, '/'); slash && status == CF_OK; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    status = make_directory(part, diag);
    *slash = '/';
  }
  return status == CF_OK ? make_directory(part, diag) : status;
}

static cf_status make_rooms(const cf_campaign *campaign, cf_diag *diag) {
  static const char *const room[] = {"shards", "log"};
  char path[CF_CAMPAIGN_PATH + 16];
  cf_status status = CF_OK;
  for (unsigned i = 0; i < sizeof room / sizeof room[0] && status == CF_OK; i++) {
    snprintf(path, sizeof path, "%s/%s", campaign->directory, room[i]);
    status = make_directory(path, diag);
  }
  return status;
}

static cf_status name_directory(cf_campaign *campaign, const char *directory, cf_diag *diag) {
  size_t length = strlen(directory);
  while (length > 1 && directory[length - 1] == '/') length--;
  snprintf(campaign->directory, sizeof campaign->directory, "%.*s", (int)length, directory);
  int full = snprintf(campaign->plan_path, sizeof campaign->plan_path, "%.*s/plan.db", (int)length, directory);
  if (length > 0 && full > 0 && full + 64 < CF_CAMPAIGN_PATH) return CF_OK;
  return cf_fail(diag, CF_IO, length ? "%s: the path is too long" : "%sthe name of the directory is empty", directory);
}

/* ---- starting ---------------------------------------------------------------------------------------------------- */

/* Reads plan and scenario from the disk. */
static cf_status read_sources(cf_campaign *campaign, const char *plan_path, const char *models_dir, cf_diag *diag) {
  campaign->plan = cf_plan_load(plan_path, NULL, diag);
  if (!campaign->plan) return diag->status;
  cf_status status = cf_plan_check(campaign->plan, models_dir, NULL, diag);
  if (status != CF_OK) return status;
  const cf_plan *plan = campaign->plan;
  cf_load_options options = {.models_dir = models_dir, .settings = plan->setting, .setting_count = plan->settings};
  campaign->base = cf_scenario_load(plan->scenario, &options, diag);
  return campaign->base ? derive(campaign, diag) : diag->status;
}

static cf_status freeze(cf_campaign *campaign, const char *models_dir, const char *directory,
                        cf_campaign_progress progress, void *self, cf_diag *diag) {
  if (!directory) return cf_freeze(campaign, models_dir, progress, self, diag);
  cf_status status = name_directory(campaign, directory, diag);
  bool is_new = status == CF_OK && access(campaign->directory, F_OK) != 0;
  if (status == CF_OK) status = make_directories(campaign->directory, diag);
  if (status == CF_OK) status = cf_freeze(campaign, models_dir, progress, self, diag);
  if (status == CF_OK) return make_rooms(campaign, diag);
  if (is_new) rmdir(campaign->directory);
  return status;
}

cf_status cf_campaign_start(const char *plan_path, const char *models_dir, const char *directory,
                            cf_campaign_progress progress, void *self, cf_campaign **started, cf_diag *diag) {
  *started = NULL;
  cf_campaign *campaign = calloc(1, sizeof *campaign);
  if (!campaign) return cf_fail(diag, CF_INTERNAL, "no memory for %s", plan_path);
  cf_status status = read_sources(campaign, plan_path, models_dir, diag);
  if (status == CF_OK) status = freeze(campaign, models_dir, directory, progress, self, diag);
  if (status == CF_OK && !directory) {
    *started = campaign;
    return CF_OK;
  }
  cf_campaign_close(campaign);
  /* From here on only what was frozen counts. */
  return status == CF_OK ? cf_campaign_open(directory, started, diag) : status;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static cf_status thaw(cf_campaign *campaign, cf_diag *diag) {
  cf_frozen frozen;
  cf_status status = cf_frozen_read(campaign->plan_path, &frozen, diag);
  if (status != CF_OK) return status;
  memcpy(campaign->plan_sha256, frozen.plan_sha256, sizeof campaign->plan_sha256);
  cf_reader_files files = {.file = &frozen.yaml, .count = 1};
  cf_reader reader = cf_reader_memory(&files);
  cf_load_options options = {.reader = &reader};
  campaign->plan = cf_plan_load(frozen.path, &options, diag);
  uint32_t points = frozen.points;
  cf_frozen_free(&frozen);
  if (!campaign->plan) return diag->status;
  const cf_plan *plan = campaign->plan;
  status = cf_inputs_read(campaign->plan_path, 0, &campaign->inputs, diag);
  if (status != CF_OK) return status;
  campaign->base = cf_inputs_load(&campaign->inputs, plan->setting, plan->settings, diag);
  status = campaign->base ? derive(campaign, diag) : diag->status;
  if (status == CF_OK && points != campaign->points.count)
    status = cf_fail(diag, CF_INPUT, "%s: is damaged: it holds %u points, and its plan has %u", campaign->plan_path,
                     points, campaign->points.count);
  return status;
}

static cf_status open_directory(cf_campaign *campaign, const char *directory, cf_diag *diag) {
  struct stat about;
  cf_status status = name_directory(campaign, directory, diag);
  if (status != CF_OK) return status;
  if (stat(campaign->directory, &about) != 0 || !S_ISDIR(about.st_mode))
    return cf_fail(diag, CF_IO, "%s: there is no such directory; `coldfleet sweep PLAN -o %s` makes it", directory,
                   directory);
  if (access(campaign->plan_path, F_OK) != 0)
    return cf_fail(diag, CF_IO, "%s: holds no sweep (there is no plan.db); `coldfleet sweep PLAN -o %s` begins one",
                   directory, directory);
  return thaw(campaign, diag);
}

cf_status cf_campaign_open(const char *directory, cf_campaign **opened, cf_diag *diag) {
  *opened = NULL;
  cf_campaign *campaign = calloc(1, sizeof *campaign);
  if (!campaign) return cf_fail(diag, CF_INTERNAL, "no memory for %s", directory);
  cf_status status = open_directory(campaign, directory, diag);
  if (status == CF_OK)
    *opened = campaign;
  else
    cf_campaign_close(campaign);
  return status;
}

void cf_campaign_close(cf_campaign *campaign) {
  if (!campaign) return;
  cf_scenario_destroy(campaign->base);
  if (campaign->inputs.arena) cf_inputs_free(&campaign->inputs);
  if (campaign->points.arena) cf_points_free(&campaign->points);
  if (campaign->plan) cf_plan_destroy(campaign->plan);
  free(campaign);
}
