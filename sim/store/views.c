/* The views of a results database: questions that many people ask, with the meaning of every column. */
#include "store/columns.h"

static const cf_column constant[] = {
    RUN_ID,
    TEXT("path", NN, "Where it is used, e.g. sensors.storage.leakage."),
    REAL("value", "", "see unit", "Its value, in the unit of the row; NULL for a table of values."),
    TEXT("unit", NN, "Unit, as written in the file."),
    REAL("low", "", "see unit", "Low end of the plausible range; NULL when none is stated."),
    REAL("high", "", "see unit", "High end of the plausible range."),
    TEXT("status", "NOT NULL CHECK (status IN ('V', 'M', 'A', 'S'))",
         "V: read in the source. M: measured. A: assumed. S: set by the scenario's author."),
    TEXT("source", NN, "Where the value comes from; empty for S."),
    TEXT("locator", NN, "Where in the source."),
    REAL("flips_at", "", "see unit", "Value at which another policy would win; NULL while unknown."),
};

static const cf_column v_energy_balance[] = {
    RUN_ID,
    TEXT("tier", "", "node or hub."),
    TEXT("grp", "", "The group of the fleet."),
    REAL("harvest_j", "", "J", "Income: harvest and mains; NULL when none is booked."),
    REAL("stored_j", "", "J", "Change of the stored energy from start to end."),
    REAL("spilled_j", "", "J", "Turned away because the store was full."),
    REAL("lost_j", "", "J", "Losses: converter, leakage of store and silicon, ESR and the like."),
    REAL("used_j", "", "J", "All other accounts."),
    REAL("residual_j", "", "J", "harvest - stored - spilled - lost - used."),
    REAL("residual", "", "1", "The same over harvest_j."),
};

static const cf_column v_decision_cost[] = {
    RUN_ID,
    TEXT("tier", "", "Who pays: node or hub."),
    TEXT("account", "",
         "What for; losses and the hub's idle time included, not spill, stored energy and accounts without energy."),
    REAL("mj", "", "mJ", "Energy per decision: the account over all decisions of the run."),
};

static const cf_column v_coldest[] = {
    INT("rank", "", "", "1 is the coldest of its scenario: by acc_per_w_per_k."),
    RUN_ID,
    TEXT("scenario", "", "Name of the scenario."),
    TEXT("policy", "", "Name of the policy."),
    REAL("acc_per_w_per_k", "", "1/(W K)",
         "accuracy / (mean power of a node) / (mean rise of its die by its own dissipation)."),
    REAL("acc_per_w_per_headroom", "", "1/W", "accuracy / (mean power of a node) / heat_used_frac."),
    REAL("decisions_per_wh", "", "1/Wh", "Decisions per watt-hour of the nodes."),
    REAL("decisions_per_wh_with_hubs", "", "1/Wh", "Decisions per watt-hour of nodes and hubs."),
    REAL("nats_per_j", "", "nat/J", "Belief gained per joule of the nodes."),
    REAL("tokens_per_wh", "", "1/Wh", "Tokens per watt-hour of the nodes; NULL where no model emits tokens."),
    REAL("power_mean_w", "", "W", "Mean power of a node."),
    REAL("rise_mean_k", "", "K", "See run.rise_mean_k."),
    REAL("accuracy", "", "1", "See run.accuracy."),
    REAL("base_rate", "", "1", "See run.base_rate."),
    INT("missed", "", "", "See run.missed."),
};

static const cf_column v_autonomy[] = {
    RUN_ID,
    TEXT("scenario", "", "Name of the scenario."),
    TEXT("policy", "", "Name of the policy."),
    REAL("local_frac", "", "1", "Share of the decisions that needed nobody else."),
    REAL("heard_frac", "", "1", "Uplinks that a hub decoded, of those sent."),
    REAL("answered_frac", "", "1", "Questions that got an answer in time; NULL without rows in node, or none asked."),
    REAL("decided_frac", "", "1", "Decisions per slot of the sample grid: below 1 where nodes were down or gave up."),
    REAL("down_frac", "", "1", "Share of the node-time without power."),
    REAL("decided_without_link_frac", "", "1",
         "Local decisions per slot of the sample grid: what would be left if every link failed."),
};

