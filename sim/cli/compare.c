/* coldfleet compare: who is better, by how much, and how sure that is. Reads databases only. */
#include "base/json.h"
#include "cli/command.h"
#include "sweep/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct compare_flags {
  const char *metric, *baseline, *tolerance, *alpha;
  bool json, unpaired;
} compare_flags;

#define AT(field) offsetof(compare_flags, field)
static const cf_flag flags[] = {
    {"metric", 'm', CF_FLAG_TEXT, "COLUMN",
     "a numeric column of table run, v_accuracy, v_coldest or v_autonomy; loss unless given", AT(metric), 0},
    {"baseline", 'b', CF_FLAG_TEXT, "POLICY", "compare with it; with the least mean loss unless given", AT(baseline),
     0},
    {"tolerance", 't', CF_FLAG_TEXT, "PERCENT", "exit with 4 when something is surely worse by more than that",
     AT(tolerance), 0},
    {"alpha", 'a', CF_FLAG_TEXT, "SHARE", "intervals miss the truth so often; 0.05 unless given", AT(alpha), 0},
    {"unpaired", 'u', CF_FLAG_SWITCH, NULL, "compare means, without pairs", AT(unpaired), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "as JSON, with all points", AT(json), 0},
    {0}};

enum { MOST_POINTS = 20, CELL_BYTES = 160, LABEL_COLUMNS = 40 };

/* ---- figures ----------------------------------------------------------------------------------------------------- */

/* How the figures of one table are written: so that the narrowest interval shows its width. */
typedef struct figure_style {
  bool exponent;
  int decimals;
} figure_style;

typedef struct figure_sizes {
  double largest, narrowest; /* of the figures; of the half widths above zero */
} figure_sizes;

static void look_at(figure_sizes *sizes, const cf_interval *difference, double mean) {
  if (fabs(mean) > sizes->largest) sizes->largest = fabs(mean);
  if (fabs(difference->mean) > sizes->largest) sizes->largest = fabs(difference->mean);
  double half = 0.5 * (difference->high - difference->low);
  if (half > 0 && (sizes->narrowest == 0 || half < sizes->narrowest)) sizes->narrowest = half;
}

static figure_style figures_for(figure_sizes sizes) {
  enum { MOST_DIGITS = 8 };
  if (sizes.largest == 0) return (figure_style){.decimals = 0};
  if (sizes.largest >= 1e7 || sizes.largest < 1e-3) return (figure_style){.exponent = true};
  int before = (int)floor(log10(sizes.largest)) + 1;
  int decimals = sizes.narrowest > 0 ? 1 - (int)floor(log10(sizes.narrowest)) : 5 - before;
  if (decimals < 4 - before) decimals = 4 - before; /* a wide interval is no reason to hide the figures */
  if (decimals > MOST_DIGITS - before) decimals = MOST_DIGITS - before;
  return (figure_style){.decimals = decimals < 0 ? 0 : decimals};
}

static void write_figure(char *text, size_t size, figure_style figures, double value, bool sign) {
  if (isnan(value))
    snprintf(text, size, "-");
  else if (figures.exponent)
    snprintf(text, size, sign ? "%+.4g" : "%.4g", value);
  else
    snprintf(text, size, sign ? "%+.*f" : "%.*f", figures.decimals, value);
}

/* ---- a table ----------------------------------------------------------------------------------------------------- */

enum { NAME, OTHER, OWN, DIFFERENCE, INTERVAL, RELATIVE, REPS, VERDICT, COLUMNS };

typedef struct table_row {
  char cell[COLUMNS][CELL_BYTES];
  cf_interval difference; /* for the bar */
  cf_ink ink;             /* of the verdict */
} table_row;

typedef struct text_table {
  const cf_terminal *out;
  const char *heading[COLUMNS];
  uint32_t rows;
  table_row *row;
} text_table;

static void measure(const text_table *table, unsigned width[COLUMNS]) {
  for (int c = 0; c < COLUMNS; c++) {
    width[c] = 0;
    bool used = false;
    for (uint32_t r = 0; r < table->rows; r++) {
      unsigned columns = cf_text_columns(table->row[r].cell[c]);
      used = used || columns > 0;
      if (columns > width[c]) width[c] = columns;
    }
    unsigned heading = used ? cf_text_columns(table->heading[c]) : 0;
    if (heading > width[c]) width[c] = heading;
  }
}

