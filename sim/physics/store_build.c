/* Load time: checks, the curves of a store and the grid that they share. */
#include "physics/store.h"

#include "base/remath.h"

#include <assert.h>
#include <math.h>

/* Device temperatures over which a coefficient is judged to matter or not. */
static const double coldest_k = 223.15, hottest_k = 358.15;

/* ---- Checks ------------------------------------------------------------------------------------------------------ */

static bool positive(double value) { return value > 0.0 && isfinite(value); }
static bool not_negative(double value) { return value >= 0.0 && isfinite(value); }

static cf_status check_capacitor(const cf_capacitor *capacitor, cf_diag *diag) {
  if (!positive(capacitor->capacitance_f) || !positive(capacitor->voltage_max_v))
    return cf_fail(diag, CF_INPUT, "a capacitor needs a capacitance and a largest voltage above 0, not %.4g F, %.4g V",
                   capacitor->capacitance_f, capacitor->voltage_max_v);
  if (!not_negative(capacitor->esr_ohm) || !not_negative(capacitor->leakage_a) || !(capacitor->leakage_ohm > 0.0))
    return cf_fail(diag, CF_INPUT,
                   "a capacitor needs an ESR and a leakage current >= 0 and a leakage resistance above 0, not "
                   "%.4g Ohm, %.4g A, %.4g Ohm",
                   capacitor->esr_ohm, capacitor->leakage_a, capacitor->leakage_ohm);
  if (!not_negative(capacitor->slow_capacitance_f) ||
      (capacitor->slow_capacitance_f > 0.0 && !positive(capacitor->slow_ohm)))
    return cf_fail(diag, CF_INPUT, "a capacitor's slow branch needs a resistance above 0, not %.4g Ohm",
                   capacitor->slow_ohm);
  return CF_OK;
}

static cf_status check_battery(const cf_battery *battery, cf_diag *diag) {
  if (!positive(battery->capacity_c) || !not_negative(battery->resistance_ohm) || !positive(battery->reference_k))
    return cf_fail(diag, CF_INPUT,
                   "a battery needs a capacity and a reference temperature above 0 and a resistance >= 0, not "
                   "%.4g C, %.4g K, %.4g Ohm",
                   battery->capacity_c, battery->reference_k, battery->resistance_ohm);
  uint32_t points = battery->points;
  if (points < 2 || points > CF_STORE_POINTS || battery->charge_share[0] != 0.0 ||
      battery->charge_share[points - 1] != 1.0)
    return cf_fail(diag, CF_INPUT, "an open-circuit table needs 2 to %d points, from charge 0 to charge 1",
                   CF_STORE_POINTS);
  for (uint32_t i = 0; i < points; i++)
    if (!positive(battery->open_v[i]) || (i > 0 && (!(battery->charge_share[i] > battery->charge_share[i - 1]) ||
                                                    battery->open_v[i] < battery->open_v[i - 1])))
      return cf_fail(diag, CF_INPUT,
                     "point %u of an open-circuit table must raise the charge and not lower the voltage, which is "
                     "above 0",
                     i + 1);
  if (!(battery->coulomb_efficiency > 0.0 && battery->coulomb_efficiency <= 1.0))
    return cf_fail(diag, CF_INPUT, "a battery's coulomb efficiency lies in (0, 1], not at %.4g",
                   battery->coulomb_efficiency);
  if (!not_negative(battery->self_discharge_per_s))
    return cf_fail(diag, CF_INPUT, "a battery's self-discharge is not negative: %.4g", battery->self_discharge_per_s);
  if (!(battery->charge_c_rate > 0.0) || !(battery->discharge_c_rate > 0.0))
    return cf_fail(diag, CF_INPUT, "a battery's C-rates are above 0, not %.4g and %.4g", battery->charge_c_rate,
                   battery->discharge_c_rate);
  if (!(battery->charge_low_k < battery->charge_high_k) || !(battery->discharge_low_k < battery->discharge_high_k))
    return cf_fail(diag, CF_INPUT, "a battery's temperature limits leave nothing: charge %.5g..%.5g K, %.5g..%.5g K",
                   battery->charge_low_k, battery->charge_high_k, battery->discharge_low_k, battery->discharge_high_k);
  return CF_OK;
}

