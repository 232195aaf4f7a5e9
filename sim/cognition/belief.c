#include "cognition/belief.h"

#include "base/remath.h"

#include <float.h>
#include <math.h>

void cf_belief_open(const double q8[CF_JOINT_STATES], double hard_share, double q16[CF_LOOK_STATES]) {
  double easy_share = 1.0 - hard_share;
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) {
    q16[cf_look_state(s, 0)] = q8[s] * easy_share;
    q16[cf_look_state(s, 1)] = q8[s] * hard_share;
  }
}

double cf_belief_update(double *q, const cf_outcome_table *table, uint32_t outcome) {
  const double *likelihood = table->p[outcome];
  double evidence = 0.0;
  for (uint32_t s = 0; s < table->states; s++) evidence += likelihood[s] * q[s];
  if (!(evidence >= DBL_MIN)) return 0.0; /* a subnormal sum could not be normalised accurately either */
  double inverse = 1.0 / evidence;
  for (uint32_t s = 0; s < table->states; s++) q[s] = likelihood[s] * q[s] * inverse;
  return evidence;
}

void cf_belief_close(const double q16[CF_LOOK_STATES], double q8[CF_JOINT_STATES]) {
  for (uint32_t s = 0; s < CF_JOINT_STATES; s++) q8[s] = q16[cf_look_state(s, 0)] + q16[cf_look_state(s, 1)];
}

double cf_belief_event(const double *q, uint32_t states) {
  double sum = 0.0;
  for (uint32_t s = 1; s < states; s += 2) sum += q[s];
  return sum;
}

double cf_belief_entropy(const double *q, uint32_t states) {
  double sum = 0.0;
  for (uint32_t s = 0; s < states; s++)
    if (q[s] > 0.0) sum -= q[s] * cf_log(q[s]);
  return sum;
}

double cf_belief_gain(const double before[CF_JOINT_STATES], const double after[CF_JOINT_STATES], uint32_t truth) {
  return cf_log(fmax(after[truth], DBL_MIN)) - cf_log(fmax(before[truth], DBL_MIN));
}

uint64_t cf_operations_predict(uint64_t slots, uint32_t states) {
  uint64_t powers = 0;
  for (; slots != 0; slots &= slots - 1) powers++;
  if (powers == 0) return 0;
  return powers * states * states + 2 * (uint64_t)states;
}

uint64_t cf_operations_update(uint32_t states) { return 3 * (uint64_t)states + 1; }

uint64_t cf_operations_open(uint32_t states) { return states; }

uint64_t cf_operations_close(uint32_t states) { return states / 2; }

uint64_t cf_operations_report(uint32_t states) { return states / 2 + 3; }
