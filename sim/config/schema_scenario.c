/* Keys of a scenario. */
#include "config/schema_rows.h"

/* ---- world ---- */
static const cf_schema_row loss_rows[] = {
    {.key = "miss",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     ABOVE(0),
     INTO(cf_scenario, loss_miss),
     .doc = "Loss of a sample with the event that was reported as none, in false alarms."},
    {.key = "false_alarm",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("1"),
     ABOVE(0),
     INTO(cf_scenario, loss_false_alarm),
     .doc = "Loss of a sample without the event that was reported as one."},
};
static const cf_schema_shape loss_shape = {
    .name = "loss", .doc = "What wrong reports cost.", .row = loss_rows, .rows = COUNT_OF(loss_rows)};

static const cf_schema_row world_rows[] = {
    {.key = "process",
     .type = CF_TYPE_MODEL,
     .kind = CF_MODEL_WORLD,
     REQUIRED,
     POINTER(cf_scenario, world),
     .doc = "What happens to the nodes."},
    {.key = "deadline",
     .type = CF_TYPE_TICKS,
     .dimension = CF_DIM_TIME,
     REQUIRED,
     ABOVE(0),
     INTO(cf_scenario, deadline_ns),
     .doc = "An alarm later than this after the onset is a miss."},
    {.key = "loss", .type = CF_TYPE_MAP, REQUIRED, .shape = &loss_shape, .doc = "Loss per sample."},
};
static const cf_schema_shape world_shape = {
    .name = "world", .doc = "What the fleet watches.", .row = world_rows, .rows = COUNT_OF(world_rows)};

static const cf_schema_shape *const group_shapes[] = {&cf_schema_node_group, &cf_schema_hub_group, NULL};

/* ---- escalation and policies ---- */
static const cf_schema_row escalate_rows[] = {
    {.key = "send",
     .type = CF_TYPE_CHOICE,
     DEFAULT("features"),
     .names = (const char *const[]){"features", NULL},
     .unstored = true,
     .digest_free = "there is no other",
     .doc = "What a node sends when it asks."},
    {.key = "size",
     .type = CF_TYPE_COUNT,
     .dimension = CF_DIM_INFORMATION,
     REQUIRED,
     WITHIN(1, 1e9),
     INTO(cf_escalation, size_bytes),
     .doc = "Size of a question; what exceeds the radio's payload is sent in several frames and paid for."},
    {.key = "answer",
     .type = CF_TYPE_COUNT,
     .dimension = CF_DIM_INFORMATION,
     REQUIRED,
     WITHIN(1, 255),
     INTO(cf_escalation, answer_bytes),
     .doc = "Size of an answer."},
    {.key = "give_up_after",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_TIME,
     REQUIRED,
     ABOVE(0),
     INTO(cf_escalation, give_up_after_s),
     .doc = "How long a node waits for an answer before it decides alone."},
};
static const cf_schema_shape escalate_shape = {
    .name = "escalate", .doc = "How a node asks a hub.", .row = escalate_rows, .rows = COUNT_OF(escalate_rows)};

#define POLICY_KIND                                                                                     \
  {                                                                                                     \
    .key = "kind", .type = CF_TYPE_CHOICE, OPTIONAL, .names = cf_schema_policy_names, .unstored = true, \
    .doc = "Which policy this is, when its name does not say so."                                       \
  }
const char *const cf_schema_policy_names[] = {
    [CF_POLICY_ALWAYS_LOCAL] = "always-local",
    [CF_POLICY_ALWAYS_ESCALATE] = "always-escalate",
    [CF_POLICY_RANDOM] = "random",
    [CF_POLICY_CONFIDENCE_THRESHOLD] = "confidence-threshold",
    NULL,
};
static const cf_schema_row plain_policy_rows[] = {POLICY_KIND};
static const cf_schema_row random_rows[] = {
    POLICY_KIND,
    {.key = "ask", .type = CF_TYPE_QUANTITY, REQUIRED, SHARE, INTO(cf_policy_spec, ask), .doc = "Chance to ask a hub."},
};
static const cf_schema_row threshold_rows[] = {
    POLICY_KIND,
    {.key = "look_again_below",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("97 %"),
     SHARE,
     INTO(cf_policy_spec, look_again_below),
     .doc = "Runs the next larger model while the likelier state is less likely than this."},
    {.key = "ask_below",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("90 %"),
     SHARE,
     INTO(cf_policy_spec, ask_below),
     .doc = "Then asks a hub while the likelier state is less likely than this."},
};
#define POLICY_SHAPE(variable, label, text, table) \
  static const cf_schema_shape variable = {        \
      .name = (label), .doc = (text), .row = (table), .rows = COUNT_OF(table), .size = sizeof(cf_policy_spec)}
POLICY_SHAPE(local_shape, "always-local", "Runs the smallest model and reports.", plain_policy_rows);
POLICY_SHAPE(ask_shape, "always-escalate", "Asks a hub; without an answer, runs the smallest model.",
             plain_policy_rows);
