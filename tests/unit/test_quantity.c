/* config/quantity: values of every unit, refusals, and round trips. */
#include "fixtures/config/config_fixture.h"

#include "config/quantity.h"

#include <locale.h>
#include <math.h>

typedef struct good_case {
  const char *text;
  cf_dimension dimension;
  double si;
  const char *unit;
} good_case;

static const good_case good_cases[] = {
    {"300 mW", CF_DIM_POWER, 0.3, "mW"},
    {"300mW", CF_DIM_POWER, 0.3, "mW"},
    {"-1.5e-3 W", CF_DIM_POWER, -1.5e-3, "W"},
    {"5 uW", CF_DIM_POWER, 5e-6, "uW"},
    {"5 \xC2\xB5W", CF_DIM_POWER, 5e-6, "uW"},
    {"5 \xCE\xBCW", CF_DIM_POWER, 5e-6, "uW"},
    {"7 nW", CF_DIM_POWER, 7e-9, "nW"},
    {"2 kW", CF_DIM_POWER, 2000, "kW"},
    {"0.8 Wh/day", CF_DIM_POWER, 0.8 * 3600 / 86400, "Wh/day"},
    {"3 J/s", CF_DIM_POWER, 3, "J/s"},
    {"12 mJ", CF_DIM_ENERGY, 0.012, "mJ"},
    {"1 Wh", CF_DIM_ENERGY, 3600, "Wh"},
    {"2 mWh", CF_DIM_ENERGY, 7.2, "mWh"},
    {"1 kWh", CF_DIM_ENERGY, 3.6e6, "kWh"},
    {"2 W s", CF_DIM_ENERGY, 2, "W s"},
    {"2 V*A*s", CF_DIM_ENERGY, 2, "V*A*s"},
    {"15 min", CF_DIM_TIME, 900, "min"},
    {"5 ns", CF_DIM_TIME, 5e-9, "ns"},
    {"2 d", CF_DIM_TIME, 172800, "d"},
    {"1 h", CF_DIM_TIME, 3600, "h"},
    {"80 ms", CF_DIM_TIME, 0.08, "ms"},
    {"37 degC", CF_DIM_TEMPERATURE, 310.15, "degC"},
    {"-40 degC", CF_DIM_TEMPERATURE, 273.15 - 40, "degC"},
    {"310 K", CF_DIM_TEMPERATURE, 310, "K"},
    {"2 K", CF_DIM_TEMPERATURE_DIFFERENCE, 2, "K"},
    {"delta 2 K", CF_DIM_TEMPERATURE_DIFFERENCE, 2, "K"},
    {"6.6 K/W", CF_DIM_THERMAL_RESISTANCE, 6.6, "K/W"},
    {"250 J/K", CF_DIM_HEAT_CAPACITY, 250, "J/K"},
    {"60 mm", CF_DIM_LENGTH, 0.06, "mm"},
    {"4 cm2", CF_DIM_AREA, 4e-4, "cm2"},
    {"4 cm\xC2\xB2", CF_DIM_AREA, 4e-4, "cm\xC2\xB2"},
    {"1 mm^2", CF_DIM_AREA, 1e-6, "mm^2"},
    {"180 deg", CF_DIM_ANGLE, 3.14159265358979323846, "deg"},
    {"1 rad", CF_DIM_ANGLE, 1, "rad"},
    {"470 mF", CF_DIM_CAPACITANCE, 0.47, "mF"},
    {"3.2 V", CF_DIM_VOLTAGE, 3.2, "V"},
    {"250 mV", CF_DIM_VOLTAGE, 0.25, "mV"},
    {"488 nA", CF_DIM_CURRENT, 488e-9, "nA"},
    {"0.2 Ohm", CF_DIM_RESISTANCE, 0.2, "Ohm"},
    {"1.5 kOhm", CF_DIM_RESISTANCE, 1500, "kOhm"},
    {"5 \xCE\xA9", CF_DIM_RESISTANCE, 5, "\xCE\xA9"},
    {"5 V/A", CF_DIM_RESISTANCE, 5, "V/A"},
    {"125 kHz", CF_DIM_FREQUENCY, 125e3, "kHz"},
    {"1.5 GHz", CF_DIM_FREQUENCY, 1.5e9, "GHz"},
    {"3 1/year", CF_DIM_FREQUENCY, 3 / 31557600.0, "1/year"},
    {"0.5 1/d", CF_DIM_FREQUENCY, 0.5 / 86400, "1/d"},
    {"0.5/h", CF_DIM_FREQUENCY, 0.5 / 3600, "/h"},
    {"20 B", CF_DIM_INFORMATION, 20, "B"},
    {"2 kB", CF_DIM_INFORMATION, 2000, "kB"},
    {"16 bit", CF_DIM_INFORMATION, 2, "bit"},
    {"3 dB", CF_DIM_LEVEL, 3, "dB"},
    {"25 W/m2K", CF_DIM_HEAT_TRANSFER, 25, "W/m2K"},
    {"25 W/m2/K", CF_DIM_HEAT_TRANSFER, 25, "W/m2/K"},
    {"6.84 W s/m3K", CF_DIM_WIND_HEAT_TRANSFER, 6.84, "W s/m3K"},
    {"-0.4 %/K", CF_DIM_PER_KELVIN, -0.004, "%/K"},
    {"0.01 1/K", CF_DIM_PER_KELVIN, 0.01, "1/K"},
    {"3 m/s", CF_DIM_SPEED, 3, "m/s"},
    {"2.5 Ah", CF_DIM_CHARGE, 9000, "Ah"},
    {"2.5 A h", CF_DIM_CHARGE, 9000, "A h"},
    {"40 mAh", CF_DIM_CHARGE, 144, "mAh"},
    {"7 C", CF_DIM_CHARGE, 7, "C"},
    {"5 g", CF_DIM_MASS, 5e-3, "g"},
    {"0.3 kg", CF_DIM_MASS, 0.3, "kg"},
    {"80 mg", CF_DIM_MASS, 80e-6, "mg"},
    {"250 mL", CF_DIM_VOLUME, 250e-6, "mL"},
    {"2 m/s2", CF_DIM_ACCELERATION, 2, "m/s2"},
    {"0.5 gn", CF_DIM_ACCELERATION, 4.903325, "gn"},
    {"3 uW/cm2", CF_DIM_POWER_DENSITY, 0.03, "uW/cm2"},
    {"1 mW/cm2", CF_DIM_POWER_DENSITY, 10, "mW/cm2"},
    {"92 uW/A2", CF_DIM_POWER_PER_CURRENT, 92e-6, "uW/A2"},
    {"50 mV/K", CF_DIM_SEEBECK, 0.05, "mV/K"},
    {"400 uV/K", CF_DIM_SEEBECK, 4e-4, "uV/K"},
    {"0.5 W/K", CF_DIM_THERMAL_CONDUCTANCE, 0.5, "W/K"},
    {"0.49 W/m K", CF_DIM_THERMAL_CONDUCTIVITY, 0.49, "W/m K"},
    {"0.49 W/mK", CF_DIM_THERMAL_CONDUCTIVITY, 0.49, "W/mK"},
    {"1.05 g/cm3", CF_DIM_DENSITY, 1050, "g/cm3"},
    {"3.6 kJ/kg K", CF_DIM_SPECIFIC_HEAT, 3600, "kJ/kg K"},
    {"600 mL/min/kg", CF_DIM_PERFUSION, 1e-5, "mL/min/kg"},
    {"2 %/month", CF_DIM_FREQUENCY, 0.02 / 2629800, "%/month"},
    {"1 %/year", CF_DIM_FREQUENCY, 0.01 / 31557600, "%/year"},
    {"15 %", CF_DIM_NONE, 0.15, "%"},
    {"0.15", CF_DIM_NONE, 0.15, ""},
    {"1e-9", CF_DIM_NONE, 1e-9, ""},
    {".5", CF_DIM_NONE, 0.5, ""},
    {"+2.", CF_DIM_NONE, 2, ""},
};

