#include "store/writer.h"

#include "store/file.h"
#include "store/gather.h"
#include "store/study.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

/* A run between its begin and the moment when it is written. Only its own thread touches the spools until `ended`. */
typedef struct pending {
  struct pending *next; /* by run_id, ascending */
  uint32_t run_id;
  bool announced; /* its row with status 'unfinished' is written */
  bool ended;
  cf_spool identity; /* the row with status 'unfinished' */
  cf_gather gather;  /* all others */
} pending;

struct cf_writer {
  /* `list` guards the list of runs, next_run and failed; `database_lock` the database and the exec database. Who needs
   * both takes database_lock first. */
  pthread_mutex_t list, database_lock;
  pending *first;
  uint32_t next_run;    /* the run whose turn it is to be written */
  uint64_t interrupted; /* runs that were ended as unfinished, or never ended */
  cf_status failed;
  char *path;
  char directory[PATH_BYTES];
  const cf_scenario **scenario; /* own array of borrowed scenarios */
  uint32_t scenarios;
  sqlite3 *database;
  sqlite3_stmt *insert[CF_RELATIONS];
  cf_exec *exec;
};

bool cf_exec_path(const char *path, char *exec_path, size_t size) {
  size_t stem = strlen(path);
  if (stem > 3 && strcmp(path + stem - 3, ".db") == 0 && path[stem - 4] != '/') stem -= 3;
  int length = snprintf(exec_path, size, "%.*s.exec.db", (int)stem, path);
  return length >= 0 && (size_t)length < size;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static int insert_meta(sqlite3_stmt *insert, const char *key, const char *value) {
  cf_cell cell[] = {text_cell(key), text_cell(value)};
  return cf_file_insert(insert, cell, 2);
}

static int fill_meta(sqlite3 *database, const cf_writer_options *options) {
  sqlite3_stmt *insert = NULL;
  char number[32];
  int rc = cf_file_prepare(database, CF_TABLE_META, false, &insert);
  if (rc == SQLITE_OK) rc = insert_meta(insert, "product", "coldfleet");
  if (rc == SQLITE_OK) rc = insert_meta(insert, "finished", "no");
  if (rc == SQLITE_OK && options->version) rc = insert_meta(insert, "version", options->version);
  if (rc == SQLITE_OK && options->runs_planned) {
    snprintf(number, sizeof number, "%u", options->runs_planned);
    rc = insert_meta(insert, "runs_planned", number);
  }
  sqlite3_finalize(insert);
  return rc;
}

/* Each scenario is a point. */
static cf_status fill_points(sqlite3 *database, const cf_writer_options *options, cf_diag *diag) {
  cf_study *study = cf_study_open(database, options->path, NULL, 0, diag);
  cf_status status = study ? CF_OK : diag->status;
  for (uint32_t i = 0; status == CF_OK && i < options->scenarios; i++) {
    cf_study_point point = {.point_id = options->point_id ? options->point_id[i] : i + 1,
                            .label = options->scenario[i]->name,
                            .setting = options->settings,
                            .settings = options->setting_count,
                            .scenario = options->scenario[i]};
    status = cf_study_add(study, &point, diag);
  }
  cf_study_close(study);
  return status;
}

static cf_status fill(void *self, sqlite3 *database, cf_diag *diag) {
  const cf_writer_options *options = self;
  if (fill_meta(database, options) != SQLITE_OK)
    return cf_file_error(database, options->path, "make the database", diag);
  cf_status status = fill_points(database, options, diag);
  return status == CF_OK ? cf_database_index(database, diag) : status;
}

static cf_status check_scenarios(const cf_writer_options *options, cf_diag *diag) {
  for (uint32_t i = 0; i < options->scenarios; i++)
    for (uint32_t k = 0; k < i; k++)
      if (strcmp(options->scenario[i]->name, options->scenario[k]->name) == 0)
        return cf_fail(diag, CF_INPUT, "two scenarios are named '%s'; in one database their names must differ",
                       options->scenario[i]->name);
  return CF_OK;
}

static void destroy(cf_writer *writer) {
  while (writer->first) {
    pending *run = writer->first;
    writer->first = run->next;
    cf_spool_free(&run->identity);
    cf_gather_free(&run->gather);
    free(run);
  }
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) sqlite3_finalize(writer->insert[id]);
  sqlite3_close(writer->database);
  pthread_mutex_destroy(&writer->list);
  pthread_mutex_destroy(&writer->database_lock);
  free(writer->scenario);
  free(writer->path);
  free(writer);
}

