/* Exact Bayes against brute-force enumeration, and the identities that any Bayes filter keeps. */
#include "cognition/belief.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const double prior[8] = {0.45, 0.05, 0.12, 0.03, 0.15, 0.1, 0.04, 0.06};
static const double hard_share = 0.25;

static cf_outcome_table table_of(double in_domain, double shifted) {
  cf_likelihood_source source = {in_domain, shifted, hard_share, 0.8, 0.85, 0.3};
  cf_outcome_table table;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_likelihood_rule(&source, &table, &diag), CF_OK);
  return table;
}

static void opening_and_closing(void **state) {
  (void)state;
  double q16[16], q8[8];
  cf_belief_open(prior, hard_share, q16);
  for (int s = 0; s < 8; s++) {
    assert_true(q16[s] == prior[s] * 0.75);
    assert_true(q16[s + 8] == prior[s] * 0.25);
  }
  cf_belief_close(q16, q8);
  for (int s = 0; s < 8; s++) assert_true(fabs(q8[s] - prior[s]) < 1e-16);
  assert_true(fabs(cf_belief_event(q8, 8) - 0.24) < 1e-15);
  assert_true(fabs(cf_belief_event(q16, 16) - 0.24) < 1e-15);
}

/* All 16 pairs of outcomes of two models: posterior and evidence from the joint table, in either order of looking. */
static void agrees_with_enumeration(void **state) {
  (void)state;
  cf_outcome_table small = table_of(0.9, 0.7), large = table_of(0.97, 0.85);
  double total = 0.0;
  for (uint32_t a = 0; a < 4; a++)
    for (uint32_t b = 0; b < 4; b++) {
      double joint[8], evidence = 0.0;
      for (int s = 0; s < 8; s++) {
        joint[s] = 0.0;
        for (int h = 0; h < 2; h++)
          joint[s] += prior[s] * (h ? hard_share : 1.0 - hard_share) * small.p[a][s + 8 * h] * large.p[b][s + 8 * h];
        evidence += joint[s];
      }
      double forth[16], back[16], q8[8];
      cf_belief_open(prior, hard_share, forth);
      double ln = log(cf_belief_update(forth, &small, a)) + log(cf_belief_update(forth, &large, b));
      cf_belief_open(prior, hard_share, back);
      double ln_back = log(cf_belief_update(back, &large, b)) + log(cf_belief_update(back, &small, a));
      assert_true(fabs(ln - log(evidence)) < 1e-14 && fabs(ln_back - ln) < 1e-14);
      cf_belief_close(forth, q8);
      for (int s = 0; s < 8; s++) assert_true(fabs(q8[s] - joint[s] / evidence) < 1e-15);
      for (int s = 0; s < 16; s++) assert_true(fabs(forth[s] - back[s]) < 1e-15);
      total += exp(ln);
    }
  assert_true(fabs(total - 1.0) < 1e-14);
}

/* Averaged over outcomes the posterior is the prior, and the gain about the truth is the mutual information. */
static void martingale_and_information(void **state) {
  (void)state;
  cf_outcome_table table = table_of(0.9, 0.7);
  double mean[8] = {0.0}, gain = 0.0, after_entropy = 0.0;
  for (uint32_t o = 0; o < 4; o++) {
    double q16[16], q8[8];
    cf_belief_open(prior, hard_share, q16);
    double chance = cf_belief_update(q16, &table, o);
    cf_belief_close(q16, q8);
    after_entropy += chance * cf_belief_entropy(q8, 8);
    for (uint32_t s = 0; s < 8; s++) {
      mean[s] += chance * q8[s];
      double given = (1.0 - hard_share) * table.p[o][s] + hard_share * table.p[o][s + 8];
      gain += prior[s] * given * cf_belief_gain(prior, q8, s);
    }
  }
  for (int s = 0; s < 8; s++) assert_true(fabs(mean[s] - prior[s]) < 1e-15);
  assert_true(gain > 0.01);
  assert_true(fabs(gain - (cf_belief_entropy(prior, 8) - after_entropy)) < 1e-14);
}

