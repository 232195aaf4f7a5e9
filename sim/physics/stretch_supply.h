/* The stores' part of a stretch: converter, charging, cells and clamps of the main and the second store, and the books
 * of all that. Internal to walker.c. */
#ifndef CF_PHYSICS_STRETCH_SUPPLY_H
#define CF_PHYSICS_STRETCH_SUPPLY_H

#include "physics/stretch.h"

static cf_line in_joules(cf_line line, double x_per_j, double factor) {
  return (cf_line){line.at_zero * factor, line.slope * factor * x_per_j};
}

static double line_rate(cf_line line, double at) { return line.at_zero + line.slope * at; }

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

/* The converter's output in the middle of the piece of drivers, whatever instant the stretch begins at. */
HOT double middle_output_w(const walk *w, const cf_body_more *more) {
  double input = w->class->converter.mppt_fraction * w->scale->harvest * w->panel_middle_w;
  if (more) input += more->generator_w;
  return input > 0.0 && !w->load->disconnected ? cf_converter_output_w(&w->class->converter, input) : 0.0;
}

/* Share of the charging power that arrives in a cell of the store, at the current of the middle of the piece. */
HOT double arriving_share(const walk *w, const cf_body_more *more, uint32_t cell, const stretch *st) {
  const cf_store *store = &w->class->store;
  double gain = more ? (double)more->held.charge_gain : 1.0;
  if (store->resistance_ohm == 0.0 || gain == 0.0 || cell < store->cold_cells) return gain;
  double net_w = middle_output_w(w, more) - st->load_w;
  if (net_w <= 0.0) return gain;
  double factor = more ? (double)more->held.resistance_factor : 1.0;
  return gain * cf_store_arriving_share(store, cell, net_w, factor);
}

/* Share of what the load would lose in the store by itself: harvest carries the load past it, and what is lost goes
 * with the square of the current that is left (in a primary cell, which forfeits capacity, with the current). */
