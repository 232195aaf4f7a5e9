/* Status codes. Every function that can fail returns a cf_status; the words that go with it are
 * collected in a cf_diag (diag.h). The values are the exit codes of the program. */
#ifndef CF_BASE_STATUS_H
#define CF_BASE_STATUS_H

typedef enum cf_status {
  CF_OK = 0,
  CF_INTERNAL = 1,     /* a defect of ours, or no memory */
  CF_USAGE = 2,        /* command line */
  CF_INPUT = 3,        /* an input file is not valid */
  CF_ASSERTION = 4,    /* an assertion of a scenario or a threshold did not hold */
  CF_SOME_FAILED = 5,  /* some runs failed */
  CF_INCOMPLETE = 6,   /* stopped early, can be resumed */
  CF_IO = 7,           /* file system, full disk, database */
  CF_REQUEUE = 75,     /* stopped by SIGTERM or SIGUSR1 with everything saved */
  CF_INTERRUPTED = 130 /* Ctrl-C */
} cf_status;

#endif
