/* A store of the catalogue under a constant load, from full until its terminal falls to a voltage. */
#ifndef CF_CLI_PROBE_CELL_H
#define CF_CLI_PROBE_CELL_H

#include "cli/command.h"

typedef struct cf_probe_cell {
  const char *model;  /* a name of the catalogue, or a file .../storage/<name>.yaml */
  const char *models; /* --models */
  double power_w, off_v, ambient_k, tolerance;
} cf_probe_cell;

/* Prints the discharge curve as CSV. */
cf_status cf_probe_cell_run(const cf_cli *cli, const cf_probe_cell *cell);

#endif
