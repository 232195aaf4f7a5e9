/* The manual, made from the tables of the program: coldfleet(1), a page of section 1 for each command and each part of
 * one, and pages of section 5 for the files that it reads and writes. */
#ifndef CF_CLI_MAN_H
#define CF_CLI_MAN_H

#include "cli/command.h"

enum { CF_MAN_NAME = 64 };

/* The name of a command's page: "probe sun" has "coldfleet-probe-sun". */
void cf_man_name(const cf_command *command, char name[CF_MAN_NAME]);

/* Calls `each` for every page: its name and section. */
void cf_man_each(const cf_cli *cli, void (*each)(void *self, const char *name, char section), void *self);

/* Writes the page as man(7) source to `out`. `name` is as cf_man_each gives it, with or without "coldfleet-" before it
 * and
 * ".1" or ".5" behind it; "coldfleet" is the program's own. CF_USAGE with a suggestion when there is no such page. */
cf_status cf_man_write(const cf_cli *cli, const char *name, FILE *out, cf_diag *diag);

#endif
