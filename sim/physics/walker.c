#include "physics/walker.h"

#include "base/remath.h"
#include "physics/crossing.h"

#include <math.h>
#include <string.h>

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

HOT void evaluate(const stretch *st, uint32_t lanes, double s, double *y, double *integral) {
  for (uint32_t lane = 0; lane < lanes; lane += 4) evaluate_four(st, lane, s, y + lane, integral + lane);
}

static double lane_at(const stretch *st, uint32_t lane, double s) {
  double y[4], integral[4];
  uint32_t first = lane / 4 * 4;
  evaluate_four(st, first, s, y, integral);
  return y[lane - first];
}

/* ---- heat ----------------------------------------------------------------------------------------------------------
 */

/* The modes of the present cells, as a product with its rotation; `back` with the transposed one. */
static void rotate(const cf_modal_cell *cell, uint32_t modes, const double *from, double *to, bool back) {
  for (uint32_t k = 0; k < modes; k++) {
    double sum = 0.0;
    for (uint32_t l = 0; l < modes; l++) sum += cell->rotation[back ? l * modes + k : k * modes + l] * from[l];
    to[k] = sum;
  }
}

static const double *weight_of(const walk *w, uint32_t node) {
  return &w->class->modal.weight[(size_t)node * w->class->modal.modes];
}

static void add_heat(const walk *w, uint32_t node, double heat_w, double slope, stretch *st) {
  const double *weight = weight_of(w, node);
  for (uint32_t k = 0; k < w->class->modal.modes; k++) {
    st->q0[MODES + k] += weight[k] * heat_w;
    st->q1[MODES + k] += weight[k] * slope;
  }
}

static double share_of(const walk *w, const cf_heat_curve *curve) {
  return curve->shared_by_load ? w->class->curves.share[w->load->share] : 1.0;
}

static void plan_curves(const walk *w, double air, const cf_body_more *more, stretch *st) {
  const cf_modal_curves *curves = &w->class->curves;
  const cf_modal *modal = &w->class->modal;
  for (uint32_t c = 0; c < curves->curves; c++) {
    const cf_heat_curve *curve = &curves->curve[c];
    cf_line line = st->curve_line[c] = curve->line[more->cell[c]];
    double share = share_of(w, curve);
    if (curve->over_air)
      add_heat(w, curve->node, share * (line.at_zero - line.slope * air), -share * line.slope * w->air_slope, st);
    else
      add_heat(w, curve->node, share * (line.at_zero + line.slope * modal->reference_k), 0.0, st);
  }
  st->cell = cf_modal_cell_of(curves, w->load->share, more->cell[0], curves->curves > 1 ? more->cell[1] : 0);
  double turned[LANES];
  rotate(st->cell, modal->modes, st->q0 + MODES, turned, false);
  for (uint32_t k = 0; k < modal->modes; k++) st->q0[MODES + k] = turned[k];
  rotate(st->cell, modal->modes, st->q1 + MODES, turned, false);
  for (uint32_t k = 0; k < modal->modes; k++) st->q1[MODES + k] = turned[k];
  rotate(st->cell, modal->modes, st->y + MODES, turned, false);
  for (uint32_t k = 0; k < modal->modes; k++) {
    st->y[MODES + k] = turned[k];
    st->lambda[MODES + k] = st->cell->lambda_per_s[k];
  }
}

HOT void plan_heat(const walk *w, uint32_t modes, double s, const cf_body *body, const cf_body_more *more,
                   stretch *st) {
  const cf_body_class *class = w->class;
  const cf_modal *modal = &class->modal;
  double case_w = body->held_w + class->sun_area_m2 * (w->sun + w->sun_slope * s);
  double case_slope = class->sun_area_m2 * w->sun_slope;
  double air = w->air_rise + w->air_slope * s, host = w->host_rise + w->host_slope * s;
  if (more) case_w -= more->radiation_w;
  const double *load_weight = w->load_weight, *case_weight = w->case_weight;
  for (uint32_t k = 0; k < modes; k++) {
    st->lambda[MODES + k] = modal->lambda_per_s[k];
    st->q0[MODES + k] = load_weight[k] * w->load->heat_w + case_weight[k] * case_w + modal->air_gain[k] * air +
                        modal->host_gain[k] * host;
    st->q1[MODES + k] =
        case_weight[k] * case_slope + modal->air_gain[k] * w->air_slope + modal->host_gain[k] * w->host_slope;
    st->y[MODES + k] = body->mode[k];
  }
  st->cell = NULL;
  if (!more) return;
  if (class->has_generator &&
      !w->load->disconnected) { /* see thermoelectric.h: half the power is missing at each end */
    if (class->generator_hot < modes) add_heat(w, class->generator_hot, -0.5 * more->generator_w, 0.0, st);
    if (class->generator_cold < modes) add_heat(w, class->generator_cold, -0.5 * more->generator_w, 0.0, st);
  }
  if (class->curves.curves > 0) plan_curves(w, air, more, st);
}

/* A temperature over the stretch: sign (T_node - limit - (over_air: the air)). Weights in the stretch's own modes. */
static void temperature_sum(const walk *w, const stretch *st, double s0, uint32_t node, bool over_air, double limit_k,
                            double sign, cf_exponential_sum *sum) {
  const cf_modal *modal = &w->class->modal;
  double turned[LANES];
  const double *weight = weight_of(w, node);
  if (st->cell) {
    rotate(st->cell, modal->modes, weight, turned, false);
    weight = turned;
  }
  double offset = modal->reference_k - limit_k, slope = 0.0;
  if (over_air) {
    offset = -limit_k - (w->air_rise + w->air_slope * s0);
    slope = -w->air_slope;
  }
  for (uint32_t k = 0; k < modal->modes; k++) {
    double lambda = st->lambda[MODES + k];
    /* A mode without decay over the stretch is taken as one with very little: the sum has no quadratic term. */
    if (fabs(lambda) * st->length_s < 1e-6) lambda = (lambda < 0.0 ? -1e-6 : 1e-6) / st->length_s;
    double ramp = st->q1[MODES + k] / lambda, level = (st->q0[MODES + k] - ramp) / lambda;
    offset += weight[k] * level;
    slope += weight[k] * ramp;
    sum->amplitude[k] = sign * weight[k] * (st->y[MODES + k] - level);
    sum->rate_per_s[k] = lambda;
  }
  sum->offset = sign * offset;
  sum->slope = sign * slope;
  sum->terms = modal->modes;
}

