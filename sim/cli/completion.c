/* coldfleet completion: scripts for shells, and the keys of a scenario that they ask for. */
#include "cli/completion.h"

#include "cli/key_paths.h"
#include "cli/man.h"
#include "cli/places.h"
#include "cli/verify.h"
#include "config/schema_print.h"

#include <ctype.h>
#include <string.h>

typedef struct completion_flags {
  bool paths;
  const char *models;
} completion_flags;

#define AT(field) offsetof(completion_flags, field)
static const cf_flag flags[] = {
    {"paths", 0, CF_FLAG_SWITCH, NULL, "the keys that --set takes; those of SCENARIO where it is given", AT(paths), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
    {0}};

/* ---- what may stand somewhere ------------------------------------------------------------------------------------ */

typedef enum source {
  NOTHING,
  CHOICES, /* words of a list that is known here */
  FILES,
  FOLDERS,
  YAML_FILES,
  DATABASES,
  QUESTIONS, /* saved ones, by name */
  PATHS,     /* of a scenario */
  SETTINGS,  /* the same, before '=' */
  SOURCES
} source;

enum { LONGEST_LIST = 4096, LONGEST_TOKEN = 128 };

typedef struct offer {
  source source;
  char list[LONGEST_LIST]; /* CHOICES, with blanks between */
} offer;

static void add_choice(offer *into, const char *choice) {
  size_t used = strlen(into->list);
  into->source = CHOICES;
  snprintf(into->list + used, sizeof into->list - used, "%s%s", used ? " " : "", choice);
}

/* "a|b|c" as choices; false when it is no such list. */
static bool add_alternatives(offer *into, const char *text) {
  char copy[LONGEST_TOKEN], *rest = NULL;
  if (!strchr(text, '|') || strchr(text, ' ') || strlen(text) < 3) return false;
  snprintf(copy, sizeof copy, "%s", text);
  for (char *at = strtok_r(copy, "|", &rest); at; at = strtok_r(NULL, "|", &rest)) add_choice(into, at);
  return true;
}

/* The next token of a usage line: what stands between blanks and brackets. False behind the last. */
static bool next_token(const char **at, char token[LONGEST_TOKEN]) {
  *at += strspn(*at, " []()");
  size_t length = strcspn(*at, " []()");
  if (length == 0) return false;
  snprintf(token, LONGEST_TOKEN, "%.*s", (int)length, *at);
  *at += length;
  return true;
}

static const cf_flag *flag_of_token(const cf_command *command, const char *token) {
  for (const cf_flag *flag = command->flags; flag->name; flag++) {
    if (token[0] == '-' && token[1] == '-' && strcmp(token + 2, flag->name) == 0) return flag;
    if (token[0] == '-' && flag->letter && token[1] == flag->letter && !token[2]) return flag;
  }
  return NULL;
}

static source source_of_word(const char *word) {
  static const struct {
    const char *start;
    source source;
  } known[] = {{"SCENARIO", YAML_FILES}, {"PLAN", YAML_FILES},     {"DB", DATABASES}, {"DIR", FOLDERS},
               {"FILE", FILES},          {"PATH=VALUE", SETTINGS}, {"PATH", PATHS}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strncmp(word, known[i].start, strlen(known[i].start)) == 0) return known[i].source;
  const char *ending = strchr(word, '.');
  if (!ending || !isalpha((unsigned char)ending[1])) return NOTHING;
  return strcmp(ending, ".db") == 0 ? DATABASES : FILES;
}

static void offer_for_flag(const cf_command *command, const cf_flag *flag, offer *into) {
  char token[LONGEST_TOKEN];
  *into = (offer){.source = NOTHING};
  if (flag->kind == CF_FLAG_SWITCH || flag->kind == CF_FLAG_COUNT) return;
  if (add_alternatives(into, flag->value)) return;
  for (const char *at = command->usage; next_token(&at, token);)
    if (flag_of_token(command, token) == flag && next_token(&at, token) && add_alternatives(into, token)) return;
  into->source = strcmp(flag->name, "saved") == 0 ? QUESTIONS : source_of_word(flag->value);
}

static void add_page(void *self, const char *name, char section) {
  (void)section;
  const char *brief = strchr(name, '-');
  add_choice(self, brief ? brief + 1 : name);
}

/* Words that stand for a list. */
static bool add_list(const cf_cli *cli, const char *word, offer *into) {
  if (strcmp(word, "COMMAND") == 0) {
    for (unsigned i = 0; i < cli->command_count; i++) add_choice(into, cli->commands[i].name);
  } else if (strcmp(word, "KIND") == 0) {
    for (unsigned i = 0; cf_schema_kind(i); i++) add_choice(into, cf_schema_kind(i));
    add_choice(into, "db");
  } else if (strcmp(word, "PAGE") == 0) {
    cf_man_each(cli, add_page, into);
  } else if (strcmp(word, "PART") == 0) {
    for (const cf_verify_suite *suite = cf_verify_suites; suite->part; suite++)
      if (suite == cf_verify_suites || strcmp(suite->part, suite[-1].part) != 0) add_choice(into, suite->part);
  } else {
    return false;
  }
  return true;
}

static void offer_for_words(const cf_cli *cli, const cf_command *command, offer *into) {
  char token[LONGEST_TOKEN];
  *into = (offer){.source = NOTHING};
  for (const cf_command *const *part = command->parts; part && *part; part++)
    add_choice(into, (*part)->name + strlen(command->name) + 1);
  if (command->parts) return;
  for (const char *at = command->usage; next_token(&at, token);) {
    const cf_flag *flag = flag_of_token(command, token);
    if (flag && flag->kind != CF_FLAG_SWITCH) next_token(&at, token);
    if (token[0] == '-' || flag) continue;
    if (add_list(cli, token, into) || (islower((unsigned char)token[0]) && add_alternatives(into, token))) continue;
    source found = source_of_word(token);
    if (found != NOTHING && into->source == NOTHING)
      into->source = found;
    else if (found != NOTHING && into->source != CHOICES && into->source != found)
      into->source = FILES;
  }
}

/* A text by value, as a shell wants it: `special` characters behind a backslash, and its way to write an apostrophe. */
typedef struct quoted {
  char text[1024];
} quoted;

static quoted quote(const char *text, const char *special, const char *apostrophe) {
  quoted result = {""};
  size_t length = 0;
  for (; *text && length + 8 < sizeof result.text; text++) {
    if (*text == '\'') {
      length += (size_t)snprintf(result.text + length, sizeof result.text - length, "%s", apostrophe);
      continue;
    }
    if (strchr(special, *text)) result.text[length++] = '\\';
    result.text[length++] = *text;
  }
  result.text[length] = '\0';
  return result;
}

typedef struct writer {
  const cf_cli *cli;
  FILE *out;
} writer;

static bool takes_value(const cf_flag *flag) { return flag->kind != CF_FLAG_SWITCH; }

/* ---- bash -------------------------------------------------------------------------------------------------------- */

static void bash_action(FILE *out, const offer *what) {
  static const char *const action[SOURCES] = {[NOTHING] = ":",
                                              [FILES] = "_coldfleet_files '*'",
                                              [FOLDERS] = "_coldfleet_files ''",
                                              [YAML_FILES] = "_coldfleet_files '*.y*ml'",
                                              [DATABASES] = "_coldfleet_files '*.db'",
                                              [QUESTIONS] = "_coldfleet_questions",
                                              [PATHS] = "_coldfleet_paths ''",
                                              [SETTINGS] = "_coldfleet_paths '='"};
  if (what->source == CHOICES)
    fprintf(out, "_coldfleet_words '%s'", what->list);
  else
    fputs(action[what->source], out);
}

static void bash_flag_values(void *self, const cf_command *command) {
  const writer *to = self;
  offer what;
  for (const cf_flag *flag = command->flags; flag->name; flag++) {
    if (!takes_value(flag)) continue;
    offer_for_flag(command, flag, &what);
    fprintf(to->out, "    '%s --%s'", command->name, flag->name);
    if (flag->letter) fprintf(to->out, " | '%s -%c'", command->name, flag->letter);
    fputs(") ", to->out);
    bash_action(to->out, &what);
    fputs("; return ;;\n", to->out);
  }
}

static void bash_words(void *self, const cf_command *command) {
  const writer *to = self;
  offer what;
  offer_for_words(to->cli, command, &what);
  fprintf(to->out, "    '%s')\n      if [[ $word == -* ]]; then _coldfleet_words '", command->name);
  for (const cf_flag *flag = command->flags; flag->name; flag++) fprintf(to->out, "--%s ", flag->name);
  fputs("--help'; else ", to->out);
  bash_action(to->out, &what);
  fputs("; fi ;;\n", to->out);
}

static void bash_part(void *self, const cf_command *command) {
  const writer *to = self;
  if (strchr(command->name, ' ')) fprintf(to->out, " '%s'", command->name);
}

static void print_bash(const cf_cli *cli, FILE *out) {
  writer to = {.cli = cli, .out = out};
  fputs(
      "# Completion of coldfleet in bash, printed by `coldfleet completion bash`.\n"
      "_coldfleet_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\"); }\n"
      "_coldfleet_files() {\n"
      "  compopt -o filenames 2>/dev/null\n"
      "  mapfile -t COMPREPLY < <(compgen -d -- \"$word\"; [[ -z $1 ]] || compgen -f -X \"!$1\" -- \"$word\" |\n"
      "    while IFS= read -r file; do [[ -d $file ]] || printf '%s\\n' \"$file\"; done)\n"
      "}\n"
      "_coldfleet_questions() { _coldfleet_words \"$(\"$program\" query --list 2>/dev/null | cut -d ' ' -f 1)\"; }\n"
      "_coldfleet_paths() {\n"
      "  local given scenario=\n"
      "  for given in \"${COMP_WORDS[@]:1}\"; do [[ $given == *.y*ml && -r $given ]] && scenario=$given; done\n"
      "  compopt -o nospace 2>/dev/null\n"
      "  _coldfleet_words \"$(\"$program\" completion --paths ${scenario:+\"$scenario\"} 2>/dev/null |\n"
      "    grep -v '<' | sed \"s/\\$/$1/\")\"\n"
      "}\n"
      "_coldfleet() {\n"
      "  local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]-} part\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  COMPREPLY=()\n"
      "  if [[ $word == = ]]; then\n"
      "    word=\n"
      "  elif [[ $flag == = ]]; then\n"
      "    flag=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "    [[ $flag == -* ]] || return\n"
      "  fi\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    _coldfleet_words '",
      out);
  for (unsigned i = 0; i < cli->command_count; i++) fprintf(out, "%s ", cli->commands[i].name);
  fputs(
      "--help --version'\n"
      "    return\n"
      "  fi\n"
      "  for part in",
      out);
  cf_command_each(cli, bash_part, &to);
  fputs(
      "; do\n"
      "    if ((COMP_CWORD > 2)) && [[ \"$command ${COMP_WORDS[2]}\" == \"$part\" ]]; then command=$part; fi\n"
      "  done\n"
      "  case \"$command $flag\" in\n",
      out);
  cf_command_each(cli, bash_flag_values, &to);
  fputs("  esac\n  case $command in\n", out);
  cf_command_each(cli, bash_words, &to);
  fputs("  esac\n}\ncomplete -F _coldfleet coldfleet\n", out);
}

/* ---- zsh --------------------------------------------------------------------------------------------------------- */

/* Inside '...' of a specification for _arguments. */
static quoted zsh_text(const char *text) { return quote(text, "[]:\\", "'\\''"); }

static void zsh_action(FILE *out, const offer *what) {
  static const char *const action[SOURCES] = {[NOTHING] = " ",
                                              [FILES] = "_files",
                                              [FOLDERS] = "_files -/",
                                              [YAML_FILES] = "_files -g \"*.y*ml\"",
                                              [DATABASES] = "_files -g \"*.db\"",
                                              [QUESTIONS] = "_coldfleet_questions",
                                              [PATHS] = "_coldfleet_paths",
                                              [SETTINGS] = "_coldfleet_paths -S ="};
  if (what->source == CHOICES)
    fprintf(out, "(%s)", what->list);
  else
    fputs(action[what->source], out);
}

static void zsh_flag(FILE *out, const cf_command *command, const cf_flag *flag) {
  offer what;
  offer_for_flag(command, flag, &what);
  const char *repeats = flag->kind == CF_FLAG_LIST ? "*" : "", *value = takes_value(flag) ? "=" : "";
  fputs("      ", out);
  if (flag->letter && *repeats)
    fprintf(out, "'*'{-%c+,--%s=}'", flag->letter, flag->name);
  else if (flag->letter)
    fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", flag->letter, flag->name, flag->letter, *value ? "+" : "", flag->name,
            value);
  else
    fprintf(out, "'%s--%s%s", repeats, flag->name, value);
  fprintf(out, "[%s]", zsh_text(flag->help).text);
  if (takes_value(flag)) {
    fprintf(out, ":%s:", zsh_text(flag->value).text);
    zsh_action(out, &what);
  }
  fputs("' \\\n", out);
}

