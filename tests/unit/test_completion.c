/* The scripts for shells of a small program: what each flag and each word is offered. Whether the shells understand
 * them is for tests/cli/cases/completion.*.sh. */
#include "cli/completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const cf_flag flags[] = {{"output", 'o', CF_FLAG_TEXT, "DB", "where [it] goes: there", 0, 0},
                                {"format", 'f', CF_FLAG_TEXT, "FORMAT", "the page's format", 0, 0},
                                {"shape", 0, CF_FLAG_TEXT, "round|flat", "of it", 0, 0},
                                {"set", 's', CF_FLAG_LIST, "PATH=VALUE", "changes", 0, 0},
                                {"saved", 0, CF_FLAG_TEXT, "NAME", "a question", 0, 0},
                                {"page", 0, CF_FLAG_TEXT, "PAGE.html", "a page", 0, 0},
                                {"label", 0, CF_FLAG_TEXT, "d:n,...", "free text", 0, 0},
                                {"reps", 'r', CF_FLAG_COUNT, "N", "how often", 0, 0},
                                {"quiet", 'q', CF_FLAG_SWITCH, NULL, "says nothing", 0, 0},
                                {0}};
static const cf_flag none[] = {{0}};
static const cf_command hole = {.name = "dig hole", .line = "a hole", .usage = "[FILE]", .example = "", .flags = none};
static const cf_command *const parts[] = {&hole, NULL};
static const cf_command commands[] = {
    {.name = "run",
     .line = "what it does: all",
     .usage = "SCENARIO.yaml... [-o DB] [--format csv|json] [--set PATH=VALUE]...",
     .example = "",
     .flags = flags},
    {.name = "look", .line = "look", .usage = "DB | DIR", .example = "", .flags = none},
    {.name = "speak", .line = "speak", .usage = "loud|low", .example = "", .flags = none},
    {.name = "page", .line = "page", .usage = "[COMMAND]", .example = "", .flags = none},
    {.name = "dig", .line = "dig", .usage = "PART ...", .example = "", .flags = none, .parts = parts},
    {.name = "rest", .line = "rest", .usage = "[--long]", .example = "", .flags = none},
};
static const cf_cli cli = {.program = "coldfleet", .commands = commands, .command_count = 6};
static char *text;
static size_t length;
static cf_diag diag;

static cf_status script(const char *shell) {
  free(text);
  text = NULL;
  cf_diag_init(&diag);
  FILE *out = open_memstream(&text, &length);
  cf_status status = cf_completion_print(&cli, shell, out, &diag);
  fclose(out);
  return status;
}

static void assert_has(const char *const *wanted) {
  for (; *wanted; wanted++)
    if (!strstr(text, *wanted)) fail_msg("not found:\n%s\nin:\n%s", *wanted, text);
}

static void bash(void **state) {
  (void)state;
  assert_int_equal(script("bash"), CF_OK);
  static const char *const wanted[] = {
      "'run look speak page dig rest --help --version'",
      "'run --output' | 'run -o') _coldfleet_files '*.db'; return",
      "'run --format' | 'run -f') _coldfleet_words 'csv json'; return",
      "'run --shape') _coldfleet_words 'round flat'; return",
      "'run --set' | 'run -s') _coldfleet_paths '='; return",
      "'run --saved') _coldfleet_questions; return",
      "'run --page') _coldfleet_files '*'; return",
      "'run --label') :; return",
      "'run --reps' | 'run -r') :; return",
      "--quiet --help'; else _coldfleet_files '*.y*ml'; fi",
      "'--help'; else _coldfleet_files '*'; fi", /* a database or a folder */
      "else _coldfleet_words 'loud low'; fi",
      "else _coldfleet_words 'run look speak page dig rest'; fi",
      "else _coldfleet_words 'hole'; fi",
      "for part in 'dig hole'; do",
      "'rest')\n      if [[ $word == -* ]]; then _coldfleet_words '--help'; else :; fi",
      NULL};
  assert_has(wanted);
  assert_null(strstr(text, "'run --quiet'")); /* takes no value */
}

static void zsh(void **state) {
  (void)state;
  assert_int_equal(script("zsh"), CF_OK);
  static const char *const wanted[] = {
      "#compdef coldfleet\n",
      "'run:what it does\\: all'",
      "'(-o --output)'{-o+,--output=}'[where \\[it\\] goes\\: there]:DB:_files -g \"*.db\"'",
      "'[the page'\\''s format]:FORMAT:(csv json)'",
      "'--shape=[of it]:round|flat:(round flat)'",
      "'*'{-s+,--set=}'[changes]:PATH=VALUE:_coldfleet_paths -S ='",
      "'--label=[free text]:d\\:n,...: '",
      "'(-q --quiet)'{-q,--quiet}'[says nothing]'",
      "'*:word:_files -g \"*.y*ml\"'",
      "'dig hole') command=\"$words[1] $words[2]\"",
      NULL};
  assert_has(wanted);
}

static void fish(void **state) {
  (void)state;
  assert_int_equal(script("fish"), CF_OK);
  static const char *const wanted[] = {
      "complete -c coldfleet -n '__coldfleet_at' -a run -d 'what it does: all'\n",
      "complete -c coldfleet -n '__coldfleet_at run' -s o -l output -x -a '(__fish_complete_suffix .db)' -d 'where",
      "-l format -x -a 'csv json' -d 'the page\\'s format'\n",
      "-l page -r -F -d",
      "-s q -l quiet -d 'says nothing'\n",
      "complete -c coldfleet -n '__coldfleet_at run' -a '(__fish_complete_suffix .yaml)'\n",
      "if contains -- \"$words[2] $words[3]\" 'dig hole'\n",
      "complete -c coldfleet -n '__coldfleet_at dig hole' -F\n",
      NULL};
  assert_has(wanted);
}

static void no_other_shell(void **state) {
  (void)state;
  assert_int_equal(script("tcsh"), CF_USAGE);
  assert_string_equal(diag.entry[0].text, "no completion for 'tcsh'; there is one for bash, zsh and fish");
  assert_string_equal(text, "");
}

static int free_text(void **state) {
  (void)state;
  free(text);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bash), cmocka_unit_test(zsh), cmocka_unit_test(fish),
                                     cmocka_unit_test(no_other_shell)};
  return cmocka_run_group_tests(tests, NULL, free_text);
}
