#include "engine/slab.h"

enum { ALIGN = 128, FIRST_PAGES = 8 };

void cf_slab_init(cf_slab *slab, cf_arena *arena, uint32_t block_bytes, uint32_t blocks_per_page) {
  unsigned shift = 0;
  while (shift < 24 && (UINT32_C(1) << shift) < blocks_per_page) shift++;
  *slab = (cf_slab){.arena = arena,
                    .free = CF_SLAB_NONE,
                    .block_bytes = block_bytes,
                    .block_shift = shift,
                    .block_mask = (UINT32_C(1) << shift) - 1};
}

bool cf_slab_grow(cf_slab *slab) {
  if (slab->pages == slab->page_capacity) {
    uint32_t capacity = slab->page_capacity ? 2 * slab->page_capacity : FIRST_PAGES;
    unsigned char **page = cf_arena_alloc(slab->arena, capacity * sizeof *page, _Alignof(unsigned char *));
    if (!page) return false;
    if (slab->pages) memcpy(page, slab->page, slab->pages * sizeof *page);
    slab->page = page;
    slab->page_capacity = capacity;
  }
  uint32_t blocks = slab->block_mask + 1;
  if (slab->limit > CF_SLAB_NONE - 1 - blocks) return false;
  slab->page[slab->pages] = cf_arena_alloc(slab->arena, (size_t)blocks * slab->block_bytes, ALIGN);
  if (!slab->page[slab->pages]) return false;
  slab->pages++;
  slab->limit += blocks;
  return true;
}
