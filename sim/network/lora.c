#include "network/lora.h"

#include "base/int128.h"

enum { PHY_MAX_BYTES = 255 };

/* Bandwidths such as 7812.5 Hz are not whole, so it is counted in millihertz. */
static uint64_t bandwidth_mhz(double bandwidth_hz) { return (uint64_t)(bandwidth_hz * 1000.0 + 0.5); }

bool cf_lora_low_data_rate(uint32_t spreading_factor, double bandwidth_hz) {
  return (double)(UINT32_C(1) << spreading_factor) >= 0.016 * bandwidth_hz;
}

cf_status cf_lora_check(const cf_lora *lora, cf_diag *diag) {
  if (lora->spreading_factor < 5 || lora->spreading_factor > 12)
    return cf_fail(diag, CF_INPUT, "spreading_factor is %u: it must lie between 5 and 12", lora->spreading_factor);
  if (lora->coding_rate < 1 || lora->coding_rate > 4)
    return cf_fail(diag, CF_INPUT, "coding_rate is %u: it must lie between 1 (4/5) and 4 (4/8)", lora->coding_rate);
  if (!(lora->bandwidth_hz >= 1e3 && lora->bandwidth_hz <= 1e7))
    return cf_fail(diag, CF_INPUT, "bandwidth is %g Hz: it must lie between 1 kHz and 10 MHz", lora->bandwidth_hz);
  if (lora->preamble_symbols < 1 || lora->preamble_symbols > 65535)
    return cf_fail(diag, CF_INPUT, "preamble_symbols is %u: it must lie between 1 and 65535", lora->preamble_symbols);
  return CF_OK;
}

uint32_t cf_lora_payload_symbols(const cf_lora *lora, uint32_t bytes) {
  int32_t sf = (int32_t)lora->spreading_factor;
  int32_t bits = 8 * (int32_t)bytes - 4 * sf + (lora->crc ? 16 : 0) + (lora->implicit_header ? 0 : 20);
  int32_t per_block = 4 * sf; /* bits that one block of CR + 4 symbols carries */
  if (sf >= 7) {
    bits += 8;
    if (lora->low_data_rate) per_block -= 8;
  }
  int32_t blocks = bits > 0 ? (bits + per_block - 1) / per_block : 0;
  return 8 + (uint32_t)blocks * (lora->coding_rate + 4);
}

/* Quarters of a symbol in a whole frame: the synchronisation after the preamble is no whole number of symbols. */
static uint32_t quarter_symbols(const cf_lora *lora, uint32_t bytes) {
  bool low = lora->spreading_factor < 7;
  uint32_t preamble = low && lora->preamble_symbols < 12 ? 12 : lora->preamble_symbols;
  return 4 * (preamble + cf_lora_payload_symbols(lora, bytes)) + (low ? 25 : 17);
}

int64_t cf_lora_airtime_ns(const cf_lora *lora, uint32_t bytes) {
  cf_u128 quarters = quarter_symbols(lora, bytes);
  cf_u128 numerator = (quarters << lora->spreading_factor) * UINT64_C(1000000000000); /* ns x mHz */
  cf_u128 denominator = (cf_u128)4 * bandwidth_mhz(lora->bandwidth_hz);
  return (int64_t)((numerator + denominator - 1) / denominator);
}

double cf_lora_airtime_s(const cf_lora *lora, uint32_t bytes) {
  double quarters = (double)quarter_symbols(lora, bytes);
  return quarters * (double)(UINT32_C(1) << lora->spreading_factor) / (4.0 * lora->bandwidth_hz);
}

cf_status cf_lora_fragment(const cf_lora *lora, uint32_t payload_bytes, uint32_t payload_max_bytes,
                           uint32_t header_bytes, cf_lora_burst *burst, cf_diag *diag) {
  if (payload_max_bytes == 0) return cf_fail(diag, CF_INPUT, "payload_max is 0 bytes: nothing can be sent");
  if (header_bytes > PHY_MAX_BYTES || payload_max_bytes > PHY_MAX_BYTES - header_bytes)
    return cf_fail(diag, CF_INPUT, "a frame of %u B payload and %u B header exceeds %d B", payload_max_bytes,
                   header_bytes, PHY_MAX_BYTES);
  uint32_t full = payload_bytes > 0 ? (payload_bytes - 1) / payload_max_bytes : 0; /* frames before the last */
  burst->frames = full + 1;
  burst->last_bytes = header_bytes + payload_bytes - full * payload_max_bytes;
  burst->sent_bytes = (uint64_t)payload_bytes + (uint64_t)burst->frames * header_bytes;
  burst->full_ns = cf_lora_airtime_ns(lora, header_bytes + payload_max_bytes);
  burst->last_ns = cf_lora_airtime_ns(lora, burst->last_bytes);
  cf_i128 total = (cf_i128)full * burst->full_ns + burst->last_ns;
  if (total > INT64_MAX) return cf_fail(diag, CF_INPUT, "%u B would be in the air for centuries", payload_bytes);
  burst->airtime_ns = (int64_t)total;
  burst->airtime_s = (double)full * cf_lora_airtime_s(lora, header_bytes + payload_max_bytes) +
                     cf_lora_airtime_s(lora, burst->last_bytes);
  return CF_OK;
}
