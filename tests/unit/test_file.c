/* A database file under hardship: killed writers, full disks, names that are taken. */
#include "store_fixture.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "store/file.h"

enum { DECISIONS = 3000 };

/* ---- death --------------------------------------------------------------------------------------------------------
 */

/* What the child does until it is killed: it replaces the database and writes runs. Never returns. */
static void write_for_ever(const char *path) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(path);
  options.replace = true;
  options.version = "new";
  cf_writer *writer;
  if (cf_writer_open(&options, &writer, &diag) != CF_OK) _exit(1);
  cf_recorder to = cf_writer_recorder(writer);
  for (uint32_t run = 1; run < 100000; run++)
    if (deliver_run(&to, run, DECISIONS, &diag) != CF_OK) _exit(2);
  _exit(3);
}

static void wait_us(long us) {
  const struct timespec wait = {0, us * 1000};
  nanosleep(&wait, NULL);
}

/* Whatever was there when the writer died, it is whole: the old database, or a new one in which every run is either
 * done with all its rows or unfinished without any. */
static void test_killed_at_any_instant(void **state) {
  const char *path = in_scratch(state, "a.db");
  char keep[512];
  snprintf(keep, sizeof keep, "%s", path);
  unsigned old = 0, unfinished = 0, some_done = 0;
  srand(1);
  for (int kill_number = 0; kill_number < 40; kill_number++) {
    nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(mkdir(*state, 0755), 0);
    write_fixture(keep, 2, 10);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) write_for_ever(keep);
    wait_us(kill_number < 15 ? rand() % 12000 : rand() % 150000);
    assert_int_equal(kill(child, SIGKILL), 0);
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    assert_rows(keep, "PRAGMA integrity_check", "ok\n");
    if (ask_number(keep, "SELECT count(*) FROM meta WHERE key = 'version' AND value = 'new'") == 0.0) {
      old++;
      assert_rows(keep, "SELECT status, count(*) FROM run GROUP BY 1", "done,2\n");
      continue;
    }
    assert_rows(keep, "SELECT value FROM meta WHERE key = 'finished'", "no\n");
    assert_rows(keep, "SELECT count(*) FROM run WHERE status = 'failed'", "0\n");
    assert_rows(keep,
                "SELECT count(*) FROM run WHERE (SELECT count(*) FROM decision AS d WHERE d.run_id = run.run_id) <> "
                "iif(status = 'done', 3000, 0)",
                "0\n");
    assert_rows(keep, "SELECT count(*) > 1 FROM run WHERE status = 'unfinished'", "0\n");
    unfinished += ask_number(keep, "SELECT count(*) FROM run WHERE status = 'unfinished'") > 0.0;
    some_done += ask_number(keep, "SELECT count(*) FROM run WHERE status = 'done'") > 0.0;
  }
  assert_true(unfinished > 0 && some_done > 0); /* else the kills came at no interesting time */
  assert_true(old < 40);
}

/* ---- no room ------------------------------------------------------------------------------------------------------
 */

enum { NO_MOUNT = 77 };

#define REQUIRE(condition, code)                                                    \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      cf_diag_print(&diag, stderr, false);                                          \
      _exit(code);                                                                  \
    }                                                                               \
  } while (0)

/* Writes until it fails, makes room, and looks at what is left. Runs in a child; never returns. */
static void fill_the_disk(const char *path, const char *ballast, const char *words) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_writer_options options = fixture_options(path);
  cf_writer *writer;
  REQUIRE(cf_writer_open(&options, &writer, &diag) == CF_OK, 1);
  cf_recorder to = cf_writer_recorder(writer);
  cf_status status = CF_OK;
  uint32_t run = 1;
  for (; status == CF_OK && run < 200; run++) status = deliver_run(&to, run, DECISIONS, &diag);
  REQUIRE(status == CF_IO, 2);
  REQUIRE(diag.errors == 1 && strstr(diag.entry[0].text, words) && strstr(diag.entry[0].text, path), 3);
  cf_run_row more = fixture_run(run + 1);
  REQUIRE(to.begin(to.self, &more, &diag) == CF_IO || to.end(to.self, &more, &diag) == CF_IO, 4);
  REQUIRE(cf_writer_close(writer, &diag) == CF_IO, 5);
  if (ballast) REQUIRE(unlink(ballast) == 0, 6);
  const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  if (!ballast) REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0, 6);
  cf_diag_init(&diag);
  cf_database *database = NULL;
  double bad = -1, done = -1, finished = -1;
  REQUIRE(cf_database_open(path, &database, &diag) == CF_OK, 7);
  cf_query_number(database, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'", &bad, &diag);
  REQUIRE(bad == 0.0, 8);
  cf_query_number(database,
                  "SELECT count(*) FROM run WHERE (SELECT count(*) FROM decision AS d WHERE d.run_id = run.run_id) "
                  "<> iif(status = 'done', 3000, 0)",
                  &bad, &diag);
  REQUIRE(bad == 0.0, 9);
  cf_query_number(database, "SELECT count(*) FROM run WHERE status = 'done'", &done, &diag);
  REQUIRE(done >= 1.0, 10);
  cf_query_number(database, "SELECT count(*) FROM meta WHERE key = 'finished' AND value = 'yes'", &finished, &diag);
  REQUIRE(finished == 0.0, 11);
  _exit(0);
}

