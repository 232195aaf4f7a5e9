/* The description of the database: complete, consistent, and its views compute what they say. */
#include "store_fixture.h"

#include "store/tables.h"

static bool contains(const char *const *list, size_t count, const char *word) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i], word) == 0) return true;
  return false;
}

static void test_every_column_is_described(void **state) {
  (void)state;
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    const cf_relation *relation = cf_relation_of(id);
    assert_true(relation->columns > 0 && relation->columns <= CF_MAX_COLUMNS);
    assert_true(strlen(relation->doc) > 10);
    for (uint32_t c = 0; c < relation->columns; c++) {
      const cf_column *column = &relation->column[c];
      assert_true(strlen(column->doc) >= 8 && column->doc[strlen(column->doc) - 1] == '.');
      assert_null(strchr(column->doc, '|')); /* it would break the tables of the documentation */
      assert_int_equal(cf_relation_column(relation, column->name), c);
    }
  }
  assert_int_equal(cf_relation_column(cf_relation_of(CF_TABLE_RUN), "polcy"), -1);
}

/* A real number has a unit, and a unit is in the name. */
static void test_names_carry_units(void **state) {
  (void)state;
  static const struct {
    const char *unit, *suffix;
  } rule[] = {{"J", "_j"},     {"s", "_s"},         {"degC", "_degc"},   {"K", "_k"},         {"mJ", "mj"},
              {"W", "_w"},     {"dB", "_db"},       {"bit", "bits"},     {"B", "bytes"},      {"USD", "_usd"},
              {"gCO2e", "_g"}, {"1/Wh", "_per_wh"}, {"nat/J", "_per_j"}, {"J/K", "_j_per_k"}, {"min", "_min"}};
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    const cf_relation *relation = cf_relation_of(id);
    for (uint32_t c = 0; c < relation->columns; c++) {
      const cf_column *column = &relation->column[c];
      for (size_t r = 0; r < sizeof rule / sizeof rule[0]; r++) {
        if (strcmp(column->unit, rule[r].unit) != 0) continue;
        size_t length = strlen(column->name), suffix = strlen(rule[r].suffix);
        if (!(length >= suffix && strcmp(column->name + length - suffix, rule[r].suffix) == 0) &&
            !strstr(column->name, rule[r].suffix))
          fail_msg("%s.%s is in %s", relation->name, column->name, column->unit);
      }
      static const char *const counts[] = {"tokens", "false_alarms_per_node"};
      if (column->type == CF_CELL_REAL && !column->unit[0] && !contains(counts, 2, column->name))
        fail_msg("%s.%s has no unit", relation->name, column->name);
    }
  }
}

static void test_views_have_the_described_columns(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 4);
  for (cf_relation_id id = 0; id < CF_RELATIONS; id++) {
    const cf_relation *relation = cf_relation_of(id);
    if (!(relation->kinds & CF_KIND_RESULTS)) continue;
    char sql[64], *text;
    snprintf(sql, sizeof sql, "SELECT * FROM %s LIMIT 0", relation->name);
    text = ask_as(path, sql, CF_FORMAT_CSV);
    char *at = text;
    for (uint32_t c = 0; c < relation->columns; c++) {
      size_t length = strlen(relation->column[c].name);
      if (strncmp(at, relation->column[c].name, length) != 0 || (at[length] != ',' && at[length] != '\n'))
        fail_msg("%s has no column %s in its place: %s", relation->name, relation->column[c].name, text);
      at += length + 1;
    }
    assert_int_equal(*at, '\0');
    free(text);
  }
}

static void assert_near(double value, double expected) {
  if (!(fabs(value - expected) <= 1e-9 * fabs(expected))) fail_msg("%.17g is not %.17g", value, expected);
}

/* ---- views --------------------------------------------------------------------------------------------------------
 */

static void test_energy_balance(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 0);
  assert_rows(path, "SELECT * FROM v_energy_balance ORDER BY tier",
              "1,hub,gateways,400,0,0,0,400,0,0\n1,node,sensors,1000,10,900,37,53,0,0\n");
}

