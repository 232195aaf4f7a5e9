#include "report/result.h"

#include "base/json.h"
#include "report/html.h"
#include "store/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 7, LONG_BYTES = 44 };

typedef struct printer {
  cf_result *result;
  cf_result_form form;
  const char *note;
  FILE *out;
  cf_json json;
  cf_diag *diag;
  bool begun;
} printer;

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static const char *hex_of(const cf_cell *cell, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (uint32_t i = 0; i < cell->length && used + 3 <= size; i++)
    used += (size_t)snprintf(text + used, size - used, "%02x", (unsigned char)cell->as.text[i]);
  return text;
}

/* Rounded in whatever locale, printed in C's. */
static void json_real(cf_json *json, double value) {
  char text[CF_NUMBER_BYTES];
  snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
  cf_number_exact(text, strtod(text, NULL));
  cf_json_raw(json, NULL, strpbrk(text, "in") ? "null" : text);
}

static void json_cell(cf_json *json, const cf_cell *cell) {
  char hex[65];
  switch (cell->type) {
    case CF_CELL_INTEGER:
      cf_json_integer(json, NULL, cell->as.integer);
      break;
    case CF_CELL_REAL:
      json_real(json, cell->as.real);
      break;
    case CF_CELL_TEXT:
      cf_json_text(json, NULL, cell->as.text);
      break;
    case CF_CELL_BLOB:
      cf_json_text(json, NULL, hex_of(cell, hex, sizeof hex));
      break;
    default:
      cf_json_text(json, NULL, NULL);
      break;
  }
}

/* Figures that a query has printed: "3.59 ± 0.2", "+1.2 to +3.4", "2 of 466", "99.9 %". */
static bool is_number(const cf_cell *cell) {
  if (cell->type == CF_CELL_INTEGER || cell->type == CF_CELL_REAL || cell->type == CF_CELL_NULL) return true;
  if (cell->type != CF_CELL_TEXT || !strpbrk(cell->as.text, "0123456789")) return false;
  return strspn(cell->as.text, "0123456789+-.,: %\u00b1etofK") == cell->length && cell->length < 32;
}

static void table_cell(FILE *out, const char *name, const cf_cell *cell) {
  char text[65];
  bool is_long = cell->type == CF_CELL_TEXT && cell->length > LONG_BYTES;
  if (is_long)
    fputs("<td class=\"long\">", out);
  else
    fputs(is_number(cell) ? "<td class=\"n\">" : "<td>", out);
  switch (cell->type) {
    case CF_CELL_INTEGER:
      fprintf(out, "%" PRId64, cell->as.integer);
      break;
    case CF_CELL_REAL:
      cf_number_short(text, cell->as.real);
      fputs(text, out);
      break;
    case CF_CELL_TEXT:
      if (strcmp(name, "policy") == 0) {
        fputs("<i class=\"key\" data-policy=\"", out);
        cf_html_text(out, cell->as.text);
        fputs("\"></i>", out);
      }
      cf_html_text(out, cell->as.text);
      break;
    case CF_CELL_BLOB:
      fprintf(out, "<code>%s</code>", hex_of(cell, text, sizeof text));
      break;
    default:
      fputs("\u2013", out);
      break;
  }
  fputs("</td>", out);
}

/* ---- forms ------------------------------------------------------------------------------------------------------- */

static void begin_json(printer *to, uint32_t columns, const char *const *names) {
  to->json = cf_json_start_dense(to->out);
  cf_json_object(&to->json, NULL);
  cf_json_list(&to->json, "columns");
  for (uint32_t i = 0; i < columns; i++) cf_json_text(&to->json, NULL, names[i]);
  cf_json_close(&to->json);
  cf_json_list(&to->json, "rows");
}

static void json_row(printer *to, uint32_t columns, const cf_cell *cell) {
  cf_json_list(&to->json, NULL);
  for (uint32_t i = 0; i < columns; i++) json_cell(&to->json, &cell[i]);
  cf_json_close(&to->json);
}

static void begin_table(printer *to, uint32_t columns, const char *const *names, const cf_cell *cell) {
  fputs("<table><thead><tr>", to->out);
  for (uint32_t i = 0; i < columns; i++) {
    fputs(is_number(&cell[i]) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">", to->out);
    cf_html_text(to->out, names[i]);
    fputs("</th>", to->out);
  }
  fputs("</tr></thead>\n<tbody>\n", to->out);
}

static void table_row(printer *to, uint32_t columns, const char *const *names, const cf_cell *cell) {
  fputs("<tr>", to->out);
  for (uint32_t i = 0; i < columns; i++) table_cell(to->out, names[i], &cell[i]);
  fputs("</tr>\n", to->out);
}

