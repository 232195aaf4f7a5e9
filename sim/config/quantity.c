#include "config/quantity.h"

#include "config/suggest.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exponents of m, kg, s, A, K, rad, B (byte), dB. */
enum { BASES = 8 };
typedef struct dimension_row {
  const char *name, *article, *si, *example;
  signed char power[BASES];
} dimension_row;

static const dimension_row dimensions[CF_DIM_COUNT] = {
    [CF_DIM_NONE] = {"plain number", "a plain number", "", "0.5", {0}},
    [CF_DIM_POWER] = {"power", "a power", "W", "300 mW", {2, 1, -3}},
    [CF_DIM_ENERGY] = {"energy", "an energy", "J", "12 mJ", {2, 1, -2}},
    [CF_DIM_TIME] = {"time", "a time", "s", "15 min", {0, 0, 1}},
    [CF_DIM_TEMPERATURE] = {"temperature", "a temperature", "K", "37 degC", {0, 0, 0, 0, 1}},
    [CF_DIM_TEMPERATURE_DIFFERENCE] =
        {"temperature difference", "a temperature difference", "K", "delta 2 K", {0, 0, 0, 0, 1}},
    [CF_DIM_THERMAL_RESISTANCE] = {"thermal resistance", "a thermal resistance", "K/W", "6.6 K/W", {-2, -1, 3, 0, 1}},
    [CF_DIM_HEAT_CAPACITY] = {"heat capacity", "a heat capacity", "J/K", "250 J/K", {2, 1, -2, 0, -1}},
    [CF_DIM_LENGTH] = {"length", "a length", "m", "60 mm", {1}},
    [CF_DIM_AREA] = {"area", "an area", "m2", "4 cm2", {2}},
    [CF_DIM_ANGLE] = {"angle", "an angle", "rad", "35 deg", {0, 0, 0, 0, 0, 1}},
    [CF_DIM_CAPACITANCE] = {"capacitance", "a capacitance", "F", "0.47 F", {-2, -1, 4, 2}},
    [CF_DIM_VOLTAGE] = {"voltage", "a voltage", "V", "3.2 V", {2, 1, -3, -1}},
    [CF_DIM_CURRENT] = {"current", "a current", "A", "5 uA", {0, 0, 0, 1}},
    [CF_DIM_RESISTANCE] = {"electrical resistance", "an electrical resistance", "Ohm", "0.2 Ohm", {2, 1, -3, -2}},
    [CF_DIM_FREQUENCY] = {"rate", "a rate", "1/s", "3 1/year", {0, 0, -1}},
    [CF_DIM_INFORMATION] = {"data size", "a data size", "B", "20 B", {0, 0, 0, 0, 0, 0, 1}},
    [CF_DIM_LEVEL] = {"level", "a level", "dB", "3 dB", {0, 0, 0, 0, 0, 0, 0, 1}},
    [CF_DIM_HEAT_TRANSFER] =
        {"heat transfer coefficient", "a heat transfer coefficient", "W/m2K", "25 W/m2K", {0, 1, -3, 0, -1}},
    [CF_DIM_WIND_HEAT_TRANSFER] = {"heat transfer coefficient per wind speed",
                                   "a heat transfer coefficient per wind speed",
                                   "W s/m3K",
                                   "6.84 W s/m3K",
                                   {-1, 1, -2, 0, -1}},
    [CF_DIM_PER_KELVIN] = {"share per kelvin", "a share per kelvin", "1/K", "-0.4 %/K", {0, 0, 0, 0, -1}},
    [CF_DIM_SPEED] = {"speed", "a speed", "m/s", "2 m/s", {1, 0, -1}},
    [CF_DIM_CHARGE] = {"charge", "a charge", "C", "2.5 Ah", {0, 0, 1, 1}},
    [CF_DIM_MASS] = {"mass", "a mass", "kg", "5 g", {0, 1}},
    [CF_DIM_VOLUME] = {"volume", "a volume", "m3", "5 mL", {3}},
    [CF_DIM_ACCELERATION] = {"acceleration", "an acceleration", "m/s2", "2 m/s2", {1, 0, -2}},
    [CF_DIM_POWER_DENSITY] = {"power density", "a power density", "W/m2", "5 W/m2", {0, 1, -3}},
    [CF_DIM_POWER_PER_CURRENT] =
        {"power per squared current", "a power per squared current", "W/A2", "92 uW/A2", {2, 1, -3, -2}},
    [CF_DIM_SEEBECK] = {"voltage per kelvin", "a voltage per kelvin", "V/K", "50 mV/K", {2, 1, -3, -1, -1}},
    [CF_DIM_THERMAL_CONDUCTANCE] =
        {"thermal conductance", "a thermal conductance", "W/K", "0.5 W/K", {2, 1, -3, 0, -1}},
    [CF_DIM_THERMAL_CONDUCTIVITY] =
        {"thermal conductivity", "a thermal conductivity", "W/m K", "0.5 W/m K", {1, 1, -3, 0, -1}},
    [CF_DIM_DENSITY] = {"density", "a density", "kg/m3", "1050 kg/m3", {-3, 1}},
    [CF_DIM_SPECIFIC_HEAT] = {"specific heat", "a specific heat", "J/kg K", "3600 J/kg K", {2, 0, -2, 0, -1}},
    [CF_DIM_PERFUSION] = {"perfusion", "a perfusion", "m3/kg s", "559 mL/min/kg", {3, -1, -1}},
};