static cf_status check_primary(const cf_primary *primary, double turn_off_v, cf_diag *diag) {
  if (!positive(primary->open_v) || !not_negative(primary->resistance_ohm) || !positive(primary->reference_k))
    return cf_fail(diag, CF_INPUT,
                   "a primary cell needs a voltage and a reference temperature above 0 and a resistance >= 0, not "
                   "%.4g V, %.4g K, %.4g Ohm",
                   primary->open_v, primary->reference_k, primary->resistance_ohm);
  if (primary->points < 1 || primary->points > CF_STORE_POINTS)
    return cf_fail(diag, CF_INPUT, "a capacity table needs 1 to %d points", CF_STORE_POINTS);
  for (uint32_t i = 0; i < primary->points; i++)
    if (!positive(primary->current_a[i]) || !positive(primary->capacity_c[i]) ||
        (i > 0 && !(primary->current_a[i] > primary->current_a[i - 1])))
      return cf_fail(diag, CF_INPUT, "point %u of a capacity table must raise the current and give a capacity above 0",
                     i + 1);
  if (!not_negative(primary->self_discharge_per_s) || !(primary->current_max_a > 0.0))
    return cf_fail(diag, CF_INPUT, "a primary cell needs a self-discharge >= 0 and a largest current above 0");
  if (turn_off_v < primary->cut_off_v)
    return cf_fail(diag, CF_INPUT, "turn-off at %.4g V is below the cell's own cut-off at %.4g V", turn_off_v,
                   primary->cut_off_v);
  if (primary->film_v_per_sqrt_s != 0.0 &&
      (!positive(primary->film_v_per_sqrt_s) || !not_negative(primary->film_max_v) ||
       !positive(primary->film_reference_a) || !positive(primary->film_charge_c)))
    return cf_fail(diag, CF_INPUT,
                   "passivation needs a growth, a reference current and a charge that removes it above 0");
  return CF_OK;
}

static cf_status check_input(const cf_store_input *in, cf_diag *diag) {
  if (!positive(in->turn_off_v) || !(in->turn_on_v > in->turn_off_v))
    return cf_fail(diag, CF_INPUT, "turn-on must lie above turn-off and that above 0 V, not at %.4g V and %.4g V",
                   in->turn_on_v, in->turn_off_v);
  if (in->warn_v != 0.0 && !(in->warn_v > in->turn_off_v && in->warn_v < in->turn_on_v))
    return cf_fail(diag, CF_INPUT, "the warning at %.4g V must lie between turn-off at %.4g V and turn-on at %.4g V",
                   in->warn_v, in->turn_off_v, in->turn_on_v);
  if (!not_negative(in->quiescent_a) || !not_negative(in->edge_v) || !positive(in->tolerance))
    return cf_fail(diag, CF_INPUT, "a store needs a quiescent current >= 0 and a tolerance above 0, not %.4g A, %.4g",
                   in->quiescent_a, in->tolerance);
  if (in->states > CF_STORE_STATES)
    return cf_fail(diag, CF_INPUT, "a store knows at most %d power states, not %u", CF_STORE_STATES, in->states);
  for (uint32_t s = 0; s < in->states; s++)
    if (!not_negative(in->bus_w[s]))
      return cf_fail(diag, CF_INPUT, "the power of a load is not negative: %.4g W", in->bus_w[s]);
  switch (in->kind) {
    case CF_STORE_CAPACITOR:
      return check_capacitor(&in->capacitor, diag);
    case CF_STORE_BATTERY:
      return check_battery(&in->battery, diag);
    case CF_STORE_PRIMARY:
      return check_primary(&in->primary, in->turn_off_v, diag);
  }
  return cf_fail(diag, CF_INTERNAL, "a store of unknown kind");
}

