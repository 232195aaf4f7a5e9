/* Machines: the wall against the exact exponential, its periodic state against plain iteration, duty, refusals. */
#include "physics/machine.h"

#include "../support/cf_test.h"

#define S CF_NS_PER_S
#define HOUR_NS (3600 * S)

static const cf_machine pump = {.on_k = 353.15,
                                .off_k = 295.15,
                                .warm_up_s = 1200.0,
                                .cool_down_s = 3000.0,
                                .vibration_on_ms2 = 4.0,
                                .vibration_off_ms2 = 0.05,
                                .vibration_hz = 49.5,
                                .shaft_on_w = 1500.0,
                                .shaft_off_w = 0.0,
                                .tolerance_k = CF_MACHINE_TOLERANCE_K};

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

static cf_machine cycling(int64_t on_ns, int64_t off_ns, int64_t phase_ns) {
  cf_machine m = pump;
  assert_int_equal(cf_machine_duty_cycle(on_ns, off_ns, phase_ns, &m.duty, &diag), CF_OK);
  return m;
}

static cf_machine_drivers made(const cf_machine *m) {
  cf_machine_drivers d;
  assert_int_equal(cf_machine_make(arena, m, &d, &diag), CF_OK);
  return d;
}

static bool runs(const cf_machine_duty *duty, int64_t x_ns) {
  uint32_t i = duty->switches - 1;
  while (duty->switch_ns[i] > x_ns) i--;
  return duty->on[i];
}

/* Temperature at the profile's time x_ns in the periodic state: stretch by stretch from a cold start, until 60 of the
 * slower time constants have gone by. */
static double exact_k(const cf_machine *m, int64_t x_ns) {
  static const cf_machine *of;
  static double start_k;
  const cf_machine_duty *duty = &m->duty;
  double slower_s = fmax(m->warm_up_s, m->cool_down_s);
  bool settled = of == m;
  double t_k = settled ? start_k : m->off_k;
  int64_t periods = settled ? 0 : (int64_t)ceil(60.0 * slower_s / cf_ticks_to_s(duty->period_ns));
  for (int64_t p = 0; p <= periods; p++) {
    if (p == periods) {
      of = m;
      start_k = t_k;
    }
    for (uint32_t i = 0; i < duty->switches; i++) {
      int64_t end_ns = i + 1 < duty->switches ? duty->switch_ns[i + 1] : duty->period_ns;
      if (p == periods && x_ns < end_ns) end_ns = x_ns;
      double to_k = duty->on[i] ? m->on_k : m->off_k, tau_s = duty->on[i] ? m->warm_up_s : m->cool_down_s;
      t_k = to_k + (t_k - to_k) * exp(-cf_ticks_to_s(end_ns - duty->switch_ns[i]) / tau_s);
      if (p == periods && x_ns == end_ns) return t_k;
    }
  }
  return t_k;
}

static double largest_error_k(const cf_machine *m, const cf_profile *wall_k) {
  uint64_t seed = 9;
  double worst = 0.0;
  int64_t period_ns = m->duty.period_ns;
  for (int n = 0; n < 20000; n++) {
    int64_t x_ns = (int64_t)(cf_test_next(&seed) % (uint64_t)period_ns);
    int64_t t_ns = x_ns - m->duty.phase_ns + period_ns * (int64_t)(cf_test_next(&seed) % 5);
    worst = fmax(worst, fabs(cf_profile_value(wall_k, t_ns) - exact_k(m, x_ns)));
  }
  return worst;
}

static void wall_is_within_tolerance(void **state) {
  (void)state;
  static const int64_t on_s[] = {3600, 600, 20000, 60, 5}, off_s[] = {1800, 5400, 90000, 20, 1};
  static cf_machine m[20];
  for (int n = 0; n < 20; n++) {
    m[n] = cycling(on_s[n % 5] * S, off_s[n % 5] * S + 7, (n % 3) * 777 * S);
    m[n].tolerance_k = n < 5 ? 0.01 : n < 10 ? 1e-4 : n < 15 ? 0.5 : 0.05;
    cf_machine_drivers d = made(&m[n]);
    double error_k = largest_error_k(&m[n], &d.wall_k);
    if (n < 5)
      print_message("on %d s, off %d s: %u knots, %.4f K\n", (int)on_s[n], (int)off_s[n], d.wall_k.count, error_k);
    assert_true(error_k <= m[n].tolerance_k + 1e-9);
    assert_true(d.wall_k.min > 295.15 - 1e-9 && d.wall_k.max < 353.15 + 1e-9);
    assert_true(d.wall_k.count <= 12 + (uint32_t)(2.4 * sqrt(0.5 * 58.0 / m[n].tolerance_k))); /* two exponentials */
  }
}

