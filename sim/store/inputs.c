#include "store/inputs.h"

#include "store/query.h"

#include <sha256.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_ROOM = 32, ORIGIN_BYTES = 24 };

/* Where the rows of a query go. Arrays grow in the arena by doubling. */
typedef struct gathering {
  cf_inputs *inputs;
  const char *database;
  cf_diag *diag;
  cf_input_file *file;
  cf_setting *setting;
  size_t files, file_room, settings, setting_room;
  const char *label;    /* of the point */
  const char *scenario; /* the only one, or the first */
  int64_t scenarios;
} gathering;

static cf_status no_memory(const gathering *to) {
  return cf_fail(to->diag, CF_INTERNAL, "%s: no memory for its input files", to->database);
}

static void *grow(cf_arena *arena, const void *old, size_t count, size_t *room, size_t element) {
  size_t wider = *room ? 2 * *room : FIRST_ROOM;
  void *memory = cf_arena_zero(arena, wider * element, _Alignof(max_align_t));
  if (memory && count) memcpy(memory, old, count * element);
  if (memory) *room = wider;
  return memory;
}

static const char *text_of(const gathering *to, const cf_cell *cell) {
  if (cell->type != CF_CELL_TEXT && cell->type != CF_CELL_BLOB) return NULL;
  return cf_arena_copy(to->inputs->arena, cell->as.text, cell->length);
}

/* ---- which scenario, and what is set over it --------------------------------------------------------------------- */

static cf_status take_label(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  gathering *to = self;
  to->label = text_of(to, &cell[0]);
  return to->label ? CF_OK : no_memory(to);
}

static cf_status take_scenario(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  gathering *to = self;
  to->scenarios = cell[0].as.integer;
  if (to->scenarios > 0 && !(to->scenario = text_of(to, &cell[1]))) return no_memory(to);
  return CF_OK;
}

static cf_status take_setting(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  gathering *to = self;
  cf_arena *arena = to->inputs->arena;
  if (to->settings == to->setting_room) {
    cf_setting *larger = grow(arena, to->setting, to->settings, &to->setting_room, sizeof *larger);
    if (!larger) return no_memory(to);
    to->setting = larger;
  }
  char origin[ORIGIN_BYTES];
  int length = snprintf(origin, sizeof origin, "--set#%zu", to->settings + 1);
  cf_setting *setting = &to->setting[to->settings++];
  setting->text = text_of(to, &cell[0]);
  setting->origin = cf_arena_copy(arena, origin, (size_t)length);
  return setting->text && setting->origin ? CF_OK : no_memory(to);
}

static cf_status ask(cf_database *database, const char *sql, const char *value, cf_row_function row, gathering *to) {
  const cf_parameter parameter = {.name = "value", .value = value};
  const cf_query_options options = {.parameter = &parameter, .parameters = value ? 1 : 0};
  return cf_query_rows(database, sql, &options, row, to, to->diag);
}

/* A database of several scenarios has a point for each, labelled by its name; the points of a sweep are all of one. */
static cf_status find_point(cf_database *database, uint32_t point_id, gathering *to) {
  char number[16];
  snprintf(number, sizeof number, "%u", point_id);
  cf_status status =
      ask(database, "SELECT count(DISTINCT scenario), min(scenario) FROM input", NULL, take_scenario, to);
  if (status != CF_OK) return status;
  if (to->scenarios == 0) return cf_fail(to->diag, CF_IO, "%s: holds no input files", to->database);
  if (point_id == 0) {
    if (to->scenarios == 1) return CF_OK;
    return cf_fail(to->diag, CF_USAGE, "%s: holds %lld scenarios, so a point must be named", to->database,
                   (long long)to->scenarios);
  }
  status = ask(database, "SELECT label FROM points WHERE point_id = :value", number, take_label, to);
  if (status == CF_OK && !to->label)
    status = cf_fail(to->diag, CF_USAGE, "%s: there is no point %u", to->database, point_id);
  if (status == CF_OK && to->scenarios > 1) to->scenario = to->label;
  if (status == CF_OK)
    status = ask(database, "SELECT text FROM setting WHERE point_id = :value ORDER BY n", number, take_setting, to);
  return status;
}

/* ---- the files --------------------------------------------------------------------------------------------------- */

