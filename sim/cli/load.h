/* Loading scenarios for a command: the models directory, the --set list, errors on stderr. */
#ifndef CF_CLI_LOAD_H
#define CF_CLI_LOAD_H

#include "cli/command.h"
#include "config/scenario.h"

enum { CF_ORIGIN_TEXT = 24 };

typedef struct cf_loaded {
  cf_scenario *scenario;
} cf_loaded;

/* The settings of a --set list; `origin` holds their names "--set#1"... and must live as long. */
void cf_settings_of(const cf_list *set, cf_setting setting[CF_MAX_LIST], char origin[CF_MAX_LIST][CF_ORIGIN_TEXT]);

/* Loads every file and tells all errors of all files; on error frees nothing (cf_load_free does). */
cf_status cf_load_all(const cf_cli *cli, const cf_words *files, const char *models, const cf_list *set,
                      cf_loaded *loaded);
void cf_load_free(cf_loaded *loaded, uint32_t count);

#endif
