#include "cli/narrator.h"

#include "base/civil.h"
#include "cli/story_words.h"
#include "store/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define APART_MOST 1e-9
#define ZERO_DEGC_K 273.15

/* What was told between the limits. */
typedef struct sums {
  double joule[CF_STORY_ACCOUNTS];
  double nats;
  uint64_t events, decisions, correct, brownouts, unseen;
} sums;

struct cf_narrator {
  cf_narrator_options options;
  double longitude_s;
  sums told, all;
  double nats_size; /* sum of |nats| */
  cf_story_books books;
  bool has_books, head_written;
  double waiting[CF_STORY_ACCOUNTS]; /* of events that have no row of their own */
  /* The local day that is being told: its lines wait for its sparkline. */
  int64_t day; /* since 1970 */
  bool has_day;
  char *text;
  size_t length;
  FILE *lines;
  uint64_t day_lines;
  double stored[CF_STORY_DAY_LOOKS], die_k[CF_STORY_DAY_LOOKS];
  double stored_low, stored_high, die_low_k, die_high_k;
  /* Samples that passed unseen for the same reason, one after the other. */
  cf_story_event skip;
  double skip_joule[CF_STORY_ACCOUNTS];
  uint64_t skips;
};

static double local_s(const cf_narrator *narrator, int64_t t_ns) {
  return (double)narrator->options.scenario->start_unix_s + cf_ticks_to_s(t_ns) + narrator->longitude_s;
}

