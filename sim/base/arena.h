/* A growing arena: allocate, never free one by one, release all at once.
 *
 * Large blocks come from mmap with huge pages asked for, so memory that is never touched costs nothing.
 * A fresh block is filled with the arena's fill byte; results must not depend on it (the tests run with
 * 0x00, 0xA5 and 0xFF), so code that needs zeros asks for them with cf_arena_zero. */
#ifndef CF_BASE_ARENA_H
#define CF_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct cf_arena cf_arena;

/* Returns NULL when there is no memory. `fill` is 0x00 outside tests. */
cf_arena *cf_arena_create(uint8_t fill);
void cf_arena_destroy(cf_arena *arena);

/* `bytes` aligned to `align` (a power of two, at most 4096). NULL when there is no memory. */
void *cf_arena_alloc(cf_arena *arena, size_t bytes, size_t align);
void *cf_arena_zero(cf_arena *arena, size_t bytes, size_t align);
char *cf_arena_copy(cf_arena *arena, const char *text, size_t length); /* adds a terminating NUL */

/* Bytes handed out so far. */
size_t cf_arena_used(const cf_arena *arena);

#define CF_ARENA_NEW(arena, type) ((type *)cf_arena_zero((arena), sizeof(type), _Alignof(type)))
#define CF_ARENA_ARRAY(arena, type, count) \
  ((type *)cf_arena_zero((arena), sizeof(type) * (size_t)(count), _Alignof(type)))

#endif
