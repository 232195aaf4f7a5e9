#include "config/suggest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 64 };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

unsigned cf_suggest_distance(const char *a, const char *b, unsigned limit) {
  size_t rows = strnlen(a, LONGEST + 1), columns = strnlen(b, LONGEST + 1);
  if (rows > LONGEST || columns > LONGEST) return strcmp(a, b) == 0 ? 0 : limit + 1;
  size_t gap = rows > columns ? rows - columns : columns - rows;
  if (gap > limit) return limit + 1;
  unsigned row[3][LONGEST + 1];
  for (size_t j = 0; j <= columns; j++) row[0][j] = (unsigned)j;
  for (size_t i = 1; i <= rows; i++) {
    unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3];
    now[0] = (unsigned)i;
    for (size_t j = 1; j <= columns; j++) {
      unsigned change = above[j - 1] + (a[i - 1] != b[j - 1]);
      unsigned d = least(change, least(above[j], now[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d = least(d, before[j - 2] + 1);
      now[j] = d;
    }
  }
  return least(row[rows % 3][columns], limit + 1);
}

void cf_suggest_offer(cf_suggestion *suggestion, const char *word, unsigned rank) {
  unsigned limit = strnlen(suggestion->given, 4) <= 3 ? 1 : 2;
  unsigned distance = cf_suggest_distance(suggestion->given, word, limit);
  if (distance > limit) return;
  if (suggestion->best) {
    if (distance > suggestion->distance) return;
    if (distance == suggestion->distance && rank >= suggestion->rank) return;
  }
  suggestion->best = word;
  suggestion->distance = distance;
  suggestion->rank = rank;
}

const char *cf_suggest_text(const cf_suggestion *suggestion, char *text, size_t size) {
  if (suggestion->best)
    snprintf(text, size, " (did you mean '%s'?)", suggestion->best);
  else if (size)
    text[0] = '\0';
  return text;
}