static void zsh_command(void *self, const cf_command *command) {
  const writer *to = self;
  offer what;
  offer_for_words(to->cli, command, &what);
  fprintf(to->out, "    '%s')\n      _arguments -s \\\n", command->name);
  for (const cf_flag *flag = command->flags; flag->name; flag++) zsh_flag(to->out, command, flag);
  fprintf(to->out, "      '--help[%s]'", "what the command does");
  if (what.source != NOTHING) {
    fputs(" \\\n      '*:word:", to->out);
    zsh_action(to->out, &what);
    fputc('\'', to->out);
  }
  fputs(" ;;\n", to->out);
}

static void print_zsh(const cf_cli *cli, FILE *out) {
  writer to = {.cli = cli, .out = out};
  fputs(
      "#compdef coldfleet\n"
      "# Completion of coldfleet in zsh, printed by `coldfleet completion zsh`.\n"
      "_coldfleet_questions() {\n"
      "  local -a names=(${(f)\"$($program query --list 2>/dev/null | cut -d ' ' -f 1)\"})\n"
      "  compadd \"$@\" -a names\n"
      "}\n"
      "_coldfleet_paths() {\n"
      "  local -a files=(${(M)given:#*.y*ml})\n"
      "  local -a names=(${(f)\"$($program completion --paths ${files[1]-} 2>/dev/null)\"})\n"
      "  names=(${names:#*\\<*})\n"
      "  compadd \"$@\" -a names\n"
      "}\n"
      "_coldfleet() {\n"
      "  local program=$words[1] command state line context\n"
      "  local -a given=($words) commands=(\n",
      out);
  for (unsigned i = 0; i < cli->command_count; i++)
    fprintf(out, "    '%s:%s'\n", cli->commands[i].name, zsh_text(cli->commands[i].line).text);
  fputs(
      "  )\n"
      "  local -A opt_args\n"
      "  _arguments -C '--version[the version]' '--help[the commands]' '1:command:->command' '*::word:->word'\n"
      "  if [[ $state == command ]]; then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  command=$words[1]\n"
      "  if ((CURRENT > 2)); then\n"
      "    case \"$words[1] $words[2]\" in\n",
      out);
  for (unsigned i = 0; i < cli->command_count; i++)
    for (const cf_command *const *part = cli->commands[i].parts; part && *part; part++)
      fprintf(out, "      '%s') command=\"$words[1] $words[2]\"; shift words; ((CURRENT--)) ;;\n", (*part)->name);
  fputs("    esac\n  fi\n  case $command in\n", out);
  cf_command_each(cli, zsh_command, &to);
  fputs(
      "  esac\n"
      "}\n"
      "if [[ $funcstack[1] == _coldfleet ]]; then _coldfleet \"$@\"; else compdef _coldfleet coldfleet; fi\n",
      out);
}

