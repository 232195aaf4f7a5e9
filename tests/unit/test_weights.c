/* The share of the work that is done: runs weigh what is predicted for them. */
#include "sweep/weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>

#include <cmocka.h>

/* Groups of two runs. */
static cf_board *board_of(uint32_t groups) {
  cf_board *board = cf_board_make(2 * groups, 1);
  assert_non_null(board);
  for (uint32_t i = 0; i < 2 * groups; i++) {
    board->task[i].run_id = i + 1;
    board->task[i].group = i / 2 + 1;
  }
  return board;
}

static bool near(double a, double b) { return fabs(a - b) <= 1e-12; }

static void without_weights_runs_are_counted(void **state) {
  (void)state;
  cf_board *board = board_of(5);
  cf_weights weights;
  assert_true(cf_weights_make(&weights, board));
  assert_true(near(cf_weights_share(&weights, board), 0));
  for (uint32_t i = 0; i < 10; i++) {
    cf_weights_try(&weights, i);
    assert_true(near(cf_weights_share(&weights, board), (i + 1) / 10.0));
  }
  cf_weights_free(&weights);
  cf_board_free(board);
}

/* Weights 1, 2 and 9; whether they are known before or after their runs are tried. */
static void long_runs_weigh_more(void **state) {
  (void)state;
  for (int late = 0; late < 2; late++) {
    cf_board *board = board_of(3);
    cf_weights weights;
    assert_true(cf_weights_make(&weights, board));
    cf_weights_put(&weights, 1);
    assert_true(near(cf_weights_share(&weights, board), 0));
    if (!late) cf_weights_put(&weights, 2), cf_weights_put(&weights, 9);
    for (uint32_t i = 0; i < 4; i++) cf_weights_try(&weights, i);
    if (late) cf_weights_put(&weights, 2), cf_weights_put(&weights, 9);
    assert_true(near(cf_weights_share(&weights, board), 6.0 / 24));
    cf_weights_try(&weights, 4);
    assert_true(near(cf_weights_share(&weights, board), 15.0 / 24));
    cf_weights_try(&weights, 5);
    assert_true(near(cf_weights_share(&weights, board), 1));
    cf_weights_free(&weights);
    cf_board_free(board);
  }
}

/* What has not been weighed counts as the mean of what has. */
static void unknown_points_are_average(void **state) {
  (void)state;
  cf_board *board = board_of(4);
  cf_weights weights;
  assert_true(cf_weights_make(&weights, board));
  cf_weights_put(&weights, 1);
  cf_weights_put(&weights, 5); /* mean 3: the rest weighs 12 */
  cf_weights_try(&weights, 7);
  assert_true(near(cf_weights_share(&weights, board), 3.0 / 24));
  cf_weights_try(&weights, 2);
  assert_true(near(cf_weights_share(&weights, board), 8.0 / 24));
  cf_weights_free(&weights);
  cf_board_free(board);
}

static void the_run_at_hand_counts_in_part(void **state) {
  (void)state;
  cf_board *board = board_of(2);
  cf_weights weights;
  uint32_t position;
  assert_true(cf_weights_make(&weights, board));
  cf_weights_put(&weights, 3);
  cf_weights_put(&weights, 1);
  assert_true(cf_board_take(board, 0, &position));
  atomic_store(&board->slot[0].share, UINT32_MAX / 2);
  double share = cf_weights_share(&weights, board);
  assert_true(fabs(share - 1.5 / 8) < 1e-6);
  cf_weights_free(&weights);
  cf_board_free(board);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_weights_runs_are_counted), cmocka_unit_test(long_runs_weigh_more),
      cmocka_unit_test(unknown_points_are_average), cmocka_unit_test(the_run_at_hand_counts_in_part)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
