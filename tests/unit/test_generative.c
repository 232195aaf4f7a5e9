/* The slot transition against GSL's matrix exponential and closed forms; powers, prediction, long run, same bits. */
#include "cognition/generative.h"

#include "base/hash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_matrix.h>

#include <cmocka.h>

enum { N = CF_JOINT_STATES };

#define PER_DAY (1.0 / 86400.0)

static const cf_process_rates crop = {.onset_per_s = {0.01 * PER_DAY, 0.3 * PER_DAY},
                                      .recovery_per_s = 0.5 * PER_DAY,
                                      .pressure_on_per_s = 0.05 * PER_DAY,
                                      .pressure_off_per_s = 0.2 * PER_DAY,
                                      .nuisance_on_per_s = 0.3 * PER_DAY,
                                      .nuisance_off_per_s = 4.0 * PER_DAY};
static const cf_process_rates stiff = {{1e-9, 2.0}, 1e-3, 1e-6, 5.0, 30.0, 1e-2};
static const cf_process_rates slow = {{1e-15, 3e-14}, 2e-15, 1e-16, 4e-15, 5e-13, 1e-14};
static const cf_process_rates frozen = {{0.0, 0.0}, 0.0, 0.0, 0.0, 0.0, 0.0};

static cf_generative model; /* 32 KiB: too large for comfort on a stack, and each test fills it anew */

static void build(const cf_process_rates *rates, double slot_s) {
  cf_diag diag;
  cf_diag_init(&diag);
  memset(&model, 0xA5, sizeof model);
  assert_int_equal(cf_generative_init(&model, rates, slot_s, &diag), CF_OK);
  assert_true(model.slot_s == slot_s);
}

/* exp(Q t) by GSL, with Q written out state by state, independently of the product's index arithmetic. */
static void oracle(const cf_process_rates *r, double t_s, double out[N][N]) {
  gsl_matrix *q = gsl_matrix_calloc(N, N);
  gsl_matrix *e = gsl_matrix_calloc(N, N);
  for (int event = 0; event < 2; event++)
    for (int nuisance = 0; nuisance < 2; nuisance++)
      for (int pressure = 0; pressure < 2; pressure++) {
        int from = event + 2 * nuisance + 4 * pressure;
        double rate[3] = {event ? r->recovery_per_s : r->onset_per_s[pressure],
                          nuisance ? r->nuisance_off_per_s : r->nuisance_on_per_s,
                          pressure ? r->pressure_off_per_s : r->pressure_on_per_s};
        int to[3] = {!event + 2 * nuisance + 4 * pressure, event + 2 * !nuisance + 4 * pressure,
                     event + 2 * nuisance + 4 * !pressure};
        for (int i = 0; i < 3; i++) {
          gsl_matrix_set(q, (size_t)to[i], (size_t)from, rate[i] * t_s);
          gsl_matrix_set(q, (size_t)from, (size_t)from, gsl_matrix_get(q, (size_t)from, (size_t)from) - rate[i] * t_s);
        }
      }
  assert_int_equal(gsl_linalg_exponential_ss(q, e, GSL_PREC_DOUBLE), 0);
  for (size_t from = 0; from < N; from++) {
    double sum = 0.0; /* GSL's own squarings let the columns drift; that is not to be measured here */
    for (size_t to = 0; to < N; to++) sum += gsl_matrix_get(e, to, from);
    for (size_t to = 0; to < N; to++) out[from][to] = gsl_matrix_get(e, to, from) / sum;
  }
  gsl_matrix_free(q);
  gsl_matrix_free(e);
}

static void agrees_with_gsl(void **state) {
  (void)state;
  static const struct {
    const cf_process_rates *rates;
    double slot_s;
  } input[] = {{&crop, 900.0}, {&crop, 86400.0 * 30}, {&stiff, 0.3}, {&stiff, 20.0}, {&slow, 1e12}};
  for (size_t i = 0; i < sizeof input / sizeof input[0]; i++) {
    build(input[i].rates, input[i].slot_s);
    for (int k = 0; k < 6; k++) {
      double want[N][N];
      oracle(input[i].rates, input[i].slot_s * (double)(1 << k), want);
      for (int from = 0; from < N; from++)
        for (int to = 0; to < N; to++) assert_true(fabs(model.power[k][from][to] - want[from][to]) < 4e-12);
    }
  }
}

/* exp(Q t) from "nothing present", computed with 60 digits (mpmath, Taylor series). Relative: GSL above has fewer
 * digits than the product. */
