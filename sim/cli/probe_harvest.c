/* coldfleet probe harvest: what a harvester gives under stated conditions. */
#include "cli/probe.h"
#include "physics/harvester.h"
#include "physics/thermoelectric.h"

enum {
  KIND,
  ACCELERATION,
  FREQUENCY,
  MASS,
  RESONANCE,
  DAMPING_ELECTRICAL,
  DAMPING_MECHANICAL,
  STROKE,
  TRANSMITTER,
  GAIN_TRANSMITTER,
  GAIN_RECEIVER,
  DISTANCE,
  FLUX,
  EFFICIENCY,
  WIND,
  RAYLEIGH,
  AREA,
  AIR_DENSITY,
  POWER_COEFFICIENT,
  CUT_IN,
  RATED,
  CUT_OUT,
  CURRENT,
  PER_SQUARE,
  START,
  SATURATION,
  DENSITY,
  DECAY,
  AGE,
  DIFFERENCE,
  SEEBECK,
  RESISTANCE,
  CONDUCTANCE,
  LOAD_RATIO,
  REFERENCE
};

#define MAY(name, usual, what) \
  { name, CF_PROBE_NUMBER, false, usual, what }
static const cf_probe_input inputs[] = {
    {"kind", CF_PROBE_WORD, true, NAN, "vibration, rf, wind, induction, biofuel or thermoelectric"},
    MAY("acceleration_ms2", NAN, "vibration: peak"),
    MAY("frequency_hz", NAN, "vibration; rf"),
    MAY("mass_kg", NAN, "vibration"),
    MAY("resonance_hz", NAN, "vibration"),
    MAY("damping_electrical", NAN, "vibration: share of critical"),
    MAY("damping_mechanical", NAN, "vibration: share of critical"),
    MAY("stroke_m", NAN, "vibration: largest amplitude"),
    MAY("transmitter_w", NAN, "rf: into the antenna"),
    MAY("gain_transmitter", 1.0, "rf: a ratio"),
    MAY("gain_receiver", 1.0, "rf: a ratio"),
    MAY("distance_m", NAN, "rf: from the transmitter"),
    MAY("flux_wm2", NAN, "rf: density of power at the antenna, in place of transmitter and distance"),
    MAY("efficiency", 1.0, "rf: of the rectifier"),
    MAY("wind_ms", NAN, "wind: speed"),
    MAY("rayleigh", 0.0, "wind: 1 when the speed is the mean of a Rayleigh law"),
    MAY("area_m2", NAN, "wind; biofuel"),
    MAY("air_density_kgm3", 1.225, "wind"),
    MAY("power_coefficient", NAN, "wind: of the whole machine"),
    MAY("cut_in_ms", NAN, "wind"),
    MAY("rated_ms", NAN, "wind"),
    MAY("cut_out_ms", INFINITY, "wind"),
    MAY("current_a", NAN, "induction: of the line, rms"),
    MAY("k_w_per_a2", NAN, "induction"),
    MAY("start_a", 0.0, "induction: nothing below it"),
    MAY("saturation_w", INFINITY, "induction: never more"),
    MAY("density_wm2", NAN, "biofuel: of a new cell"),
    MAY("decay_s", INFINITY, "biofuel: to 1/e"),
    MAY("age_s", 0.0, "biofuel"),
    MAY("difference_k", NAN, "thermoelectric: of the temperatures of its sides"),
    MAY("seebeck_v_per_k", NAN, "thermoelectric: of all couples"),
    MAY("resistance_ohm", NAN, "thermoelectric"),
    MAY("conductance_w_per_k", NAN, "thermoelectric: without current"),
    MAY("load_ratio", 1.0, "thermoelectric: load over resistance"),
    MAY("reference_k", 298.15, "thermoelectric: mean temperature"),
    {0}};

enum { POWER, HEAT };
static const cf_probe_output outputs[] = {{"power_w", CF_PROBE_REAL, "electrical, before the converter"},
                                          {"heat_in_w", CF_PROBE_REAL, "taken from the hot side (thermoelectric)"},
                                          {0}};

static cf_status vibration(const double *in, double *out, cf_diag *diag) {
  cf_vibration source = {in[MASS], in[RESONANCE], in[DAMPING_ELECTRICAL], in[DAMPING_MECHANICAL], in[STROKE]};
  cf_status status = cf_vibration_check(&source, diag);
  if (status == CF_OK) out[POWER] = cf_vibration_w(&source, in[ACCELERATION], in[FREQUENCY]);
  return status;
}

