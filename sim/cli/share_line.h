/* One line that shows how a whole is shared: each part takes its share of the line, with its name and share in it where
 * they fit. Parts too small for a piece of their own are together the end of the line. ASCII where the terminal has no
 * UTF-8.
 *
 *   |- sense 55 % --------------+ converter 28 % ----+------+---|   */
#ifndef CF_CLI_SHARE_LINE_H
#define CF_CLI_SHARE_LINE_H

#include "cli/terminal.h"

typedef struct cf_share {
  const char *name;
  double amount; /* parts that are not above 0 are left out */
} cf_share;

/* Prints the parts in their order, in so many columns, the ends included, without a line feed; nothing where there is
 * nothing to share. */
void cf_share_line(const cf_terminal *out, const cf_share *part, unsigned parts, unsigned columns);

#endif
