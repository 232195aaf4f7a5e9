/* First crossings of sums of exponentials: none missed, the first one returned, against dense sampling, known roots
 * and a peer's crossings of thermal networks. */
#include "physics/crossing.h"

#include "thermal_rows.h"

#include <float.h>
#include <gsl/gsl_linalg.h>

static long double exact_at(const cf_exponential_sum *sum, long double s) {
  long double value = (long double)sum->offset + (long double)sum->slope * s;
  for (unsigned k = 0; k < sum->terms; k++)
    value += (long double)sum->amplitude[k] * expl(-(long double)sum->rate_per_s[k] * s);
  return value;
}

static long double slope_at(const cf_exponential_sum *sum, long double s) {
  long double value = (long double)sum->slope;
  for (unsigned k = 0; k < sum->terms; k++)
    value -=
        (long double)sum->amplitude[k] * (long double)sum->rate_per_s[k] * expl(-(long double)sum->rate_per_s[k] * s);
  return value;
}

/* What rounding of the terms can amount to. */
static double noise(const cf_exponential_sum *sum, double s) {
  double size = fabs(sum->offset) + fabs(sum->slope) * s;
  for (unsigned k = 0; k < sum->terms; k++) size += fabs(sum->amplitude[k]) * exp(-sum->rate_per_s[k] * s);
  return 8.0 * DBL_EPSILON * size;
}

/* Up to `most` terms, two in three decaying; the others grow, but not beyond e^2 on [0, 10]. */
static cf_exponential_sum random_sum(uint64_t *state, unsigned most) {
  cf_exponential_sum sum = {.terms = 1 + (unsigned)(cf_test_next(state) % most)};
  sum.offset = cf_test_between(state, -1.0, 1.0);
  if (cf_test_next(state) % 3) sum.slope = cf_test_between(state, -1.0, 1.0);
  if (cf_test_next(state) % 8 == 0) sum.offset = 0.0;
  bool grows = cf_test_next(state) % 3 == 0;
  for (unsigned k = 0; k < sum.terms; k++) {
    sum.amplitude[k] = cf_test_between(state, -2.0, 2.0);
    sum.rate_per_s[k] = exp(cf_test_between(state, log(0.02), log(50.0)));
    if (grows && k % 3 == 0) sum.rate_per_s[k] = cf_test_between(state, -0.2, 0.05);
    if (k > 0 && cf_test_next(state) % 8 == 0) sum.rate_per_s[k] = sum.rate_per_s[k - 1];
  }
  return sum;
}

static void sampling_sees_nothing_earlier(uint64_t seed, unsigned trials, unsigned most) {
  enum { POINTS = 4000 };
  const double horizon = 10.0;
  unsigned found = 0, none = 0;
  for (unsigned trial = 0; trial < trials; trial++) {
    cf_exponential_sum sum = random_sum(&seed, most);
    double got = cf_first_nonnegative(&sum, horizon), at_start = (double)exact_at(&sum, 0.0L);
    if (fabs(at_start) > noise(&sum, 0.0) && at_start > 0.0) {
      assert_true(got == 0.0);
      continue;
    }
    /* Points crowd at the start, where fast terms live. */
    double before = 0.0, at = -1.0;
    for (int i = 1; i <= POINTS && at < 0.0; i++) {
      double s = horizon * pow((double)i / POINTS, 3.0);
      if (exact_at(&sum, (long double)s) >= 0.0L)
        at = s;
      else
        before = s;
    }
    if (at < 0.0) {
      if (got < 0.0)
        none++;
      else /* a touch between two points: real to within rounding */
        assert_true(fabsl(exact_at(&sum, (long double)got)) <= (long double)noise(&sum, got));
      continue;
    }
    found++;
    assert_true(got >= 0.0 && got <= at);
    if (got < before) { /* earlier than sampling shows: then it must be a true zero */
      assert_true(fabsl(exact_at(&sum, (long double)got)) <= (long double)noise(&sum, got));
      continue;
    }
    long double lo = (long double)before, hi = (long double)at;
    for (int i = 0; i < 200; i++) {
      long double mid = 0.5L * (lo + hi);
      if (exact_at(&sum, mid) >= 0.0L)
        hi = mid;
      else
        lo = mid;
    }
    double room = noise(&sum, at) / (double)fabsl(slope_at(&sum, hi)) + 1e-15 * at;
    if (room < 1e-3 * (at - before)) assert_true(fabs(got - (double)hi) <= room);
  }
  assert_true(found > trials / 10 && none > trials / 10);
}

static void dense_sampling_sees_nothing_earlier(void **unused) {
  (void)unused;
  sampling_sees_nothing_earlier(11, cf_test_trials(2000), 4);
  sampling_sees_nothing_earlier(14, cf_test_trials(150), 40);
}