static cf_status open_files(cf_writer *writer, const cf_writer_options *options, cf_diag *diag) {
  cf_writer_options copy = *options;
  char exec_path[PATH_BYTES];
  if (!cf_exec_path(options->path, exec_path, sizeof exec_path))
    return cf_fail(diag, CF_IO, "%s: the path is too long", options->path);
  cf_status status = cf_file_directory(options->path, writer->directory, sizeof writer->directory, diag);
  if (status == CF_OK) status = cf_file_check_place(exec_path, CF_KIND_EXEC, true, diag);
  if (status == CF_OK)
    status = cf_file_make(options->path, CF_KIND_RESULTS, options->replace, fill, &copy, &writer->database, diag);
  if (status != CF_OK) return status;
  /* An exec database without its results says nothing, so it goes with them whatever `replace` says. */
  cf_exec_options exec = {exec_path, true, options->version, options->command, options->threads};
  status = cf_exec_open(&exec, &writer->exec, diag);
  if (status != CF_OK) return status;
  static const cf_relation_id written[] = {CF_TABLE_RUN,      CF_TABLE_LEDGER, CF_TABLE_NODE, CF_TABLE_POWER_EVENT,
                                           CF_TABLE_DECISION, CF_TABLE_SERIES, CF_TABLE_LINK, CF_TABLE_GAUGE};
  for (unsigned i = 0; i < sizeof written / sizeof written[0]; i++)
    if (cf_file_prepare(writer->database, written[i], written[i] == CF_TABLE_RUN, &writer->insert[written[i]]) !=
        SQLITE_OK)
      return cf_file_error(writer->database, writer->path, "write the database", diag);
  return CF_OK;
}

cf_status cf_writer_open(const cf_writer_options *options, cf_writer **opened, cf_diag *diag) {
  *opened = NULL;
  cf_status status = check_scenarios(options, diag);
  if (status != CF_OK) return status;
  cf_writer *writer = calloc(1, sizeof *writer);
  if (!writer) return cf_fail(diag, CF_INTERNAL, "no memory for the writer of %s", options->path);
  pthread_mutex_init(&writer->list, NULL);
  pthread_mutex_init(&writer->database_lock, NULL);
  writer->next_run = options->first_run_id ? options->first_run_id : 1;
  writer->path = strdup(options->path);
  writer->scenario = calloc(options->scenarios + 1, sizeof(const cf_scenario *));
  for (; writer->scenario && writer->scenarios < options->scenarios; writer->scenarios++)
    writer->scenario[writer->scenarios] = options->scenario[writer->scenarios];
  status = writer->path && writer->scenario
               ? open_files(writer, options, diag)
               : cf_fail(diag, CF_INTERNAL, "no memory for the writer of %s", options->path);
  if (status == CF_OK) {
    *opened = writer;
    return CF_OK;
  }
  cf_exec_close(writer->exec, diag);
  destroy(writer);
  return status;
}

/* ---- writing, under database_lock -------------------------------------------------------------------------------- */

static cf_status write_row(void *self, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag) {
  cf_writer *writer = self;
  if (cf_file_insert(writer->insert[relation], cell, count) == SQLITE_OK) return CF_OK;
  return cf_file_error(writer->database, writer->path, "write the database", diag);
}

static cf_status execute(cf_writer *writer, const char *sql, cf_diag *diag) {
  if (sqlite3_exec(writer->database, sql, NULL, NULL, NULL) == SQLITE_OK) return CF_OK;
  return cf_file_error(writer->database, writer->path, "write the database", diag);
}

