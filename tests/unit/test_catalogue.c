/* config/catalogue: citations, overrides, names, and every way in which a model file can be wrong. */
#include "fixtures/config/config_fixture.h"

#include "config/catalogue.h"

#include <math.h>

typedef struct refusal {
  const char *kind, *name, *old, *new, *mark, *message;
} refusal;

static const char number[] = "{value: 40 K/W, status: A, note: \"made up for tests\"}";

static const refusal refusals[] = {
    {"device", "mcu", number, "40 K/W", "40 K/W", "'die_to_case' must say where it comes from: {value: 40 K/W"},
    {"device", "mcu", number, "{value: 40 K/W, note: x}", "die_to_case", "'die_to_case' has no status: V, M or A"},
    {"device", "mcu", number, "{value: 40 K/W, status: V}", "die_to_case", "'die_to_case' has no source"},
    {"device", "mcu", number, "{value: 40 K/W, status: A}", "die_to_case", "no note that says why this value"},
    {"device", "mcu", number, "{status: A, note: x}", "die_to_case", "'die_to_case' has no value"},
    {"device", "mcu", number, "{value: 40 K/W, status: S, source: sheet}", "S, source", "'S' is not a status"},
    {"device", "mcu", number, "{value: 40 K/W, status: V, source: sheeet}", "sheeet",
     "no source 'sheeet' among this file's sources (did you mean 'sheet'?)"},
    {"device", "mcu", number, "{value: 40 K/W, staus: V, source: sheet}", "staus", "(did you mean 'status'?)"},
    {"device", "mcu", number, "{value: 40, status: V, source: sheet}", "40, status", "has no unit"},
    {"device", "mcu", number, "{value: 40 K/W, low: 50 K/W, status: V, source: sheet}", "50 K/W",
     "low is above the value"},
    {"device", "mcu", number, "{value: 40 K/W, high: 30 K/W, status: V, source: sheet}", "30 K/W",
     "high is below the value"},
    {"device", "mcu", number, "{value: 40 K/W, low: 30 W, status: V, source: sheet}", "30 W", "is a power"},
    {"device", "mcu", "device: mcu", "device: mcv", "mcv", "the name must be that of the file, 'mcu'"},
    {"device", "mcu", "device: mcu", "radio: mcu", "radio", "the first key must be 'device: mcu'"},
    {"device", "mcu", "title: A small processor\n", "", "device: mcu", "the model has no title"},
    {"device", "mcu", "clock:", "clok:", "clok", "unknown key 'clok' in the model (did you mean 'clock'?)"},
    {"device", "mcu", "  sheet: {title", "  sheet: {titel", "sheet: {t", "source 'sheet' has no title"},
    {"device", "mcu", "evidence: datasheet", "evidnce: datasheet", "evidnce", "(did you mean 'evidence'?)"},
    {"device", "mcu", "  rumour: {title: \"Something heard\", evidence: hearsay}", "  rumour: heard", "heard",
     "a source is a map"},
    {"device", "mcu", "  tiny: {energy:", "  tiny: {enrgy:", "enrgy",
     "unknown key 'enrgy' in 'inference.tiny' (did you mean 'energy'?)"},
    {"device", "box", "speed: {value: 1,", "speed: {value: 0.9,", "{name: 25W",
     "the first operating point has speed 1"},
    {"device", "box", "speed: {value: 0.4,", "speed: {value: 1,", "{name: 7W", "in order of falling speed"},
    {"radio", "lora", "25.1 mW", "999 mW", "radiated_power", "radiates more than it draws"},
    {"radio", "lora", "duty_cycle:", "contention: pure-aloha\nduty_cycle:", "contention", "belongs into a scenario"},
    {"converter", "boost", "[[0 W, 0 W], ", "[[1 W, 0 W], ", "[1 W", "must start with no input and no output"},
    {"converter", "boost", "[10 uW, 5 uW], ", "[10 uW, 15 uW], ", "15 uW", "more comes out than goes in"},
    {"converter", "boost", "[10 uW, 5 uW], ", "[10 uW, 5 uW], [9 uW, 6 uW], ", "9 uW", "inputs must rise"},
    {"converter", "boost", "[10 uW, 5 uW], ", "[10 uW, 5 uW], [20 uW, 4 uW], ", "4 uW]", "outputs must not fall"},
    {"converter", "boost", "[10 uW, 5 uW], ", "[10 uW], ", "[10 uW]", "needs pairs [input, output]"},
    {"converter", "boost", "[10 uW, 5 uW], ", "[10, 5 uW], ", "10, 5", "has no unit"},
    {"converter", "boost", "status: V, source: sheet}\nquiescent", "status: V}\nquiescent",
     "output:", "'output' has no source"},
    {"world", "stress", "[2 1/year, 20 1/year]", "[20 1/year, 2 1/year]", "onset", "more often under low pressure"},
    {"world", "stress", "[2 1/year, 20 1/year]", "[2 1/year]", "[2 1/year]", "'onset' needs 2 numbers, not 1"},
    {"world", "stress", "[ok, stressed]", "[ok]", "[ok]", "'state_names' needs 2 names, not 1"},
    {"climate", "field", "[0.2, 0.4, 0.7, 0.9, 1], clear_sky_index_lag1_hour: 0.8, air_mean: 26",
     "[0.4, 0.2, 0.7, 0.9, 1], clear_sky_index_lag1_hour: 0.8, air_mean: 26", "[0.4, 0.2", "quantiles must not fall"},
    {"climate", "field", "air_mean: 26 degC", "air_mean: 36 degC", "36 degC, air", "air_mean must lie between"},
    {"climate", "field", "air_mean: 26 degC, ", "",
     "{clear_sky_index: [0.2, 0.4, 0.7, 0.9, 1], clear_sky_index_lag1_hour: 0.8, air_daily_min: 21",
     "key 'air_mean' is missing in 'months.7'"},
};

