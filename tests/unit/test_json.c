/* The JSON writer against texts written out by hand. */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t length;

static cf_json start(void) {
  free(text);
  text = NULL;
  return cf_json_start(open_memstream(&text, &length));
}

static void finish(cf_json *json, const char *expected) {
  fclose(json->out);
  assert_string_equal(text, expected);
}

static void nesting(void **state) {
  (void)state;
  cf_json json = start();
  cf_json_object(&json, NULL);
  cf_json_count(&json, "n", UINT64_MAX);
  cf_json_list(&json, "list");
  cf_json_bool(&json, NULL, true);
  cf_json_object(&json, NULL);
  cf_json_close(&json);
  cf_json_integer(&json, NULL, INT64_MIN);
  cf_json_close(&json);
  cf_json_list(&json, "empty");
  cf_json_close(&json);
  cf_json_close(&json);
  finish(&json,
         "{\n  \"n\": 18446744073709551615,\n  \"list\": [\n    true,\n    {},\n    -9223372036854775808\n  ],\n"
         "  \"empty\": []\n}\n");
}

static void texts(void **state) {
  (void)state;
  cf_json json = start();
  cf_json_list(&json, NULL);
  cf_json_text(&json, NULL, "a\"b\\c\nd\x01\x7f");
  cf_json_text(&json, NULL, "\u00b0C \u20ac \U0001F600");
  cf_json_text(&json, NULL, "\xff\xc0\xaf\xed\xa0\x80|\xe2\x82"); /* no UTF-8 in any of them */
  cf_json_text(&json, NULL, NULL);
  cf_json_close(&json);
  finish(&json,
         "[\n  \"a\\\"b\\\\c\\nd\\u0001\\u007f\",\n  \"\u00b0C \u20ac \U0001F600\",\n"
         "  \"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\",\n  null\n]\n");
}

static void reals(void **state) {
  (void)state;
  static const double values[] = {0.1, 1.0 / 3, 1e300, 5e-324, -0.5, 123456789.0};
  cf_json json = start();
  cf_json_list(&json, NULL);
  for (unsigned i = 0; i < 6; i++) cf_json_real(&json, NULL, values[i]);
  cf_json_real(&json, NULL, NAN);
  cf_json_real(&json, NULL, INFINITY);
  cf_json_close(&json);
  fclose(json.out);
  char *at = text + 1;
  for (unsigned i = 0; i < 6; i++) {
    double back = strtod(at, &at);
    assert_true(back == values[i]);
    assert_int_equal(*at++, ',');
  }
  assert_string_equal(at, "\n  null,\n  null\n]\n");
  assert_non_null(strstr(text, " 0.1,"));
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

/* Inside a page: no blanks, and nothing that could end a script element. */
static void dense(void **state) {
  (void)state;
  free(text);
  text = NULL;
  cf_json json = cf_json_start_dense(open_memstream(&text, &length));
  cf_json_object(&json, NULL);
  cf_json_text(&json, "a<b", "</script><!--");
  cf_json_list(&json, "list");
  cf_json_integer(&json, NULL, -1);
  cf_json_raw(&json, NULL, "{\"x\":\"<\"}");
  cf_json_real(&json, NULL, (double)NAN);
  cf_json_close(&json);
  cf_json_close(&json);
  finish(&json, "{\"a\\u003cb\":\"\\u003c/script>\\u003c!--\",\"list\":[-1,{\"x\":\"\\u003c\"},null]}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nesting),
      cmocka_unit_test(dense),
      cmocka_unit_test(texts),
      cmocka_unit_test(reals),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