POLICY_SHAPE(random_shape, "random", "Asks by the toss of a coin.", random_rows);
POLICY_SHAPE(threshold_shape, "confidence-threshold", "Looks again, then asks, while it is not sure.", threshold_rows);
const cf_schema_shape *const cf_schema_policy_shapes[] = {
    [CF_POLICY_ALWAYS_LOCAL] = &local_shape,
    [CF_POLICY_ALWAYS_ESCALATE] = &ask_shape,
    [CF_POLICY_RANDOM] = &random_shape,
    [CF_POLICY_CONFIDENCE_THRESHOLD] = &threshold_shape,
    NULL,
};

/* ---- record, tolerance, assert ---- */
static const cf_schema_row record_rows[] = {
    {.key = "fleet_every",
     .type = CF_TYPE_TICKS,
     .dimension = CF_DIM_TIME,
     DEFAULT("1 h"),
     REPORTING,
     FROM(0),
     INTO(cf_record, fleet_every_ns),
     .doc = "Period of the fleet's time series; 0 s: none."},
    {.key = "nodes",
     .type = CF_TYPE_BOOL,
     DEFAULT("true"),
     REPORTING,
     INTO(cf_record, nodes),
     .doc = "One row per node."},
    {.key = "power_events",
     .type = CF_TYPE_BOOL,
     DEFAULT("true"),
     REPORTING,
     INTO(cf_record, power_events),
     .doc = "One row per loss and return of power, and per limit of temperature passed."},
    {.key = "decisions",
     .type = CF_TYPE_CHOICE,
     DEFAULT("none"),
     REPORTING,
     .names = (const char *const[]){"none", "all", NULL},
     INTO(cf_record, decisions),
     .doc = "One row per decision."},
};
static const cf_schema_shape record_shape = {
    .name = "record", .doc = "What is written down.", .row = record_rows, .rows = COUNT_OF(record_rows)};

static const cf_schema_row tolerance_rows[] = {
    {.key = "power",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("0.1 %"),
     WITHIN(1e-6, 0.1),
     INTO(cf_scenario, tolerance_power),
     .doc = "How far the interpolants of curved losses may be from the curve, relative to the largest loss."},
    {.key = "temperature",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_TEMPERATURE_DIFFERENCE,
     DEFAULT("0.01 K"),
     .ranged = true,
     .min_open = true,
     .min = 0,
     .max = 10,
     INTO(cf_scenario, tolerance_temperature_k),
     .doc = "How far temperatures between knots may be from their curve."},
    {.key = "sun",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER_DENSITY,
     DEFAULT("0 W/m2"),
     WITHIN(0, 100),
     INTO(cf_scenario, tolerance_sun_wm2),
     .doc = "How far the light between knots may be from its curve; 0 W/m2: knots every 15 min."},
    {.key = "refresh",
     .type = CF_TYPE_TICKS,
     .dimension = CF_DIM_TIME,
     DEFAULT("15 min"),
     WITHIN(1, 3600),
     INTO(cf_scenario, refresh_ns),
     .doc = "How long that is held which depends on two quantities at once, such as losses that warm the case; a whole "
            "number of times in a day."},
};
static const cf_schema_shape tolerance_shape = {
    .name = "tolerance", .doc = "How exact the curves are.", .row = tolerance_rows, .rows = COUNT_OF(tolerance_rows)};

static const cf_schema_row assertion_rows[] = {
    {.key = "policy",
     .type = CF_TYPE_TEXT,
     OPTIONAL,
     REPORTING,
     .unstored = true,
     .doc = "Only for this policy; else for all."},
    {.key = "min", .type = CF_TYPE_QUANTITY, OPTIONAL, REPORTING, .unstored = true, .doc = "Fails below."},
    {.key = "max", .type = CF_TYPE_QUANTITY, OPTIONAL, REPORTING, .unstored = true, .doc = "Fails above."},
};
const cf_schema_shape cf_schema_assertion = {.name = "assertion",
                                             .doc = "What must hold of a run.",
                                             .row = assertion_rows,
                                             .rows = COUNT_OF(assertion_rows),
                                             .size = sizeof(cf_assertion)};
static const cf_schema_shape *const assertion_shapes[] = {&cf_schema_assertion, NULL};

