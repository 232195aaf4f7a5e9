/* How the columns of relations are written down. Internal to store: only tables.c and views.c include it. */
#ifndef CF_STORE_COLUMNS_H
#define CF_STORE_COLUMNS_H

#include "store/tables.h"

#define INT(name, constraint, unit, doc) \
  { name, CF_CELL_INTEGER, constraint, unit, doc }
#define REAL(name, constraint, unit, doc) \
  { name, CF_CELL_REAL, constraint, unit, doc }
#define TEXT(name, constraint, doc) \
  { name, CF_CELL_TEXT, constraint, "", doc }
#define RUN_ID INT("run_id", "NOT NULL", "", "The run, see run.run_id.")
#define POINT_ID INT("point_id", "NOT NULL", "", "The point, see points.point_id.")
#define NN "NOT NULL"
#define COLUMNS(array) array, sizeof(array) / sizeof(array)[0]

/* What a constant is: in its table, and in the view that joins it to runs. */
#define CONSTANT_COLUMNS                                                                                           \
  TEXT("path", NN, "Where it is used, e.g. sensors.storage.leakage."),                                             \
      REAL("value", "", "see unit", "Its value, in the unit of the row; NULL for a table of values."),             \
      TEXT("unit", NN, "Unit, as written in the file."),                                                           \
      REAL("low", "", "see unit", "Low end of the plausible range; NULL when none is stated."),                    \
      REAL("high", "", "see unit", "High end of the plausible range."),                                            \
      TEXT("status", "NOT NULL CHECK (status IN ('V', 'M', 'A', 'S'))",                                            \
           "V: read in the source. M: measured. A: assumed. S: set by the scenario's author."),                    \
      TEXT("source", NN, "Where the value comes from; empty for S."), TEXT("locator", NN, "Where in the source."), \
      REAL("flips_at", "", "see unit", "Value at which another policy would win; NULL while unknown.")

/* The views, by their ids from CF_VIEW_FIRST on. */
extern const cf_relation cf_views[CF_RELATIONS - CF_VIEW_FIRST];

#endif
