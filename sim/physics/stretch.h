/* A stretch: the longest span of time over which everything in a body is linear. Internal to walker.c.
 *
 * All lanes (main store, modes, second store) follow y' = -lambda y + q0 + q1 t and are advanced together, four at a
 * time. stretch_heat.h plans the modes' lanes, stretch_supply.h the stores'. */
#ifndef CF_PHYSICS_STRETCH_H
#define CF_PHYSICS_STRETCH_H

#include "base/remath.h"
#include "physics/body.h"
#include "physics/crossing.h"

#include <math.h>

enum { STORE = 0, MODES = 1, LANES = CF_MODAL_MODES + 4 };

/* The way through one stretch is compiled twice: for the plainest class (two modes, nothing held), in which every loop
 * has a known length, and for all others. So these functions are inlined whatever the compiler thinks. */
#define HOT static inline __attribute__((always_inline))

/* Everything fixed while one piece of the drivers is walked, and the drivers' values at its start. */
typedef struct walk {
  const cf_body_class *class;
  const cf_body_scale *scale;
  const cf_load *load;
  uint32_t state;
  const double *load_weight, *case_weight, *die_weight, *watched_weight; /* rows of the modes' weights */
  double full_j;                                                         /* of the main store, as aged */
  double x_per_j;                                                        /* of the node's main store */
  double j_per_x;
  double second_full_j;
  double panel_w, panel_slope;
  double panel_middle_w; /* in the middle of the piece */
  double sun, sun_slope;
  double air_rise, air_slope; /* above the thermal reference */
  double host_rise, host_slope;
  double per_air_k, per_host_k; /* 1/T of the reservoirs in the middle of the piece */
} walk;

/* How the net power at the store's terminals becomes stored energy. */
typedef enum charging {
  DISCHARGING, /* the load takes more than the converter gives */
  CHARGING,    /* a share `gain` of the surplus arrives */
  LIMITED      /* as much as the store takes arrives; the rest is turned away */
} charging;

/* One stretch over which every lane is linear with ramped input: y' = -lambda y + q0 + q1 t.
 * Lane 0 is the main store, then the modes, then the second store. */
typedef struct stretch {
  double length_s;
  bool full, second_full;
  bool empty; /* nothing is in the main store, and what comes in goes straight on */
  bool cold;  /* the converter is below its cold-start voltage */
  charging charging;
  double gain;                      /* of CHARGING */
  double load_w;                    /* on the main store */
  double output_w, output_slope;    /* of the converter */
  cf_line leakage, quiescent, loss; /* of the main store, in joules stored */
  cf_line second_leakage, second_loss;
  double second_load_w;                /* before the switch's loss */
  double second_in_w, second_in_slope; /* surplus taken, before its own gain */
  double edge_low_j, edge_high_j;
  double second_low_j, second_high_j;
  cf_line curve_line[CF_HEAT_CURVES];
  const cf_modal_cell *cell; /* NULL: the linear network */
  double lambda[LANES];
  double q0[LANES], q1[LANES];
  double y[LANES];
} stretch;

static uint32_t second_lane(const walk *w) { return MODES + w->class->modal.modes; }

/* In use, rounded up to a multiple of 4. */
HOT uint32_t lanes_of(const walk *w, uint32_t modes) {
  return (MODES + modes + (w->class->has_second ? 1 : 0) + 3) / 4 * 4;
}

/* Four lanes from `lane` on at `s` after the stretch's start, and their integrals. */
static inline void evaluate_four(const stretch *st, uint32_t lane, double s, double *y, double *integral) {
  double z[4];
  for (uint32_t k = 0; k < 4; k++) z[k] = -st->lambda[lane + k] * s;
  cf_relax4 r;
  cf_relax(z, &r);
  for (uint32_t k = 0; k < 4; k++) {
    double y0 = st->y[lane + k], drive0 = st->q0[lane + k] * s, drive1 = st->q1[lane + k] * s * s;
    y[k] = y0 * r.e[k] + drive0 * r.p1[k] + drive1 * r.p2[k];
    integral[k] = s * (y0 * r.p1[k] + drive0 * r.p2[k] + drive1 * r.p3[k]);
  }
}

/* All lanes; there are never none. */
HOT void evaluate(const stretch *st, uint32_t lanes, double s, double *y, double *integral) {
  uint32_t lane = 0;
  do {
    evaluate_four(st, lane, s, y + lane, integral + lane);
    lane += 4;
  } while (lane < lanes);
}

static double lane_at(const stretch *st, uint32_t lane, double s) {
  double y[4], integral[4];
  uint32_t first = lane / 4 * 4;
  evaluate_four(st, first, s, y, integral);
  return y[lane - first];
}

typedef struct lane_question {
  const stretch *st;
  uint32_t lane;
  double level;
} lane_question;

static double above_level(const void *self, double s) {
  const lane_question *q = self;
  return lane_at(q->st, q->lane, s) - q->level;
}

/* Where in (0, length) the rate of a lane changes sign; negative: nowhere. */
static double lane_turns(const stretch *st, uint32_t lane) {
  double lambda = st->lambda[lane], rate1 = st->q1[lane];
  double rate0 = st->q0[lane] - lambda * st->y[lane];
  if (rate1 == 0.0 || (rate0 < 0.0) != (rate1 > 0.0)) return -1.0;
  double x = -lambda * rate0 / rate1;
  if (!(x > -1.0)) return -1.0;
  double turn = fabs(x) < 1e-12 ? -rate0 / rate1 : cf_log1p(x) / lambda;
  return turn > 0.0 && turn < st->length_s ? turn : -1.0;
}

/* First s in (0, length] at which a lane leaves [low, high]; negative when it stays. `slack` is rounding room. */
static double lane_leaves(const stretch *st, uint32_t lane, double low, double high, double slack, double *level) {
  *level = (double)NAN;
  double end = st->length_s, turn = lane_turns(st, lane), from = 0.0;
  for (int piece = 0; piece < 2; piece++) {
    double to = piece == 0 && turn > 0.0 ? turn : end;
    double at = lane_at(st, lane, to);
    double passed = at > high + slack ? high : at < low - slack ? low : NAN;
    if (!isnan(passed)) {
      lane_question question = {st, lane, passed};
      *level = passed;
      double start = from == 0.0 ? st->y[lane] : lane_at(st, lane, from);
      if ((start > passed) == (at > passed)) return from; /* stood on the edge to within rounding */
      return cf_bracketed_zero(above_level, &question, from, to);
    }
    if (to == end) break;
    from = to;
  }
  return -1.0;
}

static double line_integral(cf_line line, double span_s, double integral) {
  return line.at_zero * span_s + line.slope * integral;
}

static void shorten(stretch *st, double s) {
  if (s < st->length_s) st->length_s = s;
}

#endif
