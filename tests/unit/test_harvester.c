/* Harvesters: against an integrated equation of motion, decibel arithmetic, quadrature and long doubles; limits,
 * monotonicity, scaling; profiles of power. */
#include "physics/harvester.h"

#include "../support/cf_test.h"

#include <gsl/gsl_integration.h>

#define PI 3.14159265358979323846
#define S CF_NS_PER_S

static const cf_vibration coil = {
    .mass_kg = 0.02, .resonance_hz = 50.0, .damping_electrical = 0.01, .damping_mechanical = 0.015, .stroke_m = 1e-3};
static const cf_rectifier diode = {
    .points = 5, .input_w = {1e-6, 1e-5, 1e-4, 1e-3, 1e-2}, .efficiency = {0.05, 0.20, 0.45, 0.60, 0.55}};
static const cf_radio_path path = {
    .transmitter_w = 3.0, .gain_transmitter = 4.0, .gain_receiver = 1.6, .frequency_hz = 915e6, .distance_m = 8.0};
static const cf_wind rotor = {.area_m2 = 0.5,
                              .air_density_kg_m3 = 1.225,
                              .power_coefficient = 0.25,
                              .cut_in_ms = 3.0,
                              .rated_ms = 11.0,
                              .cut_out_ms = 25.0};
/* 230 mW at 50 A rms, from 10 A (Wu, PowerMEMS 2017). */
static const cf_induction clamp = {.w_per_a2 = 0.23 / 2500.0, .start_a = 10.0, .saturation_w = 1.2};
static const cf_biofuel glucose = {.density_wm2 = 0.05, .area_m2 = 2e-4, .decay_s = 30.0 * 86400.0};

static cf_arena *arena;
static cf_diag diag;

static int open_arena(void **state) {
  (void)state;
  arena = cf_arena_create(0xA5);
  cf_diag_init(&diag);
  return arena ? 0 : -1;
}

static int close_arena(void **state) {
  (void)state;
  cf_arena_destroy(arena);
  return 0;
}

static bool near(double a, double b, double share) { return fabs(a - b) <= share * fabs(b); }

/* ---- Vibration ------------------------------------------------------------------------------------------------- */

/* z'' = -2 (zeta_e + zeta_m) w0 z' - w0^2 z - A sin(w t), by Runge-Kutta, from rest until the start is forgotten; mean
 * over one period of what the electrical damper takes, 2 m zeta_e w0 z'^2, and the largest |z|. */
static double integrated_w(const cf_vibration *v, double a, double hz, double *amplitude) {
  enum { STEPS = 2000 };
  double w0 = 2.0 * PI * v->resonance_hz, w = 2.0 * PI * hz;
  double drag = 2.0 * (v->damping_electrical + v->damping_mechanical) * w0, h = 1.0 / (hz * STEPS);
  int periods = (int)ceil(20.0 / (0.5 * drag) * hz) + 1;
  double z = 0.0, u = 0.0, taken = 0.0;
  *amplitude = 0.0;
  for (int p = 0; p <= periods; p++)
    for (int i = 0; i < STEPS; i++) {
      double t = i * h, k[4], l[4];
      for (int s = 0; s < 4; s++) {
        double c = s == 0 ? 0.0 : s == 3 ? 1.0 : 0.5;
        double zs = z + (s ? c * h * k[s - 1] : 0.0), us = u + (s ? c * h * l[s - 1] : 0.0);
        k[s] = us;
        l[s] = -drag * us - w0 * w0 * zs - a * sin(w * (t + c * h));
      }
      if (p == periods) {
        taken += 2.0 * v->mass_kg * v->damping_electrical * w0 * u * u * h;
        *amplitude = fmax(*amplitude, fabs(z));
      }
      z += h / 6.0 * (k[0] + 2.0 * k[1] + 2.0 * k[2] + k[3]);
      u += h / 6.0 * (l[0] + 2.0 * l[1] + 2.0 * l[2] + l[3]);
    }
  return taken * hz;
}

