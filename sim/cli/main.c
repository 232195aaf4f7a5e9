/* The program: finds the command and runs it. */
#include "cli/command.h"
#include "cli/version.h"

#include <stdlib.h>
#include <string.h>

static bool asks_help(int argc, char **argv) {
  for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
  return false;
}

static cf_status start(const cf_cli *cli, int argc, char **argv) {
  cf_diag diag;
  cf_diag_init(&diag);
  if (argc < 2) {
    cf_help_print_overview(cli, false);
    return CF_USAGE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    fprintf(cli->out.out, "coldfleet %s\n", CF_VERSION);
    return cf_cli_flush(cli, CF_OK);
  }
  if (asks_help(1, argv + 1)) {
    cf_help_print_overview(cli, false);
    return cf_cli_flush(cli, CF_OK);
  }
  const cf_command *command = cf_command_find(cli, argv[1], &diag);
  if (!command) return cf_cli_tell(cli, &diag, CF_USAGE);
  int used = 2;
  const cf_command *part = argc > 2 ? cf_command_part(command, argv[2]) : NULL;
  if (part) {
    command = part;
    used++;
  }
  if (asks_help(argc - used, argv + used)) {
    cf_help_print_command(cli, command);
    return cf_cli_flush(cli, CF_OK);
  }
  return command->run(cli, argc - used, argv + used);
}

int main(int argc, char **argv) {
  const cf_command commands[] = {cf_command_run,    cf_command_sweep,      cf_command_show,     cf_command_query,
                                 cf_command_report, cf_command_compare,    cf_command_cite,     cf_command_replay,
                                 cf_command_doctor, cf_command_verify,     cf_command_validate, cf_command_schema,
                                 cf_command_work,   cf_command_merge,      cf_command_status,   cf_command_probe,
                                 cf_command_man,    cf_command_completion, cf_command_help};
  cf_cli cli = {.program = argc > 0 && strchr(argv[0], '/') && strlen(argv[0]) < 24 ? argv[0] : "coldfleet",
                .out = cf_terminal_open(stdout),
                .err = cf_terminal_open(stderr),
                .commands = commands,
                .command_count = sizeof commands / sizeof commands[0]};
  return (int)start(&cli, argc, argv);
}
