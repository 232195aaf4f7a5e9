/* A function of simulated time, given once at load: line current by the hour, the wall of a machine, a trace.
 *
 * Knots (t_ns[i], value[i]) stand on the profile's own time, which is t + phase_ns, modulo period_ns where the profile
 * repeats. Between two knots the value is the straight line through them, or value[i] (`hold`). Two knots at one time
 * make a step of a straight profile; at the step the value is the one to its right. A profile that does not repeat
 * keeps its first and its last value for ever on either side. One that repeats has its first knot at 0; its last piece
 * ends at the period, on the first value, unless a knot at the period itself gives another one (a step).
 *
 * Reading takes no search where knots are equidistant (step_ns) and a bisection otherwise, one integer division where
 * the profile repeats, and no allocation. Instants: |t| <= 2^62 ns (146 years); knots, period and phase below 2^61 ns.
 * The unit of a value is its user's. Reading is thread-safe: nothing is written. */
#ifndef CF_PHYSICS_PROFILE_H
#define CF_PHYSICS_PROFILE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_PROFILE_KNOTS_MAX = 1 << 24, CF_PROFILE_FITTED_MAX = 1 << 20 };

typedef struct cf_profile {
  uint32_t count;
  const int64_t *t_ns; /* ascending; at most two alike, none in a held profile */
  const double *value;
  int64_t period_ns; /* 0: does not repeat */
  int64_t phase_ns;  /* 0 <= phase < period where it repeats */
  bool hold;
  double max, min;
  int64_t step_ns;    /* distance of all knots; 0 where they are not equidistant */
  const double *area; /* [count + 1]: integral from the first knot to each, in value seconds; the last: to the period */
} cf_profile;

/* A stretch on which the profile is one straight line: from_ns <= t < until_ns. */
typedef struct cf_profile_piece {
  int64_t from_ns;  /* the piece's knot; before the first knot -2^62, the earliest instant */
  int64_t until_ns; /* CF_NEVER: for ever */
  double value;     /* at from_ns */
  double slope_per_s;
} cf_profile_piece;

/* The piece that holds t_ns; never an empty one. The same piece for every t_ns of a stretch, so that where a stretch is
 * split does not change a value. */
void cf_profile_piece_at(const cf_profile *profile, int64_t t_ns, cf_profile_piece *out);

static inline double cf_profile_piece_value(const cf_profile_piece *piece, int64_t t_ns) {
  return piece->value + piece->slope_per_s * cf_ticks_to_s(t_ns - piece->from_ns);
}

double cf_profile_value(const cf_profile *profile, int64_t t_ns);

/* Exact integral in value seconds (closed form), from_ns <= to_ns, and mean over a stretch of time (the value where the
 * stretch is empty). */
double cf_profile_integral(const cf_profile *profile, int64_t from_ns, int64_t to_ns);
double cf_profile_mean(const cf_profile *profile, int64_t from_ns, int64_t to_ns);

/* What a profile is made from: the fields of cf_profile of the same names. phase_ns may have either sign. */
typedef struct cf_profile_knots {
  uint32_t count;
  const int64_t *t_ns;
  const double *value;
  int64_t period_ns;
  int64_t phase_ns;
  bool hold;
} cf_profile_knots;

/* Copies the knots into the arena. CF_INPUT when they break a rule above or a value is not finite; CF_INTERNAL when
 * there is no memory (so for all that follow). */
cf_status cf_profile_make(cf_arena *arena, const cf_profile_knots *knots, cf_profile *profile, cf_diag *diag);

cf_status cf_profile_constant(cf_arena *arena, double value, cf_profile *profile, cf_diag *diag);

/* 24 values repeated each day: value[h] at h o'clock and straight between, or held until the next hour. day_ns is the
 * time of day at instant 0 on the clock that the values are for (local mean solar time: UTC + longitude / 15 deg h). */
cf_status cf_profile_daily(cf_arena *arena, const double value[24], bool hold, int64_t day_ns, cf_profile *profile,
                           cf_diag *diag);

/* A function of one variable with what it needs to know. */
typedef struct cf_profile_function {
  double (*at)(const void *context, double x);
  const void *context;
} cf_profile_function;

/* A function of time, replaced by straight pieces. Where it is convex or concave between two breaks the distance to
 * it is at most `tolerance` everywhere: a chord is accepted when the distance at its quarter points is within 3/4 of
 * the tolerance, and the distance of a concave function from its chord is at most 4/3 of the largest at those points
 * (three-slope argument; the worst case is a corner at 1/3 or 2/3). Breaks stand where the function turns from one to
 * the other; it is continuous, across the period too. */
typedef struct cf_profile_smooth {
  cf_profile_function function; /* of the profile's time in seconds */
  uint32_t breaks;              /* at least 2, ascending: the first and the last knot and those that must be between */
  const int64_t *break_ns;      /* of one that repeats: from 0 to period_ns */
  int64_t period_ns, phase_ns;
  double tolerance; /* > 0 */
} cf_profile_smooth;

/* A jump becomes a ramp of at most 4 ns. CF_INPUT when a value is not finite or CF_PROFILE_FITTED_MAX knots are too
 * few. */
cf_status cf_profile_fit(cf_arena *arena, const cf_profile_smooth *smooth, cf_profile *profile, cf_diag *diag);

/* Another quantity that follows from a profile's value at the same instant: the power of a harvester from its driver.
 * `edge` (ascending) are the values of the source at which the function has a kink, an inflection or a jump: each
 * crossing gets a knot, or two (crossings rounded up to the next ns). Held profiles are mapped exactly, straight ones
 * to `tolerance` as cf_profile_fit. Errors as there. */
typedef struct cf_profile_map {
  cf_profile_function function; /* of the source's value */
  uint32_t edges;
  const double *edge;
  double tolerance; /* > 0 */
} cf_profile_map;

cf_status cf_profile_mapped(cf_arena *arena, const cf_profile *source, const cf_profile_map *map, cf_profile *profile,
                            cf_diag *diag);

#endif
