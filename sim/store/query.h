/* Asking a database: read-only, one SELECT at a time, with a time limit, printed in four formats.
 *
 * Nothing can be changed through it: the file is opened read-only, an authorizer admits SELECT, reads and harmless
 * functions (no ATTACH, no load_extension, only pragmas that read), the schema is not trusted. In a directory that
 * cannot be written the file is opened as immutable. */
#ifndef CF_STORE_QUERY_H
#define CF_STORE_QUERY_H

#include "base/diag.h"
#include "store/cell.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct cf_database cf_database;

/* Opens a results database or a database of executions. CF_IO: no such file, not a database, or not one of
 * coldfleet's. */
cf_status cf_database_open(const char *path, cf_database **opened, cf_diag *diag);
void cf_database_close(cf_database *database); /* NULL is fine */

typedef enum cf_format { CF_FORMAT_TABLE, CF_FORMAT_CSV, CF_FORMAT_JSON, CF_FORMAT_MARKDOWN } cf_format;

/* "table", "csv", "json", "md". */
bool cf_format_parse(const char *text, cf_format *format);

/* A value for ":name" in the SQL: a number when the text is one, else text. Names without a value are NULL. */
typedef struct cf_parameter {
  const char *name; /* without the colon */
  const char *value;
} cf_parameter;

typedef struct cf_query_options {
  cf_format format;
  double time_limit_s;      /* 0: 60 s */
  uint64_t row_limit;       /* 0: all; the rest is left out */
  bool tell_empty;          /* cf_query_rows: without any row, call `row` once with the names and cell NULL */
  const volatile int *stop; /* non-zero stops it; may be NULL */
  const cf_parameter *parameter;
  uint32_t parameters;
} cf_query_options;

/* Runs the SQL and prints the result. `table`: aligned, six significant digits, NULL empty. `csv` and `json`: shortest
 * text that reads back as the same double, NULL empty or null, blobs in hex. `options` may be NULL.
 * Errors: CF_USAGE with SQLite's words (and the place in the SQL) for what cannot be asked, CF_INCOMPLETE at the
 * time limit, CF_INTERRUPTED when stopped, CF_IO for a damaged file or an unwritable output. */
cf_status cf_query_print(cf_database *database, const char *sql, const cf_query_options *options, FILE *out,
                         cf_diag *diag);

/* The same, row by row: `row` is called with the cells of each row and stops the query by returning other than CF_OK,
 * which is then returned. `names` are the columns' names; names and cells live until `row` returns. Options: format is
 * not used. */
typedef cf_status (*cf_row_function)(void *self, uint32_t columns, const char *const *names, const cf_cell *cell);
cf_status cf_query_rows(cf_database *database, const char *sql, const cf_query_options *options, cf_row_function row,
                        void *self, cf_diag *diag);

/* One number: the first cell of the first row; NAN when there is no row or it is not a number. */
cf_status cf_query_number(cf_database *database, const char *sql, double *value, cf_diag *diag);

#endif
