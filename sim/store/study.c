#include "store/study.h"

#include "store/file.h"
#include "store/rows.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX_BYTES = 16 << 20 };

struct cf_study {
  sqlite3 *database;
  const char *path;
  uint32_t axes;
  int64_t inputs, constants; /* stored so far */
  sqlite3_stmt *point, *setting, *input, *find_input, *constant, *find_constant, *use_constant;
};

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static cf_cell integer_cell(int64_t value) { return (cf_cell){.type = CF_CELL_INTEGER, .as.integer = value}; }

static cf_status error(const cf_study *study, cf_diag *diag) {
  return cf_file_error(study->database, study->path, "write the database", diag);
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

/* Names of axes are checked by whoever reads the plan; they are quoted all the same. */
static cf_status add_axis(cf_study *study, const cf_study_axis *axis, cf_diag *diag) {
  cf_cell unit = axis->unit ? text_cell(axis->unit) : (cf_cell){.type = CF_CELL_NULL};
  cf_cell row[] = {text_cell(axis->name), text_cell(axis->path), unit};
  char *doc = sqlite3_mprintf("What %s is set to at the point.", axis->path);
  char *sql = sqlite3_mprintf("ALTER TABLE points ADD COLUMN \"%w\" %s", axis->name, axis->unit ? "REAL" : "TEXT");
  int rc = doc && sql ? sqlite3_exec(study->database, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_stmt *insert = NULL;
  if (rc == SQLITE_OK) rc = cf_file_prepare(study->database, CF_TABLE_AXIS, false, &insert);
  if (rc == SQLITE_OK) rc = cf_file_insert(insert, row, 3);
  sqlite3_finalize(insert);
  /* A frozen plan has no table doc; the results that are made from it get theirs when they are. */
  if (rc == SQLITE_OK &&
      sqlite3_table_column_metadata(study->database, NULL, "doc", NULL, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK) {
    insert = NULL;
    cf_cell words[] = {text_cell("points"), text_cell(axis->name), axis->unit ? unit : text_cell(""), text_cell(doc)};
    rc = cf_file_prepare(study->database, CF_TABLE_DOC, false, &insert);
    if (rc == SQLITE_OK) rc = cf_file_insert(insert, words, 4);
    sqlite3_finalize(insert);
  }
  sqlite3_free(doc);
  sqlite3_free(sql);
  return rc == SQLITE_OK ? CF_OK : error(study, diag);
}

static int prepare_point(cf_study *study) {
  sqlite3_str *text = sqlite3_str_new(study->database);
  sqlite3_str_appendall(text, "INSERT INTO points VALUES (?, ?");
  for (uint32_t i = 0; i < study->axes; i++) sqlite3_str_appendall(text, ", ?");
  sqlite3_str_appendall(text, ")");
  char *sql = sqlite3_str_finish(text);
  int rc = sql ? sqlite3_prepare_v2(study->database, sql, -1, &study->point, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  return rc;
}

static int prepare(cf_study *study) {
  sqlite3 *database = study->database;
  int rc = prepare_point(study);
  if (rc == SQLITE_OK) rc = cf_file_prepare(database, CF_TABLE_SETTING, false, &study->setting);
  if (rc == SQLITE_OK) rc = cf_file_prepare(database, CF_TABLE_INPUT, false, &study->input);
  if (rc == SQLITE_OK) rc = cf_file_prepare(database, CF_TABLE_CONSTANT_VALUE, false, &study->constant);
  if (rc == SQLITE_OK) rc = cf_file_prepare(database, CF_TABLE_POINT_CONSTANT, true, &study->use_constant);
  /* Look-ups by temporary indices: the file itself needs none. */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(
        database,
        "CREATE TEMP TABLE study_input(scenario TEXT, path TEXT, sha256 TEXT, PRIMARY KEY (scenario, path))"
        " WITHOUT ROWID;"
        "CREATE TEMP TABLE study_constant(path TEXT, value REAL, unit TEXT, low REAL, high REAL,"
        " status TEXT, source TEXT, locator TEXT, constant_id INTEGER);"
        "CREATE INDEX temp.study_constant_by_path ON study_constant(path, value);",
        NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(database, "SELECT sha256 FROM temp.study_input WHERE scenario = ? AND path = ?", -1,
                            &study->find_input, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(database,
                            "SELECT constant_id FROM temp.study_constant WHERE path = ?1 AND value IS ?2 AND unit = ?3"
                            " AND low IS ?4 AND high IS ?5 AND status = ?6 AND source = ?7 AND locator = ?8",
                            -1, &study->find_constant, NULL);
  return rc;
}

cf_study *cf_study_open(sqlite3 *database, const char *path, const cf_study_axis *axis, uint32_t axes, cf_diag *diag) {
  cf_study *study = calloc(1, sizeof *study);
  if (!study) {
    cf_fail(diag, CF_INTERNAL, "no memory for %s", path);
    return NULL;
  }
  *study = (cf_study){.database = database, .path = path, .axes = axes};
  cf_status status = CF_OK;
  for (uint32_t i = 0; i < axes && status == CF_OK; i++) status = add_axis(study, &axis[i], diag);
  if (status == CF_OK && prepare(study) != SQLITE_OK) status = error(study, diag);
  if (status == CF_OK) return study;
  cf_study_close(study);
  return NULL;
}

void cf_study_close(cf_study *study) {
  if (!study) return;
  sqlite3_stmt *statement[] = {study->point,    study->setting,       study->input,       study->find_input,
                               study->constant, study->find_constant, study->use_constant};
  for (unsigned i = 0; i < sizeof statement / sizeof statement[0]; i++) sqlite3_finalize(statement[i]);
  sqlite3_exec(study->database, "DROP TABLE IF EXISTS temp.study_input; DROP TABLE IF EXISTS temp.study_constant", NULL,
               NULL, NULL);
  free(study);
}

/* ---- adding ------------------------------------------------------------------------------------------------------ */

static cf_status add_settings(cf_study *study, const cf_study_point *point, cf_diag *diag) {
  for (uint32_t i = 0; i < point->settings; i++) {
    cf_cell row[] = {integer_cell(point->point_id), integer_cell(i + 1), text_cell(point->setting[i].text)};
    if (cf_file_insert(study->setting, row, 3) != SQLITE_OK) return error(study, diag);
  }
  return CF_OK;
}

/* 1: stored already with these bytes; -1: with others; 0: not yet. */
static int known_input(cf_study *study, const char *scenario, const cf_input_file *file) {
  sqlite3_stmt *find = study->find_input;
  sqlite3_bind_text(find, 1, scenario, -1, SQLITE_STATIC);
  sqlite3_bind_text(find, 2, file->path, -1, SQLITE_STATIC);
  int known = 0;
  if (sqlite3_step(find) == SQLITE_ROW)
    known = strcmp((const char *)sqlite3_column_text(find, 0), file->sha256) == 0 ? 1 : -1;
  sqlite3_reset(find);
  return known;
}

static int remember_input(cf_study *study, const char *scenario, const cf_input_file *file) {
  sqlite3_stmt *insert = NULL;
  int rc = sqlite3_prepare_v2(study->database, "INSERT INTO temp.study_input VALUES (?, ?, ?)", -1, &insert, NULL);
  cf_cell row[] = {text_cell(scenario), text_cell(file->path), text_cell(file->sha256)};
  if (rc == SQLITE_OK) rc = cf_file_insert(insert, row, 3);
  sqlite3_finalize(insert);
  return rc;
}

static cf_status add_inputs(cf_study *study, const cf_scenario *scenario, cf_diag *diag) {
  for (uint32_t i = 0; i < scenario->inputs; i++) {
    const cf_input_file *file = &scenario->input[i];
    int known = known_input(study, scenario->name, file);
    if (known > 0) continue;
    if (known < 0) return cf_fail(diag, CF_INPUT, "%s: changed while it was being read; start again", file->path);
    cf_cell row[6] = {integer_cell(++study->inputs), text_cell(scenario->name),           text_cell(file->path),
                      text_cell(file->sha256),       integer_cell((int64_t)file->length), {.type = CF_CELL_NULL}};
    if (file->bytes && file->length <= INPUT_MAX_BYTES)
      row[5] = (cf_cell){.type = CF_CELL_BLOB, .length = (uint32_t)file->length, .as.text = file->bytes};
    if (cf_file_insert(study->input, row, 6) != SQLITE_OK || remember_input(study, scenario->name, file) != SQLITE_OK)
      return error(study, diag);
  }
  return CF_OK;
}

/* Binds what makes a constant the same: all columns but its number. */
static int64_t known_constant(cf_study *study, const cf_cell *cell) {
  sqlite3_stmt *find = study->find_constant;
  int64_t id = 0;
  for (int i = 1; i <= 8; i++) {
    if (cell[i].type == CF_CELL_TEXT)
      sqlite3_bind_text(find, i, cell[i].as.text, (int)cell[i].length, SQLITE_STATIC);
    else if (cell[i].type == CF_CELL_REAL)
      sqlite3_bind_double(find, i, cell[i].as.real);
    else
      sqlite3_bind_null(find, i);
  }
  if (sqlite3_step(find) == SQLITE_ROW) id = sqlite3_column_int64(find, 0);
  sqlite3_reset(find);
  return id;
}

static int remember_constant(cf_study *study, const cf_cell *cell, int64_t id) {
  sqlite3_stmt *insert = NULL;
  cf_cell row[9];
  memcpy(row, cell + 1, 8 * sizeof *row);
  row[8] = integer_cell(id);
  int rc = sqlite3_prepare_v2(study->database, "INSERT INTO temp.study_constant VALUES (?,?,?,?,?,?,?,?,?)", -1,
                              &insert, NULL);
  if (rc == SQLITE_OK) rc = cf_file_insert(insert, row, 9);
  sqlite3_finalize(insert);
  return rc;
}

static cf_status add_constants(cf_study *study, const cf_study_point *point, cf_diag *diag) {
  for (uint32_t i = 0; i < point->scenario->constants; i++) {
    cf_cell cell[CF_MAX_COLUMNS];
    uint32_t count = cf_cells_constant(cell, (uint32_t)study->constants + 1, &point->scenario->constant[i]);
    cf_status status = cf_cells_check(cell, count, CF_TABLE_CONSTANT_VALUE, 0, diag);
    if (status != CF_OK) return status;
    int64_t id = known_constant(study, cell);
    if (id == 0) {
      id = ++study->constants;
      if (cf_file_insert(study->constant, cell, count) != SQLITE_OK || remember_constant(study, cell, id) != SQLITE_OK)
        return error(study, diag);
    }
    cf_cell use[] = {integer_cell(point->point_id), integer_cell(id)};
    if (cf_file_insert(study->use_constant, use, 2) != SQLITE_OK) return error(study, diag);
  }
  return CF_OK;
}

static cf_status add_point(cf_study *study, const cf_study_point *point, cf_diag *diag) {
  cf_cell row[2 + CF_MAX_COLUMNS];
  row[0] = integer_cell(point->point_id);
  row[1] = text_cell(point->label);
  for (uint32_t i = 0; i < study->axes; i++)
    row[2 + i] = isnan(point->number[i]) ? text_cell(point->text[i])
                                         : (cf_cell){.type = CF_CELL_REAL, .as.real = point->number[i]};
  return cf_file_insert(study->point, row, 2 + study->axes) == SQLITE_OK ? CF_OK : error(study, diag);
}

cf_status cf_study_add(cf_study *study, const cf_study_point *point, cf_diag *diag) {
  cf_status status = add_point(study, point, diag);
  if (status == CF_OK) status = add_settings(study, point, diag);
  if (status == CF_OK) status = add_inputs(study, point->scenario, diag);
  if (status == CF_OK) status = add_constants(study, point, diag);
  return status;
}
