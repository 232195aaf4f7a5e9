/* Classes: everything that the nodes of one group, or the hubs of one, have in common, made once from the scenario. */
#ifndef CF_FLEET_CLASS_H
#define CF_FLEET_CLASS_H

#include "base/arena.h"
#include "base/option.h"
#include "base/random.h"
#include "cognition/generative.h"
#include "cognition/likelihood.h"
#include "cognition/policy.h"
#include "config/scenario.h"
#include "network/lora.h"
#include "physics/site_sky.h"
#include "fleet/sources.h"
#include "physics/walker.h"

/* Power states of a node. Thinking with model m at operating point p is CF_POWER_THINK + m * CF_MAX_POINTS + p. */
typedef enum cf_power {
  CF_POWER_OFF,
  CF_POWER_SLEEP,
  CF_POWER_BOOT,
  CF_POWER_SENSE,
  CF_POWER_TX,
  CF_POWER_RX,
  CF_POWER_SHUT, /* off for heat */
  CF_POWER_CHECKPOINT,
  CF_POWER_THINK
} cf_power;

enum { CF_POWER_STATES = CF_POWER_THINK + CF_MAX_MODELS * CF_MAX_POINTS };
_Static_assert((int)CF_POWER_STATES <= (int)CF_STORE_STATES, "every power state has its curves");

/* What a node's joules were used for. */
typedef enum cf_use {
  CF_USE_SLEEP,
  CF_USE_SENSE,
  CF_USE_THINK,
  CF_USE_DECIDE,
  CF_USE_TX,
  CF_USE_RX,
  CF_USE_BOOT,
  CF_USE_CHECKPOINT,
  CF_USES
} cf_use;
extern const char *const cf_use_name[CF_USES];

static inline uint32_t cf_power_think(uint32_t model, uint32_t point) {
  return CF_POWER_THINK + model * CF_MAX_POINTS + point;
}

typedef struct cf_node_class {
  const cf_node_group *group;
  uint32_t first_node; /* index of the group's first node among all nodes */
  cf_body_class body;
  cf_sources sources;
  cf_use use[CF_POWER_STATES];
  double decide_share[CF_POWER_STATES]; /* of the state's joules, booked as deciding */
  double radiated_w;                    /* while sending */
  double die_k_per_j;                   /* rise of the die by a joule into it, at once */
  double initial_store_share;
  int64_t sense_ns, boot_ns, checkpoint_ns;
  int64_t think_ns[CF_MAX_MODELS][CF_MAX_POINTS];
  uint32_t points;
  uint32_t levels; /* throttle levels: the operating points, or run and rest where there is only one */
  double throttle_above_k[CF_MAX_POINTS]; /* [p]: leaves level p for the next; the last one shuts down */
  double throttle_below_k[CF_MAX_POINTS]; /* [p]: returns from p to p - 1; [0]: returns from shut-down */
  cf_outcome_table table[CF_MAX_MODELS];
  cf_generative generative;
  double slot_s;
  /* The way to the hub; meaningful when `asks`. */
  bool asks;
  cf_outcome_table hub_table;
  cf_lora_burst uplink, downlink;
  int64_t listen_ns; /* of an empty receive window */
  int64_t receive_delay_ns;
  double exchange_energy_j; /* one attempt with an answer in the first window */
  double exchange_time_s;
} cf_node_class;

typedef struct cf_hub_class {
  const cf_hub_group *group;
  double idle_w;   /* device floor and listening receiver */
  double asleep_w; /* device asleep, receiver listening */
  double think_w;  /* above the floor, while it infers */
  int64_t think_ns;
  double tx_w; /* above the floor, while it sends */
  cf_outcome_table table;
  cf_lora_burst downlink;
  int64_t receive_delay_ns;
  int64_t notice_ns;      /* an answer is announced at least so long before its first symbol */
  int64_t first_night_ns; /* SLEEPS_AT_NIGHT: first 18 h local solar time at or after the start */
} cf_hub_class;

/* Fails with CF_INPUT when sizes do not fit each other. `panels` are the sites' (cf_panels_make). */
cf_status cf_node_class_make(cf_node_class *class, const cf_scenario *scenario, uint32_t index, const cf_policy *policy,
                             const cf_sky_panels *panels, cf_arena *arena, cf_diag *diag);
cf_status cf_hub_class_make(cf_hub_class *class, const cf_scenario *scenario, cf_diag *diag);

/* How node `index` differs: factors with mean or median 1, margin in dB. */
typedef struct cf_node_factors {
  double harvest, capacitance, leakage, margin_db;
} cf_node_factors;
cf_node_factors cf_draw_factors(const cf_node_group *group, const cf_random *random, uint32_t index);

#endif
