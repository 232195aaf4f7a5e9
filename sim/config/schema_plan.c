/* Keys of a plan. */
#include "config/plan.h"
#include "config/schema_rows.h"

#define END(name, text) \
  { .key = (name), .type = CF_TYPE_ANY, REQUIRED, .unstored = true, .doc = (text) }
#define SHAPE(variable, label, text, table) \
  const cf_schema_shape variable = {.name = (label), .doc = (text), .row = (table), .rows = COUNT_OF(table)}

/* ---- axes ---- */
static const cf_schema_row range_rows[] = {
    END("from", "The first value."),
    END("to", "The last value, which the steps must meet."),
    {.key = "step", .type = CF_TYPE_ANY, OPTIONAL, .unstored = true, .doc = "From one value to the next."},
    {.key = "count",
     .type = CF_TYPE_COUNT,
     OPTIONAL,
     WITHIN(2, CF_MAX_AXIS_VALUES),
     .unstored = true,
     .doc = "How many values, in place of `step`."},
};
static SHAPE(range_shape, "range", "Values at equal distances.", range_rows);

static const cf_schema_row logspace_rows[] = {
    END("from", "The first value, above 0."),
    END("to", "The last value."),
    {.key = "count",
     .type = CF_TYPE_COUNT,
     REQUIRED,
     WITHIN(2, CF_MAX_AXIS_VALUES),
     .unstored = true,
     .doc = "How many values, the ends among them."},
};
static SHAPE(logspace_shape, "logspace", "Values at equal ratios.", logspace_rows);

static const char *const scale_names[] = {"linear", "log", NULL};
#define SCALE(structure)                                                                                         \
  {                                                                                                              \
    .key = "scale", .type = CF_TYPE_CHOICE, DEFAULT("linear"), .names = scale_names, INTO(structure, log_scale), \
    .doc = "Whether equal differences or equal ratios are alike."                                                \
  }
static const cf_schema_row between_rows[] = {
    END("from", "The low end."),
    END("to", "The high end."),
    SCALE(cf_plan_axis),
    {.key = "whole",
     .type = CF_TYPE_BOOL,
     DEFAULT("false"),
     INTO(cf_plan_axis, whole),
     .doc = "Whole numbers only, such as a count."},
};
static SHAPE(between_shape, "between", "Two ends, between which `sample` takes values.", between_rows);

static const cf_schema_row axis_rows[] = {
    {.key = "path",
     .type = CF_TYPE_FILES,
     REQUIRED,
     .unstored = true,
     .doc = "What is set, as in `--set`; of a list of paths, all are set to the same value."},
    {.key = "values",
     .type = CF_TYPE_LIST,
     OPTIONAL,
     .section = CF_SECTION_PLAN_VALUES,
     .count = CF_MAX_AXIS_VALUES,
     .unstored = true,
     .doc = "The values, one by one; the unit of the first is the column's."},
    {.key = "range", .type = CF_TYPE_MAP, OPTIONAL, .shape = &range_shape, .doc = "Values at equal distances."},
    {.key = "logspace", .type = CF_TYPE_MAP, OPTIONAL, .shape = &logspace_shape, .doc = "Values at equal ratios."},
    {.key = "between",
     .type = CF_TYPE_MAP,
     OPTIONAL,
     .shape = &between_shape,
     .doc = "Two ends, between which `sample` takes values."},
};
SHAPE(cf_schema_axis, "axis",
      "What is varied, and over which values: one of `values`, `range`, `logspace` and `between`. Its name becomes a "
      "column of table `points`.",
      axis_rows);
static const cf_schema_shape *const axis_shapes[] = {&cf_schema_axis, NULL};

static const char *const sampling_names[] = {
    [CF_SAMPLING_LATIN_HYPERCUBE - 1] = "latin-hypercube", [CF_SAMPLING_SOBOL - 1] = "sobol", NULL};