/* Where only the hash was kept, the file must still be where it was. */
static cf_status read_disk(gathering *to, cf_input_file *file) {
  char why[CF_READER_WHY] = "";
  cf_reader disk = cf_reader_disk();
  cf_status status = disk.read(disk.self, file->path, to->inputs->arena, &file->bytes, &file->length, why);
  if (status == CF_OK) return CF_OK;
  return cf_fail(to->diag, CF_IO,
                 "%s: of '%s' only the hash was kept, and the file itself cannot be read: %s; put it there again "
                 "(SHA-256 %s)",
                 to->database, file->path, why, file->sha256);
}

static cf_status check_hash(const gathering *to, const cf_input_file *file, bool from_disk) {
  char sha256[65];
  SHA256Data((const uint8_t *)file->bytes, file->length, sha256);
  if (strcmp(sha256, file->sha256) == 0) return CF_OK;
  if (from_disk)
    return cf_fail(to->diag, CF_IO, "%s: is not the file that %s was made from; its SHA-256 was %s", file->path,
                   to->database, file->sha256);
  return cf_fail(to->diag, CF_IO, "%s: is damaged: the hash of its input '%s' does not fit the bytes", to->database,
                 file->path);
}

/* Columns: path, sha256, bytes. */
static cf_status take_file(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  gathering *to = self;
  cf_arena *arena = to->inputs->arena;
  if (to->files == to->file_room) {
    cf_input_file *larger = grow(arena, to->file, to->files, &to->file_room, sizeof *larger);
    if (!larger) return no_memory(to);
    to->file = larger;
  }
  cf_input_file *file = &to->file[to->files++];
  file->path = text_of(to, &cell[0]);
  if (!file->path) return no_memory(to);
  snprintf(file->sha256, sizeof file->sha256, "%.*s", (int)cell[1].length, cell[1].as.text);
  bool from_disk = cell[2].type == CF_CELL_NULL;
  if (from_disk) {
    cf_status status = read_disk(to, file);
    if (status != CF_OK) return status;
  } else {
    file->bytes = text_of(to, &cell[2]);
    file->length = cell[2].length;
    if (!file->bytes) return no_memory(to);
  }
  return check_hash(to, file, from_disk);
}

static cf_status read_files(cf_database *database, gathering *to) {
  cf_status status = ask(database, "SELECT path, sha256, bytes FROM input WHERE scenario = :value ORDER BY input_id",
                         to->scenario, take_file, to);
  if (status == CF_OK && to->files == 0)
    status = cf_fail(to->diag, CF_IO, "%s: holds no input files of scenario '%s'", to->database, to->scenario);
  return status;
}

cf_status cf_inputs_read(const char *path, uint32_t point_id, cf_inputs *inputs, cf_diag *diag) {
  *inputs = (cf_inputs){.arena = cf_arena_create(0)};
  if (!inputs->arena) return cf_fail(diag, CF_INTERNAL, "%s: no memory for its input files", path);
  gathering to = {.inputs = inputs, .database = path, .diag = diag};
  cf_database *database = NULL;
  cf_status status = cf_database_open(path, &database, diag);
  if (status == CF_OK) status = find_point(database, point_id, &to);
  if (status == CF_OK) status = read_files(database, &to);
  cf_database_close(database);
  if (status != CF_OK) {
    cf_inputs_free(inputs);
    return status;
  }
  inputs->files = (cf_reader_files){.file = to.file, .count = to.files};
  inputs->path = to.file[0].path;
  inputs->settings = (uint32_t)to.settings;
  inputs->setting = to.setting;
  return CF_OK;
}

void cf_inputs_free(cf_inputs *inputs) {
  if (inputs->arena) cf_arena_destroy(inputs->arena);
  *inputs = (cf_inputs){0};
}

cf_scenario *cf_inputs_load(cf_inputs *inputs, const cf_setting *more, uint32_t more_count, cf_diag *diag) {
  cf_setting *all = CF_ARENA_ARRAY(inputs->arena, cf_setting, inputs->settings + more_count + 1);
  if (!all) {
    cf_fail(diag, CF_INTERNAL, "no memory for the settings of '%s'", inputs->path);
    return NULL;
  }
  for (uint32_t i = 0; i < inputs->settings; i++) all[i] = inputs->setting[i];
  for (uint32_t i = 0; i < more_count; i++) all[inputs->settings + i] = more[i];
  cf_reader reader = cf_reader_memory(&inputs->files);
  const cf_load_options options = {
      .models_dir = "models", .settings = all, .setting_count = inputs->settings + more_count, .reader = &reader};
  return cf_scenario_load(inputs->path, &options, diag);
}