/* The same temperature, difference and its rate by the lanes themselves: no cancellation in modes that hardly decay. */
static double temperature_at(const walk *w, const stretch *st, double s0, double s, uint32_t node, bool over_air,
                             double limit_k, double *rate) {
  const cf_modal *modal = &w->class->modal;
  double turned[LANES], y[LANES], integral[LANES];
  const double *weight = weight_of(w, node);
  if (st->cell) {
    rotate(st->cell, modal->modes, weight, turned, false);
    weight = turned;
  }
  evaluate(st, lanes_of(w, modal->modes), s, y, integral);
  double value = modal->reference_k - limit_k, slope = 0.0;
  if (over_air) {
    value = -limit_k - (w->air_rise + w->air_slope * (s0 + s));
    slope = -w->air_slope;
  }
  for (uint32_t k = 0; k < modal->modes; k++) {
    value += weight[k] * y[MODES + k];
    slope += weight[k] * (st->q0[MODES + k] + st->q1[MODES + k] * s - st->lambda[MODES + k] * y[MODES + k]);
  }
  *rate = slope;
  return value;
}

/* First s in [0, length] at which sign (T - limit) >= 0; negative when there is none. */
static double temperature_crosses(const walk *w, const stretch *st, double s0, uint32_t node, bool over_air,
                                  double limit_k, double sign) {
  cf_exponential_sum sum;
  temperature_sum(w, st, s0, node, over_air, limit_k, sign, &sum);
  double s = cf_first_nonnegative(&sum, st->length_s);
  for (int polish = 0; polish < 2 && s > 0.0; polish++) {
    double rate, value = temperature_at(w, st, s0, s, node, over_air, limit_k, &rate);
    double better = s - value / rate;
    if (!(rate * sign > 0.0) || !(better > 0.0) || !(fabs(better - s) < 1e-6 * st->length_s)) break;
    s = better < st->length_s ? better : st->length_s;
  }
  return s;
}

/* Ends the stretch where a curve's argument leaves its cell. Returns which curve, and to which side; -1: none. */
static int curve_leaves(const walk *w, double s0, const cf_body_more *more, double slack_k, const double *y_end,
                        stretch *st, int *side) {
  const cf_modal_curves *curves = &w->class->curves;
  const cf_modal *modal = &w->class->modal;
  int which = -1;
  for (uint32_t c = 0; c < curves->curves; c++) {
    const cf_heat_curve *curve = &curves->curve[c];
    uint32_t cell = more->cell[c];
    bool open_low = cell == 0, open_high = cell + 1 == curve->cells;
    double low_k = curve->edge_k[cell] - slack_k, high_k = curve->edge_k[cell + 1] + slack_k;
    /* How far the argument can come: each mode moves from its start to its end, and by a ramp's bend. */
    double turned[LANES];
    rotate(st->cell, modal->modes, weight_of(w, curve->node), turned, false);
    double argument = curve->over_air ? -(w->air_rise + w->air_slope * s0) : modal->reference_k;
    double up = 0.0, down = 0.0, half = 0.5 * st->length_s * st->length_s;
    bool grows = false;
    for (uint32_t k = 0; k < modal->modes; k++) {
      argument += turned[k] * st->y[MODES + k];
      double move = turned[k] * (y_end[MODES + k] - st->y[MODES + k]);
      double bend = fabs(turned[k] * st->q1[MODES + k]) * half;
      up += fmax(move, 0.0) + bend;
      down += fmin(move, 0.0) - bend;
      grows = grows || st->lambda[MODES + k] < 0.0;
    }
    if (curve->over_air) {
      double drift = -w->air_slope * st->length_s;
      up += fmax(drift, 0.0);
      down += fmin(drift, 0.0);
    }
    if (!grows && (open_high || argument + up < high_k) && (open_low || argument + down > low_k)) continue;
    for (int to = -1; to <= 1; to += 2) {
      if (to < 0 ? open_low : open_high) continue;
      double s = temperature_crosses(w, st, s0, curve->node, curve->over_air, to < 0 ? low_k : high_k, (double)to);
      if (s < 0.0 || s >= st->length_s) continue;
      st->length_s = s;
      which = (int)c;
      *side = to;
    }
  }
  return which;
}

/* ---- stores --------------------------------------------------------------------------------------------------------
 */

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

static cf_line in_joules(cf_line line, double x_per_j, double factor) {
  return (cf_line){line.at_zero * factor, line.slope * factor * x_per_j};
}

static double line_rate(cf_line line, double at) { return line.at_zero + line.slope * at; }

static void shorten(stretch *st, double s) {
  if (s < st->length_s) st->length_s = s;
}

/* The converter's output around the present input; ends the stretch where that piece of its law does. */
HOT void plan_converter(const walk *w, double s, const cf_body_more *more, bool cold, stretch *st) {
  const cf_converter_curve *converter = &w->class->converter;
  st->output_w = st->output_slope = 0.0;
  if (w->load->disconnected) return;
  double factor = converter->mppt_fraction * w->scale->harvest;
  double input = factor * (w->panel_w + w->panel_slope * s), slope = factor * w->panel_slope;
  if (input < 0.0) input = 0.0;
  if (more) input += more->generator_w;
  if (cold) {
    double least = converter->cold_start_w;
    bool starts = input > least || (input == least && slope >= 0.0);
    if (starts) {
      st->output_w = converter->cold_efficiency * input;
      st->output_slope = converter->cold_efficiency * slope;
    }
    double until = slope != 0.0 ? (least - input) / slope : -1.0;
    if (until > 0.0) shorten(st, until);
    return;
  }
  uint32_t j = converter->points - 1;
  while (j > 0 && input < converter->input_w[j]) j--;
  /* On a kink, to within rounding, the piece ahead counts. */
  if (slope > 0.0 && j + 1 < converter->points && input >= converter->input_w[j + 1] * (1.0 - 1e-13)) j++;
  if (slope < 0.0 && j > 0 && input <= converter->input_w[j] * (1.0 + 1e-13)) j--;
  st->output_w = converter->output_w[j] + converter->slope[j] * (input - converter->input_w[j]);
  st->output_slope = converter->slope[j] * slope;
  if (slope > 0.0 && j + 1 < converter->points) shorten(st, (converter->input_w[j + 1] - input) / slope);
  if (slope < 0.0 && j > 0) shorten(st, (converter->input_w[j] - input) / slope);
}

/* Share of the charging power that arrives in a cell of the store. The current is that of the middle of the piece of
 * drivers, under the load in force, whatever instant the stretch begins at. */
HOT double arriving_share(const walk *w, const cf_body_more *more, uint32_t cell, const stretch *st) {
  const cf_store *store = &w->class->store;
  double gain = more ? (double)more->held.charge_gain : 1.0;
  if (store->resistance_ohm == 0.0 || gain == 0.0 || cell < store->cold_cells) return gain;
  double input = w->class->converter.mppt_fraction * w->scale->harvest * w->panel_middle_w;
  if (more) input += more->generator_w;
  double net_w = cf_converter_output_w(&w->class->converter, fmax(input, 0.0)) - st->load_w;
  if (net_w <= 0.0) return gain;
  double factor = more ? (double)more->held.resistance_factor : 1.0;
  return gain * cf_store_arriving_share(store, cell, net_w, factor);
}

