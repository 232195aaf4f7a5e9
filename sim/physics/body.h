/* A node's body: what its class is made of, what its state is, what is held between refresh instants.
 *
 * Supply: harvesters -> converter -> main store (-> second store) -> regulator -> loads. Heat: a network with the
 * loads' heat at their nodes, the supply's losses and the sun at the case, curves for silicon leakage and for the
 * case's surface, perhaps a thermoelectric generator between two nodes. The walker (walker.h) advances it.
 *
 * A body is as long as its class needs: the modes stand at its end, and behind them a cf_body_more where something in
 * the class is held from one refresh instant to the next beyond the supply's losses. SI units. */
#ifndef CF_PHYSICS_BODY_H
#define CF_PHYSICS_BODY_H

#include "base/ticks.h"
#include "physics/ageing.h"
#include "physics/converter.h"
#include "physics/modal.h"
#include "physics/store.h"
#include "physics/thermoelectric.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CF_REFRESH_NS (INT64_C(900) * CF_NS_PER_S) /* the usual interval */

/* What a node does with power in one power state. */
typedef struct cf_load {
  double device_w;   /* drawn by the device, its silicon leakage apart */
  double bus_w;      /* drawn from the store: device_w / regulator efficiency */
  double heat_w;     /* that becomes heat (device_w less what is radiated) */
  uint32_t node;     /* where */
  uint32_t share;    /* of silicon leakage: index into the curves' shares */
  bool disconnected; /* the harvesters are: nothing comes in */
} cf_load;

/* The ends of a thermoelectric generator that are not nodes. */
#define CF_NODE_AIR UINT32_C(0xFFFFFFFE)
#define CF_NODE_HOST UINT32_C(0xFFFFFFFF)

/* Shared by all nodes of a class. */
typedef struct cf_body_class {
  /* Supply. */
  bool has_store; /* false: mains */
  bool has_second;
  cf_converter_curve converter;
  double bus_per_device; /* 1 / regulator efficiency: what the leakage of the silicon costs the store; 0: 1 */
  cf_store store;        /* harvest goes here first */
  double j_per_x;        /* of a nominal main store: set by cf_body_class_close */
  cf_store second;       /* carries the load while the main store is low */
  double switch_below_x, switch_above_x; /* of the main store */
  double switch_loss;                    /* share of the power through the switch */
  double store_second_share;             /* of the second store's full energy, at the start */
  /* Heat. */
  cf_modal modal;
  cf_modal_curves curves;
  int leakage_curve;         /* which of them is silicon leakage; -1: none */
  uint32_t die_node;         /* whose mean rise is told by cause */
  uint32_t watched_node;     /* that the limits hold for */
  uint32_t case_node;        /* where the sun and the losses of the supply go */
  double sun_area_m2;        /* absorptance times projected area of the case */
  double radiation_w_per_k4; /* emissivity area sigma of the case where a curve holds its radiation; else 0 */
  double radiation_air_k;    /* the reference air of that curve */
  bool has_generator;
  cf_teg generator;
  uint32_t generator_hot, generator_cold; /* nodes, CF_NODE_AIR or CF_NODE_HOST; its conductance is in the network */
  /* Loads. */
  uint32_t loads;
  cf_load load[CF_STORE_STATES];
  int64_t refresh_ns; /* 0: CF_REFRESH_NS */
  bool keeps_doses;   /* life and dose are wanted */
  /* Bounds over every temperature that a node may have (213 to 423 K), every age and film; set by cf_body_class_close.
   */
  double loss_bound_w[CF_STORE_STATES], second_bound_w[CF_STORE_STATES];
  double low_bound_x[CF_STORE_STATES], second_low_bound_x[CF_STORE_STATES]; /* INFINITY: no bound */
  bool more; /* bodies have a cf_body_more: set by cf_body_class_close */
} cf_body_class;

/* Settles what follows from the rest (`more`). Call once, after everything else is set. */
void cf_body_class_close(cf_body_class *class);

/* How one node differs from its class. */
typedef struct cf_body_scale {
  double harvest;
  double capacity; /* of the main store */
  double leakage;  /* of the main store */
} cf_body_scale;

/* The state. A class with `more` keeps a cf_body_more behind the modes. */
typedef struct cf_body {
  double store_j;   /* above empty */
  double waiting_j; /* supply-side losses of this refresh interval, to be released in the next */
  double held_w;    /* those of the last one, released now */
  double mode[];    /* of the linear network */
} cf_body;

typedef struct cf_body_more {
  double second_j, slow_j;             /* second store; slow branch of a capacitor */
  double draw_waiting_j;               /* silicon leakage of this interval, to be drawn in the next */
  double draw_w;                       /* that of the last one, drawn from the store now */
  double slow_w, slow_lost_w;          /* from the main to the slow branch, and lost on the way, held */
  double generator_w;                  /* electric power of the thermoelectric generator, held */
  double radiation_w;                  /* radiated beyond what the curve says, held */
  double since_s;                      /* walked since the last refresh */
  double net_j, second_net_j;          /* into the stores in that time */
  double store_ks, die_ks, watched_ks; /* temperature above the reference, integrated over it */
  cf_store_held held, second_held;
  cf_ageing age, second_age;
  float extreme; /* charge share at the last turning point candidate */
  int8_t trend;  /* +1 charging, -1 discharging */
  bool on_second;
  uint32_t cell[CF_HEAT_CURVES];
  /* Integrals over the walk. */
  double silicon_j;               /* leakage of the silicon, as heat */
  double silicon_paid_j;          /* and as drawn from store or mains */
  double curve_j[CF_HEAT_CURVES]; /* heat that entered by each curve */
  double radiation_j;             /* radiated beyond the curve */
  double generator_j;
  double shunted_j;      /* of it, spilled into a shunt: heat of the case */
  double host_heat_j;    /* given to the host */
  double host_excess_ks; /* of the host over the air */
  double aged_j;         /* energy that found no room in a shrunken store */
  double life_s;         /* of the die, equivalent seconds at 328.15 K (Arrhenius, 0.7 eV) */
  double dose_s;         /* CEM43 of the watched node */
} cf_body_more;

