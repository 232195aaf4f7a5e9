/* The story as it is printed: days, folded samples, rows that sum whatever is left out, and books that close. */
#include "cli/narrator.h"

#include "../support/cf_test.h"

#define HOUR_NS (INT64_C(3600) * CF_NS_PER_S)

/* Greenwich, so that local time is UTC. */
typedef struct stage {
  cf_climate climate;
  cf_scenario scenario;
  cf_terminal out;
  char *text;
  size_t length;
  cf_json json;
  cf_narrator *narrator;
  cf_diag diag;
} stage;

static void set_up(stage *s, cf_narrator_options options) {
  *s = (stage){.scenario = {.start_unix_s = 1772323200, .duration_ns = 48 * HOUR_NS}}; /* 2026-03-01 */
  s->scenario.climate = &s->climate;
  FILE *out = open_memstream(&s->text, &s->length);
  assert_non_null(out);
  s->out = (cf_terminal){.out = out, .width = CF_PAGE_WIDTH};
  s->json = cf_json_start(out);
  cf_diag_init(&s->diag);
  options.out = &s->out;
  options.json = &s->json;
  options.scenario = &s->scenario;
  if (options.to_ns == 0) options.to_ns = CF_NEVER;
  s->narrator = cf_narrator_create(&options);
  assert_non_null(s->narrator);
}

static void tell(stage *s, cf_story_event event) {
  if (event.die_k == 0.0) event.die_k = 293.15;
  if (event.air_k == 0.0) event.air_k = 292.9;
  assert_int_equal(cf_narrator_tell(s->narrator, &event, &s->diag), CF_OK);
}

/* Text of the whole story; the stage is struck by `strike`. */
static const char *finish(stage *s, cf_status expected) {
  cf_story_check check;
  assert_int_equal(cf_narrator_finish(s->narrator, &check, &s->diag), expected);
  fflush(s->out.out);
  return s->text;
}

static void strike(stage *s) {
  cf_narrator_destroy(s->narrator);
  fclose(s->out.out);
  free(s->text);
}

static cf_story_event skip_at(int64_t t_ns) {
  return (cf_story_event){.kind = CF_STORY_SKIPS,
                          .t_ns = t_ns,
                          .busy = "down",
                          .stored_share = 0.25,
                          .joule = {[CF_ACCOUNT_LEAKAGE] = 0.001}};
}

static cf_story_event report_at(int64_t t_ns) {
  return (cf_story_event){.kind = CF_STORY_REPORTS,
                          .t_ns = t_ns,
                          .stored_share = 0.5,
                          .joule = {[CF_ACCOUNT_USES + CF_USE_SENSE] = 0.012},
                          .decision = {.correct = true, .on_time = true, .tier = "node", .gained_nats = 0.5}};
}

static void has(const char *text, const char *words) {
  if (!strstr(text, words)) fail_msg("'%s' is not in:\n%s", words, text);
}

static void days_and_folded_samples(void **unused) {
  (void)unused;
  stage s;
  set_up(&s, (cf_narrator_options){.format = CF_FORMAT_TABLE});
  for (int i = 0; i < 48; i++)
    tell(&s, (cf_story_event){.kind = CF_STORY_LOOK, .t_ns = i * HOUR_NS / 2, .stored_share = i < 24 ? 0.2 : 0.9});
  for (int i = 0; i < 1200; i++) tell(&s, skip_at(23 * HOUR_NS + i * CF_NS_PER_S));
  tell(&s, report_at(25 * HOUR_NS));
  cf_story_event other = skip_at(26 * HOUR_NS);
  other.busy = "hot";
  tell(&s, skip_at(26 * HOUR_NS));
  tell(&s, other);
  other.missed = true;
  tell(&s, other);
  const char *text = finish(&s, CF_OK);
  has(text, "\n2026-03-01  stored [........................@@@@@@@@@@@@@@@@@@@@@@@@] 20.0 % to 90.0 %\n");
  has(text, "\n  23:19:59.0  25.0 %  20.0  +0.25  1,200 samples pass unseen: no power       leakage 1.20 J\n");
  has(text, "\n2026-03-02  stored [                ");
  has(text, "\n  01:00:00.0  50.0 %  20.0  +0.25  reports no event, right: ");
  has(text, "  a sample passes unseen: no power          leakage 1.00 mJ\n");
  has(text, "  a sample passes unseen: rests, too warm   leakage 1.00 mJ\n");
  has(text, "  a sample passes unseen: rests, too warm; the event was there  leakage 1.00 mJ\n");
  has(text, "\n1,204 events, 1 decisions (100.0 % right), 1,203 samples unseen, 0 brown-outs, +0.50 nats gained\n");
  assert_null(strstr(text, "closes")); /* its end was not heard */
  strike(&s);
}

