#include "cli/checks.h"

#include "store/rows.h"

#include <math.h>
#include <string.h>

/* Finds the figure in table run. Scenarios are in kelvin; a temperature that the table has in degC is met there. */
static bool find_figure(const cf_run_row *row, cf_check *check) {
  const cf_assertion *assertion = check->assertion;
  size_t length = strlen(assertion->column);
  check->min = assertion->min;
  check->max = assertion->max;
  snprintf(check->column, sizeof check->column, "%s", assertion->column);
  if (cf_run_column(row, check->column, &check->value)) return true;
  if (length < 3 || strcmp(assertion->column + length - 2, "_k") != 0) return false;
  snprintf(check->column, sizeof check->column, "%.*s_degc", (int)length - 2, assertion->column);
  check->min -= 273.15;
  check->max -= 273.15;
  return cf_run_column(row, check->column, &check->value);
}

static bool holds(const cf_check *check) {
  return !isnan(check->value) && check->value >= check->min && check->value <= check->max;
}

static void tell(const cf_check *check, cf_diag *diag) {
  cf_source where = check->assertion->where;
  if (isnan(check->value))
    cf_fail_at(diag, CF_ASSERTION, where, "assertion failed: %s is not defined in run %u (%s)", check->column,
               check->run_id, check->policy);
  else if (check->value > check->max)
    cf_fail_at(diag, CF_ASSERTION, where, "assertion failed: %s is %.6g in run %u (%s), above the limit %.6g",
               check->column, check->value, check->run_id, check->policy, check->max);
  else
    cf_fail_at(diag, CF_ASSERTION, where, "assertion failed: %s is %.6g in run %u (%s), below the limit %.6g",
               check->column, check->value, check->run_id, check->policy, check->min);
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
      if (!find_figure(&job->row, &check))
        return cf_fail_at(diag, CF_INPUT, assertion->where, "table run has no numeric column '%s'", assertion->column);
      check.passed = holds(&check);
      if (each) each(self, &check);
      if (check.passed) continue;
      tell(&check, diag);
      status = CF_ASSERTION;
    }
  }
  return status;
}