typedef struct unit_row {
  const char *symbol;
  cf_dimension dimension;
  int ten;       /* decimal exponent */
  double factor; /* beyond it */
} unit_row;

static const unit_row units[] = {
    {"%", CF_DIM_NONE, -2, 1},
    {"1", CF_DIM_NONE, 0, 1},
    {"W", CF_DIM_POWER, 0, 1},
    {"mW", CF_DIM_POWER, -3, 1},
    {"uW", CF_DIM_POWER, -6, 1},
    {"nW", CF_DIM_POWER, -9, 1},
    {"kW", CF_DIM_POWER, 3, 1},
    {"MW", CF_DIM_POWER, 6, 1},
    {"J", CF_DIM_ENERGY, 0, 1},
    {"mJ", CF_DIM_ENERGY, -3, 1},
    {"uJ", CF_DIM_ENERGY, -6, 1},
    {"nJ", CF_DIM_ENERGY, -9, 1},
    {"kJ", CF_DIM_ENERGY, 3, 1},
    {"MJ", CF_DIM_ENERGY, 6, 1},
    {"Wh", CF_DIM_ENERGY, 0, 3600},
    {"mWh", CF_DIM_ENERGY, -3, 3600},
    {"uWh", CF_DIM_ENERGY, -6, 3600},
    {"kWh", CF_DIM_ENERGY, 3, 3600},
    {"s", CF_DIM_TIME, 0, 1},
    {"ms", CF_DIM_TIME, -3, 1},
    {"us", CF_DIM_TIME, -6, 1},
    {"ns", CF_DIM_TIME, -9, 1},
    {"min", CF_DIM_TIME, 0, 60},
    {"h", CF_DIM_TIME, 0, 3600},
    {"d", CF_DIM_TIME, 0, 86400},
    {"day", CF_DIM_TIME, 0, 86400},
    {"month", CF_DIM_TIME, 0, 2629800},
    {"year", CF_DIM_TIME, 0, 31557600},
    {"degC", CF_DIM_TEMPERATURE, 0, 1}, /* its offset is handled apart */
    {"K", CF_DIM_TEMPERATURE, 0, 1},
    {"m", CF_DIM_LENGTH, 0, 1},
    {"km", CF_DIM_LENGTH, 3, 1},
    {"cm", CF_DIM_LENGTH, -2, 1},
    {"mm", CF_DIM_LENGTH, -3, 1},
    {"um", CF_DIM_LENGTH, -6, 1},
    {"deg", CF_DIM_ANGLE, 0, 0x1.1df46a2529d39p-6}, /* pi/180 */
    {"rad", CF_DIM_ANGLE, 0, 1},
    {"F", CF_DIM_CAPACITANCE, 0, 1},
    {"mF", CF_DIM_CAPACITANCE, -3, 1},
    {"uF", CF_DIM_CAPACITANCE, -6, 1},
    {"nF", CF_DIM_CAPACITANCE, -9, 1},
    {"V", CF_DIM_VOLTAGE, 0, 1},
    {"mV", CF_DIM_VOLTAGE, -3, 1},
    {"uV", CF_DIM_VOLTAGE, -6, 1},
    {"A", CF_DIM_CURRENT, 0, 1},
    {"mA", CF_DIM_CURRENT, -3, 1},
    {"uA", CF_DIM_CURRENT, -6, 1},
    {"nA", CF_DIM_CURRENT, -9, 1},
    {"Ohm", CF_DIM_RESISTANCE, 0, 1},
    {"mOhm", CF_DIM_RESISTANCE, -3, 1},
    {"kOhm", CF_DIM_RESISTANCE, 3, 1},
    {"MOhm", CF_DIM_RESISTANCE, 6, 1},
    {"\xCE\xA9", CF_DIM_RESISTANCE, 0, 1}, /* GREEK CAPITAL LETTER OMEGA */
    {"m\xCE\xA9", CF_DIM_RESISTANCE, -3, 1},
    {"k\xCE\xA9", CF_DIM_RESISTANCE, 3, 1},
    {"Hz", CF_DIM_FREQUENCY, 0, 1},
    {"kHz", CF_DIM_FREQUENCY, 3, 1},
    {"MHz", CF_DIM_FREQUENCY, 6, 1},
    {"GHz", CF_DIM_FREQUENCY, 9, 1},
    {"B", CF_DIM_INFORMATION, 0, 1},
    {"kB", CF_DIM_INFORMATION, 3, 1},
    {"MB", CF_DIM_INFORMATION, 6, 1},
    {"bit", CF_DIM_INFORMATION, 0, 0.125},
    {"dB", CF_DIM_LEVEL, 0, 1},
    {"C", CF_DIM_CHARGE, 0, 1},
    {"mC", CF_DIM_CHARGE, -3, 1},
    {"Ah", CF_DIM_CHARGE, 0, 3600},
    {"mAh", CF_DIM_CHARGE, -3, 3600},
    {"kg", CF_DIM_MASS, 0, 1},
    {"g", CF_DIM_MASS, -3, 1},
    {"mg", CF_DIM_MASS, -6, 1},
    {"gn", CF_DIM_ACCELERATION, 0, 9.80665},
    {"L", CF_DIM_VOLUME, -3, 1},
    {"mL", CF_DIM_VOLUME, -6, 1},
};
enum { UNITS = sizeof units / sizeof *units };

