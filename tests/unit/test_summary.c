/* The figures of the report, and the layout, from results made by hand. */
#include "cli/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static cf_scenario scenario;
static cf_job job[4];
static cf_kept_run kept[4];
static cf_batch batch;
static char *text;
static size_t length;

/* Two policies, two replications: runs 1 and 3 are of the first. */
static int start(void **state) {
  (void)state;
  memset(&scenario, 0, sizeof scenario);
  memset(kept, 0, sizeof kept);
  scenario.policies = 2;
  scenario.policy[0].name = "always-local";
  scenario.policy[1].name = "random";
  scenario.node_groups = 1;
  scenario.nodes[0].name = "sensors";
  scenario.nodes[0].count = 1000;
  scenario.start_unix_s = 1772323200;
  scenario.duration_ns = INT64_C(30) * 86400 * 1000000000;
  for (uint32_t i = 0; i < 4; i++) {
    bool second = i % 2;
    job[i] = (cf_job){.scenario = &scenario,
                      .policy = i % 2,
                      .rep = i / 2,
                      .row = {.run_id = i + 1,
                              .nodes = 10,
                              .sim_s = 1000,
                              .samples = 500,
                              .decisions = second ? 250 : 500,
                              .loss = second ? 100 : 10 + i,
                              .missed = i,
                              .false_alarms = 20,
                              .accuracy = 0.9,
                              .local_frac = second ? 0.85 : 1,
                              .heard_frac = second ? 0.95 : NAN,
                              .down_frac = second ? 0.5 : 0,
                              .used_j = second ? 5 : 10,
                              .rise_mean_k = 0.1,
                              .nats_gained = 2,
                              .mean_air_k = 285.15,
                              .tokens = NAN,
                              .energy_residual = 1e-13 * (i + 1),
                              .heat_residual = 2e-13 * (i + 1),
                              .loop_gain = NAN,
                              .digest = {{i, 1}}}};
  }
  batch = (cf_batch){.jobs = 4, .job = job, .kept = kept};
  return 0;
}

static void figures_are_means_over_replications(void **state) {
  (void)state;
  cf_figures figures;
  cf_figures_make(&batch, &scenario, &figures);
  assert_int_equal(figures.policies, 2);
  const cf_policy_figures *local = &figures.policy[0], *random = &figures.policy[1];
  assert_int_equal(local->runs, 2);
  assert_int_equal(local->job, 0);
  assert_int_equal(random->job, 1);
  assert_true(local->loss_per_1000 == 22); /* (10 + 12) / 1000 samples */
  assert_true(local->missed == 1);         /* 0 and 2 */
  assert_true(local->false_per_node == 2);
  assert_true(local->node_mj_each == 20); /* 20 J over 1000 decisions */
  assert_true(random->node_mj_each == 20);
  assert_true(isnan(local->heard));
  assert_true(random->down == 0.5);
  /* 0.9 / (10 J / 10 nodes / 1000 s) / 0.1 K */
  assert_true(fabs(local->coldness - 9000) < 1e-9);
  assert_true(fabs(random->coldness - 18000) < 1e-9);
  assert_int_equal(figures.best, 0);
  assert_int_equal(figures.coldest, 1);
}

static void runs_that_failed_do_not_count(void **state) {
  (void)state;
  cf_figures figures;
  job[0].status = CF_INTERNAL;
  cf_figures_make(&batch, &scenario, &figures);
  assert_int_equal(figures.policy[0].runs, 1);
  assert_int_equal(figures.policy[0].job, 2);
  assert_true(figures.policy[0].missed == 2);
  job[2].status = CF_INCOMPLETE;
  cf_figures_make(&batch, &scenario, &figures);
  assert_int_equal(figures.policy[0].runs, 0);
  assert_int_equal(figures.best, 1);
  job[1].status = job[3].status = CF_INTERNAL;
  cf_figures_make(&batch, &scenario, &figures);
  assert_int_equal(figures.best, -1);
  assert_int_equal(figures.coldest, -1);
}

static void nothing_decided_is_not_a_number(void **state) {
  (void)state;
  cf_figures figures;
  job[1].row.decisions = job[3].row.decisions = 0;
  job[1].row.rise_mean_k = job[3].row.rise_mean_k = 0;
  cf_figures_make(&batch, &scenario, &figures);
  assert_true(!isfinite(figures.policy[1].node_mj_each));
  assert_true(isnan(figures.policy[1].coldness));
  assert_int_equal(figures.coldest, 0);
}

static void print(void) {
  free(text);
  text = NULL;
  cf_terminal out = {.out = open_memstream(&text, &length), .width = CF_PAGE_WIDTH};
  cf_summary summary = {&batch, &scenario, "a.yaml", "out/a.db", "coldfleet"};
  cf_summary_headline(&out, &scenario, "a.yaml", 2);
  cf_summary_print(&out, &summary);
  cf_summary_next(&out, &summary);
  fclose(out.out);
}

