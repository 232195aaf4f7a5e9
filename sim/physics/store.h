/* An energy store as curves in its stored energy: what it loses by itself, and what a load's power loses in it.
 *
 * The state is the energy above empty: C V^2/2 of a capacitor, the integral of OCV dq of a battery. In it constant
 * power is exactly linear. x measures it per unit of size: x = V^2 for a capacitor, x = stored energy of a nominal cell
 * for a battery; a node of size s (its `capacity` factor) has x = store_j x_per_j / s. Along x the square of the
 * open-circuit voltage is piecewise linear, exactly: of a capacitor it is x itself; of a cell with a piecewise-linear
 * OCV(z) it has the slope 2 (dOCV/dz) / Q between two knots, because dx = Q OCV dz.
 *
 * What depends on the voltage is a curve in x, replaced at load by a continuous piecewise-linear interpolant on one
 * grid, fixed for the class:
 *   leakage    I_leak V + V^2/R_leak (capacitor), self-discharge (battery); scaled per node and by the held factor
 *   quiescent  I_q V of what hangs on the store
 *   loss       of the bus power P of each power state in the inner resistance: i^2 R, i = 2 P / (V + sqrt(V^2 - 4 P
 * R)); of a primary cell also the capacity that a high current forfeits. Level below that state's turn-off point, where
 * the load is off, so that it stays finite The grid has an edge at 0, at x_full, at every knot of the OCV, at edge_v
 * and at every state's turn-off point; between those the curves are smooth, and a cell is split where its worst curve
 * is furthest from its chord until all are within `tolerance` or there are cells_max of them. That point is known in
 * closed form for each curve (see store.c), so `reached` is the largest distance itself and no sample of it.
 *
 * Two rules of our own. A cell's voltage does not vanish when it is empty: over the last millionth of its energy
 * (CF_STORE_LAST_SHARE) leakage and quiescent power fall to zero in a straight line, and every load is off there. And
 * what a high current forfeits of a primary cell's capacity is read from its table only above the table's maximum;
 * below it self-discharge is what makes a slow discharge give less.
 *
 * What depends on a second quantity (temperature, age, the charging current) is held from one refresh instant to the
 * next: cf_store_refresh. Held factors scale a curve as a whole; of the loss that is exact to first order in P R / V^2.
 *
 * Formulas: textbook circuit theory. Pure functions, no allocation after cf_store_build. SI units. */
#ifndef CF_PHYSICS_STORE_H
#define CF_PHYSICS_STORE_H

#include "base/arena.h"
#include "base/diag.h"
#include "physics/ageing.h"
#include "physics/line.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_STORE_STATES = 24, CF_STORE_POINTS = 24, CF_STORE_HINTS = 131072 };
#define CF_STORE_LAST_SHARE 1e-6 /* of a cell's energy, over which its own losses fade; no load runs on it */

/* A double-layer or other capacitor. */
typedef struct cf_capacitor {
  double capacitance_f;
  double voltage_max_v;
  double esr_ohm;
  double leakage_a;          /* constant current */
  double leakage_ohm;        /* and in parallel; INFINITY: none */
  double slow_capacitance_f; /* second branch (L. Zubieta, R. Bonert, IEEE Trans. Ind. Appl. 36 (2000) 199); 0: none */
  double slow_ohm;
} cf_capacitor;

/* A rechargeable cell by its open-circuit voltage. */
typedef struct cf_battery {
  double capacity_c;                    /* coulomb, new */
  uint32_t points;                      /* of the OCV table; linear between */
  double charge_share[CF_STORE_POINTS]; /* 0..1 ascending, from 0 to 1 */
  double open_v[CF_STORE_POINTS];       /* > 0, not falling */
  double resistance_ohm;                /* at reference_k */
  double reference_k;
  double resistance_activation_k;         /* R(T) = R exp(a (1/T - 1/T_ref)); 0: constant */
  double coulomb_efficiency;              /* of charging, 0..1 */
  double self_discharge_per_s;            /* share of the stored energy, at reference_k */
  double self_discharge_activation_k;     /* Arrhenius; 0: constant */
  double charge_c_rate, discharge_c_rate; /* 1/h; INFINITY: no limit */
  double charge_low_k, charge_high_k;     /* charging only in between */
  double discharge_low_k, discharge_high_k;
  cf_ageing_law ageing;
} cf_battery;

/* A primary cell (lithium thionyl chloride): capacity by current, no charging. The current i empties it by i
 * Q_max/Q(i): Q_max is the largest capacity of the table, Q(i) linear in the logarithm of the current above that
 * maximum, level beyond the last point, and Q_max below. Its full energy is Q_max times the open-circuit voltage. */
typedef struct cf_primary {
  uint32_t points;                   /* of capacity against constant current; at least 1 */
  double current_a[CF_STORE_POINTS]; /* ascending */
  double capacity_c[CF_STORE_POINTS];
  double open_v; /* flat */
  double resistance_ohm;
  double cut_off_v;
  double reference_k;
  double self_discharge_per_s; /* share of the full energy, at reference_k */
  double self_discharge_activation_k;
  double current_max_a;
  /* Passivation: after rest a load meets film_v_per_sqrt_s * sqrt(rest), at most film_max_v, per film_reference_a of
   * its current; the film grows faster when hot (Arrhenius) and fades as exp(-charge drawn / film_charge_c). It decides
   * what the cell can carry; the little that is lost in it before it fades is not booked. 0 V per sqrt(s): no film. */
  double film_v_per_sqrt_s, film_max_v, film_reference_a, film_activation_k, film_charge_c;
} cf_primary;

typedef enum cf_store_kind { CF_STORE_CAPACITOR, CF_STORE_BATTERY, CF_STORE_PRIMARY } cf_store_kind;