/* A sum with `count` prescribed zeros, as many as such a sum can have: offset, slope and amplitudes solve a linear
 * system with the last coefficient fixed. */
static bool sum_with_roots(const double *root, unsigned count, const double *rate, cf_exponential_sum *sum) {
  double a_data[25], b_data[5], x_data[5];
  unsigned terms = count - 1;
  for (unsigned r = 0; r < count; r++) { /* unknown: slope, amplitudes; known: offset = -1 */
    a_data[r * count] = root[r];
    for (unsigned k = 0; k < terms; k++) a_data[r * count + 1 + k] = exp(-rate[k] * root[r]);
    b_data[r] = 1.0;
  }
  gsl_matrix_view a = gsl_matrix_view_array(a_data, count, count);
  gsl_vector_view b = gsl_vector_view_array(b_data, count), x = gsl_vector_view_array(x_data, count);
  gsl_permutation *p = gsl_permutation_alloc(count);
  int sign;
  gsl_linalg_LU_decomp(&a.matrix, p, &sign);
  gsl_linalg_LU_solve(&a.matrix, p, &b.vector, &x.vector);
  gsl_permutation_free(p);
  *sum = (cf_exponential_sum){.offset = -1.0, .slope = x_data[0], .terms = terms};
  for (unsigned k = 0; k < terms; k++) {
    sum->amplitude[k] = x_data[1 + k];
    sum->rate_per_s[k] = rate[k];
  }
  if (exact_at(sum, 0.0L) > 0.0L) { /* from below at the start, so that the first root is an upward crossing */
    sum->offset = -sum->offset;
    sum->slope = -sum->slope;
    for (unsigned k = 0; k < terms; k++) sum->amplitude[k] = -sum->amplitude[k];
  }
  return cf_exponential_sum_at(sum, 0.0) < 0.0;
}

static void of_as_many_roots_as_possible_the_first_is_found(void **unused) {
  (void)unused;
  uint64_t state = 12;
  unsigned checked = 0;
  for (unsigned trial = 0; trial < cf_test_trials(2000); trial++) {
    unsigned count = 2 + trial % 4; /* 1..4 exponentials and a line: up to terms + 1 zeros */
    double root[5], rate[4], at = 0.0;
    for (unsigned r = 0; r < count; r++) root[r] = at += cf_test_between(&state, 0.1, 1.0);
    double fast = cf_test_between(&state, 0.3, 1.0);
    for (unsigned k = 0; k < 4; k++) rate[k] = fast *= cf_test_between(&state, 1.5, 4.0);
    cf_exponential_sum sum;
    if (!sum_with_roots(root, count, rate, &sum)) continue;
    double room = 4.0 * noise(&sum, root[0]) / (double)fabsl(slope_at(&sum, (long double)root[0]));
    if (!(room < 0.01)) continue; /* the coefficients' own rounding moves the root */
    checked++;
    assert_true(fabs(cf_first_nonnegative(&sum, 10.0) - root[0]) <= room + 1e-15);
    /* A horizon just before it: nothing. */
    assert_true(cf_first_nonnegative(&sum, root[0] - 2.0 * room - 1e-12) < 0.0);
  }
  assert_true(checked > 1500);
}

static void a_touch_is_seen_when_it_is_there(void **unused) {
  (void)unused;
  /* -(e^-s - 1/2)^2 = -1/4 + e^-s - e^-2s touches zero at ln 2. */
  cf_exponential_sum sum = {.offset = -0.25, .terms = 2, .amplitude = {1.0, -1.0}, .rate_per_s = {1.0, 2.0}};
  double exact = cf_first_nonnegative(&sum, 5.0);
  assert_true(exact < 0.0 || fabs(exact - log(2.0)) < 1e-7);
  for (double lift = 1e-14; lift < 0.01; lift *= 10.0) {
    sum.offset = -0.25 + lift;
    /* e^-s = 1/2 + sqrt(lift) is met first. */
    double want = -log(0.5 + sqrt(lift)), got = cf_first_nonnegative(&sum, 5.0);
    assert_true(fabs(got - want) <= 1e-16 / lift + 1e-9);
    sum.offset = -0.25 - lift;
    assert_true(cf_first_nonnegative(&sum, 5.0) < 0.0);
  }
}

