/* The source of manual pages: what is escaped, how blocks follow each other, what Markdown becomes. */
#include "cli/roff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t length;
static cf_roff roff;

static int start(void **state) {
  (void)state;
  free(text);
  text = NULL;
  roff = (cf_roff){.out = open_memstream(&text, &length), .last = CF_ROFF_HEADING};
  return 0;
}

static void assert_written(const char *expected) {
  fclose(roff.out);
  assert_string_equal(text, expected);
}

static void the_head_of_a_page(void **state) {
  (void)state;
  cf_roff_page page = {"coldfleet-run", '1', "simulate scenarios", "User Commands", "0.1.0", "2026-11-21"};
  cf_roff_start(roff.out, &page);
  assert_written(
      ".TH COLDFLEET\\-RUN 1 2026-11-21 \"coldfleet 0.1.0\" \"User Commands\"\n.SH NAME\n"
      "coldfleet\\-run \\- simulate scenarios\n");
}

static void marks_become_fonts(void **state) {
  (void)state;
  cf_roff_paragraph(&roff, "say `run --set a='b'` for *one* [page](docs/a.md), x[1] and 2 * 3");
  assert_written("say \\fBrun \\-\\-set a=\\(aqb\\(aq\\fR for \\fIone\\fR page, x[1] and 2 * 3\n");
}

/* A dash is a hyphen only between letters; a mark that nothing closes is a character. */
static void characters_are_escaped(void **state) {
  (void)state;
  cf_roff_paragraph(&roff, "thermo-electric -o 1e-9 \\n ~ ^ ` \"quoted\" \u00b0 *");
  assert_written("thermo-electric \\-o 1e\\-9 \\en \\(ti \\(ha \\(ga \\(dqquoted\\(dq \\[u00B0] *\n");
}

static void no_line_is_a_request(void **state) {
  (void)state;
  cf_roff_paragraph(&roff, "'tis .5 and");
  cf_roff_literal(&roff, ".so etc\n'br\nx.y\n");
  assert_written("\\&'tis .5 and\n.PP\n.EX\n\\&.so etc\n\\&\\(aqbr\nx.y\n.EE\n");
}

static void long_texts_are_folded(void **state) {
  (void)state;
  char words[600] = "";
  for (int i = 0; i < 90; i++) strcat(words, i % 3 ? ".word " : "w ");
  cf_roff_paragraph(&roff, words);
  fclose(roff.out);
  unsigned lines = 0;
  for (const char *line = text; *line; line = strchr(line, '\n') + 1, lines++) {
    assert_true(strcspn(line, "\n") <= CF_ROFF_WIDTH + 2); /* and "\&" where it begins with a dot */
    assert_true(*line != '.');
  }
  assert_in_range(lines, 5, 8);
}

static void blocks_are_apart(void **state) {
  (void)state;
  cf_roff_paragraph(&roff, "one");
  cf_roff_paragraph(&roff, "two");
  cf_roff_term(&roff, "`--json`", "as JSON");
  cf_roff_paragraph(&roff, "three");
  cf_roff_heading(&roff, "See `man` also");
  cf_roff_paragraph(&roff, "four");
  cf_roff_subheading(&roff, "Part");
  cf_roff_literal(&roff, "five");
  assert_written(
      "one\n.PP\ntwo\n.TP\n\\fB\\-\\-json\\fR\nas JSON\n.PP\nthree\n.SH SEE \\fBman\\fR ALSO\nfour\n"
      ".SS Part\n.EX\nfive\n.EE\n");
}

static void markdown(void **state) {
  (void)state;
  cf_roff_markdown(&roff,
                   "# Title\n\nFirst\nparagraph.\n\n## Keys\n\n* one,\n  still one\n* two\n\n"
                   "| key | takes | default | meaning |\n|---|---|---|---|\n"
                   "| `seed` | number | `1` | Of all *streams*. |\n| `name` | text | - | A name. |\n\n"
                   "### More\n\n```\na  b\n```\n\nEnd.\n");
  assert_written(
      "First paragraph.\n.SH KEYS\n.IP \\(bu 2\none, still one\n.IP \\(bu 2\ntwo\n"
      ".TP\n\\fBseed\\fR\nOf all \\fIstreams\\fR.\n.br\n\\fItakes\\fR number; \\fIdefault\\fR \\fB1\\fR\n"
      ".TP\n\\fBname\\fR\nA name.\n.br\n\\fItakes\\fR text\n"
      ".SS More\n.EX\na  b\n.EE\n.PP\nEnd.\n");
}

/* A table may stand right behind another one, or at the end. */
static void markdown_tables(void **state) {
  (void)state;
  cf_roff_markdown(&roff, "| a | b |\n|---|---|\n| 1 | one |\n\n| x | y |\n|---|---|\n| 2 |  |");
  assert_written(".TP\n1\none\n.TP\n2\n");
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_head_of_a_page, start),
      cmocka_unit_test_setup(marks_become_fonts, start),
      cmocka_unit_test_setup(characters_are_escaped, start),
      cmocka_unit_test_setup(no_line_is_a_request, start),
      cmocka_unit_test_setup(long_texts_are_folded, start),
      cmocka_unit_test_setup(blocks_are_apart, start),
      cmocka_unit_test_setup(markdown, start),
      cmocka_unit_test_setup(markdown_tables, start),
  };
  return cmocka_run_group_tests(tests, NULL, free_text);
}
