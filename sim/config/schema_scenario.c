/* Keys of a scenario. */
#include "config/schema_rows.h"

/* ---- place and world ---- */
static const cf_schema_row site_rows[] = {
    {.key = "nodes_each", .type = CF_TYPE_COUNT, DEFAULT("50"), WITHIN(1, 1e7), INTO(cf_scenario, site_nodes),
     .doc = "Nodes that share weather and hidden factors."},
};
static const cf_schema_shape site_shape = {.name = "site", .doc = "Nodes that are neighbours.", .row = site_rows, .rows = COUNT_OF(site_rows)};

static const cf_schema_row place_rows[] = {
    {.key = "climate", .type = CF_TYPE_MODEL, .kind = CF_MODEL_CLIMATE, REQUIRED, INTO(cf_scenario, climate),
     .doc = "Where on Earth: sun, clouds, air and wind."},
    {.key = "horizon", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ANGLE, DEFAULT("0 deg"), COST, WITHIN(0, DEGREES(80)),
     INTO(cf_scenario, horizon_rad), .doc = "Height of the horizon all around; below it the sun gives no beam."},
    {.key = "site", .type = CF_TYPE_MAP, DEFAULTS, .shape = &site_shape, .doc = "How nodes are grouped into sites."},
};
static const cf_schema_shape place_shape = {.name = "place", .doc = "Where the fleet is.", .row = place_rows, .rows = COUNT_OF(place_rows)};

static const cf_schema_row loss_rows[] = {
    {.key = "miss", .type = CF_TYPE_QUANTITY, REQUIRED, ABOVE(0), INTO(cf_scenario, loss_miss),
     .doc = "Loss of a sample with the event that was reported as none, in false alarms."},
    {.key = "false_alarm", .type = CF_TYPE_QUANTITY, DEFAULT("1"), ABOVE(0), INTO(cf_scenario, loss_false_alarm),
     .doc = "Loss of a sample without the event that was reported as one."},
};
static const cf_schema_shape loss_shape = {.name = "loss", .doc = "What wrong reports cost.", .row = loss_rows, .rows = COUNT_OF(loss_rows)};

static const cf_schema_row world_rows[] = {
    {.key = "process", .type = CF_TYPE_MODEL, .kind = CF_MODEL_WORLD, REQUIRED, INTO(cf_scenario, world),
     .doc = "What happens to the nodes."},
    {.key = "deadline", .type = CF_TYPE_TICKS, .dimension = CF_DIM_TIME, REQUIRED, ABOVE(0), INTO(cf_scenario, deadline_ns),
     .doc = "An alarm later than this after the onset is a miss."},
    {.key = "loss", .type = CF_TYPE_MAP, REQUIRED, .shape = &loss_shape, .doc = "Loss per sample."},
};
static const cf_schema_shape world_shape = {.name = "world", .doc = "What the fleet watches.", .row = world_rows, .rows = COUNT_OF(world_rows)};

/* ---- node groups ---- */
static const char *const tiers[] = {"node", "hub", NULL};
static const char *const node_powers[] = {"harvest", "mains", NULL};
static const char *const hub_powers[] = {"harvest", "mains", NULL};

static const cf_schema_row sense_rows[] = {
    {.key = "energy", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ENERGY, REQUIRED, COST, FROM(0),
     INTO(cf_node_group, sense_energy_j), .doc = "Energy of taking one sample."},
    {.key = "time", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, REQUIRED, COST, ABOVE(0),
     INTO(cf_node_group, sense_time_s), .doc = "Time of taking one sample."},
};
static const cf_schema_shape sense_shape = {.name = "sense", .doc = "What taking a sample costs.", .row = sense_rows, .rows = COUNT_OF(sense_rows)};

