/* What the runs of one database have in common, written before or beside them: points with their settings and axes, the
 * files that the scenarios were made from, and the constants they use.
 *
 * A point is a scenario with settings. Files and constants are stored once, however many points share them. Points must
 * come in ascending order of point_id. Inside the caller's transaction. */
#ifndef CF_STORE_STUDY_H
#define CF_STORE_STUDY_H

#include "base/diag.h"
#include "config/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct sqlite3;

/* A column of table points. */
typedef struct cf_study_axis {
  const char *name;
  const char *path; /* what is set: paths joined by ", " */
  const char *unit; /* NULL: words */
} cf_study_axis;

typedef struct cf_study_point {
  uint32_t point_id;
  const char *label;
  const cf_setting *setting; /* everything that is set over the scenario's files, in order */
  uint32_t settings;
  const double *number;    /* of each axis; NAN: see `text` */
  const char *const *text; /* of each axis */
  const cf_scenario *scenario;
} cf_study_point;

typedef struct cf_study cf_study;

/* Makes table points with its axes and table axis. NULL after a diagnostic. `path` is for errors. */
cf_study *cf_study_open(struct sqlite3 *database, const char *path, const cf_study_axis *axis, uint32_t axes,
                        cf_diag *diag);
/* CF_IO; CF_INPUT when a file of the same name has changed since an earlier point read it. */
cf_status cf_study_add(cf_study *study, const cf_study_point *point, cf_diag *diag);
void cf_study_close(cf_study *study); /* NULL is fine */

#endif
