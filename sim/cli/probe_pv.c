/* coldfleet probe pv: light on a tilted panel, its cell's temperature, its power. */
#include "cli/probe.h"
#include "cli/probe_sky.h"
#include "physics/pv.h"

#include <string.h>

enum { TILT = CF_SKY_OWN, SURFACE_AZIMUTH, ALBEDO, GHI, DNI, DHI, AIR, WIND, GAMMA, SOILING, U0, U1, NOCT, EFFICIENCY };
enum {
  AOI,
  ISOTROPIC,
  BEAM,
  ISOTROPIC_SKY,
  GROUND,
  HAY_DAVIES,
  HAY_DAVIES_SKY,
  PEREZ,
  PEREZ_SKY,
  CELL,
  CELL_NOCT,
  POWER
};

static const cf_probe_input inputs[] = {
    CF_SKY_INPUTS,
    {"tilt_deg", CF_PROBE_NUMBER, true, NAN, "of the panel; 90 is upright"},
    {"surf_azimuth_deg", CF_PROBE_NUMBER, true, NAN, "of the panel, from north over east"},
    {"albedo", CF_PROBE_NUMBER, false, 0.2, "of the ground"},
    {"ghi_wm2|ghi_ineichen_wm2", CF_PROBE_NUMBER, false, NAN, "global light; else from beam and diffuse"},
    {"dni_wm2|dni_ineichen_wm2", CF_PROBE_NUMBER, false, NAN, "beam; else that of a clear sky"},
    {"dhi_wm2|dhi_ineichen_wm2", CF_PROBE_NUMBER, false, NAN, "diffuse light; else that of a clear sky"},
    {"air_temp_c", CF_PROBE_NUMBER, false, NAN, "for temperature and power"},
    {"wind_ms", CF_PROBE_NUMBER, false, NAN, "for temperature and power"},
    {"power_coefficient_per_k", CF_PROBE_NUMBER, false, -0.004, "of the power"},
    {"soiling", CF_PROBE_NUMBER, false, 0.0, "share of the light lost to dirt"},
    {"u0_w_per_m2k", CF_PROBE_NUMBER, false, 25.0, "heat loss (Faiman)"},
    {"u1_ws_per_m3k", CF_PROBE_NUMBER, false, 6.84, "the same per wind speed"},
    {"noct_c", CF_PROBE_NUMBER, false, 45.0, "nominal operating cell temperature"},
    {"efficiency", CF_PROBE_NUMBER, false, 0.18, "of the module, for tcell_noct_sam_c"},
    {0}};
static const cf_probe_output outputs[] = {
    {"aoi_deg", CF_PROBE_REAL, "angle of incidence"},
    {"poa_iso_global_wm2", CF_PROBE_REAL, "on the panel, isotropic sky"},
    {"poa_iso_direct_wm2", CF_PROBE_REAL, "beam, in every model"},
    {"poa_iso_skydiff_wm2", CF_PROBE_REAL, "from the sky"},
    {"poa_iso_ground_wm2", CF_PROBE_REAL, "from the ground, in every model"},
    {"poa_haydavies_global_wm2", CF_PROBE_REAL, "on the panel, Hay-Davies"},
    {"poa_haydavies_skydiff_wm2", CF_PROBE_REAL, "from the sky"},
    {"poa_perez_global_wm2", CF_PROBE_REAL, "on the panel, Perez"},
    {"poa_perez_skydiff_wm2", CF_PROBE_REAL, "from the sky"},
    {"tcell_faiman_c", CF_PROBE_REAL, "cell temperature under the light of --model (Faiman)"},
    {"tcell_noct_sam_c", CF_PROBE_REAL, "the same from NOCT (SAM)"},
    {"pvwatts_dc_w_per_wstc", CF_PROBE_REAL, "power per watt of rating, at tcell_faiman_c (PVWatts)"},
    {0}};

static bool in_range(const cf_probe_row *row) {
  return cf_probe_within(row, TILT, 0.0, 180.0) && cf_probe_within(row, SURFACE_AZIMUTH, -360.0, 360.0) &&
         cf_probe_within(row, ALBEDO, 0.0, 1.0) && cf_probe_within(row, GHI, 0.0, 3000.0) &&
         cf_probe_within(row, DNI, 0.0, 3000.0) && cf_probe_within(row, DHI, 0.0, 3000.0) &&
         cf_probe_within(row, AIR, -150.0, 150.0) && cf_probe_within(row, WIND, 0.0, 200.0) &&
         cf_probe_within(row, GAMMA, -0.02, 0.02) && cf_probe_within(row, SOILING, 0.0, 1.0) &&
         cf_probe_within(row, U0, 1.0, 1000.0) && cf_probe_within(row, U1, 0.0, 1000.0) &&
         cf_probe_within(row, NOCT, 20.0, 100.0) && cf_probe_within(row, EFFICIENCY, 0.0, 0.89);
}

/* The light as the row gives it, else a clear sky's. NAN where the row has the columns and says nothing in them. */
static cf_irradiance light_of(const cf_probe_row *row, const cf_sun_place *place, const cf_lit_sky *sky) {
  const double *in = row->in;
  cf_irradiance light;
  if (row->column[DNI] == CF_PROBE_NO_COLUMN && row->column[DHI] == CF_PROBE_NO_COLUMN) {
    if (isnan(in[CF_SKY_LINKE])) return (cf_irradiance){NAN, NAN, NAN};
    cf_clear_sky clear = cf_clear_sky_make(place->altitude_m, place->pressure_pa, in[CF_SKY_LINKE]);
    cf_clear_sky_at(&clear, sky->zenith_rad, sky->cos_zenith, sky->extraterrestrial_wm2, &light);
    return light;
  }
  light = (cf_irradiance){in[GHI], in[DNI], in[DHI]};
  if (row->column[GHI] == CF_PROBE_NO_COLUMN)
    light.ghi_wm2 = light.dhi_wm2 + light.dni_wm2 * fmax(sky->cos_zenith, 0.0);
  return light;
}

