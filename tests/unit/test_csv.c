/* config/csv: rows, fields, values, and the place of every error. */
#include "reading.h"

#include "config/csv.h"

typedef struct open_csv {
  reading r;
  cf_csv csv;
  char *bytes;
} open_csv;

static bool begin(open_csv *o, const char *text, size_t length, cf_csv_separator separator) {
  o->r = reading_begin();
  o->bytes = exact_copy(text, length);
  cf_csv_source source = {.file = "t.csv", .bytes = o->bytes, .length = length};
  return cf_csv_begin(&o->csv, source, separator, o->r.arena, &o->r.diag);
}

static void open_text(open_csv *o, const char *text) { assert_true(begin(o, text, strlen(text), CF_CSV_COMMAS)); }

static void open_table(open_csv *o, const char *text) {
  open_text(o, text);
  assert_true(cf_csv_header(&o->csv));
}

static void end(open_csv *o) {
  free(o->bytes);
  reading_end(&o->r);
}

static void assert_field(open_csv *o, uint32_t field, const char *want) {
  char text[100];
  assert_true(cf_csv_text(&o->csv, field, text, sizeof text));
  assert_string_equal(text, want);
}

static void rows_comments_and_line_ends(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "\xEF\xBB\xBF# a comment, with, commas\r\n\r\n name , value\r\n1,2\n\n#3,4\n  \n 5 ,\t6 \r\n7,8");
  assert_int_equal(o.csv.columns, 2);
  assert_string_equal(o.csv.name[0], "name");
  assert_string_equal(o.csv.name[1], "value");
  static const char *const want[][2] = {{"1", "2"}, {"5", "6"}, {"7", "8"}};
  static const uint32_t lines[] = {4, 8, 9};
  for (int i = 0; i < 3; i++) {
    assert_true(cf_csv_next(&o.csv));
    assert_int_equal(o.csv.line, lines[i]);
    assert_field(&o, 0, want[i][0]);
    assert_field(&o, 1, want[i][1]);
  }
  assert_false(cf_csv_next(&o.csv));
  assert_int_equal(o.csv.status, CF_OK);
  assert_clean(&o.r);
  end(&o);
}

static void quotes(void **state) {
  (void)state;
  open_csv o;
  open_text(&o, "\"a, b\",\"say \"\"no\"\"\" ,\"\", plain \"q\" ,\n");
  assert_true(cf_csv_next(&o.csv));
  assert_int_equal(o.csv.count, 5);
  assert_field(&o, 0, "a, b");
  assert_field(&o, 1, "say \"no\"");
  assert_field(&o, 2, "");
  assert_field(&o, 3, "plain \"q\"");
  assert_field(&o, 4, "");
  assert_string_equal(cf_csv_keep(&o.csv, 1), "say \"no\"");
  assert_int_equal(cf_csv_column(&o.csv, 1), 8);
  assert_clean(&o.r);
  end(&o);
}

static void blanks_separate(void **state) {
  (void)state;
  open_csv o;
  const char *text = "cpu\tnpu \n  1.5   2 \t\n";
  assert_true(begin(&o, text, strlen(text), CF_CSV_BLANKS));
  assert_true(cf_csv_header(&o.csv));
  assert_int_equal(o.csv.columns, 2);
  assert_true(cf_csv_next(&o.csv));
  assert_field(&o, 0, "1.5");
  assert_field(&o, 1, "2");
  assert_int_equal(cf_csv_column(&o.csv, 1), 9);
  end(&o);
}

static void bad_rows_are_told_and_skipped(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "a,b\n1\n1,2,3\n1,\"2\n\"1\"x,2\n8,9\n");
  assert_true(cf_csv_next(&o.csv));
  assert_field(&o, 0, "8");
  assert_false(cf_csv_next(&o.csv));
  assert_int_equal(o.csv.status, CF_INPUT);
  assert_int_equal(o.r.diag.errors, 4);
  assert_entry(&o.r.diag, 0, 2, 2, "the row has 1 field, the header 2");
  assert_entry(&o.r.diag, 1, 3, 5, "the row has 3 fields, the header 2");
  assert_entry(&o.r.diag, 2, 4, 3, "the quote is not closed on its line");
  assert_entry(&o.r.diag, 3, 5, 4, "a comma is missing behind the closing quote");
  assert_string_equal(o.r.diag.entry[1].excerpt, "1,2,3");
  assert_string_equal(o.r.diag.entry[1].file, "t.csv");
  end(&o);
}