/* ---- fish -------------------------------------------------------------------------------------------------------- */

/* Inside '...'. */
static quoted fish_text(const char *text) { return quote(text, "\\", "\\'"); }

/* The flags of `complete` that offer it. */
static void fish_action(FILE *out, const offer *what) {
  static const char *const action[SOURCES] = {[NOTHING] = "",
                                              [FILES] = " -F",
                                              [FOLDERS] = " -a '(__fish_complete_directories)'",
                                              [YAML_FILES] = " -a '(__fish_complete_suffix .yaml)'",
                                              [DATABASES] = " -a '(__fish_complete_suffix .db)'",
                                              [QUESTIONS] = " -a '(__coldfleet_questions)'",
                                              [PATHS] = " -a '(__coldfleet_paths)'",
                                              [SETTINGS] = " -a '(__coldfleet_paths)='"};
  if (what->source == CHOICES)
    fprintf(out, " -a '%s'", what->list);
  else
    fputs(action[what->source], out);
}

static void fish_command(void *self, const cf_command *command) {
  const writer *to = self;
  offer what;
  for (const cf_flag *flag = command->flags; flag->name; flag++) {
    offer_for_flag(command, flag, &what);
    fprintf(to->out, "complete -c coldfleet -n '__coldfleet_at %s'", command->name);
    if (flag->letter) fprintf(to->out, " -s %c", flag->letter);
    fprintf(to->out, " -l %s%s", flag->name, !takes_value(flag) ? "" : what.source == FILES ? " -r" : " -x");
    fish_action(to->out, &what);
    fprintf(to->out, " -d '%s'\n", fish_text(flag->help).text);
  }
  offer_for_words(to->cli, command, &what);
  if (what.source == NOTHING) return;
  fprintf(to->out, "complete -c coldfleet -n '__coldfleet_at %s'", command->name);
  fish_action(to->out, &what);
  fputc('\n', to->out);
}

