/* The catalogue: models/<folder>/<name>.yaml, every number with its source.
 *
 * File: first key = kind, its value = the file's stem; `title`; `sources`, a map from keys to {title, locator,
 * evidence}; then the keys of the kind's shape. A number is {value, status, source} and may have low, high and note.
 * Status V: read in the source, M: measured or computed from it, A: assumed. V or M of a source without locator counts
 * as A. An assumed number needs a source or a note, the others a source. */
#ifndef CF_CONFIG_CATALOGUE_H
#define CF_CONFIG_CATALOGUE_H

#include "config/load.h"

#include <stdio.h>

typedef struct cf_catalogue_file {
  struct cf_catalogue_file *next;
  cf_model_kind kind;
  const char *name;
  const char *path;             /* as opened */
  const cf_schema_shape *shape; /* the kind's, or that of its variant */
  cf_tree_node *root;
  cf_tree_node *sources; /* may be NULL */
  bool bad;              /* its errors have been told */
} cf_catalogue_file;

/* The model that `reference` names, with the reference's overriding keys; *out becomes a const struct *. */
bool cf_catalogue_use(cf_load *load, cf_model_kind kind, cf_tree_node *reference, void *out);

/* What one inference of ai model `name` costs on the device that `reference` names (already used successfully).
 * An error stands at `where`. */
bool cf_catalogue_inference(cf_load *load, const cf_tree_node *device, const cf_tree_node *model,
                            cf_inference_cost *cost);

/* The shape that a model file of this kind is written by, from its key `kind` where there are variants. */
const cf_schema_shape *cf_catalogue_shape(cf_model_kind kind, const cf_tree_node *root);

/* One line of a cited number, for explain: who says so. NULLs when `cited` is no such map. */
typedef struct cf_citation {
  const cf_tree_node *value; /* scalar or list */
  const char *low, *high, *note, *status, *source;
  const char *title, *locator, *evidence;
} cf_citation;
cf_citation cf_catalogue_citation(const cf_tree_node *model_root, const cf_tree_node *cited);

/* Checks one model file by itself. */
cf_status cf_catalogue_check(const char *models_dir, const cf_reader *reader, const char *kind, const char *name,
                             cf_diag *diag);

/* Kinds, names and titles of all models, one per line: "device  stm32u575  STM32U575, ...". `reader` NULL: the disk. */
cf_status cf_catalogue_list(const char *models_dir, const cf_reader *reader, FILE *out, cf_diag *diag);

/* Calls `each` with every kind and name of the catalogue. */
void cf_catalogue_each(const char *models_dir, const cf_reader *reader,
                       void (*each)(void *self, const char *kind, const char *name), void *self);

#endif
