/* The segment walker: split invariance, closed books, an independent integrator, and crossings. */
#include "physics/walker.h"

#include "base/random.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Drivers over two days: a bumpy morning and noon in quarter-hour knots, dark outside, air in hourly knots. */
enum { KNOTS = 192 };
typedef struct sky {
  double panel[KNOTS + 1], sun[KNOTS + 1], air[KNOTS + 1];
} sky;

static void sky_piece(const void *self, int64_t t_ns, cf_drive *out) {
  const sky *s = self;
  int64_t i = t_ns / CF_REFRESH_NS;
  assert_true(i >= 0 && i < KNOTS);
  *out = (cf_drive){.from_ns = i * CF_REFRESH_NS,
                    .until_ns = (i + 1) * CF_REFRESH_NS,
                    .panel_w = s->panel[i],
                    .panel_w_per_s = (s->panel[i + 1] - s->panel[i]) / 900.0,
                    .sun_w_per_m2 = s->sun[i],
                    .sun_slope = (s->sun[i + 1] - s->sun[i]) / 900.0,
                    .air_k = s->air[i],
                    .air_slope = (s->air[i + 1] - s->air[i]) / 900.0};
}

static double uniform(uint32_t which, uint64_t draw) {
  cf_random random = cf_random_seed(7, 0);
  return cf_random_uniform(&random, which, CF_STREAM_BENCH, draw);
}

static sky make_sky(uint32_t which) {
  sky s;
  for (int i = 0; i <= KNOTS; i++) {
    double hour = 0.25 * (i % 96), height = sin(3.141592653589793 * (hour - 6.0) / 12.0);
    double light = height > 0.0 ? height * (0.3 + 0.7 * uniform(which, (uint64_t)i)) : 0.0;
    s.panel[i] = 0.06 * light;
    s.sun[i] = 900.0 * light;
    s.air[i] = 283.0 + 8.0 * sin(3.141592653589793 * (hour - 9.0) / 12.0);
  }
  return s;
}

static cf_diag diag;

/* A class in the manner of a small solar node, its sizes drawn by `which`. */
static cf_body_class make_class(uint32_t which) {
  cf_body_class class = {.has_store = true, .sun_area_m2 = 0.004, .loads = 4};
  double watts[4] = {0.0, 30e-6 * (1.0 + uniform(which, 1000)), 4e-5 * uniform(which, 1001),
                     0.15}; /* sleeping loads: nothing runs the store dry */
  cf_supply_input input = {.voltage_max_v = 5.0,
                           .turn_on_v = 3.2,
                           .turn_off_v = 2.4,
                           .esr_ohm = 0.5 * uniform(which, 1002),
                           .leakage_a = 8e-6 * uniform(which, 1003),
                           .quiescent_a = 0.5e-6,
                           .mppt_fraction = 0.9,
                           .points = 5,
                           .input_w = {0.0, 1e-4, 1e-3, 0.01, 0.05},
                           .output_w = {0.0, 0.6e-4, 0.75e-3, 0.0085, 0.044},
                           .states = 4,
                           .tolerance = 1e-3};
  for (int i = 0; i < 4; i++) {
    class.load[i] = (cf_load){.device_w = watts[i], .bus_w = watts[i] / 0.9, .heat_w = watts[i] * (i == 3 ? 0.8 : 1.0)};
    input.bus_w[i] = class.load[i].bus_w;
  }
  assert_int_equal(cf_supply_build(&class.supply, &input, &diag), CF_OK);
  cf_thermal_network network = {.nodes = 2, .capacity_j_per_k = {0.05, 60.0}, .air_w_per_k = {0.0, 0.15}};
  network.conductance_w_per_k[0][1] = network.conductance_w_per_k[1][0] = 0.03;
  assert_int_equal(cf_thermal_build(&class.thermal, &network, &diag), CF_OK);
  return class;
}

static cf_body_scale make_scale(uint32_t which) {
  return (cf_body_scale){.harvest = 0.5 + uniform(which, 2000),
                         .capacitance_f = 0.2 + 0.5 * uniform(which, 2001),
                         .leakage = 0.5 + uniform(which, 2002)};
}

