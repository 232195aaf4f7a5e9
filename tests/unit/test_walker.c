/* The segment walker by what must hold of it: split invariance, closed books, the second law, monotony, limits, the
 * instants of crossings. What it computes is held against others in test_walker_physics.c and test_walker_reference.c.
 */
#include "physics/walker.h"

#include "fixtures/fleet/bodies.h"

static const char *const kind_name[BODY_KINDS] = {"plain", "battery", "hybrid", "mains", "everything"};

static double apart(double a, double b, double scale) { return fabs(a - b) / scale; }

static void splitting_changes_nothing(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(170000) * CF_NS_PER_S;
  for (body_kind kind = 0; kind < BODY_KINDS; kind++) {
    double worst = 0.0, spilled = 0.0, warmth = 0.0;
    for (uint32_t which = 0; which < 60; which++) {
      bench_body *b = make_body(kind, which, (body_finesse){0});
      sky s = make_sky(which);
      double full = kind == BODY_MAINS ? 1.0 : cf_store_full_j(&b->class, &b->scale);
      cf_body_room start = start_body(b, 0.5 + 0.5 * bodies_uniform(which, 3000));
      cf_flows one = {0}, many = {0};
      uint32_t state = which % 3;
      cf_body_room whole = walk_cut(b, &s, state, end, 0, which, start, &one);
      cf_body_room parts = walk_cut(b, &s, state, end, 40 + which * 7, which, start, &many);
      worst = fmax(worst, apart(whole.body.store_j, parts.body.store_j, full));
      for (uint32_t k = 0; k < b->class.modal.modes; k++)
        worst = fmax(worst, apart(whole.body.mode[k], parts.body.mode[k], fabs(whole.body.mode[k])));
      cf_body_more w = more_of(b, &whole), p = more_of(b, &parts);
      if (b->class.has_second) worst = fmax(worst, apart(w.second_j, p.second_j, b->class.second.full_j));
      worst = fmax(worst, apart(w.slow_j, p.slow_j, full));
      assert_int_equal(w.on_second, p.on_second);
      assert_memory_equal(w.cell, p.cell, sizeof w.cell);
      if (kind != BODY_MAINS) assert_true(one.store_min_j >= 0.0F && whole.body.store_j > 0.0);
      spilled += one.spilled_j;
      assert_true(fabs(one.spilled_j - many.spilled_j) <= 1e-11 * one.harvest_j);
      warmth = fmax(warmth, apart(one.air_heat_j, many.air_heat_j, one.sun_heat_j + fabs(one.air_heat_j)));
      drop_body(b);
    }
    print_message("%s: largest split difference %.2g of full scale, %.2g of the heat\n", kind_name[kind], worst,
                  warmth);
    assert_true(worst <= 1e-12 && warmth <= 1e-11);
    if (kind != BODY_MAINS) assert_true(spilled > 0.0); /* the clamp was met */
  }
}

/* ---- books ---------------------------------------------------------------------------------------------------------
 */

typedef struct books {
  cf_flows flows;
  cf_body_more more;
  double start_j, end_j;
} books;

/* Energy and heat books of a walk from nothing; the larger relative residual. */
static double residual(const bench_body *b, uint32_t state, double span_s, int64_t end_ns, const cf_body_room *from,
                       const cf_body_room *to, const books *k) {
  const cf_flows *f = &k->flows;
  const cf_body_more *m = &k->more;
  const cf_modal *modal = &b->class.modal;
  double device = b->class.load[state].device_w * span_s, heat = b->class.load[state].heat_w * span_s;
  double in = f->harvest_j + k->start_j, lost = f->converter_j + f->leakage_j + f->esr_j;
  double energy = (in - f->spilled_j - lost - device - m->silicon_paid_j - m->aged_j - k->end_j) / in;
  int64_t into_ns = end_ns % b->class.refresh_ns;
  double left_s = into_ns == 0 ? 0.0 : cf_ticks_to_s(b->class.refresh_ns - into_ns);
  double stored = cf_modal_stored_j(modal, to->body.mode) - cf_modal_stored_j(modal, from->body.mode);
  double entered = heat + lost - to->body.waiting_j - to->body.held_w * left_s + f->sun_heat_j + m->silicon_j -
                   m->generator_j + m->shunted_j;
  double warmth = (entered - f->air_heat_j - m->host_heat_j - stored) /
                  (f->sun_heat_j + fabs(f->air_heat_j) + fabs(m->host_heat_j) + lost + heat + m->silicon_j);
  return fmax(fabs(energy), fabs(warmth));
}