/* One transaction: everything, or nothing. */
static cf_status commit(cf_writer *writer, pending *run, bool announced, cf_diag *diag) {
  cf_status status = execute(writer, "BEGIN IMMEDIATE", diag);
  if (status != CF_OK) return status;
  status = announced ? cf_gather_read(&run->gather, write_row, writer, diag)
                     : cf_spool_read(&run->identity, write_row, writer, diag);
  if (status == CF_OK) status = execute(writer, "COMMIT", diag);
  /* A full disk may have rolled back already; then this one does nothing. */
  if (status != CF_OK) sqlite3_exec(writer->database, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

static cf_status announce(cf_writer *writer, pending *run, cf_diag *diag) {
  cf_status status = commit(writer, run, false, diag);
  run->announced = true;
  return status;
}

static cf_status write_run(cf_writer *writer, pending *run, cf_diag *diag) {
  cf_status status = CF_OK;
  if (run->gather.exec.state == CF_RUN_UNFINISHED)
    writer->interrupted++;
  else
    status = commit(writer, run, true, diag);
  if (status == CF_OK) status = cf_exec_put(writer->exec, &run->gather.exec, diag);
  return status;
}

/* Takes the next thing that may be written off the list: the announcement of a run, or a run that has ended. `all`:
 * at the end nobody waits for runs that did not begin or end. NULL: nothing. */
static pending *take(cf_writer *writer, bool all) {
  pthread_mutex_lock(&writer->list);
  pending *run = writer->first;
  if (run && all) writer->next_run = run->run_id;
  if (run && (writer->failed != CF_OK || run->run_id != writer->next_run || (run->announced && !run->ended && !all)))
    run = NULL;
  if (run && run->announced) {
    writer->first = run->next;
    writer->next_run++;
  }
  pthread_mutex_unlock(&writer->list);
  return run;
}

static void set_failed(cf_writer *writer, cf_status status) {
  pthread_mutex_lock(&writer->list);
  if (writer->failed == CF_OK) writer->failed = status;
  pthread_mutex_unlock(&writer->list);
}

/* Writes whatever has its turn. */
static cf_status advance(cf_writer *writer, bool all, cf_diag *diag) {
  cf_status status = CF_OK;
  pthread_mutex_lock(&writer->database_lock);
  for (pending *run; status == CF_OK && (run = take(writer, all));) {
    if (!run->announced) {
      status = announce(writer, run, diag);
    } else {
      status = write_run(writer, run, diag);
      cf_spool_free(&run->identity);
      cf_gather_free(&run->gather);
      free(run);
    }
    if (status != CF_OK) set_failed(writer, status);
  }
  pthread_mutex_unlock(&writer->database_lock);
  return status;
}

/* ---- the recorder ------------------------------------------------------------------------------------------------ */

/* The run of a call; NULL with a diagnostic when it has not begun or the writer has failed. */
static pending *find(cf_writer *writer, uint32_t run_id, cf_status *status, cf_diag *diag) {
  pthread_mutex_lock(&writer->list);
  pending *run = writer->first;
  while (run && run->run_id != run_id) run = run->next;
  cf_status failed = writer->failed;
  bool open = run && !run->ended;
  pthread_mutex_unlock(&writer->list);
  *status = CF_OK;
  if (failed != CF_OK)
    *status = cf_fail(diag, CF_IO, "%s: not written any more after an earlier error", writer->path);
  else if (!open)
    *status = cf_fail(diag, CF_INTERNAL, "run %u has not begun, or has ended", run_id);
  return *status == CF_OK ? run : NULL;
}

/* Enters the run into the list; false when there is one of its id, or its turn is over. */
static bool enter(cf_writer *writer, pending *run) {
  pthread_mutex_lock(&writer->list);
  pending **at = &writer->first;
  while (*at && (*at)->run_id < run->run_id) at = &(*at)->next;
  bool fresh = run->run_id >= writer->next_run && !(*at && (*at)->run_id == run->run_id);
  if (fresh) {
    run->next = *at;
    *at = run;
  }
  pthread_mutex_unlock(&writer->list);
  return fresh;
}

static bool has_turn(cf_writer *writer, uint32_t run_id) {
  pthread_mutex_lock(&writer->list);
  bool turn = writer->next_run == run_id;
  pthread_mutex_unlock(&writer->list);
  return turn;
}

static bool knows_scenario(const cf_writer *writer, const char *name) {
  for (uint32_t i = 0; i < writer->scenarios; i++)
    if (name && strcmp(writer->scenario[i]->name, name) == 0) return true;
  return false;
}

static cf_status on_begin(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_writer *writer = self;
  if (!knows_scenario(writer, row->scenario))
    return cf_fail(diag, CF_INTERNAL, "run %u: the writer does not know scenario '%s'", row->run_id,
                   row->scenario ? row->scenario : "");
  pending *run = calloc(1, sizeof *run);
  if (!run) return cf_fail(diag, CF_INTERNAL, "no memory for run %u", row->run_id);
  run->run_id = row->run_id;
  cf_spool_init(&run->identity, writer->directory, CF_SPOOL_MEMORY_BYTES);
  cf_gather_begin(&run->gather, row, writer->directory);
  cf_status status = cf_gather_run(&run->identity, row, CF_RUN_UNFINISHED, diag);
  if (status == CF_OK && !enter(writer, run)) status = cf_fail(diag, CF_INTERNAL, "run %u begins twice", row->run_id);
  if (status != CF_OK) {
    cf_spool_free(&run->identity);
    free(run);
    return status;
  }
  return has_turn(writer, row->run_id) ? advance(writer, false, diag) : CF_OK;
}

#define ON_ROW(name, type)                                                                  \
  static cf_status on_##name(void *self, uint32_t run_id, const type *row, cf_diag *diag) { \
    cf_status status;                                                                       \
    pending *run = find(self, run_id, &status, diag);                                       \
    return run ? cf_gather_##name(&run->gather, row, diag) : status;                        \
  }
ON_ROW(decision, cf_decision_row)
ON_ROW(power_event, cf_power_event_row)
ON_ROW(series, cf_series_row)
ON_ROW(node, cf_node_row)
ON_ROW(ledger, cf_ledger_row)
ON_ROW(link, cf_link_row)
ON_ROW(gauge, cf_gauge)

static cf_status on_end(void *self, const cf_run_row *row, cf_diag *diag) {
  cf_writer *writer = self;
  cf_status status;
  pending *run = find(writer, row->run_id, &status, diag);
  if (!run) return status;
  status = cf_gather_end(&run->gather, row, diag);
  if (status != CF_OK) return status;
  pthread_mutex_lock(&writer->list);
  run->ended = true; /* from here another thread may write and free it */
  bool turn = writer->next_run == row->run_id;
  pthread_mutex_unlock(&writer->list);
  return turn ? advance(writer, false, diag) : CF_OK;
}

cf_recorder cf_writer_recorder(cf_writer *writer) {
  return (cf_recorder){.self = writer,
                       .begin = on_begin,
                       .decision = on_decision,
                       .power_event = on_power_event,
                       .series = on_series,
                       .node = on_node,
                       .ledger = on_ledger,
                       .link = on_link,
                       .gauge = on_gauge,
                       .end = on_end};
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

cf_status cf_writer_close(cf_writer *writer, cf_diag *diag) {
  if (!writer) return CF_OK;
  cf_status status = writer->failed;
  if (status == CF_OK) status = advance(writer, true, diag);
  if (status == CF_OK && writer->interrupted == 0)
    status = execute(writer, "UPDATE meta SET value = 'yes' WHERE key = 'finished'", diag);
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    sqlite3_finalize(writer->insert[id]);
    writer->insert[id] = NULL;
  }
  cf_status settled = cf_file_settle(&writer->database, writer->path, diag);
  cf_status exec = cf_exec_close(writer->exec, diag);
  destroy(writer);
  return status != CF_OK ? status : settled != CF_OK ? settled : exec;
}
