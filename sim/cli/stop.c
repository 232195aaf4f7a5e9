#include "cli/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct cf_stop_watch {
  volatile int signal; /* the first that came */
  sigset_t set, before;
  bool attended; /* by the thread */
  pthread_t thread;
};

static cf_status status_of(int signal) {
  if (signal == 0) return CF_OK;
  return signal == SIGINT ? CF_INTERRUPTED : CF_REQUEUE;
}

/* A second signal ends the process at once. */
static void note(cf_stop_watch *watch, int signal) {
  if (watch->signal) _exit((int)status_of(signal));
  __atomic_store_n(&watch->signal, signal, __ATOMIC_RELEASE);
}

static void *wait_for_signals(void *self) {
  cf_stop_watch *watch = self;
  for (;;) {
    int signal = 0;
    if (sigwait(&watch->set, &signal)) continue;
    note(watch, signal);
  }
  return NULL;
}

cf_stop_watch *cf_stop_watch_alone(void) {
  cf_stop_watch *watch = calloc(1, sizeof *watch);
  if (!watch) return NULL;
  sigemptyset(&watch->set);
  sigaddset(&watch->set, SIGINT);
  sigaddset(&watch->set, SIGTERM);
  sigaddset(&watch->set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &watch->set, &watch->before);
  return watch;
}

void cf_stop_poll(cf_stop_watch *watch) {
  static const struct timespec at_once = {0};
  for (int signal; (signal = sigtimedwait(&watch->set, NULL, &at_once)) > 0;) note(watch, signal);
}

bool cf_stop_attend(cf_stop_watch *watch) {
  watch->attended = watch->attended || pthread_create(&watch->thread, NULL, wait_for_signals, watch) == 0;
  return watch->attended;
}

cf_stop_watch *cf_stop_watch_start(void) {
  cf_stop_watch *watch = cf_stop_watch_alone();
  if (!watch || cf_stop_attend(watch)) return watch;
  cf_stop_watch_end(watch);
  return NULL;
}

void cf_stop_watch_end(cf_stop_watch *watch) {
  if (!watch) return;
  if (watch->attended) {
    pthread_cancel(watch->thread); /* sigwait is a cancellation point */
    pthread_join(watch->thread, NULL);
  }
  pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
  free(watch);
}

const volatile int *cf_stop_flag(const cf_stop_watch *watch) { return &watch->signal; }

cf_status cf_stop_status(const cf_stop_watch *watch) {
  return status_of(__atomic_load_n(&watch->signal, __ATOMIC_ACQUIRE));
}