static void books_close_and_every_entry_matters(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(170123) * CF_NS_PER_S;
  for (body_kind kind = 0; kind < BODY_KINDS; kind++) {
    double worst = 0.0;
    unsigned met[14] = {0};
    for (uint32_t which = 0; which < 40; which++) {
      bench_body *b = make_body(kind, which, (body_finesse){0});
      sky s = make_sky(which);
      cf_body_room start = start_body(b, 0.9);
      uint32_t state = which % 3;
      double span_s = cf_ticks_to_s(end);
      books k = {.start_j = stored_of(b, &start)};
      cf_body_room after = walk_cut(b, &s, state, end, 11, which, start, &k.flows);
      k.more = more_of(b, &after);
      k.end_j = stored_of(b, &after);
      double closed = residual(b, state, span_s, end, &start, &after, &k);
      worst = fmax(worst, closed);
      assert_true(closed <= 1e-11);
      /* Dropping any entry that carries more than 1e-8 of the total must fail the check. */
      double *const entry[] = {&k.flows.harvest_j,
                               &k.flows.spilled_j,
                               &k.flows.converter_j,
                               &k.flows.leakage_j,
                               &k.flows.esr_j,
                               &k.flows.sun_heat_j,
                               &k.flows.air_heat_j,
                               &k.more.silicon_j,
                               &k.more.silicon_paid_j,
                               &k.more.generator_j,
                               &k.more.host_heat_j,
                               &k.more.aged_j,
                               &k.end_j};
      double total = k.flows.harvest_j + k.flows.sun_heat_j;
      for (size_t i = 0; i < sizeof entry / sizeof *entry; i++) {
        double kept = *entry[i];
        if (fabs(kept) < 1e-7 * total) continue;
        met[i]++;
        *entry[i] = 0.0;
        assert_true(residual(b, state, span_s, end, &start, &after, &k) > 1e-9);
        *entry[i] = kept;
      }
      drop_body(b);
    }
    print_message("%s: largest residual %.2g\n", kind_name[kind], worst);
    if (kind == BODY_EVERYTHING)
      for (size_t i = 0; i < 11; i++) assert_true(met[i] > 0); /* all but what ageing squeezes out */
  }
}

/* ---- laws ----------------------------------------------------------------------------------------------------------
 */

/* No node gets colder than the coldest of its surroundings and its start, while heat only comes in. The generator's
 * ends are apart: what it turns into power is taken from both. */
static void nothing_is_colder_than_its_surroundings(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(170000) * CF_NS_PER_S, step = INT64_C(613) * CF_NS_PER_S;
  for (body_kind kind = 0; kind < BODY_KINDS; kind++) {
    for (uint32_t which = 0; which < 8; which++) {
      bench_body *b = make_body(kind, which, (body_finesse){0});
      sky s = make_sky(which);
      cf_drivers drivers = {sky_piece, &s};
      double least_k = 290.0;
      for (int i = 0; i <= SKY_KNOTS; i++) least_k = fmin(least_k, s.air[i]);
      cf_body_room room = start_body(b, 0.6);
      cf_flows flows = {0};
      double taken_k = b->class.has_generator ? 0.01 : 1e-9;
      for (int64_t t = 0; t < end; t += step) {
        cf_walk(&b->class, &b->scale, &drivers, which % 3, t, t + step, &room.body, &flows);
        for (uint32_t i = 0; i < b->class.modal.modes; i++) assert_true(temp_of(b, i, &room) >= least_k - taken_k);
      }
      drop_body(b);
    }
  }
}

