#include "store/columns.h"

#include <string.h>

static const cf_column run[] = {
    INT("run_id", "PRIMARY KEY", "",
        "The run: one policy, one replication, counted from 1 in the order of the plan. A sweep that stops early "
        "leaves "
        "gaps."),
    INT("point_id", NN, "", "The point: what was set over the scenario, see points."),
    TEXT("scenario", NN, "Name of the scenario."),
    TEXT("policy", NN, "Name of the policy."),
    INT("rep", NN, "", "Replication: runs of equal rep meet the same weather, events and fading, whatever the policy."),
    INT("seed", NN, "", "Seed of the random streams."),
    TEXT("status", "NOT NULL CHECK (status IN ('unfinished', 'done', 'failed'))",
         "done; failed (see error); unfinished: begun, and not ended when the file was written last."),
    TEXT("error", "", "Why the run failed; NULL otherwise."),
    {"digest", CF_CELL_BLOB, "CHECK (length(digest) = 16)", "",
     "128-bit digest of the run's whole history: equal digests mean equal histories. NULL before the end."},
    TEXT("math_id", "CHECK (length(math_id) = 16)",
         "Identifies the arithmetic: digests are comparable between runs of equal math_id."),
    INT("events", "", "", "Events that were processed."),
    INT("nodes", "", "", "Nodes of the fleet."),
    REAL("sim_s", "", "s", "Simulated time."),
    INT("samples", "", "", "Slots of the nodes' sample grids, whether the node was up or not."),
    INT("decisions", "", "", "Samples that ended in a report."),
    REAL("loss", "", "false alarms", "Sum of the loss over all samples, in units of one false alarm."),
    INT("episodes", "", "", "Episodes of the hidden event, over all nodes."),
    INT("missed", "", "", "Episodes without an alarm inside the deadline."),
    INT("false_alarms", "", "", "Samples reported as event while there was none."),
    REAL("accuracy", "", "1", "Correct reports per decision. Read it beside base_rate and missed."),
    REAL("base_rate", "", "1", "Share of the samples during which the event was present."),
    REAL("local_frac", "", "1", "Share of the decisions that needed nobody else."),
    REAL("heard_frac", "", "1", "Uplinks that a hub decoded, of those sent; NULL when none was sent."),
    REAL("down_frac", "", "1", "Share of the node-time without power."),
    INT("brownouts", "", "", "Losses of power, over all nodes."),
    REAL("throttled_s", "", "s", "Time at a slower operating point because of heat, summed over nodes."),
    REAL("harvest_j", "", "J", "Nodes: energy available at the harvesters' terminals, or drawn from the mains."),
    REAL("spilled_j", "", "J", "Nodes: harvest that was turned away because the store was full."),
    REAL("used_j", "", "J", "Nodes: all uses and losses, without what was spilled."),
    REAL("hub_used_j", "", "J", "Hubs: everything drawn, idle time included."),
    REAL("tokens", "", "", "Tokens that models emitted; NULL where no model emits tokens."),
    REAL("nats_gained", "", "nat", "Sum over decisions of the gain in ln q(truth) that the decision brought."),
    REAL("rise_mean_k", "", "K", "Nodes: mean rise of the die caused by their own dissipation."),
    REAL("heat_used_frac", "", "1",
         "Share of the thermal budget that a node's own heat used in the mean: the largest node's. NULL: one has no "
         "budget, because its surroundings alone pass the limit."),
    REAL("loop_gain", "", "1",
         "Kelvins that a kelvin adds by silicon leakage at the throttle limit, largest over the groups: from 1 on the "
         "die can run away. NULL: no leakage in use."),
    REAL("entropy_j_per_k", "", "J/K",
         "Nodes: heat given away over the temperature that took it, sun's heat included."),
    REAL("temp_max_degc", "", "degC", "Highest temperature of any node at the watched place (limits.at)."),
    REAL("mean_air_degc", "", "degC", "Mean temperature of the air."),
    REAL("cost_usd", "", "USD", "Cost of ownership over the run; NULL until it is priced."),
    REAL("carbon_g", "", "gCO2e", "Emissions over the run; NULL until they are priced."),
    REAL("energy_residual", "", "1", "Largest gap in a node's energy ledger, relative to its turnover."),
    REAL("heat_residual", "", "1", "Largest gap in a node's heat ledger, or in its degrees by cause, relative."),
    REAL("bit_residual", "", "1", "Largest gap in a node's ledger of bits, relative; NULL while none is kept."),
    REAL("curve_error", "", "1", "Largest error of the supply's curves in use, relative; NULL: none in use."),
    REAL("curve_error_k", "", "K",
         "What the errors of the heat curves could make of a steady temperature; NULL: none in use."),
    INT("assumed", "", "",
        "Constants that the run used and that are assumed, not read or measured (constant.status A)."),
};

