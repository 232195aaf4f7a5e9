/* What the processes of one sweep share while they work: the list of runs, who has taken which, what became of them.
 *
 * It lies in a mapping that forked processes inherit. Every field has one writer, or is atomic. A worker takes a claim,
 * some runs of one group (all, as long as there is enough left for everybody), and works it off in
 * order. The claim stands in the worker's slot as one word, so that after a death at any instant whoever takes the slot
 * over finds the run that was at hand and those behind it. A claim that never reached the slot is found by looking for
 * runs that are still waiting. Internal to sweep. */
#ifndef CF_SWEEP_BOARD_H
#define CF_SWEEP_BOARD_H

#include "base/diag.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum cf_task_state { CF_TASK_WAITING, CF_TASK_DONE, CF_TASK_FAILED } cf_task_state;

typedef struct cf_task {
  uint32_t run_id;
  uint32_t group; /* runs of one group are made from the same scenario; they stand side by side */
  _Atomic uint8_t state;
  uint8_t deaths; /* of workers that had it at hand; written while nobody has it */
  uint8_t signal; /* of the last of them; 0: it ended with `exit_code` */
  uint8_t exit_code;
  double value; /* valid once it is done */
} cf_task;

typedef struct cf_slot {
  _Atomic uint64_t claim; /* position of the run at hand << 32 | end of the claim; equal: nothing */
  _Atomic uint64_t events_before, events_now;
  _Atomic uint32_t share; /* of the run at hand, in parts of UINT32_MAX */
  cf_status status;       /* why the worker gave up; read after its end */
  char text[CF_DIAG_TEXT];
} cf_slot;

enum { CF_BOARD_SLOTS = 256 };

typedef struct cf_board {
  size_t bytes;
  volatile int stop; /* give up the runs at hand; by __atomic_* */
  _Atomic uint32_t next, failed;
  uint32_t max_failures, tasks, slots;
  cf_slot slot[CF_BOARD_SLOTS];
  cf_task task[];
} cf_board;

/* All zero but the counts; NULL: no memory. */
cf_board *cf_board_make(uint32_t tasks, uint32_t slots);
void cf_board_free(cf_board *board); /* NULL is fine */

/* The position of the slot's next run, which it holds until cf_board_advance; false: there is none, or it is time to
 * stop. */
bool cf_board_take(cf_board *board, uint32_t slot, uint32_t *position);
/* The run at hand has become `state`, which is not waiting. */
void cf_board_advance(cf_board *board, uint32_t slot, cf_task_state state);

/* The run that the slot has at hand; false: none. */
bool cf_board_at_hand(const cf_board *board, uint32_t slot, uint32_t *position);

/* Runs that nobody has tried. */
uint32_t cf_board_waiting(const cf_board *board);

/* Orders the tasks: groups in steps of the golden section, so that any part of the work looks like the whole of it. */
void cf_board_order(cf_board *board);

#endif
