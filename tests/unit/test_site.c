/* A site: its drivers against the sky they were made from, its factors' path and law, room for every day of a year. */
#include "fleet/site.h"

#include "fixtures/fleet/field.h"

static cf_diag diag;

/* The block of a site's day, made anew from the sky. */
static cf_sky_day block_of(const cf_site_class *class, uint32_t site, uint32_t day) {
  cf_sky_chain chain;
  cf_sky_begin(&class->place, &class->random, site, class->first_day, &chain);
  cf_sky_day block;
  for (uint32_t d = 0; d <= day; d++)
    assert_int_equal(
        cf_sky_fill_from(&class->place, &class->panels, &class->base[d], &class->random, site, &chain, &block, &diag),
        CF_OK);
  return block;
}

/* A site as the class of the first group sees it: one panel, of which it has all. */
static cf_site_view view_of(const field *f, uint32_t site) {
  return (cf_site_view){&f->world->site[site], &f->world->class[0].sources};
}

static double lowest(double a, double b, double c) { return fmin(a, fmin(b, c)); }
static double highest(double a, double b, double c) { return fmax(a, fmax(b, c)); }

static field spring(const char *duration) {
  const char *settings[] = {duration, "fleet.sensors.count=200", "place.site.nodes_each=10", NULL};
  return field_make(field_load("scenarios/agriculture.yaml", settings), 0, 9);
}

static void drivers_are_the_sky_that_was_made(void **unused) {
  (void)unused;
  field f = spring("duration=4 d");
  for (uint32_t which = 0; which < 20; which += 5) {
    cf_site *site = &f.world->site[which];
    cf_site_view view = view_of(&f, which);
    double light = 0.0;
    for (uint32_t day = 0; day < 4; day++) {
      int64_t begin = (int64_t)day * CF_DAY_NS;
      if (day > 0) assert_int_equal(cf_site_make_day(site, begin, &diag), CF_OK);
      cf_sky_day block = block_of(site->class, which, day);
      cf_drive_bounds bounds = cf_site_bounds(&view, begin);
      for (int64_t s = 1; s < 86399; s += 7) {
        int64_t t = begin + s * CF_NS_PER_S + 123456789;
        cf_drive drive;
        cf_site_piece(&view, t, &drive);
        assert_true(drive.from_ns <= t && t < drive.until_ns);
        double dt = cf_ticks_to_s(t - drive.from_ns), ms = 1e-6 * (double)(t - begin);
        double panel = drive.panel_w + drive.panel_w_per_s * dt, sun = drive.sun_w_per_m2 + drive.sun_slope * dt;
        /* Knots were moved to whole seconds, so the block's values within a second to either side are the bounds. */
        double a = cf_sky_value(&block, block.pv_w[0], ms - 1000.0), b = cf_sky_value(&block, block.pv_w[0], ms),
               c = cf_sky_value(&block, block.pv_w[0], ms + 1000.0);
        assert_true(panel >= lowest(a, b, c) * (1 - 1e-3) - 1e-5 && panel <= highest(a, b, c) * (1 + 1e-3) + 1e-5);
        a = cf_sky_value(&block, block.ghi_wm2, ms - 1000.0);
        b = cf_sky_value(&block, block.ghi_wm2, ms);
        c = cf_sky_value(&block, block.ghi_wm2, ms + 1000.0);
        assert_true(sun >= lowest(a, b, c) * (1 - 1e-3) - 0.04 && sun <= highest(a, b, c) * (1 + 1e-3) + 0.04);
        double air = drive.air_k + drive.air_slope * dt;
        assert_true(fabs(air - cf_sky_air_k(&block, ms)) <= 1e-4);
        assert_true(panel <= bounds.panel_max_w + 1e-9 && sun <= bounds.sun_max_w_per_m2 + 1e-9 &&
                    air <= bounds.air_max_k + 1e-9);
        light += panel;
      }
      /* On a knot of the quarter-hour grid the value is the block's own. */
      for (uint32_t k = 0; k < block.knots; k++) {
        if (block.t_ms[k] % 900000 != 0) continue;
        cf_drive drive;
        int64_t t = begin + (int64_t)block.t_ms[k] * 1000000;
        if (t >= begin + CF_DAY_NS) continue;
        cf_site_piece(&view, t, &drive);
        double dt = cf_ticks_to_s(t - drive.from_ns);
        double panel = drive.panel_w + drive.panel_w_per_s * dt;
        assert_true(fabs(panel - (double)block.pv_w[0][k]) <= 1e-9);
        double sun = drive.sun_w_per_m2 + drive.sun_slope * dt;
        assert_true(fabs(sun - (double)block.ghi_wm2[k]) <= 0.03126);
      }
    }
    assert_true(light > 10.0);
  }
  field_drop(&f);
}

