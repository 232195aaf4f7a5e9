#include "store/query.h"

#include "store/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are looked at for the widths of an aligned table; later ones stick out when they are wider. */
enum { ALIGNED_ROWS = 1000 };

/* A text that grows. `failed`: there was no memory. */
typedef struct buffer {
  char *text;
  size_t used, size;
  bool failed;
} buffer;

static void append(buffer *to, const char *text, size_t length) {
  if (to->failed) return;
  if (to->used + length + 1 > to->size) {
    size_t size = 2 * (to->used + length + 1);
    char *larger = realloc(to->text, size);
    if (!larger) {
      to->failed = true;
      return;
    }
    to->text = larger;
    to->size = size;
  }
  memcpy(to->text + to->used, text, length);
  to->used += length;
  to->text[to->used] = '\0';
}

static void append_text(buffer *to, const char *text) { append(to, text, strlen(text)); }

typedef struct printer {
  FILE *out;
  cf_format format;
  uint64_t rows;
  uint32_t columns;
  buffer cells;  /* aligned formats: NUL-terminated texts, row after row, the names first */
  uint32_t held; /* rows in `cells`, without the names */
  uint32_t *width;
  bool *right; /* only numbers so far */
  buffer line;
} printer;

/* Length of the UTF-8 sequence at `text`, 0 when it is not valid (RFC 3629, no overlong forms, no surrogates). */
static uint32_t utf8_length(const unsigned char *text, uint32_t left) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char first = text[0];
  if (first < 0x80) return 1;
  uint32_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || length > left) return 0;
  uint32_t point = first & (0xffU >> (length + 1));
  for (uint32_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80) return 0;
    point = point << 6 | (text[i] & 0x3f);
  }
  bool valid = point >= least[length] && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return valid ? length : 0;
}

static void append_json_text(buffer *to, const char *text, uint32_t length) {
  append_text(to, "\"");
  for (uint32_t i = 0; i < length;) {
    unsigned char c = (unsigned char)text[i];
    uint32_t step = utf8_length((const unsigned char *)text + i, length - i);
    char escaped[8];
    if (step == 0) {
      append_text(to, "\\ufffd");
      step = 1;
    } else if (c == '"' || c == '\\') {
      append(to, (char[]){'\\', (char)c}, 2);
    } else if (c < 0x20 || c == 0x7f) {
      snprintf(escaped, sizeof escaped, "\\u%04x", c);
      append_text(to, escaped);
    } else {
      append(to, text + i, step);
    }
    i += step;
  }
  append_text(to, "\"");
}

/* What a terminal or a markdown table could misread becomes a space; bytes that are not UTF-8 a question mark. */
static void append_plain_text(buffer *to, const char *text, uint32_t length, bool markdown) {
  for (uint32_t i = 0; i < length;) {
    unsigned char c = (unsigned char)text[i];
    uint32_t step = utf8_length((const unsigned char *)text + i, length - i);
    bool c1_control = step == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0;
    if (step == 0) {
      append_text(to, "?");
      step = 1;
    } else if (c < 0x20 || c == 0x7f || c1_control) {
      append_text(to, " ");
    } else {
      if (markdown && c == '|') append_text(to, "\\");
      append(to, text + i, step);
    }
    i += step;
  }
}

static void append_csv_text(buffer *to, const char *text, uint32_t length) {
  bool quote = length == 0; /* to tell it from NULL */
  for (uint32_t i = 0; i < length && !quote; i++) quote = text[i] && strchr(",\"\r\n", text[i]);
  if (!quote) {
    append(to, text, length);
    return;
  }
  append_text(to, "\"");
  for (uint32_t i = 0; i < length; i++) {
    if (text[i] == '"') append_text(to, "\"");
    append(to, text + i, 1);
  }
  append_text(to, "\"");
}

