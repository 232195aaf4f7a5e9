#include "store/merge.h"

#include "store/exec.h"
#include "store/file.h"
#include "store/shard.h"
#include "store/study.h"
#include "store/writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, ATTACHED = 8, CACHE_KIB = 16 * 1024 };

/* Which shard a run is taken from. */
typedef struct chosen {
  uint32_t run_id, shard;
  uint64_t digest[2];
  bool done;
} chosen;

typedef struct merging {
  const cf_merge_options *options;
  cf_merged *merged;
  sqlite3 *database;
  char building[PATH_BYTES]; /* what is filled, and takes its place when it is complete */
  chosen *run;
  size_t runs, room;
  uint32_t shard;                 /* being scanned */
  uint32_t attached[ATTACHED];    /* shard + 1; 0: free */
  uint64_t used[ATTACHED], clock; /* the one that was used longest ago gives way */
} merging;

static cf_status error(const merging *merge, cf_diag *diag) {
  return cf_file_error(merge->database, merge->options->output, "merge into the database", diag);
}

static cf_status execute(const merging *merge, const char *sql, cf_diag *diag) {
  return sqlite3_exec(merge->database, sql, NULL, NULL, NULL) == SQLITE_OK ? CF_OK : error(merge, diag);
}

/* ---- choosing ---------------------------------------------------------------------------------------------------- */

static cf_status note(void *self, const cf_shard_run *run, cf_diag *diag) {
  merging *into = self;
  if (into->runs == into->room) {
    size_t room = into->room ? 2 * into->room : 1024;
    chosen *larger = realloc(into->run, room * sizeof *larger);
    if (!larger) return cf_fail(diag, CF_INTERNAL, "no memory for %zu runs", room);
    into->run = larger;
    into->room = room;
  }
  into->run[into->runs++] = (chosen){run->run_id, into->shard, {run->digest.lane[0], run->digest.lane[1]}, run->done};
  return CF_OK;
}

/* By run, done ones first, then by shard. */
static int better(const void *a, const void *b) {
  const chosen *x = a, *y = b;
  if (x->run_id != y->run_id) return x->run_id < y->run_id ? -1 : 1;
  if (x->done != y->done) return x->done ? -1 : 1;
  return x->shard < y->shard ? -1 : x->shard > y->shard;
}

static cf_status choose(merging *merge, cf_diag *diag) {
  const cf_merge_options *options = merge->options;
  cf_status status = CF_OK;
  for (merge->shard = 0; status == CF_OK && merge->shard < options->shards; merge->shard++)
    status = cf_shard_scan(options->shard[merge->shard], options->plan_sha256, NULL, note, merge, diag);
  if (status != CF_OK) return status;
  if (merge->runs) qsort(merge->run, merge->runs, sizeof *merge->run, better);
  size_t kept = 0;
  for (size_t i = 0; i < merge->runs; i++) {
    chosen *now = &merge->run[i], *first = kept ? &merge->run[kept - 1] : NULL;
    if (!first || first->run_id != now->run_id) {
      merge->run[kept++] = *now;
      continue;
    }
    merge->merged->duplicates++;
    if (now->done && memcmp(first->digest, now->digest, sizeof now->digest) != 0)
      return cf_fail(diag, CF_INTERNAL,
                     "run %u came out differently in %s (digest %016llx...) and in %s (%016llx...): not merged",
                     now->run_id, options->shard[first->shard], (unsigned long long)first->digest[0],
                     options->shard[now->shard], (unsigned long long)now->digest[0]);
  }
  merge->runs = kept;
  for (size_t i = 0; i < kept; i++) {
    if (merge->run[i].run_id > options->runs) continue;
    merge->merged->done += merge->run[i].done;
    merge->merged->failed += !merge->run[i].done;
  }
  return CF_OK;
}

/* ---- copying ----------------------------------------------------------------------------------------------------- */

