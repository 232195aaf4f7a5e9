#include "sweep/where.h"

#include "config/suggest.h"
#include "config/tree.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct guard {
  bool ours;          /* the statement that joins all conditions, which may also read the number of a point */
  unsigned selects;   /* so far in this statement */
  const char *refuse; /* why; NULL: nothing was */
  char function[40];
} guard;

typedef struct filter {
  const cf_plan *plan;
  sqlite3 *database;
  guard guard;
  cf_diag *diag;
} filter;

static const char functions[] =
    "abs ceil ceiling coalesce floor glob ifnull iif instr length like lower ltrim max min mod nullif replace round "
    "rtrim sign sqrt substr substring trim trunc typeof upper";

static bool is_allowed(const char *name) {
  size_t length = strlen(name);
  for (const char *p = functions; *p; p += strcspn(p, " "), p += *p == ' ')
    if (strcspn(p, " ") == length && sqlite3_strnicmp(p, name, (int)length) == 0) return true;
  return false;
}

static int authorize(void *self, int action, const char *first, const char *second, const char *database,
                     const char *trigger) {
  (void)database, (void)trigger;
  guard *g = self;
  switch (action) {
    case SQLITE_SELECT:
      if (++g->selects == 1) return SQLITE_OK;
      g->refuse = "a condition cannot hold a SELECT";
      return SQLITE_DENY;
    case SQLITE_READ:
      if (sqlite3_stricmp(first, "points") == 0 && (g->ours || (strcmp(second, "_n") != 0))) return SQLITE_OK;
      g->refuse = "a condition can read the axes only";
      return SQLITE_DENY;
    case SQLITE_FUNCTION:
      if (is_allowed(second)) return SQLITE_OK;
      snprintf(g->function, sizeof g->function, "%.38s", second);
      return SQLITE_DENY;
    default:
      g->refuse = "a condition can only compare";
      return SQLITE_DENY;
  }
}

/* ---- errors at their place ---- */

/* Character `offset` of the condition, where the file spells it as it is. */
static cf_source place_of(const cf_plan_text *condition, int offset) {
  cf_source where = condition->where;
  const char *raw = where.excerpt;
  if (!raw || offset < 0 || where.column == 0) return where;
  for (uint32_t column = 1; column < where.column && *raw; column++) {
    raw++;
    while (((unsigned char)*raw & 0xC0) == 0x80) raw++;
  }
  uint32_t quote = *raw == '"' || *raw == '\'';
  if (strncmp(raw + quote, condition->text, strlen(condition->text)) != 0) return where;
  where.column += quote;
  for (int i = 0; i < offset; i++) where.column += ((unsigned char)condition->text[i] & 0xC0) != 0x80;
  return where;
}

static cf_status unknown_column(const filter *f, cf_source where, const char *name) {
  char hint[120];
  cf_suggestion suggestion = {.given = name};
  for (uint32_t a = 0; a < f->plan->axes; a++) cf_suggest_offer(&suggestion, f->plan->axis[a].name, 0);
  return cf_tree_fail(f->diag, CF_INPUT, where, "there is no axis '%.60s'%s", name,
                      cf_suggest_text(&suggestion, hint, sizeof hint));
}

/* `before`: what stands in the statement ahead of the condition. */
static cf_status wrong(const filter *f, const cf_plan_text *condition, size_t before) {
  static const char no_column[] = "no such column: ";
  const char *words = sqlite3_errmsg(f->database);
  int offset = sqlite3_error_offset(f->database) - (int)before;
  bool inside = offset >= 0 && offset < (int)strlen(condition->text);
  cf_source where = place_of(condition, inside ? offset : -1);
  if ((sqlite3_errcode(f->database) & 0xff) == SQLITE_NOMEM) return cf_fail(f->diag, CF_INTERNAL, "no memory");
  if (f->guard.function[0])
    return cf_tree_fail(f->diag, CF_INPUT, condition->where, "'where' knows no function '%s', only %s",
                        f->guard.function, functions);
  if (f->guard.refuse) return cf_tree_fail(f->diag, CF_INPUT, condition->where, "%s", f->guard.refuse);
  if (strncmp(words, no_column, sizeof no_column - 1) == 0)
    return unknown_column(f, where, words + sizeof no_column - 1);
  if (!inside && (offset >= 0 || strcmp(words, "incomplete input") == 0))
    return cf_tree_fail(f->diag, CF_INPUT, where, "the condition is not one whole expression");
  return cf_tree_fail(f->diag, CF_INPUT, where, "%s", words);
}

/* ---- conditions ---- */

static cf_status try_form(filter *f, const cf_plan_text *condition, const char *before, const char *after) {
  sqlite3_stmt *statement = NULL;
  f->guard = (guard){.ours = false};
  char *sql = sqlite3_mprintf("%s%s%s", before, condition->text, after);
  if (!sql) return cf_fail(f->diag, CF_INTERNAL, "no memory");
  cf_status status = CF_OK;
  const char *tail = NULL;
  if (sqlite3_prepare_v2(f->database, sql, -1, &statement, &tail) != SQLITE_OK)
    status = wrong(f, condition, strlen(before));
  else if (*tail || sqlite3_column_count(statement) != 1)
    status = cf_tree_fail(f->diag, CF_INPUT, condition->where, "one condition is one expression");
  else if (sqlite3_bind_parameter_count(statement) > 0)
    status = cf_tree_fail(f->diag, CF_INPUT, condition->where, "a condition has no parameters");
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  return status;
}

