/* Answers and quantised log-ratios: round trips, limits, and what quantising costs. */
#include "network/codec.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void answers_come_back(void **state) {
  (void)state;
  cf_random random = cf_random_seed(9, 0);
  cf_diag diag;
  cf_diag_init(&diag);
  for (uint32_t count = 2; count <= 8; count++)
    for (uint64_t i = 0; i < 2000; i++) {
      uint32_t word[4];
      cf_random_block(&random, count, CF_STREAM_BENCH, i, word);
      cf_evidence sent = {.node = word[0],
                          .epoch = word[1] >> (i % 32),
                          .model = (uint16_t)(word[2] % 32),
                          .outcome = (uint16_t)(word[2] / 32 % 8)};
      /* The receiver is up to the stated number of slots ahead. */
      uint32_t age = count == 2 ? word[3] % 256 : count == 3 ? word[3] % 65536 : word[3] % 100000;
      uint32_t present = sent.epoch > UINT32_MAX - age ? UINT32_MAX : sent.epoch + age;
      uint8_t bytes[10];
      memset(bytes, 0xA5, sizeof bytes);
      assert_int_equal(cf_answer_pack(&sent, bytes + 1, count, &diag), CF_OK);
      assert_int_equal(bytes[0], 0xA5);
      assert_int_equal(bytes[1 + count], 0xA5);
      cf_evidence got;
      assert_int_equal(cf_answer_unpack(bytes + 1, count, sent.node, present, &got, &diag), CF_OK);
      assert_int_equal(got.node, sent.node);
      assert_int_equal(got.epoch, sent.epoch);
      assert_int_equal(got.model, sent.model);
      assert_int_equal(got.outcome, sent.outcome);
    }
}

static void layout(void **state) {
  (void)state;
  cf_evidence evidence = {.node = 7, .epoch = 0x01020304, .model = 5, .outcome = 3};
  uint8_t bytes[7];
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_answer_pack(&evidence, bytes, 7, &diag), CF_OK);
  const uint8_t want[7] = {5 * 8 + 3, 4, 3, 2, 1, 0, 0};
  assert_memory_equal(bytes, want, 7);
}

static void bad_answers(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  uint8_t bytes[8] = {0};
  cf_evidence evidence = {.model = 32};
  assert_int_equal(cf_answer_pack(&evidence, bytes, 4, &diag), CF_INPUT);
  evidence = (cf_evidence){.outcome = 8};
  assert_int_equal(cf_answer_pack(&evidence, bytes, 4, &diag), CF_INPUT);
  evidence = (cf_evidence){.outcome = 1};
  assert_int_equal(cf_answer_pack(&evidence, bytes, 1, &diag), CF_INPUT);
  assert_int_equal(cf_answer_unpack(bytes, 1, 0, 0, &evidence, &diag), CF_INPUT);
  bytes[7] = 1;
  assert_int_equal(cf_answer_unpack(bytes, 8, 0, 0, &evidence, &diag), CF_INPUT);
  bytes[1] = 5; /* slot 5, or 261 before: neither is in the past of slot 4 */
  assert_int_equal(cf_answer_unpack(bytes, 2, 0, 4, &evidence, &diag), CF_INPUT);
  assert_int_equal(diag.errors, 6);
  assert_int_equal(cf_answer_unpack(bytes, 2, 0, 5, &evidence, &diag), CF_OK);
  assert_int_equal(cf_answer_unpack(bytes, 2, 0, 260, &evidence, &diag), CF_OK);
  assert_int_equal(evidence.epoch, 5);
  assert_int_equal(cf_answer_unpack(bytes, 2, 0, 261, &evidence, &diag), CF_OK);
  assert_int_equal(evidence.epoch, 261);
}

static void quantiser_round_trip(void **state) {
  (void)state;
  for (uint32_t bits = CF_CODE_MIN_BITS; bits <= CF_CODE_MAX_BITS; bits++) {
    cf_quantiser quantiser = {bits, 4.0};
    uint32_t codes = 1u << bits, before = 0;
    double half_cell = 4.0 / codes;
    for (uint32_t code = 0; code < codes; code++) {
      double value = cf_quantiser_value(&quantiser, code);
      assert_int_equal(cf_quantiser_code(&quantiser, value), code);
      assert_true(fabs(value + cf_quantiser_value(&quantiser, codes - 1 - code)) < 1e-15); /* no bias either way */
    }
    for (double l = -4.0; l <= 4.0; l += 0.001) {
      uint32_t code = cf_quantiser_code(&quantiser, l);
      assert_true(code >= before && code < codes);
      assert_true(fabs(cf_quantiser_value(&quantiser, code) - l) <= half_cell + 1e-12);
      before = code;
    }
    assert_int_equal(cf_quantiser_code(&quantiser, -INFINITY), 0);
    assert_int_equal(cf_quantiser_code(&quantiser, INFINITY), codes - 1);
    assert_int_equal(cf_quantiser_code(&quantiser, nextafter(4.0, 0.0)), codes - 1);
    assert_int_equal(cf_quantiser_code(&quantiser, -100.0), 0);
  }
}