static const cf_column v_accuracy[] = {
    RUN_ID,
    TEXT("scenario", "", "Name of the scenario."),
    TEXT("policy", "", "Name of the policy."),
    REAL("accuracy", "", "1", "Correct reports per decision."),
    REAL("base_rate", "", "1", "Share of the samples during which the event was present."),
    REAL("constant_accuracy", "", "1", "Accuracy of always answering the more frequent state."),
    INT("episodes", "", "", "Episodes of the hidden event."),
    INT("missed", "", "", "Episodes without an alarm inside the deadline."),
    REAL("missed_frac", "", "1", "Their share."),
    INT("false_alarms", "", "", "Samples reported as event while there was none."),
    REAL("false_alarms_per_node", "", "", "The same per node."),
    REAL("loss_per_1000", "", "false alarms", "Loss per 1000 samples, in units of one false alarm."),
};

static const cf_column v_landauer[] = {
    RUN_ID,
    TEXT("per", "", "The denominator: what one bit is a bit of, and whose energy is counted."),
    REAL("energy_j", "", "J", "The energy."),
    REAL("bits", "", "bit", "The bits: nats_gained / ln 2."),
    REAL("kt_ln2_j", "", "J", "Landauer's bound for one erased bit at the mean temperature of the air: k T ln 2."),
    REAL("times_ktln2", "", "1", "energy_j / bits / kt_ln2_j."),
};

#define CONSTANT_BODY                                                                \
  "SELECT run_id, path, value, unit, low, high, constant_value.status, source, locator, flips_at\n" \
  "FROM run JOIN point_constant USING (point_id) JOIN constant_value USING (constant_id)"

/* Which accounts of the ledger are what; everything else is a use. */
#define INCOME "('harvest', 'mains')"
#define LOSSES "('converter', 'mppt', 'quiescent', 'regulator', 'leakage', 'esr', 'silicon', 'aged')"

#define BALANCE_BODY                                                                                \
  "SELECT run_id, tier, grp, harvest_j, stored_j, spilled_j, lost_j, used_j,\n"                     \
  "       harvest_j - stored_j - spilled_j - lost_j - used_j AS residual_j,\n"                      \
  "       (harvest_j - stored_j - spilled_j - lost_j - used_j) / harvest_j AS residual\n"           \
  "FROM (SELECT run_id, tier, grp,\n"                                                               \
  "             sum(energy_j) FILTER (WHERE account IN " INCOME                                     \
  ") AS harvest_j,\n"                                                                               \
  "             total(energy_j) FILTER (WHERE account = 'stored') AS stored_j,\n"                   \
  "             total(energy_j) FILTER (WHERE account = 'spilled') AS spilled_j,\n"                 \
  "             total(energy_j) FILTER (WHERE account IN " LOSSES                                   \
  ") AS lost_j,\n"                                                                                  \
  "             total(energy_j) FILTER (WHERE account NOT IN " INCOME " AND account NOT IN " LOSSES \
  "\n"                                                                                              \
  "                                     AND account NOT IN ('stored', 'spilled')) AS used_j\n"      \
  "      FROM ledger GROUP BY run_id, tier, grp)"

#define COST_BODY                                                                     \
  "SELECT run_id, tier, account, 1000 * sum(energy_j) / NULLIF(decisions, 0) AS mj\n" \
  "FROM ledger JOIN run USING (run_id)\n"                                             \
  "WHERE account NOT IN " INCOME                                                      \
  " AND account NOT IN ('stored', 'spilled')\n"                                       \
  "GROUP BY run_id, tier, account HAVING sum(energy_j) <> 0\n"                        \
  "ORDER BY run_id, mj DESC, tier, account"

#define COLDEST_BODY                                                                                          \
  "SELECT rank() OVER (PARTITION BY scenario ORDER BY accuracy / power_mean_w / rise_mean_k DESC) AS rank,\n" \
  "       run_id, scenario, policy,\n"                                                                        \
  "       accuracy / power_mean_w / rise_mean_k AS acc_per_w_per_k,\n"                                        \
  "       accuracy / power_mean_w / heat_used_frac AS acc_per_w_per_headroom,\n"                              \
  "       3600.0 * decisions / used_j AS decisions_per_wh,\n"                                                 \
  "       3600.0 * decisions / (used_j + hub_used_j) AS decisions_per_wh_with_hubs,\n"                        \
  "       nats_gained / used_j AS nats_per_j, 3600.0 * tokens / used_j AS tokens_per_wh,\n"                   \
  "       power_mean_w, rise_mean_k, accuracy, base_rate, missed\n"                                           \
  "FROM (SELECT *, used_j / sim_s / nodes AS power_mean_w FROM run WHERE status = 'done')\n"                  \
  "ORDER BY scenario, rank, run_id"

