/* Saved queries: the shipped ones run and give rows, names are found or suggested, and nothing outside is read. */
#include "store_fixture.h"

#include <dirent.h>

#include "store/saved.h"

static const char *const shipped = "analysis/queries";

static char *list_of(const char *directory) {
  cf_diag diag;
  cf_diag_init(&diag);
  FILE *out = tmpfile();
  assert_non_null(out);
  assert_int_equal(cf_saved_list(directory, out, &diag), CF_OK);
  size_t length;
  return read_stream(out, &length);
}

/* Rows of the query on the fixture, for all runs or for one. */
static unsigned rows_of(cf_database *database, const char *sql, const char *run) {
  cf_diag diag;
  cf_diag_init(&diag);
  const cf_parameter parameter = {"run", run};
  cf_query_options options = {.format = CF_FORMAT_CSV, .parameter = &parameter, .parameters = run ? 1 : 0};
  FILE *out = tmpfile();
  assert_non_null(out);
  cf_status status = cf_query_print(database, sql, &options, out, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  size_t length;
  char *text = read_stream(out, &length);
  unsigned lines = 0;
  for (const char *c = text; *c; c++) lines += *c == '\n';
  free(text);
  return lines - 1;
}

static void test_shipped_queries_run(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 4, 20);
  cf_database *database;
  assert_int_equal(cf_database_open(path, &database, &diag), CF_OK);
  DIR *directory = opendir(shipped);
  assert_non_null(directory);
  unsigned queries = 0;
  for (const struct dirent *entry; (entry = readdir(directory));) {
    size_t length = strlen(entry->d_name);
    if (length < 5 || strcmp(entry->d_name + length - 4, ".sql") != 0) continue;
    char name[256], *sql;
    snprintf(name, sizeof name, "%.*s", (int)length - 4, entry->d_name);
    assert_int_equal(cf_saved_read(shipped, name, &sql, &diag), CF_OK);
    assert_int_equal(strncmp(sql, "-- ", 3), 0);
    unsigned all = rows_of(database, sql, NULL), one = rows_of(database, sql, "2"), none = rows_of(database, sql, "99");
    if (!(all >= one && one > 0 && none == 0)) fail_msg("%s: %u rows, %u of run 2, %u of none", name, all, one, none);
    free(sql);
    queries++;
  }
  closedir(directory);
  cf_database_close(database);
  assert_true(queries >= 10);
}

/* Questions that people ask, as they would type them. */
static void test_one_liners_run(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 4, 20);
  static const char *const question[] = {
      "SELECT account, sum(energy_j)/3600 AS wh FROM ledger WHERE run_id=4 AND tier='node' GROUP BY 1 ORDER BY 2 DESC;",
      "SELECT site_id, node_id, down_s/3600 AS down_h, brownouts, harvest_factor FROM node WHERE run_id=2 ORDER BY "
      "down_s DESC LIMIT 10;",
      "SELECT policy, CAST(hour_local AS INT) AS hour, count(*) AS n FROM power_event JOIN run USING(run_id) WHERE "
      "kind='brown-out' GROUP BY 1,2;",
      "SELECT policy, tier, sum(d.energy_j+hub_share_j)/sum(correct AND on_time) AS j_per_good_answer FROM decision d "
      "JOIN run USING(run_id) GROUP BY 1,2;",
      "SELECT path, value, unit, low, high, flips_at, source FROM constant WHERE run_id=4 AND (status='A' OR flips_at "
      "BETWEEN low AND high);",
      "SELECT account, rise_k FROM ledger WHERE run_id=4 AND grp='sensors' AND rise_k>0 ORDER BY rise_k DESC;",
      "SELECT policy, nats_gained/used_j AS nats_per_j, tokens*3600.0/used_j AS tokens_per_wh, per, times_ktln2 FROM "
      "run "
      "JOIN v_landauer USING(run_id) ORDER BY 2 DESC;",
      "SELECT * FROM v_decision_cost WHERE run_id=4 LIMIT 3;",
  };
  for (unsigned i = 0; i < sizeof question / sizeof question[0]; i++) {
    char *text = ask_as(path, question[i], CF_FORMAT_CSV);
    const char *second = strchr(text, '\n');
    assert_non_null(second);
    if (!second[1]) fail_msg("no rows: %s", question[i]);
    free(text);
  }
  assert_rows(path,
              "SELECT account, rise_k FROM ledger WHERE run_id=4 AND grp='sensors' AND rise_k>0 ORDER BY rise_k "
              "DESC LIMIT 2",
              "sun,2\nsense,0.5\n");
}

/* The answer of a shipped query about run 2, as CSV without the line of names. */
static void assert_answer(void **state, const char *name, const char *expected) {
  cf_diag diag;
  cf_diag_init(&diag);
  char *sql;
  cf_database *database;
  assert_int_equal(cf_saved_read(shipped, name, &sql, &diag), CF_OK);
  assert_int_equal(cf_database_open(in_scratch(state, "a.db"), &database, &diag), CF_OK);
  const cf_parameter parameter = {"run", "2"};
  cf_query_options options = {.format = CF_FORMAT_CSV, .parameter = &parameter, .parameters = 1};
  FILE *out = tmpfile();
  assert_non_null(out);
  assert_int_equal(cf_query_print(database, sql, &options, out, &diag), CF_OK);
  cf_database_close(database);
  size_t length;
  char *text = read_stream(out, &length);
  if (strcmp(strchr(text, '\n') + 1, expected) != 0) fail_msg("%s: %s", name, text);
  free(text);
  free(sql);
}

