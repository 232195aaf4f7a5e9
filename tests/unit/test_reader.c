/* config/reader: disk and memory. */
#include "fixtures/config/config_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static void disk_reads_exactly(void **state) {
  (void)state;
  char path[] = "/tmp/cf-reader-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "a\0b\n", 4), 4);
  close(fd);
  cf_arena *arena = cf_arena_create(0xFF);
  cf_reader disk = cf_reader_disk();
  const char *bytes;
  size_t length;
  char why[CF_READER_WHY];
  assert_int_equal(disk.read(disk.self, path, arena, &bytes, &length, why), CF_OK);
  assert_int_equal(length, 4);
  assert_memory_equal(bytes, "a\0b\n", 5); /* and a NUL behind */
  assert_int_equal(truncate(path, CF_READER_MAX_BYTES + 1L), 0);
  assert_int_equal(disk.read(disk.self, path, arena, &bytes, &length, why), CF_INPUT);
  assert_string_equal(why, "larger than 16 MiB");
  unlink(path);
  assert_int_equal(disk.read(disk.self, path, arena, &bytes, &length, why), CF_IO);
  assert_string_equal(why, "No such file or directory");
  assert_int_equal(disk.read(disk.self, "/tmp", arena, &bytes, &length, why), CF_IO);
  assert_string_equal(why, "not a regular file");
  assert_int_equal(disk.read(disk.self, "/dev/zero", arena, &bytes, &length, why), CF_IO);
  cf_arena_destroy(arena);
}

typedef struct names {
  char text[400];
} names;

static void collect(void *self, const char *name) {
  names *n = self;
  strncat(n->text, name, sizeof n->text - strlen(n->text) - 2);
  strncat(n->text, " ", sizeof n->text - strlen(n->text) - 1);
}

static void listing(void **state) {
  (void)state;
  cf_reader disk = cf_reader_disk();
  names n = {""};
  disk.list(disk.self, FIXTURES "models/ai", collect, &n);
  assert_string_equal(n.text, "big.yaml mid.yaml tiny.yaml ");
  n.text[0] = '\0';
  disk.list(disk.self, "no/such/folder", collect, &n);
  assert_string_equal(n.text, "");
}

static void memory(void **state) {
  (void)state;
  cf_input_file file[] = {{.path = "a.yaml", .bytes = "x", .length = 1},
                          {.path = "models/ai/m.yaml", .bytes = "yy", .length = 2},
                          {.path = "models/ai/sub/n.yaml", .bytes = "z", .length = 1}};
  cf_reader_files files = {.file = file, .count = 3};
  cf_reader reader = cf_reader_memory(&files);
  cf_arena *arena = cf_arena_create(0xFF);
  const char *bytes;
  size_t length;
  char why[CF_READER_WHY];
  assert_int_equal(reader.read(reader.self, "models/ai/m.yaml", arena, &bytes, &length, why), CF_OK);
  assert_string_equal(bytes, "yy");
  assert_int_equal(length, 2);
  assert_int_equal(reader.read(reader.self, "b.yaml", arena, &bytes, &length, why), CF_IO);
  file[0].length = CF_READER_MAX_BYTES + (size_t)1;
  assert_int_equal(reader.read(reader.self, "a.yaml", arena, &bytes, &length, why), CF_INPUT);
  names n = {""};
  reader.list(reader.self, "models/ai", collect, &n);
  assert_string_equal(n.text, "m.yaml ");
  cf_arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(disk_reads_exactly), cmocka_unit_test(listing),
                                     cmocka_unit_test(memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
