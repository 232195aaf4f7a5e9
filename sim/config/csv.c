#include "config/csv.h"

#include "config/decimal.h"
#include "config/instant.h"
#include "config/suggest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 40 }; /* of a field, in a message */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Messages --------------------------------------------------------------------------------------------------------- */

static uint32_t character_column(const cf_csv *csv, const char *at) {
  uint32_t column = 1;
  for (const char *p = csv->row; p < at; p++) column += ((unsigned char)*p & 0xC0) != 0x80; /* starts of UTF-8 only */
  return column;
}

static const char *place_of(const cf_csv *csv, uint32_t field) {
  if (field >= csv->count) return csv->row;
  return csv->field[field].text - csv->field[field].quoted;
}

uint32_t cf_csv_column(const cf_csv *csv, uint32_t field) { return character_column(csv, place_of(csv, field)); }

/* The row's beginning as a terminated text in `excerpt`, and where in it `at` is. */
static cf_source source_at(const cf_csv *csv, const char *at, char excerpt[CF_DIAG_EXCERPT]) {
  size_t length = (size_t)(csv->row_end - csv->row);
  if (length > CF_DIAG_EXCERPT - 1) length = CF_DIAG_EXCERPT - 1;
  if (length) memcpy(excerpt, csv->row, length);
  excerpt[length] = '\0';
  return (cf_source){
      .file = csv->source.file, .excerpt = excerpt, .line = csv->line, .column = character_column(csv, at)};
}

static bool fail_at(cf_csv *csv, cf_status status, const char *at, const char *text) {
  char excerpt[CF_DIAG_EXCERPT];
  (void)cf_fail_at(csv->diag, status, source_at(csv, at, excerpt), "%s", text);
  if (csv->status == CF_OK) csv->status = status;
  csv->errors++;
  return false;
}

