/* The listener passes every call on unchanged and keeps what the report needs. */
#include "cli/collect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A recorder that writes down which functions were called. */
static char calls[256];
static cf_status answer;

static cf_status note(const char *name) {
  size_t used = strlen(calls);
  snprintf(calls + used, sizeof calls - used, "%s", name);
  return answer;
}
static cf_status on_begin(void *s, const cf_run_row *r, cf_diag *d) {
  return (void)s, (void)r, (void)d, note("begin ");
}
static cf_status on_end(void *s, const cf_run_row *r, cf_diag *d) { return (void)s, (void)r, (void)d, note("end "); }
#define NOTE(name, type)                                                        \
  static cf_status on_##name(void *s, uint32_t id, const type *r, cf_diag *d) { \
    return (void)s, (void)id, (void)r, (void)d, note(#name " ");                \
  }
NOTE(decision, cf_decision_row)
NOTE(power_event, cf_power_event_row)
NOTE(series, cf_series_row)
NOTE(node, cf_node_row)
NOTE(ledger, cf_ledger_row)
NOTE(link, cf_link_row)
NOTE(gauge, cf_gauge)

static cf_kept_run kept[2];
static cf_collector collector;
static cf_recorder recorder;
static cf_diag diag;

static int start(void **state) {
  (void)state;
  memset(kept, 0, sizeof kept);
  calls[0] = '\0';
  answer = CF_OK;
  collector = (cf_collector){.next = {.begin = on_begin,
                                      .decision = on_decision,
                                      .power_event = on_power_event,
                                      .series = on_series,
                                      .node = on_node,
                                      .ledger = on_ledger,
                                      .link = on_link,
                                      .gauge = on_gauge,
                                      .end = on_end},
                             .runs = 2,
                             .run = kept};
  recorder = cf_collector_recorder(&collector);
  cf_diag_init(&diag);
  return 0;
}

static const cf_run_row run_2 = {.run_id = 2};
static const cf_ledger_row ledger = {"node", "sensors", "sense", 12, 12, 0.5};
static const cf_gauge gauge = {153, 1.5, 0.001, 0, "nothing"};

static void every_call_is_passed_on(void **state) {
  (void)state;
  const cf_series_row series = {.grp = "sensors", .stored_share_mean = 0.5};
  recorder.begin(recorder.self, &run_2, &diag);
  recorder.decision(recorder.self, 2, &(cf_decision_row){0}, &diag);
  recorder.power_event(recorder.self, 2, &(cf_power_event_row){0}, &diag);
  recorder.series(recorder.self, 2, &series, &diag);
  recorder.node(recorder.self, 2, &(cf_node_row){0}, &diag);
  recorder.ledger(recorder.self, 2, &ledger, &diag);
  recorder.link(recorder.self, 2, &(cf_link_row){0}, &diag);
  recorder.gauge(recorder.self, 2, &gauge, &diag);
  recorder.end(recorder.self, &run_2, &diag);
  assert_string_equal(calls, "begin decision power_event series node ledger link gauge end ");
  assert_string_equal(kept[1].verdict, "nothing");
  assert_true(kept[1].gauge.sun == 153);
}

static void failures_come_back(void **state) {
  (void)state;
  answer = CF_IO;
  assert_int_equal(recorder.begin(recorder.self, &run_2, &diag), CF_IO);
  assert_int_equal(recorder.ledger(recorder.self, 2, &ledger, &diag), CF_IO);
  assert_int_equal(recorder.end(recorder.self, &run_2, &diag), CF_IO);
}

static void absent_functions_are_not_called(void **state) {
  (void)state;
  collector.next = (cf_recorder){0};
  assert_int_equal(recorder.begin(recorder.self, &run_2, &diag), CF_OK);
  assert_int_equal(recorder.ledger(recorder.self, 2, &ledger, &diag), CF_OK);
  assert_int_equal(recorder.end(recorder.self, &run_2, &diag), CF_OK);
  assert_int_equal(kept[1].ledger_rows, 1);
}

static void a_gauge_known_before_goes_out_once_after_begin(void **state) {
  (void)state;
  cf_kept_gauge(&kept[1], &gauge);
  recorder.begin(recorder.self, &run_2, &diag);
  recorder.gauge(recorder.self, 2, &gauge, &diag);
  assert_string_equal(calls, "begin gauge ");
}

static void ledger_rows_are_copied(void **state) {
  (void)state;
  char account[] = "sense";
  cf_ledger_row row = ledger;
  row.account = account;
  recorder.ledger(recorder.self, 2, &row, &diag);
  account[0] = 'X';
  assert_int_equal(kept[0].ledger_rows, 0);
  assert_int_equal(kept[1].ledger_rows, 1);
  assert_string_equal(kept[1].ledger[0].account, "sense");
  assert_true(kept[1].ledger[0].energy_j == 12);
  for (unsigned i = 0; i < 2 * CF_KEPT_LEDGER; i++) recorder.ledger(recorder.self, 2, &row, &diag);
  assert_int_equal(kept[1].ledger_rows, CF_KEPT_LEDGER);
}

