/* A measured trace: instants and values of one quantity, from a CSV with a column of time and one of values.
 *
 * The time column is the one named t_s, time_s, t_ms, time_ms (a trace's own time) or time_utc (instants of instant.h,
 * counted from 1970). The value column is named by the caller; its unit is the part of the name behind the last '_':
 *   power        w mw uw nw kw              temperature   degc k
 *   voltage      v mv                       current       a ma ua na
 *   acceleration ms2 g                      irradiance    wm2
 *   speed        ms kmh                     share         (no unit) percent
 * Values are converted to SI, times to nanoseconds exactly. Other columns are not looked at.
 *
 * Times increase strictly, there are two rows at least, every value is finite. A power that is given and a current
 * (root mean square) are not negative, a temperature is not below absolute zero. */
#ifndef CF_CONFIG_TRACE_H
#define CF_CONFIG_TRACE_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cf_trace_quantity {
  CF_TRACE_POWER,
  CF_TRACE_TEMPERATURE,
  CF_TRACE_VOLTAGE,
  CF_TRACE_CURRENT,
  CF_TRACE_ACCELERATION,
  CF_TRACE_IRRADIANCE,
  CF_TRACE_SPEED,
  CF_TRACE_SHARE,
  CF_TRACE_QUANTITIES
} cf_trace_quantity;

typedef struct cf_trace_table {
  size_t count;
  const int64_t *t_ns; /* since 1970 when `utc`, else of the trace's own clock */
  const double *value; /* SI */
  bool utc;
} cf_trace_table;

/* The table of column `column`, or of the only column of this quantity when `column` is NULL. */
cf_status cf_trace_read(const char *path, const char *bytes, size_t length, const char *column,
                        cf_trace_quantity quantity, cf_arena *arena, cf_trace_table **table, cf_diag *diag);

const char *cf_trace_quantity_name(cf_trace_quantity quantity); /* "power" */

#endif
