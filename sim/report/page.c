#include "report/page.h"

#include "base/json.h"
#include "config/reader.h"
#include "report/axes.h"
#include "report/figure.h"
#include "report/heading.h"
#include "report/html.h"
#include "report/result.h"
#include "store/number.h"
#include "store/saved.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, RUN_BYTES = 24, SCRIPTS = 4 };

typedef struct file {
  const char *bytes;
  size_t length;
} file;

typedef struct sheet {
  const cf_page_options *options;
  cf_database *database;
  cf_arena *arena; /* of the files */
  cf_heading heading;
  cf_figures figures;
  cf_result result[CF_MAX_FIGURES];
  cf_result summary, facts;
  file style, licences, script[SCRIPTS];
  char run[RUN_BYTES], hour[CF_NUMBER_BYTES];
  cf_result_parameters parameters;
  FILE *out;
  cf_diag *diag;
} sheet;

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static cf_status read_file(sheet *page, const char *folder, const char *name, file *into) {
  char path[PATH_BYTES], why[CF_READER_WHY];
  cf_reader disk = cf_reader_disk();
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (length < 0 || length >= PATH_BYTES) return cf_fail(page->diag, CF_IO, "%s: the path is too long", folder);
  if (disk.read(disk.self, path, page->arena, &into->bytes, &into->length, why))
    return cf_fail(page->diag, CF_IO, "%s: %s", path, why);
  return CF_OK;
}

static cf_status read_files(sheet *page) {
  static const char *const library[] = {"vega.min.js", "vega-lite.min.js", "vega-embed.min.js"};
  const cf_page_options *options = page->options;
  cf_status status = read_file(page, options->style, "page.css", &page->style);
  for (unsigned i = 0; status == CF_OK && i < SCRIPTS - 1; i++)
    status = read_file(page, options->web, library[i], &page->script[i]);
  if (status == CF_OK) status = read_file(page, options->web, "licences.txt", &page->licences);
  if (status == CF_OK) status = read_file(page, options->style, "page.js", &page->script[SCRIPTS - 1]);
  for (unsigned i = 0; status == CF_OK && i < SCRIPTS; i++)
    if (strstr(page->script[i].bytes, "</script") || strstr(page->script[i].bytes, "<!--"))
      status = cf_fail(page->diag, CF_INPUT, "a script of the report would end its own element: '</script' or '<!--'");
  return status;
}

static bool holds(const char *folder, const char *query) {
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "%s/%s.sql", folder, query);
  return length > 0 && length < PATH_BYTES && !strchr(query, '/') && access(path, R_OK) == 0;
}

/* Beside the figures first, so that a template brings its own. */
static const char *folder_of(const sheet *page, const char *query) {
  if (holds(page->options->charts, query)) return page->options->charts;
  return holds(page->options->shipped, query) ? page->options->shipped : page->options->queries;
}

static cf_status read_sql(const sheet *page, const char *query, char **sql) {
  return cf_saved_read(folder_of(page, query), query, sql, page->diag);
}

static cf_status ask(sheet *page, const char *query, cf_result_form form, const char *note, cf_result *result) {
  char *sql = NULL, *whole = NULL;
  cf_status status = read_sql(page, query, &sql);
  if (status == CF_OK) status = cf_axes_offer(page->database, sql, &whole, page->diag);
  if (status == CF_OK)
    status = cf_result_ask(page->database, whole ? whole : sql, &page->parameters, form, note, result, page->diag);
  free(whole);
  free(sql);
  return status;
}

static cf_status ask_all(sheet *page) {
  cf_status status = ask(page, "report-summary", CF_RESULT_SENTENCES, "", &page->summary);
  if (status == CF_OK) status = ask(page, "report-facts", CF_RESULT_FACTS, "", &page->facts);
  for (uint32_t i = 0; status == CF_OK && i < page->figures.count; i++) {
    const cf_figure *figure = &page->figures.figure[i];
    status = ask(page, figure->query, figure->table ? CF_RESULT_TABLE : CF_RESULT_JSON, figure->note, &page->result[i]);
    if (status) cf_fail(page->diag, status, "%s: its query '%s' cannot be used", figure->file, figure->query);
  }
  return status;
}

