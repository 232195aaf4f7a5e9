#include "physics/walker.h"

#include "base/remath.h"
#include "physics/crossing.h"

#include <math.h>

enum { STORE = 3, LANES = 4 };
_Static_assert((int)CF_THERMAL_NODES == (int)STORE, "modes fill the lanes before the store's");

/* Everything fixed while one stretch is walked, and the drivers' values at its start. */
typedef struct walk {
  const cf_body_class *class;
  const cf_body_scale *scale;
  const cf_load *load;
  uint32_t state;
  double full_j;
  double x_per_j; /* V^2 per joule: 2/C */
  double j_per_x; /* C/2 */
  double panel_w, panel_slope;
  double sun, sun_slope;
  double air_rise, air_slope; /* above the thermal reference */
} walk;

/* One stretch over which every lane is linear with ramped input: y' = -lambda y + q0 + q1 t. */
typedef struct stretch {
  double length_s;
  bool full;            /* clamped at the full store */
  double lambda[LANES]; /* of the store: slope of its losses, may be negative */
  double q0[LANES], q1[LANES];
  double y[LANES];
  double output_w, output_slope;   /* of the converter */
  cf_line leakage, quiescent, esr; /* in joules stored, leakage scaled */
  double edge_low_j, edge_high_j;
} stretch;

/* The lanes at `s` after the stretch's start, and their integrals. */
static void evaluate(const stretch *st, double s, double y[LANES], double integral[LANES]) {
  double z[LANES];
  for (int k = 0; k < LANES; k++) z[k] = -st->lambda[k] * s;
  cf_relax4 r;
  cf_relax(z, &r);
  for (int k = 0; k < LANES; k++) {
    double drive0 = st->q0[k] * s, drive1 = st->q1[k] * s * s;
    y[k] = st->y[k] * r.e[k] + drive0 * r.p1[k] + drive1 * r.p2[k];
    integral[k] = s * (st->y[k] * r.p1[k] + drive0 * r.p2[k] + drive1 * r.p3[k]);
  }
}

static double store_at(const stretch *st, double s) {
  double y[LANES], integral[LANES];
  evaluate(st, s, y, integral);
  return y[STORE];
}

typedef struct store_question {
  const stretch *st;
  double level_j;
} store_question;

static double store_above_level(const void *self, double s) {
  const store_question *q = self;
  return store_at(q->st, s) - q->level_j;
}

/* First s in (0, length] at which the store leaves [low, high]; negative when it stays. `slack` is rounding room. */
static double store_leaves(const stretch *st, double low_j, double high_j, double slack_j, double *level_j) {
  *level_j = (double)NAN;
  double rate0 = st->q0[STORE] - st->lambda[STORE] * st->y[STORE];
  double end = st->length_s;
  double turn = -1.0; /* where the rate changes sign */
  double rate1 = st->q1[STORE];
  if (rate1 != 0.0 && (rate0 < 0.0) == (rate1 > 0.0)) {
    double lambda = st->lambda[STORE];
    double x = -lambda * rate0 / rate1;
    if (x > -1.0) turn = fabs(x) < 1e-12 ? -rate0 / rate1 : cf_log1p(x) / lambda;
    if (!(turn > 0.0 && turn < end)) turn = -1.0;
  }
  double from = 0.0;
  for (int piece = 0; piece < 2; piece++) {
    double to = piece == 0 && turn > 0.0 ? turn : end;
    double at = store_at(st, to);
    double level = at > high_j + slack_j ? high_j : at < low_j - slack_j ? low_j : NAN;
    if (!isnan(level)) {
      store_question question = {st, level};
      *level_j = level;
      double start = from == 0.0 ? st->y[STORE] : store_at(st, from);
      if ((start > level) == (at > level)) return from; /* stood on the edge to within rounding */
      return cf_bracketed_zero(store_above_level, &question, from, to);
    }
    if (to == end) break;
    from = to;
  }
  return -1.0;
}

static cf_line in_joules(cf_line line, double x_per_j, double factor) {
  return (cf_line){line.at_zero * factor, line.slope * factor * x_per_j};
}

