/* DIR/round: parts, the text, and that nothing but such a text is read. */
#include "campaign_fixture.h"

#include <ftw.h>
#include <sha256.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/round.h"

static fixture f;
static cf_diag diag;

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static int set_up(void **state) {
  fixture_make(&f, 100);
  fixture_tune(&f, 8, 2);
  fixture_count(&f);
  cf_diag_init(&diag);
  snprintf(f.campaign.directory, sizeof f.campaign.directory, "/tmp/cf-round-XXXXXX");
  *state = f.campaign.directory;
  return mkdtemp(f.campaign.directory) ? 0 : -1;
}

static int tear_down(void **state) {
  chmod(*state, 0755);
  return nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void make(cf_round *round, cf_stage stage, const uint32_t *run, uint32_t runs) {
  static const char *const text[] = {"policies.random.ask=12.5 %",
                                     "policies.confidence-threshold.look_again_below=97 %",
                                     "policies.confidence-threshold.ask_below=0.25"};
  assert_true(cf_round_make(round, stage == CF_STAGE_TUNE ? 0 : 3, runs));
  round->stage = stage;
  round->number = 3;
  round->shards = 7;
  for (uint32_t i = 0; i < round->settings; i++) assert_true(cf_round_set(round, i, text[i]));
  for (uint32_t i = 0; i < runs; i++) round->list.run_id[i] = run[i];
}

static void assert_same(const cf_round *a, const cf_round *b) {
  assert_int_equal(a->stage, b->stage);
  assert_int_equal(a->number, b->number);
  assert_int_equal(a->shards, b->shards);
  assert_int_equal(a->retry_failed, b->retry_failed);
  assert_int_equal(a->settings, b->settings);
  assert_int_equal(a->list.count, b->list.count);
  for (uint32_t i = 0; i < a->settings; i++) assert_string_equal(a->setting[i].text, b->setting[i].text);
  for (uint32_t i = 0; i < a->list.count; i++) assert_int_equal(a->list.run_id[i], b->list.run_id[i]);
}

static char *file_text(size_t *length) {
  char path[CF_CAMPAIGN_PATH + 16];
  snprintf(path, sizeof path, "%s/round", f.campaign.directory);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = calloc(1, 1 << 20);
  *length = fread(text, 1, (1 << 20) - 1, file);
  fclose(file);
  return text;
}

static void write_and_read(cf_round *round) {
  cf_round again;
  assert_int_equal(cf_round_write(&f.campaign, round, &diag), CF_OK);
  cf_status status = cf_round_read(&f.campaign, &again, &diag);
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
  assert_same(round, &again);
  cf_round_free(&again);
}

static void test_it_comes_back(void **state) {
  (void)state;
  static const uint32_t run[] = {1, 2, 3, 5, 9, 10, 600};
  const uint32_t trial[] = {f.campaign.runs + 1, f.campaign.runs + 16};
  const uint32_t later[] = {f.campaign.runs + 17, f.campaign.runs + 32};
  cf_round round;
  make(&round, CF_STAGE_RUN, run, 7);
  write_and_read(&round);
  size_t length;
  char *text = file_text(&length);
  assert_non_null(strstr(text, "\nstage run\nnumber 3\nshards 7\nset policies.random.ask=12.5 %\n"));
  assert_non_null(strstr(text, "\nruns 1-3 5 9-10 600\nsha256 "));
  free(text);
  round.retry_failed = true;
  write_and_read(&round);
  text = file_text(&length);
  assert_non_null(strstr(text, "\nshards 7\nretry failed\nset "));
  free(text);
  cf_round_free(&round);
  make(&round, CF_STAGE_TUNE, trial, 2);
  write_and_read(&round);
  cf_round_free(&round);
  make(&round, CF_STAGE_REFINE, later, 2);
  write_and_read(&round);
  cf_round_free(&round);
  make(&round, CF_STAGE_DONE, NULL, 0);
  write_and_read(&round);
  cf_round_free(&round);
}

static void test_random_lists_come_back(void **state) {
  (void)state;
  uint64_t seed = 17;
  for (unsigned trial = 0; trial < cf_test_trials(50); trial++) {
    uint32_t run[600], runs = 0;
    uint64_t share = cf_test_next(&seed) % 100;
    for (uint32_t id = 1; id <= 600; id++)
      if (cf_test_next(&seed) % 100 < share) run[runs++] = id;
    cf_round round;
    make(&round, CF_STAGE_RUN, run, runs);
    write_and_read(&round);
    cf_round_free(&round);
  }
}

static void test_parts_are_the_whole(void **state) {
  (void)state;
  uint64_t seed = 23;
  for (unsigned trial = 0; trial < cf_test_trials(500); trial++) {
    cf_round round = {.shards = 1 + (uint32_t)(cf_test_next(&seed) % 40),
                      .list.count = (uint32_t)(cf_test_next(&seed) % 100)};
    uint32_t next = 0, least = UINT32_MAX, most = 0, empty = 0;
    for (uint32_t shard = 1; shard <= round.shards; shard++) {
      uint32_t first, count;
      cf_round_part(&round, shard, &first, &count);
      assert_int_equal(first, next);
      assert_true(count == 0 || empty == 0); /* empty parts come last */
      next += count;
      empty += count == 0;
      if (count < least) least = count;
      if (count > most) most = count;
    }
    assert_int_equal(next, round.list.count);
    assert_true(most - least <= 1);
  }
}

static cf_status parse(const char *text, size_t length) {
  cf_round round;
  cf_diag_init(&diag);
  char *copy = malloc(length ? length : 1); /* without a NUL behind it */
  memcpy(copy, text, length);
  cf_status status = cf_round_parse(&f.campaign, "d/round", copy, length, &round, &diag);
  free(copy);
  if (status == CF_OK)
    cf_round_free(&round);
  else
    assert_true(diag.errors > 0 && !round.setting && !round.list.run_id);
  return status;
}

/* Every byte counts: none can be changed, left out or added. */
static void test_damage_is_found(void **state) {
  (void)state;
  static const uint32_t run[] = {1, 2, 3, 5, 9, 10, 600};
  cf_round round;
  make(&round, CF_STAGE_RUN, run, 7);
  assert_int_equal(cf_round_write(&f.campaign, &round, &diag), CF_OK);
  cf_round_free(&round);
  size_t length;
  char *text = file_text(&length);
  assert_int_equal(parse(text, length), CF_OK);
  for (size_t i = 0; i < length; i++) {
    assert_int_equal(parse(text, i), CF_INPUT);
    for (int bit = 0; bit < 8; bit++) {
      text[i] ^= (char)(1 << bit);
      assert_int_equal(parse(text, length), CF_INPUT);
      text[i] ^= (char)(1 << bit);
    }
  }
  text[length] = '\n';
  assert_int_equal(parse(text, length + 1), CF_INPUT);
  free(text);
}

/* The text with its hash at the end: as if a program of ours had written it. */
static cf_status parse_signed(const char *format, const char *plan) {
  char text[4096], sha256[65];
  int length = snprintf(text, sizeof text, format, plan);
  SHA256Data((const uint8_t *)text, (size_t)length, sha256);
  length += snprintf(text + length, sizeof text - (size_t)length, "sha256 %s\n", sha256);
  return parse(text, (size_t)length);
}

#define HEAD "coldfleet round\nplan %s\n"
#define SETS                                                                                        \
  "set policies.random.ask=12.5 %%\nset policies.confidence-threshold.look_again_below=97 %%\nset " \
  "policies.confidence-threshold.ask_below=0.25\n"

static void test_what_is_said_must_make_sense(void **state) {
  (void)state;
  const char *plan = f.campaign.plan_sha256;
  assert_int_equal(parse_signed(HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 1-600\n", plan), CF_OK);
  assert_int_equal(parse_signed(HEAD "stage tune\nnumber 1\nshards 7\nruns 601-616\n", plan), CF_OK);
  static const char *const bad[] = {
      HEAD "stage run\nnumber 3\nshards 7\nruns 1-600\n",                /* settings are missing */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 1-601\n",        /* a trial */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 0-6\n",          /* no run */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 5-6 6\n",        /* twice */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 6 5\n",          /* not in order */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 7-6\n",          /* backwards */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 1-2 3\n",        /* not as it is written */
      HEAD "stage run\nnumber 3\nshards 7\nretry all\n" SETS "runs 1\n", /* not a word of it */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 01\n",           /* nor this */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 1 \n",           /* nor this */
      HEAD "stage run\nnumber 3\nshards 7\n" SETS "runs 4294967297\n",   /* too large */
      HEAD "stage run\nnumber 3\nshards 0\n" SETS "runs 1\n",            /* no part */
      HEAD "stage run\nnumber 0\nshards 7\n" SETS "runs 1\n",            /* not counted from 1 */
      HEAD "stage walk\nnumber 3\nshards 7\n" SETS "runs 1\n",           /* no such stage */
      HEAD "stage done\nnumber 3\nshards 7\n" SETS "runs 1\n",           /* done with a run */
      HEAD "stage tune\nnumber 1\nshards 7\nruns 601-617\n",             /* one of the second half */
      HEAD "stage refine\nnumber 2\nshards 7\n" SETS "runs 616\n",       /* one of the first */
      HEAD "shards 7\nstage run\nnumber 3\n" SETS "runs 1\n",
  };
  for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (parse_signed(bad[i], plan) != CF_INPUT) fail_msg("%u is read: %s", i, bad[i]);
}

static void test_foreign_files(void **state) {
  (void)state;
  char other[65];
  snprintf(other, sizeof other, "%064d", 43);
  assert_int_equal(parse_signed(HEAD "stage done\nnumber 3\nshards 7\n" SETS, other), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "another plan"));
  assert_int_equal(parse("hello\n", 6), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "not a round"));
  assert_int_equal(parse("", 0), CF_INPUT);
}

static void test_absent_and_unwritable(void **state) {
  cf_round round;
  assert_int_equal(cf_round_read(&f.campaign, &round, &diag), CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "/round: nothing has been decided yet"));
  char path[CF_CAMPAIGN_PATH + 16];
  snprintf(path, sizeof path, "%s/round", (const char *)*state);
  assert_int_equal(mkdir(path, 0755), 0);
  cf_diag_init(&diag);
  assert_int_equal(cf_round_read(&f.campaign, &round, &diag), CF_INPUT);
  make(&round, CF_STAGE_DONE, NULL, 0);
  assert_int_equal(cf_round_write(&f.campaign, &round, &diag), CF_IO);
  cf_round_free(&round);
  assert_int_equal(rmdir(path), 0);
  assert_int_equal(rmdir(*state), 0); /* nothing was left behind */
  assert_int_equal(mkdir(*state, 0755), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_it_comes_back),         CASE(test_random_lists_come_back),       CASE(test_parts_are_the_whole),
      CASE(test_damage_is_found),       CASE(test_what_is_said_must_make_sense), CASE(test_foreign_files),
      CASE(test_absent_and_unwritable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
