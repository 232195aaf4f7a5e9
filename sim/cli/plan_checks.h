/* The assertions of a plan, held against the runs of a merged database. Those of its scenario are not asked: they speak
 * of the scenario as it stands, and a sweep changes it. */
#ifndef CF_CLI_PLAN_CHECKS_H
#define CF_CLI_PLAN_CHECKS_H

#include "store/query.h"
#include "sweep/campaign.h"

typedef struct cf_plan_check { /* one assertion met by one run that breaks it */
  const cf_assertion *assertion;
  uint32_t run_id, point_id, rep;
  const char *policy, *label, *column; /* of table run */
  double value;                        /* NAN: not defined in that run, which breaks it too */
  double min, max;                     /* in the unit of the column */
} cf_plan_check;

/* Calls `each` (may be NULL) with what breaks an assertion; the first ones go to `diag` at the assertion's place,
 * naming run, point, column and value, the rest are counted. CF_ASSERTION when there is one; CF_INPUT when an assertion
 * names no numeric column of table run. */
cf_status cf_plan_checks_run(const cf_campaign *campaign, cf_database *database,
                             void (*each)(void *self, const cf_plan_check *check), void *self, cf_diag *diag);

#endif
