#include "config/decimal.h"

#include "config/quantity.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

enum { EXPONENT_MAX = 100000, DIGITS_MAX = 19 }; /* 10^19 fits into 64 bits */

typedef struct decimal {
  uint64_t digits; /* of the integer digits x 10^exponent */
  int exponent;
  bool negative;
  bool cut;  /* digits other than 0 did not fit: `exponent` knows of them, `digits` does not */
  char next; /* the first digit that did not fit, 0 when all did */
} decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void take(decimal *d, int *significant, char digit, bool behind_point) {
  if (*significant == DIGITS_MAX) {
    if (!d->next) d->next = digit;
    if (digit != '0') d->cut = true;
    if (!behind_point) d->exponent++;
    return;
  }
  d->digits = d->digits * 10 + (uint64_t)(digit - '0');
  if (d->digits) ++*significant; /* leading zeros are not */
  if (behind_point) d->exponent--;
}

static bool scan(const char *text, size_t length, decimal *d) {
  const char *p = text, *end = text + length;
  *d = (decimal){0};
  if (p < end && (*p == '+' || *p == '-')) d->negative = *p++ == '-';
  int significant = 0;
  bool any = false;
  for (; p < end && is_digit(*p); p++, any = true) take(d, &significant, *p, false);
  if (p < end && *p == '.')
    for (p++; p < end && is_digit(*p); p++, any = true) take(d, &significant, *p, true);
  if (!any) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    bool down = p < end && *p == '-';
    if (p < end && (*p == '+' || *p == '-')) p++;
    if (p == end || !is_digit(*p)) return false;
    int exponent = 0;
    for (; p < end && is_digit(*p); p++)
      if (exponent < EXPONENT_MAX) exponent = exponent * 10 + (*p - '0');
    d->exponent += down ? -exponent : exponent;
  }
  return p == end;
}

cf_decimal_fault cf_decimal_double(const char *text, size_t length, int shift, double *value) {
  static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  decimal d;
  if (length > CF_QUANTITY_TEXT) return CF_DECIMAL_LONG;
  if (!scan(text, length, &d)) return CF_DECIMAL_NOT;
  int exponent = d.exponent + shift;
  if (d.digits == 0) {
    *value = 0.0;
    return CF_DECIMAL_OK;
  }
  if (!d.cut && d.digits <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
    double whole = (double)d.digits;
    double size = exponent < 0 ? whole / ten[-exponent] : whole * ten[exponent];
    *value = d.negative ? -size : size;
    return CF_DECIMAL_OK;
  }
  *value = cf_number_value(text, length, shift) + 0.0;
  return isfinite(*value) ? CF_DECIMAL_OK : CF_DECIMAL_RANGE;
}

cf_decimal_fault cf_decimal_integer(const char *text, size_t length, int shift, int64_t *value) {
  decimal d;
  if (length > CF_QUANTITY_TEXT) return CF_DECIMAL_LONG;
  if (!scan(text, length, &d)) return CF_DECIMAL_NOT;
  uint64_t size = d.digits;
  int exponent = size ? d.exponent + shift : 0;
  for (; exponent > 0 && size <= UINT64_MAX / 10; exponent--) size *= 10;
  /* One digit beyond the unit decides the rounding: those behind it cannot. */
  for (; exponent < -1 && size; exponent++) size /= 10;
  if (exponent == -1 && size)
    size = size / 10 + (size % 10 >= 5);
  else if (exponent == 0 && d.next >= '5')
    size++;
  if (exponent > 0 || size > INT64_MAX) return CF_DECIMAL_RANGE;
  *value = d.negative ? -(int64_t)size : (int64_t)size;
  return CF_DECIMAL_OK;
}

const char *cf_decimal_why(cf_decimal_fault fault) {
  switch (fault) {
    case CF_DECIMAL_NOT:
      return "is not a number";
    case CF_DECIMAL_LONG:
      return "has too many characters for a number";
    case CF_DECIMAL_RANGE:
      return "is out of range";
    case CF_DECIMAL_OK:
      break;
  }
  return "is a number";
}

double cf_decimal_round(double value, int digits, char text[CF_DECIMAL_TEXT]) {
  locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  locale_t before = c ? uselocale(c) : (locale_t)0;
  snprintf(text, CF_DECIMAL_TEXT, "%.*g", digits, value + 0.0); /* no -0 */
  if (c) {
    uselocale(before);
    freelocale(c);
  }
  return cf_number_value(text, cf_number_length(text), 0);
}
