/* LoRa airtime.
 *
 * Symbol time Ts = 2^SF / bandwidth. For SF 7..12 a frame of `bytes` (PHY payload: MAC header and all) lasts
 *   T = (preamble + 4.25 + n) Ts,
 *   n = 8 + max(ceil((8 bytes - 4 SF + 28 + 16 CRC - 20 IH) / (4 (SF - 2 DE))) (CR + 4), 0)
 * with IH = 1 for an implicit header, DE = 1 for low-data-rate optimisation, CR = 1..4 for 4/5..4/8 (Semtech SX1276
 * datasheet, section 4.1.1.7). For SF 5 and 6 (Semtech SX126x): preamble at least 12, + 6.25 symbols, numerator
 * 8 bytes - 4 SF + 16 CRC + 20 (1 - IH), denominator 4 SF.
 *
 * All counts are integers, so the airtime is exact up to one rounding up to the next nanosecond. Whether DE is set is
 * an input, because chips and stacks differ; cf_lora_low_data_rate gives the usual rule (symbol time >= 16 ms). */
#ifndef CF_NETWORK_LORA_H
#define CF_NETWORK_LORA_H

#include "base/diag.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct cf_lora {
  uint32_t spreading_factor; /* 5..12 */
  uint32_t coding_rate;      /* 1..4 for 4/5..4/8 */
  double bandwidth_hz;       /* 1 kHz..10 MHz, resolved to 1 mHz */
  uint32_t preamble_symbols; /* programmed length, 1..65535 */
  bool implicit_header;
  bool crc;           /* uplinks have one; downlinks of LoRaWAN do not */
  bool low_data_rate; /* DE */
} cf_lora;

/* A payload as sent: `frames` frames, all but the last full. */
typedef struct cf_lora_burst {
  uint32_t frames;     /* >= 1: an empty payload still sends its header */
  uint32_t last_bytes; /* PHY bytes of the last frame, header included */
  uint64_t sent_bytes; /* PHY bytes of all frames */
  int64_t full_ns;     /* airtime of a full frame */
  int64_t last_ns;     /* of the last one */
  int64_t airtime_ns;  /* of all: (frames - 1) full_ns + last_ns */
  double airtime_s;    /* the same in seconds */
} cf_lora_burst;

/* True when the symbol time is 16 ms or more: SF 11, 12 at 125 kHz and SF 12 at 250 kHz. */
bool cf_lora_low_data_rate(uint32_t spreading_factor, double bandwidth_hz);

/* CF_INPUT, naming the field, when a setting is out of the ranges above. The functions below expect a valid one. */
cf_status cf_lora_check(const cf_lora *lora, cf_diag *diag);

/* Symbols of a frame after the preamble (n above). */
uint32_t cf_lora_payload_symbols(const cf_lora *lora, uint32_t bytes);

/* Airtime of one frame of `bytes` PHY bytes, rounded up to 1 ns, and as a real number. bytes <= 255. */
int64_t cf_lora_airtime_ns(const cf_lora *lora, uint32_t bytes);
double cf_lora_airtime_s(const cf_lora *lora, uint32_t bytes);

/* Splits `payload_bytes` into frames of at most `payload_max_bytes` of payload, each with `header_bytes` of MAC header
 * on top. CF_INPUT when payload_max_bytes is 0, or it and the header exceed 255 bytes. */
cf_status cf_lora_fragment(const cf_lora *lora, uint32_t payload_bytes, uint32_t payload_max_bytes,
                           uint32_t header_bytes, cf_lora_burst *burst, cf_diag *diag);

#endif
