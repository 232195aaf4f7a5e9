/* Profiles: reading and integrals against a plain scan of the knots, fitting and mapping against the functions. */
#include "physics/profile.h"

#include "../support/cf_test.h"

#define PI 3.14159265358979323846
#define S CF_NS_PER_S

enum { KNOTS = 40 };

typedef struct plain {
  cf_profile_knots knots;
  int64_t t_ns[KNOTS];
  double value[KNOTS];
} plain;

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

static cf_profile made(const cf_profile_knots *knots) {
  cf_profile profile;
  assert_int_equal(cf_profile_make(arena, knots, &profile, &diag), CF_OK);
  return profile;
}

/* Any profile: repeated or not, held or straight, with steps, equidistant or not. */
static void draw_plain(uint64_t *seed, plain *p) {
  bool hold = cf_test_next(seed) % 2, repeats = cf_test_next(seed) % 2, even = cf_test_next(seed) % 3 == 0;
  uint32_t count = 1 + (uint32_t)(cf_test_next(seed) % KNOTS);
  int64_t t_ns = repeats ? 0 : (int64_t)cf_test_between(seed, -1e13, 1e13), before_ns = -1;
  int64_t step_ns = 1 + (int64_t)(cf_test_next(seed) % (uint64_t)(1000 * S));
  for (uint32_t i = 0; i < count; i++) {
    p->t_ns[i] = t_ns;
    p->value[i] = cf_test_between(seed, -5.0, 20.0);
    bool may_step = !hold && !even && t_ns != before_ns && !(repeats && i == 0);
    before_ns = t_ns;
    if (may_step && cf_test_next(seed) % 4 == 0) continue;
    t_ns += even ? step_ns : 1 + (int64_t)(cf_test_next(seed) % (uint64_t)(cf_test_next(seed) % 2 ? 5 : 900 * S));
  }
  int64_t last_ns = p->t_ns[count - 1];
  bool at_period = !hold && count > 1 && p->t_ns[count - 2] < last_ns && cf_test_next(seed) % 2;
  int64_t period_ns = at_period ? last_ns : last_ns + 1 + (int64_t)(cf_test_next(seed) % (uint64_t)(900 * S));
  p->knots = (cf_profile_knots){.count = count,
                                .t_ns = p->t_ns,
                                .value = p->value,
                                .period_ns = repeats ? period_ns : 0,
                                .phase_ns = (int64_t)cf_test_between(seed, -4e12, 4e12),
                                .hold = hold};
}

/* The definition, read off knot by knot. */
static long double plain_value(const plain *p, int64_t t_ns) {
  const cf_profile_knots *k = &p->knots;
  int64_t x = t_ns + k->phase_ns;
  if (k->period_ns > 0) x = ((x % k->period_ns) + k->period_ns) % k->period_ns;
  if (x < k->t_ns[0]) return (long double)k->value[0];
  uint32_t i = k->count - 1;
  while (k->t_ns[i] > x) i--;
  bool last = i == k->count - 1;
  if (k->hold || (last && k->period_ns == 0)) return (long double)k->value[i];
  int64_t until = last ? k->period_ns : k->t_ns[i + 1];
  long double end = (long double)k->value[last ? 0 : i + 1], start = (long double)k->value[i];
  return start + (end - start) * (long double)(x - k->t_ns[i]) / (long double)(until - k->t_ns[i]);
}

static int64_t draw_instant(uint64_t *seed, const plain *p) {
  int64_t near = p->knots.t_ns[cf_test_next(seed) % p->knots.count] - p->knots.phase_ns;
  if (p->knots.period_ns > 0) near += p->knots.period_ns * ((int64_t)(cf_test_next(seed) % 7) - 3);
  switch (cf_test_next(seed) % 4) {
    case 0:
      return near;
    case 1:
      return near - 1;
    case 2:
      return near + (int64_t)(cf_test_next(seed) % (uint64_t)(500 * S));
    default:
      return (int64_t)cf_test_between(seed, -3e13, 3e13);
  }
}