static void cell_and_power(const double *in, double plane_wm2, double *out) {
  if (isnan(plane_wm2 + in[AIR] + in[WIND])) return;
  /* One watt under standard conditions: 1 m2 that makes 1/1000 of the light. */
  cf_pv pv = {.area_m2 = 1.0,
              .efficiency_stc = 1e-3,
              .power_coefficient_per_k = in[GAMMA],
              .faiman_u0_w_per_m2_k = in[U0],
              .faiman_u1_w_s_per_m3_k = in[U1],
              .soiling = in[SOILING]};
  double air_k = in[AIR] + CF_ZERO_DEGC;
  double cell_k = cf_pv_cell_temp_k(&pv, plane_wm2, air_k, in[WIND]);
  out[CELL] = cell_k - CF_ZERO_DEGC;
  out[CELL_NOCT] =
      cf_pv_cell_temp_noct_k(in[NOCT] + CF_ZERO_DEGC, in[EFFICIENCY], plane_wm2, air_k, in[WIND]) - CF_ZERO_DEGC;
  out[POWER] = cf_pv_dc_w(&pv, plane_wm2, cell_k);
}

static bool compute(void *self, const cf_probe_row *row) {
  const cf_probe_study *study = self;
  const double *in = row->in;
  double *out = row->out;
  cf_sun_place place;
  bool defined;
  if (!cf_probe_place(row, &place, &defined) || !in_range(row)) return false;
  if (!defined || isnan(in[TILT] + in[SURFACE_AZIMUTH] + in[ALBEDO])) return true;
  cf_probe_sky_state at = cf_probe_sky_at(&place, in[CF_SKY_TIME]);
  cf_plane plane = cf_plane_make(in[TILT] * CF_DEG, in[SURFACE_AZIMUTH] * CF_DEG);
  double incidence = cf_plane_cos_incidence(&plane, &at.sun);
  out[AOI] = acos(fmin(fmax(incidence, -1.0), 1.0)) / CF_DEG;
  at.sky.light = light_of(row, &place, &at.sky);
  if (isnan(at.sky.light.ghi_wm2 + at.sky.light.dni_wm2 + at.sky.light.dhi_wm2)) return true;
  static const cf_transposition models[] = {CF_SKY_ISOTROPIC, CF_SKY_HAY_DAVIES, CF_SKY_PEREZ};
  static const unsigned global[] = {ISOTROPIC, HAY_DAVIES, PEREZ};
  static const unsigned from_sky[] = {ISOTROPIC_SKY, HAY_DAVIES_SKY, PEREZ_SKY};
  double chosen = NAN;
  for (unsigned m = 0; m < 3; m++) {
    cf_plane_light light = cf_plane_light_at(&plane, models[m], &at.sky, incidence, in[ALBEDO]);
    out[global[m]] = cf_plane_total_wm2(light);
    out[from_sky[m]] = light.sky_wm2;
    out[BEAM] = light.beam_wm2;
    out[GROUND] = light.ground_wm2;
    if (models[m] == study->transposition) chosen = out[global[m]];
  }
  cell_and_power(in, chosen, out);
  return true;
}

const cf_probe_table cf_probe_pv = {"probe pv", inputs, outputs, compute, NULL};

typedef struct pv_flags {
  const char *model;
} pv_flags;

static const cf_flag flags[] = {
    {"model", 'm', CF_FLAG_TEXT, "NAME", "light that the cell is under: isotropic (default), haydavies, perez",
     offsetof(pv_flags, model), 0},
    {0}};

static cf_status model_of(const char *name, cf_transposition *model, cf_diag *diag) {
  static const char *const names[] = {"isotropic", "haydavies", "perez"};
  static const cf_transposition models[] = {CF_SKY_ISOTROPIC, CF_SKY_HAY_DAVIES, CF_SKY_PEREZ};
  for (unsigned m = 0; m < 3; m++) {
    if (strcmp(name, names[m]) != 0) continue;
    *model = models[m];
    return CF_OK;
  }
  return cf_fail(diag, CF_USAGE, "--model is isotropic, haydavies or perez, not '%s'", name);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  pv_flags given = {"isotropic"};
  cf_words words;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_probe_study study = cf_probe_study_new();
  cf_status status = cf_cli_read(cli, &cf_command_probe_pv, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  status = model_of(given.model, &study.transposition, &diag);
  if (status) return cf_cli_tell(cli, &diag, status);
  return cf_probe_run(cli, &cf_probe_pv, &study, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_pv, out); }

const cf_command cf_command_probe_pv = {
    .name = "probe pv",
    .line = "light on a tilted panel, the temperature of its cells, its power",
    .usage = "[--model isotropic|haydavies|perez] [FILE]",
    .example =
        "printf 'time_utc,lat_deg,lon_deg,tilt_deg,surf_azimuth_deg,dni_wm2,dhi_wm2,air_temp_c,wind_ms\\n"
        "2026-03-20T17:00:00Z,36.1,-79.8,35,180,820,110,14,2.5\\n' | coldfleet probe pv --model perez",
    .flags = flags,
    .more = more,
    .run = run,
};
