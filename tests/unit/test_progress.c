/* Progress lines under a clock of the test's own. */
#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double clock_s;
static double test_clock(void) { return clock_s; }

static char *text;
static size_t length;

static cf_terminal terminal(bool tty, unsigned width) {
  free(text);
  text = NULL;
  return (cf_terminal){.out = open_memstream(&text, &length), .tty = tty, .width = width};
}

static void what_a_line_says(void **state) {
  (void)state;
  char line[256];
  cf_terminal out = {.width = 100};
  cf_progress_line(&out, &(cf_progress_state){.done = 1, .runs = 4, .share = 0.5, .events = 51.2e6, .elapsed_s = 10},
                   line, sizeof line);
  assert_string_equal(line, "[###############...............] 1/4 runs  51.2 M events  10 s  10 s left");
  cf_progress_line(&out, &(cf_progress_state){.runs = 4, .share = 0.001, .events = 10, .elapsed_s = 0.5}, line,
                   sizeof line);
  assert_string_equal(line, "[..............................] 0/4 runs  10 events  0.5 s");
  cf_progress_line(&out, &(cf_progress_state){.done = 4, .runs = 4, .share = 1, .events = 1e3, .elapsed_s = 90}, line,
                   sizeof line);
  assert_string_equal(line, "[##############################] 4/4 runs  1 k events  1 min 30 s");
}

static void a_file_gets_a_line_every_ten_seconds(void **state) {
  (void)state;
  clock_s = 100;
  cf_terminal out = terminal(false, 100);
  cf_progress *progress = cf_progress_create(&out, 2, false, test_clock);
  cf_progress_length(progress, 1, 1000);
  cf_progress_length(progress, 2, 1000);
  cf_progress_run(progress, 1, 100, 5);
  clock_s += 9.9;
  cf_progress_run(progress, 1, 200, 10);
  fflush(out.out);
  assert_int_equal(length, 0);
  clock_s += 0.2;
  cf_progress_run(progress, 1, 500, 20);
  fflush(out.out);
  assert_string_equal(text, "[#######.......................] 0/2 runs  20 events  10.1 s  31 s left\n");
  clock_s += 1;
  cf_progress_run_done(progress, 1, 40);
  cf_progress_run_done(progress, 2, 60);
  cf_progress_finish(progress, 2, "out/a.db");
  cf_progress_destroy(progress);
  fclose(out.out);
  assert_non_null(
      strstr(text, "[##############################] 2/2 runs  100 events  11.1 s on 2 cores -> out/a.db\n"));
  assert_null(strchr(text, '\r'));
}

static void a_terminal_gets_one_line_redrawn(void **state) {
  (void)state;
  clock_s = 0;
  cf_terminal out = terminal(true, 100);
  cf_progress *progress = cf_progress_create(&out, 1, false, test_clock);
  cf_progress_length(progress, 1, 100);
  for (int i = 1; i < 10; i++) {
    clock_s += 0.5;
    cf_progress_run(progress, 1, i * 10, (uint64_t)i);
  }
  fflush(out.out);
  assert_null(strchr(text, '\n'));
  assert_int_equal(text[0], '\r');
  cf_progress_run_done(progress, 1, 10);
  cf_progress_finish(progress, 1, "x.db");
  cf_progress_destroy(progress);
  fclose(out.out);
  assert_non_null(
      strstr(text, "\r\033[K[##############################] 1/1 runs  10 events  4.5 s on 1 core -> x.db\n"));
}

static void a_narrow_terminal_is_not_wrapped(void **state) {
  (void)state;
  clock_s = 0;
  cf_terminal out = terminal(true, 30);
  cf_progress *progress = cf_progress_create(&out, 1, false, test_clock);
  cf_progress_length(progress, 1, 100);
  clock_s = 1;
  cf_progress_run(progress, 1, 25, 1);
  cf_progress_destroy(progress);
  fclose(out.out);
  assert_string_equal(text, "\r25 %\033[K");
}

static void quiet_is_silent(void **state) {
  (void)state;
  clock_s = 0;
  cf_terminal out = terminal(true, 100);
  cf_progress *progress = cf_progress_create(&out, 1, true, test_clock);
  clock_s = 60;
  cf_progress_run(progress, 1, 1, 1);
  cf_progress_run_done(progress, 1, 1);
  cf_progress_finish(progress, 1, "x.db");
  cf_progress_destroy(progress);
  fclose(out.out);
  assert_int_equal(length, 0);
}

static void runs_out_of_range_are_ignored(void **state) {
  (void)state;
  clock_s = 0;
  cf_terminal out = terminal(true, 100);
  cf_progress *progress = cf_progress_create(&out, 1, false, test_clock);
  clock_s = 60;
  cf_progress_run(progress, 0, 1, 1);
  cf_progress_run(progress, 2, 1, 1);
  cf_progress_run_done(progress, 2, 1);
  cf_progress_destroy(progress);
  fclose(out.out);
  assert_int_equal(length, 0);
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

/* Work that others do: what is shown is what was given, with a note where there is room for it. */
static void what_is_shown_was_given(void **state) {
  (void)state;
  clock_s = 0;
  cf_terminal out = terminal(true, 100);
  cf_progress *progress = cf_progress_create(&out, 0, false, test_clock);
  cf_progress_state given = {
      .done = 1, .runs = 4, .share = 0.5, .events = 51.2e6, .elapsed_s = 10, .note = "loss 12.3 +- 0.4"};
  clock_s = 1;
  cf_progress_show(progress, &given);
  fflush(out.out);
  assert_string_equal(text,
                      "\r[###############...............] 1/4 runs  51.2 M events  10 s  10 s left  loss 12.3 +- 0.4"
                      "\033[K");
  cf_progress_finish(progress, 2, "out/a");
  fflush(out.out);
  assert_non_null(strstr(text, "1/4 runs  51.2 M events  10 s  10 s left on 2 cores -> out/a\n"));
  cf_progress_destroy(progress);
  fclose(out.out);
  out = terminal(true, 80); /* no room for the note */
  progress = cf_progress_create(&out, 0, false, test_clock);
  clock_s = 2;
  cf_progress_show(progress, &given);
  fflush(out.out);
  assert_string_equal(text, "\r[###############...............] 1/4 runs  51.2 M events  10 s  10 s left\033[K");
  cf_progress_destroy(progress);
  fclose(out.out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_line_says),
      cmocka_unit_test(a_file_gets_a_line_every_ten_seconds),
      cmocka_unit_test(a_terminal_gets_one_line_redrawn),
      cmocka_unit_test(a_narrow_terminal_is_not_wrapped),
      cmocka_unit_test(quiet_is_silent),
      cmocka_unit_test(runs_out_of_range_are_ignored),
      cmocka_unit_test(what_is_shown_was_given),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
