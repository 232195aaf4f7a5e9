/* The parts of `coldfleet probe`: single physical questions, answered by the functions that nodes call.
 *
 * A part that reads a table is a cf_probe_table; `verify` runs the same tables over the reference files and compares.
 * The second argument of their row functions is a cf_probe_study. */
#ifndef CF_CLI_PROBE_H
#define CF_CLI_PROBE_H

#include "cli/command.h"
#include "cli/probe_table.h"
#include "config/graph.h"
#include "config/quantity.h"
#include "physics/ageing.h"
#include "physics/plane.h"

/* Of the curves that stand for the smooth physics (physics/store.h, physics/leakage.h): what nodes have unless the
 * scenario says otherwise, and what a probe has. */
#define CF_PROBE_NODE_TOLERANCE 1e-3
#define CF_PROBE_TOLERANCE 1e-9
#define CF_PROBE_LEAST_TOLERANCE 1e-13

struct cf_probe_networks;

/* What is asked beside the table. Each part reads what its flags set. */
typedef struct cf_probe_study {
  double tolerance;
  cf_transposition transposition; /* of the light that a panel's cell is under */
  double ambient_k, host_k;
  unsigned shells;                    /* of tissue */
  struct cf_probe_networks *networks; /* NULL: none */
  cf_ageing_law ageing;
  cf_ageing age; /* carried from row to row, as are the next */
  double dose_s, life_s;
} cf_probe_study;

cf_probe_study cf_probe_study_new(void);

extern const cf_probe_table cf_probe_sun, cf_probe_sky, cf_probe_daily, cf_probe_pv, cf_probe_riseset;
extern const cf_probe_table cf_probe_at, cf_probe_crossings; /* need study.networks */
extern const cf_probe_table cf_probe_storage, cf_probe_leakage, cf_probe_tissue, cf_probe_harvest, cf_probe_ageing;

/* Networks, ready to be walked: as in config/graph_yaml.h where the file is called .yaml or .yml, else in the long
 * format of config/graph.h. */
cf_status cf_probe_networks_read(cf_csv_source source, cf_arena *arena, struct cf_probe_networks **networks,
                                 cf_diag *diag);

/* A network given as matrices, with all nodes at the ambient at first, under powers that are constant in each interval
 * and go to the first nodes in order. `each` gets the temperatures of all nodes at the end of every interval. */
typedef struct cf_probe_trace {
  const cf_graph *graph;
  const cf_graph_powers *powers;
  double interval_s, ambient_k;
  void (*each)(void *self, size_t interval, const double *temp_k, uint32_t nodes);
  void *self;
} cf_probe_trace;
cf_status cf_probe_trace_walk(const cf_probe_trace *trace, cf_arena *arena, cf_diag *diag);

/* What a trace is made of: matrix and capacities as in config/graph.h; powers as there, or with commas. */
cf_status cf_probe_graph_read(cf_csv_source conductance, cf_csv_source capacity, cf_arena *arena, cf_graph **graph,
                              cf_diag *diag);
cf_status cf_probe_powers_read(cf_csv_source source, cf_arena *arena, cf_graph_powers **powers, cf_diag *diag);

/* The value of --flag; NULL leaves it as it is. CF_USAGE. */
cf_status cf_probe_tolerance(const char *text, double *tolerance, cf_diag *diag);
cf_status cf_probe_quantity(const char *flag, const char *text, cf_dimension dimension, double *value, cf_diag *diag);

/* A whole part: reads the file (NULL, "-": standard input), computes, prints. */
cf_status cf_probe_run(const cf_cli *cli, const cf_probe_table *table, cf_probe_study *study, const char *file);

extern const cf_command cf_command_probe_sun, cf_command_probe_sky, cf_command_probe_pv, cf_command_probe_riseset,
    cf_command_probe_thermal, cf_command_probe_storage, cf_command_probe_leakage, cf_command_probe_tissue,
    cf_command_probe_harvest, cf_command_probe_ageing;

#endif