static const cf_schema_row supply_rows[] = {
    {.key = "turn_on", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_VOLTAGE, REQUIRED, ABOVE(0), INTO(cf_supply, turn_on_v),
     .doc = "Store voltage at which the node starts."},
    {.key = "turn_off", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_VOLTAGE, REQUIRED, ABOVE(0), INTO(cf_supply, turn_off_v),
     .doc = "Store voltage at which it browns out; below turn_on."},
    {.key = "boot_energy", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ENERGY, REQUIRED, COST, FROM(0), INTO(cf_supply, boot_energy_j),
     .doc = "Energy of starting up."},
    {.key = "boot_time", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, REQUIRED, COST, ABOVE(0), INTO(cf_supply, boot_time_s),
     .doc = "Time of starting up."},
};
static const cf_schema_shape supply_shape = {.name = "supply", .doc = "When a node starts and when it browns out.", .row = supply_rows, .rows = COUNT_OF(supply_rows)};

static const cf_schema_row sleep_rows[] = {
    {.key = "retain", .type = CF_TYPE_BOOL, DEFAULT("true"), INTO(cf_node_group, sleep_retain),
     .doc = "Keep the belief asleep, at sleep_power; false: lose it, at sleep_discard_power."},
};
static const cf_schema_shape sleep_shape = {.name = "sleep", .doc = "How a node sleeps.", .row = sleep_rows, .rows = COUNT_OF(sleep_rows)};

static const cf_schema_row limit_rows[] = {
    {.key = "throttle_above", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, ABOVE(0),
     INTO(cf_limits, throttle_above_k), .doc = "Die temperature above which it takes the next slower operating point."},
    {.key = "throttle_below", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, ABOVE(0),
     INTO(cf_limits, throttle_below_k), .doc = "Die temperature below which it takes the next faster one, or returns from shut-down; below throttle_above."},
    {.key = "shut_down_above", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, ABOVE(0),
     INTO(cf_limits, shut_down_above_k), .doc = "Die temperature above which it shuts down; above throttle_above, at most the device's junction_max."},
};
static const cf_schema_shape limits_shape = {.name = "limits", .doc = "What a node does when it is hot.", .row = limit_rows, .rows = COUNT_OF(limit_rows)};

static const cf_schema_row varies_rows[] = {
    {.key = "harvest", .type = CF_TYPE_VARIATION, OPTIONAL, COST, INTO(cf_node_group, varies_harvest),
     .doc = "Factor on a node's harvest."},
    {.key = "capacitance", .type = CF_TYPE_VARIATION, OPTIONAL, COST, INTO(cf_node_group, varies_capacitance),
     .doc = "Factor on a node's capacitance."},
    {.key = "leakage", .type = CF_TYPE_VARIATION, OPTIONAL, COST, INTO(cf_node_group, varies_leakage),
     .doc = "Factor on a node's leakage."},
    {.key = "margin", .type = CF_TYPE_VARIATION, .dimension = CF_DIM_LEVEL, OPTIONAL, COST, INTO(cf_node_group, varies_margin),
     .doc = "Addend to a node's link margin."},
};
static const cf_schema_shape varies_shape = {.name = "varies", .doc = "How nodes of a group differ; drawn once per node.", .row = varies_rows, .rows = COUNT_OF(varies_rows)};

static const cf_schema_row panel_rows[] = {
    {.key = "kind", .type = CF_TYPE_CHOICE, DEFAULT("pv"), .names = (const char *const[]){"pv", NULL}, .unstored = true,
     .doc = "What kind of harvester."},
    {.key = "model", .type = CF_TYPE_MODEL, .kind = CF_MODEL_HARVESTER, REQUIRED, INTO(cf_panel, model), .doc = "Its technology."},
    {.key = "area", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_AREA, REQUIRED, ABOVE(0), INTO(cf_panel, area_m2), .doc = "Area of the panel."},
    {.key = "tilt", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ANGLE, DEFAULT("0 deg"), WITHIN(0, DEGREES(90)), INTO(cf_panel, tilt_rad),
     .doc = "Tilt from the horizontal."},
    {.key = "azimuth", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ANGLE, DEFAULT("180 deg"), WITHIN(0, DEGREES(360)),
     INTO(cf_panel, azimuth_rad), .doc = "Direction it faces, from north over east: 180 deg is south."},
    {.key = "soiling", .type = CF_TYPE_QUANTITY, DEFAULT("0 %"), COST, .ranged = true, .min = 0, .max = 1, .max_open = true,
     INTO(cf_panel, soiling), .doc = "Share of light lost to dirt."},
};
const cf_schema_shape cf_schema_panel = {.name = "panel", .doc = "A photovoltaic panel.", .row = panel_rows, .rows = COUNT_OF(panel_rows),
                                         .size = sizeof(cf_panel)};
