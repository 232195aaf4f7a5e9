#include "report/axes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SQL that writes SQL: the names are quoted by SQLite itself. */
static const char axes_as_sql[] =
    "SELECT coalesce(group_concat(printf('SELECT point_id, %Q AS axis, %Q AS unit, %s AS number, %s AS text FROM "
    "points',"
    " axis, unit, CASE WHEN unit IS NULL THEN 'NULL' ELSE printf('\"%w\"', axis) END,"
    " CASE WHEN unit IS NULL THEN printf('\"%w\"', axis) ELSE 'NULL' END), ' UNION ALL '),"
    " 'SELECT NULL AS point_id, NULL AS axis, NULL AS unit, NULL AS number, NULL AS text WHERE 0') FROM axis";

typedef struct offer {
  const char *sql;
  char **whole;
} offer;

static cf_status wrap(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  offer *to = self;
  static const char form[] = "WITH axis_value AS (%s)\nSELECT * FROM (%.*s\n)";
  size_t length = strlen(to->sql), size = length + cell[0].length + sizeof form;
  while (length > 0 && strchr("; \t\r\n", to->sql[length - 1])) length--;
  *to->whole = malloc(size);
  if (!*to->whole) return CF_INTERNAL;
  snprintf(*to->whole, size, form, cell[0].as.text, (int)length, to->sql);
  return CF_OK;
}

cf_status cf_axes_offer(cf_database *database, const char *sql, char **whole, cf_diag *diag) {
  *whole = NULL;
  if (!strstr(sql, "axis_value")) return CF_OK;
  offer to = {.sql = sql, .whole = whole};
  cf_status status = cf_query_rows(database, axes_as_sql, NULL, wrap, &to, diag);
  if (status == CF_INTERNAL) cf_fail(diag, status, "no memory for a query");
  return status;
}
