/* The segment walker: a node's stores and temperatures, advanced exactly from one instant to another.
 *
 * Between two instants the walker meets boundaries at which a coefficient changes: a driver knot, a refresh instant
 * (multiples of refresh_ns of simulated time), a kink of the converter's table, an edge of a store's grid, the entry or
 * exit of the full clamp, the edge of a heat curve's cell, the switch between two stores. Knots and refreshes are
 * known; kinks are linear in time; edges, clamps and switches are solved for. Between two boundaries everything is
 * linear with constant or ramped input and is advanced in closed form, integrals included:
 *
 *   store   dE/dt = output(t) - bus - (a + b E)           (store.h), bounded above by the full store
 *   modes   dz_k/dt = -lambda_k z_k + u_k(t)              (modal.h), in the eigen-system of the present cells
 *
 * So where an event falls does not change the result: walking an interval in any number of pieces gives the same state
 * to 1e-12 of full scale.
 *
 * What depends on a second state is held from one refresh instant to the next: the joules lost in converter and stores
 * (they warm the case one interval later, and wait in the body until then), the silicon's leakage as seen by the store
 * (drawn one interval later), a store's temperature, age and charging current, the harvest of a thermoelectric
 * generator, the difference between radiation to the present air and to the reference air.
 *
 * Every flow is its own integral; none is a remainder. Pure functions: no clock, no random numbers, no allocation. */
#ifndef CF_PHYSICS_WALKER_H
#define CF_PHYSICS_WALKER_H

#include "physics/body.h"

/* The site's drivers between two knots, linear from `from_ns` on. */
typedef struct cf_drive {
  int64_t from_ns, until_ns;
  double panel_w, panel_w_per_s; /* of the class's harvesters, before the node's own factor */
  double sun_w_per_m2, sun_slope;
  double air_k, air_slope;
  double host_k, host_slope;
} cf_drive;

/* Bounds of the drivers over the horizon of a question. */
typedef struct cf_drive_bounds {
  double panel_max_w;
  double sun_max_w_per_m2;
  double air_max_k;
  double host_max_k;
} cf_drive_bounds;

/* Where the walker reads the drivers. `piece` fills the piece that holds t_ns (from_ns <= t_ns < until_ns). */
typedef struct cf_drivers {
  void (*piece)(const void *self, int64_t t_ns, cf_drive *out);
  const void *self;
} cf_drivers;

/* Advances `body` under load `state` from from_ns to to_ns. The device's own joules (device_w times the time) and its
 * heat are the caller's to book. */
void cf_walk(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers, uint32_t state,
             int64_t from_ns, int64_t to_ns, cf_body *body, cf_flows *flows);

/* What to look out for. */
typedef enum cf_supply_watch {
  CF_WATCH_NO_SUPPLY,
  CF_WATCH_LOW,  /* brown-out under the present load */
  CF_WATCH_WARN, /* the warning above it */
  CF_WATCH_GOOD  /* enough to start */
} cf_supply_watch;

typedef struct cf_watch {
  cf_supply_watch supply;
  double warm_above_k; /* of the watched node; INFINITY: nothing */
  double cool_below_k; /* -INFINITY: nothing */
} cf_watch;

typedef enum cf_crossing_kind {
  CF_CROSS_NONE,
  CF_CROSS_STORE_LOW,
  CF_CROSS_STORE_WARN,
  CF_CROSS_STORE_GOOD,
  CF_CROSS_WARM,
  CF_CROSS_COOL
} cf_crossing_kind;

/* The first instant in (from_ns, to_ns] at which something watched happens, rounded up to the next nanosecond;
 * CF_CROSS_NONE when nothing does. First a bound that says "cannot happen", then the walk itself on a copy. A limit
 * that is already passed at from_ns fires at from_ns. */
cf_crossing_kind cf_walk_until(const cf_body_class *class, const cf_body_scale *scale, const cf_drivers *drivers,
                               const cf_drive_bounds *bounds, uint32_t state, int64_t from_ns, int64_t to_ns,
                               const cf_body *body, const cf_watch *watch, int64_t *when_ns);

/* The same walk inside one piece of drivers (read at its from_ns), in seconds and without a refresh, to where something
 * watched happens or to span_s: for single studies, whose times need not be whole nanoseconds. Moves the body; *when_s
 * is where it stands. `watch` may be NULL. */
cf_crossing_kind cf_walk_piece(const cf_body_class *class, const cf_body_scale *scale, const cf_drive *drive,
                               uint32_t state, double span_s, const cf_watch *watch, cf_body *body, cf_flows *flows,
                               double *when_s);

#endif
