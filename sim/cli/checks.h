/* The `assert:` block of a scenario, held against the results. */
#ifndef CF_CLI_CHECKS_H
#define CF_CLI_CHECKS_H

#include "cli/batch.h"

/* One assertion met by one run. */
typedef struct cf_check {
  uint32_t run_id;
  const cf_assertion *assertion;
  const char *policy;
  char column[64]; /* of table run */
  double value;    /* NAN: the column is not defined there */
  double min, max; /* in the unit of the column */
  bool passed;
} cf_check;

/* Checks every assertion on every run that is done and that it speaks of. Calls `each` (may be NULL) with every check;
 * failures go to `diag` with the assertion's place, naming column, figure, limit and run. CF_ASSERTION when one failed,
 * CF_INPUT when an assertion names no numeric column of table run. An undefined figure fails, because it cannot be said
 * to hold. */
cf_status cf_checks_run(const cf_batch *batch, void (*each)(void *self, const cf_check *check), void *self,
                        cf_diag *diag);

#endif
