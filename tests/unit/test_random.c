/* base/random: Philox against its published answers, named draws, inversion against known quantiles. */
#include "../support/cf_test.h"

#include "base/random.h"

#include <gsl/gsl_cdf.h>

/* Random123 1.14, tests/kat_vectors, rows "philox4x32 10". */
static void philox_gives_the_published_answers(void **state) {
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], answer[4];
  } row[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    cf_random random = {{row[i].key[0], row[i].key[1]}};
    uint64_t draw = row[i].counter[2] | (uint64_t)row[i].counter[3] << 32;
    uint32_t out[4];
    cf_random_block(&random, row[i].counter[0], (cf_stream)row[i].counter[1], draw, out);
    assert_memory_equal(out, row[i].answer, sizeof out);
  }
}

static void a_name_is_a_number(void **state) {
  (void)state;
  cf_random random = cf_random_seed(7, 0);
  double first = cf_random_uniform(&random, 3, CF_STREAM_WEATHER, 11);
  (void)cf_random_uniform(&random, 4, CF_STREAM_LINK, 12);
  assert_true(first == cf_random_uniform(&random, 3, CF_STREAM_WEATHER, 11));
  assert_true(first != cf_random_uniform(&random, 4, CF_STREAM_WEATHER, 11));
  assert_true(first != cf_random_uniform(&random, 3, CF_STREAM_LINK, 11));
  assert_true(first != cf_random_uniform(&random, 3, CF_STREAM_WEATHER, 12));
  assert_true(first != cf_random_uniform(&random, 3, CF_STREAM_WEATHER, 11 + (UINT64_C(1) << 32)));
  cf_random other_seed = cf_random_seed(8, 0), other_replication = cf_random_seed(7, 1), swapped = cf_random_seed(0, 7);
  assert_true(first != cf_random_uniform(&other_seed, 3, CF_STREAM_WEATHER, 11));
  assert_true(first != cf_random_uniform(&other_replication, 3, CF_STREAM_WEATHER, 11));
  assert_true(first != cf_random_uniform(&swapped, 3, CF_STREAM_WEATHER, 11));
}

static void uniforms_are_the_blocks_cells(void **state) {
  (void)state;
  cf_random random = cf_random_seed(1, 2);
  double sum = 0.0, squares = 0.0, cross = 0.0;
  enum { N = 100000 };
  for (uint32_t i = 0; i < N; i++) {
    uint32_t word[4];
    double u[2];
    cf_random_block(&random, i, CF_STREAM_BENCH, i / 3, word);
    cf_random_uniform2(&random, i, CF_STREAM_BENCH, i / 3, u);
    for (int k = 0; k < 2; k++) {
      uint64_t cell = ((uint64_t)word[2 * k] << 32 | word[2 * k + 1]) >> 12;
      assert_true(u[k] == ((double)cell + 0.5) * 0x1p-52);
      assert_true(u[k] > 0.0 && u[k] < 1.0);
      sum += u[k];
      squares += u[k] * u[k];
    }
    cross += (u[0] - 0.5) * (u[1] - 0.5);
  }
  /* five standard deviations of each estimator */
  assert_true(fabs(sum / (2 * N) - 0.5) < 5 * sqrt(1.0 / 12 / (2 * N)));
  assert_true(fabs(squares / (2 * N) - 1.0 / 3) < 5 * sqrt(4.0 / 45 / (2 * N)));
  assert_true(fabs(cross / N) < 5 * (1.0 / 12) / sqrt(N));
}

static void normal_matches_known_quantiles(void **state) {
  (void)state;
  static const double row[][2] = {/* p, z: tables to 19 digits */
                                  {0.5, 0.0},
                                  {0.75, 0.674489750196081743},
                                  {0.9, 1.281551565544600467},
                                  {0.975, 1.959963984540054236},
                                  {0.99, 2.326347874040841101},
                                  {0.999, 3.090232306167813541},
                                  {1e-10, -6.361340902404056},
                                  {1e-15, -7.941345326170997}};
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    double z = cf_inverse_normal(row[i][0]);
    if (!(fabs(z - row[i][1]) <= 4e-16 * fabs(row[i][1]) + 1e-300)) fail_msg("quantile %g is %.17g", row[i][0], z);
  }
}

