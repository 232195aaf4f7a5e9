/* Message codec: evidence into few bytes.
 *
 * An answer says which model spoke of which sample and with what outcome. Byte 0 is model * 8 + outcome (model < 32,
 * outcome < 8); the other bytes, up to four, are the low bytes of the epoch, least significant first; further bytes are
 * 0. The node is the frame's addressee. The receiver restores the epoch as the latest one that has these low bytes and
 * is not later than its present epoch, so answers may be 256 (2 bytes), 65,536 (3 bytes), ... slots old.
 *
 * A log-ratio is quantised to b = 2..4 bits by 2^b equal cells on -range..range nats, clipped, decoded at the cell's
 * middle: the error is at most range / 2^b inside the range. */
#ifndef CF_NETWORK_CODEC_H
#define CF_NETWORK_CODEC_H

#include "base/diag.h"
#include "base/evidence.h"
#include "base/option.h"

#include <stdint.h>

enum { CF_ANSWER_MIN_BYTES = 2, CF_CODE_MIN_BITS = 2, CF_CODE_MAX_BITS = 4, CF_MAX_CODES = 16 };

/* CF_INPUT when `count` < CF_ANSWER_MIN_BYTES or model or outcome do not fit. */
cf_status cf_answer_pack(const cf_evidence *evidence, uint8_t *bytes, uint32_t count, cf_diag *diag);

/* `node` and `present_epoch` are the receiver's. CF_INPUT when `count` is too small, padding is not 0, or the epoch
 * would lie before 0. */
cf_status cf_answer_unpack(const uint8_t *bytes, uint32_t count, uint32_t node, uint32_t present_epoch,
                           cf_evidence *evidence, cf_diag *diag);

typedef struct cf_quantiser {
  uint32_t bits;     /* 2..4 */
  double range_nats; /* > 0 */
} cf_quantiser;

/* CF_INPUT when out of range. */
cf_status cf_quantiser_check(const cf_quantiser *quantiser, cf_diag *diag);
/* 0..2^bits-1; -INFINITY and INFINITY clip, NAN is a defect. */
uint32_t cf_quantiser_code(const cf_quantiser *quantiser, double log_ratio);
double cf_quantiser_value(const cf_quantiser *quantiser, uint32_t code);

/* The quantiser as a garbling: matrix[code][outcome] = 1 where the outcome's log-ratio has that code, else 0. Columns
 * sum to 1, so P(code | s) = matrix P(outcome | s). outcomes <= CF_MAX_OUTCOMES. */
void cf_quantiser_garbling(const cf_quantiser *quantiser, const double *log_ratio, uint32_t outcomes,
                           double matrix[CF_MAX_CODES][CF_MAX_OUTCOMES]);

/* `count` codes of `bits` each, first code in the lowest bits, into cf_codes_bytes(count, bits) bytes; and back. */
uint32_t cf_codes_bytes(uint32_t count, uint32_t bits);
void cf_codes_pack(const uint8_t *codes, uint32_t count, uint32_t bits, uint8_t *bytes);
void cf_codes_unpack(const uint8_t *bytes, uint32_t count, uint32_t bits, uint8_t *codes);

#endif