/* Which of the three the net power is in; ends the stretch where it passes into the next. */
HOT void plan_charging(const walk *w, const cf_body_more *more, uint32_t cell, stretch *st) {
  double net = st->output_w - st->load_w, slope = st->output_slope, limit_w = w->class->store.charge_limit_w;
  st->charging = DISCHARGING;
  st->gain = 1.0;
  if (net < 0.0 && slope <= 0.0) return;
  st->gain = arriving_share(w, more, cell, st);
  if (st->gain == 1.0 && limit_w == INFINITY) return;
  limit_w *= w->scale->capacity;
  double most = st->gain > 0.0 ? limit_w / st->gain : 0.0; /* net power from which on the limit binds */
  double slack = 1e-13 * (fabs(st->output_w) + st->load_w);
  bool above_zero = net > slack || (net >= -slack && slope > 0.0);
  bool above_most = above_zero && (net > most + slack || (net >= most - slack && slope >= 0.0));
  double next = INFINITY;
  if (above_most) {
    st->charging = LIMITED;
    if (slope < 0.0) next = (most - net) / slope;
  } else if (above_zero) {
    st->charging = CHARGING;
    if (slope > 0.0) next = (most - net) / slope;
    if (slope < 0.0) next = -net / slope;
  } else if (slope > 0.0) {
    next = -net / slope;
  }
  if (next > 0.0) shorten(st, next);
}

/* The main store's lane: its cell, or the clamp. */
HOT void plan_main(const walk *w, double s, cf_body *body, cf_body_more *more, stretch *st) {
  const cf_store *store = &w->class->store;
  double slack = 1e-13 * w->full_j;
  double x = body->store_j * w->x_per_j;
  uint32_t cell = cf_store_cell(store, sqrt(x), x);
  bool carries = !more || !more->on_second;
  st->load_w = carries ? w->load->bus_w + (more ? more->draw_w : 0.0) : 0.0;
  double leakage_factor = w->scale->leakage * w->scale->capacity, loss_factor = carries ? 1.0 : 0.0, aside_w = 0.0;
  if (w->class->store.input.kind == CF_STORE_CAPACITOR) leakage_factor = w->scale->leakage;
  if (more) {
    leakage_factor *= (double)more->held.leakage_factor;
    loss_factor *= (double)more->held.resistance_factor;
    aside_w = more->slow_w;
  }
  for (int tries = 0;; tries++) {
    double limit_s = st->length_s;
    plan_converter(w, s, more, cell < store->cold_cells, st);
    plan_charging(w, more, cell, st);
    st->leakage = in_joules(store->leakage[cell], w->x_per_j, leakage_factor);
    st->quiescent = in_joules(store->quiescent[cell], w->x_per_j, 1.0);
    st->loss = in_joules(store->loss[w->state * store->cells + cell], w->x_per_j, loss_factor);
    double in_w = st->output_w - st->load_w, in_slope = st->output_slope;
    if (st->charging == CHARGING) {
      in_w *= st->gain;
      in_slope *= st->gain;
    } else if (st->charging == LIMITED) {
      in_w = st->gain > 0.0 ? store->charge_limit_w * w->scale->capacity : 0.0;
      in_slope = 0.0;
    }
    st->lambda[STORE] = st->leakage.slope + st->quiescent.slope + st->loss.slope;
    st->q0[STORE] = in_w - aside_w - (st->leakage.at_zero + st->quiescent.at_zero + st->loss.at_zero);
    st->q1[STORE] = in_slope;
    st->y[STORE] = body->store_j;
    st->edge_low_j = cell == 0 ? -INFINITY : store->x_edge[cell] * w->j_per_x;
    st->edge_high_j = cell + 1 == store->cells ? w->full_j : store->x_edge[cell + 1] * w->j_per_x;
    if (st->edge_high_j > w->full_j) st->edge_high_j = w->full_j;
    /* On an edge, to within rounding, the cell ahead counts. The curves are continuous, so the rate has one sign there
     * (a converter that starts there only adds to it). */
    double rate = st->q0[STORE] - st->lambda[STORE] * st->y[STORE];
    if (rate == 0.0) rate = st->q1[STORE];
    if (tries < 2 && rate > 0.0 && cell + 1 < store->cells && st->edge_high_j < w->full_j &&
        body->store_j >= st->edge_high_j - slack)
      cell++;
    else if (tries < 2 && rate < 0.0 && cell > 0 && body->store_j <= st->edge_low_j + slack)
      cell--;
    else
      break;
    st->length_s = limit_s;
  }

  st->full = false;
  if (body->store_j < w->full_j) return;
  double surplus = st->q0[STORE] - st->lambda[STORE] * w->full_j;
  if (surplus < 0.0 || (surplus == 0.0 && st->q1[STORE] < 0.0)) return;
  if (st->q1[STORE] < 0.0) {
    double exit_s = -surplus / st->q1[STORE];
    if (exit_s < 1e-9) return; /* leaving now */
    shorten(st, exit_s);
  }
  st->full = true;
  st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = 0.0;
  st->y[STORE] = w->full_j;
}

/* What a full main store needs at the converter's output to stay full. */
static double need_when_full_w(const walk *w, const stretch *st, const cf_body_more *more) {
  double losses = line_rate(st->leakage, w->full_j) + line_rate(st->quiescent, w->full_j) +
                  line_rate(st->loss, w->full_j) + (more ? more->slow_w : 0.0);
  if (losses < 0.0) losses = 0.0; /* the slow branch gives more than is lost */
  return st->load_w + (st->gain > 0.0 ? losses / st->gain : 0.0);
}