static const cf_column ledger[] = {
    RUN_ID,
    TEXT("tier", NN, "node or hub."),
    TEXT("grp", NN, "The group of the fleet, as the scenario names it."),
    TEXT("account", NN,
         "What the energy was: income (harvest, mains), stored (the stores' change), spilled, a loss (converter, "
         "leakage of the store, esr, silicon: leakage of the die, aged: gone with a store's capacity) or a use (sense, "
         "think, sleep, radio-tx, checkpoint, idle, ...). Or a cause of warmth alone, of no energy here: sun, blood or "
         "machine (the body that the node sits on), generator (what a thermoelectric one takes away), surface (what "
         "the case gives beyond its linear conductance), heat-kept (heat that is still in the node)."),
    REAL("energy_j", NN, "J", "Energy booked, over the whole group and run."),
    REAL("heat_j", "", "J", "Heat that the account brought into the devices; negative: took away."),
    REAL("rise_k", "", "K",
         "Mean rise of the die over the air that this account caused, mean over the nodes; a group's accounts sum to "
         "the mean of node.rise_mean_k."),
    REAL("cost_usd", "", "USD", "Its cost; NULL until it is priced."),
    REAL("carbon_g", "", "gCO2e", "Its emissions; NULL until they are priced."),
};

static const cf_column node[] = {
    RUN_ID,
    INT("node_id", NN, "", "The node, counted from 0 over the fleet."),
    TEXT("grp", NN, "Its group, as the scenario names it."),
    INT("site_id", NN, "", "Its site: nodes of one site share weather and hidden factors."),
    INT("hub_id", "", "", "The hub it asks; NULL without hubs."),
    REAL("harvest_factor", "", "1", "How its harvest differs from its class."),
    REAL("capacitance_factor", "", "1", "How its store's capacitance differs from its class."),
    REAL("leakage_factor", "", "1", "How its store's leakage differs from its class."),
    REAL("margin_db", "", "dB", "How its link margin differs from its class."),
    REAL("harvest_j", "", "J", "Energy available at its harvesters' terminals, or drawn from the mains."),
    REAL("spilled_j", "", "J", "Harvest turned away because the store was full."),
    REAL("used_j", "", "J", "All its uses and losses, without what was spilled."),
    REAL("stored_start_j", "", "J", "Energy in its stores above empty, at the start."),
    REAL("stored_end_j", "", "J", "Energy in its stores above empty, at the end."),
    REAL("stored_min_j", "", "J", "The least energy in its main store above empty."),
    INT("brownouts", NN, "", "How often it lost power."),
    REAL("down_s", NN, "s", "Time without power."),
    REAL("throttled_s", NN, "s", "Time at a slower operating point because of heat."),
    REAL("temp_max_degc", "", "degC", "Highest temperature of its watched place (limits.at)."),
    REAL("rise_mean_k", "", "K", "Mean of its die's temperature over the air's, by all causes."),
    REAL("thermal_budget_w", "", "W",
         "Steady power of its die that takes the watched place to the throttle limit in the mean of its surroundings, "
         "sun included; 0: they pass the limit alone."),
    REAL("heat_used_frac", "", "1", "Share of the budget that its own heat used in the mean; NULL: no budget."),
    REAL("capacity_left", "", "1", "Share of its store's capacity that age has left; NULL: does not age."),
    REAL(
        "life_h_at_55degc", "", "h",
        "What its die went through, as hours at 55 degC (Arrhenius, 0.7 eV); NULL where the class does not follow it."),
    REAL(
        "dose_cem43_min", "", "min",
        "Thermal dose at the watched place, as cumulative equivalent minutes at 43 degC (CEM43); NULL outside tissue."),
    INT("decisions", NN, "", "Samples that ended in a report."),
    INT("correct", NN, "", "Reports that told the truth."),
    INT("asked", NN, "", "Decisions in which it asked a hub."),
    INT("answered", NN, "", "Of these, those in which an answer came in time."),
    REAL("loss", NN, "false alarms", "Sum of the loss over its samples, in units of one false alarm."),
    REAL("energy_residual", "", "1", "Gap in its energy ledger, relative to its turnover."),
    REAL("heat_residual", "", "1", "Gap in its heat ledger, relative."),
};