typedef struct cf_store_input {
  cf_store_kind kind;
  union {
    cf_capacitor capacitor;
    cf_battery battery;
    cf_primary primary;
  };
  double turn_on_v, turn_off_v; /* terminal; turn_off_v >= the cell's own cut-off */
  double warn_v;                /* checkpoint; 0: none */
  double quiescent_a;
  double edge_v; /* the grid gets an edge exactly here (the converter's cold start); 0: none */
  uint32_t states;
  double bus_w[CF_STORE_STATES]; /* drawn from the store in each power state */
  double tolerance;   /* of each loss relative to bus_w; of leakage and quiescent relative to their largest */
  uint32_t cells_max; /* 64 for nodes; more for single studies */
} cf_store_input;

typedef struct cf_store {
  cf_store_input input;
  double x_per_j; /* of a nominal store */
  double x_full;
  double full_j;         /* of a nominal store, new */
  double resistance_ohm; /* inner, new and at the reference temperature */
  uint32_t knots;        /* of the open-circuit voltage: */
  double knot_x[CF_STORE_POINTS];
  double knot_v2[CF_STORE_POINTS]; /* its square, linear in x in between */
  uint32_t cells;
  const double *x_edge; /* [cells + 1], from 0 to x_full */
  const double *open_v; /* [cells + 1] open-circuit voltage at the edges */
  uint32_t hints;
  double hints_per_root;              /* hint[(uint32_t)(sqrt(x) * hints_per_root)] <= the cell that holds x */
  const uint32_t *hint;               /* [hints] */
  const cf_line *leakage;             /* [cells] */
  const cf_line *quiescent;           /* [cells] */
  const cf_line *loss;                /* [state * cells + cell] */
  uint32_t cold_cells;                /* cells below edge_v: the converter is cold there */
  double x_on;                        /* of the open circuit at turn-on */
  double x_off[CF_STORE_STATES];      /* at which the terminal falls to turn-off under each state's load, new and at the
                                         reference temperature */
  double x_warn;                      /* of the open circuit; 0: none */
  double loss_max_w[CF_STORE_STATES]; /* upper bounds: loss + quiescent */
  double leakage_max_w;
  double charge_limit_w; /* net power into the store: the charge C-rate at the mean voltage; INFINITY: none; 0: a
                            primary cell */
  bool refreshed;        /* something in it depends on temperature, age or charging current beyond the tolerance */
  double reached;        /* largest interpolation error found, relative as `tolerance` */
} cf_store;

/* CF_INPUT when a number is out of range, a table is out of order, turn-on cannot be reached, a load would collapse the
 * terminal voltage before turn-off (V_off^2 <= P R), would brown out at turn-on, or draws more than the current or rate
 * limit at turn-off, or when the edges that must be are more than cells_max allows. */
cf_status cf_store_build(cf_store *store, const cf_store_input *input, cf_arena *arena, cf_diag *diag);

/* The cell that holds x; the last one from x_full on. */
static inline uint32_t cf_store_cell(const cf_store *store, double root_x, double x) {
  uint32_t at = (uint32_t)(root_x * store->hints_per_root);
  uint32_t cell = store->hint[at < store->hints ? at : store->hints - 1];
  while (cell + 1 < store->cells && x >= store->x_edge[cell + 1]) cell++;
  return cell;
}

/* Open-circuit voltage, exactly; beyond the full store as at it. Its inverse: the least x with at least open_v; twice
 * x_full when the full store has less. */
double cf_store_open_v(const cf_store *store, double x);
double cf_store_open_v2(const cf_store *store, double x); /* its square: linear in x between knots */
double cf_store_x(const cf_store *store, double open_v);

/* Share of the full charge (capacitor: V / V_max), as cf_ageing_rest and cf_ageing_turn want it. */
double cf_store_charge_share(const cf_store *store, double x);

/* What is held between two refresh instants. */
typedef struct cf_store_held {
  float leakage_factor;    /* of the leakage curve */
  float resistance_factor; /* of the loss curves */
  float charge_gain;       /* coulomb efficiency of charging; 0: charging is forbidden now */
  float full_share;        /* of the new capacity that is left */
  float film_v;            /* of a passivated primary cell, at its reference current */
  bool discharging;        /* false: too cold or too hot to carry any load */
} cf_store_held;
cf_store_held cf_store_held_new(void); /* 1, 1, 1, 1, 0, true */

/* At a refresh instant: the store's temperature, the mean power into it (> 0) or out of it (< 0) over the last
 * `interval_s`, its age (NULL: a store that does not age). */
void cf_store_refresh(const cf_store *store, double temp_k, double net_w, double interval_s, const cf_ageing *age,
                      cf_store_held *held);

/* Share of a charging power that is not lost in the inner resistance, V / (V + i R) with P = V i + i^2 R, at the
 * voltage of a cell of the grid (its geometric mean; at least turn-off, so that an empty store can be filled at all).
 */
double cf_store_arriving_share(const cf_store *store, uint32_t cell, double power_w, double resistance_factor);

/* x at which the terminal falls to turn-off under a state's load, as held; above x_full: it cannot carry it. */
double cf_store_off_x(const cf_store *store, uint32_t state, const cf_store_held *held);

/* Two branches of a capacitor over slow_ohm, relaxing exactly for `interval_s`: the main branch loses moved_j
 * (negative: gains), the slow branch gains moved_j - lost_j, lost_j >= 0 is heat. A node of size s has s capacitors in
 * parallel: energies divided by s in, results times s out. */
void cf_store_redistribute(const cf_capacitor *capacitor, double main_j, double slow_j, double interval_s,
                           double *moved_j, double *lost_j);

#endif