static void vibration_moves_as_newton_says(void **state) {
  (void)state;
  cf_vibration free_coil = coil;
  free_coil.stroke_m = 1.0;
  double worst = 0.0;
  static const double hz[] = {20.0, 45.0, 49.5, 50.0, 51.0, 80.0};
  for (size_t i = 0; i < sizeof hz / sizeof *hz; i++) {
    double amplitude, want = integrated_w(&free_coil, 0.8, hz[i], &amplitude);
    worst = fmax(worst, fabs(cf_vibration_w(&free_coil, 0.8, hz[i]) / want - 1.0));
    assert_true(near(cf_vibration_amplitude_m(&free_coil, 0.8, hz[i]), amplitude, 1e-5));
  }
  print_message("vibration: %.1e of the integrated motion\n", worst);
  assert_true(worst < 1e-7);
}

static void vibration_at_resonance(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < 1000; i++) {
    cf_vibration v = {.mass_kg = cf_test_between(&seed, 1e-3, 0.1),
                      .resonance_hz = cf_test_between(&seed, 1.0, 400.0),
                      .damping_electrical = cf_test_between(&seed, 1e-3, 0.4),
                      .damping_mechanical = cf_test_between(&seed, 1e-3, 0.4),
                      .stroke_m = 1e9};
    double a = cf_test_between(&seed, 0.1, 20.0), w = 2.0 * PI * v.resonance_hz;
    double zeta = v.damping_electrical + v.damping_mechanical;
    double want = v.mass_kg * v.damping_electrical * a * a / (4.0 * w * zeta * zeta);
    assert_true(near(cf_vibration_w(&v, a, v.resonance_hz), want, 1e-12));
    assert_true(near(cf_vibration_amplitude_m(&v, a, v.resonance_hz), a / (2.0 * w * w * zeta), 1e-12));
    /* Most where the electrical damping equals the mechanical: m A^2 / (16 w zeta_m). */
    cf_vibration best = v;
    best.damping_electrical = v.damping_mechanical;
    double most = v.mass_kg * a * a / (16.0 * w * v.damping_mechanical);
    assert_true(near(cf_vibration_w(&best, a, v.resonance_hz), most, 1e-12));
    assert_true(cf_vibration_w(&v, a, v.resonance_hz) <= most * (1.0 + 1e-12));
  }
}

static void vibration_stops(void **state) {
  (void)state;
  double w = 2.0 * PI * coil.resonance_hz;
  double limit_ms2 = coil.stroke_m * 2.0 * w * w * 0.025;
  double full_w = coil.mass_kg * coil.damping_electrical * w * w * w * coil.stroke_m * coil.stroke_m;
  assert_true(near(cf_vibration_w(&coil, limit_ms2, 50.0), full_w, 1e-12));
  assert_true(near(cf_vibration_w(&coil, 0.5 * limit_ms2, 50.0), 0.25 * full_w, 1e-12));
  assert_true(near(cf_vibration_w(&coil, 50.0 * limit_ms2, 50.0), full_w, 1e-12));
  assert_true(cf_vibration_amplitude_m(&coil, 50.0 * limit_ms2, 50.0) == coil.stroke_m);
  assert_true(cf_vibration_w(&coil, 0.0, 50.0) == 0.0 && cf_vibration_w(&coil, 1.0, 0.0) == 0.0);
  double last = 0.0;
  for (double a = 0.0; a < 20.0; a += 0.01) {
    double power = cf_vibration_w(&coil, a, 49.0);
    assert_true(power >= last);
    last = power;
  }
  for (double hz = 1.0; hz < 49.0; hz += 0.5) /* further from resonance, less */
    assert_true(cf_vibration_w(&coil, 1.0, hz) < cf_vibration_w(&coil, 1.0, hz + 0.5));
}

/* ---- Radio ----------------------------------------------------------------------------------------------------- */

