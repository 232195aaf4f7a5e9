/* Tables in text: rows of fields, read where they stand in memory.
 *
 * Fields are separated by commas (RFC 4180) or by runs of blanks and tabs. A field in double quotes may hold commas,
 * and two double quotes for one; it ends on its line. Lines end in LF or CR LF; a byte order mark before the first is
 * skipped, and so are empty lines and lines that begin with '#'. Blanks around a field do not belong to it. NUL bytes
 * are refused. With a header row every row has as many fields as it, and its names are plain text without meaning here.
 *
 * Every error says file:line:column, where the column counts characters from 1 and points at the field. A bad row is
 * reported and skipped; after CF_DIAG_MAX errors reading stops. So a reader is:
 *
 *   if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag) || !cf_csv_header(&csv)) return csv.status;
 *   bool found = cf_csv_need(&csv, "t_s", &t);
 *   found = cf_csv_need(&csv, "power_w", &power) && found;
 *   if (!found) return csv.status;
 *   while (cf_csv_next(&csv))
 *     if (cf_csv_double(&csv, t, 0, &t_s) && cf_csv_double(&csv, power, 0, &power_w)) ...
 *   return csv.status;
 *
 * Memory is taken when reading begins and for the names, never per row. Time is linear in the length. */
#ifndef CF_CONFIG_CSV_H
#define CF_CONFIG_CSV_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_CSV_FIELDS = 1024, CF_CSV_NAME = 128 };

typedef enum cf_csv_separator { CF_CSV_COMMAS, CF_CSV_BLANKS } cf_csv_separator;

/* Bytes of a file and its name for messages. Both outlive the reading; no NUL is needed behind the last byte. */
typedef struct cf_csv_source {
  const char *file;
  const char *bytes;
  size_t length;
} cf_csv_source;

/* What stands between separators, without blanks around it and without quotes. */
typedef struct cf_csv_field {
  const char *text; /* not terminated */
  uint32_t length;
  bool quoted;
  bool doubled; /* holds doubled quotes, which cf_csv_text makes single */
} cf_csv_field;

typedef struct cf_csv {
  /* the current row */
  cf_csv_field *field;
  uint32_t count;
  uint32_t line;
  /* names of the header row, 0 without one */
  const char **name;
  uint32_t columns;
  cf_status status; /* of the first error */
  /* the reader's own */
  cf_csv_source source;
  const char *row, *row_end;
  const char *at, *end; /* what has not been read */
  cf_csv_separator separator;
  unsigned errors;
  cf_arena *arena;
  cf_diag *diag;
} cf_csv;

/* False when the bytes cannot be text, or there is no memory. */
bool cf_csv_begin(cf_csv *csv, cf_csv_source source, cf_csv_separator separator, cf_arena *arena, cf_diag *diag);

/* Takes the next row as names. False when there is none, or a name is empty, too long or there twice. */
bool cf_csv_header(cf_csv *csv);

/* Goes to the next row. False behind the last one, or when there were too many errors. */
bool cf_csv_next(cf_csv *csv);

/* The next line as it stands, without its end; false behind the last one. For formats that are not tables throughout.
 */
bool cf_csv_peek(const cf_csv *csv, const char **line, size_t *length);
/* Makes that line the current row, with no fields. */
void cf_csv_skip(cf_csv *csv);
/* Makes what stands behind the first `offset` bytes of the current line its only field, commas and all. */
void cf_csv_rest(cf_csv *csv, size_t offset);

/* At most this many rows can follow: for allocating before reading. At least `fields` fields to a row. */
size_t cf_csv_rows_left(const cf_csv *csv, uint32_t fields);

/* The column of that name. `cf_csv_find` is silent; `cf_csv_need` reports a missing one, and proposes a similar name;
 * it is to be called while the header is the current row. */
bool cf_csv_find(const cf_csv *csv, const char *name, uint32_t *column);
bool cf_csv_need(cf_csv *csv, const char *name, uint32_t *column);
/* Reports every column that is not among the `known` ones (a NULL behind the last); to be called as cf_csv_need. */
bool cf_csv_only(cf_csv *csv, const char *const *known);

/* Values of the current row. `shift` is a power of ten that multiplies the text: -3 for a column in mW.
 * False after an error that has been reported. -0 becomes 0. */
bool cf_csv_empty(const cf_csv *csv, uint32_t field);
bool cf_csv_double(cf_csv *csv, uint32_t field, int shift, double *value);
/* The same, where "nan" and an empty field are NaN. */
bool cf_csv_double_or_nan(cf_csv *csv, uint32_t field, int shift, double *value);
/* Rounded to an integer; exact where a double would not be. */
bool cf_csv_integer(cf_csv *csv, uint32_t field, int shift, int64_t *value);
/* A whole number in [low, high], without sign, point or exponent. */
bool cf_csv_count(cf_csv *csv, uint32_t field, uint32_t low, uint32_t high, uint32_t *value);
/* An instant of instant.h. */
bool cf_csv_instant(cf_csv *csv, uint32_t field, int64_t *unix_ns);
/* Terminated, into `text` of `size` bytes. */
bool cf_csv_text(cf_csv *csv, uint32_t field, char *text, size_t size);
/* Terminated, in the arena. NULL when there is no memory, which has been reported. */
const char *cf_csv_keep(cf_csv *csv, uint32_t field);

/* Whether the field is exactly this text. */
bool cf_csv_is(const cf_csv *csv, uint32_t field, const char *text);

/* An error at a field of the current row, or at its start with CF_CSV_ROW. Returns false. */
#define CF_CSV_ROW UINT32_MAX
bool cf_csv_fail(cf_csv *csv, uint32_t field, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cf_csv_warn(cf_csv *csv, uint32_t field, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* No memory. Returns false. */
bool cf_csv_no_memory(cf_csv *csv);

/* The character column of a field of the current row, from 1. */
uint32_t cf_csv_column(const cf_csv *csv, uint32_t field);

#endif
