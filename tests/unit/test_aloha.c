/* The receiver against a naive one that remembers every frame, and against the theory of pure ALOHA. */
#include "network/aloha.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void alone_and_overlapping(void **state) {
  (void)state;
  cf_aloha hub;
  cf_aloha_init(&hub, 8);
  cf_aloha_begin(&hub, 0, 1);
  assert_int_equal(cf_aloha_finish(&hub, 0, 1), CF_VERDICT_HEARD);
  cf_aloha_begin(&hub, 0, 1);
  cf_aloha_begin(&hub, 1, 2); /* another channel does not disturb */
  cf_aloha_begin(&hub, 0, 3);
  assert_int_equal(cf_aloha_finish(&hub, 0, 1), CF_VERDICT_COLLIDED);
  cf_aloha_begin(&hub, 0, 4); /* 3 is still in the air */
  assert_int_equal(cf_aloha_finish(&hub, 0, 3), CF_VERDICT_COLLIDED);
  assert_int_equal(cf_aloha_finish(&hub, 1, 2), CF_VERDICT_HEARD);
  assert_int_equal(cf_aloha_finish(&hub, 0, 4), CF_VERDICT_COLLIDED);
  cf_aloha_begin(&hub, 0, 5);
  assert_int_equal(cf_aloha_finish(&hub, 0, 5), CF_VERDICT_HEARD);
  assert_true(sizeof hub <= 256);
}

/* A frame that breaks off has disturbed, and one that follows on the quiet channel is heard. */
static void aborted(void **state) {
  (void)state;
  cf_aloha hub;
  cf_aloha_init(&hub, 8);
  cf_aloha_begin(&hub, 3, 1);
  cf_aloha_begin(&hub, 3, 2);
  assert_int_equal(cf_aloha_abort(&hub, 3, 2), CF_VERDICT_ABORTED);
  assert_int_equal(cf_aloha_finish(&hub, 3, 1), CF_VERDICT_COLLIDED);
  cf_aloha_begin(&hub, 3, 1);
  assert_int_equal(cf_aloha_abort(&hub, 3, 1), CF_VERDICT_ABORTED);
  cf_aloha_begin(&hub, 3, 2);
  assert_int_equal(cf_aloha_finish(&hub, 3, 2), CF_VERDICT_HEARD);
}

static void deaf_while_sending(void **state) {
  (void)state;
  cf_aloha hub;
  cf_aloha_init(&hub, 2);
  cf_aloha_begin(&hub, 0, 1); /* cut */
  cf_aloha_hub_tx_begin(&hub);
  cf_aloha_begin(&hub, 1, 2); /* begins inside */
  cf_aloha_hub_tx_begin(&hub);
  cf_aloha_hub_tx_end(&hub); /* nested: still deaf */
  cf_aloha_begin(&hub, 2, 3);
  cf_aloha_hub_tx_end(&hub);
  cf_aloha_begin(&hub, 3, 4);
  cf_aloha_begin(&hub, 4, 5); /* both demodulators came free when the hub began to send */
  cf_aloha_begin(&hub, 1, 6); /* on the lost frame's channel */
  assert_int_equal(cf_aloha_finish(&hub, 0, 1), CF_VERDICT_DEAF);
  assert_int_equal(cf_aloha_finish(&hub, 1, 2), CF_VERDICT_DEAF);
  assert_int_equal(cf_aloha_finish(&hub, 2, 3), CF_VERDICT_DEAF);
  assert_int_equal(cf_aloha_finish(&hub, 3, 4), CF_VERDICT_HEARD);
  assert_int_equal(cf_aloha_finish(&hub, 4, 5), CF_VERDICT_HEARD);
  assert_int_equal(cf_aloha_finish(&hub, 1, 6), CF_VERDICT_COLLIDED);
}

static void too_few_demodulators(void **state) {
  (void)state;
  cf_aloha hub;
  cf_aloha_init(&hub, 2);
  for (uint32_t i = 0; i < 4; i++) cf_aloha_begin(&hub, i, i + 1);
  assert_int_equal(cf_aloha_finish(&hub, 0, 1), CF_VERDICT_HEARD);
  cf_aloha_begin(&hub, 5, 9); /* a demodulator is free again; 3 and 4 stay lost */
  assert_int_equal(cf_aloha_finish(&hub, 1, 2), CF_VERDICT_HEARD);
  assert_int_equal(cf_aloha_finish(&hub, 2, 3), CF_VERDICT_NO_DEMODULATOR);
  assert_int_equal(cf_aloha_finish(&hub, 3, 4), CF_VERDICT_NO_DEMODULATOR);
  assert_int_equal(cf_aloha_finish(&hub, 5, 9), CF_VERDICT_HEARD);
}

