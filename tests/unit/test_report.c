/* The report rule against a plain search for the lesser expected loss. */
#include "cognition/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void least_expected_loss(void **state) {
  (void)state;
  const cf_loss losses[] = {{5.0, 1.0}, {1.0, 1.0}, {0.5, 2.0}, {20.0, 1.0}};
  for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
    for (int k = 0; k <= 1000; k++) {
      double p = k / 1000.0, expected[2];
      for (uint32_t answer = 0; answer < 2; answer++)
        expected[answer] = p * cf_report_loss(1, answer, losses[i]) + (1.0 - p) * cf_report_loss(0, answer, losses[i]);
      uint32_t answer = cf_report(p, losses[i]);
      assert_true(expected[answer] <= expected[1 - answer]);
      assert_true(cf_report_expected_loss(p, losses[i]) == fmin(expected[0], expected[1]));
    }
}

static void threshold_follows_the_losses(void **state) {
  (void)state;
  cf_loss loss = {5.0, 1.0}; /* event from p = 1/6 on */
  assert_int_equal(cf_report(0.1666, loss), 0);
  assert_int_equal(cf_report(0.1667, loss), 1);
}

static void ties_are_no_event(void **state) {
  (void)state;
  assert_int_equal(cf_report(0.5, (cf_loss){1.0, 1.0}), 0);
  assert_int_equal(cf_report(0.7, (cf_loss){0.0, 0.0}), 0);
}

static void realised_loss(void **state) {
  (void)state;
  cf_loss loss = {5.0, 1.5};
  assert_true(cf_report_loss(0, 0, loss) == 0.0 && cf_report_loss(1, 1, loss) == 0.0);
  assert_true(cf_report_loss(1, 0, loss) == 5.0 && cf_report_loss(0, 1, loss) == 1.5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(least_expected_loss),
      cmocka_unit_test(threshold_follows_the_losses),
      cmocka_unit_test(ties_are_no_event),
      cmocka_unit_test(realised_loss),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
