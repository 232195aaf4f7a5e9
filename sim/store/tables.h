/* The one description of a results database: every table and view, every column with its unit and meaning.
 *
 * From it come the DDL, the table `doc` inside each database, docs/database.md and `schema db`. Invariants: tables are
 * STRICT; column names carry their units; NULL means "not defined" (NaN is stored as NULL, infinity is refused); a
 * database holds nothing that differs between two honest repetitions (that is in the database of the execution,
 * `<name>.exec.db`), so equal runs give equal bytes for one version of SQLite. Tables with many rows per run are
 * clustered by run_id and filled in the order of their keys. */
#ifndef CF_STORE_TABLES_H
#define CF_STORE_TABLES_H

#include "base/diag.h"
#include "store/cell.h"

#include <stdint.h>
#include <stdio.h>

struct sqlite3;

enum {
  CF_DATABASE_VERSION = 2, /* user_version of all of them */
  CF_MAX_COLUMNS = 64
};

/* What a file is. */
typedef enum cf_file_kind {
  CF_KIND_RESULTS = 1,
  CF_KIND_EXEC = 2,  /* how the runs were executed: <name>.exec.db */
  CF_KIND_PLAN = 4,  /* a frozen plan */
  CF_KIND_SHARD = 8, /* results of some runs of a sweep */
  CF_KIND_NONE = 0
} cf_file_kind;

/* application_id of a kind: 'CLDF', 'CLDX', 'CLDP', 'CLDS'. */
int32_t cf_file_kind_id(cf_file_kind kind);
cf_file_kind cf_file_kind_of(int64_t application_id);

/* A relation: table or view. The enumerators index cf_relation_of. Views follow the tables. */
typedef enum cf_relation_id {
  CF_TABLE_RUN,
  CF_TABLE_LEDGER,
  CF_TABLE_NODE,
  CF_TABLE_POWER_EVENT,
  CF_TABLE_DECISION,
  CF_TABLE_SERIES,
  CF_TABLE_LINK,
  CF_TABLE_GAUGE,
  CF_TABLE_POINTS,
  CF_TABLE_AXIS,
  CF_TABLE_SETTING,
  CF_TABLE_PLAN,
  CF_TABLE_TUNED,
  CF_TABLE_TRIAL,
  CF_TABLE_CONSTANT_VALUE,
  CF_TABLE_POINT_CONSTANT,
  CF_TABLE_STUDENT,
  CF_TABLE_INPUT,
  CF_TABLE_META,
  CF_TABLE_DOC,
  CF_TABLE_RUN_EXEC,
  CF_VIEW_FIRST,
  CF_VIEW_CONSTANT = CF_VIEW_FIRST,
  CF_VIEW_ENERGY_BALANCE,
  CF_VIEW_DECISION_COST,
  CF_VIEW_COLDEST,
  CF_VIEW_AUTONOMY,
  CF_VIEW_ACCURACY,
  CF_VIEW_LANDAUER,
  CF_VIEW_INTERVAL,
  CF_VIEW_AGAINST,
  CF_VIEW_AGAINST_AT,
  CF_VIEW_PARETO,
  CF_VIEW_FAILURES,
  CF_RELATIONS
} cf_relation_id;

typedef struct cf_column {
  const char *name;
  cf_cell_type type;
  const char *constraint; /* SQL after the type; "" when none; starts with NOT NULL where NULL is refused */
  const char *unit;       /* "J", "s", "1" for ratios, "" for names and counts */
  const char *doc;
} cf_column;

typedef struct cf_relation {
  const char *name;
  const char *doc;
  const char *key;  /* table constraint "PRIMARY KEY (...)" that makes it WITHOUT ROWID; NULL: rowid table */
  const char *body; /* views: the SELECT; NULL: a table */
  const cf_column *column;
  uint32_t columns;
  unsigned kinds; /* cf_file_kind of the files that have it */
} cf_relation;

const cf_relation *cf_relation_of(cf_relation_id id);

/* Index of the column in the relation, -1 when it has none of that name. */
int cf_relation_column(const cf_relation *relation, const char *name);

/* Makes all tables and views of a kind of file in an empty database, with the rows of `doc` and `student` where it has
 * them, and sets application_id and user_version. Runs inside the caller's transaction. Errors: CF_IO with SQLite's
 * words. */
cf_status cf_database_create(struct sqlite3 *database, cf_file_kind kind, cf_diag *diag);

/* Makes the indices of a results database; after its rows where these come in bulk. */
cf_status cf_database_index(struct sqlite3 *database, cf_diag *diag);

/* The same description as SQL, as markdown (docs/database.md) and as JSON. */
void cf_database_print_sql(FILE *out);
void cf_database_print_markdown(FILE *out);
void cf_database_print_json(FILE *out);

#endif