static void ledger(const char *account, double energy_j) {
  cf_kept_ledger *row = &kept[0].ledger[kept[0].ledger_rows++];
  *row = (cf_kept_ledger){.tier = "node", .grp = "sensors", .energy_j = energy_j};
  snprintf(row->account, sizeof row->account, "%s", account);
}

static void warmth(uint32_t run, const char *grp, const char *account, double rise_k) {
  cf_kept_ledger *row = &kept[run].ledger[kept[run].ledger_rows++];
  *row = (cf_kept_ledger){.tier = "node", .rise_k = rise_k};
  snprintf(row->grp, sizeof row->grp, "%s", grp);
  snprintf(row->account, sizeof row->account, "%s", account);
}

static void assert_found(const char *line) {
  if (!strstr(text, line)) fail_msg("not found:%s\nin:\n%s", line, text);
}

static void the_page(void **state) {
  (void)state;
  cf_kept_gauge(&kept[0], &(cf_gauge){153, 1.5, 0.00001, 0, "nothing"});
  cf_kept_gauge(&kept[1], &(cf_gauge){35, 0.4, 0.00004, 0.151, "night"});
  ledger("harvest", 360000);
  ledger("spilled", 324000);
  ledger("leakage", 1800);
  ledger("silicon", 1800);
  ledger("sense", 28800);
  ledger("stored", 3600);
  ledger("think", 0);
  print();
  static const char *const lines[] = {
      "a.yaml: 1,000 sensors, 30 d from 2026-03-01, 2 policies x 2 replications\n",
      "\nWhat is scarce (have : need)  sun       night    own heat    channel\n",
      "\n  always-local            153 : 1     1.5 : 1    0.0010 %        0 %   nothing\n",
      "\n  random                   35 : 1     0.4 : 1    0.0040 %       15 %   night\n",
      "\n  always-local             22.00     1.0       2.00   0.00 %        -  100.0 %        20.00 best\n",
      "\n  random                  200.00     2.0       2.00  50.00 %   95.0 %   85.0 %        20.00 coldest\n",
      "\nHow sure is that         loss/1000, CI95   over the best, run by run\n"
      "  always-local            22.00 +- 25.41                        best\n"
      "  random                  200.00 +- 0.00             178.00 +- 25.41\n",
      "\nWhere the joules went (sensors, always-local, first replication)\n"
      "  harvested 100.00 Wh = spilled when full 90.00 + kept 10.00\n"
      "  | sense 80 % ----------------------------------------------------------------+ stored +----+-----|\n"
      "  sense 8.00  stored 1.00  store leakage 0.50  silicon leakage 0.50\n",
      "\n  0.2 nats/J; a bit of belief cost 1.3e+21 kT ln 2 (at 12 degC); no model here emits tokens\n",
      "\nBooks close to 4e-13, heat to 8e-13. Digest of all 4 runs 00000000000000060000000000000004.\n",
      "\nNext: coldfleet cite out/a.db --status A"};
  for (unsigned i = 0; i < sizeof lines / sizeof lines[0]; i++) assert_found(lines[i]);
  assert_null(strstr(text, "Whose degrees")); /* no cause is known */
  for (const char *line = text; *line; line = strchr(line, '\n') + 1) assert_true(strcspn(line, "\n") <= CF_PAGE_WIDTH);
}

/* Of the policy that uses most of what heat may leave, and of its warmest group. */
static void the_degrees(void **state) {
  (void)state;
  scenario.node_groups = 2;
  scenario.nodes[1].name = "modules";
  scenario.nodes[1].limits.throttle_above_k = 360.15;
  job[1].row.heat_used_frac = 0.7;
  job[1].row.loop_gain = 1.25;
  warmth(0, "sensors", "sun", 99);
  warmth(1, "sensors", "sun", 5);
  static const struct {
    const char *account;
    double rise_k;
  } cause[] = {{"sun", 12.1},  {"leakage", 0.1}, {"think", 31},        {"decide", 1e-7},
               {"silicon", 3}, {"esr", 0.05},    {"heat-kept", -1.35}, {"spilled", 0}};
  for (unsigned i = 0; i < sizeof cause / sizeof cause[0]; i++) warmth(1, "modules", cause[i].account, cause[i].rise_k);
  kept[1].heats = 2;
  kept[1].heat[0] = (cf_kept_heat){.grp = "sensors", .nodes = 1, .budget_w = 1};
  kept[1].heat[1] = (cf_kept_heat){
      .grp = "modules", .nodes = 4, .budget_w = 35.6, .used_frac = 2.84, .throttled_s = 40, .hottest_k = 344.4};
  print();
  assert_found(
      "\n\nWhose degrees (modules, random, first replication)\n"
      "  think 31.00  sun 12.10  silicon leakage 3.00  heat-kept -1.35  others 0.15  = 44.90 K over the air\n"
      "  thermal budget 8.90 W, 71 % used; hottest 71.2 degC, throttles above 87.0 (1.0 % of the time)\n"
      "  at the throttle limit a kelvin adds 1.25 K by silicon leakage: there the die can run away\n\nBooks");
  for (const char *line = text; *line; line = strchr(line, '\n') + 1) assert_true(strcspn(line, "\n") <= CF_PAGE_WIDTH);
  job[1].row.loop_gain = 0.99;
  kept[1].heat[1].used_frac = NAN;
  kept[1].heat[1].throttled_s = 0;
  print();
  assert_found("W, none at some: their surroundings pass the limit; hottest 71.2 degC, throttles above 87.0\n\nBooks");
}

