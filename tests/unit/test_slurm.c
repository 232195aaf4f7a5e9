/* Slurm's scripts as they are written, and a sbatch of our own on PATH that keeps its arguments and answers as told. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "sweep/slurm.h"

/* ---- a campaign, and a sbatch ------------------------------------------------------------------------------ */

static char root[64];         /* scratch directory; bin/ in it is all of PATH */
static char shell_path[2048]; /* PATH as it was */
static cf_plan plan = {.name = "How big a panel?"};
static cf_campaign campaign = {.plan = &plan};
static cf_round work_round = {.stage = CF_STAGE_RUN, .number = 3, .shards = 40, .list = {.count = 1200}};
static cf_slurm_options options;
static cf_diag diag;
static cf_slurm_jobs jobs;

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static const char *in_root(const char *name) {
  static char path[8][512];
  static unsigned next;
  char *at = path[next++ % 8];
  snprintf(at, sizeof path[0], "%s/%s", root, name);
  return at;
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static char *read_text(const char *path) {
  static char text[32768];
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s: %s", path, strerror(errno));
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static void set_path(const char *path) { assert_int_equal(setenv("PATH", path, 1), 0); }

static void program(const char *name, const char *text) {
  char script[8192], path[128];
  snprintf(path, sizeof path, "bin/%s", name);
  snprintf(script, sizeof script, "#!/bin/sh\ncd '%s'\nPATH='%s'\n%s\n", root, shell_path, text);
  write_text(in_root(path), script);
  assert_int_equal(chmod(in_root(path), 0755), 0);
}

/* squeue knows of no jobs but these, when it is asked for all that there ever were. */
static void squeue(const char *answer) {
  char text[2048];
  snprintf(text, sizeof text, "[ $2 = --states=all ] || exit 0\n%s", answer);
  program("squeue", text);
}

/* sbatch counts its calls in file calls and keeps the words of call N, one on a line, in file args.N; then `answer`. */
static void sbatch(const char *answer) {
  char text[2048];
  snprintf(text, sizeof text, "n=$(($(cat calls) + 1)); echo $n >calls\nfor word; do echo \"$word\"; done >args.$n\n%s",
           answer);
  write_text(in_root("calls"), "0\n");
  program("sbatch", text);
}

static int set_up(void **state) {
  (void)state;
  snprintf(shell_path, sizeof shell_path, "%s", getenv("PATH"));
  strcpy(root, "/tmp/cf-slurm-XXXXXX");
  if (!mkdtemp(root)) return -1;
  mkdir(in_root("bin"), 0777);
  mkdir(in_root("DIR"), 0777);
  snprintf(campaign.directory, sizeof campaign.directory, "%s", in_root("DIR"));
  options = (cf_slurm_options){.program = "/opt/bin/coldfleet", .retries = 2, .output = "/data/r.db", .wait_s = 1e-3};
  work_round.shards = 40;
  cf_diag_init(&diag);
  unsetenv("SLURM_JOB_ID");
  set_path(in_root("bin"));
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  set_path(shell_path);
  nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}

static void assert_ok(cf_status status) {
  if (status != CF_OK) cf_diag_print(&diag, stderr, false);
  assert_int_equal(status, CF_OK);
}

static void assert_said(const char *text) {
  for (unsigned i = 0; i < diag.stored; i++)
    if (strstr(diag.entry[i].text, text)) return;
  cf_diag_print(&diag, stderr, false);
  fail_msg("nobody said '%s'", text);
}

static void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("'%s' is not in\n%s", part, text);
}

static cf_status submit(uint32_t attempt) {
  cf_diag_init(&diag);
  return cf_slurm_submit(&campaign, &work_round, &options, attempt, &jobs, &diag);
}

static cf_status write_scripts(uint32_t attempt) {
  cf_diag_init(&diag);
  return cf_slurm_write(&campaign, &work_round, &options, attempt, &diag);
}

/* ---- scripts ----------------------------------------------------------------------------------------------- */

static void test_scripts(void **state) {
  (void)state;
  options.time_limit_s = 5400.5;
  options.most_at_once = 8;
  options.sbatch_flags = "--partition=short --comment='it takes \"long\"'";
  assert_ok(write_scripts(0));
  char name[CF_SLURM_NAME], expected[4096];
  cf_slurm_name(&campaign, name);
  assert_int_equal(strncmp(name, "coldfleet-How-big-a-panel--", 27), 0);
  assert_int_equal(strlen(name), 27 + 8);
  snprintf(expected, sizeof expected,
           "#!/bin/sh\n"
           "# Round 3: 1200 runs in 40 parts.\n"
           "#SBATCH --job-name=%s\n"
           "#SBATCH --output='%s/DIR/log/slurm-%%A_%%a.log'\n"
           "#SBATCH --open-mode=append\n"
           "#SBATCH --requeue\n"
           "#SBATCH --array=1-40%%8\n"
           "#SBATCH --time=1:31:00\n"
           "#SBATCH --signal=B:USR1@60\n"
           "exec '/opt/bin/coldfleet' work '%s/DIR' --shard \"$SLURM_ARRAY_TASK_ID\"\n",
           name, root, root);
  assert_string_equal(read_text(in_root("DIR/slurm/round-3.sh")), expected);
  snprintf(expected, sizeof expected,
           "#!/bin/sh\n"
           "# After round 3: merges, or submits what is missing or comes next.\n"
           "#SBATCH --job-name=%s\n"
           "#SBATCH --output='%s/DIR/log/merge-%%j.log'\n"
           "#SBATCH --open-mode=append\n"
           "#SBATCH --requeue\n"
           "exec '/opt/bin/coldfleet' merge '%s/DIR' -o '/data/r.db' --launcher slurm --attempt 0 --retries 2 "
           "--time-limit 5400.5s --at-once 8 --sbatch '--partition=short --comment='\\''it takes \"long\"'\\'''\n",
           name, root, root);
  assert_string_equal(read_text(in_root("DIR/slurm/merge-3.sh")), expected);
  assert_int_equal(access(in_root("DIR/log"), F_OK), 0);
}

static void test_a_further_attempt_has_scripts_of_its_own(void **state) {
  (void)state;
  assert_ok(write_scripts(0));
  work_round.shards = 7;
  assert_ok(write_scripts(1));
  assert_has(read_text(in_root("DIR/slurm/round-3.sh")), "--array=1-40\n");
  assert_has(read_text(in_root("DIR/slurm/round-3.1.sh")), "--array=1-7\n");
  assert_has(read_text(in_root("DIR/slurm/merge-3.1.sh")), "--attempt 1 --retries 2\n");
  assert_null(strstr(read_text(in_root("DIR/slurm/round-3.sh")), "--time"));
}

static void test_dry_run_prints_what_would_be_written(void **state) {
  (void)state;
  options.sbatch_flags = "--qos=low";
  assert_ok(write_scripts(0));
  char both[32768];
  size_t length =
      (size_t)snprintf(both, sizeof both, "# %s/DIR/slurm/round-3.sh, submitted by: sbatch --qos=low\n", root);
  length += (size_t)snprintf(both + length, sizeof both - length, "%s", read_text(in_root("DIR/slurm/round-3.sh")));
  length += (size_t)snprintf(
      both + length, sizeof both - length,
      "\n# %s/DIR/slurm/merge-3.sh, submitted by: sbatch --qos=low --dependency=afterany:ARRAY\n", root);
  snprintf(both + length, sizeof both - length, "%s", read_text(in_root("DIR/slurm/merge-3.sh")));
  FILE *out = fopen(in_root("printed"), "w");
  assert_non_null(out);
  assert_ok(cf_slurm_print(&campaign, &work_round, &options, 0, out, &diag));
  fclose(out);
  assert_string_equal(read_text(in_root("printed")), both);
}

/* A shell runs the last line; sbatch reads the others by rules of its own (the test with a real Slurm sees to it). */
static void test_odd_paths(void **state) {
  (void)state;
  mkdir(in_root("a 'quoted' 100% \"dir\" $HOME"), 0777);
  snprintf(campaign.directory, sizeof campaign.directory, "%s", in_root("a 'quoted' 100% \"dir\" $HOME"));
  program("coldfleet", "for word; do echo \"<$word>\"; done >worked");
  options.program = in_root("bin/coldfleet");
  assert_ok(write_scripts(0));
  const char *script = in_root("a 'quoted' 100% \"dir\" $HOME/slurm/round-3.sh");
  assert_has(read_text(script), "/a '\\''quoted'\\'' 100%% \"dir\" $HOME/log/slurm-%A_%a.log'\n");
  char command[4096], expected[2048];
  snprintf(command, sizeof command, "SLURM_ARRAY_TASK_ID=17 PATH='%s' sh \"%s/\"a*HOME/slurm/round-3.sh", shell_path,
           root);
  set_path(shell_path);
  assert_int_equal(system(command), 0);  // NOLINT(cert-env33-c): as a shell reads it is what is tested
  snprintf(expected, sizeof expected, "<work>\n<%s/a 'quoted' 100%% \"dir\" $HOME>\n<--shard>\n<17>\n", root);
  assert_string_equal(read_text(in_root("worked")), expected);

  snprintf(campaign.directory, sizeof campaign.directory, "%s/a\\b", root);
  assert_int_equal(write_scripts(0), CF_USAGE);
  assert_said("a backslash");
  snprintf(campaign.directory, sizeof campaign.directory, "%s/a\nb", root);
  assert_int_equal(write_scripts(0), CF_USAGE);
  assert_said("a control character");
}

static void test_relative_paths_become_absolute(void **state) {
  (void)state;
  char here[4096], wanted[4200];
  assert_non_null(getcwd(here, sizeof here));
  assert_int_equal(chdir(root), 0);
  strcpy(campaign.directory, "DIR");
  options.output = "later/r.db";
  cf_status status = write_scripts(0);
  assert_int_equal(chdir(here), 0);
  assert_ok(status);
  snprintf(wanted, sizeof wanted, " merge '%s/DIR' -o '%s/later/r.db' ", root, root);
  assert_has(read_text(in_root("DIR/slurm/merge-3.sh")), wanted);
}

static void test_it_cannot_be_written(void **state) {
  (void)state;
  write_text(in_root("DIR/slurm"), "a file");
  assert_int_equal(write_scripts(0), CF_IO);
  assert_said("DIR/slurm/round-3.sh");
  snprintf(campaign.directory, sizeof campaign.directory, "%s", in_root("nowhere/DIR"));
  assert_int_equal(write_scripts(0), CF_IO);
  assert_said("nowhere/DIR/slurm: No such file");
}

static void test_options_that_cannot_be(void **state) {
  (void)state;
  static const struct {
    const char *flags, *said;
  } row[] = {
      {"--array=1-3", "--array=1-3 is not free"},
      {"-p x --dependency afterok:1", "--dependency is not free"},
      {"-a1-3", "-a1-3 is not free"},
      {"--qos='low", "a quote is not closed"},
      {"partition=short", "'partition=short' is no option of sbatch"},
  };
  for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
    options.sbatch_flags = row[i].flags;
    assert_int_equal(write_scripts(0), CF_USAGE);
    assert_said(row[i].said);
  }
  options.sbatch_flags = "--array-like=3 --account=a";
  assert_ok(write_scripts(0));
  options.time_limit_s = 179;
  assert_int_equal(write_scripts(0), CF_USAGE);
  assert_said("at least 3 min");
}

