/* A database file that is being written: how it comes into being, how it is left, and what its errors say.
 *
 * It is made under another name, filled, synced and then renamed, so that a file of its name is always complete; an
 * existing file is replaced only if it is a coldfleet database of the same kind that nobody is writing, and only then.
 * While it is open it is in WAL mode with an exclusive lock; cf_file_settle leaves it in DELETE mode, synced, without
 * companion files. */
#ifndef CF_STORE_FILE_H
#define CF_STORE_FILE_H

#include "base/diag.h"
#include "store/cell.h"
#include "store/tables.h"

#include <stdbool.h>
#include <stdint.h>

enum { CF_FILE_PATIENCE_MS = 2000 }; /* how long a writer waits for somebody who is reading */

struct sqlite3;
struct sqlite3_stmt;

/* The application_id in the header of the file; 0 when it is no SQLite database, -1 when it cannot be read. */
int64_t cf_file_application_id(const char *path);

/* "PATH: cannot WHAT: cause", with the words of SQLite and, where there are some, of the system. Returns CF_IO. */
cf_status cf_file_error(struct sqlite3 *database, const char *path, const char *what, cf_diag *diag);

/* Makes the directory of `path` when only its last part is missing, and sees that it can be written. */
cf_status cf_file_directory(const char *path, char *directory, size_t size, cf_diag *diag);

/* Whether a database may be made under this name: CF_IO when not. */
cf_status cf_file_check_place(const char *path, cf_file_kind kind, bool replace, cf_diag *diag);

/* Makes and opens the database. `fill` adds the first rows, inside the transaction that makes the tables. */
typedef cf_status (*cf_file_fill)(void *self, struct sqlite3 *database, cf_diag *diag);
cf_status cf_file_make(const char *path, cf_file_kind kind, bool replace, cf_file_fill fill, void *self,
                       struct sqlite3 **database, cf_diag *diag);

/* Gives a complete, closed database that was made as `name` its place, synced; what stood there is replaced. */
cf_status cf_file_publish(const char *name, const char *path, cf_diag *diag);

/* Closes it. *database becomes NULL in any case. */
cf_status cf_file_settle(struct sqlite3 **database, const char *path, cf_diag *diag);

/* "INSERT INTO name VALUES (?, ...)", or REPLACE. */
int cf_file_prepare(struct sqlite3 *database, cf_relation_id relation_id, bool replace,
                    struct sqlite3_stmt **statement);

/* Binds the cells and runs the statement; SQLite's result code. */
int cf_file_insert(struct sqlite3_stmt *statement, const cf_cell *cell, uint32_t count);

#endif
