#include "sweep/expand.h"

#include "config/tree.h"
#include "sweep/sample.h"
#include "sweep/where.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What varies by itself: one axis, axes that move together, or all that are sampled. */
typedef struct factor {
  uint32_t axes, axis[CF_MAX_AXES];
  uint32_t steps;
} factor;

/* The values of an axis, sampled ones too. */
typedef struct column {
  const char *const *value;
  const double *number; /* NULL for words */
} column;

typedef struct expansion {
  const cf_plan *plan;
  cf_arena *arena;
  cf_diag *diag;
  uint32_t factors;
  factor factor[CF_MAX_AXES];
  column column[CF_MAX_AXES];
} expansion;

static cf_status no_memory(cf_diag *diag) { return cf_fail(diag, CF_INTERNAL, "no memory for the points of the plan"); }

/* ---- what varies ---- */

static const cf_plan_zip *zip_of(const cf_plan *plan, uint32_t axis) {
  for (uint32_t z = 0; z < plan->zips; z++)
    for (uint32_t i = 0; i < plan->zip[z].axes; i++)
      if (plan->zip[z].axis[i] == axis) return &plan->zip[z];
  return NULL;
}

static void find_factors(expansion *e) {
  const cf_plan *plan = e->plan;
  bool placed[CF_MAX_AXES] = {false};
  for (uint32_t a = 0; a < plan->axes; a++) {
    if (placed[a]) continue;
    factor *f = &e->factor[e->factors++];
    const cf_plan_zip *zip = zip_of(plan, a);
    bool sampled = plan->axis[a].sampled;
    for (uint32_t b = a; sampled && b < plan->axes; b++)
      if (plan->axis[b].sampled) f->axis[f->axes++] = b;
    for (uint32_t i = 0; zip && i < zip->axes; i++) f->axis[f->axes++] = zip->axis[i];
    if (!sampled && !zip) f->axis[f->axes++] = a;
    for (uint32_t i = 0; i < f->axes; i++) placed[f->axis[i]] = true;
    f->steps = sampled ? plan->sample_points : plan->axis[a].values;
  }
}

static cf_status count_points(const expansion *e, uint32_t *count) {
  uint64_t product = 1;
  for (uint32_t f = 0; f < e->factors; f++) {
    product *= e->factor[f].steps;
    if (product > CF_SWEEP_POINTS)
      return cf_tree_fail(e->diag, CF_INPUT, e->plan->axis[0].where,
                          "the axes have %s%" PRIu64 " combinations; a sweep has at most %d points",
                          f + 1 < e->factors ? "more than " : "", product, CF_SWEEP_POINTS);
  }
  *count = (uint32_t)product;
  return CF_OK;
}

/* ---- samples ---- */

static bool sample_axis(expansion *e, uint32_t axis, const double *u, uint32_t stride) {
  const cf_plan_axis *own = &e->plan->axis[axis];
  uint32_t samples = e->plan->sample_points;
  const char **value = CF_ARENA_ARRAY(e->arena, const char *, samples);
  double *number = CF_ARENA_ARRAY(e->arena, double, samples);
  if (!value || !number) return false;
  for (uint32_t i = 0; i < samples; i++) {
    char digits[CF_SAMPLE_TEXT], text[CF_SAMPLE_TEXT + 64];
    number[i] = cf_sample_place(own, u[(size_t)i * stride], digits);
    int length = snprintf(text, sizeof text, "%s%s%s", digits, *own->unit ? " " : "", own->unit);
    value[i] = cf_arena_copy(e->arena, text, (size_t)length);
    if (!value[i]) return false;
  }
  e->column[axis] = (column){value, number};
  return true;
}

static bool sample_factor(expansion *e, const factor *f) {
  const cf_plan *plan = e->plan;
  size_t cells = (size_t)f->steps * f->axes;
  double *u = cells ? calloc(cells, sizeof *u) : NULL;
  bool good = u && cf_sample_cube(plan->sampling, plan->sample_seed, f->steps, f->axes, u);
  for (uint32_t i = 0; good && i < f->axes; i++) good = sample_axis(e, f->axis[i], u + i, f->axes);
  free(u);
  return good;
}