/* The second store's lane: it carries the load, or rests, or takes what the full main store turns away. */
static void plan_second(const walk *w, const cf_body_more *more, stretch *st) {
  const cf_store *store = &w->class->second;
  uint32_t lane = second_lane(w);
  double second_j = more->second_j, x = second_j * store->x_per_j, slack = 1e-13 * w->second_full_j;
  st->second_load_w = more->on_second ? w->load->bus_w + more->draw_w : 0.0;
  st->second_in_w = st->second_in_slope = 0.0;
  double gain = (double)more->second_held.charge_gain, surplus = 0.0;
  if (st->full && gain > 0.0 && store->charge_limit_w > 0.0) {
    double most = store->charge_limit_w / gain;
    surplus = st->output_w - need_when_full_w(w, st, more);
    if (surplus > most || (surplus == most && st->output_slope >= 0.0)) {
      st->second_in_w = most;
      if (st->output_slope < 0.0) shorten(st, (most - surplus) / st->output_slope);
    } else if (surplus > 0.0) {
      st->second_in_w = surplus;
      st->second_in_slope = st->output_slope;
      if (st->output_slope > 0.0 && most < INFINITY) shorten(st, (most - surplus) / st->output_slope);
    }
  }
  uint32_t cell = cf_store_cell(store, sqrt(x), x);
  for (int tries = 0;; tries++) {
    st->second_leakage = in_joules(store->leakage[cell], store->x_per_j, (double)more->second_held.leakage_factor);
    st->second_loss = in_joules(store->loss[w->state * store->cells + cell], store->x_per_j,
                                more->on_second ? (double)more->second_held.resistance_factor : 0.0);
    st->lambda[lane] = st->second_leakage.slope + st->second_loss.slope;
    st->q0[lane] = gain * st->second_in_w - st->second_load_w / (1.0 - w->class->switch_loss) -
                   st->second_leakage.at_zero - st->second_loss.at_zero;
    st->q1[lane] = gain * st->second_in_slope;
    st->y[lane] = second_j;
    st->second_low_j = cell == 0 ? -INFINITY : store->x_edge[cell] / store->x_per_j;
    st->second_high_j = cell + 1 == store->cells ? w->second_full_j : store->x_edge[cell + 1] / store->x_per_j;
    double rate = st->q0[lane] - st->lambda[lane] * second_j;
    if (rate == 0.0) rate = st->q1[lane];
    if (tries < 2 && rate > 0.0 && cell + 1 < store->cells && second_j >= st->second_high_j - slack)
      cell++;
    else if (tries < 2 && rate < 0.0 && cell > 0 && second_j <= st->second_low_j + slack)
      cell--;
    else
      break;
  }

  /* Full as well, it takes what it loses. */
  st->second_full = false;
  if (second_j < w->second_full_j || !(surplus > 0.0)) return;
  double lost_w = gain * st->second_in_w - (st->q0[lane] - st->lambda[lane] * w->second_full_j);
  double kept_w = lost_w / gain, past_w = surplus - kept_w;
  if (past_w < 0.0 || st->second_in_w < kept_w) return;
  if (st->output_slope < 0.0) {
    double exit_s = -past_w / st->output_slope;
    if (exit_s < 1e-9) return; /* leaving now */
    shorten(st, exit_s);
  }
  st->second_full = true;
  st->second_in_w = kept_w;
  st->second_in_slope = st->lambda[lane] = st->q0[lane] = st->q1[lane] = 0.0;
  st->y[lane] = w->second_full_j;
}

/* Which store carries the load from here on. The second one takes over at the lower level, and only while it can; where
 * it cannot carry this load the main one does, as long as it lasts. */
static void choose_store(const walk *w, const cf_body *body, cf_body_more *more) {
  double slack = 1e-12 * w->full_j;
  bool second_can = more->second_j > cf_body_second_low_j(w->class, more, w->state);
  if (!more->on_second) {
    more->on_second = second_can && body->store_j <= w->class->switch_below_x * w->j_per_x + slack;
  } else if (body->store_j >= w->class->switch_above_x * w->j_per_x - slack) {
    more->on_second = false;
  } else if (!second_can) {
    more->on_second = body->store_j <= cf_body_low_j(w->class, w->scale, more, w->state);
  }
}

HOT void plan_supply(const walk *w, double s, cf_body *body, cf_body_more *more, stretch *st) {
  if (!w->class->has_store) {
    st->full = true;
    st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = st->y[STORE] = 0.0;
    return;
  }
  if (w->class->has_second) choose_store(w, body, more);
  plan_main(w, s, body, more, st);
  if (w->class->has_second) {
    plan_second(w, more, st);
    /* The switch is an edge too. */
    double below_j = w->class->switch_below_x * w->j_per_x, above_j = w->class->switch_above_x * w->j_per_x;
    if (more->on_second && above_j < st->edge_high_j) st->edge_high_j = above_j;
    if (!more->on_second && below_j > st->edge_low_j && body->store_j > below_j) st->edge_low_j = below_j;
  }
  if (more && w->class->store.input.kind == CF_STORE_BATTERY && !st->full) {
    double turn = lane_turns(st, STORE);
    if (turn > 0.0) st->length_s = turn; /* a turning point of the charge is kept for its ageing */
  }
}

/* ---- one stretch ---------------------------------------------------------------------------------------------------
 */

/* The stretch that begins `s` after the drivers' piece start was read, at most `limit` long. */
HOT void plan(const walk *w, uint32_t modes, double s, double limit, cf_body *body, cf_body_more *more, stretch *st) {
  st->length_s = limit;
  uint32_t last = lanes_of(w, modes) - 4;
  for (uint32_t k = last; k < last + 4; k++) st->lambda[k] = st->q0[k] = st->q1[k] = st->y[k] = 0.0;
  plan_heat(w, modes, s, body, more, st);
  plan_supply(w, s, body, more, st);
}

/* Ends the stretch at the first edge of a lane's grid, if it leaves its cell. */
static bool settle_lane(const stretch *st, uint32_t lane, double low_j, double high_j, double slack_j, double *leaves,
                        double *level_j) {
  /* A store that could not reach an edge even at the steepest rate of either end needs no search. */
  double rate0 = fabs(st->q0[lane] - st->lambda[lane] * st->y[lane]);
  double reach = st->length_s * (rate0 + fabs(st->q1[lane]) * st->length_s) * 1.5;
  bool near = st->y[lane] + reach > high_j || st->y[lane] - reach < low_j;
  if (!near && fabs(st->lambda[lane]) * st->length_s < 0.25) return false;
  *leaves = lane_leaves(st, lane, low_j, high_j, slack_j, level_j);
  return *leaves >= 0.0;
}

/* Ends the stretch at the first edge that is met, and gives the lanes at its end. */
HOT void settle(const walk *w, uint32_t modes, double s0, unsigned stuck, cf_body_more *more, stretch *st, double *y,
                double *integral) {
  evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
  double leaves, level;
  bool moved = false, at_full = false, second_at_full = false;
  double room = stuck < 4 ? 1e-13 : 1e-9;
  if (w->class->has_store && !st->full &&
      settle_lane(st, STORE, st->edge_low_j, st->edge_high_j, room * w->full_j, &leaves, &level)) {
    st->length_s = leaves;
    moved = true;
    at_full = level == w->full_j;
  }
  if (w->class->has_second && !st->second_full &&
      settle_lane(st, second_lane(w), st->second_low_j, st->second_high_j, room * w->second_full_j, &leaves, &level)) {
    st->length_s = leaves;
    moved = true;
    at_full = false;
    second_at_full = level == w->second_full_j;
  }
  if (w->class->curves.curves > 0) {
    if (moved) evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
    int side = 0, which = curve_leaves(w, s0, more, stuck < 4 ? 1e-10 : 1e-7, y, st, &side);
    if (which >= 0) {
      more->cell[which] = (uint32_t)((int)more->cell[which] + side);
      moved = true;
      at_full = second_at_full = false;
    }
  }
  if (!moved) return;
  evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
  if (at_full) y[STORE] = w->full_j; /* the clamp's value, which solving reached to the last bits */
  if (second_at_full) y[second_lane(w)] = w->second_full_j;
}