/* The converter's output around the present input, and for how long that piece of the table holds. */
static double converter_piece(const walk *w, double s, stretch *st) {
  const cf_supply_curves *supply = &w->class->supply;
  double factor = supply->mppt_fraction * w->scale->harvest;
  double input = factor * (w->panel_w + w->panel_slope * s), slope = factor * w->panel_slope;
  if (input < 0.0) input = 0.0;
  uint32_t j = supply->points - 1;
  while (j > 0 && input < supply->input_w[j]) j--;
  /* On a kink, to within rounding, the piece ahead counts. */
  if (slope > 0.0 && j + 1 < supply->points && input >= supply->input_w[j + 1] * (1.0 - 1e-13)) j++;
  if (slope < 0.0 && j > 0 && input <= supply->input_w[j] * (1.0 + 1e-13)) j--;
  st->output_w = supply->output_w[j] + supply->slope[j] * (input - supply->input_w[j]);
  st->output_slope = supply->slope[j] * slope;
  if (slope > 0.0 && j + 1 < supply->points) return (supply->input_w[j + 1] - input) / slope;
  if (slope < 0.0 && j > 0) return (supply->input_w[j] - input) / slope;
  return INFINITY;
}

/* Fills the store's lane: its cell, or the clamp. Shortens the stretch to where the converter's or the clamp's piece
 * ends. */
static void plan_store(const walk *w, double s, const cf_body *body, stretch *st) {
  const cf_supply_curves *supply = &w->class->supply;
  double kink = converter_piece(w, s, st);
  if (kink < st->length_s) st->length_s = kink;

  double slack = 1e-13 * w->full_j;
  double voltage = sqrt(body->store_j * w->x_per_j);
  uint32_t cell = (uint32_t)(voltage * supply->cells_per_v);
  if (cell >= supply->cells) cell = supply->cells - 1;
  double bus = w->load->bus_w;
  for (int tries = 0;; tries++) {
    st->leakage = in_joules(supply->leakage[cell], w->x_per_j, w->scale->leakage);
    st->quiescent = in_joules(supply->quiescent[cell], w->x_per_j, 1.0);
    st->esr = in_joules(supply->esr[w->state][cell], w->x_per_j, 1.0);
    double at_zero = st->leakage.at_zero + st->quiescent.at_zero + st->esr.at_zero;
    st->lambda[STORE] = st->leakage.slope + st->quiescent.slope + st->esr.slope;
    st->q0[STORE] = st->output_w - bus - at_zero;
    st->q1[STORE] = st->output_slope;
    st->y[STORE] = body->store_j;
    st->edge_low_j = cell == 0 ? -INFINITY : supply->x_edge[cell] * w->j_per_x;
    st->edge_high_j = cell + 1 == supply->cells ? w->full_j : supply->x_edge[cell + 1] * w->j_per_x;
    /* On an edge, to within rounding, the cell ahead counts. The curves are continuous, so the rate has one sign there.
     */
    double rate = st->q0[STORE] - st->lambda[STORE] * st->y[STORE];
    if (rate == 0.0) rate = st->q1[STORE];
    if (tries < 2 && rate > 0.0 && cell + 1 < supply->cells && body->store_j >= st->edge_high_j - slack)
      cell++;
    else if (tries < 2 && rate < 0.0 && cell > 0 && body->store_j <= st->edge_low_j + slack)
      cell--;
    else
      break;
  }

  st->full = false;
  if (body->store_j < w->full_j) return;
  double surplus = st->q0[STORE] - st->lambda[STORE] * w->full_j;
  if (surplus < 0.0 || (surplus == 0.0 && st->output_slope < 0.0)) return;
  if (st->output_slope < 0.0) {
    double exit_s = -surplus / st->output_slope;
    if (exit_s < 1e-9) return; /* leaving now */
    if (exit_s < st->length_s) st->length_s = exit_s;
  }
  st->full = true;
  st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = 0.0;
  st->y[STORE] = w->full_j;
}

/* The stretch that begins `s` after the drivers' piece start was read, at most `limit` long. */
static void plan(const walk *w, double s, double limit, const cf_body *body, stretch *st) {
  const cf_thermal *thermal = &w->class->thermal;
  st->length_s = limit;
  uint32_t last = thermal->modes - 1;
  double case_w = body->held_w + w->class->sun_area_m2 * (w->sun + w->sun_slope * s);
  double case_slope = w->class->sun_area_m2 * w->sun_slope;
  double air = w->air_rise + w->air_slope * s;
  for (uint32_t k = 0; k < STORE; k++) {
    bool used = k < thermal->modes;
    st->lambda[k] = used ? thermal->lambda_per_s[k] : 0.0;
    st->q0[k] =
        used ? thermal->weight[0][k] * w->load->heat_w + thermal->weight[last][k] * case_w + thermal->air_gain[k] * air
             : 0.0;
    st->q1[k] = used ? thermal->weight[last][k] * case_slope + thermal->air_gain[k] * w->air_slope : 0.0;
    st->y[k] = used ? body->mode[k] : 0.0;
  }
  if (w->class->has_store) {
    plan_store(w, s, body, st);
  } else {
    st->full = false;
    st->lambda[STORE] = st->q0[STORE] = st->q1[STORE] = st->y[STORE] = 0.0;
  }
}

