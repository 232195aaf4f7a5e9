/* The rows of one run, kept aside until they may be written: a byte stream in memory, above a limit in a file that has
 * no name, so that nothing is left when the process dies. Rows come back in the order in which they were put. */
#ifndef CF_STORE_SPOOL_H
#define CF_STORE_SPOOL_H

#include "base/diag.h"
#include "store/cell.h"
#include "store/tables.h"

#include <stddef.h>
#include <stdint.h>

enum { CF_SPOOL_MEMORY_BYTES = 8 << 20 };

typedef struct cf_spool {
  const char *directory; /* where the file is made; borrowed */
  size_t limit_bytes;    /* in memory */
  unsigned char *memory;
  size_t used, size;
  int file; /* -1: none */
  uint64_t rows;
} cf_spool;

void cf_spool_init(cf_spool *spool, const char *directory, size_t limit_bytes);
void cf_spool_free(cf_spool *spool);

/* CF_IO when the file cannot be written, CF_INTERNAL without memory. */
cf_status cf_spool_put(cf_spool *spool, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag);

/* Calls `row` for each row put; stops at its first error and returns it. */
typedef cf_status (*cf_spool_row)(void *self, cf_relation_id relation, const cf_cell *cell, uint32_t count,
                                  cf_diag *diag);
cf_status cf_spool_read(cf_spool *spool, cf_spool_row row, void *self, cf_diag *diag);

#endif
