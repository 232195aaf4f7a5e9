/* What runs can be compared by: every numeric column of table run that measures something, and of the views that have a
 * row per run (v_accuracy, v_coldest, v_autonomy). Units and meanings are those of the columns; which direction is the
 * better one stands here, in one table. */
#ifndef CF_SWEEP_METRIC_H
#define CF_SWEEP_METRIC_H

#include "base/diag.h"

#include <stdint.h>

typedef enum cf_better { CF_BETTER_LESS, CF_BETTER_MORE, CF_BETTER_NEITHER } cf_better;

typedef struct cf_metric {
  const char *name;     /* of the column */
  const char *relation; /* table or view that has it */
  const char *unit;     /* "" for counts */
  const char *doc;
  cf_better better;
} cf_metric;

/* CF_USAGE, with the nearest name, when there is none of that name. */
cf_status cf_metric_find(const char *name, cf_metric *metric, cf_diag *diag);

/* The metric number `index`, from 0; false behind the last. */
bool cf_metric_at(uint32_t index, cf_metric *metric);

#endif
