/* always-escalate: ask first; the local model is only the fall-back. */
#include "policy_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void every_situation(void **state) {
  (void)state;
  for (int bits = 0; bits < 16; bits++) {
    policy_bench bench = {
        .small = bits & 1, .large = bits & 2, .way = bits & 4, .answered = bits & 8, .p_event = {0.01, 0.5, 0.5, 0.5}};
    const char *want = bench.way && bench.answered ? "ER"
                       : bench.way                 ? (bench.small ? "ESR" : "ER")
                       : bench.small               ? "SR"
                                                   : "R";
    char trace[8];
    assert_string_equal(policy_bench_play(&cf_policy_always_escalate, &bench, trace), want);
  }
}

/* After the fall-back a way that has come up again is not taken: the decision ends. */
static void does_not_ask_after_looking(void **state) {
  (void)state;
  cf_option option[2] = {{.kind = CF_OPTION_REPORT, .feasible = true}, {.kind = CF_OPTION_ESCALATE, .feasible = true}};
  cf_policy_parameters none = {{0.0}};
  cf_decision_view view = {.options = 2, .option = option, .looks = 1};
  assert_int_equal(cf_policy_always_escalate.choose(&none, &view), 0);
  view.looks = 0;
  assert_int_equal(cf_policy_always_escalate.choose(&none, &view), 1);
  view.asked = 1;
  assert_int_equal(cf_policy_always_escalate.choose(&none, &view), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_situation), cmocka_unit_test(does_not_ask_after_looking)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
