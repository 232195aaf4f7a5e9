/* `where` of a plan: conditions in SQL over the names of the axes, which a point must satisfy.
 *
 * SQLite evaluates them in memory over a table with the points, under an authorizer that allows one expression over its
 * columns with functions that always give the same: no subqueries, no other tables, no random numbers, no clock, no
 * aggregates. NULL does not satisfy. */
#ifndef CF_SWEEP_WHERE_H
#define CF_SWEEP_WHERE_H

#include "sweep/expand.h"

/* keep[point] for every point. Errors: CF_INPUT, at the place in the condition where that can be told, else at the
 * condition; a condition that no point satisfies; several that no point satisfies together. */
cf_status cf_where_keep(const cf_plan *plan, const cf_points *points, bool *keep, cf_diag *diag);

#endif
