#include "cli/arguments.h"

#include "config/suggest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64, MAX_FLAGS = 32 };

int cf_nearest(const char *word, const char *const *candidates, unsigned count) {
  cf_suggestion suggestion = {.given = word};
  int found = -1;
  for (unsigned i = 0; i < count; i++) {
    cf_suggest_offer(&suggestion, candidates[i], i);
    if (suggestion.best == candidates[i]) found = (int)i;
  }
  return found;
}

static const cf_flag *find_name(const cf_flag *flags, const char *name, size_t length) {
  for (const cf_flag *flag = flags; flag->name; flag++)
    if (strlen(flag->name) == length && memcmp(flag->name, name, length) == 0) return flag;
  return NULL;
}

static const cf_flag *find_letter(const cf_flag *flags, char letter) {
  for (const cf_flag *flag = flags; flag->name; flag++)
    if (flag->letter == letter) return flag;
  return NULL;
}

static cf_status unknown(const cf_flag *flags, const char *name, size_t length, cf_diag *diag) {
  char word[LONGEST + 1];
  const char *names[MAX_FLAGS];
  unsigned count = 0;
  for (const cf_flag *flag = flags; flag->name && count < MAX_FLAGS; flag++) names[count++] = flag->name;
  snprintf(word, sizeof word, "%.*s", (int)(length < LONGEST ? length : LONGEST), name);
  int nearest = cf_nearest(word, names, count);
  if (nearest >= 0) return cf_fail(diag, CF_USAGE, "unknown flag --%s (did you mean --%s?)", word, names[nearest]);
  return cf_fail(diag, CF_USAGE, "unknown flag --%s (--help lists the flags)", word);
}

static cf_status read_count(const cf_flag *flag, const char *value, uint64_t *into, cf_diag *diag) {
  uint64_t number = 0;
  bool good = *value != '\0';
  for (const char *at = value; *at && good; at++) {
    unsigned digit = (unsigned)(*at - '0');
    good = digit <= 9 && number <= (UINT64_MAX - 1 - digit) / 10;
    if (good) number = number * 10 + digit;
  }
  if (!good) return cf_fail(diag, CF_USAGE, "--%s takes a whole number, not '%s'", flag->name, value);
  if (number < flag->least)
    return cf_fail(diag, CF_USAGE, "--%s must be at least %llu, not %s", flag->name, (unsigned long long)flag->least,
                   value);
  *into = number;
  return CF_OK;
}

static cf_status store(const cf_flag *flag, const char *value, void *into, cf_diag *diag) {
  char *field = (char *)into + flag->offset;
  switch (flag->kind) {
    case CF_FLAG_SWITCH:
      *(bool *)(void *)field = true;
      return CF_OK;
    case CF_FLAG_TEXT:
      *(const char **)(void *)field = value;
      return CF_OK;
    case CF_FLAG_COUNT:
      return read_count(flag, value, (uint64_t *)(void *)field, diag);
    case CF_FLAG_LIST: {
      cf_list *list = (cf_list *)(void *)field;
      if (list->count == CF_MAX_LIST)
        return cf_fail(diag, CF_USAGE, "--%s was given more than %d times", flag->name, CF_MAX_LIST);
      list->item[list->count++] = value;
      return CF_OK;
    }
  }
  return CF_OK;
}

/* One --name or --name=value; *at stands on it and is moved over a value taken from the next argument. */
static cf_status read_long(const cf_flag *flags, int argc, char **argv, int *at, void *into, cf_diag *diag) {
  const char *name = argv[*at] + 2;
  const char *equals = strchr(name, '=');
  size_t length = equals ? (size_t)(equals - name) : strlen(name);
  const cf_flag *flag = find_name(flags, name, length);
  if (!flag) return unknown(flags, name, length, diag);
  if (flag->kind == CF_FLAG_SWITCH) {
    if (equals) return cf_fail(diag, CF_USAGE, "--%s takes no value", flag->name);
    return store(flag, NULL, into, diag);
  }
  if (equals) return store(flag, equals + 1, into, diag);
  if (*at + 1 >= argc)
    return cf_fail(diag, CF_USAGE, "--%s needs a value: --%s %s", flag->name, flag->name, flag->value);
  return store(flag, argv[++*at], into, diag);
}

static cf_status read_short(const cf_flag *flags, int argc, char **argv, int *at, void *into, cf_diag *diag) {
  for (const char *letter = argv[*at] + 1; *letter; letter++) {
    const cf_flag *flag = find_letter(flags, *letter);
    if (!flag) return cf_fail(diag, CF_USAGE, "unknown flag -%c (--help lists the flags)", *letter);
    if (flag->kind != CF_FLAG_SWITCH) {
      if (letter[1]) return store(flag, letter + 1, into, diag);
      if (*at + 1 >= argc) return cf_fail(diag, CF_USAGE, "-%c needs a value: -%c %s", *letter, *letter, flag->value);
      return store(flag, argv[++*at], into, diag);
    }
    cf_status status = store(flag, NULL, into, diag);
    if (status) return status;
  }
  return CF_OK;
}

cf_status cf_arguments_read(const cf_flag *flags, int argc, char **argv, void *into, cf_words *words, cf_diag *diag) {
  cf_status first = CF_OK;
  bool only_words = false;
  words->count = 0;
  words->word = argv;
  for (int at = 0; at < argc; at++) {
    char *argument = argv[at];
    cf_status status = CF_OK;
    if (only_words || argument[0] != '-' || argument[1] == '\0')
      words->word[words->count++] = argument;
    else if (strcmp(argument, "--") == 0)
      only_words = true;
    else if (argument[1] == '-')
      status = read_long(flags, argc, argv, &at, into, diag);
    else
      status = read_short(flags, argc, argv, &at, into, diag);
    if (first == CF_OK) first = status;
  }
  return first;
}