static void columns_count_characters(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "a,b\n\xC3\xA4\xE2\x82\xAC,x\n");
  double value;
  assert_true(cf_csv_next(&o.csv));
  assert_false(cf_csv_double(&o.csv, 1, 0, &value));
  assert_one_error(&o.r.diag, 2, 4, "column 'b': 'x' is not a number");
  end(&o);
}

static void it_stops_after_twenty_errors(void **state) {
  (void)state;
  open_csv o;
  char text[400] = "a,b\n";
  for (int i = 0; i < 100; i++) strcat(text, "1\n");
  open_table(&o, text);
  assert_false(cf_csv_next(&o.csv));
  assert_int_equal(o.r.diag.errors, CF_DIAG_MAX);
  assert_false(cf_csv_next(&o.csv));
  assert_int_equal(o.r.diag.errors, CF_DIAG_MAX);
  end(&o);
}

static void assert_header_fails(const char *text, uint32_t line, uint32_t column, const char *message) {
  open_csv o;
  open_text(&o, text);
  assert_false(cf_csv_header(&o.csv));
  assert_int_equal(o.csv.status, CF_INPUT);
  assert_one_error(&o.r.diag, line, column, message);
  end(&o);
}

static void headers_must_name_their_columns(void **state) {
  (void)state;
  assert_header_fails("", 0, 1, "there is no row: a header with the columns' names is needed");
  assert_header_fails("# only\n", 1, 1, "there is no row: a header with the columns' names is needed");
  assert_header_fails("a,,c\n", 1, 3, "column 2 of the header has no name");
  assert_header_fails("\na,b,c,b\n", 2, 7, "the column 'b' is there twice");
  char long_name[300] = "a,";
  memset(long_name + 2, 'n', CF_CSV_NAME);
  assert_header_fails(long_name, 1, 3, "the name of column 2 is too long");
  static char wide[2 * CF_CSV_FIELDS + 2];
  for (int i = 0; i < CF_CSV_FIELDS; i++) memcpy(wide + 2 * i, "a,", 2);
  assert_header_fails(wide, 1, 2 * CF_CSV_FIELDS + 1, "a row has at most 1024 fields");
}

static void columns_are_found_or_missed(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "t_s,power_mw,note\n");
  uint32_t column = 9;
  assert_true(cf_csv_need(&o.csv, "power_mw", &column));
  assert_int_equal(column, 1);
  assert_true(cf_csv_find(&o.csv, "note", &column));
  assert_int_equal(column, 2);
  assert_false(cf_csv_find(&o.csv, "tts", &column));
  assert_false(cf_csv_need(&o.csv, "power_w", &column));
  assert_false(cf_csv_need(&o.csv, "temperature", &column));
  static const char *const known[] = {"t_s", "power_w", NULL};
  assert_false(cf_csv_only(&o.csv, known));
  assert_int_equal(o.r.diag.errors, 4);
  assert_entry(&o.r.diag, 0, 1, 5, "there is no column 'power_w', but 'power_mw': is that meant?");
  assert_entry(&o.r.diag, 1, 1, 1, "there is no column 'temperature'");
  assert_entry(&o.r.diag, 2, 1, 5, "unknown column 'power_mw' (did you mean 'power_w'?)");
  assert_entry(&o.r.diag, 3, 1, 14, "unknown column 'note'");
  end(&o);
}