static void print_fish(const cf_cli *cli, FILE *out) {
  writer to = {.cli = cli, .out = out};
  fputs(
      "# Completion of coldfleet in fish, printed by `coldfleet completion fish`.\n"
      "function __coldfleet_at # whether the words before the cursor name this command\n"
      "    set -l words (commandline -opc)\n"
      "    set -l name $words[2]\n"
      "    if contains -- \"$words[2] $words[3]\"",
      out);
  cf_command_each(cli, bash_part, &to);
  fputs(
      "\n"
      "        set name \"$words[2] $words[3]\"\n"
      "    end\n"
      "    test \"$name\" = \"$argv\"\n"
      "end\n"
      "function __coldfleet_questions\n"
      "    set -l words (commandline -opc)\n"
      "    $words[1] query --list 2>/dev/null | string replace -r '  .*' ''\n"
      "end\n"
      "function __coldfleet_paths\n"
      "    set -l words (commandline -opc)\n"
      "    set -l scenario\n"
      "    for word in $words[2..-1]\n"
      "        if string match -q '*.y*ml' -- $word\n"
      "            set scenario $word\n"
      "        end\n"
      "    end\n"
      "    $words[1] completion --paths $scenario 2>/dev/null | string match -v '*<*'\n"
      "end\n"
      "complete -c coldfleet -f\n"
      "complete -c coldfleet -n '__coldfleet_at' -l help -d 'the commands'\n"
      "complete -c coldfleet -n '__coldfleet_at' -l version -d 'the version'\n",
      out);
  for (unsigned i = 0; i < cli->command_count; i++)
    fprintf(out, "complete -c coldfleet -n '__coldfleet_at' -a %s -d '%s'\n", cli->commands[i].name,
            fish_text(cli->commands[i].line).text);
  cf_command_each(cli, fish_command, &to);
}

