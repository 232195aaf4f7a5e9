#include "store/query.h"

#include "store/file.h"
#include "store/tables.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum {
  PATH_BYTES = 4096,
  STEPS_BETWEEN_CHECKS = 10000, /* of SQLite's machine: well below a millisecond */
  VALUE_MAX_BYTES = 256 << 20   /* no single value of a query grows above it */
};
#define TIME_LIMIT_S 60.0

struct cf_database {
  char *path;
  sqlite3 *connection;
  double deadline_s; /* of the running query, monotonic clock */
  const volatile int *stop;
  bool timed_out, stopped;
};

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

/* Pragmas that only read. With an argument most others write. */
static bool pragma_reads(const char *name, const char *argument) {
  static const char *const with_argument[] = {"table_info", "table_xinfo", "index_info",      "index_xinfo",
                                              "index_list", "table_list",  "integrity_check", "quick_check"};
  static const char *const without[] = {"table_list",     "integrity_check", "quick_check", "user_version",
                                        "application_id", "page_count",      "page_size",   "encoding"};
  const char *const *list = argument ? with_argument : without;
  size_t count = sizeof with_argument / sizeof *with_argument;
  _Static_assert(sizeof with_argument == sizeof without, "one count for both lists");
  for (size_t i = 0; i < count; i++)
    if (strcasecmp(name, list[i]) == 0) return true;
  return false;
}