static void simple_answers(void **unused) {
  (void)unused;
  cf_exponential_sum line = {.offset = -1.0, .slope = 2.0};
  assert_true(cf_first_nonnegative(&line, 1.0) == 0.5);
  assert_true(cf_first_nonnegative(&line, 0.5) == 0.5); /* on the horizon counts */
  assert_true(cf_first_nonnegative(&line, 0.4999) < 0.0);
  line.offset = 0.0;
  assert_true(cf_first_nonnegative(&line, 1.0) == 0.0);
  line = (cf_exponential_sum){.offset = 3.0, .slope = -1.0};
  assert_true(cf_first_nonnegative(&line, 1.0) == 0.0);
  line = (cf_exponential_sum){.offset = -1.0};
  assert_true(cf_first_nonnegative(&line, 1e9) < 0.0);
  /* All below zero for ever, tending to it. */
  cf_exponential_sum decay = {.terms = 3, .amplitude = {-1.0, -2.0, -0.5}, .rate_per_s = {0.1, 1.0, 7.0}};
  assert_true(cf_first_nonnegative(&decay, 100.0) < 0.0);
  /* A pure exponential against a level. */
  cf_exponential_sum cool = {.offset = 0.25, .terms = 1, .amplitude = {-1.0}, .rate_per_s = {0.5}};
  assert_true(fabs(cf_first_nonnegative(&cool, 100.0) - 2.0 * log(4.0)) <= 1e-14);
  /* Equal rates fold into one. */
  cf_exponential_sum twins = {.offset = -0.5, .terms = 2, .amplitude = {1.0, -1.0}, .rate_per_s = {2.0, 2.0}};
  assert_true(cf_first_nonnegative(&twins, 10.0) < 0.0);
}

static double cubic(const void *self, double s) { return (s - *(const double *)self) * (1.0 + s * s); }
static double kink(const void *self, double s) {
  double d = s - *(const double *)self;
  return d > 0.0 ? 1e-12 * d : d;
}

static void bracketed_zeros_reach_the_last_bits(void **unused) {
  (void)unused;
  uint64_t state = 13;
  for (int i = 0; i < 2000; i++) {
    double zero = cf_test_between(&state, 0.001, 50.0);
    assert_true(cf_test_ulps(cf_bracketed_zero(cubic, &zero, 0.0, 60.0), (long double)zero) <= 4.0);
    assert_true(cf_test_ulps(cf_bracketed_zero(kink, &zero, 0.0, 60.0), (long double)zero) <= 4.0);
    assert_true(cf_bracketed_zero(cubic, &zero, zero, 60.0) == zero);
    assert_true(cf_bracketed_zero(cubic, &zero, 0.0, zero) == zero);
  }
}

/* -(e^-s - 1/2)^2 under a load of fast terms that cancel in pairs, and beside growing ones. */
static void summits_of_many_terms(void **unused) {
  (void)unused;
  for (unsigned extra = 0; extra <= 120; extra += 40) {
    cf_exponential_sum sum = {.offset = -0.25, .terms = 2, .amplitude = {1.0, -1.0}, .rate_per_s = {1.0, 2.0}};
    for (unsigned k = 0; k < extra; k++) {
      double rate = 100.0 * exp(0.1 * k);
      sum.amplitude[sum.terms] = -0.01;
      sum.rate_per_s[sum.terms++] = rate;
      sum.amplitude[sum.terms] = 0.01;
      sum.rate_per_s[sum.terms++] = 1.001 * rate;
    }
    for (double lift = 1e-13; lift < 0.01; lift *= 10.0) {
      sum.offset = -0.25 + lift;
      double want = -log(0.5 + sqrt(lift)), got = cf_first_nonnegative(&sum, 5.0);
      assert_true(fabs(got - want) <= 1e-16 / lift + 1e-9);
      sum.offset = -0.25 - lift;
      assert_true(cf_first_nonnegative(&sum, 5.0) < 0.0);
    }
  }
}

static void growing_terms(void **unused) {
  (void)unused;
  /* Runaway: e^(s/10) reaches 1e40, and past what a double holds. */
  cf_exponential_sum away = {.offset = -1e40, .terms = 1, .amplitude = {1.0}, .rate_per_s = {-0.1}};
  double want = 400.0 * log(10.0);
  assert_true(fabs(cf_first_nonnegative(&away, 1000.0) - want) <= 1e-14 * want);
  assert_true(fabs(cf_first_nonnegative(&away, 1e6) - want) <= 1e-14 * want);
  assert_true(cf_first_nonnegative(&away, 0.99 * want) < 0.0);
  /* cosh(s) >= 2, and cosh(s) - 3 before a still faster fall. */
  cf_exponential_sum cosine = {.offset = -2.0, .terms = 2, .amplitude = {0.5, 0.5}, .rate_per_s = {1.0, -1.0}};
  assert_true(fabs(cf_first_nonnegative(&cosine, 30.0) - acosh(2.0)) <= 1e-14);
  cf_exponential_sum brief = {.offset = -1.5, .terms = 2, .amplitude = {1.0, -1e-3}, .rate_per_s = {-1.0, -3.0}};
  double got = cf_first_nonnegative(&brief, 30.0);
  assert_true(got > 0.4 && got < 0.42 && fabsl(exact_at(&brief, (long double)got)) < (long double)noise(&brief, got));
  cf_exponential_sum falls = {.offset = -1e-9, .terms = 1, .amplitude = {-1.0}, .rate_per_s = {-5.0}};
  assert_true(cf_first_nonnegative(&falls, 1000.0) < 0.0);
}

