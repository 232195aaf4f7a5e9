#include "base/log.h"

#include <stdarg.h>

void cf_log_write(const cf_log *log, cf_log_level level, const char *format, ...) {
  static const char *const label[] = {"", "error", "warning", "info", "debug"};
  static const char *const paint[] = {"", "\033[1;31m", "\033[1;33m", "\033[36m", "\033[2m"};
  if (!log || level > log->level || level == CF_LOG_QUIET) return;
  fprintf(log->out, "%s%s:%s ", log->colour ? paint[level] : "", label[level], log->colour ? "\033[0m" : "");
  va_list args;
  va_start(args, format);
  vfprintf(log->out, format, args);
  va_end(args);
  fputc('\n', log->out);
}