static void clock_text(double local, char text[32]) {
  double in_day = local - CF_DAY_S * floor(local / CF_DAY_S);
  uint32_t tenths = (uint32_t)(in_day * 10.0);
  snprintf(text, 32, "%02u:%02u:%02u.%u", tenths / 36000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
}

static void percent_text(double share, char text[16]) { snprintf(text, 16, "%.1f %%", 100.0 * share); }

static void date_text(int64_t day, char text[32]) {
  cf_civil date = cf_civil_date(day);
  snprintf(text, 32, "%04d-%02u-%02u", date.year, date.month, date.day);
}

cf_narrator *cf_narrator_create(const cf_narrator_options *options) {
  cf_narrator *narrator = calloc(1, sizeof *narrator);
  if (!narrator) return NULL;
  narrator->options = *options;
  double turn_s = CF_DAY_S / 6.283185307179586;
  narrator->longitude_s = options->scenario->climate->longitude_rad * turn_s;
  return narrator;
}

static void close_lines(cf_narrator *narrator) {
  if (narrator->lines) fclose(narrator->lines);
  free(narrator->text);
  narrator->lines = NULL;
  narrator->text = NULL;
}

void cf_narrator_destroy(cf_narrator *narrator) {
  if (!narrator) return;
  close_lines(narrator);
  free(narrator);
}

/* ---- the table: days and lines ------------------------------------------------------------------------------------
 */

static void print_day_head(const cf_narrator *narrator) {
  const cf_terminal *out = narrator->options.out;
  char date[32], spark[3 * CF_STORY_DAY_LOOKS + 1], low[16], high[16];
  date_text(narrator->day, date);
  bool has_store = isfinite(narrator->stored_low);
  cf_sparkline(out, has_store ? narrator->stored : narrator->die_k, CF_STORY_DAY_LOOKS, spark);
  fprintf(out->out, "\n%s%s%s  ", cf_ink_code(out, CF_INK_BOLD), date, cf_ink_code(out, CF_INK_NONE));
  if (has_store) {
    percent_text(narrator->stored_low, low);
    percent_text(narrator->stored_high, high);
    fprintf(out->out, "stored [%s] %s to %s\n", spark, low, high);
  } else {
    fprintf(out->out, "die [%s] %.1f to %.1f degC\n", spark, narrator->die_low_k - ZERO_DEGC_K,
            narrator->die_high_k - ZERO_DEGC_K);
  }
  fprintf(out->out, "%s  %-10s %7s %5s %6s  %s%s\n", cf_ink_code(out, CF_INK_DIM), "local time", "stored", "degC",
          "+K air", "what happened, and the joules since the line before", cf_ink_code(out, CF_INK_NONE));
}

static void end_day(cf_narrator *narrator) {
  if (!narrator->has_day) return;
  fflush(narrator->lines);
  if (narrator->day_lines > 0) {
    print_day_head(narrator);
    fwrite(narrator->text, 1, narrator->length, narrator->options.out->out);
  }
  close_lines(narrator);
  narrator->has_day = false;
}

static cf_status begin_day(cf_narrator *narrator, int64_t day, cf_diag *diag) {
  end_day(narrator);
  narrator->lines = open_memstream(&narrator->text, &narrator->length);
  if (!narrator->lines) return cf_fail(diag, CF_INTERNAL, "no memory for a day of the story");
  narrator->day = day;
  narrator->has_day = true;
  narrator->day_lines = 0;
  for (uint32_t i = 0; i < CF_STORY_DAY_LOOKS; i++) narrator->stored[i] = narrator->die_k[i] = (double)NAN;
  narrator->stored_low = narrator->die_low_k = INFINITY;
  narrator->stored_high = narrator->die_high_k = -INFINITY;
  return CF_OK;
}

static void follow_body(cf_narrator *narrator, const cf_story_event *event) {
  if (isnan(event->die_k)) return;
  narrator->stored_low = fmin(narrator->stored_low, event->stored_share);
  narrator->stored_high = fmax(narrator->stored_high, event->stored_share);
  narrator->die_low_k = fmin(narrator->die_low_k, event->die_k);
  narrator->die_high_k = fmax(narrator->die_high_k, event->die_k);
  if (event->kind != CF_STORY_LOOK) return;
  double in_day = local_s(narrator, event->t_ns) / CF_DAY_S - (double)narrator->day;
  /* Looks on the edge of their places may not slip into a neighbour's. */
  uint32_t at = (uint32_t)(in_day * CF_STORY_DAY_LOOKS + 1e-6) % CF_STORY_DAY_LOOKS;
  narrator->stored[at] = event->stored_share;
  narrator->die_k[at] = event->die_k;
}

static void body_text(const cf_story_event *event, char text[64]) {
  if (isnan(event->die_k)) {
    snprintf(text, 64, "%7s %5s %6s", "", "", "");
    return;
  }
  char share[16];
  if (isnan(event->stored_share))
    snprintf(share, sizeof share, "-");
  else
    percent_text(event->stored_share, share);
  snprintf(text, 64, "%7s %5.1f %+6.2f", share, event->die_k - ZERO_DEGC_K, event->die_k - event->air_k);
}

static void print_line(cf_narrator *narrator, const cf_story_event *event, const char *words, const double *joule) {
  enum { WORDS = 41 };
  const cf_terminal *out = narrator->options.out;
  char time[32], body[64], flows[CF_STORY_WORDS];
  clock_text(local_s(narrator, event->t_ns), time);
  body_text(event, body);
  cf_story_flows(joule, flows);
  cf_ink ink = cf_story_ink(event);
  fprintf(narrator->lines, "  %s %s  %s%s%s", time, body, cf_ink_code(out, ink), words,
          ink == CF_INK_NONE ? "" : cf_ink_code(out, CF_INK_NONE));
  int gap = WORDS - (int)cf_text_columns(words);
  if (flows[0]) fprintf(narrator->lines, "%*s%s", gap > 0 ? gap + 1 : 2, "", flows);
  fputc('\n', narrator->lines);
  narrator->day_lines++;
}

static void flush_skips(cf_narrator *narrator) {
  if (narrator->skips == 0) return;
  char words[CF_STORY_WORDS + 64], one[CF_STORY_WORDS];
  cf_story_words(&narrator->skip, one);
  if (narrator->skips == 1)
    snprintf(words, sizeof words, "%s", one);
  else /* "a sample passes unseen: no power" */
    snprintf(words, sizeof words, "%s samples pass%s", cf_text_grouped(narrator->skips).text,
             one + strlen("a sample passes"));
  print_line(narrator, &narrator->skip, words, narrator->skip_joule);
  narrator->skips = 0;
}

static bool goes_on(const cf_narrator *narrator, const cf_story_event *event) {
  return narrator->skips > 0 && strcmp(narrator->skip.busy, event->busy) == 0 && narrator->skip.missed == event->missed;
}

static void tell_line(cf_narrator *narrator, const cf_story_event *event, const double *joule) {
  if (event->kind != CF_STORY_SKIPS || !goes_on(narrator, event)) flush_skips(narrator);
  if (event->kind == CF_STORY_SKIPS) {
    if (narrator->skips == 0) memset(narrator->skip_joule, 0, sizeof narrator->skip_joule);
    for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) narrator->skip_joule[a] += joule[a];
    narrator->skip = *event;
    narrator->skips++;
    return;
  }
  char words[CF_STORY_WORDS];
  print_line(narrator, event, cf_story_words(event, words), joule);
}