static void reads_as_defined(void **state) {
  (void)state;
  uint64_t seed = 11;
  double worst = 0.0;
  unsigned stepped = 0, even = 0, forever = 0, before_first = 0;
  for (unsigned trial = 0; trial < cf_test_trials(2000); trial++) {
    plain p;
    draw_plain(&seed, &p);
    cf_profile profile = made(&p.knots);
    even += profile.step_ns > 0;
    for (int i = 0; i < 20; i++) {
      int64_t t_ns = draw_instant(&seed, &p);
      cf_profile_piece piece, same, next;
      cf_profile_piece_at(&profile, t_ns, &piece);
      assert_true(piece.from_ns <= t_ns && t_ns < piece.until_ns);
      double value = cf_profile_piece_value(&piece, t_ns);
      assert_true(value == cf_profile_value(&profile, t_ns));
      worst = fmax(worst, fabs((double)((long double)value - plain_value(&p, t_ns))));
      assert_true(value >= profile.min - 1e-12 && value <= profile.max + 1e-12);
      /* Any instant of a stretch names the same piece; the stretches follow each other. */
      forever += piece.until_ns == CF_NEVER;
      if (piece.until_ns == CF_NEVER) continue;
      cf_profile_piece_at(&profile, piece.until_ns - 1, &same);
      assert_memory_equal(&piece, &same, sizeof piece);
      before_first += t_ns + p.knots.phase_ns < p.t_ns[0] && profile.period_ns == 0;
      cf_profile_piece_at(&profile, piece.until_ns, &next);
      assert_true(next.from_ns == piece.until_ns);
      stepped += !p.knots.hold && fabs(next.value - cf_profile_piece_value(&piece, piece.until_ns)) > 1e-6;
    }
  }
  print_message("largest distance from the definition %.1e\n", worst);
  assert_true(worst < 2e-14);
  assert_true(stepped > 100 && even > 100 && forever > 100 && before_first > 100);
}

/* Sum of the pieces, walked one by one. */
static long double walked(const cf_profile *profile, int64_t from_ns, int64_t to_ns) {
  long double area = 0.0L;
  while (from_ns < to_ns) {
    cf_profile_piece piece;
    cf_profile_piece_at(profile, from_ns, &piece);
    int64_t end_ns = piece.until_ns < to_ns ? piece.until_ns : to_ns;
    long double a = (long double)cf_profile_piece_value(&piece, from_ns);
    long double b = (long double)cf_profile_piece_value(&piece, end_ns);
    area += 0.5L * (a + b) * (long double)(end_ns - from_ns) * 1e-9L;
    from_ns = end_ns;
  }
  return area;
}

static void integral_is_exact(void **state) {
  (void)state;
  uint64_t seed = 5;
  double worst = 0.0, split = 0.0;
  for (unsigned trial = 0; trial < cf_test_trials(2000); trial++) {
    plain p;
    draw_plain(&seed, &p);
    if (p.knots.period_ns > 0 && p.knots.period_ns < 10 * S) continue; /* the scan would take for ever */
    cf_profile profile = made(&p.knots);
    int64_t a = draw_instant(&seed, &p), b = draw_instant(&seed, &p), c = draw_instant(&seed, &p);
    int64_t from = a < b ? a : b, to = a < b ? b : a;
    double scale = 20.0 * (cf_ticks_to_s(to - from) + 1e-3) +
                   20.0 * cf_ticks_to_s(profile.period_ns > 0 ? profile.period_ns
                                                              : profile.t_ns[profile.count - 1] - profile.t_ns[0]);
    double area = cf_profile_integral(&profile, from, to);
    if (to - from < 2000 * (profile.period_ns + S) || profile.period_ns == 0)
      worst = fmax(worst, fabs((double)((long double)area - walked(&profile, from, to))) / scale);
    int64_t middle = c < from ? from : c > to ? to : c;
    split = fmax(
        split,
        fabs(cf_profile_integral(&profile, from, middle) + cf_profile_integral(&profile, middle, to) - area) / scale);
    if (to > from)
      assert_true(fabs(cf_profile_mean(&profile, from, to) * cf_ticks_to_s(to - from) - area) <= 1e-12 * fabs(area));
    assert_true(cf_profile_mean(&profile, from, from) == cf_profile_value(&profile, from));
    assert_true(cf_profile_integral(&profile, from, from) == 0.0);
  }
  print_message("integral: %.1e of the largest possible, split %.1e\n", worst, split);
  assert_true(worst < 1e-14 && split < 1e-14);
}

