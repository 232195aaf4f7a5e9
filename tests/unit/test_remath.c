/* base/remath: at most 1 ulp from long double libm, and the same bits from every compiled form. */
#include "../support/cf_test.h"

#include "base/remath.h"
#include "base/remath_variants.h"

#include <float.h>

typedef struct one_argument {
  const char *name;
  double (*ours)(double);
  long double (*libm)(long double);
  double low, high;
} one_argument;

static const one_argument functions[] = {
    {"exp", cf_exp, expl, -708.0, 709.0},    {"exp near 0", cf_exp, expl, -1e-3, 1e-3},
    {"expm1", cf_expm1, expm1l, -40.0, 700}, {"expm1 near 0", cf_expm1, expm1l, -1e-5, 1e-5},
    {"log", cf_log, logl, 1e-12, 1e12},      {"log near 1", cf_log, logl, 0.9, 1.1},
    {"log1p", cf_log1p, log1pl, -0.999, 50}, {"log1p near 0", cf_log1p, log1pl, -1e-6, 1e-6},
    {"sin", cf_sin, sinl, -1e4, 1e4},        {"sin near pi", cf_sin, sinl, 3.1415, 3.1417},
    {"cos", cf_cos, cosl, -1e4, 1e4},        {"cos near pi/2", cf_cos, cosl, 1.57079, 1.5708},
    {"tan", cf_tan, tanl, -1e3, 1e3},        {"tan near pi/2", cf_tan, tanl, 1.5707, 1.5709},
    {"asin", cf_asin, asinl, -1.0, 1.0},     {"acos", cf_acos, acosl, -1.0, 1.0},
};

static void within_one_ulp(void **state) {
  (void)state;
  uint64_t dice = 1;
  unsigned trials = cf_test_trials(50000);
  for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
    const one_argument *function = &functions[f];
    for (unsigned i = 0; i < trials; i++) {
      double x = cf_test_between(&dice, function->low, function->high);
      double off = cf_test_ulps(function->ours(x), function->libm(x));
      if (!(off <= 1.0)) fail_msg("%s(%a) is %.3f ulp off", function->name, x, off);
    }
  }
}

static void erfc_within_one_and_a_half_ulp(void **state) {
  (void)state;
  uint64_t dice = 4;
  unsigned trials = cf_test_trials(50000);
  for (unsigned i = 0; i < trials; i++) {
    double x = cf_test_between(&dice, -6.0, 26.0);
    double off = cf_test_ulps(cf_erfc(x), erfcl(x));
    if (!(off <= 1.5)) fail_msg("erfc(%a) is %.3f ulp off", x, off);
  }
}

static void two_arguments_within_one_ulp(void **state) {
  (void)state;
  uint64_t dice = 2;
  unsigned trials = cf_test_trials(50000);
  for (unsigned i = 0; i < trials; i++) {
    double x = cf_test_between(&dice, 1e-6, 100.0), y = cf_test_between(&dice, -30.0, 30.0);
    double off = cf_test_ulps(cf_pow(x, y), powl(x, y));
    if (!(off <= 1.0)) fail_msg("pow(%a, %a) is %.3f ulp off", x, y, off);
    x = cf_test_between(&dice, -5.0, 5.0);
    off = cf_test_ulps(cf_atan2(y, x), atan2l(y, x));
    if (!(off <= 1.0)) fail_msg("atan2(%a, %a) is %.3f ulp off", y, x, off);
  }
}

static void edges_are_those_of_ieee(void **state) {
  (void)state;
  assert_true(cf_exp(0.0) == 1.0);
  assert_true(cf_exp(-INFINITY) == 0.0);
  assert_true(cf_exp(INFINITY) == INFINITY);
  assert_true(cf_exp(710.0) == INFINITY);
  assert_true(cf_exp(-800.0) == 0.0);
  assert_true(isnan(cf_exp(NAN)));
  assert_true(cf_expm1(-INFINITY) == -1.0);
  assert_true(cf_expm1(-800.0) == -1.0);
  assert_true(cf_expm1(1e-300) == 1e-300);
  assert_true(cf_log(0.0) == -INFINITY);
  assert_true(cf_log(1.0) == 0.0);
  assert_true(cf_log(INFINITY) == INFINITY);
  assert_true(isnan(cf_log(-1.0)));
  assert_true(cf_test_ulps(cf_log(DBL_TRUE_MIN), logl((long double)DBL_TRUE_MIN)) <= 1.0);
  assert_true(cf_log1p(-1.0) == -INFINITY);
  assert_true(isnan(cf_log1p(-2.0)));
  assert_true(cf_pow(0.0, 0.0) == 1.0);
  assert_true(cf_pow(2.0, 10.0) == 1024.0);
  assert_true(cf_pow(-2.0, 3.0) == -8.0);
  assert_true(isnan(cf_pow(-2.0, 0.5)));
  assert_true(cf_sin(0.0) == 0.0);
  assert_true(cf_cos(0.0) == 1.0);
  assert_true(isnan(cf_sin(INFINITY)));
  assert_true(isnan(cf_asin(1.5)));
  assert_true(cf_acos(1.0) == 0.0);
  assert_true(cf_atan2(0.0, 1.0) == 0.0);
}

