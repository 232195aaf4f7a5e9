/* The axes of a sweep as rows. Table points has a column for each axis, whose name no query of a figure can know, so a
 * report offers its queries one more relation:
 *
 *   axis_value(point_id, axis, unit, number, text)   one row for each point and axis; `text` where the axis holds words
 */
#ifndef CF_REPORT_AXES_H
#define CF_REPORT_AXES_H

#include "base/diag.h"
#include "store/query.h"

/* Puts the relation before a query that speaks of it. *whole is malloc'd, and NULL where the query does not. */
cf_status cf_axes_offer(cf_database *database, const char *sql, char **whole, cf_diag *diag);

#endif