/* The naive receiver: one record per frame. */
typedef struct frame {
  bool on_air, demodulating;
  uint32_t channel;
  cf_verdict fate;
} frame;

enum { SENDERS = 24 };

static void like_the_naive_receiver(void **state) {
  (void)state;
  cf_random random = cf_random_seed(11, 0);
  unsigned seen[5] = {0};
  for (uint32_t demodulators = 1; demodulators <= 8; demodulators++) {
    frame air[SENDERS] = {{0}};
    cf_aloha hub;
    cf_aloha_init(&hub, demodulators);
    uint32_t deaf = 0;
    for (uint64_t step = 0; step < 20000; step++) {
      uint32_t word[4];
      cf_random_block(&random, demodulators, CF_STREAM_BENCH, step, word);
      uint32_t sender = word[0] % SENDERS;
      frame *f = &air[sender];
      if (word[1] % 16 == 0 && deaf < 3) {
        deaf++;
        cf_aloha_hub_tx_begin(&hub);
        for (int i = 0; i < SENDERS; i++) {
          if (air[i].on_air && air[i].fate == CF_VERDICT_HEARD) air[i].fate = CF_VERDICT_DEAF;
          air[i].demodulating = false;
        }
      } else if (word[1] % 16 < 4 && deaf > 0) {
        deaf--;
        cf_aloha_hub_tx_end(&hub);
      } else if (!f->on_air) {
        *f = (frame){.on_air = true, .channel = word[2] % CF_ALOHA_CHANNELS, .fate = CF_VERDICT_HEARD};
        bool alone = true;
        uint32_t busy = 0;
        for (uint32_t i = 0; i < SENDERS; i++) {
          if (i == sender || !air[i].on_air) continue;
          busy += air[i].demodulating;
          if (air[i].channel != f->channel) continue;
          alone = false;
          if (air[i].fate == CF_VERDICT_HEARD) air[i].fate = CF_VERDICT_COLLIDED;
        }
        if (!alone)
          f->fate = CF_VERDICT_COLLIDED;
        else if (deaf > 0)
          f->fate = CF_VERDICT_DEAF;
        else if (busy >= demodulators)
          f->fate = CF_VERDICT_NO_DEMODULATOR;
        else
          f->demodulating = true;
        cf_aloha_begin(&hub, f->channel, sender);
      } else {
        bool breaks_off = word[3] % 8 == 0;
        cf_verdict want = breaks_off ? CF_VERDICT_ABORTED : f->fate;
        cf_verdict got =
            breaks_off ? cf_aloha_abort(&hub, f->channel, sender) : cf_aloha_finish(&hub, f->channel, sender);
        assert_int_equal(got, want);
        seen[got]++;
        *f = (frame){0};
      }
    }
  }
  for (int i = 0; i < 5; i++) assert_true(seen[i] > 500);
}

/* Poisson arrivals at rate G per frame time on each of `channels` channels, all frames one time unit long: the share
 * that is heard, with its standard error from 200 batches (verdicts of neighbours are correlated). */
static double poisson_share(double load, uint32_t channels, uint64_t entity, double *error) {
  enum { BATCHES = 200, EACH = 1000, FRAMES = BATCHES * EACH, RING = 4096 };
  static struct {
    double end;
    uint32_t channel;
  } ring[RING];
  cf_random random = cf_random_seed(2, entity);
  cf_aloha hub;
  cf_aloha_init(&hub, CF_ALOHA_CHANNELS);
  double now = 0.0, sum = 0.0, squares = 0.0;
  uint64_t ended = 0;
  for (uint64_t i = 0, batch_heard = 0; ended < FRAMES; i++) {
    double u[2];
    cf_random_uniform2(&random, 0, CF_STREAM_BENCH, i, u);
    now += cf_inverse_exponential(u[0], load * channels);
    for (; ended < i && ended < FRAMES && ring[ended % RING].end <= now;
         ended++) { /* equal lengths: they end as they began */
      batch_heard += cf_aloha_finish(&hub, ring[ended % RING].channel, (uint32_t)ended) == CF_VERDICT_HEARD;
      if ((ended + 1) % EACH != 0) continue;
      double share = (double)batch_heard / EACH;
      sum += share;
      squares += share * share;
      batch_heard = 0;
    }
    ring[i % RING].end = now + 1.0;
    ring[i % RING].channel = (uint32_t)(u[1] * channels);
    cf_aloha_begin(&hub, ring[i % RING].channel, (uint32_t)i);
  }
  double mean = sum / BATCHES;
  *error = sqrt((squares / BATCHES - mean * mean) / (BATCHES - 1));
  return mean;
}

