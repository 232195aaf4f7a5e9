/* The thermal networks of tests/reference: small random ones, and a chip of 28 nodes; and closed forms for what moves.
 */
#ifndef CF_TESTS_UNIT_THERMAL_ROWS_H
#define CF_TESTS_UNIT_THERMAL_ROWS_H

#include "../support/cf_test.h"

#include "physics/modal.h"
#include "physics/network.h"

enum { ROWS_NETWORKS = 20, ROWS_NODES = 4, SOC_NODES = 28, SOC_SAMPLES = 400, SOC_BLOCKS = 4 };

/* thermal_networks*.csv: ambient 25 degC, constant powers, known start. */
static const double rows_air_k = 25.0 + 273.15;

typedef struct rows_network {
  cf_network *network; /* NULL: no such number */
  double power_w[ROWS_NODES];
  double start_k[ROWS_NODES];
} rows_network;

static inline FILE *rows_open(const char *path, bool has_heading) {
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  char line[256];
  if (has_heading) assert_non_null(fgets(line, sizeof line, file));
  return file;
}

static inline void rows_read_networks(rows_network row[ROWS_NETWORKS], cf_arena *arena) {
  memset(row, 0, sizeof(rows_network) * ROWS_NETWORKS);
  FILE *file = rows_open("tests/reference/thermal_networks.csv", true);
  char line[256];
  unsigned rows = 0;
  for (; fgets(line, sizeof line, file); rows++) {
    unsigned net, nodes, i;
    char kind[16];
    int used = 0;
    assert_int_equal(sscanf(line, "%u,%u,%15[^,],%u,%n", &net, &nodes, kind, &i, &used), 4);
    assert_true(net < ROWS_NETWORKS && nodes <= ROWS_NODES && i < nodes);
    rows_network *r = &row[net];
    if (!r->network) r->network = cf_network_new(arena, nodes, nodes);
    char *rest = line + used;
    unsigned j = 0;
    if (*rest != ',') j = (unsigned)strtoul(rest, &rest, 10);
    double value = strtod(rest + 1, NULL);
    if (strcmp(kind, "C") == 0)
      r->network->capacity_j_per_k[i] = value;
    else if (strcmp(kind, "g_amb") == 0)
      r->network->air_w_per_k[i] = value;
    else if (strcmp(kind, "P") == 0)
      r->power_w[i] = value;
    else if (strcmp(kind, "T0") == 0)
      r->start_k[i] = value + 273.15;
    else if (strcmp(kind, "g") == 0)
      cf_network_link(r->network, i, j, value);
    else
      fail_msg("unknown kind %s", kind);
  }
  (void)fclose(file);
  assert_int_equal(rows, 94);
}

/* soc28_*.csv: powers into the first four nodes, held for half a second each; ambient 35 degC, where it starts. */
static const double soc_air_k = 308.15, soc_sample_s = 0.5;

static inline cf_network *soc_read(cf_arena *arena) {
  cf_network *network = cf_network_new(arena, SOC_NODES, SOC_NODES);
  FILE *file = rows_open("tests/reference/soc28_capacity.csv", false);
  for (uint32_t i = 0; i < SOC_NODES; i++) assert_int_equal(fscanf(file, "%lf", &network->capacity_j_per_k[i]), 1);
  (void)fclose(file);
  file = rows_open("tests/reference/soc28_conductance.csv", false);
  for (uint32_t i = 0; i < SOC_NODES; i++) {
    double air = 0.0; /* a row's sum */
    for (uint32_t j = 0; j < SOC_NODES; j++) {
      double g;
      assert_int_equal(fscanf(file, j == 0 ? "%lf" : ",%lf", &g), 1);
      air += g;
      if (j < i) cf_network_link(network, i, j, -g);
    }
    network->air_w_per_k[i] = fabs(air) < 1e-12 ? 0.0 : air;
  }
  (void)fclose(file);
  return network;
}

static inline void soc_read_power(double power_w[SOC_SAMPLES][SOC_BLOCKS]) {
  FILE *file = rows_open("tests/reference/soc28_power.csv", true);
  for (unsigned s = 0; s < SOC_SAMPLES; s++) {
    double *p = power_w[s];
    assert_int_equal(fscanf(file, "%lf,%lf,%lf,%lf", &p[0], &p[1], &p[2], &p[3]), 4);
  }
  (void)fclose(file);
}

/* Input of mode k under constant powers into the first `powered` nodes. */
static inline double rows_input(const cf_modal *modal, const double *power_w, uint32_t powered, double air_k,
                                uint32_t k) {
  double u = modal->air_gain[k] * (air_k - modal->reference_k);
  for (uint32_t i = 0; i < powered; i++) u += modal->weight[i * modal->modes + k] * power_w[i];
  return u;
}

static inline void rows_advance(const cf_modal *modal, const double *power_w, uint32_t powered, double air_k,
                                double t_s, double *mode) {
  for (uint32_t k = 0; k < modal->modes; k++) {
    double level = rows_input(modal, power_w, powered, air_k, k) / modal->lambda_per_s[k];
    mode[k] += (mode[k] - level) * expm1(-modal->lambda_per_s[k] * t_s);
  }
}

#endif
