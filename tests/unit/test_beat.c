/* Signs of life: written, read back, removed; damaged ones are passed over. */
#include "sweep/beat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch[] = "/tmp/cf-beat-XXXXXX";

static int make(void **state) {
  (void)state;
  return mkdtemp(scratch) ? 0 : -1;
}

static int drop(void **state) {
  (void)state;
  return rmdir(scratch);
}

typedef struct heard {
  unsigned count;
  cf_beat beat[4];
} heard;

static void hear(void *self, const cf_beat *beat) {
  heard *h = self;
  assert_true(h->count < 4);
  h->beat[h->count++] = *beat;
}

static void what_is_written_is_read(void **state) {
  (void)state;
  static const cf_work_state work = {.runs = 40,
                                     .done = 12,
                                     .failed = 1,
                                     .share = 0.3125,
                                     .events = 1.5e9,
                                     .elapsed_s = 7.5,
                                     .workers = 2,
                                     .process = {11, 12}};
  heard h = {0};
  cf_beat_read(scratch, hear, &h);
  assert_int_equal(h.count, 0);
  cf_beat_write(scratch, "part-7", &work);
  cf_beat_write(scratch, "local", &work);
  cf_beat_read(scratch, hear, &h);
  assert_int_equal(h.count, 2);
  assert_string_equal(h.beat[0].name, "local");
  assert_string_equal(h.beat[1].name, "part-7");
  const cf_beat *beat = &h.beat[1];
  assert_int_equal(beat->process, getpid());
  assert_true(beat->runs == 40 && beat->done == 12 && beat->failed == 1 && beat->workers == 2);
  assert_true(beat->share == 0.3125 && beat->events == 1.5e9 && beat->elapsed_s == 7.5);
  assert_true(beat->worker[0] == 11 && beat->worker[1] == 12);
  assert_true(beat->age_s > -1 && beat->age_s < 10);
  cf_beat_remove(scratch, "local");
  cf_beat_remove(scratch, "part-7");
}

static void a_damaged_one_is_passed_over(void **state) {
  (void)state;
  static const char *const wrong[] = {"", "host", "host 1 2 3 4 0.5 1 1 3 11 12", "host 1 2 3 4 x 1 1 0",
                                      "host 1 2 3 4 0.5 1 1 100000"};
  char folder[64], path[80];
  heard h = {0};
  snprintf(folder, sizeof folder, "%s/running", scratch);
  snprintf(path, sizeof path, "%s/running/local", scratch);
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(mkdir(folder, 0777), 0);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(wrong[i], file);
    fclose(file);
    cf_beat_read(scratch, hear, &h);
    assert_int_equal(h.count, 0);
    cf_beat_remove(scratch, "local");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_is_read),
                                     cmocka_unit_test(a_damaged_one_is_passed_over)};
  return cmocka_run_group_tests(tests, make, drop);
}
