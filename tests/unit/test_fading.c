/* Packet loss under log-normal fading: the rule, its chance against GSL, and that the two agree. */
#include "network/fading.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <gsl/gsl_cdf.h>

#include <cmocka.h>

static void without_fading(void **state) {
  (void)state;
  assert_true(cf_packet_loss_chance(0.0, 0.0) == 0.0);
  assert_true(cf_packet_loss_chance(3.0, 0.0) == 0.0);
  assert_true(cf_packet_loss_chance(-0.1, 0.0) == 1.0);
}

static void chance_is_the_normal_integral(void **state) {
  (void)state;
  for (double fading = 0.5; fading < 10.0; fading += 1.3)
    for (double margin = -30.0; margin <= 30.0; margin += 0.7) {
      double want = gsl_cdf_ugaussian_P(-margin / fading);
      assert_true(fabs(cf_packet_loss_chance(margin, fading) - want) < 1e-15);
    }
}

static void losses_come_as_often_as_the_chance(void **state) {
  (void)state;
  enum { CELLS = 10000 };
  const double margin[] = {-4.0, 0.0, 3.0, 8.0};
  for (int i = 0; i < 4; i++) {
    int lost = 0;
    for (int k = 0; k < CELLS; k++) lost += margin[i] + 4.0 * cf_inverse_normal((k + 0.5) / CELLS) < 0.0;
    assert_true(fabs((double)lost / CELLS - cf_packet_loss_chance(margin[i], 4.0)) <= 0.51 / CELLS);
  }
}

static void extremes(void **state) {
  (void)state;
  assert_true(cf_packet_loss_chance(1000.0, 1.0) == 0.0);
  assert_true(cf_packet_loss_chance(-1000.0, 1.0) == 1.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_fading),
      cmocka_unit_test(chance_is_the_normal_integral),
      cmocka_unit_test(losses_come_as_often_as_the_chance),
      cmocka_unit_test(extremes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
