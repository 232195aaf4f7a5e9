#include "physics/harvester.h"

#include "base/remath.h"

#include <math.h>

#define PI 3.14159265358979323846
#define LIGHT_MS 299792458.0 /* exact, SI */
#define BETZ (16.0 / 27.0)

static bool positive(double x) { return x > 0.0 && isfinite(x); }

static bool not_negative(double x) { return x >= 0.0 && isfinite(x); }

static double square(double x) { return x * x; }

/* ---- Vibration ------------------------------------------------------------------------------------------------- */

cf_status cf_vibration_check(const cf_vibration *v, cf_diag *diag) {
  if (!positive(v->mass_kg) || !positive(v->resonance_hz) || !positive(v->stroke_m))
    return cf_fail(diag, CF_INPUT, "a vibration harvester needs a mass, a resonance and a stroke above zero");
  if (!(positive(v->damping_electrical) && not_negative(v->damping_mechanical) &&
        v->damping_electrical + v->damping_mechanical < 1.0))
    return cf_fail(diag, CF_INPUT,
                   "damping ratios %g (electrical) and %g (mechanical) must be positive, below 1 together",
                   v->damping_electrical, v->damping_mechanical);
  return CF_OK;
}

/* Amplitude per acceleration with room to move. */
static double receptance_s2(const cf_vibration *v, double frequency_hz) {
  double w0 = 2.0 * PI * v->resonance_hz, w = 2.0 * PI * frequency_hz;
  double zeta = v->damping_electrical + v->damping_mechanical;
  return 1.0 / sqrt(square((w0 - w) * (w0 + w)) + square(2.0 * zeta * w0 * w));
}

double cf_vibration_amplitude_m(const cf_vibration *v, double acceleration_ms2, double frequency_hz) {
  return fmin(fabs(acceleration_ms2) * receptance_s2(v, frequency_hz), v->stroke_m);
}

double cf_vibration_w(const cf_vibration *v, double acceleration_ms2, double frequency_hz) {
  double w0 = 2.0 * PI * v->resonance_hz, w = 2.0 * PI * frequency_hz;
  double amplitude_m = cf_vibration_amplitude_m(v, acceleration_ms2, frequency_hz);
  return v->mass_kg * v->damping_electrical * w0 * square(w * amplitude_m);
}

typedef struct vibration_at {
  const cf_vibration *vibration;
  double frequency_hz;
} vibration_at;

static double vibration_power(const void *context, double acceleration_ms2) {
  const vibration_at *at = context;
  return cf_vibration_w(at->vibration, acceleration_ms2, at->frequency_hz);
}

cf_status cf_vibration_profile(cf_arena *arena, const cf_vibration *v, const cf_profile *acceleration_ms2,
                               double frequency_hz, double tolerance_w, cf_profile *power_w, cf_diag *diag) {
  if (!not_negative(frequency_hz))
    return cf_fail(diag, CF_INPUT, "the frequency of a vibration must not be negative, %g Hz is", frequency_hz);
  vibration_at at = {v, frequency_hz};
  double stops_ms2 = v->stroke_m / receptance_s2(v, frequency_hz);
  double edge[2] = {-stops_ms2, stops_ms2};
  cf_profile_map map = {{vibration_power, &at}, 2, edge, tolerance_w};
  return cf_profile_mapped(arena, acceleration_ms2, &map, power_w, diag);
}

/* ---- Radio ----------------------------------------------------------------------------------------------------- */

cf_status cf_rectifier_check(const cf_rectifier *r, cf_diag *diag) {
  if (r->points < 1 || r->points > CF_RECTIFIER_POINTS)
    return cf_fail(diag, CF_INPUT, "a rectifier's table takes 1 to %d points", (int)CF_RECTIFIER_POINTS);
  for (uint32_t i = 0; i < r->points; i++) {
    if (!positive(r->input_w[i]) || (i > 0 && r->input_w[i] <= r->input_w[i - 1]))
      return cf_fail(diag, CF_INPUT, "point %u of a rectifier's table: input powers must be positive and rise", i + 1);
    if (!(r->efficiency[i] >= 0.0 && r->efficiency[i] <= 1.0))
      return cf_fail(diag, CF_INPUT, "point %u of a rectifier's table: efficiency %g is not within 0..1", i + 1,
                     r->efficiency[i]);
  }
  return CF_OK;
}

