/* Times on the command line, and the exit code that the last job leaves. */
#include "cli/launch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void times_have_units(void **state) {
  (void)state;
  cf_diag diag;
  double time_s;
  cf_diag_init(&diag);
  assert_int_equal(cf_flag_time("chunk", "10min", &time_s, &diag), CF_OK);
  assert_true(time_s == 600);
  assert_int_equal(cf_flag_time("chunk", "1.5 h", &time_s, &diag), CF_OK);
  assert_true(time_s == 5400);
  assert_int_equal(cf_flag_time("chunk", "3600s", &time_s, &diag), CF_OK);
  assert_true(time_s == 3600);
  static const char *const wrong[] = {"10", "", "min", "0 s", "-1 h", "5 W"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    cf_diag_init(&diag);
    assert_int_equal(cf_flag_time("chunk", wrong[i], &time_s, &diag), CF_USAGE);
    assert_non_null(strstr(diag.entry[0].text, "--chunk"));
  }
}

static void the_program_is_found(void **state) {
  (void)state;
  char path[CF_CAMPAIGN_PATH];
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_program_path(path, &diag), CF_OK);
  assert_int_equal(path[0], '/');
  assert_non_null(strstr(path, "test_launch"));
}

static void the_last_job_leaves_its_exit_code(void **state) {
  (void)state;
  char directory[] = "/tmp/cf-launch-XXXXXX", folder[64];
  int code = -1;
  assert_non_null(mkdtemp(directory));
  snprintf(folder, sizeof folder, "%s/slurm", directory);
  assert_false(cf_launch_ended(directory, &code));
  cf_launch_end(directory, CF_OK); /* without a folder nothing can be left, and nobody is told */
  assert_false(cf_launch_ended(directory, &code));
  assert_int_equal(mkdir(folder, 0777), 0);
  cf_launch_end(directory, CF_INCOMPLETE);
  assert_true(cf_launch_ended(directory, &code));
  assert_int_equal(code, CF_INCOMPLETE);
  cf_launch_begin(directory);
  assert_false(cf_launch_ended(directory, &code));
  assert_int_equal(rmdir(folder), 0);
  assert_int_equal(rmdir(directory), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(times_have_units), cmocka_unit_test(the_program_is_found),
                                     cmocka_unit_test(the_last_job_leaves_its_exit_code)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