static cf_body start_body(const cf_body_class *class, const cf_body_scale *scale, double share) {
  cf_body body = {.store_j = share * cf_store_full_j(class, scale)};
  cf_thermal_uniform(&class->thermal, 290.0, body.mode);
  return body;
}

/* State after walking [0, end] cut at the given number of random instants; the load is the same throughout. */
static cf_body walk_cut(const cf_body_class *class, const cf_body_scale *scale, const sky *s, uint32_t state,
                        int64_t end, unsigned cuts, uint32_t seed, cf_body body, cf_flows *flows) {
  cf_drivers drivers = {sky_piece, s};
  int64_t at = 0;
  for (unsigned i = 0; i < cuts; i++) {
    int64_t to = at + (int64_t)((double)(end - at) * uniform(seed, 5000 + i) / (double)(cuts - i));
    cf_walk(class, scale, &drivers, state, at, to, &body, flows);
    at = to;
  }
  cf_walk(class, scale, &drivers, state, at, end, &body, flows);
  return body;
}

static void splitting_changes_nothing(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(170000) * CF_NS_PER_S;
  double worst = 0.0;
  for (uint32_t which = 0; which < 60; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    double full = cf_store_full_j(&class, &scale);
    cf_body start = start_body(&class, &scale, 0.5 + 0.5 * uniform(which, 3000));
    cf_flows one = {0}, many = {0};
    uint32_t state = which % 3;
    cf_body whole = walk_cut(&class, &scale, &s, state, end, 0, which, start, &one);
    cf_body parts = walk_cut(&class, &scale, &s, state, end, 40 + which * 7, which, start, &many);
    worst = fmax(worst, fabs(whole.store_j - parts.store_j) / full);
    for (int k = 0; k < 2; k++) worst = fmax(worst, fabs(whole.mode[k] - parts.mode[k]) / fabs(whole.mode[k]));
    assert_true(one.store_min_j >= 0.0F && whole.store_j > 0.0);
    assert_true(fabs(one.spilled_j - many.spilled_j) <= 1e-11 * one.harvest_j);
  }
  print_message("largest split difference %.2g of full scale\n", worst);
  assert_true(worst <= 1e-12);
}

/* Energy and heat books of a walk; returns the larger relative residual. */
static double residual(const cf_body_class *class, uint32_t state, double span_s, int64_t end_ns, const cf_body *a,
                       const cf_body *b, const cf_flows *f) {
  double device = class->load[state].device_w * span_s, heat = class->load[state].heat_w * span_s;
  double in = f->harvest_j + a->store_j;
  double energy = (in - f->spilled_j - f->converter_j - f->leakage_j - f->esr_j - device - b->store_j) / in;
  double left_s = end_ns % CF_REFRESH_NS == 0 ? 0.0 : cf_ticks_to_s(CF_REFRESH_NS - end_ns % CF_REFRESH_NS);
  double lost = f->converter_j + f->leakage_j + f->esr_j;
  double stored = cf_thermal_stored_j(&class->thermal, b->mode) - cf_thermal_stored_j(&class->thermal, a->mode);
  double entered = heat + lost - b->waiting_j - b->held_w * left_s + f->sun_heat_j;
  double warmth = (entered - f->air_heat_j - stored) / (f->sun_heat_j + fabs(f->air_heat_j) + lost + heat);
  return fmax(fabs(energy), fabs(warmth));
}