static unsigned sum_of(const unsigned width[COLUMNS]) {
  unsigned sum = 0;
  for (int c = 0; c < COLUMNS; c++) sum += width[c] ? width[c] + 2 : 0;
  return sum;
}

/* From the least end of all intervals to the largest, zero among them. */
static cf_ends ends_of(const text_table *table) {
  cf_ends ends = {0, 0};
  for (uint32_t r = 0; r < table->rows; r++) {
    const cf_interval *interval = &table->row[r].difference;
    double low = isnan(interval->low) ? interval->mean : interval->low;
    double high = isnan(interval->high) ? interval->mean : interval->high;
    if (low < ends.from) ends.from = low;
    if (high > ends.to) ends.to = high;
  }
  return ends;
}

static bool is_left(int column) { return column == NAME || column == VERDICT; }

/* The cells of one line; returns the blanks that are owed before whatever comes next, so that no line ends with some.
 */
static unsigned print_cells(const text_table *table, const table_row *row, const unsigned width[COLUMNS]) {
  FILE *out = table->out->out;
  unsigned owed = 0;
  for (int c = 0; c < COLUMNS; c++) {
    if (width[c] == 0) continue;
    const char *text = row ? row->cell[c] : table->heading[c];
    unsigned columns = cf_text_columns(text), pad = width[c] - columns;
    if (columns == 0) {
      owed += width[c] + 2;
      continue;
    }
    bool inked = row && c == VERDICT;
    fprintf(out, "%*s%s%s%s", (int)(owed + (is_left(c) ? 0 : pad)), "", inked ? cf_ink_code(table->out, row->ink) : "",
            text, inked ? cf_ink_code(table->out, CF_INK_NONE) : "");
    owed = 2 + (is_left(c) ? pad : 0);
  }
  return owed;
}

static void print_bar(const text_table *table, const table_row *row, cf_ends ends, unsigned owed, unsigned columns) {
  char line[3 * CF_PAGE_WIDTH + 1];
  cf_interval_bar(table->out, row->difference.mean, (cf_ends){row->difference.low, row->difference.high}, ends, columns,
                  line);
  size_t length = strlen(line);
  while (length > 0 && line[length - 1] == ' ') length--;
  fprintf(table->out->out, "%*s%.*s", (int)owed, "", (int)length, line);
}

static void print_table(const text_table *table) {
  enum { LEAST_BAR = 8, MOST_BAR = 25 };
  unsigned width[COLUMNS], page = table->out->width < CF_PAGE_WIDTH ? table->out->width : CF_PAGE_WIDTH;
  measure(table, width);
  if (sum_of(width) + LEAST_BAR > page) width[RELATIVE] = 0;
  unsigned bar = sum_of(width) + LEAST_BAR <= page ? page - sum_of(width) : 0;
  if (bar > MOST_BAR) bar = MOST_BAR;
  cf_ends ends = ends_of(table);
  if (ends.from == ends.to) bar = 0;
  for (uint32_t r = 0; r <= table->rows; r++) { /* the first line is the heading */
    const table_row *row = r > 0 ? &table->row[r - 1] : NULL;
    unsigned owed = print_cells(table, row, width);
    if (row && bar > 0 && row->difference.n > 0) print_bar(table, row, ends, owed, bar);
    fputc('\n', table->out->out);
  }
}

/* ---- what the rows say ------------------------------------------------------------------------------------------- */

static cf_ink ink_of(cf_verdict verdict) {
  if (verdict == CF_VERDICT_BETTER) return CF_INK_GREEN;
  if (verdict == CF_VERDICT_WORSE) return CF_INK_RED;
  return verdict == CF_VERDICT_TIE ? CF_INK_DIM : CF_INK_BOLD;
}

