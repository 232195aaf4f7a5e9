#include "base/diag.h"

#include <string.h>

void cf_diag_init(cf_diag *diag) {
  diag->status = CF_OK;
  diag->errors = 0;
  diag->warnings = 0;
  diag->stored = 0;
}

static void add(cf_diag *diag, cf_status status, cf_source where, const char *format, va_list args) {
  if (status == CF_OK) {
    diag->warnings++;
  } else {
    diag->errors++;
    if (diag->status == CF_OK) diag->status = status;
  }
  if (diag->stored == CF_DIAG_MAX) return;
  cf_diag_entry *entry = &diag->entry[diag->stored++];
  entry->status = status;
  entry->line = where.line;
  entry->column = where.column;
  snprintf(entry->file, sizeof entry->file, "%s", where.file ? where.file : "");
  snprintf(entry->excerpt, sizeof entry->excerpt, "%s", where.excerpt ? where.excerpt : "");
  entry->excerpt[strcspn(entry->excerpt, "\r\n")] = '\0';
  vsnprintf(entry->text, sizeof entry->text, format, args);
}

cf_status cf_fail(cf_diag *diag, cf_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(diag, status, (cf_source){0}, format, args);
  va_end(args);
  return status;
}

cf_status cf_fail_at(cf_diag *diag, cf_status status, cf_source where, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(diag, status, where, format, args);
  va_end(args);
  return status;
}

void cf_warn_at(cf_diag *diag, cf_source where, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(diag, CF_OK, where, format, args);
  va_end(args);
}

static void print_excerpt(const cf_diag_entry *entry, FILE *out) {
  if (!entry->excerpt[0]) return;
  fprintf(out, "  %s\n", entry->excerpt);
  if (entry->column == 0 || entry->column > strlen(entry->excerpt) + 1) return;
  fputs("  ", out);
  for (uint32_t i = 1; i < entry->column; i++) fputc(entry->excerpt[i - 1] == '\t' ? '\t' : ' ', out);
  fputs("^\n", out);
}

void cf_diag_print(const cf_diag *diag, FILE *out, bool colour) {
  for (unsigned i = 0; i < diag->stored; i++) {
    const cf_diag_entry *entry = &diag->entry[i];
    const char *label = entry->status == CF_OK ? "warning" : "error";
    const char *paint = entry->status == CF_OK ? "\033[1;33m" : "\033[1;31m";
    if (entry->file[0]) fprintf(out, "%s:", entry->file);
    if (entry->line) fprintf(out, "%u:%u:", entry->line, entry->column);
    if (entry->file[0] || entry->line) fputc(' ', out);
    fprintf(out, "%s%s:%s %s\n", colour ? paint : "", label, colour ? "\033[0m" : "", entry->text);
    print_excerpt(entry, out);
  }
  unsigned total = diag->errors + diag->warnings;
  if (total > diag->stored) fprintf(out, "... and %u more\n", total - diag->stored);
}