const char *cf_dimension_name(cf_dimension dimension) { return dimensions[dimension].name; }
const char *cf_dimension_si(cf_dimension dimension) { return dimensions[dimension].si; }
const char *cf_dimension_example(cf_dimension dimension) { return dimensions[dimension].example; }

/* Common ways to write the dimensions that are made of several units. */
typedef struct compound_row {
  cf_dimension dimension;
  const char *unit;
} compound_row;
static const compound_row compounds[] = {
    {CF_DIM_POWER, "Wh/day"},
    {CF_DIM_POWER, "mWh/day"},
    {CF_DIM_POWER, "J/s"},
    {CF_DIM_TEMPERATURE_DIFFERENCE, "K"},
    {CF_DIM_THERMAL_RESISTANCE, "K/W"},
    {CF_DIM_THERMAL_RESISTANCE, "K/mW"},
    {CF_DIM_HEAT_CAPACITY, "J/K"},
    {CF_DIM_HEAT_CAPACITY, "kJ/K"},
    {CF_DIM_HEAT_CAPACITY, "mJ/K"},
    {CF_DIM_AREA, "m2"},
    {CF_DIM_AREA, "cm2"},
    {CF_DIM_AREA, "mm2"},
    {CF_DIM_FREQUENCY, "1/s"},
    {CF_DIM_FREQUENCY, "1/min"},
    {CF_DIM_FREQUENCY, "1/h"},
    {CF_DIM_FREQUENCY, "1/d"},
    {CF_DIM_FREQUENCY, "1/day"},
    {CF_DIM_FREQUENCY, "1/month"},
    {CF_DIM_FREQUENCY, "1/year"},
    {CF_DIM_FREQUENCY, "%/month"},
    {CF_DIM_FREQUENCY, "%/year"},
    {CF_DIM_HEAT_TRANSFER, "W/m2K"},
    {CF_DIM_WIND_HEAT_TRANSFER, "W s/m3K"},
    {CF_DIM_PER_KELVIN, "1/K"},
    {CF_DIM_PER_KELVIN, "%/K"},
    {CF_DIM_SPEED, "m/s"},
    {CF_DIM_CHARGE, "A h"},
    {CF_DIM_VOLUME, "m3"},
    {CF_DIM_VOLUME, "cm3"},
    {CF_DIM_CHARGE, "A s"},
    {CF_DIM_ACCELERATION, "m/s2"},
    {CF_DIM_POWER_DENSITY, "W/m2"},
    {CF_DIM_POWER_DENSITY, "mW/cm2"},
    {CF_DIM_POWER_DENSITY, "uW/cm2"},
    {CF_DIM_POWER_PER_CURRENT, "W/A2"},
    {CF_DIM_POWER_PER_CURRENT, "mW/A2"},
    {CF_DIM_POWER_PER_CURRENT, "uW/A2"},
    {CF_DIM_SEEBECK, "V/K"},
    {CF_DIM_SEEBECK, "mV/K"},
    {CF_DIM_SEEBECK, "uV/K"},
    {CF_DIM_THERMAL_CONDUCTANCE, "W/K"},
    {CF_DIM_THERMAL_CONDUCTANCE, "mW/K"},
    {CF_DIM_THERMAL_CONDUCTIVITY, "W/m K"},
    {CF_DIM_DENSITY, "kg/m3"},
    {CF_DIM_DENSITY, "g/cm3"},
    {CF_DIM_SPECIFIC_HEAT, "J/kg K"},
    {CF_DIM_SPECIFIC_HEAT, "kJ/kg K"},
    {CF_DIM_PERFUSION, "mL/min/kg"},
};
enum { COMPOUNDS = sizeof compounds / sizeof *compounds };