static const double edge[] = {0.0,
                              -0.0,
                              0.5,
                              -0.5,
                              0x1.fffffffffffffp-2,
                              -0x1.fffffffffffffp-2,
                              0x1.0000000000001p-1,
                              -0x1.0000000000001p-1,
                              1.0,
                              -1.0,
                              DBL_MIN,
                              -DBL_MIN,
                              DBL_TRUE_MIN,
                              -DBL_TRUE_MIN,
                              700.0,
                              -700.0,
                              709.782712893384,
                              709.9,
                              -708.5,
                              -745.2,
                              -746.0,
                              DBL_MAX,
                              -DBL_MAX,
                              INFINITY,
                              -INFINITY,
                              NAN};
enum { EDGES = sizeof edge / sizeof *edge };

static void check_forms(const double x[4]) {
  double sse2[4], avx[4];
  memcpy(sse2, x, sizeof sse2);
  memcpy(avx, x, sizeof avx);
  cf_exp4_sse2(sse2);
  cf_exp4_avx(avx);
  for (int i = 0; i < 4; i++) {
    if (!cf_test_same(sse2[i], avx[i]) || !cf_test_same(sse2[i], cf_exp(x[i])))
      fail_msg("exp(%a): scalar %a, SSE2 %a, AVX %a", x[i], cf_exp(x[i]), sse2[i], avx[i]);
  }
  cf_relax4 a, b;
  cf_relax_sse2(x, &a);
  cf_relax_avx(x, &b);
  for (int i = 0; i < 4; i++) {
    if (!cf_test_same(a.e[i], b.e[i]) || !cf_test_same(a.p1[i], b.p1[i]) || !cf_test_same(a.p2[i], b.p2[i]) ||
        !cf_test_same(a.p3[i], b.p3[i]))
      fail_msg("relax(%a) in lane %d differs between SSE2 and AVX", x[i], i);
  }
}

static void forms_give_the_same_bits(void **state) {
  (void)state;
  if (!__builtin_cpu_supports("avx")) skip();
  for (unsigned i = 0; i < EDGES; i++) {
    for (unsigned j = 0; j < EDGES; j++) {
      double x[4] = {edge[i], edge[j], edge[(i + j) % EDGES], -0.25};
      check_forms(x);
    }
  }
  uint64_t dice = 3;
  for (unsigned i = 0; i < 250000; i++) {
    double x[4];
    for (int k = 0; k < 4; k++) {
      uint64_t bits = cf_test_next(&dice);
      if (i % 4 == 0) {
        memcpy(&x[k], &bits, sizeof bits); /* any bit pattern */
      } else {
        double span = i % 4 == 1 ? 1.0 : i % 4 == 2 ? 50.0 : 740.0;
        x[k] = cf_test_between(&dice, -span, span);
      }
    }
    check_forms(x);
  }
}

/* A lane's result does not depend on what its neighbours hold, though they decide which branch is taken. */
static void lanes_are_independent(void **state) {
  (void)state;
  uint64_t dice = 4;
  for (unsigned i = 0; i < 20000; i++) {
    double z = cf_test_between(&dice, -1.0, 1.0);
    double small[4] = {z, 0.1, -0.1, 0.2}, large[4] = {z, -30.0, 5.0, -1e9};
    cf_relax4 a, b;
    cf_relax(small, &a);
    cf_relax(large, &b);
    assert_true(cf_test_same(a.e[0], b.e[0]));
    assert_true(cf_test_same(a.p3[0], b.p3[0]));
  }
}