static const cf_column power_event[] = {
    RUN_ID,
    INT("event_id", NN, "", "Counted from 1 within the run, in the order of time."),
    INT("node_id", NN, "", "The node."),
    REAL("t_s", NN, "s", "Time since the scenario's start."),
    REAL("hour_local", "", "h", "Local solar hour of the day, 0 to 24."),
    TEXT("kind",
         "NOT NULL CHECK (kind IN ('brown-out', 'power-good', 'throttle', 'unthrottle', 'shut-down', 'cooled', "
         "'checkpoint'))",
         "What happened: brown-out, power-good and checkpoint, the state saved before a brown-out (supply); throttle "
         "and unthrottle, shut-down and cooled (heat)."),
    REAL("short_j", "", "J", "Brown-out: what the interrupted activity still needed; NULL otherwise."),
};

static const cf_column decision[] = {
    RUN_ID,
    INT("node_id", NN, "", "The node that sampled."),
    INT("decision_id", NN, "", "The slot of the node's sample grid: the same for all policies."),
    REAL("t_s", NN, "s", "Time of the report since the scenario's start."),
    TEXT("tier", "NOT NULL CHECK (tier IN ('node', 'hub'))", "Where the decision ended."),
    INT("truth", NN, "", "Hidden state when the sample was taken: 0 the ordinary one, 1 the event."),
    INT("answer", NN, "", "The state that was reported."),
    INT("correct", "NOT NULL CHECK (correct IN (0, 1))", "", "1: the answer is the truth."),
    INT("on_time", "NOT NULL CHECK (on_time IN (0, 1))", "", "1: it came inside the deadline."),
    REAL("loss", "", "false alarms", "Loss of this sample, in units of one false alarm."),
    REAL("energy_j", "", "J", "Energy the decision took from the node's store."),
    REAL("hub_share_j", "", "J",
         "The hubs' energy of the run, idle time included, divided equally among all its decisions; 0 without hubs."),
    REAL("latency_s", "", "s", "From the sample to the report."),
    REAL("sent_bits", "", "bit", "What left the node."),
    REAL("raw_bits", "", "bit", "What would have left it had the raw sample been sent."),
    REAL("surprise_nats", "", "nat", "-ln q(truth) before the decision's looks."),
    REAL("gained_nats", "", "nat", "Gain in ln q(truth) by the decision's looks; negative when they misled."),
    REAL("price_nats_per_j", "", "nat/J", "Price of a joule at the decision; NULL for policies without a price."),
};

static const cf_column series[] = {
    RUN_ID,
    REAL("t_s", NN, "s", "Time since the scenario's start."),
    TEXT("grp", NN, "The group of the fleet."),
    INT("sampled", NN, "", "Nodes that this row looks at: at most 1024, chosen by a hash of their id."),
    REAL("stored_mean_j", "", "J", "Mean energy in the main store above empty; NULL for nodes on the mains."),
    REAL("stored_min_j", "", "J", "The least of them."),
    REAL("stored_share_mean", "", "1", "Mean of stored energy over the full store's."),
    REAL("stored_share_p05", "", "1", "Share of the full store below which 5 % of the nodes are."),
    REAL("stored_share_p25", "", "1", "Share of the full store below which 25 % of the nodes are."),
    REAL("stored_share_p50", "", "1", "Share of the full store below which half of the nodes are."),
    REAL("stored_share_p75", "", "1", "Share of the full store below which 75 % of the nodes are."),
    REAL("stored_share_p95", "", "1", "Share of the full store below which 95 % of the nodes are."),
    REAL("temp_mean_degc", "", "degC", "Mean temperature of the dies."),
    REAL("temp_max_degc", "", "degC", "The highest of them."),
    REAL("temp_p05_degc", "", "degC", "Temperature of the die below which 5 % of the nodes are."),
    REAL("temp_p25_degc", "", "degC", "Temperature of the die below which 25 % of the nodes are."),
    REAL("temp_p50_degc", "", "degC", "Temperature of the die below which half of the nodes are."),
    REAL("temp_p75_degc", "", "degC", "Temperature of the die below which 75 % of the nodes are."),
    REAL("temp_p95_degc", "", "degC", "Temperature of the die below which 95 % of the nodes are."),
    INT("down", NN, "", "Nodes of the sample that are without power."),
    INT("throttled", NN, "", "Nodes at a slower operating point, or shut down, because of heat."),
    INT("full", NN, "", "Nodes whose store is full, so that harvest is turned away."),
};