static void quantiser_limits(void **state) {
  (void)state;
  const cf_quantiser bad[] = {{1, 4.0}, {5, 4.0}, {3, 0.0}, {3, -1.0}, {3, NAN}, {3, INFINITY}};
  cf_diag diag;
  cf_diag_init(&diag);
  for (int i = 0; i < 6; i++) assert_int_equal(cf_quantiser_check(&bad[i], &diag), CF_INPUT);
  assert_int_equal(diag.errors, 6);
  for (uint32_t bits = 2; bits <= 4; bits++)
    assert_int_equal(cf_quantiser_check(&(cf_quantiser){bits, 4.0}, &diag), CF_OK);
}

/* Nats that an outcome tells about a fair two-way question, before [0] and after [1] the garbling. */
static void information(uint32_t bits, double nats[2]) {
  static const double given[2][8] = {{0.30, 0.25, 0.18, 0.12, 0.07, 0.05, 0.02, 0.01},
                                     {0.01, 0.02, 0.06, 0.08, 0.13, 0.20, 0.24, 0.26}};
  double log_ratio[8], matrix[CF_MAX_CODES][CF_MAX_OUTCOMES];
  for (int o = 0; o < 8; o++) log_ratio[o] = log(given[1][o] / given[0][o]);
  cf_quantiser quantiser = {bits, 4.0};
  cf_quantiser_garbling(&quantiser, log_ratio, 8, matrix);
  for (int o = 0; o < 8; o++) {
    double column = 0.0;
    for (int c = 0; c < CF_MAX_CODES; c++) column += matrix[c][o];
    assert_true(column == 1.0);
    assert_true(matrix[cf_quantiser_code(&quantiser, log_ratio[o])][o] == 1.0);
  }
  nats[0] = nats[1] = 0.0;
  for (int s = 0; s < 2; s++) {
    for (int o = 0; o < 8; o++) nats[0] += 0.5 * given[s][o] * log(2.0 * given[s][o] / (given[0][o] + given[1][o]));
    for (int c = 0; c < CF_MAX_CODES; c++) {
      double p[2] = {0.0, 0.0};
      for (int o = 0; o < 8; o++)
        for (int t = 0; t < 2; t++) p[t] += matrix[c][o] * given[t][o];
      if (p[s] > 0.0) nats[1] += 0.5 * p[s] * log(2.0 * p[s] / (p[0] + p[1]));
    }
  }
}

static void more_bits_keep_more(void **state) {
  (void)state;
  double two[2], three[2], four[2];
  information(2, two);
  information(3, three);
  information(4, four);
  assert_true(two[1] < three[1] && three[1] <= four[1] && four[1] <= four[0] + 1e-15);
  assert_true(two[1] > 0.9 * two[0] && three[1] > 0.97 * three[0]);
}

static void garbling_leaves_unused_outcomes_empty(void **state) {
  (void)state;
  double matrix[CF_MAX_CODES][CF_MAX_OUTCOMES], log_ratio[2] = {-1.0, 1.0};
  memset(matrix, 0xFF, sizeof matrix);
  cf_quantiser_garbling(&(cf_quantiser){2, 4.0}, log_ratio, 2, matrix);
  for (int c = 0; c < CF_MAX_CODES; c++)
    for (int o = 2; o < CF_MAX_OUTCOMES; o++) assert_true(matrix[c][o] == 0.0);
}

static void packed_codes_come_back(void **state) {
  (void)state;
  cf_random random = cf_random_seed(10, 0);
  for (uint32_t bits = 2; bits <= 4; bits++)
    for (uint32_t count = 0; count <= 16; count++) {
      uint8_t codes[16], back[16], bytes[10];
      for (uint32_t i = 0; i < count; i++) {
        uint32_t word[4];
        cf_random_block(&random, bits, CF_STREAM_BENCH, count * 16 + i, word);
        codes[i] = (uint8_t)(word[0] & ((1u << bits) - 1));
      }
      uint32_t size = cf_codes_bytes(count, bits);
      assert_true(size * 8 >= count * bits && size * 8 < count * bits + 8);
      memset(bytes, 0xA5, sizeof bytes);
      cf_codes_pack(codes, count, bits, bytes);
      assert_int_equal(bytes[size], 0xA5);
      cf_codes_unpack(bytes, count, bits, back);
      if (count > 0) assert_memory_equal(codes, back, count);
    }
  const uint8_t three[3] = {5, 3, 6}; /* 0b110'011'101 */
  uint8_t bytes[2];
  cf_codes_pack(three, 3, 3, bytes);
  assert_int_equal(bytes[0], 0x9D);
  assert_int_equal(bytes[1], 0x01);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers_come_back),
      cmocka_unit_test(layout),
      cmocka_unit_test(bad_answers),
      cmocka_unit_test(quantiser_round_trip),
      cmocka_unit_test(quantiser_limits),
      cmocka_unit_test(more_bits_keep_more),
      cmocka_unit_test(packed_codes_come_back),
      cmocka_unit_test(garbling_leaves_unused_outcomes_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
