/* The figures of a report: files of a folder, shown in the order of their names, each bound to a query by name.
 *
 *   NN-name.vl.json     a Vega-Lite specification; its data is named "rows", and `usermeta` says what the figure is
 *   NN-name.table.json  a table; nothing but `usermeta`
 *
 * Keys of usermeta, all texts: query (of a file QUERY.sql, see report/page.h), title,
 * question (a sentence or two below the title; `...` is code); of charts alt (what a reader who cannot see it is told);
 * and, where it makes sense, needs (what is told when the query gives no row and the figure is left out; without it
 * nothing is) and note (a column whose value in the first row is printed behind the question). A query may use :run and
 * :hour (report/page.h) and the relation axis_value (report/axes.h). */
#ifndef CF_REPORT_FIGURE_H
#define CF_REPORT_FIGURE_H

#include "base/arena.h"
#include "base/diag.h"
#include "store/query.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_MAX_FIGURES = 64 };

typedef struct cf_figure {
  const char *file; /* path, for messages */
  const char *name; /* of the file, without number and suffix, in letters, digits and '-': the id of its element */
  bool table;
  const char *query, *title, *question, *alt; /* alt: "" for tables */
  const char *needs, *note;                   /* "" where not given */
  const char *spec;                           /* JSON in one line; of charts */
} cf_figure;

typedef struct cf_figures {
  cf_arena *arena; /* of all texts */
  uint32_t count;
  cf_figure figure[CF_MAX_FIGURES];
} cf_figures;

/* Reads the folder. `database` may be any open one: SQLite says whether a file is JSON. CF_IO: the folder or a file
 * cannot be read; CF_INPUT: no figures, two of one name, or one that is not right, with its place. Free it in any case.
 */
cf_status cf_figures_read(const char *folder, cf_database *database, cf_figures *figures, cf_diag *diag);
void cf_figures_free(cf_figures *figures);

#endif
