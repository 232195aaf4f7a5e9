/* The duty-cycle gate of a band: after airtime a begun at t the band is closed until t + a / duty (ETSI EN 300 220,
 * the per-transmission form used by LoRaWAN stacks), so that no window of any length exceeds the duty cycle by more
 * than one transmission. A burst of fragments is noted once with its total airtime.
 *
 * Times are ticks (ns), rounded up. */
#ifndef CF_NETWORK_DUTY_H
#define CF_NETWORK_DUTY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct cf_duty {
  int64_t closed_until_ns; /* 0 at the start: open */
} cf_duty;

/* True when a transmission may begin at t_ns. */
bool cf_duty_allowed(const cf_duty *gate, int64_t t_ns);

/* The first instant from t_ns on at which one may begin. */
int64_t cf_duty_opens_ns(const cf_duty *gate, int64_t t_ns);

/* A transmission of airtime_ns >= 0 begins at start_ns. 0 < duty <= 1; a duty that closes the band beyond the range of
 * ticks closes it for ever. Never opens a gate earlier than it was. */
void cf_duty_note(cf_duty *gate, int64_t start_ns, int64_t airtime_ns, double duty);

#endif
