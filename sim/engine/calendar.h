/* A calendar of (instant, item): which items fall due before a given instant, without ordering those that do.
 *
 * Time is cut into buckets of about `width_ns`. Three wheels of 1024 buckets hold what lies in the current group of
 * 2^10, 2^20 and 2^30 buckets; the rest waits in one "far" bucket. A wheel's bucket is dealt out to the wheel below
 * when time enters it. A bucket is a list of 128-byte chunks of ten items; bitmaps say which buckets hold any.
 *
 * The bucket of t is floor(t * floor(2^64 / width) / 2^64): not exactly t / width (the buckets are wider by less than
 * one part in 2^64 / width) but monotone in t, which is all that is needed, and five times faster than a division.
 * Since the limits of draining may fall anywhere, a bucket that is partly due keeps the rest.
 *
 * Invariants: no item lies before `drained_ns`; each wheel above the finest is empty at the current position. Costs:
 * one push, at most two moves and one visit per item; nothing is allocated once the chunks of the busiest time exist.
 */
#ifndef CF_ENGINE_CALENDAR_H
#define CF_ENGINE_CALENDAR_H

#include "engine/slab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  CF_CALENDAR_BITS = 10,
  CF_CALENDAR_FAN = 1 << CF_CALENDAR_BITS,
  CF_CALENDAR_WHEELS = 3,
  CF_CALENDAR_FAR = CF_CALENDAR_WHEELS * CF_CALENDAR_FAN, /* number of the far bucket */
  CF_CHUNK_ITEMS = 10
};

typedef struct cf_calendar {
  uint64_t inverse; /* 2^64 / width */
  int64_t width_ns;
  uint64_t tick;      /* the current bucket, counted from time zero */
  int64_t drained_ns; /* everything before has been taken */
  int64_t far_ns;     /* exact earliest instant in the far bucket */
  size_t items;
  cf_slab chunks;
  uint64_t occupied[CF_CALENDAR_WHEELS][CF_CALENDAR_FAN / 64];
  uint32_t bucket[CF_CALENDAR_FAR + 1]; /* first chunk * 16 + items in it (the others are full); 0: empty */
} cf_calendar;

/* Receives up to CF_CHUNK_ITEMS due items at a time. It must not touch the calendar. */
typedef void (*cf_calendar_sink)(void *self, const int64_t *t_ns, const uint32_t *item, unsigned count);

/* `expected` items at a time; a hint. `width_ns` > 0. */
void cf_calendar_init(cf_calendar *calendar, cf_arena *arena, int64_t width_ns, size_t expected);

/* drained_ns <= t_ns < CF_NEVER. False when there is no memory. */
bool cf_calendar_push(cf_calendar *calendar, int64_t t_ns, uint32_t item);

/* Hands all items with t < until_ns to the sink, in no particular order. False when there is no memory. */
bool cf_calendar_drain(cf_calendar *calendar, int64_t until_ns, cf_calendar_sink sink, void *self);

/* A lower bound of all instants held, CF_NEVER when there are none. It is less than one bucket early, or, where the
 * nearest item lies in a coarser wheel, the start of its bucket there: draining to just behind that instant makes the
 * next answer finer. */
int64_t cf_calendar_earliest(const cf_calendar *calendar);

/* Forgets all items; time stays where it is. */
void cf_calendar_clear(cf_calendar *calendar);

#endif
