/* A sign of life: what a process that watches workers tells others about them, who cannot look into a shard that is
 * being written.
 *
 * It is a small file, DIR/running/NAME, written anew every few seconds (whole, then renamed) and removed at the end.
 * One that has grown old belongs to a process that was killed. Nothing depends on it but what `status` prints. */
#ifndef CF_SWEEP_BEAT_H
#define CF_SWEEP_BEAT_H

#include "sweep/worker.h"

enum { CF_BEAT_NAME = 64, CF_BEAT_HOST = 64, CF_BEATS = 4096 };
#define CF_BEAT_EVERY_S 2.0
#define CF_BEAT_OLD_S 60.0

typedef struct cf_beat {
  char name[CF_BEAT_NAME]; /* "local", "part-7" */
  char host[CF_BEAT_HOST];
  long process;
  uint32_t runs, done, failed;
  double share, events, elapsed_s;
  unsigned workers;
  int worker[CF_WORK_MOST]; /* process ids */
  double age_s;             /* since it was written; set by reading */
} cf_beat;

/* Without words on failure: it is a courtesy. */
void cf_beat_write(const char *directory, const char *name, const cf_work_state *state);
void cf_beat_remove(const char *directory, const char *name);

/* Calls `each` for every sign of life in order of names. */
void cf_beat_read(const char *directory, void (*each)(void *self, const cf_beat *beat), void *self);

#endif
