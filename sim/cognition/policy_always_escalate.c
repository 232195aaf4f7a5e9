/* Ask at once, without a local look. Where asking is not possible, or nothing came back, fall back to always-local. */
#include "cognition/policy.h"

static uint32_t choose(const cf_policy_parameters *parameters, const cf_decision_view *view) {
  if (view->answers > 0) return 0;
  uint32_t escalation = view->asked == 0 && view->looks == 0 ? cf_view_escalation(view) : 0;
  return escalation != 0 ? escalation : cf_policy_always_local.choose(parameters, view);
}

static uint64_t operations(const cf_decision_view *view) { return 2 * (uint64_t)view->options; }

const cf_policy cf_policy_always_escalate = {
    .name = "always-escalate",
    .doc = "Escalate at once; without an answer run the smallest local model and report.",
    .choose = choose,
    .operations = operations,
};
