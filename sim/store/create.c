#include "store/tables.h"

#include <gsl/gsl_cdf.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

static const char *type_name(cf_cell_type type) {
  switch (type) {
    case CF_CELL_INTEGER:
      return "INTEGER";
    case CF_CELL_REAL:
      return "REAL";
    case CF_CELL_TEXT:
      return "TEXT";
    case CF_CELL_BLOB:
      return "BLOB";
    case CF_CELL_NULL:
      break;
  }
  return "ANY";
}

/* The relation's DDL into `text`. */
static void write_ddl(sqlite3_str *text, const cf_relation *relation) {
  if (relation->body) {
    sqlite3_str_appendf(text, "CREATE VIEW %s AS\n%s;\n", relation->name, relation->body);
    return;
  }
  sqlite3_str_appendf(text, "CREATE TABLE %s (\n", relation->name);
  for (uint32_t i = 0; i < relation->columns; i++) {
    const cf_column *column = &relation->column[i];
    bool last = i + 1 == relation->columns && !relation->key;
    sqlite3_str_appendf(text, "  %s %s%s%s%s\n", column->name, type_name(column->type),
                        column->constraint[0] ? " " : "", column->constraint, last ? "" : ",");
  }
  if (relation->key) sqlite3_str_appendf(text, "  %s\n", relation->key);
  sqlite3_str_appendf(text, ") %sSTRICT;\n", relation->key ? "WITHOUT ROWID, " : "");
}