static void fill_difference(table_row *row, const cf_interval *difference, cf_verdict verdict, figure_style figures) {
  char low[40], high[40];
  row->difference = *difference;
  row->ink = ink_of(verdict);
  if (difference->n == 0) {
    snprintf(row->cell[INTERVAL], CELL_BYTES, "no pair");
    return;
  }
  write_figure(row->cell[DIFFERENCE], CELL_BYTES, figures, difference->mean, true);
  snprintf(row->cell[REPS], CELL_BYTES, "%s", cf_text_grouped(difference->n).text);
  snprintf(row->cell[VERDICT], CELL_BYTES, "%s", cf_verdict_word(verdict) ? cf_verdict_word(verdict) : "");
  write_figure(low, sizeof low, figures, difference->low, true);
  write_figure(high, sizeof high, figures, difference->high, true);
  if (isnan(difference->low))
    snprintf(row->cell[INTERVAL], CELL_BYTES, "none: one replication");
  else
    snprintf(row->cell[INTERVAL], CELL_BYTES, "%s to %s", low, high);
}

/* Two blanks, then the text, cut to so many columns. */
static void fill_name(char cell[CELL_BYTES], const char *text, unsigned columns) {
  unsigned used = 0, at = 0;
  while (at < CELL_BYTES - 8 && text[at]) {
    used += ((unsigned char)text[at] & 0xC0) != 0x80;
    if (used > columns) break;
    at++;
  }
  snprintf(cell, CELL_BYTES, "  %.*s%s", (int)at, text, text[at] ? "~" : "");
}

static void fill_row(table_row *row, const cf_compared *from, bool two, figure_style figures) {
  *row = (table_row){0};
  fill_name(row->cell[NAME], from->policy, LABEL_COLUMNS);
  write_figure(row->cell[OWN], CELL_BYTES, figures, from->own.n ? from->own.mean : (double)NAN, false);
  if (two) write_figure(row->cell[OTHER], CELL_BYTES, figures, from->other.n ? from->other.mean : (double)NAN, false);
  if (from->is_baseline) return;
  fill_difference(row, &from->difference, from->verdict, figures);
  if (!isnan(from->relative)) snprintf(row->cell[RELATIVE], CELL_BYTES, "%+.2f %%", 100 * from->relative);
}

static void fill_headings(text_table *table, const cf_comparison *comparison, const char *interval) {
  const char *const heading[COLUMNS] = {
      [NAME] = "",
      [OTHER] = "A",
      [OWN] = comparison->two ? "B" : "mean",
      [DIFFERENCE] = comparison->two ? "B - A" : "difference",
      [INTERVAL] = interval,
      [RELATIVE] = "relative",
      [REPS] = "reps",
      [VERDICT] = "",
  };
  memcpy(table->heading, heading, sizeof heading);
}

typedef struct compare_request {
  const cf_cli *cli;
  const compare_flags *given;
  cf_compare_options options;
  double tolerance; /* share; NAN: none */
  char interval[24];
} compare_request;

static void print_heading(const compare_request *request, const cf_comparison *comparison, uint32_t first) {
  const cf_terminal *out = &request->cli->out;
  const cf_compared *row = &comparison->row[first];
  fprintf(out->out, "\n%s%s%s", cf_ink_code(out, CF_INK_BOLD), row->scenario, cf_ink_code(out, CF_INK_NONE));
  if (!comparison->two)
    fprintf(out->out, ", against %s%s", row->baseline, comparison->chosen ? " (the least mean loss)" : "");
  fputc('\n', out->out);
}

static void print_rows(const compare_request *request, const cf_comparison *comparison, uint32_t first, uint32_t end,
                       table_row *space) {
  figure_sizes sizes = {0};
  for (uint32_t i = first; i < end; i++) {
    const cf_compared *row = &comparison->row[i];
    look_at(&sizes, &row->difference, row->own.n ? row->own.mean : 0);
    if (row->other.n) look_at(&sizes, &row->difference, row->other.mean);
  }
  text_table table = {.out = &request->cli->out, .rows = end - first, .row = space};
  fill_headings(&table, comparison, request->interval);
  for (uint32_t i = first; i < end; i++)
    fill_row(&space[i - first], &comparison->row[i], comparison->two, figures_for(sizes));
  print_table(&table);
}

/* ---- points ------------------------------------------------------------------------------------------------------ */

