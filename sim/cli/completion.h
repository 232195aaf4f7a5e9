/* Completion of command lines in bash, zsh and fish: scripts made from the table of commands and their flags.
 *
 * What a flag's value may be is read from what the help calls it: DB, DIR, FILE, SCENARIO and PLAN are files of that
 * kind, as is a word with an ending (PAGE.html); PATH and PATH=VALUE are keys of a scenario; "a|b|c", there or behind
 * the flag in the command's usage, are the values themselves; --saved takes the name of a saved question. In the same
 * way the usage says what the command's words may be; there COMMAND, KIND, PAGE and PART have a list, too. */
#ifndef CF_CLI_COMPLETION_H
#define CF_CLI_COMPLETION_H

#include "cli/command.h"

/* The script for `shell`: "bash", "zsh" or "fish"; CF_USAGE for another. */
cf_status cf_completion_print(const cf_cli *cli, const char *shell, FILE *out, cf_diag *diag);

#endif
