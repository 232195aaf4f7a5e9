/* The report: one HTML page that needs nothing else and asks the network for nothing.
 *
 * It holds the results of saved queries, a Vega-Lite specification for each chart (report/figure.h), the libraries that
 * draw them, and little else; what it says comes from the database. Its content security policy admits its own scripts
 * by their hashes, and no request. The same database gives the same bytes.
 *
 * Two queries write the head: report-summary (sentences: one text column) and report-facts (name, value). They, and
 * those of the figures, are looked for beside the figures first, then beside those that ship, then among the saved
 * questions. They may use :run (the only run to show; NULL: all) and :hour (local solar hour at the start of the
 * scenario; NULL: unknown). */
#ifndef CF_REPORT_PAGE_H
#define CF_REPORT_PAGE_H

#include "base/diag.h"

#include <stdint.h>
#include <stdio.h>

typedef struct cf_page_options {
  const char *database; /* path */
  const char *charts;   /* folder of the figures, and of queries that are theirs alone */
  const char *shipped;  /* the same, of the figures that ship: a template may use their queries */
  const char *queries;  /* folder of the saved questions */
  const char *style;    /* folder of page.css and page.js */
  const char *web;      /* folder of the libraries */
  const char *title;    /* NULL: the plan's or scenario's name */
  const char *version;  /* of the program */
  uint32_t run;         /* 0: all */
  double hour_at_start; /* NAN: unknown */
} cf_page_options;

typedef struct cf_page_outcome {
  uint32_t shown, left_out;
} cf_page_outcome;

/* Writes the page to `out`. CF_USAGE: no such run; CF_INPUT: a figure is not right; CF_IO: a file cannot be read. The
 * caller sees to errors of `out`. */
cf_status cf_page_write(const cf_page_options *options, FILE *out, cf_page_outcome *outcome, cf_diag *diag);

#endif