static void every_unit(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_cases / sizeof *good_cases; i++) {
    const good_case *c = &good_cases[i];
    cf_quantity q;
    char why[CF_QUANTITY_WHY];
    if (!cf_quantity_parse(c->text, c->dimension, &q, why)) fail_msg("%s: %s", c->text, why);
    if (fabs(q.si - c->si) > 4e-16 * fabs(c->si)) fail_msg("%s is %.17g, not %.17g", c->text, q.si, c->si);
    assert_string_equal(q.unit, c->unit);
  }
}

/* Prefixes are decimal: the double nearest to the written number. */
static void rounded_once(void **state) {
  (void)state;
  cf_quantity q;
  char why[CF_QUANTITY_WHY];
  assert_true(cf_quantity_parse("5 uA", CF_DIM_CURRENT, &q, why));
  assert_true(q.si == 5e-6 && q.value == 5);
  assert_true(cf_quantity_parse("0.3 mW", CF_DIM_POWER, &q, why));
  assert_true(q.si == 0.3e-3);
  assert_true(cf_quantity_parse("1234.5678e-3 mJ", CF_DIM_ENERGY, &q, why));
  assert_true(q.si == 1234.5678e-6);
  assert_true(cf_quantity_parse("-0 W", CF_DIM_POWER, &q, why));
  assert_false(signbit(q.si));
}

