/* libFuzzer: the reader of shards, and the merge. A good shard is made once; the input says whether and where it is cut
 * (2 bytes) and which bytes are turned over (3 bytes each: place in 65536ths, value). Whatever comes out is an error of
 * its own kind or a database that passes SQLite's own check. */
#include "store/file.h"
#include "store/merge.h"
#include "store/shard.h"
#include "store/study.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], plan[96], good[96], bad[96], wal[112], output[96], exec[96];
static uint8_t *bytes;
static size_t length;

static cf_status fill(void *self, sqlite3 *database, cf_diag *diag) {
  (void)self, (void)diag;
  return sqlite3_exec(database, "INSERT INTO meta VALUES ('plan_sha256', '" HASH "')", NULL, NULL, NULL) == SQLITE_OK
             ? CF_OK
             : CF_IO;
}

static void remove_all(void) {
  const char *const name[] = {plan, good, bad, wal, output, exec};
  for (unsigned i = 0; i < sizeof name / sizeof name[0]; i++) unlink(name[i]);
  rmdir(folder);
}

static void make_good(cf_diag *diag) {
  cf_shard *shard = NULL;
  cf_shard_options options = {.path = good, .plan_sha256 = HASH};
  if (cf_shard_open(&options, &shard, diag) != CF_OK) abort();
  cf_recorder recorder = cf_shard_recorder(shard);
  for (uint32_t run = 1; run <= 30; run++) {
    cf_run_row row = {.run_id = run, .point_id = 1, .scenario = "s", .policy = "p", .digest = {{run, run}}};
    if (recorder.begin(recorder.self, &row, diag) != CF_OK) abort();
    for (int i = 0; i < 20; i++) {
      cf_power_event_row event = {.t_ns = i, .kind = (cf_power_event_kind)(i % 7), .hour_local = i};
      if (recorder.power_event(recorder.self, run, &event, diag) != CF_OK) abort();
    }
    if (recorder.end(recorder.self, &row, diag) != CF_OK) abort();
  }
  if (cf_shard_close(shard, diag) != CF_OK) abort();
}

static void begin(void) {
  cf_diag diag;
  cf_diag_init(&diag);
  snprintf(folder, sizeof folder, "%s/cf-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (!mkdtemp(folder)) abort();
  snprintf(plan, sizeof plan, "%s/plan.db", folder);
  snprintf(good, sizeof good, "%s/good.db", folder);
  snprintf(bad, sizeof bad, "%s/bad.db", folder);
  snprintf(wal, sizeof wal, "%s-wal", bad);
  snprintf(output, sizeof output, "%s/out.db", folder);
  snprintf(exec, sizeof exec, "%s/out.exec.db", folder);
  atexit(remove_all);
  sqlite3 *database = NULL;
  if (cf_file_make(plan, CF_KIND_PLAN, false, fill, NULL, &database, &diag) != CF_OK ||
      cf_file_settle(&database, plan, &diag) != CF_OK)
    abort();
  make_good(&diag);
  FILE *file = fopen(good, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) abort();
  length = (size_t)ftell(file);
  rewind(file);
  bytes = malloc(length);
  if (!bytes || fread(bytes, 1, length, file) != length) abort();
  fclose(file);
}

static void spoil(const uint8_t *data, size_t size) {
  FILE *file = fopen(bad, "wb");
  bool whole = size < 2 || data[0] < 128;
  size_t cut = whole ? length : length * ((data[0] - 128u) * 256u + data[1]) / 32768;
  if (!file || fwrite(bytes, 1, cut, file) != cut) abort();
  for (size_t i = 2; i + 3 <= size && cut > 0; i += 3) {
    fseek(file, (long)(cut * (data[i] * 256u + data[i + 1]) / 65536), SEEK_SET);
    fputc(data[i + 2], file);
  }
  fclose(file);
  unlink(wal);
}

static cf_status count(void *self, const cf_shard_run *run, cf_diag *diag) {
  (void)diag;
  if (run->error && run->done && strlen(run->error) > 1u << 30) abort();
  ++*(uint32_t *)self;
  return CF_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!bytes) begin();
  cf_diag diag;
  cf_diag_init(&diag);
  uint32_t runs = 0;
  spoil(data, size);
  cf_status status = cf_shard_scan(bad, HASH, "loss", count, &runs, &diag);
  if (status != CF_OK && status != CF_INPUT && status != CF_IO) abort();
  if ((status == CF_OK) != (diag.errors == 0)) abort();
  const char *shard = bad;
  cf_merge_options options = {
      .plan = plan, .plan_sha256 = HASH, .shard = &shard, .shards = 1, .output = output, .runs = 1000000};
  cf_merged merged;
  cf_diag_init(&diag);
  status = cf_merge(&options, &merged, &diag);
  if (status == CF_OK) {
    sqlite3 *database = NULL;
    if (sqlite3_open_v2(output, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) abort();
    sqlite3_stmt *check = NULL;
    if (sqlite3_prepare_v2(database, "PRAGMA quick_check", -1, &check, NULL) != SQLITE_OK ||
        sqlite3_step(check) != SQLITE_ROW || strcmp((const char *)sqlite3_column_text(check, 0), "ok") != 0)
      abort();
    sqlite3_finalize(check);
    sqlite3_close(database);
    unlink(output);
    unlink(exec);
  } else if (diag.errors == 0) {
    abort();
  }
  return 0;
}
