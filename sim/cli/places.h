/* Where the program finds its own files, and where it puts results unless told otherwise. */
#ifndef CF_CLI_PLACES_H
#define CF_CLI_PLACES_H

#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>

enum { CF_PATH_MAX = 4096 };

/* The catalogue of models: `given` (--models), else COLDFLEET_MODELS, else models/ in the current directory, beside or
 * up to two above the executable, or in the installed share directory. CF_IO when there is none. */
cf_status cf_find_models(const char *given, char path[CF_PATH_MAX], cf_diag *diag);

/* The saved queries: COLDFLEET_QUERIES, else analysis/queries/ found like models/. */
cf_status cf_find_queries(char path[CF_PATH_MAX], cf_diag *diag);

/* The figures of a report, analysis/charts/, and its page.css and page.js, analysis/web/; found like models/. */
cf_status cf_find_charts(char path[CF_PATH_MAX], cf_diag *diag);
cf_status cf_find_style(char path[CF_PATH_MAX], cf_diag *diag);

/* The libraries that draw its charts: COLDFLEET_WEB, else build/web/ of a checkout, web/ of an installation. CF_USAGE,
 * with what to do, when there are none: the program was built without npm. */
cf_status cf_find_web(char path[CF_PATH_MAX], cf_diag *diag);

/* The tables that `verify` reads: tests/reference/ of a checkout, reference/ of an installation; found like models/. */
cf_status cf_find_reference(char path[CF_PATH_MAX], cf_diag *diag);

/* "out/<name>.db", with the directory made. Characters that do not belong in a file name become '-'. */
cf_status cf_default_database(const char *name, char path[CF_PATH_MAX], cf_diag *diag);

bool cf_is_directory(const char *path);

#endif
