#include "cli/places.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cf_is_directory(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool try_path(char path[CF_PATH_MAX], const char *base, const char *rest) {
  int length = snprintf(path, CF_PATH_MAX, "%s%s%s", base, *base ? "/" : "", rest);
  return length > 0 && length < CF_PATH_MAX && cf_is_directory(path);
}

/* `relative` as in a checkout; an installation has `installed` below share/coldfleet. */
static bool search(const char *relative, const char *installed, char path[CF_PATH_MAX]) {
  char base[CF_PATH_MAX], share[64];
  if (try_path(path, "", relative)) return true;
  ssize_t length = readlink("/proc/self/exe", base, sizeof base - 1);
  base[length > 0 ? length : 0] = '\0';
  snprintf(share, sizeof share, "share/coldfleet/%s", installed);
  for (unsigned up = 0; up < 4; up++) {
    char *slash = strrchr(base, '/');
    if (!slash) break;
    *slash = '\0';
    if (try_path(path, base, relative) || try_path(path, base, share)) return true;
  }
#ifdef CF_DATADIR
  if (try_path(path, CF_DATADIR, installed)) return true;
#endif
  return false;
}

cf_status cf_find_models(const char *given, char path[CF_PATH_MAX], cf_diag *diag) {
  const char *variable = getenv("COLDFLEET_MODELS");
  if (given && !try_path(path, "", given)) return cf_fail(diag, CF_IO, "--models: %s is not a directory", given);
  if (given) return CF_OK;
  if (variable && *variable) {
    if (try_path(path, "", variable)) return CF_OK;
    return cf_fail(diag, CF_IO, "COLDFLEET_MODELS: %s is not a directory", variable);
  }
  if (search("models", "models", path)) return CF_OK;
  return cf_fail(diag, CF_IO,
                 "no catalogue of models found: not ./models, not beside the program; say --models DIR or set "
                 "COLDFLEET_MODELS");
}

cf_status cf_find_queries(char path[CF_PATH_MAX], cf_diag *diag) {
  const char *variable = getenv("COLDFLEET_QUERIES");
  if (variable && *variable) {
    if (try_path(path, "", variable)) return CF_OK;
    return cf_fail(diag, CF_IO, "COLDFLEET_QUERIES: %s is not a directory", variable);
  }
  if (search("analysis/queries", "analysis/queries", path)) return CF_OK;
  return cf_fail(diag, CF_IO, "no saved queries found: not ./analysis/queries, not beside the program");
}

cf_status cf_find_charts(char path[CF_PATH_MAX], cf_diag *diag) {
  if (search("analysis/charts", "analysis/charts", path)) return CF_OK;
  return cf_fail(diag, CF_IO, "no figures for a report found: not ./analysis/charts, not beside the program");
}

cf_status cf_find_style(char path[CF_PATH_MAX], cf_diag *diag) {
  if (search("analysis/web", "analysis/web", path)) return CF_OK;
  return cf_fail(diag, CF_IO,
                 "no page.css and page.js for a report found: not in ./analysis/web, not beside the program");
}

cf_status cf_find_web(char path[CF_PATH_MAX], cf_diag *diag) {
  const char *variable = getenv("COLDFLEET_WEB");
  if (variable && *variable) {
    if (try_path(path, "", variable)) return CF_OK;
    return cf_fail(diag, CF_IO, "COLDFLEET_WEB: %s is not a directory", variable);
  }
  if (search("build/web", "web", path)) return CF_OK;
  return cf_fail(diag, CF_USAGE,
                 "the libraries that draw charts are missing, because this program was built without npm; `make "
                 "report-libs` in its sources fetches them (then `make install` again, if it is installed)");
}

cf_status cf_find_reference(char path[CF_PATH_MAX], cf_diag *diag) {
  if (search("tests/reference", "reference", path)) return CF_OK;
  return cf_fail(diag, CF_IO, "no tables of reference found: not ./tests/reference, not beside the program");
}

cf_status cf_default_database(const char *name, char path[CF_PATH_MAX], cf_diag *diag) {
  if (mkdir("out", 0777) != 0 && errno != EEXIST)
    return cf_fail(diag, CF_IO, "cannot make the directory out: %s (-o names another place)", strerror(errno));
  if (!cf_is_directory("out")) return cf_fail(diag, CF_IO, "out is not a directory (-o names another place)");
  int length = snprintf(path, CF_PATH_MAX, "out/%s.db", name);
  if (length < 0 || length >= CF_PATH_MAX) return cf_fail(diag, CF_IO, "the name of the scenario is too long");
  for (char *at = path + strlen("out/"); *at; at++)
    if (!isalnum((unsigned char)*at) && !strchr("-_.+", *at)) *at = '-';
  return CF_OK;
}
