/* Writes the results of runs into one SQLite database: the store's recorder.
 *
 * Order. The file does not depend on the timing of threads: the rows of a run are kept aside (in memory, above 8 MiB
 * in an unlinked file beside the database) and written in one transaction when the run has ended and every run with a
 * smaller id has; then the next run's row is written with status 'unfinished'. So the history of writes is always
 * unfinished 1, rows and result 1, unfinished 2, rows and result 2, ... Runs may begin and end in any order on any
 * threads; no call waits for another run to end. What is still waiting is written by cf_writer_close, in order of
 * run_id.
 *
 * Death. The file appears under its name only when its tables and inputs are complete. From then on its writer may die
 * at any instant and the file can be opened (WAL; while the writer lives it is locked), and until a successful
 * cf_writer_close its meta row 'finished' says 'no'. A run that was interrupted says 'unfinished'. After close the file
 * is in DELETE mode and synced, with no companion files.
 *
 * What differs between honest repetitions (host, time, threads, compiler) goes to the database of the execution:
 * cf_exec_path.
 *
 * Errors: CF_IO for everything that the file system or SQLite refuses, naming the path and the cause. After an error of
 * the database every later call of the recorder fails; what was committed stays. */
#ifndef CF_STORE_WRITER_H
#define CF_STORE_WRITER_H

#include "base/diag.h"
#include "config/scenario.h"
#include "fleet/recorder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_writer cf_writer;

typedef struct cf_writer_options {
  const char *path;                   /* of the database; its directory is made if only the last part is missing */
  bool replace;                       /* an existing coldfleet database may be replaced; any other file never is */
  const cf_scenario *const *scenario; /* of all runs, found again by name; the scenarios must live until close */
  uint32_t scenarios;
  const uint32_t *point_id;   /* of each scenario; NULL: 1, 2, ... */
  const cf_setting *settings; /* --set, for every scenario; NULL when none */
  uint32_t setting_count;
  uint32_t runs_planned; /* kept in meta; 0: not known */
  uint32_t first_run_id; /* the smallest run_id; 0 means 1 */
  const char *version;   /* of the program, kept in meta; NULL: left out */
  const char *command;   /* command line, for the execution only; may be NULL */
  uint32_t threads;      /* for the execution only */
} cf_writer_options;

/* Makes the database. On error *opened is NULL and nothing that existed has changed. */
cf_status cf_writer_open(const cf_writer_options *options, cf_writer **opened, cf_diag *diag);

/* The recorder that fills it; valid until close. Calls of different runs may come from different threads. */
cf_recorder cf_writer_recorder(cf_writer *writer);

/* Writes what is waiting, marks the database as finished when every begun run has ended, syncs and frees. NULL is
 * fine. Returns CF_IO when something could not be written, also earlier. */
cf_status cf_writer_close(cf_writer *writer, cf_diag *diag);

/* "out/a.db" -> "out/a.exec.db"; without the suffix ".db" it is appended whole. False when it does not fit. */
bool cf_exec_path(const char *path, char *exec_path, size_t size);

#endif