/* Two models that agree on a sample which may be hard say less than two independent ones would. */
static void shared_difficulty_is_not_counted_twice(void **state) {
  (void)state;
  cf_outcome_table table = table_of(0.9, 0.7);
  double joint[16], apart[16], q8[8];
  cf_belief_open(prior, hard_share, joint);
  cf_belief_update(joint, &table, 3);
  cf_belief_update(joint, &table, 3);
  cf_belief_open(prior, hard_share, apart);
  cf_belief_update(apart, &table, 3);
  cf_belief_close(apart, q8);
  cf_belief_open(q8, hard_share, apart); /* as if a fresh sample */
  cf_belief_update(apart, &table, 3);
  double shared = cf_belief_event(joint, 16), fresh = cf_belief_event(apart, 16);
  assert_true(shared > cf_belief_event(prior, 8));
  assert_true(fresh > shared + 0.005);
}

static void impossible_outcome(void **state) {
  (void)state;
  cf_outcome_table table = table_of(1.0, 1.0);
  double q[16], before[16];
  double certain[8] = {0.6, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0};
  cf_belief_open(certain, hard_share, q);
  memcpy(before, q, sizeof q);
  assert_true(cf_belief_update(q, &table, 1) == 0.0);
  assert_memory_equal(q, before, sizeof q);
  assert_true(fabs(cf_belief_update(q, &table, 2) - 0.85) < 1e-15);
}

/* A very unlikely outcome must still leave a distribution. */
static void tiny_evidence(void **state) {
  (void)state;
  cf_outcome_table table = table_of(1.0, 1.0);
  double q8[8] = {1.0, 1e-300, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}, q[16];
  cf_belief_open(q8, hard_share, q);
  double ln = log(cf_belief_update(q, &table, 3));
  assert_true(fabs(ln - (log(1e-300) + log(0.85))) < 1e-12);
  assert_true(fabs(cf_belief_event(q, 16) - 1.0) < 1e-15);
}

static void entropy_and_gain(void **state) {
  (void)state;
  double flat[16], sure[8] = {0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0};
  for (int s = 0; s < 16; s++) flat[s] = 1.0 / 16;
  assert_true(fabs(cf_belief_entropy(flat, 16) - log(16.0)) < 1e-15);
  assert_true(cf_belief_entropy(sure, 8) == 0.0);
  assert_true(fabs(cf_belief_gain(prior, sure, 3) + log(0.03)) < 1e-15);
  assert_true(fabs(cf_belief_gain(prior, sure, 0) - (log(DBL_MIN) - log(0.45))) < 1e-12);
  assert_true(cf_belief_gain(prior, prior, 5) == 0.0);
}

static void operation_counts(void **state) {
  (void)state;
  assert_int_equal(cf_operations_predict(0, 8), 0);
  assert_int_equal(cf_operations_predict(1, 8), 64 + 16);
  assert_int_equal(cf_operations_predict(0x8000000000000005, 8), 3 * 64 + 16);
  assert_int_equal(cf_operations_predict(UINT64_MAX, 8), 64 * 64 + 16);
  assert_int_equal(cf_operations_update(16), 49);
  assert_int_equal(cf_operations_open(16), 16);
  assert_int_equal(cf_operations_close(16), 8);
  assert_int_equal(cf_operations_report(16), 11);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opening_and_closing),        cmocka_unit_test(agrees_with_enumeration),
      cmocka_unit_test(martingale_and_information), cmocka_unit_test(shared_difficulty_is_not_counted_twice),
      cmocka_unit_test(impossible_outcome),         cmocka_unit_test(tiny_evidence),
      cmocka_unit_test(entropy_and_gain),           cmocka_unit_test(operation_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