static cf_status make_columns(expansion *e) {
  for (uint32_t f = 0; f < e->factors; f++) {
    const factor *own = &e->factor[f];
    for (uint32_t i = 0; i < own->axes; i++)
      e->column[own->axis[i]] = (column){e->plan->axis[own->axis[i]].value, e->plan->axis[own->axis[i]].number};
    if (e->plan->axis[own->axis[0]].sampled && !sample_factor(e, own)) return no_memory(e->diag);
  }
  return CF_OK;
}

/* ---- points ---- */

/* The last factor goes round first. */
static void write_point(const expansion *e, uint32_t point, const char **value, double *number) {
  for (uint32_t f = e->factors; f-- > 0;) {
    const factor *own = &e->factor[f];
    uint32_t step = point % own->steps;
    point /= own->steps;
    for (uint32_t i = 0; i < own->axes; i++) {
      const column *c = &e->column[own->axis[i]];
      value[own->axis[i]] = c->value[step];
      number[own->axis[i]] = c->number ? c->number[step] : NAN;
    }
  }
}

static cf_status write_points(const expansion *e, uint32_t count, cf_points *points, const char ***value,
                              double **number) {
  uint32_t axes = e->plan->axes;
  *value = CF_ARENA_ARRAY(e->arena, const char *, (size_t)count *axes + 1); /* never of no length */
  *number = CF_ARENA_ARRAY(e->arena, double, (size_t)count *axes + 1);
  if (!*value || !*number) return no_memory(e->diag);
  for (uint32_t p = 0; p < count; p++) write_point(e, p, *value + (size_t)p * axes, *number + (size_t)p * axes);
  *points = (cf_points){.arena = e->arena, .count = count, .axes = axes, .value = *value, .number = *number};
  return CF_OK;
}

static cf_status apply_where(const cf_plan *plan, cf_points *points, const char **value, double *number,
                             cf_diag *diag) {
  bool *keep = calloc(points->count, sizeof *keep);
  if (!keep) return no_memory(diag);
  cf_status status = cf_where_keep(plan, points, keep, diag);
  uint32_t left = 0;
  for (uint32_t p = 0; status == CF_OK && p < points->count; p++) {
    if (!keep[p]) continue;
    memmove(&value[(size_t)left * points->axes], &value[(size_t)p * points->axes], points->axes * sizeof *value);
    memmove(&number[(size_t)left * points->axes], &number[(size_t)p * points->axes], points->axes * sizeof *number);
    left++;
  }
  points->count = left;
  free(keep);
  return status;
}

static cf_status expand(expansion *e, cf_points *points) {
  uint32_t count = 0;
  const char **value = NULL;
  double *number = NULL;
  find_factors(e);
  cf_status status = count_points(e, &count);
  if (status == CF_OK) status = make_columns(e);
  if (status == CF_OK) status = write_points(e, count, points, &value, &number);
  if (status == CF_OK && e->plan->wheres) status = apply_where(e->plan, points, value, number, e->diag);
  return status;
}

cf_status cf_expand(const cf_plan *plan, cf_points *points, cf_diag *diag) {
  expansion e = {.plan = plan, .arena = cf_arena_create(0), .diag = diag};
  *points = (cf_points){0};
  if (!e.arena) return no_memory(diag);
  cf_status status = expand(&e, points);
  if (status == CF_OK) return CF_OK;
  cf_arena_destroy(e.arena);
  *points = (cf_points){0};
  return status;
}

void cf_points_free(cf_points *points) {
  cf_arena_destroy(points->arena);
  *points = (cf_points){0};
}

const char *cf_point_label(const cf_plan *plan, const cf_points *points, uint32_t point, char *text, size_t size) {
  size_t used = 0;
  if (size) text[0] = '\0';
  for (uint32_t a = 0; a < plan->axes && used < size; a++) {
    int length = snprintf(text + used, size - used, "%s%s=%s", a ? ", " : "", plan->axis[a].name,
                          points->value[(size_t)point * points->axes + a]);
    if (length < 0) break;
    used += (size_t)length;
  }
  return text;
}
