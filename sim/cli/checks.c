#include "cli/checks.h"

#include "store/rows.h"

#include <math.h>
#include <string.h>

static bool holds(const cf_assertion *assertion, double value) {
  return !isnan(value) && value >= assertion->min && value <= assertion->max;
}

static void tell(const cf_check *check, cf_diag *diag) {
  const cf_assertion *a = check->assertion;
  if (isnan(check->value))
    cf_fail_at(diag, CF_ASSERTION, a->where, "assertion failed: %s is not defined in run %u (%s)", a->column,
               check->run_id, check->policy);
  else if (check->value > a->max)
    cf_fail_at(diag, CF_ASSERTION, a->where, "assertion failed: %s is %.6g in run %u (%s), above the limit %.6g",
               a->column, check->value, check->run_id, check->policy, a->max);
  else
    cf_fail_at(diag, CF_ASSERTION, a->where, "assertion failed: %s is %.6g in run %u (%s), below the limit %.6g",
               a->column, check->value, check->run_id, check->policy, a->min);
}

cf_status cf_checks_run(const cf_batch *batch, void (*each)(void *self, const cf_check *check), void *self,
                        cf_diag *diag) {
  cf_status status = CF_OK;
  for (uint32_t i = 0; i < batch->jobs; i++) {
    const cf_job *job = &batch->job[i];
    if (job->status != CF_OK) continue;
    const cf_scenario *scenario = job->scenario;
    for (uint32_t k = 0; k < scenario->assertions; k++) {
      const cf_assertion *assertion = &scenario->assertion[k];
      const char *policy = scenario->policy[job->policy].name;
      if (assertion->policy && strcmp(assertion->policy, policy) != 0) continue;
      cf_check check = {.run_id = i + 1, .assertion = assertion, .policy = policy};
      if (!cf_run_column(&job->row, assertion->column, &check.value))
        return cf_fail_at(diag, CF_INPUT, assertion->where, "table run has no numeric column '%s'", assertion->column);
      check.passed = holds(assertion, check.value);
      if (each) each(self, &check);
      if (check.passed) continue;
      tell(&check, diag);
      status = CF_ASSERTION;
    }
  }
  return status;
}