static const cf_column link[] = {
    RUN_ID,
    INT("hub_id", NN, "", "The hub."),
    TEXT("radio", NN, "The radio's name."),
    INT("sent", NN, "", "Uplinks sent towards it."),
    INT("heard", NN, "", "Uplinks that it decoded."),
    INT("collided", NN, "", "Lost to another transmission."),
    INT("faded", NN, "", "Lost below the sensitivity."),
    INT("deaf", NN, "", "Lost because the hub was sending or asleep."),
    INT("aborted", NN, "", "Broken off by the sender, for want of power."),
    INT("busy", NN, "", "Lost because all demodulators were taken, or the queue was full."),
    INT("refused_duty", NN, "", "Answers not sent because the duty cycle forbade it."),
    INT("too_late", NN, "", "Answers that no receive window could still take."),
    REAL("airtime_s", NN, "s", "Airtime of the uplinks in range."),
    REAL("downlink_s", NN, "s", "Airtime of its answers."),
};

static const cf_column gauge[] = {
    INT("run_id", "PRIMARY KEY", "", "The run, see run.run_id."),
    REAL("sun_ratio", "", "1", "Harvest over need, before running; NULL: does not apply."),
    REAL("night_ratio", "", "1", "Stored energy over what the longest dark needs; NULL: does not apply."),
    REAL("own_heat_frac", "", "1", "Share of the thermal budget that own heat takes."),
    REAL("channel_frac", "", "1", "Share of the channel that the uplinks take."),
    TEXT("verdict", "", "What is scarce: nothing, night, channel, ..."),
};

static const cf_column points[] = {
    INT("point_id", "PRIMARY KEY", "", "The point: a scenario with settings."),
    TEXT("label", NN, "What is varied, in words; the scenario's name where nothing is."),
};

static const cf_column axis[] = {
    TEXT("axis", NN, "Column of table points."),
    TEXT("path", NN, "What it sets in the scenario, by dots; paths that it sets alike are joined by commas."),
    TEXT("unit", "", "Unit of the column; empty for bare numbers, NULL for words."),
};

static const cf_column setting[] = {
    POINT_ID,
    INT("n", NN, "", "Order: later settings go over earlier ones."),
    TEXT("text", NN, "path=value, over what the files say; what a tuning found comes last."),
};

static const cf_column plan[] = {
    TEXT("name", NN, "Name of the plan."),
    TEXT("path", NN, "Its file, as it was read."),
    TEXT("question", NN, "What it asks, in words; may be empty."),
    TEXT("sha256", "NOT NULL CHECK (length(sha256) = 64)",
         "Hash of all that the runs depend on: plan, files, settings, version and arithmetic."),
    TEXT("yaml", NN, "The plan itself."),
};

static const cf_column tuned[] = {
    TEXT("policy", NN, "Name of the policy."),
    TEXT("parameter", NN, "What was tuned of it."),
    REAL("value", NN, "see unit", "What was found best, and used in all runs."),
    TEXT("unit", NN, "Unit of value, low and high."),
    REAL("low", NN, "see unit", "Low end of the range that was searched."),
    REAL("high", NN, "see unit", "High end."),
    INT("on_edge", "NOT NULL CHECK (on_edge IN (0, 1))", "",
        "1: within 1 % of an end, so that the best may lie outside."),
};

