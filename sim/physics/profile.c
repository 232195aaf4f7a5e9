#include "physics/profile.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define HOUR_NS (INT64_C(3600) * CF_NS_PER_S)
#define FURTHEST_NS (INT64_C(1) << 61)
#define EARLIEST_NS (-(INT64_C(1) << 62)) /* no instant is before it, and no knot as far after it as 2^63 ns */

/* ---- Reading --------------------------------------------------------------------------------------------------- */

/* Where an instant falls. Piece k follows k knots: 0 is what stands before the first knot, `count` what follows the
 * last one. */
typedef struct place {
  int64_t origin_ns; /* the instant at which the profile's time was last 0 */
  int64_t cycle;     /* periods gone by */
  int64_t x_ns;      /* the profile's time */
  uint32_t piece;
} place;

/* Knots at or before x. The loop has no branch that depends on the data but its length. */
static uint32_t knots_until(const cf_profile *profile, int64_t x_ns) {
  int64_t since = x_ns - profile->t_ns[0];
  if (since < 0) return 0;
  if (profile->step_ns > 0) {
    int64_t whole = since / profile->step_ns;
    return whole < profile->count ? (uint32_t)whole + 1 : profile->count;
  }
  const int64_t *low = profile->t_ns;
  uint32_t length = profile->count;
  while (length > 1) {
    uint32_t half = length / 2;
    low += low[half] <= x_ns ? half : 0;
    length -= half;
  }
  return (uint32_t)(low - profile->t_ns) + 1;
}

static place place_of(const cf_profile *profile, int64_t t_ns) {
  place at = {.origin_ns = -profile->phase_ns, .cycle = 0, .x_ns = t_ns + profile->phase_ns};
  if (profile->period_ns > 0) {
    at.cycle = at.x_ns / profile->period_ns - (at.x_ns % profile->period_ns < 0);
    at.origin_ns += at.cycle * profile->period_ns;
    at.x_ns = t_ns - at.origin_ns;
  }
  at.piece = knots_until(profile, at.x_ns);
  return at;
}

static void piece_from(const cf_profile *profile, const place *at, cf_profile_piece *out) {
  uint32_t k = at->piece, last = profile->count - 1;
  if (k == 0) {
    *out = (cf_profile_piece){EARLIEST_NS, at->origin_ns + profile->t_ns[0], profile->value[0], 0.0};
    return;
  }
  out->from_ns = at->origin_ns + profile->t_ns[k - 1];
  out->value = profile->value[k - 1];
  out->slope_per_s = 0.0;
  if (k > last && profile->period_ns == 0) {
    out->until_ns = CF_NEVER;
    return;
  }
  out->until_ns = at->origin_ns + (k > last ? profile->period_ns : profile->t_ns[k]);
  if (!profile->hold) {
    double end = profile->value[k > last ? 0 : k];
    out->slope_per_s = (end - out->value) / cf_ticks_to_s(out->until_ns - out->from_ns);
  }
}

void cf_profile_piece_at(const cf_profile *profile, int64_t t_ns, cf_profile_piece *out) {
  place at = place_of(profile, t_ns);
  piece_from(profile, &at, out);
}

double cf_profile_value(const cf_profile *profile, int64_t t_ns) {
  cf_profile_piece piece;
  cf_profile_piece_at(profile, t_ns, &piece);
  return cf_profile_piece_value(&piece, t_ns);
}

/* Within one piece; the value in the middle is the mean. */
static double area_within(const cf_profile_piece *piece, int64_t from_ns, int64_t to_ns) {
  double length_s = cf_ticks_to_s(to_ns - from_ns);
  double until_middle_s = cf_ticks_to_s(from_ns - piece->from_ns) + 0.5 * length_s;
  return length_s * (piece->value + piece->slope_per_s * until_middle_s);
}

double cf_profile_integral(const cf_profile *profile, int64_t from_ns, int64_t to_ns) {
  place a = place_of(profile, from_ns), b = place_of(profile, to_ns);
  cf_profile_piece first, last;
  piece_from(profile, &a, &first);
  /* A stretch within one piece, which is what a walker books, never meets the large sums. */
  if (to_ns <= first.until_ns) return area_within(&first, from_ns, to_ns);
  piece_from(profile, &b, &last);
  double whole_periods = (double)(b.cycle - a.cycle) * profile->area[profile->count];
  double whole_pieces = profile->area[b.piece - 1] - profile->area[a.piece];
  return area_within(&first, from_ns, first.until_ns) + (whole_pieces + whole_periods) +
         area_within(&last, last.from_ns, to_ns);
}

