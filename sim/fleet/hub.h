/* A hub: a mains-powered gateway that listens to its nodes, runs a larger model for them and answers in their receive
 * windows. Its receiver is pure ALOHA per channel (network/aloha.h), its model serves one request at a time, first come
 * first served, its downlinks obey a duty cycle per window and make it deaf while they last. The device's floor is paid
 * whether or not anyone asks. */
#ifndef CF_FLEET_HUB_H
#define CF_FLEET_HUB_H

#include "engine/engine.h"
#include "network/aloha.h"
#include "network/duty.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_HUB_QUEUE = 8, CF_HUB_DOWNLINKS = 4 };

typedef struct cf_hub_request {
  int64_t end_ns; /* of the uplink */
  uint32_t node, slot;
  uint8_t look_state;
} cf_hub_request;

typedef struct cf_hub_downlink {
  int64_t begin_ns;
  bool on_air;
} cf_hub_downlink;

typedef struct cf_hub {
  cf_entity entity;
  cf_aloha receiver;
  int64_t service_ns; /* end of the inference in progress; CF_NEVER when idle */
  int64_t toggle_ns;  /* next change between day and night; CF_NEVER when it never sleeps */
  uint32_t queued, head;
  cf_hub_request queue[CF_HUB_QUEUE];
  uint32_t downlinks;
  cf_hub_downlink downlink[CF_HUB_DOWNLINKS]; /* in no order */
  cf_duty first_window, second_window;
  bool asleep;
  uint64_t sent, heard, collided, faded, deaf, aborted, busy, refused_duty, too_late, inferences, answers;
  int64_t airtime_ns, downlink_ns, think_ns, asleep_ns;
} cf_hub;

struct cf_world;
void cf_hub_begin(struct cf_world *world, uint32_t index);
void cf_hub_own(cf_context *context, void *record);
void cf_hub_message(cf_context *context, void *record, const cf_message *message);
void cf_hub_finish(cf_context *context, void *record);

/* Joules over the whole run of `duration_s`, by account. */
typedef struct cf_hub_energy {
  double idle_j, think_j, tx_j, listen_j;
} cf_hub_energy;
cf_hub_energy cf_hub_energy_of(const struct cf_world *world, uint32_t index, double duration_s);

#endif
