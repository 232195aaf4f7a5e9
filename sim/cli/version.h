/* The program's version, for the commands. */
#ifndef CF_CLI_VERSION_H
#define CF_CLI_VERSION_H

#include "base/version.h" /* IWYU pragma: export */

#endif