/* Every load must be carried from turn-on down to turn-off, where its current is largest. */
static cf_status check_loads(const cf_store *store, cf_diag *diag) {
  const cf_store_input *in = &store->input;
  double open_v = cf_store_open_v(store, store->x_full);
  if (in->turn_on_v > open_v)
    return cf_fail(diag, CF_INPUT, "turn-on at %.4g V is never reached: the full store has %.4g V", in->turn_on_v,
                   open_v);
  double limit_a = INFINITY;
  if (in->kind == CF_STORE_BATTERY) limit_a = in->battery.discharge_c_rate * in->battery.capacity_c / 3600.0;
  if (in->kind == CF_STORE_PRIMARY) limit_a = in->primary.current_max_a;
  for (uint32_t s = 0; s < in->states; s++) {
    double power_w = in->bus_w[s], current_a = power_w / in->turn_off_v;
    if (in->turn_off_v * in->turn_off_v <= power_w * store->resistance_ohm)
      return cf_fail(diag, CF_INPUT,
                     "a load of %.4g W collapses the voltage before turn-off at %.4g V through %.4g Ohm", power_w,
                     in->turn_off_v, store->resistance_ohm);
    if (current_a > limit_a)
      return cf_fail(diag, CF_INPUT, "a load of %.4g W draws %.4g A at turn-off, more than the cell's limit of %.4g A",
                     power_w, current_a, limit_a);
    double needed_v = in->turn_off_v + current_a * store->resistance_ohm;
    if (needed_v >= in->turn_on_v)
      return cf_fail(
          diag, CF_INPUT,
          "turn-on at %.4g V is below what a load of %.4g W needs (%.4g V): the node would brown out at once",
          in->turn_on_v, power_w, needed_v);
  }
  return CF_OK;
}

/* ---- The open circuit -------------------------------------------------------------------------------------------- */

static double primary_largest_c(const cf_primary *primary, uint32_t *at) {
  *at = 0;
  for (uint32_t i = 1; i < primary->points; i++)
    if (primary->capacity_c[i] > primary->capacity_c[*at]) *at = i;
  return primary->capacity_c[*at];
}

static void set_open_circuit(cf_store *store) {
  const cf_store_input *in = &store->input;
  switch (in->kind) {
    case CF_STORE_CAPACITOR: {
      const cf_capacitor *capacitor = &in->capacitor;
      store->knots = 2;
      store->knot_x[1] = store->knot_v2[1] = capacitor->voltage_max_v * capacitor->voltage_max_v;
      store->full_j = 0.5 * capacitor->capacitance_f * store->knot_x[1];
      store->x_per_j = 2.0 / capacitor->capacitance_f;
      store->resistance_ohm = capacitor->esr_ohm;
      store->charge_limit_w = INFINITY;
      break;
    }
    case CF_STORE_BATTERY: {
      const cf_battery *battery = &in->battery;
      store->knots = battery->points;
      for (uint32_t k = 0; k < battery->points; k++) {
        double v = battery->open_v[k];
        store->knot_v2[k] = v * v;
        if (k == 0) continue;
        double charge_c = (battery->charge_share[k] - battery->charge_share[k - 1]) * battery->capacity_c;
        store->knot_x[k] = store->knot_x[k - 1] + 0.5 * (v + battery->open_v[k - 1]) * charge_c;
      }
      store->full_j = store->knot_x[battery->points - 1];
      store->x_per_j = 1.0;
      store->resistance_ohm = battery->resistance_ohm;
      store->charge_limit_w = battery->charge_c_rate * store->full_j / 3600.0;
      break;
    }
    case CF_STORE_PRIMARY: {
      const cf_primary *primary = &in->primary;
      uint32_t at;
      store->knots = 2;
      store->knot_v2[0] = store->knot_v2[1] = primary->open_v * primary->open_v;
      store->full_j = store->knot_x[1] = primary_largest_c(primary, &at) * primary->open_v;
      store->x_per_j = 1.0;
      store->resistance_ohm = primary->resistance_ohm;
      store->charge_limit_w = 0.0;
      break;
    }
  }
  store->x_full = store->knot_x[store->knots - 1];
}

/* ---- The curves themselves --------------------------------------------------------------------------------------- */

