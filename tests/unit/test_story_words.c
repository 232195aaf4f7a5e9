/* A node's events in words. */
#include "cli/story_words.h"

#include "../support/cf_test.h"

static void says(const cf_story_event *event, const char *expected) {
  char words[CF_STORY_WORDS];
  assert_string_equal(cf_story_words(event, words), expected);
}

static void every_kind_has_words(void **unused) {
  (void)unused;
  for (int kind = 0; kind < CF_STORY_KINDS; kind++) {
    if (kind == CF_STORY_LOOK) continue; /* is never told */
    cf_story_event event = {.kind = (cf_story_kind)kind, .model = "small", .busy = "down", .p_event = 0.5};
    char words[CF_STORY_WORDS];
    if (cf_story_words(&event, words)[0] == '\0') fail_msg("%s: no words", cf_story_name[kind]);
    assert_true(strlen(words) < 80);
  }
}

static void decisions(void **unused) {
  (void)unused;
  says(&(cf_story_event){.kind = CF_STORY_SENSES, .p_event = 0.031}, "senses, expects the event with 3.1 %");
  says(&(cf_story_event){.kind = CF_STORY_THINKS, .model = "small", .points = 1}, "thinks: small");
  says(&(cf_story_event){.kind = CF_STORY_THINKS, .model = "large", .point = 1, .points = 3},
       "thinks: large, operating point 2 of 3");
  /* verdict + 2 sure */
  says(&(cf_story_event){.kind = CF_STORY_SAYS, .model = "small", .outcome = 3, .p_event = 0.87, .gained_nats = 1.25},
       "small: event, sure: 87 %, +1.25 nats");
  says(&(cf_story_event){.kind = CF_STORY_HEARS, .model = "hub", .outcome = 0, .p_event = 0.02, .gained_nats = -0.5},
       "hears hub: no event, unsure: 2.0 %, -0.50 nats");
  cf_decision_row row = {.truth = 1,
                         .answer = 1,
                         .correct = true,
                         .on_time = true,
                         .energy_j = 0.0131,
                         .surprise_nats = 0.13,
                         .gained_nats = 1.1};
  cf_story_event report = {.kind = CF_STORY_REPORTS, .decision = row};
  says(&report, "reports event, right: 13.1 mJ, surprise 0.13, +1.10 nats");
  assert_int_equal(cf_story_ink(&report), CF_INK_GREEN);
  report.decision.on_time = false;
  says(&report, "reports event, right but late: 13.1 mJ, surprise 0.13, +1.10 nats");
  report.decision.answer = 0;
  report.decision.correct = false;
  says(&report, "reports no event, wrong: 13.1 mJ, surprise 0.13, +1.10 nats");
  assert_int_equal(cf_story_ink(&report), CF_INK_RED);
}

static void the_way_to_the_hub(void **unused) {
  (void)unused;
  says(&(cf_story_event){.kind = CF_STORY_ASKS, .channel = 2}, "asks the hub, channel 2");
  says(&(cf_story_event){.kind = CF_STORY_ASKS, .attempt = 1}, "asks the hub again, channel 0");
  says(&(cf_story_event){.kind = CF_STORY_UPLINK, .link = CF_LINK_HEARD}, "the hub heard it");
  says(&(cf_story_event){.kind = CF_STORY_UPLINK, .link = CF_LINK_COLLIDED}, "lost: another sender spoke");
  says(&(cf_story_event){.kind = CF_STORY_HUB_ANSWERS, .link = CF_LINK_HEARD, .outcome = 2},
       "the hub answers: no event, sure");
  says(&(cf_story_event){.kind = CF_STORY_HUB_ANSWERS, .link = CF_LINK_REFUSED}, "the hub may not send: duty cycle");
  says(&(cf_story_event){.kind = CF_STORY_BACKS_OFF, .t_ns = CF_NS_PER_S, .until_ns = 4 * CF_NS_PER_S},
       "will ask again in 3 s");
}

static void power_and_heat(void **unused) {
  (void)unused;
  says(&(cf_story_event){.kind = CF_STORY_BROWN_OUT, .short_j = 0.00414}, "browns out, 4.14 mJ short");
  says(&(cf_story_event){.kind = CF_STORY_BROWN_OUT}, "browns out");
  says(&(cf_story_event){.kind = CF_STORY_THROTTLE, .point = 1, .points = 3},
       "too warm: down to operating point 2 of 3");
  says(&(cf_story_event){.kind = CF_STORY_THROTTLE, .point = 1, .points = 1}, "too warm: rests");
  says(&(cf_story_event){.kind = CF_STORY_UNTHROTTLE, .point = 0, .points = 3}, "cooler: up to operating point 1 of 3");
  says(&(cf_story_event){.kind = CF_STORY_SKIPS, .busy = "down"}, "a sample passes unseen: no power");
  says(&(cf_story_event){.kind = CF_STORY_SKIPS, .busy = "hot", .missed = true},
       "a sample passes unseen: rests, too warm; the event was there");
}

static void joules(void **unused) {
  (void)unused;
  assert_string_equal(cf_story_joules(0.0).text, "0 J");
  assert_string_equal(cf_story_joules(0.012).text, "12.0 mJ");
  assert_string_equal(cf_story_joules(-8.19e-5).text, "-81.9 uJ");
  assert_string_equal(cf_story_joules(0.99996).text, "1.00 J");
  assert_string_equal(cf_story_joules(123456.0).text, "123 kJ");
  assert_string_equal(cf_story_joules(1.66e6).text, "1.66 MJ");
  assert_string_equal(cf_story_joules(2e-12).text, "0.00 nJ");
  assert_string_equal(cf_story_joules((double)NAN).text, "-");
}

static void flows(void **unused) {
  (void)unused;
  char words[CF_STORY_WORDS];
  double joule[CF_STORY_ACCOUNTS] = {0};
  assert_string_equal(cf_story_flows(joule, words), "");
  joule[CF_ACCOUNT_HARVEST] = 0.005;
  joule[CF_ACCOUNT_SPILLED] = 0.002;
  joule[CF_ACCOUNT_STORED] = 100.0; /* is no use */
  assert_string_equal(cf_story_flows(joule, words), "+3.00 mJ");
  joule[CF_ACCOUNT_LEAKAGE] = 0.001;
  joule[CF_ACCOUNT_USES + CF_USE_SENSE] = 0.012;
  assert_string_equal(cf_story_flows(joule, words), "+3.00 mJ, sense 12.0 mJ");
  joule[CF_ACCOUNT_HARVEST] = joule[CF_ACCOUNT_SPILLED];
  assert_string_equal(cf_story_flows(joule, words), "sense 12.0 mJ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_has_words), cmocka_unit_test(decisions), cmocka_unit_test(the_way_to_the_hub),
      cmocka_unit_test(power_and_heat),       cmocka_unit_test(joules),    cmocka_unit_test(flows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
