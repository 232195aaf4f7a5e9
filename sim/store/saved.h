/* Saved queries: files NAME.sql in a directory, whose first line "-- text" says what they answer. Parameters such as
 * :run may be given, see cf_parameter. */
#ifndef CF_STORE_SAVED_H
#define CF_STORE_SAVED_H

#include "base/diag.h"

#include <stdio.h>

/* Reads DIRECTORY/NAME.sql. The text is malloc'd, the caller frees it. CF_USAGE when there is none of that name (the
 * nearest is suggested), CF_IO when the directory cannot be read. */
cf_status cf_saved_read(const char *directory, const char *name, char **sql, cf_diag *diag);

/* One line per query in order of names: name, then what it answers. */
cf_status cf_saved_list(const char *directory, FILE *out, cf_diag *diag);

#endif