/* Where a cell's own losses begin to fade; a capacitor's vanish with its voltage. */
static double last_x(const cf_store *store) {
  return store->input.kind == CF_STORE_CAPACITOR ? 0.0 : CF_STORE_LAST_SHARE * store->x_full;
}

static double fade(const cf_store *store, double x) {
  double last = last_x(store);
  return x < last ? x / last : 1.0;
}

static double leakage_w(const cf_store *store, double x) {
  const cf_store_input *in = &store->input;
  switch (in->kind) {
    case CF_STORE_CAPACITOR:
      return in->capacitor.leakage_a * cf_store_open_v(store, x) + x / in->capacitor.leakage_ohm;
    case CF_STORE_BATTERY:
      return in->battery.self_discharge_per_s * x;
    case CF_STORE_PRIMARY:
      return in->primary.self_discharge_per_s * store->full_j * fade(store, x);
  }
  return 0.0;
}

static double quiescent_w(const cf_store *store, double x) {
  return store->input.quiescent_a * cf_store_open_v(store, fmax(x, last_x(store))) * fade(store, x);
}

/* Charge that leaves the cell per charge that flows: Q_max / Q(i). */
static double forfeit(const cf_primary *primary, double current_a) {
  uint32_t j;
  double largest_c = primary_largest_c(primary, &j);
  if (current_a <= primary->current_a[j]) return 1.0;
  while (j + 1 < primary->points && current_a > primary->current_a[j + 1]) j++;
  if (j + 1 == primary->points) return largest_c / primary->capacity_c[j];
  double share = cf_log(current_a / primary->current_a[j]) / cf_log(primary->current_a[j + 1] / primary->current_a[j]);
  return largest_c / (primary->capacity_c[j] + share * (primary->capacity_c[j + 1] - primary->capacity_c[j]));
}

/* Loss of a load at an open-circuit voltage, given as its square. */
static double loss_at_v2_w(const cf_store *store, double power_w, double v2) {
  double v = sqrt(v2), resistance_ohm = store->resistance_ohm;
  double current_a = 2.0 * power_w / (v + sqrt(fmax(0.0, v2 - 4.0 * power_w * resistance_ohm)));
  double loss = current_a * current_a * resistance_ohm;
  if (store->input.kind == CF_STORE_PRIMARY) loss += v * current_a * (forfeit(&store->input.primary, current_a) - 1.0);
  return loss;
}

static double loss_w(const cf_store *store, uint32_t state, double x) {
  double power_w = store->input.bus_w[state];
  if (power_w == 0.0) return 0.0;
  return loss_at_v2_w(store, power_w, cf_store_open_v2(store, fmax(x, store->x_off[state])));
}

/* ---- How far a chord is from them -------------------------------------------------------------------------------- */

/* The largest distance of any curve from its chord on a cell, relative as the tolerance is meant, and where it is.
 *
 * With u = V^2, linear in x inside a cell: the chord of V = sqrt(u) is furthest at V = (V0 + V1)/2, by
 * (V1 - V0)^2 / (4 (V0 + V1)). The loss is (u - sqrt(u^2 - c u)) / (2 R) - P with c = 4 P R; y = u - c/2 and
 * w = sqrt(u^2 - c u) lie on the hyperbola y^2 - w^2 = c^2/4, whose chord is furthest half way in the hyperbolic angle:
 * y + w = sqrt((y0 + w0) (y1 + w1)). */