static void pieces_join(void **unused) {
  (void)unused;
  field f = spring("duration=3 d");
  cf_site *site = &f.world->site[3];
  cf_site_view view = view_of(&f, 3);
  unsigned pieces = 0;
  cf_drive before = {0};
  for (uint32_t day = 0; day < 3; day++) {
    int64_t begin = (int64_t)day * CF_DAY_NS, t = begin;
    if (day > 0) assert_int_equal(cf_site_make_day(site, begin, &diag), CF_OK);
    while (t < begin + CF_DAY_NS) {
      cf_drive drive;
      cf_site_piece(&view, t, &drive);
      assert_true(drive.from_ns == t && drive.until_ns > t && drive.until_ns <= begin + CF_DAY_NS);
      if (t > 0) { /* two days are kept, so the last piece of yesterday is known too */
        double dt = cf_ticks_to_s(before.until_ns - before.from_ns);
        assert_int_equal(before.until_ns, t);
        assert_true(fabs(before.panel_w + before.panel_w_per_s * dt - drive.panel_w) <= 1e-12);
        assert_true(fabs(before.sun_w_per_m2 + before.sun_slope * dt - drive.sun_w_per_m2) <= 1e-9);
        assert_true(fabs(before.air_k + before.air_slope * dt - drive.air_k) <= 1e-9);
      }
      /* Asked anywhere inside, the piece gives the same line. */
      cf_drive inside;
      int64_t middle = drive.from_ns + (drive.until_ns - drive.from_ns) / 3;
      cf_site_piece(&view, middle, &inside);
      assert_true(inside.from_ns == drive.from_ns && inside.until_ns == drive.until_ns &&
                  inside.panel_w == drive.panel_w && inside.panel_w_per_s == drive.panel_w_per_s);
      before = drive;
      t = drive.until_ns;
      pieces++;
    }
  }
  assert_true(pieces > 3 * 60);
  field_drop(&f);
}

static void a_year_fits_its_room(void **unused) {
  (void)unused;
  static const char *const climates[] = {"place.climate=greensboro", "place.climate=sand-point"};
  for (size_t c = 0; c < 2; c++) {
    const char *settings[] = {climates[c], "duration=365 d", "fleet.sensors.count=6", "place.site.nodes_each=1", NULL};
    field f = field_make(field_load("scenarios/agriculture.yaml", settings), 0, 2);
    uint32_t most = 0;
    for (uint32_t i = 0; i < 6; i++) {
      cf_site *site = &f.world->site[i];
      for (int64_t day = 0; day < 365; day++) {
        if (day > 0) assert_int_equal(cf_site_make_day(site, day * CF_DAY_NS, &diag), CF_OK);
        uint32_t knots = site->day[(site->class->first_day + day) & 1].knots;
        if (knots > most) most = knots;
        uint32_t stride = 1 + site->class->panels.count;
        const cf_site_word *word =
            site->words + (size_t)((site->class->first_day + day) & 1) * site->class->knots_max * stride;
        for (uint32_t k = 1; k < knots; k++)
          assert_true(cf_knot_second(word[k * stride]) > cf_knot_second(word[(k - 1) * stride]));
      }
    }
    assert_true(most > 40 && most <= f.world->site_class.knots_max);
    assert_int_equal(f.world->site_class.days, 366);
    field_drop(&f);
  }
}

static void sites_differ_and_are_repeatable(void **unused) {
  (void)unused;
  field f = spring("duration=2 d"), g = spring("duration=2 d");
  cf_site_view first = view_of(&f, 0), second = view_of(&f, 1), repeated = view_of(&g, 0);
  unsigned differ = 0;
  for (int64_t t = 0; t < CF_DAY_NS; t += 1800 * CF_NS_PER_S) {
    cf_drive a, b, again;
    cf_site_piece(&first, t, &a);
    cf_site_piece(&second, t, &b);
    cf_site_piece(&repeated, t, &again);
    assert_true(a.panel_w == again.panel_w && a.panel_w_per_s == again.panel_w_per_s);
    assert_true(a.air_k == b.air_k); /* air has no weather */
    differ += a.panel_w != b.panel_w;
  }
  assert_true(differ >= 10);
  assert_int_equal(f.world->site_count, 20);
  field_drop(&f);
  field_drop(&g);
}

/* ---- factors -------------------------------------------------------------------------------------------------------
 */

static bool failed;
static void on_fail(cf_context *context, cf_status status, const char *text) {
  (void)context;
  (void)status;
  (void)text;
  failed = true;
}

