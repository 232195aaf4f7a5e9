/* The program's version, as `--version` prints it. */
#ifndef CF_CLI_VERSION_H
#define CF_CLI_VERSION_H

#define CF_VERSION "0.1.0"

#endif
