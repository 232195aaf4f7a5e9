/* A number with its unit: "12 mJ", "-0.4 %/K", "37 degC", "3 1/year", "6.84 W s/m3K".
 *
 * Text:  ["delta"] number [space] [unit].   Number: decimal, no leading zeros, no hexadecimal, no underscores, finite.
 * Unit:  factors beside each other or joined by a space, '*' or '·'; every factor after a '/' divides; an exponent is a
 *        digit after the factor (m2, s3, m²). Unit symbols and their prefixes are those of the table in quantity.c.
 * Every dimension but "none" needs a unit. "none" takes a bare number, "%" or "1". degC is an absolute temperature and
 * stands alone; K alone is either; "delta" marks a difference and is refused on an absolute temperature.
 * SI values: prefixes are applied to the decimal text, so "5 uA" is the double nearest to 5e-6.
 * A year is 365.25 d, a month a twelfth of it; gn is the standard acceleration of free fall, g the gram. */
#ifndef CF_CONFIG_QUANTITY_H
#define CF_CONFIG_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cf_dimension {
  CF_DIM_NONE,
  CF_DIM_POWER,
  CF_DIM_ENERGY,
  CF_DIM_TIME,
  CF_DIM_TEMPERATURE,
  CF_DIM_TEMPERATURE_DIFFERENCE,
  CF_DIM_THERMAL_RESISTANCE,
  CF_DIM_HEAT_CAPACITY,
  CF_DIM_LENGTH,
  CF_DIM_AREA,
  CF_DIM_ANGLE,
  CF_DIM_CAPACITANCE,
  CF_DIM_VOLTAGE,
  CF_DIM_CURRENT,
  CF_DIM_RESISTANCE,
  CF_DIM_FREQUENCY, /* also rates: 1/s, 1/h, 1/d, 1/year */
  CF_DIM_INFORMATION,
  CF_DIM_LEVEL, /* dB */
  CF_DIM_HEAT_TRANSFER,
  CF_DIM_WIND_HEAT_TRANSFER,
  CF_DIM_PER_KELVIN,
  CF_DIM_SPEED,
  CF_DIM_CHARGE,
  CF_DIM_MASS,
  CF_DIM_VOLUME,
  CF_DIM_ACCELERATION,
  CF_DIM_POWER_DENSITY,
  CF_DIM_POWER_PER_CURRENT, /* per squared current, W/A2: the same units as a resistance, another quantity */
  CF_DIM_SEEBECK,
  CF_DIM_THERMAL_CONDUCTANCE,
  CF_DIM_THERMAL_CONDUCTIVITY,
  CF_DIM_DENSITY,
  CF_DIM_SPECIFIC_HEAT,
  CF_DIM_PERFUSION, /* volume of blood per mass of tissue and time */
  CF_DIM_COUNT
} cf_dimension;

enum { CF_UNIT_TEXT = 32, CF_QUANTITY_TEXT = 120, CF_QUANTITY_WHY = 320 };

typedef struct cf_quantity {
  double si;               /* in the SI unit of the dimension; information in bytes, level in dB */
  double value;            /* as written */
  char unit[CF_UNIT_TEXT]; /* as written, "" for a bare number */
} cf_quantity;

/* False, and a sentence in `why` (CF_QUANTITY_WHY bytes), when `text` is not such a quantity. */
bool cf_quantity_parse(const char *text, cf_dimension want, cf_quantity *out, char *why);

const char *cf_dimension_name(cf_dimension dimension);    /* "power" */
const char *cf_dimension_si(cf_dimension dimension);      /* "W"; "" for none */
const char *cf_dimension_example(cf_dimension dimension); /* "300 mW" */

/* The i-th unit symbol of exactly this dimension, NULL behind the last. */
const char *cf_dimension_unit(cf_dimension dimension, unsigned i);

/* A plain decimal number by the grammar above: length of its longest prefix that is one, 0 when there is none. */
size_t cf_number_length(const char *text);
/* Its value times 10^shift, rounded once; +-HUGE_VAL beyond range. `length` from cf_number_length. */
double cf_number_value(const char *text, size_t length, int shift);

#endif