static int authorize(void *self, int action, const char *first, const char *second, const char *schema,
                     const char *trigger) {
  (void)self, (void)schema, (void)trigger;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION: /* second: its name */
      return second && strcasecmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_UPDATE:
      /* Asked also where a table-valued function (json_each, pragma_table_info) declares its columns, which writes
       * nothing. A real update of it is refused by SQLite itself, and is not read-only (see prepare). */
      return first && strcmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
      return first && pragma_reads(first, second) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

static int check_progress(void *self) {
  cf_database *database = self;
  if (database->stop && *database->stop) database->stopped = true;
  if (now_s() > database->deadline_s) database->timed_out = true;
  return database->stopped || database->timed_out;
}

/* "file:" URI: everything but plain path characters in %XX. */
static bool write_uri(char *uri, size_t size, const char *path, bool immutable) {
  size_t at = (size_t)snprintf(uri, size, "file:");
  for (const char *c = path; *c; c++) {
    if (at + 32 > size) return false;
    bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/._-", *c);
    at += (size_t)snprintf(uri + at, size - at, plain ? "%c" : "%%%02X", (unsigned char)*c);
  }
  snprintf(uri + at, size - at, immutable ? "?mode=ro&immutable=1" : "?mode=ro");
  return true;
}

static int open_connection(const char *path, bool immutable, sqlite3 **connection) {
  char uri[3 * PATH_BYTES];
  *connection = NULL;
  if (!write_uri(uri, sizeof uri, path, immutable)) return SQLITE_CANTOPEN;
  int rc = sqlite3_open_v2(uri, connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_db_config(*connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_db_config(*connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(*connection, 1000);
  /* The first read finds out whether the file can be used at all: locks, WAL, a damaged header. */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(*connection,
                      "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
                      "SELECT count(*) FROM sqlite_schema",
                      NULL, NULL, NULL);
  return rc;
}

/* Bytes that a WAL file still holds for the database. */
static bool has_wal(const char *path) {
  char name[PATH_BYTES];
  if (snprintf(name, sizeof name, "%s-wal", path) >= PATH_BYTES) return false;
  FILE *file = fopen(name, "rb");
  if (!file) return false;
  bool filled = fgetc(file) != EOF;
  fclose(file);
  return filled;
}

/* Read-only directories cannot take the lock file that WAL needs; without pending WAL the file is complete alone. */
static cf_status connect(const char *path, sqlite3 **connection, cf_diag *diag) {
  int rc = open_connection(path, false, connection);
  int kind = rc & 0xff;
  if (rc == SQLITE_OK) return CF_OK;
  if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
    return cf_fail(diag, CF_IO, "%s: cannot read the database now: a running process is writing it", path);
  if (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) {
    if (has_wal(path))
      return cf_fail(diag, CF_IO,
                     "%s: cannot read the database here: its writer was killed and its directory cannot be written; "
                     "copy it together with %s-wal to a place that can",
                     path, path);
    sqlite3_close(*connection);
    rc = open_connection(path, true, connection);
    if (rc == SQLITE_OK) return CF_OK;
  }
  return cf_file_error(*connection, path, "read the database", diag);
}

static cf_status check_kind(const char *path, cf_diag *diag) {
  int64_t id = cf_file_application_id(path);
  if (id < 0) {
    if (access(path, F_OK) != 0) return cf_fail(diag, CF_IO, "%s: there is no such file", path);
    return cf_fail(diag, CF_IO, "%s: cannot be read, or is not a file", path);
  }
  if (cf_file_kind_of(id) == CF_KIND_NONE) return cf_fail(diag, CF_IO, "%s: is not a coldfleet database", path);
  return CF_OK;
}

static cf_status check_version(cf_database *database, cf_diag *diag) {
  double version;
  cf_status status = cf_query_number(database, "PRAGMA user_version", &version, diag);
  if (status == CF_OK && version > CF_DATABASE_VERSION)
    return cf_fail(diag, CF_IO, "%s: was made by a newer coldfleet (schema %.0f, this one knows %d)", database->path,
                   version, CF_DATABASE_VERSION);
  if (status == CF_OK && version < CF_DATABASE_VERSION)
    return cf_fail(diag, CF_IO, "%s: was made by an older coldfleet (schema %.0f, this one knows %d); run it again",
                   database->path, version, CF_DATABASE_VERSION);
  return status;
}

cf_status cf_database_open(const char *path, cf_database **opened, cf_diag *diag) {
  *opened = NULL;
  cf_status status = check_kind(path, diag);
  if (status != CF_OK) return status;
  cf_database *database = calloc(1, sizeof *database);
  if (!database || !(database->path = strdup(path))) {
    free(database);
    return cf_fail(diag, CF_INTERNAL, "no memory to open %s", path);
  }
  status = connect(path, &database->connection, diag);
  if (status == CF_OK) {
    sqlite3_limit(database->connection, SQLITE_LIMIT_LENGTH, VALUE_MAX_BYTES);
    sqlite3_limit(database->connection, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_set_authorizer(database->connection, authorize, NULL);
    sqlite3_progress_handler(database->connection, STEPS_BETWEEN_CHECKS, check_progress, database);
    status = check_version(database, diag);
  }
  if (status == CF_OK)
    *opened = database;
  else
    cf_database_close(database);
  return status;
}

void cf_database_close(cf_database *database) {
  if (!database) return;
  sqlite3_close(database->connection);
  free(database->path);
  free(database);
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

/* The line of the SQL that holds the offset, with the column that it falls on. */
static cf_source place_of(const char *sql, int offset, char *excerpt, size_t size) {
  cf_source place = {.file = "SQL", .line = 1, .column = 1, .excerpt = excerpt};
  const char *line = sql;
  for (int i = 0; i < offset; i++) {
    if (sql[i] != '\n') continue;
    line = sql + i + 1;
    place.line++;
  }
  place.column = (uint32_t)(sql + offset - line) + 1;
  snprintf(excerpt, size, "%.*s", (int)strcspn(line, "\n"), line);
  return place;
}

static cf_status query_error(cf_database *database, const char *sql, cf_diag *diag) {
  sqlite3 *connection = database->connection;
  int code = sqlite3_errcode(connection) & 0xff;
  if (database->stopped) return cf_fail(diag, CF_INTERRUPTED, "the query was stopped");
  if (database->timed_out)
    return cf_fail(diag, CF_INCOMPLETE, "the query took longer than its time limit and was stopped");
  if (code == SQLITE_AUTH) return cf_fail(diag, CF_USAGE, "the query may only read: %s", sqlite3_errmsg(connection));
  if (code != SQLITE_ERROR && code != SQLITE_TOOBIG && code != SQLITE_MISMATCH && code != SQLITE_RANGE)
    return cf_file_error(connection, database->path, "read the database", diag);
  char excerpt[CF_DIAG_EXCERPT];
  int offset = sqlite3_error_offset(connection);
  if (offset < 0) return cf_fail(diag, CF_USAGE, "%s", sqlite3_errmsg(connection));
  return cf_fail_at(diag, CF_USAGE, place_of(sql, offset, excerpt, sizeof excerpt), "%s", sqlite3_errmsg(connection));
}

/* A number in the text binds as one, so that "run = :run" finds it. */
static int bind_text_or_number(sqlite3_stmt *statement, int at, const char *value) {
  char *end;
  long long integer = strtoll(value, &end, 10);
  if (*value && !*end) return sqlite3_bind_int64(statement, at, integer);
  double real = strtod(value, &end);
  if (*value && !*end) return sqlite3_bind_double(statement, at, real);
  return sqlite3_bind_text(statement, at, value, -1, SQLITE_STATIC);
}

static cf_status bind_parameters(cf_database *database, sqlite3_stmt *statement, const char *sql,
                                 const cf_query_options *options, cf_diag *diag) {
  for (uint32_t i = 0; i < options->parameters; i++) {
    const cf_parameter *parameter = &options->parameter[i];
    char name[128];
    snprintf(name, sizeof name, ":%s", parameter->name);
    int at = sqlite3_bind_parameter_index(statement, name);
    if (at == 0) return cf_fail(diag, CF_USAGE, "the query has no parameter :%s", parameter->name);
    if (bind_text_or_number(statement, at, parameter->value) != SQLITE_OK) return query_error(database, sql, diag);
  }
  return CF_OK;
}

static bool is_blank(const char *sql) {
  while (*sql) { /* spaces, ';' and comments */
    if (strncmp(sql, "--", 2) == 0) {
      sql += strcspn(sql, "\n");
    } else if (strncmp(sql, "/*", 2) == 0) {
      const char *end = strstr(sql + 2, "*/");
      if (!end) return true;
      sql = end + 2;
    } else if (strchr(" \t\r\n;", *sql)) {
      sql++;
    } else {
      return false;
    }
  }
  return true;
}

static cf_status prepare(cf_database *database, const char *sql, sqlite3_stmt **statement, cf_diag *diag) {
  const char *tail = NULL;
  if (sqlite3_prepare_v2(database->connection, sql, -1, statement, &tail) != SQLITE_OK)
    return query_error(database, sql, diag);
  if (!*statement) return cf_fail(diag, CF_USAGE, "there is no SQL in the query");
  if (!is_blank(tail)) return cf_fail(diag, CF_USAGE, "one statement at a time; this one is too many: %.60s", tail);
  if (sqlite3_column_count(*statement) == 0 || !sqlite3_stmt_readonly(*statement))
    return cf_fail(diag, CF_USAGE, "the query may only read, and must give columns");
  return CF_OK;
}

static cf_cell cell_of(sqlite3_stmt *statement, int column) {
  cf_cell cell = {.type = CF_CELL_NULL};
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      cell.type = CF_CELL_INTEGER;
      cell.as.integer = sqlite3_column_int64(statement, column);
      break;
    case SQLITE_FLOAT:
      cell.type = CF_CELL_REAL;
      cell.as.real = sqlite3_column_double(statement, column);
      break;
    case SQLITE_TEXT:
      cell.type = CF_CELL_TEXT;
      cell.as.text = (const char *)sqlite3_column_text(statement, column);
      cell.length = (uint32_t)sqlite3_column_bytes(statement, column);
      break;
    case SQLITE_BLOB:
      cell.type = CF_CELL_BLOB;
      cell.as.text = sqlite3_column_blob(statement, column);
      cell.length = (uint32_t)sqlite3_column_bytes(statement, column);
      break;
    default:
      break;
  }
  return cell;
}

static cf_status step_rows(cf_database *database, sqlite3_stmt *statement, const char *sql,
                           const cf_query_options *options, cf_row_function row, void *self, cf_diag *diag) {
  uint64_t limit = options->row_limit;
  int columns = sqlite3_column_count(statement);
  cf_cell *cell = calloc((size_t)columns, sizeof *cell);
  const char **names = calloc((size_t)columns, sizeof *names);
  if (!cell || !names) {
    free(cell);
    free(names);
    return cf_fail(diag, CF_INTERNAL, "no memory for the result");
  }
  cf_status status = CF_OK;
  for (int i = 0; i < columns; i++) names[i] = sqlite3_column_name(statement, i);
  for (uint64_t rows = 0; status == CF_OK && (limit == 0 || rows < limit); rows++) {
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_DONE) {
      if (rows == 0 && options->tell_empty) status = row(self, (uint32_t)columns, names, NULL);
      break;
    }
    if (rc != SQLITE_ROW) {
      status = query_error(database, sql, diag);
      break;
    }
    for (int i = 0; i < columns; i++) cell[i] = cell_of(statement, i);
    status = row(self, (uint32_t)columns, names, cell);
  }
  free(cell);
  free(names);
  return status;
}

cf_status cf_query_rows(cf_database *database, const char *sql, const cf_query_options *options, cf_row_function row,
                        void *self, cf_diag *diag) {
  static const cf_query_options defaults;
  if (!options) options = &defaults;
  database->deadline_s = now_s() + (options->time_limit_s > 0 ? options->time_limit_s : TIME_LIMIT_S);
  database->stop = options->stop;
  database->timed_out = database->stopped = false;
  sqlite3_stmt *statement = NULL;
  cf_status status = prepare(database, sql, &statement, diag);
  if (status == CF_OK) status = bind_parameters(database, statement, sql, options, diag);
  if (status == CF_OK) status = step_rows(database, statement, sql, options, row, self, diag);
  sqlite3_finalize(statement);
  return status;
}

static cf_status take_number(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  double *value = self;
  if (cell && cell[0].type == CF_CELL_INTEGER) *value = (double)cell[0].as.integer;
  if (cell && cell[0].type == CF_CELL_REAL) *value = cell[0].as.real;
  return CF_OK;
}

cf_status cf_query_number(cf_database *database, const char *sql, double *value, cf_diag *diag) {
  cf_query_options options = {.row_limit = 1};
  *value = NAN;
  return cf_query_rows(database, sql, &options, take_number, value, diag);
}