static const cf_column trial[] = {
    INT("run_id", "PRIMARY KEY", "", "Number of the run, behind those of the plan."),
    TEXT("policy", NN, "The policy that was tuned."),
    INT("evaluation", NN, "", "Counted from 1; one set of parameters."),
    INT("rep", NN, "", "Replication."),
    INT("seed", NN, "", "Seed; not that of the runs."),
    TEXT("setting", NN, "The parameters: path=value, joined by blanks."),
    TEXT("metric", NN, "Column of table run; the least mean is best."),
    REAL("value", "", "see metric", "Its value; NULL when the run failed."),
    {"digest", CF_CELL_BLOB, "CHECK (length(digest) = 16)", "", "See run.digest."},
};

static const cf_column constant_value[] = {
    INT("constant_id", "PRIMARY KEY", "", "The constant, with one value."),
    CONSTANT_COLUMNS,
};

static const cf_column point_constant[] = {
    POINT_ID,
    INT("constant_id", NN, "", "A constant that its runs used, see constant_value."),
};

static const cf_column student[] = {
    INT("df", "PRIMARY KEY", "", "Degrees of freedom. Take the largest that is not above n - 1."),
    REAL("t975", NN, "1", "Quantile of Student's t at 97.5 %: the half width of a CI95 is t975 * sd / sqrt(n)."),
};

static const cf_column input[] = {
    INT("input_id", "PRIMARY KEY", "", "In the order of reading; a scenario's first is its own file."),
    TEXT("scenario", NN, "Name of the scenario that was made from it."),
    TEXT("path", NN, "Path, as it was read."),
    TEXT("sha256", "NOT NULL CHECK (length(sha256) = 64)", "SHA-256 of the bytes, in hexadecimal."),
    INT("length_bytes", NN, "B", "Length of the file."),
    {"bytes", CF_CELL_BLOB, "", "", "The exact bytes; NULL above 16 MiB, where the hash must do."},
};

static const cf_column meta[] = {
    TEXT("key", NN,
         "product; version; finished (no until the file was closed with every begun run ended); runs_planned."),
    TEXT("value", NN, "Its value."),
};

static const cf_column doc[] = {
    TEXT("tbl", NN, "Table or view."),
    TEXT("col", NN, "Column; empty for the table itself."),
    TEXT("unit", NN, "Unit; 1 for ratios; empty for names, counts and codes."),
    TEXT("description", NN, "What it means."),
};

static const cf_column run_exec[] = {
    INT("run_id", "PRIMARY KEY", "", "The run, see run.run_id."),
    TEXT("status", NN, "How the run ended: done, failed or unfinished."),
    TEXT("ended_utc", NN, "When it ended, ISO 8601."),
    REAL("wall_s", "", "s", "Wall-clock time."),
    REAL("cpu_s", "", "s", "CPU time."),
    REAL("events_per_s", "", "1/s", "Events per wall-clock second."),
    INT("rss_max_bytes", "", "B", "Largest resident size of the process so far."),
    INT("threads", "", "", "Threads of the program."),
    INT("cpus", "", "", "CPUs that were online."),
    TEXT("host", "", "Name of the machine."),
    TEXT("machine", "", "Its architecture."),
    TEXT("os", "", "Its system."),
    TEXT("compiler", "", "Compiler of the program."),
    TEXT("version", "", "Version of the program."),
    TEXT("command", "", "Command line."),
};

/* Which files a relation belongs to. */
#define OF_RUNS (CF_KIND_RESULTS | CF_KIND_SHARD)
#define OF_PLAN (CF_KIND_RESULTS | CF_KIND_PLAN)
#define OF_RESULTS CF_KIND_RESULTS