/* Next to no own heat: the policy whose joules are shown, and only what there is to say. */
static void the_degrees_of_the_sun(void **state) {
  (void)state;
  job[1].row.heat_used_frac = 0.009;
  ledger("sense", 1);
  warmth(0, "sensors", "sun", 5.04);
  warmth(0, "sensors", "sense", -0.003);
  warmth(1, "sensors", "sun", 7);
  print();
  assert_found("\nWhose degrees (sensors, always-local, first replication)\n  sun 5.04 K over the air\n\nBooks");
  job[1].row.heat_used_frac = NAN; /* no budget at all: that is hot */
  print();
  assert_found("\nWhose degrees (sensors, random, first replication)\n  sun 7.00 K over the air\n");
}

/* 12.706 times the standard error: Student's t of one degree of freedom. */
static void replications_say_how_sure(void **state) {
  (void)state;
  job[2].row.loss = 20; /* 20 and 40 per 1000; the other policy 200 both times */
  print();
  assert_found("\n  always-local           30.00 +- 127.06                        best\n");
  assert_found("\n  random                  200.00 +- 0.00            170.00 +- 127.06\n");
  job[2].status = CF_INTERNAL; /* one is left: no interval, and one pair */
  print();
  assert_found("\n  always-local                20.00 +- -                        best\n");
  assert_found("\n  random                  200.00 +- 0.00                 180.00 +- -\n");
  batch.jobs = 2;
  print();
  assert_null(strstr(text, "How sure"));
}

/* Where own heat matters, and only there. */
static void warmth_by_hour(void **state) {
  (void)state;
  warmth(0, "sensors", "think", 5);
  kept[0].days = 1;
  kept[0].day[0] = (cf_kept_day){.grp = "sensors"};
  for (unsigned h = 0; h < CF_HOURS; h++) {
    kept[0].day[0].temp_k.count[h] = h != 5;
    kept[0].day[0].temp_k.sum[h] = h == 5 ? 0 : 273.15 + 20 + h;
  }
  job[0].row.heat_used_frac = 0.2;
  print();
  assert_found(
      "\nWhose degrees (sensors, always-local, first replication)\n"
      "                                                  20.0 to 43.0 degC by hour "
      "...:: ---===+++***###@@@\n");
  for (const char *line = text; *line; line = strchr(line, '\n') + 1) assert_true(strcspn(line, "\n") <= CF_PAGE_WIDTH);
  job[0].row.heat_used_frac = 0.001;
  print();
  assert_found("\nWhose degrees (sensors, always-local, first replication)\n");
}

static void nothing_harvested(void **state) {
  (void)state;
  ledger("harvest", 0);
  ledger("stored", -36);
  ledger("sense", 36);
  print();
  assert_found(
      "\n  nothing harvested; used from the store, in mWh:\n"
      "  | sense 100 % -----------------------------------------------------------------------------------|\n"
      "  stored -10.00  sense 10.00\n");
  kept[0].ledger_rows = 0;
  scenario.nodes[0].mains = true;
  ledger("harvest", 36);
  ledger("sense", 36);
  print();
  assert_found("\n  drawn from the mains 10.00 mWh\n  | sense 100 % --");
}

/* Books that cannot be read do not close. */
static void unreadable_books(void **state) {
  (void)state;
  job[1].row.heat_residual = NAN;
  print();
  assert_found("\nBooks close to 4e-13, heat to -. ");
}

static void a_page_without_results(void **state) {
  (void)state;
  for (unsigned i = 0; i < 4; i++) job[i].status = CF_INTERNAL;
  print();
  assert_non_null(strstr(text, "always-local          no run is done"));
  assert_null(strstr(text, "Where the joules went"));
  assert_null(strstr(text, "Books"));
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(figures_are_means_over_replications, start),
      cmocka_unit_test_setup(runs_that_failed_do_not_count, start),
      cmocka_unit_test_setup(nothing_decided_is_not_a_number, start),
      cmocka_unit_test_setup(the_page, start),
      cmocka_unit_test_setup(the_degrees, start),
      cmocka_unit_test_setup(the_degrees_of_the_sun, start),
      cmocka_unit_test_setup(replications_say_how_sure, start),
      cmocka_unit_test_setup(warmth_by_hour, start),
      cmocka_unit_test_setup(nothing_harvested, start),
      cmocka_unit_test_setup(unreadable_books, start),
      cmocka_unit_test_setup(a_page_without_results, start),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