double cf_rectifier_w(const cf_rectifier *r, double input_w) {
  if (!(input_w >= r->input_w[0])) return 0.0;
  uint32_t above = 1;
  while (above < r->points && r->input_w[above] <= input_w) above++;
  if (above == r->points) return r->efficiency[above - 1] * input_w;
  uint32_t below = above - 1;
  double weight = cf_log(input_w / r->input_w[below]) / cf_log(r->input_w[above] / r->input_w[below]);
  return input_w * (r->efficiency[below] + weight * (r->efficiency[above] - r->efficiency[below]));
}

static double rectifier_power(const void *context, double input_w) { return cf_rectifier_w(context, input_w); }

cf_status cf_rectifier_profile(cf_arena *arena, const cf_rectifier *r, const cf_profile *input_w, double tolerance_w,
                               cf_profile *power_w, cf_diag *diag) {
  /* Between two entries P (a + b ln P) is convex or concave all the way. */
  cf_profile_map map = {{rectifier_power, r}, r->points, r->input_w, tolerance_w};
  return cf_profile_mapped(arena, input_w, &map, power_w, diag);
}

cf_status cf_radio_path_check(const cf_radio_path *path, cf_diag *diag) {
  if (!not_negative(path->transmitter_w) || !positive(path->gain_transmitter) || !positive(path->gain_receiver))
    return cf_fail(diag, CF_INPUT, "a radio source needs a power of zero or more and antenna gains above zero");
  if (!positive(path->frequency_hz) || !positive(path->distance_m))
    return cf_fail(diag, CF_INPUT, "a radio source needs a frequency and a distance above zero");
  double wavelength_m = LIGHT_MS / path->frequency_hz;
  if (path->distance_m < 2.0 * wavelength_m)
    return cf_fail(diag, CF_INPUT, "%g m from the transmitter is no far field: at least two wavelengths, %g m",
                   path->distance_m, 2.0 * wavelength_m);
  return CF_OK;
}

double cf_radio_path_w(const cf_radio_path *path) {
  double wavelength_m = LIGHT_MS / path->frequency_hz;
  return path->transmitter_w * path->gain_transmitter * path->gain_receiver *
         square(wavelength_m / (4.0 * PI * path->distance_m));
}

double cf_radio_aperture_m2(double gain, double frequency_hz) {
  return gain * square(LIGHT_MS / frequency_hz) / (4.0 * PI);
}

/* ---- Wind ------------------------------------------------------------------------------------------------------ */

cf_status cf_wind_check(const cf_wind *wind, cf_diag *diag) {
  if (!positive(wind->area_m2) || !positive(wind->air_density_kg_m3))
    return cf_fail(diag, CF_INPUT, "a wind turbine needs an area and an air density above zero");
  if (!(wind->power_coefficient > 0.0 && wind->power_coefficient <= BETZ))
    return cf_fail(diag, CF_INPUT, "a wind turbine's power coefficient is above 0 and at most 16/27, not %g",
                   wind->power_coefficient);
  if (!(not_negative(wind->cut_in_ms) && wind->cut_in_ms < wind->rated_ms && isfinite(wind->rated_ms) &&
        wind->rated_ms < wind->cut_out_ms))
    return cf_fail(diag, CF_INPUT, "a wind turbine's cut-in, rated and cut-out speeds must rise: %g, %g, %g m/s",
                   wind->cut_in_ms, wind->rated_ms, wind->cut_out_ms);
  return CF_OK;
}

/* Power over the cube of the speed. */
static double cubic_w(const cf_wind *wind, double speed_ms) {
  double pressure_like = 0.5 * wind->air_density_kg_m3 * wind->area_m2 * wind->power_coefficient;
  return pressure_like * speed_ms * square(speed_ms);
}

double cf_wind_w(const cf_wind *wind, double speed_ms) {
  if (!(speed_ms >= wind->cut_in_ms && speed_ms < wind->cut_out_ms)) return 0.0;
  return cubic_w(wind, fmin(speed_ms, wind->rated_ms));
}

