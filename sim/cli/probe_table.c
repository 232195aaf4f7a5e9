#include "cli/probe_table.h"

#include "base/civil.h"
#include "store/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = CF_CSV_NAME };

unsigned cf_probe_outputs(const cf_probe_table *table) {
  unsigned count = 0;
  while (table->output[count].name) count++;
  return count;
}

/* The next of the names "a|b|c"; NULL behind the last. */
static const char *next_name(const char *names, char name[NAME]) {
  if (!*names) return NULL;
  size_t length = strcspn(names, "|");
  snprintf(name, NAME, "%.*s", (int)length, names);
  return names + length + (names[length] == '|');
}

static bool find(const cf_csv *csv, const cf_probe_input *input, uint32_t *column) {
  char name[NAME];
  for (const char *rest = input->name; (rest = next_name(rest, name));)
    if (cf_csv_find(csv, name, column)) return true;
  *column = CF_PROBE_NO_COLUMN;
  return false;
}

/* "time_utc, lat_deg, lon_deg (and, if there are, alt_m)" */
static void list_needs(const cf_probe_table *table, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (const cf_probe_input *input = table->input; input->name; input++) {
    if (!input->needed || used >= size) continue;
    used += (size_t)snprintf(text + used, size - used, "%s%.*s", used ? ", " : "", (int)strcspn(input->name, "|"),
                             input->name);
  }
}

static bool find_all(const cf_probe_table *table, cf_csv *csv, uint32_t *column) {
  char name[NAME], needs[CF_DIAG_TEXT / 2];
  bool complete = true;
  for (unsigned i = 0; table->input[i].name; i++) {
    const cf_probe_input *input = &table->input[i];
    if (find(csv, input, &column[i]) || !input->needed) continue;
    next_name(input->name, name);
    uint32_t unused;
    (void)cf_csv_need(csv, name, &unused);
    complete = false;
  }
  if (complete) return true;
  list_needs(table, needs, sizeof needs);
  return cf_csv_fail(csv, CF_CSV_ROW, "%s needs the columns %s", table->part, needs);
}

static bool read_row(const cf_probe_table *table, cf_csv *csv, const uint32_t *column, double *in) {
  for (unsigned i = 0; table->input[i].name; i++) {
    const cf_probe_input *input = &table->input[i];
    in[i] = input->read == CF_PROBE_WORD ? 0.0 : input->usual;
    if (column[i] == CF_PROBE_NO_COLUMN || input->read == CF_PROBE_WORD) continue;
    if (input->read == CF_PROBE_NUMBER) {
      if (!cf_csv_double_or_nan(csv, column[i], 0, &in[i])) return false;
    } else {
      int64_t unix_ns;
      if (!cf_csv_instant(csv, column[i], &unix_ns)) return false;
      int64_t unix_s = cf_floor_div(unix_ns, 1000000000);
      in[i] = (double)unix_s + (double)(unix_ns - unix_s * 1000000000) * 1e-9;
    }
  }
  return true;
}

cf_status cf_probe_compute(const cf_probe_table *table, void *study, cf_csv_source source, const cf_probe_sink *sink,
                           cf_arena *arena, cf_diag *diag) {
  uint32_t column[CF_PROBE_INPUTS];
  double in[CF_PROBE_INPUTS], out[CF_PROBE_OUTPUTS];
  cf_csv csv;
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag) || !cf_csv_header(&csv)) return csv.status;
  const cf_probe_table *other = table->otherwise;
  if (other && !find(&csv, &table->input[0], &column[0]) && find(&csv, &other->input[0], &column[0])) table = other;
  unsigned outputs = cf_probe_outputs(table);
  if (!find_all(table, &csv, column)) return csv.status;
  if (sink->begin && !sink->begin(sink->self, table, &csv, column)) return csv.status;
  cf_probe_row row = {&csv, column, in, out};
  while (cf_csv_next(&csv)) {
    if (!read_row(table, &csv, column, in)) continue;
    for (unsigned i = 0; i < outputs; i++) out[i] = NAN;
    if (table->row(study, &row)) sink->row(sink->self, table, &row);
  }
  return csv.status;
}

