/* The world of one run: sites, nodes and hubs as the three tiers of the engine. */
#ifndef CF_FLEET_WORLD_H
#define CF_FLEET_WORLD_H

#include "cognition/policy.h"
#include "engine/engine.h"
#include "fleet/class.h"
#include "fleet/hub.h"
#include "fleet/recorder.h"
#include "fleet/site.h"
#include "fleet/story.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct cf_node cf_node;

/* Rows noticed by the handlers of one shard, kept until the run's thread takes them. */
typedef struct cf_notes {
  cf_power_event_row *power;
  cf_decision_row *decision;
  size_t power_count, power_room, decision_count, decision_room;
} cf_notes;

typedef struct cf_world {
  const cf_scenario *scenario;
  cf_random random;
  const cf_policy *policy;
  cf_policy_parameters parameters;
  cf_loss loss;
  double world_rate_max_per_s; /* of the candidate stream of a node's truth */
  cf_sky_panels panels;
  cf_site_class site_class;
  uint32_t classes;
  cf_node_class *class;
  cf_hub_class hub_class;
  uint32_t site_count, node_count, hub_count;
  cf_site *site;
  unsigned char *nodes; /* records of node_bytes each */
  size_t node_bytes;    /* the longest that a class needs */
  cf_hub *hub;
  uint32_t node_base, hub_base; /* global ids of the first of each */
  uint32_t nodes_per_hub;
  double air_start_k;
  double *rise_ks; /* [node][use], K s: see note_rise; NULL where all loads heat the die */
  double *tokens;  /* emitted by the local models of each node; NULL when none emits any */
  bool note_power, note_decisions;
  cf_story *story; /* NULL: nobody listens to a node */
  cf_notes notes[CF_MAX_SHARDS];
  cf_model model;
  cf_arena *arena;
} cf_world;

/* Messages between nodes and hubs. BEGIN, END, ABORT go up, ANSWER comes down at the start of a receive window. */
typedef enum cf_message_kind {
  CF_MESSAGE_BEGIN = 1,
  CF_MESSAGE_END,
  CF_MESSAGE_ABORT,
  CF_MESSAGE_ANSWER
} cf_message_kind;

/* Builds everything in `arena`. */
cf_status cf_world_make(cf_world *world, const cf_scenario *scenario, uint32_t policy, uint64_t seed, uint32_t rep,
                        cf_arena *arena, cf_diag *diag);
void cf_world_drop(cf_world *world); /* frees the notes; the arena is the caller's */

static inline const cf_node_class *cf_world_class_of(const cf_world *world, uint32_t node) {
  uint32_t c = 0;
  while (c + 1 < world->classes && node >= world->class[c + 1].first_node) c++;
  return &world->class[c];
}
static inline cf_node *cf_world_node(const cf_world *world, uint32_t node) {
  return (cf_node *)(void *)(world->nodes + (size_t)node * world->node_bytes);
}
static inline uint32_t cf_world_site_of(const cf_world *world, uint32_t node) {
  return node / world->scenario->site_nodes;
}
static inline uint32_t cf_world_hub_of(const cf_world *world, uint32_t node) { return node / world->nodes_per_hub; }

/* The site of a node as its class sees it. */
static inline cf_site_view cf_world_view_of(const cf_world *world, uint32_t node) {
  return (cf_site_view){&world->site[cf_world_site_of(world, node)], &cf_world_class_of(world, node)->sources};
}

/* Local mean solar hour 0..24. */
double cf_world_local_hour(const cf_world *world, int64_t t_ns);

/* Mean air temperature over the days of the run. */
double cf_world_mean_air_k(const cf_world *world);

/* Keep a row; false when there is no memory. */
bool cf_note_power(cf_notes *notes, const cf_power_event_row *row);
bool cf_note_decision(cf_notes *notes, const cf_decision_row *row);

#endif