/* A triangle of height 2 and base 4 s each 10 s: 4 value seconds a period, on any number of periods, from any start. */
static void known_areas(void **state) {
  (void)state;
  const int64_t t_ns[] = {0, 1 * S, 3 * S, 5 * S};
  const double value[] = {0.0, 0.0, 2.0, 0.0};
  cf_profile p = made(&(cf_profile_knots){.count = 4, .t_ns = t_ns, .value = value, .period_ns = 10 * S});
  assert_true(p.max == 2.0 && p.min == 0.0);
  for (int64_t from = -30; from <= 30; from++)
    assert_true(fabs(cf_profile_integral(&p, from * S, (from + 40) * S) - 16.0) < 1e-13);
  assert_true(fabs(cf_profile_integral(&p, 0, INT64_C(100000000) * S) - 4e7) < 1e-6);
  assert_true(fabs(cf_profile_mean(&p, 1 * S, 2 * S) - 0.5) < 1e-15);
  assert_true(fabs(cf_profile_integral(&p, 2 * S, 13 * S) - (4.0 - 0.5 + 2.0)) < 1e-13);
  /* What does not repeat keeps its ends for ever. */
  p = made(&(cf_profile_knots){.count = 3, .t_ns = t_ns, .value = value + 1, .phase_ns = -100 * S});
  assert_true(cf_profile_value(&p, 102 * S) == 1.0 && cf_profile_value(&p, 5000 * S) == 0.0);
  p = made(&(cf_profile_knots){.count = 2, .t_ns = t_ns + 1, .value = value + 2, .hold = true});
  assert_true(cf_profile_value(&p, -5 * S) == 2.0 && cf_profile_value(&p, 3 * S - 1) == 2.0);
  assert_true(cf_profile_value(&p, 3 * S) == 0.0);
  assert_true(cf_profile_integral(&p, -5 * S, 7 * S) == 16.0);
  cf_profile_piece piece;
  cf_profile_piece_at(&p, 3 * S, &piece);
  assert_true(piece.until_ns == CF_NEVER && piece.slope_per_s == 0.0);
  /* Before the first knot too, one piece for every instant, also of a knot as late as can be. */
  const int64_t late_ns = (INT64_C(1) << 61) - 1;
  p = made(&(cf_profile_knots){.count = 1, .t_ns = &late_ns, .value = value + 1, .phase_ns = 1 - (INT64_C(1) << 61)});
  for (int64_t at_ns = -(INT64_C(1) << 62); at_ns < INT64_C(1) << 61; at_ns += INT64_C(1) << 60) {
    cf_profile_piece_at(&p, at_ns, &piece);
    assert_true(piece.from_ns == -(INT64_C(1) << 62) && piece.until_ns == 2 * late_ns);
    assert_true(piece.value == value[1] && piece.slope_per_s == 0.0);
    assert_true(cf_profile_piece_value(&piece, at_ns) == value[1]);
  }
}