double cf_profile_mean(const cf_profile *profile, int64_t from_ns, int64_t to_ns) {
  if (from_ns == to_ns) return cf_profile_value(profile, from_ns);
  return cf_profile_integral(profile, from_ns, to_ns) / cf_ticks_to_s(to_ns - from_ns);
}

/* ---- Making ---------------------------------------------------------------------------------------------------- */

static cf_status no_memory(cf_diag *diag) {
  cf_fail(diag, CF_INTERNAL, "no memory for a profile");
  return CF_INTERNAL;
}

static bool within_reach(int64_t t_ns) { return t_ns > -FURTHEST_NS && t_ns < FURTHEST_NS; }

static cf_status check_knots(const cf_profile_knots *knots, cf_diag *diag) {
  if (knots->count == 0) return cf_fail(diag, CF_INPUT, "a profile needs at least one value");
  if (knots->count > CF_PROFILE_KNOTS_MAX)
    return cf_fail(diag, CF_INPUT, "a profile takes at most %d values", (int)CF_PROFILE_KNOTS_MAX);
  if (knots->period_ns < 0 || knots->period_ns >= FURTHEST_NS || !within_reach(knots->phase_ns))
    return cf_fail(diag, CF_INPUT, "period or phase of a profile is negative or longer than 73 years");
  for (uint32_t i = 0; i < knots->count; i++) {
    int64_t t_ns = knots->t_ns[i];
    if (!isfinite(knots->value[i])) return cf_fail(diag, CF_INPUT, "value %u of a profile is not a number", i + 1);
    if (!within_reach(t_ns)) return cf_fail(diag, CF_INPUT, "value %u of a profile is more than 73 years away", i + 1);
    if (i == 0) continue;
    int64_t before_ns = knots->t_ns[i - 1];
    bool rises = knots->hold ? t_ns > before_ns : t_ns >= before_ns && (i < 2 || t_ns > knots->t_ns[i - 2]);
    if (!rises)
      return cf_fail(diag, CF_INPUT, "value %u of a profile does not come after value %u (at %.9g s)", i + 1, i,
                     cf_ticks_to_s(t_ns));
  }
  if (knots->period_ns == 0) return CF_OK;
  /* Each knot of a repeated profile must be met: one at 0, and none beyond the period. */
  uint32_t last = knots->count - 1;
  if (knots->t_ns[0] != 0 || (last > 0 && knots->t_ns[1] == 0))
    return cf_fail(diag, CF_INPUT, "a repeated profile needs one value at 0 s");
  int64_t end_ns = knots->hold ? knots->period_ns - 1 : knots->period_ns;
  if (knots->t_ns[last] > end_ns || (last > 0 && knots->t_ns[last - 1] == knots->period_ns))
    return cf_fail(diag, CF_INPUT, "values of a repeated profile stand at or beyond its period of %.9g s",
                   cf_ticks_to_s(knots->period_ns));
  return CF_OK;
}

static int64_t common_step_ns(const cf_profile_knots *knots) {
  if (knots->count < 2) return 0;
  int64_t step_ns = knots->t_ns[1] - knots->t_ns[0];
  for (uint32_t i = 2; i < knots->count; i++)
    if (knots->t_ns[i] - knots->t_ns[i - 1] != step_ns) return 0;
  return step_ns;
}

