/* The schema for people and for other programs. */
#ifndef CF_CONFIG_SCHEMA_PRINT_H
#define CF_CONFIG_SCHEMA_PRINT_H

#include "base/diag.h"

#include <stdio.h>

/* JSON Schema draft 2020-12 of `kind`: "scenario", "device", "radio", "storage", "harvester", "converter", "enclosure",
 * "climate", "ai", "world" or "tissue". CF_USAGE with a suggestion for any other. */
cf_status cf_schema_print_json(FILE *out, const char *kind, cf_diag *diag);

/* The reference of all keys, as Markdown. */
void cf_schema_print_markdown(FILE *out);

/* The i-th kind that cf_schema_print_json knows, NULL behind the last. */
const char *cf_schema_kind(unsigned i);

/* Calls `each` for every key path of a scenario, such as fleet.<group>.storage.leakage, with its documentation. */
void cf_schema_each_path(void (*each)(void *self, const char *path, const char *doc), void *self);

#endif
