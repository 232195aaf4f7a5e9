/* Output that people like to read: colour on a terminal, numbers with the digits that matter, bars and sparklines.
 *
 * Everything here is a pure function of its arguments, except cf_terminal_open, which looks at the stream and the
 * environment (NO_COLOR, TERM, COLUMNS, LC_ALL, LC_CTYPE, LANG). Undefined figures (NAN) print as "-". */
#ifndef CF_CLI_TERMINAL_H
#define CF_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CF_PAGE_WIDTH = 100 }; /* columns that no layout exceeds */

typedef struct cf_terminal {
  FILE *out;
  bool tty;
  bool colour;
  bool utf8;      /* else plain ASCII */
  unsigned width; /* columns; CF_PAGE_WIDTH where there is no terminal */
} cf_terminal;

cf_terminal cf_terminal_open(FILE *out);

typedef enum cf_ink { CF_INK_NONE, CF_INK_BOLD, CF_INK_DIM, CF_INK_GREEN, CF_INK_RED, CF_INK_YELLOW } cf_ink;

/* The escape sequence that starts an ink, "" without colour. CF_INK_NONE ends any ink. */
const char *cf_ink_code(const cf_terminal *terminal, cf_ink ink);

/* A short text by value, so that it can be written where it is used: cf_text_count(n).text */
typedef struct cf_text {
  char text[40];
} cf_text;

cf_text cf_text_grouped(uint64_t count);                /* 1,000 */
cf_text cf_text_count(double count);                    /* 950, 12.3 k, 103 M: three digits */
cf_text cf_text_share(double share, unsigned digits);   /* 0.3497 -> "34.97 %" */
cf_text cf_text_small_share(double share);              /* two digits however small: "0.0012 %", "15 %" */
cf_text cf_text_ratio(double ratio);                    /* "153 : 1", "0.4 : 1" */
cf_text cf_text_fixed(double value, unsigned decimals); /* "12.30" */
cf_text cf_text_figure(double value, unsigned digits);  /* significant digits: "1.7e+21", "0.15" */
cf_text cf_text_duration(double seconds);               /* "30 d", "1 h 5 min", "14.9 s" */
cf_text cf_text_date(int64_t unix_s);                   /* "2026-03-01" (UTC) */
cf_text cf_text_digest(const uint64_t lane[2]);         /* 32 hexadecimal digits */

/* A unit of energy in which `energy_j` reads well. */
typedef struct cf_energy_unit {
  const char *name;
  double joules;
} cf_energy_unit;
cf_energy_unit cf_energy_unit_for(double energy_j); /* kWh, Wh, mWh or mJ */

/* Columns that a text takes: UTF-8 characters, each one wide. */
unsigned cf_text_columns(const char *text);

/* One character per value, lowest to highest of the values given; NAN leaves a blank. `line` needs 3 * count + 1
 * bytes. Equal values give a line of middle height. */
void cf_sparkline(const cf_terminal *terminal, const double *value, unsigned count, char *line);

/* An interval on a line of `columns` characters (at most CF_PAGE_WIDTH) that reaches from `from` to `to`: its ends, a
 * dot at the mean, and a mark at zero where the interval does not cover it. Ends that are NAN leave the dot alone, a
 * mean that is NAN leaves the zero. `line` needs 3 * columns + 1 bytes. */
typedef struct cf_ends {
  double from, to;
} cf_ends;
void cf_interval_bar(const cf_terminal *terminal, double mean, cf_ends interval, cf_ends line_ends, unsigned columns,
                     char *line);

/* A bar of `columns` characters filled to `share` (0..1). `line` needs 3 * columns + 1 bytes. */
void cf_bar(const cf_terminal *terminal, double share, unsigned columns, char *line);

#endif