static void steps_are_seen_from_the_right(void **state) {
  (void)state;
  const int64_t t_ns[] = {0, 10, 10, 20};
  const double value[] = {1.0, 2.0, 5.0, 7.0};
  cf_profile p = made(&(cf_profile_knots){.count = 4, .t_ns = t_ns, .value = value, .period_ns = 20});
  assert_true(fabs(cf_profile_value(&p, 9) - 1.9) < 1e-14 && cf_profile_value(&p, 10) == 5.0);
  assert_true(fabs(cf_profile_value(&p, 19) - 6.8) < 1e-14 && cf_profile_value(&p, 20) == 1.0); /* saw tooth */
  assert_true(fabs(cf_profile_mean(&p, 0, 20) - 3.75) < 1e-14);
  /* Also at the two ends of one that does not repeat. */
  const int64_t ends_ns[] = {0, 0, 4, 4};
  p = made(&(cf_profile_knots){.count = 4, .t_ns = ends_ns, .value = value});
  assert_true(cf_profile_value(&p, -1) == 1.0 && cf_profile_value(&p, 0) == 2.0 && cf_profile_value(&p, 4) == 7.0);
}

static void by_the_hour(void **state) {
  (void)state;
  double value[24];
  for (int h = 0; h < 24; h++) value[h] = h;
  cf_profile straight, held;
  int64_t longitude_ns = -5 * 3600 * S; /* 75 deg west: 5 h behind */
  assert_int_equal(cf_profile_daily(arena, value, false, longitude_ns, &straight, &diag), CF_OK);
  assert_int_equal(cf_profile_daily(arena, value, true, longitude_ns, &held, &diag), CF_OK);
  assert_true(straight.step_ns == 3600 * S);
  for (int64_t day = 0; day < 3; day++) {
    int64_t noon_ns = (day * 24 + 17) * 3600 * S;
    assert_true(cf_profile_value(&held, noon_ns) == 12.0 && cf_profile_value(&held, noon_ns - 1) == 11.0);
    assert_true(cf_profile_value(&straight, noon_ns) == 12.0);
    assert_true(fabs(cf_profile_value(&straight, noon_ns + 900 * S) - 12.25) < 1e-12);
    int64_t late_ns = noon_ns + 11 * 3600 * S + 1800 * S; /* half past eleven: on the way from 23 to 0 */
    assert_true(fabs(cf_profile_value(&straight, late_ns) - 11.5) < 1e-12);
  }
  assert_true(fabs(cf_profile_mean(&straight, 0, 86400 * S) - 11.5) < 1e-12);
  assert_true(fabs(cf_profile_mean(&held, 0, 86400 * S) - 11.5) < 1e-12);
}

static void constant(void **state) {
  (void)state;
  cf_profile p;
  assert_int_equal(cf_profile_constant(arena, 3.5, &p, &diag), CF_OK);
  cf_profile_piece piece;
  cf_profile_piece_at(&p, 77, &piece);
  assert_true(piece.until_ns == CF_NEVER && piece.value == 3.5 && p.max == 3.5 && p.min == 3.5);
  assert_true(fabs(cf_profile_integral(&p, -10 * S, 10 * S) - 70.0) < 1e-12);
  assert_true(cf_profile_mean(&p, -(INT64_C(1) << 62), INT64_C(1) << 61) == 3.5);
}

/* ---- Fitting --------------------------------------------------------------------------------------------------- */

static double decay(const void *context, double t_s) { return exp(-t_s / *(const double *)context); }

static double wave(const void *context, double t_s) {
  double turn = 2.0 * PI * t_s / *(const double *)context;
  return cos(turn);
}

static double jump(const void *context, double t_s) {
  (void)context;
  return t_s < 1234.5 ? 0.0 : 1.0;
}

static double largest_distance(const cf_profile *p, cf_profile_function f, int64_t until_ns, uint64_t *seed) {
  double worst = 0.0;
  for (int i = 0; i < 20000; i++) {
    int64_t t_ns = (int64_t)cf_test_between(seed, 0.0, (double)until_ns);
    worst = fmax(worst, fabs(cf_profile_value(p, t_ns) - f.at(f.context, cf_ticks_to_s(t_ns))));
  }
  return worst;
}