static void poisson_traffic(void **state) {
  (void)state;
  const double load[] = {0.05, 0.2, 0.5, 1.0};
  for (uint32_t channels = 1; channels <= 8; channels *= 8)
    for (uint32_t i = 0; i < 4; i++) {
      double error, share = poisson_share(load[i], channels, channels * 10 + i, &error);
      assert_true(error > 0.0 && error < 0.004);
      assert_true(fabs(share - exp(-2.0 * load[i])) < 3.0 * error);
    }
}

/* N senders, each waiting an exponential time of mean `wait` and then sending for 1. A given other sender is quiet
 * around a frame with chance wait/(wait + 1) (not sending at its begin) times exp(-1/wait) (not beginning during it),
 * which the usual exp(-2 (N - 1) / (wait + 1)) approximates. */
static double finite_share(uint32_t senders, double wait, double *error) {
  enum { BATCHES = 200, EACH = 500, MOST = 64 };
  double next[MOST];
  bool sending[MOST] = {false};
  uint64_t drawn[MOST] = {0};
  cf_random random = cf_random_seed(3, senders);
  cf_aloha hub;
  cf_aloha_init(&hub, 8);
  for (uint32_t n = 0; n < senders; n++)
    next[n] = cf_inverse_exponential(cf_random_uniform(&random, n, CF_STREAM_BENCH, drawn[n]++), 1.0 / wait);
  double sum = 0.0, squares = 0.0;
  for (uint64_t ended = 0, heard = 0; ended < (uint64_t)BATCHES * EACH;) {
    uint32_t first = 0;
    for (uint32_t n = 1; n < senders; n++)
      if (next[n] < next[first]) first = n;
    if (!sending[first]) {
      cf_aloha_begin(&hub, 2, first);
      next[first] += 1.0;
    } else {
      heard += cf_aloha_finish(&hub, 2, first) == CF_VERDICT_HEARD;
      next[first] +=
          cf_inverse_exponential(cf_random_uniform(&random, first, CF_STREAM_BENCH, drawn[first]++), 1.0 / wait);
      if (++ended % EACH == 0) {
        double share = (double)heard / EACH;
        sum += share;
        squares += share * share;
        heard = 0;
      }
    }
    sending[first] = !sending[first];
  }
  double mean = sum / BATCHES;
  *error = sqrt((squares / BATCHES - mean * mean) / (BATCHES - 1));
  return mean;
}

static void finite_population(void **state) {
  (void)state;
  const struct {
    uint32_t senders;
    double wait;
  } input[] = {{2, 20.0}, {10, 100.0}, {50, 200.0}, {50, 60.0}};
  for (size_t i = 0; i < sizeof input / sizeof input[0]; i++) {
    double others = input[i].senders - 1.0, wait = input[i].wait, error;
    double share = finite_share(input[i].senders, wait, &error);
    double exact = pow(wait / (wait + 1.0) * exp(-1.0 / wait), others);
    double usual = exp(-2.0 * others / (wait + 1.0));
    assert_true(error > 0.0 && error < 0.003);
    assert_true(fabs(share - exact) < 3.0 * error);
    assert_true(fabs(share - usual) < 3.0 * error + fabs(exact - usual));
    assert_true(fabs(exact - usual) < 0.006);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(alone_and_overlapping),   cmocka_unit_test(aborted),
      cmocka_unit_test(deaf_while_sending),      cmocka_unit_test(too_few_demodulators),
      cmocka_unit_test(like_the_naive_receiver), cmocka_unit_test(poisson_traffic),
      cmocka_unit_test(finite_population),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
