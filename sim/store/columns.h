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

/* The views, by their ids from CF_VIEW_FIRST on. */
extern const cf_relation cf_views[CF_RELATIONS - CF_VIEW_FIRST];

#endif
