#include "cli/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct cf_stop_watch {
  volatile int signal; /* the first that came */
  sigset_t set, before;
  pthread_t thread;
};

static cf_status status_of(int signal) {
  if (signal == 0) return CF_OK;
  return signal == SIGINT ? CF_INTERRUPTED : CF_REQUEUE;
}

static void *wait_for_signals(void *self) {
  cf_stop_watch *watch = self;
  for (;;) {
    int signal = 0;
    if (sigwait(&watch->set, &signal)) continue;
    if (watch->signal) _exit((int)status_of(signal));
    __atomic_store_n(&watch->signal, signal, __ATOMIC_RELEASE);
  }
  return NULL;
}

cf_stop_watch *cf_stop_watch_start(void) {
  cf_stop_watch *watch = calloc(1, sizeof *watch);
  if (!watch) return NULL;
  sigemptyset(&watch->set);
  sigaddset(&watch->set, SIGINT);
  sigaddset(&watch->set, SIGTERM);
  sigaddset(&watch->set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &watch->set, &watch->before);
  if (pthread_create(&watch->thread, NULL, wait_for_signals, watch)) {
    pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
    free(watch);
    return NULL;
  }
  return watch;
}

void cf_stop_watch_end(cf_stop_watch *watch) {
  if (!watch) return;
  pthread_cancel(watch->thread); /* sigwait is a cancellation point */
  pthread_join(watch->thread, NULL);
  pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
  free(watch);
}

const volatile int *cf_stop_flag(const cf_stop_watch *watch) { return &watch->signal; }

cf_status cf_stop_status(const cf_stop_watch *watch) {
  return status_of(__atomic_load_n(&watch->signal, __ATOMIC_ACQUIRE));
}
