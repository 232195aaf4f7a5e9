/* What comes next: rounds in order, and the same runs in the end however and in whatever order the results arrive. */
#include "campaign_fixture.h"

#include <unistd.h>

#include "sweep/next.h"
#include "sweep/round.h"
#include "sweep/until.h"

static fixture f;
static cf_diag diag;

static int set_up(void **state) {
  (void)state;
  fixture_make(&f, 5);
  fixture_count(&f);
  cf_diag_init(&diag);
  return 0;
}

/* A rule that some points meet at once and others late. */
static void add_rule(void) {
  f.plan.reps = 3;
  f.plan.max_reps = 20;
  f.plan.rel_halfwidth = 0.1;
  fixture_count(&f);
}

/* What a run would come out as: the further the point, the wider its results. Trials: best in the middle. */
static cf_outcome play(uint32_t run_id) {
  uint64_t seed = run_id * UINT64_C(0x9e3779b97f4a7c15);
  cf_campaign_run run = cf_campaign_run_of(&f.campaign, run_id);
  double spread = run.trial ? 1 : 8.0 * run.point_id;
  return outcome_done(run_id, 100 + cf_test_between(&seed, -spread, spread));
}

static cf_round next(const results *r, bool retry_failed) {
  cf_round round;
  cf_outcomes outcomes = results_all(r);
  cf_status status = cf_next_round(&f.campaign, &outcomes, retry_failed, &round, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  for (uint32_t i = 1; i < round.list.count; i++) assert_true(round.list.run_id[i] > round.list.run_id[i - 1]);
  return round;
}

static cf_stage play_round(results *r) {
  cf_round round = next(r, false);
  cf_stage stage = round.stage;
  for (uint32_t i = 0; i < round.list.count; i++) results_put(r, play(round.list.run_id[i]));
  cf_round_free(&round);
  return stage;
}

static void play_all(results *r) {
  for (unsigned rounds = 0; play_round(r) != CF_STAGE_DONE; rounds++) assert_true(rounds < 100);
}

static void assert_same_results(const results *a, const results *b) {
  assert_int_equal(a->count, b->count);
  for (uint32_t i = 0; i < a->count; i++) {
    assert_int_equal(a->outcome[i].run_id, b->outcome[i].run_id);
    assert_true(a->outcome[i].value == b->outcome[i].value);
  }
}

static void test_numbers_of_runs(void **state) {
  (void)state;
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  assert_int_equal(f.campaign.runs, 5 * 3 * 2);
  uint32_t run_id = 1;
  for (uint32_t point = 1; point <= 5; point++)
    for (uint32_t rep = 0; rep < 3; rep++)
      for (uint32_t policy = 0; policy < 2; policy++, run_id++) {
        cf_campaign_run run = cf_campaign_run_of(&f.campaign, run_id);
        assert_int_equal(run.run_id, run_id);
        assert_int_equal(run.point_id, point);
        assert_int_equal(run.rep, rep);
        assert_int_equal(run.policy, policy + 1); /* the scenario's second and third */
        assert_int_equal(run.seed, 7);
        assert_false(run.trial);
      }
  cf_campaign_run last = cf_campaign_run_of(&f.campaign, f.campaign.runs + f.campaign.trials);
  assert_true(last.trial);
  assert_int_equal(last.point_id, 0);
  assert_int_equal(last.evaluation, 7);
  assert_int_equal(last.rep, 1);
  assert_int_equal(last.policy, 2);
  assert_int_equal(last.seed, 1001);
}

static void test_a_plain_plan(void **state) {
  (void)state;
  results r = {0};
  cf_round round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_RUN);
  assert_int_equal(round.number, 1);
  assert_int_equal(round.list.count, 30);
  cf_round_free(&round);
  for (uint32_t id = 1; id <= 30; id++)
    if (id != 4 && id != 30) results_put(&r, play(id));
  round = next(&r, false);
  assert_int_equal(round.number, 1);
  assert_int_equal(round.list.count, 2);
  assert_int_equal(round.list.run_id[0], 4);
  assert_int_equal(round.list.run_id[1], 30);
  cf_round_free(&round);
  play_all(&r);
  round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_DONE);
  assert_int_equal(round.number, 2);
  assert_int_equal(round.list.count, 0);
  cf_round_free(&round);
  free(r.outcome);
}