static double line_integral(cf_line line, double span_s, double integral) {
  return line.at_zero * span_s + line.slope * integral;
}

/* Books the supply's flows. Returns the joules lost in it, which become heat. */
HOT double book_supply(const walk *w, double s, const stretch *st, const double *integral, const double *y,
                       cf_body_more *more, cf_flows *flows) {
  double span = st->length_s, half = 0.5 * span * span;
  double regulator = (w->load->bus_w - w->load->device_w) * span;
  double drawn = more ? more->draw_w * span : 0.0, paid = drawn / w->class->bus_per_device;
  double switched = 0.0, leakage, loss, spilled = 0.0, converter;
  double available = 0.0;
  if (!w->load->disconnected) {
    available = w->class->converter.mppt_fraction * w->scale->harvest *
                ((w->panel_w + w->panel_slope * s) * span + w->panel_slope * half);
    if (more) available += more->generator_w * span;
  }
  double stored_integral = st->full ? w->full_j * span : integral[STORE];
  leakage = line_integral(st->leakage, span, stored_integral);
  double quiescent = line_integral(st->quiescent, span, stored_integral);
  loss = line_integral(st->loss, span, stored_integral);
  double output = st->output_w * span + st->output_slope * half, net = output - st->load_w * span;
  if (st->full) {
    double need_w = need_when_full_w(w, st, more), taken_j;
    double second_in = w->class->has_second ? st->second_in_w * span + st->second_in_slope * half : 0.0;
    if (w->class->has_second && second_in > 0.0) {
      /* The converter also works for the second store: its loss is shared as its table says at the mean power. */
      taken_j = span > 0.0 ? cf_converter_input_w(&w->class->converter, need_w + second_in / span) * span : 0.0;
    } else {
      taken_j = cf_converter_input_w(&w->class->converter, need_w) * span;
    }
    spilled = available - taken_j;
    converter = taken_j - need_w * span - second_in;
    double charged = (need_w - st->load_w) * span;
    loss += charged * (1.0 - st->gain);
    net = charged;
    if (more && more->slow_w < 0.0) {
      double surplus = leakage + quiescent + line_integral(st->loss, span, stored_integral) + more->slow_w * span;
      if (surplus < 0.0) spilled -= surplus; /* the slow branch's gift finds no room */
    }
  } else {
    converter = available - output;
    if (st->charging == CHARGING) {
      if (st->gain > 0.0)
        loss += net * (1.0 - st->gain);
      else
        spilled = net;
    } else if (st->charging == LIMITED) {
      double in = st->gain > 0.0 ? w->class->store.charge_limit_w * w->scale->capacity * span : 0.0;
      double arriving = st->gain > 0.0 ? in / st->gain : 0.0;
      loss += arriving - in;
      spilled = net - arriving;
    }
  }
  if (more) {
    if (w->class->has_second) {
      double second_load = st->second_load_w * span;
      switched = second_load / (1.0 - w->class->switch_loss) - second_load;
      double second_in = st->second_in_w * span + st->second_in_slope * half;
      loss += second_in * (1.0 - (double)more->second_held.charge_gain);
      leakage += line_integral(st->second_leakage, span, integral[second_lane(w)]);
      loss += line_integral(st->second_loss, span, integral[second_lane(w)]);
      more->second_net_j += second_in - second_load;
      more->second_j = y[second_lane(w)] > 0.0 ? y[second_lane(w)] : 0.0;
    }
    double slow_lost = more->slow_lost_w * span;
    more->slow_j += more->slow_w * span - slow_lost;
    loss += slow_lost;
    more->net_j += net;
    more->silicon_paid_j += paid;
    if (!w->load->disconnected) more->generator_j += more->generator_w * span;
  }
  converter += regulator + (drawn - paid) + quiescent + switched;
  flows->harvest_j += available;
  flows->spilled_j += spilled;
  flows->converter_j += converter;
  flows->leakage_j += leakage;
  flows->esr_j += loss;
  return converter + leakage + loss;
}

/* Books what a class with `more` exchanges beyond the linear network; lanes and integrals in its modes. */
static double book_more(const walk *w, double s, const stretch *st, const double *integral, cf_body_more *more,
                        cf_flows *flows) {
  const cf_body_class *class = w->class;
  const cf_modal *modal = &class->modal;
  double span = st->length_s, half = 0.5 * span * span;
  double air_ks = (w->air_rise + w->air_slope * s) * span + w->air_slope * half;
  double host_ks = (w->host_rise + w->host_slope * s) * span + w->host_slope * half;
  double to_air = 0.0, to_host = -modal->host_w_per_k * host_ks;
  double case_ks = 0.0, die_ks = 0.0, watched_ks = 0.0;
  const double *case_weight = w->case_weight, *die_weight = w->die_weight, *watched_weight = w->watched_weight;
  for (uint32_t k = 0; k < modal->modes; k++) {
    double area = integral[MODES + k];
    to_host += modal->host_gain[k] * area;
    case_ks += case_weight[k] * area;
    die_ks += die_weight[k] * area;
    watched_ks += watched_weight[k] * area;
  }
  for (uint32_t c = 0; c < class->curves.curves; c++) {
    const cf_heat_curve *curve = &class->curves.curve[c];
    const double *weight = weight_of(w, curve->node);
    double argument_ks = curve->over_air ? -air_ks : modal->reference_k * span;
    for (uint32_t k = 0; k < modal->modes; k++) argument_ks += weight[k] * integral[MODES + k];
    double heat = share_of(w, curve) * line_integral(st->curve_line[c], span, argument_ks);
    more->curve_j[c] += heat;
    if (curve->over_air) to_air -= heat;
    if ((int)c != class->leakage_curve) continue;
    more->silicon_j += heat;
    double drawn = heat * class->bus_per_device;
    if (class->has_store) {
      more->draw_waiting_j += drawn;
    } else {
      more->silicon_paid_j += drawn;
      flows->harvest_j += drawn;
    }
  }
  to_air += more->radiation_w * span;
  more->radiation_j += more->radiation_w * span;
  if (class->has_generator && !w->load->disconnected) {
    double half_j = 0.5 * more->generator_w * span;
    if (class->generator_hot == CF_NODE_AIR || class->generator_cold == CF_NODE_AIR) to_air -= half_j;
    if (class->generator_hot == CF_NODE_HOST || class->generator_cold == CF_NODE_HOST) to_host -= half_j;
  }
  more->host_heat_j += to_host;
  more->host_excess_ks += host_ks - air_ks;
  flows->entropy_j_per_k += to_host * w->per_host_k;
  more->store_ks += case_ks;
  more->die_ks += die_ks;
  more->watched_ks += watched_ks;
  more->since_s += span;
  return to_air;
}

