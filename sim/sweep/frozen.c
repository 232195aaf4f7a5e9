#include "sweep/frozen.h"

#include "base/remath.h"
#include "base/version.h"
#include "store/file.h"
#include "store/query.h"

#include <inttypes.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>

const char *cf_math_id_text(char text[CF_MATH_ID_TEXT]) {
  snprintf(text, CF_MATH_ID_TEXT, "%016" PRIx64, cf_math_id());
  return text;
}

typedef struct reading {
  cf_frozen *frozen;
  cf_input_file *input;
  uint32_t listed;
} reading;

static const char *text_of(const reading *r, const cf_cell *cell) {
  return cell->type == CF_CELL_TEXT ? cf_arena_copy(r->frozen->arena, cell->as.text, cell->length) : NULL;
}

/* path, yaml, sha256, version, math_id, points, inputs; what is not there stays NULL or 0. */
static cf_status take_head(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  reading *r = self;
  cf_frozen *frozen = r->frozen;
  frozen->path = text_of(r, &cell[0]);
  frozen->yaml = (cf_input_file){.path = frozen->path, .bytes = text_of(r, &cell[1]), .length = cell[1].length};
  if (frozen->yaml.bytes) SHA256Data((const uint8_t *)frozen->yaml.bytes, frozen->yaml.length, frozen->yaml.sha256);
  if (cell[2].type == CF_CELL_TEXT) snprintf(frozen->plan_sha256, 65, "%.*s", (int)cell[2].length, cell[2].as.text);
  frozen->version = text_of(r, &cell[3]);
  frozen->math_id = text_of(r, &cell[4]);
  frozen->points = (uint32_t)cell[5].as.integer;
  frozen->inputs = (uint32_t)cell[6].as.integer;
  return CF_OK;
}

static cf_status take_input(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  reading *r = self;
  if (r->listed == r->frozen->inputs) return CF_INPUT;
  cf_input_file *input = &r->input[r->listed++];
  input->path = text_of(r, &cell[0]);
  snprintf(input->sha256, sizeof input->sha256, "%.*s", (int)cell[1].length, cell[1].as.text);
  return input->path ? CF_OK : CF_INTERNAL;
}

static bool is_whole(const cf_frozen *frozen) {
  return frozen->path && frozen->yaml.bytes && strlen(frozen->plan_sha256) == 64 && frozen->version &&
         frozen->math_id && frozen->points > 0 && frozen->inputs > 0;
}

static cf_status check_program(const char *path, const cf_frozen *frozen, cf_diag *diag) {
  char math_id[CF_MATH_ID_TEXT];
  cf_math_id_text(math_id);
  if (strcmp(frozen->version, CF_VERSION) == 0 && strcmp(frozen->math_id, math_id) == 0) return CF_OK;
  return cf_fail(
      diag, CF_INPUT,
      "%s: was frozen by coldfleet %s with arithmetic %s, and this is coldfleet %s with arithmetic %s, whose "
      "runs cannot stand beside those; go on with that program, or sweep into another directory",
      path, frozen->version, frozen->math_id, CF_VERSION, math_id);
}

static cf_status read_rows(cf_database *database, const char *path, cf_frozen *frozen, cf_diag *diag) {
  reading r = {.frozen = frozen};
  cf_status status = cf_query_rows(database,
                                   "SELECT path, yaml, sha256, (SELECT value FROM meta WHERE key = 'version'),"
                                   " (SELECT value FROM meta WHERE key = 'math_id'),"
                                   " (SELECT count(*) FROM points), (SELECT count(*) FROM input) FROM plan LIMIT 1",
                                   NULL, take_head, &r, diag);
  if (status == CF_OK && !is_whole(frozen))
    status = cf_fail(diag, CF_INPUT, "%s: is damaged: the plan in it is not whole", path);
  if (status == CF_OK) status = check_program(path, frozen, diag);
  if (status != CF_OK) return status;
  frozen->input = r.input = CF_ARENA_ARRAY(frozen->arena, cf_input_file, frozen->inputs);
  if (!r.input) return cf_fail(diag, CF_INTERNAL, "no memory for %s", path);
  return cf_query_rows(database, "SELECT path, sha256 FROM input ORDER BY input_id", NULL, take_input, &r, diag);
}

cf_status cf_frozen_read(const char *plan_path, cf_frozen *frozen, cf_diag *diag) {
  int64_t id = cf_file_application_id(plan_path);
  cf_database *database = NULL;
  *frozen = (cf_frozen){0};
  if (id >= 0 && id != cf_file_kind_id(CF_KIND_PLAN))
    return cf_fail(diag, CF_INPUT, "%s: is not the plan of a sweep", plan_path);
  frozen->arena = cf_arena_create(0);
  if (!frozen->arena) return cf_fail(diag, CF_INTERNAL, "no memory for %s", plan_path);
  cf_status status = cf_database_open(plan_path, &database, diag);
  if (status == CF_OK) status = read_rows(database, plan_path, frozen, diag);
  cf_database_close(database);
  if (status != CF_OK) cf_frozen_free(frozen);
  return status;
}

void cf_frozen_free(cf_frozen *frozen) {
  if (frozen->arena) cf_arena_destroy(frozen->arena);
  *frozen = (cf_frozen){0};
}