static const cf_relation tables[CF_VIEW_FIRST] = {
    [CF_TABLE_RUN] = {"run", "One row per run, with everything that is one number.", NULL, NULL, COLUMNS(run), OF_RUNS},
    [CF_TABLE_LEDGER] = {"ledger", "Where the joules and the degrees went: one row per group and account.",
                         "PRIMARY KEY (run_id, tier, grp, account)", NULL, COLUMNS(ledger), OF_RUNS},
    [CF_TABLE_NODE] = {"node", "One row per node; empty unless the scenario records nodes.",
                       "PRIMARY KEY (run_id, node_id)", NULL, COLUMNS(node), OF_RUNS},
    [CF_TABLE_POWER_EVENT] = {"power_event",
                              "Each loss and return of power, each state saved, each limit of temperature passed.",
                              "PRIMARY KEY (run_id, event_id)", NULL, COLUMNS(power_event), OF_RUNS},
    [CF_TABLE_DECISION] = {"decision", "One row per decision; empty unless the scenario records decisions.",
                           "PRIMARY KEY (run_id, t_s, node_id, decision_id)", NULL, COLUMNS(decision), OF_RUNS},
    [CF_TABLE_SERIES] = {"series", "The fleet over time.", "PRIMARY KEY (run_id, t_s, grp)", NULL, COLUMNS(series),
                         OF_RUNS},
    [CF_TABLE_LINK] = {"link", "What became of the uplinks, per hub.", "PRIMARY KEY (run_id, hub_id, radio)", NULL,
                       COLUMNS(link), OF_RUNS},
    [CF_TABLE_GAUGE] = {"gauge", "What is scarce, in closed form, before running: have against need.", NULL, NULL,
                        COLUMNS(gauge), OF_RUNS},
    [CF_TABLE_POINTS] = {"points",
                         "What the runs were varied by: a point is a scenario with settings, and has a column for each "
                         "axis of the sweep.",
                         NULL, NULL, COLUMNS(points), OF_PLAN},
    [CF_TABLE_AXIS] = {"axis", "The axes of a sweep: further columns of table points.", "PRIMARY KEY (axis)", NULL,
                       COLUMNS(axis), OF_PLAN},
    [CF_TABLE_SETTING] = {"setting", "Everything that was set over the files of a point.", "PRIMARY KEY (point_id, n)",
                          NULL, COLUMNS(setting), OF_PLAN},
    [CF_TABLE_PLAN] = {"plan", "The plan of a sweep; empty outside one.", NULL, NULL, COLUMNS(plan), OF_PLAN},
    [CF_TABLE_TUNED] = {"tuned", "What the tuning of a sweep found.", "PRIMARY KEY (policy, parameter)", NULL,
                        COLUMNS(tuned), OF_RESULTS},
    [CF_TABLE_TRIAL] = {"trial", "How the tuning found it: the runs on training seeds.", NULL, NULL, COLUMNS(trial),
                        OF_RESULTS},
    [CF_TABLE_CONSTANT_VALUE] = {"constant_value", "Constants of the models and scenarios, each value once.", NULL,
                                 NULL, COLUMNS(constant_value), OF_PLAN},
    [CF_TABLE_POINT_CONSTANT] = {"point_constant",
                                 "Which constants the runs of a point used; view constant joins them.",
                                 "PRIMARY KEY (point_id, constant_id)", NULL, COLUMNS(point_constant), OF_PLAN},
    [CF_TABLE_STUDENT] = {"student", "Student's t, for intervals in SQL.", NULL, NULL, COLUMNS(student), OF_RESULTS},
    [CF_TABLE_INPUT] = {"input", "Every file that the scenarios were made from, byte by byte.", NULL, NULL,
                        COLUMNS(input), OF_PLAN},
    [CF_TABLE_META] = {"meta", "What the file says of itself.", "PRIMARY KEY (key)", NULL, COLUMNS(meta),
                       OF_PLAN | CF_KIND_SHARD},
    [CF_TABLE_DOC] = {"doc", "This description: every column with its unit and meaning.", "PRIMARY KEY (tbl, col)",
                      NULL, COLUMNS(doc), CF_KIND_RESULTS | CF_KIND_EXEC},
    [CF_TABLE_RUN_EXEC] = {"run_exec", "How each run was executed: what differs between honest repetitions.", NULL,
                           NULL, COLUMNS(run_exec), CF_KIND_EXEC | CF_KIND_SHARD},
};

const cf_relation *cf_relation_of(cf_relation_id id) {
  return id < CF_VIEW_FIRST ? &tables[id] : &cf_views[id - CF_VIEW_FIRST];
}

int cf_relation_column(const cf_relation *relation, const char *name) {
  for (uint32_t i = 0; i < relation->columns; i++)
    if (strcmp(relation->column[i].name, name) == 0) return (int)i;
  return -1;
}
