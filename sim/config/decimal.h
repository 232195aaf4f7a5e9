/* Plain decimal numbers of data files: "12", "-0.5", "+.25e-3", "007".
 *
 * No hexadecimal, no infinities, no NaN, no thousands separators, no locale. The value is the double nearest to the
 * text times a power of ten (prefixes of units are applied to the text, so that 5 uA is the double nearest to 5e-6).
 * Up to 19 significant digits that make an integer below 2^53, with a power of ten up to 22, need one exact product or
 * quotient (W. D. Clinger, How to read floating point numbers accurately, 1990); the rest goes to cf_number_value.
 * Instants are integers of nanoseconds, never rounded through a double. */
#ifndef CF_CONFIG_DECIMAL_H
#define CF_CONFIG_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cf_decimal_fault {
  CF_DECIMAL_OK,
  CF_DECIMAL_NOT, /* not a plain decimal number */
  CF_DECIMAL_LONG,
  CF_DECIMAL_RANGE
} cf_decimal_fault;

/* `text` times 10^shift; -0 becomes 0. What is too small for a double is 0. */
cf_decimal_fault cf_decimal_double(const char *text, size_t length, int shift, double *value);

/* `text` times 10^shift as an integer, halves rounded away from zero. */
cf_decimal_fault cf_decimal_integer(const char *text, size_t length, int shift, int64_t *value);

/* The double nearest to `value` in so many significant digits (1 to 15), and its shortest text, which reads back as
 * that double. With 15, 0.1 + 0.2 becomes 0.3. Finite values only; whatever the locale. */
enum { CF_DECIMAL_TEXT = 32 };
double cf_decimal_round(double value, int digits, char text[CF_DECIMAL_TEXT]);

/* "is not a number", ...: what to say of a fault. */
const char *cf_decimal_why(cf_decimal_fault fault);

#endif
