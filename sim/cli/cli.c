#include "cli/command.h"

#include <string.h>

const cf_command *cf_command_find(const cf_cli *cli, const char *name, cf_diag *diag) {
  enum { MOST = 32 };
  const char *names[MOST];
  unsigned count = cli->command_count < MOST ? cli->command_count : MOST;
  for (unsigned i = 0; i < count; i++) {
    names[i] = cli->commands[i].name;
    if (strcmp(name, names[i]) == 0) return &cli->commands[i];
  }
  int nearest = cf_nearest(name, names, count);
  if (nearest >= 0)
    cf_fail(diag, CF_USAGE, "unknown command '%s' (did you mean '%s'?)", name, names[nearest]);
  else
    cf_fail(diag, CF_USAGE, "unknown command '%s' (`%s help` lists the commands)", name, cli->program);
  return NULL;
}

void cf_command_each(const cf_cli *cli, void (*each)(void *self, const cf_command *command), void *self) {
  for (unsigned i = 0; i < cli->command_count; i++) {
    each(self, &cli->commands[i]);
    for (const cf_command *const *part = cli->commands[i].parts; part && *part; part++) each(self, *part);
  }
}

const cf_command *cf_command_part(const cf_command *command, const char *name) {
  size_t own = strlen(command->name);
  for (const cf_command *const *part = command->parts; part && *part; part++)
    if (strcmp((*part)->name + own + 1, name) == 0) return *part;
  return NULL;
}

cf_status cf_cli_tell(const cf_cli *cli, const cf_diag *diag, cf_status status) {
  fflush(cli->out.out); /* so that talk and data keep their order on a terminal */
  cf_diag_print(diag, cli->err.out, cli->err.colour);
  fflush(cli->err.out);
  return status;
}

cf_status cf_cli_read(const cf_cli *cli, const cf_command *command, int argc, char **argv, void *into, cf_words *words,
                      unsigned least_words, unsigned most_words) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_arguments_read(command->flags, argc, argv, into, words, &diag);
  if (status == CF_OK && words->count < least_words)
    status = cf_fail(&diag, CF_USAGE, "%s", words->count ? "more arguments are needed" : "an argument is missing");
  if (status == CF_OK && words->count > most_words)
    status = cf_fail(&diag, CF_USAGE, "one argument too many: '%s'", words->word[most_words]);
  if (status == CF_OK) return CF_OK;
  cf_cli_tell(cli, &diag, status);
  fprintf(cli->err.out, "usage: %s %s %s\n", cli->program, command->name, command->usage);
  return status;
}

cf_status cf_cli_flush(const cf_cli *cli, cf_status status) {
  if (fflush(cli->out.out) == 0 && !ferror(cli->out.out)) return status;
  if (status) return status; /* told already */
  fputs("error: the output could not be written\n", cli->err.out);
  return CF_IO;
}