const char *cf_dimension_unit(cf_dimension dimension, unsigned i) {
  for (unsigned u = 0; u < UNITS; u++)
    if (units[u].dimension == dimension && i-- == 0) return units[u].symbol;
  for (unsigned c = 0; c < COMPOUNDS; c++)
    if (compounds[c].dimension == dimension && i-- == 0) return compounds[c].unit;
  return NULL;
}

size_t cf_number_length(const char *text) {
  const char *p = text;
  if (*p == '+' || *p == '-') p++;
  const char *digits = p;
  while (isdigit((unsigned char)*p)) p++;
  size_t whole = (size_t)(p - digits);
  if (whole > 1 && digits[0] == '0') return 0; /* 010: eight or ten? refused */
  size_t part = 0;
  if (*p == '.') {
    const char *q = p + 1;
    while (isdigit((unsigned char)*q)) q++;
    part = (size_t)(q - p - 1);
    if (whole || part) p = q;
  }
  if (!whole && !part) return 0;
  if (*p == 'e' || *p == 'E') {
    const char *q = p + 1;
    if (*q == '+' || *q == '-') q++;
    if (isdigit((unsigned char)*q)) {
      while (isdigit((unsigned char)*q)) q++;
      p = q;
    }
  }
  return (size_t)(p - text);
}

double cf_number_value(const char *text, size_t length, int shift) {
  char copy[CF_QUANTITY_TEXT + 32];
  if (length > CF_QUANTITY_TEXT) return NAN;
  memcpy(copy, text, length);
  copy[length] = '\0';
  /* The exponents are added as integers, so that prefix and number are rounded together, once. */
  long exponent = shift;
  char *e = strpbrk(copy, "eE");
  if (e) {
    long written = strtol(e + 1, NULL, 10);
    exponent += written > 100000 ? 100000 : written < -100000 ? -100000 : written;
    *e = '\0';
  }
  size_t end = strlen(copy);
  snprintf(copy + end, sizeof copy - end, "e%ld", exponent);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* the decimal point must not follow the user's locale */
  if (!c) return NAN;
  double value = strtod_l(copy, NULL, c);
  freelocale(c);
  return value;
}

/* µ has two code points; both stand for the prefix u. Returns false when the text is too long. */
static bool plain_micro(const char *text, char *out, size_t size) {
  size_t n = 0;
  for (const char *p = text; *p;) {
    if (n + 1 >= size) return false;
    if (strncmp(p, "\xC2\xB5", 2) == 0 || strncmp(p, "\xCE\xBC", 2) == 0) {
      out[n++] = 'u';
      p += 2;
    } else {
      out[n++] = *p++;
    }
  }
  out[n] = '\0';
  return true;
}

typedef struct unit_value {
  int power[BASES];
  int ten;
  double numerator, denominator;
  unsigned factors;
  bool celsius;
} unit_value;

static const unit_row *longest_unit(const char *p, size_t *length) {
  const unit_row *best = NULL;
  *length = 0;
  for (unsigned u = 0; u < UNITS; u++) {
    size_t n = strlen(units[u].symbol);
    if (n > *length && strncmp(p, units[u].symbol, n) == 0) {
      best = &units[u];
      *length = n;
    }
  }
  return best;
}

