#include "config/measure.h"

#include "config/decimal.h"

#include <stdio.h>
#include <string.h>

_Static_assert(CF_DIM_COUNT <= 64, "a bit for each dimension");

static bool may_be(uint64_t dimensions, int d) { return dimensions >> d & 1; }

bool cf_measure_parse(const char *text, cf_measure *first) {
  char why[CF_QUANTITY_WHY];
  *first = (cf_measure){0};
  for (int d = 0; d < CF_DIM_COUNT; d++) {
    cf_quantity q;
    if (!cf_quantity_parse(text, (cf_dimension)d, &q, why)) continue;
    first->dimensions |= UINT64_C(1) << d;
    first->number = q.value;
    memcpy(first->unit, q.unit, sizeof first->unit);
  }
  return first->dimensions != 0;
}

/* What `number` of the unit is in SI. */
static double in_si(const char *unit, int number, cf_dimension dimension) {
  char text[CF_UNIT_TEXT + 8], why[CF_QUANTITY_WHY];
  cf_quantity q;
  snprintf(text, sizeof text, "%d %s", number, unit);
  return cf_quantity_parse(text, dimension, &q, why) ? q.si : 0;
}

static double told_in(const char *unit, double si, cf_dimension dimension, bool distance) {
  char text[CF_DECIMAL_TEXT];
  double zero = in_si(unit, 0, dimension), one = in_si(unit, 1, dimension);
  return cf_decimal_round((distance ? si : si - zero) / (one - zero), 15, text);
}

bool cf_measure_like(cf_measure *first, const char *text, double *number, char *why) {
  uint64_t common = 0;
  cf_quantity q = {0}, fits = {0};
  int dimension = 0;
  for (int d = CF_DIM_COUNT - 1; d >= 0; d--) { /* downwards, so that `why` speaks of the first */
    if (!may_be(first->dimensions, d) || !cf_quantity_parse(text, (cf_dimension)d, &q, why)) continue;
    common |= UINT64_C(1) << d;
    dimension = d;
    fits = q;
  }
  if (!common) return false;
  first->dimensions = common;
  *number =
      strcmp(fits.unit, first->unit) == 0 ? fits.value : told_in(first->unit, fits.si, (cf_dimension)dimension, false);
  return true;
}

bool cf_measure_step(const cf_measure *first, const char *text, double *number, char *why) {
  if (first->dimensions != UINT64_C(1) << CF_DIM_TEMPERATURE) {
    cf_measure copy = *first;
    return cf_measure_like(&copy, text, number, why);
  }
  cf_quantity q;
  if (!cf_quantity_parse(text, CF_DIM_TEMPERATURE_DIFFERENCE, &q, why)) return false;
  *number = told_in(first->unit, q.si, CF_DIM_TEMPERATURE, true);
  return true;
}