static const cf_schema_shape *const harvester_shapes[] = {&cf_schema_panel, NULL};

static const cf_schema_row node_rows[] = {
    {.key = "tier", .type = CF_TYPE_CHOICE, REQUIRED, .names = tiers, .unstored = true, .doc = "node: senses and decides; hub: is asked."},
    {.key = "count", .type = CF_TYPE_COUNT, REQUIRED, WITHIN(1, 1e7), INTO(cf_node_group, count), .doc = "How many."},
    {.key = "device", .type = CF_TYPE_MODEL, .kind = CF_MODEL_DEVICE, REQUIRED, INTO(cf_node_group, device), .doc = "Its processor."},
    {.key = "power", .type = CF_TYPE_CHOICE, DEFAULT("harvest"), .names = node_powers, INTO(cf_node_group, mains),
     .doc = "mains: no harvester, no store, never down for want of energy."},
    {.key = "sample_every", .type = CF_TYPE_TICKS, .dimension = CF_DIM_TIME, REQUIRED, ABOVE(0), INTO(cf_node_group, sample_every_ns),
     .doc = "Period of its sample grid."},
    {.key = "sample_jitter", .type = CF_TYPE_TICKS, .dimension = CF_DIM_TIME, OPTIONAL, FROM(0), INTO(cf_node_group, sample_jitter_ns),
     .doc = "Each sample waits a uniform time below this; less than sample_every. Default: 10 % of sample_every."},
    {.key = "sense", .type = CF_TYPE_MAP, REQUIRED, .shape = &sense_shape, .doc = "What taking a sample costs."},
    {.key = "models", .type = CF_TYPE_ENTRIES, REQUIRED, .kind = CF_MODEL_AI, .entry = "<role>", .section = CF_SECTION_LOCAL_MODELS,
     .count = CF_MAX_MODELS, .unstored = true, .doc = "Models that it can run, cheapest first, by a name of your own. The device must have an inference row for each."},
    {.key = "harvesters", .type = CF_TYPE_ENTRIES, OPTIONAL, .entry = "<panel>", .shapes = harvester_shapes, .section = CF_SECTION_HARVESTERS,
     .count = 1, .unstored = true, .doc = "Where its energy comes from."},
    {.key = "converter", .type = CF_TYPE_MODEL, .kind = CF_MODEL_CONVERTER, OPTIONAL, INTO(cf_node_group, converter),
     .doc = "Between harvester, store and loads."},
    {.key = "storage", .type = CF_TYPE_MODEL, .kind = CF_MODEL_STORAGE, OPTIONAL, INTO(cf_node_group, storage), .doc = "Its energy store."},
    {.key = "supply", .type = CF_TYPE_MAP, OPTIONAL, .shape = &supply_shape, .offset = offsetof(cf_node_group, supply),
     .doc = "When it starts and when it browns out."},
    {.key = "sleep", .type = CF_TYPE_MAP, DEFAULTS, .shape = &sleep_shape, .doc = "How it sleeps between samples."},
    {.key = "enclosure", .type = CF_TYPE_MODEL, .kind = CF_MODEL_ENCLOSURE, REQUIRED, INTO(cf_node_group, enclosure), .doc = "The box around it."},
    {.key = "limits", .type = CF_TYPE_MAP, REQUIRED, .shape = &limits_shape, .offset = offsetof(cf_node_group, limits),
     .doc = "What it does when it is hot."},
    {.key = "radio", .type = CF_TYPE_MODEL, .kind = CF_MODEL_RADIO, OPTIONAL, INTO(cf_node_group, radio),
     .doc = "How it reaches a hub; needed when there is one."},
    {.key = "varies", .type = CF_TYPE_MAP, OPTIONAL, .shape = &varies_shape, .doc = "How the nodes of the group differ."},
};
const cf_schema_shape cf_schema_node_group = {.name = "node group", .doc = "Nodes of one class.", .row = node_rows, .rows = COUNT_OF(node_rows),
                                              .size = sizeof(cf_node_group), .name_offset = offsetof(cf_node_group, name)};

