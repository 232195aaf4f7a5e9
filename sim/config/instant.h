/* Instants as files write them: ISO 8601 in UTC, and the days of the proleptic Gregorian calendar.
 *
 * Text:  YYYY-MM-DD [ ("T" | "t" | one space) hh:mm [ ":" ss [ "." digits ] ] [ "Z" | "z" | (+|-)hh[[:]mm] ] ]
 * Without a zone the time is UTC. Years 1700 to 2200, so that nanoseconds since 1970 fit into 64 bits. Leap seconds do
 * not exist (POSIX time): second 60 is refused. Digits beyond the ninth after the point are cut off.
 * The calendar is base/civil.h. */
#ifndef CF_CONFIG_INSTANT_H
#define CF_CONFIG_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_HOUR_S = 3600, CF_YEAR_HOURS = 8760 };

/* False when `text` is no such instant. */
bool cf_instant_parse(const char *text, size_t length, int64_t *unix_ns);

/* "2024-03-01T07:00Z", into `text` of CF_INSTANT_TEXT bytes; returns `text`. Seconds are not shown. */
enum { CF_INSTANT_TEXT = 40 };
const char *cf_instant_text(int64_t unix_s, char *text);

#endif
