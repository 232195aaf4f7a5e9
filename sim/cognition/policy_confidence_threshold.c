/* The classical cascade on confidence c = max(p, 1 - p): run the smallest model; while c < look_again_below run the
 * next larger one; when none is left, or c is high enough, escalate if c < ask_below; then report. Escalates once;
 * after that it reports with what it knows, answer or none. */
#include "cognition/policy.h"

enum { LOOK_AGAIN_BELOW, ASK_BELOW };

static const cf_policy_parameter parameter[] = {
    [LOOK_AGAIN_BELOW] = {"look_again_below", "run the next local model below this confidence", "1", 0.5, 1.0, 0.97},
    [ASK_BELOW] = {"ask_below", "escalate below this confidence", "1", 0.5, 1.0, 0.90},
};

static uint32_t choose(const cf_policy_parameters *parameters, const cf_decision_view *view) {
  if (view->asked > 0) return 0;
  double confidence = view->p_event > 0.5 ? view->p_event : 1.0 - view->p_event;
  /* The first look is unconditional: a confident prior alone would never look, and so never be corrected. */
  if (view->looks == 0 || confidence < parameters->value[LOOK_AGAIN_BELOW]) {
    uint32_t model = cf_view_next_model(view);
    if (model != 0) return model;
  }
  return confidence < parameters->value[ASK_BELOW] ? cf_view_escalation(view) : 0;
}

static uint64_t operations(const cf_decision_view *view) { return 5 + 2 * (uint64_t)view->options; }

const cf_policy cf_policy_confidence_threshold = {
    .name = "confidence-threshold",
    .doc = "Look with ever larger local models, then escalate, while the belief is not confident enough.",
    .parameters = sizeof parameter / sizeof parameter[0],
    .parameter = parameter,
    .choose = choose,
    .operations = operations,
};