static int exponent_at(const char **p) {
  static const char *const raised[] = {"\xC2\xB2", "\xC2\xB3"};
  for (int i = 0; i < 2; i++)
    if (strncmp(*p, raised[i], 2) == 0) {
      *p += 2;
      return i + 2;
    }
  const char *q = **p == '^' ? *p + 1 : *p;
  if (*q < '2' || *q > '4' || isdigit((unsigned char)q[1])) return 1;
  *p = q + 1;
  return q[0] - '0';
}

static bool parse_unit(const char *text, unit_value *unit) {
  *unit = (unit_value){.numerator = 1, .denominator = 1};
  int sign = 1;
  bool need = true; /* a factor must follow */
  const char *p = text;
  if (*p == '/') { /* "0.5 /h" */
    sign = -1;
    p++;
  }
  while (*p) {
    if (*p == ' ') {
      p++;
      continue;
    }
    if (!need && *p == '/') {
      sign = -1;
      need = true;
      p++;
      continue;
    }
    if (!need && *p == '*') {
      need = true;
      p++;
      continue;
    }
    if (!need && strncmp(p, "\xC2\xB7", 2) == 0) {
      need = true;
      p += 2;
      continue;
    }
    size_t length;
    const unit_row *row = longest_unit(p, &length);
    if (!row) return false;
    p += length;
    if (row->symbol[0] == '1' && isdigit((unsigned char)*p)) return false;
    int times = row->dimension == CF_DIM_NONE ? 1 : exponent_at(&p);
    unit->ten += sign * times * row->ten;
    for (int t = 0; t < times; t++) {
      if (sign > 0)
        unit->numerator *= row->factor;
      else
        unit->denominator *= row->factor;
    }
    for (int b = 0; b < BASES; b++) unit->power[b] += sign * times * dimensions[row->dimension].power[b];
    if (strcmp(row->symbol, "degC") == 0) unit->celsius = true;
    unit->factors++;
    need = false;
    if (unit->factors > 8) return false;
  }
  return !need;
}

static bool same_dimension(const unit_value *unit, cf_dimension dimension) {
  for (int b = 0; b < BASES; b++)
    if (unit->power[b] != dimensions[dimension].power[b]) return false;
  return true;
}

/* NULL: of no dimension that has a name. */
static const char *name_of(const unit_value *unit) {
  for (int d = 0; d < CF_DIM_COUNT; d++)
    if (same_dimension(unit, (cf_dimension)d)) return dimensions[d].article;
  return NULL;
}

static bool refuse(char *why, const char *text, const char *what, cf_dimension want) {
  snprintf(why, CF_QUANTITY_WHY, "'%.60s' %s; needed is %s, for example '%s'", text, what, dimensions[want].article,
           dimensions[want].example);
  return false;
}

/* Units as people write them. */
static const struct {
  const char *written, *symbol;
} habits[] = {
    {"sec", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"minute", "min"},
    {"minutes", "min"},
    {"hr", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"days", "d"},
    {"months", "month"},
    {"a", "year"},
    {"yr", "year"},
    {"years", "year"},
    {"\xC2\xB0", "deg"},
    {"degree", "deg"},
    {"degrees", "deg"},
    {"grad", "deg"},
    {"\xC2\xB0"
     "C",
     "degC"},
    {"celsius", "degC"},
    {"Celsius", "degC"},
    {"kelvin", "K"},
    {"watt", "W"},
    {"watts", "W"},
    {"joule", "J"},
    {"joules", "J"},
    {"volt", "V"},
    {"volts", "V"},
    {"amp", "A"},
    {"amps", "A"},
    {"ampere", "A"},
    {"farad", "F"},
    {"ohm", "Ohm"},
    {"ohms", "Ohm"},
    {"hertz", "Hz"},
    {"meter", "m"},
    {"metre", "m"},
    {"byte", "B"},
    {"bytes", "B"},
    {"bits", "bit"},
    {"gram", "g"},
    {"grams", "g"},
    {"percent", "%"},
    {"l", "L"},
};