/* Derives what the knots imply; t_ns and value are the arena's already. */
static cf_status settle(cf_arena *arena, const cf_profile_knots *knots, cf_profile *profile, cf_diag *diag) {
  double *area = CF_ARENA_ARRAY(arena, double, knots->count + 1);
  if (!area) return no_memory(diag);
  *profile = (cf_profile){.count = knots->count,
                          .t_ns = knots->t_ns,
                          .value = knots->value,
                          .period_ns = knots->count > 1 ? knots->period_ns : 0, /* one value is a constant */
                          .phase_ns = knots->phase_ns,
                          .hold = knots->hold,
                          .max = knots->value[0],
                          .min = knots->value[0],
                          .step_ns = common_step_ns(knots),
                          .area = area};
  if (profile->period_ns > 0) {
    profile->phase_ns %= profile->period_ns;
    if (profile->phase_ns < 0) profile->phase_ns += profile->period_ns;
  }
  for (uint32_t i = 0; i < profile->count; i++) {
    profile->max = fmax(profile->max, profile->value[i]);
    profile->min = fmin(profile->min, profile->value[i]);
    bool closing = i + 1 == profile->count;
    int64_t until_ns =
        closing ? (profile->period_ns > 0 ? profile->period_ns : profile->t_ns[i]) : profile->t_ns[i + 1];
    double end = profile->hold ? profile->value[i] : profile->value[closing ? 0 : i + 1];
    area[i + 1] = area[i] + 0.5 * (profile->value[i] + end) * cf_ticks_to_s(until_ns - profile->t_ns[i]);
  }
  return CF_OK;
}

cf_status cf_profile_make(cf_arena *arena, const cf_profile_knots *knots, cf_profile *profile, cf_diag *diag) {
  cf_status status = check_knots(knots, diag);
  if (status != CF_OK) return status;
  int64_t *t_ns = CF_ARENA_ARRAY(arena, int64_t, knots->count);
  double *value = CF_ARENA_ARRAY(arena, double, knots->count);
  if (!t_ns || !value) return no_memory(diag);
  memcpy(t_ns, knots->t_ns, sizeof *t_ns * knots->count);
  memcpy(value, knots->value, sizeof *value * knots->count);
  cf_profile_knots own = *knots;
  own.t_ns = t_ns;
  own.value = value;
  return settle(arena, &own, profile, diag);
}

cf_status cf_profile_constant(cf_arena *arena, double value, cf_profile *profile, cf_diag *diag) {
  static const int64_t at_start = 0;
  return cf_profile_make(arena, &(cf_profile_knots){.count = 1, .t_ns = &at_start, .value = &value}, profile, diag);
}

cf_status cf_profile_daily(cf_arena *arena, const double value[24], bool hold, int64_t day_ns, cf_profile *profile,
                           cf_diag *diag) {
  int64_t t_ns[24];
  for (int hour = 0; hour < 24; hour++) t_ns[hour] = hour * HOUR_NS;
  cf_profile_knots knots = {
      .count = 24, .t_ns = t_ns, .value = value, .period_ns = 24 * HOUR_NS, .phase_ns = day_ns, .hold = hold};
  return cf_profile_make(arena, &knots, profile, diag);
}

/* ---- Fitting --------------------------------------------------------------------------------------------------- */

/* Knots as they are found, in time order. */
typedef struct draft {
  cf_arena *arena;
  cf_diag *diag;
  uint32_t count, room;
  int64_t *t_ns;
  double *value;
  int64_t period_ns;
  double tolerance;
} draft;

/* A stretch of the curve: the function of a variable that runs straight along time. */
typedef struct curve {
  cf_profile_function function;
  int64_t from_ns;
  double x;
  double x_per_s;
} curve;

static double curve_at(const curve *c, int64_t t_ns) {
  return c->function.at(c->function.context, c->x + c->x_per_s * cf_ticks_to_s(t_ns - c->from_ns));
}

static cf_status grow(draft *d) {
  uint32_t room = d->room ? 2 * d->room : 64;
  if (room > CF_PROFILE_FITTED_MAX)
    return cf_fail(d->diag, CF_INPUT, "a profile within %g needs more than %d values: raise the tolerance",
                   d->tolerance, (int)CF_PROFILE_FITTED_MAX);
  int64_t *t_ns = CF_ARENA_ARRAY(d->arena, int64_t, room);
  double *value = CF_ARENA_ARRAY(d->arena, double, room);
  if (!t_ns || !value) return no_memory(d->diag);
  if (d->count > 0) {
    memcpy(t_ns, d->t_ns, sizeof *t_ns * d->count);
    memcpy(value, d->value, sizeof *value * d->count);
  }
  d->t_ns = t_ns;
  d->value = value;
  d->room = room;
  return CF_OK;
}

