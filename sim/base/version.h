/* The program's version, as `--version` prints it. */
#ifndef CF_BASE_VERSION_H
#define CF_BASE_VERSION_H

#define CF_VERSION "0.1.0"
#define CF_VERSION_DATE "2026-11-21" /* for the manual */

#endif