/* Friis in decibels, in long double, against the closed form; the aperture against the power density. */
static void radio_by_decibels(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int i = 0; i < 1000; i++) {
    cf_radio_path p = {.transmitter_w = cf_test_between(&seed, 0.01, 10.0),
                       .gain_transmitter = cf_test_between(&seed, 1.0, 20.0),
                       .gain_receiver = cf_test_between(&seed, 0.1, 5.0),
                       .frequency_hz = cf_test_between(&seed, 1e8, 6e9),
                       .distance_m = cf_test_between(&seed, 10.0, 300.0)};
    assert_int_equal(cf_radio_path_check(&p, &diag), CF_OK);
    long double loss_db = 20.0L * log10l((long double)p.distance_m) + 20.0L * log10l((long double)p.frequency_hz) +
                          20.0L * log10l(4.0L * 3.141592653589793238462643383279L / 299792458.0L);
    long double got_db = 10.0L * (log10l((long double)p.transmitter_w) + log10l((long double)p.gain_transmitter) +
                                  log10l((long double)p.gain_receiver)) -
                         loss_db;
    assert_true(near(cf_radio_path_w(&p), (double)powl(10.0L, got_db / 10.0L), 1e-12));
    double density_wm2 = p.transmitter_w * p.gain_transmitter / (4.0 * PI * p.distance_m * p.distance_m);
    assert_true(near(density_wm2 * cf_radio_aperture_m2(p.gain_receiver, p.frequency_hz), cf_radio_path_w(&p), 1e-12));
    cf_radio_path twice = p;
    twice.distance_m *= 2.0;
    assert_true(near(cf_radio_path_w(&twice), 0.25 * cf_radio_path_w(&p), 1e-14));
  }
}

static void rectifier_table(void **state) {
  (void)state;
  for (uint32_t i = 0; i < diode.points; i++)
    assert_true(near(cf_rectifier_w(&diode, diode.input_w[i]), diode.efficiency[i] * diode.input_w[i], 1e-15));
  /* Half way in dBm: -25, -15, -5, 5 dBm. */
  static const double half_w[] = {3.1622776601683795e-6, 3.1622776601683795e-5, 3.1622776601683795e-4,
                                  3.1622776601683795e-3};
  static const double half[] = {0.125, 0.325, 0.525, 0.575};
  for (int i = 0; i < 4; i++) assert_true(near(cf_rectifier_w(&diode, half_w[i]), half[i] * half_w[i], 1e-12));
  assert_true(cf_rectifier_w(&diode, 0.99e-6) == 0.0 && cf_rectifier_w(&diode, 0.0) == 0.0);
  assert_true(cf_rectifier_w(&diode, -1.0) == 0.0);
  assert_true(near(cf_rectifier_w(&diode, 0.05), 0.55 * 0.05, 1e-15));
  double last = 0.0;
  for (double dbm = -40.0; dbm < 20.0; dbm += 0.01) {
    double in_w = pow(10.0, dbm / 10.0 - 3.0), power = cf_rectifier_w(&diode, in_w);
    assert_true(power >= last && power <= 0.6 * in_w);
    last = power;
  }
  cf_rectifier one = {.points = 1, .input_w = {1e-5}, .efficiency = {0.3}};
  assert_true(near(cf_rectifier_w(&one, 2e-5), 6e-6, 1e-15) && cf_rectifier_w(&one, 0.9e-5) == 0.0);
}

/* ---- Wind ------------------------------------------------------------------------------------------------------ */

static void wind_curve(void **state) {
  (void)state;
  assert_true(near(cf_wind_w(&rotor, 8.0), 0.5 * 1.225 * 0.5 * 0.25 * 512.0, 1e-15));
  assert_true(cf_wind_w(&rotor, 2.999) == 0.0 && cf_wind_w(&rotor, 3.0) > 0.0);
  assert_true(cf_wind_w(&rotor, 11.0) == cf_wind_w(&rotor, 24.999) && cf_wind_w(&rotor, 25.0) == 0.0);
  assert_true(near(cf_wind_w(&rotor, 10.0), 8.0 * cf_wind_w(&rotor, 5.0), 1e-14));
  assert_true(cf_wind_w(&rotor, -5.0) == 0.0);
}

typedef struct gusts {
  const cf_wind *wind;
  double mean_ms;
} gusts;

