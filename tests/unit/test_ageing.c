/* Ageing: the calendar law against the values its authors expect, rainflow against the standard's example and against a
 * count of whole sequences, life and dose against known values. */
#include "physics/ageing.h"

#include "../support/cf_test.h"

static const double s_per_day = 86400.0;

static cf_ageing_law calendar_law(void) {
  return (cf_ageing_law){.q0 = 1.02, .a_per_sqrt_day = 2.66e-3, .b_k = -7280.0, .c_k = 930.0};
}

static cf_ageing_law cycle_law(void) {
  return (cf_ageing_law){
      .points = 4, .depth = {0.05, 0.2, 0.5, 1.0}, .cycles = {60000.0, 9000.0, 2000.0, 600.0}, .end_share = 0.8};
}

static void the_calendar_law_gives_what_its_authors_expect(void **unused) {
  (void)unused;
  const cf_ageing_law law = calendar_law();
  const struct { double days, lost, to_the_digit; } expected[] = {{20.79, 0.00217, 1e-5}, {8333.0, 0.043, 5e-4}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    cf_ageing age = {0};
    cf_ageing_rest(&law, 278.0, 0.9, expected[i].days * s_per_day, &age);
    assert_true(fabs(sqrt(age.calendar) - expected[i].lost) <= expected[i].to_the_digit);
  }
  cf_ageing age = {0};
  cf_ageing_rest(&law, 278.0, 0.9, 8333.0 * s_per_day, &age);
  assert_true(fabs(cf_ageing_left(&law, &age) - (1.02 - 0.043)) <= 5e-4);
  assert_true(cf_ageing_left(&law, &(cf_ageing){0}) == 1.0); /* 1.02 is no more than all */
}

static void an_interval_may_be_split(void **unused) {
  (void)unused;
  const cf_ageing_law law = calendar_law();
  uint64_t state = 51;
  for (int trial = 0; trial < 50; trial++) {
    double temp_k = cf_test_between(&state, 250.0, 330.0), share = cf_test_between(&state, 0.0, 1.0);
    double span_s = cf_test_between(&state, 1e3, 1e9), done_s = 0.0;
    cf_ageing whole = {0}, parts = {0};
    cf_ageing_rest(&law, temp_k, share, span_s, &whole);
    for (int i = 0; i < 100; i++) {
      double part_s = i == 99 ? span_s - done_s : cf_test_between(&state, 0.0, 0.02) * (span_s - done_s);
      cf_ageing_rest(&law, temp_k, share, part_s, &parts);
      done_s += part_s;
    }
    assert_true(fabs(parts.calendar - whole.calendar) <= 1e-12 * whole.calendar);
  }
  /* Order does not matter either, and hot or full ages faster. */
  cf_ageing a = {0}, b = {0};
  cf_ageing_rest(&law, 300.0, 0.5, 1e7, &a);
  double cool = a.calendar;
  cf_ageing_rest(&law, 320.0, 0.5, 1e7, &a);
  cf_ageing_rest(&law, 320.0, 0.5, 1e7, &b);
  assert_true(b.calendar > cool);
  cf_ageing_rest(&law, 300.0, 0.5, 1e7, &b);
  assert_true(fabs(a.calendar - b.calendar) <= 1e-15 * a.calendar);
  cf_ageing full = {0};
  cf_ageing_rest(&law, 300.0, 1.0, 1e7, &full);
  assert_true(full.calendar > cool);
  const cf_ageing_law none = {0};
  cf_ageing_rest(&none, 320.0, 1.0, 1e9, &b);
  cf_ageing_turn(&none, 0.5, &b);
  assert_true(b.calendar == a.calendar || fabs(a.calendar - b.calendar) <= 1e-15 * a.calendar);
  assert_int_equal(b.turns, 0);
  assert_true(cf_ageing_left(&none, &b) == 1.0);
}

/* ---- Rainflow ---------------------------------------------------------------------------------------------------- */

/* ASTM E1049-85, 5.4.5: ranges 3 (half), 4 (half), 4 (one), 8 (half), 9 (half), 8 (half), 6 (half). Shifted to 0..1 by
 * (x + 5)/10. With one point in the table damage is depth / 100 per cycle, so it adds the ranges up. */
static void the_standards_example(void **unused) {
  (void)unused;
  const double peaks[] = {-2, 1, -3, 5, -1, 3, -4, 4, -2};
  const cf_ageing_law law = {.points = 1, .depth = {1.0}, .cycles = {100.0}, .end_share = 0.8};
  cf_ageing age = {0};
  const double halves[] = {0, 0, 1, 2, 2, 2, 5, 5, 5}, ranges[] = {0, 0, 0.15, 0.35, 0.35, 0.35, 1.15, 1.15, 1.15};
  for (size_t i = 0; i < sizeof peaks / sizeof *peaks; i++) {
    cf_ageing_turn(&law, (peaks[i] + 5.0) / 10.0, &age);
    assert_true(age.half_cycles == halves[i]);
    assert_true(fabs(age.cycle_damage - ranges[i] / 100.0) <= 1e-8);
  }
  assert_int_equal(age.turns, 4); /* open: the half cycles 9, 8, 6 */
  double all = 1.15 + 0.5 * (0.9 + 0.8 + 0.6);
  assert_true(fabs(cf_ageing_left(&law, &age) - (1.0 - 0.2 * all / 100.0)) <= 1e-9);
}

