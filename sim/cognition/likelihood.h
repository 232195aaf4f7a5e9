/* A model as a likelihood: what it says of a sample, given what is true.
 *
 * State of the table: s + 8 hard, with s the joint state (generative.h) and hard = 1 for a hard sample. The difficulty
 * belongs to the sample, not to the model: all models that look at one sample share it, so they fail together.
 * Outcome: verdict + 2 sure (4 outcomes), verdict 1 = "event", sure 1 = high confidence.
 *
 * The rule (ours; it keeps every cited mean exactly). Let err = 1 - accuracy, with the in-domain accuracy where the
 * nuisance is off and the shifted one where it is on, h = hard_share and w = hard_error_share:
 *   error on a hard sample  e_hard = min(1/2, w err / h)          (a model is never worse than a coin)
 *   error on an easy sample e_easy = (err - h e_hard) / (1 - h)
 * so that h e_hard + (1 - h) e_easy = err whether or not the cap is reached. With h = 0 or h = 1 only one kind exists
 * and both errors are err. Both verdicts are equally often wrong. Given right or wrong, the verdict is sure with chance
 * sure_if_right or sure_if_wrong, whatever the difficulty.
 *
 * Accuracies lie in 1/2..1 (a two-way verdict that is right less often should be turned round) and w >= h (hard samples
 * carry at least their share of the errors); otherwise an error above 1/2 on easy samples would follow. */
#ifndef CF_COGNITION_LIKELIHOOD_H
#define CF_COGNITION_LIKELIHOOD_H

#include "base/diag.h"
#include "base/option.h"

#include <stdint.h>

enum { CF_LOOK_STATES = 16, CF_LOOK_OUTCOMES = 4 };

typedef struct cf_likelihood_source {
  double accuracy_in_domain; /* 1/2..1 */
  double accuracy_shifted;   /* 1/2..1, under the nuisance */
  double hard_share;         /* of samples, 0..1 */
  double hard_error_share;   /* of errors that fall on hard samples, hard_share..1 */
  double sure_if_right;      /* 0..1 */
  double sure_if_wrong;      /* 0..1 */
} cf_likelihood_source;

static inline uint32_t cf_look_state(uint32_t joint, uint32_t hard) { return joint + 8u * hard; }
static inline uint32_t cf_look_outcome(uint32_t verdict, uint32_t sure) { return verdict + 2u * sure; }
static inline uint32_t cf_outcome_verdict(uint32_t outcome) { return outcome & 1u; }
static inline uint32_t cf_outcome_sure(uint32_t outcome) { return (outcome >> 1) & 1u; }

/* Fills the whole table (16 states, 4 outcomes; the unused rows are 0). CF_INPUT with the field's name when a value is
 * out of range; the table is then untouched. */
cf_status cf_likelihood_rule(const cf_likelihood_source *source, cf_outcome_table *table, cf_diag *diag);

/* What a model whose table this is says of a sample in look state `state`, by inversion: 0 < u < 1. */
uint32_t cf_likelihood_draw(const cf_outcome_table *table, uint32_t state, double u);

#endif
