/* Signals set a flag, say which exit code follows, and are given back afterwards. */
#include "cli/stop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void wait_for(const cf_stop_watch *watch) {
  for (int i = 0; i < 2000 && cf_stop_status(watch) == CF_OK; i++) usleep(1000);
}

static void signals_and_codes(void **state) {
  (void)state;
  static const struct {
    int signal;
    cf_status status;
  } cases[] = {{SIGINT, CF_INTERRUPTED}, {SIGTERM, CF_REQUEUE}, {SIGUSR1, CF_REQUEUE}};
  for (unsigned i = 0; i < 3; i++) {
    cf_stop_watch *watch = cf_stop_watch_start();
    assert_non_null(watch);
    assert_int_equal(*cf_stop_flag(watch), 0);
    assert_int_equal(cf_stop_status(watch), CF_OK);
    kill(getpid(), cases[i].signal);
    wait_for(watch);
    assert_int_equal(cf_stop_status(watch), cases[i].status);
    assert_int_not_equal(*cf_stop_flag(watch), 0);
    cf_stop_watch_end(watch);
  }
}

static void the_second_signal_ends_at_once(void **state) {
  (void)state;
  pid_t child = fork();
  if (child == 0) {
    cf_stop_watch *watch = cf_stop_watch_start();
    kill(getpid(), SIGINT);
    wait_for(watch);
    kill(getpid(), SIGINT);
    sleep(5);
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), CF_INTERRUPTED);
}

/* Without a thread nothing happens until it is asked; then it can be given one. */
static void alone_it_waits_to_be_asked(void **state) {
  (void)state;
  cf_stop_watch *watch = cf_stop_watch_alone();
  assert_non_null(watch);
  cf_stop_poll(watch);
  assert_int_equal(cf_stop_status(watch), CF_OK);
  kill(getpid(), SIGTERM);
  usleep(10000);
  assert_int_equal(cf_stop_status(watch), CF_OK);
  cf_stop_poll(watch);
  assert_int_equal(cf_stop_status(watch), CF_REQUEUE);
  cf_stop_watch_end(watch);
  watch = cf_stop_watch_alone();
  kill(getpid(), SIGINT);
  assert_true(cf_stop_attend(watch));
  wait_for(watch);
  assert_int_equal(cf_stop_status(watch), CF_INTERRUPTED);
  cf_stop_watch_end(watch);
}

static void signals_are_given_back(void **state) {
  (void)state;
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, NULL, &before);
  cf_stop_watch_end(cf_stop_watch_start());
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
  assert_int_equal(sigismember(&after, SIGTERM), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signals_and_codes),
      cmocka_unit_test(alone_it_waits_to_be_asked),
      cmocka_unit_test(the_second_signal_ends_at_once),
      cmocka_unit_test(signals_are_given_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