static void agrees_with_many_digits(void **state) {
  (void)state;
  static const double stiff_640_s[N] = {0.000333177057673848339, 4.51349286308415392e-8,  0.999531173021544996,
                                        0.000135404785892524615, 4.75994442664245632e-11, 1.90449942540712699e-11,
                                        1.42798332799273687e-7,  5.71349827622138084e-8};
  static const double crop_900_s[N] = {0.996321867861526317,   0.000103519637180453111, 0.0030541394174696552,
                                       3.173305882300689e-7,   0.000517731436585182173, 8.34696549610628352e-7,
                                       1.58706140971479936e-6, 2.55869083679095455e-9};
  build(&stiff, 20.0);
  for (int to = 0; to < N; to++) assert_true(fabs(model.power[5][0][to] / stiff_640_s[to] - 1.0) < 1e-14);
  build(&crop, 900.0);
  for (int to = 0; to < N; to++) assert_true(fabs(model.power[0][0][to] / crop_900_s[to] - 1.0) < 1e-14);
}

static void columns_sum_to_one(void **state) {
  (void)state;
  const cf_process_rates *rates[] = {&crop, &stiff, &slow, &frozen};
  for (size_t i = 0; i < 4; i++) {
    build(rates[i], 900.0);
    for (int k = 0; k < CF_SLOT_POWERS; k++)
      for (int from = 0; from < N; from++) {
        double sum = 0.0;
        for (int to = 0; to < N; to++) {
          assert_true(model.power[k][from][to] >= 0.0);
          sum += model.power[k][from][to];
        }
        assert_true(fabs(sum - 1.0) <= 1e-15);
      }
  }
}

/* The nuisance is a chain of its own: P(on at t | off) = on / (on + off) (1 - exp(-(on + off) t)). Relative, so that a
 * cancelling algorithm fails at slow rates. */
static void small_entries_keep_their_digits(void **state) {
  (void)state;
  const cf_process_rates *rates[] = {&crop, &stiff, &slow};
  for (size_t i = 0; i < 3; i++) {
    build(rates[i], 60.0);
    double on = rates[i]->nuisance_on_per_s, sum = on + rates[i]->nuisance_off_per_s;
    for (int k = 0; k < 30; k++) {
      double want = on / sum * -expm1(-sum * 60.0 * ldexp(1.0, k));
      for (uint32_t from = 0; from < N; from++) {
        if (cf_joint_nuisance(from)) continue;
        double got = 0.0;
        for (uint32_t to = 0; to < N; to++)
          if (cf_joint_nuisance(to)) got += model.power[k][from][to];
        assert_true(fabs(got / want - 1.0) < 5e-14);
      }
    }
  }
}

static void pressure_brings_events(void **state) {
  (void)state;
  build(&crop, 900.0);
  double calm = 0.0, pressed = 0.0;
  for (uint32_t to = 1; to < N; to += 2) {
    calm += model.power[0][cf_joint_state(0, 0, 0)][to];
    pressed += model.power[0][cf_joint_state(0, 0, 1)][to];
  }
  assert_true(pressed > 25.0 * calm); /* rates 30 to 1, a little of it lost to the pressure's own changes */
}

static void prediction_composes(void **state) {
  (void)state;
  build(&crop, 900.0);
  double stepwise[N] = {0.2, 0.05, 0.15, 0.1, 0.1, 0.2, 0.05, 0.15};
  double start[N];
  memcpy(start, stepwise, sizeof start);
  for (uint64_t slots = 0; slots < 300; slots++) {
    double jump[N];
    memcpy(jump, start, sizeof jump);
    cf_predict(&model, slots, jump);
    if (slots == 0) assert_memory_equal(jump, start, sizeof jump);
    double sum = 0.0;
    for (int i = 0; i < N; i++) {
      assert_true(fabs(jump[i] - stepwise[i]) < 3e-14);
      sum += jump[i];
    }
    assert_true(fabs(sum - 1.0) <= 1e-15);
    double next[N] = {0.0};
    for (int from = 0; from < N; from++)
      for (int to = 0; to < N; to++) next[to] += model.power[0][from][to] * stepwise[from];
    memcpy(stepwise, next, sizeof stepwise);
  }
}

