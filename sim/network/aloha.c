#include "network/aloha.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(cf_aloha) == 104, "a hub record holds one");

void cf_aloha_init(cf_aloha *state, uint32_t demodulators) {
  assert(demodulators >= 1);
  memset(state, 0, sizeof *state);
  state->demodulators = (uint16_t)(demodulators < UINT16_MAX ? demodulators : UINT16_MAX);
}

static void release_demodulator(cf_aloha *state, cf_aloha_channel *channel) {
  if (!channel->demodulating) return;
  channel->demodulating = 0;
  state->busy--;
}

void cf_aloha_begin(cf_aloha *state, uint32_t channel, uint32_t sender) {
  assert(channel < CF_ALOHA_CHANNELS);
  cf_aloha_channel *at = &state->channel[channel];
  if (at->ongoing++ > 0) {
    assert(!(at->holds_first && at->first == sender));
    if (at->holds_first && at->fate == CF_VERDICT_HEARD) at->fate = CF_VERDICT_COLLIDED;
    return;
  }
  at->first = sender;
  at->holds_first = 1;
  if (state->deaf > 0) {
    at->fate = CF_VERDICT_DEAF;
  } else if (state->busy == state->demodulators) {
    at->fate = CF_VERDICT_NO_DEMODULATOR;
  } else {
    at->fate = CF_VERDICT_HEARD;
    at->demodulating = 1;
    state->busy++;
  }
}

cf_verdict cf_aloha_finish(cf_aloha *state, uint32_t channel, uint32_t sender) {
  assert(channel < CF_ALOHA_CHANNELS);
  cf_aloha_channel *at = &state->channel[channel];
  assert(at->ongoing > 0);
  at->ongoing--;
  if (!at->holds_first || at->first != sender) return CF_VERDICT_COLLIDED;
  at->holds_first = 0;
  release_demodulator(state, at);
  return (cf_verdict)at->fate;
}

cf_verdict cf_aloha_abort(cf_aloha *state, uint32_t channel, uint32_t sender) {
  (void)cf_aloha_finish(state, channel, sender);
  return CF_VERDICT_ABORTED;
}

void cf_aloha_hub_tx_begin(cf_aloha *state) {
  if (state->deaf++ > 0) return;
  for (int i = 0; i < CF_ALOHA_CHANNELS; i++) {
    cf_aloha_channel *at = &state->channel[i];
    if (at->holds_first && at->fate == CF_VERDICT_HEARD) at->fate = CF_VERDICT_DEAF;
    release_demodulator(state, at);
  }
}

void cf_aloha_hub_tx_end(cf_aloha *state) {
  assert(state->deaf > 0);
  state->deaf--;
}
