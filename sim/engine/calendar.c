#include "engine/calendar.h"

#include "base/int128.h"
#include "base/ticks.h"

#include <assert.h>
#include <string.h>

enum { USED_BITS = 4, USED_MASK = (1 << USED_BITS) - 1, DIGIT_MASK = CF_CALENDAR_FAN - 1 };

typedef struct chunk {
  int64_t t_ns[CF_CHUNK_ITEMS];
  uint32_t item[CF_CHUNK_ITEMS];
  uint32_t next;
  uint32_t after; /* the next one's next: known early enough to be asked for */
} chunk;

_Static_assert(sizeof(chunk) == 128, "a chunk is two cache lines");
_Static_assert((int)CF_CHUNK_ITEMS <= (int)USED_MASK, "the count of a head chunk fits beside its number");

static inline chunk *chunk_at(const cf_calendar *c, uint32_t id) { return cf_slab_at(&c->chunks, id); }

static inline uint64_t tick_of(const cf_calendar *c, int64_t t_ns) {
  return (uint64_t)(((cf_u128)(uint64_t)t_ns * c->inverse) >> 64);
}

static inline unsigned digit_of(uint64_t tick, unsigned wheel) {
  return (unsigned)(tick >> (CF_CALENDAR_BITS * wheel)) & DIGIT_MASK;
}

void cf_calendar_init(cf_calendar *c, cf_arena *arena, int64_t width_ns, size_t expected) {
  assert(width_ns > 0);
  memset(c, 0, sizeof *c);
  c->width_ns = width_ns;
  c->inverse = width_ns == 1 ? UINT64_MAX : (uint64_t)(((cf_u128)1 << 64) / (uint64_t)width_ns);
  c->far_ns = CF_NEVER;
  size_t per_page = expected / CF_CHUNK_ITEMS / 8;
  if (per_page < 32) per_page = 32;
  if (per_page > 16384) per_page = 16384;
  cf_slab_init(&c->chunks, arena, sizeof(chunk), (uint32_t)per_page);
}

static bool put(cf_calendar *c, unsigned bucket, int64_t t_ns, uint32_t item) {
  uint32_t head = c->bucket[bucket], used = head & USED_MASK;
  if (used == 0 || used == CF_CHUNK_ITEMS) {
    uint32_t fresh = cf_slab_take(&c->chunks);
    if (fresh >= CF_SLAB_NONE >> USED_BITS) return false;
    chunk *first = chunk_at(c, fresh);
    first->next = first->after = CF_SLAB_NONE;
    if (used) {
      first->next = head >> USED_BITS;
      first->after = chunk_at(c, first->next)->next;
    }
    head = fresh << USED_BITS;
    used = 0;
  }
  chunk *k = chunk_at(c, head >> USED_BITS);
  k->t_ns[used] = t_ns;
  k->item[used] = item;
  c->bucket[bucket] = head + 1;
  return true;
}

/* Puts an item where the distance of its bucket from the current one says. */
static bool file_item(cf_calendar *c, int64_t t_ns, uint32_t item) {
  uint64_t tick = tick_of(c, t_ns);
  assert(tick >= c->tick);
  uint64_t apart = tick ^ c->tick; /* wheel = the highest digit in which they differ */
  unsigned wheel = 0;
  while (wheel < CF_CALENDAR_WHEELS && apart >> (CF_CALENDAR_BITS * (wheel + 1))) wheel++;
  if (wheel == CF_CALENDAR_WHEELS) {
    if (t_ns < c->far_ns) c->far_ns = t_ns;
    return put(c, CF_CALENDAR_FAR, t_ns, item);
  }
  unsigned digit = digit_of(tick, wheel);
  c->occupied[wheel][digit / 64] |= UINT64_C(1) << (digit % 64);
  return put(c, wheel * CF_CALENDAR_FAN + digit, t_ns, item);
}