static void test_jobs_of_a_directory_have_one_name(void **state) {
  (void)state;
  char first[CF_SLURM_NAME], second[CF_SLURM_NAME];
  cf_slurm_name(&campaign, first);
  symlink(in_root("DIR"), in_root("LINK"));
  snprintf(campaign.directory, sizeof campaign.directory, "%s", in_root("LINK"));
  assert_string_equal(cf_slurm_name(&campaign, second), first);
  mkdir(in_root("DIR2"), 0777);
  snprintf(campaign.directory, sizeof campaign.directory, "%s", in_root("DIR2"));
  assert_string_not_equal(cf_slurm_name(&campaign, second), first);
}

/* ---- submission -------------------------------------------------------------------------------------------- */

/* The words of call `n`, without the last one, which finds the job again. */
static char *words_of(unsigned n) {
  char name[32];
  snprintf(name, sizeof name, "args.%u", n);
  char *text = read_text(in_root(name)), *token = strstr(text, "\nsubmitted-");
  assert_non_null(token);
  assert_true(strchr(token + 1, '\n') == token + strlen(token) - 1);
  token[1] = '\0';
  return text;
}

static void test_submits_an_array_and_behind_it_the_merge(void **state) {
  (void)state;
  options.sbatch_flags = " --partition=short   --comment='two words' --mem\t\"1 G\"";
  assert_ok(write_scripts(2));
  sbatch("echo \"sbatch: warning: slow\" >&2; echo $((100 + n))';cluster'");
  assert_ok(submit(2));
  assert_string_equal(jobs.array, "101");
  assert_string_equal(jobs.merge, "102");
  char expected[1024];
  snprintf(expected, sizeof expected, "--parsable\n--partition=short\n--comment=two words\n--mem\n1 G\n%s\n",
           in_root("DIR/slurm/round-3.2.sh"));
  assert_string_equal(words_of(1), expected);
  snprintf(expected, sizeof expected,
           "--parsable\n--partition=short\n--comment=two words\n--mem\n1 G\n--dependency=afterany:101\n%s\n",
           in_root("DIR/slurm/merge-3.2.sh"));
  assert_string_equal(words_of(2), expected);
  assert_string_equal(read_text(in_root("calls")), "2\n");
}

