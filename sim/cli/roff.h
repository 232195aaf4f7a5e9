/* Writes pages in the language of man(7), from plain words and from the Markdown that the program itself prints.
 *
 * Text may hold marks: `code` becomes bold and is taken letter by letter, *stress* becomes italic, [words](address)
 * keeps the words. A text is at most 8 KiB long. Everything else is escaped, so that no character of a text means
 * something to the formatter. Lines of source are at most CF_ROFF_WIDTH columns wide, except where a single word is
 * longer. */
#ifndef CF_CLI_ROFF_H
#define CF_CLI_ROFF_H

#include <stdio.h>

enum { CF_ROFF_WIDTH = 78 };

/* What was written last: it decides whether a paragraph needs a mark of its own. */
typedef enum cf_roff_last { CF_ROFF_HEADING, CF_ROFF_TEXT, CF_ROFF_OTHER } cf_roff_last;

typedef struct cf_roff {
  FILE *out;
  cf_roff_last last;
} cf_roff;

/* A page and its section NAME: name "coldfleet-run", section '1', `about` one line without a full stop, `title` of the
 * manual's section, `version` and `date` (YYYY-MM-DD) of the program. */
typedef struct cf_roff_page {
  const char *name;
  char section;
  const char *about, *title, *version, *date;
} cf_roff_page;
cf_roff cf_roff_start(FILE *out, const cf_roff_page *page);

void cf_roff_heading(cf_roff *roff, const char *text);    /* a section, in capitals */
void cf_roff_subheading(cf_roff *roff, const char *text); /* inside one */
void cf_roff_paragraph(cf_roff *roff, const char *text);  /* line feeds are blanks */
void cf_roff_term(cf_roff *roff, const char *term, const char *text);
void cf_roff_literal(cf_roff *roff, const char *text); /* line by line as it stands, no marks */

/* Markdown: headings (the first, "# ", is left out), paragraphs, lists, fenced code, and tables: each row becomes a
 * term (its first cell) with its last cell as text, behind which the cells between stand under their columns' names. */
void cf_roff_markdown(cf_roff *roff, const char *markdown);

#endif
