/* config/explain: the resolved scenario loads again to itself; every value has a story. */
#include "fixtures/config/config_fixture.h"

#include "config/explain.h"

static char *resolved(const cf_scenario *s) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_show_resolved(s, out, &diag), CF_OK);
  fclose(out);
  return text;
}

/* Without comments: those tell origins, which differ. */
static void strip(char *text) {
  char *to = text;
  for (char *line = text; *line;) {
    char *end = line + strcspn(line, "\n");
    char *comment = strstr(line, "  # default");
    size_t length = (size_t)((comment && comment < end ? comment : end) - line);
    bool only = line[strspn(line, " ")] == '#';
    char *next = *end ? end + 1 : end;
    if (!only) {
      memmove(to, line, length);
      to += length;
      *to++ = '\n';
    }
    line = next;
  }
  *to = '\0';
}

static void round_trip(void **state) {
  (void)state;
  char *good = fixture_good();
  char *odd = fixture_edit(good, "scarce: the night", "scarce: \"a: b # c\\n\\\"\\e[0m\"");
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", "include: base.yaml\nassert: {down: [{max: 1}, {policy: careful, min: 0, max: 2}]}\n");
  fixture_add(&files, "base.yaml", odd);
  const char *const settings[] = {"fleet.sensors.converter.quiescent=1 uA", "name=other", NULL};
  cf_diag diag;
  cf_scenario *s = fixture_load_files(&files, settings, &diag);
  assert_non_null(s);
  char *first = resolved(s);
  assert_non_null(strstr(first, "seed: 7\n"));
  assert_non_null(strstr(first, "name: other\n"));
  assert_non_null(strstr(first, "    sample_jitter: 30 s  # default\n"));
  assert_non_null(strstr(first, "tolerance:\n  power: 0.1 %  # default\n"));
  assert_non_null(strstr(first, "# leakage:") ? NULL : "the overridden value of the model is not shown");
  assert_non_null(strstr(first, "      # esr: 0.1 Ohm (V, " FIXTURES "models/storage/cap.yaml:7)\n"));
  assert_non_null(strstr(first, "# output: table (V, "));
  assert_non_null(strstr(first, "      # channels: 3 (default)\n"));
  cf_scenario *again = fixture_load(first, &diag);
  if (!again) cf_diag_print(&diag, stderr, false);
  assert_non_null(again);
  assert_string_equal(again->scarce, "a: b # c\n\"\x1b[0m");
  assert_int_equal(again->assertions, 3);
  char *second = resolved(again);
  strip(first);
  strip(second);
  assert_string_equal(first, second);
  cf_scenario_destroy(again);
  cf_scenario_destroy(s);
  free(first);
  free(second);
  free(odd);
  free(good);
}

static void expect(const cf_scenario *s, const char *path, const char *words) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_show_explain(s, path, out, &diag), CF_OK);
  fclose(out);
  if (!strstr(text, words)) fail_msg("no '%s' in\n%s", words, text);
  free(text);
}

static void stories(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  expect(s, "fleet.sensors.storage.leakage", "fleet.sensors.storage.leakage = 5 uA (5e-06 A)\n");
  expect(s, "sensors.storage.leakage", "from       scenario, s.yaml:28:57\n");
  expect(s, "sensors.storage.leakage", "range      at least 0 A\n");
  expect(s, "sensors.storage.leakage", "instead of 1 uA, " FIXTURES "models/storage/cap.yaml:8:18 (V)\n");
  expect(s, "sensors.storage.esr", "from       model, " FIXTURES "models/storage/cap.yaml:7:14\n");
  expect(s, "sensors.storage.esr", "source     An imagined data sheet\n  where      page 7\n  evidence   datasheet\n");
  expect(s, "sensors.device.sleep_power", "between    2 uW to 10000 nW\n");
  expect(s, "sensors.device.sleep_discard_power", "counts as A, it has no locator");
  expect(s, "sensors.device.die_to_case", "status     A, assumed\n  note       made up for tests\n");
  expect(s, "sensors.device.idle_power", "sensors.device.idle_power = 0 W\n  from       default\n");
  expect(s, "tolerance.power", "from       default\n  default    0.1 %\n");
  expect(s, "record.decisions", "one of     none, all\n");
  expect(s, "record.decisions", "does not change the digest: what is written down");
  expect(s, "record.decisions", "means      One row per decision.\n");
  expect(s, "duration", "needs      time, for example 15 min\n");
  expect(s, "fleet.sensors.radio", "  fleet.sensors.radio.tx_power = 145.2 mW\n");
  expect(s, "fleet.sensors.radio", "  fleet.sensors.radio.spreading_factor = 10\n");
  expect(s, "world.process.onset", "world.process.onset = [2 1/year, 20 1/year]");
  expect(s, "fleet.sensors.varies.capacitance.uniform.1", "= 20 %");
  expect(s, "", "  .fleet");
  const struct {
    const char *path, *message;
  } wrong[] = {{"sensors.storage.leakag", "'leakag' is unknown (did you mean 'leakage'?)"},
               {"sed", "'sed' is unknown (did you mean 'seed'?)"},
               {"fleet.sensors.device.clok", "(did you mean 'clock'?)"},
               {"seed.x", "'x' is unknown"},
               {"..", "unknown"},
               {"fleet.sensors.device.clock.value.x", "'x' is unknown"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_show_explain(s, wrong[i].path, stderr, &diag), CF_USAGE);
    if (!strstr(diag.entry[0].text, wrong[i].message)) fail_msg("%s: %s", wrong[i].path, diag.entry[0].text);
  }
  cf_scenario_destroy(s);
}

static void full_disk(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  FILE *full = fopen("/dev/full", "w");
  if (full) {
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_show_resolved(s, full, &diag), CF_IO);
    fclose(full);
  }
  cf_scenario_destroy(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(stories),
                                     cmocka_unit_test(full_disk)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