static void test_there_is_no_sbatch(void **state) {
  (void)state;
  assert_int_equal(submit(0), CF_USAGE);
  assert_said("there is no sbatch on PATH");
  assert_said("slurm-client");
  assert_said("--launcher manual");
}

static void test_slurm_refuses(void **state) {
  (void)state;
  sbatch(
      "echo 'sbatch: error: invalid partition specified: nix' >&2; echo 'sbatch: error: Batch job submission failed: "
      "Invalid partition name specified' >&2; exit 1");
  assert_int_equal(submit(0), CF_IO);
  assert_said(
      "round-3.sh: invalid partition specified: nix; Batch job submission failed: Invalid partition name "
      "specified");
  assert_string_equal(read_text(in_root("calls")), "1\n");
  assert_string_equal(jobs.array, "");
  assert_null(strstr(diag.entry[0].text, "1000"));
  work_round.shards = 1001;
  assert_int_equal(submit(0), CF_IO);
  assert_said("no more than 1000 tasks");
  sbatch("exit 3");
  assert_int_equal(submit(0), CF_IO);
  assert_said("sbatch ended with status 3");
  sbatch("echo Submitted batch job 12");
  assert_int_equal(submit(0), CF_IO);
  assert_said("Submitted batch job 12");
}

static void test_only_the_array_is_submitted(void **state) {
  (void)state;
  sbatch("[ $n = 1 ] && echo 77 && exit 0; echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1");
  assert_int_equal(submit(0), CF_IO);
  assert_string_equal(jobs.array, "77");
  assert_string_equal(jobs.merge, "");
  assert_said("QOSMaxSubmitJobPerUserLimit");
  assert_said("job 77, but nothing will merge it");
  assert_said("coldfleet merge ");
}