static void numbers(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "a,b,c,d\n2.5,-0,7,12.0000000004\nnan,,0x1F,1e400\n,NaN,3,x\n");
  double value = NAN;
  int64_t whole = 0;
  uint32_t count = 0;
  assert_true(cf_csv_next(&o.csv));
  assert_true(cf_csv_double(&o.csv, 0, -3, &value) && value == 0.0025);
  assert_true(cf_csv_double(&o.csv, 1, 0, &value) && cf_test_same(value, 0.0));
  assert_true(cf_csv_count(&o.csv, 2, 0, 7, &count) && count == 7);
  assert_true(cf_csv_integer(&o.csv, 3, 9, &whole) && whole == INT64_C(12000000000));
  assert_false(cf_csv_count(&o.csv, 2, 0, 6, &count));
  assert_false(cf_csv_count(&o.csv, 0, 0, 6, &count));
  assert_true(cf_csv_next(&o.csv));
  assert_true(cf_csv_empty(&o.csv, 1));
  assert_false(cf_csv_empty(&o.csv, 0));
  assert_true(cf_csv_double_or_nan(&o.csv, 0, 0, &value) && isnan(value));
  value = 0;
  assert_true(cf_csv_double_or_nan(&o.csv, 1, 0, &value) && isnan(value));
  assert_false(cf_csv_double(&o.csv, 0, 0, &value));
  assert_false(cf_csv_double(&o.csv, 1, 0, &value));
  assert_false(cf_csv_double(&o.csv, 2, 0, &value));
  assert_false(cf_csv_double(&o.csv, 3, 0, &value));
  assert_false(cf_csv_integer(&o.csv, 3, 0, &whole));
  assert_true(cf_csv_next(&o.csv));
  assert_true(cf_csv_double_or_nan(&o.csv, 2, 0, &value) && value == 3);
  assert_false(cf_csv_double_or_nan(&o.csv, 3, 0, &value));
  assert_int_equal(o.r.diag.errors, 8);
  assert_entry(&o.r.diag, 0, 2, 8, "column 'c': '7' is not a whole number from 0 to 6");
  assert_entry(&o.r.diag, 1, 2, 1, "column 'a': '2.5' is not a whole number from 0 to 6");
  assert_entry(&o.r.diag, 2, 3, 1, "column 'a': 'nan' is not a number");
  assert_entry(&o.r.diag, 3, 3, 5, "column 'b': the field is empty");
  assert_entry(&o.r.diag, 4, 3, 6, "column 'c': '0x1F' is not a number");
  assert_entry(&o.r.diag, 5, 3, 11, "column 'd': '1e400' is out of range");
  assert_entry(&o.r.diag, 6, 3, 11, "column 'd': '1e400' is out of range");
  assert_entry(&o.r.diag, 7, 4, 8, "column 'd': 'x' is not a number");
  end(&o);
}

static void texts_and_instants(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "time_utc,name\n2024-03-01T00:00Z,abcdef\nyesterday,this name is longer than forty characters are\n");
  int64_t ns = 0;
  char text[7];
  assert_true(cf_csv_next(&o.csv));
  assert_true(cf_csv_instant(&o.csv, 0, &ns) && ns == INT64_C(1709251200000000000));
  assert_true(cf_csv_text(&o.csv, 1, text, 7));
  assert_string_equal(text, "abcdef");
  assert_false(cf_csv_text(&o.csv, 1, text, 6));
  assert_true(cf_csv_is(&o.csv, 1, "abcdef"));
  assert_false(cf_csv_is(&o.csv, 1, "abcde"));
  assert_true(cf_csv_next(&o.csv));
  assert_false(cf_csv_instant(&o.csv, 0, &ns));
  assert_false(cf_csv_text(&o.csv, 1, text, 7));
  assert_entry(&o.r.diag, 0, 2, 19, "column 'name': 'abcdef' is too long");
  assert_entry(&o.r.diag, 1, 3, 1, "column 'time_utc': 'yesterday' is not an instant such as 2024-03-01T07:00Z");
  assert_entry(&o.r.diag, 2, 3, 11, "column 'name': 'this name is longer than forty character...' is too long");
  end(&o);
}

static void nul_bytes_are_no_text(void **state) {
  (void)state;
  open_csv o;
  assert_false(begin(&o, "a,b\n1,\0002\n", 9, CF_CSV_COMMAS));
  assert_one_error(&o.r.diag, 2, 3, "a NUL byte: this is not a text file");
  end(&o);
}