static double cell_error(const cf_store *store, double x0, double x1, double *where) {
  const cf_store_input *in = &store->input;
  double u0 = cf_store_open_v2(store, x0), u1 = cf_store_open_v2(store, x1), worst = 0.0, worst_u = 0.5 * (u0 + u1);
  if (!(u1 > u0)) return 0.0;
  double v0 = sqrt(u0), v1 = sqrt(u1), bow_v = (v1 - v0) * (v1 - v0) / (4.0 * (v0 + v1));
  if (in->quiescent_a > 0.0 && x0 >= last_x(store)) worst = bow_v / cf_store_open_v(store, store->x_full);
  if (in->kind == CF_STORE_CAPACITOR && in->capacitor.leakage_a > 0.0)
    worst = fmax(worst, in->capacitor.leakage_a * bow_v / store->leakage_max_w);
  if (worst > 0.0) worst_u = 0.25 * (v0 + v1) * (v0 + v1);
  for (uint32_t s = 0; s < in->states; s++) {
    double power_w = in->bus_w[s], half = 2.0 * power_w * store->resistance_ohm;
    if (half == 0.0 || x1 <= store->x_off[s]) continue;
    double from = cf_store_open_v2(store, fmax(x0, store->x_off[s])), span = u1 - from;
    if (!(span > 0.0)) continue;
    double w0 = sqrt(fmax(0.0, from * (from - 2.0 * half))), w1 = sqrt(fmax(0.0, u1 * (u1 - 2.0 * half)));
    double sum = sqrt((from - half + w0) * (u1 - half + w1));
    double u = 0.5 * (sum + half * half / sum) + half;
    double loss0 = loss_at_v2_w(store, power_w, from), loss1 = loss_at_v2_w(store, power_w, u1);
    double chord = loss0 + (loss1 - loss0) * ((u - from) / span);
    double error = (chord - loss_at_v2_w(store, power_w, u)) / power_w;
    if (!(error > worst)) continue;
    worst = error;
    worst_u = u;
  }
  *where = x0 + (x1 - x0) * ((worst_u - u0) / (u1 - u0));
  return worst;
}

/* ---- The grid ---------------------------------------------------------------------------------------------------- */

enum { MUST_MAX = CF_STORE_POINTS + CF_STORE_STATES + 4 };

/* Adds x to the ascending edges unless one is already there (to 1e-12 of the full store). */
static void must_have(double *edge, uint32_t *count, double x, double x_full) {
  uint32_t at = 0;
  while (at < *count && edge[at] < x) at++;
  if (at > 0 && x - edge[at - 1] <= 1e-12 * x_full) return;
  if (at < *count && edge[at] - x <= 1e-12 * x_full) return;
  for (uint32_t i = (*count)++; i > at; i--) edge[i] = edge[i - 1];
  edge[at] = x;
}

typedef struct grid {
  uint32_t cells;
  double *edge;  /* [cells_max + 1] */
  double *error; /* [cells_max], and where in the cell it is largest */
  double *where;
} grid;

static void measure(const cf_store *store, grid *g, uint32_t cell) {
  double x0 = g->edge[cell], x1 = g->edge[cell + 1];
  g->where[cell] = 0.5 * (x0 + x1);
  g->error[cell] = cell_error(store, x0, x1, &g->where[cell]);
}

static bool splits(const grid *g, uint32_t cell, double threshold) {
  return g->error[cell] >= threshold && g->where[cell] > g->edge[cell] && g->where[cell] < g->edge[cell + 1];
}

static uint32_t count_splits(const grid *g, double threshold) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < g->cells; i++) count += splits(g, i, threshold);
  return count;
}

static double largest_error(const grid *g, bool splittable) {
  double worst = 0.0;
  for (uint32_t i = 0; i < g->cells; i++)
    if (!splittable || splits(g, i, 0.0)) worst = fmax(worst, g->error[i]);
  return worst;
}

/* Splits the worst cells, all within a factor of two at once, until the tolerance or cells_max is reached. */
static void refine(const cf_store *store, grid *g) {
  const double to_measure = -1.0;
  uint32_t cells_max = store->input.cells_max;
  while (g->cells < cells_max) {
    double worst = largest_error(g, true);
    if (worst <= store->input.tolerance) return;
    uint32_t room = cells_max - g->cells;
    double threshold = fmax(0.5 * worst, store->input.tolerance);
    uint32_t count = count_splits(g, threshold);
    for (int i = 0; count > room && i < 20; i++) count = count_splits(g, threshold = 0.5 * (threshold + worst));
    uint32_t wanted = count < room ? count : room;
    /* From the right end on, each cell moves by as many places as are still to be split before it. */
    for (uint32_t i = g->cells, left = wanted; i-- > 0 && left > 0;) {
      g->edge[i + 1 + left] = g->edge[i + 1];
      g->error[i + left] = g->error[i];
      if (splits(g, i, threshold)) {
        g->edge[i + left] = g->where[i];
        g->error[i + left] = g->error[i + left - 1] = to_measure;
        left--;
      } else {
        g->where[i + left] = g->where[i];
      }
    }
    g->cells += wanted;
    for (uint32_t i = 0; i < g->cells; i++)
      if (g->error[i] == to_measure) measure(store, g, i);
  }
}

