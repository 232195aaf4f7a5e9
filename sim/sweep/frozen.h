/* What a frozen plan, DIR/plan.db, says of itself. Internal to sweep. */
#ifndef CF_SWEEP_FROZEN_H
#define CF_SWEEP_FROZEN_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/scenario.h"

typedef struct cf_frozen {
  cf_arena *arena;
  const char *path; /* of the plan, as it was read */
  cf_input_file yaml;
  char plan_sha256[65];
  const char *version, *math_id; /* of the program that froze it */
  uint32_t points;
  uint32_t inputs;
  const cf_input_file *input; /* path and sha256 only, in order of their numbers */
} cf_frozen;

enum { CF_MATH_ID_TEXT = 17 };

/* This program's, as it is stored. Returns `text`. */
const char *cf_math_id_text(char text[CF_MATH_ID_TEXT]);

/* CF_IO: not there, or cannot be read; CF_INPUT: not a frozen plan, damaged, or frozen by another program (saying
 * both). */
cf_status cf_frozen_read(const char *plan_path, cf_frozen *frozen, cf_diag *diag);
void cf_frozen_free(cf_frozen *frozen);

#endif