typedef struct total {
  double halves, damage;
} total;

static double damage_of(double depth, const cf_ageing_law *law) {
  uint32_t j = 0;
  while (j + 2 < law->points && depth >= law->depth[j + 1]) j++;
  double slope = log(law->cycles[j + 1] / law->cycles[j]) / log(law->depth[j + 1] / law->depth[j]);
  return 1.0 / (law->cycles[j] * pow(depth / law->depth[j], slope));
}

/* The standard's procedure on a whole sequence in memory: from the front, again from the start after each extraction.
 */
static total whole_sequence(const double *turn, size_t count, const cf_ageing_law *law) {
  double *left = malloc(count * sizeof *left);
  memcpy(left, turn, count * sizeof *left);
  total t = {0};
  for (bool found = true; found;) {
    found = false;
    for (size_t i = 0; i + 2 < count && !found; i++) {
      double y = fabs(left[i + 1] - left[i]), x = fabs(left[i + 2] - left[i + 1]);
      if (x < y) continue;
      size_t drop = i == 0 ? 1 : 2;
      t.halves += (double)drop;
      t.damage += 0.5 * (double)drop * damage_of(y, law);
      memmove(&left[i], &left[i + drop], (count - i - drop) * sizeof *left);
      count -= drop;
      found = true;
    }
  }
  for (size_t i = 0; i + 1 < count; i++) t.damage += 0.5 * damage_of(fabs(left[i + 1] - left[i]), law);
  free(left);
  return t;
}

static void random_sequences_as_a_whole(void **unused) {
  (void)unused;
  const cf_ageing_law law = cycle_law();
  uint64_t state = 52;
  unsigned compared = 0;
  for (unsigned trial = 0; trial < cf_test_trials(2000); trial++) {
    double turn[200];
    size_t count = 3 + cf_test_next(&state) % 197, n = 0;
    bool up = cf_test_next(&state) & 1;
    double at = 0.5;
    for (size_t i = 0; i < count; i++, up = !up) { /* alternating, on a grid that float holds exactly */
      double next = up ? cf_test_between(&state, at, 1.0) : cf_test_between(&state, 0.0, at);
      next = floor(next * 4096.0) / 4096.0;
      if (next == at) continue;
      if (n >= 2 && (next > at) == (at > turn[n - 2])) n--;
      turn[n++] = at = next;
    }
    cf_ageing age = {0};
    uint32_t deepest = 0;
    for (size_t i = 0; i < n; i++) {
      cf_ageing_turn(&law, turn[i], &age);
      if (age.turns > deepest) deepest = age.turns;
    }
    if (deepest == CF_RAINFLOW_DEPTH) continue;
    compared++;
    total want = whole_sequence(turn, n, &law);
    assert_true(age.half_cycles == want.halves);
    double left = 1.0 - 0.2 * want.damage;
    assert_true(fabs(cf_ageing_left(&law, &age) - left) <= 1e-12);
    assert_true(want.damage > 0.0 && left < 1.0);
  }
  assert_true(compared > 1000);
}

/* Sequences that narrow: the stack overflows, and what is lost by that is small, because it is the smallest ranges. */
static void a_full_stack_forgets_the_smallest(void **unused) {
  (void)unused;
  const cf_ageing_law law = cycle_law();
  cf_ageing age = {0};
  double turn[60];
  for (int i = 0; i < 60; i++) {
    turn[i] = 0.5 + (i % 2 ? -0.5 : 0.5) * pow(0.9, i);
    cf_ageing_turn(&law, turn[i], &age);
    assert_true(age.turns <= CF_RAINFLOW_DEPTH);
  }
  assert_int_equal(age.turns, CF_RAINFLOW_DEPTH);
  assert_true(age.half_cycles == 60 - CF_RAINFLOW_DEPTH);
  for (int i = 0; i < CF_RAINFLOW_DEPTH; i++) assert_true(age.turn[i] == (float)turn[i]);
  /* A range that spans all of them closes all of them. */
  double before = cf_ageing_left(&law, &age);
  cf_ageing_turn(&law, 1.0, &age);
  cf_ageing_turn(&law, 0.0, &age);
  assert_true(age.turns <= 3 && cf_ageing_left(&law, &age) < before);
}

