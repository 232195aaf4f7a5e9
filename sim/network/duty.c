#include "network/duty.h"

#include "base/ticks.h"

#include <assert.h>

bool cf_duty_allowed(const cf_duty *gate, int64_t t_ns) { return t_ns >= gate->closed_until_ns; }

int64_t cf_duty_opens_ns(const cf_duty *gate, int64_t t_ns) {
  return t_ns > gate->closed_until_ns ? t_ns : gate->closed_until_ns;
}

void cf_duty_note(cf_duty *gate, int64_t start_ns, int64_t airtime_ns, double duty) {
  assert(duty > 0.0 && duty <= 1.0 && airtime_ns >= 0);
  double closed_ns = ceil((double)airtime_ns / duty);
  int64_t until_ns = CF_NEVER;
  if (closed_ns < 9.2e18 && (start_ns < 0 || (int64_t)closed_ns <= INT64_MAX - start_ns))
    until_ns = start_ns + (int64_t)closed_ns;
  if (until_ns > gate->closed_until_ns) gate->closed_until_ns = until_ns;
}
