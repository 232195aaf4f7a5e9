/* libFuzzer: a trace. First byte: the quantity. What is read increases in time and is finite. */
#include "config/trace.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  char *bytes = malloc(size); /* without a NUL behind the last */
  cf_arena *arena = cf_arena_create(0xFF);
  if (bytes && arena) {
    memcpy(bytes, data, size);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_trace_table *table;
    cf_trace_quantity quantity = (cf_trace_quantity)(data[0] % CF_TRACE_QUANTITIES);
    cf_status status = cf_trace_read("t", bytes + 1, size - 1, NULL, quantity, arena, &table, &diag);
    if ((status == CF_OK) != (table != NULL) || (status == CF_OK) != (diag.errors == 0)) abort();
    if (table && table->count < 2) abort();
    for (size_t i = 0; table && i < table->count; i++)
      if (!isfinite(table->value[i]) || (i && table->t_ns[i] <= table->t_ns[i - 1])) abort();
    if (cf_arena_used(arena) > 64 * size + 1000000) abort();
  }
  cf_arena_destroy(arena);
  free(bytes);
  return 0;
}
