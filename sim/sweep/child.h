/* Runs another program, without a shell, and keeps what it says.
 *
 * The program is looked for on PATH. It reads nothing, and starts with no signal blocked or ignored, whatever holds
 * here. Of each stream the first CF_CHILD_TEXT - 1 bytes are kept; the rest is read and dropped. */
#ifndef CF_SWEEP_CHILD_H
#define CF_SWEEP_CHILD_H

enum { CF_CHILD_TEXT = 16384 };

typedef struct cf_child {
  int status; /* exit status; 128 + the number of the signal that ended it */
  char out[CF_CHILD_TEXT], err[CF_CHILD_TEXT];
} cf_child;

/* Runs argv[0] with its arguments, up to a NULL, and waits for its end. 0, or an errno: ENOENT when there is no such
 * program. */
int cf_child_run(const char *const *argv, cf_child *child);

#endif
