/* Toss a coin per decision: with chance `ask` behave as always-escalate, else as always-local. The dice are named by
 * the slot, so every step of a decision sees the same toss. */
#include "cognition/policy.h"

enum { ASK };

static const cf_policy_parameter parameter[] = {
    [ASK] = {"ask", "chance to escalate at once", "1", 0.0, 1.0, 0.15},
};

static uint32_t choose(const cf_policy_parameters *parameters, const cf_decision_view *view) {
  const cf_policy *as = view->dice < parameters->value[ASK] ? &cf_policy_always_escalate : &cf_policy_always_local;
  return as->choose(parameters, view);
}

static uint64_t operations(const cf_decision_view *view) { return 1 + 2 * (uint64_t)view->options; }

const cf_policy cf_policy_random = {
    .name = "random",
    .doc = "With chance `ask` behave as always-escalate, else as always-local.",
    .parameters = sizeof parameter / sizeof parameter[0],
    .parameter = parameter,
    .choose = choose,
    .rolls_dice = true,
    .operations = operations,
};
