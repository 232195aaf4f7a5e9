/* The modes' part of a stretch: what warms them, the eigen-system of the present cells, when a temperature crosses a
 * limit or leaves a cell. Internal to walker.c. */
#ifndef CF_PHYSICS_STRETCH_HEAT_H
#define CF_PHYSICS_STRETCH_HEAT_H

#include "physics/stretch.h"

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

#endif