/* The lines of a policy, and above them its name where there are several. Returns the number of lines. */
static uint32_t fill_points(table_row *space, const cf_compared *row, uint32_t most, bool named, figure_style figures) {
  uint32_t lines = 0;
  if (named) {
    space[lines] = (table_row){0};
    fill_name(space[lines++].cell[NAME], row->policy, LABEL_COLUMNS);
  }
  for (uint32_t i = 0; i < row->points && i < most; i++) {
    table_row *line = &space[lines++];
    *line = (table_row){0};
    fill_name(line->cell[NAME], row->point[i].label, LABEL_COLUMNS);
    fill_difference(line, &row->point[i].difference, row->point[i].verdict, figures);
  }
  return lines;
}

static void print_points(const compare_request *request, const cf_comparison *comparison, uint32_t first, uint32_t end,
                         table_row *space) {
  uint32_t count = 0, rows = 0, shown = 0;
  for (uint32_t i = first; i < end; i++) {
    count += comparison->row[i].points;
    rows += comparison->row[i].points > 0;
  }
  if (count == 0) return;
  uint32_t most = rows < MOST_POINTS ? MOST_POINTS / rows : 1;
  figure_sizes sizes = {0};
  for (uint32_t i = first; i < end; i++)
    for (uint32_t k = 0; k < comparison->row[i].points && k < most; k++, shown++)
      look_at(&sizes, &comparison->row[i].point[k].difference, 0);
  if (sizes.largest == 0) return;
  text_table table = {.out = &request->cli->out, .row = space};
  fill_headings(&table, comparison, request->interval);
  for (uint32_t i = first; i < end; i++)
    if (comparison->row[i].points > 0)
      table.rows += fill_points(&space[table.rows], &comparison->row[i], most, rows > 1, figures_for(sizes));
  FILE *out = request->cli->out.out;
  fprintf(out, "\nthe points that differ most");
  if (shown < count) fprintf(out, " (%u of %s lines; --json has all)", shown, cf_text_grouped(count).text);
  fputc('\n', out);
  print_table(&table);
}

/* ---- notes ------------------------------------------------------------------------------------------------------- */

static void print_notes(const compare_request *request, const cf_comparison *comparison) {
  FILE *out = request->cli->out.out;
  uint64_t alone[2] = {0}, pairs = 0, same = 0;
  for (uint32_t i = 0; i < comparison->rows; i++) {
    const cf_compared *row = &comparison->row[i];
    if (row->is_baseline) continue;
    alone[0] += row->alone[0];
    alone[1] += row->alone[1];
    pairs += row->pairs;
    same += row->same_digest;
  }
  if (comparison->left_out > 0)
    fprintf(out, "\nleft out: %s runs whose point and replication not every policy finished\n",
            cf_text_grouped(comparison->left_out).text);
  if (request->given->unpaired) return;
  if (comparison->two && alone[0] + alone[1] > 0)
    fprintf(out, "\nwithout a partner: %s runs of A, %s of B\n", cf_text_grouped(alone[1]).text,
            cf_text_grouped(alone[0]).text);
  else if (alone[0] + alone[1] > 0)
    fprintf(out, "\nwithout a partner: %s runs of the policies, %s of the baseline (once for each policy)\n",
            cf_text_grouped(alone[0]).text, cf_text_grouped(alone[1]).text);
  if (comparison->two)
    fprintf(out, "%s%s of %s pairs have the same digest: the same history, event by event\n",
            alone[0] + alone[1] > 0 ? "" : "\n", cf_text_grouped(same).text, cf_text_grouped(pairs).text);
}

static const char *better_words(cf_better better) {
  return better == CF_BETTER_LESS   ? "less is better"
         : better == CF_BETTER_MORE ? "more is better"
                                    : "neither is better";
}

