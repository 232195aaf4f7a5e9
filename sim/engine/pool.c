#include "engine/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A phase that follows soon is met spinning, one that takes a little longer yielding the core to whoever wants it, and
 * only then does a thread block: waking one up costs more than a short window does. */
enum { SPINS = 200, YIELDS = 200 };

struct cf_pool {
  _Alignas(64) _Atomic uint64_t ticket; /* generation << 32 | count << 16 | next */
  _Alignas(64) _Atomic uint32_t done;   /* items of this generation */
  _Atomic uint32_t sleepers;            /* workers blocked on `wake` */
  _Atomic bool caller_sleeps;
  _Atomic bool quit;
  cf_pool_work work;
  void (*start)(void);
  void *self;
  pthread_mutex_t mutex;
  pthread_cond_t wake, finished;
  unsigned workers;
  pthread_t thread[];
};

static inline unsigned count_of(uint64_t ticket) { return (unsigned)(ticket >> 16) & 0xffff; }
static inline unsigned next_of(uint64_t ticket) { return (unsigned)ticket & 0xffff; }
static inline bool has_work(uint64_t ticket) { return next_of(ticket) < count_of(ticket); }

/* One breath of waiting: the n-th. */
static inline void relax(unsigned n) {
  if (n >= SPINS) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* Claims and does items until none is left. */
static void work_off(cf_pool *pool) {
  uint64_t ticket = atomic_load(&pool->ticket);
  while (has_work(ticket)) {
    if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket + 1)) continue;
    pool->work(pool->self, next_of(ticket));
    /* The pair (done, caller_sleeps) is sequentially consistent here and in cf_pool_run: one of us sees the other. */
    if (atomic_fetch_add(&pool->done, 1) + 1 == count_of(ticket) && atomic_load(&pool->caller_sleeps)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->finished);
      pthread_mutex_unlock(&pool->mutex);
    }
    ticket = atomic_load(&pool->ticket);
  }
}

static void *worker(void *argument) {
  cf_pool *pool = argument;
  if (pool->start) pool->start();
  for (;;) {
    unsigned spins = 0;
    while (spins < SPINS + YIELDS && !has_work(atomic_load_explicit(&pool->ticket, memory_order_relaxed)) &&
           !atomic_load_explicit(&pool->quit, memory_order_relaxed)) {
      relax(spins);
      spins++;
    }
    if (spins == SPINS + YIELDS) {
      pthread_mutex_lock(&pool->mutex);
      atomic_fetch_add(&pool->sleepers, 1);
      while (!has_work(atomic_load(&pool->ticket)) && !atomic_load(&pool->quit))
        pthread_cond_wait(&pool->wake, &pool->mutex);
      atomic_fetch_sub(&pool->sleepers, 1);
      pthread_mutex_unlock(&pool->mutex);
    }
    if (atomic_load(&pool->quit)) return NULL;
    work_off(pool);
  }
}

void cf_pool_run(cf_pool *pool, unsigned count) {
  if (count == 0) return;
  uint64_t generation = (atomic_load(&pool->ticket) >> 32) + 1;
  atomic_store(&pool->done, 0);
  atomic_store(&pool->ticket, generation << 32 | (uint64_t)count << 16);
  if (atomic_load(&pool->sleepers)) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
  }
  work_off(pool);
  for (unsigned spins = 0; spins < SPINS + YIELDS; spins++) {
    if (atomic_load(&pool->done) == count) return;
    relax(spins);
  }
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->caller_sleeps, true);
  while (atomic_load(&pool->done) != count) pthread_cond_wait(&pool->finished, &pool->mutex);
  atomic_store(&pool->caller_sleeps, false);
  pthread_mutex_unlock(&pool->mutex);
}

cf_pool *cf_pool_create(unsigned threads, cf_pool_work work, void (*start)(void), void *self, cf_diag *diag) {
  size_t bytes = sizeof(cf_pool) + threads * sizeof(pthread_t);
  bytes = (bytes + 63) / 64 * 64;
  cf_pool *pool = aligned_alloc(64, bytes);
  if (!pool) {
    cf_fail(diag, CF_INTERNAL, "no memory for %u threads", threads);
    return NULL;
  }
  memset(pool, 0, bytes);
  pool->work = work;
  pool->start = start;
  pool->self = self;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->finished, NULL);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* signals stay with the caller */
  while (pool->workers + 1 < threads && pthread_create(&pool->thread[pool->workers], NULL, worker, pool) == 0)
    pool->workers++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (pool->workers + 1 < threads) {
    cf_fail(diag, CF_INTERNAL, "cannot start thread %u of %u", pool->workers + 2, threads);
    cf_pool_destroy(pool);
    return NULL;
  }
  return pool;
}

void cf_pool_destroy(cf_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->quit, true);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (unsigned i = 0; i < pool->workers; i++) pthread_join(pool->thread[i], NULL);
  pthread_cond_destroy(&pool->finished);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}
