/* Sources of power other than the sun and heat: vibration, radio, wind, the field of a line, fuel cells.
 *
 * Each is a struct of plain numbers and a closed form for the power at the harvester's output, before the converter.
 * Pure functions; SI units; never negative. Each has a check, CF_INPUT with the reason when a number is out of range:
 * the other functions take checked structs. cf_..._profile turns the profile of the source's driver into that of its
 * power, to `tolerance_w` (profile.h: cf_profile_mapped); its mean over a run is cf_profile_mean. A constant source is
 * cf_profile_constant. Errors as in profile.h. */
#ifndef CF_PHYSICS_HARVESTER_H
#define CF_PHYSICS_HARVESTER_H

#include "physics/profile.h"

/* Vibration. A mass on a spring in a vibrating frame, damped by the generator and by friction (C. B. Williams, R. B.
 * Yates, Sensors and Actuators A 52 (1996) 8). Under the acceleration A sin(w t) of the frame the mass swings against
 * it with
 *
 *   Z = A / sqrt((w0^2 - w^2)^2 + (2 zeta w0 w)^2),  zeta = zeta_e + zeta_m,  at most the stroke
 *   P = m zeta_e w0 w^2 Z^2
 *
 * at resonance Z = A / (2 zeta w^2), P = m zeta_e A^2 / (4 w zeta^2). Where the amplitude would be larger than the
 * stroke the mass swings the whole stroke at the same w and the stops take the rest, so the power stays at what the
 * stroke allows (a rule of ours: sinusoidal motion, the generator's damping unchanged). */
typedef struct cf_vibration {
  double mass_kg;
  double resonance_hz;
  double damping_electrical; /* zeta_e: share of the critical damping that becomes power */
  double damping_mechanical; /* zeta_m */
  double stroke_m;           /* largest amplitude, from the middle to one stop */
} cf_vibration;

cf_status cf_vibration_check(const cf_vibration *vibration, cf_diag *diag);

/* Amplitude of the mass against the frame, stops included; acceleration: the peak, not the rms. */
double cf_vibration_amplitude_m(const cf_vibration *vibration, double acceleration_ms2, double frequency_hz);
double cf_vibration_w(const cf_vibration *vibration, double acceleration_ms2, double frequency_hz);
cf_status cf_vibration_profile(cf_arena *arena, const cf_vibration *vibration, const cf_profile *acceleration_ms2,
                               double frequency_hz, double tolerance_w, cf_profile *power_w, cf_diag *diag);

/* Radio. Power at the antenna in the far field of a transmitter (H. T. Friis, Proc. IRE 34 (1946) 254): P_t G_t G_r
 * (lambda / 4 pi d)^2, or from a power density S through the effective aperture G lambda^2 / 4 pi. The rectifier's
 * efficiency is a table over the power at its input, straight between two entries over the logarithm of that power,
 * that is over dBm, as data sheets plot it; nothing below the first entry, the last efficiency above the last one. */
enum { CF_RECTIFIER_POINTS = 16 };

typedef struct cf_rectifier {
  uint32_t points; /* 1..CF_RECTIFIER_POINTS, input_w > 0 ascending */
  double input_w[CF_RECTIFIER_POINTS];
  double efficiency[CF_RECTIFIER_POINTS]; /* 0..1 */
} cf_rectifier;

cf_status cf_rectifier_check(const cf_rectifier *rectifier, cf_diag *diag);
double cf_rectifier_w(const cf_rectifier *rectifier, double input_w);
cf_status cf_rectifier_profile(cf_arena *arena, const cf_rectifier *rectifier, const cf_profile *input_w,
                               double tolerance_w, cf_profile *power_w, cf_diag *diag);

typedef struct cf_radio_path {
  double transmitter_w;    /* into the antenna */
  double gain_transmitter; /* over an isotropic antenna, as a ratio */
  double gain_receiver;
  double frequency_hz;
  double distance_m;
} cf_radio_path;

/* CF_INPUT also nearer than two wavelengths: Friis's law is for the far field. */
cf_status cf_radio_path_check(const cf_radio_path *path, cf_diag *diag);
double cf_radio_path_w(const cf_radio_path *path);
double cf_radio_aperture_m2(double gain, double frequency_hz);

/* Wind. P = 1/2 rho A C_p v^3 from the cut-in to the rated speed, constant up to the cut-out speed, nothing beyond: the
 * textbook law (for example J. F. Manwell et al., "Wind Energy Explained", 2nd ed. 2009). C_p is that of the whole
 * machine, wind to terminals, at most 16/27 (Betz). */
typedef struct cf_wind {
  double area_m2;
  double air_density_kg_m3;
  double power_coefficient;
  double cut_in_ms, rated_ms, cut_out_ms; /* 0 <= cut-in < rated < cut-out; infinity: never cuts out */
} cf_wind;

cf_status cf_wind_check(const cf_wind *wind, cf_diag *diag);
double cf_wind_w(const cf_wind *wind, double speed_ms);

/* Mean power in a wind whose speed has a Rayleigh law of the given mean, as monthly means of the speed stand for: with
 * c = 2 mean / sqrt(pi) and u = (v/c)^2 the law of u is exp(-u), so the cubic part is the difference of the incomplete
 * gamma function G(5/2, u) = exp(-u) (u^3/2 + 3/2 u^1/2) + 3/4 sqrt(pi) erfc(u^1/2) at cut-in and rated speed, times
 * 1/2 rho A C_p c^3 (own integral, by the recurrence of the incomplete gamma function: DLMF 8.8). */
double cf_wind_mean_w(const cf_wind *wind, double mean_speed_ms);

/* `rayleigh`: the speed is a mean, the power cf_wind_mean_w, whose inflection has no closed form: its tolerance holds
 * at the quarter points of each chord. Otherwise the speed is the wind itself. */
cf_status cf_wind_profile(cf_arena *arena, const cf_wind *wind, const cf_profile *speed_ms, bool rayleigh,
                          double tolerance_w, cf_profile *power_w, cf_diag *diag);

/* Line. A coil in the field of a power line: P = min(k I^2, saturation), nothing below the start current. The voltage
 * follows dI/dt (Faraday), so a fixed load takes k I^2, until the core saturates. */
typedef struct cf_induction {
  double w_per_a2; /* k, for the rms current */
  double start_a;
  double saturation_w; /* infinity: none */
} cf_induction;

cf_status cf_induction_check(const cf_induction *induction, cf_diag *diag);
double cf_induction_w(const cf_induction *induction, double current_a);
cf_status cf_induction_profile(cf_arena *arena, const cf_induction *induction, const cf_profile *current_a,
                               double tolerance_w, cf_profile *power_w, cf_diag *diag);

/* Fuel. A biofuel cell, or any chemistry of its surroundings: power per area, which decays with the age of the
 * electrode, P = p A exp(-age / tau). */
typedef struct cf_biofuel {
  double density_wm2;
  double area_m2;
  double decay_s; /* tau; infinity: none */
} cf_biofuel;

cf_status cf_biofuel_check(const cf_biofuel *biofuel, cf_diag *diag);
double cf_biofuel_w(const cf_biofuel *biofuel, double age_s);

/* Age 0 at instant 0; exact to tolerance_w until until_ns, from there on constant. */
cf_status cf_biofuel_profile(cf_arena *arena, const cf_biofuel *biofuel, int64_t until_ns, double tolerance_w,
                             cf_profile *power_w, cf_diag *diag);

#endif