static void test_failed_runs(void **state) {
  (void)state;
  results r = {0};
  play_all(&r);
  results_put(&r, outcome_failed(17, "broken"));
  cf_round round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_DONE);
  cf_round_free(&round);
  round = next(&r, true);
  assert_int_equal(round.stage, CF_STAGE_RUN);
  assert_int_equal(round.list.count, 1);
  assert_int_equal(round.list.run_id[0], 17);
  cf_round_free(&round);
  free(r.outcome);
}

static void test_the_rule_ends_points(void **state) {
  (void)state;
  add_rule();
  results r = {0};
  play_all(&r);
  cf_until until = cf_until_of(&f.campaign);
  uint32_t seen[5] = {0}, each = 40;
  for (uint32_t i = 0; i < r.count; i++) seen[(r.outcome[i].run_id - 1) / each]++;
  uint32_t at = 0, least = UINT32_MAX, most = 0;
  for (uint32_t p = 0; p < 5; at += seen[p++]) {
    cf_standing s = cf_until_standing(&until, p * each + 1, r.outcome + at, seen[p], false);
    assert_int_equal(s.missing, 0);
    assert_int_equal(seen[p], 2 * cf_until_reps(&until, s.level)); /* pairs are complete, and nothing is too much */
    if (seen[p] < least) least = seen[p];
    if (seen[p] > most) most = seen[p];
  }
  assert_true(least < most && most == 40);
  free(r.outcome);
}

/* Results of a later round that are there already wait for those of the present one. */
static void test_rounds_do_not_mix(void **state) {
  (void)state;
  add_rule();
  results r = {0};
  for (uint32_t id = 1; id <= 40 * 5; id++)
    if ((id - 1) % 40 < 6 && id != 41) results_put(&r, play(id)); /* three replications but for one run of point 2 */
  for (uint32_t id = 167; id <= 168; id++) results_put(&r, play(id)); /* and two more of point 5 */
  cf_round round = next(&r, false);
  assert_int_equal(round.number, 1);
  assert_int_equal(round.list.count, 1);
  assert_int_equal(round.list.run_id[0], 41);
  cf_round_free(&round);
  results_put(&r, play(41));
  round = next(&r, false);
  assert_int_equal(round.number, 2);
  for (uint32_t i = 0; i < round.list.count; i++) {
    uint32_t of_point = (round.list.run_id[i] - 1) % 40;
    assert_true(of_point >= 6 && of_point < 10 && round.list.run_id[i] != 167 && round.list.run_id[i] != 168);
  }
  assert_true(round.list.count >= 2);
  cf_round_free(&round);
  free(r.outcome);
}

/* Results come in any order, and only some before the next look: the same rounds, the same runs in the end. */
static void test_order_does_not_matter(void **state) {
  (void)state;
  uint64_t seed = 29;
  for (unsigned tuned = 0; tuned < 2; tuned++) {
    fixture_make(&f, 5);
    if (tuned) fixture_tune(&f, 9, 3);
    add_rule();
    results whole = {0};
    play_all(&whole);
    for (unsigned trial = 0; trial < cf_test_trials(30); trial++) {
      results r = {0};
      uint64_t share = 1 + cf_test_next(&seed) % 100;
      uint32_t number = 0, left = 0;
      for (;;) {
        cf_round round = next(&r, false);
        if (round.stage == CF_STAGE_DONE) {
          cf_round_free(&round);
          break;
        }
        if (left > 0) { /* what was left of the same round, and nothing else */
          assert_int_equal(round.number, number);
          assert_int_equal(round.list.count, left);
        } else {
          assert_int_equal(round.number, number + 1);
        }
        number = round.number;
        left = 0;
        for (uint32_t i = round.list.count; i > 0; i--) {
          if (cf_test_next(&seed) % 100 < share)
            results_put(&r, play(round.list.run_id[i - 1]));
          else
            left++;
        }
        cf_round_free(&round);
      }
      assert_same_results(&whole, &r);
      free(r.outcome);
    }
    free(whole.outcome);
  }
}

