/* coldfleet probe: one physical question at a time, answered by the functions that nodes call. */
#include "cli/probe.h"

#include <stdlib.h>
#include <string.h>

static const cf_command *const parts[] = {&cf_command_probe_sun,
                                          &cf_command_probe_sky,
                                          &cf_command_probe_pv,
                                          &cf_command_probe_riseset,
                                          &cf_command_probe_thermal,
                                          &cf_command_probe_storage,
                                          &cf_command_probe_leakage,
                                          &cf_command_probe_tissue,
                                          &cf_command_probe_harvest,
                                          &cf_command_probe_ageing,
                                          NULL};

cf_probe_study cf_probe_study_new(void) {
  return (cf_probe_study){.tolerance = CF_PROBE_TOLERANCE,
                          .transposition = CF_SKY_ISOTROPIC,
                          .ambient_k = 298.15,
                          .host_k = 310.15,
                          .shells = 5};
}

cf_status cf_probe_quantity(const char *flag, const char *text, cf_dimension dimension, double *value, cf_diag *diag) {
  char why[CF_QUANTITY_WHY];
  cf_quantity quantity;
  if (!text) return CF_OK;
  if (!cf_quantity_parse(text, dimension, &quantity, why)) return cf_fail(diag, CF_USAGE, "--%s: %s", flag, why);
  *value = quantity.si;
  return CF_OK;
}

cf_status cf_probe_tolerance(const char *text, double *tolerance, cf_diag *diag) {
  cf_status status = cf_probe_quantity("tolerance", text, CF_DIM_NONE, tolerance, diag);
  if (status) return status;
  if (*tolerance >= CF_PROBE_LEAST_TOLERANCE && *tolerance <= 0.1) return CF_OK;
  return cf_fail(diag, CF_USAGE, "--tolerance must be within %g and 0.1, not %s", CF_PROBE_LEAST_TOLERANCE, text);
}

cf_status cf_probe_run(const cf_cli *cli, const cf_probe_table *table, cf_probe_study *study, const char *file) {
  cf_probe_printer printer = {.out = cli->out.out};
  cf_probe_sink sink = cf_probe_print(&printer);
  cf_csv_source source;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  if (!arena) return CF_INTERNAL;
  cf_status status = cf_probe_open(file, arena, &source, &diag);
  if (status == CF_OK) status = cf_probe_compute(table, study, source, &sink, arena, &diag);
  cf_arena_destroy(arena);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  enum { MOST = 16 };
  const char *names[MOST];
  unsigned count = 0;
  cf_diag diag;
  cf_diag_init(&diag);
  for (; parts[count]; count++) names[count] = strchr(parts[count]->name, ' ') + 1;
  int nearest = argc > 0 ? cf_nearest(argv[0], names, count) : -1;
  if (argc == 0)
    (void)cf_fail(&diag, CF_USAGE, "what is to be probed? (`%s probe --help` lists the parts)", cli->program);
  else if (nearest >= 0)
    (void)cf_fail(&diag, CF_USAGE, "no part '%s' (did you mean '%s'?)", argv[0], names[nearest]);
  else
    (void)cf_fail(&diag, CF_USAGE, "no part '%s' (`%s probe --help` lists them)", argv[0], cli->program);
  return cf_cli_tell(cli, &diag, CF_USAGE);
}

static const cf_flag flags[] = {{0}};

const cf_command cf_command_probe = {
    .name = "probe",
    .ring = 3,
    .line = "one question to one part of the physics: a table in, a table out",
    .usage = "PART ... [FILE]",
    .about =
        "Reads a CSV table from FILE or from standard input and writes it to standard output with the columns\n"
        "that it has computed, by the functions that nodes call. Columns are found by name, with their unit in\n"
        "it; others are ignored. `coldfleet probe PART --help` says which.",
    .example = "printf 'utc_day,lat_deg,lon_deg\\n2026-03-20,45,8\\n' | coldfleet probe riseset",
    .flags = flags,
    .run = run,
    .parts = parts,
};
