/* Figures, bars and sparklines as a reader sees them. */
#include "cli/terminal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void counts(void **state) {
  (void)state;
  assert_string_equal(cf_text_grouped(0).text, "0");
  assert_string_equal(cf_text_grouped(999).text, "999");
  assert_string_equal(cf_text_grouped(1000).text, "1,000");
  assert_string_equal(cf_text_grouped(UINT64_MAX).text, "18,446,744,073,709,551,615");
  assert_string_equal(cf_text_count(0).text, "0");
  assert_string_equal(cf_text_count(999).text, "999");
  assert_string_equal(cf_text_count(999.6).text, "1 k");
  assert_string_equal(cf_text_count(12345).text, "12.3 k");
  assert_string_equal(cf_text_count(103e6).text, "103 M");
  assert_string_equal(cf_text_count(5e15).text, "5e+03 T");
  assert_string_equal(cf_text_count(NAN).text, "-");
}

static void shares_and_ratios(void **state) {
  (void)state;
  assert_string_equal(cf_text_share(0.34968, 2).text, "34.97 %");
  assert_string_equal(cf_text_share(1, 1).text, "100.0 %");
  assert_string_equal(cf_text_share(NAN, 1).text, "-");
  assert_string_equal(cf_text_small_share(0).text, "0 %");
  assert_string_equal(cf_text_small_share(0.0000123).text, "0.0012 %");
  assert_string_equal(cf_text_small_share(0.151).text, "15 %");
  assert_string_equal(cf_text_small_share(1e-10).text, "1.0e-08 %");
  assert_string_equal(cf_text_ratio(153.4).text, "153 : 1");
  assert_string_equal(cf_text_ratio(9.94).text, "9.9 : 1");
  assert_string_equal(cf_text_ratio(9.96).text, "10 : 1");
  assert_string_equal(cf_text_ratio(0.42).text, "0.4 : 1");
  assert_string_equal(cf_text_ratio(0.023).text, "0.02 : 1");
  assert_string_equal(cf_text_ratio(0).text, "0.0 : 1");
  assert_string_equal(cf_text_ratio(INFINITY).text, "plenty");
  assert_string_equal(cf_text_ratio(NAN).text, "-");
}

static void durations(void **state) {
  (void)state;
  assert_string_equal(cf_text_duration(0).text, "0 s");
  assert_string_equal(cf_text_duration(0.012).text, "0.01 s");
  assert_string_equal(cf_text_duration(14.93).text, "14.9 s");
  assert_string_equal(cf_text_duration(60).text, "1 min");
  assert_string_equal(cf_text_duration(3661).text, "1 h 1 min");
  assert_string_equal(cf_text_duration(30 * 86400.0).text, "30 d");
  assert_string_equal(cf_text_duration(86400 + 3600).text, "1 d 1 h");
  assert_string_equal(cf_text_duration(3599.7).text, "1 h");
  assert_string_equal(cf_text_duration(-1).text, "-");
  assert_string_equal(cf_text_date(1772323200).text, "2026-03-01");
}

static void units_of_energy(void **state) {
  (void)state;
  assert_string_equal(cf_energy_unit_for(3.6e7).name, "kWh");
  assert_string_equal(cf_energy_unit_for(-3600).name, "Wh");
  assert_string_equal(cf_energy_unit_for(3599).name, "mWh");
  assert_string_equal(cf_energy_unit_for(3.5).name, "mJ");
  assert_string_equal(cf_energy_unit_for(0).name, "mJ");
}

static void digests(void **state) {
  (void)state;
  const uint64_t lane[2] = {0x5f, UINT64_C(0xabcdef0123456789)};
  assert_string_equal(cf_text_digest(lane).text, "000000000000005fabcdef0123456789");
}

static const cf_terminal plain = {.width = CF_PAGE_WIDTH};
static const cf_terminal rich = {.width = CF_PAGE_WIDTH, .tty = true, .colour = true, .utf8 = true};