/* ---- rows of CSV, JSON and markdown -------------------------------------------------------------------------------
 */

enum { FIELDS_MOST = 40 + CF_STORY_ACCOUNTS };

typedef struct field {
  char name[32];
  const char *text; /* NULL: a number */
  double number;    /* NAN: not defined */
} field;

typedef struct fields {
  field field[FIELDS_MOST];
  uint32_t count;
} fields;

static void put_text(fields *row, const char *name, const char *text) {
  field *next = &row->field[row->count++];
  snprintf(next->name, sizeof next->name, "%s", name);
  next->text = text ? text : "";
  next->number = (double)NAN;
}

static void put_number(fields *row, const char *name, double number) {
  field *next = &row->field[row->count++];
  snprintf(next->name, sizeof next->name, "%s", name);
  next->text = NULL;
  next->number = number;
}

static void put_joules(fields *row, const double *joule) {
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) {
    char name[32];
    snprintf(name, sizeof name, "energy_%s_j", cf_story_account(a));
    for (char *c = name; *c; c++)
      if (*c == '-') *c = '_';
    put_number(row, name, joule[a]);
  }
}

typedef struct row_texts {
  char date[32], time[32], words[CF_STORY_WORDS], flows[CF_STORY_WORDS];
} row_texts;

static void put_decision(fields *row, const cf_story_event *event) {
  bool reports = event->kind == CF_STORY_REPORTS;
  bool looks = event->kind == CF_STORY_SAYS || event->kind == CF_STORY_HEARS;
  const cf_decision_row *decision = &event->decision;
  double nan = (double)NAN;
  put_text(row, "tier", reports ? decision->tier : NULL);
  put_number(row, "truth", reports ? decision->truth : nan);
  put_number(row, "answer", reports ? decision->answer : nan);
  put_number(row, "correct", reports ? decision->correct : nan);
  put_number(row, "on_time", reports ? decision->on_time : nan);
  put_number(row, "loss", reports ? decision->loss : nan);
  put_number(row, "energy_j", reports ? decision->energy_j : nan);
  put_number(row, "latency_s", reports ? decision->latency_s : nan);
  put_number(row, "surprise_nats", reports ? decision->surprise_nats : nan);
  put_number(row, "gained_nats", reports ? decision->gained_nats : looks ? event->gained_nats : nan);
}

static void make_row(const cf_narrator *narrator, const cf_story_event *event, const double *joule, row_texts *texts,
                     fields *row) {
  double local = local_s(narrator, event->t_ns);
  date_text((int64_t)floor(local / CF_DAY_S), texts->date);
  clock_text(local, texts->time);
  row->count = 0;
  put_number(row, "t_s", (double)event->t_ns / 1e9);
  put_text(row, "local_date", texts->date);
  put_text(row, "local_time", texts->time);
  put_text(row, "event", cf_story_name[event->kind]);
  put_text(row, "words", cf_story_words(event, texts->words));
  put_number(row, "stored_j", event->stored_j);
  put_number(row, "stored_share", event->stored_share);
  put_number(row, "die_degc", event->die_k - ZERO_DEGC_K);
  put_number(row, "over_air_k", event->die_k - event->air_k);
  put_number(row, "p_event", event->p_event);
  put_decision(row, event);
  put_joules(row, joule);
}

