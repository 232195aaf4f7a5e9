/* A campaign: what is frozen, that it opens by itself, and that nothing else is taken for it. */
#include "store_fixture.h"

#include <dirent.h>
#include <inttypes.h>
#include <sha256.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "base/remath.h"
#include "base/version.h"
#include "sweep/campaign.h"
#include "sweep/freeze.h"

static cf_diag diag;

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* The shipped scenario, small, under another name. */
static const char scenario[] = "include: quickstart.yaml\nname: little\nduration: 1 h\n";

static const char plan[] =
    "name: little\n"
    "question: Does it matter?\n"
    "scenario: little.yaml\n"
    "set: {fleet.sensors.count: 2}\n"
    "axes:\n"
    "  storage_f: {path: fleet.sensors.storage.capacitance, values: [0.5 F, 1000 mF]}\n"
    "  device: {path: fleet.sensors.device, values: [stm32l4r5, gap9]}\n"
    "where: [NOT (storage_f = 1 AND device = 'stm32l4r5')]\n"
    "policies: [confidence-threshold, always-local]\n"
    "reps: 2\n"
    "until: {rel_halfwidth: 5 %, of: accuracy, max_reps: 6}\n"
    "tune:\n"
    "  metric: loss\n"
    "  budget: 4\n"
    "  reps: 2\n"
    "  seed: 1001\n"
    "  policies:\n"
    "    confidence-threshold: {ask_below: {from: 50 %, to: 99.9 %}}\n";

static int set_up(void **state) {
  if (make_scratch(state) != 0) return -1;
  size_t length;
  char *quickstart = read_bytes("scenarios/quickstart.yaml", &length);
  write_text(in_scratch(state, "quickstart.yaml"), quickstart);
  free(quickstart);
  write_text(in_scratch(state, "little.yaml"), scenario);
  write_text(in_scratch(state, "plan.yaml"), plan);
  cf_diag_init(&diag);
  return 0;
}

static cf_status try_start(void **state, const char *directory, cf_campaign **campaign) {
  cf_diag_init(&diag);
  return cf_campaign_start(in_scratch(state, "plan.yaml"), "models", directory, NULL, NULL, campaign, &diag);
}

static cf_campaign *start(void **state) {
  cf_campaign *campaign;
  cf_status status = try_start(state, in_scratch(state, "out/deep"), &campaign);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  return campaign;
}

static bool said(const char *words) {
  for (unsigned i = 0; i < diag.stored; i++)
    if (strstr(diag.entry[i].text, words)) return true;
  cf_diag_print(&diag, stderr, false);
  return false;
}

static void test_it_is_frozen(void **state) {
  cf_campaign *campaign = start(state);
  const char *path = in_scratch(state, "out/deep/plan.db");
  assert_string_equal(campaign->plan_path, path);
  assert_int_equal(strlen(campaign->plan_sha256), 64);
  assert_int_equal(campaign->points.count, 3);
  assert_int_equal(campaign->policies, 2);
  assert_string_equal(campaign->base->policy[campaign->policy[0]].name, "confidence-threshold");
  assert_string_equal(campaign->base->policy[campaign->policy[1]].name, "always-local");
  assert_int_equal(campaign->runs, 3 * 6 * 2);
  assert_int_equal(campaign->trials, 4 * 2);
  assert_int_equal(access(in_scratch(state, "out/deep/shards"), W_OK), 0);
  assert_int_equal(access(in_scratch(state, "out/deep/log"), W_OK), 0);
  assert_rows(path, "SELECT point_id, storage_f, device FROM points", "1,0.5,stm32l4r5\n2,0.5,gap9\n3,1,gap9\n");
  assert_rows(path, "SELECT label FROM points WHERE point_id = 3", "\"storage_f=1000 mF, device=gap9\"\n");
  assert_rows(path, "SELECT axis, path, unit FROM axis ORDER BY axis",
              "device,fleet.sensors.device,\nstorage_f,fleet.sensors.storage.capacitance,F\n");
  assert_rows(path, "SELECT text FROM setting WHERE point_id = 3 AND text LIKE 'fleet%' ORDER BY n",
              "fleet.sensors.count=2\nfleet.sensors.storage.capacitance=1000 mF\nfleet.sensors.device=gap9\n");
  assert_rows(path, "SELECT name, question, length(sha256) FROM plan", "little,Does it matter?,64\n");
  assert_rows(path, "SELECT key, value FROM meta WHERE key IN ('product', 'runs', 'trials', 'version') ORDER BY key",
              "product,coldfleet\nruns,36\ntrials,8\nversion," CF_VERSION "\n");
  assert_rows(path, "SELECT count(*) FROM input WHERE path LIKE '--set%'", "0\n");
  assert_rows(path, "SELECT path FROM input ORDER BY input_id LIMIT 2", "little.yaml\nquickstart.yaml\n");
  assert_rows(path, "SELECT count(*), count(DISTINCT path) FROM input WHERE path LIKE 'models/devices/%'", "4,4\n");
  assert_true(ask_number(path, "SELECT count(*) FROM point_constant WHERE point_id = 3") > 20);
  cf_campaign_close(campaign);
}