bool cf_csv_fail(cf_csv *csv, uint32_t field, const char *format, ...) {
  char text[CF_DIAG_TEXT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return fail_at(csv, CF_INPUT, place_of(csv, field), text);
}

void cf_csv_warn(cf_csv *csv, uint32_t field, const char *format, ...) {
  char text[CF_DIAG_TEXT], excerpt[CF_DIAG_EXCERPT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  cf_warn_at(csv->diag, source_at(csv, place_of(csv, field), excerpt), "%s", text);
}

bool cf_csv_no_memory(cf_csv *csv) {
  (void)cf_fail(csv->diag, CF_INTERNAL, "no memory to read '%s'", csv->source.file);
  csv->status = CF_INTERNAL;
  csv->errors = CF_DIAG_MAX; /* nothing more is read */
  return false;
}

/* "column 'power_w': 'abc' " or "'abc' ", then what is wrong with it. */
static bool fail_value(cf_csv *csv, uint32_t field, const char *what) {
  char column[CF_CSV_NAME + 16] = "";
  if (field < csv->columns) snprintf(column, sizeof column, "column '%s': ", csv->name[field]);
  const cf_csv_field *f = &csv->field[field];
  if (f->length == 0) return cf_csv_fail(csv, field, "%sthe field is empty", column);
  bool whole = f->length <= SHOWN;
  return cf_csv_fail(csv, field, "%s'%.*s%s' %s", column, whole ? (int)f->length : SHOWN, f->text, whole ? "" : "...",
                     what);
}

/* Lines and rows --------------------------------------------------------------------------------------------------- */

static const char *line_end(const cf_csv *csv) {
  const char *end = memchr(csv->at, '\n', (size_t)(csv->end - csv->at));
  return end ? end : csv->end;
}

static const char *without_return(const char *start, const char *end) {
  return end > start && end[-1] == '\r' ? end - 1 : end;
}

bool cf_csv_peek(const cf_csv *csv, const char **line, size_t *length) {
  if (csv->at == csv->end) return false;
  *line = csv->at;
  *length = (size_t)(without_return(csv->at, line_end(csv)) - csv->at);
  return true;
}

void cf_csv_skip(cf_csv *csv) {
  if (csv->at == csv->end) return;
  const char *end = line_end(csv);
  csv->row = csv->at;
  csv->row_end = without_return(csv->at, end);
  csv->line++;
  csv->count = 0;
  csv->at = end < csv->end ? end + 1 : end;
}

bool cf_csv_begin(cf_csv *csv, cf_csv_source source, cf_csv_separator separator, cf_arena *arena, cf_diag *diag) {
  if (source.length == 0) source.bytes = "";
  *csv = (cf_csv){.source = source, .separator = separator, .arena = arena, .diag = diag};
  csv->row = csv->row_end = csv->at = source.bytes;
  csv->end = source.bytes + source.length;
  if (source.length >= 3 && memcmp(source.bytes, "\xEF\xBB\xBF", 3) == 0) csv->row = csv->row_end = csv->at += 3;
  if (source.length > UINT32_MAX) return cf_csv_fail(csv, CF_CSV_ROW, "the file has more than 4 GiB");
  csv->field = CF_ARENA_ARRAY(arena, cf_csv_field, CF_CSV_FIELDS);
  if (!csv->field) return cf_csv_no_memory(csv);
  const char *nul = source.length ? memchr(source.bytes, '\0', source.length) : NULL;
  if (!nul) return true;
  cf_csv at_nul = *csv;
  while (at_nul.at < at_nul.end && at_nul.at <= nul) cf_csv_skip(&at_nul);
  csv->row = at_nul.row;
  csv->row_end = at_nul.row_end;
  csv->line = at_nul.line;
  return fail_at(csv, CF_INPUT, nul, "a NUL byte: this is not a text file");
}

/* A quoted field from its opening quote; returns where it ends, behind the closing quote, or NULL. */
static const char *quoted_field(cf_csv *csv, const char *open, cf_csv_field *field) {
  field->text = open + 1;
  field->quoted = true;
  const char *p = field->text;
  while ((p = memchr(p, '"', (size_t)(csv->row_end - p))) && p + 1 < csv->row_end && p[1] == '"') {
    field->doubled = true;
    p += 2;
  }
  if (!p) {
    (void)fail_at(csv, CF_INPUT, open, "the quote is not closed on its line");
    return NULL;
  }
  field->length = (uint32_t)(p - field->text);
  p++;
  while (p < csv->row_end && is_blank(*p)) p++;
  return p;
}

static const char *plain_field(const cf_csv *csv, const char *start, cf_csv_field *field) {
  const char *p = start;
  if (csv->separator == CF_CSV_COMMAS)
    while (p < csv->row_end && *p != ',') p++;
  else
    while (p < csv->row_end && !is_blank(*p)) p++;
  const char *end = p;
  while (end > start && is_blank(end[-1])) end--;
  field->text = start;
  field->length = (uint32_t)(end - start);
  return p;
}

void cf_csv_rest(cf_csv *csv, size_t offset) {
  const char *start = csv->row + offset, *end = csv->row_end;
  while (start < end && is_blank(*start)) start++;
  while (end > start && is_blank(end[-1])) end--;
  csv->field[0] = (cf_csv_field){.text = start, .length = (uint32_t)(end - start)};
  csv->count = 1;
}

/* Fields of the current line. A comma at its end opens one more field, blanks there do not. */
static bool split(cf_csv *csv) {
  const char *p = csv->row;
  for (;;) {
    while (p < csv->row_end && is_blank(*p)) p++;
    if (csv->separator == CF_CSV_BLANKS && p == csv->row_end) return true;
    if (csv->count == CF_CSV_FIELDS) return fail_at(csv, CF_INPUT, p, "a row has at most 1024 fields");
    cf_csv_field *field = &csv->field[csv->count];
    *field = (cf_csv_field){0};
    if (p < csv->row_end && *p == '"') {
      p = quoted_field(csv, p, field);
      if (!p) return false;
    } else {
      p = plain_field(csv, p, field);
    }
    csv->count++;
    if (csv->separator == CF_CSV_BLANKS) continue;
    if (p == csv->row_end) return true;
    if (*p != ',') return fail_at(csv, CF_INPUT, p, "a comma is missing behind the closing quote");
    p++;
  }
}

static bool right_count(cf_csv *csv) {
  if (csv->columns == 0 || csv->count == csv->columns) return true;
  if (csv->count > csv->columns)
    return cf_csv_fail(csv, csv->columns, "the row has %u fields, the header %u", csv->count, csv->columns);
  char text[80];
  snprintf(text, sizeof text, "the row has %u field%s, the header %u", csv->count, csv->count == 1 ? "" : "s",
           csv->columns);
  return fail_at(csv, CF_INPUT, csv->row_end, text);
}

bool cf_csv_next(cf_csv *csv) {
  while (csv->errors < CF_DIAG_MAX && csv->at < csv->end) {
    cf_csv_skip(csv);
    const char *p = csv->row;
    while (p < csv->row_end && is_blank(*p)) p++;
    if (p == csv->row_end || *csv->row == '#') continue;
    if (split(csv) && right_count(csv)) return true;
  }
  csv->count = 0;
  return false;
}

size_t cf_csv_rows_left(const cf_csv *csv, uint32_t fields) {
  size_t lines = csv->at < csv->end && csv->end[-1] != '\n';
  const char *p = csv->at;
  while (p < csv->end && (p = memchr(p, '\n', (size_t)(csv->end - p)))) {
    lines++;
    p++;
  }
  /* Every field takes a byte at least, its separator: so many short lines do not cost much memory. */
  size_t most = (size_t)(csv->end - csv->at) / (fields ? fields : 1) + 1;
  return lines < most ? lines : most;
}

/* The header ------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Sorted copies of the names make the search for a double linear in all but the logarithm. */
static bool names_differ(cf_csv *csv) {
  const char **sorted = CF_ARENA_ARRAY(csv->arena, const char *, csv->columns);
  if (!sorted) return cf_csv_no_memory(csv);
  memcpy(sorted, csv->name, csv->columns * sizeof *sorted);
  qsort(sorted, csv->columns, sizeof *sorted, by_name);
  for (uint32_t i = 1; i < csv->columns; i++) {
    if (strcmp(sorted[i - 1], sorted[i]) != 0) continue;
    uint32_t last = csv->columns - 1;
    while (strcmp(csv->name[last], sorted[i]) != 0) last--;
    return cf_csv_fail(csv, last, "the column '%s' is there twice", sorted[i]);
  }
  return true;
}

bool cf_csv_header(cf_csv *csv) {
  if (!cf_csv_next(csv)) {
    if (csv->status == CF_OK)
      (void)cf_csv_fail(csv, CF_CSV_ROW, "there is no row: a header with the columns' names is needed");
    return false;
  }
  csv->name = CF_ARENA_ARRAY(csv->arena, const char *, csv->count);
  if (!csv->name) return cf_csv_no_memory(csv);
  for (uint32_t i = 0; i < csv->count; i++) {
    if (csv->field[i].length == 0) return cf_csv_fail(csv, i, "column %u of the header has no name", i + 1);
    if (csv->field[i].length >= CF_CSV_NAME) return cf_csv_fail(csv, i, "the name of column %u is too long", i + 1);
    csv->name[i] = cf_csv_keep(csv, i);
    if (!csv->name[i]) return false;
  }
  csv->columns = csv->count;
  return names_differ(csv);
}

bool cf_csv_find(const cf_csv *csv, const char *name, uint32_t *column) {
  for (uint32_t i = 0; i < csv->columns; i++)
    if (strcmp(csv->name[i], name) == 0) {
      *column = i;
      return true;
    }
  return false;
}

bool cf_csv_need(cf_csv *csv, const char *name, uint32_t *column) {
  if (cf_csv_find(csv, name, column)) return true;
  cf_suggestion near = {.given = name};
  for (uint32_t i = 0; i < csv->columns; i++) cf_suggest_offer(&near, csv->name[i], 0);
  if (!near.best) return cf_csv_fail(csv, CF_CSV_ROW, "there is no column '%s'", name);
  uint32_t there = 0;
  while (csv->name[there] != near.best) there++;
  return cf_csv_fail(csv, there, "there is no column '%s', but '%s': is that meant?", name, near.best);
}

bool cf_csv_only(cf_csv *csv, const char *const *known) {
  bool fine = true;
  for (uint32_t i = 0; i < csv->columns; i++) {
    cf_suggestion near = {.given = csv->name[i]};
    bool found = false;
    for (const char *const *k = known; *k && !found; k++) {
      found = strcmp(*k, csv->name[i]) == 0;
      cf_suggest_offer(&near, *k, 0);
    }
    char hint[CF_CSV_NAME];
    if (!found && csv->errors < CF_DIAG_MAX)
      fine = cf_csv_fail(csv, i, "unknown column '%s'%s", csv->name[i], cf_suggest_text(&near, hint, sizeof hint));
  }
  return fine;
}

/* Values ----------------------------------------------------------------------------------------------------------- */

bool cf_csv_empty(const cf_csv *csv, uint32_t field) { return csv->field[field].length == 0; }

bool cf_csv_double(cf_csv *csv, uint32_t field, int shift, double *value) {
  const cf_csv_field *f = &csv->field[field];
  cf_decimal_fault fault = cf_decimal_double(f->text, f->length, shift, value);
  return fault == CF_DECIMAL_OK || fail_value(csv, field, cf_decimal_why(fault));
}

bool cf_csv_double_or_nan(cf_csv *csv, uint32_t field, int shift, double *value) {
  if (!cf_csv_empty(csv, field) && !cf_csv_is(csv, field, "nan") && !cf_csv_is(csv, field, "NaN"))
    return cf_csv_double(csv, field, shift, value);
  *value = NAN;
  return true;
}

bool cf_csv_integer(cf_csv *csv, uint32_t field, int shift, int64_t *value) {
  const cf_csv_field *f = &csv->field[field];
  cf_decimal_fault fault = cf_decimal_integer(f->text, f->length, shift, value);
  return fault == CF_DECIMAL_OK || fail_value(csv, field, cf_decimal_why(fault));
}

bool cf_csv_count(cf_csv *csv, uint32_t field, uint32_t low, uint32_t high, uint32_t *value) {
  const cf_csv_field *f = &csv->field[field];
  uint64_t whole = 0;
  bool digits = f->length > 0 && f->length <= 9;
  for (uint32_t i = 0; digits && i < f->length; i++) {
    digits = f->text[i] >= '0' && f->text[i] <= '9';
    whole = whole * 10 + (uint64_t)(f->text[i] - '0');
  }
  if (digits && whole >= low && whole <= high) {
    *value = (uint32_t)whole;
    return true;
  }
  char what[64];
  snprintf(what, sizeof what, "is not a whole number from %u to %u", low, high);
  return fail_value(csv, field, what);
}

bool cf_csv_instant(cf_csv *csv, uint32_t field, int64_t *unix_ns) {
  const cf_csv_field *f = &csv->field[field];
  return cf_instant_parse(f->text, f->length, unix_ns) ||
         fail_value(csv, field, "is not an instant such as 2024-03-01T07:00Z");
}

/* The field with its doubled quotes made single; `text` has room for all of it and a NUL. */
static void copy(const cf_csv_field *field, char *text) {
  for (uint32_t i = 0; i < field->length; i++) {
    *text++ = field->text[i];
    if (field->doubled && field->text[i] == '"') i++;
  }
  *text = '\0';
}

bool cf_csv_text(cf_csv *csv, uint32_t field, char *text, size_t size) {
  if (csv->field[field].length >= size) return fail_value(csv, field, "is too long");
  copy(&csv->field[field], text);
  return true;
}

const char *cf_csv_keep(cf_csv *csv, uint32_t field) {
  char *text = cf_arena_alloc(csv->arena, (size_t)csv->field[field].length + 1, 1);
  if (text)
    copy(&csv->field[field], text);
  else
    (void)cf_csv_no_memory(csv);
  return text;
}

bool cf_csv_is(const cf_csv *csv, uint32_t field, const char *text) {
  const cf_csv_field *f = &csv->field[field];
  return strlen(text) == f->length && memcmp(f->text, text, f->length) == 0;
}