static void books_close_and_every_entry_matters(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(170123) * CF_NS_PER_S;
  for (uint32_t which = 0; which < 40; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    cf_body start = start_body(&class, &scale, 0.9);
    cf_flows flows = {0};
    uint32_t state = which % 3;
    double span_s = cf_ticks_to_s(end);
    cf_body after = walk_cut(&class, &scale, &s, state, end, 11, which, start, &flows);
    assert_true(residual(&class, state, span_s, end, &start, &after, &flows) <= 1e-11);
    /* Dropping any entry that carries more than 1e-8 of the total must fail the check. */
    size_t entry[] = {offsetof(cf_flows, harvest_j), offsetof(cf_flows, spilled_j), offsetof(cf_flows, converter_j),
                      offsetof(cf_flows, leakage_j), offsetof(cf_flows, esr_j),     offsetof(cf_flows, sun_heat_j),
                      offsetof(cf_flows, air_heat_j)};
    for (size_t i = 0; i < sizeof entry / sizeof *entry; i++) {
      cf_flows dropped = flows;
      double *value = (double *)((char *)&dropped + entry[i]);
      if (fabs(*value) < 1e-8 * flows.harvest_j) continue;
      *value = 0.0;
      assert_true(residual(&class, state, span_s, end, &start, &after, &dropped) > 1e-9);
    }
  }
}

/* The same model for a general-purpose integrator: state {store, z0, z1}. */
typedef struct oracle {
  const cf_body_class *class;
  const cf_body_scale *scale;
  uint32_t state;
  cf_drive drive;
  double t0_s, held_w;
  bool smooth; /* the curves themselves instead of their interpolants */
  uint32_t which;
} oracle;

static double interpolant(const cf_supply_curves *c, const cf_line *line, double x) {
  uint32_t cell = (uint32_t)(sqrt(x) / c->voltage_step_v);
  if (cell >= c->cells) cell = c->cells - 1;
  return line[cell].at_zero + line[cell].slope * x;
}

static int oracle_rate(double t, const double y[], double dy[], void *params) {
  const oracle *o = params;
  const cf_supply_curves *c = &o->class->supply;
  const cf_load *load = &o->class->load[o->state];
  double dt = t - o->t0_s;
  double panel = o->drive.panel_w + o->drive.panel_w_per_s * dt;
  double x = y[0] * 2.0 / o->scale->capacitance_f;
  double output = cf_converter_output_w(c, c->mppt_fraction * o->scale->harvest * panel);
  double loss = o->scale->leakage * interpolant(c, c->leakage, x) + interpolant(c, c->quiescent, x) +
                interpolant(c, c->esr[o->state], x);
  if (o->smooth) { /* the sizes drawn in make_class */
    double volt = sqrt(x), amp = 0.5e-6 + o->scale->leakage * 8e-6 * uniform(o->which, 1003);
    double esr = 0.5 * uniform(o->which, 1002), loaded = fmax(volt, 2.4);
    double current = esr > 0.0 ? (loaded - sqrt(loaded * loaded - 4.0 * load->bus_w * esr)) / (2.0 * esr) : 0.0;
    loss = amp * volt + current * current * esr;
  }
  dy[0] = output - load->bus_w - loss;
  if (y[0] >= 0.5 * o->scale->capacitance_f * c->x_max && dy[0] > 0.0) dy[0] = 0.0;
  const cf_thermal *th = &o->class->thermal;
  double sun = o->class->sun_area_m2 * (o->drive.sun_w_per_m2 + o->drive.sun_slope * dt) + o->held_w;
  double air = o->drive.air_k + o->drive.air_slope * dt - th->reference_k;
  for (uint32_t k = 0; k < 2; k++)
    dy[1 + k] = -th->lambda_per_s[k] * y[1 + k] + th->weight[0][k] * load->heat_w + th->weight[1][k] * sun +
                th->air_gain[k] * air;
  return GSL_SUCCESS;
}

