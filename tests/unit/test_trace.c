/* config/trace: units, clocks, and what is refused. */
#include "reading.h"

#include "config/trace.h"

static cf_status read_trace(reading *r, const char *text, const char *column, cf_trace_quantity quantity,
                            cf_trace_table **table) {
  char *copy = exact_copy(text, strlen(text));
  cf_status status = cf_trace_read("t", copy, strlen(text), column, quantity, r->arena, table, &r->diag);
  free(copy);
  assert_int_equal(status, r->diag.status);
  assert_true((status == CF_OK) == (*table != NULL));
  return status;
}

static void assert_fails(const char *text, const char *column, cf_trace_quantity quantity, uint32_t line, uint32_t at,
                         const char *message) {
  reading r = reading_begin();
  cf_trace_table *table;
  assert_int_equal(read_trace(&r, text, column, quantity, &table), CF_INPUT);
  assert_one_error(&r.diag, line, at, message);
  reading_end(&r);
}

static void every_unit_becomes_si(void **state) {
  (void)state;
  static const struct {
    const char *name;
    cf_trace_quantity quantity;
    const char *text;
    double si;
  } rows[] = {{"p_w", CF_TRACE_POWER, "1.5", 1.5},
              {"p_mw", CF_TRACE_POWER, "1.1", 1.1e-3},
              {"p_uw", CF_TRACE_POWER, "5", 5e-6},
              {"p_nw", CF_TRACE_POWER, "7", 7e-9},
              {"p_kw", CF_TRACE_POWER, "0.3", 300},
              {"air_degc", CF_TRACE_TEMPERATURE, "-10.5", -10.5 + 273.15},
              {"air_k", CF_TRACE_TEMPERATURE, "300", 300},
              {"u_v", CF_TRACE_VOLTAGE, "3.3", 3.3},
              {"u_mv", CF_TRACE_VOLTAGE, "250", 0.25},
              {"i_a", CF_TRACE_CURRENT, "2", 2},
              {"i_ma", CF_TRACE_CURRENT, "5", 5e-3},
              {"i_ua", CF_TRACE_CURRENT, "488", 488e-6},
              {"i_na", CF_TRACE_CURRENT, "3", 3e-9},
              {"a_ms2", CF_TRACE_ACCELERATION, "9.5", 9.5},
              {"a_g", CF_TRACE_ACCELERATION, "2", 2 * 9.80665},
              {"sun_wm2", CF_TRACE_IRRADIANCE, "812", 812},
              {"wind_ms", CF_TRACE_SPEED, "4.5", 4.5},
              {"wind_kmh", CF_TRACE_SPEED, "36", 10},
              {"load_percent", CF_TRACE_SHARE, "35", 0.35},
              {"load", CF_TRACE_SHARE, "0.35", 0.35},
              {"w", CF_TRACE_POWER, "4", 4}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_trace_table *table;
    char text[200];
    snprintf(text, sizeof text, "t_s,%s,ok\n0,0,a\n2,%s,b\n", rows[i].name, rows[i].text);
    assert_int_equal(read_trace(&r, text, rows[i].name, rows[i].quantity, &table), CF_OK);
    assert_int_equal(table->count, 2);
    assert_true(cf_test_ulps(table->value[1], (long double)rows[i].si) <= (rows[i].quantity == CF_TRACE_SPEED ? 1 : 0));
    assert_clean(&r);
    reading_end(&r);
  }
}