/* Attaches a shard as s0 ... s7 and gives its number; -1 after a diagnostic. */
static int attach(merging *merge, uint32_t shard, cf_diag *diag) {
  int slot = 0;
  for (int i = 0; i < ATTACHED; i++) {
    if (merge->attached[i] == shard + 1) {
      merge->used[i] = ++merge->clock;
      return i;
    }
    if (merge->used[i] < merge->used[slot]) slot = i;
  }
  char sql[64];
  snprintf(sql, sizeof sql, "DETACH s%d", slot);
  if (merge->attached[slot] && execute(merge, sql, diag) != CF_OK) return -1;
  merge->attached[slot] = 0;
  char *text = sqlite3_mprintf("ATTACH %Q AS s%d", merge->options->shard[shard], slot);
  cf_status status = text ? execute(merge, text, diag) : cf_fail(diag, CF_INTERNAL, "no memory to merge");
  sqlite3_free(text);
  if (status != CF_OK) return -1;
  merge->attached[slot] = shard + 1;
  merge->used[slot] = ++merge->clock;
  return slot;
}

static cf_status shard_error(const merging *merge, uint32_t shard, cf_diag *diag) {
  int code = sqlite3_errcode(merge->database) & 0xff;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_CONSTRAINT)
    return cf_fail(diag, CF_INPUT, "%s: is damaged: %s", merge->options->shard[shard], sqlite3_errmsg(merge->database));
  return error(merge, diag);
}

/* Runs first..last (indices) of one table out of one shard, which has no others between them: each run of a shard is
 * chosen from some shard, and would stand in the list. */
static cf_status copy_range(merging *merge, cf_relation_id table, const char *into, size_t first, size_t last,
                            cf_diag *diag) {
  uint32_t shard = merge->run[first].shard;
  int slot = attach(merge, shard, diag);
  if (slot < 0) return diag->status;
  const char *name = cf_relation_of(table)->name;
  char sql[256];
  snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM s%d.%s WHERE run_id BETWEEN %u AND %u ORDER BY run_id", into,
           slot, name, merge->run[first].run_id, merge->run[last].run_id);
  if (sqlite3_exec(merge->database, sql, NULL, NULL, NULL) != SQLITE_OK) return shard_error(merge, shard, diag);
  merge->merged->rows += (uint64_t)sqlite3_changes64(merge->database);
  return CF_OK;
}

static bool stopped(const merging *merge) {
  const volatile int *stop = merge->options->stop;
  return stop && __atomic_load_n(stop, __ATOMIC_RELAXED);
}

static cf_status copy_table(merging *merge, cf_relation_id table, cf_diag *diag) {
  for (size_t first = 0, last; first < merge->runs && merge->run[first].run_id <= merge->options->runs;
       first = last + 1) {
    last = first;
    while (last + 1 < merge->runs && merge->run[last + 1].shard == merge->run[first].shard &&
           merge->run[last + 1].run_id <= merge->options->runs)
      last++;
    if (stopped(merge)) return cf_fail(diag, CF_INTERRUPTED, "the merge was stopped; nothing was changed");
    cf_status status = copy_range(merge, table, cf_relation_of(table)->name, first, last, diag);
    if (status != CF_OK) return status;
  }
  return CF_OK;
}

/* ---- the plan's tables ---------------------------------------------------------------------------------------------
 */

enum { MOST_AXES = 32 };