/* ---- hub groups ---- */
static const char *const hub_sleeps[] = {"never", "between-requests", "night", NULL};

static const cf_schema_row hub_rows[] = {
    {.key = "tier", .type = CF_TYPE_CHOICE, REQUIRED, .names = tiers, .unstored = true, .doc = "node: senses and decides; hub: is asked."},
    {.key = "count", .type = CF_TYPE_COUNT, OPTIONAL, WITHIN(1, 1e6), INTO(cf_hub_group, count), .doc = "How many; or say nodes_each."},
    {.key = "nodes_each", .type = CF_TYPE_COUNT, OPTIONAL, WITHIN(1, 1e7), INTO(cf_hub_group, nodes_each),
     .doc = "Nodes per hub: there are as many hubs as the fleet's nodes need. Instead of count."},
    {.key = "device", .type = CF_TYPE_MODEL, .kind = CF_MODEL_DEVICE, REQUIRED, INTO(cf_hub_group, device), .doc = "Its processor; needs an idle_power."},
    {.key = "power", .type = CF_TYPE_CHOICE, REQUIRED, .names = hub_powers, INTO(cf_hub_group, mains), .doc = "A hub runs on mains."},
    {.key = "models", .type = CF_TYPE_ENTRIES, REQUIRED, .kind = CF_MODEL_AI, .entry = "hub", .section = CF_SECTION_HUB_MODEL, .count = 1,
     .unstored = true, .doc = "The model that answers, under the name 'hub'."},
    {.key = "radio", .type = CF_TYPE_MODEL, .kind = CF_MODEL_RADIO, REQUIRED, INTO(cf_hub_group, radio), .doc = "How nodes reach it."},
    {.key = "sleep_policy", .type = CF_TYPE_CHOICE, DEFAULT("never"), .names = hub_sleeps, INTO(cf_hub_group, sleep_policy),
     .doc = "When it sleeps and hears nothing."},
};
const cf_schema_shape cf_schema_hub_group = {.name = "hub group", .doc = "Hubs of one class: gateways, edge servers.", .row = hub_rows, .rows = COUNT_OF(hub_rows),
                                             .size = sizeof(cf_hub_group), .name_offset = offsetof(cf_hub_group, name)};
static const cf_schema_shape *const group_shapes[] = {&cf_schema_node_group, &cf_schema_hub_group, NULL};

/* ---- escalation and policies ---- */
static const cf_schema_row escalate_rows[] = {
    {.key = "send", .type = CF_TYPE_CHOICE, DEFAULT("features"), .names = (const char *const[]){"features", "likelihood", "raw", NULL},
     INTO(cf_escalation, send), .doc = "What a node sends when it asks."},
    {.key = "size", .type = CF_TYPE_COUNT, .dimension = CF_DIM_INFORMATION, REQUIRED, WITHIN(1, 1e9), INTO(cf_escalation, size_bytes),
     .doc = "Size of a question; what exceeds the radio's payload is sent in several frames and paid for."},
    {.key = "answer", .type = CF_TYPE_COUNT, .dimension = CF_DIM_INFORMATION, REQUIRED, WITHIN(1, 255), INTO(cf_escalation, answer_bytes),
     .doc = "Size of an answer."},
    {.key = "give_up_after", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, REQUIRED, ABOVE(0), INTO(cf_escalation, give_up_after_s),
     .doc = "How long a node waits for an answer before it decides alone."},
};
static const cf_schema_shape escalate_shape = {.name = "escalate", .doc = "How a node asks a hub.", .row = escalate_rows, .rows = COUNT_OF(escalate_rows)};