/* The two sides of a point at which a function is continuous differ by rounding only. */
static bool alike(double a, double b) { return fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b)); }

static cf_status add_knot(draft *d, int64_t t_ns, double value) {
  if (!isfinite(value)) return cf_fail(d->diag, CF_INPUT, "a profile is not a number at %.9g s", cf_ticks_to_s(t_ns));
  uint32_t same = 0; /* knots that stand at this time already */
  while (same < d->count && same < 2 && d->t_ns[d->count - 1 - same] == t_ns) same++;
  if (same > 0 && alike(d->value[d->count - 1], value)) return CF_OK;
  /* Values that nobody would meet: between two at one time, left of the start and right of the end of a period. */
  bool repeats = d->period_ns > 0;
  if (same > 0 && repeats && t_ns == d->period_ns) return CF_OK;
  bool replaces = same == 2 || (same == 1 && d->count == 1 && repeats);
  if (!replaces) {
    cf_status status = d->count == d->room ? grow(d) : CF_OK;
    if (status != CF_OK) return status;
    d->count++;
  }
  d->t_ns[d->count - 1] = t_ns;
  d->value[d->count - 1] = value;
  return CF_OK;
}

/* The quarter points of a chord are near enough (and all of it, see cf_profile_smooth). Below 4 ns there are none. */
static bool chord_holds(const draft *d, const curve *c, int64_t a_ns, double a, int64_t b_ns, double b) {
  int64_t quarter_ns = (b_ns - a_ns) / 4;
  for (int64_t i = 1; i <= 3 && quarter_ns > 0; i++) {
    double chord = a + (b - a) * ((double)(i * quarter_ns) / (double)(b_ns - a_ns));
    if (!(fabs(curve_at(c, a_ns + i * quarter_ns) - chord) <= 0.75 * d->tolerance)) return false;
  }
  return true;
}

/* Adds the knots after a_ns up to b_ns: the longest chord that holds, found to 1/64 of its length, then the next. */
static cf_status add_chords(draft *d, const curve *c, int64_t a_ns, double a, int64_t b_ns, double b) {
  while (a_ns < b_ns) {
    int64_t good_ns = b_ns - a_ns, bad_ns = good_ns;
    double end = b;
    while (!chord_holds(d, c, a_ns, a, a_ns + good_ns, end)) {
      bad_ns = good_ns;
      good_ns /= 2;
      end = curve_at(c, a_ns + good_ns);
    }
    while (bad_ns - good_ns > 1 + good_ns / 64) {
      int64_t middle_ns = good_ns + (bad_ns - good_ns) / 2;
      double value = curve_at(c, a_ns + middle_ns);
      if (chord_holds(d, c, a_ns, a, a_ns + middle_ns, value)) {
        good_ns = middle_ns;
        end = value;
      } else {
        bad_ns = middle_ns;
      }
    }
    a_ns += good_ns;
    a = end;
    cf_status status = add_knot(d, a_ns, a);
    if (status != CF_OK) return status;
  }
  return CF_OK;
}

static cf_status finish(draft *d, int64_t period_ns, int64_t phase_ns, bool hold, cf_profile *profile) {
  assert(d->t_ns && d->value); /* a knot was added */
  /* What closes onto the first value needs no knot at the period. */
  uint32_t last = d->count - 1;
  if (period_ns > 0 && last > 0 && d->t_ns[last] == period_ns && alike(d->value[last], d->value[0])) d->count--;
  cf_profile_knots knots = {d->count, d->t_ns, d->value, period_ns, phase_ns, hold};
  cf_status status = check_knots(&knots, d->diag);
  return status == CF_OK ? settle(d->arena, &knots, profile, d->diag) : status;
}

static cf_status check_tolerance(double tolerance, cf_diag *diag) {
  if (tolerance > 0.0 && isfinite(tolerance)) return CF_OK;
  return cf_fail(diag, CF_INPUT, "the tolerance of a profile must be positive, not %g", tolerance);
}

