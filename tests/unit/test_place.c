/* config/place: one of climate, weather and indoors; a machine; a power line. */
#include "fixtures/config/config_fixture.h"

#include "config/trace.h"
#include "config/weather.h"

#include <math.h>

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

/* Three days of hours from 28 February 2026, 23 h UTC: air as the hour of the day, wind 2 m/s and then 4 m/s. */
static void weather_file(char *text, size_t size) {
  snprintf(text, size,
           "# latitude: 36 deg\n# longitude: -80 deg\n# altitude: 270 "
           "m\ntime_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n");
  for (int i = 0; i < 72; i++) {
    int hour = (23 + i) % 24, day = (23 + i) / 24; /* day 0: 28 February */
    size_t n = strlen(text);
    snprintf(text + n, size - n, "2026-%s-%02dT%02d:00Z,0,0,0,%d,%d\n", day ? "03" : "02", day ? day : 28, hour, hour,
             day ? 4 : 2);
  }
}

static cf_scenario *load_with(const char *place, const char *data, cf_diag *diag) {
  char *good = fixture_good(), *text = fixture_edit(good, "  climate: field\n", place);
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", text);
  if (data) fixture_add(&files, "w.csv", data);
  cf_scenario *s = fixture_load_files(&files, NULL, diag);
  free(text);
  free(good);
  return s;
}

