/* Plays whole decisions for policy tests: options report, small, large, escalate; using one masks it. */
#ifndef CF_TESTS_POLICY_BENCH_H
#define CF_TESTS_POLICY_BENCH_H

#include "cognition/policy.h"

#include <string.h>

typedef struct policy_bench {
  bool small, large, way; /* feasible at the start */
  bool answered;          /* an escalation brings an answer */
  double p_event[4];      /* belief after 0, 1, 2, ... outcomes */
  double dice;
  cf_policy_parameters parameters;
} policy_bench;

/* The letters of the choices: S small, L large, E escalate, R report; "!" when a choice is not feasible or the decision
 * does not end. `trace` holds 8 characters. */
static inline const char *policy_bench_play(const cf_policy *policy, const policy_bench *bench, char trace[8]) {
  cf_option option[4] = {
      {.kind = CF_OPTION_REPORT, .feasible = true},
      {.kind = CF_OPTION_ESCALATE, .feasible = bench->way},
      {.kind = CF_OPTION_INFER, .model = 1, .feasible = bench->large},
      {.kind = CF_OPTION_INFER, .model = 0, .feasible = bench->small}, /* the order of options must not matter */
  };
  double belief[16] = {0.0};
  cf_decision_view view = {.belief = belief, .states = 16, .options = 4, .option = option, .dice = bench->dice};
  unsigned outcomes = 0, step = 0;
  for (; step < 6; step++) {
    view.p_event = bench->p_event[outcomes];
    belief[0] = 1.0 - view.p_event;
    belief[1] = view.p_event;
    uint32_t index = policy->choose(&bench->parameters, &view);
    if (index >= view.options || !option[index].feasible) break;
    trace[step] = "RELS"[index];
    trace[step + 1] = '\0';
    if (index == 0) return trace;
    option[index].feasible = false;
    if (index == 1) {
      view.asked++;
      if (bench->answered) view.answers++;
    } else {
      view.looks++;
    }
    if ((index != 1 || bench->answered) && outcomes < 3) outcomes++;
  }
  strcpy(trace + step, "!");
  return trace;
}

#endif