static int exit_code_of(pid_t child) {
  int result;
  assert_int_equal(waitpid(child, &result, 0), child);
  assert_true(WIFEXITED(result));
  return WEXITSTATUS(result);
}

static void test_files_may_not_grow(void **state) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 2 << 20;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(90);
    fill_the_disk(in_scratch(state, "a.db"), NULL, "disk I/O error (a write failed)");
  }
  assert_int_equal(exit_code_of(child), 0);
}

/* A small file system of its own, in a mount namespace of the child. */
static void test_full_disk(void **state) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", *state, "tmpfs", 0, "size=4m") != 0)
      _exit(NO_MOUNT);
    const char *ballast = in_scratch(state, "ballast");
    FILE *file = fopen(ballast, "wb");
    if (!file) _exit(91);
    for (int i = 0; i < 1 << 20; i++) fputc('b', file);
    if (fclose(file) != 0) _exit(92);
    fill_the_disk(in_scratch(state, "a.db"), ballast, "the disk is full");
  }
  int code = exit_code_of(child);
  if (code == NO_MOUNT) skip();
  assert_int_equal(code, 0);
}

static void test_no_room_for_the_beginning(void **state) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    const struct rlimit limit = {8192, 8192};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_writer_options options = fixture_options(in_scratch(state, "a.db"));
    cf_writer *writer;
    REQUIRE(cf_writer_open(&options, &writer, &diag) == CF_IO, 1);
    REQUIRE(writer == NULL && strstr(diag.entry[0].text, options.path), 2);
    _exit(0);
  }
  assert_int_equal(exit_code_of(child), 0);
  /* nothing is left */
  assert_int_equal(rmdir(*state), 0);
  assert_int_equal(mkdir(*state, 0755), 0);
}

/* ---- header and helpers -------------------------------------------------------------------------------------------
 */

static void test_application_id(void **state) {
  const char *path = in_scratch(state, "a.db");
  assert_int_equal(cf_file_application_id(path), -1);
  write_fixture(path, 1, 0);
  assert_int_equal(cf_file_application_id(path), cf_file_kind_id(CF_KIND_RESULTS));
  assert_int_equal(cf_file_application_id(in_scratch(state, "a.exec.db")), cf_file_kind_id(CF_KIND_EXEC));
  assert_int_equal(truncate(path, 99), 0);
  assert_int_equal(cf_file_application_id(path), 0);
  assert_int_equal(cf_file_application_id("/dev/null"), 0);
  assert_int_equal(cf_file_application_id(*state), -1);
}

static void test_directory_of_a_path(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  char directory[64];
  assert_int_equal(cf_file_directory("a.db", directory, sizeof directory, &diag), CF_OK);
  assert_string_equal(directory, ".");
  assert_int_equal(cf_file_directory("/tmp/a.db", directory, sizeof directory, &diag), CF_OK);
  assert_string_equal(directory, "/tmp");
  char small[3];
  assert_int_equal(cf_file_directory("/tmp/a.db", small, sizeof small, &diag), CF_IO);
}

/* A killed writer's leftovers must not become part of its successor: a stale WAL would be read into the new file. */
static void test_leftovers_are_removed(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  const char *path = in_scratch(state, "a.db");
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    cf_writer_options options = fixture_options(path);
    cf_writer *writer;
    if (cf_writer_open(&options, &writer, &diag) != CF_OK) _exit(1);
    cf_recorder to = cf_writer_recorder(writer);
    if (deliver_run(&to, 1, 10, &diag) != CF_OK) _exit(2);
    _exit(0); /* without closing */
  }
  assert_int_equal(exit_code_of(child), 0);
  assert_int_equal(access(in_scratch(state, "a.db-wal"), F_OK), 0);
  cf_writer_options options = fixture_options(path);
  options.replace = true;
  cf_writer *writer;
  assert_int_equal(cf_writer_open(&options, &writer, &diag), CF_OK);
  assert_int_equal(cf_writer_close(writer, &diag), CF_OK);
  assert_rows(path, "SELECT count(*) FROM run", "0\n");
  assert_rows(path, "PRAGMA integrity_check", "ok\n");
  assert_int_equal(access(in_scratch(state, "a.db-wal"), F_OK), -1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_killed_at_any_instant),     CASE(test_files_may_not_grow), CASE(test_full_disk),
      CASE(test_no_room_for_the_beginning), CASE(test_application_id),     cmocka_unit_test(test_directory_of_a_path),
      CASE(test_leftovers_are_removed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