typedef struct bad_case {
  const char *text;
  cf_dimension dimension;
  const char *why;
} bad_case;

static const bad_case bad_cases[] = {
    {"300", CF_DIM_POWER, "'300' has no unit; needed is a power, for example '300 mW'"},
    {"0.47", CF_DIM_CAPACITANCE, "for example '0.47 F'"},
    {"2", CF_DIM_FREQUENCY, "for example '2 1/year'"},
    {"5 mW", CF_DIM_CURRENT, "is a power; needed is a current, for example '5 uA'"},
    {"5 V", CF_DIM_TIME, "is a voltage; needed is a time"},
    {"5 s", CF_DIM_NONE, "is a time; needed is a plain number"},
    {"5 m/W", CF_DIM_TIME, "of another dimension"},
    {"5 foo", CF_DIM_TIME, "'5 foo' has an unknown unit; needed is a time"}, /* nothing is near */
    {"5 days", CF_DIM_TIME, "'5 days' has an unknown unit (did you mean 'd'?); needed is a time, for example '15 min'"},
    {"5 mins", CF_DIM_TIME, "(did you mean 'min'?)"},
    {"5 celsius", CF_DIM_TEMPERATURE, "(did you mean 'degC'?)"},
    {"5 \xC2\xB0"
     "C",
     CF_DIM_TEMPERATURE, "(did you mean 'degC'?)"},
    {"5 \xC2\xB0", CF_DIM_ANGLE, "(did you mean 'deg'?)"},
    {"5 mw", CF_DIM_POWER, "(did you mean 'mW'?)"},
    {"5 ohm", CF_DIM_RESISTANCE, "(did you mean 'Ohm'?)"},
    {"5 ohm", CF_DIM_TIME, "'5 ohm' has an unknown unit; needed"}, /* a unit that would not do is no help */
    {"5 g", CF_DIM_ACCELERATION, "is a mass; needed is an acceleration, for example '2 m/s2'"},
    {"37 C", CF_DIM_TEMPERATURE, "is a charge; needed is a temperature, for example '37 degC'"},
    {"5", CF_DIM_THERMAL_CONDUCTIVITY, "for example '5 W/m K'"},
    {"5", CF_DIM_TEMPERATURE_DIFFERENCE, "for example '5 K'"},
    {"5 m W /", CF_DIM_TIME, "unknown unit"},
    {"5 //s", CF_DIM_FREQUENCY, "unknown unit"},
    {"5 *s", CF_DIM_TIME, "unknown unit"},
    {"5 s s s s s s s s s", CF_DIM_TIME, "unknown unit"},
    {"five W", CF_DIM_POWER, "is not a number"},
    {"", CF_DIM_POWER, "is not a number"},
    {"W", CF_DIM_POWER, "is not a number"},
    {"0x10 W", CF_DIM_POWER, "unknown unit"},
    {"1_000 W", CF_DIM_POWER, "unknown unit"},
    {"1,5 W", CF_DIM_POWER, "unknown unit"},
    {"010 W", CF_DIM_POWER, "leading zero"},
    {"15:00", CF_DIM_TIME, "unknown unit"},
    {".inf", CF_DIM_NONE, "not a finite number"},
    {"-.inf W", CF_DIM_POWER, "not a finite number"},
    {".nan", CF_DIM_NONE, "not a finite number"},
    {"inf W", CF_DIM_POWER, "not a finite number"},
    {"1e999 W", CF_DIM_POWER, "not a finite number"},
    {"1e308 kW", CF_DIM_POWER, "not a finite number"},
    {"1e99999999999999999999 W", CF_DIM_POWER, "not a finite number"},
    {"2 K/W", CF_DIM_TEMPERATURE, "is a thermal resistance"},
    {"delta 2 K", CF_DIM_TEMPERATURE, "is a temperature difference; needed is a temperature, for example '37 degC'"},
    {"delta 2 W", CF_DIM_POWER, "temperature difference"},
    {"2 degC", CF_DIM_TEMPERATURE_DIFFERENCE, "uses degC, which is an absolute temperature"},
    {"2 degC/W", CF_DIM_THERMAL_RESISTANCE, "uses degC"},
    {"2 degC2", CF_DIM_TEMPERATURE, "of another dimension"},
};

