/* The spool: rows come back in order and unchanged, from memory and from the file, and nothing is left behind. */
#include "store_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store/spool.h"

/* Row i: its number, half of it, a text of a length that follows from it, NULL, a blob. */
static uint32_t make_row(cf_cell cell[5], uint32_t i, char *text) {
  uint32_t length = i * 7 % 300;
  memset(text, 'a' + (int)(i % 26), length);
  cell[0] = (cf_cell){.type = CF_CELL_INTEGER, .as.integer = (int64_t)i - 5};
  cell[1] = (cf_cell){.type = CF_CELL_REAL, .as.real = i / 2.0};
  cell[2] = (cf_cell){.type = CF_CELL_TEXT, .length = length, .as.text = text};
  cell[3] = (cf_cell){.type = CF_CELL_NULL};
  cell[4] = (cf_cell){.type = CF_CELL_BLOB, .length = 4, .as.text = (const char *)"\0\1\2\3"};
  return 5;
}

typedef struct check {
  uint32_t next, stop_at;
} check;

static cf_status check_row(void *self, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag) {
  check *at = self;
  if (at->next == at->stop_at) return cf_fail(diag, CF_ASSERTION, "enough");
  char text[300];
  cf_cell expected[5];
  assert_int_equal(count, make_row(expected, at->next, text));
  assert_int_equal(relation, at->next % CF_RELATIONS);
  assert_int_equal(cell[0].as.integer, expected[0].as.integer);
  assert_true(cell[1].as.real == expected[1].as.real);
  assert_int_equal(cell[2].length, expected[2].length);
  assert_memory_equal(cell[2].as.text, text, expected[2].length);
  assert_int_equal(cell[3].type, CF_CELL_NULL);
  assert_memory_equal(cell[4].as.text, "\0\1\2\3", 4);
  at->next++;
  return CF_OK;
}

static void put_rows(cf_spool *spool, uint32_t rows) {
  cf_diag diag;
  cf_diag_init(&diag);
  char text[300];
  cf_cell cell[5];
  for (uint32_t i = 0; i < rows; i++) {
    uint32_t count = make_row(cell, i, text);
    assert_int_equal(cf_spool_put(spool, (cf_relation_id)(i % CF_RELATIONS), cell, count, &diag), CF_OK);
  }
}

static void round_trip(void **state, size_t limit_bytes, uint32_t rows, bool in_file) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_spool spool;
  cf_spool_init(&spool, *state, limit_bytes);
  put_rows(&spool, rows);
  assert_int_equal(spool.file >= 0, in_file);
  for (int twice = 0; twice < 2; twice++) {
    check at = {0, UINT32_MAX};
    assert_int_equal(cf_spool_read(&spool, check_row, &at, &diag), CF_OK);
    assert_int_equal(at.next, rows);
  }
  cf_spool_free(&spool);
}

static void test_round_trips(void **state) {
  round_trip(state, 1 << 20, 0, false);
  round_trip(state, 1 << 20, 1000, false);
  round_trip(state, 1000, 1000, true);
  round_trip(state, 1, 50, true);       /* each row is moved out by the next */
  round_trip(state, 4096, 40000, true); /* more than one block when read */
}

static void test_a_row_larger_than_everything(void **state) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_spool spool;
  cf_spool_init(&spool, *state, 4096);
  size_t length = 3 << 20;
  char *text = malloc(length);
  assert_non_null(text);
  memset(text, 'x', length);
  const cf_cell cell = {.type = CF_CELL_TEXT, .length = (uint32_t)length, .as.text = text};
  for (int i = 0; i < 3; i++) assert_int_equal(cf_spool_put(&spool, CF_TABLE_META, &cell, 1, &diag), CF_OK);
  free(text);
  check at = {0, 0};
  assert_int_equal(cf_spool_read(&spool, check_row, &at, &diag), CF_ASSERTION);
  cf_spool_free(&spool);
}

static void test_an_error_stops_the_reading(void **state) {
  for (int in_file = 0; in_file < 2; in_file++) {
    cf_diag diag;
    cf_diag_init(&diag);
    cf_spool spool;
    cf_spool_init(&spool, *state, in_file ? 1000 : 1 << 20);
    put_rows(&spool, 100);
    check at = {0, 10};
    assert_int_equal(cf_spool_read(&spool, check_row, &at, &diag), CF_ASSERTION);
    assert_int_equal(at.next, 10);
    cf_spool_free(&spool);
  }
}

static void test_the_file_has_no_name(void **state) {
  cf_spool spool;
  cf_spool_init(&spool, *state, 1000);
  put_rows(&spool, 100);
  assert_true(spool.file >= 0);
  DIR *directory = opendir(*state);
  assert_non_null(directory);
  unsigned entries = 0;
  while (readdir(directory)) entries++;
  closedir(directory);
  assert_int_equal(entries, 2); /* . and .. */
  cf_spool_free(&spool);
}

/* In a child, whose files may not grow. */
static void test_no_room(void **state) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    const struct rlimit limit = {16384, 16384};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_spool spool;
    cf_spool_init(&spool, *state, 8192);
    char text[300];
    cf_cell cell[5];
    cf_status status = CF_OK;
    for (uint32_t i = 0; status == CF_OK && i < 1000; i++)
      status = cf_spool_put(&spool, CF_TABLE_META, cell, make_row(cell, i, text), &diag);
    _exit(status == CF_IO && strstr(diag.entry[0].text, *state) ? 0 : 1);
  }
  int result;
  assert_int_equal(waitpid(child, &result, 0), child);
  assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_round_trips),
      CASE(test_a_row_larger_than_everything),
      CASE(test_an_error_stops_the_reading),
      CASE(test_the_file_has_no_name),
      CASE(test_no_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
