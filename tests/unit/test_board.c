/* The list that workers share: every run is taken once, whoever dies when. */
#include "sweep/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* `tasks` runs, `each` to a group. */
static cf_board *board_of(uint32_t tasks, uint32_t each, uint32_t slots) {
  cf_board *board = cf_board_make(tasks, slots);
  assert_non_null(board);
  for (uint32_t i = 0; i < tasks; i++) {
    board->task[i].run_id = i + 1;
    board->task[i].group = i / each;
  }
  return board;
}

static void every_run_is_taken_once(void **state) {
  (void)state;
  for (uint32_t slots = 1; slots <= 5; slots++) {
    cf_board *board = board_of(103, 4, slots);
    unsigned char taken[103] = {0};
    uint32_t position, slot = 0;
    bool more[5] = {true, true, true, true, true};
    for (uint32_t busy = slots; busy;) {
      slot = (slot + 1) % slots;
      if (!more[slot]) continue;
      if (cf_board_take(board, slot, &position)) {
        assert_int_equal(taken[position]++, 0);
        cf_board_advance(board, slot, position % 10 ? CF_TASK_DONE : CF_TASK_FAILED);
      } else {
        more[slot] = false;
        busy--;
      }
    }
    for (uint32_t i = 0; i < 103; i++) assert_int_equal(taken[i], 1);
    assert_int_equal(cf_board_waiting(board), 0);
    assert_int_equal(atomic_load(&board->failed), 11);
    cf_board_free(board);
  }
}

static void a_claim_stays_in_its_group(void **state) {
  (void)state;
  cf_board *board = board_of(1000, 6, 2);
  uint32_t position;
  assert_true(cf_board_take(board, 0, &position));
  assert_int_equal(position, 0);
  assert_true(cf_board_take(board, 1, &position));
  assert_int_equal(position, 6);
  cf_board_advance(board, 0, CF_TASK_DONE);
  assert_true(cf_board_take(board, 0, &position));
  assert_int_equal(position, 1);
  cf_board_free(board);
  /* With little left for everybody, a group is shared. */
  board = board_of(8, 8, 2);
  assert_true(cf_board_take(board, 0, &position));
  assert_true(cf_board_take(board, 1, &position));
  assert_int_equal(position, 1);
  cf_board_free(board);
}

static void who_comes_after_finds_the_run_at_hand(void **state) {
  (void)state;
  cf_board *board = board_of(40, 10, 1);
  uint32_t position;
  assert_false(cf_board_at_hand(board, 0, &position));
  assert_true(cf_board_take(board, 0, &position));
  cf_board_advance(board, 0, CF_TASK_DONE);
  assert_true(cf_board_take(board, 0, &position));
  assert_true(cf_board_at_hand(board, 0, &position));
  assert_int_equal(position, 1);
  assert_true(cf_board_take(board, 0, &position)); /* and takes it again */
  assert_int_equal(position, 1);
  cf_board_free(board);
}

static void a_lost_claim_is_found_from_the_start(void **state) {
  (void)state;
  cf_board *board = board_of(20, 5, 1);
  uint32_t position, seen = 0;
  atomic_store(&board->next, 5); /* taken by somebody who died before writing it down */
  while (cf_board_take(board, 0, &position)) {
    cf_board_advance(board, 0, CF_TASK_DONE);
    seen++;
  }
  assert_int_equal(seen, 15);
  assert_int_equal(cf_board_waiting(board), 5);
  atomic_store(&board->next, 0);
  while (cf_board_take(board, 0, &position)) {
    assert_true(position < 5);
    cf_board_advance(board, 0, CF_TASK_DONE);
  }
  assert_int_equal(cf_board_waiting(board), 0);
  cf_board_free(board);
}

static void it_ends_at_a_stop_and_at_too_many_failures(void **state) {
  (void)state;
  cf_board *board = board_of(10, 1, 1);
  uint32_t position;
  board->max_failures = 2;
  for (int i = 0; i < 2; i++) {
    assert_true(cf_board_take(board, 0, &position));
    cf_board_advance(board, 0, CF_TASK_FAILED);
  }
  assert_false(cf_board_take(board, 0, &position));
  board->max_failures = UINT32_MAX;
  assert_true(cf_board_take(board, 0, &position));
  board->stop = 1;
  assert_false(cf_board_take(board, 0, &position));
  cf_board_free(board);
}

/* Groups keep together, each comes once, and any tenth of the work is about evenly from every tenth of the range. */
static void the_order_spreads_the_groups(void **state) {
  (void)state;
  for (uint32_t groups = 1; groups <= 64; groups++) {
    cf_board *board = board_of(groups * 3, 3, 1);
    cf_board_order(board);
    unsigned char seen[64 * 3 + 1] = {0};
    for (uint32_t i = 0; i < groups * 3; i++) {
      assert_int_equal(board->task[i].run_id, board->task[i].group * 3 + i % 3 + 1);
      assert_int_equal(seen[board->task[i].run_id]++, 0);
    }
    cf_board_free(board);
  }
  cf_board *board = board_of(1000, 1, 1);
  cf_board_order(board);
  for (uint32_t part = 0; part < 10; part++) {
    unsigned in_tenth[10] = {0};
    for (uint32_t i = 0; i < 100; i++) in_tenth[board->task[part * 100 + i].group / 100]++;
    for (unsigned i = 0; i < 10; i++) assert_in_range(in_tenth[i], 7, 13);
  }
  cf_board_free(board);
}

static void processes_share_it(void **state) {
  (void)state;
  enum { SLOTS = 4, TASKS = 20000 };
  cf_board *board = board_of(TASKS, 7, SLOTS);
  pid_t child[SLOTS];
  for (uint32_t slot = 0; slot < SLOTS; slot++) {
    child[slot] = fork();
    assert_true(child[slot] >= 0);
    if (child[slot]) continue;
    uint32_t position;
    while (cf_board_take(board, slot, &position)) {
      board->task[position].deaths++; /* counts how often it was taken */
      cf_board_advance(board, slot, CF_TASK_DONE);
    }
    _exit(0);
  }
  for (uint32_t slot = 0; slot < SLOTS; slot++) assert_int_equal(waitpid(child[slot], NULL, 0), child[slot]);
  for (uint32_t i = 0; i < TASKS; i++) assert_int_equal(board->task[i].deaths, 1);
  cf_board_free(board);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_run_is_taken_once),
                                     cmocka_unit_test(a_claim_stays_in_its_group),
                                     cmocka_unit_test(who_comes_after_finds_the_run_at_hand),
                                     cmocka_unit_test(a_lost_claim_is_found_from_the_start),
                                     cmocka_unit_test(it_ends_at_a_stop_and_at_too_many_failures),
                                     cmocka_unit_test(the_order_spreads_the_groups),
                                     cmocka_unit_test(processes_share_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