/* A rate of zero is an offset, and terms beside rounding do nothing. */
static void terms_that_do_not_move(void **unused) {
  (void)unused;
  cf_exponential_sum sum = {.offset = -3.0, .slope = 1.0, .terms = 3};
  const double amplitude[] = {1.0, 1e-30, -1e-30}, rate[] = {0.0, 5.0, 1e-9};
  memcpy(sum.amplitude, amplitude, sizeof amplitude);
  memcpy(sum.rate_per_s, rate, sizeof rate);
  assert_true(fabs(cf_first_nonnegative(&sum, 10.0) - 2.0) <= 4e-16);
  /* Without an offset the smallest slow term decides in the end. */
  cf_exponential_sum late = {.terms = 2, .amplitude = {-1.0, 1e-20}, .rate_per_s = {1000.0, 1.0}};
  double want = 20.0 * log(10.0) / 999.0;
  assert_true(fabs(cf_first_nonnegative(&late, 1.0) - want) <= 1e-14 * want);
}

static void no_number_no_answer(void **unused) {
  (void)unused;
  for (unsigned where = 0; where < 4; where++) {
    cf_exponential_sum sum = {.offset = -1.0, .slope = 0.1, .terms = 1, .amplitude = {-1.0}, .rate_per_s = {1.0}};
    double *spot[] = {&sum.offset, &sum.slope, &sum.amplitude[0], &sum.rate_per_s[0]};
    assert_true(cf_first_nonnegative(&sum, 100.0) > 0.0);
    *spot[where] = (double)NAN;
    assert_true(cf_first_nonnegative(&sum, 100.0) < 0.0);
    *spot[where] = (double)INFINITY;
    assert_true(cf_first_nonnegative(&sum, 100.0) < 0.0);
  }
}

/* Temperature of a node less a threshold, from below or above. */
static cf_exponential_sum threshold_sum(const cf_modal *modal, const rows_network *r, uint32_t node,
                                        double threshold_k) {
  double z[ROWS_NODES];
  cf_modal_project(modal, r->network, r->start_k, z);
  double sign = r->start_k[node] < threshold_k ? 1.0 : -1.0;
  cf_exponential_sum sum = {.offset = sign * (modal->reference_k - threshold_k), .terms = modal->modes};
  for (uint32_t k = 0; k < modal->modes; k++) {
    double w = sign * modal->weight[node * modal->modes + k];
    double level = rows_input(modal, r->power_w, modal->modes, rows_air_k, k) / modal->lambda_per_s[k];
    sum.offset += w * level;
    sum.amplitude[k] = w * (z[k] - level);
    sum.rate_per_s[k] = modal->lambda_per_s[k];
  }
  return sum;
}

/* tests/reference/thermal_networks_cross.csv: every crossing, upwards or downwards. */
static void crossings_of_thermal_networks(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0xA5);
  rows_network row[ROWS_NETWORKS];
  rows_read_networks(row, arena);
  cf_diag diag;
  cf_diag_init(&diag);
  FILE *file = rows_open("tests/reference/thermal_networks_cross.csv", true);
  unsigned rows = 0, net, node;
  double threshold_c, want_s, worst = 0.0;
  for (; fscanf(file, "%u,%u,%lf,%lf", &net, &node, &threshold_c, &want_s) == 4; rows++) {
    cf_modal modal;
    assert_int_equal(cf_modal_build(&modal, row[net].network, arena, &diag), CF_OK);
    cf_exponential_sum sum = threshold_sum(&modal, &row[net], node, threshold_c + 273.15);
    double got = cf_first_nonnegative(&sum, 100.0 / modal.lambda_per_s[0]);
    if (want_s < 0.0)
      assert_true(got < 0.0);
    else
      worst = fmax(worst, fabs(got - want_s) / want_s);
  }
  (void)fclose(file);
  cf_arena_destroy(arena);
  assert_int_equal(rows, 60);
  print_message("thermal networks: largest relative error of a crossing %.2g\n", worst);
  assert_true(worst <= 1e-8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dense_sampling_sees_nothing_earlier),
      cmocka_unit_test(of_as_many_roots_as_possible_the_first_is_found),
      cmocka_unit_test(a_touch_is_seen_when_it_is_there),
      cmocka_unit_test(simple_answers),
      cmocka_unit_test(bracketed_zeros_reach_the_last_bits),
      cmocka_unit_test(summits_of_many_terms),
      cmocka_unit_test(growing_terms),
      cmocka_unit_test(terms_that_do_not_move),
      cmocka_unit_test(no_number_no_answer),
      cmocka_unit_test(crossings_of_thermal_networks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
