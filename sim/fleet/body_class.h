/* The body of a class of nodes, put together from what the scenario says of its device, store, case and surroundings.
 */
#ifndef CF_FLEET_BODY_CLASS_H
#define CF_FLEET_BODY_CLASS_H

#include "base/arena.h"
#include "config/scenario.h"
#include "physics/body.h"

/* `load` comes in with device_w, bus_w, heat_w of every power state, the silicon's leakage still inside, and with the
 * share of the silicon that is on; `own[state]` tells whether the cited watts of a state hold the silicon's leakage.
 * Everything else of the class is made here. CF_INPUT when the parts do not fit each other. */
typedef struct cf_body_plan {
  const cf_node_group *group;
  const cf_scenario *scenario;
  double silicon_share[CF_STORE_STATES];
  bool own[CF_STORE_STATES];
  uint32_t network_node[CF_STORE_STATES]; /* where its heat goes, in a network of the author's; else into the die */
  uint32_t states;
} cf_body_plan;

cf_status cf_body_class_make(cf_body_class *body, const cf_body_plan *plan, cf_arena *arena, cf_diag *diag);

#endif
