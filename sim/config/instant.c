#include "config/instant.h"

#include "base/civil.h"
#include "base/ticks.h"

#include <stdio.h>

enum { FIRST_YEAR = 1700, LAST_YEAR = 2200 };

typedef struct cursor {
  const char *at, *end;
} cursor;

/* Exactly `count` digits. */
static bool digits(cursor *c, int count, int32_t *value) {
  if (c->end - c->at < count) return false;
  *value = 0;
  for (int i = 0; i < count; i++) {
    char digit = c->at[i];
    if (digit < '0' || digit > '9') return false;
    *value = *value * 10 + (digit - '0');
  }
  c->at += count;
  return true;
}

static bool skip(cursor *c, char want) {
  if (c->at == c->end || *c->at != want) return false;
  c->at++;
  return true;
}

static bool fraction(cursor *c, int64_t *ns) {
  const char *first = c->at;
  int64_t scale = CF_NS_PER_S;
  for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
    scale /= 10;
    *ns += (*c->at - '0') * scale;
  }
  return c->at > first;
}

static bool zone(cursor *c, int64_t *offset_s) {
  *offset_s = 0;
  if (c->at == c->end || skip(c, 'Z') || skip(c, 'z')) return true;
  bool west = *c->at == '-';
  if (!skip(c, '+') && !skip(c, '-')) return false;
  int32_t hours, minutes = 0;
  if (!digits(c, 2, &hours) || hours > 14) return false;
  if (c->at < c->end) {
    (void)skip(c, ':');
    if (!digits(c, 2, &minutes) || minutes > 59) return false;
  }
  *offset_s = (int64_t)hours * CF_HOUR_S + (int64_t)minutes * 60;
  if (west) *offset_s = -*offset_s;
  return true;
}

bool cf_instant_parse(const char *text, size_t length, int64_t *unix_ns) {
  cursor c = {.at = text, .end = text + length};
  int32_t year, month, day, hour = 0, minute = 0, second = 0;
  int64_t part_ns = 0, offset_s = 0;
  if (!digits(&c, 4, &year) || !skip(&c, '-') || !digits(&c, 2, &month) || !skip(&c, '-') || !digits(&c, 2, &day))
    return false;
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return false;
  if (day < 1 || (uint32_t)day > cf_civil_month_days(year, (uint32_t)month)) return false;
  if (c.at < c.end) {
    if (!skip(&c, 'T') && !skip(&c, 't') && !skip(&c, ' ')) return false;
    if (!digits(&c, 2, &hour) || !skip(&c, ':') || !digits(&c, 2, &minute)) return false;
    if (skip(&c, ':')) {
      if (!digits(&c, 2, &second)) return false;
      if (skip(&c, '.') && !fraction(&c, &part_ns)) return false;
    }
    if (!zone(&c, &offset_s)) return false;
  }
  if (c.at != c.end || hour > 23 || minute > 59 || second > 59) return false;
  int64_t unix_s = cf_civil_days(year, (uint32_t)month, (uint32_t)day) * CF_DAY_S + (int64_t)hour * CF_HOUR_S +
                   (int64_t)minute * 60 + second - offset_s;
  *unix_ns = unix_s * CF_NS_PER_S + part_ns;
  return true;
}

const char *cf_instant_text(int64_t unix_s, char *text) {
  int64_t day = cf_floor_div(unix_s, CF_DAY_S), second = unix_s - day * CF_DAY_S;
  cf_civil date = cf_civil_date(day);
  snprintf(text, CF_INSTANT_TEXT, "%04d-%02u-%02uT%02u:%02uZ", date.year, date.month, date.day,
           (unsigned)(second / CF_HOUR_S), (unsigned)(second / 60 % 60));
  return text;
}