/* Minutes against time constants of hours: the wall hardly moves, and stands where the mean drive holds it. */
static void short_cycles_keep_their_digits(void **state) {
  (void)state;
  cf_machine m = cycling(S / 1000, S / 500, 0);
  m.warm_up_s = m.cool_down_s = 1e6;
  m.tolerance_k = 1e-10; /* some thousand times the rounding of 300 K */
  cf_machine_drivers d = made(&m);
  double want_k = 295.15 + 58.0 / 3.0;
  print_message("short cycles: off by %.1e K\n", fmax(fabs(d.wall_k.max - want_k), fabs(d.wall_k.min - want_k)));
  assert_true(fabs(d.wall_k.max - want_k) < 1e-7 && fabs(d.wall_k.min - want_k) < 1e-7);
  /* Unequal constants: weights 1/tau. */
  m.cool_down_s = 4e6;
  d = made(&m);
  want_k = (353.15 / 1e6 * 1.0 + 295.15 / 4e6 * 2.0) / (1.0 / 1e6 + 2.0 / 4e6);
  assert_true(fabs(d.wall_k.max - want_k) < 1e-7 && fabs(d.wall_k.min - want_k) < 1e-7);
}

static void periodic_without_a_seam(void **state) {
  (void)state;
  cf_machine m = cycling(2700 * S, 4500 * S, 1000 * S);
  cf_machine_drivers d = made(&m);
  const cf_profile *p = &d.wall_k;
  assert_true(p->period_ns == 7200 * S && p->phase_ns == 1000 * S);
  for (int64_t n = 1; n < 5; n++) {
    int64_t seam_ns = n * 7200 * S - 1000 * S;
    cf_profile_piece before, after;
    cf_profile_piece_at(p, seam_ns - 1, &before);
    cf_profile_piece_at(p, seam_ns, &after);
    assert_true(after.from_ns == seam_ns && before.until_ns == seam_ns);
    assert_true(fabs(cf_profile_piece_value(&before, seam_ns) - after.value) < 1e-12);
    assert_true(after.slope_per_s > 0.0 && before.slope_per_s < 0.0); /* coldest when it starts */
  }
  /* The mean of the exact wall: each stretch takes tau (from - to) above its target. */
  double cold_k = exact_k(&m, 0), hot_k = exact_k(&m, 2700 * S);
  double mean_k = (2700.0 * 353.15 + 1200.0 * (cold_k - hot_k) + 4500.0 * 295.15 + 3000.0 * (hot_k - cold_k)) / 7200.0;
  assert_true(fabs(cf_profile_mean(p, 0, 7200 * S) - mean_k) < 0.01);
}

static void drivers_switch_together(void **state) {
  (void)state;
  cf_machine m = cycling(10 * S, 30 * S, 5 * S);
  cf_machine_drivers d = made(&m);
  assert_true(cf_machine_on_share(&m.duty) == 0.25 && d.vibration_hz == 49.5 && !d.above_air);
  for (int64_t t = 0; t < 200; t++) {
    bool on = (t + 5) % 40 < 10;
    assert_true(cf_profile_value(&d.vibration_ms2, t * S) == (on ? 4.0 : 0.05));
    assert_true(cf_profile_value(&d.shaft_w, t * S) == (on ? 1500.0 : 0.0));
    cf_profile_piece piece;
    cf_profile_piece_at(&d.wall_k, t * S, &piece);
    assert_true(on ? piece.slope_per_s > 0.0 : piece.slope_per_s < 0.0);
  }
  assert_true(fabs(cf_profile_mean(&d.shaft_w, 0, 4000 * S) - 375.0) < 1e-9);
}

