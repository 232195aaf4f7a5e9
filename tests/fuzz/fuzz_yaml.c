/* libFuzzer: a scenario file, from its bytes to the cross-checks, above the models of the unit tests (run it from the
 * repository's root). Whatever loads must print, and load again from its own inputs. */
#include "config/explain.h"
#include "config/reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct one_file {
  const char *bytes;
  size_t length;
} one_file;

static cf_status read_file(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length,
                           char *why) {
  const one_file *file = self;
  if (strcmp(path, "s.yaml") == 0) {
    *bytes = cf_arena_copy(arena, file->bytes, file->length);
    *length = file->length;
    return CF_OK;
  }
  cf_reader disk = cf_reader_disk();
  return disk.read(disk.self, path, arena, bytes, length, why);
}

static void list_folder(void *self, const char *folder, void (*each)(void *, const char *), void *each_self) {
  (void)self;
  cf_reader disk = cf_reader_disk();
  disk.list(disk.self, folder, each, each_self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  one_file file = {.bytes = (const char *)data, .length = size};
  cf_reader reader = {.self = &file, .read = read_file, .list = list_folder};
  cf_load_options options = {.models_dir = "tests/unit/fixtures/config/models", .reader = &reader};
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load("s.yaml", &options, &diag);
  if (!scenario) {
    if (diag.errors == 0) abort();
    return 0;
  }
  FILE *nowhere = fopen("/dev/null", "w");
  if (nowhere) {
    if (cf_show_resolved(scenario, nowhere, &diag) != CF_OK) abort();
    fclose(nowhere);
  }
  cf_reader_files inputs = {.file = scenario->input, .count = scenario->inputs};
  cf_reader memory = cf_reader_memory(&inputs);
  cf_load_options from_memory = {.models_dir = "models", .reader = &memory};
  cf_scenario *again = cf_scenario_load(scenario->input[0].path, &from_memory, &diag);
  if (!again) abort();
  cf_scenario_destroy(again);
  cf_scenario_destroy(scenario);
  return 0;
}