static double weighted_power(double v, void *context) {
  const gusts *g = context;
  double density = PI * v / (2.0 * g->mean_ms * g->mean_ms) * exp(-PI * v * v / (4.0 * g->mean_ms * g->mean_ms));
  return density * cf_wind_w(g->wind, v);
}

static void wind_mean_is_the_integral(void **state) {
  (void)state;
  gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
  cf_wind endless = rotor;
  endless.cut_out_ms = INFINITY;
  endless.cut_in_ms = 0.0;
  const cf_wind *turbine[] = {&rotor, &endless};
  double worst = 0.0;
  for (int i = 0; i < 2; i++)
    for (double mean = 0.5; mean < 20.0; mean += 0.25) {
      gusts g = {turbine[i], mean};
      gsl_function f = {weighted_power, &g};
      double far = fmin(turbine[i]->cut_out_ms, 8.0 * mean + 11.0 + 1.0);
      double edge[] = {turbine[i]->cut_in_ms, turbine[i]->rated_ms, far}, want = 0.0, part, error;
      for (int k = 0; k < 2; k++) {
        gsl_integration_qag(&f, edge[k], edge[k + 1] * (1.0 - 1e-16), 0.0, 1e-13, 1000, GSL_INTEG_GAUSS61, space, &part,
                            &error);
        want += part;
      }
      worst = fmax(worst, fabs(cf_wind_mean_w(turbine[i], mean) / want - 1.0));
    }
  gsl_integration_workspace_free(space);
  print_message("mean wind power: %.1e of the quadrature\n", worst);
  assert_true(worst < 1e-11);
  assert_true(cf_wind_mean_w(&rotor, 0.0) == 0.0 && cf_wind_mean_w(&rotor, -1.0) == 0.0);
  assert_true(cf_wind_mean_w(&rotor, 0.05) == 0.0); /* 3 m/s never comes */
  /* Without limits E[v^3] = 6/pi mean^3. */
  cf_wind bare = endless;
  bare.rated_ms = 1e4;
  double cube_w = 0.5 * 1.225 * 0.5 * 0.25 * 6.0 / PI * 125.0;
  assert_true(near(cf_wind_mean_w(&bare, 5.0), cube_w, 1e-12));
  for (double mean = 0.5; mean < 8.0; mean += 0.1) /* more wind, more power, until it cuts out often */
    assert_true(cf_wind_mean_w(&rotor, mean + 0.1) > cf_wind_mean_w(&rotor, mean));
}

/* ---- Line and fuel --------------------------------------------------------------------------------------------- */

static void line_and_fuel(void **state) {
  (void)state;
  assert_true(near(cf_induction_w(&clamp, 50.0), 0.23, 1e-15));
  assert_true(near(cf_induction_w(&clamp, 25.0), 0.23 / 4.0, 1e-15));
  assert_true(cf_induction_w(&clamp, 9.999) == 0.0 && near(cf_induction_w(&clamp, 10.0), 0.0092, 1e-14));
  assert_true(cf_induction_w(&clamp, 114.0) < 1.2 && cf_induction_w(&clamp, 115.0) == 1.2);
  assert_true(cf_induction_w(&clamp, 1e6) == 1.2 && cf_induction_w(&clamp, -50.0) == 0.0);
  assert_true(near(cf_biofuel_w(&glucose, 0.0), 1e-5, 1e-15));
  for (double days = 0.0; days < 300.0; days += 7.0)
    assert_true(
        near(cf_biofuel_w(&glucose, days * 86400.0), (double)(1e-5L * expl(-(long double)days / 30.0L)), 1e-13));
  cf_biofuel lasting = glucose;
  lasting.decay_s = INFINITY;
  assert_true(near(cf_biofuel_w(&lasting, 1e9), 1e-5, 1e-15));
}

/* ---- Profiles -------------------------------------------------------------------------------------------------- */

static cf_profile hours_of(const double value[24], bool hold) {
  cf_profile profile;
  assert_int_equal(cf_profile_daily(arena, value, hold, 0, &profile, &diag), CF_OK);
  return profile;
}

