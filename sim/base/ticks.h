/* Simulated time: signed 64-bit nanoseconds since the scenario's start (292 years).
 * Doubles appear only as durations inside physics. */
#ifndef CF_BASE_TICKS_H
#define CF_BASE_TICKS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define CF_NS_PER_S INT64_C(1000000000)
#define CF_NEVER INT64_MAX

static inline double cf_ticks_to_s(int64_t ticks_ns) { return (double)ticks_ns * 1e-9; }

/* Seconds to ticks, rounded up, so that something that ends is never seen ending early. False when the value
 * is not finite or does not fit. */
static inline bool cf_s_to_ticks_up(double seconds, int64_t *ticks_ns) {
  double ns = ceil(seconds * 1e9);
  if (!(ns >= -9.2e18 && ns <= 9.2e18)) return false;
  *ticks_ns = (int64_t)ns;
  return true;
}

#endif
