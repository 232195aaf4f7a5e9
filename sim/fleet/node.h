/* A node: one record with everything that changes, and the rules by which it changes.
 *
 * The record is as long as its class needs: 480 bytes and a body (physics/body.h), 520 in all with two modes and
 * nothing more. A node is a body (store and temperatures, physics/walker.h) in a power state, an activity with an end,
 * a grid of sample slots, a hidden truth with its own clock, a belief, and a ledger. It keeps its timers in its record
 * and posts the earliest. Before it rests it asks the walker for the next crossing (brown-out, power good, throttle,
 * cool) up to its next own event; the comparator then flips by that event. */
#ifndef CF_FLEET_NODE_H
#define CF_FLEET_NODE_H

#include "engine/engine.h"
#include "fleet/class.h"
#include "fleet/world.h"
#include "network/duty.h"
#include "physics/walker.h"

typedef enum cf_activity {
  CF_ACTIVITY_IDLE,       /* asleep until the next slot */
  CF_ACTIVITY_DOWN,       /* browned out: waiting for power good */
  CF_ACTIVITY_SHUT,       /* too hot: waiting to cool */
  CF_ACTIVITY_CHECKPOINT, /* saving the state before the power goes */
  CF_ACTIVITY_BOOT,
  CF_ACTIVITY_SENSE,
  CF_ACTIVITY_THINK,
  CF_ACTIVITY_SEND,
  CF_ACTIVITY_WAIT, /* asleep until a receive window opens */
  CF_ACTIVITY_RECEIVE,
  CF_ACTIVITY_BACK_OFF /* asleep until the next attempt */
} cf_activity;

/* cf_node.flags */
enum { CF_NODE_EVENT = 1, CF_NODE_ALARMED = 2, CF_NODE_SECOND_WINDOW = 4, CF_NODE_SAVED = 8 };

struct cf_node {
  cf_entity entity;
  int64_t body_ns;     /* instant of the body */
  int64_t activity_ns; /* end of the activity; CF_NEVER when it has none */
  int64_t sample_ns;   /* instant of `slot` */
  int64_t truth_ns;    /* next candidate change of the truth */
  int64_t crossing_ns;
  uint8_t power, activity, level, crossing; /* cf_power, cf_activity, throttle level, cf_crossing_kind */
  uint8_t used;                             /* bit m: model m has looked at this sample */
  uint8_t attempt;                          /* of the escalation in flight */
  uint8_t answer;                           /* outcome + 1 announced for the next receive window; 0: none */
  uint8_t flags;

  double belief[CF_LOOK_STATES]; /* between decisions the first 8 hold the joint states */

  int64_t decision_ns; /* instant of the sample being decided */
  float decision_j;
  float truth_before; /* belief in the true joint state before the first look */
  cf_duty duty;
  uint32_t slot; /* the next one */
  uint32_t believed_slot;
  uint32_t truth_draw;
  uint8_t look_state, looks, asked, answers; /* of the decision in flight */
  float harvest, capacitance, leakage;
  float loss_chance; /* of one frame, by fading */
  int64_t down_ns, throttled_ns;
  int64_t deadline_ns; /* of the episode in progress */
  double nats;

  cf_flows flows;
  double use_j[CF_USES];
  uint32_t brownouts, decisions, correct, answered, false_alarms, missed_samples, event_samples;
  uint32_t local; /* decisions that asked nobody */
  uint32_t episodes, missed;
  double body[]; /* a cf_body of the class: cf_node_body */
};

static inline cf_body *cf_node_body(const cf_node *node) { return (cf_body *)(void *)(uintptr_t)node->body; }
static inline size_t cf_node_bytes(const cf_node_class *class) { return sizeof(cf_node) + cf_body_bytes(&class->body); }

/* Sets up node `index` at the scenario's start; its site must have begun. */
void cf_node_begin(cf_world *world, uint32_t index);

/* The engine's handlers. */
void cf_node_own(cf_context *context, void *record);
void cf_node_message(cf_context *context, void *record, const cf_message *message);
void cf_node_finish(cf_context *context, void *record);

/* A copy of the body walked to t_ns, which lies between the node's last and next event. Touches nothing. */
void cf_node_peek(const cf_world *world, uint32_t index, int64_t t_ns, cf_body_room *room);

cf_body_scale cf_node_scale(const cf_node *node);

/* Books of a closed node, relative to what went through them; of energy, where silicon leaks, its own account of leaked
 * and paid when that is further off. */
double cf_node_energy_residual(const cf_world *world, uint32_t index);
double cf_node_heat_residual(const cf_world *world, uint32_t index);

/* Joules in all stores of a node, at the start of the run and now. */
typedef struct cf_node_stored {
  double start_j, end_j;
} cf_node_stored;
cf_node_stored cf_node_stored_of(const cf_node *node, const cf_node_class *class);

/* Mean rise of a closed node's die over the air, and the same by cause: the causes sum to it. */
typedef struct cf_node_rise {
  double mean_k;
  double use_k[CF_USES];
  double converter_k, leakage_k, esr_k; /* losses of the supply, in the case */
  double waiting_k;                     /* of these, what had not warmed the case by the end */
  double sun_k, host_k, silicon_k;
  double surface_k;   /* what the case gives beyond its linear conductance; negative */
  double generator_k; /* what a thermoelectric generator took away */
  double shunted_k;   /* and what of it came back, spilled */
  double stored_k;    /* heat that went into the network meanwhile */
} cf_node_rise;
void cf_node_rises(const cf_world *world, uint32_t index, cf_node_rise *rise);

/* ---- shared between node.c and decide.c -------------------------------------------------------------------------- */

/* One node in the hands of a handler. */
typedef struct cf_at {
  cf_context *context;
  cf_world *world;
  cf_node *node;
  const cf_node_class *class;
  uint32_t index; /* of the node */
  int64_t t_ns;
} cf_at;

/* Sets the power state from now on and the activity with its end. */
void cf_node_set(cf_at *at, uint32_t power, cf_activity activity, int64_t until_ns);

/* The site's factors now. Fails the run when they change too often to be told. */
cf_site_factors cf_node_factors_now(const cf_at *at);

/* decide.c: the life of one decision. */
void cf_decide_sample(cf_at *at);   /* a slot has come and the node is idle */
void cf_decide_continue(cf_at *at); /* the activity of a decision has ended */
void cf_decide_lose(cf_at *at);     /* the power went away in the middle */
void cf_decide_missed(cf_at *at);   /* a slot that nobody looked at */
void cf_decide_answer(cf_at *at, const cf_message *message);

#endif