/* In long double: the series where the quotients would cancel, the quotients elsewhere. */
static void exact_relax(double z_in, long double out[4]) {
  long double z = z_in;
  if (fabsl(z) < 2.0L) {
    long double term = 1.0L / 6.0L, sum = 0.0L; /* z^k/(k+3)! */
    for (int k = 0; k < 60; k++) {
      sum += term;
      term *= z / (long double)(k + 4);
    }
    out[3] = sum;
    out[2] = z * out[3] + 0.5L;
    out[1] = z * out[2] + 1.0L;
    out[0] = expl(z);
    return;
  }
  out[0] = expl(z);
  out[1] = expm1l(z) / z;
  out[2] = (out[1] - 1.0L) / z;
  out[3] = (out[2] - 0.5L) / z;
}

static void relax_is_near_its_formulas(void **state) {
  (void)state;
  static const double spans[][2] = {{-0.5, 0.5}, {-2.0, 2.0}, {-0.6, -0.4}, {0.4, 0.6}, {-60.0, 60.0}, {-1e4, 700.0}};
  uint64_t dice = 5;
  unsigned trials = cf_test_trials(40000);
  double worst = 0.0;
  for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
    for (unsigned i = 0; i < trials; i++) {
      double z[4];
      cf_relax4 got;
      for (int k = 0; k < 4; k++) z[k] = cf_test_between(&dice, spans[s][0], spans[s][1]);
      cf_relax(z, &got);
      for (int k = 0; k < 4; k++) {
        long double want[4];
        exact_relax(z[k], want);
        const double values[4] = {got.e[k], got.p1[k], got.p2[k], got.p3[k]};
        for (int j = 0; j < 4; j++) {
          if ((double)want[j] < DBL_MIN) continue; /* e^z below the normal range */
          double error = (double)fabsl((long double)values[j] / want[j] - 1.0L);
          worst = fmax(worst, error);
          if (!(error <= 4e-15)) fail_msg("kernel %d at z = %a is off by %.2e", j, z[k], error);
        }
      }
    }
  }
  assert_true(worst > 0.0);
}

static void relax_at_zero_is_the_limit(void **state) {
  (void)state;
  const double z[4] = {0.0, -0.0, 0.0, 0.0};
  cf_relax4 got;
  cf_relax(z, &got);
  assert_true(got.e[1] == 1.0 && got.p1[1] == 1.0 && got.p2[1] == 0.5);
  assert_true(cf_test_ulps(got.p3[1], 1.0L / 6.0L) <= 1.0);
}

/* One value for every compiler, level and CPU. It changes only with SLEEF or with the kernels, and then so do all
 * golden digests. */
static void math_id_is_the_known_one(void **state) {
  (void)state;
  uint64_t id = cf_math_id();
  assert_int_equal(id, cf_math_id());
  if (id != UINT64_C(0x4f5e52ef83e15259)) fail_msg("math_id is %016llx", (unsigned long long)id);
}

/* What is kept in single precision is rounded to it, also where the compiler could carry the double past. gcc 12 does
 * so with -ftree-slp-vectorize. */
typedef struct narrow {
  float a, b, c;
} narrow;
typedef struct wide {
  double a, b, c;
} wide;

__attribute__((noinline)) static void keep(const wide *from, narrow *kept, wide *back) {
  kept->a = (float)from->a;
  kept->b = (float)from->b;
  kept->c = (float)from->c;
  *back = (wide){(double)kept->a, (double)kept->b, (double)kept->c};
}

static void narrowing_rounds(void **unused) {
  (void)unused;
  wide from = {0.1, 1.0 / 3.0, 1e-3}, back;
  narrow kept;
  keep(&from, &kept, &back);
  assert_true(back.a == 0.1 + 1.4901161138336505e-09);
  assert_true(back.b != from.b && back.c != from.c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(within_one_ulp),
      cmocka_unit_test(erfc_within_one_and_a_half_ulp),
      cmocka_unit_test(two_arguments_within_one_ulp),
      cmocka_unit_test(edges_are_those_of_ieee),
      cmocka_unit_test(forms_give_the_same_bits),
      cmocka_unit_test(lanes_are_independent),
      cmocka_unit_test(relax_is_near_its_formulas),
      cmocka_unit_test(relax_at_zero_is_the_limit),
      cmocka_unit_test(math_id_is_the_known_one),
      cmocka_unit_test(narrowing_rounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