static void print_csv_text(FILE *out, const char *text) {
  if (!strpbrk(text, ",\"\n")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '"') fputc('"', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

static void print_csv(const cf_narrator *narrator, const fields *row) {
  FILE *out = narrator->options.out->out;
  for (uint32_t i = 0; !narrator->head_written && i < row->count; i++)
    fprintf(out, "%s%s", row->field[i].name, i + 1 < row->count ? "," : "\n");
  for (uint32_t i = 0; i < row->count; i++) {
    const field *at = &row->field[i];
    char number[CF_NUMBER_BYTES];
    if (at->text) {
      print_csv_text(out, at->text);
    } else if (!isnan(at->number)) {
      cf_number_exact(number, at->number);
      fputs(number, out);
    }
    fputc(i + 1 < row->count ? ',' : '\n', out);
  }
}

static void print_json(const cf_narrator *narrator, const fields *row) {
  cf_json *json = narrator->options.json;
  if (!narrator->head_written) cf_json_list(json, "events");
  cf_json_object(json, NULL);
  for (uint32_t i = 0; i < row->count; i++) {
    const field *at = &row->field[i];
    if (!at->text)
      cf_json_real(json, at->name, at->number);
    else
      cf_json_text(json, at->name, *at->text ? at->text : NULL);
  }
  cf_json_close(json);
}

/* Fewer columns: what a page can hold. */
static void print_markdown(const cf_narrator *narrator, const cf_story_event *event, const double *joule) {
  FILE *out = narrator->options.out->out;
  char date[32], time[32], words[CF_STORY_WORDS], flows[CF_STORY_WORDS], share[16] = "", temp[64] = " | ";
  double local = local_s(narrator, event->t_ns);
  date_text((int64_t)floor(local / CF_DAY_S), date);
  clock_text(local, time);
  if (!isnan(event->stored_share)) percent_text(event->stored_share, share);
  if (!isnan(event->die_k))
    snprintf(temp, sizeof temp, "%.1f | %+.2f", event->die_k - ZERO_DEGC_K, event->die_k - event->air_k);
  if (!narrator->head_written)
    fputs(
        "| local time | stored | die, degC | over air, K | what happened | joules since the row before |\n"
        "|---|---|---|---|---|---|\n",
        out);
  fprintf(out, "| %s %s | %s | %s | %s | %s |\n", date, time, share, temp, cf_story_words(event, words),
          cf_story_flows(joule, flows));
}

/* ---- telling ------------------------------------------------------------------------------------------------------
 */

static bool has_row(const cf_narrator *narrator, const cf_story_event *event) {
  if (event->kind == CF_STORY_LOOK) return false;
  return !narrator->options.decisions || event->kind == CF_STORY_REPORTS || event->kind == CF_STORY_ENDS;
}

/* The end belongs to a story without a limit. */
static bool within(const cf_narrator *narrator, const cf_story_event *event) {
  const cf_narrator_options *options = &narrator->options;
  if (event->t_ns < options->from_ns) return false;
  return event->t_ns < options->to_ns || options->to_ns >= options->scenario->duration_ns;
}

static void count(sums *to, const cf_story_event *event) {
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) to->joule[a] += event->joule[a];
  to->events += event->kind != CF_STORY_LOOK;
  to->brownouts += event->kind == CF_STORY_BROWN_OUT || event->kind == CF_STORY_SAVED;
  to->unseen += event->kind == CF_STORY_SKIPS;
  if (event->kind != CF_STORY_REPORTS) return;
  to->decisions++;
  to->correct += event->decision.correct;
  to->nats += event->decision.gained_nats;
}

static cf_status tell_row(cf_narrator *narrator, const cf_story_event *event, cf_diag *diag) {
  double joule[CF_STORY_ACCOUNTS];
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) joule[a] = narrator->waiting[a] + event->joule[a];
  if (!has_row(narrator, event)) {
    memcpy(narrator->waiting, joule, sizeof joule);
    return CF_OK;
  }
  memset(narrator->waiting, 0, sizeof narrator->waiting);
  row_texts texts;
  fields row;
  switch (narrator->options.format) {
    case CF_FORMAT_TABLE:
      tell_line(narrator, event, joule);
      break;
    case CF_FORMAT_MARKDOWN:
      print_markdown(narrator, event, joule);
      break;
    case CF_FORMAT_CSV:
      make_row(narrator, event, joule, &texts, &row);
      print_csv(narrator, &row);
      break;
    case CF_FORMAT_JSON:
      make_row(narrator, event, joule, &texts, &row);
      print_json(narrator, &row);
      break;
  }
  narrator->head_written = true;
  if (!ferror(narrator->options.out->out)) return CF_OK;
  return cf_fail(diag, CF_IO, "the output could not be written");
}

static cf_status turn_day(cf_narrator *narrator, const cf_story_event *event, cf_diag *diag) {
  int64_t day = (int64_t)floor(local_s(narrator, event->t_ns) / CF_DAY_S);
  if (narrator->has_day && day == narrator->day) return CF_OK;
  if (narrator->has_day) flush_skips(narrator);
  return begin_day(narrator, day, diag);
}

cf_status cf_narrator_tell(void *self, const cf_story_event *event, cf_diag *diag) {
  cf_narrator *narrator = self;
  count(&narrator->all, event);
  if (event->kind == CF_STORY_REPORTS) narrator->nats_size += fabs(event->decision.gained_nats);
  if (event->books) {
    narrator->books = *event->books;
    narrator->has_books = true;
  }
  cf_status status = CF_OK;
  if (narrator->options.format == CF_FORMAT_TABLE) {
    status = turn_day(narrator, event, diag);
    if (status == CF_OK) follow_body(narrator, event);
  }
  if (status != CF_OK || !within(narrator, event)) return status;
  count(&narrator->told, event);
  return tell_row(narrator, event, diag);
}