HOT void book(const walk *w, uint32_t modes, double s, const stretch *st, const double *y, const double *integral,
              cf_body *body, cf_body_more *more, cf_flows *flows) {
  const cf_modal *modal = &w->class->modal;
  double span = st->length_s, half = 0.5 * span * span;
  if (w->class->has_store) {
    body->waiting_j += book_supply(w, s, st, integral, y, more, flows);
  } else {
    double regulator = (w->load->bus_w - w->load->device_w) * span;
    flows->harvest_j += w->load->bus_w * span;
    flows->converter_j += regulator;
    body->waiting_j += regulator;
  }
  flows->sun_heat_j += w->class->sun_area_m2 * ((w->sun + w->sun_slope * s) * span + w->sun_slope * half);
  double air_ks = (w->air_rise + w->air_slope * s) * span + w->air_slope * half;
  double to_air = -modal->air_w_per_k * air_ks, die_ks = -air_ks;
  const double *die_weight = w->die_weight;
  for (uint32_t k = 0; k < modes; k++) {
    to_air += modal->air_gain[k] * integral[MODES + k];
    die_ks += die_weight[k] * integral[MODES + k];
  }
  if (more) to_air += book_more(w, s, st, integral, more, flows);
  flows->air_heat_j += to_air;
  flows->entropy_j_per_k += to_air * w->per_air_k;
  flows->die_excess_ks += die_ks;
}

/* Takes the lanes at the stretch's end over into the body. */
HOT void arrive(const walk *w, uint32_t modes, const double *y, cf_body *body, cf_body_more *more, cf_flows *flows) {
  const cf_modal *modal = &w->class->modal;
  for (uint32_t k = 0; k < modes; k++) body->mode[k] = y[MODES + k];
  if (w->class->has_store) {
    body->store_j = y[STORE] > 0.0 ? y[STORE] : 0.0;
    if (more && w->class->store.input.kind == CF_STORE_BATTERY)
      cf_body_note_charge(&w->class->store, body->store_j * w->x_per_j, more);
  }
  double rise_k = 0.0;
  for (uint32_t k = 0; k < modes; k++) rise_k += w->watched_weight[k] * y[MODES + k];
  float watched_k = (float)(modal->reference_k + rise_k), store_j = (float)body->store_j;
  if (watched_k > flows->watched_max_k) flows->watched_max_k = watched_k;
  if (store_j < flows->store_min_j) flows->store_min_j = store_j;
}

/* ---- crossings -----------------------------------------------------------------------------------------------------
 */

/* A limit at which the walk may end early. */
typedef struct lookout {
  const cf_watch *watch;
  cf_crossing_kind kind;
  double after_s; /* into the stretch */
} lookout;

static void note(lookout *look, double after_s, cf_crossing_kind kind) {
  if (after_s < 0.0 || (look->kind != CF_CROSS_NONE && look->after_s <= after_s)) return;
  look->kind = kind;
  look->after_s = after_s;
}

static void look_below(const stretch *st, uint32_t lane, double level_j, bool still, cf_crossing_kind kind,
                       lookout *look) {
  double level;
  if (st->y[lane] <= level_j)
    note(look, 0.0, kind);
  else if (!still)
    note(look, lane_leaves(st, lane, level_j, INFINITY, 0.0, &level), kind);
}

static void look_at_supply(const walk *w, const stretch *st, const cf_body_more *more, lookout *look) {
  const cf_body_class *class = w->class;
  double level;
  switch (look->watch->supply) {
    case CF_WATCH_NO_SUPPLY:
      break;
    case CF_WATCH_LOW:
      if (class->has_second && more->on_second)
        look_below(st, second_lane(w), cf_body_second_low_j(class, more, w->state), false, CF_CROSS_STORE_LOW, look);
      else
        look_below(st, STORE, cf_body_low_j(class, w->scale, more, w->state), st->full, CF_CROSS_STORE_LOW, look);
      break;
    case CF_WATCH_WARN:
      if (class->has_second && more->on_second)
        look_below(st, second_lane(w), cf_body_second_low_j(class, more, w->state), false, CF_CROSS_STORE_WARN, look);
      else
        look_below(st, STORE, cf_body_warn_j(class, w->scale), st->full, CF_CROSS_STORE_WARN, look);
      break;
    case CF_WATCH_GOOD: {
      double good_j = cf_body_start_j(class, w->scale, more);
      if (st->y[STORE] >= good_j || (class->has_second && more->second_j >= cf_body_second_start_j(class, more)))
        note(look, 0.0, CF_CROSS_STORE_GOOD);
      else if (!st->full)
        note(look, lane_leaves(st, STORE, -INFINITY, good_j, 0.0, &level), CF_CROSS_STORE_GOOD);
      break;
    }
  }
}

static void look_out(const walk *w, double s0, const stretch *st, const cf_body_more *more, lookout *look) {
  const cf_watch *watch = look->watch;
  uint32_t node = w->class->watched_node;
  if (w->class->has_store) look_at_supply(w, st, more, look);
  if (watch->warm_above_k < INFINITY)
    note(look, temperature_crosses(w, st, s0, node, false, watch->warm_above_k, 1.0), CF_CROSS_WARM);
  if (watch->cool_below_k > -INFINITY)
    note(look, temperature_crosses(w, st, s0, node, false, watch->cool_below_k, -1.0), CF_CROSS_COOL);
}

/* ---- the walk ------------------------------------------------------------------------------------------------------
 */

/* What follows from the class, the node and its age. */
static void prepare(walk *w, const cf_body_more *more) {
  const cf_body_class *class = w->class;
  if (!class->has_store) return;
  w->full_j = cf_store_full_j(class, w->scale) * (more ? (double)more->held.full_share : 1.0);
  w->x_per_j = class->store.x_per_j / w->scale->capacity;
  w->j_per_x = w->scale->capacity * class->j_per_x;
  if (class->has_second) w->second_full_j = class->second.full_j * (double)more->second_held.full_share;
}