/* The text that is hashed, out of the frozen file itself. */
static void test_what_is_hashed(void **state) {
  cf_campaign *campaign = start(state);
  const char *path = campaign->plan_path;
  char sha256[65], settings[65], yaml[65];
  char *set = ask_as(path,
                     "SELECT group_concat(line, '') FROM (SELECT CASE n WHEN 1 THEN 'point ' || point_id || char(10) "
                     "ELSE '' END || text || char(10) AS line FROM setting ORDER BY point_id, n)",
                     CF_FORMAT_CSV);
  char *inputs = ask_as(path,
                        "SELECT group_concat(line, '') FROM (SELECT 'input ' || sha256 || ' ' || path || char(10) AS "
                        "line FROM input ORDER BY input_id)",
                        CF_FORMAT_CSV);
  /* CSV puts them into quotes, behind the name of the column: name, newline, quote, text, quote, newline */
  char *first = strchr(set, '\n') + 2, *second = strchr(inputs, '\n') + 2;
  assert_true(first[-1] == '"' && second[-1] == '"');
  first[strlen(first) - 2] = second[strlen(second) - 2] = '\0';
  SHA256Data((const uint8_t *)first, strlen(first), settings);
  SHA256Data((const uint8_t *)plan, strlen(plan), yaml);
  char *text = NULL;
  int length = asprintf(&text, "coldfleet plan\nversion %s\nmath_id %016" PRIx64 "\nplan %s\n%spoints 3\nsettings %s\n",
                        CF_VERSION, cf_math_id(), yaml, second, settings);
  assert_true(length > 0);
  assert_string_equal(SHA256Data((const uint8_t *)text, (size_t)length, sha256), campaign->plan_sha256);
  free(text);
  free(set);
  free(inputs);
  cf_campaign_close(campaign);
}