static void test_tuning_comes_first(void **state) {
  (void)state;
  fixture_tune(&f, 9, 2);
  fixture_count(&f);
  results r = {0};
  cf_round round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_TUNE);
  assert_int_equal(round.number, 1);
  assert_int_equal(round.settings, 0);
  assert_int_equal(round.list.count, 5 * 2 * 2);
  assert_int_equal(round.list.run_id[0], f.campaign.runs + 1);
  cf_round_free(&round);
  play_round(&r);
  round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_REFINE);
  assert_int_equal(round.number, 2);
  assert_int_equal(round.settings, 3);
  assert_int_equal(round.list.count, 4 * 2 * 2);
  cf_round_free(&round);
  play_round(&r);
  round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_RUN);
  assert_int_equal(round.number, 3);
  assert_int_equal(round.settings, 3);
  assert_int_equal(round.list.run_id[0], 1);
  cf_tune tune = cf_tune_of(&f.plan);
  cf_outcomes outcomes = results_all(&r);
  cf_trials trials = cf_trials_among(&f.campaign, &outcomes);
  double value[CF_MAX_TUNED];
  assert_int_equal(cf_tune_best(&tune, &trials, true, value, &diag), CF_OK);
  for (uint32_t i = 0; i < 3; i++) assert_true(cf_tune_read(&f.plan.tune[i], round.setting[i].text) == value[i]);
  cf_round_free(&round);
  play_round(&r);
  round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_DONE);
  assert_int_equal(round.number, 4);
  assert_int_equal(round.settings, 3);
  cf_round_free(&round);
  free(r.outcome);
}

static void test_one_evaluation_has_no_second_half(void **state) {
  (void)state;
  fixture_tune(&f, 1, 2);
  fixture_count(&f);
  results r = {0};
  assert_int_equal(play_round(&r), CF_STAGE_TUNE);
  cf_round round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_RUN);
  assert_int_equal(round.number, 2);
  cf_round_free(&round);
  free(r.outcome);
}

/* Later rounds rest on failed trials as they are. */
static void test_failed_trials(void **state) {
  (void)state;
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  results r = {0};
  uint32_t first = f.campaign.runs + 1, second = first + 16;
  play_round(&r);
  results_put(&r, outcome_failed(first, "broken"));
  cf_round round = next(&r, true);
  assert_int_equal(round.stage, CF_STAGE_TUNE);
  assert_int_equal(round.list.count, 1);
  assert_int_equal(round.list.run_id[0], first);
  cf_round_free(&round);
  round = next(&r, false);
  assert_int_equal(round.stage, CF_STAGE_REFINE);
  cf_round_free(&round);
  results_put(&r, outcome_failed(second, "broken"));
  round = next(&r, true);
  assert_int_equal(round.stage, CF_STAGE_REFINE);
  assert_int_equal(round.list.count, 16);
  cf_round_free(&round);
  play_round(&r);
  round = next(&r, true);
  assert_int_equal(round.stage, CF_STAGE_REFINE);
  assert_int_equal(round.list.count, 1);
  assert_int_equal(round.list.run_id[0], second);
  cf_round_free(&round);
  results_put(&r, play(1));
  round = next(&r, true);
  assert_int_equal(round.stage, CF_STAGE_RUN);
  assert_int_equal(round.list.count, 29);
  cf_round_free(&round);
  free(r.outcome);
}

static void test_tuning_that_fails(void **state) {
  (void)state;
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  results r = {0};
  for (uint32_t i = 0; i < 16; i++) results_put(&r, outcome_failed(f.campaign.runs + 1 + i, "the ledger is off"));
  cf_outcomes outcomes = results_all(&r);
  cf_round round;
  assert_int_equal(cf_next_round(&f.campaign, &outcomes, false, &round, &diag), CF_SOME_FAILED);
  assert_non_null(strstr(diag.entry[0].text, "the ledger is off"));
  assert_null(round.list.run_id);
  free(r.outcome);
}

