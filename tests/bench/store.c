/* What the store costs: inserting rows beside the shell's .import of the same rows, committing a run, merging shards
 * beside a plain CREATE TABLE AS SELECT of the same tables, and recording a scenario as it comes beside not recording
 * it. All times are CPU time; ratios are medians over repetitions. Run from the repository root. */
#include "config/scenario.h"
#include "fleet/simulate.h"
#include "store/file.h"
#include "store/merge.h"
#include "store/query.h"
#include "store/shard.h"
#include "store/study.h"
#include "store/writer.h"
#include "yardstick.h"

#include <ftw.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPEATS = 5, ROWS = 300000, RUNS = 2000, SHARDS = 100, SHARD_ROWS = 10000, PATH = 256 };
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char folder[64];
static cf_diag diag;

static const char *in_folder(char path[PATH], const char *name) {
  snprintf(path, PATH, "%s/%s", folder, name);
  return path;
}

static void need(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "store: %s failed\n", what);
  cf_diag_print(&diag, stderr, false);
  exit(1);
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static double children_cpu_ns(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return 1e9 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e3 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static cf_run_row run_row(uint32_t run_id) {
  return (cf_run_row){.run_id = run_id,
                      .point_id = 1,
                      .scenario = "bench",
                      .policy = "cascade",
                      .rep = run_id,
                      .seed = 1,
                      .digest = {{run_id, ~(uint64_t)run_id}},
                      .math_id = 1,
                      .events = 1000,
                      .nodes = 10,
                      .sim_s = 86400,
                      .samples = 2880,
                      .decisions = 2880,
                      .loss = 0.1 * run_id,
                      .accuracy = 0.99,
                      .used_j = 12.5 / run_id,
                      .hub_used_j = 80,
                      .temp_max_k = 301.5,
                      .mean_air_k = 290};
}

static void deliver(const cf_recorder *to, uint32_t run_id, uint32_t decisions, uint32_t accounts) {
  static const char *const account[] = {"harvest", "spilled", "stored", "converter", "leakage",  "esr", "sleep",
                                        "sense",   "think",   "decide", "radio-tx",  "radio-rx", "sun", "quiescent"};
  cf_run_row row = run_row(run_id);
  cf_status status = to->begin(to->self, &row, &diag);
  for (uint32_t i = 0; status == CF_OK && i < decisions; i++) {
    cf_decision_row decision = {.node_id = i % 10,
                                .slot = i / 10,
                                .t_ns = INT64_C(30000000000) * i + run_id,
                                .reported_ns = INT64_C(30000000000) * i + run_id,
                                .tier = i % 7 ? "node" : "hub",
                                .correct = true,
                                .on_time = true,
                                .energy_j = 0.0123 / (i + 1),
                                .latency_s = 0.15 * i / 7,
                                .surprise_nats = 1.0 / (3 + i),
                                .gained_nats = 1.0 / (7 + i)};
    status = to->decision(to->self, run_id, &decision, &diag);
  }
  for (uint32_t i = 0; status == CF_OK && i < accounts; i++) {
    cf_ledger_row ledger = {"node", "sensors", account[i], 1.0 / (i + run_id), 1.0 / (i + 2 * run_id), 1e-3 * i};
    status = to->ledger(to->self, run_id, &ledger, &diag);
  }
  cf_gauge gauge = {150, 1.5, 1e-5, 0.01, "night"};
  if (status == CF_OK) status = to->gauge(to->self, run_id, &gauge, &diag);
  if (status == CF_OK) status = to->end(to->self, &row, &diag);
  need(status == CF_OK, "recording a run");
}

static cf_shard *open_shard(const char *path) {
  cf_shard *shard = NULL;
  cf_shard_options options = {.path = path, .plan_sha256 = HASH, .version = "bench"};
  need(cf_shard_open(&options, &shard, &diag) == CF_OK, "making a shard");
  return shard;
}

/* ---- inserting --------------------------------------------------------------------------------------------------- */

static double insert_ns(const char *path) {
  unlink(path);
  double start = yardstick_cpu_ns();
  cf_shard *shard = open_shard(path);
  cf_recorder recorder = cf_shard_recorder(shard);
  deliver(&recorder, 1, ROWS, 0);
  need(cf_shard_close(shard, &diag) == CF_OK, "closing a shard");
  return yardstick_cpu_ns() - start;
}

static void write_csv(const char *path, const char *csv) {
  cf_database *database = NULL;
  need(cf_database_open(path, &database, &diag) == CF_OK, "opening a shard");
  FILE *out = fopen(csv, "w");
  cf_query_options options = {.format = CF_FORMAT_CSV};
  need(out && cf_query_print(database, "SELECT * FROM decision", &options, out, &diag) == CF_OK, "writing CSV");
  fclose(out);
  cf_database_close(database);
}

/* The shell's own way, into a table of the same columns and key. */
static double import_ns(const char *csv, const char *schema) {
  char path[PATH], read_schema[PATH + 16], import[2 * PATH];
  in_folder(path, "import.db");
  unlink(path);
  snprintf(read_schema, sizeof read_schema, ".read %s", schema);
  snprintf(import, sizeof import, ".import --skip 1 %s decision", csv);
  double start = children_cpu_ns();
  pid_t child = fork();
  if (child == 0) {
    if (!freopen("/dev/null", "w", stdout)) _exit(127);
    execlp("sqlite3", "sqlite3", "-csv", path, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;", read_schema,
           import, (char *)NULL);
    _exit(127);
  }
  int status = 1;
  waitpid(child, &status, 0);
  need(child > 0 && status == 0, "sqlite3 .import");
  return children_cpu_ns() - start;
}

static void write_schema(const char *shard, const char *path) {
  cf_database *database = NULL;
  need(cf_database_open(shard, &database, &diag) == CF_OK, "opening a shard");
  FILE *out = fopen(path, "w");
  cf_query_options options = {.format = CF_FORMAT_CSV};
  /* .import brings empty texts for NULL, which STRICT would refuse. */
  need(out && cf_query_print(database,
                             "SELECT replace(sql, ', STRICT', '') AS '--' FROM sqlite_schema WHERE name = 'decision'",
                             &options, out, &diag) == CF_OK,
       "writing the schema");
  fclose(out);
  cf_database_close(database);
}

/* CSV puts the statement in quotes; they and doubled ones inside have to go. */
static void unquote(const char *path) {
  FILE *file = fopen(path, "r+");
  char text[8192];
  size_t length = fread(text, 1, sizeof text - 1, file), out = 0;
  text[length] = '\0';
  char *from = strchr(text, '\n') + 1;
  for (; *from; from++)
    if (*from != '"') text[out++] = *from;
  text[out++] = ';';
  rewind(file);
  fwrite(text, 1, out, file);
  need(ftruncate(fileno(file), (off_t)out) == 0, "writing the schema");
  fclose(file);
}

static void bench_insert(void) {
  char shard[PATH], csv[PATH], schema[PATH];
  in_folder(shard, "insert.db");
  double ratio[REPEATS], ours[REPEATS];
  for (int i = 0; i < REPEATS; i++) {
    ours[i] = insert_ns(shard);
    if (i == 0) {
      write_csv(shard, in_folder(csv, "rows.csv"));
      write_schema(shard, in_folder(schema, "schema.sql"));
      unquote(schema);
    }
    ratio[i] = import_ns(csv, schema) / ours[i];
  }
  yardstick_print("store_insert", yardstick_median(ours, REPEATS) / ROWS, "ns/row");
  yardstick_print("store_insert_over_import", yardstick_median(ratio, REPEATS), "times");
}

/* ---- committing ----------------------------------------------------------------------------------------------------
 */

static void bench_commit(void) {
  double wall[REPEATS];
  for (int i = 0; i < REPEATS; i++) {
    char path[PATH];
    unlink(in_folder(path, "commit.db"));
    cf_shard *shard = open_shard(path);
    cf_recorder recorder = cf_shard_recorder(shard);
    double start = yardstick_wall_ns();
    for (uint32_t run = 1; run <= RUNS; run++) deliver(&recorder, run, 0, 14);
    wall[i] = (yardstick_wall_ns() - start) / RUNS / 1e3;
    need(cf_shard_close(shard, &diag) == CF_OK, "closing a shard");
  }
  yardstick_print("store_commit_per_run", yardstick_median(wall, REPEATS), "us wall");
}

/* ---- merging -------------------------------------------------------------------------------------------------------
 */

static cf_status fill_plan(void *self, sqlite3 *database, cf_diag *d) {
  (void)self, (void)d;
  return sqlite3_exec(database, "INSERT INTO meta VALUES ('plan_sha256', '" HASH "')", NULL, NULL, NULL) == SQLITE_OK
             ? CF_OK
             : CF_IO;
}

typedef struct cost {
  double cpu_ns, rss_bytes;
} cost;

/* In a process of its own, so that its memory is its own. */
static cost apart(void (*work)(void *self), void *self) {
  double start = children_cpu_ns();
  pid_t child = fork();
  if (child == 0) {
    work(self);
    _exit(0);
  }
  int status = 1;
  struct rusage usage = {0};
  wait4(child, &status, 0, &usage);
  need(child > 0 && status == 0, "a part");
  return (cost){children_cpu_ns() - start, 1024.0 * (double)usage.ru_maxrss};
}

static void merge_all(void *self) {
  char plan[PATH], output[PATH], name[SHARDS][PATH];
  const char *shard[SHARDS];
  (void)self;
  for (int i = 0; i < SHARDS; i++) {
    char file[32];
    snprintf(file, sizeof file, "shard-%d.db", i);
    shard[i] = in_folder(name[i], file);
  }
  cf_merge_options options = {.plan = in_folder(plan, "plan.db"),
                              .plan_sha256 = HASH,
                              .shard = shard,
                              .shards = SHARDS,
                              .output = in_folder(output, "merged.db"),
                              .runs = SHARDS,
                              .finished = true};
  cf_merged merged;
  need(cf_merge(&options, &merged, &diag) == CF_OK, "merging");
}

/* The merged database again, table by table. */
static void copy_all(void *self) {
  char path[PATH], merged[PATH], sql[PATH + 64];
  (void)self;
  sqlite3 *database = NULL;
  unlink(in_folder(path, "copy.db"));
  snprintf(sql, sizeof sql, "ATTACH '%s' AS merged", in_folder(merged, "merged.db"));
  need(sqlite3_open(path, &database) == SQLITE_OK && sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(database,
                        "CREATE TABLE decision AS SELECT * FROM merged.decision;"
                        "CREATE TABLE run AS SELECT * FROM merged.run;"
                        "CREATE TABLE gauge AS SELECT * FROM merged.gauge",
                        NULL, NULL, NULL) == SQLITE_OK,
       "copying");
  sqlite3_close(database);
}

static void nothing(void *self) { (void)self; }

static void bench_merge(void) {
  char path[PATH];
  sqlite3 *database = NULL;
  in_folder(path, "plan.db");
  need(cf_file_make(path, CF_KIND_PLAN, false, fill_plan, NULL, &database, &diag) == CF_OK &&
           cf_file_settle(&database, path, &diag) == CF_OK,
       "making a plan");
  for (uint32_t i = 0; i < SHARDS; i++) {
    char file[32];
    snprintf(file, sizeof file, "shard-%u.db", i);
    cf_shard *shard = open_shard(in_folder(path, file));
    cf_recorder recorder = cf_shard_recorder(shard);
    deliver(&recorder, i + 1, SHARD_ROWS, 0);
    need(cf_shard_close(shard, &diag) == CF_OK, "closing a shard");
  }
  double ratio[REPEATS], each[REPEATS], memory[REPEATS];
  for (int i = 0; i < REPEATS; i++) {
    cost merged = apart(merge_all, NULL), copied = apart(copy_all, NULL), empty = apart(nothing, NULL);
    ratio[i] = merged.cpu_ns / copied.cpu_ns;
    each[i] = merged.cpu_ns / (SHARDS * SHARD_ROWS);
    memory[i] = (merged.rss_bytes - empty.rss_bytes) / 1048576;
  }
  yardstick_print("store_merge", yardstick_median(each, REPEATS), "ns/row");
  yardstick_print("store_merge_over_copy", yardstick_median(ratio, REPEATS), "times");
  yardstick_print("store_merge_memory", yardstick_median(memory, REPEATS), "MiB");
}

/* ---- recording -----------------------------------------------------------------------------------------------------
 */

/* CPU seconds of a run, with its scenario's own recording into a database, or without. */
static double run_s(const cf_scenario *scenario, bool record) {
  char path[PATH];
  unlink(in_folder(path, "record.db"));
  cf_writer *writer = NULL;
  cf_recorder recorder = {0};
  cf_writer_options options = {.path = path, .replace = true, .scenario = &scenario, .scenarios = 1};
  double start = yardstick_cpu_ns();
  if (record) {
    need(cf_writer_open(&options, &writer, &diag) == CF_OK, "making a database");
    recorder = cf_writer_recorder(writer);
  }
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .point_id = 1,
                              .policy = scenario->policies - 1,
                              .seed = 1,
                              .record = record,
                              .engine = {.threads = 1}};
  cf_run_row row;
  need(cf_simulate(&simulation, &recorder, &row, &diag) == CF_OK, "a run");
  need(cf_writer_close(writer, &diag) == CF_OK, "closing the database");
  return (yardstick_cpu_ns() - start) / 1e9;
}

static void bench_recording(void) {
  const cf_setting settings[] = {{"duration=10 d", "--set"}};
  cf_load_options options = {.models_dir = "models", .settings = settings, .setting_count = 1};
  cf_scenario *scenario = cf_scenario_load("scenarios/agriculture.yaml", &options, &diag);
  need(scenario != NULL, "loading a scenario");
  double share[REPEATS];
  for (int i = 0; i < REPEATS; i++) {
    double without = run_s(scenario, false);
    share[i] = 100 * (run_s(scenario, true) / without - 1);
  }
  yardstick_print("store_default_recording", yardstick_median(share, REPEATS), "% of the run");
  cf_scenario_destroy(scenario);
}

int main(void) {
  cf_diag_init(&diag);
  snprintf(folder, sizeof folder, "/tmp/coldfleet-bench-XXXXXX");
  need(mkdtemp(folder) != NULL, "making a directory");
  bench_insert();
  bench_commit();
  bench_merge();
  bench_recording();
  nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}
