/* Shards of an imagined sweep: a frozen plan with two points, and runs as in store_fixture.h. */
#ifndef CF_TEST_SHARD_FIXTURE_H
#define CF_TEST_SHARD_FIXTURE_H

#include "store_fixture.h"

#include "store/file.h"
#include "store/merge.h"
#include "store/shard.h"
#include "store/study.h"

#include <sqlite3.h>

#define PLAN_HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_HASH "ffff456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static cf_status fill_plan(void *self, sqlite3 *database, cf_diag *diag) {
  (void)self;
  static const cf_study_axis axis[] = {{"storage_f", "sensors.storage.capacitance", "F"}};
  static const double number[] = {0.5, 1.0};
  static const char *const text[] = {"0.5 F", "1 F"};
  cf_study *study = cf_study_open(database, "plan", axis, 1, diag);
  cf_status status = study ? CF_OK : diag->status;
  for (uint32_t i = 0; status == CF_OK && i < 2; i++) {
    cf_study_point point = {
        .point_id = i + 1, .label = text[i], .number = &number[i], .text = &text[i], .scenario = &fixture_scenario};
    status = cf_study_add(study, &point, diag);
  }
  cf_study_close(study);
  if (status == CF_OK &&
      sqlite3_exec(database,
                   "INSERT INTO meta VALUES ('product', 'coldfleet'), ('plan_sha256', '" PLAN_HASH "');"
                   "INSERT INTO plan VALUES ('p', 'p.yaml', 'why?', '" PLAN_HASH "', 'name: p')",
                   NULL, NULL, NULL) != SQLITE_OK)
    status = cf_fail(diag, CF_IO, "%s", sqlite3_errmsg(database));
  return status;
}

static inline void write_plan(const char *path) {
  cf_diag diag;
  cf_diag_init(&diag);
  sqlite3 *database = NULL;
  assert_int_equal(cf_file_make(path, CF_KIND_PLAN, false, fill_plan, NULL, &database, &diag), CF_OK);
  assert_int_equal(cf_file_settle(&database, path, &diag), CF_OK);
}

static inline cf_shard *open_shard(const char *path) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = NULL;
  cf_shard_options options = {.path = path, .plan_sha256 = PLAN_HASH, .version = "1.2.3"};
  assert_int_equal(cf_shard_open(&options, &shard, &diag), CF_OK);
  return shard;
}

/* Runs first, first + step, ... up to last. */
static inline void write_shard(const char *path, uint32_t first, uint32_t last, uint32_t step) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_shard *shard = open_shard(path);
  cf_recorder recorder = cf_shard_recorder(shard);
  for (uint32_t i = first; i <= last; i += step) assert_int_equal(deliver_run(&recorder, i, 10, &diag), CF_OK);
  assert_int_equal(cf_shard_close(shard, &diag), CF_OK);
}

#endif
