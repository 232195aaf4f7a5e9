/* What feeds a class: panels that share a column of the sky, profiles of the other harvesters, hosts, and what a site
 * makes of them. */
#include "fleet/sources.h"

#include "fixtures/fleet/field.h"

#include "config/trace.h"
#include "physics/harvester.h"

static cf_diag diag;

static cf_status panels_of(const cf_scenario *scenario, cf_sky_panels *panels) {
  cf_diag_init(&diag);
  return cf_panels_make(panels, scenario, &diag);
}

/* Panels of one technology and orientation are one column, whatever their size and dirt; others get their own. */
static void panels_share_columns(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  scenario->node_groups = 3;
  scenario->nodes[1] = scenario->nodes[2] = scenario->nodes[0];
  scenario->nodes[1].harvesters = 0; /* a group without one has no say */
  cf_harvester *second = &scenario->nodes[2].harvester[0];
  const cf_harvester same = *second;
  cf_sky_panels panels;
  second->area_m2 *= 3.0;
  second->soiling = 0.5;
  const cf_harvester_model copy = *same.model; /* the same technology, whatever it is called */
  second->model = &copy;
  assert_int_equal(panels_of(scenario, &panels), CF_OK);
  assert_int_equal(panels.count, 1);
  assert_true(panels.panel[0].pv.area_m2 == same.area_m2 && panels.panel[0].pv.soiling == same.soiling);
  cf_harvester_model other = *same.model;
  other.pv_efficiency_stc *= 1.01;
  for (int i = 0; i < 4; i++) {
    *second = same;
    if (i == 0) second->tilt_rad += 0.1;
    if (i == 1) second->azimuth_rad += 0.1;
    if (i == 2) second->model = &other;
    if (i == 3) second->transposition = same.transposition == 0 ? 1 : 0;
    assert_int_equal(panels_of(scenario, &panels), CF_OK);
    assert_int_equal(panels.count, 2);
  }
  /* Too many. */
  scenario->node_groups = 3;
  scenario->nodes[2].name = "others";
  unsigned made = 0;
  for (uint32_t g = 0; g < 3; g++) {
    scenario->nodes[g].harvesters = CF_MAX_HARVESTERS;
    for (uint32_t i = 0; i < CF_MAX_HARVESTERS; i++, made++) {
      scenario->nodes[g].harvester[i] = same;
      scenario->nodes[g].harvester[i].tilt_rad = 0.05 * made;
    }
  }
  assert_true(made > CF_SKY_PANELS_MAX);
  assert_int_equal(panels_of(scenario, &panels), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "one too many"));
  for (uint32_t g = 0; g < 3; g++) scenario->nodes[g].harvesters = 0;
  assert_int_equal(panels_of(scenario, &panels), CF_OK);
  assert_int_equal(panels.count, 0);
  cf_scenario_destroy(scenario);
}

static void a_smaller_panel_harvests_less(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  scenario->node_groups = 2;
  scenario->nodes[1] = scenario->nodes[0];
  scenario->nodes[1].harvester[0].area_m2 *= 0.5;
  scenario->nodes[1].harvester[0].soiling = 1.0 - 0.8 * (1.0 - scenario->nodes[0].harvester[0].soiling);
  field f = field_make(scenario, 0, 1);
  cf_site_view whole = {&f.world->site[0], &f.world->class[0].sources},
               part = {&f.world->site[0], &f.world->class[1].sources};
  double light = 0.0;
  for (int64_t t = 0; t < CF_DAY_NS; t += 600 * CF_NS_PER_S) {
    cf_drive a, b;
    cf_site_piece(&whole, t, &a);
    cf_site_piece(&part, t, &b);
    assert_true(fabs(b.panel_w - 0.4 * a.panel_w) <= 1e-12 * a.panel_w);
    assert_true(fabs(b.panel_w_per_s - 0.4 * a.panel_w_per_s) <= 1e-12 * fabs(a.panel_w_per_s));
    light += a.panel_w;
  }
  assert_true(light > 0.0);
  double most = cf_site_bounds(&whole, 0).panel_max_w;
  assert_true(fabs(cf_site_bounds(&part, 0).panel_max_w - 0.4 * most) <= 1e-12 * most);
  field_drop(&f);
}

