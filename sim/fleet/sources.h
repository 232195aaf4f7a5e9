/* What feeds and warms the nodes of a class from outside: its harvesters and its host, as functions of time.
 *
 * A panel is a column of the sites' sky knots; every other harvester is a profile made at load; a thermoelectric
 * generator belongs to the body. The host is a machine's wall or blood. One converter takes the sum. */
#ifndef CF_FLEET_SOURCES_H
#define CF_FLEET_SOURCES_H

#include "base/arena.h"
#include "config/scenario.h"
#include "physics/profile.h"
#include "physics/sky_base.h"

#include <stdbool.h>
#include <stdint.h>

/* One harvester of a class. */
typedef struct cf_harvest_source {
  const cf_harvester *harvester;
  int panel;          /* column of the sites' sky; -1: not a panel */
  double panel_share; /* of that column, which is of a panel of another size */
  cf_profile power_w; /* of the others; count 0: the generator, which is in the body */
} cf_harvest_source;

typedef struct cf_sources {
  uint32_t count;
  cf_harvest_source source[CF_MAX_HARVESTERS];
  bool has_profiles; /* some source is neither a panel nor the generator */
  bool has_host;
  cf_profile host_k;
} cf_sources;

/* The panels of all groups, each technology and orientation once. CF_INPUT when there are more than
 * CF_SKY_PANELS_MAX. */
cf_status cf_panels_make(cf_sky_panels *panels, const cf_scenario *scenario, cf_diag *diag);

/* The sources of one group; `panels` as cf_panels_make gave them. CF_INPUT when a harvester's numbers do not fit, or a
 * dated trace that does not repeat has nothing of the run. */
cf_status cf_sources_make(cf_sources *sources, const cf_scenario *scenario, const cf_node_group *group,
                          const cf_sky_panels *panels, cf_arena *arena, cf_diag *diag);

#endif
