#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SMALL_BLOCK = 64 * 1024, HUGE_PAGE = 2 * 1024 * 1024, BLOCK_HEADER = 64 };

typedef struct block {
  struct block *older;
  size_t size; /* of the whole mapping */
  size_t used; /* header included */
} block;

struct cf_arena {
  block *newest;
  size_t handed_out;
  uint8_t fill;
};

_Static_assert(sizeof(block) <= BLOCK_HEADER, "a block's header fits before its first object");

cf_arena *cf_arena_create(uint8_t fill) {
  cf_arena *arena = malloc(sizeof *arena);
  if (arena) *arena = (cf_arena){.newest = NULL, .handed_out = 0, .fill = fill};
  return arena;
}

void cf_arena_destroy(cf_arena *arena) {
  if (!arena) return;
  for (block *b = arena->newest; b;) {
    block *older = b->older;
    munmap(b, b->size);
    b = older;
  }
  free(arena);
}

static block *add_block(cf_arena *arena, size_t need) {
  size_t size = need + BLOCK_HEADER;
  size_t unit = size > HUGE_PAGE / 2 ? HUGE_PAGE : SMALL_BLOCK;
  size = (size + unit - 1) / unit * unit;
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (unit == HUGE_PAGE) (void)madvise(memory, size, MADV_HUGEPAGE); /* a wish: refusal costs speed only */
  if (arena->fill) memset(memory, arena->fill, size);
  block *b = memory;
  b->older = arena->newest;
  b->size = size;
  b->used = BLOCK_HEADER;
  arena->newest = b;
  return b;
}

void *cf_arena_alloc(cf_arena *arena, size_t bytes, size_t align) {
  if (bytes > SIZE_MAX / 2) return NULL;
  block *b = arena->newest;
  size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0;
  if (!b || start > b->size || bytes > b->size - start) {
    b = add_block(arena, bytes + align);
    if (!b) return NULL;
    start = (b->used + align - 1) & ~(align - 1);
  }
  b->used = start + bytes;
  arena->handed_out += bytes;
  return (char *)b + start;
}

void *cf_arena_zero(cf_arena *arena, size_t bytes, size_t align) {
  void *memory = cf_arena_alloc(arena, bytes, align);
  if (memory && (arena->fill || bytes < HUGE_PAGE / 2)) memset(memory, 0, bytes);
  return memory;
}

char *cf_arena_copy(cf_arena *arena, const char *text, size_t length) {
  char *copy = cf_arena_alloc(arena, length + 1, 1);
  if (!copy) return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

size_t cf_arena_used(const cf_arena *arena) { return arena->handed_out; }
