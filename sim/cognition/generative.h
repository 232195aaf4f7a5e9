/* The generative model of a node's world: three hidden two-state chains and how they move from slot to slot.
 *
 * Joint state s = event + 2 nuisance + 4 pressure (8 states, 1 = present). The event's onset rate depends on the
 * pressure; pressure and nuisance move by themselves. All are continuous-time Markov chains, so over a slot of
 * `slot_s` seconds q' = B q with B = exp(Q slot_s), where Q[to][from] holds the rates.
 *
 * B is computed by uniformisation: with rate = the largest exit rate and P = I + Q/rate >= 0,
 *   exp(Q h) = e^(-rate h) sum_n (rate h)^n P^n / n!          (Jensen 1953; rate h <= 1/2 after halving slot_s)
 * then squared back. Every term is non-negative, so nothing cancels and small entries keep their relative accuracy,
 * however small the rates. Only additions, multiplications and divisions in a fixed order: the same bits from every
 * compiler. Columns are renormalised after each product and sum to 1 within 1e-15.
 *
 * power[k] = B^(2^k), so that any number of slots is a product of at most 64 of them. `stationary` is where the world
 * is after 2^63 slots from "nothing present": the stationary distribution where that is unique, and a well-defined
 * start where it is not (all rates zero: nothing present).
 *
 * Shapes: stored by columns, power[k][from][to], so that a product runs along memory. Units: rates 1/s, slot s. */
#ifndef CF_COGNITION_GENERATIVE_H
#define CF_COGNITION_GENERATIVE_H

#include "base/diag.h"

#include <stdint.h>

enum { CF_JOINT_STATES = 8, CF_SLOT_POWERS = 64 };

typedef struct cf_process_rates {
  double onset_per_s[2]; /* of the event, by pressure low, high */
  double recovery_per_s;
  double pressure_on_per_s;
  double pressure_off_per_s;
  double nuisance_on_per_s;
  double nuisance_off_per_s;
} cf_process_rates;

typedef struct cf_generative {
  double slot_s;
  double stationary[CF_JOINT_STATES];
  double power[CF_SLOT_POWERS][CF_JOINT_STATES][CF_JOINT_STATES]; /* 32 KiB; the low ones are the hot ones */
} cf_generative;

static inline uint32_t cf_joint_state(uint32_t event, uint32_t nuisance, uint32_t pressure) {
  return event + 2u * nuisance + 4u * pressure;
}
static inline uint32_t cf_joint_event(uint32_t state) { return state & 1u; }
static inline uint32_t cf_joint_nuisance(uint32_t state) { return (state >> 1) & 1u; }
static inline uint32_t cf_joint_pressure(uint32_t state) { return (state >> 2) & 1u; }

/* CF_INPUT when a rate is negative or not finite, the slot is not positive, or the largest exit rate times the slot
 * exceeds 1e12. */
cf_status cf_generative_init(cf_generative *model, const cf_process_rates *rates, double slot_s, cf_diag *diag);

/* q <- B^slots q, low bits of `slots` first. q holds CF_JOINT_STATES probabilities that sum to 1; 0 slots leave its
 * bits alone. */
void cf_predict(const cf_generative *model, uint64_t slots, double q[CF_JOINT_STATES]);

#endif