static void fits_within_tolerance(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (double tau_s = 1.0; tau_s < 2e5; tau_s *= 7.0)
    for (double tolerance = 1e-5; tolerance < 0.2; tolerance *= 10.0) {
      int64_t ends_ns[] = {0, 50000 * S};
      cf_profile_smooth smooth = {
          .function = {decay, &tau_s}, .breaks = 2, .break_ns = ends_ns, .tolerance = tolerance};
      cf_profile p;
      assert_int_equal(cf_profile_fit(arena, &smooth, &p, &diag), CF_OK);
      double worst = largest_distance(&p, smooth.function, 50000 * S, &seed);
      assert_true(worst <= tolerance);
      /* Not wasteful: the best chords of exp(-x) at this distance number 1/sqrt(2 tolerance), at 3/4 of it 16 % more.
       */
      assert_true(p.count <= 6 + (uint32_t)(1.2 / sqrt(2.0 * tolerance)));
      assert_true(fabs(cf_profile_mean(&p, 0, 50000 * S) - tau_s / 5e4 * (1.0 - exp(-5e4 / tau_s))) <= tolerance);
    }
  /* A wave turns from concave to convex at its quarters: breaks there. Repeated: no seam. */
  double period_s = 86400.0;
  int64_t quarters_ns[] = {0, 21600 * S, 64800 * S, 86400 * S};
  cf_profile_smooth smooth = {.function = {wave, &period_s},
                              .breaks = 4,
                              .break_ns = quarters_ns,
                              .period_ns = 86400 * S,
                              .phase_ns = 100 * 86400 * S,
                              .tolerance = 1e-4};
  cf_profile p;
  assert_int_equal(cf_profile_fit(arena, &smooth, &p, &diag), CF_OK);
  assert_true(p.period_ns == 86400 * S && p.t_ns[p.count - 1] < p.period_ns && p.phase_ns == 0);
  double worst = largest_distance(&p, smooth.function, 10 * 86400 * S, &seed);
  print_message("wave: %u knots, %.2e of 1e-4\n", p.count, worst);
  assert_true(worst <= 1e-4 + 1e-9 && worst > 5e-5);
  assert_true(fabs(cf_profile_mean(&p, 0, 86400 * S)) < 1e-4);

  /* A jump that no break announces: a ramp of at most 4 ns. */
  int64_t ends_ns[] = {0, 5000 * S}, at_ns = 1234 * S + S / 2;
  smooth = (cf_profile_smooth){.function = {jump, NULL}, .breaks = 2, .break_ns = ends_ns, .tolerance = 0.1};
  assert_int_equal(cf_profile_fit(arena, &smooth, &p, &diag), CF_OK);
  assert_true(cf_profile_value(&p, at_ns - 5) == 0.0 && cf_profile_value(&p, at_ns + 5) == 1.0);
  assert_true(p.count < 80);
}

typedef struct gate {
  double start, k, full;
} gate;

static double gated(const void *context, double x) {
  const gate *g = context;
  return x < g->start ? 0.0 : fmin(g->k * x * x, g->full);
}

