#include "physics/walker.h"

#include "physics/stretch_heat.h"
#include "physics/stretch_supply.h"

#include <string.h>

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

/* Share of full scale by which a state may stand beyond its cell: rounding, and more where that does not let it out. */
static double rounding_room(unsigned stuck) {
  double room = 1e-13;
  for (unsigned i = 4; i <= stuck && room < 1e-3; i += 2) room *= 10.0;
  return room;
}

/* Ends the stretch at the first edge that is met, and gives the lanes at its end. */
HOT void settle(const walk *w, uint32_t modes, double s0, unsigned stuck, cf_body_more *more, stretch *st, double *y,
                double *integral) {
  evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
  double leaves, level;
  bool moved = false, at_full = false, at_empty = false, second_at_full = false;
  double room = rounding_room(stuck);
  if (w->class->has_store && !st->full && !st->empty &&
      settle_lane(st, STORE, st->edge_low_j, st->edge_high_j, room * w->full_j, &leaves, &level)) {
    st->length_s = leaves;
    moved = true;
    at_full = level == w->full_j;
    at_empty = level == 0.0;
  }
  if (w->class->has_second && !st->second_full &&
      settle_lane(st, second_lane(w), st->second_low_j, st->second_high_j, room * w->second_full_j, &leaves, &level)) {
    st->length_s = leaves;
    moved = true;
    at_full = at_empty = false;
    second_at_full = level == w->second_full_j;
  }
  if (more && w->class->curves.curves > 0) {
    if (moved) evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
    int side = 0, which = curve_leaves(w, s0, more, 1e3 * rounding_room(stuck), y, st, &side);
    if (which >= 0) {
      more->cell[which] = (uint32_t)((int)more->cell[which] + side);
      moved = true;
      at_full = at_empty = second_at_full = false;
    }
  }
  if (!moved) return;
  evaluate(st, lanes_of(w, modes), st->length_s, y, integral);
  if (at_full) y[STORE] = w->full_j; /* the clamps' values, which solving reached to the last bits */
  if (at_empty) y[STORE] = 0.0;
  if (second_at_full) y[second_lane(w)] = w->second_full_j;
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

/* ---- crossings --------------------------------------------------------------------------------------------------- */

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

/* The store that carries the load gets low. In a hybrid the other one takes over as long as it can, at an edge of the
 * stretch (choose_store). */
static void look_for_low(const walk *w, const stretch *st, const cf_body_more *more, lookout *look) {
  const cf_body_class *class = w->class;
  double low_j = cf_body_low_j(class, w->scale, more, w->state);
  if (more && class->has_second) {
    double second_low_j = cf_body_second_low_j(class, more, w->state), second_j = st->y[second_lane(w)];
    if (more->on_second) {
      if (st->y[STORE] <= low_j) look_below(st, second_lane(w), second_low_j, false, CF_CROSS_STORE_LOW, look);
      return;
    }
    if (second_j > second_low_j * (1.0 + 1e-12)) return;
  }
  look_below(st, STORE, low_j, st->full || st->empty, CF_CROSS_STORE_LOW, look);
}

static void look_at_supply(const walk *w, const stretch *st, const cf_body_more *more, lookout *look) {
  const cf_body_class *class = w->class;
  bool has_second = more && class->has_second;
  double level;
  switch (look->watch->supply) {
    case CF_WATCH_NO_SUPPLY:
      break;
    case CF_WATCH_WARN:
      look_for_low(w, st, more, look);
      if (!has_second)
        look_below(st, STORE, cf_body_warn_j(class, w->scale), st->full || st->empty, CF_CROSS_STORE_WARN, look);
      break;
    case CF_WATCH_LOW:
      look_for_low(w, st, more, look);
      break;
    case CF_WATCH_GOOD: {
      double good_j = cf_body_start_j(class, w->scale, more);
      double second_good_j = has_second ? cf_body_second_start_j(class, more) : INFINITY;
      if (st->y[STORE] >= good_j || (has_second && st->y[second_lane(w)] >= second_good_j)) {
        note(look, 0.0, CF_CROSS_STORE_GOOD);
        break;
      }
      if (!st->full && !st->empty)
        note(look, lane_leaves(st, STORE, -INFINITY, good_j, 0.0, &level), CF_CROSS_STORE_GOOD);
      if (has_second && !st->second_full)
        note(look, lane_leaves(st, second_lane(w), -INFINITY, second_good_j, 0.0, &level), CF_CROSS_STORE_GOOD);
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

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

/* What follows from the class, the node and its age. */
static void prepare(walk *w, const cf_body_more *more) {
  const cf_body_class *class = w->class;
  if (!class->has_store) return;
  w->full_j = cf_store_full_j(class, w->scale);
  w->x_per_j = class->store.x_per_j / w->scale->capacity;
  w->j_per_x = w->scale->capacity * class->j_per_x;
  if (!more) return;
  w->full_j *= (double)more->held.full_share;
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
  w->per_host_k = 0.0;
  if (w->class->modal.host_w_per_k > 0.0)
    w->per_host_k = 1.0 / (drive->host_k + (drive->host_slope == 0.0 ? 0.0 : drive->host_slope * middle_s));
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
  uint32_t modes = w->class->modal.modes;
  if (modes == 2 && !look)
    return more ? stretches(w, 2, length, body, more, flows, NULL) : stretches(w, 2, length, body, NULL, flows, NULL);
  if (modes == 3 && !more && !look) return stretches(w, 3, length, body, NULL, flows, NULL);
  return stretches(w, modes, length, body, more, flows, look);
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

/* Most that is drawn for the silicon: what waits, and what it adds up to the end of its curve. */
static double draw_bound_w(const cf_body_class *class, const cf_load *load, const cf_body_more *more) {
  if (!more || class->leakage_curve < 0) return 0.0;
  return larger(more->draw_w, more->draw_waiting_j / cf_ticks_to_s(class->refresh_ns)) +
         class->bus_per_device * silicon_bound_w(class, load, INFINITY);
}

static bool has_slow_branch(const cf_body_class *class) {
  return class->store.input.kind == CF_STORE_CAPACITOR && class->store.input.capacitor.slow_capacitance_f > 0.0;
}

/* True when the supply cannot get low, or good, by then whatever the drivers do inside their bounds. */
static bool supply_is_safe(const cf_body_class *class, const cf_body_scale *scale, uint32_t state,
                           const cf_drive_bounds *bounds, double span_s, const cf_body *body, const cf_body_more *more,
                           cf_supply_watch watch, double loss_w) {
  if (watch == CF_WATCH_NO_SUPPLY) return true;
  if (has_slow_branch(class)) return false;
  const cf_load *load = &class->load[state];
  double load_w = load->bus_w + draw_bound_w(class, load, more);
  if (watch == CF_WATCH_GOOD) {
    if (class->has_generator || class->has_second) return false;
    return body->store_j + bounds->panel_max_w * scale->harvest * span_s < cf_body_good_j(class, scale);
  }
  if (more && class->has_second) { /* it takes over before the main store is low, as long as it can carry the load */
    double low_j = class->second_low_bound_x[state] / class->second.x_per_j;
    double need_w = load_w / (1.0 - class->switch_loss) + class->second_bound_w[state];
    return more->second_j - need_w * span_s > low_j;
  }
  double low_j = class->low_bound_x[state] * class->j_per_x * scale->capacity;
  if (watch == CF_WATCH_WARN) low_j = larger(low_j, cf_body_warn_j(class, scale));
  return body->store_j - (load_w + loss_w) * span_s > low_j;
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
    double lost_w = loss_w + load->bus_w + draw_bound_w(class, load, more) * (1.0 - 1.0 / class->bus_per_device);
    if (class->has_store && has_slow_branch(class)) return false;
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