static void sparklines(void **state) {
  (void)state;
  const double value[] = {0, 1, 2, 3, 4, 5, 6, 7, NAN};
  char line[32];
  cf_sparkline(&plain, value, 9, line);
  assert_string_equal(line, ".:-=+*#@ ");
  cf_sparkline(&rich, value, 9, line);
  assert_string_equal(line, "▁▂▃▄▅▆▇█ ");
  assert_int_equal(cf_text_columns(line), 9);
  const double flat[] = {3, 3};
  cf_sparkline(&plain, flat, 2, line);
  assert_string_equal(line, "==");
  cf_sparkline(&plain, value, 0, line);
  assert_string_equal(line, "");
}

static void bars(void **state) {
  (void)state;
  char line[64];
  cf_bar(&plain, 0.5, 10, line);
  assert_string_equal(line, "#####.....");
  cf_bar(&plain, 7, 4, line);
  assert_string_equal(line, "####");
  cf_bar(&plain, NAN, 4, line);
  assert_string_equal(line, "....");
  cf_bar(&rich, 0.34, 3, line);
  assert_string_equal(line, "█░░");
}

static void interval_bars(void **state) {
  (void)state;
  char line[64];
  const cf_ends whole = {-5, 5};
  cf_interval_bar(&plain, 3, (cf_ends){2, 4}, whole, 11, line);
  assert_string_equal(line, "     | [*] ");
  cf_interval_bar(&plain, -1, (cf_ends){-4, 2}, whole, 11, line);
  assert_string_equal(line, " [--*--]   "); /* it covers the zero */
  cf_interval_bar(&rich, 3, (cf_ends){1, 5}, whole, 11, line);
  assert_string_equal(line, "     │├─●─┤");
  assert_int_equal(cf_text_columns(line), 11);
  cf_interval_bar(&plain, -2, (cf_ends){(double)NAN, (double)NAN}, whole, 11, line);
  assert_string_equal(line, "   * |     ");
  cf_interval_bar(&plain, (double)NAN, (cf_ends){(double)NAN, (double)NAN}, whole, 11, line);
  assert_string_equal(line, "     |     ");
  cf_interval_bar(&plain, 7, (cf_ends){-9, 9}, whole, 11, line); /* beyond the ends */
  assert_string_equal(line, "[---------*");
  cf_interval_bar(&plain, 2, (cf_ends){2, 2}, (cf_ends){2, 2}, 3, line);
  assert_string_equal(line, " * ");
  cf_interval_bar(&plain, 1, whole, whole, 0, line);
  assert_string_equal(line, "");
}

static void inks(void **state) {
  (void)state;
  assert_string_equal(cf_ink_code(&plain, CF_INK_RED), "");
  assert_string_equal(cf_ink_code(&rich, CF_INK_RED), "\033[31m");
  assert_string_equal(cf_ink_code(&rich, CF_INK_NONE), "\033[0m");
}

static void the_environment_decides(void **state) {
  (void)state;
  FILE *file = tmpfile();
  assert_non_null(file);
  setenv("LC_ALL", "C", 1);
  cf_terminal terminal = cf_terminal_open(file);
  assert_false(terminal.tty);
  assert_false(terminal.colour); /* a file is no terminal */
  assert_false(terminal.utf8);
  assert_int_equal(terminal.width, CF_PAGE_WIDTH);
  setenv("LC_ALL", "en_US.UTF-8", 1);
  assert_true(cf_terminal_open(file).utf8);
  setenv("LC_ALL", "", 1); /* empty counts as absent */
  setenv("LC_CTYPE", "C.utf8", 1);
  assert_true(cf_terminal_open(file).utf8);
  fclose(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts),    cmocka_unit_test(shares_and_ratios),
      cmocka_unit_test(durations), cmocka_unit_test(units_of_energy),
      cmocka_unit_test(digests),   cmocka_unit_test(sparklines),
      cmocka_unit_test(bars),      cmocka_unit_test(interval_bars),
      cmocka_unit_test(inks),      cmocka_unit_test(the_environment_decides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