static void mains_show_the_die(void **unused) {
  (void)unused;
  stage s;
  set_up(&s, (cf_narrator_options){.format = CF_FORMAT_TABLE});
  double nan = (double)NAN;
  tell(&s, (cf_story_event){.kind = CF_STORY_LOOK, .stored_share = nan, .stored_j = nan, .die_k = 353.15});
  cf_story_event report = report_at(HOUR_NS);
  report.stored_share = nan;
  tell(&s, report);
  const char *text = finish(&s, CF_OK);
  has(text, "\n2026-03-01  die [");
  has(text, "] 20.0 to 80.0 degC\n");
  has(text, "  01:00:00.0       -  20.0  +0.25  reports");
  strike(&s);
}

/* What has no row goes with the next that has. */
static void rows_sum_whatever_is_left_out(void **unused) {
  (void)unused;
  stage s;
  set_up(&s,
         (cf_narrator_options){.format = CF_FORMAT_CSV, .decisions = true, .from_ns = HOUR_NS, .to_ns = 9 * HOUR_NS});
  tell(&s, skip_at(HOUR_NS - 1)); /* before the limit */
  for (int i = 0; i < 5; i++) tell(&s, skip_at(HOUR_NS + i));
  tell(&s, report_at(2 * HOUR_NS));
  tell(&s, report_at(8 * HOUR_NS));
  tell(&s, report_at(9 * HOUR_NS)); /* behind it */
  const char *text = finish(&s, CF_OK);
  has(text, "t_s,local_date,local_time,event,words,");
  has(text, "\n7200,2026-03-01,02:00:00.0,reports,\"reports no event, right: ");
  has(text, ",0,0,0,0,0.005,0,0,0,0,0.012,0,0,0,0,0,0\n28800,");
  has(text, ",0,0,0,0,0,0,0,0,0,0.012,0,0,0,0,0,0\n");
  assert_null(strstr(text, "32400"));
  assert_null(strstr(text, "skips"));
  strike(&s);
}

static void json_and_markdown(void **unused) {
  (void)unused;
  stage s;
  set_up(&s, (cf_narrator_options){.format = CF_FORMAT_JSON});
  cf_json_object(&s.json, NULL);
  cf_story_event hub = {.kind = CF_STORY_UPLINK, .stored_share = (double)NAN};
  hub.die_k = hub.air_k = (double)NAN;
  tell(&s, hub);
  tell(&s, report_at(HOUR_NS));
  finish(&s, CF_OK);
  cf_json_close(&s.json);
  fflush(s.out.out);
  has(s.text, "\"die_degc\": null");
  has(s.text, "\"sense\": 0.012");
  has(s.text, "\"decisions\": 1");
  strike(&s);
  set_up(&s, (cf_narrator_options){.format = CF_FORMAT_MARKDOWN});
  tell(&s, hub);
  tell(&s, report_at(HOUR_NS));
  const char *text = finish(&s, CF_OK);
  has(text, "|\n| 2026-03-01 00:00:00.0 |  |  |  | the hub heard it |  |\n");
  has(text, "\n| 2026-03-01 01:00:00.0 | 50.0 % | 20.0 | +0.25 | reports no event, right: ");
  strike(&s);
}

static void books_close_or_it_is_said(void **unused) {
  (void)unused;
  static const struct {
    double sense_j, nats;
    cf_status expected;
  } books[] = {{0.024, 1.0, CF_OK},
               {0.024 * (1 + 1e-11), 1.0, CF_OK},
               {0.024 * (1 + 1e-8), 1.0, CF_INTERNAL},
               {0.024, 1.0 + 1e-8, CF_INTERNAL}};
  for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
    cf_story_books own = {.joule = {[CF_ACCOUNT_USES + CF_USE_SENSE] = books[i].sense_j}, .nats = books[i].nats};
    stage s;
    set_up(&s, (cf_narrator_options){.format = CF_FORMAT_TABLE, .to_ns = 2 * HOUR_NS});
    tell(&s, report_at(HOUR_NS));
    tell(&s, report_at(3 * HOUR_NS)); /* not told, but part of the story */
    tell(&s, (cf_story_event){.kind = CF_STORY_ENDS, .t_ns = 48 * HOUR_NS, .books = &own});
    const char *text = finish(&s, books[i].expected);
    has(text, "\n1 events, 1 decisions");
    if (i == 0) has(text, "those of the node's books, exactly.");
    if (i == 1) has(text, "those of the node's books to 1e-11, its nats to 0.");
    strike(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_and_folded_samples),       cmocka_unit_test(mains_show_the_die),
      cmocka_unit_test(rows_sum_whatever_is_left_out), cmocka_unit_test(json_and_markdown),
      cmocka_unit_test(books_close_or_it_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
