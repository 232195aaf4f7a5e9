/* config/check_node: where heat comes from and where it goes, and what each harvester needs of its surroundings. */
#include "fixtures/config/config_fixture.h"

#include "config/graph.h"

#include <math.h>

#define PANEL "panel: {kind: pv, model: silicon, area: 4 cm2, tilt: 35 deg, azimuth: 180 deg, soiling: 3 %}"
#define BOX "enclosure: {model: plastic, sun_absorptance: 0.6}"
#define LIMITS "limits: {throttle_above: 85 degC, throttle_below: 80 degC, shut_down_above: 105 degC}"
#define MACHINE                                                                                              \
  "  machine: {on_for: 6 h, off_for: 2 h, wall_on: 75 degC, wall_off: 60 degC, warm_up: 20 min, cool_down: " \
  "40 min}\n"
#define TISSUE "tissue: {model: brain, radius: 5 mm}"

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

typedef struct refusal {
  const char *old, *new, *mark, *message;
} refusal;

static const refusal refusals[] = {
    /* heat */
    {BOX, BOX "\n    mount: {to_wall: 2 K/W}", "mount",
     "'mount' needs a machine to sit on: 'place.machine' is missing"},
    {LIMITS, "limits: {at: tissue, throttle_above: 38.5 degC, throttle_below: 38 degC, shut_down_above: 39 degC}",
     "tissue, throttle", "there is no 'tissue' to watch in 'fleet.sensors'"},
    {LIMITS,
     TISSUE "\n    limits: {at: tissue, throttle_above: 38 degC, throttle_below: 37 degC, shut_down_above: 39 degC}",
     "37 degC, shut", "'throttle_below' must be above the blood's 37 degC"},
    {LIMITS, "limits: {at: skin, throttle_above: 38 degC, throttle_below: 37 degC, shut_down_above: 39 degC}",
     "skin, throttle", "'skin' is not a place of heat: die, case, tissue"},
    {BOX, BOX "\n    tissue: {model: brain, radius: 5 mm, shells: 0}", "0}\n    limits",
     "'shells' must be from 1 to 64"},
    {BOX, BOX "\n    tissue: {model: brian, radius: 5 mm}", "brian", "no tissue model 'brian'"},
    /* harvesters */
    {PANEL, "h: {kind: thermoelectric, model: couple, to: air}", "air}", "one end of a generator must be of the node"},
    {PANEL, "h: {kind: thermoelectric, model: couple}", "h: {kind: therm", "there is no host"},
    {PANEL, "h: {kind: thermoelectric, model: couple, from: case}", "h: {kind: therm",
     "a generator needs two places: 'from' and 'to' are the same"},
    {PANEL, "h: {kind: thermoelectric, model: couple, from: die, to: die}", "die}", "are the same"},
    {PANEL,
     "h: {kind: thermoelectric, model: couple, from: die}\n      g: {kind: thermoelectric, model: couple, from: die}",
     "g:", "a node has one thermoelectric generator at most"},
    {PANEL, "h: {kind: vibration, model: spring}", "h: {kind: vib", "nothing shakes it"},
    {PANEL, "h: {kind: vibration, model: spring, frequency: 50 Hz}", "frequency",
     "belongs to an 'acceleration' of its own"},
    {PANEL, "h: {kind: vibration, model: spring, daily: {from: 1 h, to: 2 h}}", "daily", "'daily' has no meaning here"},
    {PANEL, "h: {kind: constant, power: 1 mW, daily: {from: 5 h, to: 300 min}}", "300 min",
     "'daily' is empty: 'from' and 'to' are the same time"},
    {PANEL, "h: {kind: constant, power: 1 mW, daily: {from: 5 h, to: 25 h}}", "25 h",
     "'to' must be from 0 s to 86400 s"},
    {PANEL, "h: {kind: rf, model: antenna}", "h: {kind: rf", "say 'distance' or 'power_density'"},
    {PANEL, "h: {kind: rf, model: antenna, distance: 5 m, power_density: 1 W/m2}", "power_density",
     "say 'distance' or 'power_density', not both"},
    {PANEL, "h: {kind: induction, model: coil}", "h: {kind: ind", "a coil needs a line: 'place.line' is missing"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    fixture_refused_edit(refusals[i].old, refusals[i].new, refusals[i].mark, refusals[i].message);
}

/* good.yaml with a machine, and one more thing changed. */
static char *on_a_machine(const char *old, const char *new) {
  char *good = fixture_good(), *placed = fixture_edit(good, "  horizon: 5 deg\n", MACHINE);
  char *text = fixture_edit(placed, old, new);
  free(placed);
  free(good);
  return text;
}

static void antennas(void **state) {
  (void)state;
  const char *path = FIXTURES "models/harvesters/antenna.yaml";
  static const struct {
    const char *gone, *said, *message;
  } cases[] = {
      {"transmit_power: {value: 3 W, status: V, source: sheet}\n", "distance: 5 m",
       "a distance needs the transmit_power of 'antenna'"},
      {"aperture: {value: 340 cm2, status: V, source: sheet}\n", "power_density: 5 W/m2",
       "a power density needs the aperture of 'antenna'"},
  };
  for (int i = 0; i < 2; i++) {
    char *model = fixture_file(path), *less = fixture_edit(model, cases[i].gone, ""), *good = fixture_good();
    char said[100];
    snprintf(said, sizeof said, "h: {kind: rf, model: antenna, %s}", cases[i].said);
    char *text = fixture_edit(good, PANEL, said);
    fixture_files files = {.count = 0};
    fixture_add(&files, "s.yaml", text);
    fixture_add(&files, path, less);
    cf_diag diag;
    assert_null(fixture_load_files(&files, NULL, &diag));
    uint32_t line, column;
    fixture_place(text, cases[i].said, &line, &column);
    assert_int_equal(diag.entry[0].line, line);
    assert_int_equal(diag.entry[0].column, column);
    assert_string_equal(diag.entry[0].text, cases[i].message);
    free(text);
    free(good);
    free(less);
    free(model);
  }
}

static void hosts(void **state) {
  (void)state;
  char *text = on_a_machine(BOX, BOX "\n    mount: {to_wall: 2 K/W}");
  cf_diag diag;
  cf_scenario *s = fixture_load(text, &diag);
  assert_non_null(s);
  near(s->nodes[0].to_wall_k_per_w, 2);
  assert_int_equal(fixture_constant(s, "sensors.mount.to_wall")->status, 'A');
  cf_scenario_destroy(s);
  free(text);
  text = on_a_machine(BOX, BOX "\n    mount: {to_wall: 2 K/W}\n    " TISSUE);
  fixture_refused(text, "mount", "'mount' and 'tissue' exclude each other: a node has one host");
  free(text);
  text = on_a_machine(PANEL, "h: {kind: thermoelectric, model: couple}");
  s = fixture_load(text, &diag);
  assert_non_null(s); /* the wall is there to be touched */
  cf_scenario_destroy(s);
  free(text);
  text = on_a_machine(PANEL, "h: {kind: vibration, model: spring}");
  fixture_refused(text, "h: {kind: vib", "nothing shakes it: say 'acceleration', or 'place.machine.vibration'");
  free(text);

  s = fixture_accepted_edit(LIMITS,
                            "tissue: {model: {model: brain, perfusion: 60 mL/min/kg}, radius: 5 mm, shells: 7}\n"
                            "    limits: {at: tissue, throttle_above: 38.5 degC, throttle_below: 38 degC, "
                            "shut_down_above: 39 degC, stops_harvest: true}");
  const cf_node_group *g = &s->nodes[0];
  assert_int_equal(g->limits.at, CF_HEAT_TISSUE);
  assert_true(g->limits.stops_harvest);
  near(g->tissue_radius_m, 0.005);
  assert_int_equal(g->tissue_shells, 7);
  near(g->tissue->conductivity_w_per_m_k, 0.51);
  near(g->tissue->density_kg_m3, 1046);
  near(g->tissue->specific_heat_j_per_kg_k, 3630);
  near(g->tissue->perfusion_m3_per_kg_s, 1e-6);
  near(g->tissue->blood_density_kg_m3, 1050);
  near(g->tissue->blood_specific_heat_j_per_kg_k, 3617);
  near(g->tissue->blood_temperature_k, 310.15);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("", "");
  g = &s->nodes[0];
  assert_true(g->limits.at == CF_HEAT_DIE && !g->limits.stops_harvest && g->to_wall_k_per_w == 0);
  assert_true(g->tissue == NULL && g->network == NULL);
  cf_scenario_destroy(s);
}

/* A box that gives no heat away. */
static void no_way_out(void **state) {
  (void)state;
  const char *path = FIXTURES "models/enclosures/plastic.yaml";
  char *model = fixture_file(path);
  char *sealed = fixture_edit(model, "to_air: {value: 6.6 K/W, status: A, note: \"made up for tests\"}\n", "");
  static const struct {
    const char *more;
    bool good;
  } cases[] = {{"", false},
               {"\n    mount: {to_wall: 2 K/W}", true},
               {"\n    " TISSUE, true},
               {"\n    thermal: {network: n.csv, die: 0, case: 1}", true}};
  for (int i = 0; i < 4; i++) {
    char more[200];
    snprintf(more, sizeof more, BOX "%s", cases[i].more);
    char *text = on_a_machine(BOX, more);
    fixture_files files = {.count = 0};
    fixture_add(&files, "s.yaml", text);
    fixture_add(&files, path, sealed);
    fixture_add(&files, "n.csv", "net,n,kind,i,j,value\na,2,C,0,,1\na,2,C,1,,9\na,2,g,0,1,0.1\na,2,g_amb,1,,0.2\n");
    cf_diag diag;
    cf_scenario *s = fixture_load_files(&files, NULL, &diag);
    if (!s == cases[i].good) cf_diag_print(&diag, stderr, false);
    assert_true((s != NULL) == cases[i].good);
    if (!s)
      assert_non_null(strstr(diag.entry[0].text,
                             "heat has no way out of 'fleet.sensors': enclosure 'plastic' has neither "
                             "to_air nor surface"));
    cf_scenario_destroy(s);
    free(text);
  }
  free(sealed);
  free(model);
}

/* A network says itself where heat goes: a mount or tissue beside it would do nothing. */
static void one_way_to_say_it(void **state) {
  (void)state;
  static const struct { const char *host, *key; } cases[] = {{"mount: {to_wall: 2 K/W}", "mount"}, {TISSUE, "tissue"}};
  for (int i = 0; i < 2; i++) {
    char more[200], message[200];
    snprintf(more, sizeof more, BOX "\n    %s\n    thermal: {network: n.csv, die: 0, case: 1}", cases[i].host);
    char *text = on_a_machine(BOX, more);
    fixture_files files = {.count = 0};
    fixture_add(&files, "s.yaml", text);
    fixture_add(&files, "n.csv", "net,n,kind,i,j,value\na,2,C,0,,1\na,2,C,1,,9\na,2,g,0,1,0.1\na,2,g_amb,1,,0.2\n");
    cf_diag diag;
    assert_null(fixture_load_files(&files, NULL, &diag));
    uint32_t line, column;
    fixture_place(text, cases[i].host, &line, &column);
    assert_int_equal(diag.entry[0].line, line);
    assert_int_equal(diag.entry[0].column, column);
    snprintf(message, sizeof message, "'%s' and 'thermal.network' exclude each other", cases[i].key);
    assert_non_null(strstr(diag.entry[0].text, message));
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(refused), cmocka_unit_test(antennas), cmocka_unit_test(hosts),
                                     cmocka_unit_test(no_way_out), cmocka_unit_test(one_way_to_say_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