#define POLICY_KIND                                                                                          \
  {                                                                                                          \
    .key = "kind", .type = CF_TYPE_CHOICE, OPTIONAL, .names = cf_schema_policy_names, .unstored = true,      \
    .doc = "Which policy this is, when its name does not say so."                                            \
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
    {.key = "look_again_below", .type = CF_TYPE_QUANTITY, DEFAULT("97 %"), SHARE, INTO(cf_policy_spec, look_again_below),
     .doc = "Runs the next larger model while the likelier state is less likely than this."},
    {.key = "ask_below", .type = CF_TYPE_QUANTITY, DEFAULT("90 %"), SHARE, INTO(cf_policy_spec, ask_below),
     .doc = "Then asks a hub while the likelier state is less likely than this."},
};
#define POLICY_SHAPE(variable, label, text, table) \
  static const cf_schema_shape variable = {.name = label, .doc = text, .row = table, .rows = COUNT_OF(table), .size = sizeof(cf_policy_spec)}
POLICY_SHAPE(local_shape, "always-local", "Runs the smallest model and reports.", plain_policy_rows);
POLICY_SHAPE(ask_shape, "always-escalate", "Asks a hub; without an answer, runs the smallest model.", plain_policy_rows);
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
    {.key = "fleet_every", .type = CF_TYPE_TICKS, .dimension = CF_DIM_TIME, DEFAULT("1 h"), REPORTING, FROM(0), INTO(cf_record, fleet_every_ns),
     .doc = "Period of the fleet's time series; 0 s: none."},
    {.key = "nodes", .type = CF_TYPE_BOOL, DEFAULT("true"), REPORTING, INTO(cf_record, nodes), .doc = "One row per node."},
    {.key = "decisions", .type = CF_TYPE_CHOICE, DEFAULT("none"), REPORTING, .names = (const char *const[]){"none", "all", NULL},
     INTO(cf_record, decisions), .doc = "One row per decision."},
};
static const cf_schema_shape record_shape = {.name = "record", .doc = "What is written down.", .row = record_rows, .rows = COUNT_OF(record_rows)};

static const cf_schema_row tolerance_rows[] = {
    {.key = "power", .type = CF_TYPE_QUANTITY, DEFAULT("0.1 %"), WITHIN(1e-6, 0.1), INTO(cf_scenario, tolerance_power),
     .doc = "How far the interpolants of curved losses may be from the curve, relative to the largest loss."},
};
static const cf_schema_shape tolerance_shape = {.name = "tolerance", .doc = "How exact the curves are.", .row = tolerance_rows, .rows = COUNT_OF(tolerance_rows)};

static const cf_schema_row assertion_rows[] = {
    {.key = "policy", .type = CF_TYPE_TEXT, OPTIONAL, REPORTING, .unstored = true, .doc = "Only for this policy; else for all."},
    {.key = "min", .type = CF_TYPE_QUANTITY, OPTIONAL, REPORTING, .unstored = true, .doc = "Fails below."},
    {.key = "max", .type = CF_TYPE_QUANTITY, OPTIONAL, REPORTING, .unstored = true, .doc = "Fails above."},
};
const cf_schema_shape cf_schema_assertion = {.name = "assertion", .doc = "What must hold of a run.", .row = assertion_rows, .rows = COUNT_OF(assertion_rows),
                                             .size = sizeof(cf_assertion)};
static const cf_schema_shape *const assertion_shapes[] = {&cf_schema_assertion, NULL};