static void test_energy_balance_shows_a_gap(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
  cf_writer *writer;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  cf_recorder to = cf_writer_recorder(writer);
  cf_run_row run = fixture_run(1);
  assert_int_equal(to.begin(to.self, &run, &diag), CF_OK);
  const cf_ledger_row ledger[] = {{"node", "a", "harvest", 100, 0, 0},
                                  {"node", "a", "sense", 99, 0, 0},
                                  {"node", "b", "sense", 1, 0, 0}}; /* no income is booked */
  for (int i = 0; i < 3; i++) assert_int_equal(to.ledger(to.self, 1, &ledger[i], &diag), CF_OK);
  assert_int_equal(to.end(to.self, &run, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_rows(options.path, "SELECT grp, residual_j, residual FROM v_energy_balance ORDER BY grp", "a,1,0.01\nb,,\n");
}

/* Millijoules of one of 800 decisions, dearest first, without an ORDER BY of the asker. */
static void test_decision_cost(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 2, 0);
  assert_rows(path, "SELECT * FROM v_decision_cost WHERE run_id=2 LIMIT 4",
              "2,hub,idle,450\n2,node,sense,62.5\n2,hub,think,50\n2,node,converter,25\n");
  assert_rows(path, "SELECT count(*) FROM v_decision_cost WHERE account IN ('harvest','mains','stored','spilled')",
              "0\n");
  /* What costs nothing is not listed: neither a use that did not happen nor the sun. */
  assert_rows(path, "SELECT count(*), min(mj) > 0 FROM v_decision_cost WHERE run_id=1 AND tier='node'", "5,1\n");
}

static void test_coldest(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 2, 0);
  /* 90 J over a day and 3 nodes; rises of 0.25 and 0.5 K */
  double power_w = 90.0 / 86400 / 3;
  double first = ask_number(path, "SELECT acc_per_w_per_k FROM v_coldest WHERE rank = 1");
  assert_near(first, 0.98 / power_w / 0.25);
  double headroom = ask_number(path, "SELECT acc_per_w_per_headroom FROM v_coldest WHERE run_id = 2");
  assert_near(headroom, 0.97 / power_w / 0.001);
  assert_rows(path,
              "SELECT rank, run_id, decisions_per_wh, round(decisions_per_wh_with_hubs, 6), nats_per_j, tokens_per_wh, "
              "base_rate, missed FROM v_coldest",
              "1,1,32000,5877.55102,0.5,,0.25,1\n2,2,32000,5877.55102,0.5,,0.25,2\n");
}

static void test_autonomy(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 0);
  assert_rows(path,
              "SELECT local_frac, heard_frac, answered_frac, round(decided_frac, 9), down_frac, "
              "round(decided_without_link_frac, 9) FROM v_autonomy",
              "0.75,0.5,0.75,0.925925926,0.125,0.694444444\n");
}

static void test_accuracy(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 0);
  assert_rows(path,
              "SELECT accuracy, base_rate, constant_accuracy, episodes, missed, missed_frac, false_alarms, "
              "round(false_alarms_per_node, 6), round(loss_per_1000, 6) FROM v_accuracy",
              "0.98,0.25,0.75,10,1,0.1,4,1.333333,14.467593\n");
}

/* 45 nats cost 90 J, so a bit costs 2 ln 2 J; at 283.15 K that is 2 / (k T) times k T ln 2. */
static void test_landauer(void **state) {
  const char *path = in_scratch(state, "a.db");
  write_fixture(path, 1, 0);
  double nodes = ask_number(path, "SELECT times_ktln2 FROM v_landauer WHERE per LIKE '%energy of the nodes'");
  assert_near(nodes, 2.0 / (1.380649e-23 * 283.15));
  double all = ask_number(path, "SELECT times_ktln2 FROM v_landauer WHERE per LIKE '%nodes and hubs'");
  assert_near(all, nodes * 490 / 90);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_column_is_described),
      cmocka_unit_test(test_names_carry_units),
      CASE(test_views_have_the_described_columns),
      CASE(test_energy_balance),
      CASE(test_energy_balance_shows_a_gap),
      CASE(test_decision_cost),
      CASE(test_coldest),
      CASE(test_autonomy),
      CASE(test_accuracy),
      CASE(test_landauer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
