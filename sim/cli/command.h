/* What a command of the program is, and what every command is given.
 *
 * stdout carries data and results, stderr carries talk. A command returns a cf_status, which becomes the exit code. */
#ifndef CF_CLI_COMMAND_H
#define CF_CLI_COMMAND_H

#include "base/status.h"
#include "cli/arguments.h"
#include "cli/terminal.h"

struct cf_command;

typedef struct cf_cli {
  const char *program; /* as the user called it, for lines to copy */
  cf_terminal out;     /* data */
  cf_terminal err;     /* talk */
  const struct cf_command *commands;
  unsigned command_count;
} cf_cli;

typedef struct cf_command {
  const char *name;
  unsigned ring;    /* 1: `help` shows it; 2: `help` names it; 3: only `help --all` */
  const char *line; /* one line, no full stop */
  /* After the command's name. Completion reads it: words that it knows (cli/completion.h) say what may stand there, and
   * "--flag a|b|c" which values a flag takes. */
  const char *usage;
  const char *about;    /* a few lines that say more; may be NULL */
  const char *example;  /* a command line that runs in a fresh checkout after `make` and `make demo` */
  const cf_flag *flags; /* ends with a NULL name */
  cf_status (*run)(const cf_cli *cli, int argc, char **argv); /* argv without the command's own name */
  void (*more)(FILE *out);               /* prints what its page says below the flags; may be NULL */
  const struct cf_command *const *parts; /* "probe sun", ...: commands of their own; ends with NULL; may be NULL */
} cf_command;

extern const cf_command cf_command_run;
extern const cf_command cf_command_sweep;
extern const cf_command cf_command_show;
extern const cf_command cf_command_query;
extern const cf_command cf_command_report;
extern const cf_command cf_command_compare;
extern const cf_command cf_command_cite;
extern const cf_command cf_command_replay;
extern const cf_command cf_command_doctor;
extern const cf_command cf_command_verify;
extern const cf_command cf_command_validate;
extern const cf_command cf_command_work;
extern const cf_command cf_command_merge;
extern const cf_command cf_command_status;
extern const cf_command cf_command_probe;
extern const cf_command cf_command_schema;
extern const cf_command cf_command_help;
extern const cf_command cf_command_man;
extern const cf_command cf_command_completion;

/* Prints the help of one command, or the overview. */
void cf_help_print_command(const cf_cli *cli, const cf_command *command);
void cf_help_print_overview(const cf_cli *cli, bool all);

/* What `help --all` and the manual say of the whole program; tables end with a NULL word. */
typedef struct cf_help_entry {
  const char *word, *text;
} cf_help_entry;
extern const char *const cf_help_question; /* what coldfleet is for, on two lines */
extern const cf_help_entry cf_help_exit_codes[];
extern const cf_help_entry cf_help_environment[];

/* The command of that name, or NULL after an error in `diag` that suggests the nearest. */
const cf_command *cf_command_find(const cf_cli *cli, const char *name, cf_diag *diag);

/* Calls `each` for every command and, after it, for its parts. */
void cf_command_each(const cf_cli *cli, void (*each)(void *self, const cf_command *command), void *self);

/* The part of a command that is called `name`, or NULL. */
const cf_command *cf_command_part(const cf_command *command, const char *name);

/* Prints what `diag` holds (warnings too) on stderr; returns `status`. */
cf_status cf_cli_tell(const cf_cli *cli, const cf_diag *diag, cf_status status);

/* Reads a command's arguments and checks the number of words; on error it has told the user, with the usage line. */
cf_status cf_cli_read(const cf_cli *cli, const cf_command *command, int argc, char **argv, void *into, cf_words *words,
                      unsigned least_words, unsigned most_words);

/* CF_IO when something written to stdout did not arrive (closed pipe, full disk), else `status`. */
cf_status cf_cli_flush(const cf_cli *cli, cf_status status);

#endif