/* A square law with a start and an end, driven by straight pieces that run into both, stop on them and step. */
static void maps_with_jumps(void **state) {
  (void)state;
  static const gate g = {10.0, 0.01, 25.0};
  static const double edge[] = {10.0, 50.0};
  cf_profile_map map = {{gated, &g}, 2, edge, 0.01};
  uint64_t seed = 21;
  double worst = 0.0;
  for (unsigned trial = 0; trial < cf_test_trials(200); trial++) {
    plain p;
    draw_plain(&seed, &p);
    static const double special[] = {10.0, 50.0, 9.0, 80.0, 0.0};
    for (uint32_t i = 0; i < p.knots.count; i++)
      p.value[i] = cf_test_next(&seed) % 2 ? special[cf_test_next(&seed) % 5] : cf_test_between(&seed, 0.0, 90.0);
    cf_profile source = made(&p.knots), power;
    assert_int_equal(cf_profile_mapped(arena, &source, &map, &power, &diag), CF_OK);
    assert_true(power.hold == source.hold && power.min >= 0.0 && power.max <= 25.0);
    for (int i = 0; i < 100; i++) {
      int64_t t_ns = draw_instant(&seed, &p);
      double x = cf_profile_value(&source, t_ns), got = cf_profile_value(&power, t_ns);
      /* The crossing of the jump is rounded to a ns, on which the two may disagree. */
      double before = cf_profile_value(&source, t_ns - 1), after = cf_profile_value(&source, t_ns + 1);
      bool jumps = fmin(fmin(before, after), x) < 10.0 + 1e-12 && fmax(fmax(before, after), x) > 10.0 - 1e-12;
      cf_profile_piece piece;
      cf_profile_piece_at(&source, t_ns, &piece);
      bool steep = piece.until_ns < piece.from_ns + 1000; /* within a ns or two much happens there */
      if (!jumps && !steep) worst = fmax(worst, fabs(got - gated(&g, x)));
      if (p.knots.hold) assert_true(got == gated(&g, x));
    }
  }
  print_message("mapped within %.2e of 0.01\n", worst);
  assert_true(worst <= 0.01 && worst > 1e-3);

  /* One ramp from 0 to 100 in 100 s: on at 10 s with 1 W, full at 50 s. Energy: 1/3 0.01 (50^3 - 10^3) + 25 * 50. */
  const int64_t t_ns[] = {0, 100 * S};
  const double value[] = {0.0, 100.0};
  cf_profile ramp = made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = value}), power;
  assert_int_equal(cf_profile_mapped(arena, &ramp, &map, &power, &diag), CF_OK);
  assert_true(cf_profile_value(&power, 10 * S - 1) == 0.0 && fabs(cf_profile_value(&power, 10 * S) - 1.0) < 1e-12);
  assert_true(fabs(cf_profile_value(&power, 50 * S) - 25.0) < 1e-12);
  assert_true(fabs(cf_profile_value(&power, 70 * S) - 25.0) < 1e-12);
  double energy = (125e3 - 1e3) * 0.01 / 3.0 + 25.0 * 50.0;
  double got = cf_profile_integral(&power, 0, 100 * S);
  assert_true(got >= energy && got <= energy + 0.01 * 40.0);
  /* The jump is two knots at one time; nothing crowds around it. */
  assert_true(power.t_ns[1] == 10 * S && power.t_ns[2] == 10 * S && power.value[1] == 0.0);
  for (uint32_t i = 3; i < power.count; i++) assert_true(power.t_ns[i] > power.t_ns[i - 1] + S / 10);

  /* From a value at which the function jumps, downward: before the first knot what belongs to it, then the lower side.
   * Upward to it at the end of a period: the lower side, then the first value again. */
  const double from_edge[] = {10.0, 5.0}, to_edge[] = {5.0, 10.0};
  cf_profile falls = made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = from_edge});
  assert_int_equal(cf_profile_mapped(arena, &falls, &map, &power, &diag), CF_OK);
  assert_true(fabs(cf_profile_value(&power, -1) - 1.0) < 1e-12 && cf_profile_value(&power, 0) == 0.0);
  assert_true(cf_profile_value(&power, 1) == 0.0 && cf_profile_value(&power, 200 * S) == 0.0);
  cf_profile saw = made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = to_edge, .period_ns = 100 * S});
  assert_int_equal(cf_profile_mapped(arena, &saw, &map, &power, &diag), CF_OK);
  assert_true(power.max == 0.0 && cf_profile_integral(&power, 0, 1000 * S) == 0.0);
  const double through[] = {5.0, nextafter(10.0, 20.0)}; /* a crossing that rounds up to the period itself */
  saw = made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = through, .period_ns = 100 * S});
  assert_int_equal(cf_profile_mapped(arena, &saw, &map, &power, &diag), CF_OK);
  assert_true(power.max == 0.0);
}

static double hole(const void *context, double t_s) {
  (void)context;
  return sqrt(500.0 - t_s);
}

