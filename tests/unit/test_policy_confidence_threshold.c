/* confidence-threshold: the cascade's path in every situation that matters. */
#include "policy_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
  const char *want;
  bool small, large, way, answered;
  double p_event[4];
} path[] = {
    {"SR", true, true, true, true, {0.5, 0.98, 0.5, 0.5}},    /* sure at once */
    {"SR", true, true, true, true, {0.5, 0.02, 0.5, 0.5}},    /* sure of the contrary */
    {"SR", true, true, true, true, {0.001, 0.001, 0.5, 0.5}}, /* looks even where the prior is sure */
    {"SLR", true, true, true, true, {0.5, 0.95, 0.99, 0.5}},  /* the large one settles it */
    {"SLR", true, true, true, true, {0.5, 0.6, 0.93, 0.5}},   /* between the thresholds: neither look nor ask */
    {"SLER", true, true, true, true, {0.5, 0.7, 0.8, 0.99}},  /* all the way */
    {"SLER", true, true, true, true, {0.5, 0.7, 0.8, 0.6}},   /* and reports however unsure it stays */
    {"SLER", true, true, true, false, {0.5, 0.7, 0.8, 0.8}},  /* nothing comes back */
    {"SLR", true, true, false, true, {0.5, 0.7, 0.8, 0.8}},   /* no way up */
    {"SER", true, false, true, true, {0.5, 0.7, 0.99, 0.5}},  /* no large model */
    {"SR", true, false, true, true, {0.5, 0.92, 0.5, 0.5}},   /* below one threshold, above the other */
    {"LR", false, true, true, true, {0.5, 0.98, 0.5, 0.5}},   /* the small one is masked */
    {"ER", false, false, true, true, {0.5, 0.98, 0.5, 0.5}},  /* no local model at all: the prior decides */
    {"R", false, false, true, true, {0.05, 0.98, 0.5, 0.5}},  {"R", false, false, false, false, {0.5, 0.5, 0.5, 0.5}},
};

static void paths(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
    policy_bench bench = {.small = path[i].small,
                          .large = path[i].large,
                          .way = path[i].way,
                          .answered = path[i].answered,
                          .parameters = cf_policy_defaults(&cf_policy_confidence_threshold)};
    memcpy(bench.p_event, path[i].p_event, sizeof bench.p_event);
    char trace[8];
    assert_string_equal(policy_bench_play(&cf_policy_confidence_threshold, &bench, trace), path[i].want);
  }
}

static void parameters_move_the_thresholds(void **state) {
  (void)state;
  policy_bench bench = {.small = true, .large = true, .way = true, .answered = true, .p_event = {0.5, 0.7, 0.8, 0.9}};
  char trace[8];
  bench.parameters = (cf_policy_parameters){{0.5, 0.5}};
  assert_string_equal(policy_bench_play(&cf_policy_confidence_threshold, &bench, trace), "SR");
  bench.parameters = (cf_policy_parameters){{0.5, 0.75}};
  assert_string_equal(policy_bench_play(&cf_policy_confidence_threshold, &bench, trace), "SER");
  bench.parameters = (cf_policy_parameters){{0.75, 0.75}};
  assert_string_equal(policy_bench_play(&cf_policy_confidence_threshold, &bench, trace), "SLR");
}

/* Once it has asked it reports, even where a model or another way has become free meanwhile. */
static void asks_once(void **state) {
  (void)state;
  cf_option option[3] = {{.kind = CF_OPTION_REPORT, .feasible = true},
                         {.kind = CF_OPTION_INFER, .feasible = true},
                         {.kind = CF_OPTION_ESCALATE, .feasible = true}};
  cf_policy_parameters parameters = cf_policy_defaults(&cf_policy_confidence_threshold);
  cf_decision_view view = {.options = 3, .option = option, .p_event = 0.5, .asked = 1};
  assert_int_equal(cf_policy_confidence_threshold.choose(&parameters, &view), 0);
  option[1].feasible = false;
  view.looks = 1;
  assert_int_equal(cf_policy_confidence_threshold.choose(&parameters, &view), 0);
  view.asked = 0;
  assert_int_equal(cf_policy_confidence_threshold.choose(&parameters, &view), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(paths), cmocka_unit_test(parameters_move_the_thresholds),
                                     cmocka_unit_test(asks_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