static void agrees_with_an_integrator(void **unused) {
  (void)unused;
  for (uint32_t which = 0; which < 8; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    cf_drivers drivers = {sky_piece, &s};
    cf_body body = start_body(&class, &scale, 0.5 + 0.2 * uniform(which, 3000));
    double full = cf_store_full_j(&class, &scale);
    uint32_t state = which % 3;
    oracle o = {.class = &class, .scale = &scale, .state = state};
    gsl_odeiv2_system system = {oracle_rate, NULL, 3, &o};
    gsl_odeiv2_driver *driver = gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 1.0, 1e-12, 1e-11);
    double y[3] = {body.store_j, body.mode[0], body.mode[1]};
    cf_flows flows = {0};
    for (int i = 0; i < 96; i++) {
      int64_t t = i * CF_REFRESH_NS;
      /* The walker releases the last interval's losses from the refresh on; the oracle is told them. */
      o.held_w = body.waiting_j / 900.0;
      sky_piece(&s, t, &o.drive);
      double now = 900.0 * i;
      o.t0_s = now;
      y[0] = body.store_j; /* compared interval by interval, so that a clamp's corner does not add up */
      assert_int_equal(gsl_odeiv2_driver_apply(driver, &now, 900.0 * (i + 1), y), GSL_SUCCESS);
      gsl_odeiv2_driver_reset(driver);
      cf_walk(&class, &scale, &drivers, state, t, t + CF_REFRESH_NS, &body, &flows);
      assert_true(fabs(body.store_j - fmin(y[0], full)) <= 2e-7 * full);
      for (int k = 0; k < 2; k++) assert_true(fabs(body.mode[k] - y[1 + k]) <= 1e-8 * (1.0 + fabs(y[1 + k])));
    }
    gsl_odeiv2_driver_free(driver);
  }
}

/* The distance to the curved physics, which the tolerance of the interpolants bounds. */
static void stays_within_tolerance_of_the_curves(void **unused) {
  (void)unused;
  double worst = 0.0;
  for (uint32_t which = 0; which < 12; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    cf_drivers drivers = {sky_piece, &s};
    cf_body body = start_body(&class, &scale, 0.6);
    double full = cf_store_full_j(&class, &scale);
    uint32_t state = which % 3;
    oracle o = {.class = &class, .scale = &scale, .state = state, .smooth = true, .which = which};
    gsl_odeiv2_system system = {oracle_rate, NULL, 3, &o};
    gsl_odeiv2_driver *driver = gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 1.0, 1e-11, 1e-10);
    double y[3] = {body.store_j, body.mode[0], body.mode[1]}, moved_j = 0.0;
    cf_flows flows = {0};
    for (int i = 0; i < 24; i++) { /* the dark hours: nothing fills the store up and hides the difference */
      int64_t t = i * CF_REFRESH_NS;
      o.held_w = body.waiting_j / 900.0;
      sky_piece(&s, t, &o.drive);
      double now = 900.0 * i;
      o.t0_s = now;
      assert_int_equal(gsl_odeiv2_driver_apply(driver, &now, 900.0 * (i + 1), y), GSL_SUCCESS);
      gsl_odeiv2_driver_reset(driver);
      cf_walk(&class, &scale, &drivers, state, t, t + CF_REFRESH_NS, &body, &flows);
    }
    gsl_odeiv2_driver_free(driver);
    /* A tolerance of each curve relative to its largest value in use: leakage and quiescent at the full store, and ESR
     * relative to the power that flows. */
    double span_s = 24 * 900.0, volt = sqrt(class.supply.x_max);
    moved_j = span_s * (class.load[state].bus_w + volt * (0.5e-6 + scale.leakage * 8e-6 * uniform(which, 1003)));
    double error = fabs(body.store_j - y[0]) / moved_j;
    worst = fmax(worst, error);
    assert_true(class.supply.reached <= 1e-3);
    assert_true(error <= 1e-3);
    assert_true(body.store_j < full);
  }
  print_message("largest distance to the curves: %.2g of the energy moved\n", worst);
  assert_true(worst > 1e-9); /* else the oracle is no oracle */
}