/* Low bits first, in exactly that order: the contract of same bits, not of nearly the same numbers. */
static void low_bits_first(void **state) {
  (void)state;
  build(&crop, 900.0);
  double got[N] = {0.2, 0.05, 0.15, 0.1, 0.1, 0.2, 0.05, 0.15}, want[N];
  memcpy(want, got, sizeof want);
  cf_predict(&model, 0x15, got);
  for (int k = 0; k <= 4; k += 2) {
    double next[N] = {0.0};
    for (int from = 0; from < N; from++)
      for (int to = 0; to < N; to++) next[to] += model.power[k][from][to] * want[from];
    memcpy(want, next, sizeof want);
  }
  double sum = 0.0;
  for (int i = 0; i < N; i++) sum += want[i];
  for (int i = 0; i < N; i++) want[i] /= sum;
  assert_memory_equal(got, want, sizeof want);
}

static void long_run(void **state) {
  (void)state;
  build(&crop, 900.0);
  double want[N][N];
  oracle(&crop, 86400.0 * 365 * 50, want);
  double again[N], jump[N] = {0.0};
  memcpy(again, model.stationary, sizeof again);
  cf_predict(&model, 1, again);
  jump[6] = 1.0;
  cf_predict(&model, UINT64_MAX, jump);
  double pressure = 0.0, nuisance = 0.0;
  for (uint32_t s = 0; s < N; s++) {
    assert_true(fabs(model.stationary[s] - want[3][s]) < 1e-13);
    assert_true(fabs(again[s] - model.stationary[s]) < 1e-14);
    assert_true(fabs(jump[s] - model.stationary[s]) < 1e-13);
    if (cf_joint_pressure(s)) pressure += model.stationary[s];
    if (cf_joint_nuisance(s)) nuisance += model.stationary[s];
  }
  assert_true(fabs(pressure - 0.05 / 0.25) < 1e-14);
  assert_true(fabs(nuisance - 0.3 / 4.3) < 1e-14);
}

static void long_run_without_a_unique_answer(void **state) {
  (void)state;
  build(&frozen, 900.0);
  for (int s = 0; s < N; s++) assert_true(model.stationary[s] == (s == 0 ? 1.0 : 0.0));
  cf_process_rates absorbing = crop;
  absorbing.recovery_per_s = 0.0;
  build(&absorbing, 900.0);
  double event = 0.0;
  for (uint32_t s = 1; s < N; s += 2) event += model.stationary[s];
  assert_true(fabs(event - 1.0) < 1e-15);
}

static void refuses(void **state) {
  (void)state;
  cf_process_rates bad[] = {crop, crop, crop};
  bad[0].recovery_per_s = -1e-9;
  bad[1].nuisance_on_per_s = NAN;
  bad[2].onset_per_s[1] = INFINITY;
  const char *name[] = {"recovery", "nuisance_on", "onset (pressure high)"};
  for (int i = 0; i < 3; i++) {
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_generative_init(&model, &bad[i], 900.0, &diag), CF_INPUT);
    assert_non_null(strstr(diag.entry[0].text, name[i]));
  }
  const double slot_s[] = {0.0, -1.0, NAN, INFINITY, 1e300};
  for (int i = 0; i < 5; i++) {
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_generative_init(&model, &crop, slot_s[i], &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
}

static uint64_t bits_of(const double *value, size_t count) {
  uint64_t hash = 1;
  for (size_t i = 0; i < count; i++) hash = cf_hash2(hash, cf_hash_bits(value[i]));
  return hash;
}

/* One number for every compiler and optimisation level. */
static void same_bits(void **state) {
  (void)state;
  build(&crop, 900.0);
  double q[N] = {0.2, 0.05, 0.15, 0.1, 0.1, 0.2, 0.05, 0.15};
  cf_predict(&model, 12345, q);
  uint64_t hash = cf_hash2(bits_of(&model.power[0][0][0], sizeof model.power / sizeof(double)), bits_of(q, N));
  if (hash != UINT64_C(0xd0acf65788fbeae5)) print_error("hash %llx\n", (unsigned long long)hash);
  assert_true(hash == UINT64_C(0xd0acf65788fbeae5));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_gsl),
      cmocka_unit_test(agrees_with_many_digits),
      cmocka_unit_test(columns_sum_to_one),
      cmocka_unit_test(small_entries_keep_their_digits),
      cmocka_unit_test(pressure_brings_events),
      cmocka_unit_test(prediction_composes),
      cmocka_unit_test(low_bits_first),
      cmocka_unit_test(long_run),
      cmocka_unit_test(long_run_without_a_unique_answer),
      cmocka_unit_test(refuses),
      cmocka_unit_test(same_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
