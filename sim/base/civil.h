/* Civil dates of the proleptic Gregorian calendar, from the days since 1970-01-01 (UTC, no leap seconds).
 *
 * Source: own derivation. Years are counted from 1 March, so that the leap day is the last of its year and the
 * month lengths from March on repeat as 31 30 31 30 31: the day of the year on which month i (0 = March) begins is
 * floor((153 i + 2) / 5). An era is 400 years, 146,097 days. Valid for |days| < 1e9. */
#ifndef CF_BASE_CIVIL_H
#define CF_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

enum { CF_DAY_S = 86400 };

typedef struct cf_civil {
  int32_t year;
  uint32_t month;       /* 1..12 */
  uint32_t day;         /* 1..31 */
  uint32_t day_of_year; /* 1..366 */
} cf_civil;

static inline int64_t cf_floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }

static inline bool cf_civil_leap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* Days since 1970-01-01 of a date. `month` 1..12, `day` 1..31. */
static inline int64_t cf_civil_days(int32_t year, uint32_t month, uint32_t day) {
  int64_t march_year = (int64_t)year - (month <= 2);
  int64_t era = cf_floor_div(march_year, 400);
  int64_t year_of_era = march_year - era * 400;
  int64_t march_month = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
  int64_t day_of_march_year = (153 * march_month + 2) / 5 + (int64_t)day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_march_year - 719468;
}

static inline uint32_t cf_civil_month_days(int32_t year, uint32_t month) {
  static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (uint32_t)(month == 2 && cf_civil_leap(year));
}

static inline cf_civil cf_civil_date(int64_t days) {
  int64_t since = days + 719468; /* days since 0000-03-01 */
  int64_t era = cf_floor_div(since, 146097);
  int64_t day_of_era = since - era * 146097; /* 0..146096 */
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_march_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t march_month = (5 * day_of_march_year + 2) / 153;
  cf_civil date;
  date.day = (uint32_t)(day_of_march_year - (153 * march_month + 2) / 5 + 1);
  date.month = (uint32_t)(march_month < 10 ? march_month + 3 : march_month - 9);
  date.year = (int32_t)(era * 400 + year_of_era + (date.month <= 2));
  date.day_of_year = (uint32_t)(days - cf_civil_days(date.year, 1, 1) + 1);
  return date;
}

#endif