static void a_point_on_the_way_is_no_turn(void **unused) {
  (void)unused;
  const cf_ageing_law law = cycle_law();
  const double with[] = {0.5, 0.6, 0.9, 0.9, 0.4, 0.3, 0.7, 0.2, 0.1}, without[] = {0.5, 0.9, 0.3, 0.7, 0.1};
  cf_ageing a = {0}, b = {0};
  for (size_t i = 0; i < sizeof with / sizeof *with; i++) cf_ageing_turn(&law, with[i], &a);
  for (size_t i = 0; i < sizeof without / sizeof *without; i++) cf_ageing_turn(&law, without[i], &b);
  assert_int_equal(a.turns, b.turns);
  assert_true(a.half_cycles == b.half_cycles && a.cycle_damage == b.cycle_damage);
  assert_true(cf_ageing_left(&law, &a) == cf_ageing_left(&law, &b));
}

static void a_life_of_one_depth_ends_at_its_share(void **unused) {
  (void)unused;
  const cf_ageing_law law = cycle_law();
  for (uint32_t p = 0; p < law.points; p++) {
    cf_ageing age = {0};
    for (int i = 0; i < (int)law.cycles[p]; i++) {
      cf_ageing_turn(&law, 0.0, &age);
      cf_ageing_turn(&law, law.depth[p], &age);
    }
    assert_true(fabs(cf_ageing_left(&law, &age) - law.end_share) <= 0.6 * (1.0 - law.end_share) / law.cycles[p] + 1e-7);
  }
  /* Of both laws the lesser share counts. */
  cf_ageing_law both = cycle_law();
  both.q0 = 1.0;
  assert_true(fabs(cf_ageing_left(&both, &(cf_ageing){.calendar = 0.09, .cycle_damage = 1.0}) - 0.7) <= 1e-15);
  assert_true(fabs(cf_ageing_left(&both, &(cf_ageing){.calendar = 0.01, .cycle_damage = 1.0}) - 0.8) <= 1e-15);
  assert_true(cf_ageing_left(&both, &(cf_ageing){.cycle_damage = 6.0}) == 0.0);
}

static void bad_laws_are_refused(void **unused) {
  (void)unused;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_ageing_law law = cycle_law();
  assert_int_equal(cf_ageing_check(&law, &diag), CF_OK);
  law = calendar_law();
  assert_int_equal(cf_ageing_check(&law, &diag), CF_OK);
  law = (cf_ageing_law){0};
  assert_int_equal(cf_ageing_check(&law, &diag), CF_OK);
  law = cycle_law();
  law.depth[2] = law.depth[1];
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  law = cycle_law();
  law.depth[0] = 0.0;
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  law = cycle_law();
  law.cycles[3] = law.cycles[2] + 1.0;
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  law = cycle_law();
  law.end_share = 1.0;
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  law = cycle_law();
  law.points = CF_CYCLE_POINTS + 1;
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  law = calendar_law();
  law.q0 = -1.0;
  assert_int_equal(cf_ageing_check(&law, &diag), CF_INPUT);
  assert_int_equal(diag.errors, 6);
}

/* ---- Life and dose ----------------------------------------------------------------------------------------------- */

static void arrhenius_and_dose(void **unused) {
  (void)unused;
  const double boltzmann_ev = 8.617333262e-5;
  assert_true(cf_arrhenius_s(0.7 / boltzmann_ev, 328.15, 328.15, 10.0) == 10.0);
  /* 0.7 eV, 55 to 125 degC: the acceleration factor 77.9 of burn-in tables (exp of 0.7 eV over k, by hand). */
  assert_true(fabs(cf_arrhenius_s(0.7 / boltzmann_ev, 328.15, 398.15, 1.0) - 77.9) <= 0.3);
  assert_true(cf_arrhenius_s(0.0, 300.0, 400.0, 3.0) == 3.0);

  /* Sapareto and Dewey: a minute more per degree doubles above 43 degC and quadruples below. */
  const struct {
    double degc, factor;
  } dose[] = {{43.0, 1.0},    {44.0, 2.0},         {45.0, 4.0}, {42.0, 0.25},
              {41.0, 0.0625}, {39.0, 1.0 / 256.0}, {38.9, 0.0}, {37.0, 0.0}};
  for (size_t i = 0; i < sizeof dose / sizeof *dose; i++) {
    double got = cf_cem43_s(dose[i].degc + 273.15, 3600.0);
    assert_true(fabs(got - 3600.0 * dose[i].factor) <= 1e-11 * 3600.0 * dose[i].factor);
  }
  assert_true(fabs(cf_cem43_s(316.15 - 1e-12, 1.0) - 1.0) <= 1e-11);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_calendar_law_gives_what_its_authors_expect),
      cmocka_unit_test(an_interval_may_be_split),
      cmocka_unit_test(the_standards_example),
      cmocka_unit_test(random_sequences_as_a_whole),
      cmocka_unit_test(a_full_stack_forgets_the_smallest),
      cmocka_unit_test(a_point_on_the_way_is_no_turn),
      cmocka_unit_test(a_life_of_one_depth_ends_at_its_share),
      cmocka_unit_test(bad_laws_are_refused),
      cmocka_unit_test(arrhenius_and_dose),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
