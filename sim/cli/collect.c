#include "cli/collect.h"

#include <math.h>
#include <string.h>

static cf_kept_run *slot(void *self, uint32_t run_id) {
  cf_collector *collector = self;
  return run_id >= 1 && run_id <= collector->runs ? &collector->run[run_id - 1] : NULL;
}

static void copy(char *into, size_t size, const char *text) { snprintf(into, size, "%s", text ? text : ""); }

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  cf_kept_run *run = slot(self, row->run_id);
  const cf_recorder *next = &collector->next;
  cf_status status = next->begin ? next->begin(next->self, row, diag) : CF_OK;
  if (status || !run || !run->has_gauge || !next->gauge) return status;
  return next->gauge(next->self, row->run_id, &run->gauge, diag);
}

static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  return collector->next.decision ? collector->next.decision(collector->next.self, run_id, row, diag) : CF_OK;
}

static cf_status on_power_event(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  return collector->next.power_event ? collector->next.power_event(collector->next.self, run_id, row, diag) : CF_OK;
}

static void keep_hour(cf_kept_hours *hours, unsigned hour, double value) {
  if (isnan(value)) return;
  hours->sum[hour] += value;
  hours->count[hour]++;
}

bool cf_kept_means(const cf_kept_hours *hours, double mean[CF_HOURS]) {
  bool any = false;
  for (unsigned h = 0; h < CF_HOURS; h++) {
    mean[h] = hours->count[h] ? hours->sum[h] / hours->count[h] : NAN;
    any |= hours->count[h] > 0;
  }
  return any;
}

static void keep_series(cf_kept_run *run, const cf_series_row *row) {
  uint32_t at = 0;
  while (at < run->days && strcmp(run->day[at].grp, row->grp) != 0) at++;
  if (at == run->days) {
    if (at == CF_MAX_GROUPS) return;
    run->days++;
    copy(run->day[at].grp, sizeof run->day[at].grp, row->grp);
  }
  unsigned hour = (unsigned)fmod(run->hour_at_start + (double)row->t_ns / 3.6e12, CF_HOURS) % CF_HOURS;
  keep_hour(&run->day[at].stored, hour, row->stored_share_mean);
  keep_hour(&run->day[at].temp_k, hour, row->temp_mean_k);
}

static cf_status on_series(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  cf_kept_run *run = slot(self, run_id);
  if (run) keep_series(run, row);
  return collector->next.series ? collector->next.series(collector->next.self, run_id, row, diag) : CF_OK;
}

static void keep_heat(cf_kept_run *run, const cf_node_row *row) {
  uint32_t at = 0;
  while (at < run->heats && strcmp(run->heat[at].grp, row->grp) != 0) at++;
  if (at == CF_MAX_GROUPS) return;
  cf_kept_heat *heat = &run->heat[at];
  if (at == run->heats) {
    run->heats++;
    *heat = (cf_kept_heat){.hottest_k = row->temp_max_k};
    copy(heat->grp, sizeof heat->grp, row->grp);
  }
  heat->nodes++;
  heat->budget_w += row->thermal_budget_w;
  heat->used_frac += row->heat_used_frac;
  heat->throttled_s += row->throttled_s;
  heat->hottest_k = fmax(heat->hottest_k, row->temp_max_k);
}

static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  cf_kept_run *run = slot(self, run_id);
  if (run) keep_heat(run, row);
  return collector->next.node ? collector->next.node(collector->next.self, run_id, row, diag) : CF_OK;
}

static cf_status on_ledger(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  cf_kept_run *run = slot(self, run_id);
  if (run && run->ledger_rows < CF_KEPT_LEDGER) {
    cf_kept_ledger *kept = &run->ledger[run->ledger_rows++];
    copy(kept->tier, sizeof kept->tier, row->tier);
    copy(kept->grp, sizeof kept->grp, row->grp);
    copy(kept->account, sizeof kept->account, row->account);
    kept->energy_j = row->energy_j;
    kept->heat_j = row->heat_j;
    kept->rise_k = row->rise_k;
  }
  return collector->next.ledger ? collector->next.ledger(collector->next.self, run_id, row, diag) : CF_OK;
}

static cf_status on_link(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  return collector->next.link ? collector->next.link(collector->next.self, run_id, row, diag) : CF_OK;
}

double cf_hour_at_start(const cf_scenario *scenario) {
  static const double PI = 3.14159265358979323846;
  double longitude_h = scenario->climate ? scenario->climate->longitude_rad * 12 / PI : 0;
  double hour = fmod((double)(scenario->start_unix_s % 86400) / 3600 + longitude_h, 24);
  return hour < 0 ? hour + 24 : hour;
}

void cf_kept_gauge(cf_kept_run *run, const cf_gauge *gauge) {
  run->has_gauge = true;
  run->gauge = *gauge;
  copy(run->verdict, sizeof run->verdict, gauge->verdict);
  run->gauge.verdict = run->verdict;
}

static cf_status on_gauge(void *self, uint32_t run_id, const cf_gauge *gauge, cf_diag *diag) {
  cf_collector *collector = self;
  cf_kept_run *run = slot(self, run_id);
  if (run && run->has_gauge) return CF_OK; /* one row per run */
  if (run) cf_kept_gauge(run, gauge);
  return collector->next.gauge ? collector->next.gauge(collector->next.self, run_id, gauge, diag) : CF_OK;
}

static cf_status on_end(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_collector *collector = self;
  return collector->next.end ? collector->next.end(collector->next.self, row, diag) : CF_OK;
}

cf_recorder cf_collector_recorder(cf_collector *collector) {
  return (cf_recorder){.self = collector,
                       .begin = on_begin,
                       .decision = on_decision,
                       .power_event = on_power_event,
                       .series = on_series,
                       .node = on_node,
                       .ledger = on_ledger,
                       .link = on_link,
                       .gauge = on_gauge,
                       .end = on_end};
}