static void crossings_are_where_the_walk_passes(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(160000) * CF_NS_PER_S;
  unsigned fired = 0;
  for (uint32_t which = 0; which < 120; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    cf_drivers drivers = {sky_piece, &s};
    cf_drive_bounds bounds = {0.06, 900.0, 291.0};
    double full = cf_store_full_j(&class, &scale);
    cf_body start = start_body(&class, &scale, 0.6);
    uint32_t state = which % 3;
    cf_watch watch = {0.6 * full * (0.55 + 0.4 * uniform(which, 4000)), full * (0.62 + 0.3 * uniform(which, 4001)),
                      292.0 + 6.0 * uniform(which, 4002), -INFINITY};
    int64_t when = -1;
    cf_crossing_kind kind = cf_walk_until(&class, &scale, &drivers, &bounds, state, 0, end, &start, &watch, &when);
    /* Brute force: small steps until something is passed. */
    cf_body body = start;
    cf_flows flows = {0};
    int64_t step = INT64_C(20) * CF_NS_PER_S, t = 0;
    bool passed = false;
    while (t < end && !passed) {
      cf_walk(&class, &scale, &drivers, state, t, t + step, &body, &flows);
      t += step;
      passed = body.store_j <= watch.store_below_j || body.store_j >= watch.store_above_j ||
               cf_thermal_temp_k(&class.thermal, 0, body.mode) >= watch.die_above_k;
    }
    if (kind == CF_CROSS_NONE) {
      assert_false(passed);
      continue;
    }
    fired++;
    assert_true(when > 0 && when <= t); /* never later than the steps see it */
    /* Just before, the limit is not reached; at the instant, it is, to within the clock's nanosecond. */
    cf_body at = start;
    cf_walk(&class, &scale, &drivers, state, 0, when, &at, &flows);
    double rate_room = 2e-9;
    if (kind == CF_CROSS_STORE_BELOW) assert_true(fabs(at.store_j - watch.store_below_j) <= rate_room + 1e-12 * full);
    if (kind == CF_CROSS_STORE_ABOVE) assert_true(fabs(at.store_j - watch.store_above_j) <= rate_room + 1e-12 * full);
    if (kind == CF_CROSS_DIE_ABOVE)
      assert_true(fabs(cf_thermal_temp_k(&class.thermal, 0, at.mode) - watch.die_above_k) <= 1e-8);
    if (when > 1000) {
      cf_body before = start;
      cf_walk(&class, &scale, &drivers, state, 0, when - 1000, &before, &flows);
      assert_true(before.store_j > watch.store_below_j && before.store_j < watch.store_above_j &&
                  cf_thermal_temp_k(&class.thermal, 0, before.mode) < watch.die_above_k);
    }
  }
  assert_true(fired > 40);
}

static void a_limit_already_passed_fires_at_once(void **unused) {
  (void)unused;
  cf_body_class class = make_class(1);
  cf_body_scale scale = make_scale(1);
  sky s = make_sky(1);
  cf_drivers drivers = {sky_piece, &s};
  cf_drive_bounds bounds = {0.06, 900.0, 291.0};
  cf_body body = start_body(&class, &scale, 0.3);
  cf_watch watch = {0.4 * cf_store_full_j(&class, &scale), INFINITY, INFINITY, -INFINITY};
  int64_t when = -1;
  assert_int_equal(cf_walk_until(&class, &scale, &drivers, &bounds, 1, 77, 1000000000, &body, &watch, &when),
                   CF_CROSS_STORE_BELOW);
  assert_int_equal(when, 77);
}

static void more_panel_never_stores_less(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(100000) * CF_NS_PER_S;
  for (uint32_t which = 0; which < 30; which++) {
    cf_body_class class = make_class(which);
    cf_body_scale scale = make_scale(which);
    sky s = make_sky(which);
    cf_flows flows = {0};
    cf_body start = start_body(&class, &scale, 0.3);
    double less = walk_cut(&class, &scale, &s, 1, end, 0, 0, start, &flows).store_j;
    scale.harvest *= 1.1;
    double more = walk_cut(&class, &scale, &s, 1, end, 0, 0, start, &flows).store_j;
    assert_true(more >= less - 1e-12 * cf_store_full_j(&class, &scale));
  }
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(splitting_changes_nothing),           cmocka_unit_test(books_close_and_every_entry_matters),
      cmocka_unit_test(agrees_with_an_integrator),           cmocka_unit_test(stays_within_tolerance_of_the_curves),
      cmocka_unit_test(crossings_are_where_the_walk_passes), cmocka_unit_test(a_limit_already_passed_fires_at_once),
      cmocka_unit_test(more_panel_never_stores_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
