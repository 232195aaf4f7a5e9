/* "Did you mean": the nearest word of a list, by optimal-string-alignment distance.
 *
 * One insertion, deletion, replacement or swap of neighbours counts 1 (Damerau 1964; the restricted form, in which no
 * substring is edited twice). Words further than 2 are not suggested, and words of up to three letters not further
 * than 1, because there everything is near everything. */
#ifndef CF_CONFIG_SUGGEST_H
#define CF_CONFIG_SUGGEST_H

#include <stddef.h>

/* Distance, at most `limit` + 1. Words longer than 64 bytes are only compared for equality (0 or limit + 1). */
unsigned cf_suggest_distance(const char *a, const char *b, unsigned limit);

/* A running choice of the nearest word. Start from {.given = word}. */
typedef struct cf_suggestion {
  const char *given;
  const char *best; /* NULL while nothing is near enough */
  unsigned distance;
  unsigned rank;
} cf_suggestion;

/* Considers one word; `rank` breaks ties of distance (smaller wins, then the earlier offered). */
void cf_suggest_offer(cf_suggestion *suggestion, const char *word, unsigned rank);

/* " (did you mean 'word'?)" or "" into `text`; returns `text`. */
const char *cf_suggest_text(const cf_suggestion *suggestion, char *text, size_t size);

#endif
