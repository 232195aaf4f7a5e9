/* The files that a study was made from, out of its database: what a replay and a worker read instead of the disk. */
#ifndef CF_STORE_INPUTS_H
#define CF_STORE_INPUTS_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/reader.h"
#include "config/scenario.h"

typedef struct cf_inputs {
  cf_arena *arena; /* of everything below */
  cf_reader_files files;
  const char *path;  /* of the scenario's own file, among them */
  uint32_t settings; /* of the point */
  const cf_setting *setting;
} cf_inputs;

/* What the scenario of a point was made from. `path`: a results database or a frozen plan. point_id 0: the files
 * of the only scenario, without settings. CF_USAGE: no such point; CF_IO: a file above 16 MiB was kept by its hash
 * only, or a hash does not fit its bytes. */
cf_status cf_inputs_read(const char *path, uint32_t point_id, cf_inputs *inputs, cf_diag *diag);
void cf_inputs_free(cf_inputs *inputs);

/* Loads the scenario from them. `more` (may be NULL) is set over the point's settings. NULL after diagnostics. */
cf_scenario *cf_inputs_load(cf_inputs *inputs, const cf_setting *more, uint32_t more_count, cf_diag *diag);

#endif
