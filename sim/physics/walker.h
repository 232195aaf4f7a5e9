/* The segment walker: a node's store and temperatures, advanced exactly from one instant to another.
 *
 * Between two instants the walker meets boundaries at which a coefficient changes: a driver knot, a refresh instant
 * (every 15 min of simulated time), a kink of the converter's table, an edge of the store's grid, the entry or exit of
 * the full clamp. Knots and refreshes are known; kinks are linear in time; edges and clamps are solved for. Between two
 * boundaries everything is linear with constant or ramped input and is advanced in closed form, integrals included:
 *
 *   store   dE/dt = output(t) - bus - (a + b E)           (supply.h), bounded above by the full store
 *   modes   dz_k/dt = -lambda_k z_k + u_k(t)              (thermal.h)
 *
 * So where an event falls does not change the result: walking an interval in any number of pieces gives the same state
 * to 1e-12 of full scale. Losses that depend on the store (converter, leakage, ESR) warm the case one refresh interval
 * later; until then their joules wait in the body, so that temperature never depends on the store within a segment.
 *
 * Every flow is its own integral; none is a remainder. Pure functions: no clock, no random numbers, no allocation. */
#ifndef CF_PHYSICS_WALKER_H
#define CF_PHYSICS_WALKER_H

#include "base/ticks.h"
#include "physics/supply.h"
#include "physics/thermal.h"

#include <stdbool.h>
#include <stdint.h>

#define CF_REFRESH_NS (INT64_C(900) * CF_NS_PER_S)

/* What a node does with power in one power state. */
typedef struct cf_load {
  double device_w; /* drawn by the device */
  double bus_w;    /* drawn from the store: device_w / regulator efficiency */
  double heat_w;   /* that becomes heat in the die (device_w less what is radiated) */
} cf_load;

/* Shared by all nodes of a class. */
typedef struct cf_body_class {
  bool has_store; /* false: mains */
  cf_supply_curves supply;
  cf_thermal thermal;
  double sun_area_m2; /* absorptance times projected area of the case */
  uint32_t loads;
  cf_load load[CF_SUPPLY_STATES];
} cf_body_class;

/* How one node differs from its class. */
typedef struct cf_body_scale {
  double harvest;
  double capacitance_f;
  double leakage;
} cf_body_scale;

/* The state. store_j is energy above 0 V. */
typedef struct cf_body {
  double store_j;
  double mode[CF_THERMAL_NODES];
  double waiting_j; /* store-side losses of this refresh interval, to be released in the next */
  double held_w;    /* those of the last one, released now */
} cf_body;

/* The site's drivers between two knots, linear from `from_ns` on. */
typedef struct cf_drive {
  int64_t from_ns, until_ns;
  double panel_w, panel_w_per_s; /* of the class's panel, before the node's own factor */
  double sun_w_per_m2, sun_slope;
  double air_k, air_slope;
} cf_drive;

/* Bounds of the drivers over the horizon of a question. */
typedef struct cf_drive_bounds {
  double panel_max_w;
  double sun_max_w_per_m2;
  double air_max_k;
} cf_drive_bounds;

/* Where the walker reads the drivers. `piece` fills the piece that holds t_ns (from_ns <= t_ns < until_ns). */
typedef struct cf_drivers {
  void (*piece)(const void *self, int64_t t_ns, cf_drive *out);
  const void *self;
} cf_drivers;

/* Integrals over what was walked, in joules; added to. */
typedef struct cf_flows {
  double harvest_j;   /* available from the panel at the tracker's point, or drawn from the mains */
  double spilled_j;   /* available but not taken because the store was full */
  double converter_j; /* lost in converter, regulator and quiescent current */
  double leakage_j;
  double esr_j;
  double sun_heat_j; /* absorbed by the case */
  double air_heat_j; /* given to the air */
  float store_min_j; /* smallest stored energy at the end of a segment */
  float die_max_k;   /* largest die temperature at the end of a segment */
} cf_flows;

/* Advances `body` under load `state` from from_ns to to_ns. The device's own joules (device_w times the time) and its
 * heat are the caller's to book. */
void cf_walk(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers, uint32_t state,
             int64_t from_ns, int64_t to_ns, cf_body *body, cf_flows *flows);

/* What to look out for; -INFINITY or INFINITY where nothing. */
typedef struct cf_watch {
  double store_below_j; /* fires when the store falls to it */
  double store_above_j;
  double die_above_k;
  double die_below_k;
} cf_watch;

typedef enum cf_crossing_kind {
  CF_CROSS_NONE,
  CF_CROSS_STORE_BELOW,
  CF_CROSS_STORE_ABOVE,
  CF_CROSS_DIE_ABOVE,
  CF_CROSS_DIE_BELOW
} cf_crossing_kind;

/* The first instant in (from_ns, to_ns] at which something watched happens, rounded up to the next nanosecond;
 * CF_CROSS_NONE when nothing does. First a bound that says "cannot happen", then the walk itself on a copy. A limit
 * that is already passed at from_ns fires at from_ns. */
cf_crossing_kind cf_walk_until(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers,
                               const cf_drive_bounds *bounds, uint32_t state, int64_t from_ns, int64_t to_ns,
                               const cf_body *body, const cf_watch *watch, int64_t *when_ns);

static inline double cf_store_full_j(const cf_body_class *class, const cf_body_scale *scale) {
  return 0.5 * scale->capacitance_f * class->supply.x_max;
}

#endif