bool cf_calendar_push(cf_calendar *c, int64_t t_ns, uint32_t item) {
  assert(t_ns >= c->drained_ns && t_ns < CF_NEVER);
  c->items++;
  return file_item(c, t_ns, item);
}

/* First occupied bucket of a wheel in [from, last]; CF_CALENDAR_FAN when there is none. */
static unsigned next_occupied(const cf_calendar *c, unsigned wheel, unsigned from, unsigned last) {
  if (from > last) return CF_CALENDAR_FAN;
  unsigned word = from / 64;
  uint64_t bits = c->occupied[wheel][word] & (UINT64_MAX << (from % 64));
  while (!bits) {
    if (++word > last / 64) return CF_CALENDAR_FAN;
    bits = c->occupied[wheel][word];
  }
  unsigned found = word * 64 + (unsigned)__builtin_ctzll(bits);
  return found <= last ? found : CF_CALENDAR_FAN;
}

/* Takes a bucket's list away from it. */
static uint32_t detach(cf_calendar *c, unsigned bucket, unsigned *used) {
  uint32_t head = c->bucket[bucket];
  c->bucket[bucket] = 0;
  if (bucket < CF_CALENDAR_FAR) {
    unsigned digit = bucket & DIGIT_MASK;
    c->occupied[bucket / CF_CALENDAR_FAN][digit / 64] &= ~(UINT64_C(1) << (digit % 64));
  }
  *used = head & USED_MASK;
  return *used ? head >> USED_BITS : CF_SLAB_NONE;
}

static inline void ask_for(const cf_calendar *c, uint32_t id) {
  if (id == CF_SLAB_NONE) return;
  const char *k = (const char *)chunk_at(c, id);
  __builtin_prefetch(k);
  __builtin_prefetch(k + 64);
}

/* Deals a coarse bucket out again, now that time has come nearer. */
static bool refile(cf_calendar *c, unsigned bucket) {
  unsigned used;
  uint32_t id = detach(c, bucket, &used);
  while (id != CF_SLAB_NONE) {
    chunk copy = *chunk_at(c, id);
    cf_slab_give(&c->chunks, id); /* before filing, so that the chunk serves its own items */
    ask_for(c, copy.after);
    for (unsigned i = 0; i < used; i++)
      if (!file_item(c, copy.t_ns[i], copy.item[i])) return false;
    id = copy.next;
    used = CF_CHUNK_ITEMS;
  }
  return true;
}

/* Moves the current bucket on; nothing may lie before the new one. */
static bool advance(cf_calendar *c, uint64_t tick) {
  uint64_t apart = c->tick ^ tick;
  c->tick = tick;
  if (apart < CF_CALENDAR_FAN) return true;
  unsigned top = CF_CALENDAR_BITS * CF_CALENDAR_WHEELS;
  if (apart >> top && c->far_ns < CF_NEVER && tick_of(c, c->far_ns) >> top == tick >> top) {
    c->far_ns = CF_NEVER;
    if (!refile(c, CF_CALENDAR_FAR)) return false;
  }
  for (unsigned wheel = CF_CALENDAR_WHEELS - 1; wheel > 0; wheel--)
    if (apart >> (CF_CALENDAR_BITS * wheel) && !refile(c, wheel * CF_CALENDAR_FAN + digit_of(tick, wheel)))
      return false;
  return true;
}

/* First bucket of the nearest thing outside the current group of the finest wheel; UINT64_MAX when there is none. */
static uint64_t next_group(const cf_calendar *c) {
  for (unsigned wheel = 1; wheel < CF_CALENDAR_WHEELS; wheel++) {
    unsigned digit = next_occupied(c, wheel, digit_of(c->tick, wheel) + 1, DIGIT_MASK);
    if (digit < CF_CALENDAR_FAN) {
      unsigned shift = CF_CALENDAR_BITS * wheel;
      return ((c->tick >> shift & ~(uint64_t)DIGIT_MASK) | digit) << shift;
    }
  }
  return c->far_ns < CF_NEVER ? tick_of(c, c->far_ns) : UINT64_MAX;
}

