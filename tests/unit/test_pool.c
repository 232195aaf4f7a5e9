#include "engine/pool.h"
#include "../support/cf_test.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { ITEMS = 64 };

typedef struct job {
  uint32_t given[ITEMS]; /* written by the caller, read by the workers */
  uint32_t made[ITEMS];  /* the other way round; no atomics: the pool must order them */
  _Atomic uint32_t started;
} job;

static void work(void *self, unsigned item) {
  job *j = self;
  j->made[item] += j->given[item];
}

/* Many jobs of every size: each item once, all done on return, and what was written is seen on both sides. */
static void every_item_is_done_once(void **unused) {
  (void)unused;
  static const unsigned threads[] = {1, 2, 3, 8};
  for (unsigned t = 0; t < 4; t++) {
    job j = {0};
    cf_diag diag;
    cf_diag_init(&diag);
    cf_pool *pool = cf_pool_create(threads[t], work, NULL, &j, &diag);
    assert_non_null(pool);
    uint32_t want[ITEMS] = {0};
    for (unsigned run = 0; run < 3000; run++) {
      unsigned count = run % (ITEMS + 1);
      for (unsigned i = 0; i < count; i++) want[i] += j.given[i] = run * 31 + i;
      cf_pool_run(pool, count);
      assert_memory_equal(j.made, want, sizeof want);
      if (run % 500 == 0) usleep(2000); /* lets the workers fall asleep */
    }
    cf_pool_destroy(pool);
  }
}

static _Thread_local job *open_job;

static void start(void) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  if (sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM)) return;
  raise(SIGABRT);
}

static void count_thread(void *self, unsigned item) {
  (void)item;
  job *j = self;
  if (open_job == j) return;
  open_job = j;
  atomic_fetch_add(&j->started, 1);
  usleep(20000); /* so that the others find work as well */
}

/* The threads really take part, and leave signals to the caller. */
static void threads_share_the_work(void **unused) {
  (void)unused;
  job j = {0};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_pool *pool = cf_pool_create(3, count_thread, start, &j, &diag);
  assert_non_null(pool);
  for (unsigned run = 0; run < 50 && atomic_load(&j.started) < 3; run++) cf_pool_run(pool, ITEMS);
  assert_int_equal(atomic_load(&j.started), 3);
  cf_pool_destroy(pool);
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  assert_int_equal(sigismember(&mask, SIGINT), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_is_done_once),
      cmocka_unit_test(threads_share_the_work),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
