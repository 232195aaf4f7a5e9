/* What one loading of a scenario carries along: where bytes come from, what was read, what was used.
 * Internal to config; nothing outside includes it. */
#ifndef CF_CONFIG_LOAD_H
#define CF_CONFIG_LOAD_H

#include "config/reader.h"
#include "config/scenario.h"
#include "config/schema.h"
#include "config/tree.h"

enum { CF_LOAD_PATH = 256, CF_LOAD_FILES = 256, CF_LOAD_BYTES = 64 * 1024 * 1024 };

typedef struct cf_load {
  cf_arena *arena;
  cf_diag *diag;
  cf_reader reader;
  const char *models_dir;
  const char *folder;    /* of the scenario, with its last slash; "" for the current one */
  cf_tree tree;          /* the scenario's, and the budget of every file of this load */
  cf_scenario *scenario; /* NULL while a model file or a plan is read */
  struct cf_plan *plan;  /* NULL but for a plan */
  struct cf_catalogue_file *models;
  cf_constant *constant;
  uint32_t constants, constant_room;
  cf_input_file *input;
  uint32_t inputs, input_room;
  size_t input_bytes;
  cf_schema_tier tier;     /* of the group that is being read */
  char path[CF_LOAD_PATH]; /* of the value that is being read, by dots */
  bool mute;               /* constants are not listed: a model file is only being checked */
} cf_load;

/* Reads a file and keeps it among the inputs as `stored_as`. NULL after a diagnostic at `where`. */
const cf_input_file *cf_load_file(cf_load *load, const char *path, const char *stored_as, cf_source where);

/* Zeroed memory in the arena; NULL after a diagnostic. */
void *cf_load_zero(cf_load *load, size_t bytes);
char *cf_load_text(cf_load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a key to load->path and returns the length to go back to with cf_load_leave. */
size_t cf_load_enter(cf_load *load, const char *key);
void cf_load_leave(cf_load *load, size_t length);

/* Puts the errors from entry `from` on into the order of the files and of the lines in them. */
void cf_load_sort_errors(cf_diag *diag, unsigned from);

/* As many errors as can be stored: nothing more needs to be looked at. */
bool cf_load_full(const cf_load *load);

/* Lists a number that the scenario uses; `suffix` (may be NULL) is appended to the path. False: no memory. */
bool cf_load_constant(cf_load *load, const char *suffix, cf_constant constant);

/* An error at a node, CF_INPUT. Always false. */
bool cf_load_fail(cf_load *load, cf_source where, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "'fleet.sensors'", or "the scenario", "the plan", "the model" at the top. */
const char *cf_load_here(const cf_load *load, char *text, size_t size);

/* The letters that names of groups, policies, models and scenarios are made of. */
bool cf_load_is_name(const char *text);

#endif