/* As a column it can be nothing but one expression; behind WHERE it is no aggregate. The line ends close a comment. */
static cf_status check_condition(filter *f, const cf_plan_text *condition) {
  cf_status status = try_form(f, condition, "SELECT 1 FROM points WHERE (", "\n)");
  return status ? status : try_form(f, condition, "SELECT (", "\n) FROM points");
}

static cf_status broken(const filter *f) {
  return cf_fail(f->diag, CF_INTERNAL, "cannot evaluate 'where': %s", sqlite3_errmsg(f->database));
}

static cf_status contradiction(const filter *f, const uint32_t *alone, uint32_t points) {
  const cf_plan *plan = f->plan;
  for (uint32_t w = 0; w < plan->wheres; w++)
    if (alone[w] == 0)
      return cf_tree_fail(f->diag, CF_INPUT, plan->where[w].where, "no point is left: none of the %u satisfies this",
                          points);
  return cf_tree_fail(f->diag, CF_INPUT, plan->where[0].where,
                      "no point is left: each condition leaves some of the %u, but together they contradict each other",
                      points);
}

static char *join(const cf_plan *plan) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendall(sql, "SELECT _n");
  for (uint32_t w = 0; w < plan->wheres; w++) sqlite3_str_appendf(sql, ", ((%s\n) IS TRUE)", plan->where[w].text);
  sqlite3_str_appendall(sql, " FROM points ORDER BY _n");
  return sqlite3_str_finish(sql);
}

static cf_status evaluate(filter *f, uint32_t points, bool *keep) {
  uint32_t alone[CF_MAX_WHERES] = {0}, left = 0;
  sqlite3_stmt *statement = NULL;
  f->guard = (guard){.ours = true};
  char *sql = join(f->plan);
  int rc = sql ? sqlite3_prepare_v2(f->database, sql, -1, &statement, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  for (uint32_t p = 0; rc == SQLITE_OK && p < points; p++) {
    if (sqlite3_step(statement) != SQLITE_ROW) break;
    keep[p] = true;
    for (uint32_t w = 0; w < f->plan->wheres; w++) {
      bool holds = sqlite3_column_int(statement, (int)w + 1) != 0;
      alone[w] += holds;
      keep[p] = keep[p] && holds;
    }
    left += keep[p];
  }
  if (rc == SQLITE_OK) rc = sqlite3_step(statement);
  cf_status status = rc == SQLITE_DONE ? CF_OK : rc == SQLITE_NOMEM ? broken(f) : wrong(f, &f->plan->where[0], 0);
  sqlite3_finalize(statement);
  if (status == CF_OK && left == 0) return contradiction(f, alone, points);
  return status;
}

/* ---- the table ---- */

static int make_table(const filter *f) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendall(sql, "BEGIN; CREATE TABLE points(_n INTEGER PRIMARY KEY");
  for (uint32_t a = 0; a < f->plan->axes; a++)
    sqlite3_str_appendf(sql, ", \"%w\" %s", f->plan->axis[a].name, f->plan->axis[a].unit ? "REAL" : "TEXT");
  sqlite3_str_appendall(sql, ")");
  char *text = sqlite3_str_finish(sql);
  int rc = text ? sqlite3_exec(f->database, text, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(text);
  return rc;
}

static int prepare_insert(const filter *f, sqlite3_stmt **insert) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendall(sql, "INSERT INTO points VALUES (?");
  for (uint32_t a = 0; a < f->plan->axes; a++) sqlite3_str_appendall(sql, ",?");
  sqlite3_str_appendall(sql, ")");
  char *text = sqlite3_str_finish(sql);
  int rc = text ? sqlite3_prepare_v2(f->database, text, -1, insert, NULL) : SQLITE_NOMEM;
  sqlite3_free(text);
  return rc;
}

static int fill_table(const filter *f, const cf_points *points) {
  sqlite3_stmt *insert = NULL;
  int rc = prepare_insert(f, &insert);
  for (uint32_t p = 0; rc == SQLITE_OK && p < points->count; p++) {
    sqlite3_bind_int64(insert, 1, p);
    for (uint32_t a = 0; a < points->axes; a++) {
      size_t at = (size_t)p * points->axes + a;
      if (f->plan->axis[a].unit)
        sqlite3_bind_double(insert, (int)a + 2, points->number[at]);
      else
        sqlite3_bind_text(insert, (int)a + 2, points->value[at], -1, SQLITE_STATIC);
    }
    rc = sqlite3_step(insert) == SQLITE_DONE ? sqlite3_reset(insert) : sqlite3_errcode(f->database);
  }
  sqlite3_finalize(insert);
  return rc == SQLITE_OK ? sqlite3_exec(f->database, "COMMIT", NULL, NULL, NULL) : rc;
}

cf_status cf_where_keep(const cf_plan *plan, const cf_points *points, bool *keep, cf_diag *diag) {
  filter f = {.plan = plan, .diag = diag};
  int rc = sqlite3_open(":memory:", &f.database);
  if (rc == SQLITE_OK) rc = sqlite3_db_config(f.database, SQLITE_DBCONFIG_DQS_DML, 0, NULL); /* "name" is no text */
  if (rc == SQLITE_OK) rc = make_table(&f);
  if (rc == SQLITE_OK) rc = fill_table(&f, points);
  cf_status status = rc == SQLITE_OK ? CF_OK : broken(&f);
  sqlite3_set_authorizer(f.database, authorize, &f.guard);
  for (uint32_t w = 0; status == CF_OK && w < plan->wheres; w++) status = check_condition(&f, &plan->where[w]);
  if (status == CF_OK) status = evaluate(&f, points->count, keep);
  sqlite3_close(f.database);
  return status;
}
