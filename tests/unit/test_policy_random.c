/* random: one toss per decision, with the stated chance, then one of the two constant policies throughout. */
#include "policy_bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void asks_as_often_as_told(void **state) {
  (void)state;
  enum { TOSSES = 1000 };
  const double ask[] = {0.0, 0.15, 0.5, 1.0};
  for (int a = 0; a < 4; a++) {
    int asked = 0;
    for (int i = 0; i < TOSSES; i++) {
      policy_bench bench = {.small = true,
                            .large = true,
                            .way = true,
                            .dice = (i + 0.5) / TOSSES,
                            .p_event = {0.5, 0.5, 0.5, 0.5},
                            .parameters = {{ask[a]}}};
      char trace[8], like[8];
      policy_bench_play(&cf_policy_random, &bench, trace);
      bool asks = trace[0] == 'E';
      policy_bench_play(asks ? &cf_policy_always_escalate : &cf_policy_always_local, &bench, like);
      assert_string_equal(trace, like);
      asked += asks;
    }
    assert_int_equal(asked, lround(ask[a] * TOSSES));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(asks_as_often_as_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