static cf_status add_axes(merging *merge, cf_diag *diag) {
  cf_study_axis axis[MOST_AXES];
  uint32_t axes = 0;
  sqlite3_stmt *rows = NULL;
  /* In the order of the columns, not of the names. */
  int rc = sqlite3_prepare_v2(merge->database,
                              "SELECT axis, path, unit FROM pragma_table_info('points', 'plan') JOIN plan.axis "
                              "ON axis = name ORDER BY cid",
                              -1, &rows, NULL);
  while (rc == SQLITE_OK && axes < MOST_AXES && sqlite3_step(rows) == SQLITE_ROW) {
    const char *unit = (const char *)sqlite3_column_text(rows, 2);
    axis[axes].name = strdup((const char *)sqlite3_column_text(rows, 0));
    axis[axes].path = strdup((const char *)sqlite3_column_text(rows, 1));
    axis[axes++].unit = unit ? strdup(unit) : NULL;
  }
  sqlite3_finalize(rows);
  cf_study *study = rc == SQLITE_OK ? cf_study_open(merge->database, merge->options->output, axis, axes, diag) : NULL;
  cf_study_close(study);
  for (uint32_t i = 0; i < axes; i++) {
    free((void *)(uintptr_t)axis[i].name);
    free((void *)(uintptr_t)axis[i].path);
    free((void *)(uintptr_t)axis[i].unit);
  }
  if (rc != SQLITE_OK) return error(merge, diag);
  return study ? CF_OK : diag->status;
}

static cf_status copy_plan(merging *merge, cf_diag *diag) {
  char *sql = sqlite3_mprintf("ATTACH %Q AS plan", merge->options->plan);
  cf_status status = sql ? execute(merge, sql, diag) : cf_fail(diag, CF_INTERNAL, "no memory to merge");
  sqlite3_free(sql);
  if (status == CF_OK) status = add_axes(merge, diag);
  if (status == CF_OK)
    status = execute(merge,
                     "INSERT INTO main.points SELECT * FROM plan.points;"
                     "INSERT INTO main.setting SELECT * FROM plan.setting;"
                     "INSERT INTO main.plan SELECT * FROM plan.plan;"
                     "INSERT INTO main.constant_value SELECT * FROM plan.constant_value;"
                     "INSERT INTO main.point_constant SELECT * FROM plan.point_constant;"
                     "INSERT INTO main.input SELECT * FROM plan.input;"
                     "INSERT INTO main.meta SELECT * FROM plan.meta;",
                     diag);
  if (status == CF_OK)
    status = execute(merge,
                     merge->options->finished ? "REPLACE INTO meta VALUES ('finished', 'yes')"
                                              : "REPLACE INTO meta VALUES ('finished', 'no')",
                     diag);
  if (status == CF_OK) status = execute(merge, "DETACH plan", diag);
  return status;
}

/* ---- from start to end ---------------------------------------------------------------------------------------------
 */