static double harvest_at(const cf_site_view *view, int64_t t_ns) {
  cf_drive drive;
  cf_site_piece(view, t_ns, &drive);
  assert_true(drive.from_ns <= t_ns && t_ns < drive.until_ns);
  return drive.panel_w + drive.panel_w_per_s * cf_ticks_to_s(t_ns - drive.from_ns);
}

/* A source with hours gives in these alone, of the local solar day; also over midnight. */
static void hours_are_of_the_local_solar_day(void **unused) {
  (void)unused;
  static const double hours[][2] = {{2.0, 3.0}, {22.0, 1.5}, {0.0, 6.0}};
  for (size_t which = 0; which < 3; which++) {
    static const char *const settings[] = {"fleet.sensors.count=1", "duration=2 d", NULL};
    cf_scenario *scenario = field_load("scenarios/quickstart.yaml", settings);
    scenario->nodes[0].harvester[0] = (cf_harvester){.name = "charger",
                                                     .kind = CF_HARVEST_CONSTANT,
                                                     .power_w = 0.5,
                                                     .daily = true,
                                                     .daily_from_s = 3600.0 * hours[which][0],
                                                     .daily_to_s = 3600.0 * hours[which][1]};
    field f = field_make(scenario, 0, 1);
    cf_site_view view = {&f.world->site[0], &f.world->class[0].sources};
    unsigned on = 0, off = 0;
    for (int64_t t = 0; t < CF_DAY_NS; t += 61 * CF_NS_PER_S) {
      double hour = cf_world_local_hour(f.world, t), from = hours[which][0], to = hours[which][1];
      if (fabs(hour - from) < 1e-3 || fabs(hour - to) < 1e-3) continue; /* times are kept to the second */
      bool lit = from < to ? hour >= from && hour < to : hour >= from || hour < to;
      assert_true(harvest_at(&view, t) == (lit ? 0.5 : 0.0));
      on += lit;
      off += !lit;
    }
    assert_true(on > 50 && off > 50);
    field_drop(&f);
  }
}

static void a_line_gives_by_its_current(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=2 d", NULL};
  field f = field_make(field_load("scenarios/infrastructure.yaml", settings), 0, 1);
  const cf_node_group *group = &f.scenario->nodes[0];
  const cf_harvester_model *coil = group->harvester[0].model;
  assert_int_equal(group->harvester[0].kind, CF_HARVEST_INDUCTION);
  cf_induction induction = {.w_per_a2 = coil->w_per_a2,
                            .start_a = coil->start_a,
                            .saturation_w = coil->saturation_w > 0.0 ? coil->saturation_w : (double)INFINITY};
  cf_site_view view = {&f.world->site[0], &f.world->class[0].sources};
  double most = 0.0, full = cf_induction_w(&induction, 50.0);
  for (int64_t t = 0; t < CF_DAY_NS; t += 97 * CF_NS_PER_S) {
    double hour = cf_world_local_hour(f.world, t);
    int h = (int)hour;
    const double *a = f.scenario->line.current_a;
    double current_a = a[h % 24] + (a[(h + 1) % 24] - a[h % 24]) * (hour - h);
    double want = cf_induction_w(&induction, current_a), got = harvest_at(&view, t);
    if (fabs(current_a - coil->start_a) < 0.1) continue; /* it starts with a step */
    assert_true(fabs(got - want) <= 1.1e-3 * full);
    assert_true(got <= cf_site_bounds(&view, t).panel_max_w * (1.0 + 1e-12));
    most = fmax(most, got);
  }
  assert_true(most > 0.0);
  field_drop(&f);
}

