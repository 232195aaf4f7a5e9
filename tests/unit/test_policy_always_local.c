/* always-local: the smallest model once, then report, whatever the rest of the world offers. */
#include "policy_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void never_escalates(void **state) {
  (void)state;
  for (int bits = 0; bits < 16; bits++) {
    policy_bench bench = {
        .small = bits & 1, .large = bits & 2, .way = bits & 4, .answered = bits & 8, .p_event = {0.5, 0.5, 0.5, 0.5}};
    char trace[8];
    assert_string_equal(policy_bench_play(&cf_policy_always_local, &bench, trace), bench.small ? "SR" : "R");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(never_escalates)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
