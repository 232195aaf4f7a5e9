/* A table-driven reader of the command line.
 *
 * A command lists its flags in a table; the reader fills a struct by offset, leaves the words (file names and the like)
 * in order, and names the nearest flag when one is unknown. Accepted: --name value, --name=value, -n value, -nvalue,
 * bundled switches (-qf), and `--` before words that begin with a dash. A lone `-` is a word. */
#ifndef CF_CLI_ARGUMENTS_H
#define CF_CLI_ARGUMENTS_H

#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

enum { CF_MAX_LIST = 64 };
#define CF_ABSENT UINT64_MAX /* a CF_FLAG_COUNT that was not given */

typedef enum cf_flag_kind {
  CF_FLAG_SWITCH, /* bool */
  CF_FLAG_TEXT,   /* const char *, points into argv */
  CF_FLAG_COUNT,  /* uint64_t, decimal digits only */
  CF_FLAG_LIST    /* cf_list: may be given up to CF_MAX_LIST times */
} cf_flag_kind;

typedef struct cf_list {
  unsigned count;
  const char *item[CF_MAX_LIST];
} cf_list;

typedef struct cf_flag {
  const char *name; /* without dashes; NULL ends the table */
  char letter;      /* 0: none */
  cf_flag_kind kind;
  const char *value; /* what the help calls the value; NULL for switches */
  const char *help;
  size_t offset;  /* into the struct that is filled */
  uint64_t least; /* CF_FLAG_COUNT: smallest value accepted */
} cf_flag;

typedef struct cf_words {
  unsigned count;
  char **word;
} cf_words;

/* Reads argv[0..argc). The words are moved to the front of argv, which `words` then points to. The struct at `into`
 * must hold the defaults (CF_ABSENT for counts). Errors: CF_USAGE. */
cf_status cf_arguments_read(const cf_flag *flags, int argc, char **argv, void *into, cf_words *words, cf_diag *diag);

/* Index of the candidate that is near enough to `word` to be suggested (config/suggest.h), or -1. The first of equals
 * wins. */
int cf_nearest(const char *word, const char *const *candidates, unsigned count);

#endif
