#include "store/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* snprintf and strtod follow the locale of the thread, which is C's only while this lasts. */
static locale_t enter_c(locale_t *c) {
  *c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  return *c ? uselocale(*c) : (locale_t)0;
}

static void leave_c(locale_t c, locale_t before) {
  if (!c) return;
  uselocale(before);
  freelocale(c);
}

void cf_number_exact(char text[CF_NUMBER_BYTES], double value) {
  locale_t c;
  locale_t before = enter_c(&c);
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, CF_NUMBER_BYTES, "%.*g", digits, value);
    double back = strtod(text, NULL);
    if (!(back < value) && !(back > value)) break; /* equal, or not a number */
  }
  leave_c(c, before);
}

void cf_number_short(char text[CF_NUMBER_BYTES], double value) {
  locale_t c;
  locale_t before = enter_c(&c);
  snprintf(text, CF_NUMBER_BYTES, "%.6g", value);
  leave_c(c, before);
}