/* Everything that is needed is in the directory. */
static void test_it_opens_alone(void **state) {
  cf_campaign *first = start(state), *second;
  const char *directory = in_scratch(state, "out/deep");
  unlink(in_scratch(state, "plan.yaml"));
  unlink(in_scratch(state, "little.yaml"));
  unlink(in_scratch(state, "quickstart.yaml"));
  cf_status status = cf_campaign_open(directory, &second, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  assert_string_equal(first->plan_sha256, second->plan_sha256);
  assert_string_equal(second->base->name, "little");
  assert_int_equal(second->base->nodes[0].count, 2);
  assert_int_equal(first->runs, second->runs);
  assert_int_equal(first->trials, second->trials);
  for (uint32_t id = 1; id <= first->runs + first->trials; id++) {
    cf_campaign_run a = cf_campaign_run_of(first, id), b = cf_campaign_run_of(second, id);
    assert_int_equal(a.point_id, b.point_id);
    assert_int_equal(a.policy, b.policy);
    assert_int_equal(a.rep, b.rep);
    assert_int_equal(a.seed, b.seed);
  }
  cf_campaign_close(first);
  cf_campaign_close(second);
}

/* Every point can be made from what was frozen, and so can the base scenario, whose device no point uses. */
static void test_points_load_from_it(void **state) {
  cf_campaign *campaign = start(state);
  static const double farad[] = {1, 0.5, 0.5, 1};
  static const char *const device[] = {"stm32u575", "stm32l4r5", "gap9", "gap9"};
  for (uint32_t point = 0; point <= 3; point++) {
    cf_inputs inputs;
    assert_int_equal(cf_inputs_read(campaign->plan_path, point, &inputs, &diag), CF_OK);
    cf_scenario *loaded = cf_inputs_load(&inputs, NULL, 0, &diag);
    assert_non_null(loaded);
    assert_true(loaded->nodes[0].storage->capacitance_f == farad[point]);
    assert_string_equal(loaded->nodes[0].device->name, device[point]);
    cf_scenario_destroy(loaded);
    cf_inputs_free(&inputs);
  }
  cf_campaign_close(campaign);
}

static void test_it_starts_again(void **state) {
  cf_campaign *first = start(state);
  size_t before, after;
  char *bytes = read_bytes(first->plan_path, &before);
  cf_campaign *second = start(state);
  char *again = read_bytes(second->plan_path, &after);
  assert_string_equal(first->plan_sha256, second->plan_sha256);
  assert_int_equal(before, after);
  assert_memory_equal(bytes, again, before);
  free(bytes);
  free(again);
  /* and elsewhere it is the same file */
  cf_campaign *other;
  assert_int_equal(try_start(state, in_scratch(state, "other/"), &other), CF_OK);
  assert_same_bytes(first->plan_path, in_scratch(state, "other/plan.db"));
  cf_campaign_close(first);
  cf_campaign_close(second);
  cf_campaign_close(other);
}

static void assert_refused(void **state, const char *words) {
  const char *path = in_scratch(state, "out/deep/plan.db");
  size_t before, after;
  char *bytes = read_bytes(path, &before);
  cf_campaign *campaign;
  assert_int_equal(try_start(state, in_scratch(state, "out/deep"), &campaign), CF_INPUT);
  assert_null(campaign);
  assert_true(said(words));
  assert_true(said("another directory"));
  char *again = read_bytes(path, &after);
  assert_int_equal(before, after);
  assert_memory_equal(bytes, again, before);
  free(bytes);
  free(again);
}

static void test_changes_are_named(void **state) {
  cf_campaign_close(start(state));
  char text[sizeof plan + 100];
  snprintf(text, sizeof text, "%s# a word more\n", plan);
  write_text(in_scratch(state, "plan.yaml"), text);
  assert_refused(state, "plan.yaml was changed");
  write_text(in_scratch(state, "plan.yaml"), plan);
  snprintf(text, sizeof text, "%sseed: 3\n", scenario);
  write_text(in_scratch(state, "little.yaml"), text);
  assert_refused(state, "little.yaml was changed");
  rename(in_scratch(state, "quickstart.yaml"), in_scratch(state, "slowstart.yaml"));
  write_text(in_scratch(state, "little.yaml"), "include: slowstart.yaml\nname: little\nduration: 1 h\n");
  assert_refused(state, "little.yaml was changed");
  rename(in_scratch(state, "slowstart.yaml"), in_scratch(state, "quickstart.yaml"));
  write_text(in_scratch(state, "little.yaml"), scenario);
  cf_campaign_close(start(state)); /* the old files are good again */
}

static void change_meta(const char *path, const char *sql) {
  sqlite3 *database;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static void test_other_programs(void **state) {
  cf_campaign_close(start(state));
  const char *path = in_scratch(state, "out/deep/plan.db"), *directory = in_scratch(state, "out/deep");
  cf_campaign *campaign;
  change_meta(path, "UPDATE meta SET value = '9.8.7' WHERE key = 'version'");
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("9.8.7") && said(CF_VERSION));
  assert_int_equal(try_start(state, directory, &campaign), CF_INPUT);
  assert_true(said("9.8.7") && said(CF_VERSION));
  change_meta(path, "UPDATE meta SET value = '" CF_VERSION
                    "' WHERE key = 'version';"
                    "UPDATE meta SET value = '0123456789abcdef' WHERE key = 'math_id'");
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("0123456789abcdef"));
}

static void test_damaged_plans(void **state) {
  cf_campaign_close(start(state));
  const char *path = in_scratch(state, "out/deep/plan.db"), *directory = in_scratch(state, "out/deep");
  cf_campaign *campaign;
  change_meta(path, "DELETE FROM points WHERE point_id = 2");
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("2 points"));
  change_meta(path, "DELETE FROM meta WHERE key = 'math_id'");
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("damaged"));
  change_meta(path, "DELETE FROM plan");
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("damaged"));
  write_text(path, "hello\n");
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_INPUT);
  assert_true(said("not the plan of a sweep"));
}

static void test_absent_directories(void **state) {
  cf_campaign *campaign;
  assert_int_equal(cf_campaign_open(in_scratch(state, "nowhere"), &campaign, &diag), CF_IO);
  assert_true(said("no such directory"));
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open(*state, &campaign, &diag), CF_IO);
  assert_true(said("holds no sweep"));
  cf_diag_init(&diag);
  assert_int_equal(cf_campaign_open("", &campaign, &diag), CF_IO);
  char longest[CF_CAMPAIGN_PATH + 10];
  memset(longest, 'a', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(cf_campaign_open(longest, &campaign, &diag), CF_IO);
  assert_int_equal(try_start(state, in_scratch(state, "plan.yaml/x"), &campaign), CF_IO);
}

static void test_dry_start(void **state) {
  cf_campaign *campaign;
  assert_int_equal(try_start(state, NULL, &campaign), CF_OK);
  assert_int_equal(campaign->runs, 36);
  assert_string_equal(campaign->plan_path, "");
  cf_campaign_close(campaign);
}

typedef struct watch {
  uint32_t calls, last, points;
} watch;

static void on_point(void *self, uint32_t done, uint32_t points) {
  watch *w = self;
  w->calls++;
  w->last = done;
  w->points = points;
}