cf_status cf_profile_fit(cf_arena *arena, const cf_profile_smooth *smooth, cf_profile *profile, cf_diag *diag) {
  cf_status status = check_tolerance(smooth->tolerance, diag);
  if (status != CF_OK) return status;
  const int64_t *break_ns = smooth->break_ns;
  uint32_t last = smooth->breaks - 1;
  bool repeats = smooth->period_ns > 0;
  if (smooth->breaks < 2 || (repeats && (break_ns[0] != 0 || break_ns[last] != smooth->period_ns)))
    return cf_fail(diag, CF_INPUT, "the breaks of a profile must be two or more and span its period");
  draft d = {.arena = arena, .diag = diag, .period_ns = smooth->period_ns, .tolerance = smooth->tolerance};
  curve c = {smooth->function, 0, 0.0, 1.0};
  double first = curve_at(&c, break_ns[0]), start = first;
  status = add_knot(&d, break_ns[0], first);
  for (uint32_t i = 1; i <= last && status == CF_OK; i++) {
    if (break_ns[i] <= break_ns[i - 1] || !within_reach(break_ns[i]))
      return cf_fail(diag, CF_INPUT, "break %u of a profile does not come after the one before it", i + 1);
    double end = repeats && i == last ? first : curve_at(&c, break_ns[i]);
    status = add_chords(&d, &c, break_ns[i - 1], start, break_ns[i], end);
    start = end;
  }
  return status == CF_OK ? finish(&d, smooth->period_ns, smooth->phase_ns, false, profile) : status;
}

/* The value a function tends to at x, from the side on which `side` lies. */
static double limit_at(const cf_profile_map *map, double x, double side) {
  bool on_edge = false;
  for (uint32_t i = 0; i < map->edges; i++) on_edge = on_edge || map->edge[i] == x;
  return map->function.at(map->function.context, on_edge ? nextafter(x, side) : x);
}

/* One piece of a straight source, cut at the edges that it crosses. */
static cf_status map_piece(draft *d, const cf_profile_map *map, int64_t a_ns, double a, int64_t b_ns, double b) {
  double per_s = (b - a) / cf_ticks_to_s(b_ns - a_ns);
  curve c = {map->function, a_ns, a, per_s};
  int64_t t_ns = a_ns;
  double x = a;
  cf_status status = CF_OK;
  for (uint32_t i = 0; i <= map->edges && status == CF_OK; i++) {
    bool to_end = i == map->edges;
    double next = to_end ? b : map->edge[b >= a ? i : map->edges - 1 - i];
    if (!to_end && !(fmin(a, b) < next && next < fmax(a, b))) continue;
    int64_t next_ns = b_ns;
    if (!to_end) {
      next_ns = a_ns + (int64_t)fmin(ceil((next - a) / per_s * 1e9), (double)(b_ns - a_ns));
      if (next_ns > b_ns) next_ns = b_ns; /* the rounding of a very long piece */
    }
    double start = limit_at(map, x, b), end = limit_at(map, next, a);
    status = add_knot(d, t_ns, start);
    if (status == CF_OK)
      status = next_ns > t_ns ? add_chords(d, &c, t_ns, start, next_ns, end) : add_knot(d, next_ns, end);
    t_ns = next_ns;
    x = next;
  }
  return status;
}

cf_status cf_profile_mapped(cf_arena *arena, const cf_profile *source, const cf_profile_map *map, cf_profile *profile,
                            cf_diag *diag) {
  cf_status status = check_tolerance(map->tolerance, diag);
  draft d = {.arena = arena, .diag = diag, .period_ns = source->period_ns, .tolerance = map->tolerance};
  uint32_t last = source->count - 1;
  for (uint32_t i = 0; i <= last && status == CF_OK; i++) {
    int64_t t_ns = source->t_ns[i];
    bool closing = i == last;
    int64_t until_ns = !closing ? source->t_ns[i + 1] : source->period_ns > 0 ? source->period_ns : t_ns;
    bool stands = source->hold || until_ns == t_ns;   /* held, a step, or for ever after */
    if (stands || (i == 0 && source->period_ns == 0)) /* or for ever before */
      status = add_knot(&d, t_ns, map->function.at(map->function.context, source->value[i]));
    if (!stands && status == CF_OK)
      status = map_piece(&d, map, t_ns, source->value[i], until_ns, source->value[closing ? 0 : i + 1]);
  }
  return status == CF_OK ? finish(&d, source->period_ns, source->phase_ns, source->hold, profile) : status;
}
