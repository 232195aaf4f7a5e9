/* coldfleet cite: every constant that a run used, and where it came from. */
#include "cli/command.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

typedef struct cite_flags {
  const char *status;
  uint64_t run;
  bool json;
} cite_flags;

#define AT(field) offsetof(cite_flags, field)
static const cf_flag flags[] = {{"run", 'r', CF_FLAG_COUNT, "N", "of run N only; of all runs unless given", AT(run), 1},
                                {"status", 0, CF_FLAG_TEXT, "LETTERS",
                                 "V read in a source, M measured, A assumed, S set by the scenario", AT(status), 0},
                                {"json", 0, CF_FLAG_SWITCH, NULL, "as a JSON list", AT(json), 0},
                                {0}};

enum { PATH, VALUE, UNIT, LOW, HIGH, STATUS, SOURCE, LOCATOR, COLUMNS };

typedef struct listing {
  const cf_cli *cli;
  unsigned rows;
  char status; /* of the last heading */
} listing;

static const char *heading_of(char status) {
  switch (status) {
    case 'V':
      return "V: read in the source";
    case 'M':
      return "M: measured, or derived from a measurement";
    case 'A':
      return "A: assumed (value, and the range that it may lie in)";
    default:
      return "S: set by the scenario's author";
  }
}

static const char *text_of(const cf_cell *cell) { return cell->type == CF_CELL_TEXT ? cell->as.text : ""; }

static cf_text number_of(const cf_cell *cell) {
  if (cell->type == CF_CELL_REAL) return cf_text_figure(cell->as.real, 6);
  if (cell->type == CF_CELL_INTEGER) return cf_text_figure((double)cell->as.integer, 15);
  return (cf_text){""};
}

static cf_status print_constant(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)names;
  listing *printer = self;
  const cf_terminal *out = &printer->cli->out;
  if (columns != COLUMNS) return CF_INTERNAL;
  char status = text_of(&cell[STATUS])[0], value[96], range[96] = "";
  if (status != printer->status) {
    fprintf(out->out, "%s%s%s%s\n", printer->rows ? "\n" : "", cf_ink_code(out, CF_INK_BOLD), heading_of(status),
            cf_ink_code(out, CF_INK_NONE));
    printer->status = status;
  }
  printer->rows++;
  const char *unit = text_of(&cell[UNIT]);
  if (strcmp(unit, "1") == 0) unit = "";
  /* A table of numbers is cited as one; it has no single value. */
  snprintf(value, sizeof value, "%s%s%s", number_of(&cell[VALUE]).text, cell[VALUE].type == CF_CELL_NULL ? "" : " ",
           unit);
  if (cell[LOW].type != CF_CELL_NULL || cell[HIGH].type != CF_CELL_NULL)
    snprintf(range, sizeof range, "%s .. %s", number_of(&cell[LOW]).text, number_of(&cell[HIGH]).text);
  fprintf(out->out, *range ? "  %-48s %-18s %s\n" : "  %-48s %s\n", text_of(&cell[PATH]), value, range);
  const char *source = text_of(&cell[SOURCE]), *locator = text_of(&cell[LOCATOR]);
  if (*source || *locator)
    fprintf(out->out, "      %s%s%s%s%s\n", cf_ink_code(out, CF_INK_DIM), source, *source && *locator ? ", " : "",
            locator, cf_ink_code(out, CF_INK_NONE));
  return CF_OK;
}

/* " AND status IN (...)" from letters; the letters are checked, so they can stand in SQL. */
static cf_status status_clause(const char *letters, char *clause, size_t size, cf_diag *diag) {
  size_t used = 0;
  clause[0] = '\0';
  if (!letters) return CF_OK;
  if (!*letters || strlen(letters) > 8 || strspn(letters, "VMAS,") != strlen(letters))
    return cf_fail(diag, CF_USAGE, "--status is made of the letters V, M, A, S, not '%s'", letters);
  used += (size_t)snprintf(clause, size, " AND status IN (''");
  for (; *letters; letters++)
    if (*letters != ',') used += (size_t)snprintf(clause + used, size - used, ",'%c'", *letters);
  snprintf(clause + used, size - used, ")");
  return CF_OK;
}

static cf_status cite(const cf_cli *cli, const cite_flags *given, const char *path, cf_diag *diag) {
  char clause[96], run[48] = "", sql[512];
  cf_status status = status_clause(given->status, clause, sizeof clause, diag);
  if (status) return status;
  if (given->run != CF_ABSENT) snprintf(run, sizeof run, " AND run_id=%llu", (unsigned long long)given->run);
  snprintf(sql, sizeof sql,
           "SELECT DISTINCT path, value, unit, low, high, status, source, locator FROM %s WHERE 1%s%s "
           "ORDER BY instr('AMVS', status), path",
           *run ? "constant" : "constant_value", run, clause);
  cf_database *database = NULL;
  status = cf_database_open(path, &database, diag);
  if (status) return status;
  listing printer = {.cli = cli};
  cf_query_options options = {.format = CF_FORMAT_JSON};
  if (given->json)
    status = cf_query_print(database, sql, &options, cli->out.out, diag);
  else
    status = cf_query_rows(database, sql, NULL, print_constant, &printer, diag);
  if (status == CF_OK && !given->json) {
    if (given->run != CF_ABSENT && printer.rows == 0) {
      double runs = 0;
      snprintf(sql, sizeof sql, "SELECT count(*) FROM run WHERE run_id=%llu", (unsigned long long)given->run);
      cf_query_number(database, sql, &runs, diag);
      if (runs == 0) status = cf_fail(diag, CF_USAGE, "%s has no run %llu", path, (unsigned long long)given->run);
    }
    if (status == CF_OK) fprintf(cli->out.out, "%u constants\n", printer.rows);
  }
  cf_database_close(database);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  cite_flags given = {.run = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_cite, argc, argv, &given, &words, 1, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  status = cite(cli, &given, words.word[0], &diag);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_cite = {
    .name = "cite",
    .ring = 1,
    .line = "list the constants behind a result, with their sources",
    .usage = "DB [--run N] [--status A]",
    .about = "Assumed constants come first: they are what a result has to be defended with.",
    .example = "coldfleet cite out/quickstart.db --status A",
    .flags = flags,
    .run = run,
};
