/* The registry of policies, their parameters, and the helpers that they share. */
#include "cognition/policy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void registry(void **state) {
  (void)state;
  const char *order[] = {"always-local", "always-escalate", "random", "confidence-threshold"};
  assert_int_equal(cf_policy_count(), 4);
  for (uint32_t i = 0; i < 4; i++) {
    const cf_policy *policy = cf_policy_at(i);
    assert_string_equal(policy->name, order[i]);
    assert_ptr_equal(cf_policy_find(order[i]), policy);
    assert_true(strlen(policy->doc) > 10);
    assert_non_null(policy->choose);
    assert_non_null(policy->operations);
    assert_in_range(policy->parameters, 0, CF_POLICY_MAX_PARAMETERS);
  }
  assert_null(cf_policy_at(4));
  assert_null(cf_policy_find("always"));
  assert_null(cf_policy_find(""));
}

static void parameters(void **state) {
  (void)state;
  for (uint32_t i = 0; i < cf_policy_count(); i++) {
    const cf_policy *policy = cf_policy_at(i);
    cf_policy_parameters values = cf_policy_defaults(policy);
    for (uint32_t k = 0; k < policy->parameters; k++) {
      const cf_policy_parameter *p = &policy->parameter[k];
      cf_diag diag;
      cf_diag_init(&diag);
      assert_true(p->min <= p->initial && p->initial <= p->max && values.value[k] == p->initial);
      assert_true(strlen(p->name) > 0 && strlen(p->doc) > 0 && strlen(p->unit) > 0);
      assert_int_equal(cf_policy_set(policy, &values, p->name, p->max, &diag), CF_OK);
      assert_true(values.value[k] == p->max);
      const double bad[] = {p->max + 1.0, p->min - 1.0, NAN};
      for (int b = 0; b < 3; b++) assert_int_equal(cf_policy_set(policy, &values, p->name, bad[b], &diag), CF_INPUT);
      assert_true(values.value[k] == p->max);
      assert_int_equal(diag.errors, 3);
      assert_non_null(strstr(diag.entry[0].text, p->name));
    }
  }
  cf_diag diag;
  cf_diag_init(&diag);
  cf_policy_parameters values = cf_policy_defaults(&cf_policy_random);
  assert_true(values.value[0] == 0.15);
  assert_int_equal(cf_policy_set(&cf_policy_random, &values, "ask_below", 0.5, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "ask_below"));
  values = cf_policy_defaults(&cf_policy_confidence_threshold);
  assert_int_equal(cf_policy_set(&cf_policy_confidence_threshold, &values, "ask_below", 0.8, &diag), CF_OK);
  assert_true(values.value[0] == 0.97 && values.value[1] == 0.8);
}

static void helpers(void **state) {
  (void)state;
  cf_option option[5] = {
      {.kind = CF_OPTION_REPORT, .feasible = true},    {.kind = CF_OPTION_INFER, .model = 2, .feasible = true},
      {.kind = CF_OPTION_ESCALATE, .feasible = false}, {.kind = CF_OPTION_INFER, .model = 0, .feasible = false},
      {.kind = CF_OPTION_ESCALATE, .feasible = true},
  };
  cf_decision_view view = {.options = 5, .option = option};
  assert_int_equal(cf_view_smallest_model(&view), 0); /* the smallest is masked: none */
  assert_int_equal(cf_view_next_model(&view), 1);
  assert_int_equal(cf_view_escalation(&view), 4);
  option[3].feasible = true;
  assert_int_equal(cf_view_smallest_model(&view), 3);
  assert_int_equal(cf_view_next_model(&view), 3);
  view.options = 1;
  assert_int_equal(cf_view_smallest_model(&view), 0);
  assert_int_equal(cf_view_next_model(&view), 0);
  assert_int_equal(cf_view_escalation(&view), 0);
}

static void deciding_costs_something(void **state) {
  (void)state;
  for (uint32_t i = 0; i < cf_policy_count(); i++) {
    cf_decision_view few = {.options = 2, .states = 16}, many = {.options = 8, .states = 16};
    uint64_t a = cf_policy_at(i)->operations(&few), b = cf_policy_at(i)->operations(&many);
    assert_true(a > 0 && b > a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(registry),
      cmocka_unit_test(parameters),
      cmocka_unit_test(helpers),
      cmocka_unit_test(deciding_costs_something),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