static cf_status open_building(merging *merge, cf_diag *diag) {
  const char *output = merge->options->output;
  int length = snprintf(merge->building, sizeof merge->building, "%s.%ld.merging", output, (long)getpid());
  if (length < 0 || length >= PATH_BYTES - 16) return cf_fail(diag, CF_IO, "%s: the path is too long", output);
  unlink(merge->building);
  char settings[256];
  snprintf(settings, sizeof settings,
           "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
           "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -%d; BEGIN",
           CACHE_KIB);
  int rc = sqlite3_open_v2(merge->building, &merge->database,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_exec(merge->database, settings, NULL, NULL, NULL);
  if (rc != SQLITE_OK) return error(merge, diag);
  cf_status status = cf_database_create(merge->database, CF_KIND_RESULTS, diag);
  return status == CF_OK ? execute(merge, "COMMIT", diag) : status;
}

static cf_status fill_building(merging *merge, cf_diag *diag) {
  static const cf_relation_id table[] = {CF_TABLE_RUN,      CF_TABLE_LEDGER, CF_TABLE_NODE, CF_TABLE_POWER_EVENT,
                                         CF_TABLE_DECISION, CF_TABLE_SERIES, CF_TABLE_LINK, CF_TABLE_GAUGE};
  cf_status status = copy_plan(merge, diag);
  for (unsigned i = 0; status == CF_OK && i < sizeof table / sizeof table[0]; i++)
    status = copy_table(merge, table[i], diag);
  if (status == CF_OK && merge->options->fill)
    status = merge->options->fill(merge->options->self, merge->database, diag);
  if (status == CF_OK) status = cf_database_index(merge->database, diag);
  return status;
}

/* How many transactions filled it shows in two counters of the header, which readers only compare with each other
 * (https://www.sqlite.org/fileformat2.html, 1.3.8 and 1.3.15): as after one transaction the bytes depend on the rows
 * alone. */
static cf_status normalize(const char *path, cf_diag *diag) {
  static const unsigned char one[] = {0, 0, 0, 1};
  int file = open(path, O_RDWR | O_CLOEXEC);
  bool good =
      file >= 0 && pwrite(file, one, sizeof one, 24) == sizeof one && pwrite(file, one, sizeof one, 92) == sizeof one;
  if (file >= 0 && close(file) != 0) good = false;
  return good ? CF_OK : cf_fail(diag, CF_IO, "%s: cannot finish the database", path);
}

static cf_status publish(merging *merge, cf_diag *diag) {
  int rc = sqlite3_close(merge->database);
  if (rc != SQLITE_OK) return error(merge, diag);
  merge->database = NULL;
  cf_status status = normalize(merge->building, diag);
  return status == CF_OK ? cf_file_publish(merge->building, merge->options->output, diag) : status;
}

static cf_status merge_exec(merging *merge, cf_diag *diag) {
  char path[PATH_BYTES];
  if (!cf_exec_path(merge->options->output, path, sizeof path))
    return cf_fail(diag, CF_IO, "%s: the path is too long", merge->options->output);
  sqlite3 *database = NULL;
  cf_status status = cf_file_make(path, CF_KIND_EXEC, true, NULL, NULL, &database, diag);
  for (size_t i = 0; status == CF_OK && i < merge->options->shards; i++) {
    char *sql = sqlite3_mprintf(
        "ATTACH %Q AS shard; REPLACE INTO main.run_exec SELECT * FROM shard.run_exec;"
        "DETACH shard",
        merge->options->shard[i]);
    int rc = sql ? sqlite3_exec(database, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    if (rc != SQLITE_OK) status = cf_file_error(database, path, "write the database", diag);
  }
  cf_status settled = cf_file_settle(&database, path, diag);
  return status != CF_OK ? status : settled;
}

/* Results of another plan, or of `run`, are not replaced: whoever wants that removes them first. */
static cf_status check_own(const cf_merge_options *options, cf_diag *diag) {
  if (access(options->output, F_OK) != 0) return CF_OK;
  sqlite3 *database = NULL;
  sqlite3_stmt *find = NULL;
  int rc = sqlite3_open_v2(options->output, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(database, "SELECT value FROM meta WHERE key = 'plan_sha256'", -1, &find, NULL);
  const char *found =
      rc == SQLITE_OK && sqlite3_step(find) == SQLITE_ROW ? (const char *)sqlite3_column_text(find, 0) : NULL;
  bool own = found && strcmp(found, options->plan_sha256) == 0;
  sqlite3_finalize(find);
  sqlite3_close(database);
  if (own) return CF_OK;
  return cf_fail(diag, CF_IO, "%s: holds other results than this sweep's, so it is left as it is; give another name",
                 options->output);
}

cf_status cf_merge(const cf_merge_options *options, cf_merged *merged, cf_diag *diag) {
  *merged = (cf_merged){0};
  merging merge = {.options = options, .merged = merged};
  char directory[PATH_BYTES];
  cf_status status = cf_file_directory(options->output, directory, sizeof directory, diag);
  if (status == CF_OK) status = cf_file_check_place(options->output, CF_KIND_RESULTS, true, diag);
  if (status == CF_OK) status = check_own(options, diag);
  if (status == CF_OK) status = choose(&merge, diag);
  if (status == CF_OK) status = open_building(&merge, diag);
  if (status == CF_OK) status = fill_building(&merge, diag);
  if (status == CF_OK) status = publish(&merge, diag);
  sqlite3_close(merge.database);
  if (*merge.building) unlink(merge.building);
  free(merge.run);
  return status == CF_OK ? merge_exec(&merge, diag) : status;
}