/* ---- the end ------------------------------------------------------------------------------------------------------
 */

static double through_j(const double joule[CF_STORY_ACCOUNTS]) {
  double in = fabs(joule[CF_ACCOUNT_HARVEST]), out = 0.0;
  for (uint32_t a = CF_ACCOUNT_SPILLED; a < CF_STORY_ACCOUNTS; a++) out += fabs(joule[a]);
  return fmax(in, out);
}

static void check_books(const cf_narrator *narrator, cf_story_check *check) {
  *check = (cf_story_check){.complete = narrator->has_books};
  double through = through_j(narrator->books.joule);
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) {
    double apart = fabs(narrator->all.joule[a] - narrator->books.joule[a]);
    if (through > 0.0) check->joules_apart = fmax(check->joules_apart, apart / through);
  }
  double nats = fabs(narrator->all.nats - narrator->books.nats);
  if (narrator->nats_size > 0.0) check->nats_apart = nats / narrator->nats_size;
}

static void print_sums(const cf_narrator *narrator, const cf_story_check *check) {
  FILE *out = narrator->options.out->out;
  const sums *told = &narrator->told;
  fprintf(out, "\n%s events, %s decisions", cf_text_grouped(told->events).text, cf_text_grouped(told->decisions).text);
  if (told->decisions > 0) fprintf(out, " (%.1f %% right)", 100.0 * (double)told->correct / (double)told->decisions);
  fprintf(out, ", %s samples unseen, %s brown-outs, %+.2f nats gained\n", cf_text_grouped(told->unseen).text,
          cf_text_grouped(told->brownouts).text, told->nats);
  fprintf(out, "Where the joules went:\n");
  double used_j = 0.0;
  for (uint32_t a = CF_ACCOUNT_CONVERTER; a < CF_STORY_ACCOUNTS; a++) used_j += told->joule[a];
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) {
    if (told->joule[a] == 0.0) continue;
    fprintf(out, "  %-11s %10s", cf_story_account(a), cf_story_joules(told->joule[a]).text);
    if (a >= CF_ACCOUNT_CONVERTER)
      fprintf(out, "  %s of what was used", cf_text_small_share(told->joule[a] / used_j).text);
    fputc('\n', out);
  }
  if (check->complete && check->joules_apart == 0.0 && check->nats_apart == 0.0)
    fputs("The story closes: its joules and nats are those of the node's books, exactly.\n", out);
  else if (check->complete)
    fprintf(out, "The story closes: its joules are those of the node's books to %s, its nats to %s.\n",
            cf_text_figure(check->joules_apart, 2).text, cf_text_figure(check->nats_apart, 2).text);
}

static void write_sums(cf_narrator *narrator, const cf_story_check *check) {
  cf_json *json = narrator->options.json;
  const sums *told = &narrator->told;
  if (!narrator->head_written) cf_json_list(json, "events");
  cf_json_close(json);
  cf_json_object(json, "sums");
  cf_json_count(json, "events", told->events);
  cf_json_count(json, "decisions", told->decisions);
  cf_json_count(json, "correct", told->correct);
  cf_json_count(json, "unseen", told->unseen);
  cf_json_count(json, "brownouts", told->brownouts);
  cf_json_real(json, "gained_nats", told->nats);
  cf_json_object(json, "energy_j");
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) cf_json_real(json, cf_story_account(a), told->joule[a]);
  cf_json_close(json);
  cf_json_real(json, "joules_apart", check->joules_apart);
  cf_json_real(json, "nats_apart", check->nats_apart);
  cf_json_close(json);
}

cf_status cf_narrator_finish(cf_narrator *narrator, cf_story_check *check, cf_diag *diag) {
  check_books(narrator, check);
  if (narrator->options.format == CF_FORMAT_TABLE) {
    if (narrator->has_day) flush_skips(narrator);
    end_day(narrator);
    print_sums(narrator, check);
  }
  if (narrator->options.format == CF_FORMAT_JSON) write_sums(narrator, check);
  if (!check->complete || (check->joules_apart <= APART_MOST && check->nats_apart <= APART_MOST)) return CF_OK;
  return cf_fail(diag, CF_INTERNAL, "the story does not close: %.2g of the joules and %.2g of the nats are missing",
                 check->joules_apart, check->nats_apart);
}