static void hosts_are_walls_or_blood(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/actuator.yaml", NULL), 0, 1);
  double low_k = INFINITY, high_k = 0.0;
  for (uint32_t c = 0; c < 2; c++) {
    assert_true(f.world->class[c].sources.has_host);
    cf_site_view view = {&f.world->site[0], &f.world->class[c].sources};
    for (int64_t t = 0; t < CF_DAY_NS; t += 60 * CF_NS_PER_S) {
      cf_drive drive;
      cf_site_piece(&view, t, &drive);
      double host_k = drive.host_k + drive.host_slope * cf_ticks_to_s(t - drive.from_ns);
      low_k = fmin(low_k, host_k);
      high_k = fmax(high_k, host_k);
      assert_true(host_k <= cf_site_bounds(&view, t).host_max_k + 1e-9);
    }
  }
  assert_true(low_k > 60.0 + 273.15 && low_k < 70.0 + 273.15); /* two hours do not cool it all the way */
  assert_true(high_k > 109.0 + 273.15 && high_k <= 110.0 + 273.15);
  /* Mounted on a wall that nobody described. */
  f.scenario->machine.has = false;
  cf_sources sources;
  cf_sky_panels none = {0};
  cf_diag_init(&diag);
  assert_int_equal(cf_sources_make(&sources, f.scenario, &f.scenario->nodes[1], &none, f.arena, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "place.machine"));
  field_drop(&f);
  f = field_make(field_load("scenarios/implant.yaml", NULL), 0, 1);
  cf_site_view view = {&f.world->site[0], &f.world->class[0].sources};
  cf_drive drive;
  cf_site_piece(&view, 12345, &drive);
  assert_true(drive.host_k == f.scenario->nodes[0].tissue->blood_temperature_k && drive.host_slope == 0.0);
  field_drop(&f);
}

/* A dated trace: the part that the run meets, its ends for ever; refused when it is wholly of other days. */
static void a_dated_trace_meets_the_run(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=2 d", "start=2026-06-01T00:00:00Z", NULL};
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", settings);
  static const double value[] = {1.0, 3.0};
  const int64_t start_ns = scenario->start_unix_s * CF_NS_PER_S, end_ns = start_ns + 2 * CF_DAY_NS;
  const struct {
    int64_t from_ns, to_ns;
    bool repeat, fits;
    double first_w; /* at the start */
  } cases[] = {
      {start_ns - CF_DAY_NS, start_ns + CF_DAY_NS, false, true, 2.0},
      {start_ns + CF_DAY_NS, end_ns + CF_DAY_NS, false, true, 1.0},
      {start_ns - CF_DAY_NS, start_ns + 1, false, true, 3.0},
      {start_ns - CF_DAY_NS, start_ns, false, false, 0.0},
      {end_ns, end_ns + CF_DAY_NS, false, false, 0.0},
      {end_ns - 1, end_ns + CF_DAY_NS, false, true, 1.0},
      {end_ns + CF_DAY_NS, end_ns + 2 * CF_DAY_NS, true, true, 1.0},
  };
  cf_arena *arena = cf_arena_create(0xA5);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const int64_t t_ns[] = {cases[i].from_ns, cases[i].to_ns};
    const cf_trace_table trace = {.count = 2, .t_ns = t_ns, .value = value, .utc = true};
    scenario->nodes[0].harvester[0] =
        (cf_harvester){.name = "log", .kind = CF_HARVEST_TRACE, .trace = &trace, .repeat = cases[i].repeat};
    cf_sources sources;
    cf_sky_panels none = {0};
    cf_diag_init(&diag);
    cf_status status = cf_sources_make(&sources, scenario, &scenario->nodes[0], &none, arena, &diag);
    assert_int_equal(status, cases[i].fits ? CF_OK : CF_INPUT);
    if (cases[i].fits)
      assert_true(fabs(cf_profile_value(&sources.source[0].power_w, 0) - cases[i].first_w) <= 1e-12);
    else
      assert_non_null(strstr(diag.entry[0].text, "run, which goes from 2026-06-01T00:00Z to 2026-06-03T00:00Z"));
    if (!cases[i].fits && t_ns[0] < start_ns)
      assert_non_null(strstr(diag.entry[0].text, "'log' goes from 2026-05-31T00:00Z to 2026-06-01T00:00Z"));
  }
  cf_arena_destroy(arena);
  cf_scenario_destroy(scenario);
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(panels_share_columns),
      cmocka_unit_test(a_smaller_panel_harvests_less),
      cmocka_unit_test(hours_are_of_the_local_solar_day),
      cmocka_unit_test(a_line_gives_by_its_current),
      cmocka_unit_test(hosts_are_walls_or_blood),
      cmocka_unit_test(a_dated_trace_meets_the_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