const cf_schema_column cf_schema_columns[] = {
    {"accuracy", NULL, CF_DIM_NONE},
    {"base_rate", NULL, CF_DIM_NONE},
    {"bit_residual", NULL, CF_DIM_NONE},
    {"brownouts", NULL, CF_DIM_NONE},
    {"decisions", NULL, CF_DIM_NONE},
    {"down_frac", "down", CF_DIM_NONE},
    {"energy_residual", NULL, CF_DIM_NONE},
    {"episodes", NULL, CF_DIM_NONE},
    {"false_alarms", NULL, CF_DIM_NONE},
    {"harvest_j", "harvest", CF_DIM_ENERGY},
    {"heard_frac", "heard", CF_DIM_NONE},
    {"heat_residual", NULL, CF_DIM_NONE},
    {"heat_used_frac", "heat_used", CF_DIM_NONE},
    {"hub_used_j", "hub_used", CF_DIM_ENERGY},
    {"local_frac", "local", CF_DIM_NONE},
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
    {.key = "include", .type = CF_TYPE_FILES, OPTIONAL, .unstored = true,
     .doc = "Files that this one builds on, relative to it and below the scenario's folder; later ones over earlier ones, this file over all."},
    {.key = "name", .type = CF_TYPE_NAME, REQUIRED, INTO(cf_scenario, name), .digest_free = "a label", .doc = "Name of the scenario; also of its database."},
    {.key = "scarce", .type = CF_TYPE_TEXT, DEFAULT(""), INTO(cf_scenario, scarce), .digest_free = "a label", .doc = "What is scarce in it, and why."},
    {.key = "seed", .type = CF_TYPE_SEED, DEFAULT("1"), INTO(cf_scenario, seed), .doc = "Seed of all random streams."},
    {.key = "start", .type = CF_TYPE_INSTANT, REQUIRED, INTO(cf_scenario, start_unix_s), .doc = "First instant, UTC."},
    {.key = "duration", .type = CF_TYPE_TICKS, .dimension = CF_DIM_TIME, REQUIRED, ABOVE(0), INTO(cf_scenario, duration_ns), .doc = "How long."},
    {.key = "place", .type = CF_TYPE_MAP, REQUIRED, .shape = &place_shape, .doc = "Where the fleet is."},
    {.key = "world", .type = CF_TYPE_MAP, REQUIRED, .shape = &world_shape, .doc = "What the fleet watches."},
    {.key = "fleet", .type = CF_TYPE_ENTRIES, REQUIRED, .entry = "<group>", .shapes = group_shapes, .section = CF_SECTION_FLEET, .count = CF_MAX_GROUPS,
     .unstored = true, .doc = "Groups of nodes, and at most one group of hubs."},
    {.key = "escalate", .type = CF_TYPE_MAP, OPTIONAL, .shape = &escalate_shape, .offset = offsetof(cf_scenario, escalate),
     .doc = "How a node asks a hub; needed when there is one."},
    {.key = "policies", .type = CF_TYPE_ENTRIES, REQUIRED, .entry = "<policy>", .shapes = cf_schema_policy_shapes, .section = CF_SECTION_POLICIES,
     .count = CF_MAX_POLICIES, .unstored = true, .doc = "Each is one run; all meet the same weather, events and fading."},
    {.key = "record", .type = CF_TYPE_MAP, DEFAULTS, .shape = &record_shape, .offset = offsetof(cf_scenario, record), .doc = "What is written down."},
    {.key = "tolerance", .type = CF_TYPE_MAP, DEFAULTS, .shape = &tolerance_shape, .doc = "How exact the curves are."},
    {.key = "assert", .type = CF_TYPE_ENTRIES, OPTIONAL, REPORTING, .entry = "<column>", .shapes = assertion_shapes, .section = CF_SECTION_ASSERT,
     .count = CF_MAX_ASSERTS, .unstored = true, .doc = "What must hold of each run, by column of table run."},
};
const cf_schema_shape cf_schema_scenario = {.name = "scenario", .doc = "One fleet, one place, one span of time, several policies.", .row = scenario_rows,
                                            .rows = COUNT_OF(scenario_rows), .size = sizeof(cf_scenario)};
