/* Exact Bayes over the joint state and the present sample's difficulty.
 *
 * Between samples a belief is q8 over joint states (generative.h). When a sample is opened it becomes q16 over
 * (joint state, difficulty), index s + 8 hard; each outcome multiplies in its likelihood; closing sums the difficulty
 * out, because the next sample draws its own. Looks at one sample are independent given q16's state, so their order
 * does not matter (but for rounding).
 *
 * All probabilities are plain doubles that sum to 1; sums run in index order, so the bits are the same everywhere.
 * Entropies and evidence are in nats. */
#ifndef CF_COGNITION_BELIEF_H
#define CF_COGNITION_BELIEF_H

#include "base/option.h"
#include "cognition/generative.h"
#include "cognition/likelihood.h"

#include <stdint.h>

/* q16[s + 8 hard] = q8[s] * (hard ? hard_share : 1 - hard_share). */
void cf_belief_open(const double q8[CF_JOINT_STATES], double hard_share, double q16[CF_LOOK_STATES]);

/* q <- P(outcome | s) q / evidence over the table's states. Returns the evidence P(outcome) before the update, in 0..1
 * up to rounding. An outcome that the belief holds impossible leaves q alone and returns 0. outcome < table->outcomes.
 */
double cf_belief_update(double *q, const cf_outcome_table *table, uint32_t outcome);

/* q8[s] = sum over difficulties. */
void cf_belief_close(const double q16[CF_LOOK_STATES], double q8[CF_JOINT_STATES]);

/* P(event): the sum over odd states. Serves q8 and q16 alike. */
double cf_belief_event(const double *q, uint32_t states);

/* -sum q ln q. */
double cf_belief_entropy(const double *q, uint32_t states);

/* Nats gained about the truth: ln after[truth] - ln before[truth]. Probabilities below 2.2e-308 count as that, so that
 * the sum over decisions stays finite. */
double cf_belief_gain(const double before[CF_JOINT_STATES], const double after[CF_JOINT_STATES], uint32_t truth);

/* What deciding costs, in multiply-adds, as functions of table sizes (a lone addition, multiplication, comparison or
 * division counts as one; a logarithm as 20).
 *   predict: states^2 for every power of B applied (the bits set in `slots`) and 2 states to renormalise; 0 for 0 slots
 *   update:  3 states (evidence, product, quotient) + 20
 *   open:    one per look state; close: one per joint state, which is half of them
 *   report:  one per state with the event, which is half of them, and 3 to compare the two losses
 * `states` are joint states in predict and look states elsewhere. The choice itself is counted by the policy
 * (policy.h). */
uint64_t cf_operations_predict(uint64_t slots, uint32_t states);
uint64_t cf_operations_update(uint32_t states);
uint64_t cf_operations_open(uint32_t states);
uint64_t cf_operations_close(uint32_t states);
uint64_t cf_operations_report(uint32_t states);

#endif