static const char *text_of(const cf_cell *cell) { return cell->type == CF_CELL_TEXT ? cell->as.text : ""; }

static void sentence_row(printer *to, const cf_cell *cell) {
  cf_html_words(to->out, text_of(&cell[0]));
  fputs("\n", to->out);
}

static void fact_row(printer *to, uint32_t columns, const cf_cell *cell) {
  if (columns < 2) return;
  fputs("<div><dt>", to->out);
  cf_html_text(to->out, text_of(&cell[0]));
  fputs("</dt><dd>", to->out);
  cf_html_words(to->out, text_of(&cell[1]));
  fputs("</dd></div>\n", to->out);
}

static void begin(printer *to, uint32_t columns, const char *const *names, const cf_cell *cell) {
  to->begun = true;
  if (to->form == CF_RESULT_JSON) begin_json(to, columns, names);
  if (to->form == CF_RESULT_TABLE) begin_table(to, columns, names, cell);
  if (to->form == CF_RESULT_SENTENCES) fputs("<p class=\"summary\">", to->out);
  if (to->form == CF_RESULT_FACTS) fputs("<dl>\n", to->out);
}

static void finish(printer *to) {
  if (!to->begun) return;
  if (to->form == CF_RESULT_JSON) {
    cf_json_close(&to->json);
    cf_json_close(&to->json);
  }
  if (to->form == CF_RESULT_TABLE) fputs("</tbody></table>", to->out);
  if (to->form == CF_RESULT_SENTENCES) fputs("</p>\n", to->out);
  if (to->form == CF_RESULT_FACTS) fputs("</dl>\n", to->out);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static cf_status take_note(printer *to, uint32_t columns, const char *const *names, const cf_cell *cell) {
  if (!*to->note) return CF_OK;
  char *note = to->result->note;
  for (uint32_t i = 0; i < columns; i++) {
    if (strcmp(names[i], to->note) != 0) continue;
    if (cell[i].type == CF_CELL_TEXT) snprintf(note, CF_RESULT_NOTE, "%s", cell[i].as.text);
    if (cell[i].type == CF_CELL_REAL) cf_number_short(note, cell[i].as.real);
    if (cell[i].type == CF_CELL_INTEGER) snprintf(note, CF_RESULT_NOTE, "%" PRId64, cell[i].as.integer);
    return CF_OK;
  }
  return cf_fail(to->diag, CF_INPUT, "the note '%s' is no column of the query", to->note);
}

static cf_status print_row(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  printer *to = self;
  if (!to->begun) {
    cf_status status = take_note(to, columns, names, cell);
    if (status) return status;
    begin(to, columns, names, cell);
  }
  if (to->result->rows++ == CF_RESULT_ROWS)
    return cf_fail(to->diag, CF_INPUT, "the query gives more than %d rows: let its SQL aggregate", CF_RESULT_ROWS);
  if (to->form == CF_RESULT_JSON) json_row(to, columns, cell);
  if (to->form == CF_RESULT_TABLE) table_row(to, columns, names, cell);
  if (to->form == CF_RESULT_SENTENCES) sentence_row(to, cell);
  if (to->form == CF_RESULT_FACTS) fact_row(to, columns, cell);
  return CF_OK;
}

/* A query that does not ask for a parameter is not given it. */
static uint32_t bind(const char *sql, const cf_result_parameters *given, cf_parameter *parameter) {
  uint32_t count = 0;
  if (given->run && strstr(sql, ":run")) parameter[count++] = (cf_parameter){"run", given->run};
  if (given->hour && strstr(sql, ":hour")) parameter[count++] = (cf_parameter){"hour", given->hour};
  return count;
}

cf_status cf_result_ask(cf_database *database, const char *sql, const cf_result_parameters *parameters,
                        cf_result_form form, const char *note, cf_result *result, cf_diag *diag) {
  size_t size = 0;
  *result = (cf_result){0};
  printer to = {.result = result, .form = form, .note = note, .diag = diag};
  to.out = open_memstream(&result->text, &size);
  if (!to.out) return cf_fail(diag, CF_INTERNAL, "no memory for a figure");
  cf_parameter parameter[2];
  cf_query_options options = {.parameter = parameter, .parameters = bind(sql, parameters, parameter)};
  cf_status status = cf_query_rows(database, sql, &options, print_row, &to, diag);
  if (status == CF_OK) finish(&to);
  bool whole = fclose(to.out) == 0;
  if (status == CF_OK && !whole) status = cf_fail(diag, CF_INTERNAL, "no memory for a figure");
  return status;
}

void cf_result_free(cf_result *result) {
  free(result->text);
  *result = (cf_result){0};
}
