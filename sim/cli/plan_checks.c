#include "cli/plan_checks.h"

#include "store/tables.h"

#include <math.h>
#include <string.h>

enum { TOLD = 10 }; /* broken assertions that are told one by one */

typedef struct checker {
  cf_plan_check check;
  void (*each)(void *self, const cf_plan_check *check);
  void *self;
  uint32_t broken;
} checker;

/* The numeric column of table run: as written, as a share, or in degC where it is written in kelvin. */
static const cf_column *find_column(const char *name, double *offset) {
  const cf_relation *run = cf_relation_of(CF_TABLE_RUN);
  size_t length = strlen(name);
  char other[64];
  *offset = 0;
  int index = cf_relation_column(run, name);
  if (index < 0 && snprintf(other, sizeof other, "%s_frac", name) < (int)sizeof other)
    index = cf_relation_column(run, other);
  if (index < 0 && length > 2 && length < 50 && strcmp(name + length - 2, "_k") == 0) {
    snprintf(other, sizeof other, "%.*s_degc", (int)length - 2, name);
    index = cf_relation_column(run, other);
    *offset = -273.15;
  }
  if (index < 0) return NULL;
  const cf_column *column = &run->column[index];
  return column->type == CF_CELL_INTEGER || column->type == CF_CELL_REAL ? column : NULL;
}

static double number_of(const cf_cell *cell) {
  if (cell->type == CF_CELL_INTEGER) return (double)cell->as.integer;
  return cell->type == CF_CELL_REAL ? cell->as.real : NAN;
}

static void text_of(const cf_cell *cell, char *text, size_t size) {
  snprintf(text, size, "%.*s", cell->type == CF_CELL_TEXT ? (int)cell->length : 0, cell->as.text);
}

static void tell(const cf_plan_check *check, cf_diag *diag) {
  char where[256];
  snprintf(where, sizeof where, "in run %u (%s, rep %u%s%.150s)", check->run_id, check->policy, check->rep,
           check->label[0] ? ", " : "", check->label);
  if (isnan(check->value))
    cf_fail_at(diag, CF_ASSERTION, check->assertion->where, "assertion failed: %s is not defined %s", check->column,
               where);
  else
    cf_fail_at(diag, CF_ASSERTION, check->assertion->where, "assertion failed: %s is %.6g %s, %s the limit %.6g",
               check->column, check->value, where, check->value > check->max ? "above" : "below",
               check->value > check->max ? check->max : check->min);
}

static cf_status on_row(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  checker *c = self;
  char policy[128], label[512];
  c->check.run_id = (uint32_t)cell[0].as.integer;
  c->check.point_id = (uint32_t)cell[1].as.integer;
  c->check.rep = (uint32_t)cell[2].as.integer;
  text_of(&cell[3], policy, sizeof policy);
  text_of(&cell[4], label, sizeof label);
  c->check.policy = policy;
  c->check.label = label;
  c->check.value = number_of(&cell[5]);
  c->broken++;
  c->each(c->self, &c->check);
  return CF_OK;
}

static cf_status check_one(cf_database *database, const cf_assertion *assertion, checker *c, cf_diag *diag) {
  double offset;
  char sql[512], min[40], max[40];
  const cf_column *column = find_column(assertion->column, &offset);
  if (!column)
    return cf_fail_at(diag, CF_INPUT, assertion->where, "table run has no numeric column '%s'", assertion->column);
  c->check.assertion = assertion;
  c->check.column = column->name;
  c->check.min = assertion->min + offset;
  c->check.max = assertion->max + offset;
  snprintf(min, sizeof min, "%.17g", fmax(c->check.min, -1e308));
  snprintf(max, sizeof max, "%.17g", fmin(c->check.max, 1e308));
  snprintf(sql, sizeof sql,
           "SELECT run_id, point_id, rep, policy, label, %s FROM run JOIN points USING(point_id) WHERE status = 'done' "
           "AND (:policy IS NULL OR policy = :policy) AND (%s IS NULL OR %s < %s OR %s > %s) ORDER BY run_id",
           column->name, column->name, column->name, min, column->name, max);
  cf_parameter policy = {"policy", assertion->policy};
  cf_query_options options = {.parameter = &policy, .parameters = assertion->policy ? 1 : 0};
  return cf_query_rows(database, sql, &options, on_row, c, diag);
}

typedef struct listener {
  void (*each)(void *self, const cf_plan_check *check);
  void *self;
  cf_diag *diag;
  uint32_t heard;
} listener;

static void on_check(void *self, const cf_plan_check *check) {
  listener *l = self;
  if (l->each) l->each(l->self, check);
  if (l->heard++ < TOLD) tell(check, l->diag);
}

cf_status cf_plan_checks_run(const cf_campaign *campaign, cf_database *database,
                             void (*each)(void *self, const cf_plan_check *check), void *self, cf_diag *diag) {
  const cf_plan *plan = campaign->plan;
  listener l = {.each = each, .self = self, .diag = diag};
  checker c = {.each = on_check, .self = &l};
  for (uint32_t i = 0; i < plan->assertions; i++) {
    cf_status status = check_one(database, &plan->assertion[i], &c, diag);
    if (status) return status;
  }
  if (c.broken > TOLD) cf_fail(diag, CF_ASSERTION, "%u further runs break an assertion", c.broken - TOLD);
  return c.broken ? CF_ASSERTION : CF_OK;
}