static inline size_t cf_body_bytes(const cf_body_class *class) {
  return sizeof(cf_body) + class->modal.modes * sizeof(double) + (class->more ? sizeof(cf_body_more) : 0);
}
static inline cf_body_more *cf_body_more_of(const cf_body_class *class, cf_body *body) {
  return class->more ? (cf_body_more *)(void *)(body->mode + class->modal.modes) : NULL;
}

static inline const cf_body_more *cf_body_more_in(const cf_body_class *class, const cf_body *body) {
  return class->more ? (const cf_body_more *)(const void *)(body->mode + class->modal.modes) : NULL;
}

/* A body that fits on the stack, for classes of at most CF_BODY_ROOM_MODES modes. */
enum { CF_BODY_ROOM_MODES = CF_MODAL_MODES };
typedef union cf_body_room {
  cf_body body;
  double room[(sizeof(cf_body) + sizeof(cf_body_more)) / sizeof(double) + CF_BODY_ROOM_MODES + 1];
  cf_body_more types; /* stands behind the modes, not here: what a copy must know may be inside */
} cf_body_room;

/* Everything at temp_k, the main store filled to `share` of full, the second one full. */
void cf_body_begin(const cf_body_class *class, const cf_body_scale *scale, double temp_k, double share, cf_body *body);

/* Integrals over what was walked; added to. */
typedef struct cf_flows {
  double harvest_j;       /* available from the harvesters at the tracker's point, or drawn from the mains */
  double spilled_j;       /* available but not taken: the store was full, or could not take it so fast */
  double converter_j;     /* lost in converter, regulator, switch and quiescent current */
  double leakage_j;       /* of the stores */
  double esr_j;           /* in the stores' resistance, and what their rate forfeits */
  double sun_heat_j;      /* absorbed by the case */
  double air_heat_j;      /* given to the air */
  double die_excess_ks;   /* of the die over the air */
  double entropy_j_per_k; /* heat given over the temperature that takes it, air and host */
  float store_min_j;      /* smallest stored energy at the end of a segment */
  float watched_max_k;    /* largest temperature of the watched node at the end of a segment */
} cf_flows;

/* Energy of the full main store. */
static inline double cf_store_full_j(const cf_body_class *class, const cf_body_scale *scale) {
  return class->store.full_j * scale->capacity;
}

/* At a refresh instant: releases what waited, and takes anew what is held, from the state as it stands and from what
 * was integrated since the last one. air_k: of the air at this instant; host_k: of the host. */
void cf_body_refresh(const cf_body_class *class, const cf_body_scale *scale, double air_k, double host_k,
                     cf_body *body);

/* Energy above empty at which the main, or the second, store browns out under a load; where it is good enough to start
 * (at turn-on, and able to carry every load as things are held; INFINITY: not now); where it warns. */
double cf_body_low_j(const cf_body_class *class, const cf_body_scale *scale, const cf_body_more *more, uint32_t state);
double cf_body_second_low_j(const cf_body_class *class, const cf_body_more *more, uint32_t state);
double cf_body_start_j(const cf_body_class *class, const cf_body_scale *scale, const cf_body_more *more);
double cf_body_second_start_j(const cf_body_class *class, const cf_body_more *more);
/* A lower bound of the start: turn-on. */
static inline double cf_body_good_j(const cf_body_class *class, const cf_body_scale *scale) {
  return class->store.x_on * class->j_per_x * scale->capacity;
}
static inline double cf_body_warn_j(const cf_body_class *class, const cf_body_scale *scale) {
  return class->store.x_warn * class->j_per_x * scale->capacity;
}

/* Follows the charge of a battery: a turning point is one when the charge has gone back by a thousandth. */
void cf_body_note_charge(const cf_store *store, double x, cf_body_more *more);

/* Steady temperature of the watched node with `die_w` into the die, `case_w` into the case and constant reservoirs,
 * silicon on by curves.share[share]; INFINITY when leakage runs away. */
double cf_body_steady_k(const cf_body_class *class, uint32_t share, double die_w, double case_w, double air_k,
                        double host_k);

/* Constant watts into the die at which the watched node stands at limit_k; 0 when it is warmer without any. */
double cf_body_budget_w(const cf_body_class *class, uint32_t share, double limit_k, double case_w, double air_k,
                        double host_k);

/* Loop gain of the silicon's leakage with the die at temp_k: kelvins that the leakage of one kelvin adds. 0: no
 * leakage. */
double cf_body_loop_gain(const cf_body_class *class, double temp_k);

/* As cf_body_steady_k, of any node; of CF_NODE_AIR or CF_NODE_HOST the reservoir's own. */
double cf_body_steady_node_k(const cf_body_class *class, uint32_t share, uint32_t node, double die_w, double case_w,
                             double air_k, double host_k);

#endif