/* The part of a detached chunk before `until_ns` goes to the sink, the rest back into the bucket. */
static bool split(cf_calendar *c, unsigned bucket, const chunk *from, unsigned used, int64_t until_ns,
                  cf_calendar_sink sink, void *self) {
  int64_t t_ns[CF_CHUNK_ITEMS];
  uint32_t item[CF_CHUNK_ITEMS];
  unsigned due = 0;
  bool kept = true;
  for (unsigned i = 0; i < used; i++) {
    if (from->t_ns[i] < until_ns) {
      t_ns[due] = from->t_ns[i];
      item[due++] = from->item[i];
    } else {
      kept = kept && file_item(c, from->t_ns[i], from->item[i]);
      assert(!kept || c->bucket[bucket]);
    }
  }
  if (due) sink(self, t_ns, item, due);
  c->items -= due;
  return kept;
}

/* Empties a bucket of the finest wheel into the sink, up to `until_ns` where that falls inside it. */
static bool take(cf_calendar *c, unsigned bucket, bool partly, int64_t until_ns, cf_calendar_sink sink, void *self) {
  unsigned used;
  uint32_t id = detach(c, bucket, &used);
  while (id != CF_SLAB_NONE) {
    const chunk *k = chunk_at(c, id);
    uint32_t next = k->next;
    ask_for(c, k->after);
    if (partly) {
      chunk copy = *k;
      cf_slab_give(&c->chunks, id);
      if (!split(c, bucket, &copy, used, until_ns, sink, self)) return false;
    } else {
      sink(self, k->t_ns, k->item, used);
      c->items -= used;
      cf_slab_give(&c->chunks, id);
    }
    id = next;
    used = CF_CHUNK_ITEMS;
  }
  return true;
}

bool cf_calendar_drain(cf_calendar *c, int64_t until_ns, cf_calendar_sink sink, void *self) {
  if (until_ns <= c->drained_ns) return true;
  uint64_t last = tick_of(c, until_ns - 1), next = tick_of(c, until_ns); /* next is last or last + 1 */
  while (c->items) {
    uint64_t group_end = c->tick | DIGIT_MASK;
    unsigned stop = last < group_end ? digit_of(last, 0) : DIGIT_MASK;
    unsigned digit = next_occupied(c, 0, digit_of(c->tick, 0), stop);
    while (digit < CF_CALENDAR_FAN) {
      bool partly = last == next && last <= group_end && digit == stop;
      if (!take(c, digit, partly, until_ns, sink, self)) return false;
      digit = next_occupied(c, 0, digit + 1, stop);
    }
    if (last <= group_end) break;
    uint64_t group = next_group(c);
    if (group > last) break;
    if (!advance(c, group)) return false;
  }
  c->drained_ns = until_ns;
  return advance(c, next);
}

int64_t cf_calendar_earliest(const cf_calendar *c) {
  if (!c->items) return CF_NEVER;
  unsigned digit = next_occupied(c, 0, digit_of(c->tick, 0), DIGIT_MASK);
  uint64_t tick;
  if (digit < CF_CALENDAR_FAN) {
    tick = (c->tick & ~(uint64_t)DIGIT_MASK) | digit;
  } else {
    tick = next_group(c);
    if (c->far_ns < CF_NEVER && tick == tick_of(c, c->far_ns)) return c->far_ns;
  }
  int64_t start_ns = (int64_t)tick * c->width_ns; /* the bucket begins there or a trifle later */
  return start_ns > c->drained_ns ? start_ns : c->drained_ns;
}

void cf_calendar_clear(cf_calendar *c) {
  c->items = 0;
  c->far_ns = CF_NEVER;
  cf_slab_reset(&c->chunks);
  memset(c->occupied, 0, sizeof c->occupied);
  memset(c->bucket, 0, sizeof c->bucket);
}