static void take_drive(walk *w, const cf_drive *drive, double offset_s) {
  double reference_k = w->class->modal.reference_k;
  w->panel_w = drive->panel_w + drive->panel_w_per_s * offset_s;
  w->panel_slope = drive->panel_w_per_s;
  w->sun = drive->sun_w_per_m2 + drive->sun_slope * offset_s;
  w->sun_slope = drive->sun_slope;
  w->air_rise = drive->air_k + drive->air_slope * offset_s - reference_k;
  w->air_slope = drive->air_slope;
  w->host_rise = drive->host_k + drive->host_slope * offset_s - reference_k;
  w->host_slope = drive->host_slope;
  double middle_s = 0.5e-9 * (double)(drive->until_ns - drive->from_ns);
  w->panel_middle_w = drive->panel_w_per_s == 0.0 ? drive->panel_w : drive->panel_w + drive->panel_w_per_s * middle_s;
  w->per_air_k = 1.0 / (drive->air_k + (drive->air_slope == 0.0 ? 0.0 : drive->air_slope * middle_s));
  double host_k = drive->host_k + (drive->host_slope == 0.0 ? 0.0 : drive->host_slope * middle_s);
  w->per_host_k = host_k > 0.0 ? 1.0 / host_k : 0.0;
}

/* Walks inside one piece of the drivers. Returns the seconds walked: fewer than `length` when the lookout saw something
 * (whose after_s is then from the start of the piece; the body stands at the start of that stretch). */
HOT double stretches(walk *w, uint32_t modes, double length, cf_body *body, cf_body_more *more, cf_flows *flows,
                     lookout *look) {
  unsigned stuck = 0;
  for (double s = 0.0; s < length;) {
    stretch st;
    double y[LANES], integral[LANES];
    uint32_t cell[CF_HEAT_CURVES] = {0};
    if (more)
      for (uint32_t c = 0; c < CF_HEAT_CURVES; c++) cell[c] = more->cell[c];
    plan(w, modes, s, length - s, body, more, &st);
    settle(w, modes, s, stuck, more, &st, y, integral);
    if (look) {
      look_out(w, s, &st, more, look);
      if (look->kind != CF_CROSS_NONE) {
        if (more)
          for (uint32_t c = 0; c < CF_HEAT_CURVES; c++) more->cell[c] = cell[c];
        look->after_s += s;
        return s;
      }
    }
    if (more && st.cell) {
      double turned[LANES];
      rotate(st.cell, modes, y + MODES, turned, true);
      for (uint32_t k = 0; k < modes; k++) y[MODES + k] = turned[k];
      rotate(st.cell, modes, integral + MODES, turned, true);
      for (uint32_t k = 0; k < modes; k++) integral[MODES + k] = turned[k];
    }
    book(w, modes, s, &st, y, integral, body, more, flows);
    arrive(w, modes, y, body, more, flows);
    double before = s;
    s += st.length_s;
    if (s <= before) { /* below the resolution of the clock: one step of it, and more room for rounding at an edge */
      s = nextafter(before, length);
      stuck++;
    } else {
      stuck = 0;
    }
  }
  return length;
}

static double walk_stretches(walk *w, double length, cf_body *body, cf_body_more *more, cf_flows *flows,
                             lookout *look) {
  if (w->class->modal.modes == 2 && !look)
    return more ? stretches(w, 2, length, body, more, flows, NULL) : stretches(w, 2, length, body, NULL, flows, NULL);
  return stretches(w, w->class->modal.modes, length, body, more, flows, look);
}

static int64_t next_refresh(int64_t t_ns, int64_t every_ns) {
  int64_t intervals = t_ns / every_ns - (t_ns % every_ns < 0);
  return (intervals + 1) * every_ns;
}

/* Walks; stops early when the lookout (if any) sees something. Returns the start of the piece reached. */
static int64_t walk_pieces(walk *w, const cf_drivers *drivers, int64_t from_ns, int64_t to_ns, cf_body *body,
                           cf_flows *flows, lookout *look) {
  cf_body_more *more = cf_body_more_of(w->class, body);
  for (int64_t t_ns = from_ns; t_ns < to_ns;) {
    cf_drive drive;
    drivers->piece(drivers->self, t_ns, &drive);
    double offset_s = cf_ticks_to_s(t_ns - drive.from_ns);
    if (t_ns % w->class->refresh_ns == 0) {
      cf_body_refresh(w->class, w->scale, drive.air_k + drive.air_slope * offset_s,
                      drive.host_k + drive.host_slope * offset_s, body);
      if (more) prepare(w, more);
    }
    int64_t end_ns = next_refresh(t_ns, w->class->refresh_ns);
    if (drive.until_ns < end_ns) end_ns = drive.until_ns;
    if (to_ns < end_ns) end_ns = to_ns;
    take_drive(w, &drive, offset_s);
    walk_stretches(w, cf_ticks_to_s(end_ns - t_ns), body, more, flows, look);
    if (look && look->kind != CF_CROSS_NONE) return t_ns;
    t_ns = end_ns;
  }
  return to_ns;
}

static void begin(const cf_body_class *class, const cf_body_scale *scale, uint32_t state, const cf_body_more *more,
                  walk *w) {
  w->class = class;
  w->scale = scale;
  w->load = &class->load[state];
  w->state = state;
  w->load_weight = weight_of(w, w->load->node);
  w->case_weight = weight_of(w, class->case_node);
  w->die_weight = weight_of(w, class->die_node);
  w->watched_weight = weight_of(w, class->watched_node);
  w->full_j = w->x_per_j = w->j_per_x = w->second_full_j = 0.0;
  prepare(w, more);
}

void cf_walk(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers, uint32_t state,
             int64_t from_ns, int64_t to_ns, cf_body *body, cf_flows *flows) {
  walk w;
  begin(class, scale, state, cf_body_more_of(class, body), &w);
  walk_pieces(&w, drivers, from_ns, to_ns, body, flows, NULL);
}

static inline double larger(double a, double b) { return a > b ? a : b; }

/* Most that the silicon leaks below limit_k: at the end of its curve where that lies lower. */
static double silicon_bound_w(const cf_body_class *class, const cf_load *load, double limit_k) {
  const cf_heat_curve *curve = &class->curves.curve[class->leakage_curve];
  double at_k = fmin(limit_k, curve->edge_k[curve->cells]);
  return class->curves.share[load->share] * cf_line_at(curve->line[cf_heat_curve_cell(curve, at_k)], at_k);
}

