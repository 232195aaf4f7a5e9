/* The likelihood rule: cited accuracies come back exactly, columns are distributions, difficulty is shared out. */
#include "cognition/likelihood.h"

#include "cognition/generative.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const cf_likelihood_source small = {.accuracy_in_domain = 0.92,
                                           .accuracy_shifted = 0.71,
                                           .hard_share = 0.25,
                                           .hard_error_share = 0.8,
                                           .sure_if_right = 0.85,
                                           .sure_if_wrong = 0.3};

static cf_outcome_table build(const cf_likelihood_source *source) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_outcome_table table;
  memset(&table, 0xFF, sizeof table);
  assert_int_equal(cf_likelihood_rule(source, &table, &diag), CF_OK);
  assert_int_equal(table.states, CF_LOOK_STATES);
  assert_int_equal(table.outcomes, CF_LOOK_OUTCOMES);
  return table;
}

static double right_in(const cf_outcome_table *table, uint32_t state) {
  uint32_t truth = state & 1u;
  return table->p[truth][state] + table->p[truth + 2][state];
}

static void check(const cf_likelihood_source *source) {
  cf_outcome_table table = build(source);
  for (uint32_t joint = 0; joint < 8; joint++) {
    double want = joint & 2u ? source->accuracy_shifted : source->accuracy_in_domain;
    double easy = right_in(&table, joint), hard = right_in(&table, joint + 8);
    assert_true(fabs((1.0 - source->hard_share) * easy + source->hard_share * hard - want) < 3e-16);
    assert_true(hard >= 0.5 && easy >= hard - 1e-15);
  }
  for (uint32_t state = 0; state < CF_LOOK_STATES; state++) {
    double sum = 0.0;
    for (uint32_t o = 0; o < CF_MAX_OUTCOMES; o++) {
      assert_true(table.p[o][state] >= 0.0 && table.p[o][state] <= 1.0);
      sum += table.p[o][state];
    }
    assert_true(fabs(sum - 1.0) < 4e-16);
    uint32_t truth = state & 1u;
    double right = right_in(&table, state);
    assert_true(fabs(table.p[truth + 2][state] - right * source->sure_if_right) < 1e-16);
    assert_true(fabs(table.p[!truth + 2][state] - (1.0 - right) * source->sure_if_wrong) < 1e-16);
  }
  for (uint32_t state = 0; state < CF_LOOK_STATES; state++) {
    /* Pressure says nothing about a look; both verdicts err alike. */
    for (uint32_t o = 0; o < 4; o++) {
      assert_true(table.p[o][state] == table.p[o][state ^ 4u]);
      assert_true(table.p[o][state] == table.p[o ^ 1u][state ^ 1u]);
    }
  }
}

static void cited_means_come_back(void **state) {
  (void)state;
  for (int a = 0; a <= 10; a++)
    for (int b = 0; b <= 10; b++)
      for (int h = 0; h <= 10; h++)
        for (int w = h; w <= 10; w++) {
          cf_likelihood_source source = small;
          source.accuracy_in_domain = 0.5 + a * 0.05;
          source.accuracy_shifted = 0.5 + b * 0.05;
          source.hard_share = h * 0.1;
          source.hard_error_share = w * 0.1;
          check(&source);
        }
}

/* By hand: err .08 -> hard .8 x .08 / .25 = .256, easy (.08 - .064) / .75; shifted err .29 -> .928, capped at 1/2. */
static void worked_example(void **state) {
  (void)state;
  cf_outcome_table table = build(&small);
  assert_true(fabs(right_in(&table, cf_look_state(1, 1)) - (1.0 - 0.256)) < 1e-15);
  assert_true(fabs(right_in(&table, cf_look_state(1, 0)) - (1.0 - 0.016 / 0.75)) < 1e-15);
  assert_true(right_in(&table, cf_look_state(2, 1)) == 0.5);
  assert_true(fabs(right_in(&table, cf_look_state(2, 0)) - (1.0 - (0.29 - 0.125) / 0.75)) < 1e-15);
  assert_true(fabs(table.p[cf_look_outcome(1, 1)][cf_look_state(1, 1)] - 0.744 * 0.85) < 1e-15);
  assert_true(fabs(table.p[cf_look_outcome(0, 0)][cf_look_state(1, 1)] - 0.256 * 0.7) < 1e-15);
}

static void one_kind_of_sample(void **state) {
  (void)state;
  cf_likelihood_source source = small;
  source.hard_share = 0.0;
  cf_outcome_table table = build(&source);
  assert_true(right_in(&table, 0) == 0.92 && right_in(&table, 8) == 0.92);
  source.hard_share = source.hard_error_share = 1.0;
  table = build(&source);
  assert_true(right_in(&table, 2) == 0.71 && right_in(&table, 10) == 0.71);
}

static void refuses(void **state) {
  (void)state;
  const struct {
    const char *name;
    size_t at;
    double value;
  } bad[] = {{"accuracy_in_domain", offsetof(cf_likelihood_source, accuracy_in_domain), 0.49},
             {"accuracy_shifted", offsetof(cf_likelihood_source, accuracy_shifted), 1.01},
             {"hard_share", offsetof(cf_likelihood_source, hard_share), -0.1},
             {"hard_error_share", offsetof(cf_likelihood_source, hard_error_share), 0.24},
             {"hard_error_share", offsetof(cf_likelihood_source, hard_error_share), 1.1},
             {"sure_if_right", offsetof(cf_likelihood_source, sure_if_right), NAN},
             {"sure_if_wrong", offsetof(cf_likelihood_source, sure_if_wrong), 2.0}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    cf_likelihood_source source = small;
    memcpy((char *)&source + bad[i].at, &bad[i].value, sizeof(double));
    cf_outcome_table table = {.outcomes = 77};
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_likelihood_rule(&source, &table, &diag), CF_INPUT);
    assert_non_null(strstr(diag.entry[0].text, bad[i].name));
    assert_int_equal(table.outcomes, 77);
  }
}

/* Over a fine grid of uniforms each outcome comes as often as the table says, to one grid cell at either end. */
static void draws_follow_the_table(void **state) {
  (void)state;
  cf_outcome_table table = build(&small);
  enum { CELLS = 20000 };
  for (uint32_t s = 0; s < CF_LOOK_STATES; s++) {
    int count[4] = {0};
    for (int i = 0; i < CELLS; i++) {
      uint32_t outcome = cf_likelihood_draw(&table, s, (i + 0.5) / CELLS);
      assert_in_range(outcome, 0, 3);
      count[outcome]++;
    }
    for (uint32_t o = 0; o < 4; o++) assert_true(fabs((double)count[o] / CELLS - table.p[o][s]) <= 1.01 / CELLS);
  }
}

static void indices(void **state) {
  (void)state;
  for (uint32_t verdict = 0; verdict < 2; verdict++)
    for (uint32_t sure = 0; sure < 2; sure++) {
      uint32_t outcome = cf_look_outcome(verdict, sure);
      assert_int_equal(outcome, verdict + 2 * sure);
      assert_int_equal(cf_outcome_verdict(outcome), verdict);
      assert_int_equal(cf_outcome_sure(outcome), sure);
    }
  assert_int_equal(cf_look_state(5, 1), 13);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cited_means_come_back),  cmocka_unit_test(worked_example),
      cmocka_unit_test(one_kind_of_sample),     cmocka_unit_test(refuses),
      cmocka_unit_test(draws_follow_the_table), cmocka_unit_test(indices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