static const struct {
  cf_file_kind kind;
  int32_t application_id;
} kinds[] = {
    {CF_KIND_RESULTS, 0x434c4446}, {CF_KIND_EXEC, 0x434c4458}, {CF_KIND_PLAN, 0x434c4450}, {CF_KIND_SHARD, 0x434c4453}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

int32_t cf_file_kind_id(cf_file_kind kind) {
  for (int i = 0; i < KINDS; i++)
    if (kinds[i].kind == kind) return kinds[i].application_id;
  return 0;
}

cf_file_kind cf_file_kind_of(int64_t application_id) {
  for (int i = 0; i < KINDS; i++)
    if (kinds[i].application_id == application_id) return kinds[i].kind;
  return CF_KIND_NONE;
}

static int insert_doc(sqlite3_stmt *insert, const char *table, const char *column, const char *unit, const char *doc) {
  sqlite3_bind_text(insert, 1, table, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 2, column, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 3, unit, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 4, doc, -1, SQLITE_STATIC);
  sqlite3_step(insert);
  return sqlite3_reset(insert);
}

static int insert_docs(sqlite3 *database, cf_file_kind kind) {
  sqlite3_stmt *insert = NULL;
  int rc = sqlite3_prepare_v2(database, "INSERT INTO doc VALUES (?, ?, ?, ?)", -1, &insert, NULL);
  for (cf_relation_id id = 0; rc == SQLITE_OK && id < CF_RELATIONS; id++) {
    const cf_relation *relation = cf_relation_of(id);
    if (!(relation->kinds & kind)) continue;
    rc = insert_doc(insert, relation->name, "", "", relation->doc);
    for (uint32_t i = 0; rc == SQLITE_OK && i < relation->columns; i++) {
      const cf_column *column = &relation->column[i];
      rc = insert_doc(insert, relation->name, column->name, column->unit, column->doc);
    }
  }
  sqlite3_finalize(insert);
  return rc;
}

/* Every df up to 200, then some: between them the next smaller df gives a slightly wider interval. */
static int insert_students(sqlite3 *database) {
  static const int more[] = {250, 300, 400, 500, 750, 1000, 2000, 5000, 10000, 100000, 1000000};
  enum { EVERY = 200, MORE = sizeof more / sizeof more[0] };
  sqlite3_stmt *insert = NULL;
  int rc = sqlite3_prepare_v2(database, "INSERT INTO student VALUES (?, ?)", -1, &insert, NULL);
  for (int i = 0; rc == SQLITE_OK && i < EVERY + MORE; i++) {
    int df = i < EVERY ? i + 1 : more[i - EVERY];
    sqlite3_bind_int(insert, 1, df);
    sqlite3_bind_double(insert, 2, gsl_cdf_tdist_Pinv(0.975, df));
    sqlite3_step(insert);
    rc = sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  return rc;
}

cf_status cf_database_create(sqlite3 *database, cf_file_kind kind, cf_diag *diag) {
  sqlite3_str *text = sqlite3_str_new(database);
  sqlite3_str_appendf(text, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n", cf_file_kind_id(kind),
                      CF_DATABASE_VERSION);
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++)
    if (cf_relation_of(id)->kinds & kind) write_ddl(text, cf_relation_of(id));
  char *sql = sqlite3_str_finish(text);
  if (!sql) return cf_fail(diag, CF_INTERNAL, "no memory for the tables of the database");
  int rc = sqlite3_exec(database, sql, NULL, NULL, NULL);
  sqlite3_free(sql);
  if (rc == SQLITE_OK && cf_relation_of(CF_TABLE_DOC)->kinds & kind) rc = insert_docs(database, kind);
  if (rc == SQLITE_OK && cf_relation_of(CF_TABLE_STUDENT)->kinds & kind) rc = insert_students(database);
  if (rc != SQLITE_OK) return cf_fail(diag, CF_IO, "cannot make the tables: %s", sqlite3_errmsg(database));
  return CF_OK;
}

/* Of a policy at a point; and of the runs that meet the same weather, with all that v_against reads of them. */
#define INDICES                                                 \
  "CREATE INDEX run_by_point ON run (point_id, policy, rep);\n" \
  "CREATE INDEX run_by_pair ON run (point_id, rep, policy, status, scenario, loss, used_j, accuracy);\n"

cf_status cf_database_index(sqlite3 *database, cf_diag *diag) {
  if (sqlite3_exec(database, INDICES, NULL, NULL, NULL) == SQLITE_OK) return CF_OK;
  return cf_fail(diag, CF_IO, "cannot make the indices: %s", sqlite3_errmsg(database));
}

void cf_database_print_sql(FILE *out) {
  static const struct {
    cf_file_kind kind;
    const char *words;
  } part[] = {{CF_KIND_RESULTS, "A results database."},
              {CF_KIND_EXEC, "The database of the execution, <name>.exec.db, which has a table doc too."}};
  for (unsigned i = 0; i < sizeof part / sizeof part[0]; i++) {
    fprintf(out, "%s-- %s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\n\n", i ? "\n" : "", part[i].words,
            cf_file_kind_id(part[i].kind), CF_DATABASE_VERSION);
    for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
      const cf_relation *relation = cf_relation_of(id);
      bool here = i == 0 ? relation->kinds & CF_KIND_RESULTS : !(relation->kinds & CF_KIND_RESULTS);
      if (!here) continue;
      sqlite3_str *text = sqlite3_str_new(NULL);
      write_ddl(text, relation);
      char *sql = sqlite3_str_finish(text);
      fprintf(out, "-- %s\n%s\n", relation->doc, sql ? sql : "");
      sqlite3_free(sql);
    }
    if (i == 0) fputs(INDICES, out);
  }
}

static void print_relation_markdown(FILE *out, const cf_relation *relation) {
  fprintf(out, "\n### %s\n\n%s\n\n", relation->name, relation->doc);
  fprintf(out, relation->body ? "| column | unit | meaning |\n|---|---|---|\n"
                              : "| column | type | unit | meaning |\n|---|---|---|---|\n");
  for (uint32_t i = 0; i < relation->columns; i++) {
    const cf_column *column = &relation->column[i];
    fprintf(out, "| `%s` |", column->name);
    if (!relation->body) {
      bool filled = strncmp(column->constraint, "NOT NULL", 8) == 0 || strcmp(column->constraint, "PRIMARY KEY") == 0;
      fprintf(out, " %s%s |", type_name(column->type), filled ? "" : " or NULL");
    }
    fprintf(out, " %s | %s |\n", column->unit, column->doc);
  }
  if (relation->key) fprintf(out, "\n%s.\n", relation->key);
}

