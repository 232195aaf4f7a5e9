/* First crossings of sums of exponentials: none missed, the first one returned, against dense sampling, known roots
 * and a peer's crossings of RC networks. */
#include "physics/crossing.h"

#include "../support/cf_test.h"

#include "physics/thermal.h"

#include "fixtures/fleet/networks.h"

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

static cf_exponential_sum random_sum(uint64_t *state) {
  cf_exponential_sum sum = {.terms = 1 + (unsigned)(cf_test_next(state) % 3)};
  sum.offset = cf_test_between(state, -1.0, 1.0);
  if (cf_test_next(state) % 3) sum.slope = cf_test_between(state, -1.0, 1.0);
  if (cf_test_next(state) % 8 == 0) sum.offset = 0.0;
  for (unsigned k = 0; k < sum.terms; k++) {
    sum.amplitude[k] = cf_test_between(state, -2.0, 2.0);
    sum.rate_per_s[k] = exp(cf_test_between(state, log(0.02), log(50.0)));
  }
  return sum;
}

static void dense_sampling_sees_nothing_earlier(void **unused) {
  (void)unused;
  enum { POINTS = 4000 };
  const double horizon = 10.0;
  uint64_t state = 11;
  unsigned found = 0, none = 0;
  for (unsigned trial = 0; trial < cf_test_trials(3000); trial++) {
    cf_exponential_sum sum = random_sum(&state);
    if (cf_exponential_sum_at(&sum, 0.0) >= 0.0) {
      assert_true(cf_first_nonnegative(&sum, horizon) == 0.0);
      continue;
    }
    double got = cf_first_nonnegative(&sum, horizon);
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
      if (got < 0.0) {
        none++;
      } else { /* a touch between two points: real to within rounding */
        assert_true(fabsl(exact_at(&sum, (long double)got)) <= (long double)noise(&sum, got));
      }
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
  assert_true(found > 300 && none > 300);
}

/* A sum with `count` prescribed zeros, as many as such a sum can have: offset, slope and amplitudes solve a linear
 * system with the last coefficient fixed. */
static bool sum_with_roots(const double *root, unsigned count, const double *rate, cf_exponential_sum *sum) {
  double a_data[16], b_data[4], x_data[4];
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
    unsigned count = 2 + trial % 3; /* 1..3 exponentials and a line: up to terms + 1 zeros */
    double root[4], rate[3], at = 0.0;
    for (unsigned r = 0; r < count; r++) root[r] = at += cf_test_between(&state, 0.1, 1.0);
    double fast = cf_test_between(&state, 0.3, 1.0);
    for (unsigned k = 0; k < 3; k++) rate[k] = fast *= cf_test_between(&state, 1.5, 4.0);
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

/* tests/reference/rc_networks_cross.csv: every crossing, upwards or downwards. */
static void crossings_of_rc_networks(void **unused) {
  (void)unused;
  network_peer peer[NETWORK_MAX];
  networks_read(peer);
  cf_diag diag;
  cf_diag_init(&diag);
  FILE *file = fopen("tests/reference/rc_networks_cross.csv", "r");
  assert_non_null(file);
  char line[256];
  assert_non_null(fgets(line, sizeof line, file));
  unsigned rows = 0;
  while (fgets(line, sizeof line, file)) {
    unsigned net, node;
    double threshold_c, want_s;
    assert_int_equal(sscanf(line, "%u,%u,%lf,%lf", &net, &node, &threshold_c, &want_s), 4);
    const network_peer *p = &peer[net];
    cf_thermal thermal;
    assert_int_equal(cf_thermal_build(&thermal, &p->network, &diag), CF_OK);
    double z[CF_THERMAL_NODES], u[CF_THERMAL_NODES];
    network_start(p, &thermal, z);
    network_inputs(p, &thermal, u);
    bool from_below = p->start_c[node] < threshold_c;
    double sign = from_below ? 1.0 : -1.0;
    cf_exponential_sum sum = {.offset = sign * (thermal.reference_k - (threshold_c + 273.15)), .terms = thermal.modes};
    for (uint32_t k = 0; k < thermal.modes; k++) {
      double w = sign * thermal.weight[node][k], level = u[k] / thermal.lambda_per_s[k];
      sum.offset += w * level;
      sum.amplitude[k] = w * (z[k] - level);
      sum.rate_per_s[k] = thermal.lambda_per_s[k];
    }
    double horizon = 100.0 / thermal.lambda_per_s[0];
    double got = cf_first_nonnegative(&sum, horizon);
    if (want_s < 0.0)
      assert_true(got < 0.0);
    else
      assert_true(fabs(got - want_s) <= 1e-8 * want_s);
    rows++;
  }
  (void)fclose(file);
  assert_true(rows >= 12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dense_sampling_sees_nothing_earlier),
      cmocka_unit_test(of_as_many_roots_as_possible_the_first_is_found),
      cmocka_unit_test(a_touch_is_seen_when_it_is_there),
      cmocka_unit_test(simple_answers),
      cmocka_unit_test(bracketed_zeros_reach_the_last_bits),
      cmocka_unit_test(crossings_of_rc_networks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