cf_status cf_completion_print(const cf_cli *cli, const char *shell, FILE *out, cf_diag *diag) {
  static const struct {
    const char *name;
    void (*print)(const cf_cli *cli, FILE *out);
  } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
  for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
    if (strcmp(shell, shells[i].name) != 0) continue;
    shells[i].print(cli, out);
    return CF_OK;
  }
  return cf_fail(diag, CF_USAGE, "no completion for '%s'; there is one for bash, zsh and fish", shell);
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

/* A scenario that cannot be loaded is none: a half-written file must not keep the shell from completing. */
static cf_status print_paths(const cf_cli *cli, const completion_flags *given, const char *path, cf_diag *diag) {
  char directory[CF_PATH_MAX];
  cf_diag unsaid;
  cf_diag_init(&unsaid);
  cf_load_options options = {.models_dir = directory};
  cf_scenario *scenario = NULL;
  if (path && cf_find_models(given->models, directory, &unsaid) == CF_OK)
    scenario = cf_scenario_load(path, &options, &unsaid);
  cf_status status = cf_key_paths_print(scenario, cli->out.out, diag);
  if (scenario) cf_scenario_destroy(scenario);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  completion_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_status status = cf_cli_read(cli, &cf_command_completion, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  cf_diag_init(&diag);
  const char *word = words.count ? words.word[0] : NULL;
  if (given.paths)
    status = print_paths(cli, &given, word, &diag);
  else if (word)
    status = cf_completion_print(cli, word, cli->out.out, &diag);
  else
    status = cf_fail(&diag, CF_USAGE, "for which shell: bash, zsh or fish?");
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_completion = {
    .name = "completion",
    .ring = 3,
    .line = "completion of command lines, as a script for a shell",
    .usage = "bash|zsh|fish | --paths [SCENARIO.yaml]",
    .about =
        "`make install` puts the scripts where the shells find them. Without that, one line does for this shell:\n"
        "`source <(coldfleet completion bash)`, the same with zsh, or `coldfleet completion fish | source`.",
    .example = "coldfleet completion --paths scenarios/quickstart.yaml",
    .flags = flags,
    .run = run,
};