static void hours_of_the_day(void **state) {
  (void)state;
  static cf_machine m; /* one object for exact_k */
  m = pump;
  bool on[24] = {false};
  for (int h = 6; h < 12; h++) on[h] = on[h + 7] = true; /* 6-12 and 13-19 */
  cf_machine_duty_hours(on, -5 * HOUR_NS, &m.duty);
  assert_int_equal(m.duty.switches, 5);
  assert_true(cf_machine_on_share(&m.duty) == 0.5);
  cf_machine_drivers d = made(&m);
  for (int64_t hour = 0; hour < 72; hour++) {
    int64_t local = (hour + 19) % 24;
    assert_true(cf_profile_value(&d.shaft_w, hour * HOUR_NS) == (on[local] ? 1500.0 : 0.0));
    assert_true(runs(&m.duty, local * HOUR_NS) == on[local]);
  }
  assert_true(largest_error_k(&m, &d.wall_k) <= 0.01);
  /* Night and day every other hour: as many switches as there is room for. */
  for (int h = 0; h < 24; h++) on[h] = h % 2;
  cf_machine_duty_hours(on, 0, &m.duty);
  assert_int_equal(m.duty.switches, 24);
  made(&m);
}

static void always_the_same(void **state) {
  (void)state;
  cf_machine m = cycling(100 * S, 0, 0);
  cf_machine_drivers d = made(&m);
  assert_true(fabs(d.wall_k.min - 353.15) < 1e-9 && fabs(d.wall_k.max - 353.15) < 1e-9);
  assert_true(cf_profile_value(&d.vibration_ms2, 12345) == 4.0 && cf_machine_on_share(&m.duty) == 1.0);
  m = cycling(0, 100 * S, 0);
  d = made(&m);
  assert_true(d.wall_k.min == 295.15 && d.wall_k.max == 295.15 && cf_machine_on_share(&m.duty) == 0.0);
  cf_profile_piece piece;
  cf_profile_piece_at(&d.wall_k, 5, &piece);
  assert_true(piece.until_ns == CF_NEVER);
  /* A rise above the air is the same curve without the air. */
  cf_machine rise = cycling(3600 * S, 1800 * S, 0), plain = rise;
  rise.above_air = true;
  rise.on_k = 58.0;
  rise.off_k = 0.0;
  cf_machine_drivers above = made(&rise), absolute = made(&plain);
  assert_true(above.above_air);
  for (int64_t t = 0; t < 5400; t += 13)
    assert_true(fabs(cf_profile_value(&above.wall_k, t * S) + 295.15 - cf_profile_value(&absolute.wall_k, t * S)) <
                0.021);
}

#define REFUSED(change)                                                  \
  do {                                                                   \
    cf_machine bad = cycling(60 * S, 60 * S, 0);                         \
    bad.change;                                                          \
    cf_machine_drivers d;                                                \
    assert_int_equal(cf_machine_make(arena, &bad, &d, &diag), CF_INPUT); \
  } while (0)

static void refuses(void **state) {
  (void)state;
  REFUSED(on_k = 50.0);
  REFUSED(on_k = 2001.0);
  REFUSED(off_k = NAN);
  REFUSED(warm_up_s = 0.0);
  REFUSED(cool_down_s = -1.0);
  REFUSED(cool_down_s = INFINITY);
  REFUSED(vibration_on_ms2 = -1.0);
  REFUSED(vibration_off_ms2 = NAN);
  REFUSED(vibration_hz = INFINITY);
  REFUSED(shaft_on_w = -1.0);
  REFUSED(shaft_off_w = NAN);
  REFUSED(tolerance_k = 0.0);
  REFUSED(duty.switches = 0);
  REFUSED(duty.switches = CF_MACHINE_SWITCHES + 1);
  REFUSED(duty.switch_ns[0] = 1);
  REFUSED(duty.switch_ns[1] = 0);
  REFUSED(duty.period_ns = 60 * S);
  cf_machine_duty duty;
  assert_int_equal(cf_machine_duty_cycle(-1, 5, 0, &duty, &diag), CF_INPUT);
  assert_int_equal(cf_machine_duty_cycle(5, -1, 0, &duty, &diag), CF_INPUT);
  assert_int_equal(cf_machine_duty_cycle(0, 0, 0, &duty, &diag), CF_INPUT);
  assert_int_equal(cf_machine_duty_cycle(INT64_MAX, INT64_MAX, 0, &duty, &diag), CF_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(wall_is_within_tolerance, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(short_cycles_keep_their_digits, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(periodic_without_a_seam, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(drivers_switch_together, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(hours_of_the_day, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(always_the_same, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(refuses, open_arena, close_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