static void every_clock_becomes_nanoseconds(void **state) {
  (void)state;
  static const struct {
    const char *name, *first, *second;
    int64_t ns[2];
    bool utc;
  } rows[] = {{"t_s", "-0.5", "1700000000.123456789", {-500000000, INT64_C(1700000000123456789)}, false},
              {"time_s", "0", "1e-9", {0, 1}, false},
              {"t_ms", "0.25", "1e3", {250000, 1000000000}, false},
              {"time_ms", "1", "2", {1000000, 2000000}, false},
              {"time_utc", "1970-01-01T00:00:01Z", "1970-01-02", {1000000000, INT64_C(86400000000000)}, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reading r = reading_begin();
    cf_trace_table *table;
    char text[200];
    snprintf(text, sizeof text, "power_w,%s\n1,%s\n2,%s", rows[i].name, rows[i].first, rows[i].second);
    assert_int_equal(read_trace(&r, text, NULL, CF_TRACE_POWER, &table), CF_OK);
    assert_true(table->t_ns[0] == rows[i].ns[0] && table->t_ns[1] == rows[i].ns[1]);
    assert_int_equal(table->utc, rows[i].utc);
    reading_end(&r);
  }
}

static void columns_are_chosen(void **state) {
  (void)state;
  assert_fails("t_s,power_w\n0,1\n1,2\n", "powr_w", CF_TRACE_POWER, 1, 5,
               "there is no column 'powr_w', but 'power_w': is that meant?");
  assert_fails("t_s,power_w\n0,1\n1,2\n", "power_w", CF_TRACE_CURRENT, 1, 5,
               "'power_w' does not end in a unit of current: _a, _ma, _ua, _na");
  assert_fails("t_s,a_w,b_mw\n0,1,1\n1,2,1\n", NULL, CF_TRACE_POWER, 1, 9,
               "two columns of power: 'a_w' and 'b_mw'; name the one that is meant");
  assert_fails("t_s,a_w\n0,1\n1,2\n", NULL, CF_TRACE_VOLTAGE, 1, 1,
               "there is no column of voltage: its name ends in _v, _mv");
  assert_fails("time,a_w\n0,1\n1,2\n", NULL, CF_TRACE_POWER, 1, 1,
               "there is no column of time: t_s, time_s, t_ms, time_ms or time_utc");
  assert_fails("t_s,a_w,t_ms\n0,1,0\n1,2,1\n", NULL, CF_TRACE_POWER, 1, 9, "two columns of time: 't_s' and 't_ms'");
  /* t_ms is a time, not a speed */
  assert_fails("t_ms,a\n0,1\n1,2\n", NULL, CF_TRACE_SPEED, 1, 1,
               "there is no column of speed: its name ends in _ms, _kmh");
}

static void rows_are_checked(void **state) {
  (void)state;
  assert_fails("t_s,a_w\n0,1\n5,2\n5,3\n", NULL, CF_TRACE_POWER, 4, 1, "the time is not later than that of line 3");
  assert_fails("t_s,a_w\n0,1\n5,2\n4.9,3\n6,1\n", NULL, CF_TRACE_POWER, 4, 1,
               "the time is not later than that of line 3");
  assert_fails("t_s,a_w\n0,1\n1,inf\n2,3\n", NULL, CF_TRACE_POWER, 3, 3, "column 'a_w': 'inf' is not a number");
  assert_fails("t_s,a_w\n0,1\n1,\n2,3\n", NULL, CF_TRACE_POWER, 3, 3, "column 'a_w': the field is empty");
  assert_fails("t_s,a_w\n0,1\n1e30,2\n2,3\n", NULL, CF_TRACE_POWER, 3, 1, "column 't_s': '1e30' is out of range");
  assert_fails("t_s,a_degc\n0,1\n1,-274\n2,3\n", NULL, CF_TRACE_TEMPERATURE, 3, 3,
               "the temperature is -0.85 K, below absolute zero");
  assert_fails("t_s,ok,a_mw\n0,1,0\n1,1,-5\n2,3,3\n", NULL, CF_TRACE_POWER, 3, 5, "the power is -0.005 W, below zero");
  assert_fails("t_s,a_a\n0,1\n1,2\n2,-1e-3\n", NULL, CF_TRACE_CURRENT, 4, 3, "the current is -0.001 A, below zero");
  assert_fails("t_s,a_w\n0,1\n", NULL, CF_TRACE_POWER, 2, 1, "a trace has at least two rows, this one 1");
  assert_fails("t_s,a_w\n", NULL, CF_TRACE_POWER, 1, 1, "a trace has at least two rows, this one 0");
  assert_fails("", NULL, CF_TRACE_POWER, 0, 1, "there is no row: a header with the columns' names is needed");
}

static void names_of_quantities(void **state) {
  (void)state;
  for (int q = 0; q < CF_TRACE_QUANTITIES; q++) assert_non_null(cf_trace_quantity_name((cf_trace_quantity)q));
  assert_string_equal(cf_trace_quantity_name(CF_TRACE_ACCELERATION), "acceleration");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_unit_becomes_si), cmocka_unit_test(every_clock_becomes_nanoseconds),
      cmocka_unit_test(columns_are_chosen),    cmocka_unit_test(rows_are_checked),
      cmocka_unit_test(names_of_quantities),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
