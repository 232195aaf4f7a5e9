/* A levelled logger on a stream, stderr by default. It is passed by pointer; there is no global one. */
#ifndef CF_BASE_LOG_H
#define CF_BASE_LOG_H

#include <stdbool.h>
#include <stdio.h>

typedef enum cf_log_level { CF_LOG_QUIET, CF_LOG_ERROR, CF_LOG_WARN, CF_LOG_INFO, CF_LOG_DEBUG } cf_log_level;

typedef struct cf_log {
  FILE *out;
  cf_log_level level;
  bool colour;
} cf_log;

/* Writes "level: text" when the logger's level admits it. A NULL logger is silent. */
void cf_log_write(const cf_log *log, cf_log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
