/* Rows of tests/reference/solar_*.csv by column name, for the tests of the sky. Empty cells are NAN. */
#ifndef CF_TESTS_SOLAR_ROWS_H
#define CF_TESTS_SOLAR_ROWS_H

#include "base/civil.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAD (3.14159265358979323846 / 180.0)

enum { ROWS_COLUMNS = 40, ROWS_LINE = 1024 };

typedef struct rows {
  FILE *file;
  unsigned columns;
  char header[ROWS_LINE], line[ROWS_LINE];
  const char *name[ROWS_COLUMNS], *cell[ROWS_COLUMNS];
} rows;

static inline unsigned rows_split(char *line, const char *cell[ROWS_COLUMNS]) {
  unsigned count = 0;
  line[strcspn(line, "\r\n")] = 0;
  for (char *at = line; at && count < ROWS_COLUMNS;) {
    cell[count++] = at;
    at = strchr(at, ',');
    if (at) *at++ = 0;
  }
  return count;
}

static inline bool rows_open(rows *r, const char *path) {
  r->file = fopen(path, "r");
  if (!r->file || !fgets(r->header, ROWS_LINE, r->file)) return false;
  r->columns = rows_split(r->header, r->name);
  return true;
}

static inline bool rows_next(rows *r) {
  if (!fgets(r->line, ROWS_LINE, r->file)) {
    fclose(r->file);
    return false;
  }
  return rows_split(r->line, r->cell) == r->columns;
}

static inline const char *rows_text(const rows *r, const char *name) {
  for (unsigned i = 0; i < r->columns; i++)
    if (strcmp(r->name[i], name) == 0) return r->cell[i];
  fprintf(stderr, "no column %s\n", name);
  abort();
}

static inline double rows_number(const rows *r, const char *name) {
  const char *text = rows_text(r, name);
  return *text ? strtod(text, NULL) : (double)NAN;
}

/* "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ssZ" as UTC seconds. */
static inline double rows_time(const char *text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int got = sscanf(text, "%d-%d-%dT%d:%d:%dZ", &year, &month, &day, &hour, &minute, &second);
  if (got != 3 && got != 6) abort();
  return (double)(cf_civil_days(year, (uint32_t)month, (uint32_t)day) * CF_DAY_S + hour * 3600 + minute * 60 + second);
}

#endif