/* True when the supply cannot get low, or good, by then whatever the drivers do inside their bounds. */
static bool supply_is_safe(const cf_body_class *class, const cf_body_scale *scale, uint32_t state,
                           const cf_drive_bounds *bounds, double span_s, const cf_body *body, const cf_body_more *more,
                           cf_supply_watch watch, double loss_w) {
  const cf_load *load = &class->load[state];
  double draw_w = 0.0;
  if (more && class->leakage_curve >= 0) /* what waits to be drawn, and what the silicon adds up to its limit */
    draw_w = larger(more->draw_w, more->draw_waiting_j / cf_ticks_to_s(class->refresh_ns)) +
             class->bus_per_device * silicon_bound_w(class, load, INFINITY);
  double load_w = load->bus_w + draw_w;
  switch (watch) {
    case CF_WATCH_NO_SUPPLY:
      return true;
    case CF_WATCH_LOW:
      if (class->has_second) { /* as long as the second store can carry the load the main one never browns out */
        double low_j = class->second_low_bound_x[state] / class->second.x_per_j;
        double need_w = load_w / (1.0 - class->switch_loss) + class->second_bound_w[state];
        return more->second_j - need_w * span_s > low_j;
      }
      return body->store_j - (load_w + loss_w) * span_s > class->low_bound_x[state] * class->j_per_x * scale->capacity;
    case CF_WATCH_WARN:
      if (class->has_second) return false;
      return body->store_j - (load_w + loss_w) * span_s > cf_body_warn_j(class, scale);
    case CF_WATCH_GOOD:
      if (class->has_generator || class->has_second || (more && more->slow_w < 0.0)) return false;
      return body->store_j + bounds->panel_max_w * scale->harvest * span_s < cf_body_good_j(class, scale);
  }
  return false;
}

/* True when no limit can be reached by to_ns whatever the drivers do inside their bounds. */
static bool cannot_happen(const cf_body_class *class, const cf_body_scale *scale, uint32_t state,
                          const cf_drive_bounds *bounds, double span_s, const cf_body *body, const cf_watch *watch) {
  const cf_load *load = &class->load[state];
  const cf_body_more *more = cf_body_more_in(class, body);
  double loss_w = 0.0;
  if (class->has_store) {
    double size = class->store.input.kind == CF_STORE_CAPACITOR ? 1.0 : scale->capacity;
    loss_w = class->loss_bound_w[state] * larger(1.0, scale->leakage * size);
    if (!supply_is_safe(class, scale, state, bounds, span_s, body, more, watch->supply, loss_w)) return false;
    if (class->has_second) loss_w += class->second_bound_w[state] + class->switch_loss * load->bus_w * 2.0;
  }
  if (watch->cool_below_k > -INFINITY) return false;
  if (watch->warm_above_k < INFINITY) {
    /* Heat spreads by a positive operator: below the steady state of the largest inputs temperatures stay below it, and
     * what stands above it can only decay. A generator only takes heat away; a surface's curve only adds to what its
     * linear part gives, and radiation to colder air than the curve's may take at most half of that away. */
    const cf_modal *modal = &class->modal;
    double silicon_w = 0.0;
    if (class->leakage_curve >= 0) {
      if (class->watched_node != class->curves.curve[class->leakage_curve].node) return false;
      silicon_w = silicon_bound_w(class, load, watch->warm_above_k);
    }
    double lost_w = loss_w + load->bus_w;
    if (class->has_store) lost_w += bounds->panel_max_w * scale->harvest + (more ? more->generator_w : 0.0);
    if (class->has_generator && class->has_store) return false;
    double held = larger(body->held_w, body->waiting_j / cf_ticks_to_s(class->refresh_ns) + lost_w);
    double case_w = held + class->sun_area_m2 * bounds->sun_max_w_per_m2;
    double around_k = modal->host_w_per_k > 0.0 ? larger(bounds->air_max_k, bounds->host_max_k) : bounds->air_max_k;
    double slack = class->radiation_w_per_k4 > 0.0 ? 2.0 : 1.0, excess = 0.0, watched_steady = 0.0;
    for (uint32_t i = 0; i < modal->modes; i++) {
      const double *rise = &modal->rise_k_per_w[(size_t)i * modal->modes];
      double steady = around_k + slack * (rise[load->node] * load->heat_w + rise[class->case_node] * case_w +
                                          rise[class->die_node] * silicon_w);
      if (i == class->watched_node) watched_steady = steady;
      excess = larger(excess, cf_modal_temp_k(modal, i, body->mode) - steady);
    }
    if (watched_steady + excess >= watch->warm_above_k) return false;
  }
  return true;
}

/* The walk itself, on a copy. */
static cf_crossing_kind look_ahead(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers,
                                   uint32_t state, int64_t from_ns, int64_t to_ns, const cf_body *body,
                                   const cf_watch *watch, int64_t *when_ns) {
  cf_body_room copy;
  walk w;
  memcpy(&copy.body, body, cf_body_bytes(class));
  begin(class, scale, state, cf_body_more_of(class, &copy.body), &w);
  cf_flows unused = {0};
  lookout look = {.watch = watch, .kind = CF_CROSS_NONE};
  int64_t reached_ns = walk_pieces(&w, drivers, from_ns, to_ns, &copy.body, &unused, &look);
  if (look.kind == CF_CROSS_NONE) return CF_CROSS_NONE;
  int64_t after_ns;
  if (!cf_s_to_ticks_up(look.after_s, &after_ns)) return CF_CROSS_NONE;
  *when_ns = reached_ns + after_ns > to_ns ? to_ns : reached_ns + after_ns;
  return look.kind;
}

cf_crossing_kind cf_walk_until(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers,
                               const cf_drive_bounds *bounds, uint32_t state, int64_t from_ns, int64_t to_ns,
                               const cf_body *body, const cf_watch *watch, int64_t *when_ns) {
  if (to_ns <= from_ns) return CF_CROSS_NONE;
  if (cannot_happen(class, scale, state, bounds, cf_ticks_to_s(to_ns - from_ns), body, watch)) return CF_CROSS_NONE;
  return look_ahead(class, scale, drivers, state, from_ns, to_ns, body, watch, when_ns);
}

cf_crossing_kind cf_walk_piece(const cf_body_class *class, const cf_body_scale *scale, const cf_drive *drive,
                               uint32_t state, double span_s, const cf_watch *watch, cf_body *body, cf_flows *flows,
                               double *when_s) {
  walk w;
  cf_body_more *more = cf_body_more_of(class, body);
  begin(class, scale, state, more, &w);
  take_drive(&w, drive, 0.0);
  *when_s = span_s;
  if (!watch) {
    walk_stretches(&w, span_s, body, more, flows, NULL);
    return CF_CROSS_NONE;
  }
  lookout look = {.watch = watch, .kind = CF_CROSS_NONE};
  double reached_s = walk_stretches(&w, span_s, body, more, flows, &look);
  if (look.kind == CF_CROSS_NONE) return CF_CROSS_NONE;
  /* The body stands at the start of the stretch in which it happens: walk the rest of the way. */
  take_drive(&w, drive, reached_s);
  walk_stretches(&w, look.after_s - reached_s, body, more, flows, NULL);
  *when_s = look.after_s;
  return look.kind;
}
