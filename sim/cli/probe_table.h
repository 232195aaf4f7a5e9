/* A table of `coldfleet probe`: rows of a CSV file in, the same rows with computed columns out.
 *
 * A table says which columns it reads and which it gives; the rest of the file is ignored. What it has read, and the
 * columns that only name a row (site, case, ...), go before what it gives. A cell that is empty or "nan" is NAN, "not
 * defined", and so is what follows from it. Rows come out in the order in which they went in; one with an error in it
 * is told, with file, line and column, and left out. */
#ifndef CF_CLI_PROBE_TABLE_H
#define CF_CLI_PROBE_TABLE_H

#include "base/arena.h"
#include "config/csv.h"

#include <math.h>

enum { CF_PROBE_INPUTS = 40, CF_PROBE_OUTPUTS = 32 };

typedef enum cf_probe_read {
  CF_PROBE_NUMBER,
  CF_PROBE_INSTANT, /* ISO 8601; UTC seconds since 1970 */
  CF_PROBE_WORD     /* the row function looks at the text itself */
} cf_probe_read;

typedef struct cf_probe_input {
  const char *name; /* of the column; several, separated by '|': the first that the file has is read */
  cf_probe_read read;
  bool needed;
  double usual; /* where the file has no such column and it is not needed; NAN: not defined */
  const char *what;
} cf_probe_input;

typedef enum cf_probe_write {
  CF_PROBE_REAL, /* empty where not defined, as every kind but the next */
  CF_PROBE_REAL_OR_NAN,
  CF_PROBE_COUNT,
  CF_PROBE_TIME /* UTC seconds, as an ISO 8601 instant in whole seconds */
} cf_probe_write;

typedef struct cf_probe_output {
  const char *name;
  cf_probe_write write;
  const char *what;
} cf_probe_output;

#define CF_PROBE_NO_COLUMN UINT32_MAX

typedef struct cf_probe_row {
  cf_csv *csv;            /* stands on the row; for words and for errors at a place */
  const uint32_t *column; /* of each input, CF_PROBE_NO_COLUMN where the file has none */
  const double *in;       /* of each input; of a word 0 */
  double *out;            /* of each output; NAN before the row is computed */
} cf_probe_row;

typedef struct cf_probe_table {
  const char *part;            /* "probe sun" */
  const cf_probe_input *input; /* ends with a NULL name */
  const cf_probe_output *output;
  bool (*row)(void *study, const cf_probe_row *row); /* false after an error that went through cf_csv_fail */
  const struct cf_probe_table *otherwise; /* for a file that has its first column and not this one's; may be NULL */
} cf_probe_table;

/* Where rows go. `begin` may be NULL. */
typedef struct cf_probe_sink {
  void *self;
  bool (*begin)(void *self, const cf_probe_table *table, cf_csv *csv, const uint32_t *column);
  bool (*row)(void *self, const cf_probe_table *table, const cf_probe_row *row);
} cf_probe_sink;

unsigned cf_probe_outputs(const cf_probe_table *table);

/* Reads the table at `source` and computes every row. CF_INPUT: something in it is wrong, and told. */
cf_status cf_probe_compute(const cf_probe_table *table, void *study, cf_csv_source source, const cf_probe_sink *sink,
                           cf_arena *arena, cf_diag *diag);

/* Writes CSV to a stream. */
typedef struct cf_probe_printer {
  FILE *out;
  uint32_t echo[CF_CSV_FIELDS];
  uint32_t echoes;
} cf_probe_printer;
cf_probe_sink cf_probe_print(cf_probe_printer *printer);

/* True when an input lies within the limits, or is not defined; else the error is told at its place. */
bool cf_probe_within(const cf_probe_row *row, unsigned input, double low, double high);
/* Tells an error at the place of an input; at the row's where the file has no such column. Returns false. */
bool cf_probe_fail(const cf_probe_row *row, unsigned input, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the table reads and gives, for a page of help. */
void cf_probe_explain(const cf_probe_table *table, FILE *out);

/* The bytes of a file; of standard input where `path` is NULL or "-". CF_IO, CF_USAGE when that is a terminal. */
cf_status cf_probe_open(const char *path, cf_arena *arena, cf_csv_source *source, cf_diag *diag);

#endif