static void refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *r = &refusals[i];
    char path[200];
    const char *folder = strcmp(r->kind, "storage") == 0 || strcmp(r->kind, "ai") == 0 ? "" : "s";
    snprintf(path, sizeof path, FIXTURES "models/%s%s/%s.yaml", r->kind, folder, r->name);
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

static void names(void **state) {
  (void)state;
  fixture_refused_edit("device: mcu", "device: mcuu", "mcuu",
                       "no device model 'mcuu' in tests/unit/fixtures/config/models/devices (did you mean 'mcu'?)");
  fixture_refused_edit("device: mcu", "device: zzz", "zzz", "models/devices: box, mcu, warm"); /* what there is */
  fixture_refused_edit("kind: pv, model: silicon", "kind: pv, model: zzz", "zzz",
                       "models/harvesters: antenna, coil, couple, mill, silicon, spring, yeast");
  fixture_refused_edit("climate: field", "climate: feild", "feild", "(did you mean 'field'?)");
  fixture_refused_edit("device: mcu", "device: ../ai/tiny", "../ai", "is not the name of a model");
  fixture_refused_edit("device: mcu", "device: [mcu]", "[mcu]", "needs the name of a device model");
  fixture_refused_edit("device: mcu", "device: ", " \n    sample_every", "needs the name of a device model");
  fixture_refused_edit("model: cap, ", "", "storage:", "key 'model' is missing in 'fleet.sensors.storage'");
  fixture_refused_edit("model: cap", "modle: cap", "modle",
                       "unknown key 'modle' in 'fleet.sensors.storage' (did you mean 'model'?)");
}

static void overrides(void **state) {
  (void)state;
  fixture_refused_edit("leakage: 5 uA", "leakge: 5 uA", "leakge",
                       "unknown key 'leakge' in 'fleet.sensors.storage' (did you mean 'leakage'?)");
  fixture_refused_edit("leakage: 5 uA", "leakage: 5 mW", "5 mW", "is a power; needed is a current");
  fixture_refused_edit("converter: boost", "converter: {model: boost, output: [[0 W, 0 W], [1 W, 1 W]]}",
                       "output:", "cannot be overridden in a scenario");
  fixture_refused_edit("device: mcu", "device: {model: mcu, inference: {}}", "inference", "cannot be overridden");
  fixture_refused_edit("radio: {model: lora, spreading_factor: 10}", "radio: {model: lora, radiated_power: 1 W}",
                       "radiated_power: 1 W", "radiates more than it draws");
  cf_scenario *s = fixture_accepted_edit("radio: {model: lora, spreading_factor: 10}",
                                         "radio: {model: lora, margin: 3 dB, retries: 0}");
  assert_true(s->nodes[0].radio->margin_db == 3);
  assert_int_equal(s->nodes[0].radio->retries, 0);
  assert_int_equal(s->hubs[0].radio->retries, 1); /* another use of the same model is not touched */
  assert_int_equal(fixture_constant(s, "sensors.radio.margin")->status, 'A');
  assert_int_equal(fixture_constant(s, "sensors.radio.retries")->status, 'S');
  cf_scenario_destroy(s);
}

/* A model that two groups use tells its errors once. */
static void errors_are_told_once(void **state) {
  (void)state;
  const char *path = FIXTURES "models/radios/lora.yaml";
  char *text = fixture_file(path), *wrong = fixture_edit(text, "32 mW", "32 mJ"), *good = fixture_good();
  fixture_files files = {.count = 0};
  fixture_add(&files, path, wrong);
  fixture_add(&files, "s.yaml", good);
  cf_diag diag;
  assert_null(fixture_load_files(&files, NULL, &diag));
  assert_int_equal(diag.errors, 1);
  assert_string_equal(diag.entry[0].file, path);
  free(wrong);
  free(text);
  free(good);
}

static void nothing_to_read(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_catalogue_check(FIXTURES "models", NULL, "device", "absent", &diag), CF_INPUT);
  cf_diag_init(&diag);
  assert_int_equal(cf_catalogue_check(FIXTURES "models", NULL, "gadget", "mcu", &diag), CF_USAGE);
  cf_diag_init(&diag);
  assert_int_equal(cf_catalogue_check("no/such/folder", NULL, "device", "mcu", &diag), CF_INPUT);
}

typedef struct tally {
  unsigned all, devices, bad;
} tally;

static void count(void *self, const char *kind, const char *name) {
  tally *t = self;
  cf_diag diag;
  cf_diag_init(&diag);
  t->all++;
  t->devices += strcmp(kind, "device") == 0;
  t->bad += cf_catalogue_check(FIXTURES "models", NULL, kind, name, &diag) != CF_OK;
}

static void whole_catalogue(void **state) {
  (void)state;
  tally t = {0, 0, 0};
  cf_catalogue_each(FIXTURES "models", NULL, count, &t);
  assert_int_equal(t.all, 25);
  assert_int_equal(t.devices, 3);
  assert_int_equal(t.bad, 0);
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_catalogue_list(FIXTURES "models", NULL, out, &diag), CF_OK);
  fclose(out);
  assert_non_null(strstr(text, "device     box                          A gateway computer\n"));
  assert_non_null(strstr(text, "world      stress "));
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(refused),         cmocka_unit_test(names),
                                     cmocka_unit_test(overrides),       cmocka_unit_test(errors_are_told_once),
                                     cmocka_unit_test(nothing_to_read), cmocka_unit_test(whole_catalogue)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
