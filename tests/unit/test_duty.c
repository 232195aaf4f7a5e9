/* The duty-cycle gate: when it opens, and that no window sees more than its share. */
#include "network/duty.h"

#include "base/random.h"
#include "base/ticks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void opens_when_it_should(void **state) {
  (void)state;
  cf_duty gate = {0};
  assert_true(cf_duty_allowed(&gate, 0));
  assert_true(cf_duty_opens_ns(&gate, 5) == 5);
  cf_duty_note(&gate, 1000, 50, 0.25);
  assert_false(cf_duty_allowed(&gate, 1000));
  assert_false(cf_duty_allowed(&gate, 1199));
  assert_true(cf_duty_allowed(&gate, 1200));
  assert_true(cf_duty_opens_ns(&gate, 1100) == 1200 && cf_duty_opens_ns(&gate, 1300) == 1300);
  cf_duty_note(&gate, 1200, 10, 1.0); /* an unlimited band is closed only by itself */
  assert_true(gate.closed_until_ns == 1210);
  cf_duty_note(&gate, 1300, 1, 0.3); /* 3.33 rounds up */
  assert_true(gate.closed_until_ns == 1304);
  cf_duty_note(&gate, 0, 1, 1.0); /* an older note does not open it */
  assert_true(gate.closed_until_ns == 1304);
}

static void far_times(void **state) {
  (void)state;
  cf_duty gate = {0};
  cf_duty_note(&gate, 0, CF_NS_PER_S, 1e-12);
  assert_true(gate.closed_until_ns == CF_NEVER);
  gate.closed_until_ns = 0;
  cf_duty_note(&gate, INT64_MAX - 100, 60, 0.5);
  assert_true(gate.closed_until_ns == CF_NEVER);
  gate.closed_until_ns = 0;
  cf_duty_note(&gate, INT64_MAX - 1000, 60, 0.5);
  assert_true(gate.closed_until_ns == INT64_MAX - 880);
}

/* A greedy sender of random frames: in any window that starts with a frame, all airtime but the last frame's is at most
 * the duty's share of the time to that last frame. */
static void no_window_exceeds_the_share(void **state) {
  (void)state;
  enum { FRAMES = 400 };
  cf_random random = cf_random_seed(5, 0);
  int64_t start[FRAMES], airtime[FRAMES], t = 0;
  cf_duty gate = {0};
  for (uint64_t i = 0; i < FRAMES; i++) {
    double u[2];
    cf_random_uniform2(&random, 0, CF_STREAM_BENCH, i, u);
    t = cf_duty_opens_ns(&gate, t + (int64_t)(u[0] < 0.5 ? 0.0 : u[1] * 1e10));
    assert_true(cf_duty_allowed(&gate, t));
    start[i] = t;
    airtime[i] = 1 + (int64_t)(u[1] * 1.5e9);
    cf_duty_note(&gate, t, airtime[i], 0.01);
  }
  for (int i = 0; i < FRAMES; i++) {
    int64_t used = 0;
    for (int k = i; k < FRAMES; k++) {
      assert_true((double)used <= 0.01 * (double)(start[k] - start[i]) + 1e-6);
      used += airtime[k];
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opens_when_it_should),
      cmocka_unit_test(far_times),
      cmocka_unit_test(no_window_exceeds_the_share),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