static double joules_after(body_kind kind, uint32_t which, uint32_t state, double harvest, double extra_w) {
  bench_body *b = make_body(kind, which, (body_finesse){0});
  sky s = make_sky(which);
  b->scale.harvest *= harvest;
  b->class.load[state].bus_w += extra_w;
  b->class.load[state].device_w += extra_w;
  b->class.load[state].heat_w += extra_w;
  cf_flows flows = {0};
  cf_body_room after = walk_cut(b, &s, state, INT64_C(100000) * CF_NS_PER_S, 0, 0, start_body(b, 0.7), &flows);
  double joules = stored_of(b, &after);
  drop_body(b);
  return joules;
}

/* Where neither its heat nor its charging current acts back on the store; elsewhere more light may also warm a cell,
 * and so let it lose more. */
static void more_panel_never_stores_less_and_more_load_never_more(void **unused) {
  (void)unused;
  for (uint32_t which = 0; which < 30; which++) {
    double less = joules_after(BODY_PLAIN, which, 1, 1.0, 0.0);
    assert_true(joules_after(BODY_PLAIN, which, 1, 1.1, 0.0) >= less - 1e-12);
    assert_true(joules_after(BODY_PLAIN, which, 1, 1.0, 3e-6) <= less + 1e-12);
    /* With both acting back by less than the difference: */
    double hybrid = joules_after(BODY_HYBRID, which, 1, 1.0, 0.0),
           all = joules_after(BODY_EVERYTHING, which, 1, 1.0, 0.0);
    assert_true(joules_after(BODY_HYBRID, which, 1, 1.0, 1e-4) < hybrid);
    assert_true(joules_after(BODY_EVERYTHING, which, 1, 1.0, 1e-3) <= all + 1e-3);
    assert_true(joules_after(BODY_EVERYTHING, which, 1, 1.2, 0.0) >= all - 1e-3);
  }
}

/* A leakage resistance beyond all bounds is none. */
static void no_leakage_is_the_limit_of_little(void **unused) {
  (void)unused;
  double end_j[4];
  static const double ohm[] = {INFINITY, 1e15, 1e12, 1e9};
  for (int i = 0; i < 4; i++) {
    bench_body *b = make_body(BODY_PLAIN, 3, (body_finesse){0});
    cf_store_input input = b->class.store.input;
    input.capacitor.leakage_a = 0.0;
    input.capacitor.leakage_ohm = ohm[i];
    cf_diag diag;
    cf_diag_init(&diag);
    bench_ok(cf_store_build(&b->class.store, &input, b->arena, &diag), &diag);
    sky s = make_sky(3);
    cf_flows flows = {0};
    cf_body_room after = walk_cut(b, &s, 1, INT64_C(20000) * CF_NS_PER_S, 3, 1, start_body(b, 0.7), &flows);
    end_j[i] = after.body.store_j;
    drop_body(b);
  }
  double full_j = 12.5;
  assert_true(fabs(end_j[0] - end_j[1]) <= 1e-9 * full_j);
  assert_true(end_j[0] - end_j[2] > 0.0 && end_j[0] - end_j[2] <= 1e-6 * full_j);
  double ratio = (end_j[0] - end_j[3]) / (end_j[0] - end_j[2]);
  assert_true(fabs(ratio - 1000.0) <= 20.0);
}

/* ---- crossings -----------------------------------------------------------------------------------------------------
 */