static void stored_energy_goes_to_the_local_hour(void **state) {
  (void)state;
  kept[0].hour_at_start = 18.5;
  cf_series_row row = {.grp = "sensors", .stored_share_mean = 0.25, .temp_mean_k = NAN};
  recorder.series(recorder.self, 1, &row, &diag);
  row.t_ns = INT64_C(24) * 3600 * 1000000000; /* a day later: the same hour */
  row.stored_share_mean = 0.75;
  recorder.series(recorder.self, 1, &row, &diag);
  row.t_ns = INT64_C(6) * 3600 * 1000000000; /* 00:30 */
  recorder.series(recorder.self, 1, &row, &diag);
  row.stored_share_mean = NAN; /* nothing was up */
  recorder.series(recorder.self, 1, &row, &diag);
  assert_int_equal(kept[0].days, 1);
  assert_int_equal(kept[0].day[0].stored.count[18], 2);
  assert_true(kept[0].day[0].stored.sum[18] == 1.0);
  assert_int_equal(kept[0].day[0].stored.count[0], 1);
  assert_true(kept[0].day[0].stored.sum[0] == 0.75);
  double mean[CF_HOURS];
  assert_true(cf_kept_means(&kept[0].day[0].stored, mean));
  assert_true(mean[18] == 0.5 && mean[0] == 0.75 && isnan(mean[1]));
  assert_false(cf_kept_means(&kept[0].day[0].temp_k, mean));
}

/* Also of a group without a store. */
static void temperature_goes_to_the_local_hour(void **state) {
  (void)state;
  cf_series_row row = {.grp = "modules", .stored_share_mean = NAN, .temp_mean_k = 300};
  recorder.series(recorder.self, 1, &row, &diag);
  row.temp_mean_k = 310;
  recorder.series(recorder.self, 1, &row, &diag);
  row.t_ns = INT64_C(23) * 3600 * 1000000000;
  recorder.series(recorder.self, 1, &row, &diag);
  assert_int_equal(kept[0].days, 1);
  double mean[CF_HOURS];
  assert_true(cf_kept_means(&kept[0].day[0].temp_k, mean));
  assert_true(mean[0] == 305 && mean[23] == 310 && isnan(mean[12]));
  assert_int_equal(kept[0].day[0].stored.count[0], 0);
}

static void heat_of_the_nodes_is_summed_by_group(void **state) {
  (void)state;
  cf_node_row row = {.grp = "a", .temp_max_k = 300, .thermal_budget_w = 2, .heat_used_frac = 0.25, .throttled_s = 10};
  recorder.node(recorder.self, 1, &row, &diag);
  row.temp_max_k = 290;
  row.thermal_budget_w = 3;
  recorder.node(recorder.self, 1, &row, &diag);
  row.grp = "b";
  row.heat_used_frac = NAN; /* no budget */
  recorder.node(recorder.self, 1, &row, &diag);
  assert_int_equal(kept[0].heats, 2);
  const cf_kept_heat *a = &kept[0].heat[0], *b = &kept[0].heat[1];
  assert_string_equal(a->grp, "a");
  assert_int_equal(a->nodes, 2);
  assert_true(a->budget_w == 5 && a->used_frac == 0.5 && a->throttled_s == 20 && a->hottest_k == 300);
  assert_true(b->nodes == 1 && b->hottest_k == 290 && isnan(b->used_frac));
  assert_int_equal(kept[1].heats, 0);
}

static void a_strange_run_is_only_passed_on(void **state) {
  (void)state;
  recorder.ledger(recorder.self, 3, &ledger, &diag);
  recorder.ledger(recorder.self, 0, &ledger, &diag);
  assert_string_equal(calls, "ledger ledger ");
  assert_int_equal(kept[0].ledger_rows + kept[1].ledger_rows, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(every_call_is_passed_on, start),
      cmocka_unit_test_setup(failures_come_back, start),
      cmocka_unit_test_setup(absent_functions_are_not_called, start),
      cmocka_unit_test_setup(a_gauge_known_before_goes_out_once_after_begin, start),
      cmocka_unit_test_setup(ledger_rows_are_copied, start),
      cmocka_unit_test_setup(stored_energy_goes_to_the_local_hour, start),
      cmocka_unit_test_setup(temperature_goes_to_the_local_hour, start),
      cmocka_unit_test_setup(heat_of_the_nodes_is_summed_by_group, start),
      cmocka_unit_test_setup(a_strange_run_is_only_passed_on, start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