static cf_status make_grid(const cf_store *store, grid *g, cf_arena *arena, cf_diag *diag) {
  const cf_store_input *in = &store->input;
  double must[MUST_MAX] = {0.0, store->x_full};
  uint32_t count = 2;
  double edge_x = cf_store_x(store, in->edge_v);
  if (edge_x < store->x_full) must_have(must, &count, edge_x, store->x_full);
  for (uint32_t k = 1; k < store->knots; k++) must_have(must, &count, store->knot_x[k], store->x_full);
  if (last_x(store) > 0.0) must_have(must, &count, last_x(store), store->x_full);
  for (uint32_t s = 0; s < in->states; s++)
    if (in->bus_w[s] * store->resistance_ohm > 0.0) must_have(must, &count, store->x_off[s], store->x_full);
  if (count - 1 > in->cells_max)
    return cf_fail(diag, CF_INPUT, "the store's curves need at least %u cells, more than %u", count - 1, in->cells_max);
  g->cells = count - 1;
  g->edge = CF_ARENA_ARRAY(arena, double, in->cells_max + 1);
  g->error = CF_ARENA_ARRAY(arena, double, in->cells_max);
  g->where = CF_ARENA_ARRAY(arena, double, in->cells_max);
  if (g->edge == NULL || g->error == NULL || g->where == NULL) return cf_fail(diag, CF_INTERNAL, "no memory");
  for (uint32_t i = 0; i < count; i++) g->edge[i] = must[i];
  for (uint32_t i = 0; i < g->cells; i++) measure(store, g, i);
  refine(store, g);
  return CF_OK;
}

/* hint[at]: the cell that holds the smallest x with that index, a little less to be on the safe side of rounding. */
static void fill_hints(const cf_store *store, uint32_t *hint) {
  uint32_t cell = 0;
  for (uint32_t at = 0; at < store->hints; at++) {
    double root = at / store->hints_per_root, x = root * root * (1.0 - 1e-12);
    while (cell + 1 < store->cells && x >= store->x_edge[cell + 1]) cell++;
    hint[at] = cell;
  }
}

static cf_status fill_curves(cf_store *store, const grid *g, cf_arena *arena, cf_diag *diag) {
  const cf_store_input *in = &store->input;
  assert(g->cells > 0 && g->edge);
  uint32_t cells = g->cells;
  store->hints = 2;
  while (store->hints < 2 * cells && store->hints < CF_STORE_HINTS) store->hints *= 2;
  store->hints_per_root = store->hints / sqrt(store->x_full);
  uint32_t *hint = CF_ARENA_ARRAY(arena, uint32_t, store->hints);
  double *open_v = CF_ARENA_ARRAY(arena, double, cells + 1);
  cf_line *leakage = CF_ARENA_ARRAY(arena, cf_line, cells);
  cf_line *quiescent = CF_ARENA_ARRAY(arena, cf_line, cells);
  cf_line *loss = CF_ARENA_ARRAY(arena, cf_line, (size_t)cells * (in->states ? in->states : 1));
  if (hint == NULL || open_v == NULL || leakage == NULL || quiescent == NULL || loss == NULL)
    return cf_fail(diag, CF_INTERNAL, "no memory");
  store->cells = cells;
  store->x_edge = g->edge;
  double edge_x = cf_store_x(store, in->edge_v);
  for (uint32_t i = 0; i <= cells; i++) open_v[i] = cf_store_open_v(store, g->edge[i]);
  double quiescent_max_w = quiescent_w(store, store->x_full);
  for (uint32_t i = 0; i < cells; i++) {
    double x0 = g->edge[i], x1 = g->edge[i + 1];
    leakage[i] = cf_line_chord(x0, x1, leakage_w(store, x0), leakage_w(store, x1));
    quiescent[i] = cf_line_chord(x0, x1, quiescent_w(store, x0), quiescent_w(store, x1));
    if (x1 <= edge_x * (1.0 + 1e-12)) store->cold_cells = i + 1;
  }
  for (uint32_t s = 0; s < in->states; s++) {
    /* Every loss falls with the voltage, so it is largest at its turn-off point. */
    store->loss_max_w[s] = quiescent_max_w + loss_w(store, s, 0.0);
    for (uint32_t i = 0; i < cells; i++) {
      double x0 = g->edge[i], x1 = g->edge[i + 1];
      loss[(size_t)s * cells + i] = cf_line_chord(x0, x1, loss_w(store, s, x0), loss_w(store, s, x1));
    }
  }
  fill_hints(store, hint);
  store->hint = hint;
  store->open_v = open_v;
  store->leakage = leakage;
  store->quiescent = quiescent;
  store->loss = loss;
  store->reached = largest_error(g, false);
  return CF_OK;
}