/* One Newton step on Phi in long double tells how far the root is: an oracle that shares nothing with AS 241. */
static void normal_inverts_the_error_function(void **state) {
  (void)state;
  uint64_t dice = 1;
  unsigned trials = cf_test_trials(20000);
  for (unsigned i = 0; i < trials; i++) {
    double u = i % 2 ? cf_test_between(&dice, 1e-12, 1.0) : ldexp(cf_test_between(&dice, 0.5, 1.0), -(int)(i % 100));
    if (u >= 1.0 || u == 0.5) continue;
    double z = cf_inverse_normal(u);
    long double lower = 0.5L * erfcl(-(long double)z / sqrtl(2.0L)) - (long double)u;
    if (z > 0) lower = (1.0L - (long double)u) - 0.5L * erfcl((long double)z / sqrtl(2.0L));
    long double density = expl(-0.5L * (long double)z * z) / sqrtl(2.0L * acosl(-1.0L));
    double error = (double)fabsl(lower / density / z);
    if (!(error <= 1e-15)) fail_msg("the quantile of %a is off by %.2e", u, error);
  }
  assert_true(fabs(cf_inverse_normal(0.3) - gsl_cdf_ugaussian_Pinv(0.3)) < 1e-15);
}

static void normal_is_odd_and_monotonic(void **state) {
  (void)state;
  double before = -INFINITY;
  for (unsigned i = 1; i < 4096; i++) {
    double u = i * 0x1p-12, z = cf_inverse_normal(u);
    assert_true(z > before);
    assert_true(z == -cf_inverse_normal(1.0 - u)); /* 1 - u is exact here */
    before = z;
  }
}

static void exponential_inverts(void **state) {
  (void)state;
  assert_true(fabs(cf_inverse_exponential(0.5, 2.0) - 0.34657359027997264) < 1e-16);
  assert_true(cf_inverse_exponential(1.0 - 0x1p-53, 1.0) > 0.0);
  cf_random random = cf_random_seed(5, 0);
  double sum = 0.0;
  enum { N = 100000 };
  for (uint32_t i = 0; i < N; i++)
    sum += cf_inverse_exponential(cf_random_uniform(&random, i, CF_STREAM_BENCH, 0), 4.0);
  assert_true(fabs(sum / N - 0.25) < 5 * 0.25 / sqrt(N));
}

static void categorical_takes_the_right_cell(void **state) {
  (void)state;
  static const double p[4] = {0.25, 0.0, 0.5, 0.25};
  assert_int_equal(cf_inverse_categorical(0.1, p, 4), 0);
  assert_int_equal(cf_inverse_categorical(0.25, p, 4), 2); /* an empty cell is never drawn */
  assert_int_equal(cf_inverse_categorical(0.7, p, 4), 2);
  assert_int_equal(cf_inverse_categorical(0.75, p, 4), 3);
  static const double rounded[3] = {0.3, 0.3, 0.3999999999999999};
  assert_int_equal(cf_inverse_categorical(1.0 - 0x1p-53, rounded, 3), 2);
  static const double one[1] = {1.0};
  assert_int_equal(cf_inverse_categorical(0.999, one, 1), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_published_answers),
      cmocka_unit_test(a_name_is_a_number),
      cmocka_unit_test(uniforms_are_the_blocks_cells),
      cmocka_unit_test(normal_matches_known_quantiles),
      cmocka_unit_test(normal_inverts_the_error_function),
      cmocka_unit_test(normal_is_odd_and_monotonic),
      cmocka_unit_test(exponential_inverts),
      cmocka_unit_test(categorical_takes_the_right_cell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
