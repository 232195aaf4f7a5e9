#include "cognition/policy.h"

#include <string.h>

static const cf_policy *const all[] = {&cf_policy_always_local, &cf_policy_always_escalate, &cf_policy_random,
                                       &cf_policy_confidence_threshold};

uint32_t cf_policy_count(void) { return (uint32_t)(sizeof all / sizeof all[0]); }

const cf_policy *cf_policy_at(uint32_t index) { return index < cf_policy_count() ? all[index] : NULL; }

const cf_policy *cf_policy_find(const char *name) {
  for (uint32_t i = 0; i < cf_policy_count(); i++)
    if (strcmp(all[i]->name, name) == 0) return all[i];
  return NULL;
}

cf_policy_parameters cf_policy_defaults(const cf_policy *policy) {
  cf_policy_parameters parameters = {{0.0}};
  for (uint32_t i = 0; i < policy->parameters; i++) parameters.value[i] = policy->parameter[i].initial;
  return parameters;
}

cf_status cf_policy_set(const cf_policy *policy, cf_policy_parameters *parameters, const char *name, double value,
                        cf_diag *diag) {
  for (uint32_t i = 0; i < policy->parameters; i++) {
    const cf_policy_parameter *parameter = &policy->parameter[i];
    if (strcmp(parameter->name, name) != 0) continue;
    if (!(value >= parameter->min && value <= parameter->max))
      return cf_fail(diag, CF_INPUT, "%s of policy %s is %g: it must lie between %g and %g", name, policy->name, value,
                     parameter->min, parameter->max);
    parameters->value[i] = value;
    return CF_OK;
  }
  return cf_fail(diag, CF_INPUT, "policy %s has no parameter '%s'", policy->name, name);
}

uint32_t cf_view_smallest_model(const cf_decision_view *view) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < view->options; i++)
    if (view->option[i].kind == CF_OPTION_INFER && (best == 0 || view->option[i].model < view->option[best].model))
      best = i;
  return view->option[best].feasible ? best : 0;
}

uint32_t cf_view_next_model(const cf_decision_view *view) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < view->options; i++)
    if (view->option[i].kind == CF_OPTION_INFER && view->option[i].feasible &&
        (best == 0 || view->option[i].model < view->option[best].model))
      best = i;
  return best;
}

uint32_t cf_view_escalation(const cf_decision_view *view) {
  for (uint32_t i = 1; i < view->options; i++)
    if (view->option[i].kind == CF_OPTION_ESCALATE && view->option[i].feasible) return i;
  return 0;
}