/* A capacitor's voltages drawn so that its limits are met on the way; now and then a warning. */
static bench_body *watched_body(uint32_t which, cf_watch *watch) {
  bench_body *b = make_body(BODY_PLAIN, which, (body_finesse){0});
  cf_store_input input = b->class.store.input;
  double low = 0.6 * (0.55 + 0.4 * bodies_uniform(which, 4000)), high = 0.62 + 0.3 * bodies_uniform(which, 4001);
  input.turn_off_v = 5.0 * sqrt(low);
  input.turn_on_v = 5.0 * sqrt(high);
  input.warn_v = 0.7 * input.turn_off_v + 0.3 * input.turn_on_v;
  cf_diag diag;
  cf_diag_init(&diag);
  bench_ok(cf_store_build(&b->class.store, &input, b->arena, &diag), &diag);
  cf_body_class_close(&b->class);
  static const cf_supply_watch supply[] = {CF_WATCH_LOW, CF_WATCH_GOOD, CF_WATCH_WARN};
  *watch = (cf_watch){supply[which / 3 % 3], 292.0 + 6.0 * bodies_uniform(which, 4002), -INFINITY};
  return b;
}

static bool is_passed(const bench_body *b, uint32_t state, const cf_watch *watch, const cf_body_room *room) {
  double j = room->body.store_j;
  bool supply = watch->supply == CF_WATCH_GOOD  ? j >= cf_body_good_j(&b->class, &b->scale)
                : watch->supply == CF_WATCH_LOW ? j <= cf_body_low_j(&b->class, &b->scale, NULL, state)
                                                : j <= cf_body_warn_j(&b->class, &b->scale);
  return supply || temp_of(b, b->class.watched_node, room) >= watch->warm_above_k;
}

static void crossings_are_where_the_walk_passes(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(160000) * CF_NS_PER_S;
  unsigned fired[CF_CROSS_COOL + 1] = {0};
  for (uint32_t which = 0; which < 180; which++) {
    cf_watch watch;
    bench_body *b = watched_body(which, &watch);
    sky s = make_sky(which);
    cf_drivers drivers = {sky_piece, &s};
    double full = cf_store_full_j(&b->class, &b->scale);
    cf_body_room start = start_body(b, 0.6);
    uint32_t state = which % 3;
    if (is_passed(b, state, &watch, &start)) {
      drop_body(b);
      continue;
    }
    int64_t when = -1;
    cf_crossing_kind kind =
        cf_walk_until(&b->class, &b->scale, &drivers, &sky_bounds, state, 0, end, &start.body, &watch, &when);
    /* Brute force: small steps until something is passed. */
    cf_body_room room = start;
    cf_flows flows = {0};
    int64_t step = INT64_C(20) * CF_NS_PER_S, t = 0;
    bool passed = false;
    while (t < end && !passed) {
      cf_walk(&b->class, &b->scale, &drivers, state, t, t + step, &room.body, &flows);
      t += step;
      passed = is_passed(b, state, &watch, &room);
    }
    fired[kind]++;
    if (kind == CF_CROSS_NONE) {
      assert_false(passed);
      drop_body(b);
      continue;
    }
    assert_true(when > 0 && when <= t); /* never later than the steps see it */
    /* Just before, the limit is not reached; at the instant, it is, to within the clock's nanosecond. */
    cf_body_room at = start, before = start;
    cf_walk(&b->class, &b->scale, &drivers, state, 0, when, &at.body, &flows);
    double room_j = 2e-9 + 1e-12 * full, j = at.body.store_j;
    if (kind == CF_CROSS_STORE_LOW) assert_true(fabs(j - cf_body_low_j(&b->class, &b->scale, NULL, state)) <= room_j);
    if (kind == CF_CROSS_STORE_WARN) assert_true(fabs(j - cf_body_warn_j(&b->class, &b->scale)) <= room_j);
    if (kind == CF_CROSS_STORE_GOOD) assert_true(fabs(j - cf_body_good_j(&b->class, &b->scale)) <= room_j);
    if (kind == CF_CROSS_WARM) assert_true(fabs(temp_of(b, b->class.watched_node, &at) - watch.warm_above_k) <= 1e-8);
    if (when > 1000) {
      cf_walk(&b->class, &b->scale, &drivers, state, 0, when - 1000, &before.body, &flows);
      assert_false(is_passed(b, state, &watch, &before));
    }
    drop_body(b);
  }
  for (int k = CF_CROSS_STORE_LOW; k <= CF_CROSS_WARM; k++) assert_true(fired[k] > 5);
}

