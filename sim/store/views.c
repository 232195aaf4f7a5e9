/* The views of a results database: questions that many people ask, with the meaning of every column. */
#include "store/columns.h"

static const cf_column constant[] = {
    RUN_ID,
    CONSTANT_COLUMNS,
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

#define MEAN_OF(name, unit, doc)                                                                      \
  REAL(name, "", unit, doc), REAL(name "_lo", "", unit, "Low end of its CI95; NULL below two runs."), \
      REAL(name "_hi", "", unit, "High end of its CI95.")

static const cf_column v_interval[] = {
    POINT_ID,
    TEXT("label", "", "See points.label."),
    TEXT("scenario", "", "Name of the scenario."),
    TEXT("policy", "", "Name of the policy."),
    INT("runs", "", "", "Finished runs of the policy at the point."),
    MEAN_OF("loss", "false alarms", "Mean over the runs of run.loss."),
    MEAN_OF("accuracy", "1", "Mean over the runs of run.accuracy."),
    MEAN_OF("down_frac", "1", "Mean over the runs of run.down_frac."),
    MEAN_OF("used_j", "J", "Mean over the runs of run.used_j."),
    MEAN_OF("nats_per_j", "nat/J", "Mean over the runs of nats_gained / used_j."),
    MEAN_OF("temp_max_degc", "degC", "Mean over the runs of run.temp_max_degc."),
};

#define DIFFERENCES                                                                                                    \
  TEXT("baseline", "", "The policy that is compared with."), TEXT("policy", "", "The policy that is compared."),       \
      INT("pairs", "", "",                                                                                             \
          "Pairs of finished runs of equal point and replication; over several points, of the replications that "      \
          "stand at as many of them as any, and then the intervals rest on one number for each replication: its mean " \
          "over the points."),                                                                                         \
      REAL("loss_diff", "", "false alarms", "Mean over the pairs of the policy's loss minus the baseline's."),         \
      REAL("ci95_lo", "", "false alarms", "Low end of the CI95 of loss_diff; NULL with one replication."),             \
      REAL("ci95_hi", "", "false alarms", "High end of the CI95 of loss_diff."),                                       \
      TEXT("verdict", "", "By loss: better, worse, or tie where the CI95 holds zero; NULL with one replication."),     \
      REAL("used_j_diff", "", "J", "The same difference of run.used_j."),                                              \
      REAL("used_j_diff_lo", "", "J", "Low end of its CI95."),                                                         \
      REAL("used_j_diff_hi", "", "J", "High end of its CI95."),                                                        \
      REAL("accuracy_diff", "", "1", "The same difference of run.accuracy."),                                          \
      REAL("accuracy_diff_lo", "", "1", "Low end of its CI95."),                                                       \
      REAL("accuracy_diff_hi", "", "1", "High end of its CI95.")

static const cf_column v_against[] = {
    TEXT("scenario", "", "Name of the scenario; pairs of all its points count."),
    DIFFERENCES,
};

static const cf_column v_against_at[] = {
    POINT_ID,
    TEXT("label", "", "See points.label."),
    TEXT("scenario", "", "Name of the scenario."),
    DIFFERENCES,
};

static const cf_column v_pareto[] = {
    TEXT("scenario", "", "Name of the scenario."),
    POINT_ID,
    TEXT("label", "", "See points.label."),
    TEXT("policy", "", "Name of the policy."),
    REAL("accuracy", "", "1", "Mean over the finished runs of run.accuracy."),
    REAL("missed_frac", "", "1", "Episodes without an alarm inside the deadline, of all episodes of the runs."),
    REAL("used_j_per_node_day", "", "J/d", "Mean over the runs of the energy that a node used in a day."),
    REAL("temp_max_degc", "", "degC", "Mean over the runs of run.temp_max_degc."),
    INT("on_front", "", "",
        "1: no other point and policy of the scenario is as good in accuracy, energy and temperature and better in one "
        "of them."),
};

static const cf_column v_failures[] = {
    TEXT("error", "", "Why runs failed."),
    INT("runs", "", "", "How many failed so."),
    INT("first_run_id", "", "", "The first of them."),
    TEXT("policy", "", "Policy of the first."),
    INT("point_id", "", "", "Point of the first."),
    TEXT("label", "", "Label of its point."),
};

#define CONSTANT_BODY                                                                                         \
  "SELECT run_id, path, value, unit, low, high, constant_value.status AS status, source, locator, flips_at\n" \
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

/* The rank is taken of narrow rows, which are quick to sort. */
#define COLDNESS "accuracy / (used_j / sim_s / nodes) / rise_mean_k"
#define COLDEST_BODY                                                                          \
  "SELECT rank, run_id, scenario, policy, " COLDNESS                                          \
  " AS acc_per_w_per_k,\n"                                                                    \
  "       accuracy / (used_j / sim_s / nodes) / heat_used_frac AS acc_per_w_per_headroom,\n"  \
  "       3600.0 * decisions / used_j AS decisions_per_wh,\n"                                 \
  "       3600.0 * decisions / (used_j + hub_used_j) AS decisions_per_wh_with_hubs,\n"        \
  "       nats_gained / used_j AS nats_per_j, 3600.0 * tokens / used_j AS tokens_per_wh,\n"   \
  "       used_j / sim_s / nodes AS power_mean_w, rise_mean_k, accuracy, base_rate, missed\n" \
  "FROM run CROSS JOIN\n"                                                                     \
  "     (SELECT run_id, rank() OVER (PARTITION BY scenario ORDER BY " COLDNESS                \
  " DESC) AS rank\n"                                                                          \
  "      FROM run WHERE status = 'done') USING (run_id)\n"                                    \
  "WHERE status = 'done' ORDER BY scenario, rank, run_id"

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

/* Half of a CI95 by Student's t, from the sum of squared deviations. A division by zero gives NULL: one value has none.
 */
#define HALF_WIDTH(n, squares)               \
  "(SELECT t975 FROM student WHERE df <= " n \
  " - 1 ORDER BY df DESC LIMIT 1)\n"         \
  "         * sqrt(" squares " / (" n " - 1) / " n ")"

/* In two passes, so that equal values get an interval of no width. */
#define NATS_PER_J "run.nats_gained / run.used_j"
#define FIRST_PASS(name, of) "count(" of ") AS " name "_n, avg(" of ") AS " name "_m"
#define SECOND_PASS(name, of) \
  name "_m, " HALF_WIDTH(name "_n", "sum((" of " - " name "_m) * (" of " - " name "_m))") " AS " name "_h"
#define ENDS(name) name "_m AS " name ", " name "_m - " name "_h AS " name "_lo, " name "_m + " name "_h AS " name "_hi"

#define INTERVAL_BODY \
  "SELECT point_id, label, scenario, policy, runs,\n"                                  \
  "       " ENDS("loss") ",\n"                                                         \
  "       " ENDS("accuracy") ",\n"                                                     \
  "       " ENDS("down_frac") ",\n"                                                    \
  "       " ENDS("used_j") ",\n"                                                       \
  "       " ENDS("nats_per_j") ",\n"                                                   \
  "       " ENDS("temp_max_degc") "\n"                                                 \
  "FROM (SELECT run.point_id, mean.scenario, run.policy, runs,\n"                      \
  "             " SECOND_PASS("loss", "run.loss") ",\n"                                \
  "             " SECOND_PASS("accuracy", "run.accuracy") ",\n"                        \
  "             " SECOND_PASS("down_frac", "run.down_frac") ",\n"                      \
  "             " SECOND_PASS("used_j", "run.used_j") ",\n"                            \
  "             " SECOND_PASS("nats_per_j", NATS_PER_J) ",\n"                          \
  "             " SECOND_PASS("temp_max_degc", "run.temp_max_degc") "\n"               \
  "      FROM run CROSS JOIN\n"                                                        \
  "           (SELECT point_id, policy, scenario, count(*) AS runs,\n"                 \
  "                   " FIRST_PASS("loss", "run.loss") ",\n"                           \
  "                   " FIRST_PASS("accuracy", "run.accuracy") ",\n"                   \
  "                   " FIRST_PASS("down_frac", "run.down_frac") ",\n"                 \
  "                   " FIRST_PASS("used_j", "run.used_j") ",\n"                       \
  "                   " FIRST_PASS("nats_per_j", NATS_PER_J) ",\n"                     \
  "                   " FIRST_PASS("temp_max_degc", "run.temp_max_degc") "\n"          \
  "            FROM run WHERE status = 'done' GROUP BY point_id, policy) AS mean\n"    \
  "           USING (point_id, policy)\n"                                              \
  "      WHERE status = 'done' GROUP BY run.point_id, run.policy)\n"                   \
  "     JOIN points USING (point_id)\n"                                                \
  "ORDER BY point_id, policy"

/* Each pair of policies is looked at once, and read both ways: the other difference is minus this one. Rounding in the
 * sums of squares is about 1e-8 of the mean, far from where it could turn a verdict. */
#define PAIR_SUMS(name, of) \
  "count(" of ") AS " name "_n, sum(" of ") AS " name "_s, sum((" of ") * (" of ")) AS " name "_ss"
#define PAIRS_MET                                                                                       \
  "run AS b CROSS JOIN run AS a ON a.point_id = b.point_id AND a.rep = b.rep AND a.policy < b.policy\n" \
  "        WHERE a.status = 'done' AND b.status = 'done'\n"

/* At one point a pair is a replication. */
#define HALF_AT \
  "SELECT b.point_id, b.scenario, b.policy AS baseline, a.policy AS policy, count(*) AS pairs,\n" \
  "               " PAIR_SUMS("loss", "a.loss - b.loss") ",\n"                        \
  "               " PAIR_SUMS("used", "a.used_j - b.used_j") ",\n"                    \
  "               " PAIR_SUMS("right", "a.accuracy - b.accuracy") "\n"                \
  "        FROM " PAIRS_MET                                                            \
  "        GROUP BY b.point_id, b.scenario, b.policy, a.policy"

/* A replication meets the same weather at every point, so over several points it counts once, with its mean over them;
 * if it stands at as many points as any. */
#define HALF_POOLED \
  "SELECT scenario, baseline, policy, sum(met) AS pairs,\n"                                                \
  "               " PAIR_SUMS("loss", "loss") ",\n"                                                       \
  "               " PAIR_SUMS("used", "used") ",\n"                                                       \
  "               " PAIR_SUMS("right", "right") "\n"                                                      \
  "        FROM (SELECT *, max(met) OVER (PARTITION BY scenario, baseline, policy) AS most\n"              \
  "              FROM (SELECT b.scenario, b.policy AS baseline, a.policy AS policy, count(*) AS met,\n"    \
  "                           avg(a.loss - b.loss) AS loss, avg(a.used_j - b.used_j) AS used,\n"           \
  "                           avg(a.accuracy - b.accuracy) AS right\n"                                     \
  "                    FROM " PAIRS_MET                                                                     \
  "                    GROUP BY b.scenario, b.policy, a.policy, a.rep))\n"                                 \
  "        WHERE met = most GROUP BY scenario, baseline, policy"

#define PAIR_WAYS(names)                                                                   \
  "SELECT " names                                                                          \
  ", baseline, policy, pairs, loss_n, loss_s, loss_ss, used_n, used_s, used_ss,\n"         \
  "                   right_n, right_s, right_ss FROM half\n"                              \
  "            UNION ALL\n"                                                                \
  "            SELECT " names                                                              \
  ", policy, baseline, pairs, loss_n, 0 - loss_s, loss_ss, used_n, 0 - used_s, used_ss,\n" \
  "                   right_n, 0 - right_s, right_ss FROM half"
#define PAIR_MEAN(name)                      \
  name "_s / " name "_n AS " name            \
       "_m,\n"                               \
       "             " HALF_WIDTH(name "_n", \
                                  "max(0.0, " name "_ss - " name "_s * " name "_s / " name "_n)") " AS " name "_h"

#define AGAINST_BODY(names, half, ways, join) \
  "WITH half AS MATERIALIZED\n"               \
  "       (" half ")\n"                       \
  "SELECT " names ", baseline, policy, pairs, loss_m AS loss_diff, loss_m - loss_h AS ci95_lo,\n"                     \
  "       loss_m + loss_h AS ci95_hi,\n"                                                                              \
  "       CASE WHEN loss_m + loss_h < 0 THEN 'better' WHEN loss_m - loss_h > 0 THEN 'worse'\n"                        \
  "            WHEN loss_h >= 0 THEN 'tie' END AS verdict,\n"                                                         \
  "       used_m AS used_j_diff, used_m - used_h AS used_j_diff_lo, used_m + used_h AS used_j_diff_hi,\n"             \
  "       right_m AS accuracy_diff, right_m - right_h AS accuracy_diff_lo, right_m + right_h AS accuracy_diff_hi\n"   \
  "FROM (SELECT *, " PAIR_MEAN("loss") ",\n"                                                                          \
  "             " PAIR_MEAN("used") ",\n"                                                                             \
  "             " PAIR_MEAN("right") "\n"                                                                             \
  "      FROM (" ways ")" join ")\n" \
  "ORDER BY " names ", baseline, loss_diff, policy"

#define FRONT_BODY                                                                                                   \
  "WITH mean AS MATERIALIZED\n"                                                                                      \
  "       (SELECT scenario, point_id, policy, avg(accuracy) AS accuracy,\n"                                          \
  "               1.0 * sum(missed) / NULLIF(sum(episodes), 0) AS missed_frac,\n"                                    \
  "               avg(86400 * used_j / nodes / sim_s) AS used_j_per_node_day, avg(temp_max_degc) AS temp_max_degc\n" \
  "        FROM run WHERE status = 'done' GROUP BY point_id, policy ORDER BY avg(accuracy) DESC)\n"                  \
  "SELECT scenario, point_id, label, policy, accuracy, missed_frac, used_j_per_node_day, temp_max_degc,\n"           \
  "       accuracy + used_j_per_node_day + temp_max_degc IS NOT NULL AND NOT EXISTS\n"                               \
  "         (SELECT 1 FROM mean AS other\n"                                                                          \
  "          WHERE other.scenario = mean.scenario AND other.accuracy >= mean.accuracy\n"                             \
  "            AND other.used_j_per_node_day <= mean.used_j_per_node_day\n"                                          \
  "            AND other.temp_max_degc <= mean.temp_max_degc\n"                                                      \
  "            AND (other.accuracy > mean.accuracy OR other.used_j_per_node_day < mean.used_j_per_node_day\n"        \
  "                 OR other.temp_max_degc < mean.temp_max_degc)) AS on_front\n"                                     \
  "FROM mean JOIN points USING (point_id)\n"                                                                         \
  "ORDER BY scenario, on_front DESC, accuracy DESC, point_id, policy"

/* With min() the other columns come from its row. */
#define FAILURES_BODY                                                                          \
  "SELECT error, runs, first_run_id, policy, point_id, label\n"                                \
  "FROM (SELECT error, count(*) AS runs, min(run_id) AS first_run_id, policy, point_id\n"      \
  "      FROM run WHERE status = 'failed' GROUP BY error) LEFT JOIN points USING (point_id)\n" \
  "ORDER BY runs DESC, first_run_id"

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
    [AT(CF_VIEW_INTERVAL)] = {"v_interval",
                              "Means over the finished runs of a policy at a point, with their CI95 (Student's t).",
                              NULL, INTERVAL_BODY, COLUMNS(v_interval), VIEW},
    [AT(CF_VIEW_AGAINST)] = {"v_against",
                             "Every policy against every other of its scenario, paired by point and replication: what "
                             "the policy has more than the baseline. Negative losses are better.",
                             NULL, AGAINST_BODY("scenario", HALF_POOLED, PAIR_WAYS("scenario"), ""), COLUMNS(v_against),
                             VIEW},
    [AT(CF_VIEW_AGAINST_AT)] = {"v_against_at", "The same at every point by itself, paired by replication.", NULL,
                                AGAINST_BODY("point_id, label, scenario", HALF_AT, PAIR_WAYS("point_id, scenario"),
                                             " JOIN points USING (point_id)"),
                                COLUMNS(v_against_at), VIEW},
    [AT(CF_VIEW_PARETO)] = {"v_pareto",
                            "Points and policies by accuracy, energy and temperature, with those on the front: better "
                            "in one only by being worse in another.",
                            NULL, FRONT_BODY, COLUMNS(v_pareto), VIEW},
    [AT(CF_VIEW_FAILURES)] = {"v_failures", "Failed runs by what they said, most frequent first.", NULL, FAILURES_BODY,
                              COLUMNS(v_failures), VIEW},
};
