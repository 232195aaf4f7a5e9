/* A plan: a scenario, what is varied of it, how often it is repeated, and what is tuned before. `coldfleet sweep` runs
 * it.
 *
 * It is read by the schema like every other file (schema_plan.c); what does not depend on random numbers is written out
 * here: ranges and logarithmic ranges are lists of values afterwards. Their numbers are from + i (to - from)/(n - 1),
 * rounded to 15 significant digits (so that tenths are 0.3 and not 0.30000000000000004), as are numbers that are
 * converted into the axis's unit, and from (to/from)^(i/(n - 1)), rounded to CF_PLAN_DIGITS. Texts live in the plan's
 * arena. */
#ifndef CF_CONFIG_PLAN_H
#define CF_CONFIG_PLAN_H

#include "config/scenario.h"

enum {
  CF_MAX_AXES = 16,
  CF_MAX_AXIS_PATHS = 8,
  CF_MAX_AXIS_VALUES = 100000,
  CF_MAX_WHERES = 16,
  CF_MAX_TUNED = 32,
  CF_MAX_REPS = 100000,
  CF_PLAN_DIGITS = 12 /* of numbers between two ends, where nobody wrote any: more would be noise of the arithmetic */
};

/* One column of table points. An axis has either `values`, or lies between two ends and is sampled. */
typedef struct cf_plan_axis {
  const char *name; /* of the column: a lower-case letter, then letters, digits and _ */
  uint32_t paths;
  const char *path[CF_MAX_AXIS_PATHS]; /* of the scenario, by dots: all are set to the same value */
  uint32_t values;
  const char *const *value; /* as it is set: "0.47 F"; all differ */
  const double *number;     /* the same in `unit`; NULL for words */
  const char *unit;         /* of the first value; "" for bare numbers; NULL for words */
  bool sampled;             /* between low < high, in `unit`; then values is 0, value and number are NULL */
  bool log_scale;
  bool whole; /* sampled: rounded to whole numbers */
  double low, high;
  cf_source where; /* of its name */
} cf_plan_axis;

/* Axes that move together, instead of multiplying. */
typedef struct cf_plan_zip {
  uint32_t axes;
  uint32_t axis[CF_MAX_AXES]; /* indices */
} cf_plan_zip;

typedef enum cf_plan_sampling { CF_SAMPLING_NONE, CF_SAMPLING_LATIN_HYPERCUBE, CF_SAMPLING_SOBOL } cf_plan_sampling;

typedef struct cf_plan_text {
  const char *text;
  cf_source where;
} cf_plan_text;

/* A parameter of a policy that is tuned. */
typedef struct cf_plan_tuned {
  const char *policy;
  const char *parameter; /* key of the policy: "ask_below" */
  const char *unit;      /* of low and high: "%" */
  double low, high;      /* in `unit`, low < high */
  bool log_scale;        /* then 0 < low */
  cf_source where;
} cf_plan_tuned;

typedef struct cf_plan {
  cf_arena *arena;
  const char *path; /* of the plan, as it was opened */
  const char *name;
  const char *question; /* what it is asked for, in words; "" */
  const char *scenario; /* path, from the current directory */
  cf_source scenario_where;
  uint32_t settings;
  const cf_setting *setting; /* `record:` (all of its keys), then `set:` in its order; origins "--set#1", ... */
  const cf_source *setting_where;
  uint32_t axes;
  cf_plan_axis axis[CF_MAX_AXES];
  uint32_t zips;
  cf_plan_zip zip[CF_MAX_AXES];
  cf_plan_sampling sampling;
  uint32_t sample_points;
  uint64_t sample_seed;
  uint32_t wheres;
  cf_plan_text where[CF_MAX_WHERES]; /* SQL over the axes' names */
  uint32_t policies;
  const char *policy[CF_MAX_POLICIES]; /* 0 of them: all of the scenario, in its order */
  cf_source policy_where[CF_MAX_POLICIES];
  uint32_t reps;            /* of each point and policy, at least */
  double rel_halfwidth;     /* until the CI95 of `until_column` is narrower in relation to its mean; 0: no such rule */
  const char *until_column; /* of table run: "loss"; no temperature, whose zero means nothing */
  uint32_t max_reps;        /* = reps where there is no rule */
  bool tunes;
  const char *tune_column; /* of table run; the least is best */
  uint32_t tune_budget;    /* evaluations of each policy */
  uint32_t tune_reps;      /* runs of each evaluation */
  uint64_t tune_seed;      /* differs from the scenario's */
  cf_source tune_seed_where;
  uint32_t tuned;
  cf_plan_tuned tune[CF_MAX_TUNED];
  uint32_t assertions;
  cf_assertion assertion[CF_MAX_ASSERTS]; /* of each run; the scenario's own are not asked */
  cf_input_file input;                    /* the plan itself, by its file's name */
} cf_plan;

/* Whether a file on disk is meant as a plan: YAML with the key `scenario` or `axes`, which no scenario has. */
bool cf_plan_is_one(const char *path);

/* Reads and checks a plan (not the scenario). NULL after up to 20 diagnostics with file:line:column, status CF_INPUT or
 * CF_IO. Options: the reader only. */
cf_plan *cf_plan_load(const char *path, const cf_load_options *options, cf_diag *diag);
void cf_plan_destroy(cf_plan *plan);

#endif