static cf_status rf(const double *in, double *out, cf_diag *diag) {
  cf_rectifier rectifier = {.points = 1, .input_w = {1e-300}, .efficiency = {in[EFFICIENCY]}};
  double input_w;
  cf_status status = cf_rectifier_check(&rectifier, diag);
  if (status) return status;
  if (!isnan(in[FLUX])) {
    input_w = in[FLUX] * cf_radio_aperture_m2(in[GAIN_RECEIVER], in[FREQUENCY]);
  } else {
    cf_radio_path path = {in[TRANSMITTER], in[GAIN_TRANSMITTER], in[GAIN_RECEIVER], in[FREQUENCY], in[DISTANCE]};
    status = cf_radio_path_check(&path, diag);
    if (status) return status;
    input_w = cf_radio_path_w(&path);
  }
  out[POWER] = cf_rectifier_w(&rectifier, input_w);
  return CF_OK;
}

static cf_status wind(const double *in, double *out, cf_diag *diag) {
  cf_wind source = {in[AREA], in[AIR_DENSITY], in[POWER_COEFFICIENT], in[CUT_IN], in[RATED], in[CUT_OUT]};
  cf_status status = cf_wind_check(&source, diag);
  if (status == CF_OK)
    out[POWER] = in[RAYLEIGH] > 0.5 ? cf_wind_mean_w(&source, in[WIND]) : cf_wind_w(&source, in[WIND]);
  return status;
}

static cf_status induction(const double *in, double *out, cf_diag *diag) {
  cf_induction source = {in[PER_SQUARE], in[START], in[SATURATION]};
  cf_status status = cf_induction_check(&source, diag);
  if (status == CF_OK) out[POWER] = cf_induction_w(&source, in[CURRENT]);
  return status;
}

static cf_status biofuel(const double *in, double *out, cf_diag *diag) {
  cf_biofuel source = {in[DENSITY], in[AREA], in[DECAY]};
  cf_status status = cf_biofuel_check(&source, diag);
  if (status == CF_OK) out[POWER] = cf_biofuel_w(&source, in[AGE]);
  return status;
}

static cf_status thermoelectric(const double *in, double *out, cf_diag *diag) {
  cf_teg source = {in[SEEBECK], in[RESISTANCE], in[CONDUCTANCE], in[LOAD_RATIO], in[REFERENCE], true};
  cf_status status = cf_teg_check(&source, diag);
  if (status) return status;
  cf_teg_flow flow = cf_teg_flow_at(&source, in[DIFFERENCE]);
  out[POWER] = flow.power_w;
  out[HEAT] = flow.hot_w;
  return CF_OK;
}

/* What each kind is and cannot do without. */
typedef struct source_kind {
  const char *name;
  cf_status (*power)(const double *in, double *out, cf_diag *diag);
  unsigned needs;
  unsigned need[8];
} source_kind;

static const source_kind kinds[] = {
    {"vibration",
     vibration,
     7,
     {ACCELERATION, FREQUENCY, MASS, RESONANCE, DAMPING_ELECTRICAL, DAMPING_MECHANICAL, STROKE}},
    {"rf", rf, 1, {FREQUENCY}}, /* and flux, or transmitter and distance: its check tells */
    {"wind", wind, 5, {WIND, AREA, POWER_COEFFICIENT, CUT_IN, RATED}},
    {"induction", induction, 2, {CURRENT, PER_SQUARE}},
    {"biofuel", biofuel, 2, {DENSITY, AREA}},
    {"thermoelectric", thermoelectric, 4, {DIFFERENCE, SEEBECK, RESISTANCE, CONDUCTANCE}}};

static bool compute(void *study, const cf_probe_row *row) {
  (void)study;
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    const source_kind *kind = &kinds[k];
    if (!cf_csv_is(row->csv, row->column[KIND], kind->name)) continue;
    for (unsigned n = 0; n < kind->needs; n++)
      if (isnan(row->in[kind->need[n]]))
        return cf_probe_fail(row, KIND, "%s needs %s", kind->name, inputs[kind->need[n]].name);
    cf_diag diag;
    cf_diag_init(&diag);
    return kind->power(row->in, row->out, &diag) == CF_OK || cf_probe_fail(row, KIND, "%s", diag.entry[0].text);
  }
  return cf_probe_fail(row, KIND, "the kind is vibration, rf, wind, induction, biofuel or thermoelectric");
}

const cf_probe_table cf_probe_harvest = {"probe harvest", inputs, outputs, compute, NULL};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_probe_harvest, argc, argv, NULL, &words, 0, 1);
  return status ? status : cf_probe_run(cli, &cf_probe_harvest, NULL, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_harvest, out); }

static const cf_flag flags[] = {{0}};
const cf_command cf_command_probe_harvest = {
    .name = "probe harvest",
    .line = "what a harvester gives under stated conditions",
    .usage = "[FILE]",
    .example =
        "printf 'kind,current_a,k_w_per_a2,start_a,saturation_w\\ninduction,50,92e-6,10,0.5\\n' | "
        "coldfleet probe harvest",
    .flags = flags,
    .more = more,
    .run = run,
};
