#include "sweep/metric.h"

#include "config/suggest.h"
#include "store/tables.h"

#include <string.h>

/* The direction of every metric. A column that is not here cannot be compared by: names, ids and seeds. */
static const struct {
  const char *name;
  cf_better better;
} direction[] = {
    {"loss", CF_BETTER_LESS},
    {"loss_per_1000", CF_BETTER_LESS},
    {"missed", CF_BETTER_LESS},
    {"missed_frac", CF_BETTER_LESS},
    {"false_alarms", CF_BETTER_LESS},
    {"false_alarms_per_node", CF_BETTER_LESS},
    {"accuracy", CF_BETTER_MORE},
    {"constant_accuracy", CF_BETTER_NEITHER},
    {"base_rate", CF_BETTER_NEITHER},
    {"decisions", CF_BETTER_MORE},
    {"samples", CF_BETTER_NEITHER},
    {"episodes", CF_BETTER_NEITHER},
    {"local_frac", CF_BETTER_MORE},
    {"decided_frac", CF_BETTER_MORE},
    {"decided_without_link_frac", CF_BETTER_MORE},
    {"heard_frac", CF_BETTER_MORE},
    {"answered_frac", CF_BETTER_MORE},
    {"down_frac", CF_BETTER_LESS},
    {"brownouts", CF_BETTER_LESS},
    {"throttled_s", CF_BETTER_LESS},
    {"harvest_j", CF_BETTER_NEITHER},
    {"spilled_j", CF_BETTER_NEITHER},
    {"used_j", CF_BETTER_LESS},
    {"hub_used_j", CF_BETTER_LESS},
    {"power_mean_w", CF_BETTER_LESS},
    {"tokens", CF_BETTER_MORE},
    {"tokens_per_wh", CF_BETTER_MORE},
    {"decisions_per_wh", CF_BETTER_MORE},
    {"decisions_per_wh_with_hubs", CF_BETTER_MORE},
    {"nats_gained", CF_BETTER_MORE},
    {"nats_per_j", CF_BETTER_MORE},
    {"acc_per_w_per_k", CF_BETTER_MORE},
    {"acc_per_w_per_headroom", CF_BETTER_MORE},
    {"rise_mean_k", CF_BETTER_LESS},
    {"heat_used_frac", CF_BETTER_LESS},
    {"loop_gain", CF_BETTER_LESS},
    {"entropy_j_per_k", CF_BETTER_LESS},
    {"temp_max_degc", CF_BETTER_LESS},
    {"mean_air_degc", CF_BETTER_NEITHER},
    {"cost_usd", CF_BETTER_LESS},
    {"carbon_g", CF_BETTER_LESS},
    {"energy_residual", CF_BETTER_LESS},
    {"heat_residual", CF_BETTER_LESS},
    {"bit_residual", CF_BETTER_LESS},
    {"curve_error", CF_BETTER_LESS},
    {"curve_error_k", CF_BETTER_LESS},
    {"assumed", CF_BETTER_LESS},
    {"events", CF_BETTER_NEITHER},
    {"nodes", CF_BETTER_NEITHER},
    {"sim_s", CF_BETTER_NEITHER},
};
enum { DIRECTIONS = sizeof direction / sizeof direction[0] };

/* The first that has the column gives it. */
static const cf_relation_id source[] = {CF_TABLE_RUN, CF_VIEW_ACCURACY, CF_VIEW_COLDEST, CF_VIEW_AUTONOMY};
enum { SOURCES = sizeof source / sizeof source[0] };

bool cf_metric_at(uint32_t index, cf_metric *metric) {
  if (index >= DIRECTIONS) return false;
  for (int i = 0; i < SOURCES; i++) {
    const cf_relation *relation = cf_relation_of(source[i]);
    int at = cf_relation_column(relation, direction[index].name);
    if (at < 0) continue;
    const cf_column *column = &relation->column[at];
    *metric = (cf_metric){column->name, relation->name, column->unit, column->doc, direction[index].better};
    return true;
  }
  return false;
}

cf_status cf_metric_find(const char *name, cf_metric *metric, cf_diag *diag) {
  cf_suggestion nearest = {.given = name};
  for (uint32_t i = 0; cf_metric_at(i, metric); i++) {
    if (strcmp(metric->name, name) == 0) return CF_OK;
    cf_suggest_offer(&nearest, metric->name, 0);
  }
  char words[96];
  return cf_fail(diag, CF_USAGE, "runs cannot be compared by '%s'%s", name,
                 nearest.best ? cf_suggest_text(&nearest, words, sizeof words)
                              : ": give a numeric column of table run, or of v_accuracy, v_coldest or v_autonomy");
}