/* The unit that was meant, if one of the wanted dimension is near. */
static const char *meant_unit(const char *written, cf_dimension want) {
  cf_suggestion suggestion = {.given = written};
  const char *unit;
  for (unsigned h = 0; h < sizeof habits / sizeof *habits; h++)
    for (unsigned i = 0; strcmp(habits[h].written, written) == 0 && (unit = cf_dimension_unit(want, i)); i++)
      if (strcmp(unit, habits[h].symbol) == 0) return unit;
  for (unsigned i = 0; (unit = cf_dimension_unit(want, i)); i++) /* to a single letter everything is near */
    if (strlen(unit) > 1) cf_suggest_offer(&suggestion, unit, 0);
  return suggestion.best;
}

static bool refuse_unit(char *why, const char *text, const char *unit, cf_dimension want) {
  const char *meant = meant_unit(unit, want);
  if (!meant) return refuse(why, text, "has an unknown unit", want);
  char what[CF_UNIT_TEXT * 2 + 60];
  snprintf(what, sizeof what, "has an unknown unit (did you mean '%.31s'?)", meant);
  return refuse(why, text, what, want);
}

/* "300" on a power: the suggestion keeps the number and adds the unit of the example. */
static bool refuse_bare(char *why, const char *number, cf_dimension want) {
  const char *example = dimensions[want].example;
  const char *unit = strchr(example + (strncmp(example, "delta ", 6) == 0 ? 6 : 0), ' ');
  snprintf(why, CF_QUANTITY_WHY, "'%.60s' has no unit; needed is %s, for example '%.60s%s'", number,
           dimensions[want].article, number, unit ? unit : "");
  return false;
}

bool cf_quantity_parse(const char *text, cf_dimension want, cf_quantity *out, char *why) {
  char plain[CF_QUANTITY_TEXT];
  *out = (cf_quantity){0};
  if (!plain_micro(text, plain, sizeof plain)) return refuse(why, text, "is too long for a number with a unit", want);
  char *p = plain + strspn(plain, " ");
  bool difference = strncmp(p, "delta ", 6) == 0;
  if (difference) p += 6 + strspn(p + 6, " ");
  size_t digits = cf_number_length(p);
  if (digits == 0) {
    size_t signs = strspn(p, "+-");
    if (p[signs] == '0' && isdigit((unsigned char)p[signs + 1])) return refuse(why, text, "has a leading zero", want);
    if (strncmp(p + signs, ".inf", 4) == 0 || strncmp(p + signs, ".nan", 4) == 0 || strncmp(p + signs, "inf", 3) == 0 ||
        strncmp(p + signs, "nan", 3) == 0)
      return refuse(why, text, "is not a finite number", want);
    return refuse(why, text, "is not a number", want);
  }
  char *unit_text = p + digits + strspn(p + digits, " ");
  for (size_t n = strlen(unit_text); n && unit_text[n - 1] == ' '; n--) unit_text[n - 1] = '\0';
  if (strlen(unit_text) >= CF_UNIT_TEXT) return refuse(why, text, "has an unknown unit", want);
  memcpy(out->unit, unit_text, strlen(unit_text) + 1);
  out->value = cf_number_value(p, digits, 0);
  unit_value unit = {.numerator = 1, .denominator = 1};
  if (unit_text[0]) {
    if (!parse_unit(unit_text, &unit)) return refuse_unit(why, text, unit_text, want);
  } else if (want != CF_DIM_NONE) {
    return refuse_bare(why, p, want);
  }
  if (!same_dimension(&unit, want)) {
    const char *name = name_of(&unit);
    bool word = strcspn(unit_text, "0123456789 */") == strlen(unit_text);
    if (!name && word && meant_unit(unit_text, want))
      return refuse_unit(why, text, unit_text, want); /* days is day times s */
    char what[160];
    snprintf(what, sizeof what, "is %s", name ? name : "of another dimension");
    return refuse(why, text, what, want);
  }
  bool absolute = want == CF_DIM_TEMPERATURE;
  bool kelvin = absolute || want == CF_DIM_TEMPERATURE_DIFFERENCE;
  if (difference && absolute) return refuse(why, text, "is a temperature difference", want);
  if (difference && !kelvin) return refuse(why, text, "is marked as a temperature difference", want);
  if (unit.celsius && (!absolute || unit.factors != 1))
    return refuse(why, text, "uses degC, which is an absolute temperature, where K is meant", want);
  double si = cf_number_value(p, digits, unit.ten) * unit.numerator / unit.denominator;
  if (unit.celsius) si += 273.15;
  if (!isfinite(si) || !isfinite(out->value)) return refuse(why, text, "is not a finite number", want);
  out->si = si + 0.0; /* -0.0 becomes 0.0 */
  out->value += 0.0;
  return true;
}
