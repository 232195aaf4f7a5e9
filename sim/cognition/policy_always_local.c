/* Run the smallest local model once, then report. Never asks anyone. */
#include "cognition/policy.h"

static uint32_t choose(const cf_policy_parameters *parameters, const cf_decision_view *view) {
  (void)parameters;
  return view->looks == 0 ? cf_view_smallest_model(view) : 0;
}

static uint64_t operations(const cf_decision_view *view) { return view->options; }

const cf_policy cf_policy_always_local = {
    .name = "always-local",
    .doc = "Run the smallest local model, then report. Never escalates.",
    .choose = choose,
    .operations = operations,
};