void cf_database_print_markdown(FILE *out) {
  fputs(
      "# The database\n\n"
      "Everything that a run learns is in one SQLite file. This page is made from the same table in the program that\n"
      "makes the database (`coldfleet schema db`), and the same text is inside each file:\n"
      "`SELECT * FROM doc`.\n\n"
      "* Column names carry their units (`energy_j`, `t_s`, `temp_max_degc`); `_frac` is a share of 1.\n"
      "* NULL means \"not defined\": no tokens where no model emits any, no answer rate where nobody asked.\n"
      "* All tables are STRICT. Neither NaN nor infinity is ever stored.\n"
      "* The same scenario gives the same bytes, on any number of threads. What differs between two honest\n"
      "  repetitions (host, time, compiler) is in a second file beside it: `out/a.db` has `out/a.exec.db`.\n"
      "* While it is being written a file is locked. After that it can be opened, also when its writer was killed:\n"
      "  `meta.finished` says `no` then, and the interrupted run's `status` is `unfinished`.\n"
      "* Every database has points: a point is a scenario with settings. A sweep adds a column to `points` for each "
      "of\n"
      "  its axes, and says in `axis` which.\n"
      "* Views use sqrt(): the SQLite that reads them needs its mathematical functions (3.35 or later; Debian's, "
      "Python's\n"
      "  and the shell's have them).\n",
      out);
  fprintf(out, "* `application_id` is %d ('CLDF'; %d, 'CLDX', for the execution), `user_version` is %d.\n",
          cf_file_kind_id(CF_KIND_RESULTS), cf_file_kind_id(CF_KIND_EXEC), CF_DATABASE_VERSION);
  static const char *const title[] = {"\n## Tables\n", "\n## Views\n", "\n## The database of the execution\n"};
  for (int part = 0; part < 3; part++) {
    fputs(title[part], out);
    for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
      const cf_relation *relation = cf_relation_of(id);
      int belongs_to = !(relation->kinds & CF_KIND_RESULTS) ? 2 : relation->body ? 1 : 0;
      if (belongs_to == part) print_relation_markdown(out, relation);
    }
  }
}

/* The texts of the table hold no control characters, so quotes and backslashes are all there is to escape. */
static void print_json_text(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '\n') {
      fputs("\\n", out);
      continue;
    }
    if (*text == '"' || *text == '\\') fputc('\\', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

void cf_database_print_json(FILE *out) {
  fprintf(out, "{\"application_id\": %d, \"exec_application_id\": %d, \"user_version\": %d,\n \"relations\": [",
          cf_file_kind_id(CF_KIND_RESULTS), cf_file_kind_id(CF_KIND_EXEC), CF_DATABASE_VERSION);
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    const cf_relation *relation = cf_relation_of(id);
    fprintf(out, "%s\n  {\"name\": \"%s\", \"kind\": \"%s\", \"database\": \"%s\", \"description\": ", id ? "," : "",
            relation->name, relation->body ? "view" : "table", relation->kinds & CF_KIND_RESULTS ? "results" : "exec");
    print_json_text(out, relation->doc);
    fputs(",\n   \"columns\": [", out);
    for (uint32_t i = 0; i < relation->columns; i++) {
      const cf_column *column = &relation->column[i];
      fprintf(out, "%s\n    {\"name\": \"%s\", \"type\": \"%s\", \"constraint\": ", i ? "," : "", column->name,
              type_name(column->type));
      print_json_text(out, column->constraint);
      fputs(", \"unit\": ", out);
      print_json_text(out, column->unit);
      fputs(", \"description\": ", out);
      print_json_text(out, column->doc);
      fputc('}', out);
    }
    fputs("]}", out);
  }
  fputs("\n ]}\n", out);
}
