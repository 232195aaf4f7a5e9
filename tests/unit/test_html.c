/* Text that stays text, and the hash that a policy names a script by. */
#include "report/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_written(void (*write)(FILE *, const char *), const char *given, const char *expected) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  write(out, given);
  fclose(out);
  assert_string_equal(text, expected);
  free(text);
}

static void markup_is_text(void **state) {
  (void)state;
  assert_written(cf_html_text, "<script>\"a\" & 'b'</script>", "&lt;script&gt;&quot;a&quot; &amp; 'b'&lt;/script&gt;");
  assert_written(cf_html_text, "23 \u00b0C", "23 \u00b0C");
  assert_written(cf_html_text, "", "");
}

static void controls_and_broken_bytes(void **state) {
  (void)state;
  assert_written(cf_html_text, "a\tb\x01\x7f\nc", "a b  \nc");
  assert_written(cf_html_text, "a\xff\xc3", "a\uFFFD\uFFFD");
  assert_written(cf_html_text, "\xc0\xbcscript>", "\uFFFD\uFFFDscript&gt;"); /* an overlong '<' */
}

static void code_in_words(void **state) {
  (void)state;
  assert_written(cf_html_words, "say `a<b` and `c`", "say <code>a&lt;b</code> and <code>c</code>");
  assert_written(cf_html_words, "one ` alone", "one ` alone");
  assert_written(cf_html_words, "`a` and ` alone", "<code>a</code> and ` alone");
}

/* The digest of nothing, and of "abc" (FIPS 180-4), in base 64. */
static void hashes(void **state) {
  (void)state;
  char hash[CF_HTML_HASH];
  cf_html_hash("", 0, hash);
  assert_string_equal(hash, "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  cf_html_hash("abc", 3, hash);
  assert_string_equal(hash, "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(markup_is_text),
      cmocka_unit_test(controls_and_broken_bytes),
      cmocka_unit_test(code_in_words),
      cmocka_unit_test(hashes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
