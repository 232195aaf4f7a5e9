/* Only one process directs a campaign. */
#include "sweep/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch[] = "/tmp/cf-lock-XXXXXX";
static char directory[64];

static int make(void **state) {
  (void)state;
  if (!mkdtemp(scratch)) return -1;
  snprintf(directory, sizeof directory, "%s/out/sweep", scratch);
  return 0;
}

static int drop(void **state) {
  (void)state;
  char path[80];
  snprintf(path, sizeof path, "%s/lock", directory);
  unlink(path);
  rmdir(directory);
  snprintf(path, sizeof path, "%s/out", scratch);
  rmdir(path);
  return rmdir(scratch);
}

static void a_second_one_is_told_who_is_there(void **state) {
  (void)state;
  cf_diag diag;
  int lock, other;
  char process[32];
  cf_diag_init(&diag);
  assert_int_equal(cf_lock_take(directory, 0, &lock, &diag), CF_OK);
  assert_int_equal(cf_lock_take(directory, 0.05, &other, &diag), CF_IO);
  assert_int_equal(other, -1);
  snprintf(process, sizeof process, "process %d on ", (int)getpid());
  assert_non_null(strstr(diag.entry[0].text, directory));
  assert_non_null(strstr(diag.entry[0].text, process));
  cf_lock_free(lock);
  assert_int_equal(cf_lock_take(directory, 0, &lock, &diag), CF_OK);
  cf_lock_free(lock);
}

/* A worker whose director was killed still writes: until it has gone, nobody else begins. */
static void forked_processes_hold_it_too(void **state) {
  (void)state;
  cf_diag diag;
  int lock, other;
  cf_diag_init(&diag);
  assert_int_equal(cf_lock_take(directory, 0, &lock, &diag), CF_OK);
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  cf_lock_free(lock);
  assert_int_equal(cf_lock_take(directory, 0, &other, &diag), CF_IO);
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, NULL, 0), child);
  cf_diag_init(&diag);
  assert_int_equal(cf_lock_take(directory, 2, &other, &diag), CF_OK);
  cf_lock_free(other);
}

static void a_place_that_cannot_be_is_named(void **state) {
  (void)state;
  cf_diag diag;
  int lock;
  cf_diag_init(&diag);
  assert_int_equal(cf_lock_take("/proc/nowhere/at/all", 0, &lock, &diag), CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "/proc/nowhere/at/all"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_second_one_is_told_who_is_there),
                                     cmocka_unit_test(forked_processes_hold_it_too),
                                     cmocka_unit_test(a_place_that_cannot_be_is_named)};
  return cmocka_run_group_tests(tests, make, drop);
}