bool cf_probe_fail(const cf_probe_row *row, unsigned input, const char *format, ...) {
  char text[CF_DIAG_TEXT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  uint32_t column = row->column[input];
  return cf_csv_fail(row->csv, column == CF_PROBE_NO_COLUMN ? CF_CSV_ROW : column, "%s", text);
}

bool cf_probe_within(const cf_probe_row *row, unsigned input, double low, double high) {
  double value = row->in[input];
  if (isnan(value) || (value >= low && value <= high)) return true;
  uint32_t column = row->column[input];
  const char *name = column == CF_PROBE_NO_COLUMN ? "value" : row->csv->name[column];
  return cf_probe_fail(row, input, "%s must be within %g and %g, not %g", name, low, high, value);
}

/* Columns that a table does not read but that say which row it is. */
static bool names_the_row(const char *name) {
  static const char *const names[] = {"site", "case", "name", "id", "label", "row", "time_utc", "utc_day"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

static void print_field(FILE *out, const char *text, size_t length) {
  bool plain = !memchr(text, ',', length) && !memchr(text, '"', length);
  if (!plain) putc('"', out);
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') putc('"', out);
    putc(text[i], out);
  }
  if (!plain) putc('"', out);
}

static bool print_begin(void *self, const cf_probe_table *table, cf_csv *csv, const uint32_t *column) {
  cf_probe_printer *printer = self;
  printer->echoes = 0;
  for (uint32_t c = 0; c < csv->columns; c++) {
    bool echo = names_the_row(csv->name[c]);
    for (unsigned i = 0; table->input[i].name; i++) echo |= column[i] == c;
    if (echo) printer->echo[printer->echoes++] = c;
  }
  for (uint32_t e = 0; e < printer->echoes; e++) {
    const char *name = csv->name[printer->echo[e]];
    print_field(printer->out, name, strlen(name));
    putc(',', printer->out);
  }
  for (unsigned i = 0; table->output[i].name; i++) {
    if (i) putc(',', printer->out);
    fputs(table->output[i].name, printer->out);
  }
  putc('\n', printer->out);
  return true;
}

static void print_time(FILE *out, double unix_s) {
  int64_t whole = (int64_t)floor(unix_s + 0.5), day = cf_floor_div(whole, CF_DAY_S), rest = whole - day * CF_DAY_S;
  cf_civil date = cf_civil_date(day);
  fprintf(out, "%04d-%02u-%02uT%02d:%02d:%02dZ", (int)date.year, date.month, date.day, (int)(rest / 3600),
          (int)(rest / 60 % 60), (int)(rest % 60));
}

static void print_value(FILE *out, cf_probe_write write, double value) {
  char text[CF_NUMBER_BYTES];
  if (isnan(value)) {
    if (write == CF_PROBE_REAL_OR_NAN) fputs("nan", out);
  } else if (write == CF_PROBE_COUNT) {
    fprintf(out, "%.0f", value);
  } else if (write == CF_PROBE_TIME) {
    print_time(out, value);
  } else {
    cf_number_exact(text, value);
    fputs(text, out);
  }
}

static bool print_row(void *self, const cf_probe_table *table, const cf_probe_row *row) {
  const cf_probe_printer *printer = self;
  char text[CF_DIAG_TEXT];
  for (uint32_t e = 0; e < printer->echoes; e++) {
    const cf_csv_field *field = &row->csv->field[printer->echo[e]];
    if (field->doubled && cf_csv_text(row->csv, printer->echo[e], text, sizeof text))
      print_field(printer->out, text, strlen(text));
    else
      print_field(printer->out, field->text, field->length);
    putc(',', printer->out);
  }
  for (unsigned i = 0; table->output[i].name; i++) {
    if (i) putc(',', printer->out);
    print_value(printer->out, table->output[i].write, row->out[i]);
  }
  putc('\n', printer->out);
  return true;
}

cf_probe_sink cf_probe_print(cf_probe_printer *printer) {
  return (cf_probe_sink){.self = printer, .begin = print_begin, .row = print_row};
}

void cf_probe_explain(const cf_probe_table *table, FILE *out) {
  fputs("\nreads the columns (* must be there)\n", out);
  for (const cf_probe_input *input = table->input; input->name; input++) {
    fprintf(out, "%c %-26s %s", input->needed ? '*' : ' ', input->name, input->what);
    if (!input->needed && isfinite(input->usual)) fprintf(out, "; else %g", input->usual);
    putc('\n', out);
  }
  fputs("gives\n", out);
  for (const cf_probe_output *output = table->output; output->name; output++)
    fprintf(out, "  %-26s %s\n", output->name, output->what);
}

static cf_status slurp(FILE *file, cf_arena *arena, cf_csv_source *source, cf_diag *diag) {
  size_t room = 1 << 16, length = 0;
  char *bytes = malloc(room);
  while (bytes) {
    length += fread(bytes + length, 1, room - length, file);
    if (length < room) break;
    room *= 2;
    char *larger = realloc(bytes, room);
    if (!larger) free(bytes);
    bytes = larger;
  }
  char *kept = bytes ? cf_arena_copy(arena, bytes, length) : NULL;
  free(bytes);
  if (!kept) return cf_fail(diag, CF_INTERNAL, "no memory for '%s'", source->file);
  if (ferror(file)) return cf_fail(diag, CF_IO, "'%s' cannot be read: %s", source->file, strerror(errno));
  source->bytes = kept;
  source->length = length;
  return CF_OK;
}

cf_status cf_probe_open(const char *path, cf_arena *arena, cf_csv_source *source, cf_diag *diag) {
  bool standard = !path || strcmp(path, "-") == 0;
  *source = (cf_csv_source){.file = standard ? "standard input" : path};
  if (standard && !path && isatty(STDIN_FILENO))
    return cf_fail(diag, CF_USAGE, "a file is needed, or a table on standard input");
  if (standard) return slurp(stdin, arena, source, diag);
  FILE *file = fopen(path, "rb");
  if (!file) return cf_fail(diag, CF_IO, "'%s' cannot be opened: %s", path, strerror(errno));
  cf_status status = slurp(file, arena, source, diag);
  fclose(file);
  return status;
}
