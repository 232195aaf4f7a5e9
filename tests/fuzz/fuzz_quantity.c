/* libFuzzer: a number with its unit. First byte: the dimension; the rest: the text.
 * Whatever is accepted is finite, and its parts written together again are accepted as the same number. */
#include "config/quantity.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 400) return 0;
  char text[400], again[CF_QUANTITY_TEXT + 64], why[CF_QUANTITY_WHY];
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  cf_dimension dimension = (cf_dimension)(data[0] % CF_DIM_COUNT);
  cf_quantity q, r;
  if (!cf_quantity_parse(text, dimension, &q, why)) return 0;
  if (!isfinite(q.si) || !isfinite(q.value)) abort();
  snprintf(again, sizeof again, "%.17g %s", q.value, q.unit);
  if (!cf_quantity_parse(again, dimension, &r, why)) abort();
  if (fabs(r.si - q.si) > 1e-15 * fabs(q.si)) abort();
  return 0;
}
