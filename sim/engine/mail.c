#include "engine/mail.h"

#include <string.h>

enum { CHUNKS_PER_PAGE = 16, SHORT_RUN = 24, SHORT_LIST = 48 };

_Static_assert(sizeof(cf_message) == 48, "a message has no padding to send along");
_Static_assert(sizeof(cf_mail_chunk) == 256, "a chunk of mail is four cache lines");

void cf_outbox_init(cf_outbox *outbox, cf_arena *arena) {
  outbox->phase = 0;
  outbox->used = 0;
  cf_slab_init(&outbox->chunks, arena, sizeof(cf_mail_chunk), CHUNKS_PER_PAGE);
}

bool cf_outbox_put(cf_outbox *outbox, uint64_t phase, unsigned shard, const cf_message *message) {
  if (outbox->phase != phase) { /* read in between */
    outbox->phase = phase;
    outbox->used = 0;
    cf_slab_reset(&outbox->chunks);
  }
  uint64_t bit = UINT64_C(1) << shard;
  uint32_t head = (outbox->used & bit) ? outbox->head[shard] : 0;
  uint32_t count = head & CF_MAIL_COUNT_MASK;
  if (count == 0 || count == CF_MAIL_CHUNK) {
    uint32_t fresh = cf_slab_take(&outbox->chunks);
    if (fresh >= CF_SLAB_NONE >> CF_MAIL_COUNT_BITS) return false;
    ((cf_mail_chunk *)cf_slab_at(&outbox->chunks, fresh))->next = count ? head >> CF_MAIL_COUNT_BITS : CF_SLAB_NONE;
    head = fresh << CF_MAIL_COUNT_BITS;
    count = 0;
    outbox->used |= bit;
  }
  cf_mail_chunk *chunk = cf_slab_at(&outbox->chunks, head >> CF_MAIL_COUNT_BITS);
  chunk->message[count] = *message;
  outbox->head[shard] = head + 1;
  return true;
}

static inline const cf_message *message_of(const cf_slab *store, const cf_due *due) {
  return cf_slab_at(store, due->slot);
}

/* a before b, for one receiver. */
static bool precedes(const cf_slab *store, const cf_due *a, const cf_due *b) {
  if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns;
  const cf_message *m = message_of(store, a), *n = message_of(store, b);
  if (m->from != n->from) return m->from < n->from;
  return m->sequence < n->sequence;
}

static bool precedes_all(const cf_slab *store, const cf_due *a, const cf_due *b) {
  return a->to != b->to ? a->to < b->to : precedes(store, a, b);
}

static void insertion_sort(cf_due *due, size_t count, const cf_slab *store,
                           bool (*before)(const cf_slab *, const cf_due *, const cf_due *)) {
  for (size_t i = 1; i < count; i++) {
    cf_due moving = due[i];
    size_t j = i;
    for (; j > 0 && before(store, &moving, &due[j - 1]); j--) due[j] = due[j - 1];
    due[j] = moving;
  }
}

/* One receiver's many messages: sorted pieces are merged in pairs, back and forth between two arrays; the result lies
 * in `due`. */
static void merge_sort(cf_due *due, cf_due *scratch, size_t count, const cf_slab *store) {
  for (size_t i = 0; i < count; i += SHORT_RUN)
    insertion_sort(due + i, count - i < SHORT_RUN ? count - i : SHORT_RUN, store, precedes);
  cf_due *from = due, *to = scratch;
  for (size_t width = SHORT_RUN; width < count; width *= 2) {
    for (size_t start = 0; start < count; start += 2 * width) {
      size_t middle = count - start < width ? count : start + width;
      size_t end = count - start < 2 * width ? count : start + 2 * width;
      size_t a = start, b = middle;
      for (size_t k = start; k < end; k++) {
        bool right = a == middle || (b < end && precedes(store, &from[b], &from[a]));
        to[k] = right ? from[b++] : from[a++];
      }
    }
    cf_due *other = from;
    from = to;
    to = other;
  }
  if (from != due) memcpy(due, from, count * sizeof *due);
}

/* By receiver, eight bits at a time from the low end; returns the array that holds the result. */
static cf_due *radix_sort(cf_due *due, cf_due *scratch, size_t count, uint32_t bound) {
  for (unsigned shift = 0; shift < 32 && (bound - 1) >> shift; shift += 8) {
    size_t start[257] = {0};
    for (size_t i = 0; i < count; i++) start[(due[i].to >> shift & 255) + 1]++;
    for (unsigned d = 0; d < 256; d++) start[d + 1] += start[d];
    for (size_t i = 0; i < count; i++) scratch[start[due[i].to >> shift & 255]++] = due[i];
    cf_due *other = due;
    due = scratch;
    scratch = other;
  }
  return due;
}

cf_due *cf_due_sort(cf_due *due, cf_due *scratch, size_t count, uint32_t bound, const cf_slab *store) {
  if (count <= SHORT_LIST) {
    insertion_sort(due, count, store, precedes_all);
    return due;
  }
  cf_due *sorted = radix_sort(due, scratch, count, bound);
  cf_due *other = sorted == due ? scratch : due;
  for (size_t i = 0; i < count;) {
    size_t end = i + 1;
    while (end < count && sorted[end].to == sorted[i].to) end++;
    if (end - i > SHORT_RUN)
      merge_sort(sorted + i, other + i, end - i, store);
    else if (end - i > 1)
      insertion_sort(sorted + i, end - i, store, precedes);
    i = end;
  }
  return sorted;
}