static const cf_schema_row sample_rows[] = {
    {.key = "method",
     .type = CF_TYPE_CHOICE,
     REQUIRED,
     .names = sampling_names,
     INTO(cf_plan, sampling),
     .doc = "How the axes with `between` are sampled, all of them together."},
    {.key = "points",
     .type = CF_TYPE_COUNT,
     REQUIRED,
     WITHIN(1, 1000000),
     INTO(cf_plan, sample_points),
     .doc = "How many samples."},
    {.key = "seed",
     .type = CF_TYPE_SEED,
     DEFAULT("1"),
     INTO(cf_plan, sample_seed),
     .doc = "Seed of the samples; `sobol` with 0 is the plain sequence."},
};
static SHAPE(sample_shape, "sample", "How axes with two ends become values.", sample_rows);

/* ---- what a sweep writes down ---- */
static const cf_schema_row record_rows[] = {
    {.key = "fleet_every",
     .type = CF_TYPE_TICKS,
     .dimension = CF_DIM_TIME,
     DEFAULT("0 s"),
     FROM(0),
     .unstored = true,
     .doc = "Period of the fleet's time series; 0 s: none."},
    {.key = "nodes", .type = CF_TYPE_BOOL, DEFAULT("false"), .unstored = true, .doc = "One row per node."},
    {.key = "decisions",
     .type = CF_TYPE_CHOICE,
     DEFAULT("none"),
     .names = (const char *const[]){"none", "all", NULL},
     .unstored = true,
     .doc = "One row per decision."},
    {.key = "power_events",
     .type = CF_TYPE_BOOL,
     DEFAULT("false"),
     .unstored = true,
     .doc = "One row per loss and return of power, and per limit of temperature passed."},
};
static SHAPE(record_shape, "record", "What is written down of each run, beside its row, ledger, links and gauge.",
             record_rows);

/* ---- until, tune ---- */
static const cf_schema_row until_rows[] = {
    {.key = "rel_halfwidth",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     ABOVE(0),
     INTO(cf_plan, rel_halfwidth),
     .doc = "Half of the 95 % interval of the mean, in relation to the mean."},
    {.key = "of", .type = CF_TYPE_TEXT, REQUIRED, INTO(cf_plan, until_column), .doc = "Of this column of table `run`."},
    {.key = "max_reps",
     .type = CF_TYPE_COUNT,
     REQUIRED,
     WITHIN(2, CF_MAX_REPS),
     INTO(cf_plan, max_reps),
     .doc = "Not more replications than these."},
};
static SHAPE(until_shape, "until", "Adds replications to a point until its means are known well enough.", until_rows);

static const cf_schema_row tuned_rows[] = {END("from", "The low end."), END("to", "The high end."),
                                           SCALE(cf_plan_tuned)};
SHAPE(cf_schema_tuned, "tuned parameter", "Between which ends a parameter is looked for.", tuned_rows);
static const cf_schema_shape *const tuned_shapes[] = {&cf_schema_tuned, NULL};

static const cf_schema_row tune_rows[] = {
    {.key = "metric",
     .type = CF_TYPE_TEXT,
     REQUIRED,
     INTO(cf_plan, tune_column),
     .doc = "Column of table `run` whose mean is to be least."},
    {.key = "budget",
     .type = CF_TYPE_COUNT,
     REQUIRED,
     WITHIN(2, 100000),
     INTO(cf_plan, tune_budget),
     .doc = "Settings that are tried of each policy, the same number for all."},
    {.key = "reps",
     .type = CF_TYPE_COUNT,
     DEFAULT("4"),
     WITHIN(1, CF_MAX_REPS),
     INTO(cf_plan, tune_reps),
     .doc = "Runs of each setting."},
    {.key = "seed",
     .type = CF_TYPE_SEED,
     REQUIRED,
     INTO(cf_plan, tune_seed),
     .doc = "Seed of these runs; another one than the scenario's, so that no policy is tuned on what it is judged by."},
    {.key = "policies",
     .type = CF_TYPE_ENTRIES,
     REQUIRED,
     .entry = "<policy>",
     .shapes = tuned_shapes,
     .section = CF_SECTION_PLAN_TUNED,
     .count = CF_MAX_POLICIES,
     .unstored = true,
     .doc = "The policies that are tuned, with their parameters."},
};
static SHAPE(tune_shape, "tune", "Looks for good parameters of the policies before they are compared.", tune_rows);

