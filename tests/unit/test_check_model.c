/* config/check_model: relations inside one model, and each kind of model with all its keys. */
#include "fixtures/config/config_fixture.h"

#include "config/catalogue.h"

#include <math.h>

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

static void whole(void **state) {
  (void)state;
  static const char *const models[][2] = {{"storage", "cell"},   {"storage", "pile"},     {"storage", "slow"},
                                          {"harvester", "mill"}, {"tissue", "brain"},     {"enclosure", "can"},
                                          {"device", "warm"},    {"converter", "chilly"}, {"harvester", "antenna"}};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    cf_diag diag;
    cf_diag_init(&diag);
    if (cf_catalogue_check(FIXTURES "models", NULL, models[i][0], models[i][1], &diag) != CF_OK) {
      cf_diag_print(&diag, stderr, false);
      fail_msg("%s %s", models[i][0], models[i][1]);
    }
  }
}

typedef struct refusal {
  const char *folder, *kind, *name, *old, *new, *mark, *message;
} refusal;

static const refusal refusals[] = {
    {"storage", "storage", "slow", "slow_resistance: {value: 2 kOhm, status: V, source: sheet}\n", "",
     "slow_capacitance", "'slow_capacitance' and 'slow_resistance' need each other"},
    {"storage", "storage", "slow", "slow_capacitance: {value: 100 mF, status: V, source: sheet}\n", "",
     "slow_resistance", "need each other"},
    {"storage", "storage", "slow", "kind: capacitor", "kind: capacitr", "capacitr\n",
     "'capacitr' is not a kind (did you mean 'capacitor'?): capacitor, battery, primary"},
    {"storage", "storage", "slow", "kind: capacitor", "kind: battery", "capacitance: {value: 1 F",
     "unknown key 'capacitance'"},
    {"storage", "storage", "cell", "charge_from: {value: 0 degC", "charge_from: {value: 45 degC",
     "charge_from: {value: 45", "'charge_from' must be below 'charge_to'"},
    {"storage", "storage", "cell", "{value: -20 degC", "{value: 70 degC", "discharge_from",
     "'discharge_from' must be below 'discharge_to'"},
    {"storage", "storage", "cell", "[0 %, 3 V]", "[1 %, 3 V]", "1 %, 3 V", "'open_voltage' must start at 0"},
    {"storage", "storage", "cell", "[100 %, 4.2 V]", "[99 %, 4.2 V]", "99 %, 4.2", "'open_voltage' must end at 1"},
    {"storage", "storage", "cell", "[50 %, 3.7 V]", "[50 %, 2.7 V]", "2.7 V", "'open_voltage': outputs must not fall"},
    {"storage", "storage", "cell", "[50 %, 3.7 V]", "[50 %, 3.7 W]", "3.7 W", "is a power; needed is a voltage"},
    {"storage", "storage", "cell", "[50 %, 3.7 V]", "[0 %, 3.7 V]", "0 %, 3.7 V", "inputs must rise"},
    {"storage", "storage", "cell", "[50 %, 3.7 V]", "[50 %]", "[50 %]",
     "'open_voltage' needs pairs [plain number, voltage]"},
    {"storage", "storage", "cell", "[80 %, 1000]", "[80 %, 30000]", "30000", "'cycle_life': outputs must not rise"},
    {"storage", "storage", "cell", "  q0: {value: 1.02, status: V, source: sheet}\n", "",
     "calendar:", "key 'q0' is missing in 'calendar'"},
    {"storage", "storage", "cell", "  a: {value: 2.66e-3", "  aa: {value: 2.66e-3", "aa: {value",
     "unknown key 'aa' in 'calendar' (did you mean 'a'?)"},
    {"storage", "storage", "cell", "  a: {value: 2.66e-3, status: V, source: sheet}\n", "  a: 2.66e-3\n", "2.66e-3\n",
     "'a' must say where it comes from"},
    {"storage", "storage", "pile", "cut_off: {value: 2 V", "cut_off: {value: 3.67 V", "cut_off",
     "'cut_off' must be below 'open_voltage'"},
    {"storage", "storage", "pile", "[4 mA, 8.5 Ah]", "[4 mA, 8.5 Wh]", "8.5 Wh", "is an energy; needed is a charge"},
    {"harvesters", "harvester", "mill", "cut_in: {value: 3 m/s", "cut_in: {value: 10 m/s", "cut_in",
     "'cut_in' must be below 'rated'"},
    {"harvesters", "harvester", "mill", "cut_out: {value: 20 m/s", "cut_out: {value: 10 m/s", "cut_out",
     "'cut_out' must be above 'rated'"},
    {"harvesters", "harvester", "mill", "{value: 20 %", "{value: 60 %", "60 %", "out of range: 'power_coefficient'"},
    {"harvesters", "harvester", "antenna", "[1 mW, 60 %]", "[1 mW, 160 %]", "160 %", "out of range: 'efficiency'"},
    {"devices", "device", "warm", "leakage_at: {value: 60 degC, status: V, source: sheet}\n", "", "leakage_power",
     "'leakage_power' needs leakage_at and leakage_per_kelvin"},
    {"devices", "device", "warm", "leakage_per_kelvin: {value: 0.036 1/K, status: V, source: sheet}\n", "",
     "leakage_power", "'leakage_power' needs leakage_at and leakage_per_kelvin"},
    {"devices", "device", "warm",
     "thermal_ladder: {value: [[10 K/W, 0.01 J/K], [30 K/W, 0.5 J/K]], status: V, source: sheet}\n", "", "device: warm",
     "needs die_to_case and die_heat_capacity, or a thermal_ladder"},
    {"devices", "device", "warm", "ladder: foster", "die_to_case: {value: 40 K/W, status: V, source: sheet}",
     "thermal_ladder", "'thermal_ladder' takes the place of die_to_case and die_heat_capacity"},
    {"devices", "device", "warm", "leakage_power: {value: 3 mW", "leakage_power: {value: 21 mW", "leakage_power",
     "'leakage_power' is more than active_power"},
    {"devices", "device", "warm", "leakage_asleep: {value: 0.1 %", "leakage_asleep: {value: 0.2 %", "leakage_asleep",
     "asleep, 6e-06 W would leak, which is more than sleep_power"},
    {"devices", "device", "warm", "ladder: foster", "ladder: foser", "foser",
     "'foser' is not a ladder (did you mean 'foster'?): cauer, foster"},
    {"devices", "device", "warm", "[30 K/W, 0.5 J/K]", "[30 K/W, 0.5 W/K]", "0.5 W/K",
     "is a thermal conductance; needed is a heat capacity"},
    {"devices", "device", "mcu", "die_heat_capacity: {value: 0.5 J/K, status: A, note: \"made up for tests\"}\n", "",
     "die_to_case", "needs die_to_case and die_heat_capacity"},
    {"converters", "converter", "chilly", "cold_efficiency: {value: 5 %, status: V, source: sheet}\n", "",
     "cold_start_voltage", "'cold_start_voltage' needs cold_efficiency"},
    {"tissues", "tissue", "brain", "559 mL/min/kg", "559 mL/min", "559 mL/min,",
     "is of another dimension; needed is a perfusion, for example '559 mL/min/kg'"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *r = &refusals[i];
    char path[200];
    snprintf(path, sizeof path, FIXTURES "models/%s/%s.yaml", r->folder, r->name);
    char *text = fixture_file(path), *wrong = fixture_edit(text, r->old, r->new);
    fixture_files files = {.count = 0};
    fixture_add(&files, path, wrong);
    cf_reader reader = {.self = &files, .read = fixture_read, .list = fixture_list};
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_catalogue_check(FIXTURES "models", &reader, r->kind, r->name, &diag), CF_INPUT);
    uint32_t line, column;
    fixture_place(wrong, r->mark, &line, &column);
    bool found = false;
    for (unsigned e = 0; e < diag.stored; e++)
      found = found || (diag.entry[e].line == line && diag.entry[e].column == column &&
                        strstr(diag.entry[e].text, r->message) && strcmp(diag.entry[e].file, path) == 0);
    if (!found) {
      cf_diag_print(&diag, stderr, false);
      fail_msg("no '%s' at %u:%u", r->message, line, column);
    }
    free(wrong);
    free(text);
  }
}

