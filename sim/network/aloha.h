/* What a hub's receiver makes of overlapping frames: pure ALOHA per channel.
 *
 * Frames that overlap on one channel at one spreading factor are all lost (no capture). A frame that begins on an idle
 * channel needs a free demodulator and keeps it to its end; one that begins on a busy channel is lost anyway and takes
 * none. While the hub is deaf (it transmits, sleeps or is off) nothing is received: frames in the air are cut and give
 * their demodulators back, frames that begin meanwhile are lost. A lost frame still disturbs others until it ends. The
 * verdict falls at the frame's end; of several causes the first counts.
 *
 * Only the frame that found its channel idle can be heard, so one name per channel is all that must be kept: whoever
 * begins later collided. A frame that begins at the very nanosecond in which another ends overlaps it or not by the
 * order of the two calls.
 *
 * State: 104 bytes, no pointers, no padding. */
#ifndef CF_NETWORK_ALOHA_H
#define CF_NETWORK_ALOHA_H

#include <stdint.h>

enum { CF_ALOHA_CHANNELS = 8 };

typedef enum cf_verdict {
  CF_VERDICT_HEARD,
  CF_VERDICT_COLLIDED,
  CF_VERDICT_DEAF,
  CF_VERDICT_NO_DEMODULATOR,
  CF_VERDICT_ABORTED
} cf_verdict;

typedef struct cf_aloha_channel {
  uint32_t ongoing;     /* frames in the air */
  uint32_t first;       /* sender of the one that found the channel idle; meaningful while `holds_first` */
  uint8_t holds_first;  /* it is still in the air */
  uint8_t fate;         /* cf_verdict so far of that frame */
  uint8_t demodulating; /* it holds a demodulator */
  uint8_t unused;
} cf_aloha_channel;

typedef struct cf_aloha {
  cf_aloha_channel channel[CF_ALOHA_CHANNELS];
  uint16_t demodulators; /* in all */
  uint16_t busy;         /* in use */
  uint32_t deaf;         /* reasons for being deaf now, nested */
} cf_aloha;

/* demodulators >= 1. */
void cf_aloha_init(cf_aloha *state, uint32_t demodulators);

/* A frame begins. channel < CF_ALOHA_CHANNELS; a sender has one frame in the air at a time. */
void cf_aloha_begin(cf_aloha *state, uint32_t channel, uint32_t sender);

/* Its frame ends as planned: the verdict. */
cf_verdict cf_aloha_finish(cf_aloha *state, uint32_t channel, uint32_t sender);

/* Its frame breaks off (brown-out): always CF_VERDICT_ABORTED. */
cf_verdict cf_aloha_abort(cf_aloha *state, uint32_t channel, uint32_t sender);

/* The hub's own transmission (or any other deafness) begins and ends; calls nest. */
void cf_aloha_hub_tx_begin(cf_aloha *state);
void cf_aloha_hub_tx_end(cf_aloha *state);

#endif
