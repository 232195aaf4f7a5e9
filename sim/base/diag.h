/* Diagnostics: what went wrong, and where in which file.
 *
 * A cf_diag collects up to CF_DIAG_MAX errors (all are counted, the surplus is not stored), so that a
 * reader can report everything that is wrong with a file at once. It owns all its text. */
#ifndef CF_BASE_DIAG_H
#define CF_BASE_DIAG_H

#include "base/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CF_DIAG_MAX = 20, CF_DIAG_TEXT = 480, CF_DIAG_FILE = 256, CF_DIAG_EXCERPT = 200 };

/* Where a text stands: line and column count from 1; line 0 means "no line". `excerpt` is the source
 * line itself (may be NULL) and is shown with a caret under `column`. */
typedef struct cf_source {
  const char *file;
  const char *excerpt;
  uint32_t line;
  uint32_t column;
} cf_source;

typedef struct cf_diag_entry {
  cf_status status; /* CF_OK marks a warning */
  uint32_t line;
  uint32_t column;
  char file[CF_DIAG_FILE];
  char text[CF_DIAG_TEXT];
  char excerpt[CF_DIAG_EXCERPT];
} cf_diag_entry;

typedef struct cf_diag {
  cf_status status; /* of the first error; CF_OK while there is none */
  unsigned errors;
  unsigned warnings;
  unsigned stored;
  cf_diag_entry entry[CF_DIAG_MAX];
} cf_diag;

void cf_diag_init(cf_diag *diag);

/* Adds an error and returns `status`, so that `return cf_fail(...)` reads naturally. */
cf_status cf_fail(cf_diag *diag, cf_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
cf_status cf_fail_at(cf_diag *diag, cf_status status, cf_source where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void cf_warn_at(cf_diag *diag, cf_source where, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "file:line:column: error: text", then the source line and a caret. */
void cf_diag_print(const cf_diag *diag, FILE *out, bool colour);

#endif