static void test_progress(void **state) {
  watch w = {0};
  cf_campaign *campaign;
  assert_int_equal(cf_campaign_start(in_scratch(state, "plan.yaml"), "models", in_scratch(state, "out"), on_point, &w,
                                     &campaign, &diag),
                   CF_OK);
  assert_true(w.calls == 3 && w.last == 3 && w.points == 3);
  cf_campaign_close(campaign);
}

static void die(void *self, uint32_t done, uint32_t points) {
  (void)self, (void)points;
  if (done == 2) _exit(9);
}

/* A freezing that dies half-way leaves nothing that is taken for a plan, and the next one clears it away. */
static void test_a_freezing_that_dies(void **state) {
  const char *directory = in_scratch(state, "out/deep"), *plan_path = in_scratch(state, "plan.yaml");
  int ended;
  cf_campaign *campaign;
  pid_t child = fork();
  if (child == 0) {
    cf_campaign_start(plan_path, "models", directory, die, NULL, &campaign, &diag);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 9);
  assert_int_equal(cf_campaign_open(directory, &campaign, &diag), CF_IO);
  assert_true(said("holds no sweep"));
  unsigned files = 0;
  cf_campaign_close(start(state));
  DIR *folder = opendir(directory);
  for (const struct dirent *entry; (entry = readdir(folder));) files += entry->d_name[0] != '.';
  closedir(folder);
  assert_int_equal(files, 3); /* plan.db, shards, log */
}

/* Of a bad plan nothing is left behind. The 50 values are too many for the check that looks at some of them. */
static void test_bad_points(void **state) {
  char text[2000];
  int at = snprintf(text, sizeof text,
                    "name: bad\nscenario: little.yaml\naxes:\n"
                    "  below: {path: fleet.sensors.supply.turn_off, values: [2.4 V, 2.5 V]}\n"
                    "  off: {path: fleet.sensors.supply.turn_on, values: [");
  for (int i = 0; i < 50; i++)
    at += snprintf(text + at, sizeof text - (size_t)at, "%s%.2f V", i ? ", " : "", i == 23 ? 2.45 : 3 + 0.01 * i);
  snprintf(text + at, sizeof text - (size_t)at, "]}\nreps: 1\n");
  write_text(in_scratch(state, "plan.yaml"), text);
  cf_campaign *campaign;
  cf_status status = try_start(state, in_scratch(state, "out"), &campaign);
  assert_int_equal(status, CF_INPUT);
  assert_true(said("point 74 (below=2.5 V, off=2.45 V)"));
  assert_true(diag.entry[0].line > 0);
  assert_int_equal(access(in_scratch(state, "out"), F_OK), -1);
}

static void test_seed_is_no_axis(void **state) {
  write_text(in_scratch(state, "plan.yaml"),
             "name: bad\nscenario: little.yaml\naxes:\n  s: {path: seed, values: [1, 2]}\nreps: 1\n");
  cf_campaign *campaign;
  assert_int_equal(try_start(state, in_scratch(state, "out"), &campaign), CF_INPUT);
  assert_true(said("'seed' cannot be an axis"));
}

static void test_too_many_runs(void **state) {
  char text[4000];
  int at = snprintf(text, sizeof text,
                    "name: bad\nscenario: little.yaml\naxes:\n"
                    "  a: {path: fleet.sensors.storage.capacitance, range: {from: 1 F, to: 2 F, count: 1001}}\n"
                    "reps: 100000\n");
  assert_true(at > 0);
  write_text(in_scratch(state, "plan.yaml"), text);
  cf_campaign *campaign;
  assert_int_equal(try_start(state, in_scratch(state, "out"), &campaign), CF_INPUT);
  assert_true(said("200200000 runs"));
}

static void test_a_plan_without_axes(void **state) {
  write_text(in_scratch(state, "plan.yaml"), "name: one\nscenario: little.yaml\nreps: 2\n");
  cf_campaign *campaign = start(state);
  assert_int_equal(campaign->runs, 4);
  assert_rows(campaign->plan_path, "SELECT point_id, label FROM points", "1,little\n");
  cf_campaign_close(campaign);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_it_is_frozen),        CASE(test_what_is_hashed),  CASE(test_it_opens_alone),
      CASE(test_points_load_from_it), CASE(test_it_starts_again), CASE(test_changes_are_named),
      CASE(test_other_programs),      CASE(test_damaged_plans),   CASE(test_absent_directories),
      CASE(test_dry_start),           CASE(test_progress),        CASE(test_a_freezing_that_dies),
      CASE(test_bad_points),          CASE(test_seed_is_no_axis), CASE(test_too_many_runs),
      CASE(test_a_plan_without_axes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
