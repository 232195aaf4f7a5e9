/* LoRa airtime against published and computed rows, the formula written a second time, and fragmentation. */
#include "network/lora.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void reference_rows(void **state) {
  (void)state;
  FILE *in = fopen("tests/reference/lora_airtime.csv", "r");
  assert_non_null(in);
  char line[400], mode[16], crc[8];
  int rows = 0;
  assert_non_null(fgets(line, sizeof line, in)); /* names of the columns */
  while (fgets(line, sizeof line, in)) {
    cf_lora lora = {0};
    unsigned bytes, ldro;
    double khz, want_ms;
    assert_int_equal(sscanf(line, "%u,%lf,4/%u,%u,%u,%15[a-z],%7[a-z],%u,%lf,", &lora.spreading_factor, &khz,
                            &lora.coding_rate, &bytes, &lora.preamble_symbols, mode, crc, &ldro, &want_ms),
                     9);
    lora.coding_rate -= 4;
    lora.bandwidth_hz = khz * 1e3;
    lora.implicit_header = strcmp(mode, "implicit") == 0;
    lora.crc = strcmp(crc, "on") == 0;
    lora.low_data_rate = ldro != 0;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_lora_check(&lora, &diag), CF_OK);
    assert_true(fabs((double)cf_lora_airtime_ns(&lora, bytes) - want_ms * 1e6) < 1e3);
    assert_true(fabs(cf_lora_airtime_s(&lora, bytes) - want_ms * 1e-3) < 1e-6);
    rows++;
  }
  fclose(in);
  assert_int_equal(rows, 100);
}

/* The datasheet's formula in floating point, term by term. */
static double formula_s(const cf_lora *l, int bytes) {
  double sf = l->spreading_factor, symbol_s = pow(2.0, sf) / l->bandwidth_hz;
  double top, bottom, lead = fmax(l->preamble_symbols, sf < 7 ? 12.0 : 0.0) + (sf < 7 ? 6.25 : 4.25);
  if (sf < 7) {
    top = 8.0 * bytes - 4.0 * sf + 16.0 * l->crc + 20.0 * !l->implicit_header;
    bottom = 4.0 * sf;
  } else {
    top = 8.0 * bytes - 4.0 * sf + 28.0 + 16.0 * l->crc - 20.0 * l->implicit_header;
    bottom = 4.0 * (sf - 2.0 * l->low_data_rate);
  }
  double symbols = 8.0 + fmax(ceil(top / bottom) * (l->coding_rate + 4.0), 0.0);
  return (lead + symbols) * symbol_s;
}

static void every_setting(void **state) {
  (void)state;
  const double bandwidth_hz[] = {7812.5, 125e3, 250e3, 500e3, 812.5e3};
  for (uint32_t sf = 5; sf <= 12; sf++)
    for (uint32_t cr = 1; cr <= 4; cr++)
      for (int b = 0; b < 5; b++)
        for (int flags = 0; flags < 8; flags++) {
          cf_lora lora = {.spreading_factor = sf,
                          .coding_rate = cr,
                          .bandwidth_hz = bandwidth_hz[b],
                          .preamble_symbols = flags & 1 ? 6 : 12,
                          .implicit_header = flags & 2,
                          .crc = flags & 4,
                          .low_data_rate = cf_lora_low_data_rate(sf, bandwidth_hz[b])};
          int64_t before_ns = 0;
          for (uint32_t bytes = 0; bytes <= 255; bytes += 5) {
            double want_s = formula_s(&lora, (int)bytes);
            int64_t ns = cf_lora_airtime_ns(&lora, bytes);
            /* Rounded up, never down, by less than a tick (the doubles here carry 1e-15 of their own). */
            assert_true((double)ns - want_s * 1e9 > -1e-6 * want_s && (double)ns - want_s * 1e9 < 1.0);
            assert_true(fabs(cf_lora_airtime_s(&lora, bytes) / want_s - 1.0) < 1e-14);
            assert_true(ns >= before_ns);
            before_ns = ns;
          }
        }
}

