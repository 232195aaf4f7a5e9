#include "sweep/board.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

cf_board *cf_board_make(uint32_t tasks, uint32_t slots) {
  size_t bytes = sizeof(cf_board) + tasks * sizeof(cf_task);
  cf_board *board = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (board == MAP_FAILED) return NULL;
  board->bytes = bytes;
  board->tasks = tasks;
  board->slots = slots;
  board->max_failures = UINT32_MAX;
  return board;
}

void cf_board_free(cf_board *board) {
  if (board) munmap(board, board->bytes);
}

static uint64_t claim_of(uint32_t at, uint32_t end) { return (uint64_t)at << 32 | end; }

static bool over(const cf_board *board) {
  return __atomic_load_n(&board->stop, __ATOMIC_RELAXED) || atomic_load(&board->failed) >= board->max_failures;
}

/* A claim ends with its group, and takes no more than a fourth of what each worker may still expect. */
static uint32_t claim_end(const cf_board *board, uint32_t at) {
  uint32_t most = (board->tasks - at) / (4 * board->slots), end = at + 1;
  while (end < board->tasks && end - at < most && board->task[end].group == board->task[at].group) end++;
  return end;
}

bool cf_board_take(cf_board *board, uint32_t slot, uint32_t *position) {
  cf_slot *own = &board->slot[slot];
  for (;;) {
    if (over(board)) return false;
    uint64_t claim = atomic_load(&own->claim);
    uint32_t at = (uint32_t)(claim >> 32), end = (uint32_t)claim;
    if (at < end && atomic_load(&board->task[at].state) == CF_TASK_WAITING) {
      *position = at;
      return true;
    }
    if (at < end) {
      atomic_store(&own->claim, claim_of(at + 1, end));
      continue;
    }
    at = atomic_load(&board->next);
    do {
      if (at >= board->tasks) return false;
      end = claim_end(board, at);
    } while (!atomic_compare_exchange_weak(&board->next, &at, end));
    atomic_store(&own->claim, claim_of(at, end));
  }
}

void cf_board_advance(cf_board *board, uint32_t slot, cf_task_state state) {
  cf_slot *own = &board->slot[slot];
  uint64_t claim = atomic_load(&own->claim);
  uint32_t at = (uint32_t)(claim >> 32), end = (uint32_t)claim;
  atomic_store(&own->share, 0);
  atomic_store(&board->task[at].state, (uint8_t)state);
  atomic_store(&own->claim, claim_of(at + 1, end));
  if (state == CF_TASK_FAILED) atomic_fetch_add(&board->failed, 1);
}

bool cf_board_at_hand(const cf_board *board, uint32_t slot, uint32_t *position) {
  uint64_t claim = atomic_load(&board->slot[slot].claim);
  *position = (uint32_t)(claim >> 32);
  return *position < (uint32_t)claim && atomic_load(&board->task[*position].state) == CF_TASK_WAITING;
}

uint32_t cf_board_waiting(const cf_board *board) {
  uint32_t waiting = 0;
  for (uint32_t i = 0; i < board->tasks; i++) waiting += atomic_load(&board->task[i].state) == CF_TASK_WAITING;
  return waiting;
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
  while (b) {
    uint32_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

void cf_board_order(cf_board *board) {
  uint32_t *start = calloc((size_t)board->tasks + 1, sizeof *start);
  cf_task *sorted = calloc(board->tasks, sizeof *sorted);
  uint32_t groups = 0, filled = 0;
  if (start && sorted) {
    for (uint32_t i = 0; i < board->tasks; i++)
      if (i == 0 || board->task[i].group != board->task[i - 1].group) start[groups++] = i;
    start[groups] = board->tasks;
    uint32_t step = (uint32_t)(0.6180339887498949 * groups);
    while (step < 1 || common_divisor(step, groups) > 1) step++;
    for (uint32_t k = 0, group = 0; k < groups; k++, group = (uint32_t)(((uint64_t)group + step) % groups)) {
      uint32_t runs = start[group + 1] - start[group];
      memcpy(&sorted[filled], &board->task[start[group]], runs * sizeof *sorted);
      filled += runs;
    }
    memcpy(board->task, sorted, board->tasks * sizeof *sorted);
  } /* without memory the order stays as it is: it matters to the forecast of the time only */
  free(start);
  free(sorted);
}