static void the_path_is_read_at_the_readers_instant(void **unused) {
  (void)unused;
  field f = spring("duration=1 d");
  cf_site *site = &f.world->site[0];
  enum { KEPT = CF_SITE_PATH };
  cf_site_factors truth[4 * KEPT], got;
  uint32_t known = 1;
  truth[0] = site->path[0];
  cf_context context = {.world = f.world, .fail = on_fail};
  failed = false;
  while (known < 4 * KEPT) {
    context.now_ns = site->entity.next_ns;
    uint32_t changes = site->path_count;
    cf_site_own(&context, site);
    assert_false(failed);
    if (site->path_count == changes) continue; /* a new day */
    truth[known] = truth[known - 1];
    truth[known].since_ns = context.now_ns;
    bool pressure = site->path[changes % KEPT].pressure != truth[known].pressure;
    if (pressure)
      truth[known].pressure ^= 1;
    else
      truth[known].nuisance ^= 1; /* exactly one of the two changes */
    known++;
    /* Now and before each of the changes still kept. */
    uint32_t oldest = known > KEPT ? known - KEPT : 0;
    for (uint32_t i = oldest; i < known; i++) {
      int64_t at = i > 0 ? truth[i].since_ns : 0, last = i + 1 < known ? truth[i + 1].since_ns - 1 : context.now_ns;
      assert_true(cf_site_factors_at(site, at, &got));
      assert_true(got.pressure == truth[i].pressure && got.nuisance == truth[i].nuisance);
      assert_true(cf_site_factors_at(site, last, &got));
      assert_true(got.pressure == truth[i].pressure && got.nuisance == truth[i].nuisance);
    }
    if (oldest > 0) assert_false(cf_site_factors_at(site, truth[oldest].since_ns - 1, &got));
  }
  field_drop(&f);
}

static void factors_keep_their_stationary_shares(void **unused) {
  (void)unused;
  /* At the start, over many sites. */
  const char *settings[] = {"duration=1 h", "fleet.sensors.count=4000", "place.site.nodes_each=1", NULL};
  field f = field_make(field_load("scenarios/agriculture.yaml", settings), 0, 3);
  const cf_world_process *process = f.scenario->world;
  double pressure = process->pressure_on_per_s / (process->pressure_on_per_s + process->pressure_off_per_s);
  double nuisance = process->nuisance_on_per_s / (process->nuisance_on_per_s + process->nuisance_off_per_s);
  double high = 0.0, wet = 0.0, both = 0.0, sites = f.world->site_count;
  for (uint32_t i = 0; i < f.world->site_count; i++) {
    high += f.world->site[i].path[0].pressure;
    wet += f.world->site[i].path[0].nuisance;
    both += f.world->site[i].path[0].pressure && f.world->site[i].path[0].nuisance;
  }
  assert_true(fabs(high / sites - pressure) <= 4.0 * sqrt(pressure * (1 - pressure) / sites));
  assert_true(fabs(wet / sites - nuisance) <= 4.0 * sqrt(nuisance * (1 - nuisance) / sites));
  double joint = pressure * nuisance;
  assert_true(fabs(both / sites - joint) <= 4.0 * sqrt(joint * (1 - joint) / sites));
  /* And over time: 20 sites for 10,000 days. */
  double seen_s = 0.0, high_s = 0.0, wet_s = 0.0;
  cf_context context = {.world = f.world, .fail = on_fail};
  failed = false;
  for (uint32_t i = 0; i < 20; i++) {
    cf_site *site = &f.world->site[i];
    int64_t end = 10000 * CF_DAY_NS, now = 0;
    site->next_day_ns = CF_NEVER; /* no weather needed */
    site->entity.next_ns =
        site->next_pressure_ns < site->next_nuisance_ns ? site->next_pressure_ns : site->next_nuisance_ns;
    while (now < end) {
      cf_site_factors held = site->path[(site->path_count - 1) % CF_SITE_PATH];
      int64_t until = site->entity.next_ns < end ? site->entity.next_ns : end;
      double span = cf_ticks_to_s(until - now);
      seen_s += span;
      if (held.pressure) high_s += span;
      if (held.nuisance) wet_s += span;
      now = context.now_ns = until;
      if (until < end) cf_site_own(&context, site);
    }
  }
  assert_false(failed);
  assert_true(fabs(high_s / seen_s / pressure - 1.0) <= 0.05);
  assert_true(fabs(wet_s / seen_s / nuisance - 1.0) <= 0.02);
  field_drop(&f);
}

static void a_message_to_a_site_is_an_error(void **unused) {
  (void)unused;
  field f = spring("duration=1 d");
  cf_context context = {.world = f.world, .fail = on_fail};
  cf_message message = {.at_ns = 5};
  failed = false;
  cf_site_message(&context, &f.world->site[0], &message);
  assert_true(failed);
  field_drop(&f);
}

static void days_end_at_utc_midnight(void **unused) {
  (void)unused;
  const int64_t hour = 3600 * CF_NS_PER_S, start = 20 * 86400 + 6 * 3600; /* 06:00 */
  assert_int_equal(cf_day_end_ns(start, 0), 18 * hour);
  assert_int_equal(cf_day_end_ns(start, 18 * hour - 1), 18 * hour);
  assert_int_equal(cf_day_end_ns(start, 18 * hour), 42 * hour);
  assert_int_equal(cf_day_end_ns(86400, 0), 24 * hour);
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(drivers_are_the_sky_that_was_made),
      cmocka_unit_test(pieces_join),
      cmocka_unit_test(a_year_fits_its_room),
      cmocka_unit_test(sites_differ_and_are_repeatable),
      cmocka_unit_test(the_path_is_read_at_the_readers_instant),
      cmocka_unit_test(factors_keep_their_stationary_shares),
      cmocka_unit_test(a_message_to_a_site_is_an_error),
      cmocka_unit_test(days_end_at_utc_midnight),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