#define AUTONOMY_BODY                                                                                      \
  "SELECT run_id, scenario, policy, local_frac, heard_frac,\n"                                             \
  "       (SELECT 1.0 * sum(answered) / NULLIF(sum(asked), 0) FROM node WHERE node.run_id = run.run_id)\n" \
  "         AS answered_frac,\n"                                                                           \
  "       1.0 * decisions / NULLIF(samples, 0) AS decided_frac, down_frac,\n"                              \
  "       local_frac * decisions / NULLIF(samples, 0) AS decided_without_link_frac\n"                      \
  "FROM run WHERE status = 'done'"

#define ACCURACY_BODY                                                                                           \
  "SELECT run_id, scenario, policy, accuracy, base_rate, max(base_rate, 1 - base_rate) AS constant_accuracy,\n" \
  "       episodes, missed, 1.0 * missed / NULLIF(episodes, 0) AS missed_frac,\n"                               \
  "       false_alarms, 1.0 * false_alarms / NULLIF(nodes, 0) AS false_alarms_per_node,\n"                      \
  "       1000 * loss / NULLIF(samples, 0) AS loss_per_1000\n"                                                  \
  "FROM run WHERE status = 'done'"

/* k is the exact SI value (CODATA 2018, https://physics.nist.gov/cgi-bin/cuu/Value?k). */
#define LANDAUER_BODY                                                                              \
  "SELECT run_id, per, energy_j, bits, kt_ln2_j, energy_j / bits / kt_ln2_j AS times_ktln2\n"      \
  "FROM (SELECT run_id, 'bit of belief gained, energy of the nodes' AS per, used_j AS energy_j,\n" \
  "             nats_gained / 0.6931471805599453 AS bits,\n"                                       \
  "             1.380649e-23 * (mean_air_degc + 273.15) * 0.6931471805599453 AS kt_ln2_j\n"        \
  "      FROM run WHERE status = 'done' AND nats_gained > 0\n"                                     \
  "      UNION ALL\n"                                                                              \
  "      SELECT run_id, 'bit of belief gained, energy of nodes and hubs', used_j + hub_used_j,\n"  \
  "             nats_gained / 0.6931471805599453,\n"                                               \
  "             1.380649e-23 * (mean_air_degc + 273.15) * 0.6931471805599453\n"                    \
  "      FROM run WHERE status = 'done' AND nats_gained > 0 AND hub_used_j > 0)\n"                 \
  "ORDER BY run_id, energy_j"

#define AT(id) ((id)-CF_VIEW_FIRST)
#define VIEW CF_KIND_RESULTS

const cf_relation cf_views[CF_RELATIONS - CF_VIEW_FIRST] = {
    [AT(CF_VIEW_CONSTANT)] = {"constant", "Every constant that a run used, with its source.", NULL, CONSTANT_BODY,
                              COLUMNS(constant), VIEW},
    [AT(CF_VIEW_ENERGY_BALANCE)] = {"v_energy_balance",
                                    "Income = stored + spilled + losses + uses, per run and group, and the gap.", NULL,
                                    BALANCE_BODY, COLUMNS(v_energy_balance), VIEW},
    [AT(CF_VIEW_DECISION_COST)] = {"v_decision_cost",
                                   "What one decision costs and who really pays, the hubs' idle time included; dearest "
                                   "first.",
                                   NULL, COST_BODY, COLUMNS(v_decision_cost), VIEW},
    [AT(CF_VIEW_COLDEST)] = {"v_coldest",
                             "Finished runs of each scenario, coldest first: accuracy per watt per kelvin.", NULL,
                             COLDEST_BODY, COLUMNS(v_coldest), VIEW},
    [AT(CF_VIEW_AUTONOMY)] = {"v_autonomy", "What the fleet decides by itself, and what is left without a link.", NULL,
                              AUTONOMY_BODY, COLUMNS(v_autonomy), VIEW},
    [AT(CF_VIEW_ACCURACY)] = {"v_accuracy", "Accuracy beside misses, false alarms and the base rate.", NULL,
                              ACCURACY_BODY, COLUMNS(v_accuracy), VIEW},
    [AT(CF_VIEW_LANDAUER)] =
        {"v_landauer",
         "Energy of a bit over k T ln 2. The denominator is named, because different ones differ by "
         "orders of magnitude.",
         NULL, LANDAUER_BODY, COLUMNS(v_landauer), VIEW},
};