static cf_status print_report(const compare_request *request, const cf_comparison *comparison, cf_diag *diag) {
  const cf_terminal *out = &request->cli->out;
  const cf_metric *metric = &comparison->metric;
  table_row *space = calloc(2 * (size_t)comparison->rows + MOST_POINTS, sizeof *space);
  if (!space) return cf_fail(diag, CF_INTERNAL, "no memory to print the comparison");
  fprintf(out->out, "%s%s%s%s%s, %s\n", cf_ink_code(out, CF_INK_BOLD), metric->name, cf_ink_code(out, CF_INK_NONE),
          metric->unit[0] && strcmp(metric->unit, "1") != 0 ? " in " : "",
          strcmp(metric->unit, "1") != 0 ? metric->unit : "", better_words(metric->better));
  fprintf(out->out, comparison->two ? "A  %s\nB  %s\n" : "%s\n", request->options.path[0], request->options.path[1]);
  for (uint32_t first = 0, end; first < comparison->rows; first = end) {
    for (end = first + 1; end < comparison->rows; end++)
      if (strcmp(comparison->row[end].scenario, comparison->row[first].scenario) != 0) break;
    print_heading(request, comparison, first);
    print_rows(request, comparison, first, end, space);
    print_points(request, comparison, first, end, space);
  }
  print_notes(request, comparison);
  free(space);
  return CF_OK;
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void put_difference(cf_json *json, const cf_interval *difference, cf_verdict verdict) {
  cf_json_real(json, "difference", difference->n ? difference->mean : (double)NAN);
  cf_json_real(json, "low", difference->low);
  cf_json_real(json, "high", difference->high);
  cf_json_count(json, "replications", difference->n);
  cf_json_text(json, "verdict", cf_verdict_word(verdict));
}

static void put_row(cf_json *json, const cf_compared *row) {
  cf_json_object(json, NULL);
  cf_json_text(json, "scenario", row->scenario);
  cf_json_text(json, "policy", row->policy);
  cf_json_text(json, "baseline", row->baseline);
  cf_json_bool(json, "is_baseline", row->is_baseline);
  cf_json_count(json, "runs", row->own.n);
  cf_json_real(json, "mean", row->own.n ? row->own.mean : (double)NAN);
  cf_json_real(json, "baseline_mean", row->other.n ? row->other.mean : (double)NAN);
  if (!row->is_baseline) {
    put_difference(json, &row->difference, row->verdict);
    cf_json_count(json, "pairs", row->pairs);
    cf_json_real(json, "relative", row->relative);
    cf_json_count(json, "without_partner", row->alone[0]);
    cf_json_count(json, "baseline_without_partner", row->alone[1]);
    cf_json_count(json, "same_digest", row->same_digest);
  }
  cf_json_list(json, "points");
  for (uint32_t i = 0; i < row->points; i++) {
    cf_json_object(json, NULL);
    cf_json_count(json, "point_id", row->point[i].point_id);
    cf_json_text(json, "label", row->point[i].label);
    put_difference(json, &row->point[i].difference, row->point[i].verdict);
    cf_json_close(json);
  }
  cf_json_close(json);
  cf_json_close(json);
}

static void print_json(const compare_request *request, const cf_comparison *comparison) {
  cf_json json = cf_json_start(request->cli->out.out);
  cf_json_object(&json, NULL);
  cf_json_text(&json, "metric", comparison->metric.name);
  cf_json_text(&json, "unit", comparison->metric.unit);
  static const char *const better[] = {"less", "more", NULL};
  cf_json_text(&json, "better", better[comparison->metric.better]);
  cf_json_real(&json, "alpha", request->options.alpha);
  cf_json_bool(&json, "paired", !request->given->unpaired);
  cf_json_list(&json, "databases");
  for (int i = 0; i < 2 && request->options.path[i]; i++) cf_json_text(&json, NULL, request->options.path[i]);
  cf_json_close(&json);
  cf_json_list(&json, "rows");
  for (uint32_t i = 0; i < comparison->rows; i++) put_row(&json, &comparison->row[i]);
  cf_json_close(&json);
  cf_json_close(&json);
}

/* ---- tolerance --------------------------------------------------------------------------------------------------- */

static cf_status hold_to_tolerance(const compare_request *request, const cf_comparison *comparison, cf_diag *diag) {
  cf_status status = CF_OK;
  for (uint32_t i = 0; i < comparison->rows; i++) {
    const cf_compared *row = &comparison->row[i];
    if (row->is_baseline) continue;
    const char *against = comparison->two ? request->options.path[0] : row->baseline;
    if (row->pairs == 0) {
      status =
          cf_fail(diag, CF_ASSERTION, "%s: %s has no run to be compared with %s, so nothing says that it is no worse",
                  row->scenario, row->policy, against);
      continue;
    }
    if (!cf_compared_fails(row, comparison->metric.better, request->tolerance)) continue;
    char amount[96];
    double nearest = comparison->metric.better == CF_BETTER_LESS ? row->difference.low : row->difference.high;
    if (row->base == 0)
      snprintf(amount, sizeof amount, "by %.4g over a mean of 0", fabs(row->difference.mean));
    else if (isnan(nearest))
      snprintf(amount, sizeof amount, "by %.4g %% (one replication, no interval)", 100 * fabs(row->relative));
    else
      snprintf(amount, sizeof amount, "by %.4g %%, at least %.4g %% by its interval", 100 * fabs(row->relative),
               100 * fabs(nearest / row->base));
    char than[CF_DIAG_TEXT];
    if (comparison->two)
      snprintf(than, sizeof than, "in %s than in %s", request->options.path[1], against);
    else
      snprintf(than, sizeof than, "than %s", against);
    status = cf_fail(diag, CF_ASSERTION, "%s: %s is worse %s: %s %s; %.4g %% is tolerated", row->scenario, row->policy,
                     than, comparison->metric.name, amount, 100 * request->tolerance);
  }
  return status;
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

/* A number, with a percent sign where `percent`; NAN when it is none. */
static double number_in(const char *text, bool percent) {
  char *end;
  double value = strtod(text, &end);
  if (end == text) return NAN;
  while (*end == ' ') end++;
  if (percent && *end == '%') end++;
  return *end ? NAN : value;
}

static cf_status read_request(compare_request *request, const cf_words *words, cf_diag *diag) {
  const compare_flags *given = request->given;
  request->options = (cf_compare_options){.path = {words->word[0], words->count > 1 ? words->word[1] : NULL},
                                          .metric = given->metric,
                                          .baseline = given->baseline,
                                          .alpha = given->alpha ? number_in(given->alpha, false) : 0.05,
                                          .unpaired = given->unpaired};
  if (!(request->options.alpha > 0 && request->options.alpha < 1))
    return cf_fail(diag, CF_USAGE, "--alpha is between 0 and 1, e.g. 0.05, not '%s'", given->alpha);
  if (words->count > 1 && given->baseline)
    return cf_fail(diag, CF_USAGE,
                   "--baseline is for one database; of two the first is what the second is held against");
  request->tolerance = given->tolerance ? 0.01 * number_in(given->tolerance, true) : (double)NAN;
  if (given->tolerance && !(request->tolerance >= 0))
    return cf_fail(diag, CF_USAGE, "--tolerance is a percentage from 0 on, e.g. 2, not '%s'", given->tolerance);
  snprintf(request->interval, sizeof request->interval, "CI%.4g", 100 * (1 - request->options.alpha));
  return CF_OK;
}

static cf_status answer(compare_request *request, cf_diag *diag) {
  cf_comparison comparison;
  cf_status status = cf_compare(&request->options, &comparison, diag);
  bool gate = request->given->tolerance != NULL;
  if (status == CF_OK && gate && comparison.metric.better == CF_BETTER_NEITHER)
    status = cf_fail(diag, CF_USAGE, "--tolerance cannot judge %s: neither less nor more of it is better",
                     comparison.metric.name);
  if (status == CF_OK) {
    if (request->given->json)
      print_json(request, &comparison);
    else
      status = print_report(request, &comparison, diag);
  }
  if (status == CF_OK && gate) status = hold_to_tolerance(request, &comparison, diag);
  cf_comparison_free(&comparison);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  compare_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_compare, argc, argv, &given, &words, 1, 2);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  compare_request request = {.cli = cli, .given = &given};
  status = read_request(&request, &words, &diag);
  if (status == CF_OK) status = answer(&request, &diag);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_compare = {
    .name = "compare",
    .ring = 1,
    .line = "compare policies, or two databases, with intervals",
    .usage = "DB [DB] [--metric COLUMN] [--baseline POLICY] [--tolerance PERCENT]",
    .about =
        "One database: every policy against one of them, run by run under the same weather, events and fading.\n"
        "Two: what the second has more than the first, run by run of equal scenario, point, policy and seed.\n"
        "Intervals over several points rest on the means of replications, because a replication meets the same "
        "weather\n"
        "at every point. They are not widened for the choice of the baseline, nor for the number of policies.",
    .example = "coldfleet compare out/quickstart.db --metric decisions_per_wh",
    .flags = flags,
    .run = run,
};