/* What a reference overrides is checked with the rest, at the reference. */
static void overrides(void **state) {
  (void)state;
  fixture_refused_edit("storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}",
                       "storage: {model: cap, slow_resistance: 5 Ohm}", "slow_resistance", "need each other");
  fixture_refused_edit("device: mcu", "device: {model: mcu, leakage_power: 1 mW}", "leakage_power",
                       "needs leakage_at and leakage_per_kelvin");
  fixture_refused_edit("storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}",
                       "storage: {model: cap, kind: battery}", "kind: battery", "'kind' cannot be overridden");
  fixture_refused_edit("storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}",
                       "storage: {model: cell, capacitance: 1 F}", "capacitance: 1 F", "unknown key 'capacitance'");
  fixture_refused_edit("enclosure: {model: plastic, sun_absorptance: 0.6}", "enclosure: {model: can, surface: 77}",
                       "77}", "'fleet.sensors.enclosure.surface' needs a map, not a single value");
  cf_scenario *s = fixture_accepted_edit("enclosure: {model: plastic, sun_absorptance: 0.6}",
                                         "enclosure: {model: can, to_air: 8 K/W, surface: {height: 6 cm}}");
  const cf_enclosure *box = s->nodes[0].enclosure;
  near(box->to_air_k_per_w, 8);
  near(box->surface_height_m, 0.06); /* this one alone is overridden */
  near(box->surface_area_m2, 0.006);
  near(box->surface_emissivity, 0.2);
  assert_int_equal(fixture_constant(s, "sensors.enclosure.surface.height")->status, 'A');
  assert_int_equal(fixture_constant(s, "sensors.enclosure.surface.area")->status, 'V');
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("enclosure: {model: plastic, sun_absorptance: 0.6}",
                            "enclosure: {model: plastic, surface: {area: 70 cm2, height: 6 cm, emissivity: 0}}");
  near(s->nodes[0].enclosure->surface_area_m2, 0.007); /* of a model that says nothing of it */
  near(s->nodes[0].enclosure->to_air_k_per_w, 6.6);
  cf_scenario_destroy(s);
  fixture_refused_edit("enclosure: {model: plastic, sun_absorptance: 0.6}",
                       "enclosure: {model: plastic, surface: {area: 70 cm2, height: 6 cm}}",
                       "surface:", "key 'emissivity' is missing in 'fleet.sensors.enclosure.surface'");
}