static void test_questions_of_energy_and_heat(void **state) {
  write_fixture(in_scratch(state, "a.db"), 2, 0);
  assert_answer(state, "whose-degrees",
                "2,always-escalate,sensors,sun,0.03333333333333333,2,2.484375\n"
                "2,always-escalate,sensors,sense,0.013888888888888888,0.5,2.484375\n"
                "2,always-escalate,sensors,converter,0.005555555555555556,0.125,2.484375\n"
                "2,always-escalate,sensors,leakage,0.004166666666666667,0.0625,2.484375\n"
                "2,always-escalate,sensors,sleep,0.0008333333333333334,0.03125,2.484375\n"
                "2,always-escalate,sensors,silicon,0.0005555555555555556,0.015625,2.484375\n"
                "2,always-escalate,sensors,heat-kept,0,-0.25,2.484375\n");
  assert_answer(state, "do-the-degrees-add-up", "2,always-escalate,sensors,2.484375,2.484375,0,2e-13\n");
  assert_answer(state, "how-hot-may-it-get", "2,always-escalate,sensors,7,6,25,37.5,2.484375,42,1.5\n");
  assert_answer(state, "can-it-run-away", "2,always-escalate,1,yes,40,0,0.0005555555555555556,2.2222222222222223\n");
  assert_answer(state, "what-ages", "2,always-escalate,sensors,81.25,75,2.5\n");
  assert_answer(state, "when-is-it-too-hot", "always-escalate,5,1,0\nalways-escalate,7,0,1\n");
  /* 4 J/K and 45 nats */
  assert_answer(state, "what-the-surroundings-take", "2,always-escalate,4,5,6.438196014257707e+21,10\n");
  /* neither the sun, which is no joule of theirs, nor a use that did not happen */
  assert_answer(state, "where-did-the-joules-go",
                "2,always-escalate,node,harvest,0.2777777777777778\n2,always-escalate,node,spilled,0.25\n"
                "2,always-escalate,node,sense,0.013888888888888888\n"
                "2,always-escalate,node,converter,0.005555555555555556\n"
                "2,always-escalate,node,leakage,0.004166666666666667\n"
                "2,always-escalate,node,stored,0.002777777777777778\n"
                "2,always-escalate,node,sleep,0.0008333333333333334\n"
                "2,always-escalate,node,silicon,0.0005555555555555556\n"
                "2,always-escalate,hub,mains,0.1111111111111111\n2,always-escalate,hub,idle,0.1\n"
                "2,always-escalate,hub,think,0.011111111111111112\n");
}

static void test_list(void **state) {
  char *text = list_of(shipped);
  const char *coldest = strstr(text, "coldest  "), *joules = strstr(text, "where-did-the-joules-go  ");
  assert_true(coldest && joules && coldest < joules);
  assert_non_null(strstr(joules, "  Where the joules went: "));
  assert_null(strstr(text, ".sql"));
  free(text);
  text = list_of(*state);
  assert_string_equal(text, "");
  free(text);
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void test_names(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  char *sql;
  write_text(in_scratch(state, "untitled.sql"), "SELECT 1");
  write_text(in_scratch(state, "readme.txt"), "no query");
  char *list = list_of(*state);
  assert_string_equal(list, "untitled  \n");
  free(list);
  assert_int_equal(cf_saved_read(*state, "untitled", &sql, &diag), CF_OK);
  assert_string_equal(sql, "SELECT 1");
  free(sql);
  assert_int_equal(cf_saved_read(shipped, "coldst", &sql, &diag), CF_USAGE);
  assert_null(sql);
  assert_non_null(strstr(diag.entry[0].text, "'coldst'"));
  assert_non_null(strstr(diag.entry[0].text, "'coldest'"));
  assert_int_equal(cf_saved_read(*state, "../etc/passwd", &sql, &diag), CF_USAGE);
  assert_int_equal(cf_saved_read(*state, "", &sql, &diag), CF_USAGE);
  assert_int_equal(cf_saved_read("/nowhere", "coldest", &sql, &diag), CF_IO);
  assert_int_equal(cf_saved_list("/nowhere", stderr, &diag), CF_IO);
}

static void test_too_long(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  char *sql;
  write_text(in_scratch(state, "long.sql"), "SELECT 1");
  assert_int_equal(truncate(in_scratch(state, "long.sql"), (1 << 20) + 1), 0);
  assert_int_equal(cf_saved_read(*state, "long", &sql, &diag), CF_IO);
  assert_null(sql);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_shipped_queries_run),
      CASE(test_one_liners_run),
      CASE(test_questions_of_energy_and_heat),
      CASE(test_list),
      CASE(test_names),
      CASE(test_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
