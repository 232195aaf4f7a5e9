/* base/log: says what its level admits, and nothing else. */
#include "../support/cf_test.h"

#include "base/log.h"

static char *written(cf_log_level admitted, cf_log_level level, bool colour) {
  char *text = NULL;
  size_t size = 0;
  cf_log log = {.out = open_memstream(&text, &size), .level = admitted, .colour = colour};
  assert_non_null(log.out);
  cf_log_write(&log, level, "%d of %s", 3, "four");
  fclose(log.out);
  return text;
}

static void level_decides(void **state) {
  (void)state;
  static const char *const label[] = {"", "error", "warning", "info", "debug"};
  for (int admitted = CF_LOG_QUIET; admitted <= CF_LOG_DEBUG; admitted++) {
    for (int level = CF_LOG_QUIET; level <= CF_LOG_DEBUG; level++) {
      char want[64] = "";
      if (level != CF_LOG_QUIET && level <= admitted) snprintf(want, sizeof want, "%s: 3 of four\n", label[level]);
      char *text = written((cf_log_level)admitted, (cf_log_level)level, false);
      assert_string_equal(text, want);
      free(text);
    }
  }
}

static void colour_wraps_the_label_only(void **state) {
  (void)state;
  char *text = written(CF_LOG_DEBUG, CF_LOG_ERROR, true);
  assert_string_equal(text, "\033[1;31merror:\033[0m 3 of four\n");
  free(text);
}

static void no_logger_is_silent(void **state) {
  (void)state;
  cf_log_write(NULL, CF_LOG_ERROR, "nobody hears %s", "this");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(level_decides),
      cmocka_unit_test(colour_wraps_the_label_only),
      cmocka_unit_test(no_logger_is_silent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