static void devices(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("device: mcu", "device: warm");
  const cf_device *d = s->nodes[0].device;
  assert_int_equal(d->ladder.count, 2);
  near(d->ladder.x[1], 30);
  near(d->ladder.y[0], 0.01);
  assert_true(d->ladder_is_foster);
  near(d->leakage_power_w, 0.003);
  near(d->leakage_at_k, 333.15);
  near(d->leakage_per_k, 0.036);
  near(d->leakage_asleep, 0.001);
  assert_true(d->die_to_case_k_per_w == 0 && d->die_heat_capacity_j_per_k == 0);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("converter: boost", "converter: {model: chilly, cold_start_power: 20 uW}");
  near(s->nodes[0].converter->cold_start_v, 1.8);
  near(s->nodes[0].converter->cold_start_w, 20e-6);
  near(s->nodes[0].converter->cold_efficiency, 0.05);
  cf_scenario_destroy(s);
}

static void stores(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}",
                                         "storage: {model: cell, capacity: 500 mAh, calendar: {a: 0.003}}\n"
                                         "    backup: {model: pile, switch_below: 3.1 V, switch_above: 3.3 V, "
                                         "switch_loss: 1 %}");
  const cf_storage *c = s->nodes[0].storage, *p = s->nodes[0].backup;
  assert_int_equal(c->kind, CF_STORAGE_BATTERY);
  assert_string_equal(c->name, "cell");
  near(c->capacity_c, 1800);
  assert_int_equal(c->open_voltage.count, 3);
  near(c->open_voltage.x[1], 0.5);
  near(c->open_voltage.y[2], 4.2);
  near(c->resistance_ohm, 0.1);
  near(c->reference_k, 293.15);
  near(c->resistance_activation_k, 2000);
  near(c->coulomb_efficiency, 0.99);
  near(c->self_discharge_per_s, 0.02 / 2629800);
  near(c->self_discharge_activation_k, 5000);
  near(c->charge_rate_per_s, 0.5 / 3600);
  near(c->discharge_rate_per_s, 2.0 / 3600);
  near(c->charge_from_k, 273.15);
  near(c->charge_to_k, 318.15);
  near(c->discharge_from_k, 253.15);
  near(c->discharge_to_k, 333.15);
  near(c->calendar_q0, 1.02);
  near(c->calendar_a_per_sqrt_day, 0.003); /* overridden inside its map */
  near(c->calendar_b_k, -7280);
  near(c->calendar_c_k, 930);
  assert_int_equal(c->cycle_life.count, 2);
  near(c->cycle_life.x[0], 0.1);
  near(c->cycle_life.y[1], 1000);
  near(c->end_of_life_share, 0.7);
  near(c->initial_share, 0.6);
  assert_true(c->capacitance_f == 0 && c->voltage_max_v == 0);
  assert_int_equal(p->kind, CF_STORAGE_PRIMARY);
  assert_int_equal(p->capacity_by_current.count, 3);
  near(p->capacity_by_current.x[0], 0.001);
  near(p->capacity_by_current.y[1], 30600);
  near(p->open_voltage_v, 3.67);
  near(p->resistance_ohm, 2);
  near(p->cut_off_v, 2);
  near(p->reference_k, 298.15);
  near(p->self_discharge_per_s, 0.01 / 31557600);
  near(p->self_discharge_activation_k, 6000);
  near(p->current_max_a, 0.5);
  near(p->film_after_hour_v, 0.02);
  near(p->film_max_v, 0.5);
  near(p->film_reference_a, 0.01);
  near(p->film_activation_k, 4000);
  near(p->film_charge_c, 2);
  near(p->initial_share, 0.95);
  near(s->nodes[0].switch_below_v, 3.1);
  near(s->nodes[0].switch_above_v, 3.3);
  near(s->nodes[0].switch_loss, 0.01);
  assert_int_equal(fixture_constant(s, "sensors.backup.model.film.charge")->status, 'V');
  assert_int_equal(fixture_constant(s, "sensors.storage.capacity")->status, 'S');
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("storage: {model: cap, capacitance: 0.47 F, leakage: 5 uA}", "storage: slow");
  c = s->nodes[0].storage;
  assert_int_equal(c->kind, CF_STORAGE_CAPACITOR);
  near(c->leakage_resistance_ohm, 1e6);
  near(c->slow_capacitance_f, 0.1);
  near(c->slow_resistance_ohm, 2000);
  cf_scenario_destroy(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(whole), cmocka_unit_test(refused), cmocka_unit_test(overrides),
                                     cmocka_unit_test(devices), cmocka_unit_test(stores)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
