/* A campaign: a directory in which a frozen plan is worked off.
 *
 *   DIR/plan.db      the plan, all its points with their settings, inputs and constants: written once, never changed
 *   DIR/round        what is to be run now: a stage, its runs, and into how many shards they are cut
 *   DIR/shards/N.db  results (store/shard.h); who writes which is the launcher's business
 *   DIR/log/         what workers said
 *
 * The plan's hash covers the plan, every input, every setting and the program's version and arithmetic. Runs have fixed
 * numbers: run_id = ((point - 1) * max_reps + rep) * policies + policy + 1, policies and replications counting from 0;
 * trials of the tuning come behind. What is to be run next depends only on the plan and on the results of complete
 * rounds, so it does not matter who ran what where:
 *   tuning, first half of the budget (Sobol points over the whole box); second half (around the best); then the plan's
 *   runs with `reps` replications; then, for points where the interval is still too wide, more of them, up to max_reps.
 */
#ifndef CF_SWEEP_CAMPAIGN_H
#define CF_SWEEP_CAMPAIGN_H

#include "base/hash.h"
#include "config/plan.h"
#include "sweep/expand.h"
#include "store/inputs.h"

enum { CF_CAMPAIGN_PATH = 4096 };

typedef struct cf_run_list { /* ascending */
  uint32_t count;
  uint32_t *run_id;
} cf_run_list;

typedef struct cf_campaign {
  char directory[CF_CAMPAIGN_PATH];
  char plan_path[CF_CAMPAIGN_PATH]; /* DIR/plan.db */
  char plan_sha256[65];
  cf_plan *plan;
  cf_points points;
  cf_inputs inputs;  /* what `base` was made from; empty when nothing was frozen */
  cf_scenario *base; /* the scenario with the plan's settings, no axis: its policies are numbered as here */
  uint32_t policies;
  uint32_t policy[CF_MAX_POLICIES]; /* the plan's, as indices of the scenario */
  uint32_t runs;                    /* largest run_id of the plan */
  uint32_t trials;                  /* behind it */
} cf_campaign;

/* What a run is. */
typedef struct cf_campaign_run {
  uint32_t run_id;
  uint32_t point_id; /* 0: a trial */
  uint32_t policy;   /* index of the scenario */
  uint32_t rep;
  uint64_t seed;
  bool trial;
  uint32_t evaluation; /* of a trial, from 0 */
} cf_campaign_run;

typedef void (*cf_campaign_progress)(void *self, uint32_t points_done, uint32_t points);

/* Reads plan and scenario, loads every point once (so that a bad one is found now), and makes or checks DIR/plan.db.
 * When DIR holds a campaign of an equal hash, it is opened; of another hash: CF_INPUT, saying which file or key
 * differs; nothing is changed. `directory` NULL: nothing is written, and there is no hash and no plan_path; for a look
 * at what a plan would do. `progress` may be NULL. */
cf_status cf_campaign_start(const char *plan_path, const char *models_dir, const char *directory,
                            cf_campaign_progress progress, void *self, cf_campaign **started, cf_diag *diag);

/* Opens a campaign from its directory alone. CF_IO: there is none; CF_INPUT: made by another version. */
cf_status cf_campaign_open(const char *directory, cf_campaign **opened, cf_diag *diag);
void cf_campaign_close(cf_campaign *campaign);

cf_campaign_run cf_campaign_run_of(const cf_campaign *campaign, uint32_t run_id);

/* The round that is written in DIR/round. */
typedef enum cf_stage { CF_STAGE_TUNE, CF_STAGE_REFINE, CF_STAGE_RUN, CF_STAGE_DONE } cf_stage;

typedef struct cf_round {
  cf_stage stage;
  uint32_t number;   /* from 1 */
  uint32_t shards;   /* the runs are cut into so many contiguous parts */
  bool retry_failed; /* its runs are run again where they failed; else what failed stays so */
  uint32_t settings; /* tuned parameters, set for all runs of the plan: "policies.random.ask=0.12" */
  cf_setting *setting;
  cf_run_list list;
} cf_round;

cf_status cf_round_read(const cf_campaign *campaign, cf_round *round, cf_diag *diag);
void cf_round_free(cf_round *round);

/* The runs of part `shard` (from 1) of `round->shards`. */
void cf_round_part(const cf_round *round, uint32_t shard, uint32_t *first, uint32_t *count);

/* What a worker sets over the stored settings of the run's point: the round's tuned parameters; for a trial (whose
 * files are those of point 0) the plan's settings and then the parameters of its evaluation. Made in `arena`. */
cf_status cf_campaign_settings(const cf_campaign *campaign, const cf_round *round, const cf_campaign_run *run,
                               cf_arena *arena, cf_setting **setting, uint32_t *settings, cf_diag *diag);

/* The column of table run that is watched in a stage: the tuned one, the until column, or "loss". */
const char *cf_campaign_column(const cf_campaign *campaign, cf_stage stage);

/* What all shards say. */
typedef struct cf_outcome {
  uint32_t run_id;
  bool done;
  float wall_s, cpu_s;
  double value;      /* of the plan's until column (or the tuned one, for trials) */
  const char *error; /* interned; NULL when done */
  cf_digest digest;  /* zero when failed */
} cf_outcome;

typedef struct cf_outcomes {
  cf_arena *arena;
  uint32_t count;
  cf_outcome *outcome; /* by run_id; one per run */
  uint32_t shards;
  char **shard;    /* paths, sorted */
  uint32_t unread; /* of them that could not be looked into; cf_campaign_glance only */
} cf_outcomes;

/* Looks into every shard. Digests of runs that stand in several are compared: CF_INTERNAL when they differ. */
cf_status cf_campaign_outcomes(const cf_campaign *campaign, cf_outcomes *outcomes, cf_diag *diag);
/* The same while others write: shards that are locked just now are counted and left out. */
cf_status cf_campaign_glance(const cf_campaign *campaign, cf_outcomes *outcomes, cf_diag *diag);
void cf_outcomes_free(cf_outcomes *outcomes);

/* Decides what is to be run now and writes it into DIR/round (whole, then renamed): what is missing of the present
 * round, or the next one. Failed runs are not missing unless `retry_failed`, which is for one call: a run that fails
 * again is as missing as before. Failed trials can be tried again only while nothing that rests on them has been run.
 * Stage DONE and an empty list: nothing is missing. No worker may be running. CF_SOME_FAILED: no evaluation of a policy
 * that is to be tuned succeeded. */
cf_status cf_campaign_next(const cf_campaign *campaign, const cf_outcomes *outcomes, uint32_t shards, bool retry_failed,
                           cf_round *round, cf_diag *diag);

/* Every table that the tuning fills, for cf_merge_options.fill; `self` is a cf_campaign. */
struct sqlite3;
cf_status cf_campaign_fill(void *self, struct sqlite3 *database, cf_diag *diag);

#endif