static void test_jobs_that_are_still_there(void **state) {
  (void)state;
  sbatch("echo $n");
  program("squeue", "echo \"$*\" >asked; echo ' 12 9_3'; echo '9 9_[4-7]'; echo 10 10");
  assert_int_equal(submit(0), CF_IO);
  assert_said("Slurm still has jobs of ");
  assert_said("(9_3, 9_[4-7], 10)");
  assert_said("scancel --name=coldfleet-How-big-a-panel-");
  assert_string_equal(read_text(in_root("calls")), "0\n");
  char name[CF_SLURM_NAME], expected[256];
  snprintf(expected, sizeof expected, "--noheader --states=PENDING,RUNNING,SUSPENDED --name=%s --format=%%A %%i\n",
           cf_slurm_name(&campaign, name));
  assert_string_equal(read_text(in_root("asked")), expected);

  /* the merging job is one of them, and may submit */
  program("squeue", "echo 10 10");
  setenv("SLURM_JOB_ID", "10", 1);
  cf_status status = submit(0);
  unsetenv("SLURM_JOB_ID");
  assert_ok(status);
}

static cf_status check_idle(void) {
  cf_diag_init(&diag);
  return cf_slurm_check_idle(&campaign, &options, &diag);
}

/* Who does not know whether there are jobs must not decide what they are to run. */
static void test_nobody_says_whether_there_are_jobs(void **state) {
  (void)state;
  assert_ok(check_idle()); /* without a squeue */
  program("squeue", "echo 'squeue: error: Invalid user' >&2; echo x >>asked; exit 1");
  assert_int_equal(check_idle(), CF_IO);
  assert_said("does not say whether it still has jobs of this sweep: Invalid user");
  assert_string_equal(read_text(in_root("asked")), "x\n");
  sbatch("echo $n");
  assert_int_equal(submit(0), CF_IO);
  assert_string_equal(read_text(in_root("calls")), "0\n");

  /* busy, it is asked again */
  write_text(in_root("asked"), "");
  program("squeue",
          "echo x >>asked; [ $(wc -l <asked) = 3 ] && exit 0\n"
          "echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1");
  assert_ok(check_idle());
  assert_string_equal(read_text(in_root("asked")), "x\nx\nx\n");
}

