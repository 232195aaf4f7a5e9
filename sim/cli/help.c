/* coldfleet help: the commands in three rings, and each command's own page. */
#include "cli/command.h"

#include <string.h>

typedef struct help_flags {
  bool all;
} help_flags;

static const cf_flag flags[] = {
    {"all", 'a', CF_FLAG_SWITCH, NULL, "the plumbing as well", offsetof(help_flags, all), 0}, {0}};

const char *const cf_help_question =
    "coldfleet simulates fleets of edge devices that are short of energy and of cold:\n"
    "what should a node think by itself, when should it ask, and what does it cost?";

const cf_help_entry cf_help_exit_codes[] = {{"0", "done"},
                                            {"1", "a defect of ours"},
                                            {"2", "the command line is wrong"},
                                            {"3", "an input file is not valid"},
                                            {"4", "an assertion failed"},
                                            {"5", "some runs failed"},
                                            {"6", "incomplete"},
                                            {"7", "file system or database"},
                                            {"75", "stopped by SIGTERM; what was done is saved"},
                                            {"130", "stopped by Ctrl-C; what was done is saved"},
                                            {0}};

const cf_help_entry cf_help_environment[] = {{"COLDFLEET_MODELS", "the catalogue of models"},
                                             {"COLDFLEET_QUERIES", "the saved queries"},
                                             {"COLDFLEET_WEB", "the scripts that draw a report's charts"},
                                             {"NO_COLOR", "no colours on a terminal"},
                                             {0}};

static void print_entries(const cf_cli *cli, const cf_help_entry *entry, int width) {
  for (; entry->word; entry++) fprintf(cli->out.out, "  %-*s %s\n", width, entry->word, entry->text);
}

static void print_ring(const cf_cli *cli, unsigned ring) {
  for (unsigned i = 0; i < cli->command_count; i++)
    if (cli->commands[i].ring == ring)
      fprintf(cli->out.out, "  %-10s %s\n", cli->commands[i].name, cli->commands[i].line);
}

static void print_heading(const cf_cli *cli, const char *text) {
  fprintf(cli->out.out, "\n%s%s%s\n", cf_ink_code(&cli->out, CF_INK_BOLD), text, cf_ink_code(&cli->out, CF_INK_NONE));
}

static bool has_ring(const cf_cli *cli, unsigned ring) {
  for (unsigned i = 0; i < cli->command_count; i++)
    if (cli->commands[i].ring == ring) return true;
  return false;
}

void cf_help_print_overview(const cf_cli *cli, bool all) {
  FILE *out = cli->out.out;
  fprintf(out, "%s\n\nusage: %s COMMAND ...\n", cf_help_question, cli->program);
  print_heading(cli, "Commands");
  print_ring(cli, 1);
  if (has_ring(cli, 2)) {
    print_heading(cli, "More");
    print_ring(cli, 2);
  }
  if (all) {
    print_heading(cli, "Plumbing");
    print_ring(cli, 3);
  }
  print_heading(cli, "Start here");
  fprintf(out, "  %s run scenarios/quickstart.yaml\n", cli->program);
  fprintf(out, "  %s query out/quickstart.db 'SELECT policy, loss, down_frac FROM run'\n", cli->program);
  fprintf(out, "\n`%s help COMMAND` says more%s.\n", cli->program, all ? "" : "; `help --all` also lists the plumbing");
  if (!all) return;
  print_heading(cli, "Exit codes");
  print_entries(cli, cf_help_exit_codes, 4);
  print_heading(cli, "Environment");
  print_entries(cli, cf_help_environment, 19);
}

void cf_help_print_command(const cf_cli *cli, const cf_command *command) {
  FILE *out = cli->out.out;
  fprintf(out, "coldfleet %s: %s\n\nusage: %s %s %s\n", command->name, command->line, cli->program, command->name,
          command->usage);
  if (command->about) fprintf(out, "\n%s\n", command->about);
  if (command->flags->name) fputc('\n', out);
  for (const cf_flag *flag = command->flags; flag->name; flag++) {
    char left[64];
    snprintf(left, sizeof left, "%c%c%s --%s%s%s", flag->letter ? '-' : ' ', flag->letter ? flag->letter : ' ',
             flag->letter ? "," : " ", flag->name, flag->value ? " " : "", flag->value ? flag->value : "");
    fprintf(out, "  %-26s %s\n", left, flag->help);
  }
  if (command->more) command->more(out);
  if (command->parts) fputc('\n', out);
  for (const cf_command *const *part = command->parts; part && *part; part++)
    fprintf(out, "  %-15s %s\n", (*part)->name, (*part)->line);
  fprintf(out, "\nexample:\n  %s\n", command->example);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  help_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_help, argc, argv, &given, &words, 0, 2);
  if (status) return status;
  if (words.count == 0) {
    cf_help_print_overview(cli, given.all);
    return cf_cli_flush(cli, CF_OK);
  }
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_command *command = cf_command_find(cli, words.word[0], &diag);
  if (!command) return cf_cli_tell(cli, &diag, CF_USAGE);
  if (words.count > 1) {
    const cf_command *part = cf_command_part(command, words.word[1]);
    if (!part)
      return cf_cli_tell(cli, &diag, cf_fail(&diag, CF_USAGE, "%s has no part '%s'", command->name, words.word[1]));
    command = part;
  }
  cf_help_print_command(cli, command);
  return cf_cli_flush(cli, CF_OK);
}

const cf_command cf_command_help = {
    .name = "help",
    .ring = 3,
    .line = "this list, or a command's page",
    .usage = "[--all] [COMMAND [PART]]",
    .example = "coldfleet help run",
    .flags = flags,
    .run = run,
};
