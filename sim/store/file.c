#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, HEADER_BYTES = 100, APPLICATION_ID_OFFSET = 68 };

/* https://www.sqlite.org/fileformat2.html, section 1.3: the header's magic, and a big-endian application_id. */
int64_t cf_file_application_id(const char *path) {
  unsigned char header[HEADER_BYTES];
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return -1;
  ssize_t length = read(file, header, sizeof header);
  close(file);
  if (length < 0) return -1;
  if (length != HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0) return 0;
  const unsigned char *id = header + APPLICATION_ID_OFFSET;
  return (int64_t)id[0] << 24 | (int64_t)id[1] << 16 | (int64_t)id[2] << 8 | id[3];
}

/* What was being done when SQLite says no more than "disk I/O error". */
static const char *io_step(int extended) {
  switch (extended) {
    case SQLITE_IOERR_WRITE:
      return "a write failed";
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
      return "a read failed";
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
      return "a sync failed";
    case SQLITE_IOERR_TRUNCATE:
      return "the file could not be cut";
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMMAP:
      return "there is no room for its lock file";
    default:
      return NULL;
  }
}

cf_status cf_file_error(sqlite3 *database, const char *path, const char *what, cf_diag *diag) {
  int code = database ? sqlite3_errcode(database) & 0xff : SQLITE_NOMEM;
  int system = database ? sqlite3_system_errno(database) : 0;
  const char *words = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if (code == SQLITE_FULL) return cf_fail(diag, CF_IO, "%s: cannot %s: the disk is full (%s)", path, what, words);
  /* cppcheck-suppress variableScope ; `cause` points into it */
  char text[128];
  const char *cause = code == SQLITE_IOERR ? io_step(sqlite3_extended_errcode(database)) : NULL;
  if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && system != 0) cause = strerror_r(system, text, sizeof text);
  return cf_fail(diag, CF_IO, "%s: cannot %s: %s%s%s%s", path, what, words, cause ? " (" : "", cause ? cause : "",
                 cause ? ")" : "");
}

static cf_status system_error(const char *path, const char *what, int error, cf_diag *diag) {
  char cause[128];
  return cf_fail(diag, CF_IO, "%s: cannot %s: %s", path, what, strerror_r(error, cause, sizeof cause));
}

