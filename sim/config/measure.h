/* A number with a unit of which nobody has said yet what it measures: the values of an axis, the ends of a range.
 *
 * The first of several decides: the others must fit a dimension that it fits, and are told in its unit. "20 K" fits a
 * temperature and a difference, "20" and "20 %" are plain numbers. */
#ifndef CF_CONFIG_MEASURE_H
#define CF_CONFIG_MEASURE_H

#include "config/quantity.h"

#include <stdint.h>

typedef struct cf_measure {
  uint64_t dimensions; /* bit d: it may be a cf_dimension d; never 0 */
  double number;       /* in `unit` */
  char unit[CF_UNIT_TEXT];
} cf_measure;

/* False when `text` is no number with a unit of the table. */
bool cf_measure_parse(const char *text, cf_measure *first);

/* `text` in the unit of `first`: exact when it has that unit already, else rounded to 15 significant digits. Narrows
 * what `first` may be. False, and a sentence in `why` (CF_QUANTITY_WHY bytes), when it measures something else. */
bool cf_measure_like(cf_measure *first, const char *text, double *number, char *why);

/* The same for a distance: beside temperatures in degC it is a difference in K. */
bool cf_measure_step(const cf_measure *first, const char *text, double *number, char *why);

#endif