HOT double drawn_share(const walk *w, const cf_body_more *more, uint32_t cell, const stretch *st) {
  if (st->charging != DISCHARGING) return 0.0;
  if (st->load_w == 0.0 || cell < w->class->store.cold_cells) return 1.0;
  double left = 1.0 - middle_output_w(w, more) / st->load_w;
  if (left <= 0.0) return 0.0;
  return w->class->store.input.kind == CF_STORE_PRIMARY ? left : left * left;
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

/* An empty store stays so while more is asked of it than comes in. */
HOT void plan_empty(const cf_body *body, stretch *st) {
  double rate = st->q0[STORE] - st->lambda[STORE] * body->store_j;
  if (rate > 0.0 || (rate == 0.0 && st->q1[STORE] >= 0.0)) return;
  if (st->q1[STORE] > 0.0) {
    double exit_s = -rate / st->q1[STORE];
    if (exit_s < 1e-9) return; /* leaving now */
    shorten(st, exit_s);
  }
  st->empty = true;
  st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = st->y[STORE] = 0.0;
}

/* The main store's lane: its cell, or a clamp. */
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
    st->cold = cell < store->cold_cells;
    plan_converter(w, s, more, st->cold, st);
    plan_charging(w, more, cell, st);
    st->leakage = in_joules(store->leakage[cell], w->x_per_j, leakage_factor);
    st->quiescent = in_joules(store->quiescent[cell], w->x_per_j, 1.0);
    st->loss = in_joules(store->loss[w->state * store->cells + cell], w->x_per_j,
                         loss_factor * drawn_share(w, more, cell, st));
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
    /* Only what is held can ask an empty store for more. */
    st->edge_low_j = cell == 0 ? (more ? 0.0 : -INFINITY) : store->x_edge[cell] * w->j_per_x;
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

  st->full = st->empty = false;
  if (more && body->store_j <= slack) plan_empty(body, st);
  if (body->store_j < w->full_j || st->empty) return;
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

/* What a full main store needs at the converter's output to stay full. Negative: the slow branch gives more than load
 * and losses take. */
static double need_when_full_w(const walk *w, const stretch *st, const cf_body_more *more) {
  double losses = line_rate(st->leakage, w->full_j) + line_rate(st->quiescent, w->full_j) +
                  line_rate(st->loss, w->full_j) + (more ? more->slow_w : 0.0);
  return st->load_w + (losses > 0.0 && st->gain > 0.0 ? losses / st->gain : losses);
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
    surplus = st->output_w - fmax(need_when_full_w(w, st, more), 0.0);
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

/* Levels of the main store at which the second one takes the load over, and gives it back. Never below what the main
 * one needs for this load. */
typedef struct switch_levels {
  double below_j, above_j;
  double low_j, second_low_j; /* at which each can carry the load no longer */
} switch_levels;

static switch_levels levels_of(const walk *w, const cf_body_more *more) {
  double below_j = w->class->switch_below_x * w->j_per_x, above_j = w->class->switch_above_x * w->j_per_x;
  double low_j = cf_body_low_j(w->class, w->scale, more, w->state);
  if (low_j > below_j) {
    above_j += low_j - below_j;
    below_j = low_j;
  }
  if (above_j > w->full_j) above_j = w->full_j;
  return (switch_levels){below_j, above_j, low_j, cf_body_second_low_j(w->class, more, w->state)};
}

/* Which store carries the load from here on. All levels that are asked for here are edges of the stretch, so that
 * asking again in between gives the same. */
static void choose_store(const walk *w, const switch_levels *levels, const cf_body *body, cf_body_more *more) {
  double slack = 1e-12 * w->full_j, second_slack = 1e-12 * w->second_full_j;
  bool second_can = more->second_j > levels->second_low_j + second_slack;
  if (!more->on_second)
    more->on_second = second_can && body->store_j <= levels->below_j + slack;
  else if (body->store_j >= levels->above_j - slack && body->store_j > levels->low_j) /* full may not be enough */
    more->on_second = false;
  else if (!second_can) /* the main one, as long as it lasts */
    more->on_second = body->store_j <= levels->low_j;
}

/* Without a store its lane stands still and nothing flows through it. */
static void plan_mains(stretch *st) {
  st->full = true;
  st->empty = false;
  st->charging = DISCHARGING;
  st->gain = 1.0;
  st->load_w = st->output_w = st->output_slope = 0.0;
  st->leakage = st->quiescent = st->loss = (cf_line){0.0, 0.0};
  st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = st->y[STORE] = 0.0;
}

HOT void plan_supply(const walk *w, double s, cf_body *body, cf_body_more *more, stretch *st) {
  if (!w->class->has_store) {
    plan_mains(st);
    return;
  }
  if (!more || !w->class->has_second) {
    plan_main(w, s, body, more, st);
  } else {
    switch_levels levels = levels_of(w, more);
    choose_store(w, &levels, body, more);
    plan_main(w, s, body, more, st);
    plan_second(w, more, st);
    if (more->on_second) {
      if (levels.above_j < st->edge_high_j) st->edge_high_j = levels.above_j;
      if (levels.second_low_j > st->second_low_j && more->second_j > levels.second_low_j)
        st->second_low_j = levels.second_low_j;
    } else if (levels.below_j > st->edge_low_j && body->store_j > levels.below_j) {
      st->edge_low_j = levels.below_j;
    }
  }
  if (more && w->class->store.input.kind == CF_STORE_BATTERY && !st->full) {
    double turn = lane_turns(st, STORE);
    if (turn > 0.0) st->length_s = turn; /* a turning point of the charge is kept for its ageing */
  }
}

/* What the converter takes in for a given output, watt by watt. */
static double taken_w(const walk *w, bool cold, double output_w) {
  const cf_converter_curve *converter = &w->class->converter;
  if (output_w <= 0.0) return 0.0;
  return cold ? output_w / converter->cold_efficiency : cf_converter_input_w(converter, output_w);
}

/* What becomes of the converter's input and of the net power, while the main store takes what it can get. */
typedef struct passage {
  double available_j, spilled_j, converter_j;
  double lost_j; /* of what was charged */
  double net_j;  /* at the store's terminals */
} passage;

/* Full: only what load, losses and the second store take is drawn; the rest is turned away. */
static void pass_full(const walk *w, const stretch *st, const cf_body_more *more, double second_j, passage *p) {
  double span = st->length_s, need_w = need_when_full_w(w, st, more), gift_j = 0.0;
  if (need_w < 0.0) {
    gift_j = -need_w * span; /* of the slow branch, without room */
    need_w = 0.0;
  }
  /* The converter works for both stores at once: its loss at the mean power of the stretch. */
  double taken_j = span > 0.0 ? taken_w(w, false, need_w + second_j / span) * span : 0.0;
  p->spilled_j = p->available_j - taken_j + gift_j;
  p->converter_j = taken_j - need_w * span - second_j;
  p->net_j = (need_w - st->load_w) * span;
  if (p->net_j > 0.0) p->lost_j = p->net_j * (1.0 - st->gain);
}

/* Not full: all that the converter gives goes on, unless the store takes no more than so much. */
static void pass_open(const walk *w, const stretch *st, double output_j, passage *p) {
  double span = st->length_s;
  p->net_j = output_j - st->load_w * span;
  p->converter_j = p->available_j - output_j;
  if (output_j == 0.0 && st->output_w == 0.0) { /* cold, and too little to start: nothing is drawn */
    p->spilled_j = p->available_j;
    p->converter_j = 0.0;
  } else if (st->charging == CHARGING) {
    p->lost_j = p->net_j * (1.0 - st->gain);
  } else if (st->charging == LIMITED) {
    double in_w = st->gain > 0.0 ? w->class->store.charge_limit_w * w->scale->capacity : 0.0;
    double arriving_w = st->gain > 0.0 ? in_w / st->gain : 0.0, need_w = st->load_w + arriving_w;
    double taken_j = taken_w(w, st->cold, need_w) * span;
    p->spilled_j = p->available_j - taken_j;
    p->converter_j = taken_j - need_w * span;
    p->lost_j = (arriving_w - in_w) * span;
    p->net_j = arriving_w * span;
  }
}

/* Books the supply's flows. Returns the joules that become heat in it. */
HOT double book_supply(const walk *w, double s, const stretch *st, const double *integral, const double *y,
                       cf_body_more *more, cf_flows *flows) {
  double span = st->length_s, half = 0.5 * span * span;
  bool has_second = more && w->class->has_second;
  passage p = {0.0, 0.0, 0.0, 0.0, 0.0};
  if (!w->load->disconnected) {
    p.available_j = w->class->converter.mppt_fraction * w->scale->harvest *
                    ((w->panel_w + w->panel_slope * s) * span + w->panel_slope * half);
    if (more) p.available_j += more->generator_w * span;
  }
  double stored_integral = st->full ? w->full_j * span : integral[STORE];
  double leakage = line_integral(st->leakage, span, stored_integral);
  double quiescent = line_integral(st->quiescent, span, stored_integral);
  double loss = line_integral(st->loss, span, stored_integral);
  double output_j = st->output_w * span + st->output_slope * half;
  double second_in_j = has_second ? st->second_in_w * span + st->second_in_slope * half : 0.0, shunted_j = 0.0;
  if (st->full)
    pass_full(w, st, more, second_in_j, &p);
  else
    pass_open(w, st, output_j, &p);
  double converter = p.converter_j + (w->load->bus_w - w->load->device_w) * span + quiescent;
  loss += p.lost_j;
  if (more) {
    double drawn_j = more->draw_w * span, slow_j = more->slow_w * span, slow_lost_j = more->slow_lost_w * span;
    if (st->empty) { /* what comes in pays what it can of the leakage; the rest stays owed */
      leakage = loss = 0.0;
      converter = p.converter_j;
      if (slow_j > 0.0) slow_j = slow_lost_j = 0.0;
      double paid_j = output_j - slow_j;
      more->draw_waiting_j += drawn_j - paid_j;
      drawn_j = paid_j;
    }
    double silicon_j = drawn_j / w->class->bus_per_device;
    more->silicon_paid_j += silicon_j;
    converter += drawn_j - silicon_j;
    more->slow_j += slow_j - slow_lost_j;
    loss += slow_lost_j;
    more->net_j += p.net_j;
    if (!w->load->disconnected) {
      double made_j = more->generator_w * span;
      more->generator_j += made_j;
      /* The generator is drawn on first; what it makes for nobody is spilled into a shunt. */
      double used_j = p.available_j - p.spilled_j;
      if (made_j > used_j && p.spilled_j > 0.0) shunted_j = made_j - used_j;
      more->shunted_j += shunted_j;
    }
  }
  if (has_second) {
    double second_load = st->second_load_w * span;
    converter += second_load / (1.0 - w->class->switch_loss) - second_load;
    loss += second_in_j * (1.0 - (double)more->second_held.charge_gain);
    leakage += line_integral(st->second_leakage, span, integral[second_lane(w)]);
    loss += line_integral(st->second_loss, span, integral[second_lane(w)]);
    more->second_net_j += second_in_j - second_load;
    more->second_j = y[second_lane(w)] > 0.0 ? y[second_lane(w)] : 0.0;
  }
  flows->harvest_j += p.available_j;
  flows->spilled_j += p.spilled_j;
  flows->converter_j += converter;
  flows->leakage_j += leakage;
  flows->esr_j += loss;
  return converter + leakage + loss + shunted_j;
}

#endif