static void refuses(void **state) {
  (void)state;
  const int64_t t_ns[] = {0, 10, 10, 10, 20, 20}, down_ns[] = {0, 10, 5}, far_ns[] = {0, INT64_C(1) << 61};
  const int64_t late_ns[] = {1, 2}, twice_ns[] = {0, 0};
  const double value[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, nan_value[] = {1.0, NAN}, inf_value[] = {INFINITY, 1.0};
  const cf_profile_knots bad[] = {
      {.count = 0, .t_ns = t_ns, .value = value},
      {.count = 4, .t_ns = t_ns, .value = value},               /* three at one time */
      {.count = 3, .t_ns = t_ns, .value = value, .hold = true}, /* a held one has no steps */
      {.count = 3, .t_ns = down_ns, .value = value},
      {.count = 2, .t_ns = far_ns, .value = value},
      {.count = 2, .t_ns = t_ns, .value = nan_value},
      {.count = 2, .t_ns = t_ns, .value = inf_value},
      {.count = 2, .t_ns = late_ns, .value = value, .period_ns = 10},            /* nothing at 0 */
      {.count = 2, .t_ns = twice_ns, .value = value, .period_ns = 10},           /* two at 0 */
      {.count = 2, .t_ns = t_ns, .value = value, .period_ns = 10, .hold = true}, /* at the period: never met */
      {.count = 2, .t_ns = t_ns, .value = value, .period_ns = 9},
      {.count = 3, .t_ns = t_ns, .value = value, .period_ns = 10},
      {.count = 2, .t_ns = t_ns, .value = value, .period_ns = -1},
      {.count = 2, .t_ns = t_ns, .value = value, .period_ns = 20, .phase_ns = INT64_C(1) << 61},
  };
  cf_profile p;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    cf_diag_init(&diag);
    assert_int_equal(cf_profile_make(arena, &bad[i], &p, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
  /* The neighbours of those that are refused. */
  made(&(cf_profile_knots){.count = 3, .t_ns = t_ns, .value = value});
  made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = value, .period_ns = 10});
  made(&(cf_profile_knots){.count = 2, .t_ns = t_ns, .value = value, .period_ns = 11, .hold = true});

  double tau_s = 10.0;
  int64_t ends_ns[] = {0, 5000 * S}, short_ns[] = {0, 4000 * S}, same_ns[] = {0, 0};
  const cf_profile_smooth bad_fit[] = {
      {.function = {decay, &tau_s}, .breaks = 2, .break_ns = ends_ns, .tolerance = 0.0},
      {.function = {decay, &tau_s}, .breaks = 2, .break_ns = ends_ns, .tolerance = NAN},
      {.function = {decay, &tau_s}, .breaks = 1, .break_ns = ends_ns, .tolerance = 0.1},
      {.function = {decay, &tau_s}, .breaks = 0, .break_ns = ends_ns, .tolerance = 0.1},
      {.function = {decay, &tau_s}, .breaks = 2, .break_ns = same_ns, .tolerance = 0.1},
      {.function = {decay, &tau_s}, .breaks = 2, .break_ns = short_ns, .period_ns = 5000 * S, .tolerance = 0.1},
      {.function = {hole, NULL}, .breaks = 2, .break_ns = ends_ns, .tolerance = 0.1},
      {.function = {decay, &tau_s}, .breaks = 2, .break_ns = ends_ns, .tolerance = 1e-18},
  };
  for (size_t i = 0; i < sizeof bad_fit / sizeof *bad_fit; i++) {
    cf_diag_init(&diag);
    assert_int_equal(cf_profile_fit(arena, &bad_fit[i], &p, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reads_as_defined, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(integral_is_exact, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(known_areas, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(steps_are_seen_from_the_right, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(by_the_hour, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(constant, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(fits_within_tolerance, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(maps_with_jumps, open_arena, close_arena),
      cmocka_unit_test_setup_teardown(refuses, open_arena, close_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