static void power_follows_its_driver(void **state) {
  (void)state;
  double current[24], speed[24], peak[24], input[24];
  for (int h = 0; h < 24; h++) {
    double wave = 1.0 - cos(2.0 * PI * h / 24.0);
    current[h] = 70.0 * wave;
    speed[h] = 14.0 * wave;
    peak[h] = 3.0 * wave;
    input[h] = 4e-3 * wave;
  }
  for (int hold = 0; hold < 2; hold++) {
    cf_profile a = hours_of(current, hold), v = hours_of(speed, hold), p = hours_of(peak, hold),
               r = hours_of(input, hold);
    cf_profile line_w, wind_w, mean_w, vibration_w, radio_w;
    assert_int_equal(cf_induction_profile(arena, &clamp, &a, 1e-3, &line_w, &diag), CF_OK);
    assert_int_equal(cf_wind_profile(arena, &rotor, &v, false, 1e-2, &wind_w, &diag), CF_OK);
    assert_int_equal(cf_wind_profile(arena, &rotor, &v, true, 1e-2, &mean_w, &diag), CF_OK);
    assert_int_equal(cf_vibration_profile(arena, &coil, &p, 50.0, 1e-5, &vibration_w, &diag), CF_OK);
    assert_int_equal(cf_rectifier_profile(arena, &diode, &r, 1e-6, &radio_w, &diag), CF_OK);
    double worst[5] = {0}, sum = 0.0;
    for (int64_t t = 1; t < 86400; t += 7) {
      int64_t t_ns = t * S;
      double amperes = cf_profile_value(&a, t_ns);
      if (hold || fabs(amperes - 10.0) > 1e-6)
        worst[0] = fmax(worst[0], fabs(cf_profile_value(&line_w, t_ns) - cf_induction_w(&clamp, amperes)) / 1e-3);
      worst[1] =
          fmax(worst[1], fabs(cf_profile_value(&wind_w, t_ns) - cf_wind_w(&rotor, cf_profile_value(&v, t_ns))) / 1e-2);
      worst[2] = fmax(
          worst[2], fabs(cf_profile_value(&mean_w, t_ns) - cf_wind_mean_w(&rotor, cf_profile_value(&v, t_ns))) / 1e-2);
      worst[3] = fmax(
          worst[3],
          fabs(cf_profile_value(&vibration_w, t_ns) - cf_vibration_w(&coil, cf_profile_value(&p, t_ns), 50.0)) / 1e-5);
      worst[4] = fmax(
          worst[4], fabs(cf_profile_value(&radio_w, t_ns) - cf_rectifier_w(&diode, cf_profile_value(&r, t_ns))) / 1e-6);
      sum += 7.0 * cf_induction_w(&clamp, amperes);
    }
    for (int i = 0; i < 5; i++) assert_true(hold ? worst[i] == 0.0 : worst[i] <= 1.0 && worst[i] > 0.1);
    assert_true(fabs(cf_profile_mean(&line_w, 0, 86400 * S) - sum / 86400.0) < 1e-3);
    /* Jumps and kinks are known, not searched for: no knots crowd around one. */
    const cf_profile *power[] = {&line_w, &wind_w, &vibration_w, &radio_w};
    for (int i = 0; i < 4; i++)
      for (uint32_t k = 1; k < power[i]->count; k++) {
        int64_t apart_ns = power[i]->t_ns[k] - power[i]->t_ns[k - 1];
        assert_true(apart_ns == 0 || apart_ns > S);
      }
    if (!hold)
      print_message("knots: line %u, wind %u, mean wind %u, vibration %u, radio %u\n", line_w.count, wind_w.count,
                    mean_w.count, vibration_w.count, radio_w.count);
  }
  cf_profile fuel_w;
  int64_t run_ns = 90 * 86400 * S;
  assert_int_equal(cf_biofuel_profile(arena, &glucose, run_ns, 1e-9, &fuel_w, &diag), CF_OK);
  for (int64_t hour = 0; hour < 90 * 24; hour++)
    assert_true(fabs(cf_profile_value(&fuel_w, hour * 3600 * S) - cf_biofuel_w(&glucose, (double)hour * 3600.0)) <=
                1e-9);
  assert_true(fabs(cf_profile_mean(&fuel_w, 0, run_ns) - 1e-5 / 3.0 * (1.0 - exp(-3.0))) <= 1e-9);
}

