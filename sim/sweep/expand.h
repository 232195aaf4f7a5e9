/* The points of a plan: every combination of its axes, or its samples, that satisfies `where`.
 *
 * Order: the first axis varies slowest; zipped axes stand where their first one does, and so do all sampled axes
 * (between two ends), which take the samples of sample.h together, combined with every point of the others. The result
 * depends on the plan alone. point_id counts from 1 over the points that `where` (where.h) leaves. */
#ifndef CF_SWEEP_EXPAND_H
#define CF_SWEEP_EXPAND_H

#include "config/plan.h"

enum { CF_SWEEP_POINTS = 1000000 };

typedef struct cf_points {
  cf_arena *arena;
  uint32_t count, axes;
  const char *const *value; /* [point * axes + axis], as it is set; shared texts */
  const double *number;     /* the same in the axis's unit; NAN for words */
} cf_points;

/* Errors, CF_INPUT at their place in the plan: SQL that cannot be understood, a `where` that leaves nothing (names the
 * one that does it alone, if one does), too many points. */
cf_status cf_expand(const cf_plan *plan, cf_points *points, cf_diag *diag);
void cf_points_free(cf_points *points);

/* "storage_f=0.47 F, panel_cm2=4 cm2"; "" without axes. Returns `text`. */
const char *cf_point_label(const cf_plan *plan, const cf_points *points, uint32_t point, char *text, size_t size);

#endif
