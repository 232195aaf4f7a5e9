#include "network/codec.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { OUTCOME_BITS = 3, MODEL_MAX = 32, OUTCOME_MAX = 8, EPOCH_MAX_BYTES = 4 };

static uint32_t epoch_bytes(uint32_t count) { return count - 1 < EPOCH_MAX_BYTES ? count - 1 : EPOCH_MAX_BYTES; }

cf_status cf_answer_pack(const cf_evidence *evidence, uint8_t *bytes, uint32_t count, cf_diag *diag) {
  if (count < CF_ANSWER_MIN_BYTES)
    return cf_fail(diag, CF_INPUT, "an answer of %u B: at least %d are needed", count, CF_ANSWER_MIN_BYTES);
  if (evidence->model >= MODEL_MAX || evidence->outcome >= OUTCOME_MAX)
    return cf_fail(diag, CF_INPUT, "model %u, outcome %u do not fit an answer (below %d and %d)", evidence->model,
                   evidence->outcome, MODEL_MAX, OUTCOME_MAX);
  memset(bytes, 0, count);
  bytes[0] = (uint8_t)(evidence->model << OUTCOME_BITS | evidence->outcome);
  for (uint32_t i = 0; i < epoch_bytes(count); i++) bytes[1 + i] = (uint8_t)(evidence->epoch >> (8 * i));
  return CF_OK;
}

cf_status cf_answer_unpack(const uint8_t *bytes, uint32_t count, uint32_t node, uint32_t present_epoch,
                           cf_evidence *evidence, cf_diag *diag) {
  if (count < CF_ANSWER_MIN_BYTES)
    return cf_fail(diag, CF_INPUT, "an answer of %u B: at least %d are needed", count, CF_ANSWER_MIN_BYTES);
  uint32_t used = epoch_bytes(count);
  for (uint32_t i = 1 + used; i < count; i++)
    if (bytes[i] != 0) return cf_fail(diag, CF_INPUT, "byte %u of an answer is %u: it must be 0", i, bytes[i]);
  uint64_t low = 0;
  for (uint32_t i = 0; i < used; i++) low |= (uint64_t)bytes[1 + i] << (8 * i);
  uint64_t period = UINT64_C(1) << (8 * used);
  uint64_t epoch = (present_epoch & ~(period - 1)) | low;
  if (epoch > present_epoch) {
    if (epoch < period)
      return cf_fail(diag, CF_INPUT, "an answer to slot %llu in slot %u", (unsigned long long)epoch, present_epoch);
    epoch -= period;
  }
  *evidence = (cf_evidence){.node = node,
                            .epoch = (uint32_t)epoch,
                            .model = (uint16_t)(bytes[0] >> OUTCOME_BITS),
                            .outcome = (uint16_t)(bytes[0] & (OUTCOME_MAX - 1))};
  return CF_OK;
}

cf_status cf_quantiser_check(const cf_quantiser *quantiser, cf_diag *diag) {
  if (quantiser->bits < CF_CODE_MIN_BITS || quantiser->bits > CF_CODE_MAX_BITS)
    return cf_fail(diag, CF_INPUT, "%u bits per log-ratio: it must lie between %d and %d", quantiser->bits,
                   CF_CODE_MIN_BITS, CF_CODE_MAX_BITS);
  if (!(quantiser->range_nats > 0.0 && isfinite(quantiser->range_nats)))
    return cf_fail(diag, CF_INPUT, "a log-ratio range of %g nats: it must be positive", quantiser->range_nats);
  return CF_OK;
}

uint32_t cf_quantiser_code(const cf_quantiser *quantiser, double log_ratio) {
  uint32_t last = (UINT32_C(1) << quantiser->bits) - 1;
  double range = quantiser->range_nats;
  assert(!isnan(log_ratio));
  if (log_ratio <= -range) return 0;
  if (log_ratio >= range) return last;
  double cell = floor((log_ratio + range) * (double)(last + 1) / (2.0 * range));
  return cell < (double)last ? (uint32_t)cell : last; /* rounding may reach the upper end */
}

double cf_quantiser_value(const cf_quantiser *quantiser, uint32_t code) {
  double cells = (double)(UINT32_C(1) << quantiser->bits);
  return (((double)code + 0.5) * 2.0 / cells - 1.0) * quantiser->range_nats;
}

void cf_quantiser_garbling(const cf_quantiser *quantiser, const double *log_ratio, uint32_t outcomes,
                           double matrix[CF_MAX_CODES][CF_MAX_OUTCOMES]) {
  assert(outcomes <= CF_MAX_OUTCOMES);
  for (uint32_t code = 0; code < CF_MAX_CODES; code++)
    for (uint32_t outcome = 0; outcome < CF_MAX_OUTCOMES; outcome++) matrix[code][outcome] = 0.0;
  for (uint32_t outcome = 0; outcome < outcomes; outcome++)
    matrix[cf_quantiser_code(quantiser, log_ratio[outcome])][outcome] = 1.0;
}

uint32_t cf_codes_bytes(uint32_t count, uint32_t bits) { return (count * bits + 7) / 8; }

static bool bit_of(unsigned value, uint32_t bit) { return (value >> bit & 1u) != 0; }

void cf_codes_pack(const uint8_t *codes, uint32_t count, uint32_t bits, uint8_t *bytes) {
  memset(bytes, 0, cf_codes_bytes(count, bits));
  for (uint32_t bit = 0; bit < count * bits; bit++) /* bit by bit: a code may straddle two bytes */
    if (bit_of(codes[bit / bits], bit % bits)) bytes[bit / 8] = (uint8_t)(bytes[bit / 8] | 1u << (bit % 8));
}

void cf_codes_unpack(const uint8_t *bytes, uint32_t count, uint32_t bits, uint8_t *codes) {
  memset(codes, 0, count);
  for (uint32_t bit = 0; bit < count * bits; bit++)
    if (bit_of(bytes[bit / 8], bit % 8)) codes[bit / bits] = (uint8_t)(codes[bit / bits] | 1u << (bit % bits));
}
