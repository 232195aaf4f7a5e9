/* What a benchmark needs besides its model: clocks, medians, and a yardstick of the machine taken in the same run, so
 * that figures from a busy or another machine can be compared. Output lines are `name,value,unit`. */
#ifndef CF_TESTS_BENCH_YARDSTICK_H
#define CF_TESTS_BENCH_YARDSTICK_H

#include "base/hash.h"
#include "base/remath.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { YARDSTICK_REPEATS = 5 };

static inline double yardstick_clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline double yardstick_cpu_ns(void) { return yardstick_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }
static inline double yardstick_wall_ns(void) { return yardstick_clock_ns(CLOCK_MONOTONIC); }

static inline int yardstick_compare(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Sorts `value`. */
static inline double yardstick_median(double *value, size_t count) {
  qsort(value, count, sizeof *value, yardstick_compare);
  return value[count / 2];
}

static inline void yardstick_print(const char *name, double value, const char *unit) {
  printf("%s,%.2f,%s\n", name, value, unit);
  fflush(stdout);
}

/* One step of a pointer chase over 64 MiB in a random order (one cycle, Sattolo 1986): the latency of memory. */
static inline double yardstick_chase_ns(void) {
  enum { LINES = 1 << 20, STRIDE = 8, STEPS = 400000 };
  uint64_t *line = malloc((size_t)LINES * STRIDE * sizeof *line);
  if (!line) return 0.0;
  for (uint64_t i = 0; i < LINES; i++) line[i * STRIDE] = i * STRIDE;
  for (uint64_t i = LINES - 1; i > 0; i--) {
    uint64_t j = cf_hash2(i, 1) % i, swap = line[i * STRIDE];
    line[i * STRIDE] = line[j * STRIDE];
    line[j * STRIDE] = swap;
  }
  double sample[YARDSTICK_REPEATS];
  volatile uint64_t at = 0;
  for (int r = 0; r < YARDSTICK_REPEATS; r++) {
    uint64_t k = at;
    double start = yardstick_cpu_ns();
    for (int i = 0; i < STEPS; i++) k = line[k];
    sample[r] = (yardstick_cpu_ns() - start) / STEPS;
    at = k;
  }
  free(line);
  return yardstick_median(sample, YARDSTICK_REPEATS);
}

/* One exponential of base/remath in a loop of independent ones: the speed of arithmetic. */
static inline double yardstick_exp_ns(void) {
  enum { STEPS = 400000 };
  double sample[YARDSTICK_REPEATS];
  volatile double sum = 0.0;
  for (int r = 0; r < YARDSTICK_REPEATS; r++) {
    double total = 0.0, start = yardstick_cpu_ns();
    for (int i = 0; i < STEPS; i++) total += cf_exp(-1e-6 * i);
    sample[r] = (yardstick_cpu_ns() - start) / STEPS;
    sum = total;
  }
  (void)sum;
  return yardstick_median(sample, YARDSTICK_REPEATS);
}

static inline void yardstick_report(void) {
  yardstick_print("yardstick_chase", yardstick_chase_ns(), "ns");
  yardstick_print("yardstick_exp", yardstick_exp_ns(), "ns");
}

#endif
