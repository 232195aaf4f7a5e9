/* Equal blocks that never move, named by 32-bit numbers, taken and given back in constant time.
 *
 * Blocks stand in pages that come from an arena; a page is never returned, so after warm-up nothing is allocated. A
 * block that is free holds the number of the next free one in its first four bytes; otherwise its contents are the
 * owner's, and unspecified when taken. Not thread-safe: a slab belongs to one shard. */
#ifndef CF_ENGINE_SLAB_H
#define CF_ENGINE_SLAB_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CF_SLAB_NONE UINT32_MAX /* "no block": the end of a list, or no memory */

typedef struct cf_slab {
  cf_arena *arena;
  unsigned char **page;
  uint32_t pages, page_capacity;
  uint32_t used;  /* blocks ever taken; the next fresh one */
  uint32_t limit; /* blocks in all pages */
  uint32_t free;  /* head of the list of returned blocks */
  uint32_t block_bytes;
  uint32_t block_mask; /* blocks per page - 1 */
  unsigned block_shift;
} cf_slab;

/* `block_bytes` a multiple of 8; a page holds the power of two of blocks at or above `blocks_per_page`. Allocates
 * nothing yet. */
void cf_slab_init(cf_slab *slab, cf_arena *arena, uint32_t block_bytes, uint32_t blocks_per_page);

/* Adds a page; false when there is no memory. */
bool cf_slab_grow(cf_slab *slab);

static inline void *cf_slab_at(const cf_slab *slab, uint32_t block) {
  return slab->page[block >> slab->block_shift] + (size_t)(block & slab->block_mask) * slab->block_bytes;
}

static inline uint32_t cf_slab_take(cf_slab *slab) {
  uint32_t block = slab->free;
  if (block != CF_SLAB_NONE) {
    memcpy(&slab->free, cf_slab_at(slab, block), sizeof slab->free);
    return block;
  }
  if (slab->used == slab->limit && !cf_slab_grow(slab)) return CF_SLAB_NONE;
  return slab->used++;
}

static inline void cf_slab_give(cf_slab *slab, uint32_t block) {
  memcpy(cf_slab_at(slab, block), &slab->free, sizeof slab->free);
  slab->free = block;
}

/* Gives all blocks back at once; the pages stay. */
static inline void cf_slab_reset(cf_slab *slab) {
  slab->used = 0;
  slab->free = CF_SLAB_NONE;
}

#endif
