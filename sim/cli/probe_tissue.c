/* coldfleet probe tissue: how warm a powered sphere gets in living tissue. */
#include "cli/probe.h"
#include "physics/network.h"

enum { RADIUS, CONDUCTIVITY, PERFUSION, BLOOD_DENSITY, BLOOD_HEAT, POWER, DENSITY, HEAT };
enum { RISE, SHELLS };

static const cf_probe_input inputs[] = {
    {"radius_m", CF_PROBE_NUMBER, true, NAN, "of the sphere"},
    {"k_WmK", CF_PROBE_NUMBER, true, NAN, "thermal conductivity of the tissue"},
    {"perfusion_per_s", CF_PROBE_NUMBER, true, NAN, "volume of blood per volume of tissue and second"},
    {"rho_b", CF_PROBE_NUMBER, true, NAN, "density of blood, kg/m3"},
    {"c_b", CF_PROBE_NUMBER, true, NAN, "specific heat of blood, J/(kg K)"},
    {"P_W", CF_PROBE_NUMBER, true, NAN, "power of the sphere"},
    {"rho", CF_PROBE_NUMBER, false, 1050.0, "density of the tissue, kg/m3; does not change the steady rise"},
    {"c", CF_PROBE_NUMBER, false, 3600.0, "specific heat of the tissue, J/(kg K); nor does it"},
    {0}};
static const cf_probe_output outputs[] = {
    {"surface_rise_K_analytic", CF_PROBE_REAL, "steady rise of the surface over the blood (closed form)"},
    {"surface_rise_K_shells", CF_PROBE_REAL, "the same of the shells that nodes have (--shells)"},
    {0}};

static cf_status shells_rise(const cf_probe_study *study, const double *in, const cf_tissue *tissue, cf_arena *arena,
                             double *rise_k, cf_diag *diag) {
  double power_w[CF_NETWORK_NODES] = {in[POWER]}, temp_k[CF_NETWORK_NODES];
  cf_network *network = cf_network_new(arena, 1, 1 + study->shells);
  if (!network) return cf_fail(diag, CF_INTERNAL, "no memory");
  network->capacity_j_per_k[0] = 1.0;
  cf_status status = cf_network_tissue(network, 0, tissue, in[RADIUS], study->shells, diag);
  if (status == CF_OK) status = cf_network_steady(network, power_w, 0.0, 0.0, temp_k, diag);
  if (status == CF_OK) *rise_k = temp_k[0];
  return status;
}

static bool compute(void *self, const cf_probe_row *row) {
  const double *in = row->in;
  if (!cf_probe_within(row, RADIUS, 1e-9, 10.0) || !cf_probe_within(row, CONDUCTIVITY, 1e-6, 1e4) ||
      !cf_probe_within(row, PERFUSION, 0.0, 1.0) || !cf_probe_within(row, BLOOD_DENSITY, 1.0, 1e5) ||
      !cf_probe_within(row, BLOOD_HEAT, 1.0, 1e5) || !cf_probe_within(row, DENSITY, 1.0, 1e5) ||
      !cf_probe_within(row, HEAT, 1.0, 1e5))
    return false;
  for (unsigned i = 0; i <= HEAT; i++)
    if (isnan(in[i])) return true;
  cf_tissue tissue = {.conductivity_w_per_m_k = in[CONDUCTIVITY],
                      .density_kg_m3 = in[DENSITY],
                      .specific_heat_j_per_kg_k = in[HEAT],
                      .perfusion_per_s = in[PERFUSION],
                      .blood_density_kg_m3 = in[BLOOD_DENSITY],
                      .blood_specific_heat_j_per_kg_k = in[BLOOD_HEAT]};
  row->out[RISE] = in[POWER] * cf_tissue_sphere_k_per_w(&tissue, in[RADIUS]);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  cf_status status = arena ? shells_rise(self, in, &tissue, arena, &row->out[SHELLS], &diag)
                           : cf_fail(&diag, CF_INTERNAL, "no memory");
  if (arena) cf_arena_destroy(arena);
  return status == CF_OK || cf_probe_fail(row, RADIUS, "%s", diag.entry[0].text);
}

const cf_probe_table cf_probe_tissue = {"probe tissue", inputs, outputs, compute, NULL};

typedef struct tissue_flags {
  uint64_t shells;
} tissue_flags;

static const cf_flag flags[] = {{"shells", 's', CF_FLAG_COUNT, "N", "concentric shells of tissue, 5 unless given",
                                 offsetof(tissue_flags, shells), 1},
                                {0}};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  tissue_flags given = {CF_ABSENT};
  cf_words words;
  cf_probe_study study = cf_probe_study_new();
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_cli_read(cli, &cf_command_probe_tissue, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  if (given.shells != CF_ABSENT && given.shells >= CF_NETWORK_NODES)
    return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "--shells must be less than %d", CF_NETWORK_NODES));
  if (given.shells != CF_ABSENT) study.shells = (unsigned)given.shells;
  return cf_probe_run(cli, &cf_probe_tissue, &study, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_tissue, out); }

const cf_command cf_command_probe_tissue = {
    .name = "probe tissue",
    .line = "how warm a powered sphere gets in living tissue",
    .usage = "[--shells N] [FILE]",
    .example =
        "printf 'radius_m,k_WmK,perfusion_per_s,rho_b,c_b,P_W\\n0.005,0.51,0.0098,1050,3617,0.075\\n' | "
        "coldfleet probe tissue",
    .flags = flags,
    .more = more,
    .run = run,
};