static void lines_can_be_looked_at_first(void **state) {
  (void)state;
  open_csv o;
  open_text(&o, "key: 4, 5 \r\n\nlast");
  const char *line;
  size_t length;
  assert_true(cf_csv_peek(&o.csv, &line, &length));
  assert_int_equal(length, 10);
  cf_csv_skip(&o.csv);
  assert_int_equal(o.csv.count, 0);
  cf_csv_rest(&o.csv, 4);
  assert_field(&o, 0, "4, 5");
  assert_int_equal(cf_csv_column(&o.csv, 0), 6);
  assert_true(cf_csv_peek(&o.csv, &line, &length));
  assert_int_equal(length, 0);
  cf_csv_skip(&o.csv);
  assert_true(cf_csv_peek(&o.csv, &line, &length));
  assert_int_equal(length, 4);
  cf_csv_skip(&o.csv);
  assert_int_equal(o.csv.line, 3);
  assert_false(cf_csv_peek(&o.csv, &line, &length));
  cf_csv_skip(&o.csv);
  assert_int_equal(o.csv.line, 3);
  end(&o);
}

/* The bound is never below the rows that come, and short lines do not make it large. */
static void rows_left_is_a_bound(void **state) {
  (void)state;
  static const char *const texts[] = {"a,b\n", "a,b\n1,2\n3,4", "a,b\n,\n,\n,\n", "a,b\n\n\n\n\n1,2\n\n\n"};
  static const size_t rows[] = {0, 2, 3, 1}, most[] = {0, 2, 3, 6};
  for (int i = 0; i < 4; i++) {
    open_csv o;
    open_table(&o, texts[i]);
    size_t bound = cf_csv_rows_left(&o.csv, o.csv.columns), came = 0;
    while (cf_csv_next(&o.csv)) came++;
    assert_int_equal(came, rows[i]);
    assert_in_range(bound, came, most[i]);
    end(&o);
  }
  open_csv o;
  static char blank[100008];
  memset(blank, '\n', 100007);
  memcpy(blank, "a,b,c,d", 7);
  open_table(&o, blank);
  assert_in_range(cf_csv_rows_left(&o.csv, 4), 0, 25001);
  end(&o);
}

static void warnings_are_no_errors(void **state) {
  (void)state;
  open_csv o;
  open_table(&o, "a,b\n1,2\n");
  assert_true(cf_csv_next(&o.csv));
  cf_csv_warn(&o.csv, 1, "odd %d", 3);
  assert_int_equal(o.csv.status, CF_OK);
  assert_int_equal(o.r.diag.warnings, 1);
  assert_entry(&o.r.diag, 0, 2, 3, "odd 3");
  assert_false(cf_csv_no_memory(&o.csv));
  assert_int_equal(o.csv.status, CF_INTERNAL);
  assert_false(cf_csv_next(&o.csv));
  end(&o);
}

static void a_file_without_end_is_read(void **state) {
  (void)state;
  open_csv o;
  open_text(&o, "1,2,");
  assert_true(cf_csv_next(&o.csv));
  assert_int_equal(o.csv.count, 3);
  assert_true(cf_csv_empty(&o.csv, 2));
  assert_false(cf_csv_next(&o.csv));
  assert_clean(&o.r);
  end(&o);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_comments_and_line_ends),
      cmocka_unit_test(quotes),
      cmocka_unit_test(blanks_separate),
      cmocka_unit_test(bad_rows_are_told_and_skipped),
      cmocka_unit_test(columns_count_characters),
      cmocka_unit_test(it_stops_after_twenty_errors),
      cmocka_unit_test(headers_must_name_their_columns),
      cmocka_unit_test(columns_are_found_or_missed),
      cmocka_unit_test(numbers),
      cmocka_unit_test(texts_and_instants),
      cmocka_unit_test(nul_bytes_are_no_text),
      cmocka_unit_test(lines_can_be_looked_at_first),
      cmocka_unit_test(rows_left_is_a_bound),
      cmocka_unit_test(warnings_are_no_errors),
      cmocka_unit_test(a_file_without_end_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