/* Ends the stretch at the first edge of the store's grid, if it leaves its cell, and gives the lanes at its end. */
static void settle(const walk *w, unsigned stuck, stretch *st, double y[LANES], double integral[LANES]) {
  evaluate(st, st->length_s, y, integral);
  if (!w->class->has_store || st->full) return;
  double slack = stuck < 4 ? 1e-13 * w->full_j : 1e-9 * w->full_j;
  /* A store that could not reach an edge even at the steepest rate of either end needs no search. */
  double rate0 = fabs(st->q0[STORE] - st->lambda[STORE] * st->y[STORE]);
  double reach = st->length_s * (rate0 + fabs(st->q1[STORE]) * st->length_s) * 1.5;
  bool near = st->y[STORE] + reach > st->edge_high_j || st->y[STORE] - reach < st->edge_low_j;
  if (!near && fabs(st->lambda[STORE]) * st->length_s < 0.25) return;
  double level;
  double leaves = store_leaves(st, st->edge_low_j, st->edge_high_j, slack, &level);
  if (leaves < 0.0) return;
  st->length_s = leaves;
  evaluate(st, leaves, y, integral);
  if (level == w->full_j) y[STORE] = w->full_j; /* the clamp's value, which solving reached to the last bits */
}

static double line_integral(cf_line line, double span_s, double integral) {
  return line.at_zero * span_s + line.slope * integral;
}

static void book(const walk *w, double s, const stretch *st, const double integral[LANES], cf_body *body,
                 cf_flows *flows) {
  const cf_thermal *thermal = &w->class->thermal;
  double span = st->length_s, half = 0.5 * span * span;
  double regulator = (w->load->bus_w - w->load->device_w) * span;
  double lost;
  if (w->class->has_store) {
    double available = w->class->supply.mppt_fraction * w->scale->harvest *
                       ((w->panel_w + w->panel_slope * s) * span + w->panel_slope * half);
    double stored_integral = st->full ? w->full_j * span : integral[STORE];
    double leakage = line_integral(st->leakage, span, stored_integral);
    double quiescent = line_integral(st->quiescent, span, stored_integral);
    double esr = line_integral(st->esr, span, stored_integral);
    double converter;
    if (st->full) {
      double need_w = w->load->bus_w + st->leakage.at_zero + st->quiescent.at_zero + st->esr.at_zero +
                      (st->leakage.slope + st->quiescent.slope + st->esr.slope) * w->full_j;
      double taken_w = cf_converter_input_w(&w->class->supply, need_w);
      flows->spilled_j += available - taken_w * span;
      converter = (taken_w - need_w) * span;
    } else {
      converter = available - (st->output_w * span + st->output_slope * half);
    }
    converter += regulator + quiescent;
    flows->harvest_j += available;
    flows->converter_j += converter;
    flows->leakage_j += leakage;
    flows->esr_j += esr;
    lost = converter + leakage + esr;
  } else {
    flows->harvest_j += w->load->bus_w * span;
    flows->converter_j += regulator;
    lost = regulator;
  }
  body->waiting_j += lost;
  flows->sun_heat_j += w->class->sun_area_m2 * ((w->sun + w->sun_slope * s) * span + w->sun_slope * half);
  double to_air = -thermal->air_w_per_k * ((w->air_rise + w->air_slope * s) * span + w->air_slope * half);
  for (uint32_t k = 0; k < thermal->modes; k++) to_air += thermal->air_gain[k] * integral[k];
  flows->air_heat_j += to_air;
}

/* A limit at which the walk may end early. */
typedef struct lookout {
  const cf_watch *watch;
  cf_crossing_kind kind;
  double after_s; /* into the stretch */
} lookout;

