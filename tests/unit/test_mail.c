#include "engine/mail.h"
#include "../support/cf_test.h"

enum { MOST = 5000 };

typedef struct fixture {
  cf_arena *arena;
  cf_slab store;
  cf_due due[MOST], scratch[MOST];
  size_t count;
} fixture;

static fixture *begin(void) {
  fixture *f = calloc(1, sizeof *f);
  assert_non_null(f);
  f->arena = cf_arena_create(0xa5);
  assert_non_null(f->arena);
  cf_slab_init(&f->store, f->arena, sizeof(cf_message), 64);
  return f;
}

static void end(fixture *f) {
  cf_arena_destroy(f->arena);
  free(f);
}

static void add(fixture *f, cf_message message) {
  uint32_t slot = cf_slab_take(&f->store);
  assert_true(slot != CF_SLAB_NONE);
  memcpy(cf_slab_at(&f->store, slot), &message, sizeof message);
  f->due[f->count++] = (cf_due){.at_ns = message.at_ns, .to = message.to, .slot = slot};
}

/* -1, 0 or 1 by (to, at, from, sequence). */
static int order(const cf_message *a, const cf_message *b) {
  if (a->to != b->to) return a->to < b->to ? -1 : 1;
  if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns ? -1 : 1;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void sorted_and_complete(fixture *f, uint32_t bound) {
  cf_due *sorted = cf_due_sort(f->due, f->scratch, f->count, bound, &f->store);
  bool *seen = calloc(f->count + 1, sizeof *seen);
  assert_non_null(seen);
  for (size_t i = 0; i < f->count; i++) {
    const cf_message *message = cf_slab_at(&f->store, sorted[i].slot);
    assert_int_equal(sorted[i].to, message->to);
    assert_int_equal(sorted[i].at_ns, message->at_ns);
    assert_true(i == 0 || order(cf_slab_at(&f->store, sorted[i - 1].slot), message) < 0);
    assert_false(seen[sorted[i].slot]);
    seen[sorted[i].slot] = true;
  }
  free(seen);
}

/* Few and many messages, few and many receivers, few and many instants, so that runs of every length occur. */
static void due_messages_are_sorted(void **unused) {
  (void)unused;
  static const uint32_t bounds[] = {1, 2, 7, 256, 257, 70000, 20000000};
  static const size_t counts[] = {0, 1, 2, 24, 25, 48, 49, 50, 97, 1000, 4999};
  static const int64_t spans_ns[] = {1, 5, 1000000};
  uint64_t state = 1;
  for (unsigned b = 0; b < sizeof bounds / sizeof *bounds; b++)
    for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++)
      for (unsigned s = 0; s < sizeof spans_ns / sizeof *spans_ns; s++) {
        fixture *f = begin();
        for (uint32_t i = 0; i < counts[c]; i++)
          add(f, (cf_message){.to = (uint32_t)(cf_test_next(&state) % bounds[b]),
                              .at_ns = (int64_t)(cf_test_next(&state) % (uint64_t)spans_ns[s]),
                              .from = (uint32_t)(cf_test_next(&state) % 3),
                              .sequence = i * 2654435761u});
        sorted_and_complete(f, bounds[b]);
        end(f);
      }
}

/* What was put for a shard, read back as the receiver reads it. */
static size_t read_back(const cf_outbox *outbox, unsigned shard, uint32_t *tags) {
  if (!(outbox->used >> shard & 1)) return 0;
  size_t found = 0;
  uint32_t id = outbox->head[shard] >> CF_MAIL_COUNT_BITS, count = outbox->head[shard] & CF_MAIL_COUNT_MASK;
  while (id != CF_SLAB_NONE) {
    const cf_mail_chunk *chunk = cf_slab_at(&outbox->chunks, id);
    for (uint32_t i = 0; i < count; i++) tags[found++] = chunk->message[i].sequence;
    id = chunk->next;
    count = CF_MAIL_CHUNK;
  }
  return found;
}

static void outboxes_keep_what_was_put(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0xff);
  cf_outbox outbox;
  memset(&outbox, 0xff, sizeof outbox);
  cf_outbox_init(&outbox, arena);
  uint32_t put[CF_MAX_SHARDS] = {0}, tags[1000];
  for (uint32_t i = 0; i < 1000; i++) {
    unsigned shard = i % 3 == 0 ? 63 : i % 7;
    assert_true(cf_outbox_put(&outbox, 5, shard, &(cf_message){.sequence = put[shard]++}));
  }
  for (unsigned shard = 0; shard < CF_MAX_SHARDS; shard++) {
    size_t found = read_back(&outbox, shard, tags);
    assert_int_equal(found, put[shard]);
    bool seen[1000] = {false};
    for (size_t i = 0; i < found; i++) seen[tags[i]] = true;
    for (size_t i = 0; i < found; i++) assert_true(seen[i]);
  }
  cf_arena_destroy(arena);
}

/* In a later phase the old mail is gone and its memory serves again. */
static void a_new_phase_empties_an_outbox(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0x00);
  cf_outbox outbox;
  cf_outbox_init(&outbox, arena);
  uint32_t tags[1000];
  size_t used = 0;
  for (uint64_t phase = 1; phase < 50; phase += 2) {
    for (uint32_t i = 0; i < 900; i++)
      assert_true(cf_outbox_put(&outbox, phase, (unsigned)(i + phase) % 9, &(cf_message){.sequence = i}));
    for (unsigned shard = 0; shard < 9; shard++) assert_int_equal(read_back(&outbox, shard, tags), 100);
    if (phase == 1) used = cf_arena_used(arena);
  }
  assert_int_equal(cf_arena_used(arena), used);
  assert_true(cf_outbox_put(&outbox, 51, 4, &(cf_message){.sequence = 7}));
  for (unsigned shard = 0; shard < 9; shard++) assert_int_equal(read_back(&outbox, shard, tags), shard == 4 ? 1 : 0);
  assert_int_equal(tags[0], 7);
  cf_arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(due_messages_are_sorted),
      cmocka_unit_test(outboxes_keep_what_was_put),
      cmocka_unit_test(a_new_phase_empties_an_outbox),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