cf_status cf_file_directory(const char *path, char *directory, size_t size, cf_diag *diag) {
  const char *slash = strrchr(path, '/');
  int length = slash == path ? snprintf(directory, size, "/")
                             : snprintf(directory, size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  if (length < 0 || (size_t)length >= size) return cf_fail(diag, CF_IO, "%s: the path is too long", path);
  struct stat about;
  if (stat(directory, &about) != 0) {
    if (errno != ENOENT || mkdir(directory, 0777) != 0)
      return system_error(directory, "make the directory", errno, diag);
  } else if (!S_ISDIR(about.st_mode)) {
    return cf_fail(diag, CF_IO, "%s: cannot make a database in it: not a directory", directory);
  }
  if (access(directory, W_OK | X_OK) != 0) return system_error(directory, "write in the directory", errno, diag);
  return CF_OK;
}

/* Folds a WAL file in and takes the lock once, so that a database that is being written is not replaced. */
static cf_status take_over(const char *path, cf_diag *diag) {
  sqlite3 *database = NULL;
  int rc = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_exec(database, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_exec(database, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL);
  sqlite3_close(database);
  if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
    return cf_fail(diag, CF_IO, "%s: cannot replace the database: another process is using it", path);
  return CF_OK; /* a damaged one may be replaced */
}

static void remove_companions(const char *path) {
  static const char *const suffix[] = {"-wal", "-shm", "-journal"};
  char name[PATH_BYTES];
  for (unsigned i = 0; i < sizeof suffix / sizeof suffix[0]; i++)
    if (snprintf(name, sizeof name, "%s%s", path, suffix[i]) < PATH_BYTES) unlink(name);
}

cf_status cf_file_check_place(const char *path, cf_file_kind kind, bool replace, cf_diag *diag) {
  struct stat about;
  if (lstat(path, &about) != 0) return errno == ENOENT ? CF_OK : system_error(path, "make the database", errno, diag);
  if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
    return cf_fail(diag, CF_IO, "%s: cannot make the database: it is a directory", path);
  int64_t id = S_ISREG(about.st_mode) ? cf_file_application_id(path) : 0;
  if (id != cf_file_kind_id(kind))
    return cf_fail(diag, CF_IO, "%s: exists and is not a coldfleet database, so it is left as it is; give another name",
                   path);
  if (!replace) return cf_fail(diag, CF_IO, "%s: exists; give another name, or --force to replace it", path);
  return take_over(path, diag);
}

static cf_status fill_new(const char *path, const char *name, cf_file_kind kind, cf_file_fill fill, void *self,
                          cf_diag *diag) {
  sqlite3 *database = NULL;
  int rc = sqlite3_open_v2(name, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(database, "PRAGMA page_size = 4096; PRAGMA synchronous = FULL; BEGIN", NULL, NULL, NULL);
  cf_status status = rc == SQLITE_OK ? CF_OK : cf_file_error(database, path, "make the database", diag);
  if (status == CF_OK) status = cf_database_create(database, kind, diag);
  if (status == CF_OK && fill) status = fill(self, database, diag);
  if (status == CF_OK && sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    status = cf_file_error(database, path, "make the database", diag);
  sqlite3_close(database);
  return status;
}

static cf_status move_into_place(const char *name, const char *path, bool replace, cf_diag *diag) {
  if (replace) {
    remove_companions(path);
    return rename(name, path) == 0 ? CF_OK : system_error(path, "make the database", errno, diag);
  }
  if (renameat2(AT_FDCWD, name, AT_FDCWD, path, RENAME_NOREPLACE) == 0) return CF_OK;
  if (errno != EINVAL && errno != ENOSYS) return system_error(path, "make the database", errno, diag);
  /* A file system without that call: link fails too when the name has been taken since it was checked. */
  if (link(name, path) != 0) return system_error(path, "make the database", errno, diag);
  unlink(name);
  return CF_OK;
}

static cf_status open_for_writing(const char *path, sqlite3 **database, cf_diag *diag) {
  int rc = sqlite3_open_v2(path, database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(*database, CF_FILE_PATIENCE_MS);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(*database,
                      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                      "PRAGMA temp_store = MEMORY; BEGIN IMMEDIATE; COMMIT",
                      NULL, NULL, NULL);
  if (rc == SQLITE_OK) return CF_OK;
  cf_status status = cf_file_error(*database, path, "open the database", diag);
  sqlite3_close(*database);
  *database = NULL;
  return status;
}

cf_status cf_file_make(const char *path, cf_file_kind kind, bool replace, cf_file_fill fill, void *self,
                       sqlite3 **database, cf_diag *diag) {
  *database = NULL;
  char name[PATH_BYTES], directory[PATH_BYTES];
  int length = snprintf(name, sizeof name, "%s.%ld.new", path, (long)getpid());
  if (length < 0 || length >= PATH_BYTES - 16) return cf_fail(diag, CF_IO, "%s: the path is too long", path);
  cf_status status = cf_file_directory(path, directory, sizeof directory, diag);
  if (status == CF_OK) status = cf_file_check_place(path, kind, replace, diag);
  if (status != CF_OK) return status;
  unlink(name);
  status = fill_new(path, name, kind, fill, self, diag);
  if (status == CF_OK) status = move_into_place(name, path, replace, diag);
  if (status != CF_OK) {
    unlink(name);
    remove_companions(name);
    return status;
  }
  return open_for_writing(path, database, diag);
}

static void sync_path(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

static void sync_directory_of(const char *path) {
  char directory[PATH_BYTES];
  cf_diag ignored;
  cf_diag_init(&ignored);
  if (cf_file_directory(path, directory, sizeof directory, &ignored) == CF_OK)
    sync_path(directory, O_RDONLY | O_DIRECTORY);
}

cf_status cf_file_publish(const char *name, const char *path, cf_diag *diag) {
  sync_path(name, O_RDONLY);
  cf_status status = move_into_place(name, path, true, diag);
  if (status == CF_OK) sync_directory_of(path);
  return status;
}

cf_status cf_file_settle(sqlite3 **database, const char *path, cf_diag *diag) {
  if (!*database) return CF_OK;
  cf_status status = CF_OK;
  int rc = sqlite3_exec(*database,
                        "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);"
                        "PRAGMA journal_mode = DELETE",
                        NULL, NULL, NULL);
  if (rc != SQLITE_OK) status = cf_file_error(*database, path, "finish the database", diag);
  sqlite3_close(*database);
  *database = NULL;
  sync_path(path, O_RDONLY);
  sync_directory_of(path);
  return status;
}

int cf_file_prepare(sqlite3 *database, cf_relation_id relation_id, bool replace, sqlite3_stmt **statement) {
  const cf_relation *relation = cf_relation_of(relation_id);
  sqlite3_str *text = sqlite3_str_new(database);
  sqlite3_str_appendf(text, "%s INTO %s VALUES (?", replace ? "REPLACE" : "INSERT", relation->name);
  for (uint32_t i = 1; i < relation->columns; i++) sqlite3_str_appendall(text, ", ?");
  sqlite3_str_appendall(text, ")");
  char *sql = sqlite3_str_finish(text);
  if (!sql) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
  sqlite3_free(sql);
  return rc;
}

int cf_file_insert(sqlite3_stmt *statement, const cf_cell *cell, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    int at = (int)i + 1, rc = SQLITE_OK;
    switch (cell[i].type) {
      case CF_CELL_NULL:
        rc = sqlite3_bind_null(statement, at);
        break;
      case CF_CELL_INTEGER:
        rc = sqlite3_bind_int64(statement, at, cell[i].as.integer);
        break;
      case CF_CELL_REAL:
        rc = sqlite3_bind_double(statement, at, cell[i].as.real);
        break;
      case CF_CELL_TEXT:
        rc = sqlite3_bind_text(statement, at, cell[i].as.text, (int)cell[i].length, SQLITE_STATIC);
        break;
      case CF_CELL_BLOB: /* a NULL pointer would store NULL, an empty file is not that */
        rc = cell[i].length == 0
                 ? sqlite3_bind_zeroblob(statement, at, 0)
                 : sqlite3_bind_blob(statement, at, cell[i].as.text, (int)cell[i].length, SQLITE_STATIC);
        break;
    }
    if (rc != SQLITE_OK) return rc;
  }
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}