static double die_crosses(const walk *w, const stretch *st, double limit_k, double sign) {
  const cf_thermal *thermal = &w->class->thermal;
  cf_exponential_sum sum = {.offset = sign * (thermal->reference_k - limit_k)};
  for (uint32_t k = 0; k < thermal->modes; k++) {
    double weight = sign * thermal->weight[0][k], lambda = st->lambda[k];
    double ramp = st->q1[k] / lambda, level = (st->q0[k] - ramp) / lambda;
    sum.offset += weight * level;
    sum.slope += weight * ramp;
    sum.amplitude[k] = weight * (st->y[k] - level);
    sum.rate_per_s[k] = lambda;
  }
  sum.terms = thermal->modes;
  return cf_first_nonnegative(&sum, st->length_s);
}

static void note(lookout *look, double after_s, cf_crossing_kind kind) {
  if (after_s < 0.0 || (look->kind != CF_CROSS_NONE && look->after_s <= after_s)) return;
  look->kind = kind;
  look->after_s = after_s;
}

static void look_out(const walk *w, const stretch *st, lookout *look) {
  const cf_watch *watch = look->watch;
  if (w->class->has_store) {
    double level;
    if (st->y[STORE] <= watch->store_below_j) note(look, 0.0, CF_CROSS_STORE_BELOW);
    if (st->y[STORE] >= watch->store_above_j) note(look, 0.0, CF_CROSS_STORE_ABOVE);
    if (!st->full) {
      double leaves = store_leaves(st, watch->store_below_j, watch->store_above_j, 0.0, &level);
      if (leaves >= 0.0)
        note(look, leaves, level == watch->store_below_j ? CF_CROSS_STORE_BELOW : CF_CROSS_STORE_ABOVE);
    }
  }
  if (watch->die_above_k < INFINITY) note(look, die_crosses(w, st, watch->die_above_k, 1.0), CF_CROSS_DIE_ABOVE);
  if (watch->die_below_k > -INFINITY) note(look, die_crosses(w, st, watch->die_below_k, -1.0), CF_CROSS_DIE_BELOW);
}

static int64_t next_refresh(int64_t t_ns) {
  int64_t intervals = t_ns / CF_REFRESH_NS - (t_ns % CF_REFRESH_NS < 0);
  return (intervals + 1) * CF_REFRESH_NS;
}

/* Walks; stops early when the lookout (if any) sees something. Returns the instant reached. */
static int64_t walk_stretches(walk *w, const cf_drivers *drivers, int64_t from_ns, int64_t to_ns, cf_body *body,
                              cf_flows *flows, lookout *look) {
  const cf_thermal *thermal = &w->class->thermal;
  for (int64_t t_ns = from_ns; t_ns < to_ns;) {
    if (t_ns % CF_REFRESH_NS == 0) {
      body->held_w = body->waiting_j / (1e-9 * (double)CF_REFRESH_NS);
      body->waiting_j = 0.0;
    }
    cf_drive drive;
    drivers->piece(drivers->self, t_ns, &drive);
    int64_t end_ns = next_refresh(t_ns);
    if (drive.until_ns < end_ns) end_ns = drive.until_ns;
    if (to_ns < end_ns) end_ns = to_ns;
    double offset = cf_ticks_to_s(t_ns - drive.from_ns), length = cf_ticks_to_s(end_ns - t_ns);
    w->panel_w = drive.panel_w + drive.panel_w_per_s * offset;
    w->panel_slope = drive.panel_w_per_s;
    w->sun = drive.sun_w_per_m2 + drive.sun_slope * offset;
    w->sun_slope = drive.sun_slope;
    w->air_rise = drive.air_k + drive.air_slope * offset - thermal->reference_k;
    w->air_slope = drive.air_slope;
    unsigned stuck = 0;
    for (double s = 0.0; s < length;) {
      stretch st;
      double y[LANES], integral[LANES];
      plan(w, s, length - s, body, &st);
      settle(w, stuck, &st, y, integral);
      if (look) {
        look_out(w, &st, look);
        if (look->kind != CF_CROSS_NONE) {
          look->after_s += s;
          return t_ns;
        }
      }
      book(w, s, &st, integral, body, flows);
      for (uint32_t k = 0; k < thermal->modes; k++) body->mode[k] = y[k];
      if (w->class->has_store) body->store_j = y[STORE] > 0.0 ? y[STORE] : 0.0;
      float die_k = (float)cf_thermal_temp_k(thermal, 0, body->mode), store_j = (float)body->store_j;
      if (die_k > flows->die_max_k) flows->die_max_k = die_k;
      if (store_j < flows->store_min_j) flows->store_min_j = store_j;
      double before = s;
      s += st.length_s;
      if (s <= before) { /* below the resolution of the clock: one step of it, and more room for rounding at an edge */
        s = nextafter(before, length);
        stuck++;
      } else {
        stuck = 0;
      }
    }
    t_ns = end_ns;
  }
  return to_ns;
}