static const cf_schema_shape *const assertion_shapes[] = {&cf_schema_assertion, NULL};

/* ---- the plan ---- */
static const cf_schema_row plan_rows[] = {
    {.key = "name",
     .type = CF_TYPE_NAME,
     REQUIRED,
     INTO(cf_plan, name),
     .doc = "Name of the plan; also of its results."},
    {.key = "question",
     .type = CF_TYPE_TEXT,
     DEFAULT(""),
     INTO(cf_plan, question),
     .doc = "What it is to answer, in words."},
    {.key = "scenario", .type = CF_TYPE_FILE, REQUIRED, .unstored = true, .doc = "The scenario, relative to the plan."},
    {.key = "set",
     .type = CF_TYPE_ENTRIES,
     OPTIONAL,
     .entry = "<path>",
     .section = CF_SECTION_PLAN_SET,
     .unstored = true,
     .doc = "What is set over the scenario at every point, as by `--set`."},
    {.key = "record",
     .type = CF_TYPE_MAP,
     DEFAULTS,
     .shape = &record_shape,
     .doc = "What is written down of each run, in place of the scenario's `record`."},
    {.key = "axes",
     .type = CF_TYPE_ENTRIES,
     OPTIONAL,
     .entry = "<axis>",
     .shapes = axis_shapes,
     .section = CF_SECTION_PLAN_AXES,
     .count = CF_MAX_AXES,
     .unstored = true,
     .doc = "What is varied. Without axes there is one point."},
    {.key = "zip",
     .type = CF_TYPE_LIST,
     OPTIONAL,
     .section = CF_SECTION_PLAN_ZIP,
     .count = CF_MAX_AXES,
     .unstored = true,
     .doc = "Lists of axes that move together, value by value, in place of every combination."},
    {.key = "sample",
     .type = CF_TYPE_MAP,
     OPTIONAL,
     .shape = &sample_shape,
     .doc = "How axes with `between` become values."},
    {.key = "where",
     .type = CF_TYPE_LIST,
     OPTIONAL,
     .section = CF_SECTION_PLAN_WHERE,
     .count = CF_MAX_WHERES,
     .unstored = true,
     .doc = "Conditions in SQL over the axes' names; a point stays where all hold."},
    {.key = "policies",
     .type = CF_TYPE_LIST,
     OPTIONAL,
     .section = CF_SECTION_PLAN_POLICIES,
     .count = CF_MAX_POLICIES,
     .unstored = true,
     .doc = "Policies of the scenario that run; without this key all of them."},
    {.key = "reps",
     .type = CF_TYPE_COUNT,
     DEFAULT("1"),
     WITHIN(1, CF_MAX_REPS),
     INTO(cf_plan, reps),
     .doc = "Replications of each point and policy; with `until`, at least so many."},
    {.key = "until",
     .type = CF_TYPE_MAP,
     OPTIONAL,
     .shape = &until_shape,
     .doc = "Adds replications to a point until its means are known well enough."},
    {.key = "tune",
     .type = CF_TYPE_MAP,
     OPTIONAL,
     .shape = &tune_shape,
     .doc = "Looks for good parameters of the policies before they are compared."},
    {.key = "assert",
     .type = CF_TYPE_ENTRIES,
     OPTIONAL,
     .entry = "<column>",
     .shapes = assertion_shapes,
     .section = CF_SECTION_ASSERT,
     .count = CF_MAX_ASSERTS,
     .unstored = true,
     .doc = "What must hold of each run. The scenario's own assertions are not asked: the sweep changes it."},
};
const cf_schema_shape cf_schema_plan = {
    .name = "plan",
    .doc = "A question put to a scenario: what is varied, how often it is repeated.",
    .row = plan_rows,
    .rows = COUNT_OF(plan_rows),
    .size = sizeof(cf_plan)};
