/* Other programs: what they say, how they end, and that nothing of this process's signals stays with them. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sweep/child.h"

static cf_child child;

static int shell(const char *text) {
  const char *const argv[] = {"sh", "-c", text, "sh", "an argument", NULL};
  return cf_child_run(argv, &child);
}

static void test_both_streams_and_the_status(void **state) {
  (void)state;
  assert_int_equal(shell("echo \"$1\"; echo no >&2; exit 7"), 0);
  assert_int_equal(child.status, 7);
  assert_string_equal(child.out, "an argument\n");
  assert_string_equal(child.err, "no\n");
  assert_int_equal(shell("exec >&-; sleep 0.1; echo late >&2"), 0); /* one stream ends before the other */
  assert_string_equal(child.err, "late\n");
  assert_int_equal(shell("cat"), 0); /* of an empty stdin */
  assert_int_equal(child.status, 0);
  assert_string_equal(child.out, "");
}

/* More than a pipe holds, on both streams at once: whoever reads one after the other hangs. */
static void test_much(void **state) {
  (void)state;
  assert_int_equal(shell("head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o"), 0);
  assert_int_equal(child.status, 0);
  assert_int_equal(strlen(child.out), CF_CHILD_TEXT - 1);
  assert_int_equal(strlen(child.err), CF_CHILD_TEXT - 1);
  assert_int_equal(child.out[CF_CHILD_TEXT - 2], 'o');
  assert_int_equal(child.err[0], 'e');
}

static void test_signals(void **state) {
  (void)state;
  assert_int_equal(shell("kill -9 $$"), 0);
  assert_int_equal(child.status, 128 + 9);
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before);
  signal(SIGUSR1, SIG_IGN);
  int term_status = shell("kill -TERM $$; echo lives") ? -1 : child.status;
  int usr1_status = shell("kill -USR1 $$; echo lives") ? -1 : child.status;
  sigprocmask(SIG_SETMASK, &before, NULL);
  signal(SIGUSR1, SIG_DFL);
  assert_int_equal(term_status, 128 + SIGTERM);
  assert_int_equal(usr1_status, 128 + SIGUSR1);
}

static void test_there_is_no_such_program(void **state) {
  (void)state;
  const char *const argv[] = {"no-such-program-here", NULL};
  assert_int_equal(cf_child_run(argv, &child), ENOENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_streams_and_the_status),
      cmocka_unit_test(test_much),
      cmocka_unit_test(test_signals),
      cmocka_unit_test(test_there_is_no_such_program),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
