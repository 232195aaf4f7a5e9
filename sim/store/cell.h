/* One value of a database row, as SQLite knows them. Text and blobs are borrowed, `length` is in bytes. */
#ifndef CF_STORE_CELL_H
#define CF_STORE_CELL_H

#include <stdint.h>

typedef enum cf_cell_type { CF_CELL_NULL, CF_CELL_INTEGER, CF_CELL_REAL, CF_CELL_TEXT, CF_CELL_BLOB } cf_cell_type;

typedef struct cf_cell {
  cf_cell_type type;
  uint32_t length; /* TEXT, BLOB: bytes, without a terminator */
  union {
    int64_t integer;
    double real;
    const char *text; /* TEXT (NUL-terminated when it comes from a query), BLOB */
  } as;
} cf_cell;

#endif
