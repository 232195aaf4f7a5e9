/* coldfleet verify: the tables of reference once more, through the functions that nodes call. */
#include "cli/verify.h"

#include "cli/places.h"

#include <string.h>

typedef struct verify_flags {
  const char *format;
} verify_flags;

static const cf_flag flags[] = {
    {"format", 'f', CF_FLAG_TEXT, "FORMAT", "table (default) or md", offsetof(verify_flags, format), 0}, {0}};

typedef struct page {
  const cf_cli *cli;
  bool markdown;
  const char *part; /* of the line before */
  unsigned lines, failed;
} answer;

/* "0.0071 deg", "2.1e-09" */
static cf_text amount(double value, const char *unit) {
  cf_text text;
  snprintf(text.text, sizeof text.text, value == 0.0 ? "%.0f%s%s" : "%.2g%s%s", value, *unit ? " " : "", unit);
  return text;
}

static void print_heading(const answer *page) {
  FILE *out = page->cli->out.out;
  if (page->markdown) {
    fputs(
        "| part | what | rows | asked | largest error | with curves as nodes have them |\n|---|---|--:|--:|--:|--:|\n",
        out);
    return;
  }
  fprintf(out, "%s%-9s%-33s%6s%13s%14s%14s%s\n", cf_ink_code(&page->cli->out, CF_INK_BOLD), "", "", "rows", "asked",
          "error", "curves 0.1 %", cf_ink_code(&page->cli->out, CF_INK_NONE));
}

/* `usual` is NULL where nothing depends on a tolerance. */
static void print_line(answer *page, const cf_verify_suite *suite, const cf_verify_measure *measure,
                       const cf_verify_result *best, const cf_verify_result *usual) {
  const cf_terminal *out = &page->cli->out;
  bool holds = best->rows > 0 && best->error <= measure->asked;
  cf_text asked = amount(measure->asked, measure->unit), error = amount(best->error, measure->unit);
  cf_text at_default = usual ? amount(usual->error, measure->unit) : (cf_text){""};
  page->lines++;
  page->failed += !holds;
  if (page->markdown) {
    fprintf(out->out, "| %s | %s | %u | %s | %s%s | %s |\n", suite->part, measure->component, best->rows, asked.text,
            error.text, holds ? "" : " (**fails**)", at_default.text);
    return;
  }
  bool same = page->part && strcmp(page->part, suite->part) == 0;
  page->part = suite->part;
  fprintf(out->out, "%-9s%-33s%6u%13s%14s%14s  %s%s%s\n", same ? "" : suite->part, measure->component, best->rows,
          asked.text, error.text, at_default.text, cf_ink_code(out, holds ? CF_INK_GREEN : CF_INK_RED),
          holds ? "holds" : "FAILS", cf_ink_code(out, CF_INK_NONE));
  fflush(out->out);
}

static cf_status verify(answer *page, const cf_verify_suite *suite, const char *folder, cf_diag *diag) {
  cf_verify_result best[CF_VERIFY_MEASURES], usual[CF_VERIFY_MEASURES];
  bool has_usual = suite->has_tolerance;
  cf_status status = cf_verify_suite_run(suite, folder, CF_PROBE_LEAST_TOLERANCE, best, diag);
  if (status == CF_OK && has_usual) status = cf_verify_suite_run(suite, folder, CF_PROBE_NODE_TOLERANCE, usual, diag);
  if (status) return status;
  for (unsigned m = 0; suite->measure[m].component; m++)
    print_line(page, suite, &suite->measure[m], &best[m], has_usual ? &usual[m] : NULL);
  return CF_OK;
}

/* The name of a part that is not there. */
static cf_status unknown(const char *part, cf_diag *diag) {
  enum { MOST = 32 };
  const char *names[MOST];
  unsigned count = 0;
  for (; count < MOST && cf_verify_suites[count].part; count++) names[count] = cf_verify_suites[count].part;
  int nearest = cf_nearest(part, names, count);
  if (nearest >= 0) return cf_fail(diag, CF_USAGE, "no part '%s' (did you mean '%s'?)", part, names[nearest]);
  return cf_fail(diag, CF_USAGE, "no part '%s' is held against references", part);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  verify_flags given = {"table"};
  cf_words words;
  cf_diag diag;
  char folder[CF_PATH_MAX];
  cf_diag_init(&diag);
  cf_status status = cf_cli_read(cli, &cf_command_verify, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  answer page = {.cli = cli, .markdown = strcmp(given.format, "md") == 0};
  if (!page.markdown && strcmp(given.format, "table") != 0)
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "--format is table or md, not '%s'", given.format));
  const char *part = words.count ? words.word[0] : NULL;
  unsigned wanted = 0;
  for (const cf_verify_suite *suite = cf_verify_suites; suite->part; suite++)
    wanted += !part || strcmp(part, suite->part) == 0;
  if (wanted == 0) return cf_cli_tell(cli, &diag, unknown(part, &diag));
  status = cf_find_reference(folder, &diag);
  if (status == CF_OK) print_heading(&page);
  for (const cf_verify_suite *suite = cf_verify_suites; suite->part && status == CF_OK; suite++)
    if (!part || strcmp(part, suite->part) == 0) status = verify(&page, suite, folder, &diag);
  if (status) return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
  if (!page.markdown)
    fprintf(cli->out.out, "%s%u of %u hold.%s\n", page.failed ? cf_ink_code(&cli->out, CF_INK_RED) : "",
            page.lines - page.failed, page.lines, cf_ink_code(&cli->out, CF_INK_NONE));
  return cf_cli_flush(cli, page.failed ? CF_ASSERTION : CF_OK);
}

const cf_command cf_command_verify = {
    .name = "verify",
    .ring = 2,
    .line = "hold the physics against tables that others computed",
    .usage = "[PART] [--format table|md]",
    .about =
        "Runs the tables of reference that come with the program through the same functions as `probe`, and\n"
        "prints the accuracy asked for and the largest error; where nodes have curves in place of the smooth\n"
        "physics, also the largest error with curves of a scenario's usual tolerance, 0.1 %. Exit code 4 when\n"
        "something does not hold.",
    .example = "coldfleet verify sun",
    .flags = flags,
    .run = run,
};
