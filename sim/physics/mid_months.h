/* Values that are given per month, at an instant: straight between the middles of two months (a rule of ours). */
#ifndef CF_PHYSICS_MID_MONTHS_H
#define CF_PHYSICS_MID_MONTHS_H

#include "base/civil.h"

/* Where an instant lies between two mid-months: values given per month are interpolated as
 * (1 - weight) * value[before] + weight * value[after]. Months count from 0 here. */
typedef struct cf_mid_months {
  uint32_t before, after;
  double weight; /* 0 <= weight < 1 */
} cf_mid_months;

static inline cf_mid_months cf_mid_months_at(double unix_s) {
  int64_t day = cf_floor_div((int64_t)(unix_s < 0.0 ? unix_s - 1.0 : unix_s), CF_DAY_S);
  cf_civil date = cf_civil_date(day);
  int32_t y = date.year, m = (int32_t)date.month;
  int64_t start = cf_civil_days(y, (uint32_t)m, 1);
  int64_t end = m == 12 ? cf_civil_days(y + 1, 1, 1) : cf_civil_days(y, (uint32_t)m + 1, 1);
  double middle = 0.5 * (double)(start + end), now = unix_s / CF_DAY_S;
  cf_mid_months at;
  if (now >= middle) {
    int64_t next_end = m >= 11 ? cf_civil_days(y + 1, (uint32_t)(m - 10), 1) : cf_civil_days(y, (uint32_t)m + 2, 1);
    at.before = (uint32_t)(m - 1);
    at.after = (uint32_t)(m % 12);
    at.weight = (now - middle) / (0.5 * (double)(end + next_end) - middle);
  } else {
    int64_t last_start = m == 1 ? cf_civil_days(y - 1, 12, 1) : cf_civil_days(y, (uint32_t)m - 1, 1);
    double last_middle = 0.5 * (double)(last_start + start);
    at.before = (uint32_t)((m + 10) % 12);
    at.after = (uint32_t)(m - 1);
    at.weight = (now - last_middle) / (middle - last_middle);
  }
  return at;
}

#endif
