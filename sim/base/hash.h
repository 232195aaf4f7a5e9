/* The history digest: a 128-bit commutative sum of one hash per event, so that it does not depend on the
 * order in which shards and threads are visited, only on what happened.
 *
 * Each event is hashed on two independent 64-bit lanes by multiply-fold mixing (64x64->128, halves xored).
 * No pointer, padding, NaN or -0.0 may enter. Not cryptographic. */
#ifndef CF_BASE_HASH_H
#define CF_BASE_HASH_H

#include "base/int128.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

typedef struct cf_digest {
  uint64_t lane[2];
} cf_digest;

static inline uint64_t cf_fold(uint64_t a, uint64_t b) {
  cf_u128 product = (cf_u128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t cf_hash2(uint64_t a, uint64_t b) {
  return cf_fold(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xe7037ed1a0b428db));
}

/* A double as bits for hashing: -0.0 becomes 0.0; NaN is a defect. */
static inline uint64_t cf_hash_bits(double value) {
  assert(value == value);
  uint64_t bits;
  value += 0.0;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Adds the event (entity, time, kind, state words) to the digest. */
static inline void cf_digest_event(cf_digest *digest, uint32_t entity, int64_t time_ns, uint32_t kind,
                                   const uint64_t *words, unsigned count) {
  uint64_t head = ((uint64_t)entity << 32) | kind;
  uint64_t a = cf_fold(head ^ UINT64_C(0xa0761d6478bd642f), (uint64_t)time_ns ^ UINT64_C(0xe7037ed1a0b428db));
  uint64_t b = cf_fold(head ^ UINT64_C(0x8ebc6af09c88c6e3), (uint64_t)time_ns ^ UINT64_C(0x589965cc75374cc3));
  for (unsigned i = 0; i < count; i++) {
    a = cf_fold(a ^ words[i], UINT64_C(0x1d8e4e27c47d124f));
    b = cf_fold(b ^ words[i], UINT64_C(0xeb44accab455d165));
    a += UINT64_C(0x9e3779b97f4a7c15);
    b += UINT64_C(0xbf58476d1ce4e5b9);
  }
  digest->lane[0] += cf_fold(a, UINT64_C(0x94d049bb133111eb));
  digest->lane[1] += cf_fold(b, UINT64_C(0x2545f4914f6cdd1d));
}

static inline void cf_digest_merge(cf_digest *into, cf_digest from) {
  into->lane[0] += from.lane[0];
  into->lane[1] += from.lane[1];
}

#endif