const cf_schema_column cf_schema_columns[] = {
    {"accuracy", NULL, CF_DIM_NONE},
    {"base_rate", NULL, CF_DIM_NONE},
    {"bit_residual", NULL, CF_DIM_NONE},
    {"brownouts", NULL, CF_DIM_NONE},
    {"curve_error", NULL, CF_DIM_NONE},
    {"curve_error_k", NULL, CF_DIM_TEMPERATURE_DIFFERENCE},
    {"decisions", NULL, CF_DIM_NONE},
    {"down_frac", "down", CF_DIM_NONE},
    {"energy_residual", NULL, CF_DIM_NONE},
    {"entropy_j_per_k", "entropy", CF_DIM_HEAT_CAPACITY},
    {"episodes", NULL, CF_DIM_NONE},
    {"false_alarms", NULL, CF_DIM_NONE},
    {"harvest_j", "harvest", CF_DIM_ENERGY},
    {"heard_frac", "heard", CF_DIM_NONE},
    {"heat_residual", NULL, CF_DIM_NONE},
    {"heat_used_frac", "heat_used", CF_DIM_NONE},
    {"hub_used_j", "hub_used", CF_DIM_ENERGY},
    {"local_frac", "local", CF_DIM_NONE},
    {"loop_gain", NULL, CF_DIM_NONE},
    {"loss", NULL, CF_DIM_NONE},
    {"missed", NULL, CF_DIM_NONE},
    {"nats_gained", NULL, CF_DIM_NONE},
    {"rise_mean_k", "rise_mean", CF_DIM_TEMPERATURE_DIFFERENCE},
    {"samples", NULL, CF_DIM_NONE},
    {"spilled_j", "spilled", CF_DIM_ENERGY},
    {"temp_max_k", "temp_max", CF_DIM_TEMPERATURE},
    {"throttled_s", "throttled", CF_DIM_TIME},
    {"tokens", NULL, CF_DIM_NONE},
    {"used_j", "used", CF_DIM_ENERGY},
    {NULL, NULL, CF_DIM_NONE},
};

/* ---- the scenario ---- */
static const cf_schema_row scenario_rows[] = {
    {.key = "include",
     .type = CF_TYPE_FILES,
     OPTIONAL,
     .unstored = true,
     .doc = "Files that this one builds on, relative to it and below the scenario's folder; later ones over earlier "
            "ones, this file over all."},
    {.key = "name",
     .type = CF_TYPE_NAME,
     REQUIRED,
     INTO(cf_scenario, name),
     .digest_free = "a label",
     .doc = "Name of the scenario; also of its database."},
    {.key = "scarce",
     .type = CF_TYPE_TEXT,
     DEFAULT(""),
     INTO(cf_scenario, scarce),
     .digest_free = "a label",
     .doc = "What is scarce in it, and why."},
    {.key = "seed", .type = CF_TYPE_SEED, DEFAULT("1"), INTO(cf_scenario, seed), .doc = "Seed of all random streams."},
    {.key = "start", .type = CF_TYPE_INSTANT, REQUIRED, INTO(cf_scenario, start_unix_s), .doc = "First instant, UTC."},
    {.key = "duration",
     .type = CF_TYPE_TICKS,
     .dimension = CF_DIM_TIME,
     REQUIRED,
     ABOVE(0),
     INTO(cf_scenario, duration_ns),
     .doc = "How long."},
    {.key = "place", .type = CF_TYPE_MAP, REQUIRED, .shape = &cf_schema_place, .doc = "Where the fleet is."},
    {.key = "world", .type = CF_TYPE_MAP, REQUIRED, .shape = &world_shape, .doc = "What the fleet watches."},
    {.key = "fleet",
     .type = CF_TYPE_ENTRIES,
     REQUIRED,
     .entry = "<group>",
     .shapes = group_shapes,
     .section = CF_SECTION_FLEET,
     .count = CF_MAX_GROUPS,
     .unstored = true,
     .doc = "Groups of nodes, and at most one group of hubs."},
    {.key = "escalate",
     .type = CF_TYPE_MAP,
     OPTIONAL,
     .shape = &escalate_shape,
     .offset = offsetof(cf_scenario, escalate),
     .doc = "How a node asks a hub; needed when there is one."},
    {.key = "policies",
     .type = CF_TYPE_ENTRIES,
     REQUIRED,
     .entry = "<policy>",
     .shapes = cf_schema_policy_shapes,
     .section = CF_SECTION_POLICIES,
     .count = CF_MAX_POLICIES,
     .unstored = true,
     .doc = "Each is one run; all meet the same weather, events and fading."},
    {.key = "record",
     .type = CF_TYPE_MAP,
     DEFAULTS,
     .shape = &record_shape,
     .offset = offsetof(cf_scenario, record),
     .doc = "What is written down."},
    {.key = "tolerance", .type = CF_TYPE_MAP, DEFAULTS, .shape = &tolerance_shape, .doc = "How exact the curves are."},
    {.key = "assert",
     .type = CF_TYPE_ENTRIES,
     OPTIONAL,
     REPORTING,
     .entry = "<column>",
     .shapes = assertion_shapes,
     .section = CF_SECTION_ASSERT,
     .count = CF_MAX_ASSERTS,
     .unstored = true,
     .doc = "What must hold of each run, by column of table run."},
};
const cf_schema_shape cf_schema_scenario = {.name = "scenario",
                                            .doc = "One fleet, one place, one span of time, several policies.",
                                            .row = scenario_rows,
                                            .rows = COUNT_OF(scenario_rows),
                                            .size = sizeof(cf_scenario)};