static void test_whether_there_may_be_jobs(void **state) {
  (void)state;
  assert_true(cf_slurm_may_have_jobs(&campaign)); /* nobody can say */
  program("squeue", "echo \"$*\" >asked; exit 1");
  assert_true(cf_slurm_may_have_jobs(&campaign));
  char name[CF_SLURM_NAME], expected[256];
  snprintf(expected, sizeof expected, "--noheader --name=%s --format=%%A\n", cf_slurm_name(&campaign, name));
  assert_string_equal(read_text(in_root("asked")), expected);
  program("squeue", "echo 12");
  assert_true(cf_slurm_may_have_jobs(&campaign));
  program("squeue", "exit 0");
  assert_false(cf_slurm_may_have_jobs(&campaign));
}

static const char *const busy = "Batch job submission failed: Socket timed out on send/recv operation";

static void test_a_busy_slurm_is_asked_again(void **state) {
  (void)state;
  char answer[256];
  snprintf(answer, sizeof answer, "[ $n = 3 ] || [ $n = 4 ] && echo $n && exit 0; echo 'sbatch: error: %s' >&2; exit 1",
           busy);
  sbatch(answer);
  squeue("echo \"$@\" >asked; echo '55 /some/other/round-3.sh submitted-1-1'");
  assert_ok(submit(0));
  assert_string_equal(jobs.array, "3");
  assert_string_equal(jobs.merge, "4");
  char name[CF_SLURM_NAME], expected[256];
  snprintf(expected, sizeof expected, "--noheader --states=all --name=%s --sort=-i --format=%%F %%o\n",
           cf_slurm_name(&campaign, name));
  assert_string_equal(read_text(in_root("asked")), expected);
}

static void test_what_came_through_is_not_submitted_again(void **state) {
  (void)state;
  char answer[256];
  snprintf(answer, sizeof answer, "[ $n = 2 ] && echo 9 && exit 0; echo 'sbatch: error: %s' >&2; exit 1", busy);
  sbatch(answer);
  squeue("echo '55 /some/other/round-3.sh submitted-1-1'; echo \" 56 /a/round-3.sh $(tail -n 1 args.1)\"");
  assert_ok(submit(0));
  assert_string_equal(jobs.array, "56");
  assert_string_equal(jobs.merge, "9");
  assert_has(read_text(in_root("args.2")), "--dependency=afterany:56\n");
}

/* As long as nobody can say whether the job is there, it is not submitted again. */
static void test_a_slurm_that_does_not_come_back(void **state) {
  (void)state;
  char answer[256];
  snprintf(answer, sizeof answer, "echo 'sbatch: error: %s' >&2; exit 1", busy);
  sbatch(answer);
  squeue("exit 1");
  assert_int_equal(submit(0), CF_IO);
  assert_string_equal(read_text(in_root("calls")), "1\n");
  assert_said("out of reach: Batch job submission failed: Socket timed out");
  assert_said("squeue --name=coldfleet-How-big-a-panel-");
  squeue("exit 0");
  sbatch(answer);
  options.wait_s = 0.01; /* and 0.02, 0.04, 0.08, 0.16: 0.31 s in all */
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  assert_int_equal(submit(0), CF_IO);
  clock_gettime(CLOCK_MONOTONIC, &end);
  assert_true((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec) > 0.3);
  assert_string_equal(read_text(in_root("calls")), "6\n");
}

static void test_waiting_can_be_given_up(void **state) {
  (void)state;
  static volatile int stop = 1;
  char answer[256];
  snprintf(answer, sizeof answer, "echo 'sbatch: error: %s' >&2; exit 1", busy);
  sbatch(answer);
  options.stop = &stop;
  options.wait_s = 30;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  assert_int_equal(submit(0), CF_IO);
  clock_gettime(CLOCK_MONOTONIC, &end);
  assert_true(end.tv_sec - start.tv_sec < 20);
  assert_string_equal(read_text(in_root("calls")), "1\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_scripts),
      CASE(test_a_further_attempt_has_scripts_of_its_own),
      CASE(test_dry_run_prints_what_would_be_written),
      CASE(test_odd_paths),
      CASE(test_relative_paths_become_absolute),
      CASE(test_it_cannot_be_written),
      CASE(test_options_that_cannot_be),
      CASE(test_jobs_of_a_directory_have_one_name),
      CASE(test_submits_an_array_and_behind_it_the_merge),
      CASE(test_there_is_no_sbatch),
      CASE(test_slurm_refuses),
      CASE(test_only_the_array_is_submitted),
      CASE(test_jobs_that_are_still_there),
      CASE(test_nobody_says_whether_there_are_jobs),
      CASE(test_whether_there_may_be_jobs),
      CASE(test_a_busy_slurm_is_asked_again),
      CASE(test_what_came_through_is_not_submitted_again),
      CASE(test_a_slurm_that_does_not_come_back),
      CASE(test_waiting_can_be_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