/* ---- What needs refreshing --------------------------------------------------------------------------------------- */

/* How far Arrhenius' factor can be from 1. */
static double swing(double activation_k, double reference_k) {
  double cold = cf_arrhenius_s(activation_k, reference_k, coldest_k, 1.0);
  double hot = cf_arrhenius_s(activation_k, reference_k, hottest_k, 1.0);
  return fmax(fabs(cold - 1.0), fabs(hot - 1.0));
}

static bool is_refreshed(const cf_store *store) {
  const cf_store_input *in = &store->input;
  double tolerance = in->tolerance, off_v2 = in->turn_off_v * in->turn_off_v;
  double largest_w = 0.0;
  for (uint32_t s = 0; s < in->states; s++) largest_w = fmax(largest_w, in->bus_w[s]);
  double loading_loss = largest_w * store->resistance_ohm / off_v2;
  switch (in->kind) {
    case CF_STORE_CAPACITOR:
      return in->capacitor.slow_capacitance_f > 0.0;
    case CF_STORE_PRIMARY: {
      const cf_primary *p = &in->primary;
      return p->film_v_per_sqrt_s > 0.0 ||
             (p->self_discharge_per_s > 0.0 && swing(p->self_discharge_activation_k, p->reference_k) > tolerance);
    }
    case CF_STORE_BATTERY: {
      const cf_battery *b = &in->battery;
      return b->coulomb_efficiency < 1.0 - tolerance || b->charge_low_k > coldest_k || b->charge_high_k < hottest_k ||
             b->discharge_low_k > coldest_k || b->discharge_high_k < hottest_k || b->ageing.q0 > 0.0 ||
             b->ageing.points > 0 || loading_loss * swing(-b->resistance_activation_k, b->reference_k) > tolerance ||
             (b->self_discharge_per_s > 0.0 && swing(b->self_discharge_activation_k, b->reference_k) > tolerance);
    }
  }
  return true;
}

cf_status cf_store_build(cf_store *store, const cf_store_input *input, cf_arena *arena, cf_diag *diag) {
  *store = (cf_store){.input = *input};
  cf_status status = check_input(input, diag);
  if (status != CF_OK) return status;
  set_open_circuit(store);
  status = check_loads(store, diag);
  if (status != CF_OK) return status;

  const cf_store_held fresh = cf_store_held_new();
  for (uint32_t s = 0; s < input->states; s++) store->x_off[s] = cf_store_off_x(store, s, &fresh);
  /* Also a flat voltage gets its hysteresis: off at the last share, on from twice that. */
  store->x_on = fmax(cf_store_x(store, input->turn_on_v), 2.0 * last_x(store));
  store->x_warn = input->warn_v > 0.0 ? fmax(cf_store_x(store, input->warn_v), last_x(store)) : 0.0;
  store->leakage_max_w = leakage_w(store, store->x_full);

  grid g = {0};
  status = make_grid(store, &g, arena, diag);
  if (status != CF_OK) return status;
  status = fill_curves(store, &g, arena, diag);
  store->refreshed = is_refreshed(store);
  return status;
}
