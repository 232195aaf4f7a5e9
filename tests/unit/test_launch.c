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

/* A squeue of our own is all of PATH; it says what it is told to, and counts how often it was asked. */
static void squeue(const char *directory, const char *answer) {
  char path[128];
  snprintf(path, sizeof path, "%s/squeue", directory);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, "#!/bin/sh\necho asked >>'%s/asked'\n%s\n", directory, answer);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(path, 0755), 0);
}

static void jobs_that_end_without_a_word_are_not_waited_for(void **state) {
  (void)state;
  static cf_plan plan = {.name = "test"};
  static cf_campaign campaign = {.plan = &plan};
  char directory[] = "/tmp/cf-launch-XXXXXX", before[4096], text[256], remove_all[80];
  int code = -1;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_non_null(mkdtemp(directory));
  snprintf(before, sizeof before, "%s", getenv("PATH"));
  snprintf(campaign.directory, sizeof campaign.directory, "%s", directory);
  snprintf(text, sizeof text, "%s/slurm", directory);
  assert_int_equal(mkdir(text, 0777), 0);
  cf_stop_watch *watch = cf_stop_watch_alone();
  assert_non_null(watch);
  setenv("PATH", directory, 1);

  squeue(directory, "exit 0");
  cf_status gone = cf_launch_wait(&campaign, 0.01, watch, &code, &diag);
  assert_int_equal(gone, CF_INCOMPLETE);
  assert_non_null(strstr(diag.entry[0].text, "cancelled or killed"));

  /* As long as there are some, or nobody can say; one answer of none is none. */
  snprintf(text, sizeof text,
           "read -r n <'%s/n'; n=$((n + 1)); echo $n >'%s/n'\n"
           "case $n in 1 | 3) exit 0 ;; 2) exit 1 ;; 4) echo 12 ;; *) echo 0 >'%s/slurm/ended' ;; esac",
           directory, directory, directory);
  squeue(directory, text);
  snprintf(text, sizeof text, "%s/n", directory);
  FILE *file = fopen(text, "w");
  assert_non_null(file);
  fputs("0\n", file);
  assert_int_equal(fclose(file), 0);
  cf_diag_init(&diag);
  cf_status ended = cf_launch_wait(&campaign, 0.01, watch, &code, &diag);
  setenv("PATH", before, 1);
  cf_stop_watch_end(watch);
  assert_int_equal(ended, CF_OK);
  assert_int_equal(code, 0);
  snprintf(remove_all, sizeof remove_all, "rm -r %s", directory);
  assert_int_equal(system(remove_all), 0);  // NOLINT(cert-env33-c): a name of our own
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(times_have_units), cmocka_unit_test(the_program_is_found),
                                     cmocka_unit_test(the_last_job_leaves_its_exit_code),
                                     cmocka_unit_test(jobs_that_end_without_a_word_are_not_waited_for)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