static cf_status set_parameters(sheet *page) {
  const cf_page_options *options = page->options;
  if (isfinite(options->hour_at_start)) {
    cf_number_exact(page->hour, options->hour_at_start);
    page->parameters.hour = page->hour;
  }
  if (!options->run) return CF_OK;
  char sql[96];
  double found = 0;
  snprintf(page->run, sizeof page->run, "%u", options->run);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM run WHERE run_id = %s", page->run);
  cf_status status = cf_query_number(page->database, sql, &found, page->diag);
  page->parameters.run = page->run;
  if (status == CF_OK && found == 0)
    status = cf_fail(page->diag, CF_USAGE, "%s has no run %s", options->database, page->run);
  return status;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static const char *title_of(const sheet *page) {
  return page->options->title ? page->options->title : page->heading.title;
}

/* One element with one text. */
static void element(const sheet *page, const char *tag, const char *text) {
  if (!*text) return;
  fprintf(page->out, "<%s>", tag);
  cf_html_words(page->out, text);
  fprintf(page->out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void write_head(const sheet *page) {
  FILE *out = page->out;
  fputs(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:; base-uri 'none'; form-action 'none'; script-src",
      out);
  for (unsigned i = 0; i < SCRIPTS; i++) {
    char hash[CF_HTML_HASH];
    cf_html_hash(page->script[i].bytes, page->script[i].length, hash);
    fprintf(out, " '%s'", hash);
  }
  fputs(
      "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"coldfleet ",
      out);
  cf_html_text(out, page->options->version);
  fputs("\">\n", out);
  element(page, "title", title_of(page));
  fprintf(out, "<style>\n%s</style>\n</head>\n", page->style.bytes);
}

static void write_scarce(const sheet *page) {
  const cf_heading *heading = &page->heading;
  for (uint32_t i = 0; i < heading->scenarios; i++) {
    if (!*heading->scenario[i].scarce) continue;
    fputs("<p class=\"scarce\"><b>What is scarce</b> ", page->out);
    if (heading->scenarios > 1) {
      fputs("in ", page->out);
      cf_html_text(page->out, heading->scenario[i].name);
      fputs(" ", page->out);
    }
    cf_html_words(page->out, heading->scenario[i].scarce);
    fputs("</p>\n", page->out);
  }
}

static void write_heading(const sheet *page) {
  FILE *out = page->out;
  fputs(
      "<body>\n<header>\n<p class=\"kind\">coldfleet report <button id=\"theme\" type=\"button\" "
      "hidden>dark</button></p>\n",
      out);
  element(page, "h1", title_of(page));
  element(page, "p class=\"question\"", page->heading.question);
  write_scarce(page);
  if (page->summary.rows) fputs(page->summary.text, out);
  if (page->facts.rows) fputs(page->facts.text, out);
  fputs(
      "</header>\n<noscript><p class=\"warning\">The charts are drawn by scripts inside this file, which are switched "
      "off here. The tables are not.</p></noscript>\n",
      out);
}

static void write_contents(const sheet *page) {
  FILE *out = page->out;
  fputs("<nav aria-label=\"Contents\"><ol>\n", out);
  for (uint32_t i = 0; i < page->figures.count; i++) {
    if (!page->result[i].rows) continue;
    fputs("<li><a href=\"#", out);
    fputs(page->figures.figure[i].name, out);
    fputs("\">", out);
    cf_html_text(out, page->figures.figure[i].title);
    fputs("</a></li>\n", out);
  }
  fputs("<li><a href=\"#ask\">Ask it yourself</a></li>\n</ol></nav>\n<main>\n", out);
}

static void write_command(const sheet *page, const char *before, const char *after) {
  fprintf(page->out, "coldfleet %s ", before);
  cf_html_text(page->out, base_name(page->options->database));
  fprintf(page->out, "%s%s", *after ? " " : "", after);
}

static void write_chart(const sheet *page, const cf_figure *figure) {
  FILE *out = page->out;
  fputs("<div class=\"chart\" tabindex=\"0\" role=\"img\" aria-label=\"", out);
  cf_html_text(out, figure->alt);
  fputs("\" data-figure=\"", out);
  fputs(figure->name, out);
  fputs(
      "\"></div>\n<details class=\"data\"><summary>The numbers</summary><div class=\"scroll\" tabindex=\"0\"></div>"
      "</details>\n",
      out);
}

static void write_figure(const sheet *page, const cf_figure *figure, const cf_result *result) {
  FILE *out = page->out;
  fprintf(out, "<section class=\"%s\" id=\"", figure->table ? "table" : "figure");
  fputs(figure->name, out);
  fputs("\">\n", out);
  element(page, "h2", figure->title);
  fputs("<p class=\"question\">", out);
  cf_html_words(out, figure->question);
  if (*result->note) {
    fputs(" <span class=\"note\">", out);
    cf_html_text(out, result->note);
    fputs("</span>", out);
  }
  fputs("</p>\n", out);
  if (figure->table)
    fprintf(out, "<div class=\"scroll\" tabindex=\"0\">%s</div>\n", result->text);
  else
    write_chart(page, figure);
  fputs("</section>\n", out);
}

static void write_left_out(const sheet *page, const cf_page_outcome *outcome) {
  if (!outcome->left_out) return;
  fputs("<section class=\"left-out\" id=\"left-out\">\n<h2>Left out</h2>\n<ul>\n", page->out);
  for (uint32_t i = 0; i < page->figures.count; i++) {
    const cf_figure *figure = &page->figures.figure[i];
    if (page->result[i].rows || !*figure->needs) continue;
    fputs("<li><b>", page->out);
    cf_html_text(page->out, figure->title);
    fputs("</b>: ", page->out);
    cf_html_words(page->out, figure->needs);
    fputs(".</li>\n", page->out);
  }
  fputs("</ul>\n</section>\n", page->out);
}

static void write_csv_commands(const sheet *page) {
  bool any = false;
  for (uint32_t i = 0; i < page->figures.count; i++) {
    const cf_figure *figure = &page->figures.figure[i];
    bool saved = folder_of(page, figure->query) == page->options->queries;
    if (!page->result[i].rows || figure->table || !saved) continue;
    if (!any) fputs("<p>The numbers of a chart as CSV, by the name of its query:</p>\n<pre>", page->out);
    any = true;
    write_command(page, "query", "--format csv --saved ");
    cf_html_text(page->out, figure->query);
    fputs("\n", page->out);
  }
  if (any) fputs("</pre>\n", page->out);
}

static void write_ask(const sheet *page) {
  FILE *out = page->out;
  fputs("<section id=\"ask\">\n<h2>Ask it yourself</h2>\n<p class=\"question\">Everything above comes from ", out);
  cf_html_text(out, base_name(page->options->database));
  fputs(". In the folder that holds it:</p>\n<pre>", out);
  write_command(page, "query", "--list");
  fputs("                     <i># questions that it is ready to answer</i>\n", out);
  write_command(page, "query", "'SELECT policy, loss FROM run'");
  fputs("  <i># any other, in SQL</i>\n", out);
  write_command(page, "cite", "--status A");
  fputs("                  <i># what was assumed, and in which range it may lie</i>\n", out);
  write_command(page, "replay", "--run ");
  fprintf(out, "%s                   <i># the same run again, from the database alone</i>\n</pre>\n",
          *page->run ? page->run : "1");
  write_csv_commands(page);
  fputs("</section>\n</main>\n", out);
}

static void write_data(const sheet *page) {
  fputs("<script type=\"application/json\" id=\"data\">", page->out);
  cf_json json = cf_json_start_dense(page->out);
  cf_json_object(&json, NULL);
  cf_json_list(&json, "policies");
  for (uint32_t i = 0; i < page->heading.policies; i++) cf_json_text(&json, NULL, page->heading.policy[i]);
  cf_json_close(&json);
  cf_json_object(&json, "figures");
  for (uint32_t i = 0; i < page->figures.count; i++) {
    const cf_figure *figure = &page->figures.figure[i];
    if (!page->result[i].rows || figure->table) continue;
    cf_json_object(&json, figure->name);
    cf_json_raw(&json, "spec", figure->spec);
    cf_json_raw(&json, "data", page->result[i].text);
    cf_json_close(&json);
  }
  cf_json_close(&json);
  cf_json_close(&json);
  fputs("</script>\n", page->out);
}

static void write_foot(const sheet *page) {
  FILE *out = page->out;
  fputs("<footer>\n<p>Made by coldfleet ", out);
  cf_html_text(out, page->options->version);
  fputs(
      ". Charts by Vega, Vega-Lite and Vega-Embed, which are inside this file; it asks the network for nothing.</p>\n"
      "<details><summary>Their licences</summary><pre>",
      out);
  cf_html_text(out, page->licences.bytes);
  fputs("</pre></details>\n</footer>\n", out);
  write_data(page);
  for (unsigned i = 0; i < SCRIPTS; i++) fprintf(out, "<script>%s</script>\n", page->script[i].bytes);
  fputs("</body>\n</html>\n", out);
}

static void count(const sheet *page, cf_page_outcome *outcome) {
  for (uint32_t i = 0; i < page->figures.count; i++) {
    outcome->shown += page->result[i].rows > 0;
    outcome->left_out += page->result[i].rows == 0 && *page->figures.figure[i].needs;
  }
}

static void write_page(const sheet *page, cf_page_outcome *outcome) {
  count(page, outcome);
  write_head(page);
  write_heading(page);
  write_contents(page);
  for (uint32_t i = 0; i < page->figures.count; i++)
    if (page->result[i].rows) write_figure(page, &page->figures.figure[i], &page->result[i]);
  write_left_out(page, outcome);
  write_ask(page);
  write_foot(page);
}

static void release(sheet *page) {
  for (uint32_t i = 0; i < CF_MAX_FIGURES; i++) cf_result_free(&page->result[i]);
  cf_result_free(&page->summary);
  cf_result_free(&page->facts);
  cf_figures_free(&page->figures);
  cf_heading_free(&page->heading);
  cf_arena_destroy(page->arena);
  cf_database_close(page->database);
  free(page);
}

cf_status cf_page_write(const cf_page_options *options, FILE *out, cf_page_outcome *outcome, cf_diag *diag) {
  *outcome = (cf_page_outcome){0};
  sheet *page = calloc(1, sizeof *page);
  if (page) page->arena = cf_arena_create(0);
  if (!page || !page->arena) {
    free(page);
    return cf_fail(diag, CF_INTERNAL, "no memory for the report");
  }
  page->options = options;
  page->out = out;
  page->diag = diag;
  cf_status status = cf_database_open(options->database, &page->database, diag);
  if (status == CF_OK) status = set_parameters(page);
  if (status == CF_OK) status = cf_heading_read(page->database, &page->heading, diag);
  if (status == CF_OK) status = read_files(page);
  if (status == CF_OK) status = cf_figures_read(options->charts, page->database, &page->figures, diag);
  if (status == CF_OK) status = ask_all(page);
  if (status == CF_OK) write_page(page, outcome);
  release(page);
  return status;
}