static cf_scenario *placed(const char *place, const char *data) {
  cf_diag diag;
  cf_scenario *s = load_with(place, data, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  return s;
}

static void weather(void **state) {
  (void)state;
  static char data[8192];
  weather_file(data, sizeof data);
  cf_scenario *s = placed("  weather: {file: w.csv, linke_turbidity: 4, albedo: 0.3}\n", data);
  assert_non_null(s->weather);
  assert_false(s->indoors);
  assert_int_equal(s->weather->hours, 72);
  const cf_climate *c = s->climate;
  assert_string_equal(c->name, "weather");
  near(c->latitude_rad, 0.6283185307179586);
  near(c->longitude_rad, -1.3962634015954636);
  near(c->altitude_m, 270);
  near(c->linke_turbidity, 4);
  near(c->albedo, 0.3);
  near(c->month[1].air_mean_k, 273.15 + 23); /* one hour of February */
  near(c->month[1].wind_mean_ms, 2);
  /* Of March 1 March and 2 March are whole days, 0 to 23 degC, and 23 hours of 3 March. */
  near(c->month[2].air_mean_k, 273.15 + (276.0 + 276 + 253) / 71);
  near(c->month[2].air_daily_min_k, 273.15);
  near(c->month[2].air_daily_max_k, 273.15 + 23);
  near(c->month[2].wind_mean_ms, 4);
  near(c->month[6].air_mean_k, 273.15 + (276.0 + 276 + 253 + 23) / 72); /* no hour of July: the mean of all */
  near(c->month[6].air_daily_max_k, 273.15 + 23);
  assert_true(c->month[2].clear_sky_index[4] == 0 && c->month[2].clear_sky_index_lag1_hour == 1);
  assert_int_equal(fixture_constant(s, "place.weather.albedo")->status, 'A');
  cf_scenario_destroy(s);
  s = placed("  weather: w.csv\n", data); /* one line is enough */
  near(s->climate->linke_turbidity, 3);
  near(s->climate->albedo, 0.2);
  cf_scenario_destroy(s);
}

static void indoors(void **state) {
  (void)state;
  char *good = fixture_good(), *dark = fixture_edit(good, "  climate: field\n", "  indoors: 22 degC\n");
  char *text =
      fixture_edit(dark, "panel: {kind: pv, model: silicon, area: 4 cm2, tilt: 35 deg, azimuth: 180 deg, soiling: 3 %}",
                   "h: {kind: constant, power: 1 mW}");
  cf_diag diag;
  cf_scenario *s = fixture_load(text, &diag);
  assert_non_null(s);
  assert_true(s->indoors);
  near(s->indoor_air_k, 295.15);
  for (int m = 0; m < 12; m++) {
    near(s->climate->month[m].air_mean_k, 295.15);
    near(s->climate->month[m].air_daily_min_k, 295.15);
    near(s->climate->month[m].air_daily_max_k, 295.15);
    assert_true(s->climate->month[m].wind_mean_ms == 0 && s->climate->month[m].clear_sky_index[0] == 0);
  }
  cf_scenario_destroy(s);
  fixture_refused(dark, "panel:", "a panel needs a sun: the place is indoors");
  free(text);
  text =
      fixture_edit(dark, "panel: {kind: pv, model: silicon, area: 4 cm2, tilt: 35 deg, azimuth: 180 deg, soiling: 3 %}",
                   "turbine: {kind: wind, model: mill}");
  fixture_refused(text, "turbine:", "a turbine needs wind: the place is indoors");
  free(text);
  free(dark);
  free(good);
}

static void one_of_three(void **state) {
  (void)state;
  fixture_refused_edit("  climate: field\n", "", "place:", "'place' needs 'climate', 'weather' or 'indoors'");
  fixture_refused_edit("  climate: field\n", "  climate: field\n  indoors: 22 degC\n", "indoors",
                       "say 'climate', 'weather' or 'indoors': 'climate' has been said");
  fixture_refused_edit("  climate: field\n", "  indoors: 22 W\n", "22 W", "'air': '22 W' is a power");
  fixture_refused_edit("  climate: field\n", "  indoors: {air: 22 degC, wind: 3 m/s}\n", "wind: 3",
                       "unknown key 'wind' in 'place.indoors'");
  fixture_refused_edit("  climate: field\n", "  indoors: {}\n", "indoors", "key 'air' is missing in 'place.indoors'");
  fixture_refused_edit("  climate: field\n", "  weather: {linke_turbidity: 3}\n", "weather",
                       "key 'file' is missing in 'place.weather'");
}

static void beyond_the_file(void **state) {
  (void)state;
  static char data[8192];
  weather_file(data, sizeof data);
  *strstr(data, "2026-03-02T23") = '\0'; /* the run ends on 3 March, 0 h */
  cf_diag diag;
  assert_null(load_with("  weather: w.csv\n", data, &diag));
  assert_int_equal(diag.entry[0].line, 8);
  assert_int_equal(diag.entry[0].column, 12);
  assert_string_equal(diag.entry[0].text,
                      "the weather goes from 2026-02-28T23:00Z to 2026-03-02T23:00Z, and the run beyond that");
}

/* A setting below the short form. */
static void settings(void **state) {
  (void)state;
  static char data[8192];
  weather_file(data, sizeof data);
  char *good = fixture_good(), *text = fixture_edit(good, "  climate: field\n", "  weather: w.csv\n");
  fixture_files files = {.count = 0};
  fixture_add(&files, "s.yaml", text);
  fixture_add(&files, "w.csv", data);
  const char *const given[] = {"place.weather.albedo=0.7", NULL};
  cf_diag diag;
  cf_scenario *s = fixture_load_files(&files, given, &diag);
  if (!s) cf_diag_print(&diag, stderr, false);
  assert_non_null(s);
  near(s->climate->albedo, 0.7);
  assert_int_equal(s->weather->hours, 72);
  cf_scenario_destroy(s);
  free(text);
  free(good);
}

#define DUTY "on_for: 6 h, off_for: 2 h, wall_on: 105 degC, wall_off: 60 degC, warm_up: 20 min, cool_down: 40 min"

static void machine(void **state) {
  (void)state;
  cf_scenario *s = placed(
      "  climate: field\n  machine: {" DUTY ", starts_after: 1 h, vibration: 3 m/s2, frequency: 100 Hz}\n", NULL);
  const cf_machine_spec *m = &s->machine;
  assert_true(m->has);
  assert_int_equal(m->on_ns, 21600000000000);
  assert_int_equal(m->off_ns, 7200000000000);
  assert_int_equal(m->starts_after_ns, 3600000000000);
  near(m->wall_on_k, 378.15);
  near(m->wall_off_k, 333.15);
  near(m->warm_up_s, 1200);
  near(m->cool_down_s, 2400);
  near(m->vibration_ms2, 3);
  near(m->frequency_hz, 100);
  assert_int_equal(fixture_constant(s, "place.machine.wall_on")->status, 'A');
  cf_scenario_destroy(s);
  s = placed("  climate: field\n  machine: {" DUTY "}\n", NULL);
  assert_true(s->machine.has && s->machine.vibration_ms2 == 0 && s->machine.starts_after_ns == 0);
  cf_scenario_destroy(s);
  s = fixture_accepted_edit("", "");
  assert_false(s->machine.has || s->line.has);
  assert_null(s->weather);
  cf_scenario_destroy(s);
  fixture_refused_edit("  climate: field\n", "  climate: field\n  machine: {" DUTY ", vibration: 3 m/s2}\n",
                       "machine:", "key 'frequency' is missing in 'place.machine': it vibrates");
  fixture_refused_edit("  climate: field\n", "  climate: field\n  machine: {on_for: 0 s, off_for: 2 h}\n", "0 s, off",
                       "'on_for' must be above 0 s");
}

#define HOURS                                                                                                          \
  "[0 A, 10 A, 20 A, 30 A, 4 A, 5 A, 6 A, 7 A, 8 A, 9 A, 10 A, 11 A, 12 A, 13 A, 14 A, 15 A, 16 A, 17 A, 18 A, 19 A, " \
  "20 A, 21 A, 22 A, 23 A]"

static void line(void **state) {
  (void)state;
  cf_scenario *s = placed("  climate: field\n  line: {current_by_hour: " HOURS "}\n", NULL);
  assert_true(s->line.has);
  assert_null(s->line.trace);
  near(s->line.current_a[3], 30);
  near(s->line.current_a[23], 23);
  assert_int_equal(fixture_constant(s, "place.line.current_by_hour")->status, 'A');
  cf_scenario_destroy(s);
  s = placed("  climate: field\n  line: {trace: w.csv, column: b_ma, repeat: true}\n",
             "t_s,a_a,b_ma\n0,1,2\n60,3,4000\n");
  assert_true(s->line.has && s->line.repeat);
  assert_int_equal(s->line.trace->count, 2);
  near(s->line.trace->value[1], 4);
  cf_scenario_destroy(s);
  fixture_refused_edit("  climate: field\n", "  climate: field\n  line: {repeat: true}\n", "line: {repeat",
                       "'line' needs 'current_by_hour' or 'trace'");
  fixture_refused_edit("  climate: field\n", "  climate: field\n  line: {trace: w.csv, current_by_hour: " HOURS "}\n",
                       "trace:", "'line' needs 'current_by_hour' or 'trace', not both");
  fixture_refused_edit("  climate: field\n", "  climate: field\n  line: {current_by_hour: [1 A, 2 A]}\n", "[1 A",
                       "'current_by_hour' needs 24 numbers, not 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(weather),      cmocka_unit_test(indoors),
                                     cmocka_unit_test(one_of_three), cmocka_unit_test(beyond_the_file),
                                     cmocka_unit_test(settings),     cmocka_unit_test(machine),
                                     cmocka_unit_test(line)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