/* 12 B of payload and 13 B of LoRaWAN header at 125 kHz, coding rate 4/5: the usual table in ms. */
static void usual_table(void **state) {
  (void)state;
  const double want_ms[] = {61.7, 113.2, 205.8, 411.6, 823.3, 1482.8};
  for (uint32_t sf = 7; sf <= 12; sf++) {
    cf_lora lora = {sf, 1, 125e3, 8, false, true, cf_lora_low_data_rate(sf, 125e3)};
    assert_true(fabs(cf_lora_airtime_s(&lora, 25) * 1e3 - want_ms[sf - 7]) < 0.06);
  }
}

static void low_data_rate_rule(void **state) {
  (void)state;
  for (uint32_t sf = 7; sf <= 12; sf++) {
    assert_true(cf_lora_low_data_rate(sf, 125e3) == (sf >= 11));
    assert_true(cf_lora_low_data_rate(sf, 250e3) == (sf == 12));
    assert_false(cf_lora_low_data_rate(sf, 500e3));
  }
  assert_true(cf_lora_low_data_rate(8, 16e3)); /* 16 ms exactly */
}

static void fragments(void **state) {
  (void)state;
  cf_lora lora = {10, 1, 125e3, 8, false, true, false};
  cf_diag diag;
  cf_diag_init(&diag);
  for (uint32_t max = 1; max <= 60; max += 7)
    for (uint32_t header = 0; header <= 13; header += 13)
      for (uint32_t payload = 0; payload <= 400; payload++) {
        cf_lora_burst burst;
        assert_int_equal(cf_lora_fragment(&lora, payload, max, header, &burst, &diag), CF_OK);
        /* Sent frame by frame. */
        uint32_t left = payload, frames = 0;
        uint64_t bytes = 0;
        int64_t airtime_ns = 0;
        do {
          uint32_t part = left < max ? left : max;
          airtime_ns += cf_lora_airtime_ns(&lora, part + header);
          bytes += part + header;
          frames++;
          left -= part;
          if (left == 0) {
            assert_int_equal(burst.last_bytes, part + header);
            assert_true(burst.last_ns == cf_lora_airtime_ns(&lora, part + header));
          }
        } while (left > 0);
        assert_int_equal(burst.frames, frames);
        assert_int_equal(burst.sent_bytes, bytes);
        assert_true(burst.airtime_ns == airtime_ns);
        assert_true(burst.full_ns == cf_lora_airtime_ns(&lora, max + header));
        assert_true(fabs(burst.airtime_s - (double)airtime_ns * 1e-9) < 1e-9 * frames);
      }
  assert_int_equal(diag.errors, 0);
}

static void refuses(void **state) {
  (void)state;
  const cf_lora bad[] = {{4, 1, 125e3, 8, false, true, false}, {13, 1, 125e3, 8, false, true, false},
                         {7, 0, 125e3, 8, false, true, false}, {7, 5, 125e3, 8, false, true, false},
                         {7, 1, 0.0, 8, false, true, false},   {7, 1, NAN, 8, false, true, false},
                         {7, 1, 125e3, 0, false, true, false}, {7, 1, 125e3, 70000, false, true, false}};
  const char *name[] = {"spreading_factor", "coding_rate", "bandwidth", "preamble_symbols"};
  for (size_t i = 0; i < 8; i++) {
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_lora_check(&bad[i], &diag), CF_INPUT);
    assert_non_null(strstr(diag.entry[0].text, name[i / 2]));
  }
  cf_lora lora = {12, 4, 125e3, 8, false, true, true};
  cf_lora_burst burst;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_lora_fragment(&lora, 10, 0, 13, &burst, &diag), CF_INPUT);
  assert_int_equal(cf_lora_fragment(&lora, 10, 243, 13, &burst, &diag), CF_INPUT);
  assert_int_equal(cf_lora_fragment(&lora, 10, 1, 300, &burst, &diag), CF_INPUT);
  assert_int_equal(cf_lora_fragment(&lora, UINT32_MAX, 1, 254, &burst, &diag), CF_INPUT); /* 1,200 years */
  assert_int_equal(diag.errors, 4);
  assert_int_equal(cf_lora_fragment(&lora, 10, 242, 13, &burst, &diag), CF_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reference_rows),     cmocka_unit_test(every_setting), cmocka_unit_test(usual_table),
      cmocka_unit_test(low_data_rate_rule), cmocka_unit_test(fragments),     cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