/* What a worker sets: the plan's and the evaluation's for a trial, the round's for a run. */
static void test_settings_of_runs(void **state) {
  (void)state;
  static const cf_setting given[] = {{"duration=2 d", "--set#1"}};
  fixture_tune(&f, 8, 2);
  f.plan.settings = 1;
  f.plan.setting = given;
  fixture_count(&f);
  results r = {0};
  cf_arena *arena = cf_arena_create(0xA5);
  cf_setting *setting;
  uint32_t settings;
  cf_tune tune = cf_tune_of(&f.plan);
  double centre[CF_MAX_TUNED] = {0}, value[CF_MAX_TUNED];
  for (cf_stage stage = CF_STAGE_TUNE; stage <= CF_STAGE_REFINE; stage++) {
    cf_round round = next(&r, false);
    assert_int_equal(round.stage, stage);
    for (uint32_t i = 0; i < round.settings; i++) centre[i] = cf_tune_read(&f.plan.tune[i], round.setting[i].text);
    for (uint32_t i = 0; i < round.list.count; i++) {
      cf_campaign_run run = cf_campaign_run_of(&f.campaign, round.list.run_id[i]);
      assert_int_equal(cf_campaign_settings(&f.campaign, &round, &run, arena, &setting, &settings, &diag), CF_OK);
      uint32_t policy = run.policy == 1 ? 0 : 1, parameters = policy ? 2 : 1;
      assert_int_equal(settings, 1 + parameters);
      assert_string_equal(setting[0].text, "duration=2 d");
      assert_int_equal(cf_tune_values(&tune, policy, run.evaluation, centre, value, &diag), CF_OK);
      for (uint32_t k = 0; k < parameters; k++)
        assert_true(cf_tune_read(&f.plan.tune[policy + k], setting[1 + k].text) == value[policy + k]);
    }
    cf_round_free(&round);
    play_round(&r);
  }
  cf_round round = next(&r, false);
  cf_campaign_run run = cf_campaign_run_of(&f.campaign, 1);
  assert_int_equal(cf_campaign_settings(&f.campaign, &round, &run, arena, &setting, &settings, &diag), CF_OK);
  assert_int_equal(settings, 3);
  for (uint32_t i = 0; i < 3; i++) assert_string_equal(setting[i].text, round.setting[i].text);
  cf_round_free(&round);
  cf_arena_destroy(arena);
  free(r.outcome);
}

static void test_columns(void **state) {
  (void)state;
  fixture_tune(&f, 8, 2);
  f.plan.tune_column = "missed";
  f.plan.until_column = "accuracy";
  assert_string_equal(cf_campaign_column(&f.campaign, CF_STAGE_TUNE), "missed");
  assert_string_equal(cf_campaign_column(&f.campaign, CF_STAGE_REFINE), "missed");
  assert_string_equal(cf_campaign_column(&f.campaign, CF_STAGE_RUN), "accuracy");
  f.plan.until_column = NULL;
  assert_string_equal(cf_campaign_column(&f.campaign, CF_STAGE_RUN), "loss");
  f.plan.tunes = false;
  assert_string_equal(cf_campaign_column(&f.campaign, CF_STAGE_TUNE), "loss");
}

static void test_it_is_written(void **state) {
  (void)state;
  char path[CF_CAMPAIGN_PATH + 16];
  snprintf(f.campaign.directory, sizeof f.campaign.directory, "/tmp/cf-next-XXXXXX");
  assert_non_null(mkdtemp(f.campaign.directory));
  cf_outcomes none = {0};
  cf_round round, read;
  assert_int_equal(cf_campaign_next(&f.campaign, &none, 0, false, &round, &diag), CF_OK);
  assert_int_equal(round.shards, 1);
  cf_round_free(&round);
  assert_int_equal(cf_campaign_next(&f.campaign, &none, 4, false, &round, &diag), CF_OK);
  assert_int_equal(cf_round_read(&f.campaign, &read, &diag), CF_OK);
  assert_int_equal(read.shards, 4);
  assert_int_equal(read.list.count, round.list.count);
  cf_round_free(&round);
  cf_round_free(&read);
  snprintf(path, sizeof path, "%s/round", f.campaign.directory);
  unlink(path);
  rmdir(f.campaign.directory);
  assert_int_equal(cf_campaign_next(&f.campaign, &none, 4, false, &round, &diag), CF_IO);
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_numbers_of_runs),    CASE(test_a_plain_plan),
      CASE(test_failed_runs),        CASE(test_the_rule_ends_points),
      CASE(test_rounds_do_not_mix),  CASE(test_order_does_not_matter),
      CASE(test_tuning_comes_first), CASE(test_one_evaluation_has_no_second_half),
      CASE(test_failed_trials),      CASE(test_tuning_that_fails),
      CASE(test_settings_of_runs),   CASE(test_columns),
      CASE(test_it_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