static void refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
    cf_quantity q;
    char why[CF_QUANTITY_WHY] = "";
    if (cf_quantity_parse(bad_cases[i].text, bad_cases[i].dimension, &q, why))
      fail_msg("'%s' was read as %g", bad_cases[i].text, q.si);
    if (!strstr(why, bad_cases[i].why)) fail_msg("'%s': %s", bad_cases[i].text, why);
  }
  char longer[4000];
  memset(longer, '1', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  cf_quantity q;
  char why[CF_QUANTITY_WHY];
  assert_false(cf_quantity_parse(longer, CF_DIM_NONE, &q, why));
  memcpy(longer, "1 ", 2);
  longer[60] = '\0';
  assert_false(cf_quantity_parse(longer, CF_DIM_NONE, &q, why));
}

/* Every unit symbol of the table is read as its own dimension, and as no other. */
static void every_symbol(void **state) {
  (void)state;
  unsigned symbols = 0;
  for (int d = 0; d < CF_DIM_COUNT; d++) {
    const char *unit;
    for (unsigned i = 0; (unit = cf_dimension_unit((cf_dimension)d, i)); i++) {
      char text[CF_QUANTITY_TEXT], why[CF_QUANTITY_WHY];
      snprintf(text, sizeof text, "3 %s", unit);
      symbols++;
      for (int other = 0; other < CF_DIM_COUNT; other++) {
        cf_quantity q;
        bool temperatures = (d == CF_DIM_TEMPERATURE || d == CF_DIM_TEMPERATURE_DIFFERENCE) &&
                            (other == CF_DIM_TEMPERATURE || other == CF_DIM_TEMPERATURE_DIFFERENCE);
        bool ohms = (d == CF_DIM_RESISTANCE || d == CF_DIM_POWER_PER_CURRENT) &&
                    (other == CF_DIM_RESISTANCE || other == CF_DIM_POWER_PER_CURRENT);
        bool read = cf_quantity_parse(text, (cf_dimension)other, &q, why);
        if (!temperatures && !ohms && read != (d == other))
          fail_msg("%s as a %s", text, cf_dimension_name((cf_dimension)other));
        if (read) assert_string_equal(q.unit, unit);
      }
    }
  }
  assert_true(symbols > 80);
  for (int d = 0; d < CF_DIM_COUNT; d++) { /* the examples in messages are right */
    cf_quantity q;
    char why[CF_QUANTITY_WHY];
    assert_true(cf_quantity_parse(cf_dimension_example((cf_dimension)d), (cf_dimension)d, &q, why));
  }
}

/* What is printed with 17 digits is read again as the same number. */
static void round_trip(void **state) {
  (void)state;
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 20000; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    double mantissa = (double)(x >> 11) * 0x1p-53;
    int exponent = (int)(x & 255) - 128;
    double value = ldexp(mantissa, exponent);
    char text[64], why[CF_QUANTITY_WHY];
    snprintf(text, sizeof text, "%.17g J", value);
    cf_quantity q;
    assert_true(cf_quantity_parse(text, CF_DIM_ENERGY, &q, why));
    assert_true(q.si == value);
  }
}

static void any_locale(void **state) {
  (void)state;
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};
  for (int i = 0; i < 4 && !setlocale(LC_ALL, names[i]); i++) continue;
  cf_quantity q;
  char why[CF_QUANTITY_WHY];
  assert_true(cf_quantity_parse("0.25 mW", CF_DIM_POWER, &q, why));
  assert_true(q.si == 0.25e-3);
  setlocale(LC_ALL, "C");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_unit), cmocka_unit_test(rounded_once),
                                     cmocka_unit_test(refusals),   cmocka_unit_test(every_symbol),
                                     cmocka_unit_test(round_trip), cmocka_unit_test(any_locale)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