/* ---- Checks ---------------------------------------------------------------------------------------------------- */

#define REFUSED(check, type, good, change)          \
  do {                                              \
    type bad = good;                                \
    assert_int_equal(check(&bad, &diag), CF_OK);    \
    bad.change;                                     \
    assert_int_equal(check(&bad, &diag), CF_INPUT); \
  } while (0)

static void refuses(void **state) {
  (void)state;
  REFUSED(cf_vibration_check, cf_vibration, coil, mass_kg = 0.0);
  REFUSED(cf_vibration_check, cf_vibration, coil, resonance_hz = -1.0);
  REFUSED(cf_vibration_check, cf_vibration, coil, stroke_m = NAN);
  REFUSED(cf_vibration_check, cf_vibration, coil, damping_electrical = 0.0);
  REFUSED(cf_vibration_check, cf_vibration, coil, damping_mechanical = -0.01);
  REFUSED(cf_vibration_check, cf_vibration, coil, damping_mechanical = 0.99);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, points = 0);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, points = CF_RECTIFIER_POINTS + 1);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, input_w[0] = 0.0);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, input_w[3] = 1e-4);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, efficiency[4] = 1.01);
  REFUSED(cf_rectifier_check, cf_rectifier, diode, efficiency[4] = NAN);
  REFUSED(cf_radio_path_check, cf_radio_path, path, transmitter_w = -1.0);
  REFUSED(cf_radio_path_check, cf_radio_path, path, gain_receiver = 0.0);
  REFUSED(cf_radio_path_check, cf_radio_path, path, frequency_hz = 0.0);
  REFUSED(cf_radio_path_check, cf_radio_path, path, distance_m = 0.65);
  REFUSED(cf_wind_check, cf_wind, rotor, area_m2 = 0.0);
  REFUSED(cf_wind_check, cf_wind, rotor, air_density_kg_m3 = INFINITY);
  REFUSED(cf_wind_check, cf_wind, rotor, power_coefficient = 0.593);
  REFUSED(cf_wind_check, cf_wind, rotor, cut_in_ms = 11.0);
  REFUSED(cf_wind_check, cf_wind, rotor, rated_ms = 25.0);
  REFUSED(cf_wind_check, cf_wind, rotor, cut_out_ms = NAN);
  REFUSED(cf_induction_check, cf_induction, clamp, w_per_a2 = 0.0);
  REFUSED(cf_induction_check, cf_induction, clamp, start_a = -1.0);
  REFUSED(cf_induction_check, cf_induction, clamp, saturation_w = 0.0);
  REFUSED(cf_induction_check, cf_induction, clamp, saturation_w = 0.009);
  REFUSED(cf_biofuel_check, cf_biofuel, glucose, density_wm2 = 0.0);
  REFUSED(cf_biofuel_check, cf_biofuel, glucose, area_m2 = NAN);
  REFUSED(cf_biofuel_check, cf_biofuel, glucose, decay_s = 0.0);
  cf_profile driver, power;
  assert_int_equal(cf_profile_constant(arena, 1.0, &driver, &diag), CF_OK);
  assert_int_equal(cf_vibration_profile(arena, &coil, &driver, -1.0, 1e-6, &power, &diag), CF_INPUT);
  assert_int_equal(cf_wind_profile(arena, &rotor, &driver, false, 0.0, &power, &diag), CF_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(vibration_moves_as_newton_says),
      cmocka_unit_test(vibration_at_resonance),
      cmocka_unit_test(vibration_stops),
      cmocka_unit_test(radio_by_decibels),
      cmocka_unit_test(rectifier_table),
      cmocka_unit_test(wind_curve),
      cmocka_unit_test(wind_mean_is_the_integral),
      cmocka_unit_test(line_and_fuel),
      cmocka_unit_test_setup_teardown(power_follows_its_driver, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(refuses, open_arena, close_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