static void a_limit_already_passed_fires_at_once(void **unused) {
  (void)unused;
  bench_body *b = make_body(BODY_PLAIN, 1, (body_finesse){0});
  sky s = make_sky(1);
  cf_drivers drivers = {sky_piece, &s};
  cf_body_room room = start_body(b, 0.2);
  cf_watch watch = {CF_WATCH_LOW, INFINITY, -INFINITY};
  assert_true(is_passed(b, 1, &watch, &room));
  int64_t when = -1;
  assert_int_equal(
      cf_walk_until(&b->class, &b->scale, &drivers, &sky_bounds, 1, 77, 1000000000, &room.body, &watch, &when),
      CF_CROSS_STORE_LOW);
  assert_int_equal(when, 77);
  drop_body(b);
}

/* A class that has everything says the same of what it watches as small steps do. */
static void crossings_with_everything(void **unused) {
  (void)unused;
  const int64_t end = INT64_C(90000) * CF_NS_PER_S, step = INT64_C(30) * CF_NS_PER_S;
  unsigned warm = 0, cool = 0;
  for (uint32_t which = 0; which < 24; which++) {
    body_kind kind = which % 2 ? BODY_EVERYTHING : BODY_MAINS;
    bench_body *b = make_body(kind, which, (body_finesse){0});
    sky s = make_sky(which);
    cf_drivers drivers = {sky_piece, &s};
    cf_body_room start = start_body(b, 0.6), room = start;
    bool up = which % 3 > 0;
    double limit_k = up ? (kind == BODY_MAINS ? 300.0 : 293.0) + 10.0 * bodies_uniform(which, 4100) : 286.0;
    cf_watch watch = {CF_WATCH_NO_SUPPLY, up ? limit_k : INFINITY, up ? -INFINITY : limit_k};
    int64_t when = -1, t = 0;
    cf_crossing_kind kind_of =
        cf_walk_until(&b->class, &b->scale, &drivers, &sky_bounds, 2, 0, end, &start.body, &watch, &when);
    cf_flows flows = {0};
    bool passed = false;
    while (t < end && !passed) {
      cf_walk(&b->class, &b->scale, &drivers, 2, t, t + step, &room.body, &flows);
      t += step;
      double now_k = temp_of(b, BODY_DIE, &room);
      passed = up ? now_k >= limit_k : now_k <= limit_k;
    }
    if (kind_of == CF_CROSS_NONE) {
      assert_false(passed);
    } else {
      assert_int_equal(kind_of, up ? CF_CROSS_WARM : CF_CROSS_COOL);
      assert_true(when <= t);
      room = start;
      cf_walk(&b->class, &b->scale, &drivers, 2, 0, when, &room.body, &flows);
      /* The die of two watts warms by 40 K/s: 4e-8 K in the nanosecond that the clock rounds up. */
      assert_true(fabs(temp_of(b, BODY_DIE, &room) - limit_k) <= 5e-8);
      warm += up;
      cool += !up;
    }
    drop_body(b);
  }
  assert_true(warm > 6 && cool > 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(splitting_changes_nothing),
      cmocka_unit_test(books_close_and_every_entry_matters),
      cmocka_unit_test(nothing_is_colder_than_its_surroundings),
      cmocka_unit_test(more_panel_never_stores_less_and_more_load_never_more),
      cmocka_unit_test(no_leakage_is_the_limit_of_little),
      cmocka_unit_test(crossings_are_where_the_walk_passes),
      cmocka_unit_test(a_limit_already_passed_fires_at_once),
      cmocka_unit_test(crossings_with_everything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