static walk prepare(const cf_body_class *class, const cf_body_scale *scale, uint32_t state) {
  walk w = {.class = class, .scale = scale, .load = &class->load[state], .state = state};
  if (class->has_store) {
    w.full_j = cf_store_full_j(class, scale);
    w.x_per_j = 2.0 / scale->capacitance_f;
    w.j_per_x = 0.5 * scale->capacitance_f;
  }
  return w;
}

void cf_walk(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers, uint32_t state,
             int64_t from_ns, int64_t to_ns, cf_body *body, cf_flows *flows) {
  walk w = prepare(class, scale, state);
  walk_stretches(&w, drivers, from_ns, to_ns, body, flows, NULL);
}

/* True when no limit can be reached by to_ns whatever the drivers do inside their bounds. */
static bool cannot_happen(const walk *w, const cf_drive_bounds *bounds, double span_s, const cf_body *body,
                          const cf_watch *watch) {
  const cf_supply_curves *supply = &w->class->supply;
  double loss_max_w = 0.0;
  if (w->class->has_store) {
    loss_max_w = supply->loss_max_w[w->state] + supply->leakage_max_w * w->scale->leakage;
    if (body->store_j - (w->load->bus_w + loss_max_w) * span_s <= watch->store_below_j) return false;
    if (body->store_j + bounds->panel_max_w * w->scale->harvest * span_s >= watch->store_above_j) return false;
  }
  if (watch->die_below_k > -INFINITY) return false;
  if (watch->die_above_k < INFINITY) {
    /* Heat spreads by a positive operator: below the steady state of the largest inputs temperatures stay below it, and
     * what stands above it can only decay. */
    const cf_thermal *thermal = &w->class->thermal;
    uint32_t last = thermal->modes - 1;
    double lost_w = loss_max_w + (w->class->has_store ? bounds->panel_max_w * w->scale->harvest : 0.0) + w->load->bus_w;
    double held = fmax(body->held_w, body->waiting_j / (1e-9 * (double)CF_REFRESH_NS) + lost_w);
    double case_w = held + w->class->sun_area_m2 * bounds->sun_max_w_per_m2;
    double excess = 0.0, die_steady = 0.0;
    for (uint32_t i = 0; i < thermal->modes; i++) {
      double steady =
          bounds->air_max_k + thermal->rise_k_per_w[i][0] * w->load->heat_w + thermal->rise_k_per_w[i][last] * case_w;
      if (i == 0) die_steady = steady;
      excess = fmax(excess, cf_thermal_temp_k(thermal, i, body->mode) - steady);
    }
    if (die_steady + excess >= watch->die_above_k) return false;
  }
  return true;
}

cf_crossing_kind cf_walk_until(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers,
                               const cf_drive_bounds *bounds, uint32_t state, int64_t from_ns, int64_t to_ns,
                               const cf_body *body, const cf_watch *watch, int64_t *when_ns) {
  if (to_ns <= from_ns) return CF_CROSS_NONE;
  walk w = prepare(class, scale, state);
  if (cannot_happen(&w, bounds, cf_ticks_to_s(to_ns - from_ns), body, watch)) return CF_CROSS_NONE;
  cf_body copy = *body;
  cf_flows unused = {0};
  lookout look = {.watch = watch, .kind = CF_CROSS_NONE};
  int64_t reached_ns = walk_stretches(&w, drivers, from_ns, to_ns, &copy, &unused, &look);
  if (look.kind == CF_CROSS_NONE) return CF_CROSS_NONE;
  int64_t after_ns;
  if (!cf_s_to_ticks_up(look.after_s, &after_ns)) return CF_CROSS_NONE;
  *when_ns = reached_ns + after_ns > to_ns ? to_ns : reached_ns + after_ns;
  return look.kind;
}
