/* Policies: which of the feasible options to take next within a decision.
 *
 * A decision repeats {view the options, choose, act, update the belief} until a policy chooses option 0, which is
 * always REPORT. Policies differ in that choice alone; filter, report rule, masks and random streams are shared. They
 * are pure functions of their parameters and the view, so nothing need be kept between steps: what happened already in
 * this decision is told by `looks`, `asked`, `answers` and by used options being infeasible.
 *
 * The view holds more than today's policies read (joules, degrees, time, chance that the way is up, outcome tables):
 * cascades and active inference score options from the same view.
 *
 * A new policy is one file with its `const cf_policy`, and one line in policy.c. */
#ifndef CF_COGNITION_POLICY_H
#define CF_COGNITION_POLICY_H

#include "base/diag.h"
#include "base/option.h"
#include "cognition/report.h"

#include <stdint.h>

enum { CF_POLICY_MAX_PARAMETERS = 8 };

typedef struct cf_policy_parameter {
  const char *name;
  const char *doc;
  const char *unit; /* "1" for shares and chances */
  double min, max;  /* both allowed */
  double initial;   /* the default */
} cf_policy_parameter;

/* Values in the order of the policy's parameter table. */
typedef struct cf_policy_parameters {
  double value[CF_POLICY_MAX_PARAMETERS];
} cf_policy_parameters;

typedef struct cf_decision_view {
  const double *belief; /* over `states` look states (belief.h) */
  uint32_t states;
  uint32_t options;        /* 1..CF_MAX_OPTIONS */
  const cf_option *option; /* [0] is REPORT and feasible; INFER options in any order, smaller model index = smaller */
  double p_event;          /* of `belief` */
  uint32_t looks;          /* outcomes of local models in this decision */
  uint32_t asked;          /* escalations tried in this decision, answered or not */
  uint32_t answers;        /* of them, answers that came */
  cf_loss loss;
  double deadline_s;   /* until a report comes too late; may be negative */
  double stored_share; /* of the full store, 0..1; 1 on mains */
  double temp_k;       /* of the hottest limited point */
  double headroom_k;   /* from there to the throttle limit; INFINITY without one */
  double link_up;      /* the node's belief that an uplink gets through, 0..1 */
  double dice;         /* one uniform in (0, 1), named by the slot: the same at every step of a decision */
} cf_decision_view;

typedef struct cf_policy {
  const char *name;
  const char *doc;
  uint32_t parameters;
  const cf_policy_parameter *parameter;
  /* Index into view->option of a feasible option. */
  uint32_t (*choose)(const cf_policy_parameters *parameters, const cf_decision_view *view);
  bool rolls_dice; /* reads view->dice, which is drawn only then (else 0) */
  /* Multiply-adds of one call of choose, counted as in belief.h. */
  uint64_t (*operations)(const cf_decision_view *view);
} cf_policy;

extern const cf_policy cf_policy_always_local;         /* parameters: none */
extern const cf_policy cf_policy_always_escalate;      /* none */
extern const cf_policy cf_policy_random;               /* ask */
extern const cf_policy cf_policy_confidence_threshold; /* look_again_below, ask_below */

/* All policies, in the order of the list above. */
uint32_t cf_policy_count(void);
const cf_policy *cf_policy_at(uint32_t index);
/* NULL when there is none of that name. */
const cf_policy *cf_policy_find(const char *name);

cf_policy_parameters cf_policy_defaults(const cf_policy *policy);
/* CF_INPUT when the policy has no such parameter or the value is out of its range (or not a number). */
cf_status cf_policy_set(const cf_policy *policy, cf_policy_parameters *parameters, const char *name, double value,
                        cf_diag *diag);

/* Shared by policies. Index of a feasible option, or 0 (REPORT) when there is none. */
uint32_t cf_view_smallest_model(const cf_decision_view *view); /* the INFER option of the smallest model, if feasible */
uint32_t cf_view_next_model(const cf_decision_view *view);     /* the smallest feasible INFER option */
uint32_t cf_view_escalation(const cf_decision_view *view);     /* the first feasible ESCALATE option */

#endif