/* Incomplete gamma function G(5/2, x^2). */
static double upper_gamma(double x) { return cf_exp(-x * x) * x * (x * x + 1.5) + 0.75 * sqrt(PI) * cf_erfc(x); }

double cf_wind_mean_w(const cf_wind *wind, double mean_speed_ms) {
  if (!(mean_speed_ms > 0.0)) return 0.0;
  double scale_ms = 2.0 * mean_speed_ms / sqrt(PI);
  double in = wind->cut_in_ms / scale_ms, rated = wind->rated_ms / scale_ms, out = wind->cut_out_ms / scale_ms;
  double above_rated = cf_exp(-rated * rated) - (isfinite(out) ? cf_exp(-out * out) : 0.0);
  double rising = upper_gamma(in) - upper_gamma(rated);
  return cubic_w(wind, scale_ms) * rising + cubic_w(wind, wind->rated_ms) * above_rated;
}

static double wind_power(const void *context, double speed_ms) { return cf_wind_w(context, speed_ms); }

static double wind_mean_power(const void *context, double speed_ms) { return cf_wind_mean_w(context, speed_ms); }

cf_status cf_wind_profile(cf_arena *arena, const cf_wind *wind, const cf_profile *speed_ms, bool rayleigh,
                          double tolerance_w, cf_profile *power_w, cf_diag *diag) {
  double edge[3] = {wind->cut_in_ms, wind->rated_ms, wind->cut_out_ms};
  cf_profile_map map = {{rayleigh ? wind_mean_power : wind_power, wind}, 3, edge, tolerance_w};
  return cf_profile_mapped(arena, speed_ms, &map, power_w, diag);
}

/* ---- Line ------------------------------------------------------------------------------------------------------ */

cf_status cf_induction_check(const cf_induction *induction, cf_diag *diag) {
  if (!positive(induction->w_per_a2) || !not_negative(induction->start_a) || !(induction->saturation_w > 0.0))
    return cf_fail(diag, CF_INPUT,
                   "a line harvester needs W/A2 and a saturation above zero and a start current of zero or more");
  if (induction->w_per_a2 * square(induction->start_a) > induction->saturation_w)
    return cf_fail(diag, CF_INPUT, "a line harvester that starts at %g A is saturated before it starts",
                   induction->start_a);
  return CF_OK;
}

double cf_induction_w(const cf_induction *induction, double current_a) {
  if (!(current_a >= induction->start_a)) return 0.0;
  return fmin(induction->w_per_a2 * square(current_a), induction->saturation_w);
}

static double induction_power(const void *context, double current_a) { return cf_induction_w(context, current_a); }

cf_status cf_induction_profile(cf_arena *arena, const cf_induction *induction, const cf_profile *current_a,
                               double tolerance_w, cf_profile *power_w, cf_diag *diag) {
  double edge[2] = {induction->start_a, sqrt(induction->saturation_w / induction->w_per_a2)};
  cf_profile_map map = {{induction_power, induction}, 2, edge, tolerance_w};
  return cf_profile_mapped(arena, current_a, &map, power_w, diag);
}

/* ---- Fuel ------------------------------------------------------------------------------------------------------ */

cf_status cf_biofuel_check(const cf_biofuel *biofuel, cf_diag *diag) {
  if (!positive(biofuel->density_wm2) || !positive(biofuel->area_m2) || !(biofuel->decay_s > 0.0))
    return cf_fail(diag, CF_INPUT, "a fuel cell needs a power density, an area and a decay time above zero");
  return CF_OK;
}

double cf_biofuel_w(const cf_biofuel *biofuel, double age_s) {
  return biofuel->density_wm2 * biofuel->area_m2 * cf_exp(-age_s / biofuel->decay_s);
}

static double biofuel_power(const void *context, double age_s) { return cf_biofuel_w(context, age_s); }

cf_status cf_biofuel_profile(cf_arena *arena, const cf_biofuel *biofuel, int64_t until_ns, double tolerance_w,
                             cf_profile *power_w, cf_diag *diag) {
  int64_t ends_ns[2] = {0, until_ns};
  cf_profile_smooth smooth = {
      .function = {biofuel_power, biofuel}, .breaks = 2, .break_ns = ends_ns, .tolerance = tolerance_w};
  return cf_profile_fit(arena, &smooth, power_w, diag);
}