static void append_hex(buffer *to, const char *bytes, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    append(to, (char[]){"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]}, 2);
  }
}

static void append_text_as(buffer *to, cf_format format, const char *text, uint32_t length) {
  switch (format) {
    case CF_FORMAT_CSV:
      append_csv_text(to, text, length);
      break;
    case CF_FORMAT_JSON:
      append_json_text(to, text, length);
      break;
    default:
      append_plain_text(to, text, length, format == CF_FORMAT_MARKDOWN);
      break;
  }
}

static void append_cell(buffer *to, cf_format format, const cf_cell *cell) {
  char number[CF_NUMBER_BYTES];
  bool json = format == CF_FORMAT_JSON, exact = json || format == CF_FORMAT_CSV;
  switch (cell->type) {
    case CF_CELL_NULL:
      append_text(to, json ? "null" : "");
      break;
    case CF_CELL_INTEGER:
      snprintf(number, sizeof number, "%" PRId64, cell->as.integer);
      append_text(to, number);
      break;
    case CF_CELL_REAL:
      (exact ? cf_number_exact : cf_number_short)(number, cell->as.real);
      append_text(to, json && strchr(number, 'n') ? "null" : number); /* JSON has no inf */
      break;
    case CF_CELL_TEXT:
      append_text_as(to, format, cell->as.text, cell->length);
      break;
    case CF_CELL_BLOB:
      if (json) append_text(to, "\"");
      append_hex(to, cell->as.text, cell->length);
      if (json) append_text(to, "\"");
      break;
  }
}

/* ---- csv, json: line by line ------------------------------------------------------------------------------------- */

static void print_csv_names(printer *to, const char *const *names) {
  for (uint32_t i = 0; i < to->columns; i++) {
    if (i) append_text(&to->line, ",");
    append_csv_text(&to->line, names[i], (uint32_t)strlen(names[i]));
  }
  append_text(&to->line, "\n");
}

/* A name that has stood before gets a number, for an object has each key once. */
static void append_key(printer *to, const char *const *names, uint32_t column) {
  uint32_t before = 0;
  for (uint32_t i = 0; i < column; i++) before += strcmp(names[i], names[column]) == 0;
  append_json_text(&to->line, names[column], (uint32_t)strlen(names[column]));
  if (!before) return;
  char number[16];
  to->line.used--; /* the closing quote */
  snprintf(number, sizeof number, "_%u\"", before + 1);
  append_text(&to->line, number);
}

static void print_line(printer *to, const char *const *names, const cf_cell *cell) {
  bool json = to->format == CF_FORMAT_JSON;
  if (json) append_text(&to->line, to->rows ? ",\n {" : "\n {");
  for (uint32_t i = 0; i < to->columns; i++) {
    if (i) append_text(&to->line, json ? ", " : ",");
    if (json) {
      append_key(to, names, i);
      append_text(&to->line, ": ");
    }
    append_cell(&to->line, to->format, &cell[i]);
  }
  append_text(&to->line, json ? "}" : "\n");
}

/* ---- table, md: aligned ------------------------------------------------------------------------------------------ */

/* Columns on a terminal: code points. */
static uint32_t width_of(const char *text) {
  uint32_t width = 0;
  for (; *text; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
  return width;
}

static void append_padded(printer *to, const char *text, uint32_t column, bool last) {
  uint32_t width = width_of(text), pad = to->width[column] > width ? to->width[column] - width : 0;
  bool markdown = to->format == CF_FORMAT_MARKDOWN, right = to->right[column];
  append_text(&to->line, markdown ? "| " : column ? "  " : "");
  if (right)
    for (uint32_t i = 0; i < pad; i++) append_text(&to->line, " ");
  append_text(&to->line, text);
  if (!right && (markdown || !last))
    for (uint32_t i = 0; i < pad; i++) append_text(&to->line, " ");
  if (markdown) append_text(&to->line, last ? " |\n" : " ");
  if (!markdown && last) append_text(&to->line, "\n");
}

static void append_rule(printer *to) {
  bool markdown = to->format == CF_FORMAT_MARKDOWN;
  for (uint32_t c = 0; c < to->columns; c++) {
    append_text(&to->line, markdown ? "|-" : c ? "  " : "");
    for (uint32_t i = 0; i < to->width[c]; i++) append_text(&to->line, "-");
    if (markdown) append_text(&to->line, to->right[c] ? ":" : "-");
  }
  append_text(&to->line, markdown ? "|\n" : "\n");
}

/* Prints what is held in `cells`; the names come first, once. */
static void release(printer *to, bool with_names) {
  const char *text = to->cells.text;
  uint32_t rows = to->held + (with_names ? 1 : 0);
  for (uint32_t r = 0; !to->cells.failed && r < rows; r++) {
    for (uint32_t c = 0; c < to->columns; c++, text += strlen(text) + 1)
      append_padded(to, text, c, c + 1 == to->columns);
    if (with_names && r == 0) append_rule(to);
    fwrite(to->line.text, 1, to->line.used, to->out);
    to->line.used = 0;
  }
  to->cells.used = 0;
  to->held = 0;
}

static void hold(printer *to, uint32_t column) {
  /* What was appended last in `cells`; its terminator becomes part of it. */
  size_t start = to->cells.used;
  while (start > 0 && to->cells.text[start - 1] != '\0') start--;
  uint32_t width = width_of(to->cells.text + start);
  if (width > to->width[column]) to->width[column] = width;
  append(&to->cells, "", 1);
}

static void hold_row(printer *to, const cf_cell *cell) {
  for (uint32_t c = 0; c < to->columns && !to->cells.failed; c++) {
    bool aligned_left = cell[c].type == CF_CELL_TEXT || cell[c].type == CF_CELL_BLOB;
    if (aligned_left && to->rows < ALIGNED_ROWS) to->right[c] = false;
    append(&to->cells, "", 0);
    append_cell(&to->cells, to->format, &cell[c]);
    if (!to->cells.failed) hold(to, c);
  }
  to->held++;
  if (to->rows + 1 == ALIGNED_ROWS)
    release(to, true);
  else if (to->rows + 1 > ALIGNED_ROWS)
    release(to, false);
}

/* ---- all formats ------------------------------------------------------------------------------------------------- */

static bool is_aligned(const printer *to) { return to->format == CF_FORMAT_TABLE || to->format == CF_FORMAT_MARKDOWN; }

static bool set_up(printer *to, uint32_t columns, const char *const *names) {
  to->columns = columns;
  to->width = calloc(columns, sizeof *to->width);
  to->right = calloc(columns, sizeof *to->right);
  if (!to->width || !to->right) return false;
  for (uint32_t c = 0; c < columns; c++) to->right[c] = true;
  if (to->format == CF_FORMAT_CSV) print_csv_names(to, names);
  for (uint32_t c = 0; is_aligned(to) && c < columns && !to->cells.failed; c++) {
    append(&to->cells, "", 0);
    append_plain_text(&to->cells, names[c], (uint32_t)strlen(names[c]), to->format == CF_FORMAT_MARKDOWN);
    if (!to->cells.failed) hold(to, c);
  }
  return true;
}

static cf_status print_row(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  printer *to = self;
  if (!to->columns && !set_up(to, columns, names)) return CF_INTERNAL;
  if (cell && is_aligned(to)) hold_row(to, cell);
  if (cell && !is_aligned(to)) print_line(to, names, cell);
  if (cell) to->rows++;
  if (to->line.used) fwrite(to->line.text, 1, to->line.used, to->out);
  to->line.used = 0;
  if (to->line.failed || to->cells.failed) return CF_INTERNAL;
  return ferror(to->out) ? CF_IO : CF_OK;
}

cf_status cf_query_print(cf_database *database, const char *sql, const cf_query_options *options, FILE *out,
                         cf_diag *diag) {
  cf_query_options with_names = options ? *options : (cf_query_options){.format = CF_FORMAT_TABLE};
  with_names.tell_empty = true;
  printer to = {.out = out, .format = with_names.format};
  unsigned errors = diag->errors;
  if (to.format == CF_FORMAT_JSON) append_text(&to.line, "[");
  cf_status status = cf_query_rows(database, sql, &with_names, print_row, &to, diag);
  if (status == CF_OK && is_aligned(&to) && to.rows < ALIGNED_ROWS) release(&to, true);
  if (status == CF_OK && to.format == CF_FORMAT_JSON) fputs(to.rows ? "\n]\n" : "]\n", out);
  if (status == CF_OK && (fflush(out) != 0 || ferror(out))) status = CF_IO;
  if (status != CF_OK && diag->errors == errors)
    cf_fail(diag, status, status == CF_IO ? "cannot write the result of the query" : "no memory for the result");
  free(to.cells.text);
  free(to.line.text);
  free(to.width);
  free(to.right);
  return status;
}

bool cf_format_parse(const char *text, cf_format *format) {
  static const char *const name[] = {"table", "csv", "json", "md"};
  for (unsigned i = 0; i < sizeof name / sizeof name[0]; i++)
    if (strcmp(text, name[i]) == 0) {
      *format = (cf_format)i;
      return true;
    }
  return false;
}
